//! Terms counted anew when the calendar changes (product.md §2.5: every dependent clock is computed anew and shown). A
//! party's right never ends earlier than it was told; an office's duty moves both ways. Names nobody: who keeps the calendar
//! has no business with the cases.

use crate::{AppError, AppResult, Event, Work};
use hengjian_domain::{
    calendar::Calendar,
    clock::{Clock, ClockKind, ClockState, SubjectKind},
    code::Code,
    deadline::{self, DUTIES, Derivation, DutyRule, Length, RIGHTS},
    follow_up::Case,
    ids::SubjectId,
    law,
    objection::{Notice, Objection},
};
use jiff::{ToSpan, civil::Date};
use std::collections::BTreeMap;

/// Longest length that an administrator can have set for a duty.
const LONGEST: i64 = 400;
/// A right that ended so many days ago is looked at again: a day off may have been entered late.
const LOOK_BACK_DAYS: i64 = 60;

/// Counts every running term again with a new calendar and keeps it. Returns what moved, a line for each kind of term and
/// pair of days.
///
/// # Errors
/// A fault.
pub fn recount(work: &mut Work<'_>, new: &Calendar) -> AppResult<Vec<String>> {
    let mut moved: BTreeMap<(String, Option<Date>, Option<Date>), usize> = BTreeMap::new();
    let since = work.today().saturating_sub(LOOK_BACK_DAYS.days());
    for clock in work.tx.clocks_to_recount(since)? {
        // A notice that moved before may have moved the day from which this term runs.
        let trigger = trigger_of(work, &clock)?;
        let Some((after, derivation)) = counted(work, &clock, trigger, new) else { continue };
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
    let Some(report) = case.and_then(|case| case.inspection_id) else { return Ok(clock.trigger_on) };
    let windows = work.tx.notices_of(report)?.into_iter().filter(Notice::is_live).filter_map(|one| one.window_until_on);
    Ok(windows.max().unwrap_or(clock.trigger_on).max(clock.trigger_on))
}

/// The clock as the new calendar makes it; `None` where its rule is not known or its length cannot be told.
fn counted(work: &Work<'_>, clock: &Clock, trigger: Date, new: &Calendar) -> Option<(Clock, Derivation)> {
    let mut after = clock.clone();
    after.trigger_on = trigger;
    let derivation = match clock.kind {
        ClockKind::Right => {
            let derivation = RIGHTS.iter().find(|rule| rule.id == clock.rule)?.derive(trigger, new);
            // Never earlier than the party was told.
            after.due_party_on = clock.due_party_on.max(Some(derivation.due_party));
            after.due_strict_on = clock.due_strict_on.max(Some(derivation.due_strict));
            let runs = after.due_party_on.is_some_and(|due| due >= work.today());
            let lapsed = clock.state == ClockState::Done && clock.done_on == clock.due_party_on;
            match (clock.state, runs && lapsed) {
                (ClockState::Open, _) => {}
                (_, true) => (after.state, after.done_on) = (ClockState::Open, None),
                _ => return None,
            }
            derivation
        }
        ClockKind::Duty => {
            let rule = DUTIES.iter().find(|rule| rule.id == clock.rule)?;
            let derivation = with_its_length(rule, clock, work.calendar())?.derive(trigger, new);
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
    Some((after, derivation))
}

/// The rule with the length that this duty was counted with: the law's, or one that an administrator has set.
fn with_its_length(rule: &DutyRule, clock: &Clock, old: &Calendar) -> Option<DutyRule> {
    let fits = |rule: &DutyRule| Some(rule.derive(clock.trigger_on, old).due_strict) == clock.due_strict_on;
    if fits(rule) {
        return Some(*rule);
    }
    (0..=LONGEST)
        .map(|n| match rule.length {
            Length::CalendarDays(_) => rule.with_length(Length::CalendarDays(n)),
            Length::WorkingDays(_) => rule.with_length(Length::WorkingDays(n)),
            Length::Months(_) => rule.with_length(Length::Months(n)),
        })
        .find(fits)
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
            case.correct_by_on = due;
            work.save(&mut case)?;
        } else if after.rule == deadline::RECHECK.id {
            case.recheck_by_on = due;
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
