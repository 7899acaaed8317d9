//! Imported results of earlier years and other authorities, table by table, with the counts of their sources.

use crate::{
    Ctx, PageResult,
    components::{
        or_slash,
        shell::{self, title},
        table::{self, empty, number, text},
    },
};
use axum::response::IntoResponse;
use hengjian_app::statistics::{self, HistoryGroup};
use hengjian_domain::{
    code::Code,
    statistics::{Counts, RATE_DECIMALS, lists_failures_only},
};
use maud::{Markup, html};

/// `GET /desk/statistics/history`
pub async fn page(ctx: Ctx) -> PageResult {
    let groups = ctx.view(statistics::history).await?;
    let total = Counts::total(groups.iter().map(|group| Counts::new(group.failed, group.batches)));
    // One announcement may have several product categories; whether it lists failures only is seen from the whole of it.
    let whole = |one: &HistoryGroup| {
        let same = |group: &&HistoryGroup| {
            (group.tier, &group.organiser_name, &group.published_on)
                == (one.tier, &one.organiser_name, &one.published_on)
        };
        Counts::total(groups.iter().filter(same).map(|group| Counts::new(group.failed, group.batches)))
    };
    let failures: i64 =
        groups.iter().filter(|group| lists_failures_only(whole(group))).map(|group| group.batches).sum();
    let rows: Vec<Vec<Markup>> = groups
        .iter()
        .map(|group| {
            let counts = Counts::new(group.failed, group.batches);
            vec![
                html! { (or_slash(&group.organiser_name)) },
                html! { (group.tier.title()) },
                html! { (or_slash(&group.category)) },
                html! { (or_slash(&group.published_on)) },
                html! { @if lists_failures_only(whole(group)) { "/" } @else { (counts.denominator) } },
                html! { (counts.numerator) },
                html! { @if lists_failures_only(whole(group)) { "来源只列不合格" } @else { (counts.rate_shown(RATE_DECIMALS)) } },
            ]
        })
        .collect();
    let columns = [
        text("公布机关"),
        text("级别"),
        text("产品种类"),
        number("公布日期"),
        number("批次"),
        number("不合格"),
        number("不合格率"),
    ];
    let body = html! {
        (title("已导入的历史结果", "以往年度和其他部门公布的结果。用于核对六个月内的重复抽查，不计入本局的统计，也不由本局公布。"))
        p { "合计 " b { (total.denominator) } " 批，不合格 " b { (total.numerator) } " 批。"
            @if failures > 0 { "其中 " (failures) " 批来自只列不合格的来源，不知道一共检了多少，不计率。" } }
        @if rows.is_empty() { (empty("还没有导入历史结果", Some(("/desk/import", "去导入")))) }
        @else { (table::table("历史结果", &columns, &rows)) }
    };
    let page = ctx.page("历史结果").at("/desk/statistics").crumb("统计", Some("/desk/statistics".into()));
    Ok(shell::page(&page.crumb("历史结果", None), body).into_response())
}
