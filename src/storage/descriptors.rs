//! Why a file that SQLite has open is not simply opened and closed once more.
//!
//! POSIX drops all locks that a process has on a file as soon as the process closes any descriptor of it. A session
//! that is open would lose its locks, and other programs would write into its file. SQLite keeps its own descriptors for
//! that reason; one that was opened past it stays open until the last session of this process on that file is closed.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

#[cfg(unix)]
use crate::error::is_too_many_files;

/// Device and inode: the file itself, whatever its name.
pub type FileId = (u64, u64);

#[derive(Default)]
struct Inode {
    sessions: usize,
    /// Opened past SQLite.
    file: Option<Arc<File>>,
    inherited: Inherited,
}

/// Whether the process that this one was forked from has a file open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Inherited {
    #[default]
    No,
    /// Yes, and no call was under way.
    Idle,
    /// Yes, and SQLite may have been about to lock or unlock it.
    Busy,
}

// Calls that may be in the middle of SQLite's bookkeeping.
static IN_SQLITE: AtomicUsize = AtomicUsize::new(0);

/// A call that may be in the middle of SQLite's bookkeeping of files.
pub struct InSqlite(());

impl InSqlite {
    pub fn enter() -> Self {
        IN_SQLITE.fetch_add(1, Ordering::SeqCst);
        Self(())
    }
}

impl Drop for InSqlite {
    fn drop(&mut self) {
        IN_SQLITE.fetch_sub(1, Ordering::SeqCst);
    }
}

/// While this lives, no file is held or let go of.
#[cfg(unix)]
pub struct Frozen {
    inodes: MutexGuard<'static, BTreeMap<FileId, Inode>>,
    inherited: Inherited,
}

/// Keeps everybody from the table of files, for a fork.
#[cfg(unix)]
pub fn freeze() -> Frozen {
    let inodes = inodes();
    let is_idle = IN_SQLITE.load(Ordering::SeqCst) == 0;
    Frozen { inodes, inherited: if is_idle { Inherited::Idle } else { Inherited::Busy } }
}

#[cfg(unix)]
impl Frozen {
    /// In the child: what is held is the parent's.
    pub fn inherit(&mut self) {
        self.inodes.values_mut().for_each(|inode| inode.inherited = self.inherited);
        IN_SQLITE.store(0, Ordering::SeqCst);
    }
}

static INODES: Mutex<BTreeMap<FileId, Inode>> = Mutex::new(BTreeMap::new());

/// What has become of a file's name since the file was held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameState {
    /// It still leads to the file.
    Same,
    /// It leads to nothing.
    Removed,
    /// It leads to another file.
    Replaced,
}

/// While this lives, no descriptor of the file is closed that was opened past SQLite's bookkeeping.
#[derive(Debug)]
pub struct Held(Option<FileId>);

/// Holds a file, before SQLite opens it to lock it.
pub fn hold(path: &Path) -> Held {
    let id = file_id(path);
    if let Some(id) = id {
        inodes().entry(id).or_default().sessions += 1;
    }
    Held(id)
}

impl Held {
    /// Whether the process that this one was forked from has the file open.
    pub fn inherited(&self) -> Inherited {
        self.0.and_then(|id| inodes().get(&id).map(|inode| inode.inherited)).unwrap_or_default()
    }

    /// What has become of the file's name.
    pub fn name_state(&self, path: &Path) -> NameState {
        // An open file keeps its name on systems that do not tell inodes: SQLite opens it so.
        let Some(held) = self.0 else { return NameState::Same };
        match file_id(path) {
            Some(named) if named == held => NameState::Same,
            Some(_) => NameState::Replaced,
            None => NameState::Removed,
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let Some(id) = self.0 else { return };
        let mut inodes = inodes();
        if let Some(inode) = inodes.get_mut(&id) {
            inode.sessions -= 1;
            if inode.sessions == 0 {
                inodes.remove(&id);
            }
        }
    }
}

/// A file, read from its start. Processes that were forked share a descriptor and its position with each other, so the
/// position is kept here.
pub struct FromStart<'a> {
    file: &'a File,
    at: u64,
}

impl FromStart<'_> {
    /// In bytes.
    pub fn file_len(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }
}

impl Read for FromStart<'_> {
    #[cfg(unix)]
    fn read(&mut self, place: &mut [u8]) -> io::Result<usize> {
        let read = std::os::unix::fs::FileExt::read_at(self.file, place, self.at)?;
        self.at += read as u64;
        Ok(read)
    }

    // No process forks there.
    #[cfg(not(unix))]
    fn read(&mut self, place: &mut [u8]) -> io::Result<usize> {
        let read = (&mut &*self.file).read(place)?;
        self.at += read as u64;
        Ok(read)
    }
}

/// Opens a file to read it past SQLite.
pub fn with_file<T>(path: &Path, read: impl FnOnce(FromStart<'_>) -> io::Result<T>) -> io::Result<T> {
    let mut inodes = inodes();
    let Some(inode) = file_id(path).and_then(|id| inodes.get_mut(&id)) else {
        return read(FromStart { file: &File::open(path)?, at: 0 });
    };
    let file = inode.open(path)?;
    read(FromStart { file: &file, at: 0 })
}

impl Inode {
    fn open(&mut self, path: &Path) -> io::Result<Arc<File>> {
        if let Some(file) = &self.file {
            return Ok(Arc::clone(file));
        }
        let file = Arc::new(File::open(path)?);
        self.file = Some(Arc::clone(&file));
        Ok(file)
    }
}

/// Whether so few files can still be opened that SQLite may have failed for that. It tells no cause.
#[cfg(unix)]
pub fn are_scarce() -> bool {
    // The session's file, its journal or WAL with its index, and its folder.
    let opened: io::Result<Vec<File>> = (0..4).map(|_| File::open("/dev/null")).collect();
    opened.is_err_and(|error| is_too_many_files(&error))
}

/// Whether so few files can still be opened that SQLite may have failed for that: there is no such limit.
#[cfg(not(unix))]
pub fn are_scarce() -> bool {
    false
}

fn inodes() -> MutexGuard<'static, BTreeMap<FileId, Inode>> {
    INODES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The file that a path leads to; `None` if there is none, or the system does not tell.
#[cfg(unix)]
pub fn file_id(path: &Path) -> Option<FileId> {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(path).ok().map(|metadata| (metadata.dev(), metadata.ino()))
}

// Elsewhere locks belong to a handle.
#[cfg(not(unix))]
pub fn file_id(_path: &Path) -> Option<FileId> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use std::io::Seek;

    use super::*;

    #[test]
    fn another_process_that_moves_the_position_is_not_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("held");
        std::fs::write(&path, "0123456789").unwrap();
        let _held = hold(&path);
        // One file description, as a forked child has it.
        with_file(&path, |_| Ok(())).unwrap();
        let others = inodes().values().find_map(|inode| inode.file.clone()).unwrap();
        let text = with_file(&path, |mut file| {
            (&*others).seek(io::SeekFrom::Start(7))?;
            let mut text = String::new();
            file.by_ref().take(3).read_to_string(&mut text)?;
            (&*others).seek(io::SeekFrom::Start(9))?;
            file.read_to_string(&mut text)?;
            Ok(text)
        });
        assert_eq!(text.unwrap(), "0123456789");
    }
}
