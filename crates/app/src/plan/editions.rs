//! What a plan was at each decision, and its editions: adjust, compare, let the next edition replace the last.

use super::refresh_plan;
use crate::{AppError, AppResult, Event, Work};
use hengjian_domain::{
    law,
    plan::{
        LineChange, PlanId, PlanLine, PlanSnapshot, PlanSnapshotId, PlanState, SpotCheckPlan, SpotCheckTask, difference,
    },
};

/// A plan as kept in a snapshot.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Kept {
    /// The plan.
    pub plan: SpotCheckPlan,
    /// Its lines.
    pub lines: Vec<PlanLine>,
}

/// Two states of a plan, compared.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// What the earlier one is, in words.
    pub before: String,
    /// What the later one is, in words.
    pub after: String,
    /// Changes of text: field, before, after.
    pub text: Vec<(&'static str, String, String)>,
    /// Changes of lines.
    pub lines: Vec<LineChange>,
}

/// Keeps the plan as it stands at a decision.
pub(super) fn keep(work: &mut Work<'_>, plan: &SpotCheckPlan, event: &str) -> AppResult<()> {
    let lines = work.tx.plan_lines(plan.id)?;
    let kept = Kept { plan: plan.clone(), lines };
    let content = serde_json::to_string(&kept).map_err(|error| AppError::fault(error.to_string()))?;
    let mut snapshot = PlanSnapshot {
        id: work.new_id(),
        version: 1,
        org_id: plan.org_id,
        plan_id: plan.id,
        edition: plan.edition,
        event: event.to_owned(),
        content,
        at_us: work.now(),
    };
    work.insert(&mut snapshot)
}

/// Highest edition that is in force or was; 0 when none.
pub(super) fn latest_in_force(work: &mut Work<'_>, plan: &SpotCheckPlan) -> AppResult<i64> {
    let binding = |state: PlanState| state.is_in_force() || matches!(state, PlanState::Completed | PlanState::Archived);
    let editions = work.tx.plan_editions(plan)?;
    Ok(editions.iter().filter(|edition| binding(edition.state)).map(|edition| edition.edition).max().unwrap_or(0))
}

/// Begins the next edition: a draft with the lines of this one.
///
/// # Errors
/// Wrong state, a later edition, no reason.
pub fn adjust(work: &mut Work<'_>, id: PlanId, version: i64, reason: &str, token: &str) -> AppResult<PlanId> {
    let plan: SpotCheckPlan = work.load_own(id, version)?;
    let editions = work.tx.plan_editions(&plan)?;
    let standing = editions.iter().filter(|edition| edition.state != PlanState::Cancelled);
    let latest = standing.map(|edition| edition.edition).max().unwrap_or(plan.edition);
    let mut next = plan.adjust(reason, latest, work.actor(), work.now())?;
    next.id = work.new_id();
    work.once(token, &format!("/desk/plans/{}", next.id))?;
    let lines = work.tx.plan_lines(plan.id)?;
    work.insert(&mut next)?;
    copy_lines(work, &lines, &next)?;
    keep(work, &plan, "调整前")?;
    work.record(
        Event::new("plan.adjusted", format!("开始调整，建立第 {} 版", next.edition))
            .about(plan.id)
            .about(next.id)
            .fact("理由", next.adjustment_reason.clone())
            .basis(law::DECISION_PLAN_VERSION),
    );
    refresh_plan(work, &next)?;
    Ok(next.id)
}

/// Copies lines into a plan, in order, as new rows.
pub(super) fn copy_lines(work: &mut Work<'_>, lines: &[PlanLine], plan: &SpotCheckPlan) -> AppResult<()> {
    for line in lines {
        let mut copy = PlanLine { id: work.new_id(), org_id: plan.org_id, plan_id: plan.id, ..line.clone() };
        work.insert(&mut copy)?;
    }
    Ok(())
}

/// The edition now issued replaces the one before it: tasks not yet sampled follow their line, started ones keep theirs.
pub(super) fn replace_previous(work: &mut Work<'_>, plan: &SpotCheckPlan) -> AppResult<()> {
    let Some(previous) = plan.previous_id else { return Ok(()) };
    let previous: SpotCheckPlan =
        work.tx.get(&previous)?.ok_or_else(|| AppError::fault("the edition before is missing"))?;
    let old_lines = work.tx.plan_lines(previous.id)?;
    let new_lines = work.tx.plan_lines(plan.id)?;
    let mut moved = Vec::new();
    for mut task in work.tx.tasks_of_plan(previous.id)? {
        let target = task.may_change_edition().then(|| successor(&task, &old_lines, &new_lines)).flatten();
        if let Some(line) = target {
            task.plan_id = plan.id;
            task.plan_line_id = Some(line.id);
            work.save(&mut task)?;
            moved.push(task);
        }
    }
    if !moved.is_empty() {
        let numbers = moved.iter().map(|task| task.number.as_str()).collect::<Vec<_>>().join("、");
        let mut event = Event::new("plan.tasks_moved", format!("尚未抽样的任务改按第 {} 版执行", plan.edition))
            .about(plan.id)
            .fact("任务", numbers)
            .basis(law::DECISION_PLAN_VERSION);
        for task in &moved {
            event = event.about(task.id);
        }
        work.record(event);
    }
    let previous = end_if_replaced(work, previous)?;
    refresh_plan(work, &previous)
}

/// The line of the new edition that stands for the task's line: the same product and field, and room for its batches.
fn successor<'l>(task: &SpotCheckTask, old: &[PlanLine], new: &'l [PlanLine]) -> Option<&'l PlanLine> {
    let line = old.iter().find(|line| Some(line.id) == task.plan_line_id)?;
    new.iter().find(|candidate| {
        candidate.product_name == line.product_name
            && candidate.field == line.field
            && candidate.batches >= task.batches
    })
}

/// Ends an edition that a later one has replaced, once none of its tasks is open.
pub(super) fn end_if_replaced(work: &mut Work<'_>, plan: SpotCheckPlan) -> AppResult<SpotCheckPlan> {
    let latest = latest_in_force(work, &plan)?;
    let tasks = work.tx.tasks_of_plan(plan.id)?;
    let mut ended = plan.clone().replaced_by(latest, &tasks);
    if ended.state == plan.state {
        return Ok(plan);
    }
    work.save(&mut ended)?;
    work.record(
        Event::new("plan.replaced", format!("本版已由第 {latest} 版代替，没有未办结的任务"))
            .about(ended.id)
            .basis(law::DECISION_PLAN_VERSION),
    );
    Ok(ended)
}

/// Compares a plan as it is now with a snapshot of it, or with the edition before when none is named.
///
/// # Errors
/// Not found, or a fault.
pub fn compare(work: &mut Work<'_>, id: PlanId, snapshot: Option<PlanSnapshotId>) -> AppResult<Option<Comparison>> {
    let plan: SpotCheckPlan = work.load(id)?;
    let lines = work.tx.plan_lines(plan.id)?;
    let (before, words) = match snapshot {
        Some(snapshot) => {
            let kept: PlanSnapshot = work.load(snapshot)?;
            if kept.plan_id != plan.id {
                return Err(AppError::NotFound);
            }
            let words = format!("第 {} 版，{}（{}）", kept.edition, kept.event, kept.at_us);
            (read(&kept.content)?, words)
        }
        None => {
            let Some(previous) = plan.previous_id else { return Ok(None) };
            let earlier: SpotCheckPlan = work.load(previous)?;
            let lines = work.tx.plan_lines(earlier.id)?;
            let words = format!("第 {} 版", earlier.edition);
            (Kept { plan: earlier, lines }, words)
        }
    };
    let changed = [
        ("名称", &before.plan.title, &plan.title),
        ("目标", &before.plan.goals, &plan.goals),
        ("正文", &before.plan.body, &plan.body),
    ];
    let text = changed.into_iter().filter(|(_, old, new)| old != new);
    Ok(Some(Comparison {
        before: words,
        after: format!("第 {} 版，现在", plan.edition),
        text: text.map(|(field, old, new)| (field, old.clone(), new.clone())).collect(),
        lines: difference(&before.lines, &lines),
    }))
}

fn read(content: &str) -> AppResult<Kept> {
    serde_json::from_str(content).map_err(|error| AppError::fault(format!("snapshot cannot be read: {error}")))
}
