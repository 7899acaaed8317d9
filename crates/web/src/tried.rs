//! The form a request came with, as far as it was refused: the page that is drawn for the answer unfolds the act that
//! was tried, shows everything typed in its fields and the message beside them. Lives as long as the request; keeps
//! nothing, and never shows a form to another request.

use crate::FormData;
use hengjian_app::FieldError;
use hengjian_domain::refusal::Refusal;
use std::{cell::RefCell, collections::BTreeMap, future::Future};

tokio::task_local! {
    static TRIED: RefCell<Tried>;
}

/// What was tried, and what was said to it.
#[derive(Debug, Default)]
struct Tried {
    path: String,
    values: BTreeMap<String, String>,
    refused: bool,
    fields: Vec<FieldError>,
    refusal: Option<Refusal>,
}

/// Runs the handler of a request with room for its form.
pub(crate) async fn room<F: Future>(run: F) -> F::Output {
    TRIED.scope(RefCell::default(), run).await
}

/// A form came in.
pub(crate) fn sent(path: &str, form: &FormData) {
    // Outside a request there is nothing to remember.
    let _ = TRIED.try_with(|tried| {
        let mut values = BTreeMap::new();
        for (field, value) in form.fields() {
            values.entry(field.to_owned()).or_insert_with(|| value.to_owned());
        }
        *tried.borrow_mut() = Tried { path: path.to_owned(), values, ..Tried::default() };
    });
}

/// It was refused; what is drawn from now on shows it.
pub(crate) fn refused(fields: &[FieldError], refusal: Option<&Refusal>) {
    let _ = TRIED.try_with(|tried| {
        let mut tried = tried.borrow_mut();
        tried.refused = true;
        tried.fields = fields.to_vec();
        tried.refusal = refusal.cloned();
    });
}

fn of_refused<T>(read: impl FnOnce(&Tried) -> Option<T>) -> Option<T> {
    TRIED.try_with(|tried| Some(tried.borrow()).filter(|tried| tried.refused).and_then(|tried| read(&tried))).ok()?
}

/// What was typed in a field of the refused form; `None` when it had no such field.
pub(crate) fn typed(field: &str) -> Option<String> {
    of_refused(|tried| tried.values.get(field).cloned())
}

/// The message of a field.
pub(crate) fn message(field: &str) -> Option<String> {
    of_refused(|tried| tried.fields.iter().find(|error| error.field == field).map(|error| error.message.clone()))
}

/// Whether the refused form was sent to this address.
pub(crate) fn is(action: &str) -> bool {
    of_refused(|tried| (tried.path == action).then_some(())).is_some()
}

/// The refusal of the form that was sent to this address.
pub(crate) fn refusal(action: &str) -> Option<Refusal> {
    of_refused(|tried| tried.refusal.clone().filter(|_| tried.path == action))
}
