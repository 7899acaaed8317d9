//! Enterprises (市场主体): who may be sampled. Registers feed the draw; nothing here decides.

use crate::{code_enum, ids::Id, organisation::OrganisationId, product::ProductCategoryId, time::Timestamp};
use jiff::civil::Date;

/// Id: A market participant.
pub type EnterpriseId = Id<Enterprise>;
/// Id: A product line of an enterprise.
pub type EnterpriseProductId = Id<EnterpriseProduct>;

code_enum! {
    /// Kind of market participant.
    pub enum EnterpriseKind {
        /// 企业.
        Enterprise = "ENTERPRISE" => "企业",
        /// 个体工商户.
        SelfEmployed = "SELF_EMPLOYED" => "个体工商户",
        /// 农民专业合作社.
        Cooperative = "COOPERATIVE" => "农民专业合作社",
        /// 其他.
        Other = "OTHER" => "其他",
    }
}

code_enum! {
    /// Size class with its scheme kept apart.
    pub enum EnterpriseScale {
        /// 大型.
        Large = "LARGE" => "大型",
        /// 中型.
        Medium = "MEDIUM" => "中型",
        /// 小型.
        Small = "SMALL" => "小型",
        /// 微型.
        Micro = "MICRO" => "微型",
        /// 未登记.
        Unknown = "UNKNOWN" => "未登记",
    }
}

code_enum! {
    /// Whether it can be visited.
    pub enum EnterpriseStatus {
        /// 在营.
        Active = "ACTIVE" => "在营",
        /// 停业.
        Suspended = "SUSPENDED" => "停业",
        /// 搬迁.
        Moved = "MOVED" => "搬迁",
        /// 注销.
        Deregistered = "DEREGISTERED" => "注销",
    }
}

code_enum! {
    /// Credit risk class of the publicity system.
    pub enum CreditClass {
        /// A类（风险低）.
        A = "A" => "A类（风险低）",
        /// B类（风险一般）.
        B = "B" => "B类（风险一般）",
        /// C类（风险较高）.
        C = "C" => "C类（风险较高）",
        /// D类（风险高）.
        D = "D" => "D类（风险高）",
        /// 未分类.
        Unclassified = "NA" => "未分类",
    }
}

code_enum! {
    /// What an enterprise does with a product.
    pub enum ProductRole {
        /// 生产.
        Producer = "PRODUCER" => "生产",
        /// 销售.
        Seller = "SELLER" => "销售",
        /// 网络平台.
        Platform = "PLATFORM" => "网络平台",
    }
}

/// A market participant.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Enterprise {
    /// Id.
    pub id: EnterpriseId,
    /// Row version.
    pub version: i64,
    /// Authority whose register this is.
    pub org_id: OrganisationId,
    /// Station responsible for its town.
    pub unit_id: Option<OrganisationId>,
    /// 统一社会信用代码 as received; an invalid one is kept and flagged.
    pub uscc: Option<String>,
    /// Check character fits.
    pub uscc_valid: bool,
    /// 15-digit registration number or an id given by the bureau.
    pub legacy_number: Option<String>,
    /// Name.
    pub name: String,
    /// match_key of the name, for search and duplicates.
    pub name_key: String,
    /// Kind.
    pub kind: EnterpriseKind,
    /// Place of business.
    pub address: String,
    /// match_key of the address.
    pub address_key: String,
    /// GB/T 2260 code.
    pub region_code: String,
    /// Statistical code of the town.
    pub town_code: Option<String>,
    /// Legal representative or operator; personal data.
    pub legal_representative: Option<String>,
    /// Contact; personal data.
    pub contact_name: Option<String>,
    /// Telephone; personal data.
    pub contact_phone: Option<String>,
    /// Size class.
    pub scale: EnterpriseScale,
    /// Employees.
    pub staff_count: Option<i64>,
    /// Yearly revenue, fen.
    pub annual_revenue_fen: Option<i64>,
    /// Credit risk class.
    pub credit_class: CreditClass,
    /// Status.
    pub status: EnterpriseStatus,
    /// Where the row came from (手工登记 or the import).
    pub source: String,
    /// When entered.
    pub created_at_us: Timestamp,
}

/// A product line of an enterprise.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct EnterpriseProduct {
    /// Id.
    pub id: EnterpriseProductId,
    /// Row version.
    pub version: i64,
    /// Authority.
    pub org_id: OrganisationId,
    /// Enterprise.
    pub enterprise_id: EnterpriseId,
    /// Product.
    pub category_id: ProductCategoryId,
    /// Producer or seller.
    pub role: ProductRole,
    /// Known models, one a line; empty when not known.
    pub models: String,
    /// Licence or CCC number.
    pub licence_number: Option<String>,
    /// Last day of the licence.
    pub licence_until_on: Option<Date>,
}
