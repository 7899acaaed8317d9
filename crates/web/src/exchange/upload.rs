//! Choosing a file, the preview with the figures of the real import, and the confirmation.

use super::{base_of, export::attachment, frame, purpose};
use crate::{
    Ctx, FormData, PageResult,
    components::{
        Tone,
        form::{self, Field},
        or_slash,
        shell::{self, section, title},
        table::{self, text},
        tag, technical_fold, thing,
    },
    context::blocking,
    error::{Again, again},
};
use axum::{
    extract::Path,
    response::{IntoResponse, Redirect},
};
use hengjian_app::{
    AppError, AppResult,
    exchange::{Report, Request, action_of, columns_of, export::template as template_of},
    table::TableFormat,
};
use hengjian_domain::{
    code::Code,
    exchange::{ImportKind, ImportProblem, ImportState, ProblemSeverity},
    organisation::Tier,
};
use maud::{Markup, html};

/// Problems shown on the preview; the run's page has them all.
const SHOWN: usize = 100;

fn kind_of(code: &str) -> AppResult<ImportKind> {
    ImportKind::from_code(code).ok_or(AppError::NotFound)
}

/// Whether a level can be said for the whole table.
const fn has_tier(kind: ImportKind) -> bool {
    matches!(kind, ImportKind::Plan | ImportKind::Results | ImportKind::Assignments)
}
/// What the title of the table is used for.
const fn title_help(kind: ImportKind) -> Option<&'static str> {
    match kind {
        ImportKind::Plan => Some(
            "计划的标题，会印在通知上；不填取表内的标题，再不然按年度取“× 年产品质量监督抽查计划”。标题相同的草稿会被更新",
        ),
        ImportKind::Results => Some("公告的标题；不填取表内的标题，再不然取文件名"),
        ImportKind::Products => Some("分类表的版本，如“2024年版”；表里有版本一列时不用填"),
        _ => None,
    }
}

/// Fields beside the file.
fn options(ctx: &Ctx, kind: ImportKind, data: &FormData, problems: &Again) -> Markup {
    html! {
        @if let Some(help) = title_help(kind) {
            (Field::text("title", if kind == ImportKind::Products { "版本" } else { "标题" }).value(data.get("title")).help(help).render())
        }
        @if has_tier(kind) {
            (Field::choice::<Tier>("tier", "级别").any("按表内所写").value(data.get("tier")).help("表里写明了级别或机关名称时不用选").render())
        }
        @if kind == ImportKind::Assignments {
            (Field::date("received", "收到日期").value(data.get("received")).error(problems.of("received")).help("表里没有“收到日期”一列时填：承办的机关收到这批案件的日期").render())
            @if ctx.actor().unit_tier.is_some_and(|tier| tier != Tier::County) {
                (Field::text("receiver", "承办单位").value(data.get("receiver")).help("表里没有“承办单位”一列时填：承办的下级机关，全称或简称").render())
            }
        }
    }
}

fn upload_form(ctx: &Ctx, kind: ImportKind, data: &FormData, problems: &Again) -> Markup {
    let columns = columns_of(kind);
    let rows: Vec<Vec<Markup>> = columns
        .iter()
        .map(|column| {
            let must = if column.required {
                tag(Tone::Waiting, "必有")
            } else {
                html! { "" }
            };
            vec![
                html! { (column.title) },
                must,
                html! { (column.help) },
                html! { (or_slash(&column.names.join("、"))) },
            ]
        })
        .collect();
    let heads = [text("栏目"), text("必有"), text("怎么填"), text("也认这些名称")];
    let may = ctx.may(action_of(kind));
    let body = html! {
        (title(&format!("导入{}", kind.title()), purpose(kind)))
        @if let Some(refusal) = &problems.refusal { (form::refusal(refusal)) }
        @if may {
            form class="form" method="post" action=(format!("{}/preview", base_of(kind))) enctype="multipart/form-data" {
                input type="hidden" name="csrf" value=(ctx.csrf());
                input type="hidden" name="kind" value=(kind.code());
                (Field::file("file", "表格文件", ".xlsx,.xls,.csv,.txt,.html,.htm").required().error(problems.of("file")).help("XLSX、XLS、CSV（UTF-8 或 GB18030）、含表格的网页；表头上面有标题行也行").render())
                (options(ctx, kind, data, problems))
                p { button class="btn btn--main" type="submit" { "预览" } }
            }
        } @else {
            p { "“" (action_of(kind).title()) "”由" (action_of(kind).role_titles()) "办理。" }
        }
        (section("认得的栏目", html! {
            p { a class="btn" href=(format!("/desk/import/templates/{}.xlsx", kind.code())) { "下载模板" } }
            p class="sub" { "列的次序不限，名称里的空格、换行、全角和括号都不要紧；多出来的列会列出来，不导入。" }
            (table::table("认得的栏目", &heads, &rows))
        }))
    };
    shell::page(&frame(ctx, kind.title()).crumb(kind.title(), None), body)
}

/// `GET /desk/import/new/{kind}`
pub async fn page(ctx: Ctx, Path(kind): Path<String>) -> PageResult {
    let kind = kind_of(&kind)?;
    Ok(upload_form(&ctx, kind, &FormData::default(), &Again::default()).into_response())
}

/// `GET /desk/import/templates/{kind}.xlsx`
pub async fn template(_ctx: Ctx, Path(file): Path<String>) -> PageResult {
    let kind = kind_of(file.strip_suffix(".xlsx").ok_or(AppError::NotFound)?)?;
    let bytes = blocking(move || template_of(kind)).await?;
    Ok(attachment(bytes, TableFormat::Xlsx.media_type(), &format!("{}模板.xlsx", kind.title())))
}

/// The options of the form, typed; `staged` names the file between preview and confirmation.
fn request_of(ctx: &Ctx, kind: ImportKind, staged: &str, file_name: &str, data: &FormData) -> AppResult<Request> {
    let mut reader = data.reader();
    let received_on = reader.optional_date("received", "收到日期");
    reader.finish()?;
    let request = ctx.app.staged_request(kind, staged, file_name)?;
    let (title, receiver) = (data.get("title").to_owned(), data.get("receiver").to_owned());
    Ok(Request { title, receiver, tier: Tier::from_code(data.get("tier")), received_on, ..request })
}

/// `POST …/preview`
pub async fn preview(ctx: Ctx, data: FormData) -> PageResult {
    let kind = kind_of(data.get("kind"))?;
    let upload = data.file("file").cloned();
    let file_name = upload.as_ref().map(|file| file.name.clone()).unwrap_or_default();
    let bytes = upload.map(|file| file.bytes).unwrap_or_default();
    let staged = ctx.direct(move |app, _| app.stage_upload(&bytes)).await;
    let outcome = match staged.and_then(|staged| Ok((request_of(&ctx, kind, &staged, &file_name, &data)?, staged))) {
        Ok((request, staged)) => ctx.direct(move |app, actor| Ok((app.preview_import(actor, request)?, staged))).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok((report, staged)) => Ok(preview_page(&ctx, kind, &staged, &file_name, &data, &report).into_response()),
        Err(error) => again(error, |problems| upload_form(&ctx, kind, &data, problems)),
    }
}

/// Figures of a report.
pub(super) fn figures(rows: i64, parts: &[(&str, i64, &str)]) -> Markup {
    html! {
        div class="stat-row" {
            (thing::stat("数据行", &rows.to_string(), "", None))
            @for (label, count, of) in parts { (thing::stat(label, &count.to_string(), of, None)) }
        }
    }
}

/// Rows of the table of problems; before the import is confirmed (`done` false) nothing is said to be imported.
pub(crate) fn problem_rows<'p>(
    problems: impl Iterator<Item = &'p ImportProblem>,
    of: Option<ImportState>,
) -> Vec<Vec<Markup>> {
    problems
        .map(|problem| {
            let (tone, planned) = match problem.severity {
                ProblemSeverity::Rejected => (Tone::Bad, "不导入"),
                ProblemSeverity::Flagged => (Tone::Waiting, "照样导入，待核对"),
            };
            vec![
                html! { span class="keep" { @if problem.row > 0 { (problem.row) } @else { "整张表" } } },
                html! { span class=[(problem.column.chars().count() <= 10).then_some("keep")] { (or_slash(&problem.column)) } },
                html! { span class=[(problem.value.chars().count() <= 20).then_some("keep")] { (or_slash(&problem.value)) } },
                html! { (problem.reason) },
                html! { (tag(tone, match (of, problem.severity) {
                    (None, _) => planned,
                    (Some(ImportState::Undone), ProblemSeverity::Flagged) => "已撤销",
                    (Some(_), severity) => severity.title(),
                })) },
            ]
        })
        .collect()
}

/// How the places listed belong to the rows counted: a row may have several, and some are about the table as a whole.
pub(crate) fn counted(flagged: i64, rejected: i64, places: i64) -> Markup {
    html! {
        p class="sub" {
            "共 " (places) " 处，在 " (flagged) " 行待核对的和 " (rejected) " 行未导入的里面；一行可以有几处，“整张表”的几处不算在行数里。"
        }
    }
}

pub(crate) const PROBLEM_COLUMNS: [table::Column; 5] =
    [text("行"), text("栏目"), text("原文"), text("原因"), text("处理")];

pub(crate) fn mapping_table(mapping: &[(String, String)], unknown: &[String]) -> Markup {
    let rows: Vec<Vec<Markup>> =
        mapping.iter().map(|(heading, title)| vec![html! { (heading) }, html! { (title) }]).collect();
    html! {
        (table::table("表头对应", &[text("表里的列"), text("认作")], &rows))
        @if !unknown.is_empty() { p { "没有认出、不导入的列：" (unknown.join("、")) } }
    }
}

fn preview_page(
    ctx: &Ctx,
    kind: ImportKind,
    staged: &str,
    file_name: &str,
    data: &FormData,
    report: &Report,
) -> Markup {
    let taken = report.imported + report.updated;
    let parts = [
        ("新增", report.imported, ""),
        ("更新", report.updated, ""),
        ("没有变化", report.unchanged, "登记库里已有，一字不差"),
        ("不能导入", report.rejected, "原因列在下面"),
        ("待核对的行", report.flagged, "照样导入"),
    ];
    let whole: Vec<(&str, Markup)> = report.whole.iter().map(|(label, value)| (*label, html! { (value) })).collect();
    let lead = if taken > 0 {
        "还没有写入。下面的数字就是确认以后的结果。"
    } else if report.rows > 0 && report.unchanged == report.rows {
        "这张表以前导入过，或者内容与登记库里的完全相同：没有一行要写。"
    } else {
        "没有一行可以写。原因列在下面。"
    };
    let body = html! {
        (title(&format!("预览：{file_name}"), lead))
        @if !whole.is_empty() { (thing::facts(&whole)) }
        (figures(report.rows, &parts))
        @if report.skipped_headers > 0 { p { "重复出现的表头 " (report.skipped_headers) " 行，已跳过。" } }
        form class="form gap-top" method="post" action=(base_of(kind)) {
            (form::hidden(ctx.csrf(), &ctx.once(), 0))
            @for (name, value) in [("kind", kind.code()), ("staged", staged), ("file_name", file_name), ("title", data.get("title")), ("tier", data.get("tier")), ("received", data.get("received")), ("receiver", data.get("receiver"))] {
                input type="hidden" name=(name) value=(value);
            }
            p {
                @if taken > 0 { button class="btn btn--main" type="submit" { "确认导入 " (taken) " 行" } }
                @else { button class="btn" type="submit" { "不写入，只留一次导入记录" } }
                " " a class="btn" href=(format!("/desk/import/new/{}", kind.code())) { "换一个文件" }
            }
        }
        @if !report.problems.is_empty() {
            (section("要看的地方", html! {
                (counted(report.flagged, report.rejected, i64::try_from(report.problems.len()).unwrap_or(i64::MAX)))
                @if report.problems.len() > SHOWN { p class="sub" { "这里列前 " (SHOWN) " 处；导入以后可以全部下载。" } }
                (table::table("要看的地方", &PROBLEM_COLUMNS, &problem_rows(report.problems.iter().take(SHOWN), None)))
            }))
        }
        (section("表头对应", mapping_table(&report.mapping, &report.unknown_columns)))
        @if !report.sample.is_empty() {
            (section("前几行", html! { div class="scroll" tabindex="0" role="region" aria-label="前几行" { table {
                caption class="vh" { "前几行" }
                thead { tr { @for (heading, _) in &report.mapping { th scope="col" { (heading) } } } }
                tbody { @for row in &report.sample { tr { @for cell in row { td { (cell) } } } } }
            } } }))
        }
        (technical_fold(&html! { p class="code note" { "文件 " (report.file_digest) } p class="code note" { "数据行 " (report.row_digest) } }))
    };
    let page = frame(ctx, "预览").crumb(kind.title(), Some(format!("/desk/import/new/{}", kind.code())));
    shell::page(&page.crumb("预览", None), body)
}

/// `POST` of the confirmation.
pub async fn confirm(ctx: Ctx, data: FormData) -> PageResult {
    let kind = kind_of(data.get("kind"))?;
    let outcome = match request_of(&ctx, kind, data.get("staged"), data.get("file_name"), &data) {
        Ok(request) => {
            let request = Request { once: data.once(), ..request };
            ctx.direct(move |app, actor| app.import(actor, request)).await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(report) => {
            let id = report.import_id.ok_or_else(|| AppError::fault("an import without id"))?;
            Ok(Redirect::to(&format!("/desk/import/runs/{id}")).into_response())
        }
        Err(error) => again(error, |problems| upload_form(&ctx, kind, &data, problems)),
    }
}
