//! Samplers and officers (抽样人员) with certificates and recusals.

use crate::{
    actor::UserId, code_enum, enterprise::EnterpriseId, ids::Id, laboratory::LaboratoryId, organisation::OrganisationId,
};
use jiff::civil::Date;

/// Id: A person who may be assigned to a visit.
pub type OfficerId = Id<Officer>;
/// Id: A declared conflict of interest (回避).
pub type RecusalId = Id<Recusal>;

code_enum! {
    /// Whether the person can be assigned.
    pub enum OfficerStatus {
        /// 在岗.
        Available = "AVAILABLE" => "在岗",
        /// 休假.
        Leave = "LEAVE" => "休假",
        /// 未培训.
        Untrained = "UNTRAINED" => "未培训",
        /// 离岗.
        Left = "LEFT" => "离岗",
    }
}

code_enum! {
    /// Whom a recusal concerns.
    pub enum RecusalKind {
        /// 回避企业.
        Enterprise = "ENTERPRISE" => "回避企业",
        /// 不得同组.
        Colleague = "COLLEAGUE" => "不得同组",
    }
}

/// A person who may be assigned to a visit.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Officer {
    /// Id.
    pub id: OfficerId,
    /// Row version.
    pub version: i64,
    /// Authority.
    pub org_id: OrganisationId,
    /// Section, station or sampling body.
    pub unit_id: Option<OrganisationId>,
    /// Account, if the person has one.
    pub user_id: Option<UserId>,
    /// Name.
    pub name: String,
    /// Staff number; member id of the draw.
    pub staff_number: String,
    /// 执法证 or letter of authority.
    pub certificate_number: String,
    /// Last day of the certificate; expiry blocks dispatch.
    pub certificate_until_on: Option<Date>,
    /// Holds an enforcement certificate.
    pub may_lead: bool,
    /// Skill codes separated by spaces.
    pub skills: String,
    /// Employer, when laboratory staff (抽检分离).
    pub laboratory_id: Option<LaboratoryId>,
    /// Status.
    pub status: OfficerStatus,
}

/// A declared conflict of interest (回避).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Recusal {
    /// Id.
    pub id: RecusalId,
    /// Row version.
    pub version: i64,
    /// Authority.
    pub org_id: OrganisationId,
    /// Who recuses.
    pub officer_id: OfficerId,
    /// From whom.
    pub kind: RecusalKind,
    /// Enterprise.
    pub enterprise_id: Option<EnterpriseId>,
    /// Colleague.
    pub colleague_id: Option<OfficerId>,
    /// Reason.
    pub reason: String,
    /// First day.
    pub from_on: Date,
    /// Last day.
    pub until_on: Option<Date>,
}
