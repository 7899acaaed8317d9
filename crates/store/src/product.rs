//! Rows of `product`. Hand-written queries stand beside the records.

use crate::{Column, StoreError, Tx, Value, record};
use hengjian_domain::{enterprise::EnterpriseProduct, organisation::OrganisationId, product::ProductCategory};

record!(ProductCategory in "product_category": id, version, org_id, code, name, name_key, parent_id, level, licensed, ccc, mandatory_standard, table_version, valid_from_on, valid_until_on);

impl Tx<'_> {
    /// Categories of an authority: current table versions first, then by code.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn categories(&mut self, org: OrganisationId) -> Result<Vec<ProductCategory>, StoreError> {
        self.list("WHERE org_id = ?1 ORDER BY table_version DESC, code LIMIT 5000", &[org.to_value()])
    }
    /// The category of a code in a version of the table.
    ///
    /// # Errors
    /// The row cannot be read.
    pub fn category_by_code(
        &mut self,
        org: OrganisationId,
        table_version: &str,
        code: &str,
    ) -> Result<Option<ProductCategory>, StoreError> {
        let text = |text: &str| Value::Text(text.to_owned());
        self.find(
            "WHERE org_id = ?1 AND table_version = ?2 AND code = ?3",
            &[org.to_value(), text(table_version), text(code)],
        )
    }
    /// Takes a product line out of the register; `false` when its version has moved on.
    ///
    /// # Errors
    /// The database refuses.
    pub fn delete_product_line(&mut self, line: &EnterpriseProduct) -> Result<bool, StoreError> {
        let key = [line.id.to_value(), Value::Int(line.version)];
        Ok(self.execute("DELETE FROM enterprise_product WHERE id = ?1 AND version = ?2", &key)? == 1)
    }
}
