//! How long one call waits: for its handle and for other programs' locks, all together.

use std::time::Duration;

use crate::host::{self, Instant};

/// The pauses between tries, in milliseconds; the last one is repeated. SQLite's own begin so.
const PAUSES: [u64; 7] = [1, 2, 5, 10, 15, 20, 25];

/// What is left of the time that a call may wait. The clock starts when the call first has to wait.
pub struct Budget {
    limit: Duration,
    started: Option<Instant>,
    pauses: usize,
}

impl Budget {
    pub fn new(limit: Duration) -> Self {
        Self { limit, started: None, pauses: 0 }
    }

    /// Starts the clock now.
    pub fn started(limit: Duration) -> Self {
        Self { started: Some(Instant::now()), ..Self::new(limit) }
    }

    /// The time that is left.
    pub fn left(&mut self) -> Duration {
        self.left_of(self.limit)
    }

    /// The time that is left of `limit` since the call began to wait.
    pub fn left_of(&mut self, limit: Duration) -> Duration {
        limit.saturating_sub(self.started.get_or_insert_with(Instant::now).elapsed())
    }

    /// Pauses before the next try; false if no time is left for one.
    pub fn pause(&mut self) -> bool {
        let left = self.left();
        if left.is_zero() {
            return false;
        }
        let pause = Duration::from_millis(PAUSES[self.pauses.min(PAUSES.len() - 1)]);
        self.pauses += 1;
        host::sleep(pause.min(left));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_ends() {
        let mut none = Budget::new(Duration::ZERO);
        assert!(!none.pause());
        let mut some = Budget::new(Duration::from_millis(30));
        let started = Instant::now();
        while some.pause() {}
        assert!(some.left().is_zero() && started.elapsed() >= Duration::from_millis(30));
        assert!(some.left_of(Duration::from_secs(60)) > Duration::from_secs(1));
    }
}
