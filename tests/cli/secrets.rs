//! No secret is printed but where the command is for that.

use std::fmt::Debug;

use tgsession::model::StringFormat;

use crate::support::{KEY_BYTE, Place, Ran, run};

fn key_hex() -> String {
    format!("{KEY_BYTE:02x}").repeat(256)
}

// Of a string or a key, any long piece.
#[track_caller]
fn assert_silent(ran: &Ran, secret: &str, context: &dyn Debug) {
    for piece in secret.as_bytes().windows(24) {
        let piece = std::str::from_utf8(piece).unwrap();
        assert!(!ran.out.contains(piece) && !ran.err.contains(piece), "{context:?}: {} {}", ran.out, ran.err);
    }
}

#[test]
fn the_key_is_shown_on_request_only() {
    let place = Place::new();
    let location = place.session("a.session");
    for arguments in
        [["inspect", &location, "--json"], ["peers", &location, "--json"], ["diagnose", &location, "--json"]]
    {
        assert_silent(&run(&arguments), &key_hex(), &arguments);
    }
    let shown = run(&["inspect", &location, "--json", "--show-secrets"]).ok();
    assert!(shown.contains(&format!("\"auth_key\":\"{}\",\"auth_key_id\"", key_hex())), "{shown}");
    assert!(run(&["inspect", &location, "--show-secrets"]).ok().contains(&key_hex()[..64]));
}

#[test]
fn a_string_among_the_arguments_is_not_repeated() {
    let place = Place::new();
    let file = place.session("a.session");
    for format in StringFormat::ALL {
        let whole = place.string(format);
        for string in [&whole, &whole[..whole.len() - 30]] {
            for arguments in [
                &[string] as &[&str],
                &["inspect", string],
                &["inspect", string, "--bogus"],
                &["inspect", &file, string],
                &["diagnose", string],
                &["get", &file, "--id", string],
                &["convert", &file, string, "--to", "kurigram"],
                &["convert", &file, "b", "--to", string],
                &["convert", &file, "b", "--to", "kurigram", "--set", string],
                &["convert", string, string, "--to", "kurigram"],
                &["list", string],
            ] {
                let ran = run(arguments);
                assert_silent(&ran, string, &(format, arguments.iter().map(|a| a.len()).collect::<Vec<_>>()));
            }
        }
    }
    assert_eq!(place.names(), ["a.session"]);
}

#[test]
fn a_key_among_the_arguments_is_not_repeated() {
    let place = Place::new();
    let (file, key) = (place.session("a.session"), key_hex());
    for set in [format!("auth_key={key}"), format!("auth_key={}", &key[1..]), format!("user_id={key}"), key.clone()] {
        for to in ["kurigram", "bogus"] {
            let ran = run(&["convert", &file, &place.text("a.session"), "--to", to, "--set", &set]);
            assert_ne!(ran.code, 0);
            assert_silent(&ran, &key, &to);
        }
    }
}

#[test]
fn a_bot_token_is_not_repeated() {
    let token = "12345678:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaww";
    assert_silent(&run(&["inspect", token]), token, &"inspect");
    assert_silent(&run(&["diagnose", token]), token, &"diagnose");
}

#[test]
fn help_speaks_of_standard_input() {
    let help = run(&["--help"]).ok();
    assert!(help.contains("standard input") && help.contains("process") || help.contains("history"), "{help}");
    assert!(run(&["convert", "--help"]).ok().contains("telethon@8"));
    run(&[]).wrong_use();
}

#[test]
fn a_password_among_the_arguments_is_not_repeated() {
    let url = "postgresql://me:a_long_password_of_somebody@host/db?session=a";
    for arguments in [&[url][..], &["inspect", url, url], &["peers", url, "--nothing"], &["list", url, url]] {
        let ran = run(arguments);
        assert_silent(&ran, "a_long_password_of_somebody", &arguments);
        assert_ne!(ran.code, 0);
    }
}
