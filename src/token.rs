//! Names that nobody else has.

use std::hash::{BuildHasher, Hasher, RandomState};

/// A text of letters, digits and `-` unlike every other one; it is no secret. A forked process goes on with its parent's
/// random numbers, so its id belongs to it.
pub fn token() -> String {
    let random = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}-{}", random(), random(), std::process::id())
}
