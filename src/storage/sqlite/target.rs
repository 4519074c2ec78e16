//! Which file a session is in, and how long to wait for its lock.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::redact;
use crate::storage::file;

/// A session's file.
pub struct Target {
    pub path: PathBuf,
    /// The symbolic link that leads to it, if the session was opened through one.
    pub link: Option<PathBuf>,
    /// The path as error messages show it.
    pub location: String,
    pub busy_timeout: Duration,
}

impl Target {
    pub fn new(path: &Path, busy_timeout: Duration) -> Self {
        // SQLite keeps the journal beside the file, not beside a link to it.
        let is_link = std::fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink());
        let resolved = if is_link { std::fs::canonicalize(path).ok() } else { None };
        Self {
            link: is_link.then(|| path.to_owned()),
            path: resolved.unwrap_or_else(|| file::reachable(path)),
            location: redact::path(path),
            busy_timeout,
        }
    }

    /// A database in memory, under the name that error messages give it.
    pub fn in_memory(location: &str) -> Self {
        Self { path: PathBuf::new(), link: None, location: location.to_owned(), busy_timeout: Duration::ZERO }
    }
}
