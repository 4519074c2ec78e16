//! The SQL engine on real servers: beside AlchemySession, under bad input, and when a server goes away.
//!
//! `make test-rust` starts the servers.
#![cfg(feature = "sql")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

#[path = "../common/agreement.rs"]
mod agreement;
#[path = "../common/mod.rs"]
mod common;
#[path = "../common/elsewhere.rs"]
mod elsewhere;
#[path = "../common/neutral.rs"]
mod neutral;
#[path = "../live/oracle.rs"]
mod oracle;

mod alchemy;
mod bad_input;
mod databases;
mod erased;
mod leases;
mod many;
mod mautrix;
mod own_server;
mod poolers;
mod swapped;
mod tables;
mod tls;
