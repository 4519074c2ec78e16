//! Encrypted files: whoever has the key reads and writes them as plain ones, and nobody else reads anything.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(unix)]

#[path = "../common/mod.rs"]
mod common;

mod bytes;
mod compact;
mod files;
mod harness;
mod keys;
mod killed;
mod tool;
