//! What a location is, told by its shape, and the engine for it.

use std::path::Path;

use zeroize::Zeroizing;

use super::options::Options;
use crate::codec;
use crate::error::{Error, ErrorCode, Result};
use crate::model::{Contents, Format};
use crate::storage::file::{self, FileKind};
use crate::storage::sqlite::Sqlite;
use crate::storage::{Capabilities, Memory, Storage};

const MEMORY: &str = ":memory:";

/// Opens whatever a location names.
pub fn open(location: &str, options: &Options) -> Result<Box<dyn Storage>> {
    if location.trim().is_empty() {
        return Err(Error::invalid_argument("the location is empty"));
    }
    if location == MEMORY {
        let format = Format { name: "memory", version: None };
        return Ok(memory(MEMORY, format, &Contents::default(), !options.read_only));
    }
    if let Some(scheme) = url_scheme(location) {
        return Err(no_engine(scheme));
    }
    let path = Path::new(location);
    // A session string that was given as a path must not become a file's name.
    if !path.exists() && codec::looks_like_session_string(location) {
        return open_string(location, options);
    }
    if !path.exists() && codec::diagnose(location).kind == codec::TextKind::BotToken {
        return Err(Error::bad_session_string("the location is a bot token, which logs in but is no session"));
    }
    open_path(path, location, options)
}

/// Lists the sessions in a store that keeps many, by their names.
pub fn list(location: &str) -> Result<Vec<String>> {
    match url_scheme(location) {
        Some(scheme) => Err(no_engine(scheme)),
        None => Err(Error::new(ErrorCode::Unsupported, "only a store that keeps many sessions can list them")),
    }
}

/// The location of the session with this name in a store that keeps many. It may hold the store's password.
pub fn named(store: &str, name: &str) -> Zeroizing<String> {
    let name = percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC);
    let (place, query) = store.split_once('?').unwrap_or((store, ""));
    if url_scheme(store).is_some_and(|scheme| scheme.starts_with("mongodb")) {
        let query = if query.is_empty() { String::new() } else { format!("?{query}") };
        return format!("{}/{name}{query}", place.trim_end_matches('/')).into();
    }
    let query = if query.is_empty() { String::new() } else { format!("{query}&") };
    format!("{place}?{query}session={name}").into()
}

// The rest of the URL may hold a password.
fn no_engine(scheme: &str) -> Error {
    let message = format!("this build of tgsession has no engine for {scheme}:// locations");
    Error::new(ErrorCode::Unsupported, message)
}

// A URL is never taken for a file's name.
fn url_scheme(location: &str) -> Option<&str> {
    let (scheme, _) = location.split_once("://")?;
    let is_scheme = |character: char| character.is_ascii_alphanumeric() || matches!(character, '+' | '-' | '.');
    (scheme.starts_with(|first: char| first.is_ascii_alphabetic()) && scheme.chars().all(is_scheme)).then_some(scheme)
}

/// Opens a session string, in memory.
pub fn open_string(text: &str, options: &Options) -> Result<Box<dyn Storage>> {
    let decoded = codec::decode_session_string(text)?;
    let format = Format { name: decoded.format.name(), version: decoded.version };
    Ok(memory("session string", format, &decoded.data.into(), !options.read_only))
}

fn open_path(path: &Path, location: &str, options: &Options) -> Result<Box<dyn Storage>> {
    match file::kind(path)? {
        FileKind::Sqlite => {}
        FileKind::Json => return open_json(path, location),
        FileKind::Missing if options.create && !options.read_only => options.new_file.create(path, options.wal)?,
        FileKind::Missing => {
            let message = format!("cannot open '{location}': there is no such file");
            return Err(Error::new(ErrorCode::FileNotFound, message));
        }
    }
    Ok(Box::new(Sqlite::open(path, options.read_only, options.busy_timeout)?))
}

// Clients of today only read these files, to convert them, and so do we.
fn open_json(path: &Path, location: &str) -> Result<Box<dyn Storage>> {
    let text = Zeroizing::new(std::fs::read(path).map_err(|error| Error::io(path, "read", &error))?);
    let (format, contents) = codec::decode_json(&text, location)?;
    Ok(memory(location, format, &contents, false))
}

/// A session in memory.
pub fn memory(location: &str, format: Format, contents: &Contents, writable: bool) -> Box<dyn Storage> {
    let usernames_expire = format.name != "telethon";
    let capabilities = Capabilities { persistent: false, writable, usernames_expire, keeps_date: writable };
    Box::new(Memory::new(location, format, contents, capabilities))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_named_in_its_store() {
        let named = |store, name| named(store, name).to_string();
        assert_eq!(named("mongodb://host", "my_bot"), "mongodb://host/my%5Fbot");
        assert_eq!(named("mongodb://host/?tls=true", "a"), "mongodb://host/a?tls=true");
        assert_eq!(named("postgresql://host/db", "a b"), "postgresql://host/db?session=a%20b");
        assert_eq!(named("sqlite:///file?table_prefix=x_", "a&b"), "sqlite:///file?table_prefix=x_&session=a%26b");
    }
}
