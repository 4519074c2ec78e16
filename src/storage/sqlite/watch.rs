//! Whether somebody has written a file, seen without SQLite's locks: two reads of a few bytes.
//!
//! Each commit changes the counter in the header of a file with a rollback journal, before the commit is done, and the
//! header of the index of a WAL. As long as they stand as they were, so does all that was read.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::storage::descriptors::{self, Held};
use crate::storage::file;

// From the two bytes that tell a WAL file to the counter of changes.
const HEADER_AT: u64 = 18;
const WAL: u8 = 2;

/// What changes with each commit.
#[derive(Clone, PartialEq, Eq)]
pub enum ChangeCounter {
    Header([u8; 10]),
    WalIndex([u8; 48]),
}

/// A file that is watched. It must go after the connection: see [`descriptors`].
pub struct Watch {
    path: PathBuf,
    file: Option<Shared>,
    // Once it is there it stays, as does the mode, as long as the connection is open.
    index: Option<Shared>,
}

impl Watch {
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), file: Shared::open(path), index: None }
    }

    /// The counter now; `None` where it cannot be told.
    pub fn counter(&mut self) -> Option<ChangeCounter> {
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

// Where a file that is read and one that is mapped into memory, as the index is, are the same at any moment.
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
