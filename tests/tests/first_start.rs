//! The first start of a real office: nobody has an account until the person at the console uses the printed code, once.
//! Guessing passwords locks the account.

use hengjian_journeys::{Answer, Client, Server, binary, run};
use rusqlite::{Connection, OpenFlags};
use std::{path::Path, process::Command};

const PASSWORD: &str = "Shouci-2021-qidong";

fn number(data: &Path, sql: &str) -> i64 {
    let database = Connection::open_with_flags(data.join("hengjian.sqlite"), OpenFlags::SQLITE_OPEN_READ_WRITE);
    database.expect("database").query_row(sql, [], |row| row.get(0)).expect("number")
}

fn set_up(client: &mut Client, code: &str, login: &str) -> Answer {
    let fields = [
        ("code", code),
        ("organisation", "乳源瑶族自治县市场监督管理局"),
        ("region_code", "440232"),
        ("login", login),
        ("name", "安守静"),
        ("password", PASSWORD),
    ];
    client.post_bare("/setup", &fields)
}

/// Everything of the program's files that could hold a secret in clear.
fn all_bytes(folder: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in std::fs::read_dir(folder).expect("folder") {
        let path = entry.expect("entry").path();
        bytes.extend(if path.is_dir() { all_bytes(&path) } else { std::fs::read(&path).expect("file") });
    }
    bytes
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn the_printed_code_makes_the_first_administrator_once() {
    let folder = tempfile::tempdir().expect("folder");
    let data = folder.path().join("new");
    let server = Server::first_start(&data);
    let old_code = server.code.clone().expect("a code");
    drop(server);
    // Started again before anybody came: a new code, the old one is worth nothing.
    let server = Server::first_start(&data);
    let code = server.code.clone().expect("a code");
    assert_eq!(code.len(), 20, "80 bits");
    // A second service on the folder would make this code worthless.
    let second = run(&["serve", "--listen", "127.0.0.1:0", "--data", &data.to_string_lossy()]);
    assert!(second.code != 0 && second.err.contains("正由另一个服务使用"), "{second:?}");
    assert_ne!(code, old_code);
    assert!(server.accounts.is_empty(), "no account is printed");
    let mut client = server.client();

    // No account exists that somebody could know.
    assert_eq!(number(&data, "SELECT count(*) FROM user_account"), 0);
    let page = client.get("/login").text();
    assert!(!page.contains("演示账号") && !page.contains("Demo-"), "no demonstration");
    for login in ["plan", "security", "system", "admin", "root"] {
        let answer = client.log_in(login, "Demo-2021-hengjian");
        assert_eq!(answer.status, 409, "{login}");
        assert!(answer.text().contains("登录名或口令不对"), "{login}");
    }
    assert!(client.get("/desk").to_login());

    for wrong in ["", "0", "00000000000000000000", &old_code, &code[..19], &code.to_uppercase()] {
        if wrong == code {
            continue; // a code of digits alone
        }
        let answer = set_up(&mut client, wrong, "anquan");
        assert_eq!(answer.status, 422, "code {wrong:?}");
        assert!(answer.text().contains("一次性代码不对"), "{}", answer.text());
        assert!(answer.text().contains("乳源瑶族自治县市场监督管理局"), "what was typed is kept");
    }
    let made = "SELECT (SELECT count(*) FROM user_account) + (SELECT count(*) FROM organisation)";
    assert_eq!(number(&data, made), 0, "a wrong code makes nothing");

    let answer = set_up(&mut client, &code, "anquan");
    assert_eq!((answer.status, answer.location()), (303, Some("/login")), "{}", answer.text());
    for login in ["anquan", "another"] {
        assert_eq!(set_up(&mut client, &code, login).status, 422, "the code is spent");
    }
    assert!(client.get("/setup").text().contains("本机关已经建立"));
    assert_eq!(number(&data, made), 2, "one authority, one account");
    let role = "SELECT count(*) FROM user_role WHERE role = 'SECURITY_ADMINISTRATOR'";
    assert_eq!((number(&data, role), number(&data, "SELECT count(*) FROM user_role")), (1, 1));

    // An administrator of accounts does no business.
    assert_eq!(client.log_in("anquan", PASSWORD).status, 303);
    assert_eq!(client.get("/desk/admin/users").status, 200);
    assert_eq!(client.get("/desk/plans").status, 403);
    assert_eq!(client.post("/desk/plans", &[]).status, 403);

    assert_eq!(server.end(), "", "nothing more is printed");
    let kept = all_bytes(&data);
    assert!(!contains(&kept, &code) && !contains(&kept, PASSWORD), "secrets are kept as digests only");
    // A demonstration, whose passwords everybody knows, does not move into an office's data.
    let demo = run(&["demo", "--port", "0", "--data", &data.to_string_lossy()]);
    assert!(demo.code == 1 && demo.err.contains("里有正式数据") && demo.err.contains("另一个文件夹"), "{demo:?}");
    assert_eq!(number(&data, made), 2, "nothing of it was left there");
    // Started again: no code, and the account is there.
    let server = Server::serve(&data);
    assert_eq!(server.code, None);
    assert_eq!(server.client().log_in("anquan", PASSWORD).status, 303);
    assert_eq!(server.end(), "", "no code is printed any more");
}

#[test]
fn five_wrong_passwords_lock_the_account() {
    let folder = tempfile::tempdir().expect("folder");
    let data = folder.path().join("new");
    let server = Server::first_start(&data);
    let code = server.code.clone().expect("a code");
    let mut client = server.client();
    assert_eq!(set_up(&mut client, &code, "anquan").status, 303);
    for attempt in 1..=4 {
        let answer = client.log_in("anquan", "Wrong-2021-password");
        assert_eq!(answer.status, 409, "attempt {attempt}");
        assert!(answer.text().contains("登录名或口令不对") && !answer.text().contains("锁定到"), "attempt {attempt}");
    }
    // A right one in between begins the count anew.
    assert_eq!(client.log_in("anquan", PASSWORD).status, 303);
    let mut stranger = server.client();
    for attempt in 1..=5 {
        let answer = stranger.log_in("anquan", "Wrong-2021-password");
        assert_eq!(answer.status, 409, "attempt {attempt}");
        assert_eq!(answer.text().contains("账号锁定到"), attempt == 5, "attempt {attempt}");
    }
    let locked = stranger.log_in("anquan", PASSWORD);
    assert_eq!(locked.status, 409, "the right password does not help now");
    assert!(locked.text().contains("连续 5 次口令不对") && locked.text().contains("安全管理员解锁"));
    // A session that was there before goes on; a restart does not unlock.
    assert_eq!(client.get("/desk/account").status, 200);
    drop(server);
    let server = Server::serve(&data);
    assert!(server.client().log_in("anquan", PASSWORD).text().contains("账号锁定到"));
    let failures = "SELECT count(*) FROM journal_entry WHERE type = 'account.login_failed'";
    assert_eq!(number(&data, failures), 9, "every wrong password is journalled");
}

/// Neither command opens the other's data: a demonstration's passwords are known to everybody, and a county's data must not
/// get a movable clock. Nothing is changed by the attempt. What tells them apart lies in the database: a file laid beside an
/// office's data makes no demonstration of it.
#[test]
fn a_demonstration_and_a_county_do_not_share_a_folder() {
    let folder = tempfile::tempdir().expect("folder");
    let (demo, county) = (folder.path().join("demo"), folder.path().join("county"));
    let mut command = Command::new(binary());
    command.args(["demo", "--port", "0", "--data"]).arg(&demo);
    Server::start(command, "地址 ").kill();
    let files = std::fs::read_dir(&demo).expect("folder").count();
    let ran = run(&["serve", "--listen", "127.0.0.1:0", "--data", &demo.to_string_lossy()]);
    assert!(ran.code == 1 && ran.err.contains("演示数据") && ran.err.contains("hengjian demo"), "{ran:?}");
    assert!(std::fs::read_dir(&demo).expect("folder").count() <= files, "nothing was made there");

    drop(Server::first_start(&county));
    let before = std::fs::read(county.join("hengjian.sqlite")).expect("database");
    let ran = run(&["demo", "--port", "0", "--data", &county.to_string_lossy()]);
    assert!(ran.code == 1 && ran.err.contains("正式数据") && ran.err.contains("hengjian serve"), "{ran:?}");
    assert_eq!(std::fs::read(county.join("hengjian.sqlite")).expect("database"), before);
    std::fs::write(county.join("demo-clock"), "2021-09-28T09:00:00+08:00").expect("a file written by hand");
    let ran = run(&["demo", "--port", "0", "--data", &county.to_string_lossy()]);
    assert!(ran.code == 1 && ran.err.contains("正式数据"), "no file makes a demonstration of a county: {ran:?}");
    let server = Server::serve(&county);
    let page = server.client().get("/login").text();
    assert!(!page.contains("演示账号"), "and a county goes on serving beside it");
}
