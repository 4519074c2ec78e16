//! Another program holds the file: who reads reads on, who writes is told so, and then it goes on.

use std::path::Path;

use tgsession::ErrorCode;
use tgsession::model::{Field, FieldValue};
use tgsession::session::Session;

use crate::child::{self, Running};
use crate::common::{full_data, id, peer, sent_files, states};
use crate::harness::{Harness, check_error, open, raw, read_only, sql};

/// Holds the write lock with a change that is not committed.
pub fn hold_reserved(file: &Path) {
    let conn = raw(file);
    conn.execute_batch("BEGIN IMMEDIATE; INSERT INTO peers (id, type) VALUES (900000, 'user')").unwrap();
    child::wait();
}

/// Holds the file for itself: its change does not fit into its memory and stands half in the file already.
pub fn hold_exclusive(file: &Path) {
    let conn = raw(file);
    let mut batch = String::from("PRAGMA cache_size = 5; BEGIN IMMEDIATE; UPDATE peers SET username = 'uncommitted';");
    for id in 0..2_000 {
        batch += &format!("INSERT INTO peers (id, type, username) VALUES ({}, 'user', 'uncommitted');", 900_000 + id);
    }
    conn.execute_batch(&batch).unwrap();
    child::wait();
}

fn reads_what_is_committed(session: &Session) {
    assert_eq!(session.data().unwrap(), full_data());
    assert_eq!(id(&session.peer_by_id(101).unwrap()), 101);
    assert_eq!(id(&session.peer_by_id(900_000).unwrap()), 0);
    assert!(session.peers(None).unwrap().iter().flat_map(|peer| &peer.usernames).all(|name| name != "uncommitted"));
    assert_eq!(session.update_states().unwrap(), states());
}

fn every_write_is_refused(session: &Session, file: &Path) {
    let writes: [(&str, &dyn Fn() -> tgsession::Result<()>); 5] = [
        ("set", &|| session.set(&[(Field::ApiId, Some(FieldValue::Integer(1)))])),
        ("update_peers", &|| session.update_peers(&[peer(5, &["tgs_new"])])),
        ("set_update_states", &|| session.set_update_states(&[])),
        ("delete_update_state", &|| session.delete_update_state(0)),
        ("cache_sent_files", &|| session.cache_sent_files(&sent_files())),
    ];
    for (name, write) in writes {
        let error = write().unwrap_err();
        assert_eq!(error.code(), ErrorCode::Locked, "{name}: {error}");
        check_error(&error, file, &[]);
    }
}

fn works_again(holder: Running, session: &Session, reader: &Session) {
    holder.kill();
    reads_what_is_committed(reader);
    reads_what_is_committed(session);
    session.update_peers(&[peer(6, &["tgs_after"])]).unwrap();
    assert_eq!(id(&session.peer_by_username("tgs_after").unwrap()), 6);
    assert_eq!(id(&reader.peer_by_username("tgs_after").unwrap()), 6);
    assert_eq!(id(&reader.peer_by_username("tgs_new").unwrap()), 0);
    assert_eq!(session.data().unwrap().api_id, full_data().api_id);
}

#[test]
fn beside_a_write_transaction_everybody_reads_and_nobody_writes() {
    for mode in ["DELETE", "WAL"] {
        let harness = Harness::full("pyrogram@3");
        sql(&harness.file, &format!("PRAGMA journal_mode = {mode}"));
        let early = (open(&harness.file), read_only(&harness.file));
        reads_what_is_committed(&early.1);
        let holder = child::start("hold_reserved", &harness.file);
        let late = (open(&harness.file), read_only(&harness.file));
        for session in [&early.0, &early.1, &late.0, &late.1] {
            reads_what_is_committed(session);
        }
        every_write_is_refused(&early.0, &harness.file);
        every_write_is_refused(&late.0, &harness.file);
        works_again(holder, &early.0, &late.1);
        reads_after(&late.0, &early.1);
    }
}

fn reads_after(session: &Session, reader: &Session) {
    for session in [session, reader] {
        assert_eq!(id(&session.peer_by_username("tgs_after").unwrap()), 6);
    }
}

#[test]
fn beside_an_exclusive_lock_a_reader_reads_the_last_committed_state() {
    let harness = Harness::full("pyrogram@3");
    let early = (open(&harness.file), read_only(&harness.file));
    reads_what_is_committed(&early.1);
    let holder = child::start("hold_exclusive", &harness.file);
    reads_what_is_committed(&early.1);
    let late = read_only(&harness.file);
    reads_what_is_committed(&late);
    every_write_is_refused(&early.0, &harness.file);
    let error = early.0.data().unwrap_err();
    assert_eq!(error.code(), ErrorCode::Locked);
    check_error(&error, &harness.file, &[]);
    works_again(holder, &early.0, &late);
    reads_after(&early.0, &early.1);
}
