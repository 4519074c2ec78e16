//! delete: only on request, and all of it.

use std::path::Path;

use tgsession::model::StringFormat;

use crate::support::{Place, run};

#[test]
fn nothing_is_deleted_without_yes() {
    let place = Place::new();
    let file = place.session("a.session");
    let refused = run(&["delete", &file]).wrong_use();
    assert!(refused.contains("--yes") && refused.contains("a.session"), "{refused}");
    assert!(Path::new(&file).exists());
    let out = run(&["delete", &file, "--yes"]).ok();
    assert!(out.contains("deleted") && out.contains("a.session"), "{out}");
    assert!(!Path::new(&file).exists());
    let gone = run(&["delete", &file, "--yes"]).failed();
    assert!(gone.contains("no such file"), "{gone}");
}

#[test]
fn a_session_string_cannot_be_deleted() {
    let string = Place::new().string(StringFormat::Telethon);
    let refused = run(&["delete", &string, "--yes"]).wrong_use();
    assert!(!refused.contains(&string[..24]), "{refused}");
}

#[test]
fn a_file_that_is_no_session_stays() {
    let place = Place::new();
    let file = place.session("a.session");
    std::fs::write(&file, "somebody's notes").unwrap();
    run(&["delete", &file, "--yes"]).failed();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "somebody's notes");
}

#[test]
fn what_is_only_read_is_not_deleted() {
    let place = Place::new();
    let tdata = format!("{}/tests/tdata/folders/classic", env!("CARGO_MANIFEST_DIR"));
    let gotd = place.text("gotd.json");
    run(&["convert", &place.session("a.session"), &gotd, "--to", "gotd"]).ok();
    for (location, format) in [(&tdata, "tdata@3004000"), (&gotd, "gotd")] {
        let refused = run(&["delete", location, "--yes"]).wrong_use();
        assert!(refused.contains(&format!("of {format}, which is only read")), "{refused}");
        assert!(std::path::Path::new(location).exists());
    }
}
