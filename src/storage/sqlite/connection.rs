//! Every connection to SQLite is opened here, so that two rules hold for all of them: nothing that was deleted stays, and
//! no code of the file's runs.

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, MAIN_DB, OpenFlags};

use super::cipher::{self, EncryptionKey};
use crate::wiping_memory;

const ENCRYPTED: &str = "file:tgsession?vfs=memdb";

/// Opens a file, which is encrypted if there is a key.
pub fn open(path: &Path, flags: OpenFlags, key: Option<&EncryptionKey>) -> rusqlite::Result<Connection> {
    wiping_memory::install_for_sqlite();
    let conn = Connection::open_with_flags(path, flags)?;
    distrust(&conn)?;
    cipher::unlock(&conn, key)?;
    forgetful(conn)
}

/// Opens a new file that has no name yet but that of a draft. Whoever made it keeps it locked, so SQLite takes no locks; what
/// becomes of it after a failure matters to nobody, so there is no journal on the medium, and nothing waits for that.
pub fn open_draft(path: &Path, key: Option<&EncryptionKey>) -> rusqlite::Result<Connection> {
    wiping_memory::install_for_sqlite();
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    #[cfg(unix)]
    let conn = Connection::open_with_flags_and_vfs(path, flags, c"unix-none")?;
    #[cfg(not(unix))]
    let conn = Connection::open_with_flags(path, flags)?;
    distrust(&conn)?;
    cipher::unlock(&conn, key)?;
    // In memory and not off: a transaction that fails is taken back.
    conn.query_row("PRAGMA journal_mode = MEMORY", [], |_| Ok(()))?;
    conn.execute_batch("PRAGMA synchronous = OFF")?;
    forgetful(conn)
}

/// Opens a database in memory: an empty one, or a copy of these bytes. With a key its pages are encrypted as those of a file
/// are.
pub fn open_in_memory(
    bytes: Option<&[u8]>,
    read_only: bool,
    key: Option<&EncryptionKey>,
) -> rusqlite::Result<Connection> {
    wiping_memory::install_for_sqlite();
    let flags = OpenFlags::default() | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    // SQLite encrypts what it gives to a VFS, and `:memory:` has none.
    let mut conn = Connection::open_with_flags(if key.is_some() { ENCRYPTED } else { ":memory:" }, flags)?;
    distrust(&conn)?;
    if let Some(bytes) = bytes {
        conn.deserialize_read_exact(MAIN_DB, bytes, bytes.len(), read_only && key.is_none())?;
    }
    if key.is_some() {
        cipher::unlock(&conn, key)?;
        leave_wal_mode(&conn)?;
    }
    forgetful(conn) // not before: the copy takes the place of the database whose settings these are
}

// In its header, which is encrypted, an image may be one in WAL mode. Its WAL would be another place in memory, with an index
// that nobody shares.
fn leave_wal_mode(conn: &Connection) -> rusqlite::Result<()> {
    for pragma in ["PRAGMA locking_mode = EXCLUSIVE", "PRAGMA journal_mode = MEMORY"] {
        conn.query_row(pragma, [], |_| Ok(()))?;
    }
    Ok(())
}

// SQLite overwrites with zeros what it deletes, and puts no copy of a row into a temporary file.
fn forgetful(conn: Connection) -> rusqlite::Result<Connection> {
    conn.execute_batch("PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY")?;
    Ok(conn)
}

// A file from another person may have a hostile schema. The clients' own triggers do no good either: they set the last-seen
// time to now, even for a peer that only loses a username.
fn distrust(conn: &Connection) -> rusqlite::Result<()> {
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
    // No query here has a pattern, and one in a schema can take for ever within a single step.
    conn.set_limit(Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1)?;
    Ok(())
}
