//! Use cases of the stage 检验: receipt, items, judgement, signatures, reports.
//!
//! `laboratory` is the way through the laboratory, `organiser` what the authority does with a report, `outside` reports
//! made elsewhere, `problem` reports of problems, `risk` what is reported upward, `sheet` results from a
//! table, `paper` the report as a paper, `view` what the pages read. After `sampling`, before `objection`.

pub mod laboratory;
pub mod organiser;
pub mod outside;
pub mod paper;
pub mod problem;
pub mod risk;
pub mod sheet;
pub mod view;

pub use laboratory::*;
pub use organiser::*;
pub use outside::*;
pub use problem::*;
pub use risk::*;

use crate::{
    AppError, AppResult, Event, Work,
    clocks::{About, Owner},
};
use hengjian_domain::{
    actor::{Role, UserId},
    clock::{ClockKind, ClockState, SubjectKind},
    code::Code,
    deadline::{INDUSTRY_RISK, Length, TEST_REPORT},
    enterprise::Enterprise,
    follow_up::{Case, CaseRecheck},
    ids::SubjectId,
    laboratory::{Laboratory, LaboratoryId},
    law,
    officer::Officer,
    parameter::REPORT_DAYS,
    plan::SpotCheckTask,
    product::ProductCategory,
    rules::{TableChoice, items_of_choice, table_for},
    sampling::{Sample, SamplingRecord, Visit},
    testing::{
        Inspection, InspectionId, InspectionPurpose, InspectionState, ItemResult, NewInspection, SamplerOf,
        TestingRefused, item_of_rule, reinspection_laboratory, select_items,
    },
};

crate::refusals!(TestingRefused);

/// What an inspection is made for.
#[derive(Debug, Clone)]
pub struct Assignment {
    /// First test, re-inspection (复检) or recheck (复查).
    pub purpose: InspectionPurpose,
    /// The objection or the recheck it serves; `None` for the first test.
    pub purpose_id: Option<SubjectId>,
    /// Laboratory that tests.
    pub laboratory_id: LaboratoryId,
    /// Items to be tested; empty: all of the rule.
    pub items: Vec<String>,
}

/// Assigns a sample to a laboratory: a new inspection in state ASSIGNED with its item rows and the laboratory's duty.
/// A laboratory without accounts here has no duty of its own: the result manager registers its report.
///
/// # Errors
/// A refusal, or a fault.
pub fn assign(
    work: &mut Work<'_>,
    record: &SamplingRecord,
    sample: &Sample,
    assignment: Assignment,
) -> AppResult<InspectionId> {
    let laboratory: Laboratory = work.tx.get(&assignment.laboratory_id)?.ok_or(AppError::NotFound)?;
    if laboratory.org_id != record.org_id {
        return Err(AppError::NotFound);
    }
    let before = work.tx.inspections_of_record(record.id)?;
    let doubled = before.iter().any(|one| {
        one.sample_id == Some(sample.id)
            && one.purpose == assignment.purpose
            && one.purpose_id == assignment.purpose_id
            && !matches!(one.state, InspectionState::Rejected | InspectionState::Replaced)
    });
    if doubled {
        return Err(TestingRefused::AlreadyAssigned { sample: sample.number.clone() }.into());
    }
    let first = before.iter().rfind(|one| one.purpose == InspectionPurpose::First);
    if assignment.purpose == InspectionPurpose::Reinspection {
        reinspection_laboratory(first.and_then(|first| first.laboratory_id), &laboratory)?;
    }
    let earlier = match assignment.purpose {
        InspectionPurpose::First => None,
        InspectionPurpose::Reinspection => first.cloned(),
        InspectionPurpose::Recheck => failed_report_of(work, assignment.purpose_id)?,
    };
    let task: Option<SpotCheckTask> = record.task_id.map(|task| work.tx.get(&task)).transpose()?.flatten();
    let party: Enterprise = work
        .tx
        .get(&record.enterprise_id)?
        .ok_or_else(|| AppError::fault(format!("enterprise of record {} is missing", record.number)))?;
    let organiser = work.organisation(record.org_id)?;
    let new = NewInspection {
        id: work.new_id(),
        record,
        sample,
        laboratory: &laboratory,
        task: task.as_ref(),
        organiser: &organiser,
        party: &party,
        purpose: assignment.purpose,
        purpose_id: assignment.purpose_id,
        at: work.now(),
    };
    let mut inspection = new.begin();
    if inspection.rules_id.is_none() {
        inspection.rules_id = earlier.as_ref().and_then(|earlier| earlier.rules_id);
    }
    let (mut items, table) = items_to_test(work, &inspection, earlier.as_ref(), &record.standard, &assignment.items)?;
    work.insert(&mut inspection)?;
    for item in &mut items {
        work.insert(item)?;
    }
    hand_to(work, sample, &laboratory)?;
    begin_duty(work, &inspection, sample)?;
    work.record(
        Event::new(
            "testing.assigned",
            format!("样品 {} 交付{}，用途是{}", sample.number, laboratory.name, inspection.purpose.title()),
        )
        .about(inspection.id)
        .about(sample.id)
        .about(record.id)
        .fact("检验项目", items.iter().map(|item| item.item.clone()).collect::<Vec<_>>().join("、"))
        .fact("细则的项目表", table)
        .basis(law::R18_13),
    );
    Ok(inspection.id)
}

/// The report whose failure led to a recheck.
fn failed_report_of(work: &mut Work<'_>, recheck: Option<SubjectId>) -> AppResult<Option<Inspection>> {
    let Some(recheck) = recheck else { return Ok(None) };
    let recheck: Option<CaseRecheck> = work.tx.get(&recheck)?;
    let case: Option<Case> = recheck.map(|recheck| work.tx.get(&recheck.case_id)).transpose()?.flatten();
    let report = case.and_then(|case| case.inspection_id);
    Ok(report.map(|report| work.tx.get(&report)).transpose()?.flatten())
}

/// Items with their limits: those of the report in dispute or in correction, otherwise those of the task's rule, of which
/// the table of this product; and in words which table that was.
fn items_to_test(
    work: &mut Work<'_>,
    inspection: &Inspection,
    earlier: Option<&Inspection>,
    declared: &str,
    wanted: &[String],
) -> AppResult<(Vec<ItemResult>, String)> {
    let earlier_items = match earlier {
        Some(earlier) => work.tx.items_of_inspection(earlier.id)?,
        None => Vec::new(),
    };
    if !earlier_items.is_empty() {
        let chosen = select_items(&earlier_items, |item| &item.item, wanted)?;
        let items = (1..).zip(&chosen).map(|(seq, item)| item.again(work.new_id(), inspection, seq)).collect();
        return Ok((items, "与原报告相同".to_owned()));
    }
    let rule_items = match inspection.rules_id {
        Some(rules) => work.tx.items_to_test(rules)?,
        None => Vec::new(),
    };
    let choice = table_for(&rule_items, &inspection.product_name, &inspection.model, declared);
    let table = match &choice {
        TableChoice::Whole => "全部项目".to_owned(),
        TableChoice::Table(table) => table.clone(),
        TableChoice::Unclear(tables) => {
            format!(
                "细则有 {} 张表，按产品名称、型号和执行标准认不出用哪一张，全部列出：{}",
                tables.len(),
                tables.join("；")
            )
        }
    };
    let of_table = items_of_choice(rule_items.clone(), &choice);
    // An item asked for by name may stand in another table.
    let chosen = match select_items(&of_table, |item| &item.name, wanted) {
        Ok(chosen) => chosen,
        Err(_) => select_items(&rule_items, |item| &item.name, wanted)?,
    };
    let items = (1..).zip(&chosen).map(|(seq, item)| item_of_rule(work.new_id(), inspection, seq, item)).collect();
    Ok((items, table))
}

/// From now on the sample is this laboratory's to see and to receive.
fn hand_to(work: &mut Work<'_>, sample: &Sample, laboratory: &Laboratory) -> AppResult<()> {
    let mut row: Sample = work.tx.get(&sample.id)?.ok_or(AppError::NotFound)?;
    if row.unit_id != laboratory.organisation_id {
        row.unit_id = laboratory.organisation_id;
        work.save(&mut row)?;
    }
    Ok(())
}

fn begin_duty(work: &mut Work<'_>, inspection: &Inspection, sample: &Sample) -> AppResult<()> {
    match inspection.unit_id {
        Some(unit) => {
            let title = format!("接收样品 {}", sample.number);
            let about = About::new(inspection.org_id, SubjectKind::Inspection, inspection.id, &title);
            work.start_step(about, Owner::unit(Role::LabReceiver, unit))?;
        }
        None => {
            let title = format!("登记{}的检验报告（样品 {}）", inspection.laboratory_name, sample.number);
            let about = About::new(inspection.org_id, SubjectKind::Inspection, inspection.id, &title);
            let today = work.today();
            let days = work.parameter_number(inspection.org_id, &REPORT_DAYS)?;
            let rule = TEST_REPORT.with_length(Length::WorkingDays(days));
            work.start_duty(about, &rule, today, "样品交付机构", Owner::role(Role::ResultManager))?;
        }
    }
    Ok(())
}

/// The inspection for an act of the laboratory that has it in hand; anybody else does not find it.
fn at_laboratory(work: &mut Work<'_>, id: InspectionId, version: i64) -> AppResult<Inspection> {
    let inspection: Inspection = work.load_version(id, version)?;
    if inspection.unit_id == Some(work.actor().unit_id) { Ok(inspection) } else { Err(AppError::NotFound) }
}

/// A file of a form.
#[derive(Debug, Clone)]
pub struct Attached {
    /// Name as uploaded.
    pub name: String,
    /// Content.
    pub bytes: Vec<u8>,
}

/// Who took the sample: the two samplers of the visit.
fn samplers(work: &mut Work<'_>, inspection: &Inspection) -> AppResult<Vec<SamplerOf>> {
    let Some(record) = record_of(work, inspection)? else { return Ok(Vec::new()) };
    let visit: Option<Visit> = record.visit_id.map(|visit| work.tx.get(&visit)).transpose()?.flatten();
    let Some(visit) = visit else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for id in [visit.lead_officer_id, visit.second_officer_id] {
        if let Some(officer) = work.tx.get::<Officer>(&id)? {
            found.push(SamplerOf {
                user_id: officer.user_id,
                name: officer.name,
                laboratory_id: officer.laboratory_id,
            });
        }
    }
    Ok(found)
}

/// The sampling record, read for the stage's own checks: laboratory staff do not see it as a row of theirs.
fn record_of(work: &mut Work<'_>, inspection: &Inspection) -> AppResult<Option<SamplingRecord>> {
    Ok(inspection.record_id.map(|record| work.tx.get(&record)).transpose()?.flatten())
}

fn sample_of(work: &mut Work<'_>, inspection: &Inspection) -> AppResult<Option<Sample>> {
    Ok(inspection.sample_id.map(|sample| work.tx.get(&sample)).transpose()?.flatten())
}

fn task_of(work: &mut Work<'_>, inspection: &Inspection) -> AppResult<Option<SpotCheckTask>> {
    Ok(inspection.task_id.map(|task| work.tx.get(&task)).transpose()?.flatten())
}

/// Whether the product is under production licence or compulsory certification, by its category.
fn licence_required(work: &mut Work<'_>, inspection: &Inspection) -> AppResult<bool> {
    let category = record_of(work, inspection)?.and_then(|record| record.category_id);
    let category: Option<ProductCategory> = category.map(|id| work.tx.get(&id)).transpose()?.flatten();
    Ok(category.is_some_and(|category| category.licensed || category.ccc))
}

/// Most editions of a report that are followed.
const EDITIONS: usize = 20;

/// Editions that a report replaces, newest first.
pub(crate) fn earlier_editions(work: &mut Work<'_>, report: &Inspection) -> AppResult<Vec<Inspection>> {
    let mut found: Vec<Inspection> = Vec::new();
    let mut next = report.amends_id;
    while let Some(id) = next.filter(|_| found.len() < EDITIONS) {
        let Some(edition) = work.tx.get::<Inspection>(&id)? else { break };
        next = edition.amends_id;
        found.push(edition);
    }
    Ok(found)
}

/// Editions that came after a report, oldest first, also the one that is being made.
pub(crate) fn later_editions(work: &mut Work<'_>, report: &Inspection) -> AppResult<Vec<Inspection>> {
    let mut found: Vec<Inspection> = Vec::new();
    let mut last = report.id;
    while let Some(edition) = work.tx.editions_after(last)?.pop().filter(|_| found.len() < EDITIONS) {
        last = edition.id;
        found.push(edition);
    }
    Ok(found)
}

/// The edition of a report that counts today: the last one that was confirmed.
pub(crate) fn current_edition(work: &mut Work<'_>, report: Inspection) -> AppResult<Inspection> {
    let later = later_editions(work, &report)?;
    Ok(later.into_iter().rfind(|edition| edition.confirmed_on.is_some()).unwrap_or(report))
}

/// What an inspection is called on work lists and timelines: its report number, else its sample, else its product.
/// Never the party: laboratory staff read these lines.
fn label(work: &mut Work<'_>, inspection: &Inspection) -> AppResult<String> {
    if let Some(number) = &inspection.report_number {
        return Ok(format!("报告 {number}"));
    }
    Ok(match sample_of(work, inspection)? {
        Some(sample) => format!("样品 {}", sample.number),
        None => inspection.product_name.clone(),
    })
}

/// Ends the duties of an inspection. That of reporting a possible industry-wide risk upward (S5) ends only with its report.
fn end_duties(work: &mut Work<'_>, id: InspectionId) -> AppResult<()> {
    let open = work.tx.clocks_of(id.cast())?;
    let rules: std::collections::BTreeSet<String> = open
        .into_iter()
        .filter(|clock| clock.kind == ClockKind::Duty && clock.state == ClockState::Open)
        .map(|clock| clock.rule)
        .filter(|rule| rule != INDUSTRY_RISK.id)
        .collect();
    for rule in rules {
        work.finish_duties(id, Some(&rule))?;
    }
    Ok(())
}

/// The test sample of an inspection is gone, and the organiser has decided about it: a test without a result ends and its
/// batch counts as written off (regulations §2.2). A test that has its result stays as it is.
///
/// # Errors
/// The re-inspection's report is signed: that is the final result (R18 第四十二条), the loss ends nothing any more.
pub fn sample_lost(work: &mut Work<'_>, inspection: Inspection, decision: &str) -> AppResult<()> {
    let (by, today) = (work.actor().user_id, work.today());
    let signed = matches!(inspection.state, InspectionState::Signed | InspectionState::Submitted);
    if signed && inspection.purpose == InspectionPurpose::Reinspection {
        let state = "复检报告已签发，复检结论为准";
        return Err(TestingRefused::WrongState { act: "按样品灭失结束复检", state }.into());
    }
    let Some(mut inspection) = inspection.sample_lost(by, today, decision) else { return Ok(()) };
    work.save(&mut inspection)?;
    end_duties(work, inspection.id)?;
    let words = match inspection.purpose {
        InspectionPurpose::First => "样品灭失或者被动，无法检验，这一批核销",
        InspectionPurpose::Reinspection | InspectionPurpose::Recheck => "样品灭失或者被动，无法检验",
    };
    work.record(
        Event::new("testing.sample_lost", words).about(inspection.id).fact("处理", decision.trim()).basis(law::R18_31),
    );
    after_stop(work, &inspection)
}

/// What follows when a test has ended without a result and the organiser has decided: samples get their way out, the task
/// may go on, a case takes another sample.
fn after_stop(work: &mut Work<'_>, inspection: &Inspection) -> AppResult<()> {
    crate::follow_up::recheck_without_result(work, inspection, &inspection.reason)?;
    if let Some(record) = inspection.record_id {
        crate::sampling::samples_may_end(work, record)?;
    }
    match inspection.task_id {
        Some(task) => crate::plan::advance_task(work, task),
        None => Ok(()),
    }
}

/// Ends the open steps of an inspection and opens the one that its state asks for: nothing falls off.
fn next_step(work: &mut Work<'_>, inspection: &Inspection) -> AppResult<()> {
    work.finish_duties(inspection.id, Some("-"))?;
    let name = label(work, inspection)?;
    let person = |role, user: Option<UserId>| Owner { role, unit: inspection.unit_id, user };
    let organiser = Owner::role(Role::ResultManager);
    let alarm = if inspection.alerted_at_us.is_some() { "预警：" } else { "" };
    let (owner, title) = match inspection.state {
        InspectionState::Assigned if inspection.unit_id.is_none() => (organiser, format!("登记{name}的检验报告")),
        InspectionState::Assigned => (person(Role::LabReceiver, None), format!("接收{name}")),
        InspectionState::Accepted if inspection.licence_ok => (person(Role::Tester, None), format!("检验{name}")),
        InspectionState::Accepted => {
            (person(Role::LabReceiver, None), format!("证书核查未通过，终止检验并报告：{name}"))
        }
        InspectionState::Testing => (person(Role::Tester, inspection.tester_id), format!("录入检验结果：{name}")),
        InspectionState::ItemsDone => (person(Role::LabReviewer, None), format!("审核检验结果：{name}")),
        InspectionState::Reviewed => (person(Role::LabSigner, None), format!("批准报告：{name}")),
        InspectionState::Signed => (person(Role::LabSigner, None), format!("报送{name}")),
        InspectionState::Submitted => (organiser, format!("{alarm}确认{name}")),
        InspectionState::Rejected => (organiser, format!("样品被拒收，决定是否重新抽样：{name}")),
        InspectionState::Untestable => (organiser, format!("样品无法检验，决定如何处理：{name}")),
        InspectionState::TerminatedIllegal => (organiser, format!("检验已终止，决定如何处理：{name}")),
        InspectionState::Confirmed | InspectionState::Amending | InspectionState::Replaced => return Ok(()),
    };
    work.start_step(About::new(inspection.org_id, SubjectKind::Inspection, inspection.id, &title), owner)?;
    Ok(())
}
