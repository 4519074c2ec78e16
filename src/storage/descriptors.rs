//! Why a file that SQLite has open is not simply opened and closed once more.
//!
//! POSIX drops all locks that a process has on a file as soon as the process closes any descriptor of it. A session
//! that is open would lose its locks, and other programs would write into its file. SQLite keeps its own descriptors for
//! that reason; one that was opened past it stays open until the last session of this process on that file is closed.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Seek};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

type Key = (u64, u64);

#[derive(Default)]
struct Inode {
    sessions: usize,
    /// Opened past SQLite.
    file: Option<Arc<File>>,
}

static INODES: Mutex<BTreeMap<Key, Inode>> = Mutex::new(BTreeMap::new());

/// While this lives, no descriptor of the file is closed that was opened past SQLite's bookkeeping.
#[derive(Debug)]
pub struct Held(Option<Key>);

/// Holds a file, before SQLite opens it to lock it.
pub fn hold(path: &Path) -> Held {
    let key = key(path);
    if let Some(key) = key {
        inodes().entry(key).or_default().sessions += 1;
    }
    Held(key)
}

impl Drop for Held {
    fn drop(&mut self) {
        let Some(key) = self.0 else { return };
        let mut inodes = inodes();
        if let Some(inode) = inodes.get_mut(&key) {
            inode.sessions -= 1;
            if inode.sessions == 0 {
                inodes.remove(&key);
            }
        }
    }
}

/// Opens a file to read it past SQLite.
pub fn with_file<T>(path: &Path, read: impl FnOnce(&File) -> io::Result<T>) -> io::Result<T> {
    let mut inodes = inodes();
    let Some(inode) = key(path).and_then(|key| inodes.get_mut(&key)) else {
        return read(&File::open(path)?);
    };
    let file = inode.open(path)?;
    (&*file).rewind()?;
    read(&file)
}

/// The descriptor of a file that is held, to read it by offsets past SQLite. It must go before what holds the file.
pub fn shared(path: &Path) -> Option<Arc<File>> {
    inodes().get_mut(&key(path)?)?.open(path).ok()
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

fn inodes() -> MutexGuard<'static, BTreeMap<Key, Inode>> {
    INODES.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(unix)]
fn key(path: &Path) -> Option<Key> {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(path).ok().map(|metadata| (metadata.dev(), metadata.ino()))
}

// Elsewhere locks belong to a handle.
#[cfg(not(unix))]
fn key(_path: &Path) -> Option<Key> {
    None
}
