//! Testing laboratories: list, the page of one with its scope and a check against a rule, forms.

use super::{FormPage, chosen, id, page, tick};
use crate::{
    Ctx, FormData, PageResult,
    components::{
        Tone, clock,
        form::Field,
        or_slash,
        shell::{self, section, title},
        table::{self, empty, text},
        tag,
        thing::{Act, acts, facts, papers, split, timeline},
    },
    error::{Again, again},
    todo::timeline_lines,
};
use axum::{
    extract::{Path, Query},
    response::{IntoResponse, Redirect},
};
use hengjian_app::{
    AppResult,
    registers::{
        self,
        laboratories::{self, LaboratoryEntry},
    },
};
use hengjian_domain::{
    laboratory::{Laboratory, LaboratoryId, LaboratoryScope, LaboratoryScopeId},
    law,
    policy::Action,
    rules::{RulesId, SpotCheckRules},
};
use jiff::{ToSpan, civil::Date};
use maud::{Markup, html};
use serde::Deserialize;

const LIST: &str = "/desk/registers/laboratories";
/// Days before its end from which an accreditation is marked.
const NOTICE_DAYS: i64 = 60;

fn until_tag(until: Option<Date>, today: Date) -> Markup {
    let soon = today.checked_add(NOTICE_DAYS.days()).unwrap_or(today);
    html! {
        (clock::iso(until))
        @match until {
            None => { " " (tag(Tone::Bad, "未登记")) },
            Some(last) if last < today => { " " (tag(Tone::Bad, "已过期")) },
            Some(last) if last <= soon => { " " (tag(Tone::Waiting, "快到期")) },
            Some(_) => {},
        }
    }
}

/// `GET /desk/registers/laboratories`
pub async fn list_page(ctx: Ctx) -> PageResult {
    let rows = ctx
        .view(|work| {
            let org = work.actor().org_id;
            Ok(work.tx.laboratories(org)?)
        })
        .await?;
    let today = ctx.now().date();
    let cells: Vec<Vec<Markup>> = rows
        .iter()
        .map(|row| {
            vec![
                html! { a class="name" href=(format!("{LIST}/{}", row.id)) { (row.name) } },
                html! { (or_slash(&row.accreditation_number)) },
                until_tag(row.accreditation_until_on, today),
                html! { @if row.single_in_province { "省内唯一" } @else { "/" } },
                html! { (row.address) },
            ]
        })
        .collect();
    let body = html! {
        (title("检验机构", "登记委托时，按签订日的资质逐项核对。"))
        (table::bar(i64::try_from(rows.len()).unwrap_or(0), html! { @if ctx.may(Action::RegisterEdit) { a class="btn btn--main" href=(format!("{LIST}/new")) { "登记检验机构" } } }))
        @if rows.is_empty() { (empty("还没有登记检验机构。没有检验机构就不能登记委托", None)) }
        @else { (table::table("检验机构", &[text("名称"), text("资质证书编号"), text("有效期至"), text("复检例外"), text("地址")], &cells)) }
    };
    Ok(shell::page(&page(&ctx, "检验机构", &[]), body).into_response())
}

/// The rule and the day against which the scope is checked.
#[derive(Debug, Default, Clone, Deserialize)]
pub struct Question {
    #[serde(default)]
    rules: String,
    #[serde(default)]
    on: String,
}

/// `GET /desk/registers/laboratories/{id}`
pub async fn thing_page(ctx: Ctx, Path(path): Path<String>, Query(question): Query<Question>) -> PageResult {
    let laboratory: LaboratoryId = id(&path)?;
    let today = ctx.now().date();
    let on: Date = question.on.parse().unwrap_or(today);
    let asked: Option<RulesId> = question.rules.parse().ok();
    let (row, scope, library, answer, node, files, course) = ctx
        .view(move |work| {
            let row: Laboratory = work.load(laboratory)?;
            let scope = work.tx.scope_of(laboratory)?;
            let library = work.tx.rule_library(row.org_id)?;
            let answer = match asked {
                Some(rules) => {
                    let rules: SpotCheckRules = work.load(rules)?;
                    let items = work.tx.rules_items(rules.id)?;
                    let missing = registers::uncovered_items(work, laboratory, &items, on)?;
                    Some((rules, items.len(), missing))
                }
                None => None,
            };
            let node = row.organisation_id.map(|node| work.organisation(node)).transpose()?;
            let files = work.tx.files_of(laboratory.cast())?;
            Ok((row, scope, library, answer, node, files, work.timeline(laboratory)?))
        })
        .await?;
    let base = format!("{LIST}/{}", row.id);
    let edit = ctx.may(Action::RegisterEdit);
    let open = if edit {
        vec![
            Act::link("登记资质项目", &format!("{base}/scope"), true),
            Act::link("修改登记", &format!("{base}/change"), false),
        ]
    } else {
        Vec::new()
    };
    let body = html! {
        (title(&row.name, &row.address))
        (split(acts(&open), html! {
            (section("登记事项", facts(&[
                ("资质证书编号", html! { (or_slash(&row.accreditation_number)) }),
                ("有效期至", until_tag(row.accreditation_until_on, today)),
                ("对应的机构账号", html! { (node.as_ref().map_or("/", |node| node.name.as_str())) }),
                ("复检例外", html! { @if row.single_in_province { "省内仅此一家具备资质" } @else { "/" } }),
                ("备注", html! { span class="pre" { (or_slash(&row.note)) } }),
            ])))
            (section("能不能检某个细则的全部项目", coverage(&base, &library, &question, on, answer.as_ref())))
            (section("资质项目", scope_table(&base, &scope, today, edit)))
            (papers(&files.iter().map(|file| (file.purpose.clone(), file.name.clone(), format!("/desk/files/{}", file.id))).collect::<Vec<_>>()))
            (timeline(&timeline_lines(course)))
        }))
    };
    Ok(shell::page(&page(&ctx, &row.name, &[("检验机构", LIST.into())]), body).into_response())
}

fn coverage(
    base: &str,
    library: &[SpotCheckRules],
    question: &Question,
    on: Date,
    answer: Option<&(SpotCheckRules, usize, Vec<String>)>,
) -> Markup {
    let options = library.iter().map(|rules| (rules.id.to_string(), format!("{}（{}）", rules.title, rules.edition)));
    html! {
        form class="filter" method="get" action=(base) {
            div class="wide" { (Field::select("rules", "实施细则", options.collect()).value(question.rules.as_str()).render()) }
            (Field::date("on", "在哪一天").value(on.to_string()).render())
            div class="acts" { button class="btn" type="submit" { "核对" } }
        }
        @if let Some((rules, count, missing)) = answer {
            @if missing.is_empty() { p class="gap-top" { (tag(Tone::Done, "全部可以检")) " " (rules.title) " 的 " (count) " 个项目，" (on) " 都在资质范围以内。" } }
            @else {
                p class="gap-top" { (tag(Tone::Bad, "不全")) " " (on) " 不在资质范围以内的有 " (missing.len()) " 项，不能登记委托：" }
                ul { @for item in missing { li { (item) } } }
            }
            p class="law" { (law::PQL_19.text()) "　" (law::R18_13.text()) }
        }
    }
}

fn scope_table(base: &str, scope: &[LaboratoryScope], today: Date, edit: bool) -> Markup {
    let cells: Vec<Vec<Markup>> = scope
        .iter()
        .map(|line| {
            vec![
                html! { (line.item) },
                html! { @if line.method.is_empty() { "不限方法" } @else { (line.method) } },
                clock::iso(line.valid_from_on),
                html! { (clock::iso(line.valid_until_on)) @if !line.in_force(today) { " " (tag(Tone::Absent, "不在有效期")) } },
                html! { @if edit { a href=(format!("{base}/scope/{}", line.id)) { "改有效期" span class="vh" { (line.item) } } } @else { "/" } },
            ]
        })
        .collect();
    if cells.is_empty() {
        return empty("还没有登记资质项目。没有资质项目，任何细则都核对不通过", None);
    }
    table::table("资质项目", &[text("检验项目"), text("方法"), text("起"), text("止"), text("办理")], &cells)
}

fn read(form: &FormData) -> AppResult<LaboratoryEntry> {
    let mut reader = form.reader();
    let entry = LaboratoryEntry {
        name: form.get("name").to_owned(),
        address: form.get("address").to_owned(),
        organisation_id: chosen(form, "organisation_id"),
        accreditation_number: form.get("accreditation_number").to_owned(),
        accreditation_until_on: reader.optional_date("accreditation_until_on", "资质有效期"),
        single_in_province: form.ticked("single_in_province"),
        note: form.get("note").to_owned(),
    };
    reader.finish()?;
    Ok(entry)
}

fn fields(form: &FormData, problems: &Again, nodes: &[(String, String)]) -> Markup {
    let field = |name: &'static str, label: &'static str| {
        Field::text(name, label).required().value(form.get(name)).error(problems.of(name))
    };
    let mut choice = vec![(String::new(), "没有账号".to_owned())];
    choice.extend(nodes.iter().cloned());
    html! { div class="fields" {
        (field("name", "名称").render())
        (field("address", "地址").render())
        (field("accreditation_number", "资质认定（CMA）证书编号").width("c6").render())
        (Field::date("accreditation_until_on", "有效期至").required().width("c6").value(form.get("accreditation_until_on")).error(problems.of("accreditation_until_on")).render())
        (Field::select("organisation_id", "对应的机构账号", choice).value(form.get("organisation_id")).error(problems.of("organisation_id")).help("在本系统里接收样品、出具报告的机构").render())
        (Field::checkbox("single_in_province", "省内仅此一家具备资质（可以兼作复检机构）").ticked(form.ticked("single_in_province")).render())
        (Field::area("note", "备注").value(form.get("note")).help("勾选上面一项时，写明查询途径和日期").render())
    } }
}

async fn nodes(ctx: &Ctx) -> AppResult<Vec<(String, String)>> {
    let nodes = ctx.view(laboratories::nodes).await?;
    Ok(nodes.into_iter().map(|node| (node.id.to_string(), node.name)).collect())
}

fn new_form(ctx: &Ctx, form: &FormData, nodes: &[(String, String)], problems: &Again) -> Markup {
    let frame = FormPage {
        page: page(ctx, "登记检验机构", &[("检验机构", LIST.into())]),
        title: "登记检验机构",
        lead: "资质按证书填写；检验项目在登记之后逐项或成批登记。",
        action: format!("{LIST}/new"),
        version: 0,
        button: "登记",
        back: LIST.into(),
    };
    frame.render(ctx, problems, fields(form, problems, nodes))
}

/// `GET /desk/registers/laboratories/new`
pub async fn new_page(ctx: Ctx) -> PageResult {
    let nodes = nodes(&ctx).await?;
    Ok(new_form(&ctx, &FormData::default(), &nodes, &Again::default()).into_response())
}

/// `POST /desk/registers/laboratories/new`
pub async fn create(ctx: Ctx, form: FormData) -> PageResult {
    let made = match read(&form) {
        Ok(entry) => {
            let once = form.once();
            ctx.act(move |work| laboratories::enter(work, entry, &once)).await
        }
        Err(error) => Err(error),
    };
    match made {
        Ok(id) => Ok(Redirect::to(&format!("{LIST}/{id}")).into_response()),
        Err(error) => {
            let nodes = nodes(&ctx).await?;
            again(error, |problems| new_form(&ctx, &form, &nodes, problems))
        }
    }
}

fn change_form(ctx: &Ctx, row: &Laboratory, form: &FormData, nodes: &[(String, String)], problems: &Again) -> Markup {
    let back = format!("{LIST}/{}", row.id);
    let frame = FormPage {
        page: page(ctx, "修改登记", &[("检验机构", LIST.into()), (&row.name, back.clone())]),
        title: "修改登记",
        lead: &row.name,
        action: format!("{back}/change"),
        version: row.version,
        button: "保存",
        back,
    };
    frame.render(ctx, problems, fields(form, problems, nodes))
}

/// `GET /desk/registers/laboratories/{id}/change`
pub async fn change_page(ctx: Ctx, Path(path): Path<String>) -> PageResult {
    let laboratory: LaboratoryId = id(&path)?;
    let row = ctx.view(move |work| work.load::<Laboratory>(laboratory)).await?;
    let form = FormData::of([
        ("name", row.name.clone()),
        ("address", row.address.clone()),
        ("accreditation_number", row.accreditation_number.clone()),
        ("accreditation_until_on", row.accreditation_until_on.map(|day| day.to_string()).unwrap_or_default()),
        ("organisation_id", row.organisation_id.map(|node| node.to_string()).unwrap_or_default()),
        ("single_in_province", tick(row.single_in_province)),
        ("note", row.note.clone()),
    ]);
    let nodes = nodes(&ctx).await?;
    Ok(change_form(&ctx, &row, &form, &nodes, &Again::default()).into_response())
}

/// `POST /desk/registers/laboratories/{id}/change`
pub async fn change(ctx: Ctx, Path(path): Path<String>, form: FormData) -> PageResult {
    let laboratory: LaboratoryId = id(&path)?;
    let done = match read(&form) {
        Ok(entry) => {
            let version = form.version();
            ctx.act(move |work| laboratories::change(work, laboratory, version, entry)).await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("{LIST}/{laboratory}")).into_response()),
        Err(error) => {
            let mut row = ctx.view(move |work| work.load::<Laboratory>(laboratory)).await?;
            row.version = form.version();
            let nodes = nodes(&ctx).await?;
            again(error, |problems| change_form(&ctx, &row, &form, &nodes, problems))
        }
    }
}

fn scope_form(ctx: &Ctx, row: &Laboratory, form: &FormData, problems: &Again) -> Markup {
    let back = format!("{LIST}/{}", row.id);
    let frame = FormPage {
        page: page(ctx, "登记资质项目", &[("检验机构", LIST.into()), (&row.name, back.clone())]),
        title: "登记资质项目",
        lead: "每行一项，各栏用竖线或制表符分开，可以从表格里直接粘贴。",
        action: format!("{back}/scope"),
        version: 0,
        button: "登记",
        back,
    };
    let help = "检验项目 | 方法标准 | 起 | 止。后三栏可以不填：不填方法的不限方法，不填止期的随证书有效期";
    frame.render(
        ctx,
        problems,
        Field::area("lines", "资质项目")
            .required()
            .value(form.get("lines"))
            .help(help)
            .error(problems.of("lines"))
            .render(),
    )
}

/// `GET /desk/registers/laboratories/{id}/scope`
pub async fn scope_page(ctx: Ctx, Path(path): Path<String>) -> PageResult {
    let laboratory: LaboratoryId = id(&path)?;
    let row = ctx.view(move |work| work.load::<Laboratory>(laboratory)).await?;
    Ok(scope_form(&ctx, &row, &FormData::default(), &Again::default()).into_response())
}

/// `POST /desk/registers/laboratories/{id}/scope`
pub async fn scope_add(ctx: Ctx, Path(path): Path<String>, form: FormData) -> PageResult {
    let laboratory: LaboratoryId = id(&path)?;
    let done = match laboratories::read_scope(form.get("lines")) {
        Ok(lines) => {
            let once = form.once();
            ctx.act(move |work| laboratories::add_scope(work, laboratory, lines, &once)).await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("{LIST}/{laboratory}")).into_response()),
        Err(error) => {
            let row = ctx.view(move |work| work.load::<Laboratory>(laboratory)).await?;
            again(error, |problems| scope_form(&ctx, &row, &form, problems))
        }
    }
}

fn scope_line_form(ctx: &Ctx, owner: &Laboratory, line: &LaboratoryScope, form: &FormData, problems: &Again) -> Markup {
    let back = format!("{LIST}/{}", owner.id);
    let frame = FormPage {
        page: page(ctx, "改有效期", &[("检验机构", LIST.into()), (&owner.name, back.clone())]),
        title: "改有效期",
        lead: &line.item,
        action: format!("{back}/scope/{}", line.id),
        version: line.version,
        button: "保存",
        back,
    };
    let field = Field::date("until", "最后一日").required().value(form.get("until")).error(problems.of("until"));
    frame.render(ctx, problems, field.help("此前签订的委托不受影响").render())
}

async fn scope_line(
    ctx: &Ctx,
    owner: LaboratoryId,
    line: LaboratoryScopeId,
) -> AppResult<(Laboratory, LaboratoryScope)> {
    ctx.view(move |work| Ok((work.load(owner)?, work.load(line)?))).await
}

/// `GET /desk/registers/laboratories/{id}/scope/{line}`
pub async fn scope_line_page(ctx: Ctx, Path((path, line)): Path<(String, String)>) -> PageResult {
    let (owner, line) = scope_line(&ctx, id(&path)?, id(&line)?).await?;
    let form = FormData::of([("until", line.valid_until_on.map(|day| day.to_string()).unwrap_or_default())]);
    Ok(scope_line_form(&ctx, &owner, &line, &form, &Again::default()).into_response())
}

/// `POST /desk/registers/laboratories/{id}/scope/{line}`
pub async fn scope_end(ctx: Ctx, Path((path, line)): Path<(String, String)>, form: FormData) -> PageResult {
    let (owner, line): (LaboratoryId, LaboratoryScopeId) = (id(&path)?, id(&line)?);
    let mut reader = form.reader();
    let until = reader.date("until", "最后一日");
    let done = match (reader.finish(), until) {
        (Ok(()), Some(until)) => {
            let version = form.version();
            ctx.act(move |work| laboratories::end_scope(work, owner, line, version, until)).await
        }
        (Err(error), _) => Err(error),
        (Ok(()), None) => Err(hengjian_app::AppError::field("until", "请填写最后一日")),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("{LIST}/{owner}")).into_response()),
        Err(error) => {
            let (owner, mut line) = scope_line(&ctx, owner, line).await?;
            line.version = form.version();
            again(error, |problems| scope_line_form(&ctx, &owner, &line, &form, problems))
        }
    }
}
