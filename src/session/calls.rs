//! The calls of one handle: each waits within one budget for the handle and for other programs' locks.
//!
//! Nobody keeps the handle while another program's lock keeps the call out. A writer that finds the lock taken lets go
//! of the handle, queues up behind the writers that came before it, and tries again in its turn; readers go on
//! meanwhile.

use std::time::Duration;

use super::lock::{Guard, Lock};
use super::turns::Turns;
use crate::budget::Budget;
use crate::error::{Error, ErrorCode, Result};
use crate::storage::Storage;
use crate::storage::descriptors::InSqlite;

/// An engine, for the threads that share a handle.
pub struct Calls {
    engine: Lock,
    // For engines that wait for locks on a server: a read does not wait for a write.
    reader: Option<Lock>,
    turns: Turns,
    busy_timeout: Duration,
    location: String,
}

impl Calls {
    pub fn new(storage: Box<dyn Storage>, busy_timeout: Duration) -> Self {
        let location = storage.location().to_owned();
        let reader = storage.reader().map(Lock::new);
        Self { engine: Lock::new(storage), reader, turns: Turns::default(), busy_timeout, location }
    }

    /// Runs a call that only reads.
    pub fn read<T>(&self, mut job: impl FnMut(&mut Guard<'_>) -> Result<T>) -> Result<T> {
        let mut budget = Budget::new(self.busy_timeout);
        let lock = self.reader.as_ref().unwrap_or(&self.engine);
        loop {
            match self.once(lock, &mut budget, |storage| Some(job(storage)))? {
                Try::Done(answer) => return Ok(answer),
                Try::LockedOut(error) if !budget.pause() => return Err(error),
                _ => {}
            }
        }
    }

    /// Runs a call that writes.
    pub fn write<T>(&self, mut job: impl FnMut(&mut Guard<'_>) -> Result<T>) -> Result<T> {
        let mut budget = Budget::new(self.busy_timeout);
        let mut turn = None;
        loop {
            let may_try = || turn.is_some() || !self.turns.is_waited_for();
            match self.once(&self.engine, &mut budget, |storage| may_try().then(|| job(storage)))? {
                Try::Done(answer) => return Ok(answer),
                Try::LockedOut(error) if turn.is_some() && !budget.pause() => return Err(error),
                _ if turn.is_some() => {}
                _ => turn = Some(self.turns.wait(|| budget.left()).ok_or_else(|| self.locked())?),
            }
        }
    }

    fn once<T>(
        &self,
        lock: &Lock,
        budget: &mut Budget,
        job: impl FnOnce(&mut Guard<'_>) -> Option<Result<T>>,
    ) -> Result<Try<T>> {
        let mut storage = lock.lock(budget)?.ok_or_else(|| self.occupied())?;
        let _in_sqlite = storage.leaves_waiting_to_caller().then(InSqlite::enter);
        match job(&mut storage) {
            None => Ok(Try::NotNow),
            Some(Err(error)) if error.code() == ErrorCode::Locked && storage.leaves_waiting_to_caller() => {
                if budget.left().is_zero() {
                    storage.reconnect();
                }
                Ok(Try::LockedOut(error))
            }
            Some(answer) => answer.map(Try::Done),
        }
    }

    fn locked(&self) -> Error {
        let cause = "another program holds its lock, and other calls with this handle wait for it too";
        Error::new(ErrorCode::Locked, format!("cannot write '{}': {cause}", self.location))
    }

    fn occupied(&self) -> Error {
        let cause = "other calls with this handle were under way all the time that this one may wait";
        let remedy = "give it a longer busy time-out, or open another handle";
        Error::new(ErrorCode::Locked, format!("cannot use '{}': {cause}; {remedy}", self.location))
    }
}

enum Try<T> {
    Done(T),
    // By another program's lock.
    LockedOut(Error),
    // Others came before.
    NotNow,
}
