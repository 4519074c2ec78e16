//! Taking usernames from their earlier owners.

use rusqlite::{CachedStatement, Connection, params};

use crate::model::Peer;
use crate::storage::sqlite::fault::{Fault, check_written};
use crate::storage::sqlite::name_index::{NameIndex, Owner};
use crate::storage::sqlite::queries::{OfOne, Queries, Release};
use crate::storage::sqlite::row_names::RowNames;

/// Whether this peer, or others, had a username before.
#[derive(Default)]
pub struct Owners {
    pub this: bool,
    pub others: bool,
}

/// Takes usernames wherever they stand.
pub struct Releasers<'a> {
    releasers: Vec<Releaser<'a>>,
    /// Of a large batch, with the statement that takes one.
    row_names: Option<(RowNames<'a>, CachedStatement<'a>)>,
    /// Who had them before the first peer of the batch was written, where that is in memory.
    known: Option<(&'a NameIndex, &'a OfOne)>,
}

impl<'a> Releasers<'a> {
    /// For a batch that takes so many usernames, or more.
    pub fn new(
        conn: &'a Connection,
        queries: &'a Queries,
        taking: usize,
        known: Option<&'a NameIndex>,
    ) -> Result<Self, Fault> {
        let sql = queries.row_names.as_ref();
        let row_names = match (RowNames::for_batch(conn, sql, taking)?, sql) {
            (Some(names), Some(sql)) => Some((names, conn.prepare_cached(sql.take)?)),
            _ => None,
        };
        let statements = queries.release_username.iter().filter(|release| !(release.is_in_rows && row_names.is_some()));
        let releasers = statements.map(|release| Releaser::new(conn, release)).collect::<Result<_, _>>()?;
        Ok(Self { releasers, row_names, known: known.zip(queries.username_of_one.as_ref()) })
    }

    /// Takes all usernames of a peer from others.
    pub fn release_all(&mut self, conn: &Connection, peer: &Peer) -> Result<Owners, Fault> {
        let mut owners = Owners::default();
        for username in &peer.usernames {
            let of_one = self.release(conn, username, peer.id)?;
            owners.this |= of_one.this;
            owners.others |= of_one.others;
        }
        Ok(owners)
    }

    /// Takes a username from all peers but its new owner.
    pub fn release(&mut self, conn: &Connection, username: &str, new_owner: i64) -> Result<Owners, Fault> {
        if let Some(owners) = self.release_known(conn, username, new_owner)? {
            return Ok(owners);
        }
        let mut owners = Owners::default();
        if let Some((names, take)) = &mut self.row_names {
            release_in_rows(names, take, username, new_owner, &mut owners)?;
        }
        for releaser in &mut self.releasers {
            releaser.release(conn, username, new_owner, &mut owners)?;
        }
        Ok(owners)
    }

    // Without a search of the table; `None` if only that tells.
    fn release_known(&self, conn: &Connection, username: &str, new_owner: i64) -> Result<Option<Owners>, Fault> {
        let Some((names, of_one)) = self.known else { return Ok(None) };
        match names.owner_of(username) {
            Owner::Unknown => Ok(None),
            Owner::Nobody => Ok(Some(Owners::default())),
            Owner::AtMost(id) if id == new_owner => Ok(Some(Owners { this: true, others: false })),
            Owner::AtMost(id) => {
                let others = conn.prepare_cached(&of_one.take)?.execute(params![username, id])? > 0;
                // That one had given it up, or was written in this batch.
                Ok(others.then_some(Owners { this: false, others }))
            }
        }
    }

    /// Notes a peer that has been written.
    pub fn note(&mut self, peer: &Peer) {
        if let Some((names, _)) = &mut self.row_names {
            names.note(peer);
        }
    }
}

fn release_in_rows(
    names: &mut RowNames<'_>,
    take: &mut CachedStatement<'_>,
    username: &str,
    id: i64,
    owners: &mut Owners,
) -> Result<(), Fault> {
    let found = names.owners(username)?;
    owners.this |= found.iter().any(|owner| owner.id == id && owner.is_peer);
    if found.iter().any(|owner| owner.id != id && owner.is_peer) {
        owners.others = true;
        for other in found.iter().filter(|owner| owner.id != id) {
            check_written(take.execute(params![username, other.id])?)?;
        }
    }
    Ok(())
}

/// Takes usernames from their earlier owners in one table.
struct Releaser<'a> {
    find: CachedStatement<'a>,
    take: &'a str,
}

impl<'a> Releaser<'a> {
    fn new(conn: &'a Connection, release: &'a Release) -> Result<Self, Fault> {
        Ok(Self { find: conn.prepare_cached(&release.find)?, take: &release.take })
    }

    fn release(&mut self, conn: &Connection, username: &str, id: i64, owners: &mut Owners) -> Result<(), Fault> {
        let mut others = false;
        let mut rows = self.find.query([username])?;
        while let Some(row) = rows.next()? {
            let is_this = row.get_ref(0)?.as_i64() == Ok(id);
            owners.this |= is_this;
            others |= !is_this;
        }
        drop(rows);
        if others {
            owners.others = true;
            check_written(conn.prepare_cached(self.take)?.execute(params![username, id])?)?;
        }
        Ok(())
    }
}
