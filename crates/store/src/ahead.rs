//! Rows read ahead: a page that asks the same of many things asks once for all of them. Only for reading; a row that was not
//! read ahead is read as always. Never used by a transaction that writes: what was read ahead does not change with it.

use crate::{Column, Record, Row, StoreError, Tx, Value};
use std::collections::HashMap;

/// Ids of one statement; more are asked for in several.
const STEP: usize = 200;

/// Rows by statement and parameters.
pub(crate) type Ahead = HashMap<String, Vec<Vec<Value>>>;

fn key(sql: &str, parameters: &[Value]) -> String {
    format!("{sql}\n{parameters:?}")
}

impl Tx<'_> {
    /// Reads the rows that `WHERE column = ?1 order` would give for each of the values, in one statement for all of them.
    /// From now on this transaction keeps what it reads, so that nothing is read twice. Returns the rows.
    ///
    /// # Errors
    /// The database refuses.
    pub fn read_ahead<R: Record>(
        &mut self,
        column: &'static str,
        order: &'static str,
        values: &[impl Column],
    ) -> Result<Vec<R>, StoreError> {
        let columns = R::COLUMNS.join(", ");
        let tail = if order.is_empty() { String::new() } else { format!(" {order}") };
        let alone = format!("SELECT {columns} FROM {} WHERE {column} = ?1{tail}", R::TABLE);
        let mut found = Vec::new();
        for part in values.chunks(STEP) {
            let wanted: Vec<Value> = part.iter().map(Column::to_value).collect();
            let places = (1..=wanted.len()).map(|n| format!("?{n}")).collect::<Vec<_>>().join(", ");
            let sql = format!("SELECT {column}, {columns} FROM {} WHERE {column} IN ({places}){tail}", R::TABLE);
            let mut rows = Vec::new();
            self.each::<StoreError>(&sql, &wanted, |row| {
                rows.push(row.into_values());
                Ok(())
            })?;
            let ahead = self.ahead.get_or_insert_default();
            for value in &wanted {
                ahead.insert(key(&alone, std::slice::from_ref(value)), Vec::new());
            }
            for mut row in rows {
                let of = row.remove(0);
                ahead.entry(key(&alone, &[of])).or_default().push(row.clone());
                found.push(crate::record::read_record::<R>(&mut Row::new(row))?);
            }
        }
        Ok(found)
    }

    /// Reads the rows of a statement whose `?1` is each of the ids, in one statement for all of them. The statement answers
    /// with the id first and holds `= ?1` once.
    ///
    /// # Errors
    /// The database refuses.
    pub(crate) fn answer_ahead(&mut self, sql: &str, ids: &[impl Column], more: &[Value]) -> Result<(), StoreError> {
        for part in ids.chunks(STEP) {
            let wanted: Vec<Value> = part.iter().map(Column::to_value).collect();
            let first = more.len() + 2;
            let places = (first..first + wanted.len()).map(|n| format!("?{n}")).collect::<Vec<_>>().join(", ");
            // The place of the single id stays taken, by an id that is asked for anyway.
            let of_all = sql.replace("= ?1", &format!("IN (?1, {places})"));
            let parameters: Vec<Value> = wanted.iter().take(1).chain(more).chain(&wanted).cloned().collect();
            let rows: Vec<Vec<Value>> = self.select(&of_all, &parameters)?.into_iter().map(Row::into_values).collect();
            let ahead = self.ahead.get_or_insert_default();
            for id in &wanted {
                let asked: Vec<Value> = std::iter::once(id).chain(more).cloned().collect();
                let of_id = rows.iter().filter(|row| row.first() == Some(id)).cloned().collect();
                ahead.insert(key(sql, &asked), of_id);
            }
        }
        Ok(())
    }

    /// Rows of a statement, from what was read before where this transaction keeps that.
    pub(crate) fn kept_select(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, StoreError> {
        if self.ahead.is_none() {
            return self.select(sql, parameters);
        }
        let key = key(sql, parameters);
        if let Some(rows) = self.ahead.as_ref().and_then(|ahead| ahead.get(&key)) {
            return Ok(rows.iter().cloned().map(Row::new).collect());
        }
        let rows: Vec<Vec<Value>> = self.select(sql, parameters)?.into_iter().map(Row::into_values).collect();
        let copy = rows.iter().cloned().map(Row::new).collect();
        self.ahead.get_or_insert_default().insert(key, rows);
        Ok(copy)
    }
}
