//! F24 复检任务书 with 复检样品确认书 as PDF, from the day on which the re-inspection laboratory was named.

use super::{reinspection::contested, report_of};
use crate::{AppError, AppResult, Work};
use hengjian_documents::{ReinspectionTask, reinspection_task};
use hengjian_domain::{
    code::Code,
    laboratory::Laboratory,
    match_key::match_key,
    objection::{Objection, ObjectionId, split_items},
    parameter::REINSPECTION_REPORT_DAYS,
    sampling::{Sample, SamplingRecord},
    testing::{Inspection, ItemResult},
};

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
    let parts = [&report.product_name, &report.trademark, &report.model, &report.batch_text];
    let written: Vec<&str> =
        parts.into_iter().map(|text| text.trim()).filter(|text| !matches!(*text, "" | "/")).collect();
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
