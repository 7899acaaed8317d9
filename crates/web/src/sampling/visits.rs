//! The list of visits: own ones for samplers, begun ones for the bureau; a name only where the person may read it.

use super::visit_tag;
use crate::{
    Ctx, PageResult,
    components::{
        form::Field,
        or_slash,
        shell::{self, title},
        table::{self, empty, number, text},
    },
    paging::Address,
};
use axum::{extract::Query, response::IntoResponse};
use hengjian_app::sampling::{self, SamplingFilter};
use hengjian_domain::{
    actor::Role,
    code::Code,
    policy::Action,
    sampling::{VisitOutcome, VisitState},
};
use maud::{Markup, html};
use serde::Deserialize;

/// Filter of the list.
#[derive(Debug, Default, Deserialize)]
pub struct Filter {
    #[serde(default)]
    state: String,
    #[serde(default)]
    page: String,
}

/// `GET /desk/visits`
pub async fn list_page(ctx: Ctx, Query(filter): Query<Filter>) -> PageResult {
    let address = Address::new("/desk/visits").with("state", filter.state.as_str());
    let request = address.request(&filter.page)?;
    let state = VisitState::from_code(&filter.state).map(|state| state.code().to_owned());
    let (wanted, asked) = (request.clone(), SamplingFilter { state, ..SamplingFilter::default() });
    let mut list = ctx.view(move |work| sampling::visits(work, &asked, &wanted)).await?;
    let next =
        address.next(&mut list.rows, &request, |row| (row.visit.release_at_us.0.to_string(), row.visit.id.to_string()));
    let cells: Vec<Vec<Markup>> = list
        .rows
        .iter()
        .map(|row| {
            let visit = &row.visit;
            vec![
                html! { a href=(format!("/desk/visits/{}", visit.id)) { @match &row.party { Some(name) => (name), None => "未打开的抽样任务" } } },
                html! { span class="code" { (row.task.0) } "　" (row.task.1) },
                html! { (visit.release_at_us) },
                html! { (row.samplers) },
                visit_tag(visit.state),
                html! { (or_slash(visit.outcome.map_or("", VisitOutcome::title))) },
                html! { (row.records) },
            ]
        })
        .collect();
    let columns = [
        text("被抽样单位"),
        text("任务"),
        text("放行时间"),
        text("抽样人员"),
        text("状态"),
        text("抽样情况"),
        number("抽样单"),
    ];
    let sampler = ctx.may(Action::VisitCarryOut);
    let outside = [Role::Auditor, Role::SuperiorViewer].iter().any(|role| ctx.actor().has(*role));
    let lead = if sampler {
        "派给您的抽样任务。名单到放行时间才能打开。"
    } else if outside {
        "抽取结果公开前，抽中的单位和抽样任务不显示；公开以后列在这里。"
    } else {
        "抽样人员到场之后，这里列出被抽样单位。"
    };
    let why = if sampler {
        "现在没有派给您的抽样任务。派发之后会出现在这里"
    } else if outside {
        "没有可以显示的抽样任务。抽取结果公开前不显示"
    } else {
        "还没有开始的抽样。到场之前名单对本局其他人员保密"
    };
    let options = VisitState::ALL.iter().map(|state| (state.code().to_owned(), state.title().to_owned())).collect();
    let body = html! {
        (title("抽样任务", lead))
        (table::filter("/desk/visits", Field::select("state", "状态", options).any("全部").value(filter.state.as_str()).render()))
        (table::bar(list.count, html! { @if ctx.may(Action::SampleRead) { a href="/desk/samples" { "样品" } } }))
        @if cells.is_empty() { (empty(why, None)) } @else { (table::table("抽样任务", &columns, &cells)) }
        @if let Some(waiting) = list.not_begun.filter(|count| *count > 0 && !sampler) {
            p class="note" { "另有 " (waiting) " 次已派出、尚未到场，名单保密。" }
        }
        (table::pager(&address.first(), next.as_deref(), filter.page.is_empty()))
    };
    let page = ctx.page("抽样任务").at("/desk/visits");
    Ok(shell::page(&page, body).into_response())
}
