//! The arrows between our crates, read from their Cargo.toml, and the foreign crates that the core must not know.
//! A new crate or a new arrow needs a decision record first, then a line here.

use super::{Tree, Violation};

/// From which crate to which others an arrow may point.
const ARROWS: &[(&str, &[&str])] = &[
    ("hengjian", &["hengjian-web", "hengjian-app", "hengjian-store", "hengjian-domain", "verifiable-draw"]),
    ("hengjian-web", &["hengjian-app", "hengjian-domain"]),
    (
        "hengjian-app",
        &["hengjian-store", "hengjian-documents", "hengjian-sheets", "verifiable-draw", "hengjian-domain"],
    ),
    ("hengjian-store", &["hengjian-domain", "verifiable-draw"]),
    ("hengjian-documents", &["hengjian-domain"]),
    ("hengjian-sheets", &["hengjian-domain"]),
    ("hengjian-domain", &[]),
    ("verifiable-draw", &[]),
    ("verifiable-draw-wasm", &["verifiable-draw"]),
];

/// Foreign crates that would bring IO, a clock, randomness or a format for outsiders into a crate.
const FOREIGN: &[(&str, &[&str])] = &[
    (
        "hengjian-domain",
        &["serde_json", "tokio", "axum", "maud", "rusqlite", "postgres", "getrandom", "rand", "tracing", "tempfile"],
    ),
    (
        "verifiable-draw",
        &["serde_json", "tokio", "axum", "rusqlite", "postgres", "getrandom", "rand", "tracing", "jiff"],
    ),
    ("hengjian-web", &["rusqlite", "postgres"]),
    ("hengjian-app", &["rusqlite", "postgres", "axum", "maud"]),
];

struct Manifest<'a> {
    path: &'a str,
    package: String,
    /// Line, name and value of each dependency, of every kind.
    dependencies: Vec<(usize, String, String)>,
}

fn manifests(tree: &Tree) -> Vec<Manifest<'_>> {
    let of_crates = tree.texts().filter(|(path, _)| path.starts_with("crates/") && path.ends_with("/Cargo.toml"));
    of_crates.map(|(path, text)| manifest(path, text)).collect()
}

fn manifest<'a>(path: &'a str, text: &str) -> Manifest<'a> {
    let mut manifest = Manifest { path, package: String::new(), dependencies: Vec::new() };
    let mut section = String::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if let Some(header) = line.strip_prefix('[') {
            section = header.trim_end_matches(']').trim().to_owned();
            // `[dependencies.NAME]`, also under `target.'…'`
            if let Some((kind, name)) = section.rsplit_once('.')
                && kind.ends_with("dependencies")
                && kind != "workspace.dependencies"
            {
                manifest.dependencies.push((index + 1, name.trim_matches('"').to_owned(), String::new()));
            }
            continue;
        }
        let Some((key, value)) = line.split_once('=').filter(|_| !line.starts_with('#')) else { continue };
        let (key, value) = (key.trim(), value.trim());
        if section == "package" && key == "name" {
            manifest.package = value.trim_matches('"').to_owned();
        } else if section.ends_with("dependencies") {
            let name = key.split('.').next().unwrap_or(key).trim_matches('"');
            manifest.dependencies.push((index + 1, name.to_owned(), value.to_owned()));
        } else if key == "package" && section.contains("dependencies.") {
            manifest.dependencies.push((index + 1, value.trim_matches('"').to_owned(), String::new()));
        }
    }
    manifest
}

/// The name a dependency really has: `store = { package = "hengjian-store" }` is `hengjian-store`.
fn real_name<'a>(name: &'a str, value: &'a str) -> &'a str {
    let renamed = value.split_once("package").and_then(|(_, rest)| rest.split('"').nth(1));
    renamed.unwrap_or(name)
}

/// No arrow but those of the table; no crate that the table does not know.
pub fn arrows(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for manifest in manifests(tree) {
        let Some((_, allowed)) = ARROWS.iter().find(|(package, _)| *package == manifest.package) else {
            let message =
                format!("the crate {} is not in the table of crates; write a decision record", manifest.package);
            violations.push(Violation::new(manifest.path, 1, message));
            continue;
        };
        for (line, name, value) in &manifest.dependencies {
            let name = real_name(name, value);
            let ours = name.starts_with("hengjian") || name.starts_with("verifiable-draw") || name == "xtask";
            if ours && !allowed.contains(&name) {
                let message = format!("{} must not depend on {name}", manifest.package);
                violations.push(Violation::new(manifest.path, *line, message));
            }
        }
    }
    violations
}

/// The core knows no IO, no clock, no randomness and no format; the layers above the store know no database.
pub fn foreign(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for manifest in manifests(tree) {
        let banned = FOREIGN.iter().filter(|(package, _)| *package == manifest.package).flat_map(|(_, banned)| *banned);
        let banned: Vec<_> = banned.collect();
        for (line, name, value) in &manifest.dependencies {
            let name = real_name(name, value);
            if banned.iter().any(|banned| **banned == name) {
                let message = format!("{} must not depend on {name}", manifest.package);
                violations.push(Violation::new(manifest.path, *line, message));
            }
        }
    }
    violations
}

/// Clippy reads only the nearest clippy.toml: that of a crate must repeat every ban of the root.
pub fn bans_repeated(tree: &Tree) -> Vec<Violation> {
    let bans = |text: &str| -> Vec<String> {
        text.lines().map(str::trim).filter(|line| line.starts_with("{ path")).map(str::to_owned).collect()
    };
    let root = tree.texts().find(|(path, _)| *path == "clippy.toml").map(|(_, text)| bans(text)).unwrap_or_default();
    if root.is_empty() {
        return vec![Violation::new("clippy.toml", 1, "the root bans nothing")];
    }
    let mut violations = Vec::new();
    for folder in ["crates/domain", "crates/verifiable-draw"] {
        let path = format!("{folder}/clippy.toml");
        let own = tree.texts().find(|(found, _)| *found == path).map(|(_, text)| bans(text)).unwrap_or_default();
        for ban in root.iter().filter(|ban| !own.contains(ban)) {
            violations.push(Violation::new(&path, 1, format!("does not repeat the ban {ban}")));
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::super::found;
    use super::*;

    #[test]
    fn a_new_arrow_is_found_however_it_is_written() {
        for planted in [
            "[package]\nname = \"hengjian-domain\"\n[dependencies]\nhengjian-store.workspace = true",
            "[package]\nname = \"hengjian-domain\"\n[dev-dependencies]\nhengjian-store = { path = \"../store\" }",
            "[package]\nname = \"hengjian-domain\"\n[dependencies]\nstore = { package = \"hengjian-store\" }",
            "[package]\nname = \"hengjian-domain\"\n[target.'cfg(unix)'.dependencies]\nhengjian-store = \"1\"",
            "[package]\nname = \"hengjian-domain\"\n\n[build-dependencies.hengjian-store]",
        ] {
            assert_eq!(
                found(arrows, &[("crates/domain/Cargo.toml", planted)]),
                ["crates/domain/Cargo.toml:4"],
                "{planted}"
            );
        }
        let allowed = "[package]\nname = \"hengjian-web\"\n[dependencies]\nhengjian-app.workspace = true\naxum = \"1\"";
        assert!(found(arrows, &[("crates/web/Cargo.toml", allowed)]).is_empty());
    }

    #[test]
    fn a_new_crate_is_found() {
        let planted = "[package]\nname = \"hengjian-helpers\"\n";
        assert_eq!(found(arrows, &[("crates/helpers/Cargo.toml", planted)]), ["crates/helpers/Cargo.toml:1"]);
    }

    #[test]
    fn a_foreign_crate_in_the_core_is_found() {
        let planted =
            "[package]\nname = \"hengjian-domain\"\n[dependencies]\nserde = \"1\"\nserde_json.workspace = true";
        assert_eq!(found(foreign, &[("crates/domain/Cargo.toml", planted)]), ["crates/domain/Cargo.toml:5"]);
    }

    #[test]
    fn a_ban_that_is_not_repeated_is_found() {
        let ban = "    { path = \"std::time::Instant::now\", reason = \"r\" },";
        let files =
            [("clippy.toml", ban), ("crates/domain/clippy.toml", ban), ("crates/verifiable-draw/clippy.toml", "")];
        assert_eq!(found(bans_repeated, &files), ["crates/verifiable-draw/clippy.toml:1"]);
    }
}
