//! Finds out whether a file was written, without SQLite's locks: it reads a few bytes.
//!
//! Each commit changes the counter in the header of a file with a rollback journal, before the commit is complete, or
//! the header of the WAL's index. While they are unchanged, everything that was read is still true.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rusqlite::Connection;

use super::main_file;
use crate::host::{self, fs::File};
use crate::storage::descriptors::{self, Held};
use crate::storage::file;

// The header from the two bytes of the journal mode to the change counter.
const HEADER_AT: i64 = 18;
const WAL: u8 = 2;

/// What changes with each commit.
#[derive(Clone, PartialEq, Eq)]
pub enum ChangeCounter {
    Header([u8; 10]),
    WalIndex([u8; 48]),
    // Of an encrypted file: each commit without a WAL encrypts the beginning of the header with a new IV.
    Encrypted([u8; 10], Option<[u8; 48]>),
}

// More indexes are not watched: their descriptors are kept for sessions, of which a process may be allowed a thousand. What is
// read of those files costs what it costs SQLite.
const MAX_WATCHED: usize = 256;

static WATCHED: AtomicUsize = AtomicUsize::new(0);

/// One of [`MAX_WATCHED`].
struct Place(&'static AtomicUsize);

impl Place {
    fn take(taken: &'static AtomicUsize) -> Option<Self> {
        let next = |count| (count < MAX_WATCHED).then_some(count + 1);
        taken.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).ok().map(|_| Self(taken))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A file to watch. Drop it after the connection: see [`descriptors`].
pub struct Watch {
    path: PathBuf,
    is_encrypted: bool,
    // Once it exists it stays, as does the journal mode, while the connection is open.
    index: Option<Index>,
}

impl Watch {
    pub fn new(path: &Path, is_encrypted: bool) -> Self {
        Self { path: path.to_owned(), is_encrypted, index: None }
    }

    /// The current counter of the connection's file; `None` if it cannot be read.
    pub fn counter(&mut self, conn: &Connection) -> Option<ChangeCounter> {
        if !SEES_ALL {
            return None;
        }
        if self.is_encrypted {
            return self.counter_of_encrypted(conn);
        }
        if let Some(index) = &self.index {
            return Some(ChangeCounter::WalIndex(index.header()?));
        }
        let header: [u8; 10] = main_file::read(conn, HEADER_AT)?;
        if header[0] != WAL && header[1] != WAL {
            return Some(ChangeCounter::Header(header));
        }
        self.index = Index::open(&self.path);
        None
    }

    // The header does not tell whether there is a WAL, and another program may begin one: so both are looked at.
    fn counter_of_encrypted(&mut self, conn: &Connection) -> Option<ChangeCounter> {
        if self.index.is_none() && host::exists(&file::beside(&self.path, INDEX)) {
            self.index = Some(Index::open(&self.path)?);
        }
        let of_index = match &self.index {
            Some(index) => Some(index.header()?),
            None => None,
        };
        Some(ChangeCounter::Encrypted(main_file::read(conn, HEADER_AT)?, of_index))
    }
}

const INDEX: &str = "-shm";

/// The index of a WAL: a descriptor past SQLite's own, and what keeps it from being closed at a wrong moment. Dropped in this
/// order.
struct Index {
    file: Arc<File>,
    _held: Held,
    _place: Place,
}

impl Index {
    fn open(path: &Path) -> Option<Self> {
        let place = Place::take(&WATCHED)?;
        let path = file::beside(path, INDEX);
        let held = descriptors::hold(&path);
        Some(Self { file: descriptors::shared(&path)?, _held: held, _place: place })
    }

    #[cfg(unix)]
    fn header(&self) -> Option<[u8; 48]> {
        let mut bytes = [0; 48];
        std::os::unix::fs::FileExt::read_exact_at(&*self.file, &mut bytes, 0).ok()?;
        Some(bytes)
    }

    #[cfg(not(unix))]
    fn header(&self) -> Option<[u8; 48]> {
        let _ = &self.file; // nobody asks: see SEES_ALL
        None
    }
}

/// Whether a read sees at once what was written to the mapped memory of the index.
const SEES_ALL: bool = cfg!(any(
    target_os = "linux",
    target_os = "android",
    target_os = "macos",
    target_os = "ios",
    target_os = "freebsd"
));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_files_are_watched_and_no_more() {
        static TAKEN: AtomicUsize = AtomicUsize::new(0);
        let places: Vec<Place> = std::iter::from_fn(|| Place::take(&TAKEN)).collect();
        assert_eq!(places.len(), MAX_WATCHED);
        drop(places);
        assert!(Place::take(&TAKEN).is_some());
    }
}
