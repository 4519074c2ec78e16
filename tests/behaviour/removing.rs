//! Peers that are removed, and many that are looked up at once.

use tgsession::model::{FoundPeer, Peer, PeerType};
use tgsession::session::{Lookup, Options, Session, convert};

use crate::common::{self, CHANNEL, id, now, peer, seen};
use crate::engines::each;

fn by_name(session: &Session, username: &str) -> i64 {
    id(&session.peer_by_username(username).unwrap())
}

/// Something of each kind that a layout may keep aside.
fn odd(id: i64, name: &str) -> Peer {
    Peer {
        access_hash: None,
        peer_type: Some(PeerType::Other("planet".into())),
        phone_number: Some(format!("99966{}", id.unsigned_abs() % 1_000)),
        name: Some(name.into()),
        ..seen(id, &[&format!("{name}_a"), &format!("{name}_b"), &format!("{name}_c")], now() - 10)
    }
}

#[test]
fn nothing_is_left_of_peers_that_are_removed() {
    each(|engine| {
        let session = engine.open();
        session.set(&common::changes(&common::full_data())).unwrap();
        session.set_update_states(&common::states()).unwrap();
        session
            .update_peers(&[odd(5, "tgs_five"), odd(CHANNEL, "tgs_news"), odd(6, "tgs_six"), peer(7, &["tgs_x"])])
            .unwrap();
        session.delete_peers(&[CHANNEL, 5, 999, 5, 0]).unwrap();
        engine.now_and_later(session, |session| {
            assert_eq!(session.peers(None).unwrap().iter().map(|peer| peer.id).collect::<Vec<_>>(), [6, 7]);
            for gone in [5, CHANNEL] {
                assert_eq!(session.peer_by_id(gone).unwrap(), Lookup::NotFound);
            }
            for name in ["tgs_five_a", "tgs_five_b", "tgs_news_a", "tgs_news_c"] {
                assert_eq!(by_name(session, name), 0, "{name}");
            }
            assert_eq!(id(&session.peer_by_phone_number("999665").unwrap()), 0);
            assert_eq!(id(&session.peer_by_name("tgs_five").unwrap()), 0);
            assert_eq!(["tgs_six_a", "tgs_six_c", "tgs_x"].map(|name| by_name(session, name)), [6, 6, 7]);
            assert_eq!(session.data().unwrap(), common::full_data());
            assert_eq!(session.update_states().unwrap().len(), common::states().len());
        });
    });
}

#[test]
fn what_was_kept_aside_does_not_come_back_with_the_peer() {
    each(|engine| {
        let session = engine.open();
        session.update_peers(&[odd(5, "tgs_five"), odd(CHANNEL, "tgs_news")]).unwrap();
        for by_id in [true, false] {
            let gone = if by_id { session.delete_peers(&[5, CHANNEL]) } else { session.delete_all_peers() };
            gone.unwrap();
            for id in [5, CHANNEL] {
                // The same peer, as another client would add it, and twice: what was written before is not remembered.
                session
                    .merge_peers(&[tgsession::PartialPeer { id, access_hash: Some(4), ..Default::default() }])
                    .unwrap();
                let read = session.peers(Some(&[id])).unwrap().remove(0);
                let expected = Peer { peer_type: Some(PeerType::from_id(id)), ..peer(id, &[]) };
                let read = Peer { last_update_on: None, peer_type: Some(read.effective_type()), ..read };
                assert_eq!(read, Peer { access_hash: Some(4), last_update_on: None, ..expected });
            }
            session.update_peers(&[odd(5, "tgs_five"), odd(CHANNEL, "tgs_news")]).unwrap();
            assert_eq!(by_name(&session, "tgs_five_b"), 5);
        }
    });
}

#[test]
fn a_peer_that_was_removed_is_written_again() {
    each(|engine| {
        let session = engine.open();
        for _ in 0..3 {
            session.update_peers(&[peer(5, &["tgs_five"]), peer(6, &[])]).unwrap();
            session.delete_peers(&[5]).unwrap();
            assert_eq!((by_name(&session, "tgs_five"), session.peers(None).unwrap().len()), (0, 1));
            session.update_peers(&[peer(5, &["tgs_five"])]).unwrap();
            assert_eq!(by_name(&session, "tgs_five"), 5);
        }
    });
}

#[test]
fn all_peers_are_removed_and_nothing_else() {
    each(|engine| {
        let session = engine.open();
        session.delete_all_peers().unwrap();
        session.delete_peers(&[5]).unwrap();
        let source = Session::open(":memory:", &Options::default()).unwrap();
        source.set(&common::changes(&common::full_data())).unwrap();
        source.update_peers(&common::peers()).unwrap();
        source.set_update_states(&common::states()).unwrap();
        source.cache_sent_files(&common::sent_files()).unwrap();
        convert(&source, &session, &[]).unwrap();
        let before = session.contents().unwrap();
        assert!(!before.peers.is_empty());
        session.delete_all_peers().unwrap();
        engine.now_and_later(session, |session| {
            let left = session.contents().unwrap();
            assert!(left.peers.is_empty());
            assert_eq!(
                (left.data, left.update_states, left.sent_files.len()),
                (before.data.clone(), before.update_states.clone(), before.sent_files.len())
            );
            for name in common::peers().iter().flat_map(|peer| &peer.usernames) {
                assert_eq!(by_name(session, name), 0, "{name}");
            }
        });
    });
}

#[test]
fn many_peers_are_removed_at_once() {
    each(|engine| {
        let (session, many) = (engine.open(), engine.many);
        session.update_peers(&(1..=many).map(|id| peer(id, &[&format!("tgs_{id}")])).collect::<Vec<_>>()).unwrap();
        session.delete_peers(&(2..=many).collect::<Vec<_>>()).unwrap();
        engine.now_and_later(session, |session| {
            assert_eq!(session.peers(None).unwrap().len(), 1);
            assert_eq!([by_name(session, "tgs_1"), by_name(session, "tgs_2")], [1, 0]);
        });
    });
}

#[test]
fn many_are_found_each_at_the_place_of_its_id() {
    each(|engine| {
        let session = engine.open();
        assert_eq!(session.peers_by_ids(&[5, 0]).unwrap(), [None, None]);
        session.update_peers(&common::peers()).unwrap();
        let ids: Vec<i64> = common::peers().iter().rev().map(|peer| peer.id).chain([999, 0]).collect();
        let ids = [&ids[..], &ids[..1]].concat();
        let expected = |ids: &[i64]| -> Vec<Option<FoundPeer>> {
            let found = |id: &i64| common::peers().iter().find(|peer| peer.id == *id).map(FoundPeer::from);
            ids.iter().map(found).collect()
        };
        engine.now_and_later(session, |session| {
            assert!(session.peers_by_ids(&[]).unwrap().is_empty());
            // From the third time on a cache may answer; one that has some of them answers for none.
            for _ in 0..4 {
                assert_eq!(session.peers_by_ids(&ids).unwrap(), expected(&ids));
                assert_eq!(session.peers_by_ids(&ids[1..3]).unwrap(), expected(&ids[1..3]));
            }
            session.update_peers(&[Peer { access_hash: Some(77), ..common::peers().remove(0) }]).unwrap();
            let first = common::peers()[0].id;
            let hash = |found: &Option<FoundPeer>| found.as_ref().and_then(|peer| peer.access_hash);
            let found = session.peers_by_ids(&[first, first]).unwrap();
            assert_eq!(found.iter().map(hash).collect::<Vec<_>>(), [Some(77), Some(77)]);
            session.update_peers(&common::peers()).unwrap();
        });
        let session = engine.open();
        let (many, ids) = (engine.many, (1..=engine.many + 5).collect::<Vec<_>>());
        session.update_peers(&(1..=many).map(|id| peer(id, &[])).collect::<Vec<_>>()).unwrap();
        let found = session.peers_by_ids(&ids).unwrap();
        assert!(
            ids.iter()
                .zip(&found)
                .all(|(id, found)| found.as_ref().map(|peer| peer.id) == (*id <= many).then_some(*id))
        );
    });
}
