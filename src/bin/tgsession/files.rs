//! The files in a folder that may be sessions.

use std::ffi::OsStr;
use std::fs::{self, ReadDir};
use std::io;
use std::path::{Path, PathBuf};

use tgsession::redact;
use tgsession::session::is_session_folder;
use tgsession::{Error, ErrorCode};

use crate::failure::{Failure, Result};

/// So many files are gathered before they are looked at: a folder may have a million, of which few are sessions.
const BATCH: usize = 4096;

/// Hands out every file in a folder, and every folder that is a session, in batches, as paths that begin with the folder's; or the
/// folder alone, if it is one. Links to folders are not followed: they may form a loop.
pub fn in_folder(folder: &Path, recursive: bool, take: impl FnMut(&[PathBuf]) -> Result<()>) -> Result<()> {
    let mut batches = Batches { files: Vec::new(), take };
    if is_session_folder(folder) {
        batches.add(folder.to_owned())?;
    } else {
        let entries = fs::read_dir(folder).map_err(|error| failed(folder, &error))?;
        batches.collect(folder, entries, recursive)?;
    }
    batches.hand_out()
}

struct Batches<F> {
    files: Vec<PathBuf>,
    take: F,
}

impl<F: FnMut(&[PathBuf]) -> Result<()>> Batches<F> {
    fn collect(&mut self, folder: &Path, entries: ReadDir, recursive: bool) -> Result<()> {
        let failed = |error| failed(folder, &error);
        for entry in entries {
            let entry = entry.map_err(failed)?;
            let path = entry.path();
            if entry.file_type().map_err(failed)?.is_dir() {
                if is_session_folder(&path) {
                    self.add(path)?;
                } else if recursive {
                    match fs::read_dir(&path) {
                        Ok(entries) => self.collect(&path, entries, recursive)?,
                        // Why it cannot be read is told as of a file, and the others go on.
                        Err(_) => self.add(path)?,
                    }
                }
            } else if path.is_file() && !is_side_file(&path) {
                self.add(path)?;
            }
        }
        Ok(())
    }

    fn add(&mut self, path: PathBuf) -> Result<()> {
        self.files.push(path);
        if self.files.len() < BATCH { Ok(()) } else { self.hand_out() }
    }

    fn hand_out(&mut self) -> Result<()> {
        (self.take)(&self.files)?;
        self.files.clear();
        Ok(())
    }
}

fn failed(folder: &Path, error: &io::Error) -> Failure {
    Failure::Failed(Error::io(folder, "read the folder", error).to_string())
}

// SQLite's journal and WAL are part of the database beside them.
fn is_side_file(path: &Path) -> bool {
    let name = path.file_name().map(OsStr::to_string_lossy).unwrap_or_default();
    let beside = |suffix| name.strip_suffix(suffix).is_some_and(|name| path.with_file_name(name).exists());
    ["-wal", "-shm", "-journal"].into_iter().any(beside)
}

/// Whether a file is simply of another kind, or encrypted, as many in a folder may be. A file named *.session, or a folder that is a
/// session, is reported instead if it does not open.
pub fn is_foreign(path: &Path, error: &Error) -> bool {
    matches!(error.code(), ErrorCode::NotASession | ErrorCode::WrongKey)
        && path.extension() != Some(OsStr::new("session"))
        && !path.is_dir()
}

/// An error's message for a line that already begins with the file's path.
pub fn reason(path: &Path, error: &Error) -> String {
    error.to_string().replace(&format!("'{}'", redact::path(path)), "it")
}
