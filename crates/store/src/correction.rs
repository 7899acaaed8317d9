//! Rows of `correction`. Hand-written queries stand beside the records.

use crate::{Column, Query, StoreError, Tx, Value, columns, record};
use hengjian_domain::{
    correction::{Correction, CorrectionState},
    enterprise::Enterprise,
    follow_up::Case,
    ids::SubjectId,
    organisation::OrganisationId,
    publication::PublicationEntry,
    sampling::{CustodyStep, SampleId, SamplingRecordId},
    testing::{Inspection, InspectionId},
};

columns! { code: CorrectionState; }
record!(Correction in "correction": id, version, org_id, unit_id, subject_kind, subject_id, field, field_title, old_value, new_value, reason, proof, needs_second, state, effects, proposed_by, decided_by, decision_reason, created_at_us);

/// Restricts a list of corrections to a state's code; empty: all.
#[must_use]
pub fn corrections_in_state(query: Query, state: &str) -> Query {
    query.filter_if("state = ?", (!state.is_empty()).then(|| Value::Text(state.to_owned())))
}

impl Tx<'_> {
    /// Corrections of a thing, newest first.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn corrections_of(&mut self, subject: SubjectId) -> Result<Vec<Correction>, StoreError> {
        self.list("WHERE subject_id = ?1 ORDER BY created_at_us DESC, id DESC LIMIT 100", &[subject.to_value()])
    }
    /// The correction of a fact that waits for a second person.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn waiting_correction(&mut self, subject: SubjectId, field: &str) -> Result<Option<Correction>, StoreError> {
        self.find(
            "WHERE subject_id = ?1 AND field = ?2 AND state = 'PROPOSED' ORDER BY id LIMIT 1",
            &[subject.to_value(), Value::Text(field.to_owned())],
        )
    }
    /// The last custody step of a sample.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn last_custody_step(&mut self, sample: SampleId) -> Result<Option<CustodyStep>, StoreError> {
        self.find("WHERE sample_id = ?1 ORDER BY at_us DESC, id DESC LIMIT 1", &[sample.to_value()])
    }
    /// Inspections that copy the words of a sampling record.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn inspections_copying(&mut self, record: SamplingRecordId) -> Result<Vec<Inspection>, StoreError> {
        self.list("WHERE record_id = ?1 ORDER BY created_at_us, id", &[record.to_value()])
    }
    /// What is public of a report.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn public_entry_of(&mut self, inspection: InspectionId) -> Result<Option<PublicationEntry>, StoreError> {
        self.find("WHERE inspection_id = ?1 AND state = 'LIVE' ORDER BY id LIMIT 1", &[inspection.to_value()])
    }
    /// Cases that a report opened.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn cases_waiting_for(&mut self, inspection: InspectionId) -> Result<Vec<Case>, StoreError> {
        self.list("WHERE inspection_id = ?1 ORDER BY id", &[inspection.to_value()])
    }
    /// Enterprises of a register by USCC or by the key of the name; at most three.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn enterprises_known_as(
        &mut self,
        org: OrganisationId,
        uscc: &str,
        name_key: &str,
    ) -> Result<Vec<Enterprise>, StoreError> {
        self.list(
            "WHERE org_id = ?1 AND (uscc = ?2 OR name_key = ?3) ORDER BY id LIMIT 3",
            &[org.to_value(), Value::Text(uscc.to_owned()), Value::Text(name_key.to_owned())],
        )
    }
}
