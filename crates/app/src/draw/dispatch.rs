//! Hand-over of a confirmed draw to its teams, and the next reserve for whoever could not be sampled. The only place
//! where drawn names are read: by the dispatcher of that draw, each reading an act of its own.

use super::{address, next_step, pending_void, result, result::Change, roster, task_going_on, task_of};
use crate::{
    AppError, AppResult, Event, FieldError, Work,
    draw::result::{Facts, Frame, Sealed},
    sampling::{NewVisit, create_visit},
};
use hengjian_domain::{
    actor::{Role, UserId},
    code::Code,
    draw::{
        Draw, DrawId, DrawMember, DrawMemberId, DrawPhase, DrawRefused, Handover, MemberStatus, ReleaseWindow,
        ReplacementReason, TeamFault, phases::replacement,
    },
    enterprise::{Enterprise, EnterpriseId},
    law,
    officer::{Officer, OfficerId},
    organisation::OrganisationId,
    plan::SpotCheckTask,
    refusal::Explain as _,
    sampling::{Visit, VisitId, VisitState},
    time::Timestamp,
};
use hengjian_store::Column;
use jiff::{ToSpan, civil::Date};
use std::collections::BTreeMap;

/// A drawn or designated unit, as its dispatcher reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrawnUnit {
    /// Row of the roster; names the fields of the form.
    pub member_id: DrawMemberId,
    /// The firm.
    pub enterprise: Enterprise,
    /// Station responsible, short name.
    pub station: String,
    /// Designated, not drawn.
    pub designated: bool,
    /// Models the samplers leave alone, one a line.
    pub blocked_models: String,
    /// First sampler.
    pub lead: String,
    /// Second sampler.
    pub second: String,
    /// Station officer proposed to accompany.
    pub accompanying: Option<UserId>,
}

/// What the dispatcher sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    /// The draw, with its new version.
    pub draw: Draw,
    /// Units by station and name.
    pub units: Vec<DrawnUnit>,
    /// Who may accompany: account, name, station.
    pub station_officers: Vec<(UserId, String, String)>,
    /// Release time that is proposed.
    pub release_at: Timestamp,
    /// Days on which it has to lie.
    pub window: ReleaseWindow,
}

/// 08:00 of the first day of sampling, at the earliest tomorrow; now, when tomorrow is too late.
pub fn default_release(work: &Work<'_>, task: &SpotCheckTask) -> Timestamp {
    let tomorrow = work.today().checked_add(1.day()).unwrap_or(work.today());
    let morning = Timestamp::at(task.sampling_from_on.map_or(tomorrow, |from| from.max(tomorrow)), 8, 0);
    if ReleaseWindow::of(task, work.today()).check(morning).is_ok() { morning } else { work.now() }
}

/// Opens the names to the dispatcher of this draw. An act, not a view: every reading is journalled.
///
/// # Errors
/// [`DrawRefused`].
pub fn open_names(work: &mut Work<'_>, id: DrawId) -> AppResult<Names> {
    let draw: Draw = work.load(id)?;
    work.must_own(draw.org_id)?;
    let mut draw = draw.read_names(work.actor())?;
    Draw::not_being_voided("查看抽中的单位", pending_void(work, &draw)?.as_ref())?;
    let task = task_of(work, &draw)?;
    let frame = Frame::load(work, &draw)?;
    let mut sealed = Sealed::open(work, &draw)?;
    result::recompute(&draw, &frame, &sealed)?;
    let day = roster::day_of(work, &task);
    let facts = Facts::load(work, &draw, &frame, day)?;
    let outcome = if draw.phase == DrawPhase::Confirmed {
        result::refresh(&draw, &task, &frame, &mut sealed, &facts, day)?
    } else {
        result::compute(&draw, &frame, &sealed)?
    };
    let officers = station_officers(work, draw.org_id)?;
    let mut units = Vec::new();
    for assignment in &outcome.active {
        let Some((member, lead, second)) = result::pair(&frame, assignment)? else {
            return Err(DrawRefused::Team { act: "派发抽样任务", fault: TeamFault::TooFew, count: 1 }.into());
        };
        let enterprise: Enterprise =
            work.tx.get(&member.enterprise_id)?.ok_or_else(|| AppError::fault("enterprise is missing"))?;
        let station = enterprise.unit_id.map(|unit| work.organisation(unit)).transpose()?;
        units.push(DrawnUnit {
            member_id: member.id,
            accompanying: responsible(&officers, enterprise.unit_id),
            station: station.map(|station| station.short_name).unwrap_or_default(),
            enterprise,
            designated: member.status == MemberStatus::Must,
            blocked_models: member.blocked_models.clone(),
            lead: officer_name(work, lead)?,
            second: officer_name(work, second)?,
        });
    }
    units.sort_by(|a, b| {
        (&a.station, &a.enterprise.name, a.member_id).cmp(&(&b.station, &b.enterprise.name, b.member_id))
    });
    if draw.phase == DrawPhase::Confirmed {
        sealed.close(work, &draw)?;
    }
    work.save(&mut draw)?;
    let event = Event::new("access.view", "查看抽中的单位").about(id).basis(law::DECISION_DRAW_RELEASE);
    work.record(event.fact("数量", format!("{} 家", units.len())));
    let release_at = default_release(work, &task);
    let station_officers = officers.into_iter().map(|(user, name, _, station)| (user, name, station)).collect();
    let window = ReleaseWindow::of(&task, work.today());
    Ok(Names { draw, units, station_officers, release_at, window })
}

type StationOfficer = (UserId, String, OrganisationId, String);

fn station_officers(work: &mut Work<'_>, org: OrganisationId) -> AppResult<Vec<StationOfficer>> {
    let mut officers = Vec::new();
    for (user, name, unit) in work.tx.users_with_role(org, Role::StationOfficer)? {
        let station = work.organisation(unit)?.short_name;
        officers.push((user, name, unit, station));
    }
    Ok(officers)
}

/// The officer of the station responsible for a firm who is proposed to accompany.
fn responsible(officers: &[StationOfficer], unit: Option<OrganisationId>) -> Option<UserId> {
    officers.iter().find(|(_, _, station, _)| Some(*station) == unit).map(|(user, ..)| *user)
}

fn officer_name(work: &mut Work<'_>, id: OfficerId) -> AppResult<String> {
    Ok(work.tx.get::<Officer>(&id)?.map(|officer| officer.name).unwrap_or_default())
}

/// One visit as the dispatcher hands it over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DispatchLine {
    /// Row of the roster.
    pub member_id: DrawMemberId,
    /// Readable by the team from then on.
    pub release_at: Timestamp,
    /// Station officer who accompanies.
    pub accompanying: Option<UserId>,
}

/// A refusal as the message of one field.
fn told_beside(field: impl Into<String>, refused: DrawRefused) -> FieldError {
    FieldError::new(field, format!("{}。{}", refused.why(), refused.next()))
}

/// CONFIRMED → DISPATCHED: one visit for every unit, in an order that has nothing to do with the draw.
///
/// # Errors
/// [`DrawRefused`], or a message where the lines are not those of the draw.
pub fn dispatch(work: &mut Work<'_>, id: DrawId, version: i64, token: &str, lines: &[DispatchLine]) -> AppResult<()> {
    let draw: Draw = work.load_own(id, version)?;
    work.once(token, &address(id))?;
    let (actor, now) = (work.actor(), work.now());
    draw.may_read_names(actor)?;
    let task = task_going_on(work, &draw, "派发抽样任务")?;
    let window = ReleaseWindow::of(&task, work.today());
    let outside = lines.iter().filter(|line| !line.release_at.is_past(now));
    let outside =
        outside.filter_map(|line| Some((format!("release_{}", line.member_id), window.check(line.release_at).err()?)));
    let outside: Vec<FieldError> = outside.map(|(field, refused)| told_beside(field, refused)).collect();
    if !outside.is_empty() {
        return Err(AppError::Fields(outside));
    }
    let frame = Frame::load(work, &draw)?;
    let mut sealed = Sealed::open(work, &draw)?;
    result::recompute(&draw, &frame, &sealed)?;
    let given: BTreeMap<DrawMemberId, &DispatchLine> = lines.iter().map(|line| (line.member_id, line)).collect();
    let last: Date = lines.iter().map(|line| line.release_at.date()).max().unwrap_or(work.today());
    let facts = Facts::load(work, &draw, &frame, last)?;
    let outcome = result::compute(&draw, &frame, &sealed)?;

    let officers = station_officers(work, draw.org_id)?;
    let (mut handovers, mut visits) = (Vec::new(), Vec::new());
    for assignment in &outcome.active {
        let team = facts.team(&frame, assignment, &task)?;
        let pair = result::pair(&frame, assignment)?;
        let line = pair.and_then(|(member, ..)| given.get(&member.id));
        let release_at = line.map_or(now, |line| line.release_at);
        handovers.push(Handover { team, release_at });
        if let (Some((member, lead, second)), Some(line)) = (pair, line) {
            if line.accompanying.is_some_and(|user| !officers.iter().any(|(officer, ..)| *officer == user)) {
                return Err(AppError::field(format!("accompany_{}", member.id), "请选择本局的所经办人"));
            }
            visits.push((work.random::<16>(), member, lead, second, *line));
        }
    }
    let mut draw = draw.dispatch(actor, &handovers, now)?;
    if visits.len() != outcome.active.len() || given.len() != visits.len() {
        return Err(AppError::field("lines", "名单已经变化。请重新打开名单后派发"));
    }
    visits.sort_by_key(|(random, ..)| *random);
    for (_, member, lead, second, line) in visits {
        let visit = create_visit(
            work,
            NewVisit {
                task_id: draw.task_id,
                draw_id: id,
                enterprise_id: member.enterprise_id,
                blocked_models: member.blocked_models.clone(),
                lead_officer_id: lead,
                second_officer_id: second,
                accompanying_user_id: line.accompanying,
                release_at: line.release_at,
                replaces_id: None,
            },
        )?;
        sealed.visits.push((visit, member.id));
    }
    sealed.close(work, &draw)?;
    work.save(&mut draw)?;
    next_step(work, &draw, "不能抽样的按序递补，办完后结束抽取", Role::DrawOperator)?;
    let event = Event::new("draw.dispatch", "派发抽样任务").about(id).basis(law::DECISION_DRAW_RELEASE);
    work.record(event.fact("性质", draw.kind.title()).fact("数量", format!("{} 次抽样", handovers.len())));
    Ok(())
}

/// Visits of a draw, by id.
pub(super) fn visits_of(work: &mut Work<'_>, id: DrawId) -> AppResult<Vec<Visit>> {
    Ok(work.tx.list("WHERE draw_id = ?1 ORDER BY id", &[id.to_value()])?)
}

/// Whether a visit has its result.
pub(super) fn is_settled(visit: &Visit) -> bool {
    visit.outcome.is_some() && matches!(visit.state, VisitState::Submitted | VisitState::Accepted)
}

/// Firms that were designated; nobody takes their place.
pub(super) fn designated(work: &mut Work<'_>, id: DrawId) -> AppResult<Vec<EnterpriseId>> {
    let rows: Vec<DrawMember> =
        work.tx.list("WHERE draw_id = ?1 AND status = ?2", &[id.to_value(), MemberStatus::Must.to_value()])?;
    Ok(rows.into_iter().map(|member| member.enterprise_id).collect())
}

/// Settled visits whose place the next reserve could take.
pub(super) fn replaceable<'v>(visits: &'v [Visit], designated: &[EnterpriseId]) -> Vec<&'v Visit> {
    let open = |visit: &&Visit| {
        let outcome = visit.outcome.filter(|_| is_settled(visit));
        outcome.is_some_and(|outcome| replacement(outcome, None).is_some())
            && !visit.enterprise_id.is_some_and(|firm| designated.contains(&firm))
            && !visits.iter().any(|other| other.replaces_id == Some(visit.id))
    };
    visits.iter().filter(open).collect()
}

/// Reserves that were never called; known from counts alone.
pub(super) fn reserves_left(draw: &Draw, visits: &[Visit]) -> usize {
    let used = visits.iter().filter(|visit| visit.replaces_id.is_some()).count();
    let rest = (draw.count_in - (draw.count_drawn - draw.count_must)).min(draw.reserve);
    usize::try_from(rest).unwrap_or(0).saturating_sub(used)
}

/// The next reserve takes the place of a unit that could not be sampled; its team may read the visit from `given` on,
/// or at once. Answers the new visit.
///
/// # Errors
/// [`DrawRefused`].
pub fn replace(
    work: &mut Work<'_>,
    id: DrawId,
    version: i64,
    token: &str,
    visit: VisitId,
    chosen: Option<ReplacementReason>,
    given: Option<Timestamp>,
) -> AppResult<VisitId> {
    let mut draw: Draw = work.load_own(id, version)?;
    work.once(token, &address(id))?;
    let out: Visit = work.load(visit)?;
    let (visits, task) = (visits_of(work, id)?, task_of(work, &draw)?);
    Draw::under_way(&task)?;
    let replaced = visits.iter().any(|other| other.replaces_id == Some(out.id));
    let used = visits.iter().filter(|visit| visit.replaces_id.is_some()).count();
    let reason = draw.replace(&out, replaced, reserves_left(&draw, &visits), chosen)?;
    let release_at = given.unwrap_or(work.now());
    if release_at.is_past(work.now()) {
        return Err(DrawRefused::ReleasePast.into());
    }
    if given.is_some() {
        let window = ReleaseWindow::of(&task, work.today());
        window.check(release_at).map_err(|refused| AppError::Fields(vec![told_beside("release_at", refused)]))?;
    }
    let frame = Frame::load(work, &draw)?;
    let mut sealed = Sealed::open(work, &draw)?;
    let before = result::recompute(&draw, &frame, &sealed)?;
    let of_visit = sealed.visits.iter().find(|(found, _)| *found == out.id).map(|(_, member)| *member);
    let of_visit = of_visit.ok_or_else(|| AppError::fault("the visit has no unit"))?;
    if frame.member(of_visit)?.status == MemberStatus::Must {
        return Err(DrawRefused::Designated.into());
    }
    let uid = before.next_reserve(used).ok_or(DrawRefused::ReserveUsedUp)?;
    let next = frame.members.iter().find(|member| member.uid == uid);
    let next = next.ok_or_else(|| AppError::fault("the reserve is not in the roster"))?;
    sealed.changes.push(Change::Replace(of_visit, next.id));
    let day = release_at.date();
    let facts = Facts::load(work, &draw, &frame, day)?;
    let outcome = result::refresh(&draw, &task, &frame, &mut sealed, &facts, day)?;
    let assignment = outcome.active.iter().find(|assignment| assignment.unit.uid == uid);
    let pair = assignment.map(|assignment| result::pair(&frame, assignment)).transpose()?.flatten();
    let Some((member, lead, second)) = pair else {
        return Err(DrawRefused::Team { act: "递补", fault: TeamFault::TooFew, count: 1 }.into());
    };
    let firm: Option<Enterprise> = work.tx.get(&member.enterprise_id)?;
    let officers = station_officers(work, draw.org_id)?;
    let new = create_visit(
        work,
        NewVisit {
            task_id: draw.task_id,
            draw_id: id,
            enterprise_id: member.enterprise_id,
            blocked_models: member.blocked_models.clone(),
            lead_officer_id: lead,
            second_officer_id: second,
            accompanying_user_id: firm.and_then(|firm| responsible(&officers, firm.unit_id)),
            release_at,
            replaces_id: Some(out.id),
        },
    )?;
    sealed.visits.push((new, member.id));
    sealed.close(work, &draw)?;
    work.save(&mut draw)?;
    let outcome = out.outcome.map_or("/", |outcome| outcome.title());
    let event = Event::new("draw.replace", "按候补次序递补一次").about(id).about(out.id).about(new);
    let event = event.fact("抽样结果", outcome).fact("理由", reason.title());
    work.record(event.basis(law::DECISION_DRAW_SUBSTITUTE));
    Ok(new)
}

/// DISPATCHED → CLOSED when every visit is settled and nothing is left to replace, or the reason why not.
///
/// # Errors
/// [`DrawRefused`].
pub fn close(work: &mut Work<'_>, id: DrawId, version: i64, reason: &str) -> AppResult<()> {
    let draw: Draw = work.load_own(id, version)?;
    let visits = visits_of(work, id)?;
    let open = visits.iter().filter(|visit| !is_settled(visit)).count();
    let designated = designated(work, id)?;
    let left = replaceable(&visits, &designated).len().min(reserves_left(&draw, &visits));
    let mut draw = draw.close(open, left, reason, work.now())?;
    work.save(&mut draw)?;
    work.finish_duties(id, None)?;
    let mut event = Event::new("draw.close", "结束抽取").about(id).fact("抽样", format!("{} 次", visits.len()));
    if !draw.close_reason.is_empty() {
        event = event.fact("不再递补的理由", &*draw.close_reason);
    }
    work.record(event.basis(law::DECISION_DRAW_SUBSTITUTE));
    crate::plan::advance_task(work, draw.task_id)
}
