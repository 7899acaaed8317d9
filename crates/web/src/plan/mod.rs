//! Pages of 计划 and 任务: lists, the page of each with its acts, forms, conflict scan, editions, the notice to print.

mod acts;
mod changes;
mod line;
mod list;
mod notice;
mod page;
mod scan;
mod scheme;
mod strip;
mod task;
mod task_acts;
mod task_list;
mod text;

use crate::{
    Access, Ctx, PageError, Routes,
    components::{Tone, clock, shell::section},
};
use hengjian_domain::{
    clock::{Clock, ClockState},
    code::Code,
    ids::Id,
    plan::{PlanState, TaskState},
    policy::Action,
    refusal::Refusal,
};
use maud::{Markup, html};

/// Routes of this stage.
pub fn routes() -> Routes {
    let read = Access::Action(Action::PlanRead);
    let edit = Access::Action(Action::PlanEdit);
    let approve = Access::Action(Action::PlanApprove);
    Routes::new()
        .get("/desk/plans", read, list::plans_page)
        .get("/desk/plans/new", edit, list::new_plan_page)
        .post("/desk/plans", edit, list::create_plan)
        .get("/desk/plans/{id}", read, page::plan_page)
        .get("/desk/plans/{id}/text", edit, text::text_page)
        .post("/desk/plans/{id}/text", edit, text::save_text)
        .post("/desk/plans/{id}/text/default", edit, acts::write_default_text)
        .get("/desk/plans/{id}/lines/new", edit, line::new_line_page)
        .post("/desk/plans/{id}/lines", edit, line::add_line)
        .get("/desk/plans/{id}/lines/{line}", edit, line::line_page)
        .post("/desk/plans/{id}/lines/{line}", edit, line::save_line)
        .post("/desk/plans/{id}/lines/{line}/delete", edit, line::delete_line)
        .post("/desk/plans/{id}/lines/{line}/up", edit, line::move_line_up)
        .post("/desk/plans/{id}/lines/{line}/down", edit, line::move_line_down)
        .post("/desk/plans/{id}/copy", edit, acts::copy_lines)
        .get("/desk/plans/{id}/scan", read, scan::scan_page)
        .post("/desk/plans/{id}/scan", edit, scan::acknowledge)
        .post("/desk/plans/{id}/submit", edit, acts::submit)
        .post("/desk/plans/{id}/take-back", edit, acts::take_back)
        .post("/desk/plans/{id}/take-up", edit, acts::take_up)
        .post("/desk/plans/{id}/approve", approve, acts::approve)
        .post("/desk/plans/{id}/return", approve, acts::send_back)
        .post("/desk/plans/{id}/issue", Access::Action(Action::PlanIssue), acts::issue)
        .post("/desk/plans/{id}/file", Access::Action(Action::PlanFile), acts::file)
        .post("/desk/plans/{id}/adjust", edit, acts::adjust)
        .post("/desk/plans/{id}/complete", edit, acts::complete)
        .post("/desk/plans/{id}/archive", edit, acts::archive)
        .post("/desk/plans/{id}/cancel", approve, acts::cancel)
        .get("/desk/plans/{id}/changes", read, changes::changes_page)
        .get("/desk/plans/{id}/print", read, notice::print_page)
        .get("/desk/plans/{id}/plan.pdf", read, notice::plan_pdf)
        .get("/desk/plans/{id}/plan.csv", read, notice::plan_csv)
        .get("/desk/plans/{id}/plan.xlsx", read, notice::plan_xlsx)
        .get("/desk/plans/{id}/tasks/new", Access::Action(Action::TaskEdit), scheme::new_task_page)
        .post("/desk/plans/{id}/tasks", Access::Action(Action::TaskEdit), scheme::create_task)
        .merge(task_routes())
}

fn task_routes() -> Routes {
    let read = Access::Action(Action::PlanRead);
    let edit = Access::Action(Action::TaskEdit);
    let suspend = Access::Action(Action::TaskSuspend);
    let close = Access::Action(Action::TaskClose);
    Routes::new()
        .get("/desk/tasks", read, task_list::tasks_page)
        .get("/desk/tasks/{id}", read, task::task_page)
        .get("/desk/tasks/{id}/scheme", edit, scheme::scheme_page)
        .post("/desk/tasks/{id}/scheme", edit, scheme::save_scheme)
        .post("/desk/tasks/{id}/rules", edit, task_acts::bind_rules)
        .post("/desk/tasks/{id}/publish", Access::Action(Action::TaskPublishRules), task_acts::publish_rules)
        .post("/desk/tasks/{id}/commission", Access::Action(Action::TaskCommission), task_acts::commission)
        .post("/desk/tasks/{id}/suspend", suspend, task_acts::suspend)
        .post("/desk/tasks/{id}/resume", suspend, task_acts::resume)
        .post("/desk/tasks/{id}/cancel", suspend, task_acts::cancel)
        .post("/desk/tasks/{id}/write-off", close, task_acts::write_off)
        .post("/desk/tasks/{id}/confirm", close, task_acts::confirm_results)
        .post("/desk/tasks/{id}/close", close, task_acts::close)
}

/// Mark of a plan's state.
fn plan_tone(state: PlanState) -> Tone {
    match state {
        PlanState::Draft | PlanState::Executing => Tone::Running,
        PlanState::InReview | PlanState::Approved | PlanState::Returned => Tone::Waiting,
        PlanState::Issued | PlanState::Filed | PlanState::Completed | PlanState::Archived => Tone::Done,
        PlanState::Cancelled => Tone::Absent,
    }
}
/// Mark of a task's state.
fn task_tone(state: TaskState) -> Tone {
    match state {
        TaskState::Closed => Tone::Done,
        TaskState::Suspended => Tone::Bad,
        TaskState::Cancelled => Tone::Absent,
        TaskState::ResultConfirm | TaskState::PostHandling => Tone::Waiting,
        _ => Tone::Running,
    }
}

/// Id in an address; anything else is a page that does not exist.
fn id<K>(text: &str) -> Result<Id<K>, PageError> {
    text.parse().map_err(|_| PageError::from(hengjian_app::AppError::NotFound))
}
/// Whether a refusal only says that it is not the time for it: such acts are left out of the page.
fn is_untimely(refusal: &Refusal) -> bool {
    refusal.code == "plan.wrong_state"
}
/// Token, one-time token and version.
fn hidden(ctx: &Ctx, version: i64) -> Markup {
    crate::components::form::hidden(ctx.csrf(), &ctx.once(), version)
}
/// Text with its line ends kept.
fn prose(text: &str) -> Markup {
    html! { @if text.trim().is_empty() { "/" } @else { @for (place, line) in text.lines().enumerate() { @if place > 0 { br; } (line) } } }
}

/// First and last day in a table; `/` when neither is set.
fn span(from: Option<jiff::civil::Date>, until: Option<jiff::civil::Date>) -> Markup {
    use crate::components::clock::iso;
    html! { @if from.is_none() && until.is_none() { "/" } @else { (iso(from)) " 至 " (iso(until)) } }
}

/// 现在该谁办: the open steps with whose they are; those with a day show how it was counted.
fn due_now(ctx: &Ctx, clocks: &[Clock]) -> Markup {
    let (today, calendar) = (ctx.now().date(), ctx.app.calendar());
    let open: Vec<&Clock> = clocks.iter().filter(|clock| clock.state == ClockState::Open).collect();
    let whose = |one: &Clock| format!("由{}办理", one.owner_role.map_or("", Code::title));
    html! { @if !open.is_empty() { (section("现在该谁办", html! {
        @for one in open.iter().filter(|one| one.due_on().is_none()) { p { strong { (one.title) } "　" span class="sub" { (whose(one)) } } }
        @for one in open.iter().filter(|one| one.due_on().is_some()) { (clock::clock(one, today, &calendar)) p class="sub" { (whose(one)) } }
    })) } }
}
