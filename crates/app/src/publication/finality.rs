//! The day a result becomes final for every recipient: noted once, and the duty to publish begins (D18). A result that is
//! open again is taken away, one that was decided anew is noted anew. Decides nothing: that is the stage 异议's answer.

use crate::{
    AppResult, Event, Work,
    clocks::{About, Owner},
};
use hengjian_domain::{
    actor::Role,
    clock::{ClockKind, ClockState, SubjectKind},
    code::Code,
    deadline, law,
    publication::FinalResult,
    testing::{Inspection, InspectionId, InspectionOrigin, InspectionState},
};
use jiff::civil::Date;

/// Notes every result that has become final, in order of confirmation, and what has moved since it was noted. Running it
/// again changes nothing.
///
/// # Errors
/// A fault.
pub fn daily(work: &mut Work<'_>) -> AppResult<()> {
    let org = work.actor().org_id;
    for result in work.tx.results_in_doubt(org)? {
        look_again(work, result)?;
    }
    for inspection in work.tx.reports_not_final(org)? {
        let Some(mut result) = final_result(work, &inspection)? else { continue };
        work.insert(&mut result)?;
        noted(work, &inspection, &result, "全部收件人异议期满或异议办结", "结果最终确定")?;
    }
    Ok(())
}

/// The result as it is final today; `None` while it is open or voided.
fn final_result(work: &mut Work<'_>, inspection: &Inspection) -> AppResult<Option<FinalResult>> {
    let Some(final_on) = crate::objection::finality(work, inspection)?.final_on else { return Ok(None) };
    let standing = crate::objection::standing(work, inspection)?;
    let Some(conclusion) = standing.conclusion.filter(|_| !standing.voided) else { return Ok(None) };
    let remark = match (standing.reinspection_id, standing.overturns(inspection)) {
        (None, _) => "",
        (Some(_), true) => "复检结论不同",
        (Some(_), false) => "复检维持",
    };
    Ok(Some(FinalResult {
        id: work.new_id(),
        version: 1,
        org_id: inspection.org_id,
        inspection_id: inspection.id,
        final_on,
        conclusion,
        failed_items: standing.failed_items.join("、"),
        remark: remark.to_owned(),
    }))
}

fn noted(
    work: &mut Work<'_>,
    inspection: &Inspection,
    result: &FinalResult,
    proof: &str,
    words: &str,
) -> AppResult<()> {
    duty_to_publish(work, inspection, result.final_on, proof)?;
    work.record(
        Event::new("publication.final", format!("{words}：{}", result.conclusion.title()))
            .about(inspection.id)
            .fact("确定之日", result.final_on.to_string())
            .basis(law::DECISION_FINAL),
    );
    Ok(())
}

/// Looks at once, and not only with the next day, at a report that was voided or whose sample was lost.
///
/// # Errors
/// A fault.
pub(crate) fn reconsider(work: &mut Work<'_>, report: InspectionId) -> AppResult<()> {
    match work.tx.final_result_of(report)? {
        Some(noted) => look_again(work, noted),
        None => Ok(()),
    }
}

/// A noted result in the light of what happened since: decided anew, open again, or as it was.
fn look_again(work: &mut Work<'_>, old: FinalResult) -> AppResult<()> {
    let Some(inspection) = work.tx.get::<Inspection>(&old.inspection_id)? else { return Ok(()) };
    match final_result(work, &inspection)? {
        Some(now) => {
            let mut now = FinalResult { id: old.id, version: old.version, ..now };
            if now == old {
                return Ok(());
            }
            let same = (now.conclusion, &now.failed_items) == (old.conclusion, &old.failed_items);
            if same {
                // The same result with another day: nothing that was published becomes wrong by it, the version stays.
                work.tx.move_final_day(&now)?;
                work.mark_changed();
                let mut moved = Event::new("publication.final_moved", "确定的结果重新登记，结论不变")
                    .about(inspection.id)
                    .basis(law::DECISION_FINAL);
                if now.final_on != old.final_on {
                    moved = moved.fact("确定之日", format!("{} → {}", old.final_on, now.final_on));
                }
                if now.remark != old.remark {
                    moved = moved.fact("备注", &now.remark);
                }
                work.record(moved);
                return Ok(());
            }
            work.save(&mut now)?;
            noted(work, &inspection, &now, "结果在确定之后又有决定", "结果重新确定")
        }
        None => {
            work.tx.delete_final_result(&old)?;
            work.mark_changed();
            let rule = Some(deadline::PUBLICATION.id);
            work.close_clocks(inspection.id.cast(), ClockKind::Duty, rule, ClockState::Void)?;
            let words = if inspection.excluded {
                "检验结果已经不作数，不再公布"
            } else if crate::objection::loss_undecided(work, &inspection)? {
                "样品灭失的责任还没有决定，决定后再确定"
            } else {
                "结果重新处于异议期或异议办理中，办结后再确定"
            };
            work.record(
                Event::new("publication.open_again", words)
                    .about(inspection.id)
                    .fact("原来确定的结论", old.conclusion.title())
                    .basis(law::DECISION_FINAL),
            );
            Ok(())
        }
    }
}

/// Starts the twenty working days of D18 (OGI 第二十六条) for a result that counts; one that ran before gives way. A
/// superior's result is the superior's to publish and risk monitoring is never published: no duty of ours.
pub(super) fn duty_to_publish(work: &mut Work<'_>, inspection: &Inspection, from: Date, proof: &str) -> AppResult<()> {
    let stands = inspection.state == InspectionState::Confirmed && !inspection.excluded;
    let ours = inspection.origin != InspectionOrigin::Superior && !super::is_risk_monitoring(work, inspection)?;
    if !(stands && ours && work.tx.final_result_of(inspection.id)?.is_some()) {
        return Ok(());
    }
    let rule = &deadline::PUBLICATION;
    work.close_clocks(inspection.id.cast(), ClockKind::Duty, Some(rule.id), ClockState::Void)?;
    let about = About::new(inspection.org_id, SubjectKind::Inspection, inspection.id, "公布抽查结果");
    work.start_duty(about, rule, from, proof, Owner::role(Role::Publisher))?;
    Ok(())
}

/// An amendment came to nothing and the report stands as it was: a final result that is not public yet has to be
/// published, counted anew from today.
///
/// # Errors
/// A fault.
pub fn stands_again(work: &mut Work<'_>, inspection: &Inspection) -> AppResult<()> {
    let Some(result) = work.tx.final_result_of(inspection.id)? else { return Ok(()) };
    let public = work
        .tx
        .standing_entries_of(inspection.id)?
        .iter()
        .any(|entry| entry.state == hengjian_domain::publication::EntryState::Live && entry.says(&result));
    if public {
        return Ok(());
    }
    let today = work.today();
    duty_to_publish(work, inspection, today, "更正没有完成，原报告继续有效")
}
