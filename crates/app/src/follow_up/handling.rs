//! The course of a case as acts: dispatch and 签收, verification, order, rectification, recheck.
//! The joint five working days run on when the case changes hands; each office's share can be counted from its dates.

use super::{order_facts, save};
use crate::{
    AppError, AppResult, Event, Work,
    clocks::{About, Owner},
    testing::{self, Assignment},
};
use hengjian_domain::{
    actor::Role,
    clock::{ClockKind, ClockState, SubjectKind},
    code::Code,
    deadline,
    enterprise::Enterprise,
    follow_up::{Case, CaseId, CaseRecheck, CaseSource, ObjectionIntent, PenaltyState, ResultReceipt, Verification},
    ids::Id,
    laboratory::LaboratoryId,
    law,
    organisation::{Organisation, OrganisationId, OrganisationKind},
    parameter,
    sampling::{PurchaseBasis, RecordState, Sample, SampleKind, SampleState, SamplingRecord},
    testing::{Inspection, InspectionPurpose},
};
use jiff::civil::Date;

pub(super) fn event(case: &Case, act: &str, sentence: impl Into<String>) -> Event {
    Event::new(format!("follow_up.{act}"), sentence).about(case.id)
}

pub(super) fn station_owner(case: &Case) -> Owner {
    case.unit_id.map_or(Owner::role(Role::StationOfficer), |unit| Owner::unit(Role::StationOfficer, unit))
}

/// Stations of the person's authority.
pub(super) fn stations(work: &mut Work<'_>) -> AppResult<Vec<Organisation>> {
    let authority = work.organisation(work.actor().org_id)?;
    let mut below = work.tx.organisations_below(&authority.path)?;
    below.retain(|unit| unit.kind == OrganisationKind::Station && unit.is_open());
    Ok(below)
}

/// The station responsible for a case's party: that of the enterprise on file.
pub(super) fn station_of(work: &mut Work<'_>, case: &Case) -> AppResult<Option<OrganisationId>> {
    let enterprise: Option<Enterprise> = match case.enterprise_id {
        Some(id) => work.tx.get(&id)?,
        None => None,
    };
    Ok(enterprise.and_then(|enterprise| enterprise.unit_id))
}

/// OPENED → DISPATCHED.
///
/// # Errors
/// Stale, wrong state, no station of this authority.
pub fn dispatch(work: &mut Work<'_>, id: CaseId, version: i64, station: Option<OrganisationId>) -> AppResult<()> {
    let case: Case = work.load_own(id, version)?;
    let chosen = match station {
        Some(station) => Some(station),
        None => station_of(work, &case)?,
    };
    let known = stations(work)?;
    let chosen = chosen.filter(|chosen| known.iter().any(|station| station.id == *chosen));
    let mut case = case.dispatch(chosen, work.today())?;
    save(work, &mut case)?;
    let name = known.iter().find(|station| Some(station.id) == case.unit_id).map(|station| station.name.clone());
    work.record(event(&case, "dispatched", "分派到所").fact("所", name.unwrap_or_default()).basis(law::SEED_5));
    Ok(())
}

/// A dispatch that nobody has signed for is taken back.
///
/// # Errors
/// Stale, wrong state.
pub fn take_back(work: &mut Work<'_>, id: CaseId, version: i64) -> AppResult<()> {
    let case: Case = work.load_own(id, version)?;
    let mut case = case.take_back()?;
    save(work, &mut case)?;
    work.record(event(&case, "taken_back", "撤回分派"));
    Ok(())
}

/// DISPATCHED → VERIFYING: 签收.
///
/// # Errors
/// Stale, wrong state, another station's case.
pub fn accept(work: &mut Work<'_>, id: CaseId, version: i64) -> AppResult<()> {
    let case: Case = work.load_own(id, version)?;
    let mut case = case.accept(work.actor().user_id, work.today())?;
    save(work, &mut case)?;
    let used = case.dispatched_on.map(|on| work.calendar().working_days_between(case.received_on, on)).unwrap_or(0);
    work.record(event(&case, "accepted", "所签收").fact("股室用去", format!("{used} 个工作日")).basis(law::SEED_5));
    Ok(())
}

/// DISPATCHED → OPENED: 退回.
///
/// # Errors
/// Stale, wrong state, no reason.
pub fn send_back(work: &mut Work<'_>, id: CaseId, version: i64, reason: &str) -> AppResult<()> {
    let case: Case = work.load_own(id, version)?;
    let mut case = case.send_back(reason)?;
    save(work, &mut case)?;
    work.record(event(&case, "sent_back", "所退回").fact("理由", reason.trim()));
    Ok(())
}

/// VERIFYING → STOPPED.
///
/// # Errors
/// Stale, wrong state, a part missing.
pub fn verify(
    work: &mut Work<'_>,
    id: CaseId,
    version: i64,
    found: Verification,
    receipt: Option<&ResultReceipt>,
) -> AppResult<()> {
    let case: Case = work.load_own(id, version)?;
    let mut case = case.verify(found, work.today())?;
    if let Some(receipt) = receipt {
        case = with_receipt(work, case, receipt)?;
    }
    work.finish_duties(id, Some(deadline::VERIFICATION.id))?;
    if case.objection_intent == ObjectionIntent::No && case.source != CaseSource::Refusal {
        work.finish_duties(id, Some(deadline::OBJECTION_REPORT.id))?;
        case.reported_to_enforcement_on = Some(work.today());
    }
    save(work, &mut case)?;
    super::daily::await_finality(work, &case)?;
    let used = work.calendar().working_days_between(case.received_on, work.today());
    work.record(
        event(&case, "verified", "核查处置，责令停止生产销售同一产品")
            .fact("异议意向", case.objection_intent.title())
            .fact("自收到起", format!("{used} 个工作日"))
            .basis(law::R18_45),
    );
    Ok(())
}

/// The receipt of a result that another authority served, recorded with its proof: the party's right runs from it, and
/// its last day is counted, never typed.
fn with_receipt(work: &mut Work<'_>, case: Case, receipt: &ResultReceipt) -> AppResult<Case> {
    let term = deadline::OBJECTION.derive(receipt.on, work.calendar());
    let case = case.note_result_receipt(receipt, &term, work.today())?;
    let proof = format!("{}{}，{}", case.result_served_by, receipt.method.title(), case.result_service_proof);
    let title = format!("提出书面异议：{}", case.party_name);
    let about = About::new(case.org_id, SubjectKind::Case, case.id, &title);
    work.start_right(about, &deadline::OBJECTION, receipt.on, &proof)?;
    work.close_clocks(case.id.cast(), ClockKind::Duty, Some(deadline::AFTER_FINALITY.id), ClockState::Void)?;
    work.record(
        event(&case, "result_received", "登记当事人收到检验结果，十五日自次日起算")
            .fact("收到", receipt.on.to_string())
            .fact("凭据", proof)
            .fact("可提异议至", term.due_party.to_string())
            .basis(law::PQL_15),
    );
    Ok(case)
}

/// The party's receipt of the result, where another authority served it.
///
/// # Errors
/// Stale, told by our own notice, recorded before, no proof, a day to come.
pub fn note_result_receipt(work: &mut Work<'_>, id: CaseId, version: i64, receipt: &ResultReceipt) -> AppResult<()> {
    let case: Case = work.load_own(id, version)?;
    let mut case = with_receipt(work, case, receipt)?;
    save(work, &mut case)?;
    super::daily::await_finality(work, &case)
}

/// The objection's course reported to enforcement (七个工作日).
///
/// # Errors
/// Stale, terminal state.
pub fn report_objection(work: &mut Work<'_>, id: CaseId, version: i64, intent: ObjectionIntent) -> AppResult<()> {
    let case: Case = work.load_own(id, version)?;
    let before = case.objection_intent;
    let mut case = case.report_objection(intent, work.today())?;
    work.finish_duties(id, Some(deadline::OBJECTION_REPORT.id))?;
    work.save(&mut case)?;
    let answer = if before == intent || before == ObjectionIntent::NotAsked {
        intent.title().to_owned()
    } else {
        format!("{}，此前答“{}”", intent.title(), before.title())
    };
    work.record(
        event(&case, "objection_reported", "向执法二股报告异议情况").fact("异议意向", answer).basis(law::SEED_5),
    );
    Ok(())
}

/// STOPPED → ORDER_DRAFTED.
///
/// # Errors
/// Stale, wrong state, not final.
pub fn draft_order(work: &mut Work<'_>, id: CaseId, version: i64, text: &str) -> AppResult<()> {
    let case: Case = work.load_own(id, version)?;
    let facts = order_facts(work, &case)?;
    let mut case = case.draft_order(text, &facts)?;
    save(work, &mut case)?;
    work.record(event(&case, "order_drafted", "起草责令改正通知书").basis(law::R18_46));
    Ok(())
}

/// ORDER_DRAFTED → ORDERED with a number of the book; D13 runs from today.
///
/// # Errors
/// Stale, wrong state, same person, not final any more.
pub fn approve_order(work: &mut Work<'_>, id: CaseId, version: i64) -> AppResult<()> {
    let case: Case = work.load_own(id, version)?;
    let today = work.today();
    let year = today.year();
    let agency = work.parameter(case.org_id, &parameter::DOCUMENT_AGENCY)?;
    // Asked before a number is taken, so that a refusal does not use one up.
    let term = deadline::RECHECK.derive(today, work.calendar());
    let facts = order_facts(work, &case)?;
    case.clone().approve_order(work.actor(), &facts, String::new(), today, &term)?;
    let number = work.next_number("ORDER", year, id.cast(), |n| format!("{agency}责改〔{year}〕{n} 号"))?;
    let mut case = case.approve_order(work.actor(), &facts, number.clone(), today, &term)?;
    work.finish_duties(id, Some(deadline::AFTER_FINALITY.id))?;
    let about = About::new(case.org_id, SubjectKind::Case, id, deadline::RECHECK.title);
    work.start_duty(about, &deadline::RECHECK, today, &number, station_owner(&case))?;
    save(work, &mut case)?;
    work.record(event(&case, "ordered", "批准责令改正").fact("文号", number).basis(law::PQL_17));
    Ok(())
}

/// ORDER_DRAFTED → STOPPED.
///
/// # Errors
/// Stale, wrong state, no reason.
pub fn return_order(work: &mut Work<'_>, id: CaseId, version: i64, reason: &str) -> AppResult<()> {
    let case: Case = work.load_own(id, version)?;
    let mut case = case.return_order(reason)?;
    save(work, &mut case)?;
    super::daily::await_finality(work, &case)?;
    work.record(event(&case, "order_returned", "退回责令改正通知书").fact("理由", reason.trim()));
    Ok(())
}

/// ORDERED → RECTIFYING: the party's sixty days run from service.
///
/// # Errors
/// Stale, wrong state, no proof.
pub fn serve_order(work: &mut Work<'_>, id: CaseId, version: i64, on: Date, proof: &str) -> AppResult<()> {
    let case: Case = work.load_own(id, version)?;
    let term = Case::correction_term(on, work.calendar());
    let mut case = case.serve_order(proof, &term, work.today())?;
    let about = About::new(case.org_id, SubjectKind::Case, id, deadline::RECTIFICATION.title);
    work.start_right(about, &deadline::RECTIFICATION, on, proof)?;
    save(work, &mut case)?;
    let due = term.due_party.to_string();
    work.record(
        event(&case, "order_served", "责令改正通知书送达")
            .fact("凭据", proof.trim())
            .fact("改正期限", due)
            .basis(law::R18_46),
    );
    Ok(())
}

/// RECTIFYING or OVERDUE → RECHECK_APPLIED.
///
/// # Errors
/// Stale, wrong state, no report.
pub fn apply_recheck(
    work: &mut Work<'_>,
    id: CaseId,
    version: i64,
    text: &str,
    rectified_on: Date,
    applied_on: Date,
) -> AppResult<()> {
    let case: Case = work.load_own(id, version)?;
    let mut case = case.apply_recheck(text, rectified_on, applied_on)?;
    work.close_clocks(id.cast(), ClockKind::Right, Some(deadline::RECTIFICATION.id), ClockState::Done)?;
    save(work, &mut case)?;
    work.record(event(&case, "recheck_applied", "收到整改报告和复查申请").basis(law::R18_47));
    Ok(())
}

/// A recheck sampling as entered.
#[derive(Debug, Clone, Default)]
pub struct RecheckSampling {
    /// Day.
    pub sampled_on: Date,
    /// Record, samples, seals; free of charge.
    pub sample_text: String,
    /// Laboratory of this system that tests it; `None`: the report comes from outside.
    pub laboratory_id: Option<LaboratoryId>,
    /// Seal of the sample, when a laboratory of this system tests it.
    pub seal_number: String,
}

/// RECHECK_APPLIED or RECTIFYING → RECHECK_SAMPLED; with a laboratory of ours the sample is assigned to it.
///
/// # Errors
/// Stale, wrong state, no sample, no first record to test by.
pub fn sample_recheck(work: &mut Work<'_>, id: CaseId, version: i64, given: &RecheckSampling) -> AppResult<()> {
    let case: Case = work.load_own(id, version)?;
    let mut recheck = CaseRecheck {
        id: work.new_id(),
        version: 1,
        org_id: case.org_id,
        case_id: id,
        seq: 1,
        sampled_on: given.sampled_on,
        sample_text: given.sample_text.trim().to_owned(),
        inspection_id: None,
        report_number: String::new(),
        passed: None,
        result_on: None,
        reason: String::new(),
    };
    let mut case = case.sample_recheck(&recheck, work.today())?;
    work.insert(&mut recheck)?;
    if let Some(laboratory_id) = given.laboratory_id {
        recheck.inspection_id = Some(assign(work, &case, &recheck, laboratory_id, &given.seal_number)?);
        work.save(&mut recheck)?;
    }
    work.finish_duties(id, Some(deadline::RECHECK.id))?;
    work.close_clocks(id.cast(), ClockKind::Right, Some(deadline::RECTIFICATION.id), ClockState::Done)?;
    save(work, &mut case)?;
    work.record(
        event(&case, "recheck_sampled", "复查抽样，样品无偿").fact("样品", recheck.sample_text).basis(law::R18_49),
    );
    Ok(())
}

/// The recheck's own sampling record and sample, made after the first one (same product, same rule), and its inspection.
fn assign(
    work: &mut Work<'_>,
    case: &Case,
    recheck: &CaseRecheck,
    laboratory_id: LaboratoryId,
    seal: &str,
) -> AppResult<hengjian_domain::testing::InspectionId> {
    let first: Option<Inspection> = match case.inspection_id {
        Some(id) => work.tx.get(&id)?,
        None => None,
    };
    let record: Option<SamplingRecord> = match first.and_then(|first| first.record_id) {
        Some(id) => work.tx.get(&id)?,
        None => None,
    };
    let Some(first) = record else {
        return Err(AppError::field("laboratory", "原报告没有本系统的抽样单，复查报告请按外来报告登记"));
    };
    if seal.trim().is_empty() {
        return Err(AppError::field("seal_number", "请填写复查样品的封条号"));
    }
    let year = recheck.sampled_on.year();
    let record_id = work.new_id();
    let number = case.number.clone();
    let number = work.next_number("RECHECK_RECORD", year, Id::cast(record_id), |n| format!("{number}-F{n:04}"))?;
    let mut record = SamplingRecord {
        id: record_id,
        number: number.clone(),
        visit_id: None,
        state: RecordState::Accepted,
        purchase_basis: PurchaseBasis::Free,
        unit_price_fen: 0,
        amount_fen: 0,
        sampled_on: Some(recheck.sampled_on),
        created_at_us: work.now(),
        ..first
    };
    work.insert(&mut record)?;
    let mut sample = Sample {
        id: work.new_id(),
        version: 1,
        org_id: record.org_id,
        unit_id: None,
        record_id: record.id,
        number: format!("{number}/F1"),
        kind: SampleKind::Recheck,
        state: SampleState::InTransit,
        quantity: record.test_quantity.clone(),
        seal_number: seal.trim().to_owned(),
        holder: work.actor().name.clone(),
        place: case.party_name.clone(),
        free: true,
        expires_on: None,
        created_at_us: work.now(),
    };
    work.insert(&mut sample)?;
    let assignment = Assignment {
        purpose: InspectionPurpose::Recheck,
        purpose_id: Some(recheck.id.cast()),
        laboratory_id,
        items: Vec::new(),
    };
    testing::assign(work, &record, &sample, assignment)
}

/// RECHECK_SAMPLED → passed or failed, with a report from outside.
///
/// # Errors
/// Stale, wrong state, no report, or the report is being made here.
pub fn recheck_result(work: &mut Work<'_>, id: CaseId, version: i64, passed: bool, report: &str) -> AppResult<()> {
    let case: Case = work.load_own(id, version)?;
    let mut case = case.recheck_result(passed, report)?;
    for mut recheck in
        work.tx.rechecks_of(id)?.into_iter().filter(|one| one.seq == 1 && one.passed.is_none() && !one.is_void())
    {
        if recheck.inspection_id.is_some() {
            return Err(AppError::field("report_number", "复查正在本系统检验，报告确认后自动登记结果"));
        }
        (recheck.passed, recheck.report_number) = (Some(passed), report.trim().to_owned());
        recheck.result_on = Some(work.today());
        work.save(&mut recheck)?;
    }
    save(work, &mut case)?;
    let words = if passed { "复查合格，可以恢复生产销售" } else { "复查不合格" };
    work.record(event(&case, "recheck_result", words).fact("报告编号", report.trim()).basis(law::R18_47));
    Ok(())
}

/// Evidence that belongs to no act: photographs, receipts, letters.
///
/// # Errors
/// Stale, not a file that is taken.
pub fn attach(
    work: &mut Work<'_>,
    id: CaseId,
    version: i64,
    purpose: &str,
    files: &[(String, Vec<u8>)],
) -> AppResult<()> {
    let case: Case = work.load_own(id, version)?;
    for (name, bytes) in files {
        work.keep_file((SubjectKind::Case, id), purpose, "attachment", name, bytes)?;
    }
    work.record(event(&case, "attached", format!("补充材料：{purpose}")).fact("份数", files.len().to_string()));
    Ok(())
}

/// The penalty question, by enforcement.
///
/// # Errors
/// Stale, transferred, no text.
pub fn note_penalty(work: &mut Work<'_>, id: CaseId, version: i64, penalty: PenaltyState, text: &str) -> AppResult<()> {
    let case: Case = work.load_own(id, version)?;
    let mut case = case.note_penalty(penalty, text)?;
    save(work, &mut case)?;
    work.record(
        event(&case, "penalty", format!("立案处罚情况：{}", penalty.title()))
            .fact("内容", text.trim())
            .basis(law::APP_FILING),
    );
    Ok(())
}
