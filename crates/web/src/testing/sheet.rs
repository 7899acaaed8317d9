//! Item results from a table: choosing the file, the preview with every row as it would stand, and the second act that
//! saves it. The tester's results and those of a report made elsewhere go the same way by two addresses.

use super::{called, messages, requirement, verdict_tag};
use crate::{
    Ctx, FormData, PageError, PageResult,
    components::{
        Tone,
        form::{Field, error_summary, hidden, refusal},
        or_slash,
        shell::{self, section, title},
        table::{self, text},
        tag, thing,
    },
    context::blocking,
    error::{Again, again},
    exchange::{PROBLEM_COLUMNS, export::attachment, mapping_table, problem_rows},
    paging::Address,
};
use axum::{
    extract::{Path, Query},
    response::{IntoResponse, Redirect},
};
use hengjian_app::{
    AppError, AppResult,
    table::TableFormat,
    testing::sheet::{self, ItemForm, ItemLine, ItemPreview},
};
use hengjian_domain::{
    code::Code,
    exchange::ProblemSeverity,
    testing::{InspectionId, ItemResultId},
};
use maud::{Markup, html};
use serde::Deserialize;

/// What a table of item results may be.
pub(super) const TABLES: &str = ".xlsx,.xls,.csv,.txt,.html,.htm";

/// The file between choosing and saving.
#[derive(Debug, Default, Deserialize)]
pub struct Staged {
    #[serde(default)]
    staged: String,
    #[serde(default)]
    name: String,
}

const fn word(form: ItemForm) -> &'static str {
    match form {
        ItemForm::Tester => "items",
        ItemForm::Typed => "typed",
    }
}
const fn heading(form: ItemForm) -> &'static str {
    match form {
        ItemForm::Tester => "录入检验结果",
        ItemForm::Typed => "补录项目结果",
    }
}

/// Address of the preview.
pub(super) fn preview_address(id: InspectionId, form: ItemForm, staged: &str, name: &str) -> String {
    let base = format!("/desk/inspections/{id}/{}/table", word(form));
    Address::new(base).with("staged", staged).with("name", name).first()
}

/// Keeps the table that a form brought; `None` when it brought none.
pub(super) async fn staged_of(ctx: &Ctx, form: &FormData) -> AppResult<Option<(String, String)>> {
    let Some(upload) = form.file("table").cloned() else { return Ok(None) };
    let app = ctx.app.clone();
    let name = upload.name.clone();
    let staged = blocking(move || sheet::stage_items(&app, &upload.bytes)).await?;
    Ok(Some((staged, name)))
}

/// The part of the entry page where a table is chosen.
pub(super) fn chooser(ctx: &Ctx, id: InspectionId, form: ItemForm, problems: &Again) -> Markup {
    let base = format!("/desk/inspections/{id}/{}", word(form));
    section(
        "从表格录入",
        html! {
            form class="form" method="post" action=(format!("{base}/table")) enctype="multipart/form-data" {
                input type="hidden" name="csrf" value=(ctx.csrf());
                (Field::file("table", "项目结果表", TABLES).required().error(problems.of("table")).help("XLSX、XLS、CSV 或含表格的网页，不超过 5 MB。认“检验项目”“检验结果”等栏目，表头上面有标题行也行。先预览，确认后才保存").render())
                p class="bar-row" {
                    button class="btn" type="submit" { "预览" }
                    a class="btn" href=(format!("{base}/template.xlsx")) { "下载模板" }
                }
            }
        },
    )
}

/// `GET /desk/inspections/{id}/items/template.xlsx`
pub async fn template(ctx: Ctx, Path(id): Path<InspectionId>) -> PageResult {
    template_file(&ctx, Some(id)).await
}
/// `GET /desk/inspections/items-template.xlsx`
pub async fn blank_template(ctx: Ctx) -> PageResult {
    template_file(&ctx, None).await
}
async fn template_file(ctx: &Ctx, id: Option<InspectionId>) -> PageResult {
    let bytes = ctx.view(move |work| sheet::items_template(work, id)).await?;
    Ok(attachment(bytes, TableFormat::Xlsx.media_type(), "项目结果模板.xlsx"))
}

/// `POST /desk/inspections/{id}/items/table`
pub async fn upload(ctx: Ctx, Path(id): Path<InspectionId>, form: FormData) -> PageResult {
    keep(&ctx, id, ItemForm::Tester, &form).await
}
/// `POST /desk/inspections/{id}/typed/table`
pub async fn upload_typed(ctx: Ctx, Path(id): Path<InspectionId>, form: FormData) -> PageResult {
    keep(&ctx, id, ItemForm::Typed, &form).await
}
async fn keep(ctx: &Ctx, id: InspectionId, which: ItemForm, form: &FormData) -> PageResult {
    let staged = match staged_of(ctx, form).await {
        Ok(None) => Err(AppError::field("table", "请选择项目结果表")),
        Ok(Some(staged)) => Ok(staged),
        Err(error) => Err(error),
    };
    match staged {
        Ok((staged, name)) => Ok(Redirect::to(&preview_address(id, which, &staged, &name)).into_response()),
        Err(error) => super::entry::again_with(ctx, id, which, error).await,
    }
}

/// `GET /desk/inspections/{id}/items/table`
pub async fn preview(ctx: Ctx, Path(id): Path<InspectionId>, Query(asked): Query<Staged>) -> PageResult {
    show(&ctx, id, ItemForm::Tester, &asked, &Again::default()).await
}
/// `GET /desk/inspections/{id}/typed/table`
pub async fn preview_typed(ctx: Ctx, Path(id): Path<InspectionId>, Query(asked): Query<Staged>) -> PageResult {
    show(&ctx, id, ItemForm::Typed, &asked, &Again::default()).await
}
async fn show(ctx: &Ctx, id: InspectionId, form: ItemForm, asked: &Staged, problems: &Again) -> PageResult {
    match load(ctx, id, form, asked).await {
        Ok(preview) => Ok(draw(ctx, &preview, form, asked, problems).into_response()),
        Err(error) => super::entry::again_with(ctx, id, form, error).await,
    }
}
async fn load(ctx: &Ctx, id: InspectionId, form: ItemForm, asked: &Staged) -> AppResult<ItemPreview> {
    let (app, staged) = (ctx.app.clone(), asked.staged.clone());
    let table = blocking(move || sheet::staged_items(&app, &staged)).await?;
    ctx.view(move |work| sheet::preview_items(work, id, form, table)).await
}

/// `POST /desk/inspections/{id}/items/table/save`
pub async fn save(ctx: Ctx, Path(id): Path<InspectionId>, form: FormData) -> PageResult {
    confirm(&ctx, id, ItemForm::Tester, &form).await
}
/// `POST /desk/inspections/{id}/typed/table/save`
pub async fn save_typed(ctx: Ctx, Path(id): Path<InspectionId>, form: FormData) -> PageResult {
    confirm(&ctx, id, ItemForm::Typed, &form).await
}
async fn confirm(ctx: &Ctx, id: InspectionId, which: ItemForm, form: &FormData) -> PageResult {
    let asked = Staged { staged: form.get("staged").to_owned(), name: form.get("name").to_owned() };
    let (version, once, name, seen) = (form.version(), form.once(), asked.name.clone(), seen(form));
    let place = format!("/desk/inspections/{id}/{}", word(which));
    let (app, staged, leads) = (ctx.app.clone(), asked.staged.clone(), place.clone());
    let done = match blocking(move || sheet::staged_items(&app, &staged)).await {
        Ok(table) => {
            ctx.act(move |work| {
                work.once(&once, &leads)?;
                sheet::save_table(work, id, version, which, (&name, table), &seen)
            })
            .await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&place).into_response()),
        Err(error @ (AppError::Fields(_) | AppError::Refused(_) | AppError::Stale)) => {
            let preview = load(ctx, id, which, &asked).await.map_err(PageError::from)?;
            again(error, |problems| draw(ctx, &preview, which, &asked, problems))
        }
        Err(error) => Err(error.into()),
    }
}

/// Items and versions as the preview had them.
fn seen(form: &FormData) -> Vec<(ItemResultId, i64)> {
    let pair = |line: &str| {
        let (id, version) = line.split_once(' ')?;
        Some((id.parse().ok()?, version.parse().ok()?))
    };
    form.all("seen").into_iter().filter_map(pair).collect()
}

fn draw(ctx: &Ctx, preview: &ItemPreview, form: ItemForm, asked: &Staged, problems: &Again) -> Markup {
    let one = &preview.inspection;
    let base = format!("/desk/inspections/{}", one.id);
    let entry = format!("{base}/{}", word(form));
    let rejected = preview.problems.iter().filter(|problem| problem.severity == ProblemSeverity::Rejected).count();
    let differing = preview.lines.iter().filter(|line| line.differs()).count();
    let changing = preview.lines.iter().filter(|line| !line.same()).count();
    let rows: Vec<Vec<Markup>> = preview.lines.iter().map(row).collect();
    let columns = [
        text("行"),
        text("表里的项目"),
        text("对应项目"),
        text("检验结果"),
        text("要求"),
        text("本系统判定"),
        text("表里判定"),
    ];
    let body = html! {
        (title(&format!("预览：{}", asked.name), "还没有保存。核对每一行以后再确认。"))
        (error_summary(&messages(problems)))
        @if let Some(refused) = &problems.refusal { (refusal(refused)) }
        div class="stat-row" {
            (thing::stat("可以采用", &preview.lines.len().to_string(), "行", None))
            (thing::stat("有变化", &changing.to_string(), "行", None))
            (thing::stat("判定不同", &differing.to_string(), "行", None))
            (thing::stat("不能采用", &rejected.to_string(), "原因列在下面", None))
        }
        @if preview.table.skipped_headers > 0 { p { "重复出现的表头 " (preview.table.skipped_headers) " 行，已跳过。" } }
        @if differing > 0 { p { (tag(Tone::Bad, "判定不同")) "　表里的判定与按检验依据的判定不同，确认前请核对原始记录。" } }
        form class="form" method="post" action=(format!("{entry}/table/save")) {
            (hidden(ctx.csrf(), &ctx.once(), one.version))
            input type="hidden" name="staged" value=(asked.staged);
            input type="hidden" name="name" value=(asked.name);
            @for line in preview.lines.iter().filter(|line| !line.new) {
                input type="hidden" name="seen" value=(format!("{} {}", line.item.id, line.item.version));
            }
            p class="bar-row" {
                @if preview.lines.is_empty() { span { "没有可以采用的行，不能保存。" } }
                @else { button class="btn btn--main" type="submit" { "确认保存 " (preview.lines.len()) " 行" } }
                a class="btn" href=(entry) { "换一个文件" }
                a href=(base) { "返回" }
            }
        }
        @if !preview.lines.is_empty() { (section("保存后的结果", table::table("保存后的结果", &columns, &rows))) }
        @if !preview.problems.is_empty() {
            (section("要看的地方", table::table("要看的地方", &PROBLEM_COLUMNS, &problem_rows(preview.problems.iter(), None))))
        }
        @if !preview.missing.is_empty() {
            (section("表里没有的项目", html! { p { (preview.missing.join("、")) } p class="sub" { "这些项目还没有结果。保存后在录入页补填，未检的写明理由。" } }))
        }
        (section("表头对应", mapping_table(&preview.table.mapping, &preview.table.unknown_columns)))
    };
    let page = ctx.page("预览").at("/desk/inspections").crumb("检验", Some("/desk/inspections".into()));
    let page = page.crumb(called(one, None), Some(base)).crumb(heading(form), Some(entry)).crumb("预览", None);
    shell::page(&page, body)
}

fn row(line: &ItemLine) -> Vec<Markup> {
    let item = &line.item;
    let value = item.value_text.as_deref().unwrap_or_default();
    vec![
        html! { (line.row) },
        html! { (line.named) },
        html! { @if line.new { (tag(Tone::Waiting, "新增项目")) } @else { (item.item) } },
        html! {
            b { (value) }
            @match &line.before {
                Some(before) if before != value => { br; span class="sub" { "现在是 " (before) } },
                Some(_) => { br; span class="sub" { "没有变化" } },
                None => {},
            }
        },
        html! { (requirement(item)) },
        html! { (verdict_tag(item.final_verdict())) br; span class="sub" { (item.verdict_reason) } },
        html! { (or_slash(line.theirs.map(Code::title).unwrap_or_default())) @if line.differs() { br; (tag(Tone::Bad, "判定不同")) } },
    ]
}
