//! What JavaScript needs beside the functions of the header: memory, the files in the module's memory, and what the command
//! line does through Rust's interface. `bindings/web` is the only caller; none of it is in the header.

use std::ffi::c_char;
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use serde::Serialize;
use zeroize::Zeroize;

use super::bytes::put_bytes;
use super::conversion::{changes, put_report, put_string};
use super::error::tgs_error;
use super::guard::guard_secret;
use super::panic::guard_or;
use super::pointer;
use super::session::{self, tgs_session};
use super::status::tgs_status;
use super::text::{self, json};
use crate::error::{Error, Result};
use crate::host::web::fs;
use crate::model::{Field, FileFormat, StringFormat};
use crate::session::{
    ByteOptions, ConvertOptions, NewFile, Passcode, SalvageOptions, Session, convert_with, examine, export_file,
    salvage, tdata_accounts,
};
use crate::storage::private_file;

// Enough for every struct of the header.
#[repr(C, align(8))]
#[derive(Clone, Copy)]
struct Word([u8; 8]);

/// Gives memory of `len` bytes, all zero, aligned for every struct. Where there is none the module ends.
#[unsafe(no_mangle)]
pub extern "C" fn tgs_web_alloc(len: usize) -> *mut u8 {
    guard_or(std::ptr::null_mut(), || {
        let words = vec![Word([0; 8]); len.div_ceil(8).max(1)].into_boxed_slice();
        Box::into_raw(words).cast()
    })
}

/// Overwrites and frees memory of [`tgs_web_alloc`].
///
/// # Safety
/// `bytes` is NULL or came from [`tgs_web_alloc`] with this `len`, and was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_web_free(bytes: *mut u8, len: usize) {
    guard_or((), || {
        if !bytes.is_null() {
            let words = std::ptr::slice_from_raw_parts_mut(bytes.cast::<Word>(), len.div_ceil(8).max(1));
            // SAFETY: a boxed slice of that length.
            unsafe { Box::from_raw(words) }.iter_mut().for_each(|word| word.0.zeroize());
        }
    });
}

/// Puts a file at a path, in place of one that is there. `modified` is in milliseconds since 1970; 0 if nobody knows.
///
/// # Safety
/// The pointers are as those of the header's functions.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_web_put_file(
    path: *const c_char,
    bytes: *const u8,
    len: usize,
    modified: f64,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard_secret(error, || {
        // SAFETY: the caller's promise.
        let (path, bytes) = unsafe { (text::required(path, "path")?, pointer::array(bytes, len, "bytes")?) };
        let modified = Duration::try_from_secs_f64(modified / 1000.0).ok().filter(|time| !time.is_zero());
        fs::put(Path::new(path), bytes.to_vec(), modified.map(|time| UNIX_EPOCH + time));
        Ok(tgs_status::TGS_OK)
    })
}

/// Reads a file. The bytes are freed by `tgs_bytes_free`.
///
/// # Safety
/// The pointers are as those of the header's functions.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_web_read_file(
    path: *const c_char,
    bytes: *mut *mut u8,
    len: *mut usize,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard_secret(error, || {
        // SAFETY: the caller's promise.
        let path = Path::new(unsafe { text::required(path, "path") }?);
        let content = fs::read(path).map_err(|error| Error::io(path, "read", &error))?;
        // SAFETY: the caller's promise.
        unsafe { put_bytes(content, bytes, len) }?;
        Ok(tgs_status::TGS_OK)
    })
}

/// Lists the paths of all files at or below a path, as a JSON array.
///
/// # Safety
/// The pointers are as those of the header's functions.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_web_list_files(
    path: *const c_char,
    paths: *mut *mut c_char,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard_secret(error, || {
        // SAFETY: the caller's promise.
        let found = fs::below(Path::new(unsafe { text::required(path, "path") }?));
        // SAFETY: the caller's promise.
        unsafe { put_json(paths, &found, "paths") }?;
        Ok(tgs_status::TGS_OK)
    })
}

/// Overwrites and removes all files at or below a path.
///
/// # Safety
/// The pointers are as those of the header's functions.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_web_remove_files(path: *const c_char, error: *mut *mut tgs_error) -> tgs_status {
    guard_secret(error, || {
        // SAFETY: the caller's promise.
        fs::remove_below(Path::new(unsafe { text::required(path, "path") }?));
        Ok(tgs_status::TGS_OK)
    })
}

/// The formats that a session can be converted into, as a JSON object of arrays: `layouts` of SQLite files, `files` that are
/// made as a whole, `strings`; and `fields`, which overrides name.
///
/// # Safety
/// The pointers are as those of the header's functions.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_web_formats(formats: *mut *mut c_char, error: *mut *mut tgs_error) -> tgs_status {
    #[derive(Serialize)]
    struct Formats {
        layouts: Vec<String>,
        files: Vec<&'static str>,
        strings: Vec<&'static str>,
        fields: Vec<String>,
    }
    guard_secret(error, || {
        let found = Formats {
            layouts: NewFile::names(),
            files: FileFormat::names(),
            strings: StringFormat::ALL.map(StringFormat::name).to_vec(),
            fields: Field::names().split(", ").map(str::to_owned).collect(),
        };
        // SAFETY: the caller's promise.
        unsafe { put_json(formats, &found, "formats") }?;
        Ok(tgs_status::TGS_OK)
    })
}

/// Examines what a location names, as `tgsession doctor` does: a JSON object without secrets.
///
/// # Safety
/// The pointers are as those of the header's functions.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_web_examine(
    location: *const c_char,
    examination: *mut *mut c_char,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard_secret(error, || {
        // SAFETY: the caller's promise.
        let found = examine(unsafe { text::required(location, "location") }?)?;
        // SAFETY: the caller's promise.
        unsafe { put_json(examination, &found, "examination") }?;
        Ok(tgs_status::TGS_OK)
    })
}

/// Takes what is left of a session in a damaged file, as `tgsession doctor --salvage` does.
///
/// # Safety
/// The pointers are as those of the header's functions.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_web_salvage(
    location: *const c_char,
    auth_key_id: *const c_char,
    session: *mut *mut tgs_session,
    report: *mut *mut c_char,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard_secret(error, || {
        pointer::check_out(session, "session")?;
        // SAFETY: the caller's promise.
        let (location, auth_key_id) =
            unsafe { (text::required(location, "location")?, text::optional(auth_key_id, "auth_key_id")?) };
        let options = SalvageOptions { auth_key_id: auth_key_id.map(str::to_owned), ..SalvageOptions::default() };
        let found = salvage(location, &options)?;
        // SAFETY: the caller's promise.
        unsafe {
            put_json(report, &found.report, "report")?;
            pointer::put(session, session::into_handle(found.session), "session")?;
        }
        Ok(tgs_status::TGS_OK)
    })
}

/// The indexes of the accounts in Telegram Desktop's folder, as a JSON array; `TGS_NOT_FOUND` if a path leads to none.
///
/// # Safety
/// The pointers are as those of the header's functions.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_web_list_accounts(
    path: *const c_char,
    passcode: *const c_char,
    accounts: *mut *mut c_char,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard_secret(error, || {
        // SAFETY: the caller's promise.
        let (path, passcode) = unsafe { (text::required(path, "path")?, text::optional(passcode, "passcode")?) };
        let passcode = passcode.map(Passcode::new);
        let Some(found) = tdata_accounts(Path::new(path), passcode.as_ref())? else {
            return Ok(tgs_status::TGS_NOT_FOUND);
        };
        // SAFETY: the caller's promise.
        unsafe { put_json(accounts, &found, "accounts") }?;
        Ok(tgs_status::TGS_OK)
    })
}

/// Writes a session as a new file or folder at a path, in any of the formats of [`tgs_web_formats`] that are no strings, as
/// `tgsession convert` does.
///
/// # Safety
/// The pointers are as those of the header's functions.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_web_convert(
    source: *const tgs_session,
    format: *const c_char,
    path: *const c_char,
    overrides: *const *const c_char,
    override_count: usize,
    passcode: *const c_char,
    keep_foreign_tables: bool,
    report: *mut *mut c_char,
    error: *mut *mut tgs_error,
) -> tgs_status {
    guard_secret(error, || {
        let source = session::from_handle(source)?;
        // SAFETY: the caller's promise.
        let (format, path) = unsafe { (text::required(format, "format")?, text::required(path, "path")?) };
        // SAFETY: the caller's promise.
        let (overrides, passcode) =
            unsafe { (changes(overrides, override_count)?, text::optional(passcode, "passcode")?) };
        let passcode = passcode.map(Passcode::new);
        let options =
            ConvertOptions { overrides: &overrides, given: &[], keep_foreign_tables, passcode: passcode.as_ref() };
        let path = Path::new(path);
        let what = match format.parse::<FileFormat>() {
            Ok(format) => export_file(&source, format, path, &options)?,
            Err(_) => {
                let target = Session::new_in_bytes(NewFile::named(format)?, "the new session", None)?;
                let what = convert_with(&source, &target, &options)?;
                private_file::put(path, &target.to_bytes(ByteOptions::default())?)?;
                what
            }
        };
        // SAFETY: the caller's promise.
        unsafe { put_report(report, &what) }?;
        Ok(tgs_status::TGS_OK)
    })
}

/// As `tgs_export_session_string`, with overrides.
///
/// # Safety
/// The pointers are as those of the header's functions.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tgs_web_export_string(
    source: *const tgs_session,
    format: *const c_char,
    overrides: *const *const c_char,
    override_count: usize,
    text: *mut *mut c_char,
    report: *mut *mut c_char,
    error: *mut *mut tgs_error,
) -> tgs_status {
    // SAFETY: the caller's promise.
    guard_secret(error, || unsafe { put_string(source, format, &changes(overrides, override_count)?, text, report) })
}

/// SAFETY: `place` is NULL or a place for a pointer.
unsafe fn put_json(place: *mut *mut c_char, value: &impl Serialize, name: &str) -> Result<()> {
    pointer::check_out(place, name)?;
    // SAFETY: as this function's.
    unsafe { pointer::put(place, text::into_raw(&json(value)?)?, name) }
}
