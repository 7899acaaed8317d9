//! Clocks as they are kept: a right of a party or a duty of an office, with what set it running and how
//! its last day was counted. The counting itself is in [`crate::deadline`]; states of stages decide when
//! a clock starts and ends. A duty is also the line in somebody's work list.

use crate::{
    actor::{Role, UserId},
    code_enum,
    ids::{Id, SubjectId},
    organisation::OrganisationId,
    time::Timestamp,
};
use jiff::civil::Date;

/// Id of a clock.
pub type ClockId = Id<Clock>;

code_enum! {
    /// Whose clock it is; the two are never mixed on a page.
    pub enum ClockKind {
        /// A party's right ends when missed.
        Right = "RIGHT" => "企业权利",
        /// An office's duty turns red when missed; it never shortens a right.
        Duty = "DUTY" => "本局",
    }
}

code_enum! {
    /// State of a clock.
    pub enum ClockState {
        /// Running.
        Open = "OPEN" => "计时中",
        /// Done; `done_on` says when.
        Done = "DONE" => "已办",
        /// No longer applies.
        Void = "VOID" => "已取消",
    }
}

code_enum! {
    /// Kinds of things that have a page, a timeline, clocks and files.
    pub enum SubjectKind {
        /// 抽查计划.
        Plan = "PLAN" => "抽查计划",
        /// 抽查任务.
        Task = "TASK" => "抽查任务",
        /// 随机抽取.
        Draw = "DRAW" => "随机抽取",
        /// 抽样任务.
        Visit = "VISIT" => "抽样",
        /// 样品.
        Sample = "SAMPLE" => "样品",
        /// 检验.
        Inspection = "INSPECTION" => "检验",
        /// 问题报告.
        ProblemReport = "PROBLEM" => "问题报告",
        /// 结果通知.
        Notice = "NOTICE" => "结果通知",
        /// 异议.
        Objection = "OBJECTION" => "异议复检",
        /// 后处理案.
        Case = "CASE" => "后处理",
        /// 公布.
        Publication = "PUBLICATION" => "信息公布",
        /// 市场主体.
        Enterprise = "ENTERPRISE" => "市场主体",
        /// 产品分类.
        ProductCategory = "PRODUCT" => "产品分类",
        /// 检验机构.
        Laboratory = "LABORATORY" => "检验机构",
        /// 抽样人员.
        Officer = "OFFICER" => "抽样人员",
        /// 实施细则.
        Rules = "RULES" => "实施细则",
        /// 导入.
        Import = "IMPORT" => "导入",
        /// 更正.
        Correction = "CORRECTION" => "更正",
        /// 账号.
        User = "USER" => "账号",
        /// 机构.
        Organisation = "ORGANISATION" => "机构",
    }
}

/// A clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// Id.
    pub id: ClockId,
    /// Row version.
    pub version: i64,
    /// Owning authority.
    pub org_id: OrganisationId,
    /// Unit of that authority that has the duty (a station, a laboratory); `None`: the authority itself.
    pub unit_id: Option<OrganisationId>,
    /// Kind of the thing it belongs to.
    pub subject_kind: SubjectKind,
    /// The thing it belongs to.
    pub subject_id: SubjectId,
    /// Right or duty.
    pub kind: ClockKind,
    /// Id of the rule in [`crate::deadline`], for example `S1` or `D03`; `-` for a duty without a term.
    pub rule: String,
    /// What has to be done, in words of the owner's trade.
    pub title: String,
    /// Day that set it running; not counted.
    pub trigger_on: Date,
    /// What proves that day.
    pub proof: String,
    /// Last day for the office; `None` for a duty without a term.
    pub due_strict_on: Option<Date>,
    /// Last day for the party.
    pub due_party_on: Option<Date>,
    /// The calendar of some examined day is not yet announced.
    pub provisional: bool,
    /// Calendar the counting used.
    pub calendar_version: String,
    /// The derivation, one step a line.
    pub steps: String,
    /// Role that has the duty; `None` for rights.
    pub owner_role: Option<Role>,
    /// Person that has the duty, where one is named.
    pub owner_user_id: Option<UserId>,
    /// State.
    pub state: ClockState,
    /// Day on which it was done.
    pub done_on: Option<Date>,
    /// When it was opened.
    pub opened_at_us: Timestamp,
}

impl Clock {
    /// The day that binds this clock's owner: the strict day for an office, the friendly one for a party.
    pub fn due_on(&self) -> Option<Date> {
        match self.kind {
            ClockKind::Right => self.due_party_on.or(self.due_strict_on),
            ClockKind::Duty => self.due_strict_on,
        }
    }
    /// Whether it is open and its last day has passed.
    pub fn is_overdue(&self, today: Date) -> bool {
        self.state == ClockState::Open && self.due_on().is_some_and(|due| today > due)
    }
}
