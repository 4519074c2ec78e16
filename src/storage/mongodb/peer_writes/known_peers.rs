//! Writing many peers: the stored ones are read first, and only those that differ are written one by one.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use futures_util::future::join;
use mongodb::bson::raw::RawDocument;
use mongodb::bson::{RawBson, RawDocumentBuf, cstr, doc, rawdoc};

use super::{add_values, listings, names, own_part, statement};
use crate::model::Peer;
use crate::storage::mongodb::fault::Fault;
use crate::storage::mongodb::peers::{PEERS, USERNAMES};
use crate::storage::mongodb::store::Store;
use crate::storage::mongodb::writes::{Writes, array, change};
use crate::storage::mongodb::{own_data, value};
use crate::storage::peer_batch::WriteMode;

/// What is stored of some peers and of their usernames.
pub struct KnownPeers {
    peers: HashMap<i64, RawDocumentBuf>,
    /// The other peers that have one of the usernames.
    prior_owners: Vec<i64>,
    /// Names in `usernames`, which these peers have or are to have, and whether they have them.
    listed: Vec<(String, bool)>,
}

impl KnownPeers {
    pub async fn read(store: &Store, peers: &[Cow<'_, Peer>], abandoned: &[&str]) -> Result<Self, Fault> {
        let ids: Vec<i64> = peers.iter().map(|peer| peer.id).collect();
        let kept = peers.iter().flat_map(|peer| peer.usernames.iter().map(String::as_str));
        let names: Vec<&str> = kept.chain(abandoned.iter().copied()).collect();
        let of_peers = doc! { "$or": [{ "_id": { "$in": &ids } }, { "username": { "$in": &names } }] };
        let of_names = doc! { "$or": [{ "peer_id": { "$in": &ids } }, { "_id": { "$in": &names } }] };
        let (found, listed) = join(store.find(PEERS, of_peers, None), store.find(USERNAMES, of_names, None)).await;
        let ids: HashSet<i64> = ids.into_iter().collect();
        let mut known = Self { peers: HashMap::new(), prior_owners: Vec::new(), listed: Vec::new() };
        for document in found? {
            match value::integer(&document, "_id")? {
                Some(id) if ids.contains(&id) => drop(known.peers.insert(id, document)),
                id => known.prior_owners.extend(id),
            }
        }
        for document in listed? {
            let is_theirs = value::integer(&document, "peer_id")?.is_some_and(|owner| ids.contains(&owner));
            known.listed.extend(value::text(&document, "_id")?.map(|name| (name, is_theirs)));
        }
        Ok(known)
    }
}

/// Adds the writes of some peers to a call's writes.
pub fn write(
    known: &KnownPeers,
    peers: &[Cow<'_, Peer>],
    abandoned: &[&str],
    mode: WriteMode,
    writes: &mut Writes,
) -> Result<(), Fault> {
    let (mut new, mut changed) = (Vec::new(), Vec::new());
    let mut touched: BTreeMap<i64, Vec<RawBson>> = BTreeMap::new();
    for peer in peers {
        match known.peers.get(&peer.id) {
            None => new.push(document(peer, mode)),
            Some(there) if is_same(there, peer)? => {
                touched.entry(mode.last_update_on(peer)).or_default().push(value::number(peer.id));
            }
            Some(_) => changed.push(statement(peer, mode)),
        }
    }
    writes.insert(PEERS, new);
    for (time, ids) in touched {
        let (least, set) = (ids.len(), rawdoc! { "$set": { "last_update_on": value::number(time) } });
        changed.push(change(rawdoc! { "_id": { "$in": array(ids) } }, set, least));
    }
    writes.update(PEERS, changed);
    write_names(known, peers, abandoned, mode, writes);
    Ok(())
}

fn write_names(known: &KnownPeers, peers: &[Cow<'_, Peer>], abandoned: &[&str], mode: WriteMode, writes: &mut Writes) {
    let (several, one) = names(peers, abandoned);
    let moves = mode.takes_usernames();
    if moves && !known.prior_owners.is_empty() {
        let prior_owners = rawdoc! { "_id": { "$in": array(known.prior_owners.iter().map(|id| value::number(*id))) } };
        let release = rawdoc! { "$set": { "username": RawBson::Null } };
        writes.update(PEERS, vec![change(prior_owners, release, known.prior_owners.len())]);
    }
    let texts = |names: &[RawBson]| names.iter().filter_map(RawBson::as_str).map(str::to_owned).collect();
    let (several, one): (HashSet<String>, HashSet<String>) = (texts(&several), texts(&one));
    let is_outdated =
        |name: &str, is_theirs: bool| (is_theirs && !several.contains(name)) || (moves && one.contains(name));
    let outdated = known.listed.iter().filter(|(name, is_theirs)| is_outdated(name, *is_theirs));
    let outdated: Vec<RawBson> = outdated.map(|(name, _)| RawBson::String(name.clone())).collect();
    if !outdated.is_empty() {
        writes.delete(USERNAMES, vec![rawdoc! { "_id": { "$in": array(outdated) } }]);
    }
    writes.update(USERNAMES, peers.iter().flat_map(|peer| listings(peer, mode)).collect());
}

/// A whole document, as `MongoStorage.update_peers` leaves a new one.
pub(super) fn document(peer: &Peer, mode: WriteMode) -> RawDocumentBuf {
    let mut document = rawdoc! { "_id": value::number(peer.id) };
    add_values(&mut document, peer);
    document.append(cstr!("last_update_on"), value::number(mode.last_update_on(peer)));
    if let Some(part) = own_part(peer) {
        document.append(cstr!("tgsession"), part);
    }
    document
}

/// Whether a peer is stored with the same values, except for the time.
fn is_same(there: &RawDocument, peer: &Peer) -> Result<bool, Fault> {
    let mut values = RawDocumentBuf::new();
    add_values(&mut values, peer);
    for element in &values {
        let (key, value) = element?;
        if there.get(key)? != Some(value) {
            return Ok(false);
        }
    }
    let part = own_part(peer);
    Ok(there.get(own_data::PART)?.and_then(|part| part.as_document()) == part.as_deref())
}
