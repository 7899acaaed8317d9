//! The list of cases and the summary table (F35) of the same filter.

use super::tone;
use crate::{
    Ctx, PageResult,
    body::FileBody,
    components::{
        clock,
        form::Field,
        or_slash,
        shell::{self, title},
        table::{self, empty, text},
        tag,
    },
    paging::Address,
};
use axum::{
    extract::Query,
    http::{HeaderValue, header},
    response::IntoResponse,
};
use hengjian_app::{
    follow_up::{self, CaseFilter, SUMMARY_COLUMNS},
    table::{TableFormat, TableWriter},
};
use hengjian_domain::{
    code::Code,
    follow_up::{CaseSource, CaseState},
    organisation::Organisation,
    policy::Action,
    product::known_specification,
};
use jiff::civil::Date;
use maud::{Markup, html};
use serde::Deserialize;

/// Filter as it stands in the address.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    text: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    source: String,
    #[serde(default)]
    station: String,
    #[serde(default)]
    overdue: String,
    #[serde(default)]
    page: String,
}

impl Asked {
    fn address(&self) -> Address {
        Address::new("/desk/cases")
            .with("text", self.text.trim())
            .with("state", self.state.as_str())
            .with("source", self.source.as_str())
            .with("station", self.station.as_str())
            .with("overdue", self.overdue.as_str())
    }
    fn filter(&self, today: Date) -> CaseFilter {
        CaseFilter {
            state: CaseState::from_code(&self.state),
            source: CaseSource::from_code(&self.source),
            unit_id: self.station.parse().ok(),
            overdue_on: (!self.overdue.is_empty()).then_some(today),
            text: self.text.trim().to_owned(),
        }
    }
    fn fields(&self, stations: &[Organisation]) -> Markup {
        let stations = stations.iter().map(|unit| (unit.id.to_string(), unit.short_name.clone())).collect();
        html! {
            (Field::text("text", "产品、单位、报告或案号").value(self.text.as_str()).render())
            (Field::choice::<CaseState>("state", "状态").any("全部").value(self.state.as_str()).render())
            (Field::choice::<CaseSource>("source", "来源").any("全部").value(self.source.as_str()).render())
            (Field::select("station", "所", stations).any("全部").value(self.station.as_str()).render())
            (Field::checkbox("overdue", "只看已超期").ticked(!self.overdue.is_empty()).render())
        }
    }
}

/// `GET /desk/cases`
pub async fn page(ctx: Ctx, Query(asked): Query<Asked>) -> PageResult {
    let address = asked.address();
    let request = address.request(&asked.page)?;
    let (today, calendar) = (ctx.now().date(), ctx.app.calendar());
    let (filter, wanted) = (asked.filter(today), request.clone());
    let list = ctx.view(move |work| follow_up::list(work, &filter, &wanted)).await?;
    let mut rows = list.rows;
    let next = address.next(&mut rows, &request, |row| (row.case.created_at_us.0.to_string(), row.case.id.to_string()));
    let cells: Vec<Vec<Markup>> = rows
        .iter()
        .map(|row| {
            let case = &row.case;
            let left = row.next.as_ref().map(|duty| (duty, clock::left_words(duty, today, &calendar)));
            vec![
                html! { a class="keep" href=(format!("/desk/cases/{}", case.id)) { (case.number) } },
                html! { (case.product_name) @let model = known_specification(&case.model); @if !model.is_empty() { br; span class="sub" { (model) } } },
                html! { (case.party_name) br; span class="sub" { (case.party_role.title()) } },
                html! { (case.source.title()) br; span class="sub" { (case.tier.title()) } },
                tag(tone(case.state), case.standing()),
                html! { (or_slash(&row.station)) },
                clock::iso(Some(case.received_on)),
                html! { @match left {
                    Some((duty, (tone, words))) => { (clock::iso(duty.due_on())) br; (tag(tone, &words)) br; span class="sub" { (duty.title) } },
                    None => "/",
                } },
            ]
        })
        .collect();
    let columns = [
        text("案号"),
        text("产品"),
        text("当事人"),
        text("来源"),
        text("状态"),
        text("所"),
        text("收到"),
        text("最近期限"),
    ];
    let may_open = ctx.may(Action::CaseOpen);
    let nothing = if address.is_plain() {
        "还没有后处理案。确认不合格报告、收到问题报告、被拒绝抽样时自动立案；上级交办的在这里登记或者导入"
    } else {
        "没有符合条件的后处理案。可以清除条件再查"
    };
    let body = html! {
        (title("后处理", "不合格和有问题的批次，从收到报告到结案。核查处置五个工作日，由质量发展股和所共同承担。"))
        (table::filter("/desk/cases", asked.fields(&list.stations)))
        (table::bar(list.count, html! {
            @if !cells.is_empty() { a href=(address.at("/desk/cases/summary.csv")) { "汇总表 CSV" } a href=(address.at("/desk/cases/summary.xlsx")) { "汇总表 XLSX" } }
            @if may_open { a class="btn btn--main" href="/desk/cases/new" { "登记交办案件" } }
        }))
        @if cells.is_empty() { (empty(nothing, may_open.then_some(("/desk/cases/new", "登记交办案件")))) }
        @else { (table::table("后处理案", &columns, &cells)) }
        (table::pager(&address.first(), next.as_deref(), asked.page.is_empty()))
    };
    Ok(shell::page(&ctx.page("后处理").at("/desk/cases"), body).into_response())
}

/// `GET /desk/cases/summary.csv`
pub async fn summary_csv(ctx: Ctx, Query(asked): Query<Asked>) -> PageResult {
    summary(ctx, asked, TableFormat::Csv, "attachment; filename=\"follow-up-summary.csv\"").await
}

/// `GET /desk/cases/summary.xlsx`
pub async fn summary_xlsx(ctx: Ctx, Query(asked): Query<Asked>) -> PageResult {
    summary(ctx, asked, TableFormat::Xlsx, "attachment; filename=\"follow-up-summary.xlsx\"").await
}

async fn summary(ctx: Ctx, asked: Asked, format: TableFormat, disposition: &'static str) -> PageResult {
    let filter = asked.filter(ctx.now().date());
    let file = ctx
        .view(move |work| {
            let mut table = TableWriter::new(format, "后处理情况汇总表", &SUMMARY_COLUMNS)?;
            follow_up::summary(work, &filter, |row| table.push(row))?;
            table.finish()
        })
        .await?;
    let head = [
        (header::CONTENT_TYPE, HeaderValue::from_static(format.media_type())),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static(disposition)),
    ];
    Ok((head, FileBody::of(file)?).into_response())
}
