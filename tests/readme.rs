//! What the documents say is there: the quickstart in the README, the files that SECURITY.md names.

use std::path::Path;

#[test]
fn the_readme_shows_the_quickstart() {
    let readme = include_str!("../README.md");
    let quickstart = include_str!("../bindings/c/quickstart.c");
    assert!(readme.contains(&format!("```c\n{quickstart}```")), "README.md shows another bindings/c/quickstart.c");
}

#[test]
fn the_readme_of_cpp_shows_its_example() {
    let readme = include_str!("../bindings/cpp/README.md");
    let example = include_str!("../bindings/cpp/convert.cpp");
    assert!(readme.contains(&format!("```cpp\n{example}```")), "bindings/cpp/README.md shows another convert.cpp");
}

#[test]
fn the_files_of_the_security_policy_are_there() {
    let policy = include_str!("../SECURITY.md");
    let named =
        policy.split('`').skip(1).step_by(2).filter(|text| text.starts_with("src/") || text.starts_with("tests/"));
    let missing: Vec<&str> =
        named.clone().filter(|path| !Path::new(env!("CARGO_MANIFEST_DIR")).join(path).exists()).collect();
    assert!(named.count() > 20 && missing.is_empty(), "SECURITY.md names {missing:?}");
}
