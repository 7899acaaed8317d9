//! What everybody may read of publications: released entries only, with the corrections that followed.

use crate::{AppError, AppResult, PublicView};
use hengjian_domain::publication::{EntryState, Publication, PublicationEntry, PublicationState};
use hengjian_store::{PageRequest, publication::PublicFilter};

/// Most versions of an entry that are followed.
const VERSIONS: usize = 40;

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
    let mut versions = vec![entry.clone()];
    // Back to what it corrects, then on to what corrects it, in whatever publication that stands.
    while let Some(before) = versions[0].corrects_id.filter(|_| versions.len() < VERSIONS) {
        let Some(before) = view.tx.get::<PublicationEntry>(&before)? else { break };
        versions.insert(0, before);
    }
    let mut last = entry.id;
    while let Some(later) = view.tx.correction_of(last)?.filter(|_| versions.len() < VERSIONS) {
        last = later.id;
        versions.push(later);
    }
    // Once the newest version is withdrawn, no earlier one shows anybody's name either.
    let mut gone = false;
    for version in versions.iter_mut().rev() {
        gone = match version.state {
            EntryState::Withdrawn => true,
            EntryState::Corrected => gone,
            EntryState::Live | EntryState::Draft => false,
        };
        let own: Option<Publication> = view.tx.get(&version.publication_id)?;
        if gone || own.is_none_or(|publication| publication.state == PublicationState::Withdrawn) {
            *version = version.clone().withheld();
        }
    }
    let place = versions.iter().position(|version| version.id == entry.id).unwrap_or(0);
    let entry = versions.remove(place);
    Ok(PublicEntry { entry, publication, other_versions: versions })
}
