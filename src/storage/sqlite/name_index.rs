//! Who has which username and phone number, in memory, for a file whose table has no index on them.
//!
//! Telethon's table has none, and two indexes of ours cost a new entity more than its own row. So a session keeps the
//! owners in memory while nobody else writes the file, and adds those that it writes. Our indexes are made only where
//! memory costs more: for a large table whose owners would have to be read first, and for one that others keep changing.
//!
//! The first lookup after a change of the file scans the table, as the client does. The second one reads the owners.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher};

use rusqlite::Connection;

use super::fault::Fault;
use super::layout::Layout;
use super::lookup_key::LookupKey;
use super::value::filled_text;
use super::written_peers::data_version;
use crate::model::Peer;
use crate::storage::keyed_hash::KeyedHash;

// Reading so many rows takes some milliseconds: more than the index costs in a session that writes little.
const MAX_READ_ROWS: usize = 20_000;

// A few megabytes.
const MAX_OWNERS: usize = 200_000;

// A table of so few rows is read as often as others change it.
const FEW_ROWS: usize = 1_000;
const MAX_READS: u32 = 3;

// The id of no peer.
const SEVERAL: i64 = 0;

/// The owners of usernames and phone numbers at one state of a file.
#[derive(Default)]
pub struct NameIndex {
    // Random, so that nobody can construct two names with the same digest.
    hasher: KeyedHash,
    usernames: Owners,
    phone_numbers: Owners,
}

/// Who has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// Only the table tells.
    Unknown,
    Nobody,
    /// Nobody but this peer; and it may have given the name up.
    AtMost(i64),
}

impl NameIndex {
    /// Whether usernames of this layout stand in one column, without an index.
    pub fn has_usernames_of(layout: &Layout) -> bool {
        let elsewhere_too = layout.usernames.is_some() || layout.own.usernames || layout.peers.sql.is_some();
        layout.lookups_scan && !elsewhere_too && layout.peers.username.is_some()
    }

    /// Before a write: whether the owners of usernames are in memory. If not, the write makes our indexes.
    pub fn is_ready_to_write(&mut self, conn: &Connection, layout: &Layout) -> Result<bool, Fault> {
        if !Self::has_usernames_of(layout) {
            return Ok(false);
        }
        let may_be_replaced = layout.missing_indexes.iter().any(|index| index.is_of_names);
        let state = data_version(conn)?;
        self.usernames.is_at(state);
        if may_be_replaced && (self.usernames.cost_much() || self.phone_numbers.cost_much()) {
            return Ok(false);
        }
        let most = if may_be_replaced { MAX_READ_ROWS } else { usize::MAX };
        self.usernames.read(conn, &self.hasher, layout, Column::Username, most)
    }

    /// Who has the key of a lookup.
    pub fn lookup(&mut self, conn: &Connection, layout: &Layout, key: LookupKey<'_>) -> Result<Owner, Fault> {
        let (owners, column, name) = match key {
            LookupKey::Username(name) if Self::has_usernames_of(layout) => {
                (&mut self.usernames, Column::Username, Cow::Borrowed(name))
            }
            LookupKey::PhoneNumber(number) if layout.lookups_scan => match numeric(number) {
                Some(number) => (&mut self.phone_numbers, Column::PhoneNumber, Cow::Owned(number)),
                None => return Ok(Owner::Unknown),
            },
            _ => return Ok(Owner::Unknown),
        };
        if !owners.is_at(data_version(conn)?) {
            return Ok(Owner::Unknown);
        }
        owners.read(conn, &self.hasher, layout, column, usize::MAX)?;
        Ok(owners.find(self.hasher.hash_one(name.as_ref())))
    }

    /// Who has a username, as far as memory tells.
    pub fn owner_of(&self, username: &str) -> Owner {
        self.usernames.find(self.hasher.hash_one(username))
    }

    /// Notes what was written and committed: each username has been taken from all others.
    pub fn remember<'a>(&mut self, peers: impl IntoIterator<Item = &'a Peer>) {
        for peer in peers {
            if let (Some(ids), Some(username)) = (&mut self.usernames.ids, peer.usernames.first()) {
                ids.insert(self.hasher.hash_one(username.as_str()), peer.id);
            }
            if let (Some(ids), Some(number)) = (&mut self.phone_numbers.ids, &peer.phone_number)
                && let Some(number) = numeric(number)
            {
                add(ids, self.hasher.hash_one(number.as_str()), peer.id);
            }
        }
    }
}

#[derive(Clone, Copy)]
enum Column {
    Username,
    PhoneNumber,
}

impl Column {
    fn of(self, layout: &Layout) -> &'static str {
        let column = match self {
            Self::Username => layout.peers.username,
            Self::PhoneNumber => layout.peers.phone_number,
        };
        column.unwrap_or("NULL")
    }

    /// A value as it is looked up.
    fn name(self, value: String) -> String {
        match self {
            Self::Username => value,
            Self::PhoneNumber => numeric(&value).unwrap_or(value),
        }
    }
}

type Ids = HashMap<u64, i64, BuildHasherDefault<Digest>>;

// A digest needs no hash of its own.
#[derive(Default)]
struct Digest(u64);

impl Hasher for Digest {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, digest: u64) {
        self.0 = digest;
    }
}

/// The owners of the names in one column.
#[derive(Default)]
struct Owners {
    // SQLite's counter of other connections' commits.
    state: Option<i64>,
    // By the digest of the name. `None`: they were not read.
    ids: Option<Ids>,
    // How often they were read from a table that has not only a few.
    reads: u32,
    is_large: bool,
}

impl Owners {
    /// Whether they were of this state of the file before.
    fn is_at(&mut self, state: i64) -> bool {
        let is_same = self.state == Some(state);
        if !is_same {
            self.state = Some(state);
            self.ids = None;
        }
        is_same
    }

    fn cost_much(&self) -> bool {
        let is_outdated = self.ids.is_none() && self.reads > MAX_READS;
        self.is_large || is_outdated || self.ids.as_ref().is_some_and(|ids| ids.len() > MAX_OWNERS)
    }

    /// Reads them, unless the table has more rows than `most`; tells whether they are in memory.
    fn read(
        &mut self,
        conn: &Connection,
        hasher: &KeyedHash,
        layout: &Layout,
        column: Column,
        most: usize,
    ) -> Result<bool, Fault> {
        if self.ids.is_some() {
            return Ok(true);
        }
        let (table, id) = (layout.peers.table, layout.peers.id);
        let mut statement =
            conn.prepare(&format!("SELECT {id}, {} FROM {table} WHERE {id} <> 0", column.of(layout)))?;
        let mut rows = statement.query([])?;
        let (mut ids, mut count) = (Ids::default(), 0);
        while let Some(row) = rows.next()? {
            count += 1;
            self.is_large = count > MAX_READ_ROWS;
            if count > most {
                return Ok(false);
            }
            if let Some(name) = filled_text(row.get_ref(1)?) {
                ids.try_reserve(1)?;
                add(&mut ids, hasher.hash_one(column.name(name).as_str()), row.get(0)?);
            }
        }
        self.reads += u32::from(count > FEW_ROWS);
        self.ids = Some(ids);
        Ok(true)
    }

    fn find(&self, digest: u64) -> Owner {
        match &self.ids {
            None => Owner::Unknown,
            Some(ids) => match ids.get(&digest) {
                None => Owner::Nobody,
                Some(&SEVERAL) => Owner::Unknown,
                Some(id) => Owner::AtMost(*id),
            },
        }
    }
}

fn add(ids: &mut Ids, digest: u64, id: i64) {
    ids.entry(digest).and_modify(|owner| *owner = if *owner == id { id } else { SEVERAL }).or_insert(id);
}

/// A phone number as Telethon's column has it, which is INTEGER: leading zeros are gone.
pub fn numeric(number: &str) -> Option<String> {
    number.parse::<i64>().ok().map(|number| number.to_string())
}
