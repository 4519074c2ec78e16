//! How much a file holds, counted by SQLite: as many as the readers of the rows return.

use rusqlite::Connection;

use super::dialects::{LoginTables, UpdateStatesTable};
use super::fault::Fault;
use super::layout::Layout;
use super::queries::Queries;
use super::simple_states::SimpleStates;
use super::{own_tables, sent_files, update_states, values};
use crate::model::Counts;

/// Counts the rows of each kind.
pub fn read(conn: &Connection, layout: &Layout, queries: &Queries) -> Result<Counts, Fault> {
    let mut counts = Counts { update_states: count_update_states(conn, layout)?, ..Counts::default() };
    if let [peers, usernames] = queries.counts.as_slice() {
        counts.peers = count(conn, peers)?;
        counts.usernames = count(conn, usernames)?;
    }
    let files = sent_files::tables(layout);
    if !files.is_empty() {
        counts.sent_files = count(conn, &distinct(files.into_iter().map(sent_files::readable)))?;
    }
    if layout.has_data_centers() {
        counts.values = len(&values::names(conn, layout)?);
    } else if layout.own.values {
        counts.values = count(conn, "SELECT count(*) FROM tgsession_values")?;
    }
    Ok(counts)
}

fn len<T>(rows: &[T]) -> u64 {
    rows.len().try_into().unwrap_or(u64::MAX)
}

fn count(conn: &Connection, sql: &str) -> Result<u64, Fault> {
    let count: i64 = conn.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

/// The statement that counts the different rows of several ones.
fn distinct(rows: impl IntoIterator<Item = String>) -> String {
    let rows: Vec<String> = rows.into_iter().collect();
    format!("SELECT count(*) FROM ({})", rows.join(" UNION "))
}

fn count_update_states(conn: &Connection, layout: &Layout) -> Result<u64, Fault> {
    if layout.dialect.login == LoginTables::Mtcute {
        return Ok(len(&update_states::read(conn, layout)?));
    }
    let ids = |table: &UpdateStatesTable| {
        let id = if table.bare_channel_ids { "CASE WHEN id > 0 THEN -1000000000000 - id ELSE id END" } else { "id" };
        format!("SELECT {id} FROM {}", table.table)
    };
    let mut tables: Vec<String> = layout.own.states.then(|| ids(&own_tables::UPDATE_STATES)).into_iter().collect();
    tables.extend(layout.update_states.as_ref().map(ids));
    tables.extend(update_states::simple(layout).into_iter().flat_map(SimpleStates::ids));
    if tables.is_empty() { Ok(0) } else { count(conn, &distinct(tables)) }
}
