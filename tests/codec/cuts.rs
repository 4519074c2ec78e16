//! Strings that lost characters in a row, at every place: refused, or the very same key.

use std::collections::BTreeSet;
use std::thread;

use tgsession::codec::{decode_session_string, decode_session_string_as, encode_session_string};
use tgsession::model::{SessionData, StringFormat};

use crate::damage::random_session;
use crate::samples::{Random, samples};

const MOST_LOST: usize = 64;
// All places of all strings take a minute, and without optimization a quarter of an hour. So it is the ends, where the fields
// are, and some places between, in each of base64's four phases; without optimization of every third string.
const STRINGS: usize = if cfg!(debug_assertions) { 3 } else { 1 };
const STEP: usize = if cfg!(debug_assertions) { 41 } else { 5 };
const ENDS: usize = 16;
// Twelve have each pair of the two ways below in which a user_id is made to look like another format's.
const RANDOM: usize = if cfg!(debug_assertions) { 1 } else { 12 };

/// TGS_CUT_SESSIONS is another number of random sessions, each of which is cut in each format.
fn random_sessions() -> usize {
    std::env::var("TGS_CUT_SESSIONS").map_or(RANDOM, |number| number.parse().unwrap())
}

struct Whole {
    title: String,
    string: String,
    data: SessionData,
}

/// The strings of all real clients, and some random ones of each format.
fn wholes() -> Vec<Whole> {
    let mut seen = BTreeSet::new();
    let mut wholes: Vec<Whole> = samples()
        .into_iter()
        .filter(|sample| seen.insert(sample.string.clone()))
        .step_by(STRINGS)
        .map(|sample| Whole { title: sample.title, string: sample.string, data: sample.data })
        .collect();
    let mut random = Random(6);
    for turn in 0..random_sessions() {
        for format in StringFormat::ALL {
            let mut data = random_session(&mut random);
            if turn % 3 == 0 {
                data.user_id = data.user_id.map(|id| id / 16 * 16);
            }
            if turn % 4 == 0 {
                data.user_id = data.user_id.map(|id| id / 5);
            }
            let string = encode_session_string(format, &data).unwrap().to_string();
            wholes.push(Whole { title: format!("random {format:?} {turn}"), string, data });
        }
    }
    wholes
}

fn cuts(string: &str, mut each: impl FnMut(&str, usize, usize)) {
    let mut text = String::with_capacity(string.len());
    for lost in 1..=MOST_LOST.min(string.len()) {
        let last = string.len() - lost;
        for at in (0..=last).filter(|at| *at < ENDS || last - at < ENDS || at % STEP == 0) {
            text.clear();
            text.push_str(&string[..at]);
            text.push_str(&string[at + lost..]);
            each(&text, lost, at);
        }
    }
}

#[test]
fn no_string_that_lost_characters_in_a_row_opens_with_another_key() {
    let wholes = wholes();
    thread::scope(|scope| {
        for half in wholes.chunks(wholes.len().div_ceil(2)) {
            scope.spawn(move || {
                for whole in half {
                    cuts(&whole.string, |text, lost, at| {
                        let Ok(decoded) = decode_session_string(text) else { return };
                        let (found, title) = (decoded.format, &whole.title);
                        assert_eq!(
                            decoded.data.auth_key, whole.data.auth_key,
                            "{title}: {lost} lost at {at}: {found:?}"
                        );
                    });
                }
            });
        }
    });
}

#[test]
fn intact_strings_open_without_their_format_but_for_those_that_nothing_tells_from_others() {
    let mut refused = 0;
    for sample in samples() {
        let named = decode_session_string_as(sample.format, &sample.string).unwrap().data;
        match decode_session_string(&sample.string) {
            Ok(decoded) => {
                assert_eq!((decoded.format, decoded.data), (sample.format, named), "{}", sample.title);
                assert!(!sample.is_uncertain(), "{}", sample.title);
            }
            Err(error) => {
                refused += 1;
                assert!(sample.is_uncertain(), "{}: {error}", sample.title);
                let remedy = format!("--from {}", sample.format.name());
                assert!(error.to_string().contains(&remedy), "{error}");
            }
        }
    }
    // Of MTKruto's older layout, and with many zeros in the key of its newest and of Pyrogram 1's longer one.
    assert_eq!(refused, 9 + 1 + 2);
}

#[test]
fn another_format_than_the_expected_one_is_refused() {
    for sample in samples() {
        for format in StringFormat::ALL.into_iter().filter(|format| *format != sample.format) {
            let error = decode_session_string_as(format, &sample.string).unwrap_err();
            assert!(!error.to_string().contains(&sample.string[20..40]), "{error}");
        }
    }
}

#[test]
fn a_string_of_another_format_that_lost_characters_is_not_read_as_the_expected_one() {
    // Pyrogram 1's layouts are what is left of Pyrogram 2's: naming it says that nothing was lost.
    let is_told = |from: StringFormat, expected| from == expected || expected != StringFormat::Pyrogram1;
    for sample in samples().iter().step_by(11) {
        for format in StringFormat::ALL.into_iter().filter(|format| *format != sample.format) {
            for lost in [1, 4, 5, 6, 8, 11, 12, 16] {
                for at in (0..sample.string.len() - lost).step_by(29) {
                    let text = format!("{}{}", &sample.string[..at], &sample.string[at + lost..]);
                    if let Ok(decoded) = decode_session_string_as(format, &text) {
                        let same = decoded.data.auth_key == sample.data.auth_key;
                        assert!(
                            same || !is_told(sample.format, format),
                            "{} -{lost} at {at}: {format:?}",
                            sample.title
                        );
                    }
                }
            }
        }
    }
}
