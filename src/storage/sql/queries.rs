//! The statements, written once and spelled for one database, one prefix and whether our own tables are there.

use super::dialect::Dialect;
use super::tables::{
    CLIENT, ENTITIES, OWN, OWN_FIELDS, OWN_FILES, OWN_LEASES, OWN_PEERS, OWN_USERNAMES, OWN_VALUES, SENT_FILES,
    SESSIONS, Table, UPDATE_STATE,
};

/// The statements of one set of tables. In all of them `?1` is the session.
#[derive(Debug)]
pub struct Queries {
    /// Each finds a row if the client has this session.
    pub traces: Vec<String>,
    /// The rows of `sessions`; the first counts, as it does for AlchemySession.
    pub login: String,
    pub login_locked: String,
    pub login_update: String,
    pub login_others: String,
    pub account: String,
    pub account_delete: String,
    pub peer_by_id: String,
    pub peers_by_ids: String,
    /// Locks the rows of peers, where the statement that reads them cannot.
    pub peers_lock: Option<String>,
    /// Whole peers that are written next, and so locked.
    pub peers_locked: String,
    pub peers_by_username: String,
    pub peers_by_phone: String,
    pub peers_by_odd_phone: Option<String>,
    /// Whole peers, by as much of the name as the column holds.
    pub peers_by_name: String,
    pub peers_all: String,
    pub peers_some: String,
    pub release_usernames: String,
    /// They delete the peers with some ids, or all, from all tables.
    pub peers_delete_some: Vec<String>,
    pub peers_delete_all: Vec<String>,
    pub states: String,
    pub state_delete: String,
    /// The client's first: it wins over ours.
    pub files: Vec<String>,
    pub file: Vec<String>,
    pub upsert_login: String,
    pub upsert_entities: String,
    pub upsert_states: String,
    pub upsert_files: String,
    /// They delete every row of a session, in all tables.
    pub deletes: Vec<String>,
    pub list: String,
    /// The names of the tables that have keys or values in them.
    pub secret_tables: Vec<String>,
    /// How many rows of each kind there are, in the order of [`Counts`](crate::model::Counts).
    pub counts: Vec<String>,
    pub own: Option<Own>,
    pub values: Option<Values>,
}

/// The statements on our own table of values.
#[derive(Debug)]
pub struct Values {
    pub table: String,
    pub names: String,
    pub all: String,
    pub one: String,
    pub upsert: String,
    pub delete: String,
}

/// The statements on our own tables.
#[derive(Debug)]
pub struct Own {
    pub fields: String,
    pub fields_new: String,
    pub fields_locked: String,
    pub lock_session: String,
    pub usernames_all: String,
    pub usernames_some: String,
    pub usernames_delete: String,
    pub usernames_delete_held: String,
    pub peers_delete: String,
    pub upsert_fields: String,
    pub upsert_peers: String,
    pub upsert_usernames: String,
    pub upsert_files: String,
    /// They delete our own rows of a session.
    pub deletes: Vec<String>,
    pub lease_renew: String,
    pub lease_new: String,
    pub lease: String,
    pub lease_delete: String,
}

/// Spells the names of tables and the statements.
struct Speller<'a> {
    dialect: &'a Dialect,
    prefix: &'a str,
}

impl Speller<'_> {
    fn name(&self, table: &Table) -> String {
        self.dialect.quoted(&format!("{}{}", self.prefix, table.name))
    }

    fn upsert(&self, table: &Table) -> String {
        self.dialect.upsert(table, &format!("{}{}", self.prefix, table.name))
    }

    fn delete(&self, table: &Table) -> String {
        self.spell(&format!("DELETE FROM {} WHERE session_id = ?1", self.name(table)))
    }

    fn spell(&self, sql: &str) -> String {
        self.dialect.spell(sql)
    }
}

const LOGIN: &str = "dc_id, server_address, port, auth_key";
const FILE: &str = "md5_digest, file_size, type, id, hash";
const OWN_FIELD_COLUMNS: &str = "auth_key_id, api_id, test_mode, date, is_bot, takeout_id, tmp_auth_key";

impl Queries {
    pub fn new(dialect: &Dialect, prefix: &str, own: bool, values: bool) -> Self {
        let s = Speller { dialect, prefix };
        let (sessions, entities, states) = (s.name(&SESSIONS), s.name(&ENTITIES), s.name(&UPDATE_STATE));
        let in_session = "session_id = ?1";
        let login = format!("SELECT {LOGIN} FROM {sessions} WHERE {in_session} ORDER BY dc_id");
        let peers = Peers::new(&s, own);
        let with_sessions =
            CLIENT.into_iter().chain(OWN.into_iter().filter(|_| own)).chain(values.then_some(&OWN_VALUES));
        let with_sessions: Vec<&Table> = with_sessions.filter(|table| table.has_sessions()).collect();
        let files = [&SENT_FILES].into_iter().chain(own.then_some(&OWN_FILES)).map(|table| s.name(table));
        let files: Vec<String> = files.collect();
        Self {
            traces: [&SESSIONS, &ENTITIES, &SENT_FILES, &UPDATE_STATE]
                .map(|table| s.spell(&format!("SELECT session_id FROM {} WHERE {in_session} LIMIT 1", s.name(table))))
                .into(),
            login: s.spell(&login),
            login_locked: s.spell(&format!("{login}{}", dialect.for_update)),
            login_update: s.spell(&format!(
                "UPDATE {sessions} SET dc_id = ?2, server_address = ?3, port = ?4, auth_key = ?5 WHERE {in_session}"
            )),
            login_others: s.spell(&format!("DELETE FROM {sessions} WHERE {in_session} AND dc_id <> ?2")),
            account: s.spell(&format!("SELECT hash FROM {entities} WHERE {in_session} AND id = 0")),
            account_delete: s.spell(&format!("DELETE FROM {entities} WHERE {in_session} AND id = 0")),
            peer_by_id: peers.by_id(&s),
            peers_by_ids: s.spell(&peers.select("e.id IN ?2 AND e.id <> 0")),
            peers_lock: dialect.for_update_of_peers.is_none().then(|| {
                let lock = dialect.for_update;
                s.spell(&format!("SELECT id FROM {entities} WHERE {in_session} AND id IN ?2 ORDER BY id{lock}"))
            }),
            peers_locked: peers.whole(&s, " AND e.id IN ?2") + dialect.for_update_of_peers.unwrap_or_default(),
            peers_by_username: peers.by_username(&s, own),
            peers_by_phone: peers.by_phone(&s),
            peers_by_odd_phone: own.then(|| peers.by_odd_phone(&s)),
            peers_by_name: peers.whole(&s, " AND e.name = ?2"),
            peers_all: peers.whole(&s, ""),
            peers_some: peers.whole(&s, " AND e.id IN ?2"),
            release_usernames: s.spell(&format!(
                "UPDATE {entities} SET username = NULL WHERE {in_session} AND username IN ?2 AND id NOT IN ?3"
            )),
            peers_delete_some: peers_delete(&s, own, " AND id IN ?2"),
            peers_delete_all: peers_delete(&s, own, ""),
            states: s.spell(&format!("SELECT entity_id, pts, qts, date, seq FROM {states} WHERE {in_session}")),
            state_delete: s.spell(&format!("DELETE FROM {states} WHERE {in_session} AND entity_id = ?2")),
            files: files.iter().map(|name| s.spell(&format!("SELECT {FILE} FROM {name} WHERE {in_session}"))).collect(),
            file: files
                .iter()
                .map(|name| {
                    let key = "md5_digest = ?2 AND file_size = ?3 AND type = ?4";
                    s.spell(&format!("SELECT {FILE} FROM {name} WHERE {in_session} AND {key}"))
                })
                .collect(),
            upsert_login: s.upsert(&SESSIONS),
            upsert_entities: s.upsert(&ENTITIES),
            upsert_states: s.upsert(&UPDATE_STATE),
            upsert_files: s.upsert(&SENT_FILES),
            deletes: with_sessions.iter().map(|table| s.delete(table)).collect(),
            list: list(&s, own),
            secret_tables: [&SESSIONS]
                .into_iter()
                .chain(own.then_some(&OWN_FIELDS))
                .chain(values.then_some(&OWN_VALUES))
                .map(|table| s.name(table))
                .collect(),
            counts: counts(&s, own, values),
            own: own.then(|| Own::new(&s, values)),
            values: values.then(|| Values::new(&s)),
        }
    }

    /// For mautrix-telegram's tables, whose phone numbers are texts.
    pub fn phone_is_text(&mut self, dialect: &Dialect, prefix: &str) {
        let s = Speller { dialect, prefix };
        let number = "CAST(CAST(?2 AS BIGINT) AS VARCHAR(32))";
        self.peers_by_phone = s.spell(&Peers::new(&s, false).select(&format!("e.phone = {number} AND e.id <> 0")));
    }
}

fn peers_delete(s: &Speller<'_>, own: bool, which: &str) -> Vec<String> {
    let tables = [&ENTITIES].into_iter().chain([&OWN_PEERS, &OWN_USERNAMES].into_iter().filter(|_| own));
    // Entity 0 is the account's own id.
    tables
        .map(|table| s.spell(&format!("DELETE FROM {} WHERE session_id = ?1 AND id <> 0{which}", s.name(table))))
        .collect()
}

// Our row with a key id, without a login of that session, is a leftover: the client has deleted the session.
fn list(s: &Speller<'_>, own: bool) -> String {
    let sessions = format!("SELECT session_id FROM {}", s.name(&SESSIONS));
    if !own {
        return format!("SELECT DISTINCT session_id FROM ({sessions}) AS names ORDER BY session_id");
    }
    format!(
        "{sessions} UNION SELECT session_id FROM {} WHERE auth_key_id = '' ORDER BY session_id",
        s.name(&OWN_FIELDS)
    )
}

// They count what the readers of the rows return: a username once for a peer, and files that Telethon may have written.
fn counts(s: &Speller<'_>, own: bool, values: bool) -> Vec<String> {
    let (entities, in_session) = (s.name(&ENTITIES), "session_id = ?1");
    let different = |rows: Vec<String>| format!("SELECT count(*) FROM ({}) AS different", rows.join(" UNION "));
    let is_peer = format!("FROM {entities} WHERE {in_session} AND id <> 0");
    let mut usernames = vec![format!("SELECT id, username {is_peer} AND username <> ''")];
    let key = "md5_digest, file_size, type";
    let is_file = "length(md5_digest) = 16 AND type IN (0, 1) AND id IS NOT NULL AND hash IS NOT NULL";
    let file = |table: &Table| format!("SELECT {key} FROM {} WHERE {in_session} AND {is_file}", s.name(table));
    let mut files = vec![file(&SENT_FILES)];
    if own {
        let own_usernames = s.name(&OWN_USERNAMES);
        usernames.push(format!(
            "SELECT u.id, u.username FROM {own_usernames} u JOIN {entities} e ON e.session_id = ?1 AND e.id = u.id \
             WHERE u.session_id = ?1 AND e.id <> 0 AND u.username <> ''"
        ));
        files.push(file(&OWN_FILES));
    }
    let of_table = |table: &Table| format!("SELECT count(*) FROM {} WHERE {in_session}", s.name(table));
    let mut counts =
        vec![format!("SELECT count(*) {is_peer}"), different(usernames), of_table(&UPDATE_STATE), different(files)];
    counts.extend(values.then(|| of_table(&OWN_VALUES)));
    counts.iter().map(|sql| s.spell(sql)).collect()
}

impl Values {
    fn new(s: &Speller<'_>) -> Self {
        let table = s.name(&OWN_VALUES);
        let (in_session, named) = ("session_id = ?1", "session_id = ?1 AND name = ?2");
        Self {
            names: s.spell(&format!("SELECT name FROM {table} WHERE {in_session}")),
            all: s.spell(&format!("SELECT name, value FROM {table} WHERE {in_session}")),
            one: s.spell(&format!("SELECT value FROM {table} WHERE {named}")),
            delete: s.spell(&format!("DELETE FROM {table} WHERE {named}")),
            upsert: s.upsert(&OWN_VALUES),
            table,
        }
    }
}

/// The parts of the statements on peers.
struct Peers {
    entities: String,
    /// Our row of the same peer.
    join: String,
    /// Id, access hash, whether the hash is absent, type, last-seen time.
    found: &'static str,
    /// Username, phone number, name; and the parts of them that did not fit.
    details: &'static str,
}

impl Peers {
    fn new(s: &Speller<'_>, own: bool) -> Self {
        let own_peers = s.name(&OWN_PEERS);
        Self {
            entities: s.name(&ENTITIES),
            join: if own {
                format!("LEFT JOIN {own_peers} o ON o.session_id = ?1 AND o.id = e.id")
            } else {
                String::new()
            },
            found: if own {
                "e.id, e.hash, o.no_access_hash, o.type, o.last_update_on"
            } else {
                "e.id, e.hash, NULL, NULL, NULL"
            },
            details: if own {
                "e.username, e.phone, e.name, o.phone_number, o.name_rest"
            } else {
                "e.username, e.phone, e.name, NULL, NULL"
            },
        }
    }

    fn select(&self, which: &str) -> String {
        let Self { entities, join, found, .. } = self;
        format!("SELECT {found} FROM {entities} e {join} WHERE e.session_id = ?1 AND {which}")
    }

    fn by_id(&self, s: &Speller<'_>) -> String {
        s.spell(&self.select("e.id = ?2"))
    }

    fn by_username(&self, s: &Speller<'_>, own: bool) -> String {
        let by_column = self.select("e.username = ?2 AND e.id <> 0");
        if !own {
            return s.spell(&by_column);
        }
        s.spell(&format!("{by_column} UNION ALL {}", self.through(s, &OWN_USERNAMES, "u.username = ?2")))
    }

    fn by_phone(&self, s: &Speller<'_>) -> String {
        s.spell(&self.select("e.phone = ?2 AND e.id <> 0"))
    }

    fn by_odd_phone(&self, s: &Speller<'_>) -> String {
        s.spell(&self.through(s, &OWN_PEERS, "u.phone_number = ?2 AND e.phone IS NULL"))
    }

    // Finds peers through a table of our own.
    fn through(&self, s: &Speller<'_>, table: &Table, which: &str) -> String {
        let Self { entities, join, found, .. } = self;
        let table = s.name(table);
        format!(
            "SELECT {found} FROM {table} u JOIN {entities} e ON e.session_id = ?1 AND e.id = u.id {join} \
             WHERE u.session_id = ?1 AND {which}"
        )
    }

    fn whole(&self, s: &Speller<'_>, which: &str) -> String {
        let Self { entities, join, found, details } = self;
        s.spell(&format!(
            "SELECT {found}, {details} FROM {entities} e {join} WHERE e.session_id = ?1 AND e.id <> 0{which} ORDER BY e.id"
        ))
    }
}

impl Own {
    fn new(s: &Speller<'_>, values: bool) -> Self {
        let (fields, usernames, peers) = (s.name(&OWN_FIELDS), s.name(&OWN_USERNAMES), s.name(&OWN_PEERS));
        let leases = s.name(&OWN_LEASES);
        let (insert, unless) = s.dialect.insert_new;
        let (lock, now) = (s.dialect.for_update, s.dialect.now_ms);
        let in_session = "session_id = ?1";
        let names = format!("SELECT id, username FROM {usernames} WHERE {in_session}");
        Self {
            fields: s.spell(&format!("SELECT {OWN_FIELD_COLUMNS} FROM {fields} WHERE {in_session}")),
            fields_new: s.spell(&format!("{insert} INTO {fields} (session_id, auth_key_id) VALUES (?1, ''){unless}")),
            fields_locked: s.spell(&format!("SELECT {OWN_FIELD_COLUMNS} FROM {fields} WHERE {in_session}{lock}")),
            lock_session: s.spell(&format!("SELECT session_id FROM {fields} WHERE {in_session}{lock}")),
            usernames_all: s.spell(&format!("{names} ORDER BY id, position")),
            usernames_some: s.spell(&format!("{names} AND id IN ?2 ORDER BY id, position")),
            usernames_delete: s.spell(&format!("DELETE FROM {usernames} WHERE {in_session} AND id IN ?2")),
            usernames_delete_held: s.spell(&format!("DELETE FROM {usernames} WHERE {in_session} AND username IN ?2")),
            peers_delete: s.spell(&format!("DELETE FROM {peers} WHERE {in_session} AND id IN ?2")),
            upsert_fields: s.upsert(&OWN_FIELDS),
            upsert_peers: s.upsert(&OWN_PEERS),
            upsert_usernames: s.upsert(&OWN_USERNAMES),
            upsert_files: s.upsert(&OWN_FILES),
            deletes: OWN.into_iter().chain(values.then_some(&OWN_VALUES)).map(|table| s.delete(table)).collect(),
            // A renewal keeps the time since when the lease is held. MySQL sets from left to right.
            lease_renew: s.spell(&format!(
                "UPDATE {leases} SET since_ms = CASE WHEN token = ?3 THEN since_ms ELSE {now} END, \
                 until_ms = {now} + ?5, session_id = ?1, token = ?3, owner = ?4 \
                 WHERE key_id = ?2 AND (token = ?3 OR until_ms <= {now})"
            )),
            lease_new: s.spell(&format!(
                "{insert} INTO {leases} (session_id, key_id, token, owner, since_ms, until_ms) \
                 VALUES (?1, ?2, ?3, ?4, {now}, {now} + ?5){unless}"
            )),
            lease: s.spell(&format!("SELECT token, owner, since_ms FROM {leases} WHERE key_id = ?1")),
            lease_delete: s.spell(&format!("DELETE FROM {leases} WHERE key_id = ?1 AND token = ?2")),
        }
    }
}
