//! A session in bytes.

use std::ffi::c_char;

use zeroize::Zeroize;

use super::error::tgs_error;
use super::guard::{guard, guard_secret};
use super::options::{self, tgs_options};
use super::panic::guard_or;
use super::pointer;
use super::session::{self, tgs_session};
use super::status::tgs_status;
use super::text;
use crate::error::Result;
use crate::session::{ByteOptions, NewFile, Session};

/// # Bytes in, bytes out
///
/// A complete session is a small file: an object store, a cache or an environment variable can hold its bytes. Open it
/// from them, use it in memory, and store its bytes again when tgs_change_count() has grown.
///
/// ```c
/// uint8_t *bytes = NULL;
/// size_t len = 0;
/// if (tgs_to_bytes(session, NULL, true, &bytes, &len, &error) == TGS_OK)
///     fwrite(bytes, 1, len, stdout);
/// tgs_bytes_free(bytes, len);
/// ```
///
/// ---
///
/// Opens a session in bytes: a complete SQLite file of any client, or its JSON, as it is, compressed with gzip or in
/// base64; or a text with a session string. The session is in memory. Bytes of a file in WAL mode lack what is in its
/// -wal file.
///
/// @param[in] bytes The bytes. The library copies them.
/// @param[in] len How many.
/// @param[in] options How to open it; NULL for the defaults. What they say about files has no effect. You may free
///     them after the call.
/// @param[out] session Receives the session. Close it with tgs_close().
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_NOT_A_SESSION, TGS_ERROR_CORRUPT, TGS_ERROR_UNKNOWN_VERSION, TGS_ERROR_WRONG_KEY (they are
///     encrypted, and the options have another passphrase or key, or none; or they are a file of age: see
///     tgs_open_age()), TGS_ERROR_UNSUPPORTED (it is larger than tgs_options_set_max_bytes() allows) or
///     TGS_ERROR_IN_USE.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_open_bytes(
    bytes: *const u8,
    len: usize,
    options: *const tgs_options,
    session: *mut *mut tgs_session,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard_secret(error, || {
        pointer::check_out(session, "session")?;
        // SAFETY: the caller's promise.
        let bytes = unsafe { pointer::array(bytes, len, "bytes") }?;
        let opened = Session::open_bytes(bytes, &options::from_handle(options)?)?;
        // SAFETY: the caller's promise.
        unsafe { pointer::put(session, session::into_handle(opened), "session") }?;
        Ok(tgs_status::TGS_OK)
    })
}

/// The complete session as a SQLite file, which its client and tgs_open_bytes() can open. Guard it like a password. The
/// bytes of an encrypted session are encrypted, with the same passphrase or key; all others are in clear.
///
/// @param[in] session The session.
/// @param[in] format The layout, as for tgs_options_set_format(); NULL for the session's own. A session that is in
///     no file (a session string, a database on a server) becomes "pyrogram@3", or "telethon@7" if it is one of
///     Telethon's.
/// @param[in] compress Whether to compress it with gzip, to about a third of the size.
/// @param[out] bytes Receives the bytes. Free them with tgs_bytes_free().
/// @param[out] len Receives how many.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_INCOMPLETE if the layout needs fields that are unknown (the message names them);
///     TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_to_bytes(
    session: *const tgs_session,
    format: *const c_char,
    compress: bool,
    bytes: *mut *mut u8,
    len: *mut usize,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard_secret(error, || {
        pointer::check_out(bytes, "bytes")?;
        pointer::check_out(len, "len")?;
        // SAFETY: the caller's promise.
        let format = unsafe { text::optional(format, "format") }?.map(NewFile::named).transpose()?;
        let mut whole = session::from_handle(session)?.to_bytes(ByteOptions { format, compress })?;
        // SAFETY: the caller's promise.
        unsafe { put_bytes(std::mem::take(&mut *whole), bytes, len) }?;
        Ok(tgs_status::TGS_OK)
    })
}

static NOTHING: [u8; 1] = [0];

/// Gives bytes to the caller, who frees them with `tgs_bytes_free`.
///
/// # Safety
/// The pointers are NULL or places for their values.
pub(super) unsafe fn put_bytes(whole: Vec<u8>, bytes: *mut *mut u8, len: *mut usize) -> Result<()> {
    let given = whole.into_boxed_slice();
    let count = given.len();
    // Of none there is no memory to free; some runtimes (Go's) refuse the small number that stands for it.
    let first = if given.is_empty() { NOTHING.as_ptr().cast_mut() } else { Box::into_raw(given).cast() };
    // SAFETY: as this function's.
    unsafe {
        pointer::put(len, count, "len")?;
        pointer::put(bytes, first, "bytes")
    }
}

/// Overwrites and frees bytes that tgs_to_bytes(), tgs_to_age() or tgs_get_value() gave to you.
///
/// @param[in] bytes The bytes. NULL is ignored.
/// @param[in] len How many, as that call said.
///
/// # Safety
/// `bytes` and `len` are from one call of those functions.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_bytes_free(bytes: *mut u8, len: usize) {
    guard_or((), || {
        if !bytes.is_null() {
            // SAFETY: a boxed slice of that length.
            unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(bytes, len)) }.zeroize();
        }
    });
}

/// Counts the calls with this handle that changed the session. If you store the bytes of a session elsewhere, store
/// them again when this number grows. It starts at 0 when the session is opened.
///
/// @param[in] session The session.
/// @param[out] count Receives the number.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_change_count(
    session: *const tgs_session,
    count: *mut u64,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard(error, || {
        let changes = session::from_handle(session)?.change_count();
        // SAFETY: the caller's promise.
        unsafe { pointer::put(count, changes, "count") }?;
        Ok(tgs_status::TGS_OK)
    })
}
