//! Notices from draft to service: issue, attempts, announcement, answer on the origin, withdrawal.

use super::{paper_number, report_of};
use crate::{
    AppResult, Event, Work,
    clocks::{About, Owner},
};
use hengjian_domain::{
    actor::Role,
    clock::{ClockKind, ClockState, SubjectKind},
    code::Code,
    deadline,
    law::{self, LegalBasis},
    objection::{Authorship, Notice, NoticeId, NoticePaper, NoticeState, ServiceAttempt, ServiceMethod},
    organisation::{Organisation, OrganisationKind},
};
use jiff::civil::Date;

/// One attempt as filled in.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// How.
    pub method: ServiceMethod,
    /// Day; for electronic service the day of arrival in the named system.
    pub on: Date,
    /// Received.
    pub succeeded: bool,
    /// Who signed, relation to the recipient.
    pub signer: String,
    /// Proof, or what happened.
    pub proof: String,
    /// Who served.
    pub server: String,
}

/// Issues a notice with its number.
///
/// # Errors
/// A refusal, stale, not found.
pub fn issue(work: &mut Work<'_>, id: NoticeId, version: i64, paper: NoticePaper) -> AppResult<()> {
    let notice: Notice = work.load_own(id, version)?;
    let report = report_of(work, notice.inspection_id)?;
    if let Some(unit) = paper.unit_id {
        let station: Option<Organisation> = work.tx.get(&unit)?;
        let ours = station.is_some_and(|unit| {
            unit.kind == OrganisationKind::Station && unit.is_open() && unit.path.starts_with(&work.actor().scope_path)
        });
        if !ours {
            return Err(crate::AppError::field("unit_id", "请选择本局的监管所"));
        }
    }
    let number = paper_number(work, "result_notice", "抽告", id.cast())?;
    let today = work.today();
    let mut notice = notice.issue(paper, &report, number, today)?;
    work.save(&mut notice)?;
    hand_duty_on(work, &notice)?;
    work.record(
        Event::new("objection.notice_issued", "出具检验结果通知书")
            .about(notice.id)
            .about(report.id)
            .fact("文号", notice.number.clone().unwrap_or_default())
            .fact("收件人", notice.recipient_words())
            .basis(law::R18_35),
    );
    Ok(())
}

/// The duty to serve goes to the station that serves, with the same first day.
fn hand_duty_on(work: &mut Work<'_>, notice: &Notice) -> AppResult<()> {
    let Some(unit) = notice.unit_id else { return Ok(()) };
    let rule = deadline::RESULT_NOTICE;
    let closed = work.close_clocks(notice.id.cast(), ClockKind::Duty, Some(rule.id), ClockState::Void)?;
    let (trigger, proof) =
        closed.first().map_or_else(|| (work.today(), String::new()), |clock| (clock.trigger_on, clock.proof.clone()));
    let title = format!("送达检验结果通知书：{}", notice.recipient_words());
    let about = About::new(notice.org_id, SubjectKind::Notice, notice.id, &title);
    work.start_duty(about, &rule, trigger, &proof, Owner::unit(Role::StationOfficer, unit))?;
    Ok(())
}

/// Notes the recipient's consent to electronic service.
///
/// # Errors
/// A refusal, stale, not found.
pub fn consent(work: &mut Work<'_>, id: NoticeId, version: i64, text: &str) -> AppResult<()> {
    let notice: Notice = work.load_own(id, version)?;
    let mut notice = notice.consent(text)?;
    work.save(&mut notice)?;
    work.record(
        Event::new("objection.notice_consent", "收件人同意电子送达")
            .about(notice.id)
            .fact("凭据", &notice.consent_text)
            .basis(law::CPL_90),
    );
    Ok(())
}

/// Notes one attempt of service.
///
/// # Errors
/// A refusal, stale, not found.
pub fn serve(work: &mut Work<'_>, id: NoticeId, version: i64, attempt: Attempt) -> AppResult<()> {
    let notice: Notice = work.load_own(id, version)?;
    let before = notice.state;
    let earlier = work.tx.notice_attempts_of(id.cast())?;
    let mut row = ServiceAttempt {
        id: work.new_id(),
        version: 1,
        org_id: notice.org_id,
        subject_kind: SubjectKind::Notice,
        subject_id: id.cast(),
        method: attempt.method,
        on_date: attempt.on,
        succeeded: attempt.succeeded,
        signer: attempt.signer.trim().to_owned(),
        proof: attempt.proof.trim().to_owned(),
        server: attempt.server.trim().to_owned(),
    };
    let today = work.today();
    let mut notice = notice.serve(&row, &earlier, today, work.calendar())?;
    work.insert(&mut row)?;
    work.save(&mut notice)?;
    if row.succeeded {
        return receipt_begins(
            work,
            &notice,
            &format!("{}，{}", row.method.title(), notice.service_proof),
            basis(row.method),
        );
    }
    if notice.state == NoticeState::Undeliverable && before != NoticeState::Undeliverable {
        let title = format!("其他方式无法送达，办理公告送达：{}", notice.recipient_words());
        let about = About::new(notice.org_id, SubjectKind::Notice, notice.id, &title);
        work.start_step(about, Owner::role(Role::ResultManager))?;
    }
    work.record(
        Event::new("objection.service_failed", format!("{}没有送达", row.method.title()))
            .about(notice.id)
            .fact("日期", row.on_date.to_string())
            .fact("经过", &row.proof)
            .basis(basis(row.method)),
    );
    Ok(())
}

fn basis(method: ServiceMethod) -> LegalBasis {
    match method {
        ServiceMethod::InPerson => law::CPL_88,
        ServiceMethod::LeftWithWitness => law::CPL_89,
        ServiceMethod::Electronic => law::CPL_90,
        ServiceMethod::Post | ServiceMethod::Entrusted => law::CPL_91,
        ServiceMethod::Announcement => law::CPL_95,
    }
}

/// The recipient has the notice: the office's duties end, the recipient's fifteen days begin.
pub(super) fn receipt_begins(work: &mut Work<'_>, notice: &Notice, proof: &str, basis: LegalBasis) -> AppResult<()> {
    work.finish_duties(notice.id, None)?;
    let served = notice.served_on.unwrap_or_else(|| work.today());
    let title = format!("提出书面异议：{}", notice.recipient_words());
    let about = About::new(notice.org_id, SubjectKind::Notice, notice.id, &title);
    let clock = work.start_right(about, &deadline::OBJECTION, served, proof)?;
    work.record(
        Event::new("objection.notice_served", "收件人收到检验结果通知书，十五日起算")
            .about(notice.id)
            .about(notice.inspection_id)
            .fact("收件人", notice.recipient_words())
            .fact("收到", served.to_string())
            .fact("凭据", proof)
            .fact("可提异议至", clock.due_party_on.map(|day| day.to_string()).unwrap_or_default())
            .basis(basis),
    );
    Ok(())
}

/// Announces a notice that could not be served otherwise.
///
/// # Errors
/// A refusal, stale, not found.
pub fn announce(work: &mut Work<'_>, id: NoticeId, version: i64, on: Date, medium: &str) -> AppResult<()> {
    let notice: Notice = work.load_own(id, version)?;
    let attempts = work.tx.notice_attempts_of(id.cast())?;
    let today = work.today();
    let mut notice = notice.announce(on, medium, &attempts, today)?;
    work.save(&mut notice)?;
    work.finish_duties(notice.id, None)?;
    let deemed = notice.deemed_on.map(|day| day.to_string()).unwrap_or_default();
    let title = format!("公告送达中，{deemed} 视为送达：{}", notice.recipient_words());
    let about = About::new(notice.org_id, SubjectKind::Notice, notice.id, &title);
    work.start_step(about, Owner::role(Role::ResultManager))?;
    work.record(
        Event::new("objection.notice_announced", "公告送达")
            .about(notice.id)
            .fact("公告日", on.to_string())
            .fact("载体和凭据", &notice.service_proof)
            .fact("视为送达", deemed)
            .basis(law::CPL_95),
    );
    Ok(())
}

/// The labelled producer's answer whether the product is his.
///
/// # Errors
/// A refusal, stale, not found.
pub fn answer_authorship(
    work: &mut Work<'_>,
    id: NoticeId,
    version: i64,
    answer: Authorship,
    text: &str,
) -> AppResult<()> {
    let notice: Notice = work.load_own(id, version)?;
    let mut notice = notice.answer_authorship(answer, text)?;
    work.save(&mut notice)?;
    work.record(
        Event::new("objection.authorship", format!("标称生产者{}", answer.title()))
            .about(notice.id)
            .about(notice.inspection_id)
            .fact("标称生产者", &notice.recipient_name)
            .fact("理由和证明", &notice.authorship_text)
            .basis(law::R18_35),
    );
    Ok(())
}

/// 撤回 of what nobody has been sent; a new draft takes its place, so that the recipient is not forgotten. The number stays used.
///
/// # Errors
/// A refusal, stale, not found.
pub fn withdraw(work: &mut Work<'_>, id: NoticeId, version: i64, reason: &str) -> AppResult<NoticeId> {
    let notice: Notice = work.load_own(id, version)?;
    let mut draft = Notice {
        id: work.new_id(),
        version: 1,
        number: None,
        state: NoticeState::Draft,
        issued_on: None,
        created_at_us: work.now(),
        ..notice.clone()
    };
    let mut notice = notice.withdraw(reason)?;
    work.save(&mut notice)?;
    if let Some(number) = &notice.number {
        work.tx.void_number(work.actor().org_id, "result_notice", number, &notice.withdrawn_reason)?;
    }
    let closed = work.close_clocks(notice.id.cast(), ClockKind::Duty, None, ClockState::Void)?;
    work.insert(&mut draft)?;
    let trigger = closed.first().map_or_else(|| work.today(), |clock| clock.trigger_on);
    let proof = closed.first().map(|clock| clock.proof.clone()).unwrap_or_default();
    let title = format!("出具并送达检验结果通知书：{}", draft.recipient_words());
    let about = About::new(draft.org_id, SubjectKind::Notice, draft.id, &title);
    work.start_duty(about, &deadline::RESULT_NOTICE, trigger, &proof, Owner::role(Role::ResultManager))?;
    work.record(
        Event::new("objection.notice_withdrawn", "撤回没有发出的通知书，另拟一份")
            .about(notice.id)
            .about(draft.id)
            .fact("理由", &notice.withdrawn_reason)
            .fact("作废文号", notice.number.clone().unwrap_or_else(|| "/".to_owned())),
    );
    Ok(draft.id)
}
