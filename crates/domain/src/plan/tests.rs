//! Tables by article, every state against every act, and the proof that no act skips a state.

use super::*;
use crate::{
    actor::Actor,
    code::Code,
    ids::Id,
    laboratory::LaboratoryId,
    organisation::{OrganisationKind, Tier},
    refusal::{Explain, Refusal},
    rules::{CompareMethod, ItemClass, RulesItem, RulesState, SpotCheckRules},
    time::Timestamp,
};
use jiff::civil::{Date, date};
use uuid::Uuid;

fn id<K>(number: u128) -> Id<K> {
    Id::from_uuid(Uuid::from_u128(number))
}
fn noon(day: Date) -> Timestamp {
    Timestamp::at(day, 12, 0)
}
const TODAY: Date = date(2021, 5, 10);

fn person(number: u128) -> Actor {
    Actor {
        user_id: id(number),
        name: "某人".into(),
        pseudonym: "p".into(),
        org_id: id(1),
        scope_path: "/1/".into(),
        unit_id: id(1),
        unit_name: "某局".into(),
        unit_kind: OrganisationKind::Regulator,
        unit_tier: Some(Tier::County),
        roles: vec![crate::actor::Role::PlanApprover],
    }
}
const DRAFTER: u128 = 10;
const LEADER: u128 = 11;

fn plan(state: PlanState) -> SpotCheckPlan {
    SpotCheckPlan {
        id: id(100),
        version: 1,
        org_id: id(1),
        year: 2021,
        tier: Tier::County,
        title: "2021 年产品质量监督抽查计划".into(),
        state,
        edition: 1,
        previous_id: None,
        adjustment_reason: String::new(),
        document_number: None,
        issued_on: None,
        goals: String::new(),
        body: "制定计划，请认真组织实施。".into(),
        scan_acknowledged_at_us: Some(noon(TODAY)),
        scan_findings: String::new(),
        drafted_by: id(DRAFTER),
        approved_by: None,
        decided_at_us: None,
        decision_reason: String::new(),
        filed_on: None,
        filing_receipt: String::new(),
        created_at_us: noon(TODAY),
    }
}
fn line(seq: i64, product: &str, batches: i64) -> PlanLine {
    PlanLine {
        id: id(200 + seq as u128),
        version: 1,
        org_id: id(1),
        plan_id: id(100),
        seq,
        category_id: None,
        product_code: "TMP-01".into(),
        product_name: product.into(),
        field: SamplingField::Circulation,
        region: "440232".into(),
        quarters: "2,3".into(),
        batches,
        enterprises: 0,
        unit_cost_fen: 235_000,
        budget_fen: 235_000 * batches,
        lead_section: "质量发展股".into(),
        laboratory_name: String::new(),
        focus: String::new(),
        reason: String::new(),
        source_text: String::new(),
    }
}
fn task(state: TaskState) -> SpotCheckTask {
    SpotCheckTask {
        id: id(300),
        version: 1,
        org_id: id(1),
        plan_id: id(100),
        plan_line_id: Some(id(201)),
        number: "440232-2021-XC-001".into(),
        name: "电线电缆".into(),
        kind: TaskKind::Routine,
        origin_tier: Tier::County,
        state,
        state_before_suspension: (state == TaskState::Suspended).then_some(TaskState::Testing),
        category_id: None,
        rules_id: Some(id(400)),
        product_scope: "电线电缆".into(),
        region_scope: "440232".into(),
        field: SamplingField::Circulation,
        batches: 2,
        sampling_from_on: Some(date(2021, 6, 1)),
        sampling_until_on: Some(date(2021, 6, 30)),
        testing_until_on: Some(date(2021, 7, 31)),
        handling_until_on: Some(date(2021, 10, 31)),
        division_of_work: "质量发展股抽样".into(),
        sampling_body: String::new(),
        laboratory_id: None,
        agreement_number: String::new(),
        agreement_signed_on: None,
        rules_published_at_us: Some(noon(date(2021, 5, 1))),
        budget_fen: 0,
        summary: String::new(),
        drafted_by: id(DRAFTER),
        reason: String::new(),
        created_at_us: noon(TODAY),
    }
}
fn rules() -> SpotCheckRules {
    SpotCheckRules {
        id: id(400),
        version: 1,
        org_id: id(1),
        code: "虚构-01".into(),
        edition: "2021".into(),
        title: "电线电缆实施细则（虚构）".into(),
        product: "电线电缆".into(),
        category_id: None,
        issued_by: "某局".into(),
        state: RulesState::Published,
        published_at_us: Some(noon(date(2021, 5, 1))),
        published_at_url: "某局网站".into(),
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
        source: String::new(),
        created_at_us: noon(TODAY),
    }
}
fn item() -> RulesItem {
    RulesItem {
        id: id(500),
        version: 1,
        org_id: id(1),
        rules_id: id(400),
        seq: 1,
        table_name: String::new(),
        name: "导体电阻".into(),
        class: ItemClass::A,
        standard: "虚构标准".into(),
        method: "虚构方法".into(),
        limit_text: None,
        unit: "Ω/km".into(),
        interval: None,
        compare: CompareMethod::FullValue,
        mandatory: true,
        retestable: true,
        on_site: false,
    }
}
const DONE: Progress = Progress {
    visits: 2,
    visits_open: 0,
    unsampled: 0,
    sampled: 2,
    draws_closed: 1,
    draws_open: 0,
    reports_open: 0,
    reports_unconfirmed: 0,
    reports_confirmed: 2,
    notices_missing: 0,
    cases_open: 0,
    cases: 0,
};

#[track_caller]
fn why<T: std::fmt::Debug>(result: Result<T, PlanRefused>, expected: &str) {
    match result {
        Ok(_) => assert_eq!("办理", expected),
        Err(refused) => assert_eq!(refused.why(), expected),
    }
}

/// R18 第十一条: what a plan carries; regulations §2.1, in the order of precedence.
#[test]
fn spot_check_measures_art11_a_plan_is_whole_before_review() {
    let check = |change: &dyn Fn(&mut SpotCheckPlan, &mut Vec<PlanLine>), expected: &str| {
        let (mut plan, mut lines) = (plan(PlanState::Draft), vec![line(1, "电线电缆", 19), line(2, "水泥", 8)]);
        change(&mut plan, &mut lines);
        why(plan.submit(&lines), expected);
    };
    check(&|_, _| {}, "办理");
    check(&|plan, _| plan.state = PlanState::Returned, "现在的状态是“已退回”");
    check(&|_, lines| lines.clear(), "计划里还没有抽查产品");
    check(&|_, lines| lines[1].product_name = " ".into(), "第 2 行缺产品名称");
    check(
        &|_, lines| lines[0].product_code = String::new(),
        "第 1 行缺产品代码（没有官方代码时用 TMP- 开头的临时代码）",
    );
    check(&|_, lines| lines[0].batches = 0, "第 1 行缺批次数");
    check(&|_, lines| lines[0].quarters = "5".into(), "第 1 行缺季度");
    check(
        &|_, lines| lines[0].budget_fen = 4_465_001,
        "第 1 行预算 44\u{2009}650.01 元，批次乘单批费用是 44\u{2009}650.00 元",
    );
    check(&|_, lines| (lines[0].unit_cost_fen, lines[0].budget_fen) = (0, 7), "办理");
    check(&|plan, _| plan.body = "\n ".into(), "还没有写正文，审批的人看不到要印发的内容");
    check(
        &|plan, _| plan.scan_acknowledged_at_us = None,
        "还没有核对上级计划和近六个月的抽查，或者核对之后产品、上级计划、抽查记录又有变化",
    );
}

/// The budget is the sum of its lines, and cannot wrap around.
#[test]
fn spot_check_measures_art11_the_total_is_the_sum() {
    assert_eq!(budget_total(&[line(1, "电线电缆", 19), line(2, "水泥", 8)]), 235_000 * 27);
    assert_eq!(batch_total(&[line(1, "电线电缆", 19), line(2, "水泥", 8)]), 27);
    let huge = PlanLine { batches: i64::MAX, budget_fen: i64::MAX, ..line(1, "甲", 1) };
    assert_eq!(budget_total(&[huge.clone(), huge.clone()]), i64::MAX);
    assert_eq!(huge.computed_budget_fen(), i64::MAX);
}

/// 约定“计划复核”: the drafter neither approves nor returns; a return has a reason.
#[test]
fn decision_plan_review_another_person_decides() {
    let (drafter, leader, now) = (person(DRAFTER), person(LEADER), noon(TODAY));
    why(plan(PlanState::InReview).approve(&drafter, now), "审批人就是编制人");
    why(plan(PlanState::InReview).send_back(&drafter, "理由", now), "审批人就是编制人");
    why(plan(PlanState::InReview).send_back(&leader, "  ", now), "没有写理由");
    let approved = plan(PlanState::InReview).approve(&leader, now).expect("approved");
    assert_eq!((approved.state, approved.approved_by), (PlanState::Approved, Some(id(LEADER))));
    let returned = plan(PlanState::InReview).send_back(&leader, " 批次过多 ", now).expect("returned");
    assert_eq!((returned.state, returned.decision_reason.as_str()), (PlanState::Returned, "批次过多"));
}

/// A change of lines makes the scan worthless; a change of text does not; both wake a returned plan.
#[test]
fn seed_part3_the_scan_is_of_the_lines_as_they_are() {
    let plan = plan(PlanState::Returned);
    let text = plan.clone().text_changed();
    assert_eq!((text.state, text.scan_acknowledged_at_us.is_some()), (PlanState::Draft, true));
    let lines = plan.lines_changed();
    assert_eq!((lines.state, lines.scan_acknowledged_at_us), (PlanState::Draft, None));
}

/// GB/T 9704 发文字号 and the dates of issue and filing.
#[test]
fn spot_check_measures_art11_issue_and_filing() {
    let approved = SpotCheckPlan { decided_at_us: Some(noon(date(2021, 5, 8))), ..plan(PlanState::Approved) };
    let number = "乳市场监管[2021]25号";
    why(approved.clone().issue("25号", TODAY, TODAY), "“25号”不是规范的文号");
    why(approved.clone().issue(number, date(2021, 5, 11), TODAY), "印发日期 2021-05-11 还没有到");
    why(approved.clone().issue(number, date(2021, 5, 7), TODAY), "印发日期早于批准日期（2021-05-08）");
    let issued = approved.issue(number, TODAY, TODAY).expect("issued");
    assert_eq!(issued.document_number.as_deref(), Some("乳市场监管〔2021〕25 号"));
    why(issued.clone().file(TODAY, " ", TODAY), "没有写回执编号");
    why(issued.clone().file(date(2021, 5, 9), "备1", TODAY), "回执日期早于印发日期（2021-05-10）");
    let filed = issued.clone().file(TODAY, "备1", TODAY).expect("filed");
    assert_eq!(filed.state, PlanState::Filed);
    why(filed.execute().file(TODAY, "备2", TODAY), "现在的状态是“已备案”");
    let late = issued.execute().file(TODAY, "备1", TODAY).expect("filed late");
    assert_eq!((late.state, late.filed_on), (PlanState::Executing, Some(TODAY)));
}

/// 约定“计划调整”: a reason, one at a time, from what is in force; the new edition starts as its drafter's draft.
#[test]
fn decision_plan_version_an_edition_follows_an_edition() {
    let now = noon(TODAY);
    let executing = SpotCheckPlan { document_number: Some("号".into()), ..plan(PlanState::Executing) };
    why(executing.adjust("", 1, &person(LEADER), now), "没有写理由");
    why(executing.adjust("增加水泥", 2, &person(LEADER), now), "已经有第 2 版");
    let next = executing.adjust("增加水泥", 1, &person(LEADER), now).expect("draft");
    assert_eq!((next.state, next.edition, next.previous_id), (PlanState::Draft, 2, Some(id(100))));
    assert_eq!((next.drafted_by, next.document_number, next.approved_by), (id(LEADER), None, None));
    assert_eq!(next.scan_acknowledged_at_us, None);
    why(executing.allows_tasks(2), "已经有第 2 版");
    why(executing.allows_tasks(1), "办理");
    // Replaced: open tasks keep the old edition alive.
    let open = [task(TaskState::Sampling)];
    assert_eq!(executing.clone().replaced_by(2, &open).state, PlanState::Executing);
    assert_eq!(executing.clone().replaced_by(1, &[]).state, PlanState::Executing);
    assert_eq!(executing.replaced_by(2, &[task(TaskState::Closed)]).state, PlanState::Completed);
    assert_eq!(plan(PlanState::Draft).replaced_by(2, &[]).state, PlanState::Draft);
}

/// Regulations §2.1: no plan is ended over open tasks, none is cancelled after sampling.
#[test]
fn open_tasks_hold_the_plan() {
    let now = noon(TODAY);
    why(
        plan(PlanState::Executing).complete(&[task(TaskState::Closed), task(TaskState::Suspended)]),
        "还有 1 个任务没有办结",
    );
    why(plan(PlanState::Executing).complete(&[task(TaskState::Closed), task(TaskState::Cancelled)]), "办理");
    for (state, expected) in [
        (TaskState::Ready, "办理"),
        (TaskState::Sampling, "已经开始抽样"),
        (TaskState::Closed, "已经开始抽样"),
        (TaskState::Suspended, "已经开始抽样"),
        (TaskState::Cancelled, "办理"),
    ] {
        why(plan(PlanState::Issued).cancel(&[task(state)], "理由", now), expected);
    }
    why(plan(PlanState::Issued).cancel(&[], "", now), "没有写理由");
}

/// R18 第十二条: the scheme and the rule are whole before they are fixed, in the order of precedence.
#[test]
fn spot_check_measures_art12_scheme_and_rule_are_whole() {
    type Change<'c> = &'c dyn Fn(&mut SpotCheckTask, &mut SpotCheckRules, &mut Vec<RulesItem>);
    let check = |change: Change<'_>, expected: &str| {
        let (mut task, mut rules, mut items) = (task(TaskState::Draft), rules(), vec![item()]);
        change(&mut task, &mut rules, &mut items);
        why(task.bind_rules(&rules, &items), expected);
    };
    check(&|_, _, _| {}, "办理");
    check(&|task, _, _| task.state = TaskState::RulesPublished, "现在的状态是“细则已公开”");
    check(&|task, _, _| task.product_scope = String::new(), "方案缺产品范围");
    check(&|task, _, _| task.division_of_work = " ".into(), "方案缺分工");
    check(&|task, _, _| task.batches = 0, "方案缺批次数");
    check(&|task, _, _| task.sampling_from_on = None, "方案缺抽样开始日期");
    check(&|task, _, _| task.handling_until_on = None, "方案缺结果处理截止日期");
    check(&|task, _, _| task.sampling_until_on = Some(date(2021, 5, 31)), "抽样截止日期不早于抽样开始日期，现在填反了");
    check(&|task, _, _| task.testing_until_on = Some(date(2021, 6, 29)), "检验截止日期不早于抽样截止日期，现在填反了");
    check(
        &|task, _, _| task.handling_until_on = Some(date(2021, 7, 30)),
        "结果处理截止日期不早于检验截止日期，现在填反了",
    );
    check(&|_, rules, _| rules.state = RulesState::Retired, "这份实施细则已经废止");
    check(&|_, rules, _| rules.sampling_method = String::new(), "实施细则缺抽样方法");
    check(&|_, _, items| items.clear(), "实施细则缺检验项目");
    check(&|_, _, items| items[0].method = String::new(), "实施细则缺各项目的检验方法");
    check(&|_, rules, _| rules.judging_rule = String::new(), "实施细则缺判定规则");
    check(&|_, rules, _| rules.backup_quantity = None, "实施细则缺备用样品数量");
    check(&|_, rules, _| (rules.backup_quantity, rules.quantity_text) = (None, "各 2 卷".into()), "办理");
}

/// R18 第十二条: 实施细则在抽样前公开 (D33), to the microsecond.
#[test]
fn spot_check_measures_art12_the_rule_is_public_before_sampling() {
    let now = noon(TODAY);
    let check = |change: &dyn Fn(&mut SpotCheckRules), expected: &str| {
        let mut rules = rules();
        change(&mut rules);
        why(task(TaskState::RulesReady).publish_rules(&rules, now), expected);
    };
    check(&|_| {}, "办理");
    check(&|rules| rules.state = RulesState::Draft, "实施细则还没有公开");
    check(&|rules| rules.published_at_url = String::new(), "办理");
    check(&|rules| rules.published_at_us = None, "实施细则还没有公开");
    check(&|rules| rules.published_at_us = Some(now.plus_minutes(1)), "实施细则还没有公开");
    check(&|rules| rules.published_at_us = Some(now), "办理");

    let published = noon(date(2021, 5, 1));
    let begin = |begun| task(TaskState::Ready).begin_sampling(begun);
    why(begin(published), "细则 2021-05-01 12:00 公开，不早于抽样时间 2021-05-01 12:00");
    let begun = begin(Timestamp(published.0 + 1)).expect("begun");
    assert_eq!(begun.state, TaskState::Sampling);
    why(
        SpotCheckTask { rules_published_at_us: None, ..task(TaskState::Ready) }.begin_sampling(now),
        "实施细则还没有公开",
    );
    let replacement = task(TaskState::Testing).begin_sampling(now).expect("a replacement");
    assert_eq!(replacement.state, TaskState::Testing);
}

/// R18 第十三条、第十四条第（四）项, 《产品质量法》第十九条: agreement, no conflict, accreditation on the day of signature.
#[test]
fn spot_check_measures_art13_commission() {
    let laboratory: Option<LaboratoryId> = Some(id(600));
    let signed = Some(date(2021, 5, 9));
    let check = |laboratory, number: &str, signed, declared, uncovered: &[&str], expected: &str| {
        let uncovered = uncovered.iter().map(|item| (*item).to_owned()).collect();
        let task = task(TaskState::RulesPublished);
        why(task.commission(laboratory, number, signed, declared, uncovered, TODAY), expected);
    };
    check(laboratory, "协1", signed, true, &[], "办理");
    check(None, "协1", signed, true, &[], "没有承检机构，或者没有委托协议的编号、签订日期");
    check(laboratory, " ", signed, true, &[], "没有承检机构，或者没有委托协议的编号、签订日期");
    check(laboratory, "协1", None, true, &[], "没有承检机构，或者没有委托协议的编号、签订日期");
    check(laboratory, "协1", Some(date(2021, 5, 11)), true, &[], "签订日期 2021-05-11 还没有到");
    check(
        laboratory,
        "协1",
        signed,
        false,
        &["导体电阻"],
        "机构还没有声明抽查期间不与被抽样者有同类产品的有偿服务和委托检验",
    );
    check(laboratory, "协1", signed, true, &["导体电阻", "绝缘厚度"], "签订日机构资质不含：导体电阻、绝缘厚度");
}

/// Regulations §2.2: the batches move a task, one state at a time.
#[test]
fn batches_move_a_task_one_state_at_a_time() {
    let check = |state, progress: Progress, expected| {
        assert_eq!(task(state).advance(&progress).state, expected, "{progress:?}");
    };
    check(TaskState::Sampling, DONE, TaskState::Testing);
    check(TaskState::Sampling, Progress::default(), TaskState::Sampling);
    check(TaskState::Sampling, Progress { visits_open: 1, ..DONE }, TaskState::Sampling);
    check(TaskState::Sampling, Progress { sampled: 1, draws_closed: 0, draws_open: 1, ..DONE }, TaskState::Sampling);
    check(TaskState::Sampling, Progress { sampled: 1, draws_open: 1, ..DONE }, TaskState::Sampling);
    check(TaskState::Sampling, Progress { sampled: 1, ..DONE }, TaskState::Testing);
    check(TaskState::Testing, DONE, TaskState::ResultConfirm);
    check(TaskState::Testing, Progress { reports_open: 1, ..DONE }, TaskState::Testing);
    check(TaskState::Testing, Progress { visits_open: 1, ..DONE }, TaskState::Testing);
    check(TaskState::ResultConfirm, DONE, TaskState::ResultConfirm);
    check(TaskState::Suspended, DONE, TaskState::Suspended);

    why(task(TaskState::Sampling).write_off(&Progress { visits_open: 2, ..DONE }, "理由"), "还有 2 次抽样没有提交");
    why(task(TaskState::Sampling).write_off(&DONE, ""), "没有写理由");
    why(task(TaskState::Sampling).write_off(&DONE, "无货"), "办理");
}

/// R18 第三十三条、第三十五条、第四十四条: confirmed, told, handled, summed up.
#[test]
fn spot_check_measures_art35_art44_results_are_told_before_the_task_ends() {
    let confirm = |progress: Progress| task(TaskState::ResultConfirm).confirm_results(&progress);
    why(confirm(Progress { reports_unconfirmed: 2, ..DONE }), "还有 2 份检验报告没有确认");
    why(confirm(Progress { reports_open: 1, reports_unconfirmed: 2, ..DONE }), "还有 3 份检验报告没有确认");
    why(confirm(Progress { notices_missing: 1, ..DONE }), "还有 1 份报告没有出具结果通知");
    assert_eq!(confirm(DONE).expect("told").state, TaskState::PostHandling);
    let monitoring = SpotCheckTask { kind: TaskKind::RiskMonitoring, ..task(TaskState::ResultConfirm) };
    let untold = monitoring.confirm_results(&Progress { notices_missing: 1, ..DONE });
    assert_eq!(untold.expect("a lead is told to nobody").state, TaskState::PostHandling);
    let close = |progress: Progress, summary: &str| task(TaskState::PostHandling).close(&progress, summary);
    why(close(Progress { cases_open: 3, ..DONE }, "总结"), "还有 3 件后处理没有结案或移送");
    why(close(DONE, " "), "没有写工作总结");
    why(close(DONE, "抽查 2 批"), "办理");
}

/// 约定“任务中止”: a reason; a suspended task comes back exactly where it was.
#[test]
fn decision_task_suspend_comes_back_where_it_was() {
    why(task(TaskState::Ready).suspend(""), "没有写理由");
    for state in [TaskState::Draft, TaskState::Ready, TaskState::Testing, TaskState::PostHandling] {
        let suspended = task(state).suspend("台风").expect("suspended");
        assert_eq!(suspended.state, TaskState::Suspended);
        why(suspended.clone().suspend("再停"), "现在的状态是“已暂停”");
        why(suspended.clone().begin_sampling(noon(TODAY)), "现在的状态是“已暂停”");
        let resumed = suspended.resume().expect("resumed");
        assert_eq!((resumed.state, resumed.state_before_suspension), (state, None));
    }
    let broken = SpotCheckTask { state_before_suspension: None, ..task(TaskState::Suspended) };
    why(broken.resume(), "现在的状态是“已暂停”");
}

/// Regulations §6, numbering: region, year, level, running number.
#[test]
fn task_numbers_read_as_the_regulations_write_them() {
    assert_eq!(SpotCheckTask::number_text("440232", 2021, Tier::County, 3), "440232-2021-XC-003");
    assert_eq!(SpotCheckTask::number_text("440200", 2021, Tier::Municipal, 1_234), "440200-2021-CC-1234");
    why(SpotCheckTask::check_batches(19, 10, 9), "办理");
    why(SpotCheckTask::check_batches(19, 10, 10), "这一行计划 19 批，其他任务已占 10 批，不够 10 批");
    why(
        SpotCheckTask::check_batches(19, 1, i64::MAX),
        "这一行计划 19 批，其他任务已占 1 批，不够 9223372036854775807 批",
    );
}

type PlanAct = (&'static str, fn(SpotCheckPlan) -> Result<SpotCheckPlan, PlanRefused>);
const PLAN_ACTS: &[PlanAct] = &[
    ("acknowledge", |plan| plan.acknowledge_scan(String::new(), noon(TODAY))),
    ("take_up", SpotCheckPlan::take_up),
    ("submit", |plan| plan.submit(&[line(1, "水泥", 8)])),
    ("take_back", SpotCheckPlan::take_back),
    ("approve", |plan| plan.approve(&person(LEADER), noon(TODAY))),
    ("send_back", |plan| plan.send_back(&person(LEADER), "理由", noon(TODAY))),
    ("issue", |plan| plan.issue("乳市场监管〔2021〕25号", TODAY, TODAY)),
    ("file", |plan| plan.file(TODAY, "备1", TODAY)),
    ("execute", |plan| Ok(plan.execute())),
    ("replace", |plan| Ok(plan.replaced_by(2, &[]))),
    ("complete", |plan| plan.complete(&[])),
    ("archive", SpotCheckPlan::archive),
    ("cancel", |plan| plan.cancel(&[], "理由", noon(TODAY))),
    ("lines_changed", |plan| Ok(plan.lines_changed())),
];

/// Regulations §2.1, written by hand: every transition there is. The property below tries every act in every state.
const PLAN_STEPS: &[(PlanState, PlanState)] = &[
    (PlanState::Draft, PlanState::InReview),
    (PlanState::Draft, PlanState::Cancelled),
    (PlanState::InReview, PlanState::Draft),
    (PlanState::InReview, PlanState::Approved),
    (PlanState::InReview, PlanState::Returned),
    (PlanState::InReview, PlanState::Cancelled),
    (PlanState::Returned, PlanState::Draft),
    (PlanState::Returned, PlanState::Cancelled),
    (PlanState::Approved, PlanState::Issued),
    (PlanState::Approved, PlanState::Cancelled),
    (PlanState::Issued, PlanState::Filed),
    (PlanState::Issued, PlanState::Executing),
    (PlanState::Issued, PlanState::Cancelled),
    (PlanState::Filed, PlanState::Executing),
    (PlanState::Executing, PlanState::Completed),
    (PlanState::Completed, PlanState::Archived),
    // 约定“计划调整”: an edition in force that the next one has replaced.
    (PlanState::Issued, PlanState::Completed),
    (PlanState::Filed, PlanState::Completed),
];

/// Every state × every act: an act leads along a transition of the table or nowhere, and every transition is reached.
#[test]
fn no_act_of_a_plan_skips_a_state() {
    let mut reached = Vec::new();
    for state in PlanState::ALL.iter().copied() {
        for (name, act) in PLAN_ACTS {
            let Ok(after) = act(plan(state)) else { continue };
            if after.state != state {
                assert!(PLAN_STEPS.contains(&(state, after.state)), "{name}: {state:?} → {:?}", after.state);
                reached.push((state, after.state));
            }
        }
    }
    for step in PLAN_STEPS {
        assert!(reached.contains(step), "no act leads along {step:?}");
    }
}

type TaskAct = (&'static str, fn(SpotCheckTask) -> Result<SpotCheckTask, PlanRefused>);
const TASK_ACTS: &[TaskAct] = &[
    ("edit", SpotCheckTask::edit),
    ("bind", |task| task.bind_rules(&rules(), &[item()])),
    ("publish", |task| task.publish_rules(&rules(), noon(TODAY))),
    ("commission", |task| task.commission(Some(id(600)), "协1", Some(TODAY), true, Vec::new(), TODAY)),
    ("ready", SpotCheckTask::ready),
    ("begin", |task| task.begin_sampling(noon(TODAY))),
    ("advance", |task| Ok(task.advance(&DONE))),
    ("write_off", |task| task.write_off(&DONE, "理由")),
    ("confirm", |task| task.confirm_results(&DONE)),
    ("close", |task| task.close(&DONE, "总结")),
    ("cancel", |task| task.cancel("理由")),
];
/// Regulations §2.2, written by hand; the last line is a fixed scheme that is changed and checked again.
const TASK_STEPS: &[(TaskState, TaskState)] = &[
    (TaskState::Draft, TaskState::RulesReady),
    (TaskState::RulesReady, TaskState::RulesPublished),
    (TaskState::RulesPublished, TaskState::Commissioned),
    (TaskState::Commissioned, TaskState::Ready),
    (TaskState::Ready, TaskState::Sampling),
    (TaskState::Sampling, TaskState::Testing),
    (TaskState::Testing, TaskState::ResultConfirm),
    (TaskState::ResultConfirm, TaskState::PostHandling),
    (TaskState::PostHandling, TaskState::Closed),
    (TaskState::Draft, TaskState::Cancelled),
    (TaskState::RulesReady, TaskState::Cancelled),
    (TaskState::RulesPublished, TaskState::Cancelled),
    (TaskState::Commissioned, TaskState::Cancelled),
    (TaskState::Ready, TaskState::Cancelled),
    (TaskState::RulesReady, TaskState::Draft),
];

/// The same for tasks; suspension is left out, it returns to where it was (tested above).
#[test]
fn no_act_of_a_task_skips_a_state() {
    let mut reached = Vec::new();
    for state in TaskState::ALL.iter().copied() {
        for (name, act) in TASK_ACTS {
            let Ok(after) = act(task(state)) else { continue };
            if after.state != state {
                assert!(TASK_STEPS.contains(&(state, after.state)), "{name}: {state:?} → {:?}", after.state);
                reached.push((state, after.state));
            }
        }
    }
    for step in TASK_STEPS {
        assert!(reached.contains(step), "no act leads along {step:?}");
    }
}

proptest::proptest! {
    /// Whatever is clicked in whatever order: a plan never lies further on than the transitions it has made.
    #[test]
    fn a_random_life_follows_the_table(acts in proptest::collection::vec(0..PLAN_ACTS.len(), 0..60)) {
        let mut current = plan(PlanState::Draft);
        for act in acts {
            let before = current.state;
            if let Ok(after) = PLAN_ACTS[act].1(current.clone()) {
                let follows = after.state == before || PLAN_STEPS.contains(&(before, after.state));
                proptest::prop_assert!(follows, "{before:?} → {:?}", after.state);
                proptest::prop_assert!(!before.is_terminal() || after.state == before);
                current = after;
            }
        }
        let approved = current.approved_by.is_some();
        let bound = matches!(current.state, PlanState::Issued | PlanState::Filed | PlanState::Executing);
        proptest::prop_assert!(!bound || approved, "in force without approval");
    }
}

/// settled.md, Law: every state that is not terminal has an owner, or is carried by the tasks of the plan.
#[test]
fn nothing_falls_off_the_work_lists() {
    for state in PlanState::ALL.iter().copied() {
        let duties = plan_duties(&plan(state), &[], true, false);
        assert_eq!(duties.is_empty(), state.is_terminal(), "{state:?}: {duties:?}");
    }
    for state in TaskState::ALL.iter().copied() {
        let duties = task_duties(&task(state));
        assert_eq!(duties.is_empty(), state.is_terminal(), "{state:?}: {duties:?}");
    }
    // All lines have tasks: running tasks carry the plan, ended ones hand it back.
    let executing = SpotCheckPlan { filed_on: Some(TODAY), ..plan(PlanState::Executing) };
    assert_eq!(plan_duties(&executing, &[task(TaskState::Testing)], false, false), []);
    let titles = |duties: Vec<Duty>| duties.into_iter().map(|duty| duty.title).collect::<Vec<_>>();
    assert_eq!(titles(plan_duties(&executing, &[task(TaskState::Closed)], false, false)), ["办结抽查计划"]);
    assert_eq!(titles(plan_duties(&plan(PlanState::Issued), &[], true, false)), ["按计划建立抽查任务", "登记计划备案"]);
}

/// Two editions in words: new, gone, changed; one product twice in a field is matched in order.
#[test]
fn editions_are_compared_in_words() {
    let before = [line(1, "电线电缆", 19), line(2, "水泥", 8), line(3, "涂料", 4), line(4, "涂料", 6)];
    let after =
        [line(1, "水泥", 10), line(2, "电线电缆", 19), line(3, "涂料", 4), line(4, "涂料", 7), line(5, "汽油", 3)];
    let words: Vec<String> = difference(&before, &after)
        .into_iter()
        .flat_map(|change| {
            let product = change.product;
            change.changes.into_iter().map(move |(field, old, new)| format!("{product} {field}: {old} → {new}"))
        })
        .collect();
    assert_eq!(
        words,
        [
            "水泥 批次: 8 → 10",
            "水泥 预算（元）: 18\u{2009}800.00 → 23\u{2009}500.00",
            "涂料 批次: 6 → 7",
            "涂料 预算（元）: 14\u{2009}100.00 → 16\u{2009}450.00",
            "汽油 整行:  → 流通领域，二、三季度，3 批",
        ]
    );
    let gone = difference(&before[..1], &[]);
    assert_eq!(gone[0].changes, [("整行", "流通领域，二、三季度，19 批".to_owned(), String::new())]);
    assert_eq!(difference(&before, &before), []);
}

/// The default text names each focus once and the figures of the lines.
#[test]
fn the_default_text_is_made_from_the_lines() {
    let focus = |line: PlanLine, focus: &str| PlanLine { focus: focus.into(), ..line };
    let lines = [
        focus(line(1, "涂料", 4), "建筑和装饰装修材料"),
        focus(line(2, "水泥", 8), "建筑和装饰装修材料"),
        line(3, "车用汽油", 3),
    ];
    let goals = default_goals(&lines);
    assert!(goals.starts_with("以建筑和装饰装修材料、车用汽油为重点"), "{goals}");
    let body = default_body(2021, Tier::County, &lines);
    assert!(body.contains("抽查产品 3 项 15 批次，经费预算 35250 元"), "{body}");
    assert!(body.contains("结合我县实际"), "{body}");
    assert_eq!(default_goals(&[]), "");
    for (quarters, words) in [("1,2,3,4", "全年"), ("3, 1", "一、三季度"), ("", "/"), ("0,9", "/")] {
        assert_eq!(PlanLine { quarters: quarters.into(), ..line(1, "甲", 1) }.quarter_words(), words);
    }
}

/// A refusal is an answer: four sentences, none empty, none of them an English code.
#[test]
fn every_refusal_says_what_why_and_what_next() {
    let at = noon(TODAY);
    for refused in [
        PlanRefused::WrongState { act: "印发", state: "草拟" },
        PlanRefused::LaterEdition { act: "调整计划", edition: 2 },
        PlanRefused::SuperiorPlan { act: "印发", tier: Tier::Provincial },
        PlanRefused::NoLines,
        PlanRefused::LineIncomplete { seq: 1, missing: "季度" },
        PlanRefused::BudgetDiffers { seq: 1, budget_fen: 1, computed_fen: 2 },
        PlanRefused::TextMissing,
        PlanRefused::ScanMissing,
        PlanRefused::SamePerson { act: "批准" },
        PlanRefused::ReasonMissing { act: "暂停" },
        PlanRefused::NumberInvalid { given: "25号".into() },
        PlanRefused::NumberUsed { number: "乳市场监管〔2021〕25 号".into() },
        PlanRefused::InFuture { act: "印发", what: "印发日期", on: TODAY },
        PlanRefused::TooEarly { act: "印发", what: "印发日期早于批准日期", earliest: TODAY },
        PlanRefused::TasksOpen { count: 1 },
        PlanRefused::SamplingBegun,
        PlanRefused::BatchesExceed { planned: 1, taken: 1, asked: 1 },
        PlanRefused::SchemeIncomplete { missing: "分工" },
        PlanRefused::ScheduleOrder { order: "检验截止日期不早于抽样截止日期" },
        PlanRefused::RulesRetired,
        PlanRefused::RulesIncomplete { missing: "检验方法".into() },
        PlanRefused::RulesNotPublic,
        PlanRefused::AgreementMissing,
        PlanRefused::ConflictUndeclared,
        PlanRefused::ScopeMissing { items: vec!["导体电阻".into()] },
        PlanRefused::PublishedAfterSampling { published: at, begun: at },
        PlanRefused::VisitsOpen { count: 1 },
        PlanRefused::ReportsUnconfirmed { count: 1 },
        PlanRefused::NoticesMissing { count: 1 },
        PlanRefused::CasesOpen { count: 1 },
    ] {
        let words = Refusal::from(refused.clone());
        assert!(words.code.starts_with("plan."), "{refused:?}");
        for sentence in [&words.what, &words.why, &words.next] {
            assert!(!sentence.is_empty() && !sentence.contains('_'), "{refused:?}: {sentence}");
        }
    }
}
