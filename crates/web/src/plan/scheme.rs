//! Forms of a task: a new one from a line, and its scheme (方案).

use crate::{
    Ctx, FormData, PageResult,
    components::{
        form::{Field, error_summary, hidden, refusal},
        shell,
    },
    error::{Again, again},
};
use axum::{
    extract::{Path, Query},
    response::{IntoResponse, Redirect},
};
use hengjian_app::{
    AppError, AppResult,
    plan::{
        reading::{self, PlanView, TaskView},
        task::{self, NewTask, Scheme},
    },
    registers::enterprises,
};
use hengjian_domain::{
    code::Code,
    money::yuan_plain,
    plan::{PlanId, SamplingField, Schedule, TaskId, TaskKind},
};
use maud::{Markup, html};
use serde::Deserialize;

/// Line that a new task is made from.
#[derive(Debug, Default, Deserialize)]
pub struct From {
    #[serde(default)]
    line: String,
}

fn summary(problems: &Again) -> Markup {
    let fields: Vec<_> = problems.fields.iter().map(|error| (error.field.clone(), error.message.clone())).collect();
    html! { (error_summary(&fields)) @if let Some(words) = &problems.refusal { (refusal(words)) } }
}

fn new_task(ctx: &Ctx, view: &PlanView, line: &str, data: &FormData, problems: &Again) -> Markup {
    let address = format!("/desk/plans/{}", view.plan.id);
    let chosen = view.lines.iter().find(|candidate| candidate.id.to_string() == line);
    let or =
        |name: &str, default: String| if data.get("csrf").is_empty() { default } else { data.get(name).to_owned() };
    let lines = view.lines.iter().map(|line| {
        (
            line.id.to_string(),
            format!("{} {}（{}，{} 批）", line.seq, line.product_name, line.quarter_words(), line.batches),
        )
    });
    let lines =
        std::iter::once((String::new(), "不对应计划的产品（专项、跟踪、应急）".to_owned())).chain(lines).collect();
    let batches = chosen.map(|line| line.batches.to_string()).unwrap_or_default();
    let body = html! {
        (shell::title("建立抽查任务", &view.plan.title))
        (summary(problems))
        form class="form" method="post" action=(format!("{address}/tasks")) {
            (hidden(ctx.csrf(), &ctx.once(), 0))
            div class="fields" {
                (Field::select("line_id", "计划的产品", lines).value(or("line_id", line.to_owned())).width("c8").error(problems.of("line_id")).render())
                (Field::choice::<TaskKind>("kind", "种类").required().value(or("kind", TaskKind::Routine.code().to_owned())).width("c4").error(problems.of("kind")).render())
                (Field::text("name", "任务名称").value(or("name", String::new())).width("c8").help("不填的按年度、产品和种类取名").error(problems.of("name")).render())
                (Field::text("batches", "批次").required().unit("批").value(or("batches", batches)).width("c4").error(problems.of("batches")).render())
                (Field::area("reason", "理由").value(or("reason", String::new())).help("计划之外的种类要写；计划抽查不用").error(problems.of("reason")).render())
            }
            p { button class="btn btn--main" type="submit" { "建立任务" } a href=(address) { "返回计划" } }
        }
    };
    let page = ctx
        .page("建立抽查任务")
        .at("/desk/plans")
        .crumb("抽查计划", Some("/desk/plans".into()))
        .crumb(view.plan.title.clone(), Some(format!("/desk/plans/{}", view.plan.id)))
        .crumb("建立任务", None);
    shell::page(&page, body)
}

/// `GET /desk/plans/{id}/tasks/new`
pub async fn new_task_page(ctx: Ctx, Path(id): Path<String>, Query(from): Query<From>) -> PageResult {
    let id: PlanId = super::id(&id)?;
    let view = ctx.view(move |work| reading::plan(work, id)).await?;
    Ok(new_task(&ctx, &view, &from.line, &FormData::default(), &Again::default()).into_response())
}

fn read_new(plan_id: PlanId, data: &FormData) -> AppResult<NewTask> {
    let mut reader = data.reader();
    let kind = reader.code("kind", "种类");
    let batches = reader.integer("batches", "批次", 1..=100_000);
    reader.finish()?;
    Ok(NewTask {
        plan_id,
        line_id: data.get("line_id").parse().ok(),
        kind: kind.ok_or_else(|| AppError::fault("a kind was read and is none"))?,
        name: data.get("name").to_owned(),
        batches,
        reason: data.get("reason").to_owned(),
    })
}

/// `POST /desk/plans/{id}/tasks`
pub async fn create_task(ctx: Ctx, Path(id): Path<String>, data: FormData) -> PageResult {
    let id: PlanId = super::id(&id)?;
    let token = data.once();
    let made = match read_new(id, &data) {
        Ok(new) => ctx.act(move |work| task::create(work, new, &token)).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(task) => Ok(Redirect::to(&format!("/desk/tasks/{task}")).into_response()),
        Err(error) => {
            let view = ctx.view(move |work| reading::plan(work, id)).await?;
            again(error, |problems| new_task(&ctx, &view, data.get("line_id"), &data, problems))
        }
    }
}

/// The area to choose from: all, the authority's area, its towns; what stands there already stays on offer.
fn areas(divisions: &[(String, String)], standing: &str) -> Vec<(String, String)> {
    let mut areas = vec![(String::new(), "不限".to_owned())];
    if !standing.is_empty() && !divisions.iter().any(|(code, _)| code == standing) {
        areas.push((standing.to_owned(), standing.to_owned()));
    }
    areas.extend(divisions.iter().cloned());
    areas
}

async fn divisions(ctx: &Ctx) -> AppResult<Vec<(String, String)>> {
    ctx.view(|work| {
        let org = work.actor().org_id;
        enterprises::divisions(work, org)
    })
    .await
}

fn scheme(
    ctx: &Ctx,
    view: &TaskView,
    divisions: &[(String, String)],
    data: &FormData,
    version: i64,
    problems: &Again,
) -> Markup {
    let task = &view.task;
    let address = format!("/desk/tasks/{}", task.id);
    let value = |name: &str, now: String| if data.get("csrf").is_empty() { now } else { data.get(name).to_owned() };
    let date = |on: Option<jiff::civil::Date>| on.map(|on| on.to_string()).unwrap_or_default();
    let day = |name: &'static str, label: &'static str, on| {
        Field::date(name, label).value(value(name, date(on))).width("c3").error(problems.of(name)).render()
    };
    let body = html! {
        (shell::title("抽查方案", &format!("{}　{}", task.number, task.name)))
        (summary(problems))
        form class="form" method="post" action=(format!("{address}/scheme")) {
            (hidden(ctx.csrf(), "", version))
            div class="fields" {
                (Field::text("name", "任务名称").required().value(value("name", task.name.clone())).width("c8").error(problems.of("name")).render())
                (Field::text("batches", "批次").required().unit("批").value(value("batches", task.batches.to_string())).width("c4").error(problems.of("batches")).render())
                (Field::area("product_scope", "产品范围").value(value("product_scope", task.product_scope.clone())).help("写明包括和不包括的产品").error(problems.of("product_scope")).render())
                (Field::choice::<SamplingField>("field", "抽查领域").required().value(value("field", task.field.code().to_owned())).width("c4").error(problems.of("field")).render())
                (Field::select("region_scope", "区域", areas(divisions, &task.region_scope)).value(value("region_scope", task.region_scope.clone())).width("c4").help("抽取名单从这个区域的登记库里取").error(problems.of("region_scope")).render())
                (Field::text("budget", "经费").unit("元").value(value("budget", yuan_plain(task.budget_fen))).width("c4").error(problems.of("budget")).render())
                (day("sampling_from_on", "抽样开始", task.sampling_from_on))
                (day("sampling_until_on", "抽样截止", task.sampling_until_on))
                (day("testing_until_on", "检验截止", task.testing_until_on))
                (day("handling_until_on", "处理截止", task.handling_until_on))
                (Field::area("division_of_work", "分工").value(value("division_of_work", task.division_of_work.clone())).help("抽样单位、承检机构、所、股室各做什么").error(problems.of("division_of_work")).render())
                (Field::text("sampling_body", "抽样单位").value(value("sampling_body", task.sampling_body.clone())).help("本局自行抽样的不填").width("c8").render())
            }
            p { button class="btn btn--main" type="submit" { "保存方案" } a href=(address) { "返回任务" } }
        }
    };
    let page = ctx
        .page("抽查方案")
        .at("/desk/plans")
        .crumb("抽查任务", Some("/desk/tasks".into()))
        .crumb(task.number.clone(), Some(format!("/desk/tasks/{}", task.id)))
        .crumb("方案", None);
    shell::page(&page, body)
}

/// `GET /desk/tasks/{id}/scheme`
pub async fn scheme_page(ctx: Ctx, Path(id): Path<String>) -> PageResult {
    let id: TaskId = super::id(&id)?;
    let view = ctx.view(move |work| reading::task(work, id)).await?;
    let divisions = divisions(&ctx).await?;
    Ok(scheme(&ctx, &view, &divisions, &FormData::default(), view.task.version, &Again::default()).into_response())
}

fn read_scheme(data: &FormData) -> AppResult<Scheme> {
    let mut reader = data.reader();
    let name = reader.required("name", "任务名称");
    let batches = reader.integer("batches", "批次", 1..=100_000);
    let field = reader.code("field", "抽查领域");
    let budget_fen = if data.get("budget").is_empty() { 0 } else { reader.money("budget", "经费") };
    let schedule = Schedule {
        sampling_from_on: reader.optional_date("sampling_from_on", "抽样开始"),
        sampling_until_on: reader.optional_date("sampling_until_on", "抽样截止"),
        testing_until_on: reader.optional_date("testing_until_on", "检验截止"),
        handling_until_on: reader.optional_date("handling_until_on", "处理截止"),
    };
    reader.finish()?;
    Ok(Scheme {
        name,
        product_scope: data.get("product_scope").to_owned(),
        region_scope: data.get("region_scope").to_owned(),
        field: field.ok_or_else(|| AppError::fault("a field was read and is none"))?,
        batches,
        schedule,
        division_of_work: data.get("division_of_work").to_owned(),
        sampling_body: data.get("sampling_body").to_owned(),
        budget_fen,
    })
}

/// `POST /desk/tasks/{id}/scheme`
pub async fn save_scheme(ctx: Ctx, Path(id): Path<String>, data: FormData) -> PageResult {
    let id: TaskId = super::id(&id)?;
    let version = data.version();
    let saved = match read_scheme(&data) {
        Ok(read) => ctx.act(move |work| task::edit_scheme(work, id, version, read)).await,
        Err(error) => Err(error),
    };
    match saved {
        Ok(()) => Ok(Redirect::to(&format!("/desk/tasks/{id}")).into_response()),
        Err(error) => {
            let view = ctx.view(move |work| reading::task(work, id)).await?;
            let divisions = divisions(&ctx).await?;
            again(error, |problems| scheme(&ctx, &view, &divisions, &data, version, problems))
        }
    }
}
