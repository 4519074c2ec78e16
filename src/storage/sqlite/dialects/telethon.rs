//! Telethon 1 (versions 1 to 8).
//!
//! From `telethon/sessions/sqlite.py` of Telethon 1.45.0, whose upgrades show the older versions. Telethon reads and
//! writes the row of `sessions` by position, so a file must have exactly its version's columns in their order.

use super::{Absent, ById, Dialect, FieldColumn, LoginTables, OwnIndex, PeersTable, UpdateStatesTable};
use crate::model::Field;

pub const DIALECT: Dialect = Dialect {
    name: "telethon",
    newest_version: 8,
    login: LoginTables::Sessions,
    tables: &["sessions", "entities", "sent_files", "update_state", "version"],
    fields: &[
        FieldColumn { field: Field::DcId, column: "dc_id", absent: Absent::Number(0) },
        FieldColumn { field: Field::ServerAddress, column: "server_address", absent: Absent::Null },
        FieldColumn { field: Field::Port, column: "port", absent: Absent::Null },
        FieldColumn { field: Field::AuthKey, column: "auth_key", absent: Absent::EmptyBlob },
        FieldColumn { field: Field::TakeoutId, column: "takeout_id", absent: Absent::Null },
        FieldColumn { field: Field::TmpAuthKey, column: "tmp_auth_key", absent: Absent::EmptyBlob },
    ],
    new_row: NEW_ROW,
    peers: Some(PeersTable {
        table: "entities",
        id: "id",
        by_id: ById::Marked,
        access_hash: "hash",
        access_hash_not_null: true,
        peer_type: None,
        username: Some("username"),
        phone_number: Some("phone"),
        name: Some("name"),
        last_update_on: Some("date"),
        self_row: true,
        sql: None,
    }),
    peer_types: &[],
    usernames: None,
    update_states: Some(UpdateStatesTable { table: "update_state", bare_channel_ids: true }),
    sent_files: true,
    own_indexes: &[
        OwnIndex {
            name: "tgsession_entities_username",
            table: "entities",
            column: "username",
            condition: None,
            is_of_names: true,
        },
        OwnIndex {
            name: "tgsession_entities_phone",
            table: "entities",
            column: "phone",
            condition: None,
            is_of_names: true,
        },
    ],
    creates: &[
        (8, &[SESSIONS_8, ENTITIES_7, COMMON, NEW_ROW]),
        (7, &[SESSIONS_5, ENTITIES_7, COMMON, NEW_ROW]),
        // The same tables: whoever opens version 5 as a newer client throws all entities away.
        (6, &[SESSIONS_5, ENTITIES_1, COMMON, NEW_ROW]),
        (5, &[SESSIONS_5, ENTITIES_1, COMMON, NEW_ROW]),
    ],
};

const NEW_ROW: &str = "INSERT INTO sessions (dc_id, auth_key) VALUES (0, x'')";

const SESSIONS_8: &str = "
create table sessions (
    dc_id integer primary key,
    server_address text,
    port integer,
    auth_key blob,
    takeout_id integer,
    tmp_auth_key blob
);";

const SESSIONS_5: &str = "
create table sessions (
    dc_id integer primary key,
    server_address text,
    port integer,
    auth_key blob,
    takeout_id integer
);";

const ENTITIES_7: &str = "
create table entities (
    id integer primary key,
    hash integer not null,
    username text,
    phone integer,
    name text,
    date integer
);";

const ENTITIES_1: &str = "
create table entities (
    id integer primary key,
    hash integer not null,
    username text,
    phone integer,
    name text
);";

const COMMON: &str = "
create table version (version integer primary key);
create table sent_files (
    md5_digest blob,
    file_size integer,
    type integer,
    id integer,
    hash integer,
    primary key(md5_digest, file_size, type)
);
create table update_state (
    id integer primary key,
    pts integer,
    qts integer,
    date integer,
    seq integer
);";
