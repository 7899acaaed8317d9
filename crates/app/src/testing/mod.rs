//! Use cases of the stage 检验: receipt, items, judgement, signatures, reports.

use crate::{
    AppError, AppResult, Event, Work,
    clocks::{About, Owner},
};
use hengjian_domain::{
    actor::Role,
    clock::SubjectKind,
    code::Code,
    deadline::TEST_REPORT,
    enterprise::Enterprise,
    follow_up::{Case, CaseRecheck},
    ids::SubjectId,
    laboratory::{Laboratory, LaboratoryId},
    law,
    plan::SpotCheckTask,
    sampling::{Sample, SamplingRecord},
    testing::{
        Inspection, InspectionId, InspectionPurpose, InspectionState, ItemResult, NewInspection, TestingRefused,
        item_of_rule, reinspection_laboratory, select_items,
    },
};

crate::refusals!(TestingRefused);

/// What an inspection is made for.
#[derive(Debug, Clone)]
pub struct Assignment {
    /// First test, re-inspection (复检) or recheck (复查).
    pub purpose: InspectionPurpose,
    /// The objection or the recheck it serves; `None` for the first test.
    pub purpose_id: Option<SubjectId>,
    /// Laboratory that tests.
    pub laboratory_id: LaboratoryId,
    /// Items to be tested; empty: all of the rule.
    pub items: Vec<String>,
}

/// Assigns a sample to a laboratory: a new inspection in state ASSIGNED with its item rows and the laboratory's duty.
/// A laboratory without accounts here has no duty of its own: the result manager registers its report.
///
/// # Errors
/// A refusal, or a fault.
pub fn assign(
    work: &mut Work<'_>,
    record: &SamplingRecord,
    sample: &Sample,
    assignment: Assignment,
) -> AppResult<InspectionId> {
    let laboratory: Laboratory = work.tx.get(&assignment.laboratory_id)?.ok_or(AppError::NotFound)?;
    if laboratory.org_id != record.org_id {
        return Err(AppError::NotFound);
    }
    let before = work.tx.inspections_of_record(record.id)?;
    let doubled = before.iter().any(|one| {
        one.sample_id == Some(sample.id)
            && one.purpose == assignment.purpose
            && one.purpose_id == assignment.purpose_id
            && !matches!(one.state, InspectionState::Rejected | InspectionState::Replaced)
    });
    if doubled {
        return Err(TestingRefused::AlreadyAssigned { sample: sample.number.clone() }.into());
    }
    let first = before.iter().rfind(|one| one.purpose == InspectionPurpose::First);
    if assignment.purpose == InspectionPurpose::Reinspection {
        reinspection_laboratory(first.and_then(|first| first.laboratory_id), &laboratory)?;
    }
    let earlier = match assignment.purpose {
        InspectionPurpose::First => None,
        InspectionPurpose::Reinspection => first.cloned(),
        InspectionPurpose::Recheck => failed_report_of(work, assignment.purpose_id)?,
    };
    let task: Option<SpotCheckTask> = record.task_id.map(|task| work.tx.get(&task)).transpose()?.flatten();
    let party: Enterprise = work
        .tx
        .get(&record.enterprise_id)?
        .ok_or_else(|| AppError::fault(format!("enterprise of record {} is missing", record.number)))?;
    let organiser = work.organisation(record.org_id)?;
    let new = NewInspection {
        id: work.new_id(),
        record,
        sample,
        laboratory: &laboratory,
        task: task.as_ref(),
        organiser: &organiser,
        party: &party,
        purpose: assignment.purpose,
        purpose_id: assignment.purpose_id,
        at: work.now(),
    };
    let mut inspection = new.begin();
    if inspection.rules_id.is_none() {
        inspection.rules_id = earlier.as_ref().and_then(|earlier| earlier.rules_id);
    }
    let mut items = items_to_test(work, &inspection, earlier.as_ref(), &assignment.items)?;
    work.insert(&mut inspection)?;
    for item in &mut items {
        work.insert(item)?;
    }
    hand_to(work, sample, &laboratory)?;
    begin_duty(work, &inspection, sample)?;
    work.record(
        Event::new(
            "testing.assigned",
            format!("样品 {} 交付{}，用途是{}", sample.number, laboratory.name, inspection.purpose.title()),
        )
        .about(inspection.id)
        .about(sample.id)
        .about(record.id)
        .fact("检验项目", items.iter().map(|item| item.item.clone()).collect::<Vec<_>>().join("、"))
        .basis(law::R18_13),
    );
    Ok(inspection.id)
}

/// The report whose failure led to a recheck.
fn failed_report_of(work: &mut Work<'_>, recheck: Option<SubjectId>) -> AppResult<Option<Inspection>> {
    let Some(recheck) = recheck else { return Ok(None) };
    let recheck: Option<CaseRecheck> = work.tx.get(&recheck)?;
    let case: Option<Case> = recheck.map(|recheck| work.tx.get(&recheck.case_id)).transpose()?.flatten();
    let report = case.and_then(|case| case.inspection_id);
    Ok(report.map(|report| work.tx.get(&report)).transpose()?.flatten())
}

/// Items with their limits: those of the report in dispute or in correction, otherwise those of the task's rule.
fn items_to_test(
    work: &mut Work<'_>,
    inspection: &Inspection,
    earlier: Option<&Inspection>,
    wanted: &[String],
) -> AppResult<Vec<ItemResult>> {
    let earlier_items = match earlier {
        Some(earlier) => work.tx.items_of_inspection(earlier.id)?,
        None => Vec::new(),
    };
    if !earlier_items.is_empty() {
        let chosen = select_items(&earlier_items, |item| &item.item, wanted)?;
        return Ok((1..).zip(&chosen).map(|(seq, item)| item.again(work.new_id(), inspection, seq)).collect());
    }
    let rule_items = match inspection.rules_id {
        Some(rules) => work.tx.items_to_test(rules)?,
        None => Vec::new(),
    };
    let chosen = select_items(&rule_items, |item| &item.name, wanted)?;
    Ok((1..).zip(&chosen).map(|(seq, item)| item_of_rule(work.new_id(), inspection, seq, item)).collect())
}

/// From now on the sample is this laboratory's to see and to receive.
fn hand_to(work: &mut Work<'_>, sample: &Sample, laboratory: &Laboratory) -> AppResult<()> {
    let mut row: Sample = work.tx.get(&sample.id)?.ok_or(AppError::NotFound)?;
    if row.unit_id != laboratory.organisation_id {
        row.unit_id = laboratory.organisation_id;
        work.save(&mut row)?;
    }
    Ok(())
}

fn begin_duty(work: &mut Work<'_>, inspection: &Inspection, sample: &Sample) -> AppResult<()> {
    match inspection.unit_id {
        Some(unit) => {
            let title = format!("接收样品 {}", sample.number);
            let about = About::new(inspection.org_id, SubjectKind::Inspection, inspection.id, &title);
            work.start_step(about, Owner::unit(Role::LabReceiver, unit))?;
        }
        None => {
            let title = format!("登记{}的检验报告（样品 {}）", inspection.laboratory_name, sample.number);
            let about = About::new(inspection.org_id, SubjectKind::Inspection, inspection.id, &title);
            let today = work.today();
            work.start_duty(about, &TEST_REPORT, today, "样品交付机构", Owner::role(Role::ResultManager))?;
        }
    }
    Ok(())
}
