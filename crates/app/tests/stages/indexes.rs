//! Every statement that a use case runs in these stories is asked for its plan on SQLite: none may go through a whole table
//! that grows with the work. The stories are the list of statements, so a new query is asked without being named here.

use hengjian_store::{
    Store,
    database::{watch_statements, watched_statements},
};
use std::collections::BTreeSet;

/// Tables that do not grow with the work: as large as the authority, its registers of people and rules, or the reference
/// data of the country.
const SMALL: &[&str] = &[
    "organisation",
    "organisation_town",
    "user_account",
    "user_role",
    "parameter",
    "calendar_day",
    "setup_code",
    "schema_migration",
    "journal_log",
    "number_book",
    "product_category",
    "laboratory",
    "officer",
    "rules",
];

/// Statements that go through a whole table on purpose: a part of the text, and why.
const ON_PURPOSE: &[(&str, &str)] = &[
    ("FROM division ORDER BY code", "an import of divisions compares the whole reference table, once"),
    ("FROM enterprise WHERE words_version = 0", "the index holds these rows alone"),
];

/// Begins to watch.
pub fn watch() {
    watch_statements();
}

/// Names behind the aliases of a statement.
fn table_of(sql: &str, alias: &str) -> String {
    let words: Vec<&str> =
        sql.split(|c: char| c.is_whitespace() || "(),".contains(c)).filter(|w| !w.is_empty()).collect();
    let after = |word: &str| matches!(word.to_ascii_uppercase().as_str(), "FROM" | "JOIN" | "UPDATE" | "INTO");
    for place in words.windows(4) {
        if !after(place[0]) {
            continue;
        }
        let named = if place[2].eq_ignore_ascii_case("AS") { place[3] } else { place[2] };
        if named == alias {
            return place[1].to_owned();
        }
    }
    alias.to_owned()
}

/// Steps of the plan that go through a whole table that grows.
fn scans(sql: &str, plan: &[String]) -> Vec<String> {
    let purpose = ON_PURPOSE.iter().any(|(part, _)| sql.contains(part));
    let scanned = |step: &&String| {
        // An index that SQLite makes for the one statement is a way through the whole table too.
        let all = step.strip_prefix("SCAN ").or(step.strip_prefix("SEARCH ").filter(|rest| rest.contains("AUTOMATIC")));
        let Some(rest) = all else { return false };
        let table = table_of(sql, rest.split_whitespace().next().unwrap_or_default());
        // Tables made by the statement itself are as small as what it found before.
        let made = table == "CONSTANT" || sql.contains(&format!("{table}(")) || sql.contains(&format!(") AS {table}"));
        !made && !SMALL.contains(&table.as_str())
    };
    if purpose { Vec::new() } else { plan.iter().filter(scanned).cloned().collect() }
}

/// Fails on a statement that found no index.
pub fn check(store: &Store) {
    let mut found = BTreeSet::new();
    for sql in watched_statements() {
        if sql.starts_with("INSERT") {
            continue;
        }
        let plan = store.read(|tx| tx.plan_of(&sql)).unwrap_or_else(|error| panic!("{sql}: {error:?}"));
        let scans = scans(&sql, &plan);
        if !scans.is_empty() {
            found.insert(format!("{}\n    {}", scans.join("; "), sql.split_whitespace().collect::<Vec<_>>().join(" ")));
        }
    }
    let list = found.into_iter().collect::<Vec<_>>().join("\n");
    assert!(list.is_empty(), "statements without an index:\n{list}");
}

/// The check can fail: a table that grows without an index is found, under its name and under an alias.
#[test]
fn a_scan_is_found() {
    crate::support::on_each_database(|bureau| {
        if bureau.files().is_none() {
            return;
        }
        for (sql, found) in [
            ("SELECT id FROM visit WHERE place = ?1", 1),
            ("SELECT v.id FROM visit v WHERE v.place = ?1", 1),
            ("SELECT id FROM visit WHERE id = ?1", 0),
            ("SELECT id FROM organisation WHERE name = ?1", 0),
            ("SELECT o.id FROM organisation o JOIN visit v ON v.place = o.name", 1),
        ] {
            let plan = bureau.app.store().read(|tx| tx.plan_of(sql)).expect("plan");
            assert_eq!(scans(sql, &plan).len(), found, "{sql}: {plan:?}");
        }
    });
}
