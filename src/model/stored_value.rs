//! Values that a client keeps beside its session: salts, a configuration, the rest of its own state.

use std::fmt;

use zeroize::Zeroizing;

use crate::error::{Error, Result};

/// The most bytes of a value.
pub const VALUE_LEN: usize = 1 << 20;
/// The most bytes of a value's name.
pub const VALUE_NAME_LEN: usize = 255;

/// The bytes of one value. They may be a secret: they are wiped when they are dropped, and `Debug` shows their number only.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredValue(Zeroizing<Vec<u8>>);

impl StoredValue {
    /// Takes at most a megabyte (1,048,576 bytes).
    pub fn new(bytes: &[u8]) -> Result<Self> {
        if bytes.len() > VALUE_LEN {
            let message = format!("a value has {VALUE_LEN} bytes at most, not {}", bytes.len());
            return Err(Error::invalid_argument(message));
        }
        Ok(Self::stored(bytes))
    }

    /// What a store has, however much that is.
    pub(crate) fn stored(bytes: &[u8]) -> Self {
        Self(Zeroizing::new(bytes.to_vec()))
    }

    /// The bytes. A caller that copies them must wipe the copy if they are a secret.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for StoredValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoredValue({} bytes)", self.0.len())
    }
}

/// Whether a value can have this name in every store: databases drop white space at an end, and take no control characters.
/// The error does not repeat it.
pub fn check_value_name(name: &str) -> Result<()> {
    let what = match name {
        "" => "is empty".to_owned(),
        long if long.len() > VALUE_NAME_LEN => format!("has {} bytes, and {VALUE_NAME_LEN} at most", long.len()),
        padded if padded.trim() != padded => "begins or ends with white space".to_owned(),
        odd if odd.contains(char::is_control) => "has a control character in it".to_owned(),
        _ => return Ok(()),
    };
    Err(Error::invalid_argument(format!("the name of a value {what}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_shows_its_size_only() {
        assert_eq!(format!("{:?}", StoredValue::new(b"a secret").unwrap()), "StoredValue(8 bytes)");
        assert!(StoredValue::new(&vec![0; VALUE_LEN]).is_ok());
        assert!(StoredValue::new(&vec![0; VALUE_LEN + 1]).unwrap_err().to_string().contains("1048577"));
    }

    #[test]
    fn a_name_is_one_in_every_store() {
        let long = "n".repeat(VALUE_NAME_LEN);
        for name in ["a", "salts 4", "Ключ", &long] {
            check_value_name(name).unwrap();
        }
        for name in ["", " a", "a ", "a\n", "a\0b", &format!("{long}n"), &"я".repeat(128)] {
            assert!(check_value_name(name).is_err(), "{name:?}");
        }
    }
}
