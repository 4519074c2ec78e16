//! Session strings and JSON session files, against what real clients wrote.
//!
//! `codec/strings.json` is the output of `codec/make_strings.*` and `codec/go`, one entry a line: they say how to make
//! it again.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests

#[path = "../common/ask.rs"]
mod ask;
mod companions;
#[path = "../common/composed.rs"]
mod composed;
mod cuts;
mod damage;
mod files;
mod in_place;
mod keyed_files;
mod live;
mod live_files;
#[path = "../common/other_clients.rs"]
mod other_clients;
mod real_strings;
mod samples;
mod session_files;
mod stores;
mod td_binlog;
mod web;
