//! 抽查计划 and 抽查任务(方案): the first stage. Before `draw`.

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

use crate::{
    actor::Actor,
    document_number::DocumentNumber,
    law,
    law::LegalBasis,
    refusal::Explain,
    rules::{RulesItem, RulesState, SpotCheckRules},
};

/// Why a plan or task does not move on. Order = precedence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlanRefused {
    /// The act does not exist in this state.
    WrongState {
        /// What was asked.
        act: &'static str,
        /// Where the plan or task is.
        state: &'static str,
    },
    /// A plan without lines.
    NoLines,
    /// A line lacks what R18 art. 11 plans carry.
    LineIncomplete {
        /// Line.
        seq: i64,
        /// What is missing.
        missing: &'static str,
    },
    /// A line's budget is not batches × cost.
    BudgetDiffers {
        /// Line.
        seq: i64,
        /// As entered, fen.
        budget_fen: i64,
        /// Batches × cost, fen.
        computed_fen: i64,
    },
    /// The conflict scan was not acknowledged for these lines.
    ScanMissing,
    /// Approver is the drafter.
    SamePerson {
        /// Drafter's own act.
        act: &'static str,
    },
    /// A reason is required.
    ReasonMissing {
        /// For what.
        act: &'static str,
    },
    /// The document number is not a 文号.
    NumberInvalid {
        /// As given.
        given: String,
    },
    /// Tasks are still running.
    TasksOpen {
        /// How many.
        count: usize,
    },
    /// Sampling has begun.
    SamplingBegun,
    /// The scheme lacks a part.
    SchemeIncomplete {
        /// What.
        missing: &'static str,
    },
    /// The bound rule lacks a part.
    RulesIncomplete {
        /// What.
        missing: &'static str,
    },
    /// The rule is not public.
    RulesNotPublic,
    /// No agreement with the laboratory.
    AgreementMissing,
    /// The laboratory's accreditation does not cover an item on the day of signature.
    ScopeMissing {
        /// Items.
        items: Vec<String>,
    },
    /// Sampling would begin before the rule was public.
    PublishedAfterSampling {
        /// When public.
        published: Timestamp,
        /// When sampling began.
        begun: Timestamp,
    },
}

impl Explain for PlanRefused {
    fn code(&self) -> &'static str {
        match self {
            Self::WrongState { .. } => "plan.wrong_state",
            Self::NoLines => "plan.no_lines",
            Self::LineIncomplete { .. } => "plan.line_incomplete",
            Self::BudgetDiffers { .. } => "plan.budget_differs",
            Self::ScanMissing => "plan.scan_missing",
            Self::SamePerson { .. } => "plan.same_person",
            Self::ReasonMissing { .. } => "plan.reason_missing",
            Self::NumberInvalid { .. } => "plan.number_invalid",
            Self::TasksOpen { .. } => "plan.tasks_open",
            Self::SamplingBegun => "plan.sampling_begun",
            Self::SchemeIncomplete { .. } => "plan.scheme_incomplete",
            Self::RulesIncomplete { .. } => "plan.rules_incomplete",
            Self::RulesNotPublic => "plan.rules_not_public",
            Self::AgreementMissing => "plan.agreement_missing",
            Self::ScopeMissing { .. } => "plan.scope_missing",
            Self::PublishedAfterSampling { .. } => "plan.published_after_sampling",
        }
    }
    fn what(&self) -> String {
        match self {
            Self::WrongState { act, .. } | Self::SamePerson { act } | Self::ReasonMissing { act } => {
                format!("不能{act}")
            }
            Self::NoLines | Self::LineIncomplete { .. } | Self::BudgetDiffers { .. } | Self::ScanMissing => {
                "不能提交审批".into()
            }
            Self::NumberInvalid { .. } => "不能印发".into(),
            Self::TasksOpen { .. } => "不能办结计划".into(),
            Self::SamplingBegun => "不能取消".into(),
            Self::SchemeIncomplete { .. } | Self::RulesIncomplete { .. } => "方案还不能定稿".into(),
            Self::RulesNotPublic | Self::AgreementMissing | Self::ScopeMissing { .. } => "不能登记委托".into(),
            Self::PublishedAfterSampling { .. } => "不能开始抽样".into(),
        }
    }
    fn why(&self) -> String {
        match self {
            Self::WrongState { state, .. } => format!("现在的状态是“{state}”"),
            Self::NoLines => "计划里还没有抽查产品".into(),
            Self::LineIncomplete { seq, missing } => format!("第 {seq} 行缺{missing}"),
            Self::BudgetDiffers { seq, budget_fen, computed_fen } => format!(
                "第 {seq} 行预算 {} 元，批次乘单批费用是 {} 元",
                crate::money::yuan(*budget_fen),
                crate::money::yuan(*computed_fen)
            ),
            Self::ScanMissing => "还没有核对上级计划和近六个月的抽查，或者核对之后又改过产品".into(),
            Self::SamePerson { .. } => "审批人就是编制人".into(),
            Self::ReasonMissing { .. } => "没有写理由".into(),
            Self::NumberInvalid { given } => format!("“{given}”不是规范的文号"),
            Self::TasksOpen { count } => format!("还有 {count} 个任务没有办结"),
            Self::SamplingBegun => "已经开始抽样".into(),
            Self::SchemeIncomplete { missing } => format!("方案缺{missing}"),
            Self::RulesIncomplete { missing } => format!("实施细则缺{missing}"),
            Self::RulesNotPublic => "实施细则还没有公开".into(),
            Self::AgreementMissing => "没有委托协议的编号或签订日期".into(),
            Self::ScopeMissing { items } => format!("签订日机构资质不含：{}", items.join("、")),
            Self::PublishedAfterSampling { published, begun } => {
                format!("细则公开时间 {published} 不早于抽样时间 {begun}")
            }
        }
    }
    fn next(&self) -> String {
        match self {
            Self::WrongState { .. } => "请先办完上一步，或看本页列出的可办事项".into(),
            Self::NoLines => "请先添加或导入抽查产品".into(),
            Self::LineIncomplete { .. } | Self::BudgetDiffers { .. } => "请改正这一行后再提交".into(),
            Self::ScanMissing => "请打开“冲突核对”，看过结果后确认".into(),
            Self::SamePerson { .. } => "请由另一位分管领导办理".into(),
            Self::ReasonMissing { .. } => "请写明理由".into(),
            Self::NumberInvalid { .. } => "请按“机关代字〔年份〕序号 号”填写，例如 乳市场监管〔2021〕25 号".into(),
            Self::TasksOpen { .. } => "请先办结或取消这些任务".into(),
            Self::SamplingBegun => "请用调整计划的办法处理".into(),
            Self::SchemeIncomplete { .. } => "请补全方案".into(),
            Self::RulesIncomplete { .. } => "请在登记库补全这份细则，或换一份细则".into(),
            Self::RulesNotPublic => "请由办公室先登记细则公开".into(),
            Self::AgreementMissing => "请填写委托协议编号和签订日期".into(),
            Self::ScopeMissing { .. } => "请换有资质的机构，或在登记库补录资质附表".into(),
            Self::PublishedAfterSampling { .. } => "请先公开细则，再安排抽样".into(),
        }
    }
    fn basis(&self) -> Option<LegalBasis> {
        Some(match self {
            Self::WrongState { .. } | Self::TasksOpen { .. } | Self::SamplingBegun => return None,
            Self::NoLines | Self::LineIncomplete { .. } | Self::BudgetDiffers { .. } => law::R18_11,
            Self::ScanMissing => law::SEED_3,
            Self::SamePerson { .. } | Self::ReasonMissing { .. } => law::DECISION_SEPARATION,
            Self::NumberInvalid { .. } => law::GB9704_NUMBER,
            Self::SchemeIncomplete { .. }
            | Self::RulesIncomplete { .. }
            | Self::RulesNotPublic
            | Self::PublishedAfterSampling { .. } => law::R18_12,
            Self::AgreementMissing => law::R18_13,
            Self::ScopeMissing { .. } => law::PQL_19,
        })
    }
}

/// Sum of the lines' budgets, fen.
pub fn budget_total(lines: &[PlanLine]) -> i64 {
    lines.iter().map(|line| line.budget_fen).sum()
}

impl SpotCheckPlan {
    fn expect(&self, act: &'static str, states: &[PlanState]) -> Result<(), PlanRefused> {
        use crate::code::Code;
        if states.contains(&self.state) {
            Ok(())
        } else {
            Err(PlanRefused::WrongState { act, state: self.state.title() })
        }
    }
    /// Lines may be changed only while the plan is being drafted.
    ///
    /// # Errors
    /// [`PlanRefused::WrongState`].
    pub fn edit(&self) -> Result<(), PlanRefused> {
        self.expect("修改计划内容", &[PlanState::Draft, PlanState::Returned])
    }
    /// A change of lines makes the acknowledged scan worthless.
    #[must_use]
    pub fn lines_changed(mut self) -> Self {
        self.scan_acknowledged_at_us = None;
        self.scan_findings = String::new();
        if self.state == PlanState::Returned {
            self.state = PlanState::Draft;
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
    /// DRAFT → IN_REVIEW (regulations §2.1).
    ///
    /// # Errors
    /// No lines, an incomplete line, a budget that does not add up, no acknowledged scan.
    pub fn submit(mut self, lines: &[PlanLine]) -> Result<Self, PlanRefused> {
        self.expect("提交审批", &[PlanState::Draft, PlanState::Returned])?;
        if lines.is_empty() {
            return Err(PlanRefused::NoLines);
        }
        for line in lines {
            line.check()?;
        }
        if self.scan_acknowledged_at_us.is_none() {
            return Err(PlanRefused::ScanMissing);
        }
        self.state = PlanState::InReview;
        Ok(self)
    }
    /// IN_REVIEW → APPROVED by another person than the drafter.
    ///
    /// # Errors
    /// Wrong state or same person.
    pub fn approve(mut self, by: &Actor, at: Timestamp) -> Result<Self, PlanRefused> {
        self.expect("批准", &[PlanState::InReview])?;
        if by.user_id == self.drafted_by {
            return Err(PlanRefused::SamePerson { act: "批准" });
        }
        self.state = PlanState::Approved;
        self.approved_by = Some(by.user_id);
        self.decided_at_us = Some(at);
        Ok(self)
    }
    /// IN_REVIEW → RETURNED with a reason.
    ///
    /// # Errors
    /// Wrong state or no reason.
    pub fn send_back(mut self, reason: &str, at: Timestamp) -> Result<Self, PlanRefused> {
        self.expect("退回", &[PlanState::InReview])?;
        if reason.trim().is_empty() {
            return Err(PlanRefused::ReasonMissing { act: "退回" });
        }
        self.state = PlanState::Returned;
        self.decision_reason = reason.trim().to_owned();
        self.decided_at_us = Some(at);
        Ok(self)
    }
    /// 撤回: the drafter takes back what nobody has decided yet.
    ///
    /// # Errors
    /// Wrong state.
    pub fn take_back(mut self) -> Result<Self, PlanRefused> {
        self.expect("撤回", &[PlanState::InReview])?;
        self.state = PlanState::Draft;
        Ok(self)
    }
    /// APPROVED → ISSUED with a 文号.
    ///
    /// # Errors
    /// Wrong state or a number that is none.
    pub fn issue(mut self, number: &str, on: Date) -> Result<Self, PlanRefused> {
        self.expect("印发", &[PlanState::Approved])?;
        let number =
            DocumentNumber::parse(number).map_err(|_| PlanRefused::NumberInvalid { given: number.to_owned() })?;
        self.state = PlanState::Issued;
        self.document_number = Some(number.to_string());
        self.issued_on = Some(on);
        Ok(self)
    }
    /// ISSUED or EXECUTING → filed with the superior; a duty, not a precondition (decision).
    ///
    /// # Errors
    /// Wrong state or no receipt.
    pub fn file(mut self, on: Date, receipt: &str) -> Result<Self, PlanRefused> {
        self.expect("登记备案", &[PlanState::Issued, PlanState::Executing])?;
        if receipt.trim().is_empty() {
            return Err(PlanRefused::ReasonMissing { act: "登记备案" });
        }
        if self.state == PlanState::Issued {
            self.state = PlanState::Filed;
        }
        self.filed_on = Some(on);
        self.filing_receipt = receipt.trim().to_owned();
        Ok(self)
    }
    /// The first task has begun.
    #[must_use]
    pub fn execute(mut self) -> Self {
        if matches!(self.state, PlanState::Issued | PlanState::Filed) {
            self.state = PlanState::Executing;
        }
        self
    }
    /// EXECUTING → COMPLETED when every task is closed or cancelled.
    ///
    /// # Errors
    /// Wrong state or open tasks.
    pub fn complete(mut self, tasks: &[SpotCheckTask]) -> Result<Self, PlanRefused> {
        self.expect("办结计划", &[PlanState::Executing, PlanState::Filed, PlanState::Issued])?;
        let count = tasks.iter().filter(|task| !matches!(task.state, TaskState::Closed | TaskState::Cancelled)).count();
        if count > 0 {
            return Err(PlanRefused::TasksOpen { count });
        }
        self.state = PlanState::Completed;
        Ok(self)
    }
    /// DRAFT … ISSUED → CANCELLED, before any sampling.
    ///
    /// # Errors
    /// Wrong state, sampling begun, no reason.
    pub fn cancel(mut self, tasks: &[SpotCheckTask], reason: &str, at: Timestamp) -> Result<Self, PlanRefused> {
        use PlanState::*;
        self.expect("取消", &[Draft, InReview, Returned, Approved, Issued, Filed])?;
        let begun = |task: &SpotCheckTask| task.state >= TaskState::Sampling && task.state != TaskState::Cancelled;
        if tasks.iter().any(begun) {
            return Err(PlanRefused::SamplingBegun);
        }
        if reason.trim().is_empty() {
            return Err(PlanRefused::ReasonMissing { act: "取消" });
        }
        self.state = Cancelled;
        self.decision_reason = reason.trim().to_owned();
        self.decided_at_us = Some(at);
        Ok(self)
    }
    /// Whether an adjusted edition may be begun; started tasks keep the old one.
    ///
    /// # Errors
    /// Wrong state or no reason.
    pub fn adjust(&self, reason: &str) -> Result<(), PlanRefused> {
        self.expect("调整计划", &[PlanState::Approved, PlanState::Issued, PlanState::Filed, PlanState::Executing])?;
        if reason.trim().is_empty() { Err(PlanRefused::ReasonMissing { act: "调整计划" }) } else { Ok(()) }
    }
    /// Whether tasks may be made from its lines.
    ///
    /// # Errors
    /// Wrong state.
    pub fn allows_tasks(&self) -> Result<(), PlanRefused> {
        self.expect("建立抽查任务", &[PlanState::Issued, PlanState::Filed, PlanState::Executing])
    }
}

impl PlanLine {
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
        if self.quarters.trim().is_empty() {
            return incomplete("季度");
        }
        let computed_fen = self.batches * self.unit_cost_fen;
        if self.unit_cost_fen > 0 && self.budget_fen != computed_fen {
            return Err(PlanRefused::BudgetDiffers { seq: self.seq, budget_fen: self.budget_fen, computed_fen });
        }
        Ok(())
    }
}

impl SpotCheckTask {
    fn expect(&self, act: &'static str, states: &[TaskState]) -> Result<(), PlanRefused> {
        use crate::code::Code;
        if states.contains(&self.state) {
            Ok(())
        } else {
            Err(PlanRefused::WrongState { act, state: self.state.title() })
        }
    }
    /// The scheme may be changed until the rule is public for it.
    ///
    /// # Errors
    /// Wrong state.
    pub fn edit(&self) -> Result<(), PlanRefused> {
        self.expect("修改方案", &[TaskState::Draft, TaskState::RulesReady])
    }
    /// DRAFT → RULES_READY (R18 art. 12): the scheme is whole and a whole rule is bound.
    ///
    /// # Errors
    /// What is missing.
    pub fn bind_rules(mut self, rules: &SpotCheckRules, items: &[RulesItem]) -> Result<Self, PlanRefused> {
        self.expect("定稿方案", &[TaskState::Draft, TaskState::RulesReady])?;
        let scheme = |missing| Err(PlanRefused::SchemeIncomplete { missing });
        if self.product_scope.trim().is_empty() {
            return scheme("产品范围");
        }
        if self.division_of_work.trim().is_empty() {
            return scheme("分工");
        }
        if self.sampling_from_on.is_none() || self.sampling_until_on.is_none() || self.testing_until_on.is_none() {
            return scheme("时间安排");
        }
        let incomplete = |missing| Err(PlanRefused::RulesIncomplete { missing });
        if items.is_empty() {
            return incomplete("检验项目");
        }
        if items.iter().any(|item| item.method.trim().is_empty()) {
            return incomplete("检验方法");
        }
        if rules.judging_rule.trim().is_empty() {
            return incomplete("判定规则");
        }
        if rules.sampling_method.trim().is_empty() {
            return incomplete("抽样方法");
        }
        if rules.test_quantity.is_none() || rules.backup_quantity.is_none() || rules.minimum_stock.is_none() {
            return incomplete("检验样品数量、备用样品数量或抽样基数");
        }
        self.rules_id = Some(rules.id);
        self.state = TaskState::RulesReady;
        Ok(self)
    }
    /// RULES_READY → RULES_PUBLISHED: the rule is public, with place and time.
    ///
    /// # Errors
    /// Wrong state or the rule is not public.
    pub fn publish_rules(mut self, rules: &SpotCheckRules) -> Result<Self, PlanRefused> {
        self.expect("登记细则公开", &[TaskState::RulesReady])?;
        let public = rules.state == RulesState::Published && !rules.published_at_url.trim().is_empty();
        let Some(at) = rules.published_at_us.filter(|_| public) else { return Err(PlanRefused::RulesNotPublic) };
        self.rules_published_at_us = Some(at);
        self.state = TaskState::RulesPublished;
        Ok(self)
    }
    /// RULES_PUBLISHED → COMMISSIONED: agreement signed, accreditation covers every item on that day.
    ///
    /// # Errors
    /// No agreement; items that are not covered.
    pub fn commission(
        mut self,
        number: &str,
        signed_on: Option<Date>,
        uncovered: Vec<String>,
    ) -> Result<Self, PlanRefused> {
        self.expect("登记委托", &[TaskState::RulesPublished])?;
        if number.trim().is_empty() || signed_on.is_none() || self.laboratory_id.is_none() {
            return Err(PlanRefused::AgreementMissing);
        }
        if !uncovered.is_empty() {
            return Err(PlanRefused::ScopeMissing { items: uncovered });
        }
        self.agreement_number = number.trim().to_owned();
        self.agreement_signed_on = signed_on;
        self.state = TaskState::Commissioned;
        Ok(self)
    }
    /// COMMISSIONED → READY when its draw is confirmed.
    ///
    /// # Errors
    /// Wrong state.
    pub fn ready(mut self) -> Result<Self, PlanRefused> {
        self.expect("完成抽取", &[TaskState::Commissioned, TaskState::Ready])?;
        self.state = TaskState::Ready;
        Ok(self)
    }
    /// READY → SAMPLING with the first visit; the rule must have been public before (D33).
    ///
    /// # Errors
    /// Wrong state, or the rule became public too late.
    pub fn begin_sampling(mut self, begun: Timestamp) -> Result<Self, PlanRefused> {
        self.expect("开始抽样", &[TaskState::Ready, TaskState::Sampling])?;
        let published = self.rules_published_at_us.ok_or(PlanRefused::RulesNotPublic)?;
        if published >= begun {
            return Err(PlanRefused::PublishedAfterSampling { published, begun });
        }
        self.state = TaskState::Sampling;
        Ok(self)
    }
    /// Moves forward with the batches: all sampled or written off; all reported.
    #[must_use]
    pub fn advance(mut self, to: TaskState) -> Self {
        let running = matches!(self.state, TaskState::Sampling | TaskState::Testing | TaskState::ResultConfirm);
        if running && to > self.state && to <= TaskState::PostHandling {
            self.state = to;
        }
        self
    }
    /// POST_HANDLING → CLOSED with the summary report.
    ///
    /// # Errors
    /// Wrong state, open cases, no summary.
    pub fn close(mut self, summary: &str, open_cases: usize) -> Result<Self, PlanRefused> {
        self.expect("办结任务", &[TaskState::PostHandling, TaskState::ResultConfirm])?;
        if open_cases > 0 {
            return Err(PlanRefused::TasksOpen { count: open_cases });
        }
        if summary.trim().is_empty() {
            return Err(PlanRefused::SchemeIncomplete { missing: "工作总结" });
        }
        self.summary = summary.trim().to_owned();
        self.state = TaskState::Closed;
        Ok(self)
    }
    /// Any active state → SUSPENDED, and back to where it was.
    ///
    /// # Errors
    /// Wrong state or no reason.
    pub fn suspend(mut self, reason: &str) -> Result<Self, PlanRefused> {
        if matches!(self.state, TaskState::Closed | TaskState::Cancelled | TaskState::Suspended) {
            return Err(PlanRefused::WrongState { act: "暂停", state: crate::code::Code::title(self.state) });
        }
        if reason.trim().is_empty() {
            return Err(PlanRefused::ReasonMissing { act: "暂停" });
        }
        self.state_before_suspension = Some(self.state);
        self.state = TaskState::Suspended;
        self.reason = reason.trim().to_owned();
        Ok(self)
    }
    /// SUSPENDED → the state before.
    ///
    /// # Errors
    /// Wrong state.
    pub fn resume(mut self) -> Result<Self, PlanRefused> {
        self.expect("恢复", &[TaskState::Suspended])?;
        self.state = self.state_before_suspension.take().unwrap_or(TaskState::Draft);
        Ok(self)
    }
    /// DRAFT … READY → CANCELLED.
    ///
    /// # Errors
    /// Wrong state or no reason.
    pub fn cancel(mut self, reason: &str) -> Result<Self, PlanRefused> {
        use TaskState::*;
        self.expect("取消任务", &[Draft, RulesReady, RulesPublished, Commissioned, Ready])?;
        if reason.trim().is_empty() {
            return Err(PlanRefused::ReasonMissing { act: "取消任务" });
        }
        self.state = Cancelled;
        self.reason = reason.trim().to_owned();
        Ok(self)
    }
}

/// One difference between two editions, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineChange {
    /// Product.
    pub product: String,
    /// What changed: field, before, after. Empty before: new line; empty after: line gone.
    pub changes: Vec<(&'static str, String, String)>,
}

/// Readable difference between the lines of two editions, matched by product and field.
pub fn difference(before: &[PlanLine], after: &[PlanLine]) -> Vec<LineChange> {
    use crate::code::Code;
    let key = |line: &PlanLine| (line.product_name.clone(), line.field);
    let mut result = Vec::new();
    for old in before {
        if !after.iter().any(|new| key(new) == key(old)) {
            result.push(LineChange {
                product: old.product_name.clone(),
                changes: vec![("整行", format!("{} 批", old.batches), String::new())],
            });
        }
    }
    for new in after {
        let Some(old) = before.iter().find(|old| key(old) == key(new)) else {
            result.push(LineChange {
                product: new.product_name.clone(),
                changes: vec![("整行", String::new(), format!("{} 批，{}", new.batches, new.field.title()))],
            });
            continue;
        };
        let mut changes = Vec::new();
        let mut compare = |field: &'static str, old: String, new: String| {
            if old != new {
                changes.push((field, old, new));
            }
        };
        compare("批次", old.batches.to_string(), new.batches.to_string());
        compare("季度", old.quarters.clone(), new.quarters.clone());
        compare("单批费用", crate::money::yuan(old.unit_cost_fen), crate::money::yuan(new.unit_cost_fen));
        compare("预算", crate::money::yuan(old.budget_fen), crate::money::yuan(new.budget_fen));
        compare("区域", old.region.clone(), new.region.clone());
        compare("承检机构", old.laboratory_name.clone(), new.laboratory_name.clone());
        if !changes.is_empty() {
            result.push(LineChange { product: new.product_name.clone(), changes });
        }
    }
    result
}
