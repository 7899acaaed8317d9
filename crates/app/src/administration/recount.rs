//! Terms counted anew when the calendar changes (product.md §2.5: every dependent clock is computed anew and shown). A
//! party's right never ends earlier than it was told; an office's duty moves both ways. Names nobody: who keeps the calendar
//! has no business with the cases.

use crate::{App, AppError, AppResult, Event, Work};
use hengjian_domain::{
    calendar::Calendar,
    clock::{Clock, ClockKind, ClockState, SubjectKind},
    code::Code,
    deadline::{self, DUTIES, Derivation, DutyRule, RIGHTS},
    follow_up::{Case, CaseState},
    ids::SubjectId,
    law,
    objection::{Notice, Objection},
    organisation::OrganisationId,
    parameter::{OBJECTION_ACCEPTANCE_DAYS, REINSPECTION_REPORT_DAYS, REPORT_DAYS},
};
use jiff::{ToSpan, civil::Date};
use std::collections::BTreeMap;

/// Longest length that an administrator can have set for a duty.
const LONGEST: i64 = 400;
/// A right that ended so many days ago is looked at again: a day off may have been entered late.
const LOOK_BACK_DAYS: i64 = 60;

/// Counts the running terms of the person's authority and those below it again with a new calendar: days of a region bind
/// nobody beside or above it. Returns what moved, a line for each kind of term and pair of days.
///
/// # Errors
/// A fault.
pub fn recount_region(work: &mut Work<'_>, new: &Calendar) -> AppResult<Vec<String>> {
    let own = work.organisation(work.actor().org_id)?;
    recount(work, &own.path, new)
}

/// Counts the running terms of every authority again with the days that were just imported or taken back: the country's
/// arrangement binds all. As [`recount_region`].
///
/// # Errors
/// A fault.
pub fn recount_country(work: &mut Work<'_>) -> AppResult<Vec<String>> {
    let new = App::calendar_as_stored(&mut work.tx)?;
    recount(work, "/", &new)
}

fn recount(work: &mut Work<'_>, path: &str, new: &Calendar) -> AppResult<Vec<String>> {
    let mut moved: BTreeMap<(String, Option<Date>, Option<Date>), usize> = BTreeMap::new();
    let since = work.today().saturating_sub(LOOK_BACK_DAYS.days());
    let mut clocks: Vec<Clock> = Vec::new();
    for authority in work.tx.organisations_below(path)? {
        clocks.extend(work.tx.clocks_to_recount(authority.id, since)?);
    }
    // Rights come first: the day of others depends on them.
    clocks.sort_by_key(|clock| (clock.kind == ClockKind::Duty, clock.id));
    for clock in clocks {
        // A case that is being corrected again hands its terms on: the row as it is now.
        let Some(clock) = work.tx.get::<Clock>(&clock.id)? else { continue };
        if clock.kind == ClockKind::Duty && clock.state != ClockState::Open {
            continue;
        }
        // A notice that moved before may have moved the day from which this term runs.
        let trigger = trigger_of(work, &clock)?;
        let Some((after, derivation)) = counted(work, &clock, trigger, new)? else { continue };
        if after.due_on() == clock.due_on() && after.state == clock.state {
            continue;
        }
        keep(work, &clock, after.clone(), &derivation)?;
        let words = format!("{}　{}", clock.kind.title(), derivation.title);
        *moved.entry((words, clock.due_on(), after.due_on())).or_default() += 1;
    }
    let day = |day: Option<Date>| day.map_or_else(|| "/".to_owned(), |day| day.to_string());
    Ok(moved
        .into_iter()
        .map(|((words, from, to), count)| format!("{words}：{} → {}（{count} 件）", day(from), day(to)))
        .collect())
}

/// The day from which a term runs: its own, and for a case that waits for finality the last day of the notices.
fn trigger_of(work: &mut Work<'_>, clock: &Clock) -> AppResult<Date> {
    if clock.rule != deadline::AFTER_FINALITY.id || clock.subject_kind != SubjectKind::Case {
        return Ok(clock.trigger_on);
    }
    let case: Option<Case> = work.tx.get(&clock.subject_id)?;
    if let Some(day) = case.as_ref().and_then(Case::partys_last_day) {
        return Ok(day.max(clock.trigger_on));
    }
    let Some(report) = case.and_then(|case| case.inspection_id) else { return Ok(clock.trigger_on) };
    let windows = work.tx.notices_of(report)?.into_iter().filter(Notice::is_live).filter_map(|one| one.window_until_on);
    Ok(windows.max().unwrap_or(clock.trigger_on).max(clock.trigger_on))
}

/// The clock as the new calendar makes it; `None` where its rule is not known or its right was used.
fn counted(
    work: &mut Work<'_>,
    clock: &Clock,
    trigger: Date,
    new: &Calendar,
) -> AppResult<Option<(Clock, Derivation)>> {
    let mut after = clock.clone();
    after.trigger_on = trigger;
    let derivation = match clock.kind {
        ClockKind::Right => {
            let Some(rule) = RIGHTS.iter().find(|rule| rule.id == clock.rule) else { return Ok(None) };
            let derivation = rule.derive(trigger, new);
            // Never earlier than the party was told.
            after.due_party_on = clock.due_party_on.max(Some(derivation.due_party));
            after.due_strict_on = clock.due_strict_on.max(Some(derivation.due_strict));
            let runs = after.due_party_on.is_some_and(|due| due >= work.today());
            if clock.state != ClockState::Open {
                if !runs || !lapsed(work, clock)? {
                    return Ok(None);
                }
                (after.state, after.done_on) = (ClockState::Open, None);
            }
            derivation
        }
        ClockKind::Duty => {
            let Some(rule) = DUTIES.iter().find(|rule| rule.id == clock.rule) else { return Ok(None) };
            let derivation = with_its_length(work, rule, clock)?.derive(trigger, new);
            after.due_strict_on = Some(derivation.due_strict);
            after.due_party_on = Some(derivation.due_party);
            derivation
        }
    };
    after.provisional = derivation.provisional;
    derivation.calendar_version.clone_into(&mut after.calendar_version);
    after.steps = derivation.steps().join("\n");
    if after.due_on() > Some(derivation.due_party).max(Some(derivation.due_strict)) {
        after.steps.push_str("\n原来告知的末日较晚，仍按原来的末日");
    }
    Ok(Some((after, derivation)))
}

/// Whether a right that is done ended unused. A term of correction is ended the day after it by whoever notes that the
/// party is overdue, and what followed since stands.
fn lapsed(work: &mut Work<'_>, clock: &Clock) -> AppResult<bool> {
    if clock.state != ClockState::Done {
        return Ok(false);
    }
    if clock.rule != deadline::RECTIFICATION.id || clock.subject_kind != SubjectKind::Case {
        return Ok(clock.done_on == clock.due_party_on);
    }
    let case: Option<Case> = work.tx.get(&clock.subject_id)?;
    Ok(clock.done_on > clock.due_party_on && case.is_some_and(|case| case.state == CaseState::Overdue))
}

/// The rule with the length that this duty was counted with: as its derivation says, else the one in force.
fn with_its_length(work: &mut Work<'_>, rule: &DutyRule, clock: &Clock) -> AppResult<DutyRule> {
    if let Some(length) = deadline::length_said(&clock.steps, rule.length) {
        return Ok(rule.with_length(length));
    }
    let set = in_force(work, rule, clock.org_id)?;
    // With another calendar than today's the days tell nothing about the length.
    if clock.calendar_version != work.calendar().version() {
        return Ok(set);
    }
    let fits = |rule: &DutyRule| Some(rule.derive(clock.trigger_on, work.calendar()).due_strict) == clock.due_strict_on;
    if fits(&set) {
        return Ok(set);
    }
    Ok((0..=LONGEST).map(|n| rule.with_length(rule.length.of(n))).find(fits).unwrap_or(set))
}

/// The rule with the length that the authority has set, where it is one of those that may be set; else the law's.
fn in_force(work: &mut Work<'_>, rule: &DutyRule, org: OrganisationId) -> AppResult<DutyRule> {
    let settable = [
        (deadline::OBJECTION_ACCEPTANCE.id, &OBJECTION_ACCEPTANCE_DAYS),
        (deadline::TEST_REPORT.id, &REPORT_DAYS),
        (deadline::REINSPECTION_REPORT.id, &REINSPECTION_REPORT_DAYS),
    ];
    Ok(match settable.into_iter().find(|(id, _)| *id == rule.id) {
        Some((_, parameter)) => rule.with_length(rule.length.of(work.parameter_number(org, parameter)?)),
        None => *rule,
    })
}

/// Saves the clock and the rows that carry the same day, and says so on the timeline of the thing.
fn keep(work: &mut Work<'_>, before: &Clock, mut after: Clock, derivation: &Derivation) -> AppResult<()> {
    work.save(&mut after)?;
    let (subject, due): (SubjectId, Option<Date>) = (after.subject_id, after.due_on());
    let missing = || AppError::fault("a clock of a thing that is gone");
    if after.rule == deadline::OBJECTION.id && after.subject_kind == SubjectKind::Notice {
        let mut notice: Notice = work.tx.get(&subject)?.ok_or_else(missing)?;
        notice.window_until_on = due;
        work.save(&mut notice)?;
    } else if after.rule == deadline::REINSPECTION_FORMALITIES.id && after.subject_kind == SubjectKind::Objection {
        let mut objection: Objection = work.tx.get(&subject)?.ok_or_else(missing)?;
        objection.formalities_until_on = due;
        work.save(&mut objection)?;
    } else if after.subject_kind == SubjectKind::Case {
        let mut case: Case = work.tx.get(&subject)?.ok_or_else(missing)?;
        if after.rule == deadline::RECTIFICATION.id {
            crate::follow_up::correction_term_moved(work, case, due)?;
        } else if after.rule == deadline::RECHECK.id {
            case.recheck_by_on = due;
            work.save(&mut case)?;
        } else if after.rule == deadline::OBJECTION.id {
            case.objection_open_until_on = due;
            work.save(&mut case)?;
        }
    }
    let day = |day: Option<Date>| day.map_or_else(|| "/".to_owned(), |day| day.to_string());
    let mut event = Event::new("clock.recounted", format!("工作日历变动，重新计算：{}", derivation.title))
        .fact("末日", format!("{} → {}", day(before.due_on()), day(due)))
        .basis(law::DECISION_CORRECTION);
    event = event.about(subject);
    work.record(event);
    Ok(())
}
