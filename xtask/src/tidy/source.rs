//! Conventions of our Rust and script files: length, header, forbidden constructs, where SQL may stand, the eight
//! stages, the words of the desk.

use super::rust_source::parts;
use super::{Tree, Violation};

/// A file longer than this is two files.
const LONGEST: usize = 900;

/// The eight stages; a stage bears the same name in every layer.
const STAGES: [&str; 8] =
    ["plan", "draw", "sampling", "testing", "objection", "follow_up", "publication", "statistics"];

/// The layers in which each stage has a file or a folder.
const LAYERS: [&str; 4] = ["domain", "store", "app", "web"];

/// Words that belong into the fold 技术细节 and nowhere else on a staff page.
const TECHNICAL_WORDS: [&str; 3] = ["哈希", "熵", "默克尔"];

/// The component that draws the fold.
const FOLD: &str = "technical_fold(";

/// No file of ours is longer than a reader can hold.
pub fn length(tree: &Tree) -> Vec<Violation> {
    let ours = tree.texts().filter(|(path, _)| {
        [".rs", ".mjs", ".js", ".css", ".typ"].iter().any(|ending| path.ends_with(ending)) && !path.contains("/vendor/")
    });
    ours.filter_map(|(path, text)| {
        let lines = text.lines().count();
        let message = format!("{lines} lines; split it ({LONGEST} at most)");
        (lines > LONGEST).then(|| Violation::new(path, lines, message))
    })
    .collect()
}

/// Every Rust file begins by saying what it is for.
pub fn header(tree: &Tree) -> Vec<Violation> {
    let silent = tree.rust().filter(|(path, text)| path.contains("src/") && !text.starts_with("//!"));
    silent.map(|(path, _)| Violation::new(path, 1, "begin with //! and say what the file is for")).collect()
}

/// Nothing unfinished, nothing ignored, no lint silenced without saying why.
pub fn forbidden(tree: &Tree) -> Vec<Violation> {
    const FORBIDDEN: &[(&str, &str)] = &[
        ("#[ignore", "a test that does not run is no test"),
        ("#[allow(", "use #[expect(…, reason = …)]"),
        ("#![allow(", "use #[expect(…, reason = …)]"),
        ("todo!", "finish it or leave it out"),
        ("unimplemented!", "finish it or leave it out"),
    ];
    let mut violations = Vec::new();
    for (path, text) in tree.rust() {
        let parts = parts(text);
        for (needle, message) in FORBIDDEN {
            for line in parts.lines_with(needle) {
                violations.push(Violation::new(path, line, format!("{needle}: {message}")));
            }
        }
    }
    violations
}

/// A test waits for an event, never for a time.
pub fn waiting(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (path, text) in tree.rust() {
        let parts = parts(text);
        let all_tests = path.starts_with("tests/") || path.contains("/tests/") || path.ends_with("/tests.rs");
        let modules = parts.test_modules();
        for at in parts.offsets("sleep(") {
            if all_tests || modules.iter().any(|module| module.contains(&at)) {
                violations.push(Violation::new(path, parts.line_of(at), "sleep in a test; wait for the event"));
            }
        }
    }
    for (path, text) in tree.texts().filter(|(path, _)| path.starts_with("tests/") && path.ends_with(".mjs")) {
        for (index, line) in text.lines().enumerate() {
            if line.contains("waitForTimeout(") {
                violations.push(Violation::new(path, index + 1, "waiting for a time in a journey; wait for the event"));
            }
        }
    }
    violations
}

/// SQL stands in `crates/store`; tests, journeys and benchmarks may look into a database from outside.
pub fn sql(tree: &Tree) -> Vec<Violation> {
    let elsewhere = tree.rust().filter(|(path, _)| {
        path.starts_with("crates/") && !path.starts_with("crates/store/") && !path.contains("/tests/")
    });
    let mut violations = Vec::new();
    for (path, text) in elsewhere {
        for literal in parts(text).literals.iter().filter(|literal| is_sql(&literal.text)) {
            violations.push(Violation::new(path, literal.line, "SQL outside crates/store"));
        }
    }
    violations
}

fn is_sql(text: &str) -> bool {
    let begins = text.trim_start().to_ascii_lowercase();
    let begins = begins.as_str();
    ["SELECT ", "INSERT INTO ", "DELETE FROM ", "CREATE TABLE "].iter().any(|word| text.contains(word))
        || (text.contains("UPDATE ") && text.contains(" SET "))
        || (begins.starts_with("select ") && begins.contains(" from "))
        || (begins.starts_with("update ") && begins.contains(" set "))
        || ["insert into ", "delete from ", "create table "].iter().any(|word| begins.starts_with(word))
}

/// To learn a stage, open what bears its name in each layer.
pub fn stages(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for layer in LAYERS {
        for stage in STAGES {
            let path = format!("crates/{layer}/src/{stage}");
            if !tree.has(&format!("{path}.rs")) && !tree.has(&path) {
                violations.push(Violation::new(&path, 1, "the stage has neither file nor folder in this layer"));
            }
        }
    }
    violations
}

/// No page says 哈希, 熵 or 默克尔 outside the fold 技术细节. The pages as served are read again by the browser
/// journeys, which see words that come from elsewhere.
pub fn desk_words(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (path, text) in tree.rust().filter(|(path, _)| path.starts_with("crates/web/src/")) {
        let parts = parts(text);
        let exempt: Vec<_> = parts.blocks(FOLD).into_iter().chain(parts.test_modules()).collect();
        for literal in &parts.literals {
            let word = TECHNICAL_WORDS.iter().find(|word| literal.text.contains(**word));
            if let Some(word) = word.filter(|_| !exempt.iter().any(|range| range.contains(&literal.at))) {
                let message = format!("{word} on a page, outside components::technical_fold(…)");
                violations.push(Violation::new(path, literal.line, message));
            }
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::super::found;
    use super::*;

    #[test]
    fn a_long_file_is_found() {
        let (long, fits) = ("//\n".repeat(LONGEST + 1), "//\n".repeat(LONGEST));
        let files = [("crates/web/src/a.rs", long.as_str()), ("crates/web/src/b.rs", fits.as_str())];
        assert_eq!(found(length, &files), ["crates/web/src/a.rs:901"]);
    }

    #[test]
    fn a_silent_file_is_found() {
        let files = [("crates/web/src/a.rs", "use x;\n//! late"), ("crates/web/src/b.rs", "//! Speaks.")];
        assert_eq!(found(header, &files), ["crates/web/src/a.rs:1"]);
    }

    #[test]
    fn unfinished_and_ignored_code_is_found_and_words_about_it_are_not() {
        let planted =
            "//! todo!()\nfn a() { todo!() }\n#[ignore = \"slow\"]\nfn b() { unimplemented!(\"b\") }\n#[allow(x)]";
        let mut lines = found(forbidden, &[("crates/app/src/a.rs", planted)]);
        lines.sort();
        assert_eq!(
            lines,
            ["crates/app/src/a.rs:2", "crates/app/src/a.rs:3", "crates/app/src/a.rs:4", "crates/app/src/a.rs:5"]
        );
        assert!(found(forbidden, &[("crates/app/src/a.rs", "// todo!\nlet a = \"unimplemented!\";")]).is_empty());
    }

    #[test]
    fn a_sleeping_test_is_found_and_a_waiting_server_is_not() {
        let planted =
            "fn retry() { thread::sleep(d); }\n#[cfg(test)]\nmod tests {\n fn t() { std::thread::sleep(d); }\n}";
        assert_eq!(found(waiting, &[("crates/store/src/a.rs", planted)]), ["crates/store/src/a.rs:4"]);
        assert_eq!(found(waiting, &[("tests/tests/a.rs", "sleep(d)")]), ["tests/tests/a.rs:1"]);
        let journey = [("tests/browser/journeys/a.mjs", "\nawait page.waitForTimeout(9)")];
        assert_eq!(found(waiting, &journey), ["tests/browser/journeys/a.mjs:2"]);
    }

    #[test]
    fn sql_outside_the_store_is_found() {
        let planted = "fn a() {\n q(\"SELECT id FROM cases\");\n q(\"update cases set state = $1\");\n q(\"insert into cases (id)\");\n}";
        let lines = ["crates/app/src/a.rs:2", "crates/app/src/a.rs:3", "crates/app/src/a.rs:4"];
        assert_eq!(found(sql, &[("crates/app/src/a.rs", planted), ("crates/store/src/a.rs", planted)]), lines);
        assert!(
            found(sql, &[("crates/web/src/a.rs", "let a = \"select an item; UPDATE later\"; // SELECT x")]).is_empty()
        );
    }

    #[test]
    fn a_missing_stage_is_found() {
        let mut files = Vec::new();
        for layer in LAYERS {
            for stage in STAGES {
                files.push((
                    if layer == "web" {
                        format!("crates/{layer}/src/{stage}/list.rs")
                    } else {
                        format!("crates/{layer}/src/{stage}.rs")
                    },
                    "//!",
                ));
            }
        }
        let all: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
        assert!(found(stages, &all).is_empty());
        let without: Vec<_> = all.iter().copied().filter(|(path, _)| *path != "crates/app/src/objection.rs").collect();
        assert_eq!(found(stages, &without), ["crates/app/src/objection:1"]);
    }

    #[test]
    fn a_technical_word_on_a_page_is_found_and_in_the_fold_it_is_not() {
        for word in TECHNICAL_WORDS {
            let planted = format!("//! 熵\nfn page() {{ html! {{ p {{ \"{word}值\" }} }} }}");
            assert_eq!(
                found(desk_words, &[("crates/web/src/draw/page.rs", &planted)]),
                ["crates/web/src/draw/page.rs:2"]
            );
            let folded =
                format!("fn page() {{ components::technical_fold(html! {{ p {{ (x(\"a\")) \"{word}值\" }} }}) }}");
            assert!(found(desk_words, &[("crates/web/src/draw/page.rs", &folded)]).is_empty());
            let after = format!("{folded}\nconst A: &str = \"{word}\";");
            assert_eq!(
                found(desk_words, &[("crates/web/src/draw/page.rs", &after)]),
                ["crates/web/src/draw/page.rs:2"]
            );
        }
    }
}
