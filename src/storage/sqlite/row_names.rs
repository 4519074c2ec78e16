//! Who has a username, in a layout where usernames are JSON in the peers' rows. The client's index finds the first username of a peer;
//! looking for another one passes all peers that have several. For a large batch these are read once, and followed as it is written.

use rusqlite::{CachedStatement, Connection};

use super::fault::Fault;
use super::queries::RowNamesQuery;
use crate::model::Peer;
use crate::storage::keyed_hash::KeyedMap;

/// Below this, asking the file for each costs less.
const FEW: usize = 16;

/// A peer that has a username.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Owner {
    pub id: i64,
    /// It is one of the session's peers: not a row that only the client may use.
    pub is_peer: bool,
}

/// The usernames of the peers that have several, and the statements that ask for the rest.
pub struct RowNames<'a> {
    first: CachedStatement<'a>,
    is_owner: CachedStatement<'a>,
    several: KeyedMap<String, Vec<i64>>,
}

impl<'a> RowNames<'a> {
    /// For a batch with so many usernames; `None` where the layout has none such, or the batch is small.
    pub fn for_batch(
        conn: &'a Connection,
        sql: Option<&RowNamesQuery>,
        usernames: usize,
    ) -> Result<Option<Self>, Fault> {
        sql.filter(|_| usernames > FEW).map(|sql| Self::read(conn, sql)).transpose()
    }

    fn read(conn: &'a Connection, sql: &RowNamesQuery) -> Result<Self, Fault> {
        let mut several: KeyedMap<String, Vec<i64>> = KeyedMap::default();
        let mut statement = conn.prepare(sql.several)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let Ok(name) = row.get_ref(1)?.as_str() else { continue };
            several.entry(name.to_owned()).or_default().push(row.get(0)?);
        }
        let (first, is_owner) = (conn.prepare_cached(sql.first)?, conn.prepare_cached(&sql.is_owner)?);
        Ok(Self { first, is_owner, several })
    }

    /// Who has a username now.
    pub fn owners(&mut self, username: &str) -> Result<Vec<Owner>, Fault> {
        let mut ids: Vec<i64> = self.several.get(username).cloned().unwrap_or_default();
        let mut rows = self.first.query([username])?;
        while let Some(row) = rows.next()? {
            ids.push(row.get(0)?);
        }
        drop(rows);
        ids.sort_unstable();
        ids.dedup();
        let mut owners = Vec::with_capacity(ids.len());
        for id in ids {
            // What was read may have been taken since.
            let mut rows = self.is_owner.query(rusqlite::params![id, username])?;
            if let Some(row) = rows.next()? {
                owners.push(Owner { id, is_peer: row.get(0)? });
            }
        }
        Ok(owners)
    }

    /// Notes a peer that has been written.
    pub fn note(&mut self, peer: &Peer) {
        for username in peer.usernames.iter().filter(|_| peer.usernames.len() > 1) {
            let ids = self.several.entry(username.clone()).or_default();
            if !ids.contains(&peer.id) {
                ids.push(peer.id);
            }
        }
    }
}
