//! The organisation tree: all units, a new one, the page of one with its towns.

use super::page;
use crate::{
    Ctx, FormData, PageResult,
    components::{
        form::{Field, error_summary, hidden, refusal},
        or_slash,
        shell::{self, section, title},
        table::{self, empty, text},
        thing::{Act, acts, facts, split, timeline},
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
    AppError, AppResult, TimelineLine,
    administration::organisations::{self, Neighbours, Relation, UnitEntry, UnitView},
};
use hengjian_domain::{
    administration::kinds_below,
    code::Code,
    organisation::{Organisation, OrganisationId, OrganisationKind, UnitRefused},
    refusal::{Explain, Refusal},
};
use maud::{Markup, html};
use serde::Deserialize;

const LIST: &str = "/desk/admin/organisations";

/// `GET /desk/admin/organisations`
pub async fn tree_page(ctx: Ctx) -> PageResult {
    let (tree, around) = ctx.view(|work| Ok((organisations::tree(work)?, organisations::neighbours(work)?))).await?;
    let root = tree.first().map_or(0, |(unit, _)| unit.path.matches('/').count());
    let cells: Vec<Vec<Markup>> = tree
        .iter()
        .map(|(unit, towns)| {
            let depth = unit.path.matches('/').count().saturating_sub(root);
            vec![
                html! { span aria-hidden="true" { ("　".repeat(depth)) @if depth > 0 { "└ " } } a href=(format!("{LIST}/{}", unit.id)) { (unit.name) } },
                html! { (unit.kind.title()) @if let Some(on) = unit.closed_on { br; span class="sub" { (on) " 撤销" } } },
                html! { (unit.short_name) },
                html! { (or_slash(&towns.join("、"))) },
            ]
        })
        .collect();
    let body = html! {
        (title("机构与辖区", "股室、所和检验机构按本机关的实际设置增设、改名。乡镇归哪个所，企业和案件就归哪个所。"))
        (table::bar(i64::try_from(tree.len()).unwrap_or(0), html! { a class="btn btn--main" href=(format!("{LIST}/new")) { "增设单位" } }))
        (table::table("机构与辖区", &[text("名称"), text("类别"), text("简称"), text("辖区乡镇")], &cells))
        (section("上级和同级机关", around_us(&around)))
    };
    Ok(shell::page(&page(&ctx, "机构与辖区", &[]), body).into_response())
}

fn around_us(around: &Neighbours) -> Markup {
    let row = |relation: &str, unit: &Organisation| {
        vec![html! { (unit.name) }, html! { (relation) }, html! { (unit.short_name) }, html! { (unit.region_code) }]
    };
    let rows: Vec<Vec<Markup>> = around
        .above
        .iter()
        .map(|unit| row("上级", unit))
        .chain(around.peers.iter().map(|unit| row("同级", unit)))
        .collect();
    html! {
        p class="sub" { "移送、上报和交办时写的机关。上级能看本机关的办理情况；本机关看不到它们的。" }
        @if rows.is_empty() { (empty("还没有登记上级机关", None)) }
        @else { (table::table("上级和同级机关", &[text("名称"), text("与本机关"), text("简称"), text("行政区划代码")], &rows)) }
        @if around.own.may_add_superior(around.above.as_ref()).is_ok() { p { a class="btn" href=(format!("{LIST}/authority?relation=SUPERIOR")) { "登记上级机关" } } }
        @match Organisation::may_add_peer(around.above.as_ref(), around.managed) {
            Ok(_) => p { a class="btn" href=(format!("{LIST}/authority?relation=PEER")) { "登记同级机关" } },
            Err(refused) => p class="sub" { (refused.what()) "：" (refused.why()) "。" (refused.next()) "。" },
        }
    }
}

/// Words of a relation and its code in addresses and forms.
const RELATIONS: [(Relation, &str, &str); 2] =
    [(Relation::Superior, "SUPERIOR", "登记上级机关"), (Relation::Peer, "PEER", "登记同级机关")];

fn relation_of(code: &str) -> AppResult<(Relation, &'static str, &'static str)> {
    RELATIONS.into_iter().find(|(_, known, _)| *known == code).ok_or(AppError::NotFound)
}

fn authority_form(ctx: &Ctx, form: &FormData, (_, code, title): (Relation, &str, &str), problems: &Again) -> Markup {
    let field = |name: &'static str, label: &'static str| {
        Field::text(name, label).required().value(form.get(name)).error(problems.of(name))
    };
    let fields = html! {
        input type="hidden" name="relation" value=(code);
        div class="fields" {
            (field("name", "全称").width("c8").render())
            (field("short_name", "简称").width("c4").help("用在表格里").render())
            (field("region_code", "行政区划代码").width("c6").help("6 位").render())
        }
    };
    let frame = FormPage {
        page: page(ctx, title, &[("机构与辖区", LIST.into())]),
        title,
        lead: "登记以后，移送、上报和交办时可以选它。上级机关登记以后，它的账号能看本机关的办理情况。",
        action: format!("{LIST}/authority"),
        version: 0,
        button: "登记",
        back: LIST.into(),
    };
    frame.render(ctx, problems, fields)
}

/// What the address of the form names.
#[derive(Debug, Default, Deserialize)]
pub struct Which {
    #[serde(default)]
    relation: String,
}

/// `GET /desk/admin/organisations/authority`
pub async fn authority_page(ctx: Ctx, Query(which): Query<Which>) -> PageResult {
    let relation = relation_of(if which.relation.is_empty() { RELATIONS[0].1 } else { &which.relation })?;
    Ok(authority_form(&ctx, &FormData::default(), relation, &Again::default()).into_response())
}

/// `POST /desk/admin/organisations/authority`
pub async fn add_authority(ctx: Ctx, form: FormData) -> PageResult {
    let relation = relation_of(form.get("relation"))?;
    let (entry, once) = (read(&form), form.once());
    match ctx.act(move |work| organisations::add_authority(work, relation.0, &entry, &once)).await {
        Ok(_) => Ok(Redirect::to(LIST).into_response()),
        Err(error) => again(error, |problems| authority_form(&ctx, &form, relation, problems)),
    }
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
        vec![Act::link("在下面增设单位", &format!("{LIST}/new?parent={}", unit.id), false)]
    };
    let mut open = open;
    match unit.may_close(&view.used) {
        Ok(()) => {
            let reason =
                Field::area("reason", "依据和去向").required().value(form.get("reason")).error(problems.of("reason"));
            let reason = reason.help("写明文件和并入的单位。撤销以后不能再用，记录保留").render();
            let form = hidden(ctx.csrf(), "", unit.version);
            open.push(Act::form("撤销这个单位", &format!("{base}/close"), form, reason, "撤销"));
        }
        Err(UnitRefused::Authority) => {}
        Err(refused) => open.push(Refusal::from(refused).into()),
    }
    let body = html! {
        (title(&unit.name, unit.kind.title()))
        @if let Some(on) = unit.closed_on { p class="flash flash--soon" { "已于 " (on) " 撤销，不再有待办、辖区和账号。" } }
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
            @if unit.kind == OrganisationKind::Station && unit.is_open() { (section("辖区乡镇", html! {
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

/// `POST /desk/admin/organisations/{id}/close`
pub async fn close(ctx: Ctx, Path(path): Path<String>, form: FormData) -> PageResult {
    let (unit, version, reason) = (id(&path)?, form.version(), form.get("reason").to_owned());
    let done = ctx.act(move |work| organisations::close(work, unit, version, &reason)).await;
    answer(&ctx, unit, done, &form).await
}

/// `POST /desk/admin/organisations/{id}/towns`
pub async fn set_towns(ctx: Ctx, Path(path): Path<String>, form: FormData) -> PageResult {
    let (unit, version, towns) = (id(&path)?, form.version(), form.get("towns").to_owned());
    let done = ctx.act(move |work| organisations::set_towns(work, unit, version, &towns)).await;
    answer(&ctx, unit, done, &form).await
}
