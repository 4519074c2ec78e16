//! Every connection to SQLite is opened here, so that one rule holds for all of them: nothing that was deleted stays.

use std::path::Path;

use rusqlite::{Connection, MAIN_DB, OpenFlags};

use crate::wiping_memory;

/// Opens a file.
pub fn open(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    wiping_memory::install_for_sqlite();
    forgetful(Connection::open_with_flags(path, flags)?)
}

/// Opens a database in memory: an empty one, or a copy of these bytes.
pub fn open_in_memory(bytes: Option<&[u8]>, read_only: bool) -> rusqlite::Result<Connection> {
    wiping_memory::install_for_sqlite();
    let mut conn = Connection::open_in_memory_with_flags(OpenFlags::default() | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    if let Some(bytes) = bytes {
        conn.deserialize_read_exact(MAIN_DB, bytes, bytes.len(), read_only)?;
    }
    forgetful(conn) // not before: the copy takes the place of the database whose settings these are
}

// SQLite overwrites with zeros what it deletes, and puts no copy of a row into a temporary file.
fn forgetful(conn: Connection) -> rusqlite::Result<Connection> {
    conn.execute_batch("PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY")?;
    Ok(conn)
}
