//! The end of a case: exemption, closing by two persons, the report upward.

use super::{
    at_section, closing_facts, end_terms,
    handling::{event, station_owner},
    save,
};
use crate::{
    AppError, AppResult, Work,
    clocks::{About, Owner},
};
use hengjian_domain::{
    actor::Role,
    clock::SubjectKind,
    code::Code,
    deadline::{self, DutyRule},
    follow_up::{Case, CaseId, CaseRefused, CaseSource, CaseState},
    law,
    policy::Action,
};
use jiff::civil::Date;

/// STOPPED → EXEMPT_PROPOSED.
///
/// # Errors
/// Stale, wrong state, no reason.
pub fn propose_exemption(work: &mut Work<'_>, id: CaseId, version: i64, reason: &str) -> AppResult<()> {
    let case: Case = work.load_own(id, version)?;
    let mut case = case.propose_exemption(reason)?;
    save(work, &mut case)?;
    work.record(
        event(&case, "exemption_proposed", "提请免予整改").fact("理由", reason.trim()).basis(law::DECISION_EXEMPTION),
    );
    Ok(())
}

/// EXEMPT_PROPOSED → EXEMPT, whose result goes upward like a closed case's; or back to STOPPED with a reason.
///
/// # Errors
/// Stale, wrong state, same person, no reason for a no.
pub fn decide_exemption(work: &mut Work<'_>, id: CaseId, version: i64, agreed: bool, reason: &str) -> AppResult<()> {
    let case: Case = work.load_own(id, version)?;
    let mut case = case.decide_exemption(work.actor(), agreed)?;
    if !agreed {
        if reason.trim().is_empty() {
            return Err(AppError::field("not_exempt_reason", "请填写不同意的理由"));
        }
        case.return_reason = reason.trim().to_owned();
    }
    save(work, &mut case)?;
    if agreed {
        ended(work, &case, "批准免予整改")?;
    } else {
        super::daily::await_finality(work, &case)?;
    }
    let words = if agreed { "同意免予整改" } else { "不同意免予整改" };
    let mut decided = event(&case, "exemption_decided", words).basis(law::DECISION_EXEMPTION);
    if !agreed {
        decided = decided.fact("理由", reason.trim());
    }
    work.record(decided);
    Ok(())
}

/// A case that has ended: its result goes upward within five working days (S6), its task may go on.
fn ended(work: &mut Work<'_>, case: &Case, proof: &str) -> AppResult<()> {
    let about = About::new(case.org_id, SubjectKind::Case, case.id, deadline::DISPOSAL_REPORT.title);
    let owner = Owner::role(Role::EnforcementOfficer);
    work.start_duty(about, &deadline::DISPOSAL_REPORT, work.today(), proof, owner)?;
    match work.tx.task_of_case(case.id)? {
        Some(task) => crate::plan::advance_task(work, task),
        None => Ok(()),
    }
}

/// → CLOSE_PROPOSED by the station, or by the section while the case lies with it.
///
/// # Errors
/// Stale, the case lies with the other office, nothing permits to close.
pub fn propose_close(work: &mut Work<'_>, id: CaseId, version: i64, text: &str) -> AppResult<()> {
    let case: Case = work.load_own(id, version)?;
    if at_section(&case) != (work.action() == Action::CaseDispatch) {
        return Err(CaseRefused::WrongState { act: "提请结案", state: case.state.title() }.into());
    }
    let facts = closing_facts(work, &case)?;
    let mut case = case.propose_close(work.actor(), text, facts)?;
    end_terms(work, &case)?;
    save(work, &mut case)?;
    let mut proposed = event(&case, "close_proposed", "提请结案").fact("处理结果", text.trim()).basis(law::SEED_5);
    if let Some(overturned) = facts.overturned {
        proposed = proposed.fact("理由", overturned.title());
    }
    work.record(proposed);
    Ok(())
}

/// CLOSE_PROPOSED → CLOSED by enforcement; the result goes upward within five working days (S6).
///
/// # Errors
/// Stale, wrong state, same person.
pub fn close(work: &mut Work<'_>, id: CaseId, version: i64) -> AppResult<()> {
    let case: Case = work.load_own(id, version)?;
    let mut case = case.close(work.actor(), work.today())?;
    save(work, &mut case)?;
    work.record(event(&case, "closed", "确认结案").basis(law::DECISION_CASE_CLOSE));
    ended(work, &case, "确认结案")
}

/// CLOSE_PROPOSED → back, with a reason.
///
/// # Errors
/// Stale, wrong state, no reason.
pub fn refuse_close(work: &mut Work<'_>, id: CaseId, version: i64, reason: &str) -> AppResult<()> {
    let case: Case = work.load_own(id, version)?;
    let mut case = case.refuse_close(reason)?;
    take_up_again(work, &case)?;
    save(work, &mut case)?;
    work.record(event(&case, "close_refused", "退回结案").fact("理由", reason.trim()));
    Ok(())
}

/// The terms that proposing to close had ended run on from their old first days; only the reminder while the case lies
/// with the superior is begun anew, from today.
fn take_up_again(work: &mut Work<'_>, case: &Case) -> AppResult<()> {
    use CaseState::*;
    const PROOF: &str = "结案退回，期限仍自原日起算";
    let (section, enforcement) = (Owner::role(Role::ResultManager), Owner::role(Role::EnforcementOfficer));
    let station = station_owner(case);
    let received = Some(case.received_on);
    let refusal = case.source == CaseSource::Refusal;
    let term: Option<(&DutyRule, Option<Date>, Owner)> = match case.state {
        Opened | Dispatched if refusal => None,
        Verifying if refusal => None,
        Opened | Dispatched => Some((&deadline::VERIFICATION, received, section)),
        Verifying => Some((&deadline::VERIFICATION, received, station)),
        Ordered | Rectifying | RecheckApplied | Overdue => Some((&deadline::RECHECK, case.order_on, station)),
        Escalated => Some((&deadline::ESCALATION_REMINDER, Some(work.today()), enforcement)),
        Announced => Some((&deadline::SECOND_RECHECK, case.announced_on, enforcement)),
        SecondRecheckDue => Some((&deadline::SECOND_RECHECK, case.announced_on, station)),
        TransferPending => Some((&deadline::TRANSFER_RECEIPT, case.transferred_on, section)),
        _ => None,
    };
    let right = format!("提出书面异议：{}", case.party_name);
    let about = |title| About::new(case.org_id, SubjectKind::Case, case.id, title);
    if let Some((rule, Some(from), owner)) = term {
        let proof = if case.state == Escalated { "结案退回，催问期限自今日起算" } else { PROOF };
        work.start_duty(about(rule.title), rule, from, proof, owner)?;
    }
    let unreported = !refusal && case.reported_to_enforcement_on.is_none();
    if unreported && !matches!(case.state, TransferPending) {
        let rule = &deadline::OBJECTION_REPORT;
        let owner = if matches!(case.state, Opened | Dispatched) { section } else { station };
        work.start_duty(about(rule.title), rule, case.received_on, PROOF, owner)?;
    }
    if let Some(received) = case.result_received_on.filter(|_| case.partys_last_day() >= Some(work.today())) {
        work.start_right(about(&right), &deadline::OBJECTION, received, &case.result_service_proof)?;
    }
    if let (Rectifying, Some(served)) = (case.state, case.order_served_on) {
        work.start_right(about(deadline::RECTIFICATION.title), &deadline::RECTIFICATION, served, PROOF)?;
    }
    super::daily::await_finality(work, case)
}

/// The disposal of a closed case reported upward: ends S6.
///
/// # Errors
/// Stale, nothing to report.
pub fn report_upward(work: &mut Work<'_>, id: CaseId, version: i64, to: &str) -> AppResult<()> {
    let case: Case = work.load_own(id, version)?;
    if work.finish_duties(id, Some(deadline::DISPOSAL_REPORT.id))?.is_empty() {
        return Err(AppError::field("to", "处置结果已经报送，或者还没有结案"));
    }
    work.record(
        event(&case, "reported_upward", "报送处置结果").fact("报送", to.trim()).basis(law::DECISION_DISPOSAL_REPORT),
    );
    Ok(())
}
