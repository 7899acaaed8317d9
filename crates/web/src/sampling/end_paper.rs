//! 样品退还、处置单 F36 to print and as PDF: what stands on it is made once, in `app::sampling::paper`.

use super::{frame, id};
use crate::{Ctx, PageResult, components::or_slash, components::shell, testing::report::pdf_response};
use axum::{extract::Path, response::IntoResponse};
use hengjian_app::sampling;
use hengjian_domain::sampling::{SampleDisposalId, SampleId};
use maud::html;

/// `GET /desk/samples/{id}/end/{proposal}/paper`
pub async fn page(ctx: Ctx, Path((path, proposal)): Path<(String, String)>) -> PageResult {
    let sample: SampleId = id(&path)?;
    let proposal: SampleDisposalId = id(&proposal)?;
    let paper = ctx.view(move |work| sampling::end_paper(work, sample, proposal)).await?;
    let back = format!("/desk/samples/{sample}");
    let body = html! {
        p class="no-print bar-row" {
            a href=(back) { "回到样品" } a href=(format!("{back}/end/{proposal}/paper.pdf")) { "下载 PDF" }
            span class="sub" { "用浏览器的打印功能打印" }
        }
        article class="sheet" {
            header { p { "F36　" (paper.agency) } h1 { (paper.title) } p { "样品编号 " span class="code" { (paper.number) } } }
            @for part in &paper.sections {
                table {
                    caption { (part.title) }
                    tbody { @for (label, value, _) in &part.cells { tr { th scope="row" { (label) } td { (or_slash(value)) } } } }
                }
            }
            table {
                caption { "签字" }
                tbody { @for (label, name) in &paper.signatures { tr { th scope="row" { (label) } td { (name) "　" } } } }
            }
            p class="note" { (paper.note) }
        }
    };
    let page = frame(&ctx, "样品退还、处置单", &[("样品", "/desk/samples".to_owned()), (&paper.number, back)]);
    Ok(shell::page(&page, body).into_response())
}

/// `GET /desk/samples/{id}/end/{proposal}/paper.pdf`
pub async fn pdf(ctx: Ctx, Path((path, proposal)): Path<(String, String)>) -> PageResult {
    let sample: SampleId = id(&path)?;
    let proposal: SampleDisposalId = id(&proposal)?;
    let bytes = ctx.view(move |work| sampling::end_pdf(work, sample, proposal)).await?;
    Ok(pdf_response(bytes, "inline; filename=\"sample-end.pdf\""))
}
