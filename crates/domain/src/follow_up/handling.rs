//! From the opened case to the recheck: dispatch, verification, stop, order, rectification, recheck, closing.
//! What follows a failed recheck is in `ladder`. Nothing here reads a clock or a database.

use super::{Case, CaseRecheck, CaseRefused, CaseSource, CaseState, ObjectionIntent, Overturned, PenaltyState};
use crate::{
    actor::{Actor, Role, UserId},
    code::Code,
    deadline::{self, Derivation},
    law,
    law::LegalBasis,
    organisation::OrganisationId,
    testing::Inspection,
};
use jiff::civil::Date;

/// What the verification is called where it is refused.
const VERIFY: &str = "登记核查处置";

/// Who has to act next in a state, and on what it stands (settled.md: a state that is not terminal has one row here).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Duty {
    /// Role.
    pub role: Role,
    /// Whether it is the station's own duty.
    pub at_station: bool,
    /// What has to be done.
    pub title: &'static str,
    /// Article or decision.
    pub basis: LegalBasis,
}

impl CaseState {
    /// The next duty; `None` for the terminal states alone.
    pub const fn duty(self) -> Option<Duty> {
        use CaseState::*;
        use Role::*;
        let (role, at_station, title, basis) = match self {
            Opened => (ResultManager, false, "分派到所，或者移送", law::SEED_5),
            Dispatched => (StationOfficer, true, "签收或退回后处理案件", law::SEED_5),
            Verifying => (StationOfficer, true, "现场核查，责令停止生产销售", law::R18_45),
            Stopped => (StationOfficer, true, "结论最终后起草责令改正通知书", law::R18_46),
            OrderDrafted => (PlanApprover, false, "审批责令改正通知书", law::PQL_17),
            Ordered => (StationOfficer, true, "送达责令改正通知书", law::R18_46),
            Rectifying => (StationOfficer, true, "督促整改，收整改报告和复查申请", law::R18_46),
            RecheckApplied => (StationOfficer, true, "组织复查抽样", law::R18_47),
            RecheckSampled => (StationOfficer, true, "登记复查结果", law::R18_47),
            RecheckPassed | SecondRecheckPassed => (StationOfficer, true, "提请结案", law::R18_49),
            RecheckFailed | Overdue => (EnforcementOfficer, false, "逐级上报省级公告", law::R18_47),
            Escalated => (EnforcementOfficer, false, "跟踪上报，登记省级公告", law::DECISION_WAITING_ESCALATED),
            Announced => (EnforcementOfficer, false, "等公告满六十日后组织第二次复查", law::R18_48),
            SecondRecheckDue => (StationOfficer, true, "第二次复查", law::R18_48),
            SuspendedBusiness => (EnforcementOfficer, false, "整顿期满组织复查", law::R18_48),
            ThirdRecheck => (EnforcementOfficer, false, "登记整顿后复查结果", law::R18_48),
            Revoked => (StationOfficer, true, "提请结案", law::PQL_17),
            TransferPending => (ResultManager, false, "收回移送回执", law::DECISION_WAITING_TRANSFERRED),
            ExemptProposed => (PlanApprover, false, "审批免予整改", law::DECISION_EXEMPTION),
            CloseProposed => (EnforcementOfficer, false, "确认结案", law::DECISION_CASE_CLOSE),
            Transferred | Exempt | Closed => return None,
        };
        Some(Duty { role, at_station, title, basis })
    }
    /// Nothing more happens in it.
    pub const fn is_terminal(self) -> bool {
        self.duty().is_none()
    }
}

/// F28 现场核查/处置笔录, as far as the rules read it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verification {
    /// Day of the visit.
    pub on: Option<Date>,
    /// Persons, place, what was found.
    pub text: String,
    /// Made, exact decimal as text.
    pub made: Option<String>,
    /// Sold.
    pub sold: Option<String>,
    /// In stock.
    pub stock: Option<String>,
    /// Value of the goods, fen (marked price, PQL 第七十二条).
    pub value_fen: Option<i64>,
    /// Supplier or customers.
    pub supplier: String,
    /// Whether the party means to object.
    pub intent: Option<ObjectionIntent>,
    /// Day on which the same product was told to be stopped.
    pub stopped_on: Option<Date>,
}

/// Least length of what a verification says: shorter is no record of who was there and what was found.
const LEAST_FOUND: usize = 10;

/// A field of F28 that can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VerificationField {
    /// Day of the visit.
    On,
    /// Day of the stop.
    StoppedOn,
    /// What was found.
    Text,
    /// Answer of the party.
    Intent,
}

/// What an order has to look at beside the case itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrderFacts {
    /// Why the result is not final, one sentence each; empty when the office orders at once (decision 责令时点).
    pub open: Vec<String>,
    /// The leader has not decided about a lost sample: holds also where the office orders at once (decision 样品灭失).
    pub loss_undecided: bool,
    /// Open objections, where the office lets them hold the follow-up (decision 异议不停止执行).
    pub held_by: Vec<String>,
    /// The result no longer stands: nothing is left to order.
    pub overturned: Option<Overturned>,
}

impl Case {
    /// Who has to act next. A refusal lies with enforcement until it has said whether it files: nothing is verified there,
    /// and no station has anything to do before.
    pub fn duty(&self) -> Option<Duty> {
        let duty = |role, title, basis| Some(Duty { role, at_station: false, title, basis });
        match (self.state, self.source, self.penalty) {
            (CaseState::Opened, CaseSource::Refusal, _) => match self.penalty_question() {
                Some(question) => duty(Role::EnforcementOfficer, question, law::APP_FILING),
                None => duty(Role::ResultManager, "提请结案，或者分派到所核查", law::DECISION_CASE_CLOSE),
            },
            (CaseState::Stopped, CaseSource::Assigned, _) if self.result_received_on.is_none() => {
                self.state.duty().map(|duty| Duty {
                    title: "补登当事人收到检验结果的日期，结论最终后起草责令改正通知书",
                    basis: law::PQL_15,
                    ..duty
                })
            }
            _ => self.state.duty(),
        }
    }
    /// Where the case stands, in words: a refusal says what enforcement still has to answer.
    pub fn standing(&self) -> &'static str {
        match (self.state, self.source) {
            (CaseState::Opened, CaseSource::Refusal) => match self.penalty {
                PenaltyState::None | PenaltyState::Clue => "待决定是否立案",
                PenaltyState::Filed => "立案办理中",
                _ => "待提请结案",
            },
            _ => self.state.title(),
        }
    }
    /// What enforcement still has to answer about the penalty, also where the case itself has ended; a refusal case cannot
    /// be closed before ([`Case::may_close`]). A case that another authority took has its penalty there.
    pub fn penalty_question(&self) -> Option<&'static str> {
        match self.penalty {
            _ if self.state == CaseState::Transferred => None,
            PenaltyState::None if self.source != CaseSource::Refusal => None,
            PenaltyState::None | PenaltyState::Clue => Some("决定是否立案"),
            PenaltyState::Filed => Some("登记立案处罚结果"),
            PenaltyState::NotFiled | PenaltyState::Decided | PenaltyState::TransferredPolice | PenaltyState::Ended => {
                None
            }
        }
    }
    /// Whether the parties were told by another authority: their last day to object is then known from them alone.
    pub fn is_told_elsewhere(&self) -> bool {
        self.source == CaseSource::Assigned || self.inspection_id.is_none()
    }
    pub(super) fn expect(&self, act: &'static str, states: &[CaseState]) -> Result<(), CaseRefused> {
        if states.contains(&self.state) {
            Ok(())
        } else {
            Err(CaseRefused::WrongState { act, state: self.state.title() })
        }
    }
    /// OPENED → DISPATCHED: given to the station of the party's area (notice, part five).
    ///
    /// # Errors
    /// Wrong state, no station.
    pub fn dispatch(mut self, station: Option<OrganisationId>, on: Date) -> Result<Self, CaseRefused> {
        self.expect("分派", &[CaseState::Opened])?;
        let Some(station) = station else { return Err(CaseRefused::NoStation) };
        self.unit_id = Some(station);
        self.dispatched_on = Some(on);
        self.return_reason = String::new();
        self.state = CaseState::Dispatched;
        Ok(self)
    }
    /// 撤回: a dispatch that nobody has signed for.
    ///
    /// # Errors
    /// Wrong state.
    pub fn take_back(mut self) -> Result<Self, CaseRefused> {
        self.expect("撤回分派", &[CaseState::Dispatched])?;
        self.unit_id = None;
        self.dispatched_on = None;
        self.state = CaseState::Opened;
        Ok(self)
    }
    /// DISPATCHED → VERIFYING: 签收 by a person of the station.
    ///
    /// # Errors
    /// Wrong state.
    pub fn accept(mut self, by: UserId, on: Date) -> Result<Self, CaseRefused> {
        self.expect("签收", &[CaseState::Dispatched])?;
        self.handler_id = Some(by);
        self.accepted_on = Some(on);
        self.state = CaseState::Verifying;
        Ok(self)
    }
    /// DISPATCHED → OPENED: 退回 with a reason; the clocks run on.
    ///
    /// # Errors
    /// Wrong state, no reason.
    pub fn send_back(mut self, reason: &str) -> Result<Self, CaseRefused> {
        const ACT: &str = "退回";
        self.expect(ACT, &[CaseState::Dispatched])?;
        if reason.trim().is_empty() {
            return Err(CaseRefused::Incomplete { act: ACT, missing: "退回理由" });
        }
        self.return_reason = reason.trim().to_owned();
        self.unit_id = None;
        self.state = CaseState::Opened;
        Ok(self)
    }
    /// VERIFYING → STOPPED: verified on the spot, the same product stopped, the party asked whether it objects
    /// (R18 第四十五条; notice, part five). The question shortens nobody's fifteen days; who refused to be sampled is not
    /// asked, there is no result.
    ///
    /// # Errors
    /// Wrong state, a part missing or too short, a date that cannot be.
    pub fn verify(mut self, found: Verification, today: Date) -> Result<Self, CaseRefused> {
        self.expect(VERIFY, &[CaseState::Verifying])?;
        if let Some((_, refused)) = self.verification_faults(&found, today).into_iter().next() {
            return Err(refused);
        }
        self.verified_on = found.on;
        self.verification_text = found.text.trim().to_owned();
        (self.quantity_made, self.quantity_sold, self.quantity_stock) = (found.made, found.sold, found.stock);
        self.value_fen = found.value_fen;
        self.supplier_text = found.supplier.trim().to_owned();
        self.objection_intent = found.intent.unwrap_or(ObjectionIntent::NotAsked);
        self.stopped_on = found.stopped_on;
        self.state = CaseState::Stopped;
        Ok(self)
    }
    /// Everything that is wrong with a verification, each at its field, so that the form says all of it at once.
    pub fn verification_faults(&self, found: &Verification, today: Date) -> Vec<(VerificationField, CaseRefused)> {
        use VerificationField::*;
        let missing = |missing| CaseRefused::Incomplete { act: VERIFY, missing };
        let mut faults = Vec::new();
        match found.on {
            None => faults.push((On, missing("核查日期"))),
            Some(on) => faults.extend(self.not_before_receipt(VERIFY, on, today).err().map(|refused| (On, refused))),
        }
        match found.stopped_on {
            None => faults.push((StoppedOn, missing("责令停止生产销售同一产品的日期"))),
            Some(on) => {
                faults.extend(self.not_before_receipt(VERIFY, on, today).err().map(|refused| (StoppedOn, refused)));
            }
        }
        let said = found.text.chars().filter(|sign| sign.is_alphanumeric()).count();
        if said == 0 {
            faults.push((Text, missing("核查情况（人员、地点、生产销售库存）")));
        } else if said < LEAST_FOUND {
            faults.push((Text, CaseRefused::TooShort { act: VERIFY, what: "核查情况", least: LEAST_FOUND }));
        }
        let asked = found.intent.is_some_and(|intent| intent != ObjectionIntent::NotAsked);
        if !asked && self.source != CaseSource::Refusal {
            faults.push((Intent, missing("对异议意向的询问（有、无、未定）")));
        }
        faults
    }
    fn not_before_receipt(&self, act: &'static str, on: Date, today: Date) -> Result<(), CaseRefused> {
        if on < self.received_on {
            return Err(CaseRefused::DateWrong { act, why: format!("{on} 早于收到日 {}", self.received_on) });
        }
        if on > today {
            return Err(CaseRefused::DateWrong { act, why: format!("{on} 晚于今天 {today}") });
        }
        Ok(())
    }
    /// 七个工作日: the objection and what was done about it reported to enforcement (notice, part five). The station that
    /// signed for the case reports. What the party says moves none of its days.
    ///
    /// # Errors
    /// Terminal state, nobody has signed for it, not asked.
    pub fn report_objection(mut self, intent: ObjectionIntent, on: Date) -> Result<Self, CaseRefused> {
        const ACT: &str = "报告异议情况";
        if self.state.is_terminal() || self.source == CaseSource::Refusal {
            return Err(CaseRefused::WrongState { act: ACT, state: self.standing() });
        }
        if matches!(self.state, CaseState::Opened | CaseState::Dispatched) {
            return Err(CaseRefused::NotSignedFor { act: ACT });
        }
        if intent == ObjectionIntent::NotAsked {
            return Err(CaseRefused::Incomplete {
                act: ACT, missing: "对异议意向的询问（有、无、未定）"
            });
        }
        self.objection_intent = intent;
        self.reported_to_enforcement_on = Some(on);
        Ok(self)
    }
    /// Whether anything keeps an order back today: the result fell, an objection holds it, the result is not final.
    fn may_order(act: &'static str, facts: &OrderFacts) -> Result<(), CaseRefused> {
        if let Some(overturned) = facts.overturned {
            return Err(CaseRefused::ResultFell { act, why: overturned.title() });
        }
        if !facts.held_by.is_empty() {
            return Err(CaseRefused::ObjectionHolds { act, open: facts.held_by.clone() });
        }
        if facts.loss_undecided {
            return Err(CaseRefused::LossUndecided { act });
        }
        if !facts.open.is_empty() {
            return Err(CaseRefused::NotFinal { act, open: facts.open.clone() });
        }
        Ok(())
    }
    /// STOPPED → ORDER_DRAFTED, once the result is final (decision 责令时点; stop-sale never waits).
    ///
    /// # Errors
    /// Wrong state, the result fell, held by an objection, not final, no text.
    pub fn draft_order(mut self, text: &str, facts: &OrderFacts) -> Result<Self, CaseRefused> {
        const ACT: &str = "起草责令改正通知书";
        self.expect(ACT, &[CaseState::Stopped])?;
        Self::may_order(ACT, facts)?;
        if text.trim().is_empty() {
            return Err(CaseRefused::Incomplete { act: ACT, missing: "事实、依据和改正要求" });
        }
        self.order_text = text.trim().to_owned();
        self.state = CaseState::OrderDrafted;
        Ok(self)
    }
    /// ORDER_DRAFTED → ORDERED by the deputy head, who did not handle the case. `recheck` is D13 from today. What came
    /// in since the draft (an objection by post, an amended report) keeps it back as it would have kept back the draft.
    ///
    /// # Errors
    /// Wrong state, same person, the result fell, held by an objection, not final.
    pub fn approve_order(
        mut self,
        by: &Actor,
        facts: &OrderFacts,
        number: String,
        on: Date,
        recheck: &Derivation,
    ) -> Result<Self, CaseRefused> {
        const ACT: &str = "批准责令改正";
        self.expect(ACT, &[CaseState::OrderDrafted])?;
        if self.handler_id == Some(by.user_id) {
            return Err(CaseRefused::SamePerson { act: ACT });
        }
        Self::may_order(ACT, facts)?;
        self.order_number = Some(number);
        self.order_on = Some(on);
        self.order_approved_by = Some(by.user_id);
        self.recheck_by_on = Some(recheck.due_strict);
        self.state = CaseState::Ordered;
        Ok(self)
    }
    /// ORDER_DRAFTED → STOPPED with a reason.
    ///
    /// # Errors
    /// Wrong state, no reason.
    pub fn return_order(mut self, reason: &str) -> Result<Self, CaseRefused> {
        const ACT: &str = "退回责令改正通知书";
        self.expect(ACT, &[CaseState::OrderDrafted])?;
        if reason.trim().is_empty() {
            return Err(CaseRefused::Incomplete { act: ACT, missing: "退回理由" });
        }
        self.return_reason = reason.trim().to_owned();
        self.state = CaseState::Stopped;
        Ok(self)
    }
    /// ORDERED → RECTIFYING: served with proof; the party's sixty days run from here (decision 六十日自送达起算).
    ///
    /// # Errors
    /// Wrong state, no proof, a date before the order.
    pub fn serve_order(mut self, proof: &str, correction: &Derivation, today: Date) -> Result<Self, CaseRefused> {
        const ACT: &str = "登记责令改正通知书送达";
        self.expect(ACT, &[CaseState::Ordered])?;
        if proof.trim().is_empty() {
            return Err(CaseRefused::Incomplete { act: ACT, missing: "送达凭据（方式、签收人、回证）" });
        }
        let on = correction.trigger_on;
        if self.order_on.is_some_and(|ordered| on < ordered) || on > today {
            return Err(CaseRefused::DateWrong {
                act: ACT, why: format!("送达日 {on} 早于责令日或晚于今天")
            });
        }
        self.order_served_on = Some(on);
        self.order_service_proof = proof.trim().to_owned();
        self.correct_by_on = Some(correction.due_party);
        self.state = CaseState::Rectifying;
        Ok(self)
    }
    /// RECTIFYING or OVERDUE → RECHECK_APPLIED: the party's report and application (F29).
    ///
    /// # Errors
    /// Wrong state, no text.
    pub fn apply_recheck(mut self, text: &str, rectified_on: Date, applied_on: Date) -> Result<Self, CaseRefused> {
        const ACT: &str = "登记整改报告和复查申请";
        self.expect(ACT, &[CaseState::Rectifying, CaseState::Overdue])?;
        if text.trim().is_empty() {
            return Err(CaseRefused::Incomplete {
                act: ACT, missing: "整改报告（原因、措施、库存和已售产品）"
            });
        }
        if rectified_on > applied_on {
            return Err(CaseRefused::DateWrong {
                act: ACT,
                why: format!("整改完成日 {rectified_on} 晚于申请日 {applied_on}"),
            });
        }
        self.rectification_text = text.trim().to_owned();
        self.rectified_on = Some(rectified_on);
        self.recheck_applied_on = Some(applied_on);
        self.state = CaseState::RecheckApplied;
        Ok(self)
    }
    /// The term of correction ended without an application (R18 第四十六条); `None` while it has not.
    pub fn fall_overdue(mut self, today: Date) -> Option<Self> {
        let over = self.state == CaseState::Rectifying && self.correct_by_on.is_some_and(|due| today > due);
        if !over {
            return None;
        }
        self.state = CaseState::Overdue;
        Some(self)
    }
    /// OVERDUE → RECTIFYING: the term of correction was counted anew and has not ended; `None` where it has.
    pub fn run_on(mut self, today: Date) -> Option<Self> {
        let runs = self.state == CaseState::Overdue && self.correct_by_on.is_some_and(|due| today <= due);
        if !runs {
            return None;
        }
        self.state = CaseState::Rectifying;
        Some(self)
    }
    /// RECHECK_APPLIED → RECHECK_SAMPLED, or from RECTIFYING or OVERDUE without application: the office's seventy-five
    /// days end after the party's sixty. A free sample (R18 第四十七条, 第四十九条).
    ///
    /// # Errors
    /// Wrong state, no sample, a date that cannot be.
    pub fn sample_recheck(mut self, recheck: &CaseRecheck, today: Date) -> Result<Self, CaseRefused> {
        const ACT: &str = "登记复查抽样";
        self.expect(ACT, &[CaseState::RecheckApplied, CaseState::Rectifying, CaseState::Overdue])?;
        self.check_sample(ACT, recheck, today)?;
        self.state = CaseState::RecheckSampled;
        Ok(self)
    }
    /// RECHECK_SAMPLED → RECHECK_APPLIED: the sample was rejected or lost and gave no result, so another is to be taken.
    /// `None`: the case does not wait for it.
    pub fn recheck_without_result(mut self) -> Option<Self> {
        use CaseState::*;
        match (self.state, self.state_before_close) {
            (RecheckSampled, _) => self.state = RecheckApplied,
            (CloseProposed, Some(RecheckSampled)) => self.state_before_close = Some(RecheckApplied),
            _ => return None,
        }
        Some(self)
    }
    pub(super) fn check_sample(
        &self,
        act: &'static str,
        recheck: &CaseRecheck,
        today: Date,
    ) -> Result<(), CaseRefused> {
        if recheck.sample_text.trim().is_empty() {
            return Err(CaseRefused::Incomplete {
                act, missing: "抽样单号、样品和封条（复查样品无偿）"
            });
        }
        let on = recheck.sampled_on;
        let served = self.order_served_on.or(self.order_on);
        if served.is_some_and(|served| on < served) || on > today {
            return Err(CaseRefused::DateWrong {
                act, why: format!("抽样日 {on} 早于责令送达日或晚于今天")
            });
        }
        Ok(())
    }
    /// RECHECK_SAMPLED → RECHECK_PASSED or RECHECK_FAILED.
    ///
    /// # Errors
    /// Wrong state, no report.
    pub fn recheck_result(mut self, passed: bool, report: &str) -> Result<Self, CaseRefused> {
        const ACT: &str = "登记复查结果";
        self.expect(ACT, &[CaseState::RecheckSampled])?;
        if report.trim().is_empty() {
            return Err(CaseRefused::Incomplete { act: ACT, missing: "复查检验报告编号" });
        }
        self.state = if passed { CaseState::RecheckPassed } else { CaseState::RecheckFailed };
        Ok(self)
    }
    /// The amended report of the first recheck: what followed from the first one follows from this one, as long as nothing
    /// later was decided on other facts. `None`: it changes nothing.
    pub fn recheck_amended(mut self, passed: bool) -> Option<Self> {
        use CaseState::*;
        let before = if self.state == CloseProposed { self.state_before_close? } else { self.state };
        self.state = match (passed, before) {
            (true, RecheckFailed | Escalated | Announced | SecondRecheckDue) => RecheckPassed,
            (false, RecheckPassed) => RecheckFailed,
            (false, Closed) if self.state_before_close.is_none_or(|before| before == RecheckPassed) => RecheckFailed,
            _ => return None,
        };
        (self.close_proposed_by, self.state_before_close) = (None, None);
        (self.closed_by, self.closed_on) = (None, None);
        Some(self)
    }
    /// The report was amended (decision 报告更正重新告知): the case goes on with the new edition. An order that was only
    /// drafted is drafted anew once that one is final; an order that was given keeps the report on which it was given.
    #[must_use]
    pub fn report_amended(mut self, new: &Inspection) -> Self {
        if self.order_on.is_some() && self.order_inspection_id.is_none() {
            self.order_inspection_id = self.inspection_id;
        }
        self.inspection_id = Some(new.id);
        self.report_number = new.report_number.clone().unwrap_or_default();
        self.product_name.clone_from(&new.product_name);
        self.model.clone_from(&new.model);
        self.batch_text.clone_from(&new.batch_text);
        self.producer_name.clone_from(&new.producer_name);
        if new.is_nonconforming() {
            self.failed_items.clone_from(&new.failed_items);
        }
        self.forget_receipt();
        if self.state == CaseState::OrderDrafted {
            self.return_reason = "检验报告已更正，重新告知，结论最终后重新起草责令改正通知书".to_owned();
            self.state = CaseState::Stopped;
        }
        self
    }
    /// STOPPED → EXEMPT_PROPOSED: rectification is not possible (stopped, deregistered, moved, force majeure), with
    /// proof and the promise not to resume.
    ///
    /// # Errors
    /// Wrong state, no reason.
    pub fn propose_exemption(mut self, reason: &str) -> Result<Self, CaseRefused> {
        const ACT: &str = "提请免予整改";
        self.expect(ACT, &[CaseState::Stopped])?;
        if reason.trim().is_empty() {
            return Err(CaseRefused::Incomplete { act: ACT, missing: "免予整改的理由、证明和承诺" });
        }
        self.exempt_reason = reason.trim().to_owned();
        self.state = CaseState::ExemptProposed;
        Ok(self)
    }
    /// EXEMPT_PROPOSED → EXEMPT, or back to STOPPED.
    ///
    /// # Errors
    /// Wrong state, same person.
    pub fn decide_exemption(mut self, by: &Actor, agreed: bool) -> Result<Self, CaseRefused> {
        const ACT: &str = "审批免予整改";
        self.expect(ACT, &[CaseState::ExemptProposed])?;
        if self.handler_id == Some(by.user_id) {
            return Err(CaseRefused::SamePerson { act: ACT });
        }
        if agreed {
            self.exempt_approved_by = Some(by.user_id);
            self.state = CaseState::Exempt;
        } else {
            self.state = CaseState::Stopped;
        }
        Ok(self)
    }
    /// OPENED … STOPPED → TRANSFER_PENDING: the party is outside the county (R18 第四十四条).
    ///
    /// # Errors
    /// Wrong state, no addressee.
    pub fn transfer(mut self, to: &str, on: Date) -> Result<Self, CaseRefused> {
        const ACT: &str = "移送";
        self.expect(ACT, &[CaseState::Opened, CaseState::Verifying, CaseState::Stopped])?;
        if to.trim().is_empty() {
            return Err(CaseRefused::Incomplete { act: ACT, missing: "接收机关" });
        }
        self.transferred_to = to.trim().to_owned();
        self.transferred_on = Some(on);
        self.state = CaseState::TransferPending;
        Ok(self)
    }
    /// TRANSFER_PENDING → TRANSFERRED with the receipt, or back when it was refused there.
    ///
    /// # Errors
    /// Wrong state, a receipt before the transfer.
    pub fn transfer_receipt(mut self, on: Date, taken: bool) -> Result<Self, CaseRefused> {
        const ACT: &str = "登记移送回执";
        self.expect(ACT, &[CaseState::TransferPending])?;
        if self.transferred_on.is_some_and(|sent| on < sent) {
            return Err(CaseRefused::DateWrong { act: ACT, why: format!("回执日 {on} 早于移送日") });
        }
        if taken {
            self.transfer_receipt_on = Some(on);
            self.state = CaseState::Transferred;
        } else {
            (self.transferred_to, self.transferred_on) = (String::new(), None);
            self.state = CaseState::Opened;
            self.unit_id = None;
        }
        Ok(self)
    }
    /// The penalty question, beside the case's own course (PQL 第四十九条 ff.).
    ///
    /// # Errors
    /// Terminal state by transfer, no text.
    pub fn note_penalty(mut self, penalty: PenaltyState, text: &str) -> Result<Self, CaseRefused> {
        const ACT: &str = "登记立案处罚情况";
        if self.state == CaseState::Transferred {
            return Err(CaseRefused::WrongState { act: ACT, state: self.state.title() });
        }
        if text.trim().is_empty() {
            return Err(CaseRefused::Incomplete { act: ACT, missing: "案号、日期或不予立案的理由" });
        }
        self.penalty = penalty;
        self.penalty_text = text.trim().to_owned();
        Ok(self)
    }
    /// D12 for this case: sixty days from the day of service.
    pub fn correction_term(served_on: Date, calendar: &crate::calendar::Calendar) -> Derivation {
        deadline::RECTIFICATION.derive(served_on, calendar)
    }
}
