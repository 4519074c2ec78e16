//! Peers: the users, groups and channels that the account has seen.

use super::marked_id::bare_id;
use super::peer_type::PeerType;

/// Everything that is known about a peer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Peer {
    /// The marked id.
    pub id: i64,
    /// The whole signed range; `None` and `Some(0)` are different things to a client.
    pub access_hash: Option<i64>,
    /// Absent where a client stores none (Telethon): the id's mark tells user, group or channel.
    pub peer_type: Option<PeerType>,
    /// Lower case, without `@`; the first is the main one.
    pub usernames: Vec<String>,
    /// Digits, without `+`.
    pub phone_number: Option<String>,
    /// The display name (Telethon).
    pub name: Option<String>,
    /// Unix seconds of the time when it was last seen. On a write, absent means now.
    pub last_update_on: Option<i64>,
}

impl Peer {
    /// The type that is stored, else the one that the id's mark tells.
    pub fn effective_type(&self) -> PeerType {
        self.peer_type.clone().unwrap_or_else(|| PeerType::from_id(self.id))
    }
}

/// What is told of a peer now: what is absent in it stays as the session has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct PartialPeer {
    /// The marked id.
    pub id: i64,
    /// See [`Peer::access_hash`].
    pub access_hash: Option<i64>,
    /// See [`Peer::peer_type`].
    pub peer_type: Option<PeerType>,
    /// All of them; an empty list says that the peer has none.
    pub usernames: Option<Vec<String>>,
    /// An empty text says that the peer has none.
    pub phone_number: Option<String>,
    /// An empty text says that the peer has none.
    pub name: Option<String>,
    /// As in [`Peer`], absent means now.
    pub last_update_on: Option<i64>,
}

impl PartialPeer {
    /// The whole peer, if this is stored of it.
    pub fn onto(&self, stored: Option<Peer>) -> Peer {
        let stored = stored.unwrap_or_default();
        let text = |told: &Option<String>, stored| match told {
            Some(told) => Some(told.clone()).filter(|text| !text.is_empty()),
            None => stored,
        };
        Peer {
            id: self.id,
            access_hash: self.access_hash.or(stored.access_hash),
            peer_type: self.peer_type.clone().or(stored.peer_type),
            usernames: self.usernames.clone().unwrap_or(stored.usernames),
            phone_number: text(&self.phone_number, stored.phone_number),
            name: text(&self.name, stored.name),
            last_update_on: self.last_update_on,
        }
    }
}

/// The answer of a lookup: what an `InputPeer` needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundPeer {
    /// The marked id.
    pub id: i64,
    /// See [`Peer::access_hash`].
    pub access_hash: Option<i64>,
    /// Stored, or told by the id's mark.
    pub peer_type: PeerType,
    /// Unix seconds of the time when it was last seen; absent if the client stores none.
    pub last_update_on: Option<i64>,
}

impl FoundPeer {
    /// The id without its mark, as an `InputPeer` takes it.
    pub fn bare_id(&self) -> i64 {
        bare_id(self.id)
    }
}

impl From<&Peer> for FoundPeer {
    fn from(peer: &Peer) -> Self {
        Self {
            id: peer.id,
            access_hash: peer.access_hash,
            peer_type: peer.effective_type(),
            last_update_on: peer.last_update_on,
        }
    }
}
