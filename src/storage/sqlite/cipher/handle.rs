//! The two calls of SQLCipher that take a key. As a PRAGMA it would be in the text of a statement, which errors and traces
//! show.
//!
//! Both need the connection's handle: that forces the unsafe code.
#![allow(unsafe_code)]

use std::ffi::c_int;

use rusqlite::ffi::{self, SQLITE_OK, sqlite3};
use rusqlite::{Connection, Error};

use super::EncryptionKey;

type Call = unsafe extern "C" fn(*mut sqlite3, *const std::ffi::c_void, c_int) -> c_int;

pub fn set_key(conn: &Connection, key: &EncryptionKey) -> rusqlite::Result<()> {
    // SQLCipher would write each failure to the standard error stream, unless it was compiled without that.
    conn.query_row("PRAGMA cipher_log_level = NONE", [], |_| Ok(())).or_else(|error| match error {
        Error::QueryReturnedNoRows => Ok(()),
        error => Err(error),
    })?;
    call(ffi::sqlite3_key, conn, key)
}

pub fn change_key(conn: &Connection, key: &EncryptionKey) -> rusqlite::Result<()> {
    call(ffi::sqlite3_rekey, conn, key)
}

fn call(call: Call, conn: &Connection, key: &EncryptionKey) -> rusqlite::Result<()> {
    let key = key.as_bytes();
    let len = c_int::try_from(key.len()).map_err(|_| failure(ffi::SQLITE_TOOBIG))?;
    // SAFETY: the handle of a connection that is open as long as it is borrowed, and a key of that length, which SQLCipher
    // copies. Nobody else uses the connection meanwhile: it is not shared between threads.
    match unsafe { call(conn.handle(), key.as_ptr().cast(), len) } {
        SQLITE_OK => Ok(()),
        code => Err(failure(code)),
    }
}

fn failure(code: c_int) -> Error {
    Error::SqliteFailure(ffi::Error::new(code), None)
}
