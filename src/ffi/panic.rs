//! Around every export that cannot fail: a panic becomes an answer.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs an export that cannot fail; `otherwise` is what it answers after a panic.
pub fn guard_or<T>(otherwise: T, body: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or(otherwise)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_the_other_answer() {
        assert_eq!(guard_or(7, || panic!("on purpose")), 7);
        assert_eq!(guard_or(7, || 8), 8);
    }
}
