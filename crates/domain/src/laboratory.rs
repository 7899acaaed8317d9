//! Testing laboratories (检验机构) with their accredited scope.

use crate::{ids::Id, organisation::OrganisationId};
use jiff::civil::Date;

/// Id: A testing laboratory.
pub type LaboratoryId = Id<Laboratory>;
/// Id: One accredited item and method.
pub type LaboratoryScopeId = Id<LaboratoryScope>;

/// A testing laboratory.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Laboratory {
    /// Id.
    pub id: LaboratoryId,
    /// Row version.
    pub version: i64,
    /// Authority whose register this is.
    pub org_id: OrganisationId,
    /// Node of the organisation tree whose accounts belong to it.
    pub organisation_id: Option<OrganisationId>,
    /// Name.
    pub name: String,
    /// Address.
    pub address: String,
    /// CMA number.
    pub accreditation_number: String,
    /// Last day of the accreditation.
    pub accreditation_until_on: Option<Date>,
    /// Only qualified laboratory of the province for its field, with evidence.
    pub single_in_province: bool,
    /// Remark.
    pub note: String,
}

/// One accredited item and method.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct LaboratoryScope {
    /// Id.
    pub id: LaboratoryScopeId,
    /// Row version.
    pub version: i64,
    /// Authority.
    pub org_id: OrganisationId,
    /// Laboratory.
    pub laboratory_id: LaboratoryId,
    /// Test item.
    pub item: String,
    /// match_key of the item.
    pub item_key: String,
    /// Method standard; empty: any method of the item.
    pub method: String,
    /// First day.
    pub valid_from_on: Option<Date>,
    /// Last day.
    pub valid_until_on: Option<Date>,
}
