//! The session string of Pyrogram 2, Hydrogram, Pyrofork, Electrogram and Kurigram.
//!
//! From `SESSION_STRING_FORMAT = ">BI?256sQ?"` of Pyrogram 2.0.106 and Kurigram 2.2.26 (`storage/storage.py`) and
//! Hydrogram 0.2.0 (`storage/base.py`); numbers are big-endian:
//!
//! | bytes    | field     | values                      |
//! |----------|-----------|-----------------------------|
//! | 0        | dc_id     | 1 to 5, 203                 |
//! | 1..5     | api_id    | u32, below 2^31; 0: unknown |
//! | 5        | test_mode | 0, 1                        |
//! | 6..262   | auth_key  | 256 bytes                   |
//! | 262..270 | user_id   | u64, below 2^48; 0: unknown |
//! | 270      | is_bot    | 0, 1                        |
//!
//! 271 bytes, 362 characters of URL-safe base64 without padding.

use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use super::base64_text;
use super::candidate::Candidate;
use super::fields;
use super::problem::Problem;
use super::remains::{BOOLEAN, Fits, Whole, ZERO};
use crate::error::Result;
use crate::model::{Field, SessionData};

pub(super) const TITLE: &str = "a Pyrogram 2";
/// What is written, in messages.
const WHAT: &str = "a Pyrogram 2 session string";

const LEN: usize = 271;
const NEEDED: [Field; 5] = [Field::DcId, Field::ApiId, Field::AuthKey, Field::UserId, Field::IsBot];

/// What it limits, for a shorter string that can be what is left of it.
pub(super) const WHOLE: Whole = Whole {
    bytes: LEN,
    front: &[Fits::KnownDc, Fits::Range(0, 0x7f), Fits::Any, Fits::Any, Fits::Any, BOOLEAN],
    // 2^48 leaves the first two of the user id's eight bytes zero.
    back: (9, &[ZERO, ZERO, Fits::Any, Fits::Any, Fits::Any, Fits::Any, Fits::Any, Fits::Any, BOOLEAN]),
    key_end: usize::MAX,
};

/// Whether the bytes are, or begin like, a string of this format: true for every beginning of every string that
/// [`decode`] accepts. Asked before [`super::pyrogram1_string`], whose 263 and 267 bytes a cut string also has.
pub(super) fn claims(candidate: &Candidate) -> bool {
    let [dc_id, api_id, _, _, _, test_mode, rest @ ..] = candidate.bytes() else { return false };
    let user_id = rest.get(256..).unwrap_or_default();
    // 2^48 leaves the first two of the user id's eight bytes zero.
    let fits = user_id.iter().take(2).all(|byte| *byte == 0);
    fields::is_known_dc((*dc_id).into()) && *api_id < 0x80 && *test_mode <= 1 && fits
}

pub(super) fn decode(candidate: &Candidate) -> Result<SessionData, Problem> {
    candidate.expect_bytes(LEN)?;
    let [dc_id, a, b, c, d, test_mode, rest @ ..] = candidate.bytes() else { return Err(Problem::EndsEarly) };
    let (auth_key, is_bot, user_id) = super::pyrogram1_string::tail(rest)?;
    Ok(SessionData {
        dc_id: Some(fields::known_dc(*dc_id)?),
        api_id: fields::api_id(u32::from_be_bytes([*a, *b, *c, *d]))?,
        test_mode: Some(fields::boolean(*test_mode, "test mode")?),
        auth_key: Some(auth_key),
        user_id,
        is_bot: Some(is_bot),
        ..SessionData::default()
    })
}

pub(super) fn encode(data: &SessionData) -> Result<Zeroizing<String>> {
    let (Some(dc_id), Some(api_id), Some(auth_key), Some(user_id), Some(is_bot)) =
        (data.dc_id, data.api_id, &data.auth_key, data.user_id, data.is_bot)
    else {
        return Err(fields::incomplete(WHAT, data, &NEEDED));
    };
    if api_id <= 0 {
        return Err(fields::unfit(WHAT, Field::ApiId, api_id.into()));
    }
    if !(1..=fields::MAX_USER_ID).contains(&user_id) {
        return Err(fields::unfit(WHAT, Field::UserId, user_id));
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(LEN));
    bytes.push(fields::known_dc_byte(WHAT, dc_id)?);
    bytes.extend(api_id.to_be_bytes());
    bytes.push(fields::test_mode(data).into());
    bytes.extend(auth_key.as_bytes());
    bytes.extend(user_id.to_be_bytes());
    bytes.push(is_bot.into());
    base64_text::encode(&URL_SAFE_NO_PAD, "", &bytes)
}
