//! 实施细则 for everybody: what is in force and public, with the items and limits (R18 第十二条: public before sampling).
//! Shows published rules only.

use crate::{
    PageResult,
    components::{
        or_slash,
        shell::{self, section, title},
        table::{self, empty, number, text},
        thing::facts,
    },
    context::PublicCtx,
    paging::Address,
};
use axum::{extract::Query, response::IntoResponse};
use hengjian_app::registers::rules;
use hengjian_domain::{law, rules::SpotCheckRules};
use maud::{Markup, html};
use serde::Deserialize;

/// Page token of the list.
#[derive(Debug, Default, Deserialize)]
pub struct Turn {
    #[serde(default)]
    page: String,
}

/// Which rule.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    code: String,
    #[serde(default)]
    edition: String,
}

fn address(rule: &SpotCheckRules) -> String {
    Address::new("/rules/one").with("code", rule.code.as_str()).with("edition", rule.edition.as_str()).first()
}

fn day(rule: &SpotCheckRules) -> String {
    rule.published_at_us.map_or_else(|| "/".to_owned(), |at| at.date().to_string())
}

/// `GET /rules`
pub async fn list_page(ctx: PublicCtx, Query(turn): Query<Turn>) -> PageResult {
    let list = Address::new("/rules");
    let request = list.request(&turn.page)?;
    let page = request.clone();
    let mut rows = ctx.view(move |view| rules::public_list(view, &page)).await?;
    let next = list
        .next(&mut rows, &request, |row| (row.published_at_us.map_or(0, |at| at.0).to_string(), row.id.to_string()));
    let cells: Vec<Vec<Markup>> = rows
        .iter()
        .map(|row| {
            vec![
                html! { a href=(address(row)) { (row.title) } },
                html! { (or_slash(&row.code)) },
                html! { (or_slash(&row.edition)) },
                html! { (row.product) },
                html! { (day(row)) },
            ]
        })
        .collect();
    let columns = [text("名称"), text("编号"), text("版本"), text("产品"), number("公开日期")];
    let body = html! {
        (title("监督抽查实施细则", "抽样数量、检验项目、检验方法和判定规则，在抽样之前公开。"))
        @if cells.is_empty() { (empty("还没有公开的实施细则", Some(("/about", "怎样抽、怎样公布")))) }
        @else { (table::table("实施细则", &columns, &cells)) }
        p class="law" { (law::R18_12.text()) }
        (table::pager(&list.first(), next.as_deref(), turn.page.is_empty()))
    };
    Ok(shell::page(&ctx.page("实施细则").at("/rules"), body).into_response())
}

/// `GET /rules/one?code=…&edition=…`
pub async fn one_page(ctx: PublicCtx, Query(asked): Query<Asked>) -> PageResult {
    let (rule, items) = ctx.view(move |view| rules::public_rule(view, &asked.code, &asked.edition)).await?;
    let quantity = |value: &Option<String>| match value {
        Some(value) => format!("{value} {}", rule.unit),
        None => rule.quantity_text.clone(),
    };
    let cells: Vec<Vec<Markup>> = items
        .iter()
        .map(|item| {
            vec![
                html! { (item.name) },
                html! { (or_slash(&item.standard)) },
                html! { (or_slash(&item.method)) },
                html! { (or_slash(item.limit_text.as_deref().unwrap_or_default())) @if item.limit_text.is_some() { " " (item.unit) } },
            ]
        })
        .collect();
    let linked = rule.published_at_url.starts_with("https://") || rule.published_at_url.starts_with("http://");
    let body = html! {
        (title(&rule.title, &format!("{}　{} 公开", rule.edition, day(&rule))))
        (facts(&[
            ("编号", html! { (or_slash(&rule.code)) }),
            ("产品", html! { (or_slash(&rule.product)) }),
            ("制定单位", html! { (or_slash(&rule.issued_by)) }),
            ("公开地址", html! { @if linked { a href=(rule.published_at_url) rel="noreferrer" { (rule.published_at_url) } } @else { (or_slash(&rule.published_at_url)) } }),
            ("抽样地点", html! { (or_slash(&rule.sampling_place)) }),
            ("抽样方法", html! { (or_slash(&rule.sampling_method)) }),
            ("最少抽样基数", html! { (or_slash(&quantity(&rule.minimum_stock))) }),
            ("检验样品", html! { (or_slash(&quantity(&rule.test_quantity))) }),
            ("备用样品", html! { (or_slash(&quantity(&rule.backup_quantity))) }),
            ("封样和运输", html! { (or_slash(&rule.sealing)) }),
            ("判定规则", html! { (or_slash(&rule.judging_rule)) }),
        ]))
        (section("检验项目", table::table("检验项目", &[text("项目"), text("判定依据"), text("检验方法"), text("限值")], &cells)))
    };
    let page = ctx.page(rule.title.as_str()).at("/rules").crumb("实施细则", Some("/rules".into()));
    Ok(shell::page(&page.crumb(rule.title.as_str(), None), body).into_response())
}
