//! Lists of objections and of notices: state, name, newest first.

use super::{notice_tone, objection_tone};
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
use hengjian_app::objection::view::{self, Filter};
use hengjian_domain::{
    code::Code,
    objection::{NoticeState, ObjectionState},
    policy::Action,
    testing::Inspection,
};
use maud::{Markup, html};
use serde::Deserialize;

/// Filter as it stands in the address.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    state: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    page: String,
}

impl Asked {
    fn address(&self, path: &'static str) -> Address {
        Address::new(path).with("state", self.state.as_str()).with("text", self.text.as_str())
    }
    fn filter(&self) -> Filter {
        Filter { state: self.state.clone(), text: self.text.clone() }
    }
    fn fields<C: Code>(&self, name: &str) -> Markup {
        let mut states = vec![(String::new(), "全部".to_owned()), ("OPEN".to_owned(), "没有办结的".to_owned())];
        states.extend(C::ALL.iter().map(|state| (state.code().to_owned(), state.title().to_owned())));
        html! {
            (Field::select("state", "状态", states).value(self.state.as_str()).render())
            (Field::text("text", name).value(self.text.as_str()).render())
        }
    }
}

fn tabs(here: &str) -> Markup {
    html! {
        nav class="bar-row" aria-label="异议阶段的两张表" {
            @for (address, words) in [("/desk/objections", "异议和复检"), ("/desk/notices", "检验结果通知书")] {
                @if address == here { strong aria-current="page" { (words) } } @else { a href=(address) { (words) } }
            }
        }
    }
}

fn product(report: &Inspection) -> Markup {
    html! { (report.product_name) span class="sub" { "　" (or_slash(&report.model)) "　" (or_slash(report.report_number.as_deref().unwrap_or_default())) } }
}

/// `GET /desk/objections`
pub async fn objections_page(ctx: Ctx, Query(asked): Query<Asked>) -> PageResult {
    let address = asked.address("/desk/objections");
    let request = address.request(&asked.page)?;
    let (filter, page) = (asked.filter(), request.clone());
    let list = ctx.view(move |work| view::objections(work, &filter, &page)).await?;
    let mut rows = list.rows;
    let next = address.next(&mut rows, &request, |(row, _)| (row.created_at_us.0.to_string(), row.id.to_string()));
    let cells: Vec<Vec<Markup>> = rows
        .iter()
        .map(|(row, report)| {
            vec![
                html! { a href=(format!("/desk/objections/{}", row.id)) { (row.applicant) } span class="sub" { "　" (row.capacity.title()) } },
                html! { (row.kind.title()) @if !row.items.is_empty() { br; span class="sub" { (row.items) } } },
                html! { @match report { Some(report) => (product(report)), None => (or_slash(&row.organiser_name)) } },
                html! { (tag(objection_tone(row.state), row.state.title())) @if let Some(outcome) = row.outcome { br; span class="sub" { (outcome.title()) } } },
                html! { time datetime=(row.received_on) { (row.received_on) } },
            ]
        })
        .collect();
    let columns = [text("申请人"), text("异议事项"), text("产品和报告"), text("状态"), text("收到日期")];
    let nothing = if address.is_plain() {
        "还没有收到异议。收到企业的书面异议后在这里登记"
    } else {
        "没有符合条件的异议。可以清除条件再查"
    };
    let may_register = ctx.may(Action::ObjectionRegister);
    let body = html! {
        (title("异议和复检", "企业自收到结果之日起十五日内可以提出书面异议；本局的时限不影响企业的十五日。"))
        (tabs("/desk/objections"))
        (table::filter("/desk/objections", asked.fields::<ObjectionState>("申请人或文号")))
        (table::bar(list.count, html! { @if may_register { a class="btn btn--main" href="/desk/objections/new" { "登记异议" } } }))
        @if cells.is_empty() { (empty(nothing, may_register.then_some(("/desk/objections/new", "登记异议")))) }
        @else { (table::table("异议和复检", &columns, &cells)) }
        (table::pager(&address.first(), next.as_deref(), asked.page.is_empty()))
    };
    Ok(shell::page(&ctx.page("异议和复检").at("/desk/objections"), body).into_response())
}

/// `GET /desk/notices`
pub async fn notices_page(ctx: Ctx, Query(asked): Query<Asked>) -> PageResult {
    let address = asked.address("/desk/notices");
    let request = address.request(&asked.page)?;
    let (filter, page) = (asked.filter(), request.clone());
    let list = ctx.view(move |work| view::notices(work, &filter, &page)).await?;
    let mut rows = list.rows;
    let next = address.next(&mut rows, &request, |(row, _)| (row.created_at_us.0.to_string(), row.id.to_string()));
    let cells: Vec<Vec<Markup>> = rows
        .iter()
        .map(|(row, report)| {
            let name = if row.recipient_name.is_empty() { "收件人待填" } else { &row.recipient_name };
            vec![
                html! { a href=(format!("/desk/notices/{}", row.id)) { (name) } span class="sub" { "　" (row.capacity.title()) } },
                html! { (or_slash(row.number.as_deref().unwrap_or_default())) },
                product(report),
                html! { (report.conclusion.map(Code::title).unwrap_or("/")) },
                tag(notice_tone(row.state), row.state.title()),
                html! { (crate::components::clock::iso(row.served_on)) },
                html! { (crate::components::clock::iso(row.window_until_on)) },
            ]
        })
        .collect();
    let columns = [
        text("收件人"),
        text("文号"),
        text("产品和报告"),
        text("结论"),
        text("状态"),
        text("收到日期"),
        text("可提异议至"),
    ];
    let nothing = if address.is_plain() {
        "还没有通知书。检验报告确认之后，每个收件人的通知书自动草拟在这里"
    } else {
        "没有符合条件的通知书。可以清除条件再查"
    };
    let body = html! {
        (title("检验结果通知书", "每个收件人一份，合格的也要告知；十五日从各自收到之日起算。"))
        (tabs("/desk/notices"))
        (table::filter("/desk/notices", asked.fields::<NoticeState>("收件人或文号")))
        (table::bar(list.count, html! {}))
        @if cells.is_empty() { (empty(nothing, Some(("/desk/inspections", "去看检验报告")))) }
        @else { (table::table("检验结果通知书", &columns, &cells)) }
        (table::pager(&address.first(), next.as_deref(), asked.page.is_empty()))
    };
    Ok(shell::page(
        &ctx.page("检验结果通知书")
            .at("/desk/objections")
            .crumb("异议", Some("/desk/objections".into()))
            .crumb("检验结果通知书", None),
        body,
    )
    .into_response())
}
