//! Why a call inside this engine failed, before it is known how the session is called.

use crate::error::{Error, ErrorCode};
use crate::storage::sqlite::sqlite_error;

/// A failure inside the SQL engine. [`Fault::on`] makes it the library's error.
#[derive(Debug)]
pub enum Fault {
    /// The connection could not be made, or was lost.
    Lost(String),
    /// The server gave no answer in time.
    Silent(String),
    /// Two transactions stood in each other's way; the server ended this one.
    Deadlock(String),
    /// A table or column is not there, or not any more.
    NoTable(String),
    /// The server refused, for a reason that has a number of ours.
    Refused(ErrorCode, String),
    /// A value in the database is not what its place can hold.
    Damaged(String),
    /// SQLite refused.
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
