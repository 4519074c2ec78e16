//! What of grammers' or mtcute's tables is left out as they are read.

use rusqlite::Connection;

use super::{grammers, mtcute};
use crate::storage::sqlite::dialects::LoginTables;
use crate::storage::sqlite::fault::Fault;
use crate::storage::sqlite::layout::Layout;

/// A sentence for each kind of thing. What is damaged of the login itself is an error of reading it.
pub fn remarks(conn: &Connection, layout: &Layout) -> Result<Vec<String>, Fault> {
    match layout.dialect.login {
        LoginTables::Grammers => of_grammers(conn),
        LoginTables::Mtcute => of_mtcute(conn, layout),
        _ => Ok(Vec::new()),
    }
}

fn of_grammers(conn: &Connection) -> Result<Vec<String>, Fault> {
    let mut remarks = Vec::new();
    for id in grammers::data_centers::ids(conn)? {
        let Some(row) = grammers::data_centers::row(conn, id)? else { continue };
        if row.addresses.is_none() {
            remarks.push(format!("an address of data centre {id} cannot be read"));
        }
        remarks.extend(row.key.and_then(Result::err).map(|len| of_key(id, len)));
    }
    Ok(remarks)
}

fn of_mtcute(conn: &Connection, layout: &Layout) -> Result<Vec<String>, Fault> {
    let mut remarks = Vec::new();
    for id in mtcute::data_centers::ids(conn)? {
        remarks.extend(mtcute::data_centers::key(conn, id)?.and_then(Result::err).map(|len| of_key(id, len)));
    }
    if layout.peers_are_own {
        return Ok(remarks);
    }
    let own =
        if layout.own.peers { " AND id NOT IN (SELECT id FROM tgsession_peers WHERE no_access_hash)" } else { "" };
    let kinds = [
        (format!("is_min{own}"), "whose access hash is valid only in the chat where mtcute saw them"),
        ("NOT is_sound".to_owned(), "whose access hash is not two numbers"),
    ];
    for (condition, cause) in kinds {
        let sql = format!("SELECT count(*) FROM {} WHERE {condition}", layout.peers.table);
        let count: i64 = conn.query_row(&sql, [], |row| row.get(0))?;
        remarks.extend((count > 0).then(|| format!("peers that are left out, {cause}: {count}")));
    }
    Ok(remarks)
}

fn of_key(id: i32, len: usize) -> String {
    format!("the key of data centre {id} is left out: it has {len} bytes, not 256")
}
