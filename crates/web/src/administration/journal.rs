//! The journal (操作记录), newest first, and the check that nothing in it was changed or is missing.

use super::page;
use crate::{
    Ctx, FormData, PageError, PageResult,
    components::{
        Tone,
        form::{Field, hidden},
        or_slash,
        shell::{self, title},
        table::{self, empty, number, text},
        tag, technical_fold,
    },
};
use axum::{extract::Query, response::IntoResponse};
use hengjian_app::{
    AppError, AppResult, TimelineLine,
    administration::journal::{self, Checked, PAGE},
};
use hengjian_domain::organisation::{Organisation, OrganisationId};
use maud::{Markup, html};
use serde::Deserialize;

const ADDRESS: &str = "/desk/admin/journal";

/// Which log, from which entry on.
#[derive(Debug, Default, Deserialize)]
pub struct Shown {
    #[serde(default)]
    log: String,
    #[serde(default)]
    before: String,
}

/// A page of a log.
struct Sight {
    logs: Vec<(Organisation, i64)>,
    log: OrganisationId,
    lines: Vec<TimelineLine>,
    first: bool,
}

async fn sight(ctx: &Ctx, shown: &Shown) -> AppResult<Sight> {
    let asked: Option<OrganisationId> = shown.log.parse().ok();
    let before: Option<i64> = match shown.before.as_str() {
        "" => None,
        text => Some(text.parse().map_err(|_| AppError::field("before", "翻页地址不对。请从第一页看起"))?),
    };
    ctx.view(move |work| {
        let log = asked.unwrap_or(work.actor().org_id);
        Ok(Sight { logs: journal::logs(work)?, log, lines: journal::page(work, log, before)?, first: before.is_none() })
    })
    .await
}

fn drawn(ctx: &Ctx, sight: &Sight, checked: Option<&Checked>) -> Markup {
    let limit = usize::try_from(PAGE).unwrap_or(50);
    let shown = &sight.lines[..sight.lines.len().min(limit)];
    let next = (sight.lines.len() > limit)
        .then(|| shown.last())
        .flatten()
        .map(|last| format!("{ADDRESS}?log={}&before={}", sight.log, last.seq));
    let size = sight.logs.iter().find(|(org, _)| org.id == sight.log).map_or(0, |(_, size)| *size);
    let of = sight.logs.iter().find(|(org, _)| org.id == sight.log).map_or("", |(org, _)| org.name.as_str());
    let options = sight.logs.iter().map(|(org, size)| (org.id.to_string(), format!("{}（{size} 条）", org.name)));
    let rows: Vec<Vec<Markup>> = shown.iter().map(row).collect();
    let body = html! {
        (title("操作记录", "只增不改。每一次办理、每一次被拒绝的办理，都有一条。"))
        @if let Some(checked) = checked { (answer(checked)) }
        @if sight.logs.len() > 1 { (table::filter(ADDRESS, html! { div class="wide" { (Field::select("log", "机关", options.collect()).value(sight.log.to_string()).help("只能按机关看；哪件事的经过，在那件事的页面上看").render()) } })) }
        div class="bar-row" {
            span class="sub" { (of) "共 " (size) " 条，新的在前" }
            span class="end" { form method="post" action=(format!("{ADDRESS}/check")) {
                (hidden(ctx.csrf(), "", 0)) input type="hidden" name="log" value=(sight.log);
                button class="btn" type="submit" { "核对有没有改动" }
            } }
        }
        @if rows.is_empty() { (empty(if sight.first { "这个机关还没有操作记录" } else { "没有更早的记录" }, None)) }
        @else { (table::table("操作记录", &[number("序"), text("时间"), text("人员"), text("办理"), text("内容")], &rows)) }
        (table::pager(&format!("{ADDRESS}?log={}", sight.log), next.as_deref(), sight.first))
    };
    shell::page(&page(ctx, "操作记录", &[]), body)
}

fn row(line: &TimelineLine) -> Vec<Markup> {
    let content = line.content.as_ref();
    let refused = line.kind.starts_with("refused.");
    let facts = content.map(|content| content.facts.as_slice()).unwrap_or_default();
    let technical = html! { p class="code note" {
        (line.kind) " " (line.leaf.get(..16).unwrap_or_default())
        @if refused { @for (_, value) in facts { " " (value) } }
    } };
    vec![
        html! { span class="keep" { (line.seq) } },
        html! { time class="keep" datetime=(line.at.rfc3339()) { (line.at) } },
        html! { @match content { Some(content) => { (or_slash(&content.actor)) small class="sub" { "　" (content.unit) } }, None => "/" } },
        html! {
            @match content { Some(content) => (content.text), None => "内容已按保存期限删除" }
            @if refused { " " (tag(Tone::Bad, "未办")) }
        },
        html! {
            @if let Some(content) = content {
                @if !refused { @for (label, value) in facts { span class="keep" { (label) } "：" (or_slash(value)) "　" } }
                @if !content.basis.is_empty() { p class="law" { (content.basis) } }
            }
            (technical_fold(&technical))
        },
    ]
}

fn answer(checked: &Checked) -> Markup {
    match checked {
        Checked::Whole { entries } => html! {
            p class="flash" role="status" { (tag(Tone::Done, "完整")) " 核对了 " (entries) " 条：没有缺号，没有改动。" }
        },
        Checked::Broken { detail } => html! {
            div class="flash flash--bad" role="alert" {
                p { (tag(Tone::Bad, "对不上")) " 有记录缺失或被改动。请保留数据文件原样，立即报告分管局领导，并与最近的备份比对。" }
                (technical_fold(&html! { p class="code note" { (detail) } }))
            }
        },
    }
}

/// `GET /desk/admin/journal`
pub async fn journal_page(ctx: Ctx, Query(shown): Query<Shown>) -> PageResult {
    let sight = sight(&ctx, &shown).await?;
    Ok(drawn(&ctx, &sight, None).into_response())
}

/// `POST /desk/admin/journal/check`: reads only; a POST because it may take a while.
pub async fn check(ctx: Ctx, form: FormData) -> PageResult {
    let log: OrganisationId = form.get("log").parse().map_err(|_| PageError::from(AppError::NotFound))?;
    let checked = ctx.view(move |work| journal::check(work, log)).await?;
    let sight = sight(&ctx, &Shown { log: log.to_string(), before: String::new() }).await?;
    Ok(drawn(&ctx, &sight, Some(&checked)).into_response())
}
