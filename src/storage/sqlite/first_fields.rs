//! The fields that are read while the file is opened: SQLite holds its read lock then, and clients ask for them next.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};

use super::dialects::FieldColumn;
use super::fault::Fault;
use super::fields;
use super::layout::Layout;
use super::watch::ChangeCounter;
use crate::model::{Field, FieldValue};

// An address is shorter. What somebody has put there instead is read when it is asked for.
const LONGEST_TEXT: usize = 256;

/// Fields at one state of the file.
pub struct FirstFields {
    pub counter: ChangeCounter,
    pub values: Vec<(Field, Option<FieldValue>)>,
}

impl FirstFields {
    /// Reads what the login's row tells by itself, and no keys. Within SQLite's read lock: nobody changes the counter then. (With a
    /// WAL others may, and SQLCipher tells an error only once.) What cannot be read here is read, or is an error, when it is asked for.
    pub fn read(conn: &Connection, layout: &Layout, counter: Option<ChangeCounter>) -> Option<Self> {
        let counter = counter.filter(|counter| matches!(counter, ChangeCounter::Header(_) | ChangeCounter::Own(_)))?;
        let columns = columns(layout);
        if columns.is_empty() || !layout.has_login_row() {
            return None;
        }
        let values = read_row(conn, layout, &columns).ok()?;
        Some(Self { counter, values })
    }
}

fn columns(layout: &Layout) -> Vec<&FieldColumn> {
    let is_told = |field| field != Field::AuthKey && fields::is_read_alone(field);
    layout.fields.iter().copied().filter(|column| is_told(column.field)).collect()
}

fn read_row(
    conn: &Connection,
    layout: &Layout,
    columns: &[&FieldColumn],
) -> Result<Vec<(Field, Option<FieldValue>)>, Fault> {
    let names: Vec<&str> = columns.iter().map(|column| column.column).collect();
    // Not kept: it runs once.
    let mut statement = conn.prepare(&format!("SELECT {} FROM {} LIMIT 1", names.join(", "), layout.login()))?;
    let mut rows = statement.query([])?;
    let Some(row) = rows.next()? else { return Ok(Vec::new()) };
    let values = columns.iter().enumerate().filter_map(|(index, column)| value(row, index, column).ok().flatten());
    Ok(values.filter(|(_, value)| value.is_some() || !layout.own.fields).collect())
}

fn value(row: &Row<'_>, index: usize, column: &FieldColumn) -> Result<Option<(Field, Option<FieldValue>)>, Fault> {
    let stored = row.get_ref(index)?;
    if matches!(stored, ValueRef::Text(bytes) | ValueRef::Blob(bytes) if bytes.len() > LONGEST_TEXT) {
        return Ok(None);
    }
    Ok(Some((column.field, fields::stored(stored, column)?)))
}
