//! What the stages 检验 and 异议 tell open cases: a recheck report, an amended report, an objection that ended.

use super::{
    closing_facts,
    daily::{await_finality, waits_from_an_answer},
    handling::station_owner,
    save, set_step,
};
use crate::{AppError, AppResult, Event, Work, clocks::About};
use hengjian_domain::{
    clock::{ClockKind, ClockState, SubjectKind},
    code::Code,
    deadline,
    follow_up::{Case, CaseId, CaseRecheck, CaseState, ObjectionIntent, Overturned},
    ids::SubjectId,
    law,
    testing::{Inspection, InspectionConclusion, InspectionPurpose},
};

/// A recheck report was confirmed; called by testing. `recheck` is the id of the case's recheck. A report that comes after
/// the case has moved on (amended, or the first result fell meanwhile) is kept; it moves the case only where the case
/// still stands on it.
///
/// # Errors
/// A fault.
pub fn recheck_reported(work: &mut Work<'_>, recheck: SubjectId, inspection: &Inspection) -> AppResult<()> {
    let mut recheck: CaseRecheck =
        work.tx.get(&recheck)?.ok_or_else(|| AppError::fault("a recheck report without its recheck"))?;
    let case: Case = work.tx.get(&recheck.case_id)?.ok_or_else(|| AppError::fault("a recheck without its case"))?;
    let passed = inspection.conclusion == Some(InspectionConclusion::NoNonconformityFound);
    let number = inspection.report_number.clone().unwrap_or_default();
    let again = recheck.passed.is_some();
    recheck.inspection_id = Some(inspection.id);
    (recheck.report_number, recheck.passed) = (number.clone(), Some(passed));
    recheck.result_on = inspection.confirmed_on.or(Some(work.today()));
    work.save(&mut recheck)?;
    let overturned = closing_facts(work, &case)?.overturned.is_some();
    let moved = if case.state == CaseState::RecheckSampled {
        Some(case.clone().recheck_result(passed, &number)?)
    } else if again && !overturned {
        case.clone().recheck_amended(passed)
    } else {
        None
    };
    if let Some(mut moved) = moved {
        if again {
            // The ladder, or the report upward of a case that is open again, stood on the report that was amended.
            for rule in [&deadline::ESCALATION_REMINDER, &deadline::SECOND_RECHECK, &deadline::DISPOSAL_REPORT] {
                work.close_clocks(case.id.cast(), ClockKind::Duty, Some(rule.id), ClockState::Void)?;
            }
        }
        save(work, &mut moved)?;
    }
    let words = match (again, passed) {
        (false, true) => "复查合格",
        (false, false) => "复查不合格",
        (true, true) => "复查报告已更正：复查合格",
        (true, false) => "复查报告已更正：复查不合格",
    };
    work.record(
        Event::new("follow_up.recheck_result", words)
            .about(case.id)
            .about(inspection.id)
            .fact("报告编号", number)
            .basis(law::R18_47),
    );
    Ok(())
}

/// The test of a recheck ended without a result, because its sample was rejected or lost: the case goes back to where a
/// sample is to be taken, with the seventy-five days of its order. Told again, or of another test, it changes nothing.
///
/// # Errors
/// A fault.
pub fn recheck_without_result(work: &mut Work<'_>, inspection: &Inspection, why: &str) -> AppResult<()> {
    let Some(id) = inspection.purpose_id.filter(|_| inspection.purpose == InspectionPurpose::Recheck) else {
        return Ok(());
    };
    let recheck: Option<CaseRecheck> = work.tx.get(&id)?;
    let Some(mut recheck) = recheck.filter(|recheck| recheck.passed.is_none() && !recheck.is_void()) else {
        return Ok(());
    };
    let case: Case = work.tx.get(&recheck.case_id)?.ok_or_else(|| AppError::fault("a recheck without its case"))?;
    let Some(mut case) = case.recheck_without_result() else { return Ok(()) };
    recheck.reason = format!("{}：{}", inspection.state.title(), why.trim());
    work.save(&mut recheck)?;
    if let Some(ordered) = case.order_on.filter(|_| case.state == CaseState::RecheckApplied) {
        let about = About::new(case.org_id, SubjectKind::Case, case.id, deadline::RECHECK.title);
        let number = case.order_number.clone().unwrap_or_default();
        work.start_duty(about, &deadline::RECHECK, ordered, &number, station_owner(&case))?;
    }
    save(work, &mut case)?;
    work.record(
        Event::new("follow_up.recheck_without_result", "复查样品没有检验结果，重新抽取复查样品")
            .about(case.id)
            .about(inspection.id)
            .fact("原因", &recheck.reason)
            .basis(law::R18_47),
    );
    Ok(())
}

/// A report was amended: the open cases of the old edition go on with the new one (decision 报告更正重新告知). Everybody is
/// told again and has fifteen new days, so an order waits for these; a result that no longer fails closes the case.
///
/// # Errors
/// A fault.
pub fn report_amended(work: &mut Work<'_>, old: &Inspection, new: &Inspection) -> AppResult<()> {
    for case in work.tx.cases_of_report(old.id)? {
        if case.state.is_terminal() {
            continue;
        }
        let ordered = case.order_on.is_some();
        let mut case = case.report_amended(new);
        work.close_clocks(case.id.cast(), ClockKind::Duty, Some(deadline::AFTER_FINALITY.id), ClockState::Void)?;
        work.close_clocks(case.id.cast(), ClockKind::Right, Some(deadline::OBJECTION.id), ClockState::Void)?;
        save(work, &mut case)?;
        ask_again(work, &case, new)?;
        await_finality(work, &case)?;
        let conclusion = if new.is_nonconforming() {
            "仍不合格，重新告知，十五日重新起算"
        } else {
            "不再是不合格"
        };
        let mut event = Event::new("follow_up.report_amended", format!("检验报告已更正：{conclusion}"))
            .about(case.id)
            .about(new.id)
            .fact("原报告", old.report_number.clone().unwrap_or_default())
            .fact("更正后的报告", new.report_number.clone().unwrap_or_default())
            .fact("不合格项目", new.failed_items.clone())
            .basis(law::DECISION_REPORT_AMENDED);
        if ordered {
            event = event.fact("已作出的责令改正", "依据原报告作出，继续有效；请核对内容是否仍然相符");
        }
        work.record(event);
    }
    Ok(())
}

/// The party that was asked before is asked once more about the amended result, and its answer reported (S2).
fn ask_again(work: &mut Work<'_>, case: &Case, new: &Inspection) -> AppResult<()> {
    let asked = case.objection_intent != ObjectionIntent::NotAsked;
    let elsewhere = matches!(case.state, CaseState::TransferPending | CaseState::CloseProposed);
    if !asked || elsewhere || !new.is_nonconforming() {
        return Ok(());
    }
    let rule = &deadline::OBJECTION_REPORT;
    work.close_clocks(case.id.cast(), ClockKind::Duty, Some(rule.id), ClockState::Void)?;
    let about = About::new(case.org_id, SubjectKind::Case, case.id, "就更正后的报告再次询问并报告异议");
    let received = new.submitted_on.or(new.confirmed_on).unwrap_or_else(|| work.today());
    let proof = format!("更正后的检验报告 {}", new.report_number.as_deref().unwrap_or("/"));
    work.start_duty(about, rule, received, &proof, station_owner(case))?;
    Ok(())
}

/// An objection to a result ended. Where the result no longer stands, whoever has the case closes it with that reason;
/// otherwise the case goes on where it stands.
///
/// # Errors
/// A fault.
pub fn objection_ended(work: &mut Work<'_>, inspection: &Inspection) -> AppResult<()> {
    for case in work.tx.cases_of_report(inspection.id)? {
        tell(work, &case)?;
    }
    Ok(())
}

/// A result was voided by the leader's decision about a lost sample, without an objection.
///
/// # Errors
/// A fault.
pub fn result_voided(work: &mut Work<'_>, inspection: &Inspection) -> AppResult<()> {
    objection_ended(work, inspection)
}

/// The same as [`objection_ended`] for a check that is not registered here: its case alone knows of the objection.
///
/// # Errors
/// A fault.
pub fn objection_ended_in(work: &mut Work<'_>, case: CaseId) -> AppResult<()> {
    let case: Option<Case> = work.tx.get(&case)?;
    case.map_or(Ok(()), |case| tell(work, &case))
}

fn tell(work: &mut Work<'_>, case: &Case) -> AppResult<()> {
    if case.state.is_terminal() {
        return Ok(());
    }
    let overturned = closing_facts(work, case)?.overturned;
    if overturned.is_some() {
        work.finish_duties(case.id, Some(deadline::AFTER_FINALITY.id))?;
    }
    super::opening::note_receipt(work, case)?;
    set_step(work, case)?;
    if overturned.is_none() && case.state == CaseState::Stopped && waits_from_an_answer(work, case)? {
        // Its three working days run from the answer, not from the day on which the answer was awaited.
        work.close_clocks(case.id.cast(), ClockKind::Duty, Some(deadline::AFTER_FINALITY.id), ClockState::Void)?;
        await_finality(work, case)?;
    }
    let (act, words, basis) = match overturned {
        Some(Overturned::SampleLost) => {
            ("follow_up.result_voided", "样品灭失已经决定：原结果不再成立", law::DECISION_SAMPLE_LOST)
        }
        Some(_) => ("follow_up.objection_ended", "异议办结：原结果不再成立", law::R18_42),
        None => ("follow_up.objection_ended", "异议办结：原结果成立", law::R18_42),
    };
    let mut event = Event::new(act, words).about(case.id).basis(basis);
    if let Some(overturned) = overturned {
        event = event.fact("理由", overturned.title());
    }
    work.record(event);
    Ok(())
}
