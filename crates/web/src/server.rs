//! The whole router: every area's routes, the security headers, the limits. Starts nothing.

use crate::{Access, RouteInfo, Routes, account, assets, form::BODY_LIMIT, todo};
use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::{HeaderValue, StatusCode, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
};
use hengjian_app::{App, AppError};

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

/// The program as a service.
pub fn router(app: App) -> Router {
    let (routes, _) = all_routes().into_parts();
    routes
        .fallback(not_found)
        .method_not_allowed_fallback(not_found)
        .layer(from_fn(headers))
        .layer(from_fn_with_state(app.clone(), attach))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .with_state(app)
}

async fn not_found() -> Response {
    crate::PageError::from(AppError::NotFound).into_response()
}

/// Hands the program to the guards, which run before state can be extracted.
async fn attach(axum::extract::State(app): axum::extract::State<App>, mut request: Request, next: Next) -> Response {
    request.extensions_mut().insert(app);
    next.run(request).await
}

async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    // What the framework answers to an address or query it cannot read is bare and English.
    let plain =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if response.status() == StatusCode::BAD_REQUEST && plain {
        response = not_found().await;
    }
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
