//! States, rules and explanations of product-quality supervision spot checks (产品质量监督抽查).
//!
//! Nothing in this crate reads a clock, a database, a file or a source of randomness: time, ids and
//! random bytes arrive as values. Eight stages, one file each, named as in every other layer:
//! `plan draw sampling testing objection follow_up publication statistics`.

// The house: who, when, which law, how a refusal speaks.
pub mod actor;
pub mod clock;
pub mod code;
pub mod ids;
pub mod law;
pub mod organisation;
pub mod policy;
pub mod refusal;
pub mod time;

// Rules that several stages share.
pub mod calendar;
pub mod deadline;
pub mod decimal;
pub mod document_number;
pub mod gtin;
pub mod judgement;
pub mod match_key;
pub mod money;
pub mod no_repeat;
pub mod region;
pub mod text;
pub mod uscc;

// Registers.
pub mod enterprise;
pub mod laboratory;
pub mod officer;
pub mod product;
pub mod rules;

// The eight stages, in order.
pub mod draw;
pub mod follow_up;
pub mod objection;
pub mod plan;
pub mod publication;
pub mod sampling;
pub mod statistics;
pub mod testing;

// Beside the stages: accounts and parameters, tables coming in, facts put right.
pub mod administration;
pub mod correction;
pub mod exchange;
pub mod parameter;
