//! Use cases of the stage 异议: result notices, service, objections, re-inspection (复检).

use crate::{AppError, AppResult, Work};
use hengjian_domain::testing::Inspection;
use jiff::civil::Date;

/// Whether a result is final for every recipient (regulations §2.7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finality {
    /// The day from which it is final; `None` while it is not.
    pub final_on: Option<Date>,
    /// What still stands open, one sentence each.
    pub open: Vec<String>,
    /// Latest party date of all recipients, where every one has been served.
    pub latest_right_on: Option<Date>,
}

/// A confirmed report: drafts one notice per recipient (R18 第三十五条) and starts the duty to serve them.
///
/// # Errors
/// A fault.
pub fn draft_notices(_work: &mut Work<'_>, _inspection: &Inspection) -> AppResult<()> {
    Err(AppError::fault("objection::draft_notices"))
}
/// Whether the result is final today.
///
/// # Errors
/// A fault.
pub fn finality(_work: &mut Work<'_>, _inspection: &Inspection) -> AppResult<Finality> {
    Err(AppError::fault("objection::finality"))
}
/// A re-inspection report was confirmed; called by testing.
///
/// # Errors
/// A refusal, or a fault.
pub fn reinspection_reported(_work: &mut Work<'_>, _inspection: &Inspection) -> AppResult<()> {
    Err(AppError::fault("objection::reinspection_reported"))
}
/// What a passing day brings: announcements deemed served, rights that ended, formalities not done in seven days.
/// Run for every authority by [`crate::App::daily`]; the same day twice changes nothing.
///
/// # Errors
/// A fault.
pub fn daily(_work: &mut Work<'_>) -> AppResult<()> {
    Ok(())
}
