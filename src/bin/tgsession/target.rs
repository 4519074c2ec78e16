//! A new session: wholly there or not at all, and never in the place of another.

use std::fs::File;
use std::path::Path;

use tempfile::TempPath;
use tgsession::codec::looks_like_session_string;
use tgsession::session::{NewFile, Options, Report, Session, convert};
use tgsession::storage::{Change, file, private_file};
use tgsession::{Error, ErrorCode};

use crate::failure::{Failure, Result};
use crate::location;

/// Refuses what cannot be a new file's name. Such a text is not repeated: it may be a session string.
pub fn check(target: &str) -> Result<()> {
    let wrong = |message: &str| Err(Failure::WrongUse(format!("TARGET {message}")));
    if target == ":memory:" || target == "-" {
        return wrong("must be a path; a session string is made by `tgsession export`");
    }
    if !Path::new(target).exists() && looks_like_session_string(target) {
        return wrong("is a session string, not a path");
    }
    refuse_existing(Path::new(target))
}

/// Refuses a path that leads to anything.
pub fn refuse_existing(target: &Path) -> Result<()> {
    match target.symlink_metadata() {
        Ok(_) => Err(Failure::Failed(exists(target))),
        Err(_) => Ok(()),
    }
}

fn exists(target: &Path) -> String {
    format!("'{}' exists already, and nothing is overwritten", target.display())
}

/// Converts a session into a new one in a database.
pub fn make_in_store(source: &Session, target: &str, given: &[Change]) -> tgsession::Result<Report> {
    let there = Session::open(target, &location::read_only());
    if let Ok(there) = there.and_then(|session| session.location()) {
        return Err(Error::invalid_argument(format!("'{there}' exists already, and nothing is overwritten")));
    }
    let session = Session::open(target, &Options::default())?;
    // A session that is not there yet is made by its first write.
    convert(source, &session, given)
}

/// Converts a session into a new file.
pub fn make(source: &Session, target: &Path, new_file: NewFile, given: &[Change]) -> tgsession::Result<Report> {
    let parent = tgsession::storage::file::folder_of(target);
    if !parent.is_dir() {
        let message = format!("cannot create '{}': there is no folder '{}'", target.display(), parent.display());
        return Err(Error::new(ErrorCode::FileNotFound, message));
    }
    // In a folder of its own, which is its owner's only and goes with everything in it when something fails.
    let folder = private_file::temporary_folder_in(parent);
    let folder = folder.map_err(|error| Error::io(parent, "make a file in", &error))?;
    let draft = folder.path().join("draft.session");
    // Whoever reads of an error has not heard of the draft.
    let rename = |error: Error| {
        let message = error.to_string().replace(&*draft.to_string_lossy(), &target.to_string_lossy());
        Error::new(error.code(), message)
    };
    let report = fill(source, &draft, new_file, given).map_err(rename)?;
    let synced = File::open(&draft).and_then(|draft| draft.sync_all());
    synced.map_err(|error| Error::io(target, "write", &error))?;
    put(&draft, target)?;
    Ok(report)
}

fn fill(source: &Session, draft: &Path, new_file: NewFile, given: &[Change]) -> tgsession::Result<Report> {
    let session = Session::open(&location::text_of(draft)?, &Options { new_file, ..Options::default() })?;
    convert(source, &session, given)
}

fn put(draft: &Path, target: &Path) -> tgsession::Result<()> {
    let draft = TempPath::try_from_path(draft).map_err(|error| Error::io(target, "create", &error))?;
    match draft.persist_noclobber(target) {
        Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => {
            Err(Error::new(ErrorCode::InvalidArgument, exists(target)))
        }
        other => {
            other.map_err(|error| Error::io(target, "create", &error.error))?;
            file::sync_folder(target)
        }
    }
}
