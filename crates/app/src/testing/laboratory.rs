//! The way of a sample through the laboratory: receipt or rejection, licence gate, results, review, signature, submission.
//! Acts of laboratory staff; the row stays the organiser's, the journal entry is the laboratory's.

use super::{Attached, at_laboratory, end_duties, label, licence_required, next_step, sample_of, samplers};
use crate::{
    AppError, AppResult, Event, FieldError, Work,
    clocks::{About, Owner},
    sampling::Move,
};
use hengjian_domain::{
    actor::Role,
    clock::SubjectKind,
    code::Code,
    deadline::{DutyRule, Length, REINSPECTION_REPORT, RISK_ALERT, TEST_REPORT},
    laboratory::Laboratory,
    law,
    parameter::{REINSPECTION_REPORT_DAYS, REPORT_DAYS},
    rules::{CompareMethod, ItemClass},
    sampling::{Sample, SampleState},
    testing::{
        Inspection, InspectionId, InspectionOrigin, InspectionPurpose, ItemEntry, ItemProblem, ItemResult,
        ItemResultId, ItemVerdict, LicenceAnswer, LicenceFinding, Receipt, TestingRefused, amended_number,
        judge_licence,
    },
};
use jiff::civil::Date;

/// Number book of reports.
const REPORT_BOOK: &str = "report";

/// What the sample administrator writes down when a sample arrives.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// Day of arrival.
    pub received_on: Date,
    /// Seal whole.
    pub seal_intact: bool,
    /// Package, label and quantity fit the sampling record.
    pub matches_record: bool,
    /// Outer condition in words.
    pub condition: String,
    /// Where it is stored.
    pub place: String,
    /// Remark.
    pub note: String,
    /// Licence gate; `None` when the product needs no certificate.
    pub licence: Option<LicenceAnswer>,
    /// Photographs of package and seal.
    pub photos: Vec<Attached>,
}

/// 接收样品 (R18 第二十九条) with the licence gate (R18 第三十条): ASSIGNED → ACCEPTED; the report's term begins.
///
/// # Errors
/// Messages at fields, a refusal, or a fault.
pub fn receive(work: &mut Work<'_>, id: InspectionId, version: i64, arrival: Arrival) -> AppResult<()> {
    let inspection = at_laboratory(work, id, version)?;
    check_day(work, &inspection, arrival.received_on)?;
    if arrival.photos.is_empty() {
        return Err(AppError::field("photos", "请附上样品外观和封条的照片"));
    }
    let sample = held_sample(work, &inspection)?;
    let required = licence_required(work, &inspection)?;
    let licence = judge_licence(required, &inspection.producer_name, arrival.licence.as_ref())?;
    let receipt = Receipt {
        received_on: arrival.received_on,
        seal_intact: arrival.seal_intact,
        matches_record: arrival.matches_record,
    };
    let actor = work.actor();
    let mut inspection = inspection.receive(actor, receipt, sample.state, licence.clone())?;
    work.save(&mut inspection)?;
    if sample.state == SampleState::InTransit {
        hand_over(work, &sample, SampleState::Received, &arrival.condition, &arrival.place, true, &arrival.note)?;
    }
    for photo in &arrival.photos {
        work.keep_file((SubjectKind::Inspection, id), "样品接收照片", "photos", &photo.name, &photo.bytes)?;
    }
    let (rule, proof) = report_term(work, &inspection)?;
    let title = format!("出具检验报告：样品 {}", sample.number);
    let about = About::new(inspection.org_id, SubjectKind::Inspection, id, &title);
    let owner = Owner { role: Role::Tester, unit: inspection.unit_id, user: None };
    work.start_duty(about, &rule, arrival.received_on, proof, owner)?;
    next_step(work, &inspection)?;
    work.record(
        Event::new("testing.received", format!("接收样品 {}，封条完整，与抽样单一致", sample.number))
            .about(id)
            .about(sample.id)
            .fact("外观", arrival.condition)
            .fact("到样日期", arrival.received_on.to_string())
            .basis(law::R18_29),
    );
    record_licence(work, id, &licence);
    Ok(())
}

/// Term of the report and what proves its first day (regulations D09, D08); the lengths are parameters of the organiser.
fn report_term(work: &mut Work<'_>, inspection: &Inspection) -> AppResult<(DutyRule, &'static str)> {
    Ok(match inspection.purpose {
        InspectionPurpose::Reinspection => {
            let days = work.parameter_number(inspection.org_id, &REINSPECTION_REPORT_DAYS)?;
            (REINSPECTION_REPORT.with_length(Length::CalendarDays(days)), "备用样品接收确认单")
        }
        InspectionPurpose::First | InspectionPurpose::Recheck => {
            let days = work.parameter_number(inspection.org_id, &REPORT_DAYS)?;
            (TEST_REPORT.with_length(Length::WorkingDays(days)), "样品接收确认单")
        }
    })
}

fn record_licence(work: &mut Work<'_>, id: InspectionId, licence: &LicenceFinding) {
    let words = if licence.passed() { "证书核查通过" } else { "证书核查未通过" };
    work.record(
        Event::new("testing.licence", words).about(id).fact("核查情况", licence.text.clone()).basis(law::R18_30),
    );
}

/// The gate is answered again before the test begins.
///
/// # Errors
/// A refusal, or a fault.
pub fn answer_licence(
    work: &mut Work<'_>,
    id: InspectionId,
    version: i64,
    answer: Option<LicenceAnswer>,
) -> AppResult<()> {
    let inspection = at_laboratory(work, id, version)?;
    let required = licence_required(work, &inspection)?;
    let licence = judge_licence(required, &inspection.producer_name, answer.as_ref())?;
    let mut inspection = inspection.answer_licence(licence.clone())?;
    work.save(&mut inspection)?;
    next_step(work, &inspection)?;
    record_licence(work, id, &licence);
    Ok(())
}

/// 拒收样品 in writing (R18 第二十九条): the organiser decides whether to sample again.
///
/// # Errors
/// A refusal, or a fault.
pub fn reject(
    work: &mut Work<'_>,
    id: InspectionId,
    version: i64,
    reason: &str,
    condition: &str,
    photos: &[Attached],
) -> AppResult<()> {
    let inspection = at_laboratory(work, id, version)?;
    let needed = [("reject_reason", reason, "请填写拒收理由"), ("reject_condition", condition, "请填写样品状态")];
    let empty = needed.into_iter().filter(|(_, text, _)| text.trim().is_empty());
    let errors: Vec<FieldError> = empty.map(|(field, _, words)| FieldError::new(field, words)).collect();
    if !errors.is_empty() {
        return Err(AppError::Fields(errors));
    }
    let sample = held_sample(work, &inspection)?;
    let (actor, today) = (work.actor(), work.today());
    let mut inspection = inspection.reject(actor, today, reason)?;
    work.save(&mut inspection)?;
    if sample.state == SampleState::InTransit {
        let place = actor.unit_name.clone();
        hand_over(work, &sample, SampleState::Rejected, condition, &place, false, reason)?;
    }
    for photo in photos {
        work.keep_file((SubjectKind::Inspection, id), "拒收样品照片", "photos", &photo.name, &photo.bytes)?;
    }
    next_step(work, &inspection)?;
    work.record(
        Event::new("testing.rejected", format!("拒收样品 {}", sample.number))
            .about(id)
            .about(sample.id)
            .fact("理由", inspection.reason)
            .fact("外观", condition)
            .basis(law::R18_29),
    );
    Ok(())
}

/// 终止检验 (R18 第三十条): unlawful without any test. The organiser gets a problem report and a case of its own.
///
/// # Errors
/// A refusal, or a fault.
pub fn terminate(
    work: &mut Work<'_>,
    id: InspectionId,
    version: i64,
    reason: &str,
    evidence: &str,
    files: &[Attached],
) -> AppResult<()> {
    let inspection = at_laboratory(work, id, version)?;
    let mut inspection = inspection.terminate(reason, evidence)?;
    work.save(&mut inspection)?;
    for file in files {
        work.keep_file((SubjectKind::Inspection, id), "终止检验证据", "files", &file.name, &file.bytes)?;
    }
    end_duties(work, id)?;
    next_step(work, &inspection)?;
    work.record(
        Event::new("testing.terminated", "终止检验，报告组织部门")
            .about(id)
            .fact("理由", reason.trim())
            .fact("证据", evidence.trim())
            .basis(law::R18_30),
    );
    let problem = super::problem::Problem {
        what: format!("检验中发现违法情形，已终止检验：{}", reason.trim()),
        evidence: evidence.trim().to_owned(),
        urgent: true,
        files: Vec::new(),
    };
    super::problem::open(work, Some(&inspection), inspection.record_id, inspection.org_id, problem)?;
    Ok(())
}

/// 主检 begins, or takes over: ACCEPTED → TESTING (R18 第九条: not a sampler of this sample).
///
/// # Errors
/// A refusal, or a fault.
pub fn begin_testing(work: &mut Work<'_>, id: InspectionId, version: i64) -> AppResult<()> {
    let inspection = at_laboratory(work, id, version)?;
    let before = inspection.tester_id;
    let samplers = samplers(work, &inspection)?;
    let actor = work.actor();
    let mut inspection = inspection.begin_testing(actor, &samplers)?;
    work.save(&mut inspection)?;
    if let Some(sample) = sample_of(work, &inspection)? {
        let stored =
            matches!(sample.state, SampleState::Received | SampleState::Stored | SampleState::ReinspectionTransferred);
        if stored {
            let place = sample.place.clone();
            hand_over(work, &sample, SampleState::UnderTest, "启封检验", &place, true, "")?;
        }
    }
    next_step(work, &inspection)?;
    let words = if before.is_none() { "开始检验" } else { "改由本人主检" };
    work.record(Event::new("testing.begun", words).about(id).fact("主检", actor.name.clone()).basis(law::R18_9));
    Ok(())
}

/// 无法检验 (R18 第三十一条).
///
/// # Errors
/// A refusal, or a fault.
pub fn untestable(
    work: &mut Work<'_>,
    id: InspectionId,
    version: i64,
    reason: &str,
    evidence: &str,
    files: &[Attached],
) -> AppResult<()> {
    let inspection = at_laboratory(work, id, version)?;
    let actor = work.actor();
    let mut inspection = inspection.untestable(actor, reason, evidence)?;
    work.save(&mut inspection)?;
    for file in files {
        work.keep_file((SubjectKind::Inspection, id), "无法检验证据", "files", &file.name, &file.bytes)?;
    }
    end_duties(work, id)?;
    next_step(work, &inspection)?;
    work.record(
        Event::new("testing.untestable", "样品无法检验，报告组织部门")
            .about(id)
            .fact("理由", reason.trim())
            .fact("证据", evidence.trim())
            .basis(law::R18_31),
    );
    Ok(())
}

/// What was typed in one row of the item table.
#[derive(Debug, Clone)]
pub struct TypedItem {
    /// Row.
    pub id: ItemResultId,
    /// Its version when the form was opened.
    pub version: i64,
    /// What was typed.
    pub entry: ItemEntry,
}

/// An item that the rule does not have: for reports made elsewhere and for rechecks without a rule on file.
#[derive(Debug, Clone)]
pub struct AddedItem {
    /// Item.
    pub item: String,
    /// Importance.
    pub class: ItemClass,
    /// Judging basis.
    pub standard: String,
    /// Method.
    pub method: String,
    /// Unit.
    pub unit: String,
    /// Limit as printed; empty: none, the item is not judged.
    pub limit: String,
    /// Whether the limit is a mandatory requirement.
    pub mandatory: bool,
    /// Comparison.
    pub compare: CompareMethod,
    /// What was typed.
    pub entry: ItemEntry,
}

/// Field of a typed row in forms and messages: `value-3`, `declared-3`, `reason-3` with the row's number.
pub fn item_field(part: &str, seq: i64) -> String {
    format!("{part}-{seq}")
}

/// Saves what the tester typed; nothing is lost by an incomplete table. Returns the version it left behind.
///
/// # Errors
/// Messages at fields, a refusal, or a fault.
pub fn enter_items(
    work: &mut Work<'_>,
    id: InspectionId,
    version: i64,
    typed: Vec<TypedItem>,
    added: Vec<AddedItem>,
) -> AppResult<i64> {
    let mut inspection = at_laboratory(work, id, version)?;
    inspection.may_enter(work.actor())?;
    if inspection.rules_id.is_some() && !added.is_empty() {
        let items = added.into_iter().map(|added| added.item).collect();
        return Err(TestingRefused::ItemsUnknown { items }.into());
    }
    let changed = save_items(work, &inspection, typed, added)?;
    if !changed.is_empty() {
        // Who reviews the report reviews its items: a page read before this is out of date.
        work.save(&mut inspection)?;
        work.record(
            Event::new("testing.entered", format!("录入 {} 项检验结果", changed.len()))
                .about(id)
                .fact("项目", changed.join("；")),
        );
    }
    Ok(inspection.version)
}

/// Judges and saves rows; returns what changed, in words. Shared with reports made elsewhere.
pub(super) fn save_items(
    work: &mut Work<'_>,
    inspection: &Inspection,
    typed: Vec<TypedItem>,
    added: Vec<AddedItem>,
) -> AppResult<Vec<String>> {
    let rows = work.tx.items_of_inspection(inspection.id)?;
    let (mut errors, mut save) = (Vec::new(), Vec::new());
    for one in typed {
        let row = rows.iter().find(|row| row.id == one.id).ok_or(AppError::NotFound)?;
        if row.version != one.version {
            return Err(AppError::Stale);
        }
        match row.clone().enter(&one.entry) {
            Ok(entered) if entered != *row => save.push(entered),
            Ok(_) => {}
            Err(problem) => errors.push(message(&problem, row.seq)),
        }
    }
    let mut insert = Vec::new();
    for (added, seq) in added.into_iter().zip(rows.iter().map(|row| row.seq).max().unwrap_or(0) + 1..) {
        let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let row = ItemResult {
            id: work.new_id(),
            version: 1,
            org_id: inspection.org_id,
            inspection_id: inspection.id,
            seq,
            item: added.item.trim().to_owned(),
            class: added.class,
            standard: added.standard.trim().to_owned(),
            method: added.method.trim().to_owned(),
            unit: added.unit.trim().to_owned(),
            rule_limit: given(&added.limit),
            declared_limit: None,
            applied_limit: None,
            mandatory: added.mandatory,
            compare: added.compare,
            interval: None,
            value_text: None,
            not_tested_reason: String::new(),
            verdict: ItemVerdict::NotJudged,
            verdict_reason: String::new(),
            reported_verdict: None,
            overruled_verdict: None,
            overruled_reason: String::new(),
        };
        match row.enter(&added.entry) {
            Ok(row) => insert.push(row),
            Err(problem) => errors.push(message(&problem, seq)),
        }
    }
    if !errors.is_empty() {
        return Err(AppError::Fields(errors));
    }
    let words = |row: &ItemResult| {
        let value =
            row.value_text.as_deref().unwrap_or(if row.not_tested_reason.is_empty() { "空" } else { "未检" });
        format!("{} {value}", row.item)
    };
    let mut changed = Vec::new();
    for mut row in save {
        changed.push(words(&row));
        work.save(&mut row)?;
    }
    for mut row in insert {
        changed.push(words(&row));
        work.insert(&mut row)?;
    }
    Ok(changed)
}

fn message(problem: &ItemProblem, seq: i64) -> FieldError {
    match problem {
        ItemProblem::ValueAndReason => {
            FieldError::new(item_field("reason", seq), "有实测值的项目不写未检理由，请留下其中一个")
        }
        ItemProblem::DeclaredLimit(words) => FieldError::new(item_field("declared", seq), words.clone()),
    }
}

/// 提交审核: TESTING → ITEMS_DONE; the first signature.
///
/// # Errors
/// A refusal, or a fault.
pub fn complete_items(work: &mut Work<'_>, id: InspectionId, version: i64) -> AppResult<()> {
    let inspection = at_laboratory(work, id, version)?;
    let items = work.tx.items_of_inspection(id)?;
    let actor = work.actor();
    let mut inspection = inspection.complete(actor, &items)?;
    work.save(&mut inspection)?;
    next_step(work, &inspection)?;
    work.record(
        Event::new("testing.completed", "检验完毕，提交审核")
            .about(id)
            .fact("主检", actor.name.clone())
            .fact("自动判定", inspection.conclusion_text)
            .basis(law::R18_31),
    );
    Ok(())
}

/// 撤回 what nobody has reviewed yet.
///
/// # Errors
/// A refusal, or a fault.
pub fn take_back(work: &mut Work<'_>, id: InspectionId, version: i64) -> AppResult<()> {
    let inspection = at_laboratory(work, id, version)?;
    let actor = work.actor();
    let mut inspection = inspection.take_back(actor)?;
    work.save(&mut inspection)?;
    next_step(work, &inspection)?;
    work.record(Event::new("testing.taken_back", "撤回，继续检验").about(id));
    Ok(())
}

/// One verdict of the reviewer against the automatic one.
#[derive(Debug, Clone)]
pub struct Overruling {
    /// Row.
    pub id: ItemResultId,
    /// Its version when the form was opened.
    pub version: i64,
    /// Verdict; `None` withdraws an earlier one.
    pub verdict: Option<ItemVerdict>,
    /// Reason.
    pub reason: String,
}

/// 改判: by a reviewer who is not the tester, with a reason; both verdicts are kept (decision 改判自动结论).
///
/// # Errors
/// A refusal, or a fault.
pub fn overrule(work: &mut Work<'_>, id: InspectionId, version: i64, rulings: &[Overruling]) -> AppResult<()> {
    let mut inspection = at_laboratory(work, id, version)?;
    let samplers = samplers(work, &inspection)?;
    let actor = work.actor();
    inspection.may_review(actor, &samplers)?;
    let rows = work.tx.items_of_inspection(id)?;
    let mut any = false;
    for ruling in rulings {
        let row = rows.iter().find(|row| row.id == ruling.id).ok_or(AppError::NotFound)?;
        if row.version != ruling.version {
            return Err(AppError::Stale);
        }
        if ruling.verdict == row.overruled_verdict && ruling.reason.trim() == row.overruled_reason {
            continue;
        }
        let mut changed = row.clone().overrule(&inspection, actor.user_id, ruling.verdict, &ruling.reason)?;
        work.save(&mut changed)?;
        any = true;
        let event = match changed.overruled_verdict {
            Some(verdict) => Event::new("testing.overruled", format!("改判{}为{}", changed.item, verdict.title()))
                .fact("自动判定", format!("{}：{}", changed.verdict.title(), changed.verdict_reason))
                .fact("理由", changed.overruled_reason.clone()),
            None => Event::new("testing.overruled", format!("取消对{}的改判", changed.item)),
        };
        work.record(event.about(id).basis(law::DECISION_VERDICT_OVERRULED));
    }
    if any {
        work.save(&mut inspection)?;
    }
    Ok(())
}

/// 审核: ITEMS_DONE → REVIEWED; the second signature.
///
/// # Errors
/// A refusal, or a fault.
pub fn review(work: &mut Work<'_>, id: InspectionId, version: i64) -> AppResult<()> {
    let inspection = at_laboratory(work, id, version)?;
    let samplers = samplers(work, &inspection)?;
    let items = work.tx.items_of_inspection(id)?;
    let actor = work.actor();
    let mut inspection = inspection.review(actor, &samplers, &items)?;
    work.save(&mut inspection)?;
    next_step(work, &inspection)?;
    work.record(
        Event::new("testing.reviewed", "审核通过")
            .about(id)
            .fact("审核", actor.name.clone())
            .fact("结论", inspection.conclusion_text)
            .basis(law::R18_32),
    );
    Ok(())
}

/// 退回检验 by reviewer or signer, with a reason.
///
/// # Errors
/// A refusal, or a fault.
pub fn send_back(work: &mut Work<'_>, id: InspectionId, version: i64, reason: &str) -> AppResult<()> {
    let inspection = at_laboratory(work, id, version)?;
    let actor = work.actor();
    let mut inspection = inspection.send_back(actor, reason)?;
    work.save(&mut inspection)?;
    work.finish_duties(id, Some("-"))?;
    let title = format!("退回重做：{}，{}", reason.trim(), label(work, &inspection)?);
    let about = About::new(inspection.org_id, SubjectKind::Inspection, id, &title);
    work.start_step(about, Owner { role: Role::Tester, unit: inspection.unit_id, user: inspection.tester_id })?;
    work.record(Event::new("testing.sent_back", "退回检验").about(id).fact("理由", reason.trim()));
    Ok(())
}

/// 批准: REVIEWED → SIGNED; the third signature, by a third person; the number comes from the laboratory's book.
///
/// # Errors
/// A refusal, or a fault.
pub fn sign(work: &mut Work<'_>, id: InspectionId, version: i64) -> AppResult<String> {
    let inspection = at_laboratory(work, id, version)?;
    let items = work.tx.items_of_inspection(id)?;
    let laboratory: Laboratory = inspection
        .laboratory_id
        .map(|laboratory| work.tx.get(&laboratory))
        .transpose()?
        .flatten()
        .ok_or_else(|| AppError::fault(format!("inspection {id} has no laboratory")))?;
    let scope = work.tx.accredited_scope(laboratory.id)?;
    let (actor, today) = (work.actor(), work.today());
    let mut inspection = inspection.sign(actor, today, &items, &laboratory, &scope)?;
    let number = report_number(work, &inspection)?;
    inspection.report_number = Some(number.clone());
    work.save(&mut inspection)?;
    next_step(work, &inspection)?;
    if inspection.is_nonconforming() {
        let title = format!("当日报送不合格报告 {number}");
        let about = About::new(inspection.org_id, SubjectKind::Inspection, id, &title);
        let owner = Owner { role: Role::LabSigner, unit: inspection.unit_id, user: None };
        work.start_duty(about, &RISK_ALERT, today, "报告签发", owner)?;
    }
    work.record(
        Event::new("testing.signed", format!("批准报告 {number}"))
            .about(id)
            .fact("批准", actor.name.clone())
            .fact("结论", inspection.conclusion_text)
            .fact("资质认定证书", laboratory.accreditation_number)
            .basis(law::R18_32),
    );
    Ok(number)
}

fn report_number(work: &mut Work<'_>, inspection: &Inspection) -> AppResult<String> {
    let before: Option<Inspection> = inspection.amends_id.map(|old| work.tx.get(&old)).transpose()?.flatten();
    let year = work.today().year();
    if let Some(before) = before.and_then(|before| before.report_number) {
        let text = amended_number(&before, inspection.edition);
        work.tx.use_number(&hengjian_store::number_book::UsedNumber {
            org_id: work.actor().org_id,
            kind: REPORT_BOOK,
            text: &text,
            year: i64::from(year),
            number: inspection.edition,
            subject_id: Some(inspection.id.cast()),
            at_us: work.now(),
        })?;
        return Ok(text);
    }
    work.next_number(REPORT_BOOK, year, inspection.id.cast(), |n| format!("监抽{year}-{n:04}"))
}

/// 报送 (R18 第三十三条): SIGNED → SUBMITTED. A failure or a higher risk alerts the organiser the same day.
///
/// # Errors
/// A refusal, or a fault.
pub fn submit(work: &mut Work<'_>, id: InspectionId, version: i64, higher_risk: bool) -> AppResult<()> {
    let inspection = at_laboratory(work, id, version)?;
    let now = work.now();
    let mut inspection = inspection.submit(now, higher_risk)?;
    work.save(&mut inspection)?;
    end_duties(work, id)?;
    next_step(work, &inspection)?;
    let name = label(work, &inspection)?;
    work.record(
        Event::new("testing.submitted", format!("{name}报送组织部门"))
            .about(id)
            .fact("结论", inspection.conclusion_text.clone())
            .basis(law::R18_33),
    );
    if inspection.alerted_at_us.is_some() {
        let why = if inspection.is_nonconforming() { "报告不合格" } else { "机构认为风险较高" };
        work.record(
            Event::new("testing.alert", format!("当日预警：{name}"))
                .about(id)
                .fact("原因", why)
                .fact("不合格项目", inspection.failed_items)
                .basis(law::SEED_4),
        );
    }
    Ok(())
}

/// 更正报告: the submitted report stays as it is; a new edition that names it goes through items and signatures again.
///
/// # Errors
/// A refusal, or a fault.
pub fn amend(work: &mut Work<'_>, id: InspectionId, version: i64, reason: &str) -> AppResult<InspectionId> {
    let inspection = at_laboratory(work, id, version)?;
    if inspection.origin != InspectionOrigin::Here {
        let refused = TestingRefused::WrongOrigin { act: "更正报告", origin: inspection.origin.title() };
        return Err(refused.into());
    }
    let (old, new) = begin_amendment(work, inspection, reason)?;
    work.record(
        Event::new("testing.amended", format!("更正报告 {}，原报告保留", old.report_number.unwrap_or_default()))
            .about(old.id)
            .about(new.id)
            .fact("理由", new.reason)
            .basis(law::DECISION_REPORT_AMENDED),
    );
    Ok(new.id)
}

/// Saves the old edition as 更正中, inserts the new one with the items of the old. Returns both.
pub(super) fn begin_amendment(
    work: &mut Work<'_>,
    inspection: Inspection,
    reason: &str,
) -> AppResult<(Inspection, Inspection)> {
    let items = work.tx.items_of_inspection(inspection.id)?;
    let (mut old, mut new) = inspection.amend(work.new_id(), reason, work.now())?;
    work.save(&mut old)?;
    work.insert(&mut new)?;
    for item in items {
        let mut copy = ItemResult {
            id: work.new_id(),
            inspection_id: new.id,
            overruled_verdict: None,
            overruled_reason: String::new(),
            ..item
        };
        work.insert(&mut copy)?;
    }
    end_duties(work, old.id)?;
    next_step(work, &new)?;
    Ok((old, new))
}

fn held_sample(work: &mut Work<'_>, inspection: &Inspection) -> AppResult<Sample> {
    sample_of(work, inspection)?.ok_or_else(|| AppError::fault(format!("inspection {} has no sample", inspection.id)))
}

fn check_day(work: &Work<'_>, inspection: &Inspection, received_on: Date) -> AppResult<()> {
    if received_on > work.today() {
        return Err(AppError::field("received_on", format!("到样日期 {received_on} 还没有到")));
    }
    match inspection.sampled_on {
        Some(sampled_on) if received_on < sampled_on => {
            Err(AppError::field("received_on", format!("到样日期 {received_on} 早于抽样日期 {sampled_on}，请核对")))
        }
        _ => Ok(()),
    }
}

/// A custody step by the person who acts.
fn hand_over(
    work: &mut Work<'_>,
    sample: &Sample,
    state: SampleState,
    condition: &str,
    place: &str,
    seal_intact: bool,
    note: &str,
) -> AppResult<()> {
    let actor = work.actor();
    let taker = if state == SampleState::Rejected {
        sample.holder.clone()
    } else {
        format!("{} {}", actor.unit_name, actor.name)
    };
    let step = Move {
        state,
        giver: sample.holder.clone(),
        taker,
        place: place.to_owned(),
        condition: condition.to_owned(),
        seal_intact,
        note: note.to_owned(),
    };
    crate::sampling::move_sample(work, sample.id, step)
}
