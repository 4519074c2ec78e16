//! `tgnet.dat` of Telegram for Android and its forks: read, never written.
//!
//! From `tgnet/ConnectionsManager.cpp` and `Datacenter.cpp` of DrKLO/Telegram, as AndroidTelePorter 1.2.1 writes and reads them
//! (`managers/tgnetmanager.py`). Little-endian: the length of the rest, a version (1 to 5), flags, the current data centre, and
//! each data centre with its addresses and keys. The account stands in `userconfing.xml` beside it, not here.

use super::problem::Problem;
use super::tl::TlReader;
use super::{DecodedFile, fields};
use crate::error::{Error, Result};
use crate::model::{AUTH_KEY_LEN, AuthKey, Contents, DataCenter, DcEndpoint};

type Read<T> = std::result::Result<T, Problem>;

const TRUE: u32 = 0x9972_75b5;
const FALSE: u32 = 0xbc79_9737;
const NEWEST: i32 = 5;
const NEWEST_DC: i32 = 13;
const LENGTH: u64 = 4;
const LONGEST: u64 = 1 << 24;
// From TL's `dcOption`.
const IPV6: i32 = 1;
const MEDIA: i32 = 2;

/// Whether the first bytes are those of such a file: its own length, a version and a boolean.
pub(super) fn claims(head: &[u8], len: u64) -> bool {
    let word = |at: usize| head.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).map(u32::from_le_bytes);
    let (Some(rest), Some(version), Some(test)) = (word(0), word(4), word(8)) else { return false };
    u64::from(rest) <= LONGEST
        && len > LENGTH
        && (1..=NEWEST.unsigned_abs() + 8).contains(&version)
        && (test == TRUE || test == FALSE)
}

pub(super) fn decode(bytes: &[u8], location: &str) -> Result<DecodedFile> {
    let told = bytes.first_chunk().map(|head| u32::from_le_bytes(*head)).and_then(|len| usize::try_from(len).ok());
    let rest = told.and_then(|len| bytes.get(4..4 + len));
    let rest = rest.ok_or_else(|| Error::corrupt(location, "it is shorter than it says: its end is missing"))?;
    let problem = |problem| match problem {
        Problem::Value(what) => Error::corrupt(location, what),
        _ => Error::corrupt(location, "its end is missing"),
    };
    let (version, contents) = read(rest).map_err(problem)?;
    Ok(DecodedFile::new("android", Some(version), contents))
}

fn read(bytes: &[u8]) -> Read<(i64, Contents)> {
    let mut tl = TlReader::new(bytes);
    let version = tl.int()?;
    if !(1..=NEWEST).contains(&version) {
        return Err(Problem::Value(format!("its version is {version}, and {NEWEST} is the newest that is known")));
    }
    let test_mode = boolean(&mut tl)?;
    if version >= 3 {
        boolean(&mut tl)?;
    }
    if version >= 4 {
        tl.bytes()?; // the language
    }
    let mut current = None;
    if boolean(&mut tl)? {
        current = Some(tl.int()?).filter(|id| *id > 0);
        tl.int()?;
        tl.int()?;
        tl.long()?;
        if version >= 2 {
            boolean(&mut tl)?;
        }
        if version >= 5 {
            tl.int()?;
        }
        for _ in 0..count(&mut tl, 8)? {
            tl.long()?;
        }
    }
    let dcs = (0..count(&mut tl, 16)?).map(|_| data_center(&mut tl)).collect::<Read<Vec<_>>>()?;
    // Later clients may write more.
    Ok((version.into(), contents(dcs, current, test_mode)?))
}

fn contents(dcs: Vec<DataCenter>, current: Option<i32>, test_mode: bool) -> Read<Contents> {
    let mut contents = Contents::default();
    contents.data.dc_id = current;
    contents.data.test_mode = Some(test_mode);
    for mut dc in dcs {
        if Some(dc.id) == current {
            contents.data.auth_key = dc.auth_key.take();
            contents.data.tmp_auth_key.clone_from(&dc.tmp_auth_key);
            let first = dc.addresses.iter().find(|endpoint| !endpoint.is_media_only);
            contents.data.server_address = first.map(|endpoint| endpoint.server_address.clone());
            contents.data.port = first.map(|endpoint| endpoint.port);
        }
        contents.put_data_center(&dc).map_err(|_| Problem::Value(format!("its data centre {} cannot be", dc.id)))?;
    }
    Ok(contents)
}

fn data_center(tl: &mut TlReader<'_>) -> Read<DataCenter> {
    let version = tl.int()?;
    if !(1..=NEWEST_DC).contains(&version) {
        return Err(Problem::Value(format!(
            "a data centre in it has the version {version}, and {NEWEST_DC} is the newest known"
        )));
    }
    let id = tl.int()?;
    tl.int()?;
    if version > 10 {
        tl.int()?;
    }
    let mut addresses = Vec::new();
    for list in 0..if version >= 5 { 4 } else { 1 } {
        for _ in 0..count(tl, 8)? {
            addresses.extend(endpoint(tl, version, list >= 2)?);
        }
    }
    if version >= 6 {
        boolean(tl)?;
    }
    let auth_key = key(tl)?;
    if version >= 4 {
        tl.long()?;
    }
    let tmp_auth_key = if version >= 8 { key_and_id(tl)? } else { None };
    if version >= 12 {
        key_and_id(tl)?;
    }
    tl.int()?; // whether it is authorized
    salts(tl)?;
    if version >= 13 {
        salts(tl)?;
    }
    addresses.truncate(32);
    Ok(DataCenter { id, auth_key, tmp_auth_key, addresses, ..DataCenter::default() })
}

fn endpoint(tl: &mut TlReader<'_>, version: i32, is_for_files: bool) -> Read<Option<DcEndpoint>> {
    let address = std::str::from_utf8(tl.bytes()?).ok().map(str::to_owned);
    let port = u16::try_from(tl.int()?).ok().filter(|port| *port > 0);
    let flags = if version >= 7 { tl.int()? } else { 0 };
    if version >= 9 {
        tl.bytes()?; // the secret of a proxy
    }
    let is_media_only = is_for_files || flags & MEDIA != 0;
    // An address of the other family is in its own list; a flag tells it too.
    let server_address = address.filter(|text| text.parse::<std::net::IpAddr>().is_ok() || flags & IPV6 == 0);
    let usable =
        server_address.filter(|text| !text.is_empty() && text.len() <= 255 && fields::is_host(text.as_bytes()));
    Ok(usable.zip(port).map(|(server_address, port)| DcEndpoint { server_address, port, is_media_only }))
}

fn key(tl: &mut TlReader<'_>) -> Read<Option<AuthKey>> {
    match usize::try_from(tl.int()?) {
        Ok(0) => Ok(None),
        Ok(AUTH_KEY_LEN) => AuthKey::new(tl.raw(AUTH_KEY_LEN)?).map(Some).map_err(|_| Problem::EndsEarly),
        _ => Err(Problem::Value("an auth key in it has another length than 256 bytes".to_owned())),
    }
}

fn key_and_id(tl: &mut TlReader<'_>) -> Read<Option<AuthKey>> {
    let key = key(tl)?;
    tl.long()?;
    Ok(key)
}

fn salts(tl: &mut TlReader<'_>) -> Read<()> {
    for _ in 0..count(tl, 16)? {
        tl.int()?;
        tl.int()?;
        tl.long()?;
    }
    Ok(())
}

// What each element needs at least bounds the number of them before any is read.
fn count(tl: &mut TlReader<'_>, least: usize) -> Read<u32> {
    let count = tl.int()?;
    let is_possible = usize::try_from(count).is_ok_and(|count| count <= tl.len() / least);
    u32::try_from(count).ok().filter(|_| is_possible).ok_or(Problem::EndsEarly)
}

fn boolean(tl: &mut TlReader<'_>) -> Read<bool> {
    match u32::from_le_bytes(tl.int()?.to_le_bytes()) {
        TRUE => Ok(true),
        FALSE => Ok(false),
        _ => Err(Problem::Value("a place for yes or no has neither".to_owned())),
    }
}
