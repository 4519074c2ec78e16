//! What remains of a batch whose peers tell only a part of what is known: one rule for every engine.
//!
//! **A batch leaves what its peers would leave if they were merged one by one, in their order.** What a row tells
//! replaces what was known, and the rest stays. So of two rows of one peer the later one counts where it tells something,
//! and a username that a row tells is taken from every other peer, as in an update (see `peer_batch`). A username that
//! only stays is taken from nobody; and if a lookup finds another, newer peer by it, which a client may leave so, it does
//! not stay: merging is no sign that the peer still has it.

use std::borrow::Cow;
use std::collections::hash_map::Entry;

use super::keyed_hash::{KeyedHash, KeyedMap, KeyedSet};
use crate::model::{PartialPeer, Peer};

/// The result of a batch.
pub struct MergeBatch<'a> {
    /// Each peer once, in ascending order of the ids. The usernames that they tell are those that they keep.
    pub peers: Vec<Cow<'a, PartialPeer>>,
    /// The usernames to take from all peers that do not tell them, [`Self::abandoned`] among them.
    pub taken: KeyedSet<&'a str>,
    /// Those of them that no peer of the batch keeps.
    pub abandoned: Vec<&'a str>,
}

impl<'a> MergeBatch<'a> {
    /// Works out what remains of a batch.
    pub fn new(peers: &'a [PartialPeer]) -> Self {
        let mut batch =
            Self { peers: Vec::with_capacity(peers.len()), taken: KeyedSet::default(), abandoned: Vec::new() };
        let mut places = KeyedMap::with_capacity_and_hasher(peers.len(), KeyedHash::default());
        for told in peers.iter().rev() {
            let earlier = without(told, &batch.taken);
            match places.entry(told.id) {
                Entry::Vacant(place) => {
                    place.insert(batch.peers.len());
                    batch.peers.push(earlier);
                }
                Entry::Occupied(place) => fill(batch.peers[*place.get()].to_mut(), earlier.into_owned()),
            }
            batch.taken.extend(told.usernames.iter().flatten().map(String::as_str));
        }
        batch.peers.sort_by_key(|told| told.id);
        if batch.peers.len() < peers.len() {
            let told = batch.peers.iter().filter_map(|told| told.usernames.as_ref());
            let kept: KeyedSet<&str> = told.flatten().map(String::as_str).collect();
            batch.abandoned = batch.taken.iter().copied().filter(|username| !kept.contains(username)).collect();
            batch.abandoned.sort_unstable();
        }
        batch
    }

    /// The ids of its peers.
    pub fn ids(&self) -> Vec<i64> {
        self.peers.iter().map(|told| told.id).collect()
    }

    /// The whole peers, if this is stored of them.
    pub fn onto(&self, stored: Vec<Peer>) -> Vec<Peer> {
        let mut stored: KeyedMap<i64, Peer> = stored.into_iter().map(|peer| (peer.id, peer)).collect();
        self.peers.iter().map(|told| self.one_onto(told, stored.remove(&told.id))).collect()
    }

    /// One whole peer.
    pub fn one_onto(&self, told: &PartialPeer, stored: Option<Peer>) -> Peer {
        let mut peer = told.onto(stored);
        if told.usernames.is_none() {
            peer.usernames.retain(|username| !self.taken.contains(username.as_str()));
        }
        peer
    }
}

/// The row less the usernames that later rows have taken.
fn without<'a>(told: &'a PartialPeer, taken: &KeyedSet<&str>) -> Cow<'a, PartialPeer> {
    if !told.usernames.iter().flatten().any(|username| taken.contains(username.as_str())) {
        return Cow::Borrowed(told);
    }
    let mut told = told.clone();
    told.usernames.iter_mut().for_each(|usernames| usernames.retain(|username| !taken.contains(username.as_str())));
    Cow::Owned(told)
}

/// What an earlier row tells counts where the later one tells nothing. The time is the later row's: absent, it is now.
fn fill(later: &mut PartialPeer, earlier: PartialPeer) {
    later.access_hash = later.access_hash.or(earlier.access_hash);
    later.peer_type = later.peer_type.take().or(earlier.peer_type);
    later.usernames = later.usernames.take().or(earlier.usernames);
    later.phone_number = later.phone_number.take().or(earlier.phone_number);
    later.name = later.name.take().or(earlier.name);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(id: i64, usernames: Option<&[&str]>) -> PartialPeer {
        let usernames = usernames.map(|names| names.iter().map(|&name| name.into()).collect());
        PartialPeer { id, usernames, ..PartialPeer::default() }
    }

    fn peer(id: i64, usernames: &[&str]) -> Peer {
        Peer { id, usernames: usernames.iter().map(|&name| name.into()).collect(), ..Peer::default() }
    }

    #[test]
    fn the_later_row_counts_where_it_tells_something() {
        let first =
            PartialPeer { access_hash: Some(1), name: Some("First".into()), last_update_on: Some(5), ..told(5, None) };
        let second = PartialPeer { access_hash: Some(2), phone_number: Some(String::new()), ..told(5, None) };
        let rows = [first, second];
        let batch = MergeBatch::new(&rows);
        let stored = Peer { phone_number: Some("99966".into()), ..peer(5, &["a"]) };
        let merged = Peer { access_hash: Some(2), name: Some("First".into()), ..peer(5, &["a"]) };
        assert_eq!(batch.onto(vec![stored]), [merged]);
    }

    #[test]
    fn a_username_that_is_told_moves_and_one_that_stays_takes_nothing() {
        let rows = [told(5, Some(&["a", "b"])), told(6, Some(&["a"])), told(5, None), told(7, None)];
        let batch = MergeBatch::new(&rows);
        let merged = batch.onto(vec![peer(5, &["z"]), peer(7, &["b", "c"])]);
        assert_eq!(merged, [peer(5, &["b"]), peer(6, &["a"]), peer(7, &["c"])]);
        assert_eq!((batch.taken, batch.abandoned), (["a", "b"].into_iter().collect(), vec![]));
    }

    #[test]
    fn what_was_told_and_given_up_again_is_abandoned() {
        let rows = [told(5, Some(&["a"])), told(5, Some(&[]))];
        let batch = MergeBatch::new(&rows);
        assert_eq!(batch.onto(vec![peer(5, &["b"])]), [peer(5, &[])]);
        assert_eq!(batch.abandoned, ["a"]);
    }
}
