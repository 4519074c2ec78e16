//! What a file is encrypted with.

use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::error::{Error, ErrorCode, Result};

// An AES-256 key, and with it the salt that stands in the file's first bytes.
const KEY: usize = 32;
const KEY_AND_SALT: usize = 48;
const TWO_KEYS_AND_SALT: usize = 80;

/// What a file is encrypted with: a passphrase, of which SQLCipher makes the key, or the key itself. It is overwritten when
/// its last owner drops it.
#[derive(Clone)]
pub struct EncryptionKey(Arc<Zeroizing<Vec<u8>>>);

impl EncryptionKey {
    /// A passphrase: any text that is not empty.
    pub fn from_passphrase(passphrase: &str) -> Result<Self> {
        check_build()?;
        if passphrase.is_empty() {
            return Err(Error::invalid_argument("the passphrase is empty"));
        }
        // Of every program with SQLCipher it would be the key itself.
        if is_raw(passphrase.as_bytes()) {
            let message =
                "the passphrase has the form in which SQLCipher takes a key of bytes (x'...'): give it as a key";
            return Err(Error::invalid_argument(message));
        }
        Ok(Self(Arc::new(Zeroizing::new(passphrase.as_bytes().to_vec()))))
    }

    /// A key of 32 bytes, or of 48: the key and the salt.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        check_build()?;
        if ![KEY, KEY_AND_SALT].contains(&bytes.len()) {
            let message = format!("an encryption key has {KEY} bytes, or {KEY_AND_SALT} with its salt");
            return Err(Error::invalid_argument(format!("{message}, not {}", bytes.len())));
        }
        let mut text = Zeroizing::new(Vec::with_capacity(2 * bytes.len() + 3));
        text.extend_from_slice(b"x'");
        for byte in bytes {
            text.extend([byte >> 4, byte & 15].map(|digit| b"0123456789abcdef"[usize::from(digit)]));
        }
        text.push(b'\'');
        Ok(Self(Arc::new(text)))
    }

    /// As SQLCipher takes it.
    #[cfg(feature = "sqlcipher")]
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for EncryptionKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let _ = &self.0; // a secret
        formatter.write_str("EncryptionKey")
    }
}

fn check_build() -> Result<()> {
    if cfg!(feature = "sqlcipher") {
        return Ok(());
    }
    Err(Error::new(ErrorCode::Unsupported, "this build of tgsession cannot encrypt files: it has no SQLCipher"))
}

fn is_raw(text: &[u8]) -> bool {
    let digits = match text {
        [b'x' | b'X', b'\'', digits @ .., b'\''] => digits,
        _ => return false,
    };
    let lens = [KEY, KEY_AND_SALT, TWO_KEYS_AND_SALT].map(|len| 2 * len);
    lens.contains(&digits.len()) && digits.iter().all(u8::is_ascii_hexdigit)
}

#[cfg(all(test, feature = "sqlcipher"))]
mod tests {
    use super::*;

    #[test]
    fn what_sqlcipher_would_take_for_a_key_is_no_passphrase() {
        for len in [32, 48, 80] {
            let text = format!("X'{}'", "aB".repeat(len));
            assert_eq!(EncryptionKey::from_passphrase(&text).unwrap_err().code(), ErrorCode::InvalidArgument);
        }
        for text in ["x''", "x'00'", "it's", &format!("x'{}'", "g".repeat(64))] {
            assert_eq!(EncryptionKey::from_passphrase(text).unwrap().as_bytes(), text.as_bytes());
        }
        assert!(EncryptionKey::from_passphrase("").is_err());
        assert_eq!(
            EncryptionKey::from_bytes(&[0xa5; 32]).unwrap().as_bytes(),
            format!("x'{}'", "a5".repeat(32)).as_bytes()
        );
        assert!(EncryptionKey::from_bytes(&[1; 31]).is_err());
        assert_eq!(format!("{:?}", EncryptionKey::from_passphrase("secret").unwrap()), "EncryptionKey");
    }
}
