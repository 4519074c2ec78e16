//! Files that need their owner's key and that no library here writes: composed from the published sources of TDLib and
//! WTelegramClient, independently of the codecs.

use aes::cipher::{BlockModeEncrypt, KeyIvInit, StreamCipher, block_padding::Pkcs7};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use tgsession::model::AuthKey;
use tgsession::session::{DatabaseKey, Options, Session};
use tgsession::{ErrorCode, Result};

const API_HASH: &str = "00112233445566778899aabbccddeeff";

fn key(seed: u8) -> AuthKey {
    AuthKey::new(&std::array::from_fn::<u8, 256, _>(|at| (at as u8).wrapping_mul(seed) ^ seed)).unwrap()
}

fn open(bytes: &[u8], key: Option<&[u8]>) -> Result<Session> {
    let database_key = key.map(|key| DatabaseKey::new(key).unwrap());
    Session::open_bytes(bytes, &Options { database_key, ..Options::default() })
}

fn code(bytes: &[u8], key: Option<&[u8]>) -> ErrorCode {
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

fn set(id: u64, name: &str, value: &[u8]) -> Vec<u8> {
    event(id, PMC, i32::from(id == 2), &[tl(name.as_bytes()), tl(value)].concat())
}

fn stored_key(key: &AuthKey) -> Vec<u8> {
    [&key.id()[..], &1_i32.to_le_bytes(), &tl(key.as_bytes())].concat()
}

fn binlog(database_key: &[u8], events: &[Vec<u8>]) -> Vec<u8> {
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

fn login() -> Vec<Vec<u8>> {
    vec![
        set(1, "auth4", &stored_key(&key(5))),
        set(2, "main_dc_id", b"2"),
        set(3, "auth2", &stored_key(&key(3))),
        set(2, "main_dc_id", b"4"),
        set(5, "my_id", b"777000123"),
        set(6, "auth", b"ok"),
        set(7, "auth5", &stored_key(&key(9))),
        event(7, -2, 1, &[]),
        event(8, 0x1234, 0, b"another store's!"),
    ]
}

#[test]
fn a_binlog_is_read_with_its_key_or_the_default_one() {
    for (database_key, given) in [(&b"cucumber"[..], None), (b"cucumber", Some(&b""[..])), (b"my own", Some(b"my own"))]
    {
        let session = open(&binlog(database_key, &login()), given).unwrap();
        assert_eq!(session.format().unwrap().name, "tdlib");
        let contents = session.contents().unwrap();
        let data = &contents.data;
        assert_eq!((data.dc_id, data.user_id, data.is_bot), (Some(4), Some(777_000_123), Some(false)));
        assert_eq!(data.auth_key, Some(key(5)));
        let others: Vec<_> = contents.data_centers().into_iter().map(|dc| (dc.id, dc.auth_key)).collect();
        assert_eq!(others, [(2, Some(key(3)))], "the erased key of 5 is gone");
        assert!(session.leftovers().unwrap().remarks.is_empty());
    }
}

#[test]
fn a_binlog_tells_a_wrong_key_from_none_and_from_no_login() {
    let own = binlog(b"my own", &login());
    assert_eq!(code(&own, None), ErrorCode::WrongKey);
    assert_eq!(code(&own, Some(b"another")), ErrorCode::WrongKey);
    let empty = open(&binlog(b"cucumber", &[set(2, "main_dc_id", b"4")]), None).map(drop).unwrap_err();
    assert!(empty.code() == ErrorCode::NotASession && empty.to_string().contains("without a login"), "{empty}");
}

#[test]
fn a_binlog_that_is_cut_off_gives_what_stands_before() {
    let file = binlog(b"cucumber", &login());
    let whole = open(&file, None).unwrap().contents().unwrap();
    for len in 0..file.len() {
        let Ok(session) = open(&file[..len], None) else { continue };
        let contents = session.contents().unwrap();
        let keys = [contents.data.auth_key.clone(), contents.data_centers().first().and_then(|dc| dc.auth_key.clone())];
        for key in keys.into_iter().flatten() {
            assert!([key.clone() == self::key(5), key == self::key(3), key == self::key(9)].contains(&true), "{len}");
        }
    }
    let cut = open(&file[..file.len() - 3], None).unwrap();
    assert_eq!(cut.contents().unwrap(), whole);
    assert!(cut.leftovers().unwrap().remarks[0].contains("cut off"));
}

#[test]
fn a_login_that_is_not_finished_is_remarked() {
    let events: Vec<_> =
        login().into_iter().filter(|event| !event.windows(5).any(|part| part == b"\x04auth")).collect();
    let session = open(&binlog(b"cucumber", &events), None).unwrap();
    assert_eq!(session.data().unwrap().is_bot, None);
    assert!(session.leftovers().unwrap().remarks[0].contains("not finished"));
}
