//! The mark of a demonstration, kept in the database itself: no file beside it can turn real data into a demonstration.

use crate::{StoreError, Tx, Value};
use hengjian_domain::time::Timestamp;
use std::path::Path;

/// A demonstration and where its clock stands; `None` until it is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Demonstration {
    /// Where its clock stands.
    pub stands: Option<Timestamp>,
}

impl Tx<'_> {
    /// Marks this database as a demonstration: the first write into an empty one.
    ///
    /// # Errors
    /// It is marked already, or the database refuses.
    pub fn mark_demonstration(&mut self, begun: Timestamp) -> Result<(), StoreError> {
        let sql = "INSERT INTO demonstration (id, begun_at_us) VALUES (1, ?1)";
        self.execute(sql, &[Value::Int(begun.0)]).map(|_| ())
    }
    /// The mark, if there is one.
    ///
    /// # Errors
    /// The database refuses.
    pub fn demonstration(&mut self) -> Result<Option<Demonstration>, StoreError> {
        let stands = self.value::<Option<i64>>("SELECT stands_at_us FROM demonstration WHERE id = 1", &[])?;
        Ok(stands.map(|stands| Demonstration { stands: stands.map(Timestamp) }))
    }
    /// Notes where the clock of a demonstration stands. `false` where this is none.
    ///
    /// # Errors
    /// The database refuses.
    pub fn keep_demonstration_clock(&mut self, stands: Timestamp) -> Result<bool, StoreError> {
        let sql = "UPDATE demonstration SET stands_at_us = ?1 WHERE id = 1";
        Ok(self.execute(sql, &[Value::Int(stands.0)])? == 1)
    }
}

/// Whether an SQLite file is marked as a demonstration. Reads only, and changes no schema.
///
/// # Errors
/// The file is no database.
pub fn is_marked(file: &Path) -> Result<bool, StoreError> {
    let database = rusqlite::Connection::open_with_flags(file, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let table = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'demonstration'";
    if database.query_row(table, [], |row| row.get::<_, i64>(0))? == 0 {
        return Ok(false);
    }
    Ok(database.query_row("SELECT COUNT(*) FROM demonstration", [], |row| row.get::<_, i64>(0))? > 0)
}
