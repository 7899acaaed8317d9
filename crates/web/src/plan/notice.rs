//! The plan as it is sent out: a page to print in the layout of an official letter, and the PDF.

use crate::{Ctx, PageResult, body::FileBody, components::or_slash, components::shell, exchange::export};
use axum::{
    extract::Path,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use hengjian_app::{
    plan::paper::{self, PlanNotice},
    table::TableFormat,
};
use hengjian_domain::plan::PlanId;
use maud::{Markup, html};

/// `GET /desk/plans/{id}/plan.pdf`
pub async fn plan_pdf(ctx: Ctx, Path(id): Path<String>) -> PageResult {
    let id: PlanId = super::id(&id)?;
    let (name, bytes) = ctx.view(move |work| paper::pdf(work, id)).await?;
    Ok(pdf_response(&name, bytes))
}

/// `GET /desk/plans/{id}/plan.csv`
pub async fn plan_csv(ctx: Ctx, Path(id): Path<String>) -> PageResult {
    plan_table(ctx, &id, TableFormat::Csv, "csv").await
}

/// `GET /desk/plans/{id}/plan.xlsx`
pub async fn plan_xlsx(ctx: Ctx, Path(id): Path<String>) -> PageResult {
    plan_table(ctx, &id, TableFormat::Xlsx, "xlsx").await
}

async fn plan_table(ctx: Ctx, id: &str, format: TableFormat, ending: &str) -> PageResult {
    let id: PlanId = super::id(id)?;
    let (name, file) = ctx.view(move |work| paper::table(work, id, format)).await?;
    let body = FileBody::of(file)?;
    Ok(export::attachment(body, format.media_type(), &format!("{name}.{ending}")))
}

/// A PDF shown in the browser, saved under its Chinese name.
fn pdf_response(name: &str, bytes: Vec<u8>) -> Response {
    let encoded: String = form_urlencoded::byte_serialize(format!("{name}.pdf").as_bytes()).collect();
    let disposition = format!("inline; filename=\"plan.pdf\"; filename*=UTF-8''{}", encoded.replace('+', "%20"));
    let mut response = bytes.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

fn is_heading(paragraph: &str) -> bool {
    let short = paragraph.chars().count() < 30;
    let numbered = paragraph
        .split_once('、')
        .is_some_and(|(number, _)| !number.is_empty() && number.chars().all(|c| "一二三四五六七八九十".contains(c)));
    short && numbered
}

fn annex(notice: &PlanNotice) -> Markup {
    let heads = [
        "序号",
        "产品代码",
        "产品名称",
        "抽查领域",
        "区域",
        "季度",
        "批次",
        "企业数",
        "单批费用",
        "预算",
        "牵头股室",
        "拟承检机构",
        "重点和理由",
    ];
    html! {
        div class="letter__annex" {
            p { strong { "附件" } }
            h2 { (notice.annex_title) }
            p class="letter__unit" { "单位：批次、户、元" }
            div class="scroll" tabindex="0" role="region" aria-label=(notice.annex_title) { table {
                caption class="vh" { (notice.annex_title) }
                thead { tr { @for head in heads { th scope="col" { (head) } } } }
                tbody { @for line in &notice.lines { tr {
                    th scope="row" { (line.seq) }
                    td { (or_slash(&line.code)) } td { (or_slash(&line.product)) } td { (or_slash(&line.field)) } td { (or_slash(&line.region)) } td { (or_slash(&line.quarters)) }
                    td class="num" { (or_slash(&line.batches)) } td class="num" { (or_slash(&line.enterprises)) } td class="num" { (or_slash(&line.unit_cost)) } td class="num" { (or_slash(&line.budget)) }
                    td { (or_slash(&line.section)) } td { (or_slash(&line.laboratory)) } td { (or_slash(&line.focus)) }
                } } }
                tfoot { tr {
                    th scope="row" colspan="6" { "合计" } td class="num" { (notice.total_batches) } td { "/" } td { "/" } td class="num" { (notice.total_budget) } td { "/" } td { "/" } td { "/" }
                } }
            } }
        }
    }
}

/// `GET /desk/plans/{id}/print`
pub async fn print_page(ctx: Ctx, Path(id): Path<String>) -> PageResult {
    let id: PlanId = super::id(&id)?;
    let notice = ctx.view(move |work| paper::notice(work, id)).await?;
    let address = format!("/desk/plans/{id}");
    let date = format!("{}年{}月{}日", notice.dated.year(), notice.dated.month(), notice.dated.day());
    let body = html! {
        p class="no-print bar-row" { a href=(address) { "返回计划" } " " a class="btn" href=(format!("{address}/plan.pdf")) { "打开 PDF" } " " a href=(format!("{address}/plan.xlsx")) { "计划表 XLSX" } " " a href=(format!("{address}/plan.csv")) { "计划表 CSV" } span class="sub" { "用浏览器的打印，A4；附件为横向" } }
        article class="letter" {
            @if !notice.issued { p class="letter__draft" { (notice.draft_words) } }
            p class="letter__mark" { (notice.agency) "文件" }
            p class="letter__number" { (or_blank(&notice.number)) }
            h1 { @for (place, part) in notice.title.lines().enumerate() { @if place > 0 { br; } (part) } }
            @if !notice.addressees.is_empty() { p class="letter__to" { (notice.addressees) "：" } }
            @for paragraph in &notice.paragraphs {
                @if is_heading(paragraph) { h2 class="letter__heading" { (paragraph) } } @else { p { (paragraph) } }
            }
            p class="letter__enclosure" { "附件：" (notice.annex_title) }
            @if notice.issued { div class="letter__sign" { p { (notice.agency) } p { time datetime=(notice.dated) { (date) } } } }
        }
        article class="letter letter--annex" {
            (annex(&notice))
            @if notice.issued { div class="letter__end" {
                @if !notice.copies.is_empty() { p { "抄送：" (notice.copies) "。" } }
                p class="bar-row" { span { (notice.printed_by) } span class="end" { (date) "印发" } }
            } }
        }
    };
    let page = ctx
        .page(notice.annex_title.clone())
        .at("/desk/plans")
        .crumb("抽查计划", Some("/desk/plans".into()))
        .crumb("计划", Some(format!("/desk/plans/{id}")))
        .crumb("打印页", None);
    Ok(shell::page(&page, body).into_response())
}

fn or_blank(text: &str) -> &str {
    if text.is_empty() { "\u{3000}" } else { text }
}
