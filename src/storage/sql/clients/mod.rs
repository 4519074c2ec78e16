//! The connections: one module for each database.

mod mysql;
mod postgresql;
mod sqlite;
mod tls;

pub use mysql::MySql;
pub use postgresql::PostgreSql;
pub use sqlite::SqliteFile;

use std::time::Duration;

use super::client::Client;
use super::fault::Fault;

/// Where connections come from.
pub trait Connector: Send + Sync {
    /// Opens one, within [`Waits::connect`].
    fn connect(&self, waits: &Waits) -> Result<Box<dyn Client>, Fault>;
}

/// How long a call waits at most.
#[derive(Clone, Copy, Debug)]
pub struct Waits {
    /// For a connection: a new one, or one that is in use now.
    pub connect: Duration,
    /// For an answer. A server that accepts a connection and never answers must not block the caller forever.
    pub answer: Duration,
    /// For another program's lock.
    pub busy_timeout: Duration,
}
