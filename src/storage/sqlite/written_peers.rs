//! The peers that this connection wrote and that nobody has changed since. They need not be written again.
//!
//! Telegram sends the same peers again and again. A peer without a time of its own counts as written if it was written
//! with the same values less than [`REFRESH_SECS`] seconds ago. Its last-seen time in the file may be that much too
//! old.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use rusqlite::Connection;

use super::fault::Fault;
use crate::model::Peer;

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
    hasher: RandomState,
    written: HashMap<i64, Written>,
}

struct Written {
    digest: u64,
    on: i64,
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
    pub fn may_know(&self, peers: &[&Peer]) -> bool {
        peers.iter().any(|peer| self.written.contains_key(&peer.id))
    }

    /// The peers that must be written.
    pub fn changed<'a>(&self, peers: &[&'a Peer], now: i64) -> Vec<&'a Peer> {
        peers.iter().filter(|peer| !self.is_written(peer, now)).copied().collect()
    }

    fn is_written(&self, peer: &Peer, now: i64) -> bool {
        self.written.get(&peer.id).is_some_and(|written| {
            let believed = peer.last_update_on.is_some() || (0..REFRESH_SECS).contains(&(now - written.on));
            believed && written.digest == self.hasher.hash_one(peer)
        })
    }

    /// Notes that these peers are in the file now.
    pub fn remember(&mut self, peers: &[&Peer], now: i64) {
        if self.written.len() + peers.len() > MAX_ENTRIES {
            self.written.clear();
        }
        for peer in peers.iter().take(MAX_ENTRIES) {
            self.written.insert(peer.id, Written { digest: self.hasher.hash_one(peer), on: now });
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
