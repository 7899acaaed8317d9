//! Figures over what the other stages have recorded, and the rows behind every figure. Reads only; never averages
//! rates: counts are summed, a rate is made once, when it is shown (regulations §8.1, §8.2).

mod rows;

use crate::{Column, Query, StoreError, Tx, Value};
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
    /// One group of a table: how it is grouped and its key.
    pub group: Option<(Grouping, String)>,
    /// Test item, for the figures of items.
    pub item: String,
}

impl StatisticsFilter {
    /// Everything of an authority in a period.
    pub fn of(org_id: OrganisationId, from: Date, until: Date) -> Self {
        Self { org_id, from, until, field: None, product: String::new(), group: None, item: String::new() }
    }
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
    /// Different sampled enterprises.
    Enterprises,
    /// Those with at least one failure.
    EnterprisesFailed,
    /// Enterprises on file that are in business.
    OnFile,
    /// Batches planned in the years of the period.
    Planned,
    /// Batches sampled for tasks; a recheck's sample is none.
    Sampled,
    /// Duties of a rule that fell due.
    Due(&'static str),
    /// Those done in time.
    DoneInTime(&'static str),
    /// Batches tested for the item of the filter.
    ItemTested,
    /// Those that fail it.
    ItemFailed,
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
    /// What it adds to the figure: one, or the batches of a plan's line.
    pub amount: i64,
    /// Sort key and id of the row itself, for the next page.
    pub place: (String, String),
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

/// The key of a group as SQL, and the condition that a row belongs to one.
macro_rules! group_keys {
    ($($grouping:ident: $key:literal),+ $(,)?) => {
        impl Grouping {
            const fn key(self) -> &'static str {
                match self { $(Self::$grouping => $key),+ }
            }
            const fn condition(self) -> &'static str {
                match self { $(Self::$grouping => concat!($key, " = ?")),+ }
            }
            const fn select(self) -> &'static str {
                match self { $(Self::$grouping =>
                    concat!($key, ", COUNT(*), SUM(CASE WHEN f.conclusion = 'NONCONFORMING' THEN 1 ELSE 0 END)")),+ }
            }
        }
    };
}
group_keys! {
    Field: "COALESCE(r.field, '')",
    Product: "COALESCE(c.name, i.product_name)",
    Station: "COALESCE(s.short_name, '')",
    Scale: "COALESCE(e.scale, 'UNKNOWN')",
    Quarter: "SUBSTR(i.sampled_on, 1, 5) || CAST((CAST(SUBSTR(i.sampled_on, 6, 2) AS INTEGER) + 2) / 3 AS TEXT)",
}

impl StatisticsFilter {
    fn base(&self) -> Query {
        let product = Some(self.product.clone()).filter(|product| !product.is_empty());
        let query = Query::new()
            .filter("f.org_id = ?", &[self.org_id.to_value()])
            .filter("i.sampled_on >= ? AND i.sampled_on <= ?", &[self.from.to_value(), self.until.to_value()])
            .filter(COUNTED, &[])
            .filter_if("r.field = ?", self.field.map(|field| field.to_value()));
        let query = match &self.group {
            Some((grouping, key)) => query.filter(grouping.condition(), &[Value::Text(key.clone())]),
            None => query,
        };
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
    /// Batches by group, most batches first.
    ///
    /// # Errors
    /// The database refuses.
    pub fn batch_groups(&mut self, filter: &StatisticsFilter, grouping: Grouping) -> Result<Vec<Group>, StoreError> {
        let rows = filter.base().group(grouping.key()).rows(self, grouping.select(), BASE)?;
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
            LEFT JOIN enterprise e ON e.id = i.sampled_enterprise_id
            LEFT JOIN organisation s ON s.id = e.unit_id
            LEFT JOIN task t ON t.id = i.task_id";
        let query =
            filter.base().filter("COALESCE(m.overruled_verdict, m.verdict) IN ('PASS', 'FAIL')", &[]).group("m.item");
        // A batch counts once, in however many places it was tested for the item.
        let select = "m.item, COUNT(DISTINCT i.id),
             COUNT(DISTINCT CASE WHEN COALESCE(m.overruled_verdict, m.verdict) = 'FAIL' THEN i.id END)";
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
