//! Merging peers: the server changes what is told in each document, and nothing else, so that no other writer is lost.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use mongodb::bson::raw::RawDocument;
use mongodb::bson::{RawBson, RawDocumentBuf, cstr, doc, rawdoc};

use super::known_peers::document;
use super::{READ_AT_ONCE, READ_FIRST_FROM, add_values, listings, names, release};
use crate::model::{PartialPeer, Peer};
use crate::storage::merge_batch::MergeBatch;
use crate::storage::mongodb::fault::Fault;
use crate::storage::mongodb::peers::{KNOWN_TYPES, PEERS, USERNAMES};
use crate::storage::mongodb::store::Store;
use crate::storage::mongodb::writes::{Statement, Writes, array, change, one_of, upsert};
use crate::storage::mongodb::{own_data, value};
use crate::storage::peer_batch::WriteMode;
use crate::storage::stored_type::{stored_type, unknown_type};

/// Adds what is told of peers to a call's writes.
pub async fn write(store: &Store, told: &[PartialPeer], mode: WriteMode, writes: &mut Writes) -> Result<(), Fault> {
    let batch = MergeBatch::new(told);
    // Those that tell usernames, with nothing but these.
    let named: Vec<Cow<'_, Peer>> = batch.peers.iter().filter_map(|told| named(told)).map(Cow::Owned).collect();
    let ids: Vec<RawBson> = named.iter().map(|peer| value::number(peer.id)).collect();
    let (listed, single) = names(&named, &batch.abandoned);
    let mut outdated = Vec::new();
    if !named.is_empty() {
        outdated.push(rawdoc! { "peer_id": one_of(ids.clone()), "_id": { "$nin": array(listed.clone()) } });
    }
    let taken: Vec<RawBson> = single.iter().chain(&listed).cloned().collect();
    if !taken.is_empty() {
        writes.update(PEERS, vec![release(taken, ids)]);
    }
    if !single.is_empty() {
        outdated.push(rawdoc! { "_id": one_of(single) });
    }
    if batch.peers.len() < READ_FIRST_FROM {
        writes.update(PEERS, batch.peers.iter().map(|told| statement(told, mode)).collect());
    } else {
        for some in batch.peers.chunks(READ_AT_ONCE) {
            write_what_differs(store, some, mode, writes).await?;
        }
    }
    writes.delete(USERNAMES, outdated);
    writes.update(USERNAMES, named.iter().flat_map(|peer| listings(peer, mode)).collect());
    writes.update(USERNAMES, seen_again(&batch, mode));
    Ok(())
}

/// Reads the stored documents first: those that have what is told get their times in one statement.
async fn write_what_differs(
    store: &Store,
    batch: &[Cow<'_, PartialPeer>],
    mode: WriteMode,
    writes: &mut Writes,
) -> Result<(), Fault> {
    let ids: Vec<i64> = batch.iter().map(|told| told.id).collect();
    let mut stored = HashMap::with_capacity(ids.len());
    for document in store.find(PEERS, doc! { "_id": { "$in": ids } }, None).await? {
        stored.insert(value::integer(&document, "_id")?, document);
    }
    let (mut new, mut changed) = (Vec::new(), Vec::new());
    let mut seen: BTreeMap<i64, Vec<RawBson>> = BTreeMap::new();
    for told in batch {
        match stored.get(&Some(told.id)) {
            None => new.push(document(&told.onto(None), mode)),
            Some(there) if has_all(there, told)? => {
                seen.entry(mode.last_update_on(&told.onto(None))).or_default().push(value::number(told.id));
            }
            Some(_) => changed.push(statement(told, mode)),
        }
    }
    writes.insert(PEERS, new);
    for (time, ids) in seen {
        let (least, set) = (ids.len(), rawdoc! { "$set": { "last_update_on": value::number(time) } });
        changed.push(change(rawdoc! { "_id": { "$in": array(ids) } }, set, least));
    }
    writes.update(PEERS, changed);
    Ok(())
}

/// Whether a document has what is told. Of more than two usernames the order is not compared.
fn has_all(there: &RawDocument, told: &PartialPeer) -> Result<bool, Fault> {
    let whole = told.onto(None);
    let mut values = RawDocumentBuf::new();
    add_values(&mut values, &whole);
    for element in &values {
        let (key, value) = element?;
        if is_told(told, key.as_str()) && there.get(key)? != Some(value) {
            return Ok(false);
        }
    }
    let part = there.get(own_data::PART)?.and_then(|part| part.as_document());
    let own = |key: &str| part.map_or(Ok(None), |part| value::text(part, key));
    let own_type = unknown_type(&whole, KNOWN_TYPES).map(|own| own.name().to_owned());
    let lists = part.is_some_and(|part| part.get("usernames").is_ok_and(|names| names.is_some()));
    let has_usernames = told.usernames.as_ref().is_none_or(|names| names.len() <= 2 && !lists);
    Ok(has_usernames
        && (told.peer_type.is_none() || own("type")? == own_type)
        && (told.name.is_none() || own("name")? == whole.name))
}

/// Whether one of the values that `add_values` adds is told.
fn is_told(told: &PartialPeer, key: &str) -> bool {
    match key {
        "access_hash" => told.access_hash.is_some(),
        "type" => told.peer_type.is_some(),
        "username" => told.usernames.is_some(),
        _ => told.phone_number.is_some(),
    }
}

fn named(told: &PartialPeer) -> Option<Peer> {
    let usernames = told.usernames.clone()?;
    Some(Peer { id: told.id, usernames, last_update_on: told.last_update_on, ..Peer::default() })
}

/// A new document gets the values that MongoStorage would give to what is not told.
fn statement(told: &PartialPeer, mode: WriteMode) -> Statement {
    let whole = told.onto(None);
    let mut values = RawDocumentBuf::new();
    add_values(&mut values, &whole);
    let (mut set, mut on_insert, mut unset) = (RawDocumentBuf::new(), RawDocumentBuf::new(), RawDocumentBuf::new());
    for (key, value) in values.iter().flatten() {
        let place = if is_told(told, key.as_str()) { &mut set } else { &mut on_insert };
        place.append(key, value);
    }
    set.append(cstr!("last_update_on"), value::number(mode.last_update_on(&whole)));
    if told.peer_type.is_some() {
        match unknown_type(&whole, KNOWN_TYPES) {
            Some(own) => {
                set.append(cstr!("tgsession.type"), own.name());
                set.append(cstr!("tgsession.stored_type"), stored_type(&whole, KNOWN_TYPES).name());
            }
            None => {
                unset.append(cstr!("tgsession.type"), "");
                unset.append(cstr!("tgsession.stored_type"), "");
            }
        }
    }
    if told.name.is_some() {
        match &whole.name {
            Some(name) => set.append(cstr!("tgsession.name"), name.as_str()),
            None => unset.append(cstr!("tgsession.name"), ""),
        }
    }
    if let Some(usernames) = &told.usernames {
        if usernames.len() > 2 {
            let names = array(usernames.iter().map(|name| RawBson::String(name.clone())));
            set.append(cstr!("tgsession.usernames"), names);
        } else {
            unset.append(cstr!("tgsession.usernames"), "");
        }
    }
    let mut update = rawdoc! { "$set": set };
    for (operator, values) in [(cstr!("$setOnInsert"), on_insert), (cstr!("$unset"), unset)] {
        if !values.is_empty() {
            update.append(operator, values);
        }
    }
    upsert(value::number(told.id), update)
}

// The usernames that stay are as new as their peer.
fn seen_again(batch: &MergeBatch<'_>, mode: WriteMode) -> Vec<Statement> {
    let mut seen: BTreeMap<i64, Vec<RawBson>> = BTreeMap::new();
    for told in batch.peers.iter().filter(|told| told.usernames.is_none()) {
        seen.entry(mode.last_update_on(&told.onto(None))).or_default().push(value::number(told.id));
    }
    let set = |time| rawdoc! { "$set": { "last_update_on": value::number(time) } };
    seen.into_iter().map(|(time, ids)| change(rawdoc! { "peer_id": one_of(ids) }, set(time), 0)).collect()
}
