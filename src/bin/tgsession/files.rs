//! The files in a folder that may be sessions.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tgsession::redact;
use tgsession::session::is_session_folder;
use tgsession::{Error, ErrorCode};

use crate::failure::{Failure, Result};

/// Every file in a folder, and every folder that is a session, sorted, as paths that begin with the folder's; or the folder
/// alone, if it is one. Links to folders are not followed: they may form
/// a loop.
pub fn in_folder(folder: &Path, recursive: bool) -> Result<Vec<PathBuf>> {
    if is_session_folder(folder) {
        return Ok(vec![folder.to_owned()]);
    }
    let mut files = Vec::new();
    collect(folder, recursive, &mut files)
        .map_err(|(folder, error)| Failure::Failed(Error::io(&folder, "read the folder", &error).to_string()))?;
    files.sort();
    Ok(files)
}

fn collect(folder: &Path, recursive: bool, files: &mut Vec<PathBuf>) -> Result<(), (PathBuf, io::Error)> {
    let failed = |error| (folder.to_owned(), error);
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let path = entry.path();
        if entry.file_type().map_err(failed)?.is_dir() {
            if is_session_folder(&path) {
                files.push(path);
            } else if recursive {
                collect(&path, recursive, files)?;
            }
        } else if path.is_file() && !is_side_file(&path) {
            files.push(path);
        }
    }
    Ok(())
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
