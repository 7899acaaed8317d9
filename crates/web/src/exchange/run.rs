//! One import: its figures, what a person should look at, the thing it made, and taking it back.

use super::{
    base_of, export, frame,
    list::state_tag,
    upload::{PROBLEM_COLUMNS, counted, figures, mapping_table, problem_rows},
};
use crate::{
    Ctx, FormData, PageResult,
    components::{
        form,
        shell::{self, section, title},
        table::{self, empty},
        technical_fold,
        thing::{self, Act},
    },
    context::blocking,
    error::{Again, again},
    todo::timeline_lines,
};
use axum::{
    extract::{Path, Query},
    response::{IntoResponse, Redirect},
};
use hengjian_app::exchange::{RunView, action_of, run};
use hengjian_domain::{
    code::Code,
    exchange::{ImportId, ImportKind, ImportState, ProblemSeverity},
};
use maud::{Markup, html};
use serde::Deserialize;

/// Problems a page holds.
const PAGE: i64 = 100;

/// Place in the list of problems.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    after: i64,
}

fn pairs(mapping: &str) -> Vec<(String, String)> {
    mapping.lines().filter_map(|line| line.split_once('\t')).map(|(a, b)| (a.to_owned(), b.to_owned())).collect()
}

/// Where the imported things are looked at.
fn target(view: &RunView) -> Option<(String, &'static str)> {
    let import = &view.import;
    match (import.kind, import.target_id) {
        (ImportKind::Plan, Some(plan)) => Some((format!("/desk/plans/{plan}"), "看计划")),
        (ImportKind::Enterprises, _) => Some(("/desk/registers/enterprises".to_owned(), "看市场主体")),
        (ImportKind::Rules, _) => Some(("/desk/registers/rules".to_owned(), "看实施细则")),
        (ImportKind::Products, _) => Some(("/desk/registers/products".to_owned(), "看产品分类")),
        (ImportKind::Assignments, _) => Some(("/desk/cases".to_owned(), "看后处理案")),
        (ImportKind::Results, _) => Some(("/desk/statistics/history".to_owned(), "看历史结果")),
        _ => None,
    }
}

fn acts(ctx: &Ctx, view: &RunView) -> Vec<Act> {
    let import = &view.import;
    let mut acts = Vec::new();
    if let Some((address, words)) = target(view).filter(|_| import.state == ImportState::Applied) {
        acts.push(Act::link(words, &address, true));
    }
    if ctx.may(action_of(import.kind)) && import.org_id == ctx.actor().org_id {
        acts.push(match &view.undo_refused {
            Some(refusal) => refusal.clone().into(),
            None => {
                let action = format!("{}/undo/{}", base_of(import.kind), import.id);
                Act::button("撤销这次导入", &action, form::hidden(ctx.csrf(), &ctx.once(), import.version), false)
            }
        });
    }
    acts
}

fn body(ctx: &Ctx, view: RunView, asked: &Asked, problems_of_form: &Again) -> Markup {
    let acts = acts(ctx, &view);
    let RunView { import, mut problems, places, timeline, .. } = view;
    let more = problems.len() > usize::try_from(PAGE).unwrap_or(0);
    problems.truncate(usize::try_from(PAGE).unwrap_or(0));
    let here = format!("/desk/import/runs/{}", import.id);
    let next = problems.last().filter(|_| more).map(|(seq, _)| format!("{here}?after={seq}"));
    let unknown: Vec<String> = import.unknown_columns.lines().map(str::to_owned).collect();
    let undone = import.state == ImportState::Undone;
    let taken_back = if undone { "已撤销" } else { "" };
    let parts = [
        ("新增", import.imported, taken_back),
        ("更新", import.updated, taken_back),
        ("没有变化", import.unchanged, "登记库里已有"),
        ("未导入", import.rejected, ""),
        ("待核对的行", import.flagged, if undone { taken_back } else { "已导入" }),
    ];
    let rows = problem_rows(problems.iter().map(|(_, problem)| problem), Some(import.state));
    html! {
        (title(&import.file_name, &format!("{}　{}　{}", import.kind.title(), import.by_name, import.at_us)))
        p { (state_tag(import.state)) @if import.rows > 0 && import.unchanged == import.rows { "　这张表与登记库里的完全相同，什么也没有改。" } }
        @if let Some(refusal) = &problems_of_form.refusal { (form::refusal(refusal)) }
        (thing::split(thing::acts(&acts), html! {
            (figures(import.rows, &parts))
            @if import.skipped_headers > 0 { p { "重复出现的表头 " (import.skipped_headers) " 行，已跳过。" } }
            (section("要看的地方", html! {
                @if rows.is_empty() && asked.after == 0 { (empty("每一行都照原样导入，没有要核对的", None)) }
                @else {
                    (counted(import.flagged, import.rejected, places))
                    p { a class="btn" href=(format!("{here}/problems.csv")) { "全部下载（CSV）" } }
                    (table::table("要看的地方", &PROBLEM_COLUMNS, &rows))
                    (table::pager(&here, next.as_deref(), asked.after == 0))
                }
            }))
            (section("表头对应", mapping_table(&pairs(&import.mapping), &unknown)))
            (thing::timeline(&timeline_lines(timeline)))
            (technical_fold(&html! { p class="code note" { "文件 " (import.file_digest) } p class="code note" { "数据行 " (import.row_digest) } }))
        }))
    }
}

fn page_of(ctx: &Ctx, view: RunView, asked: &Asked, problems: &Again) -> Markup {
    let name = view.import.file_name.clone();
    shell::page(&frame(ctx, &name).crumb(name.clone(), None), body(ctx, view, asked, problems))
}

/// `GET /desk/import/runs/{id}`
pub async fn page(ctx: Ctx, Path(id): Path<ImportId>, Query(asked): Query<Asked>) -> PageResult {
    let after = asked.after;
    let view = ctx.view(move |work| run(work, id, after, PAGE)).await?;
    Ok(page_of(&ctx, view, &asked, &Again::default()).into_response())
}

/// `GET /desk/import/runs/{id}/problems.csv`
pub async fn problems(ctx: Ctx, Path(id): Path<ImportId>) -> PageResult {
    let view = ctx.view(move |work| run(work, id, 0, i64::from(i32::MAX))).await?;
    let undone = view.import.state == ImportState::Undone;
    let rows = view.problems.into_iter().map(|(_, problem)| {
        vec![
            problem.row.to_string(),
            problem.column,
            problem.value,
            problem.reason,
            if undone && problem.severity == ProblemSeverity::Flagged { "已撤销" } else { problem.severity.title() }
                .to_owned(),
        ]
    });
    export::csv("导入问题", &["行", "列", "原文", "原因", "处理"], rows)
}

/// `POST …/undo/{id}`
pub async fn undo(ctx: Ctx, Path(id): Path<ImportId>, data: FormData) -> PageResult {
    let version = data.version();
    match ctx.direct(move |app, actor| app.undo_import(actor, id, version)).await {
        Ok(()) => Ok(Redirect::to(&format!("/desk/import/runs/{id}")).into_response()),
        Err(error) => {
            // The page of an undo is under another permission than the one that is read with; both are checked.
            let (app, actor) = (ctx.app.clone(), ctx.actor().clone());
            let read =
                move || app.view(&actor, hengjian_domain::policy::Action::ImportRead, |work| run(work, id, 0, PAGE));
            let view = blocking(read).await?;
            again(error, |problems| page_of(&ctx, view, &Asked::default(), problems))
        }
    }
}
