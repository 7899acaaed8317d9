//! Telling the demonstration's year: who acts on which day. Every sentence is a real use case through the one door.

use super::County;
use crate::{App, AppError, AppResult, Edge as _, SeededEdge, Work};
use hengjian_domain::{actor::Actor, policy::Action, time::Timestamp};
use hengjian_store::{Column, Record};
use jiff::civil::Date;

/// The teller.
pub(super) struct Story<'s> {
    /// Program.
    pub app: &'s App,
    /// Clock.
    pub edge: &'s SeededEdge,
    /// Organisations.
    pub county: &'s County,
}

impl Story<'_> {
    /// Moves the clock to a time of a day, after doing what the days before it bring.
    pub fn at(&self, day: &str, hour: i8, minute: i8) -> AppResult<()> {
        let day = date(day)?;
        if day != self.edge.now().date() {
            self.edge.set(Timestamp::at(day, 0, 5));
            self.app.daily()?;
        }
        self.edge.set(Timestamp::at(day, hour, minute));
        Ok(())
    }
    /// A person by login name.
    pub fn person(&self, login: &str) -> AppResult<Actor> {
        self.app.actor_named(login)
    }
    /// An act of a person.
    pub fn act<T: Send + 'static>(
        &self,
        login: &str,
        action: Action,
        run: impl FnOnce(&mut Work<'_>) -> AppResult<T> + Send + 'static,
    ) -> AppResult<T> {
        self.app.act(&self.person(login)?, action, run)
    }
    /// An act on the newest version of a row.
    pub fn on<R: Record, T: Send + 'static>(
        &self,
        login: &str,
        action: Action,
        id: impl Column + Send + 'static,
        run: impl FnOnce(&mut Work<'_>, i64) -> AppResult<T> + Send + 'static,
    ) -> AppResult<T> {
        self.act(login, action, move |work| {
            let row: R = work.tx.get(&id)?.ok_or(AppError::NotFound)?;
            run(work, row.version())
        })
    }
    /// Rows of a kind, for the teller's own eyes.
    pub fn rows<R: Record>(&self, tail: &'static str, values: &[hengjian_store::Value]) -> AppResult<Vec<R>> {
        self.app.store().read(|tx| Ok(tx.list(tail, values)?))
    }
}

/// A date written in the story.
pub(super) fn date(text: &str) -> AppResult<Date> {
    text.parse().map_err(|_| AppError::fault(format!("{text} is no date")))
}
