//! The rows behind every figure: one source for the number and for its list, so that they cannot differ.

use super::{BASE, Figure, FigureRow, StatisticsFilter};
use crate::{Column, PageRequest, Query, StoreError, Tx, Value};
use hengjian_domain::clock::SubjectKind;
use jiff::civil::Date;

impl Tx<'_> {
    /// What a figure counts, exact.
    ///
    /// # Errors
    /// The database refuses.
    pub fn figure_count(&mut self, filter: &StatisticsFilter, figure: Figure, today: Date) -> Result<i64, StoreError> {
        let source = source(filter, figure, today);
        let mut count = 0;
        for mut row in source.query.rows(self, source.count, source.tables)? {
            count = row.take()?;
        }
        Ok(count)
    }
    /// A page of the rows behind a figure, newest first.
    ///
    /// # Errors
    /// The database refuses.
    pub fn figure_rows(
        &mut self,
        filter: &StatisticsFilter,
        figure: Figure,
        today: Date,
        page: &PageRequest,
    ) -> Result<Vec<FigureRow>, StoreError> {
        let source = source(filter, figure, today);
        let mut query = source.query;
        if let Some(group) = source.group {
            query = query.group(group);
        }
        query
            .page(source.key, source.id, true, false, page)
            .rows(self, source.select, source.tables)?
            .into_iter()
            .map(|mut row| {
                let (id, title, detail, on) = (row.take()?, row.take()?, row.take()?, row.take()?);
                let (amount, place) = (row.take()?, (row.take()?, row.take()?));
                let kind = match source.kind {
                    Some(kind) => kind,
                    None => row.take()?,
                };
                Ok(FigureRow { kind, id, title, detail, on, amount, place })
            })
            .collect()
    }
}

const ROWS: &str = "COUNT(*)";

/// Where the rows of a figure come from. `select`: id of the thing, first and second words, day, amount, sort key, id of
/// the row, and the kind of the thing where it differs from row to row.
struct Source {
    query: Query,
    tables: &'static str,
    count: &'static str,
    select: &'static str,
    group: Option<&'static str>,
    key: &'static str,
    id: &'static str,
    kind: Option<SubjectKind>,
}

fn batches(query: Query) -> Source {
    Source {
        query,
        tables: BASE,
        count: ROWS,
        select: "i.id, i.product_name, i.sampled_name, i.sampled_on, CAST(1 AS BIGINT), i.sampled_on, i.id",
        group: None,
        key: "i.sampled_on",
        id: "i.id",
        kind: Some(SubjectKind::Inspection),
    }
}

fn item_batches(filter: &StatisticsFilter, condition: &'static str) -> Source {
    batches(filter.base().filter(condition, &[Value::Text(filter.item.clone())]))
}

fn enterprises(query: Query) -> Source {
    Source {
        query: query.filter("i.sampled_enterprise_id IS NOT NULL", &[]),
        tables: BASE,
        count: "COUNT(DISTINCT i.sampled_enterprise_id)",
        select: "i.sampled_enterprise_id, MIN(i.sampled_name), MIN(i.sampled_address), MAX(i.sampled_on),
                 CAST(1 AS BIGINT), i.sampled_enterprise_id, i.sampled_enterprise_id",
        group: Some("i.sampled_enterprise_id"),
        key: "i.sampled_enterprise_id",
        id: "i.sampled_enterprise_id",
        kind: Some(SubjectKind::Enterprise),
    }
}

fn on_file(filter: &StatisticsFilter) -> Source {
    Source {
        query: Query::new().filter("e.org_id = ? AND e.status = 'ACTIVE'", &[filter.org_id.to_value()]),
        tables: "enterprise e",
        count: ROWS,
        select: "e.id, e.name, e.address, '', CAST(1 AS BIGINT), e.id, e.id",
        group: None,
        key: "e.id",
        id: "e.id",
        kind: Some(SubjectKind::Enterprise),
    }
}

fn planned(filter: &StatisticsFilter) -> Source {
    let years = [
        filter.org_id.to_value(),
        Value::Int(i64::from(filter.from.year())),
        Value::Int(i64::from(filter.until.year())),
    ];
    Source {
        query: Query::new().filter("p.org_id = ? AND p.year >= ? AND p.year <= ?", &years).filter(
            "p.state IN ('ISSUED', 'FILED', 'EXECUTING', 'COMPLETED', 'ARCHIVED')
             AND NOT EXISTS (SELECT 1 FROM plan n WHERE n.previous_id = p.id AND n.state IN ('ISSUED', 'FILED', 'EXECUTING', 'COMPLETED', 'ARCHIVED'))",
            &[],
        ),
        tables: "plan_line l JOIN plan p ON p.id = l.plan_id",
        count: "CAST(COALESCE(SUM(l.batches), 0) AS BIGINT)",
        select: "p.id, l.product_name, p.title, CAST(p.year AS TEXT), l.batches, l.id, l.id",
        group: None,
        key: "l.id",
        id: "l.id",
        kind: Some(SubjectKind::Plan),
    }
}

fn sampled(filter: &StatisticsFilter) -> Source {
    Source {
        query: filter
            .dated("r.org_id = ? AND r.sampled_on >= ? AND r.sampled_on <= ?")
            .filter("r.state IN ('SIGNED', 'SUBMITTED', 'ACCEPTED')", &[]),
        // Rechecks have no visit and are a figure of their own. What was sampled of whom is open once the draw is closed.
        tables: "sampling_record r JOIN visit v ON v.id = r.visit_id JOIN task t ON t.id = r.task_id
                 LEFT JOIN draw d ON d.id = v.draw_id AND d.phase NOT IN ('CLOSED', 'REVEALED')",
        count: ROWS,
        select: "v.id, CASE WHEN d.id IS NULL THEN r.product_name ELSE '' END, t.name, r.sampled_on, CAST(1 AS BIGINT),
                 r.sampled_on, r.id",
        group: None,
        key: "r.sampled_on",
        id: "r.id",
        kind: Some(SubjectKind::Visit),
    }
}

fn visits(filter: &StatisticsFilter, outcomes: &'static str) -> Source {
    Source {
        query: Query::new()
            .filter("v.org_id = ? AND v.outcome IS NOT NULL", &[filter.org_id.to_value()])
            .filter("v.submitted_at_us >= ? AND v.submitted_at_us < ?", &filter.instants())
            .filter(outcomes, &[]),
        // Who was drawn is open once the draw is closed; until then the row says which task and day only.
        tables: "visit v LEFT JOIN draw d ON d.id = v.draw_id AND d.phase IN ('CLOSED', 'REVEALED')
                 LEFT JOIN enterprise e ON e.id = v.enterprise_id AND d.id IS NOT NULL JOIN task t ON t.id = v.task_id",
        count: ROWS,
        select: "v.id, COALESCE(e.name, ''), t.name, CAST(v.submitted_at_us AS TEXT), CAST(1 AS BIGINT),
                 CAST(v.submitted_at_us AS TEXT), v.id",
        group: None,
        key: "CAST(v.submitted_at_us AS TEXT)",
        id: "v.id",
        kind: Some(SubjectKind::Visit),
    }
}

fn objections(filter: &StatisticsFilter, outcomes: &'static str) -> Source {
    Source {
        query: filter
            .dated("o.org_id = ? AND o.accepted_on IS NOT NULL AND o.received_on >= ? AND o.received_on <= ?")
            .filter(outcomes, &[]),
        tables: "objection o JOIN inspection i ON i.id = o.inspection_id",
        count: ROWS,
        select: "o.id, i.product_name, o.applicant, o.received_on, CAST(1 AS BIGINT), o.received_on, o.id",
        group: None,
        key: "o.received_on",
        id: "o.id",
        kind: Some(SubjectKind::Objection),
    }
}

fn cases(filter: &StatisticsFilter, states: &'static str) -> Source {
    Source {
        query: filter.dated("k.org_id = ? AND k.received_on >= ? AND k.received_on <= ?").filter(states, &[]),
        // The party of a visit is named once its draw is closed.
        tables: "case_file k LEFT JOIN visit v ON v.id = k.visit_id LEFT JOIN draw d ON d.id = v.draw_id AND d.phase IN ('CLOSED', 'REVEALED')",
        count: ROWS,
        select: "k.id, k.product_name, CASE WHEN k.visit_id IS NULL OR d.id IS NOT NULL THEN k.party_name ELSE '' END, k.received_on, CAST(1 AS BIGINT), k.received_on, k.id",
        group: None,
        key: "k.received_on",
        id: "k.id",
        kind: Some(SubjectKind::Case),
    }
}

fn rechecks(filter: &StatisticsFilter, passed: &'static str) -> Source {
    Source {
        query: filter
            .dated("q.org_id = ? AND q.passed IS NOT NULL AND q.sampled_on >= ? AND q.sampled_on <= ?")
            .filter(passed, &[]),
        tables: "case_recheck q JOIN case_file k ON k.id = q.case_id",
        count: ROWS,
        select: "k.id, k.product_name, k.party_name, q.sampled_on, CAST(1 AS BIGINT), q.sampled_on, q.id",
        group: None,
        key: "q.sampled_on",
        id: "q.id",
        kind: Some(SubjectKind::Case),
    }
}

/// Duties of a rule whose trigger lies in the period. A duty still open counts once its last day has passed.
fn duties(filter: &StatisticsFilter, rule: &str, today: Date, done: &'static str) -> Source {
    Source {
        query: filter
            .dated("c.org_id = ? AND c.trigger_on >= ? AND c.trigger_on <= ?")
            .filter("c.rule = ?", &[Value::Text(rule.to_owned())])
            // D10 is the notice of a result (regulations §3.1, R18 art. 35). The conclusion of a re-inspection is told
            // by the same clock but under art. 42, and is not counted with the notices.
            .filter("(c.rule <> 'D10' OR c.subject_kind = 'NOTICE')", &[])
            .filter("(c.state = 'DONE' OR (c.state = 'OPEN' AND c.due_strict_on < ?))", &[today.to_value()])
            .filter(done, &[]),
        tables: "clock c",
        count: ROWS,
        select: "c.subject_id, c.title, CASE WHEN c.state = 'DONE' THEN COALESCE(c.done_on, '') ELSE '' END,
                 c.due_strict_on, CAST(1 AS BIGINT), c.due_strict_on, c.id, c.subject_kind",
        group: None,
        key: "c.due_strict_on",
        id: "c.id",
        kind: None,
    }
}

fn source(filter: &StatisticsFilter, figure: Figure, today: Date) -> Source {
    const FAILED: &str = "f.conclusion = 'NONCONFORMING'";
    match figure {
        Figure::Batches => batches(filter.base()),
        Figure::Failed => batches(filter.base().filter(FAILED, &[])),
        Figure::Serious => batches(filter.base().filter(FAILED, &[]).filter("i.severity = 'SERIOUS'", &[])),
        Figure::ItemTested => item_batches(
            filter,
            "EXISTS (SELECT 1 FROM item_result m WHERE m.inspection_id = i.id AND m.item = ?
             AND COALESCE(m.overruled_verdict, m.verdict) IN ('PASS', 'FAIL'))",
        ),
        Figure::ItemFailed => item_batches(
            filter,
            "EXISTS (SELECT 1 FROM item_result m WHERE m.inspection_id = i.id AND m.item = ?
             AND COALESCE(m.overruled_verdict, m.verdict) = 'FAIL')",
        ),
        Figure::Enterprises => enterprises(filter.base()),
        Figure::EnterprisesFailed => enterprises(filter.base().filter(FAILED, &[])),
        Figure::OnFile => on_file(filter),
        Figure::Planned => planned(filter),
        Figure::Sampled => sampled(filter),
        Figure::Visits => visits(filter, "1 = 1"),
        Figure::Refused => visits(filter, "v.outcome = 'REFUSED'"),
        Figure::NotSampled => visits(filter, "v.outcome NOT IN ('SAMPLED', 'REFUSED', 'TERMINATED_ILLEGAL')"),
        Figure::Objections => objections(filter, "1 = 1"),
        Figure::Reinspections => objections(filter, "o.outcome IN ('SAME_RESULT', 'DIFFERENT_RESULT')"),
        Figure::Overturned => objections(filter, "o.outcome = 'DIFFERENT_RESULT'"),
        Figure::Cases => cases(filter, "k.state <> 'TRANSFERRED'"),
        Figure::CasesClosed => cases(filter, "k.state = 'CLOSED'"),
        Figure::Rechecks => rechecks(filter, "1 = 1"),
        Figure::RechecksPassed => rechecks(filter, "q.passed = 1"),
        Figure::Due(rule) => duties(filter, rule, today, "1 = 1"),
        Figure::DoneInTime(rule) => duties(filter, rule, today, "c.state = 'DONE' AND c.done_on <= c.due_strict_on"),
    }
}
