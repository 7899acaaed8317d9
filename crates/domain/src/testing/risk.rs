//! 行业性、区域性风险 (notice, part four; regulations §3.1 S5): what the result manager sees in an alert or a failed report
//! and reports upward. Says nothing about the party.

use super::{Inspection, InspectionId, InspectionState, TestingRefused, stages::reason_of};
use crate::{actor::UserId, code::Code, code_enum, ids::Id, organisation::OrganisationId};
use jiff::civil::Date;

/// Id: A possible industry-wide or regional risk.
pub type IndustryRiskId = Id<IndustryRisk>;

code_enum! {
    /// How far the risk may reach.
    pub enum RiskScope {
        /// 行业性.
        Industry = "INDUSTRY" => "行业性",
        /// 区域性.
        Regional = "REGIONAL" => "区域性",
    }
}

/// A possible industry-wide or regional risk, from its finding to its report upward.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct IndustryRisk {
    /// Id.
    pub id: IndustryRiskId,
    /// Row version.
    pub version: i64,
    /// Authority.
    pub org_id: OrganisationId,
    /// Report in which it was seen.
    pub inspection_id: InspectionId,
    /// How far it may reach.
    pub scope: RiskScope,
    /// Why it is thought so.
    pub grounds: String,
    /// Who found it.
    pub raised_by: UserId,
    /// When found: day 0 of S5.
    pub raised_on: Date,
    /// To whom it was reported.
    pub reported_to: String,
    /// When reported; `None` while the duty is open.
    pub reported_on: Option<Date>,
    /// Number of the paper or receipt.
    pub receipt: String,
}

impl Inspection {
    /// Whether a risk may be found in this report: it alerted the same day, or it is confirmed and fails.
    ///
    /// # Errors
    /// [`TestingRefused::RiskWithoutGround`], or [`TestingRefused::RiskOpen`] while an earlier finding is not reported.
    pub fn may_raise_risk(&self, known: &[IndustryRisk]) -> Result<(), TestingRefused> {
        let alerted = self.alerted_at_us.is_some();
        let failed = self.state == InspectionState::Confirmed && self.is_nonconforming();
        let current = matches!(self.state, InspectionState::Submitted | InspectionState::Confirmed);
        if !current || !(alerted || failed) {
            return Err(TestingRefused::RiskWithoutGround { state: self.state.title() });
        }
        match known.iter().find(|risk| risk.reported_on.is_none()) {
            Some(open) => Err(TestingRefused::RiskOpen { raised_on: open.raised_on }),
            None => Ok(()),
        }
    }
    /// Marks the report as one behind which an industry-wide or regional risk may stand; the three working days of S5 begin.
    ///
    /// # Errors
    /// As [`Self::may_raise_risk`]; no grounds.
    pub fn raise_risk(
        &self,
        id: IndustryRiskId,
        (by, on): (UserId, Date),
        known: &[IndustryRisk],
        scope: RiskScope,
        grounds: &str,
    ) -> Result<IndustryRisk, TestingRefused> {
        self.may_raise_risk(known)?;
        Ok(IndustryRisk {
            id,
            version: 1,
            org_id: self.org_id,
            inspection_id: self.id,
            scope,
            grounds: reason_of("认定风险", grounds)?,
            raised_by: by,
            raised_on: on,
            reported_to: String::new(),
            reported_on: None,
            receipt: String::new(),
        })
    }
}

impl IndustryRisk {
    /// The report upward ends the duty.
    ///
    /// # Errors
    /// Reported before, a day before the finding or after today, no addressee, no number or receipt.
    pub fn report(mut self, to: &str, on: Date, receipt: &str, today: Date) -> Result<Self, TestingRefused> {
        const ACT: &str = "登记上报";
        if self.reported_on.is_some() {
            return Err(TestingRefused::WrongState { act: ACT, state: "已上报" });
        }
        if on < self.raised_on || on > today {
            return Err(TestingRefused::RiskDay { on, raised_on: self.raised_on, today });
        }
        self.reported_to = reason_of(ACT, to)?;
        self.receipt = reason_of(ACT, receipt)?;
        self.reported_on = Some(on);
        Ok(self)
    }
}
