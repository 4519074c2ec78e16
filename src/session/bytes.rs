//! Bytes in, bytes out: a session as a complete SQLite file, which an object store, a cache or a variable can hold.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use zeroize::Zeroizing;

use super::location::{check_used, decode_string, memory, of_file};
use super::{DatabaseKey, EncryptionKey, NewFile, Options, Session, companions, conversion};
use crate::codec::{self, decode_by_key};
use crate::error::{Error, ErrorCode, Result};
use crate::model::Format;
use crate::storage::Storage;
use crate::storage::file_kind::{FileKind, GZIP_MAGIC, kind_of_bytes, text_of};
use crate::storage::sqlite::{Sqlite, others, promised_len};

const LOCATION: &str = "the session in the given bytes";
const LARGEST_PAGE: usize = 1 << 16;
// What is read first: more than a file has whose length tells what it is.
const FIRST_LEN: usize = 1 << 13;
// What is there for bytes that do not tell how many they are.
const FIRST_ROOM: usize = 1 << 16;
/// JSON takes up to so many times its length when it is read.
const JSON_SHARE: u64 = 16;

/// How a session is written to bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct ByteOptions {
    /// The layout; absent for the session's own, or where that is none of a file's, for the nearest one.
    pub format: Option<NewFile>,
    /// Compressed by gzip.
    pub compress: bool,
}

impl Session {
    /// Opens a session in bytes: a complete SQLite file of any client or its JSON, as it is, compressed by gzip or in base64;
    /// or a text with a session string. It is in memory from then on: [`Session::to_bytes`] gives it back.
    pub fn open_bytes(bytes: &[u8], options: &Options) -> Result<Self> {
        let mut storage = storage_of(bytes, LOCATION, None, options)?;
        check_used(&mut *storage, options)?;
        Self::over(storage, options)
    }

    /// Makes a new session in memory that is a complete SQLite file, encrypted if there is a key: [`Session::to_bytes`] gives
    /// it. Errors name `location`.
    pub fn new_in_bytes(format: NewFile, location: &str, key: Option<EncryptionKey>) -> Result<Self> {
        Self::over(Box::new(Sqlite::new_in_bytes(format, location, key)?), &Options::default())
    }

    /// The session as a complete SQLite file. It is as it would be on a disk, and opens there too. Of an encrypted session it
    /// is encrypted, with the same key.
    pub fn to_bytes(&self, options: ByteOptions) -> Result<Zeroizing<Vec<u8>>> {
        let image = if options.format.is_none() { self.read(|storage| storage.image())? } else { None };
        let bytes = image.map_or_else(|| self.converted(options.format), Ok)?;
        if options.compress { packed(&bytes) } else { Ok(bytes) }
    }

    fn converted(&self, format: Option<NewFile>) -> Result<Zeroizing<Vec<u8>>> {
        let format = match format {
            Some(format) => format,
            None => nearest(self.format()?.name)?,
        };
        let key = self.read(|storage| Ok(storage.encryption_key()))?;
        let target = Self::new_in_bytes(format, LOCATION, key)?;
        conversion::convert(self, &target, &[])?;
        let image = target.read(|storage| storage.image())?;
        image.ok_or_else(|| Error::new(ErrorCode::Internal, "a session in bytes has no bytes"))
    }
}

/// The engine for a whole session in bytes, which are those of the file at `path` if they are a file's. Errors name `location`.
pub(super) fn storage_of(
    bytes: &[u8],
    location: &str,
    path: Option<&Path>,
    options: &Options,
) -> Result<Box<dyn Storage>> {
    let max_bytes = options.max_bytes;
    let has_key = options.encryption_key.is_some();
    let key = options.database_key.as_ref().map(DatabaseKey::as_bytes);
    let bytes = if bytes.starts_with(GZIP_MAGIC) {
        read(&mut BufReader::new(GzDecoder::new(bytes)), location, max_bytes, key.is_some())?
    } else {
        read(&mut &*bytes, location, max_bytes, key.is_some())?
    };
    let kind = kind_of_bytes(&bytes, len_of(&bytes), location);
    let is_unknown = matches!(&kind, Ok(FileKind::Encrypted)) || kind.is_err();
    if let Some(decoded) = key.filter(|_| is_unknown && !has_key).and_then(|key| decode_by_key(&bytes, key, location)) {
        return of_decoded(location, path, decoded?, options);
    }
    match kind? {
        FileKind::Encrypted if !has_key => Err(Error::no_key(location)),
        FileKind::Sqlite | FileKind::Json | FileKind::Base64 | FileKind::Text | FileKind::Binary(_) if has_key => {
            Err(Error::not_encrypted(location))
        }
        FileKind::Base64 => of_image(from_base64(&bytes, location)?, location, options),
        FileKind::Gzip => Err(Error::not_a_session(location, "it is compressed twice")),
        FileKind::Json => {
            let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
            of_decoded(location, path, codec::decode_json(bytes, location)?, options)
        }
        FileKind::Binary(file) => {
            of_decoded(location, path, codec::decode_binary(file, &bytes, key, location)?, options)
        }
        FileKind::Text => of_text(&bytes, location, options),
        FileKind::Sqlite | FileKind::Encrypted | FileKind::Missing => of_image(bytes, location, options),
    }
}

fn of_decoded(
    location: &str,
    path: Option<&Path>,
    mut file: codec::DecodedFile,
    options: &Options,
) -> Result<Box<dyn Storage>> {
    companions::complete(path, &mut file);
    of_file(location, file, options)
}

fn len_of(bytes: &[u8]) -> u64 {
    bytes.len().try_into().unwrap_or(u64::MAX)
}

fn of_image(mut bytes: Zeroizing<Vec<u8>>, location: &str, options: &Options) -> Result<Box<dyn Storage>> {
    let Options { read_only, max_bytes, ref encryption_key, .. } = *options;
    let mut storage = match Sqlite::in_bytes(&mut bytes, location, read_only, max_bytes, encryption_key.clone()) {
        Err(error) if error.code() == ErrorCode::NotASession => {
            let decoded = others::of_bytes(&bytes, location, max_bytes, encryption_key.as_ref())?;
            return of_decoded(location, None, decoded.ok_or(error)?, options);
        }
        opened => opened?,
    };
    options.check_format(location, storage.format()?.name)?;
    Ok(Box::new(storage))
}

// In lines, perhaps.
fn from_base64(bytes: &[u8], location: &str) -> Result<Zeroizing<Vec<u8>>> {
    let mut text = Zeroizing::new(Vec::with_capacity(bytes.len()));
    text.extend(bytes.iter().filter(|byte| !byte.is_ascii_whitespace()));
    let decoded = STANDARD.decode(&*text).map(Zeroizing::new);
    decoded.map_err(|_| Error::corrupt(location, "its base64 is not intact"))
}

// No client writes such a file, so it is read only.
fn of_text(bytes: &[u8], location: &str, options: &Options) -> Result<Box<dyn Storage>> {
    let text = text_of(bytes).ok_or_else(|| Error::not_a_session(location, "it is a text that is not intact"))?;
    match decode_string(&text, options) {
        Ok(decoded) => {
            let format = Format { name: decoded.format.name(), version: decoded.version };
            Ok(memory(location, format, &decoded.data.into(), false))
        }
        Err(_) if !codec::looks_like_session_string(&text) => {
            Err(Error::not_a_session(location, "it is a text without a session string"))
        }
        Err(error) => Err(Error::bad_session_string(format!("'{location}': {error}"))),
    }
}

// A session string of Telethon's kind tells what Telethon needs and no more.
fn nearest(client: &str) -> Result<NewFile> {
    match client {
        "telethon" | "gramjs" | "alchemysession" | "telegram-web" => NewFile::named("telethon@7"),
        _ => Ok(NewFile::standard()),
    }
}

// Whole pages may follow, if there are as many bytes as were asked for.
fn kind_by_head(head: &[u8], location: &str) -> Result<FileKind> {
    let len = if head.len() < FIRST_LEN { head.len() } else { LARGEST_PAGE };
    kind_of_bytes(head, len.try_into().unwrap_or(u64::MAX), location)
}

fn packed(bytes: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let failed = |error: std::io::Error| Error::new(ErrorCode::Internal, format!("cannot compress: {error}"));
    // Room for what cannot be made smaller; what is left of it is given back.
    let (mut room, most) = (Vec::new(), bytes.len() + bytes.len() / 1_000 + 1_000);
    room.try_reserve_exact(most).map_err(|_| Error::out_of_memory(LOCATION, most))?;
    let mut encoder = GzEncoder::new(room, Compression::default());
    encoder.write_all(bytes).map_err(failed)?;
    encoder.finish().map(Zeroizing::new).map_err(failed)
}

/// Reads what the first bytes do not refuse: they tell what it is, and how long.
fn read(
    source: &mut impl BufRead,
    location: &str,
    max_bytes: u64,
    has_database_key: bool,
) -> Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::new());
    read_to(source, &mut bytes, location, FIRST_LEN)?;
    let kind = match kind_by_head(&bytes, location) {
        // What only its owner's key can tell looks like nothing.
        Err(error) if has_database_key && error.code() == ErrorCode::NotASession => FileKind::Encrypted,
        kind => kind?,
    };
    let limit = if kind == FileKind::Json { max_bytes / JSON_SHARE } else { max_bytes };
    let limit_len = usize::try_from(limit).unwrap_or(usize::MAX - 1);
    let promised = if kind == FileKind::Sqlite { promised_len(&bytes) } else { None };
    let too_large = || Error::too_large(location, limit);
    if promised.is_some_and(|len| len > limit_len) {
        return Err(too_large());
    }
    let mut room = promised.unwrap_or(FIRST_ROOM).max(FIRST_LEN);
    loop {
        read_to(source, &mut bytes, location, room.min(limit_len + 1))?;
        match bytes.len() {
            len if len > limit_len => return Err(too_large()),
            len if len < room || is_at_end(source, location)? => return Ok(bytes),
            len => room = len.saturating_mul(2),
        }
    }
}

// Whether nothing is left: room for more is made only if there is more.
fn is_at_end(source: &mut impl BufRead, location: &str) -> Result<bool> {
    Ok(source.fill_buf().map_err(|error| not_intact(location, &error))?.is_empty())
}

fn not_intact(location: &str, error: &std::io::Error) -> Error {
    Error::corrupt(location, format!("its gzip is not intact ({error})"))
}

/// Reads until there are `len` bytes, or no more.
fn read_to(source: &mut impl Read, bytes: &mut Zeroizing<Vec<u8>>, location: &str, len: usize) -> Result<()> {
    let more = len.saturating_sub(bytes.len());
    let mut larger = Zeroizing::new(Vec::new());
    larger.try_reserve_exact(len.max(bytes.len())).map_err(|_| Error::out_of_memory(location, len))?;
    // Moved here and not by the vector, which would leave the old bytes behind.
    larger.extend_from_slice(bytes);
    *bytes = larger;
    let read = source.take(more.try_into().unwrap_or(u64::MAX)).read_to_end(bytes);
    read.map_err(|error| not_intact(location, &error)).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQLITE: &[u8] = b"SQLite format 3\0";

    fn unpacked(bytes: &[u8], max_bytes: u64) -> Result<usize> {
        let packed = packed(bytes).unwrap();
        read(&mut BufReader::new(GzDecoder::new(&packed[..])), LOCATION, max_bytes, false).map(|bytes| bytes.len())
    }

    #[test]
    fn a_bomb_is_refused() {
        let image = [SQLITE, &[0; 99_984]].concat();
        assert_eq!(unpacked(&image, 100_000).unwrap(), 100_000);
        let refused = unpacked(&image, 99_999).unwrap_err();
        assert_eq!(refused.code(), ErrorCode::Unsupported);
        assert!(refused.to_string().contains("99999 bytes"), "{refused}");
        // By its first bytes.
        assert_eq!(unpacked(&[0; 100_000], 100_000).unwrap_err().code(), ErrorCode::NotASession);
        let promises =
            [SQLITE, &[16, 0, 1, 1, 0, 64, 32, 32, 0, 0, 0, 1, 0, 1, 0, 0], &[0; 60], &[0, 0, 0, 1], &[0; 4]];
        assert_eq!(unpacked(&promises.concat(), 100_000_000).unwrap_err().code(), ErrorCode::Unsupported);
        // JSON takes many times its length.
        let json = [b"{\"a\": [", "0,".repeat(50_000).as_bytes(), b"0]}"].concat();
        assert_eq!(unpacked(&json, 1_000_000).unwrap_err().code(), ErrorCode::Unsupported);
        assert_eq!(unpacked(&json, 16_000_000).unwrap(), json.len());
    }
}
