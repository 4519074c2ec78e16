//! WTelegramClient's file, which needs its owner's key and no library here writes (`common/composed.rs`).

use tgsession::session::{DatabaseKey, Options, Session};
use tgsession::{ErrorCode, Result};

use crate::composed::{API_HASH, key, wtelegram, wtelegram_json};

pub fn open(bytes: &[u8], key: Option<&[u8]>) -> Result<Session> {
    let database_key = key.map(|key| DatabaseKey::new(key).unwrap());
    Session::open_bytes(bytes, &Options { database_key, ..Options::default() })
}

pub fn code(bytes: &[u8], key: Option<&[u8]>) -> ErrorCode {
    open(bytes, key).map(drop).unwrap_err().code()
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
