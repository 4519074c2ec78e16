//! Damage of random pages of a file.

use crate::random::Random;

/// What happens to pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Damage {
    Overwritten,
    Zeroed,
    Swapped,
    Truncated,
    /// One sector of 512 bytes in each is overwritten.
    Torn,
}

pub const KINDS: [Damage; 5] = [Damage::Overwritten, Damage::Zeroed, Damage::Swapped, Damage::Truncated, Damage::Torn];

/// Damages so many hundredths of the pages, one at least.
pub fn damage(bytes: &mut Vec<u8>, page_size: usize, kind: Damage, percent: usize, random: &mut Random) {
    let pages = bytes.len() / page_size;
    let count = (pages * percent / 100).max(1);
    if kind == Damage::Truncated {
        // In the middle of a page as often as not.
        let rest = if random.below(2) == 0 { random.below(page_size) } else { 0 };
        bytes.truncate((pages - count.min(pages)) * page_size + rest);
        return;
    }
    let some = random.some(count, pages);
    if kind == Damage::Swapped {
        for page in some {
            swap(bytes, page, random.below(pages), page_size);
        }
        return;
    }
    for page in some {
        let start = page * page_size;
        match kind {
            Damage::Zeroed => bytes[start..start + page_size].fill(0),
            Damage::Torn => {
                let start = start + random.below(page_size / 512) * 512;
                bytes[start..start + 512].copy_from_slice(&random.bytes(512));
            }
            _ => bytes[start..start + page_size].copy_from_slice(&random.bytes(page_size)),
        }
    }
}

fn swap(bytes: &mut [u8], one: usize, other: usize, page_size: usize) {
    for at in 0..page_size {
        bytes.swap(one * page_size + at, other * page_size + at);
    }
}

/// The size of a database's pages, from its header.
pub fn page_size(bytes: &[u8]) -> usize {
    usize::from(u16::from_be_bytes([bytes[16], bytes[17]]))
}
