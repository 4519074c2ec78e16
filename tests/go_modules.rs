//! Go takes a module's own folder and nothing around it: what has to be in there is a copy, and stays equal.
#![allow(clippy::unwrap_used)] // a test

use std::fs;
use std::path::Path;

fn read(file: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap()
}

#[test]
fn the_header_and_the_licences_are_copies() {
    for (file, copy) in [
        ("include/tgsession.h", "bindings/go/tgsession.h"),
        ("LICENSE-MIT", "bindings/go/LICENSE-MIT"),
        ("LICENSE-APACHE", "bindings/go/LICENSE-APACHE"),
        ("LICENSE-MIT", "bindings/go/gotd/LICENSE-MIT"),
        ("LICENSE-APACHE", "bindings/go/gotd/LICENSE-APACHE"),
    ] {
        assert!(read(file) == read(copy), "{copy} is not {file}: run `make header`, or copy the licence");
    }
}

#[test]
fn gotd_requires_this_version() {
    let required = format!("github.com/tgsession/tgsession/bindings/go v{}", env!("CARGO_PKG_VERSION"));
    for file in ["bindings/go/gotd/go.mod", "bindings/go/go.work", "tests/e2e/go.mod"] {
        assert!(read(file).contains(&required), "{file} does not name {required}");
    }
}
