//! The browser journeys of `tests/browser`: builds the binary, provides the node packages, runs and counts.
//! Never knows what a page looks like; the journeys do.

use crate::run::{self, Tally, target_folder, workspace_root};
use crate::tools;
use std::path::Path;
use std::process::Command;

/// Runs all journeys, or those whose file name contains the filter.
pub fn journeys(tally: &mut Tally, filter: Option<&str>) {
    let folder = workspace_root().join("tests/browser");
    let Some(chromium) = tools::chromium() else { return tally.fail("browser journeys: no chromium") };
    let failures = tally.failed();
    run::cargo(tally, "binary", &["build", "--release", "--package", "hengjian"]);
    if !packages_are_current(&folder) {
        println!("== browser packages: npm ci");
        match Command::new("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(&folder).status() {
            Ok(status) if status.success() => tally.pass(),
            Ok(status) => tally.fail(format!("npm ci: {status}")),
            Err(error) => tally.fail(format!("npm ci: {error}")),
        }
    }
    if tally.failed() > failures {
        return;
    }
    println!("== browser journeys");
    let mut command = Command::new("node");
    command
        .arg("run.mjs")
        .args(filter)
        .current_dir(&folder)
        .env("HENGJIAN_BINARY", target_folder().join("release/hengjian"))
        .env("HENGJIAN_CHROMIUM", chromium)
        .env("HENGJIAN_SCREENSHOTS", target_folder().join("screenshots"));
    run::counted(tally, "browser journeys", command, u64::from(filter.is_none()));
}

/// npm writes a lock of what it installed; it must not be older than ours.
fn packages_are_current(folder: &Path) -> bool {
    let changed = |name: &str| folder.join(name).metadata().and_then(|metadata| metadata.modified()).ok();
    match (changed("node_modules/.package-lock.json"), changed("package-lock.json")) {
        (Some(installed), Some(locked)) => installed >= locked,
        _ => false,
    }
}
