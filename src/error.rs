//! The library's error and its numbered codes: every error is created here.

use std::io;
use std::path::Path;

use crate::redact;

/// What went wrong, as a number that never changes its meaning. `tgs_status` in the C header has the same numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(i32)]
pub enum ErrorCode {
    /// An argument is NULL, not UTF-8, of a wrong length or out of range.
    InvalidArgument = 10,
    /// The session was closed or deleted.
    Closed = 11,
    /// The session was opened read-only, or its file or medium is read-only.
    ReadOnly = 12,
    /// This session, or this build of the library, cannot do that.
    Unsupported = 13,
    /// The operating system refused to read or write.
    Io = 20,
    /// There is no such file or folder.
    FileNotFound = 21,
    /// The operating system denies access.
    PermissionDenied = 22,
    /// No space is left.
    DiskFull = 23,
    /// Another program holds the session's lock, or other calls with the same handle took too long.
    Locked = 24,
    /// The file is not a session that this library knows.
    NotASession = 30,
    /// A session that is damaged.
    Corrupt = 31,
    /// A session of a version that is newer than this library.
    UnknownVersion = 32,
    /// A text is not an intact session string.
    BadSessionString = 33,
    /// The session is encrypted, and the key, passphrase or identity that was given is not its own, or none was given.
    WrongKey = 34,
    /// A value that the target needs is unknown.
    Incomplete = 40,
    /// A server cannot be reached or answered with an error.
    Server = 50,
    /// Another program uses the auth key.
    InUse = 51,
    /// A defect of this library.
    Internal = 90,
}

impl ErrorCode {
    /// Every code, in ascending order.
    pub const ALL: [Self; 18] = [
        Self::InvalidArgument,
        Self::Closed,
        Self::ReadOnly,
        Self::Unsupported,
        Self::Io,
        Self::FileNotFound,
        Self::PermissionDenied,
        Self::DiskFull,
        Self::Locked,
        Self::NotASession,
        Self::Corrupt,
        Self::UnknownVersion,
        Self::BadSessionString,
        Self::WrongKey,
        Self::Incomplete,
        Self::Server,
        Self::InUse,
        Self::Internal,
    ];
}

/// An error: a code, and a message that names the session and the cause and holds no secret.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    code: ErrorCode,
    message: String,
}

/// What fallible functions of this library return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error with a message, in which nothing is left that looks like a secret.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: redact::message(message.into()) }
    }

    /// The number of what went wrong.
    pub fn code(&self) -> ErrorCode {
        self.code
    }

    /// An error of the caller.
    pub fn invalid_argument(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidArgument, message)
    }

    /// A failed call of the operating system on a path.
    pub fn io(path: &Path, action: &str, error: &io::Error) -> Self {
        if is_too_many_files(error) {
            return Self::too_many_open_files(&format!("{action} '{}'", path.display()));
        }
        let code = match error.kind() {
            _ if is_open_elsewhere(error) => ErrorCode::Locked,
            io::ErrorKind::NotFound => ErrorCode::FileNotFound,
            io::ErrorKind::PermissionDenied => ErrorCode::PermissionDenied,
            io::ErrorKind::ReadOnlyFilesystem => ErrorCode::ReadOnly,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => ErrorCode::DiskFull,
            _ => ErrorCode::Io,
        };
        Self::new(code, format!("cannot {action} '{}': {error}", redact::path(path)))
    }

    /// A failed call because this process, or all of them, have too many files open.
    pub fn too_many_open_files(failed: &str) -> Self {
        let remedy = "close sessions or other files, or raise the limit (ulimit -n)";
        Self::new(ErrorCode::Io, format!("cannot {failed}: too many open files: {remedy}"))
    }

    /// Something that is larger than the caller allows.
    pub fn too_large(location: &str, limit: u64) -> Self {
        let remedy = "raise max_bytes if it is trusted";
        let message =
            format!("cannot open '{location}': it is larger than the {limit} bytes that are allowed: {remedy}");
        Self::new(ErrorCode::Unsupported, message)
    }

    /// There is no memory for something whose size is known.
    pub fn out_of_memory(location: &str, len: usize) -> Self {
        Self::new(ErrorCode::Io, format!("there is no memory for {len} bytes of '{location}'"))
    }

    /// A damaged session.
    pub fn corrupt(location: &str, cause: impl std::fmt::Display) -> Self {
        Self::new(ErrorCode::Corrupt, format!("'{}' is damaged: {cause}", redact::shown(location)))
    }

    /// A file that is not a session, or not one that this library knows.
    pub fn not_a_session(location: &str, cause: impl std::fmt::Display) -> Self {
        let shown = redact::shown(location);
        Self::new(ErrorCode::NotASession, format!("'{shown}' is not a session that tgsession knows: {cause}"))
    }

    /// An encrypted file, and no key.
    pub fn no_key(location: &str) -> Self {
        let shown = redact::shown(location);
        let cause = "it is encrypted, or no session: open it with its passphrase or key";
        Self::new(ErrorCode::WrongKey, format!("cannot open '{shown}': {cause}"))
    }

    /// A key, and nothing encrypted.
    pub fn not_encrypted(location: &str) -> Self {
        let shown = redact::shown(location);
        let cause = "it is not encrypted: open it without a passphrase or key";
        Self::new(ErrorCode::WrongKey, format!("cannot open '{shown}': {cause}"))
    }

    /// A session of another format than the caller said.
    pub fn not_expected(location: &str, format: &str, expected: &str) -> Self {
        let shown = redact::shown(location);
        Self::new(ErrorCode::NotASession, format!("'{shown}' is of the format {format}, and {expected} is expected"))
    }

    /// A session that is encrypted, and not with what was given. `cause` says what it is encrypted with.
    pub fn wrong_key(location: &str, cause: impl std::fmt::Display) -> Self {
        Self::new(ErrorCode::WrongKey, format!("cannot decrypt '{}': {cause}", redact::shown(location)))
    }

    /// A write to a read-only session.
    pub fn read_only(location: &str) -> Self {
        Self::new(ErrorCode::ReadOnly, format!("cannot write '{}': it was opened read-only", redact::shown(location)))
    }

    /// A file of a client whose files are read, and not written.
    pub fn only_read(location: &str, client: &str) -> Self {
        let cause = format!("a file of {client} is only read: convert it into a new file, and write that");
        Self::new(ErrorCode::ReadOnly, format!("cannot write '{}': {cause}", redact::shown(location)))
    }

    /// A text that is not an intact session string. `cause` says what it looks like and what is wrong, never the text.
    pub fn bad_session_string(cause: impl Into<String>) -> Self {
        Self::new(ErrorCode::BadSessionString, cause)
    }
}

/// Whether this process, or all of them together, have as many files open as they may.
#[cfg(unix)]
pub fn is_too_many_files(error: &io::Error) -> bool {
    use rustix::io::Errno;
    let codes = [Errno::MFILE, Errno::NFILE].map(Errno::raw_os_error);
    // `tempfile` puts the system's error into one of its own, which only shows it.
    codes.into_iter().any(|code| match error.get_ref() {
        None => error.raw_os_error() == Some(code),
        Some(shown) => shown.to_string().contains(&format!("(os error {code})")),
    })
}

/// Whether this process has as many files open as it may: ERROR_TOO_MANY_OPEN_FILES.
#[cfg(not(unix))]
pub fn is_too_many_files(error: &io::Error) -> bool {
    cfg!(windows) && error.raw_os_error() == Some(4)
}

// Another program has the file open in a way that keeps this call out: ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION.
fn is_open_elsewhere(error: &io::Error) -> bool {
    cfg!(windows) && matches!(error.raw_os_error(), Some(32 | 33))
}
