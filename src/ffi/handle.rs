//! Handles: numbers in the form of pointers, which are keys of a table.
//!
//! A handle is never dereferenced, and its number is never used again. So a handle that was closed, closed twice, closed
//! by another thread during a call, or made up, is an error and not undefined behaviour.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

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
    open: RwLock<BTreeMap<usize, Arc<T>>>,
}

impl<T> Handles<T> {
    /// No handles yet. Errors call them `kind`.
    pub const fn new(kind: &'static str) -> Self {
        Self { kind, next: AtomicUsize::new(FIRST), open: RwLock::new(BTreeMap::new()) }
    }

    /// A handle for a value.
    pub fn insert<Opaque>(&self, value: T) -> *mut Opaque {
        let number = self.next.fetch_add(STEP, Ordering::Relaxed);
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        open.insert(number, Arc::new(value));
        std::ptr::without_provenance_mut(number)
    }

    /// The value of a handle. It is kept while a call uses it, even if another thread closes the handle.
    pub fn get<Opaque>(&self, handle: *const Opaque) -> Result<Arc<T>> {
        if handle.is_null() {
            return Err(Error::invalid_argument(format!("the {} is NULL", self.kind)));
        }
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        let found = open.get(&handle.addr()).cloned();
        found.ok_or_else(|| Error::new(ErrorCode::Closed, format!("the {} was closed", self.kind)))
    }

    /// Closes a handle, if it is open.
    pub fn remove<Opaque>(&self, handle: *mut Opaque) {
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        let removed = open.remove(&handle.addr());
        drop(open); // closing a session may take a while: not under the lock
        drop(removed);
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
