//! Writing peers: AlchemySession's rows, and what of them stands in our own tables.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::client::Step;
use super::peers::{NAME, phone_column};
use super::store::Store;
use super::value::{Row, Value};
use crate::model::{Peer, PeerType};

/// Whether peers are seen now, or carried over exactly as they are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Writing {
    /// A username goes to its newest owner.
    Seen,
    /// Doubled usernames stay.
    Copied,
}

// `username` in `entities`.
const USERNAME: usize = 32;

/// What a batch comes to in the end.
struct Batch<'a> {
    /// Each once, in ascending order of their ids: so no two batches lock rows crosswise.
    peers: Vec<Cow<'a, Peer>>,
    /// The usernames that change hands.
    taken: HashSet<&'a str>,
}

impl<'a> Batch<'a> {
    fn of(peers: &'a [Peer], writing: Writing) -> Self {
        let (mut ids, mut taken) = (HashSet::new(), HashSet::new());
        let mut last = Vec::with_capacity(peers.len());
        for peer in peers.iter().rev() {
            if ids.insert(peer.id) {
                last.push(without(peer, &taken));
            }
            if writing == Writing::Seen {
                taken.extend(peer.usernames.iter().map(String::as_str));
            }
        }
        last.sort_by_key(|peer| peer.id);
        Self { peers: last, taken }
    }

    fn ids(&self) -> Value {
        Value::Integers(self.peers.iter().map(|peer| peer.id).collect())
    }
}

// A later peer of the batch has taken some of its names.
fn without<'a>(peer: &'a Peer, taken: &HashSet<&str>) -> Cow<'a, Peer> {
    if !peer.usernames.iter().any(|name| taken.contains(name.as_str())) {
        return Cow::Borrowed(peer);
    }
    let mut peer = peer.clone();
    peer.usernames.retain(|name| !taken.contains(name.as_str()));
    Cow::Owned(peer)
}

/// The statements that replace peers by their ids.
pub fn steps<'a>(store: &'a Store, session: &'a str, peers: &[Peer], writing: Writing) -> Vec<Step<'a>> {
    let (queries, batch) = (&store.queries, Batch::of(peers, writing));
    if batch.peers.is_empty() {
        return Vec::new();
    }
    let mut steps = Vec::new();
    let mut run = |sql: &'a str, values: Vec<Value>| {
        steps.push(Step::Run { sql, values: std::iter::once(session.into()).chain(values).collect() });
    };
    let taken = || Value::Texts(batch.taken.iter().map(|name| (*name).to_owned()).collect());
    if !batch.taken.is_empty() {
        run(&queries.release_usernames, vec![taken(), batch.ids()]);
    }
    let entities = batch.peers.iter().map(|peer| entity(peer)).collect();
    let Some(own) = &queries.own else {
        steps.push(Step::Upsert { sql: &queries.upsert_entities, session, rows: entities });
        return steps;
    };
    if !batch.taken.is_empty() {
        run(&own.usernames_delete_held, vec![taken()]);
    }
    run(&own.usernames_delete, vec![batch.ids()]);
    let rows: Vec<Row> = batch.peers.iter().filter_map(|peer| own_row(peer)).collect();
    let plain = batch.peers.iter().filter(|peer| own_row(peer).is_none()).map(|peer| peer.id).collect::<Vec<_>>();
    if !plain.is_empty() {
        run(&own.peers_delete, vec![Value::Integers(plain)]);
    }
    let names: Vec<Row> = batch.peers.iter().flat_map(|peer| own_names(peer)).collect();
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
