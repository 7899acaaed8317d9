//! The case's rules, named after their articles.

use super::*;
use crate::{actor::Actor, calendar::Calendar, code::Code, deadline, organisation::OrganisationKind, refusal::Explain};
use CaseState::*;

fn day(text: &str) -> Date {
    text.parse().expect("date")
}
fn id<K>(n: u128) -> Id<K> {
    Id::from_uuid(uuid::Uuid::from_u128(n))
}
fn person(n: u128) -> Actor {
    Actor {
        user_id: id(n),
        name: String::new(),
        pseudonym: String::new(),
        org_id: id(1),
        scope_path: String::new(),
        unit_id: id(1),
        unit_name: String::new(),
        unit_kind: OrganisationKind::Regulator,
        unit_tier: None,
        roles: Vec::new(),
    }
}
fn case(state: CaseState) -> Case {
    Case {
        id: id(2),
        version: 1,
        org_id: id(1),
        unit_id: Some(id(3)),
        number: "440232-2021-H-0001".into(),
        source: CaseSource::OwnReport,
        tier: Tier::County,
        organiser_name: String::new(),
        assigned_by: String::new(),
        external_number: String::new(),
        inspection_id: None,
        problem_report_id: None,
        enterprise_id: None,
        party_name: "溪边五金店".into(),
        party_address: String::new(),
        party_role: ProductRole::Seller,
        product_name: "电缆".into(),
        model: String::new(),
        batch_text: String::new(),
        producer_name: String::new(),
        report_number: String::new(),
        failed_items: String::new(),
        state,
        received_on: day("2021-07-20"),
        dispatched_on: None,
        accepted_on: None,
        handler_id: Some(id(7)),
        verified_on: None,
        verification_text: String::new(),
        stopped_on: None,
        quantity_made: None,
        quantity_sold: None,
        quantity_stock: None,
        value_fen: None,
        supplier_text: String::new(),
        objection_intent: ObjectionIntent::NotAsked,
        objection_open_until_on: None,
        reported_to_enforcement_on: None,
        order_number: None,
        order_text: String::new(),
        order_on: Some(day("2021-08-02")),
        order_served_on: None,
        order_service_proof: String::new(),
        order_approved_by: None,
        correct_by_on: Some(day("2021-10-08")),
        recheck_by_on: None,
        rectification_text: String::new(),
        rectified_on: None,
        recheck_applied_on: None,
        announced_on: Some(day("2021-07-30")),
        escalated_on: Some(day("2021-07-25")),
        transferred_to: String::new(),
        transferred_on: Some(day("2021-08-01")),
        transfer_receipt_on: None,
        exempt_reason: String::new(),
        exempt_approved_by: None,
        unprocessable_reason: String::new(),
        penalty: PenaltyState::None,
        penalty_text: String::new(),
        closed_by: None,
        closed_on: None,
        close_text: String::new(),
        return_reason: String::new(),
        created_at_us: Timestamp(0),
    }
}
fn recheck(seq: i64, sampled_on: &str, passed: Option<bool>, reason: &str) -> CaseRecheck {
    CaseRecheck {
        id: id(9),
        version: 1,
        org_id: id(1),
        case_id: id(2),
        seq,
        sampled_on: day(sampled_on),
        sample_text: "复查样品一份，封条 7".into(),
        inspection_id: None,
        report_number: "F-1".into(),
        passed,
        result_on: None,
        reason: reason.into(),
    }
}
fn found() -> Verification {
    Verification {
        on: Some(day("2021-07-22")),
        text: "两名执法人员到场".into(),
        intent: Some(ObjectionIntent::Undecided),
        stopped_on: Some(day("2021-07-22")),
        ..Verification::default()
    }
}
#[track_caller]
fn outcome(result: Result<Case, CaseRefused>) -> &'static str {
    match result {
        Ok(case) => case.state.code(),
        Err(refused) => {
            assert!(!refused.what().is_empty() && !refused.why().is_empty() && !refused.next().is_empty());
            refused.code()
        }
    }
}
const TODAY: &str = "2021-10-20";

/// settled.md, law: a case state that is not terminal has one row: owner, title, basis. Nothing falls off.
#[test]
fn every_state_that_is_not_terminal_has_an_owner() {
    let terminal: Vec<CaseState> = CaseState::ALL.iter().copied().filter(|state| state.is_terminal()).collect();
    assert_eq!(terminal, [Transferred, Exempt, Closed]);
    for state in CaseState::ALL.iter().filter_map(|state| state.duty()) {
        assert!(!state.title.is_empty() && state.basis.evidence().is_some());
    }
}

/// Each act is open in the states regulations §2.9 names and refused in every other.
#[test]
fn acts_exist_in_their_states_only() {
    let calendar = Calendar::builtin();
    let correction = Case::correction_term(day("2021-08-05"), calendar);
    let d13 = deadline::RECHECK.derive(day("2021-08-02"), calendar);
    type Act<'a> = (&'a str, Box<dyn Fn(Case) -> Result<Case, CaseRefused> + 'a>, &'a [CaseState]);
    let acts: Vec<Act<'_>> = vec![
        ("dispatch", Box::new(|case| case.dispatch(Some(id(3)), day(TODAY))), &[Opened]),
        ("take back", Box::new(Case::take_back), &[Dispatched]),
        ("accept", Box::new(|case| case.accept(id(7), day(TODAY))), &[Dispatched]),
        ("send back", Box::new(|case| case.send_back("不在辖区")), &[Dispatched]),
        ("verify", Box::new(|case| case.verify(found(), day(TODAY))), &[Verifying]),
        ("draft order", Box::new(|case| case.draft_order("事实", Vec::new())), &[Stopped]),
        (
            "approve",
            Box::new(|case| case.approve_order(&person(8), "1".into(), day("2021-08-02"), &d13)),
            &[OrderDrafted],
        ),
        ("return order", Box::new(|case| case.return_order("补事实")), &[OrderDrafted]),
        ("serve", Box::new(|case| case.serve_order("回证", &correction, day(TODAY))), &[Ordered]),
        ("apply", Box::new(|case| case.apply_recheck("已整改", day(TODAY), day(TODAY))), &[Rectifying, Overdue]),
        (
            "sample",
            Box::new(|case| case.sample_recheck(&recheck(1, TODAY, None, ""), day(TODAY))),
            &[Rectifying, RecheckApplied, Overdue],
        ),
        ("result", Box::new(|case| case.recheck_result(true, "F-1")), &[RecheckSampled]),
        ("exempt", Box::new(|case| case.propose_exemption("已注销")), &[Stopped]),
        ("decide exemption", Box::new(|case| case.decide_exemption(&person(8), true)), &[ExemptProposed]),
        ("transfer", Box::new(|case| case.transfer("邻县", day(TODAY))), &[Opened, Verifying, Stopped]),
        ("receipt", Box::new(|case| case.transfer_receipt(day(TODAY), true)), &[TransferPending]),
        ("escalate", Box::new(|case| case.escalate(day(TODAY))), &[RecheckFailed, Overdue]),
        ("announce", Box::new(|case| case.announce(day("2021-07-30"), day(TODAY))), &[Escalated]),
        (
            "second",
            Box::new(|case| case.second_recheck(&recheck(2, "2021-10-08", Some(true), ""), day(TODAY))),
            &[Announced, SecondRecheckDue],
        ),
        ("third", Box::new(|case| case.third_recheck(&recheck(3, TODAY, None, ""), day(TODAY))), &[SuspendedBusiness]),
        ("third result", Box::new(|case| case.third_result(false, "F-3")), &[ThirdRecheck]),
        ("close", Box::new(|case| case.close(&person(8), day(TODAY))), &[CloseProposed]),
        ("refuse close", Box::new(|case| case.refuse_close("补回执", &[])), &[CloseProposed]),
    ];
    for (name, act, open) in &acts {
        for state in CaseState::ALL {
            let found = act(case(*state));
            let refused = matches!(found, Err(CaseRefused::WrongState { .. }));
            assert_eq!(refused, !open.contains(state), "{name} in {state:?}: {found:?}");
        }
    }
}

/// R18 第四十五条 and notice, part five: verified, stopped, asked; a date before receipt or after today is refused.
#[test]
fn r18_art45_verification_asks_and_stops() {
    let check = |change: fn(&mut Verification), expected: &str| {
        let mut found = found();
        change(&mut found);
        assert_eq!(outcome(case(Verifying).verify(found, day("2021-07-26"))), expected);
    };
    check(|_| {}, "STOPPED");
    check(|found| found.on = None, "follow_up.incomplete");
    check(|found| found.text = " ".into(), "follow_up.incomplete");
    check(|found| found.intent = None, "follow_up.incomplete");
    check(|found| found.intent = Some(ObjectionIntent::NotAsked), "follow_up.incomplete");
    check(|found| found.stopped_on = None, "follow_up.incomplete");
    check(|found| found.on = Some(day("2021-07-19")), "follow_up.date_wrong");
    check(|found| found.stopped_on = Some(day("2021-07-27")), "follow_up.date_wrong");
}

/// R18 第四十六条, 第四十七条 with decision 六十日自送达起算 (regulations §10.5: order 2021-08-02).
#[test]
fn r18_art46_47_sixty_days_from_service_seventy_five_from_the_order() {
    let calendar = Calendar::builtin();
    let d13 = deadline::RECHECK.derive(day("2021-08-02"), calendar);
    let ordered =
        case(OrderDrafted).approve_order(&person(8), "责改1".into(), day("2021-08-02"), &d13).expect("ordered");
    assert_eq!(ordered.recheck_by_on, Some(day("2021-10-16")));
    let early = Case::correction_term(day("2021-08-01"), calendar);
    assert_eq!(outcome(ordered.clone().serve_order("回证", &early, day(TODAY))), "follow_up.date_wrong");
    let term = Case::correction_term(day("2021-08-05"), calendar);
    assert_eq!(outcome(ordered.clone().serve_order(" ", &term, day(TODAY))), "follow_up.incomplete");
    let served = ordered.serve_order("直接送达", &term, day(TODAY)).expect("served");
    assert_eq!(served.correct_by_on, Some(day("2021-10-08")));
    assert_eq!(served.clone().fall_overdue(day("2021-10-08")), None, "the last day is in time");
    assert_eq!(served.fall_overdue(day("2021-10-09")).map(|case| case.state), Some(Overdue));
}

/// Decision 责令时点: an order waits for finality, stop-sale does not; 结案另人确认: approver and closer did not handle it.
#[test]
fn order_waits_for_finality_and_nobody_closes_his_own_case() {
    let open = vec!["溪边五金店 10月12日前可提异议".to_owned()];
    assert_eq!(outcome(case(Stopped).draft_order("事实", open)), "follow_up.not_final");
    let d13 = deadline::RECHECK.derive(day("2021-08-02"), Calendar::builtin());
    assert_eq!(
        outcome(case(OrderDrafted).approve_order(&person(7), "1".into(), day(TODAY), &d13)),
        "follow_up.same_person"
    );
    assert_eq!(outcome(case(ExemptProposed).decide_exemption(&person(7), true)), "follow_up.same_person");
    assert_eq!(outcome(case(ExemptProposed).decide_exemption(&person(8), false)), "STOPPED");
    assert_eq!(outcome(case(CloseProposed).close(&person(7), day(TODAY))), "follow_up.same_person");
    assert_eq!(outcome(case(CloseProposed).close(&person(8), day(TODAY))), "CLOSED");
}

/// R18 第四十九条: nothing closes before the recheck has passed, an end of the ladder, or an overturned result.
#[test]
fn r18_art49_what_permits_to_close() {
    let facts = ClosingFacts::default();
    let overturned = ClosingFacts { overturned: true };
    for state in CaseState::ALL {
        let expected = matches!(state, RecheckPassed | SecondRecheckPassed | Revoked);
        assert_eq!(case(*state).may_close(facts), expected, "{state:?}");
    }
    assert_eq!(outcome(case(Stopped).propose_close("无", facts)), "follow_up.nothing_to_close");
    assert_eq!(outcome(case(Rectifying).propose_close("复检改判", overturned)), "CLOSE_PROPOSED");
    assert_eq!(outcome(case(RecheckPassed).propose_close(" ", facts)), "follow_up.incomplete");
    assert_eq!(outcome(case(Closed).propose_close("再结", overturned)), "follow_up.wrong_state");
    let refusal = |penalty| Case { source: CaseSource::Refusal, penalty, ..case(Verifying) };
    assert_eq!(outcome(refusal(PenaltyState::Filed).propose_close("立案", facts)), "follow_up.nothing_to_close");
    assert_eq!(outcome(refusal(PenaltyState::Decided).propose_close("已处罚", facts)), "CLOSE_PROPOSED");
    let back = |rechecks: &[CaseRecheck]| outcome(case(CloseProposed).refuse_close("补回执", rechecks));
    assert_eq!(back(&[]), "ORDERED");
    let from = |change: fn(&mut Case)| {
        let mut case = Case { order_on: None, ..case(CloseProposed) };
        change(&mut case);
        outcome(case.refuse_close("补回执", &[]))
    };
    assert_eq!(from(|_| {}), "VERIFYING", "a refusal case nobody has verified");
    assert_eq!(from(|case| case.verified_on = Some(day(TODAY))), "STOPPED");
    assert_eq!(from(|case| case.order_served_on = Some(day(TODAY))), "RECTIFYING");
    assert_eq!(from(|case| case.recheck_applied_on = Some(day(TODAY))), "RECHECK_APPLIED");
    assert_eq!(back(&[recheck(1, TODAY, Some(true), "")]), "RECHECK_PASSED");
    assert_eq!(back(&[recheck(1, TODAY, Some(false), ""), recheck(2, TODAY, Some(true), "")]), "SECOND_RECHECK_PASSED");
    assert_eq!(back(&[recheck(3, TODAY, Some(false), "")]), "REVOKED");
}

/// R18 第四十八条: second recheck after day 60 and before day 90 from the province's announcement (2021-07-30).
#[test]
fn r18_art48_second_recheck_inside_the_window() {
    let check = |sampled: &str, reason: &str, expected: &str| {
        let found = case(SecondRecheckDue).second_recheck(&recheck(2, sampled, Some(false), reason), day("2021-11-30"));
        assert_eq!(outcome(found), expected, "{sampled}");
    };
    check("2021-09-27", "", "follow_up.outside_window");
    check("2021-09-28", "", "SUSPENDED_BUSINESS");
    check("2021-10-28", "", "SUSPENDED_BUSINESS");
    check("2021-10-29", "", "follow_up.outside_window");
    check("2021-10-29", "封控", "SUSPENDED_BUSINESS");
    assert_eq!(case(Announced).open_window(day("2021-09-27")), None);
    assert_eq!(case(Announced).open_window(day("2021-09-28")).map(|case| case.state), Some(SecondRecheckDue));
    let term = deadline::SECOND_RECHECK.derive(day("2021-07-30"), Calendar::builtin());
    assert_eq!(term.due_strict, day("2021-10-27"), "a window does not roll");
}
