//! The session string of GramJS.
//!
//! From `StringSession.save` of `telegram` 2.26.22 (npm, `sessions/StringSession.js`); numbers are big-endian. The
//! letter `1`, the version, stands in front of the base64:
//!
//! | bytes    | field          | values                            |
//! |----------|----------------|-----------------------------------|
//! | 0        | dc_id          | 1 to 255                          |
//! | 1..3     | length         | of the address: 3 to 100          |
//! | length   | server_address | an address, or a name, as text    |
//! | 2 bytes  | port           | i16: 1 to 32767                   |
//! | the rest | auth_key       | 256 bytes                         |
//!
//! Standard base64 with padding. With an address of 14 characters it is as long as Telethon's with IPv6; there the
//! length's place holds the beginning of an address, 0x2001 or another number over 100.

use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::base64_text;
use super::candidate::Candidate;
use super::fields;
use super::problem::{Problem, value};
use super::remains::{self, Fits, Rival, Whole, ZERO};
use crate::error::{Error, ErrorCode, Result};
use crate::model::{AuthKey, Field, SessionData};

pub(super) const TITLE: &str = "a GramJS";
/// What is written, in messages.
const WHAT: &str = "a GramJS session string";
pub(super) const PREFIX: &str = "1";

/// All but the address.
const FIXED_LEN: usize = 261;
/// GramJS takes a greater number for the beginning of Telethon's IPv6 address; the shortest address is `::1`.
const ADDRESS_LEN: std::ops::RangeInclusive<usize> = 3..=100;
const MAX_PORT: u16 = i16::MAX.unsigned_abs();
const NEEDED: [Field; 2] = [Field::DcId, Field::AuthKey];

/// Whether a plausible length stands after the data centre, and then as much of an address as there is.
pub(super) fn claims(candidate: &Candidate) -> bool {
    address_len(candidate.bytes()).is_some_and(|len| {
        let address = candidate.bytes().iter().skip(3).take(len);
        address.clone().count() > 0 && fields::is_host(&address.copied().collect::<Vec<_>>())
    })
}

/// The GramJS string that an intact string of Telethon can be what is left of, where the length of its address was lost.
pub(super) fn rival(candidate: &Candidate) -> Option<Rival> {
    ADDRESS_LEN.into_iter().find_map(|len| {
        let byte = u8::try_from(len).ok()?;
        let mut front = vec![Fits::Range(1, u8::MAX), ZERO, Fits::Range(byte, byte)];
        front.resize(front.len() + len, Fits::Host);
        front.push(Fits::Range(0, 0x7f));
        let whole = Whole { bytes: FIXED_LEN + len, front: &front, back: (0, &[]), key_end: usize::MAX };
        remains::rival(candidate, TITLE, &whole)
    })
}

fn address_len(bytes: &[u8]) -> Option<usize> {
    let [_, high, low, ..] = bytes else { return None };
    Some(u16::from_be_bytes([*high, *low]).into()).filter(|len| ADDRESS_LEN.contains(len))
}

pub(super) fn decode(candidate: &Candidate) -> Result<SessionData, Problem> {
    let bytes = candidate.bytes();
    let len = address_len(bytes).ok_or_else(|| value("its address is missing"))?;
    candidate.expect_padded_bytes(FIXED_LEN + len)?;
    let (address, rest) = bytes.get(3..).and_then(|rest| rest.split_at_checked(len)).ok_or(Problem::EndsEarly)?;
    let (port, auth_key) = rest.split_first_chunk().ok_or(Problem::EndsEarly)?;
    if !fields::is_host(address) {
        return Err(value("its address is none of a server"));
    }
    Ok(SessionData {
        dc_id: Some(fields::dc_id(bytes.first().copied().unwrap_or_default())?),
        server_address: Some(String::from_utf8_lossy(address).into_owned()),
        port: Some(port_of(u16::from_be_bytes(*port))?),
        auth_key: Some(AuthKey::new(auth_key).map_err(|_| Problem::EndsEarly)?),
        ..SessionData::default()
    })
}

fn port_of(port: u16) -> Result<u16, Problem> {
    if port > MAX_PORT { Err(value("its port is negative")) } else { fields::port(port) }
}

pub(super) fn encode(data: &SessionData) -> Result<Zeroizing<String>> {
    let (Some(dc_id), Some(auth_key)) = (data.dc_id, &data.auth_key) else {
        return Err(fields::incomplete(WHAT, data, &NEEDED));
    };
    let (address, port) = fields::address(WHAT, data, dc_id)?;
    check(&address, port)?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(FIXED_LEN + address.len()));
    bytes.push(fields::dc_byte(WHAT, dc_id)?);
    bytes.push(0);
    bytes.extend(u8::try_from(address.len()));
    bytes.extend(address.as_bytes());
    bytes.extend(port.to_be_bytes());
    bytes.extend(auth_key.as_bytes());
    base64_text::encode(&STANDARD, PREFIX, &bytes)
}

fn check(address: &str, port: u16) -> Result<()> {
    if port > MAX_PORT {
        let message = format!("{WHAT} cannot hold port {port}: its ports end at {MAX_PORT}");
        return Err(Error::new(ErrorCode::Unsupported, message));
    }
    if !ADDRESS_LEN.contains(&address.len()) || !fields::is_host(address.as_bytes()) {
        let message = format!("{WHAT} cannot hold the address '{address}'");
        return Err(Error::invalid_argument(message));
    }
    Ok(())
}
