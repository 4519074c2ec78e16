//! Media that are full, small or read-only: the call fails, names the file, and the file stays as it was.

use std::path::Path;
use std::process::Command;

use tgsession::ErrorCode;
use tgsession::model::{Contents, Field, FieldValue, Peer};
use tgsession::session::{Options, Session};

use crate::child::{self, Bound};
use crate::common::{full_data, key, peer};
use crate::harness::{Harness, check_error, create, open, read_only, sql, value};

fn many() -> Vec<Peer> {
    (1..=20_000).map(|id| peer(id, &[&format!("tgs_{id}")])).collect()
}

/// Writes into a file until no more goes in.
pub fn fill_the_medium(file: &Path) {
    if !file.exists() {
        let session = create(file, "kurigram@7");
        session.set(&crate::common::changes(&full_data())).unwrap();
        session.update_peers(&[peer(5, &["tgs_one"])]).unwrap();
    }
    let before: Contents = open(file).contents().unwrap();
    let session = open(file);
    let error = session.update_peers(&many()).unwrap_err();
    assert!(matches!(error.code(), ErrorCode::DiskFull | ErrorCode::Io), "{:?}: {error}", error.code());
    let is_full_medium = !file.with_file_name("ordinary medium").exists();
    assert!(error.code() == ErrorCode::DiskFull || !is_full_medium, "{:?}: {error}", error.code());
    check_error(&error, file, &[key(1), key(2)]);
    // The session goes on, with what was there.
    assert_eq!(session.contents().unwrap(), before);
    session.set(&[(Field::ApiId, Some(FieldValue::Integer(77)))]).unwrap();
    drop(session);
    for session in [read_only(file), open(file)] {
        assert_eq!(session.peers(None).unwrap(), before.peers);
        assert_eq!(session.data().unwrap().api_id, Some(77));
    }
    assert_eq!(value::<String>(file, "PRAGMA integrity_check"), "ok");
    if is_full_medium {
        a_new_file_needs_room(file);
    }
}

fn a_new_file_needs_room(file: &Path) {
    let ballast = file.with_file_name("ballast");
    let mut size = 1 << 20;
    let mut filled: Vec<u8> = Vec::new();
    while size > 0 {
        filled.resize(filled.len() + size, 1);
        if std::fs::write(&ballast, &filled).is_err() {
            filled.truncate(filled.len() - size);
            size /= 2;
        }
    }
    std::fs::write(&ballast, &filled).unwrap();
    let new = file.with_file_name("new.session");
    let error = Session::open(new.to_str().unwrap(), &Options::default()).map(drop).unwrap_err();
    assert_eq!(error.code(), ErrorCode::DiskFull, "{error}");
    check_error(&error, &new, &[]);
    assert!(!new.exists());
    let left = std::fs::read_dir(file.parent().unwrap()).unwrap();
    let left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().starts_with('.')), "{left:?}");
}

#[test]
fn a_file_that_must_not_grow_stays_as_it_was() {
    for mode in ["DELETE", "WAL"] {
        let harness = Harness::full("pyrogram@3");
        sql(&harness.file, &format!("PRAGMA journal_mode = {mode}"));
        std::fs::write(harness.folder.path().join("ordinary medium"), "").unwrap();
        child::run("fill_the_medium", &harness.file, Bound::FileSize(1_000));
    }
}

#[test]
fn a_full_medium_is_told_and_the_file_stays_as_it_was() {
    let harness = Harness::new();
    let can_mount = |unshare: &str| {
        let mounted = Command::new("unshare")
            .args([unshare, "mount", "-t", "tmpfs", "tmpfs", harness.folder.path().to_str().unwrap()])
            .output();
        mounted.is_ok_and(|output| output.status.success())
    };
    if !can_mount("-m") && !can_mount("-rm") {
        // An ordinary user may not; then the limit of a file's size, above, stands for it. CI has to.
        assert!(std::env::var_os("CI").is_none(), "nobody may mount a small medium here");
        println!("NOT TESTED: nobody may mount a small medium here");
        return;
    }
    child::run("fill_the_medium", &harness.file, Bound::Medium(harness.folder.path(), 512));
}

/// The file, or its folder, must not be written.
pub fn refuse_to_write(file: &Path) {
    let error = match crate::harness::try_open(file, false) {
        Ok(session) => {
            assert_eq!(session.data().unwrap(), full_data());
            session.update_peers(&[peer(5, &[])]).unwrap_err()
        }
        Err(error) => error,
    };
    assert!(matches!(error.code(), ErrorCode::ReadOnly | ErrorCode::PermissionDenied), "{:?}: {error}", error.code());
    check_error(&error, file, &[key(1), key(2)]);
}

#[test]
fn a_file_that_must_not_be_written_is_refused_by_its_name() {
    use std::os::unix::fs::PermissionsExt;
    for mode in [0o444, 0o000] {
        let harness = Harness::full("pyrogram@3");
        std::fs::set_permissions(&harness.file, std::fs::Permissions::from_mode(mode)).unwrap();
        child::run("refuse_to_write", &harness.file, Bound::Permissions);
        std::fs::set_permissions(&harness.file, std::fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(read_only(&harness.file).data().unwrap(), full_data());
    }
}
