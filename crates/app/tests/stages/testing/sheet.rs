//! Item results from a table: preview with every difference and every reason, saved only by the second act.

use super::{
    bench::*,
    reports::{outside, register},
};
use crate::support::{Bureau, on_each_database};
use hengjian_app::{
    AppError, AppResult,
    testing::{
        RegisterAs,
        sheet::{ItemForm, ItemPreview, items_template, preview_items, save_table, stage_items, staged_items},
    },
};
use hengjian_domain::{
    exchange::ProblemSeverity,
    policy::Action,
    testing::{InspectionId, ItemResultId, ItemVerdict},
};
use hengjian_sheets::XlsxSheet;

fn action_of(form: ItemForm) -> Action {
    match form {
        ItemForm::Tester => Action::InspectionTest,
        ItemForm::Typed => Action::ReportRegister,
    }
}
fn preview(bureau: &Bureau, id: InspectionId, login: &str, form: ItemForm, bytes: &[u8]) -> AppResult<ItemPreview> {
    let staged = stage_items(&bureau.app, bytes)?;
    let table = staged_items(&bureau.app, &staged)?;
    bureau.app.view(&bureau.actor(login), action_of(form), move |work| preview_items(work, id, form, table))
}
fn save(
    bureau: &Bureau,
    id: InspectionId,
    login: &str,
    form: ItemForm,
    bytes: &[u8],
    seen: Vec<(ItemResultId, i64)>,
) -> AppResult<()> {
    let staged = stage_items(&bureau.app, bytes)?;
    let table = staged_items(&bureau.app, &staged)?;
    as_person(bureau, login, action_of(form), id, move |work, version| {
        save_table(work, id, version, form, ("结果.csv", table), &seen)
    })
}
fn versions(bureau: &Bureau, id: InspectionId) -> Vec<(ItemResultId, i64)> {
    items(bureau, id).into_iter().map(|item| (item.id, item.version)).collect()
}
fn values(bureau: &Bureau, id: InspectionId) -> Vec<Option<String>> {
    items(bureau, id).into_iter().map(|item| item.value_text).collect()
}
/// Row, column and severity of every problem.
fn told(preview: &ItemPreview) -> Vec<(i64, String, bool)> {
    let rejected = |severity| severity == ProblemSeverity::Rejected;
    preview.problems.iter().map(|one| (one.row, one.column.clone(), rejected(one.severity))).collect()
}

const RESULTS: &str = "岭南质量检测所（虚构）检验结果,,,,,,\n\
    序号,检测项目,试验方法,单位,技术要求,实测值（平均）,单项评价\n\
    1,导体　电阻,别的方法,Ω/km,≤13.30,15.1,合格\n\
    2,绝缘厚度,,cm,≥0.53,0.058,合格\n\
    序号,检测项目,试验方法,单位,技术要求,实测值（平均）,单项评价\n\
    3,标志,,,清晰,/,基本合格\n\
    4,耐压,,kV,≥2,2.5,合格\n\
    5,导体电阻,,Ω/km,,12.8,合格\n\
    ,以下空白,,,,,\n";

/// Issue 2, stage 4: the tester's results from a table. Nothing is repaired: another unit, an unknown item, a second row of one
/// item are named and left out; another limit or method is named and the rule's is used.
#[test]
fn the_tester_s_results_from_a_table() {
    on_each_database(|bureau| {
        let up = upstream(bureau, Variation::default());
        let id = assign(bureau, &up, |_| {}).expect("assigned");
        receive(bureau, id, |_| {}).expect("received");
        let csv = RESULTS.as_bytes();
        refused(preview(bureau, id, "test", ItemForm::Tester, csv), "testing.wrong_state");
        begin(bureau, id, "test").expect("begun");
        let seen = versions(bureau, id);
        let shown = preview(bureau, id, "test", ItemForm::Tester, csv).expect("preview");
        assert_eq!((shown.lines.len(), shown.table.skipped_headers), (1, 1));
        let line = &shown.lines[0];
        assert_eq!((line.row, line.named.as_str(), line.item.item.as_str()), (3, "导体　电阻", "导体电阻"));
        assert_eq!(
            (line.item.verdict, line.theirs, line.differs()),
            (ItemVerdict::Fail, Some(ItemVerdict::Pass), true)
        );
        assert_eq!(
            told(&shown),
            [
                (3, "试验方法".into(), false),
                (3, "技术要求".into(), false),
                (4, "单位".into(), true),
                (6, "实测值（平均）".into(), true),
                (7, "检测项目".into(), true),
                (8, "检测项目".into(), true),
            ]
        );
        assert!(shown.problems.iter().all(|one| !one.reason.is_empty()));
        assert_eq!(shown.table.unknown_columns, ["序号"]);
        assert_eq!(shown.missing, ["绝缘厚度", "标志"]);
        assert_eq!(values(bureau, id), [None, None, None], "a preview saves nothing");

        let reviewer = save(bureau, id, "review", ItemForm::Tester, csv, seen.clone());
        assert!(matches!(reviewer, Err(AppError::NotAllowed(Action::InspectionTest))), "{reviewer:?}");
        type_values(bureau, id, "test", &[("导体电阻", "15.2")]).expect("typed meanwhile");
        let late = save(bureau, id, "test", ItemForm::Tester, csv, seen);
        assert!(matches!(late, Err(AppError::Stale)), "{late:?}");
        let again = preview(bureau, id, "test", ItemForm::Tester, csv).expect("preview");
        assert_eq!(again.lines[0].before.as_deref(), Some("15.2"), "what stands there is shown");
        save(bureau, id, "test", ItemForm::Tester, csv, versions(bureau, id)).expect("saved");
        let row = items(bureau, id).remove(0);
        assert_eq!((row.value_text.as_deref(), row.requirement()), (Some("15.1"), "≤13.3"), "the rule's limit judges");
        let foreign = preview(bureau, id, "test2", ItemForm::Tester, csv);
        assert!(matches!(foreign, Err(AppError::NotFound)), "{foreign:?}");
    });
}

/// Results of a report made elsewhere: known items matched, further ones added with the table's own limit, our judgement beside
/// theirs; the template is read back as what it is.
#[test]
fn results_of_an_outside_report_from_a_workbook() {
    on_each_database(|bureau| {
        let up = upstream(bureau, Variation { risk_monitoring: true, ..Variation::default() });
        let laboratory = up.outside.id;
        let id = assign(bureau, &up, move |assignment| assignment.laboratory_id = laboratory).expect("assigned");
        let mut book = XlsxSheet::new("结果", &["检验项目", "单位", "限值", "检验结果", "单项判定"]).expect("sheet");
        for row in [["绝缘厚度", "mm", "", "0.58", "合格"], ["耐压", "kV", "≥2", "1.5", "合格"]] {
            book.push(row).expect("row");
        }
        let bytes = book.finish().expect("workbook");
        refused(preview(bureau, id, "result", ItemForm::Typed, &bytes), "testing.wrong_origin");
        let target = RegisterAs::Assigned(id, inspection(bureau, id).version);
        register(bureau, outside(&up, target)).expect("registered");
        let shown = preview(bureau, id, "result", ItemForm::Typed, &bytes).expect("preview");
        let lines: Vec<_> = shown.lines.iter().map(|line| (line.new, line.item.verdict, line.differs())).collect();
        assert_eq!(lines, [(false, ItemVerdict::Pass, false), (true, ItemVerdict::Fail, true)]);
        save(bureau, id, "result", ItemForm::Typed, &bytes, versions(bureau, id)).expect("saved");
        let rows = items(bureau, id);
        assert_eq!((rows.len(), rows[3].item.as_str(), rows[3].reported_verdict), (4, "耐压", Some(ItemVerdict::Pass)));
        assert_eq!(rows[1].value_text.as_deref(), Some("0.58"));

        let template = bureau
            .app
            .view(&bureau.actor("result"), Action::ReportRegister, move |work| items_template(work, Some(id)))
            .expect("template");
        let read = preview(bureau, id, "result", ItemForm::Typed, &template).expect("its own template");
        assert_eq!(read.lines.len(), 2, "what has a value");
        assert!(read.lines.iter().all(hengjian_app::testing::sheet::ItemLine::same), "nothing would change");
        assert_eq!(read.problems.len(), 2, "rows without a result are named");
    });
}

/// Broken, empty, foreign and much too long files: a message at the field, nothing kept.
#[test]
fn files_that_are_no_table_of_results() {
    on_each_database(|bureau| {
        let mut long = "检验项目,检验结果\n".to_owned();
        long.extend((0..1_001).map(|n| format!("项目{n},1\n")));
        let cases: [(&str, Vec<u8>); 7] = [
            ("empty", Vec::new()),
            ("a picture", PNG.to_vec()),
            ("half a workbook", b"PK\x03\x04 and nothing".to_vec()),
            ("another table", "姓名,电话\n甲,/\n".into()),
            ("no result column", "检验项目,单位\n导体电阻,mm\n".into()),
            ("too many rows", long.into_bytes()),
            ("too large", vec![b'a'; 5 * 1024 * 1024 + 1]),
        ];
        for (name, bytes) in cases {
            match stage_items(&bureau.app, &bytes) {
                Err(AppError::Fields(errors)) => {
                    assert_eq!((errors.len(), errors[0].field.as_str()), (1, "table"), "{name}");
                    assert!(!errors[0].message.is_ascii(), "{name}: in Chinese");
                }
                other => panic!("{name}: {other:?}"),
            }
        }
        assert!(matches!(staged_items(&bureau.app, "../../etc/passwd"), Err(AppError::Fields(_))));
    });
}
