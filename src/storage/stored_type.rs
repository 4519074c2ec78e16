//! The type of a peer for a client that knows only some types.

use crate::model::{Peer, PeerType};

/// A type that the client does not know and that the id's mark does not tell.
pub fn unknown_type<'a>(peer: &'a Peer, known: &[&str]) -> Option<&'a PeerType> {
    let is_unknown = |own: &&PeerType| **own != PeerType::from_id(peer.id) && !known.contains(&own.name());
    peer.peer_type.as_ref().filter(is_unknown)
}

/// The type to store for the client: the peer's own, or the nearest one that the client knows.
pub fn stored_type(peer: &Peer, known: &[&str]) -> PeerType {
    match unknown_type(peer, known) {
        None => peer.effective_type(),
        Some(PeerType::Forum) => PeerType::Supergroup,
        Some(_) => PeerType::from_id(peer.id),
    }
}
