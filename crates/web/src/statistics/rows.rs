//! The rows behind a figure: the same cut, so that a number and its list cannot differ.

use super::figures::Cut;
use crate::{
    Ctx, PageResult,
    components::{
        or_slash,
        shell::{self, title},
        table::{self, empty, number, text},
    },
    todo::address,
};
use axum::{
    extract::{Path, Query},
    response::IntoResponse,
};
use hengjian_app::{
    AppError,
    statistics::{self, Figure},
};
use maud::{Markup, html};

const FIGURES: &[(&str, Figure, &str)] = &[
    ("batches", Figure::Batches, "结论最终确定的批次"),
    ("failed", Figure::Failed, "不合格批次"),
    ("serious", Figure::Serious, "严重不合格批次"),
    ("visits", Figure::Visits, "有结果的抽样"),
    ("refused", Figure::Refused, "拒绝抽样"),
    ("not-sampled", Figure::NotSampled, "未抽到样品"),
    ("objections", Figure::Objections, "受理的异议"),
    ("reinspections", Figure::Reinspections, "办结的复检"),
    ("overturned", Figure::Overturned, "复检结论不同"),
    ("cases", Figure::Cases, "后处理案件"),
    ("cases-closed", Figure::CasesClosed, "已结案"),
    ("rechecks", Figure::Rechecks, "有结果的复查"),
    ("rechecks-passed", Figure::RechecksPassed, "复查合格"),
];

/// Word of a figure in addresses.
pub(super) fn figure_code(figure: Figure) -> &'static str {
    FIGURES.iter().find(|(_, other, _)| *other == figure).map_or("batches", |(code, _, _)| code)
}

/// `GET /desk/statistics/rows/{figure}`
pub async fn page(ctx: Ctx, Path(code): Path<String>, Query(cut): Query<Cut>) -> PageResult {
    let (code, figure, words) = FIGURES.iter().find(|(known, _, _)| *known == code).ok_or(AppError::NotFound)?;
    let filter = cut.filter(ctx.actor(), ctx.now().date())?;
    let list = cut.address(&format!("/desk/statistics/rows/{code}"));
    let request = list.request(&cut.page)?;
    let (asked, page, figure) = (filter.clone(), request.clone(), *figure);
    let (count, mut rows) = ctx.view(move |work| statistics::rows(work, &asked, figure, &page)).await?;
    let next = list.next(&mut rows, &request, |row| (row.on.clone(), row.id.to_string()));
    let cells: Vec<Vec<Markup>> = rows
        .iter()
        .map(|row| {
            // A visit's day is kept as an instant.
            let day = row
                .on
                .parse::<i64>()
                .map_or_else(|_| row.on.clone(), |micros| hengjian_domain::time::Timestamp(micros).date().to_string());
            vec![
                html! { @if row.title.is_empty() { "抽取没有结束，名称不公开" } @else { a href=(address(row.kind, row.id)) { (row.title) } } },
                html! { (or_slash(&row.detail)) },
                html! { (day) },
            ]
        })
        .collect();
    let lead = format!("{} 至 {}，共 {count} 条。", filter.from, filter.until);
    let back = cut.address("/desk/statistics").first();
    let body = html! {
        (title(words, &lead))
        @if cells.is_empty() { (empty("没有符合条件的记录", Some((&back, "回到统计")))) }
        @else { (table::table(words, &[text("名称"), text("单位或任务"), number("日期")], &cells)) }
        (table::pager(&list.first(), next.as_deref(), cut.page.is_empty()))
    };
    let page = ctx.page(*words).at("/desk/statistics").crumb("统计", Some(back)).crumb(*words, None);
    Ok(shell::page(&page, body).into_response())
}
