//! The files in a folder that may be sessions.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tgsession::{Error, ErrorCode};

use crate::failure::{Failure, Result};

/// Every file in a folder, in order, as paths that begin with the folder's. Links to folders are not entered: they may
/// lead in a circle.
pub fn in_folder(folder: &Path, recursive: bool) -> Result<Vec<PathBuf>> {
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
            if recursive {
                collect(&path, recursive, files)?;
            }
        } else if path.is_file() && !belongs_to_another(&path) {
            files.push(path);
        }
    }
    Ok(())
}

// What SQLite keeps beside a database is a part of that one.
fn belongs_to_another(path: &Path) -> bool {
    let name = path.file_name().map(OsStr::to_string_lossy).unwrap_or_default();
    let of = |suffix| name.strip_suffix(suffix).is_some_and(|name| path.with_file_name(name).exists());
    ["-wal", "-shm", "-journal"].into_iter().any(of)
}

/// Whether a file is nothing but another kind of file, of which a folder may hold many. One that is called a session
/// and does not open is worth a word.
pub fn is_foreign(path: &Path, error: &Error) -> bool {
    error.code() == ErrorCode::NotASession && path.extension() != Some(OsStr::new("session"))
}

/// An error where the file's path stands before it already.
pub fn reason(path: &Path, error: &Error) -> String {
    error.to_string().replace(&format!("'{}'", path.display()), "it")
}
