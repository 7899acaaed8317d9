//! Benches of the built program: the import of a long table against a bare reader and SQLite, and working days far
//! ahead against working days near by. Builds what it measures; leaves nothing behind.

use super::{Round, cpu};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// Rows of the imported table.
const IMPORTED: &str = "1000000";
/// Lines of the table of working days.
const LINES: u32 = 300_000;

/// Three rounds: `hengjian import enterprises` into a new folder, and a bare insert of the same file
/// into the same table with the same indexes.
pub fn import() -> Result<Vec<Round>, String> {
    let bench = Built::new()?;
    let rows = bench.path("rows.csv");
    done(Command::new(bench.bare()).args(["rows", IMPORTED]).arg(&rows))?;
    let mut rounds = Vec::new();
    for round in 0..3 {
        let data = bench.path(&format!("data{round}"));
        let ours = cpu::of_command(
            Command::new(bench.program()).args(["import", "enterprises"]).arg(&rows).arg("--data").arg(&data),
        )?;
        let database = bench.path(&format!("bare{round}.sqlite"));
        let program = data.join("hengjian.sqlite");
        let reference =
            cpu::of_command(Command::new(bench.bare()).arg("import").arg(&rows).arg(&database).arg(&program))?;
        std::fs::remove_dir_all(&data).map_err(|error| error.to_string())?;
        std::fs::remove_file(&database).map_err(|error| error.to_string())?;
        rounds.push(Round { ours, reference });
    }
    Ok(rounds)
}

/// Five rounds: `calc workdays` 2000 working days ahead, and 5 ahead.
pub fn workdays() -> Result<Vec<Round>, String> {
    let bench = Built::new()?;
    let table = |days: u32| {
        let file = bench.path(&format!("days{days}.csv"));
        let text = format!("from,days\n{}", format!("2013-01-04,{days}\n").repeat(LINES as usize));
        std::fs::write(&file, text).map(|()| file).map_err(|error| error.to_string())
    };
    let (far, near) = (table(2000)?, table(5)?);
    let measure = |file: &Path| {
        // The shell only connects the file; its own time is the same on both sides and next to nothing.
        let line = format!("'{}' calc workdays < '{}'", bench.program().display(), file.display());
        cpu::of_command(Command::new("sh").args(["-c", &line]))
    };
    (0..5).map(|_| Ok(Round { ours: measure(&far)?, reference: measure(&near)? })).collect()
}

/// Five rounds: the list page at 10^5 enterprises, and a bare handler that does the same.
pub fn list() -> Result<Vec<Round>, String> {
    listed("bare")
}

/// Five rounds: the list page at 10^6 enterprises, and at 10^5.
pub fn long_list() -> Result<Vec<Round>, String> {
    listed("long")
}

/// Rounds that the example `list` prints: milliseconds of ours and of the reference.
fn listed(kind: &str) -> Result<Vec<Round>, String> {
    let bench = Built::new()?;
    let output = Command::new(bench.release.join("examples").join("list"))
        .arg(kind)
        .env("TMPDIR", &bench.folder)
        .output()
        .map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let rounds: Vec<Round> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| {
            let (ours, reference) = line.split_once(' ')?;
            let time = |text: &str| text.parse().ok().map(Duration::from_millis);
            Some(Round { ours: time(ours)?, reference: time(reference)? })
        })
        .collect();
    if rounds.is_empty() { Err("no round was printed".into()) } else { Ok(rounds) }
}

/// The built program and a folder for one bench, gone when dropped.
struct Built {
    release: PathBuf,
    folder: PathBuf,
}

impl Built {
    fn new() -> Result<Self, String> {
        done(Command::new("cargo").args(["build", "--release", "--quiet", "-p", "hengjian"]))?;
        done(Command::new("cargo").args([
            "build",
            "--release",
            "--quiet",
            "-p",
            "hengjian-journeys",
            "--example",
            "bare",
        ]))?;
        let own = std::env::current_exe().map_err(|error| error.to_string())?;
        let target = own.parent().and_then(Path::parent).ok_or("no target folder")?;
        let folder = target.join(format!("bench-{}", std::process::id()));
        std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        Ok(Self { release: target.join("release"), folder })
    }
    fn program(&self) -> PathBuf {
        self.release.join("hengjian")
    }
    fn bare(&self) -> PathBuf {
        self.release.join("examples").join("bare")
    }
    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

impl Drop for Built {
    fn drop(&mut self) {
        // A folder left behind costs space only.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn done(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|error| error.to_string())?;
    if status.success() { Ok(()) } else { Err(format!("{}: {status}", command.get_program().to_string_lossy())) }
}
