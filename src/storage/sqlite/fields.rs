//! The fields of a session: the row of `sessions` or the tables of a spread login, and our own table for what has no column
//! there.

use rusqlite::types::{Null, ValueRef};
use rusqlite::{Connection, OptionalExtension};

use super::dialects::{Absent, FieldColumn, LoginTables, PeersTable};
use super::erase::Keys;
use super::fault::{Fault, check_written};
use super::layout::Layout;
use super::others::{grammers, mtcute};
use super::{erase, own_fields, telethon2, value};
use crate::model::{AUTH_KEY_LEN, Field, FieldValue, SessionData};
use crate::storage::Change;

/// Reads the fields.
pub fn read(conn: &Connection, layout: &Layout) -> Result<SessionData, Fault> {
    let mut data = read_client(conn, layout)?;
    if layout.peers.self_row {
        data.user_id = match data.user_id {
            None => read_self(conn, layout)?,
            known => known,
        };
    }
    if own_fields::belong_to(conn, layout, data.auth_key.as_ref())? {
        if layout.has_spread_login() {
            own_fields::read_over(conn, &mut data)?;
        } else {
            own_fields::read(conn, &mut data)?;
        }
    }
    Ok(data)
}

/// Reads the fields that the client stores.
pub fn read_client(conn: &Connection, layout: &Layout) -> Result<SessionData, Fault> {
    match layout.dialect.login {
        LoginTables::UserAndDatacenter => telethon2::fields::read(conn, layout),
        LoginTables::Grammers => grammers::fields::read(conn, layout),
        LoginTables::Mtcute => mtcute::fields::read(conn),
        LoginTables::Sessions | LoginTables::Query(_) => read_row(conn, layout),
    }
}

/// Reads one field; only its column, if that is enough.
pub fn get(conn: &Connection, layout: &Layout, field: Field) -> Result<Option<FieldValue>, Fault> {
    let Some(column) = layout.field(field).filter(|_| is_read_alone(field)) else {
        return Ok(read(conn, layout)?.get(field));
    };
    let mut statement = conn.prepare_cached(&format!("SELECT {} FROM {} LIMIT 1", column.column, layout.login()))?;
    let mut rows = statement.query([])?;
    let found = rows.next()?.map(|row| stored(row.get_ref(0)?, column)).transpose()?.flatten();
    if found.is_none() && layout.own.fields {
        return Ok(read(conn, layout)?.get(field));
    }
    Ok(found)
}

/// Whether a field's own column tells it, if there is one.
pub fn is_read_alone(field: Field) -> bool {
    !SWAPPED.contains(&field)
}

/// The field that stands in its column.
pub fn stored(value: ValueRef<'_>, column: &FieldColumn) -> Result<Option<FieldValue>, Fault> {
    let mut data = SessionData::default();
    value::set_field(&mut data, column.field, decode(value, column)?)?;
    Ok(data.get(column.field))
}

/// Writes fields, and notes to which login our own ones belong. Returns whether a key has gone.
pub fn write(conn: &Connection, layout: &Layout, changes: &[Change]) -> Result<bool, Fault> {
    let before = Keys::read(conn, layout)?;
    let key = read_client(conn, layout)?.auth_key;
    own_fields::delete_of_another_login(conn, layout, key.as_ref())?;
    if layout.has_spread_login() {
        write_spread(conn, layout, changes)?;
    } else {
        make_row(conn, layout)?;
        for (field, value) in changes {
            write_one(conn, layout, *field, value.as_ref())?;
        }
    }
    own_fields::write_owner_key_id(conn, layout, read_client(conn, layout)?.auth_key.as_ref())?;
    let has_lost_key = before.has_lost(&Keys::read(conn, layout)?);
    if has_lost_key {
        erase::leftovers(conn, layout)?;
    }
    Ok(has_lost_key)
}

/// Writes to the tables of a client whose login is spread. What they do not hold as it was told stands in ours, over it.
fn write_spread(conn: &Connection, layout: &Layout, changes: &[Change]) -> Result<(), Fault> {
    let data = write_client(conn, layout, changes)?;
    // Without an account, this tells Telethon 2's home data centre.
    own_fields::write_owner_key_id(conn, layout, data.auth_key.as_ref())?;
    let held = read_client(conn, layout)?;
    for field in Field::ALL {
        own_fields::write_over(conn, layout, field, data.get(field).as_ref(), held.get(field).as_ref())?;
    }
    Ok(())
}

/// Writes to the client's tables alone, and returns all that was to be written.
pub fn write_client(conn: &Connection, layout: &Layout, changes: &[Change]) -> Result<SessionData, Fault> {
    let before = read(conn, layout)?;
    let mut data = before.clone();
    for (field, value) in changes {
        value::set_field(&mut data, *field, value.clone())?;
    }
    let is_stored = layout.support().fields;
    if is_stored.iter().any(|field| before.get(*field) != data.get(*field)) {
        match layout.dialect.login {
            LoginTables::UserAndDatacenter => telethon2::fields::write(conn, layout, &before, &data)?,
            LoginTables::Grammers => grammers::fields::write(conn, layout, &before, &data)?,
            _ => mtcute::fields::write(conn, &before, &data)?,
        }
    }
    Ok(data)
}

/// Whether some change has no column in the client's row, so that our own table is needed.
pub fn needs_own(layout: &Layout, changes: &[Change]) -> bool {
    changes.iter().any(|(field, value)| value.is_some() && !has_column(layout, *field))
}

fn has_column(layout: &Layout, field: Field) -> bool {
    layout.field(field).is_some() || (field == Field::UserId && layout.peers.self_row)
}

fn read_row(conn: &Connection, layout: &Layout) -> Result<SessionData, Fault> {
    let mut data = SessionData::default();
    let columns: Vec<&str> = layout.fields.iter().map(|column| column.column).collect();
    let mut statement =
        conn.prepare_cached(&format!("SELECT {} FROM {} LIMIT 1", columns.join(", "), layout.login()))?;
    let mut rows = statement.query([])?;
    let Some(row) = rows.next()? else { return Ok(data) };
    for (index, column) in layout.fields.iter().enumerate() {
        let stored = row.get_ref(index)?;
        match swapped(stored, column) {
            Some(field) => value::set_field(&mut data, field, value::field(stored, field)?)?,
            // What the other column held stays.
            None if data.get(column.field).is_some() => {}
            None => value::set_field(&mut data, column.field, decode(stored, column)?)?,
        }
    }
    Ok(data)
}

/// The fields that some forks of Telethon (elystl 2.1.0, hikkaritl 2.1.0, heroku-tl-new 2.0.0) take for one another as they read a
/// file, and so write into each other's column.
const SWAPPED: [Field; 2] = [Field::TakeoutId, Field::TmpAuthKey];

/// The field that a value is really of, if such a fork wrote it.
fn swapped(stored: ValueRef<'_>, column: &FieldColumn) -> Option<Field> {
    match (column.field, stored) {
        (Field::TakeoutId, ValueRef::Blob(bytes)) if bytes.len() == AUTH_KEY_LEN => Some(Field::TmpAuthKey),
        (Field::TmpAuthKey, ValueRef::Integer(_)) => Some(Field::TakeoutId),
        _ => None,
    }
}

/// Puts both where they belong, before one of them is written.
fn unswap(conn: &Connection, layout: &Layout) -> Result<(), Fault> {
    if SWAPPED.iter().all(|field| layout.field(*field).is_some()) {
        let sql = "UPDATE sessions SET takeout_id = tmp_auth_key, tmp_auth_key = takeout_id \
                   WHERE typeof(takeout_id) = 'blob' AND length(takeout_id) = 256 OR typeof(tmp_auth_key) = 'integer'";
        conn.prepare_cached(sql)?.execute([])?;
    }
    Ok(())
}

/// Decodes the value of a column; `None` if the column says that the field is absent.
fn decode(value: ValueRef<'_>, column: &FieldColumn) -> Result<Option<FieldValue>, Fault> {
    let found = value::field(value, column.field)?;
    Ok(match (column.absent, &found) {
        (Absent::Number(absent), Some(FieldValue::Integer(number))) if *number == absent => None,
        _ => found,
    })
}

fn read_self(conn: &Connection, layout: &Layout) -> Result<Option<i64>, Fault> {
    let peers = &layout.peers;
    let sql = format!("SELECT {} FROM {} WHERE {} = 0", peers.access_hash, peers.table, peers.id);
    Ok(conn.prepare_cached(&sql)?.query_row([], |row| row.get(0)).optional()?)
}

/// The fields that stand in our own table although the client has columns for them: Telethon 2's row of the account is
/// not written before all of it is known, and the tables of a spread login cannot hold every value.
pub fn set_aside(conn: &Connection, layout: &Layout) -> Result<Vec<Field>, Fault> {
    if layout.has_spread_login() && layout.own.fields {
        let (all, held) = (read(conn, layout)?, read_client(conn, layout)?);
        return Ok(Field::ALL.into_iter().filter(|field| all.get(*field) != held.get(*field)).collect());
    }
    Ok(Vec::new())
}

// Telethon 0.16 writes no row before login.
fn make_row(conn: &Connection, layout: &Layout) -> Result<(), Fault> {
    let rows: i64 = conn.query_row("SELECT count(*) FROM sessions", [], |row| row.get(0))?;
    if rows == 0 {
        check_written(conn.execute(layout.dialect.new_row, [])?)?;
    }
    Ok(())
}

fn write_one(conn: &Connection, layout: &Layout, field: Field, value: Option<&FieldValue>) -> Result<(), Fault> {
    if SWAPPED.contains(&field) {
        unswap(conn, layout)?;
    }
    if let Some(column) = layout.field(field) {
        let mut statement = conn.prepare_cached(&format!("UPDATE sessions SET {} = ?1", column.column))?;
        let rows = match (value, column.absent) {
            (Some(value), _) => statement.execute([value])?,
            (None, Absent::Null) => statement.execute([Null])?,
            (None, Absent::Number(number) | Absent::Default(number)) => statement.execute([number])?,
            (None, Absent::EmptyBlob) => statement.execute([[0_u8; 0].as_slice()])?,
        };
        check_written(rows)?;
    } else if has_column(layout, field) {
        write_self(conn, layout, value)?;
    } else {
        return own_fields::write(conn, layout, field, value);
    }
    own_fields::write(conn, layout, field, None)
}

fn write_self(conn: &Connection, layout: &Layout, user_id: Option<&FieldValue>) -> Result<(), Fault> {
    let PeersTable { table, id, access_hash, .. } = &layout.peers;
    conn.execute(&format!("DELETE FROM {table} WHERE {id} = 0"), [])?;
    if let Some(user_id) = user_id {
        let sql = format!("INSERT INTO {table} ({id}, {access_hash}) VALUES (0, ?1)");
        check_written(conn.execute(&sql, [user_id])?)?;
    }
    Ok(())
}
