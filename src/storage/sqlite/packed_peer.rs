//! A found peer in a third of the memory, for the cache of answers: it may hold a million.

use crate::model::{FoundPeer, PeerType};

/// The answer to a lookup by id, or that there is none. The id is the one that was asked for.
#[derive(Clone, Copy, Debug)]
pub struct PackedPeer {
    access_hash: i64,
    last_update_on: i64,
    flags: u8,
    // In `TYPES`.
    peer_type: u8,
}

const IS_FOUND: u8 = 1;
const HAS_ACCESS_HASH: u8 = 2;
const HAS_TIME: u8 = 4;

const TYPES: [PeerType; 8] = [
    PeerType::User,
    PeerType::Bot,
    PeerType::Group,
    PeerType::Channel,
    PeerType::Supergroup,
    PeerType::Forum,
    PeerType::Direct,
    PeerType::Community,
];

impl PackedPeer {
    /// Packs an answer about this id. `None` for what it cannot hold: a type that is not known.
    pub fn new(id: i64, answer: Option<&FoundPeer>) -> Option<Self> {
        let Some(peer) = answer else {
            return Some(Self { access_hash: 0, last_update_on: 0, flags: 0, peer_type: 0 });
        };
        let peer_type = TYPES.iter().position(|known| *known == peer.peer_type).filter(|_| peer.id == id)?;
        let flag = |is_set: bool, flag: u8| if is_set { flag } else { 0 };
        let flags = flag(peer.access_hash.is_some(), HAS_ACCESS_HASH) | flag(peer.last_update_on.is_some(), HAS_TIME);
        Some(Self {
            access_hash: peer.access_hash.unwrap_or_default(),
            last_update_on: peer.last_update_on.unwrap_or_default(),
            flags: IS_FOUND | flags,
            peer_type: u8::try_from(peer_type).ok()?,
        })
    }

    /// The answer about this id.
    pub fn unpack(self, id: i64) -> Option<FoundPeer> {
        let has = |flag: u8| self.flags & flag != 0;
        has(IS_FOUND).then(|| FoundPeer {
            id,
            access_hash: has(HAS_ACCESS_HASH).then_some(self.access_hash),
            peer_type: TYPES.get(usize::from(self.peer_type)).cloned().unwrap_or_else(|| PeerType::from_id(id)),
            last_update_on: has(HAS_TIME).then_some(self.last_update_on),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answer_comes_back() {
        assert_eq!(PackedPeer::new(5, None).unwrap().unpack(5), None);
        for peer_type in TYPES {
            for (access_hash, last_update_on) in [(None, None), (Some(0), Some(0)), (Some(i64::MIN), Some(i64::MAX))] {
                let peer = FoundPeer { id: -5, access_hash, peer_type: peer_type.clone(), last_update_on };
                assert_eq!(PackedPeer::new(-5, Some(&peer)).unwrap().unpack(-5), Some(peer));
            }
        }
    }

    #[test]
    fn what_has_no_place_is_not_packed() {
        let peer = |id, peer_type| FoundPeer { id, access_hash: None, peer_type, last_update_on: None };
        assert!(PackedPeer::new(5, Some(&peer(5, PeerType::Other("planet".to_owned())))).is_none());
        assert!(PackedPeer::new(5, Some(&peer(6, PeerType::User))).is_none());
    }

    #[test]
    fn it_is_small() {
        assert_eq!(size_of::<PackedPeer>(), 24);
    }
}
