//! Samples and their custody: every hand-over is a step with giver, taker, place and condition.

use crate::{
    AppResult, Event, Work,
    clocks::{About, Owner},
};
use hengjian_domain::{
    actor::Role,
    clock::SubjectKind,
    code::Code,
    laboratory::Laboratory,
    law,
    sampling::{CustodyFacts, CustodyStep, Sample, SampleId, SampleState},
};
use hengjian_store::{Column, Value};

/// A custody step of a sample made by another stage (testing takes it, re-inspection moves it).
#[derive(Debug, Clone)]
pub struct Move {
    /// State after the step.
    pub state: SampleState,
    /// Who gives.
    pub giver: String,
    /// Who takes and holds it from then on.
    pub taker: String,
    /// Where.
    pub place: String,
    /// Outer condition.
    pub condition: String,
    /// Whether the seal was whole.
    pub seal_intact: bool,
    /// Note.
    pub note: String,
}

/// Moves a sample along its chain; refuses steps that regulations §2.5 does not know. Where the taker is a laboratory
/// of the register, the sample is from then on in that laboratory's hands and its staff see it.
///
/// # Errors
/// A refusal of the sample's state.
pub fn move_sample(work: &mut Work<'_>, sample: SampleId, step: Move) -> AppResult<()> {
    let sample: Sample = work.load(sample)?;
    let facts = CustodyFacts {
        giver: &step.giver,
        taker: &step.taker,
        place: &step.place,
        condition: &step.condition,
        seal_intact: step.seal_intact,
        transport: "/",
        note: &step.note,
    };
    take_step(work, sample, step.state, &facts).map(|_| ())
}

/// One step through the domain: saved, noted in the chain, journalled.
pub(super) fn take_step(
    work: &mut Work<'_>,
    sample: Sample,
    to: SampleState,
    facts: &CustodyFacts<'_>,
) -> AppResult<Sample> {
    let moved = sample.step(to, facts)?;
    keep_step(work, moved, facts)
}

/// Saves a sample that has moved and what was noted at the hand-over.
pub(super) fn keep_step(work: &mut Work<'_>, mut sample: Sample, facts: &CustodyFacts<'_>) -> AppResult<Sample> {
    if let Some(laboratory) = laboratory_named(work, &sample, facts.taker)? {
        sample.unit_id = laboratory.organisation_id.or(sample.unit_id);
    }
    work.save(&mut sample)?;
    note_step(work, &sample, facts)?;
    let mut event = Event::new("sampling.sample_moved", format!("样品{}", sample.state.title()))
        .about(sample.id)
        .about(sample.record_id)
        .fact("样品编号", &sample.number)
        .fact("移交", facts.giver)
        .fact("接收", facts.taker)
        .fact("地点", facts.place)
        .fact("包装和封条", facts.condition)
        .fact("封条", if facts.seal_intact { "完整" } else { "不完整" });
    if !facts.note.trim().is_empty() {
        event = event.fact("说明", facts.note);
    }
    work.record(event.basis(if sample.state == SampleState::Rejected { law::R18_29 } else { law::R18_24 }));
    let about = About::new(sample.org_id, SubjectKind::Sample, sample.id, REJECTED_STEP);
    match sample.state {
        SampleState::Rejected => {
            work.start_step(about, Owner::role(Role::ResultManager))?;
        }
        SampleState::LostOrTampered => {
            let about = About { title: LOST_STEP, ..about };
            work.start_step(about, Owner::role(Role::ResultManager))?;
        }
        _ => {}
    }
    Ok(sample)
}

/// Duty of the organiser after a written rejection (R18 第二十九条).
pub(super) const REJECTED_STEP: &str = "样品被拒收，决定怎样重新抽样";
/// Duty of the organiser after a loss: who caused it decides what the first result is worth (R18 第四十条).
pub(super) const LOST_STEP: &str = "样品灭失或者被动，查明责任并决定";

/// The line in the chain.
pub(super) fn note_step(work: &mut Work<'_>, sample: &Sample, facts: &CustodyFacts<'_>) -> AppResult<()> {
    let mut step = CustodyStep {
        id: work.new_id(),
        version: 1,
        org_id: sample.org_id,
        sample_id: sample.id,
        at_us: work.now(),
        state: sample.state,
        giver: facts.giver.trim().to_owned(),
        taker: facts.taker.trim().to_owned(),
        place: facts.place.trim().to_owned(),
        condition: facts.condition.trim().to_owned(),
        seal_intact: facts.seal_intact,
        transport: facts.transport.trim().to_owned(),
        note: facts.note.trim().to_owned(),
    };
    work.insert(&mut step)
}

fn laboratory_named(work: &mut Work<'_>, sample: &Sample, name: &str) -> AppResult<Option<Laboratory>> {
    Ok(work
        .tx
        .find("WHERE org_id = ?1 AND name = ?2", &[sample.org_id.to_value(), Value::Text(name.trim().to_owned())])?)
}
