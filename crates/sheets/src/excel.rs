//! Workbooks: XLSX read cell by cell, old XLS as a whole. Numbers keep their digits; a number longer than the format
//! keeps (15 digits) is marked, because its end may already be wrong in the file.

use crate::{Row, SheetError, html::LoadedTable};
use calamine::{Data, DataRef, Dimensions, ExcelDateTime, Reader, Xls, Xlsx, XlsxCellReader};
use std::{collections::BTreeMap, fs::File, io::BufReader, path::Path};

type Input = BufReader<File>;

/// Cells of a row beyond this are not read.
const WIDEST: u32 = 1024;
/// Whole numbers from here on have lost digits in a workbook.
const EXACT_BELOW: f64 = 1e15;

/// An XLSX workbook.
pub(crate) struct Streamed {
    book: Xlsx<Input>,
}

fn damaged(error: impl std::fmt::Display) -> SheetError {
    SheetError::Damaged(error.to_string())
}

impl Streamed {
    pub(crate) fn open(path: &Path) -> Result<Self, SheetError> {
        crate::packed::check(&mut File::open(path)?)?;
        let book = Xlsx::new(BufReader::new(File::open(path)?)).map_err(damaged)?;
        Ok(Self { book })
    }
    pub(crate) fn names(&self) -> Vec<String> {
        self.book.sheet_names()
    }
    pub(crate) fn rows(&mut self, table: usize) -> Result<StreamedRows<'_>, SheetError> {
        let name = self.names().get(table).cloned().ok_or(SheetError::NotATable)?;
        // A sheet without merged cells answers with an error in some versions; no merges are no obstacle.
        let merged = self.book.merge_cells_by_sheet_name(&name).unwrap_or_default();
        let mut merges: BTreeMap<u32, Vec<Dimensions>> = BTreeMap::new();
        for region in merged.into_iter().filter(|region| region.end.0 > region.start.0) {
            merges.entry(region.start.0).or_default().push(region);
        }
        let cells = self.book.worksheet_cells_reader(&name).map_err(damaged)?;
        Ok(StreamedRows { cells, pending: None, next: 0, ended: false, merges, carried: BTreeMap::new() })
    }
}

/// Rows of one sheet.
pub(crate) struct StreamedRows<'b> {
    cells: XlsxCellReader<'b, Input>,
    /// First cell of the row after.
    pending: Option<(u32, u32, Cell)>,
    next: u32,
    ended: bool,
    merges: BTreeMap<u32, Vec<Dimensions>>,
    /// By column: last row and text of a merged cell that reaches down.
    carried: BTreeMap<u32, (u32, String)>,
}

struct Cell {
    text: String,
    doubtful: bool,
}

impl StreamedRows<'_> {
    pub(crate) fn next_into(&mut self, row: &mut Row) -> Result<bool, SheetError> {
        if self.pending.is_none() && !self.ended {
            self.fetch()?;
        }
        let Some((at, _, _)) = &self.pending else { return Ok(false) };
        let at = *at;
        // Rows without any cell are blank rows.
        let number = if at > self.next { self.next } else { at };
        row.number = u64::from(number) + 1;
        row.cells.clear();
        row.carried.clear();
        row.doubtful.clear();
        self.next = number + 1;
        if number == at {
            while let Some((_, column, cell)) = self.pending.take_if(|(line, _, _)| *line == at) {
                put(row, column, cell);
                self.fetch()?;
            }
        }
        self.carry(number, row);
        Ok(true)
    }

    fn fetch(&mut self) -> Result<(), SheetError> {
        loop {
            let Some(cell) = self.cells.next_cell().map_err(damaged)? else {
                self.ended = true;
                return Ok(());
            };
            let (line, column) = cell.get_position();
            if column >= WIDEST || *cell.get_value() == DataRef::Empty {
                continue;
            }
            // A workbook whose cells go backwards is broken; its later cells cannot be placed.
            if line < self.next.saturating_sub(1) {
                return Err(SheetError::Damaged("单元格次序混乱".to_owned()));
            }
            self.pending = Some((line, column, read(cell.get_value())));
            return Ok(());
        }
    }

    fn carry(&mut self, number: u32, row: &mut Row) {
        self.carried.retain(|_, (last, _)| *last >= number);
        for (column, (_, text)) in &self.carried {
            let place = *column as usize;
            if row.cell(place).is_empty() {
                put(row, *column, Cell { text: text.clone(), doubtful: false });
                row.carried.push(place);
            }
        }
        for region in self.merges.remove(&number).unwrap_or_default() {
            let text = row.cell(region.start.1 as usize).to_owned();
            if !text.is_empty() {
                self.carried.insert(region.start.1, (region.end.0, text));
            }
        }
    }
}

fn put(row: &mut Row, column: u32, cell: Cell) {
    let place = column as usize;
    if row.cells.len() <= place {
        row.cells.resize(place + 1, String::new());
    }
    if cell.doubtful {
        row.doubtful.push(place);
    }
    row.cells[place] = cell.text;
}

fn read(value: &DataRef<'_>) -> Cell {
    let plain = |text: String| Cell { text, doubtful: false };
    match value {
        DataRef::Empty => plain(String::new()),
        DataRef::Int(number) => plain(number.to_string()),
        DataRef::Float(number) => Cell { text: number_text(*number), doubtful: number.abs() >= EXACT_BELOW },
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => plain(text.clone()),
        DataRef::SharedString(text) => plain((*text).to_owned()),
        DataRef::Bool(yes) => plain(if *yes { "TRUE" } else { "FALSE" }.to_owned()),
        DataRef::DateTime(moment) => plain(moment_text(moment)),
        DataRef::Error(error) => plain(error.to_string()),
    }
}

/// Whole numbers without a point or exponent, others in the shortest form that reads back as the same number.
fn number_text(number: f64) -> String {
    if number == number.trunc() && number.abs() < 1e30 { format!("{number:.0}") } else { format!("{number}") }
}

fn moment_text(moment: &ExcelDateTime) -> String {
    if moment.is_duration() {
        return number_text(moment.as_f64());
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    match (hour, minute, second) {
        (0, 0, 0) => date,
        (hour, minute, 0) => format!("{date} {hour:02}:{minute:02}"),
        (hour, minute, second) => format!("{date} {hour:02}:{minute:02}:{second:02}"),
    }
}

/// An old XLS workbook (at most 65 536 rows a sheet), read whole.
pub(crate) fn load_old(path: &Path) -> Result<Vec<LoadedTable>, SheetError> {
    let mut book: Xls<Input> = Xls::new(BufReader::new(File::open(path)?)).map_err(damaged)?;
    let mut tables = Vec::new();
    for name in book.sheet_names() {
        let range = book.worksheet_range(&name).map_err(damaged)?;
        let (first_row, first_column) = range.start().unwrap_or((0, 0));
        let mut rows = Vec::new();
        for (n, cells) in range.rows().enumerate() {
            let mut row = Row { number: u64::from(first_row) + n as u64 + 1, ..Row::default() };
            for (column, value) in cells.iter().enumerate() {
                let value = match value {
                    Data::Empty => continue,
                    Data::Int(number) => DataRef::Int(*number),
                    Data::Float(number) => DataRef::Float(*number),
                    Data::String(text) => DataRef::String(text.clone()),
                    Data::Bool(yes) => DataRef::Bool(*yes),
                    Data::DateTime(moment) => DataRef::DateTime(*moment),
                    Data::DateTimeIso(text) => DataRef::DateTimeIso(text.clone()),
                    Data::DurationIso(text) => DataRef::DurationIso(text.clone()),
                    Data::Error(error) => DataRef::Error(error.clone()),
                };
                put(&mut row, first_column + column as u32, read(&value));
            }
            rows.push(row);
        }
        tables.push(LoadedTable { name, headings: Vec::new(), rows });
    }
    Ok(tables)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Book;
    use rust_xlsxwriter::{ExcelDateTime as WrittenDate, Format, Workbook};

    fn rows_of(workbook: &mut Workbook) -> Vec<Row> {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("table.xlsx");
        workbook.save(&path).expect("workbook");
        let mut book = Book::open(&path).expect("a workbook");
        let mut rows = book.rows(0).expect("rows");
        let (mut row, mut all) = (Row::default(), Vec::new());
        while rows.next_into(&mut row).expect("row") {
            all.push(row.clone());
        }
        all
    }

    #[test]
    fn numbers_and_dates_become_the_text_a_person_sees() {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        let day = Format::new().set_num_format("yyyy-mm-dd");
        let date = WrittenDate::from_ymd(2019, 6, 3).expect("date");
        sheet.write_number(0, 0, 440_232_100.0).expect("cell");
        sheet.write_number(0, 1, 0.35).expect("cell");
        sheet.write_number(0, 2, 914_402_811_919_712_044.0).expect("cell");
        sheet.write_datetime_with_format(0, 3, &date, &day).expect("cell");
        sheet.write_string(0, 4, "00123").expect("cell");
        sheet.write_boolean(0, 5, true).expect("cell");
        sheet.write_number(0, 6, 91_440_200_123_456.0).expect("cell");
        let rows = rows_of(&mut workbook);
        assert_eq!(rows[0].cells[0], "440232100");
        assert_eq!(rows[0].cells[1], "0.35");
        assert_eq!(rows[0].cells[3..], ["2019-06-03", "00123", "TRUE", "91440200123456"]);
        assert_eq!(rows[0].cells[2].len(), 18, "no exponent");
        assert_eq!(rows[0].doubtful, [2], "more digits than a workbook keeps");
    }

    /// Merged cells that reach down belong to every row they cover, and say that they were carried.
    #[test]
    fn merged_cells_reach_down() {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        sheet.merge_range(0, 0, 2, 0, "甲大类", &Format::new()).expect("merge");
        sheet.write_string(0, 1, "一").expect("cell");
        sheet.write_string(1, 1, "二").expect("cell");
        sheet.write_string(2, 1, "三").expect("cell");
        sheet.write_string(3, 1, "四").expect("cell");
        sheet.write_string(6, 1, "七").expect("cell");
        let rows = rows_of(&mut workbook);
        let shown: Vec<(u64, &str, &str)> = rows.iter().map(|row| (row.number, row.cell(0), row.cell(1))).collect();
        assert_eq!(
            shown,
            [
                (1, "甲大类", "一"),
                (2, "甲大类", "二"),
                (3, "甲大类", "三"),
                (4, "", "四"),
                (5, "", ""),
                (6, "", ""),
                (7, "", "七"),
            ]
        );
        assert!(rows[0].carried.is_empty());
        assert_eq!(rows[1].carried, [0]);
    }
}
