//! 待办: what a person must do, by when, counted how. Reads the open duties of the person's roles and unit.

use crate::{AppResult, Work};
use hengjian_domain::clock::Clock;

/// Most lines shown; the page says so when there are more.
pub const WORK_LIST_LIMIT: usize = 200;

/// Open duties of the person, earliest last day first.
///
/// # Errors
/// A fault.
pub fn work_list(work: &mut Work<'_>) -> AppResult<Vec<Clock>> {
    let actor = work.actor();
    Ok(work.tx.work_list(actor, WORK_LIST_LIMIT)?)
}
