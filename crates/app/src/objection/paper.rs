//! Papers of the stage as PDF: F18 检验结果通知书 once it is issued, F24 复检任务书 with 复检样品确认书 from the day on which the
//! re-inspection laboratory was named.

use super::{reinspection::contested, report_of};
use crate::{AppError, AppResult, Work};
use hengjian_documents::{ReinspectionTask, ResultNotice, reinspection_task, result_notice};
use hengjian_domain::{
    code::Code,
    laboratory::Laboratory,
    match_key::match_key,
    objection::{NoticeId, Objection, ObjectionId, RecipientCapacity, split_items},
    parameter::REINSPECTION_REPORT_DAYS,
    product::known_specification,
    sampling::{Sample, SamplingRecord},
    testing::{Inspection, ItemResult, ItemVerdict},
};

/// F18 检验结果通知书 as PDF, once it is issued: number and date are the paper's own.
///
/// # Errors
/// Not found, not issued, characters the font lacks, or a fault.
pub fn notice_pdf(work: &mut Work<'_>, id: NoticeId) -> AppResult<Vec<u8>> {
    let view = super::view::notice(work, id)?;
    let (notice, report) = (&view.notice, &view.report);
    let (Some(number), Some(dated)) = (notice.number.clone(), notice.issued_on) else {
        return Err(AppError::NotFound);
    };
    let nonconforming = report.is_nonconforming();
    let fails = |item: &&ItemResult| {
        item.final_verdict() == ItemVerdict::Fail || item.reported_verdict == Some(ItemVerdict::Fail)
    };
    let with_unit = |text: &str, unit: &str| if unit.is_empty() { text.to_owned() } else { format!("{text} {unit}") };
    let failed = view.items.iter().filter(fails).map(|item| {
        let value = item.value_text.as_deref().unwrap_or("/");
        (item.item.clone(), with_unit(item.requirement(), &item.unit), with_unit(value, &item.unit))
    });
    let failed: Vec<(String, String, String)> = failed.collect();
    let record: Option<SamplingRecord> = report.record_id.map(|record| work.tx.get(&record)).transpose()?.flatten();
    let paper = ResultNotice {
        agency: view.organisation.name.clone(),
        number,
        code: String::new(),
        recipient: notice.recipient_name.clone(),
        capacity: notice.capacity.title().to_owned(),
        product_name: report.product_name.clone(),
        trademark: report.trademark.clone(),
        model: report.model.clone(),
        batch: report.batch_text.clone(),
        sampled_party: report.sampled_name.clone(),
        producer: report.producer_name.clone(),
        record_number: record.map(|record| record.number).unwrap_or_default(),
        sampled_on: report.sampled_on.map(|day| day.to_string()).unwrap_or_default(),
        report_number: report.report_number.clone().unwrap_or_default(),
        laboratory: report.laboratory_name.clone(),
        conclusion: report.conclusion.map_or("未作判定", Code::title).to_owned(),
        nonconforming,
        failed_items: if nonconforming { failed } else { Vec::new() },
        objection_authority: notice.where_text.clone(),
        backup_custody: notice.backup_text.clone(),
        asks_authorship: notice.capacity == RecipientCapacity::LabelledProducer,
        dated,
    };
    result_notice(&paper).map_err(crate::plan::paper::paper_error)
}

/// The letter as PDF.
///
/// # Errors
/// Not found, no laboratory yet, characters the font lacks, or a fault.
pub fn reinspection_task_pdf(work: &mut Work<'_>, id: ObjectionId) -> AppResult<Vec<u8>> {
    let objection: Objection = work.load(id)?;
    let (Some(laboratory), Some(dated), Some(sample)) =
        (objection.laboratory_id, objection.appointed_on, objection.backup_sample_id)
    else {
        return Err(AppError::NotFound);
    };
    let report = contested(work, &objection)?;
    let laboratory: Laboratory = work.tx.get(&laboratory)?.ok_or(AppError::NotFound)?;
    let sample: Sample = work.tx.get(&sample)?.ok_or(AppError::NotFound)?;
    let record: Option<SamplingRecord> = work.tx.get(&sample.record_id)?;
    let tested = work.tx.items_of_inspection(report.id)?;
    let days = work.parameter_number(objection.org_id, &REINSPECTION_REPORT_DAYS)?;
    let task = ReinspectionTask {
        agency: work.organisation(objection.org_id)?.name,
        number: objection.reinspection_notice_number.clone(),
        applicant: format!("{}（{}）", objection.applicant, objection.capacity.title()),
        first_report: report.report_number.clone().unwrap_or_default(),
        first_laboratory: report.laboratory_name.clone(),
        laboratory: laboratory.name,
        laboratory_address: laboratory.address,
        accreditation: laboratory.accreditation_number,
        single_laboratory: objection.single_laboratory_evidence.clone(),
        product: product(&report),
        producer: report.producer_name.clone(),
        items: split_items(&objection.items).into_iter().map(|name| item(name, &tested)).collect(),
        due: format!("自收到样品之日起 {days} 日"),
        record_number: record.map(|record| record.number).unwrap_or_default(),
        custody: custody(work, &objection, &sample)?,
        sample_number: sample.number,
        quantity: sample.quantity,
        seal: sample.seal_number,
        verified: objection.sample_verified_text.clone(),
        dated,
    };
    reinspection_task(&task).map_err(crate::plan::paper::paper_error)
}

/// Who kept the sample until it was handed over: once it has moved on, its present place says nothing about that.
fn custody(work: &mut Work<'_>, objection: &Objection, sample: &Sample) -> AppResult<String> {
    let words = |holder: &str, place: &str| {
        if holder == place || place.is_empty() { holder.to_owned() } else { format!("{holder}，{place}") }
    };
    let Some(again) = objection.reinspection_id else { return Ok(words(&sample.holder, &sample.place)) };
    let again = report_of(work, again)?;
    let chain = work.tx.custody_of(sample.id)?;
    let before = chain.iter().rev().find(|step| step.at_us < again.created_at_us && step.giver == step.taker);
    Ok(match before {
        Some(step) => words(&step.taker, &step.place),
        None => words(&sample.holder, &sample.place),
    })
}

fn product(report: &Inspection) -> String {
    let model = known_specification(&report.model);
    let parts = [report.product_name.as_str(), &report.trademark, model, &report.batch_text];
    let written: Vec<&str> = parts.into_iter().map(str::trim).filter(|text| !matches!(*text, "" | "/")).collect();
    written.join("　")
}

fn item(name: &str, tested: &[ItemResult]) -> (String, String, String) {
    let row = tested.iter().find(|row| match_key(&row.item) == match_key(name));
    let requirement = row.map(|row| match row.unit.as_str() {
        "" => row.requirement().to_owned(),
        unit => format!("{} {unit}", row.requirement()),
    });
    (name.to_owned(), requirement.unwrap_or_default(), row.map(|row| row.method.clone()).unwrap_or_default())
}
