//! The entries of a publication: what the guards look at, taking results in and out, words, masks, corrections. What is
//! public of a batch is one entry; a later result takes its place and both stay in sight (regulations §2.10).

use super::{event, report_of};
use crate::{AppError, AppResult, FieldError, Work};
use hengjian_domain::{
    code::Code,
    law,
    match_key::match_key,
    objection::{Authorship, Notice, RecipientCapacity},
    plan::{SpotCheckTask, TaskKind},
    policy::Action,
    product::ProductCategory,
    publication::{
        EntryFacts, EntryState, MaskKind, PublicField, Publication, PublicationEntry, PublicationEntryId,
        PublicationId, PublicationMask, PublicationRefused, PublicationState, check_result,
    },
    sampling::SamplingRecord,
    testing::{Inspection, InspectionId, InspectionOrigin, InspectionPurpose, InspectionState},
};
use hengjian_store::Column;

pub(super) fn is_risk_monitoring(work: &mut Work<'_>, inspection: &Inspection) -> AppResult<bool> {
    let Some(task) = inspection.task_id else { return Ok(false) };
    let task: Option<SpotCheckTask> = work.tx.get(&task)?;
    Ok(task.is_some_and(|task| task.kind == TaskKind::RiskMonitoring))
}

/// A report and the editions that it replaces, newest first.
fn editions(work: &mut Work<'_>, inspection: &Inspection) -> AppResult<Vec<InspectionId>> {
    let earlier = crate::testing::earlier_editions(work, inspection)?;
    Ok(std::iter::once(inspection.id).chain(earlier.into_iter().map(|edition| edition.id)).collect())
}

/// The entry that is public of a report or of an edition it replaces.
fn live_entry(work: &mut Work<'_>, inspection: &Inspection) -> AppResult<Option<PublicationEntry>> {
    for id in editions(work, inspection)? {
        let entries = work.tx.standing_entries_of(id)?;
        if let Some(live) = entries.into_iter().find(|entry| entry.state == EntryState::Live) {
            return Ok(Some(live));
        }
    }
    Ok(None)
}

/// Whether the batch is in another entry: in a draft, or live without being what this entry corrects.
fn is_elsewhere(work: &mut Work<'_>, inspection: &Inspection, entry: &PublicationEntry) -> AppResult<bool> {
    let result = work.tx.final_result_of(inspection.id)?;
    for id in editions(work, inspection)? {
        for other in work.tx.standing_entries_of(id)? {
            let corrected = other.state == EntryState::Live
                && entry.corrects_id == Some(other.id)
                && !result.as_ref().is_some_and(|result| other.says(result));
            if other.id != entry.id && !corrected {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// What the guards look at, fresh from the rows.
pub(super) fn facts(work: &mut Work<'_>, entry: &PublicationEntry) -> AppResult<EntryFacts> {
    let inspection = report_of(work, entry)?;
    let result = work.tx.final_result_of(inspection.id)?;
    let mut open = crate::objection::finality(work, &inspection)?.open;
    if open.is_empty() {
        let standing = crate::objection::standing(work, &inspection)?;
        let noted = result.as_ref().is_some_and(|result| Some(result.conclusion) == standing.conclusion);
        if !noted {
            open.push("最终结论尚未登记，次日自动登记".to_owned());
        }
    }
    Ok(EntryFacts {
        own_organiser: inspection.origin != InspectionOrigin::Superior && inspection.org_id == entry.org_id,
        risk_monitoring: is_risk_monitoring(work, &inspection)?,
        first_report: inspection.purpose == InspectionPurpose::First,
        stands: inspection.state == InspectionState::Confirmed && !inspection.excluded,
        open,
        published_elsewhere: is_elsewhere(work, &inspection, entry)?,
        changed: result.filter(|result| !entry.says(result)).map(|result| (result.conclusion, result.failed_items)),
    })
}

/// Puts final results into a draft. A result of which an earlier state is public is taken in as its correction.
///
/// # Errors
/// Stale, wrong state, the first report that may not be published.
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
        check_result(&entry, &facts)?;
        let masks = keep_masks(work, &mut entry, &inspection)?;
        work.insert(&mut entry)?;
        for mut mask in masks {
            work.insert(&mut mask)?;
        }
    }
    work.save(&mut publication)?;
    work.record(event(&publication, "included", &format!("选入 {} 批", reports.len())));
    Ok(())
}

/// What was masked when the batch was public before stays masked, as far as the words still stand in the field.
fn keep_masks(
    work: &mut Work<'_>,
    entry: &mut PublicationEntry,
    inspection: &Inspection,
) -> AppResult<Vec<PublicationMask>> {
    let mut kept = Vec::new();
    for id in editions(work, inspection)? {
        let Some(before) = work.tx.last_public_entry_of(id)? else { continue };
        for mask in work.tx.masks_of(before.id)? {
            if let Some(shown) = mask.kind.shown(mask.field.of(entry), &mask.part) {
                *mask.field.of_mut(entry) = shown;
                kept.push(PublicationMask { id: work.new_id(), version: 1, entry_id: entry.id, ..mask });
            }
        }
        break;
    }
    entry.search_text = search_text(entry);
    Ok(kept)
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
        result_id: result.as_ref().map(|result| result.id),
        result_version: result.as_ref().map_or(0, |result| result.version),
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
    if let Some(live) = live_entry(work, inspection)? {
        let reason = if live.inspection_id == inspection.id { "最终结论有变" } else { "检验报告更正" };
        (entry.corrects_id, entry.correction_reason) = (Some(live.id), reason.to_owned());
    }
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

/// What was typed goes into the entry. What a reviewer has masked is not written back by hand.
fn put_words(entry: &mut PublicationEntry, words: EntryWords, masked: &[PublicationMask]) -> AppResult<()> {
    let mut errors = Vec::new();
    for (name, field, text) in [
        ("category", PublicField::Category, words.category),
        ("model", PublicField::Model, words.model),
        ("batch_text", PublicField::BatchText, words.batch_text),
        ("sampled_name", PublicField::SampledName, words.sampled_name),
        ("sampled_address", PublicField::SampledAddress, words.sampled_address),
        ("producer_address", PublicField::ProducerAddress, words.producer_address),
        ("remark", PublicField::Remark, words.remark),
    ] {
        if !masked.iter().any(|mask| mask.field == field) {
            *field.of_mut(entry) = text;
        } else if text != field.of(entry) {
            errors.push(FieldError::new(name, "这一项已经遮蔽，不能改写；遮蔽得不对的，移出这一条再选入"));
        }
    }
    if !errors.is_empty() {
        return Err(AppError::Fields(errors));
    }
    entry.search_text = search_text(entry);
    Ok(())
}

/// Changes the words of an entry in a draft.
///
/// # Errors
/// Stale, wrong state, another text for a field that is masked.
pub fn edit_entry(
    work: &mut Work<'_>,
    id: PublicationId,
    entry: PublicationEntryId,
    version: i64,
    words: EntryWords,
) -> AppResult<()> {
    let mut publication: Publication = work.load(id)?;
    publication.edit()?;
    let mut entry: PublicationEntry = work.load_own(entry, version)?;
    if entry.publication_id != id || entry.state != EntryState::Draft {
        return Err(AppError::NotFound);
    }
    let masked = work.tx.masks_of(entry.id)?;
    put_words(&mut entry, words, &masked)?;
    work.save(&mut entry)?;
    // Who reviews the publication reviews its entries: a page read before this is out of date.
    work.save(&mut publication)?;
    work.record(
        event(&publication, "entry_edited", &format!("修改第 {} 条", entry.seq)).fact("产品", &entry.product_name),
    );
    Ok(())
}

/// What is to be taken out of a printed field.
#[derive(Debug, Clone)]
pub struct Mask {
    /// Printed field.
    pub field: PublicField,
    /// What it is.
    pub kind: MaskKind,
    /// The words; empty: the whole field.
    pub part: String,
    /// Why.
    pub reason: String,
}

/// States in which a field is masked under the permission of this work.
fn mask_states(work: &Work<'_>) -> &'static [PublicationState] {
    match work.action() {
        Action::PublicationDraft => &[PublicationState::Draft, PublicationState::Returned],
        Action::PublicationBusinessReview => &[PublicationState::Ready],
        Action::PublicationSecrecyReview => &[PublicationState::BusinessReviewed],
        _ => &[],
    }
}

/// Masks a printed field of a draft; the public sees the word in its place, in every form of the table.
///
/// # Errors
/// Stale, wrong state, no reason, nothing of the kind in the field.
pub fn mask(
    work: &mut Work<'_>,
    id: PublicationId,
    version: i64,
    entry: PublicationEntryId,
    what: Mask,
) -> AppResult<()> {
    let mut publication: Publication = work.load_own(id, version)?;
    publication.mask(mask_states(work), &what.reason)?;
    let mut entry: PublicationEntry = work.load(entry)?;
    if entry.publication_id != id || entry.state != EntryState::Draft {
        return Err(AppError::NotFound);
    }
    let text = what.field.of(&entry).to_owned();
    let part = if what.part.trim().is_empty() { text.clone() } else { what.part.trim().to_owned() };
    let Some(shown) = what.kind.shown(&text, &part) else {
        return Err(PublicationRefused::NothingToMask { field: what.field.title(), text }.into());
    };
    *what.field.of_mut(&mut entry) = shown.clone();
    entry.search_text = search_text(&entry);
    work.save(&mut entry)?;
    let mut mask = PublicationMask {
        id: work.new_id(),
        version: 1,
        org_id: entry.org_id,
        entry_id: entry.id,
        field: what.field,
        kind: what.kind,
        part,
        reason: what.reason.trim().to_owned(),
        masked_by: work.actor().user_id,
        created_at_us: work.now(),
    };
    work.insert(&mut mask)?;
    work.save(&mut publication)?;
    let words = format!("遮蔽第 {} 条的“{}”", entry.seq, mask.field.title());
    let basis = if mask.kind == MaskKind::Secret { law::OGI_15 } else { law::DECISION_MASKING };
    // Whoever reads the publication reads this line. The reason may say what was taken out, so it stays with the mask, which
    // only those who take part in the publishing read.
    let event = event(&publication, "masked", &words).fact("公布为", shown).fact("是什么", mask.kind.title());
    work.record(event.fact("理由", "见遮蔽记录，起草、审核和批准人可见").basis(basis));
    Ok(())
}

/// What was masked of an entry.
///
/// # Errors
/// A fault.
pub fn masks_of(work: &mut Work<'_>, entry: &PublicationEntry) -> AppResult<Vec<PublicationMask>> {
    Ok(work.tx.masks_of(entry.id)?)
}

/// The public entry that this one corrects leaves the search and says so; it stays in sight.
pub(super) fn give_way(work: &mut Work<'_>, entry: &PublicationEntry) -> AppResult<()> {
    let Some(old) = entry.corrects_id else { return Ok(()) };
    let mut old: PublicationEntry =
        work.tx.get(&old)?.ok_or_else(|| AppError::fault("an entry corrects one that is gone"))?;
    if old.state != EntryState::Live {
        return Ok(());
    }
    work.tx.unindex_entry(&old)?;
    old.state = EntryState::Corrected;
    work.save(&mut old)?;
    let mut publication: Publication = work.tx.get(&old.publication_id)?.ok_or(AppError::NotFound)?;
    work.save(&mut publication)?;
    let words = format!("第 {} 条由新公布的结果更正，原内容保留", old.seq);
    let basis = law::DECISION_PUBLICATION_CORRECTION;
    work.record(event(&publication, "corrected_by_result", &words).fact("理由", &entry.correction_reason).basis(basis));
    Ok(())
}

/// Corrects a published entry: a new row names the old one, both stay in sight (regulations §2.10).
///
/// # Errors
/// Not published, not live, no reason, stale, another text for a field that is masked.
pub fn correct_entry(
    work: &mut Work<'_>,
    id: PublicationId,
    entry: PublicationEntryId,
    version: i64,
    words: EntryWords,
    reason: &str,
) -> AppResult<PublicationEntryId> {
    let mut publication: Publication = work.load(id)?;
    let mut old: PublicationEntry = work.load_own(entry, version)?;
    if old.publication_id != id {
        return Err(AppError::NotFound);
    }
    publication.correct(&old, reason)?;
    let mut new = old.clone();
    (new.id, new.public_code) = (work.new_id(), work.random_code());
    (new.corrects_id, new.correction_reason) = (Some(old.id), reason.trim().to_owned());
    new.published_at_us = Some(work.now());
    let masked = work.tx.masks_of(old.id)?;
    put_words(&mut new, words, &masked)?;
    let blank = new.blank_fields();
    if !blank.is_empty() {
        return Err(PublicationRefused::FieldBlank { seq: new.seq, fields: blank }.into());
    }
    work.tx.unindex_entry(&old)?;
    old.state = EntryState::Corrected;
    work.save(&mut old)?;
    work.insert(&mut new)?;
    for mask in masked {
        let mut mask = PublicationMask { id: work.new_id(), version: 1, entry_id: new.id, ..mask };
        work.insert(&mut mask)?;
    }
    work.tx.index_entry(&new)?;
    work.save(&mut publication)?;
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
