//! The rows of `datacenter`: a key, and an address of each kind as `ip:port`, where IPv6 has no brackets. The first builds of version
//! 10 keep one address of any kind, and the alphas of version 8 the port beside.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, params};

use crate::model::{AuthKey, DataCenter, DcEndpoint};
use crate::storage::sqlite::dialects::LoginTables;
use crate::storage::sqlite::fault::{Fault, check_written};
use crate::storage::sqlite::layout::Layout;
use crate::storage::sqlite::value;
use std::net::Ipv6Addr;

/// A row.
pub struct Row {
    pub addresses: Vec<DcEndpoint>,
    /// What stands as its key, if that is one.
    pub key: Option<Result<AuthKey, usize>>,
}

/// The addresses and the key, as one row of every layout has them.
fn columns(layout: &Layout) -> &'static str {
    match layout.dialect.login {
        LoginTables::Query(_) => "ipv4 || ':' || port, ipv6 || ':' || port, auth",
        _ if layout.telethon2_has_ipv6 => "ipv4_addr, ipv6_addr, auth",
        _ => "addr, NULL, auth",
    }
}

/// The ids of the data centres of which something is known.
pub fn ids(conn: &Connection, layout: &Layout) -> Result<Vec<i32>, Fault> {
    let sql = "SELECT id FROM datacenter WHERE id BETWEEN 1 AND 2147483647 ORDER BY id";
    let mut statement = conn.prepare_cached(sql)?;
    let all: Vec<i32> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut known = Vec::with_capacity(all.len());
    for id in all {
        if row(conn, layout, id)?.is_some_and(|row| row.key.is_some() || !row.addresses.is_empty()) {
            known.push(id);
        }
    }
    Ok(known)
}

/// Reads a row.
pub fn row(conn: &Connection, layout: &Layout, id: i32) -> Result<Option<Row>, Fault> {
    let sql = format!("SELECT {} FROM datacenter WHERE id = ?1", columns(layout));
    let mut statement = conn.prepare_cached(&sql)?;
    let row = statement.query_row([id], |row| {
        let places = [value::text(row.get_ref(0)?), value::text(row.get_ref(1)?)];
        let addresses = places.into_iter().flatten().filter_map(|text| endpoint(&text)).collect();
        let key = match row.get_ref(2)? {
            ValueRef::Null | ValueRef::Blob([]) | ValueRef::Text([]) => None,
            ValueRef::Blob(key) => Some(AuthKey::new(key).map_err(|_| key.len())),
            _ => Some(Err(0)),
        };
        Ok(Row { addresses, key })
    });
    Ok(row.optional()?)
}

// The first builds wrote addresses without a port, which are none that a data centre is reached at.
fn endpoint(text: &str) -> Option<DcEndpoint> {
    let (host, port) = text.rsplit_once(':')?;
    let is_whole = !host.is_empty() && (!host.contains(':') || host.parse::<Ipv6Addr>().is_ok());
    let port = port.parse().ok().filter(|port| *port > 0 && is_whole)?;
    Some(DcEndpoint { server_address: host.to_owned(), port, is_media_only: false })
}

/// What the client has of a data centre.
pub fn find(conn: &Connection, layout: &Layout, id: i32) -> Result<Option<DataCenter>, Fault> {
    let Some(Row { addresses, key }) = row(conn, layout, id)? else { return Ok(None) };
    let found = DataCenter { id, auth_key: key.and_then(Result::ok), addresses, ..DataCenter::default() };
    Ok(Some(found).filter(|found| found.auth_key.is_some() || !found.addresses.is_empty()))
}

/// Replaces what the client has of a data centre, as far as a row can hold it.
pub fn put(conn: &Connection, layout: &Layout, data_center: &DataCenter) -> Result<(), Fault> {
    let DataCenter { id, auth_key, addresses, .. } = data_center;
    if auth_key.is_none() && places(layout, addresses) == [None, None] {
        return remove(conn, *id);
    }
    write(conn, layout, *id, addresses, auth_key.as_ref())
}

/// Writes a row, if it is another one than before.
pub fn write(
    conn: &Connection,
    layout: &Layout,
    id: i32,
    addresses: &[DcEndpoint],
    key: Option<&AuthKey>,
) -> Result<(), Fault> {
    let places = places(layout, addresses);
    let is_same = |old: Row| {
        let of_new: Vec<&DcEndpoint> = places.iter().copied().flatten().collect();
        old.addresses.iter().eq(of_new) && old.key.as_ref().map(|key| key.as_ref().ok()) == key.map(Some)
    };
    if row(conn, layout, id)?.is_some_and(is_same) {
        return Ok(());
    }
    let [first, second] =
        places.map(|place| place.map(|endpoint| format!("{}:{}", endpoint.server_address, endpoint.port)));
    let key = key.map(|key| key.as_bytes().as_slice());
    if layout.telethon2_has_ipv6 {
        let sql = "INSERT INTO datacenter (id, ipv4_addr, ipv6_addr, auth) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (id) \
                   DO UPDATE SET ipv4_addr = excluded.ipv4_addr, ipv6_addr = excluded.ipv6_addr, auth = excluded.auth";
        return check_written(conn.execute(sql, params![id, first, second, key])?);
    }
    let sql = "INSERT INTO datacenter (id, addr, auth) VALUES (?1, coalesce(?2, ''), ?3) \
               ON CONFLICT (id) DO UPDATE SET addr = excluded.addr, auth = excluded.auth";
    check_written(conn.execute(sql, params![id, first, key])?)
}

/// The addresses that a row has places for: one of IPv4 (or a name) and one of IPv6, or one alone.
fn places<'a>(layout: &Layout, addresses: &'a [DcEndpoint]) -> [Option<&'a DcEndpoint>; 2] {
    let mut fit = addresses.iter().filter(|endpoint| !endpoint.is_media_only && comes_back(endpoint));
    if !layout.telethon2_has_ipv6 {
        return [fit.next(), None];
    }
    [fit.clone().find(|endpoint| !endpoint.is_ipv6()), fit.find(|endpoint| endpoint.is_ipv6())]
}

fn comes_back(address: &DcEndpoint) -> bool {
    endpoint(&format!("{}:{}", address.server_address, address.port)).as_ref() == Some(address)
}

/// Removes a row: the client takes its built-in addresses then.
pub fn remove(conn: &Connection, id: i32) -> Result<(), Fault> {
    conn.execute("DELETE FROM datacenter WHERE id = ?1", [id])?;
    Ok(())
}

/// Adds what is told of the home data centre to its row: the address of the other kind.
pub fn put_beside(conn: &Connection, layout: &Layout, told: &DataCenter) -> Result<(), Fault> {
    let Some(Row { addresses, key }) = row(conn, layout, told.id)? else { return Ok(()) };
    let Some(key) = key.transpose().ok() else { return Ok(()) };
    write(conn, layout, told.id, &told.addresses_in_row(&addresses), key.as_ref())
}

/// Whether a row would have these addresses for a data centre of which those are known.
pub fn stands_for(layout: &Layout, row: &DataCenter, known: &DataCenter) -> bool {
    places(layout, &known.addresses).into_iter().flatten().eq(&row.addresses)
}

/// What the home data centre's row tells beside the login's fields: its other address, where that is not a built-in one.
pub fn beside(
    conn: &Connection,
    layout: &Layout,
    id: i32,
    server_address: Option<&str>,
) -> Result<Option<DataCenter>, Fault> {
    Ok(find(conn, layout, id)?.and_then(|found| found.beside_fields(server_address)))
}
