//! `--set NAME=VALUE`: what the caller knows and the source may not.

use tgsession::model::{AuthKey, Field, FieldValue};
use tgsession::session::{Options, Session};
use tgsession::storage::Change;
use zeroize::Zeroizing;

use crate::failure::{Failure, Result};

/// Reads all of them. No message repeats a value: it may be a key.
pub fn parse(texts: &[String]) -> Result<Vec<Change>> {
    let changes = texts.iter().map(|text| change(text)).collect::<Result<Vec<_>, String>>();
    let changes = changes.map_err(Failure::WrongUse)?;
    // The library's own rules: what no session takes is refused before one is opened.
    let memory = Session::open(":memory:", &Options::default())?;
    memory.set(&changes).map_err(|error| Failure::WrongUse(format!("--set: {error}")))?;
    Ok(changes)
}

fn change(text: &str) -> Result<Change, String> {
    let Some((name, value)) = text.split_once('=') else {
        return Err(format!("--set takes NAME=VALUE; the names are {}", names()));
    };
    let Some(field) = Field::ALL.into_iter().find(|field| field.name() == name) else {
        return Err(format!("--set: no field has this name; there are {}", names()));
    };
    let value = parse_value(field, value).map_err(|wanted| format!("--set: {name} must be {wanted}"))?;
    Ok((field, Some(value)))
}

/// The names of all fields.
pub fn names() -> String {
    Field::ALL.map(Field::name).join(", ")
}

fn parse_value(field: Field, value: &str) -> Result<FieldValue, &'static str> {
    match field {
        Field::ServerAddress => match value.parse::<std::net::IpAddr>() {
            Ok(_) => Ok(FieldValue::Text(value.to_owned())),
            Err(_) => Err("an IPv4 or IPv6 address"),
        },
        Field::TestMode | Field::IsBot => boolean(value).ok_or("true, false, 1 or 0"),
        Field::AuthKey | Field::TmpAuthKey => key(value).ok_or("512 hexadecimal digits"),
        Field::DcId | Field::Port | Field::ApiId | Field::Date | Field::UserId | Field::TakeoutId => {
            value.parse().map(FieldValue::Integer).map_err(|_| "a whole number")
        }
    }
}

fn boolean(value: &str) -> Option<FieldValue> {
    match value {
        "true" | "1" => Some(FieldValue::Integer(1)),
        "false" | "0" => Some(FieldValue::Integer(0)),
        _ => None,
    }
}

fn key(value: &str) -> Option<FieldValue> {
    // `from_str_radix` would take a sign.
    if !value.bytes().all(|byte| byte.is_ascii_hexdigit()) || !value.len().is_multiple_of(2) {
        return None;
    }
    let byte = |at: usize| u8::from_str_radix(&value[at..at + 2], 16).ok();
    let bytes: Option<Vec<u8>> = (0..value.len()).step_by(2).map(byte).collect();
    AuthKey::new(&Zeroizing::new(bytes?)).ok().map(FieldValue::Key)
}

/// Refuses what belongs to one login where there are many: all of them would be given it.
pub fn check_for_many(changes: &[Change]) -> Result<()> {
    let shared = |field: &Field| matches!(field, Field::ApiId | Field::TestMode | Field::IsBot | Field::Date);
    match changes.iter().find(|(field, _)| !shared(field)) {
        None => Ok(()),
        Some((field, _)) => {
            Err(Failure::WrongUse(format!("--set {}=… belongs to one session, and SOURCE is a folder", field.name())))
        }
    }
}
