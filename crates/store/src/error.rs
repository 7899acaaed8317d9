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
    /// The database itself failed.
    Database(String),
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stale { table } => write!(f, "row of {table} was changed by somebody else"),
            Self::Duplicate(words) => write!(f, "duplicate key: {words}"),
            Self::Unreadable { column, reason } => write!(f, "column {column} cannot be read: {reason}"),
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
            _ => Self::Database(error.to_string()),
        }
    }
}

impl From<postgres::Error> for StoreError {
    fn from(error: postgres::Error) -> Self {
        if error.code() == Some(&postgres::error::SqlState::UNIQUE_VIOLATION) {
            return Self::Duplicate(error.to_string());
        }
        let words = error
            .as_db_error()
            .map_or_else(|| error.to_string(), |db| format!("{}: {}", db.code().code(), db.message()));
        Self::Database(words)
    }
}
