//! The clock of whoever loads the module, under the names of `std::time`, whose own clocks panic here.

use std::ops::Add;
use std::time::{Duration, UNIX_EPOCH};

use super::imports;

/// Only to ask for the time: a time is that of `std`.
pub struct SystemTime;

impl SystemTime {
    /// Now.
    pub fn now() -> std::time::SystemTime {
        UNIX_EPOCH + imports::since_epoch()
    }
}

/// A moment, to measure from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(Duration);

impl Instant {
    /// Now.
    pub fn now() -> Self {
        Self(imports::since_epoch())
    }

    /// The time since then; none where the clock was set back.
    pub fn elapsed(self) -> Duration {
        imports::since_epoch().saturating_sub(self.0)
    }
}

impl Add<Duration> for Instant {
    type Output = Self;

    fn add(self, time: Duration) -> Self {
        Self(self.0.saturating_add(time))
    }
}

/// Waits. Nothing here waits for another program, so it is a few milliseconds at most.
pub fn sleep(time: Duration) {
    let start = Instant::now();
    while start.elapsed() < time {
        std::hint::spin_loop();
    }
}
