//! Rows of clocks: rights and duties. The open duties of a role are its work list.

use crate::{Column, Query, StoreError, Tx, Value, columns, record};
use hengjian_domain::{
    actor::{Actor, Role},
    clock::{Clock, ClockKind, ClockState, SubjectKind},
    ids::SubjectId,
    organisation::{OrganisationId, OrganisationKind},
};
use jiff::civil::Date;

columns! { code: ClockKind, ClockState, SubjectKind; }
record!(Clock in "clock": id, version, org_id, unit_id, subject_kind, subject_id, kind, rule, title, trigger_on, proof,
    due_strict_on, due_party_on, provisional, calendar_version, steps, owner_role, owner_user_id, state, done_on, opened_at_us);

impl Tx<'_> {
    /// Clocks of a thing, open ones first.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn clocks_of(&mut self, subject: SubjectId) -> Result<Vec<Clock>, StoreError> {
        self.list("WHERE subject_id = ?1 ORDER BY state DESC, due_strict_on, id", &[subject.to_value()])
    }
    /// Clocks of an authority that a change of the calendar may move: running terms, and rights that ended since a day.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn clocks_to_recount(&mut self, org: OrganisationId, since: Date) -> Result<Vec<Clock>, StoreError> {
        let mut clocks: Vec<Clock> =
            self.list("WHERE org_id = ?1 AND state = 'OPEN' AND due_strict_on IS NOT NULL", &[org.to_value()])?;
        // No role has a right: the index of the work lists finds them.
        clocks.extend(self.list::<Clock>(
            "WHERE org_id = ?1 AND state = 'DONE' AND owner_role IS NULL AND kind = 'RIGHT' AND due_strict_on IS NOT NULL
             AND due_party_on >= ?2",
            &[org.to_value(), since.to_value()],
        )?);
        Ok(clocks)
    }
    /// The work list of a person: open duties of the person's roles, of the person's unit or of no unit,
    /// earliest last day first, those without a term last.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn work_list(&mut self, actor: &Actor, limit: usize) -> Result<Vec<Clock>, StoreError> {
        let mut clocks = Vec::new();
        for role in &actor.roles {
            clocks.extend(self.work_of_role(actor, *role, limit)?);
        }
        clocks.sort_by_key(|clock| (clock.due_strict_on.is_none(), clock.due_strict_on, clock.opened_at_us, clock.id));
        clocks.truncate(limit);
        Ok(clocks)
    }
    fn work_of_role(&mut self, actor: &Actor, role: Role, limit: usize) -> Result<Vec<Clock>, StoreError> {
        let page = crate::PageRequest { after: None, limit: limit as i64 };
        // A laboratory's staff have duties in the rows of other authorities; everybody else in their own.
        let outside = matches!(actor.unit_kind, OrganisationKind::Laboratory | OrganisationKind::SamplingBody);
        let mine = if outside {
            Query::new().filter("unit_id = ?", &[actor.unit_id.to_value()])
        } else {
            Query::new()
                .filter("org_id = ?", &[actor.org_id.to_value()])
                .filter("(unit_id IS NULL OR unit_id = ?)", &[actor.unit_id.to_value()])
        };
        let mut clocks: Vec<Clock> = mine
            .filter("state = 'OPEN' AND owner_role = ?", &[role.to_value()])
            .filter("(owner_user_id IS NULL OR owner_user_id = ?)", &[actor.user_id.to_value()])
            .page("COALESCE(due_strict_on, '9999-12-31')", "id", false, false, &page)
            .records(self)?;
        clocks.truncate(limit);
        Ok(clocks)
    }
    /// All open duties below a path whose last day is before `day` (ISO): for heads and the morning page.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn overdue_duties(&mut self, org: OrganisationId, day: &str) -> Result<Vec<Clock>, StoreError> {
        self.list(
            "WHERE org_id = ?1 AND state = 'OPEN' AND kind = 'DUTY' AND due_strict_on < ?2 ORDER BY due_strict_on, id LIMIT 500",
            &[org.to_value(), Value::Text(day.to_owned())],
        )
    }
}
