//! The peers that this connection wrote and that nobody has changed since. They need not be written again.
//!
//! Telegram sends the same peers again and again. A peer without a time of its own counts as written if it was written
//! with the same values less than [`REFRESH_SECS`] seconds ago. Its last-seen time in the file may be that much too
//! old. The same counts for what was told of a peer and merged.

use std::hash::BuildHasher;

use rusqlite::Connection;

use super::fault::Fault;
use crate::model::{PartialPeer, Peer};
use crate::storage::keyed_hash::{KeyedHash, KeyedMap};

/// After this time a peer's last-seen time is written again. The clients trust a username for 8 hours.
const REFRESH_SECS: i64 = 5 * 60;

// A few megabytes.
const MAX_ENTRIES: usize = 50_000;

/// What was written, at one state of the file.
#[derive(Default)]
pub struct WrittenPeers {
    // SQLite's counter of other connections' commits.
    state: Option<i64>,
    // Random, so that nobody can construct two peers with the same digest.
    hasher: KeyedHash,
    written: KeyedMap<i64, Written>,
}

struct Written {
    // Of the whole peer; `None` if it may have a username that another peer has too.
    digest: Option<u64>,
    // Of what was merged into it last.
    told: Option<u64>,
    on: i64,
}

impl Written {
    /// Whether a time, if there is one, is written already; "now" is so for a while.
    fn is_fresh(&self, last_update_on: Option<i64>, now: i64) -> bool {
        last_update_on.is_some() || (0..REFRESH_SECS).contains(&(now - self.on))
    }
}

impl WrittenPeers {
    /// Forgets everything if another connection has written since the last call; tells whether it has.
    pub fn forget_if_outdated(&mut self, conn: &Connection) -> Result<bool, Fault> {
        let state = Some(data_version(conn)?);
        let outdated = self.state != state;
        if outdated {
            self.written.clear();
            self.state = state;
        }
        Ok(outdated)
    }

    /// Whether some of these peers may be in the file unchanged.
    pub fn may_know(&self, mut ids: impl Iterator<Item = i64>) -> bool {
        ids.any(|id| self.written.contains_key(&id))
    }

    /// The peers that must be written.
    pub fn changed<'a>(&self, peers: &[&'a Peer], now: i64) -> Vec<&'a Peer> {
        peers.iter().filter(|peer| !self.is_written(peer, now)).copied().collect()
    }

    /// What must be merged.
    pub fn untold<'a>(&self, peers: &[&'a PartialPeer], now: i64) -> Vec<&'a PartialPeer> {
        let is_told = |told: &PartialPeer| {
            let written = self.written.get(&told.id).filter(|written| written.is_fresh(told.last_update_on, now));
            written.is_some_and(|written| written.told == Some(self.hasher.hash_one(told)))
        };
        peers.iter().filter(|told| !is_told(told)).copied().collect()
    }

    /// Whether a whole peer is in the file.
    pub fn is_written(&self, peer: &Peer, now: i64) -> bool {
        let written = self.written.get(&peer.id).filter(|written| written.is_fresh(peer.last_update_on, now));
        written.is_some_and(|written| written.digest == Some(self.hasher.hash_one(peer)))
    }

    /// Notes that these peers are in the file now.
    pub fn remember(&mut self, peers: &[&Peer], now: i64) {
        self.make_room(peers.len());
        for peer in peers.iter().take(MAX_ENTRIES) {
            let digest = Some(self.hasher.hash_one(peer));
            self.written.insert(peer.id, Written { digest, told: None, on: now });
        }
    }

    /// Notes what was merged: what was told, and the whole peer that it made.
    pub fn remember_merged<'a>(
        &mut self,
        merged: impl ExactSizeIterator<Item = (&'a PartialPeer, &'a Peer)>,
        now: i64,
    ) {
        self.make_room(merged.len());
        for (told, peer) in merged.take(MAX_ENTRIES) {
            let owns_usernames = told.usernames.is_some() || peer.usernames.is_empty();
            let digest = owns_usernames.then(|| self.hasher.hash_one(peer));
            let told = Some(self.hasher.hash_one(told));
            self.written.insert(peer.id, Written { digest, told, on: now });
        }
    }

    /// Notes that something was told that changed nothing of a peer that is in the file.
    pub fn remember_told(&mut self, told: &PartialPeer) {
        if let Some(written) = self.written.get_mut(&told.id) {
            written.told = Some(self.hasher.hash_one(told));
        }
    }

    fn make_room(&mut self, count: usize) {
        if self.written.len() + count > MAX_ENTRIES {
            self.written.clear();
        }
    }

    /// Forgets these peers, or all.
    pub fn forget(&mut self, ids: Option<&[i64]>) {
        match ids {
            Some(ids) => {
                for id in ids {
                    self.written.remove(id);
                }
            }
            None => self.written.clear(),
        }
    }

    /// Forgets what is in the file.
    pub fn clear(&mut self) {
        self.written.clear();
    }
}

/// SQLite's counter of other connections' commits.
pub fn data_version(conn: &Connection) -> Result<i64, Fault> {
    Ok(conn.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_700_000_000;

    fn peer(id: i64) -> Peer {
        Peer { id, access_hash: Some(id), usernames: vec![format!("name{id}")], ..Peer::default() }
    }

    fn changed(written_peers: &WrittenPeers, peers: &[Peer], now: i64) -> usize {
        written_peers.changed(&peers.iter().collect::<Vec<_>>(), now).len()
    }

    #[test]
    fn a_written_peer_is_trusted_for_a_while() {
        let mut written_peers = WrittenPeers::default();
        let timed = Peer { last_update_on: Some(5), ..peer(2) };
        written_peers.remember(&[&peer(1), &timed], NOW);
        assert_eq!(changed(&written_peers, &[peer(1)], NOW + REFRESH_SECS - 1), 0);
        assert_eq!(changed(&written_peers, &[peer(1)], NOW + REFRESH_SECS), 1);
        // A clock that was set back.
        assert_eq!(changed(&written_peers, &[peer(1)], NOW - 1), 1);
        // A given time does not age.
        assert_eq!(changed(&written_peers, &[timed], NOW + 10 * REFRESH_SECS), 0);
        assert_eq!(changed(&written_peers, &[peer(2)], NOW), 1);
    }

    #[test]
    fn another_connections_commit_ends_it() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let (conn, other) = (Connection::open(file.path()).unwrap(), Connection::open(file.path()).unwrap());
        let mut written_peers = WrittenPeers::default();
        assert!(written_peers.forget_if_outdated(&conn).unwrap());
        written_peers.remember(&[&peer(1)], NOW);
        conn.execute_batch("CREATE TABLE ours (id)").unwrap();
        assert!(!written_peers.forget_if_outdated(&conn).unwrap());
        assert_eq!(changed(&written_peers, &[peer(1)], NOW), 0);
        other.execute_batch("CREATE TABLE theirs (id)").unwrap();
        assert!(written_peers.forget_if_outdated(&conn).unwrap());
        assert_eq!(changed(&written_peers, &[peer(1)], NOW), 1);
    }

    #[test]
    fn what_was_merged_is_known_and_so_is_the_peer_that_it_made() {
        let mut written_peers = WrittenPeers::default();
        let told = |id| PartialPeer { id, access_hash: Some(id), ..PartialPeer::default() };
        let untold = |written_peers: &WrittenPeers, id, now| written_peers.untold(&[&told(id)], now).len();
        let nameless = Peer { usernames: Vec::new(), ..peer(2) };
        written_peers.remember_merged([(&told(1), &peer(1)), (&told(2), &nameless)].into_iter(), NOW);
        assert_eq!([1, 2, 3].map(|id| untold(&written_peers, id, NOW)), [0, 0, 1]);
        assert_eq!(untold(&written_peers, 1, NOW + REFRESH_SECS), 1);
        // A username that only stayed may be another peer's too: an update has to take it.
        assert!(!written_peers.is_written(&peer(1), NOW) && written_peers.is_written(&nameless, NOW));
        written_peers.remember(&[&peer(1)], NOW);
        assert_eq!(untold(&written_peers, 1, NOW), 1);
        written_peers.remember_told(&told(1));
        assert!(written_peers.is_written(&peer(1), NOW) && untold(&written_peers, 1, NOW) == 0);
        written_peers.forget(Some(&[1]));
        assert_eq!([1, 2].map(|id| untold(&written_peers, id, NOW)), [1, 0]);
    }

    #[test]
    fn it_does_not_grow_without_end() {
        let mut written_peers = WrittenPeers::default();
        let peers: Vec<Peer> = (1..=i64::try_from(MAX_ENTRIES).unwrap() + 10).map(peer).collect();
        let all: Vec<&Peer> = peers.iter().collect();
        written_peers.remember(&all, NOW);
        assert_eq!(written_peers.written.len(), MAX_ENTRIES);
        written_peers.remember(&all[..5], NOW);
        assert_eq!(written_peers.written.len(), 5);
    }
}
