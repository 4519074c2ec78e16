//! The committed header is the generated one, every export goes through the guard and is in it, and it is a manual:
//! each parameter is described, each section begins with an example that compiles. `make header` writes it anew.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test

mod exports;
mod generate;
mod items;
mod manual;

use std::fs;
use std::path::Path;

const HEADER: &str = "include/tgsession.h";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn header() -> String {
    fs::read_to_string(root().join(HEADER)).unwrap()
}

#[test]
fn the_committed_header_is_the_generated_one() {
    let path = root().join(HEADER);
    let generated = generate::generate(root());
    if std::env::var_os("TGS_WRITE_HEADER").is_some() {
        fs::write(&path, &generated).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == generated, "{HEADER} is not the generated one: run `make header` and commit it");
}
