//! Product categories (产品分类) with the versions of their code table. Codes are imported, never invented.

use crate::{
    ids::Id,
    law::{self, LegalBasis},
    match_key::match_key,
    organisation::OrganisationId,
    refusal::Explain,
};
use jiff::civil::Date;

/// Id: A product category of a code table.
pub type ProductCategoryId = Id<ProductCategory>;

/// A product category of a code table.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ProductCategory {
    /// Id.
    pub id: ProductCategoryId,
    /// Row version.
    pub version: i64,
    /// Authority.
    pub org_id: OrganisationId,
    /// Code of the table, TMP-… until the official table is supplied.
    pub code: String,
    /// Name.
    pub name: String,
    /// match_key of the name.
    pub name_key: String,
    /// Category above.
    pub parent_id: Option<ProductCategoryId>,
    /// 1 大类, 2 中类, 3 小类.
    pub level: i64,
    /// Under production licence.
    pub licensed: bool,
    /// Under compulsory certification.
    pub ccc: bool,
    /// Has a mandatory standard.
    pub mandatory_standard: bool,
    /// Version of the code table.
    pub table_version: String,
    /// First day.
    pub valid_from_on: Option<Date>,
    /// Last day.
    pub valid_until_on: Option<Date>,
}

/// A specification as it stands in titles and running text: empty where a paper says that it knows none (`/`, 不详, 见报告).
/// Forms that need an entry print what was written.
pub fn known_specification(model: &str) -> &str {
    let model = model.trim();
    if match_key(model).is_empty() || matches!(model, "见报告" | "见检验报告" | "详见报告" | "详见检验报告")
    {
        return "";
    }
    model
}

/// Name and known specification of a product, for titles: `聚氯乙烯绝缘电线 BV 2.5`.
pub fn called(name: &str, model: &str) -> String {
    match known_specification(model) {
        "" => name.to_owned(),
        model => format!("{name} {model}"),
    }
}

/// Beginning of the codes that stand until the official table is supplied (regulations §12).
pub const TEMPORARY_PREFIX: &str = "TMP-";
/// Table version under which categories without an official code are kept.
pub const TEMPORARY_TABLE: &str = "暂用名称";

/// What a person fills in of a category.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CategoryEntry {
    /// Official code; empty: none, the register gives a temporary one.
    pub code: String,
    /// Name.
    pub name: String,
    /// Under production licence.
    pub licensed: bool,
    /// Under compulsory certification.
    pub ccc: bool,
    /// Has a mandatory standard.
    pub mandatory_standard: bool,
    /// Version of the official table the code is taken from.
    pub table_version: String,
    /// First day.
    pub valid_from_on: Option<Date>,
    /// Last day.
    pub valid_until_on: Option<Date>,
}

impl CategoryEntry {
    /// What is wrong with it, field by field. `DECISION` 产品分类导入: a code is taken from a table, never invented.
    pub fn problems(&self) -> Vec<(&'static str, String)> {
        let mut found = Vec::new();
        if match_key(&self.name).is_empty() {
            found.push(("name", "请填写名称".to_owned()));
        }
        if self.code.to_uppercase().starts_with(TEMPORARY_PREFIX) {
            found.push(("code", "TMP- 开头的代码由登记库编，没有正式代码时这里留空".to_owned()));
        } else if !self.code.is_empty() && self.table_version.trim().is_empty() {
            found.push(("table_version", "请写明代码出自哪一版代码表；没有正式代码表的，代码留空".to_owned()));
        }
        if let (Some(first), Some(last)) = (self.valid_from_on, self.valid_until_on)
            && last < first
        {
            found.push(("valid_until_on", format!("停用日 {last} 早于启用日 {first}")));
        }
        found
    }
}

impl ProductCategory {
    /// Whether it may be chosen on a day.
    pub fn in_force(&self, on: Date) -> bool {
        self.valid_from_on.is_none_or(|first| first <= on) && self.valid_until_on.is_none_or(|last| on <= last)
    }
    /// Whether its code is a temporary one.
    pub fn is_temporary(&self) -> bool {
        self.code.starts_with(TEMPORARY_PREFIX)
    }
}

/// Why a category is not entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProductRefused {
    /// The code is in that version of the table.
    CodeTaken {
        /// The code.
        code: String,
        /// Whose it is.
        name: String,
    },
    /// A 小类 has nothing below it.
    TooDeep {
        /// The category above.
        parent: String,
    },
    /// An official code does not change; the next version of the table is another row.
    Official {
        /// The code.
        code: String,
    },
}

impl Explain for ProductRefused {
    fn code(&self) -> &'static str {
        match self {
            Self::CodeTaken { .. } => "product.code_taken",
            Self::TooDeep { .. } => "product.too_deep",
            Self::Official { .. } => "product.official",
        }
    }
    fn what(&self) -> String {
        match self {
            Self::CodeTaken { .. } | Self::TooDeep { .. } => "不能登记这个分类".into(),
            Self::Official { .. } => "不能改正式代码".into(),
        }
    }
    fn why(&self) -> String {
        match self {
            Self::CodeTaken { code, name } => format!("这一版代码表里 {code} 已经是“{name}”"),
            Self::TooDeep { parent } => format!("“{parent}”是小类，分类只有大类、中类、小类三级"),
            Self::Official { code } => format!("{code} 出自已载入的代码表"),
        }
    }
    fn next(&self) -> String {
        match self {
            Self::CodeTaken { .. } => "请核对代码，或打开已有的分类".into(),
            Self::TooDeep { .. } => "请选择大类或中类作上级".into(),
            Self::Official { .. } => "新一版代码另行登记或导入，原分类填停用日".into(),
        }
    }
    fn basis(&self) -> Option<LegalBasis> {
        Some(law::DECISION_PRODUCT_CODES)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    /// DECISION 产品分类导入 (regulations §12): no code without the table it stands in.
    #[test]
    fn decision_product_codes_are_never_invented() {
        let entry = |code: &str, table: &str| CategoryEntry {
            code: code.into(),
            name: "电线电缆".into(),
            table_version: table.into(),
            ..CategoryEntry::default()
        };
        for (code, table, field) in [
            ("", "", None),
            ("1601", "2021 年版", None),
            ("1601", "", Some("table_version")),
            ("TMP-01", "", Some("code")),
            ("tmp-9", "2021 年版", Some("code")),
        ] {
            assert_eq!(entry(code, table).problems().first().map(|(field, _)| *field), field, "{code} {table}");
        }
        let backwards = CategoryEntry {
            valid_from_on: Some(date(2021, 2, 1)),
            valid_until_on: Some(date(2021, 1, 1)),
            ..entry("", "")
        };
        assert_eq!(backwards.problems().first().map(|(field, _)| *field), Some("valid_until_on"));
    }

    /// An unknown specification is no part of a title.
    #[test]
    fn a_title_names_what_is_known() {
        for (model, title) in [
            ("BV 2.5", "电线 BV 2.5"),
            (" BV 2.5 ", "电线 BV 2.5"),
            ("", "电线"),
            ("/", "电线"),
            ("不详", "电线"),
            ("见报告", "电线"),
            ("详见检验报告", "电线"),
        ] {
            assert_eq!(called("电线", model), title, "{model}");
        }
    }
}
