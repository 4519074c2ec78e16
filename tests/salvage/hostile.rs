//! Files that were made to harm whoever reads them: nothing panics, runs on or takes memory without bound.

use std::fs;
use std::time::{Duration, Instant};

use tgsession::session::{SalvageOptions, examine, salvage};

use crate::random::Random;
use crate::sample::Sample;

const LONGEST: Duration = Duration::from_secs(120);

fn read(bytes: &[u8], wal: &[u8], journal: &[u8]) {
    let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
    let file = folder.path().join("account.session");
    fs::write(&file, bytes).unwrap();
    for (suffix, bytes) in [("-wal", wal), ("-journal", journal)].iter().filter(|(_, bytes)| !bytes.is_empty()) {
        fs::write(folder.path().join(format!("account.session{suffix}")), bytes).unwrap();
    }
    let start = Instant::now();
    let location = file.to_str().unwrap();
    let _ = examine(location);
    let _ = salvage(location, &SalvageOptions::default()).map(|salvaged| salvaged.session.contents());
    assert!(start.elapsed() < LONGEST, "it took {:?}", start.elapsed());
}

#[test]
fn flipped_bytes_anywhere_do_no_harm() {
    let mut random = Random(99);
    for number in 0..24 {
        let sample = Sample::new(number, &mut random);
        let mut bytes = fs::read(&sample.file).unwrap();
        for _ in 0..1 + random.below(200) {
            // Headers and cells more often than the middle of rows.
            let at = if random.below(2) == 0 {
                random.below(bytes.len())
            } else {
                random.below(bytes.len() / 512) * 512 + random.below(16)
            };
            bytes[at] = random.next().to_le_bytes()[0];
        }
        let wal = sample.files().remove("account.session-wal").unwrap_or_default();
        read(&bytes, &wal, &[]);
    }
}

#[test]
fn random_bytes_do_no_harm() {
    let mut random = Random(5);
    for _ in 0..30 {
        let len = random.below(100_000);
        let mut bytes = random.bytes(len);
        // With a header often, so that they are taken for a database.
        if random.below(2) == 0 && len > 100 {
            bytes[..16].copy_from_slice(b"SQLite format 3\0");
            bytes[16..18].copy_from_slice(&[16, 0]);
            bytes[20] = 0;
        }
        let (wal, journal) = (
            {
                let len = random.below(9000);
                random.bytes(len)
            },
            random.bytes(5000),
        );
        read(&bytes, &wal, &journal);
    }
}

/// A page of a table whose cells all claim the same long payload, in a chain of overflow pages that goes in a circle.
#[test]
fn cells_that_claim_the_same_bytes_do_not_multiply_them() {
    let mut bytes = vec![0; 65_536 * 4];
    bytes[..16].copy_from_slice(b"SQLite format 3\0");
    bytes[16..18].copy_from_slice(&[0, 1]); // pages of 65,536 bytes
    for page in 1..4 {
        let page = &mut bytes[page * 65_536..(page + 1) * 65_536];
        // A leaf with 13,000 cells of 5 bytes each: a payload of 60 MB, and a small rest of it here.
        page[0] = 0x0d;
        page[3..5].copy_from_slice(&13_000_u16.to_be_bytes());
        page[5..7].copy_from_slice(&(26_008_u16).to_be_bytes());
        for cell in 0..13_000_usize {
            let at = u16::try_from((26_008 + cell * 3) % 65_000).unwrap();
            page[8 + cell * 2..10 + cell * 2].copy_from_slice(&at.to_be_bytes());
        }
        for byte in &mut page[26_008..] {
            *byte = 0x83;
        }
    }
    read(&bytes, &[], &[]);
}

/// Tables whose pages lead to each other.
#[test]
fn trees_and_lists_in_a_circle_end() {
    let mut random = Random(11);
    let sample = Sample::new(0, &mut random);
    let bytes = fs::read(&sample.file).unwrap();
    let size = crate::damage::page_size(&bytes);
    for target in 1..=3_u32 {
        let mut bytes = bytes.clone();
        for page in bytes.chunks_exact_mut(size).skip(1) {
            if matches!(page[0], 2 | 5) {
                page[8..12].copy_from_slice(&target.to_be_bytes());
            }
        }
        // The list of free pages begins with itself.
        bytes[32..36].copy_from_slice(&4_u32.to_be_bytes());
        bytes[3 * size..3 * size + 4].copy_from_slice(&4_u32.to_be_bytes());
        read(&bytes, &[], &[]);
    }
}

/// Pages full of the shortest rows, each of which takes more memory than its page.
#[test]
fn many_short_rows_take_no_memory_without_bound() {
    let page = {
        let mut page = vec![0; 4096];
        let count = 600_usize;
        page[0] = 0x0d;
        page[3..5].copy_from_slice(&u16::try_from(count).unwrap().to_be_bytes());
        let content = 4096 - count * 4;
        page[5..7].copy_from_slice(&u16::try_from(content).unwrap().to_be_bytes());
        for cell in 0..count {
            let at = content + cell * 4;
            page[8 + cell * 2..10 + cell * 2].copy_from_slice(&u16::try_from(at).unwrap().to_be_bytes());
            page[at..at + 4].copy_from_slice(&[2, 3, 2, 0]); // row 3 of one NULL: like one of `version`
        }
        page
    };
    let bytes = page.repeat(1000);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("account.session");
    fs::write(&file, bytes).unwrap();
    let before = peak_memory();
    let _ = salvage(file.to_str().unwrap(), &SalvageOptions::default());
    let taken = peak_memory() - before;
    // Eight times the 4 MB of the file for its rows, and what is worked out from them; all rows take twice that.
    assert!(taken < 90 << 20, "{} MB", taken >> 20);
}

/// The most memory that this process has had, in bytes.
fn peak_memory() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
    line.split_whitespace().nth(1).map_or(0, |kilobytes| kilobytes.parse::<usize>().unwrap() * 1024)
}
