//! Tables out: CSV that a table program opens in the right letters, XLSX with the memory of one row. A cell that begins
//! like a formula is written so that no program computes it.

use crate::{Column, SheetError};
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
use std::io::{Seek, Write};

impl From<XlsxError> for SheetError {
    fn from(error: XlsxError) -> Self {
        Self::Damaged(error.to_string())
    }
}

/// Whether a table program could take the text for a formula. A plain negative number is none.
fn like_a_formula(text: &str) -> bool {
    let number = text.strip_prefix(['-', '+']).is_some_and(|rest| {
        !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit() || b == b'.') && rest.matches('.').count() <= 1
    });
    !number && text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
}

/// A cell of a CSV file: an apostrophe before what looks like a formula. Reading with [`crate::Book`] takes it away again.
pub fn csv_field(text: &str) -> std::borrow::Cow<'_, str> {
    if like_a_formula(text) { format!("'{text}").into() } else { text.into() }
}

/// A CSV file being written row by row: UTF-8 with mark, CRLF, one header row.
#[derive(Debug)]
pub struct CsvSheet<W: Write> {
    writer: csv::Writer<W>,
}

impl<W: Write> CsvSheet<W> {
    /// Begins with mark and header row.
    ///
    /// # Errors
    /// `out` cannot be written.
    pub fn new(mut out: W, header: &[&str]) -> Result<Self, SheetError> {
        out.write_all("\u{feff}".as_bytes())?;
        let mut writer = csv::WriterBuilder::new().flexible(true).terminator(csv::Terminator::CRLF).from_writer(out);
        writer.write_record(header)?;
        Ok(Self { writer })
    }
    /// Appends a row.
    ///
    /// # Errors
    /// `out` cannot be written.
    pub fn push<C: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = C>) -> Result<(), SheetError> {
        for cell in cells {
            self.writer.write_field(csv_field(cell.as_ref()).as_bytes())?;
        }
        Ok(self.writer.write_record(None::<&[u8]>)?)
    }
    /// Everything is in `out`.
    ///
    /// # Errors
    /// `out` cannot be written.
    pub fn finish(self) -> Result<W, SheetError> {
        self.writer.into_inner().map_err(|error| SheetError::from(error.into_error()))
    }
}

/// Writes a whole CSV file.
///
/// # Errors
/// `out` cannot be written.
pub fn write_csv<R, C>(out: impl Write, header: &[&str], rows: impl IntoIterator<Item = R>) -> Result<(), SheetError>
where
    R: IntoIterator<Item = C>,
    C: AsRef<str>,
{
    let mut sheet = CsvSheet::new(out, header)?;
    for row in rows {
        sheet.push(row)?;
    }
    sheet.finish().map(|_| ())
}

/// An XLSX sheet being written row by row; rows already written are on disk, not in memory.
pub struct XlsxSheet {
    workbook: Workbook,
    row: u32,
    protected: Format,
    /// Rows a workbook has room for.
    limit: u32,
}

impl std::fmt::Debug for XlsxSheet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("XlsxSheet").field("row", &self.row).finish_non_exhaustive()
    }
}

impl XlsxSheet {
    /// Begins a workbook of one sheet with a header row that stays in sight.
    ///
    /// # Errors
    /// No temporary file can be made, or the name is no sheet name.
    pub fn new(name: &str, header: &[&str]) -> Result<Self, SheetError> {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet_with_constant_memory()?;
        sheet.set_name(name)?;
        sheet.set_freeze_panes(1, 0)?;
        let bold = Format::new().set_bold().set_text_wrap();
        for (column, title) in (0_u16..).zip(header) {
            sheet.set_column_width(column, width_of(title))?;
            sheet.write_string_with_format(0, column, *title, &bold)?;
        }
        Ok(Self { workbook, row: 1, protected: Format::new().set_quote_prefix(), limit: 1_048_576 })
    }
    /// Appends a row. Every cell is text.
    ///
    /// # Errors
    /// The temporary file cannot be written, or the sheet is full.
    pub fn push<C: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = C>) -> Result<(), SheetError> {
        if self.row >= self.limit {
            return Err(SheetError::Damaged("XLSX 每表至多 1 048 576 行，请改用 CSV".to_owned()));
        }
        let row = self.row;
        let protected = self.protected.clone();
        let sheet = self.workbook.worksheet_from_index(0)?;
        for (column, cell) in (0_u16..).zip(cells) {
            write_cell(sheet, row, column, cell.as_ref(), &protected)?;
        }
        self.row += 1;
        Ok(())
    }
    /// The finished workbook.
    ///
    /// # Errors
    /// It cannot be assembled.
    pub fn finish(mut self) -> Result<Vec<u8>, SheetError> {
        Ok(self.workbook.save_to_buffer()?)
    }
    /// The same into a file, without holding it in memory.
    ///
    /// # Errors
    /// It cannot be assembled or written.
    pub fn finish_into(mut self, out: impl Write + Seek + Send) -> Result<(), SheetError> {
        Ok(self.workbook.save_to_writer(out)?)
    }
}

fn write_cell(sheet: &mut Worksheet, row: u32, column: u16, text: &str, protected: &Format) -> Result<(), SheetError> {
    // A cell holds at most 32 767 characters; more would make the workbook unreadable.
    let text: std::borrow::Cow<'_, str> = if text.len() > 32_767 {
        text.chars().take(32_766).chain(['…']).collect::<String>().into()
    } else {
        text.into()
    };
    if like_a_formula(&text) {
        sheet.write_string_with_format(row, column, text, protected)?;
    } else if !text.is_empty() {
        sheet.write_string(row, column, text)?;
    }
    Ok(())
}

fn width_of(title: &str) -> f64 {
    (title.chars().count() as f64 * 2.4).clamp(12.0, 40.0)
}

/// An empty table to be filled in, with a second sheet that explains its columns.
#[derive(Debug)]
pub struct Template<'t> {
    /// Name of the first sheet.
    pub name: &'t str,
    /// Columns.
    pub columns: &'t [Column],
    /// Rows that are filled in already, in the order of the columns.
    pub rows: &'t [Vec<String>],
}

/// Writes the template as XLSX. The first row is the header, all cells are text, so that codes keep their digits.
///
/// # Errors
/// It cannot be assembled.
pub fn write_template(template: &Template<'_>) -> Result<Vec<u8>, SheetError> {
    let mut workbook = Workbook::new();
    let (bold, text, wrap) =
        (Format::new().set_bold(), Format::new().set_num_format("@"), Format::new().set_text_wrap());
    let sheet = workbook.add_worksheet();
    sheet.set_name(template.name)?;
    sheet.set_freeze_panes(1, 0)?;
    for (column, field) in (0_u16..).zip(template.columns) {
        sheet.set_column_format(column, &text)?;
        sheet.set_column_width(column, width_of(field.title))?;
        sheet.write_string_with_format(0, column, field.title, &bold)?;
    }
    for (row, cells) in (1_u32..).zip(template.rows) {
        for (column, cell) in (0_u16..).zip(cells) {
            // Text also where nothing stands yet, so that what is typed keeps its digits.
            sheet.write_string_with_format(row, column, cell, &text)?;
        }
    }
    let notes = workbook.add_worksheet();
    notes.set_name("填写说明")?;
    for (column, (title, width)) in
        (0_u16..).zip([("栏目", 24.0), ("必填", 8.0), ("怎么填", 60.0), ("也认这些名称", 60.0)])
    {
        notes.set_column_width(column, width)?;
        notes.write_string_with_format(0, column, title, &bold)?;
    }
    for (row, field) in (1_u32..).zip(template.columns) {
        notes.write_string(row, 0, field.title)?;
        notes.write_string(row, 1, if field.required { "是" } else { "" })?;
        notes.write_string_with_format(row, 2, field.help, &wrap)?;
        notes.write_string_with_format(row, 3, field.names.join("、"), &wrap)?;
    }
    Ok(workbook.save_to_buffer()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Book, Row, find_header};

    fn read_back(bytes: &[u8]) -> Vec<Vec<String>> {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("table");
        std::fs::write(&path, bytes).expect("file");
        let mut book = Book::open(&path).expect("a table");
        let mut rows = book.rows(0).expect("rows");
        let (mut row, mut all) = (Row::default(), Vec::new());
        while rows.next_into(&mut row).expect("row") {
            all.push(row.cells.clone());
        }
        all
    }

    const RISKY: [&str; 6] = ["=1+1", "+86", "-cmd|' /C calc'!A0", "@SUM(A1)", "\tx", "韶关"];

    #[test]
    fn formulas_are_neutralised_in_csv_and_come_back_as_text() {
        let mut out = Vec::new();
        write_csv(&mut out, &["甲", "乙"], RISKY.iter().map(|cell| [*cell, "1"])).expect("csv");
        let text = String::from_utf8(out.clone()).expect("utf-8");
        assert!(text.starts_with('\u{feff}'));
        let lines: Vec<&str> = text.trim_start_matches('\u{feff}').split("\r\n").collect();
        assert_eq!(lines[1..7], ["'=1+1,1", "+86,1", "'-cmd|' /C calc'!A0,1", "'@SUM(A1),1", "'\tx,1", "韶关,1"]);
        let back: Vec<String> = read_back(&out).into_iter().skip(1).map(|mut row| row.remove(0)).collect();
        assert_eq!(back, RISKY);
    }

    #[test]
    fn workbooks_hold_text_only() {
        let mut sheet = XlsxSheet::new("清单", &["甲", "乙"]).expect("sheet");
        for cell in RISKY {
            sheet.push([cell, "914402811919712044"]).expect("row");
        }
        let rows = read_back(&sheet.finish().expect("workbook"));
        assert_eq!(rows[0], ["甲", "乙"]);
        for (row, cell) in rows[1..].iter().zip(RISKY) {
            assert_eq!(row, &[cell, "914402811919712044"]);
        }
    }

    #[test]
    fn a_template_is_read_back_as_its_kind() {
        const COLUMNS: &[Column] = &[
            Column { key: "name", title: "企业名称", names: &["名称"], required: true, help: "全称" },
            Column { key: "code", title: "统一社会信用代码", names: &[], required: false, help: "18 位" },
        ];
        let bytes = write_template(&Template { name: "市场主体", columns: COLUMNS, rows: &[] }).expect("template");
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("template.xlsx");
        std::fs::write(&path, bytes).expect("file");
        let mut book = Book::open(&path).expect("workbook");
        for (table, found) in [(0, true), (1, false)] {
            let mut rows = book.rows(table).expect("rows");
            let (mut row, mut all) = (Row::default(), Vec::new());
            while rows.next_into(&mut row).expect("row") {
                all.push(row.clone());
            }
            assert_eq!(find_header(&all, COLUMNS).is_some(), found, "table {table}");
        }
    }
}
