//! Whole binary files of other clients: which of them some bytes are, told by the first ones, and their codecs.

use super::{DecodedFile, gogram_file, grammers_file, td_binlog, tgnet_file, wtelegram_file};
use crate::error::{Error, Result};

/// A whole binary file of another client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryFile {
    /// gogram's `session.dat` under the key that everybody knows.
    Gogram,
    /// The TL of grammers-session up to 0.8.
    Grammers,
    /// TDLib's `td.binlog`.
    TdBinlog,
    /// `tgnet.dat` of Telegram for Android.
    Tgnet,
    /// What may be a file of WTelegramClient: only its key tells.
    WTelegram,
}

/// The file that `head`, its first bytes of `len`, begins.
pub fn recognize_binary(head: &[u8], len: u64) -> Option<BinaryFile> {
    if grammers_file::claims(head) {
        return Some(BinaryFile::Grammers);
    }
    if td_binlog::claims(head) {
        return Some(BinaryFile::TdBinlog);
    }
    if tgnet_file::claims(head, len) {
        return Some(BinaryFile::Tgnet);
    }
    if gogram_file::claims(head, len) {
        return Some(BinaryFile::Gogram);
    }
    wtelegram_file::claims(head, len).then_some(BinaryFile::WTelegram)
}

/// Whether what nothing tells may be a file that only its owner's key tells: one of gogram.
pub fn may_be_keyed(len: u64) -> bool {
    gogram_file::may_be(len)
}

/// Decodes a whole binary file. `key` is what the owner has given to decrypt it.
///
/// # Errors
///
/// `WrongKey` where it needs a key, or another one; `Corrupt` and `NotASession` say what is wrong.
pub fn decode_binary(file: BinaryFile, bytes: &[u8], key: Option<&[u8]>, location: &str) -> Result<DecodedFile> {
    match file {
        BinaryFile::Gogram => gogram_file::decode_public(bytes, key, location),
        BinaryFile::Grammers => grammers_file::decode(bytes, location),
        BinaryFile::TdBinlog => td_binlog::decode(bytes, key, location),
        BinaryFile::Tgnet => tgnet_file::decode(bytes, location),
        BinaryFile::WTelegram => wtelegram_file::decode(bytes, key, location),
    }
}

/// Decodes what nothing but the owner's key can tell: a file of gogram. `None` where the length says that it is none.
pub fn decode_by_key(bytes: &[u8], key: &[u8], location: &str) -> Option<Result<DecodedFile>> {
    if !may_be_keyed(bytes.len().try_into().unwrap_or(u64::MAX)) {
        return None;
    }
    let wrong = || {
        Error::wrong_key(location, "nothing decrypts it with this key: neither a file of gogram nor of WTelegramClient")
    };
    Some(gogram_file::decode(bytes, Some(key), location).and_then(|decoded| decoded.ok_or_else(wrong)))
}
