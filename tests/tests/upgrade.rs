//! Databases of released schemas under today's program: the fixture is opened, brought up to date and is then the same
//! schema as a new one, with every row still there. A database that today's program must not touch is refused in words.

use hengjian_journeys::{Server, run};
use hengjian_store::{Store, migrate::migrate};
use rusqlite::Connection;
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

/// Rows of the fixture of schema 1, counted in the text with `sqlite3` when it was made.
const SCHEMA_1: &[(&str, i64)] = &[
    ("organisation", 10),
    ("user_account", 29),
    ("user_role", 29),
    ("enterprise", 33),
    ("enterprise_product", 33),
    ("product_category", 9),
    ("laboratory", 2),
    ("officer", 3),
    ("rules", 3),
    ("plan", 1),
    ("plan_line", 5),
    ("task", 4),
    ("draw", 4),
    ("draw_member", 43),
    ("visit", 14),
    ("sampling_record", 8),
    ("sample", 16),
    ("custody_step", 51),
    ("inspection", 9),
    ("item_result", 42),
    ("notice", 16),
    ("service_attempt", 16),
    ("objection", 1),
    ("case_file", 6),
    ("case_recheck", 1),
    ("publication", 1),
    ("publication_entry", 5),
    ("number_use", 67),
    ("stored_file", 9),
    ("sealed_blob", 1),
    ("clock", 40),
    ("journal_log", 3),
    ("journal_entry", 58),
    ("journal_content", 39),
];

fn fixture(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert!(text.len() < 400_000, "{name} has {} bytes; a fixture stays small", text.len());
    text
}

fn restored(folder: &Path) -> PathBuf {
    let data = folder.join("restored");
    std::fs::create_dir(&data).expect("folder");
    let database = Connection::open(data.join("hengjian.sqlite")).expect("database");
    database.execute_batch(&fixture("schema1.sqlite.sql")).expect("fixture");
    data
}

fn open(data: &Path) -> Connection {
    Connection::open(data.join("hengjian.sqlite")).expect("database")
}

fn lines(database: &Connection, sql: &str) -> BTreeSet<String> {
    let mut statement = database.prepare(sql).expect("statement");
    statement.query_map([], |row| row.get(0)).expect("rows").collect::<Result<_, _>>().expect("text")
}

fn verify(data: &Path) -> hengjian_journeys::Ran {
    run(&["journal", "verify", "--data", &data.display().to_string()])
}

const SCHEMA: &str =
    "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'";

#[test]
fn schema_1_on_sqlite_comes_up_to_date_and_loses_nothing() {
    let folder = tempfile::tempdir().expect("folder");
    let data = restored(folder.path());
    let ran = verify(&data);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let database = open(&data);
    assert_eq!(lines(&database, "PRAGMA integrity_check"), BTreeSet::from(["ok".to_owned()]));
    assert!(lines(&database, "SELECT \"table\" FROM pragma_foreign_key_check").is_empty(), "references to nothing");
    for (table, expected) in SCHEMA_1 {
        let found: i64 =
            database.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).expect("count");
        assert_eq!(found, *expected, "{table}");
    }
    // What has come up to date is what a new installation has.
    let fresh = folder.path().join("fresh");
    drop(Server::first_start(&fresh));
    assert_eq!(lines(&database, SCHEMA), lines(&open(&fresh), SCHEMA));
    drop(database);

    // People can log in and read what they had.
    let server = Server::serve(&data);
    let mut client = server.client();
    assert_eq!(client.log_in("plan", "Demo-2021-hengjian").status, 303);
    for (page, words) in [
        ("/desk", "待办"),
        ("/desk/plans", "2021"),
        ("/desk/cases", "后处理"),
        ("/desk/registers/enterprises", "统一社会信用代码"),
    ] {
        let answer = client.get(page);
        assert_eq!(answer.status, 200, "{page}: {}", answer.text());
        assert!(answer.text().contains(words), "{page} has no {words}");
    }
    // The daily work makes again what can be made from the rows: search finds an old name.
    let name: String =
        open(&data).query_row("SELECT name FROM enterprise ORDER BY id LIMIT 1", [], |row| row.get(0)).expect("name");
    let address = format!("/desk/registers/enterprises?text={}", escaped(&name));
    let found = (0..500).any(|_| client.get(&address).text().contains(&format!(">{name}</a>")));
    assert!(found, "{name} is not found: {}", client.get(&address).text());
}

fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[test]
fn schema_1_on_postgres_comes_up_to_date_and_loses_nothing() {
    let Ok(server) = std::env::var("HENGJIAN_TEST_POSTGRES") else {
        assert!(std::env::var("CI").is_err(), "HENGJIAN_TEST_POSTGRES must name a server in CI");
        println!("skipped 1: no PostgreSQL");
        return;
    };
    let name = format!("upgrade_{}", std::process::id());
    let (head, _) = server.rsplit_once('/').expect("address");
    let address = format!("{head}/{name}");
    let fresh_name = format!("{name}_fresh");
    drop(Store::create_postgres(&server, &name).expect("database"));
    let mut client = postgres::Client::connect(&address, postgres::NoTls).expect("server");
    client.batch_execute(&fixture("schema1.postgres.sql")).expect("fixture");

    let folder = tempfile::tempdir().expect("folder");
    let data = folder.path().display().to_string();
    let ran = run(&["journal", "verify", "--data", &data, "--database", &address]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("操作记录一致，共 3 册"), "{}", ran.out);
    for (table, expected) in SCHEMA_1 {
        let found: i64 = client.query_one(&format!("SELECT count(*) FROM {table}"), &[]).expect("count").get(0);
        assert_eq!(found, *expected, "{table}");
    }
    migrate(&Store::create_postgres(&server, &fresh_name).expect("database")).expect("a new one");
    let schema = |address: &str| -> BTreeSet<String> {
        let mut client = postgres::Client::connect(address, postgres::NoTls).expect("server");
        let sql = "SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' '
                   || coalesce(column_default, '') || ' ' || coalesce(collation_name, '')
                   FROM information_schema.columns WHERE table_schema = 'public'
                   UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'";
        client.query(sql, &[]).expect("schema").iter().map(|row| row.get(0)).collect()
    };
    assert_eq!(schema(&address), schema(&format!("{head}/{fresh_name}")));
    drop(client);
    let mut client = postgres::Client::connect(&server, postgres::NoTls).expect("server");
    for database in [name, fresh_name] {
        client.batch_execute(&format!("DROP DATABASE {database} WITH (FORCE)")).expect("drop");
    }
}

/// Whatever a folder holds that today's program does not understand is left as it is.
#[test]
fn a_newer_or_different_database_is_refused_in_words() {
    let cases: [(&str, &str); 2] = [
        ("INSERT INTO schema_migration (name, digest) VALUES ('9999_future', 'x')", "数据库比本程序新"),
        ("UPDATE schema_migration SET digest = 'x' WHERE name = '0003_plan'", "与本程序的不同"),
    ];
    for (change, words) in cases {
        let folder = tempfile::tempdir().expect("folder");
        let data = restored(folder.path());
        open(&data).execute_batch(change).expect("change");
        let before = lines(&open(&data), SCHEMA);
        let serve = ["serve", "--listen", "127.0.0.1:0", "--data", &data.display().to_string()];
        for ran in [verify(&data), run(&serve)] {
            assert_eq!(ran.code, 1, "{words}");
            assert!(ran.err.contains(words) && ran.err.contains("没有改动"), "{words}: {}", ran.err);
        }
        assert_eq!(lines(&open(&data), SCHEMA), before, "nothing was changed");
    }
    // Not a database at all, and a folder that does not exist.
    let folder = tempfile::tempdir().expect("folder");
    std::fs::write(folder.path().join("hengjian.sqlite"), "这不是数据库".repeat(1_000)).expect("file");
    let ran = verify(folder.path());
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(ran.err.contains("不能打开数据库"), "{}", ran.err);
    let missing = folder.path().join("no-such-folder");
    let ran = verify(&missing);
    assert_eq!(ran.code, 2, "{}", ran.out);
    assert!(ran.err.contains("没有数据库") && !missing.exists(), "{}", ran.err);
}
