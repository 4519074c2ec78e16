//! Reads what a transaction has written before it is committed: in a damaged file a row may go where no lookup finds it.

use rusqlite::{CachedStatement, Connection, ToSql, params};

use super::fault::{Fault, not_there};
use super::layout::Layout;
use super::peer_writes::PeerWrite;
use super::queries::Queries;
use super::{fields, sent_files, update_states};
use crate::model::{Peer, SentFile, UpdateState};
use crate::storage::Change;

/// Every peer is found by its id, and by each of the usernames that it has taken; where those have no index
/// (`names_in_memory`), its row has them.
pub fn peers<'a>(
    conn: &Connection,
    queries: &Queries,
    written: impl IntoIterator<Item = PeerWrite<'a>>,
    names_in_memory: bool,
) -> Result<(), Fault> {
    let mut by_id = Lookup::new(conn, &queries.by_id)?;
    if names_in_memory && let Some(of_one) = &queries.username_of_one {
        return rows(conn, &of_one.read, &mut by_id, written);
    }
    let mut by_username = ByUsername::new(conn, queries)?;
    for PeerWrite { peer, takes_usernames, .. } in written {
        by_id.check(&peer.id, peer.id)?;
        if takes_usernames {
            by_username.check(peer)?;
        }
    }
    Ok(())
}

/// Finds peers by their usernames. Where these are in the peers' rows, only the first one has an index of the client's.
enum ByUsername<'a> {
    Lookup(Lookup<'a>),
    InRows { first: Lookup<'a>, is_owner: CachedStatement<'a> },
}

impl<'a> ByUsername<'a> {
    fn new(conn: &'a Connection, queries: &Queries) -> Result<Self, Fault> {
        Ok(match &queries.row_names {
            None => Self::Lookup(Lookup::new(conn, &queries.by_username)?),
            Some(sql) => Self::InRows {
                first: Lookup(vec![conn.prepare_cached(sql.first)?]),
                is_owner: conn.prepare_cached(&sql.is_owner)?,
            },
        })
    }

    fn check(&mut self, peer: &Peer) -> Result<(), Fault> {
        match self {
            Self::Lookup(lookup) => peer.usernames.iter().try_for_each(|username| lookup.check(username, peer.id)),
            Self::InRows { first, is_owner } => {
                peer.usernames.iter().take(1).try_for_each(|username| first.check(username, peer.id))?;
                for username in &peer.usernames {
                    if !is_owner.exists(params![peer.id, username])? {
                        return Err(not_there());
                    }
                }
                Ok(())
            }
        }
    }
}

fn rows<'a>(
    conn: &Connection,
    read: &str,
    by_id: &mut Lookup<'_>,
    written: impl IntoIterator<Item = PeerWrite<'a>>,
) -> Result<(), Fault> {
    let mut username_of = conn.prepare_cached(read)?;
    for PeerWrite { peer, takes_usernames, .. } in written {
        let Some(username) = peer.usernames.first().filter(|_| takes_usernames) else {
            by_id.check(&peer.id, peer.id)?;
            continue;
        };
        // Compared here: a text that is bound is copied.
        let mut found = username_of.query([peer.id])?;
        let stored = found.next()?.ok_or_else(not_there)?;
        if stored.get_ref(0)?.as_bytes().ok() != Some(username.as_bytes()) {
            return Err(not_there());
        }
    }
    Ok(())
}

// Statements of which the first one that finds somebody counts.
struct Lookup<'a>(Vec<CachedStatement<'a>>);

impl<'a> Lookup<'a> {
    fn new(conn: &'a Connection, queries: &[String]) -> Result<Self, Fault> {
        Ok(Self(queries.iter().map(|sql| conn.prepare_cached(sql)).collect::<Result<_, _>>()?))
    }

    fn check(&mut self, key: &dyn ToSql, id: i64) -> Result<(), Fault> {
        for statement in &mut self.0 {
            let mut rows = statement.query([key])?;
            while let Some(row) = rows.next()? {
                if row.get_ref(0)?.as_i64() == Ok(id) {
                    return Ok(());
                }
            }
        }
        Err(not_there())
    }
}

/// Every field has the value that was given to it. What an absent one is read as depends on the client.
pub fn fields(conn: &Connection, layout: &Layout, changes: &[Change]) -> Result<(), Fault> {
    for (index, (field, value)) in changes.iter().enumerate() {
        let is_last = !changes[index + 1..].iter().any(|(later, _)| later == field);
        if value.is_some() && is_last && fields::get(conn, layout, *field)? != *value {
            return Err(not_there());
        }
    }
    Ok(())
}

/// Every state is found.
pub fn update_states(conn: &Connection, layout: &Layout, states: &[UpdateState]) -> Result<(), Fault> {
    for state in states {
        let found = update_states::find(conn, layout, state.id)?;
        if found.is_none() {
            return Err(not_there());
        }
    }
    Ok(())
}

/// Every sent file is found.
pub fn sent_files(conn: &Connection, layout: &Layout, files: &[SentFile]) -> Result<(), Fault> {
    for file in files {
        if sent_files::find(conn, layout, &file.key)?.is_none() {
            return Err(not_there());
        }
    }
    Ok(())
}
