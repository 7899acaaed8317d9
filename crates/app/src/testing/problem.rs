//! 问题报告 on a sample at any time: opens verification and its clock like a failure, never counts as a failed batch, is
//! never published (notice, part four).

use super::Attached;
use crate::{AppError, AppResult, Event, Work};
use hengjian_domain::{
    clock::SubjectKind,
    follow_up::CaseId,
    law,
    organisation::OrganisationId,
    sampling::{Sample, SampleId, SamplingRecordId},
    testing::{Inspection, InspectionId, ProblemReport},
};

/// What a problem report is made on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemOn {
    /// An inspection and its sample.
    Inspection(InspectionId),
    /// A sample, before or without an inspection.
    Sample(SampleId),
}

/// What was seen.
#[derive(Debug, Clone, Default)]
pub struct Problem {
    /// In words.
    pub what: String,
    /// Evidence in words.
    pub evidence: String,
    /// Higher risk: at once.
    pub urgent: bool,
    /// Photographs, papers.
    pub files: Vec<Attached>,
}

/// 提交问题报告; returns the case that it opens.
///
/// # Errors
/// Messages at fields, a refusal, or a fault.
pub fn report_problem(work: &mut Work<'_>, on: ProblemOn, problem: Problem) -> AppResult<CaseId> {
    for (field, text, label) in [("what", &problem.what, "发现的问题"), ("evidence", &problem.evidence, "证据")]
    {
        if text.trim().is_empty() {
            return Err(AppError::field(field, format!("请填写{label}")));
        }
    }
    match on {
        ProblemOn::Inspection(id) => {
            let inspection: Inspection = work.load(id)?;
            open(work, Some(&inspection), inspection.record_id, inspection.org_id, problem)
        }
        ProblemOn::Sample(id) => {
            let sample: Sample = work.load(id)?;
            let inspections = work.tx.inspections_of_sample(id)?;
            open(work, inspections.last(), Some(sample.record_id), sample.org_id, problem)
        }
    }
}

/// Keeps the report, opens its case, tells both timelines.
pub(super) fn open(
    work: &mut Work<'_>,
    inspection: Option<&Inspection>,
    record: Option<SamplingRecordId>,
    org_id: OrganisationId,
    problem: Problem,
) -> AppResult<CaseId> {
    let actor = work.actor();
    let mut report = ProblemReport {
        id: work.new_id(),
        version: 1,
        org_id,
        record_id: record,
        inspection_id: inspection.map(|inspection| inspection.id),
        what: problem.what.trim().to_owned(),
        evidence: problem.evidence.trim().to_owned(),
        urgent: problem.urgent,
        reported_by: format!("{} {}", actor.unit_name, actor.name),
        reported_on: work.today(),
        case_id: None,
    };
    work.insert(&mut report)?;
    for file in &problem.files {
        let kept = match inspection {
            Some(inspection) => (SubjectKind::Inspection, inspection.id.cast()),
            None => (SubjectKind::Sample, report.id.cast::<hengjian_domain::ids::Anything>()),
        };
        work.keep_file(kept, "问题报告附件", "files", &file.name, &file.bytes)?;
    }
    let case = crate::follow_up::open_for_problem(work, &report)?;
    report.case_id = Some(case);
    work.save(&mut report)?;
    let words = if problem.urgent { "问题报告（风险较高，立即报送）" } else { "问题报告" };
    let mut event = Event::new("testing.problem", words)
        .about(report.id)
        .about(case)
        .fact("发现的问题", report.what)
        .fact("证据", report.evidence)
        .basis(law::SEED_4);
    if let Some(inspection) = inspection {
        event = event.about(inspection.id);
    }
    if let Some(record) = record {
        event = event.about(record);
    }
    work.record(event);
    Ok(case)
}
