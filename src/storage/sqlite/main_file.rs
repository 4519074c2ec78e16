//! Reads a database's file through SQLite's own descriptor, and the index of its WAL through SQLite's own mapping, past its cache
//! and its locks.
//!
//! A descriptor of our own would count against the thousand that a process may have, and closing it would drop SQLite's locks.
//!
//! SQLite tells its file and its mapping by pointers: that forces the unsafe code.
#![allow(unsafe_code)]

use std::ffi::{c_int, c_void};
use std::ptr;
use std::sync::atomic::{AtomicU32, Ordering, fence};

use rusqlite::Connection;
use rusqlite::ffi::{self, SQLITE_OK};

// SQLite maps the index in parts of this size: a hash table and the numbers of its pages.
const REGION: c_int = 32 * 1024;

/// The words of the header of a WAL's index.
pub const INDEX_WORDS: usize = 12;

/// `N` bytes of the file from `at` on, as they are on the medium; `None` if they cannot be read.
pub fn read<const N: usize>(conn: &Connection, at: i64) -> Option<[u8; N]> {
    let len = c_int::try_from(N).ok()?;
    let file = pointer(conn)?;
    let mut bytes = [0; N];
    // SAFETY: SQLite's file, which it neither closes nor uses in another thread while its connection is borrowed; without
    // methods it is not open. Its method fills as many bytes as it is told.
    let read = unsafe { (*file).pMethods.as_ref()?.xRead?(file, bytes.as_mut_ptr().cast(), len, at) };
    (read == SQLITE_OK).then_some(bytes)
}

/// The header of the WAL's index as it is now. Only after a read of the file in WAL mode, so that SQLite has its index: it would
/// make one otherwise.
pub fn wal_index_header(conn: &Connection) -> Option<[u32; INDEX_WORDS]> {
    let file = pointer(conn)?;
    let mut region: *mut c_void = ptr::null_mut();
    // SAFETY: as above. Its method writes where the first part of the index is mapped, or NULL, and never extends it.
    let mapped = unsafe { (*file).pMethods.as_ref()?.xShmMap?(file, 0, REGION, 0, &raw mut region) };
    if mapped != SQLITE_OK || region.is_null() {
        return None;
    }
    let words: *mut AtomicU32 = region.cast();
    // SAFETY: the index begins with its header, and stays mapped as long as the connection is open. Other processes write to
    // it at any time: so word by word, each at once.
    let header = std::array::from_fn(|word| unsafe { &*words.add(word) }.load(Ordering::Relaxed));
    fence(Ordering::Acquire);
    Some(header)
}

fn pointer(conn: &Connection) -> Option<*mut ffi::sqlite3_file> {
    let mut file: *mut ffi::sqlite3_file = ptr::null_mut();
    // SAFETY: the handle of a connection that is open as long as it is borrowed. SQLite writes its pointer where the last
    // argument leads to.
    let found = unsafe {
        let place = ptr::from_mut(&mut file).cast();
        ffi::sqlite3_file_control(conn.handle(), c"main".as_ptr(), ffi::SQLITE_FCNTL_FILE_POINTER, place)
    };
    (found == SQLITE_OK && !file.is_null()).then_some(file)
}
