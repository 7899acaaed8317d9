//! Use cases of the stage 抽样: visits, sampling records, samples and custody.

mod paper;
mod read;
mod record;
mod sample;
mod visit;
mod who;

pub use hengjian_store::sampling::SamplingFilter;
pub use paper::{end_paper, end_pdf};
pub use read::{
    RecordView, SampleRow, SampleView, SamplesPage, VisitRow, VisitView, VisitsPage, notice_view, record_view,
    sample_view, samples, visit_view, visits,
};
pub use record::{Entry, begin_record, save_record, void_record};
pub use sample::{
    HandOver, Move, Proposal, carry_out_end, decide_end, decide_loss, hand_over, keep_tested, may_carry_out,
    may_read_sample, move_sample, pass_on, propose_end, report_loss, samples_may_end, settle_sample,
};
pub(crate) use sample::{loss_undecided, rejection_decided};
pub use visit::{
    Attachment, accept, arrive, declare, issue_notice, open_visit, record_outcome, send_back, sign, submit,
    take_back_outcome, void_notice,
};
pub use who::{Team, is_open_to_all, may_open_visit, may_read_record, may_read_visit};
pub(crate) use who::{read_samples_ahead, read_visits_ahead, staff_of};

use crate::{AppError, AppResult, Event, Work, clocks::About, clocks::Owner};
use hengjian_domain::{
    actor::{Role, UserId},
    clock::SubjectKind,
    draw::DrawId,
    enterprise::EnterpriseId,
    ids::SubjectId,
    law,
    officer::{Officer, OfficerId},
    organisation::OrganisationId,
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

/// What lies sealed until the team opens it at or after the release: the party, and the station officer who accompanies,
/// since the station tells the town.
#[derive(Debug, Serialize, Deserialize)]
struct SealedName {
    enterprise_id: EnterpriseId,
    blocked_models: String,
    #[serde(default)]
    accompanying_user_id: Option<UserId>,
}

/// Sealed secrets are padded to multiples of this, so that their size tells nothing (settled.md, “Who may know”).
const SEALED_BLOCK: usize = 4_096;
/// More than the sealed ids and field names need.
const SEALED_FRAME: usize = 512;
/// Most bytes a character takes as JSON text.
const SEALED_CHARACTER: usize = 6;

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
        accompanying_user_id: None,
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
    let secret = SealedName {
        enterprise_id: new.enterprise_id,
        blocked_models: new.blocked_models,
        accompanying_user_id: new.accompanying_user_id,
    };
    let mut bytes = serde_json::to_vec(&secret).map_err(|error| AppError::fault(error.to_string()))?;
    // As large as the largest of the roster would be: a firm with many blocked models is not told from the others.
    let largest = work.tx.longest_blocked_models(visit.draw_id)?;
    let largest = SEALED_FRAME.saturating_add(usize::try_from(largest).unwrap_or(0).saturating_mul(SEALED_CHARACTER));
    bytes.resize(bytes.len().max(largest).div_ceil(SEALED_BLOCK) * SEALED_BLOCK, b' ');
    work.seal(visit.org_id, visit.id, &bytes)?;
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

/// Takes the next number of a book of the organiser. `Work::next_number` takes it of the person's own organisation,
/// which for a commissioned sampling body is another one.
fn take_number(
    work: &mut Work<'_>,
    org_id: OrganisationId,
    book: &str,
    year: i16,
    subject: SubjectId,
    print: impl Fn(i64) -> String,
) -> AppResult<String> {
    let number = work.tx.take_number(org_id, book, i64::from(year))?;
    let text = print(number);
    let at_us = work.now();
    work.tx.use_number(&hengjian_store::number_book::UsedNumber {
        org_id,
        kind: book,
        text: &text,
        year: i64::from(year),
        number,
        subject_id: Some(subject),
        at_us,
    })?;
    work.mark_changed();
    Ok(text)
}

/// Seals the accompanying officers of visits that an earlier version of the program handed over in clear.
fn seal_officers(work: &mut Work<'_>, org_id: OrganisationId) -> AppResult<()> {
    for mut visit in work.tx.visits_with_open_officer(org_id)? {
        let Some(bytes) = work.unseal(visit.id)? else { continue };
        let mut secret: SealedName =
            serde_json::from_slice(&bytes).map_err(|error| AppError::fault(error.to_string()))?;
        secret.accompanying_user_id = visit.accompanying_user_id.take();
        let mut sealed = serde_json::to_vec(&secret).map_err(|error| AppError::fault(error.to_string()))?;
        sealed.resize(sealed.len().max(bytes.len()).div_ceil(SEALED_BLOCK) * SEALED_BLOCK, b' ');
        work.seal(visit.org_id, visit.id, &sealed)?;
        work.save(&mut visit)?;
        let event = Event::new("sampling.officer_sealed", "陪同人员到放行时间前密封").about(visit.id);
        work.record(event.basis(law::DECISION_DRAW_RELEASE));
    }
    Ok(())
}

/// What a passing day brings: notices that ran out unused are void the same evening (C01), and samples whose result is
/// final get the duty to be given back, disposed of or released (R18 第三十四条). The same day twice changes nothing.
///
/// # Errors
/// A fault.
pub fn daily(work: &mut Work<'_>) -> AppResult<()> {
    let org_id = work.actor().org_id;
    let today = work.today().to_string();
    for visit in work.tx.visits_with_expired_notice(org_id, &today)? {
        visit::drop_notice(work, visit, "有效期满，未使用")?;
    }
    seal_officers(work, org_id)?;
    sample::start_ends(work, org_id)
}
