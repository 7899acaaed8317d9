//! Stories of the draw: from the commissioned task to the closed draw, every guard, and that nobody but the dispatcher
//! can learn who was drawn.

mod handing_over;
mod secrecy;

use crate::support::{Bureau, on_each_database};
use hengjian_app::{
    AppError, AppResult, Event, PageRequest,
    draw::{self, DispatchLine, MemberChange, Names, RosterFilter},
};
use hengjian_domain::{
    actor::{Actor, Role},
    clock::ClockState,
    code::Code,
    draw::{
        DesignationReason, Draw, DrawId, DrawKind, DrawMember, DrawPerson, DrawPhase, ExclusionReason, MemberStatus,
        PersonReason, VoidReason,
    },
    enterprise::{
        CreditClass, Enterprise, EnterpriseId, EnterpriseKind, EnterpriseProduct, EnterpriseScale, EnterpriseStatus,
        ProductRole,
    },
    exchange::EarlierCheck,
    laboratory::LaboratoryId,
    match_key::match_key,
    officer::{Officer, OfficerId, OfficerStatus, Recusal, RecusalKind},
    organisation::Tier,
    plan::{PlanId, SamplingField, SpotCheckTask, TaskId, TaskKind, TaskState},
    policy::Action,
    product::{ProductCategory, ProductCategoryId},
    sampling::{Visit, VisitOutcome, VisitState},
    time::Timestamp,
};
use hengjian_store::{Column, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Firms that may be drawn.
const FIRMS: usize = 24;
/// Units to draw.
const BATCHES: i64 = 5;

struct Scene {
    task: TaskId,
    firms: Vec<EnterpriseId>,
    officers: Vec<OfficerId>,
}

fn firm(id: EnterpriseId, bureau: &Bureau, number: usize, name: &str) -> Enterprise {
    Enterprise {
        id,
        version: 1,
        org_id: bureau.county.unit("county"),
        unit_id: Some(bureau.county.unit(if number.is_multiple_of(2) { "station1" } else { "station2" })),
        uscc: Some(format!("91440232DEMO{number:06}")),
        uscc_valid: true,
        legacy_number: None,
        name: name.to_owned(),
        name_key: match_key(name),
        kind: EnterpriseKind::Enterprise,
        address: format!("示例路{number}号"),
        address_key: String::new(),
        region_code: "440232".to_owned(),
        town_code: None,
        legal_representative: None,
        contact_name: None,
        contact_phone: None,
        scale: EnterpriseScale::Unknown,
        staff_count: None,
        annual_revenue_fen: None,
        credit_class: CreditClass::Unclassified,
        status: EnterpriseStatus::Active,
        source: "手工登记".to_owned(),
        created_at_us: Timestamp(0),
    }
}

/// Registers and a commissioned task, written as they would stand after the stages before.
fn set_scene(bureau: &Bureau, kind: TaskKind, state: TaskState) -> Scene {
    let county = bureau.county.unit("county");
    let section = bureau.county.unit("quality");
    let users: Vec<_> = ["sampler1", "sampler2", "sampler3"].iter().map(|login| bureau.actor(login).user_id).collect();
    let rows: Vec<Enterprise> = (0..FIRMS)
        .map(|n| firm(bureau.new_id(), bureau, n, &format!("示例线缆{n}厂")))
        .chain([
            Enterprise {
                status: EnterpriseStatus::Deregistered, ..firm(bureau.new_id(), bureau, 90, "已注销线缆厂")
            },
            Enterprise { region_code: "440281".to_owned(), ..firm(bureau.new_id(), bureau, 91, "外县线缆厂") },
            Enterprise {
                uscc: None,
                legacy_number: Some("L-92".to_owned()),
                ..firm(bureau.new_id(), bureau, 92, "老线缆厂")
            },
            firm(bureau.new_id(), bureau, 93, "只卖线缆的店"),
        ])
        .collect();
    let plan = bureau.actor("plan");
    bureau
        .app
        .act(&plan, Action::RegisterEdit, move |work| {
            let category = |id, code: &str, name: &str, parent_id| ProductCategory {
                id,
                version: 1,
                org_id: county,
                code: code.to_owned(),
                name: name.to_owned(),
                name_key: match_key(name),
                parent_id,
                level: 1,
                licensed: false,
                ccc: true,
                mandatory_standard: true,
                table_version: "示例".to_owned(),
                valid_from_on: None,
                valid_until_on: None,
            };
            let (above, below): (ProductCategoryId, ProductCategoryId) = (work.new_id(), work.new_id());
            work.insert(&mut category(above, "TMP-01", "电线电缆", None))?;
            work.insert(&mut category(below, "TMP-0101", "布电线", Some(above)))?;
            let firms: Vec<EnterpriseId> = rows.iter().map(|row| row.id).collect();
            for (n, mut row) in rows.into_iter().enumerate() {
                let (enterprise_id, seller) = (row.id, row.name.contains("只卖"));
                work.insert(&mut row)?;
                work.insert(&mut EnterpriseProduct {
                    id: work.new_id(),
                    version: 1,
                    org_id: county,
                    enterprise_id,
                    category_id: if n.is_multiple_of(3) { below } else { above },
                    role: if seller { ProductRole::Seller } else { ProductRole::Producer },
                    models: "BV 2.5\nBV 4".to_owned(),
                    licence_number: None,
                    licence_until_on: None,
                })?;
            }
            let laboratory: LaboratoryId = work.new_id();
            let mut officers = Vec::new();
            for n in 0..6_usize {
                let id: OfficerId = work.new_id();
                officers.push(id);
                work.insert(&mut Officer {
                    id,
                    version: 1,
                    org_id: county,
                    unit_id: Some(section),
                    user_id: users.get(n).copied(),
                    name: format!("抽样员{n}"),
                    staff_number: format!("S{n}"),
                    certificate_number: format!("证{n}"),
                    certificate_until_on: Some(if n == 4 { "2021-09-01" } else { "2025-12-31" }.parse().expect("date")),
                    may_lead: n < 2,
                    skills: String::new(),
                    laboratory_id: (n == 5).then_some(laboratory),
                    status: OfficerStatus::Available,
                })?;
            }
            let task: TaskId = work.new_id();
            work.insert(&mut SpotCheckTask {
                id: task,
                version: 1,
                org_id: county,
                plan_id: work.new_id::<hengjian_domain::plan::SpotCheckPlan>() as PlanId,
                plan_line_id: None,
                number: "RW-2021-001".to_owned(),
                name: "电线电缆县抽".to_owned(),
                kind,
                origin_tier: Tier::County,
                state,
                state_before_suspension: None,
                category_id: Some(above),
                rules_id: None,
                product_scope: "电线电缆".to_owned(),
                region_scope: "440232".to_owned(),
                field: SamplingField::Production,
                batches: BATCHES,
                sampling_from_on: Some("2021-10-08".parse().expect("date")),
                sampling_until_on: Some("2021-10-30".parse().expect("date")),
                testing_until_on: None,
                handling_until_on: None,
                division_of_work: "示例".to_owned(),
                sampling_body: String::new(),
                laboratory_id: Some(laboratory),
                agreement_number: "示例".to_owned(),
                agreement_signed_on: None,
                rules_published_at_us: Some(Timestamp(0)),
                budget_fen: 0,
                summary: String::new(),
                drafted_by: work.actor().user_id,
                reason: String::new(),
                created_at_us: work.now(),
            })?;
            work.record(Event::new("test.scene", "登记"));
            Ok(Scene { task, firms, officers })
        })
        .expect("scene")
}

impl Bureau {
    fn new_id<K>(&self) -> hengjian_domain::ids::Id<K> {
        let plan = self.actor("plan");
        self.app.view(&plan, Action::Own, |work| Ok(work.new_id())).expect("id")
    }
    fn begin(&self, scene: &Scene) -> DrawId {
        let task = scene.task;
        self.app.act(&self.actor("draw"), Action::DrawPrepare, move |work| draw::begin(work, task, "")).expect("begin")
    }
    fn draw_row(&self, id: DrawId) -> Draw {
        self.app.store().read(|tx| tx.get::<Draw>(&id)).expect("read").expect("draw")
    }
    fn members(&self, id: DrawId) -> Vec<DrawMember> {
        self.app.store().read(|tx| tx.list("WHERE draw_id = ?1 ORDER BY uid", &[id.to_value()])).expect("members")
    }
    fn member(&self, id: DrawId, uid: &str) -> DrawMember {
        self.members(id).into_iter().find(|member| member.uid == uid).expect("member")
    }
    fn freeze(&self, id: DrawId) -> AppResult<()> {
        let version = self.draw_row(id).version;
        self.app.act(&self.actor("draw"), Action::DrawPrepare, move |work| draw::freeze(work, id, version))
    }
    fn execute(&self, id: DrawId) -> AppResult<()> {
        let version = self.draw_row(id).version;
        self.app.act(&self.actor("witness"), Action::DrawExecute, move |work| draw::execute(work, id, version))
    }
    fn confirm(&self, id: DrawId) -> AppResult<()> {
        let version = self.draw_row(id).version;
        self.app.act(&self.actor("witness"), Action::DrawExecute, move |work| draw::confirm(work, id, version))
    }
    fn names(&self, id: DrawId) -> AppResult<Names> {
        self.app.act(&self.actor("dispatch"), Action::DrawDispatch, move |work| draw::open_names(work, id))
    }
    fn dispatch(&self, id: DrawId, names: &Names) -> AppResult<()> {
        let (version, lines) = (names.draw.version, lines(names));
        self.app.act(&self.actor("dispatch"), Action::DrawDispatch, move |work| {
            draw::dispatch(work, id, version, "dispatch-once", &lines)
        })
    }
    fn drawn(&self, scene: &Scene) -> DrawId {
        let id = self.begin(scene);
        self.freeze(id).expect("freeze");
        self.execute(id).expect("execute");
        id
    }
    fn propose_void(&self, id: DrawId, by: &Actor, reason: VoidReason, words: &'static str) -> AppResult<()> {
        let version = self.draw_row(id).version;
        self.app.act(by, Action::DrawVoid, move |work| draw::propose_void(work, id, version, "", reason, words))
    }
    /// Decides about the newest proposal.
    fn decide_void(&self, id: DrawId, by: &Actor, agreed: bool, words: &'static str) -> AppResult<()> {
        let version = self.draw_row(id).version;
        let proposals = self.app.store().read(|tx| tx.voids_of(id)).expect("proposals");
        let proposal = proposals.last().expect("a proposal").id;
        self.app
            .act(by, Action::DrawVoidDecide, move |work| draw::decide_void(work, id, version, proposal, agreed, words))
    }
    fn void(&self, id: DrawId) {
        self.propose_void(id, &self.actor("witness"), VoidReason::RosterWrong, "示例").expect("propose");
        self.decide_void(id, &self.actor("void"), true, "").expect("void");
    }
    fn open_steps(&self, id: DrawId) -> BTreeSet<String> {
        let clocks = self.app.store().read(|tx| tx.clocks_of(id.cast())).expect("clocks");
        clocks.into_iter().filter(|clock| clock.state == ClockState::Open).map(|clock| clock.title).collect()
    }
    fn visits(&self, id: DrawId) -> Vec<Visit> {
        self.app.store().read(|tx| tx.list("WHERE draw_id = ?1 ORDER BY id", &[id.to_value()])).expect("visits")
    }
    /// What the sampling stage writes when a visit ends.
    fn settle(&self, visit: &Visit, firm: EnterpriseId, outcome: VisitOutcome) {
        let mut visit = visit.clone();
        let sampler = self.actor("sampler1");
        let settled = self.app.act(&sampler, Action::VisitCarryOut, move |work| {
            visit = work.tx.get(&visit.id)?.ok_or(AppError::NotFound)?;
            visit.enterprise_id = Some(firm);
            visit.outcome = Some(outcome);
            visit.state = VisitState::Submitted;
            work.save(&mut visit)?;
            work.record(Event::new("test.settle", "提交"));
            Ok(())
        });
        settled.expect("settle");
    }
    fn sampling_days(&self, task: TaskId, from: &str, until: &str) {
        let days = [from, until].map(|day| Some(day.parse().expect("date")));
        let set = self.app.act(&self.actor("plan"), Action::TaskEdit, move |work| {
            let mut task: SpotCheckTask = work.tx.get(&task)?.ok_or(AppError::NotFound)?;
            [task.sampling_from_on, task.sampling_until_on] = days;
            work.save(&mut task)?;
            work.record(Event::new("test.days", "改抽样日期"));
            Ok(())
        });
        set.expect("days");
    }
    fn as_role(&self, login: &str, roles: &[Role]) -> Actor {
        Actor { roles: roles.to_vec(), ..self.actor(login) }
    }
}

fn lines(names: &Names) -> Vec<DispatchLine> {
    let line = |unit: &draw::DrawnUnit| DispatchLine {
        member_id: unit.member_id,
        release_at: names.release_at,
        accompanying: unit.accompanying,
    };
    names.units.iter().map(line).collect()
}

#[track_caller]
fn refused<T: std::fmt::Debug>(result: AppResult<T>, code: &str) {
    match result {
        Err(AppError::Refused(refusal)) => assert_eq!(refusal.code, code, "{refusal:?}"),
        other => panic!("{code} expected, {other:?} found"),
    }
}

/// Regulations §2.3: frame with reasons, freeze, draw by the second person, confirmation on counts, dispatch.
#[test]
fn a_whole_draw() {
    on_each_database(|bureau| {
        let scene = set_scene(bureau, TaskKind::Routine, TaskState::Ready);
        let id = bureau.begin(&scene);
        let draw = bureau.draw_row(id);
        assert_eq!((draw.kind, draw.phase), (DrawKind::Interim, DrawPhase::Draft));
        assert_eq!((draw.count_in, draw.count_excluded, draw.quota, draw.reserve), (25, 2, BATCHES, 20));
        let reasons: Vec<_> =
            bureau.members(id).into_iter().filter(|member| member.status == MemberStatus::Excluded).collect();
        let found: BTreeSet<_> = reasons.iter().map(|member| (member.reason.as_str(), member.weight)).collect();
        assert_eq!(found, [("E02", 0), ("E06", 0)].into_iter().collect());
        assert!(reasons.iter().all(|member| !member.reason_text.is_empty()));
        assert_eq!(bureau.member(id, "L-92").status, MemberStatus::In);
        let pool: Vec<DrawPerson> =
            bureau.app.store().read(|tx| tx.list("WHERE draw_id = ?1 ORDER BY mid", &[id.to_value()])).expect("pool");
        let pool: Vec<_> =
            pool.iter().map(|person| (person.mid.as_str(), person.reason.as_str(), person.may_lead)).collect();
        let expected = [
            ("S0", "-", true),
            ("S1", "-", true),
            ("S2", "-", false),
            ("S3", "-", false),
            ("S4", "L02", false),
            ("S5", "K01", false),
        ];
        assert_eq!(pool, expected);

        bureau.freeze(id).expect("freeze");
        bureau.execute(id).expect("execute");
        let draw = bureau.draw_row(id);
        assert_eq!((draw.phase, draw.count_drawn), (DrawPhase::Drawn, BATCHES));
        assert!(draw.executed_at_us > draw.frozen_at_us, "randomness comes after the freeze");
        bureau.confirm(id).expect("confirm");
        let names = bureau.names(id).expect("names");
        assert_eq!(names.units.len(), 5);
        assert_eq!(names.release_at.to_string(), "2021-10-08 08:00");
        for unit in &names.units {
            assert!(["抽样员0", "抽样员1"].contains(&unit.lead.as_str()) && unit.lead != unit.second, "{unit:?}");
            assert!(!["抽样员4", "抽样员5"].contains(&unit.second.as_str()));
            assert!(scene.firms[..FIRMS].contains(&unit.enterprise.id) || unit.enterprise.name == "老线缆厂");
            assert!(unit.accompanying.is_some() && !unit.station.is_empty());
        }
        assert_eq!(bureau.names(id).expect("again").units, names.units, "recomputed, the same");

        let names = bureau.names(id).expect("names");
        bureau.dispatch(id, &names).expect("dispatch");
        assert_eq!(bureau.draw_row(id).phase, DrawPhase::Dispatched);
        let visits = bureau.visits(id);
        assert_eq!(visits.len(), 5);
        assert!(visits.iter().all(|visit| visit.enterprise_id.is_none() && visit.replaces_id.is_none()));
        let again = bureau.app.act(&bureau.actor("dispatch"), Action::DrawDispatch, {
            let (version, lines) = (bureau.draw_row(id).version, lines(&names));
            move |work| draw::dispatch(work, id, version, "dispatch-once", &lines)
        });
        assert!(matches!(again, Err(AppError::SentBefore(_))), "{again:?}");
        assert_eq!(bureau.visits(id).len(), 5);

        // Every reading of the names is an entry of its own.
        let dispatcher = bureau.actor("dispatch");
        let entries = bureau.app.view(&dispatcher, Action::DrawRead, |work| work.timeline(id)).expect("timeline");
        assert_eq!(entries.iter().filter(|entry| entry.kind == "access.view").count(), 3);
        let view = bureau.app.view(&dispatcher, Action::DrawRead, |work| draw::draw_view(work, id)).expect("view");
        let open: Vec<_> =
            view.clocks.iter().filter(|clock| clock.state == hengjian_domain::clock::ClockState::Open).collect();
        assert_eq!(open.len(), 1, "one next step");
        assert_eq!(open[0].owner_role, Some(Role::DrawOperator));
    });
}

/// settled.md, replacement by visit outcome: the next of the reserve, never chosen, never for a refusal.
#[test]
fn replacement_follows_the_order() {
    on_each_database(|bureau| {
        let scene = set_scene(bureau, TaskKind::Routine, TaskState::Ready);
        let id = bureau.drawn(&scene);
        bureau.confirm(id).expect("confirm");
        let names = bureau.names(id).expect("names");
        bureau.dispatch(id, &names).expect("dispatch");
        let before: BTreeSet<EnterpriseId> = names.units.iter().map(|unit| unit.enterprise.id).collect();
        let replace = |visit: &Visit, token: &'static str| {
            let (visit, version) = (visit.id, bureau.draw_row(id).version);
            bureau.app.act(&bureau.actor("draw"), Action::DrawReplace, move |work| {
                draw::replace(work, id, version, token, visit, None, None)
            })
        };
        let visits = bureau.visits(id);
        refused(replace(&visits[0], "a"), "draw.visit_not_settled");
        // Which firm a visit is for lies sealed; the sampling stage opens it at check-in. Any drawn one will do here.
        let some = names.units[0].enterprise.id;
        bureau.settle(&visits[0], some, VisitOutcome::Refused);
        refused(replace(&visits[0], "b"), "draw.no_replacement");
        bureau.settle(&visits[1], some, VisitOutcome::TerminatedIllegal);
        refused(replace(&visits[1], "c"), "draw.no_replacement");
        bureau.settle(&visits[2], some, VisitOutcome::NotSampledStock);
        let new = replace(&visits[2], "d").expect("replace");
        assert!(matches!(replace(&visits[2], "d"), Err(AppError::SentBefore(_))));
        refused(replace(&visits[2], "e"), "draw.already_replaced");
        let stock_short = visits[2].id;
        let visits = bureau.visits(id);
        let made = visits.iter().find(|visit| visit.id == new).expect("visit");
        assert_eq!(made.replaces_id, Some(stock_short));
        assert_eq!((visits.len(), made.enterprise_id), (6, None));
        assert!(made.lead_officer_id != made.second_officer_id);
        // The dispatcher sees the reserve in the place of the one that could not be sampled.
        let after = bureau.names(id).expect("names");
        let now: BTreeSet<EnterpriseId> = after.units.iter().map(|unit| unit.enterprise.id).collect();
        assert_eq!((before.difference(&now).count(), now.difference(&before).count()), (1, 1));

        let close = |reason: &'static str| {
            let version = bureau.draw_row(id).version;
            bureau
                .app
                .act(&bureau.actor("draw"), Action::DrawReplace, move |work| draw::close(work, id, version, reason))
        };
        refused(close(""), "draw.visits_open");
        for visit in bureau.visits(id).iter().filter(|visit| visit.outcome.is_none()) {
            bureau.settle(visit, some, VisitOutcome::Unable);
        }
        refused(close(""), "draw.replacements_open");
        close("批次已足").expect("close");
        assert_eq!(bureau.draw_row(id).phase, DrawPhase::Closed);
    });
}

/// Regulations §1.2 and §2.3: the operator never checks his own draw, nobody of the pool draws, the dispatcher is one.
#[test]
fn every_step_has_its_own_person() {
    on_each_database(|bureau| {
        let scene = set_scene(bureau, TaskKind::Routine, TaskState::Ready);
        let id = bureau.begin(&scene);
        let (operator, task) =
            (bureau.as_role("draw", &[Role::DrawOperator, Role::DrawWitness, Role::Dispatcher]), scene.task);
        let other = bureau.as_role("plan", &[Role::DrawOperator]);
        let second = bureau.app.act(&other, Action::DrawPrepare, move |work| draw::begin(work, task, ""));
        refused(second, "draw.another_open");
        refused(
            bureau.app.act(&other, Action::DrawPrepare, move |work| draw::freeze(work, id, 1)),
            "draw.other_operator",
        );
        refused(bureau.execute(id), "draw.wrong_phase");
        bureau.freeze(id).expect("freeze");
        let version = bureau.draw_row(id).version;
        let executed =
            |actor: &Actor| bureau.app.act(actor, Action::DrawExecute, move |work| draw::execute(work, id, version));
        refused(executed(&operator), "draw.same_person");
        refused(executed(&bureau.as_role("sampler1", &[Role::DrawWitness])), "draw.in_the_pool");
        assert!(matches!(executed(&bureau.actor("draw")), Err(AppError::NotAllowed(_))));
        refused(bureau.freeze(id), "draw.wrong_phase");
        bureau.execute(id).expect("execute");
        refused(bureau.execute(id), "draw.wrong_phase");
        let version = bureau.draw_row(id).version;
        refused(
            bureau.app.act(&operator, Action::DrawExecute, move |work| draw::confirm(work, id, version)),
            "draw.same_person",
        );
        refused(bureau.names(id), "draw.wrong_phase");
        bureau.confirm(id).expect("confirm");
        let read = |actor: &Actor| bureau.app.act(actor, Action::DrawDispatch, move |work| draw::open_names(work, id));
        refused(read(&operator), "draw.same_person");
        refused(read(&bureau.as_role("witness", &[Role::Dispatcher])), "draw.same_person");
        for login in ["leader", "audit", "superior", "sampler1", "draw", "witness", "system"] {
            assert!(matches!(read(&bureau.actor(login)), Err(AppError::NotAllowed(_))), "{login}");
        }
        bureau.names(id).expect("dispatcher");
        refused(read(&bureau.as_role("result", &[Role::Dispatcher])), "draw.other_dispatcher");
    });
}

/// Other authorities see nothing; a form opened before somebody else saved is refused; a form sent twice acts once.
#[test]
fn scope_version_and_double_sending() {
    on_each_database(|bureau| {
        let scene = set_scene(bureau, TaskKind::Routine, TaskState::Commissioned);
        let task = scene.task;
        let operator = bureau.actor("draw");
        let begin = || bureau.app.act(&operator, Action::DrawPrepare, move |work| draw::begin(work, task, "once"));
        let id = begin().expect("begin");
        assert!(matches!(begin(), Err(AppError::SentBefore(place)) if place == draw::address(id)));
        let stranger = bureau.as_role("receive", &[Role::DrawOperator]);
        let seen = bureau.app.view(&stranger, Action::DrawRead, move |work| draw::draw_view(work, id).map(|_| ()));
        assert!(matches!(seen, Err(AppError::NotFound)), "{seen:?}");
        let frozen = bureau.app.act(&stranger, Action::DrawPrepare, move |work| draw::freeze(work, id, 1));
        assert!(matches!(frozen, Err(AppError::NotFound)), "{frozen:?}");
        let size = |version, quota| {
            bureau.app.act(&operator, Action::DrawPrepare, move |work| draw::size(work, id, version, quota, 4))
        };
        refused(size(1, BATCHES + 1), "draw.more_than_task");
        size(1, 3).expect("size");
        assert!(matches!(size(1, 3), Err(AppError::Stale)));
        assert_eq!((bureau.draw_row(id).quota, bureau.draw_row(id).reserve), (3, 4));
    });
}

/// R18 art. 15: a draw needs a commissioned task.
#[test]
fn only_a_commissioned_task_is_drawn() {
    on_each_database(|bureau| {
        let scene = set_scene(bureau, TaskKind::Routine, TaskState::RulesPublished);
        let task = scene.task;
        let begun = bureau.app.act(&bureau.actor("draw"), Action::DrawPrepare, move |work| draw::begin(work, task, ""));
        refused(begun, "draw.task_not_commissioned");
    });
}

/// C13: designation only in special, follow-up and emergency checks, with a reason, and nobody else learns who.
#[test]
fn designated_units_are_counted_openly_and_named_to_nobody() {
    on_each_database(|bureau| {
        let routine = set_scene(bureau, TaskKind::Routine, TaskState::Ready);
        let id = bureau.begin(&routine);
        let change = |id: DrawId, uid: &str, change: MemberChange, evidence: &'static str| {
            let (member, version) = (bureau.member(id, uid).id, bureau.draw_row(id).version);
            bureau.app.act(&bureau.actor("draw"), Action::DrawPrepare, move |work| {
                draw::change_member(work, id, version, member, change, evidence)
            })
        };
        let must = MemberChange::Designate(DesignationReason::Ordered);
        let (uid, other) = ("91440232DEMO000007", "91440232DEMO000008");
        refused(change(id, uid, must, "市局函"), "draw.designation_kind");
        bureau.void(id);
        let task = routine.task;
        bureau
            .app
            .act(&bureau.actor("plan"), Action::TaskEdit, move |work| {
                let mut row: SpotCheckTask = work.load(task)?;
                row.kind = TaskKind::Special;
                work.save(&mut row)?;
                work.record(Event::new("test.kind", "改"));
                Ok(())
            })
            .expect("kind");
        let id = bureau.begin(&routine);
        refused(change(id, uid, must, " "), "draw.reason_missing");
        refused(change(id, "91440232DEMO000090", must, "市局函"), "draw.already_excluded");
        change(id, uid, must, "市局函").expect("designate");
        change(id, other, MemberChange::Exclude(ExclusionReason::ExportOnly), "出口报关单").expect("exclude");
        refused(change(id, other, MemberChange::Exclude(ExclusionReason::SixMonth), "x"), "draw.already_excluded");
        refused(change(id, "L-92", MemberChange::Exclude(ExclusionReason::SixMonth), "x"), "draw.not_by_hand");
        let draw = bureau.draw_row(id);
        assert_eq!((draw.count_in, draw.count_must, draw.count_excluded), (23, 1, 3));

        // A rebuilt roster keeps what people entered.
        let version = draw.version;
        bureau
            .app
            .act(&bureau.actor("draw"), Action::DrawPrepare, move |work| draw::rebuild(work, id, version))
            .expect("rebuild");
        assert_eq!(bureau.member(id, uid).status, MemberStatus::Must);
        assert_eq!(bureau.member(id, other).reason, "E04");

        let rows = |login: &str, status: Option<MemberStatus>| {
            let (page, filter) =
                (PageRequest { after: None, limit: 100 }, RosterFilter { status, ..RosterFilter::default() });
            let (_, rows, count) = bureau
                .app
                .view(&bureau.actor(login), Action::DrawRead, |work| draw::roster_page(work, id, filter, &page))
                .expect("roster");
            assert_eq!(rows.len() as i64, count);
            rows.into_iter().map(|(member, _)| (member.uid.clone(), member)).collect::<BTreeMap<_, _>>()
        };
        assert_eq!(rows("draw", Some(MemberStatus::Must)).len(), 1);
        for login in ["plan", "leader", "audit", "superior", "dispatch", "result"] {
            let shown = rows(login, None);
            let (designated, ordinary) = (&shown[uid], &shown["91440232DEMO000009"]);
            let told = |member: &DrawMember| {
                (member.status, member.weight, member.reason.clone(), member.reason_text.clone(), member.by_hand)
            };
            assert_eq!(told(designated), told(ordinary), "{login}");
            assert_eq!(rows(login, Some(MemberStatus::Must)).len(), 24, "{login}: the filter does not tell either");
            let view = bureau
                .app
                .view(&bureau.actor(login), Action::DrawRead, |work| draw::draw_view(work, id))
                .expect("view");
            assert!(view.by_hand.iter().all(|(member, _)| member.uid != uid), "{login}");
            assert!(
                !format!("{:?}", view.timeline).contains("示例线缆7厂")
                    && !format!("{:?}", view.timeline).contains(uid)
            );
        }
        bureau.freeze(id).expect("freeze");
        bureau.execute(id).expect("execute");
        bureau.confirm(id).expect("confirm");
        let names = bureau.names(id).expect("names");
        assert_eq!(names.units.len(), 6, "a designated unit uses no quota");
        assert_eq!(names.units.iter().filter(|unit| unit.designated).count(), 1);
        assert!(names.units.iter().all(|unit| unit.enterprise.uscc.as_deref() != Some(other)));
    });
}

/// The six-month rule in the roster (R18 art. 8, regulations §10.7): a firm leaves only when everything is covered.
#[test]
fn r18_art8_a_firm_leaves_only_when_all_its_models_are_covered() {
    on_each_database(|bureau| {
        let scene = set_scene(bureau, TaskKind::Routine, TaskState::Ready);
        let (county, firms) = (bureau.county.unit("county"), scene.firms.clone());
        bureau
            .app
            .act(&bureau.actor("plan"), Action::ImportBusiness, move |work| {
                let mut check = |firm: EnterpriseId, name: &str, model: &str| {
                    let mut row = EarlierCheck {
                        id: work.new_id(),
                        version: 1,
                        org_id: county,
                        tier: Tier::Municipal,
                        organiser_name: "韶关市市场监督管理局".to_owned(),
                        own: false,
                        enterprise_id: Some(firm),
                        enterprise_name: name.to_owned(),
                        enterprise_key: match_key(name),
                        uscc: String::new(),
                        category: "电线电缆".to_owned(),
                        product_name: "电线电缆".to_owned(),
                        product_key: match_key("电线电缆"),
                        trademark: String::new(),
                        model: model.to_owned(),
                        model_key: match_key(model),
                        standard: String::new(),
                        batch_text: String::new(),
                        producer_name: name.to_owned(),
                        producer_key: match_key(name),
                        arranged_from_on: None,
                        sampled_on: Some("2021-08-10".parse().expect("date")),
                        published_on: None,
                        conclusion: None,
                        failed_items: String::new(),
                        source: "示例公告".to_owned(),
                        record_id: None,
                        created_at_us: work.now(),
                    };
                    work.insert(&mut row)
                };
                check(firms[1], "示例线缆1厂", "BV 2.5")?;
                check(firms[2], "示例线缆2厂", "BV 2.5")?;
                check(firms[2], "示例线缆2厂", "BV 4")?;
                work.record(Event::new("test.checks", "登记"));
                Ok(())
            })
            .expect("checks");
        let id = bureau.begin(&scene);
        let stays = bureau.member(id, "91440232DEMO000001");
        assert_eq!(stays.status, MemberStatus::In);
        assert!(
            stays.blocked_models.contains("BV 2.5") && !stays.blocked_models.contains("BV 4"),
            "{}",
            stays.blocked_models
        );
        let leaves = bureau.member(id, "91440232DEMO000002");
        assert_eq!((leaves.status, leaves.reason.as_str()), (MemberStatus::Excluded, "E01"));
        assert!(leaves.reason_text.contains("2022-02-10"), "{}", leaves.reason_text);
    });
}

/// The registers change after the roster was made: it must be looked at again before the freeze.
#[test]
fn an_outdated_roster_is_not_frozen() {
    on_each_database(|bureau| {
        let scene = set_scene(bureau, TaskKind::Routine, TaskState::Ready);
        let id = bureau.begin(&scene);
        let gone = scene.firms[3];
        bureau
            .app
            .act(&bureau.actor("plan"), Action::EnterpriseEdit, move |work| {
                let mut firm: Enterprise = work.load(gone)?;
                firm.status = EnterpriseStatus::Suspended;
                work.save(&mut firm)?;
                work.record(Event::new("test.firm", "改"));
                Ok(())
            })
            .expect("firm");
        refused(bureau.freeze(id), "draw.roster_outdated");
        let version = bureau.draw_row(id).version;
        bureau
            .app
            .act(&bureau.actor("draw"), Action::DrawPrepare, move |work| draw::rebuild(work, id, version))
            .expect("rebuild");
        assert_eq!(bureau.draw_row(id).count_in, 24);
        bureau.freeze(id).expect("freeze");
    });
}

/// A recusal declared after the freeze is respected, silently: the seat goes to the next in order.
#[test]
fn a_late_recusal_is_respected() {
    on_each_database(|bureau| {
        let scene = set_scene(bureau, TaskKind::Routine, TaskState::Ready);
        let id = bureau.drawn(&scene);
        recuse(bureau, &scene, 2);
        bureau.confirm(id).expect("confirm");
        let names = bureau.names(id).expect("names");
        assert!(names.units.iter().all(|unit| unit.second != "抽样员2" && unit.lead != "抽样员2"));
        // Without anybody who may lead there is no team, and the draw cannot be confirmed.
        bureau.void(id);
        let id = bureau.drawn(&scene);
        recuse(bureau, &scene, 0);
        recuse(bureau, &scene, 1);
        refused(bureau.confirm(id), "draw.team_too_few");
    });
}

fn recuse(bureau: &Bureau, scene: &Scene, officer: usize) {
    let (county, officer_id, firms) = (bureau.county.unit("county"), scene.officers[officer], scene.firms.clone());
    bureau
        .app
        .act(&bureau.actor("plan"), Action::RegisterEdit, move |work| {
            for firm in firms {
                work.insert(&mut Recusal {
                    id: work.new_id(),
                    version: 1,
                    org_id: county,
                    officer_id,
                    kind: RecusalKind::Enterprise,
                    enterprise_id: Some(firm),
                    colleague_id: None,
                    reason: "亲属任职".to_owned(),
                    from_on: "2021-01-01".parse().expect("date"),
                    until_on: None,
                })?;
            }
            work.record(Event::new("test.recusal", "回避"));
            Ok(())
        })
        .expect("recusal");
}

/// A pool without two people, or without a lead, is not frozen (R18 art. 16).
#[test]
fn r18_art16_two_samplers_one_with_certificate() {
    on_each_database(|bureau| {
        let scene = set_scene(bureau, TaskKind::Routine, TaskState::Ready);
        let id = bureau.begin(&scene);
        let person = |mid: &'static str, reason: Option<PersonReason>| {
            let version = bureau.draw_row(id).version;
            bureau.app.act(&bureau.actor("draw"), Action::DrawPrepare, move |work| {
                let pool: Vec<DrawPerson> =
                    work.tx.list("WHERE draw_id = ?1 AND mid = ?2", &[id.to_value(), Value::Text(mid.to_owned())])?;
                draw::change_person(work, id, version, pool[0].id, reason, "住院")
            })
        };
        refused(person("S4", Some(PersonReason::Leave)), "draw.already_excluded");
        refused(person("S4", None), "draw.not_by_hand");
        for mid in ["S0", "S1"] {
            person(mid, Some(PersonReason::Leave)).expect("leave");
        }
        refused(bureau.freeze(id), "draw.nobody_leads");
        for mid in ["S2", "S3"] {
            person(mid, Some(PersonReason::Leave)).expect("leave");
        }
        refused(bureau.freeze(id), "draw.too_few_people");
        for mid in ["S0", "S3"] {
            person(mid, None).expect("back");
        }
        bureau.freeze(id).expect("freeze");
    });
}

/// A voided draw stays visible, its result stays sealed, and the next one is another draw with another result.
#[test]
fn a_void_keeps_the_draw_and_its_secret() {
    on_each_database(|bureau| {
        let scene = set_scene(bureau, TaskKind::Routine, TaskState::Ready);
        let first = bureau.drawn(&scene);
        let propose = |actor: Actor, words: &'static str| bureau.propose_void(first, &actor, VoidReason::Leaked, words);
        let decide = |actor: Actor, agreed: bool, words: &'static str| bureau.decide_void(first, &actor, agreed, words);
        let approver = || bureau.actor("void");
        refused(propose(bureau.as_role("draw", &[Role::DrawWitness]), "x"), "draw.same_person");
        refused(propose(bureau.actor("witness"), " "), "draw.reason_missing");
        assert!(matches!(propose(approver(), "x"), Err(AppError::NotAllowed(_))));
        propose(bureau.actor("witness"), "有人打听名单").expect("propose");
        refused(propose(bureau.actor("witness"), "x"), "draw.void_pending");
        // While it waits the draw stands still, and both know what comes next.
        refused(bureau.confirm(first), "draw.void_pending");
        let open = bureau.open_steps(first);
        assert_eq!(open, ["决定是否作废抽取", "按数量确认抽取"].map(str::to_owned).into_iter().collect());
        // Proposed by one, decided by another, who is not the operator either; declined only with a reason.
        assert!(matches!(decide(bureau.actor("witness"), true, ""), Err(AppError::NotAllowed(_))));
        refused(decide(bureau.as_role("witness", &[Role::VoidApprover]), true, ""), "draw.same_person");
        refused(decide(bureau.as_role("draw", &[Role::VoidApprover]), true, ""), "draw.same_person");
        refused(decide(approver(), false, " "), "draw.reason_missing");
        decide(approver(), false, "核实没有泄密").expect("decline");
        assert_eq!(bureau.open_steps(first), ["按数量确认抽取".to_owned()].into_iter().collect());
        refused(decide(approver(), true, ""), "draw.void_decided");
        propose(bureau.actor("witness"), "有人打听名单").expect("propose again");
        decide(approver(), true, "").expect("void");
        refused(propose(bureau.actor("witness"), "x"), "draw.wrong_phase");
        let kept = bureau.app.store().read(|tx| tx.voids_of(first)).expect("proposals");
        let kept: Vec<_> = kept.iter().map(|one| (one.state.code(), one.words.as_str())).collect();
        assert_eq!(kept, [("DECLINED", "有人打听名单"), ("AGREED", "有人打听名单")]);
        assert_eq!(bureau.draw_row(first).void_reason, "V03 已经泄密：有人打听名单");
        refused(bureau.confirm(first), "draw.wrong_phase");
        refused(bureau.names(first), "draw.wrong_phase");
        let second = bureau.drawn(&scene);
        let auditor = bureau.actor("audit");
        let view = bureau.app.view(&auditor, Action::DrawRead, |work| draw::draw_view(work, second)).expect("view");
        assert_eq!((view.attempt, view.earlier.len()), (2, 1));
        let old = bureau.app.view(&auditor, Action::DrawRead, |work| draw::draw_view(work, first)).expect("old");
        assert_eq!((old.draw.phase, old.draw.kind), (DrawPhase::Voided, DrawKind::Interim));
        let page = PageRequest { after: None, limit: 25 };
        let (lines, count) =
            bureau.app.view(&auditor, Action::DrawRead, |work| draw::draw_list(work, None, &page)).expect("list");
        assert_eq!((lines.len(), count), (2, 2));
    });
}

/// Somebody changes a row of the frozen roster in the database: nothing goes on.
#[test]
fn a_changed_roster_is_found() {
    on_each_database(|bureau| {
        let scene = set_scene(bureau, TaskKind::Routine, TaskState::Ready);
        let (frozen, drawn) = (bureau.begin(&scene), scene.task);
        bureau.freeze(frozen).expect("freeze");
        let tamper = |id: DrawId, out: bool| {
            let mut member = bureau.member(id, "91440232DEMO000005");
            let reason = if out { "E09" } else { "-" };
            (member.weight, member.reason) = (i64::from(!out), reason.to_owned());
            member.status = if out { MemberStatus::Excluded } else { MemberStatus::In };
            bureau.app.store().write(move |tx| tx.update(&mut member)).expect("tamper");
        };
        tamper(frozen, true);
        refused(bureau.execute(frozen), "draw.roster_changed");
        tamper(frozen, false);
        bureau.execute(frozen).expect("put back");
        tamper(frozen, true);
        refused(bureau.confirm(frozen), "draw.roster_changed");
        tamper(frozen, false);
        bureau.confirm(frozen).expect("confirm");
        tamper(frozen, true);
        refused(bureau.names(frozen), "draw.roster_changed");
        assert_eq!(bureau.draw_row(frozen).task_id, drawn);
    });
}

/// A task that was suspended in between stops its draw at every step.
#[test]
fn a_suspended_task_is_not_drawn() {
    on_each_database(|bureau| {
        let scene = set_scene(bureau, TaskKind::Routine, TaskState::Ready);
        let task = scene.task;
        let state = |state: TaskState| {
            bureau
                .app
                .act(&bureau.actor("leader"), Action::TaskSuspend, move |work| {
                    let mut row: SpotCheckTask = work.load(task)?;
                    row.state = state;
                    work.save(&mut row)?;
                    work.record(Event::new("test.state", "改"));
                    Ok(())
                })
                .expect("state");
        };
        let id = bureau.begin(&scene);
        state(TaskState::Suspended);
        refused(bureau.freeze(id), "draw.task_not_commissioned");
        state(TaskState::Ready);
        bureau.freeze(id).expect("freeze");
        state(TaskState::Suspended);
        refused(bureau.execute(id), "draw.task_not_commissioned");
        state(TaskState::Ready);
        bureau.execute(id).expect("execute");
        state(TaskState::Cancelled);
        refused(bureau.confirm(id), "draw.task_not_commissioned");
        state(TaskState::Ready);
        bureau.confirm(id).expect("confirm");
        let names = bureau.names(id).expect("names");
        state(TaskState::Suspended);
        refused(bureau.dispatch(id, &names), "draw.task_not_commissioned");
    });
}
