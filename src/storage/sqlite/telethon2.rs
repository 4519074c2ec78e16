//! Telethon 2's tables: a row for each data centre, and one for the account, whose `dc` is the home data centre.

use rusqlite::{Connection, OptionalExtension, params};

use super::fault::{Fault, check_written};
use super::layout::Layout;
use super::simple_states::SimpleStates;
use super::value;
use crate::model::{Field, FieldValue, SessionData};

/// Reads the fields that Telethon 2 has columns for.
pub fn read(conn: &Connection, layout: &Layout) -> Result<SessionData, Fault> {
    let mut data = SessionData::default();
    let user = "SELECT id, dc, bot FROM user LIMIT 1";
    let user: Option<(i64, i32, bool)> =
        conn.query_row(user, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?;
    if let Some((id, dc, bot)) = user {
        (data.user_id, data.dc_id, data.is_bot) = (Some(id), Some(dc), Some(bot));
    }
    // Without an account, the home data centre is the one that has a key.
    let sql = format!(
        "SELECT id, {}, auth FROM datacenter WHERE id = ?1 OR ?1 IS NULL ORDER BY auth IS NULL, id LIMIT 1",
        layout.telethon2_address
    );
    let mut statement = conn.prepare(&sql)?;
    let mut rows = statement.query([data.dc_id])?;
    let Some(row) = rows.next()? else { return Ok(data) };
    data.dc_id = Some(row.get(0)?);
    let address = value::filled_text(row.get_ref(1)?);
    if let Some((host, port)) = address.as_deref().and_then(|address| address.rsplit_once(':')) {
        data.server_address = Some(host.to_owned());
        data.port = port.parse().ok();
    }
    value::set_field(&mut data, Field::AuthKey, value::field(row.get_ref(2)?, Field::AuthKey)?)?;
    Ok(data)
}

/// Writes the fields, and tells which of them Telethon 2's tables hold now.
pub fn write(conn: &Connection, layout: &Layout, data: &SessionData) -> Result<Vec<Field>, Fault> {
    let has_user = write_user(conn, data)?;
    if !has_user {
        // Only its row tells the home data centre then: no other data centre may have one.
        conn.execute("DELETE FROM datacenter WHERE ?1 IS NULL OR id <> ?1", [data.dc_id])?;
    }
    let has_dc = write_datacenter(conn, layout, data)?;
    let has_address = has_dc && data.server_address.is_some() && data.port.is_some();
    let is_stored = |field: &Field| match field {
        Field::DcId | Field::AuthKey => has_dc,
        Field::ServerAddress | Field::Port => has_address,
        Field::UserId | Field::IsBot => has_user,
        _ => false,
    };
    Ok(Field::ALL.into_iter().filter(is_stored).collect())
}

fn write_datacenter(conn: &Connection, layout: &Layout, data: &SessionData) -> Result<bool, Fault> {
    let Some(dc_id) = data.dc_id else { return Ok(false) };
    let address = match (&data.server_address, data.port) {
        (Some(host), Some(port)) => Some(format!("{host}:{port}")),
        _ => None,
    };
    let column = layout.telethon2_address;
    let sql = format!(
        "INSERT INTO datacenter (id, {column}, auth) VALUES (?1, coalesce(?2, ''), ?3) \
         ON CONFLICT (id) DO UPDATE SET {column} = coalesce(?2, ''), auth = ?3"
    );
    check_written(conn.execute(&sql, params![dc_id, address, data.auth_key.clone().map(FieldValue::Key)])?)?;
    Ok(true)
}

// The row needs the id, the data centre and whether it is a bot. Until all are known, they stay in our own table.
fn write_user(conn: &Connection, data: &SessionData) -> Result<bool, Fault> {
    let (Some(user_id), Some(dc_id), Some(is_bot)) = (data.user_id, data.dc_id, data.is_bot) else {
        conn.execute("DELETE FROM user", [])?;
        return Ok(false);
    };
    conn.execute("DELETE FROM user WHERE id <> ?1", [user_id])?;
    let sql = "INSERT INTO user (id, dc, bot) VALUES (?1, ?2, ?3) \
               ON CONFLICT (id) DO UPDATE SET dc = excluded.dc, bot = excluded.bot";
    check_written(conn.execute(sql, params![user_id, dc_id, is_bot])?)?;
    Ok(true)
}

/// Its tables of update states.
pub const STATES: SimpleStates =
    SimpleStates { account: "state", channels: "channelstate", channel_id: "id", most: i64::MAX };
