//! Reads a database's file through SQLite's own descriptor, past its cache and its locks.
//!
//! A descriptor of our own would count against the thousand that a process may have, and closing it would drop SQLite's locks.
//!
//! SQLite tells its file by a pointer: that forces the unsafe code.
#![allow(unsafe_code)]

use std::ffi::c_int;
use std::ptr;

use rusqlite::Connection;
use rusqlite::ffi::{self, SQLITE_OK};

/// `N` bytes of the file from `at` on, as they are on the medium; `None` if they cannot be read.
pub fn read<const N: usize>(conn: &Connection, at: i64) -> Option<[u8; N]> {
    let len = c_int::try_from(N).ok()?;
    let mut file: *mut ffi::sqlite3_file = ptr::null_mut();
    // SAFETY: the handle of a connection that is open as long as it is borrowed. SQLite writes its pointer where the last
    // argument leads to.
    let found = unsafe {
        let place = ptr::from_mut(&mut file).cast();
        ffi::sqlite3_file_control(conn.handle(), c"main".as_ptr(), ffi::SQLITE_FCNTL_FILE_POINTER, place)
    };
    if found != SQLITE_OK || file.is_null() {
        return None;
    }
    let mut bytes = [0; N];
    // SAFETY: SQLite's file, which it neither closes nor uses in another thread while its connection is borrowed; without
    // methods it is not open. Its method fills as many bytes as it is told.
    let read = unsafe { (*file).pMethods.as_ref()?.xRead?(file, bytes.as_mut_ptr().cast(), len, at) };
    (read == SQLITE_OK).then_some(bytes)
}
