//! A refusal is an answer: what is refused, why, what to do now, under which article.
//!
//! Every stage has its own enum of refusals that carries the facts; this file holds the shape they
//! share, so that page, API and command say the same words.

use crate::law::LegalBasis;

/// Implemented by every typed refusal. The enum carries the facts, these functions turn them into words.
pub trait Explain: std::fmt::Debug {
    /// Stable code for logs and the API, `stage.reason` in snake case, for example `plan.no_lines`.
    fn code(&self) -> &'static str;
    /// What cannot be done: one sentence, for example “不能提交审核”.
    fn what(&self) -> String;
    /// Why: the facts of this case.
    fn why(&self) -> String;
    /// What the reader does now, in one sentence.
    fn next(&self) -> String;
    /// Article the refusal stands on, if it stands on one.
    fn basis(&self) -> Option<LegalBasis>;
}

/// A refusal turned into words, as it travels from a use case to a page, the API or a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Stable code for logs and the API.
    pub code: &'static str,
    /// What cannot be done.
    pub what: String,
    /// Why not.
    pub why: String,
    /// What to do now.
    pub next: String,
    /// Article it stands on.
    pub basis: Option<LegalBasis>,
}

impl<T: Explain> From<T> for Refusal {
    fn from(refused: T) -> Self {
        Self {
            code: refused.code(),
            what: refused.what(),
            why: refused.why(),
            next: refused.next(),
            basis: refused.basis(),
        }
    }
}
