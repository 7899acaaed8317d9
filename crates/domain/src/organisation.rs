//! The organisation tree: authorities, their sections and stations, laboratories.
//! Visibility is own ∪ below; a path such as `/city/county/station/` makes that one comparison.

use crate::{code_enum, ids::Id, time::Timestamp};

/// Id of an organisation or of one of its units.
pub type OrganisationId = Id<Organisation>;

code_enum! {
    /// What a node of the tree is.
    pub enum OrganisationKind {
        /// Market regulator (市场监督管理局).
        Regulator = "REGULATOR" => "市场监管部门",
        /// Section inside a regulator (股室).
        Section = "SECTION" => "股室",
        /// Station responsible for towns (市场监管所).
        Station = "STATION" => "市场监管所",
        /// Testing laboratory (检验机构).
        Laboratory = "LABORATORY" => "检验机构",
        /// Body that samples on commission (抽样机构).
        SamplingBody = "SAMPLING_BODY" => "抽样机构",
    }
}

code_enum! {
    /// Level of a spot check or of an authority.
    pub enum Tier {
        /// 国家.
        National = "NATIONAL" => "国抽",
        /// 省.
        Provincial = "PROVINCIAL" => "省抽",
        /// 市.
        Municipal = "MUNICIPAL" => "市抽",
        /// 县.
        County = "COUNTY" => "县抽",
    }
}

/// A node of the organisation tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Id.
    pub id: OrganisationId,
    /// Row version.
    pub version: i64,
    /// Node above, if any.
    pub parent_id: Option<OrganisationId>,
    /// `/…/…/` of ids from the root to this node, both ends with a slash.
    pub path: String,
    /// What it is.
    pub kind: OrganisationKind,
    /// Level, for regulators.
    pub tier: Option<Tier>,
    /// Full name.
    pub name: String,
    /// Short name for tables.
    pub short_name: String,
    /// GB/T 2260 code of its area.
    pub region_code: String,
    /// When entered.
    pub created_at_us: Timestamp,
}
