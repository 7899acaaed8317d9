//! Reading without an account: what is published and the codes of a company's own papers, nothing else.
//! A use case for the public door takes a [`PublicView`], which has no actor, so that nothing scoped can be loaded by it.

use crate::{App, AppResult};
use hengjian_domain::{calendar::Calendar, time::Timestamp};
use hengjian_store::Tx;
use std::sync::Arc;

/// One consistent snapshot for the public door.
pub struct PublicView<'a> {
    /// The transaction; only queries of published entries belong here.
    pub tx: Tx<'a>,
    /// The present instant.
    pub now: Timestamp,
    /// Calendar in force.
    pub calendar: Arc<Calendar>,
    /// Whether this is a demonstration.
    pub demonstration: bool,
}

impl App {
    /// Reads for the public door.
    ///
    /// # Errors
    /// What the view answers.
    pub fn public_view<T>(&self, run: impl FnOnce(&mut PublicView<'_>) -> AppResult<T>) -> AppResult<T> {
        let (now, calendar, demonstration) = (self.edge.now(), self.calendar(), self.demonstration);
        self.store.read(|tx| run(&mut PublicView { tx: tx.reborrow(), now, calendar, demonstration }))
    }
}
