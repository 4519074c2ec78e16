//! Folders of GramJS's and teleproto's `StoreSession`, as the real ones wrote them (`session_files/stores.json`).

use std::fs;
use std::path::Path;

use tempfile::TempDir;
use tgsession::ErrorCode;
use tgsession::model::{AuthKey, FileFormat, Peer};
use tgsession::session::{ConvertOptions, Options, Session, export_file};

use crate::other_clients::{make_store, stores, teleproto};

fn open(folder: &Path) -> tgsession::Result<Session> {
    Session::open(folder.to_str().unwrap(), &Options { read_only: true, ..Options::default() })
}

fn key() -> AuthKey {
    AuthKey::new(&std::array::from_fn::<u8, 256, _>(|at| (at as u8).wrapping_mul(5).wrapping_add(5))).unwrap()
}

fn peers(session: &Session) -> Vec<Peer> {
    session.peers(None).unwrap().into_iter().map(|peer| Peer { last_update_on: None, ..peer }).collect()
}

#[test]
fn what_the_real_clients_wrote_is_read() {
    let place = TempDir::new().unwrap();
    for (at, store) in stores().iter().enumerate() {
        let folder = place.path().join(at.to_string());
        make_store(store, &folder);
        let session = open(&folder).unwrap();
        assert_eq!(session.format().unwrap().name, "storesession");
        let data = session.data().unwrap();
        assert_eq!((data.dc_id, data.port, data.auth_key), (Some(4), Some(443), Some(key())));
        assert_eq!(data.server_address.as_deref(), Some("149.154.167.91"));
        let found = peers(&session);
        let ids: Vec<i64> = found.iter().map(|peer| peer.id).collect();
        assert_eq!(ids, [-1_000_777_000_301, -777_000_201, 777_000_101]);
        let user = &found[2];
        assert_eq!((user.access_hash, user.name.as_deref()), (Some(-5_512_345_678_901_234_567), Some("Ann B")));
        assert_eq!((user.usernames[0].as_str(), user.phone_number.as_deref()), ("tgsuser", Some("99966110001")));
    }
}

#[test]
fn it_is_written_as_the_client_writes_it() {
    let place = TempDir::new().unwrap();
    for store in stores() {
        let name = store["name"].as_str().unwrap();
        let source = place.path().join("source");
        make_store(&store, &source);
        let session = open(&source).unwrap();
        let target = place.path().join(name);
        export_file(&session, FileFormat::StoreSession, &target, &ConvertOptions::default()).unwrap();
        for (file, content) in store["files"].as_object().unwrap() {
            let written = fs::read_to_string(target.join(file)).unwrap();
            let is_peer = content.as_str().unwrap().starts_with("[\"");
            // Times have seconds only.
            let equal = |text: &str| if is_peer { text[..text.len() - 5].to_owned() } else { text.to_owned() };
            assert_eq!(equal(&written), equal(content.as_str().unwrap()), "{file}");
        }
        assert_eq!(fs::read_dir(&target).unwrap().count(), store["files"].as_object().unwrap().len());
        assert_eq!(peers(&open(&target).unwrap()), peers(&session));
        let again = export_file(&session, FileFormat::StoreSession, &target, &ConvertOptions::default()).unwrap_err();
        assert!(again.to_string().contains("already exists"), "{again}");
        fs::remove_dir_all(source).unwrap();
        fs::remove_dir_all(target).unwrap();
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0, "nothing is left beside");
    }
}

#[test]
fn teleproto_keeps_keys_of_other_data_centres() {
    let place = TempDir::new().unwrap();
    let folder = place.path().join("x");
    make_store(&teleproto(), &folder);
    let session = open(&folder).unwrap();
    let data = session.data().unwrap();
    assert_eq!((data.dc_id, data.test_mode, data.auth_key), (Some(4), Some(false), Some(key())));
    assert_eq!(session.counts().unwrap().peers, 3);
    let others = session.contents().unwrap().data_centers();
    let reversed: Vec<u8> = key().as_bytes().iter().rev().copied().collect();
    let expected = AuthKey::new(&reversed).unwrap();
    assert_eq!((others.len(), others[0].id, others[0].auth_key.clone()), (1, 2, Some(expected)));

    for damaged in ["{\"2\":{\"type\":\"Buffer\",\"data\":[1]}}", "{\"2\":"] {
        fs::write(folder.join("my%20account%3AdcAuthKeys"), damaged).unwrap();
        let session = open(&folder).unwrap();
        assert_eq!(session.data().unwrap().auth_key, Some(key()));
        assert!(session.leftovers().unwrap().remarks[0].contains("another data centre"));
    }
    // Before the login.
    fs::write(folder.join("my%20account%3AauthKey"), "undefined").unwrap();
    assert_eq!(open(&folder).unwrap().data().unwrap().auth_key, None);
}

#[test]
fn a_damaged_key_is_an_error_and_a_damaged_peer_a_remark() {
    let place = TempDir::new().unwrap();
    let folder = place.path().join("x");
    make_store(&stores()[0], &folder);
    let file = |end: &str| {
        let names = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        names.into_iter().find(|path| path.to_str().unwrap().ends_with(end)).unwrap()
    };
    fs::write(file("777000101"), "[\"7770").unwrap();
    let session = open(&folder).unwrap();
    assert_eq!(session.counts().unwrap().peers, 2);
    assert!(session.leftovers().unwrap().remarks[0].contains("1 of its files of peers"));
    let key = fs::read(file("authKey")).unwrap();
    for len in 0..key.len() {
        fs::write(file("authKey"), &key[..len]).unwrap();
        let error = open(&folder).map(drop).unwrap_err();
        assert_eq!(error.code(), ErrorCode::Corrupt, "{len}: {error}");
    }
}

#[cfg(unix)]
#[test]
fn links_are_not_followed_and_a_new_folder_is_its_owners_alone() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let place = TempDir::new().unwrap();
    let (folder, secret) = (place.path().join("x"), place.path().join("secret"));
    make_store(&stores()[0], &folder);
    fs::write(&secret, "[\"5\",\"6\",\"linked\",null,null,\"1\"]").unwrap();
    symlink(&secret, folder.join("account.one%3A5")).unwrap();
    let session = open(&folder).unwrap();
    assert_eq!(session.counts().unwrap().peers, 3);
    let target = place.path().join("mine");
    export_file(&session, FileFormat::StoreSession, &target, &ConvertOptions::default()).unwrap();
    assert_eq!(target.metadata().unwrap().permissions().mode() & 0o777, 0o700);
    for entry in fs::read_dir(&target).unwrap() {
        assert_eq!(entry.unwrap().metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
}
