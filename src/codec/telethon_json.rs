//! The session file of Telethon before 0.16: JSON.
//!
//! From `Session.save` and `try_load_or_create_new` of Telethon 0.9.1, 0.13.6, 0.14.2 and 0.15.5 (`tl/session.py`) and
//! `EntityDatabase` of 0.15.5 (`tl/entity_database.py`):
//!
//! | member           | value                                                                       |
//! |------------------|-----------------------------------------------------------------------------|
//! | `server_address` | text: an IP address                                                         |
//! | `port`           | number                                                                      |
//! | `auth_key_data`  | text: the key in standard base64; null before login                         |
//! | `entities`       | list of [marked id, access hash]: 0 for groups; since 0.15, may be absent   |
//! | others           | `id`, `layer`, `salt`, `sequence`, … of the connection: not kept            |
//!
//! It names no data centre: the address tells it, where it is one that clients write. Ids are marked with the text
//! `-100`, see [`super::pyrogram_json::whole_mark`].

use std::collections::BTreeMap;

use serde_json::Value;

use super::pyrogram_json::whole_mark;
use super::secret_json::{self, SecretJson};
use crate::model::{Contents, Peer, SessionData, dc_of_address};

/// The error is a message for people.
pub(super) fn decode(json: &SecretJson) -> Result<Contents, &'static str> {
    let key_text = json.text("auth_key_data");
    let auth_key = key_text.map(|text| secret_json::auth_key(text).ok_or("its auth key is damaged")).transpose()?;
    let server_address = json.text("server_address").map(str::to_owned);
    let data = SessionData {
        dc_id: server_address.as_deref().and_then(dc_of_address),
        server_address,
        port: json.integer("port").and_then(|port| u16::try_from(port).ok()).filter(|port| *port != 0),
        auth_key,
        ..SessionData::default()
    };
    Ok(Contents { peers: peers(json)?, ..data.into() })
}

fn peers(json: &SecretJson) -> Result<Vec<Peer>, &'static str> {
    let mut peers = BTreeMap::new();
    for entity in json.get("entities").and_then(Value::as_array).into_iter().flatten() {
        let [id, access_hash] = entity.as_array().map_or(&[] as &[Value], Vec::as_slice) else {
            return Err("its list of entities is damaged");
        };
        // Telethon drops entities without a hash when it loads them: it has no access to them.
        if let (Some(id), Some(access_hash)) = (id.as_i64(), access_hash.as_i64()) {
            let id = whole_mark(id, Some(access_hash));
            peers.insert(id, Peer { id, access_hash: Some(access_hash), ..Peer::default() });
        }
    }
    Ok(peers.into_values().collect())
}
