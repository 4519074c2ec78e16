//! Update states in `key_value`: the account's four numbers, of which all or none count, and a channel's pts.

use rusqlite::{Connection, types::ValueRef};

use super::key_value;
use crate::model::{IdKind, UpdateState, bare_id, id_kind, mark_channel};
use crate::storage::sqlite::fault::Fault;

const ACCOUNT: [&str; 4] = ["updates_pts", "updates_qts", "updates_date", "updates_seq"];
const CHANNEL: &str = "updates_channel:";

/// Reads the states.
pub fn read(conn: &Connection) -> Result<Vec<UpdateState>, Fault> {
    let mut states: Vec<UpdateState> = account(conn)?.into_iter().collect();
    // The colon is followed by the semicolon.
    let sql = "SELECT key, value FROM key_value WHERE key >= 'updates_channel:' AND key < 'updates_channel;'";
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (ValueRef::Text(key), Ok(Some(pts))) = (row.get_ref(0)?, row.get_ref(1)?.as_bytes_or_null()) else {
            continue;
        };
        let id = std::str::from_utf8(key).ok().and_then(|key| channel(key.strip_prefix(CHANNEL)?));
        let pts = pts.try_into().ok().map(u32::from_le_bytes).map(i64::from);
        states.extend(id.zip(pts).map(|(id, pts)| UpdateState { id, pts: Some(pts), ..UpdateState::default() }));
    }
    Ok(states)
}

/// Reads one state.
pub fn find(conn: &Connection, id: i64) -> Result<Option<UpdateState>, Fault> {
    match id_kind(id) {
        IdKind::User if id == 0 => account(conn),
        IdKind::Channel => {
            let pts = key_value::get(conn, &channel_key(id))?.and_then(|pts| pts.try_into().ok());
            let pts = pts.map(u32::from_le_bytes).map(i64::from);
            Ok(pts.map(|pts| UpdateState { id, pts: Some(pts), ..UpdateState::default() }))
        }
        _ => Ok(None),
    }
}

fn account(conn: &Connection) -> Result<Option<UpdateState>, Fault> {
    let mut numbers = [None; 4];
    for (number, key) in numbers.iter_mut().zip(ACCOUNT) {
        *number = key_value::get(conn, key)?.and_then(|bytes| Some(i32::from_le_bytes(bytes.try_into().ok()?).into()));
    }
    let state = UpdateState { id: 0, pts: numbers[0], qts: numbers[1], date: numbers[2], seq: numbers[3] };
    Ok(Some(state).filter(UpdateState::is_simple))
}

fn channel(bare: &str) -> Option<i64> {
    let bare: i64 = bare.parse().ok()?;
    let id = mark_channel(bare);
    (bare > 0 && id_kind(id) == IdKind::Channel).then_some(id)
}

/// Whether mtcute can store all of a state.
pub fn holds(state: &UpdateState) -> bool {
    let numbers = [state.pts, state.qts, state.date, state.seq];
    let fits = |number: i64| {
        if state.id == 0 { i32::try_from(number).is_ok() } else { u32::try_from(number).is_ok() }
    };
    let has_place = state.id == 0 || id_kind(state.id) == IdKind::Channel;
    has_place && state.is_simple() && numbers.into_iter().flatten().all(fits)
}

/// Replaces a state, if mtcute can store all of it.
pub fn write(conn: &Connection, state: &UpdateState) -> Result<bool, Fault> {
    delete(conn, state.id)?;
    match *state {
        UpdateState { id: 0, pts, qts, date, seq } => {
            let numbers = [pts, qts, date, seq].map(|number| number.and_then(|number| i32::try_from(number).ok()));
            if numbers.contains(&None) {
                return Ok(false);
            }
            for (key, number) in ACCOUNT.iter().zip(numbers) {
                key_value::set(conn, key, &number.unwrap_or_default().to_le_bytes())?;
            }
        }
        UpdateState { id, pts: Some(pts), qts: None, date: None, seq: None } if id_kind(id) == IdKind::Channel => {
            let Ok(pts) = u32::try_from(pts) else { return Ok(false) };
            key_value::set(conn, &channel_key(id), &pts.to_le_bytes())?;
        }
        _ => return Ok(false),
    }
    Ok(true)
}

/// Removes a state.
pub fn delete(conn: &Connection, id: i64) -> Result<(), Fault> {
    if id == 0 {
        return ACCOUNT.iter().try_for_each(|key| key_value::remove(conn, key));
    }
    if id_kind(id) == IdKind::Channel { key_value::remove(conn, &channel_key(id)) } else { Ok(()) }
}

fn channel_key(id: i64) -> String {
    format!("{CHANNEL}{}", bare_id(id))
}
