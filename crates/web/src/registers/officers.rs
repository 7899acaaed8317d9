//! Officers and samplers: list with certificates, the page of one with recusals, forms.

use super::{FormPage, all_or, chosen, id, page, tick};
use crate::{
    Ctx, FormData, PageResult,
    components::{
        Tone, clock,
        form::Field,
        form::hidden,
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
    AppError, AppResult, Work,
    registers::{
        self,
        officers::{self, OfficerEntry, RecusalEntry},
    },
};
use hengjian_domain::{
    code::Code,
    officer::{CERTIFICATE_NOTICE_DAYS, Officer, OfficerId, OfficerStatus, Recusal, RecusalId, RecusalKind},
    organisation::OrganisationKind,
    policy::Action,
    refusal::Explain,
};
use jiff::{ToSpan, civil::Date};
use maud::{Markup, html};
use serde::Deserialize;

const LIST: &str = "/desk/registers/officers";

/// Filter of the list.
#[derive(Debug, Default, Deserialize)]
pub struct Filter {
    #[serde(default)]
    status: String,
    #[serde(default)]
    due: String,
}

/// Whether the certificate ends within the notice days, or has ended.
fn due(officer: &Officer, today: Date) -> bool {
    let soon = today.checked_add(i64::from(CERTIFICATE_NOTICE_DAYS).days()).unwrap_or(today);
    officer.certificate_number.is_empty() || officer.certificate_until_on.is_some_and(|last| last <= soon)
}

fn certificate(officer: &Officer, today: Date) -> Markup {
    html! {
        (or_slash(&officer.certificate_number)) "　"
        (clock::iso(officer.certificate_until_on))
        @if officer.certificate_until_on.is_some_and(|last| last < today) { " " (tag(Tone::Bad, "已过期")) }
        @else if due(officer, today) { " " (tag(Tone::Waiting, if officer.certificate_number.is_empty() { "没有证件" } else { "快到期" })) }
    }
}

fn sendable(officer: &Officer, today: Date) -> Markup {
    match officer.may_go_out(today) {
        Ok(()) => tag(Tone::Done, "可派"),
        Err(refused) => html! { (tag(Tone::Absent, "不可派")) " " (refused.why()) },
    }
}

/// `GET /desk/registers/officers`
pub async fn list_page(ctx: Ctx, Query(filter): Query<Filter>) -> PageResult {
    let (rows, units) = ctx
        .view(|work| {
            let org = work.actor().org_id;
            let mut rows = Vec::new();
            for officer in work.tx.officers(org)? {
                if work.must_see(&officer).is_ok() {
                    rows.push(officer);
                }
            }
            Ok((rows, unit_choice(work)?))
        })
        .await?;
    let today = ctx.now().date();
    let status = OfficerStatus::from_code(&filter.status);
    let shown: Vec<&Officer> = rows
        .iter()
        .filter(|row| status.is_none_or(|status| row.status == status))
        .filter(|row| filter.due.is_empty() || due(row, today))
        .collect();
    let unit = |row: &Officer| {
        let id = row.unit_id.map(|unit| unit.to_string()).unwrap_or_default();
        units.iter().find(|(unit, _)| *unit == id).map_or_else(|| "/".to_owned(), |(_, name)| name.clone())
    };
    let cells: Vec<Vec<Markup>> = shown
        .iter()
        .map(|row| {
            vec![
                html! { a class="name" href=(format!("{LIST}/{}", row.id)) { (row.name) } },
                html! { span class="code" { (row.staff_number) } },
                html! { (unit(row)) },
                certificate(row, today),
                html! { @if row.may_lead { "可带队" } @else { "/" } },
                sendable(row, today),
            ]
        })
        .collect();
    let body = html! {
        (title("抽样人员", "证件过期、不在岗的不会派出；回避的企业和同事由抽取自动避开。"))
        (table::filter(LIST, html! {
            (Field::select("status", "状态", all_or::<OfficerStatus>()).value(filter.status.as_str()).render())
            (Field::checkbox("due", "只看证件快到期的").ticked(!filter.due.is_empty()).render())
        }))
        (table::bar(i64::try_from(shown.len()).unwrap_or(0), html! { @if ctx.may(Action::RegisterEdit) { a class="btn btn--main" href=(format!("{LIST}/new")) { "登记抽样人员" } } }))
        @if shown.is_empty() { (empty("没有符合条件的人员。由计划编制人登记", None)) }
        @else { (table::table("抽样人员", &[text("姓名"), text("编号"), text("单位"), text("证件和有效期"), text("带队"), text("今天能不能派")], &cells)) }
    };
    Ok(shell::page(&page(&ctx, "抽样人员", &[]), body).into_response())
}

/// `GET /desk/registers/officers/{id}`
pub async fn thing_page(ctx: Ctx, Path(path): Path<String>) -> PageResult {
    let officer: OfficerId = id(&path)?;
    let (row, recusals, unit, employer, files, course) = ctx
        .view(move |work| {
            let row: Officer = work.load(officer)?;
            let recusals = officers::recusals(work, officer)?;
            let unit = row.unit_id.map(|unit| work.organisation(unit)).transpose()?;
            let employer = row
                .laboratory_id
                .map(|laboratory| work.load::<hengjian_domain::laboratory::Laboratory>(laboratory))
                .transpose()?;
            let files = work.tx.files_of(officer.cast())?;
            Ok((row, recusals, unit, employer, files, work.timeline(officer)?))
        })
        .await?;
    let base = format!("{LIST}/{}", row.id);
    let edit = ctx.may(Action::RegisterEdit);
    let today = ctx.now().date();
    let mut list = if edit {
        vec![
            Act::link("修改登记", &format!("{base}/change"), true),
            Act::link("登记回避", &format!("{base}/recusals/new"), false),
        ]
    } else {
        Vec::new()
    };
    if let Err(refused) = row.may_go_out(today) {
        list.push(hengjian_domain::refusal::Refusal::from(refused).into());
    }
    let cells: Vec<Vec<Markup>> =
        recusals.iter().map(|(recusal, name)| recusal_row(&ctx, &row, recusal, name, today, edit)).collect();
    let body = html! {
        (title(&row.name, &format!("{}　{}", row.staff_number, unit.as_ref().map_or("", |unit| unit.name.as_str()))))
        (split(acts(&list), html! {
            (section("登记事项", facts(&[
                ("状态", html! { (row.status.title()) }),
                ("证件和有效期", certificate(&row, today)),
                ("带队", html! { @if row.may_lead { "可带队（持执法证）" } @else { "不带队" } }),
                ("单位", html! { (unit.as_ref().map_or("/", |unit| unit.name.as_str())) }),
                ("所属检验机构", html! { (employer.as_ref().map_or("/", |employer| employer.name.as_str())) @if employer.is_some() { "（不承担所抽样品的检验）" } }),
                ("专业", html! { (or_slash(&row.skills)) }),
                ("登录账号", html! { @if row.user_id.is_some() { "已对应" } @else { "没有账号，收不到抽样任务" } }),
            ])))
            (section("回避", html! {
                @if cells.is_empty() { p class="sub" { "没有登记回避。有利害关系、亲属或近年任职关系的，应当登记。" } }
                @else { (table::table("回避", &[text("对象"), text("类别"), text("事由"), text("起"), text("止"), text("办理")], &cells)) }
            }))
            (papers(&files.iter().map(|file| (file.purpose.clone(), file.name.clone(), format!("/desk/files/{}", file.id))).collect::<Vec<_>>()))
            (timeline(&timeline_lines(course)))
        }))
    };
    Ok(shell::page(&page(&ctx, &row.name, &[("抽样人员", LIST.into())]), body).into_response())
}

fn recusal_row(ctx: &Ctx, officer: &Officer, recusal: &Recusal, name: &str, today: Date, edit: bool) -> Vec<Markup> {
    let own = recusal.officer_id == officer.id;
    let running = recusal.in_force(today) || recusal.from_on > today;
    vec![
        html! { (name) },
        html! { (recusal.kind.title()) @if !own { "（对方登记）" } },
        html! { (recusal.reason) },
        clock::iso(Some(recusal.from_on)),
        html! { @match recusal.until_on { Some(_) => (clock::iso(recusal.until_on)), None => "长期" } },
        html! { @if edit && own && running {
            form method="post" action=(format!("{LIST}/{}/recusals/{}/end", officer.id, recusal.id)) {
                (hidden(ctx.csrf(), "", recusal.version))
                input type="hidden" name="until" value=(today.max(recusal.from_on));
                button class="linkish" type="submit" { "到今天为止" span class="vh" { "，" (name) } }
            }
        } @else { "/" } },
    ]
}

fn read(form: &FormData) -> AppResult<OfficerEntry> {
    let mut reader = form.reader();
    let entry = OfficerEntry {
        name: form.get("name").to_owned(),
        staff_number: form.get("staff_number").to_owned(),
        unit_id: chosen(form, "unit_id"),
        user_id: chosen(form, "user_id"),
        certificate_number: form.get("certificate_number").to_owned(),
        certificate_until_on: reader.optional_date("certificate_until_on", "证件有效期"),
        may_lead: form.ticked("may_lead"),
        skills: form.get("skills").to_owned(),
        laboratory_id: chosen(form, "laboratory_id"),
        status: OfficerStatus::from_code(form.get("status")),
    };
    reader.finish()?;
    Ok(entry)
}

/// What the form offers to choose from.
struct Choices {
    units: Vec<(String, String)>,
    accounts: Vec<(String, String)>,
    laboratories: Vec<(String, String)>,
}

fn unit_choice(work: &mut Work<'_>) -> AppResult<Vec<(String, String)>> {
    use OrganisationKind::{Regulator, SamplingBody, Section, Station};
    let org = work.actor().org_id;
    let units = registers::units_of(work, org, &[Regulator, Section, Station, SamplingBody])?;
    Ok(units.into_iter().map(|unit| (unit.id.to_string(), unit.name)).collect())
}

fn choices(work: &mut Work<'_>) -> AppResult<Choices> {
    use hengjian_domain::actor::Role;
    let org = work.actor().org_id;
    let mut accounts = vec![(String::new(), "没有账号".to_owned())];
    for role in [Role::Sampler, Role::StationOfficer] {
        for (user, name, _) in work.tx.users_with_role(org, role)? {
            accounts.push((user.to_string(), format!("{name}（{}）", role.title())));
        }
    }
    let mut laboratories = vec![(String::new(), "不是检验机构人员".to_owned())];
    laboratories.extend(work.tx.laboratories(org)?.into_iter().map(|row| (row.id.to_string(), row.name)));
    let mut units = vec![(String::new(), "不清楚".to_owned())];
    units.extend(unit_choice(work)?);
    Ok(Choices { units, accounts, laboratories })
}

fn fields(form: &FormData, problems: &Again, choices: &Choices) -> Markup {
    let field = |name: &'static str, label: &'static str| {
        Field::text(name, label).width("c6").value(form.get(name)).error(problems.of(name))
    };
    let select = |name: &'static str, label: &'static str, options: &[(String, String)]| {
        Field::select(name, label, options.to_vec()).width("c6").value(form.get(name)).error(problems.of(name))
    };
    html! { div class="fields" {
        (field("name", "姓名").required().render())
        (field("staff_number", "编号").required().help("随机选派时用，字母和数字，不超过 18 位").render())
        (select("unit_id", "单位", &choices.units).render())
        (Field::choice::<OfficerStatus>("status", "状态").required().width("c6").value(form.get("status")).error(problems.of("status")).render())
        (field("certificate_number", "执法证号或授权委托书编号").help("抽样时应当出示").render())
        (Field::date("certificate_until_on", "有效期至").width("c6").value(form.get("certificate_until_on")).error(problems.of("certificate_until_on")).render())
        (Field::checkbox("may_lead", "持执法证，可以带队").ticked(form.ticked("may_lead")).render())
        (select("user_id", "登录账号", &choices.accounts).help("收抽样任务用").render())
        (select("laboratory_id", "所属检验机构", &choices.laboratories).help("检验机构的抽样人员不承担所抽样品的检验").render())
        (field("skills", "专业").help("会抽哪些产品，几项之间空一格").render())
    } }
}

fn new_form(ctx: &Ctx, form: &FormData, choices: &Choices, problems: &Again) -> Markup {
    let frame = FormPage {
        page: page(ctx, "登记抽样人员", &[("抽样人员", LIST.into())]),
        title: "登记抽样人员",
        lead: "",
        action: format!("{LIST}/new"),
        version: 0,
        button: "登记",
        back: LIST.into(),
    };
    frame.render(ctx, problems, fields(form, problems, choices))
}

/// `GET /desk/registers/officers/new`
pub async fn new_page(ctx: Ctx) -> PageResult {
    let choices = ctx.view(choices).await?;
    let form = FormData::of([("status", OfficerStatus::Available.code().to_owned())]);
    Ok(new_form(&ctx, &form, &choices, &Again::default()).into_response())
}

/// `POST /desk/registers/officers/new`
pub async fn create(ctx: Ctx, form: FormData) -> PageResult {
    let made = match read(&form) {
        Ok(entry) => {
            let once = form.once();
            ctx.act(move |work| officers::enter(work, entry, &once)).await
        }
        Err(error) => Err(error),
    };
    match made {
        Ok(id) => Ok(Redirect::to(&format!("{LIST}/{id}")).into_response()),
        Err(error) => {
            let choices = ctx.view(choices).await?;
            again(error, |problems| new_form(&ctx, &form, &choices, problems))
        }
    }
}

fn change_form(ctx: &Ctx, row: &Officer, form: &FormData, choices: &Choices, problems: &Again) -> Markup {
    let back = format!("{LIST}/{}", row.id);
    let frame = FormPage {
        page: page(ctx, "修改登记", &[("抽样人员", LIST.into()), (&row.name, back.clone())]),
        title: "修改登记",
        lead: &row.name,
        action: format!("{back}/change"),
        version: row.version,
        button: "保存",
        back,
    };
    frame.render(ctx, problems, fields(form, problems, choices))
}

/// `GET /desk/registers/officers/{id}/change`
pub async fn change_page(ctx: Ctx, Path(path): Path<String>) -> PageResult {
    let officer: OfficerId = id(&path)?;
    let (row, choices) = ctx.view(move |work| Ok((work.load::<Officer>(officer)?, choices(work)?))).await?;
    let form = FormData::of([
        ("name", row.name.clone()),
        ("staff_number", row.staff_number.clone()),
        ("unit_id", row.unit_id.map(|unit| unit.to_string()).unwrap_or_default()),
        ("user_id", row.user_id.map(|user| user.to_string()).unwrap_or_default()),
        ("certificate_number", row.certificate_number.clone()),
        ("certificate_until_on", row.certificate_until_on.map(|day| day.to_string()).unwrap_or_default()),
        ("may_lead", tick(row.may_lead)),
        ("skills", row.skills.clone()),
        ("laboratory_id", row.laboratory_id.map(|id| id.to_string()).unwrap_or_default()),
        ("status", row.status.code().to_owned()),
    ]);
    Ok(change_form(&ctx, &row, &form, &choices, &Again::default()).into_response())
}

/// `POST /desk/registers/officers/{id}/change`
pub async fn change(ctx: Ctx, Path(path): Path<String>, form: FormData) -> PageResult {
    let officer: OfficerId = id(&path)?;
    let done = match read(&form) {
        Ok(entry) => {
            let version = form.version();
            ctx.act(move |work| officers::change(work, officer, version, entry)).await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("{LIST}/{officer}")).into_response()),
        Err(error) => {
            let (mut row, choices) = ctx.view(move |work| Ok((work.load::<Officer>(officer)?, choices(work)?))).await?;
            row.version = form.version();
            again(error, |problems| change_form(&ctx, &row, &form, &choices, problems))
        }
    }
}

fn recusal_form(
    ctx: &Ctx,
    row: &Officer,
    colleagues: &[(String, String)],
    form: &FormData,
    problems: &Again,
) -> Markup {
    let back = format!("{LIST}/{}", row.id);
    let frame = FormPage {
        page: page(ctx, "登记回避", &[("抽样人员", LIST.into()), (&row.name, back.clone())]),
        title: "登记回避",
        lead: &row.name,
        action: format!("{back}/recusals/new"),
        version: 0,
        button: "登记",
        back,
    };
    let fields = html! { div class="fields" {
        (Field::choice::<RecusalKind>("kind", "类别").required().value(form.get("kind")).error(problems.of("kind")).render())
        (Field::text("enterprise", "回避的企业").width("c6").value(form.get("enterprise")).error(problems.of("enterprise")).help("统一社会信用代码或完整名称").render())
        (Field::select("colleague_id", "不得同组的同事", colleagues.to_vec()).width("c6").value(form.get("colleague_id")).error(problems.of("colleague_id")).render())
        (Field::area("reason", "事由").required().value(form.get("reason")).error(problems.of("reason")).render())
        (Field::date("from_on", "起").required().width("c6").value(form.get("from_on")).error(problems.of("from_on")).render())
        (Field::date("until_on", "止").width("c6").value(form.get("until_on")).error(problems.of("until_on")).help("不填为长期").render())
    } };
    frame.render(ctx, problems, fields)
}

fn colleagues(work: &mut Work<'_>, officer: OfficerId) -> AppResult<(Officer, Vec<(String, String)>)> {
    let row: Officer = work.load(officer)?;
    let mut found = vec![(String::new(), "不选".to_owned())];
    for other in work.tx.officers(row.org_id)?.into_iter().filter(|other| other.id != officer) {
        found.push((other.id.to_string(), format!("{}（{}）", other.name, other.staff_number)));
    }
    Ok((row, found))
}

/// `GET /desk/registers/officers/{id}/recusals/new`
pub async fn recusal_page(ctx: Ctx, Path(path): Path<String>) -> PageResult {
    let officer: OfficerId = id(&path)?;
    let (row, colleagues) = ctx.view(move |work| colleagues(work, officer)).await?;
    let form =
        FormData::of([("kind", RecusalKind::Enterprise.code().to_owned()), ("from_on", ctx.now().date().to_string())]);
    Ok(recusal_form(&ctx, &row, &colleagues, &form, &Again::default()).into_response())
}

fn read_recusal(form: &FormData) -> AppResult<RecusalEntry> {
    let mut reader = form.reader();
    let kind = reader.code("kind", "类别");
    let from_on = reader.date("from_on", "起");
    let until_on = reader.optional_date("until_on", "止");
    reader.finish()?;
    let missing = || AppError::field("kind", "请选择类别");
    Ok(RecusalEntry {
        kind: kind.ok_or_else(missing)?,
        enterprise: form.get("enterprise").to_owned(),
        colleague_id: chosen(form, "colleague_id"),
        reason: form.get("reason").to_owned(),
        from_on: from_on.ok_or_else(missing)?,
        until_on,
    })
}

/// `POST /desk/registers/officers/{id}/recusals/new`
pub async fn recuse(ctx: Ctx, Path(path): Path<String>, form: FormData) -> PageResult {
    let officer: OfficerId = id(&path)?;
    let done = match read_recusal(&form) {
        Ok(entry) => {
            let once = form.once();
            ctx.act(move |work| officers::recuse(work, officer, entry, &once)).await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(_) => Ok(Redirect::to(&format!("{LIST}/{officer}")).into_response()),
        Err(error) => {
            let (row, colleagues) = ctx.view(move |work| colleagues(work, officer)).await?;
            again(error, |problems| recusal_form(&ctx, &row, &colleagues, &form, problems))
        }
    }
}

/// `POST /desk/registers/officers/{id}/recusals/{recusal}/end`
pub async fn end_recusal(ctx: Ctx, Path((path, recusal)): Path<(String, String)>, form: FormData) -> PageResult {
    let (officer, recusal): (OfficerId, RecusalId) = (id(&path)?, id(&recusal)?);
    let version = form.version();
    let until: Date = form.get("until").parse().map_err(|_| AppError::field("until", "请填写最后一日"))?;
    ctx.act(move |work| officers::end_recusal(work, officer, recusal, version, until)).await?;
    Ok(Redirect::to(&format!("{LIST}/{officer}")).into_response())
}
