//! The databases of mtcute and grammers, which their own storages made (`others/`): read, left as they are by that, and converted.
//! Writing them is in `in_place.rs`.

use std::fs;
use std::path::{Path, PathBuf};

use tgsession::ErrorCode;
use tgsession::model::{AuthKey, Contents, Field, FieldValue, FileFormat, Peer, PeerType, UpdateState};
use tgsession::session::{ConvertOptions, Lookup, Options, Session, convert, examine, export_file};

use crate::common::{changes, full_data, peer};
use crate::harness::{Harness, check_error, create, raw, read_only, sql, try_open};

const FILES: [(&str, &str); 6] = [
    ("mtcute-0.30.3", "mtcute@2"),
    ("mtcute-0.17.0", "mtcute@2"),
    ("mtcute-0.12.0", "mtcute@1"),
    ("mtcute-0.2.0", "mtcute@5"),
    ("grammers-0.11.0", "grammers@1"),
    ("grammers-0.8.0", "grammers@1"),
];

/// Those that no release of today reads as they are.
const OLD: [&str; 2] = ["mtcute-0.12.0", "mtcute-0.2.0"];

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sqlite/others").join(format!("{name}.session"))
}

fn copy_of(name: &str) -> Harness {
    let harness = Harness::new();
    fs::copy(fixture(name), &harness.file).unwrap();
    harness
}

/// As the scripts make them.
fn key(seed: u32) -> AuthKey {
    let bytes: Vec<u8> = (0..256_u32).map(|at| u8::try_from((seed * 31 + at * 7) % 251).unwrap()).collect();
    AuthKey::new(&bytes).unwrap()
}

fn hash_of(session: &Session, id: i64) -> Option<i64> {
    session.peers(Some(&[id])).unwrap()[0].access_hash
}

#[test]
fn everything_is_read_and_nothing_changes() {
    for (name, format) in FILES {
        let harness = copy_of(name);
        let before = harness.snapshot();
        for is_read_only in [true, false] {
            let session = try_open(&harness.file, is_read_only).unwrap();
            assert_eq!(session.format().unwrap().to_string(), format);
            let data = session.data().unwrap();
            assert_eq!((data.dc_id, data.test_mode), (Some(4), Some(false)), "{name}");
            assert_eq!((data.user_id, data.is_bot), (Some(777_000_900_901), Some(false)), "{name}");
            assert_eq!((data.server_address.as_deref(), data.port), (Some("149.154.167.91"), Some(443)), "{name}");
            assert!(data.auth_key == Some(key(1)), "{name}");
            let contents = session.contents().unwrap();
            let other = contents.data_centers().into_iter().find(|dc| dc.id == 2).unwrap();
            assert!(other.auth_key == Some(key(2)), "{name}");
            assert_eq!(hash_of(&session, 777_000_900_902), Some(i64::MIN), "{name}");
            assert_eq!(hash_of(&session, 777_000_900_903), Some(-1), "{name}");
            assert_eq!(hash_of(&session, -1_001_777_000_904), Some(1_234_567_890_123_456_789), "{name}");
            assert_eq!(hash_of(&session, -55), None, "{name}");
            for (id, peer_type) in [
                (777_000_900_902, PeerType::User),
                (777_000_900_903, PeerType::Bot),
                (-1_001_777_000_904, PeerType::Supergroup),
                (-55, PeerType::Group),
            ] {
                assert_eq!(session.peers(Some(&[id])).unwrap()[0].peer_type, Some(peer_type), "{name}");
            }
            let account = UpdateState { id: 0, pts: Some(10), qts: Some(0), date: Some(1_650_000_000), seq: Some(3) };
            let channel = UpdateState { id: -1_001_777_000_904, pts: Some(77), ..UpdateState::default() };
            assert_eq!(session.update_states().unwrap(), [channel, account], "{name}");
            if name.starts_with("mtcute") {
                let Lookup::Found(ada) = session.peer_by_username("@TGS_Ada").unwrap() else { panic!("{name}") };
                assert_eq!(ada.id, 777_000_900_902);
                let ada = &session.peers(Some(&[ada.id])).unwrap()[0];
                assert_eq!((ada.name.as_deref(), ada.phone_number.as_deref()), (Some("Ada Test"), Some("9996610")));
                let home = contents.data_centers().into_iter().find(|dc| dc.id == 4).unwrap();
                assert!(home.addresses.iter().any(|address| address.is_media_only), "{name}");
            }
        }
        assert!(harness.snapshot() == before, "{name}: {:?}", harness.names());
        let bytes = fs::read(&harness.file).unwrap();
        let session = Session::open_bytes(&bytes, &Options::default()).unwrap();
        assert_eq!(session.format().unwrap().to_string(), format);
        assert!(session.data().unwrap().auth_key == Some(key(1)));
        let found = examine(harness.file.to_str().unwrap()).unwrap();
        assert!(found.is_sound && found.format.as_deref() == Some(format), "{:?}", found.findings);
    }
}

#[test]
fn an_old_one_is_only_read_and_a_conversion_takes_everything() {
    for (name, _) in FILES {
        let harness = copy_of(name);
        let source = try_open(&harness.file, false).unwrap();
        if OLD.contains(&name) {
            let before = harness.snapshot();
            for refused in [
                source.update_peers(&[peer(5, &["tgs_a"])]),
                source.set(&[(Field::ApiId, Some(FieldValue::Integer(1)))]),
            ] {
                let refused = refused.unwrap_err();
                assert_eq!(refused.code(), ErrorCode::ReadOnly, "{refused}");
                assert!(refused.to_string().contains("convert it"), "{refused}");
            }
            assert!(!source.capabilities().unwrap().writable && harness.snapshot() == before, "{name}");
        }
        for layout in ["pyrogram@3", "kurigram@7", "telethon@8"] {
            let other = Harness::new();
            let target = create(&other.file, layout);
            convert(&source, &target, &[(Field::ApiId, Some(FieldValue::Integer(1)))]).unwrap();
            let (from, to) = (source.contents().unwrap(), target.contents().unwrap());
            assert!(to.data.auth_key == Some(key(1)) && to.data.user_id == from.data.user_id, "{name} {layout}");
            let hashes =
                |contents: &Contents| contents.peers.iter().map(|peer| (peer.id, peer.access_hash)).collect::<Vec<_>>();
            assert_eq!(hashes(&from), hashes(&to), "{name} {layout}");
            assert_eq!(from.update_states, to.update_states, "{name} {layout}");
            assert_eq!(from.data_centers(), to.data_centers(), "{name} {layout}");
        }
    }
}

#[test]
fn a_new_file_has_everything_that_the_client_keeps() {
    for (name, _) in FILES {
        let harness = copy_of(name);
        let source = read_only(&harness.file);
        let from = source.contents().unwrap();
        for (format, made) in [(FileFormat::Mtcute, "mtcute@2"), (FileFormat::GrammersSqlite, "grammers@1")] {
            let other = Harness::new();
            export_file(&source, format, &other.file, &ConvertOptions::default()).unwrap();
            let target = read_only(&other.file);
            assert_eq!(target.format().unwrap().to_string(), made);
            let ours = "SELECT count(*) FROM sqlite_master WHERE name LIKE 'tgsession%'";
            assert_eq!(raw(&other.file).query_row(ours, [], |row| row.get(0)), Ok(0), "{name} {made}");
            let to = target.contents().unwrap();
            let login = |contents: &Contents| {
                let data = &contents.data;
                (data.dc_id, data.server_address.clone(), data.port, data.test_mode, data.user_id, data.is_bot)
            };
            assert_eq!(login(&from), login(&to), "{name} {made}");
            assert!(from.data.auth_key == to.data.auth_key);
            assert_eq!(from.update_states, to.update_states, "{name} {made}");
            for peer in from.peers.iter().filter(|peer| peer.access_hash.is_some()) {
                let there = to.peers.iter().find(|there| there.id == peer.id).unwrap();
                assert_eq!(there.access_hash, peer.access_hash, "{name} {made}");
                if format == FileFormat::Mtcute {
                    let of_name = (&there.usernames, &there.phone_number, there.last_update_on.is_some());
                    assert_eq!(of_name, (&peer.usernames, &peer.phone_number, true), "{name}");
                } else {
                    assert_eq!(there.peer_type.is_some(), peer.peer_type.is_some(), "{name}");
                }
            }
            let other_dc =
                |contents: &Contents| contents.data_centers().into_iter().find(|dc| dc.id == 2).unwrap().auth_key;
            assert!(other_dc(&from) == other_dc(&to));
            let refused = export_file(&source, format, &other.file, &ConvertOptions::default()).map(drop).unwrap_err();
            assert!(refused.to_string().contains("not overwritten"), "{refused}");
            let nobody = Session::open(":memory:", &Options::default()).unwrap();
            let nowhere = other.folder.path().join("new");
            let refused = export_file(&nobody, format, &nowhere, &ConvertOptions::default()).map(drop).unwrap_err();
            assert!(refused.code() == ErrorCode::Incomplete && !nowhere.exists(), "{refused}");
        }
    }
}

#[test]
fn the_account_s_own_peer_tells_of_it_whoever_says_which_it_is() {
    let harness = Harness::new();
    let source = create(&harness.file, "pyrogram@3");
    let told = [(Field::UserId, None), (Field::IsBot, None)];
    source.set(&changes(&full_data())).unwrap();
    source.set(&told).unwrap();
    source.update_peers(&[Peer { peer_type: Some(PeerType::Bot), ..peer(777_000_123, &["tgs_bot"]) }]).unwrap();
    let overrides = [(Field::UserId, Some(FieldValue::Integer(777_000_123)))];
    let other = Harness::new();
    let options = ConvertOptions { overrides: &overrides, ..ConvertOptions::default() };
    export_file(&source, FileFormat::Mtcute, &other.file, &options).unwrap();
    assert_eq!(read_only(&other.file).data().unwrap().is_bot, Some(true));
    let into = Harness::new();
    let target = create(&into.file, "kurigram@7");
    convert(&source, &target, &overrides).unwrap();
    assert_eq!(target.data().unwrap().is_bot, Some(true));
}

#[test]
fn peers_that_are_known_in_part_are_left_out() {
    let harness = copy_of("mtcute-0.30.3");
    let session = read_only(&harness.file);
    assert!(session.peers(Some(&[777_000_900_904])).unwrap().is_empty());
    let remarks = session.leftovers().unwrap().remarks;
    assert!(remarks.len() == 1 && remarks[0].ends_with("saw them: 1"), "{remarks:?}");
    let data_center = session.contents().unwrap().data_centers().into_iter().find(|dc| dc.id == 4).unwrap();
    assert_eq!(data_center.tmp_expires_at, Some(1_800_000_000));
    assert!(session.data().unwrap().tmp_auth_key == Some(key(3)));
}

#[test]
fn a_killed_clients_wal_has_everything() {
    let harness = Harness::new();
    let dump: Vec<String> = ["mtcute_migrations", "key_value", "auth_keys", "temp_auth_keys", "peers"]
        .iter()
        .map(|table| format!("CREATE TABLE {table} AS SELECT * FROM f.{table};"))
        .collect();
    let writer = raw(&harness.file);
    writer.execute_batch("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0").unwrap();
    writer.execute("ATTACH ?1 AS f", [fixture("mtcute-0.30.3").to_str().unwrap()]).unwrap();
    writer.execute_batch(&dump.concat()).unwrap();
    let copy = Harness::new();
    let beside = |file: &Path| PathBuf::from(format!("{}-wal", file.display()));
    fs::copy(&harness.file, &copy.file).unwrap();
    fs::copy(beside(&harness.file), beside(&copy.file)).unwrap();
    let before = copy.snapshot();
    assert!(fs::metadata(&copy.file).unwrap().len() <= 4096);
    let session = read_only(&copy.file);
    assert!(session.data().unwrap().auth_key == Some(key(1)));
    assert_eq!(session.peers(None).unwrap().len(), 5);
    drop(session);
    assert!(copy.snapshot() == before);
}

#[test]
fn tables_of_0_2_beside_empty_ones_of_0_30_hold_the_login() {
    let harness = copy_of("mtcute-0.2.0");
    sql(
        &harness.file,
        "CREATE TABLE mtcute_migrations (repo text, version integer); INSERT INTO mtcute_migrations VALUES ('peers', 2); \
         CREATE TABLE key_value (key text primary key, value blob not null); CREATE TABLE peers (id integer primary key, hash text, \
         usernames json, updated integer, phone text, complete blob, isMin integer)",
    );
    let session = read_only(&harness.file);
    assert_eq!(session.format().unwrap().to_string(), "mtcute@5");
    assert_eq!((session.data().unwrap().dc_id, session.peers(None).unwrap().len()), (Some(4), 4));
    drop(session);
    let home = "INSERT INTO key_value VALUES ('dc_main', (SELECT x'01020d3134392e3135342e3136372e343000000000'))";
    sql(&harness.file, home);
    let contents = |file: &Path| try_open(file, true).and_then(|session| session.contents());
    assert_eq!(contents(&harness.file).map(drop).unwrap_err().code(), ErrorCode::Corrupt);
    // Of version 1, which tells nothing of test mode: the address does.
    sql(&harness.file, "UPDATE key_value SET value = x'0102000e3134392e3135342e3136372e34300050000000'");
    let session = read_only(&harness.file);
    let data = session.data().unwrap();
    assert_eq!(
        (session.format().unwrap().to_string(), data.dc_id, data.test_mode),
        ("mtcute@2".into(), Some(2), Some(true))
    );
    assert!(data.auth_key == Some(key(2)) && data.user_id.is_none());
}

#[test]
fn damage_is_named_and_shows_no_key() {
    for (name, change, cause) in [
        ("mtcute-0.30.3", "UPDATE key_value SET value = x'00' WHERE key = 'dc_main'", "data centre"),
        ("mtcute-0.30.3", "UPDATE key_value SET value = x'01' WHERE key = 'current_user'", "account"),
        ("mtcute-0.30.3", "UPDATE auth_keys SET key = 'text'", "has 0 bytes, not 256"),
        ("mtcute-0.2.0", "UPDATE kv SET value = '{' WHERE key = 'self'", "self"),
        ("grammers-0.11.0", "UPDATE dc_option SET auth_key = 'text'", "has 0 bytes, not 256"),
        ("mtcute-0.30.3", "UPDATE auth_keys SET key = zeroblob(255) WHERE dc = 4", "255 bytes"),
        ("grammers-0.11.0", "UPDATE dc_option SET auth_key = zeroblob(255) WHERE dc_id = 4", "255 bytes"),
        ("mtcute-0.30.3", "UPDATE temp_auth_keys SET expires = 'soon'", "column"),
        ("grammers-0.11.0", "UPDATE update_state SET pts = 'x'", "pts is not a number"),
    ] {
        let harness = copy_of(name);
        sql(&harness.file, change);
        let error = try_open(&harness.file, true).and_then(|session| session.contents()).map(drop).unwrap_err();
        assert!(error.code() == ErrorCode::Corrupt && error.to_string().contains(cause), "{error}");
        let found = examine(harness.file.to_str().unwrap()).unwrap();
        assert!(!found.is_sound, "{cause}: {:?}", found.findings);
        check_error(&error, &harness.file, &[key(1), key(2)]);
    }
}

#[test]
fn damage_beside_the_login_is_left_out_and_told() {
    for (name, change, cause) in [
        ("mtcute-0.30.3", "UPDATE auth_keys SET key = substr(key, 1, 255) WHERE dc = 2", "255 bytes"),
        ("grammers-0.11.0", "UPDATE dc_option SET auth_key = substr(auth_key, 1, 255) WHERE dc_id = 2", "255 bytes"),
        ("grammers-0.11.0", "UPDATE dc_option SET ipv4 = 'nowhere' WHERE dc_id = 2", "address of data centre 2"),
        ("mtcute-0.30.3", "UPDATE peers SET hash = '5' WHERE id = 777000900902", "not two numbers: 1"),
        ("mtcute-0.2.0", "UPDATE entities SET hash = 'x|y' WHERE id = 777000900902", "not two numbers: 1"),
    ] {
        let harness = copy_of(name);
        sql(&harness.file, change);
        let session = read_only(&harness.file);
        assert!(session.data().unwrap().auth_key == Some(key(1)), "{name}");
        let remarks = session.leftovers().unwrap().remarks;
        assert!(remarks.iter().any(|remark| remark.contains(cause)), "{name}: {remarks:?}");
        let has_key = session.contents().unwrap().data_centers().iter().any(|dc| dc.id == 2 && dc.auth_key.is_some());
        assert_eq!(has_key, cause != "255 bytes", "{name}");
        assert_eq!(session.peers(Some(&[777_000_900_902])).unwrap().is_empty(), cause.contains("numbers"), "{name}");
    }
}

#[test]
fn a_later_version_is_read_as_the_known_one_and_remarked() {
    for (name, change) in [
        ("mtcute-0.30.3", "UPDATE mtcute_migrations SET version = 9; ALTER TABLE peers ADD COLUMN more TEXT"),
        ("grammers-0.11.0", "PRAGMA user_version = 9; ALTER TABLE peer_info ADD COLUMN more TEXT"),
    ] {
        let harness = copy_of(name);
        sql(&harness.file, change);
        let session = read_only(&harness.file);
        assert!(session.data().unwrap().auth_key == Some(key(1)), "{name}");
        let remarks = session.leftovers().unwrap().remarks;
        assert!(remarks.iter().any(|remark| remark.contains("its version 9 is")), "{name}: {remarks:?}");
    }
}

/// mtcute up to 0.17 takes a data centre of version 2 for none, and begins a new session.
#[test]
fn the_version_of_a_data_centre_is_the_oldest_that_tells_all() {
    let source = read_only(&copy_of("mtcute-0.30.3").file);
    for (address, test_mode, version) in
        [("149.154.167.91", 0, 1), ("149.154.167.40", 1, 2), ("198.51.100.1", 0, 2), ("198.51.100.1", 1, 2)]
    {
        let other = Harness::new();
        let given = [
            (Field::ServerAddress, Some(FieldValue::Text(address.to_owned()))),
            (Field::TestMode, Some(FieldValue::Integer(test_mode))),
        ];
        let options = ConvertOptions { overrides: &given, ..ConvertOptions::default() };
        export_file(&source, FileFormat::Mtcute, &other.file, &options).unwrap();
        let versions = "SELECT group_concat(DISTINCT hex(substr(value, 1, 1))) FROM key_value WHERE key IN ('dc_main', 'dc_media')";
        let found: String = raw(&other.file).query_row(versions, [], |row| row.get(0)).unwrap();
        assert_eq!(found, format!("0{version}"), "{address}");
        assert_eq!(read_only(&other.file).data().unwrap().test_mode, Some(test_mode == 1), "{address}");
    }
}

#[test]
fn no_key_is_taken_where_nothing_tells_whose_it_is() {
    let harness = copy_of("mtcute-0.30.3");
    sql(&harness.file, "DELETE FROM key_value WHERE key = 'dc_main'");
    let session = read_only(&harness.file);
    let data = session.data().unwrap();
    assert_eq!((data.dc_id, data.auth_key), (None, None));
    let remarks = session.leftovers().unwrap().remarks;
    assert!(remarks.iter().any(|remark| remark.contains("does not tell which one")), "{remarks:?}");
}

#[test]
fn tables_of_other_programs_are_named() {
    for (name, _) in FILES {
        let harness = copy_of(name);
        sql(&harness.file, "CREATE TABLE notes (x); INSERT INTO notes VALUES (1)");
        let tables = read_only(&harness.file).leftovers().unwrap().foreign_tables;
        assert_eq!(tables.iter().map(ToString::to_string).collect::<Vec<_>>(), ["notes (1 row)"], "{name}");
    }
}

#[test]
fn a_session_that_was_logged_out_has_no_account() {
    let harness = copy_of("mtcute-0.30.3");
    sql(
        &harness.file,
        "UPDATE key_value SET value = x'' WHERE key = 'current_user'; DELETE FROM key_value WHERE key = 'updates_qts'",
    );
    let session = read_only(&harness.file);
    assert_eq!((session.data().unwrap().user_id, session.update_states().unwrap().len()), (None, 1));
    let harness = copy_of("grammers-0.11.0");
    sql(&harness.file, "DELETE FROM dc_home; DELETE FROM update_state");
    let data = read_only(&harness.file).data().unwrap();
    assert!(data.dc_id == Some(2) && data.auth_key == Some(key(2)));
}

#[test]
fn a_cut_or_changed_file_never_panics() {
    for (name, _) in FILES {
        let whole = fs::read(fixture(name)).unwrap();
        for length in (0..whole.len()).step_by(613) {
            let _ = Session::open_bytes(&whole[..length], &Options::default()).and_then(|session| session.contents());
        }
        for at in (0..whole.len()).step_by(211) {
            let mut changed = whole.clone();
            changed[at] ^= 0xff;
            if let Err(error) =
                Session::open_bytes(&changed, &Options::default()).and_then(|session| session.contents())
            {
                assert_ne!(error.code(), ErrorCode::Internal, "{name} {at}: {error}");
            }
        }
    }
}

#[test]
fn a_view_in_place_of_a_table_is_not_read() {
    for (name, change) in [
        (
            "mtcute-0.30.3",
            "DROP TABLE key_value; CREATE VIEW key_value AS SELECT 'dc_main' AS key, zeroblob(9) AS value",
        ),
        ("grammers-0.11.0", "DROP TABLE dc_home; CREATE VIEW dc_home AS SELECT 4 AS dc_id"),
    ] {
        let harness = copy_of(name);
        sql(&harness.file, change);
        assert_eq!(try_open(&harness.file, true).map(drop).unwrap_err().code(), ErrorCode::NotASession, "{name}");
    }
}
