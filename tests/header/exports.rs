//! The exports in src/ffi: each goes through the guard, and stands in the header under a name with the prefix.

use std::fs;
use std::path::PathBuf;

use super::{HEADER, header, root};

fn sources() -> Vec<(PathBuf, String)> {
    let folder = fs::read_dir(root().join("src/ffi")).unwrap();
    folder.map(|entry| entry.unwrap().path()).map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

/// The name and the body of each exported function.
fn exports(source: &str) -> Vec<(&str, &str)> {
    let parts = source.split("#[unsafe(no_mangle)]\n").skip(1);
    let export = |part| {
        let body = str::split(part, "\n}\n").next().unwrap();
        (body.split("fn ").nth(1).unwrap().split('(').next().unwrap(), body)
    };
    parts.map(export).collect()
}

/// Whether a body runs within the guard: itself, or through a function of its file that does.
fn is_guarded(body: &str, source: &str) -> bool {
    if body.contains("guard(error, ||") || body.contains("guard_secret(error, ||") || body.contains("guard_or(") {
        return true;
    }
    let helpers =
        ["get", "get_integer", "get_boolean", "get_key", "set", "set_integer", "set_key", "find", "change", "add"];
    let calls = |name: &str| {
        ["session", "options", "answer"].iter().any(|handle| body.contains(&format!("\n    {name}({handle}, ")))
    };
    helpers.into_iter().find(|name| calls(name)).is_some_and(|name| {
        let is_definition = |part: &&str| part.starts_with(['(', '<']);
        let definition = source.split(&format!("\nfn {name}")).skip(1).find(is_definition).unwrap();
        is_guarded(definition.split("\n}\n").next().unwrap(), source)
    })
}

#[test]
fn every_export_is_guarded_and_in_the_header() {
    let header = header();
    let mut count = 0;
    for (path, source) in sources() {
        assert_eq!(source.matches("extern \"C\" fn tgs_").count(), exports(&source).len(), "{}", path.display());
        for (name, body) in exports(&source) {
            assert!(is_guarded(body, &source), "{name} in {} does not go through the guard", path.display());
            // What is for JavaScript is called by bindings/web, whose tests would miss it.
            let is_in_header = header.contains(&format!("{name}("));
            assert_eq!(is_in_header, !path.ends_with("web.rs"), "{name} of {} and {HEADER}", path.display());
            count += 1;
        }
    }
    assert!(count > 50, "only {count} exports were found: does this test still read the sources rightly?");
}

// A name without the prefix may be anybody's in C.
#[test]
fn every_name_has_the_prefix() {
    let header = header();
    for line in header.lines() {
        let name = line
            .strip_prefix("#define ")
            .or_else(|| line.strip_prefix("} ").filter(|name| name.ends_with(';')))
            .or_else(|| {
                let declared = line.strip_prefix("enum ").or_else(|| line.strip_prefix("struct "))?;
                (!declared.contains('(')).then_some(declared)
            });
        if let Some(name) = name {
            assert!(name.starts_with("TGS") || name.starts_with("tgs_"), "{line}");
        }
    }
}
