//! Merging in files that other clients and processes use.

use std::path::Path;
use std::time::Duration;

use tgsession::model::{PartialPeer, Peer};
use tgsession::session::{Options, Session};
use tgsession::{ErrorCode, PeerType};

use crate::child;
use crate::common::{id, now, peer, seen};
use crate::harness::{Harness, create, open, raw, sql, value};

const PEERS: i64 = 2_000;

fn told(id: i64) -> PartialPeer {
    PartialPeer { id, ..PartialPeer::default() }
}

fn one(session: &Session, id: i64) -> Peer {
    session.peers(Some(&[id])).unwrap().remove(0)
}

/// Merges another hash into the same peers again and again, and tells after each batch which one it was.
pub fn merge_peers_forever(file: &Path) {
    let session = open(file);
    child::say("ready");
    for number in 1.. {
        let hash = |id| PartialPeer { access_hash: Some(number), ..told(id) };
        session.merge_peers(&(1..=PEERS).map(hash).collect::<Vec<_>>()).unwrap();
        child::say(&format!("wrote {number}"));
    }
}

#[test]
fn a_killed_merge_is_whole_and_loses_nothing() {
    for mode in ["DELETE", "WAL"] {
        let harness = Harness::new();
        let names = |id: i64| [format!("tgs_{id}"), format!("more_{id}")];
        let full = |id: i64| Peer {
            access_hash: Some(0),
            phone_number: Some((99_966_000_000 + id).to_string()),
            ..seen(id, &names(id).each_ref().map(String::as_str), now())
        };
        create(&harness.file, "pyrogram@3").update_peers(&(1..=PEERS).map(full).collect::<Vec<_>>()).unwrap();
        sql(&harness.file, &format!("PRAGMA journal_mode = {mode}"));
        for delay in [0, 40, 150, 400, 900] {
            let writer = child::start("merge_peers_forever", &harness.file);
            std::thread::sleep(Duration::from_millis(delay));
            let said = writer.kill();
            let acknowledged =
                said.iter().filter_map(|line| line.strip_prefix("wrote ")?.parse().ok()).max().unwrap_or(0);
            let peers = open(&harness.file).peers(None).unwrap();
            let numbers: std::collections::BTreeSet<_> = peers.iter().map(|peer| peer.access_hash.unwrap()).collect();
            assert_eq!((peers.len() as i64, numbers.len()), (PEERS, 1), "{mode} {delay}: a part of a batch is there");
            let started_again = acknowledged == 0;
            assert!(started_again || *numbers.first().unwrap() >= acknowledged, "{mode} {delay}: {numbers:?}");
            for peer in &peers {
                assert_eq!(
                    (peer.usernames.as_slice(), &peer.phone_number),
                    (&names(peer.id)[..], &full(peer.id).phone_number)
                );
            }
            assert_eq!(value::<String>(&harness.file, "PRAGMA integrity_check"), "ok");
        }
    }
}

#[test]
fn a_locked_file_is_left_as_it_is_and_merged_afterwards() {
    let harness = Harness::new();
    let session = create(&harness.file, "kurigram@7");
    session.update_peers(&[peer(5, &["tgs_five"])]).unwrap();
    drop(session);
    let options = Options { busy_timeout: Duration::from_millis(50), ..Options::default() };
    let session = Session::open(harness.file.to_str().unwrap(), &options).unwrap();
    let hash = PartialPeer { access_hash: Some(9), ..told(5) };
    session.merge_peers(&[told(5)]).unwrap();
    let other = raw(&harness.file);
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    session.merge_peers(&[told(5)]).unwrap(); // it is in the file already, and needs no lock
    for refused in
        [session.merge_peers(std::slice::from_ref(&hash)), session.delete_peers(&[5]), session.delete_all_peers()]
    {
        assert_eq!(refused.unwrap_err().code(), ErrorCode::Locked);
    }
    assert_eq!(session.peers_by_ids(&[5]).unwrap()[0].as_ref().unwrap().access_hash, peer(5, &[]).access_hash);
    other.execute_batch("COMMIT").unwrap();
    session.merge_peers(&[hash]).unwrap();
    assert_eq!(
        one(&session, 5),
        Peer {
            access_hash: Some(9),
            last_update_on: one(&session, 5).last_update_on,
            peer_type: Some(PeerType::User),
            ..peer(5, &["tgs_five"])
        }
    );
    session.delete_peers(&[5]).unwrap();
    assert!(session.peers(None).unwrap().is_empty());
}

// Pyrogram leaves a username with its old owner too.
#[test]
fn merging_the_old_owner_of_a_username_does_not_take_it_back() {
    for layout in ["pyrogram@3", "telethon@8"] {
        let harness = Harness::new();
        let session = create(&harness.file, layout);
        session.update_peers(&[seen(5, &["tgs_x"], now() - 100), seen(6, &["tgs_y"], now() - 50)]).unwrap();
        let (table, column) = if layout == "pyrogram@3" { ("peers", "username") } else { ("entities", "username") };
        sql(&harness.file, &format!("UPDATE {table} SET {column} = 'tgs_x' WHERE {column} = 'tgs_y'"));
        assert_eq!(id(&session.peer_by_username("tgs_x").unwrap()), 6, "{layout}");
        session.merge_peers(&[PartialPeer { access_hash: Some(3), ..told(5) }]).unwrap();
        assert_eq!(id(&session.peer_by_username("tgs_x").unwrap()), 6, "{layout}");
        assert_eq!((one(&session, 5).access_hash, one(&session, 6).usernames), (Some(3), vec!["tgs_x".to_owned()]));
        // The new owner keeps it, and the old one gets it by being told.
        session.merge_peers(&[told(6)]).unwrap();
        assert_eq!(id(&session.peer_by_username("tgs_x").unwrap()), 6, "{layout}");
        session.merge_peers(&[PartialPeer { usernames: Some(vec!["tgs_x".into()]), ..told(5) }]).unwrap();
        assert_eq!(id(&session.peer_by_username("tgs_x").unwrap()), 5, "{layout}");
    }
}

#[test]
fn merging_makes_no_table_that_the_whole_peer_does_not_need() {
    for layout in ["pyrogram@3", "kurigram@7", "kurigram@6", "pyrofork@4", "telethon@8"] {
        let harness = Harness::new();
        let session = create(&harness.file, layout);
        session.update_peers(&[peer(5, &["tgs_five"]), peer(6, &[])]).unwrap();
        let tables = "SELECT group_concat(name) FROM sqlite_master";
        let before: String = value(&harness.file, tables);
        session
            .merge_peers(&[told(5), told(6), PartialPeer { phone_number: Some("99966".into()), ..told(5) }])
            .unwrap();
        session.delete_peers(&[6]).unwrap();
        assert_eq!(value::<String>(&harness.file, tables), before, "{layout}");
        assert_eq!(one(&session, 5).phone_number.as_deref(), Some("99966"));
    }
}

#[test]
fn what_was_merged_is_not_written_again() {
    let harness = Harness::new();
    let session = create(&harness.file, "pyrogram@3");
    let (full, min) = (peer(5, &["tgs_five"]), PartialPeer { access_hash: peer(5, &[]).access_hash, ..told(5) });
    session.update_peers(std::slice::from_ref(&full)).unwrap();
    session.merge_peers(std::slice::from_ref(&min)).unwrap();
    let watcher = raw(&harness.file);
    let version = || -> i64 { watcher.query_row("PRAGMA data_version", [], |row| row.get(0)).unwrap() };
    let before = version();
    for _ in 0..3 {
        session.merge_peers(std::slice::from_ref(&min)).unwrap();
    }
    assert_eq!(version(), before);
    session.merge_peers(&[PartialPeer { access_hash: Some(1), ..told(5) }]).unwrap();
    assert_ne!(version(), before);
}
