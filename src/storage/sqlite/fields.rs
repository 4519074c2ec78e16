//! The fields of a session: the row of `sessions`, and our own table for what has no column there.
//!
//! Our own fields belong to one login: beside them stands the id of the auth key that they were written for. Once the
//! client has logged in anew they are another account's, and are not read any more.

use rusqlite::types::{Null, ValueRef};
use rusqlite::{Connection, OptionalExtension, params};

use super::dialects::{Absent, FieldColumn, PeersTable};
use super::fault::{Fault, unstorable};
use super::layout::Layout;
use super::own::OwnTable;
use super::{telethon2, value};
use crate::model::{AuthKey, Field, FieldValue, SessionData};
use crate::storage::Change;

const STAMP: &str = "auth_key_id";

/// Reads the fields.
pub fn read(conn: &Connection, layout: &Layout) -> Result<SessionData, Fault> {
    let mut data = SessionData::default();
    if layout.is_telethon2() {
        telethon2::read(conn, layout, &mut data)?;
    } else {
        read_row(conn, layout, &mut data)?;
    }
    if layout.peers.self_row {
        data.user_id = read_self(conn, layout)?;
    }
    if layout.own.fields && stamp(conn)? == key_id(data.auth_key.as_ref()) {
        read_own(conn, &mut data)?;
    }
    Ok(data)
}

/// Reads one field: alone where its column tells all.
pub fn get(conn: &Connection, layout: &Layout, field: Field) -> Result<Option<FieldValue>, Fault> {
    let Some(place) = layout.field(field) else { return Ok(read(conn, layout)?.get(field)) };
    let mut statement = conn.prepare_cached(&format!("SELECT {} FROM sessions LIMIT 1", place.column))?;
    let mut rows = statement.query([])?;
    let found = rows.next()?.map(|row| stored(row.get_ref(0)?, place)).transpose()?.flatten();
    if found.is_none() && layout.own.fields {
        return Ok(read(conn, layout)?.get(field));
    }
    let mut data = SessionData::default();
    put(&mut data, field, found)?;
    Ok(data.get(field))
}

/// Writes fields, and afterwards the stamp of our own ones.
pub fn write(conn: &Connection, layout: &Layout, changes: &[Change]) -> Result<(), Fault> {
    forget_another_login(conn, layout)?;
    if layout.is_telethon2() {
        telethon2::write(conn, layout, changes)?;
    } else {
        make_row(conn, layout)?;
        for (field, value) in changes {
            write_one(conn, layout, *field, value.as_ref())?;
        }
    }
    restamp(conn, layout)
}

/// Whether some change has no place in the client's tables, so that our own must be there.
pub fn needs_own(layout: &Layout, changes: &[Change]) -> bool {
    if layout.is_telethon2() {
        return true;
    }
    changes.iter().any(|(field, value)| value.is_some() && !has_place(layout, *field))
}

fn has_place(layout: &Layout, field: Field) -> bool {
    layout.field(field).is_some() || (field == Field::UserId && layout.peers.self_row)
}

fn read_row(conn: &Connection, layout: &Layout, data: &mut SessionData) -> Result<(), Fault> {
    let columns: Vec<&str> = layout.fields.iter().map(|place| place.column).collect();
    let mut statement = conn.prepare_cached(&format!("SELECT {} FROM sessions LIMIT 1", columns.join(", ")))?;
    let mut rows = statement.query([])?;
    let Some(row) = rows.next()? else { return Ok(()) };
    for (index, place) in layout.fields.iter().enumerate() {
        put(data, place.field, stored(row.get_ref(index)?, place)?)?;
    }
    Ok(())
}

fn stored(value: ValueRef<'_>, place: &FieldColumn) -> Result<Option<FieldValue>, Fault> {
    let found = value::field(value, place.field)?;
    Ok(match (place.absent, &found) {
        (Absent::Number(absent), Some(FieldValue::Integer(number))) if *number == absent => None,
        _ => found,
    })
}

/// Puts a value that was read into its field.
pub fn put(data: &mut SessionData, field: Field, found: Option<FieldValue>) -> Result<(), Fault> {
    if data.set(field, found) { Ok(()) } else { Err(Fault::Damaged(format!("its {} is out of range", field.name()))) }
}

fn read_self(conn: &Connection, layout: &Layout) -> Result<Option<i64>, Fault> {
    let peers = &layout.peers;
    let sql = format!("SELECT {} FROM {} WHERE {} = 0", peers.access_hash, peers.table, peers.id);
    Ok(conn.prepare_cached(&sql)?.query_row([], |row| row.get(0)).optional()?)
}

fn read_own(conn: &Connection, data: &mut SessionData) -> Result<(), Fault> {
    let mut statement = conn.prepare_cached("SELECT name, value FROM tgsession_fields")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let name: String = row.get(0)?;
        let field = Field::ALL.into_iter().find(|field| field.name() == name);
        // Where the client has a value, its own wins.
        if let Some(field) = field.filter(|field| data.get(*field).is_none()) {
            put(data, field, value::field(row.get_ref(1)?, field)?)?;
        }
    }
    Ok(())
}

/// The fields that stand in our own table although the client has a place for them: Telethon 2's row of the account
/// waits until all of it is known.
pub fn aside(conn: &Connection, layout: &Layout) -> Result<Vec<Field>, Fault> {
    if !(layout.is_telethon2() && layout.own.fields) {
        return Ok(Vec::new());
    }
    let mut own = SessionData::default();
    read_own(conn, &mut own)?;
    Ok(Field::ALL.into_iter().filter(|field| own.get(*field).is_some()).collect())
}

// Telethon 0.16 writes no row before login.
fn make_row(conn: &Connection, layout: &Layout) -> Result<(), Fault> {
    let rows: i64 = conn.query_row("SELECT count(*) FROM sessions", [], |row| row.get(0))?;
    if rows == 0 {
        conn.execute(layout.dialect.new_row, [])?;
    }
    Ok(())
}

fn write_one(conn: &Connection, layout: &Layout, field: Field, value: Option<&FieldValue>) -> Result<(), Fault> {
    if let Some(place) = layout.field(field) {
        let mut statement = conn.prepare_cached(&format!("UPDATE sessions SET {} = ?1", place.column))?;
        match (value, place.absent) {
            (Some(value), _) => statement.execute([value])?,
            (None, Absent::Null) => statement.execute([Null])?,
            (None, Absent::Number(number) | Absent::Default(number)) => statement.execute([number])?,
            (None, Absent::EmptyBlob) => statement.execute([[0_u8; 0].as_slice()])?,
        };
    } else if has_place(layout, field) {
        write_self(conn, layout, value)?;
    } else {
        return write_own(conn, layout, field, value);
    }
    write_own(conn, layout, field, None)
}

fn write_self(conn: &Connection, layout: &Layout, user_id: Option<&FieldValue>) -> Result<(), Fault> {
    let PeersTable { table, id, access_hash, .. } = &layout.peers;
    conn.execute(&format!("DELETE FROM {table} WHERE {id} = 0"), [])?;
    if let Some(user_id) = user_id {
        conn.execute(&format!("INSERT INTO {table} ({id}, {access_hash}) VALUES (0, ?1)"), [user_id])?;
    }
    Ok(())
}

/// Writes a field into our own table, or removes it there.
pub fn write_own(conn: &Connection, layout: &Layout, field: Field, value: Option<&FieldValue>) -> Result<(), Fault> {
    match value {
        Some(value) => {
            if !layout.own.has(OwnTable::Fields) {
                return Err(unstorable(field.name()));
            }
            let sql = "INSERT OR REPLACE INTO tgsession_fields (name, value) VALUES (?1, ?2)";
            conn.execute(sql, params![field.name(), value])?;
        }
        None if layout.own.fields => {
            conn.execute("DELETE FROM tgsession_fields WHERE name = ?1", [field.name()])?;
        }
        None => {}
    }
    Ok(())
}

// What was not read must not come back under the new stamp.
fn forget_another_login(conn: &Connection, layout: &Layout) -> Result<(), Fault> {
    if layout.own.fields && stamp(conn)? != key_id(read_key(conn, layout)?.as_ref()) {
        conn.execute("DELETE FROM tgsession_fields", [])?;
    }
    Ok(())
}

fn restamp(conn: &Connection, layout: &Layout) -> Result<(), Fault> {
    if layout.own.fields {
        let key = read_key(conn, layout)?;
        let sql = "INSERT OR REPLACE INTO tgsession_fields (name, value) VALUES (?1, ?2)";
        conn.execute(sql, params![STAMP, key_id(key.as_ref())])?;
    }
    Ok(())
}

fn read_key(conn: &Connection, layout: &Layout) -> Result<Option<AuthKey>, Fault> {
    let mut data = SessionData::default();
    if layout.is_telethon2() {
        telethon2::read(conn, layout, &mut data)?;
    } else {
        read_row(conn, layout, &mut data)?;
    }
    Ok(data.auth_key)
}

fn key_id(key: Option<&AuthKey>) -> String {
    key.map_or_else(String::new, AuthKey::id_hex)
}

fn stamp(conn: &Connection) -> Result<String, Fault> {
    let sql = "SELECT value FROM tgsession_fields WHERE name = ?1";
    let found: Option<String> = conn.prepare_cached(sql)?.query_row([STAMP], |row| row.get(0)).optional()?;
    Ok(found.unwrap_or_default())
}
