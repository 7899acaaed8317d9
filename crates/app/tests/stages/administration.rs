//! Stories of the administration: the first start of an empty county, accounts, units and towns, parameters, calendar, journal.

use crate::support::{Bureau, on_each_database};
use hengjian_app::{
    App, AppError, AppResult, PageRequest, SeededEdge,
    account::FirstStart,
    administration::{
        accounts::{self, AccountEntry},
        calendar::{CalendarChange, LocalDay},
        journal::{self, Checked},
        organisations::{self, Relation, UnitEntry},
        parameters,
    },
    clocks::{About, Owner},
    registers::enterprises::{self, EnterpriseFilter},
};
use hengjian_domain::{
    actor::{Actor, Role, UserId},
    calendar::AnnouncedKind,
    clock::SubjectKind,
    enterprise::{CreditClass, Enterprise, EnterpriseEntry, EnterpriseKind, EnterpriseScale, EnterpriseStatus},
    organisation::{Organisation, OrganisationId, OrganisationKind},
    parameter,
    policy::Action,
    time::Timestamp,
};
use hengjian_store::{Column, Store, migrate::migrate};

fn code_of<T: std::fmt::Debug>(result: AppResult<T>) -> String {
    match result {
        Err(AppError::Refused(refusal)) => refusal.code.to_owned(),
        Err(AppError::Fields(fields)) => fields.iter().map(|field| field.field.as_str()).collect::<Vec<_>>().join(" "),
        Err(AppError::NotFound) => "not found".to_owned(),
        Err(AppError::Stale) => "stale".to_owned(),
        Err(AppError::NotAllowed(_)) => "not allowed".to_owned(),
        Err(AppError::NotLoggedIn) => "not logged in".to_owned(),
        Err(AppError::SentBefore(_)) => "sent before".to_owned(),
        other => format!("{other:?}"),
    }
}

fn entry(login: &str, unit: OrganisationId, roles: &[Role]) -> AccountEntry {
    AccountEntry { login: login.to_owned(), name: format!("人员{login}"), unit_id: Some(unit), roles: roles.to_vec() }
}

fn make(app: &App, actor: &Actor, action: Action, entry: AccountEntry) -> AppResult<(UserId, String)> {
    app.make_account(actor, action, entry, String::new(), "/desk/admin/users")
}

fn version_of(bureau: &Bureau, id: UserId) -> i64 {
    let account = bureau.app.store().read(|tx| tx.get::<hengjian_store::account::Account>(&id)).expect("read");
    account.expect("account").version
}

/// settled, 三员分立, on rows: who makes which account, in which unit; the last one who can grant stays.
#[test]
fn accounts_are_made_by_the_administrator_they_belong_to() {
    on_each_database(|bureau| {
        let (security, audit_admin) = (bureau.actor("security"), bureau.actor("audit-admin"));
        let (county, station, lab) =
            (bureau.county.unit("county"), bureau.county.unit("station1"), bureau.county.unit("laboratory"));
        let made =
            make(&bureau.app, &security, Action::UserManage, entry("new-station", station, &[Role::StationOfficer]));
        let (id, password) = made.expect("account");
        for (login, unit, roles, code) in [
            ("new-station", station, vec![Role::StationOfficer], "login"),
            ("New User", station, vec![Role::StationOfficer], "login"),
            ("a1", county, vec![Role::StationOfficer], "account.wrong_place"),
            ("a2", county, vec![Role::PlanEditor, Role::SystemAdministrator], "account.apart"),
            ("a3", county, vec![Role::Auditor], "account.not_yours"),
            ("a4", county, vec![], "account.no_role"),
            // The city's laboratory is not below the county.
            ("a5", lab, vec![Role::Tester], "unit_id"),
        ] {
            let answer = make(&bureau.app, &security, Action::UserManage, entry(login, unit, &roles));
            assert_eq!(code_of(answer), code, "{login}");
        }
        make(&bureau.app, &audit_admin, Action::AuditorManage, entry("auditor2", county, &[Role::Auditor]))
            .expect("auditor");
        let wrong = make(&bureau.app, &audit_admin, Action::AuditorManage, entry("a6", county, &[Role::PlanEditor]));
        assert_eq!(code_of(wrong), "account.not_yours");
        let system =
            make(&bureau.app, &bureau.actor("system"), Action::UserManage, entry("a7", county, &[Role::PlanEditor]));
        assert_eq!(code_of(system), "not allowed");

        // The one-time password: once, in time, and to be changed before anything else.
        let (_, login) = bureau.app.log_in("new-station", &password, "").expect("first login");
        assert!(login.must_change_password);
        assert_eq!(login.actor.org_id, county);
        bureau.app.change_password(&login, &password, "Own-password-1").expect("changed");
        let (token, login) = bureau.app.log_in("new-station", "Own-password-1", "").expect("own password");
        assert!(!login.must_change_password);
        assert_eq!(code_of(bureau.app.log_in("new-station", &password, "").map(|_| ())), "account.wrong");

        // Accounts of the other administrator are out of sight; nobody changes the own account here.
        let auditor = bureau.actor("audit").user_id;
        let look =
            |id: UserId| bureau.app.view(&security, Action::UserManage, |work| accounts::view(work, id)).map(|_| ());
        assert_eq!(code_of(look(auditor)), "not found");
        let off = |id: UserId, version: i64| {
            bureau.app.act(&security, Action::UserManage, move |work| accounts::set_active(work, id, version, false))
        };
        assert_eq!(code_of(off(security.user_id, version_of(bureau, security.user_id))), "account.own");
        assert_eq!(code_of(off(id, 1)), "stale");
        off(id, version_of(bureau, id)).expect("deactivated");
        assert_eq!(code_of(bureau.app.session(&token).map(|_| ())), "not logged in");
        assert_eq!(code_of(bureau.app.log_in("new-station", "Own-password-1", "").map(|_| ())), "account.wrong");
        let reset = bureau.app.reset_password(&security, Action::UserManage, id, version_of(bureau, id));
        assert_eq!(code_of(reset), "account.inactive");

        // A second security administrator may take the first one's role, never the last one's.
        let (second, _) = make(
            &bureau.app,
            &security,
            Action::UserManage,
            entry("security2", county, &[Role::SecurityAdministrator]),
        )
        .expect("second");
        let other = bureau.actor("security2");
        let first = security.user_id;
        let version = version_of(bureau, first);
        bureau
            .app
            .act(&other, Action::UserManage, move |work| accounts::set_active(work, first, version, false))
            .expect("one remains");
        let alone = version_of(bureau, second);
        let last =
            bureau.app.act(&other, Action::UserManage, move |work| accounts::set_active(work, second, alone, false));
        assert_eq!(code_of(last), "account.own");
    });
}

/// A one-time password has an end; a reset ends the sessions; an unlock opens the account; duties go back to the role.
#[test]
fn passwords_locks_and_duties() {
    on_each_database(|bureau| {
        let security = bureau.actor("security");
        let unit = bureau.county.unit("quality");
        let (id, password) = make(&bureau.app, &security, Action::UserManage, entry("late", unit, &[Role::PlanEditor]))
            .expect("account");
        bureau.on_day("2021-09-30");
        assert_eq!(code_of(bureau.app.log_in("late", &password, "").map(|_| ())), "account.password_over");
        let password =
            bureau.app.reset_password(&security, Action::UserManage, id, version_of(bureau, id)).expect("reset");
        let (token, _) = bureau.app.log_in("late", &password, "").expect("in time");
        for _ in 0..5 {
            bureau.app.log_in("late", "wrong", "").expect_err("wrong");
        }
        assert_eq!(code_of(bureau.app.log_in("late", &password, "").map(|_| ())), "account.locked");
        let version = version_of(bureau, id);
        bureau
            .app
            .act(&security, Action::UserManage, move |work| accounts::unlock(work, id, version))
            .expect("unlocked");
        bureau.app.session(&token).expect("the session stood");
        bureau.app.act(&security, Action::UserManage, move |work| accounts::end_sessions(work, id)).expect("ended");
        assert_eq!(code_of(bureau.app.session(&token).map(|_| ())), "not logged in");

        // Own sessions: all others end, the present one stays.
        let plan = |device: &str| bureau.app.log_in("plan", hengjian_app::demo::PASSWORD, device).expect("login");
        let ((first, _), (second, present)) = (plan("一"), plan("二"));
        bureau.app.end_own_sessions(&present, None).expect("others");
        assert!(bureau.app.session(&first).is_err() && bureau.app.session(&second).is_ok());
        assert_eq!(code_of(bureau.app.end_own_sessions(&present, Some(Timestamp(1)))), "not found");

        let plan = bureau.actor("plan");
        let duty = bureau.app.act(&plan, Action::RegisterEdit, move |work| {
            use hengjian_app::clocks::{About, Owner};
            let about = About::new(work.actor().org_id, hengjian_domain::clock::SubjectKind::User, id, "试办");
            work.start_step(about, Owner::user(Role::PlanEditor, id))?;
            work.record(hengjian_app::Event::new("test.duty", "试办").about(id));
            Ok(())
        });
        duty.expect("duty");
        let version = version_of(bureau, id);
        bureau
            .app
            .act(&security, Action::UserManage, move |work| accounts::set_active(work, id, version, false))
            .expect("deactivated");
        let list = bureau.app.view(&plan, Action::Own, hengjian_app::work_list::work_list).expect("work list");
        assert!(list.iter().any(|clock| clock.title == "试办"), "the duty went back to the role");
    });
}

/// GB/T 2260 towns: one station each; enterprises move with their town.
#[test]
fn towns_move_with_their_enterprises() {
    on_each_database(|bureau| {
        let (system, plan) = (bureau.actor("system"), bureau.actor("plan"));
        let county = bureau.county.unit("county");
        let firm = EnterpriseEntry {
            uscc: Some("91440232MA4TEA1K4X".to_owned()),
            uscc_valid: true,
            name: "搬家的厂".to_owned(),
            kind: Some(EnterpriseKind::Enterprise),
            address: "虚构路".to_owned(),
            region_code: "440232".to_owned(),
            town_code: Some("440232100".to_owned()),
            scale: Some(EnterpriseScale::Unknown),
            credit_class: Some(CreditClass::Unclassified),
            status: Some(EnterpriseStatus::Active),
            ..EnterpriseEntry::default()
        };
        let firm = bureau.app.act(&plan, Action::EnterpriseEdit, move |work| enterprises::enter(work, firm, false, ""));
        let firm = firm.expect("firm");
        let add = |kind: OrganisationKind, name: &str, towns: &str, parent| {
            let entry = UnitEntry {
                parent_id: Some(parent),
                kind: Some(kind),
                name: name.to_owned(),
                short_name: name.to_owned(),
                towns: towns.to_owned(),
                ..UnitEntry::default()
            };
            bureau.app.act(&system, Action::OrganisationManage, move |work| organisations::add(work, entry, ""))
        };
        let unit = |name: &str| bureau.county.unit(name);
        assert_eq!(code_of(add(OrganisationKind::Station, "新所", "440233100", county)), "towns");
        assert_eq!(code_of(add(OrganisationKind::Section, "新股", "440232100", county)), "towns");
        assert_eq!(code_of(add(OrganisationKind::Regulator, "下级", "", county)), "kind");
        assert_eq!(code_of(add(OrganisationKind::Section, "新股", "", unit("station1"))), "kind");
        assert_eq!(code_of(add(OrganisationKind::Section, "新股", "", unit("city"))), "not found");
        assert_eq!(code_of(add(OrganisationKind::Section, "办公室", "", county)), "name");
        let station = add(OrganisationKind::Station, "新设市场监管所", "440232100", county).expect("station");
        let read = || {
            let row = bureau.app.view(&plan, Action::RegisterRead, |work| work.load::<Enterprise>(firm)).expect("row");
            (row.unit_id, row.version)
        };
        assert_eq!(read(), (Some(station), 2));
        let set = |unit: OrganisationId, version: i64, towns: &'static str| {
            bureau.app.act(&system, Action::OrganisationManage, move |work| {
                organisations::set_towns(work, unit, version, towns)
            })
        };
        set(station, 1, "").expect("no towns");
        assert_eq!(read(), (None, 3));
        assert_eq!(code_of(set(station, 1, "440232100")), "stale");
        assert_eq!(code_of(set(county, 1, "440232100")), "towns");
        set(unit("station1"), 1, "440232100 440232111").expect("back again");
        assert_eq!(read().0, Some(unit("station1")));
        let rename = |version: i64, name: &str| {
            let entry = UnitEntry { name: name.to_owned(), short_name: "新名所".to_owned(), ..UnitEntry::default() };
            bureau.app.act(&system, Action::OrganisationManage, move |work| {
                organisations::rename(work, station, version, &entry)
            })
        };
        assert_eq!(code_of(rename(2, " ")), "name");
        rename(2, "改了名的所").expect("renamed");
        assert_eq!(
            code_of(bureau.app.act(&bureau.actor("security"), Action::OrganisationManage, |_| Ok(()))),
            "not allowed"
        );
    });
}

/// Parameters: typed, with a default; only what differs is written, and each change is journalled.
#[test]
fn parameters_are_typed_and_journalled() {
    on_each_database(|bureau| {
        let system = bureau.actor("system");
        let county = bureau.county.unit("county");
        let set = |values: &[(&str, &str)]| {
            let values: Vec<(String, String)> =
                values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            bureau.app.act(&system, Action::OrganisationManage, move |work| parameters::set(work, &values))
        };
        let read = || {
            let read = |work: &mut hengjian_app::Work<'_>| {
                Ok((
                    work.parameter_number(county, &parameter::OBJECTION_ACCEPTANCE_DAYS)?,
                    work.parameter(county, &parameter::ORDER_TIMING)?,
                ))
            };
            bureau.app.view(&system, Action::OrganisationManage, read).expect("read")
        };
        assert_eq!(read(), (3, "AFTER_FINAL".to_owned()));
        assert_eq!(set(&[("objection_acceptance_days", "5"), ("order_timing", "AFTER_FINAL")]).expect("set"), 1);
        assert_eq!(read(), (5, "AFTER_FINAL".to_owned()));
        assert_eq!(set(&[("objection_acceptance_days", "5")]).expect("nothing to do"), 0);
        let wrong = set(&[("objection_acceptance_days", "0"), ("order_timing", "x")]);
        assert_eq!(code_of(wrong), "objection_acceptance_days order_timing");
        assert_eq!(code_of(set(&[("no_such", "1")])), "not found");
        assert_eq!(read().0, 5);
    });
}

/// product.md §2.5: running terms are counted anew with a new day off; the preview says which; a party's never ends earlier,
/// an office's moves both ways; what carries the same day follows.
#[test]
fn hol_art4_running_terms_are_counted_anew() {
    on_each_database(|bureau| {
        let result = crate::objection::told(bureau, "2021-09-27", "2021-09-27");
        let system = bureau.actor("system");
        let clock = |rule: &str| {
            let subject = result.party.cast();
            let clocks = bureau.app.store().read(|tx| tx.clocks_of(subject)).expect("clocks");
            clocks.into_iter().find(|clock| clock.rule == rule).expect("clock")
        };
        let window = || {
            let notice: Option<hengjian_domain::objection::Notice> =
                bureau.app.store().read(|tx| tx.get(&result.party)).expect("read");
            notice.expect("notice").window_until_on
        };
        let date = |text: &str| text.parse::<jiff::civil::Date>().expect("date");
        assert_eq!(window(), Some(date("2021-10-12")));
        let change = CalendarChange::Add(LocalDay {
            on: Some(date("2021-10-12")),
            kind: Some(AnnouncedKind::Holiday),
            name: "盘王节（测试）".to_owned(),
            source: "虚构文件 1 号".to_owned(),
        });
        let shown = bureau.app.preview_calendar(&system, change.clone()).expect("preview");
        assert!(shown.iter().any(|line| line.contains("提出书面异议：2021-10-12 → 2021-10-13")), "{shown:?}");
        assert_eq!(window(), Some(date("2021-10-12")), "a preview keeps nothing");
        let moved = bureau.app.change_calendar(&system, change, String::new()).expect("added");
        assert_eq!(moved, shown);
        assert_eq!((window(), clock("D03").due_party_on), (Some(date("2021-10-13")), Some(date("2021-10-13"))));
        // Taken out again: what the party was told stands.
        let back = CalendarChange::Remove(date("2021-10-12"));
        let moved = bureau.app.change_calendar(&system, back, String::new()).expect("removed");
        assert!(!moved.iter().any(|line| line.contains("企业权利")), "{moved:?}");
        assert_eq!((window(), clock("D03").due_party_on), (Some(date("2021-10-13")), Some(date("2021-10-13"))));
    });
}

/// HOL 第四条: a day of this region moves the terms of the county, not those of who stands above it.
#[test]
fn hol_art4_a_day_of_this_region_binds_nobody_above() {
    on_each_database(|bureau| {
        let (city, county) = (bureau.county.unit("city"), bureau.county.unit("county"));
        let begin = move |work: &mut hengjian_app::Work<'_>| -> AppResult<()> {
            for org in [city, county] {
                let about = About::new(org, SubjectKind::Organisation, org, "核查处置");
                let (rule, today) = (&hengjian_domain::deadline::VERIFICATION, work.today());
                work.start_duty(about, rule, today, "测试", Owner::role(Role::ResultManager))?;
            }
            work.record(hengjian_app::Event::new("test.begun", "开始计时").about(county));
            Ok(())
        };
        let system = bureau.actor("system");
        bureau.app.act(&system, Action::Own, begin).expect("begun");
        let due = |org: OrganisationId| {
            let clocks = bureau.app.store().read(|tx| tx.clocks_of(org.cast())).expect("clocks");
            clocks.into_iter().map(|clock| clock.due_strict_on).collect::<Vec<_>>()
        };
        let (above, own) = (due(city), due(county));
        let festival = LocalDay {
            on: Some("2021-09-28".parse().expect("date")),
            kind: Some(AnnouncedKind::Holiday),
            name: "盘王节（测试）".to_owned(),
            source: "虚构文件 1 号".to_owned(),
        };
        let moved = bureau.app.add_local_day(&system, festival, String::new()).expect("added");
        assert_eq!(moved.len(), 1, "{moved:?}");
        assert_eq!(due(city), above);
        assert_ne!(due(county), own);
    });
}

/// HOL 第四条: a day of this region counts, makes no year known, and can be taken out again.
#[test]
fn hol_art4_days_of_this_region() {
    on_each_database(|bureau| {
        let system = bureau.actor("system");
        let festival: jiff::civil::Date = "2021-11-19".parse().expect("date");
        let day = |on| LocalDay {
            on: Some(on),
            kind: Some(AnnouncedKind::Holiday),
            name: "盘王节（测试）".to_owned(),
            source: "虚构文件 1 号".to_owned(),
        };
        assert!(bureau.app.calendar().is_working_day(festival));
        bureau.app.add_local_day(&system, day(festival), String::new()).expect("added");
        assert!(!bureau.app.calendar().is_working_day(festival));
        assert_eq!(code_of(bureau.app.add_local_day(&system, day(festival), String::new())), "on");
        let nameless = LocalDay { name: String::new(), source: String::new(), ..day(festival) };
        assert_eq!(code_of(bureau.app.add_local_day(&system, nameless, String::new())), "name source");
        let unknown: jiff::civil::Date = "2031-11-19".parse().expect("date");
        bureau.app.add_local_day(&system, day(unknown), String::new()).expect("far away");
        assert!(!bureau.app.calendar().is_known(unknown));
        bureau.app.remove_local_day(&system, festival).expect("removed");
        assert!(bureau.app.calendar().is_working_day(festival));
        assert_eq!(code_of(bureau.app.remove_local_day(&system, festival)), "not found");
        assert_eq!(
            code_of(bureau.app.add_local_day(&bureau.actor("plan"), day(festival), String::new())),
            "not allowed"
        );
    });
}

/// C32: the journal is read page by page and checked; a changed entry is found.
#[test]
fn the_journal_is_read_and_checked() {
    on_each_database(|bureau| {
        let admin = bureau.actor("audit-admin");
        let county = bureau.county.unit("county");
        let read = |before: Option<i64>, log| {
            bureau.app.view(&admin, Action::JournalRead, |work| journal::page(work, log, before))
        };
        let lines = read(None, county).expect("page");
        assert_eq!(lines.last().map(|line| line.seq), Some(0));
        assert_eq!(code_of(read(None, bureau.county.unit("city")).map(|_| ())), "not found");
        assert!(read(Some(0), county).expect("older").is_empty());
        let check =
            || bureau.app.view(&admin, Action::JournalRead, |work| journal::check(work, county)).expect("check");
        assert!(matches!(check(), Checked::Whole { entries } if entries >= 1));
        let spoil = "UPDATE journal_content SET bytes = salt WHERE log_id = ?1 AND seq = 0";
        let key = [hengjian_store::Column::to_value(&county)];
        bureau.app.store().write(move |tx| tx.execute(spoil, &key)).expect("planted fault");
        assert!(matches!(check(), Checked::Broken { .. }));
        assert_eq!(code_of(bureau.app.view(&bureau.actor("plan"), Action::JournalRead, |_| Ok(()))), "not allowed");
    });
}

/// A real county from an empty folder: first start, the three administrators, units, accounts of every role, first entries.
#[test]
fn a_county_starts_from_an_empty_folder() {
    let folder = tempfile::tempdir().expect("folder");
    let store = Store::open_sqlite(&folder.path().join("new.sqlite")).expect("SQLite");
    migrate(&store).expect("migrations");
    let edge = SeededEdge::new(Timestamp::at("2021-01-04".parse().expect("date"), 9, 0), 3);
    let app = App::new(store, std::sync::Arc::new(edge), folder.path(), false).expect("program");
    let code = app.first_start_code().expect("code").expect("no account yet");
    assert!(app.awaits_first_start().expect("waits"));
    let setup = |code: &str| FirstStart {
        code: code.to_owned(),
        organisation: "虚构县市场监督管理局".to_owned(),
        region_code: "440232".to_owned(),
        login: "anquan".to_owned(),
        name: "安全管理员甲".to_owned(),
        password: "First-start-1".to_owned(),
    };
    assert_eq!(
        code_of(app.first_start(FirstStart { code: code.clone(), ..FirstStart::default() })),
        "organisation region_code login name password"
    );
    assert_eq!(code_of(app.first_start(setup("wrong"))), "code");
    app.first_start(setup(&code)).expect("first start");
    assert!(!app.awaits_first_start().expect("done"));
    assert_eq!(code_of(app.first_start(setup(&code))), "code");
    assert_eq!(app.first_start_code().expect("none"), None);

    let security = app.actor_named("anquan").expect("security administrator");
    let county = security.org_id;
    for (login, role) in [("xitong", Role::SystemAdministrator), ("shenji", Role::AuditAdministrator)] {
        make(&app, &security, Action::UserManage, entry(login, county, &[role])).expect("administrator");
    }
    let system = app.actor_named("xitong").expect("system administrator");
    let add = |kind: OrganisationKind, name: &str, towns: &str| {
        let entry = UnitEntry {
            parent_id: Some(county),
            kind: Some(kind),
            name: name.to_owned(),
            short_name: name.to_owned(),
            towns: towns.to_owned(),
            ..UnitEntry::default()
        };
        app.act(&system, Action::OrganisationManage, move |work| organisations::add(work, entry, "")).expect("unit")
    };
    let section = add(OrganisationKind::Section, "质量发展股", "");
    let station = add(OrganisationKind::Station, "城关市场监管所", "440232100");
    let laboratory = add(OrganisationKind::Laboratory, "虚构检测所", "");
    for role in <Role as hengjian_domain::code::Code>::ALL.iter().copied().filter(|role| *role != Role::Auditor) {
        let unit = match hengjian_domain::administration::places(role)[0] {
            OrganisationKind::Laboratory => laboratory,
            OrganisationKind::Station => station,
            _ => section,
        };
        let login = format!("r-{}", hengjian_domain::code::Code::code(role).to_lowercase().replace('_', "-"));
        make(&app, &security, Action::UserManage, entry(&login, unit, &[role])).expect("account of every role");
    }
    let audit = app.actor_named("shenji").expect("audit administrator");
    make(&app, &audit, Action::AuditorManage, entry("r-auditor", section, &[Role::Auditor])).expect("auditor");
    let receiver = app.actor_named("r-lab-receiver").expect("receiver");
    assert_eq!(receiver.org_id, laboratory);
    let officer = app.actor_named("r-station-officer").expect("officer");
    assert_eq!((officer.org_id, officer.unit_id), (county, station));

    let editor = app.actor_named("r-plan-editor").expect("editor");
    let filter = EnterpriseFilter::all(county);
    let page = PageRequest { after: None, limit: 25 };
    let list = app.view(&editor, Action::RegisterRead, |work| enterprises::list(work, filter, &page)).expect("empty");
    assert!(list.rows.is_empty() && list.count == 0);
    let lines = app.view(&security, Action::UserManage, accounts::list).expect("accounts");
    assert!(lines.iter().all(|line| !line.roles.contains(&Role::Auditor)) && lines.len() >= 20); // An authority that began alone enters the one above it, then those beside it; its own tree moves along and its people
    // work on as before.
    let authority = |name: &str, region: &str, relation: Relation| {
        let entry = UnitEntry {
            name: name.to_owned(),
            short_name: name.to_owned(),
            region_code: region.to_owned(),
            ..UnitEntry::default()
        };
        let system = app.actor_named("xitong").expect("system administrator");
        app.act(&system, Action::OrganisationManage, move |work| {
            organisations::add_authority(work, relation, &entry, "")
        })
    };
    assert_eq!(code_of(authority("邻县局", "440224", Relation::Peer)), "unit.no_superior");
    assert_eq!(code_of(authority("外市局", "440300", Relation::Superior)), "region_code");
    assert_eq!(code_of(authority("平级", "440232", Relation::Superior)), "region_code");
    let city = authority("市局", "440200", Relation::Superior).expect("superior");
    assert_eq!(code_of(authority("省局", "440000", Relation::Superior)), "unit.has_superior");
    for (name, region, code) in
        [("外县局", "440303", "region_code"), ("本县", "440232", "region_code"), ("市局", "440224", "name")]
    {
        assert_eq!(code_of(authority(name, region, Relation::Peer)), code, "{name}");
    }
    authority("邻县局", "440224", Relation::Peer).expect("peer");
    let tree: Vec<Organisation> = app.store().read(|tx| tx.list("ORDER BY path", &[])).expect("tree");
    for unit in &tree {
        let above = tree.iter().find(|above| Some(above.id) == unit.parent_id);
        assert_eq!(
            unit.path,
            format!("{}{}/", above.map_or("/", |above| above.path.as_str()), unit.id),
            "{}",
            unit.name
        );
    }
    let own = tree.iter().find(|unit| unit.id == county).expect("own");
    assert_eq!((own.parent_id, tree.iter().filter(|unit| unit.parent_id == Some(city)).count()), (Some(city), 2));
    let officer = app.actor_named("r-station-officer").expect("officer");
    assert_eq!((officer.org_id, officer.unit_id), (county, station));
    let around = app.view(&system, Action::OrganisationManage, organisations::neighbours).expect("neighbours");
    assert_eq!(around.peers.iter().map(|peer| peer.name.as_str()).collect::<Vec<_>>(), ["邻县局"]);
}

/// A station that is merged into another is closed when its duties, towns, enterprises and people are elsewhere; until then the
/// refusal lists them. Closed, it is offered nowhere and takes nothing.
#[test]
fn a_unit_is_closed_when_nothing_lies_with_it() {
    on_each_database(|bureau| {
        let (one, two, county) =
            (bureau.county.unit("station1"), bureau.county.unit("station2"), bureau.county.unit("county"));
        let system = bureau.actor("system");
        let unit = |id: OrganisationId| {
            bureau.app.store().read(|tx| tx.get::<Organisation>(&id)).expect("read").expect("unit")
        };
        let close = |id: OrganisationId, reason: &'static str| {
            let version = unit(id).version;
            bureau
                .app
                .act(&system, Action::OrganisationManage, move |work| organisations::close(work, id, version, reason))
        };
        let officer = bureau.actor("station1").user_id;
        let plan = bureau.actor("plan");
        bureau
            .app
            .act(&plan, Action::RegisterEdit, move |work| {
                let subject: hengjian_domain::follow_up::CaseId = work.new_id();
                for owner in [Owner::unit(Role::StationOfficer, one), Owner::user(Role::StationOfficer, officer)] {
                    work.start_step(About::new(county, SubjectKind::Case, subject, "核查处置"), owner)?;
                }
                work.record(hengjian_app::Event::new("test.duty", "待办"));
                Ok(())
            })
            .expect("duties");
        let refused = close(one, "并入二所");
        let Err(AppError::Refused(refusal)) = refused else { panic!("{refused:?}") };
        assert_eq!(refusal.code, "unit.in_use");
        for part in ["核查处置 2 项", "辖区乡镇", "在用账号 1 个"] {
            assert!(refusal.why.contains(part), "{part}: {}", refusal.why);
        }
        assert_eq!(code_of(close(county, "x")), "unit.authority");
        // Duties are done elsewhere, towns go to the other station, the account is switched off.
        let towns: Vec<String> = bureau
            .app
            .store()
            .read(|tx| {
                let mut towns = tx.towns_of(two)?;
                towns.extend(tx.towns_of(one)?);
                Ok::<_, hengjian_store::StoreError>(towns)
            })
            .expect("towns");
        let version = unit(two).version;
        bureau
            .app
            .act(&system, Action::OrganisationManage, move |work| {
                organisations::set_towns(work, two, version, &towns.join(" "))
            })
            .expect("towns move");
        bureau
            .app
            .store()
            .write(move |tx| {
                tx.execute("UPDATE clock SET state = 'DONE' WHERE title = '核查处置'", &[])?;
                tx.execute("UPDATE user_account SET active = 0 WHERE id = ?1", &[officer.to_value()])
            })
            .expect("handed over");
        assert_eq!(code_of(close(one, " ")), "unit.reason_missing");
        let stale =
            bureau.app.act(&system, Action::OrganisationManage, move |work| organisations::close(work, one, 99, "x"));
        assert_eq!(code_of(stale), "stale");
        let sections = bureau.actor("plan");
        assert_eq!(code_of(bureau.app.act(&sections, Action::OrganisationManage, |_| Ok(()))), "not allowed");
        close(one, "机构改革文件，并入二所").expect("closed");
        assert_eq!(unit(one).closed_on, Some(bureau.today()));
        assert_eq!(code_of(close(one, "x")), "unit.closed_before");
        // Nobody and nothing new goes there.
        let security = bureau.actor("security");
        let made = make(&bureau.app, &security, Action::UserManage, entry("late", one, &[Role::StationOfficer]));
        assert_eq!(code_of(made), "unit_id");
        let units = bureau.app.view(&security, Action::UserManage, accounts::units).expect("units");
        assert!(units.iter().all(|unit| unit.id != one));
        let version = unit(one).version;
        let again = bureau.app.act(&system, Action::OrganisationManage, move |work| {
            organisations::set_towns(work, one, version, "440232100")
        });
        assert_eq!(code_of(again), "towns");
        let stations = bureau
            .app
            .view(&plan, Action::RegisterRead, |work| {
                hengjian_app::registers::units_of(work, county, &[OrganisationKind::Station])
            })
            .expect("stations");
        assert!(stations.iter().all(|unit| unit.id != one) && !stations.is_empty());
        // What it did stays readable.
        let view = bureau.app.view(&system, Action::OrganisationManage, |work| organisations::view(work, one));
        assert_eq!(view.expect("page").unit.name, unit(one).name);
    });
}
