//! 检验: receipt, items, judgement, three signatures, reports. After `sampling`, before `objection`.

mod assign;
mod items;
mod licence;
mod refusal;
mod report;
mod risk;
mod stages;
#[cfg(test)]
mod tests;

pub use assign::{NewInspection, item_of_rule, reinspection_laboratory, select_items};
pub use items::{ItemEntry, ItemProblem, our_summary, summarise};
pub use licence::{LicenceAnswer, LicenceFinding, LicenceKind, judge_licence};
pub use refusal::{Difference, TestingRefused};
pub use report::{Confirmation, Consequence, PrintedReport, amended_number};
pub use risk::{IndustryRisk, IndustryRiskId, RiskScope};
pub use stages::{Receipt, SamplerOf, accredited};

use crate::{
    actor::UserId,
    code_enum,
    enterprise::EnterpriseId,
    follow_up::CaseId,
    ids::{Id, SubjectId},
    laboratory::LaboratoryId,
    organisation::{OrganisationId, Tier},
    plan::TaskId,
    rules::{CompareMethod, ItemClass, RulesId},
    sampling::{SampleId, SamplingRecordId},
    time::Timestamp,
};
use jiff::civil::Date;

/// Id: An inspection and its report.
pub type InspectionId = Id<Inspection>;
/// Id: Result of one item.
pub type ItemResultId = Id<ItemResult>;
/// Id: 问题报告 on a sample: opens verification, never counts as a failed batch, is never published.
pub type ProblemReportId = Id<ProblemReport>;

code_enum! {
    /// Where the report is made.
    pub enum InspectionOrigin {
        /// 本系统出具.
        Here = "HERE" => "本系统出具",
        /// 机构自有系统出具.
        Outside = "OUTSIDE" => "机构自有系统出具",
        /// 上级抽查.
        Superior = "SUPERIOR" => "上级抽查",
    }
}

code_enum! {
    /// Why it is tested.
    pub enum InspectionPurpose {
        /// 监督抽查.
        First = "FIRST" => "监督抽查",
        /// 复检.
        Reinspection = "REINSPECTION" => "复检",
        /// 复查.
        Recheck = "RECHECK" => "复查",
    }
}

code_enum! {
    /// State of an inspection.
    pub enum InspectionState {
        /// 待接收.
        Assigned = "ASSIGNED" => "待接收",
        /// 已接收.
        Accepted = "ACCEPTED" => "已接收",
        /// 检验中.
        Testing = "TESTING" => "检验中",
        /// 待审核.
        ItemsDone = "ITEMS_DONE" => "待审核",
        /// 待批准.
        Reviewed = "REVIEWED" => "待批准",
        /// 已签发.
        Signed = "SIGNED" => "已签发",
        /// 已报送.
        Submitted = "SUBMITTED" => "已报送",
        /// 已确认.
        Confirmed = "CONFIRMED" => "已确认",
        /// 更正中.
        Amending = "AMENDING" => "更正中",
        /// 已被替代.
        Replaced = "REPLACED" => "已被替代",
        /// 终止检验.
        TerminatedIllegal = "TERMINATED_ILLEGAL" => "终止检验",
        /// 无法检验.
        Untestable = "UNTESTABLE" => "无法检验",
        /// 样品已拒收.
        Rejected = "REJECTED" => "样品已拒收",
    }
}

code_enum! {
    /// Conclusion of a report.
    pub enum InspectionConclusion {
        /// 所检项目未发现不合格.
        NoNonconformityFound = "NO_NONCONFORMITY_FOUND" => "所检项目未发现不合格",
        /// 不合格.
        Nonconforming = "NONCONFORMING" => "不合格",
        /// 未作判定.
        NotJudged = "NOT_JUDGED" => "未作判定",
    }
}

code_enum! {
    /// Severity of a failure.
    pub enum Severity {
        /// 一般.
        General = "GENERAL" => "一般",
        /// 严重.
        Serious = "SERIOUS" => "严重",
    }
}

code_enum! {
    /// Verdict on one item.
    pub enum ItemVerdict {
        /// 合格.
        Pass = "PASS" => "合格",
        /// 不合格.
        Fail = "FAIL" => "不合格",
        /// 待判.
        Undecided = "UNDECIDED" => "待判",
        /// 未判定.
        NotJudged = "NOT_JUDGED" => "未判定",
    }
}

/// An inspection and its report.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Inspection {
    /// Id.
    pub id: InspectionId,
    /// Row version.
    pub version: i64,
    /// Organiser.
    pub org_id: OrganisationId,
    /// Laboratory's node of the organisation tree.
    pub unit_id: Option<OrganisationId>,
    /// Laboratory.
    pub laboratory_id: Option<LaboratoryId>,
    /// Its name as printed.
    pub laboratory_name: String,
    /// Task.
    pub task_id: Option<TaskId>,
    /// Sampling record.
    pub record_id: Option<SamplingRecordId>,
    /// Tested sample.
    pub sample_id: Option<SampleId>,
    /// Rule whose items are tested.
    pub rules_id: Option<RulesId>,
    /// Where made.
    pub origin: InspectionOrigin,
    /// Why.
    pub purpose: InspectionPurpose,
    /// Objection or case it belongs to.
    pub purpose_id: Option<SubjectId>,
    /// Level of the spot check.
    pub tier: Tier,
    /// Organiser of the check as printed.
    pub organiser_name: String,
    /// State.
    pub state: InspectionState,
    /// Product.
    pub product_name: String,
    /// Trademark.
    pub trademark: String,
    /// Model.
    pub model: String,
    /// match_key of the model.
    pub model_key: String,
    /// Production date or batch.
    pub batch_text: String,
    /// Sampled party.
    pub sampled_enterprise_id: Option<EnterpriseId>,
    /// Its name.
    pub sampled_name: String,
    /// Its address.
    pub sampled_address: String,
    /// Labelled producer.
    pub producer_name: String,
    /// Its address.
    pub producer_address: String,
    /// Day of sampling.
    pub sampled_on: Option<Date>,
    /// Day the sample (or the outside report) arrived.
    pub received_on: Option<Date>,
    /// Licence gate answered.
    pub licence_checked: bool,
    /// Number, holder, scope, validity on the production date; `不适用` when none is needed.
    pub licence_text: String,
    /// Licence gate passed.
    pub licence_ok: bool,
    /// Who received.
    pub receiver_id: Option<UserId>,
    /// 主检.
    pub tester_id: Option<UserId>,
    /// 审核.
    pub reviewer_id: Option<UserId>,
    /// 批准.
    pub signer_id: Option<UserId>,
    /// Signatories as printed, for reports made outside.
    pub signatories_text: String,
    /// Report number.
    pub report_number: Option<String>,
    /// 1 for the first report, +1 with every amendment.
    pub edition: i64,
    /// Report it replaces.
    pub amends_id: Option<InspectionId>,
    /// Conclusion as reported.
    pub conclusion: Option<InspectionConclusion>,
    /// Severity.
    pub severity: Option<Severity>,
    /// Our judgement beside the one reported outside.
    pub our_conclusion: Option<InspectionConclusion>,
    /// Wording.
    pub conclusion_text: String,
    /// Failed items, parted by 、.
    pub failed_items: String,
    /// Authority's flag (严重质量问题).
    pub serious_quality_problem: bool,
    /// Voided by a decision: not counted, not published.
    pub excluded: bool,
    /// Day of signature.
    pub issued_on: Option<Date>,
    /// Day of submission.
    pub submitted_on: Option<Date>,
    /// Who confirmed.
    pub confirmed_by: Option<UserId>,
    /// When confirmed.
    pub confirmed_on: Option<Date>,
    /// Same-day alert.
    pub alerted_at_us: Option<Timestamp>,
    /// Reason of rejection, termination or amendment.
    pub reason: String,
    /// When begun.
    pub created_at_us: Timestamp,
}

/// Result of one item.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ItemResult {
    /// Id.
    pub id: ItemResultId,
    /// Row version.
    pub version: i64,
    /// Organiser.
    pub org_id: OrganisationId,
    /// Inspection.
    pub inspection_id: InspectionId,
    /// Order.
    pub seq: i64,
    /// Item.
    pub item: String,
    /// Importance.
    pub class: ItemClass,
    /// Judging basis.
    pub standard: String,
    /// Method.
    pub method: String,
    /// Unit.
    pub unit: String,
    /// Limit of the rule.
    pub rule_limit: Option<String>,
    /// Limit the product declares.
    pub declared_limit: Option<String>,
    /// Limit judged by.
    pub applied_limit: Option<String>,
    /// Mandatory requirement.
    pub mandatory: bool,
    /// Comparison.
    pub compare: CompareMethod,
    /// Rounding interval.
    pub interval: Option<String>,
    /// Value as measured, exact.
    pub value_text: Option<String>,
    /// Why not tested.
    pub not_tested_reason: String,
    /// Our verdict.
    pub verdict: ItemVerdict,
    /// Why.
    pub verdict_reason: String,
    /// Verdict printed by others.
    pub reported_verdict: Option<ItemVerdict>,
    /// Verdict of the reviewer against the automatic one.
    pub overruled_verdict: Option<ItemVerdict>,
    /// Reason of that.
    pub overruled_reason: String,
}

/// 问题报告 on a sample: opens verification, never counts as a failed batch, is never published.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ProblemReport {
    /// Id.
    pub id: ProblemReportId,
    /// Row version.
    pub version: i64,
    /// Organiser.
    pub org_id: OrganisationId,
    /// Sampling record.
    pub record_id: Option<SamplingRecordId>,
    /// Inspection.
    pub inspection_id: Option<InspectionId>,
    /// What was seen.
    pub what: String,
    /// Evidence.
    pub evidence: String,
    /// Higher risk: at once.
    pub urgent: bool,
    /// Who.
    pub reported_by: String,
    /// When.
    pub reported_on: Date,
    /// Case it opened.
    pub case_id: Option<CaseId>,
    /// Unit of the person who reported; `None` only in old rows that cannot be told.
    pub reported_unit_id: Option<OrganisationId>,
}
