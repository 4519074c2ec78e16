//! A new database of mtcute 0.17 and later. What Telegram told of a peer is not known: mtcute does without it, and asks again.

use rusqlite::{Connection, params};

use super::mtcute::update_states;
use crate::codec::{mtcute_dc_bytes, mtcute_media_dc_bytes, mtcute_user_bytes};
use crate::model::{Contents, DataCenter, DcEndpoint, IdKind, id_kind};
use crate::storage::sqlite::fault::Fault;

pub const TABLES: &str = "
CREATE TABLE mtcute_migrations (repo text not null primary key, version integer not null);
INSERT INTO mtcute_migrations VALUES ('auth_keys', 1), ('kv', 1), ('ref_messages', 1), ('peers', 2);
CREATE TABLE key_value (key text primary key, value blob not null);
CREATE TABLE auth_keys (dc integer primary key, key blob not null);
CREATE TABLE temp_auth_keys (dc integer not null, idx integer not null, key blob not null, expires integer not null, primary key (dc, idx));
CREATE TABLE message_refs (peer_id integer not null, chat_id integer not null, msg_id integer not null);
CREATE INDEX idx_message_refs_peer on message_refs (peer_id);
CREATE INDEX idx_message_refs on message_refs (chat_id, msg_id);
CREATE TABLE peers (id integer primary key, hash text not null, usernames json not null, updated integer not null, phone text, complete blob,
    isMin integer not null default false);
CREATE INDEX idx_peers_usernames on peers (usernames);
CREATE INDEX idx_peers_phone on peers (phone);";

pub fn write(conn: &Connection, contents: &Contents, dcs: &[DataCenter], now: i64) -> Result<(), Fault> {
    conn.execute_batch(TABLES)?;
    let mut values = conn.prepare("INSERT INTO key_value VALUES (?1, ?2)")?;
    values.execute(params!["dc_main", mtcute_dc_bytes(&contents.data, false)?.as_slice()])?;
    if let Some((id, is_bot)) = contents.data.user_id.zip(contents.data.is_bot) {
        values.execute(params!["current_user", mtcute_user_bytes(id, is_bot)])?;
    }
    if let Some(media) = media(dcs, contents) {
        values.execute(params!["dc_media", mtcute_media_dc_bytes(&contents.data, media)?.as_slice()])?;
    }
    for state in &contents.update_states {
        update_states::write(conn, state)?;
    }
    for dc in dcs {
        if let Some(key) = &dc.auth_key {
            conn.execute("INSERT INTO auth_keys VALUES (?1, ?2)", params![dc.id, key.as_bytes().as_slice()])?;
        }
        if let (Some(key), Some(expires)) = (&dc.tmp_auth_key, dc.tmp_expires_at) {
            let values = params![dc.id, key.as_bytes().as_slice(), expires.saturating_mul(1000)];
            conn.execute("INSERT INTO temp_auth_keys VALUES (?1, 0, ?2, ?3)", values)?;
        }
    }
    peers(conn, contents, now)
}

/// The home data centre's address for files, if there is one.
fn media<'a>(dcs: &'a [DataCenter], contents: &Contents) -> Option<&'a DcEndpoint> {
    let home = dcs.iter().find(|dc| Some(dc.id) == contents.data.dc_id)?;
    home.addresses.iter().find(|endpoint| endpoint.is_media_only)
}

fn peers(conn: &Connection, contents: &Contents, now: i64) -> Result<(), Fault> {
    let mut statement = conn.prepare("INSERT INTO peers VALUES (?1, ?2, ?3, ?4, ?5, NULL, 0)")?;
    for peer in &contents.peers {
        let hash = match (id_kind(peer.id), peer.access_hash) {
            (IdKind::Chat, _) => String::new(),
            // Without one mtcute cannot use it.
            (_, None) => continue,
            (_, Some(hash)) => halves(hash),
        };
        let usernames = serde_json::Value::from(peer.usernames.clone()).to_string();
        let updated = peer.last_update_on.unwrap_or(now).saturating_mul(1000);
        statement.execute(params![peer.id, hash, usernames, updated, peer.phone_number])?;
    }
    Ok(())
}

/// `low|high`, two signed numbers of 32 bits.
fn halves(hash: i64) -> String {
    let [a, b, c, d, e, f, g, h] = hash.to_le_bytes();
    format!("{}|{}", i32::from_le_bytes([a, b, c, d]), i32::from_le_bytes([e, f, g, h]))
}
