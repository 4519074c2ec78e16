//! The keys of data centres: `auth_keys` and `temp_auth_keys`. It keeps no addresses but the home data centre's.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, params};

use super::key_value;
use crate::codec::{mtcute_dc, mtcute_media_dc_bytes};
use crate::model::{AuthKey, DataCenter, SessionData};
use crate::storage::sqlite::fault::{Fault, check_written};

/// Milliseconds in a second.
const MILLISECONDS: i64 = 1000;
/// Times later than this are in milliseconds; 0.12 wrote seconds.
const LATEST_SECOND: i64 = 100_000_000_000;

/// The data centre for files, which is the home one at another address.
pub const MEDIA: &str = "dc_media";

/// The ids of the data centres that have a key.
pub fn ids(conn: &Connection) -> Result<Vec<i32>, Fault> {
    let mut statement = conn.prepare_cached("SELECT dc FROM auth_keys WHERE dc > 0 ORDER BY dc")?;
    Ok(statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// What stands as the permanent key of a data centre, if that is one.
pub fn key(conn: &Connection, id: i32) -> Result<Option<Result<AuthKey, usize>>, Fault> {
    let mut statement = conn.prepare_cached("SELECT key FROM auth_keys WHERE dc = ?1")?;
    let key = statement.query_row([id], |row| {
        Ok(match row.get_ref(0)? {
            ValueRef::Blob(key) => AuthKey::new(key).map_err(|_| key.len()),
            _ => Err(0),
        })
    });
    Ok(key.optional()?)
}

/// The temporary key of a data centre's main connection, and when it expires.
pub fn temporary(conn: &Connection, id: i32) -> Result<Option<(AuthKey, i64)>, Fault> {
    let mut statement = conn.prepare_cached("SELECT key, expires FROM temp_auth_keys WHERE dc = ?1 AND idx = 0")?;
    let found = statement.query_row([id], |row| {
        let key = row.get_ref(0)?.as_bytes_or_null().ok().flatten().and_then(|key| AuthKey::new(key).ok());
        Ok(key.zip(Some(seconds(row.get(1)?))))
    });
    Ok(found.optional()?.flatten())
}

/// A time in seconds.
pub fn seconds(time: i64) -> i64 {
    if time > LATEST_SECOND { time / MILLISECONDS } else { time }
}

/// What the client has of a data centre.
pub fn find(conn: &Connection, id: i32) -> Result<Option<DataCenter>, Fault> {
    let Some(key) = key(conn, id)? else { return Ok(None) };
    let (tmp_auth_key, tmp_expires_at) = temporary(conn, id)?.unzip();
    Ok(Some(DataCenter { id, auth_key: key.ok(), tmp_auth_key, tmp_expires_at, addresses: Vec::new() }))
}

/// Replaces what the client has of a data centre.
pub fn put(conn: &Connection, data_center: &DataCenter) -> Result<(), Fault> {
    let DataCenter { id, auth_key, tmp_auth_key, tmp_expires_at, .. } = data_center;
    write_key(conn, *id, auth_key.as_ref())?;
    let temporary = tmp_auth_key.clone().zip(*tmp_expires_at).filter(|(_, expires)| is_storable(*expires));
    write_temporary(conn, *id, temporary.filter(|_| auth_key.is_some()).as_ref())
}

/// Whether a time comes back as it was: a smaller one would be taken for seconds.
fn is_storable(expires: i64) -> bool {
    expires.checked_mul(MILLISECONDS).is_some_and(|time| time > LATEST_SECOND)
}

/// Writes the permanent key of a data centre. With it go the temporary keys and the salts, which belong to the one before.
pub fn write_key(conn: &Connection, id: i32, auth_key: Option<&AuthKey>) -> Result<(), Fault> {
    let old = key(conn, id)?;
    if old.as_ref().map(|old| old.as_ref().ok()) == auth_key.map(Some) {
        return Ok(());
    }
    conn.execute("DELETE FROM temp_auth_keys WHERE dc = ?1", [id])?;
    key_value::remove(conn, &format!("salts:{id}"))?;
    let Some(auth_key) = auth_key else {
        conn.execute("DELETE FROM auth_keys WHERE dc = ?1", [id])?;
        return Ok(());
    };
    let sql = "INSERT INTO auth_keys (dc, key) VALUES (?1, ?2) ON CONFLICT (dc) DO UPDATE SET key = excluded.key";
    check_written(conn.execute(sql, params![id, auth_key.as_bytes().as_slice()])?)
}

/// Writes the temporary key of a data centre's main connection.
pub fn write_temporary(conn: &Connection, id: i32, new: Option<&(AuthKey, i64)>) -> Result<(), Fault> {
    if temporary(conn, id)?.as_ref() == new {
        return Ok(());
    }
    conn.execute("DELETE FROM temp_auth_keys WHERE dc = ?1 AND idx = 0", [id])?;
    let Some((key, expires)) = new else { return Ok(()) };
    let sql = "INSERT INTO temp_auth_keys (dc, idx, key, expires) VALUES (?1, 0, ?2, ?3)";
    let values = params![id, key.as_bytes().as_slice(), expires.saturating_mul(MILLISECONDS)];
    check_written(conn.execute(sql, values)?)
}

/// Adds what is told of the home data centre: its address for files, and when its temporary key expires.
pub fn put_beside(conn: &Connection, told: &DataCenter, home: &SessionData) -> Result<(), Fault> {
    let key = told.tmp_auth_key.clone().or(home.tmp_auth_key.clone());
    let temporary = key.zip(told.tmp_expires_at).filter(|(_, expires)| is_storable(*expires));
    if temporary.is_some() && home.auth_key.is_some() {
        write_temporary(conn, told.id, temporary.as_ref())?;
    }
    let Some(media) = told.addresses.iter().find(|endpoint| endpoint.is_media_only) else { return Ok(()) };
    let noted = key_value::get(conn, MEDIA)?.and_then(|bytes| mtcute_dc(&bytes));
    if noted.is_some_and(|noted| noted.id == told.id && noted.endpoint == *media) {
        return Ok(());
    }
    // One that mtcute cannot hold is kept aside.
    match mtcute_media_dc_bytes(home, media) {
        Ok(bytes) => key_value::set(conn, MEDIA, &bytes),
        Err(_) => Ok(()),
    }
}

/// What stands beside the login's fields of the home data centre: its address for files, and when its temporary key expires.
pub fn beside(conn: &Connection, id: i32, data: &SessionData) -> Result<Option<DataCenter>, Fault> {
    let media = key_value::get(conn, MEDIA)?.and_then(|bytes| mtcute_dc(&bytes)).filter(|media| media.id == id);
    let addresses: Vec<_> = media.map(|media| media.endpoint).into_iter().collect();
    let temporary = temporary(conn, id)?.filter(|(key, _)| data.tmp_auth_key.as_ref() == Some(key));
    let (tmp_auth_key, tmp_expires_at) = temporary.unzip();
    if addresses.is_empty() && tmp_expires_at.is_none() {
        return Ok(None);
    }
    Ok(Some(DataCenter { id, auth_key: None, tmp_auth_key, tmp_expires_at, addresses }))
}
