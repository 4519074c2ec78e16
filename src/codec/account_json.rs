//! The description of an account, as packs of sessions have one beside each session: `PHONE.json` beside `PHONE.session`.
//!
//! No program defines it. What the packs of several shops have in common:
//!
//! | member                        | value                                                  |
//! |-------------------------------|--------------------------------------------------------|
//! | `app_id`, `api_id`            | the application that the session was made with         |
//! | `id`, `user_id`, `uid`        | the account                                            |
//! | `is_bot`, `bot`               | boolean                                                |
//! | `test_mode`                   | boolean                                                |
//! | `dc_id`                       | number                                                 |
//! | others                        | password (`twoFA`), phone, device, …: never read       |
//!
//! Numbers may be texts. What is no usable value is no value.

use serde_json::Value;

use super::secret_json::SecretJson;
use crate::model::{Field, FieldValue};

const NAMES: [(Field, &[&str]); 5] = [
    (Field::ApiId, &["app_id", "api_id"]),
    (Field::UserId, &["id", "user_id", "uid"]),
    (Field::IsBot, &["is_bot", "bot"]),
    (Field::TestMode, &["test_mode"]),
    (Field::DcId, &["dc_id"]),
];

/// The values that a description of an account gives; none if the text is no such description.
pub fn decode_account(text: &[u8]) -> Vec<(Field, FieldValue)> {
    let Some(json) = SecretJson::parse(text) else { return Vec::new() };
    // A session of its own, and not the description of another.
    if json.get("auth_key").is_some() || json.get("auth_key_data").is_some() {
        return Vec::new();
    }
    let value = |(field, names): (Field, &[&str])| {
        let found = names.iter().find_map(|name| number(field, json.get(name)?))?;
        Some((field, FieldValue::Integer(found)))
    };
    NAMES.into_iter().filter_map(value).collect()
}

fn number(field: Field, value: &Value) -> Option<i64> {
    if matches!(field, Field::IsBot | Field::TestMode) {
        return value.as_bool().map(i64::from).or_else(|| value.as_i64().filter(|number| matches!(number, 0 | 1)));
    }
    let number = value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())?;
    let highest = if field == Field::UserId { super::fields::MAX_USER_ID } else { i32::MAX.into() };
    Some(number).filter(|number| (1..=highest).contains(number))
}
