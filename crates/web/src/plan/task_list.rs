//! List of tasks.

use super::{list::with_all, span, task_tone};
use crate::{
    Ctx, PageResult,
    components::{form::Field, shell, table, tag},
    paging::Address,
};
use axum::{extract::Query, response::IntoResponse};
use hengjian_app::plan::reading::{self, TaskFilter};
use hengjian_domain::{code::Code, plan::TaskState};
use maud::{Markup, html};
use serde::Deserialize;

/// Filter of the list as it stands in the address.
#[derive(Debug, Default, Deserialize)]
pub struct Filter {
    #[serde(default)]
    plan: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    words: String,
    #[serde(default)]
    page: String,
}

/// `GET /desk/tasks`
pub async fn tasks_page(ctx: Ctx, Query(filter): Query<Filter>) -> PageResult {
    let words = filter.words.trim().to_owned();
    let address = Address::new("/desk/tasks")
        .with("plan", filter.plan.clone())
        .with("state", filter.state.clone())
        .with("words", words.clone());
    let request = address.request(&filter.page)?;
    let wanted = TaskFilter {
        plan_id: filter.plan.parse().ok(),
        state: TaskState::from_code(&filter.state),
        words: Some(words.clone()).filter(|words| !words.is_empty()),
    };
    let asked = request.clone();
    let mut list = ctx.view(move |work| reading::tasks(work, &wanted, &asked)).await?;
    let next = address.next(&mut list.rows, &request, |task| (task.created_at_us.0.to_string(), task.id.to_string()));
    let columns = [
        table::text("任务"),
        table::text("编号"),
        table::text("种类"),
        table::text("状态"),
        table::text("领域"),
        table::number("批次"),
        table::text("抽样"),
    ];
    let rows: Vec<Vec<Markup>> = list
        .rows
        .iter()
        .map(|task| {
            vec![
                html! { a href=(format!("/desk/tasks/{}", task.id)) { (task.name) } },
                html! { span class="code" { (task.number) } },
                html! { (task.kind.title()) },
                tag(task_tone(task.state), task.state.title()),
                html! { (task.field.title()) },
                html! { (task.batches) },
                span(task.sampling_from_on, task.sampling_until_on),
            ]
        })
        .collect();
    let states = TaskState::ALL.iter().map(|state| (state.code().to_owned(), state.title().to_owned())).collect();
    let body = html! {
        (shell::title("抽查任务", "任务从已印发计划的一行产品建立，按方案抽样、检验、处理。"))
        (table::filter("/desk/tasks", html! {
            (Field::text("words", "名称或编号").value(words).render())
            (Field::select("state", "状态", with_all(states)).value(filter.state.clone()).render())
            @if !filter.plan.is_empty() { input type="hidden" name="plan" value=(filter.plan); }
        }))
        (table::bar(list.count, html! { a href="/desk/plans" { "抽查计划" } }))
        @if rows.is_empty() {
            @if address.is_plain() { (table::empty("还没有任务。计划印发以后，在计划页上按产品建立任务", Some(("/desk/plans", "打开抽查计划")))) }
            @else { (table::empty("没有符合条件的任务，可去掉关键词或状态", Some(("/desk/tasks", "清除条件")))) }
        } @else { (table::table("抽查任务", &columns, &rows)) }
        (table::pager(&address.first(), next.as_deref(), filter.page.is_empty()))
    };
    let page =
        ctx.page("抽查任务").at("/desk/plans").crumb("抽查计划", Some("/desk/plans".into())).crumb("抽查任务", None);
    Ok(shell::page(&page, body).into_response())
}
