//! Which file a session is in, and how long one try waits for its lock.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::cipher::EncryptionKey;
use super::fault::Fault;
use crate::error::{Error, ErrorCode};
use crate::redact;
use crate::storage::file;

/// A session's file.
pub struct Target {
    pub path: PathBuf,
    /// The symbolic link that leads to it, if the session was opened through one.
    pub link: Option<PathBuf>,
    /// The path as error messages show it.
    pub location: String,
    pub waits: Waits,
    /// The largest value that is read.
    pub max_bytes: u64,
    /// What the file is encrypted with.
    pub key: Option<EncryptionKey>,
    /// Nobody else uses the file while it is open.
    pub is_exclusive: bool,
    /// How many answers of lookups are kept in memory; absent where the caller has not said.
    pub cache_size: Option<usize>,
}

/// How a file is opened.
#[derive(Clone, Copy)]
pub struct FileOptions {
    pub read_only: bool,
    /// Nobody else uses the file while it is open. Not when it is opened read-only.
    pub exclusive: bool,
    pub busy_timeout: Duration,
    /// The largest value that is read.
    pub max_bytes: u64,
    /// How many answers of lookups are kept in memory; absent where the caller has not said.
    pub cache_size: Option<usize>,
}

/// How long a single try waits for another program's lock, inside SQLite. All else is waited for by the caller, who does
/// not keep the handle meanwhile.
#[derive(Clone, Copy, Default)]
pub struct Waits {
    /// A commit, for other programs' reads to end. It keeps new ones from beginning, so it must not take long.
    pub commit: Duration,
    /// A session that only reads, before it reads a copy.
    pub reader: Duration,
}

impl Waits {
    fn within(busy_timeout: Duration) -> Self {
        let at_most = |milliseconds| busy_timeout.min(Duration::from_millis(milliseconds));
        Self { commit: at_most(50), reader: at_most(100) }
    }
}

impl Target {
    pub fn new(path: &Path, busy_timeout: Duration, max_bytes: u64, key: Option<EncryptionKey>) -> Self {
        // SQLite keeps the journal beside the file, not beside a link to it.
        let is_link = std::fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink());
        let resolved = if is_link { std::fs::canonicalize(path).ok() } else { None };
        Self {
            link: is_link.then(|| path.to_owned()),
            path: resolved.unwrap_or_else(|| file::reachable(path)),
            location: redact::path(path),
            waits: Waits::within(busy_timeout),
            max_bytes,
            key,
            is_exclusive: false,
            cache_size: None,
        }
    }

    /// A database in memory, under the name that error messages give it.
    pub fn in_memory(location: &str, max_bytes: u64, key: Option<EncryptionKey>) -> Self {
        let (path, waits) = (PathBuf::new(), Waits::default());
        let location = location.to_owned();
        Self { path, link: None, location, waits, max_bytes, key, is_exclusive: false, cache_size: None }
    }

    /// A new file that has the name of a draft, under the name that it will have.
    pub fn draft(path: &Path, location: &str, key: Option<EncryptionKey>) -> Self {
        Self { path: path.to_owned(), ..Self::in_memory(location, u64::MAX, key) }
    }

    /// The same file, with another key.
    pub fn with_key(&self, key: EncryptionKey) -> Self {
        let (path, link, location) = (self.path.clone(), self.link.clone(), self.location.clone());
        let Self { waits, max_bytes, is_exclusive, cache_size, .. } = *self;
        Self { path, link, location, waits, max_bytes, key: Some(key), is_exclusive, cache_size }
    }

    /// Whether answers of lookups and fields are kept in memory.
    pub fn keeps_answers(&self) -> bool {
        self.cache_size != Some(0)
    }

    /// The library's error about this session.
    pub fn error(&self, fault: Fault, action: &str) -> Error {
        if self.key.is_some() && fault.is_not_a_database() {
            let cause = "the passphrase or key is wrong, or its first page is damaged";
            return Error::new(ErrorCode::WrongKey, format!("cannot {action} '{}': {cause}", self.location));
        }
        fault.on(&self.location, action)
    }
}
