//! Samples and their custody: every hand-over is a step with giver, taker, place and condition.

use super::{
    visit::Attachment,
    who::{in_other_hands, is_blind, see, see_record},
};
use crate::{
    AppError, AppResult, Event, Work,
    clocks::{About, Owner},
    testing::Assignment,
};
use hengjian_domain::{
    actor::{Actor, Role},
    clock::{Clock, ClockState, SubjectKind},
    code::Code,
    deadline,
    follow_up::Case,
    laboratory::Laboratory,
    law,
    organisation::OrganisationId,
    plan::SpotCheckTask,
    sampling::{
        CustodyFacts, CustodyStep, DisposalGround, DisposalState, LossCause, Reader, RecordState, Sample,
        SampleDisposal, SampleDisposalId, SampleId, SampleKind, SampleState, SamplingRecord, SamplingRecordId,
        SamplingRefused,
    },
    testing::{Inspection, InspectionPurpose, InspectionState},
};
use hengjian_store::{Column, Value};
use jiff::civil::Date;

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

/// A test is over, with its confirmed report or with the organiser's decision: whoever holds the sample keeps it until every
/// right has ended (regulations §2.5: 检毕留样). Where the steps in the laboratory were not entered here, its name stands in
/// the chain.
///
/// # Errors
/// A fault.
pub fn keep_tested(work: &mut Work<'_>, test: &Inspection, note: &str) -> AppResult<()> {
    let sample: Option<Sample> = test.sample_id.map(|id| work.tx.get(&id)).transpose()?.flatten();
    let Some(sample) = sample.filter(Sample::may_be_retained) else { return Ok(()) };
    let giver = sample.holder.clone();
    let (holder, place) = if sample.state == SampleState::InTransit {
        (test.laboratory_name.clone(), test.laboratory_name.clone())
    } else {
        (giver.clone(), sample.place.clone())
    };
    let facts = CustodyFacts {
        giver: &giver,
        taker: &holder,
        place: &place,
        condition: "检毕留样",
        seal_intact: true,
        transport: "/",
        note,
    };
    work.finish_step(sample.id, RECEIVE_STEP)?;
    take_step(work, sample, SampleState::Retained, &facts).map(|_| ())
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
        .fact("样品编号", &sample.number);
    if !sample.state.is_opened() {
        event = event.fact("封条", if facts.seal_intact { "完整" } else { "不完整" });
    }
    // Giver, taker and place stand in the chain of the sample, which is read by fewer people than the journal.
    work.record(event.basis(if sample.state == SampleState::Rejected { law::R18_29 } else { law::R18_24 }));
    if sample.state.is_end() {
        work.finish_duties(sample.id, None)?;
    }
    let about = About::new(sample.org_id, SubjectKind::Sample, sample.id, REJECTED_STEP);
    match sample.state {
        // Where a test was rejected with it, the test's page has the task: one rejection is decided once.
        SampleState::Rejected if !rejected_with_test(work, sample.id)? => {
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

/// Whether the rejection of a sample is decided with the test that was rejected.
fn rejected_with_test(work: &mut Work<'_>, sample: SampleId) -> AppResult<bool> {
    let tests = work.tx.inspections_of_sample(sample)?;
    Ok(tests.iter().any(|test| test.state == InspectionState::Rejected && test.confirmed_on.is_none()))
}

/// The organiser has decided about a test whose sample was rejected: with the test sample the batch is void.
///
/// # Errors
/// A refusal, or a fault.
pub(crate) fn rejection_decided(work: &mut Work<'_>, test: &Inspection, decision: &str) -> AppResult<()> {
    let sample: Option<Sample> = test.sample_id.map(|id| work.tx.get(&id)).transpose()?.flatten();
    let Some(sample) = sample.filter(|sample| sample.state == SampleState::Rejected) else { return Ok(()) };
    work.finish_step(sample.id, REJECTED_STEP)?;
    let record: Option<SamplingRecord> = work.tx.get(&sample.record_id)?;
    match record {
        Some(record) if sample.kind == SampleKind::Inspection && record.state != RecordState::Voided => {
            write_off(work, record, &sample, decision)
        }
        _ => Ok(()),
    }
}

/// Duty of the organiser after a written rejection (R18 第二十九条).
pub(super) const REJECTED_STEP: &str = "样品被拒收，决定怎样重新抽样";
/// Duty of the organiser after a loss: who caused it decides what the first result is worth (R18 第四十条).
pub(super) const LOST_STEP: &str = "样品灭失或者被动，查明责任并决定";
/// Duty of the leader where laboratory or authority answer for the loss (decision 样品灭失).
pub(super) const ESCALATED_STEP: &str = "样品在机构或者本局手里灭失，决定初检结论能否使用";

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

/// A sample and its record, if both are the person's business.
pub(super) fn see_sample(work: &mut Work<'_>, id: SampleId) -> AppResult<(Sample, SamplingRecord)> {
    let sample: Sample = work.tx.get(&id)?.ok_or(AppError::NotFound)?;
    if in_other_hands(work.actor().unit_kind) && sample.unit_id == Some(work.actor().unit_id) {
        let record = work.tx.get(&sample.record_id)?.ok_or_else(|| AppError::fault("sample without record"))?;
        return Ok((sample, record));
    }
    let record = see_record(work, sample.record_id)?;
    Ok((sample, record))
}
/// Whether the person may read what belongs to a sample: its files. They show where it was taken or lost.
///
/// # Errors
/// [`AppError::NotFound`] when not, or a fault.
pub fn may_read_sample(work: &mut Work<'_>, id: SampleId) -> AppResult<()> {
    let (_, record) = see_sample(work, id)?;
    if is_blind(work, &record)? { Err(AppError::NotFound) } else { Ok(()) }
}
fn sample_version(work: &mut Work<'_>, id: SampleId, version: i64) -> AppResult<(Sample, SamplingRecord)> {
    let (sample, record) = see_sample(work, id)?;
    if sample.version == version { Ok((sample, record)) } else { Err(AppError::Stale) }
}
/// The same for a decision of the organiser: nobody else decides about its samples.
fn organisers_sample(work: &mut Work<'_>, id: SampleId, version: i64) -> AppResult<(Sample, SamplingRecord)> {
    let (sample, record) = sample_version(work, id, version)?;
    work.must_own(sample.org_id)?;
    Ok((sample, record))
}
/// Samplers move the samples of their own visits; the bureau's result manager and the laboratory's receiver all they see.
fn must_handle(work: &mut Work<'_>, record: &SamplingRecord) -> AppResult<()> {
    let actor = work.actor();
    if actor.has(Role::ResultManager) || actor.has(Role::LabReceiver) {
        return Ok(());
    }
    let visit = record.visit_id.ok_or(AppError::NotFound)?;
    match see(work, visit)?.reader {
        Reader::Lead | Reader::Second => Ok(()),
        _ => Err(AppError::NotFound),
    }
}

/// How a sample leaves for the laboratory.
#[derive(Debug, Clone)]
pub struct HandOver {
    /// Carrier and waybill, or the sampler who brings it.
    pub transport: String,
    /// Where it was handed over.
    pub place: String,
    /// Condition of package and seal.
    pub condition: String,
    /// Whether the seal is whole.
    pub seal_intact: bool,
    /// Remark.
    pub note: String,
}

/// SEALED or HELD_AT_PARTY → IN_TRANSIT. From here on the laboratory sees it and receives or rejects it; the test sample
/// is assigned to the laboratory with this act.
///
/// # Errors
/// The record is not submitted, no laboratory, a broken seal.
pub fn hand_over(work: &mut Work<'_>, id: SampleId, version: i64, how: HandOver) -> AppResult<()> {
    let (mut sample, record) = sample_version(work, id, version)?;
    must_handle(work, &record)?;
    sample.may_be_handed_over(&record)?;
    let task: SpotCheckTask = match record.task_id {
        Some(task) => work.tx.get(&task)?.ok_or_else(|| AppError::fault("record without task"))?,
        None => return Err(SamplingRefused::NoLaboratory.into()),
    };
    let laboratory: Option<Laboratory> = match task.laboratory_id {
        Some(id) => work.tx.get(&id)?,
        None => None,
    };
    let Some(laboratory) = laboratory.filter(|laboratory| laboratory.organisation_id.is_some()) else {
        return Err(SamplingRefused::NoLaboratory.into());
    };
    sample.unit_id = laboratory.organisation_id;
    let giver = sample.holder.clone();
    let facts = CustodyFacts {
        giver: &giver,
        taker: &how.transport,
        place: &how.place,
        condition: &how.condition,
        seal_intact: how.seal_intact,
        transport: &how.transport,
        note: &how.note,
    };
    let sample = take_step(work, sample, SampleState::InTransit, &facts)?;
    work.finish_duties(sample.id, Some("-"))?;
    match sample.kind {
        SampleKind::Inspection => {
            let assignment = Assignment {
                purpose: InspectionPurpose::First,
                purpose_id: None,
                laboratory_id: laboratory.id,
                items: Vec::new(),
            };
            crate::testing::assign(work, &record, &sample, assignment).map(|_| ())
        }
        SampleKind::Backup | SampleKind::Recheck => {
            let about = About::new(sample.org_id, SubjectKind::Sample, sample.id, RECEIVE_STEP);
            let unit = sample.unit_id.ok_or(SamplingRefused::NoLaboratory)?;
            work.start_step(about, Owner::unit(Role::LabReceiver, unit)).map(|_| ())
        }
    }
}
const RECEIVE_STEP: &str = "查验并接收样品";

/// A hand-over inside the chain, entered by the person who takes: receipt of a backup sample, storing, retaining.
///
/// # Errors
/// A step that is not known or lacks a fact.
pub fn pass_on(work: &mut Work<'_>, id: SampleId, version: i64, step: &Move) -> AppResult<()> {
    let (sample, record) = sample_version(work, id, version)?;
    must_handle(work, &record)?;
    if !sample.next_by_hand().contains(&step.state) {
        return Err(SamplingRefused::Step {
            kind: sample.kind.title(),
            from: sample.state.title(),
            to: step.state.title(),
            ended: sample.state.is_end(),
        }
        .into());
    }
    let facts = CustodyFacts {
        giver: &step.giver,
        taker: &step.taker,
        place: &step.place,
        condition: &step.condition,
        seal_intact: step.seal_intact,
        transport: "/",
        note: &step.note,
    };
    work.finish_step(sample.id, RECEIVE_STEP)?;
    take_step(work, sample, step.state, &facts).map(|_| ())
}

/// A sample is gone or its seal was broken: by whoever finds it, with evidence.
///
/// # Errors
/// No account of what happened, no evidence.
pub fn report_loss(
    work: &mut Work<'_>,
    id: SampleId,
    version: i64,
    (what, evidence): (&str, &str),
    file: Option<Attachment>,
) -> AppResult<()> {
    let (sample, record) = sample_version(work, id, version)?;
    must_handle(work, &record)?;
    let shown = match file {
        Some(file) => {
            let subject = (SubjectKind::Sample, sample.id);
            format!("文件 {}", work.keep_file(subject, &file.slot, &file.field, &file.name, &file.bytes)?.name)
        }
        None => evidence.trim().to_owned(),
    };
    if shown.is_empty() {
        return Err(SamplingRefused::EvidenceMissing { slots: vec!["灭失或者被动的情况"] }.into());
    }
    let note = if what.trim().is_empty() { String::new() } else { format!("{}；证据：{shown}", what.trim()) };
    let (holder, place) = (sample.holder.clone(), sample.place.clone());
    let facts = CustodyFacts {
        giver: &holder,
        taker: &holder,
        place: &place,
        condition: "灭失或者被动",
        seal_intact: false,
        transport: "",
        note: &note,
    };
    work.finish_duties(sample.id, Some("-"))?;
    take_step(work, sample, SampleState::LostOrTampered, &facts).map(|_| ())
}

/// The organiser's decision after a rejection or a loss. A rejected test sample voids its record: the batch does not
/// count. So does one that is lost before it came to a laboratory; one that is lost there before a result ends its test
/// (regulations §2.2: written off). Sampling there again needs a successor draw (DECISION 候补替换), which the decision says.
/// A loss for which laboratory or authority answer goes to the leader (decision 样品灭失).
///
/// # Errors
/// Nothing to decide, no reason, no answer to who caused a loss.
pub fn settle_sample(
    work: &mut Work<'_>,
    id: SampleId,
    version: i64,
    decision: &str,
    cause: Option<LossCause>,
) -> AppResult<()> {
    let (sample, record) = organisers_sample(work, id, version)?;
    if decision.trim().is_empty() {
        return Err(SamplingRefused::ReasonMissing { act: "决定" }.into());
    }
    let lost = sample.state != SampleState::Rejected;
    let title = if lost { LOST_STEP } else { REJECTED_STEP };
    if lost && cause.is_none() && awaits_decision(work, id)? {
        return Err(AppError::field("cause", "请选择由谁承担责任"));
    }
    if !work.finish_step(sample.id, title)? {
        return Err(SamplingRefused::WrongState { act: "决定", state: sample.state.title() }.into());
    }
    let mut event = Event::new("sampling.sample_settled", "对拒收或者灭失的样品作出决定")
        .about(sample.id)
        .about(record.id)
        .fact("决定", decision.trim())
        .basis(if lost { law::DECISION_SAMPLE_LOST } else { law::R18_29 });
    if let Some(cause) = cause.filter(|_| lost) {
        event = event.fact("责任", cause.title());
    }
    work.record(event);
    if let Some(cause) = cause.filter(|cause| lost && cause.goes_up()) {
        let about = About::new(sample.org_id, SubjectKind::Sample, sample.id, ESCALATED_STEP);
        work.start_step(about, Owner::role(Role::PlanApprover))?;
        work.record(
            Event::new("sampling.loss_escalated", "样品灭失上报分管领导，决定前不得据初检结论对当事人不利处理")
                .about(sample.id)
                .about(record.id)
                .fact("责任", cause.title())
                .basis(law::DECISION_SAMPLE_LOST),
        );
        if let Some(report) = usable_report(work, record.id)? {
            crate::publication::reconsider(work, report.id)?;
        }
    }
    match sample.kind {
        SampleKind::Inspection => write_off(work, record, &sample, decision),
        SampleKind::Recheck => recheck_again(work, &sample, decision),
        SampleKind::Backup => Ok(()),
    }
}

/// A recheck sample that was rejected or lost before a result: its test ends and the case takes another sample.
fn recheck_again(work: &mut Work<'_>, sample: &Sample, decision: &str) -> AppResult<()> {
    for test in work.tx.inspections_of_sample(sample.id)? {
        if test.ended_without_result() {
            crate::follow_up::recheck_without_result(work, &test, decision)?;
        } else {
            crate::testing::sample_lost(work, test, decision)?;
        }
    }
    Ok(())
}

/// The batch of a test sample that was rejected or lost: without a test its record is void, a test without a result ends.
fn write_off(work: &mut Work<'_>, record: SamplingRecord, sample: &Sample, decision: &str) -> AppResult<()> {
    let tests = work.tx.inspections_of_sample(sample.id)?;
    if sample.state == SampleState::Rejected || tests.is_empty() {
        let mut record = record.void_rejected(decision)?;
        work.save(&mut record)?;
        samples_may_end(work, record.id)?;
        if let Some(task) = record.task_id {
            crate::plan::advance_task(work, task)?;
        }
        return Ok(());
    }
    for test in tests {
        crate::testing::sample_lost(work, test, decision)?;
    }
    Ok(())
}

/// The leader's decision about the first result after a loss for which laboratory or authority answer: it stands, or it is
/// void like one against which an objection was upheld (decision 样品灭失).
///
/// # Errors
/// Nothing to decide, no reason.
pub fn decide_loss(work: &mut Work<'_>, id: SampleId, version: i64, void_result: bool, reason: &str) -> AppResult<()> {
    let (sample, record) = organisers_sample(work, id, version)?;
    if reason.trim().is_empty() {
        return Err(SamplingRefused::ReasonMissing { act: "决定" }.into());
    }
    if !work.finish_step(sample.id, ESCALATED_STEP)? {
        return Err(SamplingRefused::WrongState { act: "决定", state: sample.state.title() }.into());
    }
    let words =
        if void_result { "初检结论作废，不得使用" } else { "不影响初检结论，按决定处理" };
    work.record(
        Event::new("sampling.loss_decided", format!("样品灭失：{words}"))
            .about(sample.id)
            .about(record.id)
            .fact("理由", reason.trim())
            .basis(law::DECISION_SAMPLE_LOST),
    );
    if !void_result {
        return Ok(());
    }
    if let Some(report) = usable_report(work, record.id)? {
        let words = "样品因机构或者部门原因灭失，检验结果不作数，不计入统计，不公布";
        crate::objection::procedure::void_editions(work, report.clone(), |edition| {
            Event::new("testing.excluded", words)
                .about(edition.id)
                .about(sample.id)
                .fact("理由", reason.trim())
                .basis(law::DECISION_SAMPLE_LOST)
        })?;
        let current = crate::testing::current_edition(work, report)?;
        crate::follow_up::result_voided(work, &current)?;
    }
    samples_may_end(work, record.id)
}

/// The oldest edition of a record's first report that has not given way, where it has a conclusion that could be used.
fn usable_report(work: &mut Work<'_>, record: SamplingRecordId) -> AppResult<Option<Inspection>> {
    let Some(newest) = work.tx.first_inspection(record)? else { return Ok(None) };
    let earlier = crate::testing::earlier_editions(work, &newest)?;
    let standing = earlier.into_iter().rfind(|edition| edition.state != InspectionState::Replaced);
    let report = standing.unwrap_or(newest);
    Ok(Some(report).filter(|one| one.conclusion.is_some() && !one.ended_without_result() && !one.excluded))
}

/// Whether the leader still has to decide about the loss of a sample of a record.
///
/// # Errors
/// A fault.
pub(crate) fn loss_undecided(work: &mut Work<'_>, record: SamplingRecordId) -> AppResult<bool> {
    for sample in work.tx.samples_of_record(record)? {
        if sample.state == SampleState::LostOrTampered && awaits_leader(work, sample.id)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether the leader still has to decide about a loss.
pub(super) fn awaits_leader(work: &mut Work<'_>, id: SampleId) -> AppResult<bool> {
    let clocks = work.tx.clocks_of(id.cast())?;
    Ok(clocks.iter().any(|clock| clock.state == ClockState::Open && clock.title == ESCALATED_STEP))
}

/// Whether a rejection or a loss still waits for the organiser.
pub(super) fn awaits_decision(work: &mut Work<'_>, id: SampleId) -> AppResult<bool> {
    let clocks = work.tx.clocks_of(id.cast())?;
    let open = |clock: &Clock| clock.state == ClockState::Open && [REJECTED_STEP, LOST_STEP].contains(&&*clock.title);
    Ok(clocks.iter().any(open))
}

/// How a sample's life is to end.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// 已退还, 已处置 or 已解封.
    pub target: SampleState,
    /// Why and how.
    pub reason: String,
    /// To whom it goes, or who destroys it.
    pub taker: String,
    /// Where.
    pub place: String,
}

/// What is known about the result of a sample's record.
pub(super) fn ground(work: &mut Work<'_>, record: &SamplingRecord) -> AppResult<DisposalGround> {
    let mut ground = DisposalGround {
        record_voided: record.state == RecordState::Voided,
        untested: false,
        final_on: None,
        open: Vec::new(),
        conclusion: None,
    };
    let Some(test) = deciding_test(work, record.id)? else {
        ground.open.push("样品还没有检验".to_owned());
        return Ok(ground);
    };
    let counting = work.tx.counting_inspection(record.id)?;
    ground.conclusion = counting.as_ref().and_then(|report| report.conclusion);
    if test.ended_without_result() {
        ground.untested = test.state != InspectionState::TerminatedIllegal;
        match test.confirmed_on {
            Some(on) => (ground.final_on, ground.open) = evidence_until(work, &test, on)?,
            None => ground.open.push(format!("检验已结束（{}），组织部门还没有登记处理决定", test.state.title())),
        }
    } else if test.purpose == InspectionPurpose::Recheck && test.state == InspectionState::Confirmed {
        // Nobody has a right to object to a recheck; its result is final with the confirmation.
        (ground.final_on, ground.conclusion) = (test.confirmed_on, test.conclusion);
    } else if counting.is_some() {
        let finality = crate::objection::finality(work, &test)?;
        (ground.final_on, ground.open) = (finality.final_on, finality.open);
        if test.excluded && ground.open.is_empty() {
            ground.final_on = ground.final_on.or(test.confirmed_on);
        }
    } else {
        ground.open.push("检验报告还没有确认".to_owned());
    }
    Ok(ground)
}

/// The test on which the end of a record's samples waits: the newest first test, or the recheck. An amendment that came to
/// nothing leaves the report it was to amend.
fn deciding_test(work: &mut Work<'_>, record: SamplingRecordId) -> AppResult<Option<Inspection>> {
    let tests = work.tx.inspections_of_record(record)?;
    let counts = |test: &&Inspection| {
        test.state != InspectionState::Replaced && !(test.ended_without_result() && test.amends_id.is_some())
    };
    let newest = |purpose| tests.iter().rev().filter(counts).find(|test| test.purpose == purpose).cloned();
    Ok(newest(InspectionPurpose::First).or_else(|| newest(InspectionPurpose::Recheck)))
}

/// A test ended without a result is final with the organiser's decision; while a case that it opened goes on, the samples
/// are evidence.
fn evidence_until(work: &mut Work<'_>, test: &Inspection, decided_on: Date) -> AppResult<(Option<Date>, Vec<String>)> {
    let (mut final_on, mut open) = (decided_on, Vec::new());
    for problem in work.tx.problem_reports_of(Some(test.id), None)? {
        let Some(case) = problem.case_id.map(|case| work.tx.get::<Case>(&case)).transpose()?.flatten() else {
            continue;
        };
        if case.state.is_terminal() {
            final_on = final_on.max(case.closed_on.unwrap_or(decided_on));
        } else {
            open.push(format!("后处理案 {} 还没有办结，样品是证据", case.number));
        }
    }
    Ok((Some(final_on).filter(|_| open.is_empty()), open))
}

/// Proposes to give back, dispose of or release a sample.
///
/// # Errors
/// Rights still run, the end does not fit the sample, a proposal is waiting.
pub fn propose_end(work: &mut Work<'_>, id: SampleId, version: i64, proposal: Proposal) -> AppResult<()> {
    let (sample, record) = organisers_sample(work, id, version)?;
    let ground = ground(work, &record)?;
    sample.may_end(proposal.target, &ground, work.today())?;
    if work.tx.disposals_of(sample.id)?.iter().any(|disposal| disposal.state == DisposalState::Proposed) {
        return Err(SamplingRefused::ProposalWaiting.into());
    }
    if proposal.reason.trim().is_empty() {
        return Err(SamplingRefused::ReasonMissing { act: "申请" }.into());
    }
    let (proposed_by, proposed_by_name) = (work.actor().user_id, work.actor().name.clone());
    let mut disposal = SampleDisposal {
        id: work.new_id(),
        version: 1,
        org_id: sample.org_id,
        sample_id: sample.id,
        target: proposal.target,
        reason: proposal.reason.trim().to_owned(),
        taker: proposal.taker.trim().to_owned(),
        place: proposal.place.trim().to_owned(),
        state: DisposalState::Proposed,
        proposed_by,
        proposed_by_name,
        proposed_at_us: work.now(),
        decided_by: None,
        decided_at_us: None,
        decision_reason: String::new(),
    };
    work.insert(&mut disposal)?;
    let about = About::new(sample.org_id, SubjectKind::Sample, sample.id, DECIDE_STEP);
    work.start_step(about, Owner::role(Role::PlanApprover))?;
    work.record(
        Event::new("sampling.end_proposed", format!("申请把样品登记为“{}”", proposal.target.title()))
            .about(sample.id)
            .fact("理由", &disposal.reason)
            .basis(law::R18_34),
    );
    Ok(())
}
const DECIDE_STEP: &str = "批准退还、处置或者解封样品";
const CARRY_OUT_STEP: &str = "办理已批准的退还、处置或者解封";

/// Another person's decision.
///
/// # Errors
/// The proposer decides, no reason for a refusal, decided before.
pub fn decide_end(
    work: &mut Work<'_>,
    id: SampleDisposalId,
    version: i64,
    approve: bool,
    reason: &str,
) -> AppResult<SampleId> {
    let disposal: SampleDisposal = work.load_own(id, version)?;
    let (by, at) = (work.actor().user_id, work.now());
    let mut disposal = disposal.decide(by, approve, reason, at)?;
    work.save(&mut disposal)?;
    work.finish_step(disposal.sample_id, DECIDE_STEP)?;
    if approve {
        let sample: Sample = work.tx.get(&disposal.sample_id)?.ok_or(AppError::NotFound)?;
        let owner = match sample.unit_id {
            Some(holder) => Owner::unit(Role::LabReceiver, holder),
            None => Owner::role(Role::ResultManager),
        };
        // The term goes on with whoever has the sample in hand: one step, one owner.
        if !work.hand_duty(sample.id, deadline::SAMPLE_RETURN.id, CARRY_OUT_STEP, owner)? {
            let about = About::new(disposal.org_id, SubjectKind::Sample, sample.id, CARRY_OUT_STEP);
            work.start_step(about, owner)?;
        }
    }
    let words = if approve { "批准" } else { "不批准" };
    work.record(
        Event::new("sampling.end_decided", format!("{words}把样品登记为“{}”", disposal.target.title()))
            .about(disposal.sample_id)
            .fact("意见", &disposal.decision_reason)
            .basis(law::R18_34),
    );
    Ok(disposal.sample_id)
}

/// Whether the person may carry out an approved end: the laboratory that has the sample in hand, and the organiser.
pub fn may_carry_out(actor: &Actor, sample: &Sample) -> bool {
    (actor.has(Role::LabReceiver) && sample.unit_id == Some(actor.unit_id))
        || (actor.has(Role::ResultManager) && sample.org_id == actor.org_id)
}

/// Carries out what was approved, as the last step of the chain.
///
/// # Errors
/// Nothing approved, a fact missing.
pub fn carry_out_end(work: &mut Work<'_>, id: SampleId, version: i64, condition: &str, note: &str) -> AppResult<()> {
    let (sample, record) = sample_version(work, id, version)?;
    if !may_carry_out(work.actor(), &sample) {
        return Err(AppError::NotFound);
    }
    let approved = work.tx.disposals_of(sample.id)?.into_iter().find(|d| d.state == DisposalState::Approved);
    let Some(disposal) = approved else {
        return Err(SamplingRefused::NeedsApproval { to: "退还、处置或者解封" }.into());
    };
    let ground = ground(work, &record)?;
    sample.may_end(disposal.target, &ground, work.today())?;
    let giver = sample.holder.clone();
    let facts = CustodyFacts {
        giver: &giver,
        taker: &disposal.taker,
        place: &disposal.place,
        condition,
        seal_intact: true,
        transport: "/",
        note,
    };
    let ended = sample.end(&disposal, &facts)?;
    let ended = keep_step(work, ended, &facts)?;
    work.finish_duties(ended.id, None)?;
    Ok(())
}

/// D16 for the samples of a record of which nothing more will come, at once and not only with the next day.
///
/// # Errors
/// A fault.
pub fn samples_may_end(work: &mut Work<'_>, record: SamplingRecordId) -> AppResult<()> {
    let waiting = work.tx.samples_of_record_awaiting_end(record)?;
    start_ends_of(work, waiting)
}

/// D16 for every sample whose result has become final.
pub(super) fn start_ends(work: &mut Work<'_>, org_id: OrganisationId) -> AppResult<()> {
    let waiting = work.tx.samples_awaiting_end(org_id)?;
    start_ends_of(work, waiting)
}

fn start_ends_of(work: &mut Work<'_>, waiting: Vec<Sample>) -> AppResult<()> {
    let today = work.today();
    for sample in waiting {
        let org_id = sample.org_id;
        let Some(record) = work.tx.get::<SamplingRecord>(&sample.record_id)? else { continue };
        let ground = ground(work, &record)?;
        let (final_on, proof) = match (ground.final_on, ground.record_voided) {
            (Some(final_on), _) if ground.untested => (final_on, "没有检验结论，组织部门已作出处理决定"),
            (Some(final_on), _) => (final_on, "检验结论最终确定"),
            (None, true) => (today, "抽样单已作废"),
            (None, false) => continue,
        };
        if final_on > today {
            continue;
        }
        let about = About::new(org_id, SubjectKind::Sample, sample.id, "退还、处置或者解封样品");
        work.start_duty(about, &deadline::SAMPLE_RETURN, final_on, proof, Owner::role(Role::ResultManager))?;
        work.record(
            Event::new("sampling.end_due", format!("{proof}，样品可以退还、处置或者解封"))
                .about(sample.id)
                .basis(law::DECISION_SAMPLE_RETURN),
        );
    }
    Ok(())
}
