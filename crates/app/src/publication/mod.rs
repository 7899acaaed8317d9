//! Use cases of the stage 公布: drafting, three reviews by three people, release, correction, withdrawal.
//! The guards are the domain's; this file gathers their facts and keeps what they decide.

mod entries;
mod finality;
mod public;

pub use entries::{EntryWords, Mask, correct_entry, edit_entry, include, mask, masks_of, remove};
use entries::{facts, give_way, is_risk_monitoring};
use finality::duty_to_publish;
pub(crate) use finality::reconsider;
pub use finality::{daily, stands_again};
pub use hengjian_store::publication::PublicFilter;
pub use public::{PublicEntry, PublicPublication, announcement, announcements, entry, search};

use crate::{AppError, AppResult, Event, Work, clocks::About, clocks::Owner};
use hengjian_domain::{
    actor::Role,
    clock::SubjectKind,
    code::Code,
    law,
    publication::{
        EntryFacts, EntryState, FinalResult, Publication, PublicationEntry, PublicationId, PublicationRefused,
        PublicationState,
    },
    testing::Inspection,
};
use hengjian_store::{Column, PageRequest, Query};
use sha2::{Digest, Sha256};

crate::refusals!(PublicationRefused);

/// Most entries offered at once.
const OFFER_LIMIT: i64 = 500;

/// Head of a publication as drafted.
#[derive(Debug, Clone, Default)]
pub struct Head {
    /// Title.
    pub title: String,
    /// 文号, if it has one.
    pub document_number: Option<String>,
    /// Period in words.
    pub period: String,
    /// Accompanying text, paragraphs parted by blank lines.
    pub body: String,
}

/// A publication with its entries and what the guards say of each.
#[derive(Debug, Clone)]
pub struct Whole {
    /// Head and state.
    pub publication: Publication,
    /// Entries in order with their facts.
    pub entries: Vec<(PublicationEntry, EntryFacts)>,
}

/// Who has the next step in a state; `None` when nobody has one.
fn next_step(state: PublicationState) -> Option<(Role, &'static str)> {
    Some(match state {
        PublicationState::Draft => (Role::Publisher, "完成公布稿"),
        PublicationState::Returned => (Role::Publisher, "修改被退回的公布稿"),
        PublicationState::Ready => (Role::ResultManager, "业务审核公布稿"),
        PublicationState::BusinessReviewed => (Role::SecrecyReviewer, "保密审查公布稿"),
        PublicationState::SecrecyReviewed => (Role::PlanApprover, "批准公布稿"),
        PublicationState::Approved => (Role::Publisher, "发布公布稿"),
        PublicationState::Published | PublicationState::Withdrawn => return None,
    })
}

fn save_step(work: &mut Work<'_>, publication: &mut Publication) -> AppResult<()> {
    work.save(publication)?;
    set_step(work, publication)
}

fn set_step(work: &mut Work<'_>, publication: &Publication) -> AppResult<()> {
    work.finish_duties(publication.id, None)?;
    if let Some((role, title)) = next_step(publication.state) {
        let about = About::new(publication.org_id, SubjectKind::Publication, publication.id, title);
        work.start_step(about, Owner::role(role))?;
    }
    Ok(())
}

fn event(publication: &Publication, act: &str, sentence: &str) -> Event {
    Event::new(format!("publication.{act}"), sentence).about(publication.id)
}

/// Publications of the person's authority, newest first.
///
/// # Errors
/// A fault.
pub fn list(work: &mut Work<'_>, state: Option<PublicationState>, page: &PageRequest) -> AppResult<Vec<Publication>> {
    let query = work.scoped(Query::new(), false).filter_if("state = ?", state.map(|state| state.to_value()));
    Ok(query.page("created_at_us", "id", true, true, page).records(&mut work.tx)?)
}

/// A publication with its entries.
///
/// # Errors
/// Not found, or a fault.
pub fn whole(work: &mut Work<'_>, id: PublicationId) -> AppResult<Whole> {
    let publication: Publication = work.load(id)?;
    let mut entries = Vec::new();
    for entry in work.tx.entries_of(id)? {
        let facts = facts(work, &entry)?;
        entries.push((entry, facts));
    }
    Ok(Whole { publication, entries })
}

/// Final results that are in no publication yet, with their reports.
///
/// # Errors
/// A fault.
pub fn offer(work: &mut Work<'_>) -> AppResult<Vec<(FinalResult, Inspection)>> {
    let org = work.actor().org_id;
    let mut offered = Vec::new();
    for result in work.tx.results_to_publish(org, OFFER_LIMIT)? {
        let inspection: Inspection =
            work.tx.get(&result.inspection_id)?.ok_or_else(|| AppError::fault("a final result without its report"))?;
        if !is_risk_monitoring(work, &inspection)? {
            offered.push((result, inspection));
        }
    }
    Ok(offered)
}

/// Begins a publication.
///
/// # Errors
/// A message at `title`, or a fault.
pub fn create(work: &mut Work<'_>, head: Head) -> AppResult<PublicationId> {
    check_head(&head)?;
    let mut publication = Publication {
        id: work.new_id(),
        version: 1,
        org_id: work.actor().org_id,
        public_code: work.random_code(),
        title: head.title,
        document_number: head.document_number,
        period: head.period,
        body: head.body,
        state: PublicationState::Draft,
        drafted_by: work.actor().user_id,
        business_by: None,
        secrecy_by: None,
        approved_by: None,
        published_at_us: None,
        snapshot_digest: String::new(),
        reason: String::new(),
        created_at_us: work.now(),
    };
    work.insert(&mut publication)?;
    set_step(work, &publication)?;
    work.record(event(&publication, "created", "起草公布稿").fact("标题", &publication.title));
    Ok(publication.id)
}

fn check_head(head: &Head) -> AppResult<()> {
    if head.title.trim().is_empty() {
        return Err(AppError::field("title", "请填写公布标题"));
    }
    if let Some(number) = &head.document_number
        && hengjian_domain::document_number::DocumentNumber::parse(number).is_err()
    {
        return Err(AppError::field(
            "document_number",
            format!("“{number}”不是规范的文号，例如 乳市场监管〔2021〕25 号"),
        ));
    }
    Ok(())
}

/// Changes head and text.
///
/// # Errors
/// Stale, wrong state, or messages at fields.
pub fn edit(work: &mut Work<'_>, id: PublicationId, version: i64, head: Head) -> AppResult<()> {
    let mut publication: Publication = work.load_own(id, version)?;
    publication.edit()?;
    check_head(&head)?;
    (publication.title, publication.document_number) = (head.title, head.document_number);
    (publication.period, publication.body) = (head.period, head.body);
    work.save(&mut publication)?;
    work.record(event(&publication, "edited", "修改公布稿的标题和说明").fact("标题", &publication.title));
    Ok(())
}

/// DRAFT → READY.
///
/// # Errors
/// The first guard that does not hold.
pub fn submit(work: &mut Work<'_>, id: PublicationId, version: i64) -> AppResult<()> {
    let entries = whole(work, id)?.entries;
    let publication: Publication = work.load_own(id, version)?;
    let count = entries.len();
    let mut publication = publication.submit(&entries)?;
    save_step(work, &mut publication)?;
    work.record(event(&publication, "submitted", &format!("提交审核，共 {count} 批")).basis(law::R18_10));
    Ok(())
}

/// READY → DRAFT by the drafter.
///
/// # Errors
/// Stale, wrong state.
pub fn take_back(work: &mut Work<'_>, id: PublicationId, version: i64) -> AppResult<()> {
    let publication: Publication = work.load_own(id, version)?;
    let mut publication = publication.take_back()?;
    save_step(work, &mut publication)?;
    work.record(event(&publication, "taken_back", "撤回公布稿"));
    Ok(())
}

/// READY → BUSINESS_REVIEWED.
///
/// # Errors
/// Stale, wrong state.
pub fn review_business(work: &mut Work<'_>, id: PublicationId, version: i64) -> AppResult<()> {
    let publication: Publication = work.load_own(id, version)?;
    let mut publication = publication.review_business(work.actor())?;
    save_step(work, &mut publication)?;
    work.record(event(&publication, "business_reviewed", "业务审核通过").basis(law::DECISION_PUBLICATION_ROLES));
    Ok(())
}

/// BUSINESS_REVIEWED → SECRECY_REVIEWED; `confirmed` says that every question of the review was answered.
///
/// # Errors
/// Stale, wrong state, same person.
pub fn review_secrecy(work: &mut Work<'_>, id: PublicationId, version: i64, confirmed: bool) -> AppResult<()> {
    let publication: Publication = work.load_own(id, version)?;
    let mut publication = publication.review_secrecy(work.actor(), confirmed)?;
    save_step(work, &mut publication)?;
    work.record(event(&publication, "secrecy_reviewed", "保密审查通过").basis(law::OGI_15));
    Ok(())
}

/// SECRECY_REVIEWED → APPROVED.
///
/// # Errors
/// Stale, wrong state, same person.
pub fn approve(work: &mut Work<'_>, id: PublicationId, version: i64) -> AppResult<()> {
    let publication: Publication = work.load_own(id, version)?;
    let mut publication = publication.approve(work.actor())?;
    save_step(work, &mut publication)?;
    work.record(event(&publication, "approved", "批准公布").basis(law::DECISION_PUBLICATION_ROLES));
    Ok(())
}

/// Back to the drafter with a reason.
///
/// # Errors
/// Stale, wrong state, no reason.
pub fn send_back(work: &mut Work<'_>, id: PublicationId, version: i64, reason: &str) -> AppResult<()> {
    let publication: Publication = work.load_own(id, version)?;
    let mut publication = publication.send_back(reason)?;
    save_step(work, &mut publication)?;
    work.record(event(&publication, "sent_back", "退回公布稿").fact("理由", reason.trim()));
    Ok(())
}

/// APPROVED → PUBLISHED: entries become visible, the duty to publish ends.
///
/// # Errors
/// A guard that no longer holds, stale, wrong state.
pub fn publish(work: &mut Work<'_>, id: PublicationId, version: i64) -> AppResult<()> {
    let entries = whole(work, id)?.entries;
    let publication: Publication = work.load_own(id, version)?;
    let digest =
        entries.iter().fold(Sha256::new(), |digest, (entry, _)| digest.chain_update(entry.cells().join("\u{1f}")));
    let digest = hex::encode(digest.finalize());
    let mut publication = publication.publish(&entries, digest.clone(), work.now())?;
    let at = work.now();
    for (mut entry, _) in entries {
        give_way(work, &entry)?;
        entry.state = EntryState::Live;
        entry.published_at_us = Some(at);
        work.save(&mut entry)?;
        // Whoever begins to amend the report at this moment has to look again.
        let mut inspection = report_of(work, &entry)?;
        work.save(&mut inspection)?;
        work.tx.index_entry(&entry)?;
        work.finish_duties(entry.inspection_id, Some(hengjian_domain::deadline::PUBLICATION.id))?;
    }
    save_step(work, &mut publication)?;
    work.record(event(&publication, "published", "发布抽查结果").public("snapshot", digest).basis(law::OGI_26));
    Ok(())
}

/// PUBLISHED → WITHDRAWN; entries leave the search, the page says why.
///
/// # Errors
/// Stale, wrong state, no reason.
pub fn withdraw(work: &mut Work<'_>, id: PublicationId, version: i64, reason: &str) -> AppResult<()> {
    let publication: Publication = work.load_own(id, version)?;
    let mut publication = publication.withdraw(reason)?;
    for mut entry in work.tx.entries_of(id)? {
        if entry.state == EntryState::Live {
            work.tx.unindex_entry(&entry)?;
            entry.state = EntryState::Withdrawn;
            entry.correction_reason = reason.trim().to_owned();
            work.save(&mut entry)?;
            let inspection = report_of(work, &entry)?;
            let today = work.today();
            duty_to_publish(work, &inspection, today, "已公布的结果撤下")?;
        }
    }
    save_step(work, &mut publication)?;
    let basis = law::DECISION_PUBLICATION_CORRECTION;
    work.record(event(&publication, "withdrawn", "撤下已公布的结果").fact("理由", reason.trim()).basis(basis));
    Ok(())
}

fn report_of(work: &mut Work<'_>, entry: &PublicationEntry) -> AppResult<Inspection> {
    work.tx.get(&entry.inspection_id)?.ok_or_else(|| AppError::fault("an entry without its report"))
}

/// Numbers for the draft's own sentence: batches and failures.
pub fn counts(entries: &[(PublicationEntry, EntryFacts)]) -> (usize, usize) {
    use hengjian_domain::testing::InspectionConclusion;
    let current = entries.iter().filter(|(entry, _)| entry.state != EntryState::Corrected);
    let failed = current.clone().filter(|(entry, _)| entry.conclusion == InspectionConclusion::Nonconforming);
    (current.clone().count(), failed.count())
}

/// State words for a filter.
pub fn state_from(code: &str) -> Option<PublicationState> {
    PublicationState::from_code(code)
}
