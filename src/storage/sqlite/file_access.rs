//! How a file is accessed: directly or, if reading it would need a write, in a way that leaves it unchanged.
//!
//! Reading a SQLite file can need a write: a killed writer's journal is rolled back, a WAL gets its index. If that is
//! not possible or not allowed, there are two other ways: SQLite's `immutable` for a WAL file that was closed cleanly,
//! and for all other files a copy in memory of what the file and its journal or WAL hold. Both are checked before each read, so
//! that they are never stale.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, MAIN_DB, OpenFlags};
use zeroize::Zeroizing;

use super::cipher::EncryptionKey;
use super::connection;
use super::exclusive;
use super::fault::Fault;
use super::{image, recovery};
use crate::error::{Error, ErrorCode, Result};
use crate::host::{self, fs};
use crate::redact;
use crate::storage::descriptors::{self, Held, Inherited, NameState};
use crate::storage::file;
use crate::storage::memory_return::OpenSession;

const STATEMENTS: usize = 64;
// Each page is a multiple of it.
const SMALLEST_PAGE: usize = 512;
const COPY_TRIES: u32 = 50;
// A file that changed more recently may change again within the same tick of the file system's clock.
const SETTLED: Duration = Duration::from_millis(20);

type Key<'a> = Option<&'a EncryptionKey>;

/// An open connection.
pub struct FileAccess {
    pub conn: Connection,
    mode: AccessMode,
    // Dropped after the connection.
    held: Option<Held>,
    is_exclusive: bool,
    _counted: OpenSession,
}

enum AccessMode {
    Live,
    // In memory, on no file.
    Memory,
    // A new file that nobody else knows.
    Draft,
    // The file itself, which SQLite is told that nobody writes.
    Immutable(Fingerprint),
    // A copy in memory.
    Copy(Fingerprint),
}

/// Lengths and times of a file and its journals: they change when the file is written.
#[derive(PartialEq, Eq)]
struct Fingerprint([Option<(u64, SystemTime)>; 3]);

impl FileAccess {
    /// Opens the file itself, to read and write.
    pub fn live(path: &Path, key: Key<'_>, is_exclusive: bool) -> Result<Self, Fault> {
        let access = Self::open_live(path, OpenFlags::SQLITE_OPEN_READ_WRITE, Duration::ZERO, key)?;
        check_writable(&access.conn, path)?;
        if is_exclusive {
            exclusive::begin(&access.conn)?;
        }
        Ok(Self { is_exclusive, ..access })
    }

    /// Lets SQLite take away what it has made beside a file that is none of ours: a WAL that is still empty, and its index.
    pub fn leave_as_found(&self, path: &Path) {
        if matches!(self.mode, AccessMode::Live) && file::len(&file::beside(path, "-wal")) == 0 {
            // Else it stays until the next program opens the file.
            let _ = self.conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false);
        }
    }

    fn open_live(path: &Path, flags: OpenFlags, wait: Duration, key: Key<'_>) -> Result<Self, Fault> {
        let held = descriptors::hold(path);
        check_inherited(&held, path, key)?;
        let conn = connect(&plain(path), flags, wait, key)?;
        Ok(Self { conn, mode: AccessMode::Live, held: Some(held), is_exclusive: false, _counted: OpenSession::new() })
    }

    /// Opens the file so that nothing of it changes.
    pub fn read_only(path: &Path, wait: Duration, key: Key<'_>) -> Result<Self, Fault> {
        if host::IS_WEB {
            return Self::copy(path, key);
        }
        if key.is_some() {
            return Self::read_only_encrypted(path, wait, key);
        }
        let wal = file::len(&file::beside(path, "-wal"));
        // SQLite opens a WAL that is there whatever the header says, and makes its index beside it.
        if wal > 0 || file::is_wal(path)? {
            if wal == 0 && file::len(&file::beside(path, "-journal")) == 0 {
                return Self::immutable(path);
            }
            if file::len(&file::beside(path, "-shm")) == 0 {
                return Self::copy(path, None);
            }
        }
        Self::live_or_copy(path, wait, None)
    }

    // Its header tells nobody without the key whether it is in WAL mode: it is opened itself only where others have it open in
    // that mode.
    fn read_only_encrypted(path: &Path, wait: Duration, key: Key<'_>) -> Result<Self, Fault> {
        if file::len(&file::beside(path, "-shm")) == 0 {
            return Self::copy(path, key);
        }
        Self::live_or_copy(path, wait, key)
    }

    fn live_or_copy(path: &Path, wait: Duration, key: Key<'_>) -> Result<Self, Fault> {
        let access = Self::open_live(path, OpenFlags::SQLITE_OPEN_READ_ONLY, wait, key)?;
        match probe(&access.conn) {
            Err(fault) if fault.needs_writing() || fault.is_locked() => Self::copy(path, key),
            other => other.map(|()| access),
        }
    }

    fn immutable(path: &Path) -> Result<Self, Fault> {
        let fingerprint = Fingerprint::read(path);
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        let conn = connect(Path::new(&immutable_uri(path)?), flags, Duration::ZERO, None)?;
        Ok(Self {
            conn,
            mode: AccessMode::Immutable(fingerprint),
            held: None,
            is_exclusive: false,
            _counted: OpenSession::new(),
        })
    }

    /// Opens a copy in memory of the file as it is now, with what its journal or WAL makes of it.
    pub fn copy(path: &Path, key: Key<'_>) -> Result<Self, Fault> {
        let (mut bytes, fingerprint) = read_settled(path)?;
        if key.is_none() {
            image::without_wal(&mut bytes);
        } else if !bytes.len().is_multiple_of(SMALLEST_PAGE) {
            return Err(Fault::Damaged("it is cut off in the middle of a page".to_owned()));
        }
        let conn = connection::open_in_memory(Some(&bytes), true, key)?;
        configure(&conn)?;
        Ok(Self {
            conn,
            mode: AccessMode::Copy(fingerprint),
            held: None,
            is_exclusive: false,
            _counted: OpenSession::new(),
        })
    }

    /// Opens a database in memory: an empty one, or a copy of these bytes.
    pub fn memory(bytes: Option<&[u8]>, read_only: bool, key: Key<'_>) -> Result<Self, Fault> {
        let conn = connection::open_in_memory(bytes, read_only, key)?;
        configure(&conn)?;
        Ok(Self { conn, mode: AccessMode::Memory, held: None, is_exclusive: false, _counted: OpenSession::new() })
    }

    /// Opens a new file that is still empty, has the name of a draft and is kept locked by its maker.
    pub fn draft(path: &Path, key: Key<'_>) -> Result<Self, Fault> {
        let conn = connection::open_draft(&plain(path), key)?;
        configure(&conn)?;
        Ok(Self { conn, mode: AccessMode::Draft, held: None, is_exclusive: false, _counted: OpenSession::new() })
    }

    /// Closes the connection, and keeps what tells the file from another one of its name.
    pub fn close(self) -> Option<Held> {
        let Self { conn, held, .. } = self;
        drop(conn);
        held
    }

    /// Whether nobody else uses the file.
    pub fn is_exclusive(&self) -> bool {
        self.is_exclusive
    }

    /// Takes away what is beside a file that was exclusive. Before it is closed, under its own name.
    pub fn leave_exclusive(&self) {
        if self.is_exclusive {
            exclusive::end(&self.conn);
        }
    }

    /// Whether it is in memory.
    pub fn is_memory(&self) -> bool {
        matches!(self.mode, AccessMode::Memory)
    }

    /// Whether the file may have changed in a way that SQLite does not see.
    pub fn is_stale(&self, path: &Path) -> bool {
        match &self.mode {
            AccessMode::Live | AccessMode::Memory | AccessMode::Draft => false,
            AccessMode::Immutable(fingerprint) | AccessMode::Copy(fingerprint) => {
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
        newest.is_none_or(|newest| host::SystemTime::now().duration_since(newest).is_ok_and(|age| age > SETTLED))
    }
}

fn connect(path: &Path, flags: OpenFlags, wait: Duration, key: Key<'_>) -> Result<Connection, Fault> {
    let conn = connection::open(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX, key)?;
    conn.busy_timeout(wait)?;
    configure(&conn)?;
    Ok(conn)
}

/// Sets the options of every connection.
pub fn configure(conn: &Connection) -> Result<(), Fault> {
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    // Clients leave foreign keys unchecked, and Kurigram's REPLACE depends on it.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, false)?;
    // A session that only reads does not move another client's WAL into the file.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    // Otherwise SQLite prepares a lookup again for each new value.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

// SQLite believes that this process has the locks that its parent had. In WAL mode it has some as long as it is open.
fn check_inherited(held: &Held, path: &Path, key: Key<'_>) -> Result<(), Fault> {
    let cause = match held.inherited() {
        Inherited::Busy => "used sessions, this one among them,",
        Inherited::Idle if is_wal(path, key)? => "had it open, in WAL mode,",
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

// While an encrypted file in WAL mode is open, its index is beside it.
fn is_wal(path: &Path, key: Key<'_>) -> Result<bool> {
    if key.is_some() { Ok(host::exists(&file::beside(path, "-shm"))) } else { file::is_wal(path) }
}

/// The bytes of an encrypted file and its WAL, as they are: encrypted. While SQLite holds a read lock.
pub fn read_encrypted(path: &Path) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let database = read_file(path)?;
    let wal = read_if_there(&file::beside(path, "-wal"))?;
    Ok(recovery::recovered(database, &[], &wal))
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
        let cause = format!("'{}' is a WAL file on a read-only medium, and its name is not UTF-8", redact::path(path));
        return Err(Error::new(ErrorCode::Unsupported, cause).into());
    };
    let escaped = text.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    // What follows "file:" without slashes is a path as Windows writes it, a share's and a long one too.
    let start = if cfg!(windows) { "file:" } else { "file://" };
    Ok(format!("{start}{escaped}?immutable=1"))
}

/// The database that SQLite would find in a file with its journal and its WAL.
pub fn read_whole(path: &Path) -> Result<Zeroizing<Vec<u8>>, Fault> {
    read_settled(path).map(|(bytes, _)| bytes)
}

// The file first, then its journal: a writer puts a page into the journal before it changes it. What was read is used only
// if nothing has changed meanwhile.
fn read_settled(path: &Path) -> Result<(Zeroizing<Vec<u8>>, Fingerprint), Fault> {
    for _ in 0..COPY_TRIES {
        let fingerprint = Fingerprint::read(path);
        if fingerprint.is_settled() {
            let database = read_file(path)?;
            let journal = read_if_there(&file::beside(path, "-journal"))?;
            let wal = read_if_there(&file::beside(path, "-wal"))?;
            if fingerprint == Fingerprint::read(path) {
                return Ok((recovery::recovered(database, &journal, &wal), fingerprint));
            }
        }
        host::sleep(SETTLED);
    }
    let cause = format!("cannot read '{}': another program keeps writing it", redact::path(path));
    Err(Error::new(ErrorCode::Locked, cause).into())
}

fn read_if_there(path: &Path) -> Result<Zeroizing<Vec<u8>>, Fault> {
    if host::exists(path) { read_file(path) } else { Ok(Zeroizing::default()) }
}

fn read_file(path: &Path) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let read = descriptors::with_file(path, |file| {
        let mut bytes = Zeroizing::new(Vec::new());
        let len = usize::try_from(file.file_len()?).map_err(|_| std::io::ErrorKind::OutOfMemory)?;
        // One more, so that reading to the end needs no larger buffer: the old one would not be wiped.
        bytes.try_reserve_exact(len + 1).map_err(|_| std::io::ErrorKind::OutOfMemory)?;
        file.take(len as u64 + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    });
    Ok(read.map_err(|error| Error::io(path, "read", &error))?)
}
