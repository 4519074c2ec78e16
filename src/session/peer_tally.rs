//! How many peers there are, and what they have: what a report tells of them.

use std::collections::BTreeMap;

use crate::model::{Peer, PeerType};

// Clients have a dozen types; what somebody else has written may be anything.
const MOST_TYPES: usize = 1_000;

/// Counts of peers.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct PeerTally {
    pub peers: usize,
    pub usernames: usize,
    /// Peers with a username.
    pub named: usize,
    /// Peers with a display name.
    pub with_name: usize,
    /// Peers without a type.
    pub untyped: usize,
    /// Peers whose id tells their type.
    told: usize,
    /// The others, by their types.
    types: BTreeMap<String, usize>,
    /// Those of further types, which no client knows.
    unknown: usize,
}

impl PeerTally {
    /// Counts these peers.
    pub fn of(peers: &[Peer]) -> Self {
        let mut tally = Self::default();
        tally.add(peers);
        tally
    }

    /// Counts these peers too.
    pub fn add(&mut self, peers: &[Peer]) {
        self.peers += peers.len();
        for peer in peers {
            self.usernames += peer.usernames.len();
            self.named += usize::from(!peer.usernames.is_empty());
            self.with_name += usize::from(peer.name.is_some());
            match &peer.peer_type {
                None => {
                    self.untyped += 1;
                    self.told += 1;
                }
                Some(told) if *told == PeerType::from_id(peer.id) => self.told += 1,
                Some(other) => self.add_type(other.name()),
            }
        }
    }

    fn add_type(&mut self, name: &str) {
        if let Some(count) = self.types.get_mut(name) {
            *count += 1;
        } else if self.types.len() < MOST_TYPES {
            self.types.insert(name.to_owned(), 1);
        } else {
            self.unknown += 1;
        }
    }

    /// Peers whose type has a place where these types are known, or every type.
    pub fn with_place(&self, known: Option<&[&str]>) -> usize {
        let Some(known) = known else { return self.peers };
        let types = self.types.iter().filter(|(name, _)| known.contains(&name.as_str()));
        self.told + types.map(|(_, count)| count).sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_counted_and_not_without_end() {
        let peer = |id, name: &str| Peer { id, peer_type: Some(PeerType::from_name(name)), ..Peer::default() };
        let mut tally = PeerTally::of(&[peer(5, "user"), peer(6, "bot"), Peer { id: 7, ..Peer::default() }]);
        assert_eq!((tally.peers, tally.untyped), (3, 1));
        assert_eq!([None, Some(&["bot"][..]), Some(&[][..])].map(|known| tally.with_place(known)), [3, 3, 2]);
        for number in 0..MOST_TYPES + 10 {
            tally.add(&[peer(9, &format!("type{number}"))]);
        }
        assert_eq!((tally.types.len(), tally.unknown), (MOST_TYPES, 11));
        assert_eq!(tally.with_place(None), MOST_TYPES + 13);
    }
}
