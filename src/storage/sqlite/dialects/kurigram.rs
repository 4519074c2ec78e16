//! Kurigram and pyrotgfork (versions 4 to 7).
//!
//! From `pyrogram/storage/sqlite_storage.py` of Kurigram 2.2.26, whose migrations show the older versions.

use super::{Dialect, LoginTables, OwnIndex, UsernamesTable, pyrofork, pyrogram};

const TYPES_7: &[&str] = &["user", "bot", "group", "channel", "supergroup", "forum", "direct", "community"];

pub const DIALECT: Dialect = Dialect {
    name: "kurigram",
    newest_version: 7,
    login: LoginTables::Sessions,
    tables: pyrogram::TABLES,
    fields: pyrogram::FIELDS,
    new_row: pyrogram::NEW_ROW,
    peers: Some(pyrogram::PEERS),
    peer_types: &[(7, TYPES_7), (0, pyrogram::BASIC_TYPES)],
    usernames: Some(UsernamesTable {
        table: "usernames",
        username: "username",
        peer_id: "id",
        last_update_on: None,
        bare_channel_ids: false,
        create: None,
        holds_all: true,
    }),
    update_states: Some(pyrofork::UPDATE_STATES),
    sent_files: false,
    // Versions 4 and 5 have none on usernames.id; the client's own name for it must not exist before version 6.
    own_indexes: &[OwnIndex {
        name: "tgsession_usernames_id",
        table: "usernames",
        column: "id",
        condition: None,
        is_of_names: false,
    }],
    creates: &[
        (7, &[SESSIONS_7, PEERS, USERNAMES, pyrofork::UPDATE_STATE, pyrogram::COMMON, NEW_ROW_7]),
        (6, &[pyrogram::SESSIONS, PEERS, USERNAMES, pyrofork::UPDATE_STATE, pyrogram::COMMON, pyrogram::NEW_ROW]),
    ],
};

const NEW_ROW_7: &str = "INSERT INTO sessions (dc_id, server_address, port, date) VALUES (2, '149.154.167.51', 443, 0)";

const SESSIONS_7: &str = "
CREATE TABLE sessions
(
    dc_id          INTEGER PRIMARY KEY,
    server_address TEXT,
    port           INTEGER,
    api_id         INTEGER,
    test_mode      INTEGER,
    auth_key       BLOB,
    date           INTEGER NOT NULL,
    user_id        INTEGER,
    is_bot         INTEGER
);";

const PEERS: &str = "
CREATE TABLE peers
(
    id             INTEGER PRIMARY KEY,
    access_hash    INTEGER,
    type           INTEGER NOT NULL,
    phone_number   TEXT,
    last_update_on INTEGER NOT NULL DEFAULT (CAST(STRFTIME('%s', 'now') AS INTEGER))
);";

const USERNAMES: &str = "
CREATE TABLE usernames
(
    id       INTEGER,
    username TEXT,
    FOREIGN KEY (id) REFERENCES peers(id)
);
CREATE INDEX idx_usernames_id ON usernames (id);
CREATE INDEX idx_usernames_username ON usernames (username);";
