//! Unique names.

use std::hash::{BuildHasher, Hasher, RandomState};

/// A unique text of letters, digits and `-`; it is not secret. It includes the process id, because a forked process
/// continues its parent's random numbers.
pub fn token() -> String {
    let random = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}-{}", random(), random(), std::process::id())
}
