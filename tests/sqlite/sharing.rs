//! Several sessions of one process on one file do not take each other's locks away.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::child::{self, Bound};
use crate::common::{id, peer};
use crate::harness::{Harness, open, raw, read_only, sql};

/// Writes like any client: who closes a file last tidies its WAL away, and this one must not be the last.
pub fn write_and_close(file: &Path) {
    let conn = rusqlite::Connection::open(file).unwrap();
    conn.execute_batch("INSERT INTO peers (id, access_hash, type, username) VALUES (4242, 1, 'user', 'tgs_child')")
        .unwrap();
    conn.close().unwrap();
}

/// Whether this process has its lock on a file that it has open in WAL mode. Newer versions of SQLite go by other signs
/// too before they tidy a WAL away, those of other clients do not.
#[cfg(target_os = "linux")]
fn has_its_lock(file: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let inode = format!(":{} ", std::fs::metadata(file).unwrap().ino());
    let process = format!(" {} ", std::process::id());
    let locks = std::fs::read_to_string("/proc/locks").unwrap();
    locks.lines().any(|line| line.contains("POSIX") && line.contains(&inode) && line.contains(&process))
}

#[cfg(not(target_os = "linux"))]
fn has_its_lock(_: &Path) -> bool {
    true
}

#[test]
fn opening_and_closing_others_leaves_the_locks_of_a_session() {
    let harness = Harness::full("pyrogram@3");
    sql(&harness.file, "PRAGMA journal_mode = WAL");
    let early_reader = read_only(&harness.file);
    let session = open(&harness.file);
    session.update_peers(&[peer(5, &["tgs_new"])]).unwrap();
    assert!(has_its_lock(&harness.file));
    // One that was open before the first write, and new ones.
    assert_eq!(id(&early_reader.peer_by_username("tgs_new").unwrap()), 5);
    drop(early_reader);
    drop(read_only(&harness.file));
    drop(open(&harness.file));
    assert!(has_its_lock(&harness.file));
    child::run("write_and_close", &harness.file, Bound::Nothing);
    assert!(
        harness.names().contains(&"account.session-wal".to_owned()),
        "the session's lock was gone: {:?}",
        harness.names()
    );
    assert_eq!(id(&session.peer_by_username("tgs_child").unwrap()), 4242);
    assert_eq!(id(&session.peer_by_username("tgs_new").unwrap()), 5);
    session.update_peers(&[peer(6, &["tgs_newer"])]).unwrap();
    drop(session);
    let left: String = raw(&harness.file).query_row("PRAGMA journal_mode = DELETE", [], |row| row.get(0)).unwrap();
    assert_eq!(left, "delete", "a lock was left behind");
    assert_eq!(id(&read_only(&harness.file).peer_by_username("tgs_newer").unwrap()), 6);
}

#[test]
fn a_link_leads_to_the_file_and_what_stands_beside_it() {
    let harness = Harness::full("pyrogram@3");
    let elsewhere = tempfile::TempDir::new().unwrap();
    let link = elsewhere.path().join("link.session");
    std::os::unix::fs::symlink(&harness.file, &link).unwrap();
    child::start("leave_wal", &harness.file).kill();
    let before = harness.snapshot();
    assert_eq!(id(&read_only(&link).peer_by_username("tgs_pending").unwrap()), 4242);
    assert!(harness.snapshot() == before);
    let session = open(&link);
    session.update_peers(&[peer(5, &["tgs_new"])]).unwrap();
    session.save().unwrap();
    assert_eq!(std::fs::read_dir(elsewhere.path()).unwrap().count(), 1, "something stands beside the link");
    assert_eq!(id(&read_only(&harness.file).peer_by_username("tgs_new").unwrap()), 5);
    session.delete().unwrap();
    assert!(harness.names().is_empty(), "{:?}", harness.names());
    assert!(!link.is_symlink());
}

#[test]
fn an_inspection_is_of_one_moment() {
    for mode in ["DELETE", "WAL"] {
        let harness = Harness::full("pyrogram@3");
        let grow = "INSERT INTO peers (access_hash, type) VALUES (1, 'user');
            UPDATE sessions SET user_id = (SELECT count(*) FROM peers)";
        sql(&harness.file, &format!("PRAGMA journal_mode = {mode}; {grow}"));
        let (session, is_over) = (open(&harness.file), AtomicBool::new(false));
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let conn = raw(&harness.file);
                while !is_over.load(Ordering::Relaxed) {
                    conn.execute_batch(&format!("BEGIN IMMEDIATE; {grow}; COMMIT")).unwrap();
                    std::thread::sleep(Duration::from_micros(200));
                }
            });
            let mut seen = BTreeSet::new();
            let started = Instant::now();
            while seen.len() < 20 && started.elapsed() < Duration::from_secs(30) {
                // In its own time: another one's commit may keep it out.
                let Ok(found) = session.inspect() else { continue };
                assert_eq!(found.user_id, Some(found.peers as i64), "{mode}");
                seen.insert(found.peers);
            }
            is_over.store(true, Ordering::Relaxed);
            assert!(seen.len() >= 20, "{mode}: {seen:?}");
        });
        // No transaction is left: others write, and this session reads what they have written.
        sql(&harness.file, "UPDATE sessions SET user_id = 77");
        assert_eq!(session.data().unwrap().user_id, Some(77), "{mode}");
        session.update_peers(&[peer(5, &["tgs_new"])]).unwrap();
    }
}
