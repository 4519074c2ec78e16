//! Peers in the form in which clients store them.

use std::borrow::Cow;

use crate::model::{
    PartialPeer, Peer, is_normalized_phone_number, is_normalized_username, normalize_phone_number, normalize_username,
};

/// Whether a peer is already in the form in which clients store it.
pub fn is_normalized(peer: &Peer) -> bool {
    peer.usernames.len() <= 1
        && peer.usernames.iter().all(|name| is_normalized_username(name))
        && peer.phone_number.as_deref().is_none_or(is_normalized_phone_number)
        && peer.name.as_ref().is_none_or(|name| !name.is_empty())
}

/// A username that is looked up.
pub fn username(text: &str) -> Cow<'_, str> {
    if is_normalized_username(text) { Cow::Borrowed(text) } else { Cow::Owned(normalize_username(text)) }
}

/// A phone number that is looked up.
pub fn phone_number(text: &str) -> Cow<'_, str> {
    if is_normalized_phone_number(text) { Cow::Borrowed(text) } else { Cow::Owned(normalize_phone_number(text)) }
}

/// A peer in the form in which clients store it: usernames and phone numbers without decoration, and nothing empty.
pub fn normalize(peer: &Peer) -> Peer {
    let usernames = normalize_usernames(&peer.usernames);
    let phone_number = peer.phone_number.as_deref().map(normalize_phone_number).filter(|digits| !digits.is_empty());
    let name = peer.name.clone().filter(|name| !name.is_empty());
    Peer { usernames, phone_number, name, ..peer.clone() }
}

/// The same of what is told of a peer. Here an empty text says something.
pub fn normalize_partial(told: &PartialPeer) -> PartialPeer {
    PartialPeer {
        usernames: told.usernames.as_deref().map(normalize_usernames),
        phone_number: told.phone_number.as_deref().map(normalize_phone_number),
        ..told.clone()
    }
}

fn normalize_usernames(usernames: &[String]) -> Vec<String> {
    let mut normalized: Vec<String> = Vec::with_capacity(usernames.len());
    for username in usernames.iter().map(|username| normalize_username(username)) {
        if !username.is_empty() && !normalized.contains(&username) {
            normalized.push(username);
        }
    }
    normalized
}
