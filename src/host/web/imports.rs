//! What the module asks of whoever loads it: two functions in the import module `tgsession`. getrandom and SQLite get their
//! own functions from them.
//!
//! Unsafe code: these are declarations, and functions that others call by their names.
#![allow(unsafe_code)]

use std::time::Duration;

#[link(wasm_import_module = "tgsession")]
unsafe extern "C" {
    // Milliseconds since 1970.
    safe fn now() -> f64;
    // Fills so many bytes from a cryptographic source. One that fails throws, which ends the call.
    fn random(bytes: *mut u8, len: usize);
}

/// The time since 1970.
pub fn since_epoch() -> Duration {
    Duration::try_from_secs_f64(now() / 1000.0).unwrap_or_default()
}

#[unsafe(no_mangle)]
unsafe extern "Rust" fn __getrandom_v03_custom(bytes: *mut u8, len: usize) -> Result<(), getrandom::Error> {
    // SAFETY: getrandom passes a place for so many bytes.
    unsafe { random(bytes, len) };
    Ok(())
}

#[unsafe(no_mangle)]
unsafe extern "C" fn rust_sqlite_wasm_host_random(bytes: *mut u8, len: usize) -> usize {
    // SAFETY: SQLite passes a place for so many bytes.
    unsafe { random(bytes, len) };
    len
}

#[unsafe(no_mangle)]
unsafe extern "C" fn rust_sqlite_wasm_host_fill_entropy(bytes: *mut u8, len: usize) -> i32 {
    // SAFETY: SQLite passes a place for so many bytes.
    unsafe { random(bytes, len) };
    OK
}

#[unsafe(no_mangle)]
unsafe extern "C" fn rust_sqlite_wasm_host_epoch_timestamp_in_ms(out: *mut i64) -> i32 {
    let milliseconds = i64::try_from(since_epoch().as_millis()).unwrap_or_default();
    // SAFETY: SQLite passes a place for the number.
    unsafe { out.write(milliseconds) };
    OK
}

#[unsafe(no_mangle)]
extern "C" fn rust_sqlite_wasm_host_sleep(seconds: u64, nanoseconds: u32) {
    super::clock::sleep(Duration::new(seconds, nanoseconds));
}

// No query here asks for the local time.
#[unsafe(no_mangle)]
extern "C" fn rust_sqlite_wasm_host_localtime(_seconds: i64, _out: *mut std::ffi::c_void) -> i32 {
    UNSUPPORTED
}

const OK: i32 = 0;
const UNSUPPORTED: i32 = 1;
