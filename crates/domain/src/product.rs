//! Product categories (产品分类) with the versions of their code table. Codes are imported, never invented.

use crate::{ids::Id, organisation::OrganisationId};
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
