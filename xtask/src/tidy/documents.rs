//! Decision records carry their status and date; a link inside the repository leads somewhere.

use super::{Tree, Violation};

/// `docs/decisions/0001-….md` has a Status and a Date.
pub fn decisions(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (path, text) in tree.texts() {
        let Some(name) = path.strip_prefix("docs/decisions/").filter(|name| *name != "README.md") else { continue };
        let numbered =
            name.len() > 8 && name.bytes().take(4).all(|byte| byte.is_ascii_digit()) && name.ends_with(".md");
        if !numbered {
            violations.push(Violation::new(path, 1, "the name should be 0001-what-was-decided.md"));
        }
        for field in ["Status:", "Date:"] {
            let plain = |line: &str| line.trim_start_matches(['-', '*', ' ']).replace("**", "");
            let value =
                text.lines().map(plain).find_map(|line| line.strip_prefix(field).map(|rest| rest.trim().to_owned()));
            if value.is_none_or(|value| value.is_empty()) {
                violations.push(Violation::new(path, 1, format!("has no line {field} …")));
            }
        }
    }
    violations
}

/// Every relative link in a document leads to a file or folder of the repository.
pub fn links(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (path, text) in tree.texts().filter(|(path, _)| path.ends_with(".md")) {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut fenced = false;
        for (index, line) in text.lines().enumerate() {
            if line.trim_start().starts_with("```") {
                fenced = !fenced;
            }
            if fenced {
                continue;
            }
            for target in targets(line) {
                let reached = resolve(folder, &target);
                if !reached.is_some_and(|reached| tree.has(&reached)) {
                    violations.push(Violation::new(path, index + 1, format!("the link {target} leads nowhere")));
                }
            }
        }
    }
    violations
}

/// Every picture of the guide is shown in a document and taken by a journey, so that it can be renewed.
pub fn pictures(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for path in tree.files.keys() {
        let Some(name) = path.strip_prefix("docs/guide/pictures/").and_then(|name| name.strip_suffix(".webp")) else {
            continue;
        };
        let mentioned =
            |ending: &str, words: &str| tree.texts().any(|(path, text)| path.ends_with(ending) && text.contains(words));
        if !mentioned(".md", &format!("pictures/{name}.webp)")) {
            violations.push(Violation::new(path, 1, "no document shows this picture"));
        }
        if !mentioned(".mjs", &format!("picture(\"{name}\"")) {
            violations.push(Violation::new(path, 1, "no journey of tests/browser takes this picture"));
        }
    }
    violations
}

/// The relative targets of `[text](target)`, `![text](target "title")` and `[name]: target`, without their fragment.
fn targets(line: &str) -> Vec<String> {
    // Odd pieces between back-quotes are code.
    let prose: String = line.split('`').step_by(2).collect::<Vec<_>>().join("`");
    let mut found: Vec<&str> = prose.split("](").skip(1).filter_map(|rest| rest.split(')').next()).collect();
    if let Some((name, target)) = prose.split_once("]: ")
        && name.starts_with('[')
        && !name.starts_with("[^")
    {
        found.push(target);
    }
    found
        .into_iter()
        .filter_map(|target| target.split_whitespace().next())
        .map(|target| target.trim_start_matches('<').trim_end_matches('>'))
        .filter(|target| !target.contains("://") && !target.starts_with("mailto:") && !target.starts_with('#'))
        .map(|target| target.split('#').next().unwrap_or(target).replace("%20", " "))
        .collect()
}

/// The path from the root; none when the link leaves the repository.
fn resolve(folder: &str, target: &str) -> Option<String> {
    let mut steps: Vec<&str> = if target.starts_with('/') { Vec::new() } else { folder.split('/').collect() };
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.retain(|step| !step.is_empty());
                steps.pop()?;
            }
            step => steps.push(step),
        }
    }
    steps.retain(|step| !step.is_empty());
    Some(steps.join("/"))
}

#[cfg(test)]
mod tests {
    use super::super::found;
    use super::*;

    #[test]
    fn a_decision_without_status_or_date_is_found() {
        let good = "# 1. Use rows\n\n- **Status:** accepted\n- Date: 2026-03-10\n";
        assert!(found(decisions, &[("docs/decisions/0001-rows.md", good)]).is_empty());
        let planted = [("docs/decisions/0002-no-date.md", "Status: accepted\nDate:\n")];
        assert_eq!(found(decisions, &planted), ["docs/decisions/0002-no-date.md:1"]);
        assert_eq!(found(decisions, &[("docs/decisions/notes.md", good)]), ["docs/decisions/notes.md:1"]);
    }

    #[test]
    fn a_picture_that_nobody_shows_or_takes_is_found() {
        let files = [
            ("docs/guide/pictures/shown.webp", ""),
            ("docs/guide/pictures/lost.webp", ""),
            ("docs/guide/a.md", "![](pictures/shown.webp)"),
            ("tests/browser/journeys/a.mjs", "await t.picture(\"shown\");"),
        ];
        let lost = "docs/guide/pictures/lost.webp:1";
        assert_eq!(found(pictures, &files), [lost, lost]);
    }

    #[test]
    fn a_link_that_leads_nowhere_is_found() {
        let text = "[a](guide/a.md#part) [b](https://example.com/x) ![c](../c.png \"title\")\n[gone](guide/gone.md)\n\
                    `[code](nowhere)`\n```\n[fenced](nowhere)\n```\n[folder](guide/) [top](#top)\n[outside](../../x.md)";
        let files = [("docs/README.md", text), ("docs/guide/a.md", ""), ("c.png", "")];
        assert_eq!(found(links, &files), ["docs/README.md:2", "docs/README.md:8"]);
    }
}
