//! What Telethon reads and how: `telethon/sessions/sqlite.py` of 1.0 to 1.45, and of the branch v2.
//!
//! It selects `*` and unpacks as many values as its version has columns, and inserts rows by position.

use rusqlite::Connection;

use super::columns;
use super::others::ROW;
use super::owner::{CONVERT, OWNER, missing};
use crate::model::Finding;
use crate::storage::sqlite::fault::Fault;
use crate::storage::sqlite::layout::Layout;
use crate::storage::sqlite::others;

const SESSIONS: [&str; 6] = ["dc_id", "server_address", "port", "auth_key", "takeout_id", "tmp_auth_key"];
const ENTITIES: [&str; 6] = ["id", "hash", "username", "phone", "name", "date"];
const STATES: [&str; 5] = ["id", "pts", "qts", "date", "seq"];
const FILES: [&str; 5] = ["md5_digest", "file_size", "type", "id", "hash"];
const STATE: &str = "delete the row, or let the client write it again";

/// Examines a database of Telethon.
pub fn findings(conn: &Connection, layout: &Layout) -> Result<Vec<Finding>, Fault> {
    if layout.is_telethon2() {
        return telethon2(conn, layout);
    }
    if layout.is_only_read() {
        return telethon2_alpha(conn);
    }
    let version = layout.version;
    let of_sessions = match version {
        ..=4 => 4,
        5..=7 => 5,
        _ => 6,
    };
    let mut findings = Vec::new();
    findings.extend(by_position(conn, "sessions", &SESSIONS[..of_sessions])?);
    findings.extend(by_position(conn, "entities", &ENTITIES[..if version < 7 { 5 } else { 6 }])?);
    if version >= 4 {
        findings.extend(by_position(conn, "update_state", &STATES)?);
    }
    if version >= 3 {
        findings.extend(by_position(conn, "sent_files", &FILES)?);
    }
    if findings.is_empty() {
        findings.extend(values(conn, version)?);
    }
    Ok(findings)
}

fn by_position(conn: &Connection, table: &str, wanted: &[&str]) -> Result<Option<Finding>, Fault> {
    let there = columns::of(conn, table)?;
    if there == wanted {
        return Ok(None);
    }
    if there.is_empty() {
        return missing(conn, table, wanted);
    }
    let message = format!(
        "the client reads the columns of {table} by position: there are {}, and it expects {}",
        there.join(", "),
        wanted.join(", ")
    );
    Ok(Some(Finding::error(OWNER, message, CONVERT)))
}

fn values(conn: &Connection, version: i64) -> Result<Vec<Finding>, Fault> {
    let mut findings = Vec::new();
    let rows = columns::count(conn, "sessions", "1")?;
    if rows > 1 {
        let message = format!("the table sessions has {rows} rows: the client reads the first, and deletes the others");
        findings.push(Finding::warning(OWNER, message, "delete the rows of the other logins"));
    }
    let has_key = "length(auth_key) > 0";
    if columns::count(conn, "sessions", &format!("{has_key} AND (server_address IS NULL OR port IS NULL)"))? > 0 {
        let message = "the login has no address: the client sets that of data centre 2 or 4, whatever the key's is";
        findings.push(Finding::error(OWNER, message, CONVERT));
    }
    // It makes a date of it as it connects, from 1.28 on.
    if version >= 7 && columns::count(conn, "update_state", "date IS NULL")? > 0 {
        let message = "an update state has no date: the client fails as it connects";
        findings.push(Finding::error(OWNER, message, STATE));
    }
    Ok(findings)
}

fn telethon2(conn: &Connection, layout: &Layout) -> Result<Vec<Finding>, Fault> {
    let tables: [(&str, &[&str]); 4] = [
        ("datacenter", &["id", "ipv4_addr", "ipv6_addr", "auth"]),
        ("user", &["id", "dc", "bot", "username"]),
        ("state", &["pts", "qts", "date", "seq"]),
        ("channelstate", &["id", "pts"]),
    ];
    let mut findings = Vec::new();
    for (table, wanted) in tables {
        findings.extend(missing(conn, table, wanted)?);
    }
    findings.extend(others::damage(conn, layout)?.iter().map(|remark| Finding::warning(OWNER, remark, ROW)));
    Ok(findings)
}

fn telethon2_alpha(conn: &Connection) -> Result<Vec<Finding>, Fault> {
    let message = "it is a session of a Telethon 2 alpha: Telethon 1 fails on it with `no such table: sessions`";
    let mut findings = vec![Finding::warning("client", message, CONVERT)];
    findings.extend(by_position(conn, "datacenter", &["id", "ipv4", "ipv6", "port", "auth"])?);
    let of_session = ["user_id", "dc_id", "bot", "pts", "qts", "date", "seq", "takeout_id"];
    findings.extend(by_position(conn, "session", &of_session)?);
    findings.extend(by_position(conn, "channel", &["channel_id", "pts"])?);
    findings.extend(missing(conn, "entity", &["id", "hash", "ty"])?);
    Ok(findings)
}
