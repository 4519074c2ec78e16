//! What is no session, or a damaged one: refused by its name and cause, and left to the byte.

use std::fs;

use tgsession::ErrorCode::{self, *};
use tgsession::session::{NewFile, Options, Session};

use crate::common::{full_data, key, peer};
use crate::harness::{Harness, check_error, create, key_sql, raw, read_only, sql, try_open, value};

fn refused(harness: &Harness, code: ErrorCode, cause: &str) {
    let before = harness.snapshot();
    for is_read_only in [true, false] {
        let options = Options { read_only: is_read_only, ..Options::default() };
        let error =
            Session::open(harness.file.to_str().unwrap(), &options).and_then(|session| session.contents()).unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(error.to_string().contains(cause), "'{error}' does not tell: {cause}");
        check_error(&error, &harness.file, &[key(1), key(2)]);
    }
    assert!(harness.snapshot() == before, "{cause}: {:?}", harness.names());
}

#[test]
fn what_is_no_session_is_told_apart() {
    let random: Vec<u8> = (0..8192_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8 | 1).collect();
    let of_random = if cfg!(feature = "sqlcipher") { ErrorCode::WrongKey } else { NotASession };
    let files: [(&[u8], ErrorCode, &str); 7] = [
        (b"", NotASession, "empty"),
        (b"hello", NotASession, "a text without a session string"),
        (&random, of_random, "encrypted"),
        (b"SQLite format 3\0", Corrupt, "cut off after 16 bytes"),
        (b"{\"dc_id\": 2", NotASession, ""),
        (b"\0\0\0\0", NotASession, "begins with zeros"),
        (b"SQLite format 2\0 and more than that", NotASession, "not a SQLite database"),
    ];
    for (content, code, cause) in files {
        let harness = Harness::new();
        fs::write(&harness.file, content).unwrap();
        if content.starts_with(b"{") {
            // Whatever is wrong with it, it is refused and left.
            let error = try_open(&harness.file, true).map(drop).unwrap_err();
            check_error(&error, &harness.file, &[]);
            continue;
        }
        refused(&harness, code, cause);
    }
    let harness = Harness::new();
    fs::create_dir(&harness.file).unwrap();
    refused(&harness, NotASession, "folder");
    fs::write(harness.file.join("key_datas"), "").unwrap();
    refused(&harness, Corrupt, "it is empty");
}

#[test]
fn changed_line_ends_are_the_cause() {
    let harness = Harness::new();
    drop(create(&harness.file, "telethon@7"));
    let mut changed = Vec::new();
    for byte in fs::read(&harness.file).unwrap() {
        changed.extend((byte == b'\n').then_some(b'\r'));
        changed.push(byte);
    }
    fs::write(&harness.file, &changed).unwrap();
    refused(&harness, Corrupt, "line ends were changed");
    let error = Session::open_bytes(&changed, &Options::default()).map(drop).unwrap_err();
    assert!(error.to_string().contains("line ends were changed"), "{error}");
}

#[test]
fn a_missing_wal_is_the_cause() {
    let harness = Harness::new();
    let conn = raw(&harness.file);
    conn.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE sessions (dc_id INTEGER PRIMARY KEY)").unwrap();
    let main = fs::read(&harness.file).unwrap();
    drop(conn);
    let harness = Harness::new();
    fs::write(&harness.file, main).unwrap();
    refused(&harness, NotASession, "-wal', which is not beside it");
}

#[test]
fn databases_of_others_are_told_apart() {
    for (batch, code, cause) in [
        ("CREATE TABLE places (id); CREATE TABLE cookies (id)", NotASession, "cookies, places"),
        ("CREATE TABLE x (y); DROP TABLE x", NotASession, "without tables"),
        (
            "CREATE TABLE mtcute_migrations (repo text, version integer); CREATE TABLE auth_keys (dc integer, key blob); \
          CREATE TABLE peers (id integer, hash text, usernames json, updated integer, phone text, complete blob)",
            NotASession,
            "mtcute",
        ),
        (
            "PRAGMA user_version = 1; CREATE TABLE dc_home (dc_id INTEGER); CREATE TABLE dc_option (dc_id INTEGER, ipv4 TEXT, ipv6 TEXT); \
          CREATE TABLE peer_info (peer_id INTEGER, hash INTEGER, subtype INTEGER); \
          CREATE TABLE update_state (pts INTEGER); CREATE TABLE channel_state (peer_id INTEGER, pts INTEGER)",
            NotASession,
            "grammers",
        ),
        (
            "CREATE TABLE sessions (session_id VARCHAR(255), dc_id INTEGER, server_address VARCHAR(255), port INTEGER, auth_key BLOB); \
          CREATE TABLE entities (session_id VARCHAR(255), id BIGINT, hash BIGINT NOT NULL, username VARCHAR(32), phone BIGINT, \
          name VARCHAR(255)); CREATE TABLE version (version INTEGER)",
            Unsupported,
            "AlchemySession",
        ),
    ] {
        refused(&Harness::of_sql(batch), code, cause);
    }
}

#[test]
fn a_key_of_another_length_is_damage_and_is_not_shown() {
    for layout in ["pyrogram@3", "kurigram@7", "telethon@8", "telethon@7"] {
        let harness = Harness::full(layout);
        let short = key_sql(1)[..].replacen("x'", "substr(x'", 1) + ", 1, 255)";
        sql(&harness.file, &format!("UPDATE sessions SET auth_key = {short}"));
        refused(&harness, Corrupt, "255 bytes");
        sql(&harness.file, "UPDATE sessions SET auth_key = 5");
        refused(&harness, Corrupt, "not a blob");
    }
}

#[test]
fn values_of_another_type_are_damage_by_name() {
    for (layout, batch, cause) in [
        ("pyrogram@3", "UPDATE sessions SET user_id = 'Ada'", "user_id"),
        ("pyrogram@3", "UPDATE peers SET access_hash = 'secret'", "access hash"),
        ("pyrofork@4", "UPDATE update_state SET pts = 'x'", "pts"),
    ] {
        let harness = Harness::full(layout);
        sql(&harness.file, batch);
        refused(&harness, Corrupt, cause);
    }
}

#[test]
fn a_file_that_is_cut_off_anywhere_never_changes_and_never_panics() {
    for layout in ["pyrogram@3", "telethon@8"] {
        let whole = Harness::full(layout);
        let content = fs::read(&whole.file).unwrap();
        let lengths = (1..120).step_by(17).chain((120..content.len()).step_by(1_531)).chain([content.len() - 1]);
        for length in lengths {
            let harness = Harness::new();
            fs::write(&harness.file, &content[..length]).unwrap();
            let before = harness.snapshot();
            let read = try_open(&harness.file, true).and_then(|session| session.contents());
            if let Err(error) = read {
                assert!(matches!(error.code(), Corrupt | NotASession), "{length}: {:?} {error}", error.code());
                check_error(&error, &harness.file, &[key(1), key(2)]);
            }
            drop(try_open(&harness.file, false).and_then(|session| session.contents()));
            assert!(harness.snapshot() == before, "{layout} cut at {length}: {:?}", harness.names());
        }
    }
}

#[test]
fn a_file_with_any_page_destroyed_never_panics_and_shows_no_key() {
    let whole = Harness::full("pyrogram@3");
    let content = fs::read(&whole.file).unwrap();
    for page in 0..content.len() / 4096 {
        for garbage in [0x00, 0x0D, 0xFF] {
            let harness = Harness::new();
            let mut damaged = content.clone();
            damaged[(page * 4096).max(100)..(page + 1) * 4096].fill(garbage);
            fs::write(&harness.file, &damaged).unwrap();
            let before = harness.snapshot();
            for is_read_only in [true, false] {
                let read = try_open(&harness.file, is_read_only).and_then(|session| session.contents());
                if let Err(error) = read {
                    assert!(matches!(error.code(), Corrupt | NotASession), "{page}: {:?} {error}", error.code());
                    check_error(&error, &harness.file, &[key(1), key(2)]);
                }
            }
            assert!(harness.snapshot() == before, "page {page}");
        }
    }
}

#[test]
fn every_name_is_only_a_name() {
    for name in [
        "сессия.session",
        "a b  c.session",
        "100%.session",
        "a%20b",
        "what?.session",
        "what?mode=memory",
        "x#y.session",
        "'\"; DROP.session",
        "file:x.session",
        "file:memory?mode=memory",
        "a&b=c.session",
        "🎉",
        "no suffix",
        "-wal",
        "x:memory:",
        "C:\\x.session",
        "~",
        "a\nb",
    ] {
        let harness = Harness::new();
        let file = harness.folder.path().join(name);
        let session = create(&file, "pyrogram@3");
        session.update_peers(&[peer(5, &["tgs_one", "tgs_two"])]).unwrap();
        drop(session);
        assert_eq!(harness.names(), [name]);
        // A WAL file that was closed cleanly is reached by a URI.
        fs::rename(&file, harness.folder.path().join("plain")).unwrap();
        sql(&harness.folder.path().join("plain"), "PRAGMA journal_mode = WAL");
        fs::rename(harness.folder.path().join("plain"), &file).unwrap();
        let before = harness.snapshot();
        assert_eq!(read_only(&file).peers(None).unwrap().len(), 1, "{name}");
        assert!(harness.snapshot() == before, "{name}");
        let error = try_open(&harness.folder.path().join(name.to_owned() + "x"), false).map(drop).unwrap_err();
        assert_eq!(error.code(), FileNotFound, "{error}");
    }
}

#[test]
fn a_relative_name_that_looks_like_a_uri_is_a_name() {
    // In a child, because the working folder is the whole process's.
    let harness = Harness::new();
    fs::create_dir(harness.folder.path().join("file:folder")).unwrap();
    crate::child::run("open_relative", &harness.file, crate::child::Bound::Nothing);
    assert_eq!(harness.names(), ["file:folder", "file:x?mode=memory"]);
    let inner: Vec<_> =
        fs::read_dir(harness.folder.path().join("file:folder")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(inner, ["y.session"]);
}

pub fn open_relative(file: &std::path::Path) {
    std::env::set_current_dir(file.parent().unwrap()).unwrap();
    for name in ["file:x?mode=memory", "file:folder/y.session"] {
        let session = Session::open(name, &Options::default()).unwrap();
        session.update_peers(&[peer(5, &[])]).unwrap();
        session.save().unwrap();
        drop(session);
        sql(std::path::Path::new(&format!("./{name}")), "PRAGMA journal_mode = WAL");
        let session = Session::open(name, &Options { read_only: true, ..Options::default() }).unwrap();
        assert_eq!(session.peers(None).unwrap().len(), 1);
    }
}

#[test]
fn a_missing_folder_is_told() {
    let harness = Harness::new();
    let file = harness.folder.path().join("missing").join("x.session");
    let error = Session::open(file.to_str().unwrap(), &Options::default()).map(drop).unwrap_err();
    assert_eq!(error.code(), FileNotFound, "{error}");
    check_error(&error, &file, &[]);
    assert!(harness.names().is_empty());
}

#[test]
fn a_hostile_schema_runs_nothing() {
    for layout in NewFile::names() {
        let table = crate::hostile::login_of(&layout);
        let harness = Harness::full(&layout);
        sql(
            &harness.file,
            &format!(
                "CREATE TABLE stolen (x); CREATE TRIGGER evil AFTER UPDATE ON {table} BEGIN INSERT INTO stolen VALUES (1); END"
            ),
        );
        let session = crate::harness::open(&harness.file);
        session.set(&crate::common::changes(&full_data())).unwrap();
        drop(session);
        assert_eq!(value::<i64>(&harness.file, "SELECT count(*) FROM stolen"), 0);
    }
}
