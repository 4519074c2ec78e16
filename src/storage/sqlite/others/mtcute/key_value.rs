//! The table `key_value`.

use rusqlite::{Connection, OptionalExtension, params};

use crate::storage::sqlite::fault::{Fault, check_written};

/// Reads a value.
pub fn get(conn: &Connection, key: &str) -> Result<Option<Vec<u8>>, Fault> {
    let mut statement = conn.prepare_cached("SELECT value FROM key_value WHERE key = ?1")?;
    let found = statement
        .query_row([key], |row| Ok(row.get_ref(0)?.as_bytes_or_null().ok().flatten().unwrap_or_default().to_vec()));
    Ok(found.optional()?)
}

/// Sets a value.
pub fn set(conn: &Connection, key: &str, value: &[u8]) -> Result<(), Fault> {
    let sql =
        "INSERT INTO key_value (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    check_written(conn.prepare_cached(sql)?.execute(params![key, value])?)
}

/// Removes a value.
pub fn remove(conn: &Connection, key: &str) -> Result<(), Fault> {
    conn.prepare_cached("DELETE FROM key_value WHERE key = ?1")?.execute([key])?;
    Ok(())
}
