//! Damaged strings: refused with a message that helps, and never read as something else.

use tgsession::codec::{
    TextKind, decode_session_string, decode_session_string_as, diagnose, encode_session_string,
    looks_like_session_string,
};
use tgsession::model::{SessionData, StringFormat};

use crate::samples::{Random, samples};

// The numbers in the comments of the rooms come from 100,000 cases; without optimization they take minutes.
const CASES: usize = if cfg!(debug_assertions) { 3_000 } else { 100_000 };

fn complaint(text: &str) -> String {
    decode_session_string(text).unwrap_err().to_string()
}

#[test]
fn no_beginning_of_a_string_is_a_string() {
    for sample in samples() {
        for len in 0..sample.string.trim_end_matches('=').len() {
            let text = &sample.string[..len];
            let Ok(decoded) = decode_session_string(text) else { continue };
            // MTKruto's older layouts are beginnings of the newest one; the key is whole.
            assert_eq!(decoded.format, StringFormat::MtKruto, "{} {len}", sample.title);
            assert_eq!(decoded.data.auth_key, sample.data.auth_key);
            assert_eq!(decoded.data.dc_id, sample.data.dc_id);
        }
    }
}

#[test]
fn no_end_of_a_string_and_no_repetition_is_a_string() {
    for sample in samples().iter().step_by(4) {
        let string = &sample.string;
        for start in 1..string.len() {
            assert!(decode_session_string(&string[start..]).is_err(), "{} {start}", sample.title);
        }
        for text in [
            format!("{string}{string}"),
            format!("{string} {string}"),
            format!("{string}A"),
            format!("{string}\n{}", &string[..30]),
        ] {
            assert!(decode_session_string(&text).is_err(), "{}", sample.title);
            assert!(looks_like_session_string(&text));
        }
        let twice = complaint(&format!("{string}{string}"));
        assert!(twice.ends_with("twice") || string.ends_with('='), "{twice}");
    }
}

#[test]
fn a_damaged_string_never_becomes_the_name_of_a_file() {
    for sample in samples().iter().step_by(4) {
        for len in 100..sample.string.len() {
            assert!(looks_like_session_string(&sample.string[..len]), "{} {len}", sample.title);
            assert!(looks_like_session_string(&sample.string[sample.string.len() - len..]), "{} {len}", sample.title);
        }
        assert!(looks_like_session_string(&format!("{}…{}", &sample.string[..210], &sample.string[215..])));
        assert!(looks_like_session_string(&format!("SESSION={}", sample.string)));
    }
    let hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    let folders = "/home/ada/telegram/clients/production/europe/".repeat(4) + "my_account";
    for path in ["", "my_account", "my_account.session", "./x", ":memory:", "/var/lib/bots/ada.session", hash, &folders]
    {
        assert!(!looks_like_session_string(path), "{path}");
    }
    assert!(!looks_like_session_string(&format!("mongodb://user:{}@host/db", hash.repeat(4))));
}

#[test]
fn a_complaint_counts_the_characters() {
    let of = |format| samples().into_iter().find(|sample| sample.format == format && !sample.foreign).unwrap().string;
    let (pyrogram, telethon, gramjs) =
        (of(StringFormat::Pyrogram), of(StringFormat::Telethon), of(StringFormat::GramJs));
    assert_eq!(
        complaint(&pyrogram[..351]),
        "the text looks like a Pyrogram 2 session string, 11 characters short (351 of 362), but also like a Pyrogram 1 \
         one: if it is intact, name pyrogram-1 as the format that is expected (--from pyrogram-1)"
    );
    assert_eq!(
        complaint(&pyrogram[..356]),
        "the text looks like a Pyrogram 2 session string, 6 characters short (356 of 362)"
    );
    assert_eq!(
        complaint(&telethon[..342]),
        "the text looks like a Telethon session string, 11 characters short (342 of 353)"
    );
    assert_eq!(
        complaint(&format!("{pyrogram}ABC")),
        "the text looks like a Pyrogram 2 session string, 3 characters too long (365 instead of 362)"
    );
    assert_eq!(
        complaint(&gramjs[..300]),
        "the text looks like a GramJS session string, 69 characters short (300 of 369)"
    );
    assert_eq!(
        complaint(&format!("{pyrogram}{pyrogram}")),
        "the text looks like a Pyrogram 2 session string, but it stands there twice"
    );
    assert_eq!(complaint("ab cd.ef"), "the text is not a session string: 1 of its 7 characters occurs in none");
}

#[test]
fn an_ipv6_string_of_telethon_is_not_read_as_ipv4() {
    for sample in
        samples().iter().filter(|sample| sample.format == StringFormat::Telethon && sample.string.len() == 369)
    {
        for text in [sample.string[..352].to_owned(), format!("{}=", &sample.string[..352])] {
            assert!(complaint(&text).contains("Telethon session string, 1"), "{}", complaint(&text));
        }
    }
}

#[test]
fn a_changed_byte_in_a_checked_place_is_refused() {
    // A character in the middle of the data centre, of test_mode, of the last bits.
    for sample in samples().iter().filter(|sample| sample.format == StringFormat::Pyrogram) {
        for (at, character) in [(0, '8'), (361, 'x'), (360, '9'), (351, 'f')] {
            let mut text = sample.string.clone();
            text.replace_range(at..=at, &character.to_string());
            assert!(decode_session_string(&text).is_err(), "{} {at}", sample.title);
            let as_it_is = decode_session_string_as(StringFormat::Pyrogram, &text);
            assert!(as_it_is.is_err(), "{} {at}", sample.title);
        }
    }
    // gogram guards its key with a hash.
    let gogram = samples().into_iter().find(|sample| sample.format == StringFormat::Gogram).unwrap().string;
    for at in (20..340).step_by(7) {
        let mut text = gogram.clone();
        let other = if &gogram[at..=at] == "B" { "C" } else { "B" };
        text.replace_range(at..=at, other);
        assert!(decode_session_string(&text).is_err(), "{at}");
    }
}

pub fn random_session(random: &mut Random) -> SessionData {
    let is_test = random.below(20) == 0;
    SessionData {
        dc_id: Some(1 + random.below(if is_test { 3 } else { 5 }) as i32),
        api_id: Some(1 + random.below(30_000_000) as i32),
        test_mode: Some(is_test),
        auth_key: Some(random.key()),
        user_id: Some(1000 + random.below(9_000_000_000) as i64),
        is_bot: Some(random.below(4) == 0),
        ..SessionData::default()
    }
}

#[test]
fn a_cut_string_of_pyrogram_2_is_never_accepted() {
    let mut random = Random(1);
    for _ in 0..CASES {
        let string = encode_session_string(StringFormat::Pyrogram, &random_session(&mut random)).unwrap();
        for len in [351, 356] {
            let message = complaint(&string[..len]);
            assert!(message.contains(&format!("({len} of 362)")), "{message}");
        }
    }
}

#[test]
fn a_pyrogram_2_string_without_its_beginning_is_seldom_accepted() {
    let mut random = Random(2);
    let accepted = (0..CASES).filter(|_| {
        let string = encode_session_string(StringFormat::Pyrogram, &random_session(&mut random)).unwrap();
        [&string[11..], &string[6..]].into_iter().any(|text| decode_session_string(text).is_ok())
    });
    let count = accepted.count();
    assert!(count < 40, "{count} of {CASES}");
}

#[test]
fn genuine_strings_of_pyrogram_1_are_told_from_cut_ones() {
    let mut random = Random(3);
    // Of users with shorter and with longer strings.
    let (mut users, mut refused) = ([0, 0], [0, 0]);
    for _ in 0..CASES {
        let mut data = SessionData { api_id: None, ..random_session(&mut random) };
        if random.below(2) == 0 {
            data.user_id = Some(1000 + random.below(2_000_000_000) as i64);
        }
        let string = encode_session_string(StringFormat::Pyrogram1, &data).unwrap();
        assert_eq!(decode_session_string_as(StringFormat::Pyrogram1, &string).unwrap().data, data);
        let is_long = string.len() == 356;
        let is_bot = data.is_bot == Some(true);
        users[usize::from(is_long)] += usize::from(!is_bot);
        match decode_session_string(&string) {
            Ok(decoded) => assert_eq!((decoded.format, &decoded.data), (StringFormat::Pyrogram1, &data)),
            Err(error) => {
                refused[usize::from(is_long)] += 1;
                let is_told =
                    error.to_string().contains("Pyrogram 2") || !is_long && error.to_string().contains("lost 5");
                assert!(!is_bot && is_told && error.to_string().contains("--from pyrogram-1"), "{error}");
            }
        }
        // The longer one, cut, has a whole key and a wrong user.
        if is_long {
            assert!(decode_session_string(&string[..351]).is_err());
            assert!(decode_session_string_as(StringFormat::Pyrogram1, &string[..351]).is_err());
        }
    }
    let share = |at: usize| f64::from(refused[at]) / users[at] as f64;
    assert!((0.010..0.032).contains(&share(0)) && (0.001..0.009).contains(&share(1)), "{refused:?} of {users:?}");
}

#[test]
fn other_formats_cut_to_pyrograms_lengths_are_refused() {
    let mut random = Random(4);
    for _ in 0..CASES / 10 {
        let data = random_session(&mut random);
        for format in [StringFormat::Mtcute, StringFormat::MtKruto] {
            let data = SessionData { test_mode: Some(false), ..data.clone() };
            let string = encode_session_string(format, &data).unwrap();
            for len in [351, 356, 362] {
                let text = &string[..len.min(string.len() - 1)];
                // MTKruto's older layout is a beginning of the newest one; the key is whole.
                let key = decode_session_string(text).map(|decoded| decoded.data.auth_key);
                assert!(key.is_err() || key.unwrap() == data.auth_key, "{format:?} {len}");
            }
        }
    }
}

#[test]
fn random_text_is_nobodys() {
    let mut random = Random(5);
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/= .'\"\n1111AA\xc3\xa9";
    let mut accepted = 0;
    for round in 0..CASES as u64 / 5 {
        let letters = if round % 2 == 0 { 64 } else { alphabet.len() as u64 };
        let len = [351, 352, 353, 356, 362, 369, random.below(500)][(round % 7) as usize];
        let bytes: Vec<_> = (0..len).map(|_| alphabet[random.below(letters) as usize]).collect();
        let text = String::from_utf8_lossy(&bytes);
        accepted += usize::from(decode_session_string(&text).is_ok());
        let diagnosis = diagnose(&text);
        assert!(diagnosis.intact || diagnosis.problem.is_some());
        looks_like_session_string(&text);
        for format in StringFormat::ALL {
            let _ = decode_session_string_as(format, &text);
        }
    }
    assert!(accepted < 3, "{accepted}");
}

#[test]
fn every_byte_changed_is_survived() {
    for sample in samples().iter().step_by(15) {
        for at in 0..sample.string.len() {
            for other in ["A", "_", "9", "=", "é", " "] {
                let mut text = sample.string.clone();
                text.replace_range(at..=at, other);
                let _ = (decode_session_string(&text), diagnose(&text));
            }
        }
    }
}

#[test]
fn other_texts_are_named() {
    assert_eq!(diagnose("123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1").kind, TextKind::BotToken);
    assert_eq!(diagnose("my_account").kind, TextKind::Other);
    assert_eq!(diagnose("").kind, TextKind::Other);
    assert_eq!(diagnose(&"Qx9_Zt4-".repeat(40)).kind, TextKind::UnknownString);
    let cut = diagnose(&samples().into_iter().find(|one| one.format == StringFormat::Mtcute).unwrap().string[..300]);
    assert_eq!((cut.kind, cut.format, cut.intact), (TextKind::SessionString, Some("mtcute"), false));
    assert!(cut.problem.unwrap().contains("an mtcute session string, but its end is missing"));
}
