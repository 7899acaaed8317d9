//! How a task moves with its batches: rows of the later stages, written directly, are counted.

use super::{act, commissioned_task, issued_plan, refused, steps, task_now, task_step};
use crate::support::{Bureau, on_each_database};
use hengjian_app::{
    AppResult, Work,
    plan::{reading, task},
};
use hengjian_domain::{
    actor::Role,
    code::Code,
    objection::{Authorship, Notice, NoticeState, RecipientCapacity},
    organisation::Tier,
    plan::{SamplingField, SpotCheckTask, TaskId, TaskState},
    policy::Action,
    sampling::{
        PurchaseBasis, RecordState, SamplingForm, SamplingRecord, Visit, VisitOutcome, VisitPapers, VisitState,
    },
    testing::{Inspection, InspectionOrigin, InspectionPurpose, InspectionState},
};

fn visit(work: &Work<'_>, task: &SpotCheckTask, state: VisitState, outcome: Option<VisitOutcome>) -> Visit {
    Visit {
        id: work.new_id(),
        version: 1,
        org_id: task.org_id,
        unit_id: None,
        task_id: task.id,
        draw_id: work.new_id(),
        team_key: "甲".into(),
        replaces_id: None,
        enterprise_id: None,
        lead_officer_id: work.new_id(),
        second_officer_id: work.new_id(),
        accompanying_user_id: None,
        release_at_us: work.now(),
        state,
        outcome,
        notice_number: None,
        notice_valid_until_on: None,
        lead_arrived_at_us: None,
        second_arrived_at_us: None,
        place: String::new(),
        ids_shown: true,
        outcome_text: String::new(),
        witness: String::new(),
        declaration: String::new(),
        declared_at_us: None,
        review_reasons: String::new(),
        submitted_at_us: None,
        papers: VisitPapers::default(),
        created_at_us: work.now(),
    }
}
fn sampling_record(work: &Work<'_>, task: &SpotCheckTask, visit: &Visit, number: &str) -> SamplingRecord {
    let none = String::new;
    SamplingRecord {
        id: work.new_id(),
        version: 1,
        org_id: task.org_id,
        unit_id: None,
        visit_id: Some(visit.id),
        task_id: Some(task.id),
        number: number.into(),
        state: RecordState::Accepted,
        enterprise_id: work.new_id(),
        field: SamplingField::Circulation,
        category_id: None,
        product_name: "电线".into(),
        trademark: "/".into(),
        model: "虚构".into(),
        model_key: none(),
        grade: none(),
        production_date_text: none(),
        batch_code: none(),
        standard: none(),
        producer_name: none(),
        producer_key: none(),
        producer_uscc: none(),
        producer_address: none(),
        producer_region: none(),
        lot_size: "42".into(),
        unit: "卷".into(),
        test_quantity: "1".into(),
        backup_quantity: "1".into(),
        purchase_basis: PurchaseBasis::MarkedPrice,
        unit_price_fen: 0,
        amount_fen: 0,
        random_method: none(),
        random_numbers: none(),
        sampled_on: Some(work.today()),
        form: SamplingForm::default(),
        party_signature: none(),
        refusal_to_sign: none(),
        signed_at_us: None,
        created_at_us: work.now(),
    }
}
fn report(work: &Work<'_>, record: &SamplingRecord, state: InspectionState) -> Inspection {
    let none = String::new;
    Inspection {
        id: work.new_id(),
        version: 1,
        org_id: record.org_id,
        unit_id: None,
        laboratory_id: None,
        laboratory_name: "虚构检测所".into(),
        task_id: record.task_id,
        record_id: Some(record.id),
        sample_id: None,
        rules_id: None,
        origin: InspectionOrigin::Here,
        purpose: InspectionPurpose::First,
        purpose_id: None,
        tier: Tier::County,
        organiser_name: none(),
        state,
        product_name: record.product_name.clone(),
        trademark: none(),
        model: none(),
        model_key: none(),
        batch_text: none(),
        sampled_enterprise_id: None,
        sampled_name: none(),
        sampled_address: none(),
        producer_name: none(),
        producer_address: none(),
        sampled_on: None,
        received_on: None,
        licence_checked: true,
        licence_text: none(),
        licence_ok: true,
        receiver_id: None,
        tester_id: None,
        reviewer_id: None,
        signer_id: None,
        signatories_text: none(),
        report_number: None,
        edition: 1,
        amends_id: None,
        conclusion: None,
        severity: None,
        our_conclusion: None,
        conclusion_text: none(),
        failed_items: none(),
        serious_quality_problem: false,
        excluded: false,
        issued_on: None,
        submitted_on: None,
        confirmed_by: None,
        confirmed_on: None,
        alerted_at_us: None,
        reason: none(),
        created_at_us: work.now(),
    }
}
fn told(work: &Work<'_>, inspection: &Inspection) -> Notice {
    Notice {
        id: work.new_id(),
        version: 1,
        org_id: inspection.org_id,
        unit_id: None,
        inspection_id: inspection.id,
        number: None,
        capacity: RecipientCapacity::SampledParty,
        enterprise_id: None,
        recipient_name: "虚构经营部".into(),
        recipient_address: String::new(),
        state: NoticeState::Draft,
        issued_on: None,
        method: None,
        served_on: None,
        service_proof: String::new(),
        announced_on: None,
        deemed_on: None,
        window_until_on: None,
        where_text: String::new(),
        backup_text: String::new(),
        consent_text: String::new(),
        withdrawn_reason: String::new(),
        authorship: Authorship::ALL[0],
        authorship_text: String::new(),
        created_at_us: work.now(),
    }
}

/// §2.2 with real rows: a failed visit and its replacement, a rejected sample, an unconfirmed report, an unissued notice.
#[test]
fn batches_are_counted_from_their_rows() {
    on_each_database(|bureau| {
        let plan = issued_plan(bureau);
        let id = commissioned_task(bureau, plan);
        act(bureau, "witness", Action::DrawExecute, move |work| hengjian_app::plan::task_drawn(work, id))
            .expect("drawn");
        bureau.on_day("2021-10-11");
        act(bureau, "sampler1", Action::VisitCarryOut, move |work| hengjian_app::plan::sampling_begun(work, id))
            .expect("begun");
        /// Writes rows, counts, and tells where the task then is.
        fn after<T: Send + 'static>(
            bureau: &Bureau,
            id: TaskId,
            rows: impl FnOnce(&mut Work<'_>, SpotCheckTask) -> AppResult<T> + Send + 'static,
        ) -> (T, TaskState) {
            let made = act(bureau, "result", Action::TaskClose, move |work| {
                let task: SpotCheckTask = work.load(id)?;
                let made = rows(work, task)?;
                hengjian_app::plan::advance_task(work, id)?;
                work.record(hengjian_app::Event::new("test.rows", "前置").about(id));
                Ok(made)
            });
            (made.expect("rows"), task_now(bureau, id).state)
        }
        let (first, state) = after(bureau, id, |work, task| {
            let mut taken = visit(work, &task, VisitState::Submitted, Some(VisitOutcome::Sampled));
            let mut failed = visit(work, &task, VisitState::Accepted, Some(VisitOutcome::Unable));
            let mut record = sampling_record(work, &task, &taken, "虚构-0001");
            work.insert(&mut taken)?;
            work.insert(&mut failed)?;
            work.insert(&mut record)?;
            Ok(record)
        });
        assert_eq!(state, TaskState::Sampling, "one of two batches, and a replacement may come");
        let (mut open, state) = after(bureau, id, |work, task| {
            let mut open = visit(work, &task, VisitState::OnSite, None);
            work.insert(&mut open)?;
            Ok(open)
        });
        assert_eq!(state, TaskState::Sampling);
        let early = task_step(bureau, "result", Action::TaskClose, id, |w, id, v| task::write_off(w, id, v, "不等了"));
        refused(early, "plan.visits_open");
        let (second, state) = after(bureau, id, move |work, task| {
            (open.state, open.outcome) = (VisitState::Submitted, Some(VisitOutcome::Sampled));
            work.save(&mut open)?;
            let mut record = sampling_record(work, &task, &open, "虚构-0002");
            work.insert(&mut record)?;
            Ok(record)
        });
        assert_eq!(state, TaskState::Testing);
        let (mut submitted, state) = after(bureau, id, move |work, _| {
            let mut submitted = report(work, &first, InspectionState::Submitted);
            work.insert(&mut submitted)?;
            Ok(submitted)
        });
        assert_eq!(state, TaskState::Testing, "the second batch has no report");
        let (_, state) =
            after(bureau, id, move |work, _| work.insert(&mut report(work, &second, InspectionState::Rejected)));
        assert_eq!(state, TaskState::ResultConfirm);
        assert_eq!(steps(bureau, id), [("确认报告并出具结果通知".to_owned(), Role::ResultManager)]);
        let confirm = || task_step(bureau, "result", Action::TaskClose, id, task::confirm_results);
        refused(confirm(), "plan.reports_unconfirmed");
        let (confirmed, _) = after(bureau, id, move |work, _| {
            submitted.state = InspectionState::Confirmed;
            work.save(&mut submitted)?;
            Ok(submitted)
        });
        refused(confirm(), "plan.notices_missing");
        let (mut notice, _) = after(bureau, id, move |work, _| {
            let mut notice = told(work, &confirmed);
            work.insert(&mut notice)?;
            Ok(notice)
        });
        refused(confirm(), "plan.notices_missing");
        after(bureau, id, move |work, _| {
            (notice.state, notice.issued_on) = (NoticeState::Issued, Some(work.today()));
            work.save(&mut notice)
        });
        confirm().expect("told");
        assert_eq!(task_now(bureau, id).state, TaskState::PostHandling);
        let seen = bureau
            .app
            .view(&bureau.actor("leader"), Action::PlanRead, move |work| reading::task(work, id))
            .expect("seen");
        let progress = seen.progress;
        assert_eq!((progress.sampled, progress.visits, progress.unsampled, progress.reports_confirmed), (2, 3, 1, 1));
    });
}
