//! Use cases of the stage 计划: plans and tasks. `drafting` makes and changes a plan, `deciding` takes it from review
//! to archive, `editions` keeps what it was at each decision, `task` runs the tasks, `reading` gathers what pages show,
//! `paper` prints the notice. This file holds what they share and what other stages call.

pub mod deciding;
pub mod drafting;
pub mod editions;
pub mod paper;
pub mod reading;
pub mod task;

use crate::{
    AppError, AppResult, Event, Work,
    clocks::{About, Owner},
};
use hengjian_domain::{
    clock::{ClockKind, ClockState, SubjectKind},
    ids::{Id, SubjectId},
    law,
    organisation::OrganisationId,
    plan::{Duty, PlanLine, PlanRefused, SpotCheckPlan, SpotCheckTask, TaskId, TaskState, plan_duties, task_duties},
};
use jiff::civil::Date;

crate::refusals!(PlanRefused);

/// Where a day of the scheme comes from.
pub(crate) fn day_of_scheme(day: Date) -> String {
    format!("抽查方案定于 {day} 及以前（{}）", law::R18_12.cited())
}

/// Makes the open steps of a thing equal to the domain's table: what is no longer due is done, what is new is opened.
fn set_duties<K>(
    work: &mut Work<'_>,
    org_id: OrganisationId,
    kind: SubjectKind,
    id: Id<K>,
    wanted: &[Duty],
) -> AppResult<()> {
    let subject: SubjectId = id.cast();
    let mut standing = Vec::new();
    for mut clock in work.tx.clocks_of(subject)? {
        if clock.state != ClockState::Open || clock.kind != ClockKind::Duty {
            continue;
        }
        let still = wanted.iter().any(|duty| {
            duty.title == clock.title && clock.owner_role == Some(duty.role) && duty.due == clock.due_strict_on
        });
        if still {
            standing.push(clock.title.clone());
        } else {
            clock.state = ClockState::Done;
            clock.done_on = Some(work.today());
            work.save(&mut clock)?;
        }
    }
    for duty in wanted.iter().filter(|duty| !standing.iter().any(|title| title == duty.title)) {
        let mut clock = work.start_step(About::new(org_id, kind, id, duty.title), Owner::role(duty.role))?;
        if let Some(due) = duty.due {
            clock.due_strict_on = Some(due);
            clock.steps = day_of_scheme(due);
            work.save(&mut clock)?;
        }
    }
    Ok(())
}

/// Sets the steps of a plan after anything that can change them.
pub(crate) fn refresh_plan(work: &mut Work<'_>, plan: &SpotCheckPlan) -> AppResult<()> {
    let tasks = work.tx.tasks_of_plan(plan.id)?;
    let lines = work.tx.plan_lines(plan.id)?;
    let replaced = editions::latest_in_force(work, plan)? > plan.edition;
    let wanted = plan_duties(plan, &tasks, has_open_lines(&lines, &tasks), replaced);
    set_duties(work, plan.org_id, SubjectKind::Plan, plan.id, &wanted)
}
/// Sets the steps of a task, then those of its plan, which may now be ready to be ended.
fn refresh_task(work: &mut Work<'_>, task: &SpotCheckTask) -> AppResult<()> {
    set_duties(work, task.org_id, SubjectKind::Task, task.id, &task_duties(task))?;
    let mut plan = plan_of(work, task)?;
    if task.state.is_terminal() {
        plan = editions::end_if_replaced(work, plan)?;
    }
    refresh_plan(work, &plan)
}
/// A line without a task, or only with cancelled ones.
fn has_open_lines(lines: &[PlanLine], tasks: &[SpotCheckTask]) -> bool {
    let has_task =
        |line: &PlanLine| tasks.iter().any(|t| t.plan_line_id == Some(line.id) && t.state != TaskState::Cancelled);
    lines.iter().any(|line| !has_task(line))
}
fn plan_of(work: &mut Work<'_>, task: &SpotCheckTask) -> AppResult<SpotCheckPlan> {
    work.tx.get(&task.plan_id)?.ok_or_else(|| AppError::fault(format!("plan of task {} is missing", task.number)))
}

/// The task of another stage's row. Its caller has authorised the act on that row; the laboratory's people, who see no
/// task, come through here too.
fn task_of(work: &mut Work<'_>, id: TaskId) -> AppResult<SpotCheckTask> {
    work.tx.get(&id)?.ok_or_else(|| AppError::fault(format!("task {id} is missing")))
}

/// The task's draw is confirmed: COMMISSIONED → READY.
///
/// # Errors
/// A refusal of the task's state.
pub fn task_drawn(work: &mut Work<'_>, task: TaskId) -> AppResult<()> {
    let before = task_of(work, task)?;
    let mut after = before.clone().ready()?;
    if after.state == before.state {
        return Ok(());
    }
    work.save(&mut after)?;
    work.record(Event::new("plan.task_drawn", "随机抽取已确认，任务可以派发").about(task).basis(law::R18_15));
    refresh_task(work, &after)
}
/// A visit of the task has begun: READY → SAMPLING (guard D33), and the plan executes.
///
/// # Errors
/// A refusal of the task's state, or the rule was not public before.
pub fn sampling_begun(work: &mut Work<'_>, task: TaskId) -> AppResult<()> {
    let before = task_of(work, task)?;
    let mut after = before.clone().begin_sampling(work.now())?;
    if after.state == before.state {
        return Ok(());
    }
    work.save(&mut after)?;
    let mut event = Event::new("plan.sampling_begun", "开始抽样").about(task).basis(law::R18_12);
    if let Some(at) = after.rules_published_at_us {
        event = event.fact("细则公开时间", at.to_string());
    }
    work.record(event);
    let plan = plan_of(work, &after)?;
    let mut executing = plan.clone().execute();
    if executing.state != plan.state {
        work.save(&mut executing)?;
        work.record(Event::new("plan.executing", "第一个任务开始抽样，计划进入执行").about(plan.id));
    }
    refresh_task(work, &after)
}
/// Counts visits, reports and cases of a task again and moves it forward where its batches allow. Whoever ends a visit,
/// a draw or a report calls it; calling it once too often changes nothing.
///
/// # Errors
/// A fault.
pub fn advance_task(work: &mut Work<'_>, task: TaskId) -> AppResult<()> {
    let mut task = task_of(work, task)?;
    let progress = work.tx.task_progress(task.id)?;
    loop {
        let mut next = task.clone().advance(&progress);
        if next.state == task.state {
            return Ok(());
        }
        work.save(&mut next)?;
        let words = match next.state {
            TaskState::Testing => "各批次已抽样或核销，转入检验",
            _ => "检验报告已收齐，转入结果确认",
        };
        work.record(
            Event::new("plan.task_advanced", words)
                .about(next.id)
                .fact("已抽样", format!("{} 批", progress.sampled))
                .fact("未抽到", format!("{} 次", progress.unsampled)),
        );
        refresh_task(work, &next)?;
        task = next;
    }
}
