//! The localStorage of Telegram Web A and K, as people export it. No browser logs in here: the shapes are those of its source
//! and of exports in public reports.

use serde_json::{Value, json};
use tgsession::codec::{DecodedFile, decode_json};
use tgsession::model::AuthKey;
use tgsession::{ErrorCode, Result};

fn hex(byte: u8) -> String {
    format!("{byte:02x}").repeat(256)
}

fn key(byte: u8) -> AuthKey {
    AuthKey::new(&[byte; 256]).unwrap()
}

fn try_decode(json: &Value) -> Result<DecodedFile> {
    decode_json(json.to_string().as_bytes(), "web.json")
}

/// The data centre, the key's byte, the user, test mode; the keys left behind; the logins left behind.
fn decode(json: &Value) -> (i32, AuthKey, Option<i64>, bool, Vec<String>, Vec<String>) {
    let DecodedFile { format, contents, leftovers } = try_decode(json).unwrap();
    assert_eq!((format.to_string().as_str(), contents.peers.len()), ("telegram-web", 0));
    let others = contents.data_centers();
    let data = contents.data;
    let id = |login: &tgsession::model::OtherLogin| login.to_string();
    let (keys, logins) = (&leftovers.other_keys, &leftovers.other_logins);
    let test_mode = data.test_mode.unwrap();
    let of_others =
        others.iter().map(|dc| format!("key {} of data centre {}", dc.auth_key.as_ref().unwrap().id_hex(), dc.id));
    let (keys, logins) = (of_others.chain(keys.iter().map(id)).collect(), logins.iter().map(id).collect());
    (data.dc_id.unwrap(), data.auth_key.unwrap(), data.user_id, test_mode, keys, logins)
}

fn text(value: Value) -> Value {
    Value::String(value.to_string())
}

fn other(byte: u8, dc_id: u8) -> String {
    format!("key {} of data centre {dc_id}", key(byte).id_hex())
}

#[test]
fn values_are_read_however_often_they_are_quoted() {
    let user = json!({"dcID": 4, "id": "777000900901", "date": 1});
    let plain =
        json!({"dc": 4, "user_auth": user, "dc4_auth_key": hex(7), "dc2_auth_key": hex(8), "dc4_server_salt": "0011"});
    let once = json!({
        "dc": "4", "user_auth": text(user.clone()), "dc4_auth_key": text(hex(7).into()), "dc2_auth_key": text(hex(8).into())
    });
    let twice = json!({
        "dc": "\"4\"", "user_auth": text(text(user)), "dc4_auth_key": text(text(hex(7).into())),
        "dc2_auth_key": text(text(hex(8).to_uppercase().into()))
    });
    for json in [plain, once, twice] {
        assert_eq!(decode(&json), (4, key(7), Some(777_000_900_901), false, vec![other(8, 2)], vec![]), "{json}");
    }
}

#[test]
fn an_account_wins_over_the_older_items_beside_it() {
    let slot = json!({"dcId": 4, "userId": 5, "dc4_auth_key": hex(1), "dc1_auth_key": hex(2)});
    let second = json!({"dcId": 2, "userId": "6", "dc2_auth_key": hex(3)});
    let json = json!({
        "account2": text(second.clone()), "account1": text(slot.clone()), "dc": "2", "user_auth": "{\"dcID\":2,\"id\":9}",
        "dc2_auth_key": text(hex(4).into())
    });
    assert_eq!(decode(&json), (4, key(1), Some(5), false, vec![other(2, 1)], vec![other(3, 2), other(4, 2)]));
    // What repeats an account is no other login.
    let json = json!({"account1": slot, "dc": 4, "dc4_auth_key": hex(1), "user_auth": {"dcID": 4, "id": 5}});
    assert_eq!(decode(&json).5, Vec::<String>::new());
    // A slot may be empty, and the first one missing.
    let json = json!({"account1": {}, "account4": text(second)});
    assert_eq!(decode(&json), (2, key(3), Some(6), false, vec![], vec![]));
}

#[test]
fn test_servers_are_told() {
    let a = json!({"account1": {"dcId": 2, "userId": "5", "isTest": true, "dc2_auth_key": hex(1)}});
    let k = json!({"t_dc": 2, "t_dc2_auth_key": text(hex(1).into()), "t_user_auth": {"dcID": 2, "id": 5}});
    let old = json!({"user_auth": {"dcID": 2, "id": 5, "test": true}, "dc2_auth_key": hex(1)});
    for json in [a, k.clone(), old] {
        assert_eq!(decode(&json), (2, key(1), Some(5), true, vec![], vec![]), "{json}");
    }
    let mut both = k;
    both["dc4_auth_key"] = hex(2).into();
    assert_eq!(decode(&both), (4, key(2), None, false, vec![], vec![other(1, 2)]));
}

#[test]
fn what_is_damaged_or_absent_is_said() {
    let code = |json: Value| try_decode(&json).unwrap_err().code();
    assert_eq!(code(json!({"dc4_auth_key": "abcd"})), ErrorCode::Corrupt);
    assert_eq!(code(json!({"dc4_auth_key": "zz".repeat(256)})), ErrorCode::Corrupt);
    assert_eq!(code(json!({"user_auth": {"dcID": 4, "id": 5}})), ErrorCode::NotASession);
    assert_eq!(code(json!({"user_auth": {"dcID": 4, "id": 5}, "dc2_auth_key": hex(1)})), ErrorCode::NotASession);
    let locked = try_decode(&json!({"tt-is-screen-locked": "true"})).unwrap_err().to_string();
    assert!(locked.contains("passcode"), "{locked}");
    // Another program's.
    for json in
        [json!({"account1": 5}), json!({"account1": {"a": 1}}), json!({"dc": 4}), json!({"dc9_auth_key": hex(1)})]
    {
        assert!(try_decode(&json).unwrap_err().to_string().contains("JSON of another kind"), "{json}");
    }
    // One bad key does not take the others' place.
    let json = json!({"account1": {"dcId": 4, "dc4_auth_key": "no"}, "account2": {"dcId": 2, "dc2_auth_key": hex(1)}});
    assert_eq!(decode(&json), (2, key(1), None, false, vec![], vec!["no key of data centre 4".to_owned()]));
    for user in [json!(-5), json!(0), json!(1.5), json!("x"), json!(i64::MAX)] {
        let json = json!({"account1": {"dcId": 4, "userId": user, "dc4_auth_key": hex(1)}});
        assert_eq!(decode(&json).2, None);
    }
    let damaged = try_decode(&json!({"dc4_auth_key": format!("{}é", hex(0x5a))})).unwrap_err().to_string();
    assert!(!damaged.contains("5a5a"), "{damaged}");
}
