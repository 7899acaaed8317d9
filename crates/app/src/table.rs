//! Tables that leave the house: one way to make a CSV or XLSX file of rows, for lists, publications and statistics.
//! What the rows are is the caller's business.

use crate::{AppError, AppResult};
use hengjian_sheets::{XlsxSheet, write_csv};

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
    let fault = |error| AppError::fault(format!("table: {error}"));
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
