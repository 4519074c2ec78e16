//! What must exist before a write: our own tables, a client's table, our indexes.

use std::borrow::Borrow;

use rusqlite::Connection;

use super::dialects::OwnIndex;
use super::fault::{Fault, not_there};
use super::layout::Layout;
use super::own_tables::OwnTable;
use super::{peer_writes, update_states};
use crate::model::{Peer, SentFile, UpdateState};

/// What must exist before a write.
#[derive(Clone, Default)]
pub struct Needs {
    own: Vec<OwnTable>,
    create: Option<&'static str>,
    indexes: bool,
    // Those that are for taking usernames alone.
    partial_indexes: bool,
    name_indexes: bool,
}

impl Needs {
    pub fn for_fields(needs_own: bool) -> Self {
        Self { own: own_if(needs_own, OwnTable::Fields), ..Self::default() }
    }

    /// For peers that are copied as they are: no username is taken from others.
    pub fn for_copied_peers(layout: &Layout, new: &[Peer]) -> Self {
        Self { partial_indexes: false, ..Self::for_peers(layout, new) }
    }

    pub fn for_peers(layout: &Layout, new: &[impl Borrow<Peer>]) -> Self {
        let create = peer_writes::needs_usernames_table(layout, new);
        let (own_peers, own_usernames) = peer_writes::needs_own(layout, new);
        let mut own = own_if(own_peers, OwnTable::Peers);
        own.extend(own_if(own_usernames && create.is_none(), OwnTable::Usernames));
        // Memory has the owners of the client's column alone.
        let name_indexes = own_usernames || layout.own.usernames;
        let has_new = !new.is_empty();
        Self { own, create, indexes: has_new, partial_indexes: has_new, name_indexes }
    }

    /// Also the indexes on usernames and phone numbers, for which memory may stand in.
    pub fn with_name_indexes(self) -> Self {
        Self { name_indexes: true, ..self }
    }

    pub fn for_states(layout: &Layout, states: &[UpdateState]) -> Self {
        let own = own_if(update_states::needs_own(layout, states), OwnTable::States);
        Self { own, ..Self::default() }
    }

    pub fn for_files(layout: &Layout, files: &[SentFile]) -> Self {
        Self { own: own_if(!files.is_empty() && !layout.sent_files, OwnTable::Files), ..Self::default() }
    }

    pub fn for_values(has_some: bool) -> Self {
        Self { own: own_if(has_some, OwnTable::Values), ..Self::default() }
    }

    pub fn and(mut self, more: Self) -> Self {
        self.own.extend(more.own.into_iter().filter(|table| !self.own.contains(table)).collect::<Vec<_>>());
        let create = self.create.or(more.create);
        // Then that table is made, for all of them.
        self.own.retain(|table| create.is_none() || *table != OwnTable::Usernames);
        let (indexes, partial_indexes) = (self.indexes || more.indexes, self.partial_indexes || more.partial_indexes);
        let name_indexes = self.name_indexes || more.name_indexes;
        Self { own: self.own, create, indexes, partial_indexes, name_indexes }
    }

    /// Creates what is needed and missing; true if something was created.
    pub fn create_missing(&self, conn: &Connection, layout: &Layout) -> Result<bool, Fault> {
        let mut made = false;
        for table in self.own.iter().filter(|table| !layout.own.has(**table)) {
            table.create(conn)?;
            made = true;
        }
        if let Some(sql) = self.create {
            conn.execute_batch(sql)?;
            made = true;
        }
        let is_wanted = |index: &OwnIndex| {
            (self.partial_indexes || index.condition.is_none()) && (self.name_indexes || !index.is_of_names)
        };
        for index in layout.missing_indexes.iter().filter(|index| self.indexes && is_wanted(index)) {
            let condition = index.condition.map_or_else(String::new, |condition| format!(" WHERE {condition}"));
            conn.execute_batch(&format!(
                "CREATE INDEX {} ON {} ({}){condition}",
                index.name, index.table, index.column
            ))?;
            made = true;
        }
        if made {
            check_schema(conn)?;
        }
        Ok(made)
    }
}

// In a damaged file a new entry of the schema may go where another one already is, and then nothing opens the file.
fn check_schema(conn: &Connection) -> Result<(), Fault> {
    let found: String = conn.query_row("PRAGMA main.integrity_check('sqlite_schema')", [], |row| row.get(0))?;
    if found == "ok" { Ok(()) } else { Err(not_there()) }
}

fn own_if(needed: bool, table: OwnTable) -> Vec<OwnTable> {
    if needed { vec![table] } else { Vec::new() }
}
