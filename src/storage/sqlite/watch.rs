//! Finds out whether a file was written, without SQLite's locks: it reads a few bytes.
//!
//! Each commit changes the counter in the header of a file with a rollback journal, before the commit is complete, or
//! the header of the WAL's index. While they are unchanged, everything that was read is still true.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::storage::descriptors::{self, Held};
use crate::storage::file;

// The header from the two bytes of the journal mode to the change counter.
const HEADER_AT: u64 = 18;
const WAL: u8 = 2;

/// What changes with each commit.
#[derive(Clone, PartialEq, Eq)]
pub enum ChangeCounter {
    Header([u8; 10]),
    WalIndex([u8; 48]),
    // Of an encrypted file: each commit without a WAL encrypts the beginning of the header with a new IV.
    Encrypted([u8; 10], Option<[u8; 48]>),
}

// More files are not watched: their descriptors are kept for sessions, of which a process may be allowed a thousand. What is
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
    file: Option<Shared>,
    // Once it exists it stays, as does the journal mode, while the connection is open.
    index: Option<Shared>,
    _place: Option<Place>,
}

impl Watch {
    pub fn new(path: &Path, is_encrypted: bool) -> Self {
        let place = Place::take(&WATCHED);
        let file = place.as_ref().and_then(|_| Shared::open(path));
        Self { path: path.to_owned(), is_encrypted, file, index: None, _place: place }
    }

    /// The current counter; `None` if it cannot be read.
    pub fn counter(&mut self) -> Option<ChangeCounter> {
        if self.is_encrypted {
            return self.counter_of_encrypted();
        }
        if let Some(index) = &self.index {
            return Some(ChangeCounter::WalIndex(read(&index.file, 0)?));
        }
        let header: [u8; 10] = read(&self.file.as_ref()?.file, HEADER_AT)?;
        if header[0] != WAL && header[1] != WAL {
            return Some(ChangeCounter::Header(header));
        }
        self.index = Shared::open(&file::beside(&self.path, "-shm"));
        None
    }

    // The header does not tell whether there is a WAL, and another program may begin one: so both are looked at.
    fn counter_of_encrypted(&mut self) -> Option<ChangeCounter> {
        let file = Arc::clone(&self.file.as_ref()?.file);
        let index = file::beside(&self.path, "-shm");
        if self.index.is_none() && index.exists() {
            self.index = Some(Shared::open(&index)?);
        }
        let of_index = match &self.index {
            Some(index) => Some(read(&index.file, 0)?),
            None => None,
        };
        Some(ChangeCounter::Encrypted(read(&file, HEADER_AT)?, of_index))
    }
}

/// A descriptor past SQLite's own, and what keeps it from being closed at a wrong moment: dropped in this order.
struct Shared {
    file: Arc<File>,
    _held: Held,
}

impl Shared {
    fn open(path: &Path) -> Option<Self> {
        let held = descriptors::hold(path);
        Some(Self { file: descriptors::shared(path)?, _held: held })
    }
}

// Systems where a read sees at once what was written to the mapped memory of the index.
#[cfg(any(target_os = "linux", target_os = "android", target_os = "macos", target_os = "ios", target_os = "freebsd"))]
fn read<const N: usize>(file: &File, at: u64) -> Option<[u8; N]> {
    use std::os::unix::fs::FileExt;
    let mut bytes = [0; N];
    file.read_exact_at(&mut bytes, at).ok()?;
    Some(bytes)
}

#[cfg(not(any(
    target_os = "linux",
    target_os = "android",
    target_os = "macos",
    target_os = "ios",
    target_os = "freebsd"
)))]
fn read<const N: usize>(_file: &File, _at: u64) -> Option<[u8; N]> {
    None
}

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
