//! Bytes in, bytes out: a session as a complete SQLite file, which an object store, a cache or a variable can hold.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use zeroize::Zeroizing;

use super::{NewFile, Options, Session, conversion};
use crate::codec;
use crate::error::{Error, ErrorCode, Result};
use crate::storage::Storage;
use crate::storage::file::{self, FileKind};
use crate::storage::sqlite::Sqlite;

const LOCATION: &str = "the session in the given bytes";
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];
// A few kilobytes of gzip can claim to be petabytes.
const LARGEST: u64 = 1 << 30;

/// How a session is written to bytes.
#[derive(Clone, Copy, Debug, Default)]
pub struct ByteOptions {
    /// The layout; absent for the session's own, or where that is none of a file's, for the nearest one.
    pub format: Option<NewFile>,
    /// Compressed by gzip.
    pub compress: bool,
}

impl Session {
    /// Opens a session in bytes: a complete SQLite file of any client or its JSON, as it is or compressed by gzip. It is
    /// in memory from then on: [`Session::to_bytes`] gives it back.
    pub fn open_bytes(bytes: &[u8], options: &Options) -> Result<Self> {
        let bytes =
            if bytes.starts_with(&GZIP_MAGIC) { unpacked(bytes, LARGEST)? } else { Zeroizing::new(bytes.to_vec()) };
        let len = bytes.len().try_into().unwrap_or(u64::MAX);
        match file::kind_of_bytes(&bytes, len, LOCATION)? {
            FileKind::Sqlite => {
                let mut storage = Sqlite::in_bytes(&bytes, LOCATION, options.read_only)?;
                options.check_format(LOCATION, storage.format()?.name)?;
                Self::over(Box::new(storage), options)
            }
            FileKind::Json | FileKind::Missing => {
                let (format, contents) = codec::decode_json(&bytes, LOCATION)?;
                options.check_format(LOCATION, format.name)?;
                Self::over(super::location::memory(LOCATION, format, &contents, false), options)
            }
        }
    }

    /// Makes a new session in memory that is a complete SQLite file: [`Session::to_bytes`] gives it. Errors name `location`.
    pub fn new_in_bytes(format: NewFile, location: &str) -> Result<Self> {
        Self::over(Box::new(Sqlite::new_in_bytes(format, location)?), &Options::default())
    }

    /// The session as a complete SQLite file. It is as it would be on a disk, and opens there too.
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
        let target = Self::new_in_bytes(format, LOCATION)?;
        conversion::convert(self, &target, &[])?;
        let image = target.read(|storage| storage.image())?;
        image.ok_or_else(|| Error::new(ErrorCode::Internal, "a session in bytes has no bytes"))
    }
}

// A session string of Telethon's kind tells what Telethon needs and no more.
fn nearest(client: &str) -> Result<NewFile> {
    match client {
        "telethon" | "gramjs" | "alchemysession" => NewFile::named("telethon@7"),
        _ => Ok(NewFile::standard()),
    }
}

fn packed(bytes: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let failed = |error: std::io::Error| Error::new(ErrorCode::Internal, format!("cannot compress: {error}"));
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).map_err(failed)?;
    encoder.finish().map(Zeroizing::new).map_err(failed)
}

fn unpacked(bytes: &[u8], largest: u64) -> Result<Zeroizing<Vec<u8>>> {
    let mut unpacked = Zeroizing::new(Vec::new());
    let mut decoder = GzDecoder::new(bytes).take(largest + 1);
    let read = decoder.read_to_end(&mut unpacked);
    let read = read.map_err(|error| Error::corrupt(LOCATION, format!("its gzip is not intact ({error})")))?;
    if u64::try_from(read).unwrap_or(u64::MAX) > largest {
        return Err(Error::corrupt(LOCATION, "unpacked it is larger than a gigabyte"));
    }
    Ok(unpacked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bomb_is_refused() {
        let packed = packed(&[0; 100_000]).unwrap();
        assert_eq!(unpacked(&packed, 100_000).unwrap().len(), 100_000);
        let refused = unpacked(&packed, 99_999).unwrap_err();
        assert_eq!(refused.code(), ErrorCode::Corrupt);
        assert!(refused.to_string().contains("gigabyte"));
    }
}
