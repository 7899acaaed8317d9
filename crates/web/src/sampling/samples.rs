//! The list of samples: where each sealed unit is and who has it.

use super::sample_tag;
use crate::{
    Ctx, PageResult,
    components::{
        form::Field,
        shell::{self, title},
        table::{self, empty, text},
    },
    paging::Address,
};
use axum::{extract::Query, response::IntoResponse};
use hengjian_app::sampling::{self, SamplingFilter};
use hengjian_domain::{
    actor::Role,
    code::Code,
    sampling::{SampleKind, SampleState},
};
use maud::{Markup, html};
use serde::Deserialize;

/// Filter of the list.
#[derive(Debug, Default, Deserialize)]
pub struct Filter {
    #[serde(default)]
    state: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    number: String,
    #[serde(default)]
    page: String,
}

fn options<C: Code>() -> Vec<(String, String)> {
    C::ALL.iter().map(|code| (code.code().to_owned(), code.title().to_owned())).collect()
}

/// `GET /desk/samples`
pub async fn list_page(ctx: Ctx, Query(filter): Query<Filter>) -> PageResult {
    let number = filter.number.trim().to_owned();
    let address = Address::new("/desk/samples")
        .with("state", filter.state.as_str())
        .with("kind", filter.kind.as_str())
        .with("number", number.as_str());
    let request = address.request(&filter.page)?;
    let asked = SamplingFilter {
        state: SampleState::from_code(&filter.state).map(|state| state.code().to_owned()),
        kind: SampleKind::from_code(&filter.kind).map(|kind| kind.code().to_owned()),
        number: Some(number.clone()).filter(|number| !number.is_empty()),
    };
    let wanted = request.clone();
    let mut list = ctx.view(move |work| sampling::samples(work, &asked, &wanted)).await?;
    let next = address
        .next(&mut list.rows, &request, |row| (row.sample.created_at_us.0.to_string(), row.sample.id.to_string()));
    let cells: Vec<Vec<Markup>> = list
        .rows
        .iter()
        .map(|row| {
            let sample = &row.sample;
            vec![
                html! { a href=(format!("/desk/samples/{}", sample.id)) { (sample.number) } },
                html! { (sample.kind.title()) },
                html! { (row.product) },
                html! { (sample.quantity) },
                html! { span class="code" { (sample.seal_number) } },
                sample_tag(sample.state),
                html! { (sample.holder) "　" (sample.place) },
            ]
        })
        .collect();
    let columns = [
        text("样品编号"),
        text("用途"),
        text("产品"),
        text("数量"),
        text("封条"),
        text("状态"),
        text("在谁手里、在哪里"),
    ];
    let outside = [Role::Auditor, Role::SuperiorViewer].iter().any(|role| ctx.actor().has(*role));
    let why = if address.is_plain() && outside {
        "没有可以显示的样品。抽取结果公开前，抽到的样品不显示"
    } else if address.is_plain() {
        "还没有样品。抽样单签字之后，样品会出现在这里"
    } else {
        "没有符合条件的样品。可去掉条件再查"
    };
    let body = html! {
        (title("样品", "每一份封样在谁手里、在哪里、封条是否完整。"))
        (table::filter("/desk/samples", html! {
            (Field::text("number", "样品编号开头").value(number.as_str()).render())
            (Field::select("kind", "用途", options::<SampleKind>()).any("全部").value(filter.kind.as_str()).render())
            (Field::select("state", "状态", options::<SampleState>()).any("全部").value(filter.state.as_str()).render())
        }))
        (table::bar(list.count, html! {}))
        @if cells.is_empty() { (empty(why, None)) } @else { (table::table("样品", &columns, &cells)) }
        (table::pager(&address.first(), next.as_deref(), filter.page.is_empty()))
    };
    Ok(shell::page(&super::frame(&ctx, "样品", &[]), body).into_response())
}
