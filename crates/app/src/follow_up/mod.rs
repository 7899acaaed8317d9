//! Use cases of the stage 后处理: cases until they are closed; 复查 = recheck. Opening is in `opening`, the station's and
//! the section's acts in `handling`, the ladder of PQL 第十七条 in `ladder`, what a passing day brings in `daily`.

mod daily;
mod handling;
mod ladder;
mod opening;
mod reading;

pub use daily::daily;
pub use handling::{
    RecheckSampling, accept, apply_recheck, approve_order, attach, close, decide_exemption, dispatch, draft_order,
    note_penalty, notify_producer_place, propose_close, propose_exemption, recheck_result, refuse_close,
    report_objection, report_upward, return_order, sample_recheck, send_back, serve_order, take_back, transfer,
    transfer_receipt, verify,
};
pub use hengjian_store::follow_up::CaseFilter;
pub use ladder::{LaterRecheck, announce, escalate, remind, second_recheck, third_recheck, third_result};
pub use opening::{
    NewAssignment, objection_ended, open_assigned, open_for_problem, open_for_report, open_for_visit, receive,
    receivers, recheck_reported,
};
pub use reading::{CaseRow, CaseRows, CaseView, SUMMARY_COLUMNS, Share, Shares, list, order_pdf, summary, view};

use crate::{
    AppResult, Work,
    clocks::{About, Owner},
};
use hengjian_domain::{
    actor::Role,
    clock::{ClockKind, ClockState, SubjectKind},
    deadline,
    follow_up::{Case, CaseRefused, CaseSource, CaseState, ClosingFacts, PenaltyState},
    ids::SubjectId,
    testing::Inspection,
};

crate::refusals!(CaseRefused);

/// Why the result behind a case is not final; empty when it is, or when the office orders at once (decision 责令时点).
fn not_final(work: &mut Work<'_>, case: &Case) -> AppResult<Vec<String>> {
    let at_once = work.tx.parameter(case.org_id, "order_timing")?.is_some_and(|value| value == "IMMEDIATE");
    if at_once {
        return Ok(Vec::new());
    }
    let inspection: Option<Inspection> = match case.inspection_id {
        Some(id) => work.tx.get(&id)?,
        None => None,
    };
    let mut open = match inspection {
        Some(inspection) => crate::objection::finality(work, &inspection)?.open,
        None => Vec::new(),
    };
    for objection in work.tx.objections_of_case(case.id)? {
        let words = format!("{}的异议没有办结", objection.applicant);
        if objection.is_open() && !open.iter().any(|line| line.contains(&objection.applicant)) {
            open.push(words);
        }
    }
    // A check organised elsewhere: its recipient's fifteen days are known here only from what the party was asked.
    if case.is_told_elsewhere() {
        match case.objection_open_until_on {
            Some(until) if until >= work.today() => {
                open.push(format!("当事人 {}月{}日前仍可提出异议", until.month(), until.day()));
            }
            None if case.source == CaseSource::Assigned => {
                open.push("没有登记当事人可提异议至哪一天（收到检验结果之日起十五日）".to_owned());
            }
            _ => {}
        }
    }
    Ok(open)
}

fn closing_facts(work: &mut Work<'_>, case: &Case) -> AppResult<ClosingFacts> {
    let inspection: Option<Inspection> = match case.inspection_id {
        Some(id) => work.tx.get(&id)?,
        None => None,
    };
    let overturned = match inspection {
        Some(inspection) => crate::objection::standing(work, &inspection)?.overturns(&inspection),
        None => {
            use hengjian_domain::objection::ObjectionOutcome::{DifferentResult, Upheld};
            let answered = work.tx.objections_of_case(case.id)?;
            answered.iter().any(|objection| matches!(objection.outcome, Some(DifferentResult | Upheld)))
        }
    };
    Ok(ClosingFacts { overturned })
}

/// Saves a case and gives its next step to whoever has it (settled.md: every state that is not terminal has an owner).
/// A running term of the same owner already stands in the work list, so it gets no second line.
fn save(work: &mut Work<'_>, case: &mut Case) -> AppResult<()> {
    opening::note_receipt(work, case)?;
    work.save(case)?;
    set_step(work, case)
}

fn set_step(work: &mut Work<'_>, case: &Case) -> AppResult<()> {
    work.finish_duties(case.id, Some("-"))?;
    let Some(duty) = case.state.duty() else {
        for kind in [ClockKind::Duty, ClockKind::Right] {
            work.close_clocks(case.id.cast(), kind, None, ClockState::Done)?;
        }
        return Ok(());
    };
    if let (CaseSource::Refusal, Some(question)) = (case.source, penalty_question(case.penalty)) {
        let about = About::new(case.org_id, SubjectKind::Case, case.id, question);
        work.start_step(about, Owner::role(Role::EnforcementOfficer))?;
    }
    // Terms that run beside the state's own step: reporting the objection, and the recheck while the order is not served.
    let beside = |rule: &str| {
        rule == "-"
            || rule == deadline::OBJECTION_REPORT.id
            || rule == deadline::OUT_OF_AREA.id
            || (rule == deadline::RECHECK.id && case.state == CaseState::Ordered)
    };
    let running = work.tx.clocks_of(case.id.cast())?;
    let has_term = running.iter().any(|clock| {
        clock.state == ClockState::Open
            && clock.kind == ClockKind::Duty
            && clock.owner_role == Some(duty.role)
            && !beside(&clock.rule)
    });
    if !has_term {
        let about = About::new(case.org_id, SubjectKind::Case, case.id, duty.title);
        let owner = match case.unit_id.filter(|_| duty.at_station) {
            Some(unit) => Owner::unit(duty.role, unit),
            None => Owner::role(duty.role),
        };
        work.start_step(about, owner)?;
    }
    Ok(())
}

/// What enforcement still has to answer about the penalty; a refusal case cannot be closed before (`Case::may_close`).
const fn penalty_question(penalty: PenaltyState) -> Option<&'static str> {
    match penalty {
        PenaltyState::None | PenaltyState::Clue => Some("决定是否立案"),
        PenaltyState::Filed => Some("登记立案处罚结果"),
        PenaltyState::NotFiled | PenaltyState::Decided | PenaltyState::TransferredPolice | PenaltyState::Ended => None,
    }
}

/// Moves the running duties of some rules to another owner; their terms run on unchanged.
fn hand_over(work: &mut Work<'_>, case: SubjectId, rules: &[&str], owner: Owner) -> AppResult<()> {
    for mut clock in work.tx.clocks_of(case)? {
        if clock.state == ClockState::Open && rules.contains(&clock.rule.as_str()) {
            (clock.owner_role, clock.unit_id, clock.owner_user_id) = (Some(owner.role), owner.unit, owner.user);
            work.save(&mut clock)?;
        }
    }
    Ok(())
}
