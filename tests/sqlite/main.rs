//! Files under rough use: other clients beside us, killed processes, full disks, damage, and nothing changed unasked.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(unix)]

#[path = "../common/mod.rs"]
mod common;
#[cfg(target_os = "linux")]
#[path = "../common/watch.rs"]
mod watch;

mod atomic;
mod child;
mod compact;
mod cost;
mod created;
mod damaged;
#[path = "../common/dump.rs"]
mod dump;
mod erased;
mod exclusive;
mod foreign;
mod foreign_tables;
mod forks;
mod harness;
mod hostile;
mod in_place;
mod locks;
mod login_only;
mod logins;
mod media;
mod merged;
mod migrated;
mod mixed;
#[cfg(target_os = "linux")]
mod modes;
mod names_in_memory;
mod old_versions;
mod other_clients;
mod own_commits;
mod paged;
mod read_cache;
mod real_rows;
mod sharing;
mod swapped;
mod telethon2;
mod telethon2_alpha;
mod untouched;
mod waiting;
mod written_peers;
