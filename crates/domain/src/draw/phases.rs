//! The machine of a draw (regulations §2.3, verifiable-draw.md §2): draft → frozen → drawn → confirmed → dispatched →
//! closed, voided with a reason before anything is handed over. No phase is skipped or entered twice.

use super::{
    DesignationReason, Draw, DrawMember, DrawPerson, DrawPhase, DrawRefused, DrawVoid, DrawVoidState, MemberStatus,
    ReplacementReason, TeamFault,
};
use crate::{
    actor::{Actor, UserId},
    code::Code,
    law::{self, LegalBasis},
    officer::OfficerId,
    plan::{SpotCheckTask, TaskKind, TaskState},
    sampling::{Visit, VisitOutcome, VisitState},
    time::Timestamp,
};
use jiff::civil::Date;

/// Fewest samplers of a visit (R18 art. 16).
pub const TEAM: usize = 2;

/// Units of a roster by status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Headcount {
    /// May be drawn.
    pub inside: i64,
    /// Excluded.
    pub excluded: i64,
    /// Designated.
    pub must: i64,
}

impl Headcount {
    /// Counts a roster.
    pub fn of(members: &[DrawMember]) -> Self {
        members.iter().fold(Self::default(), |mut count, member| {
            match member.status {
                MemberStatus::In => count.inside += 1,
                MemberStatus::Excluded => count.excluded += 1,
                MemberStatus::Must => count.must += 1,
            }
            count
        })
    }
}

/// A sampler of a team as the registers know them on the day of the check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamMember {
    /// Who.
    pub officer_id: OfficerId,
    /// Has the certificate that a visit needs.
    pub may_lead: bool,
    /// Is in conflict with the firm or with the other sampler.
    pub recused: bool,
    /// Works at the laboratory that tests.
    pub laboratory_staff: bool,
    /// Last day of the certificate.
    pub certificate_until_on: Option<Date>,
}

/// A visit about to be handed to its team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handover {
    /// The team.
    pub team: Vec<TeamMember>,
    /// From when the team can read it.
    pub release_at: Timestamp,
}

/// The days on which a team may first see its visit: those of the task's sampling. When they are over, today is the
/// last: what is late can still be done, and is seen to be late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReleaseWindow {
    from: Option<Date>,
    until: Option<Date>,
    today: Date,
}

impl ReleaseWindow {
    /// Of a task, on a day.
    pub const fn of(task: &SpotCheckTask, today: Date) -> Self {
        Self { from: task.sampling_from_on, until: task.sampling_until_on, today }
    }
    /// Whether the window is open at a time.
    ///
    /// # Errors
    /// [`DrawRefused::ReleaseOutside`].
    pub fn check(self, at: Timestamp) -> Result<(), DrawRefused> {
        let (day, last) = (at.date(), self.until.map(|until| until.max(self.today)));
        let inside = self.from.is_none_or(|from| from <= day) && last.is_none_or(|last| day <= last);
        if inside { Ok(()) } else { Err(DrawRefused::ReleaseOutside { window: self }) }
    }
    /// First and last day in words.
    pub fn words(self) -> String {
        let over = if self.until.is_some_and(|until| until < self.today) { "，已过" } else { "" };
        match (self.from, self.until) {
            (Some(from), Some(until)) => format!("{from} 至 {until}{over}"),
            (Some(from), None) => format!("{from} 起"),
            (None, Some(until)) => format!("至 {until} 止{over}"),
            (None, None) => "没有定".to_owned(),
        }
    }
}

/// Two people, one with a certificate, nobody in conflict, nobody of the laboratory, certificates valid on the day.
///
/// # Errors
/// The first fault of the team.
pub fn check_team(team: &[TeamMember], day: Date) -> Result<(), TeamFault> {
    let distinct =
        team.iter().enumerate().all(|(n, one)| !team[..n].iter().any(|other| other.officer_id == one.officer_id));
    if team.len() < TEAM || !distinct {
        return Err(TeamFault::TooFew);
    }
    if !team.iter().any(|member| member.may_lead) {
        return Err(TeamFault::NoCertificate);
    }
    if team.iter().any(|member| member.recused) {
        return Err(TeamFault::Recused);
    }
    if team.iter().any(|member| member.laboratory_staff) {
        return Err(TeamFault::LaboratoryStaff);
    }
    if team.iter().any(|member| member.certificate_until_on.is_some_and(|until| until < day)) {
        return Err(TeamFault::CertificateExpired);
    }
    Ok(())
}

fn check_teams(act: &'static str, teams: &[Handover]) -> Result<(), DrawRefused> {
    let faults: Vec<TeamFault> =
        teams.iter().filter_map(|visit| check_team(&visit.team, visit.release_at.date()).err()).collect();
    match faults.first() {
        Some(fault) => {
            let count = faults.iter().filter(|other| *other == fault).count();
            Err(DrawRefused::Team { act, fault: *fault, count })
        }
        None => Ok(()),
    }
}

impl DrawPhase {
    /// Another draw of the same task may not be begun while one is in such a phase.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Draft | Self::Frozen | Self::Committed | Self::Drawn | Self::Confirmed | Self::Dispatched)
    }
}

impl Draw {
    fn expect(&self, act: &'static str, phases: &[DrawPhase]) -> Result<(), DrawRefused> {
        if phases.contains(&self.phase) {
            Ok(())
        } else {
            Err(DrawRefused::WrongPhase { act, phase: self.phase.title() })
        }
    }
    fn other_person(
        act: &'static str,
        by: &Actor,
        done_by: Option<UserId>,
        did: &'static str,
    ) -> Result<(), DrawRefused> {
        if done_by == Some(by.user_id) { Err(DrawRefused::SamePerson { act, did }) } else { Ok(()) }
    }

    /// Whether a draw may be begun for a task (R18 art. 15): commissioned, with a product, no other draw under way.
    ///
    /// # Errors
    /// [`DrawRefused`].
    pub fn allowed_for(task: &SpotCheckTask, others: &[Self]) -> Result<(), DrawRefused> {
        Self::under_way(task)?;
        if task.category_id.is_none() {
            return Err(DrawRefused::NoProduct);
        }
        if others.iter().any(|other| other.phase.is_open()) {
            return Err(DrawRefused::AnotherOpen);
        }
        Ok(())
    }
    /// Whether the task still is one that is drawn for; asked again at every step, since it may have been suspended.
    ///
    /// # Errors
    /// [`DrawRefused`].
    pub fn under_way(task: &SpotCheckTask) -> Result<(), DrawRefused> {
        match task.state {
            TaskState::Commissioned | TaskState::Ready | TaskState::Sampling => Ok(()),
            state => Err(DrawRefused::TaskNotCommissioned { state: state.title() }),
        }
    }
    /// The roster may be changed only in preparation, by the operator who prepares.
    ///
    /// # Errors
    /// [`DrawRefused`].
    pub fn edit(&self, by: &Actor) -> Result<(), DrawRefused> {
        self.expect("修改名录", &[DrawPhase::Draft])?;
        if by.user_id == self.prepared_by { Ok(()) } else { Err(DrawRefused::OtherOperator) }
    }
    /// Sets quota and reserve. A task's batches are the most that may be drawn for it; designated units do not count.
    ///
    /// # Errors
    /// [`DrawRefused`].
    pub fn size(mut self, by: &Actor, task: &SpotCheckTask, quota: i64, reserve: i64) -> Result<Self, DrawRefused> {
        self.edit(by)?;
        if quota > task.batches {
            return Err(DrawRefused::MoreThanTask { batches: task.batches });
        }
        self.quota = quota.max(0);
        self.reserve = reserve.max(0);
        self.fits(Headcount { inside: self.count_in, excluded: self.count_excluded, must: self.count_must })?;
        Ok(self)
    }
    /// Whether quota and reserves can be had from a roster: something to draw, not more than there is, and reserves
    /// from the rest alone. Checking everybody (全覆盖) is a quota of the whole roster.
    ///
    /// # Errors
    /// [`DrawRefused`].
    pub fn fits(&self, count: Headcount) -> Result<(), DrawRefused> {
        if self.quota + count.must < 1 || count.inside + count.must < 1 {
            return Err(DrawRefused::NothingToDraw);
        }
        if self.quota > count.inside {
            return Err(DrawRefused::MoreThanRoster { quota: self.quota, inside: count.inside });
        }
        let rest = count.inside - self.quota;
        if self.reserve > rest {
            return Err(DrawRefused::MoreReserves { reserve: self.reserve, rest });
        }
        Ok(())
    }
    /// Notes the units of a roster that was made or changed; reserves that there are no more of are given up.
    #[must_use]
    pub fn counted(mut self, count: Headcount) -> Self {
        (self.count_in, self.count_excluded, self.count_must) = (count.inside, count.excluded, count.must);
        self.reserve = self.reserve.clamp(0, (count.inside - self.quota).max(0));
        self
    }
    /// Whether a unit may be designated (C13): only in special, follow-up and emergency checks.
    ///
    /// # Errors
    /// [`DrawRefused`].
    pub fn may_designate(task: &SpotCheckTask) -> Result<(), DrawRefused> {
        match task.kind {
            TaskKind::Special | TaskKind::FollowUp | TaskKind::Emergency => Ok(()),
            TaskKind::Routine | TaskKind::RiskMonitoring => {
                Err(DrawRefused::DesignationKind { kind: task.kind.title() })
            }
        }
    }
    /// DRAFT → FROZEN by the operator, with the digest of the roster (verifiable-draw.md §4).
    ///
    /// # Errors
    /// [`DrawRefused`].
    pub fn freeze(
        mut self,
        by: &Actor,
        count: Headcount,
        people: &[DrawPerson],
        digest: String,
        at: Timestamp,
    ) -> Result<Self, DrawRefused> {
        self.expect("冻结名录", &[DrawPhase::Draft])?;
        self.edit(by)?;
        self.fits(count)?;
        let ready = people.iter().filter(|person| person.status == MemberStatus::In);
        if ready.clone().count() < TEAM {
            return Err(DrawRefused::TooFewPeople { count: ready.count() });
        }
        if !ready.clone().any(|person| person.may_lead) {
            return Err(DrawRefused::NobodyLeads);
        }
        (self.count_in, self.count_excluded, self.count_must) = (count.inside, count.excluded, count.must);
        self.roster_digest = digest;
        self.frozen_at_us = Some(at);
        self.phase = DrawPhase::Frozen;
        Ok(self)
    }
    /// Whether this person may carry out the draw: the second person, who is neither the operator nor in the pool.
    ///
    /// # Errors
    /// [`DrawRefused`].
    pub fn may_execute(&self, by: &Actor, pool: &[UserId]) -> Result<(), DrawRefused> {
        let act = "执行抽取";
        self.expect(act, &[DrawPhase::Frozen])?;
        Self::other_person(act, by, Some(self.prepared_by), "准备并冻结了名录")?;
        if pool.contains(&by.user_id) { Err(DrawRefused::InThePool { act }) } else { Ok(()) }
    }
    /// FROZEN → DRAWN by the second person's act. `digest` is that of the roster as it stands now; randomness must
    /// have been taken after the freeze.
    ///
    /// # Errors
    /// [`DrawRefused`].
    pub fn execute(
        mut self,
        by: &Actor,
        pool: &[UserId],
        digest: &str,
        drawn: i64,
        at: Timestamp,
    ) -> Result<Self, DrawRefused> {
        self.may_execute(by, pool)?;
        if digest != self.roster_digest || self.frozen_at_us.is_none_or(|frozen| frozen >= at) {
            return Err(DrawRefused::RosterChanged);
        }
        self.count_drawn = drawn;
        self.executed_by = Some(by.user_id);
        self.executed_at_us = Some(at);
        self.phase = DrawPhase::Drawn;
        Ok(self)
    }
    /// DRAWN → CONFIRMED by the witness, on counts (R18 art. 9, 15, 16).
    ///
    /// # Errors
    /// [`DrawRefused`].
    pub fn confirm(mut self, by: &Actor, teams: &[Handover], at: Timestamp) -> Result<Self, DrawRefused> {
        self.may_confirm(by)?;
        check_teams("确认抽取", teams)?;
        self.confirmed_by = Some(by.user_id);
        self.confirmed_at_us = Some(at);
        self.phase = DrawPhase::Confirmed;
        Ok(self)
    }
    /// Whether this person may confirm.
    ///
    /// # Errors
    /// [`DrawRefused`].
    pub fn may_confirm(&self, by: &Actor) -> Result<(), DrawRefused> {
        self.expect("确认抽取", &[DrawPhase::Drawn])?;
        Self::other_person("确认抽取", by, Some(self.prepared_by), "准备并冻结了名录")
    }
    /// Whether this person may read the names: a dispatcher who neither prepared nor witnessed, and once one has
    /// opened them, that one alone.
    ///
    /// # Errors
    /// [`DrawRefused`].
    pub fn may_read_names(&self, by: &Actor) -> Result<(), DrawRefused> {
        let act = "查看抽中的单位";
        self.expect(act, &[DrawPhase::Confirmed, DrawPhase::Dispatched])?;
        Self::other_person(act, by, Some(self.prepared_by), "准备并冻结了名录")?;
        Self::other_person(act, by, self.executed_by, "执行了抽取")?;
        Self::other_person(act, by, self.confirmed_by, "确认了抽取")?;
        match self.dispatcher_id {
            Some(dispatcher) if dispatcher != by.user_id => Err(DrawRefused::OtherDispatcher),
            _ => Ok(()),
        }
    }
    /// Opens the names; the first who does is the dispatcher of this draw from then on.
    ///
    /// # Errors
    /// [`DrawRefused`].
    pub fn read_names(mut self, by: &Actor) -> Result<Self, DrawRefused> {
        self.may_read_names(by)?;
        self.dispatcher_id = Some(by.user_id);
        Ok(self)
    }
    /// CONFIRMED → DISPATCHED: every visit goes to its team, readable from its release time on.
    ///
    /// # Errors
    /// [`DrawRefused`].
    pub fn dispatch(mut self, by: &Actor, visits: &[Handover], at: Timestamp) -> Result<Self, DrawRefused> {
        self.expect("派发抽样任务", &[DrawPhase::Confirmed])?;
        self = self.read_names(by)?;
        if visits.iter().any(|visit| visit.release_at.is_past(at)) {
            return Err(DrawRefused::ReleasePast);
        }
        check_teams("派发抽样任务", visits)?;
        self.release_at_us = visits.iter().map(|visit| visit.release_at).min();
        self.dispatched_at_us = Some(at);
        self.phase = DrawPhase::Dispatched;
        Ok(self)
    }
    /// Whether a visit of this draw is replaced by the next reserve, and why (settled.md): never chosen, never for a
    /// refusal. `chosen` tells R01 from R02 where the outcome leaves it open.
    ///
    /// # Errors
    /// [`DrawRefused`].
    pub fn replace(
        &self,
        visit: &Visit,
        replaced: bool,
        reserves_left: usize,
        chosen: Option<ReplacementReason>,
    ) -> Result<ReplacementReason, DrawRefused> {
        self.expect("递补", &[DrawPhase::Dispatched])?;
        let settled = matches!(visit.state, VisitState::Submitted | VisitState::Accepted);
        let Some(outcome) = visit.outcome.filter(|_| settled && visit.draw_id == self.id) else {
            return Err(DrawRefused::VisitNotSettled);
        };
        let reason = replacement(outcome, chosen).ok_or(DrawRefused::NoReplacement { outcome: outcome.title() })?;
        if replaced {
            return Err(DrawRefused::AlreadyReplaced);
        }
        if reserves_left == 0 {
            return Err(DrawRefused::ReserveUsedUp);
        }
        Ok(reason)
    }
    /// DISPATCHED → CLOSED when every visit is settled and nothing is left to replace, or the reason why not.
    ///
    /// # Errors
    /// [`DrawRefused`].
    pub fn close(mut self, open: usize, replaceable: usize, reason: &str, at: Timestamp) -> Result<Self, DrawRefused> {
        self.expect("结束抽取", &[DrawPhase::Dispatched])?;
        if open > 0 {
            return Err(DrawRefused::VisitsOpen { count: open });
        }
        if replaceable > 0 && reason.trim().is_empty() {
            return Err(DrawRefused::ReplacementsOpen { count: replaceable });
        }
        self.close_reason = reason.trim().to_owned();
        self.closed_at_us = Some(at);
        self.phase = DrawPhase::Closed;
        Ok(self)
    }
    /// Whether this person may decide about a void now: before the dispatch, and not who prepared the roster.
    ///
    /// # Errors
    /// [`DrawRefused`].
    pub fn may_be_voided(&self, act: &'static str, by: &Actor) -> Result<(), DrawRefused> {
        use DrawPhase::{Confirmed, Draft, Drawn, Frozen};
        self.expect(act, &[Draft, Frozen, Drawn, Confirmed])?;
        Self::other_person(act, by, Some(self.prepared_by), "准备了名录")
    }
    /// Whether the witness may propose that the draw be void: in any phase before the dispatch, one proposal at a time.
    ///
    /// # Errors
    /// [`DrawRefused`].
    pub fn propose_void(&self, by: &Actor, words: &str, pending: Option<&DrawVoid>) -> Result<(), DrawRefused> {
        let act = "提出作废抽取";
        self.may_be_voided(act, by)?;
        Self::not_being_voided(act, pending)?;
        if words.trim().is_empty() { Err(DrawRefused::ReasonMissing { act }) } else { Ok(()) }
    }
    /// While a proposal waits for its decision, the draw goes no step further.
    ///
    /// # Errors
    /// [`DrawRefused`].
    pub fn not_being_voided(act: &'static str, pending: Option<&DrawVoid>) -> Result<(), DrawRefused> {
        if pending.is_some() { Err(DrawRefused::VoidPending { act }) } else { Ok(()) }
    }
    /// Any phase before the dispatch → VOIDED by the approver on the proposal of another person; the draw stays
    /// visible, its result stays sealed.
    ///
    /// # Errors
    /// [`DrawRefused`].
    pub fn void(mut self, by: &Actor, proposal: &DrawVoid) -> Result<Self, DrawRefused> {
        self.may_be_voided("批准作废抽取", by)?;
        let DrawVoid { reason, words, .. } = proposal;
        self.void_reason = format!("{} {}：{words}", reason.code(), reason.title());
        self.phase = DrawPhase::Voided;
        Ok(self)
    }
}

impl DrawVoid {
    /// Whether this person may decide: not the one who proposed.
    ///
    /// # Errors
    /// [`DrawRefused`].
    pub fn may_decide(&self, by: &Actor) -> Result<(), DrawRefused> {
        let act = "批准作废抽取";
        if self.state != DrawVoidState::Proposed {
            return Err(DrawRefused::VoidDecided { state: self.state.title() });
        }
        Draw::other_person(act, by, Some(self.proposed_by), "提出了作废")
    }
    /// PROPOSED → AGREED or DECLINED; declining takes a reason.
    ///
    /// # Errors
    /// [`DrawRefused`].
    pub fn decide(mut self, by: &Actor, agreed: bool, words: &str, at: Timestamp) -> Result<Self, DrawRefused> {
        self.may_decide(by)?;
        if !agreed && words.trim().is_empty() {
            return Err(DrawRefused::ReasonMissing { act: "不同意作废抽取" });
        }
        self.state = if agreed { DrawVoidState::Agreed } else { DrawVoidState::Declined };
        (self.decided_by, self.decided_at_us) = (Some(by.user_id), Some(at));
        self.decision_words = words.trim().to_owned();
        Ok(self)
    }
}

/// Why a visit's place goes to the next reserve; `None`: it does not (REFUSED stays a refusal, R18 art. 21).
pub const fn replacement(outcome: VisitOutcome, chosen: Option<ReplacementReason>) -> Option<ReplacementReason> {
    use ReplacementReason::{NotFound, NotMade, SixMonth, StockShort};
    match outcome {
        VisitOutcome::Unable => match chosen {
            Some(NotMade) => Some(NotMade),
            _ => Some(NotFound),
        },
        VisitOutcome::NotSampledStock => Some(StockShort),
        VisitOutcome::NotSampledNotForSale | VisitOutcome::NotSampledMarked => Some(NotMade),
        VisitOutcome::DuplicateSixMonth => Some(SixMonth),
        VisitOutcome::Sampled | VisitOutcome::Refused | VisitOutcome::TerminatedIllegal => None,
    }
}

impl DrawMember {
    /// Excludes a unit by hand: reason and evidence, second person sees it before the draw.
    ///
    /// # Errors
    /// [`DrawRefused`].
    pub fn exclude(mut self, reason: super::ExclusionReason, evidence: &str) -> Result<Self, DrawRefused> {
        if self.status == MemberStatus::Excluded {
            return Err(DrawRefused::AlreadyExcluded { reason: self.reason_text });
        }
        if !super::ExclusionReason::BY_HAND.contains(&reason) {
            return Err(DrawRefused::NotByHand { reason: reason.title() });
        }
        if evidence.trim().is_empty() {
            return Err(DrawRefused::ReasonMissing { act: "排除这家单位" });
        }
        (self.status, self.weight, self.by_hand) = (MemberStatus::Excluded, 0, true);
        self.reason = reason.code().to_owned();
        self.reason_text = format!("{}：{}", reason.title(), evidence.trim());
        Ok(self)
    }
    /// Designates a unit (C13); the kind of the task has been asked before.
    ///
    /// # Errors
    /// [`DrawRefused`].
    pub fn designate(mut self, reason: DesignationReason, evidence: &str) -> Result<Self, DrawRefused> {
        if self.status == MemberStatus::Excluded {
            return Err(DrawRefused::AlreadyExcluded { reason: self.reason_text });
        }
        if evidence.trim().is_empty() {
            return Err(DrawRefused::ReasonMissing { act: "指定这家单位" });
        }
        (self.status, self.weight, self.by_hand) = (MemberStatus::Must, 0, true);
        self.reason = reason.code().to_owned();
        self.reason_text = format!("{}：{}", reason.title(), evidence.trim());
        Ok(self)
    }
    /// Takes back what a person entered; what the registers say stays.
    ///
    /// # Errors
    /// [`DrawRefused`].
    pub fn restore(mut self, weight: i64) -> Result<Self, DrawRefused> {
        if !self.by_hand {
            return Err(DrawRefused::NotByHand { reason: "登记库得出的" });
        }
        (self.status, self.weight, self.by_hand) = (MemberStatus::In, weight, false);
        (self.reason, self.reason_text) = ("-".to_owned(), String::new());
        Ok(self)
    }
}

impl DrawPerson {
    /// Leaves a sampler out by hand: on leave, not trained, or with an interest in the whole trade.
    ///
    /// # Errors
    /// [`DrawRefused`].
    pub fn exclude(mut self, reason: super::PersonReason, words: &str) -> Result<Self, DrawRefused> {
        if self.status == MemberStatus::Excluded {
            return Err(DrawRefused::AlreadyExcluded { reason: self.reason_text });
        }
        if words.trim().is_empty() {
            return Err(DrawRefused::ReasonMissing { act: "不让这名人员参加" });
        }
        (self.status, self.by_hand) = (MemberStatus::Excluded, true);
        self.reason = reason.code().to_owned();
        self.reason_text = format!("{}：{}", reason.title(), words.trim());
        Ok(self)
    }
    /// Takes that back.
    ///
    /// # Errors
    /// [`DrawRefused`].
    pub fn restore(mut self) -> Result<Self, DrawRefused> {
        if !self.by_hand {
            return Err(DrawRefused::NotByHand { reason: "登记库得出的" });
        }
        (self.status, self.by_hand) = (MemberStatus::In, false);
        (self.reason, self.reason_text) = ("-".to_owned(), String::new());
        Ok(self)
    }
}

/// The article on which an exclusion stands, where it stands on one.
pub const fn exclusion_basis(reason: super::ExclusionReason) -> Option<LegalBasis> {
    use super::ExclusionReason as E;
    match reason {
        E::SixMonth | E::SuperiorScheduled => Some(law::R18_8),
        E::ExportOnly | E::NotForSale => Some(law::R18_18),
        E::Ceased | E::LicenceGone | E::OutsideArea | E::Duplicate | E::Other | E::DrawnBefore => None,
    }
}
