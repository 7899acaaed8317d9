//! What the pages of this stage show, gathered in one snapshot. Decides nothing.

use crate::{AppResult, PageRequest, TimelineLine, Work};
use hengjian_domain::{
    actor::UserId,
    clock::Clock,
    laboratory::Laboratory,
    organisation::{Organisation, OrganisationId},
    plan::{PlanId, PlanLine, PlanLineId, PlanSnapshot, Progress, SpotCheckPlan, SpotCheckTask, TaskId, TaskState},
    product::ProductCategory,
    rules::{RulesItem, SpotCheckRules},
};
pub use hengjian_store::plan::{PlanFilter, TaskFilter};
use hengjian_store::{Query, account::Account};

/// A row of the list of plans.
#[derive(Debug, Clone)]
pub struct PlanRow {
    /// Plan.
    pub plan: SpotCheckPlan,
    /// Organiser's short name.
    pub organiser: String,
    /// Batches.
    pub batches: i64,
    /// Budget, fen.
    pub budget_fen: i64,
}

/// A page of plans.
#[derive(Debug, Clone)]
pub struct PlanList {
    /// Rows, one more than asked for when a next page exists.
    pub rows: Vec<PlanRow>,
    /// Bounded count.
    pub count: i64,
    /// Years that have plans.
    pub years: Vec<i64>,
}

/// Plans in the person's scope, newest first.
///
/// # Errors
/// A fault.
pub fn plans(work: &mut Work<'_>, filter: &PlanFilter, page: &PageRequest) -> AppResult<PlanList> {
    let scope = work.scoped(Query::new(), false);
    let years = work.tx.plan_years(&scope)?;
    let query = filter.narrow(scope);
    let count = query.bounded_count(&mut work.tx, "plan")?;
    let plans: Vec<SpotCheckPlan> = query.page("created_at_us", "id", true, true, page).records(&mut work.tx)?;
    let mut rows = Vec::new();
    for plan in plans {
        let (batches, budget_fen) = work.tx.plan_totals(plan.id)?;
        let organiser = work.organisation(plan.org_id)?.short_name;
        rows.push(PlanRow { plan, organiser, batches, budget_fen });
    }
    Ok(PlanList { rows, count, years })
}

/// A plan with everything its page shows.
#[derive(Debug, Clone)]
pub struct PlanView {
    /// Plan.
    pub plan: SpotCheckPlan,
    /// Organiser.
    pub organiser: Organisation,
    /// Whether it is the authority's own level and the person's own authority: acts are open to it.
    pub own: bool,
    /// Lines.
    pub lines: Vec<PlanLine>,
    /// Tasks.
    pub tasks: Vec<SpotCheckTask>,
    /// Editions, first to last.
    pub editions: Vec<SpotCheckPlan>,
    /// Highest edition in force.
    pub latest_in_force: i64,
    /// What it was at each decision, newest first.
    pub snapshots: Vec<PlanSnapshot>,
    /// Clocks.
    pub clocks: Vec<Clock>,
    /// Timeline.
    pub timeline: Vec<TimelineLine>,
    /// Plans whose lines could be copied into it; only while it is a draft.
    pub earlier: Vec<SpotCheckPlan>,
    /// Drafter's name.
    pub drafter: String,
    /// Approver's name.
    pub approver: String,
}

/// Name of a person as shown on papers; empty for one who is not there.
pub(super) fn person(work: &mut Work<'_>, user: Option<UserId>) -> AppResult<String> {
    let Some(user) = user else { return Ok(String::new()) };
    let account: Option<Account> = work.tx.get(&user)?;
    Ok(account.map(|account| account.name).unwrap_or_default())
}

/// A plan for its page.
///
/// # Errors
/// Not found, or a fault.
pub fn plan(work: &mut Work<'_>, id: PlanId) -> AppResult<PlanView> {
    let plan: SpotCheckPlan = work.load(id)?;
    let organiser = work.organisation(plan.org_id)?;
    Ok(PlanView {
        own: plan.org_id == work.actor().org_id && organiser.tier.is_none_or(|tier| tier == plan.tier),
        lines: work.tx.plan_lines(id)?,
        tasks: work.tx.tasks_of_plan(id)?,
        editions: work.tx.plan_editions(&plan)?,
        latest_in_force: super::editions::latest_in_force(work, &plan)?,
        snapshots: work.tx.plan_snapshots(id)?,
        clocks: work.tx.clocks_of(id.cast())?,
        timeline: work.timeline(id)?,
        earlier: if plan.edit().is_ok() { own_plans(work)? } else { Vec::new() },
        drafter: person(work, Some(plan.drafted_by))?,
        approver: person(work, plan.approved_by)?,
        organiser,
        plan,
    })
}

/// What a line's form needs.
#[derive(Debug, Clone)]
pub struct LineView {
    /// Plan.
    pub plan: SpotCheckPlan,
    /// Line; `None` for a new one.
    pub line: Option<PlanLine>,
    /// Product categories.
    pub categories: Vec<ProductCategory>,
    /// Laboratories.
    pub laboratories: Vec<Laboratory>,
}

/// A line for its form.
///
/// # Errors
/// Not found, or a fault.
pub fn line(work: &mut Work<'_>, plan: PlanId, line: Option<PlanLineId>) -> AppResult<LineView> {
    let plan: SpotCheckPlan = work.load(plan)?;
    let line: Option<PlanLine> = line.map(|line| work.load(line)).transpose()?;
    let line = match line {
        Some(line) if line.plan_id != plan.id => return Err(crate::AppError::NotFound),
        other => other,
    };
    Ok(LineView {
        categories: work.tx.categories_of(plan.org_id)?,
        laboratories: work.tx.laboratories_of(plan.org_id)?,
        plan,
        line,
    })
}

/// Plans of the person's own authority, to copy from.
///
/// # Errors
/// A fault.
pub fn own_plans(work: &mut Work<'_>) -> AppResult<Vec<SpotCheckPlan>> {
    let org: OrganisationId = work.actor().org_id;
    Ok(work.tx.plans_of(org)?)
}

/// A page of tasks.
#[derive(Debug, Clone)]
pub struct TaskList {
    /// Rows, one more than asked for when a next page exists.
    pub rows: Vec<SpotCheckTask>,
    /// Bounded count.
    pub count: i64,
}

/// Tasks in the person's scope, newest first.
///
/// # Errors
/// A fault.
pub fn tasks(work: &mut Work<'_>, filter: &TaskFilter, page: &PageRequest) -> AppResult<TaskList> {
    let query = filter.narrow(work.scoped(Query::new(), false));
    let count = query.bounded_count(&mut work.tx, "task")?;
    let rows = query.page("created_at_us", "id", true, true, page).records(&mut work.tx)?;
    Ok(TaskList { rows, count })
}

/// A task with everything its page shows.
#[derive(Debug, Clone)]
pub struct TaskView {
    /// Task.
    pub task: SpotCheckTask,
    /// Its plan.
    pub plan: SpotCheckPlan,
    /// Its line.
    pub line: Option<PlanLine>,
    /// Whether it is of the person's own authority.
    pub own: bool,
    /// Area by name and code; empty for no bound.
    pub area: String,
    /// Bound rule.
    pub rules: Option<SpotCheckRules>,
    /// Its items.
    pub items: Vec<RulesItem>,
    /// Laboratory.
    pub laboratory: Option<Laboratory>,
    /// Rules that could be bound; only while the scheme is open.
    pub rules_to_bind: Vec<SpotCheckRules>,
    /// Laboratories that could be commissioned.
    pub laboratories: Vec<Laboratory>,
    /// How far its batches are.
    pub progress: Progress,
    /// Objections under way, and notices against which one may still be raised.
    pub objections_open: i64,
    /// Batches of which the result is public.
    pub published: i64,
    /// Clocks.
    pub clocks: Vec<Clock>,
    /// Timeline.
    pub timeline: Vec<TimelineLine>,
    /// Drafter's name.
    pub drafter: String,
}

/// A task for its page.
///
/// # Errors
/// Not found, or a fault.
pub fn task(work: &mut Work<'_>, id: TaskId) -> AppResult<TaskView> {
    let task: SpotCheckTask = work.load(id)?;
    let rules: Option<SpotCheckRules> = match task.rules_id {
        Some(rules) => work.tx.get(&rules)?,
        None => None,
    };
    let laboratory: Option<Laboratory> = match task.laboratory_id {
        Some(laboratory) => work.tx.get(&laboratory)?,
        None => None,
    };
    let line: Option<PlanLine> = match task.plan_line_id {
        Some(line) => work.tx.get(&line)?,
        None => None,
    };
    let open = matches!(task.state, TaskState::Draft | TaskState::RulesReady);
    let today = work.today();
    Ok(TaskView {
        own: task.org_id == work.actor().org_id,
        area: crate::registers::enterprises::division(work, &task.region_scope)?,
        plan: super::plan_of(work, &task)?,
        line,
        items: match task.rules_id {
            Some(rules) => work.tx.rules_items(rules)?,
            None => Vec::new(),
        },
        rules,
        laboratory,
        rules_to_bind: if open { work.tx.rules_to_bind(task.org_id)? } else { Vec::new() },
        laboratories: work.tx.laboratories_of(task.org_id)?,
        progress: work.tx.task_progress(id)?,
        objections_open: work.tx.task_objections_open(id, today)?,
        published: work.tx.task_published(id)?,
        clocks: work.tx.clocks_of(id.cast())?,
        timeline: work.timeline(id)?,
        drafter: person(work, Some(task.drafted_by))?,
        task,
    })
}
