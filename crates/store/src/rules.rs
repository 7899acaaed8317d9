//! Rows of `rules`. Hand-written queries stand beside the records.

use crate::{Column, PageRequest, Query, StoreError, Tx, Value, columns, record};
use hengjian_domain::{
    organisation::OrganisationId,
    rules::{CompareMethod, ItemClass, RulesId, RulesItem, RulesState, SpotCheckRules},
};

columns! { code: RulesState, ItemClass, CompareMethod; }
record!(SpotCheckRules in "rules": id, version, org_id, code, edition, title, product, category_id, issued_by, state, published_at_us, published_at_url, sampling_place, sampling_method, minimum_stock, test_quantity, backup_quantity, unit, quantity_text, sealing, judging_rule, completeness, source, created_at_us);
record!(RulesItem in "rules_item": id, version, org_id, rules_id, seq, table_name, name, class, standard, method, limit_text, unit, interval, compare, mandatory, retestable, on_site);

impl Tx<'_> {
    /// Rules of an authority by title, newest edition first.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn rule_library(&mut self, org: OrganisationId) -> Result<Vec<SpotCheckRules>, StoreError> {
        self.list("WHERE org_id = ?1 ORDER BY title, edition DESC, id LIMIT 2000", &[org.to_value()])
    }
    /// Rules in force that are public, newest first; everybody may read them (R18 第十二条).
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn public_rules(&mut self, page: &PageRequest) -> Result<Vec<SpotCheckRules>, StoreError> {
        Query::new()
            .filter("state = 'PUBLISHED' AND published_at_us IS NOT NULL", &[])
            .page("published_at_us", "id", true, true, page)
            .records(self)
    }
    /// The public rule of a code and edition.
    ///
    /// # Errors
    /// The row cannot be read.
    pub fn public_rule(&mut self, code: &str, edition: &str) -> Result<Option<SpotCheckRules>, StoreError> {
        self.find(
            "WHERE state = 'PUBLISHED' AND code = ?1 AND edition = ?2 ORDER BY published_at_us DESC, id LIMIT 1",
            &[Value::Text(code.to_owned()), Value::Text(edition.to_owned())],
        )
    }
    /// Items of a rule in their order.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn rules_items(&mut self, rules: RulesId) -> Result<Vec<RulesItem>, StoreError> {
        self.list("WHERE rules_id = ?1 ORDER BY seq, id", &[rules.to_value()])
    }
    /// The rule of a code and edition.
    ///
    /// # Errors
    /// The row cannot be read.
    pub fn rules_edition(
        &mut self,
        org: OrganisationId,
        code: &str,
        edition: &str,
    ) -> Result<Option<SpotCheckRules>, StoreError> {
        let text = |text: &str| Value::Text(text.to_owned());
        self.find("WHERE org_id = ?1 AND code = ?2 AND edition = ?3", &[org.to_value(), text(code), text(edition)])
    }
    /// Takes an item out of a draft; `false` when its version has moved on.
    ///
    /// # Errors
    /// The database refuses.
    pub fn delete_rules_item(&mut self, item: &RulesItem) -> Result<bool, StoreError> {
        let key = [item.id.to_value(), Value::Int(item.version)];
        Ok(self.execute("DELETE FROM rules_item WHERE id = ?1 AND version = ?2", &key)? == 1)
    }
}
