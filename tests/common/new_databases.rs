//! Databases as other clients make them before anybody logs in.

use std::path::Path;

use rusqlite::Connection;

/// As grammers-session 0.8 to 0.11 make it (`storages/sqlite.rs`).
pub const GRAMMERS: &str = "
CREATE TABLE dc_home (dc_id INTEGER NOT NULL, PRIMARY KEY(dc_id));
CREATE TABLE dc_option (dc_id INTEGER NOT NULL, ipv4 TEXT NOT NULL, ipv6 TEXT NOT NULL, auth_key BLOB, PRIMARY KEY (dc_id));
CREATE TABLE peer_info (peer_id INTEGER NOT NULL, hash INTEGER, subtype INTEGER, PRIMARY KEY (peer_id));
CREATE TABLE update_state (pts INTEGER NOT NULL, qts INTEGER NOT NULL, date INTEGER NOT NULL, seq INTEGER NOT NULL);
CREATE TABLE channel_state (peer_id INTEGER NOT NULL, pts INTEGER NOT NULL, PRIMARY KEY (peer_id));
PRAGMA user_version = 1;";

/// As mtcute 0.17 to 0.30 make it (`storage/sqlite/repository/*.js`).
pub const MTCUTE: &str = "
PRAGMA journal_mode = WAL;
CREATE TABLE mtcute_migrations (repo text not null primary key, version integer not null);
INSERT INTO mtcute_migrations VALUES ('auth_keys', 1), ('kv', 1), ('ref_messages', 1), ('peers', 2);
CREATE TABLE key_value (key text primary key, value blob not null);
CREATE TABLE auth_keys (dc integer primary key, key blob not null);
CREATE TABLE temp_auth_keys (dc integer not null, idx integer not null, key blob not null, expires integer not null, primary key (dc, idx));
CREATE TABLE message_refs (peer_id integer not null, chat_id integer not null, msg_id integer not null);
CREATE INDEX idx_message_refs_peer on message_refs (peer_id);
CREATE INDEX idx_message_refs on message_refs (chat_id, msg_id);
CREATE TABLE peers (id integer primary key, hash text not null, usernames json not null, updated integer not null, phone text, complete blob);
CREATE INDEX idx_peers_usernames on peers (usernames);
CREATE INDEX idx_peers_phone on peers (phone);
ALTER TABLE peers ADD COLUMN isMin integer not null default false;";

/// Makes such a file, unless it is there.
pub fn create(path: &Path, tables: &str) {
    if !path.exists() {
        Connection::open(path).unwrap().execute_batch(tables).unwrap();
    }
}
