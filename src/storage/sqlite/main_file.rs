//! Reads a database's file through SQLite's own descriptor, and the index of its WAL through SQLite's own mapping, past its
//! cache and its locks.
//!
//! A descriptor of our own would count against the thousand that a process may have, and closing it would drop SQLite's locks.
//!
//! SQLite tells its files by pointers: that forces the unsafe code.
#![allow(unsafe_code)]

use std::ffi::c_int;
use std::sync::atomic::{AtomicU32, Ordering};
use std::{ptr, slice};

use rusqlite::Connection;
use rusqlite::ffi::{self, SQLITE_OK};

/// `N` bytes of the file from `at` on, as they are on the medium; `None` if they cannot be read.
pub fn read<const N: usize>(conn: &Connection, at: i64) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    fill(conn, &mut bytes, at).map(|()| bytes)
}

/// Fills a place with the bytes of the file from `at` on; `None` if they cannot be read, or are not all there.
pub fn fill(conn: &Connection, bytes: &mut [u8], at: i64) -> Option<()> {
    let len = c_int::try_from(bytes.len()).ok()?;
    let file = file(conn, ffi::SQLITE_FCNTL_FILE_POINTER)?;
    // SAFETY: SQLite's file, which it neither closes nor uses in another thread while its connection is borrowed; without
    // methods it is not open. Its method fills as many bytes as it is told.
    let read = unsafe { (*file).pMethods.as_ref()?.xRead?(file, bytes.as_mut_ptr().cast(), len, at) };
    (read == SQLITE_OK).then_some(())
}

/// The first of the two headers of a WAL's index.
pub type IndexHeader = [u32; 12];

// SQLite maps an index in parts of this size.
const REGION: c_int = 32_768;

/// The header of the WAL's index, as it is at this moment; `None` if it cannot be read. Only after SQLite has opened the WAL.
pub fn index_header(conn: &Connection) -> Option<IndexHeader> {
    let file = file(conn, ffi::SQLITE_FCNTL_FILE_POINTER)?;
    let mut mapped = ptr::null_mut();
    // SAFETY: SQLite's file, as in `read`. Its method answers with the part that SQLite itself has mapped, or with NULL.
    let found = unsafe { (*file).pMethods.as_ref()?.xShmMap?(file, 0, REGION, 0, &raw mut mapped) };
    if found != SQLITE_OK || mapped.is_null() {
        return None;
    }
    // SAFETY: the part stays mapped while the connection is open, is aligned as a page, and begins with the header. Others
    // write it meanwhile: as atomic numbers, each of which any value may be.
    let header = unsafe { slice::from_raw_parts(mapped.cast::<AtomicU32>(), 12) };
    // What was written before a commit was announced is not looked at before the announcement.
    let header = std::array::from_fn(|index| header[index].load(Ordering::Acquire));
    Some(header)
}

/// Whether SQLite has a journal or a WAL open. While nobody writes through this connection that is a WAL, as clients leave it.
pub fn has_open_journal(conn: &Connection) -> bool {
    // SAFETY: SQLite's file, as in `read`; without methods it is not open.
    file(conn, ffi::SQLITE_FCNTL_JOURNAL_POINTER).is_some_and(|journal| unsafe { !(*journal).pMethods.is_null() })
}

/// Gives back the pages that SQLite keeps of the file. It reads those that it needs again.
pub fn release_pages(conn: &Connection) {
    // SAFETY: the handle of a connection that is open as long as it is borrowed. Pages that a statement uses stay.
    unsafe { ffi::sqlite3_db_release_memory(conn.handle()) };
}

fn file(conn: &Connection, which: c_int) -> Option<*mut ffi::sqlite3_file> {
    let mut file: *mut ffi::sqlite3_file = ptr::null_mut();
    // SAFETY: the handle of a connection that is open as long as it is borrowed. SQLite writes its pointer where the last
    // argument leads to.
    let found = unsafe {
        let place = ptr::from_mut(&mut file).cast();
        ffi::sqlite3_file_control(conn.handle(), c"main".as_ptr(), which, place)
    };
    (found == SQLITE_OK && !file.is_null()).then_some(file)
}
