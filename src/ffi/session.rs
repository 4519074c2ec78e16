//! Opening, saving, closing and deleting.

use std::ffi::c_char;
use std::sync::Arc;

use super::error::tgs_error;
use super::guard::guard;
use super::handle::Handles;
use super::options::{self, tgs_options};
use super::panic::guard_or;
use super::pointer;
use super::status::tgs_status;
use super::text;
use crate::error::Result;
use crate::session::{self, Session};

/// An open session. Every thread may use it, each call is atomic. Close it with tgs_close().
pub struct tgs_session {
    _opaque: [u8; 0],
}

static SESSIONS: Handles<Session> = Handles::new("tgs_session");

/// The session behind a handle.
pub(super) fn of(session: *const tgs_session) -> Result<Arc<Session>> {
    SESSIONS.get(session)
}

/// A handle for a session.
pub(super) fn give(session: Session) -> *mut tgs_session {
    SESSIONS.give(session)
}

/// # Opening and closing
///
/// Opens a session: a path, ":memory:" (nothing is kept), a session string, or a URL. The library recognises whose it is
/// by its shape. A file that is there is opened as it is, in its client's layout and version: opening writes nothing. A
/// path where nothing is becomes a new file, with permissions for its owner only, unless the options say otherwise.
///
/// URLs, where the library was built with their engines: "mongodb://host/NAME" (the layout of Pyrofork's MongoStorage),
/// "postgresql://host/database?session=NAME", "mysql://..." and "sqlite:///file?session=NAME" (many sessions in one
/// database, in the layout of Telethon's AlchemySession). User, password, TLS and time-outs are in the URL; README.md
/// lists the parameters. Connections are shared by all sessions of the process.
///
/// @param location  NUL-terminated UTF-8.
/// @param options   NULL for the defaults. They may be freed afterwards.
/// @param session   Receives the session; close it with tgs_close().
/// @param error     NULL, or receives why it failed.
///
/// Any thread. TGS_ERROR_FILE_NOT_FOUND, _PERMISSION_DENIED, _LOCKED, _NOT_A_SESSION, _CORRUPT, _UNKNOWN_VERSION,
/// _BAD_SESSION_STRING, _UNSUPPORTED (a URL of an engine that this build lacks), _SERVER, _IN_USE, _DISK_FULL, _IO.
/// Since 0.1.0.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_open(
    location: *const c_char,
    options: *const tgs_options,
    session: *mut *mut tgs_session,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard(error, || {
        pointer::check_out(session, "session")?;
        // SAFETY: the caller's promise.
        let location = unsafe { text::required(location, "location") }?;
        let opened = Session::open(location, &options::of(options)?)?;
        // SAFETY: the caller's promise.
        unsafe { pointer::put(session, give(opened), "session") }?;
        Ok(tgs_status::TGS_OK)
    })
}

/// Opens a session string of any format, in memory. White space, quotes, lost or added padding and the other base64
/// alphabet are mended; a text that is cut, shifted or otherwise damaged is refused with a message that says what it
/// looks like and what is wrong, never with the text.
///
/// @param text      NUL-terminated UTF-8.
/// @param options   NULL for the defaults.
/// @param session   Receives the session; close it with tgs_close().
/// @param error     NULL, or receives why it failed.
///
/// Any thread. TGS_ERROR_BAD_SESSION_STRING. Since 0.1.0.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_open_string(
    text: *const c_char,
    options: *const tgs_options,
    session: *mut *mut tgs_session,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard(error, || {
        pointer::check_out(session, "session")?;
        // SAFETY: the caller's promise.
        let text = unsafe { text::required(text, "text") }?;
        let opened = Session::open_string(text, &options::of(options)?)?;
        // SAFETY: the caller's promise.
        unsafe { pointer::put(session, give(opened), "session") }?;
        Ok(tgs_status::TGS_OK)
    })
}

/// Makes everything that was written survive a loss of power, and notes the time in `date` where the session's client
/// does. What a call wrote survives a killed process without this.
///
/// Any thread. TGS_ERROR_READ_ONLY, _LOCKED, _DISK_FULL, _IO. Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn tgs_save(session: *const tgs_session, error: *mut *mut tgs_error) -> tgs_status {
    guard(error, || {
        of(session)?.save()?;
        Ok(tgs_status::TGS_OK)
    })
}

/// Closes a session. Nothing is lost without tgs_save(). A call of another thread that is under way comes to its end;
/// later ones fail with TGS_ERROR_CLOSED. NULL and a closed session are ignored.
///
/// Any thread. Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn tgs_close(session: *mut tgs_session) {
    guard_or((), || SESSIONS.take(session));
}

/// Deletes the session and all that belongs to it: the file, its -wal, -shm and -journal. The handle stays until
/// tgs_close(); every other call on it fails with TGS_ERROR_CLOSED.
///
/// Any thread. TGS_ERROR_READ_ONLY, _PERMISSION_DENIED, _IO. Since 0.1.0.
#[unsafe(no_mangle)]
pub extern "C" fn tgs_delete(session: *const tgs_session, error: *mut *mut tgs_error) -> tgs_status {
    guard(error, || {
        of(session)?.delete()?;
        Ok(tgs_status::TGS_OK)
    })
}

/// Whose layout the session has and in which version, like "kurigram@7", "telethon@8" or "memory"; "pyrofork"
/// in MongoDB, "alchemysession@2" in a SQL database, "custom" in an engine of your own.
///
/// @param format    Receives the text; free it with tgs_string_free().
///
/// Any thread. TGS_ERROR_LOCKED, _IO. Since 0.1.0.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_get_format(
    session: *const tgs_session,
    format: *mut *mut c_char,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard(error, || {
        pointer::check_out(format, "format")?;
        let name = of(session)?.format()?.to_string();
        // SAFETY: the caller's promise.
        unsafe { pointer::put(format, text::give(&name)?, "format") }?;
        Ok(tgs_status::TGS_OK)
    })
}

/// Lists the sessions in a store that keeps many.
///
/// @param location  A URL without a session's name: "mongodb://host/", "postgresql://host/database" (mysql, mariadb
///                  likewise), "sqlite:///file".
/// @param names     Receives a JSON array of the names, in ascending order; free it with tgs_string_free().
///
/// Any thread. TGS_ERROR_UNSUPPORTED for a place that keeps one session, and for an engine that this build lacks;
/// TGS_ERROR_INVALID_ARGUMENT, _SERVER, _FILE_NOT_FOUND, _NOT_A_SESSION. Since 0.1.0.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_list_sessions(
    location: *const c_char,
    names: *mut *mut c_char,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard(error, || {
        pointer::check_out(names, "names")?;
        // SAFETY: the caller's promise.
        let found = session::list(unsafe { text::required(location, "location") }?)?;
        // SAFETY: the caller's promise.
        unsafe { pointer::put(names, text::give(&text::json(&found)?)?, "names") }?;
        Ok(tgs_status::TGS_OK)
    })
}
