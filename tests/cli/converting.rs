//! convert and export of one session.

use std::fs;

use serde_json::Value;
use tgsession::model::StringFormat;
use tgsession::session::{Options, Session};

use crate::support::{Place, USER_ID, anna, bytes, run, run_with_input};

fn open(location: &str) -> Session {
    Session::open(location, &Options { read_only: true, ..Options::default() }).unwrap()
}

#[test]
fn a_session_becomes_another_clients() {
    let place = Place::new();
    let (source, target) = (place.session("a.session"), place.text("b.session"));
    let before = bytes(&source);
    let out = run(&["convert", &source, &target, "--to", "telethon@7"]).ok();
    assert!(out.starts_with("pyrogram@3 to telethon@7\n"), "{out}");
    assert!(out.contains("\nserver_address  derived, from dc_id and test_mode\n"), "{out}");
    assert!(out.contains("\napi_id          kept aside\n"), "{out}");
    assert!(out.contains("\npeers           2 kept\n"), "{out}");
    let session = open(&target);
    assert_eq!(session.format().unwrap().to_string(), "telethon@7");
    assert_eq!(session.peers(None).unwrap().len(), 2);
    assert_eq!((bytes(&source), place.names()), (before, vec!["a.session".to_owned(), "b.session".to_owned()]));
}

// GramJS in a browser has a WebSocket server's name where others have an address.
#[test]
fn only_gramjs_keeps_the_server_of_a_browser() {
    let place = Place::new();
    let string = fs::read_to_string("tests/cli/gramjs_of_a_browser.txt").unwrap();
    for (format, target) in [("telethon", "t.session"), ("kurigram", "k.session")] {
        let target = place.text(target);
        let sets = ["--set", "api_id=1", "--set", "user_id=777000900901", "--set", "is_bot=false"];
        let out = run_with_input(&[&["convert", "-", &target, "--to", format], &sets[..]].concat(), &string).ok();
        assert!(out.contains("\nserver_address  derived, from dc_id and test_mode\n"), "{out}");
        assert_eq!(open(&target).data().unwrap().server_address.as_deref(), Some("149.154.167.91"));
    }
    for format in ["telethon", "gogram", "gramjs"] {
        let out = run_with_input(&["export", "-", "--to", format, "--set", "api_id=1"], &string).out;
        let session = Session::open_string(&out, &Options::default()).unwrap();
        let address = session.data().unwrap().server_address.unwrap();
        assert_eq!(address, if format == "gramjs" { "vesta.web.telegram.org" } else { "149.154.167.91" });
    }
}

#[cfg(unix)]
#[test]
fn a_new_session_is_its_owners_only() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    run(&["convert", &place.session("a.session"), &place.text("b.session"), "--to", "kurigram"]).ok();
    assert_eq!(fs::metadata(place.path("b.session")).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn the_report_is_json_on_request() {
    let place = Place::new();
    let out =
        run(&["convert", &place.session("a.session"), &place.text("b.session"), "--to", "kurigram", "--json"]).ok();
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&report["source"], &report["target"]), (&"pyrogram@3".into(), &"kurigram@7".into()));
    assert_eq!(report["fields"][0], serde_json::json!({"name": "dc_id", "outcome": "kept"}));
    assert_eq!(report["tables"][0]["kept"], 2);
}

#[test]
fn nothing_is_overwritten() {
    let place = Place::new();
    let source = place.session("a.session");
    fs::write(place.path("b.session"), "precious").unwrap();
    for target in [place.text("b.session"), source.clone(), place.text("")] {
        assert!(run(&["convert", &source, &target, "--to", "kurigram"]).failed().contains("already exists"));
    }
    assert_eq!((bytes(place.path("b.session")), place.names().len()), (b"precious".to_vec(), 2));
    let missing = run(&["convert", &source, &place.text("none/b.session"), "--to", "kurigram"]).failed();
    assert!(missing.contains("there is no folder"), "{missing}");
}

#[test]
fn what_nobody_knows_is_asked_for_by_name() {
    let place = Place::new();
    let (source, target) = (place.anonymous("a.session"), place.text("b.session"));
    let refusal = run(&["convert", &source, &target, "--to", "pyrogram", "--set", "api_id=12345"]).failed();
    assert!(refusal.contains("user_id, is_bot") && !refusal.contains("api_id"), "{refusal}");
    assert_eq!(place.names(), ["a.session"], "nothing is left of a failure");
    let given = ["--set", "api_id=12345", "--set", "user_id=777000123", "--set", "is_bot=false"];
    let out = run(&[&["convert", &source, &target, "--to", "pyrogram"], given.as_slice()].concat()).ok();
    assert!(out.contains("\nuser_id         overridden\n"), "{out}");
    let data = open(&target).data().unwrap();
    assert_eq!((data.user_id, data.is_bot, data.api_id), (Some(USER_ID), Some(false), Some(12_345)));
}

#[test]
fn set_is_strict() {
    let place = Place::new();
    let source = place.anonymous("a.session");
    for (set, said) in [
        ("userid=5", "dc_id, server_address, port"),
        ("user_id", "NAME=VALUE"),
        ("user_id=", "has no value"),
        ("user_id=5x", "a whole number"),
        ("user_id=0", "user_id must be"),
        ("port=65536", "port"),
        ("is_bot=yes", "true, false, 1 or 0"),
        ("server_address=localhost", "IPv4 or IPv6"),
        ("auth_key=abcd", "512 hexadecimal digits"),
    ] {
        let message = run(&["convert", &source, &place.text("b"), "--to", "pyrogram", "--set", set]).wrong_use();
        assert!(message.contains(said), "{set}: {message}");
    }
    let unknown = run(&["convert", &source, &place.text("b"), "--to", "word@97"]).wrong_use();
    assert!(unknown.contains("kurigram@7"), "{unknown}");
    assert_eq!(place.names(), ["a.session"]);
}

#[test]
fn a_string_becomes_a_file_and_a_string_again() {
    let place = Place::new();
    let string = place.string(StringFormat::Pyrogram);
    let target = place.text("b.session");
    assert_eq!(run_with_input(&["convert", "-", &target, "--to", "kurigram"], &string).code, 0);
    let exported = run(&["export", &target, "--to", "pyrogram"]);
    assert_eq!((exported.code, exported.out), (0, string + "\n"));
    assert!(exported.err.contains("\nserver_address  left out\n"), "{}", exported.err);
}

#[test]
fn export_takes_what_the_session_does_not_tell() {
    let place = Place::new();
    let source = place.anonymous("a.session");
    assert!(run(&["export", &source, "--to", "pyrogram"]).failed().contains("api_id, user_id, is_bot"));
    let set = ["--set", "api_id=12345", "--set", "user_id=777000123", "--set", "is_bot=0"];
    let exported = run(&[&["export", &source, "--to", "pyrogram"], set.as_slice()].concat());
    assert_eq!((exported.code, exported.out), (0, place.string(StringFormat::Pyrogram) + "\n"));
    assert!(
        exported.err.contains("telethon@8 to pyrogram\n") && exported.err.contains("\nuser_id         overridden\n")
    );
}

#[test]
fn peers_survive_there_and_back() {
    let place = Place::new();
    let source = place.session("a.session");
    let names = ["b.session", "c.session"].map(|name| place.text(name));
    run(&["convert", &source, &names[0], "--to", "telethon"]).ok();
    run(&["convert", &names[0], &names[1], "--to", "pyrogram"]).ok();
    let (first, last) = (open(&source).contents().unwrap(), open(&names[1]).contents().unwrap());
    assert_eq!((first.peers, first.update_states), (last.peers.clone(), last.update_states));
    assert_eq!(last.peers[1].access_hash, anna().access_hash);
    assert_eq!((first.data.user_id, first.data.api_id), (last.data.user_id, last.data.api_id));
}

#[test]
fn a_file_needs_a_format_and_a_database_takes_none() {
    let place = Place::new();
    let file = place.session("a.session");
    let refused = run(&["convert", &file, "b.session"]).wrong_use();
    assert!(refused.contains("--to"), "{refused}");
    let refused = run(&["convert", &file, "cassandra://me:secret@host/a", "--to", "telethon"]).wrong_use();
    assert!(refused.contains("--to") && !refused.contains("secret"), "{refused}");
    for arguments in [&["convert", &file, "cassandra://me:secret@host/a"][..], &["list", "cassandra://me:secret@host"]]
    {
        let refused = run(arguments).failed();
        assert!(refused.contains("cassandra://") && !refused.contains("secret"), "{refused}");
    }
}
