//! Errors inside this engine, before the session's location is added.

use crate::error::{Error, ErrorCode};
use crate::storage::descriptors;

/// A failure inside the SQLite engine. [`Fault::on`] turns it into the library's error.
#[derive(Debug)]
pub enum Fault {
    /// An error of SQLite.
    Sqlite(rusqlite::Error),
    /// A value in the file is not one that its column can hold.
    Damaged(String),
    /// There is no memory for what was read.
    NoMemory,
    /// Already the library's error.
    Ours(Error),
}

impl From<std::collections::TryReserveError> for Fault {
    fn from(_: std::collections::TryReserveError) -> Self {
        Self::NoMemory
    }
}

impl Fault {
    /// The library's error about the session at `location`.
    pub fn on(self, location: &str, action: &str) -> Error {
        match self {
            Self::Sqlite(error) => sqlite_error(location, action, &error),
            Self::Damaged(cause) => Error::corrupt(location, cause),
            Self::NoMemory => {
                Error::new(ErrorCode::Io, format!("cannot {action} '{location}': there is no memory for it"))
            }
            Self::Ours(error) => error,
        }
    }

    /// Whether another program holds a lock that this call needs.
    pub fn is_locked(&self) -> bool {
        matches!(self, Self::Sqlite(error) if matches!(
            error.sqlite_error_code(),
            Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked)
        ))
    }

    /// Whether the first page is none of a database's, as that of an encrypted file is for whoever has another key.
    pub fn is_not_a_database(&self) -> bool {
        matches!(self, Self::Sqlite(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::NotADatabase))
    }

    /// Whether SQLite would have to write before it can read: a killed writer's journal to roll back, or a WAL whose
    /// index it cannot make.
    pub fn needs_writing(&self) -> bool {
        matches!(self, Self::Sqlite(error) if matches!(
            error.sqlite_error_code(),
            Some(rusqlite::ErrorCode::ReadOnly | rusqlite::ErrorCode::CannotOpen)
        ))
    }
}

impl Fault {
    /// Whether the system failed, so that nobody knows what the connection still holds.
    pub fn is_of_system(&self) -> bool {
        use rusqlite::ErrorCode as Code;
        matches!(self, Self::Sqlite(error) if matches!(
            error.sqlite_error_code(),
            // What cannot be read, SQLite calls damaged.
            Some(Code::SystemIoFailure | Code::FileLockingProtocolFailed | Code::DatabaseCorrupt)
        ))
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Ours(error)
    }
}

/// The library's error for a failed call of SQLite on the session at `location`.
pub fn sqlite_error(location: &str, action: &str, error: &rusqlite::Error) -> Error {
    use rusqlite::ErrorCode as Sqlite;
    let is_of_files = matches!(
        error.sqlite_error_code(),
        Some(Sqlite::ReadOnly | Sqlite::CannotOpen | Sqlite::SystemIoFailure | Sqlite::DatabaseCorrupt)
    );
    if is_of_files && descriptors::are_scarce() {
        return Error::too_many_open_files(&format!("{action} '{location}'"));
    }
    let (code, cause) = match error.sqlite_error_code() {
        _ if error.sqlite_extended_error_code() == Some(rusqlite::ffi::SQLITE_IOERR_SHMSIZE) => {
            (ErrorCode::DiskFull, "no space is left on its medium".to_owned())
        }
        Some(Sqlite::DatabaseBusy | Sqlite::DatabaseLocked) => {
            (ErrorCode::Locked, "another program holds its lock".to_owned())
        }
        Some(Sqlite::TooBig) => (ErrorCode::Unsupported, "a value is larger than max_bytes allows".to_owned()),
        Some(Sqlite::OutOfMemory) => (ErrorCode::Io, "there is no memory for it".to_owned()),
        Some(Sqlite::ReadOnly) => (ErrorCode::ReadOnly, "it is read-only".to_owned()),
        Some(Sqlite::DiskFull) => (ErrorCode::DiskFull, "no space is left on its medium".to_owned()),
        Some(Sqlite::PermissionDenied) => (ErrorCode::PermissionDenied, "access is denied".to_owned()),
        Some(Sqlite::DatabaseCorrupt) => (ErrorCode::Corrupt, format!("it is damaged ({error})")),
        Some(Sqlite::NotADatabase) => {
            (ErrorCode::NotASession, "it is not a SQLite database, or is encrypted".to_owned())
        }
        _ if is_of_another_type(error) => (ErrorCode::Corrupt, "a value in it is not one of its column's".to_owned()),
        _ => (ErrorCode::Io, error.to_string()),
    };
    Error::new(code, format!("cannot {action} '{location}': {cause}"))
}

fn is_of_another_type(error: &rusqlite::Error) -> bool {
    use rusqlite::Error::{FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnType, Utf8Error};
    matches!(error, FromSqlConversionFailure(..) | IntegralValueOutOfRange(..) | InvalidColumnType(..) | Utf8Error(..))
}

/// Checks that a statement which adds or changes a row has done so: in a damaged file it may find none.
pub fn check_written(rows: usize) -> Result<(), Fault> {
    if rows == 0 { Err(not_there()) } else { Ok(()) }
}

/// A damaged file did not take what was written.
pub fn not_there() -> Fault {
    Fault::Damaged("what was written cannot be found in it; nothing was changed".to_owned())
}

/// The error of an argument that this engine cannot store.
pub fn unstorable(what: &str) -> Fault {
    Fault::Ours(Error::new(ErrorCode::InvalidArgument, format!("{what} is out of range")))
}
