//! Use cases of the stage 公布: drafting, three reviews by three people, release, correction, withdrawal.
//! The guards are the domain's; this file gathers their facts and keeps what they decide.

mod finality;
mod public;

pub use finality::daily;
pub use hengjian_store::publication::PublicFilter;
pub use public::{PublicEntry, PublicPublication, announcement, announcements, entry, search};

use crate::{AppError, AppResult, Event, Work, clocks::About, clocks::Owner};
use hengjian_domain::{
    actor::Role,
    clock::SubjectKind,
    code::Code,
    law,
    match_key::match_key,
    objection::{Authorship, Notice, RecipientCapacity},
    plan::{SpotCheckTask, TaskKind},
    product::ProductCategory,
    publication::{
        EntryFacts, EntryState, FinalResult, Publication, PublicationEntry, PublicationEntryId, PublicationId,
        PublicationRefused, PublicationState,
    },
    sampling::SamplingRecord,
    testing::{Inspection, InspectionId, InspectionOrigin, InspectionState},
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

fn is_risk_monitoring(work: &mut Work<'_>, inspection: &Inspection) -> AppResult<bool> {
    let Some(task) = inspection.task_id else { return Ok(false) };
    let task: Option<SpotCheckTask> = work.tx.get(&task)?;
    Ok(task.is_some_and(|task| task.kind == TaskKind::RiskMonitoring))
}

/// What the guards look at, fresh from the rows.
fn facts(work: &mut Work<'_>, entry: &PublicationEntry) -> AppResult<EntryFacts> {
    let inspection: Inspection =
        work.tx.get(&entry.inspection_id)?.ok_or_else(|| AppError::fault("an entry without its report"))?;
    let is_final = work.tx.final_result_of(inspection.id)?.is_some();
    let open = if is_final { Vec::new() } else { crate::objection::finality(work, &inspection)?.open };
    let open = if !is_final && open.is_empty() {
        vec!["最终结论尚未登记，次日自动登记".to_owned()]
    } else {
        open
    };
    Ok(EntryFacts {
        own_organiser: inspection.origin != InspectionOrigin::Superior && inspection.org_id == entry.org_id,
        risk_monitoring: is_risk_monitoring(work, &inspection)?,
        stands: inspection.state == InspectionState::Confirmed && !inspection.excluded,
        open,
        published_elsewhere: work.tx.is_published_elsewhere(inspection.id, entry.publication_id)?,
    })
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

/// Puts final results into a draft.
///
/// # Errors
/// Stale, wrong state, a report that may not be published.
pub fn include(work: &mut Work<'_>, id: PublicationId, version: i64, reports: &[InspectionId]) -> AppResult<()> {
    let mut publication: Publication = work.load_own(id, version)?;
    publication.edit()?;
    if reports.is_empty() {
        return Err(AppError::field("report", "请选入至少一个批次"));
    }
    let mut seq = work.tx.entries_of(id)?.iter().map(|entry| entry.seq).max().unwrap_or(0);
    for report in reports {
        let inspection: Inspection = work.load(*report)?;
        seq += 1;
        let mut entry = draft_entry(work, &publication, &inspection, seq)?;
        let facts = facts(work, &entry)?;
        if !facts.own_organiser {
            return Err(PublicationRefused::NotOwn { seq }.into());
        }
        if facts.published_elsewhere || work.tx.entries_of(id)?.iter().any(|other| other.inspection_id == *report) {
            return Err(PublicationRefused::Twice { seq }.into());
        }
        work.insert(&mut entry)?;
    }
    work.save(&mut publication)?;
    work.record(event(&publication, "included", &format!("选入 {} 批", reports.len())));
    Ok(())
}

/// The published line of a report: its own words, the final conclusion, denial shown as a denial (regulations §7.3(5)).
fn draft_entry(
    work: &mut Work<'_>,
    publication: &Publication,
    inspection: &Inspection,
    seq: i64,
) -> AppResult<PublicationEntry> {
    let result = work.tx.final_result_of(inspection.id)?;
    let record: Option<SamplingRecord> = match inspection.record_id {
        Some(record) => work.tx.get(&record)?,
        None => None,
    };
    let category: Option<ProductCategory> = match record.as_ref().and_then(|record| record.category_id) {
        Some(category) => work.tx.get(&category)?,
        None => None,
    };
    let notices: Vec<Notice> = work.tx.list("WHERE inspection_id = ?1 ORDER BY id", &[inspection.id.to_value()])?;
    let denied = notices.iter().any(|notice| {
        notice.capacity == RecipientCapacity::LabelledProducer && notice.authorship == Authorship::Denied
    });
    let platform = notices.iter().find(|notice| notice.capacity == RecipientCapacity::Platform);
    let mut remark: Vec<String> = result.as_ref().map(|result| result.remark.clone()).into_iter().collect();
    if denied {
        remark.push("标称生产者否认是其产品".to_owned());
    }
    remark.retain(|part| !part.is_empty());
    let mut entry = PublicationEntry {
        id: work.new_id(),
        version: 1,
        org_id: publication.org_id,
        publication_id: publication.id,
        inspection_id: inspection.id,
        public_code: work.random_code(),
        seq,
        state: EntryState::Draft,
        category: category.map(|category| category.name).unwrap_or_default(),
        product_name: inspection.product_name.clone(),
        model: inspection.model.clone(),
        trademark: inspection.trademark.clone(),
        batch_text: inspection.batch_text.clone(),
        sampled_name: inspection.sampled_name.clone(),
        sampled_address: inspection.sampled_address.clone(),
        producer_name: if denied {
            format!("{}（否认）", inspection.producer_name)
        } else {
            inspection.producer_name.clone()
        },
        producer_address: inspection.producer_address.clone(),
        platform: platform.map(|notice| notice.recipient_name.clone()).unwrap_or_default(),
        conclusion: result
            .as_ref()
            .map(|result| result.conclusion)
            .or(inspection.conclusion)
            .ok_or_else(|| AppError::fault("a confirmed report without conclusion"))?,
        failed_items: result.map_or_else(|| inspection.failed_items.clone(), |result| result.failed_items),
        laboratory_name: inspection.laboratory_name.clone(),
        remark: remark.join("；"),
        search_text: String::new(),
        corrects_id: None,
        correction_reason: String::new(),
        published_at_us: None,
    };
    entry.search_text = search_text(&entry);
    Ok(entry)
}

fn search_text(entry: &PublicationEntry) -> String {
    [
        &entry.product_name,
        &entry.model,
        &entry.trademark,
        &entry.batch_text,
        &entry.sampled_name,
        &entry.producer_name,
        &entry.sampled_address,
        &entry.category,
    ]
    .map(|text| match_key(text))
    .join(" ")
}

/// Takes an entry out of a draft.
///
/// # Errors
/// Stale, wrong state.
pub fn remove(work: &mut Work<'_>, id: PublicationId, version: i64, entry: PublicationEntryId) -> AppResult<()> {
    let mut publication: Publication = work.load_own(id, version)?;
    publication.edit()?;
    let entry: PublicationEntry = work.load(entry)?;
    if entry.publication_id != id || entry.state != EntryState::Draft {
        return Err(AppError::NotFound);
    }
    work.tx.remove_draft_entry(&entry)?;
    work.save(&mut publication)?;
    work.record(event(&publication, "removed", &format!("移出第 {} 条", entry.seq)).fact("产品", &entry.product_name));
    Ok(())
}

/// Fields of an entry that a publisher may put right in a draft: what labels lack, what belongs to a person.
#[derive(Debug, Clone, Default)]
pub struct EntryWords {
    /// 产品种类.
    pub category: String,
    /// 规格型号.
    pub model: String,
    /// 生产日期/批号.
    pub batch_text: String,
    /// 受检单位.
    pub sampled_name: String,
    /// 受检单位地址.
    pub sampled_address: String,
    /// 标称生产单位地址.
    pub producer_address: String,
    /// 备注.
    pub remark: String,
}

fn put_words(entry: &mut PublicationEntry, words: EntryWords) {
    entry.category = words.category;
    entry.model = words.model;
    entry.batch_text = words.batch_text;
    entry.sampled_name = words.sampled_name;
    entry.sampled_address = words.sampled_address;
    entry.producer_address = words.producer_address;
    entry.remark = words.remark;
    entry.search_text = search_text(entry);
}

/// Changes the words of an entry in a draft.
///
/// # Errors
/// Stale, wrong state.
pub fn edit_entry(
    work: &mut Work<'_>,
    id: PublicationId,
    entry: PublicationEntryId,
    version: i64,
    words: EntryWords,
) -> AppResult<()> {
    let publication: Publication = work.load(id)?;
    publication.edit()?;
    let mut entry: PublicationEntry = work.load_own(entry, version)?;
    if entry.publication_id != id || entry.state != EntryState::Draft {
        return Err(AppError::NotFound);
    }
    put_words(&mut entry, words);
    work.save(&mut entry)?;
    work.record(
        event(&publication, "entry_edited", &format!("修改第 {} 条", entry.seq)).fact("产品", &entry.product_name),
    );
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
        entry.state = EntryState::Live;
        entry.published_at_us = Some(at);
        work.save(&mut entry)?;
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
        }
    }
    save_step(work, &mut publication)?;
    let basis = law::DECISION_PUBLICATION_CORRECTION;
    work.record(event(&publication, "withdrawn", "撤下已公布的结果").fact("理由", reason.trim()).basis(basis));
    Ok(())
}

/// Corrects a published entry: a new row names the old one, both stay in sight (regulations §2.10).
///
/// # Errors
/// Not published, not live, no reason, stale.
pub fn correct_entry(
    work: &mut Work<'_>,
    id: PublicationId,
    entry: PublicationEntryId,
    version: i64,
    words: EntryWords,
    reason: &str,
) -> AppResult<PublicationEntryId> {
    let publication: Publication = work.load(id)?;
    let mut old: PublicationEntry = work.load_own(entry, version)?;
    if old.publication_id != id {
        return Err(AppError::NotFound);
    }
    publication.correct(&old, reason)?;
    let mut new = old.clone();
    (new.id, new.public_code) = (work.new_id(), work.random_code());
    (new.corrects_id, new.correction_reason) = (Some(old.id), reason.trim().to_owned());
    new.published_at_us = Some(work.now());
    put_words(&mut new, words);
    let blank = new.blank_fields();
    if !blank.is_empty() {
        return Err(PublicationRefused::FieldBlank { seq: new.seq, fields: blank }.into());
    }
    work.tx.unindex_entry(&old)?;
    old.state = EntryState::Corrected;
    work.save(&mut old)?;
    work.insert(&mut new)?;
    work.tx.index_entry(&new)?;
    let mut event = event(&publication, "corrected", &format!("更正已公布的第 {} 条", new.seq))
        .fact("理由", reason.trim())
        .basis(law::DECISION_PUBLICATION_CORRECTION);
    for (column, (before, after)) in PublicationEntry::COLUMNS.iter().zip(old.cells().iter().zip(new.cells().iter())) {
        if before != after {
            event = event.fact(*column, format!("{before} → {after}"));
        }
    }
    work.record(event);
    Ok(new.id)
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
