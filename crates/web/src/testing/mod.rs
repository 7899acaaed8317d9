//! Pages of the stage 检验: the list, one inspection, and a page for each longer form. The short acts stand on the
//! inspection's own page.

mod acts;
mod entry;
mod inspection;
mod list;
mod problem;
mod receive;
mod register;
pub(crate) mod report;
mod review;
mod risk;
mod sheet;

use crate::{
    Access, Routes,
    components::{
        Tone, or_slash,
        table::{number, table, text},
        tag,
        weigh::weigh,
    },
    error::Again,
};
use hengjian_domain::{
    code::Code,
    policy::Action,
    testing::{Inspection, InspectionConclusion, InspectionState, ItemResult, ItemVerdict},
};
use maud::{Markup, html};

/// Routes of this stage.
pub fn routes() -> Routes {
    let read = Access::Action(Action::InspectionRead);
    let receive = Access::Action(Action::InspectionReceive);
    let test = Access::Action(Action::InspectionTest);
    let review = Access::Action(Action::InspectionReview);
    let sign = Access::Action(Action::InspectionSign);
    let confirm = Access::Action(Action::ReportConfirm);
    let register = Access::Action(Action::ReportRegister);
    let problem = Access::Action(Action::ProblemReport);
    Routes::new()
        .get("/desk/inspections", read, list::page)
        .get("/desk/inspections/register", register, register::new_page)
        .post("/desk/inspections/register", register, register::register_new)
        .get("/desk/inspections/{id}", read, inspection::page)
        .get("/desk/inspections/items-template.xlsx", register, sheet::blank_template)
        .get("/desk/inspections/{id}/report", read, report::page)
        .get("/desk/inspections/{id}/report.pdf", read, report::pdf)
        .get("/desk/inspections/{id}/receive", receive, receive::page)
        .post("/desk/inspections/{id}/receive", receive, receive::receive)
        .post("/desk/inspections/{id}/reject", receive, receive::reject)
        .post("/desk/inspections/{id}/licence", receive, acts::licence)
        .post("/desk/inspections/{id}/terminate", receive, acts::terminate)
        .post("/desk/inspections/{id}/begin", test, acts::begin)
        .get("/desk/inspections/{id}/items", test, entry::page)
        .post("/desk/inspections/{id}/items", test, entry::save)
        .get("/desk/inspections/{id}/items/template.xlsx", test, sheet::template)
        .post("/desk/inspections/{id}/items/table", test, sheet::upload)
        .get("/desk/inspections/{id}/items/table", test, sheet::preview)
        .post("/desk/inspections/{id}/items/table/save", test, sheet::save)
        .post("/desk/inspections/{id}/take-back", test, acts::take_back)
        .post("/desk/inspections/{id}/untestable", test, acts::untestable)
        .get("/desk/inspections/{id}/review", review, review::page)
        .post("/desk/inspections/{id}/review", review, review::save)
        .post("/desk/inspections/{id}/send-back", review, review::send_back)
        .post("/desk/inspections/{id}/return", sign, acts::send_back)
        .post("/desk/inspections/{id}/sign", sign, acts::sign)
        .post("/desk/inspections/{id}/submit", sign, acts::submit)
        .post("/desk/inspections/{id}/amend", sign, acts::amend)
        .post("/desk/inspections/{id}/confirm", confirm, acts::confirm)
        .post("/desk/inspections/{id}/ask-amendment", confirm, acts::ask_amendment)
        .post("/desk/inspections/{id}/decide", confirm, acts::decide)
        .get("/desk/inspections/{id}/register", register, register::of_page)
        .post("/desk/inspections/{id}/register", register, register::register_of)
        .get("/desk/inspections/{id}/typed", register, entry::typed_page)
        .post("/desk/inspections/{id}/typed", register, entry::save_typed)
        .get("/desk/inspections/{id}/typed/template.xlsx", register, sheet::template)
        .post("/desk/inspections/{id}/typed/table", register, sheet::upload_typed)
        .get("/desk/inspections/{id}/typed/table", register, sheet::preview_typed)
        .post("/desk/inspections/{id}/typed/table/save", register, sheet::save_typed)
        .post("/desk/inspections/{id}/risk", confirm, risk::raise)
        .post("/desk/inspections/{id}/risk/{risk}", confirm, risk::report)
        .get("/desk/problem-reports/{id}", Access::Action(Action::CaseRead), problem::thing_page)
        .get("/desk/problem-reports/new", problem, problem::page)
        .post("/desk/problem-reports/new", problem, problem::send)
}

/// Mark of a state.
fn state_tone(state: InspectionState) -> Tone {
    use InspectionState::*;
    match state {
        Assigned | Accepted | Testing | Signed | Amending => Tone::Running,
        ItemsDone | Reviewed | Submitted => Tone::Waiting,
        Confirmed => Tone::Done,
        Replaced => Tone::Absent,
        TerminatedIllegal | Untestable | Rejected => Tone::Bad,
    }
}

/// Word of a conclusion with its mark; nothing while there is none.
fn conclusion_tag(inspection: &Inspection) -> Markup {
    let Some(conclusion) = inspection.conclusion else { return html! { "/" } };
    let tone = match conclusion {
        InspectionConclusion::NoNonconformityFound => Tone::Done,
        InspectionConclusion::Nonconforming => Tone::Bad,
        InspectionConclusion::NotJudged => Tone::Absent,
    };
    let severity = inspection.severity.map(|severity| format!("（{}）", severity.title())).unwrap_or_default();
    tag(tone, &format!("{}{severity}", conclusion.title()))
}

fn verdict_tag(verdict: ItemVerdict) -> Markup {
    let tone = match verdict {
        ItemVerdict::Pass => Tone::Done,
        ItemVerdict::Fail => Tone::Bad,
        ItemVerdict::Undecided => Tone::Waiting,
        ItemVerdict::NotJudged => Tone::Absent,
    };
    tag(tone, verdict.title())
}

/// 要求 with its unit.
fn requirement(item: &ItemResult) -> String {
    match (item.requirement(), item.unit.as_str()) {
        ("/", _) => "没有登记限值".to_owned(),
        (limit, "") => limit.to_owned(),
        (limit, unit) => format!("{limit} {unit}"),
    }
}

/// The rule of one item; nothing before there is a value.
fn ruler(item: &ItemResult) -> Markup {
    match (&item.applied_limit, &item.value_text) {
        (Some(limit), Some(value)) => weigh(limit, value, item.final_verdict() == ItemVerdict::Fail),
        _ => html! {},
    }
}

/// Items with value and limit on the rule; verdicts of others beside ours where there are any.
pub(crate) fn item_table(items: &[ItemResult]) -> Markup {
    let others = items.iter().any(|item| item.reported_verdict.is_some());
    let rows: Vec<Vec<Markup>> = items
        .iter()
        .map(|item| {
            let why = if item.remark().is_empty() { item.verdict_reason.clone() } else { item.remark() };
            let mut row = vec![
                html! {
                    span class="name" { (item.item) } "　" span class="sub" { (item.class.title()) }
                    br; span class="sub" { (or_slash(&item.standard)) "　" (or_slash(&item.method)) }
                },
                html! { (requirement(item)) },
                html! { @match &item.value_text { Some(value) => b { (value) }, None => { @if item.not_tested_reason.is_empty() { "/" } @else { "未检" } } } },
                ruler(item),
                html! { @if item.answered() { (verdict_tag(item.final_verdict())) br; span class="sub" { (why) } } @else { "/" } },
            ];
            if others {
                row.push(html! { (item.reported_verdict.map_or("/", Code::title)) });
            }
            row
        })
        .collect();
    let mut columns = vec![text("项目"), text("要求"), number("实测"), text("对照"), text("判定")];
    if others {
        columns.push(text("报告所印判定"));
    }
    html! { p class="sub" { "对照里粗线为允许范围，菱形为实测。" } (table("检验项目", &columns, &rows)) }
}

/// Messages of a form for the summary above it.
fn messages(problems: &Again) -> Vec<(String, String)> {
    problems.fields.iter().map(|error| (error.field.clone(), error.message.clone())).collect()
}

/// What an inspection is called on pages: report, else sample, else product.
fn called(inspection: &Inspection, sample: Option<&str>) -> String {
    match (&inspection.report_number, sample) {
        (Some(number), _) => format!("检验报告 {number}"),
        (None, Some(sample)) => format!("检验样品 {sample}"),
        (None, None) => format!("检验　{}", inspection.product_name),
    }
}
