//! A database in memory with the rows that were kept, from which the engine reads the session as from any file.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;
use rusqlite::types::{ToSqlOutput, ValueRef};

use super::gather::Gathered;
use super::merge::Table;
use super::shape::Shape;
use crate::storage::sqlite::fault::Fault;

/// Writes the tables into an empty database, in the client's own layout.
pub fn rebuild(conn: &Connection, gathered: &Gathered, kept: &[Table]) -> Result<(), Fault> {
    let of_schema: BTreeSet<&'static str> = gathered.tables.iter().copied().collect();
    let kept: BTreeMap<&'static str, &Table> =
        kept.iter().filter(|table| !table.rows.is_empty()).map(|table| (table.name, table)).collect();
    let client = Client::of(gathered, &of_schema, &kept);
    // A schema that is whole names every table.
    let is_whole = client.tables().iter().all(|name| of_schema.contains(name));
    let is_wanted = |name: &str| of_schema.contains(name) || !is_whole && (client.may_have(name) || is_own(name));
    let mut tables: BTreeMap<&'static str, &[usize]> =
        client.tables().iter().chain(&of_schema).map(|name| (*name, [].as_slice())).collect();
    for (name, table) in &kept {
        let name = if of_schema.contains(name) { name } else { client.own_name(name) };
        if is_wanted(name) || client.tables().contains(&name) {
            tables.insert(name, &table.rows);
        }
    }
    let transaction = conn.unchecked_transaction()?;
    for (name, rows) in &tables {
        let shape = shape(gathered, name, rows);
        create(&transaction, name, &shape)?;
        for at in *rows {
            insert(&transaction, gathered, name, &shape, *at)?;
        }
    }
    let login = tables.get("sessions").and_then(|rows| rows.first());
    let columns = login.and_then(|at| gathered.rows.get(*at)).map(|found| found.row.len());
    set_version(&transaction, &tables, columns)?;
    Ok(transaction.commit()?)
}

/// Whose tables they are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Client {
    Pyrogram,
    Telethon,
    Telethon2,
}

impl Client {
    // By the schema; by the most rows, where that is lost: a stray row may fit another client's table.
    fn of(gathered: &Gathered, schema: &BTreeSet<&str>, kept: &BTreeMap<&'static str, &Table>) -> Self {
        let by_schema = [("datacenter", Self::Telethon2), ("entities", Self::Telethon), ("peers", Self::Pyrogram)];
        if let Some((_, client)) = by_schema.into_iter().find(|(name, _)| schema.contains(name)) {
            return client;
        }
        let rows = |name: &str| kept.get(name).map_or(0, |table| table.rows.len());
        let is_of_1 = rows("sessions") + rows("entities") + rows("peers") > 0;
        if !is_of_1 && rows("datacenter") + rows("user") > 0 {
            Self::Telethon2
        } else if rows("entities") > rows("peers") || (rows("peers") == 0 && is_telethons(gathered)) {
            Self::Telethon
        } else {
            Self::Pyrogram
        }
    }

    // Without these it is no session of that client.
    fn tables(self) -> &'static [&'static str] {
        match self {
            Self::Pyrogram => &["sessions", "peers", "version"],
            Self::Telethon => &["sessions", "entities", "version"],
            Self::Telethon2 => &["datacenter", "user", "state", "channelstate", "version"],
        }
    }

    fn may_have(self, name: &str) -> bool {
        match self {
            Self::Pyrogram => ["usernames", "update_state"].contains(&name),
            Self::Telethon => ["sent_files", "update_state"].contains(&name),
            Self::Telethon2 => false,
        }
    }

    // Rows of our own tables are like those of another client's: without a schema they were taken for these.
    fn own_name(self, name: &'static str) -> &'static str {
        match name {
            "usernames" if self != Self::Pyrogram => "tgsession_usernames",
            "update_state" if self == Self::Telethon2 => "tgsession_states",
            "sent_files" if self != Self::Telethon => "tgsession_files",
            name => name,
        }
    }
}

fn is_own(name: &str) -> bool {
    name.starts_with("tgsession_")
}

fn is_telethons(gathered: &Gathered) -> bool {
    let of_login = gathered.rows.iter().filter_map(|found| gathered.shapes.get(found.shape));
    let mut of_login = of_login.filter(|shape| shape.table == "sessions");
    of_login.any(|shape| !shape.columns.iter().any(|(name, _)| name == "test_mode"))
}

// The shape of most rows; the schema's own stands before the others.
fn shape(gathered: &Gathered, table: &str, rows: &[usize]) -> Shape {
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for found in rows.iter().filter_map(|at| gathered.rows.get(*at)) {
        *counts.entry(found.shape).or_default() += 1;
    }
    let most = counts.into_iter().rev().max_by_key(|(_, count)| *count).map(|(shape, _)| shape);
    let shapes = &gathered.shapes;
    let shape = most.and_then(|most| shapes.get(most)).or_else(|| shapes.iter().find(|shape| shape.table == table));
    let mut shape =
        shape.cloned().unwrap_or(Shape { table: "", columns: Vec::new(), alias: None, without_rowid: false, least: 0 });
    if !gathered.tables.contains(&table) {
        // Only the rows tell how many columns there were.
        let longest = rows.iter().filter_map(|at| gathered.rows.get(*at)).map(|found| found.row.len()).max();
        shape.columns.truncate(longest.unwrap_or(shape.columns.len()));
    }
    shape
}

// Names are quoted: a damaged schema may have any.
fn create(conn: &Connection, table: &str, shape: &Shape) -> Result<(), Fault> {
    let is_key = |column: usize| shape.alias == Some(column) || (shape.without_rowid && column == 0 && has_id(shape));
    let column = |(at, (name, _)): (usize, &(String, _))| {
        format!("{}{}", quoted(name), if is_key(at) { " INTEGER PRIMARY KEY" } else { "" })
    };
    let columns: Vec<String> = shape.columns.iter().enumerate().map(column).collect();
    Ok(conn.execute_batch(&format!("CREATE TABLE {} ({})", quoted(table), columns.join(", ")))?)
}

fn has_id(shape: &Shape) -> bool {
    shape.table != "sent_files" && shape.table != "tgsession_files"
}

fn insert(conn: &Connection, gathered: &Gathered, table: &str, shape: &Shape, at: usize) -> Result<(), Fault> {
    let Some(found) = gathered.rows.get(at) else { return Ok(()) };
    let Some(own) = gathered.shapes.get(found.shape) else { return Ok(()) };
    let names: Vec<String> = shape.columns.iter().map(|(name, _)| quoted(name)).collect();
    let marks = vec!["?"; names.len()].join(", ");
    let sql = format!("INSERT OR IGNORE INTO {} ({}) VALUES ({marks})", quoted(table), names.join(", "));
    let values = shape.columns.iter().map(|(name, _)| Borrowed(own.named_value(&found.row, name)));
    conn.prepare_cached(&sql)?.execute(rusqlite::params_from_iter(values))?;
    Ok(())
}

struct Borrowed<'a>(ValueRef<'a>);

impl rusqlite::ToSql for Borrowed<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(self.0))
    }
}

// A number that no version of these tables has is another's. Without one, the columns that versions have added tell it.
fn set_version(
    conn: &Connection,
    tables: &BTreeMap<&'static str, &[usize]>,
    columns: Option<usize>,
) -> Result<(), Fault> {
    let has = |name: &str| tables.contains_key(name);
    let (possible, likely) = match columns {
        _ if has("datacenter") => (10..=10, 10),
        Some(4) if has("entities") => (1..=4, 4),
        Some(5) if has("entities") => (5..=7, 7),
        _ if has("entities") => (1..=8, 8),
        _ if is_pyroforks(conn)? => (1..=7, 4),
        Some(9) => (1..=7, 7),
        Some(6) if !has("usernames") => (1..=7, 2),
        _ if has("usernames") => (1..=7, 6),
        _ if has("update_state") => (1..=7, 4),
        _ => (1..=7, 3),
    };
    let column = if conn.prepare("SELECT number FROM version").is_ok() { "number" } else { "version" };
    let others = format!("DELETE FROM version WHERE {column} NOT BETWEEN ?1 AND ?2");
    conn.execute(&others, [possible.start(), possible.end()])?;
    let add = format!("INSERT INTO version ({column}) SELECT ?1 WHERE NOT EXISTS (SELECT 1 FROM version)");
    conn.execute(&add, [likely])?;
    Ok(())
}

fn is_pyroforks(conn: &Connection) -> Result<bool, Fault> {
    let sql = "SELECT count(*) FROM pragma_table_info('usernames') WHERE name = 'peer_id'";
    Ok(conn.query_row(sql, [], |row| row.get::<_, i64>(0))? > 0)
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
