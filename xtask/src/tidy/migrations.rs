//! Conventions of the migrations: an index bears the name of its table and no other index bears it, in whatever file.

use super::{Tree, Violation};
use std::collections::BTreeMap;

/// Names of indexes are unique across all migrations (a database has one space of names) and begin with the name of the
/// table, so that a plan of a statement tells which table it reads.
pub fn indexes(tree: &Tree) -> Vec<Violation> {
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    let mut violations = Vec::new();
    for (path, text) in tree.texts().filter(|(path, _)| path.contains("/migrations/") && path.ends_with(".sql")) {
        for (line, index) in statements(text) {
            let Some((name, table)) = index else {
                violations.push(Violation::new(path, line, "write CREATE [UNIQUE] INDEX name ON table on one line"));
                continue;
            };
            if !name.starts_with(&format!("{table}_")) {
                violations.push(Violation::new(
                    path,
                    line,
                    format!("{name} is an index of {table}: call it {table}_…"),
                ));
            }
            if let Some(other) = known.insert(name.clone(), path.to_owned()) {
                violations.push(Violation::new(path, line, format!("{name} is an index of {other} already")));
            }
        }
    }
    violations
}

/// Lines that make an index, with its name and its table where both stand there.
fn statements(text: &str) -> impl Iterator<Item = (usize, Option<(String, String)>)> {
    text.lines().enumerate().filter_map(|(n, line)| {
        let code = line.split("--").next().unwrap_or_default().to_ascii_lowercase();
        let words: Vec<&str> =
            code.split(|c: char| c.is_whitespace() || c == '(').filter(|word| !word.is_empty()).collect();
        let at = words.windows(2).position(|pair| matches!(pair, ["create" | "unique", "index"]))?;
        let mut rest = words[at + 2..].iter().skip_while(|word| matches!(**word, "if" | "not" | "exists"));
        let named = (rest.next(), rest.next(), rest.next());
        Some((
            n + 1,
            match named {
                (Some(name), Some(&"on"), Some(table)) => Some(((*name).to_owned(), (*table).to_owned())),
                _ => None,
            },
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::found;

    #[test]
    fn an_index_without_its_table_or_with_the_name_of_another_is_found() {
        let one = "CREATE TABLE a (id TEXT);\nCREATE INDEX a_1 ON a (id);\nCREATE UNIQUE INDEX by_id ON a(id);\n";
        let two = "CREATE INDEX a_1 ON a (id); -- again\nCREATE INDEX a_2\n  ON a (id);\n-- CREATE INDEX x ON y (z)\n";
        let files = [("crates/store/migrations/0001.sql", one), ("crates/store/migrations/0002.sql", two)];
        let expected = [
            "crates/store/migrations/0001.sql:3",
            "crates/store/migrations/0002.sql:1",
            "crates/store/migrations/0002.sql:2",
        ];
        assert_eq!(found(indexes, &files), expected);
    }
}
