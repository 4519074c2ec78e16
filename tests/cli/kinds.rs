//! What people have instead of a client's own file: packed, or a session string in a file, with text around it.

use std::fs;
use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use tgsession::ErrorCode;
use tgsession::model::{Field, FieldValue, StringFormat};
use tgsession::session::{Options, Session};

use crate::support::{KEY_ID, Place, bytes, run, run_with_bytes};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn utf16(text: &str) -> Vec<u8> {
    format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// Names and contents of files that all hold the session of the place.
fn packed(place: &Place) -> Vec<(&'static str, Vec<u8>)> {
    let file = bytes(place.session("source.session"));
    let string = place.string(StringFormat::Telethon);
    let base64 = STANDARD.encode(&file);
    let lines: Vec<&str> = base64.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
    vec![
        ("gzip.session", gzip(&file)),
        ("base64.session", base64.clone().into()),
        ("lines.session", (lines.join("\n") + "\n").into()),
        ("string.session", format!("{string}\n").into()),
        ("mark.session", format!("\u{feff}{string}\r\n").into()),
        ("utf16.session", utf16(&string)),
        ("export.session", format!("export STRING_SESSION={string}\n").into()),
        ("yaml.session", format!("STRING_SESSION: \"{string}\"\n").into()),
        ("markup.session", format!("<code>{string}</code>").into()),
        ("python.session", format!("b'{string}'").into()),
        (
            "message.session",
            format!("**TELETHON STRING SESSION**\n\n`{string}`\n\nBy @some_bot, https://example.org").into(),
        ),
    ]
}

#[test]
fn a_packed_session_opens_by_its_path_and_by_its_bytes() {
    let place = Place::new();
    for (name, content) in packed(&place) {
        fs::write(place.path(name), &content).unwrap();
        let key = |session: &Session| session.data().unwrap().auth_key.unwrap().id_hex();
        let session = Session::open(&place.text(name), &Options::default()).unwrap();
        assert_eq!(key(&session), KEY_ID, "{name}");
        assert_eq!(key(&Session::open_bytes(&content, &Options::default()).unwrap()), KEY_ID, "{name}");
        // No client writes such a file.
        let error = session.set(&[(Field::DcId, Some(FieldValue::Integer(4)))]).unwrap_err();
        assert_eq!(error.code(), ErrorCode::ReadOnly, "{error}");
        drop(session);
        assert_eq!(bytes(place.path(name)), content);
        let found: Value = serde_json::from_str(&run(&["diagnose", &place.text(name), "--json"]).ok()).unwrap();
        assert_eq!(
            (&found["intact"], &found["fields"]["auth_key_id"]),
            (&true.into(), &KEY_ID.into()),
            "{name}: {found}"
        );
        assert!(run(&["inspect", &place.text(name)]).ok().contains(KEY_ID), "{name}");
        assert!(run(&["doctor", &place.text(name)]).out.contains(KEY_ID), "{name}");
    }
    let list = run(&["list", &place.text(""), "--json"]).ok();
    assert_eq!(list.matches(KEY_ID).count(), packed(&place).len() + 1, "{list}");
    let all = run(&["convert", &place.text(""), &place.text("all"), "--to", "telethon"]);
    assert_eq!(
        (all.code, fs::read_dir(place.path("all")).unwrap().count()),
        (0, packed(&place).len() + 1),
        "{}",
        all.err
    );
}

#[test]
fn standard_input_may_have_text_around_the_string_too() {
    let place = Place::new();
    for (name, content) in packed(&place).into_iter().skip(3) {
        let out = run_with_bytes(&["inspect", "-"], &content).ok();
        assert!(out.contains(KEY_ID), "{name}");
    }
}

#[test]
fn a_text_around_is_told() {
    let place = Place::new();
    let string = place.string(StringFormat::Pyrogram);
    let found: Value = serde_json::from_str(&run(&["diagnose", &format!("NAME={string}"), "--json"]).ok()).unwrap();
    assert_eq!(found["mended"], serde_json::json!(["text around it removed"]));
    // Neither of two, and no part of one.
    for text in [format!("{string} {string}"), format!("NAME={}*{}", &string[..150], &string[150..])] {
        let found: Value = serde_json::from_str(&run(&["diagnose", &text, "--json"]).ok()).unwrap();
        assert_eq!(found["intact"], false, "{found}");
    }
}

#[test]
fn what_is_not_read_is_named_everywhere() {
    let place = Place::new();
    // As long as one of gogram's can be, and of no kind.
    let random: Vec<u8> = (0..608_u32).map(|at| (at * 7 + at * at * 31) as u8 | 0x80).collect();
    let files: [(&str, &[u8], &str); 10] = [
        ("zip.session", b"PK\x03\x04\x14\0\0\0", "zip archive"),
        ("lfs.session", b"version https://git-lfs.github.com/spec/v1\noid sha256:00\n", "git lfs pull"),
        ("page.session", b"<!DOCTYPE html>\n<html></html>\n", "HTML page"),
        ("maps", b"TDF$\x0b\0\0\0", "Telegram Desktop"),
        ("session.madeline", b"PHP\x08\0\0", "MadelineProto"),
        ("td.binlog", &[8, 9, 7, 200, 0, 1, 0, 0], "TDLib"),
        ("session.dat", &random, "the key of its owner"),
        ("any.dat", &random, "under its owner's key"),
        ("cache.db", &random[..300], "name the session.dat"),
        ("userconfing.xml", b"<?xml version='1.0'?>\n<map></map>\n", "name that"),
    ];
    for (name, content, what) in files {
        fs::write(place.path(name), content).unwrap();
        let path = place.text(name);
        assert!(run(&["inspect", &path]).failed().contains(what), "{name}");
        let found: Value = serde_json::from_str(&run(&["diagnose", &path, "--json"]).ok()).unwrap();
        assert!(found["problem"].as_str().unwrap().contains(what), "{found}");
        let error = Session::open(&path, &Options::default()).map(drop).unwrap_err();
        assert_eq!(error.code(), ErrorCode::NotASession, "{error}");
        assert_eq!(bytes(place.path(name)), content);
    }
    fs::create_dir_all(place.path("store")).unwrap();
    fs::write(place.path("store/my%3AauthKey"), "{}").unwrap();
    assert!(run(&["inspect", &place.text("store")]).failed().contains("its file with the auth key is damaged"));
    // Telegram for macOS: its databases are SQLCipher's, with or without a header that can be read.
    let encrypted = (0..4096_u32).map(|at| (at * 7 + at * at * 31) as u8 | 0x80).collect::<Vec<_>>();
    fs::create_dir_all(place.path("Mac/account-1/postbox/db")).unwrap();
    fs::create_dir_all(place.path("Mac/accounts-metadata/db")).unwrap();
    fs::write(place.path("Mac/.tempkeyEncrypted"), &encrypted[..64]).unwrap();
    fs::write(place.path("Mac/accounts-metadata/db/db_sqlite"), &encrypted).unwrap();
    let with_header = [b"SQLite format 3\0\x10\0\x02\x02\x50\x40\x20\x20", &encrypted[24..]].concat();
    fs::write(place.path("Mac/account-1/postbox/db/db_sqlite"), with_header).unwrap();
    let databases =
        ["Mac/account-1/postbox/db/db_sqlite", "Mac/accounts-metadata/db/db_sqlite", "Mac/.tempkeyEncrypted"];
    for name in ["Mac", "Mac/account-1", "Mac/account-1/postbox", "Mac/accounts-metadata"].iter().chain(&databases) {
        let failure = run(&["inspect", &place.text(name)]).failed();
        assert!(failure.contains("macOS") && failure.contains(name), "{failure}");
        let error = Session::open(&place.text(name), &Options::default()).map(drop).unwrap_err();
        assert_eq!(error.code(), ErrorCode::NotASession, "{error}");
    }
    fs::create_dir_all(place.path("Telegram/tdata")).unwrap();
    fs::write(place.path("Telegram/tdata/key_datas"), "TDF$").unwrap();
    assert!(run(&["inspect", &place.text("Telegram")]).failed().contains("tdata"));
}

#[test]
fn a_folder_that_is_a_session_is_one_everywhere() {
    let place = Place::new();
    let source = place.session("source.session");
    let store = place.text("sessions/my account");
    fs::create_dir(place.path("sessions")).unwrap();
    let set = ["--set", "server_address=149.154.167.91", "--set", "port=443"];
    run(&[&["convert", &source, &store, "--to", "storesession"][..], &set].concat()).ok();
    for folder in [&place.text("sessions"), &store] {
        let listed: Value = serde_json::from_str(&run(&["list", folder, "--json"]).ok()).unwrap();
        assert_eq!((&listed["format"], &listed["auth_key_id"]), (&"storesession".into(), &KEY_ID.into()), "{listed}");
    }
    assert!(run(&["inspect", &store]).ok().contains("storesession"));
    let back = place.text("back.session");
    run(&["convert", &store, &back, "--to", "telethon"]).ok();
    let session = Session::open(&back, &Options::default()).unwrap();
    assert_eq!(session.data().unwrap().auth_key.unwrap().id_hex(), KEY_ID);
}
