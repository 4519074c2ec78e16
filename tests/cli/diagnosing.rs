//! diagnose.

use std::fs;

use serde_json::Value;
use tgsession::model::StringFormat;

use crate::support::{KEY_ID, Place, bytes, members, run, run_with_input};

const SHAPE: [&str; 8] = ["kind", "format", "version", "intact", "mended", "problem", "fields", "remarks"];

fn diagnose(text: &str) -> Value {
    let found: Value = serde_json::from_str(&run(&["diagnose", text, "--json"]).ok()).unwrap();
    assert_eq!(members(&found), SHAPE);
    found
}

#[test]
fn a_string_is_told_with_what_is_wrong() {
    let place = Place::new();
    let string = place.string(StringFormat::Telethon);
    let out = run_with_input(&["diagnose", "-", "--json"], &format!("\"{string}\"")).ok();
    let found: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&found["kind"], &found["format"]), (&"session_string".into(), &"telethon".into()));
    assert_eq!((&found["intact"], &found["mended"][0]), (&true.into(), &"quotes removed".into()));
    let short = diagnose(&string[..342]);
    assert_eq!(short["intact"], false);
    assert!(short["problem"].as_str().unwrap().contains("11 characters short"), "{short}");
}

#[test]
fn a_file_is_told() {
    let place = Place::new();
    let session = place.session("a.session");
    let found = diagnose(&session);
    assert_eq!((&found["kind"], &found["version"]), (&"session_file".into(), &3.into()));
    assert_eq!(found["fields"]["auth_key_id"], KEY_ID);
    fs::write(place.path("cut.session"), &bytes(&session)[..5000]).unwrap();
    let cut = diagnose(&place.text("cut.session"));
    assert_eq!((&cut["kind"], &cut["intact"]), (&"session_file".into(), &false.into()));
    assert!(cut["problem"].as_str().unwrap().contains("damaged"), "{cut}");
}

// Whether we can read it is not the question.
#[test]
fn a_file_that_its_own_client_cannot_open_is_not_intact() {
    let place = Place::new();
    let telethon = place.text("t.session");
    run(&["convert", &place.session("a.session"), &telethon, "--to", "telethon@7"]).ok();
    let changed = |name: &str, sql: &str| {
        let path = place.path(name);
        fs::copy(&telethon, &path).unwrap();
        rusqlite::Connection::open(&path).unwrap().execute_batch(sql).unwrap();
        diagnose(&place.text(name))
    };
    let sound = changed("sound.session", "");
    assert_eq!(
        (&sound["intact"], &sound["problem"], &sound["remarks"]),
        (&true.into(), &Value::Null, &Value::Array(vec![]))
    );
    for (name, sql, problem) in [
        ("half.session", "UPDATE version SET version = 4", "by position"),
        ("empty.session", "DELETE FROM version", "no row"),
        ("address.session", "UPDATE sessions SET server_address = '91.108.56.130'", "data centre 5"),
    ] {
        let found = changed(name, sql);
        assert_eq!((&found["intact"], &found["fields"]["auth_key_id"]), (&false.into(), &KEY_ID.into()), "{found}");
        assert!(found["problem"].as_str().unwrap().contains(problem), "{found}");
    }
    let found = changed(
        "two.session",
        "INSERT INTO sessions SELECT dc_id + 1, server_address, port, auth_key, takeout_id FROM sessions",
    );
    assert_eq!(found["intact"], true, "{found}");
    assert!(found["remarks"][0].as_str().unwrap().contains("2 rows"), "{found}");
}

#[test]
fn a_string_in_a_file_is_found() {
    let place = Place::new();
    fs::write(place.path("s.txt"), place.string(StringFormat::Pyrogram) + "\n").unwrap();
    assert_eq!(diagnose(&place.text("s.txt"))["kind"], "session_string");
    assert!(run(&["inspect", &place.text("s.txt")]).ok().contains(KEY_ID));
}

#[test]
fn what_is_nothing_is_told() {
    assert!(diagnose("no-such.session")["problem"].as_str().unwrap().contains("no such file"));
    assert!(run(&["diagnose", "no-such.session"]).ok().starts_with("kind     other\n"));
}
