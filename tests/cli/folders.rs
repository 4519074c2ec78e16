//! convert of a folder, and list.

use std::fs;

use serde_json::Value;

use crate::support::{KEY_ID, Place, bytes, json_lines, members, run};

/// Two sessions with one key, one with another key a folder below, a broken one, and a file of another kind.
fn fleet() -> Place {
    let place = Place::new();
    fs::create_dir_all(place.path("in/below")).unwrap();
    place.session("in/a.session");
    place.session("in/b.session");
    place.session_of("in/below/c.session", 1);
    fs::write(place.path("in/broken.session"), &bytes(place.path("in/a.session"))[..5000]).unwrap();
    fs::write(place.path("in/notes.txt"), "buy milk").unwrap();
    place
}

#[test]
fn a_folder_is_converted_and_failures_are_summed_up() {
    let place = fleet();
    let before = bytes(place.path("in/a.session"));
    let ran = run(&["convert", &place.text("in"), &place.text("out"), "--to", "telethon", "--recursive"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.starts_with("3 of 4 sessions converted"), "{}", ran.out);
    assert!(
        ran.err.starts_with("tgsession: 1 of 4 sessions could not be converted:\n  broken.session: "),
        "{}",
        ran.err
    );
    for name in ["a.session", "b.session", "below/c.session"] {
        let out = run(&["inspect", &place.text(&format!("out/{name}")), "--json"]).ok();
        assert!(out.contains("\"format\":\"telethon\",\"version\":8"), "{out}");
    }
    assert_eq!(fs::read_dir(place.path("out")).unwrap().count(), 3);
    assert_eq!(bytes(place.path("in/a.session")), before);
}

#[test]
fn a_folder_is_not_entered_unasked() {
    let place = fleet();
    fs::remove_file(place.path("in/broken.session")).unwrap();
    let out = run(&["convert", &place.text("in"), &place.text("out"), "--to", "kurigram"]).ok();
    assert!(out.starts_with("2 of 2 sessions converted"), "{out}");
    assert!(!place.path("out/below").exists());
}

#[test]
fn a_folders_report_is_lines_of_json() {
    let place = fleet();
    let ran = run(&["convert", &place.text("in"), &place.text("out"), "--to", "kurigram", "--json"]);
    let lines = json_lines(&ran.out);
    assert_eq!((ran.code, lines.len()), (1, 3));
    lines.iter().for_each(|line| assert_eq!(members(line), ["source", "target", "report", "problem"]));
    assert_eq!(lines[0]["report"]["target"], "kurigram@7");
    assert_eq!((&lines[2]["target"], &lines[2]["report"]), (&Value::Null, &Value::Null));
    assert!(lines[2]["problem"].as_str().unwrap().contains("damaged"));
}

#[test]
fn a_folder_is_not_converted_into_what_exists() {
    let place = fleet();
    fs::create_dir(place.path("out")).unwrap();
    assert!(run(&["convert", &place.text("in"), &place.text("out"), "--to", "kurigram"]).failed().contains("exists"));
}

#[test]
fn what_is_ones_own_is_not_given_to_all() {
    let place = fleet();
    let (source, target) = (place.text("in"), place.text("out"));
    let message = run(&["convert", &source, &target, "--to", "kurigram", "--set", "user_id=5"]).wrong_use();
    assert!(message.contains("user_id"), "{message}");
    assert!(!place.path("out").exists());
}

#[test]
fn where_nothing_is_converted_nothing_is_left() {
    let place = Place::new();
    fs::create_dir(place.path("in")).unwrap();
    place.anonymous("in/a.session");
    let message = run(&["convert", &place.text("in"), &place.text("out"), "--to", "pyrogram"]).failed();
    assert!(message.contains("a.session: ") && message.contains("--set"), "{message}");
    fs::remove_file(place.path("in/a.session")).unwrap();
    let message = run(&["convert", &place.text("in"), &place.text("out"), "--to", "pyrogram"]).failed();
    assert!(message.contains("no file in it is a session"), "{message}");
    assert_eq!(place.names(), ["in"]);
}

#[test]
fn list_marks_keys_that_are_there_twice() {
    let place = fleet();
    let folder = place.text("in");
    let lines = json_lines(&run(&["list", &folder, "--json", "--recursive"]).ok());
    let [a, b, c, broken] = lines.as_slice() else { panic!("{lines:?}") };
    let shape = [
        "path",
        "format",
        "version",
        "dc_id",
        "user_id",
        "peers",
        "auth_key_id",
        "duplicate",
        "duplicate_of",
        "problem",
    ];
    assert_eq!(members(a), shape);
    assert_eq!((&a["auth_key_id"], &a["duplicate"], &a["duplicate_of"]), (&KEY_ID.into(), &true.into(), &Value::Null));
    assert_eq!((&b["duplicate"], &b["duplicate_of"]), (&true.into(), &place.text("in/a.session").into()));
    assert_eq!((&c["duplicate"], &c["peers"]), (&false.into(), &2.into()));
    assert_eq!((&broken["format"], &broken["path"]), (&Value::Null, &place.text("in/broken.session").into()));
    let text = run(&["list", &folder]).ok();
    assert!(text.contains("b.session  (same key as a.session)") && text.contains("AUTH_KEY_DUPLICATED"), "{text}");
}

#[test]
fn list_notes_other_files_on_request() {
    let place = fleet();
    assert!(!run(&["list", &place.text("in")]).ok().contains("notes.txt"));
    assert!(run(&["list", &place.text("in"), "--all"]).ok().contains("notes.txt  (it is not a session"));
    assert!(run(&["list", &place.text("none")]).failed().contains("cannot read the folder"));
}

/// More files than are looked at together, with names that a part of a store could have.
#[test]
fn a_folder_of_many_files_is_listed_and_converted_in_order() {
    let place = Place::new();
    fs::create_dir(place.path("in")).unwrap();
    for number in 0..9_000 {
        fs::write(place.path(&format!("in/photo-{number:04}")), "").unwrap();
    }
    let names = ["a.session", "photo-4500.session", "z.session"];
    names.iter().for_each(|name| drop(place.session(&format!("in/{name}"))));
    let lines = json_lines(&run(&["list", &place.text("in"), "--json"]).ok());
    let listed: Vec<_> = lines.iter().map(|line| line["path"].as_str().unwrap().to_owned()).collect();
    assert_eq!(listed, names.map(|name| place.text(&format!("in/{name}"))));
    let lines =
        json_lines(&run(&["convert", &place.text("in"), &place.text("out"), "--to", "kurigram", "--json"]).ok());
    let converted: Vec<_> = lines.iter().map(|line| line["source"].as_str().unwrap().to_owned()).collect();
    assert_eq!(converted, listed);
    assert_eq!(fs::read_dir(place.path("out")).unwrap().count(), names.len());
}
