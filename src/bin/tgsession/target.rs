//! Makes the new session of a conversion: complete or not at all, and never over an existing one.

use std::path::Path;

use tgsession::codec::looks_like_session_string;
use tgsession::model::FileFormat;
use tgsession::redact;
use tgsession::session::{
    ConvertOptions, EncryptionKey, NewFile, Options, Report, Session, convert_into_file, convert_with, export_file,
};
use tgsession::storage::private_file;
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
        Ok(_) => Err(Failure::Failed(format!("'{}' already exists and is not overwritten", redact::path(target)))),
        Err(_) => Ok(()),
    }
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

/// What a new file is.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A SQLite file in a client's layout.
    Layout(NewFile),
    /// Another file of a client.
    File(FileFormat),
}

impl Kind {
    /// From a name like `telethon@7` or `gotd`.
    pub fn named(name: &str) -> tgsession::Result<Self> {
        match name.parse() {
            Ok(format) => Ok(Self::File(format)),
            Err(_) => NewFile::named(name).map(Self::Layout),
        }
    }

    /// Every name that there is.
    pub fn names() -> String {
        let files = FileFormat::names().into_iter().map(str::to_owned);
        NewFile::names().into_iter().chain(files).collect::<Vec<_>>().join(", ")
    }
}

/// Converts a session into a new file, which is encrypted if there is a key.
pub fn make(
    source: &Session,
    target: &Path,
    kind: Kind,
    key: Option<EncryptionKey>,
    options: &ConvertOptions<'_>,
) -> tgsession::Result<Report> {
    private_file::check_folder(target)?;
    match kind {
        Kind::File(format) if key.is_some() => {
            let message =
                format!("a file of {} cannot be encrypted with a passphrase: only SQLite files are", format.name());
            Err(Error::new(ErrorCode::Unsupported, message))
        }
        Kind::File(format) => export_file(source, format, target, options),
        Kind::Layout(new_file) => convert_into_file(source, new_file, target, key, options),
    }
}
