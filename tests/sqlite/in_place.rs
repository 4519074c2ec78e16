//! The databases of mtcute and grammers, written in place: in their own tables, beside what is theirs alone. What every engine does
//! is in `tests/behaviour`, which runs on both.

use std::fs;
use std::path::Path;
use std::time::Duration;

use rusqlite::types::Value;
use sha1::{Digest, Sha1};
use tgsession::ErrorCode;
use tgsession::model::{
    AuthKey, DataCenter, DcEndpoint, Field, FieldValue, PartialPeer, Peer, PeerType, SessionData, UpdateState,
};
use tgsession::session::{Lookup, Options, Session, convert};

use crate::child::{self, Running};
use crate::common::{self, CHANNEL, changes, full_data, key, new_databases, peer, pieces, seen};
use crate::harness::{Harness, open, raw, sql, try_open, value};
use crate::mixed;

const ADA: i64 = 777_000_900_902;
const MIN: i64 = 777_000_900_904;
const GROUP: i64 = -1_001_777_000_904;
const OWN: i64 = 777_000_900_901;

fn fixture(name: &str) -> Harness {
    let harness = Harness::new();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sqlite/others").join(format!("{name}.session"));
    fs::copy(path, &harness.file).unwrap();
    harness
}

fn new(tables: &str) -> Harness {
    let harness = Harness::new();
    new_databases::create(&harness.file, tables);
    harness
}

/// The rows of a query.
fn rows(file: &Path, query: &str) -> Vec<Vec<Value>> {
    let conn = raw(file);
    let mut statement = conn.prepare(query).unwrap();
    let columns = statement.column_count();
    let row = |row: &rusqlite::Row<'_>| (0..columns).map(|column| row.get(column)).collect();
    statement.query_map([], row).unwrap().map(Result::unwrap).collect()
}

/// A key that has no piece in common with those of other seeds.
fn random_key(seed: u8) -> AuthKey {
    let bytes: Vec<u8> = (0..13).flat_map(|block: u8| Sha1::digest([seed, block])).take(256).collect();
    AuthKey::new(&bytes).unwrap()
}

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

fn set(session: &Session, field: Field, value: FieldValue) {
    session.set(&[(field, Some(value))]).unwrap();
}

fn whole(session: &Session, id: i64) -> Peer {
    session.peers(Some(&[id])).unwrap().remove(0)
}

fn write_everything(session: &Session) {
    session
        .update_peers(&[seen(5, &["tgs_new", "tgs_newer"], 1_700_000_000), seen(CHANNEL, &[], 1_700_000_000)])
        .unwrap();
    let channel = UpdateState { id: CHANNEL, pts: Some(9), ..UpdateState::default() };
    let account = UpdateState { id: 0, pts: Some(11), qts: Some(1), date: Some(1_700_000_000), seq: Some(4) };
    session.set_update_states(&[account, channel]).unwrap();
    session.set_data_center(&DataCenter { id: 5, auth_key: Some(key(50)), ..DataCenter::default() }).unwrap();
    set(session, Field::ApiId, FieldValue::Integer(77));
    session.set_value("config", b"ours").unwrap();
    session.save().unwrap();
}

#[test]
fn what_is_the_clients_own_stays() {
    let queries = [
        (
            "mtcute-0.30.3",
            &[
                "SELECT * FROM mtcute_migrations",
                "SELECT * FROM message_refs",
                "SELECT * FROM peers WHERE id <> 5 AND id <> -1001777000303",
                "SELECT * FROM key_value WHERE key NOT LIKE 'updates%'",
                "SELECT * FROM temp_auth_keys",
                "SELECT * FROM auth_keys WHERE dc <> 5",
            ][..],
        ),
        (
            "grammers-0.11.0",
            &[
                "PRAGMA user_version",
                "SELECT * FROM dc_home",
                "SELECT * FROM dc_option WHERE dc_id <> 5",
                "SELECT * FROM peer_info WHERE peer_id <> 5 AND peer_id <> -1001777000303",
                "SELECT * FROM channel_state WHERE peer_id <> 1777000303",
            ],
        ),
    ];
    for (name, queries) in queries {
        let harness = fixture(name);
        if name.starts_with("mtcute") {
            sql(
                &harness.file,
                "INSERT INTO message_refs VALUES (777000900904, -1001777000904, 7);
                 INSERT INTO temp_auth_keys VALUES (4, 1, zeroblob(256), 1800000000000);
                 INSERT INTO key_value VALUES ('salts:4', x'0102'), ('of a later release', x'03')",
            );
        }
        let before: Vec<_> = queries.iter().map(|query| rows(&harness.file, query)).collect();
        write_everything(&open(&harness.file));
        for (query, before) in queries.iter().zip(before) {
            assert!(!before.is_empty() && rows(&harness.file, query) == before, "{name}: {query}");
        }
        assert_eq!(value::<String>(&harness.file, "PRAGMA integrity_check"), "ok");
    }
}

#[test]
fn mtcute_finds_what_was_written_in_its_own_rows() {
    let harness = new(new_databases::MTCUTE);
    let session = open(&harness.file);
    session.set(&changes(&full_data())).unwrap();
    write_everything(&session);
    session.update_peers(&[Peer { access_hash: Some(i64::MIN), ..peer(6, &["tgs_six"]) }, peer(-7, &[])]).unwrap();
    session.update_peers(&[Peer { access_hash: None, ..peer(8, &["tgs_eight"]) }]).unwrap();
    session.update_peers(&[Peer { access_hash: None, ..peer(-9, &[]) }]).unwrap();
    drop(session);
    let hash = |id: i64| format!("{}|{}", (id ^ 0x1234_5678_9abc) as i32, (id ^ 0x1234_5678_9abc) >> 32);
    let columns =
        |id: i64| rows(&harness.file, &format!("SELECT hash, usernames, isMin FROM peers WHERE id = {id}")).remove(0);
    assert_eq!(columns(5), [text(&hash(5)), text(r#"["tgs_new","tgs_newer"]"#), Value::Integer(0)]);
    assert_eq!(columns(6), [text("0|-2147483648"), text(r#"["tgs_six"]"#), Value::Integer(0)]);
    // Without an access hash it is none that mtcute may use.
    assert_eq!(columns(8), [text("0|0"), text(r#"["tgs_eight"]"#), Value::Integer(1)]);
    assert_eq!(columns(-9), [text(""), text("[]"), Value::Integer(0)]);
    assert_eq!(value::<i64>(&harness.file, "SELECT updated FROM peers WHERE id = 5"), 1_700_000_000_000);
    let blob = |key: &str| value::<Vec<u8>>(&harness.file, &format!("SELECT value FROM key_value WHERE key = '{key}'"));
    assert_eq!(blob("dc_main"), [&[1, 4, 0, 14][..], b"149.154.167.92\0", &[0xbb, 1, 0, 0]].concat());
    assert_eq!(blob("current_user"), [&[1, 0, 0, 0, 0, 0, 0, 0][..], &7_770_001_234_567_i64.to_le_bytes()].concat());
    assert_eq!((blob("updates_pts"), blob("updates_channel:1777000303")), (vec![11, 0, 0, 0], vec![9, 0, 0, 0]));
    assert_eq!(value::<Vec<u8>>(&harness.file, "SELECT key FROM auth_keys WHERE dc = 4"), key(1).as_bytes());
    assert_eq!(value::<Vec<u8>>(&harness.file, "SELECT key FROM auth_keys WHERE dc = 5"), key(50).as_bytes());
    // What only our own tables hold.
    assert_eq!(value::<i64>(&harness.file, "SELECT value FROM tgsession_fields WHERE name = 'api_id'"), 77);
    assert_eq!(value::<i64>(&harness.file, "SELECT count(*) FROM tgsession_values WHERE name LIKE 'tgsession%'"), 0);
}

#[test]
fn grammers_finds_what_was_written_in_its_own_rows() {
    let harness = new(new_databases::GRAMMERS);
    let session = open(&harness.file);
    session.set(&changes(&SessionData { user_id: Some(OWN), ..full_data() })).unwrap();
    write_everything(&session);
    let typed = |id, peer_type| Peer { peer_type: Some(peer_type), ..peer(id, &["tgs_typed"]) };
    session
        .update_peers(&[typed(6, PeerType::Bot), typed(CHANNEL - 1, PeerType::Forum), peer(CHANNEL - 2, &[])])
        .unwrap();
    drop(session);
    let row =
        |id: i64| rows(&harness.file, &format!("SELECT hash, subtype FROM peer_info WHERE peer_id = {id}")).remove(0);
    let hash = |id: i64| Value::Integer(id ^ 0x1234_5678_9abc);
    assert_eq!(row(5), [hash(5), Value::Null]);
    assert_eq!(row(6), [hash(6), Value::Integer(2)]);
    assert_eq!(row(CHANNEL - 1), [hash(CHANNEL - 1), Value::Integer(4)]);
    assert_eq!(row(CHANNEL - 2), [hash(CHANNEL - 2), Value::Null]);
    assert_eq!(row(OWN), [Value::Null, Value::Integer(1)]);
    let dc = |id: i64| {
        rows(&harness.file, &format!("SELECT ipv4, ipv6, auth_key FROM dc_option WHERE dc_id = {id}")).remove(0)
    };
    let of = |v4: &str, v6: &str, seed| [text(v4), text(v6), Value::Blob(key(seed).as_bytes().to_vec())];
    assert_eq!(dc(4), of("149.154.167.92:443", "[::ffff:149.154.167.92]:443", 1));
    assert_eq!(dc(5), of("91.108.56.130:443", "[::ffff:91.108.56.130]:443", 50));
    assert_eq!(
        rows(&harness.file, "SELECT * FROM channel_state"),
        [[Value::Integer(1_777_000_303), Value::Integer(9)]]
    );
    let state = [11, 1, 1_700_000_000, 4].map(Value::Integer);
    assert_eq!(rows(&harness.file, "SELECT * FROM update_state"), [state]);
}

#[test]
fn a_peer_keeps_what_its_client_knows_of_it() {
    let harness = fixture("mtcute-0.30.3");
    let complete =
        |id: i64| value::<Option<Vec<u8>>>(&harness.file, &format!("SELECT complete FROM peers WHERE id = {id}"));
    let before = complete(ADA);
    let session = open(&harness.file);
    let ada = whole(&session, ADA);
    session.update_peers(&[Peer { access_hash: Some(3), ..peer(ADA, &["tgs_other"]) }]).unwrap();
    let now = whole(&session, ADA);
    assert_eq!((now.name, now.peer_type, now.access_hash), (ada.name, Some(PeerType::User), Some(3)));
    assert_eq!(now.usernames, ["tgs_other"]);
    assert_eq!(session.peer_by_username("tgs_ada").unwrap(), Lookup::NotFound);
    assert!(before.is_some() && complete(ADA) == before, "the record stays");
    let Lookup::Found(found) = session.peer_by_name("Ada Test").unwrap() else { panic!("nobody") };
    assert_eq!(found.id, ADA);
    // What is told and is not in it counts: mtcute asks Telegram for the rest.
    session.update_peers(&[Peer { name: Some("Ada L.".into()), ..peer(ADA, &[]) }]).unwrap();
    assert_eq!((whole(&session, ADA).name.as_deref(), complete(ADA)), (Some("Ada L."), None));
    // One that is known in part becomes whole, and its record, which was in part too, goes.
    assert!(session.peers(Some(&[MIN])).unwrap().is_empty());
    session.update_peers(&[peer(MIN, &[])]).unwrap();
    assert_eq!((whole(&session, MIN).name, complete(MIN)), (None, None));
    // A client that asked writes what it was told, and that counts.
    let again = format!("UPDATE peers SET complete = ?1 WHERE id = {ADA}");
    raw(&harness.file).execute(&again, [before]).unwrap();
    assert_eq!(whole(&session, ADA).name.as_deref(), Some("Ada Test"));
}

#[test]
fn a_gigagroup_stays_one_and_the_account_stays_signed_in() {
    let harness = fixture("grammers-0.11.0");
    sql(&harness.file, &format!("UPDATE peer_info SET subtype = 12 WHERE peer_id = {GROUP}"));
    let session = open(&harness.file);
    session
        .update_peers(&[Peer { peer_type: Some(PeerType::Supergroup), ..peer(GROUP, &[]) }, peer(OWN, &["tgs_self"])])
        .unwrap();
    let subtype = |id: i64| value::<i64>(&harness.file, &format!("SELECT subtype FROM peer_info WHERE peer_id = {id}"));
    assert_eq!((subtype(GROUP), subtype(OWN)), (12, 1));
    assert_eq!(session.data().unwrap().user_id, Some(OWN));
    session.delete_peers(&[OWN]).unwrap();
    assert!(session.peers(Some(&[OWN])).unwrap().is_empty());
    assert_eq!((subtype(OWN), session.data().unwrap().user_id), (1, Some(OWN)));
    session.delete_all_peers().unwrap();
    assert_eq!((session.peers(None).unwrap().len(), subtype(OWN)), (0, 1));
    // Another account takes its place, and a row that told nothing else goes.
    set(&session, Field::UserId, FieldValue::Integer(5));
    assert_eq!(rows(&harness.file, "SELECT peer_id, subtype FROM peer_info"), [[Value::Integer(5), Value::Integer(1)]]);
}

#[test]
fn the_clients_later_word_counts() {
    let address = |text: &str| FieldValue::Text(text.into());
    let harness = fixture("grammers-0.11.0");
    let session = open(&harness.file);
    for (odd, later) in [("2001:67c:4e8:f004::b", "1.2.3.4"), ("a.example", "1.2.3.5")] {
        set(&session, Field::ServerAddress, address(odd));
        assert_eq!(session.get(Field::ServerAddress).unwrap(), Some(address(odd)));
        sql(&harness.file, &format!("UPDATE dc_option SET ipv4 = '{later}:443' WHERE dc_id = 4"));
        assert_eq!(session.get(Field::ServerAddress).unwrap(), Some(address(later)));
    }
    let of_5 = DataCenter {
        id: 5,
        auth_key: Some(key(50)),
        tmp_auth_key: Some(key(51)),
        tmp_expires_at: Some(1_900_000_000),
        addresses: vec![DcEndpoint { server_address: "1.2.3.6".into(), port: 80, is_media_only: true }],
    };
    session.set_data_center(&of_5).unwrap();
    assert_eq!(session.data_center(5).unwrap(), Some(of_5.clone()));
    sql(&harness.file, "UPDATE dc_option SET ipv4 = '1.2.3.7:443' WHERE dc_id = 5");
    let now = session.data_center(5).unwrap().unwrap();
    assert_eq!((now.addresses[0].server_address.as_str(), now.tmp_auth_key), ("1.2.3.7", of_5.tmp_auth_key.clone()));

    let harness = fixture("mtcute-0.30.3");
    let session = open(&harness.file);
    session.set_data_center(&of_5).unwrap();
    set(&session, Field::DcId, FieldValue::Integer(70_000));
    assert_eq!(session.data().unwrap().dc_id, Some(70_000));
    sql(&harness.file, "INSERT INTO key_value VALUES ('dc_main', x'0205000831302e302e302e31000000bb010000')");
    let data = session.data().unwrap();
    assert_eq!((data.dc_id, data.server_address.as_deref()), (Some(5), Some("10.0.0.1")));
    assert!(data.auth_key == Some(key(50)));
}

#[test]
fn a_login_that_moves_keeps_its_keys_and_another_one_does_not() {
    for name in ["mtcute-0.30.3", "grammers-0.11.0"] {
        let harness = fixture(name);
        let session = open(&harness.file);
        let (first, second) = (random_key(1), random_key(2));
        set(&session, Field::AuthKey, FieldValue::Key(first.clone()));
        session
            .set_data_center(&DataCenter { id: 2, auth_key: Some(second.clone()), ..DataCenter::default() })
            .unwrap();
        let to = |id, key: &AuthKey| {
            [(Field::DcId, Some(FieldValue::Integer(id))), (Field::AuthKey, Some(FieldValue::Key(key.clone())))]
        };
        session.set(&to(2, &second)).unwrap();
        assert!(session.data_center(4).unwrap().unwrap().auth_key.as_ref() == Some(&first), "{name}");
        session.set(&to(4, &first)).unwrap();
        assert!(session.data_center(2).unwrap().unwrap().auth_key.as_ref() == Some(&second), "{name}");
        session.set(&to(1, &key(60))).unwrap();
        assert!(session.data().unwrap().auth_key == Some(key(60)), "{name}");
        for id in [2, 4] {
            let kept = session.data_center(id).unwrap().and_then(|found| found.auth_key);
            assert!(kept.is_none(), "{name}: data centre {id} has the key of another login");
        }
        session.save().unwrap();
        for file in harness.names() {
            let output = std::process::Command::new("cat").arg(harness.folder.path().join(&file)).output().unwrap();
            for old in [&first, &second] {
                assert_eq!(pieces(&output.stdout, old), 0, "{name}: {file} has pieces of a key that has gone");
            }
        }
    }
}

#[test]
fn the_version_of_a_data_centre_stays_its_releases() {
    // 0.17 does not read version 2, and would take another data centre for its home.
    for (name, version) in [("mtcute-0.17.0", 1), ("mtcute-0.30.3", 2)] {
        let harness = fixture(name);
        let blob = || value::<Vec<u8>>(&harness.file, "SELECT value FROM key_value WHERE key = 'dc_main'");
        let session = open(&harness.file);
        let before = blob();
        set(&session, Field::ApiId, FieldValue::Integer(77));
        assert!(before[0] == version && blob() == before, "{name}");
        for is_test in [1, 0] {
            set(&session, Field::TestMode, FieldValue::Integer(is_test));
            set(&session, Field::Port, FieldValue::Integer(80 + is_test));
            let data = session.data().unwrap();
            assert_eq!((data.test_mode, data.port), (Some(is_test == 1), Some(80 + is_test as u16)), "{name}");
            assert_eq!(blob()[0], if is_test == 1 { 2 } else { 1 }, "{name}");
        }
        // One of 0.17 on a test server.
        let of_test = "x'0102000e3134392e3135342e3136372e34300050000000'";
        sql(&harness.file, &format!("UPDATE key_value SET value = {of_test} WHERE key = 'dc_main'"));
        set(&session, Field::Port, FieldValue::Integer(443));
        assert_eq!((blob()[0], session.data().unwrap().test_mode), (1, Some(true)), "{name}");
    }
}

#[test]
fn a_key_beside_no_login_makes_none() {
    for tables in [new_databases::MTCUTE, new_databases::GRAMMERS] {
        let harness = new(tables);
        let session = open(&harness.file);
        let new = session.data().unwrap();
        let of_3 = DataCenter { id: 3, auth_key: Some(key(9)), ..DataCenter::default() };
        session.set_data_center(&of_3).unwrap();
        assert_eq!(session.data().unwrap(), new);
        session.set(&changes(&full_data())).unwrap();
        assert_eq!((session.data().unwrap(), session.data_center(3).unwrap()), (full_data(), Some(of_3)));
    }
}

#[test]
fn a_lock_of_the_client_keeps_a_write_out_and_then_it_succeeds() {
    for name in ["mtcute-0.30.3", "grammers-0.11.0"] {
        let harness = fixture(name);
        let options = Options { busy_timeout: Duration::from_millis(50), ..Options::default() };
        let session = Session::open(harness.file.to_str().unwrap(), &options).unwrap();
        let client = raw(&harness.file);
        client.execute_batch("BEGIN IMMEDIATE").unwrap();
        let locked = session.update_peers(&[peer(5, &[])]).unwrap_err();
        assert_eq!(locked.code(), ErrorCode::Locked, "{name}: {locked}");
        assert_eq!(session.peers(None).unwrap().len(), whole_count(name), "{name}: reading goes on");
        client.execute_batch("COMMIT").unwrap();
        session.update_peers(&[peer(5, &[])]).unwrap();
        // The client's own writes come between ours.
        let table = if name.starts_with("mtcute") {
            "UPDATE peers SET phone = '9996699'"
        } else {
            "UPDATE peer_info SET hash = 8"
        };
        let id = if name.starts_with("mtcute") { "id" } else { "peer_id" };
        client.execute_batch(&format!("{table} WHERE {id} = 5")).unwrap();
        let found = whole(&session, 5);
        assert!(found.phone_number.as_deref() == Some("9996699") || found.access_hash == Some(8), "{name}");
    }
}

fn whole_count(name: &str) -> usize {
    if name.starts_with("mtcute") { 5 } else { 7 }
}

/// As the clients write their peers: row by row, over whatever is there.
fn client_upsert(tables: &str) -> &'static str {
    if tables == new_databases::MTCUTE {
        "INSERT OR REPLACE INTO peers (id, hash, isMin, usernames, updated, phone, complete) \
         VALUES (?1, '7|0', 0, '[]', 1700000000000, NULL, NULL)"
    } else {
        "INSERT OR REPLACE INTO peer_info VALUES (?1, 7, NULL)"
    }
}

const LONG_ENOUGH: Duration = Duration::from_millis(1_500);
const TOO_LONG: Duration = Duration::from_secs(60);

#[test]
fn processes_and_the_client_at_once_lose_nothing() {
    for tables in [new_databases::MTCUTE, new_databases::GRAMMERS] {
        let harness = new(tables);
        let writers = [0, 1].map(|_| child::start("write_new_peers", &harness.file));
        let options = Options { busy_timeout: Duration::from_secs(30), ..Options::default() };
        let session = Session::open(harness.file.to_str().unwrap(), &options).unwrap();
        let client = raw(&harness.file);
        client.busy_timeout(Duration::from_secs(30)).unwrap();
        let begun = std::time::Instant::now();
        let mut turns = 0;
        // SQLite's lock is not fair: on a busy machine it takes long until both had their turn.
        let has_waited = |time: Duration| begun.elapsed() > time;
        while !has_waited(LONG_ENOUGH) || (!writers.iter().all(Running::has_said_more) && !has_waited(TOO_LONG)) {
            turns += 1;
            client.execute(client_upsert(tables), [turns]).unwrap();
            session.update_peers(&[peer(1_000_000 + turns, &[&format!("tgs_{turns}")])]).unwrap();
        }
        let said: Vec<String> = writers.into_iter().flat_map(Running::kill).collect();
        let peers = session.peers(None).unwrap();
        let of = |hash: i64| peers.iter().filter(|peer| peer.access_hash == Some(hash)).count() as i64;
        assert_eq!(of(7), turns, "the client's own");
        for turn in 1..=turns {
            assert_eq!(common::id(&session.peer_by_username(&format!("tgs_{turn}")).unwrap()), 1_000_000 + turn);
        }
        let acknowledged = mixed::acknowledged(&said);
        let firsts: std::collections::BTreeSet<i64> = acknowledged.iter().map(|(first, _)| *first).collect();
        assert_eq!(firsts.len(), 2, "both wrote: {said:?}");
        for first in firsts {
            let told = acknowledged.iter().filter(|(of, _)| *of == first).count() as i64;
            assert!(
                of(first) >= told * mixed::BATCH && of(first) % mixed::BATCH == 0,
                "{first}: {told}, {}",
                of(first)
            );
        }
        assert_eq!(value::<String>(&harness.file, "PRAGMA integrity_check"), "ok");
    }
}

#[test]
fn a_killed_writer_leaves_whole_batches() {
    for (tables, mode) in
        [(new_databases::MTCUTE, "WAL"), (new_databases::MTCUTE, "DELETE"), (new_databases::GRAMMERS, "DELETE")]
    {
        let harness = new(tables);
        sql(&harness.file, &format!("PRAGMA journal_mode = {mode}"));
        for delay in [0, 150, 600] {
            let writer = child::start("update_peers_forever", &harness.file);
            std::thread::sleep(Duration::from_millis(delay));
            let said = writer.kill();
            let acknowledged =
                said.iter().filter_map(|line| line.strip_prefix("wrote ")?.parse().ok()).max().unwrap_or(0);
            let peers = open(&harness.file).peers(None).unwrap();
            let numbers: std::collections::BTreeSet<_> = peers.iter().map(|peer| peer.access_hash.unwrap()).collect();
            assert_eq!((peers.len(), numbers.len()), (2_000, 1), "{mode} {delay}: a part of a batch is there");
            assert!(*numbers.first().unwrap() >= acknowledged, "{mode} {delay}: {numbers:?} after {acknowledged}");
            for peer in &peers {
                let names = [format!("tgs_{}_{}", numbers.first().unwrap(), peer.id), format!("more_{}", peer.id)];
                assert_eq!(peer.usernames, names);
            }
            assert_eq!(value::<String>(&harness.file, "PRAGMA integrity_check"), "ok");
        }
    }
}

#[test]
fn a_session_that_is_only_read_writes_nothing() {
    for name in ["mtcute-0.30.3", "grammers-0.11.0"] {
        let harness = fixture(name);
        let before = harness.snapshot();
        let session = try_open(&harness.file, true).unwrap();
        for refused in [
            session.update_peers(&[peer(5, &[])]),
            session.set(&changes(&full_data())),
            session.set_data_center(&DataCenter { id: 5, ..DataCenter::default() }),
            session.delete_data_center(2),
            session.delete_update_state(0),
        ] {
            assert_eq!(refused.unwrap_err().code(), ErrorCode::ReadOnly, "{name}");
        }
        drop(session);
        assert!(harness.snapshot() == before, "{name}");
    }
}

#[test]
fn everything_goes_into_a_file_of_the_client_and_back() {
    for tables in [new_databases::MTCUTE, new_databases::GRAMMERS] {
        let (harness, source) = (new(tables), Harness::full("kurigram@7"));
        let (source, target) = (open(&source.file), open(&harness.file));
        let report = convert(&source, &target, &[]).unwrap();
        assert!(report.tables.iter().all(|table| table.left_out == 0), "{:?}", report.tables);
        let back = Harness::new();
        let back = crate::harness::create(&back.file, "kurigram@7");
        convert(&target, &back, &[]).unwrap();
        assert_eq!(back.contents().unwrap().data, source.contents().unwrap().data);
        assert_eq!(back.contents().unwrap().peers, source.contents().unwrap().peers);
        assert_eq!(back.contents().unwrap().update_states, source.contents().unwrap().update_states);
    }
}

#[test]
fn a_damaged_file_takes_a_write_whole_or_not_at_all() {
    for name in ["mtcute-0.30.3", "grammers-0.11.0"] {
        let bytes = fs::read(&fixture(name).file).unwrap();
        for at in (0..bytes.len()).step_by(397) {
            let mut changed = bytes.clone();
            changed[at] ^= 0xff;
            let Ok(session) = Session::open_bytes(&changed, &Options::default()) else { continue };
            let written = session.update_peers(&[peer(5, &["tgs_new"])]);
            match written {
                Ok(()) => assert_eq!(common::id(&session.peer_by_username("tgs_new").unwrap()), 5, "{name} {at}"),
                Err(error) => assert_ne!(error.code(), ErrorCode::Internal, "{name} {at}: {error}"),
            }
        }
    }
}

#[test]
fn a_table_without_its_key_is_only_read() {
    let harness = new(new_databases::MTCUTE);
    sql(
        &harness.file,
        "CREATE TABLE other AS SELECT * FROM peers; DROP TABLE peers; ALTER TABLE other RENAME TO peers",
    );
    let refused = open(&harness.file).update_peers(&[peer(5, &[])]).unwrap_err();
    assert!(refused.code() == ErrorCode::ReadOnly && refused.to_string().contains("convert it"), "{refused}");
    let harness = new(new_databases::GRAMMERS);
    sql(&harness.file, "DROP TABLE channel_state; DROP TABLE update_state");
    let session = open(&harness.file);
    assert!(session.update_states().unwrap().is_empty());
    assert_eq!(session.update_peers(&[peer(5, &[])]).unwrap_err().code(), ErrorCode::ReadOnly);
}

#[test]
fn a_new_file_has_the_clients_tables_and_ours_only_for_what_is_kept_aside() {
    let ours = "SELECT count(*) FROM sqlite_master WHERE name LIKE 'tgsession%' AND type = 'table'";
    let columns = "SELECT t.name, c.name, c.type, c.pk, c.\"notnull\" FROM sqlite_master t, pragma_table_info(t.name) c ORDER BY 1, c.cid";
    for (layout, tables) in [("mtcute", new_databases::MTCUTE), ("grammers", new_databases::GRAMMERS)] {
        let (harness, theirs) = (Harness::new(), new(tables));
        let session = crate::harness::create(&harness.file, layout);
        assert_eq!(rows(&harness.file, columns), rows(&theirs.file, columns), "{layout}");
        let login = SessionData {
            api_id: None,
            date: None,
            takeout_id: None,
            tmp_auth_key: None,
            user_id: Some(OWN),
            ..full_data()
        };
        session.set(&changes(&login)).unwrap();
        session
            .update_peers(
                &[seen(5, &[], 1_700_000_000), peer(-7, &[])]
                    .map(|peer| Peer { last_update_on: peer.last_update_on.filter(|_| layout == "mtcute"), ..peer }),
            )
            .unwrap();
        let account = UpdateState { id: 0, pts: Some(11), qts: Some(1), date: Some(1_700_000_000), seq: Some(4) };
        session
            .set_update_states(&[account, UpdateState { id: CHANNEL, pts: Some(9), ..UpdateState::default() }])
            .unwrap();
        let addresses = if layout == "mtcute" {
            vec![]
        } else {
            vec![DcEndpoint { server_address: "91.108.56.130".into(), port: 443, is_media_only: false }]
        };
        let five = DataCenter { id: 5, auth_key: Some(key(50)), addresses, ..DataCenter::default() };
        session.set_data_center(&five).unwrap();
        assert_eq!(
            value::<i64>(&harness.file, ours),
            0,
            "{layout}: {:?}",
            rows(&harness.file, "SELECT name FROM sqlite_master")
        );
        for session in [&session, &try_open(&harness.file, true).unwrap()] {
            assert_eq!((session.data().unwrap(), session.data_center(5).unwrap()), (login.clone(), Some(five.clone())));
            assert_eq!(session.update_states().unwrap().len(), 2);
        }
        set(&session, Field::ApiId, FieldValue::Integer(77));
        session.set_update_states(&[UpdateState { id: 0, pts: Some(1), ..UpdateState::default() }]).unwrap();
        assert_eq!(value::<i64>(&harness.file, ours), 2, "{layout}");
        assert_eq!(session.data().unwrap(), SessionData { api_id: Some(77), ..login });
    }
}

#[test]
fn what_is_told_of_the_home_data_centre_stands_in_the_clients_tables() {
    let media = DcEndpoint { server_address: "149.154.167.222".into(), port: 443, is_media_only: true };
    let v6 = DcEndpoint { server_address: "2001:67c:4e8:f004::b".into(), port: 443, is_media_only: false };
    for (layout, told) in [("mtcute", media), ("grammers", v6.clone()), ("telethon@10", v6)] {
        let harness = Harness::new();
        let session = crate::harness::create(&harness.file, layout);
        session.set(&changes(&full_data())).unwrap();
        let mut home = session.data_center(4).unwrap().unwrap();
        home.tmp_expires_at = (layout == "mtcute").then_some(1_900_000_000);
        home.addresses.push(told);
        session.set_data_center(&home).unwrap();
        for session in [&session, &try_open(&harness.file, true).unwrap()] {
            assert_eq!(session.data_center(4).unwrap(), Some(home.clone()), "{layout}");
            assert_eq!(session.data().unwrap(), full_data(), "{layout}");
        }
        let theirs = match layout {
            "mtcute" => {
                "SELECT count(*) FROM key_value, temp_auth_keys WHERE key_value.key = 'dc_media' AND dc = 4 AND expires = 1900000000000"
            }
            "grammers" => "SELECT count(*) FROM dc_option WHERE dc_id = 4 AND ipv6 = '[2001:67c:4e8:f004::b]:443'",
            _ => "SELECT count(*) FROM datacenter WHERE id = 4 AND ipv6_addr = '2001:67c:4e8:f004::b:443'",
        };
        assert_eq!(value::<i64>(&harness.file, theirs), 1, "{layout}");
    }
}

/// A peer with three of the usernames, which go from one to the other with each turn.
fn of_turn(id: i64, turn: i64) -> Peer {
    let names = [id + turn, id + 7 * turn + 1, id + 13 * turn + 40].map(|name| format!("tgs_{}", name % 90));
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    seen(id, &names[..usize::try_from((id + turn) % 4).unwrap().min(3)], 1_700_000_000)
}

/// Of a large batch all usernames that are not the first of their peer are read once, and followed.
#[test]
fn a_large_batch_moves_usernames_as_small_ones_do() {
    let (large, small) = (new(new_databases::MTCUTE), new(new_databases::MTCUTE));
    let hidden = r#"INSERT INTO peers VALUES (900, '1|1', '["tgs_3","tgs_90"]', 5, NULL, NULL, 1), (901, '1|1', '["tgs_4"]', 5, NULL, NULL, 1)"#;
    for harness in [&large, &small] {
        sql(&harness.file, hidden);
    }
    let (whole, parts) = (open(&large.file), open(&small.file));
    for turn in 0..6 {
        let batch: Vec<Peer> = (1..60).map(|id| of_turn(id, turn)).collect();
        if turn % 2 == 0 {
            whole.update_peers(&batch).unwrap();
            batch.chunks(3).for_each(|part| parts.update_peers(part).unwrap());
        } else {
            // Every third one is told without its usernames.
            let told = |peer: &Peer| PartialPeer {
                id: peer.id,
                access_hash: peer.access_hash,
                usernames: (peer.id % 3 > 0).then(|| peer.usernames.clone()),
                last_update_on: Some(1_700_000_000),
                ..PartialPeer::default()
            };
            let told: Vec<PartialPeer> = batch.iter().map(told).collect();
            whole.merge_peers(&told).unwrap();
            told.chunks(3).for_each(|part| parts.merge_peers(part).unwrap());
        }
        let all = "SELECT id, hash, usernames, updated, isMin FROM peers ORDER BY id";
        assert_eq!(rows(&large.file, all), rows(&small.file, all), "turn {turn}");
        for name in 0..92 {
            let name = format!("tgs_{name}");
            assert_eq!(whole.peer_by_username(&name).unwrap(), parts.peer_by_username(&name).unwrap(), "{name}");
        }
    }
}
