//! The rows of `dc_option`.

use std::net::{SocketAddrV4, SocketAddrV6};

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, params};

use super::addresses::Addresses;
use crate::model::{AuthKey, DataCenter};
use crate::storage::sqlite::fault::{Fault, check_written};
use crate::storage::sqlite::value;

/// A row.
pub struct Row {
    /// Absent where they cannot be read.
    pub addresses: Option<Addresses>,
    /// What stands as its key, if that is one.
    pub key: Option<Result<AuthKey, usize>>,
}

/// The ids of the data centres that have a row.
pub fn ids(conn: &Connection) -> Result<Vec<i32>, Fault> {
    let mut statement = conn.prepare_cached("SELECT dc_id FROM dc_option WHERE dc_id > 0 ORDER BY dc_id")?;
    Ok(statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// Reads a row.
pub fn row(conn: &Connection, id: i32) -> Result<Option<Row>, Fault> {
    let mut statement = conn.prepare_cached("SELECT ipv4, ipv6, auth_key FROM dc_option WHERE dc_id = ?1")?;
    let row = statement.query_row([id], |row| {
        let (v4, v6) = (value::text(row.get_ref(0)?), value::text(row.get_ref(1)?));
        let parsed = |v4: &str, v6: &str| {
            Some(Addresses { v4: v4.parse::<SocketAddrV4>().ok()?, v6: v6.parse::<SocketAddrV6>().ok()? })
        };
        let addresses = v4.zip(v6).and_then(|(v4, v6)| parsed(&v4, &v6));
        let key = match row.get_ref(2)? {
            ValueRef::Null | ValueRef::Blob([]) => None,
            ValueRef::Blob(key) => Some(AuthKey::new(key).map_err(|_| key.len())),
            _ => Some(Err(0)),
        };
        Ok(Row { addresses, key })
    });
    Ok(row.optional()?)
}

/// What the client has of a data centre.
pub fn find(conn: &Connection, id: i32) -> Result<Option<DataCenter>, Fault> {
    let Some(Row { addresses, key }) = row(conn, id)? else { return Ok(None) };
    let addresses = addresses.map_or_else(Vec::new, Addresses::endpoints);
    Ok(Some(DataCenter { id, auth_key: key.and_then(Result::ok), addresses, ..DataCenter::default() }))
}

/// Replaces what the client has of a data centre, as far as a row can hold it.
pub fn put(conn: &Connection, data_center: &DataCenter, test_mode: bool) -> Result<(), Fault> {
    let DataCenter { id, auth_key, addresses, .. } = data_center;
    let is_empty = auth_key.is_none() && addresses.is_empty();
    match Addresses::of(*id, addresses, test_mode).filter(|_| !is_empty) {
        Some(addresses) => write(conn, *id, addresses, auth_key.as_ref()),
        None => remove(conn, *id),
    }
}

/// Writes a row, if it is another one than before.
pub fn write(conn: &Connection, id: i32, addresses: Addresses, key: Option<&AuthKey>) -> Result<(), Fault> {
    let old = row(conn, id)?;
    if old.is_some_and(|old| old.addresses == Some(addresses) && old.key.and_then(Result::ok).as_ref() == key) {
        return Ok(());
    }
    let sql = "INSERT INTO dc_option (dc_id, ipv4, ipv6, auth_key) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (dc_id) \
               DO UPDATE SET ipv4 = excluded.ipv4, ipv6 = excluded.ipv6, auth_key = excluded.auth_key";
    let key = key.map(|key| key.as_bytes().as_slice());
    check_written(conn.execute(sql, params![id, addresses.v4.to_string(), addresses.v6.to_string(), key])?)
}

/// Removes a row: its data centre is then the built-in one.
pub fn remove(conn: &Connection, id: i32) -> Result<(), Fault> {
    conn.execute("DELETE FROM dc_option WHERE dc_id = ?1", [id])?;
    Ok(())
}

/// Adds what is told of the home data centre to its row: the address of the other kind.
pub fn put_beside(conn: &Connection, told: &DataCenter, test_mode: bool) -> Result<(), Fault> {
    let Some(Row { addresses: Some(old), key }) = row(conn, told.id)? else { return Ok(()) };
    let Some(key) = key.transpose().ok() else { return Ok(()) };
    match Addresses::of(told.id, &told.addresses_in_row(&old.endpoints()), test_mode) {
        Some(addresses) => write(conn, told.id, addresses, key.as_ref()),
        None => Ok(()),
    }
}

/// Whether a row would have these addresses for a data centre of which those are known.
pub fn stands_for(row: &DataCenter, known: &DataCenter, test_mode: bool) -> bool {
    let of_known = Addresses::of(known.id, &known.addresses, test_mode).map(Addresses::endpoints);
    of_known.is_some_and(|of_known| of_known == row.addresses)
}

/// What the home data centre's row tells beside the login's fields: its other address, where that is not a built-in one.
pub fn beside(conn: &Connection, id: i32, server_address: Option<&str>) -> Result<Option<DataCenter>, Fault> {
    Ok(find(conn, id)?.and_then(|found| found.beside_fields(server_address)))
}
