//! What goes wrong outside the program: killed in the middle of writing, a form sent twice or too late, a full disk,
//! broken files. Nothing that was acknowledged is lost, nothing is there by half, and the answer is in Chinese.

use hengjian_domain::{
    code::Code,
    enterprise::{CreditClass, EnterpriseKind, EnterpriseScale, EnterpriseStatus},
};
use hengjian_journeys::{Client, Dice, Server, run};
use rusqlite::{Connection, OpenFlags};
use std::{
    collections::BTreeSet,
    fs::OpenOptions,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
};

const ENTERPRISES: &str = "/desk/registers/enterprises";
const DATABASE: &str = "hengjian.sqlite";

/// The form of a new enterprise; nobody has to look at others like it.
fn entry<'a>(name: &'a str, once: &'a str) -> Vec<(&'static str, &'a str)> {
    vec![
        ("once", once),
        ("confirmed", "1"),
        ("name", name),
        ("kind", EnterpriseKind::Enterprise.code()),
        ("legacy_number", name),
        ("address", name),
        ("region_code", "440232"),
        ("credit_class", CreditClass::Unclassified.code()),
        ("status", EnterpriseStatus::Active.code()),
        ("scale", EnterpriseScale::Unknown.code()),
    ]
}

fn open(data: &Path) -> Connection {
    Connection::open_with_flags(data.join(DATABASE), OpenFlags::SQLITE_OPEN_READ_WRITE).expect("database")
}

fn texts(database: &Connection, sql: &str) -> Vec<String> {
    let mut statement = database.prepare(sql).expect("statement");
    statement.query_map([], |row| row.get(0)).expect("rows").collect::<Result<_, _>>().expect("text")
}

fn count(database: &Connection, sql: &str) -> i64 {
    database.query_row(sql, [], |row| row.get(0)).expect("number")
}

#[track_caller]
fn journal_is_consistent(data: &Path) {
    let ran = run(&["journal", "verify", "--data", &data.display().to_string()]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("操作记录一致"), "{}", ran.out);
}

/// Every enterprise whose name begins with `mark` stands there whole: with one journal entry, its words and the spent
/// token of its form; and no entry, word or token stands without it. Returns the names.
#[track_caller]
fn whole_acts(data: &Path, mark: &str) -> BTreeSet<String> {
    let database = open(data);
    assert_eq!(texts(&database, "PRAGMA integrity_check"), ["ok"]);
    let names: Vec<String> = texts(&database, &format!("SELECT name FROM enterprise WHERE name LIKE '{mark}%'"));
    let all: BTreeSet<String> = names.iter().cloned().collect();
    assert_eq!(all.len(), names.len(), "an act was done twice");
    let entries = "journal_entry e JOIN journal_subject s ON s.log_id = e.log_id AND s.seq = e.seq
                   WHERE e.type = 'registers.enterprise_entered'";
    let journalled = texts(
        &database,
        &format!(
            "SELECT n.name FROM enterprise n JOIN journal_subject s ON s.subject_id = n.id
             JOIN journal_entry e ON e.log_id = s.log_id AND e.seq = s.seq
             WHERE e.type = 'registers.enterprise_entered' AND n.name LIKE '{mark}%'"
        ),
    );
    assert_eq!(journalled.len(), names.len(), "entries and rows");
    assert_eq!(journalled.into_iter().collect::<BTreeSet<_>>(), all, "every row has its entry");
    let orphans = count(
        &database,
        &format!(
            "SELECT count(*) FROM {entries} AND NOT EXISTS (SELECT 1 FROM enterprise n WHERE n.id = s.subject_id)"
        ),
    );
    assert_eq!(orphans, 0, "entries without a row");
    let without_content = count(
        &database,
        "SELECT count(*) FROM journal_entry e WHERE NOT EXISTS
         (SELECT 1 FROM journal_content c WHERE c.log_id = e.log_id AND c.seq = e.seq)",
    );
    assert_eq!(without_content, 0, "entries without content");
    let wordless = count(
        &database,
        &format!(
            "SELECT count(*) FROM enterprise n WHERE n.name LIKE '{mark}%' AND NOT EXISTS
             (SELECT 1 FROM enterprise_word w WHERE w.enterprise_id = n.id)"
        ),
    );
    assert_eq!(wordless, 0, "rows without their words");
    let stray = count(
        &database,
        "SELECT count(*) FROM enterprise_word w WHERE NOT EXISTS (SELECT 1 FROM enterprise n WHERE n.id = w.enterprise_id)",
    );
    assert_eq!(stray, 0, "words without a row");
    let tokens = count(&database, &format!("SELECT count(*) FROM form_once WHERE token LIKE '{mark}%'"));
    assert_eq!(usize::try_from(tokens).expect("count"), names.len(), "spent tokens and rows");
    all
}

/// Six bursts of four writers on one folder, each ended by SIGKILL at a moment of the seed. What was answered to the
/// client was first written to a file of ours; after the restart it is there, and nothing is there by half.
#[test]
fn killed_in_the_middle_of_writing() {
    const ROUNDS: u64 = 6;
    const WRITERS: u64 = 4;
    let seed = std::env::var("HENGJIAN_TEST_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(20_211);
    println!("seed {seed} (HENGJIAN_TEST_SEED sets another)");
    let folder = tempfile::tempdir().expect("folder");
    let data = folder.path().join("data");
    let acknowledged = folder.path().join("acknowledged");
    let mut dice = Dice(seed);
    let mut in_flight = 0;
    for round in 0..ROUNDS {
        let mut server = Server::demo(&data);
        let noted = Mutex::new(OpenOptions::new().create(true).append(true).open(&acknowledged).expect("file"));
        let begun = AtomicU64::new(0);
        let (told, heard) = mpsc::channel();
        let (until, delay) = (3 + dice.below(40), dice.below(400_000));
        std::thread::scope(|scope| {
            for writer in 0..WRITERS {
                let (told, noted, begun) = (told.clone(), &noted, &begun);
                let mut client = server.client_of(if writer % 2 == 0 { "plan" } else { "result" });
                scope.spawn(move || {
                    for number in 0_u64.. {
                        let name = format!("断电{round}之{writer}之{number}号");
                        begun.fetch_add(1, Ordering::SeqCst);
                        let Ok(answer) = client.try_post(&format!("{ENTERPRISES}/new"), &entry(&name, &name)) else {
                            return;
                        };
                        assert_eq!(answer.status, 303, "{}", answer.text());
                        writeln!(noted.lock().expect("file"), "{name}").expect("note");
                        if told.send(()).is_err() {
                            return;
                        }
                    }
                });
            }
            drop(told);
            for _ in 0..until {
                heard.recv().expect("a writer");
            }
            (0..delay).for_each(|_| std::hint::spin_loop());
            server.kill();
        });
        journal_is_consistent(&data);
        let kept = whole_acts(&data, "断电");
        let text = std::fs::read_to_string(&acknowledged).expect("notes");
        let promised: BTreeSet<String> = text.lines().map(str::to_owned).collect();
        let lost: Vec<&String> = promised.difference(&kept).collect();
        assert!(lost.is_empty(), "round {round}: acknowledged and lost: {lost:?}");
        let prefix = format!("断电{round}之");
        let of_round = promised.iter().filter(|name| name.starts_with(&prefix)).count() as u64;
        assert!(of_round >= until, "round {round}: {of_round} acknowledged");
        in_flight += begun.into_inner() - of_round;
        println!("round {round}: {of_round} acknowledged, {} kept in all", kept.len());
    }
    assert!(in_flight >= ROUNDS, "no act was under way when the program was killed: {in_flight}");
}

/// The same form from two windows at the same instant acts once; both see where the first one led or the list.
#[test]
fn a_form_sent_twice_acts_once_and_a_late_one_is_refused() {
    let folder = tempfile::tempdir().expect("folder");
    let data = folder.path().join("data");
    let server = Server::demo(&data);
    let plan = server.client_of("plan");
    std::thread::scope(|scope| {
        for _ in 0..8 {
            let mut client = plan.clone();
            scope.spawn(move || {
                let answer = client.post(&format!("{ENTERPRISES}/new"), &entry("双击甲店", "双击甲店"));
                assert_eq!(answer.status, 303, "{}", answer.text());
                assert!(answer.location().is_some_and(|place| place.starts_with(ENTERPRISES)));
            });
        }
    });
    assert_eq!(whole_acts(&data, "双击").len(), 1);

    // Two people open the same form; the second to save is told, and what is kept is the first one's.
    let mut first = plan;
    let mut second = server.client_of("result");
    let id = texts(&open(&data), "SELECT id FROM enterprise WHERE name = '双击甲店'").remove(0);
    let form = format!("{ENTERPRISES}/{id}/change");
    let (seen_first, seen_second) = (first.get(&form).input("version"), second.get(&form).input("version"));
    let (seen_first, seen_second) = (seen_first.expect("version"), seen_second.expect("version"));
    let change = |client: &mut Client, version: &str, name: &str| {
        let mut fields = entry(name, "");
        fields.push(("version", version));
        client.post(&form, &fields)
    };
    assert_eq!(change(&mut first, &seen_first, "双击甲店（改）").status, 303);
    let late = change(&mut second, &seen_second, "双击甲店（迟）");
    assert_eq!(late.status, 409);
    for words in ["没有保存", "别人已经改过这条记录", "双击甲店（迟）"] {
        assert!(late.text().contains(words), "{words} is missing: what was typed is kept and the reason is told");
    }
    assert_eq!(texts(&open(&data), &format!("SELECT name FROM enterprise WHERE id = '{id}'")), ["双击甲店（改）"]);
    drop(server);
    journal_is_consistent(&data);
}

/// A data disk without room, as the program sees it: no file may grow past a size. Acts are refused in words, pages
/// stay readable, nothing is half written; when there is room again the same form goes through.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_refuses_in_words_and_loses_nothing() {
    use std::process::Command;
    let folder = tempfile::tempdir().expect("folder");
    let data = folder.path().join("data");
    let accounts = Server::demo(&data).accounts.clone();
    let size = |name: &str| std::fs::metadata(data.join(name)).map_or(0, |file| file.len());
    let limit = size(DATABASE).max(size("hengjian.sqlite-wal")) + 128 * 1024;

    // The signal that a file is too large is ignored, as the kernel's answer ENOSPC comes without one.
    let mut command = Command::new("sh");
    command.args([
        "-c",
        "trap '' XFSZ; exec prlimit \"--fsize=$1:unlimited\" \"$2\" demo --port 0 --data \"$3\"",
        "sh",
    ]);
    command.arg(limit.to_string()).arg(hengjian_journeys::binary()).arg(&data);
    let mut server = Server::start(command, "地址 ");
    server.accounts = accounts;
    let mut plan = server.client_of("plan");

    let mut kept = BTreeSet::new();
    let (refused, answer) = (0..3_000)
        .find_map(|number| {
            let name = format!("满盘{number}号");
            let answer = plan.post(&format!("{ENTERPRISES}/new"), &entry(&name, &name));
            if answer.status == 303 {
                kept.insert(name);
                return None;
            }
            Some((name, answer))
        })
        .expect("the disk is full at some time");
    assert_eq!(answer.status, 507, "{}", answer.text());
    for words in ["没有保存", "空间已满", "数据未改动", "请管理员检查数据盘的剩余空间"] {
        assert!(answer.text().contains(words), "{words}: {}", answer.text());
    }
    assert!(!kept.is_empty(), "some room was left");
    // Reading goes on, also for somebody whose use of the session cannot be noted.
    assert_eq!(plan.get(ENTERPRISES).status, 200);
    assert_eq!(plan.get("/desk").status, 200);
    // Still full: another try is refused again, not half done.
    assert_eq!(plan.post(&format!("{ENTERPRISES}/new"), &entry(&refused, &refused)).status, 507);

    let room =
        Command::new("prlimit").args(["--pid", &server.pid().to_string(), "--fsize=unlimited:unlimited"]).status();
    assert!(room.expect("prlimit").success());
    assert_eq!(plan.post(&format!("{ENTERPRISES}/new"), &entry(&refused, &refused)).status, 303);
    kept.insert(refused);
    server.kill();
    journal_is_consistent(&data);
    assert_eq!(whole_acts(&data, "满盘"), kept);
    println!("{} acts before and after the full disk", kept.len());
}

/// Number of rows of every table.
fn rows(data: &Path) -> Vec<(String, i64)> {
    let database = open(data);
    let tables = texts(&database, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
    tables
        .into_iter()
        .map(|table| (table.clone(), count(&database, &format!("SELECT count(*) FROM {table}"))))
        .collect()
}

/// Bits of a deflate stream, lowest first.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    held: u32,
    used: u32,
}

impl Bits {
    fn push(&mut self, value: u32, width: u32) {
        self.held |= value << self.used;
        self.used += width;
        while self.used >= 8 {
            self.bytes.push((self.held & 0xFF) as u8);
            self.held >>= 8;
            self.used -= 8;
        }
    }
    /// A Huffman code goes in from its highest bit.
    fn code(&mut self, code: u32, width: u32) {
        (0..width).rev().for_each(|bit| self.push((code >> bit) & 1, 1));
    }
}

/// A workbook of two megabytes that unpacks to three hundred.
fn bomb() -> Vec<u8> {
    let repeats = 300 * 1024 * 1024 / 258_u32;
    let mut bits = Bits::default();
    bits.push(0b011, 3); // last block, fixed codes
    bits.code(0x30 + u32::from(b'a'), 8);
    for _ in 0..repeats {
        bits.code(0b1100_0101, 8); // 258 bytes
        bits.code(0, 5); // as the byte before
    }
    bits.code(0, 7);
    bits.push(0, 7);
    let (packed, unpacked) = (bits.bytes.len() as u32, repeats * 258 + 1);
    let name = b"xl/sharedStrings.xml";
    let fields = |signature: &[u8], made_by: &[u8]| {
        let mut head = [signature, made_by, &[20, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0]].concat();
        head.extend(packed.to_le_bytes());
        head.extend(unpacked.to_le_bytes());
        head.extend((name.len() as u16).to_le_bytes());
        head
    };
    let mut file = fields(b"PK\x03\x04", b"");
    file.extend([0, 0]);
    file.extend(name);
    file.extend(bits.bytes);
    let at = file.len() as u32;
    let mut directory = fields(b"PK\x01\x02", &[20, 0]);
    directory.extend([0; 12]);
    directory.extend(0_u32.to_le_bytes());
    directory.extend(name);
    let length = directory.len() as u32;
    file.extend(directory);
    file.extend(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
    file.extend(length.to_le_bytes());
    file.extend(at.to_le_bytes());
    file.extend([0, 0]);
    file
}

/// A workbook as the program itself offers it for download, to be broken.
fn workbook(server: &Server) -> Vec<u8> {
    let page = server.client_of("plan").get("/desk/import/templates/enterprises.xlsx");
    assert_eq!((page.status, page.body.starts_with(b"PK")), (200, true));
    page.body
}

/// Files that are no tables are answered with exit 1 or 2 and a sentence, and nothing is written.
#[test]
fn broken_files_are_answered_in_words() {
    let folder = tempfile::tempdir().expect("folder");
    let data = folder.path().join("data");
    let server = Server::demo(&data);
    let workbook = workbook(&server);
    drop(server);
    let put = |name: &str, bytes: &[u8]| -> PathBuf {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("file");
        path
    };
    let mut dice = Dice(5);
    let noise: Vec<u8> = (0..200_000).map(|_| (dice.throw() & 0xFF) as u8).collect();
    let letters: Vec<u8> = noise.iter().map(|byte| b'!' + byte % 90).collect();
    let mut scrambled = workbook.clone();
    scrambled.iter_mut().skip(40).step_by(7).for_each(|byte| *byte ^= 0x5A);
    let long = folder.path().join("long.csv");
    let mut writer = BufWriter::new(std::fs::File::create(&long).expect("file"));
    let piece = "一二三四五六七八九十".repeat(1_000);
    (0..3_500).for_each(|_| writer.write_all(piece.as_bytes()).expect("line"));
    writer.into_inner().expect("file").sync_all().expect("file");
    assert!(std::fs::metadata(&long).expect("file").len() > 100_000_000);

    let files = [
        put("empty.xlsx", b""),
        put("truncated.xlsx", &workbook[..workbook.len() / 2]),
        put("head.xlsx", &workbook[..30]),
        put("scrambled.xlsx", &scrambled),
        put("noise.xlsx", &noise),
        put("noise.csv", &letters),
        put("old.xls", &[&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1][..], &noise[..4_000]].concat()),
        put("page.html", "<html><body><p>没有表格</p></body></html>".as_bytes()),
        put("nul.csv", b"name\0,code\0\n\0\0\0,\0\n"),
        put("bomb.xlsx", &bomb()),
        long,
        folder.path().join("missing.xlsx"),
        folder.path().to_path_buf(),
    ];
    const IMPORTS: &str = "SELECT count(*) FROM journal_entry WHERE type = 'exchange.import'";
    let (before, imports) = (rows(&data), count(&open(&data), IMPORTS));
    for file in &files {
        for kind in ["enterprises", "plan"] {
            let ran = run(&["import", kind, &file.display().to_string(), "--data", &data.display().to_string()]);
            let said = format!("{}{}", ran.out, ran.err);
            assert!(matches!(ran.code, 1 | 2), "{kind} {}: exit {}: {said}", file.display(), ran.code);
            let chinese = ran.err.chars().filter(|c| ('一'..='鿿').contains(c)).count();
            assert!(chinese >= 6, "{kind} {}: in words: {said}", file.display());
            assert!(!said.contains("panicked") && !said.contains("系统出错"), "{kind} {}: {said}", file.display());
            assert!(said.len() < 4_000, "{kind} {}: {} bytes of words", file.display(), said.len());
        }
    }
    let after = rows(&data);
    let written: Vec<_> = before.iter().zip(&after).filter(|(old, new)| old != new).collect();
    let only_refusals = written.iter().all(|((table, _), _)| table.starts_with("journal_"));
    assert!(only_refusals, "written all the same: {written:?}");
    // The demonstration's own table of divisions was imported before.
    assert_eq!(count(&open(&data), IMPORTS), imports, "an import was journalled");
    journal_is_consistent(&data);
}

/// The same files sent through the page: answered in Chinese with 4xx or, where rows can be read, with a preview; nothing
/// is written, and the next form goes through.
#[test]
fn broken_files_sent_through_the_page_are_answered_in_words() {
    let folder = tempfile::tempdir().expect("folder");
    let data = folder.path().join("data");
    let server = Server::demo(&data);
    let workbook = workbook(&server);
    let mut plan = server.client_of("plan");
    let mut dice = Dice(6);
    let noise: Vec<u8> = (0..200_000).map(|_| (dice.throw() & 0xFF) as u8).collect();
    let mut scrambled = workbook.clone();
    scrambled.iter_mut().skip(40).step_by(7).for_each(|byte| *byte ^= 0x5A);
    let files: [(&str, Vec<u8>); 10] = [
        ("空.xlsx", Vec::new()),
        ("半截.xlsx", workbook[..workbook.len() / 2].to_vec()),
        ("乱.xlsx", scrambled),
        ("噪声.xlsx", noise.clone()),
        ("噪声.csv", noise),
        ("照片.jpg", [&[0xFF, 0xD8, 0xFF, 0xE0][..], &[7; 500]].concat()),
        ("改了名的.xlsx", b"%PDF-1.4\n%\xE2\xE3".to_vec()),
        ("网页.html", "<html><body><p>没有表格</p></body></html>".as_bytes().to_vec()),
        ("炸弹.xlsx", bomb()),
        ("太大.csv", "名称,地址\n".repeat(2_000_000).into_bytes()),
    ];
    let before = rows(&data);
    for (name, bytes) in &files {
        for kind in ["enterprises", "plan"] {
            let answer = plan.post_file("/desk/import/business/preview", &[("kind", kind)], name, bytes);
            let text = answer.text();
            assert!((400..500).contains(&answer.status), "{kind} {name}: {}: {text}", answer.status);
            let said = text.contains("class=\"err\"") || text.contains("class=\"refusal");
            assert!(said && text.contains("<h1"), "{kind} {name}: nothing is said: {text}");
            assert!(!text.contains("系统出错"), "{kind} {name}: {text}");
        }
    }
    // A form that breaks off in the middle of its file.
    let mut raw = std::net::TcpStream::connect(&server.address).expect("connection");
    let head = "POST /desk/import/business/preview HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
                Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 40\r\n\r\n--b\r\nContent-Disposition: form-data; name=";
    raw.write_all(head.as_bytes()).expect("half a form");
    drop(raw);
    let after = rows(&data);
    let written: Vec<_> = before
        .iter()
        .zip(&after)
        .filter(|((table, _), _)| !table.starts_with("journal_") && table != "session")
        .filter(|(old, new)| old != new)
        .collect();
    assert!(written.is_empty(), "written all the same: {written:?}");
    let answer = plan.post_file("/desk/import/business/preview", &[("kind", "enterprises")], "模板.xlsx", &workbook);
    assert!(answer.status < 500, "{}", answer.text());
    drop(server);
    journal_is_consistent(&data);
}
