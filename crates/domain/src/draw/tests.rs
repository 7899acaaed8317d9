//! The draw's rules as tables, named after what they stand on.

use super::{phases::replacement, *};
use crate::{
    actor::{Actor, Role},
    code::Code,
    ids::Id,
    law,
    organisation::{OrganisationKind, Tier},
    plan::{SpotCheckTask, TaskKind, TaskState},
    refusal::{Explain, Refusal},
    sampling::VisitOutcome,
};
use jiff::civil::date;

fn id<K>(number: u128) -> Id<K> {
    Id::from_uuid(uuid::Uuid::from_u128(number))
}
fn person(number: u128) -> Actor {
    Actor {
        user_id: id(number),
        name: String::new(),
        pseudonym: String::new(),
        org_id: id(1),
        scope_path: "/".to_owned(),
        unit_id: id(1),
        unit_name: String::new(),
        unit_kind: OrganisationKind::Regulator,
        unit_tier: Some(Tier::County),
        roles: vec![Role::DrawWitness],
    }
}
const OPERATOR: u128 = 10;
const WITNESS: u128 = 11;
const DISPATCHER: u128 = 12;
const SAMPLER: u128 = 13;
const APPROVER: u128 = 14;
const DIGEST: &str = "d1";

fn draw(phase: DrawPhase) -> Draw {
    let reached = |least: DrawPhase, at: i64| (phase >= least && phase != DrawPhase::Voided).then_some(Timestamp(at));
    Draw {
        id: id(1),
        version: 1,
        org_id: id(2),
        task_id: id(3),
        draw_name: "0123456789ab".to_owned(),
        kind: DrawKind::Interim,
        phase,
        quota: 2,
        reserve: 1,
        count_in: 3,
        count_excluded: 0,
        count_must: 0,
        count_drawn: 2,
        filters: String::new(),
        roster_digest: DIGEST.to_owned(),
        release_at_us: None,
        prepared_by: id(OPERATOR),
        frozen_at_us: reached(DrawPhase::Frozen, 10),
        executed_by: reached(DrawPhase::Drawn, 20).map(|_| id(WITNESS)),
        executed_at_us: reached(DrawPhase::Drawn, 20),
        confirmed_by: reached(DrawPhase::Confirmed, 30).map(|_| id(WITNESS)),
        confirmed_at_us: reached(DrawPhase::Confirmed, 30),
        dispatcher_id: None,
        dispatched_at_us: None,
        closed_at_us: None,
        close_reason: String::new(),
        void_reason: String::new(),
        created_at_us: Timestamp(0),
    }
}
fn sampler(number: u128, may_lead: bool) -> DrawPerson {
    DrawPerson {
        id: id(number),
        version: 1,
        org_id: id(2),
        draw_id: id(1),
        officer_id: id(number),
        mid: format!("S{number}"),
        may_lead,
        status: MemberStatus::In,
        reason: "-".to_owned(),
        reason_text: String::new(),
        by_hand: false,
    }
}
fn proposal() -> DrawVoid {
    DrawVoid {
        id: id(11),
        version: 1,
        org_id: id(2),
        draw_id: id(1),
        reason: VoidReason::Leaked,
        words: "有人打听".to_owned(),
        state: DrawVoidState::Proposed,
        proposed_by: id(WITNESS),
        proposed_at_us: Timestamp(35),
        decided_by: None,
        decided_at_us: None,
        decision_words: String::new(),
    }
}
fn unit() -> DrawMember {
    DrawMember {
        id: id(5),
        version: 1,
        org_id: id(2),
        draw_id: id(1),
        uid: "F1".to_owned(),
        enterprise_id: id(6),
        stratum: STRATUM.to_owned(),
        credit_class: CreditClass::A,
        weight: 1,
        status: MemberStatus::In,
        reason: "-".to_owned(),
        reason_text: String::new(),
        by_hand: false,
        blocked_models: String::new(),
    }
}
fn in_team(number: u128) -> TeamMember {
    TeamMember {
        officer_id: id(number),
        may_lead: number == 1,
        recused: false,
        laboratory_staff: false,
        certificate_until_on: Some(date(2021, 10, 8)),
    }
}
fn handover() -> Handover {
    Handover { team: vec![in_team(1), in_team(2)], release_at: Timestamp::at(date(2021, 10, 8), 8, 0) }
}
fn code<T>(result: Result<T, DrawRefused>) -> &'static str {
    result.map_or_else(|refused| refused.code(), |_| "ok")
}
const ONE: Headcount = Headcount { inside: 3, excluded: 0, must: 0 };

/// verifiable-draw.md §2: no phase is skipped or entered twice. Rows: phase; columns: every act of the machine.
#[test]
fn verifiable_draw_section_2_each_act_has_its_phase() {
    let people = [sampler(1, true), sampler(2, false)];
    let now = Timestamp(40);
    for phase in DrawPhase::ALL.iter().copied() {
        let at = || draw(phase);
        let allowed = [
            code(at().size(&person(OPERATOR), &task(TaskKind::Routine, TaskState::Commissioned), 1, 1)),
            code(at().freeze(&person(OPERATOR), ONE, &people, String::new(), now)),
            code(at().execute(&person(WITNESS), &[], DIGEST, 2, now)),
            code(at().confirm(&person(WITNESS), &[handover()], now)),
            code(at().read_names(&person(DISPATCHER))),
            code(at().dispatch(&person(DISPATCHER), &[handover()], now)),
            code(at().close(0, 0, "", now)),
            code(at().propose_void(&person(WITNESS), "x", None)),
            code(at().void(&person(APPROVER), &proposal())),
        ]
        .map(|code| code == "ok");
        let expected = match phase {
            //                   size, freeze, execute, confirm, names, dispatch, close, propose, void
            DrawPhase::Draft => [true, true, false, false, false, false, false, true, true],
            DrawPhase::Frozen => [false, false, true, false, false, false, false, true, true],
            DrawPhase::Drawn => [false, false, false, true, false, false, false, true, true],
            DrawPhase::Confirmed => [false, false, false, false, true, true, false, true, true],
            DrawPhase::Dispatched => [false, false, false, false, true, false, true, false, false],
            DrawPhase::Committed | DrawPhase::Closed | DrawPhase::Revealed | DrawPhase::Voided => [false; 9],
        };
        assert_eq!(allowed, expected, "{phase:?}");
    }
}

/// Regulations §1.2: operator ≠ second person ≠ dispatcher; nobody of the pool draws; one dispatcher.
#[test]
fn regulations_1_2_separation_of_duties() {
    let now = Timestamp(40);
    let executed = |by: u128| code(draw(DrawPhase::Frozen).execute(&person(by), &[id(SAMPLER)], DIGEST, 2, now));
    assert_eq!([OPERATOR, SAMPLER, WITNESS].map(executed), ["draw.same_person", "draw.in_the_pool", "ok"]);
    let confirmed = |by: u128| code(draw(DrawPhase::Drawn).confirm(&person(by), &[handover()], now));
    assert_eq!([OPERATOR, WITNESS].map(confirmed), ["draw.same_person", "ok"]);
    let read = |by: u128| code(draw(DrawPhase::Confirmed).read_names(&person(by)));
    assert_eq!([OPERATOR, WITNESS, DISPATCHER].map(read), ["draw.same_person", "draw.same_person", "ok"]);
    let taken = Draw { dispatcher_id: Some(id(99)), ..draw(DrawPhase::Confirmed) };
    assert_eq!(code(taken.clone().read_names(&person(DISPATCHER))), "draw.other_dispatcher");
    assert_eq!(code(taken.read_names(&person(99))), "ok");
    assert_eq!(code(draw(DrawPhase::Draft).edit(&person(99))), "draw.other_operator");
    let proposed = |by: u128| code(draw(DrawPhase::Drawn).propose_void(&person(by), "x", None));
    assert_eq!([OPERATOR, WITNESS].map(proposed), ["draw.same_person", "ok"]);
    let voided = |by: u128| code(draw(DrawPhase::Drawn).void(&person(by), &proposal()));
    assert_eq!([OPERATOR, APPROVER].map(voided), ["draw.same_person", "ok"]);
    let decided = |by: u128| code(proposal().decide(&person(by), true, "", now));
    assert_eq!([WITNESS, APPROVER].map(decided), ["draw.same_person", "ok"]);
}

/// settled.md “Further roles: approver of a void”: one proposal at a time, decided once, declined only with a reason;
/// while it waits nothing goes on.
#[test]
fn settled_a_void_takes_two_people() {
    let pending = proposal();
    let again = draw(DrawPhase::Drawn).propose_void(&person(WITNESS), "x", Some(&pending));
    assert_eq!(code(again), "draw.void_pending");
    assert_eq!(code(Draw::not_being_voided("派发抽样任务", Some(&pending))), "draw.void_pending");
    assert_eq!(code(Draw::not_being_voided("派发抽样任务", None)), "ok");
    assert_eq!(code(draw(DrawPhase::Drawn).propose_void(&person(WITNESS), " ", None)), "draw.reason_missing");
    assert_eq!(code(proposal().decide(&person(APPROVER), false, " ", Timestamp(50))), "draw.reason_missing");
    let declined = proposal().decide(&person(APPROVER), false, "没有泄密", Timestamp(50)).expect("declined");
    assert_eq!((declined.state, declined.decided_by), (DrawVoidState::Declined, Some(id(APPROVER))));
    assert_eq!(code(declined.decide(&person(APPROVER), true, "", Timestamp(60))), "draw.void_decided");
    let void = draw(DrawPhase::Drawn).void(&person(APPROVER), &proposal()).expect("void");
    assert_eq!((void.phase, void.void_reason.as_str()), (DrawPhase::Voided, "V03 已经泄密：有人打听"));
}

/// The roster is the frozen one, and the random number is younger than the freeze.
#[test]
fn decision_draw_randomness_after_the_freeze() {
    let executed = |digest, at| code(draw(DrawPhase::Frozen).execute(&person(WITNESS), &[], digest, 2, Timestamp(at)));
    assert_eq!(executed(DIGEST, 11), "ok");
    assert_eq!(executed(DIGEST, 10), "draw.roster_changed");
    assert_eq!(executed("d2", 11), "draw.roster_changed");
}

/// R18 art. 9, 16 and the recusal rule, in the order of precedence.
#[test]
fn r18_art16_a_team() {
    type Change = fn(&mut Vec<TeamMember>);
    let rows: [(Change, Result<(), TeamFault>); 8] = [
        (|_| {}, Ok(())),
        (|team| team.truncate(1), Err(TeamFault::TooFew)),
        (|team| team[1] = team[0].clone(), Err(TeamFault::TooFew)),
        (|team| team[0].may_lead = false, Err(TeamFault::NoCertificate)),
        (|team| team[1].recused = true, Err(TeamFault::Recused)),
        (|team| team[1].laboratory_staff = true, Err(TeamFault::LaboratoryStaff)),
        (|team| team[1].certificate_until_on = Some(date(2021, 10, 7)), Err(TeamFault::CertificateExpired)),
        (|team| team[1].certificate_until_on = None, Ok(())),
    ];
    for (change, expected) in rows {
        let mut team = handover().team;
        change(&mut team);
        assert_eq!(phases::check_team(&team, date(2021, 10, 8)), expected, "{team:?}");
    }
    let bad = Handover { team: vec![in_team(1)], ..handover() };
    let confirmed = draw(DrawPhase::Drawn).confirm(&person(WITNESS), &[bad.clone(), handover(), bad], Timestamp(1));
    let refused = confirmed.expect_err("refused");
    assert_eq!((refused.code(), refused.basis()), ("draw.team_too_few", Some(law::R18_16)));
    assert!(refused.why().contains('2'), "{}", refused.why());
}

/// settled.md, replacement by visit outcome.
#[test]
fn decision_draw_substitute_by_outcome() {
    use ReplacementReason::{NotFound, NotMade, SixMonth, StockShort};
    for outcome in VisitOutcome::ALL.iter().copied() {
        let expected = match outcome {
            VisitOutcome::Unable => Some(NotFound),
            VisitOutcome::NotSampledStock => Some(StockShort),
            VisitOutcome::NotSampledNotForSale | VisitOutcome::NotSampledMarked => Some(NotMade),
            VisitOutcome::DuplicateSixMonth => Some(SixMonth),
            VisitOutcome::Sampled | VisitOutcome::Refused | VisitOutcome::TerminatedIllegal => None,
        };
        assert_eq!(replacement(outcome, None), expected, "{outcome:?}");
        let chosen = if outcome == VisitOutcome::Unable { Some(NotMade) } else { expected };
        assert_eq!(replacement(outcome, Some(NotMade)), chosen, "{outcome:?}");
    }
}

/// Guards of the freeze, in the order of precedence.
#[test]
fn regulations_2_3_what_can_be_frozen() {
    let frozen = |quota: i64, count: Headcount, people: &[DrawPerson]| {
        let draw = Draw { quota, ..draw(DrawPhase::Draft) }.counted(count);
        code(draw.freeze(&person(OPERATOR), count, people, DIGEST.to_owned(), Timestamp(10)))
    };
    let (lead, second) = (sampler(1, true), sampler(2, false));
    let gone = sampler(3, true).exclude(PersonReason::Leave, "住院").expect("excluded");
    let empty = Headcount { inside: 0, excluded: 4, must: 0 };
    assert_eq!(frozen(2, empty, &[]), "draw.nothing_to_draw");
    assert_eq!(frozen(0, ONE, &[]), "draw.nothing_to_draw");
    assert_eq!(frozen(2, ONE, std::slice::from_ref(&lead)), "draw.too_few_people");
    assert_eq!(frozen(2, ONE, &[lead.clone(), gone.clone()]), "draw.too_few_people");
    assert_eq!(frozen(2, ONE, &[second.clone(), sampler(4, false), gone]), "draw.nobody_leads");
    assert_eq!(frozen(2, ONE, &[lead.clone(), second.clone()]), "ok");
    // 全覆盖 is the whole roster; more than there is, or reserves beyond the rest, is a mistake somewhere.
    assert_eq!(frozen(3, ONE, &[lead.clone(), second.clone()]), "ok");
    assert_eq!(frozen(4, ONE, &[lead.clone(), second.clone()]), "draw.more_than_roster");
    let sized = |quota, reserve| {
        let draw = Draw { quota: 0, reserve: 0, ..draw(DrawPhase::Draft) }.counted(ONE);
        let task = SpotCheckTask { batches: 9, ..task(TaskKind::Routine, TaskState::Ready) };
        code(draw.size(&person(OPERATOR), &task, quota, reserve))
    };
    let rows = [(0, 0, "draw.nothing_to_draw"), (4, 0, "draw.more_than_roster"), (2, 2, "draw.more_reserves")];
    for (quota, reserve, expected) in rows.into_iter().chain([(3, 0, "ok"), (2, 1, "ok")]) {
        assert_eq!(sized(quota, reserve), expected, "{quota} {reserve}");
    }
    let shrunk = Draw { quota: 2, reserve: 9, ..draw(DrawPhase::Draft) }.counted(ONE);
    assert_eq!((shrunk.count_in, shrunk.reserve), (3, 1), "reserves follow the roster down");
    // Only designated units are an ordinary case.
    assert_eq!(frozen(0, Headcount { must: 1, ..empty }, &[lead, second]), "ok");
}

fn task(kind: TaskKind, state: TaskState) -> SpotCheckTask {
    SpotCheckTask {
        id: id(3),
        version: 1,
        org_id: id(2),
        plan_id: id(7),
        plan_line_id: None,
        number: String::new(),
        name: String::new(),
        kind,
        origin_tier: Tier::County,
        state,
        state_before_suspension: None,
        category_id: Some(id(8)),
        rules_id: None,
        product_scope: String::new(),
        region_scope: String::new(),
        field: SamplingField::Production,
        batches: 2,
        sampling_from_on: None,
        sampling_until_on: None,
        testing_until_on: None,
        handling_until_on: None,
        division_of_work: String::new(),
        sampling_body: String::new(),
        laboratory_id: None,
        agreement_number: String::new(),
        agreement_signed_on: None,
        rules_published_at_us: None,
        budget_fen: 0,
        summary: String::new(),
        drafted_by: id(9),
        reason: String::new(),
        created_at_us: Timestamp(0),
    }
}

/// R18 art. 15: when a draw may be begun.
#[test]
fn r18_art15_a_commissioned_task_and_no_other_draw() {
    for state in TaskState::ALL.iter().copied() {
        let allowed = matches!(state, TaskState::Commissioned | TaskState::Ready | TaskState::Sampling);
        let expected = if allowed { "ok" } else { "draw.task_not_commissioned" };
        assert_eq!(code(Draw::allowed_for(&task(TaskKind::Routine, state), &[])), expected, "{state:?}");
    }
    let ready = task(TaskKind::Routine, TaskState::Commissioned);
    for phase in DrawPhase::ALL.iter().copied() {
        let over = matches!(phase, DrawPhase::Closed | DrawPhase::Revealed | DrawPhase::Voided);
        let expected = if over { "ok" } else { "draw.another_open" };
        assert_eq!(code(Draw::allowed_for(&ready, &[draw(phase)])), expected, "{phase:?}");
    }
    let vague = SpotCheckTask { category_id: None, ..ready };
    assert_eq!(code(Draw::allowed_for(&vague, &[])), "draw.no_product");
}

/// C13: manual additions only in special, follow-up and emergency checks, with a reason.
#[test]
fn gd_mr_art26_who_may_be_designated() {
    for kind in TaskKind::ALL.iter().copied() {
        let allowed = matches!(kind, TaskKind::Special | TaskKind::FollowUp | TaskKind::Emergency);
        let expected = if allowed { "ok" } else { "draw.designation_kind" };
        assert_eq!(code(Draw::may_designate(&task(kind, TaskState::Ready))), expected, "{kind:?}");
    }
    assert_eq!(code(unit().designate(DesignationReason::Ordered, " ")), "draw.reason_missing");
    let must = unit().designate(DesignationReason::Ordered, "市局函").expect("designated");
    assert_eq!((must.status, must.weight, must.reason.as_str(), must.by_hand), (MemberStatus::Must, 0, "M02", true));
    let back = must.restore(3).expect("restored");
    assert_eq!((back.status, back.weight, back.reason.as_str(), back.by_hand), (MemberStatus::In, 3, "-", false));
}

/// What follows from the registers is not entered by hand; what is entered has evidence and can be taken back.
#[test]
fn exclusion_by_hand() {
    for reason in ExclusionReason::ALL.iter().copied() {
        let expected = if ExclusionReason::BY_HAND.contains(&reason) { "ok" } else { "draw.not_by_hand" };
        assert_eq!(code(unit().exclude(reason, "材料")), expected, "{reason:?}");
    }
    assert_eq!(code(unit().exclude(ExclusionReason::Other, " ")), "draw.reason_missing");
    let out = unit().exclude(ExclusionReason::Other, "材料").expect("excluded");
    assert_eq!((out.status, out.weight, out.reason.as_str()), (MemberStatus::Excluded, 0, "E09"));
    assert_eq!(code(out.clone().exclude(ExclusionReason::Other, "材料")), "draw.already_excluded");
    assert_eq!(code(out.clone().designate(DesignationReason::Ordered, "函")), "draw.already_excluded");
    assert_eq!(code(out.restore(1)), "ok");
    assert_eq!(code(unit().restore(1)), "draw.not_by_hand");
}

/// Every refusal says what, why and what to do, without a system word.
#[test]
fn refusals_are_sentences() {
    use DrawRefused as R;
    let team = |fault| R::Team { act: "确认抽取", fault, count: 2 };
    let all = [
        R::WrongPhase { act: "确认抽取", phase: "已作废" },
        R::TaskNotCommissioned { state: "草拟" },
        R::NoProduct,
        R::AnotherOpen,
        R::OtherOperator,
        R::SamePerson { act: "确认抽取", did: "准备并冻结了名录" },
        R::InThePool { act: "执行抽取" },
        R::DesignationKind { kind: "计划抽查" },
        R::AlreadyExcluded { reason: "只供出口".to_owned() },
        R::NotByHand { reason: "只供出口" },
        R::ReasonMissing { act: "作废抽取" },
        R::RosterOutdated,
        R::NothingToDraw,
        R::MoreThanTask { batches: 3 },
        R::MoreThanRoster { quota: 5, inside: 3 },
        R::MoreReserves { reserve: 5, rest: 3 },
        R::VoidPending { act: "确认抽取" },
        R::VoidDecided { state: "不同意" },
        R::TooFewPeople { count: 1 },
        R::NobodyLeads,
        R::RosterChanged,
        team(TeamFault::TooFew),
        team(TeamFault::NoCertificate),
        team(TeamFault::Recused),
        team(TeamFault::LaboratoryStaff),
        team(TeamFault::CertificateExpired),
        R::OtherDispatcher,
        R::ReleasePast,
        R::ReleaseOutside { window: ReleaseWindow::of(&task(TaskKind::Routine, TaskState::Ready), date(2021, 10, 1)) },
        R::VisitNotSettled,
        R::NoReplacement { outcome: "拒绝抽样" },
        R::Designated,
        R::AlreadyReplaced,
        R::ReserveUsedUp,
        R::VisitsOpen { count: 2 },
        R::ReplacementsOpen { count: 2 },
    ];
    let mut codes = std::collections::BTreeSet::new();
    for refused in all {
        let Refusal { code, what, why, next, .. } = refused.into();
        assert!(codes.insert(code), "{code} twice");
        assert!(what.starts_with("不能") && !why.is_empty() && next.starts_with('请'), "{code}: {what} {why} {next}");
        for word in ["哈希", "熵", "DRAFT", "FROZEN", "{", "!", "！"] {
            assert!(![&what, &why, &next].iter().any(|text| text.contains(word)), "{code} says {word}");
        }
    }
}

/// 定时公开名单: a team sees its visit within the days of sampling; when they are over, today is the last.
#[test]
fn visits_are_released_on_the_days_of_sampling() {
    let both = (Some(date(2021, 10, 8)), Some(date(2021, 10, 30)));
    for (window, today, day, inside) in [
        (both, date(2021, 10, 1), date(2021, 10, 7), false),
        (both, date(2021, 10, 1), date(2021, 10, 8), true),
        (both, date(2021, 10, 1), date(2021, 10, 30), true),
        (both, date(2021, 10, 1), date(2021, 10, 31), false),
        (both, date(2021, 11, 3), date(2021, 11, 3), true),
        (both, date(2021, 11, 3), date(2021, 11, 4), false),
        ((None, None), date(2021, 10, 1), date(2021, 12, 1), true),
    ] {
        let mut of = task(TaskKind::Routine, TaskState::Ready);
        (of.sampling_from_on, of.sampling_until_on) = window;
        let checked = ReleaseWindow::of(&of, today).check(Timestamp::at(day, 8, 0));
        assert_eq!(checked.is_ok(), inside, "{window:?} {today} {day}");
    }
}
