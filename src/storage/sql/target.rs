//! The target of a URL: which database, which tables in it, which session.

use std::time::Duration;

use zeroize::Zeroizing;

use super::clients::{Connector, MySql, PostgreSql, SqliteFile, Waits};
use super::dialect::{self, Database, Dialect};
use crate::error::{Error, Result};
use crate::redact;
use crate::storage::url::Url;

/// The parts of a location.
pub struct Target {
    pub dialect: &'static Dialect,
    /// The file, for SQLite.
    pub file: Option<SqliteFile>,
    // What remains of the URL, for the driver.
    url: Url,
    pub waits: Waits,
    /// The most connections.
    pub pool_size: usize,
    pub prefix: String,
    pub manage_tables: bool,
    pub session: Option<String>,
    /// As errors show it: without what is secret.
    pub shown: String,
    /// The same database, the same key. It may hold a password.
    pub key: Zeroizing<String>,
}

// The columns hold so many characters.
const LONGEST_NAME: usize = 255;
// PostgreSQL's names have 63 bytes, and the longest of ours has 27.
const LONGEST_PREFIX: usize = 36;
const MOST_CONNECTIONS: usize = 10;
// Of Python's driver of SQLite: they say nothing to us.
const OF_SQLALCHEMY: [&str; 9] = [
    "timeout",
    "isolation_level",
    "detect_types",
    "check_same_thread",
    "cached_statements",
    "uri",
    "mode",
    "cache",
    "charset",
];

/// Whether a URL of this scheme is this engine's. SQLAlchemy's `+driver` says nothing to us.
pub fn dialect_of(scheme: &str) -> Option<&'static Dialect> {
    let scheme = scheme.to_ascii_lowercase();
    match scheme.split('+').next()? {
        "postgresql" | "postgres" => Some(&dialect::POSTGRESQL),
        "mysql" | "mariadb" => Some(&dialect::MYSQL),
        "sqlite" => Some(&dialect::SQLITE),
        _ => None,
    }
}

impl Target {
    pub fn parse(location: &str, busy_timeout: Duration) -> Result<Self> {
        let mut url = Url::parse(location)?;
        let unknown = || Error::invalid_argument(format!("{}:// is not a known kind of database", url.scheme()));
        let dialect = dialect_of(url.scheme()).ok_or_else(unknown)?;
        let session = url.take("session")?;
        let prefix = url.take("table_prefix")?.unwrap_or_default();
        let manage_tables = url.take_flag("manage_tables", true)?;
        let pool_size = number(&mut url, "pool_size", MOST_CONNECTIONS as u64)?.max(1);
        let connect = Duration::from_secs(number(&mut url, "connect_timeout", 10)?.max(1));
        let answer = Duration::from_secs(number(&mut url, "answer_timeout", 60)?.max(1));
        check_session(session.as_deref())?;
        check_prefix(&prefix)?;
        let key = format!("{} {pool_size} {connect:?} {answer:?} {busy_timeout:?}", *url.for_driver());
        let mut shown = url.shown();
        let mut file = None;
        if dialect.database == Database::Sqlite {
            let path = url.path()?;
            if path.is_empty() || !shown.contains(":///") {
                let message = "a SQLite location is sqlite:///relative/path or sqlite:////absolute/path";
                return Err(Error::invalid_argument(message));
            }
            if let Some(parameter) = url.unknown(&OF_SQLALCHEMY) {
                let known = "session, table_prefix, manage_tables, pool_size, connect_timeout and answer_timeout";
                let message = format!("the URL has {parameter} that SQLite does not have; there are {known}");
                return Err(Error::invalid_argument(message));
            }
            file = Some(SqliteFile::new(path.into()));
        }
        if let Some(session) = &session {
            // A bare @ looks like the end of a password.
            shown = format!("{shown}?session={}", redact::shown(&session.replace('@', "%40")));
        }
        let waits = Waits { connect, answer, busy_timeout };
        let pool_size = usize::try_from(pool_size).unwrap_or(MOST_CONNECTIONS);
        Ok(Self {
            dialect,
            file,
            url,
            waits,
            pool_size,
            prefix,
            manage_tables,
            session,
            shown,
            key: Zeroizing::new(key),
        })
    }

    /// Makes the connector. Only the first session of a process needs it.
    pub fn connector(&mut self) -> Result<Box<dyn Connector>> {
        Ok(match &self.file {
            Some(file) => Box::new(SqliteFile::new(file.path.clone())),
            None if self.dialect.database == Database::PostgreSql => Box::new(PostgreSql::new(&mut self.url)?),
            None => Box::new(MySql::new(&mut self.url)?),
        })
    }
}

fn number(url: &mut Url, name: &str, default: u64) -> Result<u64> {
    match url.take(name)?.map(|text| text.parse()) {
        None => Ok(default),
        Some(Ok(number)) => Ok(number),
        Some(Err(_)) => Err(Error::invalid_argument(format!("{name} in the URL must be a number"))),
    }
}

fn check_session(session: Option<&str>) -> Result<()> {
    match session {
        Some("") => Err(Error::invalid_argument("session= in the URL is empty")),
        Some(name) if name.chars().count() > LONGEST_NAME => {
            let message = format!("the name of a session has at most {LONGEST_NAME} characters");
            Err(Error::invalid_argument(format!("{message}, not {}", name.chars().count())))
        }
        Some(name) if name.contains('\0') => Err(Error::invalid_argument("the name of a session has a NUL in it")),
        _ => Ok(()),
    }
}

fn check_prefix(prefix: &str) -> Result<()> {
    let fits = |character: char| character.is_ascii_alphanumeric() || "_-.$".contains(character);
    if prefix.len() <= LONGEST_PREFIX && prefix.chars().all(fits) {
        return Ok(());
    }
    let message = format!("table_prefix has at most {LONGEST_PREFIX} letters, digits, '_', '-', '.' and '$'");
    Err(Error::invalid_argument(message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(location: &str) -> Result<Target> {
        let mut target = Target::parse(location, Duration::from_secs(5))?;
        target.connector().map(drop)?;
        Ok(target)
    }

    #[test]
    fn a_location_is_taken_apart() {
        let target = parse(
            "mysql+pymysql://me:p%40ss@host:3307/bots?charset=utf8mb4&session=a%2Fb.c%24&table_prefix=x_&manage_tables=false",
        )
        .unwrap();
        assert_eq!((target.session.as_deref(), target.prefix.as_str()), (Some("a/b.c$"), "x_"));
        assert!(!target.manage_tables);
        assert!(!target.shown.contains("p%40ss") && !target.shown.contains("p@ss"), "{}", target.shown);
        for location in ["sqlite:///a/b.db?session=x", "sqlite:////a/b.db?session=x", "sqlite:///a%20b?session=x"] {
            assert!(parse(location).unwrap().file.is_some());
        }
    }

    #[test]
    fn what_is_wrong_is_said_without_the_password() {
        let long = "x".repeat(256);
        for location in [
            "postgresql://me:secret@host/db?session=",
            &format!("postgresql://me:secret@host/db?session={long}"),
            &format!("postgresql://me:secret@host/db?session=a&table_prefix={long}"),
            "postgresql://me:secret@host/db?session=a&table_prefix=a%22b",
            "postgresql://me:secret@host/db?session=a&sslmode=perhaps",
            "postgresql://me:secret@host/db?session=a&pool_size=many",
            "postgresql://me:secret@host/db?session=a&colour=blue",
            "postgresql://me:secret@host:port/db?session=a",
            "mysql://me:secret@host/?session=a",
            "mysql://me:secret@host/db?session=a&colour=blue",
            "mysql://me:secret@host:port/db?session=a",
            "sqlite://me:secret@host/file?session=a",
            "sqlite:///?session=a",
            "sqlite:///file?sesion=a",
            "sqlite:///file?session=a&session=b",
            "sqlite:///file?session=a&table_prefix=",
            "postgresql://me:secret@host/db?session=a&Session=b",
        ] {
            let error = parse(location).map(drop).unwrap_err();
            assert_eq!(error.code(), crate::ErrorCode::InvalidArgument, "{error}");
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }
}
