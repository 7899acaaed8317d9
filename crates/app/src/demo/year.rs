//! A year in progress: one plan; a task that went the whole way to publication with an objection and a closed case;
//! one whose failed batch is being verified; one that is being sampled today; one whose draw is being prepared; cases
//! handed down by the city. Everything through the use cases, on its day.

use super::{
    registers::Registers,
    story::{Story, date},
    visits::{self, Batch, Ending},
};
use crate::{
    AppError, AppResult,
    draw::{self, DispatchLine},
    follow_up, objection, plan, publication,
};
use hengjian_domain::{
    draw::{Draw, DrawId},
    follow_up::{Case, CaseId, ObjectionIntent, Verification},
    laboratory::LaboratoryId,
    objection::{
        Notice, NoticeId, Objection, ObjectionId, ObjectionKind, ObjectionOutcome, RecipientCapacity, ServiceMethod,
    },
    organisation::Tier,
    plan::{PlanId, PlanLineId, SamplingField, SpotCheckPlan, SpotCheckTask, TaskId, TaskKind},
    policy::Action,
    publication::{Publication, PublicationId},
    rules::RulesId,
    testing::{Inspection, InspectionConclusion, InspectionId},
};
use hengjian_store::Column;

/// Tells the year, day after day.
pub(super) fn tell(story: &Story<'_>, registers: &Registers) -> AppResult<()> {
    let (plan_id, lines) = make_plan(story, registers)?;
    let case = first_task(story, registers, plan_id, lines[0])?;
    let days = Days { agreement: "2021-08-16", sampling: ["2021-09-07", "2021-09-24"], testing: "2021-10-29" };
    let second = commissioned(story, plan_id, lines[1], (3, registers.cable_rules, registers.laboratory), &days)?;
    drawn(story, second, "2021-08-20", "2021-09-07")?;
    put_right(story, case)?;
    published(story)?;
    let good = Ending::Sampled(Batch::CABLE);
    let records = visits::carry_out(story, second, "2021-09-07", &[good, Ending::Sampled(Batch::THIN_CABLE), good])?;
    let inspections = visits::inspections(story, &records)?;
    visits::received(story, &inspections, &visits::FIRST_LABORATORY, "2021-09-09")?;
    city_cases(story)?;
    being_verified(story, &inspections)?;
    city_case_of_today(story)?;
    prepared(story, registers, plan_id, lines[3])?;
    sampled_today(story, registers, plan_id, lines[2])?;
    story.at("2021-09-28", 9, 0)
}

fn make_plan(story: &Story<'_>, registers: &Registers) -> AppResult<(PlanId, Vec<PlanLineId>)> {
    story.at("2021-03-15", 9, 30)?;
    let title = "2021年乳源瑶族自治县产品质量监督抽查计划（演示）";
    let id = story.act("plan", Action::PlanEdit, move |work| plan::drafting::create(work, 2021, title, None, ""))?;
    let mut lines = Vec::new();
    for (product, batches, quarters, cost_yuan, focus) in [
        ("电线电缆", 6, vec![2_u8], 2_350_i64, "建筑和装饰装修材料"),
        ("电线电缆", 3, vec![3], 2_350, "建筑和装饰装修材料"),
        ("家用燃气灶", 4, vec![3], 3_100, "涉及人身财产安全"),
        ("机动车发动机冷却液", 3, vec![4], 1_200, "机动车及其配件"),
        ("车用柴油", 2, vec![4], 2_800, "车用燃油"),
    ] {
        let unit_cost_fen = cost_yuan * 100;
        let input = plan::drafting::LineInput {
            category_id: registers.products.get(product).copied(),
            product_code: String::new(),
            product_name: product.to_owned(),
            field: SamplingField::Circulation,
            region: "乳源瑶族自治县".to_owned(),
            quarters,
            batches,
            enterprises: batches,
            unit_cost_fen,
            budget_fen: unit_cost_fen * batches,
            lead_section: "质量发展股".to_owned(),
            laboratory_name: "岭南质量检测所（演示）".to_owned(),
            focus: focus.to_owned(),
            reason: "往年不合格率较高".to_owned(),
        };
        let line = story.on::<SpotCheckPlan, _>("plan", Action::PlanEdit, id, move |work, version| {
            plan::drafting::add_line(work, id, version, input, "")
        })?;
        lines.push(line);
    }
    let on_plan = |login: &str, action, run: fn(&mut crate::Work<'_>, PlanId, i64) -> AppResult<()>| {
        story.on::<SpotCheckPlan, _>(login, action, id, move |work, version| run(work, id, version))
    };
    on_plan("plan", Action::PlanEdit, plan::drafting::write_default_text)?;
    on_plan("plan", Action::PlanEdit, plan::drafting::acknowledge_scan)?;
    on_plan("plan", Action::PlanEdit, plan::deciding::submit)?;
    story.at("2021-04-20", 10, 0)?;
    on_plan("leader", Action::PlanApprove, |work, id, version| plan::deciding::approve(work, id, version, "同意"))?;
    story.at("2021-05-10", 10, 0)?;
    on_plan("publish", Action::PlanIssue, |work, id, version| {
        plan::deciding::issue(work, id, version, "乳市场监管〔2021〕25 号", work.today())
    })?;
    story.at("2021-05-17", 10, 0)?;
    on_plan("result", Action::PlanFile, |work, id, version| {
        plan::deciding::file(work, id, version, work.today(), "市局备案 12 号")
    })?;
    Ok((id, lines))
}

/// Days of a task's scheme: agreement, sampling from and until, testing until.
struct Days<'d> {
    agreement: &'d str,
    sampling: [&'d str; 2],
    testing: &'d str,
}

/// A task with scheme, public rule and laboratory.
fn commissioned(
    story: &Story<'_>,
    plan_id: PlanId,
    line: PlanLineId,
    (batches, rules, laboratory): (i64, RulesId, LaboratoryId),
    days: &Days<'_>,
) -> AppResult<TaskId> {
    story.at(days.agreement, 9, 0)?;
    let new = plan::task::NewTask {
        plan_id,
        line_id: Some(line),
        kind: TaskKind::Routine,
        name: String::new(),
        batches,
        reason: String::new(),
    };
    let id = story.act("plan", Action::TaskEdit, move |work| plan::task::create(work, new, ""))?;
    let schedule = hengjian_domain::plan::Schedule {
        sampling_from_on: Some(date(days.sampling[0])?),
        sampling_until_on: Some(date(days.sampling[1])?),
        testing_until_on: Some(date(days.testing)?),
        handling_until_on: Some(date("2021-12-20")?),
    };
    let task: SpotCheckTask =
        story.rows("WHERE id = ?1", &[id.to_value()])?.into_iter().next().ok_or(AppError::NotFound)?;
    let scheme = plan::task::Scheme {
        name: task.name,
        product_scope: task.product_scope,
        region_scope: "440232".to_owned(),
        field: SamplingField::Circulation,
        batches,
        schedule,
        division_of_work: "质量发展股抽样，岭南质量检测所检验，各所核查处置，执法二股督办".to_owned(),
        sampling_body: String::new(),
        budget_fen: task.budget_fen,
    };
    story.on::<SpotCheckTask, _>("plan", Action::TaskEdit, id, move |work, version| {
        plan::task::edit_scheme(work, id, version, scheme)
    })?;
    story.on::<SpotCheckTask, _>("plan", Action::TaskEdit, id, move |work, version| {
        plan::task::bind_rules(work, id, version, rules)
    })?;
    story.on::<SpotCheckTask, _>("publish", Action::TaskPublishRules, id, move |work, version| {
        plan::task::publish_rules(work, id, version)
    })?;
    let signed_on = Some(date(days.agreement)?);
    story.on::<SpotCheckTask, _>("result", Action::TaskCommission, id, move |work, version| {
        let commission = plan::task::Commission {
            laboratory_id: Some(laboratory),
            agreement_number: format!("演示协议 {version}"),
            signed_on,
            no_conflict: true,
        };
        plan::task::commission(work, id, version, commission)
    })?;
    Ok(id)
}

/// From the frozen roster to visits released at eight o'clock of a day.
fn drawn(story: &Story<'_>, task: TaskId, on: &str, release: &str) -> AppResult<DrawId> {
    story.at(on, 9, 0)?;
    let id = story.act("draw", Action::DrawPrepare, move |work| draw::begin(work, task, ""))?;
    story.on::<Draw, _>("draw", Action::DrawPrepare, id, move |work, version| draw::freeze(work, id, version))?;
    story.at(on, 10, 0)?;
    story.on::<Draw, _>("witness", Action::DrawExecute, id, move |work, version| draw::execute(work, id, version))?;
    story.on::<Draw, _>("witness", Action::DrawExecute, id, move |work, version| draw::confirm(work, id, version))?;
    story.at(on, 11, 0)?;
    let names = story.act("dispatch", Action::DrawDispatch, move |work| draw::open_names(work, id))?;
    let release_at = hengjian_domain::time::Timestamp::at(date(release)?, 8, 0);
    let lines: Vec<DispatchLine> = names
        .units
        .iter()
        .map(|unit| DispatchLine { member_id: unit.member_id, release_at, accompanying: unit.accompanying })
        .collect();
    story.on::<Draw, _>("dispatch", Action::DrawDispatch, id, move |work, version| {
        draw::dispatch(work, id, version, "", &lines)
    })?;
    Ok(id)
}

/// Six batches: one failed, objected to, re-inspected with the same result, ordered to be put right; one shop closed and
/// replaced, one refused. Returns the failed batch's case.
fn first_task(story: &Story<'_>, registers: &Registers, plan_id: PlanId, line: PlanLineId) -> AppResult<CaseId> {
    let days = Days { agreement: "2021-06-07", sampling: ["2021-06-28", "2021-07-09"], testing: "2021-07-30" };
    let task = commissioned(story, plan_id, line, (6, registers.cable_rules, registers.laboratory), &days)?;
    let draw_id = drawn(story, task, "2021-06-21", "2021-06-28")?;
    let good = Ending::Sampled(Batch::CABLE);
    let endings = [good, Ending::Sampled(Batch::THIN_CABLE), good, Ending::Closed, good, Ending::Refused];
    let mut records = visits::carry_out(story, task, "2021-06-28", &endings)?;
    records.extend(visits::replace_closed(story, draw_id, task, "2021-06-30", good)?);
    let inspections = visits::inspections(story, &records)?;
    visits::received(story, &inspections, &visits::FIRST_LABORATORY, "2021-07-01")?;
    visits::reported(story, &inspections, &visits::FIRST_LABORATORY, "2021-07-09")?;
    visits::confirmed(story, &inspections, "2021-07-12")?;
    let failed = failed_of(story, &inspections)?;
    let case = case_of(story, failed)?;
    verified(story, case, ["2021-07-13", "2021-07-13", "2021-07-14"], ObjectionIntent::Yes)?;
    told(story, &inspections, "2021-07-15")?;
    reinspected(story, registers, failed)?;
    ordered(story, case)?;
    Ok(case)
}

fn failed_of(story: &Story<'_>, inspections: &[InspectionId]) -> AppResult<InspectionId> {
    for id in inspections {
        if report(story, *id)?.conclusion == Some(InspectionConclusion::Nonconforming) {
            return Ok(*id);
        }
    }
    Err(AppError::fault("the story lacks its failed batch"))
}

fn report(story: &Story<'_>, id: InspectionId) -> AppResult<Inspection> {
    story.rows("WHERE id = ?1", &[id.to_value()])?.into_iter().next().ok_or(AppError::NotFound)
}

fn case_of(story: &Story<'_>, inspection: InspectionId) -> AppResult<CaseId> {
    let cases: Vec<Case> = story.rows("WHERE inspection_id = ?1 ORDER BY number", &[inspection.to_value()])?;
    cases.first().map(|case| case.id).ok_or_else(|| AppError::fault("a failed batch without its case"))
}

/// Results told to every recipient on one day.
fn told(story: &Story<'_>, inspections: &[InspectionId], on: &str) -> AppResult<()> {
    story.at(on, 14, 0)?;
    let day = date(on)?;
    let mut notices: Vec<Notice> = Vec::new();
    for inspection in inspections {
        notices.extend(story.rows::<Notice>("WHERE inspection_id = ?1 ORDER BY id", &[inspection.to_value()])?);
    }
    for notice in notices {
        let id: NoticeId = notice.id;
        let paper = hengjian_domain::objection::NoticePaper {
            recipient_name: notice.recipient_name.clone(),
            recipient_address: if notice.recipient_address.trim().is_empty() {
                "佛山市虚构路 8 号".into()
            } else {
                notice.recipient_address.clone()
            },
            where_text: "乳源瑶族自治县市场监督管理局质量发展股".into(),
            backup_text: "备用样品封存在被抽样单位".into(),
            unit_id: None,
            issued_on: day,
        };
        story.on::<Notice, _>("result", Action::NoticeIssue, id, move |work, version| {
            objection::notices::issue(work, id, version, paper)
        })?;
        let by_post = notice.capacity != RecipientCapacity::SampledParty;
        let attempt = objection::notices::Attempt {
            method: if by_post { ServiceMethod::Post } else { ServiceMethod::InPerson },
            on: day,
            succeeded: true,
            signer: if by_post { "收发室".into() } else { "店主本人".into() },
            proof: if by_post { "邮政回执".into() } else { "送达回证".into() },
            server: "盘溪禾、邓岭青".into(),
        };
        story.on::<Notice, _>("result", Action::NoticeServe, id, move |work, version| {
            objection::notices::serve(work, id, version, attempt)
        })?;
    }
    Ok(())
}

/// Login of the officer of a case's station.
fn officer(story: &Story<'_>, case: CaseId) -> AppResult<&'static str> {
    let row: Case = story.rows("WHERE id = ?1", &[case.to_value()])?.into_iter().next().ok_or(AppError::NotFound)?;
    let found =
        ["station1", "station2", "station3"].into_iter().find(|key| row.unit_id == Some(story.county.unit(key)));
    found.ok_or_else(|| AppError::fault("a case at no station"))
}

fn on_case(
    story: &Story<'_>,
    login: &str,
    action: Action,
    id: CaseId,
    run: impl FnOnce(&mut crate::Work<'_>, i64) -> AppResult<()> + Send + 'static,
) -> AppResult<()> {
    story.on::<Case, _>(login, action, id, run)
}

/// Dispatch, 签收, verification; days in that order.
fn verified(story: &Story<'_>, id: CaseId, days: [&str; 3], intent: ObjectionIntent) -> AppResult<()> {
    story.at(days[0], 10, 0)?;
    on_case(story, "result", Action::CaseDispatch, id, move |work, version| {
        follow_up::dispatch(work, id, version, None)
    })?;
    story.at(days[1], 15, 0)?;
    let login = officer(story, id)?;
    on_case(story, login, Action::CaseHandle, id, move |work, version| follow_up::accept(work, id, version))?;
    story.at(days[2], 16, 0)?;
    let on = Some(date(days[2])?);
    let found = Verification {
        on,
        text: "两名执法人员到店，同批次产品库存已下架，查看进货票据".into(),
        sold: Some("6".into()),
        stock: Some("34".into()),
        value_fen: Some(33_600),
        supplier: "粤岭线缆厂（虚构）".into(),
        intent: Some(intent),
        stopped_on: on,
        ..Verification::default()
    };
    on_case(story, login, Action::CaseHandle, id, move |work, version| {
        follow_up::verify(work, id, version, found, None)
    })
}

/// Objection, re-inspection by the other laboratory, the same result.
fn reinspected(story: &Story<'_>, registers: &Registers, inspection: InspectionId) -> AppResult<()> {
    story.at("2021-07-20", 9, 0)?;
    let failed = report(story, inspection)?;
    let notices: Vec<Notice> = story.rows("WHERE inspection_id = ?1 ORDER BY id", &[inspection.to_value()])?;
    let notice = notices.iter().find(|notice| notice.capacity == RecipientCapacity::SampledParty);
    let notice = notice.ok_or_else(|| AppError::fault("nobody was told"))?;
    let received = objection::procedure::Received {
        notice_id: Some(notice.id),
        inspection_id: None,
        case_id: None,
        applicant: notice.recipient_name.clone(),
        capacity: RecipientCapacity::SampledParty,
        received_on: date("2021-07-20")?,
        posted_on: None,
        channel: "当面提交".into(),
        kind: ObjectionKind::Conclusion,
        items: failed.failed_items.clone(),
        reasons: "认为检测结果与出厂检验不一致，申请复检".into(),
        papers: Vec::new(),
        no_paper_reason: "演示数据，不附扫描件".into(),
    };
    let id: ObjectionId = story
        .act("result", Action::ObjectionRegister, move |work| objection::procedure::register(work, received, ""))?;
    let handle = |run: Box<dyn FnOnce(&mut crate::Work<'_>, i64) -> AppResult<()> + Send>| {
        story.on::<Objection, _>("result", Action::ObjectionHandle, id, run)
    };
    story.at("2021-07-21", 9, 0)?;
    handle(Box::new(move |work, version| objection::procedure::accept(work, id, version)))?;
    handle(Box::new(move |work, version| objection::procedure::begin(work, id, version)))?;
    handle(Box::new(move |work, version| {
        objection::reinspection::issue_notice(work, id, version, "到质量发展股办理复检手续并预缴费用", 80_000)
    }))?;
    let (notified, formalities) = (date("2021-07-22")?, date("2021-07-26")?);
    story.at("2021-07-22", 10, 0)?;
    handle(Box::new(move |work, version| objection::reinspection::notified(work, id, version, notified, "店主签收")))?;
    story.at("2021-07-26", 10, 0)?;
    handle(Box::new(move |work, version| {
        objection::reinspection::formalities_done(work, id, version, formalities, "缴费凭证、确认书")
    }))?;
    story.at("2021-07-28", 10, 0)?;
    let second = registers.second_laboratory;
    handle(Box::new(move |work, version| objection::reinspection::appoint(work, id, version, second, "")))?;
    handle(Box::new(move |work, version| {
        objection::reinspection::verify_sample(work, id, version, true, true, "封条完好，与抽样单一致，照片三张")
    }))?;
    handle(Box::new(move |work, version| objection::reinspection::hand_over(work, id, version, "四方签字确认单")))?;
    let row: Objection = story.rows("WHERE id = ?1", &[id.to_value()])?.into_iter().next().ok_or(AppError::NotFound)?;
    let again = row.reinspection_id.ok_or_else(|| AppError::fault("no re-inspection"))?;
    let again = [again];
    visits::received(story, &again, &visits::SECOND_LABORATORY, "2021-07-30")?;
    visits::reported(story, &again, &visits::SECOND_LABORATORY, "2021-08-03")?;
    visits::confirmed(story, &again, "2021-08-04")?;
    story.at("2021-08-05", 10, 0)?;
    handle(Box::new(move |work, version| {
        objection::reinspection::conclude(work, id, version, ObjectionOutcome::SameResult, "复检结论与原结论一致")
    }))?;
    let settled = date("2021-08-05")?;
    handle(Box::new(move |work, version| {
        objection::reinspection::settle_cost(work, id, version, settled, "复检费由申请人承担")
    }))
}

/// Order and its service.
fn ordered(story: &Story<'_>, id: CaseId) -> AppResult<()> {
    let login = officer(story, id)?;
    story.at("2021-08-06", 9, 0)?;
    on_case(story, login, Action::CaseHandle, id, move |work, version| {
        follow_up::report_objection(work, id, version, ObjectionIntent::Yes)
    })?;
    on_case(story, login, Action::CaseHandle, id, move |work, version| {
        follow_up::draft_order(
            work,
            id,
            version,
            "销售的软电缆绝缘厚度、导体电阻不合格，责令立即停止销售同一产品，六十日内改正。",
        )
    })?;
    on_case(story, "leader", Action::CaseApprove, id, move |work, version| {
        follow_up::approve_order(work, id, version)
    })?;
    story.at("2021-08-09", 9, 0)?;
    let served = date("2021-08-09")?;
    on_case(story, login, Action::CaseHandle, id, move |work, version| {
        follow_up::serve_order(work, id, version, served, "直接送达，店主签收")
    })?;
    Ok(())
}

/// Rectification, recheck passed, closed, reported.
fn put_right(story: &Story<'_>, id: CaseId) -> AppResult<()> {
    let login = officer(story, id)?;
    story.at("2021-08-23", 9, 0)?;
    let (rectified, applied) = (date("2021-08-20")?, date("2021-08-23")?);
    on_case(story, login, Action::CaseHandle, id, move |work, version| {
        follow_up::apply_recheck(work, id, version, "退回库存，更换供货商，建立进货查验", rectified, applied)
    })?;
    story.at("2021-08-25", 9, 0)?;
    let sampled = date("2021-08-25")?;
    on_case(story, login, Action::CaseHandle, id, move |work, version| {
        let sampling = follow_up::RecheckSampling {
            sampled_on: sampled,
            sample_text: "复查样品 2 卷，封条 FC-21-000101，无偿提供".into(),
            ..follow_up::RecheckSampling::default()
        };
        follow_up::sample_recheck(work, id, version, &sampling)
    })?;
    story.at("2021-09-01", 9, 0)?;
    on_case(story, login, Action::CaseHandle, id, move |work, version| {
        follow_up::recheck_result(work, id, version, true, "LN-FC-2021-0007")
    })?;
    story.at("2021-09-02", 9, 0)?;
    on_case(story, login, Action::CaseHandle, id, move |work, version| {
        follow_up::propose_close(work, id, version, "已停止销售，退货 34 卷，复查合格，恢复销售")
    })?;
    story.at("2021-09-03", 9, 0)?;
    on_case(story, "enforce", Action::CaseClose, id, move |work, version| follow_up::close(work, id, version))?;
    on_case(story, "enforce", Action::CaseReport, id, move |work, version| {
        follow_up::report_upward(work, id, version, "韶关市市场监督管理局产品质量监管科（演示）")
    })
}

/// The first publication.
fn published(story: &Story<'_>) -> AppResult<()> {
    story.at("2021-09-06", 9, 0)?;
    let head = publication::Head {
        title: "2021年第二季度产品质量县级监督抽查结果（演示）".into(),
        document_number: None,
        period: "2021年第二季度".into(),
        body: "根据《中华人民共和国产品质量法》和《产品质量监督抽查管理暂行办法》，本局组织了电线电缆产品质量监督抽查，现将结果公布如下。\n\n\
               对抽查不合格的产品，已责令停止销售，并依法处理。"
            .into(),
    };
    let id: PublicationId = story.act("publish", Action::PublicationDraft, move |work| {
        let id = publication::create(work, head)?;
        let reports: Vec<InspectionId> =
            publication::offer(work)?.into_iter().map(|(_, inspection)| inspection.id).collect();
        publication::include(work, id, 1, &reports)?;
        Ok(id)
    })?;
    let step = |login: &str, action, run: fn(&mut crate::Work<'_>, PublicationId, i64) -> AppResult<()>| {
        story.on::<Publication, _>(login, action, id, move |work, version| run(work, id, version))
    };
    step("publish", Action::PublicationDraft, publication::submit)?;
    step("result", Action::PublicationBusinessReview, publication::review_business)?;
    step("secrecy", Action::PublicationSecrecyReview, |work, id, version| {
        publication::review_secrecy(work, id, version, true)
    })?;
    step("leader", Action::PublicationApprove, publication::approve)?;
    step("publish", Action::PublicationDraft, publication::publish)
}

fn assigned(
    story: &Story<'_>,
    received: &str,
    (tier, organiser): (Tier, &str),
    party: &str,
    product: &str,
    number: &str,
) -> AppResult<CaseId> {
    story.at(received, 9, 0)?;
    let new = follow_up::NewAssignment {
        receiver: None,
        tier,
        organiser_name: organiser.to_owned(),
        assigned_by: CITY.to_owned(),
        external_number: format!("交办 {number}"),
        received_on: date(received)?,
        party_name: party.to_owned(),
        party_address: "乳源瑶族自治县乳城镇".to_owned(),
        party_uscc: String::new(),
        product_name: product.to_owned(),
        trademark: "/".to_owned(),
        model: "见报告".to_owned(),
        batch_text: "2021-03-02".to_owned(),
        producer_name: "云溪制造厂（虚构）".to_owned(),
        report_number: number.to_owned(),
        failed_items: "标志、机械强度".to_owned(),
    };
    let id = story.act("result", Action::CaseOpen, move |work| follow_up::open_assigned(work, new))?;
    id.ok_or_else(|| AppError::fault("the case is there already"))
}

fn dispatched(story: &Story<'_>, id: CaseId) -> AppResult<()> {
    let station = story.county.unit("station1");
    on_case(story, "result", Action::CaseDispatch, id, move |work, version| {
        follow_up::dispatch(work, id, version, Some(station))
    })
}

const CITY: &str = "韶关市市场监督管理局（演示）";

/// A case of the city: signed for, then left until it is overdue.
fn city_cases(story: &Story<'_>) -> AppResult<()> {
    let city = (Tier::Municipal, CITY);
    let overdue = assigned(story, "2021-09-15", city, "拾光小家电商行（虚构）", "电动自行车充电器", "SG-2021-118")?;
    dispatched(story, overdue)?;
    story.at("2021-09-16", 9, 0)?;
    on_case(story, "station1", Action::CaseHandle, overdue, move |work, version| {
        follow_up::accept(work, overdue, version)
    })
}

/// A case of the city that came yesterday and lies with the section.
fn city_case_of_today(story: &Story<'_>) -> AppResult<()> {
    assigned(story, "2021-09-27", (Tier::Municipal, CITY), "疏篱建材店（虚构）", "烧结砖", "SG-2021-131").map(|_| ())
}

/// Three batches of the third quarter: the failed one is being verified, everybody's right runs; a case of the province
/// waits to be signed for.
fn being_verified(story: &Story<'_>, inspections: &[InspectionId]) -> AppResult<()> {
    visits::reported(story, inspections, &visits::FIRST_LABORATORY, "2021-09-24")?;
    visits::confirmed(story, inspections, "2021-09-24")?;
    let case = case_of(story, failed_of(story, inspections)?)?;
    on_case(story, "result", Action::CaseDispatch, case, move |work, version| {
        follow_up::dispatch(work, case, version, None)
    })?;
    let login = officer(story, case)?;
    on_case(story, login, Action::CaseHandle, case, move |work, version| follow_up::accept(work, case, version))?;
    told(story, inspections, "2021-09-24")?;
    let province = (Tier::Provincial, "省市场监督管理局（演示）");
    let waiting = assigned(story, "2021-09-26", province, "半亩日用百货店（虚构）", "一次性竹木筷", "GD-2021-0457")?;
    dispatched(story, waiting)
}

/// A task whose roster is being prepared.
fn prepared(story: &Story<'_>, registers: &Registers, plan_id: PlanId, line: PlanLineId) -> AppResult<()> {
    let days = Days { agreement: "2021-09-27", sampling: ["2021-10-11", "2021-10-22"], testing: "2021-11-12" };
    let task = commissioned(story, plan_id, line, (3, registers.coolant_rules, registers.laboratory), &days)?;
    story.act("draw", Action::DrawPrepare, move |work| draw::begin(work, task, "")).map(|_| ())
}

/// Four visits released this morning.
fn sampled_today(story: &Story<'_>, registers: &Registers, plan_id: PlanId, line: PlanLineId) -> AppResult<()> {
    let days = Days { agreement: "2021-09-27", sampling: ["2021-09-28", "2021-10-15"], testing: "2021-11-05" };
    let task = commissioned(story, plan_id, line, (4, registers.stove_rules, registers.laboratory), &days)?;
    drawn(story, task, "2021-09-27", "2021-09-28").map(|_| ())
}
