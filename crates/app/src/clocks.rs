//! Starting and ending clocks in a use case. The counting is `domain::deadline`'s; this file only keeps the
//! result beside the thing it belongs to, with everything needed to print the derivation again.

use crate::{AppResult, Work};
use hengjian_domain::{
    actor::{Role, UserId},
    clock::{Clock, ClockKind, ClockState, SubjectKind},
    deadline::{Derivation, DutyRule, RightRule},
    ids::{Id, SubjectId},
    organisation::OrganisationId,
};
use jiff::civil::Date;

/// Whose duty it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner {
    /// Role that has it.
    pub role: Role,
    /// Station or laboratory; `None`: the authority itself.
    pub unit: Option<OrganisationId>,
    /// Named person, if one is named.
    pub user: Option<UserId>,
}

impl Owner {
    /// Any holder of the role in the authority.
    pub const fn role(role: Role) -> Self {
        Self { role, unit: None, user: None }
    }
    /// Holders of the role in a unit.
    pub const fn unit(role: Role, unit: OrganisationId) -> Self {
        Self { role, unit: Some(unit), user: None }
    }
    /// One person.
    pub const fn user(role: Role, user: UserId) -> Self {
        Self { role, unit: None, user: Some(user) }
    }
}

/// What a clock is about.
#[derive(Debug, Clone, Copy)]
pub struct About<'t> {
    /// Owning authority of the thing.
    pub org_id: OrganisationId,
    /// Kind of the thing.
    pub kind: SubjectKind,
    /// The thing.
    pub id: SubjectId,
    /// What has to be done (duty) or may be done (right), for example 核查处置 or 提出书面异议.
    pub title: &'t str,
}

impl<'t> About<'t> {
    /// Shorthand.
    pub fn new<K>(org_id: OrganisationId, kind: SubjectKind, id: Id<K>, title: &'t str) -> Self {
        Self { org_id, kind, id: id.cast(), title }
    }
}

impl Work<'_> {
    /// Starts an office's duty with a term: it appears in the owner's work list until [`Work::finish_duties`].
    ///
    /// # Errors
    /// A fault; the rule's own length is always countable.
    pub fn start_duty(
        &mut self,
        about: About<'_>,
        rule: &DutyRule,
        trigger_on: Date,
        proof: &str,
        owner: Owner,
    ) -> AppResult<Clock> {
        let derivation = rule.derive(trigger_on, self.calendar());
        self.open_clock(about, ClockKind::Duty, rule.id, trigger_on, proof, Some(&derivation), Some(owner))
    }
    /// Starts a duty without a term: the next step somebody has to take.
    ///
    /// # Errors
    /// A fault.
    pub fn start_step(&mut self, about: About<'_>, owner: Owner) -> AppResult<Clock> {
        let today = self.today();
        self.open_clock(about, ClockKind::Duty, "-", today, "", None, Some(owner))
    }
    /// Starts a party's right.
    ///
    /// # Errors
    /// A fault.
    pub fn start_right(
        &mut self,
        about: About<'_>,
        rule: &RightRule,
        trigger_on: Date,
        proof: &str,
    ) -> AppResult<Clock> {
        let derivation = rule.derive(trigger_on, self.calendar());
        self.open_clock(about, ClockKind::Right, rule.id, trigger_on, proof, Some(&derivation), None)
    }
    /// Ends the open duties of a thing; `rule` restricts to one rule (`-`: steps without a term), `None` ends all.
    /// Returns the clocks that were ended.
    ///
    /// # Errors
    /// A fault.
    pub fn finish_duties<K>(&mut self, subject: Id<K>, rule: Option<&str>) -> AppResult<Vec<Clock>> {
        self.close_clocks(subject.cast(), ClockKind::Duty, rule, ClockState::Done)
    }
    /// Ends or voids open clocks of one kind.
    ///
    /// # Errors
    /// A fault.
    pub fn close_clocks(
        &mut self,
        subject: SubjectId,
        kind: ClockKind,
        rule: Option<&str>,
        state: ClockState,
    ) -> AppResult<Vec<Clock>> {
        let today = self.today();
        let mut closed = Vec::new();
        for mut clock in self.tx.clocks_of(subject)? {
            let fits =
                clock.state == ClockState::Open && clock.kind == kind && rule.is_none_or(|rule| rule == clock.rule);
            if fits {
                clock.state = state;
                clock.done_on = Some(today);
                self.save(&mut clock)?;
                closed.push(clock);
            }
        }
        Ok(closed)
    }

    /// Ends the first open step with a title; a thing may have several steps open at once. Answers whether there was one.
    ///
    /// # Errors
    /// A fault.
    pub fn finish_step<K>(&mut self, subject: Id<K>, title: &str) -> AppResult<bool> {
        let today = self.today();
        let open = self.tx.clocks_of(subject.cast())?;
        let open = open.into_iter().find(|clock| clock.state == ClockState::Open && clock.title == title);
        let Some(mut clock) = open else { return Ok(false) };
        clock.state = ClockState::Done;
        clock.done_on = Some(today);
        self.save(&mut clock)?;
        Ok(true)
    }

    /// Gives the open duty of a rule to another owner, for what is left to be done: the term does not begin again. Answers
    /// whether there was one.
    ///
    /// # Errors
    /// A fault.
    pub fn hand_duty<K>(&mut self, subject: Id<K>, rule: &str, title: &str, owner: Owner) -> AppResult<bool> {
        let open = self.tx.clocks_of(subject.cast())?;
        let open = open
            .into_iter()
            .find(|clock| clock.state == ClockState::Open && clock.kind == ClockKind::Duty && clock.rule == rule);
        let Some(mut clock) = open else { return Ok(false) };
        title.clone_into(&mut clock.title);
        (clock.owner_role, clock.unit_id, clock.owner_user_id) = (Some(owner.role), owner.unit, owner.user);
        self.save(&mut clock)?;
        Ok(true)
    }

    #[expect(clippy::too_many_arguments, reason = "one private constructor behind three plain ones")]
    fn open_clock(
        &mut self,
        about: About<'_>,
        kind: ClockKind,
        rule: &str,
        trigger_on: Date,
        proof: &str,
        derivation: Option<&Derivation>,
        owner: Option<Owner>,
    ) -> AppResult<Clock> {
        let mut clock = Clock {
            id: self.new_id(),
            version: 1,
            org_id: about.org_id,
            unit_id: owner.and_then(|owner| owner.unit),
            subject_kind: about.kind,
            subject_id: about.id,
            kind,
            rule: rule.to_owned(),
            title: about.title.to_owned(),
            trigger_on,
            proof: proof.to_owned(),
            due_strict_on: derivation.map(|derivation| derivation.due_strict),
            due_party_on: derivation.map(|derivation| derivation.due_party),
            provisional: derivation.is_some_and(|derivation| derivation.provisional),
            calendar_version: self.calendar().version().to_owned(),
            steps: derivation.map(|derivation| derivation.steps().join("\n")).unwrap_or_default(),
            owner_role: owner.map(|owner| owner.role),
            owner_user_id: owner.and_then(|owner| owner.user),
            state: ClockState::Open,
            done_on: None,
            opened_at_us: self.now(),
        };
        self.insert(&mut clock)?;
        Ok(clock)
    }
}
