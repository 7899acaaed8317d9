//! Use cases of the stage 抽取: roster, freeze, draw, confirmation, void. Hand-over and replacement are in
//! [`dispatch`], what pages show in [`view`]. The result is sealed from the act that makes it: no event, list or
//! answer of this folder tells more than counts, except to the dispatcher of that draw.

mod dispatch;
mod result;
mod roster;
mod view;

pub use dispatch::{DispatchLine, DrawnUnit, Names, close, default_release, dispatch, open_names, replace};
pub use hengjian_store::draw::RosterFilter;
pub use roster::weights;
pub use view::{DrawView, ListLine, PersonLine, SettledVisit, draw_list, draw_view, roster_page, tasks_to_draw};

use crate::{
    AppError, AppResult, Event, Work,
    clocks::{About, Owner},
};
use hengjian_domain::{
    actor::{Role, UserId},
    clock::{ClockKind, ClockState, SubjectKind},
    code::Code,
    draw::{
        DesignationReason, Draw, DrawId, DrawKind, DrawMember, DrawMemberId, DrawPerson, DrawPersonId, DrawPhase,
        DrawRefused, DrawVoid, DrawVoidId, DrawVoidState, ExclusionReason, Handover, Headcount, MemberStatus,
        PersonReason, RESERVE_DEFAULT, VoidReason,
    },
    law,
    officer::Officer,
    plan::{SpotCheckTask, TaskId, TaskState},
    time::Timestamp,
};
use hengjian_store::Column;
use result::{Facts, Frame, Sealed};

crate::refusals!(DrawRefused);

/// Address of a draw's page.
pub fn address(id: DrawId) -> String {
    format!("/desk/draws/{id}")
}

/// The draw's next step, in the work list of those who can take it.
fn next_step(work: &mut Work<'_>, draw: &Draw, title: &'static str, role: Role) -> AppResult<()> {
    work.finish_duties(draw.id, None)?;
    work.start_step(About::new(draw.org_id, SubjectKind::Draw, draw.id, title), Owner::role(role))?;
    Ok(())
}

fn task_of(work: &mut Work<'_>, draw: &Draw) -> AppResult<SpotCheckTask> {
    work.load(draw.task_id)
}

/// The task of a draw that may go a step further: the task is under way and nobody has proposed to void the draw.
fn task_going_on(work: &mut Work<'_>, draw: &Draw, act: &'static str) -> AppResult<SpotCheckTask> {
    let task = task_of(work, draw)?;
    Draw::under_way(&task)?;
    Draw::not_being_voided(act, pending_void(work, draw)?.as_ref())?;
    Ok(task)
}

/// A draw whose roster and size may still be changed, and which nobody has proposed to void.
fn editable(work: &mut Work<'_>, id: DrawId, version: i64) -> AppResult<Draw> {
    let draw: Draw = work.load_own(id, version)?;
    draw.edit(work.actor())?;
    Draw::not_being_voided("修改抽取名录", pending_void(work, &draw)?.as_ref())?;
    Ok(draw)
}

/// The proposal to void a draw that waits for its decision.
fn pending_void(work: &mut Work<'_>, draw: &Draw) -> AppResult<Option<DrawVoid>> {
    Ok(work.tx.voids_of(draw.id)?.into_iter().find(|proposal| proposal.state == DrawVoidState::Proposed))
}

/// Draws of a task, oldest first; voided ones stay among them.
fn draws_of(work: &mut Work<'_>, task: TaskId) -> AppResult<Vec<Draw>> {
    Ok(work.tx.list("WHERE task_id = ?1 ORDER BY created_at_us, id", &[task.to_value()])?)
}

/// Accounts of the samplers who take part: none of them may carry out the draw.
fn pool_users(work: &mut Work<'_>, pool: &[DrawPerson]) -> AppResult<Vec<UserId>> {
    let mut users = Vec::new();
    for person in pool.iter().filter(|person| person.status == MemberStatus::In) {
        let officer: Option<Officer> = work.tx.get(&person.officer_id)?;
        users.extend(officer.and_then(|officer| officer.user_id));
    }
    Ok(users)
}

/// Begins a draw for a commissioned task: roster and pool from the registers, quota from the task's batches.
///
/// # Errors
/// [`DrawRefused`].
pub fn begin(work: &mut Work<'_>, task: TaskId, token: &str) -> AppResult<DrawId> {
    let task: SpotCheckTask = work.load(task)?;
    work.must_own(task.org_id)?;
    let id: DrawId = work.new_id();
    work.once(token, &address(id))?;
    let before = draws_of(work, task.id)?;
    Draw::allowed_for(&task, &before)?;
    let mut draw = Draw {
        id,
        version: 1,
        org_id: task.org_id,
        task_id: task.id,
        draw_name: hex::encode(work.random::<6>()),
        kind: DrawKind::Interim,
        phase: DrawPhase::Draft,
        quota: task.batches.max(0),
        reserve: 0,
        count_in: 0,
        count_excluded: 0,
        count_must: 0,
        count_drawn: 0,
        filters: roster::filters(work, &task)?,
        roster_digest: String::new(),
        release_at_us: None,
        prepared_by: work.actor().user_id,
        frozen_at_us: None,
        executed_by: None,
        executed_at_us: None,
        confirmed_by: None,
        confirmed_at_us: None,
        dispatcher_id: None,
        dispatched_at_us: None,
        closed_at_us: None,
        close_reason: String::new(),
        void_reason: String::new(),
        created_at_us: work.now(),
    };
    let count = Headcount::of(&roster::build(work, &draw, &task)?);
    draw = Draw { reserve: RESERVE_DEFAULT, ..draw }.counted(count);
    work.insert(&mut draw)?;
    for voided in &before {
        work.finish_duties(voided.id, None)?;
    }
    next_step(work, &draw, "准备名录并冻结", Role::DrawOperator)?;
    let event = Event::new("draw.begin", "开始准备抽取名录").about(draw.id).about(task.id).basis(law::R18_15);
    work.record(
        told(event, &draw).fact("第几次抽取", (before.len() + 1).to_string()).fact("名录怎么选的", &*draw.filters),
    );
    Ok(id)
}

/// What every event of a draw says: its kind and its counts.
fn told(event: Event, draw: &Draw) -> Event {
    let roster = format!("参加 {} 家，不参加 {} 家，指定 {} 家", draw.count_in, draw.count_excluded, draw.count_must);
    event
        .fact("性质", draw.kind.title())
        .fact("名录", roster)
        .fact("数量", format!("抽取 {} 家，候补 {} 家", draw.quota, draw.reserve))
}

/// Makes the roster anew from the registers.
///
/// # Errors
/// [`DrawRefused`].
pub fn rebuild(work: &mut Work<'_>, id: DrawId, version: i64) -> AppResult<()> {
    let mut draw = editable(work, id, version)?;
    let task = task_of(work, &draw)?;
    draw.filters = roster::filters(work, &task)?;
    let count = Headcount::of(&roster::build(work, &draw, &task)?);
    draw = draw.counted(count);
    work.save(&mut draw)?;
    work.record(told(Event::new("draw.rebuild", "重新生成抽取名录").about(id), &draw).basis(law::R18_15));
    Ok(())
}

/// Sets how many are drawn and how many stand by.
///
/// # Errors
/// [`DrawRefused`].
pub fn size(work: &mut Work<'_>, id: DrawId, version: i64, quota: i64, reserve: i64) -> AppResult<()> {
    let draw = editable(work, id, version)?;
    let task = task_of(work, &draw)?;
    let mut draw = draw.size(work.actor(), &task, quota, reserve)?;
    work.save(&mut draw)?;
    work.record(told(Event::new("draw.size", "设定抽取数量").about(id), &draw));
    Ok(())
}

/// What a person does to a unit of the roster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberChange {
    /// Excludes it with a reason and evidence.
    Exclude(ExclusionReason),
    /// Designates it; only where the kind of the task allows (C13).
    Designate(DesignationReason),
    /// Takes back what a person entered.
    Restore,
}

/// Changes one unit of the roster by hand.
///
/// # Errors
/// [`DrawRefused`].
pub fn change_member(
    work: &mut Work<'_>,
    id: DrawId,
    version: i64,
    member: DrawMemberId,
    change: MemberChange,
    evidence: &str,
) -> AppResult<()> {
    let mut draw = editable(work, id, version)?;
    let task = task_of(work, &draw)?;
    let member: DrawMember = work.load(member)?;
    if member.draw_id != id {
        return Err(AppError::NotFound);
    }
    // The event of a designation names no firm: who is certain to be visited is nobody's business before the visit.
    let (mut member, event) = match change {
        MemberChange::Exclude(reason) => {
            let member = member.exclude(reason, evidence)?;
            let event = Event::new("draw.exclude", "人工排除一家单位").fact("单位编号", &*member.uid);
            (member.clone(), event.fact("理由", member.reason_text))
        }
        MemberChange::Designate(reason) => {
            Draw::may_designate(&task)?;
            (
                member.designate(reason, evidence)?,
                Event::new("draw.designate", "指定一家单位").fact("理由", reason.title()),
            )
        }
        MemberChange::Restore => {
            let weights = roster::weights(work, draw.org_id)?;
            let weight =
                weights.iter().find(|(class, _)| *class == member.credit_class).map_or(1, |(_, weight)| *weight);
            (member.restore(weight)?, Event::new("draw.restore", "取消一家单位的人工改动"))
        }
    };
    work.save(&mut member)?;
    let count = Headcount::of(&roster::members(work, &draw)?);
    draw = draw.counted(count);
    work.save(&mut draw)?;
    work.record(told(event.about(id), &draw).basis(law::GD_MR_26));
    Ok(())
}

/// Leaves a sampler out of the pool, or takes that back (`reason` absent).
///
/// # Errors
/// [`DrawRefused`].
pub fn change_person(
    work: &mut Work<'_>,
    id: DrawId,
    version: i64,
    person: DrawPersonId,
    reason: Option<PersonReason>,
    words: &str,
) -> AppResult<()> {
    let mut draw = editable(work, id, version)?;
    let person: DrawPerson = work.load(person)?;
    if person.draw_id != id {
        return Err(AppError::NotFound);
    }
    let (mut person, text) = match reason {
        Some(reason) => (person.exclude(reason, words)?, "一名抽样人员不参加"),
        None => (person.restore()?, "一名抽样人员恢复参加"),
    };
    work.save(&mut person)?;
    work.save(&mut draw)?;
    let event = Event::new("draw.person", text).about(id).fact("工号", &*person.mid).basis(law::DECISION_RECUSAL);
    work.record(event.fact("理由", or_slash(&person.reason_text)));
    Ok(())
}

fn or_slash(text: &str) -> &str {
    if text.is_empty() { "/" } else { text }
}

/// DRAFT → FROZEN: the roster is what the registers say now, conflicts are kept, everything is bound by one digest.
///
/// # Errors
/// [`DrawRefused`].
pub fn freeze(work: &mut Work<'_>, id: DrawId, version: i64) -> AppResult<()> {
    let draw: Draw = work.load_own(id, version)?;
    draw.edit(work.actor())?;
    let task = task_going_on(work, &draw, "冻结名录")?;
    if !roster::is_current(work, &draw, &task)? {
        return Err(DrawRefused::RosterOutdated.into());
    }
    let (members, pool) = (roster::members(work, &draw)?, roster::pool(work, &draw)?);
    let day = roster::day_of(work, &task);
    let conflicts = roster::keep_conflicts(work, &draw, day, &members, &pool)?;
    let count = Headcount::of(&members);
    let (sealed, frame) = (Sealed::begin(work), Frame { members, pool, conflicts });
    let digest = frame.digest(&draw, &sealed)?;
    let (actor, now) = (work.actor(), work.now());
    let mut draw = draw.freeze(actor, count, &frame.pool, digest, now)?;
    work.save(&mut draw)?;
    sealed.close(work, &draw)?;
    next_step(work, &draw, "核对名录并执行抽取", Role::DrawWitness)?;
    let event = Event::new("draw.freeze", "冻结抽取名录").about(id).basis(law::DECISION_DRAW_RANDOMNESS);
    let event = event.public("draw", &*draw.draw_name).public("digest", &*draw.roster_digest);
    let ready = frame.pool.iter().filter(|person| person.status == MemberStatus::In).count();
    work.record(told(event, &draw).fact("抽样人员", format!("{ready} 人")));
    Ok(())
}

/// FROZEN → DRAWN by the second person: 32 random bytes, taken now, decide. The result is sealed at once.
///
/// # Errors
/// [`DrawRefused`].
pub fn execute(work: &mut Work<'_>, id: DrawId, version: i64) -> AppResult<()> {
    let draw: Draw = work.load_own(id, version)?;
    let (actor, now) = (work.actor(), work.now());
    task_going_on(work, &draw, "执行抽取")?;
    let frame = Frame::load(work, &draw)?;
    let users = pool_users(work, &frame.pool)?;
    draw.may_execute(actor, &users)?;
    let mut sealed = Sealed::open(work, &draw)?;
    let digest = frame.digest(&draw, &sealed)?;
    result::take_random(work, &mut sealed);
    let outcome = result::compute(&draw, &frame, &sealed)?;
    let mut draw = draw.execute(actor, &users, &digest, outcome.count(), now)?;
    result::write_down(&frame, &mut sealed, &outcome)?;
    sealed.close(work, &draw)?;
    work.save(&mut draw)?;
    next_step(work, &draw, "按数量确认抽取", Role::DrawWitness)?;
    let event = Event::new("draw.execute", "核对名录并执行抽取").about(id).basis(law::GB10111_RANDOM);
    let event = event.public("draw", &*draw.draw_name).public("digest", &*draw.roster_digest);
    work.record(told(event, &draw).fact("抽中和指定", format!("{} 家", draw.count_drawn)));
    Ok(())
}

/// DRAWN → CONFIRMED by the witness on counts. Who may no longer go since the freeze is replaced by the next in order
/// first, silently: a remark would tell who is visited.
///
/// # Errors
/// [`DrawRefused`].
pub fn confirm(work: &mut Work<'_>, id: DrawId, version: i64) -> AppResult<()> {
    let draw: Draw = work.load_own(id, version)?;
    let (actor, now) = (work.actor(), work.now());
    draw.may_confirm(actor)?;
    let task = task_going_on(work, &draw, "确认抽取")?;
    let day = roster::day_of(work, &task);
    let frame = Frame::load(work, &draw)?;
    let mut sealed = Sealed::open(work, &draw)?;
    result::recompute(&draw, &frame, &sealed)?;
    let facts = Facts::load(work, &draw, &frame, day)?;
    let outcome = result::refresh(&draw, &task, &frame, &mut sealed, &facts, day)?;
    let release_at = Timestamp::at(day, 8, 0);
    let mut teams = Vec::new();
    for assignment in &outcome.active {
        teams.push(Handover { team: facts.team(&frame, assignment, &task)?, release_at });
    }
    let mut draw = draw.confirm(actor, &teams, now)?;
    sealed.close(work, &draw)?;
    work.save(&mut draw)?;
    next_step(work, &draw, "派发抽样任务", Role::Dispatcher)?;
    let event = Event::new("draw.confirm", "按数量确认抽取").about(id).basis(law::R18_16);
    work.record(told(event, &draw).fact("小组", format!("{} 个，每组 2 人", teams.len())));
    if task.state == TaskState::Commissioned {
        crate::plan::task_drawn(work, task.id)?;
    }
    Ok(())
}

/// Step of the one who decides about a void.
const DECIDE_VOID: &str = "决定是否作废抽取";

/// The witness proposes that the draw be void; until the decision it goes no step further.
///
/// # Errors
/// [`DrawRefused`].
pub fn propose_void(
    work: &mut Work<'_>,
    id: DrawId,
    version: i64,
    token: &str,
    reason: VoidReason,
    words: &str,
) -> AppResult<()> {
    let mut draw: Draw = work.load_own(id, version)?;
    work.once(token, &address(id))?;
    let pending = pending_void(work, &draw)?;
    draw.propose_void(work.actor(), words, pending.as_ref())?;
    let mut proposal = DrawVoid {
        id: work.new_id(),
        version: 1,
        org_id: draw.org_id,
        draw_id: id,
        reason,
        words: words.trim().to_owned(),
        state: DrawVoidState::Proposed,
        proposed_by: work.actor().user_id,
        proposed_at_us: work.now(),
        decided_by: None,
        decided_at_us: None,
        decision_words: String::new(),
    };
    work.insert(&mut proposal)?;
    // The version grows, so that an act on the page of before is stale.
    work.save(&mut draw)?;
    let about = About::new(draw.org_id, SubjectKind::Draw, id, DECIDE_VOID);
    work.start_step(about, Owner::role(Role::VoidApprover))?;
    let event = Event::new("draw.void_proposed", "提出作废抽取").about(id).fact("现在", draw.phase.title());
    let reason = format!("{} {}：{}", reason.code(), reason.title(), proposal.words);
    work.record(event.fact("理由", reason).basis(law::DECISION_SEPARATION));
    Ok(())
}

/// The approver decides about a proposal. Agreed: any phase before the dispatch → VOIDED; the draw stays visible, its
/// result stays sealed. Declined: the draw goes on where it stood.
///
/// # Errors
/// [`DrawRefused`].
pub fn decide_void(
    work: &mut Work<'_>,
    id: DrawId,
    version: i64,
    proposal: DrawVoidId,
    agreed: bool,
    words: &str,
) -> AppResult<()> {
    let mut draw: Draw = work.load_own(id, version)?;
    let proposal: DrawVoid = work.load(proposal)?;
    if proposal.draw_id != id {
        return Err(AppError::NotFound);
    }
    let (actor, now, before) = (work.actor(), work.now(), draw.phase.title());
    draw.may_be_voided(if agreed { "批准作废抽取" } else { "不同意作废抽取" }, actor)?;
    let mut proposal = proposal.decide(actor, agreed, words, now)?;
    work.save(&mut proposal)?;
    let title = if agreed { "作废抽取" } else { "不同意作废抽取，抽取照常进行" };
    let kind = if agreed { "draw.void" } else { "draw.void_declined" };
    let mut event = Event::new(kind, title).about(id).about(draw.task_id).fact("决定前", before);
    if agreed {
        draw = draw.void(actor, &proposal)?;
        work.close_clocks(id.cast(), ClockKind::Duty, None, ClockState::Void)?;
        let task = task_of(work, &draw)?;
        if matches!(task.state, TaskState::Commissioned | TaskState::Ready | TaskState::Sampling) {
            let about = About::new(draw.org_id, SubjectKind::Draw, id, "上一次抽取已作废，重新准备抽取");
            work.start_step(about, Owner::role(Role::DrawOperator))?;
        }
        event = event.fact("理由", &*draw.void_reason);
    } else {
        work.finish_step(id, DECIDE_VOID)?;
    }
    work.save(&mut draw)?;
    if !proposal.decision_words.is_empty() {
        event = event.fact("决定的理由", &*proposal.decision_words);
    }
    work.record(event.basis(law::DECISION_SEPARATION));
    Ok(())
}
