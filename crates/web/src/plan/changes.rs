//! What changed between two editions, or since a decision, in words.

use crate::{
    Ctx, PageResult,
    components::{
        or_slash,
        shell::{self, section},
        table,
    },
};
use axum::{
    extract::{Path, Query},
    response::IntoResponse,
};
use hengjian_app::plan::{editions, reading};
use hengjian_domain::plan::PlanId;
use maud::{Markup, html};
use serde::Deserialize;

/// Which snapshot to compare with; none: the edition before.
#[derive(Debug, Default, Deserialize)]
pub struct With {
    #[serde(default)]
    snapshot: String,
}

/// `GET /desk/plans/{id}/changes`
pub async fn changes_page(ctx: Ctx, Path(id): Path<String>, Query(with): Query<With>) -> PageResult {
    let id: PlanId = super::id(&id)?;
    let snapshot = if with.snapshot.is_empty() { None } else { Some(super::id(&with.snapshot)?) };
    let (view, comparison) =
        ctx.view(move |work| Ok((reading::plan(work, id)?, editions::compare(work, id, snapshot)?))).await?;
    let address = format!("/desk/plans/{id}");
    let body = match &comparison {
        None => html! {
            (shell::title("变更", &view.plan.title))
            (table::empty("这是第一版，没有可以比较的上一版", Some((address.as_str(), "返回计划"))))
        },
        Some(comparison) => {
            let rows: Vec<Vec<Markup>> = comparison
                .lines
                .iter()
                .flat_map(|change| {
                    change.changes.iter().map(|(field, before, after)| {
                        vec![
                            html! { (change.product) },
                            html! { @if before.is_empty() { "新增" } @else if after.is_empty() { "删去" } @else { (field) } },
                            html! { (or_slash(before)) },
                            html! { (or_slash(after)) },
                        ]
                    })
                })
                .collect();
            html! {
                (shell::title("变更", &format!("从{}到{}", comparison.before, comparison.after)))
                @if !view.plan.adjustment_reason.is_empty() { (section("调整理由", html! { p { (super::prose(&view.plan.adjustment_reason)) } })) }
                (section("产品", html! {
                    @if rows.is_empty() { p { "产品没有变更。" } }
                    @else { (table::table("产品变更", &[table::text("产品"), table::text("内容"), table::text("原来"), table::text("现在")], &rows)) }
                }))
                (section("文字", html! {
                    @if comparison.text.is_empty() { p { "名称、目标和正文没有变更。" } }
                    @for (field, before, after) in &comparison.text {
                        h3 { (field) }
                        div class="pair" {
                            div { h4 { "原来" } p { (super::prose(before)) } }
                            div { h4 { "现在" } p { (super::prose(after)) } }
                        }
                    }
                }))
                p { a href=(address) { "返回计划" } }
            }
        }
    };
    let page = ctx
        .page("变更")
        .at("/desk/plans")
        .crumb("抽查计划", Some("/desk/plans".into()))
        .crumb(view.plan.title.clone(), Some(address.clone()))
        .crumb("变更", None);
    Ok(shell::page(&page, body).into_response())
}
