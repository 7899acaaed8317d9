//! 复检: from the decision to test again to the final conclusion and its cost.

use super::{paper_number, procedure, report_of};
use crate::{
    AppError, AppResult, Event, Work,
    clocks::{About, Owner},
    registers::uncovered_items,
    sampling::{Move, move_sample},
    testing::{Assignment, assign, sample_lost},
};
use hengjian_domain::{
    actor::Role,
    clock::{ClockKind, ClockState, SubjectKind},
    code::Code,
    deadline::{self, Length},
    laboratory::{Laboratory, LaboratoryId},
    law,
    match_key::match_key,
    objection::{
        Appointment, NoReinspectionGround, Objection, ObjectionId, ObjectionOutcome, Possibility, compare, split_items,
    },
    parameter,
    rules::{CompareMethod, ItemClass, RulesItem},
    sampling::{Sample, SampleState, SamplingRecord},
    testing::{Inspection, InspectionPurpose},
};
use jiff::civil::Date;

/// The contested report; a re-inspection needs one that is registered here.
pub(super) fn contested(work: &mut Work<'_>, objection: &Objection) -> AppResult<Inspection> {
    let id = objection.inspection_id.ok_or_else(|| AppError::field("inspection_id", "这件异议没有对应的检验报告"))?;
    report_of(work, id)
}
/// The backup sample of the contested report, the usable one first.
pub(super) fn backup(work: &mut Work<'_>, report: &Inspection) -> AppResult<Option<Sample>> {
    let Some(record) = report.record_id else { return Ok(None) };
    let gone = |sample: &Sample| {
        matches!(sample.state, SampleState::LostOrTampered | SampleState::Disposed | SampleState::Consumed)
    };
    let mut samples = work.tx.backup_samples_of_record(record)?;
    samples.sort_by_key(gone);
    Ok(samples.into_iter().next())
}
/// Contested items that the rule says cannot be tested again.
fn not_retestable(work: &mut Work<'_>, report: &Inspection, items: &str) -> AppResult<Vec<String>> {
    let Some(rules) = report.rules_id else { return Ok(Vec::new()) };
    let never: Vec<String> =
        work.tx.items_not_retestable(rules)?.into_iter().map(|item| match_key(&item.name)).collect();
    Ok(split_items(items).into_iter().filter(|item| never.contains(&match_key(item))).map(str::to_owned).collect())
}
/// Contested items and their methods that a laboratory is not accredited for on a day, as the register answers. The
/// method is the first report's (R18 第四十二条: 方法与初检一致).
pub(super) fn uncovered(
    work: &mut Work<'_>,
    laboratory: &Laboratory,
    report: &Inspection,
    items: &str,
    on: Date,
) -> AppResult<Vec<String>> {
    let tested = work.tx.items_of_inspection(report.id)?;
    let asked: Vec<RulesItem> = split_items(items)
        .into_iter()
        .map(|name| {
            let row = tested.iter().find(|row| match_key(&row.item) == match_key(name));
            RulesItem {
                id: row.map_or_else(|| report.id.cast(), |row| row.id.cast()),
                version: 1,
                org_id: report.org_id,
                rules_id: report.rules_id.unwrap_or_else(|| report.id.cast()),
                seq: row.map_or(0, |row| row.seq),
                table_name: String::new(),
                name: name.to_owned(),
                class: row.map_or(ItemClass::None, |row| row.class),
                standard: row.map(|row| row.standard.clone()).unwrap_or_default(),
                method: row.map(|row| row.method.clone()).unwrap_or_default(),
                limit_text: None,
                unit: String::new(),
                interval: None,
                compare: CompareMethod::FullValue,
                mandatory: false,
                retestable: true,
                on_site: false,
            }
        })
        .collect();
    uncovered_items(work, laboratory.id, &asked, on)
}

/// What decides whether a re-inspection is possible.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Backup sample of the contested report.
    pub backup: Option<Sample>,
    /// Contested items that cannot be tested again.
    pub not_retestable: Vec<String>,
    /// The result was re-inspected on another objection.
    pub reinspected_before: bool,
}

impl Facts {
    /// As the rule asks for them, on a day.
    pub fn possible(&self, on: Date) -> Possibility<'_> {
        Possibility {
            backup: self.backup.as_ref(),
            not_retestable: &self.not_retestable,
            reinspected_before: self.reinspected_before,
            on,
        }
    }
}

/// Reads them; one re-inspection per result (R18 第四十二条).
pub(super) fn facts(work: &mut Work<'_>, objection: &Objection, report: &Inspection) -> AppResult<Facts> {
    let others = super::objections_to(work, report)?;
    Ok(Facts {
        backup: backup(work, report)?,
        not_retestable: not_retestable(work, report, &objection.items)?,
        reinspected_before: others.iter().any(|other| other.id != objection.id && other.reinspection_id.is_some()),
    })
}

/// Decides that there is no re-inspection.
///
/// # Errors
/// A refusal, stale, not found.
pub fn decline(
    work: &mut Work<'_>,
    id: ObjectionId,
    version: i64,
    ground: NoReinspectionGround,
    reason: &str,
) -> AppResult<()> {
    let objection: Objection = work.load_own(id, version)?;
    let report = contested(work, &objection)?;
    let facts = facts(work, &objection, &report)?;
    let number = paper_number(work, "objection_decision", "异决", id.cast())?;
    let possible = facts.possible(work.today());
    let mut objection = objection.decline_reinspection(ground, reason, possible, number)?;
    let event = Event::new("objection.no_reinspection", "决定不予复检")
        .fact("文号", &objection.decision_number)
        .fact("理由", &objection.decision_reason)
        .basis(law::R18_37);
    procedure::step(work, &mut objection, None, event)?;
    procedure::ended(work, &objection)
}

/// Issues the 复检通知书 (F23).
///
/// # Errors
/// A refusal, stale, not found.
pub fn issue_notice(
    work: &mut Work<'_>,
    id: ObjectionId,
    version: i64,
    formalities: &str,
    fee_fen: i64,
) -> AppResult<()> {
    let objection: Objection = work.load_own(id, version)?;
    let report = contested(work, &objection)?;
    let facts = facts(work, &objection, &report)?;
    let number = paper_number(work, "reinspection_notice", "复检通", id.cast())?;
    let possible = facts.possible(work.today());
    let mut objection = objection.issue_reinspection_notice(possible, formalities, fee_fen, number)?;
    let event = Event::new("objection.reinspection_notice", "出具复检通知书")
        .fact("文号", &objection.reinspection_notice_number)
        .fact("办理手续", &objection.formalities_text)
        .basis(law::R18_37);
    procedure::step(work, &mut objection, Some("送达复检通知书"), event)
}

/// The applicant has received the 复检通知书: the seven days begin.
///
/// # Errors
/// A refusal, stale, not found.
pub fn notified(work: &mut Work<'_>, id: ObjectionId, version: i64, on: Date, proof: &str) -> AppResult<()> {
    let objection: Objection = work.load_own(id, version)?;
    let today = work.today();
    let mut objection = objection.reinspection_notified(on, proof, today, work.calendar())?;
    let title = format!("办理复检手续：{}", objection.applicant);
    let about = About::new(objection.org_id, SubjectKind::Objection, objection.id, &title);
    let clock = work.start_right(about, &deadline::REINSPECTION_FORMALITIES, on, proof)?;
    let until = clock.due_party_on.map(|day| day.to_string()).unwrap_or_default();
    let event = Event::new("objection.reinspection_notified", "申请人收到复检通知，七日起算")
        .fact("收到", on.to_string())
        .fact("凭据", &objection.notified_proof)
        .fact("办理手续至", &until)
        .basis(law::R18_38);
    procedure::step(work, &mut objection, Some(&format!("等待申请人办理复检手续，{until} 及以前")), event)
}

/// The applicant has done the formalities.
///
/// # Errors
/// A refusal, stale, not found.
pub fn formalities_done(work: &mut Work<'_>, id: ObjectionId, version: i64, on: Date, text: &str) -> AppResult<()> {
    let objection: Objection = work.load_own(id, version)?;
    let today = work.today();
    let mut objection = objection.formalities_done(on, text, today)?;
    work.close_clocks(id.cast(), ClockKind::Right, Some(deadline::REINSPECTION_FORMALITIES.id), ClockState::Done)?;
    let event = Event::new("objection.formalities_done", "申请人办理复检手续")
        .fact("办理", on.to_string())
        .fact("凭据", &objection.procedure_text)
        .basis(law::R18_38);
    procedure::step(work, &mut objection, None, event)?;
    let title = format!("确定复检机构：{}", objection.applicant);
    let about = About::new(objection.org_id, SubjectKind::Objection, objection.id, &title);
    let owner = Owner::role(Role::ResultManager);
    work.start_duty(about, &deadline::REINSPECTION_APPOINTMENT, on, &objection.procedure_text, owner)?;
    Ok(())
}

/// Names the re-inspection laboratory and asks for the backup sample.
///
/// # Errors
/// A refusal, stale, not found.
pub fn appoint(
    work: &mut Work<'_>,
    id: ObjectionId,
    version: i64,
    laboratory: LaboratoryId,
    single_evidence: &str,
) -> AppResult<()> {
    let objection: Objection = work.load_own(id, version)?;
    let report = contested(work, &objection)?;
    let laboratory: Laboratory = work.load(laboratory)?;
    let on = work.today();
    let missing = uncovered(work, &laboratory, &report, &objection.items, on)?;
    let appointment = Appointment { laboratory: &laboratory, first: &report, uncovered: &missing, single_evidence, on };
    let mut objection = objection.appoint(appointment)?;
    let sample = chosen_sample(work, &objection)?;
    if sample.state != SampleState::ReinspectionRequested {
        let step = Move {
            state: SampleState::ReinspectionRequested,
            giver: sample.holder.clone(),
            taker: sample.holder.clone(),
            place: sample.place.clone(),
            condition: "待移交复检".to_owned(),
            seal_intact: true,
            note: format!("异议复检，复检机构：{}", laboratory.name),
        };
        move_sample(work, sample.id, step)?;
    }
    let mut event = Event::new("objection.laboratory_appointed", format!("确定复检机构：{}", laboratory.name))
        .fact("项目", &objection.items)
        .basis(law::R18_39);
    if !objection.single_laboratory_evidence.is_empty() {
        event = event.fact("省内仅此一家的证据", &objection.single_laboratory_evidence);
    }
    procedure::step(work, &mut objection, Some("核对并移交备用样品"), event)
}

fn chosen_sample(work: &mut Work<'_>, objection: &Objection) -> AppResult<Sample> {
    let id = objection.backup_sample_id.ok_or_else(|| AppError::fault("re-inspection without backup sample"))?;
    work.tx.get(&id)?.ok_or_else(|| AppError::fault("backup sample is gone"))
}

/// Seal and form of the backup sample fit.
///
/// # Errors
/// A refusal, stale, not found.
pub fn verify_sample(
    work: &mut Work<'_>,
    id: ObjectionId,
    version: i64,
    seal_intact: bool,
    form_matches: bool,
    text: &str,
) -> AppResult<()> {
    let objection: Objection = work.load_own(id, version)?;
    let mut objection = objection.verify_sample(seal_intact, form_matches, text)?;
    let event = Event::new("objection.sample_verified", "备用样品封条完好，与抽样单相符")
        .fact("核对", &objection.sample_verified_text)
        .basis(law::R18_41);
    procedure::step(work, &mut objection, Some("移交备用样品给复检机构"), event)
}

/// Hands the backup sample over and assigns the contested items to the re-inspection laboratory.
///
/// # Errors
/// A refusal, stale, not found.
pub fn hand_over(work: &mut Work<'_>, id: ObjectionId, version: i64, note: &str) -> AppResult<()> {
    let objection: Objection = work.load_own(id, version)?;
    let report = contested(work, &objection)?;
    let sample = chosen_sample(work, &objection)?;
    let laboratory_id = objection.laboratory_id.ok_or_else(|| AppError::fault("re-inspection without laboratory"))?;
    let laboratory: Laboratory = work.load(laboratory_id)?;
    let record_id =
        report.record_id.ok_or_else(|| AppError::field("note", "这份报告没有对应的抽样单，不能在本系统复检"))?;
    let record: SamplingRecord = work.tx.get(&record_id)?.ok_or_else(|| AppError::fault("sampling record is gone"))?;
    let step = Move {
        state: SampleState::ReinspectionTransferred,
        giver: sample.holder.clone(),
        taker: laboratory.name.clone(),
        place: laboratory.address.clone(),
        condition: objection.sample_verified_text.clone(),
        seal_intact: true,
        note: note.trim().to_owned(),
    };
    move_sample(work, sample.id, step)?;
    let sample: Sample = work.tx.get(&sample.id)?.ok_or_else(|| AppError::fault("backup sample is gone"))?;
    let assignment = Assignment {
        purpose: InspectionPurpose::Reinspection,
        purpose_id: Some(objection.id.cast()),
        laboratory_id,
        items: split_items(&objection.items).into_iter().map(str::to_owned).collect(),
    };
    let inspection = assign(work, &record, &sample, assignment)?;
    let mut objection = objection.hand_over(inspection)?;
    let event = Event::new("objection.sample_transferred", format!("备用样品移交{}复检", laboratory.name))
        .about(sample.id)
        .fact("样品", &sample.number)
        .fact("项目", &objection.items)
        .fact("移交确认", note.trim())
        .basis(law::R18_41);
    procedure::step(work, &mut objection, None, event)?;
    let title = format!("催取复检报告：{}", objection.applicant);
    let about = About::new(objection.org_id, SubjectKind::Objection, objection.id, &title);
    let today = work.today();
    let proof = format!("样品 {} 移交{}", sample.number, laboratory.name);
    let days = work.parameter_number(objection.org_id, &parameter::REINSPECTION_REPORT_DAYS)?;
    let rule = deadline::REINSPECTION_REPORT.with_length(Length::CalendarDays(days));
    work.start_duty(about, &rule, today, &proof, Owner::role(Role::ResultManager))?;
    Ok(())
}

/// The final conclusion (F25): once, by comparison of the two reports.
///
/// # Errors
/// A refusal, stale, not found.
pub fn conclude(
    work: &mut Work<'_>,
    id: ObjectionId,
    version: i64,
    stated: ObjectionOutcome,
    reason: &str,
) -> AppResult<()> {
    let objection: Objection = work.load_own(id, version)?;
    let first = contested(work, &objection)?;
    let second = match objection.reinspection_id {
        Some(id) => Some(report_of(work, id)?),
        None => None,
    };
    let computed = second.as_ref().and_then(|second| compare(&objection.items, &first, second));
    let number = paper_number(work, "reinspection_conclusion", "复检告", id.cast())?;
    let today = work.today();
    let mut objection = objection.conclude(computed, stated, reason, number, today)?;
    let event = Event::new("objection.concluded", objection.outcome.map(Code::title).unwrap_or_default())
        .fact("文号", &objection.decision_number)
        .fact("费用承担", &objection.cost_bearer)
        .fact("说明", &objection.decision_reason)
        .basis(law::R18_42);
    procedure::step(work, &mut objection, Some("结清复检费用"), event)?;
    procedure::ended(work, &objection)
}

/// Cost settled.
///
/// # Errors
/// A refusal, stale, not found.
pub fn settle_cost(work: &mut Work<'_>, id: ObjectionId, version: i64, on: Date, text: &str) -> AppResult<()> {
    let objection: Objection = work.load_own(id, version)?;
    let today = work.today();
    let mut objection = objection.settle_cost(on, text, today)?;
    let event = Event::new("objection.cost_settled", format!("复检费用结清，由{}承担", objection.cost_bearer))
        .fact("日期", on.to_string())
        .fact("凭据", &objection.cost_text)
        .basis(law::R18_43);
    procedure::step(work, &mut objection, None, event)
}

/// The party tampered with the backup sample: the re-inspection ends, the first conclusion is final.
///
/// # Errors
/// A refusal, stale, not found.
pub fn terminate(work: &mut Work<'_>, id: ObjectionId, version: i64, facts: &str) -> AppResult<()> {
    let objection: Objection = work.load_own(id, version)?;
    let report = contested(work, &objection)?;
    let number = paper_number(work, "objection_decision", "异决", id.cast())?;
    let today = work.today();
    let mut objection = objection.terminate(facts, number, today)?;
    lose_sample(work, &objection, &report, facts)?;
    work.close_clocks(id.cast(), ClockKind::Right, None, ClockState::Void)?;
    let event = Event::new("objection.terminated", "备用样品被当事人动过，终止复检，以初检结论为最终结论")
        .fact("文号", &objection.decision_number)
        .fact("事实", &objection.decision_reason)
        .basis(law::R18_40);
    procedure::step(work, &mut objection, None, event)?;
    procedure::ended(work, &objection)
}

/// The backup sample was lost by the laboratory or an office; the head in charge has decided.
///
/// # Errors
/// A refusal, stale, not found.
pub fn backup_lost_by_office(work: &mut Work<'_>, id: ObjectionId, version: i64, decision: &str) -> AppResult<()> {
    let objection: Objection = work.load_own(id, version)?;
    let report = contested(work, &objection)?;
    let number = paper_number(work, "objection_decision", "异决", id.cast())?;
    let today = work.today();
    let mut objection = objection.backup_lost_by_office(decision, number, today)?;
    lose_sample(work, &objection, &report, decision)?;
    work.close_clocks(id.cast(), ClockKind::Right, None, ClockState::Void)?;
    let event = Event::new("objection.sample_lost", "备用样品因机构或部门原因灭失，不据初检结论作不利处理")
        .fact("文号", &objection.decision_number)
        .fact("决定", &objection.decision_reason)
        .basis(law::DECISION_SAMPLE_LOST);
    procedure::step(work, &mut objection, None, event)?;
    let words = "样品因机构或者部门原因灭失，检验结果不作数，不计入统计，不公布";
    procedure::void_result(work, &objection, words, law::DECISION_SAMPLE_LOST)?;
    procedure::ended(work, &objection)
}

/// The backup sample stays where it lay: the objection that asked for it was taken back.
pub(super) fn release_sample(work: &mut Work<'_>, objection: &Objection) -> AppResult<()> {
    let Some(id) = objection.backup_sample_id else { return Ok(()) };
    let sample: Option<Sample> = work.tx.get(&id)?;
    let Some(sample) = sample.filter(|sample| sample.state == SampleState::ReinspectionRequested) else {
        return Ok(());
    };
    let Some(before) = work.tx.custody_before_request(id)? else { return Ok(()) };
    let step = Move {
        state: before.state,
        giver: sample.holder.clone(),
        taker: sample.holder.clone(),
        place: sample.place.clone(),
        condition: before.condition,
        seal_intact: true,
        note: "申请人撤回异议，备用样品不再移交".to_owned(),
    };
    move_sample(work, id, step)
}

/// The backup sample is gone, and with it every test of it that has no result yet.
fn lose_sample(work: &mut Work<'_>, objection: &Objection, report: &Inspection, note: &str) -> AppResult<()> {
    let chosen: Option<Sample> = match objection.backup_sample_id {
        Some(id) => work.tx.get(&id)?,
        None => backup(work, report)?,
    };
    let Some(sample) = chosen else { return Ok(()) };
    if sample.state != SampleState::LostOrTampered {
        let step = Move {
            state: SampleState::LostOrTampered,
            giver: sample.holder.clone(),
            taker: sample.holder.clone(),
            place: sample.place.clone(),
            condition: "灭失或者被动".to_owned(),
            seal_intact: false,
            note: note.trim().to_owned(),
        };
        move_sample(work, sample.id, step)?;
    }
    for test in work.tx.inspections_of_sample(sample.id)? {
        sample_lost(work, test, note)?;
    }
    Ok(())
}
