//! Hashes for maps and digests in memory: a few instructions for a name or a peer, under a key that nobody outside can know.
//!
//! The standard library's hash takes several times as many, for the same promise: who chooses the names cannot make them
//! collide. Nothing of it is stored or shown.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::OnceLock;

use foldhash::SharedSeed;
use foldhash::quality::{FoldHasher, SeedableRandomState};

/// A hash with a random key of its own.
#[derive(Clone, Debug)]
pub struct KeyedHash(SeedableRandomState);

/// A map that is keyed so.
pub type KeyedMap<K, V> = HashMap<K, V, KeyedHash>;

/// A set that is keyed so.
pub type KeyedSet<K> = HashSet<K, KeyedHash>;

impl Default for KeyedHash {
    fn default() -> Self {
        static SHARED: OnceLock<SharedSeed> = OnceLock::new();
        let shared = SHARED.get_or_init(|| SharedSeed::from_u64(random()));
        Self(SeedableRandomState::with_seed(random(), shared))
    }
}

impl BuildHasher for KeyedHash {
    type Hasher = FoldHasher<'static>;

    fn build_hasher(&self) -> Self::Hasher {
        self.0.build_hasher()
    }
}

// The system's random numbers are behind the standard library's keys.
fn random() -> u64 {
    RandomState::new().hash_one(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_a_key_of_its_own() {
        let (one, other) = (KeyedHash::default(), KeyedHash::default());
        assert_eq!(one.hash_one("anna"), one.clone().hash_one("anna"));
        assert_ne!(one.hash_one("anna"), other.hash_one("anna"));
    }

    #[test]
    fn what_stands_elsewhere_has_another_digest() {
        let hash = KeyedHash::default();
        let digests: KeyedSet<u64> = [
            hash.hash_one((Some("a"), None::<&str>)),
            hash.hash_one((None::<&str>, Some("a"))),
            hash.hash_one((Some("a"), Some(""))),
            hash.hash_one(["ab", "c"]),
            hash.hash_one(["a", "bc"]),
            hash.hash_one(["", "abc"]),
        ]
        .into_iter()
        .collect();
        assert_eq!(digests.len(), 6);
    }
}
