//! Use cases of the stage 后处理: cases until they are closed; 复查 = recheck.

use crate::{AppError, AppResult, Work};
use hengjian_domain::{
    follow_up::CaseId,
    ids::SubjectId,
    organisation::Tier,
    sampling::Visit,
    testing::{Inspection, ProblemReport},
};
use jiff::civil::Date;

/// A case handed down by a superior or a peer county, as a row of its table.
#[derive(Debug, Clone)]
pub struct NewAssignment {
    /// Level of the check.
    pub tier: Tier,
    /// Authority that organised the check.
    pub organiser_name: String,
    /// Authority that hands the case down.
    pub assigned_by: String,
    /// Its number there.
    pub external_number: String,
    /// Day on which this office received it: sets the clocks running.
    pub received_on: Date,
    /// Sampled party.
    pub party_name: String,
    /// Its address.
    pub party_address: String,
    /// USCC where given.
    pub party_uscc: String,
    /// Product.
    pub product_name: String,
    /// Trademark.
    pub trademark: String,
    /// Model.
    pub model: String,
    /// Batch or production date as written.
    pub batch_text: String,
    /// Labelled producer.
    pub producer_name: String,
    /// Report number.
    pub report_number: String,
    /// Failed items as written.
    pub failed_items: String,
}

/// A confirmed failed report opens its case or cases (party and, where it lies here, the producer).
///
/// # Errors
/// A fault.
pub fn open_for_report(_work: &mut Work<'_>, _inspection: &Inspection) -> AppResult<Vec<CaseId>> {
    Err(AppError::fault("follow_up::open_for_report"))
}
/// A problem report opens verification and its clock like a failure.
///
/// # Errors
/// A fault.
pub fn open_for_problem(_work: &mut Work<'_>, _report: &ProblemReport) -> AppResult<CaseId> {
    Err(AppError::fault("follow_up::open_for_problem"))
}
/// A refusal to be sampled, or a visit stopped for an illegal state, goes to enforcement.
///
/// # Errors
/// A fault.
pub fn open_for_visit(_work: &mut Work<'_>, _visit: &Visit) -> AppResult<CaseId> {
    Err(AppError::fault("follow_up::open_for_visit"))
}
/// A row of an assignment table; `None` when the same case (organiser, report number, party) is here already.
///
/// # Errors
/// A fault.
pub fn open_assigned(_work: &mut Work<'_>, _new: NewAssignment) -> AppResult<Option<CaseId>> {
    Err(AppError::fault("follow_up::open_assigned"))
}
/// A recheck report was confirmed; called by testing. `recheck` is the id of the case's recheck.
///
/// # Errors
/// A fault.
pub fn recheck_reported(_work: &mut Work<'_>, _recheck: SubjectId, _inspection: &Inspection) -> AppResult<()> {
    Err(AppError::fault("follow_up::recheck_reported"))
}
/// An objection ended: `overturned` tells that the first result no longer stands.
///
/// # Errors
/// A fault.
pub fn objection_ended(_work: &mut Work<'_>, _inspection: &Inspection, _overturned: bool) -> AppResult<()> {
    Err(AppError::fault("follow_up::objection_ended"))
}
/// What a passing day brings: terms of correction that ended, reminders. The same day twice changes nothing.
///
/// # Errors
/// A fault.
pub fn daily(_work: &mut Work<'_>) -> AppResult<()> {
    Ok(())
}
