//! Reading the journal (操作记录): page by page, and checking that nothing in it was changed or is missing. Reads only.

use crate::{AppError, AppResult, TimelineLine, Work};
use hengjian_domain::organisation::{Organisation, OrganisationId, OrganisationKind};
use hengjian_store::StoreError;

/// Lines of a page.
pub const PAGE: i64 = 50;

/// Logs in the reader's sight: the own organisation's and those below.
///
/// # Errors
/// A fault.
pub fn logs(work: &mut Work<'_>) -> AppResult<Vec<(Organisation, i64)>> {
    let path = work.actor().scope_path.clone();
    let sizes = work.tx.journal_sizes()?;
    let mut nodes = work.tx.organisations_below(&path)?;
    nodes.retain(|node| !matches!(node.kind, OrganisationKind::Section | OrganisationKind::Station));
    let size = |id: OrganisationId| sizes.iter().find(|(log, _)| *log == id).map_or(0, |(_, size)| *size);
    Ok(nodes.into_iter().map(|node| (node.clone(), size(node.id))).collect())
}

fn in_sight(work: &mut Work<'_>, log: OrganisationId) -> AppResult<()> {
    if logs(work)?.iter().any(|(node, _)| node.id == log) { Ok(()) } else { Err(AppError::NotFound) }
}

/// Entries of a log before `before` (exclusive), newest first; one more than a page when there are older ones.
///
/// # Errors
/// [`AppError::NotFound`] for a log out of sight.
pub fn page(work: &mut Work<'_>, log: OrganisationId, before: Option<i64>) -> AppResult<Vec<TimelineLine>> {
    in_sight(work, log)?;
    Ok(work.tx.journal_page(log, before.unwrap_or(i64::MAX), PAGE + 1)?)
}

/// What a check of a log found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checked {
    /// Every entry is there and as it was written.
    Whole {
        /// Number of entries.
        entries: i64,
    },
    /// Something does not fit.
    Broken {
        /// The entry and what is wrong, for the technician.
        detail: String,
    },
}

/// Checks a log from its first entry to its last.
///
/// # Errors
/// [`AppError::NotFound`] for a log out of sight, a fault.
pub fn check(work: &mut Work<'_>, log: OrganisationId) -> AppResult<Checked> {
    in_sight(work, log)?;
    match work.tx.verify_journal(log) {
        Ok(entries) => Ok(Checked::Whole { entries }),
        Err(StoreError::Unreadable { column, reason }) => Ok(Checked::Broken { detail: format!("{column}: {reason}") }),
        Err(other) => Err(other.into()),
    }
}
