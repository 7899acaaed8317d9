//! Uploaded tables between preview and confirmation: kept beside the database under the digest of their content, so that what
//! is confirmed is what was looked at. The oldest go when there are many.

use super::pipeline::Request;
use crate::{App, AppError, AppResult};
use hengjian_domain::exchange::ImportKind;
use sha2::{Digest, Sha256};
use std::{fs, io, path::PathBuf};

/// Staged files kept.
const KEPT: usize = 100;

impl App {
    fn staging(&self) -> PathBuf {
        self.data.join("incoming")
    }
    /// Keeps an uploaded table for the confirmation; returns what names it there.
    ///
    /// # Errors
    /// A message at `file` when it is empty, or a fault of the disk.
    pub fn stage_upload(&self, bytes: &[u8]) -> AppResult<String> {
        if bytes.is_empty() {
            return Err(AppError::field("file", "请选择文件；选过的文件是空的"));
        }
        let fault = |error: io::Error| AppError::fault(format!("staging: {error}"));
        let folder = self.staging();
        fs::create_dir_all(&folder).map_err(fault)?;
        let digest = hex::encode(Sha256::digest(bytes));
        let (path, temporary) = (folder.join(&digest), folder.join(format!("{digest}.part")));
        fs::write(&temporary, bytes).and_then(|()| fs::rename(&temporary, &path)).map_err(fault)?;
        self.sweep_staging().map_err(fault)?;
        Ok(digest)
    }
    /// Where a staged table lies, if it is still there.
    pub fn staged_file(&self, digest: &str) -> Option<PathBuf> {
        let plain = digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
        let file = self.staging().join(digest);
        (plain && file.is_file()).then_some(file)
    }
    /// The request for a staged table.
    ///
    /// # Errors
    /// A message at `file` when it is not there any more.
    pub fn staged_request(&self, kind: ImportKind, digest: &str, file_name: &str) -> AppResult<Request> {
        let file = self
            .staged_file(digest)
            .ok_or_else(|| AppError::field("file", "预览过的文件已经不在了。请重新选择文件"))?;
        let file_name = hengjian_domain::match_key::clean(file_name).chars().take(120).collect();
        Ok(Request { file_name, ..Request::new(kind, file) })
    }
    fn sweep_staging(&self) -> io::Result<()> {
        let mut files = Vec::new();
        for entry in fs::read_dir(self.staging())? {
            let entry = entry?;
            files.push((entry.metadata()?.modified()?, entry.path()));
        }
        files.sort();
        let surplus = files.len().saturating_sub(KEPT);
        for (_, path) in files.into_iter().take(surplus) {
            fs::remove_file(path)?;
        }
        Ok(())
    }
}
