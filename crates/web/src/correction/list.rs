//! List of corrections, newest first.

use super::tone;
use crate::{
    Ctx, PageResult,
    components::{
        form::Field,
        or_slash,
        shell::{self, title},
        table::{self, empty, text},
        tag,
    },
    paging::Address,
};
use axum::{extract::Query, response::IntoResponse};
use hengjian_app::correction;
use hengjian_domain::{code::Code, correction::CorrectionState};
use maud::{Markup, html};
use serde::Deserialize;

/// Filter as it stands in the address.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    state: String,
    #[serde(default)]
    page: String,
}

/// `GET /desk/corrections`
pub async fn page(ctx: Ctx, Query(asked): Query<Asked>) -> PageResult {
    let address = Address::new("/desk/corrections").with("state", asked.state.as_str());
    let request = address.request(&asked.page)?;
    let (state, wanted) = (asked.state.clone(), request.clone());
    let (mut rows, count) = ctx.view(move |work| correction::list(work, &state, &wanted)).await?;
    let next = address.next(&mut rows, &request, |row| (row.created_at_us.0.to_string(), row.id.to_string()));
    let cells: Vec<Vec<Markup>> = rows
        .iter()
        .map(|row| {
            vec![
                html! { a href=(format!("/desk/corrections/{}", row.id)) { (row.field_title) } span class="sub" { "　" (row.subject_kind.title()) } },
                html! { (or_slash(&row.old_value)) },
                html! { (or_slash(&row.new_value)) },
                html! { (row.reason) },
                tag(tone(row.state), row.state.title()),
                html! { (row.created_at_us.date()) },
            ]
        })
        .collect();
    let mut states = vec![(String::new(), "全部".to_owned())];
    states.extend(CorrectionState::ALL.iter().map(|state| (state.code().to_owned(), state.title().to_owned())));
    let columns = [text("更正的内容"), text("原来"), text("更正为"), text("理由"), text("状态"), text("提出日期")];
    let nothing = if address.is_plain() {
        "还没有更正。要更正的，从那件事的页面进入“更正”"
    } else {
        "没有这种状态的更正。可以清除条件再查"
    };
    let body = html! {
        (title("更正", "已记录的事实用更正改，原来的内容、理由和证明都留着；影响期限或者当事人的，由分管领导同意。"))
        (table::filter("/desk/corrections", Field::select("state", "状态", states).value(asked.state.as_str()).render()))
        (table::bar(count, html! {}))
        @if cells.is_empty() { (empty(nothing, None)) } @else { (table::table("更正", &columns, &cells)) }
        (table::pager(&address.first(), next.as_deref(), asked.page.is_empty()))
    };
    Ok(shell::page(&ctx.page("更正"), body).into_response())
}
