//! The connections: one room a database.

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
    /// Makes one. It takes no longer than [`Waits::connect`].
    fn connect(&self, waits: &Waits) -> Result<Box<dyn Client>, Fault>;
}

/// How long a call waits at most.
#[derive(Clone, Copy, Debug)]
pub struct Waits {
    /// For a connection, a new one or one of those that are in use.
    pub connect: Duration,
    /// For an answer. A server that is there and says nothing must not stop the caller forever.
    pub answer: Duration,
    /// For somebody else's lock.
    pub busy_timeout: Duration,
}
