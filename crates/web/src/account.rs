//! Login, logout, first start, own account. The only pages a person sees before being recognised. A form that came when
//! its login was over is kept on these pages until the person sends it again; nothing sends it by itself.

use crate::{
    Access, Ctx, FormData, PageResult, Routes,
    components::{form, or_slash, shell, table},
    context::{DISPLAY_COOKIE, PublicCtx, SESSION_COOKIE, blocking},
    error::{Again, again},
    form::Kept,
    server,
};
use axum::{
    extract::Query,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use hengjian_app::{
    AppError,
    account::{FirstStart, IDLE_MINUTES, LOCK_AFTER, LOCK_MINUTES, LoggedIn},
};
use hengjian_domain::{policy::Action, text::KEPT};
use maud::{Markup, html};
use serde::Deserialize;

/// Routes of this area.
pub fn routes() -> Routes {
    Routes::new()
        .get("/login", Access::Public, login_page)
        .post("/login", Access::Public, log_in)
        .get("/setup", Access::Public, setup_page)
        .post("/setup", Access::Public, set_up)
        .post("/logout", Access::Action(Action::Own), log_out)
        .get("/desk/account", Access::Action(Action::Own), account_page)
        .post("/desk/account/password", Access::Action(Action::Own), change_password)
        .post("/desk/account/display", Access::Action(Action::Own), change_display)
        .post("/desk/account/sessions", Access::Action(Action::Own), end_sessions)
}

/// Where to go after login.
#[derive(Debug, Default, Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
}

impl Next {
    /// Only addresses of our own: a path, never another site.
    fn safe(&self) -> &str {
        let own = self.next.starts_with('/') && !self.next.starts_with("//") && !self.next.contains('\\');
        if own { &self.next } else { "/desk" }
    }
}

fn login_form(
    page: shell::Page,
    demonstration: bool,
    next: &Next,
    kept: Option<&Kept>,
    login: &str,
    problems: &Again,
) -> Markup {
    let body = html! {
        @if kept.is_none() { (shell::title("登录", "用本机关安全管理员发放的账号登录。")) }
        @else { (shell::title("登录已到期", "刚才填的内容还没有提交，也没有丢：登录以后，再按一次提交。")) }
        div class="split" {
            div class="narrow" {
                @if let Some(refusal) = &problems.refusal { (form::refusal(refusal)) }
                form class="form" method="post" action="/login" {
                    input type="hidden" name="next" value=(next.safe());
                    @if let Some(kept) = kept { (hidden_fields(kept, KEPT)) input type="hidden" name="resume" value=(kept.path); input type="hidden" name="resume_token" value=(kept.token); }
                    (form::Field::text("login", "登录名").required().value(login).autocomplete("username").error(problems.of("login")).render())
                    (form::Field::password("password", "口令").required().autocomplete("current-password").error(problems.of("password")).render())
                    p { button class="btn btn--main" type="submit" { "登录" } }
                }
                ul class="note" {
                    li { "忘记口令，请找本机关安全管理员重发一次性口令。" }
                    li { "连续 " (LOCK_AFTER) " 次口令不对，账号锁定 " (LOCK_MINUTES) " 分钟。" }
                    li { (IDLE_MINUTES) " 分钟没有操作，要重新登录；正在填的表单不会丢。" }
                }
                @if let Some(kept) = kept { (typed_texts(kept)) }
            }
            @if demonstration && kept.is_none() { (demo_accounts(next)) }
        }
    };
    shell::page(&page, body)
}

/// The form kept on a login page, if there is one.
fn kept_of(data: &FormData) -> Option<Kept> {
    let path = data.get("resume");
    let fields = data.fields().filter_map(|(field, value)| Some((field.strip_prefix(KEPT)?, value)));
    let form = FormData::kept(fields, data.ticked("files"));
    let token = data.get("resume_token").to_owned();
    server::takes_forms(path).then(|| Kept { path: path.to_owned(), form, token })
}

/// Fields that are not kept: the old token, and passwords.
const NOT_KEPT: &[&str] = &["csrf", "password", "current"];

/// All fields of a kept form, hidden.
fn hidden_fields(kept: &Kept, prefix: &str) -> Markup {
    html! {
        @for (field, value) in kept.form.fields().filter(|(field, _)| !NOT_KEPT.contains(field)) {
            input type="hidden" name=(format!("{prefix}{field}")) value=(value);
        }
        @if !prefix.is_empty() && kept.form.has_files() { input type="hidden" name="files" value="1"; }
    }
}

/// What the person typed, to be read or copied: texts with Chinese words in them, not ticks, codes and ids.
fn typed_texts(kept: &Kept) -> Markup {
    let chinese = |text: &str| text.chars().any(|sign| ('\u{4E00}'..='\u{9FFF}').contains(&sign));
    let texts: Vec<&str> = kept
        .form
        .fields()
        .filter(|(field, _)| !NOT_KEPT.contains(field))
        .map(|(_, value)| value.trim())
        .filter(|text| chinese(text))
        .collect();
    html! {
        @if kept.form.has_files() { p class="flash flash--soon" { "选过的文件没有保留，再次提交以后请重新上传。" } }
        @if !texts.is_empty() {
            section class="sec" { h2 { "刚才填的内容" }
                ul class="papers" { @for text in texts { li { span { (text) } } } }
            }
        }
    }
}

/// The answer to a form that came when the login was over: nothing is done, everything that was typed is on the page.
pub(crate) fn login_over(kept: &Kept) -> Response {
    let page =
        login_form(shell::Page::public("登录已到期"), false, &Next::default(), Some(kept), "", &Again::default());
    (StatusCode::UNAUTHORIZED, page).into_response()
}

/// The answer to a form of ours from before the present login.
pub(crate) fn old_form(kept: &Kept, csrf: &str) -> Response {
    let lead = "打开那份表单以后，您重新登录过，所以没有提交。填的内容都在，核对以后再提交一次。";
    (StatusCode::CONFLICT, once_more(&shell::Page::desk("再提交一次"), csrf, kept, lead)).into_response()
}

/// A page with the form once more, under the present login.
fn once_more(page: &shell::Page, csrf: &str, kept: &Kept, lead: &str) -> Markup {
    let back = server::page_above(&kept.path);
    let body = html! {
        (shell::title("再提交一次", lead))
        form class="form" method="post" action=(kept.path) {
            input type="hidden" name="csrf" value=(csrf);
            (hidden_fields(kept, ""))
            p class="bar-row" {
                button class="btn btn--main" type="submit" { "按刚才填的提交" }
                a href=(back) { "不提交，打开原来的页面" }
            }
        }
        (typed_texts(kept))
    };
    shell::page(page, body)
}

/// In a demonstration the accounts are no secret; the list is the one the start prints. One press logs in.
fn demo_accounts(next: &Next) -> Markup {
    html! {
        section class="sec" {
            h2 { "演示账号" }
            p { "只在演示时出现。按登录名直接进入；口令都是 " span class="code" { (hengjian_app::demo::PASSWORD) } "。" }
            table class="dense" {
                caption class="vh" { "演示账号" }
                thead { tr { th scope="col" { "登录名" } th scope="col" { "姓名" } th scope="col" { "岗位" } } }
                tbody {
                    @for account in hengjian_app::demo::ACCOUNTS {
                        tr {
                            td { form method="post" action="/login" {
                                input type="hidden" name="next" value=(next.safe());
                                input type="hidden" name="login" value=(account.login);
                                input type="hidden" name="password" value=(hengjian_app::demo::PASSWORD);
                                button class="linkish code" type="submit" { (account.login) }
                            } }
                            td { (account.name) } td { (account.roles_text()) }
                        }
                    }
                }
            }
        }
    }
}

/// `GET /login`
pub async fn login_page(ctx: PublicCtx, Query(next): Query<Next>) -> Response {
    if ctx.login.is_some() {
        return Redirect::to(next.safe()).into_response();
    }
    login_form(ctx.page("登录"), ctx.app.demonstration, &next, None, "", &Again::default()).into_response()
}

/// `POST /login`
pub async fn log_in(ctx: PublicCtx, headers: HeaderMap, data: FormData) -> PageResult {
    let next = Next { next: data.get("next").to_owned() };
    let (app, login, password) = (ctx.app.clone(), data.get("login").to_owned(), data.get("password").to_owned());
    let device = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let kept = kept_of(&data);
    match blocking(move || app.log_in(&login, &password, &device)).await {
        Ok((token, begun)) => {
            let mut response = after_login(&ctx, &next, kept.as_ref(), &begun);
            set_cookie(&mut response, SESSION_COOKIE, &token, "HttpOnly; ");
            Ok(response)
        }
        Err(error) => again(error, |problems| {
            login_form(ctx.page("登录"), ctx.app.demonstration, &next, kept.as_ref(), data.get("login"), problems)
        }),
    }
}

/// Where a login leads: to the page asked for, or to the form that was kept, for who sent it alone.
fn after_login(ctx: &PublicCtx, next: &Next, kept: Option<&Kept>, begun: &LoggedIn) -> Response {
    let own = |kept: &&Kept| ctx.app.form_token_is_of(&kept.token, begun.actor.user_id);
    match kept.filter(|_| !begun.must_change_password).filter(own) {
        Some(kept) => {
            let lead = format!("{}，您已登录。上一份表单还没有提交，核对以后再提交一次。", begun.actor.name);
            once_more(&ctx.page("再提交一次"), &begun.csrf, kept, &lead).into_response()
        }
        None => Redirect::to(next.safe()).into_response(),
    }
}

fn set_cookie(response: &mut Response, name: &str, value: &str, flags: &str) {
    let cookie = format!("{name}={value}; Path=/; {flags}SameSite=Lax");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// `POST /logout`
pub async fn log_out(ctx: Ctx, _data: FormData) -> PageResult {
    let (app, login) = (ctx.app.clone(), ctx.login().clone());
    blocking(move || app.log_out(&login)).await?;
    let mut response = Redirect::to("/login").into_response();
    set_cookie(&mut response, SESSION_COOKIE, "", "Max-Age=0; HttpOnly; ");
    Ok(response)
}

fn setup_form(ctx: &PublicCtx, data: &FormData, problems: &Again) -> Markup {
    let page = ctx.page("首次启动");
    let field = |name: &'static str, label: &'static str| {
        form::Field::text(name, label).required().value(data.get(name)).error(problems.of(name))
    };
    let body = html! {
        (shell::title("首次启动", "建立本机关和第一位管理员（安全管理员）。只用一次，建立以后这一页不再使用。"))
        div class="split" {
            div class="narrow" {
                @if let Some(refusal) = &problems.refusal { (form::refusal(refusal)) }
                (form::error_summary(&problems.fields.iter().map(|error| (error.field.clone(), error.message.clone())).collect::<Vec<_>>()))
                form class="form" method="post" action="/setup" {
                    (field("code", "一次性代码").help("启动程序的窗口里打印的代码").render())
                    (field("organisation", "机关全称").render())
                    (field("region_code", "行政区划代码").help("6 位，GB/T 2260；机关的层级由代码确定").render())
                    (field("login", "登录名").help("小写字母和数字，2 至 32 个").autocomplete("username").render())
                    (field("name", "姓名").render())
                    (form::Field::password("password", "口令").required().autocomplete("new-password").help("至少 10 个字符，含字母、数字、符号中的两种").error(problems.of("password")).render())
                    p { button class="btn btn--main" type="submit" { "建立" } }
                }
            }
            section class="sec" { h2 { "之后的步骤" }
                ol class="steps" {
                    li { "安全管理员登录，建立系统管理员、审计管理员的账号，各由一个人担任（三员分立）。" }
                    li { "系统管理员增设股室、市场监管所和辖区乡镇、检验机构，核对参数和日历。" }
                    li { "安全管理员为各岗位的人员建立账号，一次性口令当面交给本人。" }
                    li { "计划编制人登记产品分类、检验机构、抽样人员和实施细则，就可以编制计划。" }
                }
            }
        }
    };
    shell::page(&page, body)
}

/// `GET /setup`
pub async fn setup_page(ctx: PublicCtx) -> PageResult {
    let app = ctx.app.clone();
    if blocking(move || app.awaits_first_start()).await? {
        return Ok(setup_form(&ctx, &FormData::default(), &Again::default()).into_response());
    }
    let body = html! {
        div class="narrow" {
            (shell::title("首次启动", "本机关已经建立，这一页不再使用。"))
            p { a class="btn btn--main" href="/login" { "去登录" } }
        }
    };
    Ok(shell::page(&ctx.page("首次启动"), body).into_response())
}

/// `POST /setup`
pub async fn set_up(ctx: PublicCtx, data: FormData) -> PageResult {
    let setup = FirstStart {
        code: data.get("code").to_owned(),
        organisation: data.get("organisation").to_owned(),
        region_code: data.get("region_code").to_owned(),
        login: data.get("login").to_owned(),
        name: data.get("name").to_owned(),
        password: data.get("password").to_owned(),
    };
    let app = ctx.app.clone();
    let done = match data.bounded() {
        Ok(()) => blocking(move || app.first_start(setup)).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => Ok(Redirect::to("/login").into_response()),
        Err(error) => again(error, |problems| setup_form(&ctx, &data, problems)),
    }
}

async fn account_body(ctx: &Ctx, problems: &Again) -> Result<Markup, AppError> {
    let user = ctx.actor().user_id;
    let sessions = ctx.view(move |work| hengjian_app::account::own_sessions(work, user)).await?;
    let actor = ctx.actor();
    let mut page = ctx.page("我的账号");
    page.crumbs = vec![("待办".into(), Some("/desk".into())), ("我的账号".into(), None)];
    let present = ctx.login().digest.clone();
    let body = html! {
        div {
            (shell::title(&actor.name, &format!("{}　{}", actor.unit_name, page.user.as_ref().map_or("", |user| user.roles.as_str()))))
            @if ctx.login().must_change_password { p class="flash flash--soon" { "这是一次性口令。请先换成自己的口令，再开始办理。" } }
            section class="sec" {
                h2 { "修改口令" }
                @if let Some(refusal) = &problems.refusal { (form::refusal(refusal)) }
                form class="form" method="post" action="/desk/account/password" {
                    input type="hidden" name="csrf" value=(ctx.csrf());
                    (form::Field::password("current", "现在的口令").required().autocomplete("current-password").error(problems.of("current")).render())
                    (form::Field::password("password", "新口令").required().autocomplete("new-password").help("至少 10 个字符，含字母、数字、符号中的两种").error(problems.of("password")).render())
                    p { button class="btn btn--main" type="submit" { "修改口令" } }
                }
            }
            section class="sec" {
                h2 { "显示" }
                form class="form" method="post" action="/desk/account/display" {
                    input type="hidden" name="csrf" value=(ctx.csrf());
                    (form::Field::checkbox("large", "大字").ticked(page.large).render())
                    (form::Field::checkbox("compact", "紧凑表格").ticked(page.compact).render())
                    p { button class="btn" type="submit" { "保存显示设置" } }
                }
            }
            section class="sec" {
                h2 { "登录记录" }
                (table::table("登录记录", &[table::text("开始"), table::text("最近使用"), table::text("浏览器"), table::text("办理")], &sessions.iter().map(|session| vec![
                    html! { (session.created_at_us) },
                    html! { (session.seen_at_us) },
                    html! { (or_slash(&session.device)) },
                    if session.digest == present { html! { "本次登录" } } else { html! {
                        form method="post" action="/desk/account/sessions" {
                            input type="hidden" name="csrf" value=(ctx.csrf());
                            input type="hidden" name="begun" value=(session.created_at_us.0);
                            button class="btn btn--plain" type="submit" { "结束" span class="vh" { (session.created_at_us) "开始的登录" } }
                        }
                    } },
                ]).collect::<Vec<_>>()))
                @if sessions.len() > 1 {
                    form method="post" action="/desk/account/sessions" { input type="hidden" name="csrf" value=(ctx.csrf()); p { button class="btn" type="submit" { "结束其他全部登录" } } }
                }
            }
        }
    };
    Ok(shell::page(&page, body))
}

/// `GET /desk/account`
pub async fn account_page(ctx: Ctx) -> PageResult {
    Ok(account_body(&ctx, &Again::default()).await?.into_response())
}

/// `POST /desk/account/password`
pub async fn change_password(ctx: Ctx, data: FormData) -> PageResult {
    let login = ctx.login().clone();
    let (current, new) = (data.get("current").to_owned(), data.get("password").to_owned());
    match ctx.direct(move |app, _| app.change_password(&login, &current, &new)).await {
        Ok(()) => Ok(Redirect::to("/login").into_response()),
        Err(error) => {
            let problems = match error {
                AppError::Fields(fields) => Again { fields, refusal: None },
                other => return Err(other.into()),
            };
            Ok((axum::http::StatusCode::UNPROCESSABLE_ENTITY, account_body(&ctx, &problems).await?).into_response())
        }
    }
}

/// `POST /desk/account/sessions`: ends one other session, or all others.
pub async fn end_sessions(ctx: Ctx, data: FormData) -> PageResult {
    let (app, login) = (ctx.app.clone(), ctx.login().clone());
    let begun = data.get("begun").parse().ok().map(hengjian_domain::time::Timestamp);
    blocking(move || app.end_own_sessions(&login, begun)).await?;
    Ok(Redirect::to("/desk/account").into_response())
}

/// `POST /desk/account/display`
pub async fn change_display(_ctx: Ctx, data: FormData) -> PageResult {
    let chosen: Vec<&str> = ["large", "compact"].into_iter().filter(|name| data.ticked(name)).collect();
    let mut response = Redirect::to("/desk/account").into_response();
    set_cookie(&mut response, DISPLAY_COOKIE, &chosen.join("."), "Max-Age=31536000; HttpOnly; ");
    Ok(response)
}
