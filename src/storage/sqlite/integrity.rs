//! SQLite's own check of a database.

use std::time::Duration;

use rusqlite::Connection;
use rusqlite::limits::Limit;

use super::cipher;
use super::fault::Fault;
use crate::error::{Error, ErrorCode};
use crate::host::Instant;

// The first ones tell enough.
const MOST: usize = 20;

// The check computes what the schema says: constraints, computed columns, indexes. In a hostile file that can take for ever.
// Between two steps SQLite asks whether it may go on, and one step on short values is short.
const LONGEST: Duration = Duration::from_secs(10);
const LARGEST_VALUE: i32 = 256 << 10;
const STEPS: i32 = 20;

/// What is wrong with a database, in SQLite's words; nothing, if it is sound.
pub fn problems(conn: &mut Connection, location: &str) -> Result<Vec<String>, Fault> {
    let usual = conn.limit(Limit::SQLITE_LIMIT_LENGTH)?;
    let end = Instant::now() + LONGEST;
    conn.set_limit(Limit::SQLITE_LIMIT_LENGTH, usual.min(LARGEST_VALUE))?;
    conn.progress_handler(STEPS, Some(move || Instant::now() > end))?;
    let problems = check(conn);
    conn.progress_handler(0, None::<fn() -> bool>)?;
    conn.set_limit(Limit::SQLITE_LIMIT_LENGTH, usual)?;
    problems.map_err(|error| match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::OperationInterrupted) => too_long(location).into(),
        _ => error.into(),
    })
}

fn check(conn: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = conn.prepare(&format!("PRAGMA integrity_check({MOST})"))?;
    let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
    let mut problems = rows.collect::<Result<Vec<_>, _>>()?;
    problems.retain(|problem| problem != "ok");
    problems.extend(cipher::damaged_pages(conn)?);
    Ok(problems)
}

fn too_long(location: &str) -> Error {
    let cause = format!("it took more than {} s: its schema may be there to do harm", LONGEST.as_secs());
    Error::new(ErrorCode::Corrupt, format!("cannot check '{location}': {cause}"))
}
