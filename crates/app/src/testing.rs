//! Use cases of the stage 检验: receipt, items, judgement, signatures, reports.

use crate::{AppError, AppResult, Work};
use hengjian_domain::{
    ids::SubjectId,
    laboratory::LaboratoryId,
    sampling::{Sample, SamplingRecord},
    testing::{InspectionId, InspectionPurpose},
};

/// What an inspection is made for.
#[derive(Debug, Clone)]
pub struct Assignment {
    /// First test, re-inspection (复检) or recheck (复查).
    pub purpose: InspectionPurpose,
    /// The objection or the recheck it serves; `None` for the first test.
    pub purpose_id: Option<SubjectId>,
    /// Laboratory that tests.
    pub laboratory_id: LaboratoryId,
    /// Items to be tested; empty: all of the rule.
    pub items: Vec<String>,
}

/// Assigns a sample to a laboratory: a new inspection in state ASSIGNED with its item rows and the laboratory's duty.
///
/// # Errors
/// A refusal, or a fault.
pub fn assign(
    _work: &mut Work<'_>,
    _record: &SamplingRecord,
    _sample: &Sample,
    _assignment: Assignment,
) -> AppResult<InspectionId> {
    Err(AppError::fault("testing::assign"))
}
