//! What this session has written to its file, and whether all of it has reached the medium.

use std::path::Path;

use rusqlite::Connection;

use super::written_peers::data_version;
use crate::error::{Error, Result};
use crate::storage::file;
use crate::storage::lost_file::OwnWal;

/// What was written, and what is known to survive a loss of power.
#[derive(Default)]
pub struct Durability {
    has_written: bool,
    // SQLite's counter of other connections' commits at the last sync; `None` once this session has written since.
    synced_at: Option<i64>,
    wal: OwnWal,
    // The folder's entry for the WAL has reached the medium. It stays there while the file is open.
    wal_entry_is_synced: bool,
}

impl Durability {
    /// Notes that this session has written to the file at `path`.
    pub fn record_write(&mut self, path: &Path) {
        self.has_written = true;
        self.synced_at = None;
        self.wal.record_write(path);
    }

    /// The WAL that this session has written to.
    pub fn wal(&self) -> &OwnWal {
        &self.wal
    }

    /// Whether this session has ever written.
    pub fn has_written(&self) -> bool {
        self.has_written
    }

    /// Brings what was written to the medium. Does nothing if nobody has written since the last time.
    pub fn sync(&mut self, conn: &Connection, path: &Path) -> Result<()> {
        let version = data_version(conn).ok();
        if version.is_some() && version == self.synced_at {
            return Ok(());
        }
        // A commit in WAL mode has not reached the medium, nor has the removal of a rollback journal.
        let has_wal = sync_wal(&file::beside(path, "-wal"))?;
        if !(has_wal && self.wal_entry_is_synced) {
            file::sync_folder(path)?;
            self.wal_entry_is_synced = has_wal;
        }
        self.synced_at = version;
        Ok(())
    }
}

/// Whether there is a WAL; it is on the medium then.
fn sync_wal(wal: &Path) -> Result<bool> {
    match file::sync(wal) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        other => other.map(|()| true).map_err(|error| Error::io(wal, "sync", &error)),
    }
}
