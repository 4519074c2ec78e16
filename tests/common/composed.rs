//! Files that no library here writes: composed from the published sources of TDLib, WTelegramClient and Telegram Web, independently
//! of the codecs.
#![allow(dead_code)]

use aes::cipher::{BlockModeEncrypt, KeyIvInit, StreamCipher, block_padding::Pkcs7};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tgsession::model::AuthKey;

/// With which [`wtelegram`] encrypts.
pub const API_HASH: &str = "00112233445566778899aabbccddeeff";

pub fn key(seed: u8) -> AuthKey {
    AuthKey::new(&std::array::from_fn::<u8, 256, _>(|at| (at as u8).wrapping_mul(seed) ^ seed)).unwrap()
}

/// A ring file whose block that counts does not come first.
pub fn wtelegram(json: &str) -> Vec<u8> {
    let hash_key: Vec<u8> = (0..16).map(|at: u8| at * 0x11).collect();
    let plain = [Sha256::digest(json).as_slice(), json.as_bytes()].concat();
    let iv = [9_u8; 16];
    let text =
        cbc::Encryptor::<aes::Aes128>::new_from_slices(&hash_key, &iv).unwrap().encrypt_padded_vec::<Pkcs7>(&plain);
    let block = [iv.as_slice(), &text].concat();
    let (at, len) = (8 + 64_i32, i32::try_from(block.len()).unwrap());
    [&at.to_le_bytes()[..], &len.to_le_bytes(), &[0xee; 64], &block, &[0xdd; 10]].concat()
}

/// A login in two data centres.
pub fn wtelegram_json() -> String {
    let (home, other) = (STANDARD.encode(key(5).as_bytes()), STANDARD.encode(key(3).as_bytes()));
    format!(
        r#"{{"ApiId": 12345, "UserId": 777000123, "MainDC": 4, "DCSessions": {{
            "4": {{"AuthKey": "{home}", "DataCenter": {{"flags": 16, "id": 4, "ip_address": "149.154.167.91", "port": 443}}}},
            "-4": {{"AuthKey": "{other}", "DataCenter": {{"flags": "media_only", "id": 4, "ip_address": "149.154.164.250", "port": 443}}}},
            "2": {{"AuthKey": "{other}", "DataCenter": {{"id": 2, "ip_address": "149.154.167.50", "port": 443}}}}}}}}"#
    )
}

fn tl(bytes: &[u8]) -> Vec<u8> {
    let mut out = if bytes.len() < 254 {
        vec![u8::try_from(bytes.len()).unwrap()]
    } else {
        [&[254][..], &bytes.len().to_le_bytes()[..3]].concat()
    };
    out.extend(bytes);
    out.resize(out.len().next_multiple_of(4), 0);
    out
}

fn event(id: u64, kind: i32, flags: i32, data: &[u8]) -> Vec<u8> {
    let size = u32::try_from(32 + data.len()).unwrap();
    let mut event = [&size.to_le_bytes()[..], &id.to_le_bytes(), &kind.to_le_bytes(), &flags.to_le_bytes()].concat();
    event.extend([&[0; 8], data].concat());
    let crc = crc32fast::hash(&event);
    event.extend(crc.to_le_bytes());
    event
}

const PMC: i32 = 0x4327;
/// Another store, of options.
const CONFIG: i32 = 0x1f18;

/// An event that sets a value.
pub fn set(id: u64, name: &str, value: &[u8]) -> Vec<u8> {
    event(id, PMC, i32::from(id == 2), &[tl(name.as_bytes()), tl(value)].concat())
}

fn stored_key(key: &AuthKey) -> Vec<u8> {
    [&key.id()[..], &1_i32.to_le_bytes(), &tl(key.as_bytes())].concat()
}

/// An encrypted binlog.
pub fn binlog(database_key: &[u8], events: &[Vec<u8>]) -> Vec<u8> {
    let (salt, iv) = ([3_u8; 32], [4_u8; 16]);
    let mut derived = [0; 32];
    pbkdf2::pbkdf2_hmac::<Sha256>(database_key, &salt, 2, &mut derived);
    let mut mac = Hmac::<Sha256>::new_from_slice(&derived).unwrap();
    mac.update(b"cucumbers everywhere");
    let hash = mac.finalize().into_bytes();
    let data = [&0_i32.to_le_bytes()[..], &tl(&salt), &tl(&iv), &tl(&hash)].concat();
    let mut rest = events.concat();
    ctr::Ctr128BE::<aes::Aes256>::new_from_slices(&derived, &iv).unwrap().apply_keystream(&mut rest);
    [event(0, -3, 0, &data), rest].concat()
}

/// The events of a login.
pub fn login() -> Vec<Vec<u8>> {
    vec![
        set(1, "auth4", &stored_key(&key(5))),
        set(2, "main_dc_id", b"2"),
        set(3, "auth2", &stored_key(&key(3))),
        set(2, "main_dc_id", b"4"),
        set(5, "my_id", b"777000123"),
        set(6, "auth", b"ok"),
        set(7, "auth5", &stored_key(&key(9))),
        event(7, -2, 1, &[]),
        event(8, CONFIG, 0, &[tl(b"main_dc_id"), tl(b"I5")].concat()),
    ]
}

/// The localStorage of Telegram Web: of A with two data centres, of K, and of the test servers.
pub fn web() -> [Value; 3] {
    let hex = |seed: u8| key(seed).as_bytes().iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    [
        json!({"account1": {"dcId": 4, "userId": "777000123", "dc4_auth_key": hex(1), "dc1_auth_key": hex(2)}}),
        json!({"dc": 2, "user_auth": {"dcID": 2, "id": 5_000_000_123_i64}, "dc2_auth_key": hex(5), "dc4_auth_key": hex(7)}),
        json!({"account1": {"dcId": 2, "userId": "777000124", "isTest": true, "dc2_auth_key": hex(3)}}),
    ]
}
