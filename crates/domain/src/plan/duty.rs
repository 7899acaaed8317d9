//! Who has to act next, for every state of a plan and of a task: the one table behind the work lists. A state that is
//! neither terminal nor carried by the plan's tasks has an owner.

use super::{PlanState, SpotCheckPlan, SpotCheckTask, TaskState};
use crate::actor::Role;
use jiff::civil::Date;

/// The next step somebody has to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Duty {
    /// In words of the owner's trade.
    pub title: &'static str,
    /// Whose it is.
    pub role: Role,
    /// Day of the scheme by which it should be done.
    pub due: Option<Date>,
}

const fn duty(title: &'static str, role: Role) -> Duty {
    Duty { title, role, due: None }
}

/// Next steps of a plan. `lines_open` tells that a line has no task (or only cancelled ones); `replaced` that a later
/// edition is in force, so that no more tasks are made from this one.
pub fn plan_duties(plan: &SpotCheckPlan, tasks: &[SpotCheckTask], lines_open: bool, replaced: bool) -> Vec<Duty> {
    let mut duties = match plan.state {
        PlanState::Draft => vec![duty("编制计划并提交审批", Role::PlanEditor)],
        PlanState::InReview => vec![duty("审批抽查计划", Role::PlanApprover)],
        PlanState::Returned => vec![duty("修改退回的抽查计划", Role::PlanEditor)],
        PlanState::Approved => vec![duty("印发抽查计划", Role::Publisher)],
        PlanState::Issued | PlanState::Filed | PlanState::Executing => {
            let all_ended = tasks.iter().all(|task| task.state.is_terminal());
            if lines_open && !replaced {
                vec![duty("按计划建立抽查任务", Role::PlanEditor)]
            } else if all_ended && plan.state == PlanState::Executing {
                vec![duty("办结抽查计划", Role::PlanEditor)]
            } else {
                Vec::new()
            }
        }
        PlanState::Completed => vec![duty("归档抽查计划", Role::PlanEditor)],
        PlanState::Archived | PlanState::Cancelled => Vec::new(),
    };
    let to_be_filed = matches!(plan.state, PlanState::Issued | PlanState::Executing | PlanState::Completed);
    if to_be_filed && plan.filed_on.is_none() && !replaced {
        duties.push(duty("登记计划备案", Role::ResultManager));
    }
    duties
}

/// The next step of a task; none once it is closed or cancelled.
pub fn task_duties(task: &SpotCheckTask) -> Vec<Duty> {
    let (title, role, due) = match task.state {
        TaskState::Draft => ("编制抽查方案并绑定细则", Role::PlanEditor, task.sampling_from_on),
        TaskState::RulesReady => ("登记实施细则公开", Role::Publisher, task.sampling_from_on),
        TaskState::RulesPublished => ("登记委托检验", Role::ResultManager, task.sampling_from_on),
        TaskState::Commissioned => ("准备随机抽取", Role::DrawOperator, task.sampling_from_on),
        // The draw and its visits have steps of their own; the task waits for them.
        TaskState::Ready | TaskState::Sampling => ("完成本任务的抽样", Role::ResultManager, task.sampling_until_on),
        TaskState::Testing => ("收齐本任务的检验报告", Role::ResultManager, task.testing_until_on),
        TaskState::ResultConfirm => ("确认报告并出具结果通知", Role::ResultManager, None),
        TaskState::PostHandling => ("办结抽查任务", Role::ResultManager, task.handling_until_on),
        TaskState::Suspended => ("决定恢复暂停的任务", Role::PlanApprover, None),
        TaskState::Closed | TaskState::Cancelled => return Vec::new(),
    };
    vec![Duty { title, role, due }]
}
