//! Why a plan or a task does not move on, in typed facts and in words.

use crate::{
    code::Code,
    law::{self, LegalBasis},
    organisation::Tier,
    refusal::Explain,
    time::Timestamp,
};
use jiff::civil::Date;

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
    /// A later edition is under way or in force.
    LaterEdition {
        /// What was asked.
        act: &'static str,
        /// That edition.
        edition: i64,
    },
    /// The plan is a superior's, imported to keep clear of it.
    SuperiorPlan {
        /// What was asked.
        act: &'static str,
        /// Its level.
        tier: Tier,
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
    /// The notice has no text.
    TextMissing,
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
    /// The document number is another paper's already, or is void.
    NumberUsed {
        /// The number.
        number: String,
    },
    /// A date lies after the day of the act.
    InFuture {
        /// What was asked.
        act: &'static str,
        /// Which date.
        what: &'static str,
        /// The date.
        on: Date,
    },
    /// A date lies before the one it follows.
    TooEarly {
        /// What was asked.
        act: &'static str,
        /// Which date, and after which it must lie.
        what: &'static str,
        /// The earliest day.
        earliest: Date,
    },
    /// Tasks are still running.
    TasksOpen {
        /// How many.
        count: usize,
    },
    /// Sampling has begun.
    SamplingBegun,
    /// More batches than the line has left.
    BatchesExceed {
        /// Batches of the line.
        planned: i64,
        /// Batches of its other tasks.
        taken: i64,
        /// Batches asked for.
        asked: i64,
    },
    /// The scheme lacks a part.
    SchemeIncomplete {
        /// What.
        missing: &'static str,
    },
    /// Two dates of the schedule stand in the wrong order.
    ScheduleOrder {
        /// Which should be earlier, and than which.
        order: &'static str,
    },
    /// The bound rule was withdrawn.
    RulesRetired,
    /// The bound rule lacks a part.
    RulesIncomplete {
        /// What, parted by 、.
        missing: String,
    },
    /// The rule is not public.
    RulesNotPublic,
    /// No agreement with the laboratory.
    AgreementMissing,
    /// The laboratory has not declared that it has no business with the sampled parties.
    ConflictUndeclared,
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
    /// Visits are under way.
    VisitsOpen {
        /// How many.
        count: i64,
    },
    /// Reports are not confirmed.
    ReportsUnconfirmed {
        /// How many.
        count: i64,
    },
    /// Results were not told to those concerned.
    NoticesMissing {
        /// Reports without an issued notice.
        count: i64,
    },
    /// Cases are open.
    CasesOpen {
        /// How many.
        count: i64,
    },
}

impl Explain for PlanRefused {
    fn code(&self) -> &'static str {
        match self {
            Self::WrongState { .. } => "plan.wrong_state",
            Self::LaterEdition { .. } => "plan.later_edition",
            Self::SuperiorPlan { .. } => "plan.superior_plan",
            Self::NoLines => "plan.no_lines",
            Self::LineIncomplete { .. } => "plan.line_incomplete",
            Self::BudgetDiffers { .. } => "plan.budget_differs",
            Self::TextMissing => "plan.text_missing",
            Self::ScanMissing => "plan.scan_missing",
            Self::SamePerson { .. } => "plan.same_person",
            Self::ReasonMissing { .. } => "plan.reason_missing",
            Self::NumberInvalid { .. } => "plan.number_invalid",
            Self::NumberUsed { .. } => "plan.number_used",
            Self::InFuture { .. } => "plan.in_future",
            Self::TooEarly { .. } => "plan.too_early",
            Self::TasksOpen { .. } => "plan.tasks_open",
            Self::SamplingBegun => "plan.sampling_begun",
            Self::BatchesExceed { .. } => "plan.batches_exceed",
            Self::SchemeIncomplete { .. } => "plan.scheme_incomplete",
            Self::ScheduleOrder { .. } => "plan.schedule_order",
            Self::RulesRetired => "plan.rules_retired",
            Self::RulesIncomplete { .. } => "plan.rules_incomplete",
            Self::RulesNotPublic => "plan.rules_not_public",
            Self::AgreementMissing => "plan.agreement_missing",
            Self::ConflictUndeclared => "plan.conflict_undeclared",
            Self::ScopeMissing { .. } => "plan.scope_missing",
            Self::PublishedAfterSampling { .. } => "plan.published_after_sampling",
            Self::VisitsOpen { .. } => "plan.visits_open",
            Self::ReportsUnconfirmed { .. } => "plan.reports_unconfirmed",
            Self::NoticesMissing { .. } => "plan.notices_missing",
            Self::CasesOpen { .. } => "plan.cases_open",
        }
    }
    fn what(&self) -> String {
        match self {
            Self::WrongState { act, .. }
            | Self::LaterEdition { act, .. }
            | Self::SuperiorPlan { act, .. }
            | Self::SamePerson { act }
            | Self::ReasonMissing { act }
            | Self::InFuture { act, .. }
            | Self::TooEarly { act, .. } => format!("不能{act}"),
            Self::NoLines
            | Self::LineIncomplete { .. }
            | Self::BudgetDiffers { .. }
            | Self::TextMissing
            | Self::ScanMissing => "不能提交审批".into(),
            Self::NumberInvalid { .. } | Self::NumberUsed { .. } => "不能印发".into(),
            Self::TasksOpen { .. } => "不能办结计划".into(),
            Self::SamplingBegun => "不能取消".into(),
            Self::BatchesExceed { .. } => "不能建立抽查任务".into(),
            Self::SchemeIncomplete { .. }
            | Self::ScheduleOrder { .. }
            | Self::RulesRetired
            | Self::RulesIncomplete { .. } => "方案还不能定稿".into(),
            Self::RulesNotPublic => "不能登记细则公开".into(),
            Self::AgreementMissing | Self::ConflictUndeclared | Self::ScopeMissing { .. } => "不能登记委托".into(),
            Self::PublishedAfterSampling { .. } => "不能开始抽样".into(),
            Self::VisitsOpen { .. } => "不能结束抽样".into(),
            Self::ReportsUnconfirmed { .. } | Self::NoticesMissing { .. } => "不能完成结果确认".into(),
            Self::CasesOpen { .. } => "不能办结任务".into(),
        }
    }
    fn why(&self) -> String {
        let yuan = crate::money::yuan;
        match self {
            Self::WrongState { state, .. } => format!("现在的状态是“{state}”"),
            Self::LaterEdition { edition, .. } => format!("已经有第 {edition} 版"),
            Self::SuperiorPlan { tier, .. } => format!("这是导入的{}计划，只用来错开抽查", tier.title()),
            Self::NoLines => "计划里还没有抽查产品".into(),
            Self::TextMissing => "还没有写正文，审批的人看不到要印发的内容".into(),
            Self::LineIncomplete { seq, missing } => format!("第 {seq} 行缺{missing}"),
            Self::BudgetDiffers { seq, budget_fen, computed_fen } => {
                format!("第 {seq} 行预算 {} 元，批次乘单批费用是 {} 元", yuan(*budget_fen), yuan(*computed_fen))
            }
            Self::ScanMissing => {
                "还没有核对上级计划和近六个月的抽查，或者核对之后产品、上级计划、抽查记录又有变化".into()
            }
            Self::SamePerson { .. } => "审批人就是编制人".into(),
            Self::ReasonMissing { act: "登记备案" } => "没有写回执编号".into(),
            Self::ReasonMissing { act: "办结任务" } => "没有写工作总结".into(),
            Self::ReasonMissing { .. } => "没有写理由".into(),
            Self::NumberInvalid { given } => format!("“{given}”不是规范的文号"),
            Self::NumberUsed { number } => format!("文号 {number} 已经用过或已作废"),
            Self::InFuture { what, on, .. } => format!("{what} {on} 还没有到"),
            Self::TooEarly { what, earliest, .. } => format!("{what}（{earliest}）"),
            Self::TasksOpen { count } => format!("还有 {count} 个任务没有办结"),
            Self::SamplingBegun => "已经开始抽样".into(),
            Self::BatchesExceed { planned, taken, asked } => {
                format!("这一行计划 {planned} 批，其他任务已占 {taken} 批，不够 {asked} 批")
            }
            Self::SchemeIncomplete { missing } => format!("方案缺{missing}"),
            Self::ScheduleOrder { order } => format!("{order}，现在填反了"),
            Self::RulesRetired => "这份实施细则已经废止".into(),
            Self::RulesIncomplete { missing } => format!("实施细则缺{missing}"),
            Self::RulesNotPublic => "实施细则还没有公开".into(),
            Self::AgreementMissing => "没有承检机构，或者没有委托协议的编号、签订日期".into(),
            Self::ConflictUndeclared => "机构还没有声明抽查期间不与被抽样者有同类产品的有偿服务和委托检验".into(),
            Self::ScopeMissing { items } => format!("签订日机构资质不含：{}", items.join("、")),
            Self::PublishedAfterSampling { published, begun } => {
                format!("细则 {published} 公开，不早于抽样时间 {begun}")
            }
            Self::VisitsOpen { count } => format!("还有 {count} 次抽样没有提交"),
            Self::ReportsUnconfirmed { count } => format!("还有 {count} 份检验报告没有确认"),
            Self::NoticesMissing { count } => format!("还有 {count} 份报告没有出具结果通知"),
            Self::CasesOpen { count } => format!("还有 {count} 件后处理没有结案或移送"),
        }
    }
    fn next(&self) -> String {
        match self {
            Self::WrongState { .. } => "请先办完上一步，或看本页列出的可办事项",
            Self::LaterEdition { .. } => "请打开最新一版办理",
            Self::SuperiorPlan { .. } => "请在本级计划里办理",
            Self::NoLines => "请先添加或导入抽查产品",
            Self::LineIncomplete { .. } | Self::BudgetDiffers { .. } => "请改正这一行后再提交",
            Self::TextMissing => "请用“按产品重写正文”生成，或者在“修改名称和正文”里写",
            Self::ScanMissing => "请打开“冲突核对”，看过结果后确认",
            Self::SamePerson { .. } => "请由另一位分管领导办理",
            Self::ReasonMissing { act: "登记备案" } => "请填写上级回执的编号",
            Self::ReasonMissing { act: "办结任务" } => "请写明抽查情况、主要问题和处理情况",
            Self::ReasonMissing { .. } => "请写明理由",
            Self::NumberInvalid { .. } => "请按“机关代字〔年份〕序号 号”填写，例如 乳市场监管〔2021〕25 号",
            Self::NumberUsed { .. } => "请核对发文登记，换一个没有用过的文号",
            Self::InFuture { .. } | Self::TooEarly { .. } => "请核对日期",
            Self::TasksOpen { .. } => "请先办结或取消这些任务",
            Self::SamplingBegun => "请用调整计划的办法处理",
            Self::BatchesExceed { .. } => "请减少批次，或者先调整计划",
            Self::SchemeIncomplete { .. } | Self::ScheduleOrder { .. } => "请补全或改正方案",
            Self::RulesRetired => "请换一份现行的细则",
            Self::RulesIncomplete { .. } => "请在登记库补全这份细则，或换一份细则",
            Self::RulesNotPublic => "请先登记细则公开的时间和地址",
            Self::AgreementMissing => "请选定机构，填写委托协议编号和签订日期",
            Self::ConflictUndeclared => "请取得机构的书面声明后再登记",
            Self::ScopeMissing { .. } => "请换有资质的机构，或在登记库补录资质附表",
            Self::PublishedAfterSampling { .. } => "请先公开细则，再安排抽样",
            Self::VisitsOpen { .. } => "请等各组提交或写明未抽到的原因",
            Self::ReportsUnconfirmed { .. } => "请先确认这些报告",
            Self::NoticesMissing { .. } => "请先出具结果通知",
            Self::CasesOpen { .. } => "请先办结这些后处理",
        }
        .into()
    }
    fn basis(&self) -> Option<LegalBasis> {
        Some(match self {
            Self::WrongState { .. } | Self::TasksOpen { .. } | Self::InFuture { .. } | Self::TooEarly { .. } => {
                return None;
            }
            Self::LaterEdition { .. } | Self::SamplingBegun => law::DECISION_PLAN_VERSION,
            Self::NoLines
            | Self::LineIncomplete { .. }
            | Self::BudgetDiffers { .. }
            | Self::TextMissing
            | Self::BatchesExceed { .. } => law::R18_11,
            Self::ScanMissing | Self::SuperiorPlan { .. } => law::SEED_3,
            Self::SamePerson { .. } => law::DECISION_PLAN_REVIEW,
            Self::ReasonMissing { act: "调整计划" } => law::DECISION_PLAN_VERSION,
            Self::ReasonMissing { act: "登记备案" } => law::R18_11,
            Self::ReasonMissing { act: "暂停" | "取消任务" } => law::DECISION_TASK_SUSPEND,
            Self::ReasonMissing { act: "办结任务" } => law::R18_44,
            Self::ReasonMissing { .. } => law::DECISION_PLAN_REVIEW,
            Self::NumberInvalid { .. } | Self::NumberUsed { .. } => law::GB9704_NUMBER,
            Self::SchemeIncomplete { .. }
            | Self::ScheduleOrder { .. }
            | Self::RulesRetired
            | Self::RulesIncomplete { .. }
            | Self::RulesNotPublic
            | Self::PublishedAfterSampling { .. } => law::R18_12,
            Self::AgreementMissing => law::R18_13,
            Self::ConflictUndeclared => law::R18_14_4,
            Self::ScopeMissing { .. } => law::PQL_19,
            Self::VisitsOpen { .. } => law::R18_15,
            Self::ReportsUnconfirmed { .. } => law::R18_33,
            Self::NoticesMissing { .. } => law::R18_35,
            Self::CasesOpen { .. } => law::R18_44,
        })
    }
}
