//! One version for everything that is released together: RELEASING.md names the files.
#![allow(clippy::unwrap_used)] // a test

use std::fs;
use std::path::Path;

fn read(file: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap()
}

#[test]
fn every_package_has_the_version_of_the_crate() {
    let version = env!("CARGO_PKG_VERSION");
    assert!(read("bindings/python/pyproject.toml").contains(&format!("\nversion = \"{version}\"\n")), "pyproject.toml");
    let of_npm = ["node", "web"]
        .map(|package| ["package", "package-lock"].map(|file| format!("bindings/{package}/{file}.json")));
    for file in of_npm.as_flattened() {
        let package: serde_json::Value = serde_json::from_str(&read(file)).unwrap();
        assert_eq!(package["version"], version, "{file}");
    }
    for file in ["bindings/c/fetch-content/CMakeLists.txt", "bindings/c/README.md"] {
        assert!(read(file).contains(&format!("GIT_TAG v{version})")), "{file}");
    }
    assert!(read("CHANGELOG.md").contains(version), "CHANGELOG.md does not name {version}");
}

// A package's licence files have to lie in its own folder.
#[test]
fn every_package_has_the_licences() {
    for license in ["LICENSE-MIT", "LICENSE-APACHE"] {
        assert!(read(&format!("bindings/python/{license}")) == read(license), "bindings/python/{license} is another");
    }
}
