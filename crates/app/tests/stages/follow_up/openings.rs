//! Cases that a problem report or a refused sampling opens.

use super::*;

/// A problem report opens verification like a failure; it is closed once verified and stopped, without an order.
#[test]
fn a_problem_report_is_verified_and_closed() {
    on_each_database(|bureau| {
        let up = upstream(bureau, Variation::default());
        bureau.on_day("2021-09-24");
        let (org, record) = (bureau.county.unit("county"), up.record.id);
        let id = act(bureau, "result", Action::ProblemReport, move |work| {
            let mut report = problem_on(work, org, record);
            work.insert(&mut report)?;
            stage::open_for_problem(work, &report)
        })
        .expect("case");
        owned(bureau, id);
        assert_eq!(due(bureau, id, "S1"), "2021-09-30");
        verified(bureau, id, ObjectionIntent::No);
        step(bureau, "station1", Action::CaseHandle, id, CloseProposed, |work, id, version| {
            stage::propose_close(work, id, version, "已下架，移交许可证问题线索")
        });
        step(bureau, "enforce", Action::CaseClose, id, Closed, stage::close);
    });
}

/// R18 第二十一条: a refusal goes to enforcement, whose question stays on its list until answered; only then can it be closed.
#[test]
fn a_refusal_is_closed_only_after_the_penalty_question() {
    on_each_database(|bureau| {
        let up = upstream(bureau, Variation::default());
        bureau.on_day("2021-09-24");
        let visit = up.record.visit_id.expect("visit");
        let id = act(bureau, "result", Action::VisitReview, move |work| {
            let mut visit: Visit = work.tx.get(&visit)?.ok_or(AppError::NotFound)?;
            visit.outcome = Some(VisitOutcome::Refused);
            visit.outcome_text = "店主拒绝，有录像".into();
            work.save(&mut visit)?;
            work.record(Event::new("test.refused", "拒绝抽样").about(visit.id));
            stage::open_for_visit(work, &visit)
        })
        .expect("case");
        owned(bureau, id);
        let question = |title: &str| {
            let open = open_clocks(bureau, id);
            open.iter().any(|clock| clock.title == title && clock.owner_role == Some(Role::EnforcementOfficer))
        };
        assert!(question("决定是否立案"));
        // One next step with one owner: no station has anything to do before enforcement has answered.
        let running: Vec<_> = open_clocks(bureau, id).into_iter().map(|clock| (clock.rule, clock.owner_role)).collect();
        assert_eq!(running, [("D20".to_owned(), Some(Role::EnforcementOfficer))]);
        assert_eq!(due(bureau, id, "D20"), "2021-10-20");
        accepted(bureau, id);
        assert!(question("决定是否立案"), "dispatch and 签收 leave it on enforcement's list");
        let propose = |work: &mut Work<'_>, id, version| stage::propose_close(work, id, version, "已处罚");
        refused(try_step(bureau, "station1", Action::CaseHandle, id, propose), "follow_up.nothing_to_close");
        let note = |penalty, text: &'static str| {
            move |work: &mut Work<'_>, id, version| stage::note_penalty(work, id, version, penalty, text)
        };
        refused(
            try_step(bureau, "enforce", Action::CaseReport, id, note(PenaltyState::Filed, " ")),
            "follow_up.incomplete",
        );
        step(bureau, "enforce", Action::CaseReport, id, Verifying, note(PenaltyState::Filed, "立案 1 号"));
        assert!(!question("决定是否立案") && question("登记立案处罚结果"));
        refused(try_step(bureau, "station1", Action::CaseHandle, id, propose), "follow_up.nothing_to_close");
        step(bureau, "enforce", Action::CaseReport, id, Verifying, note(PenaltyState::Decided, "罚决 1 号"));
        assert!(!question("登记立案处罚结果"));
        step(bureau, "station1", Action::CaseHandle, id, CloseProposed, propose);
        step(bureau, "enforce", Action::CaseClose, id, Verifying, |work, id, version| {
            stage::refuse_close(work, id, version, "补决定书")
        });
        assert_eq!(clock(bureau, id, "S1"), None, "a refusal is no report of a failed batch");
        step(bureau, "station1", Action::CaseHandle, id, CloseProposed, propose);
        step(bureau, "enforce", Action::CaseClose, id, Closed, stage::close);
    });
}
