//! F17 检验报告: cover, identity, items with 以下空白, conclusion, three names. Judges nothing; verdicts are handed in.

use crate::{
    DocumentError,
    forms::{Cell, cells, slash},
    render::{Data, Template, render},
};
use jiff::civil::Date;

/// One item as the report prints it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReportItem {
    /// Item.
    pub item: String,
    /// Unit.
    pub unit: String,
    /// What was judged by.
    pub requirement: String,
    /// Value as measured, 未检 where there is none.
    pub measured: String,
    /// Verdict.
    pub verdict: String,
    /// Method.
    pub method: String,
    /// Why there is no verdict, that it was overruled.
    pub remark: String,
}

/// A signed report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestReport {
    /// Laboratory.
    pub laboratory: String,
    /// Number of its certificate of accreditation.
    pub accreditation: String,
    /// Number of the report.
    pub number: String,
    /// Sentence about the report that this one replaces; empty for none.
    pub replaces: String,
    /// What stands on the cover.
    pub cover: Vec<Cell>,
    /// Sample, party, producer, sampling, dates, bases.
    pub facts: Vec<Cell>,
    /// Items in order.
    pub items: Vec<ReportItem>,
    /// Conclusion as signed, with its severity.
    pub conclusion: String,
    /// Items without a verdict, with their reasons.
    pub remarks: Vec<String>,
    /// 主检.
    pub tester: String,
    /// 审核.
    pub reviewer: String,
    /// 批准.
    pub signer: String,
    /// Day of signature.
    pub issued_on: Date,
}

/// What the laboratory says about the report as a paper.
pub const REPORT_STATEMENT: &str = "声明：本报告只对所检样品负责。无检验专用章无效，涂改无效，未经本机构书面同意不得部分复制。对检验结论有异议的，按检验结果通知书写明的途径和期限提出。";

/// Makes F17.
///
/// # Errors
/// Characters the font lacks, or a fault.
pub fn test_report(report: &TestReport) -> Result<Vec<u8>, DocumentError> {
    let row = |(number, item): (usize, &ReportItem)| -> Data {
        let number = number.to_string();
        let texts = [
            &number,
            &item.item,
            &item.unit,
            &item.requirement,
            &item.measured,
            &item.verdict,
            &item.method,
            &item.remark,
        ];
        texts.into_iter().map(|text| slash(text)).collect()
    };
    let signed = format!("{}", report.issued_on);
    let signatures: Vec<Cell> = vec![
        ("主检", report.tester.clone()),
        ("审核", report.reviewer.clone()),
        ("批准", report.signer.clone()),
        ("签发日期", signed),
    ];
    let data = Data::Map(vec![
        ("agency", (&report.laboratory).into()),
        ("title", format!("检验报告 {}", report.number).into()),
        ("number", slash(&report.number)),
        ("accreditation", slash(&report.accreditation)),
        ("replaces", (&report.replaces).into()),
        ("cover", cells(&report.cover)),
        ("facts", cells(&report.facts)),
        ("items", (1..).zip(&report.items).map(row).collect()),
        ("conclusion", slash(&report.conclusion)),
        ("remarks", report.remarks.iter().collect()),
        ("signatures", cells(&signatures)),
        ("dated", report.issued_on.into()),
        ("note", REPORT_STATEMENT.into()),
    ]);
    render(Template::Report, &format!("检验报告 {}", report.number), "", &data)
}
