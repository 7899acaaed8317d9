//! F01: the plan as the notice that is sent out, in the form of an official letter (GB/T 9704), with its annex table.

use crate::{
    DocumentError,
    render::{Data, Template, render},
};
use jiff::civil::Date;

/// A row of the annex, as printed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlanNoticeLine {
    /// Number.
    pub seq: String,
    /// Product code.
    pub code: String,
    /// Product.
    pub product: String,
    /// Field.
    pub field: String,
    /// Region.
    pub region: String,
    /// Quarters.
    pub quarters: String,
    /// Batches.
    pub batches: String,
    /// Enterprises.
    pub enterprises: String,
    /// Cost of a batch, yuan.
    pub unit_cost: String,
    /// Budget, yuan.
    pub budget: String,
    /// Lead section.
    pub section: String,
    /// Proposed laboratory.
    pub laboratory: String,
    /// Focus or reason.
    pub focus: String,
}

/// The notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanNotice {
    /// Issuing authority, full name.
    pub agency: String,
    /// 文号; empty while it is not issued.
    pub number: String,
    /// Title; a line end parts it where the words part.
    pub title: String,
    /// 主送机关, without the colon.
    pub addressees: String,
    /// Paragraphs; those that begin with 一、 and are short are headings.
    pub paragraphs: Vec<String>,
    /// Title of the annex.
    pub annex_title: String,
    /// Rows of the annex.
    pub lines: Vec<PlanNoticeLine>,
    /// Sum of batches.
    pub total_batches: String,
    /// Sum of budgets, yuan.
    pub total_budget: String,
    /// Date of issue; of the draft while it is not issued.
    pub dated: Date,
    /// Whether it was issued: a draft says so on every page and has no signature.
    pub issued: bool,
    /// What a draft says, for example 草稿　第 2 版.
    pub draft_words: String,
    /// 抄送, without the full stop; empty for none.
    pub copies: String,
    /// 印发机关.
    pub printed_by: String,
}

/// Makes the paper.
///
/// # Errors
/// Characters the font lacks, or a fault.
pub fn plan_notice(notice: &PlanNotice) -> Result<Vec<u8>, DocumentError> {
    let slash = |text: &String| Data::from(if text.trim().is_empty() { "/" } else { text.trim() });
    let row = |line: &PlanNoticeLine| -> Data {
        [
            &line.seq,
            &line.code,
            &line.product,
            &line.field,
            &line.region,
            &line.quarters,
            &line.batches,
            &line.enterprises,
            &line.unit_cost,
            &line.budget,
            &line.section,
            &line.laboratory,
            &line.focus,
        ]
        .into_iter()
        .map(slash)
        .collect()
    };
    let data = Data::Map(vec![
        ("agency", (&notice.agency).into()),
        ("number", (&notice.number).into()),
        ("title", (&notice.title).into()),
        ("addressees", (&notice.addressees).into()),
        ("paragraphs", notice.paragraphs.iter().collect()),
        ("annex_title", (&notice.annex_title).into()),
        ("lines", notice.lines.iter().map(row).collect()),
        ("total_batches", (&notice.total_batches).into()),
        ("total_budget", (&notice.total_budget).into()),
        ("dated", notice.dated.into()),
        ("issued", i64::from(notice.issued).into()),
        ("draft_words", (&notice.draft_words).into()),
        ("copies", (&notice.copies).into()),
        ("printed_by", (&notice.printed_by).into()),
    ]);
    let name = format!("{} {} {}", notice.number, notice.title, notice.dated);
    render(Template::Letter, &name, "", &data)
}
