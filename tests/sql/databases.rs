//! The databases under test: PostgreSQL, alone and behind a pooler, MariaDB, and a SQLite file. Each test has tables of
//! its own in them.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tempfile::TempDir;
use tgsession::session::{Options, Session};
use tgsession::storage::sql;
use tgsession::{Error, Result};

use crate::common::server;

/// Tables of one test in one database.
pub struct Database {
    pub name: &'static str,
    pub url: String,
    pub prefix: String,
    /// AlchemySession can make its tables there. In MySQL it cannot: a BLOB is part of a key.
    pub alchemy_makes_tables: bool,
    _folder: Option<TempDir>,
}

impl Database {
    /// The location of a session.
    pub fn location(&self, session: &str) -> String {
        format!("{}&session={session}", self.all())
    }

    /// The location of all sessions.
    pub fn all(&self) -> String {
        format!("{}?table_prefix={}", self.url, self.prefix)
    }

    pub fn open(&self, session: &str) -> Session {
        self.try_open(session, &Options::default()).unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }

    pub fn try_open(&self, session: &str, options: &Options) -> Result<Session> {
        Session::open(&self.location(session), options)
    }

    /// Opens what is there.
    pub fn find(&self, session: &str) -> Result<Session> {
        self.try_open(session, &Options { create: false, ..Options::default() })
    }
}

fn database(name: &'static str, url: String, alchemy_makes_tables: bool, folder: Option<TempDir>) -> Database {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let prefix = format!("t{}_{}_", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    Database { name, url, prefix, alchemy_makes_tables, _folder: folder }
}

pub fn postgresql() -> Database {
    database("PostgreSQL", server("TGS_POSTGRESQL"), true, None)
}

fn pgbouncer() -> Database {
    database("PostgreSQL behind pgbouncer", server("TGS_PGBOUNCER"), true, None)
}

pub fn mariadb() -> Database {
    database("MariaDB", server("TGS_MARIADB"), false, None)
}

pub fn sqlite() -> Database {
    let folder = TempDir::new().unwrap();
    let url = format!("sqlite:///{}/sessions.db", folder.path().to_str().unwrap());
    database("SQLite", url, true, Some(folder))
}

pub fn all() -> [Database; 4] {
    [postgresql(), pgbouncer(), mariadb(), sqlite()]
}

/// The error of what must fail.
pub fn error<T>(result: Result<T>) -> Error {
    result.map(drop).expect_err("this must fail")
}

/// The names of the sessions in a database.
pub fn list(location: &str) -> Result<Vec<String>> {
    sql::list(location, Duration::from_secs(5))
}
