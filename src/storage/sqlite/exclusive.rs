//! A file that is ours alone while it is open: SQLite takes its lock once and keeps it, so that reading needs none.
//!
//! It is SQLite's own lock, which every client of the file asks for: they find the file locked, as during another one's write. The
//! system lets go of it when the process ends, however that ends.

use rusqlite::Connection;

use super::fault::Fault;

/// Takes the lock, or fails at once if anybody uses the file. Before anything is read.
pub fn begin(conn: &Connection) -> Result<(), Fault> {
    conn.query_row("PRAGMA main.locking_mode = EXCLUSIVE", [], |_| Ok(()))?;
    // In WAL mode this first look at the file takes the lock; the index of the WAL is in our memory then.
    if journal_mode(conn)? == "wal" {
        return Ok(());
    }
    conn.execute_batch("BEGIN EXCLUSIVE; COMMIT")?;
    // Else SQLite would keep the journal, with what was overwritten: keys.
    Ok(conn.query_row("PRAGMA main.journal_mode = TRUNCATE", [], |_| Ok(()))?)
}

/// Takes the empty journal away. It harms nobody where that fails.
pub fn end(conn: &Connection) {
    if journal_mode(conn).is_ok_and(|mode| mode == "truncate") {
        for pragma in ["PRAGMA main.locking_mode = NORMAL", "PRAGMA main.journal_mode = DELETE"] {
            let _ = conn.query_row(pragma, [], |_| Ok(()));
        }
    }
}

fn journal_mode(conn: &Connection) -> Result<String, Fault> {
    Ok(conn.query_row("PRAGMA main.journal_mode", [], |row| row.get(0))?)
}
