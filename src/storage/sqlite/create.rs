//! New files: complete or not there at all, and readable only by their owner from the first byte.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::dialects;
use super::fault::Fault;
use crate::error::{Error, ErrorCode, Result};
use crate::redact;
use crate::storage::file;

/// A client's layout in one of the versions that a new file can have.
#[derive(Clone, Copy, Debug)]
pub struct NewFile {
    version: i64,
    sql: &'static [&'static str],
}

impl NewFile {
    /// The layout that every client of the Pyrogram family opens.
    pub fn standard() -> Self {
        let (version, sql) = dialects::pyrogram::DIALECT.creates[0];
        Self { version, sql }
    }

    /// From a name like `telethon` (its newest version that clients use) or `telethon@7`.
    pub fn named(name: &str) -> Result<Self> {
        let (format, version) = match name.split_once('@') {
            Some((format, version)) => (format, Some(version.parse::<i64>().map_err(|_| unknown(name))?)),
            None => (name, None),
        };
        let mut of_format = dialects::ALL
            .iter()
            .filter(|dialect| dialect.name == format)
            .flat_map(|dialect| dialect.creates.iter().map(|(version, sql)| Self { version: *version, sql }));
        of_format.find(|new| version.is_none_or(|version| version == new.version)).ok_or_else(|| unknown(name))
    }

    /// Every name that [`NewFile::named`] takes.
    pub fn names() -> Vec<String> {
        let all = dialects::ALL
            .iter()
            .flat_map(|dialect| dialect.creates.iter().map(|(version, _)| format!("{}@{version}", dialect.name)));
        all.collect()
    }

    /// The client whose layout it is.
    pub fn client(&self) -> &'static str {
        let has = |(version, sql): &(i64, &[&str])| *version == self.version && *sql == self.sql;
        dialects::ALL.iter().find(|dialect| dialect.creates.iter().any(has)).map_or("", |dialect| dialect.name)
    }

    /// Creates the file. If another program creates it at the same time, that one stays.
    pub fn create(&self, path: &Path, wal: bool) -> Result<()> {
        let folder = file::folder_of(path);
        if !folder.is_dir() {
            // Of the whole path: a secret with a slash in it is told from a folder only there.
            let shown = redact::path(path);
            let folder = file::folder_of(Path::new(&shown)).display();
            let message = format!("cannot create '{shown}': there is no folder '{folder}'");
            return Err(Error::new(ErrorCode::FileNotFound, message));
        }
        // Created with mode 0600 under a temporary name, filled, and renamed at the end. On Windows the file has the
        // permissions that its folder hands down: in a user's own folders, that user's only.
        let target = &file::reachable(path);
        let made = tempfile::Builder::new().prefix(".tgsession-").tempfile_in(file::folder_of(target));
        let made = made.map_err(|error| Error::io(path, "create", &error))?.into_temp_path();
        self.fill_file(&made, wal).map_err(|fault| fault.on(&redact::path(path), "create"))?;
        match made.persist_noclobber(target) {
            Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
            other => {
                other.map_err(|error| Error::io(path, "create", &error.error))?;
                file::sync_folder(path)
            }
        }
    }

    fn fill_file(&self, path: &Path, wal: bool) -> Result<(), Fault> {
        let conn = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        self.fill(&conn)?;
        if wal {
            // The mode is in the file's header; closing removes the WAL.
            conn.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
        }
        Ok(conn.close().map_err(|(_, error)| error)?)
    }

    /// Creates the layout in an empty database.
    pub(super) fn fill(&self, conn: &Connection) -> Result<(), Fault> {
        let transaction = conn.unchecked_transaction()?;
        for sql in self.sql {
            transaction.execute_batch(sql)?;
        }
        transaction.execute("INSERT INTO version VALUES (?1)", [self.version])?;
        Ok(transaction.commit()?)
    }
}

fn unknown(name: &str) -> Error {
    let known = NewFile::names().join(", ");
    Error::new(ErrorCode::InvalidArgument, format!("no new session can have the format '{name}'; there are: {known}"))
}
