//! Rows of `sampling`. Hand-written queries stand beside the records.

use crate::{Column, Query, StoreError, Tx, Value, columns, record};
use hengjian_domain::sampling::{
    CustodyStep, DisposalState, PurchaseBasis, RecordState, Sample, SampleDisposal, SampleId, SampleKind, SampleState,
    SamplingForm, SamplingRecord, SamplingRecordId, UnableReason, Visit, VisitId, VisitOutcome, VisitPapers,
    VisitState,
};
use hengjian_domain::{
    actor::UserId, enterprise::EnterpriseId, organisation::OrganisationId, product::ProductCategoryId,
    testing::Inspection,
};

columns! { code: VisitState, VisitOutcome, RecordState, SampleKind, SampleState, PurchaseBasis, DisposalState, UnableReason; }
columns! { json: SamplingForm, VisitPapers; }
record!(Visit in "visit": id, version, org_id, unit_id, task_id, draw_id, team_key, replaces_id, enterprise_id, lead_officer_id, second_officer_id, accompanying_user_id, release_at_us, state, outcome, notice_number, notice_valid_until_on, lead_arrived_at_us, second_arrived_at_us, place, ids_shown, outcome_text, witness, declaration, declared_at_us, review_reasons, submitted_at_us, papers, created_at_us);
record!(SamplingRecord in "sampling_record": id, version, org_id, unit_id, visit_id, task_id, number, state, enterprise_id, field, category_id, product_name, trademark, model, model_key, grade, production_date_text, batch_code, standard, producer_name, producer_key, producer_uscc, producer_address, producer_region, lot_size, unit, test_quantity, backup_quantity, purchase_basis, unit_price_fen, amount_fen, random_method, random_numbers, sampled_on, form, party_signature, refusal_to_sign, signed_at_us, created_at_us);
record!(Sample in "sample": id, version, org_id, unit_id, record_id, number, kind, state, quantity, seal_number, holder, place, free, expires_on, created_at_us);
record!(CustodyStep in "custody_step": id, version, org_id, sample_id, at_us, state, giver, taker, place, condition, seal_intact, transport, note);
record!(SampleDisposal in "sample_disposal": id, version, org_id, sample_id, target, reason, taker, place, state, proposed_by, proposed_by_name, proposed_at_us, decided_by, decided_at_us, decision_reason);

/// What of the sampling a person may be shown in lists; who the person is to each row is decided in `domain::sampling`.
#[derive(Debug, Clone, Copy)]
pub struct Viewer {
    /// The person.
    pub user_id: UserId,
    /// Staff of the organiser: sees every visit that has begun.
    pub staff: bool,
    /// Staff of a laboratory or sampling body: sees what is in its hands, and own visits.
    pub in_hand: bool,
}

/// Which rows of a list.
#[derive(Debug, Clone, Default)]
pub struct SamplingFilter {
    /// State code.
    pub state: Option<String>,
    /// Kind of sample, code.
    pub kind: Option<String>,
    /// Beginning of a number.
    pub number: Option<String>,
}

const OWN_VISIT: &str = "(visit.lead_officer_id IN (SELECT id FROM officer WHERE user_id = ?) OR visit.second_officer_id IN (SELECT id FROM officer WHERE user_id = ?) OR visit.accompanying_user_id = ?)";

/// Samples that wait for the end of their life, of an authority or of a record: see [`Tx::samples_awaiting_end`].
macro_rules! awaiting_end {
    ($whose:literal) => {
        concat!(
            "WHERE ",
            $whose,
            " = ?1
               AND state IN ('SEALED', 'HELD_AT_PARTY', 'RECEIVED', 'STORED', 'UNDER_TEST', 'RETAINED', 'REJECTED')
               AND (EXISTS (SELECT 1 FROM inspection i WHERE i.record_id = sample.record_id AND (i.state = 'CONFIRMED'
                      OR i.state IN ('REJECTED', 'UNTESTABLE', 'TERMINATED_ILLEGAL') AND i.confirmed_on IS NOT NULL))
                 OR EXISTS (SELECT 1 FROM sampling_record r WHERE r.id = sample.record_id AND r.state = 'VOIDED'))
               AND NOT EXISTS (SELECT 1 FROM clock c WHERE c.subject_id = sample.id AND c.rule = 'D16')
             ORDER BY id"
        )
    };
}

impl Viewer {
    fn me(&self) -> [Value; 3] {
        [self.user_id.to_value(), self.user_id.to_value(), self.user_id.to_value()]
    }
    /// Visits the person may know of: own ones, begun ones for staff, begun ones of closed draws for everybody else.
    pub fn visits(&self, scoped: Query, filter: &SamplingFilter) -> Query {
        let state = filter.state.clone().map(Value::Text);
        if self.in_hand {
            return Query::new().filter(OWN_VISIT, &self.me()).filter_if("visit.state = ?", state);
        }
        let begun = if self.staff {
            "(visit.lead_officer_id IN (SELECT id FROM officer WHERE user_id = ?) OR visit.second_officer_id IN (SELECT id FROM officer WHERE user_id = ?) OR visit.accompanying_user_id = ? OR visit.state NOT IN ('ASSIGNED', 'RELEASED'))"
        } else {
            "(visit.lead_officer_id IN (SELECT id FROM officer WHERE user_id = ?) OR visit.second_officer_id IN (SELECT id FROM officer WHERE user_id = ?) OR visit.accompanying_user_id = ? OR (visit.state NOT IN ('ASSIGNED', 'RELEASED') AND visit.draw_id IN (SELECT id FROM draw WHERE phase IN ('CLOSED', 'REVEALED'))))"
        };
        scoped.filter(begun, &self.me()).filter_if("visit.state = ?", state)
    }
    /// Samples the person may know of, by the visit they come from; samples of a recheck have none.
    pub fn samples(&self, scoped: Query, filter: &SamplingFilter) -> Query {
        let prefix = filter.number.clone().map(|number| Value::Text(format!("{number}%")));
        let query = if self.staff || self.in_hand {
            scoped
        } else {
            scoped.filter(
                "EXISTS (SELECT 1 FROM sampling_record r LEFT JOIN visit ON visit.id = r.visit_id WHERE r.id = sample.record_id AND (r.visit_id IS NULL OR visit.lead_officer_id IN (SELECT id FROM officer WHERE user_id = ?) OR visit.second_officer_id IN (SELECT id FROM officer WHERE user_id = ?) OR visit.accompanying_user_id = ? OR visit.draw_id IN (SELECT id FROM draw WHERE phase IN ('CLOSED', 'REVEALED'))))",
                &self.me(),
            )
        };
        query
            .filter_if("sample.state = ?", filter.state.clone().map(Value::Text))
            .filter_if("sample.kind = ?", filter.kind.clone().map(Value::Text))
            .filter_if("sample.number LIKE ?", prefix)
    }
}

/// Samples of the records of a station's area.
pub fn samples_of_station(org: OrganisationId, station: OrganisationId) -> Query {
    Query::new().filter("sample.org_id = ?", &[org.to_value()]).filter(
        "sample.record_id IN (SELECT id FROM sampling_record WHERE unit_id = ? OR unit_id IS NULL)",
        &[station.to_value()],
    )
}

impl Tx<'_> {
    /// Records of a visit in the order in which they were begun.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn records_of_visit(&mut self, visit: VisitId) -> Result<Vec<SamplingRecord>, StoreError> {
        self.list("WHERE visit_id = ?1 ORDER BY number", &[visit.to_value()])
    }
    /// Samples of a record, test sample first.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn samples_of_record(&mut self, record: SamplingRecordId) -> Result<Vec<Sample>, StoreError> {
        self.list("WHERE record_id = ?1 ORDER BY kind DESC, number", &[record.to_value()])
    }
    /// Reads the samples of many records together.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn read_samples_of_records(&mut self, records: &[SamplingRecordId]) -> Result<(), StoreError> {
        self.read_ahead::<Sample>("record_id", "ORDER BY kind DESC, number", records).map(|_| ())
    }
    /// The chain of a sample, oldest first.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn custody_of(&mut self, sample: SampleId) -> Result<Vec<CustodyStep>, StoreError> {
        self.list("WHERE sample_id = ?1 ORDER BY at_us, id", &[sample.to_value()])
    }
    /// Proposals about the end of a sample, newest first.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn disposals_of(&mut self, sample: SampleId) -> Result<Vec<SampleDisposal>, StoreError> {
        self.list("WHERE sample_id = ?1 ORDER BY proposed_at_us DESC, id DESC", &[sample.to_value()])
    }
    /// Whether a seal number was used anywhere: on a sample, or on another form that is not void.
    ///
    /// # Errors
    /// The database refuses.
    pub fn seal_is_used(&mut self, seal: &str, except: SamplingRecordId) -> Result<bool, StoreError> {
        let values = [Value::Text(seal.to_owned()), except.to_value()];
        let on_samples = "SELECT COUNT(*) FROM sample WHERE seal_number = ?1 AND record_id <> ?2";
        Ok(self.integer(on_samples, &values)? > 0)
    }
    /// The last record of the same party and product category, for “same as last product here”.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn last_record_at(
        &mut self,
        enterprise: EnterpriseId,
        category: Option<ProductCategoryId>,
    ) -> Result<Option<SamplingRecord>, StoreError> {
        self.find(
            "WHERE enterprise_id = ?1 AND state <> 'VOIDED' AND (category_id = ?2 OR ?2 IS NULL) ORDER BY created_at_us DESC LIMIT 1",
            &[enterprise.to_value(), category.to_value()],
        )
    }
    /// Visits of an authority that are assigned or released and not begun: a number, nothing else.
    ///
    /// # Errors
    /// The database refuses.
    pub fn visits_not_begun(&mut self, org: OrganisationId) -> Result<i64, StoreError> {
        let sql = "SELECT COUNT(*) FROM visit WHERE org_id = ?1 AND state IN ('ASSIGNED', 'RELEASED')";
        self.integer(sql, &[org.to_value()])
    }
    /// Visits of an authority that nobody has opened and that name the accompanying officer in clear.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn visits_with_open_officer(&mut self, org: OrganisationId) -> Result<Vec<Visit>, StoreError> {
        self.list(
            "WHERE org_id = ?1 AND state = 'ASSIGNED' AND accompanying_user_id IS NOT NULL ORDER BY id",
            &[org.to_value()],
        )
    }
    /// Released visits of an authority whose notice has run out unused.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn visits_with_expired_notice(&mut self, org: OrganisationId, today: &str) -> Result<Vec<Visit>, StoreError> {
        self.list(
            "WHERE org_id = ?1 AND state = 'RELEASED' AND notice_number IS NOT NULL AND notice_valid_until_on < ?2 ORDER BY id",
            &[org.to_value(), Value::Text(today.to_owned())],
        )
    }
    /// Samples of an authority that lie somewhere, of whose batch nothing more will come (report confirmed, test ended without
    /// a result and decided about, record void), and for which nobody has the duty to end their life yet.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn samples_awaiting_end(&mut self, org: OrganisationId) -> Result<Vec<Sample>, StoreError> {
        self.list(awaiting_end!("org_id"), &[org.to_value()])
    }
    /// The same among the samples of one record.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn samples_of_record_awaiting_end(&mut self, record: SamplingRecordId) -> Result<Vec<Sample>, StoreError> {
        self.list(awaiting_end!("record_id"), &[record.to_value()])
    }
    /// The report that counts for a record: confirmed, not replaced, a re-inspection before the first test.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn counting_inspection(&mut self, record: SamplingRecordId) -> Result<Option<Inspection>, StoreError> {
        self.find(
            "WHERE record_id = ?1 AND state = 'CONFIRMED' AND purpose IN ('FIRST', 'REINSPECTION')
             ORDER BY CASE purpose WHEN 'REINSPECTION' THEN 0 ELSE 1 END, edition DESC LIMIT 1",
            &[record.to_value()],
        )
    }
    /// The first test of a record, whatever its state, newest edition.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn first_inspection(&mut self, record: SamplingRecordId) -> Result<Option<Inspection>, StoreError> {
        self.find(
            "WHERE record_id = ?1 AND purpose = 'FIRST' AND state <> 'REPLACED' ORDER BY edition DESC LIMIT 1",
            &[record.to_value()],
        )
    }
}
