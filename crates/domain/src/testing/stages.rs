//! The way of an inspection through the laboratory (regulations §2.6): receipt, testing, three signatures.
//! Who may by role is the policy's business; separation of duties that depends on the row stands here.

use super::{
    Inspection, InspectionOrigin, InspectionPurpose, InspectionState, ItemResult, LicenceFinding, TestingRefused,
    summarise,
};
use crate::{
    actor::{Actor, UserId},
    code::Code,
    judgement::Conclusion,
    laboratory::{Laboratory, LaboratoryId, LaboratoryScope},
    match_key::match_key,
    sampling::SampleState,
    time::Timestamp,
};
use jiff::civil::Date;

/// Somebody who took the sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SamplerOf {
    /// Account, if the person has one.
    pub user_id: Option<UserId>,
    /// Name.
    pub name: String,
    /// Employer, when laboratory staff.
    pub laboratory_id: Option<LaboratoryId>,
}

/// What the sample administrator saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// Day of arrival.
    pub received_on: Date,
    /// Seal whole.
    pub seal_intact: bool,
    /// Package, label and quantity fit the sampling record.
    pub matches_record: bool,
}

impl Inspection {
    pub(super) fn expect(&self, act: &'static str, states: &[InspectionState]) -> Result<(), TestingRefused> {
        if states.contains(&self.state) {
            Ok(())
        } else {
            Err(TestingRefused::WrongState { act, state: self.state.title() })
        }
    }
    fn made_here(&self, act: &'static str) -> Result<(), TestingRefused> {
        if self.origin == InspectionOrigin::Here {
            Ok(())
        } else {
            Err(TestingRefused::WrongOrigin { act, origin: self.origin.title() })
        }
    }
    /// R18 第九条: samplers of a sample neither test nor review it. A sampler without an account is recognised by name
    /// within the same laboratory.
    fn not_a_sampler(&self, act: &'static str, by: &Actor, samplers: &[SamplerOf]) -> Result<(), TestingRefused> {
        let is_by = |sampler: &&SamplerOf| match sampler.user_id {
            Some(user) => user == by.user_id,
            None => {
                sampler.laboratory_id.is_some()
                    && sampler.laboratory_id == self.laboratory_id
                    && match_key(&sampler.name) == match_key(&by.name)
            }
        };
        match samplers.iter().find(is_by) {
            Some(sampler) => Err(TestingRefused::SamplerTests { act, name: sampler.name.clone() }),
            None => Ok(()),
        }
    }

    /// 待接收 → 已接收 (R18 第二十九条): the sample has arrived, its seal is whole, it is the one of the record, and the
    /// licence gate is answered (R18 第三十条). A gate that fails does not stop the receipt; it stops the test.
    ///
    /// # Errors
    /// Wrong state, sample elsewhere, seal broken or sample not the one of the record.
    pub fn receive(
        mut self,
        by: &Actor,
        receipt: Receipt,
        sample: SampleState,
        licence: LicenceFinding,
    ) -> Result<Self, TestingRefused> {
        use SampleState::*;
        self.expect("接收样品", &[InspectionState::Assigned])?;
        self.made_here("接收样品")?;
        if !matches!(sample, InTransit | Received | Stored | UnderTest | ReinspectionTransferred) {
            return Err(TestingRefused::SampleElsewhere { state: sample.title() });
        }
        if !receipt.seal_intact {
            return Err(TestingRefused::SampleIrregular { what: "封条不完整" });
        }
        if !receipt.matches_record {
            return Err(TestingRefused::SampleIrregular { what: "样品与抽样单不一致" });
        }
        self.state = InspectionState::Accepted;
        self.received_on = Some(receipt.received_on);
        self.receiver_id = Some(by.user_id);
        Ok(self.with_licence(licence))
    }
    fn with_licence(mut self, licence: LicenceFinding) -> Self {
        self.licence_checked = true;
        self.licence_ok = licence.passed();
        self.licence_text = licence.text;
        self
    }
    /// The gate is answered again before the test begins (a number misread, a certificate found).
    ///
    /// # Errors
    /// Wrong state.
    pub fn answer_licence(self, licence: LicenceFinding) -> Result<Self, TestingRefused> {
        self.expect("核查证书", &[InspectionState::Accepted])?;
        Ok(self.with_licence(licence))
    }
    /// 待接收 → 样品已拒收, in writing (R18 第二十九条).
    ///
    /// # Errors
    /// Wrong state or no reason.
    pub fn reject(mut self, by: &Actor, on: Date, reason: &str) -> Result<Self, TestingRefused> {
        self.expect("拒收样品", &[InspectionState::Assigned])?;
        self.made_here("拒收样品")?;
        self.reason = reason_of("拒收样品", reason)?;
        self.state = InspectionState::Rejected;
        self.received_on = Some(on);
        self.receiver_id = Some(by.user_id);
        Ok(self)
    }
    /// → 终止检验 (R18 第三十条): unlawful without any test; the organiser is told.
    ///
    /// # Errors
    /// Wrong state, no reason, no evidence.
    pub fn terminate(mut self, reason: &str, evidence: &str) -> Result<Self, TestingRefused> {
        const ACT: &str = "终止检验";
        self.expect(ACT, &[InspectionState::Accepted, InspectionState::Testing])?;
        let reason = reason_of(ACT, reason)?;
        let evidence = evidence_of(ACT, evidence)?;
        self.reason = format!("{reason}。证据：{evidence}");
        self.state = InspectionState::TerminatedIllegal;
        Ok(self)
    }
    /// 已接收 → 检验中. The person becomes 主检; a test under way may be taken over.
    ///
    /// # Errors
    /// Wrong state, licence gate open or failed, person took the sample.
    pub fn begin_testing(mut self, by: &Actor, samplers: &[SamplerOf]) -> Result<Self, TestingRefused> {
        const ACT: &str = "主检";
        self.expect(ACT, &[InspectionState::Accepted, InspectionState::Testing])?;
        self.made_here(ACT)?;
        if !self.licence_checked {
            return Err(TestingRefused::LicenceUnanswered);
        }
        if !self.licence_ok {
            return Err(TestingRefused::LicenceFailed { reasons: self.licence_text });
        }
        self.not_a_sampler(ACT, by, samplers)?;
        self.state = InspectionState::Testing;
        self.tester_id = Some(by.user_id);
        Ok(self)
    }
    /// Whether the person may enter results.
    ///
    /// # Errors
    /// Wrong state or another person tests.
    pub fn may_enter(&self, by: &Actor) -> Result<(), TestingRefused> {
        const ACT: &str = "录入检验结果";
        self.expect(ACT, &[InspectionState::Testing])?;
        self.made_here(ACT)?;
        if self.tester_id == Some(by.user_id) { Ok(()) } else { Err(TestingRefused::NotTheTester { act: ACT }) }
    }
    /// 检验中 → 无法检验 (R18 第三十一条).
    ///
    /// # Errors
    /// Wrong state, another tester, no reason, no evidence.
    pub fn untestable(mut self, by: &Actor, reason: &str, evidence: &str) -> Result<Self, TestingRefused> {
        const ACT: &str = "登记无法检验";
        self.expect(ACT, &[InspectionState::Testing])?;
        if self.tester_id != Some(by.user_id) {
            return Err(TestingRefused::NotTheTester { act: ACT });
        }
        let reason = reason_of(ACT, reason)?;
        let evidence = evidence_of(ACT, evidence)?;
        self.reason = format!("{reason}。证据：{evidence}");
        self.state = InspectionState::Untestable;
        Ok(self)
    }
    /// 检验中 → 待审核: every item has a value or a reason for having none. This is the first signature (主检).
    ///
    /// # Errors
    /// Wrong state, another tester, items left.
    pub fn complete(mut self, by: &Actor, items: &[ItemResult]) -> Result<Self, TestingRefused> {
        const ACT: &str = "提交审核";
        self.expect(ACT, &[InspectionState::Testing])?;
        if self.tester_id != Some(by.user_id) {
            return Err(TestingRefused::NotTheTester { act: ACT });
        }
        if items.is_empty() {
            return Err(TestingRefused::NoItems);
        }
        let left: Vec<String> = items.iter().filter(|item| !item.answered()).map(|item| item.item.clone()).collect();
        if !left.is_empty() {
            return Err(TestingRefused::ItemsMissing { items: left });
        }
        self.state = InspectionState::ItemsDone;
        Ok(self.concluded(&summarise(items)))
    }
    pub(super) fn concluded(mut self, summary: &Conclusion) -> Self {
        self.conclusion = Some(summary.conclusion);
        self.severity = summary.severity;
        self.conclusion_text = summary.text.clone();
        self.failed_items = summary.failed_items.clone();
        self
    }
    /// 待审核 → 检验中: the tester takes back what nobody has reviewed yet.
    ///
    /// # Errors
    /// Wrong state or another tester.
    pub fn take_back(mut self, by: &Actor) -> Result<Self, TestingRefused> {
        self.expect("撤回", &[InspectionState::ItemsDone])?;
        if self.tester_id != Some(by.user_id) {
            return Err(TestingRefused::NotTheTester { act: "撤回" });
        }
        self.state = InspectionState::Testing;
        Ok(self)
    }
    /// Whether the person may review: neither tester nor sampler.
    ///
    /// # Errors
    /// Wrong state, tester, sampler.
    pub fn may_review(&self, by: &Actor, samplers: &[SamplerOf]) -> Result<(), TestingRefused> {
        const ACT: &str = "审核报告";
        self.expect(ACT, &[InspectionState::ItemsDone])?;
        if self.tester_id == Some(by.user_id) {
            return Err(TestingRefused::SamePerson { act: ACT, before: "主检" });
        }
        self.not_a_sampler(ACT, by, samplers)
    }
    /// 待审核 → 待批准: the second signature. Every tested item has a verdict.
    ///
    /// # Errors
    /// As [`Self::may_review`]; values that do not decide.
    pub fn review(mut self, by: &Actor, samplers: &[SamplerOf], items: &[ItemResult]) -> Result<Self, TestingRefused> {
        self.may_review(by, samplers)?;
        let summary = summarise(items);
        if !summary.undecided_items.is_empty() {
            return Err(TestingRefused::Undecided { items: summary.undecided_items });
        }
        self.state = InspectionState::Reviewed;
        self.reviewer_id = Some(by.user_id);
        Ok(self.concluded(&summary))
    }
    /// 待审核 or 待批准 → 检验中, with a reason; by somebody who is not the tester. The reason goes to timeline and work list;
    /// the row's own reason stays that of an amendment.
    ///
    /// # Errors
    /// Wrong state, tester, no reason.
    pub fn send_back(mut self, by: &Actor, reason: &str) -> Result<Self, TestingRefused> {
        const ACT: &str = "退回检验";
        self.expect(ACT, &[InspectionState::ItemsDone, InspectionState::Reviewed])?;
        if self.tester_id == Some(by.user_id) {
            return Err(TestingRefused::SamePerson { act: ACT, before: "主检" });
        }
        reason_of(ACT, reason)?;
        self.state = InspectionState::Testing;
        self.reviewer_id = None;
        Ok(self)
    }
    /// Whether the person may sign: a third person.
    ///
    /// # Errors
    /// Wrong state, tester, reviewer.
    pub fn may_sign(&self, by: &Actor) -> Result<(), TestingRefused> {
        const ACT: &str = "批准报告";
        self.expect(ACT, &[InspectionState::Reviewed])?;
        self.made_here(ACT)?;
        if self.tester_id == Some(by.user_id) {
            return Err(TestingRefused::SamePerson { act: ACT, before: "主检" });
        }
        if self.reviewer_id == Some(by.user_id) {
            return Err(TestingRefused::SamePerson { act: ACT, before: "审核人" });
        }
        Ok(())
    }
    /// 待批准 → 已签发: the third signature (R18 第三十二条). The laboratory is accredited on the day for every item tested
    /// (《产品质量法》第十九条). The number is taken by the caller once this has passed.
    ///
    /// # Errors
    /// As [`Self::may_sign`]; accreditation not valid or too narrow.
    pub fn sign(
        mut self,
        by: &Actor,
        on: Date,
        items: &[ItemResult],
        laboratory: &Laboratory,
        scope: &[LaboratoryScope],
    ) -> Result<Self, TestingRefused> {
        self.may_sign(by)?;
        accredited(laboratory, scope, items, on)?;
        self = self.concluded(&summarise(items));
        self.state = InspectionState::Signed;
        self.signer_id = Some(by.user_id);
        self.issued_on = Some(on);
        Ok(self)
    }
    /// 已签发 → 已报送 (R18 第三十三条). A failed report or a higher risk alerts the organiser the same day (notice, part four).
    ///
    /// # Errors
    /// Wrong state.
    pub fn submit(mut self, at: Timestamp, higher_risk: bool) -> Result<Self, TestingRefused> {
        self.expect("报送报告", &[InspectionState::Signed])?;
        self.state = InspectionState::Submitted;
        self.submitted_on = Some(at.date());
        if higher_risk || self.is_nonconforming() {
            self.alerted_at_us = Some(at);
        }
        Ok(self)
    }
    /// 待接收, 已接收 or 检验中 → 无法检验: the test sample is gone before a result (R18 第三十一条). The organiser's decision about
    /// the loss is the decision about the batch. A re-inspection that nobody has signed yet ends too, whatever was entered:
    /// the objection that asked for it has ended with the sample. `None`: a result is there, or the test had ended before.
    pub fn sample_lost(mut self, by: UserId, on: Date, decision: &str) -> Option<Self> {
        use InspectionState::*;
        let unsigned = self.purpose == InspectionPurpose::Reinspection && matches!(self.state, ItemsDone | Reviewed);
        if !matches!(self.state, Assigned | Accepted | Testing) && !unsigned {
            return None;
        }
        self.state = Untestable;
        self.reason = format!("样品灭失或者被动。处理：{}", decision.trim());
        self.confirmed_by = Some(by);
        self.confirmed_on = Some(on);
        Some(self)
    }
    /// The organiser decides what follows from a sample that was rejected, cannot be tested or is unlawful as it stands.
    ///
    /// # Errors
    /// Wrong state, decided before, no words.
    pub fn decide_stopped(mut self, by: &Actor, on: Date, decision: &str) -> Result<Self, TestingRefused> {
        use InspectionState::*;
        const ACT: &str = "登记处理决定";
        self.expect(ACT, &[Rejected, Untestable, TerminatedIllegal])?;
        if self.confirmed_on.is_some() {
            return Err(TestingRefused::WrongState { act: ACT, state: "已有处理决定" });
        }
        let decision = reason_of(ACT, decision)?;
        self.reason = format!("{}。处理：{decision}", self.reason.trim_end_matches('。'));
        self.confirmed_by = Some(by.user_id);
        self.confirmed_on = Some(on);
        Ok(self)
    }
    /// Ended without any result; whatever becomes of the sample waits for no right of anybody.
    pub fn ended_without_result(&self) -> bool {
        use InspectionState::*;
        matches!(self.state, Rejected | Untestable | TerminatedIllegal)
    }
    /// Whether the reported conclusion is a failure.
    pub fn is_nonconforming(&self) -> bool {
        self.conclusion == Some(super::InspectionConclusion::Nonconforming)
    }
    /// Whether an open step waits for somebody; a state for which this is true always has an open duty.
    pub fn is_open(&self) -> bool {
        use InspectionState::*;
        matches!(self.state, Assigned | Accepted | Testing | ItemsDone | Reviewed | Signed | Submitted)
    }
}

/// A reason that is not blank.
pub(super) fn reason_of(act: &'static str, text: &str) -> Result<String, TestingRefused> {
    let text = text.trim();
    if text.is_empty() { Err(TestingRefused::ReasonMissing { act }) } else { Ok(text.to_owned()) }
}
fn evidence_of(act: &'static str, text: &str) -> Result<String, TestingRefused> {
    let text = text.trim();
    if text.is_empty() { Err(TestingRefused::EvidenceMissing { act }) } else { Ok(text.to_owned()) }
}

/// 《产品质量法》第十九条, R18 第十三条: certificate valid on the day, and every item that was tested lies in its scope on that day.
///
/// # Errors
/// Certificate missing or ended; items outside the scope.
pub fn accredited(
    laboratory: &Laboratory,
    scope: &[LaboratoryScope],
    items: &[ItemResult],
    on: Date,
) -> Result<(), TestingRefused> {
    let until = laboratory.accreditation_until_on;
    if laboratory.accreditation_number.trim().is_empty() || until.is_none_or(|until| until < on) {
        return Err(TestingRefused::AccreditationInvalid { name: laboratory.name.clone(), until, on });
    }
    let covers = |item: &ItemResult| {
        scope.iter().any(|line| {
            line.item_key == match_key(&item.item)
                && line.valid_from_on.is_none_or(|from| from <= on)
                && line.valid_until_on.is_none_or(|until| until >= on)
        })
    };
    let tested = items.iter().filter(|item| item.value_text.is_some());
    let outside: Vec<String> = tested.filter(|item| !covers(item)).map(|item| item.item.clone()).collect();
    if outside.is_empty() { Ok(()) } else { Err(TestingRefused::ScopeMissing { items: outside }) }
}
