//! The hand-over to the teams: certificates, the days of sampling, and what the work list says of it.

use super::{Names, refused, set_scene};
use crate::support::on_each_database;
use hengjian_app::{
    AppError, Event,
    clocks::{About, Owner},
};
use hengjian_domain::{
    actor::Role,
    clock::{Clock, SubjectKind},
    plan::{TaskKind, TaskState},
    policy::Action,
    time::Timestamp,
};

/// A certificate that ends before the visit blocks the dispatch; so does a time in the past.
#[test]
fn certificates_and_times_are_checked_at_the_dispatch() {
    on_each_database(|bureau| {
        let scene = set_scene(bureau, TaskKind::Routine, TaskState::Ready);
        let id = bureau.drawn(&scene);
        bureau.confirm(id).expect("confirm");
        let mut names = bureau.names(id).expect("names");
        names.release_at = Timestamp::at("2021-01-01".parse().expect("date"), 8, 0);
        refused(bureau.dispatch(id, &names), "draw.release_past");
        // Outside the days of sampling, which the message names beside the field.
        for day in ["2021-10-07", "2021-10-31"] {
            names.release_at = Timestamp::at(day.parse().expect("date"), 8, 0);
            let Err(AppError::Fields(told)) = bureau.dispatch(id, &names) else { panic!("{day} is taken") };
            assert_eq!(told.len(), names.units.len());
            assert_eq!(told[0].field, format!("release_{}", names.units[0].member_id));
            assert!(told[0].message.contains("2021-10-08 至 2021-10-30"), "{}", told[0].message);
        }
        bureau.sampling_days(scene.task, "2021-10-08", "2026-01-31");
        names.release_at = Timestamp::at("2026-01-05".parse().expect("date"), 8, 0);
        refused(bureau.dispatch(id, &names), "draw.team_certificate_expired");
        bureau.sampling_days(scene.task, "2021-01-01", "2026-01-31");
        names.release_at = Timestamp::at("2021-10-09".parse().expect("date"), 8, 0);
        let fewer = Names { units: names.units[1..].to_vec(), ..names.clone() };
        assert!(matches!(bureau.dispatch(id, &fewer), Err(AppError::Fields(_))));
        // A form has no seconds: this minute means now.
        names.release_at = Timestamp::parse(&bureau.app.edge().now().form_value()).expect("a time");
        assert!(names.release_at < bureau.app.edge().now());
        bureau.dispatch(id, &names).expect("dispatch");
    });
}

/// 待办: a draw that is being made stands in the place of its task, once, with the task's day; handed over, it says how
/// many of its visits have ended.
#[test]
fn the_work_list_names_a_draw_once() {
    on_each_database(|bureau| {
        let scene = set_scene(bureau, TaskKind::Routine, TaskState::Ready);
        let task = scene.task;
        let step = bureau.app.act(&bureau.actor("plan"), Action::TaskEdit, move |work| {
            let about = About::new(work.actor().org_id, SubjectKind::Task, task, "准备随机抽取");
            work.start_step(about, Owner::role(Role::DrawOperator))?;
            work.record(Event::new("test.step", "准备随机抽取"));
            Ok(())
        });
        step.expect("step");
        let lines = || {
            let shown = bureau.app.view(&bureau.actor("draw"), Action::Own, |work| {
                let lines = hengjian_app::work_list::work_list(work)?;
                let about = hengjian_app::work_list::about(work, &lines)?;
                Ok((lines, about))
            });
            let (lines, about) = shown.expect("list");
            let line = |clock: &Clock| (clock.title.clone(), clock.due_on(), about[&clock.subject_id].clone());
            lines.iter().map(line).collect::<Vec<_>>()
        };
        let name = "电线电缆县抽　RW-2021-001".to_owned();
        assert_eq!(lines(), [("准备随机抽取".to_owned(), None, name.clone())]);
        let id = bureau.begin(&scene);
        let day = Some("2021-10-08".parse().expect("date"));
        assert_eq!(lines(), [("准备名录并冻结".to_owned(), day, name.clone())]);
        bureau.freeze(id).expect("freeze");
        assert_eq!(lines(), []);
        bureau.execute(id).expect("execute");
        bureau.confirm(id).expect("confirm");
        let names = bureau.names(id).expect("names");
        bureau.dispatch(id, &names).expect("dispatch");
        let [(_, due, about)] = <[_; 1]>::try_from(lines()).expect("one line");
        assert_eq!((due, about), (None, format!("{name}　0 / 5 次抽样已提交结果")));
    });
}
