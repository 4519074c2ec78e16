//! Finding peers and reading whole ones.

use rusqlite::types::ValueRef;
use rusqlite::{CachedStatement, Connection, Params, Row, StatementStatus, ToSql, params};

use super::fault::Fault;
use super::queries::Queries;
use super::value::{filled_text, integer, text};
use crate::codec::mtcute_peer;
use crate::model::{FoundPeer, IdKind, Peer, PeerAge, PeerType, bare_id, id_kind, mark_channel};
use crate::storage::PeerPage;
use crate::storage::keyed_hash::KeyedMap;
use crate::storage::peer_batch::newest;

/// So many columns have the statements that find a peer, and those that read whole ones.
const FOUND_COLUMNS: usize = 4;
const WHOLE_COLUMNS: usize = 7;

/// The answer of a lookup.
pub struct LookupResult {
    pub found: Option<FoundPeer>,
    /// SQLite prepared the statement again, because the schema may have changed.
    pub was_reprepared: bool,
}

/// Runs one statement for one peer, and picks the newest of several. (Sorting in SQLite would cost as much as the
/// lookup itself, and there is seldom more than one.)
pub fn find(conn: &Connection, sql: &str, key: &dyn ToSql) -> Result<LookupResult, Fault> {
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query([key])?;
    let mut found: Option<FoundPeer> = None;
    while let Some(row) = rows.next()? {
        found = newest(found.into_iter().chain([found_peer(row)?]));
    }
    drop(rows);
    Ok(LookupResult { found, was_reprepared: statement.reset_status(StatementStatus::RePrepare) > 0 })
}

fn found_peer(row: &Row<'_>) -> Result<FoundPeer, Fault> {
    let id = row.get(0)?;
    let (told, _) = complete(row, id, FOUND_COLUMNS)?;
    Ok(FoundPeer {
        id,
        access_hash: integer(row.get_ref(1)?, "an access hash")?,
        peer_type: told.or(peer_type(row.get_ref(2)?)).unwrap_or_else(|| PeerType::from_id(id)),
        last_update_on: integer(row.get_ref(3)?, "a peer's last_update_on")?,
    })
}

/// What the client's own record of the peer tells, in a layout that has one: its type and its name. It stands behind the other
/// columns.
fn complete(row: &Row<'_>, id: i64, columns: usize) -> Result<(Option<PeerType>, Option<String>), Fault> {
    if row.as_ref().column_count() == columns {
        return Ok((None, None));
    }
    let told = row.get_ref(columns)?.as_bytes_or_null().ok().flatten();
    Ok(told.map(|told| mtcute_peer(id, told)).unwrap_or_default())
}

fn peer_type(value: ValueRef<'_>) -> Option<PeerType> {
    match value {
        ValueRef::Text(name) => Some(PeerType::from_name(&String::from_utf8_lossy(name))),
        other => text(other).map(PeerType::Other),
    }
}

/// Reads whole peers: those with the given ids, or all.
pub fn read(conn: &Connection, queries: &Queries, ids: Option<&[i64]>) -> Result<Vec<Peer>, Fault> {
    if queries.all.is_empty() {
        return Ok(Vec::new());
    }
    let mut peers = Vec::new();
    match ids {
        None => {
            collect(&mut conn.prepare_cached(&queries.all)?, &[], &mut peers)?;
            for usernames in &queries.usernames {
                add_usernames(&mut peers, usernames_of(conn, &usernames.all, [])?, usernames.bare_channel_ids);
            }
        }
        Some(ids) => {
            let mut one = conn.prepare_cached(&queries.one)?;
            for id in ids {
                collect(&mut one, &[id], &mut peers)?;
            }
            drop(one); // back in the cache: what follows may ask by it too
            peers.sort_by_key(|peer| peer.id);
            peers.dedup_by_key(|peer| peer.id);
            add_usernames_of_each(conn, queries, &mut peers)?;
        }
    }
    Ok(peers)
}

/// Reads when each peer was last seen.
pub fn ages(conn: &Connection, queries: &Queries) -> Result<Vec<PeerAge>, Fault> {
    let mut ages = Vec::new();
    if queries.all.is_empty() {
        return Ok(ages);
    }
    let mut statement = conn.prepare(&queries.all)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let id = row.get(0)?;
        let (told, _) = complete(row, id, WHOLE_COLUMNS)?;
        ages.try_reserve(1)?;
        ages.push(PeerAge {
            id,
            peer_type: told.or(peer_type(row.get_ref(2)?)).unwrap_or_else(|| PeerType::from_id(id)),
            last_update_on: integer(row.get_ref(3)?, "a peer's last_update_on")?,
        });
    }
    Ok(ages)
}

/// Reads whole peers from one id on: at most so many, or all where pages would cost more.
pub fn page(conn: &Connection, queries: &Queries, from: i64, most: usize) -> Result<PeerPage, Fault> {
    let Some(query) = &queries.page else { return rest(conn, queries, from) };
    // It is an error whichever way the peers are read.
    if from == i64::MIN && conn.query_row(&query.nameless, [], |row| row.get(0))? {
        return rest(conn, queries, from);
    }
    let mut peers = Vec::new();
    collect(&mut conn.prepare_cached(&query.peers)?, &[&from, &i64::try_from(most).unwrap_or(i64::MAX)], &mut peers)?;
    if let (Some(first), Some(last)) = (peers.first().map(|peer| peer.id), peers.last().map(|peer| peer.id)) {
        add_usernames_between(conn, queries, &mut peers, (first, last))?;
    }
    let is_last = peers.len() < most;
    Ok(PeerPage { peers, is_last })
}

fn rest(conn: &Connection, queries: &Queries, from: i64) -> Result<PeerPage, Fault> {
    let mut peers = read(conn, queries, None)?;
    peers.retain(|peer| peer.id >= from);
    Ok(PeerPage { peers, is_last: true })
}

fn add_usernames_between(
    conn: &Connection,
    queries: &Queries,
    peers: &mut [Peer],
    (first, last): (i64, i64),
) -> Result<(), Fault> {
    // A channel's may stand under another id.
    if queries.usernames.iter().any(|query| query.bare_channel_ids) {
        return add_usernames_of_each(conn, queries, peers);
    }
    for query in &queries.usernames {
        let usernames = usernames_of(conn, &query.some, params![first, last])?;
        add_usernames(peers, usernames, false);
    }
    Ok(())
}

fn collect(statement: &mut CachedStatement<'_>, parameters: &[&dyn ToSql], peers: &mut Vec<Peer>) -> Result<(), Fault> {
    let mut rows = statement.query(parameters)?;
    while let Some(row) = rows.next()? {
        peers.try_reserve(1)?;
        let id = row.get(0)?;
        let (told_type, told_name) = complete(row, id, WHOLE_COLUMNS)?;
        peers.push(Peer {
            id,
            access_hash: integer(row.get_ref(1)?, "an access hash")?,
            peer_type: told_type.or(peer_type(row.get_ref(2)?)),
            last_update_on: integer(row.get_ref(3)?, "a peer's last_update_on")?,
            usernames: filled_text(row.get_ref(4)?).into_iter().collect(),
            phone_number: filled_text(row.get_ref(5)?),
            name: told_name.or(filled_text(row.get_ref(6)?)),
        });
    }
    Ok(())
}

fn usernames_of(conn: &Connection, sql: &str, ids: impl Params) -> Result<KeyedMap<i64, Vec<String>>, Fault> {
    let mut usernames: KeyedMap<i64, Vec<String>> = KeyedMap::default();
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query(ids)?;
    while let Some(row) = rows.next()? {
        if let (Some(id), Some(username)) = (row.get(0)?, filled_text(row.get_ref(1)?)) {
            usernames.try_reserve(1)?;
            usernames.entry(id).or_default().push(username);
        }
    }
    Ok(usernames)
}

fn add_usernames(peers: &mut [Peer], mut usernames: KeyedMap<i64, Vec<String>>, bare_channel_ids: bool) {
    for peer in &mut *peers {
        let own = usernames.remove(&peer.id).unwrap_or_default();
        extend(&mut peer.usernames, own);
    }
    if bare_channel_ids && !usernames.is_empty() {
        // An id that no peer has may be the bare id of a channel.
        let mut marked: KeyedMap<i64, Vec<String>> =
            usernames.into_iter().map(|(id, names)| (mark_channel(id), names)).collect();
        for peer in peers {
            extend(&mut peer.usernames, marked.remove(&peer.id).unwrap_or_default());
        }
    }
}

// A peer's usernames stand in the order of the tables.
fn add_usernames_of_each(conn: &Connection, queries: &Queries, peers: &mut [Peer]) -> Result<(), Fault> {
    for query in &queries.usernames {
        let mut statement = conn.prepare_cached(&query.one)?;
        for peer in &mut *peers {
            for id in ids_of_names(conn, queries, query.bare_channel_ids, peer.id)? {
                let found = statement.query_map([id], |row| Ok(filled_text(row.get_ref(1)?)))?;
                let names = found.filter_map(Result::transpose).collect::<Result<Vec<_>, _>>()?;
                extend(&mut peer.usernames, names);
            }
        }
    }
    Ok(())
}

// The ids under which a peer's usernames may be stored.
pub fn ids_of_names(conn: &Connection, queries: &Queries, bare_channel_ids: bool, id: i64) -> Result<Vec<i64>, Fault> {
    let mut ids = vec![id];
    if bare_channel_ids && id_kind(id) == IdKind::Channel && !is_known(conn, queries, bare_id(id))? {
        ids.push(bare_id(id));
    }
    Ok(ids)
}

fn is_known(conn: &Connection, queries: &Queries, id: i64) -> Result<bool, Fault> {
    Ok(conn.prepare_cached(&queries.one)?.exists([id])?)
}

fn extend(usernames: &mut Vec<String>, more: Vec<String>) {
    for username in more {
        if !usernames.contains(&username) {
            usernames.push(username);
        }
    }
}
