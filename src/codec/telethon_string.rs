//! The session string of Telethon 1.
//!
//! From `_STRUCT_PREFORMAT = '>B{}sH256s'` of Telethon 1.45.0 (`sessions/string.py`); numbers are big-endian. The
//! letter `1`, the version, stands in front of the base64:
//!
//! | bytes    | field          | values                                   |
//! |----------|----------------|------------------------------------------|
//! | 0        | dc_id          | 1 to 5, 203                              |
//! | 1..5/17  | server_address | IPv4 (4 bytes) or IPv6 (16 bytes)        |
//! | 2 bytes  | port           | u16, not 0                               |
//! | the rest | auth_key       | 256 bytes; Telethon takes zeros for none |
//!
//! 263 or 275 bytes: 353 or 369 characters with the `1` and the one `=` of URL-safe base64, which must stay.
//!
//! An IPv6 string that lost 16 characters has the length of an IPv4 string and would give a key that is shifted by 12
//! bytes: see [`is_cut_ipv6`].

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use base64::engine::general_purpose::URL_SAFE;
use zeroize::Zeroizing;

use super::base64_text;
use super::candidate::Candidate;
use super::fields;
use super::problem::{Problem, value};
use crate::error::{Error, Result};
use crate::model::{AuthKey, Field, SessionData};

pub(super) const TITLE: &str = "a Telethon";
/// What is written, in messages.
const WHAT: &str = "a Telethon session string";
pub(super) const PREFIX: &str = "1";

const LEN_IPV4: usize = 263;
const LEN_IPV6: usize = 275;
const NEEDED: [Field; 2] = [Field::DcId, Field::AuthKey];
/// The beginnings of Telegram's IPv6 addresses, which are no addresses of servers when they are read as IPv4.
const TELEGRAM_IPV6: [[u8; 2]; 2] = [[0x20, 0x01], [0x2a, 0x0a]];
const USUAL_PORTS: [u16; 3] = [443, 80, 5222];

/// Everything that begins with `1` and that GramJS and gogram did not claim.
pub(super) fn claims(candidate: &Candidate) -> bool {
    candidate.bytes().len() > 4
}

pub(super) fn decode(candidate: &Candidate) -> Result<SessionData, Problem> {
    let bytes = candidate.bytes();
    let is_ipv6 = is_cut_ipv6(bytes) || bytes.len() == LEN_IPV6;
    candidate.expect_padded_bytes(if is_ipv6 { LEN_IPV6 } else { LEN_IPV4 })?;
    let (dc_id, rest) = bytes.split_first().ok_or(Problem::EndsEarly)?;
    let (address, rest) = if is_ipv6 { ipv6(rest) } else { ipv4(rest) }.ok_or(Problem::EndsEarly)?;
    let (port, auth_key) = rest.split_first_chunk().ok_or(Problem::EndsEarly)?;
    let is_logged_in = auth_key.iter().any(|byte| *byte != 0);
    let auth_key = AuthKey::new(auth_key).map_err(|_| Problem::EndsEarly)?;
    Ok(SessionData {
        dc_id: Some(fields::known_dc(*dc_id)?),
        server_address: Some(fields::ip_address(address)?),
        port: Some(fields::port(u16::from_be_bytes(*port))?),
        auth_key: Some(auth_key).filter(|_| is_logged_in),
        ..SessionData::default()
    })
}

/// Whether the bytes begin like an IPv6 string: with one of Telegram's own networks, or with any global IPv6 address
/// and then a usual port where an IPv4 string has random bytes of the key (accidentally so: 1 of 20,000 of the IPv4
/// strings of private servers in 32.0.0.0 to 63.255.255.255, and of no others).
fn is_cut_ipv6(bytes: &[u8]) -> bool {
    let Some(start) = bytes.get(1..3) else { return false };
    let port = bytes.get(17..19).map(|port| u16::from_be_bytes([port[0], port[1]]));
    let is_global = matches!(start[0], 0x20..=0x3f);
    TELEGRAM_IPV6.iter().any(|known| known == start)
        || is_global && port.is_some_and(|port| USUAL_PORTS.contains(&port))
}

fn ipv4(bytes: &[u8]) -> Option<(IpAddr, &[u8])> {
    let (address, rest) = bytes.split_first_chunk::<4>()?;
    Some((Ipv4Addr::from(*address).into(), rest))
}

fn ipv6(bytes: &[u8]) -> Option<(IpAddr, &[u8])> {
    let (address, rest) = bytes.split_first_chunk::<16>()?;
    Some((Ipv6Addr::from(*address).into(), rest))
}

pub(super) fn encode(data: &SessionData) -> Result<Zeroizing<String>> {
    let (Some(dc_id), Some(auth_key)) = (data.dc_id, &data.auth_key) else {
        return Err(fields::incomplete(WHAT, data, &NEEDED));
    };
    let (address, port) = fields::address(WHAT, data, dc_id)?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(LEN_IPV6));
    bytes.push(fields::known_dc_byte(WHAT, dc_id)?);
    match usable(&address)? {
        IpAddr::V4(address) => bytes.extend(address.octets()),
        IpAddr::V6(address) => bytes.extend(address.octets()),
    }
    bytes.extend(port.to_be_bytes());
    bytes.extend(auth_key.as_bytes());
    base64_text::encode(&URL_SAFE, PREFIX, &bytes)
}

fn usable(address: &str) -> Result<IpAddr> {
    let parsed = address.parse().map_err(|_| value("")).and_then(|ip| fields::ip_address(ip).map(|_| ip));
    parsed.map_err(|_| {
        Error::invalid_argument(format!("{WHAT} needs an IP address, not '{address}': override server_address"))
    })
}
