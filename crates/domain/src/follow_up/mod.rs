//! 后处理: cases of failed or problem batches, until closed. After `testing` and `objection`. 复查 = recheck.

mod closing;
mod handling;
mod ladder;
mod receipt;
mod refused;
#[cfg(test)]
mod tests;

pub use closing::{ClosingFacts, Overturned};
pub use handling::{Duty, OrderFacts, Verification, VerificationField};
pub use receipt::ResultReceipt;
pub use refused::CaseRefused;

use crate::{
    actor::UserId,
    code_enum,
    enterprise::{EnterpriseId, ProductRole},
    ids::Id,
    objection::ServiceMethod,
    organisation::{OrganisationId, Tier},
    sampling::VisitId,
    testing::{InspectionId, ProblemReportId},
    time::Timestamp,
};
use jiff::civil::Date;

/// Id: A follow-up case of one party for one product result.
pub type CaseId = Id<Case>;
/// Id: 复查 number one, two or three of a case.
pub type CaseRecheckId = Id<CaseRecheck>;

code_enum! {
    /// Where a case came from.
    pub enum CaseSource {
        /// 本级抽查不合格.
        OwnReport = "OWN_REPORT" => "本级抽查不合格",
        /// 问题报告.
        ProblemReport = "PROBLEM_REPORT" => "问题报告",
        /// 上级或同级交办.
        Assigned = "ASSIGNED" => "上级或同级交办",
        /// 拒绝抽样.
        Refusal = "REFUSAL" => "拒绝抽样",
    }
}

code_enum! {
    /// State of a case.
    pub enum CaseState {
        /// 待分派.
        Opened = "OPENED" => "待分派",
        /// 待签收.
        Dispatched = "DISPATCHED" => "待签收",
        /// 核查中.
        Verifying = "VERIFYING" => "核查中",
        /// 已责令停止.
        Stopped = "STOPPED" => "已责令停止",
        /// 责令改正待批.
        OrderDrafted = "ORDER_DRAFTED" => "责令改正待批",
        /// 已责令改正.
        Ordered = "ORDERED" => "已责令改正",
        /// 整改中.
        Rectifying = "RECTIFYING" => "整改中",
        /// 已申请复查.
        RecheckApplied = "RECHECK_APPLIED" => "已申请复查",
        /// 复查检验中.
        RecheckSampled = "RECHECK_SAMPLED" => "复查检验中",
        /// 复查合格.
        RecheckPassed = "RECHECK_PASSED" => "复查合格",
        /// 复查不合格.
        RecheckFailed = "RECHECK_FAILED" => "复查不合格",
        /// 逾期未改正.
        Overdue = "OVERDUE" => "逾期未改正",
        /// 已逐级上报.
        Escalated = "ESCALATED" => "已逐级上报",
        /// 省级已公告.
        Announced = "ANNOUNCED" => "省级已公告",
        /// 待二次复查.
        SecondRecheckDue = "SECOND_RECHECK_DUE" => "待二次复查",
        /// 二次复查合格.
        SecondRecheckPassed = "SECOND_RECHECK_PASSED" => "二次复查合格",
        /// 责令停业整顿.
        SuspendedBusiness = "SUSPENDED_BUSINESS" => "责令停业整顿",
        /// 整顿后复查.
        ThirdRecheck = "THIRD_RECHECK" => "整顿后复查",
        /// 已提请吊销.
        Revoked = "REVOKED" => "已提请吊销",
        /// 移送待回执.
        TransferPending = "TRANSFER_PENDING" => "移送待回执",
        /// 已移送.
        Transferred = "TRANSFERRED" => "已移送",
        /// 免予整改待批.
        ExemptProposed = "EXEMPT_PROPOSED" => "免予整改待批",
        /// 已免予整改.
        Exempt = "EXEMPT" => "已免予整改",
        /// 待确认结案.
        CloseProposed = "CLOSE_PROPOSED" => "待确认结案",
        /// 已结案.
        Closed = "CLOSED" => "已结案",
    }
}

code_enum! {
    /// Answer of the party when the station asks.
    pub enum ObjectionIntent {
        /// 未询问.
        NotAsked = "NOT_ASKED" => "未询问",
        /// 有异议.
        Yes = "YES" => "有异议",
        /// 无异议.
        No = "NO" => "无异议",
        /// 未定.
        Undecided = "UNDECIDED" => "未定",
    }
}

code_enum! {
    /// Parallel penalty case.
    pub enum PenaltyState {
        /// 无.
        None = "NONE" => "无",
        /// 已移交线索.
        Clue = "CLUE" => "已移交线索",
        /// 已立案.
        Filed = "FILED" => "已立案",
        /// 不予立案.
        NotFiled = "NOT_FILED" => "不予立案",
        /// 已作处罚决定.
        Decided = "DECIDED" => "已作处罚决定",
        /// 已移送公安.
        TransferredPolice = "TRANSFERRED_POLICE" => "已移送公安",
        /// 已办结.
        Ended = "ENDED" => "已办结",
    }
}

/// A follow-up case of one party for one product result.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Case {
    /// Id.
    pub id: CaseId,
    /// Row version.
    pub version: i64,
    /// Handling authority.
    pub org_id: OrganisationId,
    /// Station.
    pub unit_id: Option<OrganisationId>,
    /// Case number.
    pub number: String,
    /// Source.
    pub source: CaseSource,
    /// Level of the check.
    pub tier: Tier,
    /// Organiser of the check.
    pub organiser_name: String,
    /// Who handed it down, empty for own.
    pub assigned_by: String,
    /// Number of the assigning letter or row.
    pub external_number: String,
    /// Report.
    pub inspection_id: Option<InspectionId>,
    /// Problem report.
    pub problem_report_id: Option<ProblemReportId>,
    /// Visit of a refusal, or of the sample that a problem was found in.
    pub visit_id: Option<VisitId>,
    /// Party, when in the register.
    pub enterprise_id: Option<EnterpriseId>,
    /// Party.
    pub party_name: String,
    /// Address.
    pub party_address: String,
    /// Seller or producer.
    pub party_role: ProductRole,
    /// Product.
    pub product_name: String,
    /// Model.
    pub model: String,
    /// Date or batch.
    pub batch_text: String,
    /// Labelled producer.
    pub producer_name: String,
    /// Report.
    pub report_number: String,
    /// Failed items.
    pub failed_items: String,
    /// State.
    pub state: CaseState,
    /// Day the report or letter was received; triggers the clocks.
    pub received_on: Date,
    /// Sent to the station.
    pub dispatched_on: Option<Date>,
    /// 签收.
    pub accepted_on: Option<Date>,
    /// Handling officer.
    pub handler_id: Option<UserId>,
    /// Verified and disposed.
    pub verified_on: Option<Date>,
    /// F28: identity, sources, flow, measures.
    pub verification_text: String,
    /// Stop of the same product told.
    pub stopped_on: Option<Date>,
    /// Made or bought in.
    pub quantity_made: Option<String>,
    /// Sold.
    pub quantity_sold: Option<String>,
    /// In stock.
    pub quantity_stock: Option<String>,
    /// 货值, fen.
    pub value_fen: Option<i64>,
    /// Source named by a seller.
    pub supplier_text: String,
    /// Answer of the party.
    pub objection_intent: ObjectionIntent,
    /// The day on which the party received the result of a check organised elsewhere.
    pub result_received_on: Option<Date>,
    /// Authority that served it.
    pub result_served_by: String,
    /// How it was served.
    pub result_service_method: Option<ServiceMethod>,
    /// Proof of that service: number of the paper, waybill, signed receipt.
    pub result_service_proof: String,
    /// Last day of that party's fifteen, counted from the receipt; without a receipt it tells nothing.
    pub objection_open_until_on: Option<Date>,
    /// Reported to 执法二股.
    pub reported_to_enforcement_on: Option<Date>,
    /// 责令改正通知书 number.
    pub order_number: Option<String>,
    /// Facts and scope of the order.
    pub order_text: String,
    /// Report on which it was ordered, where that has been amended since; otherwise the case's own.
    pub order_inspection_id: Option<InspectionId>,
    /// Order date.
    pub order_on: Option<Date>,
    /// Served.
    pub order_served_on: Option<Date>,
    /// Proof of service.
    pub order_service_proof: String,
    /// Approver.
    pub order_approved_by: Option<UserId>,
    /// 60 days, party-friendly.
    pub correct_by_on: Option<Date>,
    /// 75 days, strict.
    pub recheck_by_on: Option<Date>,
    /// 整改报告: cause, measures, stock and sold goods.
    pub rectification_text: String,
    /// Report received.
    pub rectified_on: Option<Date>,
    /// 复查申请.
    pub recheck_applied_on: Option<Date>,
    /// Announcement of the province.
    pub announced_on: Option<Date>,
    /// Reported upward.
    pub escalated_on: Option<Date>,
    /// Authority it was transferred to.
    pub transferred_to: String,
    /// Sent.
    pub transferred_on: Option<Date>,
    /// Receipt.
    pub transfer_receipt_on: Option<Date>,
    /// Why no rectification is possible, with proof.
    pub exempt_reason: String,
    /// Approver.
    pub exempt_approved_by: Option<UserId>,
    /// Why it cannot be processed.
    pub unprocessable_reason: String,
    /// Penalty case.
    pub penalty: PenaltyState,
    /// Numbers and dates of the penalty case.
    pub penalty_text: String,
    /// Who proposed to close.
    pub close_proposed_by: Option<UserId>,
    /// Where the case stood when that was proposed.
    pub state_before_close: Option<CaseState>,
    /// Who confirmed.
    pub closed_by: Option<UserId>,
    /// When.
    pub closed_on: Option<Date>,
    /// Result in words.
    pub close_text: String,
    /// Why a station sent it back.
    pub return_reason: String,
    /// When opened.
    pub created_at_us: Timestamp,
}

/// 复查 number one, two or three of a case.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct CaseRecheck {
    /// Id.
    pub id: CaseRecheckId,
    /// Row version.
    pub version: i64,
    /// Authority.
    pub org_id: OrganisationId,
    /// Case.
    pub case_id: CaseId,
    /// 1, 2 or 3.
    pub seq: i64,
    /// Day of sampling.
    pub sampled_on: Date,
    /// Record and sample numbers, free of charge.
    pub sample_text: String,
    /// Report.
    pub inspection_id: Option<InspectionId>,
    /// Report number.
    pub report_number: String,
    /// Result.
    pub passed: Option<bool>,
    /// Day of the result.
    pub result_on: Option<Date>,
    /// Reason when outside the window; of the first recheck: why its sample gave no result.
    pub reason: String,
}

impl CaseRecheck {
    /// A first recheck whose sample was rejected or lost: another sample is taken in its place.
    pub fn is_void(&self) -> bool {
        self.seq == 1 && self.passed.is_none() && !self.reason.trim().is_empty()
    }
}
