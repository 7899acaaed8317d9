//! Use cases beside the stages: imports with preview and undo, exports, the history of earlier checks.

use crate::{AppError, AppResult, Work};
use hengjian_domain::sampling::SamplingRecord;

/// A signed sampling record of our own enters the history that the no-repeat rule reads.
///
/// # Errors
/// A fault.
pub fn note_own_check(_work: &mut Work<'_>, _record: &SamplingRecord) -> AppResult<()> {
    Err(AppError::fault("exchange::note_own_check"))
}
