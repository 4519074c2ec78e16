//! Whole binary files of other clients, and the files of Telegram Desktop's folder.

use tgsession::codec::tdata::{LocalKey, account, key_data, open_container, pack_container};
use tgsession::codec::{BinaryFile, decode_binary, decode_by_key, recognize_binary};

use super::secrets::check_message;

const FILES: [BinaryFile; 5] =
    [BinaryFile::Gogram, BinaryFile::Grammers, BinaryFile::TdBinlog, BinaryFile::Tgnet, BinaryFile::WTelegram];
const KEYS: [Option<&[u8]>; 3] = [None, Some(b""), Some(b"0123456789abcdef")];

pub fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let _ = recognize_binary(&bytes[..bytes.len().min(100)], bytes.len() as u64);
    for key in KEYS {
        for file in FILES {
            if let Err(error) = decode_binary(file, bytes, key, "fuzz.dat") {
                check_message(&error, &text);
            }
        }
        if let Some(Err(error)) = key.and_then(|key| decode_by_key(bytes, key, "fuzz.dat")) {
            check_message(&error, &text);
        }
    }
    tdata(bytes);
    // With an MD5 that is right, what is within is read too.
    tdata(&pack_container(bytes, 3_004_000));
}

fn tdata(bytes: &[u8]) {
    let Ok((_, content)) = open_container(bytes) else { return };
    let _ = key_data::read(content, "");
    let _ = key_data::read_legacy(content, "");
    let key = LocalKey::new([7; 256]);
    let _ = (account::read(content, &key), account::is_test(content, &key));
}
