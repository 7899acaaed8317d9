//! The programs that the tests need besides cargo: looked for, installed where we may, otherwise named.
//! Never installs anything except as root on a system with apt-get.

use crate::run::{Tally, succeeds};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A program, what it is for, and the Debian package that carries it.
struct Tool {
    name: &'static str,
    purpose: &'static str,
    package: &'static str,
    found: fn() -> bool,
}

const TOOLS: &[Tool] = &[
    Tool { name: "chromium", purpose: "browser journeys", package: "chromium", found: || chromium().is_some() },
    Tool {
        name: "chromedriver",
        purpose: "browser journeys",
        package: "chromium-driver",
        found: || on_path("chromedriver").is_some(),
    },
    Tool {
        name: "initdb, postgres",
        purpose: "tests on PostgreSQL",
        package: "postgresql",
        found: || postgres_folder().is_some(),
    },
    Tool {
        name: "pdftotext",
        purpose: "reading our PDF papers",
        package: "poppler-utils",
        found: || on_path("pdftotext").is_some(),
    },
    Tool {
        name: "pdftoppm",
        purpose: "looking at our PDF papers",
        package: "poppler-utils",
        found: || on_path("pdftoppm").is_some(),
    },
    Tool { name: "qpdf", purpose: "checking our PDF papers", package: "qpdf", found: || on_path("qpdf").is_some() },
    Tool {
        name: "a Chinese font",
        purpose: "screenshots",
        package: "fonts-noto-cjk",
        found: || Path::new("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc").exists() || chinese_font(),
    },
    Tool { name: "node", purpose: "browser journeys", package: "nodejs", found: || on_path("node").is_some() },
    Tool { name: "npm", purpose: "browser journeys", package: "npm", found: || on_path("npm").is_some() },
];

/// Looks for every tool; installs the missing ones as root where apt-get exists; counts one failure for each
/// tool that is still missing, with the command that installs it.
pub fn provide(tally: &mut Tally) {
    let missing = missing();
    if !missing.is_empty() && is_root() && on_path("apt-get").is_some() {
        let packages = packages(&missing);
        println!("== tools: apt-get install {}", packages.join(" "));
        let apt = |arguments: &[&str]| {
            let mut command = Command::new("apt-get");
            command.env("DEBIAN_FRONTEND", "noninteractive").args(arguments);
            command.status().is_ok_and(|status| status.success())
        };
        if apt(&["update", "-qq"]) {
            let mut arguments = vec!["install", "-qq", "-y", "--no-install-recommends"];
            arguments.extend(&packages);
            apt(&arguments);
        }
    }
    let missing = self::missing();
    for tool in &missing {
        tally.fail(format!(
            "tool missing: {} ({}). Install it with: apt-get install -y --no-install-recommends {}",
            tool.name, tool.purpose, tool.package
        ));
    }
    if missing.is_empty() {
        tally.pass();
    }
}

fn missing() -> Vec<&'static Tool> {
    TOOLS.iter().filter(|tool| !(tool.found)()).collect()
}

fn packages(tools: &[&'static Tool]) -> Vec<&'static str> {
    let mut packages: Vec<_> = tools.iter().map(|tool| tool.package).collect();
    packages.dedup();
    packages
}

fn chinese_font() -> bool {
    Command::new("fc-list").arg(":lang=zh-cn").output().is_ok_and(|output| !output.stdout.is_empty())
}

/// The browser, under any of its usual names.
pub fn chromium() -> Option<PathBuf> {
    ["chromium", "chromium-browser", "google-chrome"].iter().find_map(|name| on_path(name))
}

/// The folder of the newest PostgreSQL server programs.
pub fn postgres_folder() -> Option<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, folder)| folder.join("initdb").exists() && folder.join("postgres").exists())
        .collect();
    found.sort();
    let packaged = found.pop().map(|(_, folder)| folder);
    packaged
        .or_else(|| on_path("initdb").and_then(|program| Some(program.canonicalize().ok()?.parent()?.to_path_buf())))
}

/// The first program of that name in PATH.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|program| program.is_file())
}

/// Are we the super-user? PostgreSQL refuses to run as root, and only root may install.
pub fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// Does the system know a user of that name?
pub fn user_exists(name: &str) -> bool {
    succeeds(Command::new("id").args(["-u", name]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_not_there_is_not_found() {
        assert!(on_path("sh").is_some());
        assert_eq!(on_path("hengjian-no-such-program"), None);
        assert!(!user_exists("hengjian-no-such-user"));
    }
}
