//! Leases on auth keys: Telegram ends the login for good if two programs use the same key at the same time.

use crate::error::Result;

/// Who takes a lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lessee {
    /// Random; distinguishes this lessee from all others.
    pub token: String,
    /// The name that others are shown, like "host worker-3, process 4711".
    pub owner: String,
}

/// The current holder of a lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Its name.
    pub owner: String,
    /// Since when, in Unix seconds.
    pub since: i64,
}

/// Leases in a store that several machines share. Each call is atomic.
pub trait Leases {
    /// Takes the lease on a key, or renews it if the same token holds it. It expires after `seconds` unless it is
    /// renewed. If another token holds it, returns the holder and changes nothing.
    fn take(&mut self, key_id: &str, lessee: &Lessee, seconds: u32) -> Result<Option<Holder>>;

    /// Releases the lease, if this token holds it.
    fn release(&mut self, key_id: &str, token: &str) -> Result<()>;
}
