//! What a handler has in hand: the program, the person, the request's settings. Also the guard that runs
//! before every handler: session, role, origin of unsafe requests.

use crate::{Access, PageError, components::shell};
use axum::{
    extract::{FromRequestParts, Request},
    http::{Method, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use hengjian_app::{App, AppError, AppResult, Work, account::LoggedIn};
use hengjian_domain::{actor::Actor, policy::Action, time::Timestamp};
use std::sync::Arc;

/// Name of the session cookie.
pub const SESSION_COOKIE: &str = "hengjian_session";
/// Cookie of the person's reading settings: `large` and/or `compact`, separated by a dot.
pub const DISPLAY_COOKIE: &str = "hengjian_display";

/// All that a person with a one-time password can do.
const FIRST_LOGIN: &[&str] = &["/desk/account", "/desk/account/password", "/logout"];

/// What the guard found out; kept in the request.
#[derive(Debug, Clone)]
pub struct Visitor {
    login: Option<Arc<LoggedIn>>,
    access: Access,
}

impl Visitor {
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

/// Runs before every handler.
pub(crate) async fn guard(access: Access, mut request: Request, next: Next) -> Response {
    if request.method() != Method::GET && request.method() != Method::HEAD && !same_origin(&request) {
        return PageError::Forged.into_response();
    }
    let Some(app) = request.extensions().get::<App>().cloned() else {
        return PageError::from(AppError::fault("the program is not attached to the request")).into_response();
    };
    let login = match cookie(request.headers(), SESSION_COOKIE) {
        Some(token) => {
            tokio::task::spawn_blocking(move || app.session(&token)).await.ok().and_then(Result::ok).map(Arc::new)
        }
        None => None,
    };
    if let Access::Action(action) = access {
        let Some(login) = &login else {
            let here = request.uri().path_and_query().map_or("/desk", |path| path.as_str()).to_owned();
            return login_redirect(request.method(), &here);
        };
        if login.must_change_password && !FIRST_LOGIN.contains(&request.uri().path()) {
            return Redirect::to("/desk/account").into_response();
        }
        if !action.allowed_to(&login.actor) {
            return PageError::from(AppError::NotAllowed(action)).into_response();
        }
    }
    request.extensions_mut().insert(Visitor { login, access });
    next.run(request).await
}

fn login_redirect(method: &Method, here: &str) -> Response {
    if method == Method::GET {
        let next = form_urlencoded::byte_serialize(here.as_bytes()).collect::<String>();
        Redirect::to(&format!("/login?next={next}")).into_response()
    } else {
        PageError::from(AppError::NotLoggedIn).into_response()
    }
}

/// A logged-in person's request. For pages without an account use [`PublicCtx`].
#[derive(Debug, Clone)]
pub struct Ctx {
    /// The program.
    pub app: App,
    login: Arc<LoggedIn>,
    action: Action,
    settings: Settings,
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
}

fn settings(parts: &Parts) -> Settings {
    let display = cookie(&parts.headers, DISPLAY_COOKIE).unwrap_or_default();
    let has = |word: &str| display.split('.').any(|part| part == word);
    Settings {
        path: parts.uri.path_and_query().map_or_else(String::new, |path| path.as_str().to_owned()),
        large: has("large"),
        compact: has("compact"),
    }
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
        Ok(Self { app: app.clone(), login, action, settings: settings(parts) })
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
    /// Acts under this route's permission.
    ///
    /// # Errors
    /// What the act answers.
    pub async fn act<T: Send + 'static>(
        &self,
        run: impl FnOnce(&mut Work<'_>) -> AppResult<T> + Send + 'static,
    ) -> Result<T, AppError> {
        let (app, login, action) = (self.app.clone(), Arc::clone(&self.login), self.action);
        blocking(move || app.act(&login.actor, action, run)).await
    }
    /// The frame of a desk page.
    pub fn page(&self, title: impl Into<String>) -> shell::Page {
        let actor = self.actor();
        let roles =
            actor.roles.iter().map(|role| hengjian_domain::code::Code::title(*role)).collect::<Vec<_>>().join("、");
        let mut page = shell::Page::desk(title);
        page.user = Some(shell::UserBar {
            name: actor.name.clone(),
            roles,
            organisation: actor.unit_name.clone(),
            menu: shell::desk_menu(actor),
        });
        page.csrf = self.csrf().to_owned();
        page.path = self.settings.path.clone();
        page.large = self.settings.large;
        page.compact = self.settings.compact;
        page
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
        let mut page = shell::Page::public(title);
        page.path = self.settings.path.clone();
        page.large = self.settings.large;
        page
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
