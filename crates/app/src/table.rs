//! Tables that leave the house: one way to make a CSV or XLSX file of rows, for lists, publications and statistics.
//! What the rows are is the caller's business.

use crate::{AppError, AppResult};
use hengjian_sheets::{CsvSheet, XlsxSheet, write_csv};
use std::{
    fs::File,
    io::{BufWriter, Seek},
};

/// Form of a table file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableFormat {
    /// UTF-8 with mark.
    Csv,
    /// Workbook of one sheet.
    Xlsx,
}

impl TableFormat {
    /// By the ending of a file name.
    pub fn from_ending(ending: &str) -> Option<Self> {
        match ending {
            "csv" => Some(Self::Csv),
            "xlsx" => Some(Self::Xlsx),
            _ => None,
        }
    }
    /// Media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// A table that is written row by row into a temporary file, so that its size is not the memory's business. The file has
/// no name and is gone when it is closed.
#[derive(Debug)]
pub struct TableWriter(Form);

#[derive(Debug)]
enum Form {
    Csv(Box<CsvSheet<BufWriter<File>>>),
    Xlsx(Box<XlsxSheet>, File),
}

fn fault(error: impl std::fmt::Display) -> AppError {
    AppError::fault(format!("table: {error}"))
}

impl TableWriter {
    /// Begins a table. `name` names the sheet.
    ///
    /// # Errors
    /// A fault: no temporary file can be made.
    pub fn new(format: TableFormat, name: &str, header: &[&str]) -> AppResult<Self> {
        let file = tempfile::tempfile().map_err(fault)?;
        Ok(Self(match format {
            TableFormat::Csv => Form::Csv(Box::new(CsvSheet::new(BufWriter::new(file), header).map_err(fault)?)),
            TableFormat::Xlsx => Form::Xlsx(Box::new(XlsxSheet::new(name, header).map_err(fault)?), file),
        }))
    }
    /// Appends a row.
    ///
    /// # Errors
    /// A fault: the temporary file cannot be written.
    pub fn push<C: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = C>) -> AppResult<()> {
        match &mut self.0 {
            Form::Csv(sheet) => sheet.push(cells),
            Form::Xlsx(sheet, _) => sheet.push(cells),
        }
        .map_err(fault)
    }
    /// The finished file, at its beginning.
    ///
    /// # Errors
    /// A fault: it cannot be assembled.
    pub fn finish(self) -> AppResult<File> {
        let mut file = match self.0 {
            Form::Csv(sheet) => sheet.finish().map_err(fault)?.into_inner().map_err(fault)?,
            Form::Xlsx(sheet, mut file) => {
                sheet.finish_into(&mut file).map_err(fault)?;
                file
            }
        };
        file.rewind().map_err(fault)?;
        Ok(file)
    }
}

/// The file's bytes. `name` names the sheet.
///
/// # Errors
/// A fault: the file cannot be assembled.
pub fn table_file<R, C>(
    format: TableFormat,
    name: &str,
    header: &[&str],
    rows: impl IntoIterator<Item = R>,
) -> AppResult<Vec<u8>>
where
    R: IntoIterator<Item = C>,
    C: AsRef<str>,
{
    match format {
        TableFormat::Csv => {
            let mut bytes = Vec::new();
            write_csv(&mut bytes, header, rows).map_err(fault)?;
            Ok(bytes)
        }
        TableFormat::Xlsx => {
            let mut sheet = XlsxSheet::new(name, header).map_err(fault)?;
            for row in rows {
                sheet.push(row).map_err(fault)?;
            }
            sheet.finish().map_err(fault)
        }
    }
}
