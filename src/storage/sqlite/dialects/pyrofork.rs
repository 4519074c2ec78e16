//! Pyrofork, Electrogram and PyrogramMod (version 4).
//!
//! From `pyrogram/storage/sqlite_storage.py` of Pyrofork 2.3.69, Electrogram 0.3.230 and PyrogramMod 2.4.1. The
//! number is Kurigram's too, for another layout.

use super::{Dialect, LoginTables, UpdateStatesTable, UsernamesTable, pyrogram};

pub const UPDATE_STATES: UpdateStatesTable = UpdateStatesTable { table: "update_state", bare_channel_ids: false };

pub const DIALECT: Dialect = Dialect {
    name: "pyrofork",
    newest_version: 4,
    login: LoginTables::Sessions,
    tables: pyrogram::TABLES,
    fields: pyrogram::FIELDS,
    new_row: pyrogram::NEW_ROW,
    peers: Some(pyrogram::PEERS),
    peer_types: &[(0, pyrogram::BASIC_TYPES)],
    usernames: Some(UsernamesTable {
        table: "usernames",
        username: "id",
        peer_id: "peer_id",
        last_update_on: Some("last_update_on"),
        bare_channel_ids: true,
        create: Some(USERNAMES),
        holds_all: false,
    }),
    update_states: Some(UPDATE_STATES),
    sent_files: false,
    own_indexes: &[super::OwnIndex {
        name: "tgsession_usernames_peer_id",
        table: "usernames",
        column: "peer_id",
        condition: None,
        is_of_names: false,
    }],
    creates: &[(
        4,
        &[
            pyrogram::SESSIONS,
            pyrogram::PEERS_WITH_USERNAME,
            UPDATE_STATE,
            pyrogram::COMMON,
            USERNAMES,
            pyrogram::NEW_ROW,
        ],
    )],
};

const USERNAMES: &str = "
CREATE TABLE usernames
(
    id             TEXT PRIMARY KEY,
    peer_id        INTEGER NOT NULL,
    last_update_on INTEGER NOT NULL DEFAULT (CAST(STRFTIME('%s', 'now') AS INTEGER))
);
CREATE TRIGGER trg_usernames_last_update_on
    AFTER UPDATE
    ON usernames
BEGIN
    UPDATE usernames
    SET last_update_on = CAST(STRFTIME('%s', 'now') AS INTEGER)
    WHERE id = NEW.id;
END;
";

pub const UPDATE_STATE: &str = "
CREATE TABLE update_state
(
    id   INTEGER PRIMARY KEY,
    pts  INTEGER,
    qts  INTEGER,
    date INTEGER,
    seq  INTEGER
);";
