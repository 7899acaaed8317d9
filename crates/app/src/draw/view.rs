//! What the draw's pages show: counts, reasons, people, visits that are settled. Reads no secret.

use super::{dispatch, draws_of, roster};
use crate::{AppResult, PageRequest, TimelineLine, Work};
use hengjian_domain::{
    actor::{Role, UserId},
    clock::Clock,
    draw::{Draw, DrawId, DrawMember, DrawPerson, DrawPhase, DrawVoid, DrawVoidState, MemberStatus},
    enterprise::{CreditClass, Enterprise},
    officer::Officer,
    plan::{SpotCheckTask, TaskState},
    sampling::Visit,
};
use hengjian_store::{Column, Query, account::Account, draw::RosterFilter};

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListLine {
    /// Draw.
    pub draw: Draw,
    /// Name of its task.
    pub task: String,
    /// Operator.
    pub operator: String,
}

/// Draws in scope, newest first: lines (one more than asked for when a next page exists) and the bounded count.
///
/// # Errors
/// A fault.
pub fn draw_list(work: &mut Work<'_>, phase: Option<DrawPhase>, page: &PageRequest) -> AppResult<(Vec<ListLine>, i64)> {
    let query = work.scoped(Query::new(), false).filter_if("phase = ?", phase.map(|phase| phase.to_value()));
    let count = query.bounded_count(&mut work.tx, "draw")?;
    let draws: Vec<Draw> = query.page("created_at_us", "id", true, true, page).records(&mut work.tx)?;
    let mut lines = Vec::with_capacity(draws.len());
    for draw in draws {
        let task: Option<SpotCheckTask> = work.tx.get(&draw.task_id)?;
        let operator = person(work, Some(draw.prepared_by))?;
        lines.push(ListLine { task: task.map(|task| task.name).unwrap_or_default(), operator, draw });
    }
    Ok((lines, count))
}

/// Commissioned tasks in scope that have no draw under way.
///
/// # Errors
/// A fault.
pub fn tasks_to_draw(work: &mut Work<'_>) -> AppResult<Vec<SpotCheckTask>> {
    let query = work.scoped(Query::new(), false);
    let query = query.filter("state = ?", &[TaskState::Commissioned.to_value()]).order("created_at_us, id");
    let mut tasks: Vec<SpotCheckTask> = Vec::new();
    for task in query.records::<SpotCheckTask>(&mut work.tx)? {
        let draws = draws_of(work, task.id)?;
        if Draw::allowed_for(&task, &draws).is_ok() {
            tasks.push(task);
        }
    }
    Ok(tasks)
}

fn person(work: &mut Work<'_>, id: Option<UserId>) -> AppResult<String> {
    let Some(id) = id else { return Ok(String::new()) };
    Ok(work.tx.get::<Account>(&id)?.map(|account| account.name).unwrap_or_default())
}

/// A sampler of the pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonLine {
    /// Row of the pool.
    pub person: DrawPerson,
    /// Register.
    pub officer: Officer,
    /// Recusals in force.
    pub recusals: usize,
}

/// A visit with its result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettledVisit {
    /// Visit.
    pub visit: Visit,
    /// The next reserve may take its place.
    pub replaceable: bool,
}

/// Everything the page of a draw shows.
#[derive(Debug, Clone)]
pub struct DrawView {
    /// Draw.
    pub draw: Draw,
    /// Task.
    pub task: SpotCheckTask,
    /// This is the task's n-th draw.
    pub attempt: usize,
    /// Earlier draws of the task.
    pub earlier: Vec<Draw>,
    /// Operator, second person, witness, dispatcher.
    pub people: [String; 4],
    /// Units by status and reason code.
    pub counts: Vec<(MemberStatus, String, i64)>,
    /// Units excluded or designated by a person; designated ones only for those who answer for them.
    pub by_hand: Vec<(DrawMember, Enterprise)>,
    /// Pool.
    pub pool: Vec<PersonLine>,
    /// Balls of each credit risk class.
    pub weights: Vec<(CreditClass, i64)>,
    /// Whether the reader may tell designated units from the others.
    pub sees_designated: bool,
    /// Visits made.
    pub visits: usize,
    /// Visits with a result.
    pub settled: Vec<SettledVisit>,
    /// Reserves that were not called yet.
    pub reserves_left: usize,
    /// Clocks.
    pub clocks: Vec<Clock>,
    /// Timeline.
    pub timeline: Vec<TimelineLine>,
    /// Proposals to void it, oldest first: who proposed, who decided.
    pub voids: Vec<(DrawVoid, String, String)>,
    /// Accounts of the samplers in the pool.
    pub pool_users: Vec<UserId>,
}

impl DrawView {
    /// The proposal to void the draw that waits for its decision.
    pub fn pending_void(&self) -> Option<&DrawVoid> {
        self.voids.iter().map(|(proposal, ..)| proposal).find(|proposal| proposal.state == DrawVoidState::Proposed)
    }
}

/// Who is certain to be visited is known to the operator who designated and to the witness who answers for the draw.
fn sees_designated(work: &Work<'_>, draw: &Draw) -> bool {
    let actor = work.actor();
    actor.user_id == draw.prepared_by || actor.has(Role::DrawWitness)
}

/// The page of a draw.
///
/// # Errors
/// Not found, or a fault.
pub fn draw_view(work: &mut Work<'_>, id: DrawId) -> AppResult<DrawView> {
    let draw: Draw = work.load(id)?;
    let task: SpotCheckTask = work.load(draw.task_id)?;
    let all = draws_of(work, task.id)?;
    let earlier: Vec<Draw> = all.into_iter().take_while(|other| other.id != id).collect();
    let sees_designated = sees_designated(work, &draw);
    let mut by_hand = Vec::new();
    let marked: Vec<DrawMember> =
        work.tx.list("WHERE draw_id = ?1 AND by_hand = 1 ORDER BY status, reason, uid", &[id.to_value()])?;
    for member in marked.into_iter().filter(|member| sees_designated || member.status != MemberStatus::Must) {
        if let Some(enterprise) = work.tx.get(&member.enterprise_id)? {
            by_hand.push((member, enterprise));
        }
    }
    let day = roster::day_of(work, &task);
    let recusals = roster::recusals(work, draw.org_id, day)?;
    let mut pool = Vec::new();
    for person in roster::pool(work, &draw)? {
        if let Some(officer) = work.tx.get::<Officer>(&person.officer_id)? {
            let recusals = recusals.iter().filter(|recusal| recusal.officer_id == officer.id).count();
            pool.push(PersonLine { person, officer, recusals });
        }
    }
    let mut voids = Vec::new();
    for proposal in work.tx.voids_of(id)? {
        let (by, decided) = (person(work, Some(proposal.proposed_by))?, person(work, proposal.decided_by)?);
        voids.push((proposal, by, decided));
    }
    let taking_part = pool.iter().filter(|line| line.person.status == MemberStatus::In);
    let pool_users = taking_part.filter_map(|line| line.officer.user_id).collect();
    let (visits, designated) = (dispatch::visits_of(work, id)?, dispatch::designated(work, id)?);
    let open: Vec<_> = dispatch::replaceable(&visits, &designated).into_iter().map(|visit| visit.id).collect();
    let settled = visits.iter().filter(|visit| dispatch::is_settled(visit));
    let settled = settled.map(|visit| SettledVisit { visit: visit.clone(), replaceable: open.contains(&visit.id) });
    Ok(DrawView {
        attempt: earlier.len() + 1,
        earlier,
        people: [
            person(work, Some(draw.prepared_by))?,
            person(work, draw.executed_by)?,
            person(work, draw.confirmed_by)?,
            person(work, draw.dispatcher_id)?,
        ],
        counts: work.tx.roster_counts(id)?,
        by_hand,
        pool,
        weights: roster::weights(work, draw.org_id)?,
        sees_designated,
        visits: visits.len(),
        settled: settled.collect(),
        reserves_left: dispatch::reserves_left(&draw, &visits),
        clocks: work.tx.clocks_of(id.cast())?,
        timeline: work.timeline(id)?,
        voids,
        pool_users,
        draw,
        task,
    })
}

/// A page of a roster: the draw, rows with their firms, bounded count.
pub type RosterRows = (Draw, Vec<(DrawMember, Enterprise)>, i64);

/// A page of the roster: rows by id in tickets, bounded count. Designated units stand among those that take part for
/// everybody who may not tell them apart.
///
/// # Errors
/// Not found, or a fault.
pub fn roster_page(
    work: &mut Work<'_>,
    id: DrawId,
    mut filter: RosterFilter,
    page: &PageRequest,
) -> AppResult<RosterRows> {
    let draw: Draw = work.load(id)?;
    let open = sees_designated(work, &draw);
    if !open {
        filter.must_counts_as_in = true;
        if filter.status == Some(MemberStatus::Must) {
            filter.status = Some(MemberStatus::In);
        }
        filter.reason = filter.reason.filter(|reason| reason.starts_with('E'));
    }
    let mut rows = filter.page(&mut work.tx, id, page)?;
    let weights = roster::weights(work, draw.org_id)?;
    for (member, _) in rows.iter_mut().filter(|(member, _)| !open && member.status == MemberStatus::Must) {
        let weight = weights.iter().find(|(class, _)| *class == member.credit_class).map_or(1, |(_, weight)| *weight);
        (member.status, member.weight, member.by_hand) = (MemberStatus::In, weight, false);
        (member.reason, member.reason_text) = ("-".to_owned(), String::new());
    }
    let count = filter.count(&mut work.tx, id)?;
    Ok((draw, rows, count))
}
