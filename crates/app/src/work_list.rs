//! 待办: what a person must do, by when, counted how. Reads the open duties of the person's roles and unit.

use crate::{AppResult, Work, correction::objection_words};
use hengjian_domain::{
    actor::Role,
    clock::{Clock, SubjectKind},
    correction::Correction,
    draw::Draw,
    follow_up::Case,
    ids::SubjectId,
    objection::{Notice, Objection},
    plan::{SpotCheckPlan, SpotCheckTask},
    publication::Publication,
    rules::SpotCheckRules,
    sampling::{Sample, Visit},
    testing::Inspection,
};
use jiff::civil::Date;
use std::collections::{BTreeMap, btree_map::Entry};

/// Most lines shown; the page says so when there are more.
pub const WORK_LIST_LIMIT: usize = 200;

/// Open duties of the person, earliest last day first. A draw that is being made takes the place of the line of its
/// task, and has its day.
///
/// # Errors
/// A fault.
pub fn work_list(work: &mut Work<'_>) -> AppResult<Vec<Clock>> {
    let actor = work.actor();
    let clocks = work.tx.work_list(actor, WORK_LIST_LIMIT)?;
    let mut lines = Vec::with_capacity(clocks.len());
    for mut clock in clocks {
        let of_task = clock.subject_kind == SubjectKind::Task && clock.owner_role == Some(Role::DrawOperator);
        if of_task && work.tx.has_open_draw(clock.subject_id.cast())? {
            continue;
        }
        if clock.subject_kind == SubjectKind::Draw
            && clock.due_strict_on.is_none()
            && let Some((day, steps)) = day_of_draw(work, clock.subject_id)?
        {
            (clock.due_strict_on, clock.steps) = (Some(day), steps);
        }
        lines.push(clock);
    }
    lines.sort_by_key(|clock| (clock.due_strict_on.is_none(), clock.due_strict_on, clock.opened_at_us, clock.id));
    Ok(lines)
}

/// Day by which a draw that is not handed over yet has to be: the first of its task's sampling, with its derivation.
fn day_of_draw(work: &mut Work<'_>, id: SubjectId) -> AppResult<Option<(Date, String)>> {
    let Some(draw) = work.tx.get::<Draw>(&id)?.filter(|draw| draw.dispatched_at_us.is_none()) else { return Ok(None) };
    let task: Option<SpotCheckTask> = work.tx.get(&draw.task_id)?;
    let day = task.and_then(|task| task.sampling_from_on);
    Ok(day.map(|day| (day, crate::plan::day_of_scheme(day))))
}

/// What each duty is about, in words: the product and the party, the title, the number. A visit says its task alone:
/// whom it concerns is the team's secret until it is opened.
///
/// # Errors
/// A fault.
pub fn about(work: &mut Work<'_>, clocks: &[Clock]) -> AppResult<BTreeMap<SubjectId, String>> {
    let mut words = BTreeMap::new();
    for clock in clocks {
        let id = clock.subject_id;
        if let Entry::Vacant(place) = words.entry(id) {
            place.insert(subject_words(work, clock.subject_kind, id)?);
        }
    }
    Ok(words)
}

fn subject_words(work: &mut Work<'_>, kind: SubjectKind, id: SubjectId) -> AppResult<String> {
    let in_laboratory = crate::testing::view::is_laboratory_staff(work);
    let tx = &mut work.tx;
    let of_report = |inspection: Inspection| format!("{}　{}", inspection.product_name, inspection.sampled_name);
    let task_name = |task: Option<SpotCheckTask>| task.map(|task| format!("{}　{}", task.name, task.number));
    let words = match kind {
        SubjectKind::Plan => tx.get::<SpotCheckPlan>(&id)?.map(|plan| plan.title),
        SubjectKind::Task => task_name(tx.get(&id)?),
        SubjectKind::Draw => match tx.get::<Draw>(&id)? {
            // What has been handed over waits for its visits: how many have ended says whether there is anything to do.
            Some(draw) => {
                let (all, ended) = tx.visits_of_draw(draw.id)?;
                let far = if all > 0 { format!("　{ended} / {all} 次抽样已提交结果") } else { String::new() };
                task_name(tx.get(&draw.task_id)?).map(|name| name + &far)
            }
            None => None,
        },
        SubjectKind::Visit => match tx.get::<Visit>(&id)? {
            Some(visit) => task_name(tx.get(&visit.task_id)?),
            None => None,
        },
        SubjectKind::Sample => tx.get::<Sample>(&id)?.map(|sample| sample.number),
        // The laboratory tests a sample, not a party.
        SubjectKind::Inspection if in_laboratory => {
            let report: Option<Inspection> = tx.get(&id)?;
            let sample: Option<Sample> = match report.as_ref().and_then(|report| report.sample_id) {
                Some(sample) => tx.get(&sample)?,
                None => None,
            };
            report.map(|report| {
                format!("{}　{}", report.product_name, sample.map(|sample| sample.number).unwrap_or_default())
            })
        }
        SubjectKind::Inspection => tx.get::<Inspection>(&id)?.map(of_report),
        SubjectKind::Notice => match tx.get::<Notice>(&id)? {
            Some(notice) => {
                let report: Option<Inspection> = tx.get(&notice.inspection_id)?;
                report.map(|report| format!("{}　送 {}", report.product_name, notice.recipient_name))
            }
            None => None,
        },
        SubjectKind::Objection => tx.get::<Objection>(&id)?.as_ref().map(objection_words),
        SubjectKind::Case => {
            tx.get::<Case>(&id)?.map(|case| format!("{}　{}　{}", case.product_name, case.party_name, case.number))
        }
        SubjectKind::Publication => tx.get::<Publication>(&id)?.map(|publication| publication.title),
        SubjectKind::Rules => tx.get::<SpotCheckRules>(&id)?.map(|rules| rules.title),
        SubjectKind::Correction => match tx.get::<Correction>(&id)? {
            Some(one) => {
                let of = match one.subject_kind {
                    SubjectKind::Objection => subject_words(work, SubjectKind::Objection, one.subject_id)?,
                    _ => String::new(),
                };
                let gap = if of.is_empty() { "" } else { "　" };
                Some(format!("{of}{gap}{}：{} → {}", one.field_title, one.old_value, one.new_value))
            }
            None => None,
        },
        _ => None,
    };
    Ok(words.unwrap_or_default())
}
