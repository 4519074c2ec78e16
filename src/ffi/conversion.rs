//! Session strings out, one session into another, and what a session or a text is.

use std::ffi::c_char;

use super::error::tgs_error;
use super::guard::guard;
use super::pointer;
use super::session::{self, tgs_session};
use super::status::tgs_status;
use super::text::{self, json};
use crate::error::Result;
use crate::model::StringFormat;
use crate::session::{convert, diagnose, parse_change};

/// # Conversion
///
/// The session as a session string: the whole login in one text, without its peers. Guard it like a password.
///
/// @param format    "pyrogram" (Pyrogram 2 and all its forks), "pyrogram-1", "telethon", "gramjs", "mtcute", "mtkruto"
///                  or "gogram".
/// @param text      Receives the session string; free it with tgs_string_free(), which wipes it.
/// @param report    NULL, or receives as JSON what of the session the string holds; free it with tgs_string_free().
///
/// Any thread. TGS_ERROR_INCOMPLETE names the fields that the format needs and the session does not tell;
/// TGS_ERROR_INVALID_ARGUMENT, _LOCKED, _IO. Since 0.1.0.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_export_session_string(
    session: *const tgs_session,
    format: *const c_char,
    text: *mut *mut c_char,
    report: *mut *mut c_char,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard(error, || {
        pointer::check_out(text, "text")?;
        // SAFETY: the caller's promise.
        let format: StringFormat = unsafe { text::required(format, "format") }?.parse()?;
        let (string, what) = session::of(session)?.export(format)?;
        // SAFETY: the caller's promise.
        unsafe {
            put_report(report, &what)?;
            pointer::put(text, text::give(&string)?, "text")?;
        }
        Ok(tgs_status::TGS_OK)
    })
}

/// SAFETY: `report` is NULL or a place for a pointer.
unsafe fn put_report(report: *mut *mut c_char, what: &impl serde::Serialize) -> Result<()> {
    if report.is_null() {
        return Ok(());
    }
    // SAFETY: as this function's.
    unsafe { pointer::put(report, text::give(&json(what)?)?, "report") }
}

/// Copies everything from one session to another, in one transaction: fields, peers, update states, sent files. What
/// the target's client has no place for is kept aside in tables of this library's own and comes back from there. What
/// can be worked out is (the address from the data centre, whether it is a bot from the account's own peer). Where the
/// target's client would destroy the session or ask its user because a value is unknown (user_id, is_bot, test_mode or
/// api_id in Pyrogram's family), nothing is written: TGS_ERROR_INCOMPLETE names the value, and you may give it.
///
/// @param source        Where it comes from. It is only read.
/// @param target        Where it goes: a session without a login, or with the same one.
/// @param given         Values that you know, like "user_id=123456" or "is_bot=false"; they win over the source's.
/// @param given_count   How many.
/// @param report        NULL, or receives as JSON what became of each field and table: kept, given, derived (and from
///                      what), kept_aside or missing. Free it with tgs_string_free().
///
/// Any thread. TGS_ERROR_INCOMPLETE, _INVALID_ARGUMENT (also where the target holds another login), _READ_ONLY, _LOCKED,
/// _DISK_FULL, _IO. Since 0.1.0.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_convert(
    source: *const tgs_session,
    target: *const tgs_session,
    given: *const *const c_char,
    given_count: usize,
    report: *mut *mut c_char,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard(error, || {
        let (source, target) = (session::of(source)?, session::of(target)?);
        // SAFETY: the caller's promise.
        let given = unsafe { pointer::array(given, given_count, "given") }?.iter().map(|one| {
            // SAFETY: the caller's promise.
            parse_change(unsafe { text::required(*one, "a given value") }?)
        });
        let what = convert(&source, &target, &given.collect::<Result<Vec<_>>>()?)?;
        // SAFETY: the caller's promise.
        unsafe { put_report(report, &what) }?;
        Ok(tgs_status::TGS_OK)
    })
}

/// What the session is and holds, as a JSON object: format, version, dc_id, server_address, port, api_id, test_mode,
/// auth_key_id (16 hexadecimal digits), user_id, is_bot, date, takeout_id, and the counts peers, usernames,
/// update_states and sent_files. Absent values are null. It is safe to paste.
///
/// @param show_secrets  Adds auth_key, in hexadecimal digits. Then it is not safe to paste.
/// @param description   Receives the JSON; free it with tgs_string_free().
///
/// Any thread. TGS_ERROR_LOCKED, _CORRUPT, _IO. Since 0.1.0.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_inspect(
    session: *const tgs_session,
    show_secrets: bool,
    description: *mut *mut c_char,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard(error, || {
        pointer::check_out(description, "description")?;
        let session = session::of(session)?;
        let mut inspection = session.inspect()?;
        if show_secrets {
            inspection = inspection.with_secrets(&session)?;
        }
        let text = zeroize::Zeroizing::new(json(&inspection)?);
        // SAFETY: the caller's promise.
        unsafe { pointer::put(description, text::give(&text)?, "description") }?;
        Ok(tgs_status::TGS_OK)
    })
}

/// Takes any text and says what it is, as a JSON object without secrets: whether it is a session string, of which kind
/// and version, whether it is intact, what was mended, and what is missing or too much.
///
/// @param text          NUL-terminated UTF-8.
/// @param diagnosis     Receives the JSON; free it with tgs_string_free().
///
/// Any thread. Since 0.1.0.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_diagnose(
    text: *const c_char,
    diagnosis: *mut *mut c_char,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard(error, || {
        pointer::check_out(diagnosis, "diagnosis")?;
        // SAFETY: the caller's promise.
        let found = json(&diagnose(unsafe { text::required(text, "text") }?))?;
        // SAFETY: the caller's promise.
        unsafe { pointer::put(diagnosis, text::give(&found)?, "diagnosis") }?;
        Ok(tgs_status::TGS_OK)
    })
}
