//! Rows of `officer`. Hand-written queries stand beside the records.

use crate::{Column, StoreError, Tx, Value, columns, record};
use hengjian_domain::{
    officer::{Officer, OfficerId, OfficerStatus, Recusal, RecusalKind},
    organisation::OrganisationId,
};

columns! { code: OfficerStatus, RecusalKind; }
record!(Officer in "officer": id, version, org_id, unit_id, user_id, name, staff_number, certificate_number, certificate_until_on, may_lead, skills, laboratory_id, status);
record!(Recusal in "recusal": id, version, org_id, officer_id, kind, enterprise_id, colleague_id, reason, from_on, until_on);

impl Tx<'_> {
    /// Officers and samplers of an authority by staff number.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn officers(&mut self, org: OrganisationId) -> Result<Vec<Officer>, StoreError> {
        self.list("WHERE org_id = ?1 ORDER BY staff_number LIMIT 2000", &[org.to_value()])
    }
    /// The person of a staff number.
    ///
    /// # Errors
    /// The row cannot be read.
    pub fn officer_by_number(&mut self, org: OrganisationId, number: &str) -> Result<Option<Officer>, StoreError> {
        self.find("WHERE org_id = ?1 AND staff_number = ?2", &[org.to_value(), Value::Text(number.to_owned())])
    }
    /// Recusals of a person, and those of colleagues that name the person.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn recusals_of(&mut self, officer: OfficerId) -> Result<Vec<Recusal>, StoreError> {
        self.list("WHERE officer_id = ?1 OR colleague_id = ?1 ORDER BY from_on DESC, id", &[officer.to_value()])
    }
}
