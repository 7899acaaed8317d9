//! One line per table: which columns carry which fields of a domain struct. Every record has `id` and
//! `version` first; saving is guarded by the version, so two people cannot overwrite each other.

use crate::{Column, Row, StoreError, Tx, Value};
use std::{cell::RefCell, collections::HashMap, rc::Rc};

/// A domain struct that is one row of one table.
pub trait Record: Sized {
    /// Table name.
    const TABLE: &'static str;
    /// Columns, `id` and `version` first.
    const COLUMNS: &'static [&'static str];
    /// Values in the order of the columns.
    fn values(&self) -> Vec<Value>;
    /// Reads the columns in their order.
    fn read(row: &mut Row) -> Result<Self, StoreError>;
    /// Row version as loaded.
    fn version(&self) -> i64;
    /// Sets the version after a save.
    fn set_version(&mut self, version: i64);
    /// Runs with every insert and save: what is built from the row and lies in another table.
    ///
    /// # Errors
    /// The database refuses.
    fn written(&self, _tx: &mut Tx<'_>) -> Result<(), StoreError> {
        Ok(())
    }
}

/// Declares a record: `record!(Plan in "plan": id, version, org_id, year);`, with a column that is made from the others and
/// never read, and what else is built whenever the row is written:
/// `record!(Case in "case_file": id, version, number; search_key = search_key; index_words);`
#[macro_export]
macro_rules! record {
    ($name:ident in $table:literal : id, version $(, $field:ident)* ; $made:ident = $make:path; $written:path) => {
        impl $crate::record::Record for $name {
            const TABLE: &'static str = $table;
            const COLUMNS: &'static [&'static str] = &["id", "version" $(, stringify!($field))*, stringify!($made)];
            fn values(&self) -> Vec<$crate::value::Value> {
                use $crate::value::Column;
                vec![self.id.to_value(), self.version.to_value() $(, self.$field.to_value())*, $crate::value::Value::Text($make(self))]
            }
            fn read(row: &mut $crate::value::Row) -> Result<Self, $crate::StoreError> {
                let record = Self { id: row.take()?, version: row.take()? $(, $field: row.take()?)* };
                let _: String = row.take()?;
                Ok(record)
            }
            fn version(&self) -> i64 { self.version }
            fn set_version(&mut self, version: i64) { self.version = version; }
            fn written(&self, tx: &mut $crate::Tx<'_>) -> Result<(), $crate::StoreError> { $written(self, tx) }
        }
    };
    ($name:ident in $table:literal : id, version $(, $field:ident)* $(,)?) => {
        impl $crate::record::Record for $name {
            const TABLE: &'static str = $table;
            const COLUMNS: &'static [&'static str] = &["id", "version" $(, stringify!($field))*];
            fn values(&self) -> Vec<$crate::value::Value> {
                use $crate::value::Column;
                vec![self.id.to_value(), self.version.to_value() $(, self.$field.to_value())*]
            }
            fn read(row: &mut $crate::value::Row) -> Result<Self, $crate::StoreError> {
                Ok(Self { id: row.take()?, version: row.take()? $(, $field: row.take()?)* })
            }
            fn version(&self) -> i64 { self.version }
            fn set_version(&mut self, version: i64) { self.version = version; }
        }
    };
}

thread_local! {
    /// The statement of each table, put together once a thread: an import inserts a million rows.
    static INSERTS: RefCell<HashMap<&'static str, Rc<str>>> = RefCell::new(HashMap::new());
}

fn insert_statement<R: Record>() -> Rc<str> {
    INSERTS.with_borrow_mut(|known| {
        let statement = known.entry(R::TABLE).or_insert_with(|| {
            let places = (1..=R::COLUMNS.len()).map(|n| format!("?{n}")).collect::<Vec<_>>().join(", ");
            format!("INSERT INTO {} ({}) VALUES ({places})", R::TABLE, R::COLUMNS.join(", ")).into()
        });
        Rc::clone(statement)
    })
}

impl Tx<'_> {
    /// Inserts a new row with version 1.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when a unique key exists.
    pub fn insert<R: Record>(&mut self, record: &mut R) -> Result<(), StoreError> {
        record.set_version(1);
        self.execute(&insert_statement::<R>(), &record.values())?;
        record.written(self)
    }

    /// Saves a row that was loaded in this or an earlier request.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when somebody else saved it since.
    pub fn update<R: Record>(&mut self, record: &mut R) -> Result<(), StoreError> {
        let loaded = record.version();
        let sets = R::COLUMNS.iter().enumerate().skip(2).map(|(n, column)| format!(", {column} = ?{}", n + 1));
        let sql = format!(
            "UPDATE {} SET version = version + 1{} WHERE id = ?1 AND version = ?2",
            R::TABLE,
            sets.collect::<String>()
        );
        if self.execute(&sql, &record.values())? != 1 {
            return Err(StoreError::Stale { table: R::TABLE });
        }
        record.set_version(loaded + 1);
        record.written(self)
    }

    /// Loads one row by id.
    ///
    /// # Errors
    /// The row cannot become a domain value.
    pub fn get<R: Record>(&mut self, id: &impl Column) -> Result<Option<R>, StoreError> {
        self.find("WHERE id = ?1", &[id.to_value()])
    }

    /// The first row that matches `tail` (`WHERE … ORDER BY … LIMIT …`, hand-written, parameters `?1` …).
    ///
    /// # Errors
    /// A row cannot become a domain value.
    pub fn find<R: Record>(&mut self, tail: &'static str, parameters: &[Value]) -> Result<Option<R>, StoreError> {
        Ok(self.list::<R>(tail, parameters)?.into_iter().next())
    }

    /// All rows that match `tail`. For lists that can grow use [`crate::Query`] with a page.
    ///
    /// # Errors
    /// A row cannot become a domain value; the error names the table.
    pub fn list<R: Record>(&mut self, tail: &'static str, parameters: &[Value]) -> Result<Vec<R>, StoreError> {
        let sql = format!("SELECT {} FROM {} {tail}", R::COLUMNS.join(", "), R::TABLE);
        self.kept_select(&sql, parameters)?.into_iter().map(|mut row| read_record::<R>(&mut row)).collect()
    }
}

/// Reads a record and names table and row when it cannot be read.
pub(crate) fn read_record<R: Record>(row: &mut Row) -> Result<R, StoreError> {
    R::read(row).map_err(|error| match error {
        StoreError::Unreadable { column, reason } => {
            let place = column.strip_prefix("no. ").and_then(|n| n.parse::<usize>().ok());
            let name = place.and_then(|n| R::COLUMNS.get(n - 1)).copied().unwrap_or("?");
            StoreError::Unreadable { column: format!("{}.{name}", R::TABLE), reason }
        }
        other => other,
    })
}
