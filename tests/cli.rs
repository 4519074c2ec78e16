//! The command line: the real program on sessions that the library made.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

#[cfg(all(feature = "mongodb", feature = "sql"))]
#[path = "common/mod.rs"]
mod common;
#[path = "cli/converting.rs"]
mod converting;
#[path = "cli/deleting.rs"]
mod deleting;
#[path = "cli/diagnosing.rs"]
mod diagnosing;
#[path = "cli/folders.rs"]
mod folders;
#[path = "cli/reading.rs"]
mod reading;
#[path = "cli/secrets.rs"]
mod secrets;
#[cfg(all(feature = "mongodb", feature = "sql"))]
#[path = "cli/stores.rs"]
mod stores;
#[path = "cli/support.rs"]
mod support;
