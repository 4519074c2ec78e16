//! The library's own tables, for what a client's layout cannot store.
//!
//! No client uses their names. Telethon 2 refuses to migrate a file with a table whose name is longer than 20
//! characters or has anything but letters and `_` in it, so ours keep to that.

use rusqlite::Connection;

use super::dialects::{ById, PeersTable, UpdateStatesTable, UsernamesTable};
use super::fault::Fault;
use super::schema::Schema;

/// A table of our own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnTable {
    Fields,
    Peers,
    Usernames,
    States,
    Files,
    Values,
}

/// Which of our own tables a file has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OwnTables {
    pub fields: bool,
    pub peers: bool,
    pub usernames: bool,
    pub states: bool,
    pub files: bool,
    pub values: bool,
}

pub const PEERS: PeersTable = PeersTable {
    table: "tgsession_peers",
    id: "id",
    by_id: ById::Marked,
    access_hash: "access_hash",
    access_hash_not_null: false,
    peer_type: Some("type"),
    username: None,
    phone_number: Some("phone_number"),
    name: Some("name"),
    last_update_on: Some("last_update_on"),
    self_row: false,
    sql: None,
};

pub const USERNAMES: UsernamesTable = UsernamesTable {
    table: "tgsession_usernames",
    username: "username",
    peer_id: "id",
    last_update_on: None,
    bare_channel_ids: false,
    create: None,
    holds_all: true,
};

pub const UPDATE_STATES: UpdateStatesTable = UpdateStatesTable { table: "tgsession_states", bare_channel_ids: false };

/// What each client that has a table of usernames calls it.
pub const CLIENT_USERNAMES: &str = "usernames";

/// Values that a client keeps beside: no client has a table for them.
pub const VALUES: &str = "tgsession_values";

impl OwnTable {
    const ALL: [Self; 6] = [Self::Fields, Self::Peers, Self::Usernames, Self::States, Self::Files, Self::Values];

    fn name(self) -> &'static str {
        match self {
            Self::Fields => "tgsession_fields",
            Self::Peers => PEERS.table,
            Self::Usernames => USERNAMES.table,
            Self::States => UPDATE_STATES.table,
            Self::Files => "tgsession_files",
            Self::Values => VALUES,
        }
    }

    /// Creates the table unless it exists.
    pub fn create(self, conn: &Connection) -> Result<(), Fault> {
        Ok(conn.execute_batch(match self {
            Self::Fields => "CREATE TABLE IF NOT EXISTS tgsession_fields (name TEXT PRIMARY KEY, value)",
            Self::Peers => {
                "CREATE TABLE IF NOT EXISTS tgsession_peers (id INTEGER PRIMARY KEY, access_hash INTEGER, \
                 no_access_hash INTEGER, type TEXT, stored_type TEXT, phone_number TEXT, name TEXT, last_update_on INTEGER); \
                 CREATE INDEX IF NOT EXISTS tgsession_peers_phone_number ON tgsession_peers (phone_number)"
            }
            Self::Usernames => {
                "CREATE TABLE IF NOT EXISTS tgsession_usernames (id INTEGER, username TEXT); \
                 CREATE INDEX IF NOT EXISTS tgsession_usernames_own_id ON tgsession_usernames (id); \
                 CREATE INDEX IF NOT EXISTS tgsession_usernames_username ON tgsession_usernames (username)"
            }
            Self::States => {
                "CREATE TABLE IF NOT EXISTS tgsession_states \
                 (id INTEGER PRIMARY KEY, pts INTEGER, qts INTEGER, date INTEGER, seq INTEGER)"
            }
            Self::Files => {
                "CREATE TABLE IF NOT EXISTS tgsession_files (md5_digest BLOB, file_size INTEGER, type INTEGER, \
                 id INTEGER, hash INTEGER, PRIMARY KEY (md5_digest, file_size, type))"
            }
            Self::Values => "CREATE TABLE IF NOT EXISTS tgsession_values (name TEXT PRIMARY KEY, value BLOB)",
        })?)
    }
}

impl OwnTables {
    /// Which of them a schema has.
    pub fn new(schema: &Schema) -> Self {
        let [fields, peers, usernames, states, files, values] =
            OwnTable::ALL.map(|table| schema.has_table(table.name()));
        Self { fields, peers, usernames, states, files, values }
    }

    /// Whether a table exists.
    pub fn has(&self, table: OwnTable) -> bool {
        match table {
            OwnTable::Fields => self.fields,
            OwnTable::Peers => self.peers,
            OwnTable::Usernames => self.usernames,
            OwnTable::States => self.states,
            OwnTable::Files => self.files,
            OwnTable::Values => self.values,
        }
    }
}
