//! The session file of Pyrogram up to 0.14: JSON.
//!
//! From `save_session` and `load_session` of Pyrogram 0.9.0, 0.11.0 and 0.14.1 (`client/client.py`):
//!
//! | member              | value                                                            |
//! |---------------------|------------------------------------------------------------------|
//! | `dc_id`             | number                                                           |
//! | `test_mode`         | boolean                                                          |
//! | `auth_key`          | list of texts of 43 characters; joined, standard base64          |
//! | `user_id`           | number or null                                                   |
//! | `date`              | number, may be absent                                            |
//! | `is_bot`            | boolean or null, absent before 0.12                              |
//! | `peers_by_id`       | object: marked id → access hash, null for groups; may be absent  |
//! | `peers_by_username` | object: username → marked id; may be absent                      |
//! | `peers_by_phone`    | object: phone number → marked id; may be absent                  |
//!
//! A channel's id is marked with the *text* `-100`, whatever its length: channel 12345 is -10012345 there.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::secret_json::{self, SecretJson};
use crate::model::{Contents, IdKind, Peer, SessionData, id_kind, mark_channel, normalize_username};

type Peers = BTreeMap<i64, Peer>;

/// The error is a message for people.
pub(super) fn decode(json: &SecretJson) -> Result<Contents, &'static str> {
    let auth_key = match json.get("auth_key") {
        None => None,
        Some(pieces) => {
            Some(join(pieces).and_then(|text| secret_json::auth_key(&text)).ok_or("its auth key is damaged")?)
        }
    };
    let dc_id = json.integer("dc_id").and_then(|dc_id| i32::try_from(dc_id).ok()).filter(|dc_id| *dc_id > 0);
    let data = SessionData {
        dc_id: Some(dc_id.ok_or("its data centre is none")?),
        test_mode: json.get("test_mode").and_then(Value::as_bool),
        auth_key,
        date: json.integer("date"),
        user_id: json.integer("user_id").filter(|id| *id > 0),
        is_bot: json.get("is_bot").and_then(Value::as_bool),
        ..SessionData::default()
    };
    Ok(Contents { peers: peers(json)?.into_values().collect(), ..data.into() })
}

fn join(pieces: &Value) -> Option<Zeroizing<String>> {
    let pieces = pieces.as_array()?;
    let mut joined = Zeroizing::new(String::with_capacity(pieces.len() * 64));
    for piece in pieces {
        let piece = piece.as_str().filter(|piece| piece.len() <= 64)?;
        joined.push_str(piece);
    }
    Some(joined)
}

fn peers(json: &SecretJson) -> Result<Peers, &'static str> {
    let mut peers = Peers::new();
    for (id, access_hash) in members(json, "peers_by_id") {
        let (marked, peer) = peer(id, access_hash).ok_or("its list of peers is damaged")?;
        peers.insert(marked, peer);
    }
    name(&mut peers, json, "peers_by_username", |peer, name| peer.usernames.push(normalize_username(name)));
    name(&mut peers, json, "peers_by_phone", |peer, phone| peer.phone_number = Some(phone.to_owned()));
    Ok(peers)
}

fn members<'a>(json: &'a SecretJson, name: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    json.get(name).and_then(Value::as_object).into_iter().flat_map(Map::iter)
}

fn peer(id: &str, access_hash: &Value) -> Option<(i64, Peer)> {
    let access_hash = if access_hash.is_null() { None } else { Some(access_hash.as_i64()?) };
    let id = whole_mark(id.parse().ok()?, access_hash);
    Some((id, Peer { id, access_hash, ..Peer::default() }))
}

// Like Pyrogram, a name whose peer is unknown is dropped.
fn name(peers: &mut Peers, json: &SecretJson, list: &str, set: impl Fn(&mut Peer, &str)) {
    for (name, id) in members(json, list) {
        let Some(id) = id.as_i64() else { continue };
        let id = if peers.contains_key(&id) { id } else { whole_mark(id, Some(1)) };
        if let Some(peer) = peers.get_mut(&id) {
            set(peer, name);
        }
    }
}

/// The marked id of today for one whose mark is the text `-100` (Pyrogram up to 0.14, Telethon up to 0.15, GramJS). A basic
/// group can have that text too, but no access hash.
pub(super) fn whole_mark(id: i64, access_hash: Option<i64>) -> i64 {
    let has_hash = access_hash.is_some_and(|hash| hash != 0);
    let bare = id.to_string().strip_prefix("-100").and_then(|bare| bare.parse().ok());
    match bare {
        Some(bare) if has_hash && id_kind(id) == IdKind::Chat => mark_channel(bare),
        // The direct messages of a channel, whose bare ids are longer.
        Some(bare) if id <= LEAST_OF_TEXT => mark_channel(bare),
        _ => id,
    }
}

/// No mark of today makes ids as low as this.
const LEAST_OF_TEXT: i64 = -1_000_000_000_000_000;
