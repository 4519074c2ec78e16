//! The README shows the quickstart as it is.

#[test]
fn the_readme_shows_the_quickstart() {
    let readme = include_str!("../README.md");
    let quickstart = include_str!("../bindings/c/quickstart.c");
    assert!(readme.contains(&format!("```c\n{quickstart}```")), "README.md shows another bindings/c/quickstart.c");
}
