//! Who a person is to a visit, and what of it the person may be shown. The decision itself is
//! `domain::sampling::Visit`'s; this file fetches what it asks for, for pages, files and acts alike.

use crate::{AppError, AppResult, Work};
use hengjian_domain::{
    actor::Role,
    draw::{Draw, DrawPhase},
    ids::SubjectId,
    officer::Officer,
    organisation::{OrganisationId, OrganisationKind},
    sampling::{Reader, Sample, SamplingRecord, SamplingRecordId, Visit, VisitId, laboratory_reads_party},
};
use hengjian_store::sampling::Viewer;
use std::collections::BTreeSet;

/// The two samplers of a visit.
#[derive(Debug, Clone)]
pub struct Team {
    /// First sampler.
    pub lead: Officer,
    /// Second sampler.
    pub second: Officer,
}

impl Team {
    /// The officer who stands at a place of the team.
    pub fn officer(&self, reader: Reader) -> Option<&Officer> {
        match reader {
            Reader::Lead => Some(&self.lead),
            Reader::Second => Some(&self.second),
            _ => None,
        }
    }
}

/// Roles of the bureau that may know of visits under way.
const STAFF: &[Role] = &[
    Role::PlanEditor,
    Role::PlanApprover,
    Role::Dispatcher,
    Role::ResultManager,
    Role::StationOfficer,
    Role::EnforcementOfficer,
];

/// Staff of bodies that hold samples of other authorities.
pub(super) fn in_other_hands(kind: OrganisationKind) -> bool {
    matches!(kind, OrganisationKind::Laboratory | OrganisationKind::SamplingBody)
}

/// The person as the lists of the store want it.
pub(super) fn viewer(work: &Work<'_>) -> Viewer {
    let actor = work.actor();
    Viewer {
        user_id: actor.user_id,
        staff: STAFF.iter().any(|role| actor.has(*role)),
        in_hand: in_other_hands(actor.unit_kind),
    }
}

/// The authority whose begun visits the person knows of as its staff; `None` for mere readers.
pub(crate) fn staff_of(work: &Work<'_>) -> Option<OrganisationId> {
    viewer(work).staff.then(|| work.actor().org_id)
}

/// The samplers of a visit.
pub(super) fn team(work: &mut Work<'_>, visit: &Visit) -> AppResult<Team> {
    let mut get = |id| work.tx.get::<Officer>(&id)?.ok_or_else(|| AppError::fault(format!("officer {id} is missing")));
    Ok(Team { lead: get(visit.lead_officer_id)?, second: get(visit.second_officer_id)? })
}

/// Who the person is to the visit.
pub(super) fn reader(work: &Work<'_>, visit: &Visit, team: &Team) -> Reader {
    let actor = work.actor();
    let me = Some(actor.user_id);
    if team.lead.user_id == me {
        Reader::Lead
    } else if team.second.user_id == me {
        Reader::Second
    } else if visit.accompanying_user_id == me {
        Reader::Accompanying
    } else if actor.org_id == visit.org_id && STAFF.iter().any(|role| actor.has(*role)) {
        Reader::Staff
    } else {
        Reader::Outside
    }
}

/// Whether the visit's draw is closed, so that names are no secret any more.
pub(super) fn draw_closed(work: &mut Work<'_>, visit: &Visit) -> AppResult<bool> {
    let draw: Option<Draw> = work.tx.get(&visit.draw_id)?;
    Ok(draw.is_some_and(|draw| matches!(draw.phase, DrawPhase::Closed | DrawPhase::Revealed)))
}

/// A visit with who the person is to it. A visit that is none of the person's business does not exist for that person.
pub(super) struct Seen {
    pub visit: Visit,
    pub team: Team,
    pub reader: Reader,
    pub name_readable: bool,
}

/// Loads a visit for reading.
///
/// # Errors
/// [`AppError::NotFound`], or a fault.
pub(super) fn see(work: &mut Work<'_>, id: VisitId) -> AppResult<Seen> {
    let visit: Visit = work.tx.get(&id)?.ok_or(AppError::NotFound)?;
    let team = team(work, &visit)?;
    let reader = reader(work, &visit, &team);
    // The team and the accompanying officer may belong to another body than the organiser.
    if matches!(reader, Reader::Staff | Reader::Outside) {
        work.must_see(&visit)?;
    }
    let closed = draw_closed(work, &visit)?;
    if !visit.known_to(reader, closed) {
        return Err(AppError::NotFound);
    }
    let name_readable = visit.name_readable(reader, closed);
    Ok(Seen { visit, team, reader, name_readable })
}

/// Loads a visit for an act of one of its samplers; for everybody else there is no such visit.
///
/// # Errors
/// [`AppError::NotFound`], or a fault.
pub(super) fn own(work: &mut Work<'_>, id: VisitId) -> AppResult<Seen> {
    let seen = see(work, id)?;
    if matches!(seen.reader, Reader::Lead | Reader::Second) { Ok(seen) } else { Err(AppError::NotFound) }
}
/// The same, and the form's version must still be the row's.
///
/// # Errors
/// [`AppError::NotFound`], [`AppError::Stale`], or a fault.
pub(super) fn own_visit(work: &mut Work<'_>, id: VisitId, version: i64) -> AppResult<Seen> {
    let seen = own(work, id)?;
    if seen.visit.version == version { Ok(seen) } else { Err(AppError::Stale) }
}

/// Whether the page of a visit opens for the person, with or without the name on it.
///
/// # Errors
/// [`AppError::NotFound`] when not, or a fault.
pub fn may_open_visit(work: &mut Work<'_>, id: VisitId) -> AppResult<()> {
    see(work, id).map(|_| ())
}

/// Whether the person may read what belongs to a visit: its files, records, samples.
///
/// # Errors
/// [`AppError::NotFound`] when not, or a fault.
pub fn may_read_visit(work: &mut Work<'_>, id: VisitId) -> AppResult<()> {
    if see(work, id)?.name_readable { Ok(()) } else { Err(AppError::NotFound) }
}

/// Whether anybody may know who was sampled: the visit's draw is closed. Until then nothing of it stands in the journal.
///
/// # Errors
/// A fault.
pub fn is_open_to_all(work: &mut Work<'_>, id: VisitId) -> AppResult<bool> {
    match work.tx.get::<Visit>(&id)? {
        Some(visit) => draw_closed(work, &visit),
        None => Ok(false),
    }
}

/// Whether the person tests a sample of the record, or will, and may not yet know whose it is (decision 盲样检验). The own
/// visit of a sampler is no secret to that sampler.
///
/// # Errors
/// A fault.
pub(super) fn is_blind(work: &mut Work<'_>, record: &SamplingRecord) -> AppResult<bool> {
    if !in_other_hands(work.actor().unit_kind) {
        return Ok(false);
    }
    let (unit, receives) = (Some(work.actor().unit_id), work.actor().has(Role::LabReceiver));
    let tests = work.tx.inspections_of_record(record.id)?;
    let signed = tests.iter().any(|test| test.unit_id == unit && test.issued_on.is_some());
    if laboratory_reads_party(receives, signed) {
        return Ok(false);
    }
    let Some(visit) = record.visit_id.map(|visit| work.tx.get::<Visit>(&visit)).transpose()?.flatten() else {
        return Ok(true);
    };
    let team = team(work, &visit)?;
    Ok(!matches!(reader(work, &visit, &team), Reader::Lead | Reader::Second))
}

/// Reads what [`may_open_visit`] judges many visits by, all of them together.
///
/// # Errors
/// A fault.
pub(crate) fn read_visits_ahead(work: &mut Work<'_>, visits: &[VisitId]) -> AppResult<()> {
    let visits: Vec<Visit> = work.tx.read_ahead("id", "", visits)?;
    let (mut officers, mut draws) = (BTreeSet::new(), BTreeSet::new());
    for visit in &visits {
        officers.extend([visit.lead_officer_id, visit.second_officer_id]);
        draws.insert(visit.draw_id);
    }
    work.tx.read_ahead::<Officer>("id", "", &Vec::from_iter(officers))?;
    work.tx.read_ahead::<Draw>("id", "", &Vec::from_iter(draws))?;
    Ok(())
}

/// Reads what [`super::may_read_sample`] judges many samples by, all of them together, but for their visits; returns their
/// records.
///
/// # Errors
/// A fault.
pub(crate) fn read_samples_ahead(work: &mut Work<'_>, samples: &[SubjectId]) -> AppResult<Vec<SamplingRecord>> {
    let samples: Vec<Sample> = work.tx.read_ahead("id", "", samples)?;
    let records: BTreeSet<SamplingRecordId> = samples.iter().map(|sample| sample.record_id).collect();
    let records = Vec::from_iter(records);
    if in_other_hands(work.actor().unit_kind) {
        work.tx.read_samples_of_records(&records)?;
        work.tx.read_inspections_of_records(&records)?;
    }
    Ok(work.tx.read_ahead("id", "", &records)?)
}

/// Whether the person may read a sampling record.
///
/// # Errors
/// [`AppError::NotFound`] when not, or a fault.
pub fn may_read_record(work: &mut Work<'_>, id: SamplingRecordId) -> AppResult<()> {
    see_record(work, id).map(|_| ())
}

/// A record for reading: whoever may read its visit; the sample administrator of a laboratory reads the records of the
/// samples in its hands (R18 第二十九条), its other staff once their report is signed.
///
/// # Errors
/// [`AppError::NotFound`], or a fault.
pub(super) fn see_record(work: &mut Work<'_>, id: SamplingRecordId) -> AppResult<SamplingRecord> {
    let record: SamplingRecord = work.tx.get(&id)?.ok_or(AppError::NotFound)?;
    if in_other_hands(work.actor().unit_kind) {
        let unit = Some(work.actor().unit_id);
        let held = work.tx.samples_of_record(record.id)?.iter().any(|sample| sample.unit_id == unit);
        if held && !is_blind(work, &record)? {
            return Ok(record);
        }
    }
    match record.visit_id {
        Some(visit) => may_read_visit(work, visit)?,
        None => work.must_see(&record)?,
    }
    Ok(record)
}
