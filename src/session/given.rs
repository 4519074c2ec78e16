//! Values that people write as text, like `user_id=123456`.

use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::model::{AuthKey, Field, FieldValue};
use crate::storage::Change;

/// Reads `name=value`. Booleans are true, false, 1 or 0, keys hexadecimal digits; an empty value makes a field absent.
pub fn parse_change(text: &str) -> Result<Change> {
    let Some((name, value)) = text.split_once('=') else {
        return Err(Error::invalid_argument("a given value is written like user_id=123456"));
    };
    let field = Field::ALL.into_iter().find(|field| field.name() == name.trim()).ok_or_else(|| unknown(name))?;
    let value = value.trim();
    Ok((field, if value.is_empty() { None } else { Some(parse(field, value)?) }))
}

fn parse(field: Field, value: &str) -> Result<FieldValue> {
    let parsed = match field {
        Field::ServerAddress => Some(FieldValue::Text(value.to_owned())),
        Field::AuthKey | Field::TmpAuthKey => key(value).map(FieldValue::Key),
        Field::TestMode | Field::IsBot => match value {
            "true" | "1" => Some(FieldValue::Integer(1)),
            "false" | "0" => Some(FieldValue::Integer(0)),
            _ => None,
        },
        _ => value.parse().ok().map(FieldValue::Integer),
    };
    // The value is not shown: it may be a key.
    parsed.ok_or_else(|| Error::invalid_argument(format!("that is no value of {}", field.name())))
}

fn key(digits: &str) -> Option<AuthKey> {
    let digits = digits.as_bytes();
    let nibble = |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let pairs = digits.chunks(2).map(|pair| Some(nibble(pair[0])? << 4 | nibble(*pair.get(1)?)?));
    let bytes = Zeroizing::new(pairs.collect::<Option<Vec<u8>>>()?);
    AuthKey::new(&bytes).ok()
}

fn unknown(name: &str) -> Error {
    let known = Field::ALL.map(Field::name).join(", ");
    Error::invalid_argument(format!("there is no field '{name}'; there are: {known}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_strictly() {
        assert_eq!(parse_change("user_id=5").unwrap(), (Field::UserId, Some(FieldValue::Integer(5))));
        assert_eq!(parse_change(" is_bot = true ").unwrap(), (Field::IsBot, Some(FieldValue::Integer(1))));
        assert_eq!(parse_change("api_id=").unwrap(), (Field::ApiId, None));
        let key = parse_change(&format!("auth_key={}", "0a".repeat(256))).unwrap();
        assert_eq!(key, (Field::AuthKey, Some(FieldValue::Key(AuthKey::new(&[10; 256]).unwrap()))));
        for wrong in ["user_id", "user=5", "user_id=five", "is_bot=yes", "auth_key=0a", "auth_key=é"] {
            assert!(parse_change(wrong).is_err(), "{wrong}");
        }
    }
}
