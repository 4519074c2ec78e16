//! Finds out which tables exist and in which version, and creates the missing ones.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use super::client::{Scope, Step};
use super::dialect::Dialect;
use super::fault::Fault;
use super::pool::Pool;
use super::tables::{CLIENT, INDEXES, Index, OWN, OWN_VALUES, SESSIONS, Table, VERSION, tables};
use super::value::Value;
use crate::error::{Error, ErrorCode};

/// What was found.
pub struct Found {
    /// Absent where the tables are there without that of their version.
    pub version: Option<i64>,
    /// Our own tables exist.
    pub own: bool,
    /// They are mautrix-telegram's, which lets a session have one row: they are only read.
    pub is_only_read: bool,
    /// And our own table of values.
    pub values: bool,
}

/// `LATEST_VERSION` of 0.2.16.
const VERSION_MADE: i64 = 2;
/// What 0.2.16 itself writes when it has upgraded a version 1; the tables are the same.
const VERSION_NEWEST: i64 = 3;

/// How often, and how long, it waits for the row with the version.
const WAITS_FOR_VERSION: u32 = 40;
const WAIT_FOR_VERSION: Duration = Duration::from_millis(50);

/// Which missing tables may be created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CreateTables {
    /// All that are missing.
    Allowed,
    /// Only our own, if the client's exist.
    OwnOnly,
    /// None.
    Forbidden,
}

/// The names of columns, by their tables.
struct Columns(HashMap<String, HashSet<String>>);

/// Reads which tables exist, and creates the missing ones that may be created. `None` if AlchemySession's are missing.
pub fn look(pool: &Pool, dialect: &Dialect, prefix: &str, create_tables: CreateTables) -> Result<Option<Found>, Fault> {
    let maker = Maker { pool, dialect, prefix };
    let mut columns = maker.columns()?;
    columns.check(prefix)?;
    if maker.is_mautrix(&columns)? {
        return Ok(Some(Found { version: None, own: false, values: false, is_only_read: true }));
    }
    let allowed = create_tables == CreateTables::Allowed
        || (create_tables == CreateTables::OwnOnly && columns.has_client(prefix));
    if allowed && !tables(true).all(|table| columns.has(prefix, table)) {
        if let Some(version) = maker.version(&columns)? {
            check_version(prefix, version)?;
        }
        maker.make()?;
        columns = maker.columns()?;
    }
    if allowed {
        maker.index()?;
    }
    if !columns.has_login(prefix) {
        return maker.forgotten_prefix()?.map_or(Ok(None), |other| Err(under_prefix(&other)));
    }
    // Without a row AlchemySession takes it for version 1; without the table it makes a new one, of its own version.
    let has_version = columns.has(prefix, &VERSION);
    let version = if has_version { Some(maker.settled_version(&columns)?.unwrap_or(1)) } else { None };
    version.map_or(Ok(()), |version| check_version(prefix, version))?;
    let (own, values) = (columns.has_all(prefix, &OWN), columns.has(prefix, &OWN_VALUES));
    Ok(Some(Found { version, own, values, is_only_read: false }))
}

fn check_version(prefix: &str, version: i64) -> Result<(), Fault> {
    let shown = format!("'{prefix}{}'", VERSION.name);
    match version {
        VERSION_MADE..=VERSION_NEWEST => Ok(()),
        version if version > VERSION_NEWEST => Err(unknown_version(&shown, version, VERSION_NEWEST)),
        version => {
            let message =
                format!("the tables in {shown} are of version {version}: AlchemySession 0.2.16 upgrades them");
            Err(Error::new(ErrorCode::Unsupported, message).into())
        }
    }
}

fn under_prefix(prefix: &str) -> Fault {
    let cause = format!(
        "there are no tables of sessions without a prefix; there are some whose names begin with '{prefix}': add table_prefix={prefix}"
    );
    Fault::Refused(ErrorCode::FileNotFound, cause)
}

/// The error of a version that is not known.
fn unknown_version(shown: &str, version: i64, newest: i64) -> Fault {
    let message = format!("the tables in {shown} are of version {version}; this library knows up to {newest}");
    Fault::Ours(Error::new(ErrorCode::UnknownVersion, message))
}

impl Columns {
    fn has(&self, prefix: &str, table: &Table) -> bool {
        self.0.get(&format!("{prefix}{}", table.name)).is_some_and(|found| is_ours(table, found))
    }

    fn has_all(&self, prefix: &str, tables: &[&Table]) -> bool {
        tables.iter().all(|table| self.has(prefix, table))
    }

    /// The tables that sessions stand in, whether their version stands beside them or not.
    fn has_login(&self, prefix: &str) -> bool {
        self.has_all(prefix, &CLIENT[..CLIENT.len() - 1])
    }

    fn has_client(&self, prefix: &str) -> bool {
        self.has_all(prefix, &CLIENT)
    }

    /// A table of the same name with other columns is another program's.
    fn check(&self, prefix: &str) -> Result<(), Fault> {
        for table in tables(true) {
            let name = format!("{prefix}{}", table.name);
            if self.0.get(&name).is_some_and(|found| !is_ours(table, found)) {
                let message = format!(
                    "its table '{name}' is not a table of AlchemySession 0.2.16; if another program owns it, choose a \
                     table_prefix="
                );
                return Err(Fault::Refused(ErrorCode::NotASession, message));
            }
        }
        Ok(())
    }
}

// A name from a database goes into a message only if it could go into a URL.
fn is_plain(prefix: &str) -> bool {
    prefix.len() <= 36 && prefix.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn is_ours(table: &Table, found: &HashSet<String>) -> bool {
    table.columns.iter().all(|column| found.contains(column.name))
}

struct Maker<'a> {
    pool: &'a Pool,
    dialect: &'a Dialect,
    prefix: &'a str,
}

impl Maker<'_> {
    fn name(&self, table: &Table) -> String {
        format!("{}{}", self.prefix, table.name)
    }

    fn columns(&self) -> Result<Columns, Fault> {
        let names = tables(true).map(|table| self.name(table)).collect();
        let sql = self.dialect.spell(self.dialect.columns);
        let rows = self.ask(&sql, Value::Texts(names))?;
        let mut columns: HashMap<String, HashSet<String>> = HashMap::new();
        for row in rows {
            if let [table, column] = row.as_slice() {
                let (table, column) = (table.text().unwrap_or_default(), column.text().unwrap_or_default());
                columns.entry(table).or_default().insert(column);
            }
        }
        Ok(Columns(columns))
    }

    fn ask(&self, sql: &str, value: Value) -> Result<Vec<Vec<Value>>, Fault> {
        let step = [Step::Run { sql, values: vec![value] }];
        Ok(self.pool.run(|client| client.run(Scope::Single, &step))?.into_iter().flatten().collect())
    }

    /// mautrix-telegram has AlchemySession's tables without that of their version, and `session_id` alone is the key.
    fn is_mautrix(&self, columns: &Columns) -> Result<bool, Fault> {
        if !columns.has_login(self.prefix) || columns.has(self.prefix, &VERSION) {
            return Ok(false);
        }
        let sql = self.dialect.spell(self.dialect.key_of);
        let key = self.ask(&sql, self.name(&SESSIONS).into())?;
        Ok(matches!(key.as_slice(), [column] if column[0].text().as_deref() == Some("session_id")))
    }

    /// A prefix of such tables, if the URL gives none. Who gives one may share the database with others.
    fn forgotten_prefix(&self) -> Result<Option<String>, Fault> {
        if !self.prefix.is_empty() {
            return Ok(None);
        }
        let step = [Step::Run { sql: self.dialect.like_sessions, values: Vec::new() }];
        let rows = self.pool.run(|client| client.run(Scope::Single, &step))?;
        let prefix = |row: &Vec<Value>| row[0].text()?.strip_suffix(SESSIONS.name).map(str::to_owned);
        let mut prefixes: Vec<String> = rows.iter().flatten().filter_map(prefix).collect();
        prefixes.sort();
        Ok(prefixes.into_iter().find(|other| is_plain(other)))
    }

    fn version(&self, columns: &Columns) -> Result<Option<i64>, Fault> {
        if !columns.has(self.prefix, &VERSION) {
            return Ok(None);
        }
        let sql = format!("SELECT version FROM {}", self.dialect.quoted(&self.name(&VERSION)));
        let step = [Step::Run { sql: &sql, values: Vec::new() }];
        let rows = self.pool.run(|client| client.run(Scope::Single, &step))?;
        rows.iter().flatten().next().map_or(Ok(None), |row| row[0].integer("the version"))
    }

    /// The version, for which it waits a while: who makes the tables writes it last, and MySQL shows the tables before.
    fn settled_version(&self, columns: &Columns) -> Result<Option<i64>, Fault> {
        for _ in 0..WAITS_FOR_VERSION {
            if let Some(version) = self.version(columns)? {
                return Ok(Some(version));
            }
            std::thread::sleep(WAIT_FOR_VERSION);
        }
        self.version(columns)
    }

    /// Two processes may do this at the same time: the second one changes nothing.
    fn make(&self) -> Result<(), Fault> {
        let plain = |sql: String| Step::Plain { sql };
        let mut steps: Vec<Step<'_>> = self.dialect.one_maker.iter().map(|sql| plain((*sql).to_owned())).collect();
        for table in tables(true) {
            steps.push(plain(self.dialect.create(table, &self.name(table))));
        }
        let (insert, unless) = self.dialect.insert_new;
        let version = self.dialect.quoted(&self.name(&VERSION));
        steps.push(plain(format!(
            "{insert} INTO {version} (version) \
             SELECT {VERSION_MADE} FROM (SELECT count(*) AS rows_there FROM {version}) AS t WHERE rows_there = 0{unless}"
        )));
        self.pool.run(|client| client.run(Scope::Write, &steps)).map(drop).map_err(hint)
    }

    /// Creates our indexes. A table that another database user owns stays without.
    fn index(&self) -> Result<(), Fault> {
        for index in &INDEXES {
            let name = format!("{}{}", self.prefix, index.name);
            if self.has_index(index, &name)? {
                continue;
            }
            let steps = [Step::Plain { sql: self.create_index(index, &name) }];
            match self.pool.run(|client| client.run(Scope::Write, &steps)) {
                Ok(_) | Err(Fault::Refused(ErrorCode::PermissionDenied, _)) => {}
                Err(_) if self.has_index(index, &name)? => {} // another process was faster
                Err(fault) => return Err(fault),
            }
        }
        Ok(())
    }

    fn has_index(&self, index: &Index, name: &str) -> Result<bool, Fault> {
        let sql = self.dialect.spell(self.dialect.indexes);
        let there = self.ask(&sql, self.name(index.table).into())?;
        Ok(there.iter().any(|row| row[0].text().as_deref() == Some(name)))
    }

    fn create_index(&self, index: &Index, name: &str) -> String {
        let (name, table) = (self.dialect.quoted(name), self.dialect.quoted(&self.name(index.table)));
        format!("CREATE INDEX {name} ON {table} (session_id, {})", index.column)
    }
}

fn hint(fault: Fault) -> Fault {
    match fault {
        Fault::Refused(ErrorCode::PermissionDenied, cause) => {
            let cause = format!("its tables cannot be made ({cause}); manage_tables=false uses those that are there");
            Fault::Refused(ErrorCode::PermissionDenied, cause)
        }
        fault => fault,
    }
}
