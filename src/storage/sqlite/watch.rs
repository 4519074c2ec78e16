//! Finds out whether a file was written, without SQLite's locks: it reads a few bytes.
//!
//! Each commit changes the counter in the header of a file with a rollback journal, before the commit is complete, or
//! the header of the WAL's index. While they are unchanged, everything that was read is still true.
//!
//! Both are read through SQLite's own descriptor and mapped memory. A descriptor of our own would count against the thousand
//! that a process may have.

use rusqlite::Connection;

use super::main_file;
use super::open_file::OpenFile;

// The header from the two bytes of the journal mode to the change counter.
const HEADER_AT: i64 = 18;
const WAL: u8 = 2;

/// What changes with each commit.
#[derive(Clone, PartialEq, Eq)]
pub enum ChangeCounter {
    Header([u8; 10]),
    WalIndex(main_file::IndexHeader),
    // Of an exclusive file, which nobody else writes: how often this connection has begun to write.
    Own(u64),
    // Of an encrypted file: each commit without a WAL encrypts the beginning of the header with a new IV.
    Encrypted([u8; 10], Option<main_file::IndexHeader>),
}

/// A file to watch.
pub struct Watch {
    is_encrypted: bool,
    // Once SQLite has opened the WAL it stays, as does the journal mode, while the connection is open.
    has_wal: bool,
}

impl Watch {
    pub fn new(is_encrypted: bool) -> Self {
        Self { is_encrypted, has_wal: false }
    }

    /// The current counter of the connection's file; `None` if it cannot be read.
    pub fn counter(&mut self, file: &OpenFile) -> Option<ChangeCounter> {
        if file.access.is_exclusive() {
            return Some(ChangeCounter::Own(file.writes));
        }
        let conn = &file.access.conn;
        if !SEES_ALL {
            return None;
        }
        if self.is_encrypted {
            return self.counter_of_encrypted(conn);
        }
        if self.has_wal {
            return Some(ChangeCounter::WalIndex(main_file::index_header(conn)?));
        }
        let header: [u8; 10] = main_file::read(conn, HEADER_AT)?;
        if header[0] != WAL && header[1] != WAL {
            return Some(ChangeCounter::Header(header));
        }
        // Not before SQLite has opened it: asking would make an index that nobody may need.
        self.has_wal = main_file::has_open_journal(conn);
        None
    }

    // The header does not tell whether there is a WAL. Where another program begins one, it changes the header.
    fn counter_of_encrypted(&mut self, conn: &Connection) -> Option<ChangeCounter> {
        self.has_wal = self.has_wal || main_file::has_open_journal(conn);
        let of_index = if self.has_wal { Some(main_file::index_header(conn)?) } else { None };
        Some(ChangeCounter::Encrypted(main_file::read(conn, HEADER_AT)?, of_index))
    }
}

/// Whether all connections have the index of a WAL mapped into memory.
const SEES_ALL: bool = cfg!(any(
    target_os = "linux",
    target_os = "android",
    target_os = "macos",
    target_os = "ios",
    target_os = "freebsd"
));
