//! What a forked process inherits: handles that only its parent can use.
//!
//! The child has one thread. The locks that other threads held at that moment would never be released there, SQLite would
//! believe in locks on files that only the parent has, and a lease has one holder. So every handle belongs to the
//! process that made it; in another one it is closed. To ask for the process id costs a call of the system (0.7 µs on a
//! virtual machine, as much as a lookup): the C library calls the functions here instead.
//!
//! While a process forks, the locks that all sessions share are held, so that the child can open sessions of its own.

use std::sync::Once;
use std::sync::atomic::{AtomicU64, Ordering};

/// Which process this is: it grows with each fork, in the child.
static GENERATION: AtomicU64 = AtomicU64::new(0);

/// Which process this is, among its ancestors.
pub fn generation() -> u64 {
    GENERATION.load(Ordering::Relaxed)
}

/// Begins to watch forks, once in a process.
pub fn watch() {
    static WATCHED: Once = Once::new();
    WATCHED.call_once(imp::watch);
}

#[cfg(unix)]
mod imp {
    use std::any::Any;
    use std::cell::RefCell;
    use std::sync::atomic::Ordering;

    use rusqlite::ffi;

    use super::super::panic::guard_or;
    use super::super::{answer, options, peer_iter, report, session};
    use crate::storage::descriptors::{self, Frozen};

    // The locks that are held during a fork, in the order in which they are released.
    struct Held {
        _sqlite: SqliteLocks,
        files: Frozen,
        _tables: [Box<dyn Any>; 5],
    }

    thread_local! {
        static HELD: RefCell<Option<Held>> = const { RefCell::new(None) };
    }

    fn hold() {
        let tables = [session::freeze(), peer_iter::freeze(), report::freeze(), answer::freeze(), options::freeze()];
        let files = descriptors::freeze();
        let held = Held { _sqlite: SqliteLocks::take(), files, _tables: tables };
        // Where there is no thread-local memory any more, nobody is left to use a handle.
        let _ = HELD.try_with(|place| place.replace(Some(held)));
    }

    fn release(in_child: bool) {
        let held = HELD.try_with(RefCell::take).ok().flatten();
        if in_child {
            super::GENERATION.fetch_add(1, Ordering::Relaxed);
            if let Some(mut held) = held {
                held.files.inherit();
            }
        }
    }

    // SQLite's own locks, which all connections share.
    struct SqliteLocks(Vec<*mut ffi::sqlite3_mutex>);

    // In the order in which SQLite takes them: the last ones are taken while the others are held. A name for a temporary file
    // (VFS1) needs random numbers (PRNG), whose first ones ask for the default file system (MAIN).
    const STATIC: [i32; 8] = [
        ffi::SQLITE_MUTEX_STATIC_VFS1,
        ffi::SQLITE_MUTEX_STATIC_VFS2,
        ffi::SQLITE_MUTEX_STATIC_VFS3,
        ffi::SQLITE_MUTEX_STATIC_PRNG,
        ffi::SQLITE_MUTEX_STATIC_MAIN,
        ffi::SQLITE_MUTEX_STATIC_LRU,
        ffi::SQLITE_MUTEX_STATIC_PMEM,
        ffi::SQLITE_MUTEX_STATIC_MEM,
    ];

    impl SqliteLocks {
        fn take() -> Self {
            // SAFETY: static mutexes, which are never freed; NULL in a SQLite without threads, which enter ignores.
            let taken = STATIC.map(|number| unsafe {
                let mutex = ffi::sqlite3_mutex_alloc(number);
                ffi::sqlite3_mutex_enter(mutex);
                mutex
            });
            Self(taken.into())
        }
    }

    impl Drop for SqliteLocks {
        fn drop(&mut self) {
            for mutex in self.0.iter().rev() {
                // SAFETY: entered by this thread, of which the child has a copy.
                unsafe { ffi::sqlite3_mutex_leave(*mutex) };
            }
        }
    }

    extern "C" fn prepare() {
        guard_or((), hold);
    }

    extern "C" fn in_parent() {
        guard_or((), || release(false));
    }

    extern "C" fn in_child() {
        guard_or((), || release(true));
    }

    pub fn watch() {
        // SAFETY: three functions that do not unwind. If there is no memory for them, nothing is watched.
        unsafe { libc::pthread_atfork(Some(prepare), Some(in_parent), Some(in_child)) };
    }
}

// No process forks there.
#[cfg(not(unix))]
mod imp {
    pub fn watch() {}
}
