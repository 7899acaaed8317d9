//! Use cases: authorise → load → decide (pure, in `domain`) → save + journal, in one transaction.
//!
//! One door for writing, [`App::act`]: page, API, command and import all come through it. One file per
//! stage, named as in every other layer. Decides no rule itself and knows no HTTP.

pub mod calculators;
pub mod clocks;
pub mod edge;
pub mod error;
pub mod files;
pub mod house;
pub mod no_repeat;
pub mod public;
pub mod scope;
pub mod table;
pub mod work;

pub mod account;
pub mod administration;
pub mod demo;
pub mod registers;
pub mod work_list;

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

pub use edge::{Edge, SeededEdge, SystemEdge};
pub use error::{AppError, AppResult, FieldError};
pub use hengjian_store::{
    PageRequest,
    files::{StoredFile, StoredFileId},
    journal::TimelineLine,
};
pub use house::App;
pub use public::PublicView;
pub use work::{Event, Scoped, Work};
