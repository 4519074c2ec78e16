//! Finds out whether a file was written, without SQLite's locks: it looks at a few bytes.
//!
//! Each commit changes the counter in the header of a file with a rollback journal, before the commit is complete, or
//! the header of the WAL's index. While they are unchanged, everything that was read is still true.
//!
//! The index is memory that all processes share, and SQLite has mapped it: no call of the system is needed to look at it. A file
//! that is mapped ends the program when another one cuts it off, so the header of the file itself is read.

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::main_file::{self, INDEX_WORDS};
use super::written_peers::data_version;
use crate::storage::file;

// The header from the two bytes of the journal mode to the change counter.
const HEADER_AT: i64 = 18;
const WAL: u8 = 2;

/// What changes with each commit.
#[derive(Clone, PartialEq, Eq)]
pub enum ChangeCounter {
    Header([u8; 10]),
    WalIndex([u32; INDEX_WORDS]),
    // Of an encrypted file: each commit without a WAL encrypts the beginning of the header with a new IV.
    Encrypted([u8; 10], Option<[u32; INDEX_WORDS]>),
}

/// A state of the file. While SQLite counts no more commits of other connections, only this connection has written since.
#[derive(PartialEq, Eq)]
pub struct Moment {
    pub counter: ChangeCounter,
    pub others: i64,
}

/// A file to watch.
pub struct Watch {
    path: PathBuf,
    is_encrypted: bool,
    // The connection is in WAL mode, and stays so.
    has_wal: bool,
    /// Whether somebody wants to know from which state a transaction went out.
    pub notes_starts: bool,
    /// The state at the beginning of the last transaction that wanted to write.
    pub started_at: Option<Moment>,
}

impl Watch {
    pub fn new(path: &Path, is_encrypted: bool) -> Self {
        Self { path: path.to_owned(), is_encrypted, has_wal: false, notes_starts: false, started_at: None }
    }

    /// Notes the state of the file at the beginning of a transaction that wants to write: nobody else can write then.
    pub fn note_start(&mut self, conn: &Connection) {
        self.started_at = if self.notes_starts { self.moment(conn) } else { None };
    }

    /// The state of the file; `None` if it cannot be told, or changes just now.
    pub fn moment(&mut self, conn: &Connection) -> Option<Moment> {
        let counter = self.counter(conn)?;
        let others = data_version(conn).ok()?;
        (self.counter(conn)? == counter).then_some(Moment { counter, others })
    }

    /// The current counter of the connection's file; `None` if it cannot be read.
    pub fn counter(&mut self, conn: &Connection) -> Option<ChangeCounter> {
        if !SEES_ALL {
            return None;
        }
        if self.is_encrypted {
            return self.counter_of_encrypted(conn);
        }
        if self.has_wal {
            return main_file::wal_index_header(conn).map(ChangeCounter::WalIndex);
        }
        let header: [u8; 10] = main_file::read(conn, HEADER_AT)?;
        if header[0] != WAL && header[1] != WAL {
            return Some(ChangeCounter::Header(header));
        }
        // Another program may have begun it: SQLite finds that out as it reads.
        self.has_wal = is_in_wal_mode(conn);
        if self.has_wal { main_file::wal_index_header(conn).map(ChangeCounter::WalIndex) } else { None }
    }

    // The header does not tell whether there is a WAL, and another program may begin one: so both are looked at.
    fn counter_of_encrypted(&mut self, conn: &Connection) -> Option<ChangeCounter> {
        if !self.has_wal && file::beside(&self.path, "-shm").exists() {
            self.has_wal = is_in_wal_mode(conn);
        }
        let of_index = if self.has_wal { Some(main_file::wal_index_header(conn)?) } else { None };
        Some(ChangeCounter::Encrypted(main_file::read(conn, HEADER_AT)?, of_index))
    }
}

/// Whether SQLite has a WAL for the connection. It then lets go of the index when the connection is closed, whoever asked for it.
fn is_in_wal_mode(conn: &Connection) -> bool {
    conn.query_row("PRAGMA journal_mode", [], |row| row.get(0)).is_ok_and(|mode: String| mode == "wal")
}

/// Whether what other processes write is seen at once.
const SEES_ALL: bool = cfg!(any(
    target_os = "linux",
    target_os = "android",
    target_os = "macos",
    target_os = "ios",
    target_os = "freebsd"
));
