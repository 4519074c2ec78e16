//! What the static library needs of the system: make/install.sh says it for archives and packages, and whatever else links the
//! library says the same.
#![allow(clippy::unwrap_used)] // a test

use std::fs;
use std::path::Path;

fn read(file: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap()
}

/// The libraries of a platform in make/install.sh, by the beginning of the line that names them.
fn installed(first: &str) -> Vec<String> {
    let script = read("make/install.sh");
    let begin = format!("private_targets=\"{first};");
    let lines: Vec<&str> = script.lines().filter(|line| line.contains(&begin)).collect();
    assert!(!lines.is_empty() && lines.iter().all(|line| *line == lines[0]), "{lines:?}");
    let value = lines[0].split('"').nth(1).unwrap();
    value.split(';').map(|name| name.trim_start_matches("-framework ").to_owned()).collect()
}

fn assert_all_named(libraries: &[String], files: &[&str]) {
    for file in files {
        let text = read(file);
        let is_named = |name: &str| {
            text.split(|c: char| !c.is_alphanumeric() && c != '_')
                .any(|word| word.trim_start_matches('l') == name || word == name)
        };
        for name in libraries {
            assert!(is_named(name), "{file} does not name {name}");
        }
    }
}

const EVERYWHERE: [&str; 4] =
    ["cmake/cargo.cmake", "bindings/go/link.go", "bindings/go/link_static.go", "bindings/python/build_native.py"];

#[test]
fn windows_dlls() {
    let libraries = installed("ws2_32");
    assert_all_named(&libraries, &EVERYWHERE);
    assert_all_named(&libraries, &["packaging/python/wheel.py"]);
}

#[test]
fn macos_frameworks() {
    let frameworks: Vec<String> = installed("-framework Security").into_iter().filter(|name| name.len() > 5).collect();
    assert_eq!(frameworks.len(), 3);
    assert_all_named(&frameworks, &EVERYWHERE);
}
