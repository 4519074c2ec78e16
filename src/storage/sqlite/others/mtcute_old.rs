//! The database of mtcute 0.2 (version 5 of its own, and the ones that it upgrades): values are JSON.
//!
//! From `@mtcute/sqlite` 0.2.0. `def_dc` was one data centre before version 4. 0.30 leaves these tables as they are, beside its own.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};
use serde::Deserialize;

use super::mtcute::data_centers::seconds;
use super::{Gathered, channel_id};
use crate::codec::mtcute_peer;
use crate::model::{AuthKey, DcEndpoint, Format, IdKind, Peer, UpdateState, id_kind, normalize_username};
use crate::storage::sqlite::fault::Fault;
use crate::storage::sqlite::schema::Schema;
use crate::storage::sqlite::value;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredDc {
    id: i32,
    ip_address: String,
    port: u16,
    #[serde(default)]
    media_only: bool,
    #[serde(default)]
    test_mode: bool,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Dcs {
    Both { main: StoredDc, media: Option<StoredDc> },
    One(StoredDc),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Account {
    user_id: i64,
    is_bot: bool,
}

/// The last version that was made in this layout.
pub(super) const NEWEST: i64 = 5;

pub fn format(conn: &Connection) -> Result<Format, Fault> {
    Ok(Format { name: "mtcute", version: json(conn, "ver")? })
}

pub fn read(conn: &Connection, schema: &Schema) -> Result<Gathered, Fault> {
    let mut found = Gathered::default();
    keys(conn, schema, &mut found)?;
    let (main, media) = match json(conn, "def_dc")? {
        Some(Dcs::Both { main, media }) => (Some(main), media),
        Some(Dcs::One(main)) => (Some(main), None),
        None => (None, None),
    };
    if let Some(main) = &main {
        found.home = Some(main.id);
        found.contents.data.test_mode = Some(main.test_mode);
    }
    for StoredDc { id, ip_address, port, media_only, .. } in main.into_iter().chain(media) {
        found.add_endpoint(id, DcEndpoint { server_address: ip_address, port, is_media_only: media_only });
    }
    if let Some(Account { user_id, is_bot }) = json(conn, "self")? {
        (found.contents.data.user_id, found.contents.data.is_bot) = (Some(user_id), Some(is_bot));
    }
    let states = [json(conn, "pts")?, json(conn, "qts")?, json(conn, "date")?, json(conn, "seq")?];
    if let [Some(pts), Some(qts), Some(date), Some(seq)] = states {
        let state = UpdateState { id: 0, pts: Some(pts), qts: Some(qts), date: Some(date), seq: Some(seq) };
        found.contents.update_states.push(state);
    }
    if schema.has_all("pts", &["channel_id", "pts"]) {
        channels(conn, &mut found)?;
    }
    if schema.has_all("entities", &["id", "hash", "username", "updated", "phone", "full"]) {
        peers(conn, &mut found)?;
    }
    Ok(found)
}

/// The permanent keys, and the temporary one of each data centre's main connection.
fn keys(conn: &Connection, schema: &Schema, found: &mut Gathered) -> Result<(), Fault> {
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

/// A value; `null` is none.
fn json<T: for<'de> Deserialize<'de>>(conn: &Connection, key: &str) -> Result<Option<T>, Fault> {
    let mut statement = conn.prepare_cached("SELECT value FROM kv WHERE key = ?1")?;
    let mut rows = statement.query([key])?;
    let Some(text) = rows.next()?.and_then(|row| value::text(row.get_ref(0).ok()?)) else { return Ok(None) };
    serde_json::from_str(&text).map_err(|_| Fault::Damaged(format!("its value {key} is unreadable")))
}

fn channels(conn: &Connection, found: &mut Gathered) -> Result<(), Fault> {
    let mut statement = conn.prepare("SELECT channel_id, pts FROM pts")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let Some(id) = channel_id(row.get(0)?) else { continue };
        found.contents.update_states.push(UpdateState { id, pts: row.get(1)?, ..UpdateState::default() });
    }
    Ok(())
}

fn peers(conn: &Connection, found: &mut Gathered) -> Result<(), Fault> {
    let sql = "SELECT id, hash, username, updated, phone, \"full\" FROM entities ORDER BY id";
    let mut statement = conn.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let usernames = value::filled_text(row.get_ref(2)?).iter().map(|name| normalize_username(name)).collect();
        add_peer(row, usernames, found)?;
    }
    Ok(())
}

/// Adds a peer, from the columns id, hash, (usernames), updated, phone, complete.
fn add_peer(row: &Row<'_>, usernames: Vec<String>, found: &mut Gathered) -> Result<(), Fault> {
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
