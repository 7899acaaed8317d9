//! Accounts: list, new, the page of one. The same pages serve the security administrator (all accounts but auditors) and the
//! audit administrator (auditors); the route says which. A one-time password is shown once, on the answer itself.

use super::page;
use crate::{
    Ctx, FormData, PageResult,
    components::{
        Tone,
        form::{Field, error_summary, hidden, refusal},
        or_slash,
        shell::{self, section, title},
        table::{self, empty, text},
        tag,
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
    AppResult, TimelineLine, Work,
    account::LOCK_AFTER,
    administration::accounts::{self, AccountEntry, AccountView, ONE_TIME_HOURS},
};
use hengjian_domain::{
    actor::{Role, UserId},
    administration::{grantable, place_titles},
    code::Code,
    match_key::match_key,
    policy::Action,
    time::Timestamp,
};
use maud::{Markup, html};
use serde::Deserialize;

/// Which of the two administrators uses the pages.
struct Office {
    list: &'static str,
    name: &'static str,
    action: Action,
}

fn office(ctx: &Ctx) -> Office {
    if ctx.path().starts_with("/desk/admin/auditors") {
        Office { list: "/desk/admin/auditors", name: "监察审计账号", action: Action::AuditorManage }
    } else {
        Office { list: "/desk/admin/users", name: "账号与岗位", action: Action::UserManage }
    }
}

/// Filter of the list.
#[derive(Debug, Default, Deserialize)]
pub struct Filter {
    #[serde(default)]
    text: String,
    #[serde(default)]
    role: String,
}

fn state(active: bool, locked_until: Timestamp, password_until: Timestamp, now: Timestamp) -> Markup {
    if !active {
        tag(Tone::Absent, "停用")
    } else if locked_until > now {
        tag(Tone::Bad, "锁定")
    } else if password_until.0 > 0 && password_until < now {
        tag(Tone::Bad, "一次性口令过期")
    } else if password_until.0 > 0 {
        tag(Tone::Waiting, "还没有首次登录")
    } else {
        tag(Tone::Done, "在用")
    }
}

fn titles(roles: &[Role]) -> String {
    roles.iter().map(|role| role.title()).collect::<Vec<_>>().join("、")
}

/// `GET /desk/admin/users`, `GET /desk/admin/auditors`
pub async fn list_page(ctx: Ctx, Query(filter): Query<Filter>) -> PageResult {
    let (office, now) = (office(&ctx), ctx.now());
    let lines = ctx.view(accounts::list).await?;
    let (key, role) = (match_key(&filter.text), Role::from_code(&filter.role));
    let shown: Vec<_> = lines
        .iter()
        .filter(|line| role.is_none_or(|role| line.roles.contains(&role)))
        .filter(|line| [&line.name, &line.login, &line.unit].iter().any(|text| match_key(text).contains(&key)))
        .collect();
    let cells: Vec<Vec<Markup>> = shown
        .iter()
        .map(|line| {
            vec![
                html! { a class="name" href=(format!("{}/{}", office.list, line.id)) { (line.name) } },
                html! { span class="code" { (line.login) } },
                html! { (line.unit) },
                html! { (titles(&line.roles)) },
                state(line.active, line.locked_until, line.password_until, now),
            ]
        })
        .collect();
    let mut roles = vec![(String::new(), "全部".to_owned())];
    roles.extend(grantable(&ctx.actor().roles).iter().map(|role| (role.code().to_owned(), role.title().to_owned())));
    let body = html! {
        (title(office.name, "一人一个账号，不合用。离岗当天停用。"))
        (table::filter(office.list, html! {
            (Field::text("text", "姓名、登录名或单位").value(filter.text.as_str()).render())
            (Field::select("role", "岗位", roles).value(filter.role.as_str()).render())
        }))
        (table::bar(i64::try_from(shown.len()).unwrap_or(0), html! { a href="/desk/admin/roles" { "岗位与权限" } a class="btn btn--main" href=(format!("{}/new", office.list)) { "建立账号" } }))
        @if shown.is_empty() { (empty("没有符合条件的账号", Some((office.list, "清除条件")))) }
        @else { (table::table(office.name, &[text("姓名"), text("登录名"), text("单位"), text("岗位"), text("状态")], &cells)) }
    };
    Ok(shell::page(&page(&ctx, office.name, &[]), body).into_response())
}

fn read(form: &FormData) -> AccountEntry {
    AccountEntry {
        login: form.get("login").to_owned(),
        name: form.get("name").to_owned(),
        unit_id: chosen(form, "unit_id"),
        roles: form.all("role").into_iter().filter_map(Role::from_code).collect(),
    }
}

async fn units(ctx: &Ctx) -> AppResult<Vec<(String, String)>> {
    let units = ctx.view(accounts::units).await?;
    Ok(units.into_iter().map(|unit| (unit.id.to_string(), format!("{}（{}）", unit.name, unit.kind.title()))).collect())
}

/// The roles to tick, each with where it belongs; those that stand alone say so.
fn role_fields(ctx: &Ctx, chosen: &[&str]) -> Markup {
    html! { fieldset class="field" {
        legend class="label" { b { "岗位" } span class="must" { "必填" } }
        @for role in grantable(&ctx.actor().roles) {
            @let alone = role.is_administrator() || role == Role::Auditor;
            label class="opt" {
                input type="checkbox" name="role" value=(role.code()) checked[chosen.contains(&role.code())];
                span { (role.title()) small class="sub" { "　设在" (place_titles(role)) @if alone { "；不兼其他岗位" } } }
            }
        }
    } }
}

fn fields(ctx: &Ctx, form: &FormData, problems: &Again, units: &[(String, String)], with_login: bool) -> Markup {
    html! {
        div class="fields" {
            @if with_login { (Field::text("login", "登录名").required().width("c6").value(form.get("login")).help("小写字母和数字，2 至 32 个；定了不改").error(problems.of("login")).render()) }
            (Field::text("name", "姓名").required().width("c6").value(form.get("name")).error(problems.of("name")).render())
            (Field::select("unit_id", "单位", units.to_vec()).required().value(form.get("unit_id")).help("看得到本单位和下级的数据；股室看到全局，所只看到本所").error(problems.of("unit_id")).render())
        }
        (role_fields(ctx, &form.all("role")))
    }
}

fn new_form(ctx: &Ctx, form: &FormData, units: &[(String, String)], problems: &Again) -> Markup {
    let office = office(ctx);
    let frame = FormPage {
        page: page(ctx, "建立账号", &[(office.name, office.list.into())]),
        title: "建立账号",
        lead: "建立之后显示一次性口令，请当面交给本人；本人首次登录时换成自己的口令。",
        action: format!("{}/new", office.list),
        version: 0,
        button: "建立账号",
        back: office.list.into(),
    };
    frame.render(ctx, problems, fields(ctx, form, problems, units, true))
}

/// `GET …/new`
pub async fn new_page(ctx: Ctx) -> PageResult {
    let units = units(&ctx).await?;
    Ok(new_form(&ctx, &FormData::default(), &units, &Again::default()).into_response())
}

/// The password, once.
fn password_page(ctx: &Ctx, account: UserId, name: &str, login: &str, password: &str) -> Markup {
    let office = office(ctx);
    let body = html! {
        (title("一次性口令", "只显示这一次。离开本页以后看不到，只能重发。"))
        (facts(&[
            ("姓名", html! { (name) }),
            ("登录名", html! { span class="code" { (login) } }),
            ("一次性口令", html! { span class="code t5" { (password) } }),
            ("可用", html! { (ONE_TIME_HOURS) " 小时以内，首次登录时必须更换" }),
        ]))
        p class="gap-top" { a class="btn btn--main" href=(format!("{}/{account}", office.list)) { "已经交给本人" } }
    };
    shell::page(&page(ctx, "一次性口令", &[(office.name, office.list.into())]), body)
}

/// `POST …/new`
pub async fn create(ctx: Ctx, form: FormData) -> PageResult {
    let office = office(&ctx);
    let (entry, once) = (read(&form), form.once());
    let made = ctx.direct(move |app, actor| app.make_account(actor, office.action, entry, once, office.list)).await;
    match made {
        Ok((id, password)) => {
            Ok(password_page(&ctx, id, form.get("name"), form.get("login"), &password).into_response())
        }
        Err(error) => {
            let units = units(&ctx).await?;
            again(error, |problems| new_form(&ctx, &form, &units, problems))
        }
    }
}

/// An account with its course and the units to choose from.
struct Whole {
    view: AccountView,
    course: Vec<TimelineLine>,
    units: Vec<(String, String)>,
}

async fn whole(ctx: &Ctx, id: UserId) -> AppResult<Whole> {
    let read = move |work: &mut Work<'_>| Ok((accounts::view(work, id)?, work.timeline(id)?));
    let (view, course) = ctx.view(read).await?;
    Ok(Whole { view, course, units: units(ctx).await? })
}

fn filled(view: &AccountView) -> FormData {
    let mut pairs = vec![("name", view.account.name.clone()), ("unit_id", view.unit.id.to_string())];
    pairs.extend(view.roles.iter().map(|role| ("role", role.code().to_owned())));
    FormData::of(pairs)
}

fn drawn(ctx: &Ctx, whole: &Whole, form: &FormData, problems: &Again) -> Markup {
    let (office, now, view) = (office(ctx), ctx.now(), &whole.view);
    let (account, base) = (&view.account, format!("{}/{}", office.list, view.account.id));
    let own = account.id == ctx.actor().user_id;
    let errors: Vec<(String, String)> =
        problems.fields.iter().map(|error| (error.field.clone(), error.message.clone())).collect();
    let secret = || hidden(ctx.csrf(), "", account.version);
    let mut list = Vec::new();
    if own {
        let refused = hengjian_domain::administration::AccountRefused::Own;
        list.push(hengjian_domain::refusal::Refusal::from(refused).into());
    } else {
        if account.active {
            list.push(Act::button("重发一次性口令", &format!("{base}/password"), secret(), false));
            list.push(Act::form(
                "停用账号",
                &format!("{base}/active"),
                secret(),
                html! { p { "停用后立即退出登录。" @if view.duties > 0 { "名下 " (view.duties) " 件待办交回岗位，由同岗位人员办理。" } } },
                "停用",
            ));
        } else {
            list.push(Act::button(
                "启用账号",
                &format!("{base}/active"),
                html! { (secret()) input type="hidden" name="on" value="1"; },
                false,
            ));
        }
        if account.locked_until_us > now {
            list.push(Act::button("解锁", &format!("{base}/unlock"), secret(), false));
        }
        if !view.sessions.is_empty() {
            list.push(Act::button("结束全部登录", &format!("{base}/sessions"), secret(), false));
        }
    }
    let sessions: Vec<Vec<Markup>> = view
        .sessions
        .iter()
        .map(|session| {
            vec![
                html! { (session.created_at_us) },
                html! { (session.seen_at_us) },
                html! { (or_slash(&session.device)) },
            ]
        })
        .collect();
    let body = html! {
        (title(&account.name, &format!("{}　{}", view.unit.name, titles(&view.roles))))
        (error_summary(&errors))
        @if let Some(refused) = &problems.refusal { (refusal(refused)) }
        (split(acts(&list), html! {
            (section("账号", facts(&[
                ("登录名", html! { span class="code" { (account.login) } }),
                ("状态", state(account.active, account.locked_until_us, account.password_until_us, now)),
                ("锁定到", html! { @if account.locked_until_us > now { (account.locked_until_us) "（连续 " (LOCK_AFTER) " 次口令不对）" } @else { "/" } }),
                ("一次性口令可用到", html! { @if account.password_until_us.0 > 0 { (account.password_until_us) } @else { "/" } }),
                ("建立", html! { (account.created_at_us.date()) }),
                ("名下待办", html! { (view.duties) " 件" }),
            ])))
            @if !own { (section("姓名、单位和岗位", html! {
                form class="form" method="post" action=(base) {
                    (secret())
                    (fields(ctx, form, problems, &whole.units, false))
                    p { button class="btn btn--main" type="submit" { "保存" } span class="sub" { "保存后本人要重新登录" } }
                }
            })) }
            (section("登录中", html! {
                @if sessions.is_empty() { p class="sub" { "现在没有登录。" } }
                @else { (table::table("登录中", &[text("开始"), text("最近使用"), text("浏览器")], &sessions)) }
            }))
            (timeline(&timeline_lines(whole.course.clone())))
        }))
    };
    shell::page(&page(ctx, &account.name, &[(office.name, office.list.into())]), body)
}

/// `GET …/{id}`
pub async fn thing_page(ctx: Ctx, Path(path): Path<String>) -> PageResult {
    let whole = whole(&ctx, id(&path)?).await?;
    Ok(drawn(&ctx, &whole, &filled(&whole.view), &Again::default()).into_response())
}

/// Answers an act on the page of an account.
async fn answer(ctx: &Ctx, account: UserId, done: AppResult<()>, form: Option<&FormData>) -> PageResult {
    match done {
        Ok(()) => Ok(Redirect::to(&format!("{}/{account}", office(ctx).list)).into_response()),
        Err(error) => {
            let whole = whole(ctx, account).await?;
            let kept = filled(&whole.view);
            again(error, |problems| drawn(ctx, &whole, form.unwrap_or(&kept), problems))
        }
    }
}

/// `POST …/{id}`
pub async fn change(ctx: Ctx, Path(path): Path<String>, form: FormData) -> PageResult {
    let (account, version, entry) = (id(&path)?, form.version(), read(&form));
    let done = ctx.act(move |work| accounts::change(work, account, version, entry)).await;
    answer(&ctx, account, done, Some(&form)).await
}

/// `POST …/{id}/active`
pub async fn set_active(ctx: Ctx, Path(path): Path<String>, form: FormData) -> PageResult {
    let (account, version, on) = (id(&path)?, form.version(), form.ticked("on"));
    let done = ctx.act(move |work| accounts::set_active(work, account, version, on)).await;
    answer(&ctx, account, done, None).await
}

/// `POST …/{id}/password`
pub async fn reset(ctx: Ctx, Path(path): Path<String>, form: FormData) -> PageResult {
    let (account, version, office): (UserId, _, _) = (id(&path)?, form.version(), office(&ctx));
    match ctx.direct(move |app, actor| app.reset_password(actor, office.action, account, version)).await {
        Ok(password) => {
            let whole = whole(&ctx, account).await?;
            let kept = &whole.view.account;
            Ok(password_page(&ctx, account, &kept.name, &kept.login, &password).into_response())
        }
        Err(error) => answer(&ctx, account, Err(error), None).await,
    }
}

/// `POST …/{id}/unlock`
pub async fn unlock(ctx: Ctx, Path(path): Path<String>, form: FormData) -> PageResult {
    let (account, version) = (id(&path)?, form.version());
    let done = ctx.act(move |work| accounts::unlock(work, account, version)).await;
    answer(&ctx, account, done, None).await
}

/// `POST …/{id}/sessions`
pub async fn end_sessions(ctx: Ctx, Path(path): Path<String>, _form: FormData) -> PageResult {
    let account = id(&path)?;
    let done = ctx.act(move |work| accounts::end_sessions(work, account)).await;
    answer(&ctx, account, done, None).await
}
