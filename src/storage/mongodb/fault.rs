//! Errors inside this engine, before the session's location is added.

use std::time::Duration;

use mongodb::error::ErrorKind;

use crate::error::{Error, ErrorCode};

const DUPLICATE_KEY: i32 = 11_000;
const WRITE_CONFLICT: i32 = 112;
const OUT_OF_DISK: i32 = 14_031;
/// Unauthorized, AuthenticationFailed, and Atlas's own.
const REFUSED: &[i32] = &[13, 18, 8_000];
/// The server is not the primary any more, or shuts down: the call may succeed on another server, or later.
const ELSEWHERE: &[i32] = &[91, 189, 10_107, 11_600, 11_602, 13_435, 13_436];

/// A failure inside the MongoDB engine. [`Fault::on`] turns it into the library's error.
#[derive(Debug)]
pub enum Fault {
    /// The driver's error.
    Driver(mongodb::error::Error),
    /// The server refused a part of a command.
    Refused { code: i32, message: String },
    /// There was no answer within this time.
    Timeout(Duration),
    /// Another client changed a document between our read and our write.
    Conflict,
    /// A value on the server is not one that its field can hold.
    Damaged(String),
    /// Already the library's error.
    Ours(Error),
}

impl Fault {
    /// The library's error about the session at `location`.
    pub fn on(self, location: &str, action: &str) -> Error {
        let (code, cause) = match &self {
            Self::Damaged(cause) => return Error::corrupt(location, cause),
            Self::Ours(_) => (ErrorCode::Server, String::new()),
            Self::Driver(error) => (ErrorCode::Server, error.kind.to_string()),
            Self::Refused { code, message } => (ErrorCode::Server, format!("error {code}: {message}")),
            Self::Timeout(limit) => (ErrorCode::Server, format!("no answer came within {} ms", limit.as_millis())),
            Self::Conflict => (ErrorCode::Server, "other clients keep changing it".to_owned()),
        };
        let code = match self.code() {
            Some(number) if REFUSED.contains(&number) => ErrorCode::PermissionDenied,
            Some(OUT_OF_DISK) => ErrorCode::DiskFull,
            _ if self.is_refused_login() => ErrorCode::PermissionDenied,
            _ => code,
        };
        match self {
            Self::Ours(error) => error,
            _ => Error::new(code, format!("cannot {action} '{location}': {cause}")),
        }
    }

    fn code(&self) -> Option<i32> {
        match self {
            Self::Refused { code, .. } => Some(*code),
            Self::Driver(error) => match error.kind.as_ref() {
                ErrorKind::Command(error) => Some(error.code),
                _ => None,
            },
            _ => None,
        }
    }

    fn is_refused_login(&self) -> bool {
        matches!(self, Self::Driver(error) if matches!(error.kind.as_ref(), ErrorKind::Authentication { .. }))
    }

    /// Whether a connection broke or a server stepped down, so that a retry on another connection may succeed.
    pub fn is_lost_connection(&self) -> bool {
        let broken = |kind: &ErrorKind| matches!(kind, ErrorKind::Io(_) | ErrorKind::ConnectionPoolCleared { .. });
        matches!(self, Self::Driver(error) if broken(&error.kind))
            || self.code().is_some_and(|code| ELSEWHERE.contains(&code))
    }

    /// Whether it was a write conflict, so that a retry may succeed.
    pub fn is_conflict(&self) -> bool {
        let transient = |error: &mongodb::error::Error| error.contains_label("TransientTransactionError");
        matches!(self, Self::Conflict)
            || matches!(self, Self::Driver(error) if transient(error))
            || self.is_duplicate()
            || self.code() == Some(WRITE_CONFLICT)
            || self.is_sqlite_busy()
    }

    // How FerretDB 1 over SQLite reports a write conflict.
    fn is_sqlite_busy(&self) -> bool {
        let message = match self {
            Self::Refused { message, .. } => message,
            Self::Driver(error) => match error.kind.as_ref() {
                ErrorKind::Command(error) => &error.message,
                _ => return false,
            },
            _ => return false,
        };
        message.contains("(SQLITE_BUSY")
    }

    /// Whether a document with that `_id` exists already.
    pub fn is_duplicate(&self) -> bool {
        self.code() == Some(DUPLICATE_KEY)
    }
}

impl From<mongodb::error::Error> for Fault {
    fn from(error: mongodb::error::Error) -> Self {
        Self::Driver(error)
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Ours(error)
    }
}

impl From<mongodb::bson::error::Error> for Fault {
    fn from(error: mongodb::bson::error::Error) -> Self {
        Self::Damaged(error.to_string())
    }
}
