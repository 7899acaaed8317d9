//! Links of a page: whether the things behind them open is asked for all of them together, with the answer of each alone.

use hengjian_app::demo;
use hengjian_domain::{clock::SubjectKind, ids::SubjectId, policy::Action};
use hengjian_store::{Store, database::statements_run, migrate::migrate};

/// Kinds that a page links to, with their tables.
const KINDS: [(SubjectKind, &str); 11] = [
    (SubjectKind::Plan, "plan"),
    (SubjectKind::Task, "task"),
    (SubjectKind::Draw, "draw"),
    (SubjectKind::Visit, "visit"),
    (SubjectKind::Sample, "sample"),
    (SubjectKind::Inspection, "inspection"),
    (SubjectKind::Notice, "notice"),
    (SubjectKind::Objection, "objection"),
    (SubjectKind::Case, "case_file"),
    (SubjectKind::Publication, "publication"),
    (SubjectKind::Enterprise, "enterprise"),
];

/// A page of a hundred and more links costs as many statements as there are kinds, not as there are links.
#[test]
fn links_are_judged_together_as_each_alone() {
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("demo.sqlite");
    let open = |edge: std::sync::Arc<dyn hengjian_app::Edge>| {
        let store = Store::open_sqlite(&file).map_err(|error| error.to_string())?;
        migrate(&store).map_err(|error| error.to_string())?;
        hengjian_app::App::new(store, edge, folder.path(), true).map_err(|error| format!("{error:?}"))
    };
    let stands = demo::build_if_empty(folder.path(), 1, open).expect("demonstration");
    let app = open(std::sync::Arc::new(hengjian_app::SystemEdge::starting_at(stands))).expect("open");
    let mut things: Vec<(SubjectKind, SubjectId)> = Vec::new();
    for (kind, table) in KINDS {
        let rows = app.store().read(|tx| tx.select(&format!("SELECT id FROM {table} ORDER BY id"), &[])).expect("rows");
        for mut row in rows {
            things.push((kind, row.take().expect("id")));
        }
    }
    assert!(things.len() > 100, "{}", things.len());
    let mut shut = 0;
    for account in demo::ACCOUNTS {
        let actor = app.actor_named(account.login).expect("actor");
        let alone = app.view(&actor, Action::Own, |work| {
            let mut closed = Vec::new();
            for (kind, id) in &things {
                if !work.opens(*kind, *id)? {
                    closed.push((*kind, *id));
                }
            }
            Ok(closed)
        });
        let (together, cost) = app
            .view(&actor, Action::Own, |work| {
                let before = statements_run();
                let closed = work.closed_of(&things)?;
                Ok((closed, statements_run() - before))
            })
            .expect("view");
        assert_eq!(together, alone.expect("view"), "{}", account.login);
        // One for each kind and what it hangs on, and the organisations that occur.
        assert!(cost <= 40, "{}: {cost} statements for {} links", account.login, things.len());
        shut += together.len();
    }
    assert!(shut > 0, "somebody does not see everything");
}
