//! Several sessions of one process on one file do not take each other's locks away.

use std::path::Path;

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
