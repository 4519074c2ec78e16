//! The tables, columns and indexes of a database, by which its client is recognized.

use std::collections::{BTreeSet, HashMap, HashSet};

use rusqlite::{Connection, Row};

use super::fault::Fault;

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

/// The schema of a database. Names are in lower case.
#[derive(Debug, Default)]
pub struct Schema {
    columns: HashMap<String, Vec<String>>,
    // The columns of each table's primary key.
    keys: HashMap<String, Vec<String>>,
    // What reads like a table and may run code of the file's: views, virtual tables, tables with computed columns. They have
    // no columns here.
    strange: BTreeSet<String>,
    // Table and first column.
    indexed: HashSet<(String, String)>,
    indexes: HashSet<String>,
    /// The number in the table `version` or where else the client keeps it; absent if it has none there.
    pub version: Option<i64>,
    /// mtcute's newer tables are in use, in a file that has its older ones too; else not looked at.
    pub key_value_is_used: bool,
    /// `sessions` has a key, in a file that could be Telethon 2's alphas' too; else not looked at.
    pub sessions_hold_key: bool,
    /// SQLite's own counter of schema changes.
    pub cookie: i64,
}

impl Schema {
    /// Reads the schema.
    pub fn read(conn: &Connection) -> Result<Self, Fault> {
        let mut schema = Self { cookie: cookie(conn)?, ..Self::default() };
        schema.read_columns(conn)?;
        schema.read_indexes(conn)?;
        schema.version = schema.read_version(conn)?;
        if schema.has_table("session") && schema.has("sessions", "auth_key") {
            let sql = "SELECT EXISTS (SELECT 1 FROM sessions WHERE length(auth_key) > 0)";
            schema.sessions_hold_key = conn.query_row(sql, [], |row| row.get(0))?;
        }
        if schema.has("key_value", "key") && schema.has("kv", "key") {
            let sql = "SELECT EXISTS (SELECT 1 FROM key_value WHERE key IN ('dc_main', 'current_user') AND length(value) > 0)";
            schema.key_value_is_used = conn.query_row(sql, [], |row| row.get(0))?;
        }
        Ok(schema)
    }

    fn read_columns(&mut self, conn: &Connection) -> Result<(), Fault> {
        // SQLite stores the text of a table in this form whatever its maker wrote; the type in `sqlite_master` could be forged.
        let mut statement = conn.prepare(
            "SELECT lower(t.name), lower(c.name), c.pk, substr(t.sql, 1, 13) <> 'CREATE TABLE ', c.hidden > 0 \
             FROM sqlite_master t, pragma_table_xinfo(t.name) c WHERE t.type = 'table' ORDER BY c.cid",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (table, column) = (name(row, 0)?, name(row, 1)?);
            let is_read_when_computed = row.get(4)? && READ_COLUMNS.contains(&column.as_str());
            if row.get::<_, Option<bool>>(3)? != Some(false) || is_read_when_computed {
                self.strange.insert(table.clone());
            }
            if row.get::<_, i64>(2)? > 0 {
                self.keys.entry(table.clone()).or_default().push(column.clone());
            }
            self.columns.entry(table).or_default().push(column);
        }
        let mut views = conn.prepare("SELECT lower(name) FROM sqlite_master WHERE type = 'view'")?;
        for view in views.query_map([], |row| name(row, 0))? {
            self.strange.insert(view?);
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

/// SQLite's counter of schema changes.
pub fn cookie(conn: &Connection) -> Result<i64, Fault> {
    Ok(conn.prepare_cached("PRAGMA schema_version")?.query_row([], |row| row.get(0))?)
}
