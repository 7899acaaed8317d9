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
        visit_id: None,
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
        result_received_on: None,
        result_served_by: String::new(),
        result_service_method: None,
        result_service_proof: String::new(),
        objection_open_until_on: None,
        reported_to_enforcement_on: None,
        order_number: None,
        order_text: String::new(),
        order_inspection_id: None,
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
        close_proposed_by: None,
        state_before_close: None,
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
        text: "两名执法人员到场，清点库存".into(),
        intent: Some(ObjectionIntent::Undecided),
        stopped_on: Some(day("2021-07-22")),
        ..Verification::default()
    }
}
fn clear() -> OrderFacts {
    OrderFacts::default()
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
        ("draft order", Box::new(|case| case.draft_order("事实", &clear())), &[Stopped]),
        (
            "approve",
            Box::new(|case| case.approve_order(&person(8), &clear(), "1".into(), day("2021-08-02"), &d13)),
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
        ("refuse close", Box::new(|case| case.refuse_close("补回执")), &[CloseProposed]),
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
    check(|found| found.text = "x".into(), "follow_up.too_short");
    check(|found| found.text = "到店。。。。。。。。。。。".into(), "follow_up.too_short");
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
    let ordered = case(OrderDrafted)
        .approve_order(&person(8), &clear(), "责改1".into(), day("2021-08-02"), &d13)
        .expect("ordered");
    assert_eq!(ordered.recheck_by_on, Some(day("2021-10-16")));
    let early = Case::correction_term(day("2021-08-01"), calendar);
    assert_eq!(outcome(ordered.clone().serve_order("回证", &early, day(TODAY))), "follow_up.date_wrong");
    let term = Case::correction_term(day("2021-08-05"), calendar);
    assert_eq!(outcome(ordered.clone().serve_order(" ", &term, day(TODAY))), "follow_up.incomplete");
    let served = ordered.serve_order("直接送达", &term, day(TODAY)).expect("served");
    assert_eq!(served.correct_by_on, Some(day("2021-10-08")));
    assert_eq!(served.clone().fall_overdue(day("2021-10-08")), None, "the last day is in time");
    assert_eq!(served.clone().run_on(day("2021-10-08")), None, "it has not stopped running");
    let mut overdue = served.fall_overdue(day("2021-10-09")).expect("over");
    assert_eq!((overdue.state, overdue.clone().run_on(day("2021-10-09"))), (Overdue, None));
    overdue.correct_by_on = Some(day("2021-10-11"));
    assert_eq!(overdue.run_on(day("2021-10-11")).map(|case| case.state), Some(Rectifying));
}

/// Decision 责令时点: an order waits for finality, stop-sale does not; 结案另人确认: approver and closer did not handle it.
#[test]
fn order_waits_for_finality_and_nobody_closes_his_own_case() {
    let d13 = deadline::RECHECK.derive(day("2021-08-02"), Calendar::builtin());
    let words = || vec!["溪边五金店的异议没有办结".to_owned()];
    let fallen = Some(Overturned::Voided);
    for (facts, expected) in [
        (OrderFacts { open: words(), ..clear() }, "follow_up.not_final"),
        (OrderFacts { open: words(), loss_undecided: true, ..clear() }, "follow_up.loss_undecided"),
        (OrderFacts { open: words(), held_by: words(), ..clear() }, "follow_up.objection_holds"),
        (OrderFacts { open: words(), held_by: words(), overturned: fallen, ..clear() }, "follow_up.result_fell"),
    ] {
        assert_eq!(outcome(case(Stopped).draft_order("事实", &facts)), expected);
        let approved = case(OrderDrafted).approve_order(&person(8), &facts, "1".into(), day(TODAY), &d13);
        assert_eq!(outcome(approved), expected, "what came in since the draft holds the order");
    }
    assert_eq!(
        outcome(case(OrderDrafted).approve_order(&person(7), &clear(), "1".into(), day(TODAY), &d13)),
        "follow_up.same_person"
    );
    assert_eq!(outcome(case(ExemptProposed).decide_exemption(&person(7), true)), "follow_up.same_person");
    assert_eq!(outcome(case(ExemptProposed).decide_exemption(&person(8), false)), "STOPPED");
    assert_eq!(outcome(case(CloseProposed).close(&person(7), day(TODAY))), "follow_up.same_person");
    assert_eq!(outcome(case(CloseProposed).close(&person(8), day(TODAY))), "CLOSED");
}

/// R18 第四十九条: nothing closes before the recheck has passed, an end of the ladder, or an overturned result (R18 第三十七条,
/// 第四十二条), which closes from wherever the case stands. Two persons; a refused closing leads back to where it stood.
#[test]
fn r18_art49_what_permits_to_close() {
    let facts = ClosingFacts::default();
    let overturned = ClosingFacts { overturned: Some(Overturned::Amended) };
    for state in CaseState::ALL {
        let expected = matches!(state, RecheckPassed | SecondRecheckPassed | Revoked);
        assert_eq!(case(*state).may_close(facts), expected, "{state:?}");
        let proposed = case(*state).propose_close(&person(6), "复检改判", overturned);
        if state.is_terminal() || *state == CloseProposed {
            assert_eq!(outcome(proposed), "follow_up.wrong_state", "{state:?}");
            continue;
        }
        let proposed = proposed.expect("from every state that is not terminal");
        assert_eq!(outcome(proposed.clone().close(&person(6), day(TODAY))), "follow_up.same_person", "proposed it");
        assert_eq!(outcome(proposed.clone().close(&person(7), day(TODAY))), "follow_up.same_person", "handled it");
        assert_eq!(outcome(proposed.clone().close(&person(8), day(TODAY))), "CLOSED");
        assert_eq!(outcome(proposed.clone().refuse_close(" ")), "follow_up.incomplete");
        assert_eq!(outcome(proposed.refuse_close("补决定书")), state.code());
    }
    let propose = |case: Case, text: &str, facts| outcome(case.propose_close(&person(6), text, facts));
    assert_eq!(propose(case(Stopped), "无", facts), "follow_up.nothing_to_close");
    assert_eq!(propose(case(RecheckPassed), " ", facts), "follow_up.incomplete");
    let refusal = |penalty| Case { source: CaseSource::Refusal, penalty, ..case(Verifying) };
    assert_eq!(propose(refusal(PenaltyState::Filed), "立案", facts), "follow_up.nothing_to_close");
    assert_eq!(propose(refusal(PenaltyState::Decided), "已处罚", facts), "CLOSE_PROPOSED");
}

/// Decision 报告更正重新告知, for a recheck: what followed from the first report follows from the amended one.
#[test]
fn an_amended_recheck_report_moves_the_case_that_stands_on_it() {
    let closed = |before| Case { state_before_close: Some(before), ..case(Closed) };
    for (from, passed, expected) in [
        (case(RecheckFailed), true, Some(RecheckPassed)),
        (case(Escalated), true, Some(RecheckPassed)),
        (case(Announced), true, Some(RecheckPassed)),
        (case(RecheckPassed), false, Some(RecheckFailed)),
        (Case { state_before_close: Some(RecheckPassed), ..case(CloseProposed) }, false, Some(RecheckFailed)),
        (closed(RecheckPassed), false, Some(RecheckFailed)),
        (closed(RecheckPassed), true, None),
        (closed(Stopped), false, None),
        (case(RecheckPassed), true, None),
        (case(SuspendedBusiness), true, None),
        (case(Transferred), false, None),
    ] {
        let state = from.state;
        let moved = from.recheck_amended(passed);
        assert_eq!(moved.as_ref().map(|case| case.state), expected, "{state:?} {passed}");
        assert!(moved.is_none_or(|case| case.closed_on.is_none() && case.state_before_close.is_none()));
    }
}

/// Everything wrong with a verification is said at once; who refused to be sampled is not asked about a result.
#[test]
fn a_verification_says_all_its_faults_at_once() {
    use VerificationField::{Intent, On, StoppedOn, Text};
    let found = Verification { text: "x".into(), on: Some(day("2021-07-19")), ..Verification::default() };
    let faults = |case: &Case| -> Vec<VerificationField> {
        case.verification_faults(&found, day(TODAY)).into_iter().map(|(field, _)| field).collect()
    };
    assert_eq!(faults(&case(Verifying)), [On, StoppedOn, Text, Intent]);
    assert_eq!(faults(&Case { source: CaseSource::Refusal, ..case(Verifying) }), [On, StoppedOn, Text]);
}

/// 《产品质量法》第十五条: the fifteen days run from a recorded receipt with its proof and are counted, never typed; what is
/// recorded is put right only by 更正. What the party answers moves nothing, and nobody reports before 签收.
#[test]
fn pql_art15_the_days_run_from_a_proven_receipt() {
    use ObjectionIntent::No;
    let assigned = |state| Case { source: CaseSource::Assigned, ..case(state) };
    let receipt = ResultReceipt {
        on: day("2021-07-21"),
        served_by: "市局（虚构）".into(),
        method: crate::objection::ServiceMethod::Post,
        proof: "市抽告〔2021〕7 号，邮件回执".into(),
    };
    let noted = |case: Case, receipt: &ResultReceipt| {
        let term = deadline::OBJECTION.derive(receipt.on, Calendar::builtin());
        case.note_result_receipt(receipt, &term, day(TODAY))
    };
    for (case, receipt, expected) in [
        (assigned(Stopped), receipt.clone(), "STOPPED"),
        (assigned(Opened), receipt.clone(), "OPENED"),
        (assigned(Closed), receipt.clone(), "follow_up.wrong_state"),
        (case(Stopped), receipt.clone(), "follow_up.told_by_notice"),
        (assigned(Stopped), ResultReceipt { on: day("2021-10-21"), ..receipt.clone() }, "follow_up.date_wrong"),
        (assigned(Stopped), ResultReceipt { on: day("1990-01-01"), ..receipt.clone() }, "follow_up.date_wrong"),
        (assigned(Stopped), ResultReceipt { proof: "x".into(), ..receipt.clone() }, "follow_up.incomplete"),
        (assigned(Stopped), ResultReceipt { served_by: " ".into(), ..receipt.clone() }, "follow_up.incomplete"),
        (assigned(Stopped), ResultReceipt { proof: " ".into(), ..receipt.clone() }, "follow_up.incomplete"),
        (
            Case { result_received_on: Some(day("2021-07-20")), ..assigned(Stopped) },
            receipt.clone(),
            "follow_up.receipt_known",
        ),
    ] {
        assert_eq!(outcome(noted(case, &receipt)), expected, "{receipt:?}");
    }
    let noted = noted(assigned(Stopped), &receipt).expect("noted");
    assert_eq!(noted.partys_last_day(), Some(day("2021-08-05")));
    let typed = Case { objection_open_until_on: Some(day("2021-07-22")), ..assigned(Stopped) };
    assert_eq!(typed.partys_last_day(), None, "a last day without a receipt tells nothing");
    assert!(typed.duty().is_some_and(|duty| duty.title.contains("补登当事人收到检验结果的日期")));
    for state in [Opened, Dispatched] {
        assert_eq!(outcome(case(state).report_objection(No, day(TODAY))), "follow_up.not_signed_for", "{state:?}");
    }
    let reported = noted.report_objection(No, day(TODAY)).expect("reported");
    assert_eq!(reported.partys_last_day(), Some(day("2021-08-05")), "an answer moves no day");
}

/// R18 第二十一条: a refusal has one next step with one owner: enforcement says whether it files; then it is closed.
#[test]
fn a_refusal_lies_with_enforcement_until_it_has_answered() {
    use crate::actor::Role::{EnforcementOfficer, ResultManager};
    for (penalty, role, words, closes) in [
        (PenaltyState::Clue, EnforcementOfficer, "待决定是否立案", false),
        (PenaltyState::Filed, EnforcementOfficer, "立案办理中", false),
        (PenaltyState::NotFiled, ResultManager, "待提请结案", true),
        (PenaltyState::Decided, ResultManager, "待提请结案", true),
    ] {
        let refusal = Case { source: CaseSource::Refusal, unit_id: None, penalty, ..case(Opened) };
        assert_eq!(refusal.duty().map(|duty| duty.role), Some(role), "{penalty:?}");
        assert_eq!((refusal.standing(), refusal.may_close(ClosingFacts::default())), (words, closes), "{penalty:?}");
    }
    assert_eq!(case(Opened).standing(), "待分派");
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
