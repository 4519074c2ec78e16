//! Texts that belong to the caller.

use std::ffi::c_char;

use super::panic::guard_or;
use super::text;

/// # Texts
///
/// Texts that the library gives to you through a `char **` are yours: NUL-terminated UTF-8 in memory of the library,
/// not of malloc(). Some are secrets, so the library overwrites each one before it frees it.
///
/// ```c
/// char *format = NULL;
/// if (tgs_get_format(session, &format, &error) == TGS_OK) {
///     puts(format);
///     tgs_string_free(format);
/// }
/// ```
///
/// ---
///
/// Overwrites and frees a text.
///
/// @param[in] text A text that a function gave to you through `char **`. NULL is ignored.
///
/// # Safety
/// `text` is NULL or came from this library and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_string_free(text: *mut c_char) {
    // SAFETY: the caller's promise.
    guard_or((), || unsafe { text::wipe_and_free(text) });
}
