//! Task runner of the project: `cargo xtask test`, `check`, `tidy`, `bench`, `browser`.
//!
//! Uses the standard library alone, so that it compiles in seconds before anything else does. It
//! starts other programs and reads our own source; it never changes a tracked file.

mod bench;
mod browser;
mod clock;
mod postgres;
mod run;
mod tidy;
mod tools;

use run::{Tally, workspace_root};
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask test [FILTER]   everything: tools, format, lints, source checks, tests on both databases, browser journeys
cargo xtask check           format, lints, source checks
cargo xtask tidy            source checks alone
cargo xtask browser [NAME]  browser journeys alone (all, or those whose name contains NAME)
cargo xtask bench [NAME]    ratios against bare references: PASS, FAIL or UNRESOLVED; never fails the command";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().unwrap_or_default();
    let filter = arguments.next();
    let begun = clock::now();
    let mut tally = Tally::default();
    match command.as_str() {
        "test" => everything(&mut tally, filter.as_deref()),
        "check" => check(&mut tally),
        "tidy" => source_checks(&mut tally),
        "browser" => {
            tools::provide(&mut tally);
            browser::journeys(&mut tally, filter.as_deref());
        }
        "bench" => {
            bench::run(filter.as_deref());
            return ExitCode::SUCCESS;
        }
        // What `bench noise` measures, in a process of its own.
        "bench-work" => {
            let steps = filter.and_then(|steps| steps.parse().ok()).unwrap_or(0);
            println!("{}", bench::work(steps));
            return ExitCode::SUCCESS;
        }
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    }
    for failure in tally.failures() {
        println!("failed: {failure}");
    }
    println!("xtask {command}: {} s", begun.elapsed().as_secs());
    println!("{} passed, {} failed", tally.passed(), tally.failed());
    if tally.failed() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What CI runs. A failing step is counted and the next one still runs, so that one run tells all.
fn everything(tally: &mut Tally, filter: Option<&str>) {
    tools::provide(tally);
    check(tally);
    match postgres::Server::start() {
        Ok(server) => {
            println!("== PostgreSQL {}", server.url());
            tally.pass();
            run::tests(tally, filter, &[("HENGJIAN_TEST_POSTGRES", &server.url())]);
        }
        Err(reason) => {
            tally.fail(format!("PostgreSQL for the tests: {reason}"));
            run::tests(tally, filter, &[]);
        }
    }
    browser::journeys(tally, filter);
}

fn check(tally: &mut Tally) {
    source_checks(tally);
    run::cargo(tally, "format", &["fmt", "--all", "--check"]);
    run::cargo(
        tally,
        "clippy",
        &["clippy", "--release", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"],
    );
}

fn source_checks(tally: &mut Tally) {
    println!("== source checks");
    let tree = match tidy::Tree::read(&workspace_root()) {
        Ok(tree) => tree,
        Err(reason) => return tally.fail(format!("source checks: {reason}")),
    };
    for (name, check) in tidy::CHECKS {
        let found = check(&tree);
        if found.is_empty() {
            tally.pass();
            continue;
        }
        for violation in &found {
            println!("{name}: {violation}");
        }
        tally.fail(format!("{name} ({} places)", found.len()));
    }
}
