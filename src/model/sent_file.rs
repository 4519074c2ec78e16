//! Files that were uploaded before and can be sent again without an upload (Telethon).

/// What kind of upload a file was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SentFileType {
    /// `_SentFileType.DOCUMENT`, 0.
    Document,
    /// `_SentFileType.PHOTO`, 1.
    Photo,
}

/// The key of a sent file in the cache.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SentFileKey {
    /// The MD5 of its content, 16 bytes.
    pub md5: [u8; 16],
    /// Its size in bytes.
    pub size: i64,
    /// How it was sent.
    pub file_type: SentFileType,
}

/// A file that is already at Telegram.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentFile {
    /// Its key in the cache.
    pub key: SentFileKey,
    /// Its id at Telegram.
    pub id: i64,
    /// Its access hash.
    pub access_hash: i64,
}

impl SentFileType {
    /// The number that Telethon stores.
    pub fn number(self) -> i64 {
        match self {
            Self::Document => 0,
            Self::Photo => 1,
        }
    }

    /// The kind of a number that Telethon stores.
    pub fn from_number(number: i64) -> Option<Self> {
        match number {
            0 => Some(Self::Document),
            1 => Some(Self::Photo),
            _ => None,
        }
    }
}
