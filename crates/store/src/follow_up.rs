//! Rows of `follow_up`. Hand-written queries stand beside the records.

use crate::{Column, Query, StoreError, Tx, Value, columns, enterprise::anywhere, record};
use hengjian_domain::{
    actor::UserId,
    clock::Clock,
    enterprise::Enterprise,
    follow_up::{Case, CaseId, CaseRecheck, CaseSource, CaseState, ObjectionIntent, PenaltyState},
    match_key::{MATCH_VERSION, bigrams, match_key},
    organisation::OrganisationId,
    plan::TaskId,
    publication::PublicationEntry,
    testing::InspectionId,
};
use jiff::civil::Date;
use std::collections::BTreeSet;

columns! { code: CaseSource, CaseState, ObjectionIntent, PenaltyState; }
record!(Case in "case_file": id, version, org_id, unit_id, number, source, tier, organiser_name, assigned_by, external_number, inspection_id, problem_report_id, visit_id, enterprise_id, party_name, party_address, party_role, product_name, model, batch_text, producer_name, report_number, failed_items, state, received_on, dispatched_on, accepted_on, handler_id, verified_on, verification_text, stopped_on, quantity_made, quantity_sold, quantity_stock, value_fen, supplier_text, objection_intent, result_received_on, result_served_by, result_service_method, result_service_proof, objection_open_until_on, reported_to_enforcement_on, order_number, order_text, order_inspection_id, order_on, order_served_on, order_service_proof, order_approved_by, correct_by_on, recheck_by_on, rectification_text, rectified_on, recheck_applied_on, announced_on, escalated_on, transferred_to, transferred_on, transfer_receipt_on, exempt_reason, exempt_approved_by, unprocessable_reason, penalty, penalty_text, close_proposed_by, state_before_close, closed_by, closed_on, close_text, return_reason, created_at_us; search_key = search_key; index_words);
record!(CaseRecheck in "case_recheck": id, version, org_id, case_id, seq, sampled_on, sample_text, inspection_id, report_number, passed, result_on, reason);

/// A word that more cases have is looked for in the order of the list, where such cases come soon.
const RARE: i64 = 400;

/// What a case is found by: product, party, producer, report and number.
fn searched(case: &Case) -> [&str; 5] {
    [&case.product_name, &case.party_name, &case.producer_name, &case.report_number, &case.number]
}

/// The same as match keys.
fn search_key(case: &Case) -> String {
    searched(case).map(match_key).join("\n")
}

/// Brings the words of a case up to date; most saves change none of them.
fn index_words(case: &Case, tx: &mut Tx<'_>) -> Result<(), StoreError> {
    let id = case.id.to_value();
    let words: BTreeSet<String> = searched(case).into_iter().flat_map(bigrams).collect();
    let rows = tx.select("SELECT word FROM case_word WHERE case_id = ?1", std::slice::from_ref(&id))?;
    let known = rows.into_iter().map(|mut row| row.take()).collect::<Result<BTreeSet<String>, _>>()?;
    for gone in known.difference(&words) {
        let word = [Value::Text(gone.clone()), id.clone()];
        tx.execute("DELETE FROM case_word WHERE word = ?1 AND case_id = ?2", &word)?;
    }
    for fresh in words.difference(&known) {
        let word = [Value::Text(fresh.clone()), id.clone()];
        tx.execute("INSERT INTO case_word (word, case_id) VALUES (?1, ?2)", &word)?;
    }
    let done = [id, Value::Int(MATCH_VERSION)];
    tx.execute("UPDATE case_file SET words_version = ?2 WHERE id = ?1 AND words_version <> ?2", &done).map(|_| ())
}

/// Cases without a visit, cases of the own authority for its staff, cases of closed draws, cases of own visits.
const KNOWN: &str = "(case_file.visit_id IS NULL OR case_file.org_id = ? OR EXISTS (SELECT 1 FROM visit v
  LEFT JOIN draw d ON d.id = v.draw_id WHERE v.id = case_file.visit_id AND (d.phase IN ('CLOSED', 'REVEALED')
  OR v.lead_officer_id IN (SELECT id FROM officer WHERE user_id = ?)
  OR v.second_officer_id IN (SELECT id FROM officer WHERE user_id = ?) OR v.accompanying_user_id = ?)))";

/// Leaves out the cases whose party the person may not know yet (settled.md, who may know). `staff_of`: the authority
/// whose begun visits the person knows of; `None` for mere readers.
#[must_use]
pub fn known_cases(query: Query, user: UserId, staff_of: Option<OrganisationId>) -> Query {
    let (me, org) = (user.to_value(), staff_of.map_or(Value::Null, |org| org.to_value()));
    query.filter(KNOWN, &[org, me.clone(), me.clone(), me])
}

/// Filter of the list of cases.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseFilter {
    /// Code of a state.
    pub state: Option<CaseState>,
    /// Code of a source.
    pub source: Option<CaseSource>,
    /// Station.
    pub unit_id: Option<OrganisationId>,
    /// Only those with a duty past its last day, as of this day.
    pub overdue_on: Option<Date>,
    /// Words in product, party, producer or report number.
    pub text: String,
}

/// By what a case that is handed down is recognised: the superior's number, party, product and batch; without a number
/// organiser and report stand for it.
#[derive(Debug, Clone, Copy)]
pub struct AssignedAlready<'t> {
    /// The superior's number.
    pub external_number: &'t str,
    /// Organiser of the check.
    pub organiser: &'t str,
    /// Report.
    pub report_number: &'t str,
    /// Party.
    pub party: &'t str,
    /// Product.
    pub product: &'t str,
    /// Batch or production date as written.
    pub batch: &'t str,
}

impl CaseFilter {
    /// The filter as conditions on `case_file`, but for the words.
    fn conditions(&self, query: Query) -> Query {
        let mut query = query
            .filter_if("case_file.state = ?", self.state.map(|state| state.to_value()))
            .filter_if("case_file.source = ?", self.source.map(|source| source.to_value()))
            .filter_if("case_file.unit_id = ?", self.unit_id.map(|unit| unit.to_value()));
        if let Some(day) = self.overdue_on {
            query = query.filter(
                "EXISTS (SELECT 1 FROM clock k WHERE k.subject_id = case_file.id AND k.state = 'OPEN' AND k.kind = 'DUTY'
                 AND k.rule <> 'D17' AND k.due_strict_on < ?)",
                &[day.to_value()],
            );
        }
        query
    }
}

impl Tx<'_> {
    /// The filter as conditions on `case_file`. Every word must stand in one of the texts; the rarest pair of characters of
    /// them all leads, where few cases have it.
    ///
    /// # Errors
    /// The database refuses.
    pub fn case_query(&mut self, filter: &CaseFilter, query: Query) -> Result<Query, StoreError> {
        let mut query = filter.conditions(query);
        let mut rarest = (String::new(), RARE + 1);
        let count = format!(
            "SELECT COUNT(*) FROM (SELECT 1 AS one FROM case_word WHERE word = ?1 LIMIT {}) AS bounded",
            RARE + 1
        );
        for text in filter.text.split_whitespace() {
            let key = match_key(text);
            if key.is_empty() {
                query = query.filter("1 = 0", &[]);
                continue;
            }
            if key.chars().count() >= 2 {
                for word in bigrams(&key).into_iter().take(12) {
                    let cases = self.integer(&count, &[Value::Text(word.clone())])?;
                    if cases < rarest.1 {
                        rarest = (word, cases);
                    }
                }
            }
            query = query.filter("case_file.search_key LIKE ? ESCAPE '!'", &[Value::Text(anywhere(&key))]);
        }
        if rarest.1 <= RARE {
            query = query
                .driven_by("case_word CROSS JOIN")
                .filter("case_word.word = ? AND case_file.id = case_word.case_id", &[Value::Text(rarest.0)]);
        }
        Ok(query)
    }
    /// Makes search keys and words of cases that have none yet, so many at a time; returns how many were made.
    ///
    /// # Errors
    /// The database refuses.
    pub fn index_new_cases(&mut self, limit: i64) -> Result<usize, StoreError> {
        let cases: Vec<Case> = self.list("WHERE words_version = 0 ORDER BY id LIMIT ?1", &[Value::Int(limit)])?;
        for case in &cases {
            let key = [case.id.to_value(), Value::Text(search_key(case))];
            self.execute("UPDATE case_file SET search_key = ?2 WHERE id = ?1", &key)?;
            index_words(case, self)?;
        }
        Ok(cases.len())
    }
    /// Cases of a report.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn cases_of_report(&mut self, inspection: InspectionId) -> Result<Vec<Case>, StoreError> {
        self.list("WHERE inspection_id = ?1 ORDER BY number", &[inspection.to_value()])
    }
    /// The task whose batch a case is about: by its report, its problem report, or its visit.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn task_of_case(&mut self, case: CaseId) -> Result<Option<TaskId>, StoreError> {
        self.value(
            "SELECT COALESCE(i.task_id, r.task_id, pi.task_id, pr.task_id, v.task_id) FROM case_file c
             LEFT JOIN inspection i ON i.id = c.inspection_id LEFT JOIN sampling_record r ON r.id = i.record_id
             LEFT JOIN problem_report p ON p.id = c.problem_report_id LEFT JOIN inspection pi ON pi.id = p.inspection_id
             LEFT JOIN sampling_record pr ON pr.id = p.record_id LEFT JOIN visit v ON v.id = c.visit_id
             WHERE c.id = ?1 AND COALESCE(i.task_id, r.task_id, pi.task_id, pr.task_id, v.task_id) IS NOT NULL",
            &[case.to_value()],
        )
    }
    /// Rechecks of a case in their order.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn rechecks_of(&mut self, case: CaseId) -> Result<Vec<CaseRecheck>, StoreError> {
        self.list("WHERE case_id = ?1 ORDER BY seq, sampled_on, id", &[case.to_value()])
    }
    /// The newest entry by which a report was or is to be published.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn entry_of_report(&mut self, inspection: InspectionId) -> Result<Option<PublicationEntry>, StoreError> {
        self.find("WHERE inspection_id = ?1 ORDER BY id DESC LIMIT 1", &[inspection.to_value()])
    }
    /// The running duty of a case that ends first; of two on the same day the verification (S1). Telling the producer's
    /// place (D17) is the organiser's duty about the result, not one of the case.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn next_duty_of(&mut self, case: CaseId) -> Result<Option<Clock>, StoreError> {
        self.find(
            "WHERE subject_id = ?1 AND state = 'OPEN' AND kind = 'DUTY' AND due_strict_on IS NOT NULL
             AND rule <> 'D17' ORDER BY due_strict_on, CASE WHEN rule = 'S1' THEN 0 ELSE 1 END, id LIMIT 1",
            &[case.to_value()],
        )
    }
    /// Whether the same case was handed down before.
    ///
    /// # Errors
    /// The database refuses.
    pub fn is_assigned_already(&mut self, org: OrganisationId, same: &AssignedAlready<'_>) -> Result<bool, StoreError> {
        let text = |text: &str| Value::Text(text.to_owned());
        let mut values = vec![org.to_value(), text(same.party), text(same.product), text(same.batch)];
        let sql = if same.external_number.is_empty() {
            values.extend([text(same.report_number), text(same.organiser)]);
            "SELECT COUNT(*) FROM case_file WHERE org_id = ?1 AND source = 'ASSIGNED' AND report_number = ?5
             AND organiser_name = ?6 AND party_name = ?2 AND product_name = ?3 AND batch_text = ?4"
        } else {
            values.push(text(same.external_number));
            "SELECT COUNT(*) FROM case_file WHERE org_id = ?1 AND source = 'ASSIGNED' AND external_number = ?5
             AND party_name = ?2 AND product_name = ?3 AND batch_text = ?4"
        };
        Ok(self.integer(sql, &values)? > 0)
    }
    /// Cases whose term of correction has ended without application, and announced ones: what a passing day may move.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn cases_a_day_may_move(&mut self, org: OrganisationId, today: Date) -> Result<Vec<Case>, StoreError> {
        self.list(
            "WHERE org_id = ?1 AND (state = 'ANNOUNCED' OR (state = 'RECTIFYING' AND correct_by_on < ?2)) ORDER BY id",
            &[org.to_value(), today.to_value()],
        )
    }
    /// Cases waiting for finality: stopped, without a running term of their own.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn cases_waiting_for_finality(&mut self, org: OrganisationId) -> Result<Vec<Case>, StoreError> {
        self.list(
            "WHERE org_id = ?1 AND state = 'STOPPED' AND inspection_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM clock k
             WHERE k.subject_id = case_file.id AND k.state = 'OPEN' AND k.rule = 'W1') ORDER BY id",
            &[org.to_value()],
        )
    }
    /// Enterprise of a party as a paper names it: by code, else by the whole name.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn enterprise_of_party(
        &mut self,
        org: OrganisationId,
        uscc: &str,
        name: &str,
    ) -> Result<Option<Enterprise>, StoreError> {
        if !uscc.trim().is_empty() {
            let found =
                self.find("WHERE org_id = ?1 AND uscc = ?2", &[org.to_value(), Value::Text(uscc.trim().to_owned())])?;
            if found.is_some() {
                return Ok(found);
            }
        }
        let key = match_key(name);
        if key.is_empty() {
            return Ok(None);
        }
        self.find("WHERE org_id = ?1 AND name_key = ?2 ORDER BY id LIMIT 1", &[org.to_value(), Value::Text(key)])
    }
}
