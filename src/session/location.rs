//! What a location is, told by its shape, and the engine for it.

use std::path::Path;

use zeroize::Zeroizing;

use super::bytes;
use super::options::{Options, Passcode};
use super::stores;
use crate::codec::{self, Decoded};
use crate::error::{Error, ErrorCode, Result};
use crate::host::{self, fs::Metadata};
use crate::model::{Contents, Format, usernames_expire};
use crate::redact;
use crate::storage::file;
use crate::storage::file_kind::FileKind;
use crate::storage::sqlite::{FileOptions, Sqlite, others};
use crate::storage::{Capabilities, Memory, Storage, store_session, tdata};

const MEMORY: &str = ":memory:";
// Many times more than any has: what is longer is not copied to be looked at.
const LONGEST: usize = 1 << 16;
// Of SQLite.
const SMALLEST_PAGE: u64 = 512;

/// Opens whatever a location names.
pub fn open(location: &str, options: &Options) -> Result<Box<dyn Storage>> {
    let mut storage = find(location, options)?;
    check_used(&mut *storage, options)?;
    Ok(storage)
}

/// Refuses a choice of the caller's that what was opened does not know: it would be taken for made.
pub fn check_used(storage: &mut dyn Storage, options: &Options) -> Result<()> {
    if options.account.is_none() && options.passcode.is_none() && options.database_key.is_none() {
        return Ok(());
    }
    let format = storage.format()?.name;
    options.check_used(storage.location(), format)
}

fn find(location: &str, options: &Options) -> Result<Box<dyn Storage>> {
    if location.trim().is_empty() {
        return Err(Error::invalid_argument("the location is empty"));
    }
    check_len(location)?;
    if location == MEMORY {
        let format = Format { name: "memory", version: None };
        options.check_format(MEMORY, format.name)?;
        options.check_no_key("a session in memory")?;
        return Ok(memory(MEMORY, format, &Contents::default(), !options.read_only));
    }
    if let Some(scheme) = stores::url_scheme(location) {
        options.check_no_key("a session in a store")?;
        return stores::open(scheme, location, options);
    }
    let path = Path::new(location);
    let found = host::fs::metadata(path).ok();
    if found.is_some() || redact::is_meant(location) {
        return open_path(path, location, found.as_ref(), options).map_err(|error| of_part(path, error));
    }
    if location.find("://").is_some_and(|at| at != 1) {
        return Err(Error::invalid_argument("the location is neither a path nor a URL: a URL begins with its scheme"));
    }
    if codec::looks_like_session_string(location) {
        return open_string(location, options);
    }
    if codec::diagnose(location).kind == codec::TextKind::BotToken {
        return Err(Error::bad_session_string("the location is a bot token, which logs in but is not a session"));
    }
    redact::check_new_file(location)?;
    open_path(path, location, None, options)
}

// What no byte of such a file tells.
fn of_part(path: &Path, error: Error) -> Error {
    let is_unknown = [ErrorCode::NotASession, ErrorCode::BadSessionString].contains(&error.code());
    if is_unknown && store_session::is_part(path) {
        return Error::not_a_session(&path.to_string_lossy(), "it is a file of a StoreSession: name the folder");
    }
    // Encrypted bytes are damaged in any way.
    let is_reached = ![ErrorCode::FileNotFound, ErrorCode::PermissionDenied, ErrorCode::Locked].contains(&error.code());
    is_reached.then(|| file::of_postbox(path)).flatten().unwrap_or(error)
}

fn check_len(text: &str) -> Result<()> {
    if text.len() > LONGEST {
        let message = format!("the text is {} bytes long: no location or session string is", text.len());
        return Err(Error::bad_session_string(message));
    }
    Ok(())
}

/// Opens a session string, in memory.
pub fn open_string(text: &str, options: &Options) -> Result<Box<dyn Storage>> {
    check_len(text)?;
    options.check_no_key("a session string")?;
    options.check_used("the session string", "")?;
    let decoded = decode_string(text, options)?;
    let format = Format { name: decoded.format.name(), version: decoded.version };
    Ok(memory("session string", format, &decoded.data.into(), !options.read_only))
}

/// Decodes a session string, of the format that the caller expects, if any.
pub fn decode_string(text: &str, options: &Options) -> Result<Decoded> {
    match options.expected_format {
        None => codec::decode_session_string(text),
        Some(expected) => codec::decode_session_string_as(expected.string_format()?, text),
    }
}

fn open_path(path: &Path, location: &str, found: Option<&Metadata>, options: &Options) -> Result<Box<dyn Storage>> {
    let key = options.encryption_key.as_ref();
    let is_folder = found.is_some_and(Metadata::is_dir);
    if is_folder && store_session::is_store(path) {
        options.check_no_key("a StoreSession")?;
        return of_file(location, store_session::read(path, options.max_bytes)?, options);
    }
    if let Some((folder, base)) = tdata::locate_in(path, is_folder)? {
        options.check_no_key("Telegram Desktop's tdata")?;
        let choice =
            tdata::Choice { account: options.account, passcode: options.passcode.as_ref().map(Passcode::as_str) };
        return of_file(location, tdata::read(&folder, &base, choice)?, options);
    }
    match kind(path, found, options)? {
        FileKind::Encrypted if key.is_none() && options.database_key.is_some() => {
            return open_whole(path, location, options);
        }
        FileKind::Encrypted if key.is_none() => return Err(Error::no_key(location)),
        FileKind::Sqlite
        | FileKind::Json
        | FileKind::Gzip
        | FileKind::Base64
        | FileKind::Text
        | FileKind::Binary(_)
            if key.is_some() =>
        {
            return Err(Error::not_encrypted(location));
        }
        FileKind::Sqlite | FileKind::Encrypted => {}
        FileKind::Json | FileKind::Gzip | FileKind::Base64 | FileKind::Text | FileKind::Binary(_) => {
            return open_whole(path, location, options);
        }
        FileKind::Missing if options.create && !options.read_only => {
            options.check_format(location, options.new_file.client())?;
            options.check_used(&redact::shown(location), options.new_file.client())?;
            options.new_file.create(path, options.wal, key)?;
        }
        FileKind::Missing => {
            let message = format!("cannot open '{}': there is no such file", redact::shown(location));
            return Err(Error::new(ErrorCode::FileNotFound, message));
        }
    }
    let Options { read_only, exclusive, busy_timeout, max_bytes, cache_size, .. } = *options;
    let file_options = FileOptions { read_only, exclusive, busy_timeout, max_bytes, cache_size };
    let mut storage = match Sqlite::open(path, file_options, key.cloned()) {
        Err(error) if error.code() == ErrorCode::NotASession => {
            let Some(decoded) = others::of_path(path, busy_timeout, max_bytes, key.cloned())? else {
                return Err(error);
            };
            return of_file(location, decoded, options);
        }
        opened => opened?,
    };
    if options.expected_format.is_some() {
        options.check_format(location, storage.format()?.name)?;
    }
    Ok(Box::new(storage))
}

/// With a key, what is nothing else is tried as an encrypted file: one that is cut off does not look like one.
fn kind(path: &Path, found: Option<&Metadata>, options: &Options) -> Result<FileKind> {
    let has_key = options.encryption_key.is_some();
    match found.map_or_else(|| file::kind(path), |found| file::kind_of(path, found)) {
        Err(error) if options.database_key.is_some() && error.code() == ErrorCode::NotASession => {
            if host::is_file(path) { Ok(FileKind::Encrypted) } else { Err(error) }
        }
        Err(error) if has_key && error.code() == ErrorCode::NotASession && file::len(path) >= SMALLEST_PAGE => {
            Ok(FileKind::Encrypted)
        }
        // It begins with random bytes, and these may be any.
        Ok(FileKind::Gzip | FileKind::Binary(_)) if has_key => Ok(FileKind::Encrypted),
        kind => kind,
    }
}

/// The accounts of Telegram Desktop's folder, whether they can be read or not: the indexes that [`Options::account`] takes.
/// `None` where a path leads to something else.
///
/// # Errors
///
/// Those of opening the folder: without its keys nothing tells of its accounts.
pub fn tdata_accounts(path: &Path, passcode: Option<&Passcode>) -> Result<Option<Vec<i64>>> {
    let Some((folder, base)) = tdata::locate(path)? else { return Ok(None) };
    let found = tdata::accounts(&folder, &base, passcode.map(Passcode::as_str))?;
    Ok(Some(found.into_iter().map(i64::from).collect()))
}

/// Whether a folder is itself a session: a StoreSession, or Telegram Desktop's tdata.
pub fn is_session_folder(path: &Path) -> bool {
    // One that cannot be told is one too: opening it says why.
    let is_other = || tdata::locate(path).is_ok_and(|found| found.is_none_or(|(folder, _)| folder != path));
    host::is_dir(path) && (store_session::is_store(path) || !is_other())
}

/// Whether a path leads to a SQLite database.
pub fn is_sqlite(path: &Path) -> bool {
    file::kind(path).is_ok_and(|kind| kind == FileKind::Sqlite)
}

// Clients of today only read JSON files, and none opens what is packed: they are read into memory, and never written.
fn open_whole(path: &Path, location: &str, options: &Options) -> Result<Box<dyn Storage>> {
    if file::len(path) > options.max_bytes {
        return Err(Error::too_large(location, options.max_bytes));
    }
    let bytes = Zeroizing::new(host::fs::read(path).map_err(|error| Error::io(path, "read", &error))?);
    bytes::storage_of(&bytes, &redact::shown(location), Some(path), &Options { read_only: true, ..options.clone() })
}

/// A session in memory.
pub fn memory(location: &str, format: Format, contents: &Contents, writable: bool) -> Box<dyn Storage> {
    Box::new(engine(location, format, contents, writable))
}

/// A session from a whole file, in memory, if it has the format that is expected.
pub fn of_file(location: &str, file: codec::DecodedFile, options: &Options) -> Result<Box<dyn Storage>> {
    options.check_format(location, file.format.name)?;
    let location = redact::shown(location);
    Ok(Box::new(engine(&location, file.format, &file.contents, false).of_file(file.leftovers)))
}

fn engine(location: &str, format: Format, contents: &Contents, writable: bool) -> Memory {
    let usernames_expire = usernames_expire(format.name);
    let capabilities = Capabilities {
        persistent: false,
        writable,
        usernames_expire,
        keeps_date: writable,
        compacts: true,
        takes_foreign_tables: false,
    };
    Memory::new(location, format, contents, capabilities)
}
