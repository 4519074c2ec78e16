//! The auth string of MTKruto.
//!
//! From `exportAuthString` of MTKruto 0.216.0 (`client/0_storage_operations.ts`); the shorter layouts from its tags
//! 0.1.156 and 0.1.180, the first also from `@mtcute/convert` 0.29.7 (npm), which still writes it. TL, then the
//! run-length code of [`super::rle`]:
//!
//! | value  | field                | since                   |
//! |--------|----------------------|-------------------------|
//! | string | dc_id, and `-test`   | the first               |
//! | bytes  | auth_key             | the first               |
//! | int    | api_id               | 0.1.180                 |
//! | u8     | is_bot               | 0.1.190                 |
//! | long   | user_id              | 0.1.190                 |
//!
//! URL-safe base64 without padding. This codec writes the newest layout, the only one that today's MTKruto reads.
//!
//! An older layout is a newest string without its end, and a newest one that lost as many characters before its end has
//! its length: nothing tells them apart, because their last characters can be any. And where the length of a run of zeros
//! was lost, another byte is taken for it, so that a text of any length can have a whole key, with a run of zeros in it or
//! in place of the user_id. So an older string, one whose key has three zeros in a row (1 in 65,000) and one without a
//! user_id are read only where the caller names the format ([`super::decode_session_string_as`]), and an older one not if
//! its end looks like that of the newest.

use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use super::base64_text;
use super::candidate::Candidate;
use super::fields;
use super::problem::{Problem, value};
use super::remains::Rival;
use super::rle;
use super::tl::{TlReader, write_bytes};
use crate::error::Result;
use crate::model::{AuthKey, Field, SessionData};

pub(super) const TITLE: &str = "an MTKruto";
/// What is written, in messages.
const WHAT: &str = "an MTKruto session string";

const TEST_SUFFIX: &str = "-test";
const ACCOUNT_LEN: usize = 13;
/// So many zeros in a row are seldom in a key.
const RUN: usize = 3;
const CAPACITY: usize = 512;
const NEEDED: [Field; 5] = [Field::DcId, Field::AuthKey, Field::ApiId, Field::IsBot, Field::UserId];

/// Whether a short string that begins with a digit stands in front.
pub(super) fn claims(candidate: &Candidate) -> bool {
    let [len, text @ ..] = candidate.bytes() else { return false };
    let name = text.get(..usize::from(*len)).and_then(|name| std::str::from_utf8(name).ok());
    name.is_some_and(|name| dc(name).is_some())
}

fn dc(name: &str) -> Option<(i32, bool)> {
    let (digits, test_mode) = name.strip_suffix(TEST_SUFFIX).map_or((name, false), |digits| (digits, true));
    let dc_id = digits.parse().ok().filter(|dc_id| fields::is_known_dc(*dc_id))?;
    (dc_id.to_string() == digits).then_some((dc_id, test_mode))
}

pub(super) fn decode(candidate: &Candidate) -> Result<SessionData, Problem> {
    candidate.expect_clean_end()?;
    let bytes = rle::decode(candidate.bytes())?;
    let mut reader = TlReader::new(&bytes);
    let name = std::str::from_utf8(reader.bytes()?).unwrap_or_default();
    let (dc_id, test_mode) = dc(name).ok_or_else(|| value("its data centre is unreadable"))?;
    let auth_key = AuthKey::new(reader.bytes()?).map_err(|_| value("its auth key has not 256 bytes"))?;
    let mut data = SessionData {
        dc_id: Some(dc_id),
        test_mode: Some(test_mode),
        auth_key: Some(auth_key),
        ..SessionData::default()
    };
    read_account(&mut reader, &mut data)?;
    reader.end()?;
    if data.user_id.is_none() && data.is_bot.is_none() && ends_like_newest(&bytes) {
        return Err(value("characters before its end are missing"));
    }
    Ok(data)
}

/// The longer string that an intact one can be what is left of: one of an older layout, or with a run of zeros.
pub(super) fn rival(candidate: &Candidate) -> Option<Rival> {
    let is_like_a_rest = decode(candidate).is_ok_and(|data| {
        let has_run = |key: &AuthKey| key.as_bytes().windows(RUN).any(|bytes| bytes.iter().all(|byte| *byte == 0));
        data.user_id.is_none() || data.auth_key.as_ref().is_some_and(has_run)
    });
    is_like_a_rest.then_some(Rival { title: TITLE, lost: 0 })
}

// api_id, is_bot and user_id, which a genuine older string has at its end in 1 of 2^24.
fn ends_like_newest(bytes: &[u8]) -> bool {
    let Some([_, _, _, api_id, is_bot, user_id @ ..]) = bytes.last_chunk::<ACCOUNT_LEN>() else { return false };
    *api_id < 0x80 && *is_bot <= 1 && user_id.ends_with(&[0, 0]) && user_id.iter().any(|byte| *byte != 0)
}

fn read_account(reader: &mut TlReader, data: &mut SessionData) -> Result<(), Problem> {
    if reader.is_empty() {
        return Ok(());
    }
    data.api_id = fields::api_id(reader.int()?.cast_unsigned())?;
    if reader.is_empty() {
        return Ok(());
    }
    data.is_bot = Some(fields::boolean(reader.byte()?, "is_bot")?);
    data.user_id = fields::user_id(reader.long()?)?;
    Ok(())
}

pub(super) fn encode(data: &SessionData) -> Result<Zeroizing<String>> {
    let (Some(dc_id), Some(auth_key), Some(api_id), Some(is_bot), Some(user_id)) =
        (data.dc_id, &data.auth_key, data.api_id, data.is_bot, data.user_id)
    else {
        return Err(fields::incomplete(WHAT, data, &NEEDED));
    };
    if api_id <= 0 {
        return Err(fields::unfit(WHAT, Field::ApiId, api_id.into()));
    }
    if !(1..=fields::MAX_USER_ID).contains(&user_id) {
        return Err(fields::unfit(WHAT, Field::UserId, user_id));
    }
    let dc_id = fields::known_dc_byte(WHAT, dc_id)?;
    let name = format!("{dc_id}{}", if fields::test_mode(data) { TEST_SUFFIX } else { "" });
    let mut bytes = Zeroizing::new(Vec::with_capacity(CAPACITY));
    write_bytes(&mut bytes, name.as_bytes());
    write_bytes(&mut bytes, auth_key.as_bytes());
    bytes.extend(api_id.to_le_bytes());
    bytes.push(is_bot.into());
    bytes.extend(user_id.to_le_bytes());
    base64_text::encode(&URL_SAFE_NO_PAD, "", &rle::encode(&bytes))
}
