//! One suite of cases for every engine. A case depends on an engine's capabilities, never on its name.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../common/mod.rs"]
mod common;
#[cfg(feature = "mongodb")]
#[path = "../common/mongodb.rs"]
mod mongodb;

mod bytes;
mod closing;
mod compacting;
mod contents;
mod counts;
mod custom;
mod data_centers;
mod engines;
mod fields;
mod files;
mod leases;
mod memory_engine;
mod merging;
mod peers;
mod pruning;
mod random_ops;
mod removing;
mod states;
mod threads;
mod values;
