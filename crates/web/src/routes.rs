//! Registration of routes, deny by default: path, method and policy go in together. The table of all routes
//! is kept for the test that tries every role on every route, and for pages: which links open for whom, and where
//! an address that only takes forms belongs.

use axum::{
    Router,
    handler::Handler,
    middleware::from_fn,
    routing::{MethodRouter, get, post},
};
use hengjian_app::App;
use hengjian_domain::policy::Action;

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody, without an account.
    Public,
    /// Whoever holds a role that is allowed the action; use cases check scope and row on top.
    Action(Action),
}

/// A registered route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteInfo {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Path with `{parameters}`.
    pub path: &'static str,
    /// Policy.
    pub access: Access,
}

/// Routes of one area, with their policies.
#[derive(Debug, Default)]
pub struct Routes {
    router: Router<App>,
    table: Vec<RouteInfo>,
}

impl RouteInfo {
    /// Whether a path is one of this route's.
    fn takes(&self, path: &str) -> bool {
        let (mut wanted, mut given) = (self.path.split('/'), path.split('/'));
        loop {
            match (wanted.next(), given.next()) {
                (None, None) => return true,
                (Some(want), Some(part)) if want == part || (want.starts_with('{') && !part.is_empty()) => {}
                _ => return false,
            }
        }
    }
    /// A fixed part is nearer than a parameter.
    fn parameters(&self) -> usize {
        self.path.matches('{').count()
    }
}

/// The route of a method and a path, the most literal one.
pub fn find<'t>(table: &'t [RouteInfo], method: &str, path: &str) -> Option<&'t RouteInfo> {
    table.iter().filter(|route| route.method == method && route.takes(path)).min_by_key(|route| route.parameters())
}

/// The page that an address without a page of its own belongs to: the nearest one above it.
pub fn page_above(table: &[RouteInfo], path: &str) -> String {
    let mut above = path;
    while let Some((shorter, _)) = above.rsplit_once('/') {
        above = shorter;
        if !above.is_empty() && find(table, "GET", above).is_some() {
            return above.to_owned();
        }
    }
    "/desk".to_owned()
}

impl Routes {
    /// No routes.
    pub fn new() -> Self {
        Self::default()
    }
    /// A page or download. Never changes anything.
    #[must_use]
    pub fn get<H, T>(self, path: &'static str, access: Access, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.add("GET", path, access, get(handler))
    }
    /// An act. The handler takes a [`crate::FormData`], which checks the session's token.
    #[must_use]
    pub fn post<H, T>(self, path: &'static str, access: Access, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.add("POST", path, access, post(handler))
    }
    /// The routes of another area too.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.table.extend(other.table);
        self
    }
    /// The router and the table.
    pub fn into_parts(self) -> (Router<App>, Vec<RouteInfo>) {
        (self.router, self.table)
    }

    fn add(mut self, method: &'static str, path: &'static str, access: Access, handler: MethodRouter<App>) -> Self {
        let guarded = handler.layer(from_fn(move |request, next| crate::context::guard(access, request, next)));
        self.router = self.router.route(path, guarded);
        self.table.push(RouteInfo { method, path, access });
        self
    }
}
