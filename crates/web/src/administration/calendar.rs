//! The working calendar: which years are announced, the announced days, the days of this region.

use super::page;
use crate::{
    Ctx, FormData, PageResult,
    components::{
        clock,
        form::{Field, error_summary, hidden, refusal},
        shell::{self, section, title},
        table::{self, number, text},
    },
    error::{Again, again},
};
use axum::{
    extract::Query,
    response::{IntoResponse, Redirect},
};
use hengjian_app::{AppError, AppResult, administration::calendar::LocalDay};
use hengjian_domain::{calendar::AnnouncedKind, code::Code, law};
use jiff::civil::Date;
use maud::{Markup, html};
use serde::Deserialize;

const ADDRESS: &str = "/desk/admin/calendar";

/// Which year is shown day by day.
#[derive(Debug, Default, Deserialize)]
pub struct Shown {
    #[serde(default)]
    year: String,
}

/// Days of this region: date, kind, name, source.
type LocalDays = Vec<(String, String, String, String)>;

async fn local_days(ctx: &Ctx) -> AppResult<LocalDays> {
    ctx.view(|work| Ok(work.tx.local_days()?)).await
}

fn drawn(ctx: &Ctx, local: &LocalDays, year: i16, form: &FormData, problems: &Again) -> Markup {
    let calendar = ctx.app.calendar();
    let errors: Vec<(String, String)> =
        problems.fields.iter().map(|error| (error.field.clone(), error.message.clone())).collect();
    let known: Vec<i16> = calendar.known_years().collect();
    let years: Vec<Vec<Markup>> = known
        .iter()
        .map(|known| {
            let (first, last) = (Date::constant(*known, 1, 1), Date::constant(*known, 12, 31));
            let announced = calendar.announced_between(first, last).count();
            let before = first.yesterday().unwrap_or(first);
            vec![
                html! { a href=(format!("{ADDRESS}?year={known}")) { (known) "年" } },
                html! { (announced) },
                html! { (calendar.working_days_between(before, last)) },
            ]
        })
        .collect();
    let (first, last) = (Date::constant(year, 1, 1), Date::constant(year, 12, 31));
    let days = festivals(calendar.announced_between(first, last));
    let today = ctx.now().date();
    let next = today.year() + 1;
    let local_rows: Vec<Vec<Markup>> = local.iter().map(|day| local_row(ctx, day)).collect();
    let kinds = AnnouncedKind::ALL.iter().map(|kind| (kind.code().to_owned(), kind.title().to_owned())).collect();
    let body = html! {
        (title("工作日历", &format!("期限按 {} 计算。", calendar.version())))
        @if !known.contains(&next) { p class="flash flash--soon" { (next) "年的放假安排还没有载入，落在那一年的期限标“暂定”。国务院办公厅公布后请导入。" } }
        (error_summary(&errors))
        @if let Some(refused) = &problems.refusal { (refusal(refused)) }
        (section("已公布的年份", table::table("已公布的年份", &[text("年份"), number("公布的日子"), number("工作日")], &years)))
        (section(&format!("{year}年"), html! {
            @if days.is_empty() { p class="sub" { "这一年没有载入放假安排，按周一至周五推算。" } }
            @else { (table::table("放假和调休", &[text("名称"), text("放假"), text("调休上班")], &days)) }
        }))
        (section("本地放假日", html! {
            p { "民族自治地方可以自定放假日期。没有文件的不录；录了以后开始的期限按它计算，已经算定的不变。" }
            p class="law" { (law::HOL_4.text()) }
            @if !local_rows.is_empty() { (table::table("本地放假日", &[text("日期"), text("放假或上班"), text("名称"), text("依据"), text("办理")], &local_rows)) }
            form class="form gap-top" method="post" action=(ADDRESS) {
                (hidden(ctx.csrf(), &ctx.once(), 0))
                div class="fields" {
                    (Field::date("on", "日期").required().width("c4").value(form.get("on")).error(problems.of("on")).render())
                    (Field::select("kind", "放假或上班", kinds).required().width("c4").value(form.get("kind")).error(problems.of("kind")).render())
                    (Field::text("name", "名称").required().width("c4").value(form.get("name")).error(problems.of("name")).render())
                    (Field::text("source", "依据的文件").required().value(form.get("source")).error(problems.of("source")).help("文件名和文号").render())
                }
                p { button class="btn" type="submit" { "增加" } }
            }
        }))
    };
    shell::page(&page(ctx, "工作日历", &[]), body)
}

/// One row for each festival: its days off as spans, its worked days one by one.
fn festivals<'c>(days: impl Iterator<Item = (Date, AnnouncedKind, &'c str)>) -> Vec<Vec<Markup>> {
    let mut rows: Vec<(String, Vec<Date>, Vec<Date>)> = Vec::new();
    for (date, kind, name) in days {
        let name = name.trim_end_matches(AnnouncedKind::Workday.title()).to_owned();
        let at = match rows.iter().position(|(known, ..)| *known == name) {
            Some(at) => at,
            None => {
                rows.push((name, Vec::new(), Vec::new()));
                rows.len() - 1
            }
        };
        match kind {
            AnnouncedKind::Holiday => rows[at].1.push(date),
            AnnouncedKind::Workday => rows[at].2.push(date),
        }
    }
    rows.into_iter()
        .map(|(name, off, worked)| {
            vec![
                html! { (name) },
                html! { @if off.is_empty() { "/" } @for (first, last) in spans(&off) {
                    (clock::day(first)) @if first != last { "至" (clock::day(last)) } "　"
                } },
                html! { @if worked.is_empty() { "/" } @for date in worked { (clock::day(date)) "　" } },
            ]
        })
        .collect()
}

/// Runs of days that follow each other.
fn spans(days: &[Date]) -> Vec<(Date, Date)> {
    let mut spans: Vec<(Date, Date)> = Vec::new();
    for day in days {
        match spans.last_mut() {
            Some((_, last)) if last.tomorrow().is_ok_and(|next| next == *day) => *last = *day,
            _ => spans.push((*day, *day)),
        }
    }
    spans
}

fn local_row(ctx: &Ctx, (on, kind, name, source): &(String, String, String, String)) -> Vec<Markup> {
    vec![
        html! { (on) },
        html! { (AnnouncedKind::from_code(kind).map_or("/", Code::title)) },
        html! { (name) },
        html! { (source) },
        html! { form method="post" action=(format!("{ADDRESS}/remove")) {
            (hidden(ctx.csrf(), "", 0)) input type="hidden" name="on" value=(on);
            button class="linkish" type="submit" { "删去" span class="vh" { (on) } }
        } },
    ]
}

/// `GET /desk/admin/calendar`
pub async fn calendar_page(ctx: Ctx, Query(shown): Query<Shown>) -> PageResult {
    let local = local_days(&ctx).await?;
    let year = shown.year.parse().ok().filter(|year| (1949..=2200).contains(year));
    let year = year.unwrap_or_else(|| ctx.now().date().year());
    Ok(drawn(&ctx, &local, year, &FormData::default(), &Again::default()).into_response())
}

/// `POST /desk/admin/calendar`
pub async fn add(ctx: Ctx, form: FormData) -> PageResult {
    let mut reader = form.reader();
    let day = LocalDay {
        on: reader.optional_date("on", "日期"),
        kind: AnnouncedKind::from_code(form.get("kind")),
        name: form.get("name").to_owned(),
        source: form.get("source").to_owned(),
    };
    let once = form.once();
    let done = match reader.finish() {
        Ok(()) => ctx.direct(move |app, actor| app.add_local_day(actor, day, once)).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => Ok(Redirect::to(ADDRESS).into_response()),
        Err(error) => {
            let local = local_days(&ctx).await?;
            let year = ctx.now().date().year();
            again(error, |problems| drawn(&ctx, &local, year, &form, problems))
        }
    }
}

/// `POST /desk/admin/calendar/remove`
pub async fn remove(ctx: Ctx, form: FormData) -> PageResult {
    let on: Date = form.get("on").parse().map_err(|_| AppError::NotFound)?;
    ctx.direct(move |app, actor| app.remove_local_day(actor, on)).await?;
    Ok(Redirect::to(ADDRESS).into_response())
}
