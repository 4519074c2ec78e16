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
    let kept: BTreeMap<&'static str, &Table> = kept.iter().map(|table| (table.name, table)).collect();
    let has_rows = |name: &str| kept.get(name).is_some_and(|table| !table.rows.is_empty());
    let tables = tables(gathered, has_rows);
    let transaction = conn.unchecked_transaction()?;
    for name in &tables {
        let rows: &[usize] = kept.get(name).map_or(&[], |table| &table.rows);
        let shape = shape(gathered, name, rows);
        create(&transaction, name, &shape)?;
        for at in rows {
            insert(&transaction, gathered, name, &shape, *at)?;
        }
    }
    if tables.contains("version") {
        let login = kept.get("sessions").and_then(|table| table.rows.first());
        let columns = login.and_then(|at| gathered.rows.get(*at)).map(|found| found.row.len());
        set_version(&transaction, &tables, columns)?;
    }
    Ok(transaction.commit()?)
}

// The client's tables, whatever became of them. Of the others those that the schema names or, if a part of it is lost, those
// that have rows.
fn tables(gathered: &Gathered, has_rows: impl Fn(&str) -> bool) -> BTreeSet<&'static str> {
    let of_schema: BTreeSet<&'static str> = gathered.tables.iter().copied().collect();
    let is_in_schema = |name: &str| of_schema.contains(name);
    let is_whole = (is_in_schema("sessions") && (is_in_schema("peers") || is_in_schema("entities")))
        || (is_in_schema("datacenter") && is_in_schema("user"));
    let has = |name: &str| is_in_schema(name) || (!is_whole && has_rows(name));
    let (client, others): (&[&str], &[&str]) = if has("datacenter") && !has("sessions") {
        (&["datacenter", "user", "state", "channelstate", "version"], &[])
    } else if has("entities") || is_telethons(gathered) {
        (&["sessions", "entities", "version"], &["sent_files", "update_state"])
    } else {
        (&["sessions", "peers", "version"], &["usernames", "update_state"])
    };
    let own = ["tgsession_fields", "tgsession_peers", "tgsession_usernames", "tgsession_states", "tgsession_files"];
    let is_wanted = |name: &str| {
        client.contains(&name) || is_in_schema(name) || ((others.contains(&name) || own.contains(&name)) && has(name))
    };
    Shape::all().iter().map(|shape| shape.table).filter(|name| is_wanted(name)).collect()
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
fn set_version(conn: &Connection, tables: &BTreeSet<&'static str>, columns: Option<usize>) -> Result<(), Fault> {
    let has = |name: &str| tables.contains(name);
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
