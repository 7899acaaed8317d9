//! Stories of 更正: who decides, what is never edited, and every dependent clock counted anew.

use crate::{
    objection::{act, assigned_case, day, failing_report, received, register, told},
    support::{Bureau, on_each_database},
};
use hengjian_app::{
    AppError, AppResult,
    correction::{self, Proposal},
};
use hengjian_domain::{
    clock::{Clock, ClockState, SubjectKind},
    correction::{Correction, CorrectionId, CorrectionState},
    follow_up::Case,
    ids::{Id, SubjectId},
    objection::{Notice, Objection, ObjectionKind},
    policy::Action,
    sampling::{Sample, SamplingRecord},
    testing::Inspection,
};

fn proposal<K>(kind: SubjectKind, id: Id<K>, field: &str, new: &str) -> Proposal {
    Proposal {
        kind,
        id: id.cast(),
        field: field.into(),
        new_value: new.into(),
        reason: "录入时看错".into(),
        proof: "送达回证、收文登记".into(),
    }
}
fn propose(bureau: &Bureau, login: &str, proposal: Proposal) -> AppResult<CorrectionId> {
    act(bureau, login, Action::CorrectionPropose, move |work| correction::propose(work, proposal, ""))
}
fn row(bureau: &Bureau, id: CorrectionId) -> Correction {
    bureau.app.store().read(|tx| tx.get(&id)).expect("read").expect("correction")
}
fn agree(bureau: &Bureau, login: &str, id: CorrectionId) -> AppResult<()> {
    let version = row(bureau, id).version;
    act(bureau, login, Action::CorrectionAgree, move |work| correction::agree(work, id, version))
}
fn clock(bureau: &Bureau, subject: SubjectId, rule: &str) -> Clock {
    let clocks = bureau.app.store().read(|tx| tx.clocks_of(subject)).expect("clocks");
    clocks.into_iter().find(|clock| clock.rule == rule && clock.state != ClockState::Void).expect("clock")
}
fn refused<T: std::fmt::Debug>(result: AppResult<T>) -> &'static str {
    match result {
        Err(AppError::Refused(refusal)) => refusal.code,
        other => panic!("a refusal was expected: {other:?}"),
    }
}

/// product.md §2.5: the day of receipt moves the party's fifteen days, so a second person agrees; then the right is counted
/// anew, an ended one runs again, and the 送达回证 carries the same day.
#[test]
fn a_corrected_receipt_moves_the_fifteen_days_after_a_second_person_agreed() {
    on_each_database(|bureau| {
        let result = told(bureau, "2021-09-27", "2021-09-27");
        bureau.on_day("2021-10-13");
        bureau.app.daily().expect("daily");
        assert_eq!(clock(bureau, result.party.cast(), "D03").state, ClockState::Done);

        let wish = || proposal(SubjectKind::Notice, result.party, "served_on", "2021-09-30");
        let id = propose(bureau, "station1", wish()).expect("proposed");
        let waiting = row(bureau, id);
        assert_eq!((waiting.state, waiting.old_value.as_str()), (CorrectionState::Proposed, "2021-09-27"));
        assert!(waiting.effects.contains("2021-10-12 → 2021-10-15"), "{}", waiting.effects);
        let unmoved: Notice = bureau.app.store().read(|tx| tx.get(&result.party)).expect("read").expect("notice");
        assert_eq!(unmoved.served_on, Some(day("2021-09-27")), "nothing moves before the second person agrees");
        assert_eq!(refused(propose(bureau, "station1", wish())), "correction.pending");
        let by_proposer = act(bureau, "station1", Action::CorrectionAgree, move |work| correction::agree(work, id, 1));
        assert!(matches!(by_proposer, Err(AppError::NotAllowed(_))), "{by_proposer:?}");
        let stale = act(bureau, "leader", Action::CorrectionAgree, move |work| correction::agree(work, id, 9));
        assert!(matches!(stale, Err(AppError::Stale)), "{stale:?}");

        agree(bureau, "leader", id).expect("agreed");
        let moved: Notice = bureau.app.store().read(|tx| tx.get(&result.party)).expect("read").expect("notice");
        assert_eq!((moved.served_on, moved.window_until_on), (Some(day("2021-09-30")), Some(day("2021-10-15"))));
        let right = clock(bureau, result.party.cast(), "D03");
        assert_eq!((right.state, right.due_party_on), (ClockState::Open, Some(day("2021-10-15"))));
        assert!(right.steps.contains("2021-09-30") && right.proof.ends_with("（已更正）"), "{right:?}");
        let attempts = bureau.app.store().read(|tx| tx.notice_attempts_of(result.party.cast())).expect("attempts");
        assert_eq!(attempts.iter().map(|attempt| attempt.on_date).collect::<Vec<_>>(), [day("2021-09-30")]);
        assert_eq!(refused(agree(bureau, "leader", id)), "correction.wrong_state");
        register(bureau, "result", received(result.party, "2021-10-13", ObjectionKind::Conclusion))
            .expect("in time now");
    });
}

/// product.md §2.5: the form asks for a change, a reason and a proof; the value must be possible.
#[test]
fn a_correction_says_why_and_proves_it() {
    on_each_database(|bureau| {
        let result = told(bureau, "2021-09-27", "2021-09-27");
        let wish = |new: &str| proposal(SubjectKind::Notice, result.party, "served_on", new);
        for (broken, code) in [
            (Proposal { reason: " ".into(), ..wish("2021-09-26") }, "correction.missing"),
            (Proposal { proof: String::new(), ..wish("2021-09-26") }, "correction.missing"),
            (wish("2021-09-27"), "correction.same_value"),
            (wish("2021-12-01"), "correction.impossible"),
            (wish("2021-09-01"), "objection.date_impossible"),
            (proposal(SubjectKind::Notice, result.party, "recipient_name", "别人"), "correction.not_correctable"),
            (proposal(SubjectKind::Inspection, result.report, "conclusion_text", "合格"), "correction.not_correctable"),
        ] {
            let words = format!("{broken:?}");
            assert_eq!(refused(propose(bureau, "station1", broken)), code, "{words}");
        }
        let unread = propose(bureau, "station1", wish("九月底"));
        assert!(matches!(unread, Err(AppError::Fields(_))), "{unread:?}");
        let elsewhere = propose(bureau, "station2", wish("2021-09-26"));
        assert!(matches!(elsewhere, Err(AppError::NotFound)), "{elsewhere:?}");
        let stranger = propose(bureau, "publish", wish("2021-09-26"));
        assert!(matches!(stranger, Err(AppError::NotAllowed(_))), "who may not record it may not correct it");
        let nobody = propose(bureau, "audit", wish("2021-09-26"));
        assert!(matches!(nobody, Err(AppError::NotAllowed(_))), "{nobody:?}");
    });
}

/// product.md §2.5: not agreed to, and taken back by the proposer only.
#[test]
fn a_correction_is_refused_or_taken_back() {
    on_each_database(|bureau| {
        let result = told(bureau, "2021-09-27", "2021-09-27");
        let wish = || proposal(SubjectKind::Notice, result.party, "served_on", "2021-09-26");
        let id = propose(bureau, "station1", wish()).expect("proposed");
        let silent = act(bureau, "leader", Action::CorrectionAgree, move |work| correction::refuse(work, id, 1, " "));
        assert_eq!(refused(silent), "correction.missing");
        act(bureau, "leader", Action::CorrectionAgree, move |work| correction::refuse(work, id, 1, "凭据不足"))
            .expect("refused");
        assert_eq!(row(bureau, id).state, CorrectionState::Refused);
        let again = propose(bureau, "station1", wish()).expect("proposed again");
        let other = act(bureau, "result", Action::CorrectionPropose, move |work| correction::take_back(work, again, 1));
        assert_eq!(refused(other), "correction.not_proposer");
        act(bureau, "station1", Action::CorrectionPropose, move |work| correction::take_back(work, again, 1))
            .expect("back");
        assert_eq!(row(bureau, again).state, CorrectionState::TakenBack);
        let notice: Notice = bureau.app.store().read(|tx| tx.get(&result.party)).expect("read").expect("notice");
        assert_eq!(notice.served_on, Some(day("2021-09-27")));
    });
}

/// The day an objection came in moves D05, the postmark decides whether it was in time.
#[test]
fn the_receipt_of_an_objection_is_put_right() {
    on_each_database(|bureau| {
        let result = told(bureau, "2021-09-27", "2021-09-27");
        bureau.on_day("2021-10-14");
        let id =
            register(bureau, "result", received(result.party, "2021-10-14", ObjectionKind::Conclusion)).expect("late");
        assert_eq!(clock(bureau, id.cast(), "D05").due_strict_on, Some(day("2021-10-19")));
        let fix = propose(bureau, "result", proposal(SubjectKind::Objection, id, "posted_on", "2021-10-12"))
            .expect("proposed");
        agree(bureau, "leader", fix).expect("agreed");
        let objection: Objection = bureau.app.store().read(|tx| tx.get(&id)).expect("read").expect("objection");
        assert!(objection.is_in_time(Some(day("2021-10-12"))));
        let early = propose(bureau, "result", proposal(SubjectKind::Objection, id, "received_on", "2021-10-11"));
        assert_eq!(refused(early), "objection.date_impossible", "received before it was posted");
        let fix = propose(bureau, "result", proposal(SubjectKind::Objection, id, "received_on", "2021-10-13"))
            .expect("proposed");
        agree(bureau, "leader", fix).expect("agreed");
        assert_eq!(clock(bureau, id.cast(), "D05").due_strict_on, Some(day("2021-10-18")));
    });
}

/// Quantities move nothing and are put right at once; the day of receipt moves S1 and S2; the party is found in the register.
#[test]
fn facts_of_a_case_are_put_right() {
    on_each_database(|bureau| {
        let case = assigned_case(bureau, "2021-09-24");
        let read = || -> Case { bureau.app.store().read(|tx| tx.get(&case)).expect("read").expect("case") };
        let org = bureau.county.unit("county");
        act(bureau, "result", Action::CaseDispatch, move |work| {
            use hengjian_app::clocks::{About, Owner};
            use hengjian_domain::{actor::Role, deadline};
            let mut row: Case = work.tx.get(&case)?.ok_or(AppError::NotFound)?;
            row.quantity_sold = Some("12".into());
            work.save(&mut row)?;
            for rule in [&deadline::VERIFICATION, &deadline::OBJECTION_REPORT] {
                let about = About::new(org, SubjectKind::Case, case, rule.title);
                work.start_duty(about, rule, row.received_on, "收文", Owner::role(Role::StationOfficer))?;
            }
            work.record(hengjian_app::Event::new("follow_up.noted", "核查").about(case));
            Ok(())
        })
        .expect("rows");
        bureau.on_day("2021-09-28");
        let unknown = propose(bureau, "station1", proposal(SubjectKind::Case, case, "quantity_stock", "3"));
        assert_eq!(refused(unknown), "correction.not_recorded");
        let wrong = propose(bureau, "station1", proposal(SubjectKind::Case, case, "quantity_sold", "约十"));
        assert!(matches!(wrong, Err(AppError::Fields(_))), "{wrong:?}");
        let id = propose(bureau, "station1", proposal(SubjectKind::Case, case, "quantity_sold", "21")).expect("done");
        assert_eq!((row(bureau, id).state, read().quantity_sold.as_deref()), (CorrectionState::Done, Some("21")));

        let id = propose(bureau, "result", proposal(SubjectKind::Case, case, "received_on", "2021-09-28"))
            .expect("proposed");
        assert_eq!(row(bureau, id).effects.lines().count(), 2, "both clocks are shown before anybody agrees");
        agree(bureau, "leader", id).expect("agreed");
        let due = |rule| clock(bureau, case.cast(), rule).due_strict_on;
        assert_eq!((due("S1"), due("S2")), (Some(day("2021-10-11")), Some(day("2021-10-13"))));

        let nobody = propose(bureau, "result", proposal(SubjectKind::Case, case, "enterprise_id", "没有这一家"));
        assert!(matches!(nobody, Err(AppError::Fields(_))), "{nobody:?}");
        let order = propose(bureau, "result", proposal(SubjectKind::Case, case, "order_on", "2021-09-27"));
        assert_eq!(refused(order), "correction.not_recorded");
    });
}

/// R18 第四十六条, 第四十七条: the order's day moves the office's 75 days, its service the party's 60.
#[test]
fn the_days_of_an_order_are_put_right() {
    on_each_database(|bureau| {
        let case = assigned_case(bureau, "2021-07-01");
        let org = bureau.county.unit("county");
        bureau.on_day("2021-08-10");
        act(bureau, "result", Action::CaseDispatch, move |work| {
            use hengjian_app::clocks::{About, Owner};
            use hengjian_domain::{actor::Role, deadline};
            let mut row: Case = work.tx.get(&case)?.ok_or(AppError::NotFound)?;
            row.order_on = Some(day("2021-08-02"));
            row.order_served_on = Some(day("2021-08-02"));
            work.save(&mut row)?;
            let about = |title| About::new(org, SubjectKind::Case, case, title);
            work.start_duty(
                about("组织复查"),
                &deadline::RECHECK,
                day("2021-08-02"),
                "通知书",
                Owner::role(Role::StationOfficer),
            )?;
            work.start_right(about("改正"), &deadline::RECTIFICATION, day("2021-08-02"), "送达回证")?;
            work.record(hengjian_app::Event::new("follow_up.noted", "责令改正").about(case));
            Ok(())
        })
        .expect("rows");
        let late = propose(bureau, "result", proposal(SubjectKind::Case, case, "order_on", "2021-08-03"));
        assert_eq!(refused(late), "correction.impossible", "an order is not served before its day");
        let id = propose(bureau, "result", proposal(SubjectKind::Case, case, "order_served_on", "2021-08-06"))
            .expect("proposed");
        agree(bureau, "leader", id).expect("agreed");
        let id =
            propose(bureau, "result", proposal(SubjectKind::Case, case, "order_on", "2021-08-01")).expect("proposed");
        agree(bureau, "leader", id).expect("agreed");
        let row: Case = bureau.app.store().read(|tx| tx.get(&case)).expect("read").expect("case");
        assert_eq!((row.correct_by_on, row.recheck_by_on), (Some(day("2021-10-08")), Some(day("2021-10-15"))));
        assert_eq!(clock(bureau, case.cast(), "D12").due_party_on, Some(day("2021-10-08")));
        assert_eq!(clock(bureau, case.cast(), "D13").due_strict_on, Some(day("2021-10-15")));
    });
}

/// R18 第十九条: a sampling record is put right with the party's confirmation; a signed report keeps its words; a
/// corrected producer needs a second person and is told by a notice of its own.
#[test]
fn a_sampling_record_is_put_right_and_a_signed_report_is_not_touched() {
    on_each_database(|bureau| {
        let result = failing_report(bureau);
        let record = || -> SamplingRecord {
            bureau
                .app
                .store()
                .read(|tx| {
                    let sample: Sample = tx.get(&result.backup)?.expect("sample");
                    Ok::<_, hengjian_store::StoreError>(tx.get(&sample.record_id)?.expect("record"))
                })
                .expect("read")
        };
        let id =
            propose(bureau, "result", proposal(SubjectKind::Sample, result.backup, "model", "BV 4")).expect("done");
        assert!(row(bureau, id).effects.contains("检验报告 BG2021-0001 已签发，不改动"), "{}", row(bureau, id).effects);
        assert_eq!((record().model.as_str(), record().model_key.as_str()), ("BV 4", "bv4"));
        let report: Inspection = bureau.app.store().read(|tx| tx.get(&result.report)).expect("read").expect("report");
        assert_eq!(report.model, "BV 2.5");
        let wish = proposal(SubjectKind::Sample, result.backup, "producer_name", "近水线缆厂（虚构）");
        let id = propose(bureau, "result", wish).expect("proposed");
        assert_eq!(row(bureau, id).state, CorrectionState::Proposed);
        agree(bureau, "leader", id).expect("agreed");
        let draft: Notice = bureau.app.store().read(|tx| tx.get(&result.producer)).expect("read").expect("notice");
        assert_eq!(draft.recipient_name, "近水线缆厂（虚构）");
        let id = propose(bureau, "result", proposal(SubjectKind::Sample, result.backup, "custody_note", "外箱编号 7"))
            .expect("done");
        assert_eq!(row(bureau, id).old_value, "");
        let station = propose(bureau, "station1", proposal(SubjectKind::Sample, result.backup, "model", "x"));
        assert!(matches!(station, Err(AppError::NotAllowed(_))), "{station:?}");
    });
}
