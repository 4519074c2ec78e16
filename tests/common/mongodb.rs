//! The MongoDB server under test, and places on it.
#![allow(dead_code)]

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::UNIX_EPOCH;

/// The server's URL, with a slash at its end.
pub fn server() -> String {
    std::env::var("TGS_MONGODB").expect(
        "these tests need a server: run `make test-rust`, or `tests/servers/run mongodb -- cargo test --features mongodb`",
    )
}

/// The name of a session that nobody has yet.
pub fn new_name() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let started = UNIX_EPOCH.elapsed().unwrap().as_millis();
    format!("tgs_{}_{started}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The location of a session that is not there yet.
pub fn new_location() -> String {
    format!("{}{}", server(), new_name())
}
