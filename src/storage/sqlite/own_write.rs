//! What a write of our own changes: the answers that were read before it and may not be true after it.

use crate::model::Field;
use crate::storage::Change;

/// What is written.
#[derive(Clone, Copy)]
pub enum OwnWrite<'a> {
    /// Peers: their ids, and the usernames that they take.
    Peers(&'a [i64], &'a [&'a str]),
    /// Fields in one row, none of which is a key.
    Fields(&'a [Change]),
    UpdateStates,
    /// What no answer tells of: sent files and values.
    Beside,
    /// Anything.
    All,
}

impl<'a> OwnWrite<'a> {
    /// Fields. Another key is another login: what else is stored may belong to the one before.
    pub fn of_fields(changes: &'a [Change]) -> Self {
        let has_key = changes.iter().any(|(field, _)| matches!(field, Field::AuthKey | Field::TmpAuthKey));
        if has_key { Self::All } else { Self::Fields(changes) }
    }
}
