//! Writing peers: the client's row and usernames, and what the client cannot store in our own tables.

mod names;
mod own_row;
mod release;
mod row;

use rusqlite::Connection;
use std::borrow::Borrow;

use super::dialects::UsernamesTable;
use super::fault::Fault;
use super::layout::Layout;
use super::name_index::NameIndex;
use super::peers;
use super::queries::{Queries, UsernamesWrites};
use crate::model::Peer;
use crate::storage::peer_batch::WriteMode;
use names::NamesWriter;
use own_row::has_more;
use release::Releasers;
use row::RowWriter;

// The id of no peer.
const NOBODY: i64 = 0;

/// Whether some of these peers need our own table of peers, and our own table of usernames.
pub fn needs_own(layout: &Layout, peers: &[impl Borrow<Peer>]) -> (bool, bool) {
    let mut peers = peers.iter().map(Borrow::borrow);
    let own_peers = layout.peers_are_own || peers.clone().any(|peer| has_more(layout, peer));
    let more_names = |peer: &Peer| !own_usernames(layout, peer).is_empty();
    (own_peers, layout.usernames.is_none() && peers.any(more_names))
}

/// The SQL that creates the client's own table of usernames, if it is needed and missing.
pub fn needs_usernames_table(layout: &Layout, peers: &[impl Borrow<Peer>]) -> Option<&'static str> {
    let create = layout.dialect.usernames.as_ref()?.create?;
    let needed = layout.usernames.is_none() && peers.iter().any(|peer| peer.borrow().usernames.len() > 1);
    needed.then_some(create)
}

/// A peer to write.
#[derive(Clone, Copy)]
pub struct PeerWrite<'a> {
    pub peer: &'a Peer,
    /// Its usernames are taken from their earlier owners.
    pub takes_usernames: bool,
    /// Its row is there, perhaps with the same values.
    pub is_known: bool,
    /// All of its usernames are there, and no others.
    pub keeps_usernames: bool,
}

impl<'a> PeerWrite<'a> {
    /// A peer that replaces what is known of it.
    pub fn new(peer: &'a Peer, mode: WriteMode) -> Self {
        Self { peer, takes_usernames: mode.takes_usernames(), is_known: false, keeps_usernames: false }
    }
}

/// Replaces peers, and takes the `abandoned` usernames from all peers. The tables that this needs must exist. `known` are
/// the owners of usernames, where they are in memory. Returns whether a peer outside the batch lost a username.
pub fn write<'a>(
    conn: &Connection,
    layout: &Layout,
    queries: &Queries,
    writes: impl IntoIterator<Item = PeerWrite<'a>>,
    abandoned: &[&str],
    mode: WriteMode,
    known: Option<&NameIndex>,
) -> Result<bool, Fault> {
    // Prepared, or taken out of the cache, once for all peers.
    let mut row = RowWriter::new(conn, queries)?;
    let writes = writes.into_iter();
    let taking = if mode.takes_usernames() { abandoned.len() + writes.size_hint().0 } else { 0 };
    let mut releasers = Releasers::new(conn, queries, taking, known)?;
    let names = |sql: &Option<UsernamesWrites>| sql.as_ref().map(|sql| NamesWriter::new(conn, sql)).transpose();
    let (mut names, mut own_names) = (names(&queries.write_usernames)?, names(&queries.write_own_usernames)?);
    let mut taken = false;
    for username in abandoned {
        taken |= releasers.release(conn, username, NOBODY)?.others;
    }
    for PeerWrite { peer, takes_usernames, is_known, keeps_usernames } in writes {
        let mut known = is_known;
        if takes_usernames {
            let owners = releasers.release_all(conn, peer)?;
            // Who has no username is not found by it.
            known |= owners.this || peer.usernames.is_empty();
            taken |= owners.others;
        }
        row.write(layout, peer, mode, known)?;
        releasers.note(peer);
        if let (Some(names), Some(table)) = (&mut names, &layout.usernames)
            && (!keeps_usernames || names.has_times())
        {
            let ids = peers::ids_of_names(conn, queries, table.bare_channel_ids, peer.id)?;
            names.write(&ids, peer, client_usernames(layout, table, peer), mode)?;
        }
        if let Some(names) = &mut own_names
            && !keeps_usernames
        {
            names.write(&[peer.id], peer, own_usernames(layout, peer), mode)?;
        }
        if layout.own.peers && !layout.peers_are_own {
            own_row::write(conn, layout, peer)?;
        }
    }
    Ok(taken)
}

/// Removes the peers with the given ids, or all, from the client's tables and from ours.
pub fn delete(conn: &Connection, layout: &Layout, queries: &Queries, ids: Option<&[i64]>) -> Result<(), Fault> {
    let Some(ids) = ids else {
        return queries.deletes.iter().try_for_each(|delete| Ok(conn.execute(&delete.all, []).map(drop)?));
    };
    let bare_channel_ids = layout.usernames.as_ref().is_some_and(|names| names.bare_channel_ids);
    for id in ids {
        let ids_of_names = peers::ids_of_names(conn, queries, bare_channel_ids, *id)?;
        for delete in &queries.deletes {
            let ids = if delete.is_of_names { ids_of_names.as_slice() } else { std::slice::from_ref(id) };
            for id in ids {
                conn.prepare_cached(&delete.one)?.execute([id])?;
            }
        }
    }
    Ok(())
}

fn client_usernames<'a>(layout: &Layout, names: &UsernamesTable, peer: &'a Peer) -> &'a [String] {
    let several = peer.usernames.len() > 1 || layout.peers.username.is_none();
    if names.holds_all || several { &peer.usernames } else { &[] }
}

fn own_usernames<'a>(layout: &Layout, peer: &'a Peer) -> &'a [String] {
    if layout.peers.sql.is_some_and(|sql| sql.usernames.is_some()) {
        return &[];
    }
    match (&layout.usernames, layout.peers.username) {
        (Some(_), _) => &[],
        (None, Some(_)) => peer.usernames.get(1..).unwrap_or_default(),
        (None, None) => &peer.usernames,
    }
}
