//! Rows of attachments. The bytes are in the files folder, addressed by digest; this table says which thing
//! they belong to, and access is that thing's.

use crate::{Column, StoreError, Tx, record};
use hengjian_domain::{
    clock::SubjectKind,
    ids::{Id, SubjectId},
    organisation::OrganisationId,
    time::Timestamp,
};

/// Id of an attachment.
pub type StoredFileId = Id<StoredFile>;

/// An attachment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// Id.
    pub id: StoredFileId,
    /// Row version.
    pub version: i64,
    /// Owner.
    pub org_id: OrganisationId,
    /// Kind of the thing it belongs to.
    pub subject_kind: SubjectKind,
    /// The thing it belongs to.
    pub subject_id: SubjectId,
    /// What it is there for, in Chinese (抽样单签字页, 检验报告 …).
    pub purpose: String,
    /// Name as uploaded.
    pub name: String,
    /// Type found by looking at the bytes, never the uploader's word.
    pub media_type: String,
    /// SHA-256, hex.
    pub digest: String,
    /// Bytes.
    pub size: i64,
    /// Name of the person who uploaded it.
    pub uploaded_by: String,
    /// When.
    pub at_us: Timestamp,
}
record!(StoredFile in "stored_file": id, version, org_id, subject_kind, subject_id, purpose, name, media_type, digest, size, uploaded_by, at_us);

/// An encrypted secret (drawn names before their release).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedBlob {
    /// Id.
    pub id: Id<SealedBlob>,
    /// Row version.
    pub version: i64,
    /// Owner.
    pub org_id: OrganisationId,
    /// The draw or visit it belongs to.
    pub subject_id: SubjectId,
    /// Nonce and ciphertext.
    pub bytes: Vec<u8>,
}
record!(SealedBlob in "sealed_blob": id, version, org_id, subject_id, bytes);

impl Tx<'_> {
    /// Attachments of a thing in the order in which they came.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn files_of(&mut self, subject: SubjectId) -> Result<Vec<StoredFile>, StoreError> {
        self.list("WHERE subject_id = ?1 ORDER BY at_us, id", &[subject.to_value()])
    }
    /// The sealed secret of a thing.
    ///
    /// # Errors
    /// The row cannot be read.
    pub fn sealed_blob_of(&mut self, subject: SubjectId) -> Result<Option<SealedBlob>, StoreError> {
        self.find("WHERE subject_id = ?1", &[subject.to_value()])
    }
}
