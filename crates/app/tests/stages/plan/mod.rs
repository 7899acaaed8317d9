//! 计划 and 任务: from an empty draft to the archive, through the one door, with each guard on the way.

mod progress;

use crate::support::{Bureau, on_each_database};
use hengjian_app::{
    AppError, AppResult, PageRequest, Work,
    plan::{
        deciding,
        drafting::{self, LineInput, PlanText},
        editions, reading,
        task::{self, Commission, NewTask, Publication, Scheme},
    },
};
use hengjian_domain::{
    actor::Role,
    code::Code,
    laboratory::{Laboratory, LaboratoryScope},
    match_key::match_key,
    organisation::{Organisation, OrganisationKind, Tier},
    plan::{
        PlanId, PlanLine, PlanState, SamplingField, Schedule, SpotCheckPlan, SpotCheckTask, TaskId, TaskKind, TaskState,
    },
    policy::Action,
    rules::{CompareMethod, ItemClass, RulesItem, RulesState, SpotCheckRules},
};
use jiff::civil::Date;

fn day(text: &str) -> Date {
    text.parse().expect("date")
}
fn act<T: Send + 'static>(
    bureau: &Bureau,
    login: &str,
    action: Action,
    run: impl FnOnce(&mut Work<'_>) -> AppResult<T> + Send + 'static,
) -> AppResult<T> {
    bureau.app.act(&bureau.actor(login), action, run)
}
fn plan_now(bureau: &Bureau, id: PlanId) -> SpotCheckPlan {
    bureau.app.store().read(|tx| tx.get(&id)).expect("read").expect("plan")
}
fn lines_now(bureau: &Bureau, id: PlanId) -> Vec<PlanLine> {
    bureau.app.store().read(|tx| tx.plan_lines(id)).expect("read")
}
fn task_now(bureau: &Bureau, id: TaskId) -> SpotCheckTask {
    bureau.app.store().read(|tx| tx.get(&id)).expect("read").expect("task")
}
/// Titles of the open steps of a thing, with their roles.
fn steps<K>(bureau: &Bureau, id: hengjian_domain::ids::Id<K>) -> Vec<(String, Role)> {
    let clocks = bureau.app.store().read(|tx| tx.clocks_of(id.cast())).expect("read");
    let open = clocks.into_iter().filter(|clock| clock.state == hengjian_domain::clock::ClockState::Open);
    let mut steps: Vec<_> = open.filter_map(|clock| Some((clock.title, clock.owner_role?))).collect();
    steps.sort();
    steps
}
#[track_caller]
fn refused<T: std::fmt::Debug>(result: AppResult<T>, code: &str) {
    match result {
        Err(AppError::Refused(refusal)) => assert_eq!(refusal.code, code),
        other => panic!("{code} expected, {other:?} found"),
    }
}

fn input(product: &str, batches: i64) -> LineInput {
    LineInput {
        category_id: None,
        product_code: "TMP-01".into(),
        product_name: product.into(),
        field: SamplingField::Circulation,
        region: "440232".into(),
        quarters: vec![3],
        batches,
        enterprises: 0,
        unit_cost_fen: 235_000,
        budget_fen: 0,
        lead_section: "质量发展股".into(),
        laboratory_name: String::new(),
        focus: "建筑和装饰装修材料".into(),
        reason: String::new(),
    }
}
fn create(bureau: &Bureau) -> PlanId {
    let title = "2021 年产品质量监督抽查计划";
    act(bureau, "plan", Action::PlanEdit, move |work| {
        let id = drafting::create(work, 2021, title, None, "")?;
        let body = "制定计划，请认真组织实施。".to_owned();
        drafting::edit_text(work, id, 1, PlanText { title: title.to_owned(), goals: String::new(), body })?;
        Ok(id)
    })
    .expect("draft")
}
fn add(bureau: &Bureau, plan: PlanId, product: &'static str, batches: i64) {
    let version = plan_now(bureau, plan).version;
    act(bureau, "plan", Action::PlanEdit, move |work| {
        drafting::add_line(work, plan, version, input(product, batches), "")
    })
    .expect("line");
}
fn step(
    bureau: &Bureau,
    login: &str,
    action: Action,
    plan: PlanId,
    run: fn(&mut Work<'_>, PlanId, i64) -> AppResult<()>,
) {
    let version = plan_now(bureau, plan).version;
    act(bureau, login, action, move |work| run(work, plan, version)).expect("step");
}
fn issue(bureau: &Bureau, plan: PlanId, number: &'static str) {
    step(bureau, "plan", Action::PlanEdit, plan, drafting::acknowledge_scan);
    step(bureau, "plan", Action::PlanEdit, plan, deciding::submit);
    step(bureau, "leader", Action::PlanApprove, plan, |work, id, version| deciding::approve(work, id, version, "同意"));
    let (version, today) = (plan_now(bureau, plan).version, bureau.today());
    act(bureau, "publish", Action::PlanIssue, move |work| deciding::issue(work, plan, version, number, today))
        .expect("issued");
}
fn issued_plan(bureau: &Bureau) -> PlanId {
    let plan = create(bureau);
    add(bureau, plan, "电线电缆", 19);
    add(bureau, plan, "水泥", 8);
    issue(bureau, plan, "乳市场监管〔2021〕25号");
    plan
}

/// From the draft to the archive: who is next stands in somebody's work list at every step.
#[test]
fn a_plan_lives_from_draft_to_archive() {
    on_each_database(|bureau| {
        let plan = create(bureau);
        assert_eq!(steps(bureau, plan), [("编制计划并提交审批".to_owned(), Role::PlanEditor)]);
        add(bureau, plan, "电线电缆", 19);
        add(bureau, plan, "水泥", 8);
        step(bureau, "plan", Action::PlanEdit, plan, drafting::write_default_text);
        assert!(plan_now(bureau, plan).body.contains("2 项 27 批次，经费预算 63450 元"));
        let version = plan_now(bureau, plan).version;
        refused(
            act(bureau, "plan", Action::PlanEdit, move |work| deciding::submit(work, plan, version)),
            "plan.scan_missing",
        );
        step(bureau, "plan", Action::PlanEdit, plan, drafting::acknowledge_scan);
        step(bureau, "plan", Action::PlanEdit, plan, deciding::submit);
        assert_eq!(steps(bureau, plan), [("审批抽查计划".to_owned(), Role::PlanApprover)]);
        step(bureau, "plan", Action::PlanEdit, plan, deciding::take_back);
        step(bureau, "plan", Action::PlanEdit, plan, deciding::submit);
        step(bureau, "leader", Action::PlanApprove, plan, |work, id, version| {
            deciding::send_back(work, id, version, "水泥批次偏多")
        });
        assert_eq!(steps(bureau, plan), [("修改退回的抽查计划".to_owned(), Role::PlanEditor)]);
        step(bureau, "plan", Action::PlanEdit, plan, deciding::take_up);
        step(bureau, "plan", Action::PlanEdit, plan, deciding::submit);
        step(bureau, "leader", Action::PlanApprove, plan, |work, id, version| deciding::approve(work, id, version, ""));
        assert_eq!(steps(bureau, plan), [("印发抽查计划".to_owned(), Role::Publisher)]);
        let (version, today) = (plan_now(bureau, plan).version, bureau.today());
        act(bureau, "publish", Action::PlanIssue, move |work| {
            deciding::issue(work, plan, version, "乳市场监管[2021]25号", today)
        })
        .expect("issued");
        let issued = plan_now(bureau, plan);
        assert_eq!(issued.document_number.as_deref(), Some("乳市场监管〔2021〕25 号"));
        assert_eq!(
            steps(bureau, plan),
            [("按计划建立抽查任务".to_owned(), Role::PlanEditor), ("登记计划备案".to_owned(), Role::ResultManager)]
        );
        step(bureau, "result", Action::PlanFile, plan, |work, id, version| {
            deciding::file(work, id, version, work.today(), "韶质备〔2021〕3号")
        });
        assert_eq!(plan_now(bureau, plan).state, PlanState::Filed);
        let events: Vec<String> = bureau
            .app
            .store()
            .read(|tx| tx.plan_snapshots(plan))
            .expect("snapshots")
            .into_iter()
            .map(|snapshot| snapshot.event)
            .collect();
        assert_eq!(events, ["备案", "印发", "批准", "提交审批", "退回", "提交审批", "提交审批"]);
    });
}

/// Lines: budget is batches × cost, order is kept, every form has its version, a change empties the scan.
#[test]
fn lines_are_added_changed_moved_and_deleted() {
    on_each_database(|bureau| {
        let plan = create(bureau);
        add(bureau, plan, "电线电缆", 19);
        add(bureau, plan, "水泥", 8);
        add(bureau, plan, "车用汽油", 3);
        let lines = lines_now(bureau, plan);
        assert_eq!(
            lines.iter().map(|line| (line.seq, line.budget_fen)).collect::<Vec<_>>(),
            [(1, 4_465_000), (2, 1_880_000), (3, 705_000)]
        );
        step(bureau, "plan", Action::PlanEdit, plan, drafting::acknowledge_scan);
        let (first, third) = (lines[0].clone(), lines[2].clone());
        let (id, version) = (third.id, third.version);
        act(bureau, "plan", Action::PlanEdit, move |work| drafting::move_line(work, id, version, true)).expect("moved");
        let moved: Vec<String> = lines_now(bureau, plan).into_iter().map(|line| line.product_name).collect();
        assert_eq!(moved, ["电线电缆", "车用汽油", "水泥"]);
        assert!(plan_now(bureau, plan).scan_acknowledged_at_us.is_some(), "order is no product");
        let (id, version) = (first.id, first.version);
        act(bureau, "plan", Action::PlanEdit, move |work| {
            drafting::edit_line(work, id, version, input("电线电缆", 20))
        })
        .expect("changed");
        assert!(plan_now(bureau, plan).scan_acknowledged_at_us.is_none());
        let stale = act(bureau, "plan", Action::PlanEdit, move |work| {
            drafting::edit_line(work, id, version, input("电线电缆", 21))
        });
        assert!(matches!(stale, Err(AppError::Stale)), "{stale:?}");
        let second = lines_now(bureau, plan)[1].clone();
        let (id, version) = (second.id, second.version);
        act(bureau, "plan", Action::PlanEdit, move |work| drafting::delete_line(work, id, version)).expect("deleted");
        let left: Vec<(i64, String)> =
            lines_now(bureau, plan).into_iter().map(|line| (line.seq, line.product_name)).collect();
        assert_eq!(left, [(1, "电线电缆".to_owned()), (2, "水泥".to_owned())]);
        let version = plan_now(bureau, plan).version;
        let nameless = act(bureau, "plan", Action::PlanEdit, move |work| {
            drafting::add_line(work, plan, version, LineInput { product_code: String::new(), ..input("", 1) }, "")
        });
        match nameless {
            Err(AppError::Fields(fields)) => {
                assert_eq!(
                    fields.iter().map(|f| f.field.as_str()).collect::<Vec<_>>(),
                    ["product_name", "product_code"]
                );
            }
            other => panic!("{other:?}"),
        }
    });
}

/// A draft copied from last year, sent twice, is one draft.
#[test]
fn last_year_is_copied_once() {
    on_each_database(|bureau| {
        let last = issued_plan(bureau);
        let copy = || {
            act(bureau, "plan", Action::PlanEdit, move |work| {
                drafting::create(work, 2022, "2022 年产品质量监督抽查计划", Some(last), "token-copy")
            })
        };
        let id = copy().expect("copied");
        assert!(matches!(copy(), Err(AppError::SentBefore(place)) if place == format!("/desk/plans/{id}")));
        assert_eq!(lines_now(bureau, id).len(), 2);
        assert_eq!(plan_now(bureau, id).state, PlanState::Draft);
        let version = plan_now(bureau, id).version;
        act(bureau, "plan", Action::PlanEdit, move |work| drafting::copy_lines(work, id, version, last, ""))
            .expect("more");
        assert_eq!(lines_now(bureau, id).iter().map(|line| line.seq).collect::<Vec<_>>(), [1, 2, 3, 4]);
    });
}

/// 错开: a superior's plan of the year that names the product is found, kept with the plan, and not handled here.
#[test]
fn a_superior_plan_is_found_and_left_alone() {
    on_each_database(|bureau| {
        let superior = create(bureau);
        add(bureau, superior, "水泥", 4);
        let mut row = plan_now(bureau, superior);
        row.tier = Tier::Provincial;
        row.title = "2021 年省级监督抽查计划".into();
        let version = row.version + 1;
        act(bureau, "plan", Action::PlanEdit, move |work| {
            work.save(&mut row)?;
            work.record(hengjian_app::Event::new("test.superior", "省级计划").about(superior));
            Ok(())
        })
        .expect("superior");
        let own = create(bureau);
        add(bureau, own, "电线电缆", 19);
        add(bureau, own, "水 泥", 8);
        step(bureau, "plan", Action::PlanEdit, own, drafting::acknowledge_scan);
        let findings = plan_now(bureau, own).scan_findings;
        assert!(findings.starts_with("第 2 行 水 泥：") && findings.contains("省级监督抽查计划"), "{findings}");
        refused(
            act(bureau, "plan", Action::PlanEdit, move |work| drafting::acknowledge_scan(work, superior, version)),
            "plan.superior_plan",
        );
        // What comes in after the acknowledgement has to be looked at too.
        let mut later = plan_now(bureau, superior);
        later.title = "2021 年省级监督抽查计划（调整）".into();
        act(bureau, "plan", Action::PlanEdit, move |work| {
            work.save(&mut later)?;
            work.record(hengjian_app::Event::new("test.superior", "省级计划调整").about(superior));
            Ok(())
        })
        .expect("superior adjusts");
        let version = plan_now(bureau, own).version;
        let submit = move |work: &mut Work<'_>| deciding::submit(work, own, version);
        refused(act(bureau, "plan", Action::PlanEdit, submit), "plan.scan_missing");
        step(bureau, "plan", Action::PlanEdit, own, drafting::acknowledge_scan);
        step(bureau, "plan", Action::PlanEdit, own, deciding::submit);
    });
}

/// Guards of decisions: another person, a free 文号, the right role, the form's version, the right county.
#[test]
fn decisions_are_guarded() {
    on_each_database(|bureau| {
        let first = issued_plan(bureau);
        let plan = create(bureau);
        add(bureau, plan, "水泥", 8);
        step(bureau, "plan", Action::PlanEdit, plan, drafting::acknowledge_scan);
        step(bureau, "plan", Action::PlanEdit, plan, deciding::submit);
        let version = plan_now(bureau, plan).version;

        let approve = move |work: &mut Work<'_>| deciding::approve(work, plan, version, "");
        let wrong_role = act(bureau, "plan", Action::PlanApprove, approve);
        assert!(matches!(wrong_role, Err(AppError::NotAllowed(Action::PlanApprove))), "{wrong_role:?}");
        let stale =
            act(bureau, "leader", Action::PlanApprove, move |work| deciding::approve(work, plan, version - 1, ""));
        assert!(matches!(stale, Err(AppError::Stale)), "{stale:?}");
        // The drafter who also holds the approver's role.
        let mut both = bureau.actor("plan");
        both.roles.push(Role::PlanApprover);
        refused(bureau.app.act(&both, Action::PlanApprove, approve), "plan.same_person");
        let mut elsewhere = bureau.actor("leader");
        let neighbour = neighbour_county(bureau);
        (elsewhere.org_id, elsewhere.unit_id, elsewhere.scope_path) = (neighbour.id, neighbour.id, neighbour.path);
        let foreign = bureau.app.act(&elsewhere, Action::PlanApprove, approve);
        assert!(matches!(foreign, Err(AppError::NotFound)), "{foreign:?}");
        let seen = bureau.app.view(&elsewhere, Action::PlanRead, move |work| reading::plan(work, first));
        assert!(matches!(seen, Err(AppError::NotFound)));
        // The superior reads, and does not act.
        let mut superior = bureau.actor("superior");
        let read = bureau.app.view(&superior, Action::PlanRead, move |work| reading::plan(work, plan)).expect("reads");
        assert!(!read.own);
        superior.roles.push(Role::PlanApprover);
        let acts = bureau.app.act(&superior, Action::PlanApprove, approve);
        assert!(matches!(acts, Err(AppError::NotFound)), "{acts:?}");

        act(bureau, "leader", Action::PlanApprove, approve).expect("approved");
        let (version, today) = (version + 1, bureau.today());
        for (number, code) in [("25号", "plan.number_invalid"), ("乳市场监管〔2021〕025号", "plan.number_used")]
        {
            let issue = move |work: &mut Work<'_>| deciding::issue(work, plan, version, number, today);
            refused(act(bureau, "publish", Action::PlanIssue, issue), code);
        }
        assert_eq!(plan_now(bureau, plan).state, PlanState::Approved);
    });
}

fn neighbour_county(bureau: &Bureau) -> Organisation {
    let city: Organisation =
        bureau.app.store().read(|tx| tx.get(&bureau.county.unit("city"))).expect("read").expect("city");
    let (app, system) = (bureau.app.clone(), bureau.actor("system"));
    app.act(&system, Action::OrganisationManage, move |work| {
        let id = work.new_id();
        let mut county = Organisation {
            id,
            version: 1,
            parent_id: Some(city.id),
            path: format!("{}{id}/", city.path),
            kind: OrganisationKind::Regulator,
            tier: Some(Tier::County),
            name: "邻县市场监督管理局（虚构）".into(),
            short_name: "邻县局".into(),
            region_code: "440224".into(),
            created_at_us: work.now(),
            closed_on: None,
        };
        work.insert(&mut county)?;
        work.record(hengjian_app::Event::new("test.neighbour", "邻县").about(id));
        Ok(county)
    })
    .expect("neighbour")
}

/// A rule, and a laboratory whose scope covers its one item from a day on.
fn register(bureau: &Bureau) -> (SpotCheckRules, Laboratory) {
    act(bureau, "plan", Action::RegisterEdit, |work| {
        let org_id = work.actor().org_id;
        let mut rules = SpotCheckRules {
            id: work.new_id(),
            version: 1,
            org_id,
            code: "虚构-01".into(),
            edition: "2021".into(),
            title: "电线电缆实施细则（虚构）".into(),
            product: "电线电缆".into(),
            category_id: None,
            issued_by: "某局".into(),
            state: RulesState::Draft,
            published_at_us: None,
            published_at_url: String::new(),
            sampling_place: "货架".into(),
            sampling_method: "随机抽取".into(),
            minimum_stock: Some("10".into()),
            test_quantity: Some("1".into()),
            backup_quantity: Some("1".into()),
            unit: "卷".into(),
            quantity_text: String::new(),
            sealing: String::new(),
            judging_rule: "一项不合格即判不合格".into(),
            completeness: "完整".into(),
            source: "虚构".into(),
            created_at_us: work.now(),
        };
        work.insert(&mut rules)?;
        let mut item = RulesItem {
            id: work.new_id(),
            version: 1,
            org_id,
            rules_id: rules.id,
            seq: 1,
            table_name: String::new(),
            name: "导体电阻".into(),
            class: ItemClass::A,
            standard: "虚构标准".into(),
            method: "GB/T 3048.4".into(),
            limit_text: None,
            unit: "Ω/km".into(),
            interval: None,
            compare: CompareMethod::FullValue,
            mandatory: true,
            retestable: true,
            on_site: false,
        };
        work.insert(&mut item)?;
        let mut laboratory = Laboratory {
            id: work.new_id(),
            version: 1,
            org_id,
            organisation_id: None,
            name: "虚构检测所".into(),
            address: String::new(),
            accreditation_number: "虚构".into(),
            accreditation_until_on: Some(day("2021-12-31")),
            single_in_province: false,
            note: String::new(),
        };
        work.insert(&mut laboratory)?;
        let mut scope = LaboratoryScope {
            id: work.new_id(),
            version: 1,
            org_id,
            laboratory_id: laboratory.id,
            item: "导体电阻".into(),
            item_key: match_key("导体电阻"),
            method: "GB/T 3048.4".into(),
            valid_from_on: Some(day("2021-09-20")),
            valid_until_on: None,
        };
        work.insert(&mut scope)?;
        work.record(hengjian_app::Event::new("test.registers", "细则和机构").about(rules.id));
        Ok((rules, laboratory))
    })
    .expect("registers")
}
fn new_task(bureau: &Bureau, plan: PlanId, batches: i64) -> AppResult<TaskId> {
    let line = lines_now(bureau, plan)[0].id;
    let new = NewTask {
        plan_id: plan,
        line_id: Some(line),
        kind: TaskKind::Routine,
        name: String::new(),
        batches,
        reason: String::new(),
    };
    act(bureau, "plan", Action::TaskEdit, move |work| task::create(work, new, ""))
}
fn scheme(batches: i64) -> Scheme {
    Scheme {
        name: "2021 年电线电缆抽查".into(),
        product_scope: "聚氯乙烯绝缘电线".into(),
        region_scope: "440232".into(),
        field: SamplingField::Circulation,
        batches,
        schedule: Schedule {
            sampling_from_on: Some(day("2021-10-11")),
            sampling_until_on: Some(day("2021-10-29")),
            testing_until_on: Some(day("2021-11-30")),
            handling_until_on: Some(day("2022-02-28")),
        },
        division_of_work: "质量发展股抽样，虚构检测所检验".into(),
        sampling_body: String::new(),
        budget_fen: 470_000,
    }
}
fn task_step(
    bureau: &Bureau,
    login: &str,
    action: Action,
    id: TaskId,
    run: impl FnOnce(&mut Work<'_>, TaskId, i64) -> AppResult<()> + Send + 'static,
) -> AppResult<()> {
    let version = task_now(bureau, id).version;
    act(bureau, login, action, move |work| run(work, id, version))
}
fn public(url: &str) -> Publication {
    Publication { url: url.into(), ..Publication::default() }
}
fn commissioned_task(bureau: &Bureau, plan: PlanId) -> TaskId {
    let (rules, laboratory) = register(bureau);
    let id = new_task(bureau, plan, 2).expect("task");
    task_step(bureau, "plan", Action::TaskEdit, id, |w, id, v| task::edit_scheme(w, id, v, scheme(2))).expect("scheme");
    task_step(bureau, "plan", Action::TaskEdit, id, move |w, id, v| task::bind_rules(w, id, v, rules.id))
        .expect("rules");
    task_step(bureau, "publish", Action::TaskPublishRules, id, |w, id, v| {
        task::publish_rules_at(w, id, v, public("https://example.invalid/rules"))
    })
    .expect("public");
    let commission = Commission {
        laboratory_id: Some(laboratory.id),
        agreement_number: "虚构协议1".into(),
        signed_on: Some(day("2021-09-22")),
        no_conflict: true,
    };
    task_step(bureau, "result", Action::TaskCommission, id, move |w, id, v| task::commission(w, id, v, commission))
        .expect("commissioned");
    id
}

/// §2.2 to the commission, each guard on the way, and the work list of who is next.
#[test]
fn a_task_is_commissioned_only_when_everything_is_there() {
    on_each_database(|bureau| {
        let plan = issued_plan(bureau);
        let (rules, laboratory) = register(bureau);
        refused(new_task(bureau, plan, 20), "plan.batches_exceed");
        let id = new_task(bureau, plan, 2).expect("task");
        assert_eq!(task_now(bureau, id).number, "440232-2021-XC-001");
        assert_eq!(task_now(bureau, new_task(bureau, plan, 17).expect("rest")).number, "440232-2021-XC-002");
        refused(new_task(bureau, plan, 1), "plan.batches_exceed");
        let rules_id = rules.id;
        let bind = move |w: &mut Work<'_>, id, v| task::bind_rules(w, id, v, rules_id);
        refused(task_step(bureau, "plan", Action::TaskEdit, id, bind), "plan.scheme_incomplete");
        let edit = |batches| move |w: &mut Work<'_>, id, v| task::edit_scheme(w, id, v, scheme(batches));
        refused(task_step(bureau, "plan", Action::TaskEdit, id, edit(3)), "plan.batches_exceed");
        task_step(bureau, "plan", Action::TaskEdit, id, edit(2)).expect("scheme");
        task_step(bureau, "plan", Action::TaskEdit, id, bind).expect("bound");
        assert_eq!(steps(bureau, id), [("登记实施细则公开".to_owned(), Role::Publisher)]);
        refused(
            task_step(bureau, "publish", Action::TaskPublishRules, id, task::publish_rules),
            "plan.rules_not_public",
        );
        let nowhere = task_step(bureau, "publish", Action::TaskPublishRules, id, |w, id, v| {
            task::publish_rules_at(w, id, v, public(" "))
        });
        refused(nowhere, "rules.no_proof");
        task_step(bureau, "publish", Action::TaskPublishRules, id, |w, id, v| {
            task::publish_rules_at(w, id, v, public("https://example.invalid/rules"))
        })
        .expect("public");
        let commission = |laboratory_id, signed_on: &str, no_conflict| {
            let commission = Commission {
                laboratory_id,
                agreement_number: "虚构协议1".into(),
                signed_on: Some(day(signed_on)),
                no_conflict,
            };
            task_step(bureau, "result", Action::TaskCommission, id, move |w, id, v| {
                task::commission(w, id, v, commission)
            })
        };
        refused(commission(None, "2021-09-22", true), "plan.agreement_missing");
        refused(commission(Some(laboratory.id), "2021-09-19", true), "plan.scope_missing");
        refused(commission(Some(laboratory.id), "2021-09-25", true), "plan.in_future");
        refused(commission(Some(laboratory.id), "2021-09-22", false), "plan.conflict_undeclared");
        commission(Some(laboratory.id), "2021-09-22", true).expect("commissioned");
        assert_eq!(steps(bureau, id), [("准备随机抽取".to_owned(), Role::DrawOperator)]);
    });
}

/// Drawn, begun: the contract with the draw and the sampling; the plan executes; D33 holds to the instant.
#[test]
fn the_later_stages_move_task_and_plan() {
    on_each_database(|bureau| {
        let plan = issued_plan(bureau);
        let id = commissioned_task(bureau, plan);
        let drawn = move |work: &mut Work<'_>| hengjian_app::plan::task_drawn(work, id);
        let begun = move |work: &mut Work<'_>| hengjian_app::plan::sampling_begun(work, id);
        refused(act(bureau, "sampler1", Action::VisitCarryOut, begun), "plan.wrong_state");
        act(bureau, "witness", Action::DrawExecute, drawn).expect("drawn");
        act(bureau, "witness", Action::DrawExecute, move |work| {
            hengjian_app::plan::task_drawn(work, id)?;
            work.record(hengjian_app::Event::new("test.again", "再次确认").about(id));
            Ok(())
        })
        .expect("a second draw changes nothing");
        assert_eq!(steps(bureau, id), [("完成本任务的抽样".to_owned(), Role::ResultManager)]);
        // The rule became public on the 24th; a visit dated before that is refused.
        bureau.on_day("2021-09-23");
        refused(act(bureau, "sampler1", Action::VisitCarryOut, begun), "plan.published_after_sampling");
        bureau.on_day("2021-10-11");
        act(bureau, "sampler1", Action::VisitCarryOut, begun).expect("begun");
        assert_eq!(task_now(bureau, id).state, TaskState::Sampling);
        assert_eq!(plan_now(bureau, plan).state, PlanState::Executing);
        // The laboratory's people see no task, but their reports move it.
        act(bureau, "sign", Action::InspectionSign, move |work| {
            hengjian_app::plan::advance_task(work, id)?;
            work.record(hengjian_app::Event::new("test.report", "报告").about(id));
            Ok(())
        })
        .expect("nothing to advance");
        assert_eq!(task_now(bureau, id).state, TaskState::Sampling);
        let version = plan_now(bureau, plan).version;
        refused(
            act(bureau, "plan", Action::PlanEdit, move |work| deciding::complete(work, plan, version)),
            "plan.tasks_open",
        );
        refused(
            act(bureau, "leader", Action::PlanApprove, move |work| deciding::cancel(work, plan, version, "理由")),
            "plan.wrong_state",
        );
        // No visit came: the batches are written off, the empty task is confirmed, closed, and with it the plan.
        task_step(bureau, "result", Action::TaskClose, id, |w, id, v| task::write_off(w, id, v, "两户均无货"))
            .expect("written off");
        assert_eq!(task_now(bureau, id).state, TaskState::ResultConfirm);
        task_step(bureau, "result", Action::TaskClose, id, task::confirm_results).expect("confirmed");
        refused(
            task_step(bureau, "result", Action::TaskClose, id, |w, id, v| task::close(w, id, v, "")),
            "plan.reason_missing",
        );
        task_step(bureau, "result", Action::TaskClose, id, |w, id, v| task::close(w, id, v, "未抽到样品"))
            .expect("closed");
        assert_eq!(steps(bureau, id), []);
        step(bureau, "plan", Action::PlanEdit, plan, deciding::complete);
        step(bureau, "plan", Action::PlanEdit, plan, deciding::archive);
        assert_eq!(plan_now(bureau, plan).state, PlanState::Archived);
    });
}

/// 约定“任务中止” and cancellation, alone and with the plan.
#[test]
fn tasks_are_suspended_resumed_and_cancelled() {
    on_each_database(|bureau| {
        let plan = issued_plan(bureau);
        let id = commissioned_task(bureau, plan);
        let suspend = |reason: &'static str| {
            task_step(bureau, "leader", Action::TaskSuspend, id, move |w, id, v| task::suspend(w, id, v, reason))
        };
        refused(suspend(" "), "plan.reason_missing");
        suspend("台风").expect("suspended");
        assert_eq!(steps(bureau, id), [("决定恢复暂停的任务".to_owned(), Role::PlanApprover)]);
        refused(
            act(bureau, "witness", Action::DrawExecute, move |w| hengjian_app::plan::task_drawn(w, id)),
            "plan.wrong_state",
        );
        task_step(bureau, "leader", Action::TaskSuspend, id, task::resume).expect("resumed");
        assert_eq!(task_now(bureau, id).state, TaskState::Commissioned);
        suspend("再查").expect("suspended again");
        step(bureau, "leader", Action::PlanApprove, plan, |work, id, version| {
            deciding::cancel(work, id, version, "上级统一安排")
        });
        assert_eq!(
            (plan_now(bureau, plan).state, task_now(bureau, id).state),
            (PlanState::Cancelled, TaskState::Cancelled)
        );
        assert_eq!((steps(bureau, plan), steps(bureau, id)), (Vec::new(), Vec::new()));
    });
}

/// 约定“计划调整”: tasks not begun follow their line, begun ones keep the old edition; the diff is readable.
#[test]
fn an_adjusted_plan_is_a_new_edition() {
    on_each_database(|bureau| {
        let plan = issued_plan(bureau);
        let id = commissioned_task(bureau, plan);
        let adjust = |reason: &'static str| {
            let version = plan_now(bureau, plan).version;
            act(bureau, "plan", Action::PlanEdit, move |work| editions::adjust(work, plan, version, reason, ""))
        };
        refused(adjust(""), "plan.reason_missing");
        let second = adjust("增加车用汽油").expect("draft of the second edition");
        refused(adjust("又调整"), "plan.later_edition");
        add(bureau, second, "车用汽油", 3);
        let comparison = bureau
            .app
            .view(&bureau.actor("leader"), Action::PlanRead, move |work| editions::compare(work, second, None))
            .expect("compared")
            .expect("an edition before");
        assert_eq!(comparison.lines.len(), 1);
        assert_eq!(comparison.lines[0].product, "车用汽油");
        assert_eq!(
            plan_now(bureau, plan).state,
            PlanState::Issued,
            "the first edition stands until the second is issued"
        );
        issue(bureau, second, "乳市场监管〔2021〕40号");
        assert_eq!(task_now(bureau, id).plan_id, second);
        assert_eq!(plan_now(bureau, plan).state, PlanState::Completed);
        refused(new_task(bureau, plan, 1), "plan.wrong_state");
        let snapshot = bureau.app.store().read(|tx| tx.plan_snapshots(second)).expect("snapshots")[0].clone();
        let same = bureau
            .app
            .view(&bureau.actor("plan"), Action::PlanRead, move |work| {
                editions::compare(work, second, Some(snapshot.id))
            })
            .expect("compared")
            .expect("a snapshot");
        assert!(same.lines.is_empty() && same.text.is_empty());
        let foreign = bureau.app.view(&bureau.actor("plan"), Action::PlanRead, move |work| {
            editions::compare(work, plan, Some(snapshot.id))
        });
        assert!(matches!(foreign, Err(AppError::NotFound)));
    });
}

/// Lists: narrowed by year, state and words; a wild card is a letter.
#[test]
fn lists_are_narrowed_and_paged() {
    on_each_database(|bureau| {
        let plan = issued_plan(bureau);
        create(bureau);
        new_task(bureau, plan, 1).expect("task");
        new_task(bureau, plan, 1).expect("task");
        let page = PageRequest { after: None, limit: 1 };
        let viewer = bureau.actor("leader");
        let plans = |filter: reading::PlanFilter| {
            let page = page.clone();
            bureau.app.view(&viewer, Action::PlanRead, move |work| reading::plans(work, &filter, &page)).expect("plans")
        };
        let all = plans(reading::PlanFilter::default());
        assert_eq!((all.count, all.rows.len(), all.years.as_slice()), (2, 2, [2021].as_slice()));
        let issued = plans(reading::PlanFilter { year: Some(2021), state: Some(PlanState::Issued) });
        assert_eq!((issued.count, issued.rows[0].batches, issued.rows[0].budget_fen), (1, 27, 6_345_000));
        assert_eq!(plans(reading::PlanFilter { year: Some(2020), state: None }).count, 0);
        let tasks = |words: &str| {
            let filter = reading::TaskFilter { words: Some(words.to_owned()), ..reading::TaskFilter::default() };
            let page = page.clone();
            bureau
                .app
                .view(&viewer, Action::PlanRead, move |work| reading::tasks(work, &filter, &page))
                .expect("tasks")
                .count
        };
        assert_eq!((tasks("XC-002"), tasks("电线"), tasks("%"), tasks("_")), (1, 2, 0, 0));
        assert_eq!(Code::title(PlanState::Issued), "已印发");
        let text = PlanText { title: "甲".into(), goals: String::new(), body: String::new() };
        let version = plan_now(bureau, plan).version;
        refused(
            act(bureau, "plan", Action::PlanEdit, move |work| drafting::edit_text(work, plan, version, text)),
            "plan.wrong_state",
        );
    });
}
