//! inspect, peers, states, get, list of one file: what they say, and that they change nothing.

use std::io::Read;
use std::process::Stdio;

use serde_json::{Value, json};
use tgsession::codec::encode_session_string;
use tgsession::model::{AuthKey, SessionData, StringFormat};
use tgsession::session::{Options, Session};

use crate::support::{CHANNEL, KEY_ID, Place, USER_ID, anna, bytes, command, json_lines, members, run, run_with_input};

const INSPECTION: [&str; 17] = [
    "format",
    "version",
    "dc_id",
    "server_address",
    "port",
    "api_id",
    "test_mode",
    "auth_key_id",
    "user_id",
    "is_bot",
    "date",
    "takeout_id",
    "peers",
    "usernames",
    "update_states",
    "sent_files",
    "values",
];

#[test]
fn inspect_tells_every_field() {
    let place = Place::new();
    let out = run(&["inspect", &place.session("a.session"), "--json"]).ok();
    assert_eq!(out.lines().count(), 1, "compact where nobody looks");
    let found: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(members(&found), INSPECTION);
    let expected = json!({
        "format": "pyrogram", "version": 3, "dc_id": 4, "server_address": null, "port": null, "api_id": 12345,
        "test_mode": false, "auth_key_id": KEY_ID, "user_id": USER_ID, "is_bot": false, "date": 1_700_000_000,
        "takeout_id": null, "peers": 2, "usernames": 1, "update_states": 1, "sent_files": 0, "values": 0,
    });
    assert_eq!(found, expected);
}

#[test]
fn inspect_speaks_to_people_too() {
    let place = Place::new();
    let out = run(&["inspect", &place.session("a.session")]).ok();
    assert!(out.contains("\nformat          pyrogram@3\n"), "{out}");
    assert!(out.contains("\nport            -\n"), "{out}");
    assert!(out.contains("\ndate            1700000000 (2023-11-14 22:13:20 UTC)\n"), "{out}");
}

#[test]
fn a_session_string_comes_by_standard_input() {
    let place = Place::new();
    let string = place.string(StringFormat::Pyrogram);
    let out = run_with_input(&["inspect", "-", "--json"], &format!(" '{string}'\n")).ok();
    assert_eq!(serde_json::from_str::<Value>(&out).unwrap()["user_id"], USER_ID);
    assert!(run(&["inspect", "-"]).failed().contains("standard input is empty"));
}

#[test]
fn peers_are_lines_of_json() {
    let place = Place::new();
    let out = run(&["peers", &place.session("a.session"), "--json"]).ok();
    let [news, anna] = json_lines(&out).try_into().unwrap();
    assert_eq!(members(&anna), ["id", "access_hash", "type", "usernames", "phone_number", "name", "last_update_on"]);
    assert!(anna["last_update_on"].as_i64() > Some(1_700_000_000));
    assert_eq!((&anna["access_hash"], &anna["usernames"]), (&json!(i64::MIN), &json!(["anna"])));
    assert_eq!((&news["id"], &news["type"]), (&json!(CHANNEL), &json!("channel")));
    assert_eq!((&news["access_hash"], &news["usernames"], &news["name"]), (&Value::Null, &json!([]), &Value::Null));
}

#[test]
fn a_name_does_not_steer_the_terminal() {
    let place = Place::new();
    let out = run(&["peers", &place.session("a.session")]).ok();
    assert!(!out.contains('\u{1b}'), "{out:?}");
    assert!(out.lines().nth(2).unwrap().ends_with(r"Анна \u{1b}[2J"), "{out}");
    let starts: Vec<_> =
        out.lines().map(|line| line.find("TYPE").or(line.find("channel")).or(line.find("user"))).collect();
    assert_eq!(starts, [starts[0]; 3], "aligned");
}

#[test]
fn states_are_lines_of_json() {
    let place = Place::new();
    let location = place.session("a.session");
    let out = run(&["states", &location, "--json"]).ok();
    assert_eq!(out, "{\"id\":0,\"pts\":1001,\"qts\":0,\"date\":1700000000,\"seq\":null}\n");
    assert!(run(&["states", &location]).ok().contains("2023-11-14 22:13:20 UTC"));
}

#[test]
fn a_peer_is_got_by_each_key() {
    let place = Place::new();
    let location = place.session("a.session");
    for key in [["--id", "777000101"], ["--username", "@ANNA"], ["--phone", "+999 66 110001"]] {
        let out = run(&["get", &location, key[0], key[1], "--json"]).ok();
        assert_eq!(serde_json::from_str::<Value>(&out).unwrap()["id"], anna().id);
    }
    assert!(run(&["get", &location, "--id", &CHANNEL.to_string()]).ok().contains("channel"));
}

#[test]
fn who_is_not_there_is_not_found() {
    let place = Place::new();
    let location = place.session("a.session");
    assert!(run(&["get", &location, "--username", "nobody"]).failed().contains("not found"));
    assert!(run(&["get", &place.long_ago("b.session"), "--username", "anna"]).failed().contains("seen too long ago"));
    run(&["get", &location]).wrong_use();
    run(&["get", &location, "--id", "1", "--phone", "1"]).wrong_use();
}

#[test]
fn reading_changes_nothing_and_makes_nothing() {
    let place = Place::new();
    let location = place.session("a.session");
    let before = bytes(&location);
    for arguments in [
        &["inspect", &location] as &[&str],
        &["inspect", &location, "--show-secrets"],
        &["peers", &location],
        &["states", &location],
        &["get", &location, "--id", "777000101"],
        &["diagnose", &location],
    ] {
        run(arguments).ok();
    }
    run(&["list", &place.text("")]).ok();
    assert_eq!(run(&["export", &location, "--to", "telethon"]).code, 0);
    assert!(run(&["inspect", &place.text("none.session")]).failed().contains("no such file"));
    assert_eq!((bytes(&location), place.names()), (before, vec!["a.session".to_owned()]));
}

#[test]
fn a_closed_pipe_is_no_error() {
    let place = Place::new();
    let location = place.session("a.session");
    let many: Vec<_> = (1..20_000).map(|id| tgsession::model::Peer { id, ..anna() }).collect();
    Session::open(&location, &Options::default()).unwrap().update_peers(&many).unwrap();
    let mut child =
        command(&["peers", &location, "--json"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = [0; 10];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
}

#[test]
fn a_string_that_can_be_read_in_two_ways_is_read_with_its_format_named_only() {
    let place = Place::new();
    // Of Pyrogram 1: it can be what is left of one of Pyrogram 2, too.
    let (key, user_id) = ([&[7; 254][..], &[0x10, 0x20]].concat(), 16 * 500_000_000_i64);
    let data = SessionData {
        dc_id: Some(2),
        test_mode: Some(false),
        auth_key: Some(AuthKey::new(&key).unwrap()),
        user_id: Some(user_id),
        is_bot: Some(false),
        ..SessionData::default()
    };
    let string = encode_session_string(StringFormat::Pyrogram1, &data).unwrap();
    let named = |command: &[&str]| run_with_input(&[command, &["--from", "pyrogram-1"]].concat(), &string);
    let target = place.text("made.session");
    let commands: [&[&str]; 6] = [
        &["inspect", "-"],
        &["peers", "-"],
        &["states", "-"],
        &["get", "-", "--id", "1"],
        &["export", "-", "--to", "telethon"],
        &["convert", "-", &target, "--to", "telethon"],
    ];
    for command in commands {
        let refused = run_with_input(command, &string).failed();
        assert!(
            refused.contains("Pyrogram 2 one that lost 6 characters") && refused.contains("--from pyrogram-1"),
            "{refused}"
        );
        let wrong = run_with_input(&[command, &["--from", "telethon"]].concat(), &string).failed();
        assert!(wrong.contains("telethon") || wrong.contains("Telethon"), "{wrong}");
        let read = named(command);
        assert!(read.code == 0 || read.err.contains("not found"), "{command:?}: {}", read.err);
    }
    assert!(named(&["inspect", "-", "--json"]).ok().contains(&user_id.to_string()));
    let file = place.session("a.session");
    assert!(run(&["inspect", &file, "--from", "kurigram"]).failed().contains("kurigram is expected"));
    run(&["inspect", &file, "--from", "pyrogram"]).ok();
    run(&["inspect", &file, "--from", "none"]).wrong_use();
}
