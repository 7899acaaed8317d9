//! The journal: every act and every refusal, insert-only, one log per organisation. An entry's bytes are the
//! leaf text of verifiable-draw.md §10.1 and are never serialised again; names and free text lie in the
//! content table, which can be deleted, and enter the entry only as a salted hash.

use crate::{Column, StoreError, Tx, Value};
use hengjian_domain::{ids::SubjectId, organisation::OrganisationId, time::Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Version of [`Content`] as written today; readers of every older version are kept.
pub const CONTENT_VERSION: i64 = 1;
/// First words of every entry (verifiable-draw.md §10.1).
const ENTRY_PREFIX: &str = "psc-draw/1/log|";

/// Readable content of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// One Chinese sentence for the timeline.
    pub text: String,
    /// Facts as label and value, in the order to be shown.
    pub facts: Vec<(String, String)>,
    /// Law, as cited on papers; empty when the act stands on none.
    pub basis: String,
    /// Name of the person.
    pub actor: String,
    /// Unit of the person.
    pub unit: String,
}

/// An entry about to be written.
#[derive(Debug, Clone)]
pub struct NewEntry {
    /// Whose log.
    pub log_id: OrganisationId,
    /// When.
    pub at: Timestamp,
    /// Random name of the person.
    pub pseudonym: String,
    /// Event type, `stage.act`; versioned by suffix when its content changes.
    pub kind: String,
    /// Extra keys of the public entry text: hex digests and numbers only.
    pub public: BTreeMap<String, String>,
    /// Readable content.
    pub content: Content,
    /// 32 random bytes.
    pub salt: Vec<u8>,
    /// Things it is about.
    pub subjects: Vec<SubjectId>,
}

/// A line of a timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineLine {
    /// Log.
    pub log_id: OrganisationId,
    /// Number in that log.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Event type.
    pub kind: String,
    /// Content; `None` after its deletion.
    pub content: Option<Content>,
    /// Leaf hash, hex; for the technical fold.
    pub leaf: String,
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Leaf hash of an entry text: SHA-256(0x00 ‖ text), RFC 6962.
pub fn leaf_hash(entry: &[u8]) -> Vec<u8> {
    Sha256::new().chain_update([0]).chain_update(entry).finalize().to_vec()
}

/// Salted hash of content bytes, as it stands in the entry.
pub fn payload_hash(salt: &[u8], bytes: &[u8]) -> String {
    hex(&Sha256::new().chain_update(salt).chain_update(bytes).finalize())
}

impl Tx<'_> {
    /// Appends an entry. On PostgreSQL the log's row is locked from here to the commit, so this is the last
    /// thing an act does.
    ///
    /// # Errors
    /// The database refuses.
    pub fn append_journal(&mut self, entry: &NewEntry) -> Result<i64, StoreError> {
        let log = entry.log_id.to_value();
        let sql = "INSERT INTO journal_log (log_id, size) VALUES (?1, 1)
                   ON CONFLICT (log_id) DO UPDATE SET size = journal_log.size + 1 RETURNING size - 1";
        let seq = self.integer(sql, std::slice::from_ref(&log))?;
        let content = serde_json::to_vec(&entry.content).map_err(|error| StoreError::Database(error.to_string()))?;
        let bytes = entry_text(entry, seq, &payload_hash(&entry.salt, &content))?;
        let leaf = leaf_hash(&bytes);
        self.execute(
            "INSERT INTO journal_entry (log_id, seq, at_us, actor_pseudonym, type, entry_bytes, leaf_hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            &[
                log.clone(),
                Value::Int(seq),
                entry.at.to_value(),
                Value::Text(entry.pseudonym.clone()),
                Value::Text(entry.kind.clone()),
                Value::Bytes(bytes),
                Value::Bytes(leaf),
            ],
        )?;
        self.execute(
            "INSERT INTO journal_content (log_id, seq, schema_version, salt, bytes) VALUES (?1, ?2, ?3, ?4, ?5)",
            &[
                log.clone(),
                Value::Int(seq),
                Value::Int(CONTENT_VERSION),
                Value::Bytes(entry.salt.clone()),
                Value::Bytes(content),
            ],
        )?;
        let mut subjects = entry.subjects.clone();
        subjects.sort();
        subjects.dedup();
        for subject in subjects {
            self.execute(
                "INSERT INTO journal_subject (subject_id, log_id, seq) VALUES (?1, ?2, ?3)",
                &[subject.to_value(), log.clone(), Value::Int(seq)],
            )?;
        }
        Ok(seq)
    }

    /// Timeline of a thing, newest first, at most `limit` lines.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn timeline(&mut self, subject: SubjectId, limit: i64) -> Result<Vec<TimelineLine>, StoreError> {
        let sql = "SELECT e.log_id, e.seq, e.at_us, e.type, e.leaf_hash, c.bytes
                   FROM journal_subject s
                   JOIN journal_entry e ON e.log_id = s.log_id AND e.seq = s.seq
                   LEFT JOIN journal_content c ON c.log_id = s.log_id AND c.seq = s.seq
                   WHERE s.subject_id = ?1 ORDER BY e.at_us DESC, e.seq DESC LIMIT ?2";
        self.timeline_rows(sql, &[subject.to_value(), Value::Int(limit)])
    }

    /// Newest entries of a log before `before` (exclusive), for the journal page.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn journal_page(
        &mut self,
        log: OrganisationId,
        before: i64,
        limit: i64,
    ) -> Result<Vec<TimelineLine>, StoreError> {
        let sql = "SELECT e.log_id, e.seq, e.at_us, e.type, e.leaf_hash, c.bytes
                   FROM journal_entry e LEFT JOIN journal_content c ON c.log_id = e.log_id AND c.seq = e.seq
                   WHERE e.log_id = ?1 AND e.seq < ?2 ORDER BY e.seq DESC LIMIT ?3";
        self.timeline_rows(sql, &[log.to_value(), Value::Int(before), Value::Int(limit)])
    }

    fn timeline_rows(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<TimelineLine>, StoreError> {
        let rows = self.select(sql, parameters)?;
        rows.into_iter()
            .map(|mut row| {
                let (log_id, seq, at, kind) = (row.take()?, row.take()?, row.take()?, row.take()?);
                let leaf = hex(&row.take::<Vec<u8>>()?);
                let bytes: Option<Vec<u8>> = row.take()?;
                let content = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
                Ok(TimelineLine { log_id, seq, at, kind, content, leaf })
            })
            .collect()
    }

    /// Number of entries of each log.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn journal_sizes(&mut self) -> Result<Vec<(OrganisationId, i64)>, StoreError> {
        let rows = self.select("SELECT log_id, size FROM journal_log ORDER BY log_id", &[])?;
        rows.into_iter().map(|mut row| Ok((row.take()?, row.take()?))).collect()
    }

    /// Checks a log from its own rows: numbers without gap, leaf hashes of the stored bytes, content hashes.
    /// Returns the number of entries; the error names the first entry that does not fit.
    ///
    /// # Errors
    /// The first broken entry, or a fault of the database.
    pub fn verify_journal(&mut self, log: OrganisationId) -> Result<i64, StoreError> {
        let mut expected = 0;
        let broken = |seq: i64, what: &str| StoreError::Unreadable {
            column: format!("journal_entry {seq}"),
            reason: what.to_owned(),
        };
        let sql = "SELECT e.seq, e.entry_bytes, e.leaf_hash, c.salt, c.bytes FROM journal_entry e
                   LEFT JOIN journal_content c ON c.log_id = e.log_id AND c.seq = e.seq
                   WHERE e.log_id = ?1 ORDER BY e.seq";
        self.each::<StoreError>(sql, &[log.to_value()], |mut row| {
            let seq: i64 = row.take()?;
            let (entry, leaf): (Vec<u8>, Vec<u8>) = (row.take()?, row.take()?);
            let (salt, content): (Option<Vec<u8>>, Option<Vec<u8>>) = (row.take()?, row.take()?);
            if seq != expected {
                return Err(broken(seq, "a number is missing before it"));
            }
            if leaf_hash(&entry) != leaf {
                return Err(broken(seq, "its bytes do not fit its leaf hash"));
            }
            if let (Some(salt), Some(content)) = (salt, content)
                && !String::from_utf8_lossy(&entry).contains(&payload_hash(&salt, &content))
            {
                return Err(broken(seq, "its content does not fit its entry"));
            }
            expected += 1;
            Ok(())
        })?;
        let size = self.integer("SELECT size FROM journal_log WHERE log_id = ?1", &[log.to_value()])?;
        if size == expected { Ok(expected) } else { Err(broken(expected, "entries are missing at the end")) }
    }
}

/// `psc-draw/1/log|` + canonical JSON: keys sorted, no spaces; all values here are ASCII.
fn entry_text(entry: &NewEntry, seq: i64, payload: &str) -> Result<Vec<u8>, StoreError> {
    let mut keys: BTreeMap<&str, serde_json::Value> = BTreeMap::new();
    for (key, value) in &entry.public {
        keys.insert(key, value.as_str().into());
    }
    keys.insert("type", entry.kind.as_str().into());
    keys.insert("seq", seq.into());
    keys.insert("at", entry.at.rfc3339().into());
    keys.insert("actor", entry.pseudonym.as_str().into());
    keys.insert("payload", payload.into());
    let json = serde_json::to_string(&keys).map_err(|error| StoreError::Database(error.to_string()))?;
    Ok(format!("{ENTRY_PREFIX}{json}").into_bytes())
}
