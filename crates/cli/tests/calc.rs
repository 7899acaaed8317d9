//! The calculators as a user runs them: the real binary, CSV in, CSV out. Every vector of regulations §10.1 to §10.5, and
//! input that is meant to break it.

use std::{
    io::{Read, Write},
    process::{Command, Stdio},
};

struct Ran {
    code: i32,
    out: String,
    err: String,
}

/// Runs `hengjian calc NAME`; input is written while output is read, as a pipe would do.
fn run(name: &str, input: &[u8]) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_hengjian"))
        .args(["calc", name])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut stdin = child.stdin.take().expect("stdin");
    let input = input.to_vec();
    // A command that refuses the header closes its input early; that is no failure of the test.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let mut out = Vec::new();
    child.stdout.take().expect("stdout").read_to_end(&mut out).expect("output");
    let mut err = String::new();
    child.stderr.take().expect("stderr").read_to_string(&mut err).expect("messages");
    writer.join().expect("writer");
    let code = child.wait().expect("end").code().expect("exit code");
    Ran { code, out: String::from_utf8(out).expect("output is UTF-8"), err }
}

/// Fields of the output, quotes undone.
fn table(out: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(out.as_bytes());
    reader.records().map(|row| row.expect("row").iter().map(str::to_owned).collect()).collect()
}

/// Rows `input|expected`: the expected fields are those of the added columns that are given, then an empty error.
#[track_caller]
fn check(name: &str, header: &str, added: &str, rows: &[(&str, &[&str])]) {
    let input: String = std::iter::once(header).chain(rows.iter().map(|(row, _)| *row)).collect::<Vec<_>>().join("\n");
    let ran = run(name, input.as_bytes());
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.starts_with(&format!("{header},{added},error\n")), "{}", ran.out);
    let width = header.split(',').count();
    let found = table(&ran.out);
    assert_eq!(found.len(), rows.len() + 1);
    for ((row, expected), line) in rows.iter().zip(&found[1..]) {
        let values: Vec<&str> = line[width..].iter().map(String::as_str).collect();
        assert_eq!(&values[..expected.len()], *expected, "{row}");
        assert_eq!(values.last(), Some(&""), "{row}");
    }
}

/// Rows that have an error: the added columns are empty and the error says what.
#[track_caller]
fn check_errors(name: &str, header: &str, rows: &[(&str, &str)]) {
    let input: String = std::iter::once(header).chain(rows.iter().map(|(row, _)| *row)).collect::<Vec<_>>().join("\n");
    let ran = run(name, input.as_bytes());
    assert_eq!(ran.code, 0, "{}", ran.err);
    let found = table(&ran.out);
    assert_eq!(found.len(), rows.len() + 1, "{}", ran.out);
    let width = header.split(',').count();
    for ((row, words), line) in rows.iter().zip(&found[1..]) {
        let (error, added) = line[width..].split_last().expect("columns");
        assert!(error.contains(words), "{row}: {error}");
        assert!(added.iter().all(String::is_empty), "{row}: {added:?}");
    }
}

/// GB 32100-2015, regulations §10.1.
#[test]
fn gb32100_uscc() {
    check(
        "uscc",
        "code",
        "verdict,expected,message",
        &[
            ("914403001922038216", &["valid", "6"]),
            ("91440232MA4TEA1K4X", &["valid", "X"]),
            ("92440232MA5QYX7N8J", &["valid", "J"]),
            ("93440232MA6DB2H03M", &["valid", "M"]),
            ("914403001922038215", &["invalid", "6"]),
            ("914403001922083216", &["invalid", "X"]),
            ("92440223MA5QYX7N8J", &["invalid", "H"]),
            ("91440232MA4TEA1KOX", &["invalid", ""]),
            ("91440232MA4TEA1K4Z", &["invalid", ""]),
            ("9144023MA4TEA1K4X", &["invalid", ""]),
            ("　91440232ma4tea1k4x ", &["valid", "X"]),
        ],
    );
}

/// Regulations §10.2.
#[test]
fn gb12904_gtin() {
    check(
        "gtin",
        "code",
        "verdict,expected,message",
        &[
            ("6901234567892", &["valid", "2"]),
            ("6924402320013", &["valid", "3"]),
            ("69012341", &["valid", "1"]),
            ("16901234567899", &["valid", "9"]),
            ("6901234567891", &["invalid", "2"]),
            ("690123456789", &["invalid", "7"]),
            ("69012345678", &["invalid", ""]),
        ],
    );
}

/// GB/T 8170-2008, regulations §10.4.
#[test]
fn gb8170_round() {
    check(
        "round",
        "value,interval",
        "rounded",
        &[
            ("12.1498,0.1", &["12.1"]),
            ("12.1498,1", &["12"]),
            ("1268,100", &["1300"]),
            ("10.5002,1", &["11"]),
            ("1.050,0.1", &["1.0"]),
            ("0.35,0.1", &["0.4"]),
            ("2500,1000", &["2000"]),
            ("3500,1000", &["4000"]),
            ("-0.0365,0.001", &["-0.036"]),
            ("28.175,0.01", &["28.18"]),
            ("60.25,0.5", &["60.0"]),
            ("60.38,0.5", &["60.5"]),
            ("-60.75,0.5", &["-61.0"]),
            ("830,20", &["840"]),
            ("842,20", &["840"]),
            ("-930,20", &["-920"]),
            ("15.4546,1", &["15"]),
            ("-0.04,0.1", &["0.0"]),
        ],
    );
    check_errors(
        "round",
        "value,interval",
        &[
            ("abc,0.1", "value"),
            (",0.1", "没有数值"),
            ("1e3,1", "科学计数法"),
            ("1,0.3", "interval"),
            ("1,0", "interval"),
            ("1,-1", "interval"),
            ("1,", "interval"),
            ("123456789012345678901234567890,1", "位数太多"),
            ("NaN,1", "不是十进制数"),
        ],
    );
}

/// GB/T 8170-2008, regulations §10.4 and settled.md.
#[test]
fn gb8170_judge() {
    check(
        "judge",
        "value,limit,mode",
        "verdict,message",
        &[
            ("97.01,>=97.0,full", &["pass"]),
            ("97.01,>=97.0,rounded", &["pass"]),
            ("97.00,≥97.0,full", &["pass"]),
            ("96.96,>=97.0,full", &["fail"]),
            ("96.96,>=97.0,rounded", &["pass"]),
            ("96.94,>=97.0,full", &["fail"]),
            ("96.94,>=97.0,rounded", &["fail"]),
            ("0.452,≤0.5,full", &["pass"]),
            ("0.549,<=0.5,full", &["fail"]),
            ("0.549,<=0.5,rounded", &["pass"]),
            ("0.551,<=0.5,rounded", &["fail"]),
            ("9.89,10.0±0.1,full", &["fail"]),
            ("9.89,10.0±0.1,rounded", &["pass"]),
            ("9.85,10.0±0.1,rounded", &["fail"]),
            ("9.94,\"(9.9,10.1)\",full", &["pass"]),
            ("9.94,\"(9.9,10.1)\",rounded", &["fail"]),
            ("10.05,\"(9.9,10.1)\",rounded", &["pass"]),
            ("9.9,\"[9.9,10.1)\",full", &["pass"]),
            ("10.1,\"[9.9,10.1)\",full", &["fail"]),
            ("<0.01,<0.5,full", &["pass"]),
            ("<0.6,<0.5,full", &["undecided"]),
            ("<0.5,>=0.5,full", &["fail"]),
            ("15.5(−),<=15.5,full", &["pass"]),
            ("15.5(+),<=15.5,full", &["fail"]),
        ],
    );
    check_errors(
        "judge",
        "value,limit,mode",
        &[
            ("0.3,<0.5,both", "mode"),
            ("0.3,,full", "limit"),
            ("0.3,abc,full", "limit"),
            ("0.3,\"[9,5]\",full", "上下限"),
            ("x,<0.5,full", "value"),
            (",<0.5,full", "没有数值"),
        ],
    );
}

/// Notice, part five, 《民法典》第二百零一条: regulations §10.5.
#[test]
fn seed_part5_workdays() {
    check(
        "workdays",
        "from,days",
        "due,provisional",
        &[
            ("2021-09-24,5", &["2021-09-30", "false"]),
            ("2021-09-24,7", &["2021-10-09", "false"]),
            ("2021-09-28,5", &["2021-10-11", "false"]),
            ("2021-09-28,7", &["2021-10-13", "false"]),
            ("2021-09-30,5", &["2021-10-13", "false"]),
            ("2021-09-30,7", &["2021-10-15", "false"]),
            ("2021-10-07,5", &["2021-10-13", "false"]),
            ("2021-09-15,20", &["2021-10-19", "false"]),
        ],
    );
    let far = run("workdays", b"from,days\n2021-09-24,36500\n");
    assert!(table(&far.out)[1][3] == "true", "{}", far.out);
    check_errors(
        "workdays",
        "from,days",
        &[
            ("2021-09-24,0", "1 至 36500"),
            ("2021-09-24,36501", "1 至 36500"),
            ("2021-09-24,-1", "days"),
            ("2021-09-24,5.0", "days"),
            ("2021-09-24,99999999999999999999", "days"),
            ("2021-02-30,5", "from"),
            ("2021/09/24,5", "from"),
            ("20210924,5", "from"),
            (",5", "from"),
            ("9999-12-30,5", "9999"),
        ],
    );
}

/// 《民法典》第二百零一条至第二百零三条: regulations §10.5.
#[test]
fn civil_code_deadlines() {
    check(
        "deadline",
        "trigger,length,unit",
        "due_raw,due_strict,due_party,provisional",
        &[
            ("2021-09-24,5,working_days", &["2021-09-30", "2021-09-30", "2021-09-30", "false"]),
            ("2021-09-16,15,calendar_days", &["2021-10-01", "2021-10-08", "2021-10-08", "false"]),
            ("2021-09-22,15,calendar_days", &["2021-10-07", "2021-10-08", "2021-10-08", "false"]),
            ("2021-09-23,15,calendar_days", &["2021-10-08", "2021-10-08", "2021-10-08", "false"]),
            ("2021-09-24,15,calendar_days", &["2021-10-09", "2021-10-09", "2021-10-09", "false"]),
            ("2021-09-25,15,calendar_days", &["2021-10-10", "2021-10-10", "2021-10-11", "false"]),
            ("2021-08-17,30,calendar_days", &["2021-09-16", "2021-09-16", "2021-09-16", "false"]),
            ("2021-09-24,7,calendar_days", &["2021-10-01", "2021-10-08", "2021-10-08", "false"]),
            ("2021-09-24,10,calendar_days", &["2021-10-04", "2021-10-08", "2021-10-08", "false"]),
            ("2021-08-02,60,calendar_days", &["2021-10-01", "2021-10-08", "2021-10-08", "false"]),
            ("2021-08-02,75,calendar_days", &["2021-10-16", "2021-10-16", "2021-10-18", "false"]),
            ("2021-07-21,60,calendar_days", &["2021-09-19", "2021-09-22", "2021-09-22", "false"]),
            ("2021-09-15,20,working_days", &["2021-10-19", "2021-10-19", "2021-10-19", "false"]),
            ("2021-09-27,15,calendar_days", &["2021-10-12", "2021-10-12", "2021-10-12", "false"]),
            ("2021-03-15,6,months", &["2021-09-15", "2021-09-15", "2021-09-15", "false"]),
            ("2021-08-31,6,months", &["2022-02-28", "2022-02-28", "2022-02-28", "false"]),
            ("2020-08-29,6,months", &["2021-02-28"]),
            ("2021-04-01,6,months", &["2021-10-01"]),
        ],
    );
    check_errors(
        "deadline",
        "trigger,length,unit",
        &[
            ("2021-09-24,5,days", "unit"),
            ("2021-09-24,5,", "unit"),
            ("2021-09-24,-5,months", "length"),
            ("2021-13-01,5,months", "trigger"),
            ("2021-09-24,4000000,working_days", "9999"),
            ("2021-09-24,120000,months", "9999"),
        ],
    );
}

/// settled.md “Commands”: columns by name in any order, echoed; `error` last; LF; BOM tolerated.
#[test]
fn columns_are_found_by_name_and_echoed() {
    let input =
        "\u{feff}备注,\"days\",行号,from\r\n\"逗号,和\"\"引号\"\"\",5,1,2021-09-24\r\n\"两\n行\",x,2,2021-09-24\r\n";
    let ran = run("workdays", input.as_bytes());
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(!ran.out.contains('\r') && !ran.out.starts_with('\u{feff}'));
    assert!(ran.out.starts_with(
        "备注,days,行号,from,due,provisional,error\n\"逗号,和\"\"引号\"\"\",5,1,2021-09-24,2021-09-30,false,\n\"两\n行\",x,2,2021-09-24,,,"
    ));
    // A column of the same name as an added one is kept before it.
    let twice = run("uscc", b"verdict,code\nmine,91440232MA4TEA1K4X\n");
    assert!(twice.out.starts_with("verdict,code,verdict,expected,message,error\nmine,91440232MA4TEA1K4X,valid,X,"));
}

#[test]
fn a_header_without_the_columns_is_exit_2() {
    for (name, input) in [
        ("uscc", ""),
        ("uscc", "\n\n"),
        ("uscc", "\u{feff}"),
        ("uscc", "CODE\nx\n"),
        ("uscc", "统一社会信用代码\n91440232MA4TEA1K4X\n"),
        ("workdays", "from\n2021-09-24\n"),
        ("judge", "value;limit;mode\n1;<2;full\n"),
    ] {
        let ran = run(name, input.as_bytes());
        assert_eq!(ran.code, 2, "{name} {input:?}");
        assert!(ran.out.is_empty() && ran.err.contains("列"), "{}", ran.err);
    }
    let gb18030 = run("uscc", b"code,\xb1\xb8\xd7\xa2\n1,2\n");
    assert_eq!(gb18030.code, 2);
    assert!(gb18030.err.contains("UTF-8"), "{}", gb18030.err);
    let unknown = run("nothing", b"");
    assert_eq!(unknown.code, 2);
}

#[test]
fn a_row_that_cannot_be_read_does_not_stop_the_rest() {
    let input = b"code,n\n91440232MA4TEA1K4X,1\n91440232MA4TEA1K4X\n91440232MA4TEA1K4X,2,3\n\xc9\xd8\xb9\xd8,4\n91440232MA4TEA1K4X,\xff\n\n91440232MA4TEA1K4X,5\n";
    let ran = run("uscc", input);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let found = table(&ran.out);
    let verdicts: Vec<(&str, &str)> = found[1..].iter().map(|row| (row[1].as_str(), row[2].as_str())).collect();
    assert_eq!(verdicts.iter().map(|(_, verdict)| *verdict).collect::<Vec<_>>(), ["valid", "", "", "", "", "valid"]);
    for (row, words) in [(2, "1 列"), (3, "3 列"), (4, "UTF-8"), (5, "UTF-8")] {
        assert!(found[row][5].contains(words), "{:?}", found[row]);
    }
    // A header alone is usable.
    let alone = run("round", b"interval,value");
    assert_eq!((alone.code, alone.out.as_str()), (0, "interval,value,rounded,error\n"));
    // A quote that never ends swallows the rest of the file as one field, and says so.
    let open = run("round", b"value,interval\n\"1,0.1\n2,0.1\n");
    assert_eq!(open.code, 0);
    assert!(open.out.contains("引号"), "{}", open.out);
}

/// Long input streams: answers can be read while the input is still open.
#[test]
fn long_input_streams() {
    const ROWS: usize = 200_000;
    let mut child = Command::new(env!("CARGO_BIN_EXE_hengjian"))
        .args(["calc", "workdays"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut stdin = child.stdin.take().expect("stdin");
    let mut stdout = child.stdout.take().expect("stdout");
    let (seen, wait_until_seen) = std::sync::mpsc::channel::<()>();
    let writer = std::thread::spawn(move || {
        let mut input = String::from("from,days\n");
        for n in 0..ROWS {
            input.push_str(&format!("2021-09-24,{}\n", n % 36_500 + 1));
        }
        stdin.write_all(input.as_bytes()).expect("input is read");
        wait_until_seen.recv().expect("first answers were read");
        drop(stdin);
    });
    let mut first = vec![0_u8; 4_096];
    stdout.read_exact(&mut first).expect("first answers while the input is open");
    // The rest is read beside the writer, which closes the input only after the first answers were seen.
    seen.send(()).expect("writer");
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).expect("rest");
    writer.join().expect("writer");
    assert_eq!(child.wait().expect("end").code(), Some(0));
    let out = format!("{}{rest}", String::from_utf8(first).expect("UTF-8"));
    assert_eq!(out.lines().count(), ROWS + 1);
    assert!(out.lines().skip(1).all(|line| line.ends_with(',')));
}
