//! Telethon 2's alphas of 2021 and 2022 (version 8, which is Telethon 1's too, for other tables).
//!
//! From `telethon/_sessions/sqlite.py` of cloudgram-telethon 1.24.2.post1, the only package that has them. The login is spread
//! over two tables and ids are bare, so queries stand in for the tables that the other dialects name: such a file is read, and
//! converted to be written.
//!
//! An alpha that upgrades a file of Telethon 1 does not know the account: it writes user 0, and the row of entity 0, where
//! Telethon 1 from 1.28 on keeps the account's own id, goes along.

use super::{Absent, ById, Dialect, FieldColumn, LoginTables, PeersTable, UpdateStatesTable};
use crate::model::Field;

pub const DIALECT: Dialect = Dialect {
    name: "telethon2-alpha",
    newest_version: 9,
    login: LoginTables::Query(LOGIN),
    tables: &["datacenter", "session", "channel", "entity", "version"],
    fields: &[
        FieldColumn { field: Field::DcId, column: "dc_id", absent: Absent::Number(0) },
        FieldColumn { field: Field::ServerAddress, column: "server_address", absent: Absent::Null },
        FieldColumn { field: Field::Port, column: "port", absent: Absent::Null },
        FieldColumn { field: Field::AuthKey, column: "auth_key", absent: Absent::EmptyBlob },
        FieldColumn { field: Field::UserId, column: "user_id", absent: Absent::Null },
        FieldColumn { field: Field::IsBot, column: "is_bot", absent: Absent::Null },
        FieldColumn { field: Field::TakeoutId, column: "takeout_id", absent: Absent::Null },
    ],
    new_row: "",
    peers: Some(PeersTable {
        table: PEERS,
        id: "id",
        by_id: ById::Bare("bare_id"),
        access_hash: "access_hash",
        access_hash_not_null: true,
        peer_type: Some("type"),
        username: None,
        phone_number: Some("phone_number"),
        name: None,
        last_update_on: None,
        self_row: true,
        sql: None,
    }),
    peer_types: &[(0, &["user", "bot", "group", "channel", "supergroup"])],
    usernames: None,
    update_states: Some(UpdateStatesTable { table: UPDATE_STATES, bare_channel_ids: false }),
    sent_files: false,
    own_indexes: &[],
    creates: &[],
};

// Without a row of the account, the home data centre is the one that has a key.
const LOGIN: &str = "(
    SELECT coalesce(s.dc_id, d.id) AS dc_id, d.ipv4 AS server_address, d.port AS port, d.auth AS auth_key,
        nullif(s.user_id, 0) AS user_id, CASE WHEN s.user_id <> 0 THEN s.bot END AS is_bot, s.takeout_id AS takeout_id
    FROM (SELECT 1)
    LEFT JOIN (SELECT user_id, dc_id, bot, takeout_id FROM session LIMIT 1) s
    LEFT JOIN datacenter d
        ON d.id = coalesce(s.dc_id, (SELECT id FROM datacenter WHERE length(auth) > 0 ORDER BY id LIMIT 1))
)";

// The type is the code of a letter: User, Bot, Group, Channel, Megagroup, gigagroup E. The client takes no other.
const PEERS: &str = "(
    SELECT CASE WHEN ty IN (85, 66) THEN id WHEN ty = 71 THEN -id ELSE -1000000000000 - id END AS id, id AS bare_id,
        hash AS access_hash, NULL AS phone_number,
        CASE ty WHEN 85 THEN 'user' WHEN 66 THEN 'bot' WHEN 71 THEN 'group' WHEN 67 THEN 'channel' ELSE 'supergroup' END AS type
    FROM entity
    WHERE ty IN (85, 66, 71, 67, 77, 69) AND id BETWEEN 0 AND 4503599627370496
)";

// The state is all zeros until the client has one.
const UPDATE_STATES: &str = "(
    SELECT 0 AS id, pts, qts, date, seq
    FROM (SELECT pts, qts, date, seq FROM session LIMIT 1)
    WHERE pts <> 0 OR qts <> 0 OR date <> 0 OR seq <> 0
    UNION ALL
    SELECT -1000000000000 - channel_id, pts, NULL, NULL, NULL
    FROM channel
    WHERE channel_id BETWEEN 1 AND 4503599627370496
)";
