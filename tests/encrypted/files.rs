//! Files: made, written, read, converted, damaged; and what their folder shows.

use rusqlite::Connection;
use tgsession::model::{Field, FieldValue};
use tgsession::session::{Lookup, Options, Session, convert};
use tgsession::{ErrorCode, examine_with};

use crate::common::{self, id, peer};
use crate::harness::{Harness, fill, options, passphrase, raw_key};

/// As another client with SQLCipher would reach it.
pub fn other(harness: &Harness) -> Connection {
    let conn = Connection::open(&harness.file).unwrap();
    let key = format!("PRAGMA key = \"x'{}'\"", "a7".repeat(32));
    conn.execute_batch(&key).unwrap();
    conn.busy_timeout(std::time::Duration::from_secs(5)).unwrap();
    conn.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    conn
}

fn mode(harness: &Harness) -> String {
    other(harness).query_row("PRAGMA journal_mode", [], |row| row.get(0)).unwrap()
}

#[test]
fn a_new_file_keeps_everything_and_shows_nothing_at_any_time() {
    for wal in [false, true] {
        let harness = Harness::new();
        let session = harness.create(wal, &raw_key());
        harness.check_unreadable();
        fill(&session);
        harness.check_unreadable();
        let (contents, format) = (session.contents().unwrap(), session.format().unwrap());
        session.set(&[(Field::AuthKey, Some(FieldValue::Key(common::key(9))))]).unwrap();
        session.set(&[(Field::AuthKey, Some(FieldValue::Key(common::key(1))))]).unwrap();
        harness.check_unreadable();
        session.save().unwrap();
        drop(session);
        harness.check_unreadable();
        assert_eq!(mode(&harness), if wal { "wal" } else { "delete" });
        for read_only in [false, true] {
            let again = harness.try_open(Some(&raw_key()), read_only).unwrap();
            assert_eq!(again.contents().unwrap().peers, contents.peers, "wal {wal}, read_only {read_only}");
            assert_eq!(again.data().unwrap().auth_key, Some(common::key(1)));
            assert_eq!(again.format().unwrap(), format);
        }
        other(&harness)
            .query_row("PRAGMA integrity_check", [], |row| {
                assert_eq!(row.get::<_, String>(0).unwrap(), "ok");
                Ok(())
            })
            .unwrap();
    }
}

#[test]
fn a_journal_in_the_middle_of_a_write_shows_nothing_and_is_rolled_back_by_who_only_reads() {
    for wal in [false, true] {
        let harness = Harness::full(wal, &raw_key());
        let conn = other(&harness);
        conn.execute_batch("PRAGMA cache_size = 2; PRAGMA cache_spill = 1; PRAGMA wal_autocheckpoint = 0").unwrap();
        conn.execute("UPDATE sessions SET user_id = 5", []).unwrap();
        conn.execute_batch(
            "BEGIN IMMEDIATE; UPDATE sessions SET user_id = 6; CREATE TABLE more AS
             WITH RECURSIVE n (n) AS (SELECT 1 UNION SELECT n + 1 FROM n WHERE n < 3000) SELECT n, 'tgs_ada' FROM n",
        )
        .unwrap();
        harness.check_unreadable();
        // As a killed process leaves it.
        let left = Harness::new();
        for suffix in ["", "-wal", "-journal"] {
            let name = format!("account.session{suffix}");
            if harness.folder.path().join(&name).exists() {
                std::fs::copy(harness.folder.path().join(&name), left.folder.path().join(&name)).unwrap();
            }
        }
        let before = left.bytes();
        let session = left.read_only(&raw_key());
        assert_eq!(session.get(Field::UserId).unwrap(), Some(FieldValue::Integer(5)), "wal {wal}");
        assert_eq!(id(&session.peer_by_username("tgs_channel").unwrap()), common::CHANNEL);
        drop(session);
        assert_eq!(left.bytes(), before);
        let session = left.open(&raw_key());
        assert_eq!(session.get(Field::UserId).unwrap(), Some(FieldValue::Integer(5)), "wal {wal}");
    }
}

#[test]
fn each_commit_of_another_program_is_seen_from_the_cache() {
    for wal in [false, true] {
        let harness = Harness::full(wal, &raw_key());
        let session = harness.open(&raw_key());
        session.update_peers(&[peer(5, &["tgs_five"])]).unwrap();
        let conn = other(&harness);
        for turn in 1..60 {
            if turn == 40 && !wal {
                // Another program may begin a WAL meanwhile.
                let mode: String = conn.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0)).unwrap();
                assert_eq!(mode, "wal");
            }
            conn.execute("UPDATE peers SET access_hash = ?1 WHERE id = 5", [turn]).unwrap();
            for _ in 0..3 {
                let Lookup::Found(found) = session.peer_by_id(5).unwrap() else { panic!("it is there") };
                assert_eq!(found.access_hash, Some(turn), "wal {wal}");
            }
            session.set(&[(Field::UserId, Some(FieldValue::Integer(turn)))]).unwrap();
            let user: i64 = conn.query_row("SELECT user_id FROM sessions", [], |row| row.get(0)).unwrap();
            assert_eq!(user, turn, "wal {wal}");
        }
    }
}

#[test]
fn converting_to_an_encrypted_file_and_back_loses_nothing() {
    let (plain, encrypted, back) = (Harness::new(), Harness::new(), Harness::new());
    let first = Session::open(plain.location(), &Options::default()).unwrap();
    fill(&first);
    let second = encrypted.create(true, &raw_key());
    convert(&first, &second, &[]).unwrap();
    let third = Session::open(back.location(), &Options::default()).unwrap();
    convert(&second, &third, &[]).unwrap();
    assert_eq!(third.contents().unwrap(), first.contents().unwrap());
    assert_eq!(second.contents().unwrap(), first.contents().unwrap());
    encrypted.check_unreadable();
}

#[test]
fn a_removed_key_is_overwritten_and_the_file_does_not_grow() {
    let harness = Harness::full(false, &raw_key());
    let conn = other(&harness);
    conn.execute_batch("CREATE TABLE big AS SELECT zeroblob(200000) AS zeros; DROP TABLE big").unwrap();
    let pages = |conn: &Connection| -> i64 { conn.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap() };
    let before = pages(&conn);
    let session = harness.open(&raw_key());
    session.set(&[(Field::AuthKey, None), (Field::TmpAuthKey, None)]).unwrap();
    assert_eq!(pages(&conn), before);
    // As SQLCipher decrypts it.
    let plain = harness.folder.path().join("plain");
    conn.execute_batch(&format!("ATTACH '{}' AS plain KEY ''; SELECT sqlcipher_export('plain')", plain.display()))
        .unwrap_or(());
    assert_eq!(common::pieces(&std::fs::read(&plain).unwrap_or_default(), &common::key(1)), 0);
}

#[test]
fn a_damaged_page_is_damage_and_a_cut_file_too() {
    let harness = Harness::full(false, &raw_key());
    let whole = std::fs::read(&harness.file).unwrap();
    // The pages of the tables follow the first.
    for page in 1..whole.len() / 4096 {
        let mut damaged = whole.clone();
        damaged[page * 4096 + 100] ^= 1;
        std::fs::write(&harness.file, &damaged).unwrap();
        let failed = harness.try_open(Some(&raw_key()), false).and_then(|session| session.contents());
        if let Err(error) = failed {
            assert_eq!(error.code(), ErrorCode::Corrupt, "page {page}: {error}");
        }
        let examined = examine_with(harness.location(), Some(&raw_key())).unwrap();
        assert!(!examined.is_sound, "page {page}: {examined:?}");
    }
    std::fs::write(&harness.file, &whole[..whole.len() - 100]).unwrap();
    assert!(!examine_with(harness.location(), Some(&raw_key())).unwrap().is_sound);
    for len in [whole.len() - 4096, 5000] {
        std::fs::write(&harness.file, &whole[..len]).unwrap();
        let error = harness.try_open(Some(&raw_key()), false).and_then(|session| session.contents()).unwrap_err();
        assert_eq!(error.code(), ErrorCode::Corrupt, "{len} bytes: {error}");
    }
    std::fs::write(&harness.file, &whole).unwrap();
    assert!(examine_with(harness.location(), Some(&raw_key())).unwrap().is_sound);
}

#[test]
fn a_file_that_was_replaced_is_not_written() {
    for wal in [false, true] {
        let harness = Harness::full(wal, &raw_key());
        let session = harness.open(&raw_key());
        session.update_peers(&[peer(5, &[])]).unwrap();
        std::fs::remove_file(&harness.file).unwrap();
        let another = Harness::full(wal, &passphrase("another"));
        std::fs::rename(&another.file, &harness.file).unwrap();
        assert!(session.update_peers(&[peer(6, &[])]).is_err(), "wal {wal}");
        drop(session);
        let opened = Session::open(harness.location(), &options(Some(&passphrase("another")))).unwrap();
        assert_eq!(id(&opened.peer_by_id(101).unwrap()), 101);
    }
}

// Of a client that is read as a whole: the key opens it as it opens the others.
#[test]
fn an_encrypted_database_of_grammers_is_read_by_path_and_from_bytes() {
    let harness = Harness::new();
    other(&harness)
        .execute_batch(
            "PRAGMA user_version = 1; CREATE TABLE dc_home (dc_id INTEGER PRIMARY KEY); INSERT INTO dc_home VALUES (4); \
             CREATE TABLE dc_option (dc_id INTEGER PRIMARY KEY, ipv4 TEXT, ipv6 TEXT, auth_key BLOB); \
             INSERT INTO dc_option VALUES (4, '149.154.167.91:443', '[2001:67c:4e8:f004::a]:443', NULL)",
        )
        .unwrap();
    let key = "UPDATE dc_option SET auth_key = ?1";
    other(&harness).execute(key, [common::key(1).as_bytes().as_slice()]).unwrap();
    harness.check_unreadable();
    let bytes = harness.bytes();
    for session in [
        harness.open(&raw_key()),
        harness.read_only(&raw_key()),
        Session::open_bytes(&bytes, &options(Some(&raw_key()))).unwrap(),
    ] {
        assert_eq!(session.format().unwrap().to_string(), "grammers@1");
        assert_eq!(session.data().unwrap().auth_key, Some(common::key(1)));
    }
    assert_eq!(harness.try_open(None, true).err().unwrap().code(), ErrorCode::WrongKey);
    assert!(examine_with(harness.location(), Some(&raw_key())).unwrap().is_sound);
}
