//! Memory of closed sessions goes back to the system, also where the allocator would keep it.
//!
//! All of it is freed. But an allocator gives only the end of its memory back, where some small block of the program's next
//! work lies by then: after thousands of sessions everything before that block stays, and nobody uses it.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::wiping_memory;

/// So many sessions take some 40 MB: fewer are not worth a look at all of the allocator's memory.
const WORTH: usize = 1_000;

/// Sessions that are open, and how many they were at most since the last time.
struct Counter {
    open: AtomicUsize,
    most: AtomicUsize,
}

static SESSIONS: Counter = Counter { open: AtomicUsize::new(0), most: AtomicUsize::new(0) };

/// While this lives, a session's file is open.
pub struct OpenSession(&'static Counter);

impl OpenSession {
    pub fn new() -> Self {
        SESSIONS.add();
        Self(&SESSIONS)
    }
}

impl Drop for OpenSession {
    fn drop(&mut self) {
        if self.0.remove() {
            wiping_memory::give_back();
        }
    }
}

impl Counter {
    fn add(&self) {
        let open = self.open.fetch_add(1, Ordering::Relaxed) + 1;
        self.most.fetch_max(open, Ordering::Relaxed);
    }

    /// Whether many were closed since the last time, and at least half of them: so it is not done often.
    fn remove(&self) -> bool {
        let open = self.open.fetch_sub(1, Ordering::Relaxed).saturating_sub(1);
        let most = self.most.load(Ordering::Relaxed);
        let is_due = most.saturating_sub(open) >= WORTH && open <= most / 2;
        is_due && self.most.compare_exchange(most, open, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_done_after_many_were_closed_and_seldom() {
        let counter = Counter { open: AtomicUsize::new(0), most: AtomicUsize::new(0) };
        let close = |count: usize| (0..count).filter(|_| counter.remove()).count();
        (0..10).for_each(|_| counter.add());
        assert_eq!(close(10), 0);
        (0..10_000).for_each(|_| counter.add());
        assert_eq!((close(4_000), close(6_000)), (0, 4));
        assert_eq!(counter.open.load(Ordering::Relaxed), 0);
        (0..10_000).for_each(|_| {
            counter.add();
            assert!(!counter.remove());
        });
    }
}
