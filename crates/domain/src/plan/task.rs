//! A task from its scheme to its summary (regulations §2.2): scheme, rule, publication of the rule, commission, then
//! forward with its batches. Nothing here counts batches itself: [`Progress`] is counted by the store.

use super::{PlanRefused, SpotCheckTask, TaskKind, TaskState, lifecycle::reason_for};
use crate::{
    code::Code,
    laboratory::LaboratoryId,
    organisation::Tier,
    rules::{RulesItem, RulesState, SpotCheckRules},
    time::Timestamp,
};
use TaskState::{
    Cancelled, Closed, Commissioned, Draft, PostHandling, Ready, ResultConfirm, RulesPublished, RulesReady, Sampling,
    Suspended, Testing,
};
use jiff::civil::Date;

/// How far the batches of a task are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Progress {
    /// Visits made for it.
    pub visits: i64,
    /// Visits that are not submitted yet.
    pub visits_open: i64,
    /// Visits that ended without a sample.
    pub unsampled: i64,
    /// Sampling records that stand.
    pub sampled: i64,
    /// Draws that are closed: no replacement will come.
    pub draws_closed: i64,
    /// Draws that are not closed.
    pub draws_open: i64,
    /// Records whose first report is neither submitted nor written off.
    pub reports_open: i64,
    /// Reports submitted and not confirmed.
    pub reports_unconfirmed: i64,
    /// Confirmed reports.
    pub reports_confirmed: i64,
    /// Confirmed reports without an issued notice.
    pub notices_missing: i64,
    /// Cases that are open.
    pub cases_open: i64,
    /// Cases in all.
    pub cases: i64,
}

impl Progress {
    /// Every planned batch is sampled, or no replacement will come any more.
    fn sampling_is_done(&self, batches: i64) -> bool {
        let all_taken = self.sampled >= batches;
        let all_drawn = self.draws_closed > 0 && self.draws_open == 0;
        self.visits > 0 && self.visits_open == 0 && (all_taken || all_drawn)
    }
}

/// Dates of a scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Schedule {
    /// Sampling begins.
    pub sampling_from_on: Option<Date>,
    /// Sampling ends.
    pub sampling_until_on: Option<Date>,
    /// Testing ends.
    pub testing_until_on: Option<Date>,
    /// Handling ends.
    pub handling_until_on: Option<Date>,
}

impl Schedule {
    /// All four dates, each not before the one before it.
    ///
    /// # Errors
    /// A date is missing or out of order.
    pub fn check(&self) -> Result<(), PlanRefused> {
        let missing = |missing| PlanRefused::SchemeIncomplete { missing };
        let from = self.sampling_from_on.ok_or(missing("抽样开始日期"))?;
        let until = self.sampling_until_on.ok_or(missing("抽样截止日期"))?;
        let testing = self.testing_until_on.ok_or(missing("检验截止日期"))?;
        let handling = self.handling_until_on.ok_or(missing("结果处理截止日期"))?;
        let order = |order| Err(PlanRefused::ScheduleOrder { order });
        if until < from {
            return order("抽样截止日期不早于抽样开始日期");
        }
        if testing < until {
            return order("检验截止日期不早于抽样截止日期");
        }
        if handling < testing {
            return order("结果处理截止日期不早于检验截止日期");
        }
        Ok(())
    }
}

impl TaskState {
    /// Whether nothing can happen to it any more.
    pub const fn is_terminal(self) -> bool {
        matches!(self, Closed | Cancelled)
    }
}

impl TaskKind {
    /// Kinds that no line of a plan foresees: they need a reason instead.
    pub const fn needs_reason(self) -> bool {
        !matches!(self, Self::Routine)
    }
}

impl SpotCheckTask {
    fn expect(&self, act: &'static str, states: &[TaskState]) -> Result<(), PlanRefused> {
        if states.contains(&self.state) {
            Ok(())
        } else {
            Err(PlanRefused::WrongState { act, state: self.state.title() })
        }
    }
    /// Task number `440232-2021-XC-003`: region, year, level, running number (regulations §6).
    pub fn number_text(region_code: &str, year: i64, tier: Tier, running: i64) -> String {
        let level = match tier {
            Tier::National => "GC",
            Tier::Provincial => "SC",
            Tier::Municipal => "CC",
            Tier::County => "XC",
        };
        format!("{region_code}-{year}-{level}-{running:03}")
    }
    /// Whether anybody has been out for it.
    pub fn has_been_sampled(&self) -> bool {
        match self.state {
            Suspended => self.state_before_suspension.is_none_or(|before| before >= Sampling),
            state => state >= Sampling && state != Cancelled,
        }
    }
    /// The dates of its scheme.
    pub fn schedule(&self) -> Schedule {
        Schedule {
            sampling_from_on: self.sampling_from_on,
            sampling_until_on: self.sampling_until_on,
            testing_until_on: self.testing_until_on,
            handling_until_on: self.handling_until_on,
        }
    }
    /// A line's batches are shared by its tasks; more than planned needs an adjusted plan first.
    ///
    /// # Errors
    /// Too many batches.
    pub fn check_batches(planned: i64, taken: i64, asked: i64) -> Result<(), PlanRefused> {
        if taken.saturating_add(asked) > planned {
            Err(PlanRefused::BatchesExceed { planned, taken, asked })
        } else {
            Ok(())
        }
    }
    /// The scheme may be changed until the rule is public for it; a change takes a fixed scheme back to draft, so that
    /// it is checked again as a whole.
    ///
    /// # Errors
    /// Wrong state.
    pub fn edit(mut self) -> Result<Self, PlanRefused> {
        self.expect("修改方案", &[Draft, RulesReady])?;
        self.state = Draft;
        Ok(self)
    }
    /// Whether the scheme carries what R18 art. 12 asks for, so that a rule can be bound to it.
    ///
    /// # Errors
    /// Wrong state, or what is missing.
    pub fn scheme_is_whole(&self) -> Result<(), PlanRefused> {
        self.expect("定稿方案", &[Draft, RulesReady])?;
        let scheme = |missing| Err(PlanRefused::SchemeIncomplete { missing });
        if self.product_scope.trim().is_empty() {
            return scheme("产品范围");
        }
        if self.division_of_work.trim().is_empty() {
            return scheme("分工");
        }
        if self.batches <= 0 {
            return scheme("批次数");
        }
        self.schedule().check()
    }
    /// DRAFT → RULES_READY (R18 art. 12): the scheme is whole and a whole rule is bound. A fixed scheme may be bound to
    /// another rule.
    ///
    /// # Errors
    /// What is missing.
    pub fn bind_rules(mut self, rules: &SpotCheckRules, items: &[RulesItem]) -> Result<Self, PlanRefused> {
        self.scheme_is_whole()?;
        if rules.state == RulesState::Retired {
            return Err(PlanRefused::RulesRetired);
        }
        let missing = rules.missing(items);
        if !missing.is_empty() {
            return Err(PlanRefused::RulesIncomplete { missing: missing.join("、") });
        }
        self.rules_id = Some(rules.id);
        self.state = RulesReady;
        Ok(self)
    }
    /// RULES_READY → RULES_PUBLISHED: the rule is public (the rule library keeps its address or its proof), and
    /// that time has come.
    ///
    /// # Errors
    /// Wrong state or the rule is not public.
    pub fn publish_rules(mut self, rules: &SpotCheckRules, now: Timestamp) -> Result<Self, PlanRefused> {
        self.expect("登记细则公开", &[RulesReady])?;
        let public = rules.state == RulesState::Published;
        let at = rules.published_at_us.filter(|at| public && *at <= now).ok_or(PlanRefused::RulesNotPublic)?;
        self.rules_published_at_us = Some(at);
        self.state = RulesPublished;
        Ok(self)
    }
    /// RULES_PUBLISHED → COMMISSIONED (R18 art. 13, 14; PQL art. 19): agreement signed, no conflict declared,
    /// accreditation covers every item on the day of signature (`uncovered` names those it does not).
    ///
    /// # Errors
    /// No agreement; no declaration; items that are not covered.
    pub fn commission(
        mut self,
        laboratory: Option<LaboratoryId>,
        number: &str,
        signed_on: Option<Date>,
        no_conflict: bool,
        uncovered: Vec<String>,
        today: Date,
    ) -> Result<Self, PlanRefused> {
        self.expect("登记委托", &[RulesPublished])?;
        let (Some(laboratory), Some(signed_on), false) = (laboratory, signed_on, number.trim().is_empty()) else {
            return Err(PlanRefused::AgreementMissing);
        };
        if signed_on > today {
            return Err(PlanRefused::InFuture { act: "登记委托", what: "签订日期", on: signed_on });
        }
        if !no_conflict {
            return Err(PlanRefused::ConflictUndeclared);
        }
        if !uncovered.is_empty() {
            return Err(PlanRefused::ScopeMissing { items: uncovered });
        }
        self.laboratory_id = Some(laboratory);
        self.agreement_number = number.trim().to_owned();
        self.agreement_signed_on = Some(signed_on);
        self.state = Commissioned;
        Ok(self)
    }
    /// COMMISSIONED → READY when its draw is confirmed. A further draw of a ready task changes nothing.
    ///
    /// # Errors
    /// Wrong state.
    pub fn ready(mut self) -> Result<Self, PlanRefused> {
        self.expect("完成抽取", &[Commissioned, Ready])?;
        self.state = Ready;
        Ok(self)
    }
    /// READY → SAMPLING with the first visit; the rule must have been public before (D33). A later visit (a
    /// replacement) of a task that is being sampled or tested is checked the same way and changes no state.
    ///
    /// # Errors
    /// Wrong state, or the rule became public too late.
    pub fn begin_sampling(mut self, begun: Timestamp) -> Result<Self, PlanRefused> {
        self.expect("开始抽样", &[Ready, Sampling, Testing])?;
        let published = self.rules_published_at_us.ok_or(PlanRefused::RulesNotPublic)?;
        if published >= begun {
            return Err(PlanRefused::PublishedAfterSampling { published, begun });
        }
        if self.state == Ready {
            self.state = Sampling;
        }
        Ok(self)
    }
    /// Moves one state forward with the batches: all sampled or written off → testing; all reported or written off →
    /// confirmation. Call it until nothing changes.
    #[must_use]
    pub fn advance(mut self, progress: &Progress) -> Self {
        match self.state {
            Sampling if progress.sampling_is_done(self.batches) => self.state = Testing,
            Testing if progress.reports_open == 0 && progress.visits_open == 0 => self.state = ResultConfirm,
            _ => {}
        }
        self
    }
    /// SAMPLING → TESTING with fewer batches than planned: those not taken are written off with a reason.
    ///
    /// # Errors
    /// Wrong state, visits under way, no reason.
    pub fn write_off(mut self, progress: &Progress, reason: &str) -> Result<Self, PlanRefused> {
        self.expect("结束抽样", &[Sampling])?;
        if progress.visits_open > 0 {
            return Err(PlanRefused::VisitsOpen { count: progress.visits_open });
        }
        reason_for("结束抽样", reason)?;
        self.state = Testing;
        Ok(self)
    }
    /// RESULT_CONFIRM → POST_HANDLING: each report confirmed, each result told (R18 art. 35). What a risk monitoring
    /// finds is a lead and is told to nobody.
    ///
    /// # Errors
    /// Wrong state, unconfirmed reports, missing notices.
    pub fn confirm_results(mut self, progress: &Progress) -> Result<Self, PlanRefused> {
        self.expect("完成结果确认", &[ResultConfirm])?;
        let unconfirmed = progress.reports_open + progress.reports_unconfirmed;
        if unconfirmed > 0 {
            return Err(PlanRefused::ReportsUnconfirmed { count: unconfirmed });
        }
        if progress.notices_missing > 0 && self.kind != TaskKind::RiskMonitoring {
            return Err(PlanRefused::NoticesMissing { count: progress.notices_missing });
        }
        self.state = PostHandling;
        Ok(self)
    }
    /// POST_HANDLING → CLOSED with the summary report (R18 art. 44).
    ///
    /// # Errors
    /// Wrong state, open cases, no summary.
    pub fn close(mut self, progress: &Progress, summary: &str) -> Result<Self, PlanRefused> {
        self.expect("办结任务", &[PostHandling])?;
        if progress.cases_open > 0 {
            return Err(PlanRefused::CasesOpen { count: progress.cases_open });
        }
        self.summary = reason_for("办结任务", summary)?;
        self.state = Closed;
        Ok(self)
    }
    /// Any active state → SUSPENDED.
    ///
    /// # Errors
    /// Wrong state or no reason.
    pub fn suspend(mut self, reason: &str) -> Result<Self, PlanRefused> {
        if self.state == Suspended || self.state.is_terminal() {
            return Err(PlanRefused::WrongState { act: "暂停", state: self.state.title() });
        }
        self.reason = reason_for("暂停", reason)?;
        self.state_before_suspension = Some(self.state);
        self.state = Suspended;
        Ok(self)
    }
    /// SUSPENDED → the state before.
    ///
    /// # Errors
    /// Wrong state.
    pub fn resume(mut self) -> Result<Self, PlanRefused> {
        let before = self.state_before_suspension.take().filter(|_| self.state == Suspended);
        self.state = before.ok_or(PlanRefused::WrongState { act: "恢复", state: self.state.title() })?;
        Ok(self)
    }
    /// DRAFT … READY → CANCELLED.
    ///
    /// # Errors
    /// Wrong state or no reason.
    pub fn cancel(mut self, reason: &str) -> Result<Self, PlanRefused> {
        self.expect("取消任务", &[Draft, RulesReady, RulesPublished, Commissioned, Ready])?;
        self.reason = reason_for("取消任务", reason)?;
        self.state = Cancelled;
        Ok(self)
    }
    /// Whether it may follow its line into the next edition of the plan: started tasks keep the old one.
    pub fn may_change_edition(&self) -> bool {
        !self.state.is_terminal() && !self.has_been_sampled()
    }
}
