//! Leases on auth keys: the same key in use twice makes Telegram end the login for good.

use crate::error::Result;

/// Who takes a lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lessee {
    /// Random; tells this lessee from all others.
    pub token: String,
    /// What others are told, like "host worker-3, process 4711".
    pub owner: String,
}

/// Who holds a lease already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// What it calls itself.
    pub owner: String,
    /// Since when, in Unix seconds.
    pub since: i64,
}

/// Leases in a store that several machines share. Each call is atomic.
pub trait Leases {
    /// Takes the lease on a key, or renews it where the same token holds it. It ends `seconds` from now if nobody
    /// renews it; one that has ended is anybody's. Answers who else holds it, and then changes nothing.
    fn take(&mut self, key_id: &str, lessee: &Lessee, seconds: u32) -> Result<Option<Holder>>;

    /// Gives the lease back, if this token holds it.
    fn release(&mut self, key_id: &str, token: &str) -> Result<()>;
}
