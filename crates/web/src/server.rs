//! The whole router: every area's routes, the security headers, the limits. Starts nothing.

use crate::{Access, RouteInfo, Routes, account, assets, context, form::BODY_LIMIT, routes, todo};
use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    handler::Handler,
    http::{HeaderValue, Uri, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use hengjian_app::{App, AppError};
use hengjian_domain::actor::Actor;
use std::sync::OnceLock;

/// Nothing from elsewhere, nothing inline, no frames around us.
const CONTENT_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// All routes with their policies.
pub fn all_routes() -> Routes {
    Routes::new()
        .get("/static/{version}/{name}", Access::Public, assets::serve)
        .get("/favicon.ico", Access::Public, assets::favicon)
        .merge(account::routes())
        .merge(todo::routes())
        .merge(crate::demonstration::routes())
        .merge(crate::registers::routes())
        .merge(crate::plan::routes())
        .merge(crate::draw::routes())
        .merge(crate::sampling::routes())
        .merge(crate::testing::routes())
        .merge(crate::objection::routes())
        .merge(crate::follow_up::routes())
        .merge(crate::publication::routes())
        .merge(crate::statistics::routes())
        .merge(crate::exchange::routes())
        .merge(crate::correction::routes())
        .merge(crate::calculators::routes())
        .merge(crate::administration::routes())
        .merge(crate::files::routes())
}

/// Table of all routes, for the policy test.
pub fn route_table() -> Vec<RouteInfo> {
    all_routes().into_parts().1
}

fn table() -> &'static [RouteInfo] {
    static TABLE: OnceLock<Vec<RouteInfo>> = OnceLock::new();
    TABLE.get_or_init(route_table)
}

/// Whether the page of an address opens for a person, as far as the person's roles decide. What is no page of ours is not
/// judged.
pub(crate) fn opens(actor: &Actor, address: &str) -> bool {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    routes::find(table(), "GET", path).is_none_or(|route| match route.access {
        Access::Public => true,
        Access::Action(action) => action.allowed_to(actor),
    })
}

/// Whether a path takes forms of logged-in persons.
pub(crate) fn takes_forms(path: &str) -> bool {
    routes::find(table(), "POST", path).is_some_and(|route| route.access != Access::Public)
}

/// The page that an address belongs to which has none of its own.
pub(crate) fn page_above(path: &str) -> String {
    routes::page_above(table(), path)
}

/// The program as a service.
pub fn router(app: App) -> Router {
    let (mut routes, table) = all_routes().into_parts();
    for route in table.iter().filter(|route| route.method == "POST") {
        if !table.iter().any(|other| other.method == "GET" && other.path == route.path) {
            routes = routes.route(route.path, get(lead_back));
        }
    }
    let nowhere = not_found.layer(from_fn(|request, next| context::guard(Access::Public, request, next)));
    routes
        .fallback(nowhere.clone())
        .method_not_allowed_fallback(nowhere)
        .layer(from_fn(headers))
        .layer(from_fn_with_state(app.clone(), attach))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(app)
}

async fn not_found() -> Response {
    crate::PageError::from(AppError::NotFound).into_response()
}

/// An address that only takes forms was opened: typed, reloaded, kept as a bookmark. Nothing is done; the person is led to
/// the page it belongs to, which says so once.
async fn lead_back(address: Uri) -> Response {
    let mut response = Redirect::to(&page_above(address.path())).into_response();
    context::tell_once(&mut response);
    response
}

/// Hands the program to the guards, which run before state can be extracted.
async fn attach(axum::extract::State(app): axum::extract::State<App>, mut request: Request, next: Next) -> Response {
    request.extensions_mut().insert(app);
    next.run(request).await
}

async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, CONTENT_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

/// Answers requests on a listener until `stopped` says so; requests under way are finished.
///
/// # Errors
/// The listener fails.
pub async fn serve(
    listener: tokio::net::TcpListener,
    app: App,
    stopped: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    // A bare router would be built anew, route by route, for every connection.
    axum::serve(listener, router(app).into_make_service()).with_graceful_shutdown(stopped).await
}
