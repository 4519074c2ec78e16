//! The files of Telethon 2's alphas, which have Telethon 1's number 8 and other tables.

use std::path::Path;

use tgsession::ErrorCode;
use tgsession::model::{FoundPeer, PeerType, UpdateState};
use tgsession::session::{Lookup, Session, convert};

use crate::common::{full_data, key, peer};
use crate::harness::{Harness, check_error, create, key_sql, open, read_only, sql, try_open};

const TABLES: &str = "
    CREATE TABLE datacenter (id integer primary key, ipv4 text not null, ipv6 text, port integer not null, auth blob not null);
    CREATE TABLE session (user_id integer primary key, dc_id integer not null, bot integer not null, pts integer not null,
        qts integer not null, date integer not null, seq integer not null, takeout_id integer);
    CREATE TABLE channel (channel_id integer primary key, pts integer not null);
    CREATE TABLE entity (id integer primary key, hash integer not null, ty integer not null);";

const ADDRESSES_OF_2: [&str; 2] = ["149.154.167.51:443", "[2001:67c:4e8:f002::a]:443"];

fn alpha(rows: &str) -> Harness {
    let login = format!("INSERT INTO datacenter VALUES (4, '149.154.167.91', NULL, 443, {})", key_sql(1));
    let version = "CREATE TABLE version (version integer primary key); INSERT INTO version VALUES (8)";
    Harness::of_sql(&format!("{TABLES} {version}; {login}; {rows}"))
}

fn whole() -> Harness {
    alpha(
        "INSERT INTO session VALUES (777000900901, 4, 0, 10, 0, 1650000000, 3, NULL);
         INSERT INTO channel VALUES (1777000904, 77);
         INSERT INTO entity VALUES (777000900902, 11, 85), (1777000904, -5, 77), (5, 6, 66), (7, 0, 71), (8, 9, 67), (10, 11, 69);
         INSERT INTO entity VALUES (12, 13, 120), (-14, 15, 85)",
    )
}

fn find(session: &Session, id: i64) -> Option<FoundPeer> {
    match session.peer_by_id(id).unwrap() {
        Lookup::Found(peer) => Some(peer),
        Lookup::NotFound | Lookup::Expired => None,
    }
}

#[test]
fn everything_is_read() {
    let harness = whole();
    let before = harness.snapshot();
    for is_read_only in [true, false] {
        let session = try_open(&harness.file, is_read_only).unwrap();
        assert_eq!(session.format().unwrap().to_string(), "telethon2-alpha@8");
        let data = session.data().unwrap();
        assert_eq!((data.dc_id, data.user_id, data.is_bot), (Some(4), Some(777_000_900_901), Some(false)));
        assert_eq!((data.server_address.as_deref(), data.port), (Some("149.154.167.91"), Some(443)));
        assert_eq!((data.auth_key, data.takeout_id), (Some(key(1)), None));
        let peers = session.peers(None).unwrap();
        let told: Vec<_> =
            peers.iter().map(|peer| (peer.id, peer.access_hash, peer.peer_type.clone().unwrap())).collect();
        let expected = [
            (-1_001_777_000_904, Some(-5), PeerType::Supergroup),
            (-1_000_000_000_010, Some(11), PeerType::Supergroup),
            (-1_000_000_000_008, Some(9), PeerType::Channel),
            (-7, Some(0), PeerType::Group),
            (5, Some(6), PeerType::Bot),
            (777_000_900_902, Some(11), PeerType::User),
        ];
        assert_eq!(told, expected);
        for peer in &peers {
            assert_eq!(find(&session, peer.id).unwrap().access_hash, peer.access_hash);
            assert_eq!(session.peers(Some(&[peer.id])).unwrap(), std::slice::from_ref(peer));
        }
        // The bare id of a channel is no user, and the other way round.
        for id in [1_777_000_904, -1_777_000_900_902, 7, 12, i64::MIN, i64::MAX, 0] {
            assert_eq!(find(&session, id), None, "{id}");
        }
        let account = UpdateState { id: 0, pts: Some(10), qts: Some(0), date: Some(1_650_000_000), seq: Some(3) };
        let channel = UpdateState { id: -1_001_777_000_904, pts: Some(77), ..UpdateState::default() };
        assert_eq!(session.update_states().unwrap(), [channel, account]);
        assert_eq!(session.update_state(-1_001_777_000_904).unwrap(), Some(channel));
        assert!(session.sent_files().unwrap().is_empty());
    }
    assert!(harness.snapshot() == before);
}

#[test]
fn a_write_is_refused_and_a_conversion_takes_everything() {
    let harness = whole();
    let session = open(&harness.file);
    assert!(!session.capabilities().unwrap().writable);
    let refused = session.update_peers(&[peer(5, &["tgs_a"])]).unwrap_err();
    assert_eq!(refused.code(), ErrorCode::ReadOnly);
    assert!(refused.to_string().contains("convert it"), "{refused}");
    check_error(&refused, &harness.file, &[key(1)]);
    let other = Harness::new();
    let target = create(&other.file, "telethon@8");
    convert(&session, &target, &[]).unwrap();
    assert_eq!(target.data().unwrap().auth_key, Some(key(1)));
    assert_eq!(target.peers(None).unwrap().len(), 6);
    assert_eq!(target.update_states().unwrap(), session.update_states().unwrap());
    // A Telethon 1 file is no target of it.
    let refused = convert(&target, &session, &[]).unwrap_err();
    assert_eq!(refused.code(), ErrorCode::ReadOnly);
}

// An upgrade of a Telethon 1 file writes user 0, and takes entity 0 along, whose hash is the account's own id.
#[test]
fn an_upgraded_file_tells_the_account_by_its_own_entity() {
    let harness =
        alpha("INSERT INTO session VALUES (0, 4, 0, 0, 0, 0, 0, NULL); INSERT INTO entity VALUES (0, 777, 85)");
    let session = read_only(&harness.file);
    let data = session.data().unwrap();
    assert_eq!((data.user_id, data.is_bot, data.dc_id), (Some(777), None, Some(4)));
    assert!(session.peers(None).unwrap().is_empty() && session.update_states().unwrap().is_empty());
}

#[test]
fn the_login_opens_without_the_other_tables() {
    let harness = alpha("DROP TABLE entity; DROP TABLE channel; DELETE FROM session");
    let session = read_only(&harness.file);
    assert_eq!((session.data().unwrap().dc_id, session.data().unwrap().auth_key), (Some(4), Some(key(1))));
    assert!(session.peers(None).unwrap().is_empty() && session.update_states().unwrap().is_empty());
    assert_eq!(find(&session, 5), None);
}

#[test]
fn other_data_centres_are_read_and_go_along() {
    let more = format!(
        "INSERT INTO datacenter VALUES (2, '149.154.167.51', '2001:67c:4e8:f002::a', 443, {}), (1, '1.2.3.4', NULL, 80, x''), \
         (3, '', '', 0, x'01')",
        key_sql(2)
    );
    let harness = alpha(&format!("INSERT INTO session VALUES (5, 4, 0, 0, 0, 0, 0, NULL); {more}"));
    let session = read_only(&harness.file);
    let found = session.leftovers().unwrap();
    assert!(found.other_logins.is_empty() && found.other_keys.is_empty() && found.foreign_tables.is_empty());
    assert_eq!(found.remarks, ["the key of data centre 3 is left out: it has 1 bytes, not 256"]);
    assert_eq!(session.data_center_ids().unwrap(), [1, 2, 3, 4]);
    let two = session.data_center(2).unwrap().unwrap();
    assert_eq!(two.addresses.iter().map(ToString::to_string).collect::<Vec<_>>(), ADDRESSES_OF_2);
    assert!(two.auth_key == Some(key(2)));
    let other = Harness::new();
    let target = create(&other.file, "telethon@8");
    convert(&session, &target, &[]).unwrap();
    assert_eq!(target.contents().unwrap().data_centers(), session.contents().unwrap().data_centers());
}

/// A Telethon 1 file with the alpha's tables in it too.
fn with_both(file: &Path, change: &str) -> Session {
    sql(file, &format!("{TABLES} {change}"));
    read_only(file)
}

// The alpha's upgrade makes its tables first: one that was cut short leaves both.
#[test]
fn the_tables_that_have_the_key_tell() {
    let telethon1 = Harness::full("telethon@8");
    let session = with_both(&telethon1.file, "");
    assert_eq!(session.format().unwrap().to_string(), "telethon@8");
    assert_eq!(session.data().unwrap().auth_key, full_data().auth_key);
    let both = Harness::full("telethon@8");
    let login = format!("INSERT INTO datacenter VALUES (2, '149.154.167.51', NULL, 443, {})", key_sql(3));
    let session = with_both(&both.file, &login);
    assert_eq!(session.format().unwrap().to_string(), "telethon@8");
    let foreign = session.leftovers().unwrap().foreign_tables;
    let named: Vec<_> = foreign.iter().map(|table| table.name.as_str()).collect();
    assert_eq!(named, ["channel", "datacenter", "entity", "session"]);
    let done = Harness::full("telethon@8");
    let session = with_both(&done.file, &format!("{login}; UPDATE sessions SET auth_key = x''"));
    assert_eq!(session.format().unwrap().to_string(), "telethon2-alpha@8");
    assert_eq!(session.data().unwrap().auth_key, Some(key(3)));
}

#[test]
fn a_hostile_file_runs_no_code_of_its_own() {
    for change in [
        "DROP TABLE entity; CREATE VIEW entity AS SELECT 1 AS id, 2 AS hash, 85 AS ty",
        "DROP TABLE channel; CREATE VIEW channel AS SELECT 1 AS channel_id, 2 AS pts",
    ] {
        let harness = alpha(change);
        let session = read_only(&harness.file);
        assert!(session.peers(None).unwrap().is_empty() && session.update_states().unwrap().is_empty(), "{change}");
    }
    for change in [
        "DROP TABLE session; CREATE VIEW session AS SELECT 1 AS user_id, 4 AS dc_id",
        "DROP TABLE datacenter; CREATE TABLE datacenter (id INTEGER, ipv4 TEXT, port, auth AS (zeroblob(256)))",
    ] {
        let harness = alpha(change);
        assert_eq!(try_open(&harness.file, true).map(drop).unwrap_err().code(), ErrorCode::NotASession, "{change}");
    }
}
