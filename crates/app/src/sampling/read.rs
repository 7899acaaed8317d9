//! What pages of this stage show. Reading only; who may see what is decided in `who`.

use super::{
    record::all_problems,
    sample::{awaits_decision, awaits_leader, ground, see_sample},
    visit::{enterprise_of, rules_of, task_of},
    who::{Team, draw_closed, is_blind, own, reader, see, see_record, team, viewer},
};
use crate::{AppError, AppResult, PageRequest, StoredFile, TimelineLine, Work};
use hengjian_domain::{
    clock::Clock,
    enterprise::Enterprise,
    ids::SubjectId,
    organisation::OrganisationKind,
    plan::SpotCheckTask,
    product::called,
    rules::SpotCheckRules,
    sampling::{
        CustodyStep, DisposalGround, FieldProblem, Reader, RecordState, Sample, SampleDisposal, SampleId,
        SamplingRecord, SamplingRecordId, Visit, VisitId,
    },
    testing::Inspection,
};
use hengjian_store::{Query, sampling::SamplingFilter};

/// A line of the list of visits.
#[derive(Debug, Clone)]
pub struct VisitRow {
    /// Visit.
    pub visit: Visit,
    /// Number and name of the task.
    pub task: (String, String),
    /// Name of the party; `None` where the person may not read it.
    pub party: Option<String>,
    /// Both samplers.
    pub samplers: String,
    /// Records that are not void.
    pub records: usize,
}

/// A page of visits.
#[derive(Debug, Clone)]
pub struct VisitsPage {
    /// Rows; one more than the page's limit when a next page exists.
    pub rows: Vec<VisitRow>,
    /// Bounded count.
    pub count: i64,
    /// Visits of the authority that have not begun; a number without names. `None` for outside bodies.
    pub not_begun: Option<i64>,
}

/// Visits the person may know of, latest release first.
///
/// # Errors
/// A fault.
pub fn visits(work: &mut Work<'_>, filter: &SamplingFilter, page: &PageRequest) -> AppResult<VisitsPage> {
    let viewer = viewer(work);
    let query = viewer.visits(work.scoped(Query::new(), true), filter);
    let count = query.bounded_count(&mut work.tx, "visit")?;
    let found: Vec<Visit> = query.page("visit.release_at_us", "visit.id", true, true, page).records(&mut work.tx)?;
    let mut rows = Vec::new();
    for visit in found {
        rows.push(visit_row(work, visit)?);
    }
    let org_id = work.actor().org_id;
    let bureau = matches!(
        work.actor().unit_kind,
        OrganisationKind::Regulator | OrganisationKind::Section | OrganisationKind::Station
    );
    let not_begun = if bureau { Some(work.tx.visits_not_begun(org_id)?) } else { None };
    Ok(VisitsPage { rows, count, not_begun })
}

fn visit_row(work: &mut Work<'_>, visit: Visit) -> AppResult<VisitRow> {
    let team = team(work, &visit)?;
    let closed = draw_closed(work, &visit)?;
    let party = if visit.name_readable(reader(work, &visit, &team), closed) {
        Some(enterprise_of(work, &visit)?.name)
    } else {
        None
    };
    let task = task_of(work, &visit)?;
    let records = work.tx.records_of_visit(visit.id)?;
    let records = records.iter().filter(|record| record.state != RecordState::Voided).count();
    let samplers = format!("{}、{}", team.lead.name, team.second.name);
    Ok(VisitRow { visit, task: (task.number, task.name), party, samplers, records })
}

/// A record with what is still open on it and its samples.
#[derive(Debug, Clone)]
pub struct RecordView {
    /// Record.
    pub record: SamplingRecord,
    /// Its visit; none for a recheck.
    pub visit: Option<Visit>,
    /// Task.
    pub task: Option<SpotCheckTask>,
    /// Rule.
    pub rules: Option<SpotCheckRules>,
    /// Who the person is to the visit.
    pub reader: Reader,
    /// What is not yet as it must be; only for drafts.
    pub problems: Vec<FieldProblem>,
    /// Samples.
    pub samples: Vec<Sample>,
    /// Reports made of it.
    pub inspection: Option<Inspection>,
    /// Files of the visit.
    pub files: Vec<StoredFile>,
    /// Course.
    pub timeline: Vec<TimelineLine>,
}

/// The page of a record.
///
/// # Errors
/// [`AppError::NotFound`], or a fault.
pub fn record_view(work: &mut Work<'_>, id: SamplingRecordId) -> AppResult<RecordView> {
    let record = see_record(work, id)?;
    let visit: Option<Visit> = match record.visit_id {
        Some(visit) => work.tx.get(&visit)?,
        None => None,
    };
    let task: Option<SpotCheckTask> = match record.task_id {
        Some(task) => work.tx.get(&task)?,
        None => None,
    };
    let rules = match &task {
        Some(task) => rules_of(work, task)?,
        None => None,
    };
    let mut who = Reader::Outside;
    if let Some(visit) = &visit {
        let team = team(work, visit)?;
        who = reader(work, visit, &team);
    }
    let problems = match (&visit, &task) {
        (Some(visit), Some(task)) if record.state == RecordState::Draft => {
            all_problems(work, visit, task, rules.as_ref(), &record)?
        }
        _ => Vec::new(),
    };
    let samples = work.tx.samples_of_record(record.id)?;
    let inspection = work.tx.first_inspection(record.id)?;
    let mut files = match record.visit_id {
        Some(visit) => work.tx.files_of(visit.cast())?,
        None => Vec::new(),
    };
    let mark = format!("抽样单 {}", record.number);
    files.retain(|file| file.purpose.contains(&mark));
    let timeline = work.timeline(record.id)?;
    Ok(RecordView { record, visit, task, rules, reader: who, problems, samples, inspection, files, timeline })
}

/// The page of a visit.
#[derive(Debug, Clone)]
pub struct VisitView {
    /// Visit.
    pub visit: Visit,
    /// Samplers.
    pub team: Team,
    /// Who the person is to it.
    pub reader: Reader,
    /// Task.
    pub task: SpotCheckTask,
    /// Rule.
    pub rules: Option<SpotCheckRules>,
    /// Party; `None` where the person may not read it.
    pub party: Option<Enterprise>,
    /// Records that are not void, with what is open on drafts, and their samples.
    pub records: Vec<(SamplingRecord, Vec<FieldProblem>, Vec<Sample>)>,
    /// Records that are void.
    pub voided: Vec<SamplingRecord>,
    /// Files.
    pub files: Vec<StoredFile>,
    /// Clocks.
    pub clocks: Vec<Clock>,
    /// Course.
    pub timeline: Vec<TimelineLine>,
}

/// What a person sees of a visit. Who may not read the name sees neither records, files nor course.
///
/// # Errors
/// [`AppError::NotFound`], or a fault.
pub fn visit_view(work: &mut Work<'_>, id: VisitId) -> AppResult<VisitView> {
    let seen = see(work, id)?;
    let visit = seen.visit;
    let task = task_of(work, &visit)?;
    let rules = rules_of(work, &task)?;
    let mut view = VisitView {
        team: seen.team,
        reader: seen.reader,
        party: None,
        records: Vec::new(),
        voided: Vec::new(),
        files: Vec::new(),
        clocks: Vec::new(),
        timeline: Vec::new(),
        visit,
        task,
        rules,
    };
    if !seen.name_readable {
        return Ok(view);
    }
    view.party = Some(enterprise_of(work, &view.visit)?);
    for record in work.tx.records_of_visit(view.visit.id)? {
        if record.state == RecordState::Voided {
            view.voided.push(record);
            continue;
        }
        let problems = if record.state == RecordState::Draft {
            all_problems(work, &view.visit, &view.task, view.rules.as_ref(), &record)?
        } else {
            Vec::new()
        };
        let samples = work.tx.samples_of_record(record.id)?;
        view.records.push((record, problems, samples));
    }
    let subject: SubjectId = view.visit.id.cast();
    view.files = work.tx.files_of(subject)?;
    view.clocks = work.tx.clocks_of(subject)?;
    view.timeline = work.timeline(view.visit.id)?;
    Ok(view)
}

/// What the notice F05 prints; only the team prints it.
///
/// # Errors
/// [`AppError::NotFound`], or a fault.
pub fn notice_view(work: &mut Work<'_>, id: VisitId) -> AppResult<(VisitView, String)> {
    own(work, id)?;
    let view = visit_view(work, id)?;
    if view.party.is_none() || view.visit.notice_number.is_none() {
        return Err(AppError::NotFound);
    }
    let organiser = work.organisation(view.visit.org_id)?.name;
    Ok((view, organiser))
}

/// A line of the list of samples.
#[derive(Debug, Clone)]
pub struct SampleRow {
    /// Sample.
    pub sample: Sample,
    /// Product with its model.
    pub product: String,
}

/// A page of samples.
#[derive(Debug, Clone)]
pub struct SamplesPage {
    /// Rows; one more than the page's limit when a next page exists.
    pub rows: Vec<SampleRow>,
    /// Bounded count.
    pub count: i64,
}

/// Samples the person may know of, newest first.
///
/// # Errors
/// A fault.
pub fn samples(work: &mut Work<'_>, filter: &SamplingFilter, page: &PageRequest) -> AppResult<SamplesPage> {
    let viewer = viewer(work);
    let actor = work.actor();
    // A sample is in the laboratory's hands; a station's samples are those of the records of its area.
    let scoped = if actor.unit_kind == OrganisationKind::Station {
        hengjian_store::sampling::samples_of_station(actor.org_id, actor.unit_id)
    } else {
        work.scoped(Query::new(), true)
    };
    let query = viewer.samples(scoped, filter);
    let count = query.bounded_count(&mut work.tx, "sample")?;
    let found: Vec<Sample> = query.page("sample.created_at_us", "sample.id", true, true, page).records(&mut work.tx)?;
    let mut rows = Vec::new();
    for sample in found {
        let record: Option<SamplingRecord> = work.tx.get(&sample.record_id)?;
        let blind = record.as_ref().map(|record| is_blind(work, record)).transpose()?.unwrap_or_default();
        let sample = if blind { sample.without_party() } else { sample };
        let product = record.map(|record| called(&record.product_name, &record.model)).unwrap_or_default();
        rows.push(SampleRow { sample, product });
    }
    Ok(SamplesPage { rows, count })
}

/// The page of a sample: its passport.
#[derive(Debug, Clone)]
pub struct SampleView {
    /// Sample.
    pub sample: Sample,
    /// Record.
    pub record: SamplingRecord,
    /// Chain, oldest first.
    pub chain: Vec<CustodyStep>,
    /// Proposals about its end.
    pub disposals: Vec<SampleDisposal>,
    /// Whether the person is one of its samplers.
    pub own: bool,
    /// Whether the organiser has to decide about a rejection or a loss.
    pub awaits_decision: bool,
    /// Whether the leader has to decide about a loss.
    pub awaits_leader: bool,
    /// The person may not know yet whose sample it is: chain, holder and place are without names, files are left out.
    pub party_hidden: bool,
    /// What its end would stand on.
    pub ground: DisposalGround,
    /// Report, if there is one.
    pub inspection: Option<Inspection>,
    /// Files.
    pub files: Vec<StoredFile>,
    /// Clocks.
    pub clocks: Vec<Clock>,
    /// Course.
    pub timeline: Vec<TimelineLine>,
}

/// The page of a sample.
///
/// # Errors
/// [`AppError::NotFound`], or a fault.
pub fn sample_view(work: &mut Work<'_>, id: SampleId) -> AppResult<SampleView> {
    let (sample, record) = see_sample(work, id)?;
    let mut is_own = false;
    if let Some(visit) = record.visit_id
        && let Some(visit) = work.tx.get::<Visit>(&visit)?
    {
        let team = team(work, &visit)?;
        is_own = matches!(reader(work, &visit, &team), Reader::Lead | Reader::Second);
    }
    let subject: SubjectId = sample.id.cast();
    let party_hidden = is_blind(work, &record)?;
    let mut chain = work.tx.custody_of(sample.id)?;
    let mut files = work.tx.files_of(subject)?;
    if party_hidden {
        chain = chain.into_iter().map(CustodyStep::without_party).collect();
        files.clear();
    }
    let sample = if party_hidden { sample.without_party() } else { sample };
    Ok(SampleView {
        chain,
        awaits_leader: awaits_leader(work, sample.id)?,
        party_hidden,
        disposals: work.tx.disposals_of(sample.id)?,
        own: is_own,
        awaits_decision: awaits_decision(work, sample.id)?,
        ground: ground(work, &record)?,
        inspection: work.tx.first_inspection(record.id)?,
        files,
        clocks: work.tx.clocks_of(subject)?,
        timeline: work.timeline(sample.id)?,
        sample,
        record,
    })
}
