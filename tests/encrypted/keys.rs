//! Passphrases and keys: right, wrong, missing, one too many, and changed.

use tgsession::model::{Field, FieldValue};
use tgsession::session::{Options, Session};
use tgsession::{EncryptionKey, Error, ErrorCode};

use crate::common::{self, peer};
use crate::files::other;
use crate::harness::{Harness, RAW, options, passphrase, raw_key};

fn refused(opened: Result<Session, Error>) -> Error {
    opened.err().expect("it is refused")
}

#[test]
fn only_the_right_key_opens_a_file_and_no_try_changes_it() {
    let secret = "ключ 'with' \"quotes\"; --";
    let harness = Harness::full(true, &passphrase(secret));
    let before = harness.bytes();
    for read_only in [false, true] {
        for wrong in [Some(passphrase("another secret")), Some(raw_key()), None] {
            let error = refused(harness.try_open(wrong.as_ref(), read_only));
            assert_eq!(error.code(), ErrorCode::WrongKey, "{error}");
            assert!(error.to_string().contains(harness.location()), "{error}");
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }
    assert_eq!(harness.bytes(), before);
    assert_eq!(harness.read_only(&passphrase(secret)).contents().unwrap().peers.len(), common::peers().len());
}

#[test]
fn a_key_for_what_is_not_encrypted_is_wrong_and_changes_nothing() {
    let harness = Harness::new();
    drop(Session::open(harness.location(), &Options::default()).unwrap());
    let before = harness.bytes();
    let error = refused(harness.try_open(Some(&raw_key()), false));
    assert_eq!(error.code(), ErrorCode::WrongKey);
    assert!(error.to_string().contains("not encrypted"), "{error}");
    assert_eq!(harness.bytes(), before);
    for location in [":memory:", "mongodb://127.0.0.1/a", "sqlite:////tmp/a"] {
        assert_eq!(refused(Session::open(location, &options(Some(&raw_key())))).code(), ErrorCode::Unsupported);
    }
}

#[test]
fn other_files_are_what_they_were_without_a_key() {
    let harness = Harness::new();
    for (content, code) in [
        (vec![0; 8192], ErrorCode::NotASession),
        (b"a text of somebody's ".repeat(400), ErrorCode::NotASession),
        (b"SQLite format 3\0".to_vec(), ErrorCode::Corrupt),
        (Vec::new(), ErrorCode::NotASession),
    ] {
        std::fs::write(&harness.file, &content).unwrap();
        assert_eq!(refused(harness.try_open(None, false)).code(), code);
        assert_eq!(std::fs::read(&harness.file).unwrap(), content);
    }
}

#[test]
fn a_key_with_its_salt_opens_what_it_made() {
    let key: Vec<u8> = (0..48).collect();
    let key = EncryptionKey::from_bytes(&key).unwrap();
    let harness = Harness::full(false, &key);
    let salt: Vec<u8> = (32..48).collect();
    assert!(std::fs::read(&harness.file).unwrap().starts_with(&salt));
    assert_eq!(harness.open(&key).data().unwrap().auth_key, Some(common::key(1)));
}

#[test]
fn a_changed_key_is_the_only_one() {
    for wal in [false, true] {
        let harness = Harness::full(wal, &raw_key());
        let session = harness.open(&raw_key());
        let before = session.contents().unwrap();
        let new = passphrase("new");
        session.change_encryption_key(&new).unwrap();
        assert_eq!(session.contents().unwrap(), before, "wal {wal}");
        session.update_peers(&[peer(5, &["tgs_five"])]).unwrap();
        harness.check_unreadable();
        assert_eq!(refused(harness.try_open(Some(&raw_key()), true)).code(), ErrorCode::WrongKey);
        drop(session);
        assert_eq!(refused(harness.try_open(Some(&raw_key()), false)).code(), ErrorCode::WrongKey);
        assert_eq!(harness.open(&new).contents().unwrap().peers.len(), before.peers.len() + 1);
        // And back.
        harness.open(&new).change_encryption_key(&raw_key()).unwrap();
        let (_, key) = (RAW, harness.open(&raw_key()).get(Field::AuthKey).unwrap());
        assert_eq!(key, Some(FieldValue::Key(common::key(1))));
    }
}

#[test]
fn a_key_is_not_changed_while_another_program_is_in_the_way() {
    for wal in [false, true] {
        let harness = Harness::full(wal, &raw_key());
        let session = harness.open(&raw_key());
        let conn = other(&harness);
        conn.execute_batch(if wal { "BEGIN IMMEDIATE" } else { "BEGIN; SELECT * FROM peers" }).unwrap();
        let _: i64 = conn.query_row("SELECT count(*) FROM peers", [], |row| row.get(0)).unwrap();
        let error = session.change_encryption_key(&passphrase("new")).unwrap_err();
        assert_eq!(error.code(), ErrorCode::Locked, "wal {wal}: {error}");
        conn.execute_batch("COMMIT").unwrap();
        session.update_peers(&[peer(5, &["tgs_five"])]).unwrap();
        drop(session);
        assert_eq!(harness.open(&raw_key()).contents().unwrap().peers.len(), common::peers().len() + 1);
    }
}

#[test]
fn what_is_not_encrypted_has_no_key_to_change() {
    let harness = Harness::new();
    let plain = Session::open(harness.location(), &Options::default()).unwrap();
    let memory = Session::open(":memory:", &Options::default()).unwrap();
    for session in [plain, memory] {
        assert_eq!(session.change_encryption_key(&raw_key()).unwrap_err().code(), ErrorCode::Unsupported);
    }
    let encrypted = Harness::full(false, &raw_key());
    let error = encrypted.read_only(&raw_key()).change_encryption_key(&raw_key()).unwrap_err();
    assert_eq!(error.code(), ErrorCode::ReadOnly);
}
