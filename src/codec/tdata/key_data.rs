//! `key_datas`: the local key, wrapped by the passcode, and which accounts there are.
//!
//! Until 7.2 it is a salt, one wrap and the list of accounts. Since 7.3 a trailer follows with the wraps of a passcode, and the
//! wrap in front is open or absent. Nothing but the trailer tells the two apart.

use zeroize::Zeroizing;

use super::Fault;
use super::crypt::{NotOpened, decrypt, encrypt};
use super::local_key::{LOCAL_KEY_LEN, LocalKey};
use super::stream::{Reader, put_bytes, put_i32};

const SALT: usize = 32;
const TRAILER_MAGIC: u32 = 0x4b44_3200;
const TRAILER_FORMAT: u32 = 2;
const MOST_WRAPS: u32 = 2;
const ARGON2: u32 = 1;
const SCRYPT: u32 = 2;
const SHORTEST_SALT: usize = 8;
/// Indexes are 0 to 5.
const MOST_ACCOUNTS: i32 = 6;

const NO_PASSCODE_GIVEN: &str = "it is locked by a passcode: give it (--passcode-file, tgs_options_set_passcode)";
const WRONG_PASSCODE: &str = "the passcode is not that of the folder";
const NONE_SET: &str = "a passcode is given, and the folder has none";

/// What it tells.
#[derive(Debug)]
pub struct KeyData {
    /// What opens the accounts' files.
    pub local_key: LocalKey,
    /// The accounts' indexes, in their order.
    pub accounts: Vec<i32>,
    /// The index of the account that is shown.
    pub active: Option<i32>,
}

struct Wrap<'a> {
    kind: u32,
    memory: u32,
    time: u32,
    parallel: u32,
    salt: &'a [u8],
    key: &'a [u8],
}

/// Reads the content, with the folder's passcode. Without one it is empty.
pub fn read(content: &[u8], passcode: &str) -> Result<KeyData, Fault> {
    let mut stream = Reader::new(content);
    let (salt, open_wrap, info) = (stream.bytes()?, stream.bytes()?, stream.bytes()?);
    let local_key = if stream.is_empty() {
        if salt.len() != SALT {
            return Err(Fault::damage(format!("its salt has {} bytes, not {SALT}", salt.len())));
        }
        let cause = if passcode.is_empty() { NO_PASSCODE_GIVEN } else { WRONG_PASSCODE };
        unwrap(open_wrap, &LocalKey::from_passcode(passcode, salt), cause)?
    } else {
        let wraps = live_wraps(stream.bytes()?)?;
        open_since_7_3(passcode, salt, open_wrap, &wraps)?
    };
    let info =
        decrypt(info, &local_key).map_err(|_| Fault::damage("its list of accounts does not open with its own key"))?;
    let (accounts, active) = accounts(&info)?;
    Ok(KeyData { local_key, accounts, active })
}

// A passcode for the wallet alone leaves the open wrap too.
fn open_since_7_3(passcode: &str, salt: &[u8], open_wrap: &[u8], wraps: &[Wrap<'_>]) -> Result<LocalKey, Fault> {
    match (passcode.is_empty(), wraps) {
        (true, _) if open_wrap.is_empty() => Err(Fault::Passcode(NO_PASSCODE_GIVEN)),
        (true, _) => unwrap(open_wrap, &LocalKey::from_passcode("", salt), NO_PASSCODE_GIVEN),
        (false, []) => Err(Fault::Passcode(NONE_SET)),
        (false, wraps) => {
            let mut told = Err(Fault::Passcode(WRONG_PASSCODE));
            for wrap in wraps {
                let Wrap { memory, time, parallel, salt, .. } = *wrap;
                let key = match wrap.kind {
                    ARGON2 => LocalKey::from_argon2(passcode, salt, memory, time, parallel),
                    SCRYPT => LocalKey::from_scrypt(passcode, salt, memory, time, parallel),
                    kind => return Err(Fault::damage(format!("a wrap in it is of the unknown kind {kind}"))),
                };
                let too_much =
                    || Fault::damage("a wrap in it asks for more memory or work than Telegram Desktop allows");
                told = unwrap(wrap.key, &key.ok_or_else(too_much)?, WRONG_PASSCODE);
                if told.is_ok() {
                    break;
                }
            }
            told
        }
    }
}

/// The wraps that count: others are left of a change of the passcode that was cut short.
fn live_wraps(trailer: &[u8]) -> Result<Vec<Wrap<'_>>, Fault> {
    let mut stream = Reader::new(trailer);
    if stream.u32()? != TRAILER_MAGIC {
        return Err(Fault::damage("its trailer has an unknown mark"));
    }
    let format = stream.u32()?;
    if format < TRAILER_FORMAT {
        return Err(Fault::damage(format!("its trailer has the unknown format {format}")));
    }
    let (committed, count) = (stream.u32()?, stream.u32()?);
    if count > MOST_WRAPS {
        return Err(Fault::damage(format!("its trailer has {count} wraps, and {MOST_WRAPS} are possible")));
    }
    let mut wraps = Vec::new();
    for _ in 0..count {
        let (kind, generation) = (stream.u32()?, stream.u32()?);
        let (memory, time, parallel) = (stream.u32()?, stream.u32()?, stream.u32()?);
        let wrap = Wrap { kind, memory, time, parallel, salt: stream.bytes()?, key: stream.bytes()? };
        if wrap.salt.len() < SHORTEST_SALT {
            return Err(Fault::damage("the salt of a wrap in it is too short"));
        }
        if generation == committed {
            wraps.push(wrap);
        }
    }
    Ok(wraps)
}

fn unwrap(part: &[u8], key: &LocalKey, cause: &'static str) -> Result<LocalKey, Fault> {
    let opened = decrypt(part, key).map_err(|fault| match fault {
        NotOpened::Key => Fault::Passcode(cause),
        NotOpened::Length => Fault::damage("its wrapped key has an impossible length"),
    })?;
    LocalKey::from_slice(&opened).ok_or_else(|| Fault::damage("its local key has another length than 256 bytes"))
}

fn accounts(info: &[u8]) -> Result<(Vec<i32>, Option<i32>), Fault> {
    let mut stream = Reader::new(info);
    let count = stream.i32()?;
    if !(1..=MOST_ACCOUNTS).contains(&count) {
        return Err(Fault::damage(format!("it counts {count} accounts, and 1 to {MOST_ACCOUNTS} are possible")));
    }
    let mut indexes = Vec::new();
    for _ in 0..count {
        let index = stream.i32()?;
        // As Telegram Desktop does with what cannot be.
        if (0..MOST_ACCOUNTS).contains(&index) && !indexes.contains(&index) {
            indexes.push(index);
        }
    }
    let active = if stream.is_empty() { None } else { Some(stream.i32()?) };
    Ok((indexes, active.filter(|index| indexes_contain(info, *index))))
}

fn indexes_contain(info: &[u8], index: i32) -> bool {
    info.chunks_exact(4).skip(1).any(|chunk| chunk == index.to_be_bytes())
}

/// The local key of a folder before 2.1.14, which stands in the account's `map`: a salt, a wrap and the map. `None` in a map of
/// later versions, which has none.
pub fn read_legacy(content: &[u8], passcode: &str) -> Result<Option<LocalKey>, Fault> {
    let mut stream = Reader::new(content);
    let (salt, wrap) = (stream.bytes()?, stream.bytes()?);
    if salt.len() != SALT {
        return Ok(None);
    }
    let cause = if passcode.is_empty() { NO_PASSCODE_GIVEN } else { WRONG_PASSCODE };
    unwrap(wrap, &LocalKey::from_legacy_passcode(passcode, salt), cause).map(Some)
}

/// Writes the layout that every version reads, with one account of index 0. `random` are bytes from the system.
pub fn write(local_key: &LocalKey, passcode: &str, random: &[u8; SALT + 32]) -> Zeroizing<Vec<u8>> {
    let (salt, padding) = random.split_at(SALT);
    let pad = |at: usize| std::array::from_fn(|index| padding[at + index]);
    let wrap = encrypt(local_key.as_bytes(), &LocalKey::from_passcode(passcode, salt), pad(0));
    let mut info = Zeroizing::new(Vec::new());
    [1, 0, 0].into_iter().for_each(|number| put_i32(&mut info, number)); // one account, its index, the active one
    let mut out = Zeroizing::new(Vec::with_capacity(SALT + LOCAL_KEY_LEN + 256));
    put_bytes(&mut out, salt);
    put_bytes(&mut out, &wrap);
    put_bytes(&mut out, &encrypt(&info, local_key, pad(16)));
    out
}
