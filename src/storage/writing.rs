//! How peers are written, in an engine that keeps when each was seen.

use crate::model::Peer;

/// Whether peers are seen now, or carried over exactly as they are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Writing {
    /// A username goes to its newest owner; without a time of sighting it is `now`.
    Seen { now: i64 },
    /// Doubled usernames stay.
    Copied { now: i64 },
}

impl Writing {
    /// When a peer was seen.
    pub fn sighting_of(self, peer: &Peer) -> i64 {
        let (Self::Seen { now } | Self::Copied { now }) = self;
        peer.last_update_on.unwrap_or(now)
    }
}
