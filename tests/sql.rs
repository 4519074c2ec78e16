//! The SQL engine on real servers: beside AlchemySession, under bad input, and when a server goes away.
//!
//! `make test-rust` starts the servers.
#![cfg(feature = "sql")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

#[path = "common/agreement.rs"]
mod agreement;
mod common;
#[path = "common/neutral.rs"]
mod neutral;
#[path = "live/oracle.rs"]
mod oracle;

#[path = "sql/alchemy.rs"]
mod alchemy;
#[path = "sql/bad_input.rs"]
mod bad_input;
#[path = "sql/databases.rs"]
mod databases;
#[path = "sql/leases.rs"]
mod leases;
#[path = "sql/many.rs"]
mod many;
#[path = "sql/own_server.rs"]
mod own_server;
#[path = "sql/poolers.rs"]
mod poolers;
#[path = "sql/tables.rs"]
mod tables;
#[path = "sql/tls.rs"]
mod tls;
