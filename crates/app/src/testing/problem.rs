//! 问题报告 on a sample at any time: opens verification and its clock like a failure, never counts as a failed batch, is
//! never published (notice, part four).

use super::{Attached, view::readable};
use crate::{AppError, AppResult, Event, StoredFile, Work};
use hengjian_domain::{
    clock::SubjectKind,
    follow_up::CaseId,
    law,
    organisation::OrganisationId,
    policy::Action,
    sampling::{Sample, SampleId, SamplingRecordId},
    testing::{Inspection, InspectionId, ProblemReport, ProblemReportId},
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
        reported_unit_id: Some(actor.unit_id),
    };
    work.insert(&mut report)?;
    for file in &problem.files {
        work.keep_file((SubjectKind::ProblemReport, report.id), "问题报告附件", "files", &file.name, &file.bytes)?;
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

/// Whether a problem report says more than the person may know of the party yet: what others wrote may name it. For a
/// laboratory until its report is signed (decision 盲样检验), for superior and auditor until the report is confirmed.
pub(super) fn names_party_early(work: &Work<'_>, inspection: &Inspection, report: &ProblemReport) -> bool {
    let own = report.reported_unit_id == Some(work.actor().unit_id);
    super::view::hides_party(work, inspection) && !own
}

/// A problem report that the person may read: whoever reads the inspection it was made on, its sampling record, or the
/// case that it opened.
///
/// # Errors
/// [`AppError::NotFound`] when not, or a fault.
pub fn readable_problem(work: &mut Work<'_>, id: ProblemReportId) -> AppResult<ProblemReport> {
    let report: ProblemReport = work.tx.get(&id)?.ok_or(AppError::NotFound)?;
    let found = |result: AppResult<()>| match result {
        Ok(()) => Ok(true),
        Err(AppError::NotFound) => Ok(false),
        Err(other) => Err(other),
    };
    let inspection = report.inspection_id.filter(|_| Action::InspectionRead.allowed_to(work.actor()));
    if let Some(inspection) = inspection {
        match readable(work, inspection) {
            Ok(inspection) if !names_party_early(work, &inspection, &report) => return Ok(report),
            Ok(_) | Err(AppError::NotFound) => {}
            Err(other) => return Err(other),
        }
    }
    let case = report.case_id.filter(|_| Action::CaseRead.allowed_to(work.actor()));
    if let Some(case) = case
        && found(crate::follow_up::readable(work, case).map(|_| ()))?
    {
        return Ok(report);
    }
    let record = report.record_id.filter(|_| Action::SampleRead.allowed_to(work.actor()));
    if let Some(record) = record
        && found(crate::sampling::may_read_record(work, record))?
    {
        return Ok(report);
    }
    Err(AppError::NotFound)
}

/// Attachments of problem reports in the order of the reports; the caller has found the reports readable.
///
/// # Errors
/// A fault.
pub fn problem_files(work: &mut Work<'_>, reports: &[ProblemReport]) -> AppResult<Vec<StoredFile>> {
    let mut files = Vec::new();
    for report in reports {
        files.extend(work.tx.files_of(report.id.cast())?);
    }
    Ok(files)
}
