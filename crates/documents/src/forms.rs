//! The two layouts behind most papers: a notice to one addressee, and a form of labelled cells. Both print `/` in an
//! empty cell, 第 x 页 共 y 页 on every page, and a place for the seal.

use crate::{
    DocumentError,
    render::{Data, Template, render},
};
use hengjian_domain::law::LegalBasis;
use jiff::civil::Date;

/// A cell that is to be filled in by hand: blank on the paper, not `/`.
pub const BY_HAND: &str = "\u{3000}";

/// Articles as cited on a paper: each source named once, （条文待核） where an article was not read in full.
pub fn cited(bases: &[LegalBasis]) -> String {
    let mut text = String::new();
    let mut source = "";
    for basis in bases {
        let mark = if basis.unverified() { "（条文待核）" } else { "" };
        let words = if basis.source == source { basis.article.to_owned() } else { basis.text() };
        if !text.is_empty() {
            text.push('、');
        }
        text.push_str(&words);
        text.push_str(mark);
        source = basis.source;
    }
    text
}
/// `2021年9月30日`.
pub fn day(date: Date) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}
pub(crate) fn slash(text: &str) -> Data {
    Data::from(match text.trim() {
        _ if text == BY_HAND => BY_HAND,
        "" => "/",
        filled => filled,
    })
}

/// A table inside a paper.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// Line above it; empty for none.
    pub caption: String,
    /// Heads of the columns with their widths, in parts of the line.
    pub head: Vec<(&'static str, i64)>,
    /// Rows.
    pub rows: Vec<Vec<String>>,
}

/// A label and what is filled in.
pub type Cell = (&'static str, String);

/// A notice to one addressee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Authority, full name.
    pub agency: String,
    /// Title, for example 检验结果通知书.
    pub title: String,
    /// 文书编号; empty for none.
    pub number: String,
    /// What the QR code says; empty for none.
    pub code: String,
    /// Addressee, without the colon.
    pub addressee: String,
    /// Paragraphs before the tables.
    pub opening: Vec<String>,
    /// Labelled facts, in pairs of columns.
    pub facts: Vec<Cell>,
    /// Tables.
    pub tables: Vec<Table>,
    /// Paragraphs after the tables.
    pub closing: Vec<String>,
    /// Articles the notice stands on.
    pub bases: Vec<LegalBasis>,
    /// Date of the notice.
    pub dated: Date,
    /// Slip that comes back (回执), with its title; `None`: no slip.
    pub slip: Option<(&'static str, Vec<Cell>)>,
    /// Note at the foot, for example how many copies.
    pub note: String,
}

pub(crate) fn cells(cells: &[Cell]) -> Data {
    cells.iter().map(|(label, value)| [Data::from(*label), slash(value)].into_iter().collect::<Data>()).collect()
}

fn table(table: &Table) -> Data {
    Data::Map(vec![
        ("caption", (&table.caption).into()),
        ("head", table.head.iter().map(|(title, _)| *title).collect()),
        ("widths", table.head.iter().map(|(_, width)| *width).collect()),
        ("cells", table.rows.iter().flatten().map(|cell| slash(cell)).collect()),
    ])
}

impl Notice {
    /// Makes the paper.
    ///
    /// # Errors
    /// Characters the font lacks, or a fault.
    pub fn render(&self) -> Result<Vec<u8>, DocumentError> {
        let (slip_title, slip) = match &self.slip {
            Some((title, slip)) => (*title, cells(slip)),
            None => ("", cells(&[])),
        };
        let basis = if self.bases.is_empty() { String::new() } else { format!("依据：{}", cited(&self.bases)) };
        let data = Data::Map(vec![
            ("agency", (&self.agency).into()),
            ("title", (&self.title).into()),
            ("number", (&self.number).into()),
            ("has_code", i64::from(!self.code.is_empty()).into()),
            ("addressee", (&self.addressee).into()),
            ("opening", self.opening.iter().collect()),
            ("facts", cells(&self.facts)),
            ("tables", self.tables.iter().map(table).collect()),
            ("closing", self.closing.iter().collect()),
            ("basis", basis.into()),
            ("dated", self.dated.into()),
            ("slip_title", slip_title.into()),
            ("slip", slip),
            ("note", (&self.note).into()),
        ]);
        render(Template::Notice, &format!("{} {} {}", self.title, self.number, self.addressee), &self.code, &data)
    }
}

/// A part of a form: cells in a grid of twelve columns, label and value together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Name at its left; empty for none.
    pub title: &'static str,
    /// Label, value, width of both together in twelfths; the widths of a line add up to twelve.
    pub cells: Vec<(&'static str, String, i64)>,
}

/// A form of labelled cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Authority, full name.
    pub agency: String,
    /// Title.
    pub title: String,
    /// Number of the form.
    pub number: String,
    /// What the QR code says; empty for none.
    pub code: String,
    /// Parts.
    pub sections: Vec<Section>,
    /// Signature blocks: who, and what stands there (a name, a refusal, nothing).
    pub signatures: Vec<Cell>,
    /// Date of the form.
    pub dated: Date,
    /// Note at the foot.
    pub note: String,
}

impl Form {
    /// Makes the paper.
    ///
    /// # Errors
    /// Characters the font lacks, or a fault.
    pub fn render(&self) -> Result<Vec<u8>, DocumentError> {
        let section = |section: &Section| {
            let cell = |(label, value, width): &(&'static str, String, i64)| {
                Data::Map(vec![("label", (*label).into()), ("value", slash(value)), ("width", (*width).into())])
            };
            Data::Map(vec![("title", section.title.into()), ("cells", section.cells.iter().map(cell).collect())])
        };
        let signature =
            |(label, value): &Cell| -> Data { [Data::from(*label), value.as_str().into()].into_iter().collect() };
        let data = Data::Map(vec![
            ("agency", (&self.agency).into()),
            ("title", (&self.title).into()),
            ("number", (&self.number).into()),
            ("has_code", i64::from(!self.code.is_empty()).into()),
            ("sections", self.sections.iter().map(section).collect()),
            ("signatures", self.signatures.iter().map(signature).collect()),
            ("dated", self.dated.into()),
            ("note", (&self.note).into()),
        ]);
        render(Template::Form, &format!("{} {}", self.title, self.number), &self.code, &data)
    }
}
