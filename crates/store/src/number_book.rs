//! Number books: a number is used once, in order, and a void keeps its number (product.md §2.7).

use crate::{Column, StoreError, Tx, Value};
use hengjian_domain::{ids::SubjectId, organisation::OrganisationId, time::Timestamp};

impl Tx<'_> {
    /// Takes the next number of a book. Two acts cannot get the same: the row is locked until the act ends.
    ///
    /// # Errors
    /// The database refuses.
    pub fn take_number(&mut self, org: OrganisationId, kind: &str, year: i64) -> Result<i64, StoreError> {
        let key = [org.to_value(), Value::Text(kind.to_owned()), Value::Int(year)];
        let sql = "INSERT INTO number_book (org_id, kind, year, next) VALUES (?1, ?2, ?3, 2)
                   ON CONFLICT (org_id, kind, year) DO UPDATE SET next = number_book.next + 1 RETURNING next - 1";
        self.integer(sql, &key)
    }
    /// Notes the use of a number as printed; refuses a text that was used before.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when the printed number exists.
    pub fn use_number(&mut self, used: &UsedNumber<'_>) -> Result<(), StoreError> {
        let sql = "INSERT INTO number_use (org_id, kind, text, year, number, subject_id, state, reason, at_us)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
        let values = [
            used.org_id.to_value(),
            Value::Text(used.kind.to_owned()),
            Value::Text(used.text.to_owned()),
            Value::Int(used.year),
            Value::Int(used.number),
            used.subject_id.to_value(),
            Value::Text("USED".to_owned()),
            Value::Text(String::new()),
            used.at_us.to_value(),
        ];
        self.execute(sql, &values).map(|_| ())
    }
    /// Whether a printed number is in use (or void) already.
    ///
    /// # Errors
    /// The database refuses.
    pub fn number_is_used(&mut self, org: OrganisationId, kind: &str, text: &str) -> Result<bool, StoreError> {
        let sql = "SELECT COUNT(*) FROM number_use WHERE org_id = ?1 AND kind = ?2 AND text = ?3";
        Ok(self.integer(sql, &[org.to_value(), Value::Text(kind.to_owned()), Value::Text(text.to_owned())])? > 0)
    }
    /// Voids a number with its reason; it is never given out again.
    ///
    /// # Errors
    /// The database refuses.
    pub fn void_number(&mut self, org: OrganisationId, kind: &str, text: &str, reason: &str) -> Result<(), StoreError> {
        let sql = "UPDATE number_use SET state = 'VOID', reason = ?4 WHERE org_id = ?1 AND kind = ?2 AND text = ?3";
        let values = [
            org.to_value(),
            Value::Text(kind.to_owned()),
            Value::Text(text.to_owned()),
            Value::Text(reason.to_owned()),
        ];
        self.execute(sql, &values).map(|_| ())
    }
}

/// A number as printed on a paper.
#[derive(Debug, Clone, Copy)]
pub struct UsedNumber<'a> {
    /// Whose book.
    pub org_id: OrganisationId,
    /// Which book, for example `sampling_record`, `document`.
    pub kind: &'a str,
    /// The number as printed.
    pub text: &'a str,
    /// Year of the book.
    pub year: i64,
    /// Running number.
    pub number: i64,
    /// The paper's thing.
    pub subject_id: Option<SubjectId>,
    /// When used.
    pub at_us: Timestamp,
}
