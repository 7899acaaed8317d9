//! Lists: filters that are really present, keyset paging, bounded counts. The text is assembled from
//! literals only; values are always parameters.

use crate::{Record, StoreError, Tx, Value, record::read_record};

/// Counting stops here; the page then says “1 000 以上”.
pub const COUNT_LIMIT: i64 = 1_000;

/// Which page of a list: rows after a key, and how many.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageRequest {
    /// Sort key and id of the last row of the page before; `None` for the first page.
    pub after: Option<(String, String)>,
    /// Rows per page; one more is read to know whether a next page exists.
    pub limit: i64,
}

/// A `SELECT` under construction. Each `?` of an added piece is numbered in order.
#[derive(Debug, Clone, Default)]
pub struct Query {
    conditions: String,
    group: String,
    order: String,
    parameters: Vec<Value>,
    joins: &'static str,
    before: &'static str,
}

impl Query {
    /// A query without conditions.
    pub fn new() -> Self {
        Self::default()
    }
    /// Adds `JOIN …` text, once.
    #[must_use]
    pub fn join(mut self, joins: &'static str) -> Self {
        self.joins = joins;
        self
    }
    /// Lets another table lead: `driven_by("enterprise_word CROSS JOIN")`. CROSS JOIN keeps SQLite to that order.
    #[must_use]
    pub fn driven_by(mut self, before: &'static str) -> Self {
        self.before = before;
        self
    }
    /// Adds a condition joined by AND; each `?` in it takes the next value.
    #[must_use]
    pub fn filter(mut self, condition: &'static str, values: &[Value]) -> Self {
        self.conditions.push_str(if self.conditions.is_empty() { " WHERE " } else { " AND " });
        let mut values = values.iter();
        for piece in condition.split_inclusive('?') {
            if let Some(before) = piece.strip_suffix('?') {
                self.conditions.push_str(before);
                self.parameters.push(values.next().cloned().unwrap_or(Value::Null));
                self.conditions.push_str(&format!("?{}", self.parameters.len()));
            } else {
                self.conditions.push_str(piece);
            }
        }
        self
    }
    /// Rows whose owner is the organisation at `path` or lies below it.
    #[must_use]
    pub fn below(self, path: &str) -> Self {
        self.filter("org_id IN (SELECT id FROM organisation WHERE path LIKE ?)", &[Value::Text(format!("{path}%"))])
    }
    /// Adds the condition only when there is a value.
    #[must_use]
    pub fn filter_if(self, condition: &'static str, value: Option<Value>) -> Self {
        match value {
            Some(value) => self.filter(condition, &[value]),
            None => self,
        }
    }
    /// Sorts by `key` then `id` and continues after the page's last row. `key` is a literal of the caller
    /// (an allow-listed sort), of type TEXT or BIGINT.
    #[must_use]
    pub fn page(
        mut self,
        key: &'static str,
        id: &'static str,
        descending: bool,
        integer_key: bool,
        page: &PageRequest,
    ) -> Self {
        let (sign, direction) = if descending { ("<", "DESC") } else { (">", "ASC") };
        if let Some((after_key, after_id)) = &page.after {
            let value =
                if integer_key { Value::Int(after_key.parse().unwrap_or(0)) } else { Value::Text(after_key.clone()) };
            self.conditions.push_str(if self.conditions.is_empty() { " WHERE " } else { " AND " });
            self.parameters.push(value);
            let n = self.parameters.len();
            self.parameters.push(Value::Text(after_id.clone()));
            self.conditions.push_str(&format!("({key}, {id}) {sign} (?{n}, ?{})", n + 1));
        }
        self.order = format!(" ORDER BY {key} {direction}, {id} {direction} LIMIT {}", page.limit.clamp(1, 1_000) + 1);
        self
    }
    /// Groups by a literal; the caller sorts, or pages by the same literal.
    #[must_use]
    pub fn group(mut self, group: &'static str) -> Self {
        self.group = format!(" GROUP BY {group}");
        self
    }
    /// Sorts by a literal; for short lists without paging.
    #[must_use]
    pub fn order(mut self, order: &'static str) -> Self {
        self.order = format!(" ORDER BY {order}");
        self
    }
    /// Rows of a record; with a page, one row more than asked for when a next page exists.
    ///
    /// # Errors
    /// A row cannot become a domain value.
    pub fn records<R: Record>(&self, tx: &mut Tx<'_>) -> Result<Vec<R>, StoreError> {
        tx.select(&self.statement::<R>(), &self.parameters)?
            .into_iter()
            .map(|mut row| read_record::<R>(&mut row))
            .collect()
    }
    fn statement<R: Record>(&self) -> String {
        let columns = R::COLUMNS.iter().map(|column| format!("{}.{column}", R::TABLE)).collect::<Vec<_>>().join(", ");
        let Self { before, joins, conditions, order, .. } = self;
        format!("SELECT {columns} FROM {before} {} {joins}{conditions}{order}", R::TABLE)
    }
    /// SQLite's plan for [`Self::records`], one step a line; for the test that every list finds an index.
    ///
    /// # Errors
    /// The database refuses; PostgreSQL has no such statement.
    pub fn plan<R: Record>(&self, tx: &mut Tx<'_>) -> Result<Vec<String>, StoreError> {
        tx.plan_of(&self.statement::<R>())
    }
    /// Rows of chosen columns: `select` is the literal text between SELECT and FROM, `table` the table.
    ///
    /// # Errors
    /// The database refuses the statement.
    pub fn rows(
        &self,
        tx: &mut Tx<'_>,
        select: &'static str,
        table: &'static str,
    ) -> Result<Vec<crate::Row>, StoreError> {
        tx.select(
            &format!("SELECT {select} FROM {table} {}{}{}{}", self.joins, self.conditions, self.group, self.order),
            &self.parameters,
        )
    }
    /// Exact count up to [`COUNT_LIMIT`] + 1.
    ///
    /// # Errors
    /// The database refuses the statement.
    pub fn bounded_count(&self, tx: &mut Tx<'_>, table: &'static str) -> Result<i64, StoreError> {
        let sql = format!(
            "SELECT COUNT(*) FROM (SELECT 1 AS one FROM {} {table} {}{} LIMIT {}) AS bounded",
            self.before,
            self.joins,
            self.conditions,
            COUNT_LIMIT + 1
        );
        tx.integer(&sql, &self.parameters)
    }
}
