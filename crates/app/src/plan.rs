//! Use cases of the stage 计划: plans and tasks.

use crate::{AppError, AppResult, Work};
use hengjian_domain::plan::TaskId;

/// The task's draw is confirmed: COMMISSIONED → READY.
///
/// # Errors
/// A refusal of the task's state.
pub fn task_drawn(_work: &mut Work<'_>, _task: TaskId) -> AppResult<()> {
    Err(AppError::fault("plan::task_drawn"))
}
/// A visit of the task has begun: READY → SAMPLING (guard D33), and the plan executes.
///
/// # Errors
/// A refusal of the task's state, or the rule was not public before.
pub fn sampling_begun(_work: &mut Work<'_>, _task: TaskId) -> AppResult<()> {
    Err(AppError::fault("plan::sampling_begun"))
}
/// Counts visits, reports and cases of a task again and moves it forward where its batches allow.
///
/// # Errors
/// A fault.
pub fn advance_task(_work: &mut Work<'_>, _task: TaskId) -> AppResult<()> {
    Err(AppError::fault("plan::advance_task"))
}
