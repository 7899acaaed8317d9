//! What the pages of the stage read. Laboratory staff see sample and product; the party's name only on the signed
//! report. A station reads the confirmed reports of its own area and of its own cases.

use super::{Attached, licence_required, record_of, sample_of, samplers, task_of};
use crate::{AppError, AppResult, PageRequest, StoredFile, TimelineLine, Work};
use hengjian_domain::{
    actor::{Role, UserId},
    clock::Clock,
    follow_up::Case,
    ids::SubjectId,
    laboratory::{Laboratory, LaboratoryScope},
    objection::Notice,
    organisation::OrganisationKind,
    parameter::LABORATORY_BLIND,
    plan::SpotCheckTask,
    sampling::{Sample, SamplingRecord},
    testing::{
        Difference, IndustryRisk, Inspection, InspectionConclusion, InspectionId, InspectionPurpose, InspectionState,
        ItemResult, ProblemReport, SamplerOf,
    },
};
use hengjian_store::{
    Column, Query,
    account::Account,
    testing::{PartySearch, station_reads},
};

/// Names of the people who have acted, empty where nobody has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct People {
    /// 接收.
    pub receiver: String,
    /// 主检.
    pub tester: String,
    /// 审核.
    pub reviewer: String,
    /// 批准.
    pub signer: String,
    /// 确认.
    pub confirmer: String,
}

/// Everything the page of one inspection shows.
#[derive(Debug, Clone)]
pub struct InspectionView {
    /// The row.
    pub inspection: Inspection,
    /// Items in order.
    pub items: Vec<ItemResult>,
    /// Sample.
    pub sample: Option<Sample>,
    /// Sampling record, for the report; its party fields are not for laboratory staff before the signature.
    pub record: Option<SamplingRecord>,
    /// Task.
    pub task: Option<SpotCheckTask>,
    /// Laboratory.
    pub laboratory: Option<Laboratory>,
    /// What it is accredited for, while the signature is due.
    pub scope: Vec<LaboratoryScope>,
    /// Who took the sample.
    pub samplers: Vec<SamplerOf>,
    /// Names.
    pub people: People,
    /// Product under licence or compulsory certification.
    pub licence_required: bool,
    /// The party is not shown to this person yet.
    pub party_hidden: bool,
    /// The labelled producer is not shown either (parameter 盲样检验); the sample administrator needs it for the licence gate.
    pub producer_hidden: bool,
    /// Where report and sampling record differ.
    pub differences: Vec<Difference>,
    /// Edition before.
    pub earlier: Option<Inspection>,
    /// Edition after.
    pub later: Option<Inspection>,
    /// Problem reports.
    pub problems: Vec<ProblemReport>,
    /// Their attachments.
    pub problem_files: Vec<StoredFile>,
    /// Possible industry-wide or regional risks found in it; for the authority only.
    pub risks: Vec<IndustryRisk>,
    /// Result notices that stand, as far as the person may see them.
    pub notices: Vec<Notice>,
    /// Cases it led to, as far as the person may see them.
    pub cases: Vec<Case>,
    /// Clocks.
    pub clocks: Vec<Clock>,
    /// Timeline.
    pub timeline: Vec<TimelineLine>,
    /// Files.
    pub files: Vec<StoredFile>,
}

/// Whether the person works at a laboratory.
pub fn is_laboratory_staff(work: &Work<'_>) -> bool {
    matches!(work.actor().unit_kind, OrganisationKind::Laboratory | OrganisationKind::SamplingBody)
}

/// Whether the party's name is kept from the person: from a laboratory until its report is signed, from everybody who is
/// not the organiser's staff (superior, auditor) until the report is confirmed. The confirmed report ends the secrecy of
/// that visit: the result has to be told upwards (R18 第四十四条).
pub(crate) fn hides_party(work: &Work<'_>, inspection: &Inspection) -> bool {
    use InspectionState::{Amending, Confirmed, Replaced};
    if is_laboratory_staff(work) {
        return inspection.issued_on.is_none();
    }
    let confirmed = matches!(inspection.state, Confirmed | Amending | Replaced);
    !confirmed && crate::sampling::staff_of(work) != Some(inspection.org_id)
}

/// An inspection that the person may read.
///
/// # Errors
/// [`AppError::NotFound`], or a fault.
pub fn readable(work: &mut Work<'_>, id: InspectionId) -> AppResult<Inspection> {
    let inspection: Inspection = work.tx.get(&id)?.ok_or(AppError::NotFound)?;
    if work.can_see(inspection.org_id, inspection.unit_id)? {
        return Ok(inspection);
    }
    let actor = work.actor();
    let station = actor.unit_kind == OrganisationKind::Station && actor.org_id == inspection.org_id;
    if station && work.tx.station_reads_inspection(id, actor.unit_id)? {
        return Ok(inspection);
    }
    Err(AppError::NotFound)
}

/// Reads what [`readable`] judges many inspections by, all of them together.
///
/// # Errors
/// A fault.
pub(crate) fn read_ahead(work: &mut Work<'_>, inspections: &[SubjectId]) -> AppResult<()> {
    work.tx.read_ahead::<Inspection>("id", "", inspections)?;
    if work.actor().unit_kind == OrganisationKind::Station {
        let station = work.actor().unit_id;
        work.tx.read_inspections_of_station(inspections, station)?;
    }
    Ok(())
}

/// The page of one inspection.
///
/// # Errors
/// [`AppError::NotFound`], or a fault.
pub fn inspection_view(work: &mut Work<'_>, id: InspectionId) -> AppResult<InspectionView> {
    let inspection = readable(work, id)?;
    let record = record_of(work, &inspection)?;
    let laboratory: Option<Laboratory> = inspection.laboratory_id.map(|id| work.tx.get(&id)).transpose()?.flatten();
    let scope = match (&laboratory, inspection.state) {
        (Some(laboratory), InspectionState::Reviewed) => work.tx.accredited_scope(laboratory.id)?,
        _ => Vec::new(),
    };
    let differences = match (&record, inspection.state) {
        (Some(record), InspectionState::Submitted) => inspection.differences(record),
        _ => Vec::new(),
    };
    let people = People {
        receiver: name_of(work, inspection.receiver_id)?,
        tester: name_of(work, inspection.tester_id)?,
        reviewer: name_of(work, inspection.reviewer_id)?,
        signer: name_of(work, inspection.signer_id)?,
        confirmer: name_of(work, inspection.confirmed_by)?,
    };
    let party_hidden = hides_party(work, &inspection);
    let blind = party_hidden && is_laboratory_staff(work) && !work.actor().has(Role::LabReceiver);
    let producer_hidden = blind && work.parameter(inspection.org_id, &LABORATORY_BLIND)? == "YES";
    let mut problems = work.tx.problem_reports_of(Some(id), inspection.record_id)?;
    problems.retain(|problem| !super::problem::names_party_early(work, &inspection, problem));
    let problem_files = super::problem_files(work, &problems)?;
    let risks = if is_laboratory_staff(work) { Vec::new() } else { work.tx.risks_of_inspection(id)? };
    let earlier: Option<Inspection> = inspection.amends_id.map(|id| work.tx.get(&id)).transpose()?.flatten();
    let (mut notices, mut cases) = (Vec::new(), Vec::new());
    for notice in work.tx.notices_of(id)?.into_iter().filter(Notice::is_live) {
        if work.can_see(notice.org_id, notice.unit_id)? {
            notices.push(notice);
        }
    }
    for case in work.tx.cases_of_report(id)? {
        if work.can_see(case.org_id, case.unit_id)? {
            cases.push(case);
        }
    }
    Ok(InspectionView {
        items: work.tx.items_of_inspection(id)?,
        sample: sample_of(work, &inspection)?,
        task: task_of(work, &inspection)?,
        samplers: samplers(work, &inspection)?,
        licence_required: licence_required(work, &inspection)?,
        party_hidden,
        producer_hidden,
        later: work.tx.later_edition(id)?,
        problems,
        problem_files,
        risks,
        notices,
        cases,
        clocks: work.tx.clocks_of(id.cast())?,
        timeline: work.timeline(id)?,
        files: work.tx.files_of(id.cast())?,
        record,
        laboratory,
        scope,
        people,
        differences,
        earlier,
        inspection,
    })
}

fn name_of(work: &mut Work<'_>, user: Option<UserId>) -> AppResult<String> {
    let account: Option<Account> = user.map(|user| work.tx.get(&user)).transpose()?.flatten();
    Ok(account.map(|account| account.name).unwrap_or_default())
}

/// What a list is filtered by.
#[derive(Debug, Clone, Default)]
pub struct InspectionFilter {
    /// State.
    pub state: Option<InspectionState>,
    /// Conclusion.
    pub conclusion: Option<InspectionConclusion>,
    /// Purpose.
    pub purpose: Option<InspectionPurpose>,
    /// Only those the person has acted on.
    pub mine: bool,
    /// Part of product, model, report number, sample number; for bureau staff of the party's name too.
    pub text: String,
}

/// A line of the list.
#[derive(Debug, Clone)]
pub struct InspectionLine {
    /// The row.
    pub inspection: Inspection,
    /// Sample number, if there is a sample.
    pub sample_number: Option<String>,
    /// The party is not shown to this person yet.
    pub party_hidden: bool,
}

/// A page of the list (one row more when there is a next page) and the bounded count; newest first.
///
/// # Errors
/// A fault.
pub fn inspections(
    work: &mut Work<'_>,
    filter: &InspectionFilter,
    page: &PageRequest,
) -> AppResult<(Vec<InspectionLine>, i64)> {
    let laboratory = is_laboratory_staff(work);
    let query = filtered(work, filter, laboratory);
    let count = query.bounded_count(&mut work.tx, "inspection")?;
    let rows: Vec<Inspection> =
        query.page("inspection.created_at_us", "inspection.id", true, true, page).records(&mut work.tx)?;
    let mut lines = Vec::with_capacity(rows.len());
    for inspection in rows {
        let sample_number = sample_of(work, &inspection)?.map(|sample| sample.number);
        let party_hidden = hides_party(work, &inspection);
        lines.push(InspectionLine { inspection, sample_number, party_hidden });
    }
    Ok((lines, count))
}

fn filtered(work: &Work<'_>, filter: &InspectionFilter, laboratory: bool) -> Query {
    let actor = work.actor();
    let mut query = if actor.unit_kind == OrganisationKind::Station {
        station_reads(Query::new(), actor.org_id, actor.unit_id)
    } else {
        work.scoped(Query::new(), true)
    };
    query = query
        .filter_if("state = ?", filter.state.map(|state| state.to_value()))
        .filter_if("conclusion = ?", filter.conclusion.map(|conclusion| conclusion.to_value()))
        .filter_if("purpose = ?", filter.purpose.map(|purpose| purpose.to_value()));
    if filter.mine {
        let me = actor.user_id.to_value();
        query = query.filter(
            "(receiver_id = ? OR tester_id = ? OR reviewer_id = ? OR signer_id = ? OR confirmed_by = ?)",
            &[me.clone(), me.clone(), me.clone(), me.clone(), me],
        );
    }
    if filter.text.trim().is_empty() {
        query
    } else {
        let party = if laboratory { PartySearch::None } else { PartySearch::Known(crate::sampling::staff_of(work)) };
        hengjian_store::testing::search(query, &filter.text, party)
    }
}

/// Bytes of an upload, as use cases take them.
pub fn attached(name: &str, bytes: &[u8]) -> Attached {
    Attached { name: name.to_owned(), bytes: bytes.to_vec() }
}
