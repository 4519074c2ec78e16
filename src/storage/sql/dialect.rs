//! What the databases do not have in common, as data.
//!
//! Statements are written once, with `?1`, `?2` for values and `IN ?3` for a list; a dialect says how they are spelled.

use super::tables::{Kind, Table};

/// Which database speaks a dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    PostgreSql,
    MySql,
    Sqlite,
}

/// One kind of database.
#[derive(Debug)]
pub struct Dialect {
    pub database: Database,
    /// Around the names of tables and columns.
    quote: char,
    /// What stands before the number of a value.
    value: char,
    /// A list after `IN` and `NOT IN`, `#` for the value.
    within: &'static str,
    without: &'static str,
    /// The types of columns, in the order of [`Kind`].
    types: [&'static str; 8],
    /// After `CREATE TABLE (...)`.
    table_options: &'static str,
    /// The end of a `SELECT` that locks the rows it reads, because they are written next.
    pub for_update: &'static str,
    /// The same of one that reads the peers `e` beside other tables, whose rows stay free. `None`: there is no such end, so the peers
    /// are locked by a statement of their own first.
    pub for_update_of_peers: Option<&'static str>,
    /// An `INSERT` that does nothing if the key exists: its beginning and its end.
    pub insert_new: (&'static str, &'static str),
    /// The server's clock, in milliseconds since 1970.
    pub now_ms: &'static str,
    /// How one batch of rows is inserted or replaced.
    pub batch: Batch,
    /// Keeps two processes from making the tables at once.
    pub one_maker: &'static [&'static str],
    /// The tables of the database in `?1` and their columns; the columns of a table's primary key; the indexes of a table.
    pub columns: &'static str,
    pub key_of: &'static str,
    /// The tables with keys whose names end like that of the sessions.
    pub like_sessions: &'static str,
    pub indexes: &'static str,
}

/// How one statement takes many rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Batch {
    /// Each column as one array.
    Arrays,
    /// The rows one after the other in the text.
    Rows,
    /// One statement for each row: there is no server, so no round trip to save.
    Each,
}

pub const POSTGRESQL: Dialect = Dialect {
    database: Database::PostgreSql,
    quote: '"',
    value: '$',
    within: "= ANY(#)",
    without: "<> ALL(#)",
    types: ["SERIAL", "VARCHAR(255)", "VARCHAR(32)", "INTEGER", "BIGINT", "BYTEA", "BYTEA", "BYTEA"],
    table_options: "",
    for_update: " FOR UPDATE",
    for_update_of_peers: Some(" FOR UPDATE OF e"),
    insert_new: ("INSERT", " ON CONFLICT DO NOTHING"),
    now_ms: "floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint",
    batch: Batch::Arrays,
    // Only one process at a time creates the tables.
    one_maker: &["SET LOCAL lock_timeout = '60s'", "SELECT pg_advisory_xact_lock(8387230914262294387)"],
    columns: "SELECT table_name, column_name FROM information_schema.columns \
              WHERE table_schema = ANY(current_schemas(false)) AND table_name IN ?1",
    key_of: "SELECT k.column_name FROM information_schema.table_constraints t \
             JOIN information_schema.key_column_usage k ON k.constraint_schema = t.constraint_schema \
             AND k.constraint_name = t.constraint_name AND k.table_name = t.table_name \
             WHERE t.constraint_type = 'PRIMARY KEY' AND t.table_schema = ANY(current_schemas(false)) AND t.table_name = ?1",
    like_sessions: "SELECT table_name FROM information_schema.columns WHERE table_schema = ANY(current_schemas(false)) \
                    AND column_name = 'auth_key' AND right(table_name, 8) = 'sessions'",
    indexes: "SELECT indexname FROM pg_indexes WHERE schemaname = ANY(current_schemas(false)) AND tablename = ?1",
};

pub const MYSQL: Dialect = Dialect {
    database: Database::MySql,
    quote: '`',
    value: '?',
    within: "IN #",
    without: "NOT IN #",
    types: [
        "INTEGER AUTO_INCREMENT",
        "VARCHAR(255)",
        "VARCHAR(32)",
        "INTEGER",
        "BIGINT",
        "BLOB",
        "VARBINARY(16)",
        "MEDIUMBLOB",
    ],
    // Exact comparison: two sessions may differ in case only.
    table_options: " ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
    for_update: " FOR UPDATE",
    for_update_of_peers: None, // MariaDB has no `OF`, and without it gaps of our own tables would be locked
    insert_new: ("INSERT IGNORE", ""),
    now_ms: "CAST(UNIX_TIMESTAMP(SYSDATE(3)) * 1000 AS SIGNED)",
    batch: Batch::Rows,
    one_maker: &[], // each CREATE TABLE is a transaction of its own there
    columns: "SELECT table_name, column_name FROM information_schema.columns \
              WHERE table_schema = DATABASE() AND table_name IN ?1",
    key_of: "SELECT column_name FROM information_schema.statistics \
             WHERE table_schema = DATABASE() AND table_name = ?1 AND index_name = 'PRIMARY'",
    like_sessions: "SELECT table_name FROM information_schema.columns WHERE table_schema = DATABASE() \
                    AND column_name = 'auth_key' AND right(table_name, 8) = 'sessions'",
    indexes: "SELECT DISTINCT index_name FROM information_schema.statistics \
              WHERE table_schema = DATABASE() AND table_name = ?1",
};

pub const SQLITE: Dialect = Dialect {
    database: Database::Sqlite,
    quote: '"',
    value: '?',
    within: "IN (SELECT value FROM json_each(#))",
    without: "NOT IN (SELECT value FROM json_each(#))",
    types: ["INTEGER", "VARCHAR(255)", "VARCHAR(32)", "INTEGER", "BIGINT", "BLOB", "BLOB", "BLOB"],
    table_options: "",
    for_update: "", // BEGIN IMMEDIATE has it already
    for_update_of_peers: Some(""),
    insert_new: ("INSERT OR IGNORE", ""),
    now_ms: "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)",
    batch: Batch::Each,
    one_maker: &[],
    columns: "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c \
              WHERE m.type = 'table' AND m.name IN ?1",
    key_of: "SELECT name FROM pragma_table_info(?1) WHERE pk > 0",
    like_sessions: "SELECT m.name FROM sqlite_master m, pragma_table_info(m.name) c \
                    WHERE m.type = 'table' AND substr(m.sql, 1, 13) = 'CREATE TABLE ' AND c.name = 'auth_key' \
                    AND substr(m.name, -8) = 'sessions'",
    indexes: "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ?1",
};

impl Dialect {
    /// A name between quotes.
    pub fn quoted(&self, name: &str) -> String {
        let quote = self.quote;
        format!("{quote}{name}{quote}")
    }

    /// Spells a statement as this database wants it. MySQL's values are put into the text later.
    pub fn spell(&self, sql: &str) -> String {
        let mut spelled = String::new();
        let mut rest = sql;
        while let Some(at) = rest.find('?') {
            let (before, after) = rest.split_at(at);
            let digits = after[1..].find(|character: char| !character.is_ascii_digit()).unwrap_or(after.len() - 1);
            let value = format!("{}{}", self.value, &after[1..=digits]);
            let (before, list) = match (before.strip_suffix("NOT IN "), before.strip_suffix("IN ")) {
                (Some(before), _) => (before, Some(self.without)),
                (None, Some(before)) => (before, Some(self.within)),
                (None, None) => (before, None),
            };
            spelled.push_str(before);
            spelled.push_str(&list.map_or_else(|| value.clone(), |list| list.replace('#', &value)));
            rest = &after[1 + digits..];
        }
        spelled.push_str(rest);
        spelled
    }

    /// The statement that makes a table called `name`, unless it is there.
    pub fn create(&self, table: &Table, name: &str) -> String {
        let columns = table.columns.iter().map(|column| {
            let of_type = self.types[column.kind as usize];
            format!("{} {of_type}{}", self.quoted(column.name), if column.null { "" } else { " NOT NULL" })
        });
        let key: Vec<String> = table.columns[..table.keys].iter().map(|column| self.quoted(column.name)).collect();
        format!(
            "CREATE TABLE IF NOT EXISTS {} ({}, PRIMARY KEY ({})){}",
            self.quoted(name),
            columns.collect::<Vec<_>>().join(", "),
            key.join(", "),
            self.table_options
        )
    }

    /// The statement that inserts or replaces rows of a table called `name`; for [`Batch::Rows`] with `?` where the
    /// rows belong. Every table's first column is the session's; in [`Batch::Arrays`] it is one value for all.
    pub fn upsert(&self, table: &Table, name: &str) -> String {
        let names: Vec<String> = table.columns.iter().map(|column| self.quoted(column.name)).collect();
        let (keys, others) = names.split_at(table.keys);
        let (keys, all) = (keys.join(", "), names.join(", "));
        let set = |new: &dyn Fn(&str) -> String| -> String {
            others.iter().map(|name| format!("{name} = {}", new(name))).collect::<Vec<_>>().join(", ")
        };
        let excluded = || format!("ON CONFLICT ({keys}) DO UPDATE SET {}", set(&|name| format!("excluded.{name}")));
        let name = self.quoted(name);
        match self.batch {
            Batch::Arrays => {
                let arrays = table.columns.iter().enumerate().skip(1);
                let arrays: Vec<String> =
                    arrays.map(|(index, column)| format!("${}::{}[]", index + 1, array_of(column.kind))).collect();
                let rows = format!("SELECT $1::text, rows.* FROM unnest({}) AS rows", arrays.join(", "));
                let rows = if arrays.is_empty() { "SELECT $1::text".to_owned() } else { rows };
                format!("INSERT INTO {name} ({all}) {rows} {}", excluded())
            }
            Batch::Rows => {
                let set = set(&|name| format!("VALUES({name})"));
                format!("INSERT INTO {name} ({all}) VALUES ? ON DUPLICATE KEY UPDATE {set}")
            }
            Batch::Each => {
                let values: Vec<String> = (1..=names.len()).map(|number| format!("?{number}")).collect();
                format!("INSERT INTO {name} ({all}) VALUES ({}) {}", values.join(", "), excluded())
            }
        }
    }
}

fn array_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Serial | Kind::Integer | Kind::Big => "bigint",
        Kind::Text | Kind::ShortText => "text",
        Kind::Bytes | Kind::Digest | Kind::LongBytes => "bytea",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_statement_is_spelled_three_ways() {
        let sql = "SELECT 1 FROM t WHERE a = ?1 AND b IN ?2 AND c NOT IN ?12 AND d = ?1";
        assert_eq!(POSTGRESQL.spell(sql), "SELECT 1 FROM t WHERE a = $1 AND b = ANY($2) AND c <> ALL($12) AND d = $1");
        assert_eq!(MYSQL.spell(sql), sql);
        assert!(SQLITE.spell(sql).ends_with("c NOT IN (SELECT value FROM json_each(?12)) AND d = ?1"));
    }
}
