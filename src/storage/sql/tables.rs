//! The tables: those of AlchemySession, and our own for what AlchemySession cannot store.
//!
//! From `alchemysession/sqlalchemy.py` of telethon-session-sqlalchemy 0.2.16. Every table but `version` begins with the
//! session's name. `own_tables.rs` of the SQLite engine documents our own; here one set serves all sessions.

/// A table, without the prefix of its name.
#[derive(Debug)]
pub struct Table {
    pub name: &'static str,
    /// The columns of the key first.
    pub columns: &'static [Column],
    /// How many columns the key has.
    pub keys: usize,
}

/// A column.
#[derive(Debug)]
pub struct Column {
    pub name: &'static str,
    pub kind: Kind,
    pub null: bool,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Serial,
    Text,
    ShortText,
    Integer,
    Big,
    Bytes,
    Digest,
    /// As many as a value may have.
    LongBytes,
}

/// An index of our own, on two columns: AlchemySession has none, and looks through all peers of a session.
#[derive(Debug)]
pub struct Index {
    pub table: &'static Table,
    pub name: &'static str,
    pub column: &'static str,
}

const fn key(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, null: false }
}

const fn column(name: &'static str, kind: Kind) -> Column {
    Column { name, kind, null: true }
}

const SESSION: Column = key("session_id", Kind::Text);

pub const VERSION: Table = Table { name: "version", columns: &[key("version", Kind::Serial)], keys: 1 };

pub const SESSIONS: Table = Table {
    name: "sessions",
    columns: &[
        SESSION,
        key("dc_id", Kind::Integer),
        column("server_address", Kind::Text),
        column("port", Kind::Integer),
        column("auth_key", Kind::Bytes),
    ],
    keys: 2,
};

pub const ENTITIES: Table = Table {
    name: "entities",
    columns: &[
        SESSION,
        key("id", Kind::Big),
        key("hash", Kind::Big),
        column("username", Kind::ShortText),
        column("phone", Kind::Big),
        column("name", Kind::Text),
    ],
    keys: 2,
};

pub const SENT_FILES: Table = Table {
    name: "sent_files",
    columns: &[
        SESSION,
        key("md5_digest", Kind::Digest),
        key("file_size", Kind::Integer),
        key("type", Kind::Integer),
        column("id", Kind::Big),
        column("hash", Kind::Big),
    ],
    keys: 4,
};

pub const UPDATE_STATE: Table = Table {
    name: "update_state",
    columns: &[
        SESSION,
        key("entity_id", Kind::Big),
        column("pts", Kind::Big),
        column("qts", Kind::Big),
        column("date", Kind::Big),
        column("seq", Kind::Big),
        column("unread_count", Kind::Integer),
    ],
    keys: 2,
};

/// One row a session that was opened to write. It is bound to the login whose key's id stands in it; writers of one
/// session take its lock.
pub const OWN_FIELDS: Table = Table {
    name: "tgsession_fields",
    columns: &[
        SESSION,
        column("auth_key_id", Kind::ShortText),
        column("api_id", Kind::Big),
        column("test_mode", Kind::Big),
        column("date", Kind::Big),
        column("is_bot", Kind::Big),
        column("takeout_id", Kind::Big),
        column("tmp_auth_key", Kind::Bytes),
    ],
    keys: 1,
};

/// What `entities` cannot store. `name` and `phone_number` are set only if they do not fit there.
pub const OWN_PEERS: Table = Table {
    name: "tgsession_peers",
    columns: &[
        SESSION,
        key("id", Kind::Big),
        column("no_access_hash", Kind::Big),
        column("type", Kind::Text),
        column("last_update_on", Kind::Big),
        column("phone_number", Kind::Text),
        column("name_rest", Kind::Bytes),
    ],
    keys: 2,
};

/// Further usernames; all of them if the first does not fit into `entities`.
pub const OWN_USERNAMES: Table = Table {
    name: "tgsession_usernames",
    columns: &[SESSION, key("id", Kind::Big), key("position", Kind::Integer), column("username", Kind::Text)],
    keys: 3,
};

/// Files of 2 GiB and more.
pub const OWN_FILES: Table = Table {
    name: "tgsession_files",
    columns: &[
        SESSION,
        key("md5_digest", Kind::Digest),
        key("file_size", Kind::Big),
        key("type", Kind::Integer),
        column("id", Kind::Big),
        column("hash", Kind::Big),
    ],
    keys: 4,
};

/// Leases on auth keys. The primary key is the auth key's id: one key may be in several sessions.
pub const OWN_LEASES: Table = Table {
    name: "tgsession_leases",
    columns: &[
        key("key_id", Kind::Text),
        column("session_id", Kind::Text),
        column("token", Kind::Text),
        column("owner", Kind::Text),
        column("since_ms", Kind::Big),
        column("until_ms", Kind::Big),
    ],
    keys: 1,
};

/// Values that a client keeps beside its session. It came later than the others: they are used without it, too.
pub const OWN_VALUES: Table = Table {
    name: "tgsession_values",
    columns: &[SESSION, key("name", Kind::Text), column("value", Kind::LongBytes)],
    keys: 2,
};

/// AlchemySession's; `version` comes last, so that if we made it, all of them exist. mautrix-telegram's has none.
pub const CLIENT: [&Table; 5] = [&SESSIONS, &ENTITIES, &SENT_FILES, &UPDATE_STATE, &VERSION];

pub const OWN: [&Table; 5] = [&OWN_FIELDS, &OWN_PEERS, &OWN_USERNAMES, &OWN_FILES, &OWN_LEASES];

/// All of them, with or without the table of values.
pub fn tables(values: bool) -> impl Iterator<Item = &'static Table> {
    CLIENT.into_iter().chain(OWN).chain(values.then_some(&OWN_VALUES))
}

pub const INDEXES: [Index; 4] = [
    Index { table: &ENTITIES, name: "tgsession_entities_username", column: "username" },
    Index { table: &ENTITIES, name: "tgsession_entities_phone", column: "phone" },
    Index { table: &OWN_USERNAMES, name: "tgsession_usernames_name", column: "username" },
    Index { table: &OWN_PEERS, name: "tgsession_peers_phone", column: "phone_number" },
];

impl Table {
    /// Whether it has a session's name in it.
    pub fn has_sessions(&self) -> bool {
        self.columns.iter().any(|column| column.name == "session_id")
    }
}
