//! Product categories: list by table version, the page of one, the form.

use super::{FormPage, id, page, tick};
use crate::{
    Ctx, FormData, PageResult,
    components::{
        Tone, clock,
        form::Field,
        shell::{self, section, title},
        table::{self, empty, text},
        tag,
        thing::{Act, acts, facts, split, timeline},
    },
    error::{Again, again},
    todo::timeline_lines,
};
use axum::{
    extract::{Path, Query},
    response::{IntoResponse, Redirect},
};
use hengjian_app::{AppResult, registers::products};
use hengjian_domain::{
    policy::Action,
    product::{CategoryEntry, ProductCategory, ProductCategoryId},
};
use maud::{Markup, html};
use serde::Deserialize;
use std::collections::BTreeSet;

const LIST: &str = "/desk/registers/products";

/// Filter of the list.
#[derive(Debug, Default, Deserialize)]
pub struct Filter {
    #[serde(default)]
    table: String,
    #[serde(default)]
    all: String,
}

fn flags(row: &ProductCategory) -> String {
    let marks = [(row.licensed, "生产许可"), (row.ccc, "强制认证"), (row.mandatory_standard, "强制性标准")];
    let words: Vec<&str> = marks.iter().filter(|(on, _)| *on).map(|(_, word)| *word).collect();
    if words.is_empty() { "/".to_owned() } else { words.join("、") }
}

const fn level(level: i64) -> &'static str {
    match level {
        1 => "大类",
        2 => "中类",
        _ => "小类",
    }
}

/// `GET /desk/registers/products`
pub async fn list_page(ctx: Ctx, Query(filter): Query<Filter>) -> PageResult {
    let rows = ctx
        .view(|work| {
            let org = work.actor().org_id;
            Ok(work.tx.categories(org)?)
        })
        .await?;
    let today = ctx.now().date();
    let tables: BTreeSet<&str> = rows.iter().map(|row| row.table_version.as_str()).collect();
    let mut choice = vec![(String::new(), "全部".to_owned())];
    choice.extend(tables.iter().map(|table| ((*table).to_owned(), (*table).to_owned())));
    let shown: Vec<&ProductCategory> = rows
        .iter()
        .filter(|row| filter.table.is_empty() || row.table_version == filter.table)
        .filter(|row| !filter.all.is_empty() || row.in_force(today))
        .collect();
    let name_of = |id: ProductCategoryId| rows.iter().find(|row| row.id == id).map(|row| row.name.clone());
    let cells: Vec<Vec<Markup>> = shown
        .iter()
        .map(|row| {
            vec![
                html! { a class="name" href=(format!("{LIST}/{}", row.id)) { (row.name) } },
                html! { span class="code" { (row.code) } },
                html! { (level(row.level)) @if let Some(above) = row.parent_id.and_then(name_of) { "，属" (above) } },
                html! { (flags(row)) },
                html! { (row.table_version) },
                if row.in_force(today) { tag(Tone::Done, "在用") } else { tag(Tone::Absent, "停用") },
            ]
        })
        .collect();
    let body = html! {
        (title("产品分类", "正式代码只从代码表来。代码表没有到之前只用名称，编 TMP- 暂用代码。"))
        (table::filter(LIST, html! {
            (Field::select("table", "代码表", choice).value(filter.table.as_str()).render())
            (Field::checkbox("all", "连同停用的").ticked(!filter.all.is_empty()).render())
        }))
        (table::bar(i64::try_from(shown.len()).unwrap_or(0), html! { @if ctx.may(Action::RegisterEdit) { a class="btn btn--main" href=(format!("{LIST}/new")) { "登记产品分类" } } }))
        @if shown.is_empty() { (empty("没有产品分类。由计划编制人登记或导入代码表", None)) }
        @else { (table::table("产品分类", &[text("名称"), text("代码"), text("层级"), text("监管类别"), text("代码表"), text("状态")], &cells)) }
    };
    Ok(shell::page(&page(&ctx, "产品分类", &[]), body).into_response())
}

/// `GET /desk/registers/products/{id}`
pub async fn thing_page(ctx: Ctx, Path(path): Path<String>) -> PageResult {
    let category: ProductCategoryId = id(&path)?;
    let (row, above, below, enterprises, course) = ctx
        .view(move |work| {
            let row: ProductCategory = work.load(category)?;
            let above = products::names_above(work, &row)?;
            let mut below = work.tx.categories(row.org_id)?;
            below.retain(|other| other.parent_id == Some(row.id));
            let enterprises = products::enterprises_with(work, row.id)?;
            Ok((row, above, below, enterprises, work.timeline(category)?))
        })
        .await?;
    let mut open = Vec::new();
    if ctx.may(Action::RegisterEdit) {
        let words = if row.is_temporary() { "修改，或换用正式代码" } else { "修改" };
        open.push(Act::link(words, &format!("{LIST}/{}/change", row.id), true));
        if row.level < 3 {
            open.push(Act::link("登记下级分类", &format!("{LIST}/new?parent={}", row.id), false));
        }
    }
    let today = ctx.now().date();
    let body = html! {
        (title(&row.name, &format!("{}　{}", level(row.level), row.code)))
        (split(acts(&open), html! {
            (section("登记事项", facts(&[
                ("代码", html! { span class="code" { (row.code) } @if row.is_temporary() { "（暂用）" } }),
                ("代码表", html! { (row.table_version) }),
                ("上级", html! { @if above.is_empty() { "/" } @for (id, name) in &above { a href=(format!("{LIST}/{id}")) { (name) } " " } }),
                ("监管类别", html! { (flags(&row)) }),
                ("启用", clock::iso(row.valid_from_on)),
                ("停用", clock::iso(row.valid_until_on)),
                ("状态", if row.in_force(today) { tag(Tone::Done, "在用") } else { tag(Tone::Absent, "停用") }),
                ("登记此产品的市场主体", html! { (table::count_words(enterprises)) }),
            ])))
            @if !below.is_empty() { (section("下级分类", html! { ul { @for other in &below { li { a href=(format!("{LIST}/{}", other.id)) { (other.name) } "　" span class="code" { (other.code) } } } } })) }
            (timeline(&timeline_lines(course)))
        }))
    };
    Ok(shell::page(&page(&ctx, &row.name, &[("产品分类", LIST.into())]), body).into_response())
}

fn read(form: &FormData) -> AppResult<CategoryEntry> {
    let mut reader = form.reader();
    let entry = CategoryEntry {
        code: form.get("code").to_owned(),
        name: form.get("name").to_owned(),
        licensed: form.ticked("licensed"),
        ccc: form.ticked("ccc"),
        mandatory_standard: form.ticked("mandatory_standard"),
        table_version: form.get("table_version").to_owned(),
        valid_from_on: reader.optional_date("valid_from_on", "启用日"),
        valid_until_on: reader.optional_date("valid_until_on", "停用日"),
    };
    reader.finish()?;
    Ok(entry)
}

fn fields(form: &FormData, problems: &Again) -> Markup {
    let field = |name: &'static str, label: &'static str| {
        Field::text(name, label).value(form.get(name)).error(problems.of(name))
    };
    let day = |name: &'static str, label: &'static str| {
        Field::date(name, label).width("c6").value(form.get(name)).error(problems.of(name)).render()
    };
    html! {
        input type="hidden" name="parent" value=(form.get("parent"));
        div class="fields" {
            (field("name", "名称").required().render())
            (field("code", "正式代码").width("c6").help("没有正式代码表的留空，由登记库编暂用代码").render())
            (field("table_version", "代码表").width("c6").help("例如 2021 年版；填了代码时必填").render())
            (day("valid_from_on", "启用日"))
            (day("valid_until_on", "停用日"))
            (Field::checkbox("licensed", "实行生产许可").width("c4").ticked(form.ticked("licensed")).render())
            (Field::checkbox("ccc", "实行强制性认证").width("c4").ticked(form.ticked("ccc")).render())
            (Field::checkbox("mandatory_standard", "有强制性标准").width("c4").ticked(form.ticked("mandatory_standard")).render())
        }
    }
}

fn new_form(ctx: &Ctx, form: &FormData, problems: &Again) -> Markup {
    let frame = FormPage {
        page: page(ctx, "登记产品分类", &[("产品分类", LIST.into())]),
        title: "登记产品分类",
        lead: if form.get("parent").is_empty() {
            "不选上级的是大类。"
        } else {
            "登记在所选分类之下。"
        },
        action: format!("{LIST}/new"),
        version: 0,
        button: "登记",
        back: LIST.into(),
    };
    frame.render(ctx, problems, fields(form, problems))
}

/// Above which the new one stands.
#[derive(Debug, Default, Deserialize)]
pub struct Above {
    #[serde(default)]
    parent: String,
}

/// `GET /desk/registers/products/new`
pub async fn new_page(ctx: Ctx, Query(above): Query<Above>) -> Markup {
    new_form(&ctx, &FormData::of([("parent", above.parent)]), &Again::default())
}

/// `POST /desk/registers/products/new`
pub async fn create(ctx: Ctx, form: FormData) -> PageResult {
    let made = match read(&form) {
        Ok(entry) => {
            let (parent, once) = (super::chosen(&form, "parent"), form.once());
            ctx.act(move |work| products::enter(work, parent, entry, &once)).await
        }
        Err(error) => Err(error),
    };
    match made {
        Ok(id) => Ok(Redirect::to(&format!("{LIST}/{id}")).into_response()),
        Err(error) => again(error, |problems| new_form(&ctx, &form, problems)),
    }
}

fn change_form(ctx: &Ctx, row: &ProductCategory, form: &FormData, problems: &Again) -> Markup {
    let back = format!("{LIST}/{}", row.id);
    let frame = FormPage {
        page: page(ctx, "修改产品分类", &[("产品分类", LIST.into()), (&row.name, back.clone())]),
        title: "修改产品分类",
        lead: if row.is_temporary() {
            "填上正式代码和代码表，就换用正式代码；已登记的计划和产品不受影响。"
        } else {
            "正式代码不改；新一版代码另行登记。"
        },
        action: format!("{back}/change"),
        version: row.version,
        button: "保存",
        back,
    };
    frame.render(ctx, problems, fields(form, problems))
}

/// `GET /desk/registers/products/{id}/change`
pub async fn change_page(ctx: Ctx, Path(path): Path<String>) -> PageResult {
    let category: ProductCategoryId = id(&path)?;
    let row = ctx.view(move |work| work.load::<ProductCategory>(category)).await?;
    let official = |text: &str| if row.is_temporary() { String::new() } else { text.to_owned() };
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let form = FormData::of([
        ("name", row.name.clone()),
        ("code", official(&row.code)),
        ("table_version", official(&row.table_version)),
        ("valid_from_on", day(row.valid_from_on)),
        ("valid_until_on", day(row.valid_until_on)),
        ("licensed", tick(row.licensed)),
        ("ccc", tick(row.ccc)),
        ("mandatory_standard", tick(row.mandatory_standard)),
    ]);
    Ok(change_form(&ctx, &row, &form, &Again::default()).into_response())
}

/// `POST /desk/registers/products/{id}/change`
pub async fn change(ctx: Ctx, Path(path): Path<String>, form: FormData) -> PageResult {
    let category: ProductCategoryId = id(&path)?;
    let done = match read(&form) {
        Ok(entry) => {
            let version = form.version();
            ctx.act(move |work| products::change(work, category, version, entry)).await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("{LIST}/{category}")).into_response()),
        Err(error) => {
            let mut row = ctx.view(move |work| work.load::<ProductCategory>(category)).await?;
            row.version = form.version();
            again(error, |problems| change_form(&ctx, &row, &form, problems))
        }
    }
}
