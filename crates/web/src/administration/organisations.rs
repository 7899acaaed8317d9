//! The organisation tree: all units, a new one, the page of one with its towns.

use super::page;
use crate::{
    Ctx, FormData, PageResult,
    components::{
        form::{Field, error_summary, hidden, refusal},
        or_slash,
        shell::{self, section, title},
        table::{self, empty, text},
        thing::{acts, facts, split, timeline},
    },
    error::{Again, again},
    registers::{FormPage, chosen, id},
    todo::timeline_lines,
};
use axum::{
    extract::{Path, Query},
    response::{IntoResponse, Redirect},
};
use hengjian_app::{
    AppResult, TimelineLine,
    administration::organisations::{self, UnitEntry, UnitView},
};
use hengjian_domain::{
    administration::kinds_below,
    code::Code,
    organisation::{Organisation, OrganisationId, OrganisationKind},
};
use maud::{Markup, html};
use serde::Deserialize;

const LIST: &str = "/desk/admin/organisations";

/// `GET /desk/admin/organisations`
pub async fn tree_page(ctx: Ctx) -> PageResult {
    let tree = ctx.view(organisations::tree).await?;
    let root = tree.first().map_or(0, |(unit, _)| unit.path.matches('/').count());
    let cells: Vec<Vec<Markup>> = tree
        .iter()
        .map(|(unit, towns)| {
            let depth = unit.path.matches('/').count().saturating_sub(root);
            vec![
                html! { span aria-hidden="true" { ("　".repeat(depth)) @if depth > 0 { "└ " } } a href=(format!("{LIST}/{}", unit.id)) { (unit.name) } },
                html! { (unit.kind.title()) },
                html! { (unit.short_name) },
                html! { (or_slash(&towns.join("、"))) },
            ]
        })
        .collect();
    let body = html! {
        (title("机构与辖区", "股室、所和检验机构按本机关的实际设置增设、改名。乡镇归哪个所，企业和案件就归哪个所。"))
        (table::bar(i64::try_from(tree.len()).unwrap_or(0), html! { a class="btn btn--main" href=(format!("{LIST}/new")) { "增设单位" } }))
        (table::table("机构与辖区", &[text("名称"), text("类别"), text("简称"), text("辖区乡镇")], &cells))
    };
    Ok(shell::page(&page(&ctx, "机构与辖区", &[]), body).into_response())
}

fn read(form: &FormData) -> UnitEntry {
    UnitEntry {
        parent_id: chosen(form, "parent_id"),
        kind: OrganisationKind::from_code(form.get("kind")),
        name: form.get("name").to_owned(),
        short_name: form.get("short_name").to_owned(),
        region_code: form.get("region_code").to_owned(),
        towns: form.get("towns").to_owned(),
    }
}

/// What an address may name to begin with.
#[derive(Debug, Default, Deserialize)]
pub struct Start {
    #[serde(default)]
    parent: String,
    #[serde(default)]
    kind: String,
}

async fn parents(ctx: &Ctx) -> AppResult<Vec<Organisation>> {
    let tree = ctx.view(organisations::tree).await?;
    Ok(tree.into_iter().map(|(unit, _)| unit).filter(|unit| !kinds_below(unit).is_empty()).collect())
}

fn new_form(ctx: &Ctx, form: &FormData, parents: &[Organisation], problems: &Again) -> Markup {
    let field = |name: &'static str, label: &'static str| {
        Field::text(name, label).value(form.get(name)).error(problems.of(name))
    };
    let options = parents.iter().map(|unit| (unit.id.to_string(), unit.name.clone())).collect();
    let below = parents.iter().any(|unit| kinds_below(unit).contains(&OrganisationKind::Regulator));
    let kinds = OrganisationKind::ALL
        .iter()
        .filter(|kind| parents.iter().any(|unit| kinds_below(unit).contains(kind)))
        .map(|kind| (kind.code().to_owned(), kind.title().to_owned()))
        .collect();
    let fields = html! { div class="fields" {
        (Field::select("parent_id", "上级", options).required().width("c6").value(form.get("parent_id")).error(problems.of("parent_id")).render())
        (Field::select("kind", "类别", kinds).required().width("c6").value(form.get("kind")).error(problems.of("kind")).render())
        (field("name", "全称").required().width("c8").render())
        (field("short_name", "简称").required().width("c4").help("用在表格里").render())
        @if below { (field("region_code", "行政区划代码").width("c6").help("只有增设下级机关时填写").render()) }
        (Field::area("towns", "辖区乡镇").value(form.get("towns")).help("只有市场监管所填写：乡镇代码（9 位或 12 位），一行一个，后面可以写名称").error(problems.of("towns")).render())
    } };
    let frame = FormPage {
        page: page(ctx, "增设单位", &[("机构与辖区", LIST.into())]),
        title: "增设单位",
        lead: "",
        action: format!("{LIST}/new"),
        version: 0,
        button: "增设",
        back: LIST.into(),
    };
    frame.render(ctx, problems, fields)
}

/// `GET /desk/admin/organisations/new`
pub async fn new_page(ctx: Ctx, Query(start): Query<Start>) -> PageResult {
    let parents = parents(&ctx).await?;
    let first = parents.first().map(|unit| unit.id.to_string()).unwrap_or_default();
    let parent = if start.parent.is_empty() { first } else { start.parent };
    let form = FormData::of([("parent_id", parent), ("kind", start.kind)]);
    Ok(new_form(&ctx, &form, &parents, &Again::default()).into_response())
}

/// `POST /desk/admin/organisations/new`
pub async fn create(ctx: Ctx, form: FormData) -> PageResult {
    let (entry, once) = (read(&form), form.once());
    match ctx.act(move |work| organisations::add(work, entry, &once)).await {
        Ok(id) => Ok(Redirect::to(&format!("{LIST}/{id}")).into_response()),
        Err(error) => {
            let parents = parents(&ctx).await?;
            again(error, |problems| new_form(&ctx, &form, &parents, problems))
        }
    }
}

async fn whole(ctx: &Ctx, unit: OrganisationId) -> AppResult<(UnitView, Vec<TimelineLine>)> {
    ctx.view(move |work| Ok((organisations::view(work, unit)?, work.timeline(unit)?))).await
}

fn drawn(ctx: &Ctx, view: &UnitView, course: &[TimelineLine], form: &FormData, problems: &Again) -> Markup {
    let (unit, base) = (&view.unit, format!("{LIST}/{}", view.unit.id));
    let kept = |field: &str, value: &str| {
        if form.get(field).is_empty() { value.to_owned() } else { form.get(field).to_owned() }
    };
    let errors: Vec<(String, String)> =
        problems.fields.iter().map(|error| (error.field.clone(), error.message.clone())).collect();
    let towns =
        view.towns.iter().map(|(code, name)| format!("{code} {name}").trim().to_owned()).collect::<Vec<_>>().join("\n");
    let open = if kinds_below(unit).is_empty() {
        Vec::new()
    } else {
        vec![crate::components::thing::Act::link("在下面增设单位", &format!("{LIST}/new?parent={}", unit.id), false)]
    };
    let body = html! {
        (title(&unit.name, unit.kind.title()))
        (error_summary(&errors))
        @if let Some(refused) = &problems.refusal { (refusal(refused)) }
        (split(acts(&open), html! {
            (section("单位", facts(&[
                ("上级", html! { @match &view.above { Some(above) => a href=(format!("{LIST}/{}", above.id)) { (above.name) }, None => "/" } }),
                ("层级", html! { (unit.tier.map_or("/", |tier| match tier {
                    hengjian_domain::organisation::Tier::National => "国家",
                    hengjian_domain::organisation::Tier::Provincial => "省级",
                    hengjian_domain::organisation::Tier::Municipal => "市级",
                    hengjian_domain::organisation::Tier::County => "县级",
                })) }),
                ("行政区划代码", html! { (unit.region_code) }),
                ("下设", html! { @if view.below.is_empty() { "/" } @for below in &view.below { a href=(format!("{LIST}/{}", below.id)) { (below.short_name) } " " } }),
            ])))
            (section("名称", html! {
                form class="form" method="post" action=(base) {
                    (hidden(ctx.csrf(), "", unit.version))
                    div class="fields" {
                        (Field::text("name", "全称").required().width("c8").value(kept("name", &unit.name)).error(problems.of("name")).render())
                        (Field::text("short_name", "简称").required().width("c4").value(kept("short_name", &unit.short_name)).error(problems.of("short_name")).render())
                    }
                    p { button class="btn" type="submit" { "保存名称" } }
                }
            }))
            @if unit.kind == OrganisationKind::Station { (section("辖区乡镇", html! {
                @if view.towns.is_empty() { (empty("还没有辖区乡镇。没有乡镇的所收不到企业和案件", None)) }
                @else { p { @for (code, name) in &view.towns { (name) " " span class="code" { (code) } "　" } } }
                form class="form gap-top" method="post" action=(format!("{base}/towns")) {
                    (hidden(ctx.csrf(), "", unit.version))
                    (Field::area("towns", "乡镇代码").value(kept("towns", &towns)).help("一行一个，代码后面可以写名称。填上别的所的乡镇，就从那个所划过来，企业随之改派").error(problems.of("towns")).render())
                    p { button class="btn" type="submit" { "保存辖区" } }
                }
            })) }
            (timeline(&timeline_lines(course.to_vec())))
        }))
    };
    shell::page(&page(ctx, &unit.name, &[("机构与辖区", LIST.into())]), body)
}

/// `GET /desk/admin/organisations/{id}`
pub async fn thing_page(ctx: Ctx, Path(path): Path<String>) -> PageResult {
    let (view, course) = whole(&ctx, id(&path)?).await?;
    Ok(drawn(&ctx, &view, &course, &FormData::default(), &Again::default()).into_response())
}

async fn answer(ctx: &Ctx, unit: OrganisationId, done: AppResult<()>, form: &FormData) -> PageResult {
    match done {
        Ok(()) => Ok(Redirect::to(&format!("{LIST}/{unit}")).into_response()),
        Err(error) => {
            let (view, course) = whole(ctx, unit).await?;
            again(error, |problems| drawn(ctx, &view, &course, form, problems))
        }
    }
}

/// `POST /desk/admin/organisations/{id}`
pub async fn rename(ctx: Ctx, Path(path): Path<String>, form: FormData) -> PageResult {
    let (unit, version, entry) = (id(&path)?, form.version(), read(&form));
    let done = ctx.act(move |work| organisations::rename(work, unit, version, &entry)).await;
    answer(&ctx, unit, done, &form).await
}

/// `POST /desk/admin/organisations/{id}/towns`
pub async fn set_towns(ctx: Ctx, Path(path): Path<String>, form: FormData) -> PageResult {
    let (unit, version, towns) = (id(&path)?, form.version(), form.get("towns").to_owned());
    let done = ctx.act(move |work| organisations::set_towns(work, unit, version, &towns)).await;
    answer(&ctx, unit, done, &form).await
}
