//! An account's files: the keys, and the environment.

use std::net::IpAddr;

use zeroize::Zeroizing;

use super::Fault;
use super::crypt::{decrypt, encrypt};
use super::local_key::LocalKey;
use super::stream::{Reader, put_bytes, put_i32};
use crate::model::{AUTH_KEY_LEN, AuthKey, Contents, DataCenter, SessionData};

const AUTHORIZATION: u32 = 0x4b;
const WIDE_IDS: u64 = u64::MAX;
// More than Telegram has data centres.
const MOST_KEYS: i32 = 64;
/// Old files have the data centre's id and ten thousands more for connections beside the main one.
const SHIFT: i32 = 10_000;
const CONFIG_VERSION: i32 = 1;
const TEST: i32 = 1;
// Blocks of older versions that may stand in front, with what follows each.
const LEGACY_KEY: u32 = 0x00;
const LEGACY_USER: u32 = 0x01;
const OLDEST_DC_OPTION: u32 = 0x02; // id, name of the host, address, port
const DC_OPTION: u32 = 0x27; // id, flags, address, port
const DC_OPTIONS: u32 = 0x4a;

/// Reads an account's file. `None` if nobody is logged in.
pub fn read(content: &[u8], key: &LocalKey) -> Result<Option<Contents>, Fault> {
    let block = authorization(&opened(content, key)?)?;
    let mut stream = Reader::new(&block);
    let (user_id, home) = match stream.u64()? {
        WIDE_IDS => (i64::try_from(stream.u64()?).unwrap_or(0), stream.i32()?),
        // Both in one number, before 2.8.
        narrow => (i64::from((narrow >> 32) as u32), i32::from_be_bytes(((narrow & 0xffff_ffff) as u32).to_be_bytes())),
    };
    let keys = keys(&mut stream)?;
    Ok(contents(user_id, home, keys))
}

fn opened(content: &[u8], key: &LocalKey) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let part = Reader::new(content).bytes()?;
    decrypt(part, key)
        .map_err(|_| Fault::damage("it does not open with the folder's key: it is of another folder, or damaged"))
}

/// The block with the keys: the first one, but for old ones in front of it.
fn authorization(blocks: &[u8]) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let mut stream = Reader::new(blocks);
    let (mut user, mut keys) = (None, Vec::new());
    while !stream.is_empty() {
        match stream.u32()? {
            AUTHORIZATION => return Ok(Zeroizing::new(stream.bytes()?.to_vec())),
            LEGACY_KEY => keys.push((stream.i32()?, stream.raw(AUTH_KEY_LEN)?)),
            LEGACY_USER => user = Some((stream.u32()?, stream.u32()?)),
            0x03 | 0x32 | 0x35 | 0x43 | 0x50 => drop(stream.u32()?),
            DC_OPTIONS | 0x5e => drop(stream.bytes()?),
            DC_OPTION => {
                stream.raw(8)?;
                stream.bytes()?;
                stream.u32()?;
            }
            OLDEST_DC_OPTION => {
                stream.u32()?;
                stream.bytes()?;
                stream.bytes()?;
                stream.u32()?;
            }
            _ => break,
        }
    }
    let (id, home) = user.filter(|_| !keys.is_empty()).ok_or_else(|| Fault::damage("it has no block with keys"))?;
    let mut block = Zeroizing::new(Vec::new());
    block.extend(id.to_be_bytes());
    block.extend(home.to_be_bytes());
    put_i32(&mut block, i32::try_from(keys.len()).unwrap_or(i32::MAX));
    for (dc, key) in keys {
        put_i32(&mut block, dc);
        block.extend_from_slice(key);
    }
    Ok(block)
}

fn keys(stream: &mut Reader<'_>) -> Result<Vec<(i32, AuthKey)>, Fault> {
    let count = stream.i32()?;
    if !(0..=MOST_KEYS).contains(&count) {
        return Err(Fault::damage(format!("it counts {count} keys")));
    }
    let mut keys = Vec::new();
    for _ in 0..count {
        let dc = stream.i32()?;
        let key = AuthKey::new(stream.raw(AUTH_KEY_LEN)?).map_err(|_| Fault::damage("a key in it is cut off"))?;
        keys.push((dc, key));
    }
    Ok(keys)
}

// The first key of a data centre counts. Without one of the home nobody is logged in.
fn contents(user_id: i64, home: i32, keys: Vec<(i32, AuthKey)>) -> Option<Contents> {
    let home = home % SHIFT;
    let auth_key = keys.iter().find(|(dc, _)| *dc == home).map(|(_, key)| key.clone())?;
    let mut contents = Contents::from(SessionData {
        dc_id: Some(home).filter(|id| *id > 0),
        auth_key: Some(auth_key),
        user_id: Some(user_id).filter(|id| *id > 0),
        test_mode: Some(false),
        ..SessionData::default()
    });
    for (dc, key) in keys {
        let id = dc % SHIFT;
        if id > 0 && id != home && contents.data_centers().iter().all(|known| known.id != id) {
            let other = DataCenter { id, auth_key: Some(key), ..DataCenter::default() };
            // It has an id and a key: both can be kept.
            let _ = contents.put_data_center(&other);
        }
    }
    Some(contents)
}

/// Whether the account's `configs` is that of the test servers. Whoever cannot read it takes it for the others'.
pub fn is_test(content: &[u8], key: &LocalKey) -> Result<bool, Fault> {
    let text = opened(content, key)?;
    let mut stream = Reader::new(Reader::new(&text).bytes()?);
    Ok(stream.i32()? == CONFIG_VERSION && stream.i32()? == TEST)
}

/// Writes an account's file: its keys.
pub fn write(contents: &Contents, key: &LocalKey, padding: [u8; 16]) -> Option<Zeroizing<Vec<u8>>> {
    let data = &contents.data;
    let (home, auth_key) = (data.dc_id?, data.auth_key.clone()?);
    let user_id = u64::try_from(data.user_id?).ok()?;
    let others = contents.data_centers().into_iter().filter(|dc| dc.id != home);
    let keys: Vec<(i32, AuthKey)> =
        [(home, auth_key)].into_iter().chain(others.filter_map(|dc| Some((dc.id, dc.auth_key?)))).collect();
    let mut block = Zeroizing::new(Vec::with_capacity(64 + keys.len() * (AUTH_KEY_LEN + 4)));
    block.extend(WIDE_IDS.to_be_bytes());
    block.extend(user_id.to_be_bytes());
    put_i32(&mut block, home);
    put_i32(&mut block, i32::try_from(keys.len()).unwrap_or(i32::MAX));
    for (dc, key) in &keys {
        put_i32(&mut block, *dc);
        block.extend_from_slice(key.as_bytes());
    }
    put_i32(&mut block, 0); // none to destroy
    let mut blocks = Zeroizing::new(Vec::with_capacity(block.len() + 8));
    blocks.extend(AUTHORIZATION.to_be_bytes());
    put_bytes(&mut blocks, &block);
    Some(part(&blocks, key, padding))
}

/// Writes a map without entries.
pub fn write_map(key: &LocalKey, padding: [u8; 16]) -> Zeroizing<Vec<u8>> {
    let mut out = Zeroizing::new(Vec::new());
    put_bytes(&mut out, &[]);
    put_bytes(&mut out, &[]);
    out.extend_from_slice(&part(&[], key, padding));
    out
}

/// Writes the `configs` of the test servers, with the addresses that are known.
pub fn write_test_configs(contents: &Contents, key: &LocalKey, padding: [u8; 16]) -> Zeroizing<Vec<u8>> {
    let mut options = Zeroizing::new(Vec::new());
    let endpoints: Vec<(i32, IpAddr, u16)> = endpoints(contents);
    put_i32(&mut options, -2);
    put_i32(&mut options, i32::try_from(endpoints.len()).unwrap_or(i32::MAX));
    for (id, address, port) in endpoints {
        let text = address.to_string();
        put_i32(&mut options, id);
        put_i32(&mut options, i32::from(address.is_ipv6()));
        put_i32(&mut options, port.into());
        put_bytes(&mut options, text.as_bytes());
        put_bytes(&mut options, &[]);
    }
    put_i32(&mut options, 0); // keys of CDNs
    let mut config = Zeroizing::new(Vec::new());
    put_i32(&mut config, CONFIG_VERSION);
    put_i32(&mut config, TEST);
    put_bytes(&mut config, &options);
    put_limits(&mut config);
    let mut text = Zeroizing::new(Vec::new());
    put_bytes(&mut text, &config);
    part(&text, key, padding)
}

// What the server has not told yet, as Telegram Desktop and everybody else begins. Without all of it they take the file for
// damaged, and the account for one of the production servers.
fn put_limits(config: &mut Zeroizing<Vec<u8>>) {
    // Sizes of chats, times of being online (ms), limits of editing (s), numbers of stickers and pinned chats.
    let first = [
        200, 10_000, 100, 120_000, 5_000, 30_000, 1_000, 300_000, 30_000, 1_500, 200, 172_800, 172_800, 172_800, 0, 30,
        5, 5, 100,
    ];
    first.into_iter().for_each(|number| put_i32(config, number));
    put_text(config, "https://t.me/");
    // Times of media (s) and of calls (ms), the data centre of web files.
    [604_800, 20_000, 90_000, 30_000, 10_000, 2].into_iter().for_each(|number| put_i32(config, number));
    put_text(config, "tapv3.stel.com");
    // Whether there are calls, whether access is blocked, the length of captions.
    [1, 0, 1_024].into_iter().for_each(|number| put_i32(config, number));
}

// A text of Qt.
fn put_text(out: &mut Zeroizing<Vec<u8>>, text: &str) {
    put_bytes(out, &text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>());
}

fn endpoints(contents: &Contents) -> Vec<(i32, IpAddr, u16)> {
    let data = &contents.data;
    let home = data
        .dc_id
        .zip(data.server_address.as_deref())
        .and_then(|(id, text)| Some((id, text.parse().ok()?, data.port?)));
    let usual = [1, 2, 3].into_iter().filter_map(|id| {
        let usual = crate::model::default_address(id, true)?;
        Some((id, usual.server_address.parse().ok()?, usual.port))
    });
    home.into_iter().chain(usual.filter(|(id, ..)| Some(*id) != data.dc_id)).collect()
}

fn part(data: &[u8], key: &LocalKey, padding: [u8; 16]) -> Zeroizing<Vec<u8>> {
    let mut out = Zeroizing::new(Vec::new());
    put_bytes(&mut out, &encrypt(data, key, padding));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(parts: &[&[u8]]) -> Vec<u8> {
        parts.concat()
    }

    fn read_blocks(blocks: &[u8]) -> Result<Option<Contents>, Fault> {
        let key = LocalKey::new([7; 256]);
        read(&part(blocks, &key, [9; 16]), &key)
    }

    // Before there was a block for all of it: settings, the addresses, each key, the user.
    #[test]
    fn blocks_of_old_versions_are_read() {
        let number = |number: u32| number.to_be_bytes();
        let text = |text: &str| block(&[&number(text.len() as u32), text.as_bytes()]);
        let blocks = block(&[
            &block(&[&number(0x02), &number(1), &text("host"), &text("1.2.3.4"), &number(443)]),
            &block(&[&number(0x27), &number(2), &number(0), &text("1.2.3.4"), &number(443)]),
            &block(&[&number(0x4a), &text("options")]),
            &block(&[&number(0x32), &number(9)]),
            &block(&[&number(0x00), &number(2), &[5; AUTH_KEY_LEN]]),
            &block(&[&number(0x00), &number(10_004), &[6; AUTH_KEY_LEN]]),
            &block(&[&number(0x01), &number(1234), &number(2)]),
        ]);
        let found = read_blocks(&blocks).unwrap().unwrap();
        assert_eq!((found.data.user_id, found.data.dc_id), (Some(1234), Some(2)));
        assert_eq!(found.data.auth_key, Some(AuthKey::new(&[5; AUTH_KEY_LEN]).unwrap()));
        assert_eq!(found.data_centers().iter().map(|dc| dc.id).collect::<Vec<_>>(), [4]);
        // Without its end: the user, who stands there.
        assert!((0..blocks.len()).all(|len| read_blocks(&blocks[..len]).is_err()));
    }

    #[test]
    fn narrow_ids_are_read_and_keys_of_an_ended_login_are_not() {
        let number = |number: i32| number.to_be_bytes();
        let keys = block(&[&number(1), &number(4), &[1; AUTH_KEY_LEN], &number(1), &number(2), &[9; AUTH_KEY_LEN]]);
        let inner = block(&[&number(1234), &number(4), &keys]);
        let blocks = block(&[&number(0x4b), &number(inner.len() as i32), &inner]);
        let found = read_blocks(&blocks).unwrap().unwrap();
        assert_eq!((found.data.user_id, found.data.dc_id), (Some(1234), Some(4)));
        assert_eq!(found.data_centers(), []);
    }

    #[test]
    fn without_a_key_of_its_data_centre_nobody_is_logged_in() {
        let number = |number: i32| number.to_be_bytes();
        let inner = block(&[&number(1234), &number(4), &number(0), &number(0)]);
        assert_eq!(read_blocks(&block(&[&number(0x4b), &number(inner.len() as i32), &inner])).unwrap(), None);
    }

    // opentele2, opentele-ng and Telegram Desktop read to the end, or take it for none.
    #[test]
    fn configs_of_the_test_servers_are_whole() {
        let key = LocalKey::new([7; 256]);
        let written = write_test_configs(&Contents::default(), &key, [9; 16]);
        assert_eq!(is_test(&written, &key), Ok(true));
        let text = opened(&written, &key).unwrap();
        let mut stream = Reader::new(Reader::new(&text).bytes().unwrap());
        stream.raw(8).unwrap();
        assert!(!stream.bytes().unwrap().is_empty());
        stream.raw(19 * 4).unwrap();
        assert_eq!(stream.bytes().unwrap().len(), 2 * "https://t.me/".len());
        stream.raw(6 * 4).unwrap();
        assert_eq!(stream.bytes().unwrap().len(), 2 * "tapv3.stel.com".len());
        assert_eq!((stream.i32(), stream.i32(), stream.i32()), (Ok(1), Ok(0), Ok(1024)));
        assert!(stream.is_empty());
    }
}
