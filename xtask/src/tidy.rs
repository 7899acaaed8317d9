//! Checks that read our own source. Each is a function from the tree to the places that break it, and each
//! has a test with a planted violation. Never changes a file, never starts a program except git.

mod documents;
mod graph;
mod migrations;
mod rust_source;
mod source;
mod text;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::process::Command;

/// One place that breaks a check.
#[derive(Debug, PartialEq, Eq)]
pub struct Violation {
    path: String,
    line: usize,
    message: String,
}

impl Violation {
    fn new(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, message: message.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.message)
    }
}

/// The files that git tracks or would track, by path from the root. Files that are not text have no content.
#[derive(Default)]
pub struct Tree {
    files: BTreeMap<String, Option<String>>,
}

/// A check and its name.
pub type Check = (&'static str, fn(&Tree) -> Vec<Violation>);

/// Every check, in the order they are run.
pub const CHECKS: &[Check] = &[
    ("arrows between crates", graph::arrows),
    ("foreign crates of the core", graph::foreign),
    ("bans repeated in crates", graph::bans_repeated),
    ("file length", source::length),
    ("a file says what it is for", source::header),
    ("forbidden code", source::forbidden),
    ("no waiting in tests", source::waiting),
    ("SQL only in the store", source::sql),
    ("names of indexes", migrations::indexes),
    ("stages in every layer", source::stages),
    ("desk words", source::desk_words),
    ("phone-like numbers", text::phone_numbers),
    ("machine paths and registries", text::machines),
    ("decision records", documents::decisions),
    ("links", documents::links),
    ("pictures", documents::pictures),
];

impl Tree {
    /// Reads the files below the root: those of git, or all but build results when git cannot tell.
    pub fn read(root: &Path) -> Result<Self, String> {
        let listed = Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(root)
            .output()
            .ok()
            .filter(|output| output.status.success() && !output.stdout.is_empty());
        let mut paths = Vec::new();
        match listed {
            Some(output) => {
                let names = String::from_utf8(output.stdout).map_err(|_| "a file name is not UTF-8")?;
                paths.extend(names.split('\0').filter(|name| !name.is_empty()).map(str::to_owned));
            }
            None => walk(root, "", &mut paths)?,
        }
        let mut tree = Self::default();
        for path in paths {
            // A tracked file may be deleted in the work tree; then there is nothing to check.
            let Ok(bytes) = std::fs::read(root.join(&path)) else { continue };
            let content = if bytes.contains(&0) { None } else { String::from_utf8(bytes).ok() };
            tree.files.insert(path, content);
        }
        Ok(tree)
    }

    /// All text files.
    fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().filter_map(|(path, content)| Some((path.as_str(), content.as_deref()?)))
    }

    /// All Rust files.
    fn rust(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts().filter(|(path, _)| path.ends_with(".rs"))
    }

    /// Whether a file or a folder of that path exists.
    fn has(&self, path: &str) -> bool {
        let folder = format!("{}/", path.trim_end_matches('/'));
        path.is_empty()
            || self.files.contains_key(path)
            || self.files.range(folder.clone()..).next().is_some_and(|(found, _)| found.starts_with(&folder))
    }
}

fn walk(root: &Path, below: &str, paths: &mut Vec<String>) -> Result<(), String> {
    let folder = root.join(below);
    for entry in std::fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))? {
        let entry = entry.map_err(|error| error.to_string())?;
        let name = entry.file_name().into_string().map_err(|_| "a file name is not UTF-8")?;
        let path = if below.is_empty() { name.clone() } else { format!("{below}/{name}") };
        if entry.path().is_dir() {
            if !matches!(name.as_str(), ".git" | "target" | "node_modules") && path != "data" {
                walk(root, &path, paths)?;
            }
        } else {
            paths.push(path);
        }
    }
    Ok(())
}

/// A tree of planted files, for the tests of the checks.
#[cfg(test)]
fn planted(files: &[(&str, &str)]) -> Tree {
    Tree { files: files.iter().map(|(path, text)| ((*path).to_owned(), Some((*text).to_owned()))).collect() }
}

/// The lines a check finds in planted files, as `path:line`.
#[cfg(test)]
#[track_caller]
fn found(check: fn(&Tree) -> Vec<Violation>, files: &[(&str, &str)]) -> Vec<String> {
    check(&planted(files)).iter().map(|violation| format!("{}:{}", violation.path, violation.line)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The checks themselves, on the tree as it lies here.
    #[test]
    fn our_source_is_tidy() {
        let tree = Tree::read(&crate::run::workspace_root()).expect("the source tree");
        assert!(tree.has("crates/domain/src/lib.rs") && !tree.has("crates/domain/src/nothing.rs"));
        let found: Vec<String> = CHECKS
            .iter()
            .flat_map(|(name, check)| check(&tree).into_iter().map(move |violation| format!("{name}: {violation}")))
            .collect();
        assert!(found.is_empty(), "{}", found.join("\n"));
    }
}
