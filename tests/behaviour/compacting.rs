//! The room that deleted peers have left, given back.

use std::num::NonZeroU64;

use tgsession::ErrorCode;
use tgsession::model::Peer;

use crate::common::{id, now, peer, seen};
use crate::engines::each;

#[test]
fn what_is_left_is_all_there() {
    each(|engine| {
        let session = engine.open();
        let gone: Vec<Peer> = (1_000..1_000 + engine.many).map(|id| seen(id, &[&format!("tgs_{id}")], now())).collect();
        let ids: Vec<i64> = gone.iter().map(|peer| peer.id).collect();
        session.update_peers(&gone).unwrap();
        session.update_peers(&[peer(5, &["tgs_five"])]).unwrap();
        session.delete_peers(&ids).unwrap();
        let before = session.contents().unwrap();
        let compacted = session.compact(None).map_err(|error| error.code());
        if session.capabilities().unwrap().compacts {
            compacted.unwrap();
            assert_eq!(session.compact(NonZeroU64::new(1)).unwrap(), 0);
        } else {
            assert_eq!(compacted, Err(ErrorCode::Unsupported));
        }
        session.update_peers(&[peer(1_000, &["tgs_again"])]).unwrap();
        session.delete_peers(&[1_000]).unwrap();
        engine.now_and_later(session, |session| {
            assert_eq!(session.contents().unwrap(), before);
            assert_eq!(id(&session.peer_by_username("tgs_five").unwrap()), 5);
        });
    });
}
