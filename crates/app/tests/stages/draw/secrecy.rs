//! Who was drawn is secret: what the database and the pages hold after a draw tells the drawn from nobody.

use super::set_scene;
use crate::support::{Bureau, on_each_database};
use hengjian_app::{
    PageRequest,
    draw::{self, RosterFilter},
};
use hengjian_domain::{
    draw::{Draw, DrawMember, MemberStatus},
    plan::{TaskKind, TaskState},
    policy::Action,
};
use hengjian_store::{database::contents_of, files::SealedBlob};
use std::collections::{BTreeMap, BTreeSet};

/// Every text and number of every table but the sealed secrets, row by row.
fn contents(bureau: &Bureau) -> BTreeMap<String, Vec<String>> {
    let mut tables = bureau.app.store().read(contents_of).expect("contents");
    tables.remove("sealed_blob");
    tables
}

/// How often each unit of the roster is named anywhere: by id, by code, by name, by the id of its row.
fn mentions(members: &[DrawMember], tables: &BTreeMap<String, Vec<String>>) -> BTreeMap<String, usize> {
    let count = |word: &str| tables.values().flatten().map(|row| row.matches(word).count()).sum::<usize>();
    let of = |member: &DrawMember| {
        let number = member.uid.trim_start_matches("91440232DEMO").parse::<usize>().ok();
        let name = number.map_or("老线缆厂".to_owned(), |number| format!("示例线缆{number}厂"));
        let ids = count(&member.enterprise_id.to_string()) + count(&member.id.to_string());
        (member.uid.clone(), ids + count(&member.uid) + count(&name))
    };
    members.iter().filter(|member| member.status == MemberStatus::In).map(of).collect()
}

/// What tells where somebody is visited: stations and their officers, by id, name and login.
fn places(bureau: &Bureau) -> Vec<String> {
    let stations = ["station1", "station2", "station3"];
    let mut words = Vec::new();
    for login in stations {
        let actor = bureau.actor(login);
        words.extend([actor.user_id.to_string(), actor.name, actor.pseudonym, actor.unit_id.to_string()]);
        words.push(actor.unit_name);
    }
    words
}

/// How often each place is named anywhere.
fn named_places(bureau: &Bureau, tables: &BTreeMap<String, Vec<String>>) -> BTreeMap<String, usize> {
    let count = |word: &str| tables.values().flatten().map(|row| row.matches(word).count()).sum::<usize>();
    places(bureau).into_iter().map(|word| (word.clone(), count(&word))).collect()
}

/// What was written to the files since: the tail of the write-ahead log. Nothing may be moved into the database between,
/// otherwise the comparison would be of less than everything.
fn written_since(before: &(Vec<u8>, Vec<u8>), after: &(Vec<u8>, Vec<u8>)) -> String {
    assert!(before.0 == after.0, "the log was moved into the database");
    let tail = after.1.strip_prefix(before.1.as_slice()).expect("the log only grows");
    String::from_utf8_lossy(tail).into_owned()
}

/// settled.md, “Who may know”: between freeze and release the database's files get nothing by which a firm of the roster
/// or a station is named, read byte by byte as somebody with the disk would; with the opening of the first visit at its
/// release time they do, so the search can find it.
#[test]
fn the_files_name_nobody_before_the_release() {
    on_each_database(|bureau| {
        let scene = set_scene(bureau, TaskKind::Routine, TaskState::Ready);
        let id = bureau.begin(&scene);
        bureau.freeze(id).expect("freeze");
        // Pages of the tables that grow now hold nothing of the scene any more: what is found later is new.
        for _ in 0..40 {
            let plan = bureau.actor("plan");
            bureau
                .app
                .act(&plan, Action::RegisterEdit, |work| {
                    work.record(hengjian_app::Event::new("test.filler", "填充".repeat(200)));
                    Ok(())
                })
                .expect("filler");
        }
        let Some(before) = bureau.files() else { return };
        let members = bureau.members(id);
        bureau.execute(id).expect("execute");
        bureau.confirm(id).expect("confirm");
        let names = bureau.names(id).expect("names");
        assert!(names.units.iter().all(|unit| unit.accompanying.is_some()), "somebody of a station goes along");
        bureau.dispatch(id, &names).expect("dispatch");
        let mut words = places(bureau);
        for member in &members {
            words.extend([member.id.to_string(), member.enterprise_id.to_string(), member.uid.clone()]);
        }
        words.extend(names.units.iter().map(|unit| unit.enterprise.name.clone()));
        let written = written_since(&before, &bureau.files().expect("files"));
        assert!(written.contains("draw.dispatch") && written.contains("sampling.visit_created"), "it was written");
        let found: Vec<&String> = words.iter().filter(|word| written.contains(word.as_str())).collect();
        assert!(found.is_empty(), "before the release the files name {found:?}");

        // At the release the team opens its visit: now the party and its officer are in the rows.
        bureau.at("2021-10-08T08:00");
        let visit = bureau.visits(id).remove(0);
        let lead = bureau.app.store().read(|tx| tx.get::<hengjian_domain::officer::Officer>(&visit.lead_officer_id));
        let login = if lead.expect("read").expect("officer").name == "抽样员0" { "sampler1" } else { "sampler2" };
        let (opened, version) = (visit.id, visit.version);
        bureau
            .app
            .act(&bureau.actor(login), Action::VisitCarryOut, move |work| {
                hengjian_app::sampling::open_visit(work, opened, version)
            })
            .expect("open");
        let visit = bureau.visits(id).into_iter().find(|visit| visit.id == opened).expect("visit");
        let written = written_since(&before, &bureau.files().expect("files"));
        for now in
            [visit.enterprise_id.expect("party").to_string(), visit.accompanying_user_id.expect("officer").to_string()]
        {
            assert!(written.contains(&now), "{now} is not found though it was written");
        }
    });
}

/// settled.md, “Who may know”: after the draw, its confirmation, the dispatcher's reading and the dispatch, nothing
/// outside the sealed secrets tells the drawn from the others: no table names a unit more often than before, the
/// roster's rows have not moved, the secret's size is that of any draw, and every reader's pages are as before.
#[test]
fn nobody_but_the_dispatcher_can_learn_a_name() {
    on_each_database(|bureau| {
        let scene = set_scene(bureau, TaskKind::Routine, TaskState::Ready);
        let id = bureau.begin(&scene);
        bureau.freeze(id).expect("freeze");
        let members = bureau.members(id);
        let before = contents(bureau);
        let named = mentions(&members, &before);
        let placed = named_places(bureau, &before);
        assert_eq!(named.len(), 25);
        let readers = ["draw", "witness", "dispatch", "plan", "leader", "result", "audit", "superior"];
        let pages = || {
            let page = PageRequest { after: None, limit: 100 };
            readers.map(|login| {
                let actor = bureau.actor(login);
                let (_, rows, count) = bureau
                    .app
                    .view(&actor, Action::DrawRead, |work| draw::roster_page(work, id, RosterFilter::default(), &page))
                    .expect("roster");
                let view = bureau.app.view(&actor, Action::DrawRead, |work| draw::draw_view(work, id)).expect("view");
                (
                    format!("{rows:?}{count}{:?}{:?}", view.counts, view.pool),
                    format!("{:?}{:?}", view.timeline, view.clocks),
                )
            })
        };
        let shown = pages();
        bureau.execute(id).expect("execute");
        bureau.confirm(id).expect("confirm");
        let names = bureau.names(id).expect("names");
        bureau.dispatch(id, &names).expect("dispatch");

        let after = contents(bureau);
        assert_eq!(mentions(&members, &after), named, "a unit is named where it was not before");
        assert_eq!(named_places(bureau, &after), placed, "a station or its officer is named where it was not before");
        for table in ["draw_member", "draw_person", "draw_conflict", "enterprise", "enterprise_product"] {
            assert_eq!(before[table], after[table], "{table} has moved");
        }
        let drawn: Vec<&str> = names.units.iter().map(|unit| unit.enterprise.name.as_str()).collect();
        for ((rows, _), (rows_now, told)) in shown.iter().zip(pages()) {
            assert_eq!(*rows, rows_now, "a page of the roster has changed");
            assert!(drawn.iter().all(|name| !told.contains(name)), "a timeline or clock names a drawn firm");
        }
        let sealed: Vec<SealedBlob> = bureau.app.store().read(|tx| tx.list("ORDER BY id", &[])).expect("secrets");
        let sealed: Vec<Vec<u8>> = sealed.into_iter().map(|blob| blob.bytes).collect();
        assert_eq!(sealed.len(), 1 + names.units.len(), "one for the draw, one for each visit");
        for bytes in &sealed {
            let text = String::from_utf8_lossy(bytes);
            assert!(members.iter().all(|member| !text.contains(&member.uid) && !text.contains(&member.id.to_string())));
        }
        let sizes: BTreeSet<usize> = sealed.iter().map(Vec::len).collect();
        assert_eq!(sizes.len(), 1, "secrets have one size: {sizes:?}");
        // The check can fail: a single mention in any table is found.
        let mut planted = Draw { filters: names.units[0].member_id.to_string(), ..bureau.draw_row(id) };
        bureau.app.store().write(move |tx| tx.update(&mut planted)).expect("plant");
        assert_ne!(mentions(&members, &contents(bureau)), named);
    });
}
