//! Pages of the stage 抽取: list, one draw step by step, its roster, and the names for its dispatcher. Every page says
//! 暂行抽取，不可公开验证 while a draw is interim, and shows counts only; names appear on one page, as the answer to an act.

mod names;
mod page;
mod roster;

use crate::{Access, Ctx, PageResult, Routes, components, components::Tone, paging::Address};
use axum::{
    extract::Query,
    response::{IntoResponse, Redirect},
};
use components::{
    form::{Field, hidden, refusal},
    shell::{self, section, title},
    table::{self, empty, number, text},
    tag,
};
use hengjian_app::draw;
use hengjian_domain::{
    code::Code,
    draw::{Draw, DrawKind, DrawPhase},
    policy::Action,
};
use maud::{Markup, html};
use serde::Deserialize;

/// Routes of this stage.
pub fn routes() -> Routes {
    let (read, prepare) = (Access::Action(Action::DrawRead), Access::Action(Action::DrawPrepare));
    let (execute, void) = (Access::Action(Action::DrawExecute), Access::Action(Action::DrawVoid));
    let decide = Access::Action(Action::DrawVoidDecide);
    let (hand_over, follow) = (Access::Action(Action::DrawDispatch), Access::Action(Action::DrawReplace));
    Routes::new()
        .get("/desk/draws", read, list_page)
        .post("/desk/draws/new", prepare, begin)
        .get("/desk/draws/{id}", read, page::page)
        .get("/desk/draws/{id}/roster", read, roster::page)
        .post("/desk/draws/{id}/member", prepare, roster::change)
        .post("/desk/draws/{id}/person", prepare, page::person)
        .post("/desk/draws/{id}/rebuild", prepare, page::rebuild)
        .post("/desk/draws/{id}/size", prepare, page::size)
        .post("/desk/draws/{id}/freeze", prepare, page::freeze)
        .post("/desk/draws/{id}/execute", execute, page::execute)
        .post("/desk/draws/{id}/confirm", execute, page::confirm)
        .post("/desk/draws/{id}/void", void, page::void)
        .post("/desk/draws/{id}/void/decide", decide, page::decide_void)
        .post("/desk/draws/{id}/names", hand_over, names::open)
        .post("/desk/draws/{id}/dispatch", hand_over, names::dispatch)
        .post("/desk/draws/{id}/replace", follow, page::replace)
        .post("/desk/draws/{id}/close", follow, page::close)
}

/// State word of a draw.
fn phase_tag(draw: &Draw) -> Markup {
    let tone = match draw.phase {
        DrawPhase::Draft | DrawPhase::Frozen | DrawPhase::Committed | DrawPhase::Drawn | DrawPhase::Confirmed => {
            Tone::Waiting
        }
        DrawPhase::Dispatched => Tone::Running,
        DrawPhase::Closed | DrawPhase::Revealed => Tone::Done,
        DrawPhase::Voided => Tone::Bad,
    };
    tag(tone, draw.phase.title())
}

/// What kind of draw it is; stands wherever a draw is shown.
fn kind_note(draw: &Draw) -> Markup {
    match draw.kind {
        DrawKind::Interim => html! {
            p class="flash flash--soon" { b { (draw.kind.title()) } "　由本系统取随机数，外人不能核对；这一性质不能更改。" }
        },
        DrawKind::Verifiable => html! { p class="flash" { b { (draw.kind.title()) } } },
    }
}

/// Filter of the list.
#[derive(Debug, Default, Deserialize)]
pub struct Filter {
    #[serde(default)]
    phase: String,
    #[serde(default)]
    page: String,
}

/// `GET /desk/draws`
pub async fn list_page(ctx: Ctx, Query(filter): Query<Filter>) -> PageResult {
    Ok(list(&ctx, &filter, None).await?.into_response())
}

async fn list(
    ctx: &Ctx,
    filter: &Filter,
    refused: Option<hengjian_domain::refusal::Refusal>,
) -> Result<Markup, crate::PageError> {
    let address = Address::new("/desk/draws").with("phase", filter.phase.as_str());
    let request = address.request(&filter.page)?;
    let (phase, page) = (DrawPhase::from_code(&filter.phase), request.clone());
    let (mut lines, count, tasks) = ctx
        .view(move |work| {
            let (lines, count) = draw::draw_list(work, phase, &page)?;
            Ok((lines, count, draw::tasks_to_draw(work)?))
        })
        .await?;
    let next =
        address.next(&mut lines, &request, |line| (line.draw.created_at_us.0.to_string(), line.draw.id.to_string()));
    let cells: Vec<Vec<Markup>> = lines
        .iter()
        .map(|line| {
            let draw = &line.draw;
            vec![
                html! { a href=(draw::address(draw.id)) { (line.task) } },
                html! { (phase_tag(draw)) br; span class="sub" { (draw.kind.title()) } },
                html! { (draw.count_in + draw.count_must) },
                html! { (draw.quota) },
                html! { (line.operator) },
                html! { (draw.created_at_us.date()) },
            ]
        })
        .collect();
    let phases = Field::choice::<DrawPhase>("phase", "进行到").value(filter.phase.as_str()).render();
    let columns =
        [text("任务"), text("进行到"), number("名录（家）"), number("抽取（家）"), text("操作员"), text("开始日期")];
    let body = html! {
        (title("随机抽取", "被抽样单位和抽样人员都随机抽取。抽中谁一直密封，只有派发员在派发时能看。"))
        @if let Some(refused) = &refused { (refusal(refused)) }
        @if ctx.may(Action::DrawPrepare) { (waiting(ctx, &tasks)) }
        section class="sec" { h2 { "各次抽取" }
            (table::filter("/desk/draws", phases))
            (table::bar(count, html! {}))
            @if cells.is_empty() { (empty("没有符合条件的抽取。任务登记委托之后可以开始抽取", Some(("/desk/draws", "清除条件")))) }
            @else { (table::table("各次抽取", &columns, &cells)) }
            (table::pager(&address.first(), next.as_deref(), filter.page.is_empty()))
        }
    };
    Ok(shell::page(&ctx.page("随机抽取").at("/desk/draws"), body))
}

/// Tasks that wait for their draw.
fn waiting(ctx: &Ctx, tasks: &[hengjian_domain::plan::SpotCheckTask]) -> Markup {
    section(
        "等待抽取的任务",
        html! {
            @if tasks.is_empty() { (empty("没有等待抽取的任务。登记委托之后的任务出现在这里", Some(("/desk/plans", "看计划和任务")))) }
            @else { ul class="tasks" { @for task in tasks { li {
                div class="when" { strong { (task.batches) " 批" } span class="sub" { (task.kind.title()) } }
                div { h3 { a href=(format!("/desk/tasks/{}", task.id)) { (task.name) } }
                    p class="sub" { (task.number) @if let (Some(from), Some(until)) = (task.sampling_from_on, task.sampling_until_on) { "　抽样 " (from) " 至 " (until) } } }
                div class="act" { form method="post" action="/desk/draws/new" {
                    (hidden(ctx.csrf(), &ctx.once(), 0))
                    input type="hidden" name="task" value=(task.id);
                    button class="btn" type="submit" { "准备名录" span class="vh" { "：" (task.name) } }
                } }
            } } } }
        },
    )
}

/// `POST /desk/draws/new`
pub async fn begin(ctx: Ctx, form: crate::FormData) -> PageResult {
    let once = form.once();
    let mut reader = form.reader();
    let task = reader.id("task", "任务");
    reader.finish()?;
    let Some(task) = task else { return Err(hengjian_app::AppError::NotFound.into()) };
    match ctx.act(move |work| draw::begin(work, task, &once)).await {
        Ok(id) => Ok(Redirect::to(&draw::address(id)).into_response()),
        Err(hengjian_app::AppError::Refused(refused)) => {
            let page = list(&ctx, &Filter::default(), Some(refused)).await?;
            Ok((axum::http::StatusCode::CONFLICT, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}
