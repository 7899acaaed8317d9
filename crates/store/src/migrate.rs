//! Forward-only migrations, one numbered file each, written once for both databases (see
//! `docs/decisions/0002-sql-layer.md`). A committed file is never edited: its digest is kept with its number.

use crate::{Store, StoreError, Tx, Value};
use sha2::{Digest, Sha256};

macro_rules! migrations {
    ($($name:literal),+ $(,)?) => {
        /// Number, name and text of every migration, in order.
        pub const MIGRATIONS: &[(&str, &str)] = &[$(($name, include_str!(concat!("../migrations/", $name, ".sql")))),+];
    };
}

migrations!(
    "0001_house",
    "0002_registers",
    "0003_plan",
    "0004_draw",
    "0005_sampling",
    "0006_testing",
    "0007_objection",
    "0008_follow_up",
    "0009_publication",
    "0010_statistics",
    "0011_exchange",
    "0012_correction",
    "0013_draw_void",
    "0014_industry_risk",
    "0015_publication_result",
    "0016_case",
    "0017_result_receipt",
    "0019_case_word",
    "0020_samples",
    "0021_refusal_term",
);

/// Cases whose words are made in one transaction.
const INDEX_STEP: i64 = 500;

/// Brings the database to the newest schema. Each migration and its note commit together; what the program itself makes
/// of old rows (the words of cases) is made before anybody searches.
///
/// # Errors
/// A migration fails, an applied one was edited, or the database is newer than this program.
pub fn migrate(store: &Store) -> Result<(), StoreError> {
    store.write(|tx| {
        tx.batch("CREATE TABLE IF NOT EXISTS schema_migration (name TEXT PRIMARY KEY, digest TEXT NOT NULL);")
    })?;
    let applied: Vec<(String, String)> = store.read(|tx| {
        let rows = tx.select("SELECT name, digest FROM schema_migration ORDER BY name", &[])?;
        rows.into_iter().map(|mut row| Ok((row.take()?, row.take()?))).collect::<Result<_, StoreError>>()
    })?;
    for (name, _) in &applied {
        if !MIGRATIONS.iter().any(|(known, _)| known == name) {
            return Err(StoreError::Schema(format!(
                "数据库比本程序新（有本程序不认识的 {name}）。没有改动；请换用当时的或更新的程序"
            )));
        }
    }
    for &(name, sql) in MIGRATIONS {
        let digest = Sha256::digest(sql).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        match applied.iter().find(|(known, _)| known == name) {
            Some((_, known)) if *known == digest => {}
            Some(_) => {
                return Err(StoreError::Schema(format!(
                    "数据库是用另一份 {name} 建的，与本程序的不同。没有改动；请换用建库时的程序，或从备份恢复"
                )));
            }
            None => store.write(move |tx: &mut Tx<'_>| {
                tx.batch(sql)?;
                tx.execute(
                    "INSERT INTO schema_migration (name, digest) VALUES (?1, ?2)",
                    &[Value::Text(name.to_owned()), Value::Text(digest)],
                )
                .map(|_| ())
            })?,
        }
    }
    while store.write(|tx| tx.index_new_cases(INDEX_STEP))? > 0 {}
    Ok(())
}
