//! The client's row of a peer.

use rusqlite::{CachedStatement, Connection};

use super::own_row::client_type;
use crate::codec::mtcute_peer;
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
    // For a layout with the client's own record of a peer.
    complete: Option<CachedStatement<'a>>,
}

impl<'a> RowWriter<'a> {
    pub fn new(conn: &'a Connection, queries: &Queries) -> Result<Self, Fault> {
        let prepare = |sql: &Option<String>| sql.as_deref().map(|sql| conn.prepare_cached(sql)).transpose();
        let (touch, change) = (prepare(&queries.touch)?, prepare(&queries.change)?);
        let complete = prepare(&queries.complete)?;
        Ok(Self { write: conn.prepare_cached(&queries.write)?, touch, change, complete })
    }

    /// Writes a row. If it is probably `known` and has not changed, only the last-seen time is written, which leaves
    /// all indexes untouched.
    pub fn write(&mut self, layout: &Layout, peer: &Peer, mode: WriteMode, known: bool) -> Result<(), Fault> {
        let keeps_record = self.keeps_record(peer)?;
        let touch = self.touch.as_mut().filter(|_| known);
        for enough in touch.into_iter().chain(&mut self.change) {
            bind(enough, layout, peer, mode, keeps_record)?;
            if enough.raw_execute()? > 0 {
                return Ok(());
            }
        }
        bind(&mut self.write, layout, peer, mode, keeps_record)?;
        check_written(self.write.raw_execute()?)
    }

    /// Whether the client's own record may stay: it says nothing else of the type and the name than what is told now. Where
    /// they are not told, it says them.
    fn keeps_record(&mut self, peer: &Peer) -> Result<Option<bool>, Fault> {
        let Some(complete) = &mut self.complete else { return Ok(None) };
        let mut rows = complete.query([peer.id])?;
        let Some(row) = rows.next()? else { return Ok(Some(false)) };
        let Some(told) = row.get_ref(0)?.as_bytes_or_null().ok().flatten() else { return Ok(Some(true)) };
        let (peer_type, name) = mtcute_peer(peer.id, told);
        let agrees =
            (peer.peer_type.is_none() || peer.peer_type == peer_type) && (peer.name.is_none() || peer.name == name);
        Ok(Some(agrees))
    }
}

fn bind(
    statement: &mut CachedStatement<'_>,
    layout: &Layout,
    peer: &Peer,
    mode: WriteMode,
    keeps_record: Option<bool>,
) -> Result<(), Fault> {
    let table = &layout.peers;
    statement.raw_bind_parameter(1, peer.id)?;
    match peer.access_hash {
        None if table.access_hash_not_null => statement.raw_bind_parameter(2, 0)?,
        access_hash => statement.raw_bind_parameter(2, access_hash)?,
    }
    if table.phone_number.is_some() {
        statement.raw_bind_parameter(3, peer.phone_number.as_deref())?;
    }
    if table.peer_type.is_some() {
        // A client's column is NOT NULL; in our own table an absent type stays absent.
        let (own, absent) = (layout.peers_are_own, table.sql.is_some_and(|sql| sql.types_may_be_absent));
        let stored = match peer.peer_type {
            None if own || absent => None,
            ref told if own => told.clone(),
            _ => Some(client_type(layout, peer)),
        };
        statement.raw_bind_parameter(4, stored.as_ref().map(PeerType::name))?;
    }
    if table.username.is_some() {
        statement.raw_bind_parameter(5, column_username(layout, peer))?;
    } else if table.sql.is_some_and(|sql| sql.usernames.is_some()) {
        statement.raw_bind_parameter(5, serde_json::Value::from(peer.usernames.clone()).to_string())?;
    }
    if table.name.is_some() {
        statement.raw_bind_parameter(6, peer.name.as_deref())?;
    }
    if table.last_update_on.is_some() {
        statement.raw_bind_parameter(7, mode.last_update_on(peer))?;
    }
    if keeps_record.is_some() {
        statement.raw_bind_parameter(8, keeps_record)?;
    }
    Ok(())
}

fn column_username<'a>(layout: &Layout, peer: &'a Peer) -> Option<&'a str> {
    match &layout.usernames {
        Some(names) if names.holds_all => None,
        _ => peer.usernames.first().map(String::as_str),
    }
}
