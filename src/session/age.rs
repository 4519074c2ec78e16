//! A session as a file of age, which any age tool decrypts: <https://age-encryption.org>.

use zeroize::Zeroizing;

use super::{ByteOptions, Options, Session};
#[cfg(feature = "age")]
use crate::codec::age;
use crate::error::Result;
#[cfg(not(feature = "age"))]
use crate::error::{Error, ErrorCode};

/// What a session is encrypted with. age knows no file that has both.
#[derive(Clone, Copy)]
pub enum AgeLock<'a> {
    /// A passphrase.
    Passphrase(&'a str),
    /// The recipients `age1…`, of whom each can decrypt it.
    Recipients(&'a [&'a str]),
}

/// What a session is decrypted with.
#[derive(Clone, Copy)]
pub enum AgeKey<'a> {
    /// A passphrase.
    Passphrase(&'a str),
    /// The text of an identity file: `AGE-SECRET-KEY-1…` lines and comments.
    Identity(&'a str),
}

impl Session {
    /// Opens a session in an age file, in memory: what [`Session::to_age`] or any age tool made, also with armor. What is
    /// decrypted is opened as [`Session::open_bytes`] opens it.
    pub fn open_age(bytes: &[u8], key: AgeKey<'_>, options: &Options) -> Result<Self> {
        Self::open_bytes(&decrypted(bytes, key, options.max_bytes)?, options)
    }

    /// The session as a file of age. Decrypted it is what [`Session::to_bytes`] gives.
    pub fn to_age(&self, lock: AgeLock<'_>, options: ByteOptions) -> Result<Vec<u8>> {
        encrypted(&self.to_bytes(options)?, lock)
    }
}

#[cfg(feature = "age")]
fn encrypted(plain: &[u8], lock: AgeLock<'_>) -> Result<Vec<u8>> {
    match lock {
        AgeLock::Passphrase(passphrase) => age::encrypt_with_passphrase(plain, passphrase),
        AgeLock::Recipients(recipients) => age::encrypt_to(plain, recipients),
    }
}

#[cfg(feature = "age")]
fn decrypted(bytes: &[u8], key: AgeKey<'_>, max_bytes: u64) -> Result<Zeroizing<Vec<u8>>> {
    match key {
        AgeKey::Passphrase(passphrase) => age::decrypt_with_passphrase(bytes, passphrase, max_bytes),
        AgeKey::Identity(identities) => age::decrypt_with_identities(bytes, identities, max_bytes),
    }
}

#[cfg(not(feature = "age"))]
fn encrypted(_: &[u8], _: AgeLock<'_>) -> Result<Vec<u8>> {
    Err(without_age())
}

#[cfg(not(feature = "age"))]
fn decrypted(_: &[u8], _: AgeKey<'_>, _: u64) -> Result<Zeroizing<Vec<u8>>> {
    Err(without_age())
}

#[cfg(not(feature = "age"))]
fn without_age() -> Error {
    let message = "this build of tgsession cannot encrypt or decrypt with age: it was made without the feature age";
    Error::new(ErrorCode::Unsupported, message)
}

#[cfg(all(test, not(feature = "age")))]
mod tests {
    use super::*;

    #[test]
    fn a_build_without_age_says_so() {
        let session = Session::open(":memory:", &Options::default()).unwrap();
        let refused = session.to_age(AgeLock::Passphrase("x"), ByteOptions::default()).unwrap_err();
        assert_eq!(refused.code(), ErrorCode::Unsupported);
        assert!(refused.to_string().contains("without the feature age"), "{refused}");
        let refused = Session::open_age(b"age-encryption.org/v1\n", AgeKey::Identity("x"), &Options::default()).err();
        assert_eq!(refused.unwrap().code(), ErrorCode::Unsupported);
    }
}
