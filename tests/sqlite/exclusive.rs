//! A file that is a session's alone: others find it locked, what is read is right without a lock, and nothing stays behind.

use std::path::Path;
use std::time::{Duration, Instant};

use tgsession::ErrorCode;
use tgsession::model::{AuthKey, Field, FieldValue};
use tgsession::session::{Options, Session};

use crate::child;
use crate::common::{full_data, id, key, peer, pieces};
use crate::harness::{Harness, check_error, open, read_only, sql, try_open};

const MODES: [&str; 2] = ["DELETE", "WAL"];

fn exclusive(file: &Path) -> tgsession::Result<Session> {
    let busy_timeout = Duration::from_millis(100);
    let options = Options { exclusive: true, create: false, busy_timeout, ..Options::default() };
    Session::open(file.to_str().unwrap(), &options)
}

fn full(mode: &str) -> Harness {
    let harness = Harness::full("pyrogram@3");
    sql(&harness.file, &format!("PRAGMA journal_mode = {mode}"));
    harness
}

/// Has the file for itself, and has written to it.
pub fn have_alone(file: &Path) {
    let session = exclusive(file).unwrap();
    session.update_peers(&[peer(700, &["tgs_alone"])]).unwrap();
    child::wait();
}

/// What another process finds.
pub fn find_locked(file: &Path) {
    for error in [try_open(file, false).err(), exclusive(file).err()] {
        let error = error.unwrap();
        assert_eq!(error.code(), ErrorCode::Locked, "{error}");
        check_error(&error, file, &[key(1)]);
    }
    let conn = rusqlite::Connection::open(file).unwrap();
    conn.busy_timeout(Duration::ZERO).unwrap();
    let refused = conn.query_row("SELECT count(*) FROM peers", [], |_| Ok(())).unwrap_err();
    assert_eq!(refused.sqlite_error_code(), Some(rusqlite::ErrorCode::DatabaseBusy));
    let reader = read_only(file);
    assert_eq!(id(&reader.peer_by_username("tgs_alone").unwrap()), 700);
}

#[test]
fn others_find_it_locked_and_a_killed_owner_frees_it() {
    for mode in MODES {
        let harness = full(mode);
        let holder = child::start("have_alone", &harness.file);
        child::run("find_locked", &harness.file, child::Bound::Nothing);
        holder.kill();
        let session = open(&harness.file);
        assert_eq!(id(&session.peer_by_username("tgs_alone").unwrap()), 700, "{mode}");
        session.update_peers(&[peer(701, &[])]).unwrap();
    }
}

#[test]
fn in_one_process_too() {
    for mode in MODES {
        let harness = full(mode);
        let session = exclusive(&harness.file).unwrap();
        for error in [try_open(&harness.file, false).err(), exclusive(&harness.file).err()] {
            assert_eq!(error.unwrap().code(), ErrorCode::Locked, "{mode}");
        }
        session.update_peers(&[peer(5, &["tgs_new"])]).unwrap();
        drop(session);
        assert_eq!(id(&open(&harness.file).peer_by_username("tgs_new").unwrap()), 5);
    }
}

#[test]
fn it_is_refused_while_others_use_the_file() {
    for mode in MODES {
        let harness = full(mode);
        let other = open(&harness.file);
        let holder = child::start("hold_shared", &harness.file);
        let started = Instant::now();
        let error = exclusive(&harness.file).err().unwrap();
        assert_eq!(error.code(), ErrorCode::Locked, "{mode}: {error}");
        assert!(started.elapsed() >= Duration::from_millis(100));
        assert_eq!(other.data().unwrap(), full_data());
        holder.kill();
        drop(other);
        drop(exclusive(&harness.file).unwrap());
    }
}

#[test]
fn every_answer_is_of_the_last_write() {
    for mode in MODES {
        let harness = full(mode);
        let session = exclusive(&harness.file).unwrap();
        for round in 1..200 {
            session.update_peers(&[peer(round % 7 + 1, &[&format!("tgs_round{round}")])]).unwrap();
            session.set(&[(Field::ApiId, Some(FieldValue::Integer(round)))]).unwrap();
            for _ in 0..4 {
                let found = id(&session.peer_by_username(&format!("tgs_round{round}")).unwrap());
                assert_eq!(found, round % 7 + 1, "{mode}");
                assert_eq!(session.get(Field::ApiId).unwrap(), Some(FieldValue::Integer(round)));
                if round > 7 {
                    assert_eq!(id(&session.peer_by_username(&format!("tgs_round{}", round - 7)).unwrap()), 0);
                }
            }
        }
        session.delete_all_peers().unwrap();
        assert_eq!(id(&session.peer_by_username("tgs_round199").unwrap()), 0);
    }
}

#[test]
fn nothing_is_left_beside_it_nor_of_a_key() {
    for mode in MODES {
        let harness = full(mode);
        // No piece of one of them is another's, nor the temporary key's.
        let [old, new] =
            [13, 11].map(|step| AuthKey::new(&(0..=255_u8).map(|index| index.wrapping_mul(step)).collect::<Vec<_>>()));
        let (old, new) = (old.unwrap(), new.unwrap());
        open(&harness.file).set(&[(Field::AuthKey, Some(FieldValue::Key(old.clone())))]).unwrap();
        let session = exclusive(&harness.file).unwrap();
        session.set(&[(Field::AuthKey, Some(FieldValue::Key(new.clone())))]).unwrap();
        session.save().unwrap();
        for name in harness.names() {
            let bytes =
                std::process::Command::new("cat").arg(harness.file.with_file_name(&name)).output().unwrap().stdout;
            assert_eq!(pieces(&bytes, &old), 0, "{mode}: {name}");
        }
        drop(session);
        assert_eq!(harness.names(), ["account.session"], "{mode}");
        assert_eq!(open(&harness.file).data().unwrap().auth_key, Some(new));
    }
}

#[test]
fn opening_it_writes_nothing() {
    for mode in MODES {
        let harness = full(mode);
        let before = harness.snapshot();
        let session = exclusive(&harness.file).unwrap();
        assert_eq!(session.data().unwrap(), full_data());
        drop(session);
        assert!(harness.snapshot() == before, "{mode}");
    }
}
