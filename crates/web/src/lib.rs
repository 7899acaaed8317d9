//! Pages and JSON. Handlers translate: request → use case → page; they decide nothing and write nothing.
//!
//! One folder per stage, named as in every other layer. A route cannot be registered without saying who may
//! use it ([`routes::Access`]); everything that changes state is a POST with the session's token.

pub mod components;

pub mod assets;
mod body;
pub mod context;
pub mod error;
pub mod finish;
pub mod form;
pub mod paging;
pub mod routes;
pub mod server;
mod tried;

pub mod account;
pub mod administration;
pub mod calculators;
pub mod demonstration;
pub mod files;
pub mod registers;
pub mod todo;

pub mod draw;
pub mod follow_up;
pub mod objection;
pub mod plan;
pub mod publication;
pub mod sampling;
pub mod statistics;
pub mod testing;

pub mod correction;
pub mod exchange;

pub use context::Ctx;
pub use error::{PageError, PageResult};
pub use form::FormData;
pub use routes::{Access, RouteInfo, Routes};
pub use server::{all_routes, router};
