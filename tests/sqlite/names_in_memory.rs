//! Telethon's file has no index on usernames and phone numbers: memory has their owners, and an index is made where that
//! would cost more.

use tgsession::ErrorCode;
use tgsession::model::{PartialPeer, Peer};

use crate::common::{id, peer, seen};
use crate::harness::{Harness, create, open, raw, read_only, sql, value};

fn indexes(harness: &Harness) -> i64 {
    value(&harness.file, "SELECT count(*) FROM sqlite_master WHERE name LIKE 'tgsession_entities_%'")
}

fn rows_with(harness: &Harness, username: &str) -> Vec<i64> {
    let conn = raw(&harness.file);
    let mut statement = conn.prepare("SELECT id FROM entities WHERE username = ?1 ORDER BY id").unwrap();
    statement.query_map([username], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

fn phoned(id: i64, phone_number: &str, last_update_on: i64) -> Peer {
    Peer { phone_number: Some(phone_number.into()), ..seen(id, &[], last_update_on) }
}

fn add_rows(harness: &Harness, from: i64, count: i64) {
    sql(
        &harness.file,
        &format!(
            "INSERT INTO entities SELECT value, 1, 'tgs_' || value, value, NULL, 5 FROM (WITH RECURSIVE n (value) AS \
             (VALUES ({from}) UNION ALL SELECT value + 1 FROM n WHERE value < {}) SELECT value FROM n)",
            from + count - 1
        ),
    );
}

#[test]
fn a_username_has_one_owner() {
    let harness = Harness::new();
    let session = create(&harness.file, "telethon@8");
    session.update_peers(&[peer(1, &["tgs_a"]), peer(2, &["tgs_b"]), peer(3, &[])]).unwrap();
    for (step, (batch, owners)) in [
        (vec![peer(3, &["tgs_a"])], [3, 2]),
        (vec![peer(3, &["tgs_c"])], [0, 2]),
        (vec![peer(2, &["tgs_a"])], [2, 0]),
        (vec![peer(1, &["tgs_b"])], [2, 1]),
        // Each takes the other's.
        (vec![peer(1, &["tgs_a"]), peer(2, &["tgs_b"])], [1, 2]),
        (vec![peer(2, &["tgs_a"]), peer(1, &["tgs_b"])], [2, 1]),
        // Taken and given up in one batch.
        (vec![peer(3, &["tgs_a"]), peer(3, &["tgs_c"])], [0, 1]),
        (vec![peer(4, &["tgs_b"]), peer(5, &["tgs_a"])], [5, 4]),
    ]
    .into_iter()
    .enumerate()
    {
        session.update_peers(&batch).unwrap();
        for session in [&session, &read_only(&harness.file)] {
            for _ in 0..3 {
                let found = ["tgs_a", "tgs_b"].map(|name| id(&session.peer_by_username(name).unwrap()));
                assert_eq!(found, owners, "step {step}");
            }
        }
        for (name, owner) in ["tgs_a", "tgs_b"].iter().zip(owners) {
            let rows: Vec<i64> = Some(owner).filter(|owner| *owner != 0).into_iter().collect();
            assert_eq!(rows_with(&harness, name), rows, "step {step}");
        }
    }
    assert_eq!(indexes(&harness), 0);
}

#[test]
fn what_another_program_has_written_is_known_before_a_username_is_taken() {
    let harness = Harness::new();
    let session = create(&harness.file, "telethon@7");
    session.update_peers(&[peer(1, &["tgs_a"])]).unwrap();
    sql(
        &harness.file,
        "UPDATE entities SET username = NULL; INSERT INTO entities VALUES (8, 1, 'tgs_a', NULL, NULL, 5), (9, 1, 'tgs_a', NULL, NULL, 6)",
    );
    session.update_peers(&[peer(2, &["tgs_a"])]).unwrap();
    assert_eq!(rows_with(&harness, "tgs_a"), [2]);
    assert_eq!((id(&session.peer_by_username("tgs_a").unwrap()), indexes(&harness)), (2, 0));
}

#[test]
fn a_merged_username_is_taken_and_one_that_stays_is_not() {
    let harness = Harness::new();
    let session = create(&harness.file, "telethon@8");
    session.update_peers(&[seen(1, &["tgs_a"], 10), seen(2, &["tgs_b"], 10)]).unwrap();
    sql(&harness.file, "INSERT INTO entities VALUES (9, 1, 'tgs_b', NULL, NULL, 50)");
    let told = |id, usernames: Option<&str>| PartialPeer {
        id,
        name: Some("Ada".into()),
        usernames: usernames.map(|name| vec![name.into()]),
        last_update_on: Some(20),
        ..PartialPeer::default()
    };
    session.merge_peers(&[told(3, Some("tgs_a")), told(2, None)]).unwrap();
    assert_eq!((rows_with(&harness, "tgs_a"), rows_with(&harness, "tgs_b")), (vec![3], vec![9]));
    session.merge_peers(&[told(3, None), told(1, None)]).unwrap();
    assert_eq!((rows_with(&harness, "tgs_a"), indexes(&harness)), (vec![3], 0));
}

#[test]
fn of_equal_phone_numbers_the_newest_is_found() {
    let harness = Harness::new();
    let session = create(&harness.file, "telethon@8");
    let owner = |number: &str| id(&session.peer_by_phone_number(number).unwrap());
    session.update_peers(&[phoned(1, "111", 10), phoned(2, "0222", 10)]).unwrap();
    for _ in 0..3 {
        assert_eq!([owner("111"), owner("222"), owner("0222"), owner("333")], [1, 2, 2, 0]);
    }
    session.update_peers(&[phoned(3, "111", 20), phoned(2, "333", 20)]).unwrap();
    for _ in 0..3 {
        assert_eq!([owner("111"), owner("222"), owner("333")], [3, 0, 2]);
    }
    session.update_peers(&[phoned(1, "111", 30)]).unwrap();
    session.delete_peers(&[2]).unwrap();
    for _ in 0..3 {
        assert_eq!([owner("111"), owner("333")], [1, 0]);
    }
    assert_eq!(indexes(&harness), 0);
}

#[test]
fn a_write_that_found_the_file_locked_leaves_what_is_known() {
    let harness = Harness::new();
    drop(create(&harness.file, "telethon@8"));
    let session = open(&harness.file);
    session.update_peers(&[peer(1, &["tgs_a"])]).unwrap();
    let conn = raw(&harness.file);
    conn.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(session.update_peers(&[peer(2, &["tgs_a"])]).unwrap_err().code(), ErrorCode::Locked);
    conn.execute_batch("ROLLBACK").unwrap();
    assert_eq!(id(&session.peer_by_username("tgs_a").unwrap()), 1);
    session.update_peers(&[peer(2, &["tgs_a"])]).unwrap();
    assert_eq!(rows_with(&harness, "tgs_a"), [2]);
}

#[test]
fn a_peer_with_several_usernames_needs_the_indexes() {
    let harness = Harness::new();
    let session = create(&harness.file, "telethon@8");
    session.update_peers(&[peer(1, &["tgs_a"])]).unwrap();
    assert_eq!(indexes(&harness), 0);
    session.update_peers(&[peer(2, &["tgs_b", "tgs_a"])]).unwrap();
    assert_eq!((indexes(&harness), rows_with(&harness, "tgs_a").len()), (2, 0));
    session.update_peers(&[peer(3, &["tgs_a"])]).unwrap();
    for (name, owner) in [("tgs_a", 3), ("tgs_b", 2)] {
        assert_eq!(id(&session.peer_by_username(name).unwrap()), owner);
    }
}

#[test]
fn a_large_table_gets_indexes_unless_this_session_has_written_it() {
    let harness = Harness::new();
    let session = create(&harness.file, "telethon@8");
    let many: Vec<Peer> = (1..=20_001).map(|n| peer(n, &[&format!("tgs_{n}")])).collect();
    session.update_peers(&many).unwrap();
    session.update_peers(&[peer(30_000, &["tgs_7"])]).unwrap();
    assert_eq!((indexes(&harness), rows_with(&harness, "tgs_7")), (0, vec![30_000]));
    drop(session);
    let session = open(&harness.file);
    session.update_peers(&[peer(30_001, &["tgs_7"])]).unwrap();
    assert_eq!((indexes(&harness), rows_with(&harness, "tgs_7")), (2, vec![30_001]));
    assert_eq!(id(&session.peer_by_username("tgs_7").unwrap()), 30_001);
}

#[test]
fn a_table_that_others_keep_changing_gets_indexes() {
    let harness = Harness::new();
    let session = create(&harness.file, "telethon@8");
    let mut made = Vec::new();
    for round in 0..6 {
        add_rows(&harness, 1 + 2_000 * round, 2_000);
        session.update_peers(&[peer(100_000 + round, &["tgs_5"])]).unwrap();
        assert_eq!(rows_with(&harness, "tgs_5"), [100_000 + round]);
        made.push(indexes(&harness));
    }
    assert_eq!(made, [0, 0, 0, 0, 2, 2]);
}
