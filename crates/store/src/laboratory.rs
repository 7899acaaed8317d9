//! Rows of `laboratory`. Hand-written queries stand beside the records.

use crate::{Column, StoreError, Tx, record};
use hengjian_domain::{
    laboratory::{Laboratory, LaboratoryId, LaboratoryScope},
    organisation::OrganisationId,
};

record!(Laboratory in "laboratory": id, version, org_id, organisation_id, name, address, accreditation_number, accreditation_until_on, single_in_province, note);
record!(LaboratoryScope in "laboratory_scope": id, version, org_id, laboratory_id, item, item_key, method, valid_from_on, valid_until_on);

impl Tx<'_> {
    /// Laboratories of an authority's register.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn laboratories(&mut self, org: OrganisationId) -> Result<Vec<Laboratory>, StoreError> {
        self.list("WHERE org_id = ?1 ORDER BY name, id LIMIT 1000", &[org.to_value()])
    }
    /// Scope of a laboratory.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn scope_of(&mut self, laboratory: LaboratoryId) -> Result<Vec<LaboratoryScope>, StoreError> {
        self.list("WHERE laboratory_id = ?1 ORDER BY item_key, method, id", &[laboratory.to_value()])
    }
}
