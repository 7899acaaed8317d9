//! One unit of work: who acts, when, under which permission, in which transaction. Everything a use case
//! needs of the world comes from here, and what it did is journalled from here, as the last step.

use crate::{App, AppError, AppResult};
use hengjian_domain::{
    actor::Actor,
    calendar::Calendar,
    clock::SubjectKind,
    ids::{Id, SubjectId},
    law::LegalBasis,
    organisation::{Organisation, OrganisationId, OrganisationKind, Tier},
    policy::Action,
    time::Timestamp,
};
use hengjian_store::{
    Column, Query, Record, Tx,
    journal::{Content, NewEntry, TimelineLine},
};
use jiff::civil::Date;
use std::{collections::BTreeMap, sync::Arc};

/// A row that belongs to an authority and may be in the hands of one of its units.
pub trait Scoped {
    /// Owning authority.
    fn org_id(&self) -> OrganisationId;
    /// Station or laboratory that has it in hand.
    fn unit_id(&self) -> Option<OrganisationId> {
        None
    }
}

/// Something that happened, for journal and timelines.
#[derive(Debug, Clone)]
pub struct Event {
    kind: String,
    text: String,
    facts: Vec<(String, String)>,
    basis: Option<LegalBasis>,
    subjects: Vec<SubjectId>,
    public: BTreeMap<String, String>,
}

impl Event {
    /// `kind` is `stage.act`, `text` one Chinese sentence for the timeline.
    pub fn new(kind: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            kind: kind.into(),
            text: text.into(),
            facts: Vec::new(),
            basis: None,
            subjects: Vec::new(),
            public: BTreeMap::new(),
        }
    }
    /// The thing it is about; may be called for several.
    #[must_use]
    pub fn about<K>(mut self, id: Id<K>) -> Self {
        self.subjects.push(id.cast());
        self
    }
    /// A fact, label and value, shown under the sentence.
    #[must_use]
    pub fn fact(mut self, label: impl Into<String>, value: impl Into<String>) -> Self {
        self.facts.push((label.into(), value.into()));
        self
    }
    /// The article it stands on.
    #[must_use]
    pub fn basis(mut self, basis: LegalBasis) -> Self {
        self.basis = Some(basis);
        self
    }
    /// A key of the entry that is open to anybody: digests and ids of draws, never names or free text.
    #[must_use]
    pub fn public(mut self, key: &str, value: impl Into<String>) -> Self {
        self.public.insert(key.to_owned(), value.into());
        self
    }
}

/// A unit of work.
pub struct Work<'a> {
    /// The transaction.
    pub tx: Tx<'a>,
    app: &'a App,
    actor: &'a Actor,
    action: Action,
    now: Timestamp,
    calendar: Arc<Calendar>,
    events: Vec<Event>,
    changed: bool,
}

impl<'a> Work<'a> {
    pub(crate) fn new(app: &'a App, tx: Tx<'a>, actor: &'a Actor, action: Action) -> Self {
        let (now, calendar) = (app.edge.now(), app.calendar());
        Self { tx, app, actor, action, now, calendar, events: Vec::new(), changed: false }
    }

    /// Who acts.
    pub fn actor(&self) -> &'a Actor {
        self.actor
    }
    /// The permission under which this work was begun.
    pub fn action(&self) -> Action {
        self.action
    }
    /// The program.
    pub fn app(&self) -> &'a App {
        self.app
    }
    /// The instant of this work.
    pub fn now(&self) -> Timestamp {
        self.now
    }
    /// The business date of this work.
    pub fn today(&self) -> Date {
        self.now.date()
    }
    /// Calendar in force.
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// A new id, UUIDv7 of this work's instant.
    pub fn new_id<K>(&self) -> Id<K> {
        let mut random = [0_u8; 10];
        self.app.edge.random(&mut random);
        let millis = u64::try_from(self.app.edge.now().0 / 1_000).unwrap_or(0);
        Id::from_uuid(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    }
    /// Random bytes.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0_u8; N];
        self.app.edge.random(&mut bytes);
        bytes
    }
    /// A random code for a public address: 128 bits, lower-case hex.
    pub fn random_code(&self) -> String {
        hex::encode(self.random::<16>())
    }

    /// Loads a row by id if it lies in the person's scope. A row of somebody else's area is “not found”: its
    /// existence is none of the person's business.
    ///
    /// # Errors
    /// [`AppError::NotFound`], or a fault.
    pub fn load<R: Record + Scoped>(&mut self, id: impl Column) -> AppResult<R> {
        let record: R = self.tx.get(&id)?.ok_or(AppError::NotFound)?;
        self.must_see(&record)?;
        Ok(record)
    }
    /// The same, and the version of the form that was filled in must still be the row's.
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`AppError::Stale`], or a fault.
    pub fn load_version<R: Record + Scoped>(&mut self, id: impl Column, version: i64) -> AppResult<R> {
        let record: R = self.load(id)?;
        if record.version() == version { Ok(record) } else { Err(AppError::Stale) }
    }
    /// The same for an act of the authority whose row it is. A superior reads the rows of the authorities below it, it
    /// does not act in them.
    ///
    /// # Errors
    /// [`AppError::NotFound`], [`AppError::Stale`], or a fault.
    pub fn load_own<R: Record + Scoped>(&mut self, id: impl Column, version: i64) -> AppResult<R> {
        let record: R = self.load_version(id, version)?;
        self.must_own(record.org_id())?;
        Ok(record)
    }
    /// Refuses an act on what belongs to another authority.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub fn must_own(&self, owner: OrganisationId) -> AppResult<()> {
        if self.actor.org_id == owner { Ok(()) } else { Err(AppError::NotFound) }
    }
    /// Refuses a row outside the person's scope.
    ///
    /// # Errors
    /// [`AppError::NotFound`], or a fault.
    pub fn must_see(&mut self, row: &impl Scoped) -> AppResult<()> {
        if self.can_see(row.org_id(), row.unit_id())? { Ok(()) } else { Err(AppError::NotFound) }
    }
    /// Whether a row of an owner (and unit) lies in the person's scope.
    ///
    /// # Errors
    /// A fault.
    pub fn can_see(&mut self, owner: OrganisationId, unit: Option<OrganisationId>) -> AppResult<bool> {
        let owner = self.organisation(owner)?;
        let unit = unit.map(|unit| self.organisation(unit)).transpose()?;
        Ok(self.actor.sees(&owner, unit.as_ref()))
    }
    /// A node of the organisation tree.
    ///
    /// # Errors
    /// A fault when it does not exist: ids of organisations come from rows.
    pub fn organisation(&mut self, id: OrganisationId) -> AppResult<Organisation> {
        self.tx.get(&id)?.ok_or_else(|| AppError::fault(format!("organisation {id} is missing")))
    }
    /// Restricts a list to the person's scope. `has_unit` tells whether the table has a column `unit_id`.
    /// The conditions name `org_id` and `unit_id` without a table, so do not join another table that has them.
    #[must_use]
    pub fn scoped(&self, query: Query, has_unit: bool) -> Query {
        let actor = self.actor;
        match actor.unit_kind {
            OrganisationKind::Station if has_unit => query.filter(
                "org_id = ? AND (unit_id = ? OR unit_id IS NULL)",
                &[actor.org_id.to_value(), actor.unit_id.to_value()],
            ),
            OrganisationKind::Laboratory | OrganisationKind::SamplingBody if has_unit => {
                query.filter("unit_id = ?", &[actor.unit_id.to_value()])
            }
            OrganisationKind::Regulator if actor.unit_tier != Some(Tier::County) => query.below(&actor.scope_path),
            _ => query.filter("org_id = ?", &[actor.org_id.to_value()]),
        }
    }

    /// Inserts a row.
    ///
    /// # Errors
    /// A fault, or a duplicate key as a fault: uniqueness that a person can violate is checked before.
    pub fn insert<R: Record>(&mut self, record: &mut R) -> AppResult<()> {
        self.changed = true;
        Ok(self.tx.insert(record)?)
    }
    /// Saves a row loaded before; the version guards it.
    ///
    /// # Errors
    /// [`AppError::Stale`], or a fault.
    pub fn save<R: Record>(&mut self, record: &mut R) -> AppResult<()> {
        self.changed = true;
        Ok(self.tx.update(record)?)
    }
    /// Says that rows were written by a statement of their own, so that a journal entry is required.
    pub fn mark_changed(&mut self) {
        self.changed = true;
    }
    /// Journals what happened; written at the end of the act, in this transaction.
    pub fn record(&mut self, event: Event) {
        self.events.push(event);
    }
    /// Spends a form's token.
    ///
    /// # Errors
    /// [`AppError::SentBefore`] with the place where the first sending led.
    pub fn once(&mut self, token: &str, location: &str) -> AppResult<()> {
        if token.is_empty() {
            return Ok(());
        }
        match self.tx.spend_form_token(token, self.now, location)? {
            Some(location) => Err(AppError::SentBefore(location)),
            None => Ok(()),
        }
    }
    /// Timeline of a thing.
    ///
    /// # Errors
    /// A fault.
    pub fn timeline<K>(&mut self, id: Id<K>) -> AppResult<Vec<TimelineLine>> {
        Ok(self.tx.timeline(id.cast(), 200)?)
    }

    /// Takes the next number of a book of the person's organisation and notes it as printed by `print`.
    ///
    /// # Errors
    /// A fault.
    pub fn next_number(
        &mut self,
        kind: &str,
        year: i16,
        subject: SubjectId,
        print: impl Fn(i64) -> String,
    ) -> AppResult<String> {
        self.next_number_of(self.actor.org_id, kind, year, subject, print)
    }
    /// The same from the book of another authority: a laboratory's act that opens a case of the organiser's.
    ///
    /// # Errors
    /// A fault.
    pub fn next_number_of(
        &mut self,
        org_id: OrganisationId,
        kind: &str,
        year: i16,
        subject: SubjectId,
        print: impl Fn(i64) -> String,
    ) -> AppResult<String> {
        let number = self.tx.take_number(org_id, kind, i64::from(year))?;
        let text = print(number);
        self.tx.use_number(&hengjian_store::number_book::UsedNumber {
            org_id,
            kind,
            text: &text,
            year: i64::from(year),
            number,
            subject_id: Some(subject),
            at_us: self.now,
        })?;
        self.changed = true;
        Ok(text)
    }

    /// Writes the journal entries. An act that changed rows without saying so is a fault of ours and is undone.
    pub(crate) fn finish(mut self) -> AppResult<()> {
        if self.changed && self.events.is_empty() {
            return Err(AppError::fault(format!("{} changed rows without a journal entry", self.action.code())));
        }
        for event in std::mem::take(&mut self.events) {
            let entry = NewEntry {
                log_id: self.actor.org_id,
                at: self.now,
                pseudonym: self.actor.pseudonym.clone(),
                kind: event.kind,
                public: event.public,
                content: Content {
                    text: event.text,
                    facts: event.facts,
                    basis: event.basis.map(|basis| basis.text()).unwrap_or_default(),
                    actor: self.actor.name.clone(),
                    unit: self.actor.unit_name.clone(),
                },
                salt: self.random::<32>().to_vec(),
                subjects: event.subjects,
            };
            self.tx.append_journal(&entry)?;
        }
        Ok(())
    }

    /// Kind and id of a thing, as the generic tables keep it.
    pub fn subject<K>(kind: SubjectKind, id: Id<K>) -> (SubjectKind, SubjectId) {
        (kind, id.cast())
    }
}
