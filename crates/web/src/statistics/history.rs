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
use hengjian_app::statistics;
use hengjian_domain::{
    code::Code,
    statistics::{Counts, RATE_DECIMALS},
};
use maud::{Markup, html};

/// `GET /desk/statistics/history`
pub async fn page(ctx: Ctx) -> PageResult {
    let groups = ctx.view(statistics::history).await?;
    let total = Counts::total(groups.iter().map(|group| Counts::new(group.failed, group.batches)));
    let rows: Vec<Vec<Markup>> = groups
        .iter()
        .map(|group| {
            let counts = Counts::new(group.failed, group.batches);
            vec![
                html! { (or_slash(&group.organiser_name)) },
                html! { (group.tier.title()) },
                html! { (or_slash(&group.category)) },
                html! { (or_slash(&group.published_on)) },
                html! { (counts.denominator) },
                html! { (counts.numerator) },
                html! { (counts.rate_shown(RATE_DECIMALS)) },
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
        p { "合计 " b { (total.denominator) } " 批，不合格 " b { (total.numerator) } " 批。" }
        @if rows.is_empty() { (empty("还没有导入历史结果", Some(("/desk/import", "去导入")))) }
        @else { (table::table("历史结果", &columns, &rows)) }
    };
    let page = ctx.page("历史结果").at("/desk/statistics").crumb("统计", Some("/desk/statistics".into()));
    Ok(shell::page(&page.crumb("历史结果", None), body).into_response())
}
