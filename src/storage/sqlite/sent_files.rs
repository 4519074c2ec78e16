//! Sent files: Telethon's table, or our own of the same shape if the client has none.

use rusqlite::{Connection, Row, params};

use super::fault::{Fault, check_written};
use super::layout::Layout;
use crate::model::{SentFile, SentFileKey, SentFileType};

const COLUMNS: &str = "md5_digest, file_size, type, id, hash";

/// Reads every file, in ascending order of the keys.
pub fn read(conn: &Connection, layout: &Layout) -> Result<Vec<SentFile>, Fault> {
    let mut files = Vec::new();
    for table in tables(layout) {
        let mut statement = conn.prepare(&format!("SELECT {COLUMNS} FROM {table}"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            files.extend(file(row)?);
        }
    }
    files.sort_by(|a, b| a.key.cmp(&b.key));
    files.dedup_by(|a, b| a.key == b.key);
    Ok(files)
}

/// Finds one file.
pub fn find(conn: &Connection, layout: &Layout, key: &SentFileKey) -> Result<Option<SentFile>, Fault> {
    for table in tables(layout) {
        let sql = format!("SELECT {COLUMNS} FROM {table} WHERE md5_digest = ?1 AND file_size = ?2 AND type = ?3");
        let mut statement = conn.prepare_cached(&sql)?;
        let mut rows = statement.query(params![key.md5.as_slice(), key.size, key.file_type.number()])?;
        if let Some(row) = rows.next()? {
            return file(row);
        }
    }
    Ok(None)
}

/// Replaces files by their keys.
pub fn write(conn: &Connection, layout: &Layout, files: &[SentFile]) -> Result<(), Fault> {
    if files.is_empty() {
        return Ok(()); // our table exists only if there are files
    }
    let table = if layout.sent_files { "sent_files" } else { "tgsession_files" };
    let sql = format!("INSERT OR REPLACE INTO {table} ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5)");
    let mut statement = conn.prepare_cached(&sql)?;
    for SentFile { key, id, access_hash } in files {
        let values = params![key.md5.as_slice(), key.size, key.file_type.number(), id, access_hash];
        check_written(statement.execute(values)?)?;
    }
    Ok(())
}

/// The tables, the client's first: it wins over ours.
pub fn tables(layout: &Layout) -> Vec<&'static str> {
    let client = layout.sent_files.then_some("sent_files");
    client.into_iter().chain(layout.own.files.then_some("tgsession_files")).collect()
}

/// The statement for the keys of the rows that [`read`] does not skip.
pub fn readable(table: &str) -> String {
    let is_readable = "length(CAST(md5_digest AS BLOB)) = 16 AND type IN (0, 1)";
    format!("SELECT md5_digest, file_size, type FROM {table} WHERE {is_readable}")
}

// No lookup can find a row with an MD5 of another length or an unknown type: it is skipped.
fn file(row: &Row<'_>) -> Result<Option<SentFile>, Fault> {
    let md5 = row.get_ref(0)?.as_bytes_or_null().ok().flatten().and_then(|md5| md5.try_into().ok());
    let (Some(md5), Some(file_type)) = (md5, SentFileType::from_number(row.get(2)?)) else { return Ok(None) };
    let key = SentFileKey { md5, size: row.get(1)?, file_type };
    Ok(Some(SentFile { key, id: row.get(3)?, access_hash: row.get(4)? }))
}
