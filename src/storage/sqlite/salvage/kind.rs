//! What the columns of sessions hold: by this a row is told from the rows of other tables, and from garbage.

use rusqlite::types::ValueRef;

use crate::model::{AUTH_KEY_LEN, Field, VALUE_LEN, check_value_name};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Dc,
    Address,
    /// `ip:port`, as Telethon 2 writes it.
    AddressWithPort,
    Port,
    ApiId,
    Flag,
    Key,
    Date,
    UserId,
    /// An integer, an empty blob or NULL.
    Takeout,
    PeerId,
    Hash,
    HashNotNull,
    PeerType,
    Username,
    UsernameNotNull,
    Phone,
    Text,
    Number,
    Count,
    Md5,
    FileType,
    Version,
    FieldName,
    /// The name of a value that a client keeps beside.
    ValueName,
    /// Bytes, of which there may be none.
    Bytes,
    /// `table`, `index`, `view` or `trigger`.
    SchemaType,
    /// The text of a statement, or NULL.
    Sql,
    Any,
}

const LONGEST_USERNAME: usize = 64;
const LONGEST_NAME: usize = 1024;
const LATEST: i64 = 1 << 33;
const LARGEST_ID: i64 = 1 << 53;

impl Kind {
    /// Whether a value may stand in such a column.
    pub fn fits(self, value: ValueRef<'_>) -> bool {
        use ValueRef::{Blob, Integer, Null, Real, Text};
        match (self, value) {
            (Self::Any, _) => true,
            (Self::Dc, Integer(number)) => (0..100_000).contains(&number),
            (Self::Version, Integer(number)) => (1..=10).contains(&number),
            (Self::PeerId, Integer(number)) => number.abs_diff(0) < LARGEST_ID.unsigned_abs(),
            (Self::HashNotNull, Integer(_)) => true,
            (Self::Count, Integer(number)) => number >= 0,
            (Self::FileType, Integer(number)) => matches!(number, 0 | 1),
            (Self::Md5, Blob(bytes)) => bytes.len() == 16,
            (Self::PeerType, Text(text)) => (1..=32).contains(&text.len()) && is_plain(text),
            (Self::UsernameNotNull, Text(text)) => (1..=LONGEST_USERNAME).contains(&text.len()) && is_plain(text),
            (Self::FieldName, Text(text)) => is_field(text),
            (Self::ValueName, Text(text)) => std::str::from_utf8(text).is_ok_and(|name| check_value_name(name).is_ok()),
            (Self::Bytes, Blob(bytes)) => bytes.len() <= VALUE_LEN,
            (Self::SchemaType, Text(text)) => matches!(text, b"table" | b"index" | b"view" | b"trigger"),
            (Self::AddressWithPort, Text(text)) => is_address(text) && (text.is_empty() || has_port(text)),
            // All others may be absent.
            (
                Self::Dc
                | Self::Version
                | Self::PeerId
                | Self::HashNotNull
                | Self::Count
                | Self::FileType
                | Self::Md5
                | Self::PeerType
                | Self::UsernameNotNull
                | Self::FieldName
                | Self::ValueName
                | Self::Bytes
                | Self::SchemaType,
                _,
            ) => false,
            (_, Null) => true,
            (Self::Address, Text(text)) => is_address(text) && !has_port(text),
            (Self::Port, Integer(number)) => u16::try_from(number).is_ok(),
            (Self::ApiId, Integer(number)) => i32::try_from(number).is_ok_and(|number| number >= 0),
            (Self::Flag, Integer(number)) => matches!(number, 0 | 1),
            (Self::Key, Blob(bytes)) => matches!(bytes.len(), 0 | AUTH_KEY_LEN),
            (Self::Date, Integer(number)) => (0..LATEST).contains(&number),
            (Self::UserId, Integer(number)) => (0..LARGEST_ID).contains(&number),
            (Self::Takeout, Blob(bytes)) => bytes.is_empty(),
            (Self::Takeout | Self::Hash | Self::Number | Self::Phone, Integer(_))
            | (Self::Date | Self::Number, Real(_)) => true,
            (Self::Phone, Text(text)) => text.len() <= 32 && is_plain(text),
            (Self::Username, Text(text)) => text.len() <= LONGEST_USERNAME && is_plain(text),
            (Self::Text, Text(text)) => text.len() <= LONGEST_NAME && std::str::from_utf8(text).is_ok(),
            (Self::Sql, Text(text)) => std::str::from_utf8(text).is_ok(),
            _ => false,
        }
    }
}

fn is_plain(text: &[u8]) -> bool {
    std::str::from_utf8(text).is_ok_and(|text| !text.chars().any(char::is_control))
}

fn is_address(text: &[u8]) -> bool {
    text.len() <= 255 && text.is_ascii() && is_plain(text)
}

// IPv6 has more colons.
fn has_port(text: &[u8]) -> bool {
    text.iter().filter(|byte| **byte == b':').count() == 1
}

fn is_field(text: &[u8]) -> bool {
    // Of a client whose login is spread, what a field stands over is noted beside it.
    let name = text.strip_suffix(b"/over").unwrap_or(text);
    text == b"auth_key_id" || Field::ALL.iter().any(|field| field.name().as_bytes() == name)
}
