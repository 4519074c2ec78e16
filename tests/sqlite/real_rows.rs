//! Rows that clients really leave behind.

use rusqlite::Connection;
use tgsession::ErrorCode;
use tgsession::model::{Field, FieldValue, Peer, PeerType};
use tgsession::session::{Lookup, NewFile, Options, Outcome, Session, UsernameExpiry, convert};

use crate::common::{CHANNEL, LONG_AGO, full_data, id, now, peer};
use crate::harness::{Harness, create, open, raw, read_only, sql, value};
use crate::old_versions::{kurigram_migration, pyrogram, telethon};

fn by_name(session: &Session, username: &str) -> i64 {
    match session.peer_by_username(username).unwrap() {
        Lookup::Expired => -1,
        found => id(&found),
    }
}

fn usernames(session: &Session, id: i64) -> Vec<String> {
    let one = session.peers(Some(&[id])).unwrap().remove(0).usernames;
    let all = session.peers(None).unwrap().into_iter().find(|peer| peer.id == id).unwrap().usernames;
    assert_eq!(one, all);
    one
}

const KURIGRAM: &str = "INSERT INTO peers (id, access_hash, type, phone_number, last_update_on) VALUES";

fn kurigram(rows: &str) -> Harness {
    Harness::of_sql(&(pyrogram(3) + &kurigram_migration(3, 7) + rows))
}

#[test]
fn a_username_that_is_null_or_has_no_peer_is_nobodys() {
    let harness = kurigram(&format!(
        "{KURIGRAM} (1, 1, 'user', NULL, {}); INSERT INTO usernames VALUES (1, NULL), (1, ''), (2, 'tgs_lost'), (NULL, 'tgs_null'), (1, 'tgs_one')",
        now()
    ));
    let session = read_only(&harness.file);
    assert_eq!(usernames(&session, 1), ["tgs_one"]);
    assert_eq!([by_name(&session, "tgs_lost"), by_name(&session, "tgs_null"), by_name(&session, "tgs_one")], [0, 0, 1]);
}

#[test]
fn peers_in_a_table_that_lost_its_key_are_not_doubled() {
    for (shape, table) in [(pyrogram(3), "peers"), (telethon(7), "entities")] {
        let without_key = format!(
            "CREATE TABLE bare AS SELECT * FROM {table}; DROP TABLE {table}; ALTER TABLE bare RENAME TO {table};"
        );
        let harness = Harness::of_sql(&(shape + &without_key));
        let session = open(&harness.file);
        for name in ["tgs_a", "tgs_b", "tgs_b"] {
            session.update_peers(&[peer(1, &[name]), peer(CHANNEL, &["tgs_c"])]).unwrap();
            assert_eq!(usernames(&session, 1), [name]);
            assert_eq!([by_name(&session, name), by_name(&session, "tgs_c")], [1, CHANNEL], "{table} {name}");
        }
        for user_id in [5, 6] {
            session.set(&[(Field::UserId, Some(FieldValue::Integer(user_id)))]).unwrap();
            assert_eq!(session.data().unwrap().user_id, Some(user_id));
        }
        let rows = format!("SELECT count(*) FROM {table} WHERE id IN (0, 1, {CHANNEL})");
        assert_eq!(value::<i64>(&harness.file, &rows), if table == "entities" { 3 } else { 2 }, "{table}");
    }
}

#[test]
fn of_two_peers_with_one_username_the_newest_is_found() {
    for (older, newer) in [(1, 2), (2, 1)] {
        let time = |id| if id == newer { now() } else { now() - 50 };
        let in_table = format!(
            "{KURIGRAM} (1, 1, 'user', NULL, {}), (2, 1, 'user', NULL, {}); INSERT INTO usernames VALUES ({newer}, 'tgs_x'), ({older}, 'tgs_x')",
            time(1),
            time(2)
        );
        let in_column = format!(
            "INSERT INTO peers VALUES (1, 1, 'user', 'tgs_x', '9', {}), (2, 1, 'user', 'tgs_x', '9', {})",
            time(1),
            time(2)
        );
        let split = format!(
            "INSERT INTO peers VALUES ({newer}, 1, 'user', NULL, '9', {}), ({older}, 1, 'user', 'tgs_x', '9', {}); INSERT INTO usernames VALUES ({newer}, 'tgs_x')",
            now(),
            now() - 50
        );
        let split_back = format!(
            "INSERT INTO peers VALUES ({newer}, 1, 'user', 'tgs_x', '9', {}), ({older}, 1, 'user', NULL, '9', {}); INSERT INTO usernames VALUES ({older}, 'tgs_x')",
            now(),
            now() - 50
        );
        for harness in
            [kurigram(&in_table), Harness::of_sql(&(pyrogram(3) + &in_column)), kurigram(&split), kurigram(&split_back)]
        {
            assert_eq!(by_name(&read_only(&harness.file), "tgs_x"), newer, "{in_column}");
            // Both are carried into any other layout, and the same one is found there.
            for layout in tgsession::session::NewFile::names() {
                let target_lab = Harness::new();
                let target = create(&target_lab.file, &layout);
                convert(&read_only(&harness.file), &target, &[(Field::ApiId, Some(FieldValue::Integer(1)))]).unwrap();
                assert_eq!(by_name(&target, "tgs_x"), newer, "to {layout}");
            }
            let session = open(&harness.file);
            session.update_peers(&[peer(3, &["tgs_x"])]).unwrap();
            assert_eq!(by_name(&session, "tgs_x"), 3);
            assert!(usernames(&session, 1).is_empty() && usernames(&session, 2).is_empty());
        }
    }
}

#[test]
fn the_column_counts_beside_an_empty_table_and_beside_a_filled_one() {
    let harness =
        kurigram(&format!("UPDATE peers SET username = 'tgs_seven'; UPDATE peers SET last_update_on = {};", now()));
    sql(
        &harness.file,
        &format!(
            "INSERT INTO peers VALUES (8, 1, 'user', NULL, NULL, {}); INSERT INTO usernames VALUES (8, 'tgs_a'), (8, 'tgs_b'), (7, 'tgs_c')",
            now()
        ),
    );
    let session = open(&harness.file);
    assert_eq!(
        (usernames(&session, 7), usernames(&session, 8)),
        (vec!["tgs_seven".into(), "tgs_c".into()], vec!["tgs_a".into(), "tgs_b".into()])
    );
    assert_eq!(["tgs_seven", "tgs_c", "tgs_a", "tgs_b"].map(|name| by_name(&session, name)), [7, 7, 8, 8]);
    // Written again, all are where today's client reads them.
    session.update_peers(&[peer(7, &["tgs_seven", "tgs_c"])]).unwrap();
    assert_eq!(value::<i64>(&harness.file, "SELECT count(*) FROM usernames WHERE id = 7"), 2);
    assert_eq!(value::<i64>(&harness.file, "SELECT count(*) FROM peers WHERE username IS NOT NULL"), 0);
    assert_eq!(usernames(&session, 7), ["tgs_seven", "tgs_c"]);
}

#[test]
fn electrograms_channels_have_their_names_under_the_bare_id() {
    let harness = Harness::new();
    drop(create(&harness.file, "pyrofork@4"));
    let time = now();
    sql(
        &harness.file,
        &format!(
            "INSERT INTO peers VALUES ({CHANNEL}, 1, 'channel', NULL, NULL, {time}), (1777000303, 2, 'user', NULL, NULL, {time}), \
         (-1000000000042, 3, 'channel', NULL, NULL, {time}), (6, 4, 'user', NULL, NULL, {time}); \
         INSERT INTO usernames VALUES ('tgs_both', 1777000303, {time}), ('tgs_channel', 42, {time}), ('tgs_channel_two', 42, {time}), \
         ('tgs_marked', {CHANNEL}, {time}), ('tgs_user', 6, {time}), ('tgs_nobody', 5555, {time})"
        ),
    );
    let session = open(&harness.file);
    // A user of just that id is preferred.
    assert_eq!(by_name(&session, "tgs_both"), 1_777_000_303);
    assert_eq!(usernames(&session, 1_777_000_303), ["tgs_both"]);
    assert_eq!(usernames(&session, CHANNEL), ["tgs_marked"]);
    assert_eq!([by_name(&session, "tgs_channel"), by_name(&session, "tgs_channel_two")], [-1_000_000_000_042; 2]);
    assert_eq!(usernames(&session, -1_000_000_000_042), ["tgs_channel", "tgs_channel_two"]);
    assert_eq!(
        [by_name(&session, "tgs_marked"), by_name(&session, "tgs_user"), by_name(&session, "tgs_nobody")],
        [CHANNEL, 6, 0]
    );
    // Seen with other names, the channel loses the old ones.
    session.update_peers(&[peer(-1_000_000_000_042, &["tgs_new", "tgs_newer"])]).unwrap();
    assert_eq!(usernames(&session, -1_000_000_000_042), ["tgs_new", "tgs_newer"]);
    assert_eq!([by_name(&session, "tgs_channel"), by_name(&session, "tgs_newer")], [0, -1_000_000_000_042]);
}

#[test]
fn pyroforks_names_expire_by_their_own_time_too() {
    let harness = Harness::new();
    drop(create(&harness.file, "pyrofork@4"));
    let (now, old) = (now(), now() - 9 * 60 * 60);
    sql(
        &harness.file,
        &format!(
            "INSERT INTO peers VALUES (1, 1, 'user', 'tgs_column', NULL, {now}), (2, 1, 'user', 'tgs_old', NULL, {old}); \
         INSERT INTO usernames VALUES ('tgs_fresh', 1, {now}), ('tgs_stale', 1, {old}), ('tgs_fresh_name', 2, {now})"
        ),
    );
    let session = read_only(&harness.file);
    let found =
        ["tgs_column", "tgs_fresh", "tgs_stale", "tgs_old", "tgs_fresh_name"].map(|name| by_name(&session, name));
    assert_eq!(found, [1, 1, -1, -1, -1]);
}

#[test]
fn access_hashes_null_and_zero_are_told_apart() {
    let harness = Harness::of_sql(
        &(pyrogram(3) + "INSERT INTO peers VALUES (1, NULL, 'user', NULL, NULL, 1), (2, 0, 'user', NULL, NULL, 1)"),
    );
    let hashes = |session: &Session| {
        session.peers(Some(&[1, 2])).unwrap().iter().map(|peer| peer.access_hash).collect::<Vec<_>>()
    };
    assert_eq!(hashes(&read_only(&harness.file)), [None, Some(0)]);
    let target_lab = Harness::new();
    let target = create(&target_lab.file, "telethon@8");
    let given = tgsession::model::SessionData {
        server_address: Some("149.154.167.91".into()),
        port: Some(443),
        ..Default::default()
    };
    let given: Vec<_> = crate::common::changes(&given).into_iter().filter(|(_, value)| value.is_some()).collect();
    convert(&read_only(&harness.file), &target, &given).unwrap();
    assert_eq!(hashes(&target), [None, Some(0)]);
}

#[test]
fn telethons_own_row_is_no_peer_but_the_account() {
    let harness = Harness::of_sql(&(telethon(8) + "insert into entities (id, hash) values (0, 7770001234567);"));
    let session = open(&harness.file);
    assert_eq!(session.data().unwrap().user_id, Some(7_770_001_234_567));
    assert_eq!(session.peers(None).unwrap().iter().map(|peer| peer.id).collect::<Vec<_>>(), [CHANNEL, -8, 7]);
    assert_eq!(session.peer_by_id(0).unwrap(), Lookup::NotFound);
    session.update_peers(&[peer(5, &[])]).unwrap();
    assert_eq!(value::<i64>(&harness.file, "SELECT hash FROM entities WHERE id = 0"), 7_770_001_234_567);
}

#[test]
fn unknown_types_and_numbers_for_types_are_kept() {
    let harness = Harness::of_sql(
        &(pyrogram(3)
            + "INSERT INTO peers VALUES (1, 1, 'planet', NULL, NULL, 1), (2, 1, 5, NULL, NULL, 1), (3, 1, '', NULL, NULL, 1)"),
    );
    let session = open(&harness.file);
    let types = |session: &Session| {
        session.peers(Some(&[1, 2])).unwrap().into_iter().map(|peer| peer.peer_type.unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(types(&session), [PeerType::Other("planet".into()), PeerType::Other("5".into())]);
    let peers = session.peers(Some(&[1, 2])).unwrap();
    session.update_peers(&peers).unwrap();
    assert_eq!(types(&session), [PeerType::Other("planet".into()), PeerType::Other("5".into())]);
    session.peers(None).unwrap();
}

#[test]
fn an_old_last_seen_time_survives_a_conversion_and_not_an_update() {
    let harness = Harness::of_sql(&pyrogram(3));
    let source = read_only(&harness.file);
    let target_lab = Harness::new();
    let target = create(&target_lab.file, "kurigram@7");
    convert(&source, &target, &[(Field::ApiId, Some(FieldValue::Integer(1)))]).unwrap();
    assert_eq!(value::<i64>(&target_lab.file, "SELECT last_update_on FROM peers WHERE id = 7"), LONG_AGO);
    target.update_peers(&[peer(7, &[])]).unwrap();
    assert!(value::<i64>(&target_lab.file, "SELECT last_update_on FROM peers WHERE id = 7") >= now() - 60);
}

/// What clients make by position must stand in their order.
#[test]
fn new_files_have_the_columns_of_their_clients_in_order() {
    let columns = |conn: &Connection, table: &str| -> Vec<String> {
        let mut statement = conn.prepare(&format!("SELECT name FROM pragma_table_info('{table}')")).unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    for (layout, table, expected) in [
        ("pyrogram@3", "sessions", "dc_id api_id test_mode auth_key date user_id is_bot"),
        ("pyrogram@3", "peers", "id access_hash type username phone_number last_update_on"),
        ("kurigram@7", "sessions", "dc_id server_address port api_id test_mode auth_key date user_id is_bot"),
        ("kurigram@7", "peers", "id access_hash type phone_number last_update_on"),
        ("kurigram@6", "sessions", "dc_id api_id test_mode auth_key date user_id is_bot"),
        ("pyrofork@4", "usernames", "id peer_id last_update_on"),
        ("telethon@8", "sessions", "dc_id server_address port auth_key takeout_id tmp_auth_key"),
        ("telethon@7", "sessions", "dc_id server_address port auth_key takeout_id"),
        ("telethon@8", "entities", "id hash username phone name date"),
    ] {
        let harness = Harness::full(layout);
        assert_eq!(columns(&raw(&harness.file), table).join(" "), expected, "{layout}");
    }
    let harness = Harness::new();
    drop(create(&harness.file, "kurigram@7"));
    assert_eq!(
        value::<String>(
            &harness.file,
            "SELECT dc_id || ' ' || server_address || ' ' || port || ' ' || date FROM sessions"
        ),
        "2 149.154.167.51 443 0"
    );
}

#[test]
fn a_further_username_counts_like_a_first_one() {
    for layout in ["pyrogram@3", "kurigram@7", "telethon@8"] {
        let (source, target) = (Harness::full("kurigram@7"), Harness::new());
        let seen = |id, names: &[&str], time| Peer { last_update_on: Some(time), ..peer(id, names) };
        {
            let session = open(&source.file);
            session.update_peers(&[seen(5, &["tgs_x", "tgs_y"], 100), seen(6, &["tgs_z"], 200)]).unwrap();
        }
        // As Kurigram leaves it, which takes a username from nobody.
        sql(&source.file, "INSERT INTO usernames VALUES (6, 'tgs_x')");
        let never = Options { username_expiry: UsernameExpiry::Never, ..Options::default() };
        let new = NewFile::named(layout).unwrap();
        let path = target.file.to_str().unwrap();
        let to = Session::open(path, &Options { new_file: new, ..never }).unwrap();
        convert(&open(&source.file), &to, &[]).unwrap();
        assert_eq!(id(&to.peer_by_username("tgs_x").unwrap()), 6, "{layout}: the newest");
        assert_eq!(id(&to.peer_by_username("tgs_y").unwrap()), 5, "{layout}");
    }
}

// A frequent slip: the id of a bot as api_id. Pyrogram stores it, and the login, before it asks the server.
#[test]
fn a_number_out_of_range_is_an_absent_field_and_no_damage() {
    let harness = Harness::full("pyrogram@3");
    sql(&harness.file, "UPDATE sessions SET api_id = 6387225554");
    let before = harness.snapshot();
    let session = read_only(&harness.file);
    let data = session.data().unwrap();
    assert_eq!((data.api_id, data.auth_key, data.user_id), (None, full_data().auth_key, full_data().user_id));
    assert_eq!(data.unusable[0].sentence(), "its api_id 6387225554 is out of range: it may be the id of a bot");
    // Telethon needs none. To Pyrogram the right one is given.
    let targets = [Harness::new(), Harness::new()];
    let report = convert(&session, &create(&targets[0].file, "telethon@7"), &[]).unwrap();
    let of_field = |name: &str| report.fields.iter().find(|field| field.name == name).unwrap().outcome;
    assert_eq!((of_field("api_id"), of_field("auth_key")), (Outcome::Unusable, Outcome::Kept));
    let target = create(&targets[1].file, "pyrogram@3");
    assert_eq!(convert(&session, &target, &[]).unwrap_err().code(), ErrorCode::Incomplete);
    convert(&session, &target, &[(Field::ApiId, Some(FieldValue::Integer(2040)))]).unwrap();
    assert_eq!(target.data().unwrap().api_id, Some(2040));
    drop(session);
    assert!(harness.snapshot() == before);
    // The client's number stays until it is replaced.
    let session = open(&harness.file);
    session.set(&[(Field::IsBot, Some(FieldValue::Integer(1)))]).unwrap();
    assert_eq!(value::<i64>(&harness.file, "SELECT api_id FROM sessions"), 6_387_225_554);
    session.set(&[(Field::ApiId, Some(FieldValue::Integer(2040)))]).unwrap();
    assert!(session.data().unwrap().unusable.is_empty());
    let harness = Harness::full("kurigram@7");
    sql(&harness.file, "UPDATE sessions SET port = 70000");
    let data = read_only(&harness.file).data().unwrap();
    assert_eq!((data.port, data.unusable[0].sentence()), (None, "its port 70000 is out of range".to_owned()));
}
