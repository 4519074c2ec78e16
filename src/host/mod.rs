//! What the library asks of the machine: its files, its clock, its processes. A WebAssembly module has none of them: there
//! the files are in its memory (`web::fs`), and whoever loads it lends the clock and the random numbers (`web::imports`).
//! All that differs for it in the rest of the library asks [`IS_WEB`].

#[cfg(target_family = "wasm")]
pub mod web;

use std::path::Path;

#[cfg(not(target_family = "wasm"))]
pub use std::{
    fs,
    thread::sleep,
    time::{Instant, SystemTime},
};
#[cfg(target_family = "wasm")]
pub use web::{
    clock::{Instant, SystemTime, sleep},
    fs,
};

/// Whether this is a WebAssembly module, without files, processes and other programs.
pub const IS_WEB: bool = cfg!(target_family = "wasm");

/// Whether something is at a path.
pub fn exists(path: &Path) -> bool {
    fs::metadata(path).is_ok()
}

/// Whether a path leads to an ordinary file.
pub fn is_file(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.is_file())
}

/// Whether a path leads to a folder.
pub fn is_dir(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.is_dir())
}

/// This process, as others are told who want its lease.
#[cfg(not(target_family = "wasm"))]
pub fn this_process() -> String {
    let host = gethostname::gethostname();
    format!("process {} on {}", std::process::id(), host.to_string_lossy())
}

/// A module is nobody's neighbour.
#[cfg(target_family = "wasm")]
pub fn this_process() -> String {
    "a WebAssembly module".to_owned()
}
