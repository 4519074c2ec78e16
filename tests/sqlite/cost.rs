//! What opening and asking costs, counted and not timed: pages that must not be needed are destroyed.

use std::io::{Seek, SeekFrom, Write};

use tgsession::ErrorCode;
use tgsession::model::{Field, FieldValue};

use crate::common::{full_data, key, peer};
use crate::harness::{Harness, check_error, open, raw, read_only, try_open};

fn destroy_peers(harness: &Harness, tables: &str) {
    let conn = raw(&harness.file);
    let size: u32 = conn.query_row("PRAGMA page_size", [], |row| row.get(0)).unwrap();
    let mut statement = conn.prepare(&format!("SELECT pageno FROM dbstat WHERE name IN ({tables})")).unwrap();
    let pages: Vec<u32> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert!(!pages.is_empty());
    drop(statement);
    drop(conn);
    let mut file = std::fs::OpenOptions::new().write(true).open(&harness.file).unwrap();
    for page in pages {
        file.seek(SeekFrom::Start(u64::from(page - 1) * u64::from(size))).unwrap();
        file.write_all(&vec![0xA5; size as usize]).unwrap();
    }
}

#[test]
fn opening_reading_and_writing_fields_touches_no_page_of_the_peers() {
    let all = "'peers', 'idx_peers_id', 'idx_peers_username', 'idx_peers_phone_number', 'usernames', 'idx_usernames_id', \
               'idx_usernames_username', 'tgsession_peers', 'tgsession_usernames'";
    for layout in ["pyrogram@3", "kurigram@7", "kurigram@6", "pyrofork@4"] {
        let harness = Harness::full(layout);
        destroy_peers(&harness, all);
        let before = harness.snapshot();
        for is_read_only in [true, false] {
            let session = try_open(&harness.file, is_read_only).unwrap();
            assert_eq!(session.data().unwrap(), full_data(), "{layout}");
            assert_eq!(session.update_states().unwrap(), crate::common::states());
            for error in [
                session.peers(None).unwrap_err(),
                session.peer_by_id(101).unwrap_err(),
                session.peer_by_username("tgs_one").unwrap_err(),
            ] {
                assert_eq!(error.code(), ErrorCode::Corrupt, "{layout}: {error}");
                check_error(&error, &harness.file, &[key(1), key(2)]);
            }
            drop(session);
            assert!(harness.snapshot() == before);
        }
        let session = open(&harness.file);
        session.set(&[(Field::ApiId, Some(FieldValue::Integer(7)))]).unwrap();
        assert_eq!(session.data().unwrap().api_id, Some(7));
        assert_eq!(session.update_peers(&[peer(5, &["tgs_new"])]).unwrap_err().code(), ErrorCode::Corrupt);
    }
}

#[test]
fn a_lookup_by_id_needs_no_page_of_the_indexes() {
    let harness = Harness::full("pyrogram@3");
    destroy_peers(&harness, "'idx_peers_id', 'idx_peers_username', 'idx_peers_phone_number', 'sessions'");
    let session = read_only(&harness.file);
    assert_eq!(crate::common::id(&session.peer_by_id(101).unwrap()), 101);
    assert_eq!(session.data().unwrap_err().code(), ErrorCode::Corrupt);
}

#[test]
fn names_in_a_table_without_an_index_are_found_also_after_the_file_changed() {
    let harness = Harness::full("telethon@8");
    let conn = raw(&harness.file);
    conn.execute_batch("DROP INDEX tgsession_entities_username; DROP INDEX tgsession_entities_phone").unwrap();
    let session = read_only(&harness.file);
    let name = |name: &str| crate::common::id(&session.peer_by_username(name).unwrap());
    let phone = |number: &str| crate::common::id(&session.peer_by_phone_number(number).unwrap());
    for _ in 0..3 {
        // The second is of our own table.
        assert_eq!((name("tgs_one"), name("tgs_five"), name("tgs_nobody")), (101, 101, 0));
        assert_eq!((phone("9996610001"), phone("09996610001"), phone("1")), (102, 102, 0));
    }
    let renamed = "UPDATE entities SET username = 'tgs_renamed', phone = 777 WHERE id = 101";
    for (batch, expected) in [
        (renamed, [101, 0, 101, 102]),
        ("DELETE FROM entities WHERE id = 101", [0, 0, 0, 102]),
        (
            "INSERT INTO entities VALUES (7, 1, 'tgs_one', 9996610001, NULL, 1), (8, 1, 'tgs_one', 777, NULL, 1800000000)",
            [0, 8, 8, 102],
        ),
        ("UPDATE entities SET date = 1900000000 WHERE id = 7", [0, 7, 8, 7]),
        ("INSERT OR REPLACE INTO entities VALUES (0, 5, 'tgs_self', 778, NULL, 1)", [0, 7, 8, 7]),
    ] {
        conn.execute_batch(batch).unwrap();
        for _ in 0..3 {
            assert_eq!([name("tgs_renamed"), name("tgs_one"), phone("777"), phone("9996610001")], expected, "{batch}");
            assert_eq!((name("tgs_self"), phone("778")), (0, 0));
        }
    }
}

#[test]
fn names_without_an_index_follow_our_own_writes() {
    let harness = Harness::full("telethon@8");
    raw(&harness.file)
        .execute_batch("DROP INDEX tgsession_entities_username; DROP INDEX tgsession_entities_phone")
        .unwrap();
    let session = open(&harness.file);
    let name = |name: &str| crate::common::id(&session.peer_by_username(name).unwrap());
    for _ in 0..3 {
        assert_eq!(name("tgs_super"), crate::common::CHANNEL - 1);
    }
    // This makes no index.
    session.set_update_states(&crate::common::states()).unwrap();
    for _ in 0..3 {
        assert_eq!(name("tgs_super"), crate::common::CHANNEL - 1);
    }
    session.update_peers(&[peer(5, &["tgs_super"])]).unwrap();
    for _ in 0..3 {
        assert_eq!(name("tgs_super"), 5);
    }
    drop(session);
    let made: i64 = raw(&harness.file)
        .query_row("SELECT count(*) FROM sqlite_master WHERE name LIKE 'tgsession_entities_%'", [], |row| row.get(0))
        .unwrap();
    assert_eq!(made, 2);
}
