//! Session strings out, one session into another, and what a session or a text is.

use std::ffi::c_char;
use std::path::Path;
use std::sync::PoisonError;

use super::error::tgs_error;
use super::guard::{guard, guard_secret};
use super::options::{self, OPTIONS, tgs_options};
use super::pointer;
use super::session::{self, tgs_session};
use super::status::tgs_status;
use super::text::{self, json};
use crate::error::Result;
use crate::model::{FileFormat, StringFormat};
use crate::session::{ConvertOptions, convert_with, diagnose, export_file, parse_override};
use crate::storage::Change;

/// # Conversion
///
/// A session can become a session string, or be copied into a session of another client. The library works out what it
/// can (the address from the data centre, is_bot from the account's own peer) and never makes a value up: if the target
/// needs one that is unknown, the call returns TGS_ERROR_INCOMPLETE and names it, and you pass it in as an override.
///
/// ```c
/// const char *const overrides[] = {"user_id=777000123", "is_bot=false"};
/// tgs_session *target = NULL;
/// tgs_open("for_pyrogram.session", NULL, &target, &error);
/// tgs_convert(session, target, overrides, 2, NULL, &error);
/// tgs_close(target);
/// ```
///
/// ---
///
/// Writes the session as a session string: the complete login in one text, without its peers. Guard it like a password.
///
/// @param[in] session The session.
/// @param[in] format "pyrogram" (Pyrogram 2 and all its forks), "pyrogram-1", "telethon", "gramjs", "mtcute",
///     "mtkruto" or "gogram".
/// @param[out] text Receives the session string. Free it with tgs_string_free().
/// @param[out] report NULL, or receives as JSON what of the session is in the string, for which all peers are read.
///     Free it with tgs_string_free().
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_INCOMPLETE if the format needs fields that are unknown (the message names them);
///     TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
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
    // SAFETY: the caller's promise.
    guard_secret(error, || unsafe { put_string(session, format, &[], text, report) })
}

/// Exports a session. Without a report and overrides no peers are read.
///
/// SAFETY: the pointers are as those of `tgs_export_session_string`.
pub(super) unsafe fn put_string(
    session: *const tgs_session,
    format: *const c_char,
    overrides: &[Change],
    text: *mut *mut c_char,
    report: *mut *mut c_char,
) -> Result<tgs_status> {
    pointer::check_out(text, "text")?;
    // SAFETY: as this function's.
    let format: StringFormat = unsafe { text::required(format, "format") }?.parse()?;
    let session = session::from_handle(session)?;
    let string = if report.is_null() && overrides.is_empty() {
        session.export_string(format)?
    } else {
        let (string, what) = session.export_with(format, overrides)?;
        // SAFETY: as this function's.
        unsafe { put_report(report, &what) }?;
        string
    };
    // SAFETY: as this function's.
    unsafe { pointer::put(text, text::into_raw(&string)?, "text") }?;
    Ok(tgs_status::TGS_OK)
}

/// SAFETY: `report` is NULL or a place for a pointer.
pub(super) unsafe fn put_report(report: *mut *mut c_char, what: &impl serde::Serialize) -> Result<()> {
    if report.is_null() {
        return Ok(());
    }
    // SAFETY: as this function's.
    unsafe { pointer::put(report, text::into_raw(&json(what)?)?, "report") }
}

/// Copies everything from one session to another in one transaction: fields, peers, update states, sent files. What the
/// target's client cannot store is kept aside in tables of this library, and comes back from there when you convert
/// again.
///
/// @param[in] source The session to copy.
/// @param[in,out] target The session to fill: one without a login, or with the same login.
/// @param[in] overrides Values that you know, like "user_id=123456" or "is_bot=false". They win over the source's.
///     NULL if there are none.
/// @param[in] override_count How many.
/// @param[out] report NULL, or receives as JSON what became of each field and table: kept, overridden, derived (and
///     from what), kept_aside, missing or unusable (a number out of its field's range). What stands beside the session
///     in its store is no part of it and is named as left_behind: foreign_tables (other programs' tables in its file:
///     name, rows), other_logins (further rows of logins, other accounts) and other_keys (of other data centres:
///     dc_id, auth_key_id); remarks are sentences that its owner should read. A list that would be empty is not there.
///     Free it with tgs_string_free().
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_INCOMPLETE if the target's client would destroy the session, or ask its user, because
///     a value is unknown (user_id, is_bot, test_mode or api_id in the Pyrogram family): then nothing is written;
///     TGS_ERROR_INVALID_ARGUMENT, also if the target has another login; TGS_ERROR_READ_ONLY, TGS_ERROR_LOCKED,
///     TGS_ERROR_DISK_FULL, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_convert(
    source: *const tgs_session,
    target: *mut tgs_session,
    overrides: *const *const c_char,
    override_count: usize,
    report: *mut *mut c_char,
    error: *mut *mut tgs_error,
) -> tgs_status {
    // SAFETY: the caller's promise.
    guard_secret(error, || unsafe {
        put_session(source, target, std::ptr::null(), &changes(overrides, override_count)?, report)
    })
}

/// Whether tgs_convert_with_options() takes along other programs' tables: those in the source's file that are no part
/// of the session, with their rows and indexes. A view, a virtual table and a trigger are never taken, because they run
/// code. Opening a session does not look at it.
///
/// @param[in,out] options The options to change.
/// @param[in] keep Whether to take them along. The default is false: they stay behind, and the report names them.
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK.
#[unsafe(no_mangle)]
pub extern "C" fn tgs_options_set_keep_foreign_tables(
    options: *mut tgs_options,
    keep: bool,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard(error, || {
        OPTIONS.get(options)?.lock().unwrap_or_else(PoisonError::into_inner).keep_foreign_tables = keep;
        Ok(tgs_status::TGS_OK)
    })
}

/// As tgs_convert(), with options.
///
/// ```c
/// tgs_options *options = tgs_options_new();
/// tgs_options_set_keep_foreign_tables(options, true, NULL);
/// tgs_convert_with_options(session, target, options, NULL, 0, NULL, &error);
/// tgs_options_free(options);
/// ```
///
/// @param[in] source The session to copy.
/// @param[in,out] target As for tgs_convert().
/// @param[in] options Whether other programs' tables are taken along: tgs_options_set_keep_foreign_tables(). No other
///     option counts here. NULL for the defaults. You may free them after the call.
/// @param[in] overrides As for tgs_convert(). NULL if there are none.
/// @param[in] override_count How many.
/// @param[out] report NULL, or receives what tgs_convert() reports; a table that was taken along has the outcome
///     taken_along. Free it with tgs_string_free().
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return As tgs_convert(). TGS_ERROR_UNSUPPORTED if the tables are wanted and the target is no SQLite file: then
///     nothing is written; and if one has a name that the target's layout uses itself: then the session is written, and none
///     of the tables.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_convert_with_options(
    source: *const tgs_session,
    target: *mut tgs_session,
    options: *const tgs_options,
    overrides: *const *const c_char,
    override_count: usize,
    report: *mut *mut c_char,
    error: *mut *mut tgs_error,
) -> tgs_status {
    // SAFETY: the caller's promise.
    guard_secret(error, || unsafe {
        put_session(source, target, options, &changes(overrides, override_count)?, report)
    })
}

/// SAFETY: the pointers are as those of `tgs_convert_with_options`.
unsafe fn put_session(
    source: *const tgs_session,
    target: *mut tgs_session,
    options: *const tgs_options,
    overrides: &[Change],
    report: *mut *mut c_char,
) -> Result<tgs_status> {
    let (source, target) = (session::from_handle(source)?, session::from_handle(target)?);
    let keep_foreign_tables = options::chosen(options)?.keep_foreign_tables;
    let what = convert_with(
        &source,
        &target,
        &ConvertOptions { overrides, keep_foreign_tables, ..ConvertOptions::default() },
    )?;
    // SAFETY: as this function's.
    unsafe { put_report(report, &what) }?;
    Ok(tgs_status::TGS_OK)
}

/// SAFETY: `overrides` is NULL or leads to `count` texts.
pub(super) unsafe fn changes(overrides: *const *const c_char, count: usize) -> Result<Vec<Change>> {
    // SAFETY: as this function's.
    let overrides = unsafe { pointer::array(overrides, count, "overrides") }?;
    // SAFETY: as this function's.
    overrides.iter().map(|one| parse_override(unsafe { text::required(*one, "an override") }?)).collect()
}

/// Writes the session as a new file of another client that is made as a whole, readable by its owner only. What the
/// format has no place for is left out. A file that is there is never written over; where the call fails there is no
/// new one.
///
/// @param[in] source The session to write.
/// @param[in] format "gotd" (the JSON of gotd/td), "gogram" (its session.dat, under the key in gogram's source: whoever
///     can read the file has the login), "grammers" (the TL of grammers-session 0.4 to 0.7), the SQLite databases "mtcute"
///     and "grammers-sqlite" (grammers-session 0.8 and later), or for a new folder "storesession" (GramJS's and
///     teleproto's) or "tdata" (Telegram Desktop's, without a passcode: tgs_export_file_with_options() writes one).
/// @param[in] path The new file or folder. The folder around it has to be there.
/// @param[in] overrides Values that you know, as for tgs_convert(). NULL if there are none.
/// @param[in] override_count How many.
/// @param[out] report NULL, or receives as JSON what became of each field and table, as tgs_convert() gives it, with
///     left_out for what the format has no place for. Free it with tgs_string_free().
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_INCOMPLETE if the format needs fields that are unknown (the message names them);
///     TGS_ERROR_INVALID_ARGUMENT, also if the file is there already; TGS_ERROR_FILE_NOT_FOUND without its folder;
///     TGS_ERROR_PERMISSION_DENIED, TGS_ERROR_DISK_FULL, TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_export_file(
    source: *const tgs_session,
    format: *const c_char,
    path: *const c_char,
    overrides: *const *const c_char,
    override_count: usize,
    report: *mut *mut c_char,
    error: *mut *mut tgs_error,
) -> tgs_status {
    // SAFETY: the caller's promise.
    guard_secret(error, || unsafe {
        put_file(source, format, path, std::ptr::null(), &changes(overrides, override_count)?, report)
    })
}

/// As tgs_export_file(), with options.
///
/// ```c
/// tgs_options *options = tgs_options_new();
/// tgs_options_set_passcode(options, passcode, NULL);
/// tgs_export_file_with_options(session, "tdata", "tdata", options, NULL, 0, NULL, &error);
/// tgs_options_free(options);
/// ```
///
/// @param[in] source The session to write.
/// @param[in] format As for tgs_export_file().
/// @param[in] path The new file or folder. The folder around it has to be there.
/// @param[in] options The passcode of a new "tdata", which Telegram Desktop asks for. Of the other options only
///     tgs_options_set_keep_foreign_tables() counts here. NULL for none. You may free them after the call.
/// @param[in] overrides Values that you know, as for tgs_convert(). NULL if there are none.
/// @param[in] override_count How many.
/// @param[out] report NULL, or receives what tgs_export_file() reports. Free it with tgs_string_free().
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return As tgs_export_file(); TGS_ERROR_UNSUPPORTED for a passcode where the format has none, and for other programs'
///     tables, which none of these formats takes.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_export_file_with_options(
    source: *const tgs_session,
    format: *const c_char,
    path: *const c_char,
    options: *const tgs_options,
    overrides: *const *const c_char,
    override_count: usize,
    report: *mut *mut c_char,
    error: *mut *mut tgs_error,
) -> tgs_status {
    // SAFETY: the caller's promise.
    guard_secret(error, || unsafe {
        put_file(source, format, path, options, &changes(overrides, override_count)?, report)
    })
}

/// SAFETY: the pointers are as those of `tgs_export_file_with_options`.
unsafe fn put_file(
    source: *const tgs_session,
    format: *const c_char,
    path: *const c_char,
    options: *const tgs_options,
    overrides: &[Change],
    report: *mut *mut c_char,
) -> Result<tgs_status> {
    let (source, chosen) = (session::from_handle(source)?, options::chosen(options)?);
    // SAFETY: as this function's.
    let (format, path) = unsafe { (text::required(format, "format")?, text::required(path, "path")?) };
    let format: FileFormat = format.parse()?;
    let options = ConvertOptions {
        overrides,
        given: &[],
        keep_foreign_tables: chosen.keep_foreign_tables,
        passcode: chosen.opening.passcode.as_ref(),
    };
    let what = export_file(&source, format, Path::new(path), &options)?;
    // SAFETY: as this function's.
    unsafe { put_report(report, &what) }?;
    Ok(tgs_status::TGS_OK)
}

/// Describes the session as a JSON object: format, version, dc_id, server_address, port, api_id, test_mode, auth_key_id
/// (16 hexadecimal digits), user_id, is_bot, date, takeout_id, and the counts peers, usernames, update_states and
/// sent_files. Absent values are null. If there are any: foreign_tables, other_logins and other_keys, as in the report
/// of tgs_convert(); data_centers (dc_id, auth_key_id, has_tmp_auth_key, addresses: what tgs_get_dc() gives, beside the
/// fields); remarks (sentences that its owner should read).
///
/// @param[in] session The session.
/// @param[in] show_secrets false: the description holds no secret. true: it also has auth_key, in hexadecimal
///     digits.
/// @param[out] description Receives the JSON. Free it with tgs_string_free().
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK; TGS_ERROR_LOCKED, TGS_ERROR_CORRUPT or TGS_ERROR_IO.
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
    guard_secret(error, || {
        pointer::check_out(description, "description")?;
        let session = session::from_handle(session)?;
        let mut inspection = session.inspect()?;
        if show_secrets {
            inspection = inspection.with_secrets(&session)?;
        }
        let text = zeroize::Zeroizing::new(json(&inspection)?);
        // SAFETY: the caller's promise.
        unsafe { pointer::put(description, text::into_raw(&text)?, "description") }?;
        Ok(tgs_status::TGS_OK)
    })
}

/// Says what a text is, as a JSON object without secrets: whether it is a session string, of which kind and version,
/// whether it is intact, what was repaired, and what is missing or too much.
///
/// @param[in] text Any text, NUL-terminated UTF-8.
/// @param[out] diagnosis Receives the JSON. Free it with tgs_string_free().
/// @param[out] error NULL, or receives NULL or an error, which you free with tgs_error_free().
/// @return TGS_OK.
///
/// # Safety
/// The pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_diagnose(
    text: *const c_char,
    diagnosis: *mut *mut c_char,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard_secret(error, || {
        pointer::check_out(diagnosis, "diagnosis")?;
        // SAFETY: the caller's promise.
        let found = json(&diagnose(unsafe { text::required(text, "text") }?))?;
        // SAFETY: the caller's promise.
        unsafe { pointer::put(diagnosis, text::into_raw(&found)?, "diagnosis") }?;
        Ok(tgs_status::TGS_OK)
    })
}
