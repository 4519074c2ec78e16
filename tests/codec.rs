//! Session strings and JSON session files, against what real clients wrote.
//!
//! `codec/strings.json` is the output of `codec/make_strings.*` and `codec/go`, one entry a line: they say how to make
//! it again.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // helpers of tests

#[path = "codec/damage.rs"]
mod damage;
#[path = "codec/files.rs"]
mod files;
#[path = "codec/live.rs"]
mod live;
#[path = "codec/real_strings.rs"]
mod real_strings;
#[path = "codec/samples.rs"]
mod samples;
