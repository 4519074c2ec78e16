//! Makes the new session of a conversion: complete or not at all, and never over an existing one.

use std::path::Path;

use tempfile::TempPath;
use tgsession::codec::looks_like_session_string;
use tgsession::redact;
use tgsession::session::{NewFile, Options, Report, Session, convert};
use tgsession::storage::{Change, file, private_file};
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
pub fn make_in_store(source: &Session, target: &str, overrides: &[Change]) -> tgsession::Result<Report> {
    let there = Session::open(target, &location::read_only());
    if let Ok(there) = there.and_then(|session| session.location()) {
        return Err(Error::invalid_argument(format!("'{there}' already exists and is not overwritten")));
    }
    let session = Session::open(target, &Options::default())?;
    // The first write creates the session.
    convert(source, &session, overrides)
}

/// Converts a session into a new file.
pub fn make(source: &Session, target: &Path, new_file: NewFile, overrides: &[Change]) -> tgsession::Result<Report> {
    let parent = tgsession::storage::file::folder_of(target);
    if !parent.is_dir() {
        // Of the whole path: a secret with a slash in it is told from a folder only there.
        let shown = redact::path(target);
        let parent = file::folder_of(Path::new(&shown)).display();
        let message = format!("cannot create '{shown}': the folder '{parent}' does not exist");
        return Err(Error::new(ErrorCode::FileNotFound, message));
    }
    // The draft is made in a folder for its owner alone beside the target, which is removed with everything in it if a step fails.
    let place = file::reachable(target);
    let folder = private_file::temporary_folder_in(file::folder_of(&place));
    let folder = folder.map_err(|error| Error::io(parent, "make a file in", &error))?;
    let draft = folder.path().join("draft.session");
    // The user knows the target, not the draft: messages name the target.
    let rename = |error: Error| {
        let message = error.to_string().replace(&redact::path(&draft), &redact::path(target));
        Error::new(error.code(), message)
    };
    let report = fill(source, &draft, new_file, overrides).map_err(rename)?;
    file::sync(&draft).map_err(|error| Error::io(target, "write", &error))?;
    put(&draft, target)?;
    Ok(report)
}

fn fill(source: &Session, draft: &Path, new_file: NewFile, overrides: &[Change]) -> tgsession::Result<Report> {
    let session = Session::open(&location::text_of(draft)?, &Options { new_file, ..Options::default() })?;
    convert(source, &session, overrides)
}

fn put(draft: &Path, target: &Path) -> tgsession::Result<()> {
    let draft = TempPath::try_from_path(draft).map_err(|error| Error::io(target, "create", &error))?;
    match draft.persist_noclobber(file::reachable(target)) {
        Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => {
            Err(Error::new(ErrorCode::InvalidArgument, exists(target)))
        }
        other => {
            other.map_err(|error| Error::io(target, "create", &error.error))?;
            file::sync_folder(target)
        }
    }
}
