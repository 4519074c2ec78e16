//! Texts that belong to the caller.

use std::ffi::c_char;

use super::panic::guard_or;
use super::text;

/// # Texts
///
/// Wipes and frees a text that a call of this library gave to you as `char **`. NULL is ignored.
///
/// Any thread. Since 0.1.0.
///
/// # Safety
/// `text` is NULL or came from this library and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_string_free(text: *mut c_char) {
    // SAFETY: the caller's promise.
    guard_or((), || unsafe { text::take(text) });
}
