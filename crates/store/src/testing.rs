//! Rows of `testing`. Hand-written queries stand beside the records.

use crate::{Column, Query, StoreError, Tx, Value, columns, record};
use hengjian_domain::{
    enterprise::EnterpriseId,
    ids::SubjectId,
    laboratory::{LaboratoryId, LaboratoryScope},
    organisation::OrganisationId,
    rules::{RulesId, RulesItem},
    sampling::{SampleId, SamplingRecordId},
    testing::{
        IndustryRisk, Inspection, InspectionConclusion, InspectionId, InspectionOrigin, InspectionPurpose,
        InspectionState, ItemResult, ItemVerdict, ProblemReport, RiskScope, Severity,
    },
};

columns! { code: InspectionOrigin, InspectionPurpose, InspectionState, InspectionConclusion, Severity, ItemVerdict, RiskScope; }
record!(Inspection in "inspection": id, version, org_id, unit_id, laboratory_id, laboratory_name, task_id, record_id, sample_id, rules_id, origin, purpose, purpose_id, tier, organiser_name, state, product_name, trademark, model, model_key, batch_text, sampled_enterprise_id, sampled_name, sampled_address, producer_name, producer_address, sampled_on, received_on, licence_checked, licence_text, licence_ok, receiver_id, tester_id, reviewer_id, signer_id, signatories_text, report_number, edition, amends_id, conclusion, severity, our_conclusion, conclusion_text, failed_items, serious_quality_problem, excluded, issued_on, submitted_on, confirmed_by, confirmed_on, alerted_at_us, reason, created_at_us);
record!(ItemResult in "item_result": id, version, org_id, inspection_id, seq, item, class, standard, method, unit, rule_limit, declared_limit, applied_limit, mandatory, compare, interval, value_text, not_tested_reason, verdict, verdict_reason, reported_verdict, overruled_verdict, overruled_reason);
record!(ProblemReport in "problem_report": id, version, org_id, record_id, inspection_id, what, evidence, urgent, reported_by, reported_on, case_id, reported_unit_id);

record!(IndustryRisk in "industry_risk": id, version, org_id, inspection_id, scope, grounds, raised_by, raised_on, reported_to, reported_on, receipt);

/// Confirmed reports of a station's own enterprises and cases.
const STATION_READS: &str =
    "SELECT i.id FROM inspection i WHERE i.id = ?1 AND i.state IN ('CONFIRMED', 'AMENDING', 'REPLACED')
     AND (EXISTS (SELECT 1 FROM enterprise e WHERE e.id = i.sampled_enterprise_id AND e.unit_id = ?2)
       OR EXISTS (SELECT 1 FROM case_file c WHERE c.inspection_id = i.id AND c.unit_id = ?2))";

impl Tx<'_> {
    /// Risks found in a report, oldest first.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn risks_of_inspection(&mut self, id: InspectionId) -> Result<Vec<IndustryRisk>, StoreError> {
        self.list("WHERE inspection_id = ?1 ORDER BY raised_on, id", &[id.to_value()])
    }
    /// Items of an inspection in their order.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn items_of_inspection(&mut self, id: InspectionId) -> Result<Vec<ItemResult>, StoreError> {
        self.list("WHERE inspection_id = ?1 ORDER BY seq, id", &[id.to_value()])
    }
    /// Inspections of a sampling record, oldest first.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn inspections_of_record(&mut self, record: SamplingRecordId) -> Result<Vec<Inspection>, StoreError> {
        self.list("WHERE record_id = ?1 ORDER BY created_at_us, id", &[record.to_value()])
    }
    /// Items of a rule in their order, as the laboratory's work sheet lists them.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn items_to_test(&mut self, rules: RulesId) -> Result<Vec<RulesItem>, StoreError> {
        self.list("WHERE rules_id = ?1 ORDER BY seq, id", &[rules.to_value()])
    }
    /// What a laboratory is accredited for.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn accredited_scope(&mut self, laboratory: LaboratoryId) -> Result<Vec<LaboratoryScope>, StoreError> {
        self.list("WHERE laboratory_id = ?1 ORDER BY item_key, id", &[laboratory.to_value()])
    }
    /// Later edition of a report, if one was begun.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn later_edition(&mut self, id: InspectionId) -> Result<Option<Inspection>, StoreError> {
        self.find("WHERE amends_id = ?1", &[id.to_value()])
    }
    /// Editions that amend a report, oldest first: several where an amendment could not be finished.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn editions_after(&mut self, id: InspectionId) -> Result<Vec<Inspection>, StoreError> {
        self.list("WHERE amends_id = ?1 ORDER BY created_at_us, id", &[id.to_value()])
    }
    /// A report of a laboratory by its number; the first edition that bears it.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn report_by_number(
        &mut self,
        org: OrganisationId,
        laboratory: &str,
        number: &str,
    ) -> Result<Option<Inspection>, StoreError> {
        self.find(
            "WHERE org_id = ?1 AND laboratory_name = ?2 AND report_number = ?3 ORDER BY edition LIMIT 1",
            &[org.to_value(), Value::Text(laboratory.to_owned()), Value::Text(number.to_owned())],
        )
    }
    /// Problem reports on an inspection or on the sampling record that it belongs to.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn problem_reports_of(
        &mut self,
        inspection: Option<InspectionId>,
        record: Option<SamplingRecordId>,
    ) -> Result<Vec<ProblemReport>, StoreError> {
        self.list(
            "WHERE inspection_id = ?1 OR record_id = ?2 ORDER BY reported_on, id",
            &[inspection.to_value(), record.to_value()],
        )
    }
    /// Inspections of a sample, oldest first.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn inspections_of_sample(&mut self, sample: SampleId) -> Result<Vec<Inspection>, StoreError> {
        self.list("WHERE sample_id = ?1 ORDER BY created_at_us, id", &[sample.to_value()])
    }
    /// The enterprise of an authority that bears a name, if exactly one does.
    ///
    /// # Errors
    /// The database refuses.
    pub fn enterprise_by_name(
        &mut self,
        org: OrganisationId,
        name_key: &str,
    ) -> Result<Option<EnterpriseId>, StoreError> {
        let sql = "SELECT id FROM enterprise WHERE org_id = ?1 AND name_key = ?2 ORDER BY id LIMIT 2";
        let mut rows = self.select(sql, &[org.to_value(), Value::Text(name_key.to_owned())])?;
        match rows.as_mut_slice() {
            [one] => Ok(Some(one.take()?)),
            _ => Ok(None),
        }
    }
}

/// Confirmed reports on parties of a station's area or of its cases.
pub fn station_reads(query: Query, org: OrganisationId, station: OrganisationId) -> Query {
    query.filter(
        "inspection.org_id = ? AND inspection.state = 'CONFIRMED' AND (EXISTS (SELECT 1 FROM enterprise e
           WHERE e.id = inspection.sampled_enterprise_id AND e.unit_id = ?)
         OR EXISTS (SELECT 1 FROM case_file c WHERE c.inspection_id = inspection.id AND c.unit_id = ?))",
        &[org.to_value(), station.to_value(), station.to_value()],
    )
}

/// Whose party's names a search looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartySearch {
    /// Nobody's.
    None,
    /// Those of confirmed reports, and of all of the authority whose staff the person is.
    Known(Option<OrganisationId>),
}

/// Part of product, model, report or sample number, and of the party's name where the person may know it.
pub fn search(query: Query, text: &str, party: PartySearch) -> Query {
    let escaped: String = text
        .trim()
        .chars()
        .flat_map(|c| matches!(c, '%' | '_' | '\\').then_some('\\').into_iter().chain([c]))
        .collect();
    let part = Value::Text(format!("%{escaped}%"));
    let mut values = vec![part; 4];
    let PartySearch::Known(staff_of) = party else {
        return query.filter(
            r"(product_name LIKE ? ESCAPE '\' OR model LIKE ? ESCAPE '\' OR report_number LIKE ? ESCAPE '\'
               OR EXISTS (SELECT 1 FROM sample s WHERE s.id = inspection.sample_id AND s.number LIKE ? ESCAPE '\'))",
            &values,
        );
    };
    values.push(Value::Text(format!("%{escaped}%")));
    values.push(staff_of.map_or(Value::Null, |org| org.to_value()));
    query.filter(
        r"(product_name LIKE ? ESCAPE '\' OR model LIKE ? ESCAPE '\' OR report_number LIKE ? ESCAPE '\'
           OR EXISTS (SELECT 1 FROM sample s WHERE s.id = inspection.sample_id AND s.number LIKE ? ESCAPE '\')
           OR (sampled_name LIKE ? ESCAPE '\'
               AND (state IN ('CONFIRMED', 'AMENDING', 'REPLACED') OR inspection.org_id = ?)))",
        &values,
    )
}

impl Tx<'_> {
    /// Whether a station reads an inspection: see [`station_reads`].
    ///
    /// # Errors
    /// The database refuses.
    pub fn station_reads_inspection(&mut self, id: InspectionId, station: OrganisationId) -> Result<bool, StoreError> {
        Ok(!self.kept_select(STATION_READS, &[id.to_value(), station.to_value()])?.is_empty())
    }
    /// Reads the answers of [`Tx::station_reads_inspection`] for many inspections together.
    ///
    /// # Errors
    /// The database refuses.
    pub fn read_inspections_of_station(
        &mut self,
        inspections: &[SubjectId],
        station: OrganisationId,
    ) -> Result<(), StoreError> {
        self.answer_ahead(STATION_READS, inspections, &[station.to_value()])
    }
    /// Reads the inspections of many records together.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn read_inspections_of_records(&mut self, records: &[SamplingRecordId]) -> Result<(), StoreError> {
        self.read_ahead::<Inspection>("record_id", "ORDER BY created_at_us, id", records).map(|_| ())
    }
}
