//! Why a draw does not move on, in words. Order = precedence.

use super::ReleaseWindow;
use crate::{
    law::{self, LegalBasis},
    refusal::Explain,
};

/// What is wrong with a team of samplers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TeamFault {
    /// Fewer than two different people.
    TooFew,
    /// Nobody with a certificate.
    NoCertificate,
    /// Somebody is in conflict with the firm or the other sampler.
    Recused,
    /// Somebody works at the laboratory that tests.
    LaboratoryStaff,
    /// A certificate ends before the visit.
    CertificateExpired,
}

/// Why a draw does not move on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DrawRefused {
    /// The act does not exist in this phase.
    WrongPhase {
        /// What was asked.
        act: &'static str,
        /// Where the draw is.
        phase: &'static str,
    },
    /// The task is not commissioned, or no longer under way.
    TaskNotCommissioned {
        /// Where the task is.
        state: &'static str,
    },
    /// The task names no product category.
    NoProduct,
    /// Another draw of the task is under way.
    AnotherOpen,
    /// Somebody else prepares this draw.
    OtherOperator,
    /// The same person did the step that this one checks.
    SamePerson {
        /// What was asked.
        act: &'static str,
        /// What the person did before.
        did: &'static str,
    },
    /// The person is in the pool of samplers.
    InThePool {
        /// What was asked.
        act: &'static str,
    },
    /// Designation in a kind of check that does not know it.
    DesignationKind {
        /// Kind of the task.
        kind: &'static str,
    },
    /// The unit or person is out already.
    AlreadyExcluded {
        /// Why.
        reason: String,
    },
    /// Such a reason follows from the registers and is not entered or taken back by hand.
    NotByHand {
        /// Which.
        reason: &'static str,
    },
    /// A reason is required.
    ReasonMissing {
        /// For what.
        act: &'static str,
    },
    /// The registers have changed since the roster was made.
    RosterOutdated,
    /// Nothing to draw.
    NothingToDraw,
    /// More units than the task has batches.
    MoreThanTask {
        /// Batches of the task.
        batches: i64,
    },
    /// More units than may be drawn.
    MoreThanRoster {
        /// Units to draw.
        quota: i64,
        /// Units that may be drawn.
        inside: i64,
    },
    /// More reserves than the roster has left.
    MoreReserves {
        /// Reserves asked for.
        reserve: i64,
        /// Units that are left.
        rest: i64,
    },
    /// A proposal to void the draw waits for its decision.
    VoidPending {
        /// What was asked.
        act: &'static str,
    },
    /// The proposal was decided before.
    VoidDecided {
        /// How.
        state: &'static str,
    },
    /// Fewer than two samplers.
    TooFewPeople {
        /// How many.
        count: usize,
    },
    /// No sampler with a certificate.
    NobodyLeads,
    /// The roster is not the one that was frozen.
    RosterChanged,
    /// A team is not fit.
    Team {
        /// What was asked.
        act: &'static str,
        /// First fault.
        fault: TeamFault,
        /// Teams with it.
        count: usize,
    },
    /// Somebody else dispatches this draw.
    OtherDispatcher,
    /// A release time lies in the past.
    ReleasePast,
    /// A team would see its visit outside the days of sampling.
    ReleaseOutside {
        /// The days.
        window: ReleaseWindow,
    },
    /// The visit is not settled, or not of this draw.
    VisitNotSettled,
    /// The outcome calls for no replacement.
    NoReplacement {
        /// Outcome.
        outcome: &'static str,
    },
    /// A designated unit stands for itself.
    Designated,
    /// The visit was replaced before.
    AlreadyReplaced,
    /// No reserve is left.
    ReserveUsedUp,
    /// Visits are still open.
    VisitsOpen {
        /// How many.
        count: usize,
    },
    /// Visits could be replaced.
    ReplacementsOpen {
        /// How many.
        count: usize,
    },
}

impl Explain for DrawRefused {
    fn code(&self) -> &'static str {
        match self {
            Self::WrongPhase { .. } => "draw.wrong_phase",
            Self::TaskNotCommissioned { .. } => "draw.task_not_commissioned",
            Self::NoProduct => "draw.no_product",
            Self::AnotherOpen => "draw.another_open",
            Self::OtherOperator => "draw.other_operator",
            Self::SamePerson { .. } => "draw.same_person",
            Self::InThePool { .. } => "draw.in_the_pool",
            Self::DesignationKind { .. } => "draw.designation_kind",
            Self::AlreadyExcluded { .. } => "draw.already_excluded",
            Self::NotByHand { .. } => "draw.not_by_hand",
            Self::ReasonMissing { .. } => "draw.reason_missing",
            Self::RosterOutdated => "draw.roster_outdated",
            Self::NothingToDraw => "draw.nothing_to_draw",
            Self::MoreThanTask { .. } => "draw.more_than_task",
            Self::MoreThanRoster { .. } => "draw.more_than_roster",
            Self::MoreReserves { .. } => "draw.more_reserves",
            Self::VoidPending { .. } => "draw.void_pending",
            Self::VoidDecided { .. } => "draw.void_decided",
            Self::TooFewPeople { .. } => "draw.too_few_people",
            Self::NobodyLeads => "draw.nobody_leads",
            Self::RosterChanged => "draw.roster_changed",
            Self::Team { fault, .. } => match fault {
                TeamFault::TooFew => "draw.team_too_few",
                TeamFault::NoCertificate => "draw.team_no_certificate",
                TeamFault::Recused => "draw.team_recused",
                TeamFault::LaboratoryStaff => "draw.team_laboratory_staff",
                TeamFault::CertificateExpired => "draw.team_certificate_expired",
            },
            Self::OtherDispatcher => "draw.other_dispatcher",
            Self::ReleasePast => "draw.release_past",
            Self::ReleaseOutside { .. } => "draw.release_outside",
            Self::VisitNotSettled => "draw.visit_not_settled",
            Self::NoReplacement { .. } => "draw.no_replacement",
            Self::Designated => "draw.designated",
            Self::AlreadyReplaced => "draw.already_replaced",
            Self::ReserveUsedUp => "draw.reserve_used_up",
            Self::VisitsOpen { .. } => "draw.visits_open",
            Self::ReplacementsOpen { .. } => "draw.replacements_open",
        }
    }
    fn what(&self) -> String {
        match self {
            Self::WrongPhase { act, .. }
            | Self::SamePerson { act, .. }
            | Self::InThePool { act }
            | Self::ReasonMissing { act }
            | Self::VoidPending { act }
            | Self::Team { act, .. } => format!("不能{act}"),
            Self::TaskNotCommissioned { .. } => "不能抽取".into(),
            Self::NoProduct | Self::AnotherOpen => "不能开始抽取".into(),
            Self::OtherOperator => "不能修改名录".into(),
            Self::DesignationKind { .. } => "不能指定单位".into(),
            Self::AlreadyExcluded { .. } => "不能再作改动".into(),
            Self::NotByHand { .. } => "不能由人工改动".into(),
            Self::RosterOutdated | Self::NothingToDraw | Self::TooFewPeople { .. } | Self::NobodyLeads => {
                "不能冻结名录".into()
            }
            Self::MoreThanTask { .. } | Self::MoreThanRoster { .. } | Self::MoreReserves { .. } => {
                "不能按这个数量抽取".into()
            }
            Self::VoidDecided { .. } => "不能再作决定".into(),
            Self::RosterChanged => "不能执行抽取".into(),
            Self::OtherDispatcher => "不能查看抽中的单位".into(),
            Self::ReleasePast | Self::ReleaseOutside { .. } => "不能派发抽样任务".into(),
            Self::VisitNotSettled
            | Self::NoReplacement { .. }
            | Self::Designated
            | Self::AlreadyReplaced
            | Self::ReserveUsedUp => "不能递补".into(),
            Self::VisitsOpen { .. } | Self::ReplacementsOpen { .. } => "不能结束抽取".into(),
        }
    }
    fn why(&self) -> String {
        match self {
            Self::WrongPhase { phase, .. } => format!("这次抽取现在是“{phase}”"),
            Self::TaskNotCommissioned { state } => format!("任务现在是“{state}”，不在可以抽取的阶段"),
            Self::NoProduct => "任务没有选定产品分类，无法从登记库生成名录".into(),
            Self::AnotherOpen => "这个任务另有一次抽取没有结束".into(),
            Self::OtherOperator => "名录由开始准备的抽取操作员负责到底".into(),
            Self::SamePerson { did, .. } => format!("本人{did}，这一步要由另一个人办理"),
            Self::InThePool { .. } => "本人在这次抽取的抽样人员名录里".into(),
            Self::DesignationKind { kind } => format!("“{kind}”的被抽样单位只能随机抽取"),
            Self::AlreadyExcluded { reason } => format!("已因“{reason}”不参加"),
            Self::NotByHand { reason } => format!("“{reason}”由登记库的事实决定"),
            Self::ReasonMissing { .. } => "没有写明理由和依据".into(),
            Self::RosterOutdated => "名录生成之后，登记库的市场主体、人员或者抽查记录有变动".into(),
            Self::NothingToDraw => "没有可抽的单位，或者抽取数量为 0".into(),
            Self::MoreThanTask { batches } => format!("任务只有 {batches} 批次，每家抽一批"),
            Self::MoreThanRoster { quota, inside } => {
                format!("要抽 {quota} 家，名录里可以抽的只有 {inside} 家")
            }
            Self::MoreReserves { reserve, rest } => {
                format!("要候补 {reserve} 家，抽取以外只剩 {rest} 家")
            }
            Self::VoidPending { .. } => "监督员已经提出作废这次抽取，还没有决定".into(),
            Self::VoidDecided { state } => format!("这项作废已经有了决定：{state}"),
            Self::TooFewPeople { count } => format!("可派的抽样人员只有 {count} 人，每次抽样不得少于 2 人"),
            Self::NobodyLeads => "可派的抽样人员里没有人持有执法证或者机构授权".into(),
            Self::RosterChanged => "名录与冻结时不一致".into(),
            Self::Team { fault, count, .. } => match fault {
                TeamFault::TooFew => format!("有 {count} 次抽样派不出 2 名抽样人员"),
                TeamFault::NoCertificate => format!("有 {count} 个小组没有人持有执法证或者机构授权"),
                TeamFault::Recused => format!("有 {count} 个小组的人员应当回避"),
                TeamFault::LaboratoryStaff => format!("有 {count} 个小组的人员是承检机构的人"),
                TeamFault::CertificateExpired => format!("有 {count} 个小组的证件在抽样日之前到期"),
            },
            Self::OtherDispatcher => "这次抽取已由另一位派发员接手，只有接手的人能看".into(),
            Self::ReleasePast => "有的小组可看时间早于现在".into(),
            Self::ReleaseOutside { window } => format!("小组可看时间不在抽样期限（{}）以内", window.words()),
            Self::VisitNotSettled => "这次抽样还没有提交结果，或者不属于这次抽取".into(),
            Self::NoReplacement { outcome } => format!("抽样结果是“{outcome}”，照实计入，不递补"),
            Self::Designated => "这是指定的单位，不占抽取数量".into(),
            Self::AlreadyReplaced => "这次抽样已经递补过".into(),
            Self::ReserveUsedUp => "候补已经用完".into(),
            Self::VisitsOpen { count } => format!("还有 {count} 次抽样没有提交结果"),
            Self::ReplacementsOpen { count } => format!("还有 {count} 次抽样可以递补"),
        }
    }
    fn next(&self) -> String {
        match self {
            Self::WrongPhase { .. } => "请看本页列出的可办事项".into(),
            Self::TaskNotCommissioned { .. } => "请先登记委托；暂停的任务请先恢复".into(),
            Self::NoProduct => "请在方案里选定产品分类".into(),
            Self::AnotherOpen => "请先办完或者作废那一次".into(),
            Self::OtherOperator => "请由那位操作员办理，或由监督员提出作废、批准后重新准备".into(),
            Self::SamePerson { .. } => "请由另一位有此职责的同事办理".into(),
            Self::InThePool { .. } => "请由不参加抽样的监督员办理".into(),
            Self::DesignationKind { .. } => "请按专项、跟踪或者应急抽查另立任务，再指定".into(),
            Self::AlreadyExcluded { .. } => "请核对登记库；事实有变的，先改登记库再重新生成名录".into(),
            Self::NotByHand { .. } => "请先改正登记库，再重新生成名录".into(),
            Self::ReasonMissing { .. } => "请写明理由，并注明材料".into(),
            Self::RosterOutdated => "请重新生成名录，看过变化后再冻结".into(),
            Self::NothingToDraw => "请核对产品分类、区域和排除理由，或者改抽取数量".into(),
            Self::MoreThanTask { batches } => {
                format!("请填写不超过 {batches} 的数量；要多抽的，先修订计划和任务")
            }
            Self::MoreThanRoster { inside, .. } => {
                format!("请核对名录和排除理由；名录无误的，把抽取数量改为不超过 {inside}")
            }
            Self::MoreReserves { rest, .. } => format!("请把候补数量改为不超过 {rest}"),
            Self::VoidPending { .. } => "请等抽取作废批准人作出决定".into(),
            Self::VoidDecided { .. } => "请看本页列出的可办事项".into(),
            Self::TooFewPeople { .. } | Self::NobodyLeads => "请在登记库补充抽样人员和证件".into(),
            Self::RosterChanged => "请作废这次抽取，查明原因后重新准备".into(),
            Self::Team { fault: TeamFault::CertificateExpired, .. } => "请先换证并在登记库更新，或者提前抽样".into(),
            Self::Team { .. } => "请补充抽样人员后作废重抽".into(),
            Self::OtherDispatcher => "请由接手的派发员办理".into(),
            Self::ReleasePast => "请改为现在以后的时间".into(),
            Self::ReleaseOutside { .. } => "请改在这个期限以内；期限已经过了的，从今天起可看".into(),
            Self::VisitNotSettled => "请等抽样人员提交结果".into(),
            Self::NoReplacement { .. } | Self::Designated => "请照实计入；批次不足的，结束后另立一次抽取".into(),
            Self::AlreadyReplaced => "请办理其他事项".into(),
            Self::ReserveUsedUp => "请结束这次抽取；批次不足的，另立一次".into(),
            Self::VisitsOpen { .. } => "请等这些抽样办完".into(),
            Self::ReplacementsOpen { .. } => "请先递补，或者写明不递补的理由".into(),
        }
    }
    fn basis(&self) -> Option<LegalBasis> {
        Some(match self {
            Self::WrongPhase { .. } | Self::OtherOperator | Self::VisitNotSettled | Self::VisitsOpen { .. } => {
                return None;
            }
            Self::TaskNotCommissioned { .. } => law::R18_13,
            Self::NoProduct
            | Self::AnotherOpen
            | Self::NothingToDraw
            | Self::MoreThanTask { .. }
            | Self::MoreThanRoster { .. } => law::R18_15,
            Self::MoreReserves { .. } => law::DECISION_DRAW_SUBSTITUTE,
            Self::VoidPending { .. } | Self::VoidDecided { .. } => law::DECISION_SEPARATION,
            Self::SamePerson { .. } | Self::InThePool { .. } => law::DECISION_SEPARATION,
            Self::DesignationKind { .. } => law::GD_MR_26,
            Self::AlreadyExcluded { .. }
            | Self::NotByHand { .. }
            | Self::ReasonMissing { .. }
            | Self::RosterOutdated
            | Self::RosterChanged => law::DECISION_DRAW_RANDOMNESS,
            Self::TooFewPeople { .. } | Self::NobodyLeads => law::R18_16,
            Self::Team { fault, .. } => match fault {
                TeamFault::Recused => law::DECISION_RECUSAL,
                TeamFault::LaboratoryStaff => law::R18_9,
                TeamFault::TooFew | TeamFault::NoCertificate | TeamFault::CertificateExpired => law::R18_16,
            },
            Self::OtherDispatcher | Self::ReleasePast | Self::ReleaseOutside { .. } => law::DECISION_DRAW_RELEASE,
            Self::NoReplacement { .. }
            | Self::Designated
            | Self::AlreadyReplaced
            | Self::ReserveUsedUp
            | Self::ReplacementsOpen { .. } => law::DECISION_DRAW_SUBSTITUTE,
        })
    }
}
