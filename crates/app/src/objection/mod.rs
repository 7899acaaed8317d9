//! Use cases of the stage 异议: result notices, service, objections, re-inspection. Here: what other stages call and what
//! a passing day brings. `notices` serves, `procedure` handles objections, `reinspection` tests again, `view` reads.

pub mod notices;
pub mod paper;
pub mod procedure;
pub mod reinspection;
pub mod view;

use crate::{
    AppError, AppResult, Event, Work,
    clocks::{About, Owner},
    testing::earlier_editions,
};
use hengjian_domain::{
    actor::Role,
    clock::{ClockKind, ClockState, SubjectKind},
    code::Code,
    deadline,
    follow_up::Case,
    law,
    match_key::match_key,
    objection::{
        Authorship, Notice, NoticeId, NoticeState, Objection, ObjectionId, ObjectionOutcome, ObjectionRefused,
        ObjectionState, Standing, recipients, standing as standing_of,
    },
    sampling::SamplingRecord,
    testing::{Inspection, InspectionOrigin, InspectionState},
};
use jiff::{ToSpan, civil::Date};

crate::refusals!(ObjectionRefused);

/// Whether a result is final for every recipient (regulations §2.7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finality {
    /// The day from which it is final; `None` while it is not.
    pub final_on: Option<Date>,
    /// What still stands open, one sentence each.
    pub open: Vec<String>,
    /// Latest party date of all recipients, where every one has been served.
    pub latest_right_on: Option<Date>,
}

/// A confirmed report: drafts one notice per recipient (R18 第三十五条) and starts the duty to serve them. Called again
/// for the same report it changes nothing; an amended report makes the notices of the replaced one give way.
///
/// # Errors
/// A fault.
pub fn draft_notices(work: &mut Work<'_>, inspection: &Inspection) -> AppResult<()> {
    let record: Option<SamplingRecord> = match inspection.record_id {
        Some(id) => work.tx.get(&id)?,
        None => None,
    };
    let told = recipients(inspection, record.as_ref());
    if told.is_empty() || !work.tx.notices_of(inspection.id)?.is_empty() {
        return Ok(());
    }
    for replaced in earlier_editions(work, inspection)? {
        for notice in work.tx.notices_of(replaced.id)? {
            give_way(work, notice)?;
        }
        if replaced.confirmed_on.is_some() {
            break;
        }
    }
    let trigger = inspection.confirmed_on.unwrap_or_else(|| work.today());
    let report = inspection.report_number.clone().unwrap_or_default();
    let mut event = Event::new("objection.notices_drafted", "草拟检验结果通知书，每个收件人一份")
        .about(inspection.id)
        .fact("检验报告", &report)
        .basis(law::R18_35);
    for recipient in told {
        let mut notice = Notice {
            id: work.new_id(),
            version: 1,
            org_id: inspection.org_id,
            unit_id: None,
            inspection_id: inspection.id,
            number: None,
            capacity: recipient.capacity,
            enterprise_id: recipient.enterprise_id,
            recipient_name: recipient.name,
            recipient_address: recipient.address,
            state: NoticeState::Draft,
            issued_on: None,
            method: None,
            served_on: None,
            service_proof: String::new(),
            announced_on: None,
            deemed_on: None,
            window_until_on: None,
            where_text: String::new(),
            backup_text: String::new(),
            consent_text: String::new(),
            withdrawn_reason: String::new(),
            authorship: Authorship::Open,
            authorship_text: String::new(),
            created_at_us: work.now(),
        };
        place_recipient(work, &mut notice, record.as_ref())?;
        work.insert(&mut notice)?;
        let title = format!("出具并送达检验结果通知书：{}", notice.recipient_words());
        let about = About::new(notice.org_id, SubjectKind::Notice, notice.id, &title);
        let proof = format!("检验报告 {report} 已确认");
        work.start_duty(about, &deadline::RESULT_NOTICE, trigger, &proof, Owner::role(Role::ResultManager))?;
        event = event.about(notice.id).fact(notice.capacity.title(), &notice.recipient_name);
    }
    work.record(event);
    Ok(())
}

/// Finds the recipient in the register and the station that can serve it.
fn place_recipient(work: &mut Work<'_>, notice: &mut Notice, record: Option<&SamplingRecord>) -> AppResult<()> {
    let key = match_key(&notice.recipient_name);
    if notice.enterprise_id.is_none() && !key.is_empty() {
        let found = work.tx.recipients_named(notice.org_id, &key)?;
        if let [only] = found.as_slice() {
            notice.enterprise_id = Some(only.id);
            notice.unit_id = only.unit_id;
            if notice.recipient_address.is_empty() {
                notice.recipient_address.clone_from(&only.address);
            }
        }
    }
    if let Some(record) = record.filter(|record| Some(record.enterprise_id) == notice.enterprise_id) {
        notice.unit_id = record.unit_id;
    }
    Ok(())
}

/// The notice of a replaced report: not served, it is withdrawn; served, its right ends with the report.
fn give_way(work: &mut Work<'_>, notice: Notice) -> AppResult<()> {
    if !notice.is_live() {
        return Ok(());
    }
    let mut notice = notice.give_way();
    work.save(&mut notice)?;
    work.close_clocks(notice.id.cast(), ClockKind::Duty, None, ClockState::Void)?;
    work.close_clocks(notice.id.cast(), ClockKind::Right, None, ClockState::Void)?;
    work.record(
        Event::new("objection.notice_replaced", "检验报告已更正，重新告知，十五日重新起算")
            .about(notice.id)
            .about(notice.inspection_id)
            .basis(law::DECISION_REPORT_AMENDED),
    );
    Ok(())
}

/// Objections to a report and to the editions it replaces.
pub(crate) fn objections_to(work: &mut Work<'_>, inspection: &Inspection) -> AppResult<Vec<Objection>> {
    let mut all = work.tx.objections_of(inspection.id)?;
    for replaced in earlier_editions(work, inspection)? {
        all.extend(work.tx.objections_of(replaced.id)?);
    }
    Ok(all)
}

/// What stands open while the leader has not decided about a lost sample (decision 样品灭失).
pub(crate) const LOSS_UNDECIDED: &str = "样品灭失的责任还没有决定";

/// Whether the leader still has to say if a result may be used, because laboratory or authority answer for a lost sample.
pub(crate) fn loss_undecided(work: &mut Work<'_>, inspection: &Inspection) -> AppResult<bool> {
    match inspection.record_id {
        Some(record) => crate::sampling::loss_undecided(work, record),
        None => Ok(false),
    }
}

/// The applicant's own last day to object: by its notice, also where another way of entry was taken; by the receipt that
/// the case records of a check organised elsewhere. Whom nobody has told has no last day.
pub(crate) fn last_day_of(work: &mut Work<'_>, objection: &Objection) -> AppResult<Option<Date>> {
    if objection.notice_id.is_some() {
        return window_of(work, objection.notice_id);
    }
    let applicant = objection.applicant.trim();
    let case: Option<Case> = objection.case_id.map(|id| work.tx.get(&id)).transpose()?.flatten();
    let own = case.filter(|case| case.party_name.trim() == applicant);
    if let Some(day) = own.and_then(|case| case.partys_last_day()) {
        return Ok(Some(day));
    }
    let Some(report) = objection.inspection_id else { return Ok(None) };
    let own = work.tx.notices_of(report)?.into_iter().filter(Notice::is_live);
    Ok(own.filter(|notice| notice.recipient_name.trim() == applicant).filter_map(|notice| notice.window_until_on).max())
}

/// Whether an objection keeps its result from being final: one handed in after the last day does so only once it is
/// admitted. Of an applicant whom nobody has told the day counts on which the result was final without it.
pub(crate) fn holds_finality(work: &mut Work<'_>, objection: &Objection) -> AppResult<bool> {
    if let Some(until) = last_day_of(work, objection)? {
        return Ok(objection.holds_finality(Some(until)));
    }
    let case: Option<Case> = objection.case_id.map(|id| work.tx.get(&id)).transpose()?.flatten();
    let mut until = case.and_then(|case| case.partys_last_day());
    if let Some(report) = objection.inspection_id {
        let live: Vec<Notice> = work.tx.notices_of(report)?.into_iter().filter(Notice::is_live).collect();
        if live.iter().all(|notice| notice.window_until_on.is_some()) {
            until = until.max(live.iter().filter_map(|notice| notice.window_until_on).max());
        }
    }
    Ok(objection.holds_finality(until.filter(|_| objection.notice_id.is_none())))
}

/// Whether the result is final today (decision 结论最终): every recipient was served and its fifteen days are over, and no
/// objection holds it; while the leader has not decided about a lost sample it is not. What a party answered when the station asked changes nothing. A result that was voided is final
/// with the decision. A check organised elsewhere is final with its receipt unless an objection to it is under way.
///
/// # Errors
/// A fault.
pub fn finality(work: &mut Work<'_>, inspection: &Inspection) -> AppResult<Finality> {
    let today = work.today();
    let objections = objections_to(work, inspection)?;
    let live: Vec<Notice> = work.tx.notices_of(inspection.id)?.into_iter().filter(Notice::is_live).collect();
    let decided = objections.iter().filter_map(|objection| objection.decided_on).max();
    if inspection.excluded {
        return Ok(Finality { final_on: decided, open: Vec::new(), latest_right_on: None });
    }
    let mut open = Vec::new();
    if inspection.state == InspectionState::Amending {
        open.push("检验报告正在更正，更正后重新告知".to_owned());
    }
    if loss_undecided(work, inspection)? {
        open.push(LOSS_UNDECIDED.to_owned());
    }
    let mut latest = None;
    for notice in &live {
        let who = notice.recipient_words();
        match notice.window_until_on {
            None => open.push(format!("{who}的检验结果通知书{}", notice.state.title())),
            Some(until) => {
                latest = latest.max(Some(until));
                if until >= today {
                    open.push(format!("{who} {}月{}日及以前可提异议", until.month(), until.day()));
                }
            }
        }
    }
    let all_served = !live.is_empty() && live.iter().all(|notice| notice.window_until_on.is_some());
    let elsewhere = inspection.origin == InspectionOrigin::Superior;
    if live.is_empty() && !elsewhere {
        open.push("检验结果通知书还没有出具".to_owned());
    }
    for objection in &objections {
        if !holds_finality(work, objection)? {
            continue;
        }
        open.push(format!("{}的异议{}，没有办结", objection.applicant, objection.state.title()));
    }
    let window_end = latest.map(|until: Date| until.saturating_add(1.day()));
    let base =
        if elsewhere && live.is_empty() { inspection.confirmed_on.or(inspection.received_on) } else { window_end };
    let final_on = if open.is_empty() { base.max(decided) } else { None };
    Ok(Finality { final_on, open, latest_right_on: latest.filter(|_| all_served) })
}

/// The result that counts after objections and re-inspection; for publication, statistics and follow-up.
///
/// # Errors
/// A fault.
pub fn standing(work: &mut Work<'_>, inspection: &Inspection) -> AppResult<Standing> {
    use ObjectionOutcome::{DifferentResult, SameResult};
    let objections = objections_to(work, inspection)?;
    let decided = objections
        .into_iter()
        .find(|objection| matches!(objection.outcome, Some(SameResult | DifferentResult)) && !objection.relayed);
    let report: Option<Inspection> = match decided.as_ref().and_then(|objection| objection.reinspection_id) {
        Some(id) => work.tx.get(&id)?,
        None => None,
    };
    Ok(standing_of(inspection, decided.as_ref().zip(report.as_ref())))
}

/// A re-inspection report was confirmed; called by testing.
///
/// # Errors
/// A refusal, or a fault.
pub fn reinspection_reported(work: &mut Work<'_>, inspection: &Inspection) -> AppResult<()> {
    let id: ObjectionId =
        inspection.purpose_id.ok_or_else(|| AppError::fault("re-inspection without objection"))?.cast();
    let objection: Objection =
        work.tx.get(&id)?.ok_or_else(|| AppError::fault("objection of a re-inspection is gone"))?;
    if objection.state == ObjectionState::ReinspectionReported && objection.reinspection_id == Some(inspection.id) {
        return Ok(());
    }
    if !objection.is_open() {
        // The procedure ended in the meantime; its decision is final (R18 第四十二条), the paper stays on file.
        work.record(
            Event::new("objection.late_report", "复检报告在异议办结之后确认，不改变已作的决定")
                .about(objection.id)
                .about(inspection.id)
                .basis(law::R18_42),
        );
        return Ok(());
    }
    let mut objection = objection.reported()?;
    // An amended report takes the place of the one it replaces.
    objection.reinspection_id = Some(inspection.id);
    work.save(&mut objection)?;
    work.finish_duties(objection.id, None)?;
    let trigger = inspection.confirmed_on.unwrap_or_else(|| work.today());
    let proof = format!("复检报告 {} 已确认", inspection.report_number.clone().unwrap_or_default());
    let title = format!("作出复检结论并书面告知：{}", objection.applicant);
    let about = About::new(objection.org_id, SubjectKind::Objection, objection.id, &title);
    work.start_duty(about, &deadline::RESULT_NOTICE, trigger, &proof, Owner::role(Role::ResultManager))?;
    work.record(
        Event::new("objection.reinspection_reported", "复检报告已报送并确认")
            .about(objection.id)
            .about(inspection.id)
            .fact("复检结论", inspection.conclusion.map(Code::title).unwrap_or_default())
            .basis(law::R18_42),
    );
    Ok(())
}

/// What a passing day brings: announcements deemed served, rights that ended, formalities not done in seven days.
/// Run for every authority by [`crate::App::daily`]; the same day twice changes nothing.
///
/// # Errors
/// A fault.
pub fn daily(work: &mut Work<'_>) -> AppResult<()> {
    let (org, today) = (work.actor().org_id, work.today());
    for notice in work.tx.announcements_due(org, today)? {
        let Some(mut notice) = notice.deem(today, work.calendar()) else { continue };
        work.save(&mut notice)?;
        notices::receipt_begins(work, &notice, "公告之日起满三十日视为送达", law::CPL_95)?;
    }
    for objection in work.tx.formalities_missed(org, today)? {
        let Some(mut objection) = objection.abandon(today) else { continue };
        work.save(&mut objection)?;
        work.finish_duties(objection.id, None)?;
        work.record(
            Event::new("objection.abandoned", "七日内没有办理复检手续，视为放弃复检")
                .about(objection.id)
                .fact("申请人", &objection.applicant)
                .basis(law::R18_38),
        );
        procedure::ended(work, &objection)?;
    }
    for mut clock in work.tx.rights_ended(org, today)? {
        clock.state = ClockState::Done;
        clock.done_on = clock.due_party_on;
        work.save(&mut clock)?;
        let mut event = Event::new("objection.right_ended", format!("期限届满：{}", clock.title)).about(clock.id);
        event = match clock.subject_kind {
            SubjectKind::Notice => event.about::<Notice>(clock.subject_id.cast()),
            SubjectKind::Case => event.about::<Case>(clock.subject_id.cast()),
            _ => event.about::<Objection>(clock.subject_id.cast()),
        };
        work.record(event.fact("最后一日", clock.due_party_on.map(|day| day.to_string()).unwrap_or_default()));
    }
    Ok(())
}

/// Number of a paper of this stage: 代字〔年〕序号 号; the agency's short form is a parameter.
fn paper_number(
    work: &mut Work<'_>,
    kind: &str,
    word: &str,
    subject: hengjian_domain::ids::SubjectId,
) -> AppResult<String> {
    let agency = work.parameter(work.actor().org_id, &hengjian_domain::parameter::DOCUMENT_AGENCY)?;
    let year = work.today().year();
    work.next_number(kind, year, subject, |number| format!("{agency}{word}〔{year}〕{number} 号"))
}

/// The report of a notice or objection as it must exist.
fn report_of(work: &mut Work<'_>, id: hengjian_domain::testing::InspectionId) -> AppResult<Inspection> {
    work.tx.get(&id)?.ok_or_else(|| AppError::fault(format!("report {id} is missing")))
}

/// Whether a notice still stands for a report that counts; its window decides on admissibility.
fn window_of(work: &mut Work<'_>, notice: Option<NoticeId>) -> AppResult<Option<Date>> {
    Ok(match notice {
        Some(id) => work.tx.get::<Notice>(&id)?.and_then(|notice| notice.window_until_on),
        None => None,
    })
}

/// Whether a report has given way to an amended one.
fn is_replaced(inspection: &Inspection) -> bool {
    matches!(inspection.state, InspectionState::Replaced)
}
