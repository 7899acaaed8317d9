//! Tables coming in: figures, idempotence, problems, preview, undo, on both databases. Names and codes are invented.

use crate::support::{Bureau, on_each_database};
use hengjian_app::{
    AppError, PageRequest,
    exchange::{Report, Request, runs, undo},
    follow_up,
    plan::paper,
    registers::products,
    table::TableFormat,
};
use hengjian_domain::{
    actor::Role,
    clock::ClockState,
    code::Code,
    enterprise::{Enterprise, EnterpriseProduct, EnterpriseStatus},
    exchange::{EarlierCheck, ImportKind, ImportProblem, ProblemSeverity},
    follow_up::Case,
    organisation::Tier,
    plan::{PlanLine, SamplingField, SpotCheckPlan},
    policy::Action,
    product::{CategoryEntry, ProductCategory},
    rules::SpotCheckRules,
    testing::InspectionConclusion,
};
use hengjian_store::{Column, Record, Value};

const DIVISIONS: &str = "代码,名称,级别,上级代码
440000,广东省,省级,
440200,韶关市,地级,440000
440232,乳源瑶族自治县,县级,440200
440232100,乳城镇,乡级,440232
440232109,大桥镇,乡级,440232
44023X,错代码,乡级,440232
";

/// A table as a person sends it, imported by the account `login`.
struct Sent<'b> {
    bureau: &'b Bureau,
    folder: tempfile::TempDir,
}

impl<'b> Sent<'b> {
    fn new(bureau: &'b Bureau) -> Self {
        Self { bureau, folder: tempfile::tempdir().expect("folder") }
    }
    fn request(&self, kind: ImportKind, name: &str, table: &str) -> Request {
        let path = self.folder.path().join(name);
        std::fs::write(&path, table).expect("file");
        Request::new(kind, path)
    }
    fn import(&self, login: &str, kind: ImportKind, name: &str, table: &str) -> Report {
        let request = self.request(kind, name, table);
        self.bureau.app.import(&self.bureau.actor(login), request).expect("import")
    }
    fn all<R: Record>(&self) -> Vec<R> {
        self.bureau.app.store().read(|tx| tx.list::<R>("ORDER BY id", &[])).expect("rows")
    }
    fn take_back(&self, login: &str, action: Action, report: &Report) -> Result<ImportKind, AppError> {
        let id = report.import_id.expect("import");
        let actor = self.bureau.actor(login);
        let version = self
            .bureau
            .app
            .view(&actor, Action::ImportRead, |work| Ok(hengjian_app::exchange::run(work, id, 0, 50)?.import.version));
        let version = version.expect("run");
        self.bureau.app.act(&actor, action, move |work| undo(work, id, version))
    }
}

/// rows, imported, updated, unchanged, flagged, rejected.
fn figures(report: &Report) -> [i64; 6] {
    [report.rows, report.imported, report.updated, report.unchanged, report.flagged, report.rejected]
}
fn reasons(problems: &[ImportProblem], severity: ProblemSeverity) -> Vec<(i64, &str)> {
    problems
        .iter()
        .filter(|problem| problem.severity == severity)
        .map(|problem| (problem.row, problem.column.as_str()))
        .collect()
}

const ENTERPRISES: &str = "韶关市监管对象名单\n\n企业名称,统一社会信用代码,住所,信用等级,经营状态,法人电话,主要产品
乳源甲电线厂,91440232MA4TEA1K4X,韶关市乳源瑶族自治县乳城镇一路1号,A,在营,,电线电缆
乳源乙商行,92440223MA5QYX7N8J,乳源县大桥镇二路,B类,注销,,电线电缆、火箭
乳源丙合作社,,大桥镇三路,E,在营,,
企业名称,统一社会信用代码,住所,信用等级,经营状态,法人电话,主要产品
乳源甲电线厂,91440232ma4tea1k4x,韶关市乳源瑶族自治县乳城镇一路1号,A,在营,,电线电缆
,91440232MA4TEA1K4X,,,,,
合计,3,,,,,
";

/// The register: header below titles, repeated header, invalid code kept and flagged, town → station, products linked.
#[test]
fn enterprises_are_taken_as_they_stand() {
    on_each_database(|bureau| {
        let sent = Sent::new(bureau);
        let report = sent.import("system", ImportKind::Divisions, "divisions.csv", DIVISIONS);
        assert_eq!(figures(&report), [6, 5, 0, 0, 0, 1]);
        assert_eq!(reasons(&report.problems, ProblemSeverity::Rejected), [(7, "代码")]);
        sent.import("plan", ImportKind::Products, "products.csv", "code,name,parent\n1,电工及材料,\n101,电线电缆,1\n");

        let report = sent.import("plan", ImportKind::Enterprises, "enterprises.csv", ENTERPRISES);
        assert_eq!(figures(&report), [6, 3, 0, 1, 3, 2], "{:#?}", report.problems);
        assert_eq!(report.skipped_headers, 1);
        assert_eq!(report.unknown_columns, ["法人电话"]);
        let rejected = reasons(&report.problems, ProblemSeverity::Rejected);
        assert_eq!(rejected, [(9, "企业名称"), (10, "企业名称")], "row numbers count the sheet from 1");
        let flagged = reasons(&report.problems, ProblemSeverity::Flagged);
        assert_eq!(
            flagged,
            [
                (5, "统一社会信用代码"),
                (5, "主要产品"),
                (6, "统一社会信用代码"),
                (6, "信用等级"),
                (8, "统一社会信用代码")
            ]
        );

        let all: Vec<Enterprise> = sent.all();
        let named = |name: &str| all.iter().find(|enterprise| enterprise.name == name).expect("enterprise");
        let (first, second, third) = (named("乳源甲电线厂"), named("乳源乙商行"), named("乳源丙合作社"));
        assert_eq!(first.uscc.as_deref(), Some("91440232MA4TEA1K4X"));
        assert!(first.uscc_valid && !second.uscc_valid);
        assert_eq!(second.uscc.as_deref(), Some("92440223MA5QYX7N8J"), "an invalid code is kept as it stands");
        assert_eq!(second.status, EnterpriseStatus::Deregistered);
        assert_eq!(first.unit_id, Some(bureau.county.unit("station1")), "乳城镇 belongs to its station");
        assert_eq!(third.unit_id, Some(bureau.county.unit("station3")));
        assert_eq!(first.region_code, "440232");
        let products: Vec<EnterpriseProduct> = sent.all();
        assert_eq!(products.len(), 2, "one product each; a product that no table has is not invented");

        let again = sent.import("plan", ImportKind::Enterprises, "enterprises.csv", ENTERPRISES);
        assert_eq!(figures(&again), [6, 0, 0, 4, 3, 2], "the same file again changes nothing");
        assert_eq!(again.row_digest, report.row_digest);
        assert_eq!(again.file_digest, report.file_digest);
        assert_eq!(sent.all::<Enterprise>(), all);
    });
}

/// The preview gives the figures of the import and leaves nothing behind; one journal entry per import, with both digests.
#[test]
fn a_preview_is_the_import_taken_back() {
    on_each_database(|bureau| {
        let sent = Sent::new(bureau);
        let plan = bureau.actor("plan");
        let size = || bureau.app.store().read(|tx| tx.verify_journal(plan.org_id)).expect("journal");
        let before = size();
        let request = sent.request(ImportKind::Enterprises, "enterprises.csv", ENTERPRISES);
        let preview = bureau.app.preview_import(&plan, request.clone()).expect("preview");
        assert_eq!(size(), before);
        assert!(sent.all::<Enterprise>().is_empty());
        let report = bureau.app.import(&plan, request).expect("import");
        assert_eq!(figures(&preview), figures(&report));
        assert_eq!(preview.problems, report.problems);
        assert_eq!(preview.row_digest, report.row_digest);
        assert_eq!(size(), before + 1);
        let list = bureau
            .app
            .view(&plan, Action::ImportRead, |work| runs(work, None, &PageRequest { after: None, limit: 25 }));
        assert_eq!(list.expect("runs").count, 1);
        let file = report.file_digest.clone();
        let journal = bureau.app.store().read(|tx| {
            tx.select("SELECT entry_bytes FROM journal_entry WHERE type = 'exchange.import'", &[])?
                .into_iter()
                .map(|mut row| row.take::<Vec<u8>>())
                .collect::<Result<Vec<_>, _>>()
        });
        let entry = String::from_utf8(journal.expect("journal").remove(0)).expect("text");
        assert!(entry.contains(&file) && entry.contains(&report.row_digest), "{entry}");
    });
}

/// A changed row updates; undo puts back what was there; what others built on stays and the undo is refused.
#[test]
fn an_import_is_undone_while_nothing_was_built_on_it() {
    on_each_database(|bureau| {
        let sent = Sent::new(bureau);
        let first = "企业名称,统一社会信用代码,地址\n甲厂,91440232MA4TEA1K4X,一路\n";
        let second = "企业名称,统一社会信用代码,地址\n甲厂,91440232MA4TEA1K4X,二路\n乙厂,93440232MA6DB2H03M,三路\n";
        let one = sent.import("plan", ImportKind::Enterprises, "a.csv", first);
        let before: Vec<Enterprise> = sent.all();
        let two = sent.import("plan", ImportKind::Enterprises, "b.csv", second);
        assert_eq!(figures(&two), [2, 1, 1, 0, 0, 0]);
        let refused = sent.take_back("plan", Action::ImportBusiness, &one);
        assert!(matches!(refused, Err(AppError::Refused(refusal)) if refusal.code == "exchange.later_import"));
        sent.take_back("plan", Action::ImportBusiness, &two).expect("undo");
        let after: Vec<Enterprise> = sent.all();
        assert_eq!(after.len(), 1);
        assert_eq!(after[0].address, before[0].address);
        let twice = sent.take_back("plan", Action::ImportBusiness, &two);
        assert!(matches!(twice, Err(AppError::Refused(refusal)) if refusal.code == "exchange.undone_already"));

        let three = sent.import("plan", ImportKind::Enterprises, "b.csv", second);
        assert_eq!(figures(&three), [2, 1, 1, 0, 0, 0], "after the undo the same file is new again");
        sent.import("plan", ImportKind::Results, "r.csv", "抽查级别,受检单位,产品名称,检验结论\n市级,乙厂,电线,合格\n");
        let refused = sent.take_back("plan", Action::ImportBusiness, &three);
        let Err(AppError::Refused(refusal)) = refused else { panic!("{refused:?}") };
        assert_eq!(refusal.code, "exchange.built_on");
        assert!(refusal.why.contains("抽查结果"), "{}", refusal.why);
    });
}

/// Another county does not see the import; a reader may not take it back; a stale version is refused.
#[test]
fn imports_belong_to_their_county() {
    on_each_database(|bureau| {
        let sent = Sent::new(bureau);
        let report = sent.import("plan", ImportKind::Enterprises, "a.csv", "企业名称,地址\n甲厂,一路\n");
        let id = report.import_id.expect("import");
        let coordinator = bureau.actor("assign");
        let undone = bureau.app.act(&coordinator, Action::ImportAssignments, move |work| undo(work, id, 1));
        assert!(matches!(undone, Err(AppError::NotAllowed(Action::ImportBusiness))), "{undone:?}");
        let plan = bureau.actor("plan");
        let stale = bureau.app.act(&plan, Action::ImportBusiness, move |work| undo(work, id, 9));
        assert!(matches!(stale, Err(AppError::Stale)));
        let station = bureau.actor("station1");
        let request = sent.request(ImportKind::Enterprises, "b.csv", "企业名称,地址\n乙厂,一路\n");
        let refused = bureau.app.import(&station, request);
        assert!(matches!(refused, Err(AppError::NotAllowed(Action::ImportBusiness))));
        let mut elsewhere = bureau.actor("plan");
        elsewhere.org_id = bureau.county.unit("laboratory");
        elsewhere.scope_path = "/elsewhere/".to_owned();
        let hidden =
            bureau.app.view(&elsewhere, Action::ImportRead, |work| hengjian_app::exchange::run(work, id, 0, 50));
        assert!(matches!(hidden, Err(AppError::NotFound)));
    });
}

const PLAN: &str = "2016年流通领域商品质量抽检计划,,,,,
序号,抽检商品,抽检组数,抽检时间,承检单位,经费预算（万元）,样品来源
1,农资产品,60组,一季度、二季度,市检验所,合计约20万元,购买
2,成品油,10,四季度,同上,0.8,购买
3,成品油,5,待定,,,
总计,,75,,,,
";

/// A county's plan table becomes a draft with lines; a merged budget is kept as text; TMP codes where no table is given.
#[test]
fn a_plan_table_becomes_a_draft() {
    on_each_database(|bureau| {
        let sent = Sent::new(bureau);
        // A category of the register has the first code of the series; the table's go on from there.
        let entry = CategoryEntry { name: "水泥".into(), ..CategoryEntry::default() };
        bureau
            .app
            .act(&bureau.actor("plan"), Action::RegisterEdit, move |work| products::enter(work, None, entry, ""))
            .expect("category");
        let report = sent.import("plan", ImportKind::Plan, "plan.csv", PLAN);
        assert_eq!(figures(&report), [4, 3, 0, 0, 3, 1], "{:#?}", report.problems);
        let plans: Vec<SpotCheckPlan> = sent.all();
        assert_eq!((plans.len(), plans[0].year, plans[0].tier), (1, 2016, Tier::County));
        assert_eq!(plans[0].title, "2016年流通领域商品质量抽检计划");
        assert_eq!(report.target_id, Some(plans[0].id.cast()));
        let lines = || {
            let mut lines: Vec<PlanLine> = sent.all();
            lines.sort_by_key(|line| line.seq);
            lines
        };
        let (lines_now, lines) = (&lines, lines());
        let shown: Vec<_> = lines
            .iter()
            .map(|line| (line.product_code.as_str(), line.batches, line.quarters.as_str(), line.budget_fen))
            .collect();
        assert_eq!(shown, [("TMP-02", 60, "1,2", 0), ("TMP-03", 10, "4", 800_000), ("TMP-03", 5, "", 0)]);
        assert!(lines.iter().all(|line| line.field == SamplingField::Circulation), "the title says so");
        assert!(lines[0].source_text.contains("合计约20万元"));
        assert_eq!(lines[1].laboratory_name, "市检验所", "同上 is what stands above");
        assert!(lines[2].source_text.contains("抽查时间：待定"));
        let work = bureau.app.store().read(|tx| tx.clocks_of(plans[0].id.cast())).expect("clocks");
        assert_eq!(work.len(), 1, "the draft is on somebody's list");

        let again = sent.import("plan", ImportKind::Plan, "plan.csv", PLAN);
        assert_eq!(figures(&again), [4, 0, 0, 3, 3, 1]);
        let changed = sent.import("plan", ImportKind::Plan, "plan.csv", &PLAN.replace("60组", "66"));
        assert_eq!(figures(&changed), [4, 0, 1, 2, 3, 1]);
        sent.take_back("plan", Action::ImportBusiness, &changed).expect("undo");
        assert_eq!(lines_now()[0].batches, 60);
    });
}

const BOOK: &str = "某市市场监督管理局2019年产品质量监督抽查结果,,,,,,,
（不合格产品）,,,,,,,
序号,受检单位名称,样品名称,标称商标,型号规格,生产日期/批号,标称生产单位,检验结论,不合格项目
1,,车用尿素溶液,/,10公斤/桶,2019-06,甲公司,不合格,钙
2,,车用尿素溶液,/,10公斤/桶,2019-06,甲公司,不合格,钙
3,,制动液,/,1L,/,乙公司,F,/
4,,防冻液,/,1L,/,丙公司,基本合格,/
5,,机油,/,1L,/,丁公司,P,粘度
";

/// Announcements of other levels: P/F words, level from the title, identical rows are two batches.
#[test]
fn results_of_other_authorities_feed_the_history() {
    on_each_database(|bureau| {
        let sent = Sent::new(bureau);
        let report = sent.import("result", ImportKind::Results, "book.csv", BOOK);
        assert_eq!(figures(&report), [5, 4, 0, 0, 1, 1], "{:#?}", report.problems);
        assert_eq!(reasons(&report.problems, ProblemSeverity::Rejected), [(7, "检验结论")]);
        let checks: Vec<EarlierCheck> = sent.all();
        let failed =
            checks.iter().filter(|check| check.conclusion == Some(InspectionConclusion::Nonconforming)).count();
        assert_eq!((checks.len(), failed), (4, 3));
        assert!(checks.iter().all(|check| check.tier == Tier::Municipal && !check.own));
        assert_eq!(checks[0].organiser_name, "某市市场监督管理局");
        let again = sent.import("result", ImportKind::Results, "book.csv", BOOK);
        assert_eq!(figures(&again), [5, 0, 0, 4, 1, 1]);
        sent.take_back("result", Action::ImportBusiness, &report)
            .expect("undo: the later import only met what was there");
        assert!(sent.all::<EarlierCheck>().is_empty());
        let fresh = sent.import("result", ImportKind::Results, "book.csv", BOOK);
        assert_eq!(figures(&fresh), [5, 4, 0, 0, 1, 1]);
    });
}

/// A record number makes a corrected announcement an update; levels must be readable.
#[test]
fn numbered_results_are_updated() {
    on_each_database(|bureau| {
        let sent = Sent::new(bureau);
        let table = |verdict: &str| {
            format!(
                "记录号,抽查级别,公布机关,公布日期,产品名称,检验结论\nN1,省级,甲省市场监督管理局,2020-02-30,电线,{verdict}\nN2,乡级,甲省市场监督管理局,2020-03-01,电线,合格\n"
            )
        };
        let report = sent.import("result", ImportKind::Results, "n.csv", &table("不合格"));
        assert_eq!(figures(&report), [2, 1, 0, 0, 1, 1], "{:#?}", report.problems);
        let report = sent.import("result", ImportKind::Results, "n.csv", &table("合格"));
        assert_eq!(figures(&report), [2, 0, 1, 0, 1, 1]);
    });
}

/// The three tables of rules meet by 规则编号 in any order.
#[test]
fn rules_come_in_three_tables() {
    on_each_database(|bureau| {
        let sent = Sent::new(bureau);
        let items = "规则编号,表号,表名(适用类别),序号,检验项目,检验方法,判定依据\nR1,1,检验项目,1,硫含量,SH/T 0689-2000,GB 18351-2017\nR1,1,检验项目,2,密度,GB/T 1884-2000,GB 18351-2017\n";
        let quantities = "规则编号,产品,抽样总量,检验样品,备用样品,备注\nR1,乙醇汽油,4L,2L,2L,\n";
        let index = "规则编号,产品,细则名称,发布单位,版本年份,完整性\nR1,乙醇汽油,乙醇汽油实施细则,某市,2023,完整\n";
        let report = sent.import("plan", ImportKind::Rules, "items.csv", items);
        assert_eq!(figures(&report), [2, 2, 0, 0, 1, 0], "the first item opens an empty draft");
        assert_eq!(figures(&sent.import("plan", ImportKind::Rules, "q.csv", quantities)), [1, 1, 0, 0, 0, 0]);
        assert_eq!(figures(&sent.import("plan", ImportKind::Rules, "index.csv", index)), [1, 0, 1, 0, 0, 0]);
        let rules: Vec<SpotCheckRules> = sent.all();
        assert_eq!(rules.len(), 1);
        let rule = &rules[0];
        assert_eq!((rule.title.as_str(), rule.edition.as_str()), ("乙醇汽油实施细则", "2023"));
        assert_eq!(
            (rule.test_quantity.as_deref(), rule.backup_quantity.as_deref(), rule.unit.as_str()),
            (Some("2"), Some("2"), "L")
        );
        for (name, table) in [("items.csv", items), ("q.csv", quantities), ("index.csv", index)] {
            let again = sent.import("plan", ImportKind::Rules, name, table);
            assert_eq!(again.unchanged, again.rows, "{name}");
        }
    });
}

/// regulations §12: duplicates, orphans and circles are not taken; a parent may stand below its child.
#[test]
fn product_tables_are_checked_as_a_whole() {
    on_each_database(|bureau| {
        let sent = Sent::new(bureau);
        let table = "code,name,parent,flags\n102,电线,1,CCC\n1,电工,,\n1,重复,,\n9,孤儿,8,\n5,环一,6,\n6,环二,5,\n";
        let report = sent.import("plan", ImportKind::Products, "p.csv", table);
        assert_eq!(figures(&report), [6, 2, 0, 0, 0, 4], "{:#?}", report.problems);
        let all: Vec<ProductCategory> = sent.all();
        let wire = all.iter().find(|category| category.code == "102").expect("child");
        assert_eq!((wire.level, wire.ccc), (2, true));
        assert_eq!(figures(&sent.import("plan", ImportKind::Products, "p.csv", table)), [6, 0, 0, 2, 0, 4]);
        sent.take_back("plan", Action::ImportBusiness, &report).expect("undo");
        assert!(sent.all::<ProductCategory>().is_empty());
    });
}

/// Imported holidays count from the moment of the import; the undo takes them away again.
#[test]
fn holidays_enter_the_calendar() {
    on_each_database(|bureau| {
        let sent = Sent::new(bureau);
        let day: jiff::civil::Date = "2031-10-01".parse().expect("date");
        let known = || format!("{:?}", bureau.app.calendar().kind_of_day(day));
        let before = known();
        let table = "date,kind,name\n2031-10-01,holiday,国庆节\n2031-10-11,上班,国庆节调休\n2031-10-12,也许,\n";
        let report = sent.import("system", ImportKind::Holidays, "h.csv", table);
        assert_eq!(figures(&report), [3, 2, 0, 0, 0, 1]);
        assert_ne!(known(), before);
        assert_eq!(figures(&sent.import("system", ImportKind::Holidays, "h.csv", table)), [3, 0, 0, 2, 0, 1]);
        let id = report.import_id.expect("import");
        bureau.app.undo_import(&bureau.actor("system"), id, 1).expect("undo");
        assert_eq!(known(), before);
    });
}

/// A table of another kind is refused as a whole, an unreadable file is a message at the file; nothing is written.
#[test]
fn broken_files_change_nothing() {
    on_each_database(|bureau| {
        let sent = Sent::new(bureau);
        let plan = bureau.actor("plan");
        let wrong = sent.request(ImportKind::Plan, "x.csv", "年度,合计\n2018,219\n");
        let refused = bureau.app.import(&plan, wrong);
        assert!(
            matches!(&refused, Err(AppError::Refused(refusal)) if refusal.code == "exchange.no_header"),
            "{refused:?}"
        );
        for (name, bytes) in [
            ("empty.csv", ""),
            ("broken.xlsx", "PK\u{3}\u{4}broken"),
            ("page.html", "<html><body>没有表</body></html>"),
        ] {
            let unreadable = bureau.app.import(&plan, sent.request(ImportKind::Enterprises, name, bytes));
            assert!(
                matches!(&unreadable, Err(AppError::Fields(fields)) if fields[0].field == "file"),
                "{name}: {unreadable:?}"
            );
        }
        let missing = Request::new(ImportKind::Enterprises, sent.folder.path().join("none.csv"));
        assert!(matches!(bureau.app.import(&plan, missing), Err(AppError::Fields(_))));
        let cases = sent.request(ImportKind::Assignments, "a.csv", "被抽样单位,产品名称\n甲店,电线\n");
        let refused = bureau.app.import(&bureau.actor("result"), cases);
        assert!(
            matches!(&refused, Err(AppError::Refused(refusal)) if refusal.code == "exchange.no_received_day"),
            "{refused:?}"
        );
        let list = bureau
            .app
            .view(&plan, Action::ImportRead, |work| runs(work, None, &PageRequest { after: None, limit: 25 }));
        assert_eq!(list.expect("runs").count, 0);
    });
}

/// Rows of cases without a day of receipt, of the future, or of no level are listed; nothing reaches the follow-up stage.
#[test]
fn assignments_need_their_day() {
    on_each_database(|bureau| {
        let sent = Sent::new(bureau);
        let table = "被抽样单位,产品名称,抽查级别,收到日期\n甲店,电线,国家级,\n乙店,电线,国家级,2031-01-01\n丙店,电线,乡级,2021-09-01\n丁店,/,国家级,2021-09-01\n";
        let report = sent.import("result", ImportKind::Assignments, "a.csv", table);
        assert_eq!(figures(&report), [4, 0, 0, 0, 0, 4]);
        let rejected = reasons(&report.problems, ProblemSeverity::Rejected);
        assert_eq!(rejected, [(2, "收到日期"), (3, "收到日期"), (4, "抽查级别"), (5, "产品名称")]);
    });
}

/// A case handed down opens with the day of its receipt, is recognised when it comes again, and goes when the import is undone.
#[test]
fn assignments_open_cases_and_are_undone() {
    on_each_database(|bureau| {
        let sent = Sent::new(bureau);
        let table =
            "被抽样单位,产品名称,组织单位,检验报告编号,不合格项目\n甲店,电线,国家市场监督管理总局,W-1,导体电阻\n";
        let mut request = sent.request(ImportKind::Assignments, "a.csv", table);
        request.received_on = Some("2021-09-20".parse().expect("date"));
        let result = bureau.actor("result");
        let report = bureau.app.import(&result, request.clone()).expect("import");
        assert_eq!(figures(&report), [1, 1, 0, 0, 0, 0]);
        let cases: Vec<Case> = sent.all();
        assert_eq!(cases.len(), 1);
        assert_eq!((cases[0].tier, cases[0].party_name.as_str()), (Tier::National, "甲店"));
        let clocks = || bureau.app.store().read(|tx| tx.clocks_of(cases[0].id.cast())).expect("clocks");
        assert!(clocks().iter().any(|clock| clock.trigger_on.to_string() == "2021-09-20"), "{:?}", clocks());
        assert_eq!(figures(&bureau.app.import(&result, request).expect("again")), [1, 0, 0, 1, 0, 0]);
        sent.take_back("result", Action::ImportAssignments, &report).expect("undo");
        assert!(sent.all::<Case>().is_empty());
        assert!(clocks().is_empty(), "no work is left for a case that is gone");
    });
}

/// S11: the plan table that leaves the house is one that comes in again with the same lines, as CSV and as XLSX.
#[test]
fn a_plan_table_goes_out_and_comes_in_again() {
    on_each_database(|bureau| {
        let sent = Sent::new(bureau);
        let table = "产品名称,产品代码,抽查领域,抽查区域,抽查季度,抽查批次,企业数,单批费用,经费预算,牵头股室,承检机构,抽查重点,抽查理由\n\
                     布电线,TMP-0101,生产领域,全县,\"一季度、三季度\",6,5,1000,6000,质量发展股,虚构检测所,电线电缆,涉及安全\n\
                     车用汽油,TMP-0402,流通领域,乳城镇,全年,12,,,,,,车用燃油,\n";
        let first = sent.import("plan", ImportKind::Plan, "a.csv", table);
        let plan = first.target_id.expect("plan");
        let lines = |plan: hengjian_domain::ids::SubjectId| {
            let lines: Vec<PlanLine> = bureau
                .app
                .store()
                .read(|tx| tx.list("WHERE plan_id = ?1 ORDER BY seq", &[plan.to_value()]))
                .expect("lines");
            let own = |line: PlanLine| PlanLine { id: plan.cast(), version: 1, plan_id: plan.cast(), ..line };
            lines
                .into_iter()
                .map(own)
                .map(|line| format!("{line:?}").replace(&plan.to_string(), "-"))
                .collect::<Vec<_>>()
        };
        assert_eq!(lines(plan).len(), 2);
        for (format, ending) in [(TableFormat::Csv, "csv"), (TableFormat::Xlsx, "xlsx")] {
            let actor = bureau.actor("plan");
            let out = bureau.app.view(&actor, Action::PlanRead, |work| paper::table(work, plan.cast(), format));
            let (_, mut file) = out.expect("table");
            let path = sent.folder.path().join(format!("out.{ending}"));
            std::io::copy(&mut file, &mut std::fs::File::create(&path).expect("file")).expect("copied");
            let mut request = Request::new(ImportKind::Plan, path);
            request.title = format!("再次导入的计划 {ending}");
            let again = bureau.app.import(&actor, request).expect("import");
            assert_eq!((again.imported, again.rejected, &again.unknown_columns), (2, 0, &Vec::new()), "{ending}");
            assert_eq!(lines(again.target_id.expect("plan")), lines(plan), "{ending}");
        }
    });
}

/// What a superior hands down lands in the register of the county it is addressed to, logged at the superior's; the county
/// logs its receipt. A row that names no county, or one that is not below, is not taken. The same case is recognised by
/// number, party, product and batch.
#[test]
fn a_superiors_assignments_go_to_the_county_they_are_addressed_to() {
    on_each_database(|bureau| {
        let sent = Sent::new(bureau);
        let county = bureau.county.unit("county");
        let head = "交办编号,收到日期,承办单位,组织单位,被抽样单位,产品名称,生产日期或批号,检验报告编号";
        let row = |number: &str, receiver: &str, product: &str, batch: &str| {
            format!("\n{number},2021-09-20,{receiver},韶关市市场监督管理局,甲店,{product},{batch},W-1")
        };
        let table = [
            head.to_owned(),
            row("交办 1", "县局", "电线", "2021-05"),
            row("交办 1", "县局", "插座", "2021-05"),
            row("交办 1", "县局", "电线", "2021-06"),
            row("交办 1", "县局", "电线", "2021-05"),
            row("交办 2", "", "电线", "2021-05"),
            row("交办 2", "外省某局", "电线", "2021-05"),
        ]
        .concat();
        let report = sent.import("assign", ImportKind::Assignments, "a.csv", &table);
        assert_eq!(figures(&report), [6, 3, 0, 1, 0, 2]);
        assert_eq!(reasons(&report.problems, ProblemSeverity::Rejected), [(6, "承办单位"), (7, "承办单位")]);
        let cases: Vec<Case> = sent.all();
        assert!(
            cases.len() == 3 && cases.iter().all(|case| case.org_id == county && case.number.starts_with("440232-"))
        );
        let of_log = |log: &str| {
            let org = bureau.county.unit(log);
            let sql = "SELECT COUNT(*) FROM journal_entry WHERE log_id = ?1 AND type = ?2";
            move |kind: &str| {
                let values = [org.to_value(), Value::Text(kind.to_owned())];
                bureau.app.store().read(|tx| tx.integer(sql, &values)).expect("entries")
            }
        };
        let (city, here) = (of_log("city"), of_log("county"));
        assert_eq!((city("follow_up.opened"), here("follow_up.opened"), here("follow_up.received")), (3, 0, 0));
        let steps = |case: &Case| {
            let clocks = bureau.app.store().read(|tx| tx.clocks_of(case.id.cast())).expect("clocks");
            let open =
                clocks.into_iter().filter(|clock| clock.state == ClockState::Open && clock.title == "签收上级交办案件");
            open.map(|clock| (clock.org_id, clock.owner_role)).collect::<Vec<_>>()
        };
        assert_eq!(steps(&cases[0]), [(county, Some(Role::ResultManager))]);
        // The superior does not act in the county's register; the county signs once, or by whatever it does first.
        let sign = |login: &str, case: &Case| {
            let (id, version) = (case.id, case.version);
            bureau
                .app
                .act(&bureau.actor(login), Action::CaseDispatch, move |work| follow_up::receive(work, id, version))
        };
        assert!(matches!(sign("assign", &cases[0]), Err(AppError::NotAllowed(_))));
        sign("result", &cases[0]).expect("receipt");
        assert!(matches!(sign("result", &cases[0]), Err(AppError::Stale)));
        assert!(steps(&cases[0]).is_empty());
        let (id, version, station) = (cases[1].id, cases[1].version, bureau.county.unit("station1"));
        bureau
            .app
            .act(&bureau.actor("result"), Action::CaseDispatch, move |work| {
                follow_up::dispatch(work, id, version, Some(station))
            })
            .expect("dispatch");
        assert!(steps(&cases[1]).is_empty());
        assert_eq!((here("follow_up.received"), city("follow_up.received")), (2, 0));
        // A county imports for itself and for nobody else.
        let own =
            [head.to_owned(), row("交办 3", "", "电线", "2021-05"), row("交办 4", "市局", "电线", "2021-05")].concat();
        let report = sent.import("result", ImportKind::Assignments, "b.csv", &own);
        assert_eq!(figures(&report), [2, 1, 0, 0, 0, 1]);
    });
}

/// A form sent twice imports once.
#[test]
fn a_form_sent_twice_imports_once() {
    on_each_database(|bureau| {
        let sent = Sent::new(bureau);
        let plan = bureau.actor("plan");
        let mut request = sent.request(ImportKind::Enterprises, "a.csv", "企业名称,地址\n甲厂,一路\n");
        request.once = "token-import".to_owned();
        let report = bureau.app.import(&plan, request.clone()).expect("first");
        let place = format!("/desk/import/runs/{}", report.import_id.expect("import"));
        let twice = bureau.app.import(&plan, request);
        assert!(matches!(twice, Err(AppError::SentBefore(location)) if location == place));
    });
}

/// A list whose address column holds the street alone: the county comes from the firm's own name, visibly, and what stays
/// with the city is listed; the preview says the same. What a person put right is not undone by the list coming again.
#[test]
fn a_division_that_the_address_does_not_tell_is_listed() {
    on_each_database(|bureau| {
        let sent = Sent::new(bureau);
        sent.import("system", ImportKind::Divisions, "divisions.csv", DIVISIONS);
        let table = "企业名称,省份,地区,注册地址\n乳源瑶族自治县甲供销社,广东,韶关,解放二路\n乙商行,广东,韶关,解放二路\n\
                     丙商行,广东,韶关,往乳源县方向五公里\n丁商行,,,四路\n";
        let request = sent.request(ImportKind::Enterprises, "firms.csv", table);
        let preview = bureau.app.preview_import(&bureau.actor("plan"), request).expect("preview");
        let report = sent.import("plan", ImportKind::Enterprises, "firms.csv", table);
        assert_eq!(figures(&report), [4, 4, 0, 0, 3, 0], "{:#?}", report.problems);
        assert_eq!(preview.problems, report.problems);
        let said: Vec<(i64, &str)> =
            report.problems.iter().map(|problem| (problem.row, problem.reason.as_str())).collect();
        for ((row, reason), (expected, words)) in
            said.iter().zip([(2, "按名称推定为乳源瑶族自治县（440232），待核对"), (3, "待核对"), (5, "待核对")])
        {
            assert!(*row == expected && reason.contains(words), "{row} {reason}");
        }
        let regions = || {
            let mut all: Vec<Enterprise> = sent.all();
            all.retain(|one| ["甲", "乙", "丙", "丁"].iter().any(|mark| one.name.contains(mark)));
            all.sort_by(|one, other| one.name.cmp(&other.name));
            all.into_iter().map(|one| (one.name, one.region_code)).collect::<std::collections::BTreeMap<_, _>>()
        };
        let found = regions();
        assert_eq!(found["乳源瑶族自治县甲供销社"], "440232");
        assert_eq!(found["乙商行"], "440200");
        assert_eq!(found["丙商行"], "440232");
        assert_eq!(found["丁商行"], "");
        bureau
            .app
            .act(&bureau.actor("plan"), Action::ImportBusiness, |work| {
                let org = work.actor().org_id;
                let mut row = work.tx.enterprises_named(org, "乙商行")?.remove(0);
                row.region_code = "440232".into();
                work.save(&mut row)?;
                work.record(hengjian_app::Event::new("test.region", "改正行政区划").about(row.id));
                Ok(())
            })
            .expect("put right");
        let again = sent.import("plan", ImportKind::Enterprises, "firms.csv", table);
        assert_eq!(figures(&again)[..4], [4, 0, 0, 4], "{:#?}", again.problems);
        assert_eq!(regions()["乙商行"], "440232", "what is on file is not put in doubt by the list");
        assert_eq!(figures(&again)[4], 1, "only what is still unknown is listed again");
    });
}

/// Items come with limit, method and table; what cannot be judged is said, and which tables choose by product.
#[test]
fn items_of_rules_come_with_limit_and_table() {
    on_each_database(|bureau| {
        let sent = Sent::new(bureau);
        let table = "规则编号,表号,表名,序号,检验项目,检验方法,判定依据,标准要求\n\
                     R2,1,车用汽油,1,硫含量,SH/T 0689,GB 17930,≤10mg/kg\nR2,1,车用汽油,2,馏程,GB/T 6536,GB 17930,见标准表3\n\
                     R2,2,车用柴油,1,硫含量,SH/T 0689,GB 19147,≤10\n";
        let report = sent.import("plan", ImportKind::Rules, "items.csv", table);
        assert_eq!(figures(&report), [3, 3, 0, 0, 2, 0], "{:#?}", report.problems);
        let items: Vec<hengjian_domain::rules::RulesItem> = sent.all();
        let mut said: Vec<(&str, &str, Option<&str>, &str)> = items
            .iter()
            .filter(|item| item.table_name.contains("车用"))
            .map(|item| (item.table_name.as_str(), item.name.as_str(), item.limit_text.as_deref(), item.unit.as_str()))
            .collect();
        said.sort_unstable();
        let expected = [
            ("1 车用汽油", "硫含量", Some("≤10"), "mg/kg"),
            ("1 车用汽油", "馏程", None, ""),
            ("2 车用柴油", "硫含量", Some("≤10"), ""),
        ];
        assert_eq!(said, expected);
        let whole: Vec<&ImportProblem> = report.problems.iter().filter(|problem| problem.row == 0).collect();
        assert!(whole.iter().any(|problem| problem.reason.contains("1 个检验项目没有读到限值")), "{whole:?}");
        assert!(whole.iter().any(|problem| problem.value == "1 车用汽油；2 车用柴油"), "{whole:?}");
    });
}

/// Every table of ours that our own import takes: no column of it is unknown there, and nothing of a row is lost.
#[test]
fn our_own_tables_come_in_again() {
    on_each_database(|bureau| {
        let sent = Sent::new(bureau);
        let header = hengjian_domain::publication::PublicationEntry::COLUMNS.join(",");
        let row = "1,电线电缆,电线,BV-2.5,示例,2021-03,乳源甲商行,乳城镇一路,示例电缆厂,示例市二路,示例平台,不合格,导体电阻,示例检测所,/";
        let mut request = sent.request(ImportKind::Results, "抽查结果.csv", &format!("{header}\n{row}\n"));
        request.title = "2021年乳源瑶族自治县产品质量监督抽查结果".into();
        let report = bureau.app.import(&bureau.actor("plan"), request).expect("import");
        assert_eq!(report.unknown_columns, Vec::<String>::new());
        let checks: Vec<hengjian_domain::exchange::EarlierCheck> = sent.all();
        let check = checks.iter().find(|check| check.enterprise_name == "乳源甲商行").expect("row");
        for cell in row.split(',').filter(|cell| *cell != "/" && *cell != "1" && *cell != "不合格") {
            let kept = [
                &check.category,
                &check.product_name,
                &check.model,
                &check.trademark,
                &check.batch_text,
                &check.enterprise_name,
                &check.producer_name,
                &check.failed_items,
                &check.source,
            ];
            assert!(kept.iter().any(|kept| kept.contains(cell)), "{cell}");
        }
        // Templates are tables of ours too.
        for kind in ImportKind::ALL {
            let bytes = hengjian_app::exchange::export::template(*kind).expect("template");
            let path = sent.folder.path().join("template.xlsx");
            std::fs::write(&path, bytes).expect("file");
            let mut book = hengjian_sheets::Book::open(&path).expect("book");
            let mut row = hengjian_sheets::Row::default();
            assert!(book.rows(0).expect("rows").next_into(&mut row).expect("row"));
            let header =
                hengjian_sheets::find_header(&[row], hengjian_app::exchange::columns_of(*kind)).expect("header");
            assert!(header.unknown.is_empty(), "{kind:?}: {:?}", header.unknown);
        }
    });
}
