//! The error object that travels with a failed call.

use std::ffi::{CStr, CString, c_char};

use super::panic::guard_or;
use super::status::tgs_status;
use crate::error::Error;

/// Why a call failed. It belongs to you until you free it with tgs_error_free(), and it never changes.
pub struct tgs_error {
    status: tgs_status,
    message: CString,
}

impl tgs_error {
    /// The object for a failure. The caller owns it.
    pub(super) fn into_raw(failure: Error) -> *mut Self {
        let text = failure.to_string().replace('\0', "");
        let message = CString::new(text).unwrap_or_default();
        Box::into_raw(Box::new(Self { status: failure.code().into(), message }))
    }

    /// Takes an object back.
    ///
    /// # Safety
    /// NULL, or from `into_raw` and not taken back before.
    pub(super) unsafe fn from_raw(error: *mut Self) -> Option<Box<Self>> {
        // SAFETY: the caller's promise.
        (!error.is_null()).then(|| unsafe { Box::from_raw(error) })
    }

    #[cfg(test)]
    pub(super) fn message(&self) -> &str {
        self.message.to_str().unwrap()
    }
}

/// The status with which the call failed.
///
/// @param[in] error An error that was not freed, or NULL.
/// @return The status; TGS_OK for NULL.
///
/// # Safety
/// `error` is NULL or was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_error_status(error: *const tgs_error) -> tgs_status {
    // SAFETY: the caller's promise.
    guard_or(tgs_status::TGS_ERROR_INTERNAL, || unsafe { error.as_ref() }.map_or(tgs_status::TGS_OK, |e| e.status))
}

/// What went wrong, in English.
///
/// @param[in] error An error that was not freed, or NULL.
/// @return A text in UTF-8, empty for NULL, never NULL. It belongs to the error and is valid until that is freed.
///
/// # Safety
/// `error` is NULL or was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_error_message(error: *const tgs_error) -> *const c_char {
    const EMPTY: &CStr = c"";
    // SAFETY: the caller's promise.
    guard_or(EMPTY.as_ptr(), || unsafe { error.as_ref() }.map_or(EMPTY.as_ptr(), |e| e.message.as_ptr()))
}

/// Frees an error.
///
/// @param[in] error The error. NULL is ignored.
///
/// # Safety
/// `error` is NULL or was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_error_free(error: *mut tgs_error) {
    // SAFETY: the caller's promise.
    guard_or((), || drop(unsafe { tgs_error::from_raw(error) }));
}
