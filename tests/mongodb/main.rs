//! The MongoDB engine beside Pyrofork's MongoStorage on one server, on bad input, and while servers come and go.
//!
//! The server is FerretDB 1.24 (`tests/servers`), the library is installed by `tests/oracle/install.py`.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

#[path = "../common/agreement.rs"]
mod agreement;
mod bad_input;
#[path = "../common/mod.rs"]
mod common;
mod concurrent;
mod documents;
#[path = "../common/elsewhere.rs"]
mod elsewhere;
mod gone;
mod harness;
mod interop;
mod leases;
#[path = "../common/mongodb.rs"]
mod mongodb_server;
#[path = "../common/neutral.rs"]
mod neutral;
#[path = "../live/oracle.rs"]
mod oracle;
mod tls;
mod transactions;
