//! SQL, written by hand once for SQLite and PostgreSQL, and the mapping between rows and domain values.
//!
//! One file per stage, named as in every other layer. Decides nothing and authorises nothing; it is
//! called by `app` only, which calls it inside one transaction per act ([`Store::write`]).

pub(crate) mod ahead;
pub mod database;
pub mod demonstration;
pub mod error;
pub mod journal;
pub mod migrate;
pub mod query;
pub mod record;
pub mod value;

pub mod account;
pub mod clock;
pub mod files;
pub mod no_repeat;
pub mod number_book;
pub mod organisation;

pub mod enterprise;
pub mod laboratory;
pub mod officer;
pub mod product;
pub mod rules;

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

pub use database::{Store, Tx};
pub use error::StoreError;
pub use query::{PageRequest, Query};
pub use record::Record;
pub use value::{Column, Json, Row, Value};
