//! MongoStorage and we at the same time, and many sessions of one process.

use std::collections::BTreeSet;

use serde_json::json;
use tgsession::model::Peer;
use tgsession::session::Session;

use crate::common::{id, now, seen};
use crate::harness::{LIBRARY, OwnServer, Place, open};
use crate::oracle::Process;

const OURS: i64 = 777_000_900_000;
const THEIRS: i64 = 777_000_500_000;
const BATCH: i64 = 20;

#[test]
fn both_write_without_a_pause_and_everything_is_there() {
    let place = Place::new();
    let session = place.open();
    let mut churn = Process::start(LIBRARY, "churn", &place.file());
    churn.say(&json!({"rounds": 10, "batch": BATCH, "first_id": THEIRS}));
    assert!(churn.hear().is_some(), "it cannot churn");
    let ours = |round: i64| OURS + round;
    let (mut rounds, mut last) = (0, json!(null));
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for round in 0..30 {
                session.update_peers(&[seen(ours(round), &[&format!("tgs_ours_{round}")], now())]).unwrap();
                rounds += 1;
            }
        });
        while let Some(line) = churn.hear() {
            last = line;
        }
        writer.join().unwrap();
    });
    assert_eq!(last, json!({"rounds": 10}));
    let found: BTreeSet<i64> = session.peers(None).unwrap().iter().map(|peer| peer.id).collect();
    let expected: BTreeSet<i64> = (0..30).map(ours).chain(THEIRS..THEIRS + BATCH).collect();
    assert_eq!(found, expected);
    for peer in session.peers(None).unwrap().iter().filter(|peer| peer.id < OURS) {
        assert_eq!(peer.access_hash.unwrap() / 1_000_000, 10, "its last round");
    }
    assert_eq!(id(&session.peer_by_username("tgs_ours_29").unwrap()), ours(29));
}

#[test]
fn it_is_killed_and_whatever_it_left_is_whole() {
    let place = Place::new();
    let session = place.open();
    let mut churn = Process::start(LIBRARY, "churn", &place.file());
    churn.say(&json!({"rounds": 100_000, "batch": BATCH, "first_id": THEIRS}));
    for _ in 0..3 {
        assert!(churn.hear().is_some());
    }
    churn.kill();
    let peers = session.peers(None).unwrap();
    assert_eq!(peers.len() as i64, BATCH);
    assert!(
        peers.iter().all(|peer| peer.usernames == [format!("tgs_churn_{}", peer.id)] && peer.access_hash.is_some())
    );
    session.update_peers(&[seen(OURS, &["tgs_after"], now())]).unwrap();
    assert_eq!(id(&session.peer_by_username("tgs_after").unwrap()), OURS);
}

#[test]
fn a_hundred_sessions_share_a_dozen_connections() {
    let server = OwnServer::start();
    let sessions: Vec<Session> = (0..100).map(|n| open(&server.location(&format!("account_{n}")))).collect();
    std::thread::scope(|scope| {
        for (n, session) in sessions.iter().enumerate() {
            scope.spawn(move || {
                let peer = Peer { id: 5, usernames: vec![format!("tgs_{n}")], ..Peer::default() };
                session.update_peers(&[peer]).unwrap();
                assert_eq!(id(&session.peer_by_username(&format!("tgs_{n}")).unwrap()), 5);
            });
        }
    });
    let connections = connections_to(server.port);
    assert!((1..=12).contains(&connections), "{connections} connections");
    let listed = tgsession::storage::mongodb::list(&server.location(""), std::time::Duration::from_secs(5)).unwrap();
    let expected: BTreeSet<String> = (0..100).map(|n| format!("account_{n}")).collect();
    assert_eq!(listed.into_iter().collect::<BTreeSet<_>>(), expected);
    drop(sessions);
    // The pool goes with its last session.
    while connections_to(server.port) > 0 {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

/// This process's connections to a port of the loopback interface.
fn connections_to(port: u16) -> usize {
    let wanted = format!("0100007F:{port:04X}");
    let table = std::fs::read_to_string("/proc/self/net/tcp").unwrap();
    let established =
        |line: &&str| line.split_whitespace().nth(2) == Some(&wanted) && line.split_whitespace().nth(3) == Some("01");
    table.lines().filter(established).count()
}
