//! mtcute 0.12 to 0.30 (`@mtcute/core`): version 2 of its peers, since 0.17, and version 1, which is only read.
//!
//! From `storage/sqlite/repository/*.js`. An access hash is text, `low|high`, two signed numbers of 32 bits, and empty for a group.
//! Usernames are a JSON array in the peer's row. `complete` is what Telegram told of the peer, in TL: its type and its name stand
//! only there. A peer that is `isMin` has an access hash that is valid in the chat where mtcute saw it: it is none here.

use super::{ById, Dialect, LoginTables, OwnIndex, PeersSql, PeersTable, UsernamesSql};
use crate::model::{IdKind, Peer, id_kind};
use crate::storage::sqlite::dialects::peers_sql::CompleteSql;

pub const DIALECT: Dialect = Dialect {
    name: "mtcute",
    newest_version: 2,
    login: LoginTables::Mtcute,
    // Those of version 0.2 too, which later releases leave beside their own.
    tables: &[
        "mtcute_migrations",
        "key_value",
        "auth_keys",
        "temp_auth_keys",
        "peers",
        "message_refs",
        "kv",
        "state",
        "pts",
        "entities",
    ],
    fields: &[],
    new_row: "",
    peers: Some(PeersTable { table: PEERS, sql: Some(&SQL), ..PEERS_TABLE }),
    peer_types: &[],
    usernames: None,
    update_states: None,
    sent_files: false,
    own_indexes: &[OwnIndex {
        name: "tgsession_peers_several",
        table: "peers",
        column: "usernames",
        condition: Some("instr(usernames, ',') > 0"),
        is_of_names: false,
    }],
    creates: &[(2, &[TABLES])],
};

const TABLES: &str = "
CREATE TABLE mtcute_migrations (repo text not null primary key, version integer not null);
INSERT INTO mtcute_migrations VALUES ('auth_keys', 1), ('kv', 1), ('ref_messages', 1), ('peers', 2);
CREATE TABLE key_value (key text primary key, value blob not null);
CREATE TABLE auth_keys (dc integer primary key, key blob not null);
CREATE TABLE temp_auth_keys (dc integer not null, idx integer not null, key blob not null, expires integer not null, primary key (dc, idx));
CREATE TABLE message_refs (peer_id integer not null, chat_id integer not null, msg_id integer not null);
CREATE INDEX idx_message_refs_peer on message_refs (peer_id);
CREATE INDEX idx_message_refs on message_refs (chat_id, msg_id);
CREATE TABLE peers (id integer primary key, hash text not null, usernames json not null, updated integer not null, phone text, complete blob,
    isMin integer not null default false);
CREATE INDEX idx_peers_usernames on peers (usernames);
CREATE INDEX idx_peers_phone on peers (phone);";

/// The peers of version 1.
pub const PEERS_1: PeersTable = PeersTable { table: PEERS_WITHOUT_MIN, sql: Some(&SQL), ..PEERS_TABLE };

const PEERS_TABLE: PeersTable = PeersTable {
    table: "",
    id: "id",
    by_id: ById::Marked,
    access_hash: "access_hash",
    access_hash_not_null: false,
    peer_type: None,
    username: None,
    phone_number: Some("phone_number"),
    name: None,
    last_update_on: Some("last_update_on"),
    self_row: false,
    sql: None,
};

macro_rules! peers {
    ($is_min:literal) => {
        concat!(
            "(SELECT id, CASE WHEN ",
            $is_min,
            " = 0 AND hash <> '' THEN (CAST(substr(hash, instr(hash, '|') + 1) AS INTEGER) << 32) | (CAST(hash AS INTEGER) & 4294967295) END \
             AS access_hash, phone AS phone_number, updated / 1000 AS last_update_on, complete, ",
            $is_min,
            " <> 0 AS is_min, hash = '' OR (hash = CAST(hash AS INTEGER) || '|' || CAST(substr(hash, instr(hash, '|') + 1) AS INTEGER) \
             AND CAST(hash AS INTEGER) BETWEEN -2147483648 AND 2147483647 \
             AND CAST(substr(hash, instr(hash, '|') + 1) AS INTEGER) BETWEEN -2147483648 AND 2147483647) AS is_sound FROM peers)"
        )
    };
}

const PEERS: &str = peers!("isMin");
const PEERS_WITHOUT_MIN: &str = peers!("0");

// Where the access hash is not known, mtcute must not use the peer, as one that is `isMin`.
macro_rules! hash {
    () => {
        "CASE WHEN ?2 IS NOT NULL THEN ((?2 << 32) >> 32) || '|' || (?2 >> 32) \
         WHEN ?1 BETWEEN -1000000000000 AND -1 THEN '' ELSE '0|0' END"
    };
}

macro_rules! is_min {
    () => {
        "(?2 IS NULL AND ?1 NOT BETWEEN -1000000000000 AND -1)"
    };
}

// Times that milliseconds cannot count are as late, or as early, as they can.
macro_rules! updated {
    () => {
        "(max(min(?7, 9223372036854775), -9223372036854775) * 1000)"
    };
}

// mtcute's own index finds the first username, and ours the peers that have several: of these most do not have the name as text, and
// are not parsed.
macro_rules! owners {
    () => {
        concat!(
            first!(),
            " UNION ALL SELECT s.id FROM peers s, json_each(CASE WHEN json_valid(s.usernames) THEN s.usernames ELSE '[]' END) j \
             WHERE instr(s.usernames, ',') > 0 AND instr(s.usernames, json_quote(?1)) > 0 AND j.value = ?1"
        )
    };
}

macro_rules! first {
    () => {
        "SELECT f.id FROM peers f WHERE f.usernames >= '[' || json_quote(?1) \
         AND f.usernames < '[' || substr(json_quote(?1), 1, length(json_quote(?1)) - 1) || '#'"
    };
}

macro_rules! take {
    ($where:literal) => {
        concat!(
            "UPDATE peers SET usernames = (SELECT json_group_array(n.value) \
             FROM json_each(CASE WHEN json_valid(peers.usernames) THEN peers.usernames ELSE '[]' END) n WHERE n.value <> ?1) WHERE ",
            $where
        )
    };
}

macro_rules! names {
    ($where:literal) => {
        concat!(
            "SELECT m.id, j.value AS username FROM peers m, json_each(CASE WHEN json_valid(m.usernames) THEN m.usernames ELSE '[]' END) j \
             WHERE j.type = 'text'",
            $where,
            " ORDER BY m.id, j.id"
        )
    };
}

const SQL: PeersSql = PeersSql {
    access_hash: ["p.access_hash", "p.access_hash"],
    visible: [
        "(p.is_min = 0 AND p.is_sound)",
        "(p.is_sound AND (p.is_min = 0 OR (SELECT o.no_access_hash FROM tgsession_peers o WHERE o.id = p.id)))",
    ],
    write: concat!(
        "INSERT INTO peers (id, hash, usernames, updated, phone, complete, isMin) VALUES (?1, ",
        hash!(),
        ", ?5, ",
        updated!(),
        ", ?3, NULL, ",
        is_min!(),
        ") ON CONFLICT (id) DO UPDATE SET hash = excluded.hash, usernames = excluded.usernames, updated = excluded.updated, \
         phone = excluded.phone, isMin = excluded.isMin, complete = CASE WHEN ?8 THEN peers.complete END"
    ),
    touch: Some(concat!(
        "UPDATE peers SET updated = ",
        updated!(),
        " WHERE id = ?1 AND hash = ",
        hash!(),
        " AND phone IS ?3 AND usernames = ?5 AND isMin = ",
        is_min!(),
        " AND ?8"
    )),
    delete_all: &["DELETE FROM peers WHERE isMin = 0 OR hash = '0|0'"],
    delete_one: &["DELETE FROM peers WHERE id = ?1 AND (isMin = 0 OR hash = '0|0')"],
    usernames: Some(UsernamesSql {
        all: names!(""),
        one: names!(" AND m.id = ?1"),
        some: names!(" AND m.id BETWEEN ?1 AND ?2"),
        owners: owners!(),
        take: concat!(take!("id <> ?2 AND id IN ("), owners!(), ")"),
        first: first!(),
        several: names!(" AND instr(m.usernames, ',') > 0"),
        of_owner: "peers m, json_each(CASE WHEN json_valid(m.usernames) THEN m.usernames ELSE '[]' END) j \
                   WHERE m.id = ?1 AND j.value = ?2",
        take_from: take!("id = ?2"),
    }),
    complete: Some(CompleteSql { column: "complete", one: "SELECT complete FROM peers WHERE id = ?1 AND isMin = 0" }),
    needs_own_row,
    types_may_be_absent: false,
};

fn needs_own_row(peer: &Peer) -> bool {
    peer.access_hash.is_none() && id_kind(peer.id) != IdKind::Chat
}
