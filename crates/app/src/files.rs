//! Attachments and secrets. Bytes are written to `files/sha256/ab/cd/<digest>` (temporary name, fsync, rename)
//! before the act commits; what an act leaves behind when it fails is an orphan that the sweep removes.
//! The type of a file is found by looking at its first bytes, never by the uploader's word.

use crate::{AppError, AppResult, Edge, Work, sampling, testing};
use chacha20poly1305::{ChaCha20Poly1305, Key, KeyInit, Nonce, aead::Aead};
use hengjian_domain::{
    clock::SubjectKind,
    correction::Correction,
    draw::Draw,
    enterprise::Enterprise,
    exchange::Import,
    follow_up::Case,
    ids::{Id, SubjectId},
    laboratory::Laboratory,
    objection::{Notice, Objection},
    officer::Officer,
    organisation::{Organisation, OrganisationId},
    plan::{SpotCheckPlan, SpotCheckTask},
    policy::Action,
    product::ProductCategory,
    publication::Publication,
    rules::SpotCheckRules,
    sampling::VisitId,
};
use hengjian_store::{
    account::Account,
    files::{SealedBlob, StoredFile, StoredFileId},
};
use sha2::{Digest, Sha256};
use std::{
    io::Write,
    path::{Path, PathBuf},
};

/// Largest attachment, bytes.
pub const FILE_LIMIT: usize = 20 * 1024 * 1024;

/// What may be attached: media type and the bytes it begins with.
const KNOWN: &[(&str, &[u8])] = &[
    ("application/pdf", b"%PDF-"),
    ("image/jpeg", &[0xFF, 0xD8, 0xFF]),
    ("image/png", &[0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A]),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK\x03\x04"),
];

/// Type of a file by its first bytes; text without control characters is `text/plain`.
pub fn sniff(bytes: &[u8]) -> Option<&'static str> {
    if let Some((kind, _)) = KNOWN.iter().find(|(_, magic)| bytes.starts_with(magic)) {
        return Some(kind);
    }
    let readable = |byte: &u8| *byte >= 0x20 || matches!(byte, b'\n' | b'\r' | b'\t');
    (!bytes.is_empty() && bytes.iter().all(readable)).then_some("text/plain")
}

/// Where the bytes of a digest lie below the data folder.
pub fn path_of(data: &Path, digest: &str) -> PathBuf {
    let part = |from: usize| digest.get(from..from + 2).unwrap_or("00");
    data.join("files/sha256").join(part(0)).join(part(2)).join(digest)
}

impl Work<'_> {
    /// Keeps an uploaded file with the thing it belongs to. `field` names the form field for messages.
    ///
    /// # Errors
    /// A message at the field: empty, too large, or not a PDF, picture, workbook or text.
    pub fn keep_file<K>(
        &mut self,
        (kind, subject): (SubjectKind, Id<K>),
        purpose: &str,
        field: &str,
        name: &str,
        bytes: &[u8],
    ) -> AppResult<StoredFile> {
        if bytes.is_empty() {
            return Err(AppError::field(field, "文件是空的。请重新选择文件"));
        }
        if bytes.len() > FILE_LIMIT {
            return Err(AppError::field(field, format!("文件超过 {} MB。请压缩或分开上传", FILE_LIMIT / 1024 / 1024)));
        }
        let media_type = sniff(bytes).ok_or_else(|| {
            AppError::field(field, "只收 PDF、JPG、PNG、XLSX 和纯文本文件，这个文件的内容不是其中一种")
        })?;
        let digest = hex::encode(Sha256::digest(bytes));
        write_once(&path_of(&self.app().data, &digest), bytes)
            .map_err(|error| AppError::CannotWrite(error.to_string()))?;
        let mut file = StoredFile {
            id: self.new_id(),
            version: 1,
            org_id: self.actor().org_id,
            subject_kind: kind,
            subject_id: subject.cast(),
            purpose: purpose.to_owned(),
            name: name.rsplit(['/', '\\']).next().unwrap_or(name).chars().take(120).collect(),
            media_type: media_type.to_owned(),
            digest,
            size: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
            uploaded_by: self.actor().name.clone(),
            at_us: self.now(),
        };
        self.insert(&mut file)?;
        Ok(file)
    }

    /// A file's row and bytes; the bytes are checked against the digest.
    ///
    /// # Errors
    /// [`AppError::NotFound`] without the row, a fault when bytes are missing or changed.
    pub fn read_file(&mut self, id: StoredFileId) -> AppResult<(StoredFile, Vec<u8>)> {
        let file: StoredFile = self.tx.get(&id)?.ok_or(AppError::NotFound)?;
        let bytes = std::fs::read(path_of(&self.app().data, &file.digest))
            .map_err(|error| AppError::fault(error.to_string()))?;
        if hex::encode(Sha256::digest(&bytes)) != file.digest {
            return Err(AppError::fault(format!("file {id} does not fit its digest")));
        }
        Ok((file, bytes))
    }

    /// The same for a person: whoever may read the thing that a file belongs to may read the file, nobody else.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a file of a thing out of the person's sight.
    pub fn readable_file(&mut self, id: StoredFileId) -> AppResult<(StoredFile, Vec<u8>)> {
        let file: StoredFile = self.tx.get(&id)?.ok_or(AppError::NotFound)?;
        self.must_read(file.subject_kind, file.subject_id)?;
        if file.subject_kind == SubjectKind::Inspection && !testing::view::is_laboratory_staff(self) {
            let inspection = testing::view::readable(self, file.subject_id.cast())?;
            if testing::view::hides_party(self, &inspection) {
                return Err(AppError::NotFound);
            }
        }
        self.read_file(id)
    }

    /// Whether the page of a thing opens for the person: what is asked before a link to it is drawn.
    ///
    /// # Errors
    /// A fault.
    pub fn opens(&mut self, kind: SubjectKind, thing: SubjectId) -> AppResult<bool> {
        let read = match kind {
            // The team opens the page of a visit before it may read the name on it.
            SubjectKind::Visit => sampling::may_open_visit(self, thing.cast()),
            _ => self.must_read(kind, thing),
        };
        match read {
            Ok(()) => Ok(true),
            Err(AppError::NotFound) => Ok(false),
            Err(other) => Err(other),
        }
    }

    /// Those of a page's things whose pages would not open for the person. What they are judged by is read for all of them
    /// together, so that the number of statements does not grow with the page; the judgement itself is [`Self::opens`].
    ///
    /// # Errors
    /// A fault.
    pub fn closed_of(&mut self, things: &[(SubjectKind, SubjectId)]) -> AppResult<Vec<(SubjectKind, SubjectId)>> {
        let of = |kind: SubjectKind| -> Vec<SubjectId> {
            things.iter().filter(|(known, _)| *known == kind).map(|(_, id)| *id).collect()
        };
        self.tx.read_ahead::<SpotCheckPlan>("id", "", &of(SubjectKind::Plan))?;
        self.tx.read_ahead::<SpotCheckTask>("id", "", &of(SubjectKind::Task))?;
        self.tx.read_ahead::<Draw>("id", "", &of(SubjectKind::Draw))?;
        self.tx.read_ahead::<Notice>("id", "", &of(SubjectKind::Notice))?;
        self.tx.read_ahead::<Objection>("id", "", &of(SubjectKind::Objection))?;
        self.tx.read_ahead::<Publication>("id", "", &of(SubjectKind::Publication))?;
        self.tx.read_ahead::<Enterprise>("id", "", &of(SubjectKind::Enterprise))?;
        testing::view::read_ahead(self, &of(SubjectKind::Inspection))?;
        let cases: Vec<Case> = self.tx.read_ahead("id", "", &of(SubjectKind::Case))?;
        let records = sampling::read_samples_ahead(self, &of(SubjectKind::Sample))?;
        let mut visits: Vec<VisitId> = of(SubjectKind::Visit).into_iter().map(SubjectId::cast).collect();
        visits.extend(cases.iter().filter_map(|case| case.visit_id));
        visits.extend(records.iter().filter_map(|record| record.visit_id));
        visits.sort();
        visits.dedup();
        sampling::read_visits_ahead(self, &visits)?;
        let mut closed = Vec::new();
        for (kind, id) in things {
            if !self.opens(*kind, *id)? {
                closed.push((*kind, *id));
            }
        }
        Ok(closed)
    }

    fn must_read(&mut self, kind: SubjectKind, thing: SubjectId) -> AppResult<()> {
        let action = match kind {
            SubjectKind::Plan | SubjectKind::Task => Action::PlanRead,
            SubjectKind::Draw => Action::DrawRead,
            SubjectKind::Visit => Action::VisitRead,
            SubjectKind::Sample => Action::SampleRead,
            SubjectKind::Inspection => Action::InspectionRead,
            // Several rights lead to a problem report; which of them the person has is asked below.
            SubjectKind::ProblemReport => Action::Own,
            SubjectKind::Notice => Action::NoticeRead,
            SubjectKind::Objection => Action::ObjectionRead,
            SubjectKind::Case => Action::CaseRead,
            SubjectKind::Publication => Action::PublicationRead,
            SubjectKind::Enterprise
            | SubjectKind::ProductCategory
            | SubjectKind::Laboratory
            | SubjectKind::Officer
            | SubjectKind::Rules => Action::RegisterRead,
            SubjectKind::Import => Action::ImportRead,
            SubjectKind::Correction => Action::CorrectionRead,
            SubjectKind::User => Action::UserManage,
            SubjectKind::Organisation => Action::OrganisationManage,
        };
        if !action.allowed_to(self.actor()) {
            return Err(AppError::NotFound);
        }
        match kind {
            SubjectKind::Plan => self.load::<SpotCheckPlan>(thing).map(|_| ()),
            SubjectKind::Task => self.load::<SpotCheckTask>(thing).map(|_| ()),
            SubjectKind::Draw => self.load::<Draw>(thing).map(|_| ()),
            SubjectKind::Visit => sampling::may_read_visit(self, thing.cast()),
            SubjectKind::Sample => sampling::may_read_sample(self, thing.cast()),
            SubjectKind::Inspection => testing::view::readable(self, thing.cast()).map(|_| ()),
            SubjectKind::ProblemReport => testing::readable_problem(self, thing.cast()).map(|_| ()),
            SubjectKind::Notice => self.load::<Notice>(thing).map(|_| ()),
            SubjectKind::Objection => self.load::<Objection>(thing).map(|_| ()),
            SubjectKind::Case => crate::follow_up::readable(self, thing.cast()).map(|_| ()),
            SubjectKind::Publication => self.load::<Publication>(thing).map(|_| ()),
            SubjectKind::Enterprise => self.load::<Enterprise>(thing).map(|_| ()),
            SubjectKind::ProductCategory => self.load::<ProductCategory>(thing).map(|_| ()),
            SubjectKind::Laboratory => self.load::<Laboratory>(thing).map(|_| ()),
            SubjectKind::Officer => self.load::<Officer>(thing).map(|_| ()),
            SubjectKind::Rules => self.load::<SpotCheckRules>(thing).map(|_| ()),
            SubjectKind::Import => self.load::<Import>(thing).map(|_| ()),
            SubjectKind::Correction => {
                let correction: Correction = self.load(thing)?;
                if crate::correction::is_readable(self, &correction)? { Ok(()) } else { Err(AppError::NotFound) }
            }
            SubjectKind::User => self.load::<Account>(thing).map(|_| ()),
            SubjectKind::Organisation => {
                let unit = self.tx.get::<Organisation>(&thing)?.ok_or(AppError::NotFound)?;
                if unit.path.starts_with(&self.actor().scope_path) { Ok(()) } else { Err(AppError::NotFound) }
            }
        }
    }

    /// Encrypts a secret and keeps it for a thing (drawn names before their release).
    ///
    /// # Errors
    /// A fault.
    pub fn seal<K>(&mut self, org_id: OrganisationId, subject: Id<K>, secret: &[u8]) -> AppResult<()> {
        let nonce = self.random::<12>();
        let cipher = ChaCha20Poly1305::new(Key::from_slice(&*self.app().seal_key));
        let sealed =
            cipher.encrypt(Nonce::from_slice(&nonce), secret).map_err(|_| AppError::fault("sealing failed"))?;
        let subject: SubjectId = subject.cast();
        let old = self.tx.sealed_blob_of(subject)?;
        let bytes = [nonce.as_slice(), &sealed].concat();
        match old {
            Some(mut blob) => {
                blob.bytes = bytes;
                self.save(&mut blob)
            }
            None => {
                let mut blob = SealedBlob { id: self.new_id(), version: 1, org_id, subject_id: subject, bytes };
                self.insert(&mut blob)
            }
        }
    }
    /// Opens the secret of a thing. The caller has checked who may and journals an `access.view`.
    ///
    /// # Errors
    /// A fault when the key or the bytes do not fit.
    pub fn unseal<K>(&mut self, subject: Id<K>) -> AppResult<Option<Vec<u8>>> {
        let Some(blob) = self.tx.sealed_blob_of(subject.cast())? else { return Ok(None) };
        let broken = || AppError::fault("sealed secret cannot be opened");
        let (nonce, sealed) = blob.bytes.split_at_checked(12).ok_or_else(broken)?;
        let cipher = ChaCha20Poly1305::new(Key::from_slice(&*self.app().seal_key));
        cipher.decrypt(Nonce::from_slice(nonce), sealed).map(Some).map_err(|_| broken())
    }
}

/// Writes a file that is addressed by its content: an existing one is the same.
fn write_once(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    let folder = path.parent().unwrap_or(path);
    std::fs::create_dir_all(folder)?;
    let temporary = path.with_extension("new");
    let mut file = std::fs::File::create(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&temporary, path)?;
    std::fs::File::open(folder)?.sync_all()
}

/// The key that seals secrets, in a file only the program's user may read; made at the first start.
pub(crate) fn load_or_make_key(data: &Path, edge: &dyn Edge) -> AppResult<[u8; 32]> {
    let fault = |error: std::io::Error| AppError::fault(format!("key file: {error}"));
    let path = data.join("keys").join("seal.key");
    if let Ok(bytes) = std::fs::read(&path) {
        return bytes.try_into().map_err(|_| AppError::fault("key file has not 32 bytes"));
    }
    let mut key = [0_u8; 32];
    edge.random(&mut key);
    let folder = data.join("keys");
    std::fs::create_dir_all(&folder).map_err(fault)?;
    // Whole or not at all: half a key would keep the program from ever starting again.
    let temporary = path.with_extension("new");
    write_private(&temporary, &key).map_err(fault)?;
    std::fs::rename(&temporary, &path).map_err(fault)?;
    std::fs::File::open(&folder).and_then(|folder| folder.sync_all()).map_err(fault)?;
    Ok(key)
}

#[cfg(unix)]
fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(not(unix))]
fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
