//! Enterprises (市场主体): who may be sampled, and which entries may be the same one. Never decides who is drawn.

use crate::{
    code_enum,
    ids::Id,
    law::LegalBasis,
    match_key::{bigrams, clean, match_key},
    organisation::OrganisationId,
    product::ProductCategoryId,
    refusal::Explain,
    region,
    time::Timestamp,
};
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

/// What a person fills in of an enterprise; text as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EnterpriseEntry {
    /// 统一社会信用代码, normalised; `None`: not known.
    pub uscc: Option<String>,
    /// Whether its check character fits.
    pub uscc_valid: bool,
    /// Old registration number.
    pub legacy_number: Option<String>,
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: Option<EnterpriseKind>,
    /// Place of business.
    pub address: String,
    /// GB/T 2260 code.
    pub region_code: String,
    /// Statistical code of the town.
    pub town_code: Option<String>,
    /// Station chosen by hand; counts only where the town has none.
    pub station: Option<OrganisationId>,
    /// Legal representative.
    pub legal_representative: Option<String>,
    /// Contact.
    pub contact_name: Option<String>,
    /// Telephone.
    pub contact_phone: Option<String>,
    /// Size class.
    pub scale: Option<EnterpriseScale>,
    /// Employees.
    pub staff_count: Option<i64>,
    /// Yearly revenue, fen.
    pub annual_revenue_fen: Option<i64>,
    /// Credit risk class.
    pub credit_class: Option<CreditClass>,
    /// Status.
    pub status: Option<EnterpriseStatus>,
}

impl EnterpriseEntry {
    /// What is wrong with it, field by field, in Chinese; empty when it can be kept. A code whose check character does not
    /// fit is no error: it is kept and flagged.
    pub fn problems(&self) -> Vec<(&'static str, String)> {
        let mut found = Vec::new();
        if match_key(&self.name).is_empty() {
            found.push(("name", "请填写名称".to_owned()));
        }
        if self.uscc.is_none() && self.legacy_number.is_none() {
            found.push(("uscc", "请填写统一社会信用代码；没有的，填写原注册号或本局编号".to_owned()));
        }
        if let Some(code) = self.uscc.as_deref().filter(|code| code.chars().count() > 40) {
            found.push(("uscc", format!("统一社会信用代码是 18 位，现在有 {} 位", code.chars().count())));
        }
        if self.kind.is_none() {
            found.push(("kind", "请选择类型".to_owned()));
        }
        if self.address.trim().is_empty() {
            found.push(("address", "请填写生产经营地址".to_owned()));
        }
        let county = region::level(&self.region_code) == Some(region::DivisionLevel::County);
        if !county {
            found.push((
                "region_code",
                format!("行政区划代码应为县级 6 位数字（GB/T 2260），现在是“{}”", self.region_code),
            ));
        }
        if let Some(town) = &self.town_code {
            if region::level(town) != Some(region::DivisionLevel::Town) {
                found.push(("town_code", format!("乡镇代码应为 9 位或 12 位数字，现在是“{town}”")));
            } else if county && !region::lies_in(town, &self.region_code) {
                found.push(("town_code", format!("乡镇代码 {town} 不在 {} 以内", self.region_code)));
            }
        }
        found
    }
    /// Puts the filled-in values into a register row; station and keys included, history and ids untouched.
    #[must_use]
    pub fn into_row(self, row: Enterprise, station: Option<OrganisationId>) -> Enterprise {
        Enterprise {
            unit_id: station,
            uscc: self.uscc,
            uscc_valid: self.uscc_valid,
            legacy_number: self.legacy_number,
            name_key: match_key(&self.name),
            address_key: match_key(&self.address),
            name: clean(&self.name),
            kind: self.kind.unwrap_or(row.kind),
            address: clean(&self.address),
            region_code: self.region_code,
            town_code: self.town_code,
            legal_representative: self.legal_representative,
            contact_name: self.contact_name,
            contact_phone: self.contact_phone,
            scale: self.scale.unwrap_or(row.scale),
            staff_count: self.staff_count,
            annual_revenue_fen: self.annual_revenue_fen,
            credit_class: self.credit_class.unwrap_or(row.credit_class),
            status: self.status.unwrap_or(row.status),
            ..row
        }
    }
}

/// Likeness of two keys in per cent: shared pairs of characters against all pairs (Dice). 100 for equal keys.
pub fn likeness(a: &str, b: &str) -> usize {
    if a == b {
        return 100;
    }
    let (left, right) = (bigrams(a), bigrams(b));
    let shared = left.iter().filter(|pair| right.contains(pair)).count();
    if left.is_empty() || right.is_empty() { 0 } else { 200 * shared / (left.len() + right.len()) }
}

/// From here on two names are similar enough for a person to look.
pub const SIMILAR_FROM: usize = 80;

/// An enterprise that may be the same as the one being entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookalike {
    /// Which.
    pub id: EnterpriseId,
    /// Name.
    pub name: String,
    /// Code, or the old number.
    pub code: String,
    /// Address.
    pub address: String,
    /// Why it is shown: 名称相同, 名称相近, 地址相同.
    pub why: &'static str,
}

/// Tells whether a row of the register looks like the one being entered, and in what.
pub fn looks_like(row: &Enterprise, name_key: &str, address_key: &str) -> Option<Lookalike> {
    let why = if row.name_key == name_key {
        "名称相同"
    } else if likeness(&row.name_key, name_key) >= SIMILAR_FROM {
        "名称相近"
    } else if !address_key.is_empty() && row.address_key == address_key {
        "地址相同"
    } else {
        return None;
    };
    Some(Lookalike {
        id: row.id,
        name: row.name.clone(),
        code: row.uscc.clone().or_else(|| row.legacy_number.clone()).unwrap_or_default(),
        address: row.address.clone(),
        why,
    })
}

/// Why an enterprise is not entered or changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EnterpriseRefused {
    /// The same code is in the register.
    CodeTaken {
        /// The code.
        code: String,
        /// Whose it is.
        name: String,
    },
    /// Others look the same and nobody has confirmed that they are not.
    Similar {
        /// Name and reason of each.
        others: Vec<Lookalike>,
    },
    /// The same product line is there already.
    LineTaken {
        /// Product.
        product: String,
    },
}

impl Explain for EnterpriseRefused {
    fn code(&self) -> &'static str {
        match self {
            Self::CodeTaken { .. } => "enterprise.code_taken",
            Self::Similar { .. } => "enterprise.similar",
            Self::LineTaken { .. } => "enterprise.line_taken",
        }
    }
    fn what(&self) -> String {
        match self {
            Self::CodeTaken { .. } => "不能重复登记".into(),
            Self::Similar { .. } => "还没有登记：可能已经登记过".into(),
            Self::LineTaken { .. } => "不能重复登记产品".into(),
        }
    }
    fn why(&self) -> String {
        match self {
            Self::CodeTaken { code, name } => format!("统一社会信用代码 {code} 已登记为“{name}”"),
            Self::Similar { others } => {
                let words: Vec<_> = others.iter().map(|other| format!("{}（{}）", other.name, other.why)).collect();
                format!("登记库里有 {} 家相同或相近：{}", others.len(), words.join("、"))
            }
            Self::LineTaken { product } => format!("同一环节的“{product}”已经登记"),
        }
    }
    fn next(&self) -> String {
        match self {
            Self::CodeTaken { .. } => "请打开已登记的那一家修改；代码抄错的请核对营业执照".into(),
            Self::Similar { .. } => "逐家看过、确认不是同一家的，勾选“确认不是同一家”再提交".into(),
            Self::LineTaken { .. } => "请修改已登记的那一条".into(),
        }
    }
    fn basis(&self) -> Option<LegalBasis> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> EnterpriseEntry {
        EnterpriseEntry {
            uscc: Some("91440232MA4TEA1K4X".into()),
            name: "乳源青石建材有限公司".into(),
            kind: Some(EnterpriseKind::Enterprise),
            address: "乳城镇虚构路1号".into(),
            region_code: "440232".into(),
            ..EnterpriseEntry::default()
        }
    }

    /// regulations §6 市场主体, §10.3: what must be there and which shape codes have.
    #[test]
    fn fields_of_an_enterprise() {
        assert_eq!(entry().problems(), []);
        let cases: [(&str, EnterpriseEntry); 7] = [
            ("name", EnterpriseEntry { name: " / ".into(), ..entry() }),
            ("uscc", EnterpriseEntry { uscc: None, ..entry() }),
            ("kind", EnterpriseEntry { kind: None, ..entry() }),
            ("address", EnterpriseEntry { address: " ".into(), ..entry() }),
            ("region_code", EnterpriseEntry { region_code: "440200".into(), ..entry() }),
            ("town_code", EnterpriseEntry { town_code: Some("44023210".into()), ..entry() }),
            ("town_code", EnterpriseEntry { town_code: Some("440233100".into()), ..entry() }),
        ];
        for (field, entry) in cases {
            let fields: Vec<_> = entry.problems().into_iter().map(|(field, _)| field).collect();
            assert_eq!(fields, [field], "{entry:?}");
        }
        let old_number = EnterpriseEntry { uscc: None, legacy_number: Some("440232000000001".into()), ..entry() };
        assert_eq!(old_number.problems(), []);
    }

    #[test]
    fn likeness_of_names() {
        for (a, b, similar) in [
            ("乳源青石建材有限公司", "乳源青石建材有限公司", true),
            ("乳源县青石建材有限公司", "乳源青石建材有限公司", true),
            ("乳源青石建材经营部", "乳源青石建材有限公司", false),
            ("乳源白云电缆有限公司", "乳源青石建材有限公司", false),
            ("", "乳源青石建材有限公司", false),
        ] {
            assert_eq!(likeness(&match_key(a), &match_key(b)) >= SIMILAR_FROM, similar, "{a} {b}");
        }
    }
}
