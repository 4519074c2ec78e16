//! JSON that holds a secret: its texts are wiped when it is dropped.

use base64::engine::general_purpose::STANDARD_PAD_INDIFFERENT;
use serde_json::Value;
use zeroize::{Zeroize, Zeroizing};

use super::base64_text;
use crate::model::AuthKey;

/// A JSON object; every text in it is wiped on drop.
pub(super) struct SecretJson(Value);

impl SecretJson {
    /// `None` if the bytes are not a JSON object.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let json = Self(serde_json::from_slice(bytes).ok()?);
        json.0.is_object().then_some(json)
    }

    /// Any value.
    pub(super) fn of(value: Value) -> Self {
        Self(value)
    }

    /// The value itself.
    pub(super) fn value(&self) -> &Value {
        &self.0
    }

    /// The names of the members of an object.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.as_object().into_iter().flat_map(|members| members.keys().map(String::as_str))
    }

    /// A member that is there and not null.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// Whether all these members are there, null or not.
    pub(super) fn has(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.0.get(name).is_some())
    }

    /// A whole number.
    pub(super) fn integer(&self, name: &str) -> Option<i64> {
        self.get(name)?.as_i64()
    }

    /// A text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str()
    }
}

impl Drop for SecretJson {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(values) => values.iter_mut().for_each(wipe),
        Value::Object(members) => members.values_mut().for_each(wipe),
        _ => {}
    }
}

/// A key in standard base64.
pub(super) fn auth_key(text: &str) -> Option<AuthKey> {
    AuthKey::new(&bytes(text)?).ok()
}

/// Bytes in standard base64, as Python and Go write them into JSON.
pub(super) fn bytes(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    base64_text::decode(&STANDARD_PAD_INDIFFERENT, text)
}
