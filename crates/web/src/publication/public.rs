//! Results for everybody: search, announcements with their tables as pages and files, one batch with its corrections.
//! Shows released entries only; never says how many are not released.

use super::conclusion_tag;
use crate::{
    PageError, PageResult,
    components::{
        Tone, or_slash,
        shell::{self, section, title},
        table::{self, count_words, empty, number, text},
        tag,
        thing::facts,
    },
    context::PublicCtx,
    paging::Address,
};
use axum::{
    extract::{Path, Query},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use hengjian_app::{
    AppError,
    publication::{self, PublicFilter},
    table::{TableFormat, table_file},
};
use hengjian_domain::{
    code::Code,
    publication::{Publication, PublicationEntry, PublicationState},
    testing::InspectionConclusion,
};
use maud::{Markup, html};
use serde::{Deserialize, Serialize};

/// Sentence below every table of results (regulations §7.1, §8).
const NOTE: &str = "结果只对所抽的这一批样品负责。未发现不合格，不等于推荐。";

/// Filter of the search.
#[derive(Debug, Default, Deserialize)]
pub struct Search {
    #[serde(default)]
    q: String,
    #[serde(default)]
    conclusion: String,
    #[serde(default)]
    page: String,
}

fn entry_rows(entries: &[PublicationEntry]) -> Vec<Vec<Markup>> {
    let row = |entry: &PublicationEntry| {
        vec![
            html! {
                a href=(format!("/results/{}", entry.public_code)) { (entry.product_name) }
                br; span class="sub" { (or_slash(&entry.model)) "　" (or_slash(&entry.trademark)) }
            },
            html! { (or_slash(&entry.producer_name)) },
            html! { (or_slash(&entry.sampled_name)) },
            html! { (or_slash(&entry.batch_text)) },
            html! { (conclusion_tag(entry.conclusion)) @if !entry.failed_items.is_empty() { br; span class="sub" { (entry.failed_items) } } },
            html! { (or_slash(&entry.remark)) },
        ]
    };
    entries.iter().map(row).collect()
}

const COLUMNS: [table::Column; 6] = [
    text("产品、型号、商标"),
    text("标称生产者"),
    text("被抽样单位"),
    text("日期或批号"),
    text("抽查结果"),
    text("备注"),
];

/// `GET /`
pub async fn search_page(ctx: PublicCtx, Query(search): Query<Search>) -> PageResult {
    let only = InspectionConclusion::from_code(&search.conclusion).map_or("", Code::code);
    let address = Address::new("/").with("q", search.q.trim()).with("conclusion", only);
    let request = address.request(&search.page)?;
    let filter = PublicFilter { text: search.q.trim().to_owned(), conclusion: only.to_owned() };
    let page = request.clone();
    let (count, mut entries) = ctx.view(move |view| publication::search(view, &filter, &page)).await?;
    let next = address.next(&mut entries, &request, |entry| {
        (entry.published_at_us.map_or(0, |at| at.0).to_string(), entry.id.to_string())
    });
    let asked = search.q.trim();
    let failed = InspectionConclusion::Nonconforming.code();
    let narrow = Address::new("/").with("q", asked).with("conclusion", if only == failed { "" } else { failed });
    let body = html! {
        (title("查抽查结果", "查本县组织的产品质量监督抽查。上级组织的抽查，请到上级市场监管部门的网站查。"))
        form class="big-find" role="search" method="get" action="/" {
            label class="vh" for="q" { "产品、品牌、企业、批号或乡镇" }
            input class="input" id="q" name="q" type="search" value=(asked) maxlength="200" autocomplete="off";
            button class="btn btn--main" type="submit" { "查询" }
        }
        p class="hint" { "可以写产品、品牌、企业、批号或者乡镇，写几个字就行。" }
        div class="bar-row" {
            p { b { (count_words(count).replace('条', "批")) } @if !asked.is_empty() { "　“" (asked) "”" } }
            p class="end" { a href=(narrow.first()) { @if only == failed { "全部结果" } @else { "只看不合格" } } }
        }
        @if entries.is_empty() {
            @if address.is_plain() { (empty("还没有公布抽查结果", Some(("/about", "怎样公布、多久公布")))) }
            @else { (empty("没有符合条件的批次。可以少写几个字，或者去掉条件", Some(("/", "看全部结果")))) }
        } @else { (table::table("查询结果", &COLUMNS, &entry_rows(&entries))) }
        p class="note" { (NOTE) }
        (table::pager(&address.first(), next.as_deref(), search.page.is_empty()))
    };
    Ok(shell::page(&ctx.page("查抽查结果").at("/"), body).into_response())
}

/// Page token of a plain list.
#[derive(Debug, Default, Deserialize)]
pub struct Turn {
    #[serde(default)]
    page: String,
}

/// `GET /announcements`
pub async fn announcements_page(ctx: PublicCtx, Query(turn): Query<Turn>) -> PageResult {
    let address = Address::new("/announcements");
    let request = address.request(&turn.page)?;
    let page = request.clone();
    let mut rows = ctx.view(move |view| publication::announcements(view, &page)).await?;
    let next = address
        .next(&mut rows, &request, |row| (row.published_at_us.map_or(0, |at| at.0).to_string(), row.id.to_string()));
    let cells: Vec<Vec<Markup>> = rows
        .iter()
        .map(|row| {
            let withdrawn = row.state == PublicationState::Withdrawn;
            vec![
                html! { a href=(format!("/announcements/{}", row.public_code)) { (row.title) } @if withdrawn { "　" (tag(Tone::Bad, "已撤下")) } },
                html! { (or_slash(row.document_number.as_deref().unwrap_or_default())) },
                html! { (or_slash(&row.period)) },
                html! { (row.published_at_us.map_or_else(|| "/".to_owned(), |at| at.date().to_string())) },
            ]
        })
        .collect();
    let body = html! {
        (title("抽查结果公布", "新的在前。每份公布都可以下载表格。"))
        @if cells.is_empty() { (empty("还没有公布抽查结果", Some(("/about", "怎样公布、多久公布")))) }
        @else { (table::table("公布", &[text("标题"), text("文号"), text("期间"), number("发布日期")], &cells)) }
        (table::pager(&address.first(), next.as_deref(), turn.page.is_empty()))
    };
    Ok(shell::page(&ctx.page("抽查结果公布").at("/announcements"), body).into_response())
}

fn no_index(mut response: Response) -> Response {
    response.headers_mut().insert("x-robots-tag", HeaderValue::from_static("noindex"));
    response
}

/// `GET /announcements/{code}`
pub async fn announcement_page(ctx: PublicCtx, Path(code): Path<String>) -> PageResult {
    let shown = ctx.view(move |view| publication::announcement(view, &code)).await?;
    let publication = &shown.publication;
    let failed = shown.entries.iter().filter(|entry| entry.conclusion == InspectionConclusion::Nonconforming).count();
    let day = publication.published_at_us.map_or_else(String::new, |at| at.date().to_string());
    let number = publication.document_number.as_deref().map_or_else(String::new, |number| format!("{number}　"));
    let lead = format!("{number}{day} 公布");
    let base = format!("/announcements/{}", publication.public_code);
    let withdrawn = publication.state == PublicationState::Withdrawn;
    let body = html! {
        (title(&publication.title, &lead))
        @if withdrawn {
            section class="refusal" role="status" { h2 { "这份公布已经撤下" } dl class="facts" { dt { "理由" } dd { (publication.reason) } } }
        } @else {
            div class="prose" { @for paragraph in publication.body.split("\n\n").filter(|text| !text.trim().is_empty()) { p { (paragraph) } } }
            div class="bar-row" {
                p { b { (shown.entries.len()) " 批" } "，其中不合格 " (failed) " 批" }
                p class="end no-print" { a href=(format!("{base}/results.csv")) { "下载 CSV" } "　" a href=(format!("{base}/results.xlsx")) { "下载 XLSX" } "　" a href=(format!("{base}/results.json")) { "JSON" } }
            }
            (table::table("抽查结果", &COLUMNS, &entry_rows(&shown.entries)))
            p class="note" { (NOTE) }
            @if !shown.corrected.is_empty() {
                (section("更正", html! { ul { @for entry in &shown.corrected { li {
                    "第 " (entry.seq) " 条　" (entry.product_name) "　"
                    a href=(format!("/results/{}", entry.public_code)) { "看更正前的内容和更正的经过" }
                } } } }))
            }
        }
    };
    let page = ctx.page(publication.title.as_str()).at("/announcements");
    let page = page.crumb("公布", Some("/announcements".into())).crumb(publication.title.as_str(), None);
    let response = shell::page(&page, body).into_response();
    Ok(if withdrawn { no_index(response) } else { response })
}

/// The JSON shape promised to outsiders.
#[derive(Debug, Serialize)]
struct Table {
    title: String,
    document_number: Option<String>,
    period: String,
    published_at: Option<String>,
    columns: [&'static str; 15],
    rows: Vec<[String; 15]>,
    note: &'static str,
}

/// `GET /announcements/{code}/results.csv`, `.xlsx`, `.json`
pub async fn download(ctx: PublicCtx, Path((code, file)): Path<(String, String)>) -> PageResult {
    let ending = file.strip_prefix("results.").ok_or(AppError::NotFound)?.to_owned();
    let shown = ctx.view(move |view| publication::announcement(view, &code)).await?;
    let Publication { title, document_number, period, published_at_us, .. } = shown.publication;
    let rows: Vec<[String; 15]> = shown.entries.iter().map(PublicationEntry::cells).collect();
    if ending == "json" {
        let published_at = published_at_us.map(|at| at.rfc3339());
        let table = Table {
            title,
            document_number,
            period,
            published_at,
            columns: PublicationEntry::COLUMNS,
            rows,
            note: NOTE,
        };
        let bytes = serde_json::to_vec(&table).map_err(|error| AppError::fault(error.to_string()))?;
        return Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], bytes).into_response());
    }
    let format = TableFormat::from_ending(&ending).ok_or(AppError::NotFound)?;
    let bytes = table_file(format, "抽查结果", &PublicationEntry::COLUMNS, rows)?;
    Ok(attachment(bytes, format.media_type(), &file))
}

/// A file to be saved by the browser. `name` is ours: plain letters, digits and points.
fn attachment(bytes: Vec<u8>, media_type: &'static str, name: &str) -> Response {
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""))
        .unwrap_or_else(|_| HeaderValue::from_static("attachment"));
    ([(header::CONTENT_TYPE, HeaderValue::from_static(media_type)), (header::CONTENT_DISPOSITION, disposition)], bytes)
        .into_response()
}

/// `GET /results/{code}`
pub async fn result_page(ctx: PublicCtx, Path(code): Path<String>) -> Result<Response, PageError> {
    let shown = ctx.view(move |view| publication::entry(view, &code)).await?;
    let entry = &shown.entry;
    let day = entry.published_at_us.map_or_else(String::new, |at| at.date().to_string());
    let heading = hengjian_domain::product::called(&entry.product_name, &entry.model);
    let announcement = format!("/announcements/{}", shown.publication.public_code);
    use hengjian_domain::publication::{EntryState, PublicationState};
    let body = html! {
        (title(&heading, &format!("{day} 公布")))
        @match entry.state {
            _ if shown.publication.state == PublicationState::Withdrawn => {
                p class="verdict" { (tag(Tone::Bad, "已撤下")) "　" (shown.publication.reason) }
            }
            EntryState::Corrected => p class="verdict" { (tag(Tone::Bad, "这是更正前的内容")) },
            EntryState::Withdrawn => p class="verdict" { (tag(Tone::Bad, "已撤下")) "　" (entry.correction_reason) },
            _ => p class="verdict" { (conclusion_tag(entry.conclusion)) },
        }
        // What was withdrawn says of nobody any more that the product failed.
        @if entry.state == EntryState::Withdrawn || shown.publication.state == PublicationState::Withdrawn {
            (facts(&[("公布", html! { a href=(announcement) { (shown.publication.title) } })]))
        } @else { (facts(&[
            ("不合格项目", html! { (or_slash(&entry.failed_items)) }),
            ("标称生产者", html! { (or_slash(&entry.producer_name)) }),
            ("生产者地址", html! { (or_slash(&entry.producer_address)) }),
            ("被抽样单位", html! { (or_slash(&entry.sampled_name)) }),
            ("单位地址", html! { (or_slash(&entry.sampled_address)) }),
            ("商标", html! { (or_slash(&entry.trademark)) }),
            ("规格型号", html! { (or_slash(&entry.model)) }),
            ("生产日期/批号", html! { (or_slash(&entry.batch_text)) }),
            ("产品种类", html! { (or_slash(&entry.category)) }),
            ("承检机构", html! { (or_slash(&entry.laboratory_name)) }),
            ("备注", html! { (or_slash(&entry.remark)) }),
            ("公布", html! { a href=(announcement) { (shown.publication.title) } }),
        ])) }
        @if !shown.other_versions.is_empty() {
            (section("更正的经过", html! { ol { @for other in &shown.other_versions { li {
                a href=(format!("/results/{}", other.public_code)) { (other.published_at_us.map_or_else(String::new, |at| at.date().to_string())) " 的内容" }
                @if !other.correction_reason.is_empty() { "　更正理由：" (other.correction_reason) }
            } }
            @if !entry.correction_reason.is_empty() && entry.state == EntryState::Live { li { "本页内容的更正理由：" (entry.correction_reason) } } } }))
        }
        p class="note" { (NOTE) }
    };
    let page = ctx.page(heading.as_str()).at("/").crumb("抽查结果", Some("/".into())).crumb(heading.as_str(), None);
    let response = shell::page(&page, body).into_response();
    Ok(if entry.state == EntryState::Live { response } else { no_index(response) })
}

/// `GET /about`
pub async fn about_page(ctx: PublicCtx) -> Markup {
    let body = html! {
        (title("怎样抽、怎样公布", "给看结果的人。"))
        (section("谁在抽、抽什么", html! { div class="prose" {
            p { "县市场监督管理局每年制定监督抽查计划，随机抽取被抽样单位、随机选派抽样人员，检验样品由有资质的机构检验。" }
            p { "检验样品是买来的，备用样品先由企业无偿提供。抽查不向企业收检验费。" }
        } }))
        (section("什么时候公布", html! { div class="prose" {
            p { "企业收到结果后有 15 日可以提出书面异议。全部收件人的异议期满、异议办结之后，结果才最终确定，自确定之日起 20 个工作日内公布。" }
            p { "公布之后发现有误的，在同一处更正，原来的内容保留并注明理由。" }
        } }))
        (section("怎样看结果", html! { div class="prose" {
            p { (NOTE) }
            p { "“所检项目未发现不合格”只说明检验的那些项目没有发现问题。" }
            p { "上级组织的抽查由上级公布，这里没有。" }
        } }))
        (section("开放数据", html! { div class="prose" { p { "每份公布都有 CSV、XLSX 和 JSON 三种文件，列名和顺序固定，可以自由使用，请注明出处。" } } }))
    };
    shell::page(&ctx.page("说明").at("/about"), body)
}
