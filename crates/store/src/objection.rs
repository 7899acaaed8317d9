//! Rows of `objection`. Hand-written queries stand beside the records.

use crate::{Column, Query, StoreError, Tx, Value, columns, record};
use hengjian_domain::{
    clock::{Clock, ClockState},
    enterprise::Enterprise,
    follow_up::CaseId,
    ids::SubjectId,
    laboratory::Laboratory,
    objection::{
        Authorship, Notice, NoticeState, Objection, ObjectionKind, ObjectionOutcome, ObjectionState, RecipientCapacity,
        ServiceAttempt, ServiceMethod,
    },
    organisation::{Organisation, OrganisationId},
    rules::{RulesId, RulesItem},
    sampling::{CustodyStep, Sample, SampleId, SamplingRecordId},
    testing::InspectionId,
};
use jiff::civil::Date;

columns! { code: RecipientCapacity, NoticeState, ServiceMethod, Authorship, ObjectionKind, ObjectionState, ObjectionOutcome; }
record!(Notice in "notice": id, version, org_id, unit_id, inspection_id, number, capacity, enterprise_id, recipient_name, recipient_address, state, issued_on, method, served_on, service_proof, announced_on, deemed_on, window_until_on, where_text, backup_text, consent_text, withdrawn_reason, authorship, authorship_text, created_at_us);
record!(ServiceAttempt in "service_attempt": id, version, org_id, subject_kind, subject_id, method, on_date, succeeded, signer, proof, server);
record!(Objection in "objection": id, version, org_id, unit_id, inspection_id, notice_id, case_id, applicant, capacity, received_on, posted_on, channel, kind, items, reasons, no_paper_reason, organiser_name, relayed, relayed_on, relay_proof, state, number, accepted_on, investigation_text, decision_reason, decision_number, outcome, decided_on, reinspection_notice_number, formalities_text, notified_on, notified_proof, formalities_until_on, procedure_done_on, procedure_text, laboratory_id, single_laboratory_evidence, appointed_on, backup_sample_id, sample_verified_text, reinspection_id, fee_fen, cost_bearer, cost_settled_on, cost_text, answer_text, answered_on, created_at_us);

/// Which notices or objections a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ObjectionFilter {
    /// Code of a state; `OPEN` for everything that is not finished.
    pub state: String,
    /// Part of the name of recipient or applicant, or of a number.
    pub text: String,
}

impl ObjectionFilter {
    fn like(&self) -> Option<Value> {
        let text = self.text.trim().replace(['%', '_'], "");
        (!text.is_empty()).then(|| Value::Text(format!("%{text}%")))
    }
    /// Conditions on notices.
    #[must_use]
    pub fn notices(&self, mut query: Query) -> Query {
        if let Some(like) = self.like() {
            query = query.filter("(recipient_name LIKE ? OR COALESCE(number, '') LIKE ?)", &[like.clone(), like]);
        }
        match self.state.as_str() {
            "" => query,
            "OPEN" => query.filter("state IN ('DRAFT', 'ISSUED', 'SENT', 'UNDELIVERABLE', 'ANNOUNCED')", &[]),
            state => query.filter("state = ?", &[Value::Text(state.to_owned())]),
        }
    }
    /// Conditions on objections.
    #[must_use]
    pub fn objections(&self, mut query: Query) -> Query {
        if let Some(like) = self.like() {
            query = query.filter(
                "(applicant LIKE ? OR number LIKE ? OR decision_number LIKE ?)",
                &[like.clone(), like.clone(), like],
            );
        }
        match self.state.as_str() {
            "" => query,
            "OPEN" => query.filter(
                "state NOT IN ('INADMISSIBLE', 'ABANDONED', 'TERMINATED', 'DECIDED', 'COST_SETTLED', 'ANSWERED', 'WITHDRAWN')",
                &[],
            ),
            state => query.filter("state = ?", &[Value::Text(state.to_owned())]),
        }
    }
}

impl Tx<'_> {
    /// Notices of a report, the sampled party's first.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn notices_of(&mut self, inspection: InspectionId) -> Result<Vec<Notice>, StoreError> {
        self.list("WHERE inspection_id = ?1 ORDER BY created_at_us, id", &[inspection.to_value()])
    }
    /// Objections to a report in the order in which they came.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn objections_of(&mut self, inspection: InspectionId) -> Result<Vec<Objection>, StoreError> {
        self.list("WHERE inspection_id = ?1 ORDER BY created_at_us, id", &[inspection.to_value()])
    }
    /// Objections that came up in a case.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn objections_of_case(&mut self, case: CaseId) -> Result<Vec<Objection>, StoreError> {
        self.list("WHERE case_id = ?1 ORDER BY created_at_us, id", &[case.to_value()])
    }
    /// Attempts to serve a paper, oldest first.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn notice_attempts_of(&mut self, paper: SubjectId) -> Result<Vec<ServiceAttempt>, StoreError> {
        self.list("WHERE subject_id = ?1 ORDER BY on_date, id", &[paper.to_value()])
    }
    /// Announcements whose thirty days are over.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn announcements_due(&mut self, org: OrganisationId, today: Date) -> Result<Vec<Notice>, StoreError> {
        self.list(
            "WHERE org_id = ?1 AND state = 'ANNOUNCED' AND deemed_on <= ?2 ORDER BY deemed_on, id",
            &[org.to_value(), today.to_value()],
        )
    }
    /// Re-inspections whose seven days have passed without formalities.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn formalities_missed(&mut self, org: OrganisationId, today: Date) -> Result<Vec<Objection>, StoreError> {
        self.list(
            "WHERE org_id = ?1 AND state = 'REINSPECTION_NOTIFIED' AND formalities_until_on < ?2 ORDER BY formalities_until_on, id",
            &[org.to_value(), today.to_value()],
        )
    }
    /// Rights to object and rights to do formalities that ended before a day but are still noted as running.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn rights_ended(&mut self, org: OrganisationId, today: Date) -> Result<Vec<Clock>, StoreError> {
        self.list(
            "WHERE org_id = ?1 AND state = ?2 AND kind = 'RIGHT' AND rule IN ('D03', 'D06') AND due_party_on < ?3 ORDER BY due_party_on, id",
            &[org.to_value(), ClockState::Open.to_value(), today.to_value()],
        )
    }
    /// The backup samples of a sampling record.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn backup_samples_of_record(&mut self, record: SamplingRecordId) -> Result<Vec<Sample>, StoreError> {
        self.list("WHERE record_id = ?1 AND kind = 'BACKUP' ORDER BY number, id", &[record.to_value()])
    }
    /// Items of a rule that cannot be tested again.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn items_not_retestable(&mut self, rules: RulesId) -> Result<Vec<RulesItem>, StoreError> {
        self.list("WHERE rules_id = ?1 AND retestable = 0 ORDER BY seq, id", &[rules.to_value()])
    }
    /// Enterprises of a register with this name key; the caller decides whether one of them is meant.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn recipients_named(&mut self, org: OrganisationId, key: &str) -> Result<Vec<Enterprise>, StoreError> {
        self.list(
            "WHERE org_id = ?1 AND name_key = ?2 ORDER BY id LIMIT 2",
            &[org.to_value(), Value::Text(key.to_owned())],
        )
    }
    /// Stations below a node of the organisation tree, by name.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn serving_stations(&mut self, path: &str) -> Result<Vec<Organisation>, StoreError> {
        self.list(
            "WHERE kind = 'STATION' AND closed_on IS NULL AND path LIKE ?1 ORDER BY short_name, id",
            &[Value::Text(format!("{path}%"))],
        )
    }
    /// Where a backup sample lay before it was asked for: the last step in which it was stored or held.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn custody_before_request(&mut self, sample: SampleId) -> Result<Option<CustodyStep>, StoreError> {
        self.find(
            "WHERE sample_id = ?1 AND state IN ('STORED', 'HELD_AT_PARTY') ORDER BY at_us DESC, id DESC LIMIT 1",
            &[sample.to_value()],
        )
    }
    /// Laboratories of a register, by name.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn reinspection_laboratories(&mut self, org: OrganisationId) -> Result<Vec<Laboratory>, StoreError> {
        self.list("WHERE org_id = ?1 ORDER BY name, id LIMIT 200", &[org.to_value()])
    }
}
