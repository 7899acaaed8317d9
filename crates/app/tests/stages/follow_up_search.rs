//! 后处理: cases are found by their words, with the same answers on both databases.

use crate::support::on_each_database;
use hengjian_app::follow_up::{self as stage, CaseFilter};
use hengjian_domain::{follow_up::Case, policy::Action};

/// settled.md: search by match key, the same answers on both databases: case, width and brackets make no difference, a
/// percent sign is a sign. Cases of earlier versions get their words before the program serves; the words lead the search.
#[test]
fn the_search_of_cases_answers_alike_on_both_databases() {
    on_each_database(|bureau| {
        let id = crate::objection::assigned_case(bureau, "2021-09-24");
        bureau
            .app
            .act(&bureau.actor("result"), Action::CaseOpen, move |work| {
                let mut case: Case = work.load(id)?;
                case.product_name = "LED（灯）Strip 50%".into();
                work.save(&mut case)?;
                work.record(hengjian_app::Event::new("test.case", "测试案件").about(id));
                Ok(())
            })
            .expect("case");
        let found = |text: &str| {
            let filter = CaseFilter { text: text.into(), ..CaseFilter::default() };
            let page = hengjian_app::PageRequest { after: None, limit: 10 };
            let rows =
                bureau.app.view(&bureau.actor("enforce"), Action::CaseRead, |work| stage::list(work, &filter, &page));
            rows.expect("list").rows.len()
        };
        let expected = [
            ("led", 1),
            ("ＬＥＤ", 1),
            ("led灯", 1),
            ("strip LED", 1),
            ("50%", 1),
            ("5%0", 0),
            ("l_d", 0),
            ("《》", 0),
            ("", 1),
        ];
        let answers = expected.map(|(text, _)| (text, found(text)));
        assert_eq!(answers, expected);
        bureau
            .app
            .store()
            .write(|tx| {
                tx.execute("DELETE FROM case_word", &[])?;
                tx.execute("UPDATE case_file SET search_key = '', words_version = 0", &[]).map(|_| ())
            })
            .expect("as an earlier version left it");
        assert_eq!(found("led"), 0);
        hengjian_store::migrate::migrate(bureau.app.store()).expect("what every start of the program does first");
        assert_eq!(found("led"), 1, "an old case is found before anything is served");
        // A case that is renamed is no longer found by its old words.
        let rename = move |work: &mut hengjian_app::Work<'_>| {
            let mut case: Case = work.load(id)?;
            case.product_name = "示例台灯".into();
            work.save(&mut case)?;
            work.record(hengjian_app::Event::new("test.case", "测试案件").about(id));
            Ok(())
        };
        bureau.app.act(&bureau.actor("result"), Action::CaseOpen, rename).expect("renamed");
        assert_eq!([found("led"), found("台灯")], [0, 1]);
        // Both databases look the rarest pair of characters up in the index.
        hengjian_store::database::watch_statements();
        assert_eq!(found("示例台灯"), 1);
        let led = |sql: &String| sql.contains("FROM case_word CROSS JOIN case_file");
        assert!(hengjian_store::database::watched_statements().iter().any(led), "the words lead");
    });
}
