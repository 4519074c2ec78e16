//! SQLite, for many sessions in one file.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags, ToSql};

use super::{Connector, Waits};
use crate::error::Error;
use crate::redact;
use crate::storage::descriptors::{self, Held, NameState};
use crate::storage::file;
use crate::storage::file_kind::FileKind;
use crate::storage::lost_file::{self, OwnWal};
use crate::storage::private_file;
use crate::storage::sql::client::{Client, Scope, Step};
use crate::storage::sql::dialect::Batch;
use crate::storage::sql::fault::Fault;
use crate::storage::sql::value::{Row, Value};
use crate::storage::sqlite::{connection, erase};

/// A file. All connections of a pool are to the same one, even if another file gets its name.
pub struct SqliteFile {
    pub path: PathBuf,
    held: OnceLock<Arc<Held>>,
}

/// A connection to it.
struct SqliteClient {
    conn: Connection,
    /// The tables from which a key has gone, while it may still be in the file or its WAL.
    erase: Option<Vec<String>>,
    // Dropped after the connection.
    opened: OpenedFile,
}

/// The file that a connection has open.
struct OpenedFile {
    path: PathBuf,
    held: Arc<Held>,
    wal: OwnWal,
}

impl SqliteFile {
    pub fn new(path: PathBuf) -> Self {
        Self { path, held: OnceLock::new() }
    }

    /// Makes an empty file that is its owner's only, unless something is there.
    pub fn create(&self) -> Result<(), Error> {
        if self.path.exists() {
            return Ok(());
        }
        redact::check_new_file(&self.path.to_string_lossy())?;
        match private_file::create(&self.path, &[]) {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
                Err(Error::io(&self.path, "create", &error))
            }
            _ => Ok(()),
        }
    }
}

impl Connector for SqliteFile {
    fn connect(&self, waits: &Waits) -> Result<Box<dyn Client>, Fault> {
        let held = Arc::clone(self.held.get_or_init(|| Arc::new(descriptors::hold(&self.path))));
        let opened = OpenedFile { path: self.path.clone(), held, wal: OwnWal::default() };
        opened.check()?;
        // An empty file is a database without tables; a file that is not a database shows that in its first bytes.
        if file::len(&self.path) > 0 && file::kind(&self.path)? != FileKind::Sqlite {
            return Err(Error::not_a_session(&self.path.to_string_lossy(), "it is not a SQLite database").into());
        }
        let conn = connection::open(&self.path, OpenFlags::SQLITE_OPEN_READ_WRITE, None)?;
        conn.busy_timeout(waits.busy_timeout)?;
        conn.set_prepared_statement_cache_capacity(64);
        Ok(Box::new(SqliteClient { conn, erase: None, opened }))
    }
}

impl Client for SqliteClient {
    fn run(&mut self, scope: Scope, steps: &[Step<'_>]) -> Result<Vec<Vec<Row>>, Fault> {
        let (before, after) = scope.around(Batch::Each);
        let writes = scope.writes();
        if writes {
            self.opened.check()?;
        }
        for sql in before {
            self.conn.execute_batch(sql)?;
        }
        let answers = steps.iter().map(|step| self.step(step)).collect::<Result<_, _>>()?;
        if let Some(sql) = after {
            self.conn.execute_batch(sql)?;
        }
        if writes {
            self.opened.wal.record_write(&self.opened.path);
            // The file may have been taken away meanwhile, and what was written with it.
            self.opened.check()?;
        }
        if after.is_some() {
            self.try_erase();
        }
        Ok(answers)
    }

    fn erase(&mut self, tables: &[String]) {
        let due = self.erase.get_or_insert_default();
        due.extend(tables.iter().filter(|table| !due.contains(table)).cloned().collect::<Vec<_>>());
        self.try_erase();
    }
}

impl Drop for SqliteClient {
    fn drop(&mut self) {
        self.try_erase();
    }
}

impl OpenedFile {
    fn check(&self) -> Result<(), Fault> {
        let refusal = lost_file::refusal(self.held.name_state(&self.path));
        refusal.map_or(Ok(()), |(code, cause)| Err(Fault::Refused(code, cause)))
    }
}

impl Drop for OpenedFile {
    fn drop(&mut self) {
        if self.held.name_state(&self.path) != NameState::Same {
            self.wal.remove(&self.path);
        }
    }
}

impl SqliteClient {
    /// What is due is tried after each transaction, until no other program is in the way.
    fn try_erase(&mut self) {
        let Some(tables) = self.erase.take() else { return };
        if self.opened.check().is_err() {
            return;
        }
        if !erase::all(&self.conn, tables.iter().map(String::as_str)).unwrap_or(false) {
            self.erase = Some(tables);
        }
    }

    fn step(&self, step: &Step<'_>) -> Result<Vec<Row>, Fault> {
        match step {
            Step::Plain { sql } => self.conn.execute_batch(sql)?,
            Step::Run { sql, values } => return self.query(sql, values),
            Step::Upsert { sql, session, rows } => {
                let mut statement = self.conn.prepare_cached(sql)?;
                for row in rows {
                    statement.raw_bind_parameter(1, session)?;
                    for (index, value) in row.iter().enumerate() {
                        statement.raw_bind_parameter(index + 2, value)?;
                    }
                    statement.raw_execute()?;
                }
            }
        }
        Ok(Vec::new())
    }

    fn query(&self, sql: &str, values: &[Value]) -> Result<Vec<Row>, Fault> {
        let mut statement = self.conn.prepare_cached(sql)?;
        let columns = statement.column_count();
        let mut rows = statement.query(rusqlite::params_from_iter(values))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push((0..columns).map(|index| Ok(value_of(row.get_ref(index)?))).collect::<Result<_, Fault>>()?);
        }
        Ok(found)
    }
}

// AlchemySession writes times as REAL.
#[allow(clippy::cast_possible_truncation)] // a time in seconds
fn value_of(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Real(number) => Value::Integer(number as i64),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => bytes.into(),
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let list = |json: serde_json::Value| ToSqlOutput::Owned(rusqlite::types::Value::Text(json.to_string()));
        Ok(match self {
            Self::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Self::Integer(number) => ToSqlOutput::Borrowed(ValueRef::Integer(*number)),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Self::Bytes(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
            Self::Integers(numbers) => list(numbers.as_slice().into()),
            Self::Texts(texts) => list(texts.as_slice().into()),
        })
    }
}
