//! Memory is overwritten before it is given back: SQLite's page cache has held the auth key, and so have the buffers of
//! compressors, drivers and everything else that this crate calls and cannot clean up after.
//!
//! The only unsafe code outside `src/ffi` and `storage::sqlite::cipher`.
//!
//! For SQLite: its own allocator stays in charge of every block and of its size; two of its functions are replaced. Both
//! rely on this: SQLite passes them a block that it got from this allocator and has not freed, `xSize` tells how many
//! bytes of it may be written, and nobody else uses the block meanwhile. SQLite takes an allocator only before it is used
//! for the first time. This is the crate's own copy of SQLite (`rusqlite`'s feature `bundled`, whose symbols the libraries
//! for C do not export), so that first time is ours; only a Rust program that uses `rusqlite` itself may be earlier, and
//! then SQLite refuses and keeps the allocator that it has.
//!
//! For Rust, with the feature `wiping-allocator`: the system's allocator, which gets each block back with zeros in it. A
//! program has one such allocator, so a crate must not choose it for others; the libraries for C and the command do.
#![allow(unsafe_code)]

use std::ffi::{c_int, c_void};
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::{Once, OnceLock};

use rusqlite::ffi::{
    SQLITE_CONFIG_GETMALLOC, SQLITE_CONFIG_LOOKASIDE, SQLITE_CONFIG_MALLOC, SQLITE_CONFIG_MEMSTATUS,
    SQLITE_CONFIG_PAGECACHE, SQLITE_OK, sqlite3_config, sqlite3_initialize, sqlite3_mem_methods as Methods,
};

/// The functions of SQLite's own allocator.
struct Allocator {
    allocate: unsafe extern "C" fn(c_int) -> *mut c_void,
    free: unsafe extern "C" fn(*mut c_void),
    size: unsafe extern "C" fn(*mut c_void) -> c_int,
}

// Of each connection: so large a block, so many times.
const SMALL_BLOCK: c_int = 256;
const SMALL_BLOCKS: c_int = 16;

static OWN: OnceLock<Allocator> = OnceLock::new();

/// Makes SQLite wipe its memory, from its first use on.
pub fn install_for_sqlite() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        replace_allocator();
        size_for_small_files();
        // SQLite lets other threads in before SQLCipher, which it initializes last, is ready.
        // SAFETY: any thread may call it, at any time.
        unsafe { sqlite3_initialize() };
    });
}

fn replace_allocator() {
    let Some(mut methods) = current() else { return };
    let (Some(allocate), Some(free), Some(size)) = (methods.xMalloc, methods.xFree, methods.xSize) else { return };
    if OWN.set(Allocator { allocate, free, size }).is_ok() {
        methods.xFree = Some(wipe_and_free);
        methods.xRealloc = Some(reallocate);
        // SAFETY: the argument that this option takes; SQLite copies it. Where SQLite is in use it changes nothing.
        unsafe { sqlite3_config(SQLITE_CONFIG_MALLOC, ptr::from_ref(&methods)) };
    }
}

// What SQLite takes for each connection before it is asked for anything is meant for large databases: 48 KB for small blocks,
// and 20 pages. A session needs a few of each, and a program may have thousands of sessions. Nobody asks SQLite how much
// memory it has in all, which it would count under a lock.
fn size_for_small_files() {
    let no_pages: *mut c_void = ptr::null_mut();
    // SAFETY: the arguments that these options take. Where SQLite is in use they change nothing.
    unsafe {
        sqlite3_config(SQLITE_CONFIG_LOOKASIDE, SMALL_BLOCK, SMALL_BLOCKS);
        sqlite3_config(SQLITE_CONFIG_PAGECACHE, no_pages, 0, 0);
        sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    }
}

/// Gives the system's allocator's free memory back to the system. It looks at all of it.
pub fn give_back() {
    // SAFETY: any thread may call it, at any time.
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    unsafe {
        libc::malloc_trim(0)
    };
}

fn current() -> Option<Methods> {
    let mut methods = MaybeUninit::<Methods>::uninit();
    // SAFETY: the argument that this option takes.
    let got = unsafe { sqlite3_config(SQLITE_CONFIG_GETMALLOC, methods.as_mut_ptr()) };
    // SAFETY: SQLite has filled it.
    (got == SQLITE_OK).then(|| unsafe { methods.assume_init() })
}

fn len(size: c_int) -> usize {
    usize::try_from(size).unwrap_or(0)
}

unsafe extern "C" fn wipe_and_free(block: *mut c_void) {
    let Some(own) = OWN.get().filter(|_| !block.is_null()) else { return };
    // SAFETY: a block of this size, which is SQLite's until it is freed here. The call through a pointer keeps the
    // compiler from leaving the wiping out.
    unsafe {
        ptr::write_bytes(block.cast::<u8>(), 0, len((own.size)(block)));
        (own.free)(block);
    }
}

// The system's own would leave the old block as it is where the new one is elsewhere.
unsafe extern "C" fn reallocate(block: *mut c_void, new_size: c_int) -> *mut c_void {
    let Some(own) = OWN.get() else { return ptr::null_mut() };
    // SAFETY: a block of this size. The new one has at least `new_size` bytes, and is another one.
    unsafe {
        let new = (own.allocate)(new_size);
        if !new.is_null() {
            let kept = len(new_size.min((own.size)(block)));
            ptr::copy_nonoverlapping(block.cast::<u8>(), new.cast::<u8>(), kept);
            wipe_and_free(block);
        }
        new
    }
}

#[cfg(feature = "wiping-allocator")]
mod rust {
    use std::alloc::{GlobalAlloc, Layout, System};
    use std::{ptr, slice};

    struct Wiping;

    #[global_allocator]
    static ALLOCATOR: Wiping = Wiping;

    // SAFETY: all of it is the system's allocator. `realloc` is the trait's own: a new block, a copy, and `dealloc`.
    unsafe impl GlobalAlloc for Wiping {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            // SAFETY: the caller's promise.
            unsafe { System.alloc(layout) }
        }

        unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
            // SAFETY: the caller's promise.
            unsafe { System.alloc_zeroed(layout) }
        }

        unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
            // SAFETY: the caller's block of that size, whose last use this is. The barrier keeps the compiler from leaving
            // out what is written to memory that is freed next.
            unsafe {
                ptr::write_bytes(block, 0, layout.size());
                zeroize::optimization_barrier(slice::from_raw_parts(block, layout.size()));
                System.dealloc(block, layout);
            }
        }
    }
}
