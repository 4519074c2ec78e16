//! Session files in JSON, as Pyrogram 0.14.1 and Telethon 0.15.5.7 wrote them.

use serde_json::{Value, json};
use tgsession::ErrorCode;
use tgsession::codec::{DecodedFile, TextKind, decode_json, diagnose};
use tgsession::model::{Contents, Peer};

use crate::samples::data;

const PYROGRAM: &str = include_str!("../fixtures/pyrogram-0.14.1/account.session");
const TELETHON: &str = include_str!("../fixtures/telethon-0.15.5.7/account.session");
const PYROGRAM_FACTS: &str = include_str!("../fixtures/pyrogram-0.14.1/account.json");
const TELETHON_FACTS: &str = include_str!("../fixtures/telethon-0.15.5.7/account.json");

fn decode(text: &str, name: &str) -> Contents {
    let DecodedFile { format, contents, .. } = decode_json(text.as_bytes(), "account.session").unwrap();
    assert_eq!((format.name, format.version), (name, Some(0)));
    contents
}

fn facts(text: &str) -> Value {
    serde_json::from_str::<Value>(text).unwrap()["put_in"].clone()
}

fn key_id(contents: &Contents) -> String {
    contents.data.auth_key.as_ref().unwrap().id_hex()
}

#[test]
fn pyrogram_0_14() {
    let contents = decode(PYROGRAM, "pyrogram");
    let expected = data(&facts(PYROGRAM_FACTS)["session"]);
    assert_eq!(contents.data.dc_id, expected.dc_id);
    assert_eq!(contents.data.test_mode, Some(false));
    assert_eq!(contents.data.auth_key, expected.auth_key);
    assert_eq!((contents.data.user_id, contents.data.is_bot), (expected.user_id, Some(false)));
    assert_eq!(contents.data.date, Some(1_700_000_000));
    assert_eq!((contents.data.api_id, contents.data.port), (None, None));
    let ids: Vec<_> = contents.peers.iter().map(|peer| peer.id).collect();
    assert!(ids.len() == 9 && ids.is_sorted());
    let anna = contents.peers.iter().find(|peer| peer.id == 777_000_101).unwrap();
    assert_eq!(
        (anna.usernames.as_slice(), anna.phone_number.as_deref()),
        (&["tgs_anna".into()][..], Some("99966110001"))
    );
    assert_eq!((anna.peer_type.clone(), anna.last_update_on), (None, None));
    let group = contents.peers.iter().find(|peer| peer.id == -777_000_201).unwrap();
    assert_eq!(group.access_hash, None);
    let hash = |id| contents.peers.iter().find(|peer| peer.id == id).unwrap().access_hash;
    assert_eq!((hash(777_000_102), hash(777_000_103)), (Some(i64::MAX), Some(i64::MIN)));
}

#[test]
fn telethon_0_15() {
    let contents = decode(TELETHON, "telethon");
    let expected = data(&facts(TELETHON_FACTS)["session"]);
    assert_eq!(contents.data.auth_key, expected.auth_key);
    assert_eq!(contents.data.server_address.as_deref(), Some("149.154.167.91"));
    // No data centre is stored: the address tells it.
    assert_eq!((contents.data.dc_id, contents.data.port), (Some(4), Some(443)));
    assert_eq!((contents.data.test_mode, contents.data.user_id), (None, None));
    assert_eq!(contents.peers.len(), 9);
    assert!(contents.peers.contains(&Peer { id: -777_000_201, access_hash: Some(0), ..Peer::default() }));
}

#[test]
fn short_channel_ids_get_the_mark_of_today() {
    let mut json: Value = serde_json::from_str(PYROGRAM).unwrap();
    json["peers_by_id"] = json!({"-10012345": 77, "-100777": null, "-1001777000301": 5});
    json["peers_by_username"] = json!({"Old": -10012345, "gone": 4});
    let peers = decode(&json.to_string(), "pyrogram").peers;
    assert_eq!(
        peers.iter().map(|peer| peer.id).collect::<Vec<_>>(),
        [-1_001_777_000_301, -1_000_000_012_345, -100_777]
    );
    assert_eq!(peers[1].usernames, ["old"]);
    let mut json: Value = serde_json::from_str(TELETHON).unwrap();
    json["entities"] = json!([[-10012345, 77], [-100777, 0], [5, null]]);
    let peers = decode(&json.to_string(), "telethon").peers;
    assert_eq!(peers.iter().map(|peer| peer.id).collect::<Vec<_>>(), [-1_000_000_012_345, -100_777]);
}

#[test]
fn what_is_absent_stays_absent() {
    let mut json: Value = serde_json::from_str(PYROGRAM).unwrap();
    for name in ["is_bot", "date", "peers_by_id", "peers_by_username", "peers_by_phone"] {
        json.as_object_mut().unwrap().remove(name);
    }
    json["user_id"] = Value::Null;
    let contents = decode(&json.to_string(), "pyrogram");
    assert_eq!((contents.data.is_bot, contents.data.date, contents.data.user_id), (None, None, None));
    let text = r#"{"port": 443, "server_address": "10.0.0.1", "auth_key_data": null, "layer": 0, "salt": 0}"#;
    let contents = decode(text, "telethon");
    assert_eq!((contents.data.auth_key, contents.data.dc_id), (None, None));
}

#[test]
fn damage_is_told() {
    let code = |text: &str| decode_json(text.as_bytes(), "x.session").unwrap_err().code();
    assert_eq!(code(&PYROGRAM.replace("A4b2yAoac", "A4b2")), ErrorCode::Corrupt);
    assert_eq!(code(&PYROGRAM.replace("\"dc_id\": 4", "\"dc_id\": null")), ErrorCode::Corrupt);
    assert_eq!(code(&TELETHON.replace("sEezAFU", "")), ErrorCode::Corrupt);
    assert_eq!(code(&TELETHON.replace("[[777000101, 6149554607595376846]", "[[1]")), ErrorCode::Corrupt);
    for text in ["", "{", "[]", "7", "\u{0}", "SQLite format 3\u{0}", "{}"] {
        assert_eq!(code(text), ErrorCode::NotASession, "{text}");
    }
    for len in 0..PYROGRAM.len() {
        assert!(decode_json(&PYROGRAM.as_bytes()[..len], "x").is_err());
    }
}

#[test]
fn other_json_is_named() {
    let told = |json: Value| decode_json(json.to_string().as_bytes(), "x.json").unwrap_err().to_string();
    let personal = json!({"about": "", "chats": {}, "personal_information": {}});
    assert_eq!(
        told(personal),
        "'x.json' is not a session that tgsession knows: an export of Telegram Desktop, which holds chats and no session"
    );
    assert!(told(json!({"key": "", "hash": "", "salt": "", "hostname": "", "app_id": 1})).contains("gogram"));
    assert!(told(json!({"a": 1})).contains("JSON of another kind"));
}

#[test]
fn a_diagnosis_reads_json_too() {
    let diagnosis = diagnose(PYROGRAM);
    assert_eq!((diagnosis.kind, diagnosis.format, diagnosis.intact), (TextKind::SessionJson, Some("pyrogram"), true));
    let fields = diagnosis.fields.unwrap();
    assert_eq!(fields.auth_key_id, Some(key_id(&decode(PYROGRAM, "pyrogram"))));
    let damaged = diagnose(&PYROGRAM.replace("A4b2yAoac", "A4b2"));
    assert_eq!((damaged.kind, damaged.intact), (TextKind::SessionJson, false));
    assert_eq!(diagnose("{}").kind, TextKind::Other);
}
