//! `hengjian import` as a person runs it, on the repository's own extracts and, where they lie beside the project, on the whole
//! public tables. Every expected figure is a literal counted in the source by another tool.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
fn own(name: &str) -> PathBuf {
    root().join("tests/data").join(name)
}

/// The public tables, when they lie beside the project; otherwise the test says how many checks it left out.
fn beside(checks: usize) -> Option<PathBuf> {
    let mut places = root().ancestors().take(4).map(|folder| folder.join("shared/data/real")).collect::<Vec<_>>();
    places.extend(root().canonicalize().ok().into_iter().flat_map(|root| {
        root.ancestors().skip(1).take(3).map(|folder| folder.join("shared/data/real")).collect::<Vec<_>>()
    }));
    let found = places.into_iter().find(|folder| folder.is_dir());
    if found.is_none() {
        println!("skipped: {checks} checks, the public tables do not lie beside the project");
        assert!(std::env::var("CI").is_err(), "in CI the public tables must lie beside the project");
    }
    found
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("folder"))
    }
    fn run(&self, kind: &str, file: &Path, more: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_hengjian"))
            .args(["import", kind])
            .arg(file)
            .arg("--data")
            .arg(self.0.path().join("new"))
            .args(more)
            .env_remove("HENGJIAN_DATA")
            .env_remove("HENGJIAN_DATABASE")
            .output()
            .expect("the binary")
    }
    /// Imports with `--json`; exit code 0.
    fn import(&self, kind: &str, file: &Path, more: &[&str]) -> serde_json::Value {
        let output = self.run(kind, file, &[&["--json"], more].concat());
        assert_eq!(
            output.status.code(),
            Some(0),
            "{kind} {}: {}",
            file.display(),
            String::from_utf8_lossy(&output.stderr)
        );
        serde_json::from_slice(&output.stdout).expect("JSON")
    }
}

/// rows, imported, updated, unchanged, flagged, rejected.
fn figures(report: &serde_json::Value) -> [i64; 6] {
    ["rows", "imported", "updated", "unchanged", "flagged", "rejected"]
        .map(|key| report[key].as_i64().expect("a number"))
}

#[track_caller]
fn check(folder: &Folder, kind: &str, file: &Path, expected: [i64; 6]) -> serde_json::Value {
    let dry = folder.import(kind, file, &["--dry-run"]);
    let report = folder.import(kind, file, &[]);
    assert_eq!(figures(&report), expected, "{kind} {}: {:#}", file.display(), report["problems"]);
    assert_eq!(dry, report, "a dry run gives the same figures");
    let again = folder.import(kind, file, &[]);
    let [rows, .., rejected] = expected;
    let [_, imported, updated, unchanged, ..] = figures(&again);
    assert_eq!([imported, updated, unchanged], [0, 0, rows - rejected], "the same file again changes nothing");
    report
}

/// settled.md "Commands": exactly these keys, in a folder that did not exist before.
#[test]
fn a_new_folder_takes_a_table_and_answers_in_json() {
    let folder = Folder::new();
    let report = check(&folder, "enterprises", &own("enterprises_invented.csv"), [40, 40, 0, 0, 4, 0]);
    let keys: Vec<&String> = report.as_object().expect("object").keys().collect();
    let expected = [
        "flagged",
        "imported",
        "problems",
        "rejected",
        "rows",
        "skipped_headers",
        "unchanged",
        "unknown_columns",
        "updated",
    ];
    assert_eq!(keys, expected);
    let problem = &report["problems"][0];
    assert_eq!(problem["row"], 9);
    assert_eq!(problem["column"], "统一社会信用代码");
    assert_eq!(problem["severity"], "warning");
    assert!(problem["reason"].as_str().is_some_and(|reason| reason.contains("校验码")), "{problem}");
    assert!(problem["value"].as_str().is_some_and(|value| value.len() == 18));
}

#[test]
fn the_repositorys_own_tables_are_read_whole() {
    let folder = Folder::new();
    check(&folder, "divisions", &own("divisions_shaoguan.csv"), [124, 124, 0, 0, 0, 0]);
    check(&folder, "results", &own("as_published/深圳2019_车用油液_不合格.xlsx"), [9, 9, 0, 0, 0, 0]);
    check(&folder, "results", &own("as_published/深圳2019_车用油液_合格.xlsx"), [51, 51, 0, 0, 0, 0]);
    check(&folder, "results", &own("as_published/湖州2017_烧结砖.html"), [6, 6, 0, 0, 0, 0]);
    check(&folder, "results", &own("results_national_2025.csv"), [23, 23, 0, 0, 0, 0]);
    check(&folder, "rules", &own("rules_index.csv"), [4, 4, 0, 0, 0, 0]);
    check(&folder, "rules", &own("rules_items.csv"), [55, 55, 0, 0, 0, 0]);
    check(&folder, "rules", &own("rules_sampling.csv"), [3, 3, 0, 0, 0, 0]);
    check(&folder, "plan", &own("plan_county_circulation_2016.csv"), [4, 4, 0, 0, 4, 0]);
    check(&folder, "plan", &own("plan_zhuzhou_2025_batch1.csv"), [66, 66, 0, 0, 0, 0]);
    check(&folder, "holidays", &root().join("law/calendar/holidays.csv"), [322, 322, 0, 0, 0, 0]);
    let journal = Command::new(env!("CARGO_BIN_EXE_hengjian"))
        .args(["journal", "verify", "--data"])
        .arg(folder.0.path().join("new"))
        .output()
        .expect("the binary");
    assert!(journal.status.success(), "{}", String::from_utf8_lossy(&journal.stderr));
}

/// Exit codes: 2 for what cannot be read, 1 for what is refused as a whole, with a reason in Chinese either way.
#[test]
fn exit_codes_tell_unreadable_from_refused() {
    let folder = Folder::new();
    let broken = folder.0.path().join("broken.xlsx");
    std::fs::write(&broken, b"PK\x03\x04 not a workbook").expect("file");
    for (kind, file, more, code, words) in [
        ("enterprises", own("none.csv"), &["--json"][..], 2, "没有这个文件"),
        ("enterprises", broken, &[], 2, "工作簿已损坏"),
        ("plan", own("divisions_shaoguan.csv"), &["--json"], 1, "表头"),
        ("assignments", own("enterprises_invented.csv"), &[], 1, "表头"),
        ("enterprises", own("enterprises_invented.csv"), &["--as", "nobody"], 1, "没有找到"),
        ("nonsense", own("enterprises_invented.csv"), &[], 2, "plan 抽查计划"),
    ] {
        let output = folder.run(kind, &file, more);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{kind} {}: {said}", file.display());
        assert!(said.contains(words), "{kind}: {said}");
        if more.contains(&"--json") {
            let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON even then");
            assert_eq!(figures(&report), [0; 6]);
        }
    }
}

/// A person reads words, not JSON.
#[test]
fn without_json_the_report_is_in_words() {
    let folder = Folder::new();
    let output = folder.run("enterprises", &own("enterprises_invented.csv"), &[]);
    let said = String::from_utf8_lossy(&output.stdout);
    for words in ["共 40 行", "新增 40", "待核对 4", "第 9 行"] {
        assert!(said.contains(words), "{said}");
    }
}

/// The whole public tables.
#[test]
fn the_public_tables_are_read_whole() {
    let Some(real) = beside(10) else { return };
    let folder = Folder::new();
    let divisions = check(
        &folder,
        "divisions",
        &real.join("registry/divisions_national_county_gd_town.csv"),
        [5108, 5105, 0, 3, 3, 0],
    );
    assert_eq!(divisions["problems"][0]["value"], "441900", "a city without counties is listed at two levels");
    let shaoguan =
        check(&folder, "enterprises", &real.join("registry/enterprises_shaoguan.csv"), [1078, 1078, 0, 0, 119, 0]);
    assert_eq!(shaoguan["unknown_columns"], serde_json::json!(["代码校验通过", "注册日期", "经营范围(截短)"]));
    // 3 119 different rows, one of them twice; 138 are marked as wrong in the source, the others flagged name no county.
    check(&folder, "enterprises", &real.join("registry/enterprises_mixed_sample.csv"), [3120, 3119, 0, 1, 870, 0]);
    // Six dates without a day.
    check(&folder, "results", &real.join("results/results_sample.csv"), [214, 214, 0, 0, 6, 0]);
    check(&folder, "rules", &real.join("rules/rules_index.csv"), [13, 13, 0, 0, 0, 0]);
    check(&folder, "rules", &real.join("rules/rules_items.csv"), [121, 121, 0, 0, 0, 0]);
    check(&folder, "rules", &real.join("rules/rules_sampling.csv"), [22, 22, 0, 0, 0, 0]);
    check(&folder, "plan", &real.join("plans/plan_zhuzhou_2025_batch1.csv"), [66, 66, 0, 0, 0, 0]);
    check(&folder, "plan", &real.join("plans/plan_county_circulation_2016.csv"), [4, 4, 0, 0, 4, 0]);
    let counts = folder.run("plan", &real.join("plans/plan_national_category_counts.csv"), &["--json"]);
    assert_eq!(counts.status.code(), Some(1), "a table of totals is no plan");
}

/// A cell that no form would take is not imported by a table either; signs that nobody sees are left out and flagged.
#[test]
fn cells_are_held_to_their_bounds() {
    let folder = Folder::new();
    let file = folder.0.path().join("名单.csv");
    let long = "长".repeat(201);
    let table = format!(
        "名称,地址,行政区划代码\n{long},乳城镇,440232\n乳源\u{202E}甲\u{200B}店,乳城镇,440232\n乳源乙店,乳城镇,440232\n"
    );
    std::fs::write(&file, table).expect("file");
    let report = check(&folder, "enterprises", &file, [3, 2, 0, 0, 1, 1]);
    let reasons: Vec<&str> =
        report["problems"].as_array().expect("problems").iter().filter_map(|one| one["reason"].as_str()).collect();
    assert!(reasons.contains(&"最多 200 个字，这一格有 201 个"), "{reasons:?}");
    assert!(reasons.contains(&"有 2 个看不见的符号，登记时已经去掉"), "{reasons:?}");
    let output = folder.run("plan", &own("enterprises_invented.csv"), &["--title", &long]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("最多 200 个字"));
}
