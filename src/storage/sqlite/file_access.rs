//! How a file is accessed: directly or, if reading it would need a write, in a way that leaves it unchanged.
//!
//! Reading a SQLite file can need a write: a killed writer's journal is rolled back, a WAL gets its index. If that is
//! not possible or not allowed, there are two other ways: SQLite's `immutable` for a WAL file that was closed cleanly,
//! and a private copy of the file with its journal or WAL for all other files. Both are checked before each read, so
//! that they are never stale.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, MAIN_DB, OpenFlags};
use tempfile::TempDir;

use super::fault::Fault;
use crate::error::{Error, ErrorCode, Result};
use crate::storage::descriptors::{self, Held, Inherited, NameState};
use crate::storage::{file, private_file};

const STATEMENTS: usize = 64;
const COPY_TRIES: u32 = 50;
// A file that changed more recently may change again within the same tick of the file system's clock.
const SETTLED: Duration = Duration::from_millis(20);

/// An open connection.
pub struct FileAccess {
    pub conn: Connection,
    mode: AccessMode,
    // Dropped after the connection.
    held: Option<Held>,
}

enum AccessMode {
    Live,
    // In memory, on no file.
    Memory,
    // The file itself, which SQLite is told that nobody writes.
    Immutable(Fingerprint),
    // A copy that goes with this value.
    Copy(Fingerprint, #[allow(dead_code, reason = "its drop removes the copy")] Option<TempDir>),
}

/// Lengths and times of a file and its journals: they change when the file is written.
#[derive(PartialEq, Eq)]
struct Fingerprint([Option<(u64, SystemTime)>; 3]);

impl FileAccess {
    /// Opens the file itself, to read and write.
    pub fn live(path: &Path) -> Result<Self, Fault> {
        let access = Self::open_live(path, OpenFlags::SQLITE_OPEN_READ_WRITE, Duration::ZERO)?;
        check_writable(&access.conn, path)?;
        Ok(access)
    }

    fn open_live(path: &Path, flags: OpenFlags, wait: Duration) -> Result<Self, Fault> {
        check_inherited(path)?;
        let held = Some(descriptors::hold(path));
        let conn = connect(&plain(path), flags, wait)?;
        Ok(Self { conn, mode: AccessMode::Live, held })
    }

    /// Opens the file so that nothing of it changes.
    pub fn read_only(path: &Path, wait: Duration) -> Result<Self, Fault> {
        if file::is_wal(path)? {
            let wal = file::len(&file::beside(path, "-wal"));
            if wal == 0 && file::len(&file::beside(path, "-journal")) == 0 {
                return Self::immutable(path);
            }
            if file::len(&file::beside(path, "-shm")) == 0 {
                return Self::copy(path);
            }
        }
        let access = Self::open_live(path, OpenFlags::SQLITE_OPEN_READ_ONLY, wait)?;
        match probe(&access.conn) {
            Err(fault) if fault.needs_writing() || fault.is_locked() => Self::copy(path),
            other => other.map(|()| access),
        }
    }

    fn immutable(path: &Path) -> Result<Self, Fault> {
        let fingerprint = Fingerprint::read(path);
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        let conn = connect(Path::new(&immutable_uri(path)?), flags, Duration::ZERO)?;
        Ok(Self { conn, mode: AccessMode::Immutable(fingerprint), held: None })
    }

    /// Copies the file with its journal and WAL and opens the copy.
    pub fn copy(path: &Path) -> Result<Self, Fault> {
        let folder = private_file::temporary_folder()
            .map_err(|error| Error::io(&std::env::temp_dir(), "make a private copy of the session in", &error))?;
        let copy = folder.path().join("session");
        let fingerprint = copy_settled(path, &copy)?;
        let conn = connect(&copy, OpenFlags::SQLITE_OPEN_READ_WRITE, Duration::ZERO)?;
        // Rolls the journal back, and opens the WAL with its index: from here on SQLite opens nothing more by name.
        probe(&conn)?;
        Ok(Self { conn, mode: AccessMode::Copy(fingerprint, out_of_sight(folder)), held: None })
    }

    /// Opens a database in memory: an empty one, or a copy of these bytes.
    pub fn memory(bytes: Option<&[u8]>, read_only: bool) -> Result<Self, Fault> {
        let mut conn = Connection::open_in_memory_with_flags(OpenFlags::default() | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        if let Some(bytes) = bytes {
            conn.deserialize_read_exact(MAIN_DB, bytes, bytes.len(), read_only)?;
        }
        configure(&conn)?;
        Ok(Self { conn, mode: AccessMode::Memory, held: None })
    }

    /// Closes the connection, and keeps what tells the file from another one of its name.
    pub fn close(self) -> Option<Held> {
        let Self { conn, held, .. } = self;
        drop(conn);
        held
    }

    /// Whether it is in memory.
    pub fn is_memory(&self) -> bool {
        matches!(self.mode, AccessMode::Memory)
    }

    /// Whether the file may have changed in a way that SQLite does not see.
    pub fn is_stale(&self, path: &Path) -> bool {
        match &self.mode {
            AccessMode::Live | AccessMode::Memory => false,
            AccessMode::Immutable(fingerprint) | AccessMode::Copy(fingerprint, _) => {
                *fingerprint != Fingerprint::read(path)
            }
        }
    }

    /// What has become of the file's name since it was opened. A copy or a database in memory has none to lose.
    pub fn name_state(&self, path: &Path) -> NameState {
        self.held.as_ref().map_or(NameState::Same, |held| held.name_state(path))
    }

    /// Whether this is the file itself.
    pub fn is_live(&self) -> bool {
        matches!(self.mode, AccessMode::Live)
    }
}

impl Fingerprint {
    fn read(path: &Path) -> Self {
        Self(["", "-wal", "-journal"].map(|suffix| {
            let metadata = fs::metadata(file::beside(path, suffix)).ok()?;
            Some((metadata.len(), metadata.modified().ok()?))
        }))
    }

    fn is_settled(&self) -> bool {
        let newest = self.0.iter().flatten().map(|(_, modified)| *modified).max();
        newest.is_none_or(|newest| newest.elapsed().is_ok_and(|age| age > SETTLED))
    }
}

fn connect(path: &Path, flags: OpenFlags, wait: Duration) -> Result<Connection, Fault> {
    let conn = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    conn.busy_timeout(wait)?;
    configure(&conn)?;
    Ok(conn)
}

/// Sets the options of every connection.
pub fn configure(conn: &Connection) -> Result<(), Fault> {
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    // Clients leave foreign keys unchecked, and Kurigram's REPLACE depends on it.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, false)?;
    // The clients' triggers set the last-seen time to now, even for a peer that only loses a username.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    // A file from another person may have a hostile schema.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    // A session that only reads does not move another client's WAL into the file.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    // Otherwise SQLite prepares a lookup again for each new value.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

// SQLite believes that this process has the locks that its parent had. In WAL mode it has some as long as it is open.
fn check_inherited(path: &Path) -> Result<(), Fault> {
    let cause = match descriptors::inherited(path) {
        Inherited::Busy => "used sessions, this one among them,",
        Inherited::Idle if file::is_wal(path)? => "had it open, in WAL mode,",
        _ => return Ok(()),
    };
    let cause = format!("the process that this one was forked from {cause} at that moment");
    let remedy = "close it before the fork, or open it in a process that was started anew";
    let message = format!("cannot open '{}': {cause}: {remedy}", path.display());
    Err(Error::new(ErrorCode::Unsupported, message).into())
}

/// Refuses a connection that cannot write what may be written: SQLite opens a file to read where it fails to open it to
/// write, whatever the cause.
pub fn check_writable(conn: &Connection, path: &Path) -> Result<(), Fault> {
    if conn.is_readonly(MAIN_DB)? && file::may_be_written(path) { Err(refused(path).into()) } else { Ok(()) }
}

fn refused(path: &Path) -> Error {
    if descriptors::are_scarce() {
        return Error::too_many_open_files(&format!("open '{}'", path.display()));
    }
    let cause = "the system refused to open it for writing, although its permissions allow that";
    Error::new(ErrorCode::Io, format!("cannot open '{}': {cause}; try again", path.display()))
}

fn probe(conn: &Connection) -> Result<(), Fault> {
    Ok(conn.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(()))?)
}

// SQLite takes a path that begins with "file:" for a URI.
fn plain(path: &Path) -> PathBuf {
    if path.as_os_str().as_encoded_bytes().starts_with(b"file:") { Path::new(".").join(path) } else { path.to_owned() }
}

fn immutable_uri(path: &Path) -> Result<String, Fault> {
    let absolute = std::path::absolute(path).map_err(|error| Error::io(path, "open", &error))?;
    let Some(text) = absolute.to_str() else {
        let cause = format!("'{}' is a WAL file on a read-only medium, and its name is not UTF-8", path.display());
        return Err(Error::new(ErrorCode::Unsupported, cause).into());
    };
    let escaped = text.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    // What follows "file:" without slashes is a path as Windows writes it, a share's and a long one too.
    let start = if cfg!(windows) { "file:" } else { "file://" };
    Ok(format!("{start}{escaped}?immutable=1"))
}

// The file first, then its journal: a writer puts a page into the journal before it changes it. The copy is used only
// if nothing has changed while it was made.
fn copy_settled(path: &Path, copy: &Path) -> Result<Fingerprint, Fault> {
    for _ in 0..COPY_TRIES {
        let fingerprint = Fingerprint::read(path);
        if fingerprint.is_settled() {
            for suffix in ["", "-journal", "-wal"] {
                copy_file(&file::beside(path, suffix), &file::beside(copy, suffix), suffix.is_empty())?;
            }
            if fingerprint == Fingerprint::read(path) {
                return Ok(fingerprint);
            }
        }
        std::thread::sleep(SETTLED);
    }
    let cause = format!("cannot read '{}': another program keeps writing it", path.display());
    Err(Error::new(ErrorCode::Locked, cause).into())
}

fn copy_file(from: &Path, to: &Path, required: bool) -> Result<(), Fault> {
    file::remove(to)?; // one that an earlier try copied
    let copied = descriptors::with_file(from, |mut file| std::io::copy(&mut file, &mut private_file::create(to)?));
    match copied {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !required => {}
        other => {
            other.map_err(|error| Error::io(from, "copy", &error))?;
        }
    }
    Ok(())
}

// Removes a copy that is open: a process that is killed leaves no key behind.
#[cfg(unix)]
fn out_of_sight(folder: TempDir) -> Option<TempDir> {
    // What cannot be removed is still its owner's only.
    let _ = folder.close();
    None
}

// A file that is open cannot be removed there.
#[cfg(not(unix))]
fn out_of_sight(folder: TempDir) -> Option<TempDir> {
    Some(folder)
}
