//! Parties outside the area: the labelled producer of a seller's goods, and cases that another authority takes over
//! (R18 第四十四条).

use super::{handling::event, opening, save};
use crate::{
    AppError, AppResult, Work,
    clocks::{About, Owner},
};
use hengjian_domain::{
    actor::Role,
    clock::SubjectKind,
    deadline,
    enterprise::ProductRole,
    follow_up::{Case, CaseId, CaseSource, CaseState},
    law,
};
use jiff::civil::Date;

/// Act of the journal entry that tells the producer's place; the page reads the addressee from it.
pub(super) const PRODUCER_NOTIFIED: &str = "producer_notified";

/// The labelled producer lies elsewhere: the same-level authority there is told (R18 第四十四条); the seller's case stays.
/// The duty (D17) outlives the seller's case: only this act, or one of the two after it, ends it.
///
/// # Errors
/// Stale, no such duty, nothing filled in.
pub fn notify_producer_place(work: &mut Work<'_>, id: CaseId, version: i64, to: &str, proof: &str) -> AppResult<()> {
    let case: Case = work.load_own(id, version)?;
    if work.finish_duties(id, Some(deadline::OUT_OF_AREA.id))?.is_empty() {
        return Err(AppError::field("notify_to", "没有待通报的异地生产者，或者已经通报"));
    }
    work.record(
        event(&case, PRODUCER_NOTIFIED, "通报标称生产者所在地同级部门")
            .fact("接收机关", to.trim())
            .fact("凭据", proof.trim())
            .basis(law::R18_44),
    );
    Ok(())
}

/// The labelled producer turns out to lie in our area: it gets a case of its own beside the seller's (regulations §2.9),
/// with the terms of the same report.
///
/// # Errors
/// Stale, no such duty, no report, the producer has its case.
pub fn open_producer_case(work: &mut Work<'_>, id: CaseId, version: i64, proof: &str) -> AppResult<CaseId> {
    let case: Case = work.load_own(id, version)?;
    if work.finish_duties(id, Some(deadline::OUT_OF_AREA.id))?.is_empty() {
        return Err(AppError::field("producer_here", "没有待判明的标称生产者，或者已经办理"));
    }
    let report = super::report_of(work, &case)?;
    let report = report.ok_or_else(|| AppError::field("producer_here", "这个案件没有登记的检验报告"))?;
    let cases = work.tx.cases_of_report(report.id)?;
    if cases.iter().any(|other| other.id != id && other.party_role == ProductRole::Producer) {
        return Err(AppError::field("producer_here", "标称生产者已经立案"));
    }
    let opened = opening::open_for_producer(work, &report, None)?;
    work.record(
        event(&case, "producer_here", "标称生产者在本局辖区，另立案处理")
            .about(opened.id)
            .fact("标称生产者", &case.producer_name)
            .fact("依据", proof.trim())
            .basis(law::R18_44),
    );
    Ok(opened.id)
}

/// Nobody is to be told: the reason stands in the journal.
///
/// # Errors
/// Stale, no such duty, no reason.
pub fn excuse_producer_place(work: &mut Work<'_>, id: CaseId, version: i64, reason: &str) -> AppResult<()> {
    let case: Case = work.load_own(id, version)?;
    if reason.trim().is_empty() {
        return Err(AppError::field("not_told_reason", "请填写不通报的理由"));
    }
    if work.finish_duties(id, Some(deadline::OUT_OF_AREA.id))?.is_empty() {
        return Err(AppError::field("not_told_reason", "没有待通报的异地生产者，或者已经通报"));
    }
    work.record(
        event(&case, "producer_not_notified", "不通报标称生产者所在地")
            .fact("标称生产者", &case.producer_name)
            .fact("理由", reason.trim())
            .basis(law::R18_44),
    );
    Ok(())
}

/// → TRANSFER_PENDING.
///
/// # Errors
/// Stale, wrong state, no addressee.
pub fn transfer(work: &mut Work<'_>, id: CaseId, version: i64, to: &str, reason: &str) -> AppResult<()> {
    let case: Case = work.load_own(id, version)?;
    let today = work.today();
    let mut case = case.transfer(to, today)?;
    for rule in [&deadline::VERIFICATION, &deadline::OBJECTION_REPORT, &deadline::AFTER_FINALITY] {
        work.finish_duties(id, Some(rule.id))?;
    }
    let about = About::new(case.org_id, SubjectKind::Case, id, deadline::TRANSFER_RECEIPT.title);
    work.start_duty(about, &deadline::TRANSFER_RECEIPT, today, "移送函", Owner::role(Role::ResultManager))?;
    save(work, &mut case)?;
    work.record(
        event(&case, "transferred", "移送").fact("接收机关", to.trim()).fact("理由", reason).basis(law::R18_44),
    );
    Ok(())
}

/// TRANSFER_PENDING → TRANSFERRED, or back when it was not taken.
///
/// # Errors
/// Stale, wrong state, a receipt before the transfer.
pub fn transfer_receipt(work: &mut Work<'_>, id: CaseId, version: i64, on: Date, taken: bool) -> AppResult<()> {
    let case: Case = work.load_own(id, version)?;
    let mut case = case.transfer_receipt(on, taken)?;
    work.finish_duties(id, Some(deadline::TRANSFER_RECEIPT.id))?;
    if case.state == CaseState::Opened && case.source != CaseSource::Refusal {
        for rule in [&deadline::VERIFICATION, &deadline::OBJECTION_REPORT] {
            let about = About::new(case.org_id, SubjectKind::Case, id, rule.title);
            work.start_duty(
                about,
                rule,
                case.received_on,
                "移送被退回，仍自收到日起算",
                Owner::role(Role::ResultManager),
            )?;
        }
    }
    save(work, &mut case)?;
    let words = if taken { "收到移送回执" } else { "移送被退回" };
    work.record(event(&case, "transfer_receipt", words).fact("回执日", on.to_string()).basis(law::R18_44));
    Ok(())
}
