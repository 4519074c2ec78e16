//! Encrypted sessions: their passphrases come from files and from standard input.

use std::fs;

use crate::support::{KEY_BYTE, Place, bytes, run, run_with_input};

const SECRET: &str = "a secret 'with' \"quotes\"";

fn holds(content: &[u8], part: &[u8]) -> bool {
    content.windows(part.len()).any(|window| window == part)
}

#[test]
fn a_session_is_encrypted_read_given_another_passphrase_and_decrypted() {
    let place = Place::new();
    let (source, target, back) = (place.session("a.session"), place.text("b.session"), place.text("c.session"));
    let (old, new) = (place.text("old"), place.text("new"));
    fs::write(&old, format!("{SECRET}\n")).unwrap();
    fs::write(&new, "another\r\n").unwrap();
    run(&["convert", &source, &target, "--to", "pyrogram@3", "--to-passphrase-file", &old]).ok();
    assert!(holds(&bytes(&source), &[KEY_BYTE; 32]) && !holds(&bytes(&target), &[KEY_BYTE; 16]));

    for arguments in [vec!["inspect", &target], vec!["peers", &target, "--passphrase-file", &new]] {
        let message = run(&arguments).failed();
        assert!(
            message.contains("b.session") && !message.contains("another") && !message.contains("secret"),
            "{message}"
        );
    }
    let told = run(&["inspect", &source, "--json"]).ok();
    assert_eq!(run(&["inspect", &target, "--json", "--passphrase-file", &old]).ok(), told);
    assert_eq!(run_with_input(&["inspect", &target, "--json", "--passphrase-file", "-"], SECRET).ok(), told);
    let found = run(&["doctor", &target, "--passphrase-file", &old]).ok();
    assert!(found.contains("SQLite finds no damage"), "{found}");
    let ran = run(&["doctor", &target]);
    assert!(ran.code == 1 && ran.out.contains("it is encrypted"), "{}", ran.out);

    run(&["passphrase", &target, "--passphrase-file", &old, "--new-passphrase-file", &new]).ok();
    run(&["inspect", &target, "--passphrase-file", &old]).failed();
    run(&["convert", &target, &back, "--to", "pyrogram@3", "--passphrase-file", &new]).ok();
    assert_eq!(run(&["inspect", &back, "--json"]).ok(), told);
    run(&["delete", &target, "--yes", "--passphrase-file", &new]).ok();
    assert!(!place.path("b.session").exists());
}
