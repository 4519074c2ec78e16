//! How much a session holds.

use super::Contents;

/// How many rows of each kind a session has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Peers.
    pub peers: u64,
    /// Their usernames, of all of them together.
    pub usernames: u64,
    /// Update states.
    pub update_states: u64,
    /// Sent files.
    pub sent_files: u64,
    /// Values that a client keeps beside.
    pub values: u64,
}

impl From<&Contents> for Counts {
    fn from(contents: &Contents) -> Self {
        Self {
            peers: count(contents.peers.len()),
            usernames: count(contents.peers.iter().map(|peer| peer.usernames.len()).sum()),
            update_states: count(contents.update_states.len()),
            sent_files: count(contents.sent_files.len()),
            values: count(contents.values.len()),
        }
    }
}

/// A length as a count.
pub fn count(len: usize) -> u64 {
    len.try_into().unwrap_or(u64::MAX)
}
