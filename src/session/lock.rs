//! The lock around an engine: one call at a time. An engine's own function that calls the session which it serves
//! would wait for itself for ever: that is an error.

use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, TryLockError};

use crate::error::{Error, ErrorCode, Result};
use crate::storage::Storage;

/// An engine behind its lock.
pub struct Locked {
    storage: Mutex<Box<dyn Storage>>,
    // The thread whose call is under way; 0 for none.
    caller: AtomicUsize,
}

/// The engine, for the time of one call.
pub struct Guard<'a> {
    storage: MutexGuard<'a, Box<dyn Storage>>,
    caller: &'a AtomicUsize,
}

impl Locked {
    pub fn new(storage: Box<dyn Storage>) -> Self {
        Self { storage: Mutex::new(storage), caller: AtomicUsize::new(0) }
    }

    pub fn lock(&self) -> Result<Guard<'_>> {
        let storage = match self.storage.try_lock() {
            Ok(storage) => storage,
            Err(TryLockError::Poisoned(_)) => return Err(broken()),
            Err(TryLockError::WouldBlock) if self.caller.load(Ordering::Relaxed) == this_thread() => {
                return Err(Error::invalid_argument("an engine's function called the session that it serves"));
            }
            Err(TryLockError::WouldBlock) => self.storage.lock().map_err(|_| broken())?,
        };
        self.caller.store(this_thread(), Ordering::Relaxed);
        Ok(Guard { storage, caller: &self.caller })
    }
}

fn broken() -> Error {
    Error::new(ErrorCode::Internal, "the session is unusable: an earlier call panicked")
}

// An address that no other living thread has.
fn this_thread() -> usize {
    thread_local!(static HERE: u8 = const { 0 });
    HERE.with(|here| std::ptr::from_ref(here).addr())
}

impl Deref for Guard<'_> {
    type Target = Box<dyn Storage>;

    fn deref(&self) -> &Self::Target {
        &self.storage
    }
}

impl DerefMut for Guard<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.storage
    }
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.caller.store(0, Ordering::Relaxed);
    }
}
