//! SQLite's values, read as forgivingly as the clients do: a column's type is only a wish.

use std::net::IpAddr;

use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};

use super::fault::Fault;
use crate::model::{AuthKey, Field, FieldValue, SessionData};

/// An integer; a REAL is cut (Telethon writes times so), text is read.
pub fn integer(value: ValueRef<'_>, what: &str) -> Result<Option<i64>, Fault> {
    match value {
        // Telethon 1.43 writes an empty blob for an absent takeout_id.
        ValueRef::Null | ValueRef::Blob([]) => Ok(None),
        ValueRef::Integer(number) => Ok(Some(number)),
        #[allow(clippy::cast_possible_truncation)] // a time in seconds
        ValueRef::Real(number) => Ok(Some(number as i64)),
        ValueRef::Text(text) | ValueRef::Blob(text) => {
            let number = std::str::from_utf8(text).ok().and_then(|text| text.trim().parse().ok());
            number.map(Some).ok_or_else(|| Fault::Damaged(format!("{what} is not a number")))
        }
    }
}

/// A text; a number is written out (Telethon's phone numbers).
pub fn text(value: ValueRef<'_>) -> Option<String> {
    match value {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(number.to_string()),
        ValueRef::Real(number) => Some(number.to_string()),
        ValueRef::Text(text) | ValueRef::Blob(text) => Some(String::from_utf8_lossy(text).into_owned()),
    }
}

/// A text that is not empty.
pub fn filled_text(value: ValueRef<'_>) -> Option<String> {
    text(value).filter(|text| !text.is_empty())
}

// A converter writes its bytes.
fn address(value: ValueRef<'_>) -> Option<String> {
    match value {
        ValueRef::Blob(bytes) if bytes.len() == 4 => Some(IpAddr::from(<[u8; 4]>::try_from(bytes).ok()?).to_string()),
        ValueRef::Blob(bytes) if bytes.len() == 16 => Some(IpAddr::from(<[u8; 16]>::try_from(bytes).ok()?).to_string()),
        _ => filled_text(value),
    }
}

/// The value of a field as its column holds it.
pub fn field(value: ValueRef<'_>, field: Field) -> Result<Option<FieldValue>, Fault> {
    Ok(match field {
        Field::AuthKey | Field::TmpAuthKey => key(value, field)?.map(FieldValue::Key),
        Field::ServerAddress => address(value).map(FieldValue::Text),
        _ => integer(value, field.name())?.map(FieldValue::Integer),
    })
}

/// Puts a value that was read into its field.
pub fn set_field(data: &mut SessionData, field: Field, found: Option<FieldValue>) -> Result<(), Fault> {
    if data.set_stored(field, found) {
        Ok(())
    } else {
        Err(Fault::Damaged(format!("its {} is of another type", field.name())))
    }
}

// An empty blob is Telethon's way to say that there is none.
fn key(value: ValueRef<'_>, field: Field) -> Result<Option<AuthKey>, Fault> {
    match value {
        ValueRef::Null => Ok(None),
        ValueRef::Blob([]) | ValueRef::Text([]) => Ok(None),
        ValueRef::Blob(bytes) => match AuthKey::new(bytes) {
            Ok(key) => Ok(Some(key)),
            Err(_) => Err(Fault::Damaged(format!("its {} has {} bytes, not 256", field.name(), bytes.len()))),
        },
        _ => Err(Fault::Damaged(format!("its {} is not a blob", field.name()))),
    }
}

// Borrowed, so that no copy of a key is left behind.
impl ToSql for FieldValue {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Key(key) => ValueRef::Blob(key.as_bytes()),
        }))
    }
}
