//! Rows of `product`. Hand-written queries stand beside the records.

use crate::record;
use hengjian_domain::product::ProductCategory;

record!(ProductCategory in "product_category": id, version, org_id, code, name, name_key, parent_id, level, licensed, ccc, mandatory_standard, table_version, valid_from_on, valid_until_on);
