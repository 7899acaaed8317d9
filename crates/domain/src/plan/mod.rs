//! 抽查计划 and 抽查任务(方案): the first stage. Before `draw`. This file holds what a plan and a task are; the rules
//! stand beside it: `lifecycle` (a plan's transitions), `task` (a task's), `duty` (who has to act next), `difference`
//! (editions compared), `wording` (the notice's default text), `refused`. Nothing here reads a clock or a database.

mod difference;
mod duty;
mod lifecycle;
mod refused;
mod task;
#[cfg(test)]
mod tests;
mod wording;

pub use difference::{LineChange, difference};
pub use duty::{Duty, plan_duties, task_duties};
pub use lifecycle::{batch_total, budget_total};
pub use refused::PlanRefused;
pub use task::{Progress, Schedule};
pub use wording::{default_body, default_goals};

use crate::{
    actor::UserId,
    code_enum,
    ids::Id,
    laboratory::LaboratoryId,
    organisation::{OrganisationId, Tier},
    product::ProductCategoryId,
    rules::RulesId,
    time::Timestamp,
};
use jiff::civil::Date;

/// Id: A yearly plan, one row per edition.
pub type PlanId = Id<SpotCheckPlan>;
/// Id: A line of a plan.
pub type PlanLineId = Id<PlanLine>;
/// Id: A plan as it stood at a decision, for the readable diff.
pub type PlanSnapshotId = Id<PlanSnapshot>;
/// Id: A task with its scheme (方案).
pub type TaskId = Id<SpotCheckTask>;

code_enum! {
    /// State of a plan.
    pub enum PlanState {
        /// 草拟.
        Draft = "DRAFT" => "草拟",
        /// 待审批.
        InReview = "IN_REVIEW" => "待审批",
        /// 已退回.
        Returned = "RETURNED" => "已退回",
        /// 已批准.
        Approved = "APPROVED" => "已批准",
        /// 已印发.
        Issued = "ISSUED" => "已印发",
        /// 已备案.
        Filed = "FILED" => "已备案",
        /// 执行中.
        Executing = "EXECUTING" => "执行中",
        /// 已完成.
        Completed = "COMPLETED" => "已完成",
        /// 已归档.
        Archived = "ARCHIVED" => "已归档",
        /// 已取消.
        Cancelled = "CANCELLED" => "已取消",
    }
}

code_enum! {
    /// State of a task.
    pub enum TaskState {
        /// 草拟.
        Draft = "DRAFT" => "草拟",
        /// 细则已绑定.
        RulesReady = "RULES_READY" => "细则已绑定",
        /// 细则已公开.
        RulesPublished = "RULES_PUBLISHED" => "细则已公开",
        /// 已委托.
        Commissioned = "COMMISSIONED" => "已委托",
        /// 已抽取.
        Ready = "READY" => "已抽取",
        /// 抽样中.
        Sampling = "SAMPLING" => "抽样中",
        /// 检验中.
        Testing = "TESTING" => "检验中",
        /// 结果确认.
        ResultConfirm = "RESULT_CONFIRM" => "结果确认",
        /// 后处理.
        PostHandling = "POST_HANDLING" => "后处理",
        /// 已办结.
        Closed = "CLOSED" => "已办结",
        /// 已暂停.
        Suspended = "SUSPENDED" => "已暂停",
        /// 已取消.
        Cancelled = "CANCELLED" => "已取消",
    }
}

code_enum! {
    /// Kind of a spot check.
    pub enum TaskKind {
        /// 计划抽查.
        Routine = "ROUTINE" => "计划抽查",
        /// 专项抽查.
        Special = "SPECIAL" => "专项抽查",
        /// 跟踪抽查.
        FollowUp = "FOLLOW_UP" => "跟踪抽查",
        /// 应急抽查.
        Emergency = "EMERGENCY" => "应急抽查",
        /// 风险监测.
        RiskMonitoring = "RISK_MONITORING" => "风险监测",
    }
}

code_enum! {
    /// Where samples are taken.
    pub enum SamplingField {
        /// 生产领域.
        Production = "PRODUCTION" => "生产领域",
        /// 流通领域.
        Circulation = "CIRCULATION" => "流通领域",
        /// 网络交易.
        Online = "ONLINE" => "网络交易",
    }
}

/// A yearly plan, one row per edition.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SpotCheckPlan {
    /// Id.
    pub id: PlanId,
    /// Row version.
    pub version: i64,
    /// Organiser.
    pub org_id: OrganisationId,
    /// Year.
    pub year: i64,
    /// Level.
    pub tier: Tier,
    /// Title.
    pub title: String,
    /// State.
    pub state: PlanState,
    /// 1 for the first, +1 with every adjustment.
    pub edition: i64,
    /// Edition it adjusts.
    pub previous_id: Option<PlanId>,
    /// Why it was adjusted; empty for the first.
    pub adjustment_reason: String,
    /// 文号.
    pub document_number: Option<String>,
    /// Date of issue.
    pub issued_on: Option<Date>,
    /// Goals and focus.
    pub goals: String,
    /// Text of the notice, paragraphs parted by blank lines.
    pub body: String,
    /// When the conflict scan was acknowledged; emptied by any change of lines.
    pub scan_acknowledged_at_us: Option<Timestamp>,
    /// What the scan found, as acknowledged.
    pub scan_findings: String,
    /// Drafter.
    pub drafted_by: UserId,
    /// Approver.
    pub approved_by: Option<UserId>,
    /// When approved or returned.
    pub decided_at_us: Option<Timestamp>,
    /// Reason of return or cancellation.
    pub decision_reason: String,
    /// Date of the filing receipt.
    pub filed_on: Option<Date>,
    /// Receipt number.
    pub filing_receipt: String,
    /// When entered.
    pub created_at_us: Timestamp,
}

/// A line of a plan.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PlanLine {
    /// Id.
    pub id: PlanLineId,
    /// Row version.
    pub version: i64,
    /// Organiser.
    pub org_id: OrganisationId,
    /// Plan.
    pub plan_id: PlanId,
    /// Order.
    pub seq: i64,
    /// Category.
    pub category_id: Option<ProductCategoryId>,
    /// Product code.
    pub product_code: String,
    /// Product.
    pub product_name: String,
    /// Field.
    pub field: SamplingField,
    /// Target region.
    pub region: String,
    /// Quarters, `1` to `4` separated by commas.
    pub quarters: String,
    /// Batches.
    pub batches: i64,
    /// Enterprises, 0 when not fixed.
    pub enterprises: i64,
    /// Cost of a batch, fen.
    pub unit_cost_fen: i64,
    /// Budget, fen.
    pub budget_fen: i64,
    /// Lead section.
    pub lead_section: String,
    /// Proposed laboratory.
    pub laboratory_name: String,
    /// Focus tag of the notice.
    pub focus: String,
    /// Why this product.
    pub reason: String,
    /// What of the imported row did not fit a column.
    pub source_text: String,
}

/// A plan as it stood at a decision, for the readable diff.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PlanSnapshot {
    /// Id.
    pub id: PlanSnapshotId,
    /// Row version.
    pub version: i64,
    /// Organiser.
    pub org_id: OrganisationId,
    /// Plan.
    pub plan_id: PlanId,
    /// Edition.
    pub edition: i64,
    /// What was decided then.
    pub event: String,
    /// JSON of plan and lines.
    pub content: String,
    /// When.
    pub at_us: Timestamp,
}

/// A task with its scheme (方案).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SpotCheckTask {
    /// Id.
    pub id: TaskId,
    /// Row version.
    pub version: i64,
    /// Organiser.
    pub org_id: OrganisationId,
    /// Plan.
    pub plan_id: PlanId,
    /// Line.
    pub plan_line_id: Option<PlanLineId>,
    /// Task number.
    pub number: String,
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: TaskKind,
    /// Level.
    pub origin_tier: Tier,
    /// State.
    pub state: TaskState,
    /// State to return to.
    pub state_before_suspension: Option<TaskState>,
    /// Product.
    pub category_id: Option<ProductCategoryId>,
    /// Bound 实施细则.
    pub rules_id: Option<RulesId>,
    /// Product scope.
    pub product_scope: String,
    /// Area, code prefix.
    pub region_scope: String,
    /// Field.
    pub field: SamplingField,
    /// Batches to take.
    pub batches: i64,
    /// Sampling begins.
    pub sampling_from_on: Option<Date>,
    /// Sampling ends.
    pub sampling_until_on: Option<Date>,
    /// Testing ends.
    pub testing_until_on: Option<Date>,
    /// Handling ends.
    pub handling_until_on: Option<Date>,
    /// Division of work.
    pub division_of_work: String,
    /// Who samples; empty: the authority itself.
    pub sampling_body: String,
    /// Testing laboratory.
    pub laboratory_id: Option<LaboratoryId>,
    /// Number of the agreement.
    pub agreement_number: String,
    /// Day of signature.
    pub agreement_signed_on: Option<Date>,
    /// When the rule was public for this task.
    pub rules_published_at_us: Option<Timestamp>,
    /// Budget, fen.
    pub budget_fen: i64,
    /// Summary report on closing.
    pub summary: String,
    /// Drafter.
    pub drafted_by: UserId,
    /// Reason of suspension or cancellation.
    pub reason: String,
    /// When entered.
    pub created_at_us: Timestamp,
}
