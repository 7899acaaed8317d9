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
    ("enterprises", Figure::Enterprises, "抽查的企业"),
    ("enterprises-failed", Figure::EnterprisesFailed, "有不合格批次的企业"),
    ("on-file", Figure::OnFile, "登记在册的企业"),
    ("planned", Figure::Planned, "计划抽查批次"),
    ("sampled", Figure::Sampled, "已抽样批次"),
    ("item-tested", Figure::ItemTested, "检验这个项目的批次"),
    ("item-failed", Figure::ItemFailed, "这个项目不合格的批次"),
];
const DUE: &str = "due";
const IN_TIME: &str = "done-in-time";

/// Word of a figure in addresses.
pub(super) fn figure_code(figure: Figure) -> &'static str {
    match figure {
        Figure::Due(_) => return DUE,
        Figure::DoneInTime(_) => return IN_TIME,
        _ => {}
    }
    FIGURES.iter().find(|(_, other, _)| *other == figure).map_or("batches", |(code, _, _)| code)
}

/// The figure of an address with its words; a duty's figure needs its rule.
fn figure_of(code: &str, cut: &Cut) -> Option<(Figure, &'static str)> {
    let rule = || statistics::RULES_IN_TIME.iter().find(|rule| rule.id == cut.rule).map(|rule| rule.id);
    match code {
        DUE => Some((Figure::Due(rule()?), "到期的办理")),
        IN_TIME => Some((Figure::DoneInTime(rule()?), "按期办结的")),
        _ => FIGURES.iter().find(|(known, ..)| *known == code).map(|(_, figure, words)| (*figure, *words)),
    }
}

/// What the rows are narrowed to, in words; figures that are not counted by field and product say so.
fn narrowed(figure: Figure, cut: &Cut) -> String {
    use Figure::{Batches, DoneInTime, Due, Enterprises, EnterprisesFailed, Failed, ItemFailed, ItemTested, Serious};
    let words = cut.words();
    match figure {
        _ if words.is_empty() => words,
        Batches | Failed | Serious | Enterprises | EnterprisesFailed | ItemTested | ItemFailed | Due(_)
        | DoneInTime(_) => format!("，{words}"),
        _ => "，不分领域和产品".to_owned(),
    }
}

/// Heads of the columns for the second words and the day of a row, by what the figure counts.
const fn heads(figure: Figure) -> (&'static str, &'static str) {
    use Figure::*;
    match figure {
        Batches | Failed | Serious | ItemTested | ItemFailed => ("被抽样单位", "抽样日期"),
        Enterprises | EnterprisesFailed => ("地址", "最近抽样日期"),
        OnFile => ("地址", "日期"),
        Planned => ("计划", "年度"),
        Sampled => ("任务", "抽样日期"),
        Visits | Refused | NotSampled => ("任务", "提交日期"),
        Objections | Reinspections | Overturned => ("申请人", "收到日期"),
        Cases | CasesClosed => ("当事人", "收到日期"),
        Rechecks | RechecksPassed => ("当事人", "抽样日期"),
        Due(_) | DoneInTime(_) => ("办结日期", "期限最后一日"),
    }
}

/// `GET /desk/statistics/rows/{figure}`
pub async fn page(ctx: Ctx, Path(code): Path<String>, Query(cut): Query<Cut>) -> PageResult {
    let (figure, words) = figure_of(&code, &cut).ok_or(AppError::NotFound)?;
    let filter = cut.filter(ctx.actor(), ctx.now().date())?;
    let list = cut.address(&format!("/desk/statistics/rows/{code}"));
    let request = list.request(&cut.page)?;
    let (asked, page) = (filter.clone(), request.clone());
    let (count, mut rows) = ctx.view(move |work| statistics::rows(work, &asked, figure, &page)).await?;
    let next = list.next(&mut rows, &request, |row| row.place.clone());
    let ((detail, day), is_duty) = (heads(figure), matches!(figure, Figure::Due(_) | Figure::DoneInTime(_)));
    let amount = if figure == Figure::Planned { "批次" } else { "计数" };
    let cells: Vec<Vec<Markup>> = rows
        .iter()
        .map(|row| {
            // A visit's day is kept as an instant.
            let on = row
                .on
                .parse::<i64>()
                .map_or_else(|_| row.on.clone(), |micros| hengjian_domain::time::Timestamp(micros).date().to_string());
            vec![
                html! { @if row.title.is_empty() { "抽取没有结束，名称不公开" } @else { a href=(address(row.kind, row.id)) { (row.title) } } },
                html! { @if row.detail.is_empty() && is_duty { "还没有办结" } @else { (or_slash(&row.detail)) } },
                html! { (or_slash(&on)) },
                html! { (row.amount) },
            ]
        })
        .collect();
    let lead = format!("{} 至 {}{}，共 {count} 项。", filter.from, filter.until, narrowed(figure, &cut));
    let back = cut.without_group().address("/desk/statistics").first();
    let body = html! {
        (title(words, &lead))
        @if cells.is_empty() { (empty("没有符合条件的记录", Some((&back, "回到统计")))) }
        @else { (table::table(words, &[text("名称"), text(detail), number(day), number(amount)], &cells)) }
        (table::pager(&list.first(), next.as_deref(), cut.page.is_empty()))
    };
    let page = ctx.page(words).at("/desk/statistics").crumb("统计", Some(back)).crumb(words, None);
    Ok(shell::page(&page, body).into_response())
}
