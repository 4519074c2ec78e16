//! Finding peers and reading whole ones.

use std::collections::HashMap;

use super::client::{Scope, Step};
use super::fault::Fault;
use super::store::Store;
use super::value::{Row, Value};
use crate::model::{FoundPeer, Peer, PeerType};
use crate::storage::peer_batch::newest;

/// How many characters of a name stand in `entities`.
pub const NAME: usize = 255;

/// Finds the peer with an id.
pub fn by_id(store: &Store, session: &str, id: i64) -> Result<Option<FoundPeer>, Fault> {
    if id == 0 {
        return Ok(None); // there the account's own id stands
    }
    find(store, &store.queries.peer_by_id, vec![session.into(), id.into()])
}

// How many ids one statement takes.
const IDS_AT_ONCE: usize = 10_000;

/// Finds many peers by their ids.
pub fn by_ids(store: &Store, session: &str, ids: &[i64]) -> Result<Vec<Option<FoundPeer>>, Fault> {
    let sql = &store.queries.peers_by_ids;
    let step = |ids: &[i64]| Step::Run { sql, values: vec![session.into(), Value::Integers(ids.to_vec())] };
    let steps: Vec<Step<'_>> = ids.chunks(IDS_AT_ONCE).map(step).collect();
    if steps.is_empty() {
        return Ok(Vec::new());
    }
    let scope = if steps.len() == 1 { Scope::Single } else { Scope::Snapshot };
    let mut by_id = HashMap::with_capacity(ids.len());
    for row in store.run(scope, &steps)?.iter().flatten() {
        let peer = found(row)?;
        by_id.insert(peer.id, FoundPeer::from(&peer));
    }
    Ok(ids.iter().map(|id| by_id.get(id).cloned()).collect())
}

/// Finds the peer that was last seen with a username.
pub fn by_username(store: &Store, session: &str, username: &str) -> Result<Option<FoundPeer>, Fault> {
    find(store, &store.queries.peers_by_username, vec![session.into(), username.into()])
}

/// Finds the peer that was last seen with a phone number.
pub fn by_phone(store: &Store, session: &str, digits: &str) -> Result<Option<FoundPeer>, Fault> {
    match phone_column(digits) {
        Some(number) => find(store, &store.queries.peers_by_phone, vec![session.into(), number.into()]),
        None => match &store.queries.peers_by_odd_phone {
            Some(sql) => find(store, sql, vec![session.into(), digits.into()]),
            None => Ok(None),
        },
    }
}

/// Finds the first peer with a display name. The server may take other cases for the same, and has only the beginning of a
/// long name in its column.
pub fn by_name(store: &Store, session: &str, name: &str) -> Result<Option<FoundPeer>, Fault> {
    let column: String = name.chars().take(NAME).collect();
    let values = vec![session.into(), column.as_str().into()];
    let rows = store.run(Scope::Single, &[Step::Run { sql: &store.queries.peers_by_name, values }])?;
    for row in rows.iter().flatten() {
        let peer = whole(row, &mut HashMap::new())?;
        if peer.name.as_deref() == Some(name) {
            return Ok(Some(FoundPeer::from(&peer)));
        }
    }
    Ok(None)
}

/// A phone number as `entities` has it, if it comes back as it was.
pub fn phone_column(digits: &str) -> Option<i64> {
    digits.parse().ok().filter(|number: &i64| number.to_string() == digits)
}

fn find(store: &Store, sql: &str, values: Vec<Value>) -> Result<Option<FoundPeer>, Fault> {
    let rows = store.run(Scope::Single, &[Step::Run { sql, values }])?;
    let peers = rows.iter().flatten().map(|row| Ok(FoundPeer::from(&found(row)?)));
    Ok(newest(peers.collect::<Result<Vec<_>, Fault>>()?))
}

fn found(row: &[Value]) -> Result<Peer, Fault> {
    let [id, hash, no_hash, peer_type, seen, ..] = row else {
        return Err(Fault::Damaged("a peer's row is too short".to_owned()));
    };
    let none = Value::Integer(0) == *hash && no_hash.integer("a peer's row")?.is_some_and(|flag| flag != 0);
    Ok(Peer {
        id: id.integer("a peer's id")?.unwrap_or_default(),
        access_hash: hash.integer("an access hash")?.filter(|_| !none),
        peer_type: peer_type.text().map(|name| PeerType::from_name(&name)),
        last_update_on: seen.integer("a peer's last_update_on")?,
        ..Peer::default()
    })
}

/// The statements that read whole peers.
pub fn read_steps<'a>(store: &'a Store, session: &str, ids: Option<&[i64]>) -> Vec<Step<'a>> {
    let queries = &store.queries;
    steps(store, if ids.is_some() { &queries.peers_some } else { &queries.peers_all }, session, ids)
}

/// The same of peers that are written next in the same transaction: nobody else writes them meanwhile.
pub fn locking_steps<'a>(store: &'a Store, session: &str, ids: &[i64]) -> Vec<Step<'a>> {
    steps(store, &store.queries.peers_locked, session, Some(ids))
}

fn steps<'a>(store: &'a Store, peers: &'a str, session: &str, ids: Option<&[i64]>) -> Vec<Step<'a>> {
    let values = || -> Vec<Value> {
        std::iter::once(session.into()).chain(ids.map(|ids| Value::Integers(ids.to_vec()))).collect()
    };
    let own = store.queries.own.as_ref();
    let names = own.map(|own| if ids.is_some() { own.usernames_some.as_str() } else { own.usernames_all.as_str() });
    [peers].into_iter().chain(names).map(|sql| Step::Run { sql, values: values() }).collect()
}

/// The peers, from the answers to [`read_steps`], which are taken.
pub fn decode(store: &Store, answers: &mut impl Iterator<Item = Vec<Row>>) -> Result<Vec<Peer>, Fault> {
    let rows = answers.next().unwrap_or_default();
    let mut names: HashMap<i64, Vec<String>> = HashMap::new();
    if store.queries.own.is_some() {
        for row in answers.next().unwrap_or_default() {
            if let (Some(id), Some(name)) = (row[0].integer("a peer's id")?, row[1].text()) {
                names.entry(id).or_default().push(name);
            }
        }
    }
    rows.iter().map(|row| whole(row, &mut names)).collect()
}

fn whole(row: &[Value], names: &mut HashMap<i64, Vec<String>>) -> Result<Peer, Fault> {
    let peer = found(row)?;
    let [.., username, phone, name, own_phone, name_rest] = row else { return Ok(peer) };
    let mut usernames: Vec<String> = username.text().into_iter().collect();
    for name in names.remove(&peer.id).unwrap_or_default() {
        if !usernames.contains(&name) {
            usernames.push(name);
        }
    }
    let name = name.text().map(|name| match name_rest.bytes() {
        // Another name was written since, unless it is as long as the column.
        Some(rest) if name.chars().count() == NAME => name + &String::from_utf8_lossy(rest),
        _ => name,
    });
    Ok(Peer { usernames, phone_number: phone.text().or_else(|| own_phone.text()), name, ..peer })
}

/// Reads whole peers in ascending order of their ids.
pub fn read(store: &Store, session: &str, ids: Option<&[i64]>) -> Result<Vec<Peer>, Fault> {
    if ids.is_some_and(<[i64]>::is_empty) {
        return Ok(Vec::new());
    }
    let answers = store.run(Scope::Snapshot, &read_steps(store, session, ids))?;
    decode(store, &mut answers.into_iter())
}
