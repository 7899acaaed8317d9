//! 更正: putting a recorded fact right. The old value stays in sight; a second person agrees where rights move.

use crate::{
    actor::UserId,
    clock::SubjectKind,
    code_enum,
    ids::{Id, SubjectId},
    organisation::OrganisationId,
    time::Timestamp,
};

/// Id: One corrected fact.
pub type CorrectionId = Id<Correction>;

code_enum! {
    /// State of a correction.
    pub enum CorrectionState {
        /// 待同意.
        Proposed = "PROPOSED" => "待同意",
        /// 已更正.
        Done = "DONE" => "已更正",
        /// 未同意.
        Refused = "REFUSED" => "未同意",
    }
}

/// One corrected fact.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Correction {
    /// Id.
    pub id: CorrectionId,
    /// Row version.
    pub version: i64,
    /// Authority.
    pub org_id: OrganisationId,
    /// Station of the thing.
    pub unit_id: Option<OrganisationId>,
    /// Kind of the thing.
    pub subject_kind: SubjectKind,
    /// Thing.
    pub subject_id: SubjectId,
    /// Field.
    pub field: String,
    /// Field in Chinese.
    pub field_title: String,
    /// Old value.
    pub old_value: String,
    /// New value.
    pub new_value: String,
    /// Why.
    pub reason: String,
    /// Proof.
    pub proof: String,
    /// Moves a deadline, a party or a published fact.
    pub needs_second: bool,
    /// State.
    pub state: CorrectionState,
    /// What was computed anew, in words.
    pub effects: String,
    /// Who.
    pub proposed_by: UserId,
    /// Second person.
    pub decided_by: Option<UserId>,
    /// When.
    pub created_at_us: Timestamp,
}
