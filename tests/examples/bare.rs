//! What the benchmarks compare us with: the same table written by nothing but the csv reader and SQLite, and the table
//! itself. Checks nothing, keeps no journal, and is never part of the program.
//!
//! `bare rows N FILE` writes an invented list of enterprises; `bare import FILE DATABASE PROGRAM` inserts it into
//! the table that the program's database has.

use hengjian_domain::uscc;
use rusqlite::{Connection, params};
use std::io::{BufWriter, Write as _};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["rows", count, file] => rows(count.parse().expect("count"), file),
        ["import", file, database, program] => import(file, database, program),
        _ => panic!("bare rows N FILE | bare import FILE DATABASE PROGRAM"),
    }
}

/// Invented enterprises, each with a name, a credit code whose check character fits, and an address.
fn rows(count: u32, file: &str) {
    let mut out = BufWriter::new(std::fs::File::create(file).expect("file"));
    writeln!(out, "企业名称,统一社会信用代码,企业类型,住所（经营场所）,信用风险分类,登记状态").expect("header");
    for number in 0..count {
        let body = format!("91440232M{number:08}");
        let check = uscc::check(&format!("{body}0")).expected.expect("check character");
        let class = ["A", "B", "C", "D"][(number % 4) as usize];
        writeln!(
            out,
            "乳源虚构{number:07}号电线电缆经营部,{body}{check},个体工商户,韶关市乳源瑶族自治县乳城镇虚构路{number}号,{class},存续"
        )
        .expect("row");
    }
}

/// The program's own table with the same indexes, one prepared statement, one transaction (settled: import).
fn import(file: &str, database: &str, program: &str) {
    let mut database = Connection::open(database).expect("database");
    database.pragma_update(None, "journal_mode", "wal").expect("journal mode");
    let program = Connection::open(program).expect("the program's database");
    let mut schema = program
        .prepare("SELECT sql FROM sqlite_master WHERE tbl_name = 'enterprise' AND sql IS NOT NULL ORDER BY rowid")
        .expect("schema");
    let statements = schema.query_map([], |row| row.get::<_, String>(0)).expect("schema");
    for statement in statements {
        database.execute_batch(&statement.expect("statement")).expect("table");
    }
    let transaction = database.transaction().expect("transaction");
    {
        let mut insert = transaction
            .prepare(
                "INSERT INTO enterprise (id, version, org_id, uscc, uscc_valid, name, name_key, kind, address,
                   address_key, region_code, scale, credit_class, status, source, created_at_us)
                 VALUES (?1, 1, 'o', ?2, 1, ?3, ?3, ?4, ?5, ?5, '440232', 'UNKNOWN', ?6, ?7, ?8, 0)",
            )
            .expect("statement");
        let mut reader = csv::Reader::from_path(file).expect("file");
        let mut record = csv::StringRecord::new();
        let mut number = 0_u64;
        while reader.read_record(&mut record).expect("row") {
            number += 1;
            let id = format!("017c24c4-0a80-7000-8000-{number:012x}");
            insert
                .execute(params![id, &record[1], &record[0], &record[2], &record[3], &record[4], &record[5], file])
                .expect("insert");
        }
    }
    transaction.commit().expect("commit");
}
