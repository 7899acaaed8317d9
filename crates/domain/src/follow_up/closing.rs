//! What permits to close a case, and the two persons it takes. Nothing here reads a clock or a database.

use super::{Case, CaseRefused, CaseSource, CaseState, PenaltyState};
use crate::{actor::Actor, code::Code};
use jiff::civil::Date;

/// Why the result on which a case rests no longer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overturned {
    /// An objection was upheld: the result is voided (R18 第三十七条).
    Voided,
    /// Laboratory or authority lost the sample and the leader voided the result (decision 样品灭失).
    SampleLost,
    /// The re-inspection concluded otherwise (R18 第四十二条).
    Reinspected,
    /// The amended report does not fail any more (decision 报告更正重新告知).
    Amended,
    /// The organiser elsewhere answered in the party's favour.
    Answered,
}

impl Overturned {
    /// In words, as a reason to close.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Voided => "异议成立，检验结果不作数",
            Self::SampleLost => "样品因机构或者部门原因灭失，检验结果不作数",
            Self::Reinspected => "复检结论不同，原不合格结论不再成立",
            Self::Amended => "检验报告已更正，更正后不再是不合格",
            Self::Answered => "组织方答复认定异议成立",
        }
    }
}

/// What closing looks at beside the case itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ClosingFacts {
    /// The result no longer stands.
    pub overturned: Option<Overturned>,
}

impl Case {
    /// Whether what is recorded permits to close: the result fell (from wherever the case stands), recheck passed, ladder
    /// ended, or a refusal or problem whose penalty question is answered.
    pub fn may_close(&self, facts: ClosingFacts) -> bool {
        use CaseState::*;
        match self.state {
            Transferred | Exempt | Closed | CloseProposed => false,
            _ if facts.overturned.is_some() => true,
            RecheckPassed | SecondRecheckPassed | Revoked => true,
            Opened | Verifying | Stopped => match self.source {
                CaseSource::Refusal => {
                    !matches!(self.penalty, PenaltyState::None | PenaltyState::Clue | PenaltyState::Filed)
                }
                CaseSource::ProblemReport => self.state == Stopped,
                CaseSource::OwnReport | CaseSource::Assigned => false,
            },
            _ => false,
        }
    }
    /// → CLOSE_PROPOSED by whoever has the case.
    ///
    /// # Errors
    /// Nothing permits to close; no text.
    pub fn propose_close(mut self, by: &Actor, text: &str, facts: ClosingFacts) -> Result<Self, CaseRefused> {
        const ACT: &str = "提请结案";
        if self.state.is_terminal() || self.state == CaseState::CloseProposed {
            return Err(CaseRefused::WrongState { act: ACT, state: self.state.title() });
        }
        if !self.may_close(facts) {
            return Err(CaseRefused::NothingToClose);
        }
        if text.trim().is_empty() {
            return Err(CaseRefused::Incomplete { act: ACT, missing: "处理结果" });
        }
        self.close_text = text.trim().to_owned();
        self.close_proposed_by = Some(by.user_id);
        self.state_before_close = Some(self.state);
        self.state = CaseState::CloseProposed;
        Ok(self)
    }
    /// CLOSE_PROPOSED → CLOSED by enforcement, never by the one who handled it or proposed it (decision 结案另人确认).
    ///
    /// # Errors
    /// Wrong state, same person.
    pub fn close(mut self, by: &Actor, on: Date) -> Result<Self, CaseRefused> {
        const ACT: &str = "确认结案";
        self.expect(ACT, &[CaseState::CloseProposed])?;
        if [self.handler_id, self.close_proposed_by].contains(&Some(by.user_id)) {
            return Err(CaseRefused::SamePerson { act: ACT });
        }
        self.closed_by = Some(by.user_id);
        self.closed_on = Some(on);
        self.state = CaseState::Closed;
        Ok(self)
    }
    /// CLOSE_PROPOSED → where it came from, with a reason.
    ///
    /// # Errors
    /// Wrong state, no reason.
    pub fn refuse_close(mut self, reason: &str) -> Result<Self, CaseRefused> {
        const ACT: &str = "退回结案";
        self.expect(ACT, &[CaseState::CloseProposed])?;
        if reason.trim().is_empty() {
            return Err(CaseRefused::Incomplete { act: ACT, missing: "退回理由" });
        }
        self.return_reason = reason.trim().to_owned();
        self.state = self.state_before_close.take().unwrap_or(CaseState::Verifying);
        self.close_proposed_by = None;
        Ok(self)
    }
}
