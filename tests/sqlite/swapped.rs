//! A file that is removed, or replaced by another login's, while a session has it open: nothing is acknowledged that is nowhere,
//! and nothing of ours reaches the other file.

use std::fs;
use std::path::Path;

use tgsession::model::{Field, FieldValue, UpdateState};
use tgsession::session::{NewFile, Session};
use tgsession::{ErrorCode, Result};

use crate::common::{self, LONG_AGO, full_contents, key, peer};
use crate::harness::{Harness, check_error, open, read_only, sql};

const JOURNAL_MODES: [&str; 2] = ["DELETE", "WAL"];

/// A session's file and a session that has written to it since it was opened.
fn opened_and_written(layout: &str, mode: &str) -> (Harness, Session) {
    let harness = Harness::full(layout);
    sql(&harness.file, &format!("PRAGMA journal_mode = {mode}; PRAGMA application_id = 7"));
    let session = open(&harness.file);
    session.update_peers(&[peer(909, &["tgs_written"])]).unwrap();
    (harness, session)
}

/// A backup of another login, as it is restored: with nothing beside it.
fn another_login(layout: &str) -> Harness {
    let other = Harness::full(layout);
    open(&other.file).set(&[(Field::AuthKey, Some(FieldValue::Key(key(77))))]).unwrap();
    sql(&other.file, "PRAGMA journal_mode = DELETE; PRAGMA application_id = 7");
    other
}

fn check_refused(session: &Session, file: &Path, code: ErrorCode) {
    let new_state = UpdateState { id: 0, pts: Some(5), qts: Some(6), date: Some(LONG_AGO), seq: Some(7) };
    let refused: [(&str, Result<()>); 6] = [
        ("a new peer", session.update_peers(&[peer(910, &["tgs_lost"])])),
        ("a known peer", session.update_peers(&[peer(909, &["tgs_written"])])),
        ("a field", session.set(&[(Field::DcId, Some(FieldValue::Integer(3)))])),
        ("a key", session.set(&[(Field::AuthKey, Some(FieldValue::Key(key(5))))])),
        ("a state", session.set_update_states(&[new_state])),
        ("save", session.save()),
    ];
    for (what, result) in refused {
        let error = result.expect_err(what);
        assert_eq!(error.code(), code, "{what}: {error}");
        check_error(&error, file, &[key(1), key(5), key(77)]);
    }
}

#[test]
fn a_file_that_was_removed_acknowledges_nothing_and_leaves_nothing() {
    for layout in NewFile::names() {
        for mode in JOURNAL_MODES {
            let (harness, session) = opened_and_written(&layout, mode);
            fs::remove_file(&harness.file).unwrap();
            check_refused(&session, &harness.file, ErrorCode::FileNotFound);
            drop(session);
            assert!(harness.names().is_empty(), "{layout} {mode}: {:?}", harness.names());
        }
    }
}

#[test]
fn a_file_that_was_replaced_acknowledges_nothing_and_the_other_login_stays() {
    for layout in NewFile::names() {
        for mode in JOURNAL_MODES {
            let (harness, session) = opened_and_written(&layout, mode);
            let restored = another_login(&layout);
            fs::rename(&restored.file, &harness.file).unwrap();
            check_refused(&session, &harness.file, ErrorCode::Io);
            assert_eq!(session.delete().unwrap_err().code(), ErrorCode::Io, "{layout} {mode}");
            drop(session);
            assert_eq!(harness.names(), ["account.session"], "{layout} {mode}");
            let found = read_only(&harness.file);
            assert_eq!(found.data().unwrap().auth_key, Some(key(77)), "{layout} {mode}");
            assert_eq!(common::id(&found.peer_by_id(909).unwrap()), 0, "{layout} {mode}");
            assert_eq!(found.peers(None).unwrap().len(), full_contents().peers.len(), "{layout} {mode}");
        }
    }
}

// A restore may bring a WAL of its own.
#[test]
fn the_wal_of_the_file_that_took_the_place_stays() {
    let (harness, session) = opened_and_written("pyrogram@3", "WAL");
    let restored = Harness::full("pyrogram@3");
    sql(&restored.file, "PRAGMA journal_mode = WAL; PRAGMA application_id = 7");
    let writer = crate::harness::raw(&restored.file);
    writer.execute_batch("PRAGMA wal_autocheckpoint = 0; UPDATE peers SET access_hash = 4711 WHERE id = 101").unwrap();
    for suffix in ["", "-wal"] {
        let [from, to] = [&restored.file, &harness.file].map(|file| format!("{}{suffix}", file.display()));
        fs::copy(from, format!("{to}.new")).unwrap();
        fs::rename(format!("{to}.new"), to).unwrap();
    }
    drop(session);
    fs::remove_file(format!("{}-shm", harness.file.display())).unwrap();
    assert_eq!(open(&harness.file).peers(Some(&[101])).unwrap()[0].access_hash, Some(4711));
}

#[test]
fn a_session_whose_file_is_gone_can_be_deleted() {
    let (harness, session) = opened_and_written("telethon@8", "WAL");
    fs::remove_file(&harness.file).unwrap();
    session.delete().unwrap();
    drop(session);
    assert!(harness.names().is_empty(), "{:?}", harness.names());
}
