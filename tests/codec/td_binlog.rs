//! TDLib's `td.binlog`, composed from its published source, independently of the codec. TDLib itself opens what is composed
//! here, and this library reads what TDLib makes of it.

use std::fs;
use std::path::Path;

use aes::cipher::{KeyIvInit, StreamCipher};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use tgsession::ErrorCode;
use tgsession::model::AuthKey;

use crate::keyed_files::{code, key, open};
use crate::live::ask;

fn tl(bytes: &[u8]) -> Vec<u8> {
    let mut out = if bytes.len() < 254 {
        vec![u8::try_from(bytes.len()).unwrap()]
    } else {
        [&[254][..], &bytes.len().to_le_bytes()[..3]].concat()
    };
    out.extend(bytes);
    out.resize(out.len().next_multiple_of(4), 0);
    out
}

fn event(id: u64, kind: i32, flags: i32, data: &[u8]) -> Vec<u8> {
    let size = u32::try_from(32 + data.len()).unwrap();
    let mut event = [&size.to_le_bytes()[..], &id.to_le_bytes(), &kind.to_le_bytes(), &flags.to_le_bytes()].concat();
    event.extend([&[0; 8], data].concat());
    let crc = crc32fast::hash(&event);
    event.extend(crc.to_le_bytes());
    event
}

const PMC: i32 = 0x4327;
/// Another store, of options.
const CONFIG: i32 = 0x1f18;

fn set(id: u64, name: &str, value: &[u8]) -> Vec<u8> {
    event(id, PMC, i32::from(id == 2), &[tl(name.as_bytes()), tl(value)].concat())
}

fn stored_key(key: &AuthKey) -> Vec<u8> {
    [&key.id()[..], &1_i32.to_le_bytes(), &tl(key.as_bytes())].concat()
}

fn binlog(database_key: &[u8], events: &[Vec<u8>]) -> Vec<u8> {
    let (salt, iv) = ([3_u8; 32], [4_u8; 16]);
    let mut derived = [0; 32];
    pbkdf2::pbkdf2_hmac::<Sha256>(database_key, &salt, 2, &mut derived);
    let mut mac = Hmac::<Sha256>::new_from_slice(&derived).unwrap();
    mac.update(b"cucumbers everywhere");
    let hash = mac.finalize().into_bytes();
    let data = [&0_i32.to_le_bytes()[..], &tl(&salt), &tl(&iv), &tl(&hash)].concat();
    let mut rest = events.concat();
    ctr::Ctr128BE::<aes::Aes256>::new_from_slices(&derived, &iv).unwrap().apply_keystream(&mut rest);
    [event(0, -3, 0, &data), rest].concat()
}

fn login() -> Vec<Vec<u8>> {
    vec![
        set(1, "auth4", &stored_key(&key(5))),
        set(2, "main_dc_id", b"2"),
        set(3, "auth2", &stored_key(&key(3))),
        set(2, "main_dc_id", b"4"),
        set(5, "my_id", b"777000123"),
        set(6, "auth", b"ok"),
        set(7, "auth5", &stored_key(&key(9))),
        event(7, -2, 1, &[]),
        event(8, CONFIG, 0, &[tl(b"main_dc_id"), tl(b"I5")].concat()),
    ]
}

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
