//! Reading: lists and pages of notices and objections. Changes nothing.

use super::{reinspection, report_of};
use crate::{AppError, AppResult, PageRequest, TimelineLine, Work};
use hengjian_domain::{
    clock::Clock,
    follow_up::{Case, CaseId},
    laboratory::Laboratory,
    objection::{Notice, NoticeId, Objection, ObjectionId, ObjectionOutcome, ServiceAttempt, compare},
    organisation::Organisation,
    sampling::Sample,
    testing::{Inspection, ItemResult},
};
use hengjian_store::{Query, files::StoredFile, objection::ObjectionFilter};
use jiff::civil::Date;

pub use hengjian_store::objection::ObjectionFilter as Filter;

/// A page of a list; one row more than asked for when a next page exists.
#[derive(Debug, Clone)]
pub struct Rows<T> {
    /// Rows of this page.
    pub rows: Vec<T>,
    /// Bounded count.
    pub count: i64,
}

/// Notices, newest first.
///
/// # Errors
/// A fault.
pub fn notices(
    work: &mut Work<'_>,
    filter: &ObjectionFilter,
    page: &PageRequest,
) -> AppResult<Rows<(Notice, Inspection)>> {
    let query = filter.notices(work.scoped(Query::new(), true));
    let count = query.bounded_count(&mut work.tx, "notice")?;
    let rows: Vec<Notice> = query.page("created_at_us", "id", true, true, page).records(&mut work.tx)?;
    let rows = rows
        .into_iter()
        .map(|notice| report_of(work, notice.inspection_id).map(|report| (notice, report)))
        .collect::<AppResult<_>>()?;
    Ok(Rows { rows, count })
}

/// Objections, newest first.
///
/// # Errors
/// A fault.
pub fn objections(
    work: &mut Work<'_>,
    filter: &ObjectionFilter,
    page: &PageRequest,
) -> AppResult<Rows<(Objection, Option<Inspection>)>> {
    let query = filter.objections(work.scoped(Query::new(), true));
    let count = query.bounded_count(&mut work.tx, "objection")?;
    let rows: Vec<Objection> = query.page("created_at_us", "id", true, true, page).records(&mut work.tx)?;
    let rows = rows
        .into_iter()
        .map(|objection| {
            let report = objection.inspection_id.map(|id| report_of(work, id)).transpose()?;
            Ok((objection, report))
        })
        .collect::<AppResult<_>>()?;
    Ok(Rows { rows, count })
}

/// Everything on the page of a notice.
#[derive(Debug, Clone)]
pub struct NoticeView {
    /// The notice.
    pub notice: Notice,
    /// Its report.
    pub report: Inspection,
    /// Items of the report.
    pub items: Vec<ItemResult>,
    /// Attempts of service.
    pub attempts: Vec<ServiceAttempt>,
    /// Objections of this recipient.
    pub objections: Vec<Objection>,
    /// Backup sample.
    pub backup: Option<Sample>,
    /// Authority that issues it.
    pub organisation: Organisation,
    /// Station that serves it.
    pub station: Option<Organisation>,
    /// Stations that may serve.
    pub stations: Vec<Organisation>,
    /// Clocks.
    pub clocks: Vec<Clock>,
    /// Course.
    pub timeline: Vec<TimelineLine>,
    /// Attachments.
    pub files: Vec<StoredFile>,
    /// Whether the result is final, and what stands open.
    pub finality: super::Finality,
}

/// The page of a notice.
///
/// # Errors
/// Not found, or a fault.
pub fn notice(work: &mut Work<'_>, id: NoticeId) -> AppResult<NoticeView> {
    let notice: Notice = work.load(id)?;
    let report = report_of(work, notice.inspection_id)?;
    let objections = work.tx.objections_of(report.id)?;
    let organisation = work.organisation(notice.org_id)?;
    let stations = work.tx.serving_stations(&organisation.path)?;
    Ok(NoticeView {
        items: work.tx.items_of_inspection(report.id)?,
        attempts: work.tx.notice_attempts_of(id.cast())?,
        objections: objections.into_iter().filter(|objection| objection.notice_id == Some(id)).collect(),
        backup: reinspection::backup(work, &report)?,
        station: notice.unit_id.map(|unit| work.organisation(unit)).transpose()?,
        stations,
        organisation,
        clocks: work.tx.clocks_of(id.cast())?,
        timeline: work.timeline(id)?,
        files: work.tx.files_of(id.cast())?,
        finality: super::finality(work, &report)?,
        notice,
        report,
    })
}

/// Everything on the page of an objection.
#[derive(Debug, Clone)]
pub struct ObjectionView {
    /// The objection.
    pub objection: Objection,
    /// Contested report.
    pub report: Option<Inspection>,
    /// The applicant's notice.
    pub notice: Option<Notice>,
    /// The applicant's last day to object.
    pub window_until: Option<Date>,
    /// Cases of the contested result, the applicant's own first.
    pub cases: Vec<Case>,
    /// What decides whether a re-inspection is possible.
    pub facts: reinspection::Facts,
    /// Re-inspection report.
    pub second: Option<Inspection>,
    /// What follows from the two reports.
    pub computed: Option<ObjectionOutcome>,
    /// Laboratories of the register with the contested items each does not cover.
    pub laboratories: Vec<(Laboratory, Vec<String>)>,
    /// Appointed laboratory.
    pub laboratory: Option<Laboratory>,
    /// Authority.
    pub organisation: Organisation,
    /// Clocks.
    pub clocks: Vec<Clock>,
    /// Course.
    pub timeline: Vec<TimelineLine>,
    /// Attachments.
    pub files: Vec<StoredFile>,
}

/// The case an objection came up in, and the cases of the contested report; those the person may read.
fn cases_of(work: &mut Work<'_>, objection: &Objection) -> AppResult<Vec<Case>> {
    let mut ids: Vec<CaseId> = objection.case_id.into_iter().collect();
    if let Some(report) = objection.inspection_id {
        let mut of_report = work.tx.cases_of_report(report)?;
        of_report.sort_by_key(|case| case.party_name.trim() != objection.applicant.trim());
        ids.extend(of_report.iter().map(|case| case.id).filter(|id| objection.case_id != Some(*id)));
    }
    let mut cases = Vec::with_capacity(ids.len());
    for id in ids {
        match crate::follow_up::readable(work, id) {
            Ok(case) => cases.push(case),
            Err(AppError::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(cases)
}

/// The page of an objection.
///
/// # Errors
/// Not found, or a fault.
pub fn objection(work: &mut Work<'_>, id: ObjectionId) -> AppResult<ObjectionView> {
    let objection: Objection = work.load(id)?;
    let today = work.today();
    let report = objection.inspection_id.map(|id| report_of(work, id)).transpose()?;
    let facts = match &report {
        Some(report) => reinspection::facts(work, &objection, report)?,
        None => reinspection::Facts::default(),
    };
    let second = objection.reinspection_id.map(|id| report_of(work, id)).transpose()?;
    let computed = match (&report, &second) {
        (Some(first), Some(second)) => compare(&objection.items, first, second),
        _ => None,
    };
    let mut laboratories = Vec::new();
    for laboratory in work.tx.reinspection_laboratories(objection.org_id)? {
        let missing = match &report {
            Some(report) => reinspection::uncovered(work, &laboratory, report, &objection.items, today)?,
            None => Vec::new(),
        };
        laboratories.push((laboratory, missing));
    }
    let laboratory = objection.laboratory_id.and_then(|id| {
        laboratories.iter().find(|(laboratory, _)| laboratory.id == id).map(|(laboratory, _)| laboratory.clone())
    });
    Ok(ObjectionView {
        notice: match objection.notice_id {
            Some(id) => work.tx.get(&id)?,
            None => None,
        },
        window_until: super::last_day_of(work, &objection)?,
        cases: cases_of(work, &objection)?,
        facts,
        second,
        computed,
        laboratories,
        laboratory,
        organisation: work.organisation(objection.org_id)?,
        clocks: work.tx.clocks_of(id.cast())?,
        timeline: work.timeline(id)?,
        files: work.tx.files_of(id.cast())?,
        report,
        objection,
    })
}
