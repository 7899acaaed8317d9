//! Figures over what the other stages have recorded, and the rows behind every figure. Reads only; never averages
//! rates: counts are summed, a rate is made once, when it is shown (regulations §8.1, §8.2).

use crate::{Column, PageRequest, Query, StoreError, Tx, Value};
use hengjian_domain::{
    clock::SubjectKind,
    ids::SubjectId,
    organisation::{OrganisationId, Tier},
    plan::SamplingField,
    time::Timestamp,
};
use jiff::civil::Date;

/// Which batches are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatisticsFilter {
    /// Authority.
    pub org_id: OrganisationId,
    /// First sampling day.
    pub from: Date,
    /// Last sampling day.
    pub until: Date,
    /// Field, or all.
    pub field: Option<SamplingField>,
    /// Name of the product category or product; empty: all.
    pub product: String,
}

/// A figure whose rows can be listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    /// Batches with a final conclusion.
    Batches,
    /// Those that fail.
    Failed,
    /// Those whose failure is serious.
    Serious,
    /// Visits with an outcome.
    Visits,
    /// Refused visits.
    Refused,
    /// Visits without sample, not refused.
    NotSampled,
    /// Accepted objections.
    Objections,
    /// Concluded re-inspections.
    Reinspections,
    /// Re-inspections with another result.
    Overturned,
    /// Cases opened, without those transferred.
    Cases,
    /// Cases closed.
    CasesClosed,
    /// Rechecks with a result.
    Rechecks,
    /// Rechecks passed.
    RechecksPassed,
}

/// A group of batches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Code or name of the group.
    pub key: String,
    /// Batches with a final conclusion.
    pub batches: i64,
    /// Those that fail.
    pub failed: i64,
}

/// How batches are grouped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grouping {
    /// Code of the field.
    Field,
    /// Product category, else product name.
    Product,
    /// Name of the station of the sampled party.
    Station,
    /// Code of the sampled party's scale.
    Scale,
    /// Quarter, `2021-3`.
    Quarter,
}

/// A row behind a figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigureRow {
    /// What it is.
    pub kind: SubjectKind,
    /// Its id.
    pub id: SubjectId,
    /// First words.
    pub title: String,
    /// Second words.
    pub detail: String,
    /// Its day.
    pub on: String,
}

/// A published table of another time or authority, as imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryGroup {
    /// Level.
    pub tier: Tier,
    /// Authority.
    pub organiser_name: String,
    /// Day of publication; empty when unknown.
    pub published_on: String,
    /// Product category.
    pub category: String,
    /// Batches with a conclusion.
    pub batches: i64,
    /// Those that fail.
    pub failed: i64,
}

/// Base set of regulations §8: own checks, tested, final, neither voided nor risk monitoring.
const BASE: &str = "final_result f
    JOIN inspection i ON i.id = f.inspection_id
    LEFT JOIN sampling_record r ON r.id = i.record_id
    LEFT JOIN product_category c ON c.id = r.category_id
    LEFT JOIN enterprise e ON e.id = i.sampled_enterprise_id
    LEFT JOIN organisation s ON s.id = e.unit_id
    LEFT JOIN task t ON t.id = i.task_id";
const COUNTED: &str = "i.origin <> 'SUPERIOR' AND i.excluded = 0 AND i.state = 'CONFIRMED'
    AND f.conclusion <> 'NOT_JUDGED' AND (t.kind IS NULL OR t.kind <> 'RISK_MONITORING')";

impl StatisticsFilter {
    fn base(&self) -> Query {
        let product = Some(self.product.clone()).filter(|product| !product.is_empty());
        let query = Query::new()
            .filter("f.org_id = ?", &[self.org_id.to_value()])
            .filter("i.sampled_on >= ? AND i.sampled_on <= ?", &[self.from.to_value(), self.until.to_value()])
            .filter(COUNTED, &[])
            .filter_if("r.field = ?", self.field.map(|field| field.to_value()));
        match product {
            Some(name) => {
                let name = Value::Text(name);
                query.filter("(c.name = ? OR (c.name IS NULL AND i.product_name = ?))", &[name.clone(), name])
            }
            None => query,
        }
    }
    /// The period as instants: from the first midnight to the one after the last day.
    fn instants(&self) -> [Value; 2] {
        let after = self.until.tomorrow().unwrap_or(self.until);
        [Timestamp::start_of(self.from).to_value(), Timestamp::start_of(after).to_value()]
    }
    /// Records whose own day lies in the period.
    fn dated(&self, condition: &'static str) -> Query {
        Query::new().filter(condition, &[self.org_id.to_value(), self.from.to_value(), self.until.to_value()])
    }
}

impl Tx<'_> {
    /// Batches and failures of the base set.
    ///
    /// # Errors
    /// The database refuses.
    pub fn batch_counts(&mut self, filter: &StatisticsFilter) -> Result<(i64, i64), StoreError> {
        let rows = filter.base().rows(
            self,
            "COUNT(*), SUM(CASE WHEN f.conclusion = 'NONCONFORMING' THEN 1 ELSE 0 END)",
            BASE,
        )?;
        let mut counts = (0, 0);
        for mut row in rows {
            counts = (row.take()?, row.take::<Option<i64>>()?.unwrap_or(0));
        }
        Ok(counts)
    }
    /// Different sampled enterprises, and those with at least one failure.
    ///
    /// # Errors
    /// The database refuses.
    pub fn enterprise_counts(&mut self, filter: &StatisticsFilter) -> Result<(i64, i64), StoreError> {
        let select = "COUNT(DISTINCT i.sampled_enterprise_id),
            COUNT(DISTINCT CASE WHEN f.conclusion = 'NONCONFORMING' THEN i.sampled_enterprise_id END)";
        let mut counts = (0, 0);
        for mut row in filter.base().rows(self, select, BASE)? {
            counts = (row.take()?, row.take()?);
        }
        Ok(counts)
    }
    /// Batches by group, most batches first.
    ///
    /// # Errors
    /// The database refuses.
    pub fn batch_groups(&mut self, filter: &StatisticsFilter, grouping: Grouping) -> Result<Vec<Group>, StoreError> {
        let (select, group) = match grouping {
            Grouping::Field => (
                "COALESCE(r.field, ''), COUNT(*), SUM(CASE WHEN f.conclusion = 'NONCONFORMING' THEN 1 ELSE 0 END)",
                "COALESCE(r.field, '')",
            ),
            Grouping::Product => (
                "COALESCE(c.name, i.product_name), COUNT(*), SUM(CASE WHEN f.conclusion = 'NONCONFORMING' THEN 1 ELSE 0 END)",
                "COALESCE(c.name, i.product_name)",
            ),
            Grouping::Station => (
                "COALESCE(s.short_name, ''), COUNT(*), SUM(CASE WHEN f.conclusion = 'NONCONFORMING' THEN 1 ELSE 0 END)",
                "COALESCE(s.short_name, '')",
            ),
            Grouping::Scale => (
                "COALESCE(e.scale, 'UNKNOWN'), COUNT(*), SUM(CASE WHEN f.conclusion = 'NONCONFORMING' THEN 1 ELSE 0 END)",
                "COALESCE(e.scale, 'UNKNOWN')",
            ),
            Grouping::Quarter => (
                "SUBSTR(i.sampled_on, 1, 5) || CAST((CAST(SUBSTR(i.sampled_on, 6, 2) AS INTEGER) + 2) / 3 AS TEXT),
                 COUNT(*), SUM(CASE WHEN f.conclusion = 'NONCONFORMING' THEN 1 ELSE 0 END)",
                "SUBSTR(i.sampled_on, 1, 5) || CAST((CAST(SUBSTR(i.sampled_on, 6, 2) AS INTEGER) + 2) / 3 AS TEXT)",
            ),
        };
        let rows = filter.base().group(group).rows(self, select, BASE)?;
        let groups: Result<Vec<Group>, StoreError> = rows
            .into_iter()
            .map(|mut row| Ok(Group { key: row.take()?, batches: row.take()?, failed: row.take()? }))
            .collect();
        let mut groups = groups?;
        if grouping == Grouping::Quarter {
            groups.sort_by(|a, b| a.key.cmp(&b.key));
        } else {
            groups.sort_by(|a, b| b.batches.cmp(&a.batches).then_with(|| a.key.cmp(&b.key)));
        }
        Ok(groups)
    }
    /// Items: batches tested for it and failures of it, most failures first.
    ///
    /// # Errors
    /// The database refuses.
    pub fn item_groups(&mut self, filter: &StatisticsFilter, limit: usize) -> Result<Vec<Group>, StoreError> {
        const TABLES: &str = "final_result f
            JOIN inspection i ON i.id = f.inspection_id
            JOIN item_result m ON m.inspection_id = i.id
            LEFT JOIN sampling_record r ON r.id = i.record_id
            LEFT JOIN product_category c ON c.id = r.category_id
            LEFT JOIN task t ON t.id = i.task_id";
        let query =
            filter.base().filter("COALESCE(m.overruled_verdict, m.verdict) IN ('PASS', 'FAIL')", &[]).group("m.item");
        let select =
            "m.item, COUNT(*), SUM(CASE WHEN COALESCE(m.overruled_verdict, m.verdict) = 'FAIL' THEN 1 ELSE 0 END)";
        let groups: Result<Vec<Group>, StoreError> = query
            .rows(self, select, TABLES)?
            .into_iter()
            .map(|mut row| Ok(Group { key: row.take()?, batches: row.take()?, failed: row.take()? }))
            .collect();
        let mut groups = groups?;
        groups.retain(|group| group.failed > 0);
        groups.sort_by(|a, b| b.failed.cmp(&a.failed).then_with(|| a.key.cmp(&b.key)));
        groups.truncate(limit);
        Ok(groups)
    }
    /// Number of rows behind a figure, exact.
    ///
    /// # Errors
    /// The database refuses.
    pub fn figure_count(&mut self, filter: &StatisticsFilter, figure: Figure) -> Result<i64, StoreError> {
        let source = source(filter, figure);
        let mut count = 0;
        for mut row in source.query.rows(self, "COUNT(*)", source.tables)? {
            count = row.take()?;
        }
        Ok(count)
    }
    /// A page of the rows behind a figure, newest first; the key of a row is its day and its id.
    ///
    /// # Errors
    /// The database refuses.
    pub fn figure_rows(
        &mut self,
        filter: &StatisticsFilter,
        figure: Figure,
        page: &PageRequest,
    ) -> Result<Vec<FigureRow>, StoreError> {
        let source = source(filter, figure);
        let rows =
            source.query.page(source.day, source.id, true, false, page).rows(self, source.select, source.tables)?;
        rows.into_iter()
            .map(|mut row| {
                let id: SubjectId = row.take()?;
                let (title, detail, on) = (row.take()?, row.take()?, row.take()?);
                Ok(FigureRow { kind: source.kind, id, title, detail, on })
            })
            .collect()
    }
    /// Duties of a rule that fell due in the period: how many, and how many were done in time. A duty still open
    /// counts once its last day has passed.
    ///
    /// # Errors
    /// The database refuses.
    pub fn duties_in_time(
        &mut self,
        filter: &StatisticsFilter,
        rule: &str,
        today: Date,
    ) -> Result<(i64, i64), StoreError> {
        let sql =
            "SELECT COUNT(*), SUM(CASE WHEN state = 'DONE' AND done_on <= due_strict_on THEN 1 ELSE 0 END) FROM clock
                   WHERE org_id = ?1 AND rule = ?2 AND trigger_on >= ?3 AND trigger_on <= ?4
                   AND (state = 'DONE' OR (state = 'OPEN' AND due_strict_on < ?5))";
        let values = [
            filter.org_id.to_value(),
            Value::Text(rule.to_owned()),
            filter.from.to_value(),
            filter.until.to_value(),
            today.to_value(),
        ];
        let mut counts = (0, 0);
        for mut row in self.select(sql, &values)? {
            counts = (row.take()?, row.take::<Option<i64>>()?.unwrap_or(0));
        }
        Ok(counts)
    }
    /// Batches planned in the years of the period (newest edition of each issued plan) and batches sampled for them.
    ///
    /// # Errors
    /// The database refuses.
    pub fn plan_completion(&mut self, filter: &StatisticsFilter) -> Result<(i64, i64), StoreError> {
        let planned = self.integer(
            "SELECT CAST(SUM(l.batches) AS BIGINT) FROM plan_line l JOIN plan p ON p.id = l.plan_id
             WHERE p.org_id = ?1 AND p.year >= ?2 AND p.year <= ?3 AND p.state IN ('ISSUED', 'FILED', 'EXECUTING', 'COMPLETED', 'ARCHIVED')
             AND NOT EXISTS (SELECT 1 FROM plan n WHERE n.previous_id = p.id AND n.state IN ('ISSUED', 'FILED', 'EXECUTING', 'COMPLETED', 'ARCHIVED'))",
            &[
                filter.org_id.to_value(),
                Value::Int(i64::from(filter.from.year())),
                Value::Int(i64::from(filter.until.year())),
            ],
        )?;
        let sampled = self.integer(
            "SELECT COUNT(*) FROM sampling_record WHERE org_id = ?1 AND sampled_on >= ?2 AND sampled_on <= ?3
             AND state IN ('SIGNED', 'SUBMITTED', 'ACCEPTED') AND task_id IS NOT NULL",
            &[filter.org_id.to_value(), filter.from.to_value(), filter.until.to_value()],
        )?;
        Ok((planned, sampled))
    }
    /// Enterprises on file that are in business.
    ///
    /// # Errors
    /// The database refuses.
    pub fn enterprises_on_file(&mut self, org: OrganisationId) -> Result<i64, StoreError> {
        self.integer("SELECT COUNT(*) FROM enterprise WHERE org_id = ?1 AND status = 'ACTIVE'", &[org.to_value()])
    }
    /// Imported results of earlier years and other authorities, table by table.
    ///
    /// # Errors
    /// The database refuses.
    pub fn history_groups(&mut self, org: OrganisationId) -> Result<Vec<HistoryGroup>, StoreError> {
        let sql = "SELECT tier, organiser_name, COALESCE(published_on, ''), category, COUNT(*),
                   SUM(CASE WHEN conclusion = 'NONCONFORMING' THEN 1 ELSE 0 END)
                   FROM earlier_check WHERE org_id = ?1 AND own = 0 AND conclusion IS NOT NULL
                   GROUP BY tier, organiser_name, COALESCE(published_on, ''), category
                   ORDER BY 3 DESC, 2, 4";
        self.select(sql, &[org.to_value()])?
            .into_iter()
            .map(|mut row| {
                Ok(HistoryGroup {
                    tier: row.take()?,
                    organiser_name: row.take()?,
                    published_on: row.take()?,
                    category: row.take()?,
                    batches: row.take()?,
                    failed: row.take()?,
                })
            })
            .collect()
    }
}

/// Where the rows of a figure come from.
struct Source {
    query: Query,
    tables: &'static str,
    select: &'static str,
    day: &'static str,
    id: &'static str,
    kind: SubjectKind,
}

fn source(filter: &StatisticsFilter, figure: Figure) -> Source {
    let batches = |query: Query| Source {
        query,
        tables: BASE,
        select: "i.id, i.product_name, i.sampled_name, i.sampled_on",
        day: "i.sampled_on",
        id: "i.id",
        kind: SubjectKind::Inspection,
    };
    let visits = |outcomes: &'static str| Source {
        query: Query::new()
            .filter("v.org_id = ? AND v.outcome IS NOT NULL", &[filter.org_id.to_value()])
            .filter("v.submitted_at_us >= ? AND v.submitted_at_us < ?", &filter.instants())
            .filter(outcomes, &[]),
        // Who was drawn is open once the draw is closed; until then the row says which task and day only.
        tables: "visit v LEFT JOIN draw d ON d.id = v.draw_id AND d.phase IN ('CLOSED', 'REVEALED')
                 LEFT JOIN enterprise e ON e.id = v.enterprise_id AND d.id IS NOT NULL JOIN task t ON t.id = v.task_id",
        select: "v.id, COALESCE(e.name, ''), t.name, CAST(v.submitted_at_us AS TEXT)",
        day: "CAST(v.submitted_at_us AS TEXT)",
        id: "v.id",
        kind: SubjectKind::Visit,
    };
    let objections = |outcomes: &'static str| Source {
        query: filter
            .dated("o.org_id = ? AND o.accepted_on IS NOT NULL AND o.received_on >= ? AND o.received_on <= ?")
            .filter(outcomes, &[]),
        tables: "objection o JOIN inspection i ON i.id = o.inspection_id",
        select: "o.id, i.product_name, o.applicant, o.received_on",
        day: "o.received_on",
        id: "o.id",
        kind: SubjectKind::Objection,
    };
    let cases = |states: &'static str| Source {
        query: filter.dated("k.org_id = ? AND k.received_on >= ? AND k.received_on <= ?").filter(states, &[]),
        // The party of a visit is named once its draw is closed.
        tables: "case_file k LEFT JOIN visit v ON v.id = k.visit_id LEFT JOIN draw d ON d.id = v.draw_id AND d.phase IN ('CLOSED', 'REVEALED')",
        select: "k.id, k.product_name, CASE WHEN k.visit_id IS NULL OR d.id IS NOT NULL THEN k.party_name ELSE '' END, k.received_on",
        day: "k.received_on",
        id: "k.id",
        kind: SubjectKind::Case,
    };
    let rechecks = |passed: &'static str| Source {
        query: filter
            .dated("q.org_id = ? AND q.passed IS NOT NULL AND q.sampled_on >= ? AND q.sampled_on <= ?")
            .filter(passed, &[]),
        tables: "case_recheck q JOIN case_file k ON k.id = q.case_id",
        select: "k.id, k.product_name, k.party_name, q.sampled_on",
        day: "q.sampled_on",
        id: "q.id",
        kind: SubjectKind::Case,
    };
    match figure {
        Figure::Batches => batches(filter.base()),
        Figure::Failed => batches(filter.base().filter("f.conclusion = 'NONCONFORMING'", &[])),
        Figure::Serious => {
            batches(filter.base().filter("f.conclusion = 'NONCONFORMING' AND i.severity = 'SERIOUS'", &[]))
        }
        Figure::Visits => visits("1 = 1"),
        Figure::Refused => visits("v.outcome = 'REFUSED'"),
        Figure::NotSampled => visits("v.outcome NOT IN ('SAMPLED', 'REFUSED', 'TERMINATED_ILLEGAL')"),
        Figure::Objections => objections("1 = 1"),
        Figure::Reinspections => objections("o.outcome IN ('SAME_RESULT', 'DIFFERENT_RESULT')"),
        Figure::Overturned => objections("o.outcome = 'DIFFERENT_RESULT'"),
        Figure::Cases => cases("k.state <> 'TRANSFERRED'"),
        Figure::CasesClosed => cases("k.state = 'CLOSED'"),
        Figure::Rechecks => rechecks("1 = 1"),
        Figure::RechecksPassed => rechecks("q.passed = 1"),
    }
}
