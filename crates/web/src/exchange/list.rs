//! The kinds that can be imported and the imports so far.

use super::{allowed, purpose};
use crate::{
    Ctx, PageResult,
    components::{
        Tone,
        form::Field,
        shell::{self, section, title},
        table::{self, empty, number, text},
        tag,
    },
    paging::Address,
};
use axum::{extract::Query, response::IntoResponse};
use hengjian_app::exchange::runs;
use hengjian_domain::{
    code::Code,
    exchange::{Import, ImportKind, ImportState},
};
use maud::{Markup, html};
use serde::Deserialize;

/// Filter as it stands in the address.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    page: String,
}

pub(super) fn state_tag(state: ImportState) -> Markup {
    match state {
        ImportState::Applied => tag(Tone::Done, state.title()),
        ImportState::Undone => tag(Tone::Absent, state.title()),
    }
}

fn cells(import: &Import) -> Vec<Markup> {
    vec![
        html! { a href=(format!("/desk/import/runs/{}", import.id)) { (import.file_name) } },
        html! { (import.kind.title()) },
        html! { (import.rows) },
        html! { (import.imported) " / " (import.updated) },
        html! { @if import.flagged > 0 { (tag(Tone::Waiting, &import.flagged.to_string())) } @else { "0" } },
        html! { @if import.rejected > 0 { (tag(Tone::Bad, &import.rejected.to_string())) } @else { "0" } },
        html! { (state_tag(import.state)) },
        html! { (import.by_name) br; time class="sub" datetime=(import.at_us.rfc3339()) { (import.at_us) } },
    ]
}

/// `GET /desk/import`
pub async fn page(ctx: Ctx, Query(asked): Query<Asked>) -> PageResult {
    let address = Address::new("/desk/import").with("kind", asked.kind.as_str());
    let request = address.request(&asked.page)?;
    let (kind, wanted) = (ImportKind::from_code(&asked.kind), request.clone());
    let list = ctx.view(move |work| runs(work, kind, &wanted)).await?;
    let mut rows = list.rows;
    let next = address.next(&mut rows, &request, |row| (row.at_us.0.to_string(), row.id.to_string()));
    let columns = [
        text("文件"),
        text("种类"),
        number("行数"),
        number("新增 / 更新"),
        number("待核对"),
        number("未导入"),
        text("状态"),
        text("导入人"),
    ];
    let table_rows: Vec<Vec<Markup>> = rows.iter().map(cells).collect();
    let kinds = allowed(&ctx);
    let body = html! {
        (title("导入", "XLSX、XLS、CSV 和网页表格都收。先预览，确认以后一次写入；写错了，在别的业务用到它之前可以整次撤销。"))
        (section("导入一张表", html! {
            @if kinds.is_empty() { p class="sub" { "您的岗位只能查看导入记录。" } }
            @else { dl class="facts" { @for kind in &kinds {
                dt { a href=(format!("/desk/import/new/{}", kind.code())) { (kind.title()) } }
                dd { (purpose(*kind)) }
            } } }
        }))
        (section("导入记录", html! {
            (table::filter("/desk/import", Field::choice::<ImportKind>("kind", "种类").any("全部").value(asked.kind.as_str()).render()))
            @if rows.is_empty() {
                @let why = if address.is_plain() { "还没有导入过。从上面选一种表开始" } else { "没有这一种导入" };
                (empty(why, (!address.is_plain()).then_some(("/desk/import", "看全部"))))
            } @else {
                (table::bar(list.count, html! {}))
                (table::table("导入记录", &columns, &table_rows))
                (table::pager(&address.first(), next.as_deref(), request.after.is_none()))
            }
        }))
    };
    Ok(shell::page(&ctx.page("导入").at("/desk/import").crumb("导入", None), body).into_response())
}
