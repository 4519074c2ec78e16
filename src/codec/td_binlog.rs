//! TDLib's `td.binlog`: read with the database's key, never written.
//!
//! From `tddb/td/db/binlog/{Binlog,BinlogEvent}.cpp`, `BinlogKeyValue.h`, `td/telegram/{TdDb,AuthManager}.cpp` and
//! `mtproto/AuthKey.h` of tdlib/td 022d6020. Little-endian. An event is its size, an id, a type, flags, a number, data, and the
//! CRC-32 of all that. The first one tells the encryption: AES-256 in CTR mode with a key that PBKDF2 makes of the database's
//! key in 2 rounds, and an HMAC that tells a wrong key for sure. What is written later under an id replaces what was before.
//!
//! | key in the store `BinlogPmc`    | value                                                                       |
//! |---------------------------------|-----------------------------------------------------------------------------|
//! | `auth1` … `auth5`, `auth203`    | the key's id, flags, and the auth key of that data centre                   |
//! | `main_dc_id`, `my_id`           | dc_id and user_id in decimal digits                                         |
//! | `auth`, `auth_is_bot`           | "ok" once the login is made, "true" for a bot                               |

use std::collections::{BTreeMap, HashMap};

use aes::Aes256;
use ctr::Ctr128BE;
use ctr::cipher::{KeyIvInit, StreamCipher};
use hmac::{Hmac, KeyInit, Mac};
use pbkdf2::pbkdf2_hmac;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::problem::Problem;
use super::tl::TlReader;
use super::{DecodedFile, fields};
use crate::error::{Error, Result};
use crate::model::{AuthKey, Contents, DataCenter};

const DEFAULT_KEY: &[u8] = b"cucumber";
const KEY_HASH_OF: &[u8] = b"cucumbers everywhere";
const ROUNDS: u32 = 2;
const SMALLEST_EVENT: usize = 32;
const LARGEST_EVENT: usize = 1 << 24;
const AES_CTR: i32 = -3;
const EMPTY: i32 = -2;
const NO_ENCRYPTION: i32 = -4;
const PMC: i32 = 0x4327;
const CONFIG: i32 = 0x1f18;
const DATA_CENTRES: [i32; 6] = [1, 2, 3, 4, 5, 203];

/// Whether the first bytes are those of an event that tells the encryption.
pub(super) fn claims(head: &[u8]) -> bool {
    let word = |at: usize| head.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).map(i32::from_le_bytes);
    let (Some(size), Some(kind)) = (word(0), word(12)) else { return false };
    let is_size =
        usize::try_from(size).is_ok_and(|size| (SMALLEST_EVENT..=512).contains(&size) && size.is_multiple_of(4));
    is_size && (kind == AES_CTR || kind == NO_ENCRYPTION || kind == PMC || kind == CONFIG)
}

struct Event<'a> {
    id: u64,
    kind: i32,
    data: &'a [u8],
    size: usize,
}

pub(super) fn decode(bytes: &[u8], key: Option<&[u8]>, location: &str) -> Result<DecodedFile> {
    let damaged = || Error::corrupt(location, "its first event is damaged");
    let first = event(bytes).ok_or_else(damaged)?;
    let mut rest = Zeroizing::new(bytes[first.size..].to_vec());
    if first.kind == AES_CTR {
        decrypt(first.data, key.filter(|key| !key.is_empty()).unwrap_or(DEFAULT_KEY), &mut rest)
            .map_err(|wrong| if wrong { wrong_key(key, location) } else { damaged() })?;
    } else if first.kind != NO_ENCRYPTION {
        rest = Zeroizing::new(bytes.to_vec());
    }
    let (values, is_cut) = values(&rest);
    let contents = contents(&values).map_err(|problem| Error::corrupt(location, problem))?;
    let Some((mut contents, is_ready)) = contents else {
        return Err(Error::not_a_session(location, "it is a binlog of TDLib without a login: it has no auth key"));
    };
    // Only its name tells: TDLib has another database for the test servers.
    contents.data.test_mode = [("td_test.binlog", true), ("td.binlog", false)]
        .into_iter()
        .find_map(|(name, is_test)| location.ends_with(name).then_some(is_test));
    let mut decoded = DecodedFile::new("tdlib", None, contents);
    if !is_ready {
        decoded =
            decoded.remark("TDLib has not finished the login, or has logged out: Telegram may refuse the auth key");
    }
    if is_cut {
        decoded = decoded.remark("its last event is cut off, as after a crash: TDLib drops that event when it starts");
    }
    Ok(decoded)
}

fn wrong_key(key: Option<&[u8]>, location: &str) -> Error {
    let cause = match key {
        Some(key) if !key.is_empty() => "the database key is not that of this binlog of TDLib",
        _ => {
            "it is a binlog of TDLib under a database key of its owner's: give it (--database-key-file, tgs_options_set_database_key)"
        }
    };
    Error::wrong_key(location, cause)
}

/// The event at the front; `None` if it is cut off or damaged.
fn event(bytes: &[u8]) -> Option<Event<'_>> {
    let size = usize::try_from(u32::from_le_bytes(*bytes.first_chunk()?)).ok()?;
    if !(SMALLEST_EVENT..=LARGEST_EVENT).contains(&size) || !size.is_multiple_of(4) {
        return None;
    }
    let (body, crc) = bytes.get(..size)?.split_at(size - 4);
    if crc32fast::hash(body).to_le_bytes() != crc {
        return None;
    }
    let int = |at: usize| Some(i32::from_le_bytes(body.get(at..at + 4)?.try_into().ok()?));
    let id = u64::from_le_bytes(body.get(4..12)?.try_into().ok()?);
    Some(Event { id, kind: int(12)?, data: body.get(28..)?, size })
}

/// Decrypts the rest in its place. The error: whether the key is wrong; otherwise the event is damaged.
fn decrypt(data: &[u8], key: &[u8], rest: &mut [u8]) -> std::result::Result<(), bool> {
    let mut tl = TlReader::new(data);
    tl.int().map_err(|_| false)?; // flags
    let mut part = || tl.bytes().map_err(|_| false);
    let (salt, iv, hash) = (part()?, part()?, part()?);
    let mut derived = Zeroizing::new([0_u8; 32]);
    pbkdf2_hmac::<Sha256>(key, salt, ROUNDS, &mut *derived);
    let mut mac = Hmac::<Sha256>::new_from_slice(&*derived).map_err(|_| false)?;
    mac.update(KEY_HASH_OF);
    mac.verify_slice(hash).map_err(|_| true)?;
    Ctr128BE::<Aes256>::new_from_slices(&*derived, iv).map_err(|_| false)?.apply_keystream(rest);
    Ok(())
}

type Values = HashMap<Vec<u8>, Zeroizing<Vec<u8>>>;

/// What the store holds after all events, and whether the last one is cut off.
fn values(mut rest: &[u8]) -> (Values, bool) {
    let mut by_id: BTreeMap<u64, (&[u8], &[u8])> = BTreeMap::new();
    while let Some(Event { id, kind, data, size, .. }) = event(rest) {
        match kind {
            EMPTY => drop(by_id.remove(&id)),
            PMC => drop(pair(data).map(|pair| by_id.insert(id, pair))),
            _ => {}
        }
        rest = &rest[size..];
    }
    let owned = |(name, value): (&[u8], &[u8])| (name.to_vec(), Zeroizing::new(value.to_vec()));
    (by_id.into_values().map(owned).collect(), !rest.is_empty())
}

fn pair(data: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut tl = TlReader::new(data);
    Some((tl.bytes().ok()?, tl.bytes().ok()?))
}

/// The login, and whether TDLib has finished it. `None` without any key.
fn contents(values: &Values) -> std::result::Result<Option<(Contents, bool)>, String> {
    let text = |name: &str| values.get(name.as_bytes()).and_then(|value| std::str::from_utf8(value).ok());
    let home = text("main_dc_id").and_then(|text| text.parse().ok()).filter(|id: &i32| *id > 0);
    let mut contents = Contents::default();
    contents.data.dc_id = home;
    contents.data.user_id =
        text("my_id").and_then(|text| text.parse().ok()).filter(|id| (1..=fields::MAX_USER_ID).contains(id));
    let is_ready = text("auth") == Some("ok");
    contents.data.is_bot = is_ready.then(|| text("auth_is_bot") == Some("true"));
    let mut has_key = false;
    for id in DATA_CENTRES {
        let Some(value) = values.get(format!("auth{id}").as_bytes()) else { continue };
        let damaged = |_| format!("the auth key of data centre {id} in it is damaged");
        let key = auth_key(value).map_err(damaged)?;
        has_key = true;
        if Some(id) == home {
            contents.data.auth_key = Some(key);
        } else {
            let other = DataCenter { id, auth_key: Some(key), ..DataCenter::default() };
            contents.put_data_center(&other).map_err(|error| error.to_string())?;
        }
    }
    Ok(has_key.then_some((contents, is_ready)))
}

fn auth_key(value: &[u8]) -> std::result::Result<AuthKey, Problem> {
    let mut tl = TlReader::new(value);
    let id = tl.array::<8>()?;
    tl.int()?; // flags
    let key = AuthKey::new(tl.bytes()?).map_err(|_| Problem::EndsEarly)?;
    if key.id() == id { Ok(key) } else { Err(Problem::EndsEarly) }
}
