//! A client migrates the file while we have it open, or after we wrote what it had no place for.

use tgsession::model::{Field, FieldValue, Peer};

use crate::common::{self, full_contents, full_data, id, now, seen, states};
use crate::harness::{Harness, open, raw, read_only, sql, value};
use crate::old_versions::{kurigram_migration, pyrogram, telethon};

#[test]
fn our_tables_have_names_that_no_client_minds() {
    for layout in tgsession::session::NewFile::names() {
        let harness = Harness::full(&layout);
        let conn = raw(&harness.file);
        let mut statement =
            conn.prepare("SELECT name FROM sqlite_master WHERE name LIKE 'tgsession%' AND type = 'table'").unwrap();
        let names: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        for name in names {
            assert!(name.len() <= 20 && name.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_'), "{name}");
        }
    }
}

#[test]
fn kurigrams_migration_is_met_by_the_next_call_of_every_kind() {
    let calls: [fn(&tgsession::session::Session); 6] = [
        |session| assert_eq!(id(&session.peer_by_username("tgs_moved").unwrap()), 7),
        |session| assert_eq!(session.format().unwrap().to_string(), "kurigram@7"),
        |session| assert_eq!(session.peers(Some(&[7])).unwrap()[0].usernames, ["tgs_moved", "tgs_more"]),
        |session| session.update_peers(&[seen(9, &["tgs_nine"], now())]).unwrap(),
        |session| session.set(&[(Field::Port, Some(FieldValue::Integer(80)))]).unwrap(),
        |session| session.set_update_states(&states()).unwrap(),
    ];
    for mode in ["DELETE", "WAL"] {
        for call in calls {
            for was_asked in [true, false] {
                let harness = Harness::of_sql(&format!("PRAGMA journal_mode = {mode}; {}", pyrogram(3)));
                let (session, reader) = (open(&harness.file), read_only(&harness.file));
                if was_asked {
                    for session in [&session, &reader] {
                        assert_eq!(id(&session.peer_by_username("tgs_moved").unwrap()), 0);
                        session.contents().unwrap();
                    }
                }
                sql(&harness.file, &kurigram_migration(3, 7));
                sql(
                    &harness.file,
                    &format!(
                        "INSERT OR REPLACE INTO peers VALUES (7, 1, 'user', NULL, NULL, {}); \
                    INSERT INTO usernames VALUES (7, 'tgs_moved'), (7, 'tgs_more')",
                        now()
                    ),
                );
                call(&session);
                for session in [&session, &reader] {
                    assert_eq!(session.format().unwrap().to_string(), "kurigram@7");
                    assert_eq!(id(&session.peer_by_username("tgs_moved").unwrap()), 7);
                    assert!(session.layout_support().unwrap().update_states);
                }
                session.update_peers(&[seen(9, &["tgs_nine"], now())]).unwrap();
                session.set(&[(Field::Port, Some(FieldValue::Integer(80)))]).unwrap();
                session.set_update_states(&states()).unwrap();
                // All of it stands where the client reads it now.
                assert_eq!(value::<i64>(&harness.file, "SELECT id FROM usernames WHERE username = 'tgs_nine'"), 9);
                assert_eq!(value::<i64>(&harness.file, "SELECT port FROM sessions"), 80);
                assert_eq!(value::<i64>(&harness.file, "SELECT count(*) FROM update_state"), states().len() as i64);
                assert_eq!(id(&reader.peer_by_username("tgs_nine").unwrap()), 9);
            }
        }
    }
}

#[test]
fn telethons_upgrade_is_met_too() {
    let harness = Harness::of_sql(&telethon(7));
    let session = open(&harness.file);
    session.data().unwrap();
    sql(&harness.file, "alter table sessions add column tmp_auth_key blob; update version set version = 8");
    session.set(&common::changes(&full_data())).unwrap();
    assert_eq!(session.format().unwrap().to_string(), "telethon@8");
    assert_eq!(value::<i64>(&harness.file, "SELECT length(tmp_auth_key) FROM sessions"), 256);
    // 5 → 6 empties the table by creating it again, which removes our index.
    let harness = Harness::of_sql(&telethon(5));
    let session = open(&harness.file);
    session.update_peers(&[seen(7, &["tgs_seven"], now())]).unwrap();
    assert_eq!(id(&session.peer_by_username("tgs_seven").unwrap()), 7);
    sql(
        &harness.file,
        "begin; drop table entities; create table entities (id integer primary key, hash integer not null, username text, \
        phone integer, name text, date integer); insert into entities values (8, 1, 'tgs_seven', NULL, NULL, 1); update version set version = 7; commit",
    );
    for _ in 0..3 {
        assert_eq!(id(&session.peer_by_username("tgs_seven").unwrap()), 8);
    }
    session.update_peers(&[seen(9, &["tgs_nine"], now())]).unwrap();
    assert_eq!(id(&session.peer_by_username("tgs_nine").unwrap()), 9);
}

#[test]
fn a_file_that_we_filled_survives_every_migration_of_its_clients() {
    for from in 1..=6 {
        let harness =
            Harness::of_sql(&if from <= 3 { pyrogram(from) } else { pyrogram(3) + &kurigram_migration(3, from) });
        let session = open(&harness.file);
        let given = full_contents();
        session.set(&common::changes(&given.data)).unwrap();
        session.update_peers(&given.peers).unwrap();
        session.set_update_states(&given.update_states).unwrap();
        session.cache_sent_files(&given.sent_files).unwrap();
        sql(&harness.file, &kurigram_migration(from, 7));
        for session in [session, read_only(&harness.file)] {
            assert_eq!(session.format().unwrap().to_string(), "kurigram@7");
            // The new columns are NULL: what we kept aside is still there.
            assert_eq!(session.data().unwrap(), full_data(), "from {from}");
            assert_eq!(session.update_states().unwrap(), given.update_states);
            let channel = session.peers(Some(&[common::CHANNEL])).unwrap();
            if from > 1 {
                assert_eq!(channel[0].usernames, ["tgs_channel", "tgs_channel_two"], "from {from}");
            }
        }
        // What the client writes into its new places wins.
        sql(
            &harness.file,
            &format!(
                "UPDATE sessions SET server_address = '1.2.3.4', port = 88, api_id = 99; \
            INSERT OR REPLACE INTO update_state VALUES (0, 1, 2, 3, 4); \
            INSERT OR REPLACE INTO peers (id, access_hash, type, last_update_on) VALUES ({}, 5, 'channel', {})",
                common::CHANNEL,
                now()
            ),
        );
        let session = open(&harness.file);
        let data = session.data().unwrap();
        assert_eq!((data.server_address.as_deref(), data.port, data.api_id), (Some("1.2.3.4"), Some(88), Some(99)));
        assert_eq!(data.takeout_id, full_data().takeout_id);
        assert_eq!(session.update_states().unwrap().last().unwrap().pts, Some(1));
        // And what we write afterwards is the client's too.
        session.set(&[(Field::Port, Some(FieldValue::Integer(443)))]).unwrap();
        assert_eq!(value::<i64>(&harness.file, "SELECT port FROM sessions"), 443);
        session.update_peers(&[Peer { name: None, ..seen(101, &["tgs_one", "tgs_two"], now()) }]).unwrap();
        assert_eq!(session.peers(Some(&[101])).unwrap()[0].usernames, ["tgs_one", "tgs_two"]);
        assert_eq!(id(&session.peer_by_username("tgs_five").unwrap()), 0);
    }
}
