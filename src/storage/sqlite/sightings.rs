//! The peers that this connection wrote and that nobody has changed since: seen again, they need not be written again.
//!
//! Telegram tells the same peers over and over. A sighting without a time of its own counts as written if all else was
//! written so at most [`BELIEVED`] seconds ago: the time in the file is then that much older than the sighting.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

use rusqlite::Connection;

use super::fault::Fault;
use crate::model::Peer;

/// How old a time of sighting may get. The clients themselves believe a username for 8 hours.
pub const BELIEVED: i64 = 5 * 60;

// A few megabytes.
const MOST: usize = 50_000;

/// What was written, at one state of the file.
#[derive(Default)]
pub struct Sightings {
    // SQLite's counter of other connections' commits.
    state: Option<i64>,
    // Random, so that nobody can make two peers that look alike.
    hasher: RandomState,
    written: HashMap<i64, Written>,
}

struct Written {
    digest: u64,
    on: i64,
}

impl Sightings {
    /// Whether another connection has written since this was last asked. Then everything is forgotten.
    pub fn outdated(&mut self, conn: &Connection) -> Result<bool, Fault> {
        let state = Some(state(conn)?);
        let outdated = self.state != state;
        if outdated {
            self.written.clear();
            self.state = state;
        }
        Ok(outdated)
    }

    /// Those of the peers that have to be written.
    pub fn news<'a>(&self, peers: &'a [Peer], now: i64) -> Vec<&'a Peer> {
        let mut news = Vec::new();
        // A peer that was written may change one that follows.
        let (mut ids, mut usernames) = (HashSet::new(), HashSet::new());
        for peer in peers {
            let untouched = |peer: &Peer| {
                !ids.contains(&peer.id) && !peer.usernames.iter().any(|username| usernames.contains(username))
            };
            if self.is_written(peer, now) && (news.is_empty() || untouched(peer)) {
                continue;
            }
            ids.insert(peer.id);
            usernames.extend(&peer.usernames);
            news.push(peer);
        }
        news
    }

    fn is_written(&self, peer: &Peer, now: i64) -> bool {
        self.written.get(&peer.id).is_some_and(|written| {
            let believed = peer.last_update_on.is_some() || (0..BELIEVED).contains(&(now - written.on));
            believed && written.digest == self.hasher.hash_one(peer)
        })
    }

    /// These stand in the file now.
    pub fn remember(&mut self, peers: &[&Peer], now: i64) {
        if self.written.len() + peers.len() > MOST {
            self.written.clear();
        }
        for peer in peers.iter().take(MOST) {
            self.written.insert(peer.id, Written { digest: self.hasher.hash_one(peer), on: now });
        }
    }

    /// What stands in the file is not known any more.
    pub fn forget(&mut self) {
        self.written.clear();
    }
}

/// SQLite's counter of other connections' commits.
pub fn state(conn: &Connection) -> Result<i64, Fault> {
    Ok(conn.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?)
}
