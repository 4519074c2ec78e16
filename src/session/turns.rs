//! Calls of one handle that wait for the same thing, in the order in which they came.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A queue, of which only the first looks for what all of them wait for.
#[derive(Default)]
pub struct Turns {
    queue: Mutex<Queue>,
    moved: Condvar,
    // As long as the queue.
    waiting: AtomicUsize,
}

#[derive(Default)]
struct Queue {
    tickets: VecDeque<u64>,
    next: u64,
}

/// A place in the queue.
pub struct Turn<'a> {
    turns: &'a Turns,
    ticket: u64,
}

impl Turns {
    /// Whether somebody waits.
    pub fn is_waited_for(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) > 0
    }

    /// Waits to be the first; `None` if that is not so in time.
    pub fn wait(&self, mut left: impl FnMut() -> Duration) -> Option<Turn<'_>> {
        let mut queue = self.queue();
        let ticket = queue.next;
        queue.next += 1;
        queue.tickets.push_back(ticket);
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let turn = Turn { turns: self, ticket };
        while queue.tickets.front() != Some(&ticket) {
            let left = left();
            if left.is_zero() {
                drop(queue); // the turn takes itself out
                return None;
            }
            queue = self.moved.wait_timeout(queue, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        Some(turn)
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.turns.queue().tickets.retain(|ticket| *ticket != self.ticket);
        self.turns.waiting.fetch_sub(1, Ordering::Relaxed);
        self.turns.moved.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Instant;

    use super::*;

    #[test]
    fn they_come_in_order() {
        const SHORT: Duration = Duration::from_millis(5);
        let started = Instant::now();
        let turns = Turns::default();
        let first = turns.wait(|| Duration::ZERO).unwrap();
        assert!(turns.wait(|| SHORT.saturating_sub(started.elapsed())).is_none());
        let (done, came) = mpsc::channel();
        std::thread::scope(|scope| {
            for number in 2..6 {
                let (turns, done) = (&turns, done.clone());
                scope.spawn(move || {
                    let turn = turns.wait(|| Duration::from_secs(60));
                    done.send((number, turn.is_some())).unwrap();
                });
                while turns.waiting.load(Ordering::Relaxed) < number {
                    std::thread::yield_now();
                }
            }
            drop(first);
        });
        assert!(came.try_iter().eq((2..6).map(|number| (number, true))));
        assert!(!turns.is_waited_for());
    }
}
