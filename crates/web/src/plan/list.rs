//! List of plans, and the form for a new one.

use super::plan_tone;
use crate::{
    Ctx, FormData, PageResult,
    components::{
        form::{Field, error_summary, hidden, refusal},
        shell, table, tag,
    },
    error::{Again, again},
    paging::Address,
};
use axum::{
    extract::Query,
    response::{IntoResponse, Redirect},
};
use hengjian_app::{
    AppResult,
    plan::{
        drafting,
        reading::{self, PlanFilter},
    },
};
use hengjian_domain::{
    code::Code,
    money::yuan,
    plan::{PlanId, PlanState, SpotCheckPlan},
    policy::Action,
};
use maud::{Markup, html};
use serde::Deserialize;

/// Filter of the list as it stands in the address.
#[derive(Debug, Default, Deserialize)]
pub struct Filter {
    #[serde(default)]
    year: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    page: String,
}

/// `GET /desk/plans`
pub async fn plans_page(ctx: Ctx, Query(filter): Query<Filter>) -> PageResult {
    let address = Address::new("/desk/plans").with("year", filter.year.clone()).with("state", filter.state.clone());
    let request = address.request(&filter.page)?;
    let wanted = PlanFilter { year: filter.year.parse().ok(), state: PlanState::from_code(&filter.state) };
    let asked = request.clone();
    let mut list = ctx.view(move |work| reading::plans(work, &wanted, &asked)).await?;
    let next =
        address.next(&mut list.rows, &request, |row| (row.plan.created_at_us.0.to_string(), row.plan.id.to_string()));
    let several = list.rows.iter().any(|row| row.plan.org_id != ctx.actor().org_id);
    let years = list.years.iter().map(|year| (year.to_string(), format!("{year} 年"))).collect();
    let rows: Vec<Vec<Markup>> = list
        .rows
        .iter()
        .map(|row| {
            let plan = &row.plan;
            let mut cells = vec![
                html! { a href=(format!("/desk/plans/{}", plan.id)) { (plan.title) } @if plan.edition > 1 { " 第 " (plan.edition) " 版" } },
                html! { (plan.year) },
                html! { (plan.tier.title()) },
                tag(plan_tone(plan.state), plan.state.title()),
                html! { (plan.document_number.as_deref().unwrap_or("/")) },
                html! { (row.batches) },
                html! { (yuan(row.budget_fen)) },
            ];
            if several {
                cells.insert(1, html! { (row.organiser) });
            }
            cells
        })
        .collect();
    let mut columns = vec![
        table::text("计划"),
        table::text("年度"),
        table::text("级别"),
        table::text("状态"),
        table::text("文号"),
        table::number("批次"),
        table::number("预算（元）"),
    ];
    if several {
        columns.insert(1, table::text("组织部门"));
    }
    let may_draft = ctx.may(Action::PlanEdit);
    let new = may_draft.then_some(("/desk/plans/new", "编制新的计划"));
    let body = html! {
        (shell::title("抽查计划", "每年一份，调整后出新版；任务从已印发的计划建立。"))
        (table::filter("/desk/plans", html! {
            (Field::select("year", "年度", with_all(years)).value(filter.year.clone()).render())
            (Field::select("state", "状态", with_all(PlanState::ALL.iter().map(|state| (state.code().to_owned(), state.title().to_owned())).collect())).value(filter.state.clone()).render())
        }))
        (table::bar(list.count, html! {
            a href="/desk/tasks" { "全部任务" }
            @if may_draft { " " a class="btn" href="/desk/plans/new" { "编制新的计划" } }
        }))
        @if rows.is_empty() {
            @if address.is_plain() { (table::empty("还没有抽查计划。可以新编一份、复制上一年的，或者导入计划表", new)) }
            @else { (table::empty("没有符合条件的计划，可去掉年度或状态", Some(("/desk/plans", "清除条件")))) }
        } @else { (table::table("抽查计划", &columns, &rows)) }
        (table::pager(&address.first(), next.as_deref(), filter.page.is_empty()))
    };
    Ok(shell::page(&ctx.page("抽查计划").at("/desk/plans"), body).into_response())
}

/// A choice “全部” before the others.
pub(super) fn with_all(options: Vec<(String, String)>) -> Vec<(String, String)> {
    std::iter::once((String::new(), "全部".to_owned())).chain(options).collect()
}

fn new_plan(ctx: &Ctx, earlier: &[SpotCheckPlan], data: &FormData, problems: &Again) -> Markup {
    let year =
        if data.get("year").is_empty() { ctx.now().date().year().to_string() } else { data.get("year").to_owned() };
    let title = if data.get("title").is_empty() {
        format!("{year} 年产品质量监督抽查计划")
    } else {
        data.get("title").to_owned()
    };
    let choices = std::iter::once((String::new(), "不复制，从空表开始".to_owned())).chain(earlier.iter().map(|plan| {
        (plan.id.to_string(), format!("{}（{}，第 {} 版）", plan.title, plan.state.title(), plan.edition))
    }));
    let body = html! {
        (shell::title("编制新的计划", "先建草稿，再填产品；提交审批前可以一直改。"))
        (error_summary(&problems.fields.iter().map(|error| (error.field.clone(), error.message.clone())).collect::<Vec<_>>()))
        @if let Some(words) = &problems.refusal { (refusal(words)) }
        form class="form" method="post" action="/desk/plans" {
            (hidden(ctx.csrf(), &ctx.once(), 0))
            div class="fields" {
                (Field::text("year", "年度").required().width("c3").value(year).error(problems.of("year")).render())
                (Field::text("title", "计划名称").required().width("c8").value(title).error(problems.of("title")).render())
                (Field::select("copy_from", "复制产品", choices.collect()).value(data.get("copy_from")).error(problems.of("copy_from")).width("c8").help("复制上一年的产品、批次和预算，再改").render())
            }
            p { button class="btn btn--main" type="submit" { "建立草稿" } a href="/desk/plans" { "返回列表" } }
        }
    };
    let page = ctx
        .page("编制新的计划")
        .at("/desk/plans")
        .crumb("抽查计划", Some("/desk/plans".into()))
        .crumb("新的计划", None);
    shell::page(&page, body)
}

/// `GET /desk/plans/new`
pub async fn new_plan_page(ctx: Ctx) -> PageResult {
    let earlier = ctx.view(reading::own_plans).await?;
    Ok(new_plan(&ctx, &earlier, &FormData::default(), &Again::default()).into_response())
}

fn read(data: &FormData) -> AppResult<(i64, String, Option<PlanId>)> {
    let mut reader = data.reader();
    let year = reader.integer("year", "年度", 2000..=2100);
    let title = reader.required("title", "计划名称");
    let copied = reader.optional_id("copy_from", "要复制的计划");
    reader.finish()?;
    Ok((year, title, copied))
}

/// `POST /desk/plans`
pub async fn create_plan(ctx: Ctx, data: FormData) -> PageResult {
    let token = data.once();
    let made = match read(&data) {
        Ok((year, title, from)) => ctx.act(move |work| drafting::create(work, year, &title, from, &token)).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(id) => Ok(Redirect::to(&format!("/desk/plans/{id}")).into_response()),
        Err(error) => {
            let earlier = ctx.view(reading::own_plans).await?;
            again(error, |problems| new_plan(&ctx, &earlier, &data, problems))
        }
    }
}
