//! How a session in a store with many sessions is opened.

use std::time::Duration;

/// How a session in a store with many sessions is opened.
#[derive(Clone, Copy, Debug)]
pub struct Opening {
    /// Nothing in the session changes.
    pub read_only: bool,
    /// A session that is missing is created.
    pub create: bool,
    /// How long a call waits for another program's lock, or looks for a server that answers.
    pub busy_timeout: Duration,
}
