//! A real PostgreSQL server for the tests, in a temporary folder, gone when its value is dropped.
//!
//! Trusts every local connection and does not sync to disk: never for real data.

use crate::tools;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

/// How long a server may take to answer, in steps of 50 ms.
const PATIENCE: u32 = 1200;

/// A running server. Dropping it stops the server and removes its folder.
pub struct Server {
    process: Child,
    folder: PathBuf,
    port: u16,
}

impl Server {
    /// Makes a cluster (UTF-8, code-point order as in SQLite) and starts a server on a free loopback port.
    /// As root everything runs as the user `postgres`, because initdb refuses root.
    pub fn start() -> Result<Self, String> {
        let programs = tools::postgres_folder().ok_or("no PostgreSQL server programs (package postgresql)")?;
        let as_postgres = tools::is_root();
        if as_postgres && !tools::user_exists("postgres") {
            return Err("running as root and there is no user postgres".into());
        }
        let port = free_port().map_err(|error| format!("no free port: {error}"))?;
        let folder = std::env::temp_dir().join(format!("hengjian-postgres-{}-{port}", std::process::id()));
        fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        match Self::start_in(&programs, &folder, port, as_postgres) {
            Ok(process) => Ok(Self { process, folder, port }),
            Err(reason) => {
                let log = fs::read_to_string(folder.join("server.log")).unwrap_or_default();
                let _ = fs::remove_dir_all(&folder);
                Err(format!("{reason}\n{log}"))
            }
        }
    }

    fn start_in(programs: &Path, folder: &Path, port: u16, as_postgres: bool) -> Result<Child, String> {
        let log = File::create(folder.join("server.log")).map_err(|error| error.to_string())?;
        if as_postgres && !crate::run::succeeds(Command::new("chown").arg("-R").arg("postgres").arg(folder)) {
            return Err("the folder cannot be given to the user postgres".into());
        }
        let data = folder.join("data");
        let output = command(&programs.join("initdb"), folder, as_postgres)
            .arg("-D")
            .arg(&data)
            .args(["-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust", "--no-sync"])
            .output()
            .map_err(|error| format!("initdb: {error}"))?;
        if !output.status.success() {
            return Err(format!("initdb: {}", String::from_utf8_lossy(&output.stderr)));
        }
        let errors = log.try_clone().map_err(|error| error.to_string())?;
        let mut process = command(&programs.join("postgres"), folder, as_postgres)
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(folder)
            .args(["-h", "127.0.0.1", "-p", &port.to_string()])
            .args(["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"])
            .args(["-c", "max_connections=200", "-c", "shared_buffers=64MB", "-c", "timezone=UTC"])
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(errors)
            .spawn()
            .map_err(|error| format!("postgres: {error}"))?;
        for _ in 0..PATIENCE {
            if let Ok(Some(status)) = process.try_wait() {
                return Err(format!("postgres ended at once: {status}"));
            }
            let mut ready = Command::new(programs.join("pg_isready"));
            ready.args(["-q", "-h", "127.0.0.1", "-U", "postgres", "-p", &port.to_string()]);
            if crate::run::succeeds(&mut ready) {
                return Ok(process);
            }
            thread::sleep(Duration::from_millis(50));
        }
        stop(&mut process, folder);
        Err("postgres did not answer within a minute".into())
    }

    /// Where the tests connect, as super-user, to make each its own database.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        stop(&mut self.process, &self.folder);
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            eprintln!("{}: {error}", self.folder.display());
        }
    }
}

/// A command run in the server's folder; as root through setpriv as the user postgres, with the server asked
/// to end when we end, however that happens.
fn command(program: &Path, folder: &Path, as_postgres: bool) -> Command {
    let mut command = if !as_postgres {
        Command::new(program)
    } else if tools::on_path("setpriv").is_some() {
        let mut command = Command::new("setpriv");
        let id = |flag: &str| {
            let output = Command::new("id").args([flag, "postgres"]).output();
            output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
        };
        command
            .args(["--reuid", &id("-u"), "--regid", &id("-g"), "--init-groups", "--pdeathsig", "INT", "--"])
            .arg(program);
        command
    } else {
        // `exec "$0" "$@"` keeps the arguments apart without quoting; su hands them on after `--`.
        let mut command = Command::new("su");
        command.args([
            OsStr::new("postgres"),
            "-s".as_ref(),
            "/bin/sh".as_ref(),
            "-c".as_ref(),
            r#"exec "$0" "$@""#.as_ref(),
        ]);
        command.arg("--").arg(program);
        command
    };
    command.current_dir(folder).env("LC_ALL", "C.UTF-8");
    command
}

/// Fast shutdown (SIGINT); the server ends its sessions and itself. Kills it when it does not.
/// The server's own id is in its data folder: our child may be a `su` that waits for it.
fn stop(process: &mut Child, folder: &Path) {
    let noted = fs::read_to_string(folder.join("data/postmaster.pid")).ok();
    let server = noted.and_then(|text| text.lines().next()?.trim().parse().ok()).unwrap_or(process.id());
    let asked = crate::run::succeeds(Command::new("kill").args(["-INT", &server.to_string()]));
    for _ in 0..200 {
        if !asked || matches!(process.try_wait(), Ok(Some(_))) {
            break;
        }
        thread::sleep(Duration::from_millis(50));
    }
    let _ = process.kill();
    let _ = process.wait();
}

fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One real life of a server: it answers, it holds Chinese in code-point order, it leaves nothing behind.
    #[test]
    fn a_server_starts_answers_and_leaves_nothing() {
        let server = Server::start().expect("a PostgreSQL server");
        let programs = tools::postgres_folder().expect("programs");
        let ask = |query: &str| {
            let output = Command::new(programs.join("psql"))
                .args([&server.url(), "-X", "-A", "-t", "-c", query])
                .output()
                .expect("psql");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8(output.stdout).expect("text").trim().to_owned()
        };
        assert_eq!(ask("select string_agg(w, '' order by w) from (values ('衡'), ('B'), ('a')) t(w)"), "Ba衡");
        assert_eq!(ask("show fsync"), "off");
        let folder = server.folder.clone();
        let process = server.process.id();
        drop(server);
        assert!(!folder.exists());
        assert!(!Path::new(&format!("/proc/{process}")).exists());
    }
}
