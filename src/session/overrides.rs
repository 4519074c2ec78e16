//! Values that people write as text, like `user_id=123456`.

use std::net::IpAddr;

use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::model::{AuthKey, Field, FieldValue};
use crate::storage::Change;

// Of a mistyped name that is worth repeating.
const LONGEST_NAME: usize = 32;

/// Reads `NAME=VALUE`. Booleans are true, false, 1 or 0, keys hexadecimal digits; an empty value makes a field absent.
/// No message repeats a value: it may be a key.
pub fn parse_override(text: &str) -> Result<Change> {
    let Some((name, value)) = text.split_once('=') else {
        let message = format!("a value is given as NAME=VALUE, like user_id=123456; the names are {}", Field::names());
        return Err(Error::invalid_argument(message));
    };
    let field = Field::ALL.into_iter().find(|field| field.name() == name.trim()).ok_or_else(|| unknown(name))?;
    let value = value.trim();
    if value.is_empty() {
        return Ok((field, None));
    }
    let wrong = |wanted| Error::invalid_argument(format!("{} must be {wanted}", field.name()));
    Ok((field, Some(parse(field, value).map_err(wrong)?)))
}

/// A value of the field, or what it must be.
fn parse(field: Field, value: &str) -> Result<FieldValue, &'static str> {
    match field {
        Field::ServerAddress => match value.parse::<IpAddr>() {
            Ok(_) => Ok(FieldValue::Text(value.to_owned())),
            Err(_) => Err("an IPv4 or IPv6 address"),
        },
        Field::TestMode | Field::IsBot => boolean(value).ok_or("true, false, 1 or 0"),
        Field::AuthKey | Field::TmpAuthKey => key(value).map(FieldValue::Key).ok_or("512 hexadecimal digits"),
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

fn key(digits: &str) -> Option<AuthKey> {
    let digits = digits.as_bytes();
    let nibble = |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let pairs = digits.chunks(2).map(|pair| Some(nibble(pair[0])? << 4 | nibble(*pair.get(1)?)?));
    let bytes = Zeroizing::new(pairs.collect::<Option<Vec<u8>>>()?);
    AuthKey::new(&bytes).ok()
}

/// A session string may end with "=" and stand where a name should: only what looks like a name is repeated.
fn unknown(name: &str) -> Error {
    let is_name = name.len() <= LONGEST_NAME && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let named = if is_name { format!("the name '{name}'") } else { "this name".to_owned() };
    Error::invalid_argument(format!("there is no field of {named}; the names are {}", Field::names()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_strictly() {
        assert_eq!(parse_override("user_id=5").unwrap(), (Field::UserId, Some(FieldValue::Integer(5))));
        assert_eq!(parse_override(" is_bot = true ").unwrap(), (Field::IsBot, Some(FieldValue::Integer(1))));
        assert_eq!(parse_override("api_id=").unwrap(), (Field::ApiId, None));
        let key = parse_override(&format!("auth_key={}", "0a".repeat(256))).unwrap();
        assert_eq!(key, (Field::AuthKey, Some(FieldValue::Key(AuthKey::new(&[10; 256]).unwrap()))));
        let address = parse_override("server_address=2001:67c:4e8:f004::a").unwrap();
        assert_eq!(address, (Field::ServerAddress, Some(FieldValue::Text("2001:67c:4e8:f004::a".to_owned()))));
    }

    #[test]
    fn what_is_wrong_is_told_without_the_value() {
        for (wrong, said) in [
            ("user_id", "NAME=VALUE"),
            ("userid=5", "'userid'; the names are dc_id, server_address, port"),
            ("user_id=secret", "user_id must be a whole number"),
            ("is_bot=secret", "is_bot must be true, false, 1 or 0"),
            ("server_address=secret", "server_address must be an IPv4 or IPv6 address"),
            ("auth_key=0a", "auth_key must be 512 hexadecimal digits"),
            ("auth_key=+a", "512"),
            ("auth_key=é", "512"),
            ("1BVtsOSecret=", "this name"),
            ("secretsecretsecretsecretsecretsecret=", "this name"),
        ] {
            let message = parse_override(wrong).unwrap_err().to_string();
            assert!(message.contains(said), "{wrong}: {message}");
            assert!(!message.to_lowercase().contains("secret"), "{message}");
        }
    }
}
