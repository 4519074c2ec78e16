//! grammers' and mtcute's databases, as they open them.

use rusqlite::Connection;

use super::owner::{CONVERT, OWNER};
use crate::model::Finding;
use crate::storage::sqlite::dialects::LoginTables;
use crate::storage::sqlite::fault::Fault;
use crate::storage::sqlite::layout::Layout;
use crate::storage::sqlite::{fields, others, peers, queries::Queries, update_states};

/// For what one row has that cannot be used.
pub const ROW: &str = "let the client write it anew, or delete that row while no client uses the file";

/// Examines the tables.
pub fn findings(conn: &Connection, layout: &Layout) -> Result<Vec<Finding>, Fault> {
    let mut findings = Vec::new();
    if let Err(cause) = read_all(conn, layout) {
        findings.push(Finding::error(OWNER, cause, CONVERT));
    }
    // grammers reads all keys and addresses as it opens a file, and fails on one that is damaged.
    let is_fatal = layout.dialect.login == LoginTables::Grammers;
    let severity = if is_fatal { Finding::error } else { Finding::warning };
    findings.extend(others::damage(conn, layout)?.iter().map(|remark| severity(OWNER, remark, ROW)));
    if layout.is_only_read() {
        let message =
            format!("its tables are none that today's releases of {} make: it is only read", layout.dialect.name);
        findings.push(Finding::warning("schema", message, CONVERT));
    }
    Ok(findings)
}

/// The cause, if something cannot be read.
fn read_all(conn: &Connection, layout: &Layout) -> Result<(), String> {
    let read = || -> Result<(), Fault> {
        fields::read(conn, layout)?;
        update_states::read(conn, layout)?;
        peers::read(conn, &Queries::new(layout), None)?;
        Ok(())
    };
    read().map_err(|fault| match fault {
        Fault::Damaged(cause) => cause,
        other => other.on("it", "read").to_string(),
    })
}
