//! TDLib's `td.binlog`: TDLib itself opens what is composed here (`common/composed.rs`), and this library reads what TDLib makes
//! of it.

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tgsession::ErrorCode;

use crate::ask::ask;
use crate::composed::{binlog, key, login, set};
use crate::keyed_files::{code, open};

#[test]
fn a_binlog_is_read_with_its_key_or_the_default_one() {
    for (database_key, given) in [(&b"cucumber"[..], None), (b"cucumber", Some(&b""[..])), (b"my own", Some(b"my own"))]
    {
        let session = open(&binlog(database_key, &login()), given).unwrap();
        assert_eq!(session.format().unwrap().name, "tdlib");
        let contents = session.contents().unwrap();
        let data = &contents.data;
        assert_eq!((data.dc_id, data.user_id, data.is_bot), (Some(4), Some(777_000_123), Some(false)));
        assert_eq!(data.auth_key, Some(key(5)));
        let others: Vec<_> = contents.data_centers().into_iter().map(|dc| (dc.id, dc.auth_key)).collect();
        assert_eq!(others, [(2, Some(key(3)))], "the erased key of 5 is gone");
        assert!(session.leftovers().unwrap().remarks.is_empty());
    }
}

#[test]
fn a_binlog_tells_a_wrong_key_from_none_and_from_no_login() {
    let own = binlog(b"my own", &login());
    assert_eq!(code(&own, None), ErrorCode::WrongKey);
    assert_eq!(code(&own, Some(b"another")), ErrorCode::WrongKey);
    let empty = open(&binlog(b"cucumber", &[set(2, "main_dc_id", b"4")]), None).map(drop).unwrap_err();
    assert!(empty.code() == ErrorCode::NotASession && empty.to_string().contains("without a login"), "{empty}");
}

#[test]
fn a_binlog_that_is_cut_off_gives_what_stands_before() {
    let file = binlog(b"cucumber", &login());
    let whole = open(&file, None).unwrap().contents().unwrap();
    for len in 0..file.len() {
        let Ok(session) = open(&file[..len], None) else { continue };
        let contents = session.contents().unwrap();
        let keys = [contents.data.auth_key.clone(), contents.data_centers().first().and_then(|dc| dc.auth_key.clone())];
        for key in keys.into_iter().flatten() {
            assert!([key.clone() == self::key(5), key == self::key(3), key == self::key(9)].contains(&true), "{len}");
        }
    }
    let cut = open(&file[..file.len() - 3], None).unwrap();
    assert_eq!(cut.contents().unwrap(), whole);
    assert!(cut.leftovers().unwrap().remarks[0].contains("cut off"));
}

#[test]
fn a_login_that_is_not_finished_is_remarked() {
    let events: Vec<_> =
        login().into_iter().filter(|event| !event.windows(5).any(|part| part == b"\x04auth")).collect();
    let session = open(&binlog(b"cucumber", &events), None).unwrap();
    assert_eq!(session.data().unwrap().is_bot, None);
    assert!(session.leftovers().unwrap().remarks[0].contains("not finished"));
}

/// What the real TDLib answers when it opens the binlog in each folder with the key beside it.
fn ask_tdlib(questions: &[(&Path, &[u8])]) -> Vec<Value> {
    let command = format!("python3 '{}/tests/codec/ask_tdlib.py'", env!("CARGO_MANIFEST_DIR"));
    let question = |(folder, key): &(&Path, &[u8])| json!({"folder": folder, "database_key": STANDARD.encode(key)});
    ask(&command, &questions.iter().map(question).collect::<Vec<_>>())
}

/// TDLib's default key, and keys of an owner's.
const OWN_KEYS: [&[u8]; 3] = [b"", b"my own", "ключ с пробелом\0".as_bytes()];

#[test]
#[ignore = "needs TDLib: make test-rust"]
fn tdlib_opens_what_is_composed_here_and_what_it_makes_of_it_is_read() {
    let folders = OWN_KEYS.map(|_| tempfile::tempdir().unwrap());
    for (folder, own) in folders.iter().zip(OWN_KEYS) {
        let under: &[u8] = if own.is_empty() { b"cucumber" } else { own };
        fs::write(folder.path().join("td.binlog"), binlog(under, &login())).unwrap();
    }
    let questions: Vec<_> = folders.iter().map(tempfile::TempDir::path).zip(OWN_KEYS).collect();
    for answer in ask_tdlib(&questions) {
        assert_eq!(answer, json!({"state": "authorizationStateReady", "my_id": "777000123", "error": null}));
    }
    // TDLib has written to it, and so erased what we do not know.
    for (folder, own) in questions {
        let written = fs::read(folder.join("td.binlog")).unwrap();
        assert_ne!(written, binlog(b"cucumber", &login()));
        let contents = open(&written, Some(own)).unwrap().contents().unwrap();
        assert_eq!((contents.data.dc_id, contents.data.user_id), (Some(4), Some(777_000_123)));
        assert_eq!(contents.data.auth_key, Some(key(5)));
        assert_eq!(code(&written, Some(b"another")), ErrorCode::WrongKey);
    }
}

#[test]
#[ignore = "needs TDLib: make test-rust"]
fn what_tdlib_begins_has_no_login_yet() {
    let folders = OWN_KEYS.map(|_| tempfile::tempdir().unwrap());
    let questions: Vec<_> = folders.iter().map(tempfile::TempDir::path).zip(OWN_KEYS).collect();
    for answer in ask_tdlib(&questions) {
        assert_eq!(answer, json!({"state": "authorizationStateWaitPhoneNumber", "my_id": null, "error": null}));
    }
    for (folder, own) in questions {
        let begun = fs::read(folder.join("td.binlog")).unwrap();
        assert_eq!(code(&begun, Some(own)), ErrorCode::NotASession);
        assert_eq!(code(&begun, Some(b"another")), ErrorCode::WrongKey);
    }
}
