//! A SQLite file that was removed, or replaced by another one, while it was open. Whoever goes on writing acknowledges what
//! nobody will ever find, and its WAL would be taken for the other file's.

use std::path::Path;

use super::descriptors::{self, FileId, NameState};
use super::file;
use crate::error::ErrorCode;

/// Why nothing more may be written, and what to do; `None` while the name still leads to the file.
pub fn refusal(state: NameState) -> Option<(ErrorCode, String)> {
    let (code, cause) = match state {
        NameState::Same => return None,
        NameState::Removed => (ErrorCode::FileNotFound, "it was removed while it was open"),
        NameState::Replaced => (ErrorCode::Io, "another file has taken its place since it was opened"),
    };
    Some((code, format!("{cause}: nothing more is written; close the session and open it again")))
}

/// The WAL that a session has written to, by its own identity.
#[derive(Default)]
pub struct OwnWal(Option<FileId>);

impl OwnWal {
    /// Notes that the session has written to the file at `path`.
    pub fn record_write(&mut self, path: &Path) {
        self.0 = descriptors::file_id(&file::beside(path, "-wal"));
    }

    /// Removes it from beside a file that is lost and closed, where SQLite leaves it. A WAL that came with the file which
    /// has the name now stays.
    pub fn remove(&self, path: &Path) {
        if self.0.is_some() && self.0 == descriptors::file_id(&file::beside(path, "-wal")) {
            for suffix in ["-wal", "-shm"] {
                let _ = file::remove(&file::beside(path, suffix)); // nobody is there to be told of a failure
            }
        }
    }
}
