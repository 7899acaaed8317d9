//! 《产品质量法》第十七条 as acts: report upward, the province's announcement, second and third recheck.

use super::save;
use crate::{
    AppError, AppResult, Event, Work,
    clocks::{About, Owner},
};
use hengjian_domain::{
    actor::Role,
    clock::SubjectKind,
    deadline,
    follow_up::{Case, CaseId, CaseRecheck},
    law,
};
use jiff::civil::Date;

/// A second or third recheck as entered.
#[derive(Debug, Clone, Default)]
pub struct LaterRecheck {
    /// Day of sampling.
    pub sampled_on: Date,
    /// Record, samples, seals.
    pub sample_text: String,
    /// Report number; empty while it is being tested.
    pub report_number: String,
    /// Result; `None` while it is being tested.
    pub passed: Option<bool>,
    /// Reason when outside the window.
    pub reason: String,
}

fn recheck(work: &mut Work<'_>, case: &Case, seq: i64, given: &LaterRecheck) -> CaseRecheck {
    CaseRecheck {
        id: work.new_id(),
        version: 1,
        org_id: case.org_id,
        case_id: case.id,
        seq,
        sampled_on: given.sampled_on,
        sample_text: given.sample_text.trim().to_owned(),
        inspection_id: None,
        report_number: given.report_number.trim().to_owned(),
        passed: given.passed,
        result_on: given.passed.map(|_| work.today()),
        reason: given.reason.trim().to_owned(),
    }
}

/// RECHECK_FAILED or OVERDUE → ESCALATED.
///
/// # Errors
/// Stale, wrong state.
pub fn escalate(work: &mut Work<'_>, id: CaseId, version: i64, to: &str) -> AppResult<()> {
    let case: Case = work.load_own(id, version)?;
    let mut case = case.escalate(work.today())?;
    let about = About::new(case.org_id, SubjectKind::Case, case.id, deadline::ESCALATION_REMINDER.title);
    let owner = Owner::role(Role::EnforcementOfficer);
    // An overdue case that goes upward is rechecked in the window after the announcement, no longer within the 75 days.
    work.finish_duties(id, Some(deadline::RECHECK.id))?;
    work.start_duty(about, &deadline::ESCALATION_REMINDER, work.today(), "逐级上报表", owner)?;
    save(work, &mut case)?;
    work.record(
        Event::new("follow_up.escalated", "逐级上报，请省级公告").about(id).fact("报送", to).basis(law::R18_47),
    );
    Ok(())
}

/// Asks the superior how far the case is (every twenty working days while it lies there); the next term runs from today.
///
/// # Errors
/// Stale, not with the superior, no proof.
pub fn remind(work: &mut Work<'_>, id: CaseId, version: i64, proof: &str) -> AppResult<()> {
    let case: Case = work.load_own(id, version)?;
    if work.finish_duties(id, Some(deadline::ESCALATION_REMINDER.id))?.is_empty() {
        return Err(AppError::field("remind_proof", "案件没有在上级处，不需要催问"));
    }
    let about = About::new(case.org_id, SubjectKind::Case, id, deadline::ESCALATION_REMINDER.title);
    let owner = Owner::role(Role::EnforcementOfficer);
    work.start_duty(about, &deadline::ESCALATION_REMINDER, work.today(), proof.trim(), owner)?;
    work.record(
        Event::new("follow_up.reminded", "催问上级办理情况")
            .about(id)
            .fact("方式和答复", proof.trim())
            .basis(law::DECISION_WAITING_ESCALATED),
    );
    Ok(())
}

/// ESCALATED → ANNOUNCED, with the date of the province's announcement.
///
/// # Errors
/// Stale, wrong state, a date that cannot be.
pub fn announce(work: &mut Work<'_>, id: CaseId, version: i64, on: Date, medium: &str) -> AppResult<()> {
    let case: Case = work.load_own(id, version)?;
    let mut case = case.announce(on, work.today())?;
    work.finish_duties(id, Some(deadline::ESCALATION_REMINDER.id))?;
    let about = About::new(case.org_id, SubjectKind::Case, case.id, deadline::SECOND_RECHECK.title);
    work.start_duty(about, &deadline::SECOND_RECHECK, on, medium, Owner::role(Role::EnforcementOfficer))?;
    save(work, &mut case)?;
    work.record(
        Event::new("follow_up.announced", "登记省级公告")
            .about(id)
            .fact("公告日", on.to_string())
            .fact("媒介", medium)
            .basis(law::PQL_17),
    );
    Ok(())
}

/// Second recheck with its result: passed, or the business is suspended.
///
/// # Errors
/// Stale, wrong state, outside the window without reason.
pub fn second_recheck(work: &mut Work<'_>, id: CaseId, version: i64, given: &LaterRecheck) -> AppResult<()> {
    let case: Case = work.load_own(id, version)?;
    let mut recheck = recheck(work, &case, 2, given);
    let mut case = case.second_recheck(&recheck, work.today())?;
    work.insert(&mut recheck)?;
    work.finish_duties(id, Some(deadline::SECOND_RECHECK.id))?;
    save(work, &mut case)?;
    let words = if given.passed == Some(true) {
        "第二次复查合格"
    } else {
        "第二次复查不合格，责令停业、限期整顿"
    };
    work.record(
        Event::new("follow_up.second_recheck", words)
            .about(id)
            .fact("报告编号", given.report_number.as_str())
            .basis(law::R18_48),
    );
    Ok(())
}

/// SUSPENDED_BUSINESS → THIRD_RECHECK.
///
/// # Errors
/// Stale, wrong state, no sample.
pub fn third_recheck(work: &mut Work<'_>, id: CaseId, version: i64, given: &LaterRecheck) -> AppResult<()> {
    let case: Case = work.load_own(id, version)?;
    let mut recheck = recheck(work, &case, 3, given);
    recheck.passed = None;
    let mut case = case.third_recheck(&recheck, work.today())?;
    work.insert(&mut recheck)?;
    save(work, &mut case)?;
    work.record(Event::new("follow_up.third_recheck", "整顿期满，复查抽样").about(id).basis(law::R18_48));
    Ok(())
}

/// THIRD_RECHECK → passed, or the licence is revoked by the competent authority.
///
/// # Errors
/// Stale, wrong state, no report.
pub fn third_result(work: &mut Work<'_>, id: CaseId, version: i64, passed: bool, report: &str) -> AppResult<()> {
    let case: Case = work.load_own(id, version)?;
    let mut case = case.third_result(passed, report)?;
    for mut recheck in
        work.tx.rechecks_of(id)?.into_iter().filter(|recheck| recheck.seq == 3 && recheck.passed.is_none())
    {
        (recheck.passed, recheck.report_number) = (Some(passed), report.trim().to_owned());
        recheck.result_on = Some(work.today());
        work.save(&mut recheck)?;
    }
    save(work, &mut case)?;
    let words = if passed { "整顿后复查合格" } else { "整顿后复查不合格，提请吊销营业执照" };
    work.record(Event::new("follow_up.third_result", words).about(id).fact("报告编号", report).basis(law::PQL_17));
    Ok(())
}
