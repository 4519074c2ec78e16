//! Errors inside this engine, before the session's location is added.

use crate::error::{Error, ErrorCode};
use crate::storage::sqlite::sqlite_error;

/// A failure inside the SQL engine. [`Fault::on`] turns it into the library's error.
#[derive(Debug)]
pub enum Fault {
    /// The connection could not be made, or was lost.
    Lost(String),
    /// The server gave no answer in time.
    Silent(String),
    /// A deadlock: the server ended this transaction.
    Deadlock(String),
    /// A table or column is missing.
    NoTable(String),
    /// The server refused, for a reason that has an error code of ours.
    Refused(ErrorCode, String),
    /// A value in the database is not one that its column can hold.
    Damaged(String),
    /// An error of SQLite.
    Sqlite(rusqlite::Error),
    /// Already the library's error.
    Ours(Error),
}

impl Fault {
    /// The library's error about the session at `location`.
    pub fn on(self, location: &str, action: &str) -> Error {
        let (code, cause) = match self {
            Self::Lost(cause) | Self::Silent(cause) => (ErrorCode::Server, cause),
            Self::Deadlock(cause) => (ErrorCode::Locked, cause),
            Self::NoTable(cause) => (ErrorCode::NotASession, cause),
            Self::Refused(code, cause) => (code, cause),
            Self::Damaged(cause) => return Error::corrupt(location, cause),
            Self::Sqlite(error) => return sqlite_error(location, action, &error),
            Self::Ours(error) => return error,
        };
        Error::new(code, format!("cannot {action} '{location}': {cause}"))
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        match error {
            rusqlite::Error::SqliteFailure(_, Some(message)) if message.starts_with("no such") => {
                Self::NoTable(message)
            }
            error => Self::Sqlite(error),
        }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Ours(error)
    }
}
