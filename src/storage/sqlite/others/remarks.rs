//! What of grammers', mtcute's or Telethon 2's tables is left out as they are read.

use rusqlite::Connection;

use super::{grammers, mtcute};
use crate::storage::sqlite::dialects::LoginTables;
use crate::storage::sqlite::fault::Fault;
use crate::storage::sqlite::layout::Layout;
use crate::storage::sqlite::telethon2;

/// Of keys of which none is the login's for sure.
pub const WITHOUT_HOME: &str =
    "it has keys of several data centres, and does not tell which one is the login's: none is taken";

/// A sentence for each kind of thing. What is damaged of the login itself is an error of reading it.
pub fn remarks(conn: &Connection, layout: &Layout) -> Result<Vec<String>, Fault> {
    let mut remarks = damage(conn, layout)?;
    if layout.dialect.login == LoginTables::Mtcute && !layout.peers_are_own {
        let own = "AND id NOT IN (SELECT id FROM tgsession_peers WHERE no_access_hash)";
        let condition = format!("is_min {}", if layout.own.peers { own } else { "" });
        let cause = "whose access hash is valid only in the chat where mtcute saw them";
        remarks.extend(left_out_peers(conn, layout, &condition, cause)?);
    }
    Ok(remarks)
}

/// The same of what is damaged.
pub fn damage(conn: &Connection, layout: &Layout) -> Result<Vec<String>, Fault> {
    match layout.dialect.login {
        LoginTables::Grammers => of_grammers(conn),
        LoginTables::Mtcute => of_mtcute(conn, layout),
        LoginTables::UserAndDatacenter | LoginTables::Query(_) => of_telethon2(conn, layout),
        LoginTables::Sessions => Ok(Vec::new()),
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
    let ids = mtcute::data_centers::ids(conn)?;
    if ids.len() > 1 && !mtcute::fields::has_main(conn)? {
        remarks.push(WITHOUT_HOME.to_owned());
    }
    for id in ids {
        remarks.extend(mtcute::data_centers::key(conn, id)?.and_then(Result::err).map(|len| of_key(id, len)));
    }
    if !layout.peers_are_own {
        remarks.extend(left_out_peers(conn, layout, "NOT is_sound", "whose access hash is not two numbers")?);
    }
    Ok(remarks)
}

fn of_telethon2(conn: &Connection, layout: &Layout) -> Result<Vec<String>, Fault> {
    let mut remarks = Vec::new();
    for id in telethon2::data_centers::ids(conn, layout)? {
        let key = telethon2::data_centers::row(conn, layout, id)?.and_then(|row| row.key);
        remarks.extend(key.and_then(Result::err).map(|len| of_key(id, len)));
    }
    Ok(remarks)
}

fn left_out_peers(conn: &Connection, layout: &Layout, condition: &str, cause: &str) -> Result<Option<String>, Fault> {
    let sql = format!("SELECT count(*) FROM {} WHERE {condition}", layout.peers.table);
    let count: i64 = conn.query_row(&sql, [], |row| row.get(0))?;
    Ok((count > 0).then(|| format!("peers that are left out, {cause}: {count}")))
}

fn of_key(id: i32, len: usize) -> String {
    format!("the key of data centre {id} is left out: it has {len} bytes, not 256")
}
