//! 检验报告 F17 for print: cover, identity, items with 以下空白, conclusion, three names. A report made elsewhere is its own
//! paper; this page only leads to it.

use super::called;
use crate::{
    Ctx, PageResult,
    components::{
        clock, or_slash,
        shell::{self, title},
        table::empty,
    },
};
use axum::{extract::Path, response::IntoResponse};
use hengjian_app::testing::view::{InspectionView, inspection_view};
use hengjian_domain::testing::{InspectionId, InspectionOrigin, ItemResult};
use maud::{Markup, html};

/// `GET /desk/inspections/{id}/report`
pub async fn page(ctx: Ctx, Path(id): Path<InspectionId>) -> PageResult {
    let view = ctx.view(move |work| inspection_view(work, id)).await?;
    let one = &view.inspection;
    let sample = view.sample.as_ref().map(|sample| sample.number.as_str());
    let heading = called(one, sample);
    let base = format!("/desk/inspections/{id}");
    let body = if one.origin != InspectionOrigin::Here {
        html! { (title(&heading, "")) (empty("这份报告由机构自有系统出具，原件在检验页的文件里", Some((&base, "回到检验页")))) }
    } else if one.issued_on.is_none() {
        html! { (title(&heading, "")) (empty("报告还没有签发，签发后可以打印", Some((&base, "回到检验页")))) }
    } else {
        paper(&view)
    };
    let page = ctx.page(heading.as_str()).at("/desk/inspections").crumb("检验", Some("/desk/inspections".into()));
    Ok(shell::page(&page.crumb(heading.as_str(), Some(base)).crumb("打印", None), body).into_response())
}

fn paper(view: &InspectionView) -> Markup {
    let one = &view.inspection;
    let number = one.report_number.as_deref().unwrap_or_default();
    let cma = view.laboratory.as_ref().map_or("", |laboratory| laboratory.accreditation_number.as_str());
    html! {
        p class="note no-print" { "用浏览器打印，A4 纸，封面单独一页。" }
        article class="paper" {
            section class="paper__cover" {
                p { "资质认定证书编号 " span class="code" { (or_slash(cma)) } }
                p { "报告编号 " span class="code" { (number) } }
                h1 { "检验报告" }
                dl class="facts" {
                    dt { "产品名称" } dd { (one.product_name) "　" (or_slash(&one.model)) }
                    dt { "受检单位" } dd { (or_slash(&one.sampled_name)) }
                    dt { "委托单位" } dd { (one.organiser_name) }
                    dt { "检验类别" } dd { (hengjian_domain::code::Code::title(one.purpose)) }
                }
                p { (one.laboratory_name) }
                @if let Some(earlier) = &view.earlier {
                    p { "本报告更正并替代报告 " span class="code" { (earlier.report_number.as_deref().unwrap_or_default()) } "。更正理由：" (one.reason) }
                }
            }
            section class="paper__page" {
                h2 { "样品和抽样" }
                (identity(view))
                h2 { "检验项目" }
                (items(&view.items))
                h2 { "检验结论" }
                p { (one.conclusion_text) }
                (remarks(&view.items))
                div class="paper__signs" {
                    p { "主检：" (view.people.tester) } p { "审核：" (view.people.reviewer) } p { "批准：" (view.people.signer) }
                    p { "签发日期：" (clock::iso(one.issued_on)) } p class="seal" { "检验专用章" }
                }
                p class="note" { "声明：本报告只对所检样品负责。无检验专用章无效，涂改无效，未经本机构书面同意不得部分复制。对检验结论有异议的，按检验结果通知书写明的途径和期限提出。" }
            }
        }
    }
}

/// The table of F17: four cells a row, `/` where nothing applies.
fn identity(view: &InspectionView) -> Markup {
    let (one, record, sample) = (&view.inspection, view.record.as_ref(), view.sample.as_ref());
    let of_record = |read: fn(&hengjian_domain::sampling::SamplingRecord) -> String| {
        record.map(read).filter(|text| !text.trim().is_empty()).unwrap_or_else(|| "/".to_owned())
    };
    let day = |date: Option<jiff::civil::Date>| date.map_or_else(|| "/".to_owned(), |date| date.to_string());
    let samplers = view.samplers.iter().map(|sampler| sampler.name.as_str()).collect::<Vec<_>>().join("、");
    let standards = distinct(&view.items, |item| &item.standard);
    let methods = distinct(&view.items, |item| &item.method);
    let rows: Vec<(&str, String)> = vec![
        ("样品名称", one.product_name.clone()),
        ("商标", or_slash(&one.trademark).to_owned()),
        ("规格型号", or_slash(&one.model).to_owned()),
        ("等级", of_record(|record| record.grade.clone())),
        ("生产日期或批号", or_slash(&one.batch_text).to_owned()),
        ("抽样单编号", of_record(|record| record.number.clone())),
        ("抽样基数", of_record(|record| format!("{} {}", record.lot_size, record.unit))),
        ("样品数量", sample.map_or_else(|| "/".to_owned(), |sample| sample.quantity.clone())),
        ("样品编号", sample.map_or_else(|| "/".to_owned(), |sample| sample.number.clone())),
        ("封条编号", sample.map_or_else(|| "/".to_owned(), |sample| sample.seal_number.clone())),
        ("受检单位", or_slash(&one.sampled_name).to_owned()),
        ("受检单位地址", or_slash(&one.sampled_address).to_owned()),
        ("标称生产者", or_slash(&one.producer_name).to_owned()),
        ("标称生产者地址", or_slash(&one.producer_address).to_owned()),
        ("抽样人员", or_slash(&samplers).to_owned()),
        ("检查封样人员", or_slash(&view.people.receiver).to_owned()),
        ("抽样日期", day(one.sampled_on)),
        ("到样日期", day(one.received_on)),
        ("判定依据", standards),
        ("检验依据", methods),
        ("证书核查", or_slash(&one.licence_text).to_owned()),
    ];
    html! {
        table class="grid" {
            caption class="vh" { "样品和抽样" }
            tbody { @for pair in rows.chunks(2) { tr {
                @for (label, value) in pair { th scope="row" { (label) } td colspan=[(pair.len() == 1).then_some("3")] { (value) } }
            } } }
        }
    }
}

fn distinct(items: &[ItemResult], read: fn(&ItemResult) -> &String) -> String {
    let mut found: Vec<&str> = Vec::new();
    for text in items.iter().map(read).filter(|text| !text.is_empty()) {
        if !found.contains(&text.as_str()) {
            found.push(text);
        }
    }
    or_slash(&found.join("；")).to_owned()
}

fn items(items: &[ItemResult]) -> Markup {
    html! {
        div class="scroll" tabindex="0" role="region" aria-label="检验项目" {
            table class="grid" {
                caption class="vh" { "检验项目" }
                thead { tr { @for head in ["序号", "检验项目", "单位", "要求", "实测", "判定", "检验方法", "备注"] { th scope="col" { (head) } } } }
                tbody {
                    @for (n, item) in (1..).zip(items) { tr {
                        td class="num" { (n) }
                        th scope="row" { (item.item) }
                        td { (or_slash(&item.unit)) }
                        td { (item.requirement()) }
                        td class="num" { (item.value_text.as_deref().unwrap_or("未检")) }
                        td { (hengjian_domain::code::Code::title(item.final_verdict())) }
                        td { (or_slash(&item.method)) }
                        td { (or_slash(&item.remark())) }
                    } }
                    tr { td colspan="8" { "以下空白" } }
                }
            }
        }
    }
}

/// Items without a verdict are named with their reason (decision 无限值不判定).
fn remarks(items: &[ItemResult]) -> Markup {
    let open: Vec<&ItemResult> =
        items.iter().filter(|item| item.final_verdict() == hengjian_domain::testing::ItemVerdict::NotJudged).collect();
    html! { @if !open.is_empty() {
        h2 { "备注" }
        ul { @for item in open { li { (item.item) "：" (item.verdict_reason) } } }
    } }
}
