//! Sessions as files of age: what is written and read, what damaged and hostile files do, and the age tool itself.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../common/mod.rs"]
mod common;
mod damaged;
mod hostile;
mod keys;
mod round_trips;
mod samples;
#[cfg(unix)]
mod tool;
