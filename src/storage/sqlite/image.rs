//! A session in bytes: a complete SQLite file in memory, in and out.

use rusqlite::{Connection, MAIN_DB};
use zeroize::Zeroizing;

use super::create::NewFile;
use super::erase;
use super::explain;
use super::fault::Fault;
use super::file_access::{self, FileAccess};
use super::main_file;
use super::open_file::OpenFile;
use super::target::Target;
use crate::error::Error;

// The header's journal mode for writers and readers: 1 rollback journal, 2 WAL.
const FILE_FORMAT: std::ops::Range<usize> = 18..20;
const FILE_FORMAT_AT: i64 = 18;
// The fields of the header that tell how long the file is.
const PAGE_SIZE: usize = 16;
const CHANGES: usize = 24;
const PAGE_COUNT: usize = 28;
const COUNTED_AT: usize = 92;
const WAL: u8 = 2;
const ROLLBACK_JOURNAL: u8 = 1;
// So many bytes are read in one call.
const PART: usize = 1 << 20;

impl OpenFile {
    /// Opens a file's bytes.
    pub fn from_image(target: &Target, bytes: &mut Zeroizing<Vec<u8>>, read_only: bool) -> Result<Self, Fault> {
        if target.key.is_some() {
            return Self::new(FileAccess::memory(Some(bytes), read_only, target.key.as_ref())?, target);
        }
        explain::check_line_ends(bytes, &target.location)?;
        let promised = promised_len(bytes).or_else(|| len_of_whole_pages(bytes));
        if let Some(len) = promised.filter(|len| *len > bytes.len()) {
            let cause = format!("it is cut off: {} of {len} bytes are there", bytes.len());
            return Err(Error::corrupt(&target.location, cause).into());
        }
        // A database in memory has no WAL, and none is missing: it went into the bytes.
        without_wal(bytes);
        Self::new(FileAccess::memory(Some(bytes), read_only, None)?, target)
    }

    /// Creates an empty session in memory.
    pub fn create_in_memory(target: &Target, new_file: NewFile) -> Result<Self, Fault> {
        Self::create(FileAccess::memory(None, false, target.key.as_ref())?, target, new_file)
    }

    /// Creates an empty session in a draft.
    pub fn create_in_draft(target: &Target, new_file: NewFile) -> Result<Self, Fault> {
        Self::create(FileAccess::draft(&target.path, target.key.as_ref())?, target, new_file)
    }

    fn create(access: FileAccess, target: &Target, new_file: NewFile) -> Result<Self, Fault> {
        new_file.fill(&access.conn)?;
        Self::new(access, target)
    }

    /// The bytes of the file as it is at this moment, with what is in its WAL. Those of an encrypted file are encrypted.
    pub fn image(&mut self, target: &Target) -> Result<Zeroizing<Vec<u8>>, Fault> {
        if target.key.is_some() && self.access.is_live() {
            return self.read(target, |_, _| file_access::read_encrypted(&target.path));
        }
        if target.key.is_none()
            && let Some(bytes) = self.read(target, |conn, _| pages(conn))?
        {
            return Ok(bytes);
        }
        let whole = self.access.conn.serialize(MAIN_DB)?;
        let mut bytes = Zeroizing::new(Vec::new());
        bytes.try_reserve_exact(whole.len())?;
        bytes.extend_from_slice(&whole);
        if target.key.is_none() {
            without_wal(&mut bytes);
        }
        Ok(bytes)
    }
}

// The pages as they are in the file, while SQLite's read lock keeps them so: SQLite would copy them once more. `None` where they are
// not all there, as of a file with a WAL.
fn pages(conn: &Connection) -> Result<Option<Zeroizing<Vec<u8>>>, Fault> {
    let count: i64 = conn.query_row("PRAGMA main.page_count", [], |row| row.get(0))?;
    let len = usize::try_from(count.saturating_mul(erase::page_size(conn)?)).map_err(|_| Fault::NoMemory)?;
    // SQLite opens a WAL that is there whatever the header says.
    let has_wal = main_file::has_open_journal(conn);
    if has_wal || main_file::read(conn, FILE_FORMAT_AT) != Some([ROLLBACK_JOURNAL; 2]) {
        return Ok(None);
    }
    let mut bytes = Zeroizing::new(Vec::new());
    bytes.try_reserve_exact(len)?;
    bytes.resize(len, 0);
    for (part, at) in bytes.chunks_mut(PART).zip((0..).step_by(PART)) {
        if main_file::fill(conn, part, at).is_none() {
            return Ok(None);
        }
    }
    Ok(Some(bytes))
}

/// How many bytes a file's header promises. SQLite reads zeros in the target of a last page that is cut off.
pub fn promised_len(bytes: &[u8]) -> Option<usize> {
    let number = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    // The count is valid only if the last program that wrote the file has updated it.
    let count = number(PAGE_COUNT).filter(|_| number(CHANGES) == number(COUNTED_AT))?;
    usize::try_from(count).ok()?.checked_mul(page_size(bytes)?)
}

/// The length with the rest of the last page. SQLite counts that page, and the next commit writes the count down.
fn len_of_whole_pages(bytes: &[u8]) -> Option<usize> {
    bytes.len().checked_next_multiple_of(page_size(bytes)?)
}

pub fn page_size(bytes: &[u8]) -> Option<usize> {
    match u16::from_be_bytes(bytes.get(PAGE_SIZE..PAGE_SIZE + 2)?.try_into().ok()?) {
        1 => Some(65536),
        size => Some(usize::from(size)),
    }
}

/// Makes whoever opens the file first use a WAL.
pub fn set_wal(bytes: &mut [u8]) {
    for byte in bytes.get_mut(FILE_FORMAT).into_iter().flatten() {
        *byte = WAL;
    }
}

/// A database in memory has no WAL.
pub fn without_wal(bytes: &mut [u8]) {
    for byte in bytes.get_mut(FILE_FORMAT).into_iter().flatten() {
        if *byte == WAL {
            *byte = ROLLBACK_JOURNAL;
        }
    }
}
