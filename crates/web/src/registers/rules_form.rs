//! Forms of a rule: its head, and one item.

use super::{FormPage, chosen, id, page, tick};
use crate::{
    Ctx, FormData, PageResult,
    components::form::Field,
    error::{Again, again},
};
use axum::{
    extract::Path,
    response::{IntoResponse, Redirect},
};
use hengjian_app::{
    AppResult, Work,
    registers::rules::{self, ItemEntry, RulesEntry},
};
use hengjian_domain::{
    code::Code,
    rules::{CompareMethod, ItemClass, RulesId, RulesItem, RulesItemId, SpotCheckRules},
};
use maud::{Markup, html};

const LIST: &str = "/desk/registers/rules";

fn read(form: &FormData) -> RulesEntry {
    let text = |field: &str| form.get(field).to_owned();
    let optional = |field: &str| Some(text(field)).filter(|value| !value.is_empty());
    RulesEntry {
        code: text("code"),
        edition: text("edition"),
        title: text("title"),
        product: text("product"),
        category_id: chosen(form, "category_id"),
        issued_by: text("issued_by"),
        sampling_place: text("sampling_place"),
        sampling_method: text("sampling_method"),
        minimum_stock: optional("minimum_stock"),
        test_quantity: optional("test_quantity"),
        backup_quantity: optional("backup_quantity"),
        unit: text("unit"),
        quantity_text: text("quantity_text"),
        sealing: text("sealing"),
        judging_rule: text("judging_rule"),
        source: text("source"),
    }
}

fn fields(form: &FormData, problems: &Again, categories: &[(String, String)]) -> Markup {
    let field = |name: &'static str, label: &'static str| {
        Field::text(name, label).value(form.get(name)).error(problems.of(name))
    };
    let area = |name: &'static str, label: &'static str| {
        Field::area(name, label).value(form.get(name)).error(problems.of(name))
    };
    html! { div class="fields" {
        (field("title", "名称").required().render())
        (field("code", "细则编号").required().width("c6").render())
        (field("edition", "版本").required().width("c6").help("例如 2021 年版").render())
        (field("product", "产品").required().width("c6").help("按细则原文").render())
        (Field::select("category_id", "产品分类", categories.to_vec()).width("c6").value(form.get("category_id")).error(problems.of("category_id")).render())
        (field("issued_by", "制定单位").required().width("c6").render())
        (field("source", "来源").width("c6").help("文件名或网址").render())
        (area("sampling_place", "抽样地点").render())
        (area("sampling_method", "抽样方法").help("怎样从待销产品里随机抽取").render())
        (field("minimum_stock", "最少抽样基数").width("c3").help("待销数量少于它的不抽").render())
        (field("test_quantity", "检验样品数量").width("c3").render())
        (field("backup_quantity", "备用样品数量").width("c3").render())
        (field("unit", "单位").width("c3").help("卷、袋、kg").render())
        (area("quantity_text", "数量原文").help("数量不是单个数字时（例如分规格）照抄").render())
        (area("sealing", "封样、储存和运输").render())
        (area("judging_rule", "判定规则").help("照抄原文").render())
    } }
}

fn categories(work: &mut Work<'_>) -> AppResult<Vec<(String, String)>> {
    let (org, today) = (work.actor().org_id, work.today());
    let mut found = vec![(String::new(), "不对应".to_owned())];
    for category in work.tx.categories(org)?.into_iter().filter(|category| category.in_force(today)) {
        found.push((category.id.to_string(), format!("{}（{}）", category.name, category.code)));
    }
    Ok(found)
}

fn new_form(ctx: &Ctx, form: &FormData, categories: &[(String, String)], problems: &Again) -> Markup {
    let frame = FormPage {
        page: page(ctx, "登记实施细则", &[("实施细则", LIST.into())]),
        title: "登记实施细则",
        lead: "先登记抽样和判定，再逐项登记检验项目，补全后送办公室公开。",
        action: format!("{LIST}/new"),
        version: 0,
        button: "登记",
        back: LIST.into(),
    };
    frame.render(ctx, problems, fields(form, problems, categories))
}

/// `GET /desk/registers/rules/new`
pub async fn new_page(ctx: Ctx) -> PageResult {
    let categories = ctx.view(categories).await?;
    Ok(new_form(&ctx, &FormData::default(), &categories, &Again::default()).into_response())
}

/// `POST /desk/registers/rules/new`
pub async fn create(ctx: Ctx, form: FormData) -> PageResult {
    let (entry, once) = (read(&form), form.once());
    match ctx.act(move |work| rules::enter(work, entry, &once)).await {
        Ok(id) => Ok(Redirect::to(&format!("{LIST}/{id}")).into_response()),
        Err(error) => {
            let categories = ctx.view(categories).await?;
            again(error, |problems| new_form(&ctx, &form, &categories, problems))
        }
    }
}

fn change_form(
    ctx: &Ctx,
    row: &SpotCheckRules,
    form: &FormData,
    categories: &[(String, String)],
    problems: &Again,
) -> Markup {
    let back = format!("{LIST}/{}", row.id);
    let frame = FormPage {
        page: page(ctx, "修改实施细则", &[("实施细则", LIST.into()), (&row.title, back.clone())]),
        title: "修改实施细则",
        lead: "修改之后要重新送公开。",
        action: format!("{back}/change"),
        version: row.version,
        button: "保存",
        back,
    };
    frame.render(ctx, problems, fields(form, problems, categories))
}

/// `GET /desk/registers/rules/{id}/change`
pub async fn change_page(ctx: Ctx, Path(path): Path<String>) -> PageResult {
    let rules: RulesId = id(&path)?;
    let (row, categories) = ctx.view(move |work| Ok((work.load::<SpotCheckRules>(rules)?, categories(work)?))).await?;
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let form = FormData::of([
        ("title", row.title.clone()),
        ("code", row.code.clone()),
        ("edition", row.edition.clone()),
        ("product", row.product.clone()),
        ("category_id", row.category_id.map(|category| category.to_string()).unwrap_or_default()),
        ("issued_by", row.issued_by.clone()),
        ("source", row.source.clone()),
        ("sampling_place", row.sampling_place.clone()),
        ("sampling_method", row.sampling_method.clone()),
        ("minimum_stock", text(&row.minimum_stock)),
        ("test_quantity", text(&row.test_quantity)),
        ("backup_quantity", text(&row.backup_quantity)),
        ("unit", row.unit.clone()),
        ("quantity_text", row.quantity_text.clone()),
        ("sealing", row.sealing.clone()),
        ("judging_rule", row.judging_rule.clone()),
    ]);
    Ok(change_form(&ctx, &row, &form, &categories, &Again::default()).into_response())
}

/// `POST /desk/registers/rules/{id}/change`
pub async fn change(ctx: Ctx, Path(path): Path<String>, form: FormData) -> PageResult {
    let rules: RulesId = id(&path)?;
    let (entry, version) = (read(&form), form.version());
    match ctx.act(move |work| rules::change(work, rules, version, entry)).await {
        Ok(()) => Ok(Redirect::to(&format!("{LIST}/{rules}")).into_response()),
        Err(error) => {
            let (mut row, categories) =
                ctx.view(move |work| Ok((work.load::<SpotCheckRules>(rules)?, categories(work)?))).await?;
            row.version = form.version();
            again(error, |problems| change_form(&ctx, &row, &form, &categories, problems))
        }
    }
}

fn read_item(form: &FormData) -> AppResult<ItemEntry> {
    let text = |field: &str| form.get(field).to_owned();
    let optional = |field: &str| Some(text(field)).filter(|value| !value.is_empty());
    let mut reader = form.reader();
    let seq = if form.get("seq").is_empty() { None } else { Some(reader.integer("seq", "序", 1..=9_999)) };
    reader.finish()?;
    Ok(ItemEntry {
        seq,
        table_name: text("table_name"),
        name: text("name"),
        class: ItemClass::from_code(form.get("class")),
        standard: text("standard"),
        method: text("method"),
        limit_text: optional("limit_text"),
        unit: text("unit"),
        interval: optional("interval"),
        compare: CompareMethod::from_code(form.get("compare")),
        mandatory: form.ticked("mandatory"),
        retestable: form.ticked("retestable"),
        on_site: form.ticked("on_site"),
    })
}

fn item_fields(form: &FormData, problems: &Again) -> Markup {
    let field = |name: &'static str, label: &'static str| {
        Field::text(name, label).value(form.get(name)).error(problems.of(name))
    };
    html! { div class="fields" {
        (field("name", "检验项目").required().width("c8").render())
        (field("seq", "序").width("c4").help("不填排在最后").render())
        (Field::choice::<ItemClass>("class", "分类").width("c4").value(form.get("class")).render())
        (field("table_name", "所在的表").width("c8").render())
        (field("standard", "依据").width("c6").help("标准和条款").render())
        (field("method", "检验方法").required().width("c6").help("几个方法都要做的用顿号分开，任选其一的用“或”").render())
        (field("limit_text", "限值").width("c6").help("例如 ≥97.0、≤0.5、10.0±0.1、符合；没有的留空，不判定").render())
        (field("unit", "单位").width("c3").render())
        (field("interval", "修约间隔").width("c3").help("例如 0.1").render())
        (Field::choice::<CompareMethod>("compare", "比较方法").value(form.get("compare")).help("标准没有写明的用全数值比较").render())
        (Field::checkbox("mandatory", "强制性要求").width("c4").ticked(form.ticked("mandatory")).render())
        (Field::checkbox("retestable", "可以复检").width("c4").ticked(form.ticked("retestable")).render())
        (Field::checkbox("on_site", "现场检验").width("c4").ticked(form.ticked("on_site")).render())
    } }
}

fn item_form(
    ctx: &Ctx,
    row: &SpotCheckRules,
    item: Option<(RulesItemId, i64)>,
    form: &FormData,
    problems: &Again,
) -> Markup {
    let back = format!("{LIST}/{}", row.id);
    let (name, action) = match item {
        Some((item, _)) => ("修改检验项目", format!("{back}/items/{item}")),
        None => ("增加检验项目", format!("{back}/items/new")),
    };
    let frame = FormPage {
        page: page(ctx, name, &[("实施细则", LIST.into()), (&row.title, back.clone())]),
        title: name,
        lead: &row.title,
        action,
        version: item.map_or(0, |(_, version)| version),
        button: "保存",
        back,
    };
    frame.render(ctx, problems, item_fields(form, problems))
}

/// `GET /desk/registers/rules/{id}/items/new`
pub async fn item_new_page(ctx: Ctx, Path(path): Path<String>) -> PageResult {
    let rules: RulesId = id(&path)?;
    let row = ctx.view(move |work| work.load::<SpotCheckRules>(rules)).await?;
    let form = FormData::of([
        ("class", ItemClass::None.code().to_owned()),
        ("compare", CompareMethod::FullValue.code().to_owned()),
        ("retestable", tick(true)),
    ]);
    Ok(item_form(&ctx, &row, None, &form, &Again::default()).into_response())
}

/// `POST /desk/registers/rules/{id}/items/new`
pub async fn item_create(ctx: Ctx, Path(path): Path<String>, form: FormData) -> PageResult {
    let rules: RulesId = id(&path)?;
    keep(&ctx, rules, None, &form).await
}

/// `GET /desk/registers/rules/{id}/items/{item}`
pub async fn item_page(ctx: Ctx, Path((path, item)): Path<(String, String)>) -> PageResult {
    let (rules, item): (RulesId, RulesItemId) = (id(&path)?, id(&item)?);
    let (row, item) =
        ctx.view(move |work| Ok((work.load::<SpotCheckRules>(rules)?, work.load::<RulesItem>(item)?))).await?;
    let form = FormData::of([
        ("name", item.name.clone()),
        ("seq", item.seq.to_string()),
        ("class", item.class.code().to_owned()),
        ("table_name", item.table_name.clone()),
        ("standard", item.standard.clone()),
        ("method", item.method.clone()),
        ("limit_text", item.limit_text.clone().unwrap_or_default()),
        ("unit", item.unit.clone()),
        ("interval", item.interval.clone().unwrap_or_default()),
        ("compare", item.compare.code().to_owned()),
        ("mandatory", tick(item.mandatory)),
        ("retestable", tick(item.retestable)),
        ("on_site", tick(item.on_site)),
    ]);
    Ok(item_form(&ctx, &row, Some((item.id, item.version)), &form, &Again::default()).into_response())
}

/// `POST /desk/registers/rules/{id}/items/{item}`
pub async fn item_change(ctx: Ctx, Path((path, item)): Path<(String, String)>, form: FormData) -> PageResult {
    let (rules, item): (RulesId, RulesItemId) = (id(&path)?, id(&item)?);
    let version = form.version();
    keep(&ctx, rules, Some((item, version)), &form).await
}

async fn keep(ctx: &Ctx, rules: RulesId, item: Option<(RulesItemId, i64)>, form: &FormData) -> PageResult {
    let done = match read_item(form) {
        Ok(entry) => {
            let once = form.once();
            ctx.act(move |work| rules::keep_item(work, rules, item, entry, &once)).await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("{LIST}/{rules}")).into_response()),
        Err(error) => {
            let row = ctx.view(move |work| work.load::<SpotCheckRules>(rules)).await?;
            again(error, |problems| item_form(ctx, &row, item, form, problems))
        }
    }
}

/// `POST /desk/registers/rules/{id}/items/{item}/remove`
pub async fn item_remove(ctx: Ctx, Path((path, item)): Path<(String, String)>, form: FormData) -> PageResult {
    let (rules, item): (RulesId, RulesItemId) = (id(&path)?, id(&item)?);
    let version = form.version();
    ctx.act(move |work| rules::remove_item(work, rules, item, version)).await?;
    Ok(Redirect::to(&format!("{LIST}/{rules}")).into_response())
}
