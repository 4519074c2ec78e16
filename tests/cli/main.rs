//! The command line: the real program on sessions that the library made.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

#[cfg(feature = "age")]
mod age;
#[path = "../common/ask.rs"]
mod ask;
#[cfg(all(feature = "mongodb", feature = "sql"))]
#[path = "../common/mod.rs"]
mod common;
mod compacting;
mod converting;
mod deleting;
mod desktop;
#[path = "../common/desktop_readers.rs"]
mod desktop_readers;
mod diagnosing;
mod doctoring;
#[cfg(target_os = "linux")]
#[path = "../common/dump.rs"]
mod dump;
#[cfg(feature = "sqlcipher")]
mod encrypted;
mod folders;
mod kinds;
#[cfg(target_os = "linux")]
mod large;
mod mangled;
#[cfg(target_os = "linux")]
mod modes;
mod packs;
mod pruning;
mod reading;
mod secrets;
#[cfg(all(feature = "mongodb", feature = "sql"))]
mod stores;
mod support;
#[cfg(target_os = "linux")]
#[path = "../common/watch.rs"]
mod watch;
