//! A key that is replaced or removed goes from the whole file.
//!
//! [`super::connection`] makes SQLite overwrite what it deletes. Other clients do not: a row that grew has left its
//! older self in the free space of its page, and a table that was dropped has left its pages in the list of free pages.
//! They are overwritten in the same transaction that takes the key away. The WAL, which holds older pages, is emptied
//! after it. What a rollback journal held is in blocks of the medium that belong to no file any more: they are not
//! overwritten, and on most media cannot be.

use std::collections::BTreeSet;
use std::time::Duration;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};
#[cfg(feature = "sql")]
use rusqlite::{Transaction, TransactionBehavior};
use sha1::{Digest, Sha1};

use super::cipher;
use super::dialects::LoginTables;
use super::fault::Fault;
use super::layout::Layout;
use crate::model::Field;

const SHORT_WAIT: Duration = Duration::from_millis(50);
// A large list of free pages is filled with several values: SQLite's longest has a billion bytes.
const LARGEST_VALUE: i64 = 100_000_000;
// What of the pages that are taken stays empty: more than the header of the row, less than makes it one page fewer.
const ROW_HEADER: i64 = 20;

/// The keys in the tables of a file, by their digests: comparing needs no copies of them.
#[derive(PartialEq, Eq)]
pub struct Keys(BTreeSet<[u8; 20]>);

impl Keys {
    /// Reads all keys, also those of rows that no client looks at.
    pub fn read(conn: &Connection, layout: &Layout) -> Result<Self, Fault> {
        let mut keys = BTreeSet::new();
        for sql in queries(layout) {
            let mut statement = conn.prepare_cached(&sql)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                if let ValueRef::Blob(key @ [_, ..]) | ValueRef::Text(key @ [_, ..]) = row.get_ref(0)? {
                    keys.insert(Sha1::digest(key).into());
                }
            }
        }
        Ok(Self(keys))
    }

    /// Whether one of them is not among `later`.
    pub fn has_lost(&self, later: &Self) -> bool {
        !self.0.is_subset(&later.0)
    }
}

fn queries(layout: &Layout) -> Vec<String> {
    let secret = [Field::AuthKey, Field::TmpAuthKey];
    let columns = secret.into_iter().filter_map(|field| layout.field(field));
    let mut queries: Vec<String> = columns.map(|column| format!("SELECT {} FROM sessions", column.column)).collect();
    let of_login = match layout.dialect.login {
        LoginTables::UserAndDatacenter => &["SELECT auth FROM datacenter"][..],
        LoginTables::Grammers => &["SELECT auth_key FROM dc_option"],
        LoginTables::Mtcute => &["SELECT key FROM auth_keys", "SELECT key FROM temp_auth_keys"],
        LoginTables::Sessions | LoginTables::Query(_) => &[],
    };
    queries.extend(of_login.iter().map(|sql| (*sql).to_owned()));
    if layout.own.fields {
        let names = secret.map(|field| format!("'{}'", field.name())).join(", ");
        queries.push(format!("SELECT value FROM tgsession_fields WHERE name IN ({names})"));
    }
    queries
}

/// Overwrites what earlier rows of the tables with keys have left in the file. Within a transaction.
pub fn leftovers(conn: &Connection, layout: &Layout) -> Result<(), Fault> {
    let login: &[&str] = match layout.dialect.login {
        LoginTables::UserAndDatacenter => &["datacenter"],
        LoginTables::Grammers => &["dc_option"],
        LoginTables::Mtcute => &["auth_keys", "temp_auth_keys"],
        LoginTables::Sessions | LoginTables::Query(_) => &["sessions"],
    };
    let own = layout.own.fields.then_some("tgsession_fields");
    leftovers_of(conn, login.iter().copied().chain(own))
}

/// Overwrites what is left of a key that has gone from these tables, in the file and in its WAL. False if another program
/// is in the way.
#[cfg(feature = "sql")]
pub fn all<'a>(conn: &Connection, tables: impl IntoIterator<Item = &'a str>) -> Result<bool, Fault> {
    with_short_wait(conn, |conn| {
        let transaction = Transaction::new_unchecked(conn, TransactionBehavior::Immediate)?;
        leftovers_of(&transaction, tables)?;
        transaction.commit()?;
        empty_wal(conn)
    })
}

/// Overwrites what earlier rows of these tables have left in the file. Within a transaction.
pub fn leftovers_of<'a>(conn: &Connection, tables: impl IntoIterator<Item = &'a str>) -> Result<(), Fault> {
    for table in tables {
        // SQLite clears a page as a whole only where all its rows go.
        let again = format!(
            "CREATE TEMP TABLE tgsession_rows AS SELECT * FROM main.{table}; DELETE FROM main.{table}; \
             INSERT INTO main.{table} SELECT * FROM tgsession_rows; DROP TABLE tgsession_rows"
        );
        try_batch(conn, &again)?;
    }
    if free_pages(conn)? > 0 {
        fill_free_pages(conn)?;
    }
    Ok(())
}

/// Runs statements: all of them, or, where one is refused (a table that somebody else has changed), none.
fn try_batch(conn: &Connection, batch: &str) -> Result<(), Fault> {
    conn.execute_batch("SAVEPOINT tgsession")?;
    if let Err(error) = conn.execute_batch(batch) {
        // An error that ended the whole transaction has ended the savepoint too.
        conn.execute_batch("ROLLBACK TO tgsession").map_err(|_| error)?;
    }
    Ok(conn.execute_batch("RELEASE tgsession")?)
}

/// How many pages of the file hold nothing.
pub fn free_pages(conn: &Connection) -> Result<i64, Fault> {
    Ok(conn.query_row("PRAGMA main.freelist_count", [], |row| row.get(0))?)
}

/// How many bytes a page has.
pub fn page_size(conn: &Connection) -> Result<i64, Fault> {
    // SQLCipher answers in text.
    let number = |row: &Row<'_>| match row.get_ref(0)? {
        ValueRef::Text(text) => Ok(std::str::from_utf8(text).ok().and_then(|text| text.parse().ok())),
        _ => row.get(0).map(Some),
    };
    let size = conn.query_row("PRAGMA main.page_size", [], number)?;
    size.ok_or_else(|| Fault::Damaged("the size of its pages is unknown".to_owned()))
}

/// A table of zeros takes all free pages, and gives them back as zeros. The file does not grow.
fn fill_free_pages(conn: &Connection) -> Result<(), Fault> {
    let page = page_size(conn)?;
    conn.execute_batch("CREATE TABLE main.tgsession_zeros (zeros)")?;
    // A long value takes pages of its own, each with a pointer of 4 bytes to the next one.
    let (content, most) = (page - cipher::reserved(conn) - 4, LARGEST_VALUE / page);
    let mut free = free_pages(conn)?;
    while free > 0 {
        let len = free.min(most) * content - ROW_HEADER;
        conn.execute("INSERT INTO main.tgsession_zeros VALUES (zeroblob(?1))", [len])?;
        free = free_pages(conn)?.min(free - 1);
    }
    Ok(conn.execute_batch("DROP TABLE main.tgsession_zeros")?)
}

/// Whether a WAL still has to be emptied of a key that is no longer in the session.
#[derive(Debug, Default)]
pub struct WalErasure {
    is_due: bool,
}

impl WalErasure {
    /// A key or a value has gone.
    pub fn note_lost_secret(&mut self) {
        self.is_due = true;
    }

    /// Whether that has not been done.
    pub fn is_due(&self) -> bool {
        self.is_due
    }

    /// Moves the WAL into the file and empties it. While another program reads or writes, it stays due.
    pub fn try_now(&mut self, conn: &Connection) {
        if self.is_due && try_to_empty_wal(conn) {
            self.is_due = false;
        }
    }
}

/// Moves the WAL into the file and empties it; false while another program reads or writes.
pub fn try_to_empty_wal(conn: &Connection) -> bool {
    with_short_wait(conn, empty_wal).unwrap_or(false)
}

/// Whether there is nothing in the WAL afterwards, or no WAL.
fn empty_wal(conn: &Connection) -> Result<bool, Fault> {
    let busy: i64 = conn.query_row("PRAGMA main.wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    Ok(busy == 0)
}

/// Waits for another program about as long as a transaction of it lasts: what is not done now is done later.
fn with_short_wait<T>(conn: &Connection, work: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T, Fault> {
    let usual: u32 = conn.query_row("PRAGMA busy_timeout", [], |row| row.get(0))?;
    conn.busy_timeout(SHORT_WAIT)?;
    let result = work(conn);
    conn.busy_timeout(Duration::from_millis(usual.into()))?;
    result
}
