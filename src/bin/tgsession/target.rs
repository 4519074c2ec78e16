//! Makes the new session of a conversion: complete or not at all, and never over an existing one.

use std::path::Path;

use tgsession::codec::looks_like_session_string;
use tgsession::redact;
use tgsession::session::{ByteOptions, ConvertOptions, EncryptionKey, NewFile, Options, Report, Session, convert_with};
use tgsession::storage::{file, private_file};
use tgsession::{Error, ErrorCode};

use crate::failure::{Failure, Result};
use crate::location;

/// Refuses a text that cannot be the name of a new file. The message does not repeat it: it may be a session string.
pub fn check(target: &str) -> Result<()> {
    let wrong = |message: &str| Err(Failure::WrongUse(format!("TARGET {message}")));
    if target == ":memory:" || target == "-" {
        return wrong("must be a path; a session string is made by `tgsession export`");
    }
    if !Path::new(target).exists() && looks_like_session_string(target) {
        return wrong("is a session string, not a path");
    }
    refuse_existing(Path::new(target))?;
    redact::check_new_file(target).map_err(|error| Failure::WrongUse(format!("TARGET: {error}")))
}

/// Refuses a path that exists, be it a broken link.
pub fn refuse_existing(target: &Path) -> Result<()> {
    match target.symlink_metadata() {
        Ok(_) => Err(Failure::Failed(exists(target))),
        Err(_) => Ok(()),
    }
}

fn exists(target: &Path) -> String {
    format!("'{}' already exists and is not overwritten", redact::path(target))
}

/// Converts a session into a new one in a database.
pub fn make_in_store(source: &Session, target: &str, options: &ConvertOptions<'_>) -> tgsession::Result<Report> {
    let there = Session::open(target, &location::read_only());
    if let Ok(there) = there.and_then(|session| session.location()) {
        return Err(Error::invalid_argument(format!("'{there}' already exists and is not overwritten")));
    }
    let session = Session::open(target, &Options::default())?;
    // The first write creates the session.
    convert_with(source, &session, options)
}

/// Converts a session into a new file, which is encrypted if there is a key.
pub fn make(
    source: &Session,
    target: &Path,
    new_file: NewFile,
    key: Option<EncryptionKey>,
    options: &ConvertOptions<'_>,
) -> tgsession::Result<Report> {
    let parent = tgsession::storage::file::folder_of(target);
    if !parent.is_dir() {
        // Of the whole path: a secret with a slash in it is told from a folder only there.
        let shown = redact::path(target);
        let parent = file::folder_of(Path::new(&shown)).display();
        let message = format!("cannot create '{shown}': the folder '{parent}' does not exist");
        return Err(Error::new(ErrorCode::FileNotFound, message));
    }
    // Made in memory, and written when it is complete.
    let session = Session::new_in_bytes(new_file, &redact::path(target), key)?;
    let report = convert_with(source, &session, options)?;
    put(&session.to_bytes(ByteOptions::default())?, target)?;
    Ok(report)
}

/// Makes a file with this content, which only its owner may read.
pub fn put(content: &[u8], target: &Path) -> tgsession::Result<()> {
    match private_file::create(target, content) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            Err(Error::new(ErrorCode::InvalidArgument, exists(target)))
        }
        other => {
            other.map_err(|error| Error::io(target, "create", &error))?;
            file::sync_folder(target)
        }
    }
}
