//! Starting other programs, reading their closing lines, counting what passed and failed.
//! Never decides what is tested; that is `main`.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;

/// What passed and what failed, over all steps.
#[derive(Default)]
pub struct Tally {
    passed: u64,
    failed: u64,
    failures: Vec<String>,
}

impl Tally {
    /// One step passed.
    pub fn pass(&mut self) {
        self.passed += 1;
    }
    /// One step failed.
    pub fn fail(&mut self, what: impl Into<String>) {
        self.failed += 1;
        self.failures.push(what.into());
    }
    /// Many results of one runner.
    pub fn add(&mut self, what: &str, counts: Counts) {
        self.passed += counts.passed;
        self.failed += counts.failed;
        if counts.failed > 0 {
            self.failures.push(format!("{what}: {} tests", counts.failed));
        }
    }
    /// Number of results that passed.
    pub fn passed(&self) -> u64 {
        self.passed
    }
    /// Number of results that failed.
    pub fn failed(&self) -> u64 {
        self.failed
    }
    /// One line per failure, in the order they happened.
    pub fn failures(&self) -> &[String] {
        &self.failures
    }
}

/// Results read from the closing lines of a test runner.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Tests that passed.
    pub passed: u64,
    /// Tests that failed, timed out or could not start.
    pub failed: u64,
}

/// The folder that holds the workspace's Cargo.toml.
pub fn workspace_root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Where cargo puts what it builds.
pub fn target_folder() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => workspace_root().join(folder),
        None => workspace_root().join("target"),
    }
}

/// The cargo that started us, to be run in the workspace root.
pub fn cargo_command() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(workspace_root());
    command
}

/// Runs one cargo command as one step.
pub fn cargo(tally: &mut Tally, name: &str, arguments: &[&str]) {
    println!("== {name}: cargo {}", arguments.join(" "));
    match cargo_command().args(arguments).status() {
        Ok(status) if status.success() => tally.pass(),
        Ok(status) => tally.fail(format!("{name}: {status}")),
        Err(error) => tally.fail(format!("{name}: cargo cannot be started ({error})")),
    }
}

/// All Rust tests: nextest where it is installed, and the documentation tests which nextest leaves out;
/// plain `cargo test` otherwise.
pub fn tests(tally: &mut Tally, filter: Option<&str>, environment: &[(&str, &str)]) {
    let nextest = succeeds(cargo_command().args(["nextest", "--version"]));
    let runs: &[&[&str]] = if nextest {
        &[
            &["nextest", "run", "--release", "--workspace", "--no-fail-fast", "--no-tests=pass"],
            &["test", "--release", "--workspace", "--no-fail-fast", "--doc"],
        ]
    } else {
        &[&["test", "--release", "--workspace", "--no-fail-fast"]]
    };
    for arguments in runs {
        let mut command = cargo_command();
        command.args(*arguments).args(filter).envs(environment.iter().copied());
        println!("== tests: cargo {}", arguments.join(" "));
        let name = format!("cargo {}", arguments[0]);
        let least = u64::from(filter.is_none() && !arguments.contains(&"--doc"));
        counted(tally, &name, command, least);
    }
}

/// Runs a test runner, shows its output as it comes, and counts its closing lines. A runner that ends
/// badly without naming a failed test counts as one failure, and so does one that ran fewer tests than `least`.
pub fn counted(tally: &mut Tally, name: &str, command: Command, least: u64) {
    match tee(command) {
        Ok((success, lines)) => {
            let counts = closing_counts(lines.iter().map(String::as_str));
            tally.add(name, counts);
            if !success && counts.failed == 0 {
                tally.fail(format!("{name}: ended with an error and named no failed test"));
            } else if counts.passed + counts.failed < least {
                tally.fail(format!("{name}: ran nothing"));
            }
        }
        Err(error) => tally.fail(format!("{name}: cannot be started ({error})")),
    }
}

/// True when the command can be started and ends well; its output is dropped.
pub fn succeeds(command: &mut Command) -> bool {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|s| s.success())
}

/// Runs a command, copies both its outputs to ours line by line, and returns them.
fn tee(mut command: Command) -> std::io::Result<(bool, Vec<String>)> {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let (sender, receiver) = mpsc::channel();
    let mut readers = Vec::new();
    let outputs: [Option<Box<dyn Read + Send>>; 2] = [
        child.stdout.take().map(|pipe| Box::new(pipe) as Box<dyn Read + Send>),
        child.stderr.take().map(|pipe| Box::new(pipe) as Box<dyn Read + Send>),
    ];
    for pipe in outputs.into_iter().flatten() {
        let sender = sender.clone();
        readers.push(thread::spawn(move || {
            let mut reader = BufReader::new(pipe);
            let mut bytes = Vec::new();
            while reader.read_until(b'\n', &mut bytes).is_ok_and(|length| length > 0) {
                let line = String::from_utf8_lossy(&bytes).trim_end().to_owned();
                bytes.clear();
                if sender.send(line).is_err() {
                    break;
                }
            }
        }));
    }
    drop(sender);
    let mut lines = Vec::new();
    let mut out = std::io::stdout();
    for line in receiver {
        // A closed output of ours must not stop the tests; the counts are still returned.
        let _ = writeln!(out, "{line}");
        lines.push(line);
    }
    for reader in readers {
        let _ = reader.join();
    }
    Ok((child.wait()?.success(), lines))
}

/// Sums `test result: ok. 3 passed; 1 failed; …` (cargo test), `Summary [..] 4 tests run: 3 passed, 1 failed …`
/// (nextest) and `journeys: 3 passed, 1 failed` (browser).
pub fn closing_counts<'a>(lines: impl Iterator<Item = &'a str>) -> Counts {
    let mut counts = Counts::default();
    for line in lines {
        let line = without_colours(line);
        let line = line.trim_start();
        let closing = if let Some(rest) = line.strip_prefix("test result:") {
            rest.split_once(". ").map(|(_, rest)| rest)
        } else if line.starts_with("Summary [") {
            line.split_once(" run: ").map(|(_, rest)| rest)
        } else {
            line.strip_prefix("journeys:")
        };
        let Some(closing) = closing else { continue };
        // `3 passed (1 slow), 1 failed, 1 timed out, 2 skipped`
        for part in closing.split([',', ';', '(']) {
            let mut words = part.split_whitespace();
            let Some(number) = words.next().and_then(|word| word.parse::<u64>().ok()) else { continue };
            match words.collect::<Vec<_>>().join(" ").trim_end_matches(')') {
                "passed" => counts.passed += number,
                "failed" | "timed out" | "exec failed" => counts.failed += number,
                _ => {}
            }
        }
    }
    counts
}

fn without_colours(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            characters.find(char::is_ascii_alphabetic);
        } else {
            plain.push(character);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_of_every_runner_are_counted() {
        let lines = [
            "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 7 filtered out; finished in 0.00s",
            "     Summary [   0.311s] 9 tests run: 6 passed (1 slow), 2 failed, 1 timed out, 4 skipped",
            "\u{1b}[1m     Summary\u{1b}[0m [   0.3s] \u{1b}[1m1\u{1b}[0m test run: \u{1b}[1m1\u{1b}[0m passed, 0 skipped",
            "journeys: 5 passed, 1 failed",
            "I said 100 passed, 100 failed in a sentence",
        ];
        assert_eq!(closing_counts(lines.into_iter()), Counts { passed: 15, failed: 6 });
    }

    #[test]
    fn a_runner_that_ends_badly_in_silence_is_a_failure() {
        let mut tally = Tally::default();
        counted(&mut tally, "silent", Command::new("false"), 0);
        assert_eq!((tally.passed(), tally.failed()), (0, 1));
        counted(&mut tally, "absent", Command::new("hengjian-no-such-program"), 0);
        assert_eq!((tally.passed(), tally.failed()), (0, 2));
        counted(&mut tally, "empty", Command::new("true"), 1);
        assert_eq!((tally.passed(), tally.failed()), (0, 3));
        counted(&mut tally, "nothing asked for", Command::new("true"), 0);
        assert_eq!((tally.passed(), tally.failed()), (0, 3));
    }
}
