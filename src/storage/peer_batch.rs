//! Who keeps what when peers are written together, and who is found when several match: one rule for every engine.
//!
//! **A batch leaves what its peers would leave if they were written one by one, in their order.** A row replaces all
//! that was known of its peer, and takes each of its usernames from every other peer. So the last row of a peer counts,
//! the last row with a username has it, and a username that a peer took and gave up again within one batch belongs to
//! nobody: its earlier owner has lost it as well. The times in the rows do not matter here, only the order. The clients
//! do the same: Pyrogram and Telethon `REPLACE` row after row.
//!
//! **Of several peers that match a lookup, the one with the newest last-seen time is found; of several with the same
//! time, the one with the lowest id.** Two peers may have one phone number, and copied sessions may have one username
//! twice. The lowest id is what the clients' own SQLite lookups return.

use std::borrow::Cow;
use std::cmp::Reverse;

use super::keyed_hash::{KeyedHash, KeyedSet};
use crate::model::{FoundPeer, Peer};

/// How peers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteMode {
    /// Telegram told of these peers: each username goes to its newest owner. A peer without a time was seen `now`.
    Update { now: i64 },
    /// The peers are copied as they are: usernames that several peers have stay with all of them.
    Import { now: i64 },
}

impl WriteMode {
    /// The last-seen time to store.
    pub fn last_update_on(self, peer: &Peer) -> i64 {
        let (Self::Update { now } | Self::Import { now }) = self;
        peer.last_update_on.unwrap_or(now)
    }

    /// Whether usernames are taken from their earlier owners.
    pub fn takes_usernames(self) -> bool {
        matches!(self, Self::Update { .. })
    }
}

/// The result of a batch.
pub struct PeerBatch<'a> {
    /// Each peer once, in ascending order of the ids, with the usernames that it keeps.
    pub peers: Vec<Cow<'a, Peer>>,
    /// The usernames to take from all peers that are not in the batch, [`Self::abandoned`] among them.
    pub taken: KeyedSet<&'a str>,
    /// Those of them that no peer of the batch keeps.
    pub abandoned: Vec<&'a str>,
}

impl<'a> PeerBatch<'a> {
    /// Works out what remains of a batch.
    pub fn new(peers: &'a [Peer], mode: WriteMode) -> Self {
        let count = peers.len();
        let taken = set(if mode.takes_usernames() { count } else { 0 });
        let mut batch = Self { peers: Vec::with_capacity(count), taken, abandoned: Vec::new() };
        // So Telegram tells many: then none is there twice.
        let is_ascending = peers.is_sorted_by(|one, next| one.id < next.id);
        let mut ids = set(if is_ascending { 0 } else { count });
        for peer in peers.iter().rev() {
            if is_ascending || ids.insert(peer.id) {
                batch.peers.push(without(peer, &batch.taken));
            }
            if mode.takes_usernames() {
                batch.taken.extend(peer.usernames.iter().map(String::as_str));
            }
        }
        batch.peers.sort_by_key(|peer| peer.id);
        if batch.peers.len() < peers.len() {
            let kept: KeyedSet<&str> =
                batch.peers.iter().flat_map(|peer| &peer.usernames).map(String::as_str).collect();
            batch.abandoned = batch.taken.iter().copied().filter(|username| !kept.contains(username)).collect();
            batch.abandoned.sort_unstable();
        }
        batch
    }
}

fn set<T>(count: usize) -> KeyedSet<T> {
    KeyedSet::with_capacity_and_hasher(count, KeyedHash::default())
}

/// The peer less the usernames that later rows have taken.
fn without<'a>(peer: &'a Peer, taken: &KeyedSet<&str>) -> Cow<'a, Peer> {
    if !peer.usernames.iter().any(|username| taken.contains(username.as_str())) {
        return Cow::Borrowed(peer);
    }
    let mut peer = peer.clone();
    peer.usernames.retain(|username| !taken.contains(username.as_str()));
    Cow::Owned(peer)
}

/// Which of several peers a lookup finds: the greatest is found.
pub fn rank(id: i64, last_update_on: Option<i64>) -> impl Ord {
    (last_update_on, Reverse(id))
}

/// The peer that a lookup finds among those that match.
pub fn newest(found: impl IntoIterator<Item = FoundPeer>) -> Option<FoundPeer> {
    found.into_iter().max_by_key(|peer| rank(peer.id, peer.last_update_on))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(id: i64, usernames: &[&str]) -> Peer {
        Peer { id, usernames: usernames.iter().map(|&name| name.into()).collect(), ..Peer::default() }
    }

    #[test]
    fn the_last_row_counts_and_what_was_given_up_is_abandoned() {
        let rows = [peer(6, &["a", "b"]), peer(5, &["b", "c"]), peer(6, &["d"])];
        let batch = PeerBatch::new(&rows, WriteMode::Update { now: 0 });
        assert_eq!(
            batch.peers.iter().map(|peer| (**peer).clone()).collect::<Vec<_>>(),
            [peer(5, &["b", "c"]), peer(6, &["d"])]
        );
        assert_eq!(batch.taken, ["a", "b", "c", "d"].into_iter().collect::<KeyedSet<&str>>());
        assert_eq!(batch.abandoned, ["a"]);
    }

    #[test]
    fn an_import_leaves_usernames_where_they_are() {
        let rows = [peer(5, &["a"]), peer(6, &["a"])];
        let batch = PeerBatch::new(&rows, WriteMode::Import { now: 0 });
        assert!(batch.taken.is_empty() && batch.abandoned.is_empty());
        assert!(batch.peers.iter().all(|peer| peer.usernames == ["a"]));
    }

    #[test]
    fn the_newest_is_found_and_of_equal_ones_the_lowest_id() {
        let found = |id, last_update_on| FoundPeer { last_update_on, ..FoundPeer::from(&peer(id, &[])) };
        let id_of = |some: &[(i64, Option<i64>)]| newest(some.iter().map(|(id, time)| found(*id, *time))).map(|p| p.id);
        assert_eq!(id_of(&[(5, Some(1)), (7, Some(2)), (6, Some(2)), (4, None)]), Some(6));
        assert_eq!(id_of(&[(8, None), (7, None)]), Some(7));
        assert_eq!(id_of(&[]), None);
    }
}
