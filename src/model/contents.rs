//! Everything that a session holds. A conversion copies it from one store to another.

use std::collections::BTreeMap;

use super::{Peer, SentFile, SessionData, StoredValue, UpdateState};

/// Everything in a session.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Contents {
    /// The fields.
    pub data: SessionData,
    /// The peers, in ascending order of their ids.
    pub peers: Vec<Peer>,
    /// The update states, in ascending order of their ids.
    pub update_states: Vec<UpdateState>,
    /// The sent files, in ascending order of their keys.
    pub sent_files: Vec<SentFile>,
    /// The values that a client keeps beside, by their names.
    pub values: BTreeMap<String, StoredValue>,
}

impl From<SessionData> for Contents {
    fn from(data: SessionData) -> Self {
        Self { data, ..Self::default() }
    }
}
