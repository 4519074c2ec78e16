//! One library that opens, keeps and converts the session of any Telegram client.
//!
//! A call goes straight down through these rooms and its answer straight up:
//!
//! - [`ffi`]: the C interface; knows pointers and nothing of SQL.
//! - [`session`]: what a handle is: an engine, its policy and the conversions.
//! - [`storage`]: trait `Storage` and the engines, one room each.
//! - [`codec`]: session strings and other bytes, one room per format; opens no file.
//! - [`model`]: what a session holds; no I/O.
//! - [`clock`]: the time, as sessions keep it.
//! - [`error`]: the error and its numbered codes.

#[cfg(panic = "abort")]
compile_error!("the C interface turns panics into errors: build with panic = \"unwind\"");

pub mod clock;
pub mod codec;
pub mod error;
pub mod ffi;
pub mod model;
pub mod session;
pub mod storage;
mod token;

pub use error::{Error, ErrorCode, Result};
