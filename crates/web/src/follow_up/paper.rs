//! Papers of a case for print: F27 责令改正通知书 (also as PDF), F28 现场核查处置笔录, F31 案件移送函 and 异地通报函.

use super::acts::window;
use crate::{
    Ctx, PageError, PageResult,
    components::{
        letter::{Letter, cite, letter, long_date},
        or_slash, shell,
    },
};
use axum::{
    extract::Path,
    http::{HeaderValue, header},
    response::IntoResponse,
};
use hengjian_app::{
    AppError,
    follow_up::{self, CaseView},
};
use hengjian_domain::{
    code::Code,
    enterprise::ProductRole,
    follow_up::{CaseId, ObjectionIntent},
    law,
    money::{in_words, yuan},
};
use jiff::civil::Date;
use maud::{Markup, html};

/// Stands where a date is written by hand.
const BLANK_DATE: &str = "　　年　　月　　日";

/// `GET /desk/cases/{id}/papers/{paper}`
pub async fn page(ctx: Ctx, Path((id, paper)): Path<(CaseId, String)>) -> PageResult {
    let view = ctx.view(move |work| follow_up::view(work, id)).await?;
    let case = &view.case;
    let not_found = || PageError::from(AppError::NotFound);
    let (title, number, to, body, on): (&str, String, String, Markup, Option<Date>) = match paper.as_str() {
        "order" if !case.order_text.is_empty() => {
            let number = case.order_number.clone().unwrap_or_default();
            ("责令改正通知书", number, case.party_name.clone(), order(&view), case.order_on)
        }
        "verification" if case.verified_on.is_some() => {
            ("现场核查处置笔录", case.number.clone(), String::new(), verification(&view), case.verified_on)
        }
        "transfer" if !case.transferred_to.is_empty() => {
            let body = referral(&view, true);
            ("案件移送函", case.number.clone(), case.transferred_to.clone(), body, case.transferred_on)
        }
        "notification" if case.inspection_id.is_some() => {
            let to = view.producer_notified.clone().unwrap_or_else(|| "标称生产者所在地市场监督管理局".to_owned());
            ("不合格产品异地通报函", case.number.clone(), to, referral(&view, false), None)
        }
        _ => return Err(not_found()),
    };
    let sheet = Letter {
        agency: view.organisation.name.clone(),
        number,
        title: title.to_owned(),
        to,
        body,
        on,
        slip: match paper.as_str() {
            "order" => Some(service_slip(&view)),
            "transfer" | "notification" => Some(receipt_slip(&view)),
            _ => None,
        },
    };
    Ok(shell::page(&ctx.page(title).at("/desk/cases"), letter(&sheet, &format!("/desk/cases/{id}"))).into_response())
}

/// `GET /desk/cases/{id}/order.pdf`
pub async fn order_pdf(ctx: Ctx, Path(id): Path<CaseId>) -> PageResult {
    let bytes = ctx.view(move |work| follow_up::order_pdf(work, id)).await?;
    let head = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("inline; filename=\"rectification-order.pdf\"")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ];
    Ok((head, bytes).into_response())
}

fn product_rows(view: &CaseView) -> Vec<(&'static str, String)> {
    let case = &view.case;
    let trademark = view.inspection.as_ref().map(|report| report.trademark.clone()).unwrap_or_default();
    vec![
        ("产品名称", case.product_name.clone()),
        ("商标", trademark),
        ("规格型号", case.model.clone()),
        ("生产日期或批号", case.batch_text.clone()),
        ("标称生产者", case.producer_name.clone()),
        ("检验报告编号", case.report_number.clone()),
        ("不合格项目", case.failed_items.clone()),
    ]
}

/// The same as the order names them: by the report on which it was given.
fn order_rows(view: &CaseView) -> Vec<(&'static str, String)> {
    let mut rows = product_rows(view);
    if let Some(report) = &view.order_report {
        rows.truncate(rows.len() - 2);
        rows.push(("检验报告编号", report.report_number.clone().unwrap_or_default()));
        rows.push(("不合格项目", report.failed_items.clone()));
    }
    rows
}

fn grid(caption: &str, rows: &[(&str, String)]) -> Markup {
    html! { table { caption class="vh" { (caption) } tbody { @for (label, value) in rows { tr { th scope="row" { (label) } td { (or_slash(value)) } } } } } }
}

fn order(view: &CaseView) -> Markup {
    let case = &view.case;
    let did = if case.party_role == ProductRole::Producer { "生产" } else { "销售" };
    html! {
        p { "查明：" @for (n, line) in case.order_text.lines().enumerate() { @if n > 0 { br; } (line) } }
        (grid("产品", &order_rows(view)))
        p { "现责令你单位改正" (cite(&[law::PQL_17, law::R18_46])) "：" }
        p { "一、立即停止生产、销售同一产品，清点库存，查明已售产品的数量和去向" (cite(&[law::R18_45])) "。" }
        p { "二、自收到本通知书之日起六十日内改正，" @match case.correct_by_on { Some(day) => { "最后一日是" (long_date(day)) }, None => "最后一日按送达日期计算，送达时填写：　　年　　月　　日" } (cite(&[law::R18_46])) "。" }
        p { "三、查明原因、落实责任，改正后书面报告，并申请复查。本局自责令之日起七十五日内组织复查" @if let Some(day) = case.recheck_by_on { "（" (long_date(day)) "以前）" } "，复查样品由你单位无偿提供" (cite(&[law::R18_47, law::R18_49])) "。" }
        p { "四、复查合格以前，除制作复查样品外，不得恢复" (did) "同一产品" (cite(&[law::R18_49])) "。" }
        p { "五、逾期不改正或者复查仍不合格的，逐级上报，由省级市场监督管理部门向社会公告，并依法处理" (cite(&[law::PQL_17, law::R18_47])) "。" }
        p { "不服本通知书的，可以自收到之日起六十日内向有管辖权的行政复议机关申请行政复议，也可以自收到之日起六个月内向有管辖权的人民法院提起行政诉讼" (cite(&[law::ARL_20, law::ALL_46])) "。" }
    }
}

fn service_slip(view: &CaseView) -> Markup {
    let case = &view.case;
    let served = case.order_served_on.map_or_else(|| BLANK_DATE.to_owned(), long_date);
    html! {
        h2 { "送达回证" }
        (grid("送达回证", &[
            ("受送达人", case.party_name.clone()),
            ("文号", case.order_number.clone().unwrap_or_default()),
            ("送达方式和地点", "　".to_owned()),
            ("收件人（签名、盖章）", "　".to_owned()),
            ("收到日期", served),
            ("送达人（两人）", "　".to_owned()),
        ]))
    }
}

fn verification(view: &CaseView) -> Markup {
    let case = &view.case;
    let amount = |value: &Option<String>| value.clone().unwrap_or_default();
    let value = case.value_fen.map_or_else(String::new, |fen| format!("{} 元（{}）", yuan(fen), in_words(fen)));
    let made = if case.party_role == ProductRole::Producer { "生产数量" } else { "购进数量" };
    let supplier = if case.party_role == ProductRole::Producer { "销往何处" } else { "进货来源" };
    let tick = |answer: ObjectionIntent| if case.objection_intent == answer { "☑" } else { "□" };
    let intent = format!(
        "{} 有　{} 无　{} 未定{}",
        tick(ObjectionIntent::Yes),
        tick(ObjectionIntent::No),
        tick(ObjectionIntent::Undecided),
        case.objection_open_until_on.or(window(view)).map_or_else(String::new, |day| {
            let words = if case.objection_intent == ObjectionIntent::Undecided {
                "仍可提出，至"
            } else {
                "可提异议至"
            };
            format!("　{words} {}", long_date(day))
        })
    );
    html! {
        (grid("当事人", &[
            ("当事人", format!("{}（{}）", case.party_name, case.party_role.title())),
            ("地址", case.party_address.clone()),
            ("核查日期", case.verified_on.map_or_else(String::new, long_date)),
            ("核查单位", view.station.as_ref().map_or_else(String::new, |unit| unit.name.clone())),
            ("核查人员", view.handler.clone()),
        ]))
        (grid("产品", &product_rows(view)))
        (grid("核查", &[
            ("核查情况", case.verification_text.clone()),
            (made, amount(&case.quantity_made)),
            ("已售数量", amount(&case.quantity_sold)),
            ("库存数量", amount(&case.quantity_stock)),
            ("货值（按标价）", value),
            (supplier, case.supplier_text.clone()),
            ("责令停止", format!("{}　告知停止生产、销售同一产品", case.stopped_on.map_or_else(String::new, long_date))),
            ("是否提出异议", intent),
        ]))
        p { "货值按标价计算，没有标价的按同类产品的市场价计算" (cite(&[law::PQL_72])) "。不合格产品应当立即停止生产、销售" (cite(&[law::R18_45])) "。当事人自收到检验结果之日起十五日内可以提出书面异议，上面的回答不缩短这一期限" (cite(&[law::PQL_15, law::R18_36])) "。" }
        (grid("签名", &[
            ("当事人（签名、盖章）", "　".to_owned()),
            ("核查人员（两人）", "　".to_owned()),
            ("日期", BLANK_DATE.to_owned()),
        ]))
    }
}

fn referral(view: &CaseView, whole: bool) -> Markup {
    let case = &view.case;
    let organiser = if case.organiser_name.is_empty() { &view.organisation.name } else { &case.organiser_name };
    let sampled = view.inspection.as_ref().and_then(|report| report.sampled_on);
    html! {
        p { "在" (organiser) "组织的产品质量监督抽查（" (case.tier.title()) "）中，"
            @if let Some(day) = sampled { (long_date(day)) "在" (case.party_name) "抽取的下列产品检验不合格。" } @else { (case.party_name) "的下列产品检验不合格。" }
            @if whole { "经核实，该单位不在本局辖区，现将本案移送贵局处理" } @else { "标称生产者在贵局辖区，现通报贵局处理" } (cite(&[law::R18_44])) "。"
        }
        (grid("产品", &product_rows(view)))
        @if whole { (grid("当事人", &[("当事人", case.party_name.clone()), ("地址", case.party_address.clone())])) }
        @else if let Some(report) = &view.inspection { (grid("标称生产者", &[("标称生产者", case.producer_name.clone()), ("地址", report.producer_address.clone())])) }
        @if case.verified_on.is_some() {
            p { "已采取的措施：" @if let Some(day) = case.stopped_on { (long_date(day)) "责令停止生产、销售同一产品。" } (case.verification_text) }
        }
        p { "请贵局依法责令改正、组织复查" (cite(&[law::R18_46, law::R18_47])) "，并将收件情况和处理结果函告本局。"
            @if whole { "请在收到本函之日起十个工作日内寄回回执。" } }
        p { "附件：检验报告、抽样单、检验结果通知书和送达回证、现场笔录和证据（随函清单）。" }
    }
}

fn receipt_slip(view: &CaseView) -> Markup {
    let taken = view.case.transfer_receipt_on.map_or_else(|| BLANK_DATE.to_owned(), long_date);
    html! {
        h2 { "回执" }
        (grid("回执", &[
            ("来函编号", view.case.number.clone()),
            ("是否接收", "□ 接收　　□ 不接收，理由：".to_owned()),
            ("收到日期", taken),
            ("承办单位和联系人", "　".to_owned()),
            ("盖章", "　".to_owned()),
        ]))
    }
}
