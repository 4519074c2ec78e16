//! Who only reads changes no byte, whatever state the file was left in, and sees what was committed.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tgsession::model::{Contents, Field};
use tgsession::session::{NewFile, Session};

use crate::child::{self, Bound};
use crate::common::{full_data, id};
use crate::harness::{Harness, open, raw, read_only, sql, try_open};

const JOURNAL_MODES: [&str; 4] = ["DELETE", "TRUNCATE", "PERSIST", "WAL"];

fn read_everything(session: &Session) -> Contents {
    session.format().unwrap();
    session.layout_support().unwrap();
    session.inspect().unwrap();
    assert_eq!(id(&session.peer_by_id(101).unwrap()), 101);
    session.peer_by_username("tgs_one").unwrap();
    session.peer_by_phone_number("9996610001").unwrap();
    session.peers(Some(&[101, 102])).unwrap();
    session.contents().unwrap()
}

fn opened_both_ways(harness: &Harness, check: impl Fn(&Session)) {
    let before = harness.snapshot();
    for is_read_only in [true, false] {
        let session = try_open(&harness.file, is_read_only).unwrap();
        check(&session);
        drop(session);
        assert!(harness.snapshot() == before, "read-only {is_read_only}: {:?} of {:?}", harness.names(), before.keys());
    }
}

#[test]
fn reading_changes_nothing_in_any_layout_and_journal_mode() {
    for layout in NewFile::names() {
        for mode in JOURNAL_MODES {
            let harness = Harness::full(&layout);
            sql(&harness.file, &format!("PRAGMA journal_mode = {mode}; PRAGMA application_id = 7"));
            let names = harness.names();
            opened_both_ways(&harness, |session| {
                assert_eq!(read_everything(session).data, full_data(), "{layout} {mode}")
            });
            assert_eq!(harness.names(), names, "{layout} {mode}");
        }
    }
}

/// Commits a peer into the WAL, and waits to be killed.
pub fn leave_wal(file: &Path) {
    let conn = raw(file);
    let batch = "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; \
                 INSERT INTO peers (id, access_hash, type, username) VALUES (4242, 1, 'user', 'tgs_pending')";
    conn.execute_batch(batch).unwrap();
    child::wait();
}

fn with_pending_wal() -> Harness {
    let harness = Harness::full("pyrogram@3");
    child::start("leave_wal", &harness.file).kill();
    assert_eq!(harness.names(), ["account.session", "account.session-shm", "account.session-wal"]);
    harness
}

fn sees_pending(session: &Session) {
    assert_eq!(id(&session.peer_by_username("tgs_pending").unwrap()), 4242);
    assert_eq!(id(&session.peer_by_id(4242).unwrap()), 4242);
    assert_eq!(read_everything(session).data, full_data());
}

#[test]
fn a_killed_clients_wal_is_read_and_left() {
    opened_both_ways(&with_pending_wal(), sees_pending);
}

#[test]
fn a_wal_without_its_index_is_read_and_left() {
    let harness = with_pending_wal();
    std::fs::remove_file(harness.folder.path().join("account.session-shm")).unwrap();
    let before = harness.snapshot();
    sees_pending(&read_only(&harness.file));
    assert_eq!(harness.names(), ["account.session", "account.session-wal"]);
    // To be ready to write, SQLite rebuilds the index; the data does not change.
    sees_pending(&open(&harness.file));
    assert!(harness.snapshot() == before);
}

pub fn read_and_be_killed(file: &Path) {
    let session = read_only(file);
    sees_pending(&session);
    child::wait();
}

#[test]
fn who_reads_a_killed_clients_file_leaves_no_copy_when_killed() {
    let harness = with_pending_wal();
    std::fs::remove_file(harness.folder.path().join("account.session-shm")).unwrap();
    let temporary = tempfile::tempdir().unwrap();
    let reader = child::start_with_temporary_folder("read_and_be_killed", &harness.file, temporary.path());
    let names = || -> Vec<_> { temporary.path().read_dir().unwrap().map(|entry| entry.unwrap().path()).collect() };
    let while_open = names();
    reader.kill();
    assert!(while_open.is_empty() && names().is_empty(), "{while_open:?} {:?}", names());
}

#[test]
fn what_a_writer_commits_into_a_wal_is_seen_by_who_reads() {
    let harness = with_pending_wal();
    let session = read_only(&harness.file);
    sees_pending(&session);
    let writer = child::start("leave_more_wal", &harness.file);
    assert_eq!(id(&session.peer_by_username("tgs_more").unwrap()), 4343);
    drop(writer);
    sees_pending(&session);
}

/// Commits one more peer, and waits to be killed.
pub fn leave_more_wal(file: &Path) {
    let conn = raw(file);
    let batch = "PRAGMA wal_autocheckpoint = 0; \
                 INSERT INTO peers (id, access_hash, type, username) VALUES (4343, 1, 'user', 'tgs_more')";
    conn.execute_batch(batch).unwrap();
    child::wait();
}

// In a folder that must not be written: only a child without root's rights is bound by that.
fn in_read_only_folder(harness: &Harness, action: &str) {
    let before = harness.snapshot();
    let names = harness.names();
    std::fs::set_permissions(harness.folder.path(), Permissions::from_mode(0o555)).unwrap();
    for name in &names {
        std::fs::set_permissions(harness.folder.path().join(name), Permissions::from_mode(0o444)).unwrap();
    }
    child::run(action, &harness.file, Bound::Permissions);
    assert_eq!(harness.names(), names);
    std::fs::set_permissions(harness.folder.path(), Permissions::from_mode(0o755)).unwrap();
    for (name, (mode, _)) in &before {
        std::fs::set_permissions(harness.folder.path().join(name), Permissions::from_mode(*mode)).unwrap();
    }
    assert!(harness.snapshot() == before);
}

fn refused_to_write(session: &Session) {
    let error = session.set(&[(Field::UserId, None)]).unwrap_err();
    assert_eq!(error.code(), tgsession::ErrorCode::ReadOnly, "{error}");
}

pub fn read_pending_wal(file: &Path) {
    let denied = std::fs::write(file.with_file_name("new"), "").unwrap_err();
    assert_eq!(denied.kind(), std::io::ErrorKind::PermissionDenied, "nothing binds this child");
    for is_read_only in [true, false] {
        let session = try_open(file, is_read_only).unwrap();
        sees_pending(&session);
        refused_to_write(&session);
    }
}

pub fn read_clean_wal(file: &Path) {
    for is_read_only in [true, false] {
        let session = try_open(file, is_read_only).unwrap();
        assert_eq!(read_everything(&session).data, full_data());
        refused_to_write(&session);
    }
}

#[test]
fn a_read_only_folder_is_enough_to_read() {
    in_read_only_folder(&with_pending_wal(), "read_pending_wal");
    let harness = with_pending_wal();
    std::fs::remove_file(harness.folder.path().join("account.session-shm")).unwrap();
    in_read_only_folder(&harness, "read_pending_wal");
    for mode in JOURNAL_MODES {
        let harness = Harness::full("telethon@8");
        sql(&harness.file, &format!("PRAGMA journal_mode = {mode}; UPDATE version SET version = 8"));
        in_read_only_folder(&harness, "read_clean_wal");
    }
}

#[test]
fn a_hot_journal_is_not_taken_for_data() {
    let harness = Harness::full("pyrogram@3");
    let committed = harness.snapshot();
    child::start("hold_exclusive", &harness.file).kill();
    let before = harness.snapshot();
    assert!(before["account.session"] != committed["account.session"], "nothing was spilled");
    assert!(before.contains_key("account.session-journal"));
    let rolled_back = |session: &Session| {
        let contents = read_everything(session);
        assert_eq!(contents.data, full_data());
        assert!(contents.peers.iter().all(|peer| peer.usernames.iter().all(|name| name != "uncommitted")));
        assert_eq!(id(&session.peer_by_id(900_000).unwrap()), 0);
    };
    rolled_back(&read_only(&harness.file));
    assert!(harness.snapshot() == before, "{:?}", harness.names());
    in_read_only_folder_with_journal(&harness);
    // Who may write rolls it back in the file, as every client does.
    rolled_back(&open(&harness.file));
    assert_eq!(harness.names(), ["account.session"]);
    assert_eq!(harness.snapshot()["account.session"].1.len(), committed["account.session"].1.len());
}

fn in_read_only_folder_with_journal(harness: &Harness) {
    in_read_only_folder(harness, "read_clean_wal");
}

#[test]
fn every_file_of_a_real_client_is_read_and_left() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut read = 0;
    for folder in std::fs::read_dir(fixtures).into_iter().flatten().flatten() {
        for entry in std::fs::read_dir(folder.path()).into_iter().flatten().flatten() {
            if entry.path().extension().is_none_or(|extension| extension != "session") {
                continue;
            }
            let harness = Harness::new();
            for suffix in ["", "-wal", "-journal"] {
                let from = format!("{}{suffix}", entry.path().display());
                if Path::new(&from).exists() {
                    std::fs::copy(from, format!("{}{suffix}", harness.file.display())).unwrap();
                }
            }
            let before = harness.snapshot();
            let is_hot = before.get("account.session-journal").is_some_and(|(_, journal)| !journal.is_empty());
            for is_read_only in [true, false] {
                let session = try_open(&harness.file, is_read_only)
                    .unwrap_or_else(|error| panic!("{}: {error}", entry.path().display()));
                session.inspect().unwrap();
                drop(session);
                let name = entry.path();
                assert!(harness.snapshot() == before || is_hot && !is_read_only, "{} {is_read_only}", name.display());
            }
            read += 1;
        }
    }
    assert!(read > 0 || !Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").exists());
}
