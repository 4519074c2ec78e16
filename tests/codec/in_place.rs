//! The databases of mtcute and grammers, on which the real storages and this library work in turn: each reads what the other wrote in
//! place, goes on with it, and loses nothing of its own.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;
use tgsession::model::{AuthKey, DataCenter, Field, FieldValue, FileFormat, Peer, PeerType, StoredValue, UpdateState};
use tgsession::session::{ConvertOptions, Lookup, NewFile, Options, Session, export_file};

use crate::ask::ask;

const CHANNEL: i64 = -1_001_777_000_904;
const OWN: i64 = 777_000_900_901;
const ADA: i64 = 777_000_900_902;
const BEN: i64 = 777_000_900_903;
const NEW: i64 = 777_000_900_905;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).into()
}

fn mtcute(question: &Value) -> Value {
    let installed = root().join("target/mtcute");
    assert!(installed.join("node_modules").is_dir(), "mtcute is not installed: run `make mtcute`");
    ask(&format!("cd '{}' && node store.mjs", installed.display()), std::slice::from_ref(question)).remove(0)
}

/// The same of one that is killed when it has written.
fn killed_mtcute(question: &Value) {
    let mut node = Command::new("node");
    node.arg("store.mjs").current_dir(root().join("target/mtcute")).stdin(Stdio::piped()).stdout(Stdio::null());
    let mut child = node.spawn().expect("node");
    child.stdin.take().unwrap().write_all(json!([question]).to_string().as_bytes()).unwrap();
    assert!(child.wait().unwrap().code().is_none(), "it ended by itself");
}

fn grammers(question: &Value) -> Value {
    let tool = root().join("tests/codec/in_place/grammers/Cargo.toml");
    let target = root().join("target/grammers");
    let run = format!("{} run --quiet --locked --manifest-path", std::env::var("CARGO").unwrap_or("cargo".to_owned()));
    ask(&format!("{run} '{}' --target-dir '{}'", tool.display(), target.display()), std::slice::from_ref(question))
        .remove(0)
}

fn key(seed: u8) -> AuthKey {
    AuthKey::new(&(0..=255_u8).map(|at| at.wrapping_mul(5) ^ seed).collect::<Vec<_>>()).unwrap()
}

fn hex(key: &AuthKey) -> String {
    key.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn open(file: &Path) -> Session {
    Session::open(file.to_str().unwrap(), &Options { create: false, ..Options::default() }).unwrap()
}

fn user(id: i64, access_hash: i64, usernames: &[&str]) -> Peer {
    let usernames = usernames.iter().map(|name| (*name).to_owned()).collect();
    Peer { id, access_hash: Some(access_hash), peer_type: Some(PeerType::User), usernames, ..Peer::default() }
}

fn one(session: &Session, id: i64) -> Peer {
    session.peers(Some(&[id])).unwrap().remove(0)
}

/// Writes a login at data centre 4, with a key of data centre 2 beside it, peers and states.
fn write(session: &Session) {
    let login = [
        (Field::DcId, FieldValue::Integer(4)),
        (Field::ServerAddress, FieldValue::Text("149.154.167.92".into())),
        (Field::Port, FieldValue::Integer(443)),
        (Field::AuthKey, FieldValue::Key(key(1))),
        (Field::UserId, FieldValue::Integer(OWN)),
        (Field::IsBot, FieldValue::Integer(0)),
        (Field::ApiId, FieldValue::Integer(12_345)),
    ];
    session.set(&login.map(|(field, value)| (field, Some(value)))).unwrap();
    session.set_data_center(&DataCenter { id: 2, auth_key: Some(key(2)), ..DataCenter::default() }).unwrap();
    let channel = Peer { id: CHANNEL, access_hash: Some(7), peer_type: Some(PeerType::Supergroup), ..Peer::default() };
    session
        .update_peers(&[user(ADA, i64::MIN, &["tgs_ada", "tgs_ada_two"]), user(BEN, -5, &["tgs_ben"]), channel])
        .unwrap();
    let account = UpdateState { id: 0, pts: Some(11), qts: Some(12), date: Some(1_700_000_000), seq: Some(14) };
    let state = UpdateState { id: CHANNEL, pts: Some(77), ..UpdateState::default() };
    session.set_update_states(&[account, state]).unwrap();
    session.set_value("config", b"ours").unwrap();
}

/// What is ours alone is still there.
fn check_ours(session: &Session) {
    assert_eq!(session.get(Field::ApiId).unwrap(), Some(FieldValue::Integer(12_345)));
    assert_eq!(session.value("config").unwrap().as_ref().map(StoredValue::as_bytes), Some(&b"ours"[..]));
}

/// A new file in a layout, written as one that is there; and the same as a file of the client with nothing of ours.
fn new_files(folder: &Path, layout: &str, format: FileFormat) -> [PathBuf; 2] {
    let files = ["new.session", "exported.session"].map(|name| folder.join(name));
    let options = Options { new_file: NewFile::named(layout).unwrap(), ..Options::default() };
    let session = Session::open(files[0].to_str().unwrap(), &options).unwrap();
    write(&session);
    export_file(&session, format, &files[1], &ConvertOptions::default()).unwrap();
    files
}

#[test]
#[ignore = "needs Node, and mtcute: make test-rust"]
fn a_new_file_is_one_of_the_real_mtcutes() {
    let folder = TempDir::new().unwrap();
    for file in new_files(folder.path(), "mtcute", FileFormat::Mtcute) {
        let question = json!({"file": file, "keys": [2, 4], "channels": [1_777_000_904_i64], "peers": [ADA, BEN, CHANNEL],
            "names": ["tgs_ada", "tgs_ada_two", "tgs_ben"]});
        let found = mtcute(&question);
        assert_eq!((&found["dc"]["id"], &found["dc"]["ipAddress"]), (&json!(4), &json!("149.154.167.92")));
        assert_eq!((&found["user"]["userId"], &found["user"]["isBot"]), (&json!(OWN), &json!(false)));
        assert_eq!(found["keys"], json!({"2": hex(&key(2)), "4": hex(&key(1))}));
        let state = (&found["state"], &found["channels"]["1777000904"]);
        assert_eq!(state, (&json!([11, 12, 1_700_000_000, 14]), &json!(77)));
        assert_eq!(found["peers"][ADA.to_string()]["accessHash"], i64::MIN.to_string());
        assert_eq!(found["names"], json!({"tgs_ada": ADA, "tgs_ada_two": ADA, "tgs_ben": BEN}));
        mtcute(
            &json!({"file": file, "write": {"users": [{"id": NEW, "accessHash": "8", "firstName": "Cy", "username": "tgs_cy"}]}}),
        );
        let session = open(&file);
        assert_eq!(one(&session, NEW).name.as_deref(), Some("Cy"));
        assert!(session.data().unwrap().auth_key == Some(key(1)));
    }
}

#[test]
#[ignore = "needs grammers' crate: make test-rust"]
fn a_new_file_is_one_of_the_real_grammers() {
    let folder = TempDir::new().unwrap();
    for file in new_files(folder.path(), "grammers", FileFormat::GrammersSqlite) {
        let found = grammers(&json!({"file": file, "dcs": [2, 4], "peers": [0, ADA, BEN, CHANNEL]}));
        assert_eq!((&found["home"], &found["state"]), (&json!(4), &json!([11, 12, 1_700_000_000, 14])));
        assert_eq!(found["channels"], json!([[1_777_000_904_i64, 77]]));
        let home = (&found["dcs"]["4"]["key"], &found["dcs"]["4"]["v4"]);
        assert_eq!(home, (&json!(hex(&key(1))), &json!("149.154.167.92:443")));
        assert_eq!(found["dcs"]["2"]["key"], hex(&key(2)));
        assert_eq!(
            (&found["peers"]["0"]["id"], &found["peers"][ADA.to_string()]["hash"]),
            (&json!(OWN), &json!(i64::MIN))
        );
        grammers(&json!({"file": file, "write": {"users": [{"id": NEW, "hash": 8, "bot": true}]}}));
        let session = open(&file);
        assert_eq!(one(&session, NEW).peer_type, Some(PeerType::Bot));
        assert!(session.data().unwrap().auth_key == Some(key(1)));
    }
}

fn state_of(session: &Session, id: i64) -> UpdateState {
    session.update_state(id).unwrap().unwrap()
}

#[test]
#[ignore = "needs Node, and mtcute: make test-rust"]
fn the_real_mtcute_goes_on_with_what_was_written_in_place() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("mtcute.session");
    // It makes the file, and a client of 2024 has used it: a record of a peer, a message that names one, salts.
    let made = json!({"file": file, "write": {
        "dc": {"id": 2, "ipAddress": "149.154.167.51", "port": 443}, "keys": {"2": hex(&key(9))},
        "users": [{"id": NEW, "accessHash": "8", "firstName": "Cy", "username": "tgs_cy"}],
        "refs": [[777_000_900_999_i64, CHANNEL, 7]],
    }});
    mtcute(&made);
    let session = open(&file);
    assert_eq!((session.data().unwrap().dc_id, one(&session, NEW).name.as_deref()), (Some(2), Some("Cy")));
    write(&session);

    let ids = [ADA, BEN, CHANNEL, NEW, 777_000_900_999];
    let question = json!({"file": file, "keys": [2, 4], "channels": [1_777_000_904_i64], "peers": ids,
        "names": ["tgs_ada", "tgs_ada_two", "tgs_ben", "tgs_cy"]});
    let found = mtcute(&question);
    assert_eq!((&found["dc"]["id"], &found["dc"]["ipAddress"]), (&json!(4), &json!("149.154.167.92")));
    assert_eq!((&found["user"]["userId"], &found["user"]["isBot"]), (&json!(OWN), &json!(false)));
    assert_eq!(found["keys"], json!({"2": hex(&key(2)), "4": hex(&key(1))}));
    assert_eq!((&found["state"], &found["channels"]["1777000904"]), (&json!([11, 12, 1_700_000_000, 14]), &json!(77)));
    let hash = |id: i64| found["peers"][id.to_string()]["accessHash"].clone();
    assert_eq!((hash(ADA), hash(BEN), hash(CHANNEL)), (json!(i64::MIN.to_string()), json!("-5"), json!("7")));
    assert_eq!(found["names"], json!({"tgs_ada": ADA, "tgs_ada_two": ADA, "tgs_ben": BEN, "tgs_cy": NEW}));
    assert_eq!(found["records"][NEW.to_string()], "Cy");
    assert_eq!(found["refs"]["777000900999"], json!([CHANNEL, 7]));

    // It goes on while this library has the file open.
    let more = json!({"file": file, "write": {
        "user": {"userId": OWN, "isBot": false, "isPremium": true, "usernames": ["tgs_self"]},
        "state": [21, 22, 1_700_000_100, 24], "channels": [[1_777_000_904_i64, 78]],
        "users": [{"id": BEN, "accessHash": "-6", "firstName": "Ben", "bot": true, "username": "tgs_ben_new"}],
    }});
    mtcute(&more);
    check_ours(&session);
    assert_eq!((state_of(&session, 0).pts, state_of(&session, CHANNEL).pts), (Some(21), Some(78)));
    let ben = one(&session, BEN);
    assert_eq!((ben.access_hash, ben.name.as_deref(), ben.peer_type), (Some(-6), Some("Ben"), Some(PeerType::Bot)));
    assert_eq!(
        (ben.usernames, session.peer_by_username("tgs_ben").unwrap()),
        (vec!["tgs_ben_new".to_owned()], Lookup::NotFound)
    );
    // What of the account is its own stays, when this library writes beside it.
    session.update_peers(&[user(BEN, -6, &["tgs_ben_new"])]).unwrap();
    session.set(&[(Field::Port, Some(FieldValue::Integer(80)))]).unwrap();
    let found = mtcute(&question);
    assert_eq!((&found["dc"]["port"], &found["user"]["usernames"]), (&json!(80), &json!(["tgs_self"])));
    assert_eq!(found["user"]["isPremium"], true);
    assert!(open(&file).data().unwrap().auth_key == Some(key(1)));
}

#[test]
#[ignore = "needs Node, and mtcute: make test-rust"]
fn what_a_killed_mtcute_wrote_is_there_and_is_written_on() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("mtcute.session");
    let account = json!({"userId": OWN, "isBot": false, "isPremium": false, "usernames": []});
    killed_mtcute(&json!({"file": file, "kill": true, "write": {
        "dc": {"id": 4, "ipAddress": "149.154.167.91", "port": 443}, "keys": {"4": hex(&key(1))}, "user": account,
        "users": [{"id": ADA, "accessHash": "1", "firstName": "Ada", "username": "tgs_ada"}],
    }}));
    let wal = std::fs::metadata(folder.path().join("mtcute.session-wal")).unwrap();
    assert!(wal.len() > 0, "nothing of it is in the file itself");
    let session = open(&file);
    let data = session.data().unwrap();
    assert!(data.auth_key == Some(key(1)) && data.user_id == Some(OWN));
    assert_eq!(one(&session, ADA).name.as_deref(), Some("Ada"));
    session.update_peers(&[user(BEN, -5, &["tgs_ben"])]).unwrap();
    // It is killed once more, with what this library wrote and has not moved into the file yet.
    killed_mtcute(&json!({"file": file, "kill": true, "write": {
        "users": [{"id": NEW, "accessHash": "8", "firstName": "Cy", "username": "tgs_cy"}],
    }}));
    assert_eq!([ADA, BEN, NEW].map(|id| one(&session, id).access_hash), [Some(1), Some(-5), Some(8)]);
    drop(session);
    let found = mtcute(&json!({"file": file, "peers": [ADA, BEN, NEW], "names": ["tgs_ben"], "keys": [4]}));
    assert_eq!((&found["names"]["tgs_ben"], &found["keys"]["4"]), (&json!(BEN), &json!(hex(&key(1)))));
    assert!([ADA, BEN, NEW].iter().all(|id| !found["peers"][id.to_string()].is_null()), "{found}");
}

#[test]
#[ignore = "needs grammers' crate: make test-rust"]
fn the_real_grammers_goes_on_with_what_was_written_in_place() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("grammers.session");
    grammers(
        &json!({"file": file, "write": {"dcs": [{"id": 3, "key": hex(&key(3))}], "users": [{"id": NEW, "hash": 8, "bot": true}]}}),
    );
    let session = open(&file);
    assert_eq!(one(&session, NEW).peer_type, Some(PeerType::Bot));
    write(&session);

    let question = json!({"file": file, "dcs": [2, 3, 4, 5], "peers": [0, OWN, ADA, BEN, NEW, CHANNEL]});
    let found = grammers(&question);
    assert_eq!((&found["home"], &found["state"]), (&json!(4), &json!([11, 12, 1_700_000_000, 14])));
    assert_eq!(found["channels"], json!([[1_777_000_904_i64, 77]]));
    assert_eq!(
        (&found["dcs"]["4"]["key"], &found["dcs"]["4"]["v4"]),
        (&json!(hex(&key(1))), &json!("149.154.167.92:443"))
    );
    assert_eq!(found["dcs"]["2"]["key"], hex(&key(2)));
    // It was another login's.
    assert_eq!((&found["dcs"]["5"]["key"], &found["dcs"]["5"]["v4"]), (&Value::Null, &json!("91.108.56.104:443")));
    assert_eq!(found["peers"]["0"]["id"], OWN);
    assert_eq!(found["peers"][ADA.to_string()]["hash"], i64::MIN);
    assert_eq!(found["peers"][BEN.to_string()]["hash"], -5);
    assert_eq!(
        (&found["peers"][NEW.to_string()]["hash"], &found["peers"][NEW.to_string()]["bot"]),
        (&json!(8), &json!(true))
    );
    assert_eq!(found["peers"][CHANNEL.to_string()], json!({"id": 1_777_000_904_i64, "hash": 7, "kind": "Megagroup"}));

    let more = json!({"file": file, "write": {
        "dcs": [{"id": 5, "key": hex(&key(5))}], "state": [21, 22, 1_700_000_100, 24], "channels": [[1_777_000_904_i64, 78]],
        "users": [{"id": OWN, "hash": 99, "self": true}, {"id": BEN, "hash": -6, "bot": true}],
    }});
    grammers(&more);
    check_ours(&session);
    assert_eq!((state_of(&session, 0).qts, state_of(&session, CHANNEL).pts), (Some(22), Some(78)));
    let ben = one(&session, BEN);
    assert_eq!(
        (ben.access_hash, ben.peer_type, ben.usernames),
        (Some(-6), Some(PeerType::Bot), vec!["tgs_ben".to_owned()])
    );
    assert_eq!(one(&session, OWN).access_hash, Some(99));
    assert!(session.data_center(5).unwrap().unwrap().auth_key == Some(key(5)));
    let data = session.data().unwrap();
    assert!(data.auth_key == Some(key(1)) && data.user_id == Some(OWN));
    // Its account stays signed in where this library writes the peer.
    session.update_peers(&[Peer { access_hash: Some(100), ..user(OWN, 100, &["tgs_self"]) }]).unwrap();
    let found = grammers(&question);
    assert_eq!((&found["peers"]["0"]["id"], &found["peers"]["0"]["hash"]), (&json!(OWN), &json!(100)));
}
