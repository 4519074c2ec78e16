//! A key that was replaced or removed is nowhere in the session's files, nor in its bytes.

use std::path::Path;
use std::process::Command;

use rusqlite::Connection;
use sha1::{Digest, Sha1};
use tgsession::model::{AuthKey, Field, FieldValue, SessionData};
use tgsession::session::{ByteOptions, NewFile, Options, Session};
use tgsession::storage::file::beside;
use tgsession::{Result, convert};

use crate::common::{self, changes, peer, pieces};
use crate::harness::{Harness, create, open, raw, sql, try_open};

/// A key that has no piece in common with those of other seeds.
fn key(seed: u8) -> AuthKey {
    let bytes: Vec<u8> = (0..13).flat_map(|block: u8| Sha1::digest([seed, block])).take(256).collect();
    AuthKey::new(&bytes).unwrap()
}

fn key_sql(seed: u8) -> String {
    let hex: String = key(seed).as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("x'{hex}'")
}

fn full_data() -> SessionData {
    SessionData { auth_key: Some(key(1)), tmp_auth_key: Some(key(2)), ..common::full_data() }
}

/// Every file in the folder, read by another process: reading them in this one would drop its locks.
fn files(harness: &Harness) -> Vec<(String, Vec<u8>)> {
    let read = |name: String| {
        let output = Command::new("cat").arg(harness.folder.path().join(&name)).output().unwrap();
        (name, output.stdout)
    };
    harness.names().into_iter().map(read).collect()
}

fn pieces_in_files(harness: &Harness, key: &AuthKey) -> usize {
    files(harness).iter().map(|(_, bytes)| pieces(bytes, key)).sum()
}

#[track_caller]
fn assert_gone(harness: &Harness, keys: &[AuthKey], context: &str) {
    for (name, bytes) in files(harness) {
        for (index, key) in keys.iter().enumerate() {
            assert_eq!(pieces(&bytes, key), 0, "{context}: {name} has pieces of key {index}");
        }
    }
}

#[track_caller]
fn assert_not_in_bytes(session: &Session, keys: &[AuthKey], context: &str) {
    let bytes = session.to_bytes(ByteOptions::default()).unwrap();
    for key in keys {
        assert_eq!(pieces(&bytes, key), 0, "{context}: the session's bytes have pieces of a key");
    }
}

/// As a client that overwrites nothing it deletes has left the file: older rows in the pages, and free pages.
fn use_as_others_do(file: &Path) {
    let conn = raw(file);
    conn.execute_batch("PRAGMA secure_delete = OFF; PRAGMA synchronous = OFF").unwrap();
    let columns = |table: &str| -> Vec<String> {
        let sql = format!("SELECT name FROM pragma_table_info('{table}') WHERE pk = 0");
        conn.prepare(&sql).unwrap().query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    for table in ["sessions", "datacenter", "tgsession_fields"] {
        let columns = columns(table);
        for (length, column) in columns.iter().enumerate() {
            // The row grows and shrinks, and moves in its page.
            let longer = "x".repeat(40 + 10 * length);
            conn.execute_batch(&format!(
                "CREATE TEMP TABLE old AS SELECT rowid AS old_id, {column} AS old_value FROM {table};
                 UPDATE OR IGNORE {table} SET {column} = '{longer}' || {column};
                 UPDATE {table} SET {column} = (SELECT old_value FROM old WHERE old_id = {table}.rowid);
                 DROP TABLE old"
            ))
            .unwrap();
        }
    }
    free_pages(&conn);
}

fn free_pages(conn: &Connection) {
    for count in [1, 30, 100] {
        let (first, second) = (key_sql(1), key_sql(2));
        conn.execute_batch(&format!(
            "CREATE TABLE other (a, b);
             WITH RECURSIVE n (n) AS (SELECT 1 UNION SELECT n + 1 FROM n WHERE n < {count})
             INSERT INTO other SELECT {first}, {second} FROM n; DROP TABLE other"
        ))
        .unwrap();
    }
}

fn keys() -> [AuthKey; 2] {
    [key(1), key(2)]
}

type Way = fn(&Session) -> Result<()>;

const WAYS: &[(&str, Way)] = &[
    ("both are set to NULL", |session| session.set(&[(Field::AuthKey, None), (Field::TmpAuthKey, None)])),
    ("one after the other is set to NULL", |session| {
        session.set(&[(Field::TmpAuthKey, None)])?;
        session.set(&[(Field::AuthKey, None)])
    }),
    ("both are replaced", |session| {
        let key = |seed| Some(FieldValue::Key(key(seed)));
        session.set(&[(Field::AuthKey, key(91)), (Field::TmpAuthKey, key(92))])
    }),
    ("everything is cleared", |session| session.set(&changes(&SessionData::default()))),
];

/// Bytes that look like no other's, in the length of a key: `pieces` finds them.
fn value(seed: u8) -> AuthKey {
    key(seed)
}

#[test]
fn a_value_that_goes_leaves_nothing_in_any_layout_and_journal_mode() {
    let ways: [(&str, Way); 3] = [
        ("it is removed", |session| session.delete_value("salts")),
        ("it is replaced", |session| session.set_value("salts", b"short")),
        ("it is replaced by a longer one", |session| session.set_value("salts", &[7; 9_000])),
    ];
    for layout in NewFile::names() {
        for wal in [false, true] {
            for (what, way) in ways {
                let context = format!("{layout}, WAL {wal}: {what}");
                let harness = full_file(&layout, wal);
                let session = open(&harness.file);
                for (name, bytes) in
                    [("config", &[1; 5_000][..]), ("salts", value(30).as_bytes()), ("other", &[2; 300])]
                {
                    session.set_value(name, bytes).unwrap();
                }
                assert!(pieces_in_files(&harness, &value(30)) >= 241, "{context}: the value is not in the file");
                way(&session).unwrap();
                assert_gone(&harness, &[value(30)], &context);
                assert_not_in_bytes(&session, &[value(30)], &context);
                assert_eq!(session.value("other").unwrap().unwrap().as_bytes(), [2; 300], "{context}");
                assert_eq!(session.data().unwrap(), full_data(), "{context}");
                drop(session);
                assert_gone(&harness, &[value(30)], &context);
                let check: String = crate::harness::value(&harness.file, "PRAGMA integrity_check");
                assert_eq!(check, "ok", "{context}");
            }
        }
    }
}

fn full_file(layout: &str, wal: bool) -> Harness {
    let harness = Harness::full(layout);
    open(&harness.file).set(&changes(&full_data())).unwrap();
    if wal {
        sql(&harness.file, "PRAGMA journal_mode = WAL");
    }
    harness
}

#[test]
fn a_key_that_goes_leaves_nothing_in_any_layout_and_journal_mode() {
    for layout in NewFile::names() {
        for wal in [false, true] {
            let used = full_file(&layout, wal);
            use_as_others_do(&used.file);
            for (what, way) in WAYS {
                let context = format!("{layout}, WAL {wal}: {what}");
                let harness = Harness::new();
                std::fs::copy(&used.file, &harness.file).unwrap();
                let session = open(&harness.file);
                let before = session.contents().unwrap();
                assert_eq!(before.data, full_data(), "{context}");
                for key in keys() {
                    assert!(pieces_in_files(&harness, &key) > 2 * 241, "{context}: the test has left nothing behind");
                }
                let size = harness.file.metadata().unwrap().len();
                way(&session).unwrap();
                assert_gone(&harness, &keys(), &context);
                assert_not_in_bytes(&session, &keys(), &context);
                assert_eq!(session.peers(None).unwrap(), before.peers, "{context}");
                assert_eq!(harness.file.metadata().unwrap().len(), size, "{context}: the file has grown");
                drop(session);
                assert_gone(&harness, &keys(), &context);
                let check: String = crate::harness::value(&harness.file, "PRAGMA integrity_check");
                assert_eq!(check, "ok", "{context}");
                let mode: String = crate::harness::value(&harness.file, "PRAGMA journal_mode");
                assert_eq!(mode, if wal { "wal" } else { "delete" });
            }
        }
    }
}

#[test]
fn a_conversion_onto_a_file_takes_the_old_keys_away() {
    for layout in NewFile::names() {
        for wal in [false, true] {
            let harness = full_file(&layout, wal);
            use_as_others_do(&harness.file);
            let source = Session::open(":memory:", &Options::default()).unwrap();
            source.set(&changes(&SessionData { tmp_auth_key: None, ..full_data() })).unwrap();
            let target = open(&harness.file);
            convert(&source, &target, &[]).unwrap();
            assert_gone(&harness, &[key(2)], &layout);
            assert_not_in_bytes(&target, &[key(2)], &layout);
            assert_eq!(target.data().unwrap().auth_key, Some(key(1)));
        }
    }
}

#[test]
fn another_login_of_the_client_takes_our_copy_away() {
    for wal in [false, true] {
        let harness = full_file("pyrogram@3", wal);
        let session = open(&harness.file);
        sql(&harness.file, &format!("UPDATE sessions SET auth_key = {}", key_sql(9)));
        session.set(&[(Field::ApiId, Some(FieldValue::Integer(6)))]).unwrap();
        assert_gone(&harness, &[key(2)], "the temporary key of the old login");
    }
}

#[test]
fn bytes_from_which_a_key_was_removed_have_nothing_of_it() {
    for layout in NewFile::names() {
        let harness = full_file(&layout, false);
        use_as_others_do(&harness.file);
        let bytes = std::fs::read(&harness.file).unwrap();
        for (what, way) in WAYS {
            let session = Session::open_bytes(&bytes, &Options::default()).unwrap();
            way(&session).unwrap();
            assert_not_in_bytes(&session, &keys(), &format!("{layout}: {what}"));
        }
    }
}

type Next = fn(Session);

#[test]
fn a_reader_of_the_wal_only_delays_it() {
    let next: &[(&str, Next)] = &[
        ("the next write", |session| {
            session.update_peers(&[peer(5, &["tgs_new"])]).unwrap();
            std::mem::forget(session);
        }),
        ("the next change of a field", |session| {
            session.set(&[(Field::ApiId, Some(FieldValue::Integer(6)))]).unwrap();
            std::mem::forget(session);
        }),
        ("save", |session| {
            session.save().unwrap();
            std::mem::forget(session);
        }),
        ("close", drop),
    ];
    for (what, next) in next {
        let harness = full_file("kurigram@7", true);
        let session = open(&harness.file);
        session.set(&[(Field::ApiId, Some(FieldValue::Integer(5)))]).unwrap();
        let reader = raw(&harness.file);
        reader.execute_batch("BEGIN; SELECT * FROM sessions").unwrap();
        session.set(&[(Field::AuthKey, None), (Field::TmpAuthKey, None)]).unwrap();
        assert!(pieces_in_files(&harness, &key(1)) > 0, "the reader sees the old state, so it must be there");
        reader.execute_batch("COMMIT").unwrap();
        next(session);
        assert_gone(&harness, &keys(), what);
    }
}

#[test]
fn a_table_that_somebody_has_changed_hinders_nothing() {
    let harness = full_file("pyrogram@3", false);
    sql(&harness.file, "ALTER TABLE sessions ADD COLUMN twice GENERATED ALWAYS AS (dc_id * 2)");
    let session = open(&harness.file);
    session.set(&[(Field::AuthKey, None), (Field::TmpAuthKey, None)]).unwrap();
    assert_gone(&harness, &keys(), "with a column that is computed");
    assert_eq!(session.data().unwrap().dc_id, Some(4));
}

#[test]
fn a_session_with_no_key_to_lose_is_not_rewritten() {
    let harness = Harness::new();
    let session = create(&harness.file, "pyrogram@3");
    free_pages(&raw(&harness.file));
    session.set(&changes(&full_data())).unwrap();
    session.set(&changes(&full_data())).unwrap();
    assert!(pieces_in_files(&harness, &key(1)) > 1000, "free pages are overwritten only when a key goes");
}

#[test]
fn a_key_that_goes_leaves_nothing_in_the_files_of_real_clients() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut count = 0;
    for folder in std::fs::read_dir(fixtures).unwrap().map(|folder| folder.unwrap().path()) {
        let files = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path());
        for file in files.filter(|file| file.extension().is_some_and(|extension| extension == "session")) {
            let harness = Harness::new();
            for suffix in ["", "-wal", "-journal"] {
                let _ = std::fs::copy(beside(&file, suffix), beside(&harness.file, suffix)); // few have all
            }
            let Ok(session) = try_open(&harness.file, false) else { continue };
            let data = session.data().unwrap();
            let keys: Vec<AuthKey> = data.auth_key.into_iter().chain(data.tmp_auth_key).collect();
            if keys.is_empty() || !session.capabilities().unwrap().writable {
                continue;
            }
            session.set(&[(Field::AuthKey, None), (Field::TmpAuthKey, None)]).unwrap();
            assert_gone(&harness, &keys, &file.display().to_string());
            assert_not_in_bytes(&session, &keys, &file.display().to_string());
            count += 1;
        }
    }
    assert!(count > 80, "only {count} files were tried");
}
