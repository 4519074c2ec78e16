//! Another key for an encrypted file: SQLCipher encrypts each page anew, in one transaction.
//!
//! SQLCipher does not say whether that transaction was committed, and after a failure its connection would write pages with the
//! new key into a file of the old one. So nobody else may be in the way of the commit, the connection is closed in any case, and
//! which key the file has is found out by opening it.

use std::sync::Arc;

use rusqlite::Connection;

use super::cipher::{self, EncryptionKey};
use super::fault::Fault;
use super::{CachedFile, OpenFile, Sqlite};
use crate::error::{Error, ErrorCode};

/// Changes the key of a file that is open.
pub fn rekey(sqlite: &mut Sqlite, key: &EncryptionKey) -> Result<(), Fault> {
    let opened = sqlite.opened()?;
    let result = encrypt_anew(&opened.file.access.conn, key);
    sqlite.broken = sqlite.open.take().and_then(CachedFile::close);
    if let Err(fault) = result {
        if fault.is_locked() {
            return Err(fault);
        }
        // It may have failed after the commit.
        return sqlite.use_key(key).map_err(|_| fault);
    }
    match sqlite.use_key(key) {
        Err(fault) if fault.is_not_a_database() => Err(not_committed(&sqlite.target.location).into()),
        other => other,
    }
}

fn encrypt_anew(conn: &Connection, key: &EncryptionKey) -> Result<(), Fault> {
    let mode: String = conn.query_row("PRAGMA journal_mode", [], |row| row.get(0))?;
    if mode != "wal" {
        // From here on nobody reads: a reader would keep the commit out. With a WAL none does.
        conn.query_row("PRAGMA locking_mode = EXCLUSIVE", [], |_| Ok(()))?;
        conn.execute_batch("BEGIN EXCLUSIVE; COMMIT")?;
    }
    Ok(cipher::change_key(conn, key)?)
}

fn not_committed(location: &str) -> Error {
    let cause = "the system refused to write all of it; it has the key that it had";
    Error::new(ErrorCode::Io, format!("cannot change the key of '{location}': {cause}"))
}

impl Sqlite {
    /// Opens the file with another key, and keeps to that if it is the right one.
    fn use_key(&mut self, key: &EncryptionKey) -> Result<(), Fault> {
        let target = self.target.with_key(key.clone());
        let file = OpenFile::live(&target)?;
        // What is left in the WAL is of the old key.
        let _ = file.access.conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        self.open = Some(CachedFile::new(&target, file));
        self.target = Arc::new(target);
        self.broken = None;
        self.durability.record_write(&self.target.path);
        Ok(())
    }
}
