//! Opening, saving, closing and deleting.

use std::ffi::c_char;
use std::sync::Arc;

use super::error::tgs_error;
use super::guard::{guard, guard_secret};
use super::handle::Handles;
use super::options::{self, tgs_options};
use super::panic::guard_or;
use super::pointer;
use super::scrub::scrubbed;
use super::status::tgs_status;
use super::text;
use crate::error::Result;
use crate::session::{self, Session};

/// An open session: until tgs_close(). Any thread may use it.
pub struct tgs_session {
    _opaque: [u8; 0],
}

static SESSIONS: Handles<Session> = Handles::new("tgs_session");

/// For a fork: see `fork`.
#[cfg(unix)]
pub(super) fn freeze() -> Box<dyn std::any::Any> {
    SESSIONS.freeze()
}

/// The session behind a handle.
pub(super) fn from_handle(session: *const tgs_session) -> Result<Arc<Session>> {
    SESSIONS.get(session)
}

/// A handle for a session.
pub(super) fn into_handle(session: Session) -> *mut tgs_session {
    SESSIONS.insert(session)
}

/// # Opening and closing
///
/// A session is a path, ":memory:", a session string or a URL; the library tells them apart. A file that is there
/// is opened in the layout and version of its own client, and opening it writes nothing. A path where nothing is
/// becomes a new file that only its owner can read, unless the options say otherwise. (On Windows it has the
/// permissions that its folder hands down: in a user's own folders, that user's only.)
///
/// What people have instead of such a file opens too, read-only and in memory: one that is compressed with gzip or in
/// base64, the JSON of older clients, and a text with one session string in it, with other text around it or not.
/// Other kinds (an archive, Telegram Desktop's tdata, a page of HTML) are named in the error.
///
/// ```c
/// tgs_status status = tgs_open("my_account.session", NULL, &session, &error);
/// if (status == TGS_OK)
///     status = tgs_save(session, &error);
/// tgs_close(session);
/// ```
///
/// A text that looks like a session string, a key or a bot token, or a piece of one, does not become the name of a new
/// file: opening it is TGS_ERROR_BAD_SESSION_STRING. If it is meant as a name, put `./` before it (`./NAME`,
/// `folder/./NAME`). A file that is there opens whatever its name is. What looks like a secret is `<hidden>` in every
/// message and description.
///
/// URLs need a library that is built with their engines. All sessions of a process share its connections to a
/// server. Characters with a meaning in URLs (`@ : / ? # [ ] %`) are percent-encoded in user, password and names. A
/// URL that may have a password with a bare one in it is TGS_ERROR_INVALID_ARGUMENT, and nothing of it is shown.
///
/// ```text
/// mongodb://user:password@host:27017/NAME                      also mongodb+srv://
/// postgresql://user:password@host:5432/database?session=NAME
/// mysql://user:password@host:3306/database?session=NAME        also mariadb://
/// sqlite:///file?session=NAME                                  sqlite:////file for an absolute path
/// ```
///
/// A server that is not on this machine (a loopback address, `localhost` or a Unix socket) is connected to with TLS
/// only, and its certificate must be one for that host name from a public authority. `sslrootcert=FILE` (SQL) and
/// `tlsCAFile=FILE` (MongoDB) name a file of trusted certificates in PEM instead. Less is asked for by name:
/// `sslmode=require` encrypts without verifying, `sslmode=disable` and MongoDB's `tls=false` send all in clear,
/// keys too.
///
/// MongoDB has the layout of Pyrofork's MongoStorage. Its parameters are those of MongoDB's drivers. Defaults: a
/// call looks for a server as long as the busy time-out of the options (`serverSelectionTimeoutMS`) and waits 30
/// seconds for each answer (`socketTimeoutMS`); 10 connections at most (`maxPoolSize`); users of the database
/// "admin" (`authSource`). With `remove_peers=true`, tgs_delete() deletes the peers too. A standalone server has no
/// transactions: if it fails in the middle of a call, a part may be written.
///
/// SQL databases have the layout of Telethon's AlchemySession, many sessions in one database. Their parameters,
/// each with its default: `sslmode=verify-full`, on this machine `prefer` (as in libpq: disable, allow, prefer,
/// require, verify-ca, verify-full; MySQL's `ssl-mode=VERIFY_IDENTITY` and the like too), `sslrootcert` (or
/// `ssl-ca`; `system` for the public authorities; with `require` and less, the server's is verified as by
/// verify-ca), `connect_timeout=10` and `answer_timeout=60` in seconds, `pool_size=10` connections at most,
/// `table_prefix` (none), `manage_tables=true` (opening creates the tables that are missing). A call waits for the
/// lock of another program as long as the busy time-out of the options.
///
/// ---
///
/// Opens a session.
///
/// @param[in] location A path, ":memory:" (nothing is kept), a session string or a URL.
/// @param[in] options How to open it; NULL for the defaults. You may free them after the call.
/// @param[out] session Receives the session. Close it with tgs_close().
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_FILE_NOT_FOUND, TGS_ERROR_PERMISSION_DENIED, TGS_ERROR_LOCKED,
///     TGS_ERROR_NOT_A_SESSION, TGS_ERROR_CORRUPT, TGS_ERROR_UNKNOWN_VERSION, TGS_ERROR_BAD_SESSION_STRING,
///     TGS_ERROR_WRONG_KEY, TGS_ERROR_UNSUPPORTED (this library has no engine for the URL), TGS_ERROR_SERVER,
///     TGS_ERROR_IN_USE, TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
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
    guard_secret(error, || {
        pointer::check_out(session, "session")?;
        // SAFETY: the caller's promise.
        let location = unsafe { text::required(location, "location") }?;
        let opened = Session::open(location, &options::from_handle(options)?)?;
        // SAFETY: the caller's promise.
        unsafe { pointer::put(session, into_handle(opened), "session") }?;
        Ok(tgs_status::TGS_OK)
    })
}

/// Opens a session string of any format, in memory. White space, quotes, lost or added padding and the other base64
/// alphabet are repaired. A text that is cut, shifted or damaged is refused with a message that says what it looks
/// like and what is wrong with it, without the text; so is one that could also be what is left of a longer string,
/// unless tgs_options_set_expected_format() names its format.
///
/// @param[in] text The session string, NUL-terminated UTF-8.
/// @param[in] options How to open it; NULL for the defaults. You may free them after the call.
/// @param[out] session Receives the session. Close it with tgs_close().
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_BAD_SESSION_STRING or TGS_ERROR_IN_USE.
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
    guard_secret(error, || {
        pointer::check_out(session, "session")?;
        // SAFETY: the caller's promise.
        let text = unsafe { text::required(text, "text") }?;
        let opened = Session::open_string(text, &options::from_handle(options)?)?;
        // SAFETY: the caller's promise.
        unsafe { pointer::put(session, into_handle(opened), "session") }?;
        Ok(tgs_status::TGS_OK)
    })
}

/// Makes everything that was written survive a loss of power, and sets `date` to the time if the session's client does
/// that. What a call wrote survives the end of the process without this.
///
/// @param[in,out] session The session to change.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED, TGS_ERROR_DISK_FULL or TGS_ERROR_IO.
#[unsafe(no_mangle)]
pub extern "C" fn tgs_save(session: *mut tgs_session, error: *mut *mut tgs_error) -> tgs_status {
    guard_secret(error, || {
        from_handle(session)?.save()?;
        Ok(tgs_status::TGS_OK)
    })
}

/// Closes a session. Nothing is lost without tgs_save(). A call of another thread that has begun is completed; later
/// ones return TGS_ERROR_CLOSED.
///
/// @param[in] session The session. NULL, and a session that was closed, are ignored.
#[unsafe(no_mangle)]
pub extern "C" fn tgs_close(session: *mut tgs_session) {
    guard_or((), || scrubbed(|| SESSIONS.remove(session)));
}

/// Deletes the session and all that belongs to it, like the -wal, -shm and -journal files. The handle stays until
/// tgs_close(); every other call with it returns TGS_ERROR_CLOSED.
///
/// @param[in,out] session The session to delete.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_READ_ONLY, TGS_ERROR_PERMISSION_DENIED, TGS_ERROR_UNSUPPORTED or TGS_ERROR_IO;
///         TGS_ERROR_LOCKED on Windows, where a file stays while another process has it open.
#[unsafe(no_mangle)]
pub extern "C" fn tgs_delete(session: *mut tgs_session, error: *mut *mut tgs_error) -> tgs_status {
    guard_secret(error, || {
        from_handle(session)?.delete()?;
        Ok(tgs_status::TGS_OK)
    })
}

/// Whose layout the session has, and in which version.
///
/// @param[in] session The session.
/// @param[out] format Receives a text like "kurigram@7" or "telethon@8"; "memory", "pyrofork" in MongoDB,
///     "alchemysession@2" in a SQL database, "custom" in an engine of your own. Free it with tgs_string_free().
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
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
        let name = from_handle(session)?.format()?.to_string();
        // SAFETY: the caller's promise.
        unsafe { pointer::put(format, text::into_raw(&name)?, "format") }?;
        Ok(tgs_status::TGS_OK)
    })
}

/// Lists the sessions in a store that keeps many.
///
/// @param[in] location A URL without the name of a session: "mongodb://host/", "postgresql://host/database",
///     "mysql://host/database", "sqlite:///file".
/// @param[out] names Receives a JSON array of the names, in ascending order. Free it with tgs_string_free().
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_UNSUPPORTED for a location that keeps one session, and if this library has no engine
///     for the URL; TGS_ERROR_SERVER, TGS_ERROR_FILE_NOT_FOUND or TGS_ERROR_NOT_A_SESSION.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_list_sessions(
    location: *const c_char,
    names: *mut *mut c_char,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard_secret(error, || {
        pointer::check_out(names, "names")?;
        // SAFETY: the caller's promise.
        let found = session::list(unsafe { text::required(location, "location") }?)?;
        // SAFETY: the caller's promise.
        unsafe { pointer::put(names, text::into_raw(&text::json(&found)?)?, "names") }?;
        Ok(tgs_status::TGS_OK)
    })
}
