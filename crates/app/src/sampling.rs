//! Use cases of the stage 抽样: visits, sampling records, samples and custody.

use crate::{AppError, AppResult, Work};
use hengjian_domain::{
    actor::UserId,
    draw::DrawId,
    enterprise::EnterpriseId,
    officer::OfficerId,
    plan::TaskId,
    sampling::{SampleId, SampleState, VisitId},
    time::Timestamp,
};

/// A visit as the draw hands it over. The enterprise goes into a sealed blob until the release time.
#[derive(Debug, Clone)]
pub struct NewVisit {
    /// Task.
    pub task_id: TaskId,
    /// Draw.
    pub draw_id: DrawId,
    /// Who is to be visited; secret until release.
    pub enterprise_id: EnterpriseId,
    /// Models blocked by the six-month rule, for the samplers; empty when none.
    pub blocked_models: String,
    /// Leads.
    pub lead_officer_id: OfficerId,
    /// Second person.
    pub second_officer_id: OfficerId,
    /// Station officer who accompanies.
    pub accompanying_user_id: Option<UserId>,
    /// Readable by the team from then on.
    pub release_at: Timestamp,
    /// Visit that it replaces.
    pub replaces_id: Option<VisitId>,
}

/// Creates an assigned visit.
///
/// # Errors
/// A fault.
pub fn create_visit(_work: &mut Work<'_>, _new: NewVisit) -> AppResult<VisitId> {
    Err(AppError::fault("sampling::create_visit"))
}
/// A custody step of a sample made by another stage (testing takes it, re-inspection moves it).
#[derive(Debug, Clone)]
pub struct Move {
    /// State after the step.
    pub state: SampleState,
    /// Who gives.
    pub giver: String,
    /// Who takes and holds it from then on.
    pub taker: String,
    /// Where.
    pub place: String,
    /// Outer condition.
    pub condition: String,
    /// Whether the seal was whole.
    pub seal_intact: bool,
    /// Note.
    pub note: String,
}
/// Moves a sample along its chain; refuses steps that regulations §2.5 does not know.
///
/// # Errors
/// A refusal of the sample's state.
pub fn move_sample(_work: &mut Work<'_>, _sample: SampleId, _step: Move) -> AppResult<()> {
    Err(AppError::fault("sampling::move_sample"))
}
