//! 双随机抽取: who is drawn and who goes, from a frozen list and a seed, by rules that anybody can follow with a
//! calculator for SHA-256 (“The verifiable draw”, version 1; paragraph numbers below are its).
//!
//! Reading order: [`line`] and [`canonical`] what is hashed (§3.1) · [`merkle`] one value for a whole list (§3.2) ·
//! [`candidates`] and [`people`] the frozen lists (§4.1, §4.2) · [`commit`] what is fixed before (§4.4) · [`entropy`] and
//! [`drand`] the public event and the seed (§5) · [`tickets`] who is drawn (§6) · [`assignment`] and [`teams`] who goes
//! (§7) · [`event`] what happens after (§8.2) · [`outcome`], [`bundle`], [`proof`] what is published (§8) · [`note`] and
//! [`log`] the journal that anchors it (§10) · [`verify`] every check by its id (§12) · [`statistics`] what may be said
//! of the market (§13). Nothing here reads a clock, a file or a source of randomness, nothing depends on the order in
//! which rows arrive, and nothing is written; bytes come from readers that the caller gives.

pub mod assignment;
pub mod bundle;
pub mod candidates;
pub mod canonical;
pub mod commit;
pub mod drand;
pub mod entropy;
pub mod event;
pub mod line;
pub mod log;
pub mod merkle;
pub mod note;
pub mod outcome;
pub mod people;
pub mod proof;
pub mod statistics;
pub mod teams;
mod ticket_block;
pub mod tickets;
pub mod times;
pub mod verify;

#[cfg(test)]
mod annex_a;

use std::fmt;

/// What a list, a line or a draw cannot be made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Invalid {
    /// A field of a line has a character that is not allowed, is empty or longer than 200 bytes.
    Field(String),
    /// Rows are not strictly ascending: the id that came too late or twice.
    Order(String),
    /// A weight that does not fit the status: 1 to 64 for units in the drum, 0 for the others.
    Weight(String),
    /// A reason that does not fit the status: `-` for `in`, a code for the others.
    Reason(String),
    /// A unit of a stratum that does not exist.
    Stratum(String),
    /// A pool whose team is empty, or needs more leads than seats.
    Team(String),
    /// A member, team or unit that the pool does not know.
    Unknown(String),
    /// Text that is not 64 lower-case hex digits.
    Digest(String),
    /// A word that is not in the specification.
    Word(String),
    /// A text that is not of the subset of §3.1: at which byte, and why.
    Json(usize, &'static str),
    /// An object that does not have the shape of the specification: which, and what is wrong.
    Shape(&'static str, String),
}

impl Invalid {
    pub(crate) fn shape(name: &'static str, what: impl Into<String>) -> Self {
        Self::Shape(name, what.into())
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, given) = match self {
            Self::Field(given) => ("字段含不允许的字符、为空或者超过 200 字节", given),
            Self::Order(given) => ("名录未按编号严格升序，或者编号重复", given),
            Self::Weight(given) => ("权重与状态不符", given),
            Self::Reason(given) => ("理由与状态不符", given),
            Self::Stratum(given) => ("没有这个分层", given),
            Self::Team(given) => ("小组人数或者带队人数不成立", given),
            Self::Unknown(given) => ("人员库里没有", given),
            Self::Digest(given) => ("不是 64 位小写十六进制", given),
            Self::Word(given) => ("规范里没有这个词", given),
            Self::Json(at, why) => return write!(f, "第 {at} 字节：{why}"),
            Self::Shape(name, what) => return write!(f, "{name}：{what}"),
        };
        write!(f, "{what}：{given}")
    }
}

impl std::error::Error for Invalid {}
