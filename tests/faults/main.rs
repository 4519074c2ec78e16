//! The system fails: each call on a file, at every place where it is made, the memory, the power.
//!
//! A library that stands before the C library's calls (`preload.c`) is compiled here and loaded into a child: this test
//! program once more.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(target_os = "linux")]

#[path = "../common/mod.rs"]
mod common;

mod child;
mod descriptors;
mod fault;
mod medium;
mod memory;
mod operations;
mod power_loss;
#[path = "../salvage/random.rs"]
#[allow(dead_code)] // the suite `salvage` uses more of it
mod random;
mod single_calls;
