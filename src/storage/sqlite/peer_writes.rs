//! Writing peers: the client's row and usernames, and what of them stands in our own tables.

use rusqlite::{CachedStatement, Connection, params};

use super::dialects::UsernamesTable;
use super::fault::Fault;
use super::layout::Layout;
use super::queries::Queries;
use super::{own, peers};
use crate::model::{Peer, PeerType};

/// Whether peers are seen now, or carried over exactly as they are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Writing {
    /// A username goes to its newest owner; without a time of sighting it is `now`.
    Seen { now: i64 },
    /// Doubled usernames stay.
    Copied { now: i64 },
}

impl Writing {
    fn sighting_of(self, peer: &Peer) -> i64 {
        let (Self::Seen { now } | Self::Copied { now }) = self;
        peer.last_update_on.unwrap_or(now)
    }
}

/// Whether some of these peers hold what the client has no place for: our own peers, our own usernames.
pub fn needs_own(layout: &Layout, peers: &[Peer]) -> (bool, bool) {
    let own_peers = layout.peers_are_own() || peers.iter().any(|peer| has_more(layout, peer));
    let more_names = |peer: &Peer| match &layout.peers.username {
        Some(_) => peer.usernames.len() > 1,
        None => !peer.usernames.is_empty(),
    };
    (own_peers, layout.usernames.is_none() && peers.iter().any(more_names))
}

/// Whether the client's own table of usernames must be made first.
pub fn needs_usernames_table(layout: &Layout, peers: &[Peer]) -> Option<&'static str> {
    let create = layout.dialect.usernames.as_ref()?.create?;
    let needed = layout.usernames.is_none() && peers.iter().any(|peer| peer.usernames.len() > 1);
    needed.then_some(create)
}

fn has_more(layout: &Layout, peer: &Peer) -> bool {
    let table = &layout.peers;
    unknown_type(layout, peer).is_some()
        || (table.name.is_none() && peer.name.is_some())
        || (table.last_update_on.is_none() && peer.last_update_on.is_some())
        || (table.access_hash_not_null && peer.access_hash.is_none())
}

/// A type that the client does not know and that the id's mark does not tell.
fn unknown_type<'a>(layout: &Layout, peer: &'a Peer) -> Option<&'a PeerType> {
    let is_unknown = |own: &&PeerType| **own != PeerType::from_id(peer.id) && !layout.peer_types.contains(&own.name());
    peer.peer_type.as_ref().filter(is_unknown)
}

/// What stands in the client's column: the type, or the nearest one that the client knows.
fn client_type(layout: &Layout, peer: &Peer) -> PeerType {
    match unknown_type(layout, peer) {
        None => peer.effective_type(),
        Some(PeerType::Forum) => PeerType::Supergroup,
        Some(_) => PeerType::from_id(peer.id),
    }
}

/// Replaces peers. What they need of our own tables is there already. Tells whether another peer lost a username.
pub fn write<'a>(
    conn: &Connection,
    layout: &Layout,
    queries: &Queries,
    peers: impl IntoIterator<Item = &'a Peer>,
    writing: Writing,
) -> Result<bool, Fault> {
    // Taken out of the cache once for all peers.
    let mut row = RowWriter::new(conn, queries)?;
    let find = queries.release_username.iter().map(|release| conn.prepare_cached(&release.find));
    let mut find = find.collect::<rusqlite::Result<Vec<_>>>()?;
    let mut taken = false;
    for peer in peers {
        if let Writing::Seen { .. } = writing {
            taken |= release_usernames(conn, queries, &mut find, peer)?;
        }
        row.write(layout, peer, writing)?;
        if let Some(names) = &layout.usernames {
            let ids = peers::ids_of_names(conn, queries, names.bare_channel_ids, peer.id)?;
            write_usernames(conn, names, &ids, peer, client_usernames(layout, names, peer), writing)?;
        }
        if layout.own.usernames {
            write_usernames(conn, &own::USERNAMES, &[peer.id], peer, own_usernames(layout, peer), writing)?;
        }
        if layout.own.peers && !layout.peers_are_own() {
            write_own(conn, layout, peer)?;
        }
    }
    Ok(taken)
}

fn release_usernames(
    conn: &Connection,
    queries: &Queries,
    find: &mut [CachedStatement<'_>],
    peer: &Peer,
) -> Result<bool, Fault> {
    let mut taken = false;
    for username in &peer.usernames {
        for (find, release) in find.iter_mut().zip(&queries.release_username) {
            if find.exists(params![username, peer.id])? {
                conn.prepare_cached(&release.take)?.execute(params![username, peer.id])?;
                taken = true;
            }
        }
    }
    Ok(taken)
}

/// Changes a row, or adds it. `INSERT OR REPLACE` would do both, but SQLite then keeps a journal for each statement,
/// and writes every index anew.
struct RowWriter<'a> {
    change: CachedStatement<'a>,
    add: CachedStatement<'a>,
}

impl<'a> RowWriter<'a> {
    fn new(conn: &'a Connection, queries: &Queries) -> Result<Self, Fault> {
        Ok(Self { change: conn.prepare_cached(&queries.change)?, add: conn.prepare_cached(&queries.add)? })
    }

    fn write(&mut self, layout: &Layout, peer: &Peer, writing: Writing) -> Result<(), Fault> {
        bind_row(&mut self.change, layout, peer, writing)?;
        if self.change.raw_execute()? == 0 {
            bind_row(&mut self.add, layout, peer, writing)?;
            self.add.raw_execute()?;
        }
        Ok(())
    }
}

fn bind_row(statement: &mut CachedStatement<'_>, layout: &Layout, peer: &Peer, writing: Writing) -> Result<(), Fault> {
    let table = &layout.peers;
    statement.raw_bind_parameter(1, peer.id)?;
    match peer.access_hash {
        None if table.access_hash_not_null => statement.raw_bind_parameter(2, 0)?,
        access_hash => statement.raw_bind_parameter(2, access_hash)?,
    }
    statement.raw_bind_parameter(3, peer.phone_number.as_deref())?;
    if table.peer_type.is_some() {
        // A client's column is NOT NULL; in our own table an absent type stays absent.
        let own = layout.peers_are_own();
        let stored = if own { peer.peer_type.clone() } else { Some(client_type(layout, peer)) };
        statement.raw_bind_parameter(4, stored.as_ref().map(PeerType::name))?;
    }
    if table.username.is_some() {
        statement.raw_bind_parameter(5, column_username(layout, peer))?;
    }
    if table.name.is_some() {
        statement.raw_bind_parameter(6, peer.name.as_deref())?;
    }
    if table.last_update_on.is_some() {
        statement.raw_bind_parameter(7, writing.sighting_of(peer))?;
    }
    Ok(())
}

fn column_username<'a>(layout: &Layout, peer: &'a Peer) -> Option<&'a str> {
    match &layout.usernames {
        Some(names) if names.holds_all => None,
        _ => peer.usernames.first().map(String::as_str),
    }
}

fn client_usernames<'a>(layout: &Layout, names: &UsernamesTable, peer: &'a Peer) -> &'a [String] {
    let several = peer.usernames.len() > 1 || layout.peers.username.is_none();
    if names.holds_all || several { &peer.usernames } else { &[] }
}

fn own_usernames<'a>(layout: &Layout, peer: &'a Peer) -> &'a [String] {
    match (&layout.usernames, layout.peers.username) {
        (Some(_), _) => &[],
        (None, Some(_)) => peer.usernames.get(1..).unwrap_or_default(),
        (None, None) => &peer.usernames,
    }
}

fn write_usernames(
    conn: &Connection,
    table: &UsernamesTable,
    old_ids: &[i64],
    peer: &Peer,
    names: &[String],
    writing: Writing,
) -> Result<(), Fault> {
    let UsernamesTable { table, username, peer_id, last_update_on, .. } = table;
    for id in old_ids {
        conn.prepare_cached(&format!("DELETE FROM {table} WHERE {peer_id} = ?1"))?.execute([id])?;
    }
    if names.is_empty() {
        return Ok(());
    }
    let sql = match last_update_on {
        None => format!("INSERT OR REPLACE INTO {table} ({peer_id}, {username}) VALUES (?1, ?2)"),
        Some(time) => format!("INSERT OR REPLACE INTO {table} ({peer_id}, {username}, {time}) VALUES (?1, ?2, ?3)"),
    };
    let mut statement = conn.prepare_cached(&sql)?;
    for name in names {
        statement.raw_bind_parameter(1, peer.id)?;
        statement.raw_bind_parameter(2, name)?;
        if last_update_on.is_some() {
            statement.raw_bind_parameter(3, writing.sighting_of(peer))?;
        }
        statement.raw_execute()?;
    }
    Ok(())
}

fn write_own(conn: &Connection, layout: &Layout, peer: &Peer) -> Result<(), Fault> {
    if !has_more(layout, peer) {
        conn.prepare_cached("DELETE FROM tgsession_peers WHERE id = ?1")?.execute([peer.id])?;
        return Ok(());
    }
    let sql = "INSERT OR REPLACE INTO tgsession_peers (id, no_access_hash, type, stored_type, name, last_update_on) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let own_type = unknown_type(layout, peer).map(PeerType::name);
    let stored = client_type(layout, peer);
    let values = params![peer.id, peer.access_hash.is_none(), own_type, stored.name(), peer.name, peer.last_update_on];
    conn.prepare_cached(sql)?.execute(values)?;
    Ok(())
}
