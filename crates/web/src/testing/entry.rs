//! All items of one inspection on one page: the tester's results, and results typed from a report made elsewhere.
//! What was typed is kept when something has to be changed; verdicts are shown as the program makes them.

use super::{called, messages, requirement, ruler, sheet::chooser, verdict_tag};
use crate::{
    Ctx, FormData, PageError, PageResult,
    components::{
        form::{Field, error_summary, hidden, refusal},
        or_slash,
        shell::{self, title},
    },
    error::{Again, again},
};
use axum::{
    extract::Path,
    response::{IntoResponse, Redirect},
};
use hengjian_app::{
    AppError, AppResult,
    testing::{
        self as stage, AddedItem, TypedItem, item_field,
        sheet::ItemForm,
        view::{InspectionView, inspection_view},
    },
};
use hengjian_domain::{
    code::Code,
    judgement::NOT_DECLARED,
    refusal::Refusal,
    rules::{CompareMethod, ItemClass},
    testing::{InspectionId, ItemEntry, ItemResult, ItemVerdict},
};
use maud::{Markup, html};

/// Empty rows for further items.
const SPARE_ROWS: i64 = 3;

/// `GET /desk/inspections/{id}/items`
pub async fn page(ctx: Ctx, Path(id): Path<InspectionId>) -> PageResult {
    show(&ctx, id, ItemForm::Tester).await
}
/// `GET /desk/inspections/{id}/typed`
pub async fn typed_page(ctx: Ctx, Path(id): Path<InspectionId>) -> PageResult {
    show(&ctx, id, ItemForm::Typed).await
}

async fn show(ctx: &Ctx, id: InspectionId, form: ItemForm) -> PageResult {
    let view = ctx.view(move |work| inspection_view(work, id)).await?;
    let actor = ctx.actor();
    let open = match form {
        ItemForm::Tester => view.inspection.may_enter(actor),
        ItemForm::Typed => view.inspection.may_type_items(view.items.iter().filter(|item| item.answered()).count()),
    };
    let problems = Again { fields: Vec::new(), refusal: open.err().map(Refusal::from) };
    Ok(draw(ctx, &view, form, &FormData::default(), &problems).into_response())
}

/// Rows as typed: existing ones by their hidden line, then the spare ones that have a name.
fn read_rows(form: &FormData) -> AppResult<(Vec<TypedItem>, Vec<AddedItem>)> {
    let broken = || AppError::field("row", "表格不完整。请重新打开页面再填");
    let mut typed = Vec::new();
    for line in form.all("row") {
        let mut parts = line.split(' ');
        let (seq, id, version) = (parts.next(), parts.next(), parts.next());
        let seq: i64 = seq.and_then(|seq| seq.parse().ok()).ok_or_else(broken)?;
        typed.push(TypedItem {
            id: id.and_then(|id| id.parse().ok()).ok_or_else(broken)?,
            version: version.and_then(|version| version.parse().ok()).ok_or_else(broken)?,
            entry: read_entry(form, seq),
        });
    }
    Ok((typed, read_added(form)))
}

/// The spare rows that were filled in, in order.
pub(super) fn read_added(form: &FormData) -> Vec<AddedItem> {
    let mut added = Vec::new();
    for seq in form.all("new").into_iter().filter_map(|seq| seq.parse::<i64>().ok()) {
        let text = |part: &str| form.get(&item_field(part, seq)).to_owned();
        if text("item").is_empty() {
            continue;
        }
        added.push(AddedItem {
            item: text("item"),
            class: ItemClass::from_code(&text("class")).unwrap_or(ItemClass::None),
            standard: text("standard"),
            method: text("method"),
            unit: text("unit"),
            limit: text("limit"),
            mandatory: form.ticked(&item_field("mandatory", seq)),
            compare: CompareMethod::from_code(&text("compare")).unwrap_or(CompareMethod::FullValue),
            entry: read_entry(form, seq),
        });
    }
    added
}

fn read_entry(form: &FormData, seq: i64) -> ItemEntry {
    let text = |part: &str| form.get(&item_field(part, seq)).to_owned();
    ItemEntry {
        value: text("value"),
        declared_limit: text("declared"),
        not_tested_reason: text("reason"),
        reported_verdict: ItemVerdict::from_code(&text("reported")),
    }
}

/// `POST /desk/inspections/{id}/items`: save, and hand in when asked to.
pub async fn save(ctx: Ctx, Path(id): Path<InspectionId>, form: FormData) -> PageResult {
    let (version, once, hand_in) = (form.version(), form.once(), form.get("act") == "complete");
    let done = match read_rows(&form) {
        Ok((typed, added)) => {
            ctx.act(move |work| {
                work.once(&once, &format!("/desk/inspections/{id}"))?;
                let version = stage::enter_items(work, id, version, typed, added)?;
                if hand_in { stage::complete_items(work, id, version) } else { Ok(()) }
            })
            .await
        }
        Err(error) => Err(error),
    };
    let place = if hand_in { format!("/desk/inspections/{id}") } else { format!("/desk/inspections/{id}/items") };
    answer(&ctx, id, ItemForm::Tester, &form, done, &place).await
}

/// `POST /desk/inspections/{id}/typed`
pub async fn save_typed(ctx: Ctx, Path(id): Path<InspectionId>, form: FormData) -> PageResult {
    let (version, once) = (form.version(), form.once());
    let done = match read_rows(&form) {
        Ok((typed, added)) => {
            ctx.act(move |work| {
                work.once(&once, &format!("/desk/inspections/{id}"))?;
                stage::type_items(work, id, version, typed, added)
            })
            .await
        }
        Err(error) => Err(error),
    };
    let more = form.get("act") == "more";
    let place = if more { format!("/desk/inspections/{id}/typed") } else { format!("/desk/inspections/{id}") };
    answer(&ctx, id, ItemForm::Typed, &form, done, &place).await
}

async fn answer(
    ctx: &Ctx,
    id: InspectionId,
    which: ItemForm,
    form: &FormData,
    done: AppResult<()>,
    place: &str,
) -> PageResult {
    match done {
        Ok(()) => Ok(Redirect::to(place).into_response()),
        Err(error) => {
            let view = ctx.view(move |work| inspection_view(work, id)).await.map_err(PageError::from)?;
            again(error, |problems| draw(ctx, &view, which, form, problems))
        }
    }
}

/// The page again with what is wrong with a table that was to be read.
pub(super) async fn again_with(ctx: &Ctx, id: InspectionId, which: ItemForm, error: AppError) -> PageResult {
    answer(ctx, id, which, &FormData::default(), Err(error), "").await
}

fn draw(ctx: &Ctx, view: &InspectionView, which: ItemForm, form: &FormData, problems: &Again) -> Markup {
    let one = &view.inspection;
    let sample = view.sample.as_ref().map(|sample| sample.number.as_str());
    let base = format!("/desk/inspections/{}", one.id);
    let (heading, action) = match which {
        ItemForm::Tester => ("录入检验结果", format!("{base}/items")),
        ItemForm::Typed => ("补录项目结果", format!("{base}/typed")),
    };
    let spare = which == ItemForm::Typed || one.rules_id.is_none();
    let next = view.items.iter().map(|item| item.seq).max().unwrap_or(0) + 1;
    let body = html! {
        (title(heading, &format!("{}　{}　{}", called(one, sample), one.product_name, or_slash(&one.model))))
        (error_summary(&messages(problems)))
        @if let Some(refused) = &problems.refusal { (refusal(refused)) }
        p class="sub" { "实测值照原样填写，不修约，可以写 0.35、<0.01、15.5(−)、未检出、符合。产品明示值与标准不同时填写明示值；产品没有提到这一项时写“" (NOT_DECLARED) "”。" }
        (chooser(ctx, one.id, which, problems))
        form method="post" action=(action) {
            (hidden(ctx.csrf(), &ctx.once(), one.version))
            @if !view.items.is_empty() { section class="sec" { h2 { "逐项填写" } (rows(&view.items, which, form, problems)) } }
            @if spare {
                section class="sec" { h2 { "另加项目" } p class="sub" { "不需要的留空。" } }
                @for seq in next..next + SPARE_ROWS { (spare_row(seq, which == ItemForm::Typed, form, problems)) }
            }
            p class="bar-row" {
                @match which {
                    ItemForm::Tester => {
                        button class="btn" type="submit" name="act" value="save" { "保存" }
                        button class="btn btn--main" type="submit" name="act" value="complete" { "保存并提交审核" }
                    },
                    ItemForm::Typed => {
                        button class="btn" type="submit" name="act" value="more" { "保存并继续添加" }
                        button class="btn btn--main" type="submit" name="act" value="save" { "保存" }
                    },
                }
                a href=(base) { "返回" }
            }
        }
    };
    let page = ctx.page(heading).at("/desk/inspections").crumb("检验", Some("/desk/inspections".into()));
    shell::page(&page.crumb(called(one, sample), Some(base.clone())).crumb(heading, None), body)
}

/// What stands in a field: as typed when the form comes back, otherwise as on file.
fn kept<'a>(form: &'a FormData, name: &str, on_file: &'a str) -> &'a str {
    if form.get("version").is_empty() { on_file } else { form.get(name) }
}

/// One row for each item: what is asked beside what is typed. On a narrow screen the rows are stacked and the labels shown.
fn rows(items: &[ItemResult], which: ItemForm, form: &FormData, problems: &Again) -> Markup {
    let judged = items.iter().any(|item| item.value_text.is_some());
    let last = if which == ItemForm::Typed { "报告所印判定" } else { "未检理由" };
    html! {
        div class="scroll rowform" {
            table class="stack" {
                caption class="vh" { "检验项目" }
                thead { tr {
                    th scope="col" { "项目" } th scope="col" { "实测值" } th scope="col" { "产品明示值" } th scope="col" { (last) }
                    @if judged { th scope="col" { "已保存的判定" } }
                } }
                tbody { @for item in items { (row(item, which, judged, form, problems)) } }
            }
        }
    }
}

fn row(item: &ItemResult, which: ItemForm, judged: bool, form: &FormData, problems: &Again) -> Markup {
    let on_file = item.reported_verdict.map_or("", Code::code);
    let field = |part: &str, label: &str, standing: &str, unit: &str| {
        let name = item_field(part, item.seq);
        let value = kept(form, &name, standing).to_owned();
        let error = problems.of(&name);
        Field::text(name.as_str(), label).of(item.item.as_str()).unit(unit).value(value).error(error).render()
    };
    html! {
        tr {
            th scope="row" {
                input type="hidden" name="row" value=(format!("{} {} {}", item.seq, item.id, item.version));
                span class="name" { (item.seq) "　" (item.item) } "　" span class="sub" { (item.class.title()) }
                span class="rowform__asked" { "要求 " b { (requirement(item)) } "　" (item.compare.title()) }
                span class="rowform__asked" { "依据 " (or_slash(&item.standard)) "　方法 " (or_slash(&item.method)) }
            }
            td { (field("value", "实测值", item.value_text.as_deref().unwrap_or_default(), &item.unit)) }
            td { (field("declared", "产品明示值", item.declared_limit.as_deref().unwrap_or_default(), "")) }
            td {
                @if which == ItemForm::Typed {
                    @let name = item_field("reported", item.seq);
                    (Field::select(name.as_str(), "报告所印判定", verdicts()).of(item.item.as_str()).any("没有印").value(kept(form, &name, on_file)).render())
                } @else { (field("reason", "未检理由", &item.not_tested_reason, "")) }
            }
            @if judged { td {
                @if item.value_text.is_some() {
                    (verdict_tag(item.final_verdict())) "　" span class="sub" { (item.verdict_reason) }
                    div class="weigh-box gap-top" { (ruler(item)) }
                }
            } }
        }
    }
}

fn verdicts() -> Vec<(String, String)> {
    [ItemVerdict::Pass, ItemVerdict::Fail]
        .into_iter()
        .map(|verdict| (verdict.code().to_owned(), verdict.title().to_owned()))
        .collect()
}

/// A row for an item that the rule does not have.
pub(super) fn spare_row(seq: i64, typed: bool, form: &FormData, problems: &Again) -> Markup {
    let field = |part: &str, label: &str| {
        let name = item_field(part, seq);
        Field::text(name.as_str(), label).value(form.get(&name)).error(problems.of(&name)).width("c4")
    };
    let class = item_field("class", seq);
    let reported = item_field("reported", seq);
    let mandatory = item_field("mandatory", seq);
    html! {
        fieldset class="sec" {
            legend class="t4" { "第 " (seq) " 项" }
            input type="hidden" name="new" value=(seq);
            div class="fields" {
                (field("item", "项目名称").render())
                (field("limit", "限值").help("例如 ≥97.0、≤0.5、不得检出、符合。没有限值的留空，不作判定").render())
                (field("value", "实测值").render())
                (field("unit", "单位").render())
                (field("standard", "判定依据").render())
                (field("method", "检验方法").render())
                (Field::choice::<ItemClass>(class.as_str(), "重要程度").any("未分级").value(form.get(&class)).width("c4").render())
                @if typed { (Field::select(reported.as_str(), "报告所印判定", verdicts()).any("没有印").value(form.get(&reported)).width("c4").render()) }
                (Field::checkbox(mandatory.as_str(), "限值是强制性要求").ticked(form.ticked(&mandatory)).width("c4").render())
            }
        }
    }
}
