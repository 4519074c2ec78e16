//! Files under rough use: other clients beside us, killed processes, full disks, damage, and nothing changed unasked.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(unix)]

#[path = "../common/mod.rs"]
mod common;

mod answers;
mod atomic;
mod child;
mod cost;
mod foreign;
mod lab;
mod locks;
mod logins;
mod made;
mod media;
mod migrated;
mod old_versions;
mod real_rows;
mod sharing;
mod sightings;
mod untouched;
