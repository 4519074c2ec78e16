//! SQLite's own check of a database.

use rusqlite::Connection;

use super::cipher;
use super::fault::Fault;

// The first ones tell enough.
const MOST: usize = 20;

/// What is wrong with a database, in SQLite's words; nothing, if it is sound.
pub fn problems(conn: &Connection) -> Result<Vec<String>, Fault> {
    let mut statement = conn.prepare(&format!("PRAGMA integrity_check({MOST})"))?;
    let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
    let mut problems = rows.collect::<Result<Vec<_>, _>>()?;
    problems.retain(|problem| problem != "ok");
    problems.extend(cipher::damaged_pages(conn)?);
    Ok(problems)
}
