//! The login: the home data centre in `dc_home`, its key and addresses in `dc_option`, the account among the peers.

use rusqlite::{Connection, OptionalExtension};

use super::addresses::Addresses;
use super::data_centers::{self, Row};
use super::{IS_BOT, IS_SELF};
use crate::model::{DEFAULT_DC_ID, DcEndpoint, SessionData, dc_of_address, is_test_address};
use crate::storage::sqlite::fault::{Fault, check_written};
use crate::storage::sqlite::layout::Layout;

/// The library takes no other id for a user's.
const MOST_USER_ID: i64 = (1 << 40) - 1;

/// Reads what grammers' tables tell.
pub fn read(conn: &Connection, layout: &Layout) -> Result<SessionData, Fault> {
    let home = home(conn)?.unwrap_or(DEFAULT_DC_ID);
    let mut data = SessionData { dc_id: Some(home), ..SessionData::default() };
    if let Some(Row { addresses, key }) = data_centers::row(conn, home)? {
        let of_len = |len| Fault::Damaged(format!("its key of data centre {home} has {len} bytes, not 256"));
        data.auth_key = key.transpose().map_err(of_len)?;
        let first = addresses.and_then(|addresses| addresses.endpoints().into_iter().next());
        if let Some(DcEndpoint { server_address, port, .. }) = first {
            data.test_mode = dc_of_address(&server_address).map(|_| is_test_address(&server_address));
            (data.server_address, data.port) = (Some(server_address), Some(port));
        }
    }
    if !layout.peers_are_own
        && let Some((id, is_bot)) = account(conn)?
    {
        (data.user_id, data.is_bot) = (Some(id), Some(is_bot));
    }
    Ok(data)
}

fn home(conn: &Connection) -> Result<Option<i32>, Fault> {
    let home: Option<i32> =
        conn.prepare_cached("SELECT dc_id FROM dc_home LIMIT 1")?.query_row([], |row| row.get(0)).optional()?;
    Ok(home.filter(|home| *home > 0))
}

fn account(conn: &Connection) -> Result<Option<(i64, bool)>, Fault> {
    let sql = "SELECT peer_id, subtype & 2 <> 0 FROM peer_info WHERE peer_id > 0 AND subtype & 1 LIMIT 1";
    Ok(conn.prepare_cached(sql)?.query_row([], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

/// Writes what of a login these tables can hold, in place of the one that was there.
pub fn write(conn: &Connection, layout: &Layout, before: &SessionData, data: &SessionData) -> Result<(), Fault> {
    write_home(conn, before, data)?;
    write_account(conn, layout, data)
}

fn write_home(conn: &Connection, before: &SessionData, data: &SessionData) -> Result<(), Fault> {
    if home(conn)? != data.dc_id {
        conn.execute("DELETE FROM dc_home", [])?;
        if let Some(id) = data.dc_id {
            check_written(conn.execute("INSERT INTO dc_home (dc_id) VALUES (?1)", [id])?)?;
        }
    }
    if let Some(old) = before.dc_id.filter(|old| Some(*old) != data.dc_id)
        && !moves(conn, data)?
    {
        data_centers::remove(conn, old)?;
    }
    let Some(id) = data.dc_id else { return Ok(()) };
    let test_mode = data.test_mode == Some(true);
    let first = data.server_address.clone().zip(data.port);
    let first = first.map(|(server_address, port)| DcEndpoint { server_address, port, is_media_only: false });
    let old = data_centers::row(conn, id)?.and_then(|row| row.addresses);
    if old.is_none() && first.is_none() && data.auth_key.is_none() {
        return data_centers::remove(conn, id);
    }
    let addresses = match old {
        Some(old) => old.with(id, first.as_ref(), test_mode),
        None => Addresses::of(id, first.as_slice(), test_mode),
    };
    match addresses {
        Some(addresses) => data_centers::write(conn, id, addresses, data.auth_key.as_ref()),
        None => data_centers::remove(conn, id),
    }
}

/// Whether the login goes on at a data centre where it has this key already: then it keeps the one that it had.
fn moves(conn: &Connection, data: &SessionData) -> Result<bool, Fault> {
    let Some(id) = data.dc_id.filter(|_| data.auth_key.is_some()) else { return Ok(false) };
    Ok(data_centers::find(conn, id)?.is_some_and(|found| found.auth_key == data.auth_key))
}

fn write_account(conn: &Connection, layout: &Layout, data: &SessionData) -> Result<(), Fault> {
    let id = data.user_id.filter(|id| *id <= MOST_USER_ID);
    // A row that tells nothing but whose account it is goes with that.
    let is_peer = if layout.own.peers { " AND peer_id NOT IN (SELECT id FROM tgsession_peers)" } else { "" };
    let others = "peer_id > 0 AND subtype & 1 AND peer_id IS NOT ?1";
    conn.execute(&format!("DELETE FROM peer_info WHERE {others} AND hash IS NULL{is_peer}"), [id])?;
    conn.execute(&format!("UPDATE peer_info SET subtype = nullif(subtype & 2, 0) WHERE {others}"), [id])?;
    let Some(id) = id else { return Ok(()) };
    let bot = if data.is_bot == Some(true) { IS_BOT } else { 0 };
    // Of a peer that is known to be a bot this stays known, until it is told otherwise.
    let kept = if data.is_bot.is_none() { IS_BOT } else { 0 };
    let sql = "INSERT INTO peer_info (peer_id, subtype) VALUES (?1, ?2) \
               ON CONFLICT (peer_id) DO UPDATE SET subtype = coalesce(subtype, 0) & ?3 | ?2";
    check_written(conn.execute(sql, [id, IS_SELF | bot, kept])?)
}
