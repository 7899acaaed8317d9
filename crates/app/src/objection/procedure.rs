//! Objections from receipt to decision: registration, admission, investigation, relay to the organiser elsewhere.

use super::{is_replaced, paper_number, report_of};
use crate::{
    AppError, AppResult, Event, Work,
    clocks::{About, Owner},
    testing::{current_edition, later_editions},
};
use hengjian_domain::{
    actor::Role,
    clock::{ClockKind, ClockState, SubjectKind},
    code::Code,
    deadline::{self, DutyRule, Length},
    follow_up::{Case, CaseId, CaseSource},
    law::{self, LegalBasis},
    objection::{
        InadmissibleGround, Notice, NoticeId, Objection, ObjectionId, ObjectionKind, ObjectionOutcome, ObjectionState,
        RecipientCapacity,
    },
    organisation::OrganisationId,
    parameter,
    testing::{Inspection, InspectionId, InspectionOrigin},
};
use jiff::civil::Date;

/// An objection as it came in (F21), entered by the office for the party (代录).
#[derive(Debug, Clone)]
pub struct Received {
    /// Notice of the applicant, the usual way.
    pub notice_id: Option<NoticeId>,
    /// Report, when the applicant has no notice of ours.
    pub inspection_id: Option<InspectionId>,
    /// Case it came up in.
    pub case_id: Option<CaseId>,
    /// Applicant.
    pub applicant: String,
    /// As what.
    pub capacity: RecipientCapacity,
    /// Day it arrived.
    pub received_on: Date,
    /// Postmark.
    pub posted_on: Option<Date>,
    /// How it arrived.
    pub channel: String,
    /// What is contested.
    pub kind: ObjectionKind,
    /// Contested items, parted by 、.
    pub items: String,
    /// Facts and reasons.
    pub reasons: String,
    /// Scans of the paper that was handed in, name and content.
    pub papers: Vec<(String, Vec<u8>)>,
    /// Why there is none.
    pub no_paper_reason: String,
}

/// Registers an objection with the day of its receipt. It is always taken in; whether it is admitted is decided after.
///
/// # Errors
/// A refusal of what was filled in, not found.
pub fn register(work: &mut Work<'_>, received: Received, once: &str) -> AppResult<ObjectionId> {
    let id: ObjectionId = work.new_id();
    work.once(once, &format!("/desk/objections/{id}"))?;
    let notice: Option<Notice> = received.notice_id.map(|id| work.load(id)).transpose()?;
    let case: Option<Case> = received.case_id.map(|id| work.load(id)).transpose()?;
    let inspection_id = notice
        .as_ref()
        .map(|notice| notice.inspection_id)
        .or(received.inspection_id)
        .or_else(|| case.as_ref().and_then(|case| case.inspection_id));
    let report: Option<Inspection> = inspection_id.map(|id| report_of(work, id)).transpose()?;
    if let Some(report) = &report {
        // A report lies in the laboratory's hands; for the bureau's people the authority is what counts.
        if !work.can_see(report.org_id, None)? {
            return Err(AppError::NotFound);
        }
        if is_replaced(report) {
            return Err(AppError::field("notice_id", "这份报告已被更正后的报告替代。请在新的通知书上登记异议"));
        }
    }
    let org_id = match (&notice, &report, &case) {
        (Some(notice), _, _) => notice.org_id,
        (_, Some(report), _) => report.org_id,
        (_, _, Some(case)) => case.org_id,
        _ => return Err(AppError::field("notice_id", "请选择针对的检验结果通知书、检验报告或者后处理案")),
    };
    let elsewhere = report.as_ref().map_or_else(
        || case.as_ref().is_some_and(|case| case.source == CaseSource::Assigned),
        |report| report.origin == InspectionOrigin::Superior,
    );
    let organiser_name = match (&report, &case) {
        (Some(report), _) => report.organiser_name.clone(),
        (None, Some(case)) => case.organiser_name.clone(),
        (None, None) => String::new(),
    };
    let unit_id =
        notice.as_ref().and_then(|notice| notice.unit_id).or_else(|| case.as_ref().and_then(|case| case.unit_id));
    let mut objection = Objection {
        id,
        version: 1,
        org_id,
        unit_id,
        inspection_id,
        notice_id: received.notice_id,
        case_id: received.case_id,
        applicant: received.applicant.trim().to_owned(),
        capacity: received.capacity,
        received_on: received.received_on,
        posted_on: received.posted_on,
        channel: received.channel.trim().to_owned(),
        kind: received.kind,
        items: received.items.trim().to_owned(),
        reasons: received.reasons.trim().to_owned(),
        no_paper_reason: if received.papers.is_empty() {
            received.no_paper_reason.trim().to_owned()
        } else {
            String::new()
        },
        organiser_name,
        relayed: elsewhere,
        relayed_on: None,
        relay_proof: String::new(),
        state: ObjectionState::Submitted,
        number: String::new(),
        accepted_on: None,
        investigation_text: String::new(),
        decision_reason: String::new(),
        decision_number: String::new(),
        outcome: None,
        decided_on: None,
        reinspection_notice_number: String::new(),
        formalities_text: String::new(),
        notified_on: None,
        notified_proof: String::new(),
        formalities_until_on: None,
        procedure_done_on: None,
        procedure_text: String::new(),
        laboratory_id: None,
        single_laboratory_evidence: String::new(),
        appointed_on: None,
        backup_sample_id: None,
        sample_verified_text: String::new(),
        reinspection_id: None,
        fee_fen: 0,
        cost_bearer: String::new(),
        cost_settled_on: None,
        cost_text: String::new(),
        answer_text: String::new(),
        answered_on: None,
        created_at_us: work.now(),
    };
    if objection.applicant.is_empty() {
        objection.applicant = notice.as_ref().map(|notice| notice.recipient_name.clone()).unwrap_or_default();
    }
    if objection.applicant.is_empty() {
        return Err(AppError::field("applicant", "请填写申请人"));
    }
    objection.check(report.as_ref(), work.today())?;
    // In writing, with the applicant's own paper (R18 第三十六条).
    if received.papers.is_empty() && objection.no_paper_reason.is_empty() {
        return Err(AppError::field("attachment", "请附异议申请书的扫描件或者照片；没有的，在下面写明原因"));
    }
    work.insert(&mut objection)?;
    for (name, bytes) in &received.papers {
        work.keep_file((SubjectKind::Objection, id), "异议申请材料", "attachment", name, bytes)?;
    }
    start_first_duty(work, &objection, case.as_ref())?;
    let mut event =
        Event::new("objection.submitted", format!("收到{}的异议：{}", objection.applicant, objection.kind.title()))
            .about(objection.id)
            .fact("收到", objection.received_on.to_string())
            .fact("途径", &objection.channel)
            .fact("理由", &objection.reasons)
            .basis(law::R18_36);
    let until = super::last_day_of(work, &objection)?;
    if let Some(until) = until.filter(|_| !objection.is_in_time(until)) {
        event = event.fact("超过期限", format!("最后一日 {until}；受理以前不影响已经最终的结论"));
    }
    if !objection.no_paper_reason.is_empty() {
        event = event.fact("没有申请书扫描件", &objection.no_paper_reason);
    }
    if !objection.items.is_empty() {
        event = event.fact("项目", &objection.items);
    }
    if let Some(posted) = objection.posted_on {
        event = event.fact("邮戳日", posted.to_string());
    }
    if let Some(notice) = &notice {
        event = event.about(notice.id);
    }
    if let Some(report) = &report {
        event = event.about(report.id);
    }
    if let Some(case) = &case {
        event = event.about(case.id);
    }
    work.record(event);
    Ok(id)
}

/// Own check: decide on admission (D05). Check of another authority: relay it (S2, seven working days from the receipt of
/// the report where that day is known).
fn start_first_duty(work: &mut Work<'_>, objection: &Objection, case: Option<&Case>) -> AppResult<()> {
    let owner = Owner::role(Role::ResultManager);
    if objection.relayed {
        let title = format!("向{}转送异议：{}", objection.organiser_name, objection.applicant);
        let about = About::new(objection.org_id, SubjectKind::Objection, objection.id, &title);
        match case {
            Some(case) => {
                let proof = format!("{} 收到交办", case.received_on);
                work.start_duty(about, &deadline::OBJECTION_REPORT, case.received_on, &proof, owner)?
            }
            None => work.start_step(about, owner)?,
        };
        return Ok(());
    }
    let rule = acceptance_rule(work, objection.org_id)?;
    let title = format!("决定是否受理异议：{}", objection.applicant);
    let about = About::new(objection.org_id, SubjectKind::Objection, objection.id, &title);
    let proof = format!("{} {}", objection.received_on, objection.channel);
    work.start_duty(about, &rule, objection.received_on, &proof, owner)?;
    Ok(())
}

/// D05 with the length that the office has set.
pub(crate) fn acceptance_rule(work: &mut Work<'_>, org: OrganisationId) -> AppResult<DutyRule> {
    let days = work.parameter_number(org, &parameter::OBJECTION_ACCEPTANCE_DAYS)?;
    Ok(deadline::OBJECTION_ACCEPTANCE.with_length(Length::WorkingDays(days)))
}

/// Saves a step of an objection: ends the duty before, opens the next one, journals.
pub(super) fn step(work: &mut Work<'_>, objection: &mut Objection, next: Option<&str>, event: Event) -> AppResult<()> {
    work.save(objection)?;
    work.finish_duties(objection.id, None)?;
    if let Some(next) = next {
        let title = format!("{next}：{}", objection.applicant);
        let about = About::new(objection.org_id, SubjectKind::Objection, objection.id, &title);
        work.start_step(about, Owner::role(Role::ResultManager))?;
    }
    let mut event = event.about(objection.id);
    if let Some(id) = objection.inspection_id {
        event = event.about(id);
    }
    if let Some(id) = objection.case_id {
        event = event.about(id);
    }
    work.record(event);
    Ok(())
}

/// Admits an objection.
///
/// # Errors
/// A refusal, stale, not found.
pub fn accept(work: &mut Work<'_>, id: ObjectionId, version: i64) -> AppResult<()> {
    let objection: Objection = work.load_own(id, version)?;
    let window = super::last_day_of(work, &objection)?;
    let number = paper_number(work, "objection_admission", "异受", id.cast())?;
    let today = work.today();
    let mut objection = objection.accept(window, number, today)?;
    let event = Event::new("objection.accepted", "受理异议").fact("文号", &objection.number).basis(law::R18_37);
    step(work, &mut objection, Some("开始调查或者研究复检"), event)
}

/// Does not admit it, with a written reason.
///
/// # Errors
/// A refusal, stale, not found.
pub fn refuse(
    work: &mut Work<'_>,
    id: ObjectionId,
    version: i64,
    ground: InadmissibleGround,
    reason: &str,
) -> AppResult<()> {
    let objection: Objection = work.load_own(id, version)?;
    let window = super::last_day_of(work, &objection)?;
    let number = paper_number(work, "objection_admission", "异受", id.cast())?;
    let today = work.today();
    let mut objection = objection.refuse(ground, window, reason, number, today)?;
    let event = Event::new("objection.inadmissible", "异议不予受理")
        .fact("文号", &objection.number)
        .fact("理由", &objection.decision_reason)
        .basis(law::R18_36);
    step(work, &mut objection, None, event)?;
    ended(work, &objection)
}

/// Begins the investigation, or the study of a re-inspection.
///
/// # Errors
/// A refusal, stale, not found.
pub fn begin(work: &mut Work<'_>, id: ObjectionId, version: i64) -> AppResult<()> {
    let objection: Objection = work.load_own(id, version)?;
    let mut objection = objection.begin()?;
    let studying = objection.state == ObjectionState::Studying;
    let (words, next) = if studying {
        ("研究是否需要并且可以复检", "决定是否复检")
    } else {
        ("开始调查核实", "作出异议处理决定")
    };
    let event = Event::new("objection.begun", words).basis(law::R18_37);
    step(work, &mut objection, Some(next), event)
}

/// Decides an investigated objection. Upheld: the result is voided, not counted and not published.
///
/// # Errors
/// A refusal, stale, not found.
pub fn decide(
    work: &mut Work<'_>,
    id: ObjectionId,
    version: i64,
    upheld: bool,
    facts: &str,
    reason: &str,
) -> AppResult<()> {
    let objection: Objection = work.load_own(id, version)?;
    let number = paper_number(work, "objection_decision", "异决", id.cast())?;
    let today = work.today();
    let mut objection = objection.decide_investigation(upheld, facts, reason, number, today)?;
    let event = Event::new("objection.decided", objection.outcome.map(Code::title).unwrap_or_default())
        .fact("文号", &objection.decision_number)
        .fact("查明的事实", &objection.investigation_text)
        .fact("理由", &objection.decision_reason)
        .basis(law::R18_37);
    step(work, &mut objection, None, event)?;
    if upheld {
        void_result(work, &objection, "异议成立，检验结果不作数，不计入统计，不公布", law::R18_37)?;
    }
    ended(work, &objection)
}

/// The contested result is voided by the decision about an objection.
pub(super) fn void_result(work: &mut Work<'_>, objection: &Objection, words: &str, basis: LegalBasis) -> AppResult<()> {
    let Some(id) = objection.inspection_id else { return Ok(()) };
    let contested = report_of(work, id)?;
    void_editions(work, contested, |report| {
        Event::new("objection.result_voided", words)
            .about(report.id)
            .about(objection.id)
            .fact("决定", &objection.decision_number)
            .basis(basis)
    })
}

/// Voids a report with every edition made of it since: not counted, not final, not published (regulations §2.8). `event`
/// says why, for the journal of each.
///
/// # Errors
/// A fault.
pub(crate) fn void_editions(
    work: &mut Work<'_>,
    report: Inspection,
    event: impl Fn(&Inspection) -> Event,
) -> AppResult<()> {
    let later = later_editions(work, &report)?;
    for mut edition in [report].into_iter().chain(later) {
        edition.excluded = true;
        work.save(&mut edition)?;
        work.record(event(&edition));
        crate::publication::reconsider(work, edition.id)?;
    }
    Ok(())
}

/// Relays an objection to the organiser elsewhere, with proof.
///
/// # Errors
/// A refusal, stale, not found.
pub fn relay(work: &mut Work<'_>, id: ObjectionId, version: i64, on: Date, proof: &str) -> AppResult<()> {
    let objection: Objection = work.load_own(id, version)?;
    let today = work.today();
    let mut objection = objection.relay(on, proof, today)?;
    let event = Event::new("objection.relayed", format!("异议转送{}", objection.organiser_name))
        .fact("转送", on.to_string())
        .fact("凭据", &objection.relay_proof)
        .basis(law::SEED_5);
    let next = format!("催问并登记{}的答复", objection.organiser_name);
    step(work, &mut objection, Some(&next), event)
}

/// Records the organiser's answer.
///
/// # Errors
/// A refusal, stale, not found.
pub fn record_answer(
    work: &mut Work<'_>,
    id: ObjectionId,
    version: i64,
    outcome: ObjectionOutcome,
    text: &str,
    on: Date,
) -> AppResult<()> {
    let objection: Objection = work.load_own(id, version)?;
    let today = work.today();
    let mut objection = objection.answered(outcome, text, on, today)?;
    let event = Event::new("objection.answered", format!("组织方答复：{}", outcome.title()))
        .fact("答复", on.to_string())
        .fact("内容", &objection.answer_text)
        .basis(law::SEED_5);
    step(work, &mut objection, None, event)?;
    ended(work, &objection)
}

/// The applicant takes the objection back.
///
/// # Errors
/// A refusal, stale, not found.
pub fn take_back(work: &mut Work<'_>, id: ObjectionId, version: i64, letter: &str) -> AppResult<()> {
    let objection: Objection = work.load_own(id, version)?;
    let today = work.today();
    let mut objection = objection.take_back(letter, today)?;
    let event = Event::new("objection.taken_back", "申请人撤回异议").fact("书面撤回", &objection.decision_reason);
    work.close_clocks(id.cast(), ClockKind::Right, None, ClockState::Void)?;
    super::reinspection::release_sample(work, &objection)?;
    step(work, &mut objection, None, event)?;
    ended(work, &objection)
}

/// The procedure ended: the follow-up of the result goes on, or falls. What counts is the edition that stands today; a
/// check that is not registered here has its case alone.
pub(super) fn ended(work: &mut Work<'_>, objection: &Objection) -> AppResult<()> {
    match (objection.inspection_id, objection.case_id) {
        (Some(id), _) => {
            let report = report_of(work, id)?;
            let report = current_edition(work, report)?;
            crate::follow_up::objection_ended(work, &report)
        }
        (None, Some(case)) => crate::follow_up::objection_ended_in(work, case),
        (None, None) => Ok(()),
    }
}
