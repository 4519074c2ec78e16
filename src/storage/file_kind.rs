//! What bytes are, told by the first of them: one rule for paths, bytes, folders and the command line.

use zeroize::Zeroizing;

use super::sqlite::cipher;
use crate::codec::{BinaryFile, may_be_keyed, recognize_binary};
use crate::error::{Error, Result};

const SQLITE_MAGIC: &[u8; 16] = b"SQLite format 3\0";
pub(crate) const GZIP_MAGIC: &[u8] = b"\x1f\x8b";
/// As many bytes as tell what a file is.
pub(crate) const HEAD_LEN: usize = 100;
/// In bytes; far more than a session string with a whole message around it has.
const MAX_TEXT: u64 = 1 << 16;
// The first 15 bytes of a SQLite database in base64.
const SQLITE_IN_BASE64: &[u8] = b"U1FMaXRlIGZvcm1hdCAz";
const AGE_MAGIC: &[u8] = b"age-encryption.org/";
const AGE_ARMOR: &[u8] = b"-----BEGIN AGE ENCRYPTED FILE-----";
const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";
const UTF16_MARKS: [&[u8]; 2] = [b"\xff\xfe", b"\xfe\xff"];

/// What a path or bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// Nothing is there.
    Missing,
    /// A SQLite database.
    Sqlite,
    /// What may be an encrypted SQLite database.
    Encrypted,
    /// A text that begins like a JSON object.
    Json,
    /// Compressed by gzip.
    Gzip,
    /// A SQLite database in base64, as variables of deployments have it.
    Base64,
    /// A short text, which may have a session string in it.
    Text,
    /// Another client's own binary file.
    Binary(BinaryFile),
}

/// Also of its folder.
pub(crate) const MADELINE: &str = "it is a session of MadelineProto: serialized objects of PHP (or of its igbinary extension) of \
                                   MadelineProto's own version, which only PHP with MadelineProto reads; it is not converted";

/// Of its folders and files. They are told by their names: the databases are encrypted.
pub(crate) const POSTBOX: &str = "it belongs to Telegram for macOS or iOS (the one in Swift, with accounts-metadata and postbox), whose encrypted \
                                  databases are not read: log in with another client, or take Telegram Desktop's tdata";

// What people hand over as a session, by how it begins: what it is, and what helps.
const OTHERS: [(&[u8], &str); 15] = [
    (b"PK\x03\x04", "it is a zip archive: unpack it"),
    (b"7z\xbc\xaf\x27\x1c", "it is a 7z archive: unpack it"),
    (b"Rar!\x1a\x07", "it is a RAR archive: unpack it"),
    (b"BZh", "it is compressed by bzip2: unpack it"),
    (b"\xfd7zXZ\0", "it is compressed by xz: unpack it"),
    (b"\x28\xb5\x2f\xfd", "it is compressed by zstd: unpack it"),
    (b"TDF$", "it is a file of Telegram Desktop's tdata: name the folder, or its key_datas"),
    (b"PHP", MADELINE),
    (b"<?php", MADELINE),
    (b"version https://git-lfs", "it is a pointer of Git LFS, not the file itself: fetch it with `git lfs pull`"),
    (b"<!doctype html", "it is an HTML page: download the file itself"),
    (b"<html", "it is an HTML page: download the file itself"),
    (b"\x80\x04\x95", "it is a pickle of Python, which is not read"),
    (b"%PDF", "it is a PDF document"),
    (b"<?xml", "it is XML; of Telegram for Android, tgnet.dat has the login: name that"),
];

/// Tells what bytes are, of which `head` are the first and `len` is the number. What cannot be a session is an error that
/// says what it looks like.
pub fn kind_of_bytes(head: &[u8], len: u64, location: &str) -> Result<FileKind> {
    if head.starts_with(SQLITE_MAGIC) {
        if len < HEAD_LEN as u64 {
            return Err(Error::corrupt(location, format!("the SQLite file is cut off after {len} bytes")));
        }
        return Ok(FileKind::Sqlite);
    }
    if head.starts_with(GZIP_MAGIC) {
        return Ok(FileKind::Gzip);
    }
    let begins = |start: &[u8]| head.get(..start.len()).is_some_and(|found| found.eq_ignore_ascii_case(start));
    if let Some((_, name)) = OTHERS.iter().find(|(start, _)| begins(start)) {
        return Err(Error::not_a_session(location, name));
    }
    if head.len() > 3 && head.iter().all(|byte| *byte == 0) {
        return Err(Error::not_a_session(location, "it begins with zeros: it was overwritten, or never written"));
    }
    if is_age(head) {
        let remedy = "open its bytes with tgs_open_age() (open_age, OpenAge, openAge), or decrypt it first (age -d)";
        return Err(Error::wrong_key(location, format!("it is encrypted with age: {remedy}")));
    }
    if let Some(file) = recognize_binary(head, len) {
        return Ok(FileKind::Binary(file));
    }
    if cipher::may_be_encrypted(head, len) {
        return Ok(FileKind::Encrypted);
    }
    if let Some(kind) = kind_of_text(head, len) {
        return Ok(kind);
    }
    let cause = match may_be_keyed(len) {
        true => {
            "it is not a SQLite database, or is encrypted: a session of gogram under its owner's key is opened with that \
             (--database-key-file, tgs_options_set_database_key)"
        }
        false => "it is not a SQLite database, or is encrypted",
    };
    Err(Error::not_a_session(location, cause))
}

/// Whether the first bytes are those of a file of age, as it is or with ASCII armor.
pub fn is_age(head: &[u8]) -> bool {
    head.starts_with(AGE_MAGIC) || head.trim_ascii_start().starts_with(AGE_ARMOR)
}

fn kind_of_text(head: &[u8], len: u64) -> Option<FileKind> {
    let text = head.strip_prefix(UTF8_MARK).unwrap_or(head).trim_ascii_start();
    if text.starts_with(b"{") {
        return Some(FileKind::Json);
    }
    if text.starts_with(SQLITE_IN_BASE64) {
        return Some(FileKind::Base64);
    }
    let is_short = len <= MAX_TEXT;
    (is_short && (UTF16_MARKS.iter().any(|mark| head.starts_with(mark)) || is_text(text))).then_some(FileKind::Text)
}

// The last character may be cut off.
fn is_text(bytes: &[u8]) -> bool {
    let valid = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !valid.is_empty() && valid.chars().all(|character| !character.is_control() || character.is_whitespace())
}

/// The text in bytes: UTF-8, or UTF-16 that says so, as PowerShell writes it.
pub fn text_of(bytes: &[u8]) -> Option<Zeroizing<String>> {
    let units = |unit: fn([u8; 2]) -> u16| bytes.chunks_exact(2).skip(1).map(move |pair| unit([pair[0], pair[1]]));
    let utf16 = |unit| {
        let mut text = Zeroizing::new(String::with_capacity(bytes.len()));
        char::decode_utf16(units(unit))
            .try_for_each(|character| character.map(|character| text.push(character)))
            .ok()?;
        Some(text)
    };
    match bytes {
        [0xff, 0xfe, ..] => utf16(u16::from_le_bytes),
        [0xfe, 0xff, ..] => utf16(u16::from_be_bytes),
        _ => {
            let bare = bytes.strip_prefix(UTF8_MARK).unwrap_or(bytes);
            std::str::from_utf8(bare).ok().map(|text| Zeroizing::new(text.to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(head: &[u8]) -> String {
        kind_of_bytes(head, 4096, "x").unwrap_err().to_string()
    }

    #[test]
    fn first_bytes_tell() {
        let sqlite = [SQLITE_MAGIC.as_slice(), &[0; 84]].concat();
        let utf16: Vec<u8> = "\u{feff}1ApW".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (head, kind) in [
            (&sqlite[..], FileKind::Sqlite),
            (b" \n{\"dc_id\"", FileKind::Json),
            (b"\xef\xbb\xbf{}", FileKind::Json),
            (b"\x1f\x8b\x08", FileKind::Gzip),
            (b"U1FMaXRlIGZvcm1hdCAzABAAAQEAQCAg", FileKind::Base64),
            (b"export NAME=1ApW\n", FileKind::Text),
            (&utf16, FileKind::Text),
            (b"cut off: \xc3", FileKind::Text),
        ] {
            assert_eq!(kind_of_bytes(head, 4096, "x").unwrap(), kind, "{head:?}");
        }
        assert!(kind_of_bytes(&sqlite[..50], 50, "x").unwrap_err().to_string().contains("cut off after 50"));
    }

    #[test]
    fn other_kinds_are_named() {
        for (head, name) in [
            (&b"PK\x03\x04\x14\0"[..], "zip archive"),
            (b"TDF$\x01\0\0\0", "Telegram Desktop"),
            (b"PHP\x08", "MadelineProto"),
            (b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
            (b"<!DOCTYPE html><html>", "HTML page"),
            (&[0; 100], "zeros"),
            (&[7; 100], "encrypted"),
        ] {
            assert!(complaint(head).contains(name), "{}", complaint(head));
        }
    }

    #[test]
    fn a_file_of_age_needs_its_key() {
        for age in [b"age-encryption.org/v1\n-> X".as_slice(), b"\n-----BEGIN AGE ENCRYPTED FILE-----\nYWdl"] {
            let encrypted = kind_of_bytes(age, 4096, "x").unwrap_err();
            assert_eq!(encrypted.code(), crate::ErrorCode::WrongKey);
            assert!(encrypted.to_string().contains("tgs_open_age"), "{encrypted}");
        }
    }

    #[test]
    fn texts_are_read_in_each_encoding() {
        let wide = |units: fn(u16) -> [u8; 2]| "\u{feff}1Apü".encode_utf16().flat_map(units).collect::<Vec<u8>>();
        for bytes in ["1Apü".into(), "\u{feff}1Apü".into(), wide(u16::to_le_bytes), wide(u16::to_be_bytes)] {
            assert_eq!(text_of(&bytes).unwrap().as_str(), "1Apü", "{bytes:?}");
        }
        assert_eq!(text_of(b"\xff\xfe\0\xd8"), None);
        assert_eq!(text_of(b"\x80"), None);
    }

    #[test]
    fn a_long_text_is_not_read() {
        assert!(kind_of_bytes(b"a text\n", MAX_TEXT + 1, "x").is_err());
    }
}
