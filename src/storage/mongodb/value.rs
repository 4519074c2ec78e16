//! BSON values: written in the types that PyMongo writes, read as forgivingly as Python reads them.

use mongodb::bson::raw::{RawBsonRef, RawDocument};
use mongodb::bson::spec::BinarySubtype;
use mongodb::bson::{Binary, RawBson};

use super::fault::Fault;
use crate::model::{AuthKey, Field};

/// A number, as PyMongo writes it: 32 bits if it fits, otherwise 64.
pub fn number(value: i64) -> RawBson {
    i32::try_from(value).map_or(RawBson::Int64(value), RawBson::Int32)
}

/// A number or null.
pub fn number_or_null(value: Option<i64>) -> RawBson {
    value.map_or(RawBson::Null, number)
}

/// A text or null.
pub fn text_or_null(value: Option<&str>) -> RawBson {
    value.map_or(RawBson::Null, |text| RawBson::String(text.to_owned()))
}

/// Bytes.
pub fn binary(bytes: &[u8]) -> RawBson {
    RawBson::Binary(Binary { subtype: BinarySubtype::Generic, bytes: bytes.to_vec() })
}

/// The value under a key; null is none.
pub fn get<'a>(document: &'a RawDocument, key: &str) -> Result<Option<RawBsonRef<'a>>, Fault> {
    Ok(document.get(key)?.filter(|value| !matches!(value, RawBsonRef::Null | RawBsonRef::Undefined)))
}

/// An integer; a whole double and a boolean are numbers to Python too.
pub fn integer(document: &RawDocument, key: &str) -> Result<Option<i64>, Fault> {
    match get(document, key)? {
        None => Ok(None),
        Some(RawBsonRef::Int32(value)) => Ok(Some(value.into())),
        Some(RawBsonRef::Int64(value)) => Ok(Some(value)),
        Some(RawBsonRef::Boolean(value)) => Ok(Some(value.into())),
        #[allow(clippy::cast_possible_truncation)] // a time in seconds
        Some(RawBsonRef::Double(value)) => Ok(Some(value as i64)),
        Some(_) => Err(Fault::Damaged(format!("its {key} is not a number"))),
    }
}

/// A text that is not empty; a number is written out.
pub fn text(document: &RawDocument, key: &str) -> Result<Option<String>, Fault> {
    Ok(match get(document, key)? {
        Some(RawBsonRef::String(text)) => Some(text.to_owned()).filter(|text| !text.is_empty()),
        Some(RawBsonRef::Int32(value)) => Some(value.to_string()),
        Some(RawBsonRef::Int64(value)) => Some(value.to_string()),
        Some(_) => return Err(Fault::Damaged(format!("its {key} is not a text"))),
        None => None,
    })
}

/// A key; MongoStorage writes empty bytes if there is none.
pub fn key(document: &RawDocument, field: Field) -> Result<Option<AuthKey>, Fault> {
    let name = field.name();
    match get(document, name)? {
        None => Ok(None),
        Some(RawBsonRef::Binary(binary)) if binary.bytes.is_empty() => Ok(None),
        Some(RawBsonRef::Binary(binary)) => {
            let wrong = |_| Fault::Damaged(format!("its {name} has {} bytes, not 256", binary.bytes.len()));
            AuthKey::new(binary.bytes).map(Some).map_err(wrong)
        }
        Some(_) => Err(Fault::Damaged(format!("its {name} is not bytes"))),
    }
}
