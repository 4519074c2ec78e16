//! One description of a client family's layout a file: data, not code.
//!
//! A description names every table and column that some version of the family has; [`super::layout`] keeps what a
//! file really has. Adding a fork is one more file here and one fixture.

pub mod grammers;
pub mod kurigram;
pub mod mtcute;
pub mod peers_sql;
pub mod pyrofork;
pub mod pyrogram;
pub mod telethon;
pub mod telethon2;
pub mod telethon2_alpha;

use crate::model::Field;
pub use peers_sql::{PeersSql, UsernamesSql};

/// Which tables hold the login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginTables {
    /// One row of `sessions`.
    Sessions,
    /// The account in `user`, a key for each data centre in `datacenter` (Telethon 2).
    UserAndDatacenter,
    /// A query that stands in for `sessions`, over tables that are only read (Telethon 2's alphas). The dialect's other tables
    /// are queries too.
    Query(&'static str),
    /// grammers-session: `dc_home`, a key for each data centre in `dc_option`, the account among the peers.
    Grammers,
    /// mtcute: `key_value`, and a key for each data centre in `auth_keys`.
    Mtcute,
}

/// How a client stores a field that is absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    /// NULL.
    Null,
    /// A number that stands for absence, and is read as absent.
    Number(i64),
    /// The column is never NULL: what a new session has, read as it stands.
    Default(i64),
    /// An empty blob; NULL is read as absent too.
    EmptyBlob,
}

/// The column of a session's field.
#[derive(Debug)]
pub struct FieldColumn {
    pub field: Field,
    pub column: &'static str,
    pub absent: Absent,
}

/// How the row of a marked id is found.
#[derive(Clone, Copy, Debug)]
pub enum ById {
    /// By the id itself.
    Marked,
    /// By this column of bare ids, which is the key.
    Bare(&'static str),
}

/// The table of peers. A `None` is a column that the family does not have.
#[derive(Clone, Debug)]
pub struct PeersTable {
    pub table: &'static str,
    pub id: &'static str,
    pub by_id: ById,
    pub access_hash: &'static str,
    /// The access hash is NOT NULL: 0 stands for NULL.
    pub access_hash_not_null: bool,
    pub peer_type: Option<&'static str>,
    /// The first username.
    pub username: Option<&'static str>,
    pub phone_number: Option<&'static str>,
    pub name: Option<&'static str>,
    pub last_update_on: Option<&'static str>,
    /// Row 0 is not a peer: its hash is the account's own id (Telethon from 1.28).
    pub self_row: bool,
    /// How it is written where the table is a query.
    pub sql: Option<&'static PeersSql>,
}

/// The table of further usernames.
#[derive(Clone, Debug)]
pub struct UsernamesTable {
    pub table: &'static str,
    pub username: &'static str,
    pub peer_id: &'static str,
    /// When the name was last seen; the client lets it expire by this too.
    pub last_update_on: Option<&'static str>,
    /// Channels may stand here under their bare positive id (Electrogram).
    pub bare_channel_ids: bool,
    /// The client makes the table when it first needs it, with this.
    pub create: Option<&'static str>,
    /// Every username stands here and the peers' own column stays empty; else only the usernames of a peer
    /// that has several stand here, and the first in the column too.
    pub holds_all: bool,
}

/// The table of update states.
#[derive(Clone, Debug)]
pub struct UpdateStatesTable {
    pub table: &'static str,
    /// Channels stand here under their bare id (Telethon).
    pub bare_channel_ids: bool,
}

/// An index of our own on a client's table, for lookups that would scan the table. The first write that needs it creates
/// it. Its name is ours, so that it does not collide with the client's migrations.
#[derive(Debug)]
pub struct OwnIndex {
    pub name: &'static str,
    pub table: &'static str,
    pub column: &'static str,
    /// Only the rows of which this is true are in it.
    pub condition: Option<&'static str>,
    /// It is of usernames or phone numbers whose owners may be kept in memory: made only where that costs more.
    pub is_of_names: bool,
}

/// The layout of a client family.
#[derive(Debug)]
pub struct Dialect {
    /// The format's name.
    pub name: &'static str,
    /// The highest version that is known.
    pub newest_version: i64,
    pub login: LoginTables,
    /// Every table that some version of the family makes. All others are other programs', or ours.
    pub tables: &'static [&'static str],
    /// The columns of `sessions`.
    pub fields: &'static [FieldColumn],
    /// What makes the row of a session that is not logged in.
    pub new_row: &'static str,
    pub peers: Option<PeersTable>,
    /// The types of peers that the client knows, from which version on, newest first. It takes a peer of another type
    /// for a mistake: such a one is written as the nearest, and its own type kept aside.
    pub peer_types: &'static [(i64, &'static [&'static str])],
    pub usernames: Option<UsernamesTable>,
    pub update_states: Option<UpdateStatesTable>,
    pub sent_files: bool,
    pub own_indexes: &'static [OwnIndex],
    /// The versions in which a new file can be made, newest first, each with its SQL and the row of a new session. The row of the
    /// table `version` is written beside, where the client has one.
    pub creates: &'static [(i64, &'static [&'static str])],
}

/// Every dialect.
pub const ALL: [&Dialect; 8] = [
    &pyrogram::DIALECT,
    &kurigram::DIALECT,
    &pyrofork::DIALECT,
    &telethon::DIALECT,
    &telethon2::DIALECT,
    &telethon2_alpha::DIALECT,
    &grammers::DIALECT,
    &mtcute::DIALECT,
];
