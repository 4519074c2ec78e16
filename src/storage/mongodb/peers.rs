//! Finding peers and reading whole ones: the documents in `peers`, and in `usernames` the names of those with several.

use std::collections::{HashMap, HashSet};

use futures_util::future::join;
use mongodb::bson::raw::{RawBsonRef, RawDocument};
use mongodb::bson::{Document, RawDocumentBuf, doc};

use super::fault::Fault;
use super::fields::part;
use super::own_data::PART;
use super::store::Store;
use super::value;
use crate::model::{FoundPeer, Peer, PeerType, mark_channel};

pub const PEERS: &str = "peers";
pub const USERNAMES: &str = "usernames";

/// How many ids one request has.
const IDS_AT_ONCE: usize = 10_000;

/// The types that `get_input_peer` of Pyrofork knows.
pub const KNOWN_TYPES: &[&str] = &["user", "bot", "group", "channel", "supergroup"];

/// Whether there are at least this many; no more are counted.
pub async fn are_at_least(store: &Store, count: usize) -> Result<bool, Fault> {
    let peers = store.collection(PEERS);
    let last = peers.find_one(doc! {}).skip(count.saturating_sub(1) as u64).projection(doc! { "_id": 1 });
    Ok(store.bounded(last).await?.is_some())
}

/// Finds a peer by its id.
pub async fn by_id(store: &Store, id: i64) -> Result<Option<FoundPeer>, Fault> {
    newest(store, doc! { "_id": id }).await
}

/// Finds many peers by their ids.
pub async fn by_ids(store: &Store, ids: &[i64]) -> Result<Vec<Option<FoundPeer>>, Fault> {
    let mut found = HashMap::with_capacity(ids.len());
    for some in ids.chunks(IDS_AT_ONCE) {
        for document in store.find(PEERS, doc! { "_id": { "$in": some } }, None).await? {
            let peer = found_peer(&document)?;
            found.insert(peer.id, peer);
        }
    }
    Ok(ids.iter().map(|id| found.get(id).cloned()).collect())
}

/// Which of some ids are peers'.
pub async fn known_ids(store: &Store, ids: &[i64]) -> Result<HashSet<i64>, Fault> {
    let known = store.find(PEERS, doc! { "_id": { "$in": ids } }, None).await?;
    known.iter().map(|document| id(document)).collect()
}

/// Finds the peer that was last seen with a phone number.
pub async fn by_phone_number(store: &Store, phone_number: &str) -> Result<Option<FoundPeer>, Fault> {
    newest(store, doc! { "phone_number": phone_number }).await
}

/// Finds the peer that was last seen with a username. Both collections are asked at once: MongoStorage leaves a name
/// with its old owner in the one while the new owner has it in the other.
pub async fn by_username(store: &Store, username: &str) -> Result<Option<FoundPeer>, Fault> {
    let usernames = store.collection(USERNAMES);
    let named = newest(store, doc! { "username": username });
    let listed = store.bounded(usernames.find_one(doc! { "_id": username }));
    let (named, listed) = join(named, listed).await;
    let (named, listed) = (named?, listed?);
    let Some(listed) = listed else { return Ok(named) };
    let (owner, seen) = (value::integer(&listed, "peer_id")?, value::integer(&listed, "last_update_on")?);
    let is_newer = |peer: &FoundPeer| Some(peer.id) == owner || peer.last_update_on > seen;
    let Some(owner) = owner.filter(|_| !named.as_ref().is_some_and(is_newer)) else { return Ok(named) };
    // A username expires with the older of the two times.
    let listed = by_listed_id(store, owner).await?;
    let listed = listed.map(|peer| FoundPeer { last_update_on: peer.last_update_on.min(seen), ..peer });
    Ok(match (named, listed) {
        // A tie.
        (Some(named), Some(listed)) if named.last_update_on == seen && named.id < listed.id => Some(named),
        (named, listed) => listed.or(named),
    })
}

// Electrogram lists the names of a channel under its bare id.
async fn by_listed_id(store: &Store, id: i64) -> Result<Option<FoundPeer>, Fault> {
    let ids = if id > 0 { vec![id, mark_channel(id)] } else { vec![id] };
    let found = store.find(PEERS, doc! { "_id": { "$in": ids } }, None).await?;
    let found = found.iter().map(|document| found_peer(document)).collect::<Result<Vec<_>, _>>()?;
    Ok(found.into_iter().max_by_key(|peer| peer.id == id))
}

/// Finds the first peer with a display name, which stands in our part of its document.
pub async fn by_name(store: &Store, name: &str) -> Result<Option<FoundPeer>, Fault> {
    let peers = store.collection(PEERS);
    let find = peers.find_one(doc! { format!("{PART}.name"): name }).sort(doc! { "_id": 1 });
    let found = store.bounded(find).await?;
    found.map(|document| found_peer(&document)).transpose()
}

async fn newest(store: &Store, filter: Document) -> Result<Option<FoundPeer>, Fault> {
    let peers = store.collection(PEERS);
    let projection = doc! { "access_hash": 1, "type": 1, "last_update_on": 1, "tgsession": 1 };
    let mut find = peers.find_one(filter.clone()).projection(projection);
    if !filter.contains_key("_id") {
        find = find.sort(doc! { "last_update_on": -1, "_id": 1 });
    }
    let found = store.bounded(find).await?;
    found.map(|document| found_peer(&document)).transpose()
}

fn found_peer(document: &RawDocument) -> Result<FoundPeer, Fault> {
    let id = id(document)?;
    Ok(FoundPeer {
        id,
        access_hash: value::integer(document, "access_hash")?,
        peer_type: peer_type(document)?.unwrap_or_else(|| PeerType::from_id(id)),
        last_update_on: value::integer(document, "last_update_on")?,
    })
}

fn id(document: &RawDocument) -> Result<i64, Fault> {
    value::integer(document, "_id")?.ok_or_else(|| Fault::Damaged("a peer's _id is null".to_owned()))
}

/// Ours, as long as the client has not written another one since.
fn peer_type(document: &RawDocument) -> Result<Option<PeerType>, Fault> {
    let stored = value::text(document, "type")?;
    if let Some(part) = part(document)?
        && let Some(own) = value::text(part, "type")?
        && value::text(part, "stored_type")? == stored
    {
        return Ok(Some(PeerType::from_name(&own)));
    }
    Ok(stored.as_deref().map(PeerType::from_name))
}

/// Reads whole peers in ascending order of their ids: those with the given ids, or all.
pub async fn read(store: &Store, ids: Option<&[i64]>) -> Result<Vec<Peer>, Fault> {
    let (of_peers, of_names) = match ids {
        None => (doc! {}, doc! {}),
        Some(ids) => {
            let ids_of_names: Vec<i64> = ids.iter().copied().chain(ids.iter().map(|id| mark_channel(*id))).collect();
            (doc! { "_id": { "$in": ids } }, doc! { "peer_id": { "$in": ids_of_names } })
        }
    };
    let (peers, names) = join(store.find(PEERS, of_peers, None), store.find(USERNAMES, of_names, None)).await;
    let (peers, names) = (peers?, names?);
    let mut bare = HashSet::new();
    if let Some(ids) = ids {
        // A positive id in `usernames` is the bare id of a channel unless a peer has exactly that id.
        let positive: Vec<i64> = ids.iter().map(|id| mark_channel(*id)).filter(|id| *id > 0).collect();
        if !positive.is_empty() {
            bare = known_ids(store, &positive).await?;
        }
    }
    assemble(&peers, &names, bare)
}

/// Whole peers of the documents of both collections. `others` are ids of peers that are there too.
pub fn assemble(peers: &[RawDocumentBuf], names: &[RawDocumentBuf], others: HashSet<i64>) -> Result<Vec<Peer>, Fault> {
    let mut known = others;
    for document in peers {
        known.insert(id(document)?);
    }
    let mut listed: HashMap<i64, Vec<String>> = HashMap::new();
    for document in names {
        if let (Some(owner), Some(name)) = (value::integer(document, "peer_id")?, value::text(document, "_id")?) {
            // Electrogram lists the names of a channel under its bare id.
            let owner = if known.contains(&owner) || owner <= 0 { owner } else { mark_channel(owner) };
            listed.entry(owner).or_default().push(name);
        }
    }
    let mut read = Vec::with_capacity(peers.len());
    for document in peers {
        let listed = listed.remove(&id(document)?).unwrap_or_default();
        read.push(peer(document, listed)?);
    }
    read.sort_by_key(|peer| peer.id);
    Ok(read)
}

fn peer(document: &RawDocument, listed: Vec<String>) -> Result<Peer, Fault> {
    let part = part(document)?;
    Ok(Peer {
        id: id(document)?,
        access_hash: value::integer(document, "access_hash")?,
        peer_type: peer_type(document)?,
        usernames: in_order(value::text(document, "username")?, listed, part)?,
        phone_number: value::text(document, "phone_number")?,
        name: part.map(|part| value::text(part, "name")).transpose()?.flatten(),
        last_update_on: value::integer(document, "last_update_on")?,
    })
}

// A collection has no order, so the order that we wrote is in our own part.
fn in_order(first: Option<String>, listed: Vec<String>, part: Option<&RawDocument>) -> Result<Vec<String>, Fault> {
    let mut order = Vec::new();
    if let Some(part) = part
        && let Some(RawBsonRef::Array(names)) = value::get(part, "usernames")?
    {
        for name in names {
            order.extend(name?.as_str().map(str::to_owned));
        }
    }
    let mut rest: Vec<String> = listed.into_iter().filter(|name| Some(name) != first.as_ref()).collect();
    rest.sort_by_key(|name| order.iter().position(|known| known == name).unwrap_or(usize::MAX));
    Ok(first.into_iter().chain(rest).collect())
}
