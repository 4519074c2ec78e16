//! gogram's cache of peers, `cache.db`, `cache_USER.db` or with the client's name in it: read, never written.
//!
//! From `telegram/cache.go` of gogram v1.4.0 to v1.7.1: gob of a struct `InputPeerCache`.
//!
//! | field                                     | value                                                       |
//! |-------------------------------------------|-------------------------------------------------------------|
//! | `InputUsers`, `InputChannels`             | maps of bare ids to access hashes                           |
//! | `InputChats`                              | the same of groups, up to 1.5                               |
//! | `UsernameMap`                             | a map of usernames to bare ids, of users or channels        |
//! | `OwnerID`                                 | user_id of the account; 1.6.10 and later may have it in `Meta` |

use std::collections::BTreeMap;

use super::fields::MAX_USER_ID;
use super::gob::{self, GobValue};
use crate::model::{IdKind, Peer, id_kind, mark_channel, normalize_username};

/// What a cache holds.
#[derive(Debug)]
pub struct GogramCache {
    /// The account's id.
    pub owner: Option<i64>,
    /// In the order of their ids.
    pub peers: Vec<Peer>,
}

/// Decodes a cache; `None` if it is damaged.
pub fn decode_gogram_cache(bytes: &[u8]) -> Option<GogramCache> {
    let cache = gob::decode(bytes).filter(|value| matches!(value, GobValue::Fields(_)))?;
    let mut peers = BTreeMap::new();
    let mut add = |name: &str, kind: IdKind, marked: fn(i64) -> i64| {
        for (bare, hash) in numbers(cache.field(name)) {
            let id = marked(bare);
            if bare > 0 && id_kind(id) == kind {
                peers.insert(id, Peer { id, access_hash: Some(hash), ..Peer::default() });
            }
        }
    };
    add("InputUsers", IdKind::User, |bare| bare);
    add("InputChats", IdKind::Chat, |bare| -bare);
    add("InputChannels", IdKind::Channel, |bare| if bare > 0 { mark_channel(bare) } else { bare });
    for (name, bare) in names(cache.field("UsernameMap")) {
        // One number is not both a user's and a channel's in a cache of one account, but by a chance.
        let marked = if bare > 0 { mark_channel(bare) } else { bare };
        let id = if peers.contains_key(&bare) { bare } else { marked };
        if let Some(peer) = peers.get_mut(&id) {
            peer.usernames.push(normalize_username(name));
        }
    }
    let owner = cache.field("OwnerID").or_else(|| cache.field("Meta")?.field("OwnerID")).and_then(GobValue::int);
    Some(GogramCache {
        owner: owner.filter(|id| (1..=MAX_USER_ID).contains(id)),
        peers: peers.into_values().map(in_order).collect(),
    })
}

// A map of Go has no order.
fn in_order(mut peer: Peer) -> Peer {
    peer.usernames.sort();
    peer
}

fn pairs(value: Option<&GobValue>) -> &[(GobValue, GobValue)] {
    if let Some(GobValue::Pairs(pairs)) = value { pairs } else { &[] }
}

fn numbers(value: Option<&GobValue>) -> impl Iterator<Item = (i64, i64)> {
    pairs(value).iter().filter_map(|(key, value)| Some((key.int()?, value.int()?)))
}

fn names(value: Option<&GobValue>) -> impl Iterator<Item = (&str, i64)> {
    pairs(value).iter().filter_map(|(key, value)| Some((key.text()?, value.int()?)))
}
