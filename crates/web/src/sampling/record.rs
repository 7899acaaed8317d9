//! A sampling record to read and to print: the whole form in the order of the paper.

use super::{file_lines, frame, id, record_tag, sample_tag, visit::short};
use crate::{
    Ctx, PageResult,
    components::{
        form::error_summary,
        or_slash,
        shell::{self, section, title},
        table::{self, text},
        thing::{Act, acts, facts, papers, split, timeline},
    },
    todo::timeline_lines,
};
use axum::{extract::Path, response::IntoResponse};
use hengjian_app::sampling::{self, RecordView};
use hengjian_domain::{
    code::Code,
    money,
    sampling::{Reader, RecordState, SECTIONS, SamplingRecord, SamplingRecordId},
};
use maud::{Markup, html};

/// Text of a cell as printed: `/` where there is nothing, the amount also in words.
fn printed(record: &SamplingRecord, name: &str) -> String {
    match name {
        "amount" => format!("{} 元（{}）", money::yuan(record.amount_fen), money::in_words(record.amount_fen)),
        other => or_slash(&record.cell(other)).to_owned(),
    }
}

/// `GET /desk/records/{id}`
pub async fn thing_page(ctx: Ctx, Path(path): Path<String>) -> PageResult {
    let record: SamplingRecordId = id(&path)?;
    let view = ctx.view(move |work| sampling::record_view(work, record)).await?;
    Ok(render(&ctx, &view).into_response())
}

fn render(ctx: &Ctx, view: &RecordView) -> Markup {
    let record = &view.record;
    let base = format!("/desk/records/{}", record.id);
    let own = matches!(view.reader, Reader::Lead | Reader::Second);
    let mut open = vec![Act::link("打印抽样单", &format!("{base}/print"), false)];
    match record.edit() {
        Ok(()) if own => open.insert(0, Act::link("填写抽样单", &format!("{base}/edit"), true)),
        Err(refused) if own && record.state != RecordState::Voided => {
            open.push(hengjian_domain::refusal::Refusal::from(refused).into());
        }
        _ => {}
    }
    let samples: Vec<Vec<Markup>> = view
        .samples
        .iter()
        .map(|sample| {
            vec![
                html! { a href=(format!("/desk/samples/{}", sample.id)) { (sample.number) } },
                html! { (sample.kind.title()) },
                html! { (sample.quantity) },
                html! { span class="code" { (sample.seal_number) } },
                sample_tag(sample.state),
                html! { (sample.holder) },
            ]
        })
        .collect();
    let columns = [text("样品编号"), text("用途"), text("数量"), text("封条"), text("状态"), text("持有人")];
    let visit = record.visit_id.filter(|_| ctx.may(hengjian_domain::policy::Action::VisitRead));
    let visit = visit.map(|visit| format!("/desk/visits/{visit}"));
    let body = html! {
        (title("抽样单", &record.number))
        @if own { (error_summary(&view.problems.iter().map(|problem| (format!("cell-{}", problem.field), problem.message.clone())).collect::<Vec<_>>())) }
        (split(acts(&open), html! {
            p class="bar-row" { (record_tag(record.state)) @if let Some(visit) = &visit { a href=(visit) { "抽样任务" } } @if let Some(inspection) = &view.inspection { a href=(format!("/desk/inspections/{}", inspection.id)) { "检验" } } }
            @for part in SECTIONS {
                section class="sec" { h2 { (part.title) }
                    dl class="facts" { @for cell in part.cells {
                        dt { span class="no" { (cell.number) } " " (cell.label) }
                        dd id=(format!("cell-{}", cell.name)) { (printed(record, cell.name)) }
                    } }
                }
            }
            (section("签字", facts(&signatures(record))))
            (section("样品", html! { @if samples.is_empty() { p class="sub" { "签字之后生成样品编号。" } } @else { (table::table("样品", &columns, &samples)) } }))
            section class="sec" { h2 id="cell-photos" { "照片" }
                @if record.form.photos.is_empty() { p class="sub" { "还没有照片。" } }
                ul class="plain" { @for line in &record.form.photos { li { (line) } } }
            }
            (papers(&file_lines(&view.files)))
            (timeline(&timeline_lines(view.timeline.clone())))
        }))
    };
    let places: Vec<(&str, String)> = visit.into_iter().map(|address| ("抽样任务", address)).collect();
    shell::page(&frame(ctx, &format!("抽样单 {}", short(&record.number)), &places), body)
}

fn signatures(record: &SamplingRecord) -> Vec<(&'static str, Markup)> {
    let signed = record.signed_at_us.map(|at| at.to_string()).unwrap_or_default();
    vec![
        ("抽样人员", html! { (or_slash(&record.form.samplers)) }),
        ("被抽样单位", html! { (or_slash(&record.party_signature)) }),
        ("拒绝签字", html! { (or_slash(&record.refusal_to_sign)) }),
        ("签字时间", html! { (or_slash(&signed)) }),
    ]
}

/// `GET /desk/records/{id}/print`: F07 as a sheet of paper, with room for hand signatures and the seal.
pub async fn print_page(ctx: Ctx, Path(path): Path<String>) -> PageResult {
    let record: SamplingRecordId = id(&path)?;
    let view = ctx.view(move |work| sampling::record_view(work, record)).await?;
    let record = &view.record;
    let witness = view.visit.as_ref().map_or("", |visit| visit.witness.as_str());
    let party = if record.refusal_to_sign.is_empty() {
        record.party_signature.clone()
    } else {
        format!("拒绝签字：{}", record.refusal_to_sign)
    };
    let body = html! {
        p class="no-print bar-row" { a href=(format!("/desk/records/{}", record.id)) { "回到抽样单" } span class="sub" { "用浏览器的打印功能打印" } }
        article class="sheet" {
            header { p { "F07" } h1 { "产品质量监督抽查抽样单" } p { "编号 " span class="code" { (record.number) } @if record.state == RecordState::Voided { "　作废" } } }
            @for part in SECTIONS {
                table {
                    caption { (part.title) }
                    tbody { @for pair in part.cells.chunks(2) { tr {
                        @for cell in pair {
                            th scope="row" { span class="no" { (cell.number) } " " (cell.label) }
                            td colspan=[(pair.len() == 1).then_some("3")] { (printed(record, cell.name)) }
                        }
                    } } }
                }
            }
            table {
                caption { "八、签字" }
                tbody {
                    tr { th scope="row" { "抽样人员（签字）" } td { (record.form.samplers) } th scope="row" { "被抽样单位（签字、盖章）" } td { (or_slash(&party)) } }
                    tr { th scope="row" { "见证人" } td { (or_slash(witness)) } th scope="row" { "抽样单位（盖章）" } td { (record.form.sampling_body) } }
                    tr { th scope="row" { "签字日期" } td colspan="3" { (record.signed_at_us.map_or_else(|| "　　　年　　月　　日".to_owned(), |at| at.date().to_string())) } }
                }
            }
            p class="note" { "一式四份：组织部门、被抽样单位、承检机构、生产者所在地市场监管部门。空栏填“/”。" }
        }
    };
    let page = frame(&ctx, &format!("打印抽样单 {}", short(&record.number)), &[]);
    Ok(shell::page(&page, body).into_response())
}
