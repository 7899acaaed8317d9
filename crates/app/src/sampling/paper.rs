//! 样品退还、处置单 F36: the same content for the print page and the PDF, from the day on which the end was approved.

use super::{
    sample::{ground, see_sample},
    who::is_blind,
};
use crate::{AppError, AppResult, Work};
use hengjian_documents::{SampleEnd, sample_end_form};
use hengjian_domain::{
    code::Code,
    law, product,
    sampling::{DisposalState, SampleDisposal, SampleDisposalId, SampleId},
};
use hengjian_store::account::Account;

pub use hengjian_documents::forms::Form;

/// F36 as a form.
///
/// # Errors
/// Not found, not approved, or a fault.
pub fn end_paper(work: &mut Work<'_>, id: SampleId, proposal: SampleDisposalId) -> AppResult<Form> {
    let (sample, record) = see_sample(work, id)?;
    if is_blind(work, &record)? {
        return Err(AppError::NotFound);
    }
    let disposal: SampleDisposal = work.tx.get(&proposal)?.ok_or(AppError::NotFound)?;
    let (DisposalState::Approved, Some(decided_at)) = (disposal.state, disposal.decided_at_us) else {
        return Err(AppError::NotFound);
    };
    if disposal.sample_id != sample.id {
        return Err(AppError::NotFound);
    }
    let approver: Option<Account> = disposal.decided_by.map(|by| work.tx.get(&by)).transpose()?.flatten();
    let approver = approver.map(|account| account.name).unwrap_or_default();
    let ground = ground(work, &record)?;
    let result = match ground.conclusion {
        _ if ground.record_voided => "抽样单已作废，没有检验结论",
        Some(conclusion) => conclusion.title(),
        None => "没有检验结论",
    };
    let chain = work.tx.custody_of(sample.id)?;
    let last = chain.iter().rev().find(|step| step.state == disposal.target);
    let course = last.map(|step| [step.condition.as_str(), step.note.as_str()].join("　").trim().to_owned());
    let report = work.tx.counting_inspection(record.id)?.and_then(|report| report.report_number);
    Ok(sample_end_form(&SampleEnd {
        agency: work.organisation(sample.org_id)?.name,
        kind: sample.kind.title().to_owned(),
        product: product::called(&record.product_name, &record.model),
        quantity: sample.quantity,
        seal: sample.seal_number,
        record_number: record.number,
        report_number: report.unwrap_or_default(),
        obtained: if sample.free { "无偿提供" } else { "付费购买" }.to_owned(),
        result: result.to_owned(),
        target: disposal.target.title().trim_start_matches('已').to_owned(),
        taker: disposal.taker,
        place: disposal.place,
        reason: disposal.reason,
        proposed: format!("{}　{}", disposal.proposed_by_name, disposal.proposed_at_us.date()),
        approved: format!("{approver}　{}　{}", decided_at.date(), disposal.decision_reason).trim().to_owned(),
        carried_out_on: last.map(|step| step.at_us.date()),
        course: course.unwrap_or_default(),
        bases: vec![law::R18_34],
        dated: decided_at.date(),
        sample_number: sample.number,
    }))
}

/// F36 as PDF.
///
/// # Errors
/// Not found, not approved, characters the font lacks, or a fault.
pub fn end_pdf(work: &mut Work<'_>, id: SampleId, proposal: SampleDisposalId) -> AppResult<Vec<u8>> {
    end_paper(work, id, proposal)?.render().map_err(crate::plan::paper::paper_error)
}
