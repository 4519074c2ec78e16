//! Writing peers: AlchemySession's rows, and what of them stands in our own tables.

use std::borrow::Borrow;
use std::collections::HashMap;

use super::client::{Scope, Step};
use super::fault::Fault;
use super::peers::{self, NAME, phone_column};
use super::store::Store;
use super::value::{Row, Value};
use crate::model::{PartialPeer, Peer, PeerAge, PeerType, Prune};
use crate::storage::keyed_hash::KeyedSet;
use crate::storage::merge_batch::MergeBatch;
use crate::storage::peer_batch::{PeerBatch, WriteMode};

// `username` in `entities`.
const USERNAME: usize = 32;

/// The statements that replace peers by their ids.
pub fn write_steps<'a>(store: &'a Store, session: &'a str, peers: &[Peer], mode: WriteMode) -> Vec<Step<'a>> {
    let PeerBatch { peers, taken, .. } = PeerBatch::new(peers, mode);
    replace_steps(store, session, &peers, &taken)
}

/// Merges peers: reads and locks what is stored of them, and writes the whole peers in the same transaction.
pub fn merge(store: &Store, session: &str, told: &[PartialPeer]) -> Result<(), Fault> {
    let batch = MergeBatch::new(told);
    if batch.peers.is_empty() {
        return Ok(());
    }
    let ids = batch.ids();
    let lock = |sql| Step::Run { sql, values: vec![session.into(), Value::Integers(ids.clone())] };
    let lock = store.queries.peers_lock.as_deref().map(lock);
    let mut reads: Vec<Step<'_>> = store.lock_session(session).into_iter().chain(lock).collect();
    let locks = reads.len();
    reads.extend(peers::locking_steps(store, session, &ids));
    store.pool.run(|client| {
        let answers = client.run(Scope::Begin, &reads)?;
        let stored = peers::decode(store, &mut answers.into_iter().skip(locks))?;
        let steps = replace_steps(store, session, &batch.onto(stored), &batch.taken);
        client.run(Scope::End, &steps).map(drop)
    })
}

/// The statements that remove the peers with these ids, or all.
pub fn delete_steps<'a>(store: &'a Store, session: &str, ids: Option<&[i64]>) -> Vec<Step<'a>> {
    let queries = if ids.is_some() { &store.queries.peers_delete_some } else { &store.queries.peers_delete_all };
    let values = || std::iter::once(session.into()).chain(ids.map(|ids| Value::Integers(ids.to_vec()))).collect();
    queries.iter().map(|sql| Step::Run { sql, values: values() }).collect()
}

/// Removes the peers that `prune` chooses of those that are there in the same transaction.
pub fn prune(store: &Store, session: &str, prune: &Prune) -> Result<usize, Fault> {
    let mut reads: Vec<Step<'_>> = store.lock_session(session).into_iter().collect();
    let locks = reads.len();
    reads.extend(peers::read_steps(store, session, None));
    store.pool.run(|client| {
        let answers = client.run(Scope::Begin, &reads)?;
        let stored = peers::decode(store, &mut answers.into_iter().skip(locks))?;
        let chosen = prune.chosen(stored.iter().map(PeerAge::from));
        let steps = if chosen.is_empty() { Vec::new() } else { delete_steps(store, session, Some(&chosen)) };
        client.run(Scope::End, &steps)?;
        Ok(chosen.len())
    })
}

/// The statements that replace different peers, and take usernames from all others.
fn replace_steps<'a>(
    store: &'a Store,
    session: &'a str,
    peers: &[impl Borrow<Peer>],
    taken: &KeyedSet<&str>,
) -> Vec<Step<'a>> {
    if peers.is_empty() {
        return Vec::new();
    }
    let queries = &store.queries;
    let peers = || peers.iter().map(Borrow::borrow);
    let ids = || Value::Integers(peers().map(|peer| peer.id).collect());
    let mut steps = Vec::new();
    let mut run = |sql: &'a str, values: Vec<Value>| {
        steps.push(Step::Run { sql, values: std::iter::once(session.into()).chain(values).collect() });
    };
    let names = || Value::Texts(taken.iter().map(|name| (*name).to_owned()).collect());
    if !taken.is_empty() {
        run(&queries.release_usernames, vec![names(), ids()]);
    }
    let entities = peers().map(entity).collect();
    let Some(own) = &queries.own else {
        steps.push(Step::Upsert { sql: &queries.upsert_entities, session, rows: entities });
        return steps;
    };
    if !taken.is_empty() {
        run(&own.usernames_delete_held, vec![names()]);
    }
    run(&own.usernames_delete, vec![ids()]);
    let rows: Vec<Row> = peers().filter_map(own_row).collect();
    let plain = peers().filter(|peer| own_row(peer).is_none()).map(|peer| peer.id).collect::<Vec<_>>();
    if !plain.is_empty() {
        run(&own.peers_delete, vec![Value::Integers(plain)]);
    }
    let names: Vec<Row> = peers().flat_map(own_names).collect();
    steps.push(Step::Upsert { sql: &queries.upsert_entities, session, rows: entities });
    for (sql, rows) in [(&own.upsert_usernames, names), (&own.upsert_peers, rows)] {
        if !rows.is_empty() {
            steps.push(Step::Upsert { sql, session, rows });
        }
    }
    steps
}

fn entity(peer: &Peer) -> Row {
    let username = peer.usernames.first().filter(|name| fits(name));
    let phone = peer.phone_number.as_deref().and_then(phone_column);
    let name = peer.name.as_deref().map(|name| name.chars().take(NAME).collect::<String>());
    vec![
        peer.id.into(),
        peer.access_hash.unwrap_or_default().into(),
        username.map(String::as_str).into(),
        phone.into(),
        name.into(),
    ]
}

fn fits(username: &str) -> bool {
    username.chars().count() <= USERNAME
}

fn own_names(peer: &Peer) -> Vec<Row> {
    let in_column = usize::from(peer.usernames.first().is_some_and(|name| fits(name)));
    let further = (0_i64..).zip(&peer.usernames).skip(in_column);
    further.map(|(position, name)| vec![peer.id.into(), position.into(), name.as_str().into()]).collect()
}

/// What `entities` has no place for, if anything.
fn own_row(peer: &Peer) -> Option<Row> {
    let own_type = peer.peer_type.as_ref().filter(|own| **own != PeerType::from_id(peer.id));
    let odd_phone = peer.phone_number.as_deref().filter(|digits| phone_column(digits).is_none());
    let name_rest = peer.name.as_deref().and_then(|name| Some(&name[name.char_indices().nth(NAME)?.0..]));
    let more = own_type.is_some()
        || odd_phone.is_some()
        || name_rest.is_some()
        || peer.access_hash.is_none()
        || peer.last_update_on.is_some();
    more.then(|| {
        vec![
            peer.id.into(),
            peer.access_hash.is_none().into(),
            own_type.map(PeerType::name).into(),
            peer.last_update_on.into(),
            odd_phone.into(),
            name_rest.map(str::as_bytes).into(),
        ]
    })
}

/// The last of several with the same key.
pub fn last_by<T, K: std::hash::Hash + Eq>(items: &[T], key: impl Fn(&T) -> K) -> impl Iterator<Item = &T> {
    let last: HashMap<K, usize> = items.iter().enumerate().map(|(index, item)| (key(item), index)).collect();
    let mut indexes: Vec<usize> = last.into_values().collect();
    indexes.sort_unstable();
    indexes.into_iter().map(|index| &items[index])
}
