//! Peers in the form in which clients store them.

use crate::model::{PartialPeer, Peer, normalize_phone_number, normalize_username};

/// Whether a peer is already in the form in which clients store it.
pub fn is_normalized(peer: &Peer) -> bool {
    let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let mut usernames = peer.usernames.iter();
    peer.usernames.len() <= 1
        && usernames.all(|name| !name.is_empty() && name.bytes().all(is_name))
        && peer
            .phone_number
            .as_ref()
            .is_none_or(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
        && peer.name.as_ref().is_none_or(|name| !name.is_empty())
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
