//! Pyrogram 0.15 to 1.x (versions 1 and 2), Pyrogram 2 and Hydrogram (version 3).
//!
//! From `pyrogram/storage/sqlite_storage.py` of Pyrogram 1.4.16 and 2.0.106 and Hydrogram 0.2.0.

use super::{Absent, ById, Dialect, FieldColumn, LoginTables, PeersTable};
use crate::model::{DEFAULT_DC_ID, Field};

pub const FIELDS: &[FieldColumn] = &[
    FieldColumn { field: Field::DcId, column: "dc_id", absent: Absent::Default(DEFAULT_DC_ID as i64) },
    FieldColumn { field: Field::ServerAddress, column: "server_address", absent: Absent::Null },
    FieldColumn { field: Field::Port, column: "port", absent: Absent::Null },
    FieldColumn { field: Field::ApiId, column: "api_id", absent: Absent::Null },
    FieldColumn { field: Field::TestMode, column: "test_mode", absent: Absent::Null },
    FieldColumn { field: Field::AuthKey, column: "auth_key", absent: Absent::Null },
    FieldColumn { field: Field::Date, column: "date", absent: Absent::Default(0) },
    FieldColumn { field: Field::UserId, column: "user_id", absent: Absent::Null },
    FieldColumn { field: Field::IsBot, column: "is_bot", absent: Absent::Null },
];

/// `get_input_peer` of every fork but the newer Kurigrams raises an error for any other.
pub const BASIC_TYPES: &[&str] = &["user", "bot", "group", "channel", "supergroup"];

pub const NEW_ROW: &str = "INSERT INTO sessions (dc_id, date) VALUES (2, 0)";

/// Of all forks.
pub const TABLES: &[&str] = &["sessions", "peers", "usernames", "update_state", "version"];

pub const PEERS: PeersTable = PeersTable {
    table: "peers",
    id: "id",
    by_id: ById::Marked,
    access_hash: "access_hash",
    access_hash_not_null: false,
    peer_type: Some("type"),
    username: Some("username"),
    phone_number: Some("phone_number"),
    name: None,
    last_update_on: Some("last_update_on"),
    self_row: false,
    sql: None,
};

pub const DIALECT: Dialect = Dialect {
    name: "pyrogram",
    newest_version: 3,
    login: LoginTables::Sessions,
    tables: TABLES,
    fields: FIELDS,
    new_row: NEW_ROW,
    peers: Some(PEERS),
    peer_types: &[(0, BASIC_TYPES)],
    usernames: None,
    update_states: None,
    sent_files: false,
    own_indexes: &[],
    creates: &[(3, &[SESSIONS, PEERS_WITH_USERNAME, COMMON, NEW_ROW])],
};

pub const SESSIONS: &str = "
CREATE TABLE sessions
(
    dc_id     INTEGER PRIMARY KEY,
    api_id    INTEGER,
    test_mode INTEGER,
    auth_key  BLOB,
    date      INTEGER NOT NULL,
    user_id   INTEGER,
    is_bot    INTEGER
);";

pub const PEERS_WITH_USERNAME: &str = "
CREATE TABLE peers
(
    id             INTEGER PRIMARY KEY,
    access_hash    INTEGER,
    type           INTEGER NOT NULL,
    username       TEXT,
    phone_number   TEXT,
    last_update_on INTEGER NOT NULL DEFAULT (CAST(STRFTIME('%s', 'now') AS INTEGER))
);
CREATE INDEX idx_peers_username ON peers (username);";

/// The version's table, the indexes and the trigger that every version of the family has.
pub const COMMON: &str = "
CREATE TABLE version
(
    number INTEGER PRIMARY KEY
);
CREATE INDEX idx_peers_id ON peers (id);
CREATE INDEX idx_peers_phone_number ON peers (phone_number);
CREATE TRIGGER trg_peers_last_update_on
    AFTER UPDATE
    ON peers
BEGIN
    UPDATE peers
    SET last_update_on = CAST(STRFTIME('%s', 'now') AS INTEGER)
    WHERE id = NEW.id;
END;";
