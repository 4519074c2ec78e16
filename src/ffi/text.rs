//! Text: in as NUL-terminated UTF-8, out as an owned string.

use std::ffi::{CStr, CString, c_char};

use zeroize::Zeroize;

use crate::error::{Error, ErrorCode, Result};

/// A text that must be there.
///
/// # Safety
/// `text` is NULL or NUL-terminated and stays unchanged for `'a`.
pub unsafe fn required<'a>(text: *const c_char, name: &str) -> Result<&'a str> {
    // SAFETY: as this function's.
    let text = unsafe { optional(text, name) }?;
    text.ok_or_else(|| Error::invalid_argument(format!("{name} is NULL")))
}

/// A text that may be absent.
///
/// # Safety
/// As [`required`].
pub unsafe fn optional<'a>(text: *const c_char, name: &str) -> Result<Option<&'a str>> {
    if text.is_null() {
        return Ok(None);
    }
    // SAFETY: not NULL, so NUL-terminated.
    let text = unsafe { CStr::from_ptr(text) };
    text.to_str().map(Some).map_err(|_| Error::invalid_argument(format!("{name} is not UTF-8")))
}

/// A text for C.
pub fn to_c(text: &str) -> Result<CString> {
    CString::new(text).map_err(|_| Error::new(ErrorCode::Corrupt, "a text has a NUL character in it"))
}

/// A value as JSON.
pub fn json(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::new(ErrorCode::Internal, format!("no JSON: {error}")))
}

/// A text that the caller frees with `tgs_string_free`.
pub fn give(text: &str) -> Result<*mut c_char> {
    Ok(to_c(text)?.into_raw())
}

/// Takes back what [`give`] gave, and wipes it: it may be a session string.
///
/// # Safety
/// `text` is NULL or came from [`give`] and was not taken back before.
pub unsafe fn take(text: *mut c_char) {
    if !text.is_null() {
        // SAFETY: it came from `CString::into_raw`.
        unsafe { CString::from_raw(text) }.into_bytes_with_nul().zeroize();
    }
}
