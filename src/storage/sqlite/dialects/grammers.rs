//! grammers-session 0.8 to 0.11.
//!
//! From `storages/sqlite.rs` of these. `peer_info` has marked ids and no usernames, names or phone numbers; the account is the user
//! with bit 1 in `subtype`. A group has no access hash: 0.8 writes none, and 0.11 writes 0.

use super::{ById, Dialect, LoginTables, PeersSql, PeersTable};
use crate::model::{IdKind, Peer, id_kind};

pub const DIALECT: Dialect = Dialect {
    name: "grammers",
    newest_version: 1,
    login: LoginTables::Grammers,
    tables: &["dc_home", "dc_option", "peer_info", "update_state", "channel_state"],
    fields: &[],
    new_row: "",
    peers: Some(PeersTable {
        table: PEERS,
        id: "id",
        by_id: ById::Marked,
        access_hash: "access_hash",
        access_hash_not_null: false,
        peer_type: Some("type"),
        username: None,
        phone_number: None,
        name: None,
        last_update_on: None,
        self_row: false,
        sql: Some(&SQL),
    }),
    peer_types: &[(0, &["user", "bot", "group", "channel", "supergroup", "community"])],
    usernames: None,
    update_states: None,
    sent_files: false,
    own_indexes: &[],
    creates: &[(1, &[TABLES])],
};

const TABLES: &str = "
CREATE TABLE dc_home (dc_id INTEGER NOT NULL, PRIMARY KEY(dc_id));
CREATE TABLE dc_option (dc_id INTEGER NOT NULL, ipv4 TEXT NOT NULL, ipv6 TEXT NOT NULL, auth_key BLOB, PRIMARY KEY (dc_id));
CREATE TABLE peer_info (peer_id INTEGER NOT NULL, hash INTEGER, subtype INTEGER, PRIMARY KEY (peer_id));
CREATE TABLE update_state (pts INTEGER NOT NULL, qts INTEGER NOT NULL, date INTEGER NOT NULL, seq INTEGER NOT NULL);
CREATE TABLE channel_state (peer_id INTEGER NOT NULL, pts INTEGER NOT NULL, PRIMARY KEY (peer_id));
PRAGMA user_version = 1;";

// Gigagroups (12) are supergroups. A user without a subtype is a plain one.
const PEERS: &str = "(
    SELECT peer_id AS id,
        CASE WHEN peer_id BETWEEN -1000000000000 AND -1 THEN nullif(hash, 0) ELSE hash END AS access_hash,
        CASE
            WHEN peer_id >= 0 THEN CASE WHEN subtype & 2 THEN 'bot' ELSE 'user' END
            WHEN peer_id >= -1000000000000 THEN 'group'
            ELSE CASE subtype
                WHEN 4 THEN 'supergroup' WHEN 12 THEN 'supergroup' WHEN 8 THEN 'channel' WHEN 16 THEN 'community'
            END
        END AS type,
        peer_id > 0 AND coalesce(subtype, 0) & 1 AS is_self
    FROM peer_info
)";

const SQL: PeersSql = PeersSql {
    access_hash: [
        "p.access_hash",
        "CASE WHEN p.access_hash IS NULL AND (SELECT o.no_access_hash FROM tgsession_peers o WHERE o.id = p.id) = 0 \
         THEN 0 ELSE p.access_hash END",
    ],
    // The account's row may tell nothing but that.
    visible: [
        "(p.is_self = 0 OR p.access_hash IS NOT NULL)",
        "(p.is_self = 0 OR p.access_hash IS NOT NULL OR EXISTS (SELECT 1 FROM tgsession_peers o WHERE o.id = p.id))",
    ],
    // It stays the account's row. What of a gigagroup is told stays true.
    write: "
        INSERT INTO peer_info (peer_id, hash, subtype) VALUES (?1, ?2,
            CASE ?4 WHEN 'bot' THEN 2 WHEN 'supergroup' THEN 4 WHEN 'channel' THEN 8 WHEN 'community' THEN 16 END)
        ON CONFLICT (peer_id) DO UPDATE SET hash = excluded.hash, subtype = CASE
            WHEN ?1 > 0 AND peer_info.subtype & 1
                THEN 1 | CASE ?4 WHEN 'bot' THEN 2 WHEN 'user' THEN 0 ELSE peer_info.subtype & 2 END
            WHEN peer_info.subtype = 12 AND excluded.subtype = 4 THEN 12
            ELSE excluded.subtype
        END",
    touch: None,
    delete_all: &[
        "UPDATE peer_info SET hash = NULL WHERE peer_id > 0 AND coalesce(subtype, 0) & 1",
        "DELETE FROM peer_info WHERE NOT (peer_id > 0 AND coalesce(subtype, 0) & 1)",
    ],
    delete_one: &[
        "UPDATE peer_info SET hash = NULL WHERE peer_id = ?1 AND ?1 > 0 AND coalesce(subtype, 0) & 1",
        "DELETE FROM peer_info WHERE peer_id = ?1 AND NOT (?1 > 0 AND coalesce(subtype, 0) & 1)",
    ],
    usernames: None,
    complete: None,
    needs_own_row,
    types_may_be_absent: true,
};

fn needs_own_row(peer: &Peer) -> bool {
    match id_kind(peer.id) {
        IdKind::User => peer.access_hash.is_none(),
        IdKind::Chat => peer.access_hash == Some(0),
        IdKind::Channel => false,
    }
}
