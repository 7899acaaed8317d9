//! The database server is killed under the running program: first one of its processes, then the whole server, both while
//! people write. Meanwhile the program says so in words; afterwards it goes on by itself. Nothing that was acknowledged is
//! lost, nothing is there by half.

use hengjian_domain::{actor::Role, code::Code};
use hengjian_journeys::{Client, Server, binary, run};
use hengjian_store::Store;
use std::{
    collections::BTreeSet,
    net::TcpListener,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
};

const PASSWORD: &str = "Shouci-2021-qidong";
const USERS: &str = "/desk/admin/users/new";

/// A database server of our own, which may be killed without harm to others.
struct Postgres {
    programs: PathBuf,
    folder: tempfile::TempDir,
    port: u16,
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

impl Postgres {
    /// `None` where there are no server programs.
    fn new() -> Option<Self> {
        let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
            .ok()?
            .flatten()
            .map(|entry| entry.path().join("bin"))
            .filter(|folder| folder.join("initdb").exists())
            .collect();
        found.sort();
        let folder = tempfile::tempdir().expect("folder");
        let port = TcpListener::bind(("127.0.0.1", 0)).and_then(|socket| socket.local_addr()).expect("port").port();
        let server = Self { programs: found.pop()?, folder, port };
        if is_root() {
            let given = Command::new("chown").arg("postgres").arg(server.folder.path()).status();
            assert!(given.expect("chown").success());
        }
        let made = server
            .command("initdb", &["-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust", "--no-sync"])
            .output()
            .expect("initdb");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        assert!(server.start(), "the server starts");
        Some(server)
    }
    /// A program of the server on its data folder; root hands it to the user `postgres`.
    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let program = self.programs.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("su");
            command.args(["postgres", "-s", "/bin/sh", "-c", r#"exec "$0" "$@""#, "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command.arg("-D").arg(self.data()).args(arguments).current_dir(self.folder.path());
        command
    }
    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }
    /// Starts the server and waits until it answers.
    fn start(&self) -> bool {
        let folder = self.folder.path().display();
        let options = format!("-h 127.0.0.1 -p {} -k {folder} -c fsync=off -c max_connections=50", self.port);
        let log = self.folder.path().join("log").display().to_string();
        let status = self.command("pg_ctl", &["-w", "-s", "-l", &log, "-o", &options, "start"]).status();
        status.expect("pg_ctl").success()
    }
    fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }
    /// SIGKILL to the server itself.
    fn kill(&self) {
        let noted = std::fs::read_to_string(self.data().join("postmaster.pid")).expect("process of the server");
        kill(noted.lines().next().expect("number"));
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let _ = self.command("pg_ctl", &["-s", "-m", "immediate", "stop"]).status();
    }
}

fn kill(process: &str) {
    let killed = Command::new("kill").args(["-KILL", process.trim()]).status();
    assert!(killed.expect("kill").success(), "process {process}");
}

/// The program on that database with its first administrator logged in.
fn first_start(data: &Path, database: &str) -> (Server, Client) {
    let mut command = Command::new(binary());
    command.args(["serve", "--listen", "127.0.0.1:0", "--database", database, "--data"]).arg(data);
    let server = Server::start(command, "首次启动");
    let mut client = server.client();
    let code = server.code.clone().expect("code");
    let fields = [
        ("code", code.as_str()),
        ("organisation", "乳源瑶族自治县市场监督管理局"),
        ("region_code", "440232"),
        ("login", "anquan"),
        ("name", "安守静"),
        ("password", PASSWORD),
        ("password_again", PASSWORD),
    ];
    let csrf = client.get("/setup").input("csrf").unwrap_or_default();
    let all: Vec<(&str, &str)> = std::iter::once(("csrf", csrf.as_str())).chain(fields).collect();
    let answer = client.post_bare("/setup", &all);
    assert_eq!(answer.status, 303, "{}", answer.text());
    assert_eq!(client.log_in("anquan", PASSWORD).status, 303);
    (server, client)
}

#[test]
fn the_database_server_is_killed_under_writers() {
    const WRITERS: usize = 3;
    const BETWEEN: usize = 6;
    let Some(postgres) = Postgres::new() else {
        assert!(std::env::var("CI").is_err(), "in CI there must be PostgreSQL's server programs");
        println!("skipped 1: no PostgreSQL server programs");
        return;
    };
    drop(Store::create_postgres(&postgres.url("postgres"), "faults").expect("database"));
    let address = postgres.url("faults");
    let folder = tempfile::tempdir().expect("folder");
    let (server, first) = first_start(folder.path(), &address);
    let ask = |sql: &str| -> Vec<String> {
        let mut client = postgres::Client::connect(&address, postgres::NoTls).expect("server");
        client.query(sql, &[]).expect("answer").iter().map(|row| row.get(0)).collect()
    };
    let unit = ask("SELECT id FROM organisation").remove(0);

    let (stop, acknowledged, refused) = (AtomicBool::new(false), Mutex::new(BTreeSet::new()), Mutex::new(0));
    let (told, heard) = mpsc::channel();
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (mut client, told) = (first.clone(), told.clone());
            let (stop, acknowledged, refused, unit) = (&stop, &acknowledged, &refused, &unit);
            scope.spawn(move || {
                for number in 0_u64.. {
                    if stop.load(Ordering::SeqCst) {
                        return;
                    }
                    let login = format!("shuju{writer}-{number}");
                    let fields = [
                        ("once", login.as_str()),
                        ("login", &login),
                        ("name", "管云起"),
                        ("unit_id", unit),
                        ("role", Role::SystemAdministrator.code()),
                    ];
                    let answer = client.post(USERS, &fields);
                    match answer.status {
                        200 => {
                            acknowledged.lock().expect("set").insert(login);
                            let _ = told.send(());
                        }
                        503 => {
                            let text = answer.text();
                            assert!(text.contains("连不上数据库服务器") && text.contains("没有办成"), "{text}");
                            *refused.lock().expect("count") += 1;
                        }
                        other => panic!("{other}: {}", answer.text()),
                    }
                }
            });
        }
        let goes_on = || (0..BETWEEN * WRITERS).for_each(|_| heard.recv().expect("a writer"));
        goes_on();
        // One process of the server dies: the server ends all others and recovers.
        let of_ours = "SELECT pid::text FROM pg_stat_activity WHERE datname = 'faults' AND pid <> pg_backend_pid()";
        kill(&ask(of_ours).remove(0));
        goes_on();
        // The server itself dies. Pages say so; nobody is logged out by it.
        postgres.kill();
        let mut reader = first.clone();
        let page =
            std::iter::repeat_with(|| reader.get("/desk/account")).find(|page| page.status != 200).expect("page");
        assert_eq!(page.status, 503, "{}", page.text());
        for words in ["这一页暂时打不开", "连不上数据库服务器", "自动接上"] {
            assert!(page.text().contains(words), "{words}: {}", page.text());
        }
        // What is left of the old server may hold its memory for a moment.
        assert!((0..50).any(|_| postgres.start()), "the server starts again");
        while heard.try_recv().is_ok() {}
        goes_on();
        assert_eq!(reader.get("/desk/account").status, 200, "the same program, the same login");
        stop.store(true, Ordering::SeqCst);
    });
    let acknowledged = acknowledged.into_inner().expect("set");
    assert!(*refused.lock().expect("count") > 0, "nobody wrote while the server was down");
    drop(server);

    let kept: BTreeSet<String> = ask("SELECT login FROM user_account").into_iter().collect();
    let lost: Vec<&String> = acknowledged.difference(&kept).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    let by_half = ask("SELECT u.login FROM user_account u WHERE u.login LIKE 'shuju%' AND (
           (SELECT count(*) FROM journal_subject s JOIN journal_entry e ON e.log_id = s.log_id AND e.seq = s.seq
            WHERE s.subject_id = u.id AND e.type = 'admin.account_made') <> 1
           OR (SELECT count(*) FROM user_role r WHERE r.user_id = u.id) <> 1
           OR (SELECT count(*) FROM form_once f WHERE f.token = u.login) <> 1)");
    assert_eq!(by_half, Vec::<String>::new(), "accounts without entry, role or spent token");
    let stray =
        ask("SELECT s.subject_id FROM journal_subject s JOIN journal_entry e ON e.log_id = s.log_id AND e.seq = s.seq
         WHERE e.type = 'admin.account_made' AND s.subject_id NOT IN (SELECT id FROM user_account)
         AND s.subject_id NOT IN (SELECT id FROM organisation)");
    assert_eq!(stray, Vec::<String>::new(), "entries without an account");
    let ran = run(&["journal", "verify", "--data", &folder.path().display().to_string(), "--database", &address]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    println!("{} acknowledged, {} kept", acknowledged.len(), kept.len());
}
