//! What the organiser does with a report: confirm it and set in motion what follows, ask for an amendment, decide about
//! samples that were rejected or cannot be tested.

use super::{after_stop, end_duties, label, next_step, record_of, task_of};
use crate::{
    AppResult, Event, Work,
    clocks::{About, Owner},
};
use hengjian_domain::{
    actor::Role,
    clock::SubjectKind,
    code::Code,
    law,
    testing::{Confirmation, Consequence, Inspection, InspectionId, InspectionState},
};

/// 确认报告: SUBMITTED → CONFIRMED, and what follows: notices, case, or the way back to objection or recheck.
///
/// # Errors
/// A refusal, or a fault.
pub fn confirm(work: &mut Work<'_>, id: InspectionId, version: i64, answer: &Confirmation) -> AppResult<()> {
    let inspection: Inspection = work.load_own(id, version)?;
    let record = record_of(work, &inspection)?;
    let task = task_of(work, &inspection)?;
    let (user, today) = (work.actor().user_id, work.today());
    let mut inspection = inspection.confirm(user, today, record.as_ref(), answer)?;
    work.save(&mut inspection)?;
    end_duties(work, id)?;
    let name = label(work, &inspection)?;
    let consequence = inspection.consequence(task.as_ref().map(|task| task.kind));
    let mut event = Event::new("testing.confirmed", format!("确认{name}"))
        .about(id)
        .fact("结论", inspection.conclusion_text.clone())
        .basis(law::R18_32);
    if !answer.explanation.trim().is_empty() {
        event = event.fact("说明", answer.explanation.trim());
    }
    if inspection.serious_quality_problem {
        event = event.fact("严重质量问题", "是");
    }
    if consequence == Consequence::LeadOnly {
        event = event.fact("用途", format!("仅作线索（{}）", law::DECISION_RISK_MONITORING.text()));
    }
    work.record(event);
    let replaced = replace_old(work, &inspection)?;
    crate::sampling::keep_tested(work, &inspection, "检验报告已确认")?;
    follow(work, &inspection, consequence, replaced.as_ref())?;
    if let Some(task) = inspection.task_id {
        crate::plan::advance_task(work, task)?;
    }
    Ok(())
}

/// The editions that this one amends are now replaced. Returned is the one that had been confirmed, that is, from which
/// something followed; between the two may lie editions that never got so far.
fn replace_old(work: &mut Work<'_>, inspection: &Inspection) -> AppResult<Option<Inspection>> {
    let number = inspection.report_number.clone().unwrap_or_default();
    for old in super::earlier_editions(work, inspection)? {
        if old.state != InspectionState::Amending {
            break;
        }
        let mut old = old.replaced()?;
        work.save(&mut old)?;
        work.record(
            Event::new("testing.replaced", format!("本报告由更正后的报告 {number} 替代，原件保留"))
                .about(old.id)
                .basis(law::DECISION_REPORT_AMENDED),
        );
        if old.confirmed_on.is_some() {
            return Ok(Some(old));
        }
    }
    Ok(None)
}

fn follow(
    work: &mut Work<'_>,
    inspection: &Inspection,
    consequence: Consequence,
    replaced: Option<&Inspection>,
) -> AppResult<()> {
    let cases = |work: &mut Work<'_>, nonconforming: bool| {
        if let Some(old) = replaced {
            crate::follow_up::report_amended(work, old, inspection)?;
        }
        if nonconforming {
            crate::follow_up::open_for_report(work, inspection)?;
        }
        Ok(())
    };
    match consequence {
        Consequence::Notices { nonconforming } => {
            crate::objection::draft_notices(work, inspection)?;
            cases(work, nonconforming)
        }
        Consequence::Superior { nonconforming } => cases(work, nonconforming),
        Consequence::LeadOnly => Ok(()),
        Consequence::Reinspection => crate::objection::reinspection_reported(work, inspection),
        Consequence::Recheck => match inspection.purpose_id {
            Some(recheck) => crate::follow_up::recheck_reported(work, recheck, inspection),
            None => Ok(()),
        },
    }
}

/// The organiser asks the laboratory to amend its report; for a report made elsewhere the answer comes as a new report.
///
/// # Errors
/// A refusal, or a fault.
pub fn ask_amendment(work: &mut Work<'_>, id: InspectionId, version: i64, reason: &str) -> AppResult<()> {
    let inspection: Inspection = work.load_own(id, version)?;
    let reason = inspection.ask_amendment(reason)?;
    let name = label(work, &inspection)?;
    let (owner, title) = match inspection.unit_id {
        Some(unit) => (Owner::unit(Role::LabSigner, unit), format!("更正{name}：{reason}")),
        None => (Owner::role(Role::ResultManager), format!("催要并登记更正后的{name}：{reason}")),
    };
    work.start_step(About::new(inspection.org_id, SubjectKind::Inspection, id, &title), owner)?;
    work.record(
        Event::new("testing.amendment_asked", format!("要求机构更正{name}"))
            .about(id)
            .fact("理由", reason)
            .basis(law::R18_32),
    );
    Ok(())
}

/// 处理决定 on a rejected, untestable or unlawful sample: sample again, write off, hand over.
///
/// # Errors
/// A refusal, or a fault.
pub fn decide_stopped(work: &mut Work<'_>, id: InspectionId, version: i64, decision: &str) -> AppResult<()> {
    let inspection: Inspection = work.load_own(id, version)?;
    let (actor, today) = (work.actor(), work.today());
    let mut inspection = inspection.decide_stopped(actor, today, decision)?;
    work.save(&mut inspection)?;
    end_duties(work, id)?;
    work.record(
        Event::new("testing.decided", format!("{}：登记处理决定", inspection.state.title()))
            .about(id)
            .fact("处理", decision.trim())
            .basis(law::R18_31),
    );
    if let Some(old) = inspection.amends_id.map(|old| work.tx.get::<Inspection>(&old)).transpose()?.flatten() {
        let mut old = old.stands()?;
        work.save(&mut old)?;
        next_step(work, &old)?;
        crate::publication::stands_again(work, &old)?;
        work.record(Event::new("testing.stands", "更正没有完成，原报告继续有效").about(old.id));
    }
    crate::sampling::rejection_decided(work, &inspection, decision)?;
    crate::sampling::keep_tested(work, &inspection, "检验已结束，组织部门已作出处理决定")?;
    after_stop(work, &inspection)
}
