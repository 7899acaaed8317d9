//! 后处理: cases from receipt to their end, on both databases. After every act the story asks that somebody owns the case.

mod changes;
mod openings;
mod rechecks;

use crate::{
    objection::{self as told, act, day},
    support::{Bureau, on_each_database},
    testing::bench::{Variation, upstream},
};
use CaseState::*;
use hengjian_app::{
    AppError, AppResult, Event, Work, correction,
    follow_up::{self as stage, CaseFilter, LaterRecheck, NewAssignment, RecheckSampling},
    objection::procedure,
    sampling as samples, testing as laboratory,
};
use hengjian_domain::{
    actor::{Actor, Role},
    clock::{Clock, ClockKind, ClockState, SubjectKind},
    follow_up::{
        Case, CaseId, CaseRecheck, CaseSource, CaseState, ObjectionIntent, PenaltyState, ResultReceipt, Verification,
    },
    objection::{ObjectionKind, ServiceMethod},
    organisation::{OrganisationId, Tier},
    policy::Action,
    sampling::{LossCause, Sample, SampleId, SamplingRecordId, Visit, VisitOutcome},
    testing::{Confirmation, Inspection, InspectionId, ItemEntry, ItemResult, ProblemReport},
};
use jiff::{ToSpan, civil::Date};

fn assignment(received_on: &str) -> NewAssignment {
    NewAssignment {
        receiver: None,
        tier: Tier::Municipal,
        organiser_name: "市局（虚构）".into(),
        assigned_by: "市局产品质量监管科（虚构）".into(),
        external_number: "交办 7".into(),
        received_on: day(received_on),
        party_name: "溪边五金店（虚构）".into(),
        party_address: "乳城镇三路 3 号".into(),
        party_uscc: String::new(),
        product_name: "电线".into(),
        trademark: "/".into(),
        model: "BV 2.5".into(),
        batch_text: "2021-05".into(),
        producer_name: "远山线缆厂（虚构）".into(),
        report_number: "SJ-2021-7".into(),
        failed_items: "导体电阻".into(),
    }
}
fn found(on: &str, intent: ObjectionIntent) -> Verification {
    Verification {
        on: Some(day(on)),
        text: "两名执法人员到店，出示证件，清点库存".into(),
        made: Some("50 卷".into()),
        sold: Some("8 卷".into()),
        stock: Some("42 卷".into()),
        value_fen: Some(500_000),
        supplier: "县城批发部（虚构）".into(),
        intent: Some(intent),
        stopped_on: Some(day(on)),
    }
}
fn later(on: &str, report: &str, passed: Option<bool>, reason: &str) -> LaterRecheck {
    LaterRecheck {
        sampled_on: day(on),
        sample_text: "复查样品一份，封条 7".into(),
        report_number: report.into(),
        passed,
        reason: reason.into(),
    }
}
fn outside_sampling(on: &str) -> RecheckSampling {
    RecheckSampling {
        sampled_on: day(on),
        sample_text: "复查样品一份，封条 7，无偿".into(),
        laboratory_id: None,
        seal_number: String::new(),
    }
}

fn case(bureau: &Bureau, id: CaseId) -> Case {
    bureau.app.store().read(|tx| tx.get(&id)).expect("read").expect("case")
}
fn open_clocks(bureau: &Bureau, id: CaseId) -> Vec<Clock> {
    let mut clocks = bureau.app.store().read(|tx| tx.clocks_of(id.cast())).expect("clocks");
    clocks.retain(|clock| clock.state == ClockState::Open);
    clocks
}
fn clock(bureau: &Bureau, id: CaseId, rule: &str) -> Option<Clock> {
    open_clocks(bureau, id).into_iter().find(|clock| clock.rule == rule)
}
#[track_caller]
fn due(bureau: &Bureau, id: CaseId, rule: &str) -> String {
    let clock = clock(bureau, id, rule).unwrap_or_else(|| panic!("{rule} runs"));
    clock.due_on().expect("a last day").to_string()
}
/// settled.md: a case that is not at its end always has an open duty with an owner; at its end none but the report upward, the
/// telling of the producer's place, and what enforcement still has to decide.
#[track_caller]
fn owned(bureau: &Bureau, id: CaseId) {
    let case = case(bureau, id);
    let duties: Vec<Clock> =
        open_clocks(bureau, id).into_iter().filter(|clock| clock.kind == ClockKind::Duty).collect();
    assert!(duties.iter().all(|clock| clock.owner_role.is_some()), "{:?}: {duties:?}", case.state);
    match case.duty() {
        Some(duty) => assert!(
            duties.iter().any(|clock| clock.owner_role == Some(duty.role)
                && (!duty.at_station || clock.unit_id == case.unit_id)),
            "{:?} has no duty of {:?}: {duties:?}",
            case.state,
            duty.role
        ),
        None => assert!(
            duties
                .iter()
                .all(|clock| matches!(clock.rule.as_str(), "S6" | "D17" | "D20") || clock.title.contains("立案")),
            "{:?}: {duties:?}",
            case.state
        ),
    }
}
type Step = Box<dyn FnOnce(&mut Work<'_>, CaseId, i64) -> AppResult<()> + Send>;
fn as_actor(bureau: &Bureau, actor: &Actor, action: Action, id: CaseId, step: Step) -> AppResult<()> {
    let version = case(bureau, id).version;
    bureau.app.act(actor, action, move |work| step(work, id, version))
}
fn try_step(
    bureau: &Bureau,
    login: &str,
    action: Action,
    id: CaseId,
    step: impl FnOnce(&mut Work<'_>, CaseId, i64) -> AppResult<()> + Send + 'static,
) -> AppResult<()> {
    as_actor(bureau, &bureau.actor(login), action, id, Box::new(step))
}
/// An act that must succeed, the state it leads to, and an owner afterwards.
#[track_caller]
fn step(
    bureau: &Bureau,
    login: &str,
    action: Action,
    id: CaseId,
    state: CaseState,
    step: impl FnOnce(&mut Work<'_>, CaseId, i64) -> AppResult<()> + Send + 'static,
) {
    try_step(bureau, login, action, id, step).expect("the act");
    assert_eq!(case(bureau, id).state, state);
    owned(bureau, id);
}
#[track_caller]
fn refused<T: std::fmt::Debug>(result: AppResult<T>, code: &str) {
    match result {
        Err(AppError::Refused(refusal)) => assert_eq!(refusal.code, code),
        other => panic!("{code} expected, {other:?}"),
    }
}
#[track_caller]
fn field<T: std::fmt::Debug>(result: AppResult<T>, name: &str) {
    match result {
        Err(AppError::Fields(errors)) => assert!(errors.iter().any(|error| error.field == name), "{errors:?}"),
        other => panic!("a message at {name} expected, {other:?}"),
    }
}

fn opened(bureau: &Bureau, received_on: &str) -> CaseId {
    let new = assignment(received_on);
    let id = act(bureau, "result", Action::CaseOpen, move |work| stage::open_assigned(work, new));
    let id = id.expect("opened").expect("a new case");
    owned(bureau, id);
    id
}
fn dispatched(bureau: &Bureau, id: CaseId) {
    let station = bureau.county.unit("station1");
    step(bureau, "result", Action::CaseDispatch, id, Dispatched, move |work, id, version| {
        stage::dispatch(work, id, version, Some(station))
    });
}
fn accepted(bureau: &Bureau, id: CaseId) {
    dispatched(bureau, id);
    step(bureau, "station1", Action::CaseHandle, id, Verifying, stage::accept);
}
/// A result that another authority served.
fn receipt(on: Date) -> ResultReceipt {
    ResultReceipt {
        on,
        served_by: "市局（虚构）".into(),
        method: ServiceMethod::Post,
        proof: "市抽告〔2021〕7 号，邮件回执".into(),
    }
}
/// Verified today; the party of a check organised elsewhere has had the result for long, an undecided one for fifteen days.
fn verified(bureau: &Bureau, id: CaseId, intent: ObjectionIntent) {
    accepted(bureau, id);
    let on = bureau.today().to_string();
    let ago = if intent == ObjectionIntent::Undecided { 15 } else { 40 };
    let told = receipt(bureau.today().saturating_sub(ago.days()));
    // Our own notice tells the days.
    let told = case(bureau, id).is_served_elsewhere().then_some(told);
    step(bureau, "station1", Action::CaseHandle, id, Stopped, move |work, id, version| {
        stage::verify(work, id, version, found(&on, intent), told.as_ref())
    });
}
/// Order of the day of the clock, served the same day.
fn rectifying(bureau: &Bureau, id: CaseId) {
    step(bureau, "station1", Action::CaseHandle, id, OrderDrafted, |work, id, version| {
        stage::draft_order(work, id, version, "抽查不合格，导体电阻超标")
    });
    step(bureau, "leader", Action::CaseApprove, id, Ordered, stage::approve_order);
    let served = bureau.today();
    step(bureau, "station1", Action::CaseHandle, id, Rectifying, move |work, id, version| {
        stage::serve_order(work, id, version, served, "直接送达，店主签收")
    });
}

/// A sample is lost, and the organiser has decided who answers for it.
/// A problem report on a sampling record, not kept yet.
fn problem_on(work: &mut Work<'_>, org: OrganisationId, record: SamplingRecordId) -> ProblemReport {
    ProblemReport {
        id: work.new_id(),
        version: 1,
        org_id: org,
        record_id: Some(record),
        inspection_id: None,
        what: "标称的许可证已注销".into(),
        evidence: "查询截图".into(),
        urgent: false,
        reported_by: "温砚秋".into(),
        reported_on: work.today(),
        case_id: None,
        reported_unit_id: None,
    }
}
fn sample_lost(bureau: &Bureau, sample: SampleId, cause: LossCause) {
    let version = || sample_version(bureau, sample);
    let now = version();
    act(bureau, "result", Action::SampleMove, move |work| {
        samples::report_loss(work, sample, now, ("遗失", "书面说明"), None)
    })
    .expect("lost");
    let now = version();
    act(bureau, "result", Action::VisitReview, move |work| {
        samples::settle_sample(work, sample, now, "另行处理", Some(cause))
    })
    .expect("settled");
}
fn sample_version(bureau: &Bureau, sample: SampleId) -> i64 {
    let row: Option<Sample> = bureau.app.store().read(|tx| tx.get(&sample)).expect("read");
    row.expect("sample").version
}

/// Notice, part five; R18 第四十五至四十九条: a case handed down, from receipt to the report upward (regulations §10.5).
#[test]
fn an_assigned_case_from_receipt_to_its_end() {
    on_each_database(|bureau| {
        bureau.on_day("2021-07-26");
        let id = opened(bureau, "2021-07-26");
        let again = assignment("2021-07-26");
        let twice = act(bureau, "result", Action::CaseOpen, move |work| stage::open_assigned(work, again));
        assert_eq!(twice.expect("answered"), None, "the same organiser, report and party is one case");
        verified(bureau, id, ObjectionIntent::Undecided);
        assert_eq!(clock(bureau, id, "S1"), None, "verified");
        assert!(clock(bureau, id, "S2").is_some(), "an undecided answer is still to be reported");
        step(bureau, "station1", Action::CaseHandle, id, Stopped, |work, id, version| {
            stage::report_objection(work, id, version, ObjectionIntent::No)
        });
        assert_eq!(clock(bureau, id, "S2"), None);
        bureau.on_day("2021-08-02");
        step(bureau, "station1", Action::CaseHandle, id, OrderDrafted, |work, id, version| {
            stage::draft_order(work, id, version, "抽查不合格")
        });
        step(bureau, "leader", Action::CaseApprove, id, Stopped, |work, id, version| {
            stage::return_order(work, id, version, "补写数量")
        });
        step(bureau, "station1", Action::CaseHandle, id, OrderDrafted, |work, id, version| {
            stage::draft_order(work, id, version, "抽查不合格，已售 8 卷。\n改正要求：清点库存。")
        });
        step(bureau, "leader", Action::CaseApprove, id, Ordered, stage::approve_order);
        assert_eq!(due(bureau, id, "D13"), "2021-10-16", "seventy-five days of the office do not roll over a week-end");
        let titles: Vec<String> = open_clocks(bureau, id).into_iter().map(|clock| clock.title).collect();
        assert!(titles.iter().any(|title| title == "送达责令改正通知书"), "{titles:?}");
        assert!(case(bureau, id).order_number.expect("a number").contains("责改〔2021〕1 号"));
        step(bureau, "station1", Action::CaseHandle, id, Rectifying, |work, id, version| {
            stage::serve_order(work, id, version, day("2021-08-02"), "直接送达，店主签收")
        });
        assert_eq!(due(bureau, id, "D12"), "2021-10-08", "the party's sixty days roll over the holiday");
        let pdf = bureau
            .app
            .view(&bureau.actor("station1"), Action::CaseRead, move |work| stage::order_pdf(work, id))
            .expect("F27");
        assert!(pdf.starts_with(b"%PDF-"));
        bureau.on_day("2021-09-20");
        step(bureau, "station1", Action::CaseHandle, id, RecheckApplied, |work, id, version| {
            stage::apply_recheck(work, id, version, "已下架退货", day("2021-09-18"), day("2021-09-20"))
        });
        assert_eq!(clock(bureau, id, "D12"), None);
        step(bureau, "station1", Action::CaseHandle, id, RecheckSampled, |work, id, version| {
            stage::sample_recheck(work, id, version, &outside_sampling("2021-09-20"))
        });
        assert_eq!(clock(bureau, id, "D13"), None);
        bureau.on_day("2021-09-24");
        step(bureau, "station1", Action::CaseHandle, id, RecheckPassed, |work, id, version| {
            stage::recheck_result(work, id, version, true, "FC-1")
        });
        step(bureau, "station1", Action::CaseHandle, id, CloseProposed, |work, id, version| {
            stage::propose_close(work, id, version, "已改正，复查合格")
        });
        step(bureau, "enforce", Action::CaseClose, id, RecheckPassed, |work, id, version| {
            stage::refuse_close(work, id, version, "补送达回证")
        });
        step(bureau, "station1", Action::CaseHandle, id, CloseProposed, |work, id, version| {
            stage::propose_close(work, id, version, "已改正，复查合格，回证已补")
        });
        step(bureau, "enforce", Action::CaseClose, id, Closed, stage::close);
        assert_eq!(due(bureau, id, "S6"), "2021-09-30");
        step(bureau, "enforce", Action::CaseReport, id, Closed, |work, id, version| {
            stage::report_upward(work, id, version, "市局产品质量监管科")
        });
        assert!(open_clocks(bureau, id).is_empty());
        field(
            try_step(bureau, "enforce", Action::CaseReport, id, |work, id, version| {
                stage::report_upward(work, id, version, "再报")
            }),
            "to",
        );
        let mut rows = Vec::new();
        let enforcement = bureau.actor("enforce");
        let told = bureau.app.view(&enforcement, Action::CaseRead, |work| {
            stage::summary(work, &CaseFilter::default(), |row| {
                rows.push(row);
                Ok(())
            })
        });
        told.expect("summary");
        assert_eq!(rows.len(), 1);
        let told: Vec<&str> = rows[0].iter().map(String::as_str).collect();
        assert_eq!(told[..3], ["1", "440232-2021-H-0001", "市抽"]);
        assert_eq!(told[9..12], ["2021-07-26"; 3]);
        assert_eq!(
            told[13..21],
            ["2021-08-02", "2021-10-08", "42 卷", "8 卷", "5000.00", "已改正", "2021-09-20", "合格"]
        );
        assert_eq!(told[26..29], ["2021-09-24", "乳城所", "已结案"]);
    });
}

/// Regulations §10.5: five and seven working days across Mid-Autumn and National Day 2021, one duty of two offices.
#[test]
fn seed_part5_the_joint_duty_moves_with_the_case_and_runs_on() {
    on_each_database(|bureau| {
        for (received, five, seven) in [
            ("2021-09-24", "2021-09-30", "2021-10-09"),
            ("2021-09-28", "2021-10-11", "2021-10-13"),
            ("2021-09-30", "2021-10-13", "2021-10-15"),
        ] {
            bureau.on_day(received);
            let mut new = assignment(received);
            new.report_number = format!("SJ-{received}");
            new.external_number = format!("交办 {received}");
            let id = act(bureau, "result", Action::CaseOpen, move |work| stage::open_assigned(work, new));
            let id = id.expect("opened").expect("new");
            assert_eq!((due(bureau, id, "S1"), due(bureau, id, "S2")), (five.to_owned(), seven.to_owned()));
        }
        bureau.on_day("2021-09-24");
        let id = opened(bureau, "2021-09-24");
        let owner = |rule: &str| {
            let clock = clock(bureau, id, rule).expect("runs");
            (clock.owner_role, clock.unit_id, clock.due_on())
        };
        let section = (Some(Role::ResultManager), None, Some(day("2021-09-30")));
        let station = Some(bureau.county.unit("station1"));
        let at_station = (Some(Role::StationOfficer), station, Some(day("2021-09-30")));
        assert_eq!(owner("S1"), section);
        bureau.on_day("2021-09-26");
        dispatched(bureau, id);
        // Who has to act next sees the term, once, in the words of the act; nobody else has a line without one.
        assert_eq!(owner("S1"), at_station, "the station has to sign for it");
        let seen = bureau.app.view(&bureau.actor("station1"), Action::Own, hengjian_app::work_list::work_list);
        let seen: Vec<_> = seen.expect("list").into_iter().filter(|line| line.subject_id == id.cast()).collect();
        assert_eq!(
            seen.iter().map(|line| (line.title.as_str(), line.due_on())).collect::<Vec<_>>(),
            [
                ("核查处置：签收或退回后处理案件", Some(day("2021-09-30"))),
                ("报告异议并申请复检", Some(day("2021-10-09")))
            ]
        );
        step(bureau, "result", Action::CaseDispatch, id, Opened, stage::take_back);
        assert_eq!(owner("S1"), section, "taken back");
        dispatched(bureau, id);
        let bare = try_step(bureau, "station1", Action::CaseHandle, id, |work, id, version| {
            stage::send_back(work, id, version, " ")
        });
        refused(bare, "follow_up.incomplete");

        step(bureau, "station1", Action::CaseHandle, id, Opened, |work, id, version| {
            stage::send_back(work, id, version, "地址在桂头镇")
        });
        assert_eq!(owner("S1"), section, "sent back, the term runs on");
        dispatched(bureau, id);
        bureau.on_day("2021-09-27");
        step(bureau, "station1", Action::CaseHandle, id, Verifying, stage::accept);
        assert_eq!(owner("S1"), at_station);
        assert_eq!(owner("S2"), (Some(Role::StationOfficer), station, Some(day("2021-10-09"))));
        bureau.on_day("2021-09-30");
        step(bureau, "station1", Action::CaseHandle, id, Stopped, |work, id, version| {
            stage::verify(work, id, version, found("2021-09-30", ObjectionIntent::No), None)
        });
        assert_eq!(clock(bureau, id, "S2"), None, "asked and answered no: nothing left to report");
        let shown = bureau.app.view(&bureau.actor("result"), Action::CaseRead, move |work| stage::view(work, id));
        let shares = shown.expect("page").shares;
        assert_eq!(shares.parts.iter().map(|part| part.days).collect::<Vec<_>>(), [1, 1, 3]);
        assert_eq!(shares.used, 5);
    });
}

/// Who may and who may not: role, station, version, sent twice; approver and closer did not handle the case.
#[test]
fn who_may_and_who_may_not() {
    on_each_database(|bureau| {
        bureau.on_day("2021-08-02");
        let id = opened(bureau, "2021-08-02");
        for (login, action) in [
            ("plan", Action::CaseOpen),
            ("station1", Action::CaseDispatch),
            ("enforce", Action::CaseDispatch),
            ("result", Action::CaseHandle),
            ("station1", Action::CaseApprove),
            ("result", Action::CaseReport),
            ("station1", Action::CaseClose),
            ("audit", Action::CaseHandle),
            ("superior", Action::CaseClose),
        ] {
            let done = try_step(bureau, login, action, id, stage::accept);
            assert!(matches!(done, Err(AppError::NotAllowed(_))), "{login} {action:?}: {done:?}");
        }
        let (station1, station2) = (bureau.county.unit("station1"), bureau.county.unit("station2"));
        let mut city = bureau.actor("superior");
        city.roles = vec![Role::ResultManager];
        bureau
            .app
            .view(&city, Action::CaseRead, move |work| stage::view(work, id).map(|_| ()))
            .expect("the city reads");
        let sent = as_actor(
            bureau,
            &city,
            Action::CaseDispatch,
            id,
            Box::new(move |work, id, version| stage::dispatch(work, id, version, Some(station1))),
        );
        assert!(matches!(sent, Err(AppError::NotFound)), "the city does not act here: {sent:?}");
        let laboratory = bureau.county.unit("laboratory");
        refused(
            try_step(bureau, "result", Action::CaseDispatch, id, move |work, id, version| {
                stage::dispatch(work, id, version, Some(laboratory))
            }),
            "follow_up.no_station",
        );
        let send = |station| {
            move |work: &mut Work<'_>, id, version| {
                work.once("form-7", "/desk/cases")?;
                stage::dispatch(work, id, version, Some(station))
            }
        };
        try_step(bureau, "result", Action::CaseDispatch, id, send(station1)).expect("sent");
        let twice = try_step(bureau, "result", Action::CaseDispatch, id, send(station2));
        assert!(matches!(&twice, Err(AppError::SentBefore(place)) if place == "/desk/cases"), "{twice:?}");
        let other = try_step(bureau, "station2", Action::CaseHandle, id, stage::accept);
        assert!(matches!(other, Err(AppError::NotFound)), "{other:?}");
        let read = bureau.app.view(&bureau.actor("station2"), Action::CaseRead, move |work| stage::view(work, id));
        assert!(matches!(read, Err(AppError::NotFound)));
        let stale = act(bureau, "station1", Action::CaseHandle, move |work| stage::accept(work, id, 1));
        assert!(matches!(stale, Err(AppError::Stale)), "{stale:?}");
        step(bureau, "station1", Action::CaseHandle, id, Verifying, stage::accept);
        step(bureau, "station1", Action::CaseHandle, id, Stopped, |work, id, version| {
            stage::verify(
                work,
                id,
                version,
                found("2021-08-02", ObjectionIntent::No),
                Some(&receipt(day("2021-07-15"))),
            )
        });
        refused(
            try_step(bureau, "station1", Action::CaseHandle, id, |work, id, version| {
                stage::propose_close(work, id, version, "想结案")
            }),
            "follow_up.nothing_to_close",
        );
        step(bureau, "station1", Action::CaseHandle, id, OrderDrafted, |work, id, version| {
            stage::draft_order(work, id, version, "抽查不合格")
        });
        let mut both = bureau.actor("station1");
        both.roles.extend([Role::PlanApprover, Role::EnforcementOfficer]);
        let own = as_actor(bureau, &both, Action::CaseApprove, id, Box::new(stage::approve_order));
        refused(own, "follow_up.same_person");
        step(bureau, "leader", Action::CaseApprove, id, Ordered, stage::approve_order);
        let number = case(bureau, id).order_number.expect("number");
        assert!(number.contains("1 号"), "a refused approval used no number: {number}");
        step(bureau, "station1", Action::CaseHandle, id, Rectifying, |work, id, version| {
            stage::serve_order(work, id, version, day("2021-08-02"), "直接送达")
        });
        step(bureau, "station1", Action::CaseHandle, id, RecheckSampled, |work, id, version| {
            stage::sample_recheck(work, id, version, &outside_sampling("2021-08-02"))
        });
        step(bureau, "station1", Action::CaseHandle, id, RecheckPassed, |work, id, version| {
            stage::recheck_result(work, id, version, true, "FC-2")
        });
        step(bureau, "station1", Action::CaseHandle, id, CloseProposed, |work, id, version| {
            stage::propose_close(work, id, version, "复查合格")
        });
        refused(as_actor(bureau, &both, Action::CaseClose, id, Box::new(stage::close)), "follow_up.same_person");
        step(bureau, "enforce", Action::CaseClose, id, Closed, stage::close);
    });
}

fn cases_of(bureau: &Bureau, report: InspectionId) -> Vec<CaseId> {
    let made = act(bureau, "result", Action::ReportConfirm, move |work| {
        let inspection: Inspection = work.tx.get(&report)?.ok_or(AppError::NotFound)?;
        let first = stage::open_for_report(work, &inspection)?;
        assert!(stage::open_for_report(work, &inspection)?.is_empty(), "opened once");
        Ok(first)
    });
    made.expect("cases")
}

/// Decision 责令时点: own report: stop-sale at once, the order after every recipient's fifteen days; the producer's place is told.
#[test]
fn an_own_report_waits_for_finality_and_is_then_ordered() {
    on_each_database(|bureau| {
        let result = told::told(bureau, "2021-09-25", "2021-09-27");
        bureau.on_day("2021-09-27");
        let cases = cases_of(bureau, result.report);
        assert_eq!(cases.len(), 1, "the producer lies elsewhere");
        let id = cases[0];
        let opened = case(bureau, id);
        assert_eq!((opened.source, opened.received_on), (CaseSource::OwnReport, day("2021-09-24")));
        assert_eq!(due(bureau, id, "D17"), "2021-09-30");
        step(bureau, "result", Action::CaseDispatch, id, Dispatched, |work, id, version| {
            stage::dispatch(work, id, version, None)
        });
        assert_eq!(case(bureau, id).unit_id, Some(bureau.county.unit("station1")), "the enterprise's own station");
        step(bureau, "result", Action::CaseDispatch, id, Dispatched, |work, id, version| {
            stage::notify_producer_place(work, id, version, "外市市场监督管理局（虚构）", "邮件 1")
        });
        assert_eq!(clock(bureau, id, "D17"), None);
        field(
            try_step(bureau, "result", Action::CaseDispatch, id, |work, id, version| {
                stage::notify_producer_place(work, id, version, "再次", "邮件 2")
            }),
            "notify_to",
        );
        step(bureau, "station1", Action::CaseHandle, id, Verifying, stage::accept);
        step(bureau, "station1", Action::CaseHandle, id, Stopped, |work, id, version| {
            stage::verify(work, id, version, found("2021-09-27", ObjectionIntent::No), None)
        });
        refused(
            try_step(bureau, "station1", Action::CaseHandle, id, |work, id, version| {
                stage::note_result_receipt(work, id, version, &receipt(day("2021-09-01")))
            }),
            "follow_up.told_by_notice",
        );
        assert_eq!(due(bureau, id, "W1"), "2021-10-15", "three working days after the last right ends on 10-12");
        let draft = |work: &mut Work<'_>, id, version| stage::draft_order(work, id, version, "抽查不合格");
        refused(try_step(bureau, "station1", Action::CaseHandle, id, draft), "follow_up.not_final");
        let shown = bureau.app.view(&bureau.actor("station1"), Action::CaseRead, move |work| stage::view(work, id));
        let shown = shown.expect("page");
        assert_eq!((shown.items.len(), shown.notices.len(), shown.not_final.len()), (2, 2, 2));
        assert_eq!(shown.producer_notified.as_deref(), Some("外市市场监督管理局（虚构）"));
        bureau.on_day("2021-10-12");
        bureau.app.daily().expect("daily");
        refused(try_step(bureau, "station1", Action::CaseHandle, id, draft), "follow_up.not_final");
        bureau.on_day("2021-10-13");
        bureau.app.daily().expect("daily");
        owned(bureau, id);
        // The term runs until the order is given, with whoever has to act: drafted, refused, drafted again.
        let term = || {
            let term = clock(bureau, id, "W1").expect("runs");
            (term.title, term.owner_role, term.due_strict_on)
        };
        let due_on = Some(day("2021-10-15"));
        let at_leader = ("审批责令改正通知书".to_owned(), Some(Role::PlanApprover), due_on);
        let at_station = ("结论最终后起草责令改正通知书".to_owned(), Some(Role::StationOfficer), due_on);
        assert_eq!(term(), at_station);
        step(bureau, "station1", Action::CaseHandle, id, OrderDrafted, draft);
        assert_eq!(term(), at_leader);
        let steps = || open_clocks(bureau, id).into_iter().filter(|clock| clock.due_on().is_none()).count();
        assert_eq!(steps(), 0, "no line beside it");
        step(bureau, "leader", Action::CaseApprove, id, Stopped, |work, id, version| {
            stage::return_order(work, id, version, "补写数量")
        });
        assert_eq!((term(), steps()), (at_station, 0));
        step(bureau, "station1", Action::CaseHandle, id, OrderDrafted, draft);
        assert_eq!(term(), at_leader);
        step(bureau, "leader", Action::CaseApprove, id, Ordered, stage::approve_order);
        assert_eq!(clock(bureau, id, "W1"), None);
    });
}

/// 《产品质量法》第十五条: whatever the party answers, an order of a check organised elsewhere waits for its fifteen days,
/// and for the day to be known at all.
#[test]
fn no_answer_shortens_the_fifteen_days_of_a_check_organised_elsewhere() {
    on_each_database(|bureau| {
        bureau.on_day("2021-09-24");
        let id = opened(bureau, "2021-09-24");
        accepted(bureau, id);
        step(bureau, "station1", Action::CaseHandle, id, Stopped, |work, id, version| {
            stage::verify(work, id, version, found("2021-09-24", ObjectionIntent::No), None)
        });
        let draft = |work: &mut Work<'_>, id, version| stage::draft_order(work, id, version, "抽查不合格");
        refused(try_step(bureau, "station1", Action::CaseHandle, id, draft), "follow_up.not_final");
        let titles: Vec<String> = open_clocks(bureau, id).into_iter().map(|clock| clock.title).collect();
        assert_eq!(
            titles,
            ["补登当事人收到检验结果的日期，结论最终后起草责令改正通知书"],
            "the page says what is missing"
        );
        step(bureau, "station1", Action::CaseHandle, id, Stopped, |work, id, version| {
            stage::report_objection(work, id, version, ObjectionIntent::No)
        });
        refused(try_step(bureau, "station1", Action::CaseHandle, id, draft), "follow_up.not_final");
        let bare = |work: &mut Work<'_>, id, version| {
            let bare = ResultReceipt { proof: " ".into(), ..receipt(day("2021-09-23")) };
            stage::note_result_receipt(work, id, version, &bare)
        };
        refused(try_step(bureau, "station1", Action::CaseHandle, id, bare), "follow_up.incomplete");
        step(bureau, "station1", Action::CaseHandle, id, Stopped, |work, id, version| {
            stage::note_result_receipt(work, id, version, &receipt(day("2021-09-23")))
        });
        assert_eq!((due(bureau, id, "D03").as_str(), due(bureau, id, "W1").as_str()), ("2021-10-08", "2021-10-12"));
        bureau.on_day("2021-10-08");
        refused(try_step(bureau, "station1", Action::CaseHandle, id, draft), "follow_up.not_final");
        // A day that was noted wrongly is put right by two persons, and everything is counted anew.
        let again = |work: &mut Work<'_>, id, version| {
            stage::note_result_receipt(work, id, version, &receipt(day("2021-09-01")))
        };
        refused(try_step(bureau, "station1", Action::CaseHandle, id, again), "follow_up.receipt_known");
        let proposal = correction::Proposal {
            kind: SubjectKind::Case,
            id: id.cast(),
            field: "result_received_on".into(),
            new_value: "2021-09-24".into(),
            reason: "回证上是 24 日".into(),
            proof: "邮件回执".into(),
        };
        let proposed =
            act(bureau, "station1", Action::CorrectionPropose, move |work| correction::propose(work, proposal, ""))
                .expect("proposed");
        assert_eq!(case(bureau, id).partys_last_day(), Some(day("2021-10-08")), "one person moves nothing");
        act(bureau, "leader", Action::CorrectionAgree, move |work| correction::agree(work, proposed, 1))
            .expect("agreed");
        assert_eq!(case(bureau, id).partys_last_day(), Some(day("2021-10-09")));
        assert_eq!((due(bureau, id, "D03").as_str(), due(bureau, id, "W1").as_str()), ("2021-10-09", "2021-10-13"));
        bureau.on_day("2021-10-09");
        refused(try_step(bureau, "station1", Action::CaseHandle, id, draft), "follow_up.not_final");
        bureau.on_day("2021-10-10");
        bureau.app.daily().expect("daily");
        assert_eq!(clock(bureau, id, "D03"), None, "the right has ended");
        step(bureau, "station1", Action::CaseHandle, id, OrderDrafted, draft);
        assert!(clock(bureau, id, "W1").is_some(), "the term runs until the order is given");
        step(bureau, "leader", Action::CaseApprove, id, Ordered, stage::approve_order);
        assert_eq!(clock(bureau, id, "W1"), None);
    });
}

/// R18 第四十六至四十八条, 《产品质量法》第十七条: missed term, report upward, announcement, window, suspension, revocation.
#[test]
fn pql_art17_the_ladder_to_its_last_step() {
    on_each_database(|bureau| {
        bureau.on_day("2021-08-02");
        let id = opened(bureau, "2021-08-02");
        verified(bureau, id, ObjectionIntent::No);
        rectifying(bureau, id);
        bureau.on_day("2021-10-08");
        bureau.app.daily().expect("daily");
        assert_eq!(case(bureau, id).state, Rectifying, "the last day is in time");
        bureau.on_day("2021-10-09");
        bureau.app.daily().expect("daily");
        let moved = case(bureau, id);
        assert_eq!(moved.state, Overdue);
        owned(bureau, id);
        bureau.app.daily().expect("daily");
        assert_eq!(case(bureau, id), moved, "the same day twice changes nothing");
        step(bureau, "enforce", Action::CaseReport, id, Escalated, |work, id, version| {
            stage::escalate(work, id, version, "市局转省局")
        });
        assert_eq!((clock(bureau, id, "D13"), due(bureau, id, "W2").as_str()), (None, "2021-11-05"));
        bureau.on_day("2021-11-05");
        step(bureau, "enforce", Action::CaseReport, id, Escalated, |work, id, version| {
            stage::remind(work, id, version, "电话，省局在办")
        });
        assert_eq!(due(bureau, id, "W2"), "2021-12-03");
        refused(
            try_step(bureau, "enforce", Action::CaseReport, id, |work, id, version| {
                stage::announce(work, id, version, day("2021-10-08"), "省局公告")
            }),
            "follow_up.date_wrong",
        );
        step(bureau, "enforce", Action::CaseReport, id, Announced, |work, id, version| {
            stage::announce(work, id, version, day("2021-10-12"), "省局公告 9 号")
        });
        assert_eq!((clock(bureau, id, "W2"), due(bureau, id, "D14").as_str()), (None, "2022-01-09"));
        bureau.on_day("2021-12-10");
        bureau.app.daily().expect("daily");
        assert_eq!(case(bureau, id).state, Announced, "day fifty-nine");
        bureau.on_day("2021-12-11");
        bureau.app.daily().expect("daily");
        assert_eq!(case(bureau, id).state, SecondRecheckDue);
        owned(bureau, id);
        let window = clock(bureau, id, "D14").expect("the window's term");
        assert_eq!((window.owner_role, window.unit_id), (Some(Role::StationOfficer), case(bureau, id).unit_id));
        refused(
            try_step(bureau, "station1", Action::CaseHandle, id, |work, id, version| {
                stage::second_recheck(work, id, version, &later("2021-12-10", "FC-2", Some(false), ""))
            }),
            "follow_up.outside_window",
        );
        step(bureau, "station1", Action::CaseHandle, id, SuspendedBusiness, |work, id, version| {
            stage::second_recheck(work, id, version, &later("2021-12-11", "FC-2", Some(false), ""))
        });
        step(bureau, "enforce", Action::CaseReport, id, ThirdRecheck, |work, id, version| {
            stage::third_recheck(work, id, version, &later("2021-12-11", "", None, ""))
        });
        step(bureau, "enforce", Action::CaseReport, id, Revoked, |work, id, version| {
            stage::third_result(work, id, version, false, "FC-3")
        });
        step(bureau, "station1", Action::CaseHandle, id, CloseProposed, |work, id, version| {
            stage::propose_close(work, id, version, "已提请吊销营业执照")
        });
        step(bureau, "enforce", Action::CaseClose, id, Closed, stage::close);
    });
}

/// R18 第四十七条: the office rechecks within seventy-five days also where the party's sixty have passed in silence.
#[test]
fn r18_art47_a_failed_recheck_after_a_missed_term() {
    on_each_database(|bureau| {
        bureau.on_day("2021-08-02");
        let id = opened(bureau, "2021-08-02");
        verified(bureau, id, ObjectionIntent::No);
        rectifying(bureau, id);
        bureau.on_day("2021-10-11");
        bureau.app.daily().expect("daily");
        assert_eq!(case(bureau, id).state, Overdue);
        assert_eq!(due(bureau, id, "D13"), "2021-10-16");
        step(bureau, "station1", Action::CaseHandle, id, RecheckSampled, |work, id, version| {
            stage::sample_recheck(work, id, version, &outside_sampling("2021-10-11"))
        });
        step(bureau, "station1", Action::CaseHandle, id, RecheckFailed, |work, id, version| {
            stage::recheck_result(work, id, version, false, "FC-1")
        });
        step(bureau, "enforce", Action::CaseReport, id, Escalated, |work, id, version| {
            stage::escalate(work, id, version, "市局")
        });
    });
}

/// Decision 免于整改 and 移送回执: both ways of each.
#[test]
fn exemption_and_transfer() {
    on_each_database(|bureau| {
        bureau.on_day("2021-08-02");
        let id = opened(bureau, "2021-08-02");
        verified(bureau, id, ObjectionIntent::No);
        let propose = |work: &mut Work<'_>, id, version| {
            stage::propose_exemption(work, id, version, "已注销，附登记机关证明和承诺")
        };
        step(bureau, "station1", Action::CaseHandle, id, ExemptProposed, propose);
        field(
            try_step(bureau, "leader", Action::CaseApprove, id, |work, id, version| {
                stage::decide_exemption(work, id, version, false, " ")
            }),
            "not_exempt_reason",
        );
        step(bureau, "leader", Action::CaseApprove, id, Stopped, |work, id, version| {
            stage::decide_exemption(work, id, version, false, "还在营业")
        });
        step(bureau, "station1", Action::CaseHandle, id, ExemptProposed, propose);
        step(bureau, "leader", Action::CaseApprove, id, Exempt, |work, id, version| {
            stage::decide_exemption(work, id, version, true, "")
        });
        assert_eq!(due(bureau, id, "S6"), "2021-08-09", "its result goes upward like a closed case's");

        let mut new = assignment("2021-08-02");
        new.report_number = "SJ-2021-8".into();
        new.external_number = "交办 8".into();
        let id = act(bureau, "result", Action::CaseOpen, move |work| stage::open_assigned(work, new));
        let id = id.expect("opened").expect("new");
        step(bureau, "result", Action::CaseDispatch, id, TransferPending, |work, id, version| {
            stage::transfer(work, id, version, "邻县市场监督管理局（虚构）", "当事人迁往邻县")
        });
        assert_eq!((clock(bureau, id, "S1"), due(bureau, id, "W3").as_str()), (None, "2021-08-16"));
        bureau.on_day("2021-08-05");
        step(bureau, "result", Action::CaseDispatch, id, Opened, |work, id, version| {
            stage::transfer_receipt(work, id, version, day("2021-08-05"), false)
        });
        assert_eq!(due(bureau, id, "S1"), "2021-08-09", "still counted from receipt");
        step(bureau, "result", Action::CaseDispatch, id, TransferPending, |work, id, version| {
            stage::transfer(work, id, version, "邻县市场监督管理局（虚构）", "补附迁移证明")
        });
        refused(
            try_step(bureau, "result", Action::CaseDispatch, id, |work, id, version| {
                stage::transfer_receipt(work, id, version, day("2021-08-04"), true)
            }),
            "follow_up.date_wrong",
        );
        step(bureau, "result", Action::CaseDispatch, id, Transferred, |work, id, version| {
            stage::transfer_receipt(work, id, version, day("2021-08-05"), true)
        });
        assert!(open_clocks(bureau, id).is_empty());
    });
}

/// R18 第三十七条: an upheld objection takes the ground from the case; a refused closing puts it back where it stood.
#[test]
fn an_upheld_objection_closes_the_case() {
    on_each_database(|bureau| {
        let result = told::told(bureau, "2021-09-27", "2021-09-27");
        let id = cases_of(bureau, result.report)[0];
        verified(bureau, id, ObjectionIntent::Yes);
        let objection =
            told::register(bureau, "result", told::received(result.party, "2021-09-27", ObjectionKind::Process))
                .expect("registered");
        told::handle(bureau, objection, procedure::accept).expect("accepted");
        told::handle(bureau, objection, procedure::begin).expect("begun");
        refused(
            try_step(bureau, "station1", Action::CaseHandle, id, |work, id, version| {
                stage::propose_close(work, id, version, "异议在办")
            }),
            "follow_up.nothing_to_close",
        );
        told::handle(bureau, objection, |work, id, version| {
            procedure::decide(work, id, version, true, "只有一名抽样人员在场，有监控录像", "不符合两人抽样的要求")
        })
        .expect("decided");
        let titles: Vec<String> = open_clocks(bureau, id).into_iter().map(|clock| clock.title).collect();
        assert!(titles.iter().any(|title| title.contains("结果不再成立")), "{titles:?}");
        step(bureau, "station1", Action::CaseHandle, id, CloseProposed, |work, id, version| {
            stage::propose_close(work, id, version, "原检验结果不再成立")
        });
        step(bureau, "enforce", Action::CaseClose, id, Stopped, |work, id, version| {
            stage::refuse_close(work, id, version, "附决定书")
        });
        step(bureau, "station1", Action::CaseHandle, id, CloseProposed, |work, id, version| {
            stage::propose_close(work, id, version, "原检验结果不再成立，附决定书")
        });
        step(bureau, "enforce", Action::CaseClose, id, Closed, stage::close);
    });
}
