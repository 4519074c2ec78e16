//! Strings that this library writes, read by the real libraries: the Python ones that `tests/oracle/install.py` installs,
//! and, where `TGSESSION_CHECK_STRINGS` holds commands that answer as `check_strings.py` does (one a line), those too:
//! `make test-strings` runs the JavaScript and Go ones.

use serde_json::{Value, json};
use tgsession::codec::encode_session_string;
use tgsession::model::{SessionData, StringFormat};

use crate::ask::ask;
use crate::samples::{Random, data};

pub fn session(random: &mut Random, round: u64) -> SessionData {
    let addresses = ["149.154.167.91", "149.154.175.53", "2001:67c:4e8:f002::a", "2001:b28:f23f:f005::a"];
    SessionData {
        dc_id: Some(1 + random.below(3) as i32),
        server_address: Some(addresses[(round % 4) as usize].to_owned()),
        port: Some(if round.is_multiple_of(3) { 80 } else { 443 }),
        api_id: Some(1 + random.below(30_000_000) as i32),
        test_mode: Some(round.is_multiple_of(5)),
        auth_key: Some(random.key()),
        user_id: Some(1000 + random.below(if round.is_multiple_of(2) { 2_000_000_000 } else { 9_000_000_000 }) as i64),
        is_bot: Some(round.is_multiple_of(7)),
        ..SessionData::default()
    }
}

const PYTHON: [&str; 5] =
    ["pyrogram-1.4.16", "pyrogram-2.0.106", "kurigram-2.2.26", "hydrogram-0.2.0", "telethon-1.45.0"];

/// The commands to ask: none is left out because something is not installed.
fn commands() -> Vec<String> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let oracle = std::env::var_os("TGS_ORACLE_DIR").map_or_else(|| root.join("target/oracle"), Into::into);
    let python = PYTHON.map(|library| {
        let installed = oracle.join(library);
        assert!(installed.is_dir(), "{library} is not installed: run tests/oracle/install.py");
        format!("PYTHONPATH='{}' python3 '{}/tests/codec/check_strings.py'", installed.display(), root.display())
    });
    let more = std::env::var("TGSESSION_CHECK_STRINGS").unwrap_or_default();
    python.into_iter().chain(more.lines().map(str::to_owned)).collect()
}

#[test]
#[ignore = "needs the real clients: make test-rust"]
fn real_libraries_read_what_is_written() {
    let mut random = Random(7);
    let mut sessions = Vec::new();
    let mut questions = Vec::new();
    for round in 0..60 {
        let session = session(&mut random, round);
        for format in StringFormat::ALL {
            let string = encode_session_string(format, &session).unwrap();
            questions.push(json!({"format": format.name(), "string": *string}));
            sessions.push(session.clone());
        }
    }
    for command in commands() {
        let answers = ask(&command, &questions);
        assert!(!answers.is_empty(), "{command} reads none of the formats");
        for answer in answers {
            let at = questions.iter().position(|question| question["string"] == answer["string"]).unwrap();
            compare(&answer, &sessions[at]);
        }
    }
}

// Each library tells the fields that it knows.
fn compare(answer: &Value, written: &SessionData) {
    let title = format!("{} {}", answer["library"], answer["format"]);
    assert_eq!(answer.get("error"), None, "{title}");
    let read = data(&answer["fields"]);
    assert_eq!(read.auth_key, written.auth_key, "{title}");
    for field in tgsession::model::Field::ALL {
        let known = read.get(field);
        assert!(known.is_none() || known == written.get(field), "{title}: {}", field.name());
    }
}
