//! Rows of `plan`. Hand-written queries stand beside the records.

use crate::{Column, Query, StoreError, Tx, Value, columns, record};
use hengjian_domain::{
    laboratory::Laboratory,
    match_key::match_key,
    organisation::OrganisationId,
    plan::{
        PlanId, PlanLine, PlanLineId, PlanSnapshot, PlanState, Progress, SamplingField, SpotCheckPlan, SpotCheckTask,
        TaskId, TaskKind, TaskState,
    },
    product::ProductCategory,
    rules::SpotCheckRules,
};
use jiff::civil::Date;

columns! { code: PlanState, TaskState, TaskKind, SamplingField; }
record!(SpotCheckPlan in "plan": id, version, org_id, year, tier, title, state, edition, previous_id, adjustment_reason, document_number, issued_on, goals, body, scan_acknowledged_at_us, scan_findings, drafted_by, approved_by, decided_at_us, decision_reason, filed_on, filing_receipt, created_at_us);
record!(PlanLine in "plan_line": id, version, org_id, plan_id, seq, category_id, product_code, product_name, field, region, quarters, batches, enterprises, unit_cost_fen, budget_fen, lead_section, laboratory_name, focus, reason, source_text);
record!(PlanSnapshot in "plan_snapshot": id, version, org_id, plan_id, edition, event, content, at_us);
record!(SpotCheckTask in "task": id, version, org_id, plan_id, plan_line_id, number, name, kind, origin_tier, state, state_before_suspension, category_id, rules_id, product_scope, region_scope, field, batches, sampling_from_on, sampling_until_on, testing_until_on, handling_until_on, division_of_work, sampling_body, laboratory_id, agreement_number, agreement_signed_on, rules_published_at_us, budget_fen, summary, drafted_by, reason, created_at_us);

/// What a list of plans is narrowed by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlanFilter {
    /// Year.
    pub year: Option<i64>,
    /// State.
    pub state: Option<PlanState>,
}

/// What a list of tasks is narrowed by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaskFilter {
    /// Plan.
    pub plan_id: Option<PlanId>,
    /// State.
    pub state: Option<TaskState>,
    /// Part of number, name or product.
    pub words: Option<String>,
}

impl PlanFilter {
    /// Adds the conditions to a query that is narrowed to the person's scope.
    #[must_use]
    pub fn narrow(&self, query: Query) -> Query {
        query
            .filter_if("year = ?", self.year.map(Value::Int))
            .filter_if("state = ?", self.state.map(|state| state.to_value()))
    }
}

impl TaskFilter {
    /// Adds the conditions to a query that is narrowed to the person's scope.
    #[must_use]
    pub fn narrow(&self, query: Query) -> Query {
        let query = query
            .filter_if("plan_id = ?", self.plan_id.map(|id| id.to_value()))
            .filter_if("state = ?", self.state.map(|state| state.to_value()));
        match &self.words {
            None => query,
            Some(words) => {
                let pattern = Value::Text(format!("%{}%", escape_like(words)));
                query.filter(
                    "(number LIKE ? ESCAPE '!' OR name LIKE ? ESCAPE '!' OR product_scope LIKE ? ESCAPE '!')",
                    &[pattern.clone(), pattern.clone(), pattern],
                )
            }
        }
    }
}

fn escape_like(words: &str) -> String {
    words.replace('!', "!!").replace('%', "!%").replace('_', "!_")
}

/// Cases of a task's batches: of its visits (a refusal), of its reports, of the problems found in its samples.
const CASES_OF_TASK: &str = "SELECT f.id FROM visit v JOIN case_file f ON f.visit_id = v.id WHERE v.task_id = ?1
     UNION SELECT f.id FROM inspection i JOIN case_file f ON f.inspection_id = i.id WHERE i.task_id = ?1
     UNION SELECT f.id FROM sampling_record r JOIN inspection i ON i.record_id = r.id
       JOIN case_file f ON f.inspection_id = i.id WHERE r.task_id = ?1
     UNION SELECT f.id FROM sampling_record r JOIN problem_report p ON p.record_id = r.id
       JOIN case_file f ON f.problem_report_id = p.id WHERE r.task_id = ?1
     UNION SELECT f.id FROM inspection i JOIN problem_report p ON p.inspection_id = i.id
       JOIN case_file f ON f.problem_report_id = p.id WHERE i.task_id = ?1";

impl Tx<'_> {
    /// Lines of a plan in their order.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn plan_lines(&mut self, plan: PlanId) -> Result<Vec<PlanLine>, StoreError> {
        self.list("WHERE plan_id = ?1 ORDER BY seq, id", &[plan.to_value()])
    }
    /// Deletes a line of a draft; the version guards it.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when somebody else changed it since.
    pub fn delete_plan_line(&mut self, line: &PlanLine) -> Result<(), StoreError> {
        let deleted = self.execute(
            "DELETE FROM plan_line WHERE id = ?1 AND version = ?2",
            &[line.id.to_value(), Value::Int(line.version)],
        )?;
        if deleted == 1 { Ok(()) } else { Err(StoreError::Stale { table: "plan_line" }) }
    }
    /// Tasks of a plan by number.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn tasks_of_plan(&mut self, plan: PlanId) -> Result<Vec<SpotCheckTask>, StoreError> {
        self.list("WHERE plan_id = ?1 ORDER BY number, id", &[plan.to_value()])
    }
    /// All editions of the plan that `plan` is an edition of, first to last, cancelled ones too.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn plan_editions(&mut self, plan: &SpotCheckPlan) -> Result<Vec<SpotCheckPlan>, StoreError> {
        let mut first = plan.clone();
        while let Some(previous) = first.previous_id {
            match self.get(&previous)? {
                Some(earlier) => first = earlier,
                None => break,
            }
        }
        let mut editions = vec![first];
        let mut place = 0;
        while let Some(edition) = editions.get(place) {
            let id = edition.id;
            editions
                .extend(self.list::<SpotCheckPlan>("WHERE previous_id = ?1 ORDER BY edition, id", &[id.to_value()])?);
            place += 1;
        }
        Ok(editions)
    }
    /// Plans of an authority to copy lines from, newest year first.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn plans_of(&mut self, org: OrganisationId) -> Result<Vec<SpotCheckPlan>, StoreError> {
        self.list("WHERE org_id = ?1 ORDER BY year DESC, edition DESC, id LIMIT 50", &[org.to_value()])
    }
    /// What a plan was at each decision, newest first.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn plan_snapshots(&mut self, plan: PlanId) -> Result<Vec<PlanSnapshot>, StoreError> {
        self.list("WHERE plan_id = ?1 ORDER BY at_us DESC, id DESC", &[plan.to_value()])
    }
    /// Rules of an authority that a scheme may be bound to.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn rules_to_bind(&mut self, org: OrganisationId) -> Result<Vec<SpotCheckRules>, StoreError> {
        self.list(
            "WHERE org_id = ?1 AND state <> 'RETIRED' ORDER BY product, code, edition LIMIT 500",
            &[org.to_value()],
        )
    }
    /// Laboratories of an authority's register by name.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn laboratories_of(&mut self, org: OrganisationId) -> Result<Vec<Laboratory>, StoreError> {
        self.list("WHERE org_id = ?1 ORDER BY name, id LIMIT 500", &[org.to_value()])
    }
    /// Product categories of an authority's newest code table.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn categories_of(&mut self, org: OrganisationId) -> Result<Vec<ProductCategory>, StoreError> {
        self.list("WHERE org_id = ?1 AND valid_until_on IS NULL ORDER BY code, id LIMIT 1000", &[org.to_value()])
    }
    /// Lines of superiors' plans of a year, as imported by the same authority, that name the line's product by name or code.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn superior_lines(&mut self, line: &PlanLine, year: i64) -> Result<Vec<(SpotCheckPlan, PlanLine)>, StoreError> {
        let plans: Vec<SpotCheckPlan> = self.list(
            "WHERE org_id = ?1 AND year = ?2 AND state <> 'CANCELLED'
             AND tier <> (SELECT own.tier FROM plan own WHERE own.id = ?3) ORDER BY created_at_us, id",
            &[line.org_id.to_value(), Value::Int(year), line.plan_id.to_value()],
        )?;
        let mut found = Vec::new();
        for plan in plans {
            for other in self.plan_lines(plan.id)? {
                let same_code = !line.product_code.is_empty()
                    && !line.product_code.starts_with("TMP-")
                    && other.product_code == line.product_code;
                if same_code || match_key(&other.product_name) == match_key(&line.product_name) {
                    found.push((plan.clone(), other));
                }
            }
        }
        Ok(found)
    }
    /// Years that have plans within a scope already narrowed by the caller.
    ///
    /// # Errors
    /// The database refuses.
    pub fn plan_years(&mut self, scope: &Query) -> Result<Vec<i64>, StoreError> {
        let rows = scope.clone().order("year DESC").rows(self, "DISTINCT year", "plan")?;
        rows.into_iter().map(|mut row| row.take()).collect()
    }
    /// Batches and budget (fen) of a plan.
    ///
    /// # Errors
    /// The database refuses.
    pub fn plan_totals(&mut self, plan: PlanId) -> Result<(i64, i64), StoreError> {
        let sql = "SELECT CAST(COALESCE(SUM(batches), 0) AS BIGINT), CAST(COALESCE(SUM(budget_fen), 0) AS BIGINT)
                   FROM plan_line WHERE plan_id = ?1";
        match self.select(sql, &[plan.to_value()])?.into_iter().next() {
            Some(mut row) => Ok((row.take()?, row.take()?)),
            None => Ok((0, 0)),
        }
    }
    /// Batches of a line that other tasks have, cancelled ones left out.
    ///
    /// # Errors
    /// The database refuses.
    pub fn batches_taken(&mut self, line: PlanLineId, but: Option<TaskId>) -> Result<i64, StoreError> {
        let sql = "SELECT CAST(COALESCE(SUM(batches), 0) AS BIGINT) FROM task
                   WHERE plan_line_id = ?1 AND kind = 'ROUTINE' AND state <> 'CANCELLED' AND id <> ?2";
        let but = but.map_or_else(|| Value::Text(String::new()), |task| task.to_value());
        self.integer(sql, &[line.to_value(), but])
    }
    /// Open objections about a task's reports, and notices whose time to object is still running.
    ///
    /// # Errors
    /// The database refuses.
    pub fn task_objections_open(&mut self, task: TaskId, today: Date) -> Result<i64, StoreError> {
        const REPORTS: &str = "JOIN inspection i ON i.id = x.inspection_id AND i.purpose = 'FIRST'
             JOIN sampling_record r ON r.id = i.record_id AND r.task_id = ?1";
        let open = self.integer(
            &format!(
                "SELECT COUNT(*) FROM objection x {REPORTS}
                 WHERE EXISTS (SELECT 1 FROM clock c WHERE c.subject_id = x.id AND c.state = 'OPEN')"
            ),
            &[task.to_value()],
        )?;
        let running = self.integer(
            &format!(
                "SELECT COUNT(*) FROM notice x {REPORTS} WHERE x.state <> 'WITHDRAWN' AND x.window_until_on >= ?2"
            ),
            &[task.to_value(), today.to_value()],
        )?;
        Ok(open + running)
    }
    /// Batches of a task of which the result is public.
    ///
    /// # Errors
    /// The database refuses.
    pub fn task_published(&mut self, task: TaskId) -> Result<i64, StoreError> {
        self.integer(
            "SELECT COUNT(DISTINCT i.id) FROM sampling_record r
             JOIN inspection i ON i.record_id = r.id AND i.purpose = 'FIRST' AND i.state = 'CONFIRMED'
             JOIN publication_entry e ON e.inspection_id = i.id AND e.state = 'LIVE'
             WHERE r.task_id = ?1",
            &[task.to_value()],
        )
    }
    /// Counts visits, records, reports, notices and cases of a task.
    ///
    /// # Errors
    /// The database refuses.
    pub fn task_progress(&mut self, task: TaskId) -> Result<Progress, StoreError> {
        let id = [task.to_value()];
        let mut count = |sql: &str| self.integer(sql, &id);
        Ok(Progress {
            visits: count("SELECT COUNT(*) FROM visit WHERE task_id = ?1")?,
            visits_open: count(
                "SELECT COUNT(*) FROM visit WHERE task_id = ?1 AND state NOT IN ('SUBMITTED', 'ACCEPTED')",
            )?,
            unsampled: count(
                "SELECT COUNT(*) FROM visit WHERE task_id = ?1 AND outcome IS NOT NULL AND outcome <> 'SAMPLED'",
            )?,
            sampled: count(
                "SELECT COUNT(*) FROM sampling_record
                 WHERE task_id = ?1 AND visit_id IS NOT NULL AND state NOT IN ('DRAFT', 'VOIDED')",
            )?,
            draws_closed: count("SELECT COUNT(*) FROM draw WHERE task_id = ?1 AND phase IN ('CLOSED', 'REVEALED')")?,
            draws_open: count(
                "SELECT COUNT(*) FROM draw WHERE task_id = ?1 AND phase NOT IN ('CLOSED', 'REVEALED', 'VOIDED')",
            )?,
            reports_open: count(
                "SELECT COUNT(*) FROM sampling_record r
                 WHERE r.task_id = ?1 AND r.visit_id IS NOT NULL AND r.state NOT IN ('DRAFT', 'VOIDED')
                 AND NOT EXISTS (SELECT 1 FROM inspection i WHERE i.record_id = r.id AND i.purpose = 'FIRST'
                   AND i.state IN ('SUBMITTED', 'CONFIRMED', 'TERMINATED_ILLEGAL', 'UNTESTABLE', 'REJECTED'))",
            )?,
            reports_unconfirmed: count(
                "SELECT COUNT(*) FROM inspection i JOIN sampling_record r ON r.id = i.record_id
                 WHERE r.task_id = ?1 AND i.purpose = 'FIRST' AND i.state = 'SUBMITTED'",
            )?,
            reports_confirmed: count(
                "SELECT COUNT(*) FROM inspection i JOIN sampling_record r ON r.id = i.record_id
                 WHERE r.task_id = ?1 AND i.purpose = 'FIRST' AND i.state = 'CONFIRMED'",
            )?,
            notices_missing: count(
                "SELECT COUNT(*) FROM inspection i JOIN sampling_record r ON r.id = i.record_id
                 WHERE r.task_id = ?1 AND i.purpose = 'FIRST' AND i.state = 'CONFIRMED'
                 AND (NOT EXISTS (SELECT 1 FROM notice n WHERE n.inspection_id = i.id AND n.state <> 'WITHDRAWN')
                   OR EXISTS (SELECT 1 FROM notice n WHERE n.inspection_id = i.id AND n.state = 'DRAFT'))",
            )?,
            cases_open: count(&format!(
                "SELECT COUNT(*) FROM case_file c WHERE c.id IN ({CASES_OF_TASK})
                 AND c.state NOT IN ('CLOSED', 'TRANSFERRED', 'EXEMPT')"
            ))?,
            cases: count(&format!("SELECT COUNT(*) FROM case_file c WHERE c.id IN ({CASES_OF_TASK})"))?,
        })
    }
}
