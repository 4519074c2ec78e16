//! A file of a WebAssembly module, where SQLite has no files: it is in memory while it is open, and what was written is put
//! back when it is closed.

use super::cached_file::CachedFile;
use super::open_file::OpenFile;
use super::target::Target;
use super::{Sqlite, file_access};
use crate::error::Result;
use crate::host;
use crate::storage::file;

impl Sqlite {
    /// Opens what the file, its journal and its WAL hold.
    pub(super) fn open_web_file(target: Target, read_only: bool) -> Result<Self> {
        let opened = file_access::read_whole(&target.path)
            .and_then(|mut bytes| OpenFile::from_image(&target, &mut bytes, read_only))
            .map_err(|fault| target.error(fault, "open"))?;
        Ok(Self::new(target, opened, !read_only))
    }

    /// Puts what was written back. Nobody is told where that fails, as when a file is closed.
    pub(super) fn put_back(&self, mut open: CachedFile) {
        let path = &self.target.path;
        if self.is_web_file()
            && self.durability.has_written()
            && let Ok(bytes) = open.file.image(&self.target)
            && host::fs::write(path, &bytes).is_ok()
        {
            // They are in it now.
            let _ = file::remove_beside(path);
        }
    }

    /// Removes the file of a session that was deleted.
    pub(super) fn remove_web_file(&self) -> Result<()> {
        let path = &self.target.path;
        if self.is_web_file() { file::remove(path).and_then(|()| file::remove_beside(path)) } else { Ok(()) }
    }

    // One that came in bytes has no path.
    fn is_web_file(&self) -> bool {
        host::IS_WEB && !self.target.path.as_os_str().is_empty()
    }
}
