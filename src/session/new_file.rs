//! A session as a new SQLite file, in the layout of any client.

use std::path::Path;

use super::{ByteOptions, ConvertOptions, EncryptionKey, NewFile, Options, Report, Session, convert_with};
use crate::error::Result;
use crate::host;
use crate::redact;
use crate::storage::private_file;
use crate::storage::sqlite::Sqlite;

/// Of so many peers a file has a few megabytes. It is made in memory, so that no part of it has ever a name; a larger one is
/// made in a draft, so that it needs no more memory than a small one.
const MOST_IN_MEMORY: u64 = 25_000;

/// Converts a session into a new SQLite file, readable by its owner only, which is encrypted if there is a key. It takes a few
/// megabytes of memory for any number of peers in a SQLite file.
///
/// # Errors
///
/// Those of [`convert_with`]. A file that is there is never written over. Whenever it fails, there is no new file.
pub fn convert_into_file(
    source: &Session,
    new_file: NewFile,
    path: &Path,
    key: Option<EncryptionKey>,
    options: &ConvertOptions<'_>,
) -> Result<Report> {
    make(source, new_file, path, key, |target| convert_with(source, target, options))
}

/// Makes a new SQLite file, into which as many peers are written as the source has.
pub(super) fn make<T>(
    source: &Session,
    new_file: NewFile,
    path: &Path,
    key: Option<EncryptionKey>,
    write: impl FnOnce(&Session) -> Result<T>,
) -> Result<T> {
    private_file::check_folder(path)?;
    let location = redact::path(path);
    if host::IS_WEB || source.counts()?.peers <= MOST_IN_MEMORY {
        let target = Session::new_in_bytes(new_file, &location, key)?;
        let written = write(&target)?;
        private_file::put(path, &target.to_bytes(ByteOptions::default())?)?;
        return Ok(written);
    }
    private_file::make(path, |draft| {
        let storage = Sqlite::new_in_draft(new_file, draft, &location, key)?;
        write(&Session::over(Box::new(storage), &Options::default())?)
    })
}
