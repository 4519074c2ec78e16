//! Writing peers: as `MongoStorage.update_peers` and `update_usernames` do, with our own part in the same documents.

mod known_peers;
pub mod merges;

use std::borrow::Cow;
use std::collections::HashSet;

use mongodb::bson::{RawBson, RawDocumentBuf, cstr, rawdoc};

use super::fault::Fault;
use super::peers::{self, KNOWN_TYPES, PEERS, USERNAMES};
use super::store::Store;
use super::value;
use super::writes::{Statement, Writes, array, change, none_of, one_of, upsert};
use crate::model::{IdKind, Peer, bare_id, id_kind};
use crate::storage::peer_batch::{PeerBatch, WriteMode};
use crate::storage::stored_type::{stored_type, unknown_type};
use known_peers::KnownPeers;

/// From this number of peers on, reading the stored ones first is faster: most peers have not changed, and one
/// statement updates the time of all of them.
const READ_FIRST_FROM: usize = 100;
/// How many are read at once.
const READ_AT_ONCE: usize = 5_000;

/// Adds peers to a call's writes. No statement touches a document that another one touches, so that the server may do
/// them in any order, and a call that was interrupted may simply be made again.
pub async fn write(store: &Store, peers: &[Peer], mode: WriteMode, writes: &mut Writes) -> Result<(), Fault> {
    let PeerBatch { peers, abandoned, .. } = PeerBatch::new(peers, mode);
    if peers.len() < READ_FIRST_FROM {
        write_without_reading(&peers, &abandoned, mode, writes);
        return Ok(());
    }
    // The first part also releases the usernames that nobody keeps.
    let abandoned = std::iter::once(abandoned.as_slice()).chain(std::iter::repeat(&[][..]));
    for (some, abandoned) in peers.chunks(READ_AT_ONCE).zip(abandoned) {
        known_peers::write(&KnownPeers::read(store, some, abandoned).await?, some, abandoned, mode, writes)?;
    }
    Ok(())
}

/// Adds the removal of the peers with these ids, or of all.
pub async fn delete(store: &Store, ids: Option<&[i64]>, writes: &mut Writes) -> Result<(), Fault> {
    let Some(ids) = ids else {
        writes.delete(USERNAMES, vec![rawdoc! {}]);
        writes.delete(PEERS, vec![rawdoc! {}]);
        return Ok(());
    };
    let array_of = |ids: &[i64]| one_of(ids.iter().map(|id| value::number(*id)).collect());
    for some in ids.chunks(READ_AT_ONCE) {
        // Electrogram lists the names of a channel under its bare id, which may be another peer's.
        let channels = some.iter().filter(|id| id_kind(**id) == IdKind::Channel);
        let bare: Vec<i64> = channels.map(|id| bare_id(*id)).collect();
        let known = if bare.is_empty() { HashSet::new() } else { peers::known_ids(store, &bare).await? };
        let owners: Vec<i64> = some.iter().copied().chain(bare.into_iter().filter(|id| !known.contains(id))).collect();
        writes.delete(USERNAMES, vec![rawdoc! { "peer_id": array_of(&owners) }]);
        writes.delete(PEERS, vec![rawdoc! { "_id": array_of(some) }]);
    }
    Ok(())
}

/// Writes without reading what is stored: one round trip.
fn write_without_reading(peers: &[Cow<'_, Peer>], abandoned: &[&str], mode: WriteMode, writes: &mut Writes) {
    if peers.is_empty() {
        return;
    }
    let ids: Vec<RawBson> = peers.iter().map(|peer| value::number(peer.id)).collect();
    let (listed, single) = names(peers, abandoned);
    let mut outdated = vec![rawdoc! { "peer_id": one_of(ids.clone()), "_id": { "$nin": array(listed.clone()) } }];
    if mode.takes_usernames() {
        let names: Vec<RawBson> = single.iter().chain(&listed).cloned().collect();
        if !names.is_empty() {
            writes.update(PEERS, vec![release(names, ids)]);
        }
        if !single.is_empty() {
            outdated.push(rawdoc! { "_id": one_of(single) });
        }
    }
    writes.update(PEERS, peers.iter().map(|peer| statement(peer, mode)).collect());
    writes.delete(USERNAMES, outdated);
    writes.update(USERNAMES, peers.iter().flat_map(|peer| listings(peer, mode)).collect());
}

/// The usernames that belong into the collection `usernames`, and those that do not: a peer's only one, and nobody's.
fn names(peers: &[Cow<'_, Peer>], abandoned: &[&str]) -> (Vec<RawBson>, Vec<RawBson>) {
    let (mut listed, mut single) = (Vec::new(), Vec::new());
    for peer in peers {
        let names = if peer.usernames.len() > 1 { &mut listed } else { &mut single };
        names.extend(peer.usernames.iter().map(|name| RawBson::String(name.clone())));
    }
    single.extend(abandoned.iter().map(|name| RawBson::String((*name).to_owned())));
    (listed, single)
}

/// Adds what `MongoStorage.update_peers` sets, but for the time.
fn add_values(document: &mut RawDocumentBuf, peer: &Peer) {
    document.append(cstr!("access_hash"), value::number_or_null(peer.access_hash));
    document.append(cstr!("type"), stored_type(peer, KNOWN_TYPES).name());
    document.append(cstr!("username"), value::text_or_null(peer.usernames.first().map(String::as_str)));
    document.append(cstr!("phone_number"), value::text_or_null(peer.phone_number.as_deref()));
}

// The same operators as in `MongoStorage.update_peers`, so that a document of ours is one of its.
fn statement(peer: &Peer, mode: WriteMode) -> Statement {
    let mut set = RawDocumentBuf::new();
    add_values(&mut set, peer);
    set.append(cstr!("last_update_on"), value::number(mode.last_update_on(peer)));
    let update = match own_part(peer) {
        Some(part) => {
            set.append(cstr!("tgsession"), part);
            rawdoc! { "$set": set }
        }
        None => rawdoc! { "$set": set, "$unset": { "tgsession": "" } },
    };
    upsert(value::number(peer.id), update)
}

// Takes these usernames from their earlier owners, which stay otherwise unchanged.
fn release(names: Vec<RawBson>, owners: Vec<RawBson>) -> Statement {
    let filter = rawdoc! { "username": one_of(names), "_id": none_of(owners) };
    change(filter, rawdoc! { "$set": { "username": RawBson::Null } }, 0)
}

// As in `MongoStorage.update_usernames`.
fn listings(peer: &Peer, mode: WriteMode) -> impl Iterator<Item = Statement> {
    let set = rawdoc! {
        "peer_id": value::number(peer.id),
        "last_update_on": value::number(mode.last_update_on(peer)),
    };
    let listed = if peer.usernames.len() > 1 { peer.usernames.as_slice() } else { &[] };
    listed.iter().map(move |name| upsert(RawBson::String(name.clone()), rawdoc! { "$set": set.clone() }))
}

/// What MongoStorage cannot store.
fn own_part(peer: &Peer) -> Option<RawDocumentBuf> {
    let mut part = RawDocumentBuf::new();
    if let Some(own) = unknown_type(peer, KNOWN_TYPES) {
        part.append(cstr!("type"), own.name());
        part.append(cstr!("stored_type"), stored_type(peer, KNOWN_TYPES).name());
    }
    if let Some(name) = &peer.name {
        part.append(cstr!("name"), name.as_str());
    }
    // With two usernames, the second is the one that is not the first.
    if peer.usernames.len() > 2 {
        part.append(cstr!("usernames"), array(peer.usernames.iter().map(|name| RawBson::String(name.clone()))));
    }
    (!part.is_empty()).then_some(part)
}
