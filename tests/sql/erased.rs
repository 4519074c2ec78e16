//! A key that was replaced or removed is nowhere in a SQLite file with many sessions.

use std::process::Command;

use rusqlite::Connection;
use tempfile::TempDir;
use tgsession::model::{AuthKey, Field, FieldValue, SessionData};
use tgsession::session::{Options, Session};

use crate::common::{changes, full_data, pieces};

fn key(seed: u8) -> AuthKey {
    use sha1::{Digest, Sha1};
    let bytes: Vec<u8> = (0..13).flat_map(|block: u8| Sha1::digest([seed, block])).take(256).collect();
    AuthKey::new(&bytes).unwrap()
}

fn data() -> SessionData {
    SessionData { auth_key: Some(key(1)), tmp_auth_key: Some(key(2)), ..full_data() }
}

/// Whether some piece of a key is in a file of the folder, which another process reads.
fn is_there(folder: &TempDir, key: &AuthKey) -> bool {
    let script = "cat \"$0\"/*";
    let all = Command::new("sh").args(["-c", script]).arg(folder.path()).output().unwrap().stdout;
    pieces(&all, key) > 0
}

fn key_change(key: Option<AuthKey>) -> (Field, Option<FieldValue>) {
    (Field::AuthKey, key.map(FieldValue::Key))
}

type Way = fn(&Session);

const WAYS: &[(&str, Way)] = &[
    ("set to NULL", |session| session.set(&[key_change(None), (Field::TmpAuthKey, None)]).unwrap()),
    ("replaced", |session| session.set(&[key_change(Some(key(8))), (Field::TmpAuthKey, None)]).unwrap()),
    ("cleared", |session| session.set(&changes(&SessionData::default())).unwrap()),
    ("deleted", |session| session.delete().unwrap()),
];

fn location(folder: &TempDir, session: &str) -> String {
    format!("sqlite:///{}?session={session}", folder.path().join("many.db").display())
}

fn open(folder: &TempDir, session: &str) -> Session {
    Session::open(&location(folder, session), &Options::default()).unwrap()
}

/// Two sessions, as AlchemySession leaves them: it overwrites nothing that it deletes.
fn used_file(wal: bool) -> TempDir {
    let folder = TempDir::new().unwrap();
    open(&folder, "gone").set(&changes(&data())).unwrap();
    open(&folder, "kept").set(&changes(&SessionData { auth_key: Some(key(5)), ..full_data() })).unwrap();
    let conn = raw(&folder);
    conn.execute_batch(
        "PRAGMA secure_delete = OFF;
         UPDATE sessions SET server_address = 'a much longer address.example.org' WHERE session_id = 'gone';
         UPDATE sessions SET server_address = '149.154.167.92' WHERE session_id = 'gone';
         CREATE TABLE other AS SELECT auth_key FROM sessions; DROP TABLE other",
    )
    .unwrap();
    if wal {
        conn.execute_batch("PRAGMA journal_mode = WAL").unwrap_or_default();
    }
    folder
}

fn raw(folder: &TempDir) -> Connection {
    Connection::open(folder.path().join("many.db")).unwrap()
}

#[test]
fn a_value_that_goes_leaves_nothing_and_the_other_sessions_stay() {
    let ways: [(&str, Way); 4] = [
        ("removed", |session| session.delete_value("salts").unwrap()),
        ("replaced", |session| session.set_value("salts", b"short").unwrap()),
        ("replaced by a conversion", |session| {
            let source = Session::open(":memory:", &Options::default()).unwrap();
            source.set(&changes(&data())).unwrap();
            source.set_value("salts", &[3; 9_000]).unwrap();
            tgsession::convert(&source, session, &[]).unwrap();
        }),
        ("deleted", |session| session.delete().unwrap()),
    ];
    for wal in [false, true] {
        for (what, way) in ways {
            let folder = used_file(wal);
            let (session, kept) = (open(&folder, "gone"), open(&folder, "kept"));
            session.set_value("salts", key(30).as_bytes()).unwrap();
            kept.set_value("salts", key(31).as_bytes()).unwrap();
            assert!(is_there(&folder, &key(30)), "{what}, WAL {wal}: the value is not in the file");
            way(&session);
            assert!(!is_there(&folder, &key(30)), "{what}, WAL {wal}");
            assert_eq!(kept.value("salts").unwrap().unwrap().as_bytes(), key(31).as_bytes(), "{what}, WAL {wal}");
            assert_eq!(kept.data().unwrap().auth_key, Some(key(5)), "{what}, WAL {wal}");
        }
    }
}

#[test]
fn a_key_that_goes_leaves_nothing_and_the_other_sessions_stay() {
    for wal in [false, true] {
        for (what, way) in WAYS {
            let folder = used_file(wal);
            let session = open(&folder, "gone");
            assert_eq!(session.data().unwrap(), data());
            assert!(is_there(&folder, &key(1)) && is_there(&folder, &key(2)));
            way(&session);
            for key in [key(1), key(2)] {
                assert!(!is_there(&folder, &key), "WAL {wal}: {what}");
            }
            assert_eq!(open(&folder, "kept").data().unwrap().auth_key, Some(key(5)));
        }
    }
}

#[test]
fn a_reader_of_the_wal_only_delays_it() {
    let folder = used_file(true);
    let session = open(&folder, "gone");
    session.set(&[(Field::ApiId, Some(FieldValue::Integer(5)))]).unwrap();
    let reader = raw(&folder);
    reader.execute_batch("BEGIN; SELECT * FROM sessions").unwrap();
    session.set(&[key_change(None), (Field::TmpAuthKey, None)]).unwrap();
    assert!(is_there(&folder, &key(1)), "the reader sees the old state, so it must be there");
    reader.execute_batch("COMMIT").unwrap();
    session.set(&[(Field::ApiId, Some(FieldValue::Integer(6)))]).unwrap();
    assert!(!is_there(&folder, &key(1)) && !is_there(&folder, &key(2)));
}
