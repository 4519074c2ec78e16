//! Tables in a session's file that neither its client makes nor this library, and logins that the client does not look at.
//!
//! The file may be hostile. A table's name is quoted wherever it stands in a statement; a view or a virtual table, which may run
//! code, is named and never read; and of the text of a table's definition one statement runs, which must make that table and
//! leave the session's own layout as it is.

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, Row, ToSql, params_from_iter};

use super::fault::{Fault, check_written};
use super::layout::Layout;
use super::schema::Schema;
use crate::error::{Error, ErrorCode};
use crate::model::{Field, ForeignTable, OtherLogin};
use crate::redact;
use crate::storage::{Cell, ForeignRows};

const OURS: [&str; 2] = ["sqlite_", "tgsession_"];
const MAKES_INDEX: [&str; 2] = ["CREATE INDEX ", "CREATE UNIQUE INDEX "];

/// A table as the schema names it.
struct Named {
    name: String,
    /// The statement that makes it, if it is a plain table.
    sql: Option<String>,
}

/// The foreign tables of a file: all but those that its client is known to make.
pub fn tables(conn: &Connection, known: &[&str]) -> Result<Vec<ForeignTable>, Fault> {
    let table = |Named { name, sql }: Named| {
        let rows = sql.and_then(|_| count(conn, &name));
        ForeignTable { name: redact::shown(&name).into_owned(), rows }
    };
    Ok(named(conn, known)?.into_iter().map(table).collect())
}

// One that is damaged must not keep the session from being read.
fn count(conn: &Connection, name: &str) -> Option<u64> {
    let rows: i64 = conn.query_row(&format!("SELECT count(*) FROM {}", quoted(name)), [], |row| row.get(0)).ok()?;
    rows.try_into().ok()
}

fn named(conn: &Connection, known: &[&str]) -> Result<Vec<Named>, Fault> {
    let mut statement =
        conn.prepare("SELECT name, type, sql FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name")?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let name = text(row, 0)?.0;
        let lower = name.to_ascii_lowercase();
        if known.contains(&lower.as_str()) || OURS.iter().any(|prefix| lower.starts_with(prefix)) {
            continue;
        }
        // A name that is not UTF-8 cannot be put into a statement.
        let is_plain = text(row, 0)?.1 && text(row, 1)?.0 == "table";
        // SQLite stores the text in this form whatever its maker wrote.
        let sql = Some(text(row, 2)?.0).filter(|sql| is_plain && sql.starts_with("CREATE TABLE "));
        found.push(Named { name, sql });
    }
    Ok(found)
}

// A text, and whether it is UTF-8.
fn text(row: &Row<'_>, column: usize) -> Result<(String, bool), Fault> {
    Ok(match row.get_ref(column)? {
        ValueRef::Text(bytes) => (String::from_utf8_lossy(bytes).into_owned(), std::str::from_utf8(bytes).is_ok()),
        _ => (String::new(), false),
    })
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The rows of `sessions` that the client does not look at: it reads the first.
pub fn other_logins(conn: &Connection, layout: &Layout) -> Result<Vec<OtherLogin>, Fault> {
    let has = |field| layout.field(field).is_some();
    if layout.has_data_centers() || !has(Field::DcId) || !has(Field::AuthKey) {
        return Ok(Vec::new());
    }
    let mut statement = conn.prepare("SELECT dc_id, auth_key FROM sessions LIMIT -1 OFFSET 1")?;
    let mut rows = statement.query([])?;
    let mut logins = Vec::new();
    while let Some(row) = rows.next()? {
        let dc_id = if let ValueRef::Integer(number) = row.get_ref(0)? { Some(number) } else { None };
        let key = if let ValueRef::Blob(bytes) = row.get_ref(1)? { bytes } else { &[] };
        logins.push(OtherLogin::new(dc_id, key));
    }
    Ok(logins)
}

/// The plain ones among the foreign tables, with their rows.
pub fn read(conn: &Connection, layout: &Layout) -> Result<Vec<ForeignRows>, Fault> {
    let mut found = Vec::new();
    for Named { name, sql } in named(conn, layout.dialect.tables)? {
        let Some(sql) = sql else { continue };
        // Names that are not UTF-8 cannot be put into a statement.
        let (Ok(columns), Ok(indexes)) = (stored_columns(conn, &name), indexes(conn, &name)) else { continue };
        let cells = cells(conn, &name, &columns)?;
        found.push(ForeignRows { name, sql, indexes, columns, cells });
    }
    Ok(found)
}

fn stored_columns(conn: &Connection, name: &str) -> Result<Vec<String>, Fault> {
    let mut statement = conn.prepare("SELECT name FROM pragma_table_xinfo(?1) WHERE hidden = 0 ORDER BY cid")?;
    Ok(statement.query_map([name], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

// Those without a text are part of the table's own definition.
fn indexes(conn: &Connection, name: &str) -> Result<Vec<String>, Fault> {
    let sql = "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ?1 AND sql IS NOT NULL ORDER BY name";
    let mut statement = conn.prepare(sql)?;
    Ok(statement.query_map([name], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

fn cells(conn: &Connection, name: &str, columns: &[String]) -> Result<Vec<Cell>, Fault> {
    let mut cells = Vec::new();
    if columns.is_empty() {
        return Ok(cells);
    }
    let list = columns.iter().map(|column| quoted(column)).collect::<Vec<_>>().join(", ");
    let mut statement = conn.prepare(&format!("SELECT {list} FROM {}", quoted(name)))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        cells.try_reserve(columns.len())?;
        for column in 0..columns.len() {
            cells.push(match row.get_ref(column)? {
                ValueRef::Null => Cell::Null,
                ValueRef::Integer(number) => Cell::Integer(number),
                ValueRef::Real(number) => Cell::Real(number),
                ValueRef::Text(bytes) => Cell::Text(bytes.to_vec()),
                ValueRef::Blob(bytes) => Cell::Blob(bytes.to_vec()),
            });
        }
    }
    Ok(cells)
}

/// Adds tables, within a transaction. Foreign keys are not enforced: the tables come one after the other.
pub fn add(conn: &Connection, layout: &Layout, tables: &[ForeignRows], location: &str) -> Result<(), Fault> {
    for table in tables {
        make(conn, layout, table).map_err(|fault| refused(fault, &table.name, location))?;
    }
    let schema = Schema::read(conn)?;
    let now = Layout::new(&schema, schema.marks(conn)?, location)?;
    if now.format() == layout.format() {
        return Ok(());
    }
    let names = tables.iter().map(|table| table.name.as_str()).collect::<Vec<_>>().join(", ");
    Err(clash(location, &format!("with the tables {names} it would be taken for a session of {}", now.format())))
}

fn make(conn: &Connection, layout: &Layout, table: &ForeignRows) -> Result<(), Fault> {
    let lower = table.name.to_ascii_lowercase();
    if layout.dialect.tables.contains(&lower.as_str()) || is_there(conn, &table.name)? {
        return Err(clash("", "a table of this name is part of the new layout"));
    }
    let others = others(conn, &table.name)?;
    // Only the first statement of a text runs.
    conn.prepare(&table.sql)?.execute([])?;
    fill(conn, table)?;
    for index in table.indexes.iter().filter(|sql| MAKES_INDEX.iter().any(|start| sql.starts_with(start))) {
        conn.prepare(index)?.execute([])?;
    }
    if is_there(conn, &table.name)? && self::others(conn, &table.name)? == others {
        return Ok(());
    }
    Err(clash("", "its definition makes something else"))
}

// What the schema has beside a table, its indexes and what SQLite itself makes.
fn others(conn: &Connection, name: &str) -> Result<i64, Fault> {
    let sql = "SELECT count(*) FROM main.sqlite_master \
               WHERE tbl_name <> ?1 COLLATE NOCASE AND substr(name, 1, 7) <> 'sqlite_'";
    Ok(conn.query_row(sql, [name], |row| row.get(0))?)
}

fn is_there(conn: &Connection, name: &str) -> Result<bool, Fault> {
    let sql = "SELECT EXISTS (SELECT 1 FROM main.sqlite_master WHERE name = ?1 COLLATE NOCASE)";
    Ok(conn.query_row(sql, [name], |row| row.get(0))?)
}

fn fill(conn: &Connection, table: &ForeignRows) -> Result<(), Fault> {
    if table.columns.is_empty() {
        return Ok(());
    }
    let columns = table.columns.iter().map(|column| quoted(column)).collect::<Vec<_>>().join(", ");
    let values = vec!["?"; table.columns.len()].join(", ");
    let sql = format!("INSERT INTO main.{} ({columns}) VALUES ({values})", quoted(&table.name));
    let mut statement = conn.prepare(&sql)?;
    for row in table.cells.chunks(table.columns.len()) {
        check_written(statement.execute(params_from_iter(row))?)?;
    }
    Ok(())
}

fn clash(location: &str, cause: &str) -> Fault {
    Fault::Ours(Error::new(ErrorCode::Unsupported, format!("cannot add foreign tables to '{location}': {cause}")))
}

// What SQLite says may repeat a value; of our own words only the cause is new.
fn refused(fault: Fault, name: &str, location: &str) -> Fault {
    let cause = match fault {
        Fault::Ours(error) => error.to_string().rsplit(": ").next().unwrap_or_default().to_owned(),
        Fault::Sqlite(error) if error.sqlite_error_code().is_some_and(is_of_medium) => return Fault::Sqlite(error),
        _ => "SQLite does not make it, or takes not all of its rows".to_owned(),
    };
    let message = format!("cannot add the foreign table '{name}' to '{location}': {cause}");
    Fault::Ours(Error::new(ErrorCode::Unsupported, message))
}

fn is_of_medium(code: rusqlite::ErrorCode) -> bool {
    use rusqlite::ErrorCode as Code;
    matches!(code, Code::DiskFull | Code::OutOfMemory | Code::DatabaseBusy | Code::SystemIoFailure)
}

impl ToSql for Cell {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Real(number) => ValueRef::Real(*number),
            Self::Text(bytes) => ValueRef::Text(bytes),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}
