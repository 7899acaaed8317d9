//! Form of a plan's line.

use crate::{
    Ctx, FormData, PageResult,
    components::{
        form::{Field, error_summary, hidden, refusal},
        shell,
        thing::Act,
    },
    error::{Again, again},
};
use axum::{
    extract::Path,
    response::{IntoResponse, Redirect},
};
use hengjian_app::{
    AppError, AppResult,
    plan::{
        drafting::{self, LineInput},
        reading::{self, LineView},
    },
};
use hengjian_domain::{
    code::Code,
    money::yuan_plain,
    plan::{PlanId, PlanLineId, SamplingField},
};
use maud::{Markup, html};
use std::collections::BTreeMap;

/// What stands in the fields: from the line, or as typed.
type Values = BTreeMap<&'static str, String>;
const FIELDS: &[&str] = &[
    "category_id",
    "product_name",
    "product_code",
    "field",
    "region",
    "batches",
    "enterprises",
    "unit_cost",
    "budget",
    "lead_section",
    "laboratory_name",
    "focus",
    "reason",
    "quarter_1",
    "quarter_2",
    "quarter_3",
    "quarter_4",
];

fn from_view(view: &LineView) -> Values {
    let mut values = Values::new();
    let Some(line) = &view.line else {
        values.insert("field", SamplingField::Circulation.code().to_owned());
        return values;
    };
    let money = |fen: i64| if fen > 0 { yuan_plain(fen) } else { String::new() };
    let number = |number: i64| if number > 0 { number.to_string() } else { String::new() };
    values.insert("category_id", line.category_id.map(|id| id.to_string()).unwrap_or_default());
    values.insert("product_name", line.product_name.clone());
    values.insert("product_code", line.product_code.clone());
    values.insert("field", line.field.code().to_owned());
    values.insert("region", line.region.clone());
    values.insert("batches", number(line.batches));
    values.insert("enterprises", number(line.enterprises));
    values.insert("unit_cost", money(line.unit_cost_fen));
    values.insert("budget", if line.unit_cost_fen > 0 { String::new() } else { money(line.budget_fen) });
    values.insert("lead_section", line.lead_section.clone());
    values.insert("laboratory_name", line.laboratory_name.clone());
    values.insert("focus", line.focus.clone());
    values.insert("reason", line.reason.clone());
    for (name, quarter) in ["quarter_1", "quarter_2", "quarter_3", "quarter_4"].into_iter().zip(1_u8..) {
        if line.quarter_numbers().contains(&quarter) {
            values.insert(name, "1".to_owned());
        }
    }
    values
}
fn from_form(data: &FormData) -> Values {
    FIELDS.iter().map(|name| (*name, data.get(name).to_owned())).collect()
}

fn read(data: &FormData) -> AppResult<LineInput> {
    let mut reader = data.reader();
    let unless_empty = |name: &str| !data.get(name).is_empty();
    let field = reader.code("field", "抽查领域");
    let batches = reader.integer("batches", "批次", 1..=100_000);
    let enterprises =
        if unless_empty("enterprises") { reader.integer("enterprises", "企业数", 1..=100_000) } else { 0 };
    let unit_cost_fen = if unless_empty("unit_cost") { reader.money("unit_cost", "单批费用") } else { 0 };
    let budget_fen = if unless_empty("budget") { reader.money("budget", "预算") } else { 0 };
    let quarters: Vec<u8> = (1..=4).filter(|quarter| data.ticked(&format!("quarter_{quarter}"))).collect();
    if quarters.is_empty() {
        reader.error("quarter_1", "请至少勾选一个季度");
    }
    let category_id = reader.optional_id("category_id", "产品分类");
    reader.finish()?;
    let text = |name: &str| data.get(name).to_owned();
    Ok(LineInput {
        category_id,
        product_code: text("product_code"),
        product_name: text("product_name"),
        field: field.ok_or_else(|| AppError::fault("a field was read and is none"))?,
        region: text("region"),
        quarters,
        batches,
        enterprises,
        unit_cost_fen,
        budget_fen,
        lead_section: text("lead_section"),
        laboratory_name: text("laboratory_name"),
        focus: text("focus"),
        reason: text("reason"),
    })
}

fn draw(ctx: &Ctx, view: &LineView, values: &Values, version: i64, problems: &Again) -> Markup {
    let plan_address = format!("/desk/plans/{}", view.plan.id);
    let (heading, action) = match &view.line {
        Some(line) => (format!("第 {} 行", line.seq), format!("{plan_address}/lines/{}", line.id)),
        None => ("添加产品".to_owned(), format!("{plan_address}/lines")),
    };
    let value = |name: &str| values.get(name).cloned().unwrap_or_default();
    let text =
        |name: &'static str, label: &'static str| Field::text(name, label).value(value(name)).error(problems.of(name));
    let categories = std::iter::once((String::new(), "不选".to_owned())).chain(
        view.categories
            .iter()
            .map(|category| (category.id.to_string(), format!("{} {}", category.code, category.name))),
    );
    let laboratories: Vec<&str> = view.laboratories.iter().map(|laboratory| laboratory.name.as_str()).collect();
    let quarter = |name: &'static str, label: &'static str| {
        Field::checkbox(name, label).ticked(!value(name).is_empty()).width("c3").render()
    };
    let once = if view.line.is_none() { ctx.once() } else { String::new() };
    let body = html! {
        (shell::title(&heading, &view.plan.title))
        (error_summary(&problems.fields.iter().map(|error| (error.field.clone(), error.message.clone())).collect::<Vec<_>>()))
        @if let Some(words) = &problems.refusal { (refusal(words)) }
        form class="form" method="post" action=(action) {
            (hidden(ctx.csrf(), &once, version))
            div class="fields" {
                @if !view.categories.is_empty() {
                    (Field::select("category_id", "产品分类", categories.collect()).value(value("category_id")).width("c8").help("选了分类，名称和代码可以不填").render())
                }
                (text("product_name", "产品名称").width("c8").render())
                (text("product_code", "产品代码").width("c4").help("没有官方代码时用 TMP- 开头的临时代码").render())
                (Field::choice::<SamplingField>("field", "抽查领域").required().value(value("field")).width("c4").error(problems.of("field")).render())
                (text("region", "区域").width("c8").help("例如 全县、乳城镇").render())
            }
            fieldset { legend { "季度" }
                @if let Some(message) = problems.of("quarter_1") { p class="err" { (message) } }
                div class="fields" { (quarter("quarter_1", "一季度")) (quarter("quarter_2", "二季度")) (quarter("quarter_3", "三季度")) (quarter("quarter_4", "四季度")) }
            }
            div class="fields" {
                (text("batches", "批次").required().width("c3").unit("批").render())
                (text("enterprises", "企业数").width("c3").unit("户").help("不定的不填").render())
                (text("unit_cost", "单批费用").width("c3").unit("元").help("含购样和检验").render())
                (text("budget", "预算").width("c3").unit("元").help("填了单批费用的自动计算").render())
                (text("lead_section", "牵头股室").width("c4").render())
                (text("laboratory_name", "拟承检机构").width("c8").help(if laboratories.is_empty() { String::new() } else { format!("登记库里有：{}", laboratories.join("、")) }).render())
                (text("focus", "重点").width("c6").help("例如 建筑和装饰装修材料，用于正文").render())
                (text("reason", "选择理由").width("c6").help("风险、投诉、许可、民生、地方特色").render())
            }
            p { button class="btn btn--main" type="submit" { "保存" } a href=(plan_address) { "返回计划" } }
        }
        @if let Some(line) = &view.line { section class="sec" { h2 { "删除" }
            ul class="acts-list" { li { (match Act::button("删除这一行", &format!("{plan_address}/lines/{}/delete", line.id), hidden(ctx.csrf(), "", line.version), false) { Act::Open(markup) => markup, Act::Closed { .. } => html! {} }) } }
        } }
    };
    let page = ctx
        .page(heading.clone())
        .at("/desk/plans")
        .crumb("抽查计划", Some("/desk/plans".into()))
        .crumb(view.plan.title.clone(), Some(format!("/desk/plans/{}", view.plan.id)))
        .crumb(heading, None);
    shell::page(&page, body)
}

/// `GET /desk/plans/{id}/lines/new`
pub async fn new_line_page(ctx: Ctx, Path(id): Path<String>) -> PageResult {
    let id: PlanId = super::id(&id)?;
    let view = ctx.view(move |work| reading::line(work, id, None)).await?;
    Ok(draw(&ctx, &view, &from_view(&view), view.plan.version, &Again::default()).into_response())
}

/// `GET /desk/plans/{id}/lines/{line}`
pub async fn line_page(ctx: Ctx, Path((id, line)): Path<(String, String)>) -> PageResult {
    let (id, line): (PlanId, PlanLineId) = (super::id(&id)?, super::id(&line)?);
    let view = ctx.view(move |work| reading::line(work, id, Some(line))).await?;
    let version = view.line.as_ref().map_or(0, |line| line.version);
    Ok(draw(&ctx, &view, &from_view(&view), version, &Again::default()).into_response())
}

async fn shown_again(ctx: Ctx, id: PlanId, line: Option<PlanLineId>, data: &FormData, error: AppError) -> PageResult {
    let view = ctx.view(move |work| reading::line(work, id, line)).await?;
    let values = from_form(data);
    again(error, |problems| draw(&ctx, &view, &values, data.version(), problems))
}

/// `POST /desk/plans/{id}/lines`
pub async fn add_line(ctx: Ctx, Path(id): Path<String>, data: FormData) -> PageResult {
    let id: PlanId = super::id(&id)?;
    let (version, token) = (data.version(), data.once());
    let added = match read(&data) {
        Ok(input) => ctx.act(move |work| drafting::add_line(work, id, version, input, &token)).await,
        Err(error) => Err(error),
    };
    match added {
        Ok(_) => Ok(Redirect::to(&format!("/desk/plans/{id}")).into_response()),
        Err(error) => shown_again(ctx, id, None, &data, error).await,
    }
}

/// `POST /desk/plans/{id}/lines/{line}`
pub async fn save_line(ctx: Ctx, Path((id, line)): Path<(String, String)>, data: FormData) -> PageResult {
    let (id, line): (PlanId, PlanLineId) = (super::id(&id)?, super::id(&line)?);
    let version = data.version();
    let saved = match read(&data) {
        Ok(input) => ctx.act(move |work| drafting::edit_line(work, line, version, input)).await,
        Err(error) => Err(error),
    };
    match saved {
        Ok(plan) => Ok(Redirect::to(&format!("/desk/plans/{plan}")).into_response()),
        Err(error) => shown_again(ctx, id, Some(line), &data, error).await,
    }
}

/// `POST /desk/plans/{id}/lines/{line}/delete`
pub async fn delete_line(ctx: Ctx, Path((_, line)): Path<(String, String)>, data: FormData) -> PageResult {
    let (line, version): (PlanLineId, i64) = (super::id(&line)?, data.version());
    let plan = ctx.act(move |work| drafting::delete_line(work, line, version)).await?;
    Ok(Redirect::to(&format!("/desk/plans/{plan}")).into_response())
}
async fn move_line(ctx: Ctx, line: &str, data: &FormData, up: bool) -> PageResult {
    let (line, version): (PlanLineId, i64) = (super::id(line)?, data.version());
    let plan = ctx.act(move |work| drafting::move_line(work, line, version, up)).await?;
    Ok(Redirect::to(&format!("/desk/plans/{plan}")).into_response())
}
/// `POST /desk/plans/{id}/lines/{line}/up`
pub async fn move_line_up(ctx: Ctx, Path((_, line)): Path<(String, String)>, data: FormData) -> PageResult {
    move_line(ctx, &line, &data, true).await
}
/// `POST /desk/plans/{id}/lines/{line}/down`
pub async fn move_line_down(ctx: Ctx, Path((_, line)): Path<(String, String)>, data: FormData) -> PageResult {
    move_line(ctx, &line, &data, false).await
}
