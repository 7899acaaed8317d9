//! What a use case answers when it does not do what was asked. Public words and internal detail are two
//! things; the detail has no way onto a page.

use hengjian_domain::{policy::Action, refusal::Refusal};
use hengjian_store::StoreError;

/// Outcome of a use case.
pub type AppResult<T> = Result<T, AppError>;

/// A message beside one field of a form; the input is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Name of the field in the form.
    pub field: String,
    /// What is wrong and what is expected, in Chinese.
    pub message: String,
}

impl FieldError {
    /// A message for a field.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

/// Why a use case did not do it.
#[derive(Debug)]
pub enum AppError {
    /// A rule of the field says no (409).
    Refused(Refusal),
    /// Input that cannot be taken (422).
    Fields(Vec<FieldError>),
    /// The person's roles do not allow it (403).
    NotAllowed(Action),
    /// No such thing, or one whose existence is none of the person's business (404).
    NotFound,
    /// Somebody else saved the thing since the form was opened (409).
    Stale,
    /// The form was sent before; where its first sending led.
    SentBefore(String),
    /// Not logged in, or the session ended.
    NotLoggedIn,
    /// The disk takes nothing or another program holds the database (507). The words are for the log.
    CannotWrite(String),
    /// The database server cannot be reached (503). The words are for the log.
    Unreachable(String),
    /// Ours (500). The words are for the log.
    Fault(String),
}

/// Says that a typed refusal of a rule is an answer of the use cases: `refusals!(PlanRefused);`, once, in the stage's file.
#[macro_export]
macro_rules! refusals {
    ($($refused:ty),+ $(,)?) => {$(
        impl From<$refused> for $crate::AppError {
            fn from(refused: $refused) -> Self {
                Self::Refused(refused.into())
            }
        }
    )+};
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Stale { .. } => Self::Stale,
            StoreError::CannotWrite(words) => Self::CannotWrite(words),
            StoreError::Unreachable(words) => Self::Unreachable(words),
            other => Self::Fault(other.to_string()),
        }
    }
}

impl AppError {
    /// One field, one message.
    pub fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Fields(vec![FieldError::new(field, message)])
    }
    /// A fault with words for the log.
    pub fn fault(words: impl Into<String>) -> Self {
        Self::Fault(words.into())
    }
}
