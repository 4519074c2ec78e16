//! New files, in the layout of a client.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use rusqlite::{Connection, MAIN_DB};

use super::cipher::EncryptionKey;
use super::connection;
use super::dialects::{self, Dialect, LoginTables};
use super::fault::Fault;
use super::file_access::FileAccess;
use super::image;
use crate::error::{Error, ErrorCode, Result};
use crate::host;
use crate::model::Format;
use crate::redact;
use crate::storage::{file, private_file};

// What a new file has in it: of which client, in which version, and whether it is in WAL mode.
type Made = BTreeMap<(&'static str, i64, bool), Arc<Vec<u8>>>;

// There are few layouts.
static MADE: Mutex<Made> = Mutex::new(BTreeMap::new());

/// A client's layout in one of the versions that a new file can have.
#[derive(Clone, Copy, Debug)]
pub struct NewFile {
    dialect: &'static Dialect,
    version: i64,
    sql: &'static [&'static str],
}

impl NewFile {
    /// The layout that every client of the Pyrogram family opens.
    pub fn standard() -> Self {
        let dialect = &dialects::pyrogram::DIALECT;
        let (version, sql) = dialect.creates[0];
        Self { dialect, version, sql }
    }

    /// From a name like `telethon` (its newest version that clients use) or `telethon@7`.
    pub fn named(name: &str) -> Result<Self> {
        let (format, version) = match name.split_once('@') {
            Some((format, version)) => (format, Some(version.parse::<i64>().map_err(|_| unknown(name))?)),
            None => (name, None),
        };
        let mut of_format =
            dialects::ALL.iter().filter(|dialect| dialect.name == format).flat_map(|dialect| Self::all_of(dialect));
        of_format.find(|new| version.is_none_or(|version| version == new.version)).ok_or_else(|| unknown(name))
    }

    /// The layout of a client in this version or, where no new file can have that, in the next one that can.
    pub fn nearest(format: &Format) -> Self {
        let is_only_read = format.name == dialects::telethon2_alpha::DIALECT.name;
        let client = if is_only_read { dialects::telethon::DIALECT.name } else { format.name };
        let version = format.version.filter(|_| !is_only_read).unwrap_or(i64::MAX);
        let of_client = dialects::ALL.iter().filter(|dialect| dialect.name == client);
        let all = of_client.flat_map(|dialect| Self::all_of(dialect));
        let is_later = |new: &Self| new.version >= version;
        let next = all.clone().filter(is_later).min_by_key(|new| new.version);
        next.or_else(|| all.max_by_key(|new| new.version)).unwrap_or_else(Self::standard)
    }

    fn all_of(dialect: &'static Dialect) -> impl Iterator<Item = Self> + Clone {
        dialect.creates.iter().map(move |(version, sql)| Self { dialect, version: *version, sql })
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
        self.dialect.name
    }

    /// Creates the file. If another program creates it at the same time, that one stays.
    pub fn create(&self, path: &Path, wal: bool, key: Option<&EncryptionKey>) -> Result<()> {
        private_file::check_folder(path)?;
        let content =
            self.content(wal && key.is_none(), key).map_err(|fault| fault.on(&redact::path(path), "create"))?;
        // Of a file that was there: SQLite would take it for the new one's.
        let target = &file::reachable(path);
        if !host::exists(target) {
            file::remove_beside(target)?;
        }
        match private_file::create(path, &content) {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
            other => {
                other.map_err(|error| Error::io(path, "create", &error))?;
                if wal && key.is_some() {
                    set_wal_of_encrypted(path, key).map_err(|fault| fault.on(&redact::path(path), "create"))?;
                }
                file::sync_folder(path)
            }
        }
    }

    // Without a key all files of a layout are alike, so each is made once.
    fn content(&self, wal: bool, key: Option<&EncryptionKey>) -> Result<Arc<Vec<u8>>, Fault> {
        if key.is_some() {
            return Ok(Arc::new(self.made(wal, key)?));
        }
        let id = (self.client(), self.version, wal);
        // Nobody waits for it: another thread may have been in it when this process was forked.
        let known = MADE.try_lock().ok().and_then(|made| made.get(&id).cloned());
        if let Some(known) = known {
            return Ok(known);
        }
        let content = Arc::new(self.made(wal, None)?);
        if let Ok(mut made) = MADE.try_lock() {
            made.insert(id, Arc::clone(&content));
        }
        Ok(content)
    }

    // Made in memory: no journal of it is ever on the medium.
    fn made(&self, wal: bool, key: Option<&EncryptionKey>) -> Result<Vec<u8>, Fault> {
        let mut conn = connection::open_in_memory(None, false, key)?;
        self.fill(&conn)?;
        let mut content = conn.serialize(MAIN_DB)?.to_vec();
        if wal {
            image::set_wal(&mut content);
        }
        Ok(content)
    }

    /// Creates the layout in an empty database.
    pub(super) fn fill(&self, conn: &Connection) -> Result<(), Fault> {
        let transaction = conn.unchecked_transaction()?;
        for sql in self.sql {
            transaction.execute_batch(sql)?;
        }
        if !matches!(self.dialect.login, LoginTables::Grammers | LoginTables::Mtcute) {
            transaction.execute("INSERT INTO version VALUES (?1)", [self.version])?;
        }
        Ok(transaction.commit()?)
    }
}

// Its header is encrypted, so only SQLite can change it, and only in a file.
fn set_wal_of_encrypted(path: &Path, key: Option<&EncryptionKey>) -> Result<(), Fault> {
    let access = FileAccess::live(path, key, false)?;
    Ok(access.conn.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?)
}

fn unknown(name: &str) -> Error {
    let known = NewFile::names().join(", ");
    Error::new(ErrorCode::InvalidArgument, format!("no new session can have the format '{name}'; there are: {known}"))
}
