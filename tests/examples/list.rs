//! CPU cost of the list page of enterprises, for the benchmarks: `list bare` measures it at 10^5 records against a
//! handler that does the same and nothing else, `list long` at 10^6 against 10^5. Prints a line per round: ours and
//! the reference, in milliseconds. Judges nothing.
//!
//! The bare handler runs the same filter, the bounded count and the 25 rows with rusqlite on a table of its own and
//! sends as many bytes; it has no session, no rights and no form.

use axum::{Router, extract::State, response::Html, routing::get};
use hengjian_journeys::{Client, Server, run};
use rusqlite::Connection;
use std::{
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
};

const LIST: &str = "/desk/registers/enterprises?credit=B";
const REQUESTS: u32 = 600;
const ROUNDS: u32 = 5;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["bare"] => against_bare(),
        ["long"] => against_longer(),
        ["serve", database, bytes] => serve(database, bytes.parse().expect("bytes")),
        _ => panic!("list bare | list long"),
    }
}

fn against_bare() {
    let folder = tempfile::tempdir().expect("folder");
    let (server, mut client) = ours(folder.path(), "100000");
    let bytes = client.get(LIST).body.len();
    let database = folder.path().join("bare.sqlite");
    let bare = bare();
    let program = folder.path().join("data").join("hengjian.sqlite");
    succeed(Command::new(&bare).arg("import").arg(folder.path().join("rows.csv")).arg(&database).arg(&program));
    let mut reference = reference(&database, bytes);
    let mut plain = Client::new(&reference.1);
    assert_eq!(plain.get("/").body.len(), bytes, "as many bytes");
    for _ in 0..ROUNDS {
        let a = cost(server.pid(), &mut client, LIST);
        let b = cost(reference.0.id(), &mut plain, "/");
        println!("{a} {b}");
    }
    // It has nothing to lose.
    let _ = reference.0.kill();
    let _ = reference.0.wait();
}

fn against_longer() {
    let (short, long) = (tempfile::tempdir().expect("folder"), tempfile::tempdir().expect("folder"));
    let (short_server, mut short_client) = ours(short.path(), "100000");
    let (long_server, mut long_client) = ours(long.path(), "1000000");
    for _ in 0..ROUNDS {
        let a = cost(long_server.pid(), &mut long_client, LIST);
        let b = cost(short_server.pid(), &mut short_client, LIST);
        println!("{a} {b}");
    }
}

/// The demonstration with so many enterprises more, and somebody who may read them.
fn ours(folder: &Path, rows: &str) -> (Server, Client) {
    let (data, file) = (folder.join("data"), folder.join("rows.csv"));
    drop(Server::demo(&data));
    succeed(Command::new(bare()).args(["rows", rows]).arg(&file));
    let file = file.to_string_lossy().into_owned();
    let ran = run(&["import", "enterprises", &file, "--data", &data.to_string_lossy()]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let server = Server::demo(&data);
    let mut client = server.client_of("plan");
    settle(server.pid(), &mut client);
    (server, client)
}

/// Asks for a page over and over until it costs no more than the time before: the program has then made the search
/// words of what was imported, which is not the page's work.
fn settle(process: u32, client: &mut Client) {
    let mut before = cost(process, client, "/login");
    loop {
        let now = cost(process, client, "/login");
        if now >= before {
            return;
        }
        before = now;
    }
}

/// Milliseconds of CPU that a process used for the requests.
fn cost(process: u32, client: &mut Client, path: &str) -> u64 {
    let before = ticks(process);
    for _ in 0..REQUESTS {
        assert_eq!(client.get(path).status, 200);
    }
    (ticks(process) - before) * 10
}

/// User and system time in hundredths of a second (proc(5), fields 14 and 15).
fn ticks(process: u32) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat")).expect("stat");
    let (_, behind) = text.rsplit_once(')').expect("name");
    behind.split_whitespace().skip(11).take(2).map(|word| word.parse::<u64>().expect("ticks")).sum()
}

fn bare() -> std::path::PathBuf {
    std::env::current_exe().expect("path").with_file_name("bare")
}

fn succeed(command: &mut Command) {
    assert!(command.status().expect("it starts").success());
}

/// This example as a server of its own; its address is its first line.
fn reference(database: &Path, bytes: usize) -> (Child, String) {
    use std::io::{BufRead as _, BufReader};
    let mut child = Command::new(std::env::current_exe().expect("path"))
        .arg("serve")
        .arg(database)
        .arg(bytes.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("output")).read_line(&mut line).expect("address");
    (child, line.trim().to_owned())
}

#[tokio::main]
async fn serve(database: &str, bytes: usize) {
    let connection = Connection::open(database).expect("database");
    let state = Arc::new((Mutex::new(connection), bytes));
    let router = Router::new().route("/", get(page)).with_state(state);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("port");
    println!("{}", listener.local_addr().expect("address"));
    axum::serve(listener, router).await.expect("server");
}

async fn page(State(state): State<Arc<(Mutex<Connection>, usize)>>) -> Html<String> {
    let answer = tokio::task::spawn_blocking(move || {
        let connection = state.0.lock().expect("connection");
        let mut count = connection
            .prepare_cached(
                "SELECT COUNT(*) FROM (SELECT 1 FROM enterprise WHERE org_id = 'o' AND credit_class = ? LIMIT 1001)",
            )
            .expect("statement");
        let count: i64 = count.query_row(["B"], |row| row.get(0)).expect("count");
        let mut list = connection
            .prepare_cached("SELECT name, uscc, kind, address, credit_class, status FROM enterprise WHERE org_id = 'o' AND credit_class = ? ORDER BY name_key, id LIMIT 25")
            .expect("statement");
        let mut html = format!("<p>{count}</p><table>");
        let mut rows = list.query(["B"]).expect("rows");
        while let Some(row) = rows.next().expect("row") {
            html.push_str("<tr>");
            for column in 0..6 {
                let text: String = row.get(column).expect("text");
                html.push_str("<td>");
                html.push_str(&text);
            }
        }
        let missing = state.1.saturating_sub(html.len());
        html.extend(std::iter::repeat_n(' ', missing));
        html
    });
    Html(answer.await.expect("page"))
}
