//! Files that need their owner's key and that no library here writes: composed from the published source of
//! WTelegramClient, independently of the codec.

use aes::cipher::{BlockModeEncrypt, KeyIvInit, block_padding::Pkcs7};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use tgsession::model::AuthKey;
use tgsession::session::{DatabaseKey, Options, Session};
use tgsession::{ErrorCode, Result};

const API_HASH: &str = "00112233445566778899aabbccddeeff";

pub fn key(seed: u8) -> AuthKey {
    AuthKey::new(&std::array::from_fn::<u8, 256, _>(|at| (at as u8).wrapping_mul(seed) ^ seed)).unwrap()
}

pub fn open(bytes: &[u8], key: Option<&[u8]>) -> Result<Session> {
    let database_key = key.map(|key| DatabaseKey::new(key).unwrap());
    Session::open_bytes(bytes, &Options { database_key, ..Options::default() })
}

pub fn code(bytes: &[u8], key: Option<&[u8]>) -> ErrorCode {
    open(bytes, key).map(drop).unwrap_err().code()
}

/// A ring file whose block that counts does not come first.
fn wtelegram(json: &str) -> Vec<u8> {
    let hash_key: Vec<u8> = (0..16).map(|at: u8| at * 0x11).collect();
    let plain = [Sha256::digest(json).as_slice(), json.as_bytes()].concat();
    let iv = [9_u8; 16];
    let text =
        cbc::Encryptor::<aes::Aes128>::new_from_slices(&hash_key, &iv).unwrap().encrypt_padded_vec::<Pkcs7>(&plain);
    let block = [iv.as_slice(), &text].concat();
    let (at, len) = (8 + 64_i32, i32::try_from(block.len()).unwrap());
    [&at.to_le_bytes()[..], &len.to_le_bytes(), &[0xee; 64], &block, &[0xdd; 10]].concat()
}

fn wtelegram_json() -> String {
    let (home, other) = (STANDARD.encode(key(5).as_bytes()), STANDARD.encode(key(3).as_bytes()));
    format!(
        r#"{{"ApiId": 12345, "UserId": 777000123, "MainDC": 4, "DCSessions": {{
            "4": {{"AuthKey": "{home}", "DataCenter": {{"flags": 16, "id": 4, "ip_address": "149.154.167.91", "port": 443}}}},
            "-4": {{"AuthKey": "{other}", "DataCenter": {{"flags": "media_only", "id": 4, "ip_address": "149.154.164.250", "port": 443}}}},
            "2": {{"AuthKey": "{other}", "DataCenter": {{"id": 2, "ip_address": "149.154.167.50", "port": 443}}}}}}}}"#
    )
}

#[test]
fn wtelegram_is_read_with_its_api_hash() {
    let file = wtelegram(&wtelegram_json());
    let session = open(&file, Some(API_HASH.as_bytes())).unwrap();
    assert_eq!(session.format().unwrap().name, "wtelegramclient");
    let contents = session.contents().unwrap();
    let data = &contents.data;
    assert_eq!((data.dc_id, data.api_id, data.user_id), (Some(4), Some(12345), Some(777_000_123)));
    assert_eq!((data.auth_key.clone(), data.port), (Some(key(5)), Some(443)));
    let others = contents.data_centers();
    assert_eq!((others.len(), others[0].id, others[0].auth_key.clone()), (1, 2, Some(key(3))));
    // The bytes do as well as their digits.
    let bytes: Vec<u8> = (0..16).map(|at: u8| at * 0x11).collect();
    assert!(open(&file, Some(&bytes)).is_ok());
}

#[test]
fn wtelegram_tells_a_wrong_key_from_none() {
    let file = wtelegram(&wtelegram_json());
    let none = open(&file, None).map(drop).unwrap_err();
    assert!(none.code() == ErrorCode::WrongKey && none.to_string().contains("api_hash"), "{none}");
    for wrong in ["ffeeddccbbaa99887766554433221100", "", "short", &"0".repeat(64)] {
        assert_eq!(code(&file, Some(wrong.as_bytes())), ErrorCode::WrongKey, "{wrong}");
    }
    for at in 72..file.len() - 10 {
        let mut damaged = file.clone();
        damaged[at] ^= 1;
        assert_eq!(code(&damaged, Some(API_HASH.as_bytes())), ErrorCode::WrongKey, "byte {at}");
    }
    assert_eq!(code(&wtelegram("{]"), Some(API_HASH.as_bytes())), ErrorCode::Corrupt);
}
