//! Finds out whether a file was written, without SQLite's locks: it reads a few bytes.
//!
//! Each commit changes the counter in the header of a file with a rollback journal, before the commit is complete, or
//! the header of the WAL's index. While they are unchanged, everything that was read is still true.
//!
//! Both are read through SQLite's own descriptor and mapped memory. A descriptor of our own would count against the thousand
//! that a process may have. A file that is mapped ends the program when another one cuts it off: so the header of the file itself
//! is read.

use rusqlite::Connection;

use super::main_file;
use super::written_peers::data_version;

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

/// A state of the file. While SQLite counts no more commits of other connections, only this connection has written since.
#[derive(PartialEq, Eq)]
pub struct Moment {
    pub counter: ChangeCounter,
    pub others: i64,
}

impl Moment {
    /// A state of an exclusive file, which has no other connections.
    pub fn of_own_file(writes: u64) -> Self {
        Self { counter: ChangeCounter::Own(writes), others: 0 }
    }
}

/// A file to watch.
pub struct Watch {
    is_encrypted: bool,
    // Once SQLite has opened the WAL it stays, as does the journal mode, while the connection is open.
    has_wal: bool,
    /// Whether somebody wants to know from which state a transaction went out.
    pub notes_starts: bool,
    /// The state at the beginning of the last transaction that wanted to write.
    pub started_at: Option<Moment>,
}

impl Watch {
    pub fn new(is_encrypted: bool) -> Self {
        Self { is_encrypted, has_wal: false, notes_starts: false, started_at: None }
    }

    /// Notes the state of the file at the beginning of a transaction that wants to write: nobody else can write then.
    pub fn note_start(&mut self, conn: &Connection) {
        self.started_at = if self.notes_starts { self.moment(conn) } else { None };
    }

    /// The same of an exclusive file.
    pub fn note_own_start(&mut self, writes: u64) {
        self.started_at = self.notes_starts.then(|| Moment::of_own_file(writes));
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
