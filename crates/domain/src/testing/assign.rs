//! Giving a sample to a laboratory: the inspection and its item rows as they begin. Nothing is judged yet.

use super::{
    Inspection, InspectionId, InspectionOrigin, InspectionPurpose, InspectionState, ItemResult, ItemResultId,
    ItemVerdict, TestingRefused,
};
use crate::{
    enterprise::Enterprise,
    ids::SubjectId,
    laboratory::{Laboratory, LaboratoryId},
    organisation::{Organisation, Tier},
    plan::SpotCheckTask,
    rules::RulesItem,
    sampling::{Sample, SamplingRecord},
    time::Timestamp,
};

/// R18 第三十九条: the re-inspection laboratory is not the first one, except where the province has only one.
///
/// # Errors
/// [`TestingRefused::SameLaboratory`].
pub fn reinspection_laboratory(first: Option<LaboratoryId>, chosen: &Laboratory) -> Result<(), TestingRefused> {
    if first == Some(chosen.id) && !chosen.single_in_province {
        return Err(TestingRefused::SameLaboratory { name: chosen.name.clone() });
    }
    Ok(())
}

/// What an inspection is made of.
#[derive(Debug)]
pub struct NewInspection<'a> {
    /// Id.
    pub id: InspectionId,
    /// Sampling record.
    pub record: &'a SamplingRecord,
    /// Sample to be tested.
    pub sample: &'a Sample,
    /// Laboratory.
    pub laboratory: &'a Laboratory,
    /// Task, if the record belongs to one.
    pub task: Option<&'a SpotCheckTask>,
    /// Organiser.
    pub organiser: &'a Organisation,
    /// Sampled party.
    pub party: &'a Enterprise,
    /// Why.
    pub purpose: InspectionPurpose,
    /// Objection or recheck.
    pub purpose_id: Option<SubjectId>,
    /// When.
    pub at: Timestamp,
}

/// `/`, `—` and blanks stand for “none” on the paper form.
fn written(text: &str) -> Option<&str> {
    let text = text.trim();
    (!matches!(text, "" | "/" | "／" | "—" | "——")).then_some(text)
}

impl NewInspection<'_> {
    /// The row in state 待接收, identity copied from the sampling record as it stands today.
    pub fn begin(self) -> Inspection {
        let record = self.record;
        let batch_text = match (written(&record.production_date_text), written(&record.batch_code)) {
            (Some(date), Some(batch)) if date != batch => format!("{date}，批号 {batch}"),
            (Some(one), _) | (None, Some(one)) => one.to_owned(),
            (None, None) => "/".to_owned(),
        };
        Inspection {
            id: self.id,
            version: 1,
            org_id: record.org_id,
            unit_id: self.laboratory.organisation_id,
            laboratory_id: Some(self.laboratory.id),
            laboratory_name: self.laboratory.name.clone(),
            task_id: record.task_id,
            record_id: Some(record.id),
            sample_id: Some(self.sample.id),
            rules_id: self.task.and_then(|task| task.rules_id),
            origin: InspectionOrigin::Here,
            purpose: self.purpose,
            purpose_id: self.purpose_id,
            tier: self.task.map_or(Tier::County, |task| task.origin_tier),
            organiser_name: self.organiser.name.clone(),
            state: InspectionState::Assigned,
            product_name: record.product_name.clone(),
            trademark: record.trademark.clone(),
            model: record.model.clone(),
            model_key: record.model_key.clone(),
            batch_text,
            sampled_enterprise_id: Some(record.enterprise_id),
            sampled_name: self.party.name.clone(),
            sampled_address: self.party.address.clone(),
            producer_name: record.producer_name.clone(),
            producer_address: record.producer_address.clone(),
            sampled_on: record.sampled_on,
            received_on: None,
            licence_checked: false,
            licence_text: String::new(),
            licence_ok: false,
            receiver_id: None,
            tester_id: None,
            reviewer_id: None,
            signer_id: None,
            signatories_text: String::new(),
            report_number: None,
            edition: 1,
            amends_id: None,
            conclusion: None,
            severity: None,
            our_conclusion: None,
            conclusion_text: String::new(),
            failed_items: String::new(),
            serious_quality_problem: false,
            excluded: false,
            issued_on: None,
            submitted_on: None,
            confirmed_by: None,
            confirmed_on: None,
            alerted_at_us: None,
            reason: String::new(),
            created_at_us: self.at,
        }
    }
}

/// An item row as a rule asks for it, not yet tested.
pub fn item_of_rule(id: ItemResultId, inspection: &Inspection, seq: i64, item: &RulesItem) -> ItemResult {
    ItemResult {
        id,
        version: 1,
        org_id: inspection.org_id,
        inspection_id: inspection.id,
        seq,
        item: item.name.clone(),
        class: item.class,
        standard: item.standard.clone(),
        method: item.method.clone(),
        unit: item.unit.clone(),
        rule_limit: item.limit_text.clone(),
        declared_limit: None,
        applied_limit: None,
        mandatory: item.mandatory,
        compare: item.compare,
        interval: item.interval.clone(),
        value_text: None,
        not_tested_reason: String::new(),
        verdict: ItemVerdict::NotJudged,
        verdict_reason: String::new(),
        reported_verdict: None,
        overruled_verdict: None,
        overruled_reason: String::new(),
    }
}

impl ItemResult {
    /// The same item in another inspection (re-inspection, recheck), limits kept, results empty.
    #[must_use]
    pub fn again(&self, id: ItemResultId, inspection: &Inspection, seq: i64) -> Self {
        Self {
            id,
            version: 1,
            inspection_id: inspection.id,
            seq,
            value_text: None,
            not_tested_reason: String::new(),
            verdict: ItemVerdict::NotJudged,
            verdict_reason: String::new(),
            reported_verdict: None,
            overruled_verdict: None,
            overruled_reason: String::new(),
            ..self.clone()
        }
    }
}

/// The items that were asked for by name, in the order of the list; no names: all.
///
/// # Errors
/// [`TestingRefused::ItemsUnknown`] for names that the list does not have.
pub fn select_items<T: Clone>(
    all: &[T],
    name: impl Fn(&T) -> &str,
    wanted: &[String],
) -> Result<Vec<T>, TestingRefused> {
    let key = |text: &str| crate::match_key::match_key(text);
    let unknown: Vec<String> =
        wanted.iter().filter(|wanted| !all.iter().any(|item| key(name(item)) == key(wanted))).cloned().collect();
    if !unknown.is_empty() {
        return Err(TestingRefused::ItemsUnknown { items: unknown });
    }
    let asked = |item: &&T| wanted.is_empty() || wanted.iter().any(|wanted| key(wanted) == key(name(item)));
    Ok(all.iter().filter(asked).cloned().collect())
}
