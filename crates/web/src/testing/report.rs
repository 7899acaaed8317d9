//! 检验报告 F17 for print and as PDF: cover, identity, items with 以下空白, conclusion, three names. What stands on it is made
//! once, in `app::testing::paper`. A report made elsewhere is its own paper; this page only leads to it.

use super::called;
use crate::{
    Ctx, PageResult,
    components::{
        clock, or_slash,
        shell::{self, title},
        table::empty,
    },
};
use axum::{
    extract::Path,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use hengjian_app::testing::paper::{REPORT_STATEMENT, ReportItem, TestReport, report_paper, report_pdf};
use hengjian_domain::testing::{InspectionId, InspectionOrigin};
use maud::{Markup, html};

/// `GET /desk/inspections/{id}/report`
pub async fn page(ctx: Ctx, Path(id): Path<InspectionId>) -> PageResult {
    let (view, paper) = ctx.view(move |work| report_paper(work, id)).await?;
    let one = &view.inspection;
    let sample = view.sample.as_ref().map(|sample| sample.number.as_str());
    let heading = called(one, sample);
    let base = format!("/desk/inspections/{id}");
    let body = match &paper {
        Some(paper) => sheet(paper, &base),
        None if one.origin != InspectionOrigin::Here => {
            html! { (title(&heading, "")) (empty("这份报告由机构自有系统出具，原件在检验页的文件里", Some((&base, "回到检验页")))) }
        }
        None => {
            html! { (title(&heading, "")) (empty("报告还没有签发，签发后可以打印", Some((&base, "回到检验页")))) }
        }
    };
    let page = ctx.page(heading.as_str()).at("/desk/inspections").crumb("检验", Some("/desk/inspections".into()));
    Ok(shell::page(&page.crumb(heading.as_str(), Some(base)).crumb("打印", None), body).into_response())
}

/// `GET /desk/inspections/{id}/report.pdf`
pub async fn pdf(ctx: Ctx, Path(id): Path<InspectionId>) -> PageResult {
    let (_, bytes) = ctx.view(move |work| report_pdf(work, id)).await?;
    Ok(pdf_response(bytes, "inline; filename=\"test-report.pdf\""))
}

/// A paper of this authority; nobody between keeps it.
pub(crate) fn pdf_response(bytes: Vec<u8>, disposition: &'static str) -> Response {
    let head = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static(disposition)),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ];
    (head, bytes).into_response()
}

fn sheet(paper: &TestReport, base: &str) -> Markup {
    html! {
        p class="note no-print" { "用浏览器打印，A4 纸，封面单独一页；或者 " a href=(format!("{base}/report.pdf")) { "下载 PDF" } "。" }
        article class="paper" {
            section class="paper__cover" {
                p { "资质认定证书编号 " span class="code" { (or_slash(&paper.accreditation)) } }
                p { "报告编号 " span class="code" { (paper.number) } }
                h1 { "检验报告" }
                dl class="facts" { @for (label, value) in &paper.cover { dt { (label) } dd { (or_slash(value)) } } }
                p { (paper.laboratory) }
                @if !paper.replaces.is_empty() { p { (paper.replaces) } }
            }
            section class="paper__page" {
                h2 { "样品和抽样" }
                (identity(&paper.facts))
                h2 { "检验项目" }
                (items(&paper.items))
                h2 { "检验结论" }
                p { (paper.conclusion) }
                @if !paper.remarks.is_empty() { h2 { "备注" } ul { @for line in &paper.remarks { li { (line) } } } }
                div class="paper__signs" {
                    p { "主检：" (paper.tester) } p { "审核：" (paper.reviewer) } p { "批准：" (paper.signer) }
                    p { "签发日期：" (clock::iso(Some(paper.issued_on))) } p class="seal" { "检验专用章" }
                }
                p class="note" { (REPORT_STATEMENT) }
            }
        }
    }
}

/// The table of F17: four cells a row, `/` where nothing applies.
fn identity(facts: &[(&'static str, String)]) -> Markup {
    html! {
        table class="grid" {
            caption class="vh" { "样品和抽样" }
            tbody { @for pair in facts.chunks(2) { tr {
                @for (label, value) in pair { th scope="row" { (label) } td colspan=[(pair.len() == 1).then_some("3")] { (or_slash(value)) } }
            } } }
        }
    }
}

fn items(items: &[ReportItem]) -> Markup {
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
                        td { (item.requirement) }
                        td class="num" { (item.measured) }
                        td { (item.verdict) }
                        td { (or_slash(&item.method)) }
                        td { (or_slash(&item.remark)) }
                    } }
                    tr { td colspan="8" { "以下空白" } }
                }
            }
        }
    }
}
