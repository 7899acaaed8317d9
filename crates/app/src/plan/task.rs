//! Tasks: made from a line, scheme, rule, publication of the rule, commission; suspended, cancelled, confirmed, closed.

use super::{refresh_plan, refresh_task};
use crate::{AppError, AppResult, Event, Work};
use hengjian_domain::{
    code::Code,
    laboratory::{Laboratory, LaboratoryId},
    law,
    plan::{
        PlanId, PlanLine, PlanLineId, PlanRefused, SamplingField, Schedule, SpotCheckPlan, SpotCheckTask, TaskId,
        TaskKind, TaskState,
    },
    rules::{RulesId, RulesState, SpotCheckRules},
    time::Timestamp,
};
use jiff::civil::Date;

/// Number book of tasks.
pub const TASK_BOOK: &str = "TASK";

/// A task to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTask {
    /// Plan.
    pub plan_id: PlanId,
    /// Line; a routine task has one.
    pub line_id: Option<PlanLineId>,
    /// Kind.
    pub kind: TaskKind,
    /// Name; made from the line when empty.
    pub name: String,
    /// Batches.
    pub batches: i64,
    /// Why, for what the plan does not foresee.
    pub reason: String,
}

/// Makes a task, as a draft with what its line says.
///
/// # Errors
/// The plan is not in force, too many batches, missing fields, sent before.
pub fn create(work: &mut Work<'_>, new: NewTask, token: &str) -> AppResult<TaskId> {
    let id: TaskId = work.new_id();
    work.once(token, &format!("/desk/tasks/{id}"))?;
    let plan: SpotCheckPlan = work.load(new.plan_id)?;
    let plan = super::drafting::load_plan(work, "建立抽查任务", plan.id, plan.version)?;
    let latest = super::editions::latest_in_force(work, &plan)?;
    plan.allows_tasks(latest)?;
    let line: Option<PlanLine> = new.line_id.map(|line| work.load(line)).transpose()?;
    let line = line.filter(|line| line.plan_id == plan.id);
    if new.kind == TaskKind::Routine && line.is_none() {
        return Err(AppError::field("line_id", "计划抽查从计划的一行产品建立，请选择产品"));
    }
    if new.kind.needs_reason() && new.reason.trim().is_empty() {
        return Err(AppError::field("reason", format!("{}不在计划之内，请写明理由", new.kind.title())));
    }
    // Only routine checks use up the batches of the line; the others come on top, with their reason.
    if let (TaskKind::Routine, Some(line)) = (new.kind, &line) {
        let taken = work.tx.batches_taken(line.id, None)?;
        SpotCheckTask::check_batches(line.batches, taken, new.batches)?;
    }
    let region = work.organisation(plan.org_id)?.region_code;
    let (year, tier) = (plan.year, plan.tier);
    let book_year = i16::try_from(year).map_err(|_| AppError::fault("a plan's year is out of range"))?;
    let print = |number| SpotCheckTask::number_text(&region, year, tier, number);
    let number = work.next_number(TASK_BOOK, book_year, id.cast(), print)?;
    let product = line.as_ref().map(|line| line.product_name.clone()).unwrap_or_default();
    let name = if new.name.trim().is_empty() { format!("{year} 年{product}{}", new.kind.title()) } else { new.name };
    let mut task = SpotCheckTask {
        id,
        version: 1,
        org_id: plan.org_id,
        plan_id: plan.id,
        plan_line_id: line.as_ref().map(|line| line.id),
        number,
        name,
        kind: new.kind,
        origin_tier: tier,
        state: TaskState::Draft,
        state_before_suspension: None,
        category_id: line.as_ref().and_then(|line| line.category_id),
        rules_id: None,
        product_scope: product,
        region_scope: region.clone(),
        field: line.as_ref().map_or(SamplingField::Circulation, |line| line.field),
        batches: new.batches,
        sampling_from_on: None,
        sampling_until_on: None,
        testing_until_on: None,
        handling_until_on: None,
        division_of_work: String::new(),
        sampling_body: String::new(),
        laboratory_id: None,
        agreement_number: String::new(),
        agreement_signed_on: None,
        rules_published_at_us: None,
        budget_fen: line.as_ref().map_or(0, |line| line.unit_cost_fen.saturating_mul(new.batches)),
        summary: String::new(),
        drafted_by: work.actor().user_id,
        reason: String::new(),
        created_at_us: work.now(),
    };
    work.insert(&mut task)?;
    let mut event = Event::new("plan.task_created", format!("建立任务 {}", task.number))
        .about(plan.id)
        .about(id)
        .fact("批次", task.batches.to_string())
        .basis(if new.kind.needs_reason() { law::R18_8 } else { law::R18_12 });
    if !new.reason.trim().is_empty() {
        event = event.fact("理由", new.reason.trim());
    }
    work.record(event);
    refresh_task(work, &task)?;
    Ok(id)
}

/// A scheme (方案) as filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scheme {
    /// Name.
    pub name: String,
    /// Product scope.
    pub product_scope: String,
    /// Area, code prefix.
    pub region_scope: String,
    /// Field.
    pub field: SamplingField,
    /// Batches.
    pub batches: i64,
    /// Dates.
    pub schedule: Schedule,
    /// Division of work.
    pub division_of_work: String,
    /// Who samples; empty: the authority itself.
    pub sampling_body: String,
    /// Budget, fen.
    pub budget_fen: i64,
}

fn settle(work: &mut Work<'_>, task: &mut SpotCheckTask, event: Event) -> AppResult<()> {
    work.save(task)?;
    work.record(event.about(task.id));
    refresh_task(work, task)
}

/// Changes the scheme.
///
/// # Errors
/// Wrong state, too many batches, stale version.
pub fn edit_scheme(work: &mut Work<'_>, id: TaskId, version: i64, scheme: Scheme) -> AppResult<()> {
    let task: SpotCheckTask = work.load_own(id, version)?;
    let task = task.edit()?;
    if let (TaskKind::Routine, Some(line)) = (task.kind, task.plan_line_id) {
        let line: PlanLine = work.load(line)?;
        let taken = work.tx.batches_taken(line.id, Some(id))?;
        SpotCheckTask::check_batches(line.batches, taken, scheme.batches)?;
    }
    let mut task = SpotCheckTask {
        name: scheme.name,
        product_scope: scheme.product_scope,
        region_scope: scheme.region_scope,
        field: scheme.field,
        batches: scheme.batches,
        sampling_from_on: scheme.schedule.sampling_from_on,
        sampling_until_on: scheme.schedule.sampling_until_on,
        testing_until_on: scheme.schedule.testing_until_on,
        handling_until_on: scheme.schedule.handling_until_on,
        division_of_work: scheme.division_of_work,
        sampling_body: scheme.sampling_body,
        budget_fen: scheme.budget_fen,
        ..task
    };
    let event = Event::new("plan.scheme_changed", "修改方案").fact("批次", task.batches.to_string());
    settle(work, &mut task, event)
}

/// Binds a rule and fixes the scheme.
///
/// # Errors
/// What the scheme or the rule lacks, stale version.
pub fn bind_rules(work: &mut Work<'_>, id: TaskId, version: i64, rules: RulesId) -> AppResult<()> {
    let task: SpotCheckTask = work.load_own(id, version)?;
    let rules: SpotCheckRules = work.load(rules)?;
    let items = work.tx.rules_items(rules.id)?;
    let mut task = task.bind_rules(&rules, &items)?;
    let event = Event::new("plan.rules_bound", "方案定稿，绑定实施细则")
        .fact("细则", format!("{} {}", rules.code, rules.title))
        .fact("检验项目", format!("{} 项", items.len()))
        .basis(law::R18_12);
    settle(work, &mut task, event)
}

/// Notes that the bound rule is public.
///
/// # Errors
/// The rule is not public, wrong state, stale version.
pub fn publish_rules(work: &mut Work<'_>, id: TaskId, version: i64) -> AppResult<()> {
    let task: SpotCheckTask = work.load_own(id, version)?;
    let rules = bound_rules(work, &task)?;
    let now = work.now();
    let mut task = task.publish_rules(&rules, now)?;
    let event = Event::new("plan.rules_published", "实施细则已公开")
        .fact("公开地址", rules.published_at_url.clone())
        .fact("公开时间", rules.published_at_us.map(|at| at.to_string()).unwrap_or_default())
        .basis(law::R18_12);
    settle(work, &mut task, event)
}

/// Where and since when a rule is public, as filled in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Publication {
    /// Address.
    pub url: String,
    /// Since when; now when empty.
    pub at: Option<Timestamp>,
    /// Proof where there is no address: name and bytes.
    pub proof: Option<(String, Vec<u8>)>,
}

/// The same, and a bound rule that is still a draft is made public by this act, in the rule library's own way.
///
/// # Errors
/// What the rule library refuses, wrong state, stale version.
pub fn publish_rules_at(work: &mut Work<'_>, id: TaskId, version: i64, publication: Publication) -> AppResult<()> {
    let task: SpotCheckTask = work.load_own(id, version)?;
    let rules = bound_rules(work, &task)?;
    if rules.state == RulesState::Draft {
        let at = publication.at.unwrap_or_else(|| work.now());
        crate::registers::rules::publish(work, rules.id, rules.version, &publication.url, at, publication.proof)?;
    }
    publish_rules(work, id, version)
}

fn bound_rules(work: &mut Work<'_>, task: &SpotCheckTask) -> AppResult<SpotCheckRules> {
    match task.rules_id {
        Some(rules) => work.load(rules),
        None => Err(PlanRefused::WrongState { act: "登记细则公开", state: task.state.title() }.into()),
    }
}

/// A commission as filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commission {
    /// Laboratory.
    pub laboratory_id: Option<LaboratoryId>,
    /// Number of the agreement.
    pub agreement_number: String,
    /// Day of signature.
    pub signed_on: Option<Date>,
    /// The laboratory has declared that it has no conflict.
    pub no_conflict: bool,
}

/// 登记委托.
///
/// # Errors
/// No agreement, no declaration, items the accreditation does not cover, wrong state, stale version.
pub fn commission(work: &mut Work<'_>, id: TaskId, version: i64, commission: Commission) -> AppResult<()> {
    let task: SpotCheckTask = work.load_own(id, version)?;
    let laboratory: Option<Laboratory> = commission.laboratory_id.map(|id| work.load(id)).transpose()?;
    let items = match task.rules_id {
        Some(rules) => work.tx.rules_items(rules)?,
        None => Vec::new(),
    };
    let uncovered = match (&laboratory, commission.signed_on) {
        (Some(laboratory), Some(on)) => crate::registers::uncovered_items(work, laboratory.id, &items, on)?,
        _ => Vec::new(),
    };
    let mut task = task.commission(
        commission.laboratory_id,
        &commission.agreement_number,
        commission.signed_on,
        commission.no_conflict,
        uncovered,
        work.today(),
    )?;
    let event = Event::new("plan.commissioned", "登记委托检验")
        .fact("承检机构", laboratory.map(|laboratory| laboratory.name).unwrap_or_default())
        .fact("协议编号", task.agreement_number.clone())
        .fact("签订日期", task.agreement_signed_on.map(|on| on.to_string()).unwrap_or_default())
        .fact("机构声明", "抽查期间与被抽样者没有同类产品的有偿服务和委托检验")
        .basis(law::R18_13);
    settle(work, &mut task, event)
}

/// 暂停.
///
/// # Errors
/// No reason, wrong state, stale version.
pub fn suspend(work: &mut Work<'_>, id: TaskId, version: i64, reason: &str) -> AppResult<()> {
    let task: SpotCheckTask = work.load_own(id, version)?;
    let mut task = task.suspend(reason)?;
    let event = Event::new("plan.task_suspended", "暂停任务")
        .fact("理由", task.reason.clone())
        .basis(law::DECISION_TASK_SUSPEND);
    settle(work, &mut task, event)
}

/// 恢复.
///
/// # Errors
/// Wrong state, stale version.
pub fn resume(work: &mut Work<'_>, id: TaskId, version: i64) -> AppResult<()> {
    let task: SpotCheckTask = work.load_own(id, version)?;
    let mut task = task.resume()?;
    let event = Event::new("plan.task_resumed", format!("恢复任务，回到“{}”", task.state.title()))
        .basis(law::DECISION_TASK_SUSPEND);
    settle(work, &mut task, event)?;
    super::advance_task(work, id)
}

/// 取消任务.
///
/// # Errors
/// No reason, wrong state, stale version.
pub fn cancel(work: &mut Work<'_>, id: TaskId, version: i64, reason: &str) -> AppResult<()> {
    let task: SpotCheckTask = work.load_own(id, version)?;
    let mut task = task.cancel(reason)?;
    let event = Event::new("plan.task_cancelled", "取消任务")
        .fact("理由", task.reason.clone())
        .basis(law::DECISION_TASK_SUSPEND);
    settle(work, &mut task, event)
}

/// 结束抽样 with fewer batches than planned.
///
/// # Errors
/// Visits under way, no reason, wrong state, stale version.
pub fn write_off(work: &mut Work<'_>, id: TaskId, version: i64, reason: &str) -> AppResult<()> {
    let task: SpotCheckTask = work.load_own(id, version)?;
    let progress = work.tx.task_progress(id)?;
    let planned = task.batches;
    let mut task = task.write_off(&progress, reason)?;
    let event = Event::new("plan.batches_written_off", "结束抽样，核销未抽到的批次")
        .fact("计划批次", planned.to_string())
        .fact("已抽样", progress.sampled.to_string())
        .fact("理由", reason.trim());
    settle(work, &mut task, event)?;
    super::advance_task(work, id)
}

/// 完成结果确认.
///
/// # Errors
/// Unconfirmed reports, missing notices, wrong state, stale version.
pub fn confirm_results(work: &mut Work<'_>, id: TaskId, version: i64) -> AppResult<()> {
    let task: SpotCheckTask = work.load_own(id, version)?;
    let progress = work.tx.task_progress(id)?;
    let mut task = task.confirm_results(&progress)?;
    let event = Event::new("plan.results_confirmed", "各批结果已确认并告知，转入后处理")
        .fact("已确认报告", progress.reports_confirmed.to_string())
        .basis(law::R18_35);
    settle(work, &mut task, event)
}

/// 办结任务 with its summary; the figures of the day are kept with it.
///
/// # Errors
/// Open cases, no summary, wrong state, stale version.
pub fn close(work: &mut Work<'_>, id: TaskId, version: i64, summary: &str) -> AppResult<()> {
    let task: SpotCheckTask = work.load_own(id, version)?;
    let progress = work.tx.task_progress(id)?;
    let mut task = task.close(&progress, summary)?;
    let event = Event::new("plan.task_closed", "办结任务")
        .fact("计划批次", task.batches.to_string())
        .fact("已抽样", progress.sampled.to_string())
        .fact("未抽到", format!("{} 次", progress.unsampled))
        .fact("已确认报告", progress.reports_confirmed.to_string())
        .fact("后处理", format!("{} 件", progress.cases))
        .basis(law::R18_44);
    settle(work, &mut task, event)?;
    let plan = super::plan_of(work, &task)?;
    refresh_plan(work, &plan)
}
