//! Values that a client keeps beside its session: in a table of our own, but for data centres that a client has tables for.

use std::collections::BTreeMap;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, params};

use super::fault::{Fault, check_written, not_there, unstorable};
use super::layout::Layout;
use super::own_tables::{OwnTable, VALUES};
use super::{data_centers, erase};
use crate::model::StoredValue;

/// Reads the names, in ascending order.
pub fn names(conn: &Connection, layout: &Layout) -> Result<Vec<String>, Fault> {
    let mut names = data_centers::names(conn, layout)?;
    if layout.own.values {
        let mut statement = conn.prepare_cached("SELECT name FROM tgsession_values")?;
        let own = statement.query_map([], |row| row.get(0))?;
        names.extend(own.collect::<Result<Vec<_>, _>>()?);
    }
    Ok(names.into_iter().collect())
}

/// Reads every value.
pub fn read(conn: &Connection, layout: &Layout) -> Result<BTreeMap<String, StoredValue>, Fault> {
    let mut values = BTreeMap::new();
    if layout.own.values {
        let mut statement = conn.prepare_cached("SELECT name, value FROM tgsession_values")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            values.insert(row.get(0)?, decode(row.get_ref(1)?)?);
        }
    }
    if layout.has_data_centers() {
        for name in names(conn, layout)? {
            if let Some(value) = find(conn, layout, &name)? {
                values.insert(name, value);
            }
        }
    }
    Ok(values)
}

/// Reads one value.
pub fn find(conn: &Connection, layout: &Layout, name: &str) -> Result<Option<StoredValue>, Fault> {
    let own = find_own(conn, layout, name)?;
    match data_centers::of_value(layout, name) {
        Some(id) => data_centers::find(conn, layout, id, own),
        None => Ok(own),
    }
}

fn find_own(conn: &Connection, layout: &Layout, name: &str) -> Result<Option<StoredValue>, Fault> {
    if !layout.own.values {
        return Ok(None);
    }
    let mut statement = conn.prepare_cached("SELECT value FROM tgsession_values WHERE name = ?1")?;
    let found = statement.query_row([name], |row| Ok(decode(row.get_ref(0)?))).optional()?;
    found.transpose()
}

/// Sets a value, or removes it. Returns whether an earlier one has gone; nothing of it is left in the file then.
pub fn write(conn: &Connection, layout: &Layout, name: &str, value: Option<&StoredValue>) -> Result<bool, Fault> {
    let has_gone = replace(conn, layout, name, value)?;
    if has_gone {
        erase_leftovers(conn, layout)?;
    }
    Ok(has_gone)
}

/// Sets several values; as [`write`].
pub fn write_all(conn: &Connection, layout: &Layout, values: &BTreeMap<String, StoredValue>) -> Result<bool, Fault> {
    let mut has_gone = false;
    for (name, value) in values {
        has_gone |= replace(conn, layout, name, Some(value))?;
    }
    if has_gone {
        erase_leftovers(conn, layout)?;
    }
    Ok(has_gone)
}

fn erase_leftovers(conn: &Connection, layout: &Layout) -> Result<(), Fault> {
    if layout.has_spread_login() {
        erase::leftovers(conn, layout)?;
    }
    erase::leftovers_of(conn, [VALUES].into_iter().filter(|_| layout.own.values))
}

fn replace(conn: &Connection, layout: &Layout, name: &str, value: Option<&StoredValue>) -> Result<bool, Fault> {
    let old = find(conn, layout, name)?;
    if old.as_ref() == value {
        return Ok(false);
    }
    match data_centers::of_value(layout, name) {
        Some(id) => write_own(conn, layout, name, data_centers::write(conn, layout, id, value)?.as_ref())?,
        None => write_own(conn, layout, name, value)?,
    }
    let now = find(conn, layout, name)?;
    // What the client notes of the home data centre beside its key stays.
    if now.as_ref() == value || value.is_none() { Ok(old.is_some()) } else { Err(not_there()) }
}

fn write_own(conn: &Connection, layout: &Layout, name: &str, value: Option<&StoredValue>) -> Result<(), Fault> {
    match value {
        Some(value) => {
            if !layout.own.has(OwnTable::Values) {
                return Err(unstorable("a value"));
            }
            let sql = "INSERT OR REPLACE INTO tgsession_values (name, value) VALUES (?1, ?2)";
            check_written(conn.prepare_cached(sql)?.execute(params![name, value.as_bytes()])?)
        }
        None if layout.own.values => {
            conn.prepare_cached("DELETE FROM tgsession_values WHERE name = ?1")?.execute([name])?;
            Ok(())
        }
        None => Ok(()),
    }
}

fn decode(value: ValueRef<'_>) -> Result<StoredValue, Fault> {
    let damaged = || Fault::Damaged("a value in its tgsession_values is not a blob".to_owned());
    value.as_bytes().map(StoredValue::stored).map_err(|_| damaged())
}
