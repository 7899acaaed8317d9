//! The house itself: the door, the journal, the refusal that is noted, the form that is sent twice.

use crate::support::on_each_database;
use hengjian_app::{AppError, Event};
use hengjian_domain::policy::Action;

/// product.md §2.1: state and journal entry commit together or not at all.
#[test]
fn an_act_that_changes_rows_without_saying_so_is_undone() {
    on_each_database(|bureau| {
        let system = bureau.actor("system");
        let org = bureau.county.unit("county");
        let silent = bureau.app.act(&system, Action::OrganisationManage, move |work| {
            work.mark_changed();
            Ok(work.tx.set_parameter(org, "words", "silent")?)
        });
        assert!(matches!(silent, Err(AppError::Fault(_))), "{silent:?}");
        let kept = bureau.app.store().read(|tx| tx.parameter(org, "words")).expect("read");
        assert_eq!(kept, None);
        bureau
            .app
            .act(&system, Action::OrganisationManage, move |work| {
                work.mark_changed();
                work.tx.set_parameter(org, "words", "said")?;
                work.record(Event::new("admin.parameter", "改参数").about(org));
                Ok(())
            })
            .expect("act");
        assert_eq!(bureau.app.store().read(|tx| tx.parameter(org, "words")).expect("read").as_deref(), Some("said"));
    });
}

/// settled.md: a refusal rolls its act back and is journalled on its own; the journal verifies afterwards.
#[test]
fn a_refusal_is_journalled_on_its_own() {
    on_each_database(|bureau| {
        let plan = bureau.actor("plan");
        let before = bureau.app.store().read(|tx| tx.verify_journal(plan.org_id)).expect("journal");
        let refused = bureau.app.act(&plan, Action::PlanApprove, |_| Ok(()));
        assert!(matches!(refused, Err(AppError::NotAllowed(Action::PlanApprove))));
        let after = bureau.app.store().read(|tx| tx.verify_journal(plan.org_id)).expect("journal");
        assert_eq!(after, before + 1);
    });
}

/// A form sent twice is carried out once, and the second sending learns where the first one led.
#[test]
fn a_form_sent_twice_acts_once() {
    on_each_database(|bureau| {
        bureau.on_day("2021-09-27");
        assert_eq!(bureau.today().to_string(), "2021-09-27");
        let system = bureau.actor("system");
        let act = || {
            bureau.app.act(&system, Action::OrganisationManage, |work| {
                work.once("token-1", "/desk/first")?;
                work.mark_changed();
                work.record(Event::new("admin.parameter", "改参数").about(work.actor().org_id));
                Ok(())
            })
        };
        act().expect("first");
        assert!(matches!(act(), Err(AppError::SentBefore(place)) if place == "/desk/first"));
    });
}
