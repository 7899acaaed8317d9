//! The whole chain on real input, through the built binary, as an office would go it: from a new data folder and a printed
//! plan table to a published result. People work at their screens (`office`), figures are literals counted in the sources
//! by another tool. Runs on the repository's own extracts and, where they lie beside the project, on the public tables.

mod after;
mod check;
mod office;
mod result;

use check::Roster;
use office::Office;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// rows, imported, updated, unchanged, flagged, rejected.
type Figures = [i64; 6];

/// A set of tables and what is counted in it.
struct Source {
    divisions: (PathBuf, Figures),
    plan: PathBuf,
    enterprises: (PathBuf, Figures),
    /// Column of the code in the list of enterprises.
    code: &'static str,
    /// Column that tells which of them sell fertiliser, and the words for it.
    sells: (&'static str, &'static [&'static str]),
    /// Figures of the table of those firms with their product.
    firms: Figures,
    /// Index, items, quantities.
    rules: (PathBuf, [Figures; 3]),
    announcements: PathBuf,
    roster: Roster,
}

const fn all_new(rows: i64) -> Figures {
    [rows, rows, 0, 0, 0, 0]
}

fn own(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(name)
}

const SIX_MONTHS: &str = "六个月内已抽查同一产品（《产品质量监督抽查管理暂行办法》第八条）";

/// The repository's own extracts; their enterprises are invented.
fn own_tables() -> Source {
    Source {
        divisions: (own("divisions_shaoguan.csv"), all_new(124)),
        plan: own("plan_county_circulation_2016.csv"),
        // Every tenth code has a wrong check character.
        enterprises: (own("enterprises_invented.csv"), [40, 40, 0, 0, 4, 0]),
        code: "统一社会信用代码",
        // `grep -c '农资店\|五金商店'`: 13, one of them 注销; the codes of two are wrong.
        sells: ("企业名称", &["农资店", "五金商店"]),
        firms: [13, 0, 13, 0, 2, 0],
        rules: (own(""), [all_new(4), all_new(55), all_new(3)]),
        announcements: own("as_published"),
        roster: Roster { inside: 11, outside: &[(SIX_MONTHS, 1), ("已注销、停业或搬迁", 1)] },
    }
}

/// The public tables, when they lie beside the project; otherwise the test says that it left them out.
fn public_tables() -> Option<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).canonicalize().expect("folder of the tests");
    let found = root.ancestors().take(5).map(|folder| folder.join("shared/data/real")).find(|folder| folder.is_dir());
    let Some(real) = found else {
        println!("skipped: 1 journey, the public tables do not lie beside the project");
        assert!(std::env::var("CI").is_err(), "in CI the public tables must lie beside the project");
        return None;
    };
    Some(Source {
        // Three cities without counties stand at two levels.
        divisions: (real.join("registry/divisions_national_county_gd_town.csv"), [5108, 5105, 0, 3, 3, 0]),
        plan: real.join("plans/plan_county_circulation_2016.csv"),
        // The county is presumed from the name in 31 rows, from a town that two counties have in 3, unknown in 88; each is
        // listed.
        enterprises: (real.join("registry/enterprises_shaoguan.csv"), [1078, 1078, 0, 0, 122, 0]),
        code: "统一社会信用代码(原样)",
        // `grep -c '化肥\|肥料'` in that column: 110. 13 of them lie in 440232 by address or name.
        sells: ("经营范围(截短)", &["化肥", "肥料"]),
        firms: [110, 0, 110, 0, 0, 0],
        rules: (real.join("rules"), [all_new(13), all_new(121), all_new(22)]),
        announcements: real.join("results/as_published"),
        roster: Roster { inside: 12, outside: &[(SIX_MONTHS, 1), ("不在抽查区域", 97)] },
    })
}

/// The office's own list of who sells the product: registers carry no product. Returns also the firm of the list that was
/// sampled lately.
fn sellers(office: &Office, source: &Source) -> (PathBuf, [String; 2]) {
    let mut reader = csv::Reader::from_path(&source.enterprises.0).expect("table");
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(["企业名称", "统一社会信用代码", "主要产品", "经营环节"]).expect("row");
    let mut lately = None;
    for row in reader.deserialize::<BTreeMap<String, String>>() {
        let row = row.expect("row");
        let (column, words) = source.sells;
        if !words.iter().any(|word| row[column].contains(word)) {
            continue;
        }
        let (name, code) = (row["企业名称"].clone(), row[source.code].clone());
        table.write_record([&name, &code, check::LINE, "销售"]).expect("row");
        if lately.is_none() && row.values().any(|cell| cell.contains("一六镇")) {
            lately = Some([name, code]);
        }
    }
    let text = String::from_utf8(table.into_inner().expect("table")).expect("text");
    (office.table("sellers.csv", &text), lately.expect("a firm at 一六镇"))
}

/// Everything the office has on paper, imported while the service runs.
fn imported(office: &mut Office, source: &Source) -> String {
    let title = format!("{}年流通领域商品质量抽检计划", office.today().year());
    // Four lines with one sum for all of them and 同上: every line is flagged.
    assert_eq!(office.import("plan", &source.plan, &["--title", &title]), [4, 4, 0, 0, 4, 0]);
    assert_eq!(office.import("enterprises", &source.enterprises.0, &[]), source.enterprises.1);
    let (firms, [name, code]) = sellers(office, source);
    assert_eq!(office.import("enterprises", &firms, &[]), source.firms);
    let (rules, figures) = &source.rules;
    for (table, figures) in ["rules_index.csv", "rules_items.csv", "rules_sampling.csv"].iter().zip(figures) {
        assert_eq!(office.import("rules", &rules.join(table), &[]), *figures, "{table}");
    }
    // Counted in the unpacked workbooks: 51 + 9 rows; in the HTML: 6 rows, all P.
    for (table, rows) in
        [("深圳2019_车用油液_不合格.xlsx", 9), ("深圳2019_车用油液_合格.xlsx", 51), ("湖州2017_烧结砖.html", 6)]
    {
        assert_eq!(office.import("results", &source.announcements.join(table), &[]), all_new(rows), "{table}");
    }
    // 9 / 60 = 15.0 %, 0 / 6 = 0.0 %.
    let history = office.person("result").open("/desk/statistics/history");
    history.reads("合计 66 批，不合格 9 批");
    history.reads("深圳市市场监督管理局 市抽 / / 60 9 15.0%").reads("/ 市抽 / / 6 0 0.0%");
    let lately = format!(
        "公布机关,抽样日期,产品种类,产品名称,被抽样单位,被抽样单位信用代码,检验结论\n\
         韶关市市场监督管理局,{},{},有机-无机复混肥料,{name},{code},合格\n",
        office.day(-60),
        check::LINE
    );
    let lately = office.table("lately.csv", &lately);
    assert_eq!(office.import("results", &lately, &[]), all_new(1));
    title
}

/// A batch that failed in an announcement is handed down; the party was told long ago, so nothing has to be waited for.
fn handed_down(office: &mut Office) {
    let (received, told) = (office.day(-40), office.day(-40));
    let figures = office.import("assignments", &own("assignment_chongqing_2019.csv"), &["--received", &received]);
    // Taken, and flagged: received so long ago that its days are over.
    assert_eq!(figures, [1, 1, 0, 0, 1, 0]);
    let cases = office.person("result").open("/desk/cases").things("/desk/cases/");
    assert_eq!(cases.len(), 1);
    after::verified(office, &cases[0], "无", Some(&told));
    after::put_right(office, &cases[0]);
}

/// The same five rows on the public page and in its three files.
fn public_files(office: &Office, address: &str) {
    let mut visitor = office.visitor();
    visitor.open("/").reads("5 批").reads("复检维持");
    visitor.open(address).reads("5 批 ，其中不合格 1 批");
    let bytes = visitor.download(&format!("{address}/results.csv"));
    let text = String::from_utf8(bytes.clone()).expect("text");
    let rows: Vec<csv::StringRecord> = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes())
        .records()
        .map(Result::unwrap)
        .collect();
    let failed: Vec<_> = rows.iter().filter(|row| row.iter().any(|cell| cell == "不合格")).collect();
    assert_eq!((rows.len(), failed.len()), (check::BATCHES, 1));
    for cell in ["有机-无机复混肥料", check::FAILED_ITEM, "复检维持"] {
        assert!(failed[0].iter().any(|found| found == cell), "{cell}: {:?}", failed[0]);
    }
    let json: serde_json::Value =
        serde_json::from_slice(&visitor.download(&format!("{address}/results.json"))).expect("JSON");
    let cells: Vec<Vec<String>> = serde_json::from_value(json["rows"].clone()).expect("rows");
    assert_eq!(cells, rows.iter().map(|row| row.iter().map(str::to_owned).collect()).collect::<Vec<Vec<String>>>());
    // Another office reads both tables as an announcement.
    for (name, bytes) in [("out.csv", bytes), ("out.xlsx", visitor.download(&format!("{address}/results.xlsx")))] {
        assert_eq!(office.read_elsewhere("results", name, &bytes), all_new(5), "{name}");
    }
}

fn whole_chain(source: &Source) {
    let mut office = Office::found();
    assert_eq!(office.import("divisions", &source.divisions.0, &[]), source.divisions.1);
    office.set_up_units();
    office.set_up_people();
    let title = imported(&mut office, source);
    handed_down(&mut office);

    let plan = check::plan_in_force(&mut office, &title);
    let items = check::rule_made_whole(&mut office);
    check::registers(&mut office, &items);
    let task = check::commissioned(&mut office, &plan);
    let draw = check::drawn(&mut office, &task, &source.roster);
    // Sampling may not begin before the next day.
    office.let_days_pass();
    office.pass(2);
    check::sampled(&mut office);
    let failed = result::tested(&mut office);
    let cases = office.person("result").open(&failed).things("/desk/cases/");
    assert_eq!(cases.len(), 1, "the failed report leads to its case");
    after::verified(&mut office, &cases[0], "有", None);
    let notified = office.person("result").open(&cases[0]).form("/dispatch/notify");
    notified.fill_all(&[("notify_to", "佛山市市场监督管理局"), ("notify_proof", "虚构函 1 号")]).send();
    result::told(&mut office);
    result::objected(&mut office, &failed);
    after::objection_reported(&mut office, &cases[0], "有");
    // No order while somebody can still object.
    office.person("station").open(&cases[0]).reads("前可提异议");
    office.pass(28);
    after::put_right(&mut office, &cases[0]);
    after::task_closed(&mut office, &task, &draw);
    let public = after::published(&mut office, check::BATCHES);
    public_files(&office, &public);

    // 1 of 5 = 20.0 %; 5 of the plan's 85 batches = 5.88 %.
    let (from, until) = (office.day(-60), office.day(0));
    let statistics = office.person("result").open(&format!("/desk/statistics?from={from}&until={until}"));
    statistics.reads("抽查不合格率 20.0% 1 / 5 批").reads("计划完成率 5.9% 5 / 85 批");
    statistics.reads("酸碱度 5 1 20.0%").reads("复检改判率 — 0 / 1 件");
    office.journal_is_consistent();
}

#[test]
fn the_repositorys_own_tables_go_the_whole_way() {
    whole_chain(&own_tables());
}

#[test]
fn the_public_tables_go_the_whole_way() {
    if let Some(source) = public_tables() {
        whole_chain(&source);
    }
}
