//! Files in the module's memory, under the names of `std::fs`: as much of it as the library needs to read a session that
//! stands in several files, and to write a new one. Whoever loads the module puts them there. A folder is there as long as
//! something is in it. Contents are wiped when they go.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, ErrorKind, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use zeroize::Zeroizing;

#[derive(Clone)]
struct Content {
    bytes: Arc<Zeroizing<Vec<u8>>>,
    modified: Option<SystemTime>,
}

static FILES: Mutex<BTreeMap<PathBuf, Content>> = Mutex::new(BTreeMap::new());

fn files() -> MutexGuard<'static, BTreeMap<PathBuf, Content>> {
    FILES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One name for each file: from the root, without `.` and `..`.
fn key(path: &Path) -> PathBuf {
    let mut key = PathBuf::new();
    for component in path.components() {
        match component {
            Component::Normal(name) => key.push(name),
            Component::ParentDir => drop(key.pop()),
            Component::Prefix(_) | Component::RootDir | Component::CurDir => {}
        }
    }
    key
}

fn missing() -> io::Error {
    ErrorKind::NotFound.into()
}

fn content(path: &Path) -> io::Result<Content> {
    files().get(&key(path)).cloned().ok_or_else(missing)
}

/// Puts a file at a path, in place of one that is there.
pub fn put(path: &Path, bytes: Vec<u8>, modified: Option<SystemTime>) {
    files().insert(key(path), Content { bytes: Arc::new(Zeroizing::new(bytes)), modified });
}

/// Makes a file. One that is there stays, and is an error.
pub fn create_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if metadata(path).is_ok() {
        return Err(ErrorKind::AlreadyExists.into());
    }
    put(path, bytes.to_vec(), None);
    Ok(())
}

/// The paths of all files at or below one, in ascending order.
pub fn below(path: &Path) -> Vec<PathBuf> {
    let key = key(path);
    files().keys().filter(|other| other.starts_with(&key)).cloned().collect()
}

/// Removes all files at or below a path.
pub fn remove_below(path: &Path) {
    let key = key(path);
    files().retain(|other, _| !other.starts_with(&key));
}

/// As of `std::fs`.
pub fn read(path: impl AsRef<Path>) -> io::Result<Vec<u8>> {
    Ok(content(path.as_ref())?.bytes.to_vec())
}

/// As of `std::fs`.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    put(path, bytes.to_vec(), None);
    Ok(())
}

/// As of `std::fs`.
pub fn remove_file(path: &Path) -> io::Result<()> {
    files().remove(&key(path)).map(drop).ok_or_else(missing)
}

/// As of `std::fs`.
#[derive(Clone, Copy)]
pub struct Metadata {
    len: Option<u64>,
    modified: Option<SystemTime>,
}

/// As of `std::fs`.
pub fn metadata(path: impl AsRef<Path>) -> io::Result<Metadata> {
    let path = path.as_ref();
    if let Ok(Content { bytes, modified }) = content(path) {
        return Ok(Metadata { len: Some(bytes.len() as u64), modified });
    }
    let is_folder = key(path) == Path::new("") || !below(path).is_empty();
    is_folder.then_some(Metadata { len: None, modified: None }).ok_or_else(missing)
}

/// As of `std::fs`: there are no links.
pub fn symlink_metadata(path: impl AsRef<Path>) -> io::Result<Metadata> {
    metadata(path)
}

impl Metadata {
    /// As of `std::fs`.
    pub fn len(&self) -> u64 {
        self.len.unwrap_or_default()
    }

    /// As of `std::fs`.
    pub fn is_file(&self) -> bool {
        self.len.is_some()
    }

    /// As of `std::fs`.
    pub fn is_dir(&self) -> bool {
        self.len.is_none()
    }

    /// When the file was written, if whoever put it there has told.
    pub fn modified(&self) -> io::Result<SystemTime> {
        self.modified.ok_or_else(|| ErrorKind::Unsupported.into())
    }
}

/// As of `std::fs`.
pub struct DirEntry(PathBuf);

impl DirEntry {
    /// As of `std::fs`.
    pub fn path(&self) -> PathBuf {
        self.0.clone()
    }

    /// As of `std::fs`.
    pub fn file_name(&self) -> OsString {
        self.0.file_name().unwrap_or_default().to_owned()
    }

    /// As of `std::fs`.
    pub fn metadata(&self) -> io::Result<Metadata> {
        metadata(&self.0)
    }
}

/// As of `std::fs`.
pub fn read_dir(path: &Path) -> io::Result<impl Iterator<Item = io::Result<DirEntry>>> {
    if !metadata(path)?.is_dir() {
        return Err(ErrorKind::NotADirectory.into());
    }
    let folder = key(path);
    let name = |file: &PathBuf| Some(path.join(file.strip_prefix(&folder).ok()?.components().next()?));
    // Those of one folder stand beside each other.
    let mut entries: Vec<PathBuf> = below(path).iter().filter_map(name).collect();
    entries.dedup();
    Ok(entries.into_iter().map(|path| Ok(DirEntry(path))))
}

/// An open file, which is read from its start.
pub struct File {
    content: Content,
    at: AtomicUsize,
}

impl File {
    /// As of `std::fs`.
    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        Ok(Self { content: content(path.as_ref())?, at: AtomicUsize::new(0) })
    }

    /// As of `std::fs`.
    pub fn metadata(&self) -> io::Result<Metadata> {
        Ok(Metadata { len: Some(self.content.bytes.len() as u64), modified: self.content.modified })
    }
}

impl Read for &File {
    fn read(&mut self, place: &mut [u8]) -> io::Result<usize> {
        let at = self.at.load(Ordering::Relaxed);
        let read = self.content.bytes.get(at..).unwrap_or_default().read(place)?;
        self.at.store(at + read, Ordering::Relaxed);
        Ok(read)
    }
}

impl Read for File {
    fn read(&mut self, place: &mut [u8]) -> io::Result<usize> {
        (&*self).read(place)
    }
}
