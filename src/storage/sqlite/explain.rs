//! Causes of a failure that SQLite does not know: what was done to a file before it came here.

use std::io::Read;
use std::path::Path;

use zeroize::Zeroizing;

use super::image;
use crate::error::{Error, ErrorCode};
use crate::storage::{descriptors, file};

const MAX_PAGE: u64 = 1 << 16;
// Sessions are smaller by far; what is larger is not read to explain an error.
const MAX_READ: u64 = 1 << 28;
const LINE_ENDS: &str = "its line ends were changed (each LF has a CR before it), as Git and FTP do to texts: copy the original as a binary file";

/// The error with the cause that the file shows, if it does.
pub fn explain(error: Error, path: &Path, location: &str) -> Error {
    match error.code() {
        ErrorCode::NotASession if lacks_wal(path) => {
            let wal = file::beside(path, "-wal");
            let name = wal.file_name().unwrap_or_default().to_string_lossy();
            let cause =
                format!("it has no tables and is in WAL mode: its writes stand in '{name}', which is not beside it");
            Error::not_a_session(location, cause)
        }
        ErrorCode::Corrupt if read(path).is_some_and(|bytes| has_changed_line_ends(&bytes)) => {
            Error::corrupt(location, LINE_ENDS)
        }
        _ => error,
    }
}

/// Refuses bytes whose line ends were changed.
pub fn check_line_ends(bytes: &[u8], location: &str) -> Result<(), Error> {
    if has_changed_line_ends(bytes) { Err(Error::corrupt(location, LINE_ENDS)) } else { Ok(()) }
}

// The main file alone, before the first checkpoint: one page without tables.
fn lacks_wal(path: &Path) -> bool {
    let is_one_page = || read(path).is_some_and(|bytes| image::page_size(&bytes) == Some(bytes.len()));
    file::is_wal(path).unwrap_or(false)
        && file::len(path) <= MAX_PAGE
        && file::len(&file::beside(path, "-wal")) == 0
        && is_one_page()
}

fn read(path: &Path) -> Option<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::new());
    if file::len(path) > MAX_READ {
        return None;
    }
    descriptors::with_file(path, |mut file| file.read_to_end(&mut bytes)).ok()?;
    Some(bytes)
}

// A whole file ends with a page.
fn has_changed_line_ends(bytes: &[u8]) -> bool {
    let is_whole = image::page_size(bytes).is_none_or(|size| size == 0 || bytes.len().is_multiple_of(size));
    let mut ends = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').peekable();
    !is_whole && ends.peek().is_some() && ends.all(|(at, _)| at > 0 && bytes[at - 1] == b'\r')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changed_line_ends_are_known() {
        let mut page = vec![7; 512];
        page[16..18].copy_from_slice(&512_u16.to_be_bytes());
        page[100] = b'\n';
        assert!(!has_changed_line_ends(&page));
        page.insert(100, b'\r');
        assert!(has_changed_line_ends(&page));
        page.push(b'\n');
        assert!(!has_changed_line_ends(&page));
    }
}
