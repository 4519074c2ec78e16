//! A batch is there wholly or not at all, and is there once the call has returned, though the process is killed.

use std::path::Path;
use std::time::Duration;

use tgsession::model::Peer;

use crate::child;
use crate::common::{now, seen};
use crate::harness::{Harness, create, open, sql, value};

const PEERS: i64 = 2_000;

fn batch(number: i64) -> Vec<Peer> {
    let one = |id: i64| Peer {
        access_hash: Some(number),
        ..seen(id, &[&format!("tgs_{number}_{id}"), &format!("more_{id}")], now())
    };
    (1..=PEERS).map(one).collect()
}

/// Writes the same peers again and again, and tells after each batch which one it was.
pub fn update_peers_forever(file: &Path) {
    let session = open(file);
    session.update_peers(&batch(0)).unwrap();
    child::say("ready");
    for number in 1.. {
        session.update_peers(&batch(number)).unwrap();
        child::say(&format!("wrote {number}"));
    }
}

#[test]
fn a_killed_batch_is_whole_and_an_acknowledged_one_is_there() {
    for mode in ["DELETE", "WAL"] {
        let harness = Harness::new();
        drop(create(&harness.file, "pyrogram@3"));
        sql(&harness.file, &format!("PRAGMA journal_mode = {mode}"));
        for delay in [0, 40, 150, 400, 900] {
            let writer = child::start("update_peers_forever", &harness.file);
            std::thread::sleep(Duration::from_millis(delay));
            let said = writer.kill();
            let acknowledged =
                said.iter().filter_map(|line| line.strip_prefix("wrote ")?.parse().ok()).max().unwrap_or(0);
            let peers = open(&harness.file).peers(None).unwrap();
            let numbers: std::collections::BTreeSet<_> = peers.iter().map(|peer| peer.access_hash.unwrap()).collect();
            assert_eq!((peers.len() as i64, numbers.len()), (PEERS, 1), "{mode} {delay}: a part of a batch is there");
            assert!(*numbers.first().unwrap() >= acknowledged, "{mode} {delay}: {numbers:?} after {acknowledged}");
            for peer in &peers {
                let names = [format!("tgs_{}_{}", numbers.first().unwrap(), peer.id), format!("more_{}", peer.id)];
                assert_eq!(peer.usernames, names);
            }
            assert_eq!(value::<String>(&harness.file, "PRAGMA integrity_check"), "ok");
        }
    }
}
