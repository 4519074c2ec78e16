//! The session string of Pyrogram 0.15 to 1.4.
//!
//! From `SESSION_STRING_FORMAT = ">B?256sI?"` of Pyrogram 0.15.1 (`client/storage/memory_storage.py`) and
//! `SESSION_STRING_FORMAT_64 = ">B?256sQ?"` of Pyrogram 1.4.16 (`storage/storage.py`); numbers are big-endian:
//!
//! | bytes    | field     | values                                                             |
//! |----------|-----------|--------------------------------------------------------------------|
//! | 0        | dc_id     | 1 to 5, 203                                                        |
//! | 1        | test_mode | 0, 1                                                               |
//! | 2..258   | auth_key  | 256 bytes                                                          |
//! | 258..    | user_id   | u32 below 2^31, at least 256; or u64 below 2^48, where 0 is unknown |
//! | the last | is_bot    | 0, 1                                                               |
//!
//! 263 bytes, 351 characters, or 267 bytes, 356 characters, of URL-safe base64 without padding. Pyrogram 1.4 writes
//! the longer one from user id 2^31 - 1 on; mtcute's converter writes it always, with user id 0 where it knows none.
//!
//! # What keeps a string of Pyrogram 2 that lost characters out
//!
//! Its first 263 bytes read as this layout pass almost every check: offset 1 is the api id's top byte (0, or 1 from
//! 2^24 on), the last byte is the user id's top byte (0), the two unused bits are zero; the "user id" is four random
//! bytes of the key, in range half the time. Without 6 characters anywhere it has the longer layout's length, and its
//! end in the right place. Either way the key would be shifted by 4 bytes. And the longer layout without 5 characters
//! is as long as the shorter one.
//!
//! Therefore what Pyrogram 2 claims ([`super::pyrogram_string::claims`]) is refused here, and so is what can be left of
//! a longer string that lost characters in a row ([`super::remains`]). Genuine strings pass, but for these:
//!
//! | genuine string                                                        | refused                     |
//! |-----------------------------------------------------------------------|-----------------------------|
//! | 351, a user                                                           | 1 in 128 (Pyrogram 2's)     |
//! | 351, a user with an id of 2^29 and more                               | 1 in 64 (the longer one's)  |
//! | 356, a user whose id is a multiple of 16, or unknown (0)              | all (Pyrogram 2's)          |
//! | 356, any                                                              | 1 in 2^23 (Pyrogram 2's)    |
//!
//! Nothing in the bytes tells these from what is left of a longer one. A caller who knows the format says so with
//! [`super::decode_session_string_as`]. A string of Pyrogram 2 that lost its very first characters is accepted in 1 of
//! 10,000.

use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use super::base64_text;
use super::candidate::Candidate;
use super::fields;
use super::problem::{Problem, value};
use super::remains::{self, BOOLEAN, Fits, Rival, Whole, ZERO};
use super::{mtcute_string, pyrogram_string};
use crate::error::Result;
use crate::model::{AUTH_KEY_LEN, AuthKey, Field, SessionData};

pub(super) const TITLE: &str = "a Pyrogram 1";
/// What is written, in messages.
const WHAT: &str = "a Pyrogram 1 session string";

const LEN_32: usize = 263;
const LEN_64: usize = 267;
/// `MAX_USER_ID_OLD` of Pyrogram 1.4: from here on a user id takes 64 bits.
const FIRST_64: i64 = 2_147_483_647;
/// A longer string that was cut has the upper half of a user id here: 0 to 255.
const MIN_USER_ID_32: i64 = 256;
const NEEDED: [Field; 4] = [Field::DcId, Field::AuthKey, Field::UserId, Field::IsBot];

/// What the longer layout limits. User ids stay below 2^34 for years to come.
const LONG: Whole = Whole {
    bytes: LEN_64,
    front: &[Fits::KnownDc, BOOLEAN],
    back: (9, &[ZERO, ZERO, ZERO, Fits::Range(0, 3), Fits::Any, Fits::Any, Fits::Any, Fits::Any, BOOLEAN]),
    key_end: 2 + AUTH_KEY_LEN,
};

/// Whether the bytes are, or begin like, a string of this format.
pub(super) fn claims(candidate: &Candidate) -> bool {
    let [dc_id, test_mode, ..] = candidate.bytes() else { return false };
    fields::is_known_dc((*dc_id).into()) && *test_mode <= 1
}

pub(super) fn decode(candidate: &Candidate) -> Result<SessionData, Problem> {
    candidate.expect_bytes(if candidate.bytes().len() > LEN_32 { LEN_64 } else { LEN_32 })?;
    let [dc_id, test_mode, rest @ ..] = candidate.bytes() else { return Err(Problem::EndsEarly) };
    let (auth_key, is_bot, user_id) = tail(rest)?;
    if candidate.bytes().len() == LEN_32 && user_id.unwrap_or(0) < MIN_USER_ID_32 {
        candidate.expect_bytes(LEN_64)?;
    }
    Ok(SessionData {
        dc_id: Some(fields::known_dc(*dc_id)?),
        test_mode: Some(fields::boolean(*test_mode, "test mode")?),
        auth_key: Some(auth_key),
        user_id,
        is_bot: Some(is_bot),
        ..SessionData::default()
    })
}

/// The longer strings that an intact one can be what is left of.
pub(super) fn rival(candidate: &Candidate) -> Option<Rival> {
    let is_short = candidate.bytes().len() == LEN_32;
    remains::rival(candidate, pyrogram_string::TITLE, &pyrogram_string::WHOLE)
        .or_else(|| remains::rival(candidate, TITLE, &LONG).filter(|_| is_short))
        .or_else(|| mtcute_string::rival(candidate))
}

/// The key, the user id in 4 or 8 bytes, and the boolean: how all of Pyrogram's layouts end.
pub(super) fn tail(bytes: &[u8]) -> Result<(AuthKey, bool, Option<i64>), Problem> {
    let (auth_key, rest) = bytes.split_at_checked(AUTH_KEY_LEN).ok_or(Problem::EndsEarly)?;
    let (is_bot, user_id) = rest.split_last().ok_or(Problem::EndsEarly)?;
    let (largest, user_id) = match user_id.len() {
        4 => (FIRST_64, unsigned(user_id)),
        _ => (fields::MAX_USER_ID, unsigned(user_id)),
    };
    if user_id > largest.unsigned_abs() {
        return Err(value("its user id is out of range"));
    }
    let user_id = fields::user_id(i64::try_from(user_id).unwrap_or(-1))?;
    let auth_key = AuthKey::new(auth_key).map_err(|_| Problem::EndsEarly)?;
    Ok((auth_key, fields::boolean(*is_bot, "is_bot")?, user_id))
}

fn unsigned(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

pub(super) fn encode(data: &SessionData) -> Result<Zeroizing<String>> {
    let (Some(dc_id), Some(auth_key), Some(user_id), Some(is_bot)) =
        (data.dc_id, &data.auth_key, data.user_id, data.is_bot)
    else {
        return Err(fields::incomplete(WHAT, data, &NEEDED));
    };
    if !(MIN_USER_ID_32..=fields::MAX_USER_ID).contains(&user_id) {
        return Err(fields::unfit(WHAT, Field::UserId, user_id));
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(LEN_64));
    bytes.push(fields::known_dc_byte(WHAT, dc_id)?);
    bytes.push(fields::test_mode(data).into());
    bytes.extend(auth_key.as_bytes());
    let user_id = user_id.to_be_bytes();
    let short = i64::from_be_bytes(user_id) < FIRST_64;
    bytes.extend(&user_id[if short { 4 } else { 0 }..]);
    bytes.push(is_bot.into());
    base64_text::encode(&URL_SAFE_NO_PAD, "", &bytes)
}
