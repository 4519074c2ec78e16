//! The tables that sessions have, as they are found in pages: their columns in the order in which they are stored.
//!
//! A family's table has several shapes: versions added columns, at the end of a file that was upgraded and elsewhere in a
//! new one.

use rusqlite::types::ValueRef;

use super::kind::Kind::{self, *};
use super::record::Row;
use crate::model::{self, AUTH_KEY_LEN};

/// The columns of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    pub table: &'static str,
    pub columns: Vec<(String, Kind)>,
    /// The column that is the row id: NULL is stored in its place.
    pub alias: Option<usize>,
    pub without_rowid: bool,
    /// So many columns a row has at least: those behind were added later.
    pub least: usize,
}

type Columns = &'static [(&'static str, Kind)];

struct Known {
    table: &'static str,
    columns: Columns,
    has_alias: bool,
    least: usize,
}

const fn known(table: &'static str, columns: Columns, least: usize) -> Known {
    Known { table, columns, has_alias: true, least }
}

const fn without_alias(table: &'static str, columns: Columns) -> Known {
    Known { table, columns, has_alias: false, least: columns.len() }
}

/// Every table in every shape. Of those that fit equally well the first is taken.
const KNOWN: &[Known] = &[
    // Pyrogram 2, and the same after an upgrade from 1.
    known(
        "sessions",
        &[
            ("dc_id", Dc),
            ("api_id", ApiId),
            ("test_mode", Flag),
            ("auth_key", Key),
            ("date", Date),
            ("user_id", UserId),
            ("is_bot", Flag),
            ("server_address", Address),
            ("port", Port),
        ],
        7,
    ),
    known(
        "sessions",
        &[
            ("dc_id", Dc),
            ("test_mode", Flag),
            ("auth_key", Key),
            ("date", Date),
            ("user_id", UserId),
            ("is_bot", Flag),
            ("api_id", ApiId),
            ("server_address", Address),
            ("port", Port),
        ],
        6,
    ),
    // Kurigram 7.
    known(
        "sessions",
        &[
            ("dc_id", Dc),
            ("server_address", Address),
            ("port", Port),
            ("api_id", ApiId),
            ("test_mode", Flag),
            ("auth_key", Key),
            ("date", Date),
            ("user_id", UserId),
            ("is_bot", Flag),
        ],
        9,
    ),
    // Telethon 1 to 8.
    known(
        "sessions",
        &[
            ("dc_id", Dc),
            ("server_address", Address),
            ("port", Port),
            ("auth_key", Key),
            ("takeout_id", Takeout),
            ("tmp_auth_key", Key),
        ],
        4,
    ),
    known(
        "peers",
        &[
            ("id", PeerId),
            ("access_hash", Hash),
            ("type", PeerType),
            ("username", Username),
            ("phone_number", Phone),
            ("last_update_on", Date),
        ],
        6,
    ),
    known(
        "peers",
        &[("id", PeerId), ("access_hash", Hash), ("type", PeerType), ("phone_number", Phone), ("last_update_on", Date)],
        5,
    ),
    known(
        "entities",
        &[
            ("id", PeerId),
            ("hash", HashNotNull),
            ("username", Username),
            ("phone", Phone),
            ("name", Text),
            ("date", Date),
        ],
        5,
    ),
    // Pyrofork's and Kurigram's.
    without_alias("usernames", &[("id", UsernameNotNull), ("peer_id", PeerId), ("last_update_on", Date)]),
    without_alias("usernames", &[("id", PeerId), ("username", Username)]),
    known("update_state", &[("id", PeerId), ("pts", Number), ("qts", Number), ("date", Number), ("seq", Number)], 5),
    without_alias(
        "sent_files",
        &[("md5_digest", Md5), ("file_size", Count), ("type", FileType), ("id", HashNotNull), ("hash", HashNotNull)],
    ),
    known("version", &[("number", Version)], 1),
    // Telethon 2.
    known("datacenter", &[("id", Dc), ("ipv4_addr", AddressWithPort), ("ipv6_addr", Address), ("auth", Key)], 4),
    known("user", &[("id", UserId), ("dc", Dc), ("bot", Flag), ("username", Username)], 4),
    without_alias("state", &[("pts", Count), ("qts", Count), ("date", Count), ("seq", Count)]),
    known("channelstate", &[("id", PeerId), ("pts", Count)], 2),
    // Our own.
    without_alias("tgsession_fields", &[("name", FieldName), ("value", Any)]),
    known(
        "tgsession_peers",
        &[
            ("id", PeerId),
            ("access_hash", Hash),
            ("no_access_hash", Flag),
            ("type", Text),
            ("stored_type", Text),
            ("phone_number", Phone),
            ("name", Text),
            ("last_update_on", Date),
        ],
        8,
    ),
    without_alias("tgsession_usernames", &[("id", PeerId), ("username", UsernameNotNull)]),
    known(
        "tgsession_states",
        &[("id", PeerId), ("pts", Number), ("qts", Number), ("date", Number), ("seq", Number)],
        5,
    ),
    without_alias(
        "tgsession_files",
        &[("md5_digest", Md5), ("file_size", Count), ("type", FileType), ("id", HashNotNull), ("hash", HashNotNull)],
    ),
    without_alias("tgsession_values", &[("name", ValueName), ("value", Bytes)]),
];

impl Shape {
    /// Every shape of every table, those without row ids too.
    pub fn all() -> Vec<Self> {
        let with_rowid = KNOWN.iter().map(|known| Self::of(known, false));
        // Telethon up to 0.18 makes its tables so.
        let telethon = |known: &&Known| known.columns.iter().any(|(name, _)| *name == "takeout_id");
        let old = ["entities", "sent_files", "update_state", "version"];
        let without = KNOWN.iter().filter(|known| telethon(known) || old.contains(&known.table));
        with_rowid.chain(without.map(|known| Self::of(known, true))).collect()
    }

    fn of(known: &Known, without_rowid: bool) -> Self {
        let columns: Vec<(String, Kind)> =
            known.columns.iter().map(|(name, kind)| ((*name).to_owned(), *kind)).collect();
        // Only its own table tells how Telethon calls the column of its version.
        let alias = (known.has_alias && !without_rowid).then_some(0);
        Self { table: known.table, columns, alias, without_rowid, least: known.least }
    }

    /// A table that a schema names, if sessions have such a one. Columns that none of them has may hold anything.
    pub fn named(table: &str, columns: &[String], alias: Option<usize>, without_rowid: bool) -> Option<Self> {
        let known: Vec<&Known> = KNOWN.iter().filter(|known| known.table == table).collect();
        let kind = |name: &str| {
            // Of several shapes the one whose column stands there: the `id` of usernames is a text or a number.
            let has_all = |shape: &&&Known| shape.columns.iter().all(|(name, _)| columns.iter().any(|c| c == name));
            let shapes = known.iter().find(has_all).into_iter().chain(&known);
            let found = shapes.flat_map(|shape| shape.columns).find(|(known, _)| *known == name);
            found.map_or(other_name(table, name), |(_, kind)| *kind)
        };
        let columns: Vec<(String, Kind)> = columns.iter().map(|name| (name.clone(), kind(name))).collect();
        let least = known.iter().map(|known| known.least).min()?.min(columns.len());
        Some(Self { table: known.first()?.table, columns, alias, without_rowid, least })
    }

    /// The value of a column as it is read.
    pub fn value<'a>(&self, row: &'a Row, column: usize) -> ValueRef<'a> {
        match row.rowid {
            Some(rowid) if self.alias == Some(column) => ValueRef::Integer(rowid),
            _ => row.stored(column),
        }
    }

    /// The value of a column with this name.
    pub fn named_value<'a>(&self, row: &'a Row, name: &str) -> ValueRef<'a> {
        let column = self.columns.iter().position(|(column, _)| column == name);
        column.map_or(ValueRef::Null, |column| self.value(row, column))
    }

    /// Whether a row may be one of this table.
    pub fn fits(&self, row: &Row) -> bool {
        let has_rowid = row.rowid.is_some() != self.without_rowid;
        let has_alias = self.alias.is_none_or(|alias| row.stored(alias) == ValueRef::Null);
        let has_columns = (self.least..=self.columns.len()).contains(&row.len());
        let fits =
            |(column, (_, kind)): (usize, &(String, Kind))| column >= row.len() || kind.fits(self.value(row, column));
        has_rowid && has_alias && has_columns && self.columns.iter().enumerate().all(fits)
    }

    /// Whether a row is one of this table for certain, even if nothing but its own bytes speaks for it.
    pub fn fits_by_itself(&self, row: &Row) -> bool {
        let text = |name: &str| matches!(self.named_value(row, name), ValueRef::Text(text) if is_word(text));
        self.fits(row)
            && match self.table {
                "sessions" => self.key(row).is_some(),
                "datacenter" => self.key(row).is_some(),
                "peers" => matches!(self.named_value(row, "type"), ValueRef::Text(text) if is_peer_type(text)),
                "entities" => {
                    let has_name = matches!(self.named_value(row, "name"), ValueRef::Text(text) if !text.is_empty());
                    has_name || text("username") || matches!(self.named_value(row, "date"), ValueRef::Integer(1..))
                }
                "usernames" => text("username") || text("id"),
                "update_state" => matches!(self.named_value(row, "pts"), ValueRef::Integer(0..)),
                "sent_files" | "tgsession_fields" => true,
                _ => false,
            }
    }

    /// The auth key in a row of a login.
    pub fn key<'a>(&self, row: &'a Row) -> Option<&'a [u8; AUTH_KEY_LEN]> {
        let name = if self.table == "datacenter" { "auth" } else { "auth_key" };
        match self.named_value(row, name) {
            ValueRef::Blob(bytes) if self.is_login() => bytes.try_into().ok(),
            _ => None,
        }
    }

    /// Whether logins stand in this table.
    pub fn is_login(&self) -> bool {
        matches!(self.table, "sessions" | "datacenter")
    }
}

// Telethon calls the number of `version` so, and its first alphas of 2 the address.
fn other_name(table: &str, column: &str) -> Kind {
    match (table, column) {
        ("version", "version") => Version,
        ("datacenter", "addr") => AddressWithPort,
        _ => Any,
    }
}

fn is_word(text: &[u8]) -> bool {
    (3..=32).contains(&text.len()) && text.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

fn is_peer_type(text: &[u8]) -> bool {
    std::str::from_utf8(text).is_ok_and(|text| !matches!(model::PeerType::from_name(text), model::PeerType::Other(_)))
}
