//! 检验列表. Laboratory staff see sample and product, bureau staff also the party.

use super::{conclusion_tag, state_tone};
use crate::{
    Ctx, PageResult,
    components::{
        form::Field,
        or_slash,
        shell::{self, title},
        table::{bar, empty, filter as filter_bar, pager, table, text},
        tag,
    },
    paging::Address,
};
use axum::{extract::Query, response::IntoResponse};
use hengjian_app::testing::view::{self, InspectionFilter, InspectionLine};
use hengjian_domain::{
    code::Code,
    policy::Action,
    testing::{InspectionConclusion, InspectionPurpose, InspectionState},
};
use maud::{Markup, html};
use serde::Deserialize;

/// The filter as it stands in the address.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    state: String,
    #[serde(default)]
    conclusion: String,
    #[serde(default)]
    purpose: String,
    #[serde(default)]
    mine: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    page: String,
}

/// `GET /desk/inspections`
pub async fn page(ctx: Ctx, Query(asked): Query<Asked>) -> PageResult {
    let address = Address::new("/desk/inspections")
        .with("state", asked.state.as_str())
        .with("conclusion", asked.conclusion.as_str())
        .with("purpose", asked.purpose.as_str())
        .with("mine", asked.mine.as_str())
        .with("text", asked.text.trim());
    let request = address.request(&asked.page)?;
    let filter = InspectionFilter {
        state: InspectionState::from_code(&asked.state),
        conclusion: InspectionConclusion::from_code(&asked.conclusion),
        purpose: InspectionPurpose::from_code(&asked.purpose),
        mine: !asked.mine.is_empty(),
        text: asked.text.trim().to_owned(),
    };
    let wanted = request.clone();
    let (mut lines, count) = ctx.view(move |work| view::inspections(work, &filter, &wanted)).await?;
    let next = address.next(&mut lines, &request, |line| {
        (line.inspection.created_at_us.0.to_string(), line.inspection.id.to_string())
    });
    let rows: Vec<Vec<Markup>> = lines.iter().map(row).collect();
    let columns = [text("样品或报告"), text("产品"), text("受检单位"), text("用途"), text("结论"), text("状态")];
    let fields = html! {
        (Field::text("text", "产品、型号或者编号").value(asked.text.as_str()).render())
        (Field::choice::<InspectionState>("state", "状态").any("全部").value(asked.state.as_str()).render())
        (Field::choice::<InspectionConclusion>("conclusion", "结论").any("全部").value(asked.conclusion.as_str()).render())
        (Field::choice::<InspectionPurpose>("purpose", "用途").any("全部").value(asked.purpose.as_str()).render())
        (Field::checkbox("mine", "只看我经手的").ticked(!asked.mine.is_empty()).render())
    };
    let body = html! {
        (title("检验", "从接收样品到确认报告。新的在前。"))
        (filter_bar("/desk/inspections", fields))
        (bar(count, html! {
            @if ctx.may(Action::SampleRead) { a href="/desk/samples" { "样品" } }
            @if ctx.may(Action::ReportRegister) { a class="btn" href="/desk/inspections/register" { "登记外来检验报告" } }
        }))
        @if rows.is_empty() {
            @if address.is_plain() { (empty("还没有检验。抽样单审核通过后，样品交付机构时出现在这里", None)) }
            @else { (empty("没有符合条件的检验。可以去掉关键词或者改状态", Some(("/desk/inspections", "清除条件")))) }
        } @else { (table("检验列表", &columns, &rows)) }
        (pager(&address.first(), next.as_deref(), asked.page.is_empty()))
    };
    Ok(shell::page(&ctx.page("检验").at("/desk/inspections"), body).into_response())
}

fn row(line: &InspectionLine) -> Vec<Markup> {
    let one = &line.inspection;
    let number = one.report_number.as_deref().or(line.sample_number.as_deref()).unwrap_or("查看");
    vec![
        html! {
            a class="code" href=(format!("/desk/inspections/{}", one.id)) { (number) }
            @if one.edition > 1 { br; span class="sub" { "第 " (one.edition) " 版" } }
        },
        html! { span class="name" { (one.product_name) } br; span class="sub" { (or_slash(&one.model)) } },
        html! { @if line.party_hidden { span class="sub" { "报告签发或者确认后显示" } } @else { (or_slash(&one.sampled_name)) } },
        html! { (one.purpose.title()) br; span class="sub" { (one.tier.title()) "　" (one.origin.title()) } },
        html! { (conclusion_tag(one)) @if !one.failed_items.is_empty() { br; span class="sub" { (one.failed_items) } } },
        tag(state_tone(one.state), one.state.title()),
    ]
}
