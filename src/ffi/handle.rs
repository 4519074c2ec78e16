//! Handles: numbers in the form of pointers, which are keys of a table.
//!
//! A handle is never dereferenced, and its number is never used again. So a handle that was closed, closed twice, closed
//! by another thread during a call, or made up, is an error and not undefined behaviour.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use super::fork;
use crate::error::{Error, ErrorCode, Result};

// Keeps the alignment that a debugger or a language's runtime expects of a pointer.
const STEP: usize = 16;
// Some runtimes (Go's) refuse a smaller number in a pointer.
const FIRST: usize = 1 << 16;

/// The open handles of one kind.
pub struct Handles<T> {
    kind: &'static str,
    next: AtomicUsize,
    // No HashMap: valgrind takes a static one for lost, since nothing points to the beginning of its memory.
    open: RwLock<BTreeMap<usize, Entry<T>>>,
}

struct Entry<T> {
    value: Arc<T>,
    // The process that made the handle.
    generation: u64,
}

impl<T> Handles<T> {
    /// No handles yet. Errors call them `kind`.
    pub const fn new(kind: &'static str) -> Self {
        Self { kind, next: AtomicUsize::new(FIRST), open: RwLock::new(BTreeMap::new()) }
    }

    /// A handle for a value.
    pub fn insert<Opaque>(&self, value: T) -> *mut Opaque {
        fork::watch();
        let number = self.next.fetch_add(STEP, Ordering::Relaxed);
        let entry = Entry { value: Arc::new(value), generation: fork::generation() };
        self.open.write().unwrap_or_else(PoisonError::into_inner).insert(number, entry);
        std::ptr::without_provenance_mut(number)
    }

    /// The value of a handle. It is kept while a call uses it, even if another thread closes the handle.
    pub fn get<Opaque>(&self, handle: *const Opaque) -> Result<Arc<T>> {
        if handle.is_null() {
            return Err(Error::invalid_argument(format!("the {} is NULL", self.kind)));
        }
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        match open.get(&handle.addr()) {
            Some(entry) if entry.generation == fork::generation() => Ok(Arc::clone(&entry.value)),
            Some(_) => {
                let cause = format!("the {} belongs to the process that this one was forked from", self.kind);
                Err(Error::new(ErrorCode::Closed, format!("{cause}: make one in this process")))
            }
            None => Err(Error::new(ErrorCode::Closed, format!("the {} was closed", self.kind))),
        }
    }

    /// Closes a handle, if it is open. One that belongs to the process which this one was forked from stays as it is: its
    /// files, locks and threads are not this process's.
    pub fn remove<Opaque>(&self, handle: *mut Opaque) {
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        let is_ours = open.get(&handle.addr()).is_some_and(|entry| entry.generation == fork::generation());
        let removed = if is_ours { open.remove(&handle.addr()) } else { None };
        drop(open); // closing a session may take a while: not under the lock
        drop(removed);
    }

    /// Keeps everybody from the table as long as the answer lives.
    #[cfg(unix)]
    pub fn freeze(&'static self) -> Box<dyn std::any::Any> {
        Box::new(self.open.write().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_handle_is_an_error() {
        let handles: Handles<u8> = Handles::new("thing");
        let handle: *mut u8 = handles.insert(7);
        assert_eq!(*handles.get(handle).unwrap(), 7);
        handles.remove(handle);
        handles.remove(handle);
        assert_eq!(handles.get(handle).unwrap_err().code(), ErrorCode::Closed);
        assert_eq!(handles.get::<u8>(std::ptr::null()).unwrap_err().code(), ErrorCode::InvalidArgument);
        assert_ne!(handles.insert::<u8>(8), handle);
    }
}
