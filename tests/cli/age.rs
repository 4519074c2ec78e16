//! Age files: export, and every command that reads one.

use std::fs;
use std::io::Write;
use std::process::Stdio;

use serde_json::Value;
use tgsession::session::{Options, Session};

use crate::support::{KEY_ID, Place, Ran, bytes, command, run, run_with_input};

const PASSPHRASE: &str = "correct horse battery staple";

struct Keys {
    recipient: String,
    identity: String,
    file: String,
}

fn keys(place: &Place, name: &str) -> Keys {
    use ::age::secrecy::ExposeSecret;
    let pair = ::age::x25519::Identity::generate();
    let identity = pair.to_string().expose_secret().to_owned();
    fs::write(place.path(name), format!("# created: 2026-01-01\n{identity}\n")).unwrap();
    Keys { recipient: pair.to_public().to_string(), identity, file: place.text(name) }
}

/// A session, its recipient, and its age file.
fn backup(place: &Place) -> (String, Keys, String) {
    let (source, keys, target) = (place.session("a.session"), keys(place, "key.txt"), place.text("backup.age"));
    let ran = run(&["export", &source, "--to-age-recipient", &keys.recipient, "--output", &target]);
    assert_eq!(ran.ok(), "");
    (source, keys, target)
}

#[track_caller]
fn is_silent(text: &str, keys: &Keys) {
    assert!(!text.contains(&keys.identity[16..40]) && !text.contains("horse"), "{text}");
}

fn run_with_bytes(arguments: &[&str], input: &[u8]) -> Ran {
    let mut child =
        command(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

#[test]
fn an_age_file_goes_out_and_comes_back() {
    let place = Place::new();
    let (source, keys, target) = backup(&place);
    assert!(bytes(&target).starts_with(b"age-encryption.org/v1\n"));
    let back = place.text("back.session");
    let out = run(&["convert", &target, &back, "--age-identity", &keys.file, "--to", "telethon@8"]).ok();
    assert!(out.starts_with("pyrogram@3 to telethon@8\n"), "{out}");
    let read = |location: &str| Session::open(location, &Options::default()).unwrap();
    assert_eq!(read(&back).data().unwrap().auth_key, read(&source).data().unwrap().auth_key);
    assert_eq!(read(&back).peers(None).unwrap().len(), 2);
    // What is in it is the file that the source is.
    let identity: ::age::x25519::Identity = keys.identity.parse().unwrap();
    assert_eq!(::age::decrypt(&identity, &bytes(&target)).unwrap(), bytes(&source));
}

#[cfg(unix)]
#[test]
fn it_is_its_owners_only_and_never_overwritten() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    let (source, keys, target) = backup(&place);
    assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o600);
    let before = bytes(&target);
    let again = ["export", &source, "--to-age-recipient", &keys.recipient, "--output", &target];
    assert!(run(&again).failed().contains("already exists"));
    assert_eq!(bytes(&target), before);
    let string = ["export", &source, "--to", "pyrogram", "--output", &place.text("string.txt")];
    assert_eq!(run(&string).code, 0);
    assert_eq!(fs::metadata(place.path("string.txt")).unwrap().permissions().mode() & 0o777, 0o600);
    let text = fs::read_to_string(place.path("string.txt")).unwrap();
    assert!(run_with_input(&["inspect", "-"], &text).ok().contains(KEY_ID));
}

#[test]
fn every_command_that_reads_takes_one() {
    let place = Place::new();
    let (_, keys, target) = backup(&place);
    let with = |rest: &[&str]| run(&[rest, &["--age-identity", &keys.file]].concat());
    assert!(with(&["inspect", &target]).ok().contains(KEY_ID));
    assert!(with(&["peers", &target]).ok().contains("anna"));
    assert!(with(&["states", &target]).ok().contains("1001"));
    assert!(with(&["get", &target, "--username", "anna"]).ok().contains("777000101"));
    let exported = with(&["export", &target, "--to", "pyrogram"]);
    assert_eq!(exported.code, 0);
    assert!(run_with_input(&["inspect", "-"], &exported.out).ok().contains(KEY_ID));
    // From one lock to another, through a pipe: the file on standard input, and the identity there.
    let other = self::keys(&place, "other.txt");
    let moved = place.text("moved.age");
    with(&["export", &target, "--to-age-recipient", &other.recipient, "--output", &moved]).ok();
    let from_pipe = run_with_bytes(&["inspect", "-", "--age-identity", &other.file], &bytes(&moved));
    assert!(from_pipe.ok().contains(KEY_ID));
    let identity_from_pipe = run_with_input(&["inspect", &moved, "--age-identity", "-"], &other.identity);
    assert!(identity_from_pipe.ok().contains(KEY_ID));
    assert!(run(&["inspect", &moved, "--age-identity", &keys.file]).failed().contains("none of the identities"));
}

#[test]
fn a_passphrase_is_in_a_file_or_on_standard_input() {
    let place = Place::new();
    let source = place.session("a.session");
    fs::write(place.path("passphrase"), format!("{PASSPHRASE}\r\n")).unwrap();
    let (file, target) = (place.text("passphrase"), place.text("backup.age"));
    run(&["export", &source, "--to-age-passphrase-file", &file, "--output", &target]).ok();
    let opened = run_with_input(&["inspect", &target, "--age-passphrase-file", "-"], PASSPHRASE);
    assert!(opened.ok().contains(KEY_ID));
    let wrong = run_with_input(&["inspect", &target, "--age-passphrase-file", "-"], "wrong horse\n").failed();
    assert!(wrong.contains("the passphrase is not its own") && !wrong.contains("horse"), "{wrong}");
    let empty = run_with_input(&["inspect", &target, "--age-passphrase-file", "-"], "\n").failed();
    assert!(empty.contains("the passphrase is empty"), "{empty}");
}

#[test]
fn without_its_key_it_says_what_it_is() {
    let place = Place::new();
    let (_, keys, target) = backup(&place);
    for arguments in [&["inspect", &target] as &[&str], &["peers", &target], &["export", &target, "--to", "telethon"]] {
        let message = run(arguments).failed();
        assert!(message.contains("is encrypted with age: give --age-identity FILE"), "{message}");
    }
    let diagnosis: Value = serde_json::from_str(&run(&["diagnose", &target, "--json"]).ok()).unwrap();
    assert_eq!((&diagnosis["kind"], &diagnosis["intact"]), (&"encrypted_file".into(), &false.into()));
    let doctor = run(&["doctor", &target]);
    assert!(doctor.code == 1 && doctor.out.contains("encrypted with age"), "{}", doctor.out);
    // A folder of backups is not a folder of sessions that do not open.
    let listed = run(&["list", place.path("").to_str().unwrap()]).ok();
    assert!(listed.contains("a.session") && !listed.contains("backup.age"), "{listed}");
    is_silent(&doctor.out, &keys);
}

#[test]
fn what_cannot_be_is_refused_and_no_secret_is_repeated() {
    let place = Place::new();
    let (source, keys, target) = backup(&place);
    let export = |rest: &[&str]| run(&[&["export", source.as_str()], rest].concat());
    for (ran, told) in [
        (export(&[]), "required"),
        (export(&["--to", "pyrogram", "--to-age-recipient", &keys.recipient]), "session string"),
        (export(&["--to-age-recipient", &keys.recipient, "--to-age-passphrase-file", "-"]), ""),
        (export(&["--to-age-recipient", &keys.recipient, "--set", "user_id=5"]), ""),
        (export(&["--to-age-recipient", &keys.recipient, "--bogus", &keys.identity]), ""),
        (export(&[&keys.identity, "--to-age-recipient", &keys.recipient]), ""),
        (run(&["inspect", "-", "--age-identity", "-"]), "cannot be both"),
        (run(&["export", "-", "--to-age-passphrase-file", "-"]), "cannot be both"),
        (run(&["inspect", &target, "--age-identity", &keys.file, "--age-passphrase-file", "-"]), ""),
        (
            run(&["convert", place.path("").to_str().unwrap(), "b", "--to", "kurigram", "--age-identity", &keys.file]),
            "SOURCE is a folder",
        ),
    ] {
        let message = ran.wrong_use();
        assert!(message.contains(told), "{told}: {message}");
        is_silent(&message, &keys);
    }
    for (ran, told) in [
        (
            export(&["--to-age-recipient", &keys.recipient, "--to-age-recipient", &keys.identity]),
            "recipient 2 is an identity",
        ),
        (export(&["--to-age-recipient", "ssh-ed25519 AAAA"]), "recipient 1 is an SSH key"),
        (export(&["--to-age-passphrase-file", &place.text("none")]), "none"),
        (run(&["inspect", &source, "--age-identity", &keys.file]), "not encrypted with age"),
        (run(&["inspect", &target, "--age-identity", &source]), "identity"),
        (run(&["inspect", &target, "--age-identity", &place.text("")]), "read"),
        (run(&["inspect", &place.text("none.age"), "--age-identity", &keys.file]), "none.age"),
    ] {
        let message = ran.failed();
        assert!(message.contains(told), "{told}: {message}");
        is_silent(&message, &keys);
    }
    assert_eq!(place.names(), ["a.session", "backup.age", "key.txt"]);
}
