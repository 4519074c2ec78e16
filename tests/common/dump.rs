//! All of a SQLite file, as another program reads it.

use rusqlite::types::Value;
use rusqlite::{Connection, Row};

/// The settings, the schema and every row in its order. The file is intact.
pub fn dump(conn: &Connection) -> Vec<String> {
    let settings = ["user_version", "application_id", "auto_vacuum", "journal_mode", "page_size", "encoding"];
    let setting = |name: &str| format!("{name} {:?}", rows(conn, &format!("PRAGMA {name}")));
    let mut lines: Vec<String> = settings.iter().map(|name| setting(name)).collect();
    lines.extend(rows(conn, "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"));
    // A virtual table has no rows of its own.
    let stored = "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0 ORDER BY name";
    let mut tables = conn.prepare(stored).unwrap();
    let names: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    for name in names {
        lines.push(name.clone());
        lines.extend(rows(conn, &format!("SELECT * FROM \"{name}\"")));
    }
    assert_eq!(rows(conn, "PRAGMA integrity_check"), ["[Text(\"ok\")]"]);
    lines
}

fn rows(conn: &Connection, query: &str) -> Vec<String> {
    let mut statement = conn.prepare(query).unwrap();
    let columns = statement.column_count();
    let cells = |row: &Row<'_>| (0..columns).map(|column| row.get(column)).collect::<Result<Vec<Value>, _>>();
    statement.query_map([], |row| Ok(format!("{:?}", cells(row)?))).unwrap().map(Result::unwrap).collect()
}
