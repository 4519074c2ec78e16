//! A session in bytes: a complete SQLite file in memory, in and out.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::MAIN_DB;
use zeroize::Zeroizing;

use super::create::NewFile;
use super::fault::Fault;
use super::open::{Open, Place};
use super::reach::Reach;
use crate::error::{Error, Result};

// Where a file's header tells its journal mode to writers and readers: 1 rollback journal, 2 WAL.
const FILE_FORMAT: std::ops::Range<usize> = 18..20;
// And where it tells how long the file is.
const PAGE_SIZE: usize = 16;
const CHANGES: usize = 24;
const PAGE_COUNT: usize = 28;
const COUNTED_AT: usize = 92;
const WAL: u8 = 2;
const ROLLBACK_JOURNAL: u8 = 1;

impl Open {
    /// Opens what is in memory, under the name that errors give it.
    pub fn in_memory(location: &str, open: impl FnOnce(&Place) -> Result<Self, Fault>) -> Result<(Arc<Place>, Self)> {
        let location = location.to_owned();
        let place = Place { path: PathBuf::new(), link: None, location, busy_timeout: Duration::ZERO };
        let open = open(&place).map_err(|fault| fault.on(&place.location, "open"))?;
        Ok((Arc::new(place), open))
    }

    /// Opens a file's bytes.
    pub fn of_image(place: &Place, bytes: &[u8], read_only: bool) -> Result<Self, Fault> {
        if let Some(len) = promised_len(bytes).filter(|len| *len > bytes.len()) {
            let cause = format!("it is cut off: {} of {len} bytes are there", bytes.len());
            return Err(Error::corrupt(&place.location, cause).into());
        }
        // A database in memory has no WAL, and none is missing: it went into the bytes.
        let mut bytes = Zeroizing::new(bytes.to_vec());
        without_wal(&mut bytes);
        Self::through(Reach::memory(Some(&bytes), read_only)?, place)
    }

    /// Makes a layout.
    pub fn of_new(place: &Place, new_file: NewFile) -> Result<Self, Fault> {
        let reach = Reach::memory(None, false)?;
        new_file.fill(&reach.conn)?;
        Self::through(reach, place)
    }

    /// The bytes of the file as it is at this moment, with what is in its WAL.
    pub fn image(&mut self) -> Result<Zeroizing<Vec<u8>>, Fault> {
        let mut bytes = Zeroizing::new(self.reach.conn.serialize(MAIN_DB)?.to_vec());
        without_wal(&mut bytes);
        Ok(bytes)
    }
}

// How many bytes a file's header promises. SQLite reads zeros in the place of a last page that is cut off.
fn promised_len(bytes: &[u8]) -> Option<usize> {
    let number = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    // Whether whoever changed the file last knew of the count.
    let count = number(PAGE_COUNT).filter(|_| number(CHANGES) == number(COUNTED_AT))?;
    let page_size = match u16::from_be_bytes(bytes.get(PAGE_SIZE..PAGE_SIZE + 2)?.try_into().ok()?) {
        1 => 65536,
        size => usize::from(size),
    };
    usize::try_from(count).ok()?.checked_mul(page_size)
}

fn without_wal(bytes: &mut [u8]) {
    for byte in bytes.get_mut(FILE_FORMAT).into_iter().flatten() {
        if *byte == WAL {
            *byte = ROLLBACK_JOURNAL;
        }
    }
}
