//! The session string of wzgram, a fork of Pyrogram with an address and a checksum in it.
//!
//! From `SESSION_STRING_FORMAT_V3 = ">BBI?256sQ?H48s"` of wzgram 3.1.5 (`storage/storage.py`); numbers are big-endian:
//!
//! | value     | field                                                          |
//! |-----------|----------------------------------------------------------------|
//! | u8        | version: 3, or 2 with an address of 16 bytes                   |
//! | 271 bytes | as in the session string of Pyrogram 2                         |
//! | u16       | port; 0: unknown                                               |
//! | 48 bytes  | address, filled with zeros                                     |
//! | u32       | CRC-32 of all before, little-endian; older strings have none   |
//!
//! URL-safe base64 without padding after `WZ_`.

use flate2::Crc;

use super::candidate::Candidate;
use super::fields;
use super::problem::{Problem, value};
use super::pyrogram1_string;
use crate::model::SessionData;

pub(super) const TITLE: &str = "a wzgram";
pub(super) const PREFIX: &str = "WZ_";
pub(super) const VERSION: u8 = 3;

const SHORT_VERSION: u8 = 2;
const CRC: usize = 4;
const HEAD: usize = 7;
const TAIL: usize = 256 + 9;
const LEN: usize = HEAD + TAIL + 2 + 48;
const SHORT_LEN: usize = HEAD + TAIL + 2 + 16;

/// No other string begins with the prefix and one of these versions.
pub(super) fn claims(candidate: &Candidate) -> bool {
    matches!(candidate.bytes(), [VERSION | SHORT_VERSION, ..])
}

pub(super) fn decode(candidate: &Candidate) -> Result<SessionData, Problem> {
    let whole = if candidate.bytes().first() == Some(&SHORT_VERSION) { SHORT_LEN } else { LEN };
    let has_crc = candidate.bytes().len() != whole;
    candidate.expect_bytes(if has_crc { whole + CRC } else { whole })?;
    let (bytes, crc) = candidate.bytes().split_at_checked(whole).ok_or(Problem::EndsEarly)?;
    if has_crc && checksum(bytes).to_le_bytes() != *crc {
        return Err(value("its checksum is not that of its characters"));
    }
    let [_, dc_id, a, b, c, d, test_mode, rest @ ..] = bytes else { return Err(Problem::EndsEarly) };
    let (account, rest) = rest.split_at_checked(TAIL).ok_or(Problem::EndsEarly)?;
    let (auth_key, is_bot, user_id) = pyrogram1_string::tail(account)?;
    let ([high, low], address) = rest.split_first_chunk().ok_or(Problem::EndsEarly)?;
    let end = address.iter().position(|byte| *byte == 0).unwrap_or(address.len());
    let (address, filling) = address.split_at(end);
    if !fields::is_host(address) || filling.iter().any(|byte| *byte != 0) {
        return Err(value("its address is unreadable"));
    }
    Ok(SessionData {
        dc_id: Some(fields::known_dc(*dc_id)?),
        api_id: fields::api_id(u32::from_be_bytes([*a, *b, *c, *d]))?,
        test_mode: Some(fields::boolean(*test_mode, "test mode")?),
        auth_key: Some(auth_key),
        user_id,
        is_bot: Some(is_bot),
        port: Some(u16::from_be_bytes([*high, *low])).filter(|port| *port != 0),
        server_address: Some(String::from_utf8_lossy(address).into_owned()).filter(|address| !address.is_empty()),
        ..SessionData::default()
    })
}

fn checksum(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

#[cfg(test)]
mod tests {
    use crate::codec::decode_session_string;

    // From `export_session_string` of wzgram 3.1.5. The key is invented.
    const REAL: &str = "WZ_AwQAADA5AB8mLTQ7QklQV15lbHN6gYiPlp2kq7K5wMfO1dzj6vH4BAsSGSAnLjU8Q0pRWF9mbXR7gomQl56lrLO6wcjP1t3k6_L5BQwTGiEoLzY9REtSWWBnbnV8g4qRmJ-mrbS7wsnQ197l7PP6Bg0UGyIpMDc-RUxTWmFob3Z9hIuSmaCnrrW8w8rR2N_m7fQABw4VHCMqMTg_Rk1UW2JpcHd-hYyTmqGor7a9xMvS2eDn7vUBCA8WHSQrMjlAR05VXGNqcXh_ho2Um6KpsLe-xczT2uHo7_YCCRAXHiUsMzpBSE9WXWRrcnmAh46VnKOqsbi_xs3U2-Lp8PcDChEYHyYtNDsAAAC06NzZJQABuzE0OS4xNTQuMTY3LjkxAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAJd72Sg";

    #[test]
    fn a_real_string_is_read() {
        let decoded = decode_session_string(REAL).unwrap();
        assert_eq!((decoded.format.name(), decoded.version), ("pyrogram", Some(3)));
        let data = decoded.data;
        assert_eq!((data.dc_id, data.api_id, data.test_mode), (Some(4), Some(12345), Some(false)));
        assert_eq!((data.server_address.as_deref(), data.port), (Some("149.154.167.91"), Some(443)));
        assert_eq!((data.user_id, data.is_bot), (Some(777_000_900_901), Some(false)));
        assert_eq!(data.auth_key.unwrap().as_bytes()[..3], [31, 38, 45]);
    }

    #[test]
    fn a_cut_or_changed_string_is_refused() {
        for len in 4..REAL.len() {
            assert!(decode_session_string(&REAL[..len]).is_err(), "{len}");
        }
        for at in 3..REAL.len() {
            let other = if REAL.as_bytes()[at] == b'A' { "B" } else { "A" };
            let changed = format!("{}{other}{}", &REAL[..at], &REAL[at + 1..]);
            assert!(decode_session_string(&changed).is_err(), "{at}");
        }
    }
}
