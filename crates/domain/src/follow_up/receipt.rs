//! When the party of a check organised elsewhere received its result: a recorded service with its proof. The last day to
//! object is counted from it, never typed (《产品质量法》第十五条). Nothing here reads a clock or a database.

use super::{Case, CaseRefused, CaseSource};
use crate::{deadline::Derivation, objection::ServiceMethod};
use jiff::civil::Date;

/// A receipt farther back than this before the case came is a slip of the pen: it would end the party's right at once.
/// A bound of ours, not of the law; days.
const FARTHEST_DAYS: i32 = 180;
/// A proof is a paper's number or a description; fewer signs are neither.
const LEAST_PROOF: usize = 3;

/// A service that another authority made, as its papers tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultReceipt {
    /// Day on which the party received the result; of an announcement the day on which it counts as served.
    pub on: Date,
    /// Authority that served it.
    pub served_by: String,
    /// How.
    pub method: ServiceMethod,
    /// Number of the paper, waybill, signed receipt.
    pub proof: String,
}

impl Case {
    /// Whether the party was told by another authority, so that its receipt is recorded on the case; of our own checks
    /// the notice has it.
    pub fn is_served_elsewhere(&self) -> bool {
        self.source == CaseSource::Assigned
    }
    /// Last day on which the party may still object, where its receipt is recorded with proof.
    pub fn partys_last_day(&self) -> Option<Date> {
        self.objection_open_until_on.filter(|_| self.result_received_on.is_some())
    }
    /// Records the receipt once; `term` is D03 counted from its day. What is recorded wrongly is put right by 更正.
    ///
    /// # Errors
    /// Terminal state, told by our own notice, recorded before, no proof, a day to come or impossibly far back.
    pub fn note_result_receipt(
        mut self,
        receipt: &ResultReceipt,
        term: &Derivation,
        today: Date,
    ) -> Result<Self, CaseRefused> {
        const ACT: &str = "登记当事人收到检验结果";
        if self.state.is_terminal() {
            return Err(CaseRefused::WrongState { act: ACT, state: self.standing() });
        }
        if !self.is_served_elsewhere() {
            return Err(CaseRefused::ToldByNotice);
        }
        if let Some(on) = self.result_received_on {
            return Err(CaseRefused::ReceiptKnown { on });
        }
        if receipt.on > today {
            return Err(CaseRefused::DateWrong {
                act: ACT, why: format!("收到日 {} 晚于今天 {today}", receipt.on)
            });
        }
        if (self.received_on - receipt.on).get_days() > FARTHEST_DAYS {
            let why = format!(
                "收到日 {} 比本局收到案件的 {} 早 {FARTHEST_DAYS} 天以上，十五日会立即届满；请对照送达凭据核对年月日",
                receipt.on, self.received_on
            );
            return Err(CaseRefused::DateWrong { act: ACT, why });
        }
        if receipt.proof.trim().chars().count() < LEAST_PROOF {
            return Err(CaseRefused::Incomplete { act: ACT, missing: "送达凭据（文号、单号或者回证）" });
        }
        for (text, missing) in [(&receipt.served_by, "送达的机关"), (&receipt.proof, "送达凭据（文号、单号或者回证）")]
        {
            if text.trim().is_empty() {
                return Err(CaseRefused::Incomplete { act: ACT, missing });
            }
        }
        self.result_received_on = Some(receipt.on);
        self.result_served_by = receipt.served_by.trim().to_owned();
        self.result_service_method = Some(receipt.method);
        self.result_service_proof = receipt.proof.trim().to_owned();
        self.objection_open_until_on = Some(term.due_party);
        Ok(self)
    }
    /// The receipt was of a report that has been amended: the party is told anew.
    pub(super) fn forget_receipt(&mut self) {
        (self.result_received_on, self.objection_open_until_on) = (None, None);
        (self.result_service_method, self.result_served_by) = (None, String::new());
        self.result_service_proof = String::new();
    }
}
