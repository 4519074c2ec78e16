//! The database of mtcute 0.2 (version 5 of its own, and the ones that it upgrades): values are JSON.
//!
//! From `@mtcute/sqlite` 0.2.0. `def_dc` was one data centre before version 4. 0.30 leaves these tables as they are, beside its own.

use rusqlite::Connection;
use serde::Deserialize;

use super::{Gathered, channel_id, mtcute};
use crate::model::{DcEndpoint, Format, UpdateState, normalize_username};
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

pub fn format(conn: &Connection) -> Result<Format, Fault> {
    Ok(Format { name: "mtcute", version: json(conn, "ver")? })
}

pub fn read(conn: &Connection, schema: &Schema) -> Result<Gathered, Fault> {
    let mut found = Gathered::default();
    mtcute::keys(conn, schema, &mut found)?;
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
        mtcute::add_peer(row, usernames, found)?;
    }
    Ok(())
}
