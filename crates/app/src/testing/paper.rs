//! 检验报告 F17 as a paper: the same content for the print page and the PDF. Only of reports made here, once they are signed.

use super::view::{InspectionView, inspection_view};
use crate::{AppError, AppResult, Work};
use hengjian_documents::test_report;
use hengjian_domain::{
    code::Code,
    sampling::{CustodyStep, SampleState, SamplingRecord},
    testing::{InspectionId, InspectionOrigin, ItemResult, ItemVerdict, Severity},
};
use jiff::civil::Date;

pub use hengjian_documents::{REPORT_STATEMENT, ReportItem, TestReport};

/// The page's view and, where the report is made here, signed, and the person may know the party, its paper.
///
/// # Errors
/// [`AppError::NotFound`], or a fault.
pub fn report_paper(work: &mut Work<'_>, id: InspectionId) -> AppResult<(InspectionView, Option<TestReport>)> {
    let view = inspection_view(work, id)?;
    let (InspectionOrigin::Here, Some(issued_on), false) =
        (view.inspection.origin, view.inspection.issued_on, view.party_hidden)
    else {
        return Ok((view, None));
    };
    let chain = match &view.sample {
        Some(sample) => work.tx.custody_of(sample.id)?,
        None => Vec::new(),
    };
    let paper = paper_of(&view, &chain, issued_on);
    Ok((view, Some(paper)))
}

/// F17 as PDF with its number.
///
/// # Errors
/// Not found or not signed, characters the font lacks, or a fault.
pub fn report_pdf(work: &mut Work<'_>, id: InspectionId) -> AppResult<(String, Vec<u8>)> {
    let paper = report_paper(work, id)?.1.ok_or(AppError::NotFound)?;
    let bytes = test_report(&paper).map_err(crate::plan::paper::paper_error)?;
    Ok((paper.number, bytes))
}

fn paper_of(view: &InspectionView, chain: &[CustodyStep], issued_on: Date) -> TestReport {
    let one = &view.inspection;
    let replaces = view.earlier.as_ref().map(|earlier| {
        let number = earlier.report_number.as_deref().unwrap_or_default();
        format!("本报告更正并替代报告 {number}。更正理由：{}", one.reason)
    });
    let severity = match one.severity {
        Some(Severity::Serious) => "（严重不合格）",
        Some(Severity::General) => "（一般不合格）",
        None => "",
    };
    let open = view.items.iter().filter(|item| item.final_verdict() == ItemVerdict::NotJudged);
    TestReport {
        laboratory: one.laboratory_name.clone(),
        accreditation: view
            .laboratory
            .as_ref()
            .map(|laboratory| laboratory.accreditation_number.clone())
            .unwrap_or_default(),
        number: one.report_number.clone().unwrap_or_default(),
        replaces: replaces.unwrap_or_default(),
        cover: vec![
            ("产品名称", hengjian_domain::product::called(&one.product_name, &one.model)),
            ("受检单位", one.sampled_name.clone()),
            ("委托单位", one.organiser_name.clone()),
            ("检验类别", one.purpose.title().to_owned()),
        ],
        facts: facts(view, chain),
        items: view.items.iter().map(item).collect(),
        conclusion: format!("{}{severity}", one.conclusion_text),
        remarks: open.map(|item| format!("{}：{}", item.item, item.verdict_reason)).collect(),
        tester: view.people.tester.clone(),
        reviewer: view.people.reviewer.clone(),
        signer: view.people.signer.clone(),
        issued_on,
    }
}

fn facts(view: &InspectionView, chain: &[CustodyStep]) -> Vec<(&'static str, String)> {
    let (one, sample) = (&view.inspection, view.sample.as_ref());
    let of_record = |read: fn(&SamplingRecord) -> String| view.record.as_ref().map(read).unwrap_or_default();
    let day = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
    let arrival = chain.iter().find(|step| step.state == SampleState::Received).map(|step| {
        let seal = if step.seal_intact { "封条完整" } else { "封条不完整" };
        format!("{}，{seal}", step.condition)
    });
    let moment = |kind: &str, last: bool| {
        let mut found: Vec<Date> =
            view.timeline.iter().filter(|line| line.kind == kind).map(|line| line.at.date()).collect();
        found.sort_unstable();
        if last { found.last().copied() } else { found.first().copied() }
    };
    let tested = match (moment("testing.begun", false), moment("testing.completed", true)) {
        (Some(from), Some(until)) if from != until => format!("{from} 至 {until}"),
        (Some(on), _) | (None, Some(on)) => on.to_string(),
        (None, None) => String::new(),
    };
    let samplers: Vec<&str> = view.samplers.iter().map(|sampler| sampler.name.as_str()).collect();
    vec![
        ("样品名称", one.product_name.clone()),
        ("商标", one.trademark.clone()),
        ("规格型号", one.model.clone()),
        ("等级", of_record(|record| record.grade.clone())),
        ("生产日期或批号", one.batch_text.clone()),
        ("抽样单编号", of_record(|record| record.number.clone())),
        ("抽样基数", of_record(|record| format!("{} {}", record.lot_size, record.unit))),
        ("样品数量", sample.map(|sample| sample.quantity.clone()).unwrap_or_default()),
        ("样品编号", sample.map(|sample| sample.number.clone()).unwrap_or_default()),
        ("封条编号", sample.map(|sample| sample.seal_number.clone()).unwrap_or_default()),
        ("样品和封样状态", arrival.unwrap_or_default()),
        ("受检单位", one.sampled_name.clone()),
        ("受检单位地址", one.sampled_address.clone()),
        ("受检单位电话", of_record(|record| record.form.party_phone.clone())),
        ("标称生产者", one.producer_name.clone()),
        ("生产者地址", one.producer_address.clone()),
        ("生产者电话", of_record(|record| record.form.producer_phone.clone())),
        ("委托单位", one.organiser_name.clone()),
        ("检验类别", one.purpose.title().to_owned()),
        ("抽样人员", samplers.join("、")),
        ("检查封样人员", view.people.receiver.clone()),
        ("抽样日期", day(one.sampled_on)),
        ("到样日期", day(one.received_on)),
        ("检验日期", tested),
        ("判定依据", distinct(&view.items, |item| &item.standard)),
        ("检验依据", distinct(&view.items, |item| &item.method)),
        ("证书核查", one.licence_text.clone()),
    ]
}

fn distinct(items: &[ItemResult], read: fn(&ItemResult) -> &String) -> String {
    let mut found: Vec<&str> = Vec::new();
    for text in items.iter().map(read).filter(|text| !text.is_empty()) {
        if !found.contains(&text.as_str()) {
            found.push(text);
        }
    }
    found.join("；")
}

fn item(item: &ItemResult) -> ReportItem {
    ReportItem {
        item: item.item.clone(),
        unit: item.unit.clone(),
        requirement: item.requirement().to_owned(),
        measured: item.value_text.clone().unwrap_or_else(|| "未检".to_owned()),
        verdict: item.final_verdict().title().to_owned(),
        method: item.method.clone(),
        remark: item.remark(),
    }
}
