//! The frames of a write-ahead log.

use super::page::number32;
use super::page_size;
use crate::storage::sqlite::wal_checksum::checksum;

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
const MAGIC: u32 = 0x377f_0682; // its last bit: the checksums are of big-endian words

/// A write-ahead log.
pub struct Wal<'a> {
    pub page_size: usize,
    pub frames: Vec<Frame<'a>>,
    /// Frames whose checksum does not hold, up to the last one that does.
    pub damaged: usize,
}

/// A version of a page.
pub struct Frame<'a> {
    pub page: u32,
    pub bytes: &'a [u8],
    pub age: Age,
}

/// What a version of a page is beside the others. The first is what SQLite reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Age {
    /// The page as the last transaction left it.
    Current,
    /// Of a transaction that did not end, or that comes after a damaged frame.
    Uncommitted,
    /// What a later transaction has replaced.
    Older,
}

impl<'a> Wal<'a> {
    /// Reads a log. `None` if its header is damaged, or nothing is in it.
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        let magic = number32(bytes, 0)?;
        if magic & !1 != MAGIC {
            return None;
        }
        let page_size = page_size::known(match number32(bytes, 8)? {
            1 => 65_536,
            size => usize::try_from(size).ok()?,
        })?;
        let is_big_endian = magic & 1 == 1;
        let salts = bytes.get(16..24)?;
        let mut wal = Self { page_size, frames: Vec::new(), damaged: 0 };
        // Each checksum goes on from that of the frame before it.
        let mut previous = (number32(bytes, 24)?, number32(bytes, 28)?);
        let mut is_intact = checksum((0, 0), bytes.get(..24)?, is_big_endian) == previous;
        let (mut last_commit, mut bad) = (0, 0);
        for frame in bytes.get(HEADER..)?.chunks_exact(FRAME_HEADER + page_size) {
            let (header, page) = frame.split_at(FRAME_HEADER);
            let stored = (number32(header, 16)?, number32(header, 20)?);
            let sums = checksum(previous, header.get(..8)?, is_big_endian);
            let holds = checksum(sums, page, is_big_endian) == stored;
            let is_of_now = header.get(8..16) == Some(salts);
            previous = stored;
            if holds && !is_of_now {
                // Left by an earlier run through the log.
                wal.frames.push(Frame { page: number32(header, 0)?, bytes: page, age: Age::Older });
                is_intact = false;
                continue;
            }
            if !holds {
                is_intact = false;
                bad += 1;
                continue;
            }
            wal.damaged += std::mem::take(&mut bad);
            wal.frames.push(Frame { page: number32(header, 0)?, bytes: page, age: Age::Uncommitted });
            if is_intact && number32(header, 4)? != 0 {
                last_commit = wal.frames.len();
            }
        }
        wal.frames.iter_mut().take(last_commit).for_each(|frame| frame.age = Age::Current);
        Some(wal)
    }
}
