//! Whatever the library makes, and for however short a time, is its owner's only: under any umask.

use std::collections::BTreeSet;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tempfile::TempDir;
use tgsession::model::{Field, FieldValue, StringFormat};
use tgsession::session::{ByteOptions, LeaseOptions, NewFile, Options, Session};
use tgsession::{Peer, convert};

use crate::child;
use crate::common::{changes, full_contents, full_data, peer};
use crate::harness::{Harness, open, read_only};
use crate::watch::{Seen, Watch, assert_private};

/// In the child: everything by which the library makes a file or a folder, or could.
pub fn make_everything(file: &Path) {
    let folder = file.parent().unwrap();
    read_only(file).contents().unwrap();
    for layout in NewFile::names() {
        for wal in [false, true] {
            let options = Options { new_file: NewFile::named(&layout).unwrap(), wal, ..Options::default() };
            let location = folder.join(format!("{layout}-{wal}.session"));
            let session = Session::open(location.to_str().unwrap(), &options).unwrap();
            use_session(&session);
            everything_in_memory(&session);
            session.set(&[(Field::AuthKey, None), (Field::TmpAuthKey, None)]).unwrap();
            drop(session);
            read_only(&location).contents().unwrap();
        }
    }
    let lease = Options { lease: Some(LeaseOptions::new(None, None).unwrap()), ..Options::default() };
    Session::open(file.to_str().unwrap(), &lease).unwrap().data().unwrap();
    if cfg!(feature = "sql") {
        let url = format!("sqlite:///{}?session=one", folder.join("many.db").display());
        let session = Session::open(&url, &Options::default()).unwrap();
        use_session(&session);
        session.delete().unwrap();
    }
    let json = folder.join("old.json");
    let session = Session::open(json.to_str().unwrap(), &Options { read_only: true, ..Options::default() }).unwrap();
    session.contents().unwrap();
    child::say("ready");
}

fn use_session(session: &Session) {
    let contents = full_contents();
    session.set(&changes(&contents.data)).unwrap();
    let many: Vec<Peer> = (1..3000).map(|id| peer(7000 + id, &[&format!("tgs_many_{id}")])).collect();
    session.update_peers(&many).unwrap();
    session.update_peers(&contents.peers).unwrap();
    session.set_update_states(&contents.update_states).unwrap();
    session.cache_sent_files(&contents.sent_files).unwrap();
    session.save().unwrap();
}

fn everything_in_memory(session: &Session) {
    for compress in [false, true] {
        let bytes = session.to_bytes(ByteOptions { compress, ..ByteOptions::default() }).unwrap();
        let copy = Session::open_bytes(&bytes, &Options::default()).unwrap();
        copy.set(&[(Field::ApiId, Some(FieldValue::Integer(5)))]).unwrap();
    }
    let memory = Session::open(":memory:", &Options::default()).unwrap();
    convert(session, &memory, &[]).unwrap();
    let (text, _) = memory.export(StringFormat::Telethon).unwrap();
    Session::open_string(&text, &Options::default()).unwrap();
}

const JSON: &str = r#"{"dc_id": 2, "test_mode": false, "auth_key": null, "user_id": null, "date": 0}"#;

fn watched(umask: &str, file: &Path, temporary: &Path) -> BTreeSet<Seen> {
    let watch = Watch::start(&[file.parent().unwrap(), temporary]);
    child::run_under_umask("make_everything", file, temporary, umask);
    watch.stop()
}

#[test]
fn everything_is_its_owners_only_at_any_time() {
    for umask in ["0", "022"] {
        let harness = Harness::full("pyrogram@3");
        child::start("leave_wal", &harness.file).kill();
        let json = harness.folder.path().join("old.json");
        std::fs::write(&json, JSON).unwrap();
        std::fs::set_permissions(&json, Permissions::from_mode(0o600)).unwrap();
        std::fs::remove_file(harness.folder.path().join("account.session-shm")).unwrap();
        let temporary = TempDir::new().unwrap();
        let seen = watched(umask, &harness.file, temporary.path());
        assert_private(&seen, &format!("umask {umask}"));
        let names: BTreeSet<&str> = seen.iter().map(|seen| seen.path.file_name().unwrap().to_str().unwrap()).collect();
        for name in &names {
            assert!(!name.starts_with(".tgsession"), "a draft was visible: {names:?}");
        }
        for name in ["kurigram@7-true.session", "kurigram@7-true.session-wal", "telethon@8-false.session-journal"] {
            assert!(names.contains(name), "the watch has not seen {name}: {names:?}");
        }
        let in_temporary: Vec<_> = seen.iter().filter(|seen| seen.path.starts_with(temporary.path())).collect();
        let is_lease = |seen: &&&Seen| seen.path.iter().any(|part| part == "tgsession-leases");
        assert_eq!(in_temporary.iter().find(|seen| !is_lease(seen)), None, "nothing is made among the temporary files");
        drop(open(&harness.file));
        assert_eq!(full_data(), read_only(&harness.file).data().unwrap());
    }
}
