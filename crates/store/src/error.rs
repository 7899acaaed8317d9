//! What can go wrong below the rules. None of it is shown to a user; the page shows a number to quote.

use std::fmt;

/// A fault of the store, or the one outcome a use case must handle itself: the row has moved on.
#[derive(Debug)]
pub enum StoreError {
    /// Somebody else saved the row since it was read (optimistic version).
    Stale {
        /// Table of the row.
        table: &'static str,
    },
    /// A unique key exists already; carries the database's own words.
    Duplicate(String),
    /// A stored value cannot become a domain value.
    Unreadable {
        /// Column.
        column: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Nothing can be written at present: the disk is full or broken, or another program holds the database.
    CannotWrite(String),
    /// The database server cannot be reached at present: it is down, or starting again.
    Unreachable(String),
    /// The database has another schema than this program; says in Chinese what to do, for the console.
    Schema(String),
    /// The database itself failed.
    Database(String),
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stale { table } => write!(f, "row of {table} was changed by somebody else"),
            Self::Duplicate(words) => write!(f, "duplicate key: {words}"),
            Self::Unreadable { column, reason } => write!(f, "column {column} cannot be read: {reason}"),
            Self::CannotWrite(words) => write!(f, "cannot write: {words}"),
            Self::Unreachable(words) => write!(f, "database server cannot be reached: {words}"),
            Self::Schema(words) => f.write_str(words),
            Self::Database(words) => write!(f, "database: {words}"),
        }
    }
}
impl std::error::Error for StoreError {}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match &error {
            rusqlite::Error::SqliteFailure(code, words)
                if code.extended_code == rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE
                    || code.extended_code == rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY =>
            {
                Self::Duplicate(words.clone().unwrap_or_default())
            }
            rusqlite::Error::SqliteFailure(code, _) if stops_writing(code) => Self::CannotWrite(error.to_string()),
            _ => Self::Database(error.to_string()),
        }
    }
}

/// Whether SQLite says that the disk, not the statement, is at fault.
fn stops_writing(code: &rusqlite::ffi::Error) -> bool {
    use rusqlite::{ErrorCode, ffi};
    matches!(code.code, ErrorCode::DiskFull | ErrorCode::DatabaseBusy | ErrorCode::ReadOnly)
        || [
            ffi::SQLITE_IOERR_WRITE,
            ffi::SQLITE_IOERR_FSYNC,
            ffi::SQLITE_IOERR_DIR_FSYNC,
            ffi::SQLITE_IOERR_TRUNCATE,
            ffi::SQLITE_IOERR_SHMSIZE,
        ]
        .contains(&code.extended_code)
}

/// Whether the server, not the statement, is at fault: no connection can be had, it broke, or the server is ending or
/// starting (SQLSTATE class 08, 57P01 to 57P03).
fn is_gone(error: &postgres::Error) -> bool {
    let said = error.code().is_some_and(|code| code.code().starts_with("08") || code.code().starts_with("57P0"));
    let broke = std::error::Error::source(error).is_some_and(|source| source.is::<std::io::Error>());
    said || broke || error.is_closed()
}

impl From<postgres::Error> for StoreError {
    fn from(error: postgres::Error) -> Self {
        if error.code() == Some(&postgres::error::SqlState::UNIQUE_VIOLATION) {
            return Self::Duplicate(error.to_string());
        }
        let words = error
            .as_db_error()
            .map_or_else(|| error.to_string(), |db| format!("{}: {}", db.code().code(), db.message()));
        if error.code() == Some(&postgres::error::SqlState::DISK_FULL) {
            Self::CannotWrite(words)
        } else if is_gone(&error) {
            Self::Unreachable(words)
        } else {
            Self::Database(words)
        }
    }
}
