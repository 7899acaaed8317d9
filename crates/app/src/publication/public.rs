//! What everybody may read of publications: released entries only, with the corrections that followed.

use crate::{AppError, AppResult, PublicView};
use hengjian_domain::publication::{EntryState, Publication, PublicationEntry, PublicationState};
use hengjian_store::{PageRequest, publication::PublicFilter};

/// A released entry with its publication and its other versions.
#[derive(Debug, Clone)]
pub struct PublicEntry {
    /// The entry asked for.
    pub entry: PublicationEntry,
    /// Its publication.
    pub publication: Publication,
    /// The same batch before and after corrections, oldest first, without the entry itself.
    pub other_versions: Vec<PublicationEntry>,
}

/// A released publication with what is to be shown of it.
#[derive(Debug, Clone)]
pub struct PublicPublication {
    /// Head.
    pub publication: Publication,
    /// Entries in force, in order; none when withdrawn.
    pub entries: Vec<PublicationEntry>,
    /// Entries that were corrected, for the note below the table.
    pub corrected: Vec<PublicationEntry>,
}

/// Entries in force that hold the words, newest first, with their bounded count.
///
/// # Errors
/// A fault.
pub fn search(
    view: &mut PublicView<'_>,
    filter: &PublicFilter,
    page: &PageRequest,
) -> AppResult<(i64, Vec<PublicationEntry>)> {
    Ok(view.tx.public_entries(filter, page)?)
}

/// Publications, newest first.
///
/// # Errors
/// A fault.
pub fn announcements(view: &mut PublicView<'_>, page: &PageRequest) -> AppResult<Vec<Publication>> {
    Ok(view.tx.public_publications(page)?)
}

/// A publication by its code.
///
/// # Errors
/// [`AppError::NotFound`].
pub fn announcement(view: &mut PublicView<'_>, code: &str) -> AppResult<PublicPublication> {
    let publication = view.tx.public_publication(code)?.ok_or(AppError::NotFound)?;
    let entries = view.tx.entries_of(publication.id)?;
    let (entries, rest): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| entry.state == EntryState::Live);
    let corrected = rest.into_iter().filter(|entry| entry.state == EntryState::Corrected).collect();
    let withdrawn = publication.state == PublicationState::Withdrawn;
    let (entries, corrected) = if withdrawn { (Vec::new(), Vec::new()) } else { (entries, corrected) };
    Ok(PublicPublication { publication, entries, corrected })
}

/// An entry by its code.
///
/// # Errors
/// [`AppError::NotFound`].
pub fn entry(view: &mut PublicView<'_>, code: &str) -> AppResult<PublicEntry> {
    let entry = view.tx.public_entry(code)?.ok_or(AppError::NotFound)?;
    let publication: Publication =
        view.tx.get(&entry.publication_id)?.ok_or_else(|| AppError::fault("an entry without its publication"))?;
    let gone = |entry: &PublicationEntry| {
        entry.state == EntryState::Withdrawn || publication.state == PublicationState::Withdrawn
    };
    let entry = if gone(&entry) { entry.withheld() } else { entry };
    let others = view.tx.entries_of(publication.id)?;
    let other_versions = others
        .into_iter()
        .filter(|other| other.inspection_id == entry.inspection_id && other.id != entry.id)
        .map(|other| if gone(&other) { other.withheld() } else { other })
        .collect();
    Ok(PublicEntry { entry, publication, other_versions })
}
