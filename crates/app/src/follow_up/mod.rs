//! Use cases of the stage 后处理: cases until they are closed; 复查 = recheck. Opening is in `opening`, the station's and
//! the section's acts in `handling`, transfers and the producer elsewhere in `elsewhere`, exemption and closing in
//! `closing`, the ladder of PQL 第十七条 in `ladder`, what the stages 检验 and 异议 tell in `results`, what a passing day
//! brings in `daily`.

mod closing;
mod daily;
mod elsewhere;
mod handling;
mod ladder;
mod opening;
mod reading;
mod results;

pub use closing::{close, decide_exemption, propose_close, propose_exemption, refuse_close, report_upward};
pub(crate) use daily::correction_term_moved;
pub use daily::daily;
pub use elsewhere::{excuse_producer_place, notify_producer_place, open_producer_case, transfer, transfer_receipt};
pub use handling::{
    RecheckSampling, accept, apply_recheck, approve_order, attach, dispatch, draft_order, note_penalty,
    note_result_receipt, recheck_result, report_objection, return_order, sample_recheck, send_back, serve_order,
    take_back, verify,
};
pub use hengjian_store::follow_up::CaseFilter;
pub use ladder::{LaterRecheck, announce, escalate, remind, second_recheck, third_recheck, third_result};
pub(crate) use opening::open_assigned_among;
pub use opening::{
    NewAssignment, open_assigned, open_for_problem, open_for_report, open_for_visit, receive, receivers,
};
pub use reading::{CaseRow, CaseRows, CaseView, SUMMARY_COLUMNS, Share, Shares, list, order_pdf, summary, view};
pub use results::{
    objection_ended, objection_ended_in, recheck_reported, recheck_without_result, report_amended, result_voided,
};

use crate::{
    AppResult, Work,
    clocks::{About, Owner},
};
use hengjian_domain::{
    actor::Role,
    clock::{ClockKind, ClockState, SubjectKind},
    deadline,
    follow_up::{
        Case, CaseId, CaseRefused, CaseSource, CaseState, ClosingFacts, Duty, OrderFacts, Overturned, PenaltyState,
    },
    ids::SubjectId,
    objection::{
        Objection, ObjectionKind,
        ObjectionOutcome::{DifferentResult, Upheld},
    },
    parameter,
    testing::{Inspection, InspectionConclusion},
};
use jiff::civil::Date;

crate::refusals!(CaseRefused);

/// A case for reading. Before its draw is closed, the party of a visit is known to those alone who may read the visit
/// (settled.md, who may know): for everybody else there is no such case yet.
///
/// # Errors
/// Not found, or a fault.
pub(crate) fn readable(work: &mut Work<'_>, id: CaseId) -> AppResult<Case> {
    let case: Case = work.load(id)?;
    let handles = crate::sampling::staff_of(work) == Some(case.org_id);
    if let Some(visit) = case.visit_id.filter(|_| !handles) {
        crate::sampling::may_read_visit(work, visit)?;
    }
    Ok(case)
}

/// The report a case rests on.
fn report_of(work: &mut Work<'_>, case: &Case) -> AppResult<Option<Inspection>> {
    Ok(case.inspection_id.map(|id| work.tx.get(&id)).transpose()?.flatten())
}

/// Objections to the result of a case, whichever edition of the report they were raised against.
fn objections_of(work: &mut Work<'_>, case: &Case) -> AppResult<Vec<Objection>> {
    match report_of(work, case)? {
        Some(report) => crate::objection::objections_to(work, &report),
        None => Ok(work.tx.objections_of_case(case.id)?),
    }
}

/// What an order on a case has to look at today (decisions 责令时点, 异议不停止执行).
fn order_facts(work: &mut Work<'_>, case: &Case) -> AppResult<OrderFacts> {
    let at_once = work.parameter(case.org_id, &parameter::ORDER_TIMING)? == "IMMEDIATE";
    let holds = work.parameter(case.org_id, &parameter::OBJECTION_HOLDS_FOLLOW_UP)? == "YES";
    let open = if at_once { Vec::new() } else { not_final(work, case)? };
    let mut held_by = Vec::new();
    if holds {
        for objection in objections_of(work, case)? {
            if crate::objection::holds_finality(work, &objection)? {
                held_by.push(format!("{}的异议没有办结", objection.applicant));
            }
        }
    }
    let loss_undecided = loss_undecided(work, case)?;
    Ok(OrderFacts { open, loss_undecided, held_by, overturned: closing_facts(work, case)?.overturned })
}

/// What holds an order even where the office orders at once: until the leader has decided about a lost sample, the first
/// result may not be used against the party (decision 样品灭失).
fn loss_undecided(work: &mut Work<'_>, case: &Case) -> AppResult<bool> {
    let Some(report) = report_of(work, case)? else { return Ok(false) };
    Ok(!report.excluded && crate::objection::loss_undecided(work, &report)?)
}

/// Why the result behind a case is not final; empty when it is.
fn not_final(work: &mut Work<'_>, case: &Case) -> AppResult<Vec<String>> {
    let mut open = match report_of(work, case)? {
        Some(inspection) => crate::objection::finality(work, &inspection)?.open,
        None => Vec::new(),
    };
    for objection in work.tx.objections_of_case(case.id)? {
        let words = format!("{}的异议没有办结", objection.applicant);
        let named = open.iter().any(|line| line.contains(&objection.applicant));
        if !named && crate::objection::holds_finality(work, &objection)? {
            open.push(words);
        }
    }
    // A check organised elsewhere: the party's fifteen days run from the receipt that is recorded with its proof.
    if case.is_served_elsewhere() {
        match case.partys_last_day() {
            Some(until) if until >= work.today() => {
                open.push(format!("当事人 {}月{}日及以前仍可提出异议", until.month(), until.day()));
            }
            None => open.push("没有登记当事人收到检验结果的日期和送达凭据，十五日没有起算".to_owned()),
            Some(_) => {}
        }
    }
    Ok(open)
}

/// Receipt and last day as our own notice to the party tells them.
fn told_by_notice(work: &mut Work<'_>, case: &Case) -> AppResult<Option<(Date, Date)>> {
    let mut told = None;
    if let Some(report) = case.inspection_id {
        for notice in work.tx.notices_of(report)? {
            let own = notice.is_live() && notice.recipient_name.trim() == case.party_name.trim();
            told = told.max(notice.served_on.zip(notice.window_until_on).filter(|_| own));
        }
    }
    Ok(told)
}

/// Whether the result of a case still stands, and if not, why.
fn closing_facts(work: &mut Work<'_>, case: &Case) -> AppResult<ClosingFacts> {
    let Some(report) = report_of(work, case)? else {
        let answered = work.tx.objections_of_case(case.id)?;
        let favourable = answered.iter().any(|one| matches!(one.outcome, Some(DifferentResult | Upheld)));
        return Ok(ClosingFacts { overturned: favourable.then_some(Overturned::Answered) });
    };
    let standing = crate::objection::standing(work, &report)?;
    let objections = crate::objection::objections_to(work, &report)?;
    // What was upheld after an investigation voids a result for its own reason; otherwise its sample was lost.
    let upheld = objections
        .iter()
        .any(|one| !one.relayed && one.outcome == Some(Upheld) && one.kind != ObjectionKind::Conclusion);
    let answered = objections.iter().any(|one| {
        // An answer to an earlier edition counts unless the organiser has amended the report since.
        let to_this = one.inspection_id == Some(report.id) || one.decided_on >= report.confirmed_on;
        one.relayed && to_this && matches!(one.outcome, Some(DifferentResult | Upheld))
    });
    let overturned = if standing.voided {
        Some(if upheld { Overturned::Voided } else { Overturned::SampleLost })
    } else if answered {
        Some(Overturned::Answered)
    } else if standing.conclusion == Some(InspectionConclusion::Nonconforming) {
        None
    } else if standing.reinspection_id.is_some() {
        Some(Overturned::Reinspected)
    } else {
        Some(Overturned::Amended)
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

/// Duties that outlive the case: only the telling ends the first, only the report upward the second, only enforcement's
/// answer the third.
const OUTLIVING: [&str; 3] = [deadline::OUT_OF_AREA.id, deadline::DISPOSAL_REPORT.id, deadline::FILING.id];

/// Ends what runs on a case except what outlives it.
fn end_terms(work: &mut Work<'_>, case: &Case) -> AppResult<()> {
    for mut clock in work.tx.clocks_of(case.id.cast())? {
        if clock.state == ClockState::Open && !OUTLIVING.contains(&clock.rule.as_str()) {
            (clock.state, clock.done_on) = (ClockState::Done, Some(work.today()));
            work.save(&mut clock)?;
        }
    }
    Ok(())
}

/// Whether the case lies with the section, so that no station can act on it.
const fn at_section(case: &Case) -> bool {
    matches!(case.state, CaseState::Opened | CaseState::TransferPending)
}

/// Whoever has the case while its result has fallen: its station, or the section while it lies there.
fn closer(case: &Case) -> Owner {
    match case.unit_id.filter(|_| !at_section(case)) {
        Some(unit) => Owner::unit(Role::StationOfficer, unit),
        None => Owner::role(Role::ResultManager),
    }
}

fn set_step(work: &mut Work<'_>, case: &Case) -> AppResult<()> {
    work.finish_duties(case.id, Some("-"))?;
    let duty = case.duty();
    if duty.is_none() {
        end_terms(work, case)?;
    }
    ask_about_penalty(work, case)?;
    let Some(duty) = duty else { return Ok(()) };
    let owner = match case.unit_id.filter(|_| duty.at_station) {
        Some(unit) => Owner::unit(duty.role, unit),
        None => Owner::role(duty.role),
    };
    align_terms(work, case, duty, owner)?;
    if case.state != CaseState::CloseProposed
        && let Some(overturned) = closing_facts(work, case)?.overturned
    {
        let title = format!("结果不再成立，提请结案：{}", overturned.title());
        let about = About::new(case.org_id, SubjectKind::Case, case.id, &title);
        work.start_step(about, closer(case))?;
    }
    // The question to enforcement is the next step itself.
    if Some(duty.title) == case.penalty_question() {
        return Ok(());
    }
    // Terms that run beside the state's own step: reporting the objection, and the recheck while the order is not served.
    let beside = |rule: &str| {
        rule == "-"
            || rule == deadline::OBJECTION_REPORT.id
            || OUTLIVING.contains(&rule)
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
        work.start_step(about, owner)?;
    }
    Ok(())
}

/// The term of an act lies with whoever has to do it, under the words of that act; its days run on unchanged. So nobody
/// sees a step without a term while another desk sees its term run out, and nothing is listed twice.
fn align_terms(work: &mut Work<'_>, case: &Case, duty: Duty, owner: Owner) -> AppResult<()> {
    use CaseState::*;
    let (rules, title): (&[&str], String) = match case.state {
        Opened | Dispatched | Verifying => {
            (&[deadline::VERIFICATION.id, deadline::OBJECTION_REPORT.id], format!("核查处置：{}", duty.title))
        }
        Stopped | OrderDrafted | ExemptProposed => (&[deadline::AFTER_FINALITY.id], duty.title.to_owned()),
        _ => return Ok(()),
    };
    for mut clock in work.tx.clocks_of(case.id.cast())? {
        if clock.state != ClockState::Open || !rules.contains(&clock.rule.as_str()) {
            continue;
        }
        let before = (clock.title.clone(), clock.owner_role, clock.unit_id, clock.owner_user_id);
        if clock.rule != deadline::OBJECTION_REPORT.id {
            clock.title.clone_from(&title);
        }
        (clock.owner_role, clock.unit_id, clock.owner_user_id) = (Some(owner.role), owner.unit, owner.user);
        if before != (clock.title.clone(), clock.owner_role, clock.unit_id, clock.owner_user_id) {
            work.save(&mut clock)?;
        }
    }
    Ok(())
}

/// What enforcement still has to answer about the penalty, also where the case itself has ended. The fifteen working days
/// run from the clue: a refusal is one by itself.
fn ask_about_penalty(work: &mut Work<'_>, case: &Case) -> AppResult<()> {
    let rule = &deadline::FILING;
    let question = case.penalty_question();
    let to_file = matches!(case.penalty, PenaltyState::None | PenaltyState::Clue);
    let Some(question) = question.filter(|_| to_file) else {
        work.finish_duties(case.id, Some(rule.id))?;
        if let Some(question) = question {
            let about = About::new(case.org_id, SubjectKind::Case, case.id, question);
            work.start_step(about, Owner::role(Role::EnforcementOfficer))?;
        }
        return Ok(());
    };
    let clocks = work.tx.clocks_of(case.id.cast())?;
    if clocks.iter().any(|clock| clock.state == ClockState::Open && clock.rule == rule.id) {
        return Ok(());
    }
    let refusal = case.source == CaseSource::Refusal;
    let (from, proof) =
        if refusal { (case.received_on, &case.failed_items) } else { (work.today(), &case.penalty_text) };
    let about = About::new(case.org_id, SubjectKind::Case, case.id, question);
    work.start_duty(about, rule, from, proof, Owner::role(Role::EnforcementOfficer))?;
    Ok(())
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
