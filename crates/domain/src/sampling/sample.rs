//! Samples, seals and custody (regulations §2.5): which step may follow which, and when a sample's life may end.

use super::{
    CustodyStep, DisposalState, RecordState, Sample, SampleDisposal, SampleKind, SampleState, SamplingRecord,
    SamplingRefused,
};
use crate::{actor::UserId, code::Code, code_enum, testing::InspectionConclusion, time::Timestamp};
use jiff::civil::Date;

/// What is noted at a hand-over.
#[derive(Debug, Clone, Copy)]
pub struct CustodyFacts<'f> {
    /// Who gives.
    pub giver: &'f str,
    /// Who takes.
    pub taker: &'f str,
    /// Where.
    pub place: &'f str,
    /// Condition of package and seal.
    pub condition: &'f str,
    /// Whether the seal was whole.
    pub seal_intact: bool,
    /// Carrier and waybill; needed on the way.
    pub transport: &'f str,
    /// Remark; the reason of a rejection or a loss.
    pub note: &'f str,
}

code_enum! {
    /// Who answers for a lost or tampered sample (R18 第二十四条, 第四十条; decision 样品灭失).
    pub enum LossCause {
        /// 被抽样单位.
        Party = "PARTY" => "被抽样单位",
        /// 检验机构或者部门: the first result may not be used against the party.
        Holder = "HOLDER" => "检验机构、抽样机构或者本局",
        /// 承运人、不可抗力等.
        Other = "OTHER" => "承运人、不可抗力或者其他",
    }
}

impl LossCause {
    /// Decision 样品灭失: whatever result there is must not be used against the party before somebody above has decided.
    pub const fn goes_up(self) -> bool {
        matches!(self, Self::Holder)
    }
}

/// Whether somebody of a laboratory reads whose product it is (decision 盲样检验; R18 第二十九条: the sample administrator
/// compares the sample with the sampling record): the sample administrator always, everybody else after the signature.
pub const fn laboratory_reads_party(receives_samples: bool, report_signed: bool) -> bool {
    receives_samples || report_signed
}

/// What stands for a name or place that the reader may not know yet.
pub const HIDDEN_PARTY: &str = "报告签发后显示";

impl SampleState {
    /// The sample is, or was handed over, where the party or its address would be named.
    pub const fn names_party(self) -> bool {
        matches!(
            self,
            Self::Sealed
                | Self::HeldAtParty
                | Self::InTransit
                | Self::ReinspectionRequested
                | Self::ReinspectionTransferred
                | Self::LostOrTampered
                | Self::Returned
                | Self::ReleasedInPlace
        )
    }
}

impl Sample {
    /// The sample without names and places by which the party is known.
    #[must_use]
    pub fn without_party(mut self) -> Self {
        if self.state.names_party() {
            (self.holder, self.place) = (HIDDEN_PARTY.to_owned(), HIDDEN_PARTY.to_owned());
        }
        self
    }
}

impl CustodyStep {
    /// The hand-over without names and places by which the party is known. Seal and time stay: the tester needs them.
    #[must_use]
    pub fn without_party(mut self) -> Self {
        if self.state.names_party() {
            for text in [&mut self.giver, &mut self.taker, &mut self.place, &mut self.transport, &mut self.note] {
                HIDDEN_PARTY.clone_into(text);
            }
            self.condition.clear();
        }
        self
    }
}

/// What is known about the result when a sample's life is to end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisposalGround {
    /// The sampling record was voided: nothing will ever be concluded from this sample.
    pub record_voided: bool,
    /// The test ended without any conclusion (无法检验, 拒收): nothing speaks for or against the product.
    pub untested: bool,
    /// Day from which the result is final for every recipient; `None` while it is not.
    pub final_on: Option<Date>,
    /// What still stands open, one sentence each.
    pub open: Vec<String>,
    /// Conclusion of the report.
    pub conclusion: Option<InspectionConclusion>,
}

impl SampleState {
    /// Nothing moves any more.
    pub const fn is_end(self) -> bool {
        matches!(self, Self::Consumed | Self::Returned | Self::Disposed | Self::ReleasedInPlace | Self::LostOrTampered)
    }
    /// The seal was opened for the test: from then on nothing is said about it.
    pub const fn is_opened(self) -> bool {
        matches!(self, Self::UnderTest | Self::Consumed | Self::Retained)
    }
    /// Whether regulations §2.5 knows the step. Ends that need an approval are known too; see [`Sample::step`].
    fn leads_to(self, kind: SampleKind, to: Self) -> bool {
        use SampleState::*;
        let backup = kind == SampleKind::Backup;
        match (self, to) {
            (from, LostOrTampered) => !from.is_end(),
            (Sealed, HeldAtParty | InTransit) | (HeldAtParty, InTransit) | (InTransit, Received | Rejected) => true,
            (Received, Stored) | (UnderTest | Retained, Consumed) => true,
            // At the latest its report says that a sample was tested, also where the steps were not entered here.
            (UnderTest, Retained) => true,
            (InTransit | Received | Stored, Retained) => !backup,
            (ReinspectionTransferred, Retained) => backup,
            (Received | Stored, UnderTest) => !backup,
            (Stored | HeldAtParty, ReinspectionRequested) | (ReinspectionRequested, ReinspectionTransferred) => backup,
            // An objection withdrawn or abandoned leaves the backup where it lay.
            (ReinspectionRequested, Stored | HeldAtParty) => backup,
            (ReinspectionTransferred, UnderTest) => backup,
            (HeldAtParty, ReleasedInPlace) => backup,
            (Sealed | Received | Stored | UnderTest | Retained | Rejected, Returned | Disposed) => true,
            (HeldAtParty, Returned | Disposed) => !backup,
            _ => false,
        }
    }
}

impl Sample {
    /// One hand-over. Giving back, disposal and release need an approval and are refused here.
    ///
    /// # Errors
    /// A step that is not known, a missing fact, a broken seal on a sample that would go on.
    pub fn step(self, to: SampleState, facts: &CustodyFacts<'_>) -> Result<Self, SamplingRefused> {
        if matches!(to, SampleState::Returned | SampleState::Disposed | SampleState::ReleasedInPlace) {
            return Err(SamplingRefused::NeedsApproval { to: to.title() });
        }
        self.moved(to, facts)
    }
    fn moved(mut self, to: SampleState, facts: &CustodyFacts<'_>) -> Result<Self, SamplingRefused> {
        if !self.state.leads_to(self.kind, to) {
            return Err(SamplingRefused::Step {
                kind: self.kind.title(),
                from: self.state.title(),
                to: to.title(),
                ended: self.state.is_end(),
            });
        }
        let missing = |what| Err(SamplingRefused::StepIncomplete { to: to.title(), missing: what });
        if facts.giver.trim().is_empty() {
            return missing("移交人");
        }
        if facts.taker.trim().is_empty() {
            return missing("接收人");
        }
        if facts.place.trim().is_empty() {
            return missing("地点");
        }
        if facts.condition.trim().is_empty() {
            return missing("包装和封条状态");
        }
        if to == SampleState::InTransit && facts.transport.trim().is_empty() {
            return missing("运送方式和单号");
        }
        if matches!(to, SampleState::Rejected | SampleState::LostOrTampered) && facts.note.trim().is_empty() {
            return missing("书面理由");
        }
        // R18 第二十三、二十九、四十一条: a broken seal is a reason to reject or to report, never to go on. A seal is
        // opened for the test, so from then on nothing is asked of it.
        let sealed_step = matches!(
            to,
            SampleState::HeldAtParty
                | SampleState::InTransit
                | SampleState::Received
                | SampleState::ReinspectionRequested
                | SampleState::ReinspectionTransferred
        );
        if sealed_step && !facts.seal_intact {
            return Err(SamplingRefused::SealBroken { to: to.title(), seal: self.seal_number });
        }
        self.state = to;
        self.holder = facts.taker.trim().to_owned();
        self.place = facts.place.trim().to_owned();
        Ok(self)
    }

    /// Steps that the person who takes may enter by hand. The receipt of a test sample is not among them: it is the
    /// laboratory's act on the inspection.
    pub fn next_by_hand(&self) -> Vec<SampleState> {
        use SampleState::*;
        [Received, Rejected, Stored, Retained, Consumed]
            .into_iter()
            .filter(|to| self.state.leads_to(self.kind, *to))
            .filter(|to| *to != Retained || self.state == UnderTest)
            .filter(|_| !(self.state == InTransit && self.kind == SampleKind::Inspection))
            .filter(|_| self.state != ReinspectionRequested)
            .collect()
    }

    /// Whether its test is over with the report (regulations §2.5: UNDER_TEST → RETAINED): it is kept until every right has
    /// ended. `false` where it is kept, used up or gone already.
    pub fn may_be_retained(&self) -> bool {
        self.state.leads_to(self.kind, SampleState::Retained)
    }

    /// The hand-over to the laboratory: only after the record is submitted, so that the laboratory can compare
    /// (R18 第二十九条).
    ///
    /// # Errors
    /// The record is not submitted.
    pub fn may_be_handed_over(&self, record: &SamplingRecord) -> Result<(), SamplingRefused> {
        match record.state {
            RecordState::Submitted | RecordState::Returned | RecordState::Accepted => Ok(()),
            other => Err(SamplingRefused::RecordNotSubmitted { number: record.number.clone(), state: other.title() }),
        }
    }

    /// Whether the end `target` may be proposed (R18 第三十四条): after every objection right has ended; conforming free
    /// samples go back, a backup held by the party is released, all others are disposed of. A free sample that could not
    /// be tested may go back or, where it is spoilt, be disposed of.
    ///
    /// # Errors
    /// Rights still run, or the end does not fit the sample.
    pub fn may_end(&self, target: SampleState, ground: &DisposalGround, today: Date) -> Result<(), SamplingRefused> {
        if !self.state.leads_to(self.kind, target) {
            return Err(SamplingRefused::Step {
                kind: self.kind.title(),
                from: self.state.title(),
                to: target.title(),
                ended: self.state.is_end(),
            });
        }
        let settled = ground.record_voided || ground.final_on.is_some_and(|final_on| final_on <= today);
        if !settled {
            return Err(SamplingRefused::NotFinal { open: ground.open.clone() });
        }
        let conforming = ground.conclusion == Some(InspectionConclusion::NoNonconformityFound);
        let goes_back = self.free && (conforming || ground.record_voided);
        match target {
            SampleState::Returned if !self.free => Err(SamplingRefused::NotFree),
            SampleState::Returned if !goes_back && !ground.untested => Err(SamplingRefused::NotConforming),
            SampleState::Disposed if goes_back => Err(SamplingRefused::MustGoBack),
            _ => Ok(()),
        }
    }
    /// Carries out an approved end.
    ///
    /// # Errors
    /// Not approved, or the step is not known any more.
    pub fn end(self, disposal: &SampleDisposal, facts: &CustodyFacts<'_>) -> Result<Self, SamplingRefused> {
        if disposal.state != DisposalState::Approved {
            return Err(SamplingRefused::NeedsApproval { to: disposal.target.title() });
        }
        self.moved(disposal.target, facts)
    }
}

impl SampleDisposal {
    /// The decision of another person than the proposer.
    ///
    /// # Errors
    /// Decided before, the same person, or a refusal without a reason.
    pub fn decide(mut self, by: UserId, approve: bool, reason: &str, at: Timestamp) -> Result<Self, SamplingRefused> {
        let act = if approve { "批准" } else { "不批准" };
        if self.state != DisposalState::Proposed {
            return Err(SamplingRefused::WrongState { act, state: self.state.title() });
        }
        if by == self.proposed_by {
            return Err(SamplingRefused::SamePerson { act });
        }
        if !approve && reason.trim().is_empty() {
            return Err(SamplingRefused::ReasonMissing { act });
        }
        self.state = if approve { DisposalState::Approved } else { DisposalState::Declined };
        self.decided_by = Some(by);
        self.decided_at_us = Some(at);
        self.decision_reason = reason.trim().to_owned();
        Ok(self)
    }
}
