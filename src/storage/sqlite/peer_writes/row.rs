//! The client's row of a peer.

use rusqlite::{CachedStatement, Connection};

use super::own_row::client_type;
use crate::model::{Peer, PeerType};
use crate::storage::peer_batch::WriteMode;
use crate::storage::sqlite::fault::{Fault, check_written};
use crate::storage::sqlite::layout::Layout;
use crate::storage::sqlite::queries::Queries;

/// Adds rows, or changes them. `INSERT OR REPLACE` would do both, but SQLite then keeps a journal for each statement.
pub struct RowWriter<'a> {
    write: CachedStatement<'a>,
    // For a layout with a last-seen time.
    touch: Option<CachedStatement<'a>>,
    // For a table without a primary key.
    change: Option<CachedStatement<'a>>,
}

impl<'a> RowWriter<'a> {
    pub fn new(conn: &'a Connection, queries: &Queries) -> Result<Self, Fault> {
        let prepare = |sql: &Option<String>| sql.as_deref().map(|sql| conn.prepare_cached(sql)).transpose();
        let (touch, change) = (prepare(&queries.touch)?, prepare(&queries.change)?);
        Ok(Self { write: conn.prepare_cached(&queries.write)?, touch, change })
    }

    /// Writes a row. If it is probably `known` and has not changed, only the last-seen time is written, which leaves
    /// all indexes untouched.
    pub fn write(&mut self, layout: &Layout, peer: &Peer, mode: WriteMode, known: bool) -> Result<(), Fault> {
        let touch = self.touch.as_mut().filter(|_| known);
        for enough in touch.into_iter().chain(&mut self.change) {
            bind(enough, layout, peer, mode)?;
            if enough.raw_execute()? > 0 {
                return Ok(());
            }
        }
        bind(&mut self.write, layout, peer, mode)?;
        check_written(self.write.raw_execute()?)
    }
}

fn bind(statement: &mut CachedStatement<'_>, layout: &Layout, peer: &Peer, mode: WriteMode) -> Result<(), Fault> {
    let table = &layout.peers;
    statement.raw_bind_parameter(1, peer.id)?;
    match peer.access_hash {
        None if table.access_hash_not_null => statement.raw_bind_parameter(2, 0)?,
        access_hash => statement.raw_bind_parameter(2, access_hash)?,
    }
    statement.raw_bind_parameter(3, peer.phone_number.as_deref())?;
    if table.peer_type.is_some() {
        // A client's column is NOT NULL; in our own table an absent type stays absent.
        let own = layout.peers_are_own;
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
        statement.raw_bind_parameter(7, mode.last_update_on(peer))?;
    }
    Ok(())
}

fn column_username<'a>(layout: &Layout, peer: &'a Peer) -> Option<&'a str> {
    match &layout.usernames {
        Some(names) if names.holds_all => None,
        _ => peer.usernames.first().map(String::as_str),
    }
}
