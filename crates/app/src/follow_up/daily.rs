//! What a passing day brings to cases: terms of correction that ended, the window of the second recheck that opens,
//! results that have become final, reminders while a case lies with the superior. The same day twice changes nothing.

use super::save;
use crate::{AppResult, Event, Work, clocks::About};
use hengjian_domain::{
    clock::{ClockKind, ClockState, SubjectKind},
    deadline,
    follow_up::{Case, CaseState},
    law,
    objection::{Objection, ObjectionState},
    testing::Inspection,
};
use jiff::civil::Date;

/// Runs as the system for one authority.
///
/// # Errors
/// A fault.
pub fn daily(work: &mut Work<'_>) -> AppResult<()> {
    let (org, today) = (work.actor().org_id, work.today());
    for case in work.tx.cases_a_day_may_move(org, today)? {
        if let Some(mut overdue) = case.clone().fall_overdue(today) {
            work.close_clocks(case.id.cast(), ClockKind::Right, Some(deadline::RECTIFICATION.id), ClockState::Done)?;
            save(work, &mut overdue)?;
            let due = case.correct_by_on.map(|due| due.to_string()).unwrap_or_default();
            work.record(
                Event::new("follow_up.overdue", "改正期满，没有收到复查申请")
                    .about(case.id)
                    .fact("改正期限", due)
                    .basis(law::PQL_17),
            );
        } else if let Some(mut due) = case.open_window(today) {
            super::hand_over(
                work,
                due.id.cast(),
                &[deadline::SECOND_RECHECK.id],
                super::handling::station_owner(&due),
            )?;
            save(work, &mut due)?;
            work.record(
                Event::new("follow_up.window_opened", "公告满六十日，可以第二次复查").about(due.id).basis(law::R18_48),
            );
        }
    }
    for case in work.tx.cases_waiting_for_finality(org)? {
        await_finality(work, &case)?;
    }
    Ok(())
}

/// The term of correction was counted anew. A case that was overdue by the old last day is being corrected again: nothing
/// goes upward within the party's term.
///
/// # Errors
/// A fault.
pub(crate) fn correction_term_moved(work: &mut Work<'_>, mut case: Case, due: Option<Date>) -> AppResult<()> {
    case.correct_by_on = due;
    let Some(mut again) = case.clone().run_on(work.today()) else { return work.save(&mut case) };
    save(work, &mut again)?;
    work.record(
        Event::new("follow_up.rectifying_again", "改正期限重新计算后尚未届满，恢复为整改中")
            .about(again.id)
            .fact("改正期限", due.map(|due| due.to_string()).unwrap_or_default())
            .basis(law::R18_46),
    );
    Ok(())
}

/// A stopped case gets its term once the last day of every party's right is known (settled.md: three working days after it),
/// or after an objection has been answered. It lies with the station, which drafts the order.
pub(super) fn await_finality(work: &mut Work<'_>, case: &Case) -> AppResult<()> {
    let inspection: Option<Inspection> = match case.inspection_id {
        Some(id) => work.tx.get(&id)?,
        None => None,
    };
    if case.state != CaseState::Stopped || super::closing_facts(work, case)?.overturned.is_some() {
        return Ok(());
    }
    let running = work.tx.clocks_of(case.id.cast())?;
    if running.iter().any(|clock| clock.state == ClockState::Open && clock.rule == deadline::AFTER_FINALITY.id) {
        return super::set_step(work, case);
    }
    let (Some(latest), words) = last_day(work, case, inspection)? else { return Ok(()) };
    let latest = answered_on(work, case, latest)?.map_or(latest, |answered| answered.max(latest));
    let about = About::new(case.org_id, SubjectKind::Case, case.id, deadline::AFTER_FINALITY.title);
    let proof = if case.is_told_elsewhere() {
        "当事人收到检验结果的日期"
    } else {
        "全部收件人的送达回证"
    };
    work.start_duty(about, &deadline::AFTER_FINALITY, latest, proof, super::handling::station_owner(case))?;
    work.record(Event::new("follow_up.waiting", words).about(case.id).fact("最后一日", latest.to_string()));
    super::set_step(work, case)
}

/// The last day on which anybody may still object, and what is waited for.
fn last_day(
    work: &mut Work<'_>,
    case: &Case,
    inspection: Option<Inspection>,
) -> AppResult<(Option<Date>, &'static str)> {
    Ok(match inspection {
        Some(inspection) if !case.is_told_elsewhere() => {
            (crate::objection::finality(work, &inspection)?.latest_right_on, "全部收件人已送达，等异议期满")
        }
        _ => (case.partys_last_day(), "等当事人异议期满"),
    })
}

/// The day of the last answer to an objection that came in time; one that came late and was not admitted moves nothing.
fn answered_on(work: &mut Work<'_>, case: &Case, latest: Date) -> AppResult<Option<Date>> {
    let objections = super::objections_of(work, case)?;
    let counts = |one: &Objection| one.state != ObjectionState::Inadmissible || one.is_in_time(Some(latest));
    Ok(objections.into_iter().filter(counts).filter_map(|one| one.decided_on).max())
}

/// Whether an answer to an objection is what the order now waits from.
pub(super) fn waits_from_an_answer(work: &mut Work<'_>, case: &Case) -> AppResult<bool> {
    let inspection = super::report_of(work, case)?;
    let (Some(latest), _) = last_day(work, case, inspection)? else { return Ok(false) };
    Ok(answered_on(work, case, latest)?.is_some())
}
