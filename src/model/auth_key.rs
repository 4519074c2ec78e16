//! The auth key: the secret that is the login.

use std::fmt;

use sha1::{Digest, Sha1};
use zeroize::Zeroize;

use crate::error::{Error, Result};

/// An auth key has this many bytes, always.
pub const AUTH_KEY_LEN: usize = 256;

/// A 256-byte MTProto authorization key. Wiped from memory when it is dropped; `Debug` shows its id only.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthKey(Box<[u8; AUTH_KEY_LEN]>);

impl AuthKey {
    /// Takes exactly 256 bytes; any other length is an error that tells the length and nothing else.
    pub fn new(bytes: &[u8]) -> Result<Self> {
        let mut key = Box::new([0; AUTH_KEY_LEN]);
        if bytes.len() != AUTH_KEY_LEN {
            return Err(Error::invalid_argument(format!("an auth key has {AUTH_KEY_LEN} bytes, not {}", bytes.len())));
        }
        key.copy_from_slice(bytes);
        Ok(Self(key))
    }

    /// The key itself. A caller that copies it must wipe the copy.
    pub fn as_bytes(&self) -> &[u8; AUTH_KEY_LEN] {
        &self.0
    }

    /// The last 8 bytes of the key's SHA-1, as they stand in front of every message (`auth_key_id`).
    pub fn id(&self) -> [u8; 8] {
        let digest = Sha1::digest(self.0.as_slice());
        let mut id = [0; 8];
        id.copy_from_slice(&digest[12..20]);
        id
    }

    /// The id as 16 hexadecimal digits, which may be shown to anybody.
    pub fn id_hex(&self) -> String {
        self.id().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl Drop for AuthKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for AuthKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AuthKey(id {})", self.id_hex())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_256_bytes_are_a_key() {
        for len in [0, 255, 257, 512] {
            let error = AuthKey::new(&vec![7; len]).unwrap_err();
            assert!(error.to_string().contains(&len.to_string()));
        }
        assert_eq!(AuthKey::new(&[7; 256]).unwrap().as_bytes(), &[7; 256]);
    }

    #[test]
    fn debug_shows_the_id_only() {
        let key = AuthKey::new(&[0; 256]).unwrap();
        // sha1 of 256 zero bytes ends so; computed with sha1sum.
        assert_eq!(format!("{key:?}"), "AuthKey(id b1080bfd570d9b91)");
    }
}
