//! A file opened for reading: what it is (by its bytes, never by its name), which tables it has, their rows one by one.

use crate::{SheetError, excel, html, text};
use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

/// One row of a table. Reused from row to row, so that reading a million rows needs the memory of one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// Number as the table's own program counts rows, from 1.
    pub number: u64,
    /// Cells as text.
    pub cells: Vec<String>,
    /// Columns whose text was carried down from a merged cell above.
    pub carried: Vec<usize>,
    /// Columns whose number has more digits than the file format keeps, so that the last ones may be wrong.
    pub doubtful: Vec<usize>,
}

impl Row {
    /// Text of a column; empty when the row is shorter.
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }
    /// Whether nothing stands in the row.
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim().is_empty())
    }
}

enum Source {
    Text { path: PathBuf, layout: text::Layout },
    Xlsx(Box<excel::Streamed>),
    Loaded(Vec<html::LoadedTable>),
}

/// An opened file with one or more tables.
pub struct Book {
    source: Source,
    names: Vec<String>,
}

impl std::fmt::Debug for Book {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Book").field("names", &self.names).finish_non_exhaustive()
    }
}

/// Rows of one table, in order.
pub struct Rows<'b>(Kind<'b>);

enum Kind<'b> {
    Text(Box<text::TextRows>),
    Xlsx(Box<excel::StreamedRows<'b>>),
    Loaded(std::slice::Iter<'b, Row>),
}

impl std::fmt::Debug for Rows<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Rows")
    }
}

impl Book {
    /// Opens a file and finds out what it is.
    ///
    /// # Errors
    /// It cannot be read, is empty, damaged, or holds no table.
    pub fn open(path: &Path) -> Result<Self, SheetError> {
        let mut head = Vec::with_capacity(4096);
        File::open(path)?.take(4096).read_to_end(&mut head)?;
        if head.is_empty() {
            return Err(SheetError::Empty);
        }
        if head.starts_with(b"PK\x03\x04") {
            let book = excel::Streamed::open(path)?;
            let names = book.names();
            return Ok(Self { source: Source::Xlsx(Box::new(book)), names });
        }
        if head.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
            return Self::loaded(excel::load_old(path)?);
        }
        let layout = text::Layout::of(path)?;
        if html::looks_like_html(&layout.head) {
            return Self::loaded(html::tables(&layout.read_all(path)?));
        }
        if layout.head.contains('\0') {
            return Err(SheetError::NotATable);
        }
        Ok(Self { source: Source::Text { path: path.to_owned(), layout }, names: vec![String::new()] })
    }

    fn loaded(tables: Vec<html::LoadedTable>) -> Result<Self, SheetError> {
        if tables.is_empty() {
            return Err(SheetError::NotATable);
        }
        let names = tables.iter().map(|table| table.name.clone()).collect();
        Ok(Self { source: Source::Loaded(tables), names })
    }

    /// Names of the tables (sheet names; empty for CSV), in order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Lines of text that stand before a table outside of it: headings of a page.
    pub fn headings(&self, table: usize) -> &[String] {
        match &self.source {
            Source::Loaded(tables) => tables.get(table).map_or(&[], |table| &table.headings),
            _ => &[],
        }
    }

    /// Whether the text had to be decoded and some of it could not be.
    pub fn undecodable(&self) -> bool {
        matches!(&self.source, Source::Text { layout, .. } if layout.undecodable)
    }

    /// Begins reading a table from its first row; may be called again.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn rows(&mut self, table: usize) -> Result<Rows<'_>, SheetError> {
        Ok(Rows(match &mut self.source {
            Source::Text { path, layout } => Kind::Text(Box::new(text::TextRows::open(path, layout)?)),
            Source::Xlsx(book) => Kind::Xlsx(Box::new(book.rows(table)?)),
            Source::Loaded(tables) => Kind::Loaded(tables.get(table).map_or([].iter(), |table| table.rows.iter())),
        }))
    }
}

impl Rows<'_> {
    /// Reads the next row into `row`; `false` at the end. Blank rows come too, so that numbers stay true.
    ///
    /// # Errors
    /// The file cannot be read further.
    pub fn next_into(&mut self, row: &mut Row) -> Result<bool, SheetError> {
        match &mut self.0 {
            Kind::Text(rows) => rows.next_into(row),
            Kind::Xlsx(rows) => rows.next_into(row),
            Kind::Loaded(rows) => match rows.next() {
                Some(next) => {
                    row.clone_from(next);
                    Ok(true)
                }
                None => Ok(false),
            },
        }
    }
}
