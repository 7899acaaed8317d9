//! What a handler has in hand: the program, the person, the request's settings. Also the guard that runs
//! before every handler: session, role, origin of unsafe requests.

use crate::{Access, FormData, PageError, components::shell, error, finish::finished, form::Kept};
use axum::{
    extract::{FromRequestParts, Request},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use hengjian_app::{App, AppError, AppResult, FieldError, Work, account::LoggedIn};
use hengjian_domain::{actor::Actor, policy::Action, time::Timestamp};
use std::sync::{Arc, OnceLock};

/// Name of the session cookie.
pub const SESSION_COOKIE: &str = "hengjian_session";
/// Cookie of the person's reading settings: `large` and/or `compact`, separated by a dot.
pub const DISPLAY_COOKIE: &str = "hengjian_display";
/// Cookie of a page that has to say once that somebody was led to it.
const TOLD_COOKIE: &str = "hengjian_told";
/// Longest query of an address that is read, bytes.
const QUERY_LIMIT: usize = 8 * 1024;

/// All that a person with a one-time password can do.
const FIRST_LOGIN: &[&str] = &["/desk/account", "/desk/account/password", "/logout"];

/// What the guard found out; kept in the request.
#[derive(Debug, Clone)]
pub struct Visitor {
    login: Option<Arc<LoggedIn>>,
    access: Access,
    /// Texts of the form that are beyond their bounds, noted when the form is read.
    unbounded: Arc<OnceLock<Vec<FieldError>>>,
}

impl Visitor {
    /// Notes what the request's form holds that no row takes.
    pub(crate) fn note_unbounded(&self, errors: &[FieldError]) {
        if !errors.is_empty() {
            // A form is read once; a second note would say the same.
            let _ = self.unbounded.set(errors.to_vec());
        }
    }
    /// The session, if there is one.
    pub(crate) fn login(&self) -> Option<&LoggedIn> {
        self.login.as_deref()
    }
}

/// A cookie of a request.
pub fn cookie(headers: &axum::http::HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(header::COOKIE);
    let pairs = all.iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(';'));
    pairs
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

/// An unsafe request must come from our own pages; old browsers without these headers rely on the token.
fn same_origin(request: &Request) -> bool {
    let headers = request.headers();
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    match (text("origin"), text("host")) {
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, rest)| rest == host),
        _ => true,
    }
}

/// Runs before every handler, and puts what is refused into the person's own frame.
pub(crate) async fn guard(access: Access, mut request: Request, next: Next) -> Response {
    let reading = request.method() == Method::GET || request.method() == Method::HEAD;
    let here = settings_of(request.uri(), request.headers());
    let app = request.extensions().get::<App>().cloned();
    let mut login = None;
    let mut response = match recognised(&mut request).await {
        Ok(found) => {
            login.clone_from(&found);
            crate::tried::room(guarded(access, found, request, next)).await
        }
        Err(error) => error.into_response(),
    };
    // What the framework answers to an address or query it cannot read is bare and English.
    let plain =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if response.status() == StatusCode::BAD_REQUEST && plain {
        response = PageError::from(AppError::NotFound).into_response();
    }
    let framed = error::framed(response, reading, |title| match &login {
        Some(login) => desk_page(login, &here, title),
        None if here.path.starts_with("/desk") => shell::Page::desk(title),
        None => public_page(&here, title),
    });
    let framed = if here.told { forget_told(framed) } else { framed };
    finished(framed, app, login, &here.path).await
}

/// Who sends a request.
async fn recognised(request: &mut Request) -> Result<Option<Arc<LoggedIn>>, PageError> {
    let safe = request.method() == Method::GET || request.method() == Method::HEAD;
    if !safe && !same_origin(request) {
        return Err(PageError::Forged);
    }
    let Some(app) = request.extensions().get::<App>().cloned() else {
        return Err(AppError::fault("the program is not attached to the request").into());
    };
    Ok(match cookie(request.headers(), SESSION_COOKIE) {
        Some(token) => {
            match tokio::task::spawn_blocking(move || app.session(&token)).await {
                Ok(Ok(login)) => Some(Arc::new(login)),
                // Nobody is logged out because the database cannot be asked.
                Ok(Err(error @ AppError::Unreachable(_))) => return Err(error.into()),
                _ => None,
            }
        }
        None => None,
    })
}

async fn guarded(access: Access, login: Option<Arc<LoggedIn>>, mut request: Request, next: Next) -> Response {
    if request.uri().query().is_some_and(|query| query.len() > QUERY_LIMIT) {
        return PageError::from(AppError::field("query", "查询条件太长，请缩短关键词")).into_response();
    }
    if let Access::Action(action) = access {
        let Some(login) = &login else {
            return to_login(request).await;
        };
        if login.must_change_password && !FIRST_LOGIN.contains(&request.uri().path()) {
            return Redirect::to("/desk/account").into_response();
        }
        if !action.allowed_to(&login.actor) {
            return PageError::from(AppError::NotAllowed(action)).into_response();
        }
    }
    request.extensions_mut().insert(Visitor { login, access, unbounded: Arc::default() });
    next.run(request).await
}

/// A page is opened again after login; a form is kept on the page that asks for it.
async fn to_login(request: Request) -> Response {
    let path = request.uri().path().to_owned();
    if request.method() == Method::GET || request.method() == Method::HEAD {
        let here = request.uri().path_and_query().map_or("/desk", |path| path.as_str());
        let next = form_urlencoded::byte_serialize(here.as_bytes()).collect::<String>();
        return Redirect::to(&format!("/login?next={next}")).into_response();
    }
    let Some(app) = request.extensions().get::<App>().cloned() else {
        return PageError::from(AppError::NotLoggedIn).into_response();
    };
    match FormData::unchecked(request, &app).await {
        Ok(form) => PageError::LoginOver(Box::new(Kept::new(path, form))).into_response(),
        Err(error) => error.into_response(),
    }
}

/// The page that follows says once that the address it was reached by only takes forms.
pub(crate) fn tell_once(response: &mut Response) {
    let cookie = HeaderValue::from_static("hengjian_told=1; Path=/; Max-Age=60; HttpOnly; SameSite=Lax");
    response.headers_mut().append(header::SET_COOKIE, cookie);
}
fn forget_told(mut response: Response) -> Response {
    if response.status() == StatusCode::OK {
        let cookie = HeaderValue::from_static("hengjian_told=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// A logged-in person's request. For pages without an account use [`PublicCtx`].
#[derive(Debug, Clone)]
pub struct Ctx {
    /// The program.
    pub app: App,
    login: Arc<LoggedIn>,
    action: Action,
    settings: Settings,
    unbounded: Arc<OnceLock<Vec<FieldError>>>,
}

/// A request to a page that needs no account; the person may be logged in all the same.
#[derive(Debug, Clone)]
pub struct PublicCtx {
    /// The program.
    pub app: App,
    /// Who, if logged in.
    pub login: Option<Arc<LoggedIn>>,
    settings: Settings,
}

#[derive(Debug, Clone)]
struct Settings {
    path: String,
    large: bool,
    compact: bool,
    told: bool,
}

fn settings_of(address: &axum::http::Uri, headers: &HeaderMap) -> Settings {
    let display = cookie(headers, DISPLAY_COOKIE).unwrap_or_default();
    let has = |word: &str| display.split('.').any(|part| part == word);
    Settings {
        path: address.path_and_query().map_or_else(String::new, |path| path.as_str().to_owned()),
        large: has("large"),
        compact: has("compact"),
        told: cookie(headers, TOLD_COOKIE).is_some_and(|value| !value.is_empty()),
    }
}

fn settings(parts: &Parts) -> Settings {
    settings_of(&parts.uri, &parts.headers)
}

/// The frame of a desk page.
fn desk_page(login: &LoggedIn, settings: &Settings, title: String) -> shell::Page {
    let actor = &login.actor;
    let roles = actor.roles.iter().map(|role| hengjian_domain::code::Code::title(*role)).collect::<Vec<_>>().join("、");
    let mut page = shell::Page::desk(title);
    page.user = Some(shell::UserBar {
        name: actor.name.clone(),
        roles,
        organisation: actor.unit_name.clone(),
        menu: shell::desk_menu(actor),
    });
    page.csrf.clone_from(&login.csrf);
    page.path.clone_from(&settings.path);
    page.large = settings.large;
    page.compact = settings.compact;
    page.led_here = settings.told;
    page
}

/// The frame of a public page.
fn public_page(settings: &Settings, title: String) -> shell::Page {
    let mut page = shell::Page::public(title);
    page.path.clone_from(&settings.path);
    page.large = settings.large;
    page.led_here = settings.told;
    page
}

impl FromRequestParts<App> for Ctx {
    type Rejection = PageError;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, PageError> {
        let visitor = parts.extensions.get::<Visitor>().ok_or(PageError::from(AppError::NotLoggedIn))?;
        let login = visitor.login.clone().ok_or(PageError::from(AppError::NotLoggedIn))?;
        let action = match visitor.access {
            Access::Action(action) => action,
            Access::Public => Action::Own,
        };
        let unbounded = Arc::clone(&visitor.unbounded);
        Ok(Self { app: app.clone(), login, action, settings: settings(parts), unbounded })
    }
}

impl FromRequestParts<App> for PublicCtx {
    type Rejection = PageError;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, PageError> {
        let login = parts.extensions.get::<Visitor>().and_then(|visitor| visitor.login.clone());
        Ok(Self { app: app.clone(), login, settings: settings(parts) })
    }
}

impl Ctx {
    /// Who.
    pub fn actor(&self) -> &Actor {
        &self.login.actor
    }
    /// The session.
    pub fn login(&self) -> &LoggedIn {
        &self.login
    }
    /// Token for forms.
    pub fn csrf(&self) -> &str {
        &self.login.csrf
    }
    /// A fresh token for a form that must not be sent twice.
    pub fn once(&self) -> String {
        let mut bytes = [0_u8; 16];
        self.app.edge().random(&mut bytes);
        hex::encode(bytes)
    }
    /// The present instant, for “still so many days” on pages.
    pub fn now(&self) -> Timestamp {
        self.app.edge().now()
    }
    /// Path and query of this request.
    pub fn path(&self) -> &str {
        &self.settings.path
    }
    /// Whether the person may do something; decides which acts a page offers.
    pub fn may(&self, action: Action) -> bool {
        action.allowed_to(self.actor())
    }
    /// Reads under this route's permission.
    ///
    /// # Errors
    /// What the view answers.
    pub async fn view<T: Send + 'static>(
        &self,
        run: impl FnOnce(&mut Work<'_>) -> AppResult<T> + Send + 'static,
    ) -> Result<T, AppError> {
        let (app, login, action) = (self.app.clone(), Arc::clone(&self.login), self.action);
        blocking(move || app.view(&login.actor, action, run)).await
    }
    /// Acts under this route's permission. A form with a text beyond its bound goes no further than here.
    ///
    /// # Errors
    /// Messages beside the fields that are beyond their bounds, or what the act answers.
    pub async fn act<T: Send + 'static>(
        &self,
        run: impl FnOnce(&mut Work<'_>) -> AppResult<T> + Send + 'static,
    ) -> Result<T, AppError> {
        let action = self.action;
        self.direct(move |app, actor| app.act(actor, action, run)).await
    }
    /// Acts through a use case that opens its own transaction and asks for its own permission.
    ///
    /// # Errors
    /// As [`Self::act`].
    pub async fn direct<T: Send + 'static>(
        &self,
        run: impl FnOnce(&App, &Actor) -> AppResult<T> + Send + 'static,
    ) -> Result<T, AppError> {
        if let Some(errors) = self.unbounded.get() {
            return Err(AppError::Fields(errors.clone()));
        }
        let (app, login) = (self.app.clone(), Arc::clone(&self.login));
        blocking(move || run(&app, &login.actor)).await
    }
    /// The frame of a desk page.
    pub fn page(&self, title: impl Into<String>) -> shell::Page {
        desk_page(&self.login, &self.settings, title.into())
    }
}

impl PublicCtx {
    /// Reads what is public: no person, no scope.
    ///
    /// # Errors
    /// What the view answers.
    pub async fn view<T: Send + 'static>(
        &self,
        run: impl FnOnce(&mut hengjian_app::PublicView<'_>) -> AppResult<T> + Send + 'static,
    ) -> Result<T, AppError> {
        let app = self.app.clone();
        blocking(move || app.public_view(run)).await
    }
    /// The frame of a public page.
    pub fn page(&self, title: impl Into<String>) -> shell::Page {
        public_page(&self.settings, title.into())
    }
    /// Path and query of this request.
    pub fn path(&self) -> &str {
        &self.settings.path
    }
}

/// Runs something that waits (database, password hashing) beside the request threads.
pub(crate) async fn blocking<T: Send + 'static>(run: impl FnOnce() -> AppResult<T> + Send + 'static) -> AppResult<T> {
    tokio::task::spawn_blocking(run).await.unwrap_or_else(|error| Err(AppError::fault(error.to_string())))
}
