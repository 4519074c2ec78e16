//! The login: the home data centre and the account in `key_value`, the keys in `auth_keys` and `temp_auth_keys`.

use rusqlite::Connection;

use super::data_centers::{self, MEDIA};
use super::key_value;
use crate::codec::{MtcuteDc, mtcute_dc, mtcute_dc_bytes, mtcute_user, mtcute_user_bytes};
use crate::model::{SessionData, dc_of_address, is_test_address};
use crate::storage::sqlite::fault::Fault;

const MAIN: &str = "dc_main";
const ACCOUNT: &str = "current_user";
/// JavaScript's largest number.
const MOST_USER_ID: i64 = (1 << 53) - 1;

/// Reads what mtcute's tables tell.
pub fn read(conn: &Connection) -> Result<SessionData, Fault> {
    let mut data = SessionData::default();
    let main = main_dc(conn)?;
    data.dc_id = main.as_ref().map(|main| main.id);
    if let Some(MtcuteDc { endpoint, test_mode, .. }) = main {
        let of_address = dc_of_address(&endpoint.server_address).map(|_| is_test_address(&endpoint.server_address));
        data.test_mode = test_mode.or(of_address);
        (data.server_address, data.port) = (Some(endpoint.server_address), Some(endpoint.port));
    } else if let [only] = data_centers::ids(conn)?.as_slice() {
        data.dc_id = Some(*only);
    }
    if let Some(home) = data.dc_id {
        let of_len = |len| Fault::Damaged(format!("its key of data centre {home} has {len} bytes, not 256"));
        data.auth_key = data_centers::key(conn, home)?.transpose().map_err(of_len)?;
        data.tmp_auth_key = data_centers::temporary(conn, home)?.map(|(key, _)| key);
    }
    if let Some(account) = key_value::get(conn, ACCOUNT)?.filter(|account| !account.is_empty()) {
        let damaged = || Fault::Damaged("its account is unreadable".to_owned());
        let (id, is_bot) = mtcute_user(&account).ok_or_else(damaged)?;
        (data.user_id, data.is_bot) = (Some(id), Some(is_bot));
    }
    Ok(data)
}

fn main_dc(conn: &Connection) -> Result<Option<MtcuteDc>, Fault> {
    let Some(bytes) = key_value::get(conn, MAIN)? else { return Ok(None) };
    mtcute_dc(&bytes).map(Some).ok_or_else(|| Fault::Damaged("its data centre is unreadable".to_owned()))
}

/// Writes what of a login these tables can hold, in place of the one that was there.
pub fn write(conn: &Connection, before: &SessionData, data: &SessionData) -> Result<(), Fault> {
    if let Some(old) = before.dc_id.filter(|old| Some(*old) != data.dc_id)
        && !moves(conn, data)?
    {
        data_centers::write_key(conn, old, None)?;
    }
    let home = write_main(conn, data)?;
    if let Some(id) = home.or(data.dc_id) {
        data_centers::write_key(conn, id, data.auth_key.as_ref().filter(|_| home.is_some()))?;
        // Where it has another temporary key, its expiry is not known.
        let kept = data_centers::temporary(conn, id)?.filter(|(key, _)| data.tmp_auth_key.as_ref() == Some(key));
        data_centers::write_temporary(conn, id, kept.as_ref())?;
    }
    write_account(conn, data)
}

/// Whether the login goes on at a data centre where it has this key already: then it keeps the one that it had.
fn moves(conn: &Connection, data: &SessionData) -> Result<bool, Fault> {
    let Some(id) = data.dc_id.filter(|_| data.auth_key.is_some()) else { return Ok(false) };
    Ok(data_centers::find(conn, id)?.is_some_and(|found| found.auth_key == data.auth_key))
}

/// Writes the home data centre, and returns it if it can be written.
fn write_main(conn: &Connection, data: &SessionData) -> Result<Option<i32>, Fault> {
    let old = main_dc(conn).ok().flatten();
    let Some(bytes) = main_bytes(data, old.as_ref()) else {
        key_value::remove(conn, MAIN)?;
        key_value::remove(conn, MEDIA)?;
        return Ok(None);
    };
    let new = mtcute_dc(&bytes);
    let place = |dc: &MtcuteDc| (dc.id, dc.endpoint.server_address.clone(), dc.endpoint.port, dc.test_mode);
    if new.as_ref().map(place) != old.as_ref().map(place) {
        key_value::set(conn, MAIN, &bytes)?;
    }
    let media = key_value::get(conn, MEDIA)?.and_then(|bytes| mtcute_dc(&bytes));
    if media.is_some_and(|media| Some(media.id) != data.dc_id) {
        key_value::remove(conn, MEDIA)?;
    }
    Ok(data.dc_id)
}

// Where its address is not known, or cannot stand there, the one that stands there stays, or the built-in one is taken.
fn main_bytes(data: &SessionData, old: Option<&MtcuteDc>) -> Option<zeroize::Zeroizing<Vec<u8>>> {
    data.dc_id?;
    let at = |address: Option<(String, u16)>| {
        let (server_address, port) = address.unzip();
        let (dc_id, test_mode) = (data.dc_id, data.test_mode);
        mtcute_dc_bytes(&SessionData { dc_id, test_mode, server_address, port, ..SessionData::default() }).ok()
    };
    let old = old.filter(|old| Some(old.id) == data.dc_id);
    let old = old.map(|old| (old.endpoint.server_address.clone(), old.endpoint.port));
    let told = data.server_address.clone().zip(data.port);
    told.and_then(|told| at(Some(told))).or_else(|| old.and_then(|old| at(Some(old)))).or_else(|| at(None))
}

// What it tells beside, usernames and premium, stays with its account.
fn write_account(conn: &Connection, data: &SessionData) -> Result<(), Fault> {
    let old = key_value::get(conn, ACCOUNT)?;
    let known = data.user_id.filter(|id| *id <= MOST_USER_ID).zip(data.is_bot);
    let stored = old.as_ref().and_then(|old| mtcute_user(old));
    match known {
        _ if known == stored => Ok(()),
        None if old.as_ref().is_some_and(Vec::is_empty) => Ok(()),
        None => key_value::remove(conn, ACCOUNT),
        Some((id, is_bot)) => {
            let mut bytes = mtcute_user_bytes(id, is_bot);
            if let Some(old) = old.filter(|_| stored.is_some_and(|(old, _)| old == id)) {
                bytes[5..8].copy_from_slice(&old[5..8]);
                bytes[4] |= old[4] & !1;
                bytes.extend_from_slice(&old[16..]);
            }
            key_value::set(conn, ACCOUNT, &bytes)
        }
    }
}
