//! What a file holds after its client was killed, worked out in memory: its rollback journal is rolled back, and what was
//! committed to its WAL is taken over. The file stays as it is, and no copy of it is made on any medium.
//!
//! The formats are those of SQLite's documentation (fileformat2.html), and the rules those of its `pager.c`
//! (`pager_playback`) and `wal.c` (`walIndexRecover`). A test compares the outcome with SQLite's own.

use std::path::PathBuf;

use zeroize::Zeroizing;

use super::wal_checksum::checksum;
use crate::host;

// The header of a database says where its own page size stands, as 2 bytes: 1 is 65536.
const PAGE_SIZE: usize = 16;
const PAGE_SIZES: std::ops::RangeInclusive<usize> = 512..=65536;
// The page with this byte is used for locks only.
const PENDING_BYTE: usize = 0x4000_0000;

const JOURNAL_MAGIC: &[u8; 8] = b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7";
const JOURNAL_HEADER: usize = 28;
const SECTOR_SIZES: std::ops::RangeInclusive<usize> = 32..=65536;
// As many records as there is space for.
const UNCOUNTED: u32 = u32::MAX;

const WAL_MAGIC: u32 = 0x377f_0682;
const WAL_VERSION: u32 = 3_007_000;
const WAL_HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

/// A database in memory.
struct Image {
    bytes: Zeroizing<Vec<u8>>,
}

/// The database that SQLite would find in a file with this content, this `-journal` and this `-wal`.
pub fn recovered(database: Zeroizing<Vec<u8>>, journal: &[u8], wal: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut image = Image { bytes: database };
    // SQLite takes neither for an empty file's.
    if !image.bytes.is_empty() {
        image.roll_back(journal);
        image.take_over(wal);
    }
    image.bytes
}

impl Image {
    fn resize(&mut self, len: usize) {
        if len > self.bytes.capacity() {
            // Growing in place could leave a copy behind.
            let mut larger = Zeroizing::new(Vec::with_capacity(len));
            larger.extend_from_slice(&self.bytes);
            self.bytes = larger;
        }
        self.bytes.resize(len, 0);
    }

    fn put(&mut self, page: usize, content: &[u8]) {
        let start = (page - 1) * content.len();
        if let Some(place) = self.bytes.get_mut(start..start + content.len()) {
            place.copy_from_slice(content);
        }
    }

    fn page_size(&self) -> Option<usize> {
        let bytes = self.bytes.get(PAGE_SIZE..PAGE_SIZE + 2)?;
        match usize::from(u16::from_be_bytes([bytes[0], bytes[1]])) {
            1 => Some(65536),
            size => Some(size),
        }
    }

    /// Puts the pages back that an unfinished transaction has changed.
    fn roll_back(&mut self, journal: &[u8]) {
        let Some(first) = JournalHeader::read(journal, 0).filter(|header| is_size(header.sector_size, &SECTOR_SIZES))
        else {
            return;
        };
        let page_size = if first.page_size == 0 { self.page_size() } else { Some(first.page_size) };
        let Some(page_size) = page_size.filter(|size| is_size(*size, &PAGE_SIZES)) else { return };
        let Some(len) = first.pages.checked_mul(page_size) else { return };
        if journal.len() < first.sector_size || is_stale(journal) {
            return;
        }
        // Damage aside, the journal has every page that the file lacks.
        self.resize(len.min(self.bytes.len() + journal.len()));
        self.put_back(journal, page_size, &first);
    }

    fn put_back(&mut self, journal: &[u8], page_size: usize, first: &JournalHeader) {
        let mut at = 0;
        while let Some(header) = JournalHeader::read(journal, at) {
            at += first.sector_size;
            let records = header.records.unwrap_or_else(|| journal.len().saturating_sub(at) / (page_size + 8));
            for _ in 0..records {
                let Some(record) = JournalRecord::read(journal, at, page_size) else { return };
                if record.page <= first.pages {
                    if !record.is_whole(header.nonce) {
                        return;
                    }
                    self.put(record.page, record.content);
                }
                at += page_size + 8;
            }
            at = at.next_multiple_of(first.sector_size);
        }
    }

    /// Takes over what was committed to a WAL.
    fn take_over(&mut self, wal: &[u8]) {
        let Some(header) = WalHeader::read(wal) else { return };
        let frames = header.committed(wal);
        let Some(last) = frames.last() else { return };
        let Some(len) = last.pages.checked_mul(header.page_size) else { return };
        // No WAL has a database grow by more than its own pages.
        self.resize(len.min(self.bytes.len() + wal.len()));
        for frame in &frames {
            self.put(frame.page, frame.content);
        }
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

fn index(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(number(bytes, at)?).ok()
}

fn is_size(size: usize, sizes: &std::ops::RangeInclusive<usize>) -> bool {
    size.is_power_of_two() && sizes.contains(&size)
}

/// Whether a journal of several databases is left over: the file that it names is removed by the commit.
fn is_stale(journal: &[u8]) -> bool {
    super_journal(journal).is_some_and(|path| !host::exists(&path))
}

fn super_journal(journal: &[u8]) -> Option<PathBuf> {
    let end = journal.len().checked_sub(16)?;
    if journal.get(end + 8..)? != JOURNAL_MAGIC {
        return None;
    }
    let name = journal.get(end.checked_sub(index(journal, end)?)?..end)?;
    let sum = name.iter().fold(0_u32, |sum, byte| sum.wrapping_add(i32::from(byte.cast_signed()).cast_unsigned()));
    let is_name = !name.is_empty() && sum == number(journal, end + 4)?;
    std::str::from_utf8(name).ok().filter(|_| is_name).map(PathBuf::from)
}

/// The beginning of a part of a rollback journal.
struct JournalHeader {
    // `None`: as many as there is space for.
    records: Option<usize>,
    nonce: u32,
    // Of the database before the transaction.
    pages: usize,
    sector_size: usize,
    page_size: usize,
}

impl JournalHeader {
    fn read(journal: &[u8], at: usize) -> Option<Self> {
        let header = journal.get(at..at.checked_add(JOURNAL_HEADER)?)?;
        let records = number(header, 8)?;
        header.starts_with(JOURNAL_MAGIC).then_some(Self {
            records: if records == UNCOUNTED { None } else { usize::try_from(records).ok() },
            nonce: number(header, 12)?,
            pages: index(header, 16)?,
            sector_size: index(header, 20)?,
            page_size: index(header, 24)?,
        })
    }
}

/// A page as it was before the transaction.
struct JournalRecord<'a> {
    page: usize,
    content: &'a [u8],
    sum: u32,
}

impl<'a> JournalRecord<'a> {
    /// `None` where the journal ends: nothing that follows was ever needed.
    fn read(journal: &'a [u8], at: usize, page_size: usize) -> Option<Self> {
        let record = journal.get(at..at.checked_add(page_size + 8)?)?;
        let page = index(record, 0)?;
        let is_page = page != 0 && page != PENDING_BYTE / page_size + 1;
        let sum = number(record, 4 + page_size)?;
        is_page.then_some(Self { page, content: &record[4..4 + page_size], sum })
    }

    fn is_whole(&self, nonce: u32) -> bool {
        let every_200th = self.content.iter().rev().skip(199).step_by(200);
        let sum = every_200th.fold(nonce, |sum, byte| sum.wrapping_add((*byte).into()));
        sum == self.sum
    }
}

/// The beginning of a WAL.
struct WalHeader {
    page_size: usize,
    salts: [u8; 8],
    is_big_endian: bool,
    sums: (u32, u32),
}

/// A page in a WAL.
struct Frame<'a> {
    page: usize,
    // Of the database after a commit; 0 within a transaction.
    pages: usize,
    content: &'a [u8],
}

impl WalHeader {
    fn read(wal: &[u8]) -> Option<Self> {
        let header = wal.get(..WAL_HEADER)?;
        let (magic, page_size) = (number(header, 0)?, index(header, 8)?);
        let is_big_endian = magic & 1 == 1;
        let sums = checksum((0, 0), &header[..24], is_big_endian);
        let is_wal = magic & !1 == WAL_MAGIC
            && number(header, 4)? == WAL_VERSION
            && is_size(page_size, &PAGE_SIZES)
            && sums == (number(header, 24)?, number(header, 28)?);
        is_wal.then_some(Self { page_size, salts: header[16..24].try_into().ok()?, is_big_endian, sums })
    }

    /// The pages up to the last commit.
    fn committed<'a>(&self, wal: &'a [u8]) -> Vec<Frame<'a>> {
        let (mut frames, mut committed, mut sums) = (Vec::new(), 0, self.sums);
        for bytes in wal[WAL_HEADER..].chunks_exact(FRAME_HEADER + self.page_size) {
            let Some((frame, sum)) = self.frame(bytes, sums) else { break };
            sums = sum;
            let is_commit = frame.pages != 0;
            frames.push(frame);
            if is_commit {
                committed = frames.len();
            }
        }
        frames.truncate(committed);
        frames
    }

    /// `None` for what an earlier use of the WAL has left, and for what was not written completely.
    fn frame<'a>(&self, bytes: &'a [u8], sums: (u32, u32)) -> Option<(Frame<'a>, (u32, u32))> {
        let (header, content) = bytes.split_at(FRAME_HEADER);
        let sums = checksum(checksum(sums, &header[..8], self.is_big_endian), content, self.is_big_endian);
        let is_whole = header[8..16] == self.salts && sums == (number(header, 16)?, number(header, 20)?);
        let frame = Frame { page: index(header, 0)?, pages: index(header, 4)?, content };
        (is_whole && frame.page != 0).then_some((frame, sums))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use rusqlite::Connection;
    use tempfile::TempDir;

    use super::*;
    use crate::storage::file::beside;

    /// A database and what a killed process has left beside it.
    #[derive(Clone)]
    struct Left {
        database: Vec<u8>,
        journal: Vec<u8>,
        wal: Vec<u8>,
    }

    fn read(path: &Path) -> Vec<u8> {
        std::fs::read(path).unwrap_or_default()
    }

    impl Left {
        fn beside(path: &Path) -> Self {
            Self { database: read(path), journal: read(&beside(path, "-journal")), wal: read(&beside(path, "-wal")) }
        }

        fn recovered(&self) -> Zeroizing<Vec<u8>> {
            recovered(Zeroizing::new(self.database.clone()), &self.journal, &self.wal)
        }

        /// What SQLite makes of it.
        fn recovered_by_sqlite(&self) -> Vec<u8> {
            let folder = TempDir::new().unwrap();
            let path = folder.path().join("copy");
            std::fs::write(&path, &self.database).unwrap();
            for (suffix, content) in [("-journal", &self.journal), ("-wal", &self.wal)] {
                if !content.is_empty() {
                    std::fs::write(beside(&path, suffix), content).unwrap();
                }
            }
            let conn = Connection::open(&path).unwrap();
            let _ = conn.execute_batch("PRAGMA synchronous = OFF");
            let _ = conn.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(()));
            let _ = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
            drop(conn);
            read(&path)
        }

        #[track_caller]
        fn check(&self, context: &str) {
            assert!(*self.recovered() == self.recovered_by_sqlite(), "{context}");
        }
    }

    struct Random(u64);

    impl Random {
        fn below(&mut self, limit: usize) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(self.0 >> 33).unwrap() % limit.max(1)
        }
    }

    fn database(page_size: u32, setting: &str) -> (TempDir, PathBuf, Connection) {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("database");
        let conn = Connection::open(&path).unwrap();
        conn.execute_batch(&format!(
            "PRAGMA page_size = {page_size}; PRAGMA synchronous = OFF; {setting};
             CREATE TABLE a (id INTEGER PRIMARY KEY, b); CREATE INDEX i ON a (b);
             WITH RECURSIVE n (n) AS (SELECT 1 UNION SELECT n + 1 FROM n WHERE n < 300)
             INSERT INTO a SELECT n, hex(randomblob(40)) FROM n;
             PRAGMA cache_size = 5; PRAGMA cache_spill = 1"
        ))
        .unwrap();
        (folder, path, conn)
    }

    const CHANGES: [&str; 5] = [
        "UPDATE a SET b = hex(randomblob(50)) WHERE id % 3 = 0",
        "DELETE FROM a WHERE id > 100",
        "INSERT INTO a SELECT id + 10000, hex(randomblob(600)) FROM a LIMIT 200",
        "CREATE TABLE c AS SELECT * FROM a",
        "DROP INDEX i",
    ];

    /// As it was left, and cut off or damaged in many places.
    fn check_damaged(left: &Left, context: &str) {
        left.check(context);
        let mut random = Random(7);
        for round in 0..15 {
            let mut damaged = left.clone();
            let part = if damaged.wal.is_empty() { &mut damaged.journal } else { &mut damaged.wal };
            let at = random.below(part.len());
            match round % 3 {
                0 => part.truncate(at),
                1 => part[at] ^= 1 << random.below(8),
                // In the headers, where most depends on a byte. Not in the size of the database in a journal, for which
                // SQLite makes a file of terabytes.
                _ if !(16..20).contains(&(at % 64)) => part[at % 64] ^= 1 << random.below(8),
                _ => {}
            }
            damaged.check(&format!("{context}, round {round}, byte {at}"));
        }
    }

    #[test]
    fn a_killed_writers_journal_is_rolled_back_as_sqlite_does_it() {
        for page_size in [512, 4096, 65536] {
            for setting in ["PRAGMA journal_mode = DELETE", "PRAGMA auto_vacuum = FULL", "PRAGMA synchronous = FULL"] {
                for change in CHANGES {
                    let (_folder, path, conn) = database(page_size, setting);
                    conn.execute_batch(&format!("BEGIN IMMEDIATE; {change}")).unwrap();
                    let left = Left::beside(&path);
                    assert!(!left.journal.is_empty());
                    check_damaged(&left, &format!("{page_size}, {setting}, {change}"));
                }
            }
        }
    }

    #[test]
    fn what_was_committed_to_a_wal_is_taken_over_as_sqlite_does_it() {
        for page_size in [512, 4096, 65536] {
            for is_restarted in [false, true] {
                let (_folder, path, conn) = database(page_size, "PRAGMA journal_mode = WAL");
                conn.execute_batch("PRAGMA wal_autocheckpoint = 0").unwrap();
                if is_restarted {
                    // What follows is written over frames of before.
                    conn.execute_batch("PRAGMA wal_checkpoint(RESTART)").unwrap();
                }
                for change in CHANGES {
                    conn.execute_batch(change).unwrap();
                    check_damaged(&Left::beside(&path), &format!("{page_size}, {is_restarted}, {change}"));
                }
                conn.execute_batch("BEGIN; UPDATE a SET b = hex(randomblob(400))").unwrap();
                check_damaged(&Left::beside(&path), &format!("{page_size}, {is_restarted}, without a commit"));
            }
        }
    }

    #[test]
    fn a_file_that_was_closed_is_as_it_is() {
        let (_folder, path, conn) = database(4096, "");
        drop(conn);
        let left = Left::beside(&path);
        assert_eq!(*left.recovered(), left.database);
        Left { journal: vec![0; 10_000], ..left.clone() }.check("a journal that was persisted");
        Left { database: Vec::new(), ..left }.check("an empty file");
    }

    #[test]
    fn any_bytes_are_survived() {
        let mut random = Random(3);
        for _ in 0..2000 {
            let mut bytes = |limit: usize| -> Vec<u8> {
                let len = random.below(limit);
                (0..len).map(|_| u8::try_from(random.below(256)).unwrap()).collect()
            };
            let (database, mut journal, mut wal) = (bytes(2000), bytes(2000), bytes(2000));
            journal.splice(..8.min(journal.len()), *JOURNAL_MAGIC);
            wal.splice(..4.min(wal.len()), WAL_MAGIC.to_be_bytes());
            let _ = recovered(Zeroizing::new(database), &journal, &wal);
        }
    }
}
