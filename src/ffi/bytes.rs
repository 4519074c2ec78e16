//! A session in bytes.

use std::ffi::c_char;

use zeroize::Zeroize;

use super::error::tgs_error;
use super::guard::guard;
use super::options::{self, tgs_options};
use super::panic::guard_or;
use super::pointer;
use super::session::{self, tgs_session};
use super::status::tgs_status;
use super::text;
use crate::session::{ByteOptions, NewFile, Session};

/// # Bytes in, bytes out
///
/// Opens a session in bytes: a complete SQLite file of any client, or its JSON, as it is or compressed by gzip. It is in
/// memory from then on, with its peers: tgs_to_bytes() gives it back. So an object store, a cache or an environment
/// variable can hold a session. Bytes of a file in WAL mode lack what was in its -wal.
///
/// @param bytes     Copied.
/// @param len       How many.
/// @param options   NULL for the defaults. Those that speak of files say nothing here.
/// @param session   Receives the session; close it with tgs_close().
///
/// Any thread. TGS_ERROR_INVALID_ARGUMENT, _NOT_A_SESSION, _CORRUPT, _UNKNOWN_VERSION, _IN_USE. Since 0.1.0.
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
    guard(error, || {
        pointer::check_out(session, "session")?;
        // SAFETY: the caller's promise.
        let bytes = unsafe { pointer::array(bytes, len, "bytes") }?;
        let opened = Session::open_bytes(bytes, &options::of(options)?)?;
        // SAFETY: the caller's promise.
        unsafe { pointer::put(session, session::give(opened), "session") }?;
        Ok(tgs_status::TGS_OK)
    })
}

/// The whole session as a complete SQLite file, which its client opens, and tgs_open_bytes(). Guard it like a password.
///
/// @param format    The layout, as tgs_options_set_format() takes it; NULL for the session's own. A session that is in no
///                  file (a session string, a database behind a server) becomes "pyrogram@3", one of Telethon's kind
///                  "telethon@7".
/// @param compress  Compresses it by gzip: about a third of the size.
/// @param bytes     Receives the bytes; free them with tgs_bytes_free(), which wipes them.
/// @param len       Receives how many.
///
/// Any thread. TGS_ERROR_INCOMPLETE names the fields that the layout needs and the session does not tell;
/// TGS_ERROR_INVALID_ARGUMENT, _LOCKED, _CORRUPT, _IO. Since 0.1.0.
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
    guard(error, || {
        pointer::check_out(bytes, "bytes")?;
        pointer::check_out(len, "len")?;
        // SAFETY: the caller's promise.
        let format = unsafe { text::optional(format, "format") }?.map(NewFile::named).transpose()?;
        let mut whole = session::of(session)?.to_bytes(ByteOptions { format, compress })?;
        let given = std::mem::take(&mut *whole).into_boxed_slice();
        // SAFETY: the caller's promise.
        unsafe {
            pointer::put(len, given.len(), "len")?;
            pointer::put(bytes, Box::into_raw(given).cast(), "bytes")?;
        }
        Ok(tgs_status::TGS_OK)
    })
}

/// Wipes and frees bytes that tgs_to_bytes() gave. NULL is ignored.
///
/// @param len       How many, as it told.
///
/// Any thread. Since 0.1.0.
///
/// # Safety
/// `bytes` and `len` are from one call of tgs_to_bytes().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_bytes_free(bytes: *mut u8, len: usize) {
    guard_or((), || {
        if !bytes.is_null() {
            // SAFETY: a boxed slice of that length.
            unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(bytes, len)) }.zeroize();
        }
    });
}

/// How often this handle has changed the session: whoever keeps it elsewhere, as bytes, keeps it anew when the number
/// has grown. It starts at 0 with each open; calls that change nothing do not count.
///
/// @param count     Receives the number.
///
/// Any thread. TGS_ERROR_INVALID_ARGUMENT, _CLOSED. Since 0.1.0.
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
        let changes = session::of(session)?.change_count();
        // SAFETY: the caller's promise.
        unsafe { pointer::put(count, changes, "count") }?;
        Ok(tgs_status::TGS_OK)
    })
}
