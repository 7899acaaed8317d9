//! 实施细则: sampling quantities, items, methods, limits, judging rule. Public before the first sampling.

use crate::{code_enum, ids::Id, organisation::OrganisationId, product::ProductCategoryId, time::Timestamp};

/// Id: A rule document (实施细则).
pub type RulesId = Id<SpotCheckRules>;
/// Id: A test item of a rule.
pub type RulesItemId = Id<RulesItem>;

code_enum! {
    /// State of a rule document.
    pub enum RulesState {
        /// 草拟.
        Draft = "DRAFT" => "草拟",
        /// 已公开.
        Published = "PUBLISHED" => "已公开",
        /// 已废止.
        Retired = "RETIRED" => "已废止",
    }
}

code_enum! {
    /// Importance of an item.
    pub enum ItemClass {
        /// A类.
        A = "A" => "A类",
        /// B类.
        B = "B" => "B类",
        /// 未分级.
        None = "NONE" => "未分级",
    }
}

code_enum! {
    /// How a value meets its limit (GB/T 8170).
    pub enum CompareMethod {
        /// 全数值比较.
        FullValue = "FULL_VALUE" => "全数值比较",
        /// 修约值比较.
        RoundedValue = "ROUNDED" => "修约值比较",
    }
}

/// A rule document (实施细则).
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SpotCheckRules {
    /// Id.
    pub id: RulesId,
    /// Row version.
    pub version: i64,
    /// Authority that uses it.
    pub org_id: OrganisationId,
    /// Rule code.
    pub code: String,
    /// Edition or year.
    pub edition: String,
    /// Title.
    pub title: String,
    /// Product as the rule names it.
    pub product: String,
    /// Category it applies to.
    pub category_id: Option<ProductCategoryId>,
    /// Issuing body.
    pub issued_by: String,
    /// State.
    pub state: RulesState,
    /// When it became public.
    pub published_at_us: Option<Timestamp>,
    /// Where it is public.
    pub published_at_url: String,
    /// Where samples may be taken.
    pub sampling_place: String,
    /// Method of taking units.
    pub sampling_method: String,
    /// 抽样基数 below which nothing is taken, exact decimal.
    pub minimum_stock: Option<String>,
    /// Quantity of the test sample, exact decimal.
    pub test_quantity: Option<String>,
    /// Quantity of the backup sample, exact decimal.
    pub backup_quantity: Option<String>,
    /// Unit of the quantities.
    pub unit: String,
    /// Quantities as printed, when they are not plain numbers.
    pub quantity_text: String,
    /// Sealing, storage and transport.
    pub sealing: String,
    /// Judging rule as printed.
    pub judging_rule: String,
    /// 完整 or 部分, as known of the source.
    pub completeness: String,
    /// Where it was taken from.
    pub source: String,
    /// When entered.
    pub created_at_us: Timestamp,
}

/// A test item of a rule.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RulesItem {
    /// Id.
    pub id: RulesItemId,
    /// Row version.
    pub version: i64,
    /// Authority.
    pub org_id: OrganisationId,
    /// Rule.
    pub rules_id: RulesId,
    /// Order.
    pub seq: i64,
    /// Table of the rule it stands in.
    pub table_name: String,
    /// Item.
    pub name: String,
    /// Importance.
    pub class: ItemClass,
    /// Judging basis: standard and clause.
    pub standard: String,
    /// Method standards.
    pub method: String,
    /// Limit as `domain::judgement` reads it; `None`: none on file, the item is not judged.
    pub limit_text: Option<String>,
    /// Unit.
    pub unit: String,
    /// Rounding interval.
    pub interval: Option<String>,
    /// Comparison.
    pub compare: CompareMethod,
    /// Mandatory requirement.
    pub mandatory: bool,
    /// Can be re-inspected.
    pub retestable: bool,
    /// Tested on site.
    pub on_site: bool,
}
