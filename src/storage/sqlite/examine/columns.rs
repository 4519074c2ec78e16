//! What a client's own code needs of a database: tables, columns, indexes, rows.

use rusqlite::Connection;

use crate::storage::sqlite::fault::Fault;

/// The columns of a table in their order, in lower case; empty if there is no such table.
pub fn of(conn: &Connection, table: &str) -> Result<Vec<String>, Fault> {
    let mut statement = conn.prepare("SELECT lower(name) FROM pragma_table_info(?1) ORDER BY cid")?;
    let names = statement.query_map([table], |row| row.get(0))?;
    Ok(names.collect::<Result<Vec<String>, _>>()?)
}

/// Whether the schema has an index or a trigger of a name.
pub fn has(conn: &Connection, kind: &str, name: &str) -> Result<bool, Fault> {
    let sql = "SELECT count(*) FROM sqlite_master WHERE type = ?1 AND lower(name) = ?2";
    Ok(conn.query_row(sql, [kind, name], |row| row.get::<_, i64>(0))? > 0)
}

/// How many rows of a table fulfil a condition.
pub fn count(conn: &Connection, table: &str, condition: &str) -> Result<i64, Fault> {
    Ok(conn.query_row(&format!("SELECT count(*) FROM {table} WHERE {condition}"), [], |row| row.get(0))?)
}
