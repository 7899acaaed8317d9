//! The empty tables of imports, to be filled in. Lists that leave the house are made by [`crate::table`].

use super::columns_of;
use crate::{AppError, AppResult};
use hengjian_domain::{code::Code, exchange::ImportKind};
use hengjian_sheets::{Template, write_template};

/// The template of a kind as XLSX: header row, text cells, a second sheet that explains the columns.
///
/// # Errors
/// A fault.
pub fn template(kind: ImportKind) -> AppResult<Vec<u8>> {
    write_template(&Template { name: kind.title(), columns: columns_of(kind), rows: &[] })
        .map_err(|error| AppError::fault(format!("template: {error}")))
}
