//! The layout of one file: its family's description without what this file lacks.

use super::dialects::{
    Dialect, FieldColumn, LoginTables, OwnIndex, PeersTable, UpdateStatesTable, UsernamesTable, grammers, kurigram,
    mtcute, pyrofork, pyrogram, telethon, telethon2, telethon2_alpha,
};
use super::own_tables::{self, OwnTables};
use super::schema::{Marks, Schema};
use crate::error::{Error, ErrorCode, Result};
use crate::model::{Field, Format};
use crate::storage::LayoutSupport;

/// The version of wzgram 3.1.5, which has Kurigram's tables of version 7.
const WZGRAM: i64 = 8;
/// So many unknown columns are named.
const MOST_COLUMNS: usize = 8;

/// What a file has.
#[derive(Debug)]
pub struct Layout {
    pub dialect: &'static Dialect,
    pub version: i64,
    /// The columns of the login that this file has; empty for Telethon 2, which has no table `sessions`.
    pub fields: Vec<&'static FieldColumn>,
    pub peers: PeersTable,
    /// The peers are in our own table, because the client stores none or the file lacks its table.
    pub peers_are_own: bool,
    /// Their id is a primary key. It is not in a file that was rebuilt by hand.
    pub peers_have_key: bool,
    /// The types of peers that the client knows; in our own tables any type stands as it is.
    pub peer_types: &'static [&'static str],
    /// The client's table of further usernames, if the file has it.
    pub usernames: Option<UsernamesTable>,
    /// The client's table of update states, if the file has it.
    pub update_states: Option<UpdateStatesTable>,
    /// The client's table of sent files is there.
    pub sent_files: bool,
    pub own: OwnTables,
    /// Our indexes that are missing and would help.
    pub missing_indexes: Vec<&'static OwnIndex>,
    /// Lookups by username or phone number would scan the table.
    pub lookups_scan: bool,
    /// Telethon 2 has a place for an address of IPv6 too; its first builds have one for an address of any kind.
    pub telethon2_has_ipv6: bool,
    /// `table.column`: what an unknown fork has added to the tables. It is neither read nor written.
    pub unknown_columns: Vec<String>,
    /// Its tables are not as the releases of its client make them that are written: they are only read.
    is_of_old_shape: bool,
    /// The client's tables of update states are there, where it has one for the account and one for the channels.
    pub has_simple_states: bool,
}

impl Layout {
    /// Recognizes a file's client by its tables and columns, whatever its version number says.
    pub fn new(schema: &Schema, marks: Marks, location: &str) -> Result<Self> {
        let dialect = recognize(schema, marks, location)?;
        // Telethon cannot open a file without a row in `version`; its tables still tell what it is.
        let version = marks.version.unwrap_or(dialect.newest_version);
        // A converter may have written the login alone.
        let is_query = matches!(dialect.login, LoginTables::Query(_));
        let is_spread = is_query || is_spread(dialect.login);
        let has_peers = |peers: &&PeersTable| match dialect.login {
            LoginTables::Query(_) => schema.has("entity", "ty"),
            LoginTables::Grammers => schema.has_all("peer_info", &["peer_id", "hash", "subtype"]),
            LoginTables::Mtcute => {
                schema.has_all("peers", &["id", "hash", "usernames", "updated", "phone", "complete"])
            }
            _ => schema.has(peers.table, peers.access_hash),
        };
        let has_states = |states: &UpdateStatesTable| match dialect.login {
            LoginTables::Query(_) => schema.has("channel", "channel_id"),
            _ => schema.has_table(states.table),
        };
        let client_peers = dialect.peers.as_ref().filter(has_peers);
        let peers_are_own = client_peers.is_none();
        let peers = match client_peers {
            None => own_tables::PEERS,
            Some(_) if dialect.login == LoginTables::Mtcute && !schema.has("peers", "ismin") => mtcute::PEERS_1,
            Some(peers) if is_spread => peers.clone(),
            Some(peers) => prune(peers, schema),
        };
        let is_there = |index: &OwnIndex| match index.condition {
            Some(_) => schema.has_index(index.name),
            None => schema.is_indexed(index.table, index.column),
        };
        let missing = |index: &&OwnIndex| schema.has(index.table, index.column) && !is_there(index);
        let mut types = dialect.peer_types.iter().filter(|(from, _)| version >= *from);
        let peer_types = types.next().map_or(&[][..], |(_, types)| types);
        Ok(Self {
            dialect,
            version,
            peer_types,
            fields: dialect.fields.iter().filter(|field| is_query || schema.has("sessions", field.column)).collect(),
            usernames: dialect.usernames.clone().filter(|names| schema.has(names.table, names.username)),
            update_states: dialect.update_states.clone().filter(has_states),
            sent_files: dialect.sent_files
                && schema.has("sent_files", "md5_digest")
                && schema.has("sent_files", "type"),
            own: OwnTables::new(schema),
            missing_indexes: dialect.own_indexes.iter().filter(missing).collect(),
            lookups_scan: lookups_scan(&peers, schema),
            telethon2_has_ipv6: !schema.has("datacenter", "addr"),
            unknown_columns: unknown_columns(schema, dialect),
            peers_have_key: peers_are_own || is_spread || schema.is_key(peers.table, peers.id),
            is_of_old_shape: !has_written_shape(schema, dialect.login),
            has_simple_states: dialect.login != LoginTables::Grammers || has_states_of_grammers(schema),
            peers_are_own,
            peers,
        })
    }

    /// The format's name and version.
    pub fn format(&self) -> Format {
        Format { name: self.dialect.name, version: Some(self.version) }
    }

    /// What its owner should know where a fork that is not known made it, a sentence each.
    pub fn remarks(&self) -> Vec<String> {
        let (name, version, newest) = (self.dialect.name, self.version, self.newest_known());
        let of_version = (version > newest).then(|| {
            format!(
                "its version {version} is of a fork or release that is not known ({name} is known up to {newest}): what is known of \
                 its tables is read and written, and its version stays"
            )
        });
        let columns = || {
            let shown = self.unknown_columns.iter().take(MOST_COLUMNS).cloned().collect::<Vec<_>>().join(", ");
            let more = if self.unknown_columns.len() > MOST_COLUMNS { " and more" } else { "" };
            format!("it has columns that no known client makes: {shown}{more}; they are neither read nor written")
        };
        let of_columns = (!self.unknown_columns.is_empty()).then(columns);
        of_version.into_iter().chain(of_columns).collect()
    }

    // The Pyrogram family is one: the number means something only together with the tables.
    fn newest_known(&self) -> i64 {
        match self.dialect.name {
            "pyrogram" | "pyrofork" | "kurigram" => WZGRAM,
            _ => self.dialect.newest_version,
        }
    }

    /// What the client itself can store.
    pub fn support(&self) -> LayoutSupport {
        let in_row = |field: &Field| self.field(*field).is_some();
        let own_id = |field: &Field| *field == Field::UserId && self.peers.self_row;
        if self.has_spread_login() {
            return self.support_of_spread();
        }
        let peers = !self.peers_are_own;
        LayoutSupport {
            fields: Field::ALL.into_iter().filter(|field| in_row(field) || own_id(field)).collect(),
            peers,
            usernames: peers,
            several_usernames: self.usernames.is_some() || self.dialect.usernames.is_some(),
            peer_types: Some(self.peer_types),
            names: peers && self.peers.name.is_some(),
            last_seen_times: peers && self.peers.last_update_on.is_some(),
            update_states: self.update_states.is_some(),
            simple_states_only: false,
            largest_states: [i64::MAX; 2],
            sent_files: self.sent_files,
            data_centers: false,
            values: false,
        }
    }

    fn support_of_spread(&self) -> LayoutSupport {
        let mut fields =
            vec![Field::DcId, Field::ServerAddress, Field::Port, Field::AuthKey, Field::UserId, Field::IsBot];
        match self.dialect.login {
            LoginTables::Mtcute => fields.extend([Field::TestMode, Field::TmpAuthKey]),
            // The address tells it; where it does not, it is kept aside.
            LoginTables::Grammers => fields.push(Field::TestMode),
            _ => {}
        }
        let has_usernames = self.peers.sql.is_some_and(|sql| sql.usernames.is_some());
        LayoutSupport {
            peers: !self.peers_are_own,
            usernames: has_usernames,
            several_usernames: has_usernames,
            peer_types: Some(self.peer_types),
            last_seen_times: !self.peers_are_own && self.peers.last_update_on.is_some(),
            update_states: true,
            simple_states_only: true,
            largest_states: match self.dialect.login {
                LoginTables::Grammers => [i32::MAX.into(); 2],
                LoginTables::Mtcute => [i32::MAX.into(), u32::MAX.into()],
                _ => [i64::MAX; 2],
            },
            data_centers: true,
            ..LayoutSupport::only(&fields)
        }
    }

    /// The column of a field, if the client has one.
    pub fn field(&self, field: Field) -> Option<&'static FieldColumn> {
        self.fields.iter().find(|place| place.field == field).copied()
    }

    /// The login is one row of one table.
    pub fn has_login_row(&self) -> bool {
        self.dialect.login == LoginTables::Sessions
    }

    /// Telethon 2 has tables unlike all others'.
    pub fn is_telethon2(&self) -> bool {
        self.dialect.login == LoginTables::UserAndDatacenter
    }

    /// The table that holds the login's row, or the query that stands in for it.
    pub fn login(&self) -> &'static str {
        match self.dialect.login {
            LoginTables::Query(query) => query,
            _ => "sessions",
        }
    }

    /// A query stands in for the login's row (Telethon 2's alphas).
    fn has_queried_login(&self) -> bool {
        matches!(self.dialect.login, LoginTables::Query(_))
    }

    /// Whether the login stands in several tables of the client's, and the keys of other data centres with it.
    pub fn has_spread_login(&self) -> bool {
        is_spread(self.dialect.login)
    }

    /// Whether its tables tell of other data centres than the home one: those of a spread login, and of Telethon 2's alphas.
    pub fn has_data_centers(&self) -> bool {
        self.has_spread_login() || self.has_queried_login()
    }

    /// Whether its tables are only read.
    pub fn is_only_read(&self) -> bool {
        self.is_of_old_shape || self.has_queried_login()
    }

    /// Whether there is a table of peers.
    pub fn has_peers(&self) -> bool {
        !self.peers_are_own || self.own.peers
    }
}

fn is_spread(login: LoginTables) -> bool {
    matches!(login, LoginTables::UserAndDatacenter | LoginTables::Grammers | LoginTables::Mtcute)
}

/// Whether a file has the tables, with their keys, that the newest releases of its client make: only those are written of
/// clients whose login is spread.
fn has_written_shape(schema: &Schema, login: LoginTables) -> bool {
    let keys: &[(&str, &[&str])] = match login {
        LoginTables::Grammers => &[
            ("dc_home", &["dc_id"]),
            ("dc_option", &["dc_id"]),
            ("peer_info", &["peer_id"]),
            ("channel_state", &["peer_id"]),
        ],
        LoginTables::Mtcute => {
            &[("key_value", &["key"]), ("auth_keys", &["dc"]), ("temp_auth_keys", &["dc", "idx"]), ("peers", &["id"])]
        }
        _ => return true,
    };
    let has_rest = match login {
        LoginTables::Mtcute => {
            schema.has("peers", "ismin")
                && schema.has("message_refs", "peer_id")
                && schema.has_table("mtcute_migrations")
        }
        _ => has_states_of_grammers(schema),
    };
    has_rest && keys.iter().all(|(table, columns)| schema.is_key_of(table, columns))
}

fn has_states_of_grammers(schema: &Schema) -> bool {
    schema.has_all("update_state", &["pts", "qts", "date", "seq"])
        && schema.has_all("channel_state", &["peer_id", "pts"])
}

/// What the tables that are read are called, in all layouts.
const TABLES: &[&str] = &[
    "auth_keys",
    "channel_state",
    "channelstate",
    "datacenter",
    "dc_home",
    "dc_option",
    "entities",
    "key_value",
    "mtcute_migrations",
    "peer_info",
    "peers",
    "sent_files",
    "sessions",
    "state",
    "temp_auth_keys",
    "tgsession_fields",
    "tgsession_files",
    "tgsession_peers",
    "tgsession_states",
    "tgsession_usernames",
    "tgsession_values",
    "update_state",
    "user",
    "usernames",
    "version",
];

// Reading them could run on for ever.
fn refuse_strange(schema: &Schema, location: &str) -> Result<()> {
    let Some(name) = TABLES.iter().find(|name| schema.is_strange(name)) else { return Ok(()) };
    let cause = format!("'{name}' in it is a view, a virtual table or has computed columns, which no client makes");
    Err(Error::not_a_session(location, cause))
}

fn recognize(schema: &Schema, marks: Marks, location: &str) -> Result<&'static Dialect> {
    refuse_strange(schema, location)?;
    if schema.has("sessions", "session_id") {
        return Err(Error::new(
            ErrorCode::Unsupported,
            format!("'{location}' holds many sessions (AlchemySession): name one as sqlite:///FILE?session=NAME"),
        ));
    }
    // The login is the row of `sessions`. The table of peers tells the client, and a converter may not have made it.
    // An upgrade to it that was cut short leaves both, and the older one has the login.
    let is_alpha =
        schema.has("session", "dc_id") && schema.has("datacenter", "ipv4") && schema.has("datacenter", "auth");
    if is_alpha && !marks.sessions_hold_key {
        return Ok(&telethon2_alpha::DIALECT);
    }
    if schema.has("sessions", "dc_id") || schema.has("sessions", "auth_key") {
        let has_key = schema.has("sessions", "auth_key");
        if schema.has("entities", "hash") {
            return Ok(&telethon::DIALECT);
        }
        if schema.has("peers", "access_hash") || has_key && schema.has("sessions", "test_mode") {
            return Ok(pyrogram_family(schema));
        }
        if has_key && schema.has("sessions", "server_address") {
            return Ok(&telethon::DIALECT);
        }
    }
    if schema.has("datacenter", "auth") && schema.has("user", "dc") {
        return Ok(&telethon2::DIALECT);
    }
    if schema.has("dc_home", "dc_id") && schema.has_all("dc_option", &["dc_id", "ipv4", "ipv6", "auth_key"]) {
        return Ok(&grammers::DIALECT);
    }
    // 0.30 makes its own tables beside those of 0.2, and moves nothing.
    let is_old = schema.has_all("kv", &["key", "value"]) && !marks.key_value_is_used;
    let has_keys = schema.has_all("auth_keys", &["dc", "key"])
        && schema.has_all("temp_auth_keys", &["dc", "idx", "key", "expires"]);
    if has_keys && schema.has_all("key_value", &["key", "value"]) && !is_old {
        return Ok(&mtcute::DIALECT);
    }
    Err(foreign(schema, location))
}

// Forks reused the version numbers, so only the tables tell the fork.
fn pyrogram_family(schema: &Schema) -> &'static Dialect {
    if schema.has("usernames", "peer_id") {
        &pyrofork::DIALECT
    } else if schema.has("usernames", "username") {
        &kurigram::DIALECT
    } else if schema.has_table("update_state") {
        &pyrofork::DIALECT
    } else {
        &pyrogram::DIALECT
    }
}

fn foreign(schema: &Schema, location: &str) -> Error {
    if schema.has_table("mtcute_migrations") || schema.has("auth_keys", "dc") {
        return Error::not_a_session(location, "it looks like a database of mtcute, and has not its tables");
    }
    if schema.has_table("dc_home") && schema.has_table("dc_option") {
        return Error::not_a_session(location, "it looks like a session of grammers, and has not its tables");
    }
    if let Some(prefix) = prefix_of_many(schema) {
        let message = format!(
            "'{location}' holds many sessions, in tables whose names begin with '{prefix}' (as those of mautrix-telegram do): \
             name one as sqlite:///FILE?table_prefix={prefix}&session=NAME; \
             `tgsession list 'sqlite:///FILE?table_prefix={prefix}'` lists them"
        );
        return Error::new(ErrorCode::Unsupported, message);
    }
    let tables = schema.tables();
    if tables.is_empty() {
        return Error::not_a_session(location, "it is a SQLite database without tables");
    }
    let shown = tables.iter().take(8).copied().collect::<Vec<_>>().join(", ");
    Error::not_a_session(location, format!("it is a SQLite database with the tables {shown}"))
}

// AlchemySession's tables may have a prefix.
fn prefix_of_many(schema: &Schema) -> Option<&str> {
    let is_plain = |prefix: &&str| prefix.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let prefix = |table| -> Option<&str> { str::strip_suffix(table, "sessions").filter(is_plain) };
    let has = |table: &&str| schema.has(table, "session_id") && schema.has(table, "auth_key");
    schema.tables().into_iter().filter(has).find_map(prefix)
}

/// The columns of the tables that a client shares with its forks, which no known one makes.
fn unknown_columns(schema: &Schema, dialect: &Dialect) -> Vec<String> {
    let tables = ["sessions", "peers", "entities", "usernames", "update_state", "peer_info", "dc_option"];
    let known = tables.into_iter().filter(|table| dialect.tables.contains(table));
    known.flat_map(|table| schema.unread(table).map(move |column| format!("{table}.{column}"))).collect()
}

fn prune(peers: &PeersTable, schema: &Schema) -> PeersTable {
    let keep = |column: Option<&'static str>| column.filter(|column| schema.has(peers.table, column));
    PeersTable {
        peer_type: keep(peers.peer_type),
        username: keep(peers.username),
        name: keep(peers.name),
        last_update_on: keep(peers.last_update_on),
        ..peers.clone()
    }
}

fn lookups_scan(peers: &PeersTable, schema: &Schema) -> bool {
    let columns = peers.username.into_iter().chain(peers.phone_number);
    columns.into_iter().any(|column| schema.has(peers.table, column) && !schema.is_indexed(peers.table, column))
}
