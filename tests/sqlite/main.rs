//! Files under rough use: other clients beside us, killed processes, full disks, damage, and nothing changed unasked.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(unix)]

#[path = "../common/mod.rs"]
mod common;

mod atomic;
mod child;
mod cost;
mod created;
mod damaged;
mod foreign;
mod harness;
mod locks;
mod logins;
mod media;
mod migrated;
mod old_versions;
mod read_cache;
mod real_rows;
mod sharing;
mod swapped;
mod untouched;
mod waiting;
mod written_peers;
