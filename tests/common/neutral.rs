//! The oracle's neutral JSON (tests/oracle/README.md) as the model.

use serde_json::Value;
use tgsession::model::{
    AuthKey, Contents, Field, FieldValue, Peer, PeerType, SentFile, SentFileKey, SentFileType, SessionData, UpdateState,
};

/// The model of what a library read, or of what was put in.
pub fn contents(value: &Value) -> Contents {
    let mut contents = Contents {
        data: data(&value["session"]),
        peers: list(&value["peers"]).map(peer).collect(),
        update_states: list(&value["update_states"]).map(state).collect(),
        sent_files: list(&value["sent_files"]).map(file).collect(),
        ..Contents::default()
    };
    contents.peers.sort_by_key(|peer| peer.id);
    contents.update_states.sort_by_key(|state| state.id);
    contents.sent_files.sort_by(|a, b| a.key.cmp(&b.key));
    contents
}

/// The fields that a JSON object of the oracle has, absent where a library has its own word for it.
pub fn data(session: &Value) -> SessionData {
    let mut data = SessionData::default();
    for field in Field::ALL {
        assert!(data.set(field, field_value(field, &session[field.name()])), "{}: {session}", field.name());
    }
    data
}

fn field_value(field: Field, value: &Value) -> Option<FieldValue> {
    match (field, value) {
        // Telethon's blob in the place of a number, and its dc_id before a login.
        (_, Value::Null | Value::Object(_)) => None,
        (Field::DcId, value) if value.as_i64() == Some(0) => None,
        (Field::AuthKey | Field::TmpAuthKey, Value::String(digits)) if digits.is_empty() => None,
        (Field::AuthKey | Field::TmpAuthKey, Value::String(digits)) => {
            Some(FieldValue::Key(AuthKey::new(&bytes(digits)).unwrap()))
        }
        (_, Value::String(text)) => Some(FieldValue::Text(text.clone())),
        (_, Value::Bool(yes)) => Some(FieldValue::Integer((*yes).into())),
        (_, value) => Some(FieldValue::Integer(value.as_i64().unwrap())),
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

pub fn peer(value: &Value) -> Peer {
    Peer {
        id: value["id"].as_i64().unwrap(),
        access_hash: value["access_hash"].as_i64(),
        peer_type: value["type"].as_str().map(PeerType::from_name),
        usernames: list(&value["usernames"]).filter_map(text).collect(),
        phone_number: text(&value["phone_number"]),
        name: text(&value["name"]).filter(|name| !name.is_empty()),
        last_update_on: value["last_update_on"].as_i64(),
    }
}

fn state(value: &Value) -> UpdateState {
    let number = |name: &str| value[name].as_i64();
    UpdateState {
        id: number("id").unwrap(),
        pts: number("pts"),
        qts: number("qts"),
        date: number("date"),
        seq: number("seq"),
    }
}

fn file(value: &Value) -> SentFile {
    let number = |name: &str| value[name].as_i64().unwrap();
    SentFile {
        key: SentFileKey {
            md5: bytes(value["md5"].as_str().unwrap()).try_into().unwrap(),
            size: number("size"),
            file_type: SentFileType::from_number(number("type")).unwrap(),
        },
        id: number("id"),
        access_hash: number("access_hash"),
    }
}

fn bytes(digits: &str) -> Vec<u8> {
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
}
