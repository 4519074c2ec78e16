//! Values that a client keeps beside its session.

use std::ffi::c_char;

use super::bytes::put_bytes;
use super::error::tgs_error;
use super::guard::guard_secret;
use super::pointer;
use super::session::{self, tgs_session};
use super::status::tgs_status;
use super::text;

/// # Values of your own
///
/// What a client keeps beside its session (salts, a configuration, its own state) can stand in the session itself,
/// under names of your choice: bytes, of which the library knows nothing. No other client sees them. In a file of
/// another client they stand in a table of this library. They are copied by tgs_convert(), are in tgs_to_bytes(), and
/// go with tgs_delete(). They stay when another account logs in. A session string has no place for them.
///
/// A name is a text of 1 to 255 bytes, without white space at its ends and without control characters; upper and
/// lower case are different. A value has 0 to 1048576 bytes. It may be a secret: it is treated as an auth key is, in
/// no message, wiped from memory, and in a file overwritten when it is replaced or removed.
///
/// ```c
/// const uint8_t salt[] = {1, 2, 3};
/// uint8_t *bytes = NULL;
/// size_t len = 0;
/// tgs_set_value(session, "salts 4", salt, sizeof salt, &error);
/// if (tgs_get_value(session, "salts 4", &bytes, &len, &error) == TGS_OK)
///     tgs_bytes_free(bytes, len);
/// ```
///
/// ---
///
/// Sets a value, or replaces it.
///
/// @param[in,out] session The session to change.
/// @param[in] name The name.
/// @param[in] bytes The bytes; NULL for none if `len` is 0, which is a value too. The library copies them.
/// @param[in] len How many.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_INVALID_ARGUMENT for another name, or for too many bytes; TGS_ERROR_UNSUPPORTED in an engine
///     of your own without values; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_set_value(
    session: *mut tgs_session,
    name: *const c_char,
    bytes: *const u8,
    len: usize,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard_secret(error, || {
        let session = session::from_handle(session)?;
        // SAFETY: the caller's promise.
        let (name, bytes) = unsafe { (text::required(name, "name")?, pointer::array(bytes, len, "bytes")?) };
        session.set_value(name, bytes)?;
        Ok(tgs_status::TGS_OK)
    })
}

/// Reads a value.
///
/// @param[in] session The session.
/// @param[in] name The name.
/// @param[out] bytes Receives the bytes. Free them with tgs_bytes_free(), also if there are none in the value.
/// @param[out] len Receives how many.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_NOT_FOUND if there is none of that name; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_get_value(
    session: *const tgs_session,
    name: *const c_char,
    bytes: *mut *mut u8,
    len: *mut usize,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard_secret(error, || {
        pointer::check_out(bytes, "bytes")?;
        pointer::check_out(len, "len")?;
        // SAFETY: the caller's promise.
        let name = unsafe { text::required(name, "name") }?;
        let Some(value) = session::from_handle(session)?.value(name)? else { return Ok(tgs_status::TGS_NOT_FOUND) };
        // SAFETY: the caller's promise.
        unsafe { put_bytes(value.as_bytes().to_vec(), bytes, len) }?;
        Ok(tgs_status::TGS_OK)
    })
}

/// Removes a value, if there is one of that name.
///
/// @param[in,out] session The session to change.
/// @param[in] name The name.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_delete_value(
    session: *mut tgs_session,
    name: *const c_char,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard_secret(error, || {
        let session = session::from_handle(session)?;
        // SAFETY: the caller's promise.
        session.delete_value(unsafe { text::required(name, "name") }?)?;
        Ok(tgs_status::TGS_OK)
    })
}

/// Lists the names of the values.
///
/// @param[in] session The session.
/// @param[out] names Receives a JSON array of the names, in ascending order of their bytes; tgs_report_new() reads it
///     for you. Free it with tgs_string_free().
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_list_values(
    session: *const tgs_session,
    names: *mut *mut c_char,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard_secret(error, || {
        pointer::check_out(names, "names")?;
        let found = session::from_handle(session)?.value_names()?;
        // SAFETY: the caller's promise.
        unsafe { pointer::put(names, text::into_raw(&text::json(&found)?)?, "names") }?;
        Ok(tgs_status::TGS_OK)
    })
}
