//! Use cases on both databases: each stage's file tells its story through the one door, with a fixed clock.

mod house;
mod indexes;
mod support;

mod administration;
mod correction;
mod draw;
mod exchange;
mod follow_up;
mod follow_up_search;
mod links;
mod no_repeat;
mod objection;
mod plan;
mod publication;
mod publication_change;
mod registers;
mod sampling;
mod statistics;
mod testing;
