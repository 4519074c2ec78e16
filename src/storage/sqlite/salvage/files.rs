//! The bytes of a database's files, read past SQLite and never written.

use std::io::{self, Read};
use std::path::Path;
use std::time::SystemTime;

use zeroize::Zeroizing;

use super::pages::Files;
use crate::error::{Error, ErrorCode, Result};
use crate::host::fs;
use crate::redact;
use crate::storage::{descriptors, file};

const TRIES: usize = 5;
const SUFFIXES: [&str; 3] = ["", "-wal", "-journal"];

/// The database, its WAL and its journal.
pub struct OwnedFiles([Zeroizing<Vec<u8>>; 3]);

impl OwnedFiles {
    /// Reads them, once more if one of them changed meanwhile. A damaged file is no reason to refuse; a larger one is.
    pub fn read(path: &Path, largest: u64) -> Result<Self> {
        let mut files = Self([read(path, "", largest)?, Zeroizing::default(), Zeroizing::default()]);
        for _ in 0..TRIES {
            let before = stamps(path);
            for (slot, suffix) in files.0.iter_mut().zip(SUFFIXES) {
                *slot = read(path, suffix, largest)?;
            }
            if before == stamps(path) {
                break;
            }
        }
        Ok(files)
    }

    /// Borrows them.
    pub fn borrow(&self) -> Files<'_> {
        let [database, wal, journal] = &self.0;
        Files { database, wal, journal }
    }
}

fn stamps(path: &Path) -> [Option<(u64, Option<SystemTime>)>; 3] {
    SUFFIXES.map(|suffix| {
        let metadata = fs::metadata(file::beside(path, suffix)).ok()?;
        Some((metadata.len(), metadata.modified().ok()))
    })
}

fn read(path: &Path, suffix: &str, largest: u64) -> Result<Zeroizing<Vec<u8>>> {
    let path = file::beside(path, suffix);
    let len = match fs::metadata(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound && !suffix.is_empty() => return Ok(Zeroizing::default()),
        other => other.map_err(|error| Error::io(&path, "read", &error))?.len(),
    };
    let too_large = || {
        let message = format!("cannot read '{}': it is larger than {largest} bytes", redact::path(&path));
        Error::new(ErrorCode::Unsupported, message)
    };
    let room = usize::try_from(len).ok().filter(|_| len <= largest).ok_or_else(too_large)?;
    // Of its whole length at once: a vector that grows leaves copies of the key behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(room.saturating_add(1)));
    let read = descriptors::with_file(&path, |file| file.take(len).read_to_end(&mut bytes));
    read.map_err(|error| Error::io(&path, "read", &error))?;
    Ok(bytes)
}
