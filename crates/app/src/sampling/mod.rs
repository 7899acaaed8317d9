//! Use cases of the stage 抽样: visits, sampling records, samples and custody.

mod sample;

pub use sample::{Move, move_sample};

use crate::{AppError, AppResult, Event, Work, clocks::About, clocks::Owner};
use hengjian_domain::{
    actor::{Role, UserId},
    clock::SubjectKind,
    draw::DrawId,
    enterprise::EnterpriseId,
    ids::Id,
    law,
    officer::{Officer, OfficerId},
    plan::{SpotCheckTask, TaskId},
    sampling::{SamplingRefused, Visit, VisitId, VisitPapers, VisitState},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

crate::refusals!(SamplingRefused);

/// A visit as the draw hands it over. The enterprise goes into a sealed blob until the release time.
#[derive(Debug, Clone)]
pub struct NewVisit {
    /// Task.
    pub task_id: TaskId,
    /// Draw.
    pub draw_id: DrawId,
    /// Who is to be visited; secret until release.
    pub enterprise_id: EnterpriseId,
    /// Models blocked by the six-month rule, for the samplers; empty when none.
    pub blocked_models: String,
    /// Leads.
    pub lead_officer_id: OfficerId,
    /// Second person.
    pub second_officer_id: OfficerId,
    /// Station officer who accompanies.
    pub accompanying_user_id: Option<UserId>,
    /// Readable by the team from then on.
    pub release_at: Timestamp,
    /// Visit that it replaces.
    pub replaces_id: Option<VisitId>,
}

/// What lies sealed until the release.
#[derive(Debug, Serialize, Deserialize)]
struct SealedName {
    enterprise_id: EnterpriseId,
    blocked_models: String,
}

/// Sealed secrets are padded to multiples of this, so that their size tells nothing (settled.md, “Who may know”).
const SEALED_BLOCK: usize = 4_096;

/// Creates an assigned visit.
///
/// # Errors
/// Two samplers that are one person, or a fault.
pub fn create_visit(work: &mut Work<'_>, new: NewVisit) -> AppResult<VisitId> {
    if new.lead_officer_id == new.second_officer_id {
        return Err(SamplingRefused::SamplersMissing.into());
    }
    let task: SpotCheckTask = work.load(new.task_id)?;
    let lead: Officer = work.load(new.lead_officer_id)?;
    let mut visit = Visit {
        id: work.new_id(),
        version: 1,
        org_id: task.org_id,
        unit_id: None,
        task_id: task.id,
        draw_id: new.draw_id,
        team_key: work.random_code(),
        replaces_id: new.replaces_id,
        enterprise_id: None,
        lead_officer_id: new.lead_officer_id,
        second_officer_id: new.second_officer_id,
        accompanying_user_id: new.accompanying_user_id,
        release_at_us: new.release_at,
        state: VisitState::Assigned,
        outcome: None,
        notice_number: None,
        notice_valid_until_on: None,
        lead_arrived_at_us: None,
        second_arrived_at_us: None,
        place: String::new(),
        ids_shown: false,
        outcome_text: String::new(),
        witness: String::new(),
        declaration: String::new(),
        declared_at_us: None,
        review_reasons: String::new(),
        submitted_at_us: None,
        papers: VisitPapers::default(),
        created_at_us: work.now(),
    };
    work.insert(&mut visit)?;
    let secret = SealedName { enterprise_id: new.enterprise_id, blocked_models: new.blocked_models };
    let mut bytes = serde_json::to_vec(&secret).map_err(|error| AppError::fault(error.to_string()))?;
    bytes.resize(bytes.len().div_ceil(SEALED_BLOCK) * SEALED_BLOCK, b' ');
    work.seal(visit.org_id, visit.id, &bytes)?;
    if let Some(replaced) = new.replaces_id {
        finish_step(work, new.draw_id, REPLACE_STEP)?;
        work.record(
            Event::new("sampling.replaced", "已按候补次序递补").about(replaced).basis(law::DECISION_DRAW_SUBSTITUTE),
        );
    }
    let title = format!("{} 起打开抽样任务", new.release_at);
    work.start_step(
        About::new(visit.org_id, SubjectKind::Visit, visit.id, &title),
        Owner { role: Role::Sampler, unit: None, user: lead.user_id },
    )?;
    work.record(
        Event::new("sampling.visit_created", "派出一次抽样，名单到放行时间前密封")
            .about(visit.id)
            .about(task.id)
            .fact("放行时间", new.release_at.to_string())
            .basis(law::DECISION_DRAW_RELEASE),
    );
    Ok(visit.id)
}

/// Title of the step that waits for a replacement; it lies on the draw and names nobody.
const REPLACE_STEP: &str = "一次抽样未抽到样，按候补次序递补";

/// Ends the first open step with a title; a thing may have several steps open at once.
fn finish_step<K>(work: &mut Work<'_>, subject: Id<K>, title: &str) -> AppResult<bool> {
    use hengjian_domain::clock::ClockState;
    let today = work.today();
    let open = work.tx.clocks_of(subject.cast())?;
    let Some(mut clock) = open.into_iter().find(|clock| clock.state == ClockState::Open && clock.title == title) else {
        return Ok(false);
    };
    clock.state = ClockState::Done;
    clock.done_on = Some(today);
    work.save(&mut clock)?;
    Ok(true)
}
