//! Every role on every route, over real HTTP: the expected matrix is `tests/roles.txt`, written by hand from the
//! documents. Also: nobody without a session, no form without its token, and what is open to everybody is a short list.

use hengjian_domain::{actor::Role, code::Code, policy::Action};
use hengjian_journeys::{Answer, Client, Dice, Server};
use hengjian_web::{Access, RouteInfo, server::route_table};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

/// Everything a visitor without an account can reach.
const PUBLIC: &[&str] = &[
    "GET /",
    "GET /about",
    "GET /announcements",
    "GET /announcements/{code}",
    "GET /announcements/{code}/{file}",
    "GET /calculators",
    "GET /calculators/{name}",
    "GET /favicon.ico",
    "GET /login",
    "GET /results/{code}",
    "GET /rules",
    "GET /rules/one",
    "GET /setup",
    "GET /static/{version}/{name}",
    "POST /login",
    "POST /setup",
];

/// Acts that a reading permission is enough for: they show what is secret and journal who saw it, or check and change
/// nothing. Every other `POST` needs a permission of its own.
const READING_ACTS: &[&str] = &["POST /desk/admin/journal/check", "POST /desk/visits/{id}/open"];
/// Permissions to read.
const READING: &[&str] = &[
    "register.read",
    "plan.read",
    "draw.read",
    "sampling.visit_read",
    "sampling.sample_read",
    "testing.read",
    "objection.notice_read",
    "objection.read",
    "follow_up.read",
    "publication.read",
    "statistics.read",
    "correction.read",
    "import.read",
    "admin.journal",
];

type Matrix = BTreeMap<String, BTreeSet<Role>>;

/// Reads `roles.txt`.
fn expected() -> Matrix {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/roles.txt")).expect("roles.txt");
    let mut groups: BTreeMap<String, BTreeSet<Role>> = BTreeMap::new();
    groups.insert("ALL".to_owned(), Role::ALL.iter().copied().collect());
    let mut matrix = Matrix::new();
    for line in
        text.lines().map(|line| line.split('#').next().unwrap_or_default().trim()).filter(|line| !line.is_empty())
    {
        let (name, words) = line.split_once([':', '=']).unwrap_or_else(|| panic!("roles.txt: {line}"));
        let mut roles = BTreeSet::new();
        for word in words.split_whitespace() {
            match (groups.get(word), Role::from_code(word)) {
                (Some(group), _) => roles.extend(group),
                (None, Some(role)) => drop(roles.insert(role)),
                (None, None) => panic!("roles.txt: no role {word}"),
            }
        }
        let into = if line.contains('=') { &mut groups } else { &mut matrix };
        assert!(into.insert(name.trim().to_owned(), roles).is_none(), "roles.txt: {name} twice");
    }
    matrix
}

fn written(route: &RouteInfo) -> String {
    format!("{} {}", route.method, route.path)
}

/// The path with a random UUID in place of every parameter.
fn filled(path: &str, dice: &mut Dice) -> String {
    let mut out = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        let (_, behind) = after.split_once('}').expect("a closing bracket");
        out.push_str(before);
        out.push_str(&dice.uuid());
        rest = behind;
    }
    out + rest
}

fn send(client: &mut Client, route: &RouteInfo, path: &str) -> Answer {
    if route.method == "GET" { client.get(path) } else { client.post(path, &[]) }
}

fn is_forged(answer: &Answer) -> bool {
    answer.status == 403 && answer.text().contains("这份表单不是从本系统当前的页面提交的")
}

/// The matrix names every action once and no other; administrators do no business.
#[test]
fn the_matrix_is_complete() {
    let matrix = expected();
    let known: BTreeSet<&str> = Action::ALL.iter().map(|action| action.code()).collect();
    let listed: BTreeSet<&str> = matrix.keys().map(String::as_str).collect();
    assert_eq!(listed, known, "actions of roles.txt and of the program");
    for (action, roles) in &matrix {
        assert!(!roles.is_empty(), "{action} is nobody's");
        for role in roles.iter().filter(|role| role.is_administrator()) {
            let operation = ["account.", "admin.", "import.read", "import.reference"];
            assert!(operation.iter().any(|area| action.starts_with(area)), "{role:?} has a hand in {action}");
        }
        let auditor = roles.contains(&Role::Auditor);
        assert_eq!(auditor, READING.contains(&action.as_str()) || action == "account.own", "AUDITOR and {action}");
    }
}

/// Deny by default: what is open to everybody is this list, and a permission to read changes nothing.
#[test]
fn what_is_open_is_a_short_list() {
    let table = route_table();
    let open: BTreeSet<String> = table.iter().filter(|route| route.access == Access::Public).map(written).collect();
    assert_eq!(open, PUBLIC.iter().map(|line| (*line).to_owned()).collect::<BTreeSet<_>>());
    let reading_acts: BTreeSet<String> = table
        .iter()
        .filter(|route| route.method == "POST")
        .filter(|route| matches!(route.access, Access::Action(action) if READING.contains(&action.code())))
        .map(written)
        .collect();
    assert_eq!(reading_acts, READING_ACTS.iter().map(|line| (*line).to_owned()).collect::<BTreeSet<_>>());
    let all: BTreeSet<String> = table.iter().map(written).collect();
    assert_eq!(all.len(), table.len(), "a route stands twice");
}

/// Without a session a page leads to the login and an act is refused; a form without its token is refused to anybody.
#[test]
fn every_role_on_every_route() {
    let folder = tempfile::tempdir().expect("folder");
    let server = Server::demo(&folder.path().join("data"));
    let matrix = expected();
    let accounts = server.account_by_role();
    let mut routes: Vec<(RouteInfo, Action)> = route_table()
        .into_iter()
        .filter_map(|route| match route.access {
            Access::Action(action) => Some((route, action)),
            Access::Public => None,
        })
        .collect();
    // Logging out ends the session, so it comes last.
    routes.sort_by_key(|(route, _)| route.path == "/logout");
    assert!(routes.len() > 200, "{} routes", routes.len());

    let wrong = Mutex::new(Vec::new());
    let tried = AtomicUsize::new(0);
    let complain = |words: String| wrong.lock().expect("list").push(words);

    let mut nobody = server.client();
    let mut dice = Dice(1);
    for (route, _) in &routes {
        let path = filled(route.path, &mut dice);
        let answer = send(&mut nobody, route, &path);
        let refused = if route.method == "GET" { answer.to_login() } else { matches!(answer.status, 401 | 403) };
        if !refused {
            complain(format!("nobody: {} answers {}", written(route), answer.status));
        }
    }

    let roles: Vec<(usize, Role)> = Role::ALL.iter().copied().enumerate().collect();
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some((number, role)) = roles.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let account = accounts.get(role.title()).unwrap_or_else(|| panic!("no demo account {role:?}"));
                    assert_eq!(account.roles.len(), 1, "{} has one role alone", account.login);
                    let mut client = server.client_of(&account.login);
                    assert_eq!(client.csrf().len(), 32, "token of {}", account.login);
                    let mut dice = Dice(100 + *number as u64);
                    for (route, action) in &routes {
                        let path = filled(route.path, &mut dice);
                        let may = matrix[action.code()].contains(role);
                        let what = || format!("{} ({}) on {}", role.code(), action.code(), written(route));
                        if route.method == "POST" {
                            let without = client.post_bare(&path, &[]);
                            let foreign = client.post_bare(&path, &[("csrf", "00000000000000000000000000000000")]);
                            for answer in [without, foreign] {
                                if (may && !is_forged(&answer)) || answer.status != 403 {
                                    complain(format!("{}: a form without its token gives {}", what(), answer.status));
                                }
                            }
                        }
                        let answer = send(&mut client, route, &path);
                        let let_in =
                            !matches!(answer.status, 401 | 403) && (!answer.to_login() || route.path == "/logout");
                        if may != let_in || (!may && answer.status != 403) {
                            complain(format!(
                                "{}: {}, expected {}",
                                what(),
                                answer.status,
                                if may { "in" } else { "403" }
                            ));
                        }
                        if answer.status >= 500 {
                            complain(format!("{}: fault {} {}", what(), answer.status, answer.text()));
                        }
                        tried.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().expect("list");
    assert!(wrong.is_empty(), "{} differences\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(tried.into_inner(), routes.len() * Role::ALL.len(), "every role on every route");
    assert_eq!(Role::ALL.len(), 22, "roles of regulations §1.2 and settled.md");
    println!("{} roles × {} routes", Role::ALL.len(), routes.len());
}
