//! A plan from review to archive. Each decision keeps the plan as it stood, says what happened, and hands it on.

use super::{drafting, drafting::load_plan, editions, refresh_plan, refresh_task};
use crate::{AppError, AppResult, Event, Work};
use hengjian_domain::{
    document_number::DocumentNumber,
    law,
    plan::{PlanId, PlanRefused, SpotCheckPlan, TaskState, batch_total, budget_total},
};
use hengjian_store::number_book::UsedNumber;
use jiff::civil::Date;

/// Number book of 文号.
pub const DOCUMENT_BOOK: &str = "DOCUMENT";

/// Saves a decision, keeps what was decided, and sets who is next.
fn settle(work: &mut Work<'_>, mut plan: SpotCheckPlan, kept_as: Option<&str>, event: Event) -> AppResult<()> {
    work.save(&mut plan)?;
    if let Some(words) = kept_as {
        editions::keep(work, &plan, words)?;
    }
    work.record(event.about(plan.id));
    refresh_plan(work, &plan)
}

/// 提交审批.
///
/// # Errors
/// What is missing, wrong state, stale version.
pub fn submit(work: &mut Work<'_>, id: PlanId, version: i64) -> AppResult<()> {
    let lines = work.tx.plan_lines(id)?;
    let plan = load_plan(work, "提交审批", id, version)?.submit(&lines)?;
    // What was acknowledged is what the scan finds now: a superior's plan may have come in since.
    if drafting::scan_words(&drafting::scan(work, id)?) != plan.scan_findings {
        return Err(PlanRefused::ScanMissing.into());
    }
    let event = Event::new("plan.submitted", "提交审批")
        .fact("产品", format!("{} 行", lines.len()))
        .fact("批次", batch_total(&lines).to_string())
        .fact("预算（元）", hengjian_domain::money::yuan(budget_total(&lines)))
        .basis(law::R18_11);
    settle(work, plan, Some("提交审批"), event)
}

/// 撤回 before anybody has decided.
///
/// # Errors
/// Wrong state, stale version.
pub fn take_back(work: &mut Work<'_>, id: PlanId, version: i64) -> AppResult<()> {
    let plan = load_plan(work, "撤回", id, version)?.take_back()?;
    settle(work, plan, None, Event::new("plan.taken_back", "撤回审批，继续修改"))
}

/// A returned plan is taken up again.
///
/// # Errors
/// Wrong state, stale version.
pub fn take_up(work: &mut Work<'_>, id: PlanId, version: i64) -> AppResult<()> {
    let plan = load_plan(work, "重新编制", id, version)?.take_up()?;
    settle(work, plan, None, Event::new("plan.taken_up", "按退回意见重新编制"))
}

/// 批准, by another person than the drafter.
///
/// # Errors
/// Same person, wrong state, stale version.
pub fn approve(work: &mut Work<'_>, id: PlanId, version: i64, opinion: &str) -> AppResult<()> {
    let (actor, now) = (work.actor(), work.now());
    let plan = load_plan(work, "批准", id, version)?.approve(actor, now)?;
    let mut event = Event::new("plan.approved", "批准计划").basis(law::DECISION_PLAN_REVIEW);
    if !opinion.trim().is_empty() {
        event = event.fact("意见", opinion.trim());
    }
    settle(work, plan, Some("批准"), event)
}

/// 退回, with a reason.
///
/// # Errors
/// Same person, no reason, wrong state, stale version.
pub fn send_back(work: &mut Work<'_>, id: PlanId, version: i64, reason: &str) -> AppResult<()> {
    let (actor, now) = (work.actor(), work.now());
    let plan = load_plan(work, "退回", id, version)?.send_back(actor, reason, now)?;
    let event = Event::new("plan.returned", "退回修改")
        .fact("理由", plan.decision_reason.clone())
        .basis(law::DECISION_PLAN_REVIEW);
    settle(work, plan, Some("退回"), event)
}

/// 印发 under a 文号 that no other paper has.
///
/// # Errors
/// A number that is none or is used, a date that cannot be, wrong state, stale version.
pub fn issue(work: &mut Work<'_>, id: PlanId, version: i64, number: &str, on: Date) -> AppResult<()> {
    let today = work.today();
    let plan = load_plan(work, "印发", id, version)?.issue(number, on, today)?;
    let text = plan.document_number.clone().unwrap_or_default();
    let parsed = DocumentNumber::parse(&text).map_err(|_| AppError::fault("an issued number cannot be read"))?;
    if work.tx.number_is_used(plan.org_id, DOCUMENT_BOOK, &text)? {
        return Err(PlanRefused::NumberUsed { number: text }.into());
    }
    work.tx.use_number(&UsedNumber {
        org_id: plan.org_id,
        kind: DOCUMENT_BOOK,
        text: &text,
        year: i64::from(parsed.year),
        number: i64::from(parsed.number),
        subject_id: Some(plan.id.cast()),
        at_us: work.now(),
    })?;
    let event = Event::new("plan.issued", format!("印发，文号 {text}"))
        .fact("印发日期", on.to_string())
        .fact("版次", format!("第 {} 版", plan.edition))
        .basis(law::SEED_PLAN);
    let issued = plan.clone();
    settle(work, plan, Some("印发"), event)?;
    editions::replace_previous(work, &issued)?;
    refresh_plan(work, &issued)
}

/// The superior's receipt of the filing.
///
/// # Errors
/// No receipt, a date that cannot be, wrong state, stale version.
pub fn file(work: &mut Work<'_>, id: PlanId, version: i64, on: Date, receipt: &str) -> AppResult<()> {
    let today = work.today();
    let plan = load_plan(work, "登记备案", id, version)?.file(on, receipt, today)?;
    let event = Event::new("plan.filed", "已报上一级部门备案")
        .fact("回执编号", plan.filing_receipt.clone())
        .fact("回执日期", on.to_string())
        .basis(law::R18_11);
    settle(work, plan, Some("备案"), event)
}

/// 办结 when every task is closed or cancelled.
///
/// # Errors
/// Open tasks, wrong state, stale version.
pub fn complete(work: &mut Work<'_>, id: PlanId, version: i64) -> AppResult<()> {
    let tasks = work.tx.tasks_of_plan(id)?;
    let plan = load_plan(work, "办结计划", id, version)?.complete(&tasks)?;
    let closed = tasks.iter().filter(|task| task.state == TaskState::Closed).count();
    let event = Event::new("plan.completed", "办结计划")
        .fact("办结任务", closed.to_string())
        .fact("取消任务", (tasks.len() - closed).to_string());
    settle(work, plan, Some("办结"), event)
}

/// 归档: the papers are kept from this day (decision 保存十年; R18 asks for two years at least).
///
/// # Errors
/// Wrong state, stale version.
pub fn archive(work: &mut Work<'_>, id: PlanId, version: i64) -> AppResult<()> {
    let plan = load_plan(work, "归档", id, version)?.archive()?;
    let event = Event::new("plan.archived", "归档，开始计算保存期限")
        .fact("归档日期", work.today().to_string())
        .basis(law::DECISION_EVIDENCE_RETENTION);
    settle(work, plan, Some("归档"), event)
}

/// 取消 before any sampling; the tasks that were prepared go with it.
///
/// # Errors
/// Sampling begun, no reason, wrong state, stale version.
pub fn cancel(work: &mut Work<'_>, id: PlanId, version: i64, reason: &str) -> AppResult<()> {
    let tasks = work.tx.tasks_of_plan(id)?;
    let now = work.now();
    let plan = load_plan(work, "取消", id, version)?.cancel(&tasks, reason, now)?;
    for task in tasks.into_iter().filter(|task| !task.state.is_terminal()) {
        let task = if task.state == TaskState::Suspended { task.resume()? } else { task };
        let mut task = task.cancel(&format!("计划取消：{}", plan.decision_reason))?;
        work.save(&mut task)?;
        work.record(Event::new("plan.task_cancelled", "计划取消，任务随之取消").about(task.id));
        refresh_task(work, &task)?;
    }
    let event = Event::new("plan.cancelled", "取消计划")
        .fact("理由", plan.decision_reason.clone())
        .basis(law::DECISION_PLAN_VERSION);
    settle(work, plan, Some("取消"), event)
}
