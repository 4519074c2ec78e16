//! telethon-session-sqlalchemy 0.2.16 and we on the same tables: they write and we read, we write and they read, both at
//! once; and row by row the same.

use std::path::Path;

use serde_json::{Value, json};
use tgsession::model::{Field, FieldValue, IdKind, Peer, id_kind};

use crate::agreement::{Difference, differences};
use crate::common::{changes, key};
use crate::databases::{Database, all, list};
use crate::neutral;
use crate::oracle::{Oracle, Process, account};

const KEY: &str = "alchemysession-0.2.16";
const MODES: [bool; 2] = [false, true];

/// What a client of Telethon can hold.
fn put_in() -> Value {
    let mut account = account("telethon-1.40.0");
    account["via"] = json!("client");
    // What no TL object says.
    account["peers"].as_array_mut().unwrap().retain(|peer| peer["id"] != -777_000_202);
    account
}

fn lookups(peers: &[Peer]) -> Value {
    let names = peers.iter().filter_map(|peer| peer.usernames.first().map(String::as_str)).chain(["tgs_nobody"]);
    let phones = peers.iter().filter_map(|peer| peer.phone_number.as_deref());
    json!({"lookups": {
        "ids": peers.iter().map(|peer| peer.id).chain([777_999_999]).collect::<Vec<_>>(),
        "usernames": names.collect::<Vec<_>>(),
        "phones": phones.collect::<Vec<_>>(),
    }})
}

fn ask(oracle: &mut Oracle, verb: &str, location: &str, core_mode: bool, mut input: Value) -> Value {
    input["options"] = json!({"core_mode": core_mode});
    oracle.ask(verb, Path::new(location), &input)
}

// SQLite's session of the core mode cannot store a file: its statement has four values for six columns.
fn storable(database: &Database, core_mode: bool) -> Value {
    let mut account = put_in();
    if core_mode && database.name == "SQLite" {
        account["sent_files"] = json!([]);
    }
    account
}

#[test]
fn they_write_and_we_read() {
    let mut oracle = Oracle::start(KEY);
    for database in all() {
        if !database.alchemy_makes_tables {
            let failure = oracle.try_ask("write", Path::new(&database.location("first")), &put_in()).unwrap_err();
            assert!(!failure.is_empty(), "it can make its tables now: let it");
            database.open("first");
        }
        for core_mode in MODES {
            let session = format!("theirs-{core_mode}");
            let location = database.location(&session);
            let account = storable(&database, core_mode);
            ask(&mut oracle, "write", &location, core_mode, account.clone());
            let peers = neutral::contents(&account).peers;
            let read = ask(&mut oracle, "read", &location, core_mode, lookups(&peers));
            let ours = database.find(&session).unwrap();
            let found = differences(&ours, &read);
            assert!(found.is_empty(), "{} {session}:{}", database.name, Difference::show(&found));
            assert_eq!(ours.format().unwrap().to_string(), "alchemysession@2");
            // What they write later is seen in the open session.
            let late = json!({"id": 777_000_106, "access_hash": 5, "type": "user", "usernames": ["tgs_late"],
                              "phone_number": null, "name": "Late"});
            ask(&mut oracle, "write", &location, core_mode, json!({"via": "client", "peers": [late]}));
            let read = ask(&mut oracle, "read", &location, core_mode, lookups(&peers));
            let found = differences(&ours, &read);
            assert!(found.is_empty(), "{} {session}, later:{}", database.name, Difference::show(&found));
        }
    }
}

#[test]
fn we_write_and_they_read_row_by_row_what_they_would_have_written() {
    let mut oracle = Oracle::start(KEY);
    for database in all() {
        let mut contents = neutral::contents(&put_in());
        // Telethon leaves out users and channels without an access hash; groups have none.
        contents.peers.retain(|peer| peer.access_hash.is_some() || id_kind(peer.id) == IdKind::Chat);
        let ours = database.open("ours");
        ours.set(&changes(&contents.data)).unwrap();
        ours.update_peers(&contents.peers).unwrap();
        ours.set_update_states(&contents.update_states).unwrap();
        ours.cache_sent_files(&contents.sent_files).unwrap();
        ask(&mut oracle, "write", &database.location("theirs"), false, put_in());
        for core_mode in MODES {
            let read = |oracle: &mut Oracle, name: &str| {
                let questions = lookups(&contents.peers);
                ask(oracle, "read", &database.location(name), core_mode, questions)
            };
            let (of_ours, of_theirs) = (read(&mut oracle, "ours"), read(&mut oracle, "theirs"));
            assert_eq!(rows(&of_ours), rows(&of_theirs), "{}", database.name);
            assert_eq!(of_ours["lookups"], of_theirs["lookups"], "{}", database.name);
            assert_eq!(of_ours["session"], of_theirs["session"], "{}", database.name);
        }
    }
}

// Their rows are in any order, and have the session's name in them.
fn rows(read: &Value) -> Vec<(String, Vec<String>)> {
    let tables = read["tables"].as_object().unwrap();
    let sorted = |table: &Value| {
        let rows = table["rows"].as_array().unwrap().iter();
        let mut rows: Vec<String> = rows.map(|row| row.to_string().replace("\"ours\"", "\"theirs\"")).collect();
        rows.sort();
        rows
    };
    tables.iter().map(|(name, table)| (name.clone(), sorted(table))).collect()
}

#[test]
fn in_turns_nothing_of_either_is_lost() {
    let mut oracle = Oracle::start(KEY);
    for database in all() {
        let ours = database.open("both");
        let location = database.location("both");
        ours.set(&[(Field::ApiId, Some(FieldValue::Integer(12_345)))]).unwrap();
        ask(&mut oracle, "write", &location, false, put_in());
        // Their login is another one than the one our field was written for.
        assert_eq!(ours.data().unwrap().api_id, None, "{}", database.name);
        ours.set(&[(Field::ApiId, Some(FieldValue::Integer(54_321)))]).unwrap();
        let mut bot = crate::common::peer(777_000_500, &["tgs_bot", "tgs_bot_two"]);
        bot.peer_type = Some(tgsession::model::PeerType::Bot);
        ours.update_peers(&[bot.clone()]).unwrap();
        let again = json!({"via": "client", "session": {"dc_id": 2, "server_address": "149.154.167.51", "port": 80}});
        ask(&mut oracle, "write", &location, true, again);
        let data = ours.data().unwrap();
        assert_eq!((data.dc_id, data.port, data.api_id), (Some(2), Some(80), Some(54_321)), "{}", database.name);
        assert_eq!(ours.peers(Some(&[bot.id])).unwrap(), [bot], "{}", database.name);
        // We change the data centre: still there is one row, and it is theirs.
        ours.set(&[(Field::DcId, Some(FieldValue::Integer(5)))]).unwrap();
        let read = ask(&mut oracle, "read", &location, false, json!({}));
        assert_eq!(read["session"]["dc_id"], 5, "{}", database.name);
        assert_eq!(read["tables"]["sessions"]["rows"].as_array().unwrap().len(), 1);
    }
}

#[test]
fn both_write_at_once() {
    const THEIRS: i64 = 777_000_500_000;
    for database in all() {
        let ours = database.open("churn");
        ours.set(&[(Field::AuthKey, Some(FieldValue::Key(key(3))))]).unwrap();
        let mut churn = Process::start(KEY, "churn", Path::new(&database.location("churn")));
        churn.say(&json!({"rounds": 8, "batch": 20, "first_id": THEIRS}));
        assert!(churn.hear().is_some(), "{}: it cannot churn", database.name);
        let mut written = 0;
        let mut last = Value::Null;
        while let Some(line) = churn.hear() {
            let peer = crate::common::peer(1_000 + written, &[&format!("tgs_{written}")]);
            ours.update_peers(&[peer]).unwrap_or_else(|error| panic!("{}: {error}", database.name));
            written += 1;
            last = line;
        }
        assert_eq!(last, json!({"rounds": 8}), "{}", database.name);
        let ids: Vec<i64> = ours.peers(None).unwrap().iter().map(|peer| peer.id).collect();
        let expected: Vec<i64> = (1_000..1_000 + written).chain(THEIRS..THEIRS + 20).collect();
        assert_eq!(ids, expected, "{}", database.name);
    }
}

#[test]
fn what_they_delete_is_gone_with_ours() {
    for database in all() {
        let mut oracle = Oracle::start(KEY);
        let ours = database.open("gone");
        ours.set(&changes(&crate::common::full_data())).unwrap();
        ours.update_peers(&crate::common::peers()).unwrap();
        oracle.ask("delete", Path::new(&database.location("gone")), &json!({}));
        assert!(ours.peers(None).unwrap().is_empty(), "{}", database.name);
        assert!(!list(&database.all()).unwrap().contains(&"gone".to_owned()));
        assert!(database.find("gone").is_err());
        // A new session of the same name inherits nothing.
        let anew = database.open("gone");
        anew.update_peers(&[crate::common::peer(101, &[])]).unwrap();
        assert_eq!(anew.peers(None).unwrap(), [crate::common::peer(101, &[])], "{}", database.name);
        assert_eq!(anew.data().unwrap().api_id, None);
    }
}
