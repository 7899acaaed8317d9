//! 更正: one act for every recorded fact (product.md §2.5). Old and new value, reason and proof stay in sight; where a
//! deadline or a party moves, a second person agrees, and every clock that depends on it is computed anew and shown.

mod thing;

pub use thing::may_propose;
pub(crate) use thing::objection_words;

use crate::{
    AppError, AppResult, Event, PageRequest, TimelineLine, Work,
    clocks::{About, Owner},
};
use hengjian_domain::{
    actor::{Role, UserId},
    clock::SubjectKind,
    code::Code,
    correction::{Correction, CorrectionId, CorrectionRefused, CorrectionState, Fact, fact_named, facts_of, frozen_of},
    follow_up::Case,
    ids::SubjectId,
    law,
    sampling::{Sample, SamplingRecord, VisitId},
};
use hengjian_store::{Query, account::Account, correction::corrections_in_state, files::StoredFile};
use thing::Thing;

crate::refusals!(CorrectionRefused);

/// What somebody wants put right.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// Kind of the thing.
    pub kind: SubjectKind,
    /// The thing.
    pub id: SubjectId,
    /// Field.
    pub field: String,
    /// New value as typed.
    pub new_value: String,
    /// Why.
    pub reason: String,
    /// Proof.
    pub proof: String,
}

fn known(kind: SubjectKind, field: &str) -> AppResult<&'static Fact> {
    fact_named(kind, field).ok_or_else(|| {
        let (what, way) = frozen_of(kind).next().unwrap_or(("这项内容", "请在这件事的页面上办理"));
        CorrectionRefused::NotCorrectable { what: what.to_owned(), way: way.to_owned() }.into()
    })
}

/// Proposes a correction. What moves neither deadline nor party is put right at once; all else waits for a second person.
///
/// # Errors
/// A refusal, a message at the field, not found.
pub fn propose(work: &mut Work<'_>, proposal: Proposal, once: &str) -> AppResult<CorrectionId> {
    let id: CorrectionId = work.new_id();
    work.once(once, &format!("/desk/corrections/{id}"))?;
    let fact = known(proposal.kind, &proposal.field)?;
    let thing = Thing::load(work, proposal.kind, proposal.id)?;
    let old_value = thing.value(fact.field).ok_or(CorrectionRefused::NotRecorded { title: fact.title })?;
    let read = fact
        .value
        .read(&proposal.new_value)
        .map_err(|message| AppError::field("new_value", format!("{}{message}", fact.title)))?;
    let (new_value, change) = thing::change(work, thing, fact, &read)?;
    let mut correction = Correction {
        id,
        version: 1,
        org_id: change.thing.org_id(),
        unit_id: change.thing.unit_id(),
        subject_kind: proposal.kind,
        subject_id: proposal.id,
        field: fact.field.to_owned(),
        field_title: fact.title.to_owned(),
        old_value,
        new_value,
        reason: proposal.reason.trim().to_owned(),
        proof: proposal.proof.trim().to_owned(),
        needs_second: fact.needs_second(),
        state: CorrectionState::Proposed,
        effects: String::new(),
        proposed_by: work.actor().user_id,
        decided_by: None,
        decision_reason: String::new(),
        created_at_us: work.now(),
    };
    correction.check(fact)?;
    if work.tx.waiting_correction(proposal.id, fact.field)?.is_some() {
        return Err(CorrectionRefused::Pending { title: fact.title }.into());
    }
    if !correction.needs_second {
        correction.state = CorrectionState::Done;
        correction.effects = thing::carry_out(work, change)?.join("\n");
        work.insert(&mut correction)?;
        note(work, &correction, "correction.done", format!("更正“{}”", fact.title))?;
        return Ok(id);
    }
    correction.effects = thing::preview(work, &change)?.join("\n");
    work.insert(&mut correction)?;
    let title = format!("同意更正：{}“{}”", proposal.kind.title(), fact.title);
    let about = About::new(correction.org_id, SubjectKind::Correction, id, &title);
    work.start_step(about, Owner::role(Role::PlanApprover))?;
    note(work, &correction, "correction.proposed", format!("提出更正“{}”，等待分管领导同意", fact.title))?;
    Ok(id)
}

/// The visit whose draw decides who may read a correction.
fn visit_of(work: &mut Work<'_>, correction: &Correction) -> AppResult<Option<VisitId>> {
    Ok(match correction.subject_kind {
        SubjectKind::Visit => Some(correction.subject_id.cast()),
        SubjectKind::Sample => match work.tx.get::<Sample>(&correction.subject_id.cast::<Sample>())? {
            Some(sample) => work.tx.get::<SamplingRecord>(&sample.record_id)?.and_then(|record| record.visit_id),
            None => None,
        },
        SubjectKind::Case => work.tx.get::<Case>(&correction.subject_id.cast::<Case>())?.and_then(|case| case.visit_id),
        _ => None,
    })
}

/// Whether the person may read what a correction says: for a visit and its sample whoever may read the visit,
/// for a case whoever may read the case.
///
/// # Errors
/// A fault.
pub fn is_readable(work: &mut Work<'_>, correction: &Correction) -> AppResult<bool> {
    let id = correction.subject_id;
    let read = match correction.subject_kind {
        SubjectKind::Visit => crate::sampling::may_read_visit(work, id.cast()),
        SubjectKind::Sample => crate::sampling::may_read_sample(work, id.cast()),
        SubjectKind::Case => crate::follow_up::readable(work, id.cast()).map(|_| ()),
        _ => return Ok(true),
    };
    match read {
        Ok(()) => Ok(true),
        Err(AppError::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}

fn note(work: &mut Work<'_>, correction: &Correction, kind: &str, words: String) -> AppResult<()> {
    let mut event =
        Event::new(kind, words).about(correction.id).about(correction.subject_id).basis(law::DECISION_CORRECTION);
    let visit = visit_of(work, correction)?;
    let open = visit.map(|visit| crate::sampling::is_open_to_all(work, visit)).transpose()?.unwrap_or(true);
    if !open {
        // Who was drawn is not in the journal before the draw is closed.
        work.record(event.fact("内容", "抽取没有结束，只记在更正单里"));
        return Ok(());
    }
    event = event
        .fact("原来", &correction.old_value)
        .fact("更正为", &correction.new_value)
        .fact("理由", &correction.reason)
        .fact("证明", &correction.proof);
    if !correction.effects.is_empty() {
        event = event.fact("重新计算", &correction.effects);
    }
    if !correction.decision_reason.is_empty() {
        event = event.fact("不同意的理由", &correction.decision_reason);
    }
    work.record(event);
    Ok(())
}

/// A second person agrees: the fact is put right and every dependent clock computed anew, from the values of today.
///
/// # Errors
/// A refusal, stale, not found.
pub fn agree(work: &mut Work<'_>, id: CorrectionId, version: i64) -> AppResult<()> {
    let correction: Correction = work.load_own(id, version)?;
    let mut correction = correction.agree(work.actor())?;
    let fact = known(correction.subject_kind, &correction.field)?;
    let thing = Thing::load(work, correction.subject_kind, correction.subject_id)?;
    let now = thing.value(fact.field).unwrap_or_default();
    if now != correction.old_value {
        return Err(CorrectionRefused::ChangedSince { title: correction.field_title, now }.into());
    }
    let (_, change) = thing::change(work, thing, fact, &correction.new_value)?;
    correction.effects = thing::carry_out(work, change)?.join("\n");
    work.save(&mut correction)?;
    work.finish_duties(id, None)?;
    note(work, &correction, "correction.done", format!("同意并更正“{}”", correction.field_title))?;
    Ok(())
}

/// A second person does not agree.
///
/// # Errors
/// A refusal, stale, not found.
pub fn refuse(work: &mut Work<'_>, id: CorrectionId, version: i64, reason: &str) -> AppResult<()> {
    let correction: Correction = work.load_own(id, version)?;
    let mut correction = correction.refuse(work.actor(), reason)?;
    correction.effects = String::new();
    work.save(&mut correction)?;
    work.finish_duties(id, None)?;
    note(work, &correction, "correction.refused", format!("没有同意更正“{}”", correction.field_title))?;
    Ok(())
}

/// 撤回 by the proposer.
///
/// # Errors
/// A refusal, stale, not found.
pub fn take_back(work: &mut Work<'_>, id: CorrectionId, version: i64) -> AppResult<()> {
    let correction: Correction = work.load_version(id, version)?;
    let mut correction = correction.take_back(work.actor())?;
    correction.effects = String::new();
    work.save(&mut correction)?;
    work.finish_duties(id, None)?;
    note(work, &correction, "correction.taken_back", format!("撤回更正“{}”", correction.field_title))?;
    Ok(())
}

/// Stands in a list for what may not be read yet.
const HIDDEN: &str = "抽取结束后可看";

/// A page of the list, newest first; one row more than asked for when a next page exists.
///
/// # Errors
/// A fault.
pub fn list(work: &mut Work<'_>, state: &str, page: &PageRequest) -> AppResult<(Vec<Correction>, i64)> {
    let query = corrections_in_state(work.scoped(Query::new(), true), state);
    let count = query.bounded_count(&mut work.tx, "correction")?;
    let mut rows: Vec<Correction> = query.page("created_at_us", "id", true, true, page).records(&mut work.tx)?;
    for row in &mut rows {
        if !is_readable(work, row)? {
            for text in [&mut row.old_value, &mut row.new_value, &mut row.reason, &mut row.proof] {
                HIDDEN.clone_into(text);
            }
        }
    }
    Ok((rows, count))
}

/// What the form for a new correction shows.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// Kind.
    pub kind: SubjectKind,
    /// The thing.
    pub id: SubjectId,
    /// What it is called.
    pub title: String,
    /// Facts and their present values; `None`: not recorded yet.
    pub facts: Vec<(&'static Fact, Option<String>)>,
    /// What is never edited, and the way.
    pub frozen: Vec<(&'static str, &'static str)>,
    /// Earlier corrections of the thing.
    pub earlier: Vec<Correction>,
}

/// The facts of a thing that can be put right.
///
/// # Errors
/// Not found, not allowed, or a fault.
pub fn sheet(work: &mut Work<'_>, kind: SubjectKind, id: SubjectId) -> AppResult<Sheet> {
    let frozen: Vec<(&'static str, &'static str)> = frozen_of(kind).collect();
    if facts_of(kind).next().is_none() {
        if frozen.is_empty() {
            return Err(AppError::NotFound);
        }
        let title = kind.title().to_owned();
        return Ok(Sheet { kind, id, title, facts: Vec::new(), frozen, earlier: Vec::new() });
    }
    let thing = Thing::load(work, kind, id)?;
    Ok(Sheet {
        kind,
        id,
        title: thing.title(),
        facts: facts_of(kind).map(|fact| (fact, thing.value(fact.field))).collect(),
        frozen,
        earlier: work.tx.corrections_of(id)?,
    })
}

/// The page of a correction.
#[derive(Debug, Clone)]
pub struct View {
    /// The correction.
    pub correction: Correction,
    /// What the corrected thing is called; empty for one the person may not see.
    pub title: String,
    /// Who proposed.
    pub proposer: String,
    /// Who decided.
    pub decider: String,
    /// Course.
    pub timeline: Vec<TimelineLine>,
    /// Attachments.
    pub files: Vec<StoredFile>,
}

/// Reads a correction.
///
/// # Errors
/// Not found, or a fault.
pub fn view(work: &mut Work<'_>, id: CorrectionId) -> AppResult<View> {
    let correction: Correction = work.load(id)?;
    if !is_readable(work, &correction)? {
        return Err(AppError::NotFound);
    }
    let title = match Thing::load(work, correction.subject_kind, correction.subject_id) {
        Ok(thing) => thing.title(),
        Err(AppError::NotFound | AppError::NotAllowed(_)) => String::new(),
        Err(error) => return Err(error),
    };
    Ok(View {
        title,
        proposer: name_of(work, Some(correction.proposed_by))?,
        decider: name_of(work, correction.decided_by)?,
        timeline: work.timeline(id)?,
        files: work.tx.files_of(id.cast())?,
        correction,
    })
}

fn name_of(work: &mut Work<'_>, user: Option<UserId>) -> AppResult<String> {
    let Some(user) = user else { return Ok(String::new()) };
    let account: Option<Account> = work.tx.get(&user.cast::<Account>())?;
    Ok(account.map(|account| account.name).unwrap_or_default())
}
