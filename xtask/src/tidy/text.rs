//! What no tracked file may hold: numbers that could be somebody's mobile phone, paths of the machine on which it
//! was written, hosts of package registries.

use super::{Tree, Violation};

/// Paths that exist only on somebody's machine.
const MACHINE_PATHS: [&str; 8] = [
    concat!("/ro", "ot/"),
    concat!("/wo", "rk/main"),
    concat!("/wo", "rk/wt"),
    concat!("/wo", "rk/shared"),
    concat!("/wo", "rk/target"),
    concat!("/Us", "ers/"),
    concat!("/ho", "me/"),
    concat!("/tmp/", "job"),
];

/// Hosts from which packages are fetched; a clone uses whatever its own tools are set to.
const REGISTRIES: [&str; 9] = [
    concat!("registry.", "npmjs.org"),
    concat!("registry.", "npmmirror.com"),
    concat!("registry.", "yarnpkg.com"),
    concat!("index.", "crates.io"),
    concat!("static.", "crates.io"),
    concat!("rsproxy", ".cn"),
    concat!("files.", "pythonhosted.org"),
    concat!("pypi", ".org"),
    concat!("deb.", "debian.org"),
];

/// No eleven digits that begin like a mobile phone number of the mainland, standing alone.
pub fn phone_numbers(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (path, text) in tree.texts().filter(|(path, _)| is_ours(path)) {
        for (index, line) in text.lines().enumerate() {
            if has_phone_number(line) {
                violations.push(Violation::new(path, index + 1, "looks like a mobile phone number"));
            }
        }
    }
    violations
}

fn has_phone_number(line: &str) -> bool {
    // Split where a number, a code or a decimal ends; what is left between is one word.
    let words = line.split(|character: char| !(character.is_ascii_alphanumeric() || matches!(character, '.' | '_')));
    words.map(|word| word.trim_matches('.')).any(|word| {
        let bytes = word.as_bytes();
        let begins = bytes.len() == 11 && bytes[0] == b'1' && bytes[1] >= b'3';
        begins && bytes.iter().all(u8::is_ascii_digit)
    })
}

/// No path of one machine, no host of a registry.
pub fn machines(tree: &Tree) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (path, text) in tree.texts().filter(|(path, _)| is_ours(path)) {
        for (index, line) in text.lines().enumerate() {
            let registry = REGISTRIES.iter().find(|host| line.contains(**host));
            let found = registry.or_else(|| MACHINE_PATHS.iter().find(|start| has_path(line, start)));
            if let Some(found) = found {
                violations.push(Violation::new(path, index + 1, format!("names {found}")));
            }
        }
    }
    violations
}

/// Whether an absolute path beginning so stands in the line: `src/home/` is none.
fn has_path(line: &str, start: &str) -> bool {
    line.match_indices(start).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|character| character.is_alphanumeric() || matches!(character, '.' | '_' | '-' | '}'))
    })
}

/// Cargo.lock names the index it was made with; shared data is not written here.
fn is_ours(path: &str) -> bool {
    path != "Cargo.lock" && !path.starts_with("shared/")
}

#[cfg(test)]
mod tests {
    use super::super::found;
    use super::*;

    #[test]
    fn a_phone_number_is_found_and_a_code_is_not() {
        let number = format!("{}{}", "138", "00138000");
        for line in [format!("电话{number}"), format!("a,{number},b"), format!("call {number}.")] {
            assert_eq!(found(phone_numbers, &[("a.csv", &line)]), ["a.csv:1"], "{line}");
        }
        for line in [format!("9{number}"), format!("{number}A"), format!("0.{number}"), "12345678901".into()] {
            assert!(found(phone_numbers, &[("a.csv", &line)]).is_empty(), "{line}");
        }
        assert!(found(phone_numbers, &[("shared/a.csv", &number)]).is_empty());
    }

    #[test]
    fn a_machine_path_is_found_and_a_relative_one_is_not() {
        for start in MACHINE_PATHS {
            let line = format!("\nsee {start}x");
            assert_eq!(found(machines, &[("a.md", &line)]), ["a.md:2"], "{line}");
            assert!(found(machines, &[("a.md", &format!("src{start}x"))]).is_empty());
        }
    }

    #[test]
    fn a_registry_is_found_except_in_the_lock_of_cargo() {
        for host in REGISTRIES {
            let line = format!("\"resolved\": \"https://{host}/a\"");
            assert_eq!(
                found(machines, &[("tests/browser/package-lock.json", &line)]),
                ["tests/browser/package-lock.json:1"]
            );
            assert!(found(machines, &[("Cargo.lock", &line)]).is_empty());
        }
    }
}
