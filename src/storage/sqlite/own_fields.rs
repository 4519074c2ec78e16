//! The fields that a client has no column for, in a table of our own.
//!
//! They belong to one login: the id of the auth key that they were written for is stored with them (the owner's key
//! id). After the client has logged in again they are another account's, and are not read any more.

use rusqlite::{Connection, OptionalExtension, params};

use super::fault::{Fault, check_written, unstorable};
use super::layout::Layout;
use super::own_tables::OwnTable;
use super::value;
use crate::model::{AuthKey, Field, FieldValue, SessionData};

// The name under which the owner's key id is stored.
const OWNER_KEY_ID: &str = "auth_key_id";

/// Adds the fields that the client has no value for. Where the client has one, it wins.
pub fn read(conn: &Connection, data: &mut SessionData) -> Result<(), Fault> {
    let mut statement = conn.prepare_cached("SELECT name, value FROM tgsession_fields")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let name: String = row.get(0)?;
        let field = Field::ALL.into_iter().find(|field| field.name() == name);
        if let Some(field) = field.filter(|field| data.get(*field).is_none()) {
            value::set_field(data, field, value::field(row.get_ref(1)?, field)?)?;
        }
    }
    Ok(())
}

/// The name under which the client's own value stands over which a field was written.
fn over(field: Field) -> String {
    format!("{}/over", field.name())
}

/// Adds the fields that stand over a client's: each counts as long as the client has what it was written over. An absent one may
/// stand over something too.
pub fn read_over(conn: &Connection, data: &mut SessionData) -> Result<(), Fault> {
    for field in Field::ALL {
        let Some(ours) = value_of(conn, field.name(), field)? else { continue };
        let overs = conn
            .prepare_cached("SELECT value FROM tgsession_fields WHERE name = ?1")?
            .query_row([over(field)], |row| row.get(0))
            .optional()?;
        if overs == data.get(field).as_ref().map(print) {
            value::set_field(data, field, ours)?;
        }
    }
    Ok(())
}

fn value_of(conn: &Connection, name: &str, field: Field) -> Result<Option<Option<FieldValue>>, Fault> {
    let mut statement = conn.prepare_cached("SELECT value FROM tgsession_fields WHERE name = ?1")?;
    let mut rows = statement.query([name])?;
    rows.next()?.map(|row| value::field(row.get_ref(0)?, field)).transpose()
}

/// Writes a field whose client has another value, which is `theirs`; removes what stood there if the client's is right. Without our
/// table there is none, and none is needed.
pub fn write_over(
    conn: &Connection,
    layout: &Layout,
    field: Field,
    wanted: Option<&FieldValue>,
    theirs: Option<&FieldValue>,
) -> Result<(), Fault> {
    if !layout.own.fields {
        return Ok(());
    }
    let name = over(field);
    conn.execute("DELETE FROM tgsession_fields WHERE name IN (?1, ?2)", [field.name(), &name])?;
    if wanted == theirs {
        return Ok(());
    }
    let sql = "INSERT INTO tgsession_fields (name, value) VALUES (?1, ?2)";
    check_written(conn.execute(sql, params![field.name(), wanted])?)?;
    match theirs {
        Some(theirs) => check_written(conn.execute(sql, params![name, print(theirs)])?),
        None => Ok(()),
    }
}

/// What tells a value from others, and shows no key.
fn print(value: &FieldValue) -> String {
    match value {
        FieldValue::Integer(number) => number.to_string(),
        FieldValue::Text(text) => text.clone(),
        FieldValue::Key(key) => key.id_hex(),
    }
}

/// Whether the table is there and belongs to the login with this key.
pub fn belong_to(conn: &Connection, layout: &Layout, key: Option<&AuthKey>) -> Result<bool, Fault> {
    Ok(layout.own.fields && owner_key_id(conn)? == key_id(key))
}

/// Writes a field, or removes it.
pub fn write(conn: &Connection, layout: &Layout, field: Field, value: Option<&FieldValue>) -> Result<(), Fault> {
    match value {
        Some(value) => {
            if !layout.own.has(OwnTable::Fields) {
                return Err(unstorable(field.name()));
            }
            let sql = "INSERT OR REPLACE INTO tgsession_fields (name, value) VALUES (?1, ?2)";
            check_written(conn.execute(sql, params![field.name(), value])?)?;
        }
        None if layout.own.fields => {
            conn.execute("DELETE FROM tgsession_fields WHERE name = ?1", [field.name()])?;
        }
        None => {}
    }
    Ok(())
}

/// Removes the fields of another login than the one with this key, so that a new owner's key id does not revive them.
pub fn delete_of_another_login(conn: &Connection, layout: &Layout, key: Option<&AuthKey>) -> Result<(), Fault> {
    if layout.own.fields && !belong_to(conn, layout, key)? {
        conn.execute("DELETE FROM tgsession_fields", [])?;
    }
    Ok(())
}

/// Notes to which login the fields belong.
pub fn write_owner_key_id(conn: &Connection, layout: &Layout, key: Option<&AuthKey>) -> Result<(), Fault> {
    if layout.own.fields {
        let sql = "INSERT OR REPLACE INTO tgsession_fields (name, value) VALUES (?1, ?2)";
        check_written(conn.execute(sql, params![OWNER_KEY_ID, key_id(key)])?)?;
    }
    Ok(())
}

/// The id of the key of the login that the fields belong to, if one is noted.
pub fn noted_owner(conn: &Connection, layout: &Layout) -> Result<Option<String>, Fault> {
    if !layout.own.fields {
        return Ok(None);
    }
    Ok(Some(owner_key_id(conn)?).filter(|id| !id.is_empty()))
}

fn owner_key_id(conn: &Connection) -> Result<String, Fault> {
    let sql = "SELECT value FROM tgsession_fields WHERE name = ?1";
    let found: Option<String> = conn.prepare_cached(sql)?.query_row([OWNER_KEY_ID], |row| row.get(0)).optional()?;
    Ok(found.unwrap_or_default())
}

fn key_id(key: Option<&AuthKey>) -> String {
    key.map_or_else(String::new, AuthKey::id_hex)
}
