//! The status of a call: its number and its name.

use std::ffi::c_char;

use super::panic::guard_or;
use crate::error::ErrorCode;

/// The result of a call. Numbers are never reused; 10 and above are failures.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum tgs_status {
    /// Success.
    TGS_OK = 0,
    /// An ordinary answer: there is none, or the value is absent.
    TGS_NOT_FOUND = 1,
    /// An ordinary answer: the username was last updated too long ago to be trusted.
    TGS_EXPIRED = 2,
    /// An argument is NULL, not UTF-8, of a wrong length or out of range.
    TGS_ERROR_INVALID_ARGUMENT = 10,
    /// The handle was closed, or the session deleted.
    TGS_ERROR_CLOSED = 11,
    /// The session, its file or its medium is read-only.
    TGS_ERROR_READ_ONLY = 12,
    /// This session, or this build of the library, cannot do that.
    TGS_ERROR_UNSUPPORTED = 13,
    /// The operating system refused to read or write.
    TGS_ERROR_IO = 20,
    /// There is no such file or folder.
    TGS_ERROR_FILE_NOT_FOUND = 21,
    /// The operating system denies access.
    TGS_ERROR_PERMISSION_DENIED = 22,
    /// No space is left on the medium.
    TGS_ERROR_DISK_FULL = 23,
    /// Another program had the session locked, or other calls with it were under way, for longer than the busy time-out.
    TGS_ERROR_LOCKED = 24,
    /// The file or database is not a session that this library knows.
    TGS_ERROR_NOT_A_SESSION = 30,
    /// The session is damaged.
    TGS_ERROR_CORRUPT = 31,
    /// The session's version is newer than this library knows.
    TGS_ERROR_UNKNOWN_VERSION = 32,
    /// The text is not an intact session string.
    TGS_ERROR_BAD_SESSION_STRING = 33,
    /// The session is encrypted, and what was given is not its passphrase or key, or none was given.
    TGS_ERROR_WRONG_KEY = 34,
    /// The target needs a value that is unknown.
    TGS_ERROR_INCOMPLETE = 40,
    /// A server cannot be reached, or answered with an error.
    TGS_ERROR_SERVER = 50,
    /// The auth key is in use elsewhere: another session holds its lease.
    TGS_ERROR_IN_USE = 51,
    /// A defect of this library; the session can no longer be used.
    TGS_ERROR_INTERNAL = 90,
}

/// A tgs_status from C, which may be any number; Rust's enum may not. The header calls it tgs_status.
pub type AnyStatus = i32;

impl From<ErrorCode> for tgs_status {
    fn from(code: ErrorCode) -> Self {
        match code {
            ErrorCode::InvalidArgument => Self::TGS_ERROR_INVALID_ARGUMENT,
            ErrorCode::Closed => Self::TGS_ERROR_CLOSED,
            ErrorCode::ReadOnly => Self::TGS_ERROR_READ_ONLY,
            ErrorCode::Unsupported => Self::TGS_ERROR_UNSUPPORTED,
            ErrorCode::Io => Self::TGS_ERROR_IO,
            ErrorCode::FileNotFound => Self::TGS_ERROR_FILE_NOT_FOUND,
            ErrorCode::PermissionDenied => Self::TGS_ERROR_PERMISSION_DENIED,
            ErrorCode::DiskFull => Self::TGS_ERROR_DISK_FULL,
            ErrorCode::Locked => Self::TGS_ERROR_LOCKED,
            ErrorCode::NotASession => Self::TGS_ERROR_NOT_A_SESSION,
            ErrorCode::Corrupt => Self::TGS_ERROR_CORRUPT,
            ErrorCode::UnknownVersion => Self::TGS_ERROR_UNKNOWN_VERSION,
            ErrorCode::BadSessionString => Self::TGS_ERROR_BAD_SESSION_STRING,
            ErrorCode::WrongKey => Self::TGS_ERROR_WRONG_KEY,
            ErrorCode::Incomplete => Self::TGS_ERROR_INCOMPLETE,
            ErrorCode::Server => Self::TGS_ERROR_SERVER,
            ErrorCode::InUse => Self::TGS_ERROR_IN_USE,
            ErrorCode::Internal => Self::TGS_ERROR_INTERNAL,
        }
    }
}

/// The code of a status that is an error.
pub(super) fn error_code(status: i32) -> Option<ErrorCode> {
    ErrorCode::ALL.into_iter().find(|code| *code as i32 == status)
}

/// # Status and errors
///
/// Each function that can fail returns a tgs_status, and explains a failure in a tgs_error, which you free. The message
/// of an error is for people: it names the session and the cause, and it holds no secret, so you can log it.
///
/// ```c
/// tgs_status status = tgs_save(session, &error);
/// if (status != TGS_OK) {
///     fprintf(stderr, "%s: %s\n", tgs_status_name(status), tgs_error_message(error));
///     tgs_error_free(error);
/// }
/// ```
///
/// ---
///
/// The name of a status.
///
/// @param[in] status Any number.
/// @return A text like "TGS_ERROR_LOCKED", or "TGS_STATUS_UNKNOWN" for a number that this library does not know. It
///     belongs to the library and is valid until the program ends.
#[unsafe(no_mangle)]
pub extern "C" fn tgs_status_name(status: AnyStatus) -> *const c_char {
    guard_or(std::ptr::null(), || {
        let known = NAMES.iter().find(|(known, _)| *known as i32 == status);
        known.map_or(c"TGS_STATUS_UNKNOWN", |(_, name)| name).as_ptr()
    })
}

const NAMES: &[(tgs_status, &std::ffi::CStr)] = &[
    (tgs_status::TGS_OK, c"TGS_OK"),
    (tgs_status::TGS_NOT_FOUND, c"TGS_NOT_FOUND"),
    (tgs_status::TGS_EXPIRED, c"TGS_EXPIRED"),
    (tgs_status::TGS_ERROR_INVALID_ARGUMENT, c"TGS_ERROR_INVALID_ARGUMENT"),
    (tgs_status::TGS_ERROR_CLOSED, c"TGS_ERROR_CLOSED"),
    (tgs_status::TGS_ERROR_READ_ONLY, c"TGS_ERROR_READ_ONLY"),
    (tgs_status::TGS_ERROR_UNSUPPORTED, c"TGS_ERROR_UNSUPPORTED"),
    (tgs_status::TGS_ERROR_IO, c"TGS_ERROR_IO"),
    (tgs_status::TGS_ERROR_FILE_NOT_FOUND, c"TGS_ERROR_FILE_NOT_FOUND"),
    (tgs_status::TGS_ERROR_PERMISSION_DENIED, c"TGS_ERROR_PERMISSION_DENIED"),
    (tgs_status::TGS_ERROR_DISK_FULL, c"TGS_ERROR_DISK_FULL"),
    (tgs_status::TGS_ERROR_LOCKED, c"TGS_ERROR_LOCKED"),
    (tgs_status::TGS_ERROR_NOT_A_SESSION, c"TGS_ERROR_NOT_A_SESSION"),
    (tgs_status::TGS_ERROR_CORRUPT, c"TGS_ERROR_CORRUPT"),
    (tgs_status::TGS_ERROR_UNKNOWN_VERSION, c"TGS_ERROR_UNKNOWN_VERSION"),
    (tgs_status::TGS_ERROR_BAD_SESSION_STRING, c"TGS_ERROR_BAD_SESSION_STRING"),
    (tgs_status::TGS_ERROR_WRONG_KEY, c"TGS_ERROR_WRONG_KEY"),
    (tgs_status::TGS_ERROR_INCOMPLETE, c"TGS_ERROR_INCOMPLETE"),
    (tgs_status::TGS_ERROR_SERVER, c"TGS_ERROR_SERVER"),
    (tgs_status::TGS_ERROR_IN_USE, c"TGS_ERROR_IN_USE"),
    (tgs_status::TGS_ERROR_INTERNAL, c"TGS_ERROR_INTERNAL"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_enums_have_the_same_numbers() {
        for (status, name) in NAMES {
            assert_eq!(name.to_str().unwrap(), format!("{status:?}"));
        }
        for code in ErrorCode::ALL {
            assert_eq!(tgs_status::from(code) as i32, code as i32);
            assert_eq!(error_code(code as i32), Some(code));
        }
    }
}
