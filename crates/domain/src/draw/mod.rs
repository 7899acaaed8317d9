//! 随机抽取: who is sampled and by whom. After `plan`, before `sampling`. The result lies sealed until release.
//! Types here, the machine in [`phases`], its refusals in [`refusal`]; tickets and teams are `verifiable-draw`'s.

pub mod phases;
pub mod refusal;
#[cfg(test)]
mod tests;

pub use phases::{Handover, Headcount, ReleaseWindow, TeamMember};
pub use refusal::{DrawRefused, TeamFault};

use crate::{
    actor::UserId,
    code_enum,
    enterprise::{CreditClass, EnterpriseId, ProductRole},
    ids::Id,
    officer::OfficerId,
    organisation::OrganisationId,
    plan::{SamplingField, TaskId},
    time::Timestamp,
};

/// Id: A draw of a task.
pub type DrawId = Id<Draw>;
/// Id: A unit of the roster; says nothing about the result.
pub type DrawMemberId = Id<DrawMember>;
/// Id: A sampler in the pool of a draw.
pub type DrawPersonId = Id<DrawPerson>;
/// Id: A proposal to void a draw.
pub type DrawVoidId = Id<DrawVoid>;
/// Id: A conflict of interest as it stood at the freeze.
pub type DrawConflictId = Id<DrawConflict>;

/// The one stratum of an interim draw.
pub const STRATUM: &str = "S1";
/// Reserves without being asked: the whole rest of a roster up to this size.
pub const RESERVE_DEFAULT: i64 = 200;

code_enum! {
    /// Phase of a draw (verifiable-draw.md §2).
    pub enum DrawPhase {
        /// 准备名录.
        Draft = "DRAFT" => "准备名录",
        /// 名录已冻结.
        Frozen = "FROZEN" => "名录已冻结",
        /// 已承诺.
        Committed = "COMMITTED" => "已承诺",
        /// 已抽取.
        Drawn = "DRAWN" => "已抽取",
        /// 已确认.
        Confirmed = "CONFIRMED" => "已确认",
        /// 已派发.
        Dispatched = "DISPATCHED" => "已派发",
        /// 已结束.
        Closed = "CLOSED" => "已结束",
        /// 已公开.
        Revealed = "REVEALED" => "已公开",
        /// 已作废.
        Voided = "VOIDED" => "已作废",
    }
}

code_enum! {
    /// Whether anybody can check it.
    pub enum DrawKind {
        /// 暂行抽取，不可公开验证.
        Interim = "INTERIM" => "暂行抽取，不可公开验证",
        /// 可公开验证抽取.
        Verifiable = "VERIFIABLE" => "可公开验证抽取",
    }
}

code_enum! {
    /// Place of a unit in the roster.
    pub enum MemberStatus {
        /// 参加抽取.
        In = "IN" => "参加抽取",
        /// 不参加.
        Excluded = "EXCLUDED" => "不参加",
        /// 指定.
        Must = "MUST" => "指定",
    }
}

code_enum! {
    /// Why a unit of the roster cannot be drawn (verifiable-draw.md, Annex B).
    pub enum ExclusionReason {
        /// E01.
        SixMonth = "E01" => "六个月内已抽查同一产品",
        /// E02.
        Ceased = "E02" => "已注销、停业或搬迁",
        /// E03.
        LicenceGone = "E03" => "许可证已撤销或注销",
        /// E04.
        ExportOnly = "E04" => "只供出口",
        /// E05.
        NotForSale = "E05" => "产品不供销售",
        /// E06.
        OutsideArea = "E06" => "不在抽查区域",
        /// E07.
        Duplicate = "E07" => "与另一单位重复",
        /// E08.
        SuperiorScheduled = "E08" => "上级已安排抽查",
        /// E09.
        Other = "E09" => "其他",
        /// E10.
        DrawnBefore = "E10" => "本任务已抽过",
    }
}

impl ExclusionReason {
    /// What a person may enter; the others follow from the registers.
    pub const BY_HAND: [Self; 4] = [Self::LicenceGone, Self::ExportOnly, Self::NotForSale, Self::Other];
}

code_enum! {
    /// Why a unit is designated instead of drawn.
    pub enum DesignationReason {
        /// M01.
        FollowUp = "M01" => "跟踪抽查",
        /// M02.
        Ordered = "M02" => "上级交办",
        /// M03.
        Complaint = "M03" => "投诉举报或应急",
    }
}

code_enum! {
    /// Why a sampler is not in the pool, or may not go somewhere.
    pub enum PersonReason {
        /// L01.
        Leave = "L01" => "休假或离岗",
        /// L02.
        Untrained = "L02" => "未培训或证件不在有效期",
        /// K01.
        Interest = "K01" => "有利害关系",
        /// K02.
        Colleague = "K02" => "不得同组",
    }
}

code_enum! {
    /// Why the next reserve takes the place of a unit.
    pub enum ReplacementReason {
        /// R01.
        NotFound = "R01" => "已停业、搬迁或找不到",
        /// R02.
        NotMade = "R02" => "不再生产、销售或不供销售",
        /// R03.
        StockShort = "R03" => "数量不足抽样基数",
        /// R04.
        SixMonth = "R04" => "现场证明六个月内已抽查",
    }
}

code_enum! {
    /// Why a draw is void.
    pub enum VoidReason {
        /// V02.
        RosterWrong = "V02" => "名录有重大错误",
        /// V03.
        Leaked = "V03" => "已经泄密",
        /// V04.
        Ordered = "V04" => "上级机关或法院要求",
    }
}

code_enum! {
    /// What became of a proposal to void a draw.
    pub enum DrawVoidState {
        /// 待批准.
        Proposed = "PROPOSED" => "待批准",
        /// 已批准.
        Agreed = "AGREED" => "已批准",
        /// 不同意.
        Declined = "DECLINED" => "不同意",
    }
}

/// Which role in a product makes a firm a unit of the roster: that of the field.
pub const fn role_of(field: SamplingField) -> ProductRole {
    match field {
        SamplingField::Production => ProductRole::Producer,
        SamplingField::Circulation => ProductRole::Seller,
        SamplingField::Online => ProductRole::Platform,
    }
}

/// A draw of a task.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Draw {
    /// Id.
    pub id: DrawId,
    /// Row version.
    pub version: i64,
    /// Organiser.
    pub org_id: OrganisationId,
    /// Task.
    pub task_id: TaskId,
    /// Short random id used in tickets, at most 12 characters.
    pub draw_name: String,
    /// Kind; never changes.
    pub kind: DrawKind,
    /// Phase.
    pub phase: DrawPhase,
    /// Units to draw.
    pub quota: i64,
    /// Reserves.
    pub reserve: i64,
    /// Units that may be drawn.
    pub count_in: i64,
    /// Units left out.
    pub count_excluded: i64,
    /// Designated units.
    pub count_must: i64,
    /// Winners.
    pub count_drawn: i64,
    /// How the roster was chosen, in words.
    pub filters: String,
    /// Digest of the frozen roster, hex.
    pub roster_digest: String,
    /// From when teams see their visits.
    pub release_at_us: Option<Timestamp>,
    /// Operator.
    pub prepared_by: UserId,
    /// When frozen.
    pub frozen_at_us: Option<Timestamp>,
    /// Second person who drew.
    pub executed_by: Option<UserId>,
    /// When drawn.
    pub executed_at_us: Option<Timestamp>,
    /// Witness.
    pub confirmed_by: Option<UserId>,
    /// When confirmed.
    pub confirmed_at_us: Option<Timestamp>,
    /// The dispatcher of this draw: the first to open the names, and from then on the only one who can.
    pub dispatcher_id: Option<UserId>,
    /// When handed to the teams.
    pub dispatched_at_us: Option<Timestamp>,
    /// When closed.
    pub closed_at_us: Option<Timestamp>,
    /// Why it was closed although a replacement was possible; empty otherwise.
    pub close_reason: String,
    /// Reason code and words of a void.
    pub void_reason: String,
    /// When begun.
    pub created_at_us: Timestamp,
}

/// A unit of the roster; says nothing about the result.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct DrawMember {
    /// Id.
    pub id: DrawMemberId,
    /// Row version.
    pub version: i64,
    /// Organiser.
    pub org_id: OrganisationId,
    /// Draw.
    pub draw_id: DrawId,
    /// Id in tickets.
    pub uid: String,
    /// Enterprise.
    pub enterprise_id: EnterpriseId,
    /// Stratum; an interim draw has one.
    pub stratum: String,
    /// Credit risk class when the roster was made.
    pub credit_class: CreditClass,
    /// Balls, 0 when not in.
    pub weight: i64,
    /// Place.
    pub status: MemberStatus,
    /// Reason code, `-` when in.
    pub reason: String,
    /// Reason in words with its evidence.
    pub reason_text: String,
    /// A person excluded or designated it; the registers did not.
    pub by_hand: bool,
    /// Models that may not be taken there, one a line.
    pub blocked_models: String,
}

/// A sampler in the pool of a draw.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct DrawPerson {
    /// Id.
    pub id: DrawPersonId,
    /// Row version.
    pub version: i64,
    /// Organiser.
    pub org_id: OrganisationId,
    /// Draw.
    pub draw_id: DrawId,
    /// Officer.
    pub officer_id: OfficerId,
    /// Id in the assignment: the staff number.
    pub mid: String,
    /// May lead.
    pub may_lead: bool,
    /// In or excluded.
    pub status: MemberStatus,
    /// Reason, `-` when in.
    pub reason: String,
    /// Reason in words.
    pub reason_text: String,
    /// A person excluded them; the register did not.
    pub by_hand: bool,
}

/// A conflict of interest as it stood at the freeze; later ones are looked up when teams are confirmed.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct DrawConflict {
    /// Id.
    pub id: DrawConflictId,
    /// Row version.
    pub version: i64,
    /// Organiser.
    pub org_id: OrganisationId,
    /// Draw.
    pub draw_id: DrawId,
    /// Staff number.
    pub mid: String,
    /// Another sampler (`true`) or a firm.
    pub with_colleague: bool,
    /// Staff number or id in tickets.
    pub target: String,
}

/// A proposal to void a draw and what was decided about it; it stays whatever the decision.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct DrawVoid {
    /// Id.
    pub id: DrawVoidId,
    /// Row version.
    pub version: i64,
    /// Organiser.
    pub org_id: OrganisationId,
    /// Draw.
    pub draw_id: DrawId,
    /// Why.
    pub reason: VoidReason,
    /// Facts and material.
    pub words: String,
    /// What became of it.
    pub state: DrawVoidState,
    /// Who proposed.
    pub proposed_by: UserId,
    /// When.
    pub proposed_at_us: Timestamp,
    /// Who decided.
    pub decided_by: Option<UserId>,
    /// When.
    pub decided_at_us: Option<Timestamp>,
    /// Reason of the decision.
    pub decision_words: String,
}
