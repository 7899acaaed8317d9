//! The three types both databases share (BIGINT, TEXT, BYTEA) and how domain values become them.
//! Units are in the column names: `_on` ISO date, `_at_us` microseconds UTC, `_fen` money.

use crate::StoreError;
use hengjian_domain::{ids::Id, time::Timestamp};
use jiff::civil::Date;

/// A value as it goes to or comes from either database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// SQL NULL.
    Null,
    /// BIGINT.
    Int(i64),
    /// TEXT.
    Text(String),
    /// BYTEA / BLOB.
    Bytes(Vec<u8>),
}

/// A Rust type that is one column.
pub trait Column: Sized {
    /// To the database.
    fn to_value(&self) -> Value;
    /// From the database; the error says what is wrong in words.
    fn from_value(value: Value) -> Result<Self, String>;
}

fn wrong<T>(wanted: &str, value: &Value) -> Result<T, String> {
    let found = match value {
        Value::Null => "NULL",
        Value::Int(_) => "integer",
        Value::Text(_) => "text",
        Value::Bytes(_) => "bytes",
    };
    Err(format!("{wanted} expected, {found} found"))
}

/// Whatever stands in the column.
impl Column for Value {
    fn to_value(&self) -> Value {
        self.clone()
    }
    fn from_value(value: Value) -> Result<Self, String> {
        Ok(value)
    }
}

impl Column for i64 {
    fn to_value(&self) -> Value {
        Value::Int(*self)
    }
    fn from_value(value: Value) -> Result<Self, String> {
        match value {
            Value::Int(number) => Ok(number),
            other => wrong("integer", &other),
        }
    }
}

/// Integers that fit an `i64`.
macro_rules! integer_columns {
    ($($kind:ty),+) => {$(
        impl Column for $kind {
            fn to_value(&self) -> Value { Value::Int(i64::from(*self)) }
            fn from_value(value: Value) -> Result<Self, String> {
                i64::from_value(value)?.try_into().map_err(|_| concat!(stringify!($kind), " out of range").to_owned())
            }
        }
    )+};
}
integer_columns!(u32, i32, u16, u8);

impl Column for bool {
    fn to_value(&self) -> Value {
        Value::Int(i64::from(*self))
    }
    fn from_value(value: Value) -> Result<Self, String> {
        match i64::from_value(value)? {
            0 => Ok(false),
            1 => Ok(true),
            other => Err(format!("0 or 1 expected, {other} found")),
        }
    }
}

impl Column for String {
    fn to_value(&self) -> Value {
        Value::Text(self.clone())
    }
    fn from_value(value: Value) -> Result<Self, String> {
        match value {
            Value::Text(text) => Ok(text),
            other => wrong("text", &other),
        }
    }
}

impl Column for Vec<u8> {
    fn to_value(&self) -> Value {
        Value::Bytes(self.clone())
    }
    fn from_value(value: Value) -> Result<Self, String> {
        match value {
            Value::Bytes(bytes) => Ok(bytes),
            other => wrong("bytes", &other),
        }
    }
}

impl<T: Column> Column for Option<T> {
    fn to_value(&self) -> Value {
        self.as_ref().map_or(Value::Null, Column::to_value)
    }
    fn from_value(value: Value) -> Result<Self, String> {
        if value == Value::Null { Ok(None) } else { T::from_value(value).map(Some) }
    }
}

impl<K> Column for Id<K> {
    fn to_value(&self) -> Value {
        Value::Text(self.to_string())
    }
    fn from_value(value: Value) -> Result<Self, String> {
        String::from_value(value)?.parse().map_err(|_| "not a UUID".to_owned())
    }
}

impl Column for Date {
    fn to_value(&self) -> Value {
        Value::Text(self.to_string())
    }
    fn from_value(value: Value) -> Result<Self, String> {
        String::from_value(value)?.parse().map_err(|_| "not an ISO date".to_owned())
    }
}

impl Column for Timestamp {
    fn to_value(&self) -> Value {
        Value::Int(self.0)
    }
    fn from_value(value: Value) -> Result<Self, String> {
        i64::from_value(value).map(Timestamp)
    }
}

/// A wide frozen record (a form as filled in, a snapshot) kept as JSON text in one column.
/// Facts that are searched, joined or guarded have columns of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl<T: serde::Serialize + serde::de::DeserializeOwned> Column for Json<T> {
    fn to_value(&self) -> Value {
        // Serialising plain data to a string fails only for maps with non-text keys; none of ours has one.
        serde_json::to_string(&self.0).map_or(Value::Null, Value::Text)
    }
    fn from_value(value: Value) -> Result<Self, String> {
        serde_json::from_str(&String::from_value(value)?).map(Json).map_err(|error| error.to_string())
    }
}

/// Declares that domain types are columns: `code: PlanState, Tier;` stores a `Code` enum by its code,
/// `json: SamplingRecord;` stores a serde type as JSON text.
#[macro_export]
macro_rules! columns {
    (code: $($code:ty),+ ; $($rest:tt)*) => {
        $(impl $crate::value::Column for $code {
            fn to_value(&self) -> $crate::value::Value {
                $crate::value::Value::Text(hengjian_domain::code::Code::code(*self).to_owned())
            }
            fn from_value(value: $crate::value::Value) -> Result<Self, String> {
                let code = <String as $crate::value::Column>::from_value(value)?;
                <Self as hengjian_domain::code::Code>::from_code(&code).ok_or_else(|| format!("unknown code {code}"))
            }
        })+
        $crate::columns! { $($rest)* }
    };
    (json: $($json:ty),+ ; $($rest:tt)*) => {
        $(impl $crate::value::Column for $json {
            fn to_value(&self) -> $crate::value::Value {
                serde_json::to_string(self).map_or($crate::value::Value::Null, $crate::value::Value::Text)
            }
            fn from_value(value: $crate::value::Value) -> Result<Self, String> {
                let text = <String as $crate::value::Column>::from_value(value)?;
                serde_json::from_str(&text).map_err(|error| error.to_string())
            }
        })+
        $crate::columns! { $($rest)* }
    };
    () => {};
}

/// One row, read from left to right in the order of the statement's columns.
#[derive(Debug)]
pub struct Row {
    values: std::vec::IntoIter<Value>,
    position: usize,
}

impl Row {
    pub(crate) fn new(values: Vec<Value>) -> Self {
        Self { values: values.into_iter(), position: 0 }
    }
    /// All columns that were not taken yet.
    pub(crate) fn into_values(self) -> Vec<Value> {
        self.values.collect()
    }
    /// The next column.
    ///
    /// # Errors
    /// The value is not of the type asked for, or the row has no more columns.
    pub fn take<T: Column>(&mut self) -> Result<T, StoreError> {
        self.position += 1;
        let unreadable = |reason| StoreError::Unreadable { column: format!("no. {}", self.position), reason };
        let value = self.values.next().ok_or_else(|| unreadable("row has fewer columns".to_owned()))?;
        T::from_value(value).map_err(unreadable)
    }
}
