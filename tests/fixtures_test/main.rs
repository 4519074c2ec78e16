//! Files of 25 real client versions (tests/fixtures): each is read as its own library reads it, stays as it is, and
//! survives the conversion into every layout and session string. Made by tests/oracle/generate.py.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../common/agreement.rs"]
mod agreement;
#[path = "../common/composed.rs"]
mod composed;
mod fixture;
mod known;
mod matrix;
#[path = "../common/neutral.rs"]
mod neutral;
mod opening;
#[path = "../common/other_clients.rs"]
mod other_clients;
mod strings;
mod whole_files;
