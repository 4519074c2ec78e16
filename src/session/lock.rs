//! The lock around an engine: one call at a time. An engine's own function that calls the session which it serves
//! would wait for itself for ever: that is an error.

use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering, fence};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Duration;

use super::turns::Turns;
use crate::budget::Budget;
use crate::error::{Error, ErrorCode, Result};
use crate::storage::Storage;

/// How long a call waits for its handle at least: who does not want to wait for other programs still waits for the
/// other threads.
const LEAST_WAIT: Duration = Duration::from_secs(1);

// Most calls take microseconds: looking again costs less than sleeping.
const SPINS: u32 = 100;

/// An engine behind its lock.
pub struct Lock {
    storage: Mutex<Box<dyn Storage>>,
    // The thread whose call is under way; 0 for none.
    caller: AtomicUsize,
    queue: Turns,
    // The first of the queue sleeps, or is about to.
    is_waited_for: AtomicBool,
    // Somebody was faster than the first of the queue: nobody may be once more.
    was_overtaken: AtomicBool,
    gate: Mutex<()>,
    released: Condvar,
}

/// The engine, for the time of one call.
pub struct Guard<'a> {
    // None only while it is dropped.
    storage: Option<MutexGuard<'a, Box<dyn Storage>>>,
    lock: &'a Lock,
}

impl Lock {
    pub fn new(storage: Box<dyn Storage>) -> Self {
        Self {
            storage: Mutex::new(storage),
            caller: AtomicUsize::new(0),
            queue: Turns::default(),
            is_waited_for: AtomicBool::new(false),
            was_overtaken: AtomicBool::new(false),
            gate: Mutex::new(()),
            released: Condvar::new(),
        }
    }

    /// Waits for the engine; `None` if it is not free in time.
    pub fn lock(&self, budget: &mut Budget) -> Result<Option<Guard<'_>>> {
        for _ in 0..SPINS {
            if self.was_overtaken.load(Ordering::Relaxed) {
                break;
            }
            if let Some(guard) = self.try_lock()? {
                return Ok(Some(guard));
            }
            std::hint::spin_loop();
        }
        if self.caller.load(Ordering::Relaxed) == this_thread() {
            return Err(Error::invalid_argument("an engine's function called the session that it serves"));
        }
        let mut left = || budget.left().max(budget.left_of(LEAST_WAIT));
        let Some(_turn) = self.queue.wait(&mut left) else { return Ok(None) };
        self.is_waited_for.store(true, Ordering::SeqCst);
        let guard = self.wait(left);
        self.is_waited_for.store(false, Ordering::Relaxed);
        self.was_overtaken.store(false, Ordering::Relaxed);
        guard
    }

    fn try_lock(&self) -> Result<Option<Guard<'_>>> {
        match self.storage.try_lock() {
            Ok(storage) => {
                self.caller.store(this_thread(), Ordering::Relaxed);
                Ok(Some(Guard { storage: Some(storage), lock: self }))
            }
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Poisoned(_)) => {
                Err(Error::new(ErrorCode::Internal, "the session is unusable: an earlier call panicked"))
            }
        }
    }

    // Of the first of the queue. Who releases the engine and sees nobody wait has done so before this looks again: see
    // the other fence.
    fn wait(&self, mut left: impl FnMut() -> Duration) -> Result<Option<Guard<'_>>> {
        let mut gate = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
        fence(Ordering::SeqCst);
        loop {
            if let Some(guard) = self.try_lock()? {
                return Ok(Some(guard));
            }
            let left = left();
            if left.is_zero() {
                return Ok(None);
            }
            let (locked, waited) = self.released.wait_timeout(gate, left).unwrap_or_else(PoisonError::into_inner);
            gate = locked;
            self.was_overtaken.store(!waited.timed_out(), Ordering::Relaxed);
        }
    }
}

// An address that no other living thread has.
fn this_thread() -> usize {
    thread_local!(static HERE: u8 = const { 0 });
    HERE.with(|here| std::ptr::from_ref(here).addr())
}

impl Deref for Guard<'_> {
    type Target = Box<dyn Storage>;

    #[allow(clippy::expect_used, reason = "it is there until the drop")]
    fn deref(&self) -> &Self::Target {
        self.storage.as_ref().expect("an engine that is locked")
    }
}

impl DerefMut for Guard<'_> {
    #[allow(clippy::expect_used, reason = "it is there until the drop")]
    fn deref_mut(&mut self) -> &mut Self::Target {
        self.storage.as_mut().expect("an engine that is locked")
    }
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.lock.caller.store(0, Ordering::Relaxed);
        self.storage = None;
        fence(Ordering::SeqCst);
        if self.lock.is_waited_for.load(Ordering::Relaxed) {
            let _gate = self.lock.gate.lock().unwrap_or_else(PoisonError::into_inner);
            self.lock.released.notify_one();
        }
    }
}
