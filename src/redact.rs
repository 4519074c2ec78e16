//! What of a location may be shown, and what must not become the name of a new file: the one place that decides it.
//!
//! Locations come from people and programs that mix things up. A session string, a key, a bot token or a piece of one
//! stands where a path should be, and a password where a host should be. Every error message passes [`message`], and
//! whatever else shows a location shows [`shown`] of it.
//!
//! | a text holds | how it is told |
//! | --- | --- |
//! | a session string, or a piece of one of 32 characters and more | base64 that looks random: `is_random` |
//! | a bot token, or the beginning of one | a bot's id, a colon, and 20 mixed characters, or `AA` and 6 characters |
//! | a key in hexadecimal digits | more than 64 of them (64 are a SHA-256), or a location that is 64 and nothing else |
//! | an identity of age | `AGE-SECRET-KEY-1` |
//! | a password | `…:…@`, or `password=…` |
//! | a session in JSON | a text that begins with `{` |
//!
//! An `api_hash` has the form of any MD5, which files are often named by: it is not told from one, and gives no access
//! alone. Phone numbers and usernames are no secrets.

use std::borrow::Cow;
use std::path::Path;

use crate::error::{Error, Result};

/// What stands in the place of a secret.
const HIDDEN: &str = "<hidden>";
/// A run of base64 that is shorter can be anything.
const SHORTEST: usize = 32;
/// No name of a file has so many characters between two dots or spaces.
const LONG: usize = 100;
/// So many different characters has each of them, in hexadecimal digits too.
const FEW: f64 = 10.0;
/// The hexadecimal digits of a SHA-256.
const LONGEST_DIGEST: usize = 64;
/// Shorter parts of a path are names as often as they are pieces of a secret, and are shown.
const SHORT: usize = 2;
/// A piece of a secret that is shorter says nothing.
const TELLING: usize = 8;
/// Endings that say what a file is, and nothing of its name.
const ENDINGS: [&str; 5] = [".session", ".json", ".sqlite", ".db", ".txt"];
/// The URL in our own messages.
const EXAMPLE: &str = "://user:password@host";

/// A location as it may be shown to anybody.
pub fn shown(location: &str) -> Cow<'_, str> {
    if is_json(location) || is_digest_or_longer(location) { HIDDEN.into() } else { piece(location) }
}

/// A path as it may be shown to anybody.
pub fn path(path: &Path) -> String {
    shown(&path.to_string_lossy()).into_owned()
}

/// Whether a location holds what looks like a secret.
pub fn has_secret(location: &str) -> bool {
    has_secret_whole(location) || hidden_parts(&parts(location).collect::<Vec<_>>()).contains(&true)
}

/// Hides what looks like a secret in a message.
pub fn message(text: String) -> String {
    let ends = |character: char| character.is_whitespace() || matches!(character, '\'' | '"');
    let mut changed = String::new();
    let mut kept = 0;
    let mut start = 0;
    for (at, character) in text.char_indices().filter(|(_, character)| ends(*character)).chain([(text.len(), ' ')]) {
        if let Cow::Owned(hidden) = piece(&text[start..at]) {
            changed.push_str(&text[kept..start]);
            changed.push_str(&hidden);
            kept = at;
        }
        start = at + character.len_utf8();
    }
    if changed.is_empty() {
        return text;
    }
    changed.push_str(&text[kept..]);
    changed
}

/// Refuses the name of a file that would be made, where it looks like a secret. `./` before the name says that it is
/// meant: `./NAME`, `folder/./NAME`.
pub fn check_new_file(location: &str) -> Result<()> {
    let is_name = || parts(location).next_back().is_some_and(is_secret);
    // What holds a slash of standard base64 is in no folder.
    let is_nowhere = || !Path::new(location).parent().is_some_and(Path::is_dir) && has_secret(location);
    if is_meant(location) || !(has_secret_whole(location) || is_name() || is_nowhere()) {
        return Ok(());
    }
    Err(Error::bad_session_string(
        "the location looks like a session string, a key, a bot token or a password, or a piece of one, and does not \
         become the name of a file; if it is meant as one, put ./ before the name (./NAME or folder/./NAME)",
    ))
}

/// Refuses the name of a session that would be made in a store, where it looks like a secret.
pub fn check_new_name(name: &str) -> Result<()> {
    if !has_secret(name) {
        return Ok(());
    }
    Err(Error::bad_session_string(
        "the name of the session looks like a session string, a key, a bot token or a password, or a piece of one; \
         choose another",
    ))
}

/// Whether `./` stands before the name.
pub fn is_meant(location: &str) -> bool {
    let Some((folder, _)) = location.rsplit_once(is_separator) else { return false };
    folder == "." || folder.ends_with("/.") || folder.ends_with("\\.")
}

fn has_secret_whole(location: &str) -> bool {
    is_json(location) || is_digest_or_longer(location) || is_whole_secret(location)
}

fn is_json(location: &str) -> bool {
    location.trim_start_matches('\u{feff}').trim_start().starts_with('{')
}

fn is_digest_or_longer(location: &str) -> bool {
    location.len() >= LONGEST_DIGEST && location.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_separator(character: char) -> bool {
    matches!(character, '/' | '\\')
}

fn parts(location: &str) -> std::str::Split<'_, fn(char) -> bool> {
    location.split(is_separator as fn(char) -> bool)
}

/// A location, or a word of a message.
fn piece(text: &str) -> Cow<'_, str> {
    if is_whole_secret(text) {
        return Cow::Owned(HIDDEN.to_owned());
    }
    let parts: Vec<&str> = parts(text).collect();
    let hidden = hidden_parts(&parts);
    if !hidden.contains(&true) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0_usize;
    for (part, hidden) in parts.iter().zip(hidden) {
        // The separator is one byte.
        out.push_str(&text[at.saturating_sub(1)..at]);
        if hidden {
            push_without_secret(&mut out, part);
        } else {
            out.push_str(part);
        }
        at += part.len() + 1;
    }
    out.into()
}

/// Which parts of a location are not shown. Standard base64 has slashes in it: what stands beside a secret is hidden
/// too, unless it reads like the name of a folder, and so are parts that are a secret together.
fn hidden_parts(parts: &[&str]) -> Vec<bool> {
    let secret: Vec<bool> = parts.iter().map(|part| is_secret(part)).collect();
    let mut hidden = vec![false; parts.len()];
    let is_odd =
        |at: &usize| secret[*at] || parts[*at].len() > SHORT && !is_plain(parts[*at]) && !is_of_desktop(parts[*at]);
    // A short one can be a piece between two others.
    let is_name = |at: &usize| !is_odd(at) && parts[*at].len() >= TELLING;
    let mut start = 0;
    while start < parts.len() {
        let end = (start..parts.len()).find(is_name).unwrap_or(parts.len());
        let ends = (start..end).find(is_odd).zip((start..end).rfind(is_odd));
        if let Some((first, last)) = ends
            && (secret[first..=last].contains(&true) || last > first && is_random(&parts[first..=last].join("/")))
        {
            (first..=last).for_each(|at| hidden[at] = parts[at].len() > SHORT);
        }
        start = end + 1;
    }
    // What stands between two pieces of a secret is one too.
    let ends = hidden.iter().position(|hidden| *hidden).zip(hidden.iter().rposition(|hidden| *hidden));
    if let Some((first, last)) = ends {
        (first..last).for_each(|at| hidden[at] |= parts[at].len() > SHORT);
    }
    hidden
}

fn push_without_secret(out: &mut String, part: &str) {
    // The id of a bot is no secret, and tells one from the next.
    if let Some((id, _)) = part.split_once(':').filter(|(id, _)| is_bot_id(id)) {
        out.push_str(id);
        out.push(':');
    }
    out.push_str(HIDDEN);
    out.push_str(ENDINGS.into_iter().find(|ending| part.ends_with(ending)).unwrap_or_default());
}

/// Whether a part is a name in Telegram Desktop's folder: that of its keys, or 16 digits made of "data", "data#2" and so on,
/// and a letter.
fn is_of_desktop(part: &str) -> bool {
    if ["key_datas", "key_data0", "key_data1"].contains(&part) {
        return true;
    }
    let digits = part.strip_suffix(['s', '0', '1']).filter(|digits| digits.len() == 16).unwrap_or(part);
    digits.len() == 16 && digits.bytes().all(|byte| byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte))
}

/// Whether nothing of a location may be shown: a user and a password before a host, or a password that is named.
pub fn is_whole_secret(text: &str) -> bool {
    let is_named = || {
        let lower = text.to_ascii_lowercase();
        ["password=", "passwd=", "pwd="].iter().any(|name| lower.contains(name))
    };
    let has_user = |(before, _): (&str, &str)| {
        // A drive of Windows has a colon too.
        let before =
            if before.get(1..3).is_some_and(|start| matches!(start, ":\\" | ":/")) { &before[3..] } else { before };
        before.split_once(':').is_some_and(|(_, password)| !password.is_empty()) && !text.contains(EXAMPLE)
    };
    text.rsplit_once('@').is_some_and(has_user) || text.contains('=') && is_named()
}

/// Whether a name of a file or a folder, or what stands in its place, is a secret or holds one.
fn is_secret(part: &str) -> bool {
    // In one run, or in several with a mistake between.
    let digits = part.split(|character: char| !character.is_ascii_hexdigit()).map(str::len);
    has_token(part)
        || has_identity(part)
        || runs(part).any(|run| run.len() >= LONG && different(run) >= FEW || is_random(run))
        || digits.filter(|len| *len >= TELLING).sum::<usize>() > LONGEST_DIGEST
        || part.contains(char::is_whitespace) && is_spaced(part)
        || is_mistyped(part)
}

/// Whether a text holds an identity of age, or its beginning.
fn has_identity(part: &str) -> bool {
    let upper = part.to_ascii_uppercase();
    let is_told = |(at, begin): (usize, &str)| {
        let rest = &upper.as_bytes()[at + begin.len()..];
        rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count() >= TELLING
    };
    upper.match_indices("AGE-SECRET-KEY-1").any(is_told)
}

// A string that was pasted with spaces or line breaks in it.
fn is_spaced(part: &str) -> bool {
    let bare: String = part.split_whitespace().collect();
    bare.len() >= 2 * SHORTEST && is_random(&bare)
}

// A piece with one character that is wrong, which takes it apart into two that are short.
fn is_mistyped(part: &str) -> bool {
    let bare = ENDINGS.into_iter().find_map(|ending| part.strip_suffix(ending)).unwrap_or(part);
    let mut runs = runs(bare);
    match (runs.next(), runs.next(), runs.next()) {
        (Some(first), Some(second), None) => is_random(&format!("{first}{second}")),
        _ => false,
    }
}

fn has_token(part: &str) -> bool {
    let is_token = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
    let colons = part.match_indices(':').chain(part.match_indices("%3A")).chain(part.match_indices("%3a"));
    colons.into_iter().any(|(at, colon)| {
        let digits = part[..at].bytes().rev().take_while(u8::is_ascii_digit).count();
        let secret = &part[at + colon.len()..];
        // Cut or with a mistake in it, too. BotFather's begin with AA.
        let is_mixed = secret.bytes().filter(u8::is_ascii_uppercase).count() >= 3;
        let characters = secret.chars().filter(|character| is_token(*character)).count();
        digits >= 6 && (is_mixed && characters >= 20 || secret.starts_with("AA") && characters >= TELLING)
    })
}

fn is_bot_id(text: &str) -> bool {
    (6..=12).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text looks like random base64 and unlike names. Random base64 has many different characters, and its
/// letters and digits change after two on average; words are longer. Of 100,000 random pieces, 90 of 32 characters are
/// not recognized, 12 of 40 and none of 64.
fn is_random(run: &str) -> bool {
    let count = |is: fn(&u8) -> bool| run.bytes().filter(is).count();
    let letters = (count(u8::is_ascii_uppercase), count(u8::is_ascii_lowercase));
    let (words, characters) = words(run);
    run.len() >= SHORTEST
        && letters.0.min(letters.1) >= 3
        && characters * 2 < words * 9
        && different(run) >= 0.7 * different_of_random(run.len())
}

/// How many words a name like `My_accountOf2024` has, and how many letters and digits.
fn words(name: &str) -> (usize, usize) {
    let class = |byte: u8| match byte {
        b'A'..=b'Z' => 1,
        b'a'..=b'z' => 2,
        b'0'..=b'9' => 3,
        _ => 0,
    };
    let (mut words, mut characters, mut last) = (0, 0, 0);
    for class in name.bytes().map(class) {
        let continues = class == last || (last, class) == (1, 2);
        words += usize::from(class != 0 && !continues);
        characters += usize::from(class != 0);
        last = class;
    }
    (words, characters)
}

fn different(run: &str) -> f64 {
    let mut seen = [false; 256];
    run.bytes().for_each(|byte| seen[usize::from(byte)] = true);
    f64::from(u8::try_from(seen.iter().filter(|seen| **seen).count()).unwrap_or(u8::MAX))
}

fn different_of_random(len: usize) -> f64 {
    64.0 * (1.0 - (63.0_f64 / 64.0).powi(i32::try_from(len).unwrap_or(i32::MAX)))
}

/// Whether a part of a path reads like a name: each run of base64 in it does.
fn is_plain(part: &str) -> bool {
    let is_name = |run: &str| {
        let (words, characters) = words(run);
        let capitals = run.bytes().filter(u8::is_ascii_uppercase).count();
        words * 4 <= characters && capitals <= words + 1
            || run.len() < TELLING && capitals == 0
            || run.bytes().skip(1).all(|byte| byte.is_ascii_lowercase())
    };
    runs(part).all(is_name)
}

fn runs(part: &str) -> impl Iterator<Item = &str> {
    part.split(|character: char| !(character.is_ascii_alphanumeric() || matches!(character, '+' | '-' | '_')))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PIECE: &str = "AgDO4Mfe072KZrNSKFXZgXLaJWgmXqBtWiBkOQu1H81jfGttRGt-7ujDv_riCaTY";
    const TOKEN: &str = "12345678:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaww";

    #[test]
    fn names_of_telegram_desktop_are_shown() {
        for path in [
            "/dev/shm/tgs.aB3xY9Qw/.tmpK4mZ8q/x/D877F783D5D3EF8Cs",
            "/dev/shm/tgs.aB3xY9Qw/.tmpK4mZ8q/x/A7FDF864FBC10B77/maps",
            "/dev/shm/tgs.aB3xY9Qw/.tmpK4mZ8q/key_data1",
        ] {
            assert_eq!(shown(path), path);
        }
    }

    #[test]
    fn names_are_shown() {
        let hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
        for name in [
            "",
            "my_account",
            "/var/lib/bots/ada.session",
            r"C:\Users\ada@example\my account.session",
            ":memory:",
            "+99966110001.session",
            &format!("{hash}.session"),
            &format!("/data/{hash}"),
            "d41d8cd98f00b204e9800998ecf8427e",
            "sessions/Session-550e8400-e29b-41d4-a716-446655440000.session",
            "com.example.TelegramBot.ProductionEU.v2/main.session",
            "/tmp/.tmpAb3x9Z/B2-Test_7q/test_opening0/a.session",
            "postgresql://db1.example.com:5432/telegram?session=my_account",
            "mongodb://user:password@host:port/session",
        ] {
            assert_eq!(shown(name), name);
            assert_eq!(message(format!("cannot open '{name}': why")), format!("cannot open '{name}': why"));
            assert!(check_new_file(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn secrets_are_hidden() {
        for (location, expected) in [
            (PIECE, "<hidden>"),
            (&PIECE[..32], "<hidden>"),
            (&format!("{PIECE}.session"), "<hidden>.session"),
            (&format!("/data/{PIECE}.session"), "/data/<hidden>.session"),
            (&format!("{}.{}", &PIECE[..50], &PIECE[50..]), "<hidden>"),
            (&format!("{}/{}", &PIECE[..20], &PIECE[20..]), "<hidden>/<hidden>"),
            (&PIECE.replace('-', "/").replace('_', "+"), "<hidden>/<hidden>"),
            (TOKEN, "12345678:<hidden>"),
            (&format!("a/{TOKEN}.session"), "a/12345678:<hidden>.session"),
            (&"0a1b".repeat(128), "<hidden>"),
            (&"0a1b".repeat(16), "<hidden>"),
            ("{\"dc_id\":2}", "<hidden>"),
            ("host=localhost password=hunter2", "<hidden>"),
            (" postgresql://me:hunter2@host/db", "<hidden>"),
            ("me:hun/ter2@host/db", "<hidden>"),
        ] {
            assert_eq!(shown(location), expected, "{location}");
            assert!(check_new_file(location).is_err() || location.contains("hun"), "{location}");
            assert_eq!(shown(expected), expected);
        }
        let text = format!("cannot open '{PIECE}.session': no '{TOKEN}'");
        assert_eq!(message(text), "cannot open '<hidden>.session': no '12345678:<hidden>'");
    }

    #[test]
    fn a_name_that_is_meant_is_made() {
        for folder in ["./", "/data/./", r".\"] {
            assert!(check_new_file(&format!("{folder}{PIECE}")).is_ok());
        }
        for folder in ["", "/", "/data/", "../", "./a/", "a."] {
            assert!(check_new_file(&format!("{folder}{PIECE}")).is_err(), "{folder}");
        }
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join(PIECE);
        assert!(check_new_file(folder.join("my.session").to_str().unwrap()).is_err());
        std::fs::create_dir(&folder).unwrap();
        assert!(check_new_file(folder.join("my.session").to_str().unwrap()).is_ok());
    }
}
