//! The error object that travels with a failed call.

use std::ffi::{CStr, CString, c_char};

use super::panic::guard_or;
use super::status::tgs_status;
use crate::error::Error;

/// Why a call failed. It belongs to the caller, who frees it with tgs_error_free(); it never changes.
pub struct tgs_error {
    status: tgs_status,
    message: CString,
}

impl tgs_error {
    /// The object for a failure, owned by whoever gets it.
    pub(super) fn give(failure: Error) -> *mut Self {
        let text = failure.to_string().replace('\0', "");
        let message = CString::new(text).unwrap_or_default();
        Box::into_raw(Box::new(Self { status: failure.code().into(), message }))
    }

    /// Takes an object back.
    ///
    /// # Safety
    /// NULL, or from `give` and not taken before.
    pub(super) unsafe fn take(error: *mut Self) -> Option<Box<Self>> {
        // SAFETY: the caller's promise.
        (!error.is_null()).then(|| unsafe { Box::from_raw(error) })
    }

    #[cfg(test)]
    pub(super) fn message(&self) -> &str {
        self.message.to_str().unwrap()
    }
}

/// The status with which the call failed; TGS_OK for NULL.
///
/// Any thread. Since 0.1.0.
///
/// # Safety
/// `error` is NULL or was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_error_status(error: *const tgs_error) -> tgs_status {
    // SAFETY: the caller's promise.
    guard_or(tgs_status::TGS_ERROR_INTERNAL, || unsafe { error.as_ref() }.map_or(tgs_status::TGS_OK, |e| e.status))
}

/// What went wrong, for people: it names the session and the cause and holds no secret. UTF-8, never NULL, empty for a
/// NULL error. The text belongs to the error and lives as long as it.
///
/// Any thread. Since 0.1.0.
///
/// # Safety
/// `error` is NULL or was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_error_message(error: *const tgs_error) -> *const c_char {
    const EMPTY: &CStr = c"";
    // SAFETY: the caller's promise.
    guard_or(EMPTY.as_ptr(), || unsafe { error.as_ref() }.map_or(EMPTY.as_ptr(), |e| e.message.as_ptr()))
}

/// Frees an error. NULL is ignored.
///
/// Any thread. Since 0.1.0.
///
/// # Safety
/// `error` is NULL or was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_error_free(error: *mut tgs_error) {
    // SAFETY: the caller's promise.
    guard_or((), || drop(unsafe { tgs_error::take(error) }));
}
