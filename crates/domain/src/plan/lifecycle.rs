//! A plan from draft to archive (regulations §2.1): each act consumes the plan and returns it in its next state, or
//! says why not. A transition that is not here does not exist.

use super::{PlanLine, PlanRefused, PlanState, SpotCheckPlan, SpotCheckTask};
use crate::{actor::Actor, code::Code, document_number::DocumentNumber, time::Timestamp};
use PlanState::{Approved, Archived, Cancelled, Completed, Draft, Executing, Filed, InReview, Issued, Returned};
use jiff::civil::Date;

impl PlanState {
    /// Whether the plan binds: printed, and neither ended nor cancelled.
    pub const fn is_in_force(self) -> bool {
        matches!(self, Issued | Filed | Executing)
    }
    /// Whether nothing can happen to it any more.
    pub const fn is_terminal(self) -> bool {
        matches!(self, Archived | Cancelled)
    }
}

/// Sum of the lines' budgets, fen.
pub fn budget_total(lines: &[PlanLine]) -> i64 {
    lines.iter().map(|line| line.budget_fen).fold(0, i64::saturating_add)
}
/// Sum of the lines' batches.
pub fn batch_total(lines: &[PlanLine]) -> i64 {
    lines.iter().map(|line| line.batches).fold(0, i64::saturating_add)
}

/// A reason that is there, without the blanks around it.
pub(super) fn reason_for(act: &'static str, reason: &str) -> Result<String, PlanRefused> {
    let reason = reason.trim();
    if reason.is_empty() { Err(PlanRefused::ReasonMissing { act }) } else { Ok(reason.to_owned()) }
}

impl SpotCheckPlan {
    fn expect(&self, act: &'static str, states: &[PlanState]) -> Result<(), PlanRefused> {
        if states.contains(&self.state) {
            Ok(())
        } else {
            Err(PlanRefused::WrongState { act, state: self.state.title() })
        }
    }
    fn decided_by_another(&self, act: &'static str, by: &Actor) -> Result<(), PlanRefused> {
        if by.user_id == self.drafted_by { Err(PlanRefused::SamePerson { act }) } else { Ok(()) }
    }
    /// Text and lines may be changed only while the plan is being drafted.
    ///
    /// # Errors
    /// [`PlanRefused::WrongState`].
    pub fn edit(&self) -> Result<(), PlanRefused> {
        self.expect("修改计划内容", &[Draft, Returned])
    }
    /// RETURNED → DRAFT: the drafter takes the plan up again. A change does the same.
    ///
    /// # Errors
    /// [`PlanRefused::WrongState`].
    pub fn take_up(mut self) -> Result<Self, PlanRefused> {
        self.expect("重新编制", &[Returned])?;
        self.state = Draft;
        Ok(self)
    }
    /// A change of lines makes the acknowledged scan worthless.
    #[must_use]
    pub fn lines_changed(mut self) -> Self {
        self.scan_acknowledged_at_us = None;
        self.scan_findings = String::new();
        self.text_changed()
    }
    /// A change of the notice's text; what was returned is a draft again.
    #[must_use]
    pub fn text_changed(mut self) -> Self {
        if self.state == Returned {
            self.state = Draft;
        }
        self
    }
    /// Acknowledges the conflict scan (R18 art. 8, seed part three).
    ///
    /// # Errors
    /// [`PlanRefused::WrongState`].
    pub fn acknowledge_scan(mut self, findings: String, at: Timestamp) -> Result<Self, PlanRefused> {
        self.edit()?;
        self.scan_acknowledged_at_us = Some(at);
        self.scan_findings = findings;
        Ok(self)
    }
    /// DRAFT → IN_REVIEW. A returned plan is taken up first ([`Self::take_up`]), so that nobody sends it back unread.
    ///
    /// # Errors
    /// No lines, an incomplete line, a budget that does not add up, no text, no acknowledged scan.
    pub fn submit(mut self, lines: &[PlanLine]) -> Result<Self, PlanRefused> {
        self.expect("提交审批", &[Draft])?;
        if lines.is_empty() {
            return Err(PlanRefused::NoLines);
        }
        for line in lines {
            line.check()?;
        }
        if self.body.trim().is_empty() {
            return Err(PlanRefused::TextMissing);
        }
        if self.scan_acknowledged_at_us.is_none() {
            return Err(PlanRefused::ScanMissing);
        }
        self.state = InReview;
        Ok(self)
    }
    /// IN_REVIEW → APPROVED by another person than the drafter.
    ///
    /// # Errors
    /// Wrong state or same person.
    pub fn approve(mut self, by: &Actor, at: Timestamp) -> Result<Self, PlanRefused> {
        self.expect("批准", &[InReview])?;
        self.decided_by_another("批准", by)?;
        self.state = Approved;
        self.approved_by = Some(by.user_id);
        self.decided_at_us = Some(at);
        Ok(self)
    }
    /// IN_REVIEW → RETURNED with a reason, by another person than the drafter (who takes back instead).
    ///
    /// # Errors
    /// Wrong state, same person or no reason.
    pub fn send_back(mut self, by: &Actor, reason: &str, at: Timestamp) -> Result<Self, PlanRefused> {
        self.expect("退回", &[InReview])?;
        self.decided_by_another("退回", by)?;
        self.decision_reason = reason_for("退回", reason)?;
        self.state = Returned;
        self.decided_at_us = Some(at);
        Ok(self)
    }
    /// 撤回: the drafter takes back what nobody has decided yet.
    ///
    /// # Errors
    /// Wrong state.
    pub fn take_back(mut self) -> Result<Self, PlanRefused> {
        self.expect("撤回", &[InReview])?;
        self.state = Draft;
        Ok(self)
    }
    /// APPROVED → ISSUED with a 文号, on a day that is not before the approval and not still to come.
    ///
    /// # Errors
    /// Wrong state, a number that is none, a date that cannot be.
    pub fn issue(mut self, number: &str, on: Date, today: Date) -> Result<Self, PlanRefused> {
        self.expect("印发", &[Approved])?;
        let number =
            DocumentNumber::parse(number).map_err(|_| PlanRefused::NumberInvalid { given: number.to_owned() })?;
        not_after("印发", "印发日期", on, today)?;
        if let Some(approved) = self.decided_at_us.map(Timestamp::date).filter(|approved| on < *approved) {
            return Err(PlanRefused::TooEarly {
                act: "印发", what: "印发日期早于批准日期", earliest: approved
            });
        }
        self.state = Issued;
        self.document_number = Some(number.to_string());
        self.issued_on = Some(on);
        Ok(self)
    }
    /// ISSUED → FILED with the superior's receipt (R18 art. 11). A duty, not a precondition (decision): a plan that
    /// is executed or done already keeps its state and only gets its receipt.
    ///
    /// # Errors
    /// Wrong state, filed already, no receipt, a date that cannot be.
    pub fn file(mut self, on: Date, receipt: &str, today: Date) -> Result<Self, PlanRefused> {
        self.expect("登记备案", &[Issued, Executing, Completed])?;
        if self.filed_on.is_some() {
            return Err(PlanRefused::WrongState { act: "登记备案", state: Filed.title() });
        }
        let receipt = reason_for("登记备案", receipt)?;
        not_after("登记备案", "回执日期", on, today)?;
        if let Some(issued) = self.issued_on.filter(|issued| on < *issued) {
            return Err(PlanRefused::TooEarly {
                act: "登记备案", what: "回执日期早于印发日期", earliest: issued
            });
        }
        if self.state == Issued {
            self.state = Filed;
        }
        self.filed_on = Some(on);
        self.filing_receipt = receipt;
        Ok(self)
    }
    /// ISSUED or FILED → EXECUTING: the first task has begun to be sampled.
    #[must_use]
    pub fn execute(mut self) -> Self {
        if matches!(self.state, Issued | Filed) {
            self.state = Executing;
        }
        self
    }
    /// EXECUTING → COMPLETED when every task is closed or cancelled.
    ///
    /// # Errors
    /// Wrong state or open tasks.
    pub fn complete(mut self, tasks: &[SpotCheckTask]) -> Result<Self, PlanRefused> {
        self.expect("办结计划", &[Executing])?;
        let count = tasks.iter().filter(|task| !task.state.is_terminal()).count();
        if count > 0 {
            return Err(PlanRefused::TasksOpen { count });
        }
        self.state = Completed;
        Ok(self)
    }
    /// An edition in force ends with the issue of the next one once none of its tasks is open (decision 计划调整:
    /// started tasks keep the old edition, so an edition with open tasks stays as it is).
    #[must_use]
    pub fn replaced_by(mut self, edition: i64, tasks: &[SpotCheckTask]) -> Self {
        if edition > self.edition && self.state.is_in_force() && tasks.iter().all(|task| task.state.is_terminal()) {
            self.state = Completed;
        }
        self
    }
    /// COMPLETED → ARCHIVED; the papers are kept from then on.
    ///
    /// # Errors
    /// Wrong state.
    pub fn archive(mut self) -> Result<Self, PlanRefused> {
        self.expect("归档", &[Completed])?;
        self.state = Archived;
        Ok(self)
    }
    /// DRAFT … ISSUED → CANCELLED, before any sampling; what is filed with the superior is adjusted instead.
    ///
    /// # Errors
    /// Wrong state, sampling begun, no reason.
    pub fn cancel(mut self, tasks: &[SpotCheckTask], reason: &str, at: Timestamp) -> Result<Self, PlanRefused> {
        self.expect("取消", &[Draft, InReview, Returned, Approved, Issued])?;
        if tasks.iter().any(SpotCheckTask::has_been_sampled) {
            return Err(PlanRefused::SamplingBegun);
        }
        self.decision_reason = reason_for("取消", reason)?;
        self.state = Cancelled;
        self.decided_at_us = Some(at);
        Ok(self)
    }
    /// Begins the next edition of a plan in force, as a draft of `by` that goes the same way as the first. `latest` is
    /// the highest edition there is (cancelled ones left out).
    ///
    /// # Errors
    /// Wrong state, a later edition, no reason.
    pub fn adjust(&self, reason: &str, latest: i64, by: &Actor, at: Timestamp) -> Result<Self, PlanRefused> {
        self.expect("调整计划", &[Issued, Filed, Executing])?;
        if latest > self.edition {
            return Err(PlanRefused::LaterEdition { act: "调整计划", edition: latest });
        }
        Ok(Self {
            state: Draft,
            edition: self.edition + 1,
            previous_id: Some(self.id),
            adjustment_reason: reason_for("调整计划", reason)?,
            document_number: None,
            issued_on: None,
            scan_acknowledged_at_us: None,
            scan_findings: String::new(),
            drafted_by: by.user_id,
            approved_by: None,
            decided_at_us: None,
            decision_reason: String::new(),
            filed_on: None,
            filing_receipt: String::new(),
            created_at_us: at,
            ..self.clone()
        })
    }
    /// Whether tasks may be made from its lines: in force, and no later edition is.
    ///
    /// # Errors
    /// Wrong state, or a later edition is in force.
    pub fn allows_tasks(&self, latest_in_force: i64) -> Result<(), PlanRefused> {
        self.expect("建立抽查任务", &[Issued, Filed, Executing])?;
        if latest_in_force > self.edition {
            return Err(PlanRefused::LaterEdition { act: "建立抽查任务", edition: latest_in_force });
        }
        Ok(())
    }
}

fn not_after(act: &'static str, what: &'static str, on: Date, today: Date) -> Result<(), PlanRefused> {
    if on > today { Err(PlanRefused::InFuture { act, what, on }) } else { Ok(()) }
}

impl PlanLine {
    /// Batches × cost, fen; 0 when no cost is known.
    pub fn computed_budget_fen(&self) -> i64 {
        self.batches.saturating_mul(self.unit_cost_fen)
    }
    /// Every line has a product, batches, a field and a quarter, and its budget is batches × cost.
    ///
    /// # Errors
    /// What is missing.
    pub fn check(&self) -> Result<(), PlanRefused> {
        let incomplete = |missing| Err(PlanRefused::LineIncomplete { seq: self.seq, missing });
        if self.product_name.trim().is_empty() {
            return incomplete("产品名称");
        }
        if self.product_code.trim().is_empty() {
            return incomplete("产品代码（没有官方代码时用 TMP- 开头的临时代码）");
        }
        if self.batches <= 0 {
            return incomplete("批次数");
        }
        if self.quarter_numbers().is_empty() {
            return incomplete("季度");
        }
        let computed_fen = self.computed_budget_fen();
        if self.unit_cost_fen > 0 && self.budget_fen != computed_fen {
            return Err(PlanRefused::BudgetDiffers { seq: self.seq, budget_fen: self.budget_fen, computed_fen });
        }
        Ok(())
    }
    /// The quarters as numbers 1 to 4, in order; anything else in the text is no quarter.
    pub fn quarter_numbers(&self) -> Vec<u8> {
        let mut found: Vec<u8> = self
            .quarters
            .split(',')
            .filter_map(|part| part.trim().parse().ok())
            .filter(|quarter| (1..=4).contains(quarter))
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }
    /// 一、三季度, 全年; `/` when none.
    pub fn quarter_words(&self) -> String {
        match self.quarter_numbers().as_slice() {
            [] => "/".to_owned(),
            [1, 2, 3, 4] => "全年".to_owned(),
            some => {
                let names = ["一", "二", "三", "四"];
                let words: Vec<&str> =
                    some.iter().filter_map(|quarter| names.get(usize::from(*quarter) - 1).copied()).collect();
                format!("{}季度", words.join("、"))
            }
        }
    }
}
