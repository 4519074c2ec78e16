//! Lookups and fields are answered from memory only until the file is written.

use tgsession::ErrorCode;
use tgsession::model::{Field, FieldValue};
use tgsession::session::{Lookup, Options, Session};

use crate::child::{self, Bound};
use crate::common::{id, peer};
use crate::harness::{Harness, open, raw, sql};

fn harness(mode: &str) -> (Harness, Session) {
    let harness = Harness::full("pyrogram@3");
    sql(&harness.file, &format!("PRAGMA journal_mode = {mode}"));
    let session = open(&harness.file);
    session.update_peers(&[peer(5, &["tgs_five"])]).unwrap();
    (harness, session)
}

fn hash(session: &Session) -> Option<i64> {
    let Lookup::Found(found) = session.peer_by_id(5).unwrap() else { panic!("it is there") };
    found.access_hash
}

#[test]
fn each_commit_of_another_program_is_seen() {
    for mode in ["DELETE", "TRUNCATE", "PERSIST", "WAL"] {
        let (harness, session) = harness(mode);
        let other = raw(&harness.file);
        for turn in 1..50 {
            other.execute("UPDATE peers SET access_hash = ?1 WHERE id = 5", [turn]).unwrap();
            other.execute("UPDATE sessions SET user_id = ?1", [turn]).unwrap();
            other.execute("UPDATE tgsession_states SET pts = ?1 WHERE id = 0", [turn]).unwrap();
            for _ in 0..3 {
                assert_eq!(hash(&session), Some(turn), "{mode}");
                assert_eq!(session.get(Field::UserId).unwrap(), Some(FieldValue::Integer(turn)), "{mode}");
                assert_eq!(session.update_state(0).unwrap().unwrap().pts, Some(turn), "{mode}");
            }
            let name = format!("tgs_name{turn}");
            assert_eq!(session.peer_by_username(&name).unwrap(), Lookup::NotFound);
            other.execute("UPDATE peers SET username = ?1 WHERE id = 5", [&name]).unwrap();
            assert_eq!(id(&session.peer_by_username(&name).unwrap()), 5, "{mode}");
            if mode == "WAL" && turn % 10 == 0 {
                other.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
                assert_eq!(hash(&session), Some(turn));
            }
        }
    }
}

#[test]
fn what_is_rolled_back_is_not_seen() {
    for mode in ["DELETE", "WAL"] {
        let (harness, session) = harness(mode);
        let before = hash(&session);
        assert_eq!(hash(&session), before);
        let other = raw(&harness.file);
        other.execute_batch("BEGIN IMMEDIATE; UPDATE peers SET access_hash = 77 WHERE id = 5").unwrap();
        assert_eq!(hash(&session), before, "{mode}");
        other.execute_batch("ROLLBACK").unwrap();
        assert_eq!(hash(&session), before, "{mode}");
    }
}

#[test]
fn a_file_that_becomes_wal_meanwhile_is_followed() {
    let (harness, session) = harness("DELETE");
    assert!(hash(&session).is_some());
    let other = raw(&harness.file);
    other.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(())).unwrap();
    for turn in 1..20 {
        other.execute("UPDATE peers SET access_hash = ?1 WHERE id = 5", [turn]).unwrap();
        for _ in 0..3 {
            assert_eq!(hash(&session), Some(turn));
        }
    }
    drop(other);
    child::run("write_and_close", &harness.file, Bound::Nothing);
    assert_eq!(id(&session.peer_by_username("tgs_child").unwrap()), 4242);
}

#[test]
fn own_writes_and_those_of_another_session_are_seen() {
    for mode in ["DELETE", "WAL"] {
        let (harness, session) = harness(mode);
        let other = open(&harness.file);
        for turn in 1..20 {
            for writer in [&session, &other] {
                let mut changed = peer(5, &["tgs_five"]);
                changed.access_hash = Some(turn);
                changed.phone_number = Some(format!("49{turn}"));
                writer.update_peers(&[changed, peer(6, &[])]).unwrap();
                for reader in [&session, &other] {
                    assert_eq!(hash(reader), Some(turn), "{mode}");
                    assert_eq!(id(&reader.peer_by_phone_number(&format!("49{turn}")).unwrap()), 5);
                }
                let mut changed = peer(6, &[]);
                changed.access_hash = Some(-turn);
                writer.update_peers(&[changed]).unwrap();
            }
        }
    }
}

#[test]
fn what_is_known_needs_no_lock() {
    let (harness, session) = harness("DELETE");
    // A lookup's answer is kept when it is asked for the second time.
    for _ in 0..2 {
        assert!(hash(&session).is_some());
        assert_eq!(session.peer_by_id(987_654).unwrap(), Lookup::NotFound);
    }
    let user_id = session.get(Field::UserId).unwrap();
    let holder = raw(&harness.file);
    holder.execute_batch("BEGIN EXCLUSIVE").unwrap();
    assert!(hash(&session).is_some());
    assert_eq!(session.peer_by_id(987_654).unwrap(), Lookup::NotFound);
    assert_eq!(session.get(Field::UserId).unwrap(), user_id);
    // These were not asked for yet; keys are never cached.
    assert_eq!(session.peer_by_id(987_655).unwrap_err().code(), ErrorCode::Locked);
    assert_eq!(session.get(Field::AuthKey).unwrap_err().code(), ErrorCode::Locked);
}

#[test]
fn with_a_size_of_the_caller_s_an_answer_is_kept_at_once_or_never() {
    for (cache_size, is_kept) in [(Some(0), false), (Some(10), true)] {
        let (harness, usual) = harness("DELETE");
        drop(usual);
        let options = Options { cache_size, create: false, ..Options::default() };
        let session = Session::open(harness.file.to_str().unwrap(), &options).unwrap();
        let known =
            (hash(&session), session.peer_by_username("tgs_five").unwrap(), session.peer_by_id(987_654).unwrap());
        let holder = raw(&harness.file);
        holder.execute_batch("BEGIN EXCLUSIVE").unwrap();
        if is_kept {
            let again =
                (hash(&session), session.peer_by_username("tgs_five").unwrap(), session.peer_by_id(987_654).unwrap());
            assert_eq!(again, known);
        } else {
            assert_eq!(session.peer_by_id(5).unwrap_err().code(), ErrorCode::Locked);
        }
    }
}

/// How many descriptors of this process lead to a file, or to one beside it.
#[cfg(target_os = "linux")]
fn descriptors(file: &std::path::Path) -> usize {
    let file = file.to_str().unwrap();
    let open = std::fs::read_dir("/proc/self/fd").unwrap();
    open.filter(|entry| {
        let link = std::fs::read_link(entry.as_ref().unwrap().path()).unwrap_or_default();
        link.to_str().is_some_and(|link| link.starts_with(file))
    })
    .count()
}

/// SQLite's own, which in WAL mode are three.
#[cfg(target_os = "linux")]
#[test]
fn a_session_has_no_descriptor_but_those_of_sqlite() {
    for (mode, of_sqlite) in [("DELETE", 1), ("WAL", 3)] {
        let (harness, session) = harness(mode);
        drop(session);
        assert_eq!(descriptors(&harness.file), 0);
        let session = open(&harness.file);
        session.update_peers(&[peer(5, &["tgs_five"])]).unwrap();
        assert_eq!([hash(&session); 3], [hash(&session); 3]);
        assert_eq!(descriptors(&harness.file), of_sqlite, "{mode}");
        drop(session);
        assert_eq!(descriptors(&harness.file), 0);
    }
}
