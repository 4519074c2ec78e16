//! The session string of mtcute, version 3.
//!
//! From `writeStringSession` (`highlevel/utils/string-session.js`) and `serializeBasicDcOption` (`utils/dcs.js`) of
//! `@mtcute/core` 0.29.7 (npm). TL after the first byte:
//!
//! | value        | field                                                                           |
//! |--------------|---------------------------------------------------------------------------------|
//! | u8           | version: 3                                                                      |
//! | int          | flags: 1 the account is known, 2 test mode (older versions), 4 a media DC too   |
//! | bytes        | the main DC                                                                     |
//! | bytes        | the DC for media, if flags has 4                                                |
//! | long, Bool   | user_id and is_bot, if flags has 1                                              |
//! | bytes        | auth_key                                                                        |
//!
//! A DC: version u8 (1, or 2 with the flag for test mode), id u8, flags u8 (1 IPv6, 2 for media only, 4 test mode),
//! string address, int port. URL-safe base64 without padding. The media DC has no place in the model: mtcute takes
//! the main one where there is none.

use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use super::base64_text;
use super::candidate::Candidate;
use super::fields;
use super::problem::{Problem, value};
use super::remains::{self, Fits, Rival, Whole, ZERO};
use super::tl::{TlReader, write_bytes};
use crate::error::{Error, Result};
use crate::model::{AUTH_KEY_LEN, AuthKey, Field, SessionData};

pub(super) const TITLE: &str = "an mtcute";
pub(super) const VERSION: u8 = 3;

const HAS_SELF: i32 = 1;
const IS_TEST: i32 = 2;
const HAS_MEDIA: i32 = 4;
const DC_VERSION: u8 = 2;
/// The version of a data centre that tells test mode.
pub(super) const DC_TEST_SINCE: u8 = 2;
const DC_FLAGS_AT: usize = 2;
const DC_IPV6: u8 = 1;
const DC_MEDIA: u8 = 2;
const DC_TEST: u8 = 4;
const BOOL_TRUE: i32 = 0x9972_75b5_u32.cast_signed();
const BOOL_FALSE: i32 = 0xbc79_9737_u32.cast_signed();
const MAX_ADDRESS_LEN: usize = 100;
const CAPACITY: usize = 512;
const NEEDED: [Field; 2] = [Field::DcId, Field::AuthKey];

pub(super) struct Dc {
    pub(super) id: i32,
    pub(super) address: String,
    pub(super) port: u16,
    pub(super) is_test: bool,
    pub(super) is_media_only: bool,
}

/// Whether the version, the flags and the head of the main DC stand in front. A genuine string of Pyrogram for DC 3
/// does so in 1 of 2^33.
pub(super) fn claims(candidate: &Candidate) -> bool {
    let [VERSION, flags, 0, 0, 0, dc_len, dc_version, ..] = candidate.bytes() else { return false };
    *flags < 8 && (12..=3 + 4 + 4 + MAX_ADDRESS_LEN).contains(&usize::from(*dc_len)) && matches!(dc_version, 1 | 2)
}

/// The mtcute string that an intact string of Pyrogram 1 can be what is left of. Its length is any.
pub(super) fn rival(candidate: &Candidate) -> Option<Rival> {
    let front =
        [Fits::Range(VERSION, VERSION), Fits::Range(0, 7), ZERO, ZERO, ZERO, Fits::Range(12, 111), Fits::Range(1, 2)];
    // Its key ends it, after its length.
    let back = (4 + AUTH_KEY_LEN, [Fits::Range(254, 254), ZERO, Fits::Range(1, 1), ZERO].as_slice());
    let shortest = candidate.bytes().len() + 1;
    (shortest..shortest + remains::MOST_LOST)
        .find_map(|bytes| remains::rival(candidate, TITLE, &Whole { bytes, front: &front, back, key_end: usize::MAX }))
}

pub(super) fn decode(candidate: &Candidate) -> Result<SessionData, Problem> {
    candidate.expect_clean_end()?;
    let mut reader = TlReader::new(candidate.bytes().get(1..).unwrap_or_default());
    let flags = reader.int()?;
    let main = read_dc(reader.bytes()?)?;
    if flags & HAS_MEDIA != 0 {
        read_dc(reader.bytes()?)?;
    }
    let (user_id, is_bot) = if flags & HAS_SELF == 0 { (None, None) } else { read_self(&mut reader)? };
    let auth_key = AuthKey::new(reader.bytes()?).map_err(|_| value("its auth key has not 256 bytes"))?;
    reader.end()?;
    Ok(SessionData {
        dc_id: Some(main.id),
        server_address: Some(main.address),
        port: Some(main.port),
        test_mode: Some(main.is_test || flags & IS_TEST != 0),
        auth_key: Some(auth_key),
        user_id,
        is_bot,
        ..SessionData::default()
    })
}

pub(super) fn read_dc(bytes: &[u8]) -> Result<Dc, Problem> {
    let mut reader = TlReader::new(bytes);
    let (version, id, flags) = (reader.byte()?, reader.byte()?, reader.byte()?);
    let address = reader.bytes()?;
    let port = reader.int()?;
    reader.end()?;
    if !matches!(version, 1 | 2) || address.is_empty() || !fields::is_host(address) {
        return Err(value("its data centre is unreadable"));
    }
    Ok(Dc {
        id: fields::dc_id(id)?,
        address: String::from_utf8_lossy(address).into_owned(),
        port: fields::port(u16::try_from(port).unwrap_or(0))?,
        is_test: version >= DC_TEST_SINCE && flags & DC_TEST != 0,
        is_media_only: flags & DC_MEDIA != 0,
    })
}

fn read_self(reader: &mut TlReader) -> Result<(Option<i64>, Option<bool>), Problem> {
    let user_id = fields::user_id(reader.long()?)?;
    match reader.int()? {
        BOOL_TRUE => Ok((user_id, Some(true))),
        BOOL_FALSE => Ok((user_id, Some(false))),
        _ => Err(value("its is_bot is neither yes nor no")),
    }
}

pub(super) fn encode(data: &SessionData) -> Result<Zeroizing<String>> {
    let (Some(dc_id), Some(auth_key)) = (data.dc_id, &data.auth_key) else {
        return Err(fields::incomplete(TITLE, data, &NEEDED));
    };
    let mut bytes = Zeroizing::new(Vec::with_capacity(CAPACITY));
    bytes.push(VERSION);
    let account = data.user_id.zip(data.is_bot);
    bytes.extend(if account.is_some() { HAS_SELF } else { 0 }.to_le_bytes());
    write_bytes(&mut bytes, &write_dc(data, dc_id)?);
    if let Some((user_id, is_bot)) = account {
        write_self(&mut bytes, user_id, is_bot)?;
    }
    write_bytes(&mut bytes, auth_key.as_bytes());
    base64_text::encode(&URL_SAFE_NO_PAD, "", &bytes)
}

pub(super) fn write_dc(data: &SessionData, dc_id: i32) -> Result<Zeroizing<Vec<u8>>> {
    let (address, port) = fields::address(TITLE, data, dc_id)?;
    if address.is_empty() || address.len() > MAX_ADDRESS_LEN || !fields::is_host(address.as_bytes()) {
        return Err(Error::invalid_argument(format!("{TITLE} session string cannot hold the address '{address}'")));
    }
    let test = if fields::test_mode(data) { DC_TEST } else { 0 };
    let ipv6 = if address.contains(':') { DC_IPV6 } else { 0 };
    let mut bytes = Zeroizing::new(vec![DC_VERSION, fields::dc_byte(TITLE, dc_id)?, ipv6 | test]);
    write_bytes(&mut bytes, address.as_bytes());
    bytes.extend(i32::from(port).to_le_bytes());
    Ok(bytes)
}

/// Notes in the blob of a data centre that it serves files only.
pub(super) fn mark_media(bytes: &mut [u8]) {
    if let Some(flags) = bytes.get_mut(DC_FLAGS_AT) {
        *flags |= DC_MEDIA;
    }
}

fn write_self(bytes: &mut Zeroizing<Vec<u8>>, user_id: i64, is_bot: bool) -> Result<()> {
    if !(1..=fields::MAX_USER_ID).contains(&user_id) {
        return Err(fields::unfit(TITLE, Field::UserId, user_id));
    }
    bytes.extend(user_id.to_le_bytes());
    bytes.extend(if is_bot { BOOL_TRUE } else { BOOL_FALSE }.to_le_bytes());
    Ok(())
}
