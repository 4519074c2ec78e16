//! The database of mtcute 0.12 to 0.30: a table of values by key, one of keys, one of peers.
//!
//! From `storage/sqlite` of `@mtcute/core`. Its version is that of its peers: 2, with `isMin`, since 0.17. A peer that is `isMin` has
//! an access hash that is valid in a context only: it is left out. `message_refs` is mtcute's own.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};

use super::{Gathered, channel_id};
use crate::codec::{mtcute_dc, mtcute_peer, mtcute_user};
use crate::model::{AuthKey, Format, IdKind, Peer, UpdateState, id_kind, normalize_username};
use crate::storage::sqlite::fault::Fault;
use crate::storage::sqlite::schema::Schema;
use crate::storage::sqlite::value;

/// Times later than this are in milliseconds.
const LATEST_SECOND: i64 = 100_000_000_000;
const CHANNEL: &str = "updates_channel:";

pub fn format(conn: &Connection, schema: &Schema) -> Result<Format, Fault> {
    let mut version = None;
    if schema.has_all("mtcute_migrations", &["repo", "version"]) {
        let mut statement = conn.prepare("SELECT version FROM mtcute_migrations WHERE repo = 'peers'")?;
        version = statement.query_map([], |row| row.get(0))?.next().transpose()?;
    }
    Ok(Format { name: "mtcute", version })
}

pub fn read(conn: &Connection, schema: &Schema) -> Result<Gathered, Fault> {
    let mut found = Gathered::default();
    keys(conn, schema, &mut found)?;
    values(conn, &mut found)?;
    if schema.has_all("peers", &["id", "hash", "usernames", "updated", "phone", "complete"]) {
        peers(conn, schema, &mut found)?;
    }
    Ok(found)
}

/// The permanent keys, and the temporary one of each data centre's main connection.
pub fn keys(conn: &Connection, schema: &Schema, found: &mut Gathered) -> Result<(), Fault> {
    let mut statement = conn.prepare("SELECT dc, key FROM auth_keys ORDER BY dc")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let id: i32 = row.get(0)?;
        match row.get_ref(1)? {
            ValueRef::Blob(key) => found.add_key(id, key),
            _ => found.add_key(id, &[]),
        }
    }
    if !schema.has_all("temp_auth_keys", &["dc", "idx", "key", "expires"]) {
        return Ok(());
    }
    let mut statement = conn.prepare("SELECT dc, key, expires FROM temp_auth_keys WHERE idx = 0")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (id, expires): (i32, i64) = (row.get(0)?, row.get(2)?);
        let Some(Ok(key)) = row.get_ref(1)?.as_blob_or_null().ok().flatten().map(AuthKey::new) else { continue };
        let dc = found.dc(id);
        dc.tmp_auth_key = Some(key);
        dc.tmp_expires_at = Some(seconds(expires));
    }
    Ok(())
}

pub fn seconds(time: i64) -> i64 {
    if time > LATEST_SECOND { time / 1000 } else { time }
}

fn values(conn: &Connection, found: &mut Gathered) -> Result<(), Fault> {
    let mut account = [None; 4];
    let mut statement = conn.prepare("SELECT key, value FROM key_value ORDER BY key")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let Some(name) = value::text(row.get_ref(0)?) else { continue };
        let bytes = row.get_ref(1)?.as_bytes_or_null().ok().flatten().unwrap_or_default();
        match name.as_str() {
            "dc_main" | "dc_media" => dc(bytes, name == "dc_main", found)?,
            "current_user" if !bytes.is_empty() => user(bytes, found)?,
            "updates_pts" => account[0] = int(bytes),
            "updates_qts" => account[1] = int(bytes),
            "updates_date" => account[2] = int(bytes),
            "updates_seq" => account[3] = int(bytes),
            name => channel(name, bytes, found),
        }
    }
    // A state exists only with all four.
    if let [Some(pts), Some(qts), Some(date), Some(seq)] = account {
        let state = UpdateState { id: 0, pts: Some(pts), qts: Some(qts), date: Some(date), seq: Some(seq) };
        found.contents.update_states.push(state);
    }
    Ok(())
}

fn dc(bytes: &[u8], is_main: bool, found: &mut Gathered) -> Result<(), Fault> {
    let Some(dc) = mtcute_dc(bytes) else {
        return Err(Fault::Damaged("its data centre is unreadable".to_owned()));
    };
    if is_main {
        found.home = Some(dc.id);
        found.contents.data.test_mode = dc.test_mode;
    }
    found.add_endpoint(dc.id, dc.endpoint);
    Ok(())
}

fn user(bytes: &[u8], found: &mut Gathered) -> Result<(), Fault> {
    let Some((id, is_bot)) = mtcute_user(bytes) else {
        return Err(Fault::Damaged("its account is unreadable".to_owned()));
    };
    (found.contents.data.user_id, found.contents.data.is_bot) = (Some(id), Some(is_bot));
    Ok(())
}

fn int(bytes: &[u8]) -> Option<i64> {
    Some(i32::from_le_bytes(bytes.try_into().ok()?).into())
}

fn channel(name: &str, bytes: &[u8], found: &mut Gathered) {
    let id = name.strip_prefix(CHANNEL).and_then(|id| channel_id(id.parse().ok()?));
    let pts = bytes.try_into().ok().map(u32::from_le_bytes).map(i64::from);
    if let (Some(id), Some(pts)) = (id, pts) {
        found.contents.update_states.push(UpdateState { id, pts: Some(pts), ..UpdateState::default() });
    }
}

fn peers(conn: &Connection, schema: &Schema, found: &mut Gathered) -> Result<(), Fault> {
    let is_min = if schema.has("peers", "ismin") { "isMin" } else { "0" };
    let sql = format!("SELECT id, hash, usernames, updated, phone, complete, {is_min} FROM peers ORDER BY id");
    let mut statement = conn.prepare(&sql)?;
    let mut rows = statement.query([])?;
    let mut left_out: u64 = 0;
    while let Some(row) = rows.next()? {
        if value::integer(row.get_ref(6)?, "isMin")?.is_some_and(|is_min| is_min != 0) {
            left_out += 1;
            continue;
        }
        let usernames = value::text(row.get_ref(2)?).and_then(|text| serde_json::from_str::<Vec<String>>(&text).ok());
        let usernames = usernames.unwrap_or_default().iter().map(|name| normalize_username(name)).collect();
        add_peer(row, usernames, found)?;
    }
    if left_out > 0 {
        let cause = "whose access hash is valid only in the chat where mtcute saw them";
        found.remarks.push(format!("peers that are left out, {cause}: {left_out}"));
    }
    Ok(())
}

/// Adds a peer, from the columns id, hash, (usernames), updated, phone, complete.
pub fn add_peer(row: &Row<'_>, usernames: Vec<String>, found: &mut Gathered) -> Result<(), Fault> {
    let id: i64 = row.get(0)?;
    let complete = row.get_ref(5)?.as_bytes_or_null().ok().flatten().unwrap_or_default();
    // Without it nothing tells whether a user is a bot.
    let (peer_type, name) = mtcute_peer(id, complete);
    // One bad peer must not keep the login from being read.
    let Some(access_hash) = access_hash(id, &value::text(row.get_ref(1)?).unwrap_or_default()) else {
        found.damaged_peers += 1;
        return Ok(());
    };
    found.contents.peers.push(Peer {
        id,
        access_hash,
        peer_type,
        usernames,
        phone_number: value::filled_text(row.get_ref(4)?),
        name,
        last_update_on: value::integer(row.get_ref(3)?, "updated")?.map(seconds),
    });
    Ok(())
}

/// `low|high`, two signed numbers of 32 bits; nothing for a group, which has none. `None` is damage.
fn access_hash(id: i64, text: &str) -> Option<Option<i64>> {
    if text.is_empty() || id_kind(id) == IdKind::Chat {
        return Some(None);
    }
    let half = |text: &str| text.parse::<i32>().ok();
    let (low, high) = text.split_once('|')?;
    Some(Some(i64::from(half(high)?) << 32 | i64::from(half(low)?.cast_unsigned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_make_an_access_hash() {
        for (text, hash) in [("0|-2147483648", i64::MIN), ("-1|-1", -1), ("-1|0", 0xffff_ffff), ("5|0", 5)] {
            assert_eq!(access_hash(7, text), Some(Some(hash)), "{text}");
        }
        assert_eq!(access_hash(-7, "0|0"), Some(None));
        assert!(access_hash(7, "5").is_none() && access_hash(7, "5|x").is_none());
    }
}
