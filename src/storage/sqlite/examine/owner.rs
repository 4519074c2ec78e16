//! A database as the client would open it whose layout it has: what that client's own code reads, and how.

use rusqlite::Connection;

use super::{columns, others, pyrogram, telethon};
use crate::model::{Finding, Severity};
use crate::storage::sqlite::dialects::LoginTables;
use crate::storage::sqlite::fault::Fault;
use crate::storage::sqlite::layout::Layout;

pub const OWNER: &str = "owner";
/// For what a client cannot open, and our own reading can.
pub const CONVERT: &str = "make a new file for the client with `tgsession convert LOCATION TARGET --to FORMAT`";
/// For what an unknown fork has added.
const FORK: &str = "open it with the client that made it, or make a file of a known one with `tgsession convert`";

/// Examines the tables.
pub fn findings(conn: &Connection, layout: &Layout) -> Result<Vec<Finding>, Fault> {
    let is_others = matches!(layout.dialect.login, LoginTables::Grammers | LoginTables::Mtcute);
    let mut findings = if is_others { Vec::new() } else { version(conn, layout)? };
    let by_a_fork = layout.remarks();
    findings.extend(by_a_fork.iter().map(|remark| Finding::warning("client", remark, FORK)));
    findings.extend(match layout.dialect.name {
        _ if is_others => others::findings(conn, layout)?,
        "telethon" | "telethon2-alpha" => telethon::findings(conn, layout)?,
        _ => pyrogram::findings(conn, layout)?,
    });
    if by_a_fork.is_empty()
        && findings.iter().all(|finding| finding.check != OWNER || finding.severity != Severity::Error)
    {
        let message = format!("its client opens it: it has all that {} reads", layout.format());
        findings.push(Finding::ok(OWNER, message));
    }
    Ok(findings)
}

// All clients read the first row of `version`, and fail if there is none.
fn version(conn: &Connection, layout: &Layout) -> Result<Vec<Finding>, Fault> {
    if columns::of(conn, "version")?.is_empty() {
        let message = "the table version is missing: the client takes the file for a new one, and fails";
        return Ok(vec![Finding::error(OWNER, message, CONVERT)]);
    }
    Ok(match columns::count(conn, "version", "1")? {
        0 => {
            let message = "the table version has no row: clients fail as they open the file, but for Hydrogram";
            vec![Finding::error(OWNER, message, CONVERT)]
        }
        1 => Vec::new(),
        rows => {
            let message = format!("the table version has {rows} rows, and {} expects one", layout.dialect.name);
            let remedy = "delete all but the number of the client's version";
            vec![Finding::error(OWNER, message, remedy)]
        }
    })
}

/// The columns that are missing, as an error.
pub fn missing(conn: &Connection, table: &str, wanted: &[&str]) -> Result<Option<Finding>, Fault> {
    let there = columns::of(conn, table)?;
    if there.is_empty() {
        let message = format!("the table {table} is missing, which the client reads");
        return Ok(Some(Finding::error(OWNER, message, CONVERT)));
    }
    let missing: Vec<&str> = wanted.iter().copied().filter(|name| !there.iter().any(|column| column == name)).collect();
    let message = format!("the table {table} has no column {}, which the client reads", missing.join(", "));
    Ok((!missing.is_empty()).then(|| Finding::error(OWNER, message, CONVERT)))
}
