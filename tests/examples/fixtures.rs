//! Makes the fixtures of the present schema from the demonstration: `tests/fixtures/schemaN.sqlite.sql` and, where
//! `HENGJIAN_TEST_POSTGRES` names a server and `pg_dump` is there, `schemaN.postgres.sql`. Run once when a schema is
//! released, `cargo run --release -p hengjian-journeys --example fixtures -- 1`; a released fixture is never made again.

use hengjian_journeys::Server;
use hengjian_store::{Store, migrate::migrate};
use rusqlite::{Connection, types::ValueRef};
use std::{fmt::Write as _, path::Path, process::Command};

/// Entries kept of each log: a log may end anywhere, but has no gaps.
const ENTRIES: i64 = 24;
/// Rows that can be made again from others, or that only live for hours.
const EMPTIED: &[&str] = &["enterprise_word", "publication_word", "user_session", "form_once"];

fn main() {
    let number = std::env::args().nth(1).expect("number of the schema");
    let folder = tempfile::tempdir().expect("folder");
    let data = folder.path().join("data");
    drop(Server::demo(&data));
    let database = Connection::open(data.join("hengjian.sqlite")).expect("database");
    shrink(&database);
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");

    let head = "-- Written by tests/examples/fixtures.rs from the demonstration; invented people, never edited.\n";
    let mut text = format!("{head}PRAGMA foreign_keys = OFF;\nBEGIN;\n");
    for statement in column(
        &database,
        "SELECT sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid",
    ) {
        let _ = writeln!(text, "{statement};");
    }
    for table in tables(&database) {
        text.push_str(&rows(&database, &table, true));
    }
    for statement in
        column(&database, "SELECT sql FROM sqlite_master WHERE type <> 'table' AND sql IS NOT NULL ORDER BY rowid")
    {
        let _ = writeln!(text, "{statement};");
    }
    text.push_str("COMMIT;\n");
    std::fs::write(target.join(format!("schema{number}.sqlite.sql")), &text).expect("fixture");
    println!("SQLite: {} bytes", text.len());

    let Ok(server) = std::env::var("HENGJIAN_TEST_POSTGRES") else {
        println!("PostgreSQL: no server given, not made");
        return;
    };
    let name = format!("fixture_{}", std::process::id());
    migrate(&Store::create_postgres(&server, &name).expect("database")).expect("migrations");
    let (head_of_address, _) = server.rsplit_once('/').expect("address");
    let address = format!("{head_of_address}/{name}");
    let mut client = postgres::Client::connect(&address, postgres::NoTls).expect("server");
    let mut inserts = "SET session_replication_role = replica; TRUNCATE schema_migration;\n".to_owned();
    tables(&database).iter().for_each(|table| inserts.push_str(&rows(&database, table, false)));
    client.batch_execute(&inserts).expect("rows");
    drop(client);
    let dump = Command::new("pg_dump")
        .args(["--no-owner", "--no-privileges", "--rows-per-insert=200", &address])
        .output()
        .expect("pg_dump");
    assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
    let dump = String::from_utf8(dump.stdout).expect("text");
    // Commands of psql and settings of newer servers; what is left any server of today reads.
    let foreign = ["--", "\\", "SET transaction_timeout", "SELECT pg_catalog.set_config('search_path'"];
    let kept: Vec<&str> =
        dump.lines().filter(|line| !foreign.iter().any(|word| line.starts_with(word)) && !line.is_empty()).collect();
    let text = format!("{head}{}\n", kept.join("\n"));
    std::fs::write(target.join(format!("schema{number}.postgres.sql")), &text).expect("fixture");
    println!("PostgreSQL: {} bytes", text.len());
    let mut client = postgres::Client::connect(&server, postgres::NoTls).expect("server");
    client.batch_execute(&format!("DROP DATABASE {name}")).expect("drop");
}

fn shrink(database: &Connection) {
    for table in EMPTIED {
        database.execute(&format!("DELETE FROM {table}"), []).expect("delete");
    }
    database.execute("UPDATE enterprise SET words_version = 0", []).expect("words");
    for table in ["journal_entry", "journal_content", "journal_subject"] {
        database.execute(&format!("DELETE FROM {table} WHERE seq >= ?1"), [ENTRIES]).expect("delete");
    }
    database.execute("UPDATE journal_log SET size = ?1 WHERE size > ?1", [ENTRIES]).expect("size");
    // The largest are lists of a whole draw, the most numerous are clocks: some of each tell as much as all.
    database
        .execute(
            "DELETE FROM sealed_blob WHERE id <> (SELECT id FROM sealed_blob ORDER BY length(bytes), id LIMIT 1)",
            [],
        )
        .expect("delete");
    database
        .execute("DELETE FROM clock WHERE id NOT IN (SELECT id FROM clock ORDER BY id LIMIT 40)", [])
        .expect("delete");
    // Content may be deleted at any time, its entry stays: a third of it is gone.
    database.execute("DELETE FROM journal_content WHERE seq % 3 = 2", []).expect("delete");
}

fn column(database: &Connection, sql: &str) -> Vec<String> {
    let mut statement = database.prepare(sql).expect("statement");
    statement.query_map([], |row| row.get(0)).expect("rows").collect::<Result<_, _>>().expect("text")
}

fn tables(database: &Connection) -> Vec<String> {
    column(database, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid")
}

/// One `INSERT` of all rows, in the dialect of the database.
fn rows(database: &Connection, table: &str, lite: bool) -> String {
    let mut statement = database.prepare(&format!("SELECT * FROM {table}")).expect("statement");
    let names = statement.column_names().join(", ");
    let width = statement.column_count();
    let mut lines = Vec::new();
    let mut found = statement.query([]).expect("rows");
    while let Some(row) = found.next().expect("row") {
        let values: Vec<String> = (0..width).map(|place| literal(row.get_ref(place).expect("value"), lite)).collect();
        lines.push(format!("({})", values.join(",")));
    }
    if lines.is_empty() {
        String::new()
    } else {
        format!("INSERT INTO {table} ({names}) VALUES\n{};\n", lines.join(",\n"))
    }
}

fn literal(value: ValueRef<'_>, lite: bool) -> String {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
    match value {
        ValueRef::Null => "NULL".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => panic!("no column of ours holds {number}"),
        ValueRef::Text(text) => quoted(std::str::from_utf8(text).expect("UTF-8")),
        ValueRef::Blob(bytes) => {
            let hex = || bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
            match std::str::from_utf8(bytes) {
                Ok(text) if lite && !text.contains('\0') => format!("CAST({} AS BLOB)", quoted(text)),
                _ if lite => format!("X'{}'", hex()),
                _ => format!("'\\x{}'", hex()),
            }
        }
    }
}
