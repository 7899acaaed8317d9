//! The program as a value: database, edge, data folder, calendar. [`App::act`] is the door every change goes
//! through, [`App::view`] the one for reading.

use crate::{AppError, AppResult, Edge, Work, work::Event};
use hengjian_domain::{actor::Actor, calendar::Calendar, organisation::Organisation, policy::Action};
use hengjian_store::{Store, Tx};
use std::{
    path::{Path, PathBuf},
    sync::{Arc, RwLock},
};

/// The running program. Cheap to clone.
#[derive(Debug, Clone)]
pub struct App {
    pub(crate) store: Store,
    pub(crate) edge: Arc<dyn Edge>,
    pub(crate) data: Arc<PathBuf>,
    pub(crate) seal_key: Arc<[u8; 32]>,
    calendar: Arc<RwLock<Arc<Calendar>>>,
    /// Whether this is a demonstration: default accounts shown, clock movable.
    pub demonstration: bool,
}

/// What a rehearsal answered, on its way out of a transaction that is taken back.
struct Rehearsed<T>(AppResult<T>);

impl<T> From<hengjian_store::StoreError> for Rehearsed<T> {
    fn from(error: hengjian_store::StoreError) -> Self {
        Self(Err(error.into()))
    }
}

impl App {
    /// Takes over an opened, migrated store and a data folder (files, keys).
    ///
    /// # Errors
    /// The folder cannot be written, or the calendar in the database cannot be read.
    pub fn new(store: Store, edge: Arc<dyn Edge>, data: &Path, demonstration: bool) -> AppResult<Self> {
        let seal_key = crate::files::load_or_make_key(data, &*edge)?;
        let calendar = Arc::new(RwLock::new(Arc::new(Calendar::builtin().clone())));
        let app = Self {
            store,
            edge,
            data: Arc::new(data.to_owned()),
            seal_key: Arc::new(seal_key),
            calendar,
            demonstration,
        };
        app.reload_calendar()?;
        Ok(app)
    }

    /// The database, for start-up, checks and benchmarks.
    pub fn store(&self) -> &Store {
        &self.store
    }
    /// Time and randomness.
    pub fn edge(&self) -> &dyn Edge {
        &*self.edge
    }
    /// Folder of the data.
    pub fn data_folder(&self) -> &Path {
        &self.data
    }
    /// Calendar in force.
    pub fn calendar(&self) -> Arc<Calendar> {
        Arc::clone(&self.calendar.read().unwrap_or_else(std::sync::PoisonError::into_inner))
    }
    /// Reads the exception days of the database again, after an import of holidays.
    ///
    /// # Errors
    /// A stored day cannot be read.
    pub fn reload_calendar(&self) -> AppResult<()> {
        let calendar = self.store.read(Self::calendar_as_stored)?;
        *self.calendar.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Arc::new(calendar);
        Ok(())
    }
    /// The calendar as the days of the database make it.
    ///
    /// # Errors
    /// A stored day cannot be read.
    pub(crate) fn calendar_as_stored(tx: &mut Tx<'_>) -> AppResult<Calendar> {
        let (days, local) = (tx.calendar_days()?, tx.local_days()?);
        let line = |text, day: &str, kind: &str, name: &str| format!("{text}{day},{kind},{name}\n");
        let head = || "date,kind,name\n".to_owned();
        let text = days.iter().fold(head(), |text, (day, kind, name)| line(text, day, kind, name));
        let local_text = local.iter().fold(head(), |text, (day, kind, name, _)| line(text, day, kind, name));
        let fault = |error| AppError::fault(format!("calendar: {error:?}"));
        let calendar = if days.is_empty() {
            Calendar::builtin().clone()
        } else {
            let version = format!("{}；另录 {} 天", Calendar::builtin().version(), days.len());
            Calendar::builtin().extended(Calendar::parse_days(&text).map_err(fault)?, version).map_err(fault)?
        };
        // Days of this region come last and win, but make no year known (HOL 第四条).
        if local.is_empty() {
            return Ok(calendar);
        }
        let days = Calendar::parse_days(&local_text).map_err(fault)?;
        calendar.with_overlay(days, &format!("{} 天", local.len())).map_err(fault)
    }

    /// One act: allowed by role, run in one transaction together with its journal entries, or not at all.
    /// A refusal rolls the act back and is journalled on its own.
    ///
    /// # Errors
    /// What the act answers, see [`AppError`].
    pub fn act<T: Send + 'static>(
        &self,
        actor: &Actor,
        action: Action,
        run: impl FnOnce(&mut Work<'_>) -> AppResult<T> + Send + 'static,
    ) -> AppResult<T> {
        if !action.allowed_to(actor) {
            self.note_refusal(actor, action, "not_allowed", "没有这项权限");
            return Err(AppError::NotAllowed(action));
        }
        let (app, person) = (self.clone(), actor.clone());
        let result = self.store.write(move |tx| {
            let mut work = Work::new(&app, tx.reborrow(), &person, action);
            let value = run(&mut work)?;
            work.finish()?;
            Ok::<T, AppError>(value)
        });
        match &result {
            Err(AppError::Refused(refusal)) => self.note_refusal(actor, action, refusal.code, &refusal.why),
            Err(AppError::NotFound) => self.note_refusal(actor, action, "not_found", "没有这条记录或不在辖区内"),
            _ => {}
        }
        result
    }

    /// Does an act and takes it back, whatever it answers: for previews that must give the figures of the real thing.
    /// Nothing is kept and nothing is journalled.
    ///
    /// # Errors
    /// What the act answers.
    pub fn rehearse<T: Send + 'static>(
        &self,
        actor: &Actor,
        action: Action,
        run: impl FnOnce(&mut Work<'_>) -> AppResult<T> + Send + 'static,
    ) -> AppResult<T> {
        if !action.allowed_to(actor) {
            return Err(AppError::NotAllowed(action));
        }
        let (app, person) = (self.clone(), actor.clone());
        let ended = self.store.write(move |tx| {
            let mut work = Work::new(&app, tx.reborrow(), &person, action);
            // An error is what makes the store take everything back.
            Err::<(), Rehearsed<T>>(Rehearsed(run(&mut work)))
        });
        match ended {
            Ok(()) => Err(AppError::fault("a rehearsal was kept")),
            Err(Rehearsed(answer)) => answer,
        }
    }

    /// Reading: allowed by role, on one consistent snapshot, unable to write.
    ///
    /// # Errors
    /// What the view answers.
    pub fn view<T>(
        &self,
        actor: &Actor,
        action: Action,
        run: impl FnOnce(&mut Work<'_>) -> AppResult<T>,
    ) -> AppResult<T> {
        if !action.allowed_to(actor) {
            return Err(AppError::NotAllowed(action));
        }
        self.store.read(|tx| run(&mut Work::new(self, tx.reborrow(), actor, action)))
    }

    /// What the passing of a day brings in every authority (terms that ended, deemed service, reminders). Run at
    /// start and every hour by `serve`; running it twice changes nothing.
    ///
    /// # Errors
    /// A fault; what was done for other authorities stands.
    pub fn daily(&self) -> AppResult<()> {
        self.index_names()?;
        let authorities: Vec<Organisation> =
            self.store.read(|tx| tx.list("WHERE kind = 'REGULATOR' ORDER BY path", &[]))?;
        for authority in authorities {
            let clockwork = Actor {
                name: "系统".to_owned(),
                unit_name: "自动办理".to_owned(),
                unit_tier: authority.tier,
                scope_path: authority.path.clone(),
                ..self.installer(authority.id)
            };
            self.write_as(&clockwork, |work| {
                crate::sampling::daily(work)?;
                crate::objection::daily(work)?;
                crate::follow_up::daily(work)?;
                crate::publication::daily(work)
            })?;
        }
        Ok(())
    }

    /// A refusal is a fact too. Failing to note it must not hide the refusal itself, so a fault only goes to the log.
    fn note_refusal(&self, actor: &Actor, action: Action, code: &str, why: &str) {
        let (app, person) = (self.clone(), actor.clone());
        let event = Event::new(format!("refused.{}", action.code()), format!("{}被拒绝：{why}", action.title()))
            .fact("代码", code);
        let noted = self.store.write(move |tx| {
            let mut work = Work::new(&app, tx.reborrow(), &person, action);
            work.record(event);
            work.finish()
        });
        if let Err(error) = noted {
            tracing::error!(?error, "refusal could not be journalled");
        }
    }
}
