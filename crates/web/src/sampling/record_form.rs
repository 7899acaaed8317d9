//! Filling in F07 in the order of the paper: every cell with its paper number, kept as typed, checked as a whole.

use super::{PICTURES, attachments, frame, id, visit::short};
use crate::{
    Ctx, FormData, PageError, PageResult,
    components::{
        form::{Field, error_summary, hidden, refusal},
        shell::{self, title},
    },
    error::{Again, again},
};
use axum::{
    extract::{Path, Query},
    response::{IntoResponse, Redirect},
};
use hengjian_app::{
    AppError,
    sampling::{self, Entry, RecordView},
};
use hengjian_domain::{
    code::Code,
    money,
    plan::SamplingField,
    sampling::{
        Cell, CellKind, PHOTO_SLOTS, PurchaseBasis, Reader, RecordState, SECTIONS, SIGNED_PAGE, SamplingRecordId, cells,
    },
};
use maud::{Markup, html};
use serde::Deserialize;

/// What the page is asked to show.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    check: String,
    #[serde(default)]
    saved: String,
}

/// `GET /desk/records/{id}/edit`
pub async fn edit_page(ctx: Ctx, Path(path): Path<String>, Query(asked): Query<Asked>) -> PageResult {
    let record: SamplingRecordId = id(&path)?;
    let view = ctx.view(move |work| sampling::record_view(work, record)).await?;
    if !matches!(view.reader, Reader::Lead | Reader::Second) {
        return Err(PageError::from(AppError::NotFound));
    }
    if view.record.state != RecordState::Draft {
        return Ok(Redirect::to(&format!("/desk/records/{record}")).into_response());
    }
    let shown = Shown { check: !asked.check.is_empty(), saved: !asked.saved.is_empty() };
    Ok(render(&ctx, &view, &FormData::default(), shown, &Again::default()).into_response())
}

#[derive(Debug, Clone, Copy, Default)]
struct Shown {
    check: bool,
    saved: bool,
}

/// Messages of the page: those of the form that came back, or what is still open when it is to be checked.
fn messages(view: &RecordView, shown: Shown, problems: &Again) -> Vec<(String, String)> {
    let sent = problems.fields.iter().map(|error| (error.field.clone(), error.message.clone()));
    let open = view.problems.iter().filter(|_| shown.check).map(|problem| {
        let law = problem.basis.map(|basis| format!("（{}）", basis.cited())).unwrap_or_default();
        (problem.field.to_owned(), format!("{}{law}", problem.message))
    });
    sent.chain(open).collect()
}

fn render(ctx: &Ctx, view: &RecordView, form: &FormData, shown: Shown, problems: &Again) -> Markup {
    let record = &view.record;
    let base = format!("/desk/records/{}", record.id);
    let visit = record.visit_id.map(|visit| format!("/desk/visits/{visit}")).unwrap_or_default();
    let messages = messages(view, shown, problems);
    let wrong = |field: &str| messages.iter().find(|(name, _)| name == field).map(|(_, message)| message.as_str());
    let count = |names: &[&str]| messages.iter().filter(|(name, _)| names.contains(&name.as_str())).count();
    let body = html! {
        (title("产品质量监督抽查抽样单", &format!("{}　栏号与纸质单一致。标“必填”的要填；其余各栏没有内容的填“/”，不能空着。", record.number)))
        (error_summary(&messages))
        @if let Some(refused) = &problems.refusal { (refusal(refused)) }
        @if shown.saved && messages.is_empty() { p class="flash" role="status" { "已暂存。还有 " (view.problems.len()) " 处没有填好。" } }
        div class="split split--left" {
            nav class="stick no-print" aria-label="本页各节" { ol class="closed" {
                @for (n, part) in SECTIONS.iter().enumerate() {
                    @let bad = count(&part.cells.iter().map(|cell| cell.name).collect::<Vec<_>>());
                    li { a href=(format!("#part-{n}")) { (part.title) } @if bad > 0 { "　" span class="bad" { (bad) " 处要改" } } }
                }
                li { a href="#photos" { "八、照片" } @if count(&["photos"]) > 0 { "　" span class="bad" { (count(&["photos"])) " 处要改" } } }
            } }
            form method="post" action=(format!("{base}/edit")) enctype="multipart/form-data" novalidate {
                (hidden(ctx.csrf(), "", record.version))
                input type="hidden" name="step" value="record";
                @for (n, part) in SECTIONS.iter().enumerate() {
                    section class="sec" aria-labelledby=(format!("part-{n}")) {
                        h2 id=(format!("part-{n}")) { (part.title) }
                        div class="fields" { @for cell in part.cells { (field(view, cell, form, wrong(cell.name))) } }
                    }
                }
                section class="sec" aria-labelledby="photos" {
                    h2 id="photos" { "八、照片" }
                    p { "每一项上传照片，或者写明存放处。签字页在签字后、提交时上传。" }
                    @for (_, message) in messages.iter().filter(|(name, _)| name == "photos") { p class="err" { (message) } }
                    @for (n, slot) in PHOTO_SLOTS.iter().enumerate().filter(|(_, slot)| **slot != SIGNED_PAGE) { (photo(view, form, n, slot)) }
                }
                div class="sec" {
                    (Field::checkbox("slash", "没有填的选填栏都填“/”").ticked(form.ticked("slash")).render())
                    div class="bar-row" {
                        button class="btn btn--main" type="submit" name="then" value="check" { "保存并核对" }
                        button class="btn" type="submit" name="then" value="save" { "暂存" }
                        a href=(visit) { "回到抽样任务" }
                    }
                }
            }
        }
        section class="sec no-print" { h2 { "写坏了" }
            form class="inline-form" method="post" action=(format!("{base}/void")) {
                (hidden(ctx.csrf(), "", record.version))
                (Field::text("reason", "作废原因").value(if form.get("step") == "record" { "" } else { form.get("reason") }).error(wrong("reason")).render())
                button class="btn btn--stop" type="submit" { "作废这张抽样单" }
            }
            p class="note" { "作废之后编号保留，不再使用。" }
        }
    };
    let page = frame(ctx, &format!("填写抽样单 {}", short(&record.number)), &[("抽样任务", visit.clone())]);
    shell::page(&page, body)
}

/// What stands in a cell when the page is opened; a form that came back shows what was typed.
fn standing(view: &RecordView, cell: &Cell, form: &FormData) -> String {
    let record = &view.record;
    if form.get("step") == "record" && cell.kind != CellKind::Given {
        return form.get(cell.name).to_owned();
    }
    match cell.kind {
        CellKind::Field => record.field.code().to_owned(),
        CellKind::Basis => record.purchase_basis.code().to_owned(),
        CellKind::Instant => record
            .form
            .sampled_at
            .or(view.visit.as_ref().and_then(|visit| visit.second_arrived_at_us))
            .map(|at| at.form_value())
            .unwrap_or_default(),
        CellKind::Money if record.unit_price_fen == 0 => String::new(),
        CellKind::Given if cell.name == "amount" => {
            format!("{} 元（{}）", money::yuan(record.amount_fen), money::in_words(record.amount_fen))
        }
        _ => record.cell(cell.name),
    }
}

fn field(view: &RecordView, cell: &Cell, form: &FormData, error: Option<&str>) -> Markup {
    let value = standing(view, cell, form);
    let words = |options: &[&str]| options.iter().map(|word| ((*word).to_owned(), (*word).to_owned())).collect();
    let unit = view.record.unit.as_str();
    let base = match cell.kind {
        CellKind::Choice(options) => Field::select(cell.name, cell.label, words(options)),
        CellKind::Field => Field::choice::<SamplingField>(cell.name, cell.label),
        CellKind::Basis => Field::choice::<PurchaseBasis>(cell.name, cell.label),
        CellKind::Instant => Field::instant(cell.name, cell.label),
        CellKind::Area => Field::area(cell.name, cell.label),
        CellKind::Given => Field::text(cell.name, cell.label).readonly(),
        CellKind::Quantity => Field::text(cell.name, cell.label).unit(unit),
        CellKind::Money => Field::text(cell.name, cell.label).unit("元"),
        CellKind::Must | CellKind::Text => Field::text(cell.name, cell.label),
    };
    let wide = matches!(
        cell.name,
        "party_name"
            | "party_address"
            | "producer_name"
            | "producer_address"
            | "product_name"
            | "samplers"
            | "task_source"
            | "purchase_history"
            | "product_licence"
            | "storage"
    );
    let must = matches!(
        cell.kind,
        CellKind::Must
            | CellKind::Quantity
            | CellKind::Instant
            | CellKind::Choice(_)
            | CellKind::Field
            | CellKind::Basis
            | CellKind::Money
    );
    let base = base.paper(cell.number.to_string()).value(value).error(error).help(hint(view, cell)).width(
        if cell.kind == CellKind::Area {
            ""
        } else if wide {
            "c8"
        } else {
            "c4"
        },
    );
    if must { base.required().render() } else { base.render() }
}

/// The paper's hint, with what the rule of this task says.
fn hint(view: &RecordView, cell: &Cell) -> String {
    let rules = view.rules.as_ref();
    let says = |value: Option<&String>, words: &str| {
        value.map(|value| format!("本细则{words} {value} {}", rules.map_or("", |rules| rules.unit.as_str())))
    };
    let of_rule = match cell.name {
        "lot_size" => says(rules.and_then(|rules| rules.minimum_stock.as_ref()), "最少"),
        "test_quantity" => says(rules.and_then(|rules| rules.test_quantity.as_ref()), "最多"),
        "backup_quantity" => says(rules.and_then(|rules| rules.backup_quantity.as_ref()), "最多"),
        "random_method" => rules.map(|rules| rules.sampling_method.clone()).filter(|method| !method.is_empty()),
        _ => None,
    };
    match of_rule {
        Some(words) if cell.hint.is_empty() => words,
        Some(words) => format!("{words}。{}", cell.hint),
        None => cell.hint.to_owned(),
    }
}

fn photo(view: &RecordView, form: &FormData, n: usize, slot: &str) -> Markup {
    let (file, words) = (format!("photo_{n}"), format!("photo_text_{n}"));
    let standing = view.record.form.photos.iter().find_map(|line| line.strip_prefix(slot)?.strip_prefix('：'));
    let typed = form.get(&words);
    html! {
        div class="fields" {
            (Field::file(file.as_str(), slot, PICTURES).width("c6").render())
            (Field::text(words.as_str(), format!("{slot}：存放处")).width("c6").value(if typed.is_empty() { standing.unwrap_or_default() } else { typed }).render())
        }
    }
}

/// `POST /desk/records/{id}/edit`
pub async fn save(ctx: Ctx, Path(path): Path<String>, form: FormData) -> PageResult {
    let record: SamplingRecordId = id(&path)?;
    let typed = |cell: &&Cell| cell.kind != CellKind::Given && form.has(cell.name);
    let mut entry = Entry {
        cells: cells().filter(typed).map(|cell| (cell.name, form.get(cell.name).to_owned())).collect(),
        slash_the_rest: form.ticked("slash"),
        ..Entry::default()
    };
    for (n, slot) in PHOTO_SLOTS.iter().enumerate() {
        entry.photos.push((slot, form.get(&format!("photo_text_{n}")).to_owned()));
        entry.files.extend(attachments(&form, &format!("photo_{n}"), slot));
    }
    let version = form.version();
    match ctx.act(move |work| sampling::save_record(work, record, version, entry)).await {
        Ok(open) => {
            let check = form.get("then") == "check";
            let next = match (check, open.is_empty()) {
                (true, true) => {
                    let view = ctx.view(move |work| sampling::record_view(work, record)).await?;
                    view.record.visit_id.map(|visit| format!("/desk/visits/{visit}")).unwrap_or_default()
                }
                (true, false) => format!("/desk/records/{record}/edit?check=1"),
                (false, _) => format!("/desk/records/{record}/edit?saved=1"),
            };
            Ok(Redirect::to(&next).into_response())
        }
        Err(error) => failed(&ctx, record, &form, error).await,
    }
}

/// `POST /desk/records/{id}/void`
pub async fn void(ctx: Ctx, Path(path): Path<String>, form: FormData) -> PageResult {
    let record: SamplingRecordId = id(&path)?;
    let (version, reason) = (form.version(), form.get("reason").to_owned());
    match ctx.act(move |work| sampling::void_record(work, record, version, &reason)).await {
        Ok(visit) => Ok(Redirect::to(&format!("/desk/visits/{visit}")).into_response()),
        Err(error) => failed(&ctx, record, &form, error).await,
    }
}

async fn failed(ctx: &Ctx, record: SamplingRecordId, form: &FormData, error: AppError) -> PageResult {
    if !matches!(error, AppError::Fields(_) | AppError::Refused(_) | AppError::Stale) {
        return Err(error.into());
    }
    let view = ctx.view(move |work| sampling::record_view(work, record)).await?;
    again(error, |problems| render(ctx, &view, form, Shown::default(), problems))
}
