//! 随机抽取: who is sampled and by whom. After `plan`, before `sampling`. The result lies sealed until release.

use crate::{
    actor::UserId, code_enum, enterprise::EnterpriseId, ids::Id, officer::OfficerId, organisation::OrganisationId,
    plan::TaskId, time::Timestamp,
};

/// Id: A draw of a task.
pub type DrawId = Id<Draw>;
/// Id: A unit of the roster; says nothing about the result.
pub type DrawMemberId = Id<DrawMember>;
/// Id: A sampler in the pool of a draw.
pub type DrawPersonId = Id<DrawPerson>;

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
    /// Stratum, a credit class.
    pub stratum: String,
    /// Balls, 0 when not in.
    pub weight: i64,
    /// Place.
    pub status: MemberStatus,
    /// Reason code, `-` when in.
    pub reason: String,
    /// Reason in words with its evidence.
    pub reason_text: String,
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
    /// May lead.
    pub may_lead: bool,
    /// In or excluded.
    pub status: MemberStatus,
    /// Reason, `-` when in.
    pub reason: String,
}
