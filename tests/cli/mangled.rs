//! Secrets in places where they do not belong: whatever is done with them, no output holds a piece of them, and no file
//! gets their name.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use tgsession::codec::{diagnose, encode_session_string};
use tgsession::model::{AuthKey, SessionData, StringFormat};
use tgsession::session::{Options, Session};

use crate::support::Place;

/// Random numbers that are the same in every run (xorshift64*).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        ((self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16) % limit as u64) as usize
    }

    fn bytes(&mut self, len: usize) -> Vec<u8> {
        (0..len).map(|_| self.below(256) as u8).collect()
    }

    fn of(&mut self, alphabet: &str, len: usize) -> String {
        (0..len).map(|_| char::from(alphabet.as_bytes()[self.below(alphabet.len())])).collect()
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

fn session_string(random: &mut Random) -> String {
    let data = SessionData {
        dc_id: Some(1 + random.below(5) as i32),
        api_id: Some(1 + random.below(30_000_000) as i32),
        test_mode: Some(false),
        auth_key: Some(AuthKey::new(&random.bytes(256)).unwrap()),
        user_id: Some(100_000 + random.below(8_000_000_000) as i64),
        is_bot: Some(false),
        ..SessionData::default()
    };
    let format = StringFormat::ALL[random.below(StringFormat::ALL.len())];
    encode_session_string(format, &data).unwrap().to_string()
}

/// A secret that somebody has instead of a path: a session string, a key, a token, or a piece of one.
fn secret(random: &mut Random) -> String {
    let whole = match random.below(6) {
        0 => STANDARD.encode(random.bytes(256)),
        1 => URL_SAFE_NO_PAD.encode(random.bytes(256)),
        2 => random.bytes(256).iter().map(|byte| format!("{byte:02x}")).collect(),
        3 => return format!("AA{}", random.of(&format!("{LETTERS}_-"), 33)),
        _ => session_string(random),
    };
    let is_hex = whole.len() == 512;
    let len = match random.below(3) {
        0 => whole.len(),
        1 => 150,
        // 64 hexadecimal digits are a SHA-256.
        _ if is_hex => 80 + random.below(40),
        _ => 65 + random.below(40),
    };
    let start = if is_hex { 0 } else { random.below(whole.len() - len + 1) };
    whole[start..start + len].to_owned()
}

/// A location that somebody makes of it.
fn mangled(random: &mut Random, secret: &str) -> String {
    let mut text = secret.to_owned();
    if secret.len() == 37 - 2 {
        text = format!("{}:{text}", 100_000 + random.below(9_000_000_000));
    }
    match random.below(8) {
        0 => text.insert_str(random.below(text.len()), random.one(&[".", "é", " ", "!", "…", "\n", "=", "#", ","])),
        // 40 hexadecimal digits before a ? are a path like any SHA-1.
        1 if secret.bytes().any(|byte| byte.is_ascii_uppercase()) => {
            text.insert_str(40, random.one(&["..", " \n ", "://", "?", "%20"]));
        }
        2 => text = format!("\"{text}\""),
        _ => {}
    }
    let before = [
        "",
        "",
        "",
        "/",
        "sessions/",
        "no/such/folder/",
        "../",
        " ",
        "mongodb://",
        "postgresql://",
        "mysql://",
        "sqlite:///",
        "sqlite://",
        "https://",
        "tg://",
        "file:",
        "SESSION=",
        "{\"key\":\"",
        "mongodb://127.0.0.1:1/",
    ];
    let after = ["", "", "", ".session", ".session", "/", "/x.session", ".session-wal", "?session=a", "=", "==", "\"}"];
    format!("{}{text}{}", random.one(&before), random.one(&after))
}

/// A URL with a password in which characters are not encoded.
fn url(random: &mut Random) -> (String, String) {
    let mut password = random.of(LETTERS, 18);
    if random.below(4) == 0 {
        password = random.of("0123456789", 18);
    }
    for _ in 0..1 + random.below(3) {
        let at = (0..=random.below(password.len())).rev().find(|at| password.is_char_boundary(*at)).unwrap();
        password.insert_str(at, random.one(&["/", "@", "#", "?", "%", " ", "[", "]", ":", "&", "=", "\\", "'", "é"]));
    }
    let scheme =
        random.one(&["postgresql", "mysql", "mongodb", "mariadb", "postgres", "sqlite", "POSTGRESQL", "redis"]);
    let separator = random.one(&["://", "://", "://", "://", ":/", "//", "", ":///", " ://"]);
    let host = random.one(&["127.0.0.1:1", "127.0.0.1:1", "[::1]:1", "127.0.0.1:port", "127.0.0.1:99999"]);
    let name = random.one(&["/db?session=a", "/db", "", "/a?tls=perhaps", "/db?session=a&sslmode=perhaps", "/db?x=y"]);
    let wait = if name.contains('?') { "&" } else { "?" };
    let wait = if scheme == "mongodb" { format!("{wait}serverSelectionTimeoutMS=20") } else { String::new() };
    (format!("{scheme}{separator}me:{password}@{host}{name}{wait}"), password)
}

#[track_caller]
fn assert_silent(shown: &str, secret: &str, location: &str) {
    let characters: Vec<char> = secret.chars().collect();
    for piece in characters.windows(8) {
        let piece: String = piece.iter().collect();
        assert!(!shown.contains(&piece), "{location:?} is shown: {shown}");
    }
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
}

/// What the library says of a location.
fn told(location: &str, read_only: bool) -> String {
    let told = match Session::open(location, &Options { read_only, ..Options::default() }) {
        Ok(session) => format!("{:?} {:?}", session.location().unwrap(), session.inspect().unwrap()),
        Err(error) => format!("{error} {error:?}"),
    };
    let listed = tgsession::session::list(location).map_or_else(|error| error.to_string(), |names| names.join(" "));
    format!("{told} {listed} {}", serde_json::to_string(&diagnose(location)).unwrap())
}

#[test]
fn the_library_tells_no_piece_of_a_secret_and_makes_no_file_of_it() {
    let mut random = Random(13);
    let here = std::env::current_dir().unwrap();
    let (before, above) = (names(&here), names(here.parent().unwrap()));
    for round in 0..6_000 {
        let secret = secret(&mut random);
        let location = mangled(&mut random, &secret);
        assert_silent(&told(&location, round % 2 == 0), &secret, &location);
    }
    assert_eq!((names(&here), names(here.parent().unwrap())), (before, above));
}

#[test]
fn the_library_tells_no_piece_of_a_password() {
    let mut random = Random(14);
    let before = names(&std::env::current_dir().unwrap());
    for round in 0..3_000 {
        let (location, password) = url(&mut random);
        assert_silent(&told(&location, round % 2 == 0), &password, &location);
    }
    assert_eq!(names(&std::env::current_dir().unwrap()), before);
}

#[test]
fn the_command_line_tells_no_piece_of_a_secret_and_makes_no_file_of_it() {
    let place = Place::new();
    let file = place.session("a.session");
    std::fs::create_dir(place.path("work")).unwrap();
    let mut random = Random(15);
    for round in 0..500 {
        let (location, secret) = match round % 3 {
            0 => url(&mut random),
            _ => {
                let secret = secret(&mut random);
                (mangled(&mut random, &secret), secret)
            }
        };
        let commands: [&[&str]; 14] = [
            &["inspect", &location],
            &["inspect", &location, "--json"],
            &["diagnose", &location],
            &["peers", &location],
            &["states", &location, "--json"],
            &["get", &file, "--username", &location],
            &["get", &location, "--id", "1"],
            &["list", &location],
            &["convert", &location, "b", "--to", "kurigram"],
            &["convert", &file, &location, "--to", "kurigram"],
            &["convert", &file, &location],
            &["delete", &location, "--yes"],
            &["inspect", &file, &location],
            &["convert", &file, "b", "--to", &location],
        ];
        let arguments = commands[random.below(commands.len())];
        let ran = Command::new(env!("CARGO_BIN_EXE_tgsession"))
            .args(arguments)
            .current_dir(place.path("work"))
            .output()
            .unwrap();
        for out in [ran.stdout, ran.stderr] {
            assert_silent(&String::from_utf8_lossy(&out), &secret, &format!("{arguments:?}"));
        }
    }
    let made = names(&place.path("work"));
    assert!(made.is_subset(&BTreeSet::from(["b".to_owned()])), "{made:?}");
}

#[test]
fn a_file_that_has_a_secret_name_opens_and_is_not_named() {
    let place = Place::new();
    let secret = "AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaww";
    let name = format!("12345678:{secret}.session");
    std::fs::rename(place.session("a.session"), place.path(&name)).unwrap();
    std::fs::write(place.path(&format!("12345678:{secret}.json")), "{}").unwrap();
    std::fs::write(place.path(&format!("broken-12345678:{secret}.session")), "SQLite format 3\0").unwrap();
    let file = place.text(&name);
    let folder = place.text("");
    let broken = place.text(&format!("broken-12345678:{secret}.session"));
    for arguments in [
        &["inspect", &file] as &[&str],
        &["inspect", &file, "--json"],
        &["list", &folder],
        &["list", &folder, "--json"],
        &["list", &folder, "--all"],
        &["inspect", &broken],
        &["diagnose", &broken],
        &["delete", &file],
        &["convert", &folder, &place.text("out"), "--to", "kurigram", "--json"],
        &["convert", &file, &file, "--to", "kurigram"],
        &["delete", &file, "--yes"],
    ] {
        let ran = crate::support::run(arguments);
        assert_silent(&format!("{}{}", ran.out, ran.err), secret, &format!("{arguments:?}"));
        if arguments[0] == "inspect" && arguments[1] == file {
            assert_eq!(ran.code, 0, "{}", ran.err);
        }
    }
    assert!(!place.path(&name).exists() && place.path("out").join(&name).exists());
    let new = format!("{}./{name}", place.text(""));
    assert!(Session::open(&place.text(&name), &Options::default()).is_err());
    Session::open(&new, &Options::default()).unwrap();
    assert!(place.path(&name).exists());
}
