//! A server that goes away and comes back.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use tgsession::ErrorCode;
use tgsession::model::{Field, FieldValue, Peer};
use tgsession::session::{Options, Session};

use crate::common::{changes, full_data, id, now, seen};
use crate::harness::{OwnServer, open};

fn batch(round: i64) -> Vec<Peer> {
    let peer = |id: i64| Peer { access_hash: Some(round), ..seen(id, &[&format!("tgs_{id}")], now()) };
    (1..=60).map(peer).collect()
}

#[test]
fn a_server_that_dies_in_the_middle_of_batches_and_comes_back() {
    let mut server = OwnServer::start();
    // The driver looks for a server twice a second: with less patience it may miss one that has just come back.
    let options = Options { busy_timeout: Duration::from_secs(2), ..Options::default() };
    let session = Session::open(&server.location("bot"), &options).unwrap();
    session.set(&changes(&full_data())).unwrap();
    let done = AtomicI64::new(0);
    for _ in 0..3 {
        let error = std::thread::scope(|scope| {
            let before = done.load(Ordering::SeqCst);
            let writer = scope.spawn(|| {
                loop {
                    let round = done.load(Ordering::SeqCst) + 1;
                    if let Err(error) = session.update_peers(&batch(round)) {
                        return error;
                    }
                    done.store(round, Ordering::SeqCst);
                }
            });
            while done.load(Ordering::SeqCst) < before + 2 {
                std::thread::sleep(Duration::from_millis(1));
            }
            server.kill();
            writer.join().unwrap()
        });
        assert_eq!(error.code(), ErrorCode::Server, "{error}");
        assert_eq!(session.peer_by_id(1).unwrap_err().code(), ErrorCode::Server);
        assert_eq!(session.set(&[(Field::ApiId, Some(FieldValue::Integer(1)))]).unwrap_err().code(), ErrorCode::Server);
        server.restart();
        // The next call works: what was acknowledged is there, and every peer is whole.
        let peers = session.peers(None).unwrap();
        assert_eq!(peers.len(), 60);
        let last = done.load(Ordering::SeqCst);
        for peer in peers {
            assert_eq!(peer.usernames, [format!("tgs_{}", peer.id)]);
            let round = peer.access_hash.unwrap();
            assert!((last..=last + 1).contains(&round), "round {round} of peer {} after round {last}", peer.id);
        }
        assert_eq!(session.data().unwrap(), full_data());
        // The same batch again completes it.
        session.update_peers(&batch(last + 1)).unwrap();
        done.store(last + 1, Ordering::SeqCst);
        assert!(session.peers(None).unwrap().iter().all(|peer| peer.access_hash == Some(last + 1)));
    }
}

#[test]
fn a_connection_that_died_in_silence_is_replaced() {
    let mut server = OwnServer::start();
    let session = open(&server.location("bot"));
    session.update_peers(&batch(1)).unwrap();
    server.kill();
    server.restart();
    // There was no call in between: the pool does not know yet that its connections are broken.
    session.update_peers(&[seen(7, &["tgs_new"], now())]).unwrap();
    assert_eq!(id(&session.peer_by_username("tgs_new").unwrap()), 7);
    session.set(&[(Field::ApiId, Some(FieldValue::Integer(9)))]).unwrap();
    assert_eq!(session.data().unwrap().api_id, Some(9));
}
