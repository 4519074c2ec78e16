//! The tables, columns and indexes of a database, by which its client is recognized.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, Row, Rows};

use super::fault::Fault;

// As long as the text of a usual schema is, with room.
const USUAL_TEXT: usize = 4096;

// What the columns that are read are called, in all layouts. A computed column that somebody has added is never read.
const READ_COLUMNS: &[&str] = &[
    "access_hash",
    "addr",
    "api_id",
    "auth",
    "auth_key",
    "bot",
    "channel_id",
    "complete",
    "date",
    "expires",
    "dc",
    "dc_id",
    "file_size",
    "full",
    "hash",
    "id",
    "idx",
    "ipv4",
    "ipv4_addr",
    "ipv6",
    "ipv6_addr",
    "is_bot",
    "ismin",
    "key",
    "md5_digest",
    "name",
    "no_access_hash",
    "number",
    "peer_id",
    "phone",
    "phone_number",
    "port",
    "pts",
    "qts",
    "last_update_on",
    "seq",
    "server_address",
    "session_id",
    "stored_type",
    "subtype",
    "takeout_id",
    "test_mode",
    "tmp_auth_key",
    "ty",
    "type",
    "updated",
    "user_id",
    "username",
    "usernames",
    "value",
    "version",
];

/// The schema of a database. Names are in lower case. (No HashMap: see `known_layouts`.)
#[derive(Debug, Default)]
pub struct Schema {
    columns: BTreeMap<String, Vec<String>>,
    // The columns of each table's primary key.
    keys: BTreeMap<String, Vec<String>>,
    // What reads like a table and may run code of the file's: views, virtual tables, tables with computed columns. They have
    // no columns here.
    strange: BTreeSet<String>,
    // Table and first column.
    indexed: BTreeSet<(String, String)>,
    indexes: BTreeSet<String>,
}

/// What rows tell of the client, beside the schema.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// The number in the table `version` or where else the client keeps it; absent if it has none there.
    pub version: Option<i64>,
    /// mtcute's newer tables are in use, in a file that has its older ones too; else not looked at.
    pub key_value_is_used: bool,
    /// `sessions` has a key, in a file that could be Telethon 2's alphas' too; else not looked at.
    pub sessions_hold_key: bool,
}

impl Schema {
    /// Reads the schema.
    pub fn read(conn: &Connection) -> Result<Self, Fault> {
        let mut schema = Self::default();
        schema.read_columns(conn)?;
        schema.read_indexes(conn)?;
        Ok(schema)
    }

    /// Reads what rows tell of the client.
    pub fn marks(&self, conn: &Connection) -> Result<Marks, Fault> {
        let mut marks = Marks { version: self.read_version(conn)?, ..Marks::default() };
        if self.has_table("session") && self.has("sessions", "auth_key") {
            let sql = "SELECT EXISTS (SELECT 1 FROM sessions WHERE length(auth_key) > 0)";
            marks.sessions_hold_key = conn.query_row(sql, [], |row| row.get(0))?;
        }
        if self.has("key_value", "key") && self.has("kv", "key") {
            let sql = "SELECT EXISTS (SELECT 1 FROM key_value WHERE key IN ('dc_main', 'current_user') AND length(value) > 0)";
            marks.key_value_is_used = conn.query_row(sql, [], |row| row.get(0))?;
        }
        Ok(marks)
    }

    fn read_columns(&mut self, conn: &Connection) -> Result<(), Fault> {
        // SQLite stores the text of a table in this form whatever its maker wrote; the type in `sqlite_master` could be forged. A
        // virtual table is not asked for its columns: its module runs then, and one that is not in this SQLite is an error.
        let mut statement = conn.prepare(
            "SELECT lower(t.name), lower(c.name), c.pk, c.hidden > 0 FROM sqlite_master t, pragma_table_xinfo(t.name) c \
             WHERE t.type = 'table' AND substr(t.sql, 1, 13) = 'CREATE TABLE ' ORDER BY c.cid",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (table, column) = (name(row, 0)?, name(row, 1)?);
            if row.get(3)? && READ_COLUMNS.contains(&column.as_str()) {
                self.strange.insert(table.clone());
            }
            if row.get::<_, i64>(2)? > 0 {
                self.keys.entry(table.clone()).or_default().push(column.clone());
            }
            self.columns.entry(table).or_default().push(column);
        }
        let mut others = conn.prepare(
            "SELECT lower(name) FROM sqlite_master \
             WHERE type = 'view' OR type = 'table' AND substr(sql, 1, 13) IS NOT 'CREATE TABLE '",
        )?;
        for other in others.query_map([], |row| name(row, 0))? {
            self.strange.insert(other?);
        }
        self.columns.retain(|table, _| !self.strange.contains(table));
        Ok(())
    }

    fn read_indexes(&mut self, conn: &Connection) -> Result<(), Fault> {
        let mut statement = conn.prepare(
            "SELECT lower(i.tbl_name), lower(c.name), lower(i.name) FROM sqlite_master i, pragma_index_info(i.name) c \
             WHERE i.type = 'index' AND c.seqno = 0 AND c.name IS NOT NULL",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            self.indexed.insert((name(row, 0)?, name(row, 1)?));
            self.indexes.insert(name(row, 2)?);
        }
        Ok(())
    }

    fn read_version(&self, conn: &Connection) -> Result<Option<i64>, Fault> {
        let sql = if let Some(column) = ["number", "version"].into_iter().find(|column| self.has("version", column)) {
            format!("SELECT {column} FROM version LIMIT 1")
        } else if self.has_table("dc_home") {
            "PRAGMA user_version".to_owned()
        } else if self.has_all("mtcute_migrations", &["repo", "version"]) {
            "SELECT version FROM mtcute_migrations WHERE repo = 'peers'".to_owned()
        } else {
            return Ok(None);
        };
        let mut statement = conn.prepare(&sql)?;
        let mut rows = statement.query([])?;
        Ok(match rows.next()? {
            Some(row) => row.get(0)?,
            None => None,
        })
    }

    /// Whether a table exists.
    pub fn has_table(&self, table: &str) -> bool {
        self.columns.contains_key(table)
    }

    /// Whether a table exists and has a column.
    pub fn has(&self, table: &str, column: &str) -> bool {
        self.columns.get(table).is_some_and(|columns| columns.iter().any(|name| name == column))
    }

    /// Whether a table exists and has these columns.
    pub fn has_all(&self, table: &str, columns: &[&str]) -> bool {
        columns.iter().all(|column| self.has(table, column))
    }

    /// The columns of a table that are read in no layout.
    pub fn unread(&self, table: &str) -> impl Iterator<Item = &str> {
        let columns = self.columns.get(table).into_iter().flatten().map(String::as_str);
        columns.filter(|column| !READ_COLUMNS.contains(column))
    }

    /// Whether a column alone is the primary key of its table.
    pub fn is_key(&self, table: &str, column: &str) -> bool {
        self.is_key_of(table, &[column])
    }

    /// Whether some index begins with a column.
    pub fn is_indexed(&self, table: &str, column: &str) -> bool {
        self.indexed.contains(&(table.to_owned(), column.to_owned()))
    }

    /// Whether some columns together are the primary key of a table.
    pub fn is_key_of(&self, table: &str, columns: &[&str]) -> bool {
        self.keys.get(table).is_some_and(|key| key.as_slice() == columns)
    }

    /// Whether there is an index of this name.
    pub fn has_index(&self, name: &str) -> bool {
        self.indexes.contains(name)
    }

    /// Whether what has this name is no plain table.
    pub fn is_strange(&self, name: &str) -> bool {
        self.strange.contains(name)
    }

    /// The names of the tables, for a message.
    pub fn tables(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.columns.keys().map(String::as_str).collect();
        names.sort_unstable();
        names
    }
}

// Another program's table may have any name.
fn name(row: &Row<'_>, column: usize) -> rusqlite::Result<String> {
    Ok(String::from_utf8_lossy(row.get_ref(column)?.as_bytes().unwrap_or_default()).into_owned())
}

/// All that a schema is made from. Two files with the same text have the same schema.
pub fn text(conn: &Connection) -> Result<Vec<u8>, Fault> {
    let mut statement = conn.prepare("SELECT type, name, tbl_name, sql FROM sqlite_master")?;
    let mut rows = statement.query([])?;
    let mut text = Vec::with_capacity(USUAL_TEXT);
    while let Some(row) = rows.next()? {
        for column in 0..4 {
            let value = row.get_ref(column)?;
            let bytes = value.as_bytes_or_null().ok().flatten().unwrap_or_default();
            text.try_reserve(bytes.len() + 9)?;
            // Each part with its kind and its length, so that no two schemas have one text.
            text.push(value.data_type() as u8);
            text.extend_from_slice(&bytes.len().to_le_bytes());
            text.extend_from_slice(bytes);
        }
    }
    Ok(text)
}

/// The statement for SQLite's counter of schema changes. While its row has been read and the statement has not ended, SQLite
/// holds the read lock, so all that is read meanwhile is of one state. BEGIN and COMMIT would do the same, with two statements
/// more.
pub const COOKIE: &str = "PRAGMA schema_version";

/// The counter, from the rows of [`COOKIE`].
pub fn next_cookie(rows: &mut Rows<'_>) -> Result<i64, Fault> {
    Ok(rows.next()?.ok_or(rusqlite::Error::QueryReturnedNoRows)?.get(0)?)
}

/// SQLite's counter of schema changes.
pub fn cookie(conn: &Connection) -> Result<i64, Fault> {
    next_cookie(&mut conn.prepare_cached(COOKIE)?.query([])?)
}
