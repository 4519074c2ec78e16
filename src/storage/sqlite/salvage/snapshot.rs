//! SQLite's own reading of a file: a copy of it in memory, as it is at one moment, while others may write.

use std::path::Path;
use std::time::Duration;

use rusqlite::MAIN_DB;
use zeroize::Zeroizing;

use crate::error::{Error, ErrorCode};
use crate::storage::Storage;
use crate::storage::sqlite::cipher::EncryptionKey;
use crate::storage::sqlite::fault::Fault;
use crate::storage::sqlite::file_access::FileAccess;
use crate::storage::sqlite::image::without_wal;
use crate::storage::sqlite::open_file::OpenFile;
use crate::storage::sqlite::target::Target;
use crate::storage::sqlite::{Sqlite, integrity};

/// Why there is no copy.
pub enum Unread {
    /// The file is damaged.
    Damaged(Error),
    /// Something else keeps it from being read.
    Other(Error),
}

/// Copies a session that SQLite finds in order. The file does not change, and is not locked longer than it is copied.
pub fn snapshot(
    path: &Path,
    busy_timeout: Duration,
    largest: u64,
    key: Option<EncryptionKey>,
) -> std::result::Result<Box<dyn Storage>, Unread> {
    let source = Target::new(path, busy_timeout, largest, key);
    let location = source.location.clone();
    let damaged = |error: Error| match error.code() {
        ErrorCode::Corrupt | ErrorCode::NotASession | ErrorCode::Io => Unread::Damaged(error),
        _ => Unread::Other(error),
    };
    let mut access = copy(&source).map_err(|fault| damaged(source.error(fault, "read")))?;
    let problems = integrity::problems(&mut access.conn, &location);
    let problems = problems.map_err(|fault| damaged(source.error(fault, "check")))?;
    if let Some(first) = problems.first() {
        return Err(Unread::Damaged(Error::corrupt(&location, first)));
    }
    let target = Target::in_memory(&location, largest, source.key.clone());
    // A sound database that is none of a session's.
    let file = OpenFile::new(access, &target).map_err(|fault| Unread::Other(fault.on(&location, "read")))?;
    let mut storage = Sqlite::new(target, file, false);
    storage.contents().map_err(damaged)?;
    Ok(Box::new(storage))
}

// SQLite holds a read lock for as long as it copies.
fn copy(source: &Target) -> std::result::Result<FileAccess, Fault> {
    if source.key.is_some() {
        return FileAccess::copy(&source.path, source.key.as_ref());
    }
    let mut access = FileAccess::read_only(&source.path, source.waits.reader, None)?;
    let mut bytes = Zeroizing::new(access.conn.serialize(MAIN_DB)?.to_vec());
    without_wal(&mut bytes);
    FileAccess::memory(Some(&bytes), true, None)
}
