//! The pages of a rollback journal: what they were before a transaction that did not end.

use super::page::number32;
use super::page_size;

const MAGIC: [u8; 8] = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];
const SPARSE: usize = 200;
// A count that says: all records to the end of the file.
const TO_THE_END: u32 = u32::MAX;

/// A hot journal.
pub struct Journal<'a> {
    pub page_size: usize,
    /// How many pages the database had.
    pub pages_before: u32,
    /// The first version of each page that the transaction changed.
    pub originals: Vec<(u32, &'a [u8])>,
}

struct Header {
    count: usize,
    nonce: u32,
    pages_before: u32,
    sector: usize,
    page_size: usize,
}

impl<'a> Journal<'a> {
    /// Reads a journal. `None` if it is not hot: the transaction's end wiped its header, or it is damaged.
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        let first = Header::read(bytes)?;
        let mut journal = Self { page_size: first.page_size, pages_before: first.pages_before, originals: Vec::new() };
        let mut rest = bytes;
        // A transaction that was flushed early has several headers.
        while let Some(header) = Header::read(rest).filter(|header| header.page_size == journal.page_size) {
            let records = rest.get(header.sector..).unwrap_or_default();
            let read = journal.read_records(records, &header);
            let end = header.sector + read * (journal.page_size + 8);
            if read < header.count {
                break;
            }
            rest = rest.get(end.next_multiple_of(header.sector)..).unwrap_or_default();
        }
        (!journal.originals.is_empty()).then_some(journal)
    }

    // Up to the first that is damaged, as SQLite does.
    fn read_records(&mut self, records: &'a [u8], header: &Header) -> usize {
        let before = self.originals.len();
        for record in records.chunks_exact(self.page_size + 8).take(header.count) {
            let Some((number, rest)) = record.split_at_checked(4) else { break };
            let Some((page, sum)) = rest.split_at_checked(self.page_size) else { break };
            if number32(sum, 0) != Some(checksum(page, header.nonce)) {
                break;
            }
            self.originals.extend(number32(number, 0).map(|number| (number, page)));
        }
        self.originals.len() - before
    }
}

impl Header {
    fn read(bytes: &[u8]) -> Option<Self> {
        if !bytes.starts_with(&MAGIC) {
            return None;
        }
        let number = |at| number32(bytes, at);
        let count = match number(8)? {
            TO_THE_END => usize::MAX,
            count => usize::try_from(count).ok()?,
        };
        let sector = usize::try_from(number(20)?).ok().filter(|sector| (32..=65_536).contains(sector))?;
        let page_size = page_size::known(usize::try_from(number(24)?).ok()?)?;
        Some(Self { count, nonce: number(12)?, pages_before: number(16)?, sector, page_size })
    }
}

// Of every 200th byte, from the end.
fn checksum(page: &[u8], nonce: u32) -> u32 {
    let mut sum = nonce;
    let mut at = page.len().saturating_sub(SPARSE);
    while at > 0 {
        sum = sum.wrapping_add(page.get(at).copied().unwrap_or(0).into());
        at = at.saturating_sub(SPARSE);
    }
    sum
}
