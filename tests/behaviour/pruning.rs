//! Peers that are removed because they were not seen for long, or are too many.

use tgsession::ErrorCode;
use tgsession::model::{Field, FieldValue, Peer, PeerType, Prune};
use tgsession::session::{Lookup, Session};

use crate::common::{CHANNEL, id, now, peer, seen};
use crate::engines::each;

const OWN: i64 = 4;

fn ids(session: &Session) -> Vec<i64> {
    session.peers(None).unwrap().iter().map(|peer| peer.id).collect()
}

fn filled(session: &Session) {
    session.set(&[(Field::UserId, Some(FieldValue::Integer(OWN)))]).unwrap();
    let days = |days: i64| now() - days * 86_400;
    let bot = Peer { peer_type: Some(PeerType::Bot), ..seen(7, &[], days(50)) };
    let peers = [seen(OWN, &["tgs_me"], days(900)), seen(5, &["tgs_old", "tgs_older"], days(400))];
    session
        .update_peers(&[&peers[..], &[seen(6, &[], days(20)), bot, seen(CHANNEL, &[], days(500))]].concat())
        .unwrap();
}

#[test]
fn peers_that_were_not_seen_for_long_are_removed() {
    each(|engine| {
        let session = engine.open();
        filled(&session);
        let year = Prune { seen_before: Some(now() - 365 * 86_400), ..Prune::default() };
        assert_eq!(session.prune_peers(&year).unwrap(), 2);
        assert_eq!(session.prune_peers(&year).unwrap(), 0);
        engine.now_and_later(session, |session| {
            assert_eq!(ids(session), [OWN, 6, 7]);
            assert_eq!(session.peer_by_username("tgs_older").unwrap(), Lookup::NotFound);
            // Found, or found and expired.
            assert_ne!(session.peer_by_username("tgs_me").unwrap(), Lookup::NotFound);
        });
    });
}

#[test]
fn the_oldest_of_too_many_are_removed() {
    each(|engine| {
        let session = engine.open();
        filled(&session);
        assert_eq!(session.prune_peers(&Prune { keep_newest: Some(3), ..Prune::default() }).unwrap(), 1);
        assert_eq!(ids(&session), [OWN, 5, 6, 7]);
        let bots = Prune { keep_newest: Some(0), peer_type: Some(PeerType::Bot), ..Prune::default() };
        assert_eq!(session.prune_peers(&bots).unwrap(), 1);
        engine.now_and_later(session, |session| assert_eq!(ids(session), [OWN, 5, 6]));
    });
}

#[test]
fn a_peer_that_is_seen_again_after_it_was_pruned_is_written() {
    each(|engine| {
        let session = engine.open();
        for _ in 0..2 {
            session.update_peers(&[peer(5, &["tgs_five"])]).unwrap();
            assert_eq!(session.prune_peers(&Prune { keep_newest: Some(0), ..Prune::default() }).unwrap(), 1);
            assert_eq!(id(&session.peer_by_username("tgs_five").unwrap()), 0);
        }
    });
}

#[test]
fn pruning_without_a_limit_is_refused() {
    each(|engine| {
        let session = engine.open();
        filled(&session);
        let users = Prune { peer_type: Some(PeerType::User), ..Prune::default() };
        let refused = session.prune_peers(&users).map_err(|error| error.code());
        assert_eq!((refused, ids(&session).len()), (Err(ErrorCode::InvalidArgument), 5));
    });
}
