//! The MongoDB engine beside Pyrofork's MongoStorage on one server, on bad input, and while servers come and go.
//!
//! The server is FerretDB 1.24 (`tests/servers`), the library is installed by `tests/oracle/install.py`.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

#[path = "common/agreement.rs"]
mod agreement;
#[path = "mongodb/bad_input.rs"]
mod bad_input;
#[path = "common/mod.rs"]
mod common;
#[path = "mongodb/documents.rs"]
mod documents;
#[path = "mongodb/gone.rs"]
mod gone;
#[path = "mongodb/harness.rs"]
mod harness;
#[path = "mongodb/interop.rs"]
mod interop;
#[path = "mongodb/leases.rs"]
mod leases;
#[path = "common/mongodb.rs"]
mod mongodb_server;
#[path = "common/neutral.rs"]
mod neutral;
#[path = "live/oracle.rs"]
mod oracle;
#[path = "mongodb/together.rs"]
mod together;
#[path = "mongodb/transactions.rs"]
mod transactions;
