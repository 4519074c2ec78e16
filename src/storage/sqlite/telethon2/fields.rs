//! The login: the account in `user`, which names the home data centre, and that one's key and addresses in `datacenter`.

use rusqlite::{Connection, OptionalExtension, params};

use super::data_centers::{self, Row};
use crate::model::{DcEndpoint, SessionData};
use crate::storage::sqlite::fault::{Fault, check_written};
use crate::storage::sqlite::layout::Layout;
use crate::storage::sqlite::own_fields;

/// Reads what Telethon 2's tables tell.
pub fn read(conn: &Connection, layout: &Layout) -> Result<SessionData, Fault> {
    let mut data = SessionData::default();
    if let Some((id, dc, bot)) = account(conn)? {
        (data.user_id, data.dc_id, data.is_bot) = (Some(id), Some(dc), Some(bot));
    }
    let home = match data.dc_id {
        None => home_without_account(conn, layout)?,
        known => known,
    };
    let Some(home) = home else { return Ok(data) };
    data.dc_id = Some(home);
    let Some(Row { addresses, key }) = data_centers::row(conn, layout, home)? else { return Ok(data) };
    let of_len = |len| Fault::Damaged(format!("its key of data centre {home} has {len} bytes, not 256"));
    data.auth_key = key.transpose().map_err(of_len)?;
    if let Some(DcEndpoint { server_address, port, .. }) = addresses.into_iter().next() {
        (data.server_address, data.port) = (Some(server_address), Some(port));
    }
    Ok(data)
}

fn account(conn: &Connection) -> Result<Option<(i64, i32, bool)>, Fault> {
    let mut statement = conn.prepare_cached("SELECT id, dc, bot FROM user LIMIT 1")?;
    Ok(statement.query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?)
}

/// Without an account the home data centre is the one whose key is that of the login which our own fields belong to, or else the
/// first that has a key.
fn home_without_account(conn: &Connection, layout: &Layout) -> Result<Option<i32>, Fault> {
    if let Some(noted) = noted_home(conn, layout)? {
        return Ok(Some(noted));
    }
    let sql = "SELECT id FROM datacenter ORDER BY coalesce(length(auth), 0) = 0, id LIMIT 1";
    Ok(conn.prepare_cached(sql)?.query_row([], |row| row.get(0)).optional()?)
}

fn noted_home(conn: &Connection, layout: &Layout) -> Result<Option<i32>, Fault> {
    let Some(noted) = own_fields::noted_owner(conn, layout)? else { return Ok(None) };
    for id in data_centers::ids(conn, layout)? {
        let key = data_centers::row(conn, layout, id)?.and_then(|row| row.key).and_then(Result::ok);
        if key.is_some_and(|key| key.id_hex() == noted) {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

/// Whether something tells the home data centre. Until it does, a further key would hide which one that is.
pub fn has_home(conn: &Connection, layout: &Layout) -> Result<bool, Fault> {
    Ok(account(conn)?.is_some() || noted_home(conn, layout)?.is_some())
}

/// Writes what of a login these tables can hold, in place of the one that was there.
pub fn write(conn: &Connection, layout: &Layout, before: &SessionData, data: &SessionData) -> Result<(), Fault> {
    if let Some(old) = before.dc_id.filter(|old| Some(*old) != data.dc_id)
        && !moves(conn, layout, data)?
    {
        data_centers::remove(conn, old)?;
    }
    write_home(conn, layout, before, data)?;
    write_account(conn, data)
}

/// Whether the login goes on at a data centre where it has this key already: then it keeps the one that it had.
fn moves(conn: &Connection, layout: &Layout, data: &SessionData) -> Result<bool, Fault> {
    let Some(id) = data.dc_id.filter(|_| data.auth_key.is_some()) else { return Ok(false) };
    Ok(data_centers::find(conn, layout, id)?.is_some_and(|found| found.auth_key == data.auth_key))
}

// An address that the login had and that is not told any more goes; what else is known of its data centre stays.
fn write_home(conn: &Connection, layout: &Layout, before: &SessionData, data: &SessionData) -> Result<(), Fault> {
    let Some(id) = data.dc_id else { return Ok(()) };
    let first = data.server_address.clone().zip(data.port);
    let first = first.map(|(server_address, port)| DcEndpoint { server_address, port, is_media_only: false });
    let was_first = |known: &DcEndpoint| {
        before.dc_id == Some(id)
            && before.port == Some(known.port)
            && before.server_address.as_deref() == Some(known.server_address.as_str())
    };
    let old = data_centers::row(conn, layout, id)?.map_or_else(Vec::new, |row| row.addresses);
    let addresses: Vec<DcEndpoint> = first.into_iter().chain(old.into_iter().filter(|old| !was_first(old))).collect();
    data_centers::write(conn, layout, id, &addresses, data.auth_key.as_ref())
}

// The row needs the id, the data centre and whether it is a bot. Until all are known, they stay in our own table.
fn write_account(conn: &Connection, data: &SessionData) -> Result<(), Fault> {
    let (Some(user_id), Some(dc_id), Some(is_bot)) = (data.user_id, data.dc_id, data.is_bot) else {
        conn.execute("DELETE FROM user", [])?;
        return Ok(());
    };
    conn.execute("DELETE FROM user WHERE id <> ?1", [user_id])?;
    let sql = "INSERT INTO user (id, dc, bot) VALUES (?1, ?2, ?3) \
               ON CONFLICT (id) DO UPDATE SET dc = excluded.dc, bot = excluded.bot";
    check_written(conn.execute(sql, params![user_id, dc_id, is_bot])?)
}
