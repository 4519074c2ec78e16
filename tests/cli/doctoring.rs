//! `tgsession doctor`.

use std::fs;

use serde_json::Value;
use tgsession::model::StringFormat;
use tgsession::session::{Options, Session};

use crate::support::{KEY_BYTE, KEY_ID, Place, anna, bytes, members, run, run_with_input};

fn doctor(location: &str) -> (i32, Value) {
    let ran = run(&["doctor", location, "--json"]);
    (ran.code, serde_json::from_str(&ran.out).unwrap())
}

/// The findings that are not as they should be: severity and check.
fn complaints(examination: &Value) -> Vec<(String, String)> {
    let text = |finding: &Value, name: &str| finding[name].as_str().unwrap().to_owned();
    let findings = examination["findings"].as_array().unwrap();
    let all = findings.iter().map(|finding| (text(finding, "severity"), text(finding, "check")));
    all.filter(|(severity, _)| severity != "ok").collect()
}

fn complaint(severity: &str, check: &str) -> (String, String) {
    (severity.to_owned(), check.to_owned())
}

fn sql(location: &str, batch: &str) {
    rusqlite::Connection::open(location).unwrap().execute_batch(batch).unwrap();
}

#[test]
fn a_sound_session_is_told_so() {
    let place = Place::new();
    let location = place.session("anna.session");
    let shown = run(&["doctor", &location]).ok();
    for part in ["pyrogram@3", KEY_ID, "SQLite finds no damage", "its client opens it", "it opens: 2 peers"] {
        assert!(shown.contains(part), "'{part}' is not in\n{shown}");
    }
    let (code, examination) = doctor(&location);
    assert_eq!((code, examination["is_sound"].as_bool()), (0, Some(true)));
    assert_eq!(complaints(&examination), []);
    let named = ["location", "kind", "format", "auth_key_id", "is_sound", "findings", "salvage"];
    assert_eq!(members(&examination), named);
    assert_eq!(members(&examination["findings"][0]), ["check", "severity", "message", "remedy"]);
}

#[test]
fn each_defect_is_named_with_a_remedy() {
    let key = format!("zeroblob(200) || x'{}'", "07".repeat(56));
    let cases: [(&str, i32, (&str, &str)); 8] = [
        ("UPDATE sessions SET auth_key = zeroblob(256)", 1, ("error", "login")),
        (&format!("UPDATE sessions SET auth_key = CAST({key} AS BLOB)"), 1, ("error", "login")),
        ("UPDATE sessions SET auth_key = x'0102'", 1, ("error", "open")),
        ("UPDATE sessions SET auth_key = NULL", 0, ("warning", "login")),
        ("UPDATE sessions SET is_bot = NULL", 1, ("error", "owner")),
        ("UPDATE sessions SET dc_id = 77", 0, ("warning", "login")),
        ("DROP INDEX idx_peers_username", 0, ("warning", "schema")),
        ("UPDATE peers SET type = 'planet'", 0, ("warning", "peers")),
    ];
    for (batch, code, (severity, check)) in cases {
        let place = Place::new();
        let location = place.session("anna.session");
        sql(&location, batch);
        let (found, examination) = doctor(&location);
        assert_eq!(found, code, "{batch}: {examination}");
        assert_eq!(complaints(&examination), [complaint(severity, check)], "{batch}");
        let worst = &examination["findings"][0];
        assert!(worst["remedy"].is_string(), "{batch}: {worst}");
        let message = worst["message"].as_str().unwrap();
        assert!(!message.ends_with('.') && message.lines().count() == 1, "{message}");
    }
}

#[test]
fn an_address_of_another_data_centre_is_an_error() {
    let place = Place::new();
    let location = place.anonymous("anna.session");
    sql(&location, "UPDATE sessions SET server_address = '149.154.167.51'");
    let (code, examination) = doctor(&location);
    assert_eq!((code, complaints(&examination)), (1, vec![complaint("error", "login")]));
    assert!(examination["findings"][0]["message"].as_str().unwrap().contains("data centre 2"), "{examination}");
}

#[cfg(unix)]
#[test]
fn links_and_modes_are_told() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let place = Place::new();
    let (location, link) = (place.session("anna.session"), place.text("link.session"));
    fs::set_permissions(&location, fs::Permissions::from_mode(0o644)).unwrap();
    symlink(&location, &link).unwrap();
    let (code, examination) = doctor(&link);
    assert_eq!((code, complaints(&examination)), (0, vec![complaint("warning", "link"), complaint("warning", "mode")]));
    fs::remove_file(&link).unwrap();
    fs::hard_link(&location, &link).unwrap();
    let (_, examination) = doctor(&location);
    assert_eq!(complaints(&examination)[0], complaint("warning", "link"));
}

#[test]
fn a_journal_or_wal_of_another_file_is_an_error() {
    let place = Place::new();
    let location = place.session("anna.session");
    // A WAL of a database with other pages.
    let other = place.text("other.db");
    let conn = rusqlite::Connection::open(&other).unwrap();
    conn.execute_batch("PRAGMA page_size = 1024; PRAGMA journal_mode = WAL; CREATE TABLE a (b)").unwrap();
    fs::copy(place.path("other.db-wal"), place.path("anna.session-wal")).unwrap();
    let before = bytes(&location);
    let (code, examination) = doctor(&location);
    assert_eq!((code, &complaints(&examination)[0]), (1, &complaint("error", "wal")), "{examination}");
    fs::remove_file(place.path("anna.session-wal")).unwrap();
    fs::write(place.path("anna.session-journal"), "not a journal").unwrap();
    let (_, examination) = doctor(&location);
    assert!(complaints(&examination).contains(&complaint("warning", "journal")), "{examination}");
    assert_eq!(bytes(&location), before);
}

#[test]
fn a_wal_with_another_login_is_told() {
    let place = Place::new();
    let (old, new) = (place.session_of("old.session", 7), place.session("anna.session"));
    for location in [&old, &new] {
        sql(location, "PRAGMA journal_mode = WAL");
    }
    let session = Session::open(&new, &Options::default()).unwrap();
    session.update_peers(&[anna()]).unwrap();
    let conn = rusqlite::Connection::open(&new).unwrap();
    conn.execute_batch("UPDATE sessions SET date = 5").unwrap();
    let wal = fs::read(place.path("anna.session-wal")).unwrap();
    drop((session, conn));
    // The old file was restored, and the WAL of the new one left beside it.
    fs::write(place.path("old.session-wal"), wal).unwrap();
    let (_, examination) = doctor(&old);
    let findings = examination["findings"].to_string();
    assert!(findings.contains("the -wal has another login") && findings.contains(KEY_ID), "{findings}");
}

#[test]
fn a_locked_file_is_read_as_a_copy_and_a_damaged_wal_is_told() {
    let place = Place::new();
    let location = place.session("anna.session");
    let conn = rusqlite::Connection::open(&location).unwrap();
    conn.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let (code, examination) = doctor(&location);
    assert_eq!((code, complaints(&examination)), (0, vec![complaint("warning", "lock")]));
    let copied = run(&["doctor", &location, "--salvage", &place.text("copy.session")]);
    assert_eq!(copied.code, 0, "{}{}", copied.out, copied.err);
    conn.execute_batch("COMMIT; PRAGMA journal_mode = WAL; UPDATE sessions SET date = 5; UPDATE sessions SET date = 6")
        .unwrap();
    // As a client leaves it that was killed.
    let [file, mut wal] = ["anna.session", "anna.session-wal"].map(|name| fs::read(place.path(name)).unwrap());
    drop(conn);
    wal[32 + 24 + 8] ^= 1;
    fs::write(&location, file).unwrap();
    fs::write(place.path("anna.session-wal"), &wal).unwrap();
    let (code, examination) = doctor(&location);
    assert_eq!((code, &complaints(&examination)[0]), (1, &complaint("error", "wal")), "{examination}");
    assert_eq!(bytes(place.path("anna.session-wal")), wal);
}

#[cfg(feature = "sql")]
#[test]
fn a_session_in_a_database_is_examined_as_far_as_its_engine_tells() {
    let place = Place::new();
    let (location, store) = (place.anonymous("anna.session"), place.text("many.db"));
    let named = format!("sqlite:///{store}?session=anna");
    run(&["convert", &location, &named]).ok();
    let (code, examination) = doctor(&named);
    assert_eq!((code, complaints(&examination)), (0, vec![]), "{examination}");
    assert_eq!((examination["kind"].as_str(), examination["auth_key_id"].as_str()), (Some("store"), Some(KEY_ID)));
    // The URL of a store may hold a password.
    let saved = run(&["doctor", &location, "--salvage", &format!("sqlite:///{store}?session=saved&note=passw0rd")]);
    assert!(!saved.out.contains("passw0rd") && !saved.err.contains("passw0rd"), "{}{}", saved.out, saved.err);
    let (code, examination) = doctor(&format!("sqlite:///{store}?session=nobody"));
    assert_eq!((code, complaints(&examination)), (1, vec![complaint("error", "open")]));
}

#[test]
fn strings_and_json_are_examined_too() {
    let place = Place::new();
    let string = place.string(StringFormat::Pyrogram);
    let ran = run_with_input(&["doctor", "-", "--json"], &string);
    let examination: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, complaints(&examination)), (0, vec![]));
    assert_eq!(
        (examination["kind"].as_str(), examination["auth_key_id"].as_str()),
        (Some("session_string"), Some(KEY_ID))
    );
    let cut = &string[..300];
    for ran in [run_with_input(&["doctor", "-"], cut), run(&["doctor", cut])] {
        assert_eq!(ran.code, 1);
        assert!(ran.out.contains("error") && ran.out.contains("string"), "{}", ran.out);
        for piece in cut.as_bytes().chunks(16).map(|piece| std::str::from_utf8(piece).unwrap()) {
            assert!(!ran.out.contains(piece) && !ran.err.contains(piece), "{piece} is shown");
        }
    }
    let json = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/pyrogram-0.14.1/account.session");
    let (_, examination) = doctor(json);
    assert_eq!(examination["kind"], "json");
    let token = run(&["doctor", "123456789:AAF0123456789abcdefghijklmnopqrstuv"]);
    assert!(!token.out.contains("AAF0123") && !token.err.contains("AAF0123"), "{}{}", token.out, token.err);
}

#[test]
fn what_is_not_there_or_no_session_fails() {
    let place = Place::new();
    assert!(run(&["doctor", &place.text("missing.session")]).failed().contains("missing.session"));
    fs::write(place.path("text.session"), "hello").unwrap();
    let (code, examination) = doctor(&place.text("text.session"));
    assert_eq!((code, complaints(&examination).first()), (1, Some(&complaint("error", "open"))));
}

/// Overwrites the first page, without which SQLite reads nothing.
fn damage(location: &str) {
    let mut bytes = fs::read(location).unwrap();
    bytes[..4096].fill(0x2a);
    fs::write(location, bytes).unwrap();
}

#[test]
fn a_damaged_session_is_salvaged() {
    let place = Place::new();
    let (location, target) = (place.session("anna.session"), place.text("saved.session"));
    damage(&location);
    let before = bytes(&location);
    let (code, examination) = doctor(&location);
    assert_eq!((code, examination["kind"].as_str()), (1, Some("sqlite")), "{examination}");
    let ran = run(&["doctor", &location, "--salvage", &target]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    for part in ["page by page", KEY_ID, "2 with 1 usernames", "the schema is lost"] {
        assert!(ran.out.contains(part), "'{part}' is not in\n{}", ran.out);
    }
    assert_eq!(bytes(&location), before);
    let saved = Session::open(&target, &Options { create: false, ..Options::default() }).unwrap();
    assert_eq!(saved.data().unwrap().auth_key.unwrap().as_bytes(), &[KEY_BYTE; 256]);
    assert_eq!(saved.peers(None).unwrap().len(), 2);
    let (code, examination) = doctor(&target);
    assert_eq!((code, complaints(&examination)), (0, vec![]));
    // It is not overwritten.
    assert!(run(&["doctor", &location, "--salvage", &target]).err.contains("already exists"));
}

#[test]
fn a_sound_session_is_copied_into_another_layout() {
    let place = Place::new();
    let (location, target) = (place.session("anna.session"), place.text("copy.session"));
    let ran = run(&["doctor", &location, "--salvage", &target, "--to", "kurigram@7", "--json"]);
    let made: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, made["salvage"]["method"].as_str()), (0, Some("engine")));
    assert_eq!(made["salvage"]["conversion"]["target"], "kurigram@7");
    assert_eq!(made["salvage"]["login"], "found");
}

#[test]
fn a_lost_key_is_a_failure_and_the_peers_are_saved() {
    let place = Place::new();
    let (location, target) = (place.session("anna.session"), place.text("saved.session"));
    let conn = rusqlite::Connection::open(&location).unwrap();
    let root: usize = conn
        .query_row("SELECT rootpage FROM sqlite_master WHERE name = 'sessions'", [], |row| row.get::<_, i64>(0))
        .unwrap()
        .try_into()
        .unwrap();
    drop(conn);
    let mut damaged = fs::read(&location).unwrap();
    damaged[(root - 1) * 4096..root * 4096].fill(0);
    fs::write(&location, damaged).unwrap();
    let ran = run(&["doctor", &location, "--salvage", &target]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("the auth key is lost"), "{}", ran.err);
    let saved = Session::open(&target, &Options { create: false, ..Options::default() }).unwrap();
    assert_eq!((saved.data().unwrap().auth_key, saved.peers(None).unwrap().len()), (None, 2));
}

#[test]
fn options_without_salvage_are_wrong_use() {
    let place = Place::new();
    let location = place.session("anna.session");
    for option in [["--to", "telethon"], ["--key-id", KEY_ID], ["--set", "user_id=1"]] {
        run(&["doctor", &location, option[0], option[1]]).wrong_use();
    }
    run_with_input(&["doctor", "-", "--salvage", &place.text("x.session")], "x").wrong_use();
}

#[test]
fn nothing_of_the_key_is_shown() {
    let place = Place::new();
    let location = place.session("anna.session");
    let sound = run(&["doctor", &location, "--salvage", &place.text("one.session")]);
    damage(&location);
    let damaged = run(&["doctor", &location, "--salvage", &place.text("two.session"), "--json"]);
    for ran in [sound, damaged] {
        for text in ["a5a5a5", "A5A5A5", "paWlpa", "165, 165"] {
            assert!(!ran.out.contains(text) && !ran.err.contains(text), "{text} is shown in\n{}", ran.out);
        }
    }
}
