//! The keys that encrypt the folder: one made of the passcode, which opens the local key, which opens everything else.

use argon2::{Algorithm, Argon2, Params, Version};
use pbkdf2::pbkdf2_hmac;
use sha1::Sha1;
use sha2::{Digest, Sha512};
use zeroize::Zeroizing;

/// The length of each of them.
pub(super) const LOCAL_KEY_LEN: usize = 256;
const ROUNDS: u32 = 100_000;
const ROUNDS_WITHOUT_PASSCODE: u32 = 1;
const LEGACY_ROUNDS: u32 = 4000;
const LEGACY_ROUNDS_WITHOUT_PASSCODE: u32 = 4;
// Telegram Desktop reads no more: whoever made a file that names more wants to keep a machine busy.
const MOST_MEMORY_KIB: u32 = 256 << 10;
const MOST_PASSES: u32 = 64;
const MOST_LANES: u32 = 16;
const MOST_SCRYPT_BYTES: u64 = 192 << 20;

/// A key of 256 bytes, which is wiped when it is dropped.
#[derive(Clone)]
pub struct LocalKey(Zeroizing<[u8; LOCAL_KEY_LEN]>);

impl std::fmt::Debug for LocalKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LocalKey")
    }
}

impl LocalKey {
    /// Takes its bytes.
    pub fn new(bytes: [u8; LOCAL_KEY_LEN]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    pub(super) fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self::new)
    }

    pub(super) fn as_bytes(&self) -> &[u8; LOCAL_KEY_LEN] {
        &self.0
    }

    /// From a passcode, since 2.1.14. Without one the passcode is empty.
    pub(super) fn from_passcode(passcode: &str, salt: &[u8]) -> Self {
        let password = Sha512::new().chain_update(salt).chain_update(passcode).chain_update(salt).finalize();
        let rounds = if passcode.is_empty() { ROUNDS_WITHOUT_PASSCODE } else { ROUNDS };
        let mut key = Zeroizing::new([0; LOCAL_KEY_LEN]);
        pbkdf2_hmac::<Sha512>(&password, salt, rounds, &mut *key);
        Self(key)
    }

    /// From a passcode, before 2.1.14.
    pub(super) fn from_legacy_passcode(passcode: &str, salt: &[u8]) -> Self {
        let rounds = if passcode.is_empty() { LEGACY_ROUNDS_WITHOUT_PASSCODE } else { LEGACY_ROUNDS };
        let mut key = Zeroizing::new([0; LOCAL_KEY_LEN]);
        pbkdf2_hmac::<Sha1>(passcode.as_bytes(), salt, rounds, &mut *key);
        Self(key)
    }

    /// From a passcode by Argon2id, since 7.3. `None` where it would take more work than Telegram Desktop does.
    pub(super) fn from_argon2(passcode: &str, salt: &[u8], memory: u32, passes: u32, lanes: u32) -> Option<Self> {
        let is_bounded = memory <= MOST_MEMORY_KIB && passes <= MOST_PASSES && lanes <= MOST_LANES;
        let params = Params::new(memory, passes, lanes, Some(LOCAL_KEY_LEN)).ok().filter(|_| is_bounded)?;
        let mut key = Zeroizing::new([0; LOCAL_KEY_LEN]);
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        argon2.hash_password_into(passcode.as_bytes(), salt, &mut *key).ok()?;
        Some(Self(key))
    }

    /// From a passcode by scrypt, since 7.3. `None` as for Argon2id.
    pub(super) fn from_scrypt(passcode: &str, salt: &[u8], n: u32, r: u32, p: u32) -> Option<Self> {
        let bytes = u64::from(n).checked_mul(128)?.checked_mul(r.into())?;
        let is_bounded = n.is_power_of_two() && n >= 2 && p <= MOST_LANES && bytes <= MOST_SCRYPT_BYTES;
        let log_n = u8::try_from(n.checked_ilog2()?).ok()?;
        let params = scrypt::Params::new(log_n, r, p).ok().filter(|_| is_bounded)?;
        let mut key = Zeroizing::new([0; LOCAL_KEY_LEN]);
        scrypt::scrypt(passcode.as_bytes(), salt, &params, &mut *key).ok()?;
        Some(Self(key))
    }
}
